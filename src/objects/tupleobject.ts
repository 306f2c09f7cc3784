import { HG, Slow } from "../heap/heapglobals.ts"
import { record_retire } from "../trace/recorder.ts"
import {
  _PyObject_GC_IS_TRACKED,
  _PyObject_GC_MAY_BE_TRACKED,
  _PyObject_GC_New,
  _PyObject_GC_NewVar,
  _PyObject_GC_Resize,
  _PyObject_GC_TRACK,
  _PyObject_GC_UNTRACK,
  PyObject_GC_Del,
  PyObject_GC_UnTrack,
} from "../gc/gcmodule.ts"
import { ptr, setptr, setssize, ssize } from "../heap/access.ts"
import { fn } from "../heap/fntable.ts"
import { hashHi, ret64 } from "../heap/int64.ts"
import { PyObject, PyTupleObject, PyTypeObject } from "../heap/layout.ts"
import { INTERP, Interp } from "../heap/map.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import {
  Py_CLEAR,
  Py_DECREF,
  Py_IS_TYPE,
  Py_NewRef,
  Py_REFCNT,
  Py_SIZE,
  Py_TYPE,
  Py_XDECREF,
  Py_XSETREF,
  PyType_HasFeature,
} from "../heap/refcount.ts"
import { ID, IMMORTAL } from "../heap/statics.ts"
import { Py_TRASHCAN_BEGIN, Py_TRASHCAN_END } from "../heap/trashcan.ts"
import { attached, i32 } from "../heap/views.ts"
import { _PyIndex_Check, PyNumber_AsSsize_t, PySequence_Tuple } from "./abstract.ts"
import { PyBool_FromLong } from "./boolobject.ts"
import { defineType } from "./define.ts"
import { PyErr_BadInternalCall, PyErr_NoMemory, PyErr_Occurred, PyErr_SetString } from "./errors.ts"
import { FreeList, freelist, PyTuple_MAXFREELIST, PyTuple_NFREELISTS, richcompareNumbers, tp_free } from "./freelists.ts"
import { Py_GenericAlias } from "./genericaliasobject.ts"
import { _PyArg_CheckPositional, _PyArg_NoKeywords, _PyArg_NoKwnames } from "./getargs.ts"
import { PyLong_AsSsize_t, PyLong_FromLong } from "./longobject.ts"
import {
  _Py_NewReference,
  Py_ReprEnter,
  Py_ReprLeave,
  PyObject_GenericGetAttr,
  PyObject_Hash,
  PyObject_RichCompare,
  PyObject_RichCompareBool,
  PyObject_SelfIter,
  reprJS,
  typeName,
} from "./object.ts"
import {
  _PyEval_SliceIndexNotNone,
  PySlice_AdjustIndices,
  PySlice_Check,
  PySlice_Unpack,
  sliceIndex,
  sliceStart,
  sliceStep,
  sliceStop,
} from "./sliceobject.ts"
import { METH, Py, PY_VECTORCALL_ARGUMENTS_OFFSET, TPFLAGS, type allocfunc, type visitproc } from "./slots.ts"
import {
  EMPTY_TUPLE,
  Py_None,
  Py_NotImplemented,
  PyExc_IndexError,
  PyExc_TypeError,
  PyExc_ValueError,
  PyTuple_Type,
  PyTupleIter_Type,
} from "./statictypes.ts"
import { PyUnicode_FromString } from "./unicodeobject.ts"
import { upcalls } from "./upcalls.ts"

// Objects/tupleobject.c. Items lie inside the object; the empty tuple is one static object.

const FREE_LIST = INTERP + Interp.freelists + FreeList.tuple_free_list
const NUMFREE = INTERP + Interp.freelists + FreeList.tuple_numfree
const ITEMS = PyTupleObject.ob_item
const ID_iter = ID("iter")

const enum tupleiterobject {
  it_index = 16,
  it_seq = 24,
  SIZE = 32,
}

