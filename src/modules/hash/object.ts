import { int32, memcpy, ptr } from "../../heap/access.ts"
import { calloca, cstackMark, cstackReset } from "../../heap/cstack.ts"
import { fn } from "../../heap/fntable.ts"
import { Py_buffer, PyTypeObject } from "../../heap/layout.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_DECREF, Py_TYPE } from "../../heap/refcount.ts"
import { PyBuffer_Release, PyObject_CheckBuffer, PyObject_GetBuffer } from "../../objects/abstract.ts"
import { PyBytes_FromJS } from "../../objects/bytesobject.ts"
import { definePrivateType, type GetSetSpec, type MethodSpec } from "../../objects/define.ts"
import { PyErr_Occurred, PyErr_SetString } from "../../objects/errors.ts"
import { tp_free } from "../../objects/freelists.ts"
import { PyLong_AsSsize_t, PyLong_FromLong } from "../../objects/longobject.ts"
import { PyObject_IsTrue } from "../../objects/object.ts"
import { type allocfunc, METH, TPFLAGS } from "../../objects/slots.ts"
import { PyExc_BufferError, PyExc_TypeError, PyExc_ValueError } from "../../objects/statictypes.ts"
import { PyUnicode_Check, PyUnicode_FromString } from "../../objects/unicodeobject.ts"
import { none } from "../support.ts"
import { algoOf, hashFinish, hashInit, hashUpdate, State } from "./state.ts"

// Hash objects: a header, then a State.

export const STATE_OFFSET = 16
export const HASH_SIZE = STATE_OFFSET + State.SIZE

export function stateOf(self: Ref): number {
  return self + STATE_OFFSET
}

/** GET_BUFFER_VIEW_OR_ERROR: hash the bytes of a buffer object. 0, or -1 with the error set. */
export function updateFrom(state: number, data: Ref): number {
  if (PyUnicode_Check(data)) return fail(PyExc_TypeError, "Strings must be encoded before hashing")
  if (!PyObject_CheckBuffer(data)) return fail(PyExc_TypeError, "object supporting the buffer API required")
  const mark = cstackMark()
  const view = calloca(Py_buffer.SIZE)
  let r = PyObject_GetBuffer(data, view, 0)
  if (r === 0) {
    if (int32(view + Py_buffer.ndim) > 1) r = fail(PyExc_BufferError, "Buffer must be single dimension")
    else hashUpdate(state, ptr(view + Py_buffer.buf), int32(view + Py_buffer.len))
    PyBuffer_Release(view)
  }
  cstackReset(mark)
  return r
}
function fail(exc: Ref, message: string): number {
  PyErr_SetString(exc, message)
  return -1
}

/** A new hash object of `type`; `data` (NULL: nothing) is hashed at once. */
export function newHash(type: Ref, algo: number, data: Ref): Own {
  const $self = fn<allocfunc>(ptr(type + PyTypeObject.tp_alloc))(type, 0)
  if ($self === NULL) return NULL
  hashInit(stateOf($self), algo)
  if (data === NULL || updateFrom(stateOf($self), data) === 0) return $self
  Py_DECREF($self)
  return NULL
}

/** The digest so far; the state is left as it is. */
export function digestOf(state: number, length: number): Uint8Array {
  const mark = cstackMark()
  const copy = calloca(State.SIZE)
  memcpy(copy, state, State.SIZE)
  const d = hashFinish(copy, length)
  cstackReset(mark)
  return d
}
export function hex(bytes: Uint8Array): Own {
  let s = ""
  for (const b of bytes) s += (b < 16 ? "0" : "") + b.toString(16)
  return PyUnicode_FromString(s)
}

