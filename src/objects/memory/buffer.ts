import { memcpy, ptr, setptr, setssize, strlen } from "../../heap/access.ts"
import { Py_buffer } from "../../heap/layout.ts"
import { PyMem_Free, PyMem_Malloc } from "../../heap/obmalloc.ts"
import { cstr } from "../../heap/statics.ts"
import { i32, u8 } from "../../heap/views.ts"
import { PyBuffer_IsContiguous } from "../abstract.ts"
import { PyErr_NoMemory, PyErr_SetString } from "../errors.ts"
import { PyExc_ValueError } from "../statictypes.ts"

// Objects/memoryobject.c: copying between buffers of any shape. A buffer is the address of a Py_buffer; shape, strides and suboffsets
// are arrays of Py_ssize_t. A row of zero items ends every walk.

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
  FULL = 0x11d,
  FULL_RO = 0x11c,
  READ = 0x100,
  WRITE = 0x200,
  MAX_NDIM = 64,
}

export const FORMAT_B = cstr("B")

export function ndimOf(view: number): number {
  return i32[(view + Py_buffer.ndim) >> 2]
}
export function itemsizeOf(view: number): number {
  return i32[(view + Py_buffer.itemsize) >> 2]
}
/** The i-th Py_ssize_t of an array. */
export function at(array: number, i: number): number {
  return i32[(array + 8 * i) >> 2]
}
export function setAt(array: number, i: number, v: number): void {
  setssize(array + 8 * i, v)
}
/** Follow a suboffset, if there is one in this dimension. */
export function adjustPtr(p: number, suboffsets: number, dim: number): number {
  return suboffsets !== 0 && at(suboffsets, dim) >= 0 ? ptr(p) + at(suboffsets, dim) : p
}

function formatEqual(a: number, b: number): boolean {
  if (u8[a] === 64) a++
  if (u8[b] === 64) b++
  const n = strlen(a)
  if (strlen(b) !== n) return false
  for (let i = 0; i < n; i++) if (u8[a + i] !== u8[b + i]) return false
  return true
}

/** Equal, or equal up to a zero at the same place. */
export function equiv_shape(dest: number, src: number): boolean {
  const n = ndimOf(dest)
  if (n !== ndimOf(src)) return false
  const a = ptr(dest + Py_buffer.shape)
  const b = ptr(src + Py_buffer.shape)
  for (let i = 0; i < n; i++) {
    if (at(a, i) !== at(b, i)) return false
    if (at(a, i) === 0) break
  }
  return true
}

function equiv_structure(dest: number, src: number): boolean {
  if (
    formatEqual(ptr(dest + Py_buffer.format), ptr(src + Py_buffer.format)) &&
    itemsizeOf(dest) === itemsizeOf(src) &&
    equiv_shape(dest, src)
  ) {
    return true
  }
  PyErr_SetString(PyExc_ValueError, "memoryview assignment: lvalue and rvalue have different structures")
  return false
}

function lastDimContiguous(dest: number, src: number): boolean {
  const n = ndimOf(dest) - 1
  const ds = ptr(dest + Py_buffer.suboffsets)
  const ss = ptr(src + Py_buffer.suboffsets)
  return (
    !(ds !== 0 && at(ds, n) >= 0) &&
    !(ss !== 0 && at(ss, n) >= 0) &&
    at(ptr(dest + Py_buffer.strides), n) === itemsizeOf(dest) &&
    at(ptr(src + Py_buffer.strides), n) === itemsizeOf(src)
  )
}

/** Copy dimension `dim` and those below; `mem` (0: rows are contiguous) holds a row while it is gathered. */
function copyRec(dest: number, src: number, dim: number, dp: number, sp: number, mem: number): void {
  const n = ndimOf(dest)
  const count = at(ptr(dest + Py_buffer.shape), dim)
  const size = itemsizeOf(dest)
  const dstride = at(ptr(dest + Py_buffer.strides), dim)
  const sstride = at(ptr(src + Py_buffer.strides), dim)
  const dsub = ptr(dest + Py_buffer.suboffsets)
  const ssub = ptr(src + Py_buffer.suboffsets)
  if (dim < n - 1) {
    for (let i = 0; i < count; i++, dp += dstride, sp += sstride) {
      copyRec(dest, src, dim + 1, adjustPtr(dp, dsub, dim), adjustPtr(sp, ssub, dim), mem)
    }
    return
  }
  if (mem === 0) {
    memcpy(dp, sp, count * size)
    return
  }
  for (let i = 0, p = mem; i < count; i++, p += size, sp += sstride) memcpy(p, adjustPtr(sp, ssub, dim), size)
  for (let i = 0, p = mem; i < count; i++, p += size, dp += dstride) memcpy(adjustPtr(dp, dsub, dim), p, size)
}

/** Copy src to dest, both with full information and at least one dimension. 0, or -1 with the error set. */
export function copy_buffer(dest: number, src: number): number {
  if (!equiv_structure(dest, src)) return -1
  let mem = 0
  if (!lastDimContiguous(dest, src)) {
    mem = PyMem_Malloc(at(ptr(dest + Py_buffer.shape), ndimOf(dest) - 1) * itemsizeOf(dest))
    if (mem === 0) {
      PyErr_NoMemory()
      return -1
    }
  }
  copyRec(dest, src, 0, ptr(dest + Py_buffer.buf), ptr(src + Py_buffer.buf), mem)
  if (mem !== 0) PyMem_Free(mem)
  return 0
}