if (!attached) {
  setssize(EMPTY_TUPLE, IMMORTAL)
  setptr(EMPTY_TUPLE + PyObject.ob_type, PyTuple_Type)
  setssize(EMPTY_TUPLE + PyTupleObject.ob_size, 0)
}

export function PyTuple_Check(op: Ref): boolean {
  return PyType_HasFeature(Py_TYPE(op), TPFLAGS.TUPLE_SUBCLASS)
}
export function PyTuple_CheckExact(op: Ref): boolean {
  return Py_IS_TYPE(op, PyTuple_Type)
}
export function PyTuple_GET_SIZE(op: Ref): number {
  return i32[(op + PyTupleObject.ob_size) >> 2]
}
export function PyTuple_GET_ITEM(op: Ref, i: number): Ref {
  return i32[(op + ITEMS + 8 * i) >> 2] as Ref
}
/** Steals `v`; only for fresh tuples. */
export function PyTuple_SET_ITEM(op: Ref, i: number, v: Ref): void {
  i32[(op + ITEMS + 8 * i) >> 2] = v
  i32[((op + ITEMS + 8 * i) >> 2) + 1] = 0
}
/** Address of the first item. */
export function PyTuple_ITEMS(op: Ref): number {
  return op + ITEMS
}

function tuple_get_empty(): Own {
  return Py_NewRef(EMPTY_TUPLE)
}

/** An untracked tuple whose items are not written yet; size > 0. */
function tuple_alloc(size: number): Own {
  if (size < PyTuple_NFREELISTS) {
    const head = FREE_LIST + 8 * (size - 1)
    const op = i32[head >> 2] as Own
    if (op !== 0) {
      i32[head >> 2] = i32[(op + ITEMS) >> 2]
      i32[(NUMFREE >> 2) + size - 1]--
      _Py_NewReference(op)
      return op
    }
  }
  return _PyObject_GC_NewVar(PyTuple_Type, size)
}

function maybe_freelist_push(op: Ref): boolean {
  const size = Py_SIZE(op)
  if (size === 0) return false
  const index = size - 1
  if (index < PyTuple_NFREELISTS && i32[(NUMFREE >> 2) + index] < PyTuple_MAXFREELIST && Py_IS_TYPE(op, PyTuple_Type)) {
    if ((i32[HG.slow >> 2] & Slow.RECORD) !== 0) record_retire(op)
    const head = FREE_LIST + 8 * index
    setptr(op + ITEMS, i32[head >> 2])
    setptr(head, op)
    i32[(NUMFREE >> 2) + index]++
    return true
  }
  return false
}

/** Items NULL, tracked. */
export function PyTuple_New(size: number): Own {
  if (size === 0) return tuple_get_empty()
  const $op = tuple_alloc(size)
  if ($op === NULL) return NULL
  i32.fill(0, ($op + ITEMS) >> 2, ($op + ITEMS + 8 * size) >> 2)
  _PyObject_GC_TRACK($op)
  return $op
}

export function PyTuple_Size(op: Ref): number {
  if (!PyTuple_Check(op)) {
    PyErr_BadInternalCall()
    return -1
  }
  return Py_SIZE(op)
}

/** Borrowed. */
export function PyTuple_GetItem(op: Ref, i: number): Ref {
  if (!PyTuple_Check(op)) return PyErr_BadInternalCall()
  if (i < 0 || i >= Py_SIZE(op)) return PyErr_SetString(PyExc_IndexError, "tuple index out of range")
  return PyTuple_GET_ITEM(op, i)
}

/** Steals `newitem`, also on error. */
export function PyTuple_SetItem(op: Ref, i: number, newitem: Ref): number {
  if (!PyTuple_Check(op) || Py_REFCNT(op) !== 1) {
    Py_XDECREF(newitem)
    PyErr_BadInternalCall()
    return -1
  }
  if (i < 0 || i >= Py_SIZE(op)) {
    Py_XDECREF(newitem)
    PyErr_SetString(PyExc_IndexError, "tuple assignment index out of range")
    return -1
  }
  Py_XSETREF(op + ITEMS + 8 * i, newitem)
  return 0
}

