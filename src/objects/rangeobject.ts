import { int64, ptr, set64, setint64, setptr } from "../heap/access.ts"
import { hashHi, ret64 } from "../heap/int64.ts"
import { PyLongObject } from "../heap/layout.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { Py_DECREF, Py_IS_TYPE, Py_NewRef, Py_SIZE, Py_TYPE, Py_XDECREF, Py_XSETREF } from "../heap/refcount.ts"
import { ID } from "../heap/statics.ts"
import { PyObject_Free } from "../heap/obmalloc.ts"
import { i32 } from "../heap/views.ts"
import {
  _PyIndex_Check,
  _PySequence_IterSearch,
  PyNumber_Add,
  PyNumber_AsSsize_t,
  PyNumber_FloorDivide,
  PyNumber_Index,
  PyNumber_Multiply,
  PyNumber_Negative,
  PyNumber_Remainder,
  PyNumber_Subtract,
} from "./abstract.ts"
import { PyBool_FromLong } from "./boolobject.ts"
import { defineType } from "./define.ts"
import { PyErr_Occurred, PyErr_SetString } from "./errors.ts"
import { _PyArg_NoKeywords, _PyArg_NoKwnames } from "./getargs.ts"
import {
  _PyLong_GetOne,
  _PyLong_GetZero,
  _PyLong_Sign,
  PyLong_AsBigInt,
  PyLong_AsLong,
  PyLong_AsSsize_t,
  PyLong_CheckExact,
  PyLong_FromBigInt,
  PyLong_FromLong,
} from "./longobject.ts"
import {
  _PyObject_New,
  PyObject_GenericGetAttr,
  PyObject_Hash,
  PyObject_IsTrue,
  PyObject_Not,
  PyObject_RichCompareBool,
  PyObject_SelfIter,
  reprJS,
  typeName,
} from "./object.ts"
import { _PySlice_GetLongIndices, longStart, longStep, longStop, PySlice_Check } from "./sliceobject.ts"
import { METH, Py, PY_VECTORCALL_ARGUMENTS_OFFSET, READONLY, T, TPFLAGS } from "./slots.ts"
import {
  Py_None,
  Py_NotImplemented,
  PyBool_Type,
  PyExc_IndexError,
  PyExc_TypeError,
  PyExc_ValueError,
  PyLongRangeIter_Type,
  PyRange_Type,
  PyRangeIter_Type,
} from "./statictypes.ts"
import { buildTuple, PyTuple_GET_SIZE, PyTuple_ITEMS, PyTuple_New, PyTuple_Pack3, PyTuple_SET_ITEM } from "./tupleobject.ts"
import { PyUnicode_FromString } from "./unicodeobject.ts"
import { upcalls } from "./upcalls.ts"

// Objects/rangeobject.c: range, its fast iterator (C longs) and its slow one (int objects).

export const enum rangeobject {
  start = 16,
  stop = 24,
  step = 32,
  length = 40,
  SIZE = 48,
}
export const enum rangeiterobject {
  index = 16,
  start = 24,
  step = 32,
  len = 40,
  SIZE = 48,
}
const enum longrangeiterobject {
  index = 16,
  start = 24,
  step = 32,
  len = 40,
  SIZE = 48,
}

const ID_iter = ID("iter")
const LONG_MAX = 9223372036854775807n
const LONG_MIN = -9223372036854775808n

export function PyRange_Check(op: Ref): boolean {
  return Py_IS_TYPE(op, PyRange_Type)
}

/** The value of an int of at most 30 bits, else NaN. */
function small(op: Ref): number {
  const n = Py_SIZE(op)
  if (n === 0) return 0
  if (n === 1) return i32[(op + PyLongObject.ob_digit) >> 2]
  if (n === -1) return -i32[(op + PyLongObject.ob_digit) >> 2]
  return NaN
}

function validate_step(step: Ref): Own {
  if (step === NULL) return PyLong_FromLong(1)
  const $step = PyNumber_Index(step)
  if ($step !== NULL && _PyLong_Sign($step) === 0) {
    PyErr_SetString(PyExc_ValueError, "range() arg 3 must not be zero")
    Py_DECREF($step)
    return NULL
  }
  return $step
}

