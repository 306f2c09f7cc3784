import { ptr, set64, setptr, setssize } from "../../heap/access.ts"
import { calloca, cstackMark, cstackReset } from "../../heap/cstack.ts"
import { hashHi, ret64 } from "../../heap/int64.ts"
import { Py_buffer, PyMemoryViewObject } from "../../heap/layout.ts"
import { PyMem_Free, PyMem_Malloc } from "../../heap/obmalloc.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_DECREF, Py_INCREF, Py_NewRef } from "../../heap/refcount.ts"
import { i32 } from "../../heap/views.ts"
import { memcpy } from "../../heap/access.ts"
import { _PyObject_GC_New, _PyObject_GC_TRACK, _PyObject_GC_UNTRACK, PyObject_GC_Del } from "../../gc/gcmodule.ts"
import {
  _PyIndex_Check,
  PyBuffer_Release,
  PyNumber_AsSsize_t,
  PyObject_GetBuffer,
  PySequence_Fast_GET_ITEM,
  PySequence_Fast_GET_SIZE,
} from "../abstract.ts"
import { PyBool_FromLong } from "../boolobject.ts"
import { _Py_strhex_with_sep, PyBytes_AS_STRING, PyBytes_FromStringAndSize, PyBytes_GET_SIZE } from "../bytesobject.ts"
import { argInt, argOk } from "../bytes/access.ts"
import { defineType, definePrivateType } from "../define.ts"
import { PyErr_Clear, PyErr_ExceptionMatches, PyErr_NoMemory, PyErr_Occurred, PyErr_SetString } from "../errors.ts"
import { _PyArg_BadArgument, _PyArg_UnpackKeywords, _PyArg_UnpackKeywordsTuple, argParser } from "../getargs.ts"
import { PyList_Check, PyList_New, PyList_SET_ITEM } from "../listobject.ts"
import { notImplemented, PyLong_AsSsize_t, PyLong_Check, PyLong_FromLong } from "../longobject.ts"
import { addressJS, cstringJS, PyObject_GenericGetAttr, PyObject_Hash, PyObject_SelfIter } from "../object.ts"
import { _Py_HashBytes } from "../pyhash.ts"
import { PySlice_AdjustIndices, PySlice_Check, PySlice_Unpack, sliceStart, sliceStep, sliceStop } from "../sliceobject.ts"
import { METH, Py, TPFLAGS, type visitproc } from "../slots.ts"
import {
  Py_Ellipsis,
  Py_False,
  Py_None,
  Py_True,
  PyExc_ImportError,
  PyExc_IndexError,
  PyExc_MemoryError,
  PyExc_NotImplementedError,
  PyExc_TypeError,
  PyExc_ValueError,
  PyMemoryView_Type,
} from "../statictypes.ts"
import { PyTuple_Check, PyTuple_GET_ITEM, PyTuple_GET_SIZE, PyTuple_New, PyTuple_SET_ITEM } from "../tupleobject.ts"
import { PyUnicode_AsASCIIString, PyUnicode_AsJS, PyUnicode_Check, PyUnicode_FromString } from "../unicodeobject.ts"
import {
  adjustPtr,
  at,
  buffer_to_contiguous,
  copy_buffer,
  equiv_shape,
  init_strides_from_shape,
  itemsizeOf,
  ndimOf,
  PyBUF,
  PyBuffer_ToContiguous,
  setAt,
} from "./buffer.ts"
import {
  adjust_fmt,
  native_fmtchar,
  native_fmtstr,
  nativeSize,
  pack_single,
  struct_get_unpacker,
  unpack_cmp,
  unpack_single,
  unpacker_free,
} from "./items.ts"
import {
  _memory_release,
  baseInaccessible,
  init_flags,
  mbuf_add_incomplete_view,
  mbuf_add_view,
  memory_clear,
  memory_dealloc,
  memory_getbuf,
  memory_releasebuf,
  memory_traverse,
  MV,
  PyMemoryView_Check,
  PyMemoryView_FromObject,
  released,
} from "./view.ts"

// Objects/memoryobject.c: the type memoryview.

function viewOf(self: Ref): number {
  return self + PyMemoryViewObject.view
}
function flagsOf(self: Ref): number {
  return i32[(self + PyMemoryViewObject.flags) >> 2]
}
function isC(self: Ref): boolean {
  return (flagsOf(self) & (MV.SCALAR | MV.C)) !== 0
}
function field(self: Ref, offset: number): number {
  return ptr(self + PyMemoryViewObject.view + offset)
}

const newParser = argParser("memoryview", ["object"])
const castParser = argParser("cast", ["format", "shape"])
const tobytesParser = argParser("tobytes", ["order"])
const hexParser = argParser("hex", ["sep", "bytes_per_sep"])

