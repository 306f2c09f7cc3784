import crypto from "node:crypto"
import { int32, memcpy, ptr, setptr } from "../heap/access.ts"
import { fn } from "../heap/fntable.ts"
import { calloca, cstackMark, cstackReset } from "../heap/cstack.ts"
import { PyTypeObject } from "../heap/layout.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { Py_DECREF, Py_INCREF, Py_TYPE, Py_XDECREF } from "../heap/refcount.ts"
import { staticAlloc, staticType } from "../heap/statics.ts"
import { u8 } from "../heap/views.ts"
import { PyBytes_FromJS } from "../objects/bytesobject.ts"
import { defineModule, definePrivateType, defineType, type MethodSpec } from "../objects/define.ts"
import { PyDict_GetItemString, PyDict_GetItemWithError, PyDict_New, PyDict_SetItem } from "../objects/dictobject.ts"
import { PyDictProxy_New } from "../objects/descrobject.ts"
import { PyErr_NewException, PyErr_Occurred, PyErr_SetString } from "../objects/errors.ts"
import { tp_free } from "../objects/freelists.ts"
import { _PyArg_BadArgument, _PyArg_UnpackKeywords, argParser } from "../objects/getargs.ts"
import { PyLong_AsLong, PyLong_Check, PyLong_FromLong } from "../objects/longobject.ts"
import { PyModule_AddObject, PyModule_AddObjectRef, PyModule_AddType, PyModule_GetDict } from "../objects/moduleobject.ts"
import { addressJS, PyObject_GetAttrString, reprJS, tp_name_js } from "../objects/object.ts"
import { PyFrozenSet_New, PySet_Add } from "../objects/setobject.ts"
import { type allocfunc, METH, TPFLAGS } from "../objects/slots.ts"
import { Py_None, PyExc_OverflowError, PyExc_TypeError, PyExc_ValueError } from "../objects/statictypes.ts"
import { PyUnicode_AsJS, PyUnicode_Check, PyUnicode_FromString } from "../objects/unicodeobject.ts"
import { PyImport_ImportModule } from "../vm/import.ts"
import { hashConstructor } from "./hash/module.ts"
import {
  COMMON_GETSET,
  COMMON_METHODS,
  digestOf,
  flagArg,
  HASH_SIZE,
  hash_dealloc,
  hex,
  lengthOf,
  newHash,
  stateOf,
  updateFrom,
} from "./hash/object.ts"
import { ALGOS, algoNumber, algoOf, hashFinish, hashInit, hashUpdate, State } from "./hash/state.ts"
import { bytesArg, none } from "./support.ts"

// Modules/_hashopenssl.c: the same algorithms under OpenSSL's names, HMAC, and key derivation (Node's).

/** UnsupportedDigestmodError and the constructors' dict, owned by the module too. */
const STATE = staticAlloc(16)
const CONSTRUCTORS = STATE + 8