/** Steals the three when it succeeds. */
function make_range_object(type: Ref, $start: Own, $stop: Own, $step: Own): Own {
  const $length = compute_range_length($start, $stop, $step)
  if ($length === NULL) return NULL
  const $obj = _PyObject_New(type)
  if ($obj === NULL) {
    Py_DECREF($length)
    return NULL
  }
  setptr($obj + rangeobject.start, $start)
  setptr($obj + rangeobject.stop, $stop)
  setptr($obj + rangeobject.step, $step)
  setptr($obj + rangeobject.length, $length)
  return $obj
}

function range_from_array(type: Ref, args: number, n: number): Own {
  if (n === 0) return PyErr_SetString(PyExc_TypeError, "range expected at least 1 argument, got 0")
  if (n > 3) return PyErr_SetString(PyExc_TypeError, `range expected at most 3 arguments, got ${n}`)
  let $start: Own
  let $stop: Own
  let $step: Own
  if (n === 1) {
    $stop = PyNumber_Index(ptr(args))
    if ($stop === NULL) return NULL
    $start = Py_NewRef(_PyLong_GetZero())
    $step = Py_NewRef(_PyLong_GetOne())
  } else {
    $start = PyNumber_Index(ptr(args))
    if ($start === NULL) return NULL
    $stop = PyNumber_Index(ptr(args + 8))
    if ($stop === NULL) {
      Py_DECREF($start)
      return NULL
    }
    $step = validate_step(n === 3 ? ptr(args + 16) : NULL)
    if ($step === NULL) {
      Py_DECREF($start)
      Py_DECREF($stop)
      return NULL
    }
  }
  const $obj = make_range_object(type, $start, $stop, $step)
  if ($obj !== NULL) return $obj
  Py_DECREF($start)
  Py_DECREF($stop)
  Py_DECREF($step)
  return NULL
}

function range_new(type: Ref, args: Ref, kw: Ref): Own {
  if (!_PyArg_NoKeywords("range", kw)) return NULL
  return range_from_array(type, PyTuple_ITEMS(args), PyTuple_GET_SIZE(args))
}
function range_vectorcall(type: Ref, args: number, nargsf: number, kwnames: Ref): Own {
  if (!_PyArg_NoKwnames("range", kwnames)) return NULL
  return range_from_array(type, args, nargsf & ~PY_VECTORCALL_ARGUMENTS_OFFSET)
}

function range_dealloc(r: Ref): void {
  Py_DECREF(ptr(r + rangeobject.start))
  Py_DECREF(ptr(r + rangeobject.stop))
  Py_DECREF(ptr(r + rangeobject.step))
  Py_DECREF(ptr(r + rangeobject.length))
  PyObject_Free(r)
}

/** Items of range(start, stop, step), of numbers. */
function lengthOf(start: number, stop: number, step: number): number {
  if (step > 0 && start < stop) return 1 + Math.floor((stop - 1 - start) / step)
  if (step < 0 && start > stop) return 1 + Math.floor((start - 1 - stop) / -step)
  return 0
}
function bigLengthOf(start: bigint, stop: bigint, step: bigint): bigint {
  if (step > 0n && start < stop) return 1n + (stop - 1n - start) / step
  if (step < 0n && start > stop) return 1n + (start - 1n - stop) / -step
  return 0n
}

function compute_range_length(start: Ref, stop: Ref, step: Ref): Own {
  const n = lengthOf(small(start), small(stop), small(step))
  if (!Number.isNaN(small(start) + small(stop) + small(step))) return PyLong_FromLong(n)
  return PyLong_FromBigInt(bigLengthOf(PyLong_AsBigInt(start), PyLong_AsBigInt(stop), PyLong_AsBigInt(step)))
}

function range_length(r: Ref): number {
  return PyLong_AsSsize_t(ptr(r + rangeobject.length))
}