function memory_new(_type: Ref, args: Ref, kwargs: Ref): Own {
  const a = _PyArg_UnpackKeywordsTuple(args, kwargs, newParser, 1, 1, 0)
  return a === 0 ? NULL : PyMemoryView_FromObject(ptr(a))
}

function memory_release(self: Ref): Own {
  return _memory_release(self) < 0 ? NULL : Py_NewRef(Py_None)
}
function memory_enter(self: Ref): Own {
  return released(self) ? NULL : Py_NewRef(self)
}
function memory_exit(self: Ref, _args: Ref): Own {
  return memory_release(self)
}

function byteFormat(c: string): boolean {
  return c === "b" || c === "B" || c === "c"
}

function cast_to_1D(mv: Ref, format: Ref): number {
  const view = viewOf(mv)
  const $ascii = PyUnicode_AsASCIIString(format)
  if ($ascii === NULL) return -1
  const text = PyBytes_AS_STRING($ascii)
  const dest = native_fmtchar(text)
  const src = native_fmtchar(ptr(view + Py_buffer.format))
  const static_ = native_fmtstr(text)
  Py_DECREF($ascii)
  if (dest === "") {
    PyErr_SetString(
      PyExc_ValueError,
      "memoryview: destination format must be a native single character format prefixed with an optional '@'",
    )
    return -1
  }
  if ((src === "" || !byteFormat(src)) && !byteFormat(dest)) {
    PyErr_SetString(PyExc_TypeError, "memoryview: cannot cast between two non-byte formats")
    return -1
  }
  const itemsize = nativeSize(dest)
  const len = i32[(view + Py_buffer.len) >> 2]
  if (len % itemsize) {
    PyErr_SetString(PyExc_TypeError, "memoryview: length is not a multiple of itemsize")
    return -1
  }
  setptr(view + Py_buffer.format, static_)
  setssize(view + Py_buffer.itemsize, itemsize)
  i32[(view + Py_buffer.ndim) >> 2] = 1
  setAt(ptr(view + Py_buffer.shape), 0, len / itemsize)
  setAt(ptr(view + Py_buffer.strides), 0, itemsize)
  setptr(view + Py_buffer.suboffsets, 0)
  init_flags(mv)
  return 0
}

function cast_to_ND(mv: Ref, shape: Ref, ndim: number): number {
  const view = viewOf(mv)
  let len = itemsizeOf(view)
  i32[(view + Py_buffer.ndim) >> 2] = ndim
  if (ndim === 0) {
    setptr(view + Py_buffer.shape, 0)
    setptr(view + Py_buffer.strides, 0)
  } else {
    for (let i = 0; i < ndim; i++) {
      const item = PySequence_Fast_GET_ITEM(shape, i)
      if (!PyLong_Check(item)) {
        PyErr_SetString(PyExc_TypeError, "memoryview.cast(): elements of shape must be integers")
        return -1
      }
      const x = PyLong_AsSsize_t(item)
      if (x === -1 && PyErr_Occurred()) return -1
      if (x <= 0) {
        PyErr_SetString(PyExc_ValueError, "memoryview.cast(): elements of shape must be integers > 0")
        return -1
      }
      if (x > 9223372036854775807 / len) {
        PyErr_SetString(PyExc_ValueError, "memoryview.cast(): product(shape) > SSIZE_MAX")
        return -1
      }
      len *= x
      setAt(ptr(view + Py_buffer.shape), i, x)
    }
    init_strides_from_shape(view)
  }
  if (i32[(view + Py_buffer.len) >> 2] !== len) {
    PyErr_SetString(PyExc_TypeError, "memoryview: product(shape) * itemsize != buffer size")
    return -1
  }
  init_flags(mv)
  return 0
}

function zeroInShape(self: Ref): boolean {
  const view = viewOf(self)
  for (let i = 0; i < ndimOf(view); i++) if (at(ptr(view + Py_buffer.shape), i) === 0) return true
  return false
}

