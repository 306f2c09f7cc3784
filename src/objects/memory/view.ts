import { memcpy, ptr, set64, setint32, setptr, setssize, strlen } from "../../heap/access.ts"
import { _PyManagedBufferObject, Py_buffer, PyMemoryViewObject } from "../../heap/layout.ts"
import { PyMem_Free, PyMem_Malloc } from "../../heap/obmalloc.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_CLEAR, Py_DECREF, Py_INCREF, Py_TYPE } from "../../heap/refcount.ts"
import { i32 } from "../../heap/views.ts"
import { _PyObject_GC_New, _PyObject_GC_NewVar, _PyObject_GC_TRACK, _PyObject_GC_UNTRACK, PyObject_GC_Del } from "../../gc/gcmodule.ts"
import { PyBuffer_FillInfo, PyBuffer_IsContiguous, PyBuffer_Release, PyObject_CheckBuffer, PyObject_GetBuffer } from "../abstract.ts"
import { PyBytes_FromStringAndSize } from "../bytesobject.ts"
import { defineType } from "../define.ts"
import { PyErr_NoMemory, PyErr_SetString } from "../errors.ts"
import { PyObject_GenericGetAttr, typeName } from "../object.ts"
import { TPFLAGS, type visitproc } from "../slots.ts"
import {
  _PyManagedBuffer_Type,
  PyExc_BufferError,
  PyExc_SystemError,
  PyExc_TypeError,
  PyExc_ValueError,
  PyMemoryView_Type,
} from "../statictypes.ts"
import { PyObject_ClearWeakRefs } from "../weakrefobject.ts"
import {
  FORMAT_B,
  at,
  copy_buffer,
  init_fortran_strides_from_shape,
  init_shape_strides,
  init_shared_values,
  init_strides_from_shape,
  init_suboffsets,
  itemsizeOf,
  ndimOf,
  PyBUF,
  setAt,
} from "./buffer.ts"

// Objects/memoryobject.c: managed buffers and the making and releasing of memoryviews.
// Invariant: mbuf.exports == number of its unreleased views; view.exports == buffers given out through memory_getbuf.

export const enum MBUF {
  RELEASED = 1,
  FREE_FORMAT = 2,
}
export const enum MV {
  RELEASED = 1,
  C = 2,
  FORTRAN = 4,
  SCALAR = 8,
  PIL = 16,
}

export function PyMemoryView_Check(op: Ref): boolean {
  return Py_TYPE(op) === PyMemoryView_Type
}
/** Address of the view's Py_buffer. */
export function PyMemoryView_GET_BUFFER(op: Ref): number {
  return op + PyMemoryViewObject.view
}
export function PyMemoryView_GET_BASE(op: Ref): Ref {
  return ptr(op + PyMemoryViewObject.view + Py_buffer.obj)
}

function mbuf_alloc(): Own {
  const $m = _PyObject_GC_New(_PyManagedBuffer_Type)
  if ($m === NULL) return NULL
  i32[($m + _PyManagedBufferObject.flags) >> 2] = 0
  setssize($m + _PyManagedBufferObject.exports, 0)
  setptr($m + _PyManagedBufferObject.master + Py_buffer.obj, 0)
  _PyObject_GC_TRACK($m)
  return $m
}

/** Release the underlying buffer, even if views still exist (a cycle is being broken). */
function mbuf_release(m: Ref): void {
  if (i32[(m + _PyManagedBufferObject.flags) >> 2] & MBUF.RELEASED) return
  i32[(m + _PyManagedBufferObject.flags) >> 2] |= MBUF.RELEASED
  _PyObject_GC_UNTRACK(m)
  PyBuffer_Release(m + _PyManagedBufferObject.master)
}
function mbuf_dealloc(m: Ref): void {
  mbuf_release(m)
  if (i32[(m + _PyManagedBufferObject.flags) >> 2] & MBUF.FREE_FORMAT) PyMem_Free(ptr(m + _PyManagedBufferObject.master + Py_buffer.format))
  PyObject_GC_Del(m)
}
function mbuf_traverse(m: Ref, visit: visitproc, arg: number): number {
  const obj = ptr(m + _PyManagedBufferObject.master + Py_buffer.obj)
  return obj !== NULL ? visit(obj, arg) : 0
}
function mbuf_clear(m: Ref): number {
  mbuf_release(m)
  return 0
}

function managedFrom(base: Ref): Own {
  const $m = mbuf_alloc()
  if ($m === NULL) return NULL
  if (PyObject_GetBuffer(base, $m + _PyManagedBufferObject.master, PyBUF.FULL_RO) < 0) {
    setptr($m + _PyManagedBufferObject.master + Py_buffer.obj, 0)
    Py_DECREF($m)
    return NULL
  }
  return $m
}