function compute_item(r: Ref, i: Ref): Own {
  const step = ptr(r + rangeobject.step)
  if (step === _PyLong_GetOne()) return PyNumber_Add(ptr(r + rangeobject.start), i)
  const $incr = PyNumber_Multiply(i, step)
  if ($incr === NULL) return NULL
  const $result = PyNumber_Add(ptr(r + rangeobject.start), $incr)
  Py_DECREF($incr)
  return $result
}

function compute_range_item(r: Ref, arg: Ref): Own {
  const length = ptr(r + rangeobject.length)
  const $i = _PyLong_Sign(arg) < 0 ? PyNumber_Add(length, arg) : Py_NewRef(arg)
  if ($i === NULL) return NULL
  if (_PyLong_Sign($i) < 0 || PyObject_RichCompareBool($i, length, Py.GE) === 1) {
    Py_DECREF($i)
    return PyErr_SetString(PyExc_IndexError, "range object index out of range")
  }
  const $result = compute_item(r, $i)
  Py_DECREF($i)
  return $result
}

function range_item(r: Ref, i: number): Own {
  const $arg = PyLong_FromLong(i)
  if ($arg === NULL) return NULL
  const $res = compute_range_item(r, $arg)
  Py_DECREF($arg)
  return $res
}

function compute_slice(r: Ref, slice: Ref): Own {
  if (_PySlice_GetLongIndices(slice, ptr(r + rangeobject.length)) === -1) return NULL
  const $start = longStart
  const $stop = longStop
  const $step = longStep
  const $substep = PyNumber_Multiply(ptr(r + rangeobject.step), $step)
  const $substart = $substep === NULL ? NULL : compute_item(r, $start)
  const $substop = $substart === NULL ? NULL : compute_item(r, $stop)
  Py_DECREF($step)
  Py_DECREF($start)
  Py_DECREF($stop)
  if ($substop !== NULL) {
    const $result = make_range_object(Py_TYPE(r), $substart, $substop, $substep)
    if ($result !== NULL) return $result
  }
  Py_XDECREF($substart)
  Py_XDECREF($substop)
  Py_XDECREF($substep)
  return NULL
}

function range_contains_long(r: Ref, ob: Ref): number {
  const step = ptr(r + rangeobject.step)
  const start = ptr(r + rangeobject.start)
  const stop = ptr(r + rangeobject.stop)
  let cmp2: number
  let cmp3: number
  if (_PyLong_Sign(step) > 0) {
    cmp2 = PyObject_RichCompareBool(start, ob, Py.LE)
    cmp3 = PyObject_RichCompareBool(ob, stop, Py.LT)
  } else {
    cmp2 = PyObject_RichCompareBool(ob, start, Py.LE)
    cmp3 = PyObject_RichCompareBool(stop, ob, Py.LT)
  }
  if (cmp2 === -1 || cmp3 === -1) return -1
  if (cmp2 === 0 || cmp3 === 0) return 0
  const $tmp1 = PyNumber_Subtract(ob, start)
  if ($tmp1 === NULL) return -1
  const $tmp2 = PyNumber_Remainder($tmp1, step)
  Py_DECREF($tmp1)
  if ($tmp2 === NULL) return -1
  const result = _PyLong_Sign($tmp2) === 0 ? 1 : 0
  Py_DECREF($tmp2)
  return result
}

const PY_ITERSEARCH_COUNT = 1
const PY_ITERSEARCH_INDEX = 2
const PY_ITERSEARCH_CONTAINS = 3

function isLong(ob: Ref): boolean {
  return PyLong_CheckExact(ob) || Py_IS_TYPE(ob, PyBool_Type)
}

function range_contains(r: Ref, ob: Ref): number {
  return isLong(ob) ? range_contains_long(r, ob) : _PySequence_IterSearch(r, ob, PY_ITERSEARCH_CONTAINS)
}