/** Strides of an array whose last dimension lies together. */
export function init_strides_from_shape(view: number): void {
  const n = ndimOf(view)
  const shape = ptr(view + Py_buffer.shape)
  const strides = ptr(view + Py_buffer.strides)
  let s = itemsizeOf(view)
  for (let i = n - 1; i >= 0; i--) {
    setAt(strides, i, s)
    s *= at(shape, i)
  }
}
/** Strides of an array whose first dimension lies together. */
export function init_fortran_strides_from_shape(view: number): void {
  const n = ndimOf(view)
  const shape = ptr(view + Py_buffer.shape)
  const strides = ptr(view + Py_buffer.strides)
  let s = itemsizeOf(view)
  for (let i = 0; i < n; i++) {
    setAt(strides, i, s)
    s *= at(shape, i)
  }
}

/** obj, buf, len, itemsize, readonly, format and internal. */
export function init_shared_values(dest: number, src: number): void {
  setptr(dest + Py_buffer.obj, ptr(src + Py_buffer.obj))
  setptr(dest + Py_buffer.buf, ptr(src + Py_buffer.buf))
  setssize(dest + Py_buffer.len, i32[(src + Py_buffer.len) >> 2])
  setssize(dest + Py_buffer.itemsize, itemsizeOf(src))
  i32[(dest + Py_buffer.readonly) >> 2] = i32[(src + Py_buffer.readonly) >> 2]
  setptr(dest + Py_buffer.format, ptr(src + Py_buffer.format) || FORMAT_B)
  setptr(dest + Py_buffer.internal, ptr(src + Py_buffer.internal))
}

/** Copy shape and strides, making up what is missing. */
export function init_shape_strides(dest: number, src: number): void {
  const n = ndimOf(src)
  if (n === 0) {
    setptr(dest + Py_buffer.shape, 0)
    setptr(dest + Py_buffer.strides, 0)
    return
  }
  const dshape = ptr(dest + Py_buffer.shape)
  const dstrides = ptr(dest + Py_buffer.strides)
  const shape = ptr(src + Py_buffer.shape)
  const strides = ptr(src + Py_buffer.strides)
  if (n === 1) {
    setAt(dshape, 0, shape !== 0 ? at(shape, 0) : Math.floor(i32[(src + Py_buffer.len) >> 2] / itemsizeOf(src)))
    setAt(dstrides, 0, strides !== 0 ? at(strides, 0) : itemsizeOf(src))
    return
  }
  for (let i = 0; i < n; i++) setAt(dshape, i, at(shape, i))
  if (strides !== 0) for (let i = 0; i < n; i++) setAt(dstrides, i, at(strides, i))
  else init_strides_from_shape(dest)
}

export function init_suboffsets(dest: number, src: number): void {
  const from = ptr(src + Py_buffer.suboffsets)
  if (from === 0) {
    setptr(dest + Py_buffer.suboffsets, 0)
    return
  }
  const to = ptr(dest + Py_buffer.suboffsets)
  for (let i = 0; i < ndimOf(src); i++) setAt(to, i, at(from, i))
}

/** Copy a buffer with full information to `mem`, in C ("C", "A") or Fortran order. */
export function buffer_to_contiguous(mem: number, src: number, order: string): number {
  const n = ndimOf(src)
  const block = PyMem_Malloc(Py_buffer.SIZE + 8 * n)
  if (block === 0) {
    PyErr_NoMemory()
    return -1
  }
  memcpy(block, src, Py_buffer.SIZE)
  setptr(block + Py_buffer.buf, mem)
  setptr(block + Py_buffer.strides, block + Py_buffer.SIZE)
  if (order === "F") init_fortran_strides_from_shape(block)
  else init_strides_from_shape(block)
  setptr(block + Py_buffer.suboffsets, 0)
  const r = copy_buffer(block, src)
  PyMem_Free(block)
  return r
}

/** Copy `len` bytes of any buffer to `buf` in the given order. 0, or -1 with the error set. */
export function PyBuffer_ToContiguous(buf: number, src: number, len: number, order: string): number {
  if (len !== i32[(src + Py_buffer.len) >> 2]) {
    PyErr_SetString(PyExc_ValueError, "PyBuffer_ToContiguous: len != view->len")
    return -1
  }
  if (PyBuffer_IsContiguous(src, order)) {
    memcpy(buf, ptr(src + Py_buffer.buf), len)
    return 0
  }
  const n = ndimOf(src)
  const fb = PyMem_Malloc(Py_buffer.SIZE + 24 * n)
  if (fb === 0) {
    PyErr_NoMemory()
    return -1
  }
  i32[(fb + Py_buffer.ndim) >> 2] = n
  setptr(fb + Py_buffer.shape, fb + Py_buffer.SIZE)
  setptr(fb + Py_buffer.strides, fb + Py_buffer.SIZE + 8 * n)
  setptr(fb + Py_buffer.suboffsets, fb + Py_buffer.SIZE + 16 * n)
  init_shared_values(fb, src)
  init_shape_strides(fb, src)
  init_suboffsets(fb, src)
  const r = buffer_to_contiguous(buf, fb, order)
  PyMem_Free(fb)
  return r
}