/** A contiguous view as one dimension of plain bytes (PickleBuffer.raw). */
export function makeRaw(mv: Ref): void {
  const view = mv + PyMemoryViewObject.view
  setptr(view + Py_buffer.format, FORMAT_B)
  setint32(view + Py_buffer.ndim, 1)
  setssize(view + Py_buffer.itemsize, 1)
  setptr(view + Py_buffer.shape, view + Py_buffer.len)
  setptr(view + Py_buffer.strides, view + Py_buffer.itemsize)
  i32[(mv + PyMemoryViewObject.flags) >> 2] = MV.C | MV.FORTRAN
}
/** The view's flags from its shape. */
export function init_flags(mv: Ref): void {
  const view = mv + PyMemoryViewObject.view
  let flags = 0
  switch (ndimOf(view)) {
    case 0:
      flags = MV.SCALAR | MV.C | MV.FORTRAN
      break
    case 1:
      if (at(ptr(view + Py_buffer.shape), 0) === 1 || at(ptr(view + Py_buffer.strides), 0) === itemsizeOf(view)) flags = MV.C | MV.FORTRAN
      break
    default:
      if (PyBuffer_IsContiguous(view, "C")) flags |= MV.C
      if (PyBuffer_IsContiguous(view, "F")) flags |= MV.FORTRAN
  }
  if (ptr(view + Py_buffer.suboffsets) !== 0) {
    flags |= MV.PIL
    flags &= ~(MV.C | MV.FORTRAN)
  }
  i32[(mv + PyMemoryViewObject.flags) >> 2] = flags
}

function memory_alloc(ndim: number): Own {
  const $mv = _PyObject_GC_NewVar(PyMemoryView_Type, 3 * ndim)
  if ($mv === NULL) return NULL
  setptr($mv + PyMemoryViewObject.mbuf, 0)
  set64($mv + PyMemoryViewObject.hash, -1, -1)
  i32[($mv + PyMemoryViewObject.flags) >> 2] = 0
  i32[($mv + PyMemoryViewObject.flags + 4) >> 2] = 0
  setssize($mv + PyMemoryViewObject.exports, 0)
  const view = $mv + PyMemoryViewObject.view
  const array = $mv + PyMemoryViewObject.ob_array
  i32[(view + Py_buffer.ndim) >> 2] = ndim
  setptr(view + Py_buffer.shape, array)
  setptr(view + Py_buffer.strides, array + 8 * ndim)
  setptr(view + Py_buffer.suboffsets, array + 16 * ndim)
  setptr($mv + PyMemoryViewObject.weakreflist, 0)
  _PyObject_GC_TRACK($mv)
  return $mv
}

function register(mv: Ref, mbuf: Ref): void {
  setptr(mv + PyMemoryViewObject.mbuf, mbuf)
  Py_INCREF(mbuf)
  i32[(mbuf + _PyManagedBufferObject.exports) >> 2]++
}

/** A new view of `src` (0: the master buffer), counted in mbuf. */
export function mbuf_add_view(mbuf: Ref, src: number): Own {
  if (src === 0) src = mbuf + _PyManagedBufferObject.master
  if (ndimOf(src) > PyBUF.MAX_NDIM) return PyErr_SetString(PyExc_ValueError, "memoryview: number of dimensions must not exceed 64")
  const $mv = memory_alloc(ndimOf(src))
  if ($mv === NULL) return NULL
  const dest = $mv + PyMemoryViewObject.view
  init_shared_values(dest, src)
  init_shape_strides(dest, src)
  init_suboffsets(dest, src)
  init_flags($mv)
  register($mv, mbuf)
  return $mv
}

/** The same with `ndim` dimensions still to be described. */
export function mbuf_add_incomplete_view(mbuf: Ref, src: number, ndim: number): Own {
  if (src === 0) src = mbuf + _PyManagedBufferObject.master
  const $mv = memory_alloc(ndim)
  if ($mv === NULL) return NULL
  init_shared_values($mv + PyMemoryViewObject.view, src)
  register($mv, mbuf)
  return $mv
}

function viewOfMaster($m: Own): Own {
  const $mv = mbuf_add_view($m, 0)
  Py_DECREF($m)
  return $mv
}