function range_equals(a: Ref, b: Ref): number {
  if (a === b) return 1
  const length = ptr(a + rangeobject.length)
  let cmp = PyObject_RichCompareBool(length, ptr(b + rangeobject.length), Py.EQ)
  if (cmp !== 1) return cmp
  // both empty
  cmp = PyObject_Not(length)
  if (cmp !== 0) return cmp
  cmp = PyObject_RichCompareBool(ptr(a + rangeobject.start), ptr(b + rangeobject.start), Py.EQ)
  if (cmp !== 1) return cmp
  // one item: the step does not matter
  cmp = PyObject_RichCompareBool(length, _PyLong_GetOne(), Py.EQ)
  if (cmp !== 0) return cmp
  return PyObject_RichCompareBool(ptr(a + rangeobject.step), ptr(b + rangeobject.step), Py.EQ)
}

function range_richcompare(self: Ref, other: Ref, op: number): Own {
  if (!PyRange_Check(other) || (op !== Py.EQ && op !== Py.NE)) return Py_NewRef(Py_NotImplemented)
  const r = range_equals(self, other)
  return r === -1 ? NULL : PyBool_FromLong((r === 1) === (op === Py.EQ) ? 1 : 0)
}

function range_hash(r: Ref): number {
  const $t = PyTuple_New(3)
  if ($t === NULL) return ret64(-1, -1)
  const length = ptr(r + rangeobject.length)
  PyTuple_SET_ITEM($t, 0, Py_NewRef(length))
  const empty = _PyLong_Sign(length) === 0
  PyTuple_SET_ITEM($t, 1, Py_NewRef(empty ? Py_None : ptr(r + rangeobject.start)))
  const single = !empty && small(length) === 1
  PyTuple_SET_ITEM($t, 2, Py_NewRef(empty || single ? Py_None : ptr(r + rangeobject.step)))
  const lo = PyObject_Hash($t)
  const hi = hashHi
  Py_DECREF($t)
  return ret64(lo, hi)
}

function range_count(r: Ref, ob: Ref): Own {
  const n = isLong(ob) ? range_contains_long(r, ob) : _PySequence_IterSearch(r, ob, PY_ITERSEARCH_COUNT)
  return n === -1 ? NULL : PyLong_FromLong(n)
}

function range_index(r: Ref, ob: Ref): Own {
  if (!isLong(ob)) {
    const index = _PySequence_IterSearch(r, ob, PY_ITERSEARCH_INDEX)
    return index === -1 ? NULL : PyLong_FromLong(index)
  }
  const contains = range_contains_long(r, ob)
  if (contains === -1) return NULL
  if (contains) {
    const $idx = PyNumber_Subtract(ob, ptr(r + rangeobject.start))
    const step = ptr(r + rangeobject.step)
    if ($idx === NULL || step === _PyLong_GetOne()) return $idx
    const $sidx = PyNumber_FloorDivide($idx, step)
    Py_DECREF($idx)
    return $sidx
  }
  const repr = reprJS(ob)
  return repr === null ? NULL : PyErr_SetString(PyExc_ValueError, `${repr} is not in range`)
}

function range_repr(r: Ref): Own {
  const start = reprJS(ptr(r + rangeobject.start))
  if (start === null) return NULL
  const stop = reprJS(ptr(r + rangeobject.stop))
  if (stop === null) return NULL
  if (PyNumber_AsSsize_t(ptr(r + rangeobject.step), NULL) === 1) return PyUnicode_FromString(`range(${start}, ${stop})`)
  const step = reprJS(ptr(r + rangeobject.step))
  return step === null ? NULL : PyUnicode_FromString(`range(${start}, ${stop}, ${step})`)
}

function range_reduce(r: Ref, _args: Ref): Own {
  return buildTuple(Py_NewRef(Py_TYPE(r)), PyTuple_Pack3(ptr(r + rangeobject.start), ptr(r + rangeobject.stop), ptr(r + rangeobject.step)))
}

function range_subscript(self: Ref, item: Ref): Own {
  if (_PyIndex_Check(item)) {
    const $i = PyNumber_Index(item)
    if ($i === NULL) return NULL
    const $result = compute_range_item(self, $i)
    Py_DECREF($i)
    return $result
  }
  if (PySlice_Check(item)) return compute_slice(self, item)
  return PyErr_SetString(PyExc_TypeError, `range indices must be integers or slices, not ${typeName(item).slice(0, 200)}`)
}

