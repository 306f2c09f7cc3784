import { int32, setint32, setptr, setssize, uint32 } from "../../heap/access.ts"
import { calloca, cstackMark, cstackReset } from "../../heap/cstack.ts"
import { hashHi } from "../../heap/int64.ts"
import { Py_buffer } from "../../heap/layout.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import {
  Py_DECREF,
  Py_INCREF,
  Py_NewRef,
  Py_REFCNT,
  Py_SET_SIZE,
  Py_SIZE,
  Py_XDECREF,
  Py_XINCREF,
  Py_XNewRef,
} from "../../heap/refcount.ts"
import { PyGC_Disable, PyGC_Enable, PyGC_IsEnabled } from "../../gc/gcmodule.ts"
import { PyBuffer_FromContiguous, PyMapping_HasKeyString } from "../../objects/abstract.ts"
import { PyCode_GetCellvars, PyCode_GetCode, PyCode_GetFreevars, PyCode_GetVarnames, PyCode_NewEmpty } from "../../objects/codeobject.ts"
import type { MethodSpec } from "../../objects/define.ts"
import { PyDict_New, PyDict_Next, PyDict_SetItem, PyDict_SetItemString, dictKey, dictValue } from "../../objects/dictobject.ts"
import { PyErr_Clear, PyErr_ExceptionMatches, PyErr_Occurred } from "../../objects/errors.ts"
import { PyArg_ParseTuple, PyArg_ParseTupleAndKeywords } from "../../objects/getargs.ts"
import { PyList_GET_ITEM, PyList_New, PyList_Reverse, PyList_SET_ITEM } from "../../objects/listobject.ts"
import {
  _PyLong_NumBits,
  _PyLong_Sign,
  longOverflow,
  PyLong_AsDouble,
  PyLong_AsLong,
  PyLong_AsLongAndOverflow,
  PyLong_AsLongLongAndOverflow,
  PyLong_AsSize_t,
  PyLong_AsSsize_t,
  PyLong_AsUnsignedLongLongMask,
  PyLong_AsUnsignedLongMask,
  PyLong_FromBigInt,
  PyLong_FromLong,
} from "../../objects/longobject.ts"
import { Py_Is } from "../../objects/object.ts"
import { PyOS_string_to_double } from "../../objects/pystrtod.ts"
import { METH } from "../../objects/slots.ts"
import {
  Py_False,
  Py_None,
  Py_True,
  PyExc_SystemError,
  PyExc_TypeError,
  PyExc_ValueError,
  PyLong_Type,
  PyODict_Type,
} from "../../objects/statictypes.ts"
import { PyTuple_New, PyTuple_SET_ITEM } from "../../objects/tupleobject.ts"
import { PyType_GetQualName } from "../../objects/typeobject.ts"
import { PyUnicode_AsJS, PyUnicode_CompareWithASCIIString, PyUnicode_FromString } from "../../objects/unicodeobject.ts"
import { none } from "../support.ts"
import { testError } from "./support.ts"

// _testcapi.test_*: the C API's functions called as an extension calls them. Each check says what is wrong, null if nothing; an error that a
// function set is let through.

type Check = () => string | null

const LONG_MAX = 2n ** 63n - 1n
const LONG_MIN = -(2n ** 63n)

/** Run `f` with an int made from `value`. */
function withInt<T>(value: bigint, f: (op: Ref) => T): T {
  const $n = PyLong_FromBigInt(value)
  const r = f($n)
  Py_DECREF($n)
  return r
}
/** Did a conversion raise `exc`? Clears it. */
function raised(exc: Ref): boolean {
  const matches = PyErr_Occurred() !== NULL && PyErr_ExceptionMatches(exc)
  PyErr_Clear()
  return matches
}