/** A view of raw memory; `flags` PyBUF.READ or PyBUF.WRITE. */
export function PyMemoryView_FromMemory(mem: number, size: number, flags: number): Own {
  const $m = mbuf_alloc()
  if ($m === NULL) return NULL
  PyBuffer_FillInfo($m + _PyManagedBufferObject.master, NULL, mem, size, flags === PyBUF.WRITE ? 0 : 1, PyBUF.FULL_RO)
  return viewOfMaster($m)
}

/** A view of a filled Py_buffer; its `obj` is not kept. */
export function PyMemoryView_FromBuffer(info: number): Own {
  if (ptr(info + Py_buffer.buf) === 0) return PyErr_SetString(PyExc_ValueError, "PyMemoryView_FromBuffer(): info->buf must not be NULL")
  const $m = mbuf_alloc()
  if ($m === NULL) return NULL
  memcpy($m + _PyManagedBufferObject.master, info, Py_buffer.SIZE)
  setptr($m + _PyManagedBufferObject.master + Py_buffer.obj, 0)
  return viewOfMaster($m)
}

export function PyMemoryView_FromObject(v: Ref): Own {
  if (PyMemoryView_Check(v)) {
    if (released(v)) return NULL
    return mbuf_add_view(ptr(v + PyMemoryViewObject.mbuf), v + PyMemoryViewObject.view)
  }
  if (PyObject_CheckBuffer(v)) {
    const $m = managedFrom(v)
    return $m === NULL ? NULL : viewOfMaster($m)
  }
  return PyErr_SetString(PyExc_TypeError, `memoryview: a bytes-like object is required, not '${typeName(v).slice(0, 200)}'`)
}

/** A view of a contiguous copy (bytes) of a buffer with full information. */
function memory_from_contiguous_copy(src: number, order: string): Own {
  const $bytes = PyBytes_FromStringAndSize(0, i32[(src + Py_buffer.len) >> 2])
  if ($bytes === NULL) return NULL
  const $m = managedFrom($bytes)
  Py_DECREF($bytes)
  if ($m === NULL) return NULL
  const format = ptr(src + Py_buffer.format)
  if (format !== 0) {
    const n = strlen(format) + 1
    const copy = PyMem_Malloc(n)
    if (copy === 0) {
      Py_DECREF($m)
      return PyErr_NoMemory()
    }
    memcpy(copy, format, n)
    setptr($m + _PyManagedBufferObject.master + Py_buffer.format, copy)
    i32[($m + _PyManagedBufferObject.flags) >> 2] |= MBUF.FREE_FORMAT
  }
  const n = ndimOf(src)
  const $mv = mbuf_add_incomplete_view($m, 0, n)
  Py_DECREF($m)
  if ($mv === NULL) return NULL
  const dest = $mv + PyMemoryViewObject.view
  setssize(dest + Py_buffer.itemsize, itemsizeOf(src))
  for (let i = 0; i < n; i++) setAt(ptr(dest + Py_buffer.shape), i, at(ptr(src + Py_buffer.shape), i))
  if (order === "F") init_fortran_strides_from_shape(dest)
  else init_strides_from_shape(dest)
  setptr(dest + Py_buffer.suboffsets, 0)
  init_flags($mv)
  if (copy_buffer(dest, src) < 0) {
    Py_DECREF($mv)
    return NULL
  }
  return $mv
}

export function PyMemoryView_GetContiguous(obj: Ref, buffertype: number, order: string): Own {
  const $mv = PyMemoryView_FromObject(obj)
  if ($mv === NULL) return NULL
  const view = $mv + PyMemoryViewObject.view
  if (buffertype === PyBUF.WRITE && i32[(view + Py_buffer.readonly) >> 2]) {
    PyErr_SetString(PyExc_BufferError, "underlying buffer is not writable")
    Py_DECREF($mv)
    return NULL
  }
  if (PyBuffer_IsContiguous(view, order)) return $mv
  let $r: Own = NULL
  if (buffertype === PyBUF.WRITE) PyErr_SetString(PyExc_BufferError, "writable contiguous buffer requested for a non-contiguous object.")
  else $r = memory_from_contiguous_copy(view, order)
  Py_DECREF($mv)
  return $r
}

/** Is the memory gone (released here, or by the collector)? */
export function baseInaccessible(mv: Ref): boolean {
  if (i32[(mv + PyMemoryViewObject.flags) >> 2] & MV.RELEASED) return true
  return (i32[(ptr(mv + PyMemoryViewObject.mbuf) + _PyManagedBufferObject.flags) >> 2] & MBUF.RELEASED) !== 0
}
/** The same, with ValueError set. */
export function released(mv: Ref): boolean {
  if (!baseInaccessible(mv)) return false
  PyErr_SetString(PyExc_ValueError, "operation forbidden on released memoryview object")
  return true
}