/** gc: forget a tuple none of whose items can be part of a cycle. */
export function _PyTuple_MaybeUntrack(op: Ref): void {
  if (!PyTuple_CheckExact(op) || !_PyObject_GC_IS_TRACKED(op)) return
  const n = Py_SIZE(op)
  for (let i = 0; i < n; i++) {
    const elt = PyTuple_GET_ITEM(op, i)
    if (elt === 0 || _PyObject_GC_MAY_BE_TRACKED(elt)) return
  }
  _PyObject_GC_UNTRACK(op)
}

/** A tuple of new references. */
export function PyTuple_Pack(...items: Ref[]): Own {
  const n = items.length
  if (n === 0) return tuple_get_empty()
  const $t = tuple_alloc(n)
  if ($t === NULL) return NULL
  for (let i = 0; i < n; i++) PyTuple_SET_ITEM($t, i, Py_NewRef(items[i]))
  _PyObject_GC_TRACK($t)
  return $t
}
export function PyTuple_Pack1(a: Ref): Own {
  const $t = tuple_alloc(1)
  if ($t === NULL) return NULL
  PyTuple_SET_ITEM($t, 0, Py_NewRef(a))
  _PyObject_GC_TRACK($t)
  return $t
}
export function PyTuple_Pack2(a: Ref, b: Ref): Own {
  const $t = tuple_alloc(2)
  if ($t === NULL) return NULL
  PyTuple_SET_ITEM($t, 0, Py_NewRef(a))
  PyTuple_SET_ITEM($t, 1, Py_NewRef(b))
  _PyObject_GC_TRACK($t)
  return $t
}
export function PyTuple_Pack3(a: Ref, b: Ref, c: Ref): Own {
  const $t = tuple_alloc(3)
  if ($t === NULL) return NULL
  PyTuple_SET_ITEM($t, 0, Py_NewRef(a))
  PyTuple_SET_ITEM($t, 1, Py_NewRef(b))
  PyTuple_SET_ITEM($t, 2, Py_NewRef(c))
  _PyObject_GC_TRACK($t)
  return $t
}
export function PyTuple_Pack4(a: Ref, b: Ref, c: Ref, d: Ref): Own {
  return PyTuple_Pack(a, b, c, d)
}

/** A tuple of owned references, all given away (also on error): what Py_BuildValue's "(N…)" does. A NULL among them is an error already set. */
export function buildTuple(...$items: Own[]): Own {
  let ok = true
  for (const $v of $items) if ($v === NULL) ok = false
  const t = ok ? PyTuple_New($items.length) : NULL
  if (t === NULL) {
    for (const $v of $items) Py_XDECREF($v)
    return NULL
  }
  for (let i = 0; i < $items.length; i++) PyTuple_SET_ITEM(t, i, $items[i])
  return t
}

/** New references to the `n` objects whose pointers lie at `src`. */
export function _PyTuple_FromArray(src: number, n: number): Own {
  if (n === 0) return tuple_get_empty()
  const $t = tuple_alloc(n)
  if ($t === NULL) return NULL
  for (let i = 0; i < n; i++) PyTuple_SET_ITEM($t, i, Py_NewRef(ptr(src + 8 * i)))
  _PyObject_GC_TRACK($t)
  return $t
}

/** Takes over the `n` references at `src`, also on error. */
export function _PyTuple_FromArraySteal(src: number, n: number): Own {
  if (n === 0) return tuple_get_empty()
  const $t = tuple_alloc(n)
  if ($t === NULL) {
    for (let i = 0; i < n; i++) Py_DECREF(ptr(src + 8 * i))
    return NULL
  }
  for (let i = 0; i < n; i++) PyTuple_SET_ITEM($t, i, ptr(src + 8 * i))
  _PyObject_GC_TRACK($t)
  return $t
}

