import { int32, memcpy, ptr, setint32, setptr, setssize, ssize } from "../../heap/access.ts"
import { calloca, cstackMark, cstackReset } from "../../heap/cstack.ts"
import { fn } from "../../heap/fntable.ts"
import { PyBufferProcs, PyTypeObject, Py_buffer } from "../../heap/layout.ts"
import { NULL, type Ref } from "../../heap/ref.ts"
import { Py_DECREF, Py_INCREF, Py_TYPE, Py_XDECREF } from "../../heap/refcount.ts"
import { cstr } from "../../heap/statics.ts"
import { i32 } from "../../heap/views.ts"
import { PyObject_CallOneArg } from "../call.ts"
import { PyErr_Clear, PyErr_SetString } from "../errors.ts"
import { PyLong_AsSsize_t } from "../longobject.ts"
import { PyObject_GetAttrString, cstringJS, typeName } from "../object.ts"
import type { getbufferproc, releasebufferproc } from "../slots.ts"
import { PyExc_BufferError, PyExc_TypeError } from "../statictypes.ts"
import { PyUnicode_FromString } from "../unicodeobject.ts"
import { upcalls } from "../upcalls.ts"

// Objects/abstract.c: the buffer protocol. `view` is the address of a Py_buffer.

export const enum PyBUF {
  SIMPLE = 0,
  WRITABLE = 1,
  FORMAT = 4,
  ND = 8,
  STRIDES = 0x18,
  C_CONTIGUOUS = 0x38,
  F_CONTIGUOUS = 0x58,
  ANY_CONTIGUOUS = 0x98,
  INDIRECT = 0x118,
  CONTIG = 9,
  CONTIG_RO = 8,
  STRIDED = 0x19,
  STRIDED_RO = 0x18,
  RECORDS = 0x1d,
  RECORDS_RO = 0x1c,
  FULL = 0x11d,
  FULL_RO = 0x11c,
  READ = 0x100,
  WRITE = 0x200,
  MAX_NDIM = 64,
}
const FORMAT_B = cstr("B")

function bufferSlot(obj: Ref, slot: number): number {
  const pb = ptr(Py_TYPE(obj) + PyTypeObject.tp_as_buffer)
  return pb === 0 ? 0 : ptr(pb + slot)
}
export function PyObject_CheckBuffer(obj: Ref): boolean {
  return bufferSlot(obj, PyBufferProcs.bf_getbuffer) !== 0
}
/** Fill the Py_buffer: 0, or -1 with the error set. Give it back with PyBuffer_Release. */
export function PyObject_GetBuffer(obj: Ref, view: number, flags: number): number {
  const f = bufferSlot(obj, PyBufferProcs.bf_getbuffer)
  if (f === 0) {
    PyErr_SetString(PyExc_TypeError, `a bytes-like object is required, not '${typeName(obj).slice(0, 100)}'`)
    return -1
  }
  return fn<getbufferproc>(f)(obj, view, flags)
}
export function PyBuffer_Release(view: number): void {
  const obj = ptr(view + Py_buffer.obj)
  if (obj === NULL) return
  const f = bufferSlot(obj, PyBufferProcs.bf_releasebuffer)
  if (f !== 0) fn<releasebufferproc>(f)(obj, view)
  setptr(view + Py_buffer.obj, 0)
  Py_DECREF(obj)
}
export function PyObject_CheckReadBuffer(obj: Ref): boolean {
  const f = bufferSlot(obj, PyBufferProcs.bf_getbuffer)
  if (f === 0) return false
  const mark = cstackMark()
  const view = calloca(Py_buffer.SIZE)
  const ok = fn<getbufferproc>(f)(obj, view, PyBUF.SIMPLE) !== -1
  if (ok) PyBuffer_Release(view)
  else PyErr_Clear()
  cstackReset(mark)
  return ok
}

