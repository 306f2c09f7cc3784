import { ptr } from "../heap/access.ts"
import { fn } from "../heap/fntable.ts"
import { PyTypeObject } from "../heap/layout.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { Py_DECREF } from "../heap/refcount.ts"
import { PyNumber_Index } from "../objects/abstract.ts"
import { defineModule, definePrivateType } from "../objects/define.ts"
import { PyDict_SetItemString } from "../objects/dictobject.ts"
import { PyErr_Occurred, PyErr_SetString } from "../objects/errors.ts"
import { _PyArg_UnpackKeywordsTuple, argParser } from "../objects/getargs.ts"
import { _PyLong_AsInt, PyLong_AsBigInt, PyLong_Check, PyLong_FromLong } from "../objects/longobject.ts"
import { PyModule_AddIntConstant, PyModule_AddType } from "../objects/moduleobject.ts"
import { PyObject_IsTrue, typeName } from "../objects/object.ts"
import { type allocfunc, TPFLAGS } from "../objects/slots.ts"
import { PyExc_OverflowError, PyExc_TypeError, PyExc_ValueError } from "../objects/statictypes.ts"
import { COMMON_GETSET, COMMON_METHODS, flagArg, HASH_SIZE, hash_dealloc, stateOf, updateFrom } from "./hash/object.ts"
import { algoNumber, blake2Init } from "./hash/state.ts"
import { bytesArg } from "./support.ts"

// Modules/_blake2: BLAKE2b and BLAKE2s with their parameters.

const KEYWORDS = [
  "",
  "digest_size",
  "key",
  "salt",
  "person",
  "fanout",
  "depth",
  "leaf_size",
  "node_offset",
  "node_depth",
  "inner_size",
  "last_node",
  "usedforsecurity",
]

interface Variant {
  name: string
  out: number
  key: number
  salt: number
}
const VARIANTS: readonly Variant[] = [
  { name: "blake2b", out: 64, key: 64, salt: 16 },
  { name: "blake2s", out: 32, key: 32, salt: 8 },
]

function bad(exc: Ref, message: string): null {
  PyErr_SetString(exc, message)
  return null
}
/** A C int; null with the error set. */
function int(op: Ref, dflt: number): number | null {
  if (op === NULL) return dflt
  const v = _PyLong_AsInt(op)
  return v === -1 && PyErr_Occurred() ? null : v
}
function unsigned(op: Ref, bits: bigint, name: string): bigint | null {
  if (op === NULL) return 0n
  const $i = PyLong_Check(op) ? PyNumber_Index(op) : NULL
  if ($i === NULL) return bad(PyExc_TypeError, `'${typeName(op)}' object cannot be interpreted as an integer`)
  const v = PyLong_AsBigInt($i)
  Py_DECREF($i)
  if (v < 0n) return bad(PyExc_OverflowError, "can't convert negative value to unsigned int")
  if (v >> bits) return bad(PyExc_OverflowError, v >> 64n ? "Python int too large to convert to C unsigned long" : `${name} is too large`)
  return v
}
function bytes(op: Ref, fname: string, name: string): Uint8Array | null {
  return op === NULL ? new Uint8Array(0) : bytesArg(op, fname, `argument '${name}'`)
}