export function tupledealloc(op: Ref): void {
  if (op === EMPTY_TUPLE) return
  PyObject_GC_UnTrack(op)
  if (!Py_TRASHCAN_BEGIN(op, tupledealloc)) return
  let i = Py_SIZE(op)
  while (--i >= 0) Py_XDECREF(PyTuple_GET_ITEM(op, i))
  if (!maybe_freelist_push(op)) tp_free(op)
  Py_TRASHCAN_END()
}

function tuplerepr(v: Ref): Own {
  const n = Py_SIZE(v)
  if (n === 0) return PyUnicode_FromString("()")
  const entered = Py_ReprEnter(v)
  if (entered !== 0) return entered > 0 ? PyUnicode_FromString("(...)") : NULL
  let out = "("
  for (let i = 0; i < n; i++) {
    const s = reprJS(PyTuple_GET_ITEM(v, i))
    if (s === null) {
      Py_ReprLeave(v)
      return NULL
    }
    out += i > 0 ? ", " + s : s
  }
  Py_ReprLeave(v)
  return PyUnicode_FromString(out + (n > 1 ? ")" : ",)"))
}

/** Upper word of an unsigned 32 × 32 bit product. */
function umulh(a: number, b: number): number {
  const al = a & 0xffff
  const ah = a >>> 16
  const bl = b & 0xffff
  const bh = b >>> 16
  const mid = ah * bl + ((al * bl) >>> 16)
  const mid2 = al * bh + (mid & 0xffff)
  return (ah * bh + ((mid / 65536) | 0) + ((mid2 / 65536) | 0)) | 0
}

function tuplehash(v: Ref): number {
  const len = Py_SIZE(v)
  // acc = _PyHASH_XXPRIME_5
  let lo = 0x165667c5
  let hi = 0x27d4eb2f
  for (let i = 0; i < len; i++) {
    const laneLo = PyObject_Hash(PyTuple_GET_ITEM(v, i))
    const laneHi = hashHi
    if (laneLo === -1 && laneHi === -1) return ret64(-1, -1)
    // acc += lane * PRIME_2
    const pl = Math.imul(laneLo, 0x27d4eb4f)
    const ph = (umulh(laneLo, 0x27d4eb4f) + Math.imul(laneHi, 0x27d4eb4f) + Math.imul(laneLo, 0xc2b2ae3d)) | 0
    const sum = (lo >>> 0) + (pl >>> 0)
    lo = sum | 0
    hi = (hi + ph + (sum > 0xffffffff ? 1 : 0)) | 0
    // rotate left by 31
    const t = (lo << 31) | (hi >>> 1)
    hi = (hi << 31) | (lo >>> 1)
    lo = t
    // acc *= PRIME_1
    const ml = Math.imul(lo, 0x85ebca87 | 0)
    hi = (umulh(lo, 0x85ebca87 | 0) + Math.imul(hi, 0x85ebca87 | 0) + Math.imul(lo, 0x9e3779b1 | 0)) | 0
    lo = ml
  }
  // acc += len ^ (PRIME_5 ^ 3527539)
  const add = (len ^ 0x165667c5 ^ 3527539) >>> 0
  const sum = (lo >>> 0) + add
  lo = sum | 0
  hi = (hi + 0x27d4eb2f + (sum > 0xffffffff ? 1 : 0)) | 0
  if (lo === -1 && hi === -1) return ret64(1546275796, 0)
  return ret64(lo, hi)
}

function tuplecontains(a: Ref, el: Ref): number {
  let cmp = 0
  for (let i = 0; cmp === 0 && i < Py_SIZE(a); i++) cmp = PyObject_RichCompareBool(PyTuple_GET_ITEM(a, i), el, Py.EQ)
  return cmp
}

export function tupleitem(a: Ref, i: number): Own {
  if (i < 0 || i >= Py_SIZE(a)) return PyErr_SetString(PyExc_IndexError, "tuple index out of range")
  return Py_NewRef(PyTuple_GET_ITEM(a, i))
}

