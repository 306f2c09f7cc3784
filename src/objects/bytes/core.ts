import { memcpy, set64, setptr, strlen } from "../../heap/access.ts"
import { PyBytesObject, PyObject } from "../../heap/layout.ts"
import { PyObject_Calloc, PyObject_Free, PyObject_Malloc, PyObject_Realloc } from "../../heap/obmalloc.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_DECREF, Py_NewRef, Py_REFCNT, Py_SIZE, Py_TYPE } from "../../heap/refcount.ts"
import { IMMORTAL } from "../../heap/statics.ts"
import { attached, i32, u8 } from "../../heap/views.ts"
import { PyErr_BadInternalCall, PyErr_NoMemory, PyErr_SetString } from "../errors.ts"
import { typeName } from "../object.ts"
import { TPFLAGS } from "../slots.ts"
import { BYTE_CHARACTERS, EMPTY_BYTES, PyBytes_Type, PyExc_SystemError, PyExc_TypeError } from "../statictypes.ts"

// Objects/bytesobject.c: making and reading bytes. The data is followed by a NUL; an empty one and the 256 of length one are static.

/** Bytes of a bytes object without its data: PyBytesObject_SIZE, the NUL included. */
export const BYTES_HEADER = PyBytesObject.ob_sval + 1

function header(op: number, refcnt: number, size: number): void {
  const w = op >> 2
  i32[w] = refcnt
  i32[w + 1] = 0
  i32[w + 2] = PyBytes_Type
  i32[w + 3] = 0
  i32[w + 4] = size
  i32[w + 5] = 0
  i32[w + 6] = -1
  i32[w + 7] = -1
}

/** Write b"" and the one-byte bytes objects (boot). */
export function initBytes(): void {
  if (attached) return
  header(EMPTY_BYTES, IMMORTAL, 0)
  for (let c = 0; c < 256; c++) {
    const op = BYTE_CHARACTERS + c * 48
    header(op, IMMORTAL, 1)
    u8[op + PyBytesObject.ob_sval] = c
  }
}

export function PyBytes_Check(op: Ref): boolean {
  return (i32[(Py_TYPE(op) + 168) >> 2] & TPFLAGS.BYTES_SUBCLASS) !== 0
}
export function PyBytes_CheckExact(op: Ref): boolean {
  return i32[(op + PyObject.ob_type) >> 2] === PyBytes_Type
}
/** Address of the data. */
export function PyBytes_AS_STRING(op: Ref): number {
  return op + PyBytesObject.ob_sval
}
export function PyBytes_GET_SIZE(op: Ref): number {
  return i32[(op + PyBytesObject.ob_size) >> 2]
}

/** n bytes to be written by the caller (zeroed when `zero`). */
export function _PyBytes_FromSize(n: number, zero: boolean): Own {
  return n === 0 ? Py_NewRef(EMPTY_BYTES) : newBytes(n, zero)
}
/** Like _PyBytes_FromSize, but a new object even for no bytes. */
export function newBytes(n: number, zero: boolean): Own {
  if (n > 0x3fffffff) return PyErr_NoMemory()
  const op = zero ? PyObject_Calloc(1, BYTES_HEADER + n) : PyObject_Malloc(BYTES_HEADER + n)
  if (op === 0) return PyErr_NoMemory()
  header(op, 1, n)
  u8[op + PyBytesObject.ob_sval + n] = 0
  return op as Own
}

/** A copy of the n bytes at `str`; `str` 0: the caller writes the data. */
export function PyBytes_FromStringAndSize(str: number, n: number): Own {
  if (n < 0) return PyErr_SetString(PyExc_SystemError, "Negative size passed to PyBytes_FromStringAndSize")
  if (n === 1 && str !== 0) return Py_NewRef((BYTE_CHARACTERS + u8[str] * 48) as Ref)
  const $op = _PyBytes_FromSize(n, false)
  if ($op !== NULL && str !== 0 && n > 0) memcpy($op + PyBytesObject.ob_sval, str, n)
  return $op
}

/** A copy of the C string at `str`. */
export function PyBytes_FromString(str: number): Own {
  return PyBytes_FromStringAndSize(str, strlen(str))
}

/** A copy of JavaScript bytes. */
export function PyBytes_FromJS(data: Uint8Array): Own {
  const n = data.length
  if (n === 1) return Py_NewRef((BYTE_CHARACTERS + data[0] * 48) as Ref)
  const $op = _PyBytes_FromSize(n, false)
  if ($op !== NULL && n > 0) u8.set(data, $op + PyBytesObject.ob_sval)
  return $op
}

/** A JavaScript copy of the data of a bytes object. */
export function PyBytes_AsJS(op: Ref): Uint8Array {
  const d = op + PyBytesObject.ob_sval
  return u8.slice(d, d + PyBytes_GET_SIZE(op))
}

/** The one-byte bytes object of c, a new reference. */
export function PyBytes_FromByte(c: number): Own {
  return Py_NewRef((BYTE_CHARACTERS + (c & 255) * 48) as Ref)
}

/** -1 with TypeError when `op` is not bytes. */
export function PyBytes_Size(op: Ref): number {
  if (!PyBytes_Check(op)) {
    PyErr_SetString(PyExc_TypeError, `expected bytes, ${typeName(op).slice(0, 200)} found`)
    return -1
  }
  return Py_SIZE(op)
}
/** 0 with TypeError when `op` is not bytes. */
export function PyBytes_AsString(op: Ref): number {
  if (!PyBytes_Check(op)) {
    PyErr_SetString(PyExc_TypeError, `expected bytes, ${typeName(op).slice(0, 200)} found`)
    return 0
  }
  return op + PyBytesObject.ob_sval
}

/** Change the size of a bytes object that only the caller holds. Steals it; NULL with the error set. */
export function _PyBytes_Resize($v: Own, n: number): Own {
  if (!PyBytes_Check($v) || n < 0) {
    Py_DECREF($v)
    return PyErr_BadInternalCall()
  }
  const old = Py_SIZE($v)
  if (old === n) return $v
  if (old === 0) {
    const $new = _PyBytes_FromSize(n, false)
    Py_DECREF($v)
    return $new
  }
  if (Py_REFCNT($v) !== 1) {
    Py_DECREF($v)
    return PyErr_BadInternalCall()
  }
  if (n === 0) {
    Py_DECREF($v)
    return Py_NewRef(EMPTY_BYTES)
  }
  const op = PyObject_Realloc($v, BYTES_HEADER + n)
  if (op === 0) {
    PyObject_Free($v)
    return PyErr_NoMemory()
  }
  header(op, 1, n)
  setptr(op + PyObject.ob_type, PyBytes_Type)
  u8[op + PyBytesObject.ob_sval + n] = 0
  set64(op + PyBytesObject.ob_shash, -1, -1)
  return op as Own
}