function evp_repr(self: Ref): Own {
  return PyUnicode_FromString(`<${algoOf(stateOf(self)).name} ${tp_name_js(Py_TYPE(self))} object @ ${addressJS(self)}>`)
}
const evpType = staticType()
defineType(evpType, {
  name: "_hashlib.HASH",
  basicsize: HASH_SIZE,
  flags: TPFLAGS.BASETYPE | TPFLAGS.DISALLOW_INSTANTIATION | TPFLAGS.IMMUTABLETYPE,
  doc: "HASH(name, string=b'')\n--\n\nA hash calculates a checksum of the bytes it is updated with.",
  dealloc: hash_dealloc,
  repr: evp_repr,
  methods: COMMON_METHODS,
  getset: COMMON_GETSET,
})
const xofLengthParsers = { digest: argParser("digest", ["length"]), hexdigest: argParser("hexdigest", ["length"]) }
function xofLength(args: number, nargs: number, kwnames: Ref, which: "digest" | "hexdigest"): number {
  const at = _PyArg_UnpackKeywords(args, nargs, 0, kwnames, xofLengthParsers[which], 1, 1, 0)
  return at === 0 ? -1 : lengthOf(ptr(at))
}
function xof_digest(self: Ref, args: number, nargs: number, kwnames: Ref): Own {
  const n = xofLength(args, nargs, kwnames, "digest")
  return n < 0 ? NULL : PyBytes_FromJS(digestOf(stateOf(self), n))
}
function xof_hexdigest(self: Ref, args: number, nargs: number, kwnames: Ref): Own {
  const n = xofLength(args, nargs, kwnames, "hexdigest")
  return n < 0 ? NULL : hex(digestOf(stateOf(self), n))
}
function xof_digest_size(_self: Ref): Own {
  return PyLong_FromLong(0)
}
const xofType = definePrivateType({
  name: "_hashlib.HASHXOF",
  basicsize: HASH_SIZE,
  base: evpType,
  flags: TPFLAGS.BASETYPE | TPFLAGS.DISALLOW_INSTANTIATION | TPFLAGS.IMMUTABLETYPE,
  doc: "HASHXOF(name, string=b'')\n--\n\nA hash whose digest may have any length.",
  methods: [
    ["digest", xof_digest, METH.FASTCALL | METH.KEYWORDS, "($self, /, length)\n--\n\nReturn the digest value as a bytes object."],
    [
      "hexdigest",
      xof_hexdigest,
      METH.FASTCALL | METH.KEYWORDS,
      "($self, /, length)\n--\n\nReturn the digest value as a string of hexadecimal digits.",
    ],
  ],
  getset: [["digest_size", xof_digest_size]],
})
function typeFor(algo: number): Ref {
  return ALGOS[algo].digest === 0 ? xofType : evpType
}