function hash_update(self: Ref, data: Ref): Own {
  return updateFrom(stateOf(self), data) < 0 ? NULL : none()
}
function hash_digest(self: Ref): Own {
  return PyBytes_FromJS(digestOf(stateOf(self), 0))
}
function hash_hexdigest(self: Ref): Own {
  return hex(digestOf(stateOf(self), 0))
}
function hash_copy(self: Ref): Own {
  const type = Py_TYPE(self)
  const $copy = fn<allocfunc>(ptr(type + PyTypeObject.tp_alloc))(type, 0)
  if ($copy !== NULL) memcpy(stateOf($copy), stateOf(self), State.SIZE)
  return $copy
}
/** A length argument of an extendable hash; -1 with the error set. */
export function lengthOf(arg: Ref): number {
  const n = PyLong_AsSsize_t(arg)
  if (n === -1 && PyErr_Occurred()) return -1
  if (n >= 0 && n < 1 << 29) return n
  return fail(PyExc_ValueError, n < 0 ? "value must be positive" : "length is too large")
}
function shake_digest(self: Ref, arg: Ref): Own {
  const n = lengthOf(arg)
  return n < 0 ? NULL : PyBytes_FromJS(digestOf(stateOf(self), n))
}
function shake_hexdigest(self: Ref, arg: Ref): Own {
  const n = lengthOf(arg)
  return n < 0 ? NULL : hex(digestOf(stateOf(self), n))
}
function get_name(self: Ref): Own {
  return PyUnicode_FromString(algoOf(stateOf(self)).name)
}
function get_block_size(self: Ref): Own {
  return PyLong_FromLong(algoOf(stateOf(self)).block)
}
function get_digest_size(self: Ref): Own {
  return PyLong_FromLong(int32(stateOf(self) + State.digestsize))
}
function get_capacity_bits(self: Ref): Own {
  return PyLong_FromLong(1600 - 8 * algoOf(stateOf(self)).block)
}
function get_rate_bits(self: Ref): Own {
  return PyLong_FromLong(8 * algoOf(stateOf(self)).block)
}
function get_suffix(self: Ref): Own {
  return PyBytes_FromJS(Uint8Array.of(algoOf(stateOf(self)).suffix ?? 0))
}
function hash_dealloc(self: Ref): void {
  tp_free(self)
}

export const COMMON_METHODS: readonly MethodSpec[] = [
  ["copy", hash_copy, METH.NOARGS, "($self, /)\n--\n\nReturn a copy of the hash object."],
  ["digest", hash_digest, METH.NOARGS, "($self, /)\n--\n\nReturn the digest value as a bytes object."],
  ["hexdigest", hash_hexdigest, METH.NOARGS, "($self, /)\n--\n\nReturn the digest value as a string of hexadecimal digits."],
  ["update", hash_update, METH.O, "($self, obj, /)\n--\n\nUpdate this hash object's state with the provided string."],
]
export const SHAKE_METHODS: readonly MethodSpec[] = [
  COMMON_METHODS[0],
  ["digest", shake_digest, METH.O, "($self, length, /)\n--\n\nReturn the digest value as a bytes object."],
  ["hexdigest", shake_hexdigest, METH.O, "($self, length, /)\n--\n\nReturn the digest value as a string of hexadecimal digits."],
  COMMON_METHODS[3],
]
export const COMMON_GETSET: readonly GetSetSpec[] = [
  ["block_size", get_block_size],
  ["name", get_name],
  ["digest_size", get_digest_size],
]
export const SHA3_GETSET: readonly GetSetSpec[] = [
  ...COMMON_GETSET,
  ["_capacity_bits", get_capacity_bits],
  ["_rate_bits", get_rate_bits],
  ["_suffix", get_suffix],
]

/** The type of one built-in algorithm: no instances but from its module's function. */
export function hashType(name: string): Ref {
  return definePrivateType({
    name,
    basicsize: HASH_SIZE,
    flags: TPFLAGS.DISALLOW_INSTANTIATION | TPFLAGS.IMMUTABLETYPE,
    dealloc: hash_dealloc,
    methods: COMMON_METHODS,
    getset: COMMON_GETSET,
  })
}
export { hash_dealloc }

/** `usedforsecurity` is read and not used, as in CPython; false with the error set. */
export function flagArg(op: Ref): boolean {
  return op === NULL || PyObject_IsTrue(op) >= 0
}