/** 0, or -1 with BufferError while the view's buffer is exported. */
export function _memory_release(self: Ref): number {
  const flags = (self + PyMemoryViewObject.flags) >> 2
  if (i32[flags] & MV.RELEASED) return 0
  const exports = i32[(self + PyMemoryViewObject.exports) >> 2]
  if (exports === 0) {
    i32[flags] |= MV.RELEASED
    const mbuf = ptr(self + PyMemoryViewObject.mbuf)
    if (--i32[(mbuf + _PyManagedBufferObject.exports) >> 2] === 0) mbuf_release(mbuf)
    return 0
  }
  if (exports > 0) PyErr_SetString(PyExc_BufferError, `memoryview has ${exports} exported buffer${exports === 1 ? "" : "s"}`)
  else PyErr_SetString(PyExc_SystemError, "_memory_release(): negative export count")
  return -1
}

export function memory_dealloc(self: Ref): void {
  _PyObject_GC_UNTRACK(self)
  _memory_release(self)
  Py_CLEAR(self + PyMemoryViewObject.mbuf)
  if (ptr(self + PyMemoryViewObject.weakreflist) !== 0) PyObject_ClearWeakRefs(self)
  PyObject_GC_Del(self)
}
export function memory_traverse(self: Ref, visit: visitproc, arg: number): number {
  const m = ptr(self + PyMemoryViewObject.mbuf)
  return m !== NULL ? visit(m, arg) : 0
}
export function memory_clear(self: Ref): number {
  _memory_release(self)
  Py_CLEAR(self + PyMemoryViewObject.mbuf)
  return 0
}

export function memory_getbuf(self: Ref, view: number, flags: number): number {
  if (released(self)) {
    setptr(view + Py_buffer.obj, 0)
    return -1
  }
  const base = self + PyMemoryViewObject.view
  const baseflags = i32[(self + PyMemoryViewObject.flags) >> 2]
  const C = (baseflags & (MV.SCALAR | MV.C)) !== 0
  memcpy(view, base, Py_buffer.SIZE)
  setptr(view + Py_buffer.obj, 0)
  const refuse = (message: string): number => {
    PyErr_SetString(PyExc_BufferError, `memoryview: ${message}`)
    return -1
  }
  if (flags & PyBUF.WRITABLE && i32[(base + Py_buffer.readonly) >> 2]) return refuse("underlying buffer is not writable")
  if (!(flags & PyBUF.FORMAT)) setptr(view + Py_buffer.format, 0)
  if ((flags & PyBUF.C_CONTIGUOUS) === PyBUF.C_CONTIGUOUS && !C) return refuse("underlying buffer is not C-contiguous")
  if ((flags & PyBUF.F_CONTIGUOUS) === PyBUF.F_CONTIGUOUS && !(baseflags & (MV.SCALAR | MV.FORTRAN))) {
    return refuse("underlying buffer is not Fortran contiguous")
  }
  if ((flags & PyBUF.ANY_CONTIGUOUS) === PyBUF.ANY_CONTIGUOUS && !(baseflags & (MV.SCALAR | MV.C | MV.FORTRAN))) {
    return refuse("underlying buffer is not contiguous")
  }
  if ((flags & PyBUF.INDIRECT) !== PyBUF.INDIRECT && baseflags & MV.PIL) return refuse("underlying buffer requires suboffsets")
  if ((flags & PyBUF.STRIDES) !== PyBUF.STRIDES) {
    if (!C) return refuse("underlying buffer is not C-contiguous")
    setptr(view + Py_buffer.strides, 0)
  }
  if ((flags & PyBUF.ND) !== PyBUF.ND) {
    if (ptr(view + Py_buffer.format) !== 0) return refuse("cannot cast to unsigned bytes if the format flag is present")
    i32[(view + Py_buffer.ndim) >> 2] = 1
    setptr(view + Py_buffer.shape, 0)
  }
  setptr(view + Py_buffer.obj, self)
  Py_INCREF(self)
  i32[(self + PyMemoryViewObject.exports) >> 2]++
  return 0
}
export function memory_releasebuf(self: Ref, _view: number): void {
  i32[(self + PyMemoryViewObject.exports) >> 2]--
}

defineType(_PyManagedBuffer_Type, {
  name: "managedbuffer",
  basicsize: _PyManagedBufferObject.SIZE,
  flags: TPFLAGS.DEFAULT | TPFLAGS.HAVE_GC,
  dealloc: mbuf_dealloc,
  getattro: PyObject_GenericGetAttr,
  traverse: mbuf_traverse,
  clear: mbuf_clear,
})