const NAMES = [
  "md5",
  "sha1",
  "sha224",
  "sha256",
  "sha384",
  "sha512",
  "sha3_224",
  "sha3_256",
  "sha3_384",
  "sha3_512",
  "shake_128",
  "shake_256",
]
/** The number of an algorithm by any name OpenSSL knows it by, -1 if there is none. */
function byName(name: string): number {
  const n = name
    .toLowerCase()
    .replaceAll("-", "_")
    .replace(/^sha_?([125])/, "sha$1")
    .replace(/^sha512\//, "sha512_")
  return /^blake2[bs]/.test(n) ? -1 : algoNumber(n)
}

const newParser = argParser("new", ["name", "string", "usedforsecurity"])
function EVP_new(_m: Ref, args: number, nargs: number, kwnames: Ref): Own {
  const at = _PyArg_UnpackKeywords(args, nargs, 0, kwnames, newParser, 1, 2, 0)
  if (at === 0) return NULL
  const name = ptr(at)
  const data = ptr(at + 8)
  if (!flagArg(ptr(at + 16))) return NULL
  if (!PyUnicode_Check(name)) return PyErr_SetString(PyExc_TypeError, "name must be a string")
  const algo = byName(PyUnicode_AsJS(name))
  if (algo < 0) return PyErr_SetString(PyExc_ValueError, `unsupported hash type ${PyUnicode_AsJS(name)}`)
  return newHash(typeFor(algo), algo, data)
}

// HMAC: an inner and an outer state, both with the padded key in.
const enum Hmac {
  inner = 16,
  outer = 16 + State.SIZE,
  SIZE = 16 + 2 * State.SIZE,
}
function hmacInit(at: number, algo: number, key: Uint8Array): void {
  const a = ALGOS[algo]
  const mark = cstackMark()
  const pad = calloca(a.block)
  let k = key
  if (k.length > a.block) {
    const s = calloca(State.SIZE)
    const text = calloca(Math.min(k.length, 4096))
    hashInit(s, algo)
    for (let i = 0; i < k.length; i += 4096) {
      const part = k.subarray(i, i + 4096)
      u8.set(part, text)
      hashUpdate(s, text, part.length)
    }
    k = hashFinish(s, 0)
  }
  for (const [state, x] of [
    [at, 0x36],
    [at + State.SIZE, 0x5c],
  ]) {
    for (let i = 0; i < a.block; i++) u8[pad + i] = (k[i] ?? 0) ^ x
    hashInit(state, algo)
    hashUpdate(state, pad, a.block)
  }
  cstackReset(mark)
}
function hmacDigest(at: number): Uint8Array {
  const inner = digestOf(at, 0)
  const mark = cstackMark()
  const outer = calloca(State.SIZE)
  memcpy(outer, at + State.SIZE, State.SIZE)
  const text = calloca(inner.length)
  u8.set(inner, text)
  hashUpdate(outer, text, inner.length)
  const r = hashFinish(outer, 0)
  cstackReset(mark)
  return r
}
/** py_digest_by_digestmod: a name or one of our constructors; -1 with the error set. */
function byDigestmod(digestmod: Ref): number {
  let name: string | null = null
  if (PyUnicode_Check(digestmod)) name = PyUnicode_AsJS(digestmod)
  else {
    const v = PyDict_GetItemWithError(ptr(CONSTRUCTORS), digestmod)
    if (v !== NULL) name = PyUnicode_AsJS(v)
    else if (PyErr_Occurred()) return -1
  }
  const algo = name === null ? -1 : byName(name)
  if (algo >= 0 && ALGOS[algo].digest > 0) return algo
  const r = reprJS(digestmod)
  if (r !== null) PyErr_SetString(ptr(STATE), `Unsupported digestmod ${r}`)
  return -1
}
const hmacNewParser = argParser("hmac_new", ["key", "msg", "digestmod"])
function hmac_new(_m: Ref, args: number, nargs: number, kwnames: Ref): Own {
  const at = _PyArg_UnpackKeywords(args, nargs, 0, kwnames, hmacNewParser, 1, 3, 0)
  if (at === 0) return NULL
  const msg = ptr(at + 8)
  const digestmod = ptr(at + 16)
  const key = bytesArg(ptr(at), "hmac_new", "argument 'key'")
  if (key === null) return NULL
  if (digestmod === NULL) return PyErr_SetString(PyExc_TypeError, "Missing required parameter 'digestmod'.")
  const algo = byDigestmod(digestmod)
  if (algo < 0) return NULL
  const $self = fn<allocfunc>(ptr(hmacType + PyTypeObject.tp_alloc))(hmacType, 0)
  if ($self === NULL) return NULL
  hmacInit($self + Hmac.inner, algo, key)
  if (msg === NULL || msg === Py_None || updateFrom($self + Hmac.inner, msg) === 0) return $self
  Py_DECREF($self)
  return NULL
}
const hmacDigestParser = argParser("hmac_digest", ["key", "msg", "digest"])
function hmac_digest(_m: Ref, args: number, nargs: number, kwnames: Ref): Own {
  const at = _PyArg_UnpackKeywords(args, nargs, 0, kwnames, hmacDigestParser, 3, 3, 0)
  if (at === 0) return NULL
  const msg = ptr(at + 8)
  const digestmod = ptr(at + 16)
  const key = bytesArg(ptr(at), "hmac_digest", "argument 'key'")
  if (key === null) return NULL
  const algo = byDigestmod(digestmod)
  if (algo < 0) return NULL
  const mark = cstackMark()
  const s = calloca(2 * State.SIZE)
  hmacInit(s, algo, key)
  const $r = updateFrom(s, msg) < 0 ? NULL : PyBytes_FromJS(hmacDigest(s))
  cstackReset(mark)
  return $r
}
const hmacUpdateParser = argParser("update", ["msg"])
function hmac_update(self: Ref, args: number, nargs: number, kwnames: Ref): Own {
  const at = _PyArg_UnpackKeywords(args, nargs, 0, kwnames, hmacUpdateParser, 1, 1, 0)
  return at === 0 || updateFrom(self + Hmac.inner, ptr(at)) < 0 ? NULL : none()
}
function hmac_obj_digest(self: Ref): Own {
  return PyBytes_FromJS(hmacDigest(self + Hmac.inner))
}
function hmac_hexdigest(self: Ref): Own {
  return hex(hmacDigest(self + Hmac.inner))
}
function hmac_copy(self: Ref): Own {
  const $copy = fn<allocfunc>(ptr(hmacType + PyTypeObject.tp_alloc))(hmacType, 0)
  if ($copy !== NULL) memcpy($copy + Hmac.inner, self + Hmac.inner, 2 * State.SIZE)
  return $copy
}
function hmac_dealloc(self: Ref): void {
  tp_free(self)
}
function hmac_name(self: Ref): string {
  return algoOf(self + Hmac.inner).name
}
function hmac_repr(self: Ref): Own {
  return PyUnicode_FromString(`<${hmac_name(self)} HMAC object @ ${addressJS(self)}>`)
}
function hmac_get_name(self: Ref): Own {
  return PyUnicode_FromString(`hmac-${hmac_name(self)}`)
}
function hmac_get_block_size(self: Ref): Own {
  return PyLong_FromLong(algoOf(self + Hmac.inner).block)
}
function hmac_get_digest_size(self: Ref): Own {
  return PyLong_FromLong(int32(self + Hmac.inner + State.digestsize))
}
const hmacType = definePrivateType({
  name: "_hashlib.HMAC",
  basicsize: Hmac.SIZE,
  flags: TPFLAGS.DISALLOW_INSTANTIATION | TPFLAGS.IMMUTABLETYPE,
  doc: "The object used to calculate HMAC of a message.",
  dealloc: hmac_dealloc,
  repr: hmac_repr,
  methods: [
    ["update", hmac_update, METH.FASTCALL | METH.KEYWORDS, "($self, /, msg)\n--\n\nUpdate the HMAC object with msg."],
    ["digest", hmac_obj_digest, METH.NOARGS, "($self, /)\n--\n\nReturn the digest of the bytes passed to the update() method so far."],
    [
      "hexdigest",
      hmac_hexdigest,
      METH.NOARGS,
      "($self, /)\n--\n\nReturn hexadecimal digest of the bytes passed to the update() method so far.",
    ],
    ["copy", hmac_copy, METH.NOARGS, '($self, /)\n--\n\nReturn a copy ("clone") of the HMAC object.'],
  ],
  getset: [
    ["digest_size", hmac_get_digest_size],
    ["block_size", hmac_get_block_size],
    ["name", hmac_get_name],
  ],
})

/** An unsigned parameter; NaN with the error set. */
function positive(op: Ref, message: string): number {
  if (op === NULL || op === Py_None || !PyLong_Check(op)) {
    PyErr_SetString(PyExc_TypeError, message)
    return Number.NaN
  }
  const n = PyLong_AsLong(op)
  if (n === -1 && PyErr_Occurred()) return Number.NaN
  if (n < 0) {
    PyErr_SetString(PyExc_TypeError, message)
    return Number.NaN
  }
  return n
}
const pbkdf2Parser = argParser("pbkdf2_hmac", ["hash_name", "password", "salt", "iterations", "dklen"])
function pbkdf2_hmac(_m: Ref, args: number, nargs: number, kwnames: Ref): Own {
  const at = _PyArg_UnpackKeywords(args, nargs, 0, kwnames, pbkdf2Parser, 4, 5, 0)
  if (at === 0) return NULL
  const [name, , salt, iter, len] = [0, 1, 2, 3, 4].map((i) => ptr(at + 8 * i))
  if (!PyUnicode_Check(name)) return _PyArg_BadArgument("pbkdf2_hmac", "argument 'hash_name'", "str", name) as Own
  const password = bytesArg(ptr(at + 8), "pbkdf2_hmac", "argument 'password'")
  const saltBytes = password && bytesArg(salt, "pbkdf2_hmac", "argument 'salt'")
  if (!password || !saltBytes) return NULL
  const iterations = PyLong_AsLong(iter)
  if (iterations === -1 && PyErr_Occurred()) return NULL
  const algo = byName(PyUnicode_AsJS(name))
  if (algo < 0) return PyErr_SetString(PyExc_ValueError, `unsupported hash type ${PyUnicode_AsJS(name)}`)
  if (iterations < 1) return PyErr_SetString(PyExc_ValueError, "iteration value must be greater than 0.")
  if (iterations > 0x7fffffff) return PyErr_SetString(PyExc_OverflowError, "iteration value is too great.")
  let dklen = ALGOS[algo].digest
  if (len !== NULL && len !== Py_None) {
    dklen = PyLong_AsLong(len)
    if (dklen === -1 && PyErr_Occurred()) return NULL
  }
  if (dklen < 1) return PyErr_SetString(PyExc_ValueError, "key length must be greater than 0.")
  if (dklen > 0x7fffffff) return PyErr_SetString(PyExc_OverflowError, "key length is too great.")
  const node = ALGOS[algo].name.replace("_", "-")
  return PyBytes_FromJS(crypto.pbkdf2Sync(password, saltBytes, iterations, dklen, node))
}
const scryptParser = argParser("scrypt", ["password", "salt", "n", "r", "p", "maxmem", "dklen"])
function scrypt(_m: Ref, args: number, nargs: number, kwnames: Ref): Own {
  const at = _PyArg_UnpackKeywords(args, nargs, 0, kwnames, scryptParser, 1, 1, 0)
  if (at === 0) return NULL
  const [, salt, n, r, p, maxmem, dklen] = [0, 1, 2, 3, 4, 5, 6].map((i) => ptr(at + 8 * i))
  const password = bytesArg(ptr(at), "scrypt", "argument 'password'")
  if (password === null) return NULL
  if (salt === NULL || salt === Py_None) return PyErr_SetString(PyExc_TypeError, "salt is required")
  const saltBytes = bytesArg(salt, "scrypt", "argument 'salt'")
  if (saltBytes === null) return NULL
  const N = positive(n, "n is required and must be an unsigned int")
  if (Number.isNaN(N)) return NULL
  if (N < 2 || N & (N - 1)) return PyErr_SetString(PyExc_ValueError, "n must be a power of 2.")
  const R = positive(r, "r is required and must be an unsigned int")
  const P = Number.isNaN(R) ? R : positive(p, "p is required and must be an unsigned int")
  if (Number.isNaN(P)) return NULL
  const max = maxmem === NULL ? 0 : PyLong_AsLong(maxmem)
  const length = dklen === NULL ? 64 : PyLong_AsLong(dklen)
  if (PyErr_Occurred()) return NULL
  if (max < 0 || max > 0x7fffffff) return PyErr_SetString(PyExc_ValueError, "maxmem must be positive and smaller than 2147483647")
  if (length < 1 || length > 0x7fffffff)
    return PyErr_SetString(PyExc_ValueError, "dklen must be greater than 0 and smaller than 2147483647")
  try {
    return PyBytes_FromJS(crypto.scryptSync(password, saltBytes, length, { N, r: R, p: P, maxmem: max || 32 * 1024 * 1024 }))
  } catch (e) {
    const limit = (e as Error).message.includes("memory limit")
    return PyErr_SetString(PyExc_ValueError, limit ? "[digital envelope routines] memory limit exceeded" : (e as Error).message)
  }
}
function get_fips_mode(_m: Ref): Own {
  return PyLong_FromLong(0)
}

function exec(module: Ref): number {
  if (PyModule_AddType(module, evpType) < 0 || PyModule_AddType(module, xofType) < 0 || PyModule_AddType(module, hmacType) < 0) return -1
  const $error = PyErr_NewException("_hashlib.UnsupportedDigestmodError", PyExc_ValueError, NULL)
  if ($error === NULL) return -1
  setptr(STATE, $error)
  if (PyModule_AddObjectRef(module, "UnsupportedDigestmodError", $error) < 0) return -1
  const $names = PyFrozenSet_New(NULL)
  const $constructors = PyDict_New()
  if ($names === NULL || $constructors === NULL) return -1
  for (const a of ALGOS) {
    const $n = PyUnicode_FromString(a.name)
    const bad = $n === NULL || PySet_Add($names, $n) < 0
    Py_XDECREF($n)
    if (bad) return -1
  }
  for (const name of NAMES) {
    const f = PyDict_GetItemString(PyModule_GetDict(module), `openssl_${name}`)
    const $n = PyUnicode_FromString(name)
    const bad = $n === NULL || PyDict_SetItem($constructors, f, $n) < 0
    Py_XDECREF($n)
    if (bad) return -1
  }
  setptr(CONSTRUCTORS, $constructors)
  const $operator = PyImport_ImportModule("_operator")
  const $compare = $operator === NULL ? NULL : PyObject_GetAttrString($operator, "_compare_digest")
  Py_XDECREF($operator)
  if ($compare === NULL) return -1
  Py_INCREF($constructors)
  const $proxy = PyDictProxy_New($constructors)
  Py_DECREF($constructors)
  return PyModule_AddObject(module, "openssl_md_meth_names", $names) < 0 ||
    PyModule_AddObject(module, "_constructors", $proxy) < 0 ||
    PyModule_AddObject(module, "compare_digest", $compare) < 0
    ? -1
    : 0
}

const CONSTRUCTOR_METHODS: readonly MethodSpec[] = NAMES.map((name) => [
  `openssl_${name}`,
  hashConstructor(`openssl_${name}`, name, ALGOS[algoNumber(name)].digest === 0 ? xofType : evpType),
  METH.FASTCALL | METH.KEYWORDS,
  `($module, /, string=b'', *, usedforsecurity=True)\n--\n\nReturns a ${name} hash object; optionally initialized with a string`,
])

defineModule({
  name: "_hashlib",
  doc: "OpenSSL's names for hashlib's algorithms.",
  exec,
  methods: [
    [
      "new",
      EVP_new,
      METH.FASTCALL | METH.KEYWORDS,
      "($module, /, name, string=b'', *, usedforsecurity=True)\n--\n\nReturn a new hash object using the named algorithm.",
    ],
    ...CONSTRUCTOR_METHODS,
    [
      "pbkdf2_hmac",
      pbkdf2_hmac,
      METH.FASTCALL | METH.KEYWORDS,
      "($module, /, hash_name, password, salt, iterations,\n            dklen=None)\n--\n\nPassword based key derivation function 2 with HMAC.",
    ],
    [
      "scrypt",
      scrypt,
      METH.FASTCALL | METH.KEYWORDS,
      "($module, /, password, *, salt=None, n=None, r=None, p=None,\n       maxmem=0, dklen=64)\n--\n\nscrypt password-based key derivation function.",
    ],
    ["get_fips_mode", get_fips_mode, METH.NOARGS, "($module, /)\n--\n\nWhether the FIPS mode is on: it is not."],
    ["hmac_digest", hmac_digest, METH.FASTCALL | METH.KEYWORDS, "($module, /, key, msg, digest)\n--\n\nSingle-shot HMAC."],
    ["hmac_new", hmac_new, METH.FASTCALL | METH.KEYWORDS, "($module, /, key, msg=b'', digestmod=None)\n--\n\nReturn a new hmac object."],
  ],
})