function memory_cast(self: Ref, args: number, nargs: number, kwnames: Ref): Own {
  const a = _PyArg_UnpackKeywords(args, nargs, 0, kwnames, castParser, 1, 2, 0)
  if (a === 0) return NULL
  const format = ptr(a)
  const shape = ptr(a + 8)
  if (!PyUnicode_Check(format)) {
    _PyArg_BadArgument("cast", "argument 'format'", "str", format)
    return NULL
  }
  if (released(self)) return NULL
  if (!isC(self)) return PyErr_SetString(PyExc_TypeError, "memoryview: casts are restricted to C-contiguous views")
  const selfDim = ndimOf(viewOf(self))
  if ((shape !== NULL || selfDim !== 1) && zeroInShape(self)) {
    return PyErr_SetString(PyExc_TypeError, "memoryview: cannot cast view with zeros in shape or strides")
  }
  let ndim = 1
  if (shape !== NULL) {
    if (!PyList_Check(shape) && !PyTuple_Check(shape)) return PyErr_SetString(PyExc_TypeError, "shape must be a list or a tuple")
    ndim = PySequence_Fast_GET_SIZE(shape)
    if (ndim > PyBUF.MAX_NDIM) return PyErr_SetString(PyExc_ValueError, "memoryview: number of dimensions must not exceed 64")
    if (selfDim !== 1 && ndim !== 1) return PyErr_SetString(PyExc_TypeError, "memoryview: cast must be 1D -> ND or ND -> 1D")
  }
  const $mv = mbuf_add_incomplete_view(ptr(self + PyMemoryViewObject.mbuf), viewOf(self), ndim === 0 ? 1 : ndim)
  if ($mv === NULL) return NULL
  if (cast_to_1D($mv, format) < 0 || (shape !== NULL && cast_to_ND($mv, shape, ndim) < 0)) {
    Py_DECREF($mv)
    return NULL
  }
  return $mv
}

function memory_toreadonly(self: Ref): Own {
  if (released(self)) return NULL
  const $mv = mbuf_add_view(ptr(self + PyMemoryViewObject.mbuf), viewOf(self))
  if ($mv !== NULL) i32[(viewOf($mv) + Py_buffer.readonly) >> 2] = 1
  return $mv
}

function tolistRec(self: Ref, p: number, dim: number, fmt: string): Own {
  const view = viewOf(self)
  const n = at(ptr(view + Py_buffer.shape), dim)
  const stride = at(ptr(view + Py_buffer.strides), dim)
  const sub = ptr(view + Py_buffer.suboffsets)
  const last = dim === ndimOf(view) - 1
  const $list = PyList_New(n)
  if ($list === NULL) return NULL
  for (let i = 0; i < n; i++, p += stride) {
    const x = adjustPtr(p, sub, dim)
    const $item = last ? unpack_single(self, x, fmt) : tolistRec(self, x, dim + 1, fmt)
    if ($item === NULL) {
      Py_DECREF($list)
      return NULL
    }
    PyList_SET_ITEM($list, i, $item)
  }
  return $list
}
function memory_tolist(self: Ref): Own {
  if (released(self)) return NULL
  const view = viewOf(self)
  const fmt = adjust_fmt(ptr(view + Py_buffer.format))
  if (fmt === null) return NULL
  const buf = ptr(view + Py_buffer.buf)
  return ndimOf(view) === 0 ? unpack_single(self, buf, fmt) : tolistRec(self, buf, 0, fmt)
}

function toBytes(self: Ref, order: string): Own {
  const view = viewOf(self)
  const n = i32[(view + Py_buffer.len) >> 2]
  const $b = PyBytes_FromStringAndSize(0, n)
  if ($b === NULL) return NULL
  if (PyBuffer_ToContiguous(PyBytes_AS_STRING($b), view, n, order) < 0) {
    Py_DECREF($b)
    return NULL
  }
  return $b
}
function memory_tobytes(self: Ref, args: number, nargs: number, kwnames: Ref): Own {
  const a = _PyArg_UnpackKeywords(args, nargs, 0, kwnames, tobytesParser, 0, 1, 0)
  if (a === 0) return NULL
  const order = ptr(a)
  let ord = "C"
  if (order !== NULL && order !== Py_None) {
    if (!PyUnicode_Check(order)) {
      _PyArg_BadArgument("tobytes", "argument 'order'", "str or None", order)
      return NULL
    }
    ord = PyUnicode_AsJS(order)
    if (ord.includes("\0")) return PyErr_SetString(PyExc_ValueError, "embedded null character")
  }
  if (released(self)) return NULL
  if (ord !== "C" && ord !== "F" && ord !== "A") return PyErr_SetString(PyExc_ValueError, "order must be 'C', 'F' or 'A'")
  return toBytes(self, ord)
}

function memory_hex(self: Ref, args: number, nargs: number, kwnames: Ref): Own {
  const a = _PyArg_UnpackKeywords(args, nargs, 0, kwnames, hexParser, 0, 2, 0)
  if (a === 0) return NULL
  const sep = ptr(a)
  let group = 1
  if (ptr(a + 8) !== NULL) {
    group = argInt(ptr(a + 8))
    if (!argOk) return NULL
  }
  if (released(self)) return NULL
  const view = viewOf(self)
  if (isC(self)) return _Py_strhex_with_sep(ptr(view + Py_buffer.buf), i32[(view + Py_buffer.len) >> 2], sep, group)
  const $b = toBytes(self, "C")
  if ($b === NULL) return NULL
  const $r = _Py_strhex_with_sep(PyBytes_AS_STRING($b), PyBytes_GET_SIZE($b), sep, group)
  Py_DECREF($b)
  return $r
}