function test_gc_control(): string | null {
  const original = PyGC_IsEnabled()
  let wrong: string | null = null
  const expect = (what: string, got: number, want: number): void => {
    if (wrong === null && (got !== 0) !== (want !== 0)) wrong = `GC control failed in ${what}`
  }
  expect("Enable(1)", PyGC_Enable(), original)
  expect("IsEnabled(1)", PyGC_IsEnabled(), 1)
  expect("disable(2)", PyGC_Disable(), 1)
  expect("IsEnabled(2)", PyGC_IsEnabled(), 0)
  expect("enable(3)", PyGC_Enable(), 0)
  expect("IsEnabled(3)", PyGC_IsEnabled(), 1)
  if (original === 0) PyGC_Disable()
  return wrong
}
function test_list_api(): string | null {
  const N = 30
  const $list = PyList_New(N)
  for (let i = 0; i < N; i++) PyList_SET_ITEM($list, i, PyLong_FromLong(i))
  let wrong = PyList_Reverse($list) === 0 ? null : "reverse failed"
  for (let i = 0; i < N; i++) if (PyLong_AsLong(PyList_GET_ITEM($list, i)) !== N - 1 - i) wrong = "reverse screwed up"
  Py_DECREF($list)
  return wrong
}
/** Values may be replaced while a dictionary is walked. */
function test_dict_iteration(): string | null {
  for (let count = 0; count < 200; count++) {
    const $d = PyDict_New()
    for (let i = 0; i < count; i++) withInt(BigInt(i), (n) => PyDict_SetItem($d, n, n))
    let met = 0
    for (let pos = PyDict_Next($d, 0); pos !== 0; pos = PyDict_Next($d, pos)) {
      met++
      const key = dictKey
      withInt(BigInt(PyLong_AsLong(dictValue) + 1), (n) => PyDict_SetItem($d, key, n))
    }
    Py_DECREF($d)
    if (met !== count) return "dict iteration went wrong"
  }
  return null
}

/** [value, overflow] of a conversion that tells of overflow. */
function overflowCheck(convert: (op: Ref) => number): Check {
  return () => {
    const big = 0xffffffffffffffffffffffffn
    const cases: readonly (readonly [bigint, number])[] = [
      [big, 1],
      [LONG_MAX + 1n, 1],
      [-big, -1],
      [LONG_MIN - 1n, -1],
      [0xffn, 0],
      [-0xffn, 0],
      [LONG_MAX, 0],
      [LONG_MIN, 0],
    ]
    for (const [value, overflow] of cases) {
      const got = withInt(value, convert)
      if (PyErr_Occurred()) return "an error was set"
      if (longOverflow !== overflow) return `overflow was ${longOverflow} for ${value}`
      if (got !== (overflow === 0 ? Number(value) : -1)) return `return value was ${got} for ${value}`
    }
    return null
  }
}
function test_long_as_size_t(): string | null {
  if (PyLong_AsSize_t(Py_None) !== -1 || !raised(PyExc_TypeError)) return "PyLong_AsSize_t(None) didn't complain"
  return PyLong_AsSsize_t(Py_None) === -1 && raised(PyExc_TypeError) ? null : "PyLong_AsSsize_t(None) didn't complain"
}
function test_long_as_double(): string | null {
  return PyLong_AsDouble(Py_None) === -1 && raised(PyExc_TypeError) ? null : "PyLong_AsDouble(None) didn't complain"
}
function test_long_as_unsigned_long_long_mask(): string | null {
  PyLong_AsUnsignedLongLongMask(NULL)
  return raised(PyExc_SystemError) ? null : "PyLong_AsUnsignedLongLongMask(NULL) didn't complain"
}
function test_long_numbits(): string | null {
  for (const magnitude of [0, 1, 2, 3, 4, 0x7fff, 0xffff, 0xfffffff]) {
    for (const value of magnitude === 0 ? [0] : [magnitude, -magnitude]) {
      const bits = withInt(BigInt(value), _PyLong_NumBits)
      const sign = withInt(BigInt(value), _PyLong_Sign)
      if (bits !== magnitude.toString(2).length && magnitude !== 0) return `wrong result for _PyLong_NumBits(${value})`
      if (sign !== Math.sign(value)) return `wrong result for _PyLong_Sign(${value})`
    }
  }
  return null
}
/** Every power of two near a word's ends, there and back through the mask. */
function test_long_api(): string | null {
  for (let bit = 0n; bit < 64n; bit++) {
    for (const delta of [-1n, 0n, 1n]) {
      for (const value of [2n ** bit + delta, -(2n ** bit) + delta]) {
        const lo = withInt(value, PyLong_AsUnsignedLongMask)
        const masked = (BigInt(hashHi >>> 0) << 32n) | BigInt(lo >>> 0)
        if (masked !== BigInt.asUintN(64, value)) return `PyLong_AsUnsignedLongMask(${value}) gave ${masked}`
      }
    }
  }
  return null
}

