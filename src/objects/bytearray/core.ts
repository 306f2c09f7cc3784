import { memcpy, ptr, setptr, setssize, ssize } from "../../heap/access.ts"
import { calloca, cstackMark, cstackReset } from "../../heap/cstack.ts"
import { Py_buffer, PyByteArrayObject } from "../../heap/layout.ts"
import { PyObject_Free, PyObject_Malloc, PyObject_Realloc } from "../../heap/obmalloc.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_DECREF, Py_SET_SIZE, Py_SIZE, Py_TYPE } from "../../heap/refcount.ts"
import { staticAlloc } from "../../heap/statics.ts"
import { i32, u8 } from "../../heap/views.ts"
import { PyBuffer_Release, PyObject_GetBuffer } from "../abstract.ts"
import { PyObject_CallOneArg } from "../call.ts"
import { PyErr_NoMemory, PyErr_Occurred, PyErr_SetString } from "../errors.ts"
import { longOverflow, PyLong_AsLongAndOverflow } from "../longobject.ts"
import { PyBUF, PyBuffer_ToContiguous } from "../memoryobject.ts"
import { _PyObject_New } from "../object.ts"
import { PyByteArray_Type, PyExc_BufferError, PyExc_SystemError, PyExc_ValueError } from "../statictypes.ts"
import { PyType_IsSubtype } from "../typeobject.ts"

// Objects/bytearrayobject.c: a growable array of bytes.
// Invariant: ob_bytes == NULL iff ob_alloc == 0; else ob_bytes <= ob_start, ob_start + ob_size + 1 <= ob_bytes + ob_alloc, NUL at the end.

/** The data of an empty bytearray: one NUL. */
export const _PyByteArray_empty_string = staticAlloc(16)

export function PyByteArray_Check(op: Ref): boolean {
  const type = Py_TYPE(op)
  return type === PyByteArray_Type || PyType_IsSubtype(type, PyByteArray_Type)
}
export function PyByteArray_CheckExact(op: Ref): boolean {
  return Py_TYPE(op) === PyByteArray_Type
}
/** Address of the data. Anything that resizes moves it. */
export function PyByteArray_AS_STRING(op: Ref): number {
  return i32[(op + PyByteArrayObject.ob_size) >> 2] !== 0 ? i32[(op + PyByteArrayObject.ob_start) >> 2] : _PyByteArray_empty_string
}
export function PyByteArray_AsString(op: Ref): number {
  return PyByteArray_AS_STRING(op)
}
export function PyByteArray_GET_SIZE(op: Ref): number {
  return i32[(op + PyByteArrayObject.ob_size) >> 2]
}
export function PyByteArray_Size(op: Ref): number {
  return i32[(op + PyByteArrayObject.ob_size) >> 2]
}

export function PyByteArray_FromObject(input: Ref): Own {
  return PyObject_CallOneArg(PyByteArray_Type, input)
}

/** A copy of n bytes at `data` (0: not written). */
export function PyByteArray_FromStringAndSize(data: number, n: number): Own {
  if (n < 0) return PyErr_SetString(PyExc_SystemError, "Negative size passed to PyByteArray_FromStringAndSize")
  const $new = _PyObject_New(PyByteArray_Type)
  if ($new === NULL) return NULL
  let bytes = 0
  if (n > 0) {
    bytes = PyObject_Malloc(n + 1)
    if (bytes === 0) {
      setptr($new + PyByteArrayObject.ob_bytes, 0)
      setssize($new + PyByteArrayObject.ob_exports, 0)
      Py_DECREF($new)
      return PyErr_NoMemory()
    }
    if (data !== 0) memcpy(bytes, data, n)
    u8[bytes + n] = 0
  }
  Py_SET_SIZE($new, n)
  setssize($new + PyByteArrayObject.ob_alloc, n > 0 ? n + 1 : 0)
  setptr($new + PyByteArrayObject.ob_bytes, bytes)
  setptr($new + PyByteArrayObject.ob_start, bytes)
  setssize($new + PyByteArrayObject.ob_exports, 0)
  return $new
}

/** False with BufferError while a buffer is exported. */
export function canresize(self: Ref): boolean {
  if (i32[(self + PyByteArrayObject.ob_exports) >> 2] > 0) {
    PyErr_SetString(PyExc_BufferError, "Existing exports of data: object cannot be re-sized")
    return false
  }
  return true
}

/** 0, or -1 with the error set. New bytes are not written. */
export function PyByteArray_Resize(self: Ref, size: number): number {
  let alloc = i32[(self + PyByteArrayObject.ob_alloc) >> 2]
  const bytes = ptr(self + PyByteArrayObject.ob_bytes)
  const offset = ptr(self + PyByteArrayObject.ob_start) - bytes
  if (size === Py_SIZE(self)) return 0
  if (!canresize(self)) return -1
  if (size + offset + 1 <= alloc) {
    if (size < Math.floor(alloc / 2)) alloc = size + 1
    else {
      Py_SET_SIZE(self, size)
      u8[PyByteArray_AS_STRING(self) + size] = 0
      return 0
    }
  } else if (size <= alloc * 1.125) alloc = size + (size >> 3) + (size < 9 ? 3 : 6)
  else alloc = size + 1
  let data: number
  if (alloc > 0x7fffffff) data = 0
  else if (offset > 0) {
    data = PyObject_Malloc(alloc)
    if (data !== 0) {
      memcpy(data, PyByteArray_AS_STRING(self), Math.min(size, Py_SIZE(self)))
      PyObject_Free(bytes)
    }
  } else data = PyObject_Realloc(bytes, alloc)
  if (data === 0) {
    PyErr_NoMemory()
    return -1
  }
  setptr(self + PyByteArrayObject.ob_bytes, data)
  setptr(self + PyByteArrayObject.ob_start, data)
  Py_SET_SIZE(self, size)
  setssize(self + PyByteArrayObject.ob_alloc, alloc)
  u8[data + size] = 0
  return 0
}

/** A byte value, -1 with the error set. */
export function getbytevalue(arg: Ref): number {
  const v = PyLong_AsLongAndOverflow(arg)
  if (v === -1 && longOverflow === 0 && PyErr_Occurred()) return -1
  if (v < 0 || v >= 256) {
    PyErr_SetString(PyExc_ValueError, "byte must be in range(0, 256)")
    return -1
  }
  return v
}

/** A copy of what any buffer holds; NULL with TypeError for other objects. */
export function _PyByteArray_FromBufferObject(op: Ref): Own {
  const mark = cstackMark()
  const view = calloca(Py_buffer.SIZE)
  let $result: Own = NULL
  if (PyObject_GetBuffer(op, view, PyBUF.FULL_RO) === 0) {
    const n = ssize(view + Py_buffer.len)
    $result = PyByteArray_FromStringAndSize(0, n)
    if ($result !== NULL && PyBuffer_ToContiguous(PyByteArray_AS_STRING($result), view, n, "C") < 0) {
      Py_DECREF($result)
      $result = NULL
    }
    PyBuffer_Release(view)
  }
  cstackReset(mark)
  return $result
}
