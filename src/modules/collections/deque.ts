import { _PyObject_GC_New, PyObject_GC_Del, PyObject_GC_Track, PyObject_GC_UnTrack } from "../../gc/gcmodule.ts"
import { int32, int64, memcpy, ptr, setint32, setint64, setptr, setssize, ssize } from "../../heap/access.ts"
import { fn } from "../../heap/fntable.ts"
import { PyTypeObject } from "../../heap/layout.ts"
import { PyMem_Free, PyMem_Malloc } from "../../heap/obmalloc.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_DECREF, Py_INCREF, Py_IS_TYPE, Py_NewRef, Py_SET_SIZE, Py_SIZE, Py_TYPE, Py_XDECREF } from "../../heap/refcount.ts"
import { staticType } from "../../heap/statics.ts"
import { PyIter_Next, PyObject_GetIter, PyObject_IsInstance, PySequence_List } from "../../objects/abstract.ts"
import { PyBool_FromLong } from "../../objects/boolobject.ts"
import { PyObject_CallOneArg, PyObject_CallTwoArgs } from "../../objects/call.ts"
import { defineType } from "../../objects/define.ts"
import { PyErr_Clear, PyErr_ExceptionMatches, PyErr_NoMemory, PyErr_Occurred, PyErr_SetString } from "../../objects/errors.ts"
import { tp_free } from "../../objects/freelists.ts"
import { Py_GenericAlias } from "../../objects/genericaliasobject.ts"
import { _PyArg_CheckPositional, parseTuple } from "../../objects/getargs.ts"
import { PyLong_AsSsize_t, PyLong_FromLong } from "../../objects/longobject.ts"
import {
  _PyObject_SIZE,
  Py_ReprEnter,
  Py_ReprLeave,
  PyObject_GenericGetAttr,
  PyObject_HashNotImplemented,
  PyObject_RichCompareBool,
  PyObject_SelfIter,
  reprJS,
  typeName,
} from "../../objects/object.ts"
import { _PyEval_SliceIndexNotNone, sliceIndex } from "../../objects/sliceobject.ts"
import { type allocfunc, METH, Py, TPFLAGS, type visitproc } from "../../objects/slots.ts"
import { ssizeArg } from "../../objects/ssizearg.ts"
import {
  EMPTY_TUPLE,
  Py_None,
  Py_NotImplemented,
  PyExc_IndexError,
  PyExc_RuntimeError,
  PyExc_StopIteration,
  PyExc_TypeError,
  PyExc_ValueError,
} from "../../objects/statictypes.ts"
import { buildTuple, PyTuple_GET_ITEM, PyTuple_GET_SIZE } from "../../objects/tupleobject.ts"
import { _PyObject_GetState, PyType_GenericAlloc, PyType_IsSubtype } from "../../objects/typeobject.ts"
import { PyUnicode_FromString } from "../../objects/unicodeobject.ts"
import { PyObject_ClearWeakRefs } from "../../objects/weakrefobject.ts"
import { iternext, shortTypeName } from "../itertools/support.ts"

// Modules/_collectionsmodule.c: deque, a doubly linked list of blocks of 64 items.
//
//   leftblock                          rightblock
//   ┌ leftlink │ data[0..63] │ rightlink ┐ … ┌ leftlink │ data[0..63] │ rightlink ┐
//            leftindex ↑                            ↑ rightindex
//
//  Invariants: leftindex in 0..63, rightindex in -1..63; an empty deque has one block and leftindex == rightindex + 1. A deque keeps
//  up to 16 blocks for reuse. `state` changes with every change, for iterators to notice.

const BLOCKLEN = 64
const CENTER = 31
const MAXFREEBLOCKS = 16

const enum block {
  leftlink = 0,
  data = 8,
  rightlink = 520,
  SIZE = 528,
}
export const enum dequeobject {
  leftblock = 24,
  rightblock = 32,
  leftindex = 40,
  rightindex = 48,
  state = 56,
  maxlen = 64,
  numfreeblocks = 72,
  freeblocks = 80,
  weakreflist = 208,
  SIZE = 216,
}

export const deque_type = staticType()

function left(b: number): number {
  return ptr(b + block.leftlink)
}
function right(b: number): number {
  return ptr(b + block.rightlink)
}
function dataAt(b: number, i: number): number {
  return b + block.data + 8 * i
}
function touch(deque: Ref): void {
  setint32(deque + dequeobject.state, (int32(deque + dequeobject.state) + 1) | 0)
}
function none(): Own {
  return Py_NewRef(Py_None)
}

/** A block: one of the deque's free ones or a new one; 0 with MemoryError set. */
function newblock(deque: Ref): number {
  const n = ssize(deque + dequeobject.numfreeblocks)
  if (n > 0) {
    setssize(deque + dequeobject.numfreeblocks, n - 1)
    return ptr(deque + dequeobject.freeblocks + 8 * (n - 1))
  }
  const b = PyMem_Malloc(block.SIZE)
  if (b === 0) PyErr_NoMemory()
  return b
}
function freeblock(deque: Ref, b: number): void {
  const n = ssize(deque + dequeobject.numfreeblocks)
  if (n < MAXFREEBLOCKS) {
    setptr(deque + dequeobject.freeblocks + 8 * n, b)
    setssize(deque + dequeobject.numfreeblocks, n + 1)
  } else PyMem_Free(b)
}
function center(deque: Ref): void {
  setssize(deque + dequeobject.leftindex, CENTER + 1)
  setssize(deque + dequeobject.rightindex, CENTER)
}