/** A tuple of one int, parsed with a code of one slot. */
function parsed(code: string, value: bigint): bigint | null {
  const $t = PyTuple_New(1)
  PyTuple_SET_ITEM($t, 0, PyLong_FromBigInt(value))
  const a = PyArg_ParseTuple($t, `${code}:test`)
  const v = a === 0 ? null : (BigInt(uint32(a + 4)) << 32n) | BigInt(uint32(a))
  Py_DECREF($t)
  return v
}
function test_k_code(): string | null {
  for (const value of [0xffffffffffffffffffffffffn, -0xffffffff000000000000000042n]) {
    if (parsed("k", value) !== BigInt.asUintN(64, value)) return `k code returned wrong value for ${value}`
  }
  return null
}
function test_L_code(): string | null {
  return parsed("L", 42n) === 42n ? null : "L code returned wrong value for 42"
}
function test_s_code(): string | null {
  const $t = PyTuple_New(1)
  PyTuple_SET_ITEM($t, 0, PyUnicode_FromString("t\u00eate"))
  const ok = PyArg_ParseTuple($t, "s:test_s_code1") !== 0 && PyArg_ParseTuple($t, "z:test_s_code2") !== 0
  Py_DECREF($t)
  return ok ? null : "text beyond ASCII was refused"
}
const noKeywords: readonly string[] = []
function test_empty_argparse(): string | null {
  const $t = PyTuple_New(0)
  const $d = PyDict_New()
  const ok =
    PyArg_ParseTuple($t, "|:test_empty_argparse") !== 0 && PyArg_ParseTupleAndKeywords($t, $d, "|:test_empty_argparse", noKeywords) !== 0
  Py_DECREF($t)
  Py_DECREF($d)
  return ok ? null : "a format of no arguments was refused"
}

