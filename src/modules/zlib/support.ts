import { ptr, setptr } from "../../heap/access.ts"
import { calloca, cstackMark, cstackReset } from "../../heap/cstack.ts"
import { Py_buffer } from "../../heap/layout.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_XDECREF } from "../../heap/refcount.ts"
import { u8 } from "../../heap/views.ts"
import { PyBuffer_Release, PyObject_GetBuffer } from "../../objects/abstract.ts"
import { bufOf, lenOf } from "../../objects/bytes_methods.ts"
import { PyBytes_AS_STRING, PyBytes_FromJS, PyBytes_GET_SIZE } from "../../objects/bytesobject.ts"
import { PyErr_SetString } from "../../objects/errors.ts"
import { InflateError } from "./inflate.ts"

/** `zlib.error`, made once an interpreter: kept in the module's state, found through the module's functions and its types' instances. */
export function fail($error: Ref, message: string): Own {
  return PyErr_SetString($error, message)
}
/** Set zlib.error for what inflate threw; anything else goes on being thrown. */
export function failInflate($error: Ref, e: unknown, doing: string): Own {
  if (!(e instanceof InflateError)) throw e
  return fail($error, `Error ${e.code} while ${doing}${e.message === "" ? "" : `: ${e.message}`}`)
}

/** A copy of a buffer's bytes; null with the error set. */
export function bufferBytes(arg: Ref): Uint8Array | null {
  const mark = cstackMark()
  const view = calloca(Py_buffer.SIZE)
  let r: Uint8Array | null = null
  if (PyObject_GetBuffer(arg, view, 0) === 0) {
    r = u8.slice(bufOf(view), bufOf(view) + lenOf(view))
    PyBuffer_Release(view)
  }
  cstackReset(mark)
  return r
}

/** A copy of the bytes object in a field; empty for NULL. */
export function fieldBytes(slot: number): Uint8Array {
  const op = ptr(slot)
  if (op === NULL) return new Uint8Array(0)
  const at = PyBytes_AS_STRING(op)
  return u8.slice(at, at + PyBytes_GET_SIZE(op))
}
/** Put new bytes in a field; -1 with the error set. */
export function setFieldBytes(slot: number, data: Uint8Array): number {
  const $new = PyBytes_FromJS(data)
  if ($new === NULL) return -1
  const old = ptr(slot)
  setptr(slot, $new)
  Py_XDECREF(old)
  return 0
}

export function concat(a: Uint8Array, b: Uint8Array): Uint8Array {
  if (a.length === 0) return b
  const r = new Uint8Array(a.length + b.length)
  r.set(a)
  r.set(b, a.length)
  return r
}