function tupleslice(a: Ref, ilow: number, ihigh: number): Own {
  if (ilow < 0) ilow = 0
  if (ihigh > Py_SIZE(a)) ihigh = Py_SIZE(a)
  if (ihigh < ilow) ihigh = ilow
  if (ilow === 0 && ihigh === Py_SIZE(a) && PyTuple_CheckExact(a)) return Py_NewRef(a)
  return _PyTuple_FromArray(a + ITEMS + 8 * ilow, ihigh - ilow)
}

export function PyTuple_GetSlice(op: Ref, i: number, j: number): Own {
  if (op === NULL || !PyTuple_Check(op)) return PyErr_BadInternalCall()
  return tupleslice(op, i, j)
}

function tupleconcat(a: Ref, b: Ref): Own {
  if (Py_SIZE(a) === 0 && PyTuple_CheckExact(b)) return Py_NewRef(b)
  if (!PyTuple_Check(b)) {
    return PyErr_SetString(PyExc_TypeError, `can only concatenate tuple (not "${typeName(b).slice(0, 200)}") to tuple`)
  }
  if (Py_SIZE(b) === 0 && PyTuple_CheckExact(a)) return Py_NewRef(a)
  const na = Py_SIZE(a)
  const nb = Py_SIZE(b)
  if (na + nb === 0) return tuple_get_empty()
  const $np = tuple_alloc(na + nb)
  if ($np === NULL) return NULL
  for (let i = 0; i < na; i++) PyTuple_SET_ITEM($np, i, Py_NewRef(PyTuple_GET_ITEM(a, i)))
  for (let i = 0; i < nb; i++) PyTuple_SET_ITEM($np, na + i, Py_NewRef(PyTuple_GET_ITEM(b, i)))
  _PyObject_GC_TRACK($np)
  return $np
}

function tuplerepeat(a: Ref, n: number): Own {
  const na = Py_SIZE(a)
  if ((na === 0 || n === 1) && PyTuple_CheckExact(a)) return Py_NewRef(a)
  if (na === 0 || n <= 0) return tuple_get_empty()
  if (na * n > 0x07ffffff) return PyErr_NoMemory()
  const $np = tuple_alloc(na * n)
  if ($np === NULL) return NULL
  for (let i = 0; i < na; i++) {
    const v = PyTuple_GET_ITEM(a, i)
    i32[v >> 2] += n
    PyTuple_SET_ITEM($np, i, v)
  }
  const start = ($np + ITEMS) >> 2
  const total = 2 * na * n
  for (let done = 2 * na; done < total; ) {
    const step = Math.min(done, total - done)
    i32.copyWithin(start + done, start, start + step)
    done += step
  }
  _PyObject_GC_TRACK($np)
  return $np
}

function tuple_index(self: Ref, args: number, nargs: number): Own {
  if (!_PyArg_CheckPositional("index", nargs, 1, 3)) return NULL
  const value = ptr(args)
  let start = 0
  let stop = Infinity
  if (nargs >= 2) {
    if (!_PyEval_SliceIndexNotNone(ptr(args + 8))) return NULL
    start = sliceIndex
    if (nargs >= 3) {
      if (!_PyEval_SliceIndexNotNone(ptr(args + 16))) return NULL
      stop = sliceIndex
    }
  }
  if (start < 0) {
    start += Py_SIZE(self)
    if (start < 0) start = 0
  }
  if (stop < 0) stop += Py_SIZE(self)
  else if (stop > Py_SIZE(self)) stop = Py_SIZE(self)
  for (let i = start; i < stop; i++) {
    const cmp = PyObject_RichCompareBool(PyTuple_GET_ITEM(self, i), value, Py.EQ)
    if (cmp > 0) return PyLong_FromLong(i)
    if (cmp < 0) return NULL
  }
  return PyErr_SetString(PyExc_ValueError, "tuple.index(x): x not in tuple")
}

function tuple_count(self: Ref, value: Ref): Own {
  let count = 0
  for (let i = 0; i < Py_SIZE(self); i++) {
    const cmp = PyObject_RichCompareBool(PyTuple_GET_ITEM(self, i), value, Py.EQ)
    if (cmp > 0) count++
    else if (cmp < 0) return NULL
  }
  return PyLong_FromLong(count)
}