/** `take` gives one more reference. */
function countCheck(take: (op: Ref) => void, give: (op: Ref) => void): Check {
  return () => {
    const $op = PyList_New(0)
    const before = Py_REFCNT($op)
    take($op)
    const during = Py_REFCNT($op)
    give($op)
    const after = Py_REFCNT($op)
    Py_DECREF($op)
    return during === before + 1 && after === before ? null : "the count is wrong"
  }
}
function test_refcounts(): string | null {
  const $op = PyList_New(0)
  const $ref = Py_NewRef($op)
  const $xref = Py_XNewRef($op)
  const ok = $ref === $op && $xref === $op && Py_REFCNT($op) === 3 && Py_XNewRef(NULL) === NULL
  Py_DECREF($ref)
  Py_DECREF($xref)
  Py_DECREF($op)
  return ok ? null : "Py_NewRef() or Py_XNewRef() is wrong"
}
function test_py_is(): string | null {
  const $list = PyList_New(0)
  const ok = Py_Is($list, $list) && !Py_Is($list, Py_None) && Py_Is(Py_True, Py_True) && !Py_Is(Py_True, Py_False)
  Py_DECREF($list)
  return ok ? null : "Py_Is() is wrong"
}
function test_set_type_size(): string | null {
  const $list = PyList_New(0)
  Py_SET_SIZE($list, 123)
  const ok = Py_SIZE($list) === 123
  Py_SET_SIZE($list, 0)
  Py_DECREF($list)
  return ok ? null : "Py_SET_SIZE() is wrong"
}
function test_mapping_has_key_string(): string | null {
  const $d = PyDict_New()
  PyDict_SetItemString($d, "a", Py_None)
  const ok = PyMapping_HasKeyString($d, "a") && !PyMapping_HasKeyString($d, "b")
  Py_DECREF($d)
  return ok ? null : "existing or missing mapping key"
}
function test_string_to_double(): string | null {
  const good: readonly (readonly [string, number])[] = [
    ["0.1", 0.1],
    ["1.234", 1.234],
    ["-1.35", -1.35],
    [".1e01", 1],
    ["2.e-2", 0.02],
  ]
  for (const [text, x] of good) if (PyOS_string_to_double(text, 0, true, NULL) !== x) return `conversion of ${text} to float failed`
  for (const text of [" 0.1", "\t\n-3", ".123 ", "3\n", "123abc"]) {
    if (PyOS_string_to_double(text, 0, true, NULL) !== -1 || !raised(PyExc_ValueError))
      return `conversion of ${text} didn't raise ValueError`
  }
  return null
}
function test_unicode_compare_with_ascii(): string | null {
  const $s = PyUnicode_FromString("str\0")
  const r = PyUnicode_CompareWithASCIIString($s, "str")
  Py_DECREF($s)
  return r !== 0 ? null : "Python string ending in NULL should not compare equal to c string."
}
function test_code_api(): string | null {
  const $co = PyCode_NewEmpty("_testcapi", "dummy", 1)
  const $code = PyCode_GetCode($co)
  let wrong = $code === NULL || Py_SIZE($code) === 0 ? "empty co_code" : null
  Py_XDECREF($code)
  for (const get of [PyCode_GetVarnames, PyCode_GetCellvars, PyCode_GetFreevars]) {
    const $names = get($co)
    if ($names === NULL || Py_SIZE($names) !== 0) wrong = "non-empty names"
    Py_XDECREF($names)
  }
  Py_DECREF($co)
  return wrong
}
function test_get_type_qualname(): string | null {
  const nameOf = (type: Ref): string => {
    const $name = PyType_GetQualName(type)
    const s = PyUnicode_AsJS($name)
    Py_DECREF($name)
    return s
  }
  return nameOf(PyLong_Type) === "int" && nameOf(PyODict_Type) === "OrderedDict" ? null : "wrong names"
}
/** Five ints into every second place of an array, forwards and backwards. */
function test_from_contiguous(): string | null {
  const mark = cstackMark()
  const data = calloca(9 * 4)
  const init = calloca(5 * 4)
  const view = calloca(Py_buffer.SIZE)
  const shape = calloca(8)
  const strides = calloca(8)
  for (let i = 0; i < 9; i++) setint32(data + 4 * i, -1)
  for (let i = 0; i < 5; i++) setint32(init + 4 * i, i)
  setptr(view + Py_buffer.obj, 0)
  setssize(view + Py_buffer.len, 20)
  setssize(view + Py_buffer.itemsize, 4)
  setint32(view + Py_buffer.readonly, 1)
  setint32(view + Py_buffer.ndim, 1)
  for (const field of [Py_buffer.format, Py_buffer.suboffsets, Py_buffer.internal]) setptr(view + field, 0)
  setptr(view + Py_buffer.shape, shape)
  setptr(view + Py_buffer.strides, strides)
  setssize(shape, 5)
  let wrong: string | null = null
  for (const [start, step] of [
    [data, 8],
    [data + 32, -8],
  ]) {
    setptr(view + Py_buffer.buf, start)
    setssize(strides, step)
    PyBuffer_FromContiguous(view, init, 20, "C")
    for (let i = 0; i < 5; i++) if (int32(start + step * i) !== i) wrong = "incorrect result"
  }
  cstackReset(mark)
  return wrong
}
const CHECKS: readonly (readonly [string, Check])[] = [
  ["test_gc_control", test_gc_control],
  ["test_list_api", test_list_api],
  ["test_dict_iteration", test_dict_iteration],
  ["test_long_and_overflow", overflowCheck(PyLong_AsLongAndOverflow)],
  ["test_long_long_and_overflow", overflowCheck(PyLong_AsLongLongAndOverflow)],
  ["test_long_as_size_t", test_long_as_size_t],
  ["test_long_as_double", test_long_as_double],
  ["test_long_as_unsigned_long_long_mask", test_long_as_unsigned_long_long_mask],
  ["test_long_numbits", test_long_numbits],
  ["test_long_api", test_long_api],
  ["test_k_code", test_k_code],
  ["test_L_code", test_L_code],
  ["test_s_code", test_s_code],
  ["test_empty_argparse", test_empty_argparse],
  ["test_incref_doesnt_leak", countCheck(Py_INCREF, Py_DECREF)],
  ["test_xincref_doesnt_leak", countCheck(Py_XINCREF, Py_DECREF)],
  ["test_decref_doesnt_leak", countCheck(Py_INCREF, Py_DECREF)],
  ["test_xdecref_doesnt_leak", countCheck(Py_INCREF, Py_XDECREF)],
  ["test_refcount_funcs", test_refcounts],
  ["test_py_is_funcs", test_py_is],
  ["test_set_type_size", test_set_type_size],
  ["test_mapping_has_key_string", test_mapping_has_key_string],
  ["test_string_to_double", test_string_to_double],
  ["test_unicode_compare_with_ascii", test_unicode_compare_with_ascii],
  ["test_code_api", test_code_api],
  ["test_get_type_qualname", test_get_type_qualname],
  ["test_from_contiguous", test_from_contiguous],
]
function methodOf([name, check]: readonly [string, Check]): MethodSpec {
  function run(): Own {
    const wrong = check()
    if (PyErr_Occurred()) return NULL
    return wrong === null ? none() : testError(name, wrong)
  }
  return [name, run, METH.NOARGS]
}
export const checkMethods: readonly MethodSpec[] = CHECKS.map(methodOf)
