import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_DECREF, Py_NewRef, Py_XDECREF } from "../../heap/refcount.ts"
import { PyBool_FromLong } from "../../objects/boolobject.ts"
import { builtinModuleNames } from "../../objects/define.ts"
import { PyDict_New, PyDict_SetItemString } from "../../objects/dictobject.ts"
import { PyErr_Occurred } from "../../objects/errors.ts"
import { PyFloat_FromDouble } from "../../objects/floatobject.ts"
import { PyList_New, PyList_SET_ITEM } from "../../objects/listobject.ts"
import { PyLong_FromBigInt, PyLong_FromLong } from "../../objects/longobject.ts"
import { _PyNamespace_New } from "../../objects/namespaceobject.ts"
import { PyFrozenSet_New } from "../../objects/setobject.ts"
import { Py_None, Py_True } from "../../objects/statictypes.ts"
import { TPFLAGS } from "../../objects/slots.ts"
import { PyStructSequence_InitType, PyStructSequence_New, PyStructSequence_SET_ITEM, structSequenceType } from "../../objects/structseq.ts"
import { PyTuple_New, PyTuple_SET_ITEM } from "../../objects/tupleobject.ts"
import { PyUnicode_FromString } from "../../objects/unicodeobject.ts"
import { COPYRIGHT, HEXVERSION, VERSION } from "./version.ts"
import { stdlibModuleNames } from "./stdlibnames.ts"

// Python/sysmodule.c: the values of `sys` that say what this interpreter is.

export const FlagsType = structSequenceType({
  name: "sys.flags",
  flags: TPFLAGS.DISALLOW_INSTANTIATION,
  doc: "sys.flags\n\nFlags provided through command line arguments or environment vars.",
  fields: [
    ["debug", "-d"],
    ["inspect", "-i"],
    ["interactive", "-i"],
    ["optimize", "-O or -OO"],
    ["dont_write_bytecode", "-B"],
    ["no_user_site", "-s"],
    ["no_site", "-S"],
    ["ignore_environment", "-E"],
    ["verbose", "-v"],
    ["bytes_warning", "-b"],
    ["quiet", "-q"],
    ["hash_randomization", "-R"],
    ["isolated", "-I"],
    ["dev_mode", "-X dev"],
    ["utf8_mode", "-X utf8"],
    ["warn_default_encoding", "-X warn_default_encoding"],
    ["safe_path", "-P"],
    ["int_max_str_digits", "-X int_max_str_digits"],
  ],
  inSequence: 18,
})

export const VersionInfoType = structSequenceType({
  name: "sys.version_info",
  flags: TPFLAGS.DISALLOW_INSTANTIATION,
  doc: "sys.version_info\n\nVersion information as a named tuple.",
  fields: [
    ["major", "Major release number"],
    ["minor", "Minor release number"],
    ["micro", "Patch release number"],
    ["releaselevel", "'alpha', 'beta', 'candidate', or 'final'"],
    ["serial", "Serial release number"],
  ],
  inSequence: 5,
})

export const HashInfoType = structSequenceType({
  name: "sys.hash_info",
  doc: "hash_info\n\nA named tuple providing parameters used for computing\nhashes. The attributes are read only.",
  fields: [
    ["width", "width of the type used for hashing, in bits"],
    ["modulus", "prime number giving the modulus on which the hash function is based"],
    ["inf", "value to be used for hash of a positive infinity"],
    ["nan", "value to be used for hash of a nan"],
    ["imag", "multiplier used for the imaginary part of a complex number"],
    ["algorithm", "name of the algorithm for hashing of str, bytes and memoryviews"],
    ["hash_bits", "internal output size of hash algorithm"],
    ["seed_bits", "seed size of hash algorithm"],
    ["cutoff", "small string optimization cutoff"],
  ],
  inSequence: 9,
})

export const AsyncGenHooksType = structSequenceType({
  name: "asyncgen_hooks",
  doc: "asyncgen_hooks\n\nA named tuple providing information about asynchronous\ngenerators hooks.  The attributes are read only.",
  fields: [
    ["firstiter", "Hook to intercept first iteration"],
    ["finalizer", "Hook to intercept finalization"],
  ],
  inSequence: 2,
})

export const ThreadInfoType = structSequenceType({
  name: "sys.thread_info",
  doc: "sys.thread_info\n\nA named tuple holding information about the thread implementation.",
  fields: [
    ["name", "name of the thread implementation"],
    ["lock", "name of the lock implementation"],
    ["version", "name and version of the thread library"],
  ],
  inSequence: 3,
})