function range_bool(self: Ref): number {
  return PyObject_IsTrue(ptr(self + rangeobject.length))
}

// ---- range_iterator: four C longs ----

function fast_range_iter(start: bigint | number, step: bigint | number, len: bigint | number): Own {
  const $it = _PyObject_New(PyRangeIter_Type)
  if ($it === NULL) return NULL
  set64($it + rangeiterobject.index, 0, 0)
  setLong($it + rangeiterobject.start, start)
  setLong($it + rangeiterobject.step, step)
  setLong($it + rangeiterobject.len, len)
  return $it
}
function setLong(a: number, v: bigint | number): void {
  if (typeof v === "number") setint64(a, v)
  else set64(a, Number(BigInt.asIntN(32, v)), Number(BigInt.asIntN(32, v >> 32n)))
}
function getLong(a: number): bigint {
  return (BigInt(i32[(a >> 2) + 1]) << 32n) | BigInt(i32[a >> 2] >>> 0)
}

export function rangeiter_next(r: Ref): Own {
  const w = r >> 2
  const i = i32[w + 4]
  const n = i32[w + 10]
  const first = i32[w + 6]
  const by = i32[w + 8]
  // all four are 32-bit numbers, as nearly always
  if (i >= 0 && n >= 0 && i32[w + 5] === 0 && i32[w + 11] === 0 && i32[w + 7] === first >> 31 && i32[w + 9] === by >> 31) {
    if (i >= n) return NULL
    const v = first + i * by
    if (v < 4503599627370496 && v > -4503599627370496) {
      i32[w + 4] = i + 1
      return PyLong_FromLong(v)
    }
  }
  const index = int64(r + rangeiterobject.index)
  if (index >= int64(r + rangeiterobject.len)) return NULL
  setint64(r + rangeiterobject.index, index + 1)
  const start = int64(r + rangeiterobject.start)
  const v = start + index * int64(r + rangeiterobject.step)
  if (Number.isSafeInteger(v) && Number.isSafeInteger(start)) return PyLong_FromLong(v)
  return PyLong_FromBigInt(BigInt.asIntN(64, getLong(r + rangeiterobject.start) + BigInt(index) * getLong(r + rangeiterobject.step)))
}

function rangeiter_dealloc(r: Ref): void {
  PyObject_Free(r)
}
function rangeiter_len(r: Ref): Own {
  return PyLong_FromBigInt(getLong(r + rangeiterobject.len) - getLong(r + rangeiterobject.index))
}
function rangeiter_reduce(r: Ref): Own {
  const start = getLong(r + rangeiterobject.start)
  const step = getLong(r + rangeiterobject.step)
  const $start = PyLong_FromBigInt(start)
  const $stop = PyLong_FromBigInt(start + getLong(r + rangeiterobject.len) * step)
  const $step = PyLong_FromBigInt(step)
  return reduceRange($start, $stop, $step, PyLong_FromBigInt(getLong(r + rangeiterobject.index)))
}
/** (iter, (range(start, stop, step),), index), stealing all. */
function reduceRange($start: Own, $stop: Own, $step: Own, $index: Own): Own {
  const $range = $start && $stop && $step ? make_range_object(PyRange_Type, $start, $stop, $step) : NULL
  if ($range === NULL) {
    Py_XDECREF($start)
    Py_XDECREF($stop)
    Py_XDECREF($step)
    Py_XDECREF($index)
    return NULL
  }
  return buildTuple(upcalls.getBuiltin(ID_iter), buildTuple($range), $index)
}
function rangeiter_setstate(r: Ref, state: Ref): Own {
  let index = PyLong_AsLong(state)
  if (index === -1 && PyErr_Occurred()) return NULL
  const len = int64(r + rangeiterobject.len)
  if (index < 0) index = 0
  else if (index > len) index = len
  setint64(r + rangeiterobject.index, index)
  return Py_NewRef(Py_None)
}

// ---- longrange_iterator: four int objects ----