function memory_repr(self: Ref): Own {
  return PyUnicode_FromString(`<${flagsOf(self) & MV.RELEASED ? "released " : ""}memory at ${addressJS(self)}>`)
}

/** Address of item `index` of dimension `dim`; 0 with IndexError. */
function lookup_dimension(view: number, p: number, dim: number, index: number): number {
  const n = at(ptr(view + Py_buffer.shape), dim)
  if (index < 0) index += n
  if (index < 0 || index >= n) {
    PyErr_SetString(PyExc_IndexError, `index out of bounds on dimension ${dim + 1}`)
    return 0
  }
  return adjustPtr(p + at(ptr(view + Py_buffer.strides), dim) * index, ptr(view + Py_buffer.suboffsets), dim)
}
function ptr_from_tuple(view: number, tup: Ref): number {
  const n = PyTuple_GET_SIZE(tup)
  if (n > ndimOf(view)) {
    PyErr_SetString(PyExc_TypeError, `cannot index ${ndimOf(view)}-dimension view with ${n}-element tuple`)
    return 0
  }
  let p: number = ptr(view + Py_buffer.buf)
  for (let dim = 0; dim < n; dim++) {
    const i = PyNumber_AsSsize_t(PyTuple_GET_ITEM(tup, dim), PyExc_IndexError)
    if (i === -1 && PyErr_Occurred()) return 0
    p = lookup_dimension(view, p, dim, i)
    if (p === 0) return 0
  }
  return p
}

function invalid0(): Own {
  return PyErr_SetString(PyExc_TypeError, "invalid indexing of 0-dim memory")
}
function noSubviews(): Own {
  return PyErr_SetString(PyExc_NotImplementedError, "sub-views are not implemented")
}

function memory_item(self: Ref, index: number): Own {
  if (released(self)) return NULL
  const view = viewOf(self)
  const fmt = adjust_fmt(ptr(view + Py_buffer.format))
  if (fmt === null) return NULL
  if (ndimOf(view) === 0) return invalid0()
  if (ndimOf(view) === 1) {
    const p = lookup_dimension(view, ptr(view + Py_buffer.buf), 0, index)
    return p === 0 ? NULL : unpack_single(self, p, fmt)
  }
  return PyErr_SetString(PyExc_NotImplementedError, "multi-dimensional sub-views are not implemented")
}

/** Narrow dimension `dim` of `base` by a slice. */
function init_slice(base: number, key: Ref, dim: number): number {
  if (PySlice_Unpack(key) < 0) return -1
  const shape = ptr(base + Py_buffer.shape)
  const strides = ptr(base + Py_buffer.strides)
  const step = sliceStep
  const n = PySlice_AdjustIndices(at(shape, dim), sliceStart, sliceStop, step)
  const sub = ptr(base + Py_buffer.suboffsets)
  let k = dim - 1
  if (sub !== 0 && dim !== 0) while (k >= 0 && at(sub, k) < 0) k--
  if (sub === 0 || dim === 0 || k < 0) setptr(base + Py_buffer.buf, ptr(base + Py_buffer.buf) + at(strides, dim) * sliceStart)
  else setAt(sub, k, at(sub, k) + at(strides, dim) * sliceStart)
  setAt(shape, dim, n)
  setAt(strides, dim, at(strides, dim) * step)
  return 0
}

function everyItem(key: Ref, test: (x: Ref) => boolean): boolean {
  if (!PyTuple_Check(key)) return false
  for (let i = 0; i < PyTuple_GET_SIZE(key); i++) if (!test(PyTuple_GET_ITEM(key, i))) return false
  return true
}
function is_multiindex(key: Ref): boolean {
  return everyItem(key, _PyIndex_Check)
}
function is_multislice(key: Ref): boolean {
  return PyTuple_Check(key) && PyTuple_GET_SIZE(key) > 0 && everyItem(key, PySlice_Check)
}
function isEmptyTuple(key: Ref): boolean {
  return PyTuple_Check(key) && PyTuple_GET_SIZE(key) === 0
}