export const FloatInfoType = structSequenceType({
  name: "sys.float_info",
  doc: "sys.float_info\n\nA named tuple holding information about the float type.",
  fields: [
    ["max", "DBL_MAX -- maximum representable finite float"],
    ["max_exp", "DBL_MAX_EXP -- maximum int e such that radix**(e-1) is representable"],
    ["max_10_exp", "DBL_MAX_10_EXP -- maximum int e such that 10**e is representable"],
    ["min", "DBL_MIN -- Minimum positive normalized float"],
    ["min_exp", "DBL_MIN_EXP -- minimum int e such that radix**(e-1) is a normalized float"],
    ["min_10_exp", "DBL_MIN_10_EXP -- minimum int e such that 10**e is a normalized float"],
    ["dig", "DBL_DIG -- maximum number of decimal digits that can be faithfully represented in a float"],
    ["mant_dig", "DBL_MANT_DIG -- mantissa digits"],
    ["epsilon", "DBL_EPSILON -- Difference between 1 and the next representable float"],
    ["radix", "FLT_RADIX -- radix of exponent"],
    ["rounds", "FLT_ROUNDS -- rounding mode used for arithmetic operations"],
  ],
  inSequence: 11,
})

export const IntInfoType = structSequenceType({
  name: "sys.int_info",
  doc: "sys.int_info\n\nA named tuple that holds information about Python's\ninternal representation of integers.  The attributes are read only.",
  fields: [
    ["bits_per_digit", "size of a digit in bits"],
    ["sizeof_digit", "size in bytes of the C type used to represent a digit"],
    ["default_max_str_digits", "maximum string conversion digits limitation"],
    ["str_digits_check_threshold", "minimum positive value for int_max_str_digits"],
  ],
  inSequence: 4,
})

/** PyFloat_GetInfo */
function floatInfo(): Own {
  const $s = PyStructSequence_New(FloatInfoType)
  if ($s === NULL) return NULL
  const doubles: Record<number, number> = { 0: Number.MAX_VALUE, 3: 2.2250738585072014e-308, 8: Number.EPSILON }
  const ints = [0, 1024, 308, 0, -1021, -307, 15, 53, 0, 2, 1]
  ints.forEach((n, i) => PyStructSequence_SET_ITEM($s, i, i in doubles ? PyFloat_FromDouble(doubles[i]) : PyLong_FromLong(n)))
  return $s
}

type Value = number | bigint | string | boolean | null

function objectOf(v: Value): Own {
  if (v === null) return Py_NewRef(Py_None)
  if (typeof v === "string") return PyUnicode_FromString(v)
  if (typeof v === "boolean") return PyBool_FromLong(v ? 1 : 0)
  return typeof v === "bigint" ? PyLong_FromBigInt(v) : PyLong_FromLong(v)
}

function structOf(type: Ref, values: readonly Value[]): Own {
  const $s = PyStructSequence_New(type)
  if ($s === NULL) return NULL
  values.forEach((v, i) => PyStructSequence_SET_ITEM($s, i, objectOf(v)))
  if (PyErr_Occurred() === 0) return $s
  Py_DECREF($s)
  return NULL
}

export function listOfStrings(items: readonly string[]): Own {
  const $list = PyList_New(items.length)
  if ($list === NULL) return NULL
  items.forEach((s, i) => PyList_SET_ITEM($list, i, PyUnicode_FromString(s)))
  return $list
}

function tupleOf(values: readonly Value[]): Own {
  const $t = PyTuple_New(values.length)
  if ($t === NULL) return NULL
  values.forEach((v, i) => PyTuple_SET_ITEM($t, i, objectOf(v)))
  return $t
}

/** The settings that sys.flags shows. */
export interface SysFlags {
  debug: number
  inspect: number
  interactive: number
  optimize: number
  dontWriteBytecode: number
  noUserSite: number
  noSite: number
  ignoreEnvironment: number
  verbose: number
  bytesWarning: number
  quiet: number
  hashRandomization: number
  isolated: number
  devMode: boolean
  utf8Mode: number
  warnDefaultEncoding: number
  safePath: boolean
  intMaxStrDigits: number
}

export function makeFlags(f: SysFlags): Own {
  return structOf(FlagsType, [
    f.debug,
    f.inspect,
    f.interactive,
    f.optimize,
    f.dontWriteBytecode,
    f.noUserSite,
    f.noSite,
    f.ignoreEnvironment,
    f.verbose,
    f.bytesWarning,
    f.quiet,
    f.hashRandomization,
    f.isolated,
    f.devMode,
    f.utf8Mode,
    f.warnDefaultEncoding,
    f.safePath,
    f.intMaxStrDigits,
  ])
}

