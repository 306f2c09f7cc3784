import { _PyObject_GC_New, _PyObject_GC_TRACK, _PyObject_GC_UNTRACK, PyObject_GC_Del } from "../gc/gcmodule.ts"
import { ptr, setptr, setssize } from "../heap/access.ts"
import { PyObject, PySliceObject } from "../heap/layout.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { Py_DECREF, Py_IS_TYPE, Py_NewRef } from "../heap/refcount.ts"
import { attached } from "../heap/views.ts"
import { _PyIndex_Check, PyNumber_AsSsize_t, PyNumber_Index } from "./abstract.ts"
import { PyBool_FromLong } from "./boolobject.ts"
import { defineType } from "./define.ts"
import { PyErr_Occurred, PyErr_SetString } from "./errors.ts"
import { FreeList, freelist } from "./freelists.ts"
import { _PyArg_NoKeywords, PyArg_UnpackTuple } from "./getargs.ts"
import { _PyLong_Add, _PyLong_Sign, PyLong_AsBigInt, PyLong_FromBigInt, PyLong_FromLong } from "./longobject.ts"
import { PyObject_GenericGetAttr, PyObject_HashNotImplemented, PyObject_RichCompare, reprJS } from "./object.ts"
import { METH, Py, READONLY, T, TPFLAGS, type visitproc } from "./slots.ts"
import { Py_Ellipsis, Py_None, Py_NotImplemented, PyEllipsis_Type, PyExc_TypeError, PyExc_ValueError, PySlice_Type } from "./statictypes.ts"
import { _Py_NewReference } from "./object.ts"
import { buildTuple, PyTuple_GET_ITEM, PyTuple_GET_SIZE, PyTuple_Pack3 } from "./tupleobject.ts"
import { PyUnicode_FromString } from "./unicodeobject.ts"

// Objects/sliceobject.c: slice and Ellipsis.

if (!attached) {
  setssize(Py_Ellipsis, 1)
  setptr(Py_Ellipsis + PyObject.ob_type, PyEllipsis_Type)
}

/** Py_ssize_t's limits, as a JavaScript number (2^63 - 1 rounded): indexes beyond any length. */
const SSIZE_MAX = 9223372036854775807
const CACHE = freelist(FreeList.slice_cache)

export function PySlice_Check(op: Ref): boolean {
  return Py_IS_TYPE(op, PySlice_Type)
}

/** Give back the cached slice (full collections). */
export function _PySlice_Fini(): void {
  const obj = ptr(CACHE)
  if (obj !== 0) {
    setptr(CACHE, 0)
    PyObject_GC_Del(obj)
  }
}

/** Steals start and stop, also on error. */
function buildSlice2($start: Own, $stop: Own, step: Ref): Own {
  let $obj = ptr(CACHE) as Own
  if ($obj !== 0) {
    setptr(CACHE, 0)
    _Py_NewReference($obj)
  } else {
    $obj = _PyObject_GC_New(PySlice_Type)
    if ($obj === NULL) {
      Py_DECREF($start)
      Py_DECREF($stop)
      return NULL
    }
  }
  setptr($obj + PySliceObject.start, $start)
  setptr($obj + PySliceObject.stop, $stop)
  setptr($obj + PySliceObject.step, Py_NewRef(step))
  _PyObject_GC_TRACK($obj)
  return $obj
}

/** NULL stands for None. */
export function PySlice_New(start: Ref, stop: Ref, step: Ref): Own {
  return buildSlice2(Py_NewRef(start || Py_None), Py_NewRef(stop || Py_None), step || Py_None)
}

/** BINARY_SLICE and friends: steals start and stop, also on error. */
export function _PyBuildSlice_ConsumeRefs($start: Own, $stop: Own): Own {
  return buildSlice2($start, $stop, Py_None)
}

export function _PySlice_FromIndices(istart: number, istop: number): Own {
  const $start = PyLong_FromLong(istart)
  if ($start === NULL) return NULL
  const $end = PyLong_FromLong(istop)
  if ($end === NULL) {
    Py_DECREF($start)
    return NULL
  }
  const $slice = PySlice_New($start, $end, NULL)
  Py_DECREF($start)
  Py_DECREF($end)
  return $slice
}