function deque_new(type: Ref, _args: Ref, _kwds: Ref): Own {
  const $deque = fn<allocfunc>(ptr(type + PyTypeObject.tp_alloc))(type, 0)
  if ($deque === NULL) return NULL
  const b = newblock($deque)
  if (b === 0) {
    Py_DECREF($deque)
    return NULL
  }
  setptr($deque + dequeobject.leftblock, b)
  setptr($deque + dequeobject.rightblock, b)
  center($deque)
  setssize($deque + dequeobject.maxlen, -1)
  return $deque
}

/** Owned; IndexError when empty. */
function deque_pop(deque: Ref): Own {
  const size = Py_SIZE(deque)
  if (size === 0) return PyErr_SetString(PyExc_IndexError, "pop from an empty deque")
  const b = ptr(deque + dequeobject.rightblock)
  const i = ssize(deque + dequeobject.rightindex)
  const $item = ptr(dataAt(b, i)) as Own
  setssize(deque + dequeobject.rightindex, i - 1)
  Py_SET_SIZE(deque, size - 1)
  touch(deque)
  if (i === 0) {
    if (size > 1) {
      const prev = left(b)
      freeblock(deque, b)
      setptr(deque + dequeobject.rightblock, prev)
      setssize(deque + dequeobject.rightindex, BLOCKLEN - 1)
    } else center(deque)
  }
  return $item
}
/** Owned; IndexError when empty. */
function deque_popleft(deque: Ref): Own {
  const size = Py_SIZE(deque)
  if (size === 0) return PyErr_SetString(PyExc_IndexError, "pop from an empty deque")
  const b = ptr(deque + dequeobject.leftblock)
  const i = ssize(deque + dequeobject.leftindex)
  const $item = ptr(dataAt(b, i)) as Own
  setssize(deque + dequeobject.leftindex, i + 1)
  Py_SET_SIZE(deque, size - 1)
  touch(deque)
  if (i + 1 === BLOCKLEN) {
    if (size > 1) {
      const next = right(b)
      freeblock(deque, b)
      setptr(deque + dequeobject.leftblock, next)
      setssize(deque + dequeobject.leftindex, 0)
    } else center(deque)
  }
  return $item
}

function needsTrim(deque: Ref, maxlen: number): boolean {
  return maxlen >= 0 && maxlen < Py_SIZE(deque)
}

/** Append a block on the right end: 0 or -1. */
function growRight(deque: Ref): number {
  const b = newblock(deque)
  if (b === 0) return -1
  const last = ptr(deque + dequeobject.rightblock)
  setptr(b + block.leftlink, last)
  setptr(last + block.rightlink, b)
  setptr(deque + dequeobject.rightblock, b)
  setssize(deque + dequeobject.rightindex, -1)
  return 0
}

/** Steals `$item` when it succeeds. 0 or -1. */
function deque_append_internal(deque: Ref, $item: Own, maxlen: number): number {
  if (ssize(deque + dequeobject.rightindex) === BLOCKLEN - 1 && growRight(deque) < 0) return -1
  Py_SET_SIZE(deque, Py_SIZE(deque) + 1)
  const i = ssize(deque + dequeobject.rightindex) + 1
  setssize(deque + dequeobject.rightindex, i)
  setptr(dataAt(ptr(deque + dequeobject.rightblock), i), $item)
  if (needsTrim(deque, maxlen)) Py_DECREF(deque_popleft(deque))
  else touch(deque)
  return 0
}
function deque_appendleft_internal(deque: Ref, $item: Own, maxlen: number): number {
  if (ssize(deque + dequeobject.leftindex) === 0) {
    const b = newblock(deque)
    if (b === 0) return -1
    const first = ptr(deque + dequeobject.leftblock)
    setptr(b + block.rightlink, first)
    setptr(first + block.leftlink, b)
    setptr(deque + dequeobject.leftblock, b)
    setssize(deque + dequeobject.leftindex, BLOCKLEN)
  }
  Py_SET_SIZE(deque, Py_SIZE(deque) + 1)
  const i = ssize(deque + dequeobject.leftindex) - 1
  setssize(deque + dequeobject.leftindex, i)
  setptr(dataAt(ptr(deque + dequeobject.leftblock), i), $item)
  if (needsTrim(deque, maxlen)) Py_DECREF(deque_pop(deque))
  else touch(deque)
  return 0
}
function maxlenOf(deque: Ref): number {
  return int64(deque + dequeobject.maxlen)
}
function deque_append(deque: Ref, item: Ref): Own {
  return deque_append_internal(deque, Py_NewRef(item), maxlenOf(deque)) < 0 ? NULL : none()
}
function deque_appendleft(deque: Ref, item: Ref): Own {
  return deque_appendleft_internal(deque, Py_NewRef(item), maxlenOf(deque)) < 0 ? NULL : none()
}

/** The end of a loop over an iterator, which is given back: owned None, or NULL with the error set. */
function finalize_iterator($it: Own): Own {
  if (PyErr_Occurred()) {
    if (!PyErr_ExceptionMatches(PyExc_StopIteration)) {
      Py_DECREF($it)
      return NULL
    }
    PyErr_Clear()
  }
  Py_DECREF($it)
  return none()
}