function tupletraverse(o: Ref, visit: visitproc, arg: number): number {
  for (let i = Py_SIZE(o); --i >= 0; ) {
    const v = PyTuple_GET_ITEM(o, i)
    if (v !== 0) {
      const r = visit(v, arg)
      if (r) return r
    }
  }
  return 0
}

function tuplerichcompare(v: Ref, w: Ref, op: number): Own {
  if (!PyTuple_Check(v) || !PyTuple_Check(w)) return Py_NewRef(Py_NotImplemented)
  const vlen = Py_SIZE(v)
  const wlen = Py_SIZE(w)
  let i = 0
  for (; i < vlen && i < wlen; i++) {
    const k = PyObject_RichCompareBool(PyTuple_GET_ITEM(v, i), PyTuple_GET_ITEM(w, i), Py.EQ)
    if (k < 0) return NULL
    if (k === 0) break
  }
  if (i >= vlen || i >= wlen) return richcompareNumbers(vlen, wlen, op)
  if (op === Py.EQ) return PyBool_FromLong(0)
  if (op === Py.NE) return PyBool_FromLong(1)
  return PyObject_RichCompare(PyTuple_GET_ITEM(v, i), PyTuple_GET_ITEM(w, i), op)
}

function tuple_new_impl(type: Ref, iterable: Ref): Own {
  if (type !== PyTuple_Type) return tuple_subtype_new(type, iterable)
  if (iterable === NULL) return tuple_get_empty()
  return PySequence_Tuple(iterable)
}

function tuple_subtype_new(type: Ref, iterable: Ref): Own {
  const $tmp = tuple_new_impl(PyTuple_Type, iterable)
  if ($tmp === NULL) return NULL
  const n = Py_SIZE($tmp)
  const $new = fn<allocfunc>(i32[(type + PyTypeObject.tp_alloc) >> 2])(type, n)
  if ($new === NULL) {
    Py_DECREF($tmp)
    return NULL
  }
  for (let i = 0; i < n; i++) PyTuple_SET_ITEM($new, i, Py_NewRef(PyTuple_GET_ITEM($tmp, i)))
  Py_DECREF($tmp)
  if (!_PyObject_GC_IS_TRACKED($new)) _PyObject_GC_TRACK($new)
  return $new
}

function tuple_new(type: Ref, args: Ref, kwargs: Ref): Own {
  if (
    (type === PyTuple_Type || ptr(type + PyTypeObject.tp_init) === ptr(PyTuple_Type + PyTypeObject.tp_init)) &&
    !_PyArg_NoKeywords("tuple", kwargs)
  ) {
    return NULL
  }
  if (!_PyArg_CheckPositional("tuple", Py_SIZE(args), 0, 1)) return NULL
  return tuple_new_impl(type, Py_SIZE(args) < 1 ? NULL : PyTuple_GET_ITEM(args, 0))
}

function tuple_vectorcall(type: Ref, args: number, nargsf: number, kwnames: Ref): Own {
  if (!_PyArg_NoKwnames("tuple", kwnames)) return NULL
  const nargs = nargsf & ~PY_VECTORCALL_ARGUMENTS_OFFSET
  if (!_PyArg_CheckPositional("tuple", nargs, 0, 1)) return NULL
  return nargs ? tuple_new_impl(type, ptr(args)) : tuple_get_empty()
}