/** The index that the last successful `_PyEval_SliceIndex…` read: any JavaScript integer, clipped to Py_ssize_t. */
export let sliceIndex = 0

/** Python/ceval.c: 1 and `sliceIndex`, or 0 with the error set. */
export function _PyEval_SliceIndexNotNone(v: Ref): number {
  if (!_PyIndex_Check(v)) {
    PyErr_SetString(PyExc_TypeError, "slice indices must be integers or have an __index__ method")
    return 0
  }
  sliceIndex = PyNumber_AsSsize_t(v, NULL)
  return sliceIndex === -1 && PyErr_Occurred() ? 0 : 1
}

/** Like it, but None leaves `sliceIndex` at `dflt`. */
export function _PyEval_SliceIndex(v: Ref, dflt: number): number {
  sliceIndex = dflt
  if (v === Py_None) return 1
  if (!_PyIndex_Check(v)) {
    PyErr_SetString(PyExc_TypeError, "slice indices must be integers or None or have an __index__ method")
    return 0
  }
  sliceIndex = PyNumber_AsSsize_t(v, NULL)
  return sliceIndex === -1 && PyErr_Occurred() ? 0 : 1
}

/** Results of PySlice_Unpack, PySlice_AdjustIndices and PySlice_GetIndicesEx: read them directly after the call. */
export let sliceStart = 0
export let sliceStop = 0
export let sliceStep = 0
export let sliceLength = 0

/** 0 and `sliceStart`, `sliceStop`, `sliceStep` (not yet adjusted to a length), or -1 with the error set. */
export function PySlice_Unpack(r: Ref): number {
  const oStart = ptr(r + PySliceObject.start)
  const oStop = ptr(r + PySliceObject.stop)
  const oStep = ptr(r + PySliceObject.step)
  let start: number
  let stop: number
  let step = 1
  if (oStep !== Py_None) {
    if (!_PyEval_SliceIndex(oStep, 1)) return -1
    step = sliceIndex
    if (step === 0) {
      PyErr_SetString(PyExc_ValueError, "slice step cannot be zero")
      return -1
    }
    if (step < -SSIZE_MAX) step = -SSIZE_MAX
  }
  if (oStart === Py_None) start = step < 0 ? SSIZE_MAX : 0
  else {
    if (!_PyEval_SliceIndex(oStart, 0)) return -1
    start = sliceIndex
  }
  if (oStop === Py_None) stop = step < 0 ? -SSIZE_MAX - 1 : SSIZE_MAX
  else {
    if (!_PyEval_SliceIndex(oStop, 0)) return -1
    stop = sliceIndex
  }
  sliceStart = start
  sliceStop = stop
  sliceStep = step
  return 0
}

/** Clip to a sequence of `length` items: `sliceStart` and `sliceStop` are set anew. @returns the number of items selected. */
export function PySlice_AdjustIndices(length: number, start: number, stop: number, step: number): number {
  if (start < 0) {
    start += length
    if (start < 0) start = step < 0 ? -1 : 0
  } else if (start >= length) start = step < 0 ? length - 1 : length
  if (stop < 0) {
    stop += length
    if (stop < 0) stop = step < 0 ? -1 : 0
  } else if (stop >= length) stop = step < 0 ? length - 1 : length
  sliceStart = start
  sliceStop = stop
  let n = 0
  if (step < 0) {
    if (stop < start) n = Math.floor((start - stop - 1) / -step) + 1
  } else if (start < stop) n = Math.floor((stop - start - 1) / step) + 1
  return (sliceLength = n)
}

/** Unpack and adjust: 0 and the four results, or -1 with the error set. */
export function PySlice_GetIndicesEx(r: Ref, length: number): number {
  if (PySlice_Unpack(r) < 0) return -1
  PySlice_AdjustIndices(length, sliceStart, sliceStop, sliceStep)
  return 0
}