function extendWith(deque: Ref, iterable: Ref, toLeft: boolean): Own {
  if (deque === iterable) {
    const $s = PySequence_List(iterable)
    if ($s === NULL) return NULL
    const $result = extendWith(deque, $s, toLeft)
    Py_DECREF($s)
    return $result
  }
  const $it = PyObject_GetIter(iterable)
  if ($it === NULL) return NULL
  const maxlen = maxlenOf(deque)
  if (maxlen === 0) {
    for (let $item = iternext($it); $item !== NULL; $item = iternext($it)) Py_DECREF($item)
    return finalize_iterator($it)
  }
  // an empty deque starts at the far end, to leave all of its block to the items
  if (Py_SIZE(deque) === 0) {
    setssize(deque + dequeobject.leftindex, toLeft ? BLOCKLEN - 1 : 1)
    setssize(deque + dequeobject.rightindex, toLeft ? BLOCKLEN - 2 : 0)
  }
  for (let $item = iternext($it); $item !== NULL; $item = iternext($it)) {
    if ((toLeft ? deque_appendleft_internal(deque, $item, maxlen) : deque_append_internal(deque, $item, maxlen)) < 0) {
      Py_DECREF($item)
      Py_DECREF($it)
      return NULL
    }
  }
  return finalize_iterator($it)
}
function deque_extend(deque: Ref, iterable: Ref): Own {
  return extendWith(deque, iterable, false)
}
function deque_extendleft(deque: Ref, iterable: Ref): Own {
  return extendWith(deque, iterable, true)
}
function deque_inplace_concat(deque: Ref, other: Ref): Own {
  const $none = deque_extend(deque, other)
  if ($none === NULL) return NULL
  Py_DECREF($none)
  return Py_NewRef(deque)
}

function isDeque(op: Ref): boolean {
  return Py_IS_TYPE(op, deque_type) || !!PyType_IsSubtype(Py_TYPE(op), deque_type)
}

function deque_copy(deque: Ref): Own {
  if (Py_IS_TYPE(deque, deque_type)) {
    const $new = deque_new(deque_type, NULL, NULL)
    if ($new === NULL) return NULL
    setint64($new + dequeobject.maxlen, maxlenOf(deque))
    const $rv =
      Py_SIZE(deque) === 1
        ? deque_append($new, ptr(dataAt(ptr(deque + dequeobject.leftblock), ssize(deque + dequeobject.leftindex))))
        : deque_extend($new, deque)
    if ($rv !== NULL) {
      Py_DECREF($rv)
      return $new
    }
    Py_DECREF($new)
    return NULL
  }
  let $result: Own = NULL
  if (maxlenOf(deque) < 0) $result = PyObject_CallOneArg(Py_TYPE(deque), deque)
  else {
    const $maxlen = PyLong_FromLong(maxlenOf(deque))
    if ($maxlen === NULL) return NULL
    $result = PyObject_CallTwoArgs(Py_TYPE(deque), deque, $maxlen)
    Py_DECREF($maxlen)
  }
  if ($result !== NULL && !isDeque($result)) {
    PyErr_SetString(PyExc_TypeError, `${typeName(deque).slice(0, 200)}() must return a deque, not ${typeName($result).slice(0, 200)}`)
    Py_DECREF($result)
    return NULL
  }
  return $result
}

function deque_concat(deque: Ref, other: Ref): Own {
  const rv = PyObject_IsInstance(other, deque_type)
  if (rv <= 0) {
    if (rv === 0) PyErr_SetString(PyExc_TypeError, `can only concatenate deque (not "${typeName(other).slice(0, 200)}") to deque`)
    return NULL
  }
  const $new = deque_copy(deque)
  if ($new === NULL) return NULL
  const $none = deque_extend($new, other)
  if ($none === NULL) {
    Py_DECREF($new)
    return NULL
  }
  Py_DECREF($none)
  return $new
}

function deque_clear(deque: Ref): number {
  let n = Py_SIZE(deque)
  if (n === 0) return 0
  const b = newblock(deque)
  if (b === 0) {
    // no memory for a fresh block: item by item
    PyErr_Clear()
    while (Py_SIZE(deque)) Py_DECREF(deque_pop(deque))
    return 0
  }
  let leftblock = ptr(deque + dequeobject.leftblock) as number
  const leftindex = ssize(deque + dequeobject.leftindex)
  // the deque is empty and whole before the first item is released
  Py_SET_SIZE(deque, 0)
  setptr(deque + dequeobject.leftblock, b)
  setptr(deque + dequeobject.rightblock, b)
  center(deque)
  touch(deque)
  let m = Math.min(BLOCKLEN - leftindex, n)
  let item = dataAt(leftblock, leftindex)
  n -= m
  for (;;) {
    if (m === 0) {
      if (n === 0) break
      const prev = leftblock
      leftblock = right(leftblock)
      m = Math.min(n, BLOCKLEN)
      item = dataAt(leftblock, 0)
      n -= m
      freeblock(deque, prev)
    }
    const v = ptr(item)
    item += 8
    m--
    Py_DECREF(v)
  }
  freeblock(deque, leftblock)
  return 0
}
function deque_clearmethod(deque: Ref): Own {
  deque_clear(deque)
  return none()
}