function tuplesubscript(self: Ref, item: Ref): Own {
  if (_PyIndex_Check(item)) {
    let i = PyNumber_AsSsize_t(item, PyExc_IndexError)
    if (i === -1 && PyErr_Occurred()) return NULL
    if (i < 0) i += Py_SIZE(self)
    return tupleitem(self, i)
  }
  if (PySlice_Check(item)) {
    if (PySlice_Unpack(item) < 0) return NULL
    const n = PySlice_AdjustIndices(Py_SIZE(self), sliceStart, sliceStop, sliceStep)
    const start = sliceStart
    const step = sliceStep
    if (n <= 0) return tuple_get_empty()
    if (start === 0 && step === 1 && n === Py_SIZE(self) && PyTuple_CheckExact(self)) return Py_NewRef(self)
    const $t = tuple_alloc(n)
    if ($t === NULL) return NULL
    for (let cur = start, i = 0; i < n; cur += step, i++) PyTuple_SET_ITEM($t, i, Py_NewRef(PyTuple_GET_ITEM(self, cur)))
    _PyObject_GC_TRACK($t)
    return $t
  }
  return PyErr_SetString(PyExc_TypeError, `tuple indices must be integers or slices, not ${typeName(item).slice(0, 200)}`)
}

function tuple___getnewargs__(self: Ref): Own {
  return buildTuple(tupleslice(self, 0, Py_SIZE(self)))
}

/** Grow or shrink the only reference to a tuple, which is given away. @returns the tuple in its new size; NULL when `$v` was released after an error. */
export function _PyTuple_Resize($v: Own, newsize: number): Own {
  if ($v === NULL || !Py_IS_TYPE($v, PyTuple_Type) || (Py_SIZE($v) !== 0 && Py_REFCNT($v) !== 1)) {
    Py_XDECREF($v)
    return PyErr_BadInternalCall()
  }
  const oldsize = Py_SIZE($v)
  if (oldsize === newsize) return $v
  if (newsize === 0) {
    Py_DECREF($v)
    return tuple_get_empty()
  }
  if (oldsize === 0) {
    Py_DECREF($v)
    return PyTuple_New(newsize)
  }
  if (_PyObject_GC_IS_TRACKED($v)) _PyObject_GC_UNTRACK($v)
  for (let i = newsize; i < oldsize; i++) Py_CLEAR($v + ITEMS + 8 * i)
  const $sv = _PyObject_GC_Resize($v, newsize)
  if ($sv === NULL) {
    // CPython frees the tuple without its items
    for (let i = Math.min(oldsize, newsize) - 1; i >= 0; i--) Py_XDECREF(PyTuple_GET_ITEM($v, i))
    PyObject_GC_Del($v)
    return NULL
  }
  _Py_NewReference($sv)
  for (let i = oldsize; i < newsize; i++) PyTuple_SET_ITEM($sv, i, NULL)
  _PyObject_GC_TRACK($sv)
  return $sv
}

export function _PyTuple_ClearFreeList(): void {
  for (let i = 0; i < PyTuple_NFREELISTS; i++) {
    let p = ptr(FREE_LIST + 8 * i)
    setptr(FREE_LIST + 8 * i, 0)
    i32[(NUMFREE >> 2) + i] = 0
    while (p !== 0) {
      const q = p
      p = ptr(p + ITEMS)
      PyObject_GC_Del(q)
    }
  }
}
/** Number of tuples of `size` items on their free list (sys._debugmallocstats). */
export function tupleNumfree(size: number): number {
  return i32[(freelist(FreeList.tuple_numfree) >> 2) + size - 1]
}

function tuple_iter(seq: Ref): Own {
  if (!PyTuple_Check(seq)) return PyErr_BadInternalCall()
  const $it = _PyObject_GC_New(PyTupleIter_Type)
  if ($it === NULL) return NULL
  setssize($it + tupleiterobject.it_index, 0)
  setptr($it + tupleiterobject.it_seq, Py_NewRef(seq))
  _PyObject_GC_TRACK($it)
  return $it
}

function tupleiter_dealloc(it: Ref): void {
  _PyObject_GC_UNTRACK(it)
  Py_XDECREF(ptr(it + tupleiterobject.it_seq))
  PyObject_GC_Del(it)
}

function tupleiter_traverse(it: Ref, visit: visitproc, arg: number): number {
  const seq = ptr(it + tupleiterobject.it_seq)
  return seq ? visit(seq, arg) : 0
}