/** Put an owned value into the dict; false with the error set. */
export function setOwned(dict: Ref, name: string, $v: Own): boolean {
  if ($v === NULL) return false
  const r = PyDict_SetItemString(dict, name, $v)
  Py_DECREF($v)
  return r === 0
}

function implementation(versionInfo: Ref): Own {
  const $d = PyDict_New()
  if ($d === NULL) return NULL
  const ok =
    setOwned($d, "name", PyUnicode_FromString("cpython")) &&
    setOwned($d, "cache_tag", PyUnicode_FromString("cpython-311")) &&
    PyDict_SetItemString($d, "version", versionInfo) === 0 &&
    setOwned($d, "hexversion", PyLong_FromLong(HEXVERSION)) &&
    setOwned($d, "_multiarch", PyUnicode_FromString("x86_64-linux-gnu"))
  const $ns = ok ? _PyNamespace_New($d) : NULL
  Py_DECREF($d)
  return $ns
}

function frozenNames(): Own {
  const $t = tupleOf(stdlibModuleNames())
  if ($t === NULL) return NULL
  const $set = PyFrozenSet_New($t)
  Py_DECREF($t)
  return $set
}

/** Everything that does not depend on the command line. False with the error set. */
export function initInfo(dict: Ref): boolean {
  for (const type of [FlagsType, VersionInfoType, HashInfoType, AsyncGenHooksType, ThreadInfoType, FloatInfoType, IntInfoType])
    if (PyStructSequence_InitType(type) < 0) return false
  const $version = structOf(VersionInfoType, [3, 11, 7, "final", 0])
  const ok =
    setOwned(dict, "version", PyUnicode_FromString(VERSION)) &&
    setOwned(dict, "hexversion", PyLong_FromLong(HEXVERSION)) &&
    setOwned(dict, "_git", tupleOf(["CPython", "", ""])) &&
    setOwned(dict, "_framework", PyUnicode_FromString("")) &&
    setOwned(dict, "api_version", PyLong_FromLong(1013)) &&
    setOwned(dict, "copyright", PyUnicode_FromString(COPYRIGHT)) &&
    setOwned(dict, "platform", PyUnicode_FromString("linux")) &&
    setOwned(dict, "maxsize", PyLong_FromBigInt(9223372036854775807n)) &&
    setOwned(dict, "float_info", floatInfo()) &&
    setOwned(dict, "int_info", structOf(IntInfoType, [30, 4, 4300, 640])) &&
    setOwned(dict, "hash_info", structOf(HashInfoType, [64, 2305843009213693951n, 314159, 0, 1000003, "siphash13", 64, 128, 0])) &&
    setOwned(dict, "maxunicode", PyLong_FromLong(0x10ffff)) &&
    setOwned(dict, "builtin_module_names", tupleOf(builtinModuleNames().sort())) &&
    setOwned(dict, "stdlib_module_names", frozenNames()) &&
    setOwned(dict, "byteorder", PyUnicode_FromString("little")) &&
    setOwned(dict, "abiflags", PyUnicode_FromString("")) &&
    $version !== NULL &&
    PyDict_SetItemString(dict, "version_info", $version) === 0 &&
    setOwned(dict, "implementation", implementation($version)) &&
    setOwned(dict, "float_repr_style", PyUnicode_FromString("short")) &&
    setOwned(dict, "thread_info", structOf(ThreadInfoType, ["pthread", "semaphore", "NPTL 2.36"])) &&
    setOwned(dict, "meta_path", PyList_New(0)) &&
    setOwned(dict, "path_importer_cache", PyDict_New()) &&
    setOwned(dict, "path_hooks", PyList_New(0))
  Py_XDECREF($version)
  return ok
}

/** -X options as a dict: a bare name is True. */
export function xoptionsDict(options: readonly string[]): Own {
  const $d = PyDict_New()
  if ($d === NULL) return NULL
  for (const o of options) {
    const eq = o.indexOf("=")
    const ok = eq < 0 ? PyDict_SetItemString($d, o, Py_True) === 0 : setOwned($d, o.slice(0, eq), PyUnicode_FromString(o.slice(eq + 1)))
    if (!ok) {
      Py_DECREF($d)
      return NULL
    }
  }
  return $d
}