/** One item n times: 0 or -1. */
function repeatOne(deque: Ref, n: number): number {
  const item = ptr(dataAt(ptr(deque + dequeobject.leftblock), ssize(deque + dequeobject.leftindex)))
  touch(deque)
  let i = 0
  while (i < n - 1) {
    if (ssize(deque + dequeobject.rightindex) === BLOCKLEN - 1 && growRight(deque) < 0) {
      Py_SET_SIZE(deque, Py_SIZE(deque) + i)
      return -1
    }
    let at = ssize(deque + dequeobject.rightindex)
    const m = Math.min(n - 1 - i, BLOCKLEN - 1 - at)
    const b = ptr(deque + dequeobject.rightblock)
    i += m
    for (let k = 0; k < m; k++) {
      at++
      Py_INCREF(item)
      setptr(dataAt(b, at), item)
    }
    setssize(deque + dequeobject.rightindex, at)
  }
  Py_SET_SIZE(deque, Py_SIZE(deque) + i)
  return 0
}

function deque_inplace_repeat(deque: Ref, n: number): Own {
  const size = Py_SIZE(deque)
  if (size === 0 || n === 1) return Py_NewRef(deque)
  if (n <= 0) {
    deque_clear(deque)
    return Py_NewRef(deque)
  }
  const maxlen = maxlenOf(deque)
  if (size === 1) {
    if (maxlen >= 0 && n > maxlen) n = maxlen
    return repeatOne(deque, n) < 0 ? NULL : Py_NewRef(deque)
  }
  if (size * n > 9223372036854775807) return PyErr_NoMemory()
  const $seq = PySequence_List(deque)
  if ($seq === NULL) return NULL
  // no more than maxlen can hold
  if (maxlen >= 0 && n * size > maxlen) n = Math.floor((maxlen + size - 1) / size)
  for (let i = 0; i < n - 1; i++) {
    const $rv = deque_extend(deque, $seq)
    if ($rv === NULL) {
      Py_DECREF($seq)
      return NULL
    }
    Py_DECREF($rv)
  }
  const $deque = Py_NewRef(deque)
  Py_DECREF($seq)
  return $deque
}
function deque_repeat(deque: Ref, n: number): Own {
  const $new = deque_copy(deque)
  if ($new === NULL) return NULL
  const $rv = deque_inplace_repeat($new, n)
  Py_DECREF($new)
  return $rv
}

/** Move n items from the right end to the left (n < 0: the other way) in stretches of a block. 0 or -1. */
function _deque_rotate(deque: Ref, n: number): number {
  const len = Py_SIZE(deque)
  const half = len >> 1
  if (len <= 1) return 0
  if (n > half || n < -half) {
    n %= len
    if (n > half) n -= len
    else if (n < -half) n += len
  }
  let b = 0
  let lb = ptr(deque + dequeobject.leftblock) as number
  let rb = ptr(deque + dequeobject.rightblock) as number
  let li = ssize(deque + dequeobject.leftindex)
  let ri = ssize(deque + dequeobject.rightindex)
  let rv = 0
  touch(deque)
  while (n > 0) {
    if (li === 0) {
      if (b === 0) b = newblock(deque)
      if (b === 0) {
        rv = -1
        break
      }
      setptr(b + block.rightlink, lb)
      setptr(lb + block.leftlink, b)
      lb = b
      li = BLOCKLEN
      b = 0
    }
    const m = Math.min(n, ri + 1, li)
    ri -= m
    li -= m
    memcpy(dataAt(lb, li), dataAt(rb, ri + 1), 8 * m)
    n -= m
    if (ri < 0) {
      b = rb
      rb = left(rb)
      ri = BLOCKLEN - 1
    }
  }
  while (n < 0 && rv === 0) {
    if (ri === BLOCKLEN - 1) {
      if (b === 0) b = newblock(deque)
      if (b === 0) {
        rv = -1
        break
      }
      setptr(b + block.leftlink, rb)
      setptr(rb + block.rightlink, b)
      rb = b
      ri = -1
      b = 0
    }
    const m = Math.min(-n, BLOCKLEN - li, BLOCKLEN - 1 - ri)
    memcpy(dataAt(rb, ri + 1), dataAt(lb, li), 8 * m)
    li += m
    ri += m
    n += m
    if (li === BLOCKLEN) {
      b = lb
      lb = right(lb)
      li = 0
    }
  }
  if (b !== 0) freeblock(deque, b)
  setptr(deque + dequeobject.leftblock, lb)
  setptr(deque + dequeobject.rightblock, rb)
  setssize(deque + dequeobject.leftindex, li)
  setssize(deque + dequeobject.rightindex, ri)
  return rv
}
function deque_rotate(deque: Ref, args: number, nargs: number): Own {
  if (!_PyArg_CheckPositional("deque.rotate", nargs, 0, 1)) return NULL
  let n = 1
  if (nargs) {
    n = ssizeArg(ptr(args))
    if (n === -1 && PyErr_Occurred()) return NULL
  }
  return _deque_rotate(deque, n) === 0 ? none() : NULL
}

function deque_reverse(deque: Ref): Own {
  let lb = ptr(deque + dequeobject.leftblock) as number
  let rb = ptr(deque + dequeobject.rightblock) as number
  let li = ssize(deque + dequeobject.leftindex)
  let ri = ssize(deque + dequeobject.rightindex)
  for (let n = Py_SIZE(deque) >> 1; n > 0; n--) {
    const t = ptr(dataAt(lb, li))
    setptr(dataAt(lb, li), ptr(dataAt(rb, ri)))
    setptr(dataAt(rb, ri), t)
    if (++li === BLOCKLEN) {
      lb = right(lb)
      li = 0
    }
    if (--ri < 0) {
      rb = left(rb)
      ri = BLOCKLEN - 1
    }
  }
  return none()
}