function tupleiter_next(it: Ref): Own {
  const seq = ptr(it + tupleiterobject.it_seq)
  if (seq === 0) return NULL
  const i = ssize(it + tupleiterobject.it_index)
  if (i < Py_SIZE(seq)) {
    i32[(it + tupleiterobject.it_index) >> 2] = i + 1
    return Py_NewRef(PyTuple_GET_ITEM(seq, i))
  }
  setptr(it + tupleiterobject.it_seq, 0)
  Py_DECREF(seq)
  return NULL
}

function tupleiter_len(it: Ref): Own {
  const seq = ptr(it + tupleiterobject.it_seq)
  return PyLong_FromLong(seq ? Py_SIZE(seq) - ssize(it + tupleiterobject.it_index) : 0)
}

function tupleiter_reduce(it: Ref): Own {
  const $iter = upcalls.getBuiltin(ID_iter)
  const seq = ptr(it + tupleiterobject.it_seq)
  if (seq) return buildTuple($iter, PyTuple_Pack1(seq), PyLong_FromLong(ssize(it + tupleiterobject.it_index)))
  return buildTuple($iter, PyTuple_Pack1(EMPTY_TUPLE))
}

function tupleiter_setstate(it: Ref, state: Ref): Own {
  let index = PyLong_AsSsize_t(state)
  if (index === -1 && PyErr_Occurred()) return NULL
  const seq = ptr(it + tupleiterobject.it_seq)
  if (seq !== 0) {
    if (index < 0) index = 0
    else if (index > Py_SIZE(seq)) index = Py_SIZE(seq)
    setssize(it + tupleiterobject.it_index, index)
  }
  return Py_NewRef(Py_None)
}

defineType(PyTuple_Type, {
  name: "tuple",
  basicsize: PyTupleObject.ob_item,
  itemsize: 8,
  flags: TPFLAGS.DEFAULT | TPFLAGS.HAVE_GC | TPFLAGS.BASETYPE | TPFLAGS.TUPLE_SUBCLASS | TPFLAGS.MATCH_SELF | TPFLAGS.SEQUENCE,
  doc: "(iterable=(), /)\n--\n\nBuilt-in immutable sequence of the iterable's items.",
  dealloc: tupledealloc,
  repr: tuplerepr,
  sq_length: Py_SIZE,
  sq_concat: tupleconcat,
  sq_repeat: tuplerepeat,
  sq_item: tupleitem,
  sq_contains: tuplecontains,
  mp_length: Py_SIZE,
  mp_subscript: tuplesubscript,
  hash: tuplehash,
  getattro: PyObject_GenericGetAttr,
  traverse: tupletraverse,
  richcompare: tuplerichcompare,
  iter: tuple_iter,
  methods: [
    ["__getnewargs__", tuple___getnewargs__, METH.NOARGS, "($self, /)\n--\n\n"],
    [
      "index",
      tuple_index,
      METH.FASTCALL,
      "($self, value, start=0, stop=sys.maxsize, /)\n--\n\nFirst index of value; ValueError if it is absent.",
    ],
    ["count", tuple_count, METH.O, "($self, value, /)\n--\n\nHow often value occurs."],
    ["__class_getitem__", Py_GenericAlias, METH.O | METH.CLASS, "See PEP 585"],
  ],
  new: tuple_new,
  free: PyObject_GC_Del,
  vectorcall: tuple_vectorcall,
})

defineType(PyTupleIter_Type, {
  name: "tuple_iterator",
  basicsize: tupleiterobject.SIZE,
  flags: TPFLAGS.DEFAULT | TPFLAGS.HAVE_GC,
  dealloc: tupleiter_dealloc,
  getattro: PyObject_GenericGetAttr,
  traverse: tupleiter_traverse,
  iter: PyObject_SelfIter,
  iternext: tupleiter_next,
  methods: [
    ["__length_hint__", tupleiter_len, METH.NOARGS, "Private method returning an estimate of len(list(it))."],
    ["__reduce__", tupleiter_reduce, METH.NOARGS, "Return state information for pickling."],
    ["__setstate__", tupleiter_setstate, METH.O, "Set state information for unpickling."],
  ],
})
