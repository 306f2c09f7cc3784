import { ptr } from "../../heap/access.ts"
import { calloca } from "../../heap/cstack.ts"
import { Py_buffer, PyByteArrayObject, PyBytesObject } from "../../heap/layout.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_DECREF, Py_NewRef, Py_SIZE } from "../../heap/refcount.ts"
import { i32 } from "../../heap/views.ts"
import { _PyNumber_Index, PyBuffer_IsContiguous, PyBuffer_Release, PyObject_GetBuffer } from "../abstract.ts"
import { PyByteArray_AS_STRING, PyByteArray_FromStringAndSize } from "../bytearrayobject.ts"
import { PyErr_Occurred } from "../errors.ts"
import { _PyArg_BadArgument } from "../getargs.ts"
import { _PyLong_AsInt, PyLong_AsSsize_t } from "../longobject.ts"
import { PyBytes_Check, PyBytes_CheckExact, PyBytes_FromStringAndSize } from "./core.ts"

// What stringlib's macros do: one set of methods serves bytes and bytearray, told apart by the type of self.

/** Address of self's data. */
export function STR(self: Ref): number {
  return PyBytes_Check(self) ? self + PyBytesObject.ob_sval : PyByteArray_AS_STRING(self)
}
export function LEN(self: Ref): number {
  return Py_SIZE(self)
}
/** A new object of self's base type from n bytes at `data` (0: not written). */
export function NEW(self: Ref, data: number, n: number): Own {
  return PyBytes_Check(self) ? PyBytes_FromStringAndSize(data, n) : PyByteArray_FromStringAndSize(data, n)
}
/** self itself when it is exact bytes, else a copy. */
export function returnSelf(self: Ref): Own {
  return PyBytes_CheckExact(self) ? Py_NewRef(self) : NEW(self, STR(self), LEN(self))
}
export function isMutable(self: Ref): boolean {
  return !PyBytes_Check(self)
}

/** A simple buffer of `obj` on the native scratch stack, 0 with the error set. The caller releases it and resets the stack. */
export function simpleBuffer(obj: Ref): number {
  const view = calloca(Py_buffer.SIZE)
  return PyObject_GetBuffer(obj, view, 0) !== 0 ? 0 : view
}
/** The same for a `y*` parameter: contiguous or TypeError. */
export function argBuffer(obj: Ref, fname: string, argument: string): number {
  const view = calloca(Py_buffer.SIZE)
  i32[(view + Py_buffer.obj) >> 2] = 0
  if (PyObject_GetBuffer(obj, view, 0) !== 0) return 0
  if (!PyBuffer_IsContiguous(view, "C")) {
    _PyArg_BadArgument(fname, argument, "contiguous buffer", obj)
    PyBuffer_Release(view)
    return 0
  }
  return view
}
export function bufOf(view: number): number {
  return ptr(view + Py_buffer.buf)
}
export function lenOf(view: number): number {
  return i32[(view + Py_buffer.len) >> 2]
}

/** Is `view` really a bytearray's? Its data moves, so read `bufOf` after anything that may resize it. */
export function byteArrayData(op: Ref): number {
  return ptr(op + PyByteArrayObject.ob_start)
}

/** False when the last `argSsize` or `argInt` set an error. */
export let argOk = true
/** A Py_ssize_t parameter: any index, OverflowError beyond 64 bits. */
export function argSsize(op: Ref): number {
  const $i = _PyNumber_Index(op)
  let v = -1
  if ($i !== NULL) {
    v = PyLong_AsSsize_t($i)
    Py_DECREF($i)
  }
  argOk = v !== -1 || !PyErr_Occurred()
  return v
}
export function argInt(op: Ref): number {
  const v = _PyLong_AsInt(op)
  argOk = v !== -1 || !PyErr_Occurred()
  return v
}