/** Set when `search` found the deque changed by a comparison. */
let mutated = false

/** Compare items start … stop - 1 with v until one is equal: its index, `stop` when there is none, -1 with the error set or when mutated. */
function search(deque: Ref, v: Ref, start: number, stop: number): number {
  mutated = false
  const state = int32(deque + dequeobject.state)
  let b = ptr(deque + dequeobject.leftblock) as number
  let index = ssize(deque + dequeobject.leftindex) + start
  for (; index >= BLOCKLEN; index -= BLOCKLEN) b = right(b)
  for (let i = start; i < stop; i++) {
    const $item = Py_NewRef(ptr(dataAt(b, index)))
    const cmp = PyObject_RichCompareBool($item, v, Py.EQ)
    Py_DECREF($item)
    if (cmp < 0) return -1
    if (cmp > 0) {
      mutated = state !== int32(deque + dequeobject.state)
      return i
    }
    if (state !== int32(deque + dequeobject.state)) {
      mutated = true
      return -1
    }
    if (++index === BLOCKLEN) {
      b = right(b)
      index = 0
    }
  }
  return stop
}
function mutatedError(exc: Ref): Own {
  return PyErr_SetString(exc, "deque mutated during iteration")
}

function deque_count(deque: Ref, v: Ref): Own {
  const n = Py_SIZE(deque)
  let count = 0
  for (let i = 0; ; i++) {
    i = search(deque, v, i, n)
    if (i < 0) return mutated ? mutatedError(PyExc_RuntimeError) : NULL
    if (i === n) return PyLong_FromLong(count)
    if (mutated) return mutatedError(PyExc_RuntimeError)
    count++
  }
}
function deque_contains(deque: Ref, v: Ref): number {
  const n = Py_SIZE(deque)
  const i = search(deque, v, 0, n)
  if (i < 0 && mutated) mutatedError(PyExc_RuntimeError)
  return i < 0 ? -1 : i < n ? 1 : 0
}
function notInDeque(v: Ref): Own {
  const repr = reprJS(v)
  return repr === null ? NULL : PyErr_SetString(PyExc_ValueError, `${repr} is not in deque`)
}
function deque_index(deque: Ref, args: number, nargs: number): Own {
  if (nargs < 1 || nargs > 3) {
    const bound = nargs < 1 ? "at least 1 argument" : "at most 3 arguments"
    return PyErr_SetString(PyExc_TypeError, `index() takes ${bound} (${nargs} given)`)
  }
  const size = Py_SIZE(deque)
  let start = 0
  let stop = size
  if (nargs > 1) {
    if (!_PyEval_SliceIndexNotNone(ptr(args + 8))) return NULL
    start = sliceIndex
  }
  if (nargs > 2) {
    if (!_PyEval_SliceIndexNotNone(ptr(args + 16))) return NULL
    stop = sliceIndex
  }
  if (start < 0) start = Math.max(0, start + size)
  if (stop < 0) stop = Math.max(0, stop + size)
  if (stop > size) stop = size
  if (start > stop) start = stop
  const i = search(deque, ptr(args), start, stop)
  if (i < 0) return mutated ? mutatedError(PyExc_RuntimeError) : NULL
  return i < stop ? PyLong_FromLong(i) : notInDeque(ptr(args))
}

function deque_insert(deque: Ref, args: number, nargs: number): Own {
  if (nargs !== 2) return PyErr_SetString(PyExc_TypeError, `insert() takes exactly 2 arguments (${nargs} given)`)
  const index = ssizeArg(ptr(args))
  if (index === -1 && PyErr_Occurred()) return NULL
  const value = ptr(args + 8)
  const n = Py_SIZE(deque)
  if (maxlenOf(deque) === n) return PyErr_SetString(PyExc_IndexError, "deque already at its maximum size")
  if (index >= n) return deque_append(deque, value)
  if (index <= -n || index === 0) return deque_appendleft(deque, value)
  if (_deque_rotate(deque, -index)) return NULL
  const $rv = index < 0 ? deque_append(deque, value) : deque_appendleft(deque, value)
  if ($rv === NULL) return NULL
  Py_DECREF($rv)
  return _deque_rotate(deque, index) ? NULL : none()
}

/** Address of the slot of item i. */
function slotOf(deque: Ref, i: number, nearLeft: boolean): number {
  const at = ssize(deque + dequeobject.leftindex) + i
  let n = Math.floor(at / BLOCKLEN)
  let b: number
  if (nearLeft) {
    b = ptr(deque + dequeobject.leftblock)
    while (--n >= 0) b = right(b)
  } else {
    n = Math.floor((ssize(deque + dequeobject.leftindex) + Py_SIZE(deque) - 1) / BLOCKLEN) - n
    b = ptr(deque + dequeobject.rightblock)
    while (--n >= 0) b = left(b)
  }
  return dataAt(b, at % BLOCKLEN)
}
function deque_item(deque: Ref, i: number): Own {
  const size = Py_SIZE(deque)
  if (i < 0 || i >= size) return PyErr_SetString(PyExc_IndexError, "deque index out of range")
  return Py_NewRef(ptr(slotOf(deque, i, i < size >> 1)))
}
function deque_del_item(deque: Ref, i: number): number {
  if (_deque_rotate(deque, -i)) return -1
  const $item = deque_popleft(deque)
  const rv = _deque_rotate(deque, i)
  Py_DECREF($item)
  return rv
}
function deque_ass_item(deque: Ref, i: number, v: Ref): number {
  const size = Py_SIZE(deque)
  if (i < 0 || i >= size) {
    PyErr_SetString(PyExc_IndexError, "deque index out of range")
    return -1
  }
  if (v === NULL) return deque_del_item(deque, i)
  const slot = slotOf(deque, i, i <= (size + 1) >> 1)
  const old = ptr(slot)
  setptr(slot, Py_NewRef(v))
  Py_DECREF(old)
  return 0
}
function deque_remove(deque: Ref, value: Ref): Own {
  const n = Py_SIZE(deque)
  const i = search(deque, value, 0, n)
  if (mutated) return mutatedError(PyExc_IndexError)
  if (i < 0) return NULL
  if (i === n) return notInDeque(value)
  return deque_del_item(deque, i) === -1 ? NULL : none()
}