/** The parameter block: digest length, key length, fanout, depth, leaf length, node offset, node depth, inner length, salt, person. */
function parameters(v: Variant, at: number, key: Uint8Array, salt: Uint8Array, person: Uint8Array): Uint8Array | null {
  const digest = int(ptr(at + 8), v.out)
  if (digest === null) return null
  if (digest <= 0 || digest > v.out) return bad(PyExc_ValueError, `digest_size must be between 1 and ${v.out} bytes`)
  if (salt.length > v.salt) return bad(PyExc_ValueError, `maximum salt length is ${v.salt} bytes`)
  if (person.length > v.salt) return bad(PyExc_ValueError, `maximum person length is ${v.salt} bytes`)
  const fanout = int(ptr(at + 40), 1)
  const depth = fanout === null ? null : int(ptr(at + 48), 1)
  if (fanout === null || depth === null) return null
  if (fanout < 0 || fanout > 255) return bad(PyExc_ValueError, "fanout must be between 0 and 255")
  if (depth <= 0 || depth > 255) return bad(PyExc_ValueError, "depth must be between 1 and 255")
  const leaf = unsigned(ptr(at + 56), 32n, "leaf_size")
  const offset = leaf === null ? null : unsigned(ptr(at + 64), v.out === 64 ? 64n : 48n, "node_offset")
  if (leaf === null || offset === null) return null
  const nodeDepth = int(ptr(at + 72), 0)
  const inner = nodeDepth === null ? null : int(ptr(at + 80), 0)
  if (nodeDepth === null || inner === null) return null
  if (nodeDepth < 0 || nodeDepth > 255) return bad(PyExc_ValueError, "node_depth must be between 0 and 255")
  if (inner < 0 || inner > v.out) return bad(PyExc_ValueError, `inner_size must be between 0 and is ${v.out}`)
  if (key.length > v.key) return bad(PyExc_ValueError, `maximum key length is ${v.key} bytes`)
  const p = new Uint8Array(v.out)
  const view = new DataView(p.buffer)
  p.set([digest, key.length, fanout, depth])
  view.setUint32(4, Number(leaf), true)
  view.setUint32(8, Number(offset & 0xffffffffn), true)
  if (v.out === 64) {
    view.setUint32(12, Number(offset >> 32n), true)
    p[16] = nodeDepth
    p[17] = inner
  } else {
    view.setUint16(12, Number(offset >> 32n), true)
    p[14] = nodeDepth
    p[15] = inner
  }
  p.set(salt, v.out - 2 * v.salt)
  p.set(person, v.out - v.salt)
  return p
}

function blakeType(v: Variant): Ref {
  const parser = argParser(v.name, KEYWORDS)
  const algo = algoNumber(v.name)
  const create = (type: Ref, args: Ref, kwds: Ref): Own => {
    const at = _PyArg_UnpackKeywordsTuple(args, kwds, parser, 0, 1, 0)
    if (at === 0) return NULL
    const data = ptr(at)
    const key = bytes(ptr(at + 16), v.name, "key")
    const salt = key && bytes(ptr(at + 24), v.name, "salt")
    const person = salt && bytes(ptr(at + 32), v.name, "person")
    if (!key || !salt || !person) return NULL
    const last = ptr(at + 88) === NULL ? 0 : PyObject_IsTrue(ptr(at + 88))
    if (last < 0 || !flagArg(ptr(at + 96))) return NULL
    const param = parameters(v, at, key, salt, person)
    const $self = param === null ? NULL : fn<allocfunc>(ptr(type + PyTypeObject.tp_alloc))(type, 0)
    if ($self === NULL || param === null) return NULL
    blake2Init(stateOf($self), algo, param, key, last > 0)
    if (data === NULL || updateFrom(stateOf($self), data) === 0) return $self
    Py_DECREF($self)
    return NULL
  }
  return definePrivateType({
    name: `_blake2.${v.name}`,
    basicsize: HASH_SIZE,
    flags: TPFLAGS.DEFAULT,
    doc: `(data=b'', /, *, digest_size=_blake2.${v.name}.MAX_DIGEST_SIZE,\n        key=b'', salt=b'', person=b'', fanout=1, depth=1, leaf_size=0,\n        node_offset=0, node_depth=0, inner_size=0, last_node=False,\n        usedforsecurity=True)\n--\n\nReturn a new ${v.name === "blake2b" ? "BLAKE2b" : "BLAKE2s"} hash object.`,
    new: create,
    dealloc: hash_dealloc,
    methods: COMMON_METHODS,
    getset: COMMON_GETSET,
  })
}
const TYPES = VARIANTS.map(blakeType)

function exec(module: Ref): number {
  for (let i = 0; i < VARIANTS.length; i++) {
    const v = VARIANTS[i]
    const type = TYPES[i]
    if (PyModule_AddType(module, type) < 0) return -1
    const constants: readonly (readonly [string, number])[] = [
      ["SALT_SIZE", v.salt],
      ["PERSON_SIZE", v.salt],
      ["MAX_KEY_SIZE", v.key],
      ["MAX_DIGEST_SIZE", v.out],
    ]
    for (const [name, n] of constants) {
      const $n = PyLong_FromLong(n)
      const r = PyDict_SetItemString(ptr(type + PyTypeObject.tp_dict), name, $n)
      Py_DECREF($n)
      if (r < 0 || PyModule_AddIntConstant(module, `${v.name.toUpperCase()}_${name}`, n) < 0) return -1
    }
  }
  return 0
}

defineModule({ name: "_blake2", exec })