function longrangeiter_len(r: Ref): Own {
  return PyNumber_Subtract(ptr(r + longrangeiterobject.len), ptr(r + longrangeiterobject.index))
}
function longrangeiter_reduce(r: Ref): Own {
  const start = ptr(r + longrangeiterobject.start)
  const step = ptr(r + longrangeiterobject.step)
  const $product = PyNumber_Multiply(ptr(r + longrangeiterobject.len), step)
  if ($product === NULL) return NULL
  const $stop = PyNumber_Add(start, $product)
  Py_DECREF($product)
  if ($stop === NULL) return NULL
  return reduceRange(Py_NewRef(start), $stop, Py_NewRef(step), Py_NewRef(ptr(r + longrangeiterobject.index)))
}
function longrangeiter_setstate(r: Ref, state: Ref): Own {
  let cmp = PyObject_RichCompareBool(state, _PyLong_GetZero(), Py.LT)
  if (cmp < 0) return NULL
  const len = ptr(r + longrangeiterobject.len)
  if (cmp > 0) state = _PyLong_GetZero()
  else {
    cmp = PyObject_RichCompareBool(len, state, Py.LT)
    if (cmp < 0) return NULL
    if (cmp > 0) state = len
  }
  Py_XSETREF(r + longrangeiterobject.index, Py_NewRef(state))
  return Py_NewRef(Py_None)
}
function longrangeiter_dealloc(r: Ref): void {
  Py_XDECREF(ptr(r + longrangeiterobject.index))
  Py_XDECREF(ptr(r + longrangeiterobject.start))
  Py_XDECREF(ptr(r + longrangeiterobject.step))
  Py_XDECREF(ptr(r + longrangeiterobject.len))
  PyObject_Free(r)
}
function longrangeiter_next(r: Ref): Own {
  const index = ptr(r + longrangeiterobject.index)
  if (PyObject_RichCompareBool(index, ptr(r + longrangeiterobject.len), Py.LT) !== 1) return NULL
  const $new = PyNumber_Add(index, _PyLong_GetOne())
  if ($new === NULL) return NULL
  const $product = PyNumber_Multiply(index, ptr(r + longrangeiterobject.step))
  if ($product === NULL) {
    Py_DECREF($new)
    return NULL
  }
  const $result = PyNumber_Add(ptr(r + longrangeiterobject.start), $product)
  Py_DECREF($product)
  if ($result !== NULL) Py_XSETREF(r + longrangeiterobject.index, $new)
  else Py_DECREF($new)
  return $result
}
/** Steals start and step. */
function long_range_iter($start: Own, $step: Own, length: Ref): Own {
  const $it = $start && $step ? _PyObject_New(PyLongRangeIter_Type) : NULL
  if ($it === NULL) {
    Py_XDECREF($start)
    Py_XDECREF($step)
    return NULL
  }
  setptr($it + longrangeiterobject.index, Py_NewRef(_PyLong_GetZero()))
  setptr($it + longrangeiterobject.start, $start)
  setptr($it + longrangeiterobject.step, $step)
  setptr($it + longrangeiterobject.len, Py_NewRef(length))
  return $it
}

function fitsLong(...values: bigint[]): boolean {
  return values.every((v) => v >= LONG_MIN && v <= LONG_MAX)
}

function range_iter(seq: Ref): Own {
  const start = small(ptr(seq + rangeobject.start))
  const stop = small(ptr(seq + rangeobject.stop))
  const step = small(ptr(seq + rangeobject.step))
  if (!Number.isNaN(start + stop + step)) return fast_range_iter(start, step, lengthOf(start, stop, step))
  const bstart = PyLong_AsBigInt(ptr(seq + rangeobject.start))
  const bstop = PyLong_AsBigInt(ptr(seq + rangeobject.stop))
  const bstep = PyLong_AsBigInt(ptr(seq + rangeobject.step))
  if (fitsLong(bstart, bstop, bstep)) {
    const len = bigLengthOf(bstart, bstop, bstep)
    // the stop must not overflow either when the iterator is pickled
    const overflows = len !== 0n && (bstep > 0n ? bstop > LONG_MAX - (bstep - 1n) : bstop < LONG_MIN + (-1n - bstep))
    if (len <= LONG_MAX && !overflows) return fast_range_iter(bstart, bstep, len)
  }
  return long_range_iter(Py_NewRef(ptr(seq + rangeobject.start)), Py_NewRef(ptr(seq + rangeobject.step)), ptr(seq + rangeobject.length))
}