function deque_dealloc(deque: Ref): void {
  PyObject_GC_UnTrack(deque)
  if (ptr(deque + dequeobject.weakreflist) !== 0) PyObject_ClearWeakRefs(deque)
  if (ptr(deque + dequeobject.leftblock) !== 0) {
    deque_clear(deque)
    freeblock(deque, ptr(deque + dequeobject.leftblock))
  }
  setptr(deque + dequeobject.leftblock, 0)
  setptr(deque + dequeobject.rightblock, 0)
  const n = ssize(deque + dequeobject.numfreeblocks)
  for (let i = 0; i < n; i++) PyMem_Free(ptr(deque + dequeobject.freeblocks + 8 * i))
  tp_free(deque)
}
function deque_traverse(deque: Ref, visit: visitproc, arg: number): number {
  let b = ptr(deque + dequeobject.leftblock) as number
  if (b === 0) return 0
  let i = ssize(deque + dequeobject.leftindex)
  const last = ptr(deque + dequeobject.rightblock)
  const lastIndex = ssize(deque + dequeobject.rightindex)
  for (; b !== last; b = right(b), i = 0) {
    for (; i < BLOCKLEN; i++) {
      const r = visit(ptr(dataAt(b, i)), arg)
      if (r) return r
    }
  }
  for (; i <= lastIndex; i++) {
    const r = visit(ptr(dataAt(b, i)), arg)
    if (r) return r
  }
  return 0
}

function deque_reduce(deque: Ref): Own {
  const $state = _PyObject_GetState(deque)
  if ($state === NULL) return NULL
  const $it = PyObject_GetIter(deque)
  if ($it === NULL) {
    Py_DECREF($state)
    return NULL
  }
  const maxlen = maxlenOf(deque)
  const $args = maxlen < 0 ? Py_NewRef(EMPTY_TUPLE) : buildTuple(Py_NewRef(EMPTY_TUPLE), PyLong_FromLong(maxlen))
  return buildTuple(Py_NewRef(Py_TYPE(deque)), $args, $state, $it)
}
function deque_repr(deque: Ref): Own {
  const entered = Py_ReprEnter(deque)
  if (entered !== 0) return entered < 0 ? NULL : PyUnicode_FromString("[...]")
  const $list = PySequence_List(deque)
  if ($list === NULL) {
    Py_ReprLeave(deque)
    return NULL
  }
  const s = reprJS($list)
  const maxlen = maxlenOf(deque)
  const $result = s === null ? NULL : PyUnicode_FromString(`${shortTypeName(deque)}(${s}${maxlen >= 0 ? `, maxlen=${maxlen}` : ""})`)
  Py_ReprLeave(deque)
  Py_DECREF($list)
  return $result
}

/** The comparison of two deques by their items: 1, 0, -1. */
function compare(it1: Ref, it2: Ref, op: number): number {
  for (;;) {
    const $x = PyIter_Next(it1)
    if ($x === NULL && PyErr_Occurred()) return -1
    const $y = PyIter_Next(it2)
    if ($x === NULL || $y === NULL) {
      Py_XDECREF($x)
      Py_XDECREF($y)
      if (PyErr_Occurred()) return -1
      const x = $x === NULL ? 0 : 1
      const y = $y === NULL ? 0 : 1
      switch (op) {
        case Py.LT:
          return y
        case Py.LE:
          return 1 - x
        case Py.EQ:
          return x === y ? 1 : 0
        case Py.NE:
          return x !== y ? 1 : 0
        case Py.GT:
          return x
        default:
          return 1 - y
      }
    }
    const b = PyObject_RichCompareBool($x, $y, Py.EQ)
    const cmp = b === 0 ? PyObject_RichCompareBool($x, $y, op) : b
    Py_DECREF($x)
    Py_DECREF($y)
    if (b <= 0) return cmp
  }
}
function deque_richcompare(v: Ref, w: Ref, op: number): Own {
  if (!isDeque(v) || !isDeque(w)) return Py_NewRef(Py_NotImplemented)
  if (op === Py.EQ || op === Py.NE) {
    if (v === w) return PyBool_FromLong(op === Py.EQ ? 1 : 0)
    if (Py_SIZE(v) !== Py_SIZE(w)) return PyBool_FromLong(op === Py.NE ? 1 : 0)
  }
  const $it1 = PyObject_GetIter(v)
  if ($it1 === NULL) return NULL
  const $it2 = PyObject_GetIter(w)
  const cmp = $it2 === NULL ? -1 : compare($it1, $it2, op)
  Py_DECREF($it1)
  Py_XDECREF($it2)
  return cmp < 0 ? NULL : PyBool_FromLong(cmp)
}