function memory_subscript(self: Ref, key: Ref): Own {
  if (released(self)) return NULL
  const view = viewOf(self)
  if (ndimOf(view) === 0) {
    if (isEmptyTuple(key)) {
      const fmt = adjust_fmt(ptr(view + Py_buffer.format))
      return fmt === null ? NULL : unpack_single(self, ptr(view + Py_buffer.buf), fmt)
    }
    return key === Py_Ellipsis ? Py_NewRef(self) : invalid0()
  }
  if (_PyIndex_Check(key)) {
    const i = PyNumber_AsSsize_t(key, PyExc_IndexError)
    if (i === -1 && PyErr_Occurred()) return NULL
    return memory_item(self, i)
  }
  if (PySlice_Check(key)) {
    const $mv = mbuf_add_view(ptr(self + PyMemoryViewObject.mbuf), view)
    if ($mv === NULL) return NULL
    const sliced = viewOf($mv)
    if (init_slice(sliced, key, 0) < 0) {
      Py_DECREF($mv)
      return NULL
    }
    let len = itemsizeOf(sliced)
    for (let i = 0; i < ndimOf(sliced); i++) len *= at(ptr(sliced + Py_buffer.shape), i)
    setssize(sliced + Py_buffer.len, len)
    init_flags($mv)
    return $mv
  }
  if (is_multiindex(key)) {
    const fmt = adjust_fmt(ptr(view + Py_buffer.format))
    if (fmt === null) return NULL
    if (PyTuple_GET_SIZE(key) < ndimOf(view)) return noSubviews()
    const p = ptr_from_tuple(view, key)
    return p === 0 ? NULL : unpack_single(self, p, fmt)
  }
  if (is_multislice(key)) return PyErr_SetString(PyExc_NotImplementedError, "multi-dimensional slicing is not implemented")
  return PyErr_SetString(PyExc_TypeError, "memoryview: invalid slice key")
}

function setSlice(self: Ref, key: Ref, value: Ref): number {
  const view = viewOf(self)
  const mark = cstackMark()
  const src = calloca(Py_buffer.SIZE)
  let r = -1
  if (PyObject_GetBuffer(value, src, PyBUF.FULL_RO) === 0) {
    const dest = calloca(Py_buffer.SIZE)
    const arrays = calloca(24)
    memcpy(dest, view, Py_buffer.SIZE)
    setptr(dest + Py_buffer.shape, arrays)
    setAt(arrays, 0, at(ptr(view + Py_buffer.shape), 0))
    setptr(dest + Py_buffer.strides, arrays + 8)
    setAt(arrays, 1, at(ptr(view + Py_buffer.strides), 0))
    if (ptr(view + Py_buffer.suboffsets) !== 0) {
      setptr(dest + Py_buffer.suboffsets, arrays + 16)
      setAt(arrays, 2, at(ptr(view + Py_buffer.suboffsets), 0))
    }
    if (init_slice(dest, key, 0) === 0) {
      setssize(dest + Py_buffer.len, at(arrays, 0) * itemsizeOf(dest))
      r = released(self) ? -1 : copy_buffer(dest, src)
    }
    PyBuffer_Release(src)
  }
  cstackReset(mark)
  return r
}

function memory_ass_sub(self: Ref, key: Ref, value: Ref): number {
  if (released(self)) return -1
  const view = viewOf(self)
  const fmt = adjust_fmt(ptr(view + Py_buffer.format))
  if (fmt === null) return -1
  const fail = (exc: Ref, message: string): number => {
    PyErr_SetString(exc, message)
    return -1
  }
  if (i32[(view + Py_buffer.readonly) >> 2]) return fail(PyExc_TypeError, "cannot modify read-only memory")
  if (value === NULL) return fail(PyExc_TypeError, "cannot delete memory")
  const ndim = ndimOf(view)
  if (ndim === 0) {
    if (key === Py_Ellipsis || isEmptyTuple(key)) return pack_single(self, ptr(view + Py_buffer.buf), value, fmt)
    return fail(PyExc_TypeError, "invalid indexing of 0-dim memory")
  }
  if (_PyIndex_Check(key)) {
    if (ndim > 1) return fail(PyExc_NotImplementedError, "sub-views are not implemented")
    const i = PyNumber_AsSsize_t(key, PyExc_IndexError)
    if (i === -1 && PyErr_Occurred()) return -1
    const p = lookup_dimension(view, ptr(view + Py_buffer.buf), 0, i)
    return p === 0 ? -1 : pack_single(self, p, value, fmt)
  }
  if (PySlice_Check(key) && ndim === 1) return setSlice(self, key, value)
  if (is_multiindex(key)) {
    if (PyTuple_GET_SIZE(key) < ndim) return fail(PyExc_NotImplementedError, "sub-views are not implemented")
    const p = ptr_from_tuple(view, key)
    return p === 0 ? -1 : pack_single(self, p, value, fmt)
  }
  if (PySlice_Check(key) || is_multislice(key)) {
    return fail(PyExc_NotImplementedError, "memoryview slice assignments are currently restricted to ndim = 1")
  }
  return fail(PyExc_TypeError, "memoryview: invalid slice key")
}