function range_reverse(seq: Ref): Own {
  const start = PyLong_AsBigInt(ptr(seq + rangeobject.start))
  const stop = PyLong_AsBigInt(ptr(seq + rangeobject.stop))
  const step = PyLong_AsBigInt(ptr(seq + rangeobject.step))
  if (fitsLong(start, stop, step) && step !== LONG_MIN) {
    const overflows = step > 0n ? start - LONG_MIN < step : LONG_MAX - start < -step
    const len = bigLengthOf(start, stop, step)
    if (!overflows && len <= LONG_MAX) return fast_range_iter(start - step + len * step, -step, len)
  }
  const length = ptr(seq + rangeobject.length)
  const $start = PyLong_FromBigInt(start + (PyLong_AsBigInt(length) - 1n) * step)
  const $step = $start === NULL ? NULL : PyNumber_Negative(ptr(seq + rangeobject.step))
  return long_range_iter($start, $step, length)
}

defineType(PyRange_Type, {
  name: "range",
  basicsize: rangeobject.SIZE,
  dealloc: range_dealloc,
  repr: range_repr,
  nb_bool: range_bool,
  sq_length: range_length,
  sq_item: range_item,
  sq_contains: range_contains,
  mp_length: range_length,
  mp_subscript: range_subscript,
  hash: range_hash,
  getattro: PyObject_GenericGetAttr,
  flags: TPFLAGS.DEFAULT | TPFLAGS.SEQUENCE,
  doc: "range(stop) -> range object\nrange(start, stop[, step]) -> range object\n\nThe integers from start (0) up to but not including stop, by step (1).",
  richcompare: range_richcompare,
  iter: range_iter,
  methods: [
    ["__reversed__", range_reverse, METH.NOARGS, "Return a reverse iterator."],
    ["__reduce__", range_reduce, METH.VARARGS],
    ["count", range_count, METH.O, "rangeobject.count(value) -> integer -- number of occurrences of value"],
    ["index", range_index, METH.O, "rangeobject.index(value) -> integer -- index of value.\nValueError if the value is not present."],
  ],
  members: [
    ["start", T.OBJECT_EX, rangeobject.start, READONLY],
    ["stop", T.OBJECT_EX, rangeobject.stop, READONLY],
    ["step", T.OBJECT_EX, rangeobject.step, READONLY],
  ],
  new: range_new,
  vectorcall: range_vectorcall,
})

const HINT = "Private method returning an estimate of len(list(it))."
const REDUCE = "Return state information for pickling."
const SETSTATE = "Set state information for unpickling."

defineType(PyRangeIter_Type, {
  name: "range_iterator",
  basicsize: rangeiterobject.SIZE,
  dealloc: rangeiter_dealloc,
  getattro: PyObject_GenericGetAttr,
  flags: TPFLAGS.DEFAULT,
  iter: PyObject_SelfIter,
  iternext: rangeiter_next,
  methods: [
    ["__length_hint__", rangeiter_len, METH.NOARGS, HINT],
    ["__reduce__", rangeiter_reduce, METH.NOARGS, REDUCE],
    ["__setstate__", rangeiter_setstate, METH.O, SETSTATE],
  ],
})

defineType(PyLongRangeIter_Type, {
  name: "longrange_iterator",
  basicsize: longrangeiterobject.SIZE,
  dealloc: longrangeiter_dealloc,
  getattro: PyObject_GenericGetAttr,
  flags: TPFLAGS.DEFAULT,
  iter: PyObject_SelfIter,
  iternext: longrangeiter_next,
  methods: [
    ["__length_hint__", longrangeiter_len, METH.NOARGS, HINT],
    ["__reduce__", longrangeiter_reduce, METH.NOARGS, REDUCE],
    ["__setstate__", longrangeiter_setstate, METH.O, SETSTATE],
  ],
})