function deque_init(deque: Ref, args: Ref, kwdargs: Ref): number {
  const a = parseTuple(args, kwdargs, "|OO:deque", ["iterable", "maxlen"])
  if (a === 0) return -1
  const iterable = ptr(a)
  const maxlenobj = ptr(a + 8)
  let maxlen = -1
  if (maxlenobj !== 0 && maxlenobj !== Py_None) {
    maxlen = PyLong_AsSsize_t(maxlenobj)
    if (maxlen === -1 && PyErr_Occurred()) return -1
    if (maxlen < 0) {
      PyErr_SetString(PyExc_ValueError, "maxlen must be non-negative")
      return -1
    }
  }
  setint64(deque + dequeobject.maxlen, Math.min(maxlen, Number.MAX_SAFE_INTEGER))
  if (Py_SIZE(deque) > 0) deque_clear(deque)
  if (iterable !== 0) {
    const $rv = deque_extend(deque, iterable)
    if ($rv === NULL) return -1
    Py_DECREF($rv)
  }
  return 0
}

function deque_sizeof(deque: Ref): Own {
  const blocks = Math.floor((ssize(deque + dequeobject.leftindex) + Py_SIZE(deque) + BLOCKLEN - 1) / BLOCKLEN)
  return PyLong_FromLong(_PyObject_SIZE(Py_TYPE(deque)) + blocks * block.SIZE)
}
function deque_get_maxlen(deque: Ref): Own {
  return maxlenOf(deque) < 0 ? none() : PyLong_FromLong(maxlenOf(deque))
}

// ---- iterators ----

const enum dequeiterobject {
  b = 16,
  index = 24,
  deque = 32,
  state = 40,
  counter = 48,
  SIZE = 56,
}

export const dequeiter_type = staticType()
export const dequereviter_type = staticType()

function newIterator(type: Ref, deque: Ref, b: number, index: number): Own {
  const $it = _PyObject_GC_New(type)
  if ($it === NULL) return NULL
  setptr($it + dequeiterobject.b, b)
  setssize($it + dequeiterobject.index, index)
  setptr($it + dequeiterobject.deque, Py_NewRef(deque))
  setssize($it + dequeiterobject.state, int32(deque + dequeobject.state))
  setssize($it + dequeiterobject.counter, Py_SIZE(deque))
  PyObject_GC_Track($it)
  return $it
}
function deque_iter(deque: Ref): Own {
  return newIterator(dequeiter_type, deque, ptr(deque + dequeobject.leftblock), ssize(deque + dequeobject.leftindex))
}
function deque_reviter(deque: Ref): Own {
  return newIterator(dequereviter_type, deque, ptr(deque + dequeobject.rightblock), ssize(deque + dequeobject.rightindex))
}
function dequeiter_dealloc(it: Ref): void {
  PyObject_GC_UnTrack(it)
  Py_XDECREF(ptr(it + dequeiterobject.deque))
  PyObject_GC_Del(it)
}
function dequeiter_traverse(it: Ref, visit: visitproc, arg: number): number {
  const deque = ptr(it + dequeiterobject.deque)
  return deque ? visit(deque, arg) : 0
}
function changed(it: Ref): boolean {
  if (int32(ptr(it + dequeiterobject.deque) + dequeobject.state) === int32(it + dequeiterobject.state)) return false
  setssize(it + dequeiterobject.counter, 0)
  mutatedError(PyExc_RuntimeError)
  return true
}
/** The item at the iterator, which steps by `step`. */
function take(it: Ref, step: number): Own {
  const b = ptr(it + dequeiterobject.b)
  const index = ssize(it + dequeiterobject.index)
  const counter = ssize(it + dequeiterobject.counter) - 1
  const item = ptr(dataAt(b, index))
  let next = index + step
  setssize(it + dequeiterobject.counter, counter)
  if (counter > 0) {
    if (next === BLOCKLEN) {
      setptr(it + dequeiterobject.b, right(b))
      next = 0
    } else if (next < 0) {
      setptr(it + dequeiterobject.b, left(b))
      next = BLOCKLEN - 1
    }
  }
  setssize(it + dequeiterobject.index, next)
  return Py_NewRef(item)
}
function dequeiter_next(it: Ref): Own {
  if (changed(it) || ssize(it + dequeiterobject.counter) === 0) return NULL
  return take(it, 1)
}
function dequereviter_next(it: Ref): Own {
  if (ssize(it + dequeiterobject.counter) === 0 || changed(it)) return NULL
  return take(it, -1)
}