function isFortranContiguous(view: number): boolean {
  if (ssize(view + Py_buffer.len) === 0) return true
  const ndim = int32(view + Py_buffer.ndim)
  const shape = ptr(view + Py_buffer.shape)
  const strides = ptr(view + Py_buffer.strides)
  if (strides === 0) {
    if (ndim <= 1) return true
    let big = 0
    for (let i = 0; i < ndim; i++) if (ssize(shape + 8 * i) > 1) big++
    return big <= 1
  }
  let sd = ssize(view + Py_buffer.itemsize)
  for (let i = 0; i < ndim; i++) {
    const dim = ssize(shape + 8 * i)
    if (dim > 1 && ssize(strides + 8 * i) !== sd) return false
    sd *= dim
  }
  return true
}
function isCContiguous(view: number): boolean {
  if (ssize(view + Py_buffer.len) === 0) return true
  const strides = ptr(view + Py_buffer.strides)
  if (strides === 0) return true
  const shape = ptr(view + Py_buffer.shape)
  let sd = ssize(view + Py_buffer.itemsize)
  for (let i = int32(view + Py_buffer.ndim) - 1; i >= 0; i--) {
    const dim = ssize(shape + 8 * i)
    if (dim > 1 && ssize(strides + 8 * i) !== sd) return false
    sd *= dim
  }
  return true
}
/** `order`: "C", "F" or "A" (either). */
export function PyBuffer_IsContiguous(view: number, order: string): boolean {
  if (ptr(view + Py_buffer.suboffsets) !== 0) return false
  if (order === "C") return isCContiguous(view)
  if (order === "F") return isFortranContiguous(view)
  return order === "A" && (isCContiguous(view) || isFortranContiguous(view))
}
/** Address of the element with the given indices (an array of Py_ssize_t). */
export function PyBuffer_GetPointer(view: number, indices: number): number {
  let p: number = ptr(view + Py_buffer.buf)
  const ndim = int32(view + Py_buffer.ndim)
  const strides = ptr(view + Py_buffer.strides)
  const suboffsets = ptr(view + Py_buffer.suboffsets)
  for (let i = 0; i < ndim; i++) {
    p += ssize(strides + 8 * i) * ssize(indices + 8 * i)
    if (suboffsets !== 0 && ssize(suboffsets + 8 * i) >= 0) p = ptr(p) + ssize(suboffsets + 8 * i)
  }
  return p
}
export function _Py_add_one_to_index_F(nd: number, index: number, shape: number): void {
  for (let k = 0; k < nd; k++) {
    const v = ssize(index + 8 * k)
    if (v < ssize(shape + 8 * k) - 1) return setssize(index + 8 * k, v + 1)
    setssize(index + 8 * k, 0)
  }
}
export function _Py_add_one_to_index_C(nd: number, index: number, shape: number): void {
  for (let k = nd - 1; k >= 0; k--) {
    const v = ssize(index + 8 * k)
    if (v < ssize(shape + 8 * k) - 1) return setssize(index + 8 * k, v + 1)
    setssize(index + 8 * k, 0)
  }
}
/** Copy `len` contiguous bytes at `buf` into the view's elements, in order `fort` ("C" or "F"). */
export function PyBuffer_FromContiguous(view: number, buf: number, len: number, fort: string): number {
  len = Math.min(len, ssize(view + Py_buffer.len))
  if (PyBuffer_IsContiguous(view, fort)) {
    memcpy(ptr(view + Py_buffer.buf), buf, len)
    return 0
  }
  const ndim = int32(view + Py_buffer.ndim)
  const itemsize = ssize(view + Py_buffer.itemsize)
  const shape = ptr(view + Py_buffer.shape)
  const mark = cstackMark()
  const indices = calloca(8 * ndim)
  for (let k = 0; k < ndim; k++) setssize(indices + 8 * k, 0)
  const next = fort === "F" ? _Py_add_one_to_index_F : _Py_add_one_to_index_C
  for (let n = Math.floor(len / itemsize), src = buf; n > 0; n--, src += itemsize) {
    memcpy(PyBuffer_GetPointer(view, indices), src, itemsize)
    next(ndim, indices, shape)
  }
  cstackReset(mark)
  return 0
}
/** struct.calcsize(format), -1 with the error set. */
export function PyBuffer_SizeFromFormat(format: number): number {
  const $struct = upcalls.importModule("struct")
  if ($struct === NULL) return -1
  const $calcsize = PyObject_GetAttrString($struct, "calcsize")
  const $fmt = $calcsize === NULL ? NULL : PyUnicode_FromString(cstringJS(format))
  const $res = $fmt === NULL ? NULL : PyObject_CallOneArg($calcsize, $fmt)
  const size = $res === NULL ? -1 : PyLong_AsSsize_t($res)
  Py_DECREF($struct)
  Py_XDECREF($calcsize)
  Py_XDECREF($fmt)
  Py_XDECREF($res)
  return size
}
export function PyBuffer_FillContiguousStrides(nd: number, shape: number, strides: number, itemsize: number, fort: string): void {
  let sd = itemsize
  for (let j = 0; j < nd; j++) {
    const k = fort === "F" ? j : nd - 1 - j
    setssize(strides + 8 * k, sd)
    sd *= ssize(shape + 8 * k)
  }
}
/** Fill a view of `len` plain bytes at `buf`; `obj` (or 0) is kept alive by it. 0, or -1 with BufferError set. */
export function PyBuffer_FillInfo(view: number, obj: Ref | 0, buf: number, len: number, readonly: number, flags: number): number {
  if (view === 0) {
    PyErr_SetString(PyExc_BufferError, "PyBuffer_FillInfo: view==NULL argument is obsolete")
    return -1
  }
  if ((flags & PyBUF.WRITABLE) !== 0 && readonly === 1) {
    PyErr_SetString(PyExc_BufferError, "Object is not writable.")
    return -1
  }
  setptr(view + Py_buffer.obj, obj)
  if (obj) Py_INCREF(obj as Ref)
  setptr(view + Py_buffer.buf, buf)
  setssize(view + Py_buffer.len, len)
  setint32(view + Py_buffer.readonly, readonly)
  setssize(view + Py_buffer.itemsize, 1)
  setptr(view + Py_buffer.format, (flags & PyBUF.FORMAT) !== 0 ? FORMAT_B : 0)
  setint32(view + Py_buffer.ndim, 1)
  setptr(view + Py_buffer.shape, (flags & PyBUF.ND) !== 0 ? view + Py_buffer.len : 0)
  setptr(view + Py_buffer.strides, (flags & PyBUF.STRIDES) === PyBUF.STRIDES ? view + Py_buffer.itemsize : 0)
  setptr(view + Py_buffer.suboffsets, 0)
  setptr(view + Py_buffer.internal, 0)
  return 0
}
function copyElements(dest: number, src: number): void {
  const ndim = int32(src + Py_buffer.ndim)
  const shape = ptr(src + Py_buffer.shape)
  const mark = cstackMark()
  const indices = calloca(8 * ndim)
  let elements = 1
  for (let k = 0; k < ndim; k++) {
    setssize(indices + 8 * k, 0)
    elements *= ssize(shape + 8 * k)
  }
  while (elements-- > 0) {
    _Py_add_one_to_index_C(ndim, indices, shape)
    memcpy(PyBuffer_GetPointer(dest, indices), PyBuffer_GetPointer(src, indices), ssize(src + Py_buffer.itemsize))
  }
  cstackReset(mark)
}
/** Copy the bytes of one buffer into another: 0, or -1 with the error set. */
export function PyObject_CopyData(dest: Ref, src: Ref): number {
  if (!PyObject_CheckBuffer(dest) || !PyObject_CheckBuffer(src)) {
    PyErr_SetString(PyExc_TypeError, "both destination and source must be bytes-like objects")
    return -1
  }
  const mark = cstackMark()
  const d = calloca(Py_buffer.SIZE)
  const s = calloca(Py_buffer.SIZE)
  let res = -1
  if (PyObject_GetBuffer(dest, d, PyBUF.FULL) === 0) {
    if (PyObject_GetBuffer(src, s, PyBUF.FULL_RO) === 0) {
      const both = (order: string): boolean => PyBuffer_IsContiguous(d, order) && PyBuffer_IsContiguous(s, order)
      if (i32[(d + Py_buffer.len) >> 2] < i32[(s + Py_buffer.len) >> 2]) {
        PyErr_SetString(PyExc_BufferError, "destination is too small to receive data from source")
      } else {
        if (both("C") || both("F")) memcpy(ptr(d + Py_buffer.buf), ptr(s + Py_buffer.buf), ssize(s + Py_buffer.len))
        else copyElements(d, s)
        res = 0
      }
      PyBuffer_Release(s)
    }
    PyBuffer_Release(d)
  }
  cstackReset(mark)
  return res
}