function memory_length(self: Ref): number {
  if (released(self)) return -1
  const view = viewOf(self)
  return ndimOf(view) === 0 ? 1 : at(ptr(view + Py_buffer.shape), 0)
}

function cmpRec(v: number, w: number, dim: number, p: number, q: number, fmt: string, xv: number, xw: number): number {
  const n = at(ptr(v + Py_buffer.shape), dim)
  const last = dim === ndimOf(v) - 1
  const ps = at(ptr(v + Py_buffer.strides), dim)
  const wstrides = ptr(w + Py_buffer.strides)
  const qs = wstrides !== 0 ? at(wstrides, dim) : itemsizeOf(w)
  for (let i = 0; i < n; i++, p += ps, q += qs) {
    const xp = adjustPtr(p, ptr(v + Py_buffer.suboffsets), dim)
    const xq = adjustPtr(q, ptr(w + Py_buffer.suboffsets), dim)
    const r = last ? unpack_cmp(xp, xq, fmt, xv, xw) : cmpRec(v, w, dim + 1, xp, xq, fmt, xv, xw)
    if (r <= 0) return r
  }
  return 1
}

const NOT_IMPL = -2

/** 1, 0, -1 with the error set, NOT_IMPL. */
function equalViews(v: Ref, w: Ref, wbuf: number): number {
  if (baseInaccessible(v)) return v === w ? 1 : 0
  const vv = viewOf(v)
  let ww = wbuf
  if (PyMemoryView_Check(w)) {
    if (baseInaccessible(w)) return v === w ? 1 : 0
    ww = viewOf(w)
  } else if (PyObject_GetBuffer(w, wbuf, PyBUF.FULL_RO) < 0) {
    PyErr_Clear()
    setptr(wbuf + Py_buffer.obj, 0)
    return NOT_IMPL
  }
  if (!equiv_shape(vv, ww)) return 0
  let fmt = native_fmtchar(ptr(vv + Py_buffer.format))
  const wfmt = native_fmtchar(ptr(ww + Py_buffer.format))
  let xv = 0
  let xw = 0
  if (fmt === "" || fmt !== wfmt) {
    fmt = "_"
    xv = struct_get_unpacker(ptr(vv + Py_buffer.format), itemsizeOf(vv))
    if (xv !== 0) xw = struct_get_unpacker(ptr(ww + Py_buffer.format), itemsizeOf(ww))
    if (xw === 0) {
      unpacker_free(xv)
      if (PyErr_ExceptionMatches(PyExc_ImportError) || PyErr_ExceptionMatches(PyExc_MemoryError)) return -1
      PyErr_Clear()
      return 0
    }
  }
  const p = ptr(vv + Py_buffer.buf)
  const q = ptr(ww + Py_buffer.buf)
  const r = ndimOf(vv) === 0 ? unpack_cmp(p, q, fmt, xv, xw) : cmpRec(vv, ww, 0, p, q, fmt, xv, xw)
  unpacker_free(xv)
  unpacker_free(xw)
  return r
}

function memory_richcompare(v: Ref, w: Ref, op: number): Own {
  if (op !== Py.EQ && op !== Py.NE) return notImplemented()
  const mark = cstackMark()
  const wbuf = calloca(Py_buffer.SIZE)
  setptr(wbuf + Py_buffer.obj, 0)
  const equal = equalViews(v, w, wbuf)
  if (ptr(wbuf + Py_buffer.obj) !== 0) PyBuffer_Release(wbuf)
  cstackReset(mark)
  if (equal === NOT_IMPL) return notImplemented()
  if (equal < 0) return NULL
  return Py_NewRef((equal === 1) === (op === Py.EQ) ? Py_True : Py_False)
}

function memory_hash(self: Ref): number {
  const h = (self + PyMemoryViewObject.hash) >> 2
  if (i32[h] !== -1 || i32[h + 1] !== -1) return ret64(i32[h], i32[h + 1])
  if (released(self)) return ret64(-1, -1)
  const view = viewOf(self)
  if (!i32[(view + Py_buffer.readonly) >> 2]) {
    PyErr_SetString(PyExc_ValueError, "cannot hash writable memoryview object")
    return ret64(-1, -1)
  }
  if (!byteFormat(native_fmtchar(ptr(view + Py_buffer.format)))) {
    PyErr_SetString(PyExc_ValueError, "memoryview: hashing is restricted to formats 'B', 'b' or 'c'")
    return ret64(-1, -1)
  }
  const obj = ptr(view + Py_buffer.obj)
  if (obj !== NULL && PyObject_Hash(obj) === -1 && hashHi === -1) return ret64(-1, -1)
  const n = i32[(view + Py_buffer.len) >> 2]
  let mem: number = ptr(view + Py_buffer.buf)
  if (!isC(self)) {
    mem = PyMem_Malloc(n)
    if (mem === 0) {
      PyErr_NoMemory()
      return ret64(-1, -1)
    }
    if (buffer_to_contiguous(mem, view, "C") < 0) {
      PyMem_Free(mem)
      return ret64(-1, -1)
    }
  }
  const lo = _Py_HashBytes(mem, n)
  const hi = hashHi
  set64(self + PyMemoryViewObject.hash, lo, hi)
  if (mem !== ptr(view + Py_buffer.buf)) PyMem_Free(mem)
  return ret64(lo, hi)
}