function slice_new(_type: Ref, args: Ref, kw: Ref): Own {
  if (!_PyArg_NoKeywords("slice", kw)) return NULL
  if (!PyArg_UnpackTuple(args, "slice", 1, 3)) return NULL
  const n = PyTuple_GET_SIZE(args)
  const first = PyTuple_GET_ITEM(args, 0)
  if (n === 1) return PySlice_New(NULL, first, NULL)
  return PySlice_New(first, PyTuple_GET_ITEM(args, 1), n > 2 ? PyTuple_GET_ITEM(args, 2) : NULL)
}

function slice_dealloc(r: Ref): void {
  _PyObject_GC_UNTRACK(r)
  Py_DECREF(ptr(r + PySliceObject.step))
  Py_DECREF(ptr(r + PySliceObject.start))
  Py_DECREF(ptr(r + PySliceObject.stop))
  if (ptr(CACHE) === 0) setptr(CACHE, r)
  else PyObject_GC_Del(r)
}

function slice_repr(r: Ref): Own {
  const a = reprJS(ptr(r + PySliceObject.start))
  if (a === null) return NULL
  const b = reprJS(ptr(r + PySliceObject.stop))
  if (b === null) return NULL
  const c = reprJS(ptr(r + PySliceObject.step))
  if (c === null) return NULL
  return PyUnicode_FromString(`slice(${a}, ${b}, ${c})`)
}

/** The slice's step as an int object, 1 for None; zero is an error. */
function slice_get_step(self: Ref): Own {
  const step = ptr(self + PySliceObject.step)
  if (step === Py_None) return PyLong_FromLong(1)
  const $step = evaluateSliceIndex(step)
  if ($step === NULL) return NULL
  if (_PyLong_Sign($step) === 0) {
    PyErr_SetString(PyExc_ValueError, "slice step cannot be zero")
    Py_DECREF($step)
    return NULL
  }
  return $step
}

function evaluateSliceIndex(v: Ref): Own {
  if (_PyIndex_Check(v)) return PyNumber_Index(v)
  return PyErr_SetString(PyExc_TypeError, "slice indices must be integers or None or have an __index__ method")
}

/** slice.start or stop, brought into lower … upper; NULL with the error set. */
function clipIndex(v: Ref, length: Ref, lower: bigint, upper: bigint, dflt: bigint): Own {
  if (v === Py_None) return PyLong_FromBigInt(dflt)
  let $v = evaluateSliceIndex(v)
  if ($v === NULL) return NULL
  if (_PyLong_Sign($v) < 0) {
    const $sum = _PyLong_Add($v, length)
    Py_DECREF($v)
    if ($sum === NULL) return NULL
    $v = $sum
    if (PyLong_AsBigInt($v) < lower) {
      Py_DECREF($v)
      $v = PyLong_FromBigInt(lower)
    }
  } else if (PyLong_AsBigInt($v) > upper) {
    Py_DECREF($v)
    $v = PyLong_FromBigInt(upper)
  }
  return $v
}

/** The three ints of `slice.indices(length)` in three owned objects; false with the error set. */
export let longStart: Own = NULL
export let longStop: Own = NULL
export let longStep: Own = NULL

export function _PySlice_GetLongIndices(self: Ref, length: Ref): number {
  const $step = slice_get_step(self)
  if ($step === NULL) return -1
  const negative = _PyLong_Sign($step) < 0
  const n = PyLong_AsBigInt(length)
  const lower = negative ? -1n : 0n
  const upper = negative ? n - 1n : n
  const $start = clipIndex(ptr(self + PySliceObject.start), length, lower, upper, negative ? upper : lower)
  if ($start === NULL) {
    Py_DECREF($step)
    return -1
  }
  const $stop = clipIndex(ptr(self + PySliceObject.stop), length, lower, upper, negative ? lower : upper)
  if ($stop === NULL) {
    Py_DECREF($step)
    Py_DECREF($start)
    return -1
  }
  longStart = $start
  longStop = $stop
  longStep = $step
  return 0
}