/** _deque_iterator(deque, index=0): an iterator that has passed `index` items. */
function newAt(args: Ref, make: (deque: Ref) => Own, next: (it: Ref) => Own): Own {
  const n = PyTuple_GET_SIZE(args)
  if (n < 1 || n > 2) {
    return PyErr_SetString(PyExc_TypeError, `function takes ${n < 1 ? "at least 1 argument" : "at most 2 arguments"} (${n} given)`)
  }
  const deque = PyTuple_GET_ITEM(args, 0)
  if (!isDeque(deque)) return PyErr_SetString(PyExc_TypeError, `argument 1 must be collections.deque, not ${typeName(deque)}`)
  let index = 0
  if (n > 1) {
    index = ssizeArg(PyTuple_GET_ITEM(args, 1))
    if (index === -1 && PyErr_Occurred()) return NULL
  }
  const $it = make(deque)
  if ($it === NULL) return NULL
  for (let i = 0; i < index; i++) {
    const $item = next($it)
    if ($item === NULL) {
      if (ssize($it + dequeiterobject.counter) === 0) break
      Py_DECREF($it)
      return NULL
    }
    Py_DECREF($item)
  }
  return $it
}
function dequeiter_new(_type: Ref, args: Ref, _kwds: Ref): Own {
  return newAt(args, deque_iter, dequeiter_next)
}
function dequereviter_new(_type: Ref, args: Ref, _kwds: Ref): Own {
  return newAt(args, deque_reviter, dequereviter_next)
}
function dequeiter_len(it: Ref): Own {
  return PyLong_FromLong(ssize(it + dequeiterobject.counter))
}
function dequeiter_reduce(it: Ref): Own {
  const deque = ptr(it + dequeiterobject.deque)
  return buildTuple(
    Py_NewRef(Py_TYPE(it)),
    buildTuple(Py_NewRef(deque), PyLong_FromLong(Py_SIZE(deque) - ssize(it + dequeiterobject.counter))),
  )
}

const ITERATOR = {
  basicsize: dequeiterobject.SIZE,
  flags: TPFLAGS.DEFAULT | TPFLAGS.HAVE_GC,
  dealloc: dequeiter_dealloc,
  getattro: PyObject_GenericGetAttr,
  traverse: dequeiter_traverse,
  iter: PyObject_SelfIter,
  methods: [
    ["__length_hint__", dequeiter_len, METH.NOARGS, "Private method returning an estimate of len(list(it))."],
    ["__reduce__", dequeiter_reduce, METH.NOARGS, "Return state information for pickling."],
  ],
} as const

defineType(dequeiter_type, { ...ITERATOR, name: "_collections._deque_iterator", iternext: dequeiter_next, new: dequeiter_new })
defineType(dequereviter_type, {
  ...ITERATOR,
  name: "_collections._deque_reverse_iterator",
  iternext: dequereviter_next,
  new: dequereviter_new,
})

defineType(deque_type, {
  name: "collections.deque",
  basicsize: dequeobject.SIZE,
  weaklistoffset: dequeobject.weakreflist,
  flags: TPFLAGS.DEFAULT | TPFLAGS.HAVE_GC | TPFLAGS.BASETYPE | TPFLAGS.SEQUENCE,
  doc: "deque([iterable[, maxlen]]) --> deque object\n\nA list-like sequence that grows and shrinks cheaply at both ends.",
  dealloc: deque_dealloc,
  repr: deque_repr,
  sq_length: Py_SIZE,
  sq_concat: deque_concat,
  sq_repeat: deque_repeat,
  sq_item: deque_item,
  sq_ass_item: deque_ass_item,
  sq_contains: deque_contains,
  sq_inplace_concat: deque_inplace_concat,
  sq_inplace_repeat: deque_inplace_repeat,
  hash: PyObject_HashNotImplemented,
  getattro: PyObject_GenericGetAttr,
  traverse: deque_traverse,
  clear: deque_clear,
  richcompare: deque_richcompare,
  iter: deque_iter,
  methods: [
    ["append", deque_append, METH.O, "Add an element to the right side of the deque."],
    ["appendleft", deque_appendleft, METH.O, "Add an element to the left side of the deque."],
    ["clear", deque_clearmethod, METH.NOARGS, "Remove all elements from the deque."],
    ["__copy__", deque_copy, METH.NOARGS, "Return a shallow copy of a deque."],
    ["copy", deque_copy, METH.NOARGS, "Return a shallow copy of a deque."],
    ["count", deque_count, METH.O, "D.count(value) -- how often value occurs"],
    ["extend", deque_extend, METH.O, "Extend the right side of the deque with elements from the iterable"],
    ["extendleft", deque_extendleft, METH.O, "Extend the left side of the deque with elements from the iterable"],
    [
      "index",
      deque_index,
      METH.FASTCALL,
      "D.index(value, [start, [stop]]) -- first index of value.\nRaises ValueError if the value is not present.",
    ],
    ["insert", deque_insert, METH.FASTCALL, "D.insert(index, object) -- insert object before index"],
    ["pop", deque_pop, METH.NOARGS, "Remove and return the rightmost element."],
    ["popleft", deque_popleft, METH.NOARGS, "Remove and return the leftmost element."],
    ["__reduce__", deque_reduce, METH.NOARGS, "Return state information for pickling."],
    ["remove", deque_remove, METH.O, "D.remove(value) -- remove first occurrence of value."],
    ["__reversed__", deque_reviter, METH.NOARGS, "D.__reversed__() -- return a reverse iterator over the deque"],
    ["reverse", deque_reverse, METH.NOARGS, "D.reverse() -- reverse *IN PLACE*"],
    ["rotate", deque_rotate, METH.FASTCALL, "Rotate the deque n steps to the right (default n=1).  If n is negative, rotates left."],
    ["__sizeof__", deque_sizeof, METH.NOARGS, "D.__sizeof__() -- size of D in memory, in bytes"],
    ["__class_getitem__", Py_GenericAlias, METH.O | METH.CLASS, "See PEP 585"],
  ],
  getset: [["maxlen", deque_get_maxlen, null, "maximum size of a deque or None if unbounded"]],
  init: deque_init,
  alloc: PyType_GenericAlloc,
  new: deque_new,
  free: PyObject_GC_Del,
})