function intTuple(n: number, array: number): Own {
  if (array === 0) return PyTuple_New(0)
  const $t = PyTuple_New(n)
  if ($t === NULL) return NULL
  for (let i = 0; i < n; i++) {
    const $v = PyLong_FromLong(at(array, i))
    if ($v === NULL) {
      Py_DECREF($t)
      return NULL
    }
    PyTuple_SET_ITEM($t, i, $v)
  }
  return $t
}
function get_obj(self: Ref): Own {
  if (released(self)) return NULL
  const obj = field(self, Py_buffer.obj) as Ref
  return Py_NewRef(obj === NULL ? Py_None : obj)
}
function get_nbytes(self: Ref): Own {
  return released(self) ? NULL : PyLong_FromLong(field(self, Py_buffer.len))
}
function get_format(self: Ref): Own {
  return released(self) ? NULL : PyUnicode_FromString(cstringJS(field(self, Py_buffer.format)))
}
function get_itemsize(self: Ref): Own {
  return released(self) ? NULL : PyLong_FromLong(field(self, Py_buffer.itemsize))
}
function get_shape(self: Ref): Own {
  return released(self) ? NULL : intTuple(ndimOf(viewOf(self)), field(self, Py_buffer.shape))
}
function get_strides(self: Ref): Own {
  return released(self) ? NULL : intTuple(ndimOf(viewOf(self)), field(self, Py_buffer.strides))
}
function get_suboffsets(self: Ref): Own {
  return released(self) ? NULL : intTuple(ndimOf(viewOf(self)), field(self, Py_buffer.suboffsets))
}
function get_readonly(self: Ref): Own {
  return released(self) ? NULL : PyBool_FromLong(field(self, Py_buffer.readonly))
}
function get_ndim(self: Ref): Own {
  return released(self) ? NULL : PyLong_FromLong(ndimOf(viewOf(self)))
}
function get_c_contiguous(self: Ref): Own {
  return released(self) ? NULL : PyBool_FromLong(isC(self) ? 1 : 0)
}
function get_f_contiguous(self: Ref): Own {
  return released(self) ? NULL : PyBool_FromLong(flagsOf(self) & (MV.SCALAR | MV.FORTRAN))
}
function get_contiguous(self: Ref): Own {
  return released(self) ? NULL : PyBool_FromLong(flagsOf(self) & (MV.SCALAR | MV.C | MV.FORTRAN))
}

const enum memoryiterobject {
  it_index = 16,
  it_seq = 24,
  it_length = 32,
  it_fmt = 40,
  SIZE = 48,
}

function memory_iter(seq: Ref): Own {
  const view = viewOf(seq)
  const ndim = ndimOf(view)
  if (ndim === 0) return invalid0()
  if (ndim !== 1) return PyErr_SetString(PyExc_NotImplementedError, "multi-dimensional sub-views are not implemented")
  const format = ptr(view + Py_buffer.format)
  if (adjust_fmt(format) === null) return NULL
  const $it = _PyObject_GC_New(_PyMemoryIter_Type)
  if ($it === NULL) return NULL
  setptr($it + memoryiterobject.it_fmt, format)
  setssize($it + memoryiterobject.it_length, memory_length(seq))
  setssize($it + memoryiterobject.it_index, 0)
  Py_INCREF(seq)
  setptr($it + memoryiterobject.it_seq, seq)
  _PyObject_GC_TRACK($it)
  return $it
}
function memoryiter_dealloc(it: Ref): void {
  _PyObject_GC_UNTRACK(it)
  const seq = ptr(it + memoryiterobject.it_seq)
  if (seq !== NULL) Py_DECREF(seq)
  PyObject_GC_Del(it)
}
function memoryiter_traverse(it: Ref, visit: visitproc, arg: number): number {
  const seq = ptr(it + memoryiterobject.it_seq)
  return seq !== NULL ? visit(seq, arg) : 0
}
function memoryiter_next(it: Ref): Own {
  const seq = ptr(it + memoryiterobject.it_seq)
  if (seq === NULL) return NULL
  const i = i32[(it + memoryiterobject.it_index) >> 2]
  if (i < i32[(it + memoryiterobject.it_length) >> 2]) {
    if (released(seq)) return NULL
    i32[(it + memoryiterobject.it_index) >> 2] = i + 1
    const view = viewOf(seq)
    const p = adjustPtr(ptr(view + Py_buffer.buf) + at(ptr(view + Py_buffer.strides), 0) * i, ptr(view + Py_buffer.suboffsets), 0)
    const fmt = adjust_fmt(ptr(it + memoryiterobject.it_fmt))
    return fmt === null ? NULL : unpack_single(seq, p, fmt)
  }
  setptr(it + memoryiterobject.it_seq, 0)
  Py_DECREF(seq)
  return NULL
}