function slice_indices(self: Ref, len: Ref): Own {
  const $length = PyNumber_Index(len)
  if ($length === NULL) return NULL
  if (_PyLong_Sign($length) < 0) {
    PyErr_SetString(PyExc_ValueError, "length should not be negative")
    Py_DECREF($length)
    return NULL
  }
  const error = _PySlice_GetLongIndices(self, $length)
  Py_DECREF($length)
  if (error === -1) return NULL
  return buildTuple(longStart, longStop, longStep)
}

function slice_reduce(self: Ref): Own {
  return buildTuple(
    Py_NewRef(PySlice_Type),
    PyTuple_Pack3(ptr(self + PySliceObject.start), ptr(self + PySliceObject.stop), ptr(self + PySliceObject.step)),
  )
}

function slice_richcompare(v: Ref, w: Ref, op: number): Own {
  if (!PySlice_Check(v) || !PySlice_Check(w)) return Py_NewRef(Py_NotImplemented)
  if (v === w) return PyBool_FromLong(op === Py.EQ || op === Py.LE || op === Py.GE ? 1 : 0)
  const $t1 = PyTuple_Pack3(ptr(v + PySliceObject.start), ptr(v + PySliceObject.stop), ptr(v + PySliceObject.step))
  if ($t1 === NULL) return NULL
  const $t2 = PyTuple_Pack3(ptr(w + PySliceObject.start), ptr(w + PySliceObject.stop), ptr(w + PySliceObject.step))
  if ($t2 === NULL) {
    Py_DECREF($t1)
    return NULL
  }
  const $res = PyObject_RichCompare($t1, $t2, op)
  Py_DECREF($t1)
  Py_DECREF($t2)
  return $res
}

function slice_traverse(v: Ref, visit: visitproc, arg: number): number {
  return visit(ptr(v + PySliceObject.start), arg) || visit(ptr(v + PySliceObject.stop), arg) || visit(ptr(v + PySliceObject.step), arg)
}

function ellipsis_new(_type: Ref, args: Ref, kwargs: Ref): Own {
  if (PyTuple_GET_SIZE(args) || (kwargs && dictUsed(kwargs))) return PyErr_SetString(PyExc_TypeError, "EllipsisType takes no arguments")
  return Py_NewRef(Py_Ellipsis)
}
function dictUsed(d: Ref): number {
  return ptr(d + 16)
}
function ellipsis_dealloc(_op: Ref): void {}
function ellipsis_repr(_op: Ref): Own {
  return PyUnicode_FromString("Ellipsis")
}
function ellipsis_reduce(_op: Ref): Own {
  return PyUnicode_FromString("Ellipsis")
}

defineType(PyEllipsis_Type, {
  name: "ellipsis",
  basicsize: 16,
  dealloc: ellipsis_dealloc,
  repr: ellipsis_repr,
  getattro: PyObject_GenericGetAttr,
  flags: TPFLAGS.DEFAULT,
  methods: [["__reduce__", ellipsis_reduce, METH.NOARGS]],
  new: ellipsis_new,
})

defineType(PySlice_Type, {
  name: "slice",
  basicsize: PySliceObject.SIZE,
  dealloc: slice_dealloc,
  repr: slice_repr,
  hash: PyObject_HashNotImplemented,
  getattro: PyObject_GenericGetAttr,
  flags: TPFLAGS.DEFAULT | TPFLAGS.HAVE_GC,
  doc: "slice(stop)\nslice(start, stop[, step])\n\nA range of indexes, as extended indexing (a[0:10:2]) makes it.",
  traverse: slice_traverse,
  richcompare: slice_richcompare,
  members: [
    ["start", T.OBJECT, PySliceObject.start, READONLY],
    ["stop", T.OBJECT, PySliceObject.stop, READONLY],
    ["step", T.OBJECT, PySliceObject.step, READONLY],
  ],
  methods: [
    [
      "indices",
      slice_indices,
      METH.O,
      "S.indices(len) -> (start, stop, stride)\n\nThe indexes that S selects from a sequence of length len.",
    ],
    ["__reduce__", slice_reduce, METH.NOARGS, "Return state information for pickling."],
  ],
  new: slice_new,
})