export const _PyMemoryIter_Type = definePrivateType({
  name: "memory_iterator",
  basicsize: memoryiterobject.SIZE,
  flags: TPFLAGS.DEFAULT | TPFLAGS.HAVE_GC,
  dealloc: memoryiter_dealloc,
  getattro: PyObject_GenericGetAttr,
  traverse: memoryiter_traverse,
  iter: PyObject_SelfIter,
  iternext: memoryiter_next,
})

defineType(PyMemoryView_Type, {
  name: "memoryview",
  basicsize: PyMemoryViewObject.ob_array,
  itemsize: 8,
  flags: TPFLAGS.DEFAULT | TPFLAGS.HAVE_GC | TPFLAGS.SEQUENCE,
  doc: "(object)\n--\n\nA view of the memory of the given object.",
  weaklistoffset: PyMemoryViewObject.weakreflist,
  dealloc: memory_dealloc,
  repr: memory_repr,
  hash: memory_hash,
  getattro: PyObject_GenericGetAttr,
  traverse: memory_traverse,
  clear: memory_clear,
  richcompare: memory_richcompare,
  iter: memory_iter,
  new: memory_new,
  sq_length: memory_length,
  sq_item: memory_item,
  mp_length: memory_length,
  mp_subscript: memory_subscript,
  mp_ass_subscript: memory_ass_sub,
  bf_getbuffer: memory_getbuf,
  bf_releasebuffer: memory_releasebuf,
  methods: [
    ["release", memory_release, METH.NOARGS, "($self, /)\n--\n\nRelease the underlying buffer exposed by the memoryview object."],
    [
      "tobytes",
      memory_tobytes,
      METH.FASTCALL | METH.KEYWORDS,
      "($self, /, order='C')\n--\n\nThe data as bytes, in C ('C'), Fortran ('F') or the present order ('A').",
    ],
    [
      "hex",
      memory_hex,
      METH.FASTCALL | METH.KEYWORDS,
      "($self, /, sep=<unrepresentable>, bytes_per_sep=1)\n--\n\nThe data as hexadecimal digits, with a separator if given.",
    ],
    ["tolist", memory_tolist, METH.NOARGS, "($self, /)\n--\n\nReturn the data in the buffer as a list of elements."],
    [
      "cast",
      memory_cast,
      METH.FASTCALL | METH.KEYWORDS,
      "($self, /, format, shape=<unrepresentable>)\n--\n\nCast a memoryview to a new format or shape.",
    ],
    ["toreadonly", memory_toreadonly, METH.NOARGS, "($self, /)\n--\n\nReturn a readonly version of the memoryview."],
    ["__enter__", memory_enter, METH.NOARGS],
    ["__exit__", memory_exit, METH.VARARGS],
  ],
  getset: [
    ["obj", get_obj, null, "The underlying object of the memoryview."],
    ["nbytes", get_nbytes, null, "The bytes that the array would use in a contiguous form."],
    ["readonly", get_readonly, null, "A bool indicating whether the memory is read only."],
    ["itemsize", get_itemsize, null, "The size in bytes of each element of the memoryview."],
    ["format", get_format, null, "The format (in struct module style) of each element in the view."],
    ["ndim", get_ndim, null, "How many dimensions the array has that the memory represents."],
    ["shape", get_shape, null, "A tuple of ndim integers giving the shape of the memory\n as an N-dimensional array."],
    ["strides", get_strides, null, "A tuple of ndim integers: the bytes from one element to the next in each dimension."],
    ["suboffsets", get_suboffsets, null, "A tuple of integers used internally for PIL-style arrays."],
    ["c_contiguous", get_c_contiguous, null, "A bool indicating whether the memory is C contiguous."],
    ["f_contiguous", get_f_contiguous, null, "A bool indicating whether the memory is Fortran contiguous."],
    ["contiguous", get_contiguous, null, "A bool indicating whether the memory is contiguous."],
  ],
})
