import { _PyObject_GC_IS_TRACKED, _PyObject_GC_TRACK } from "../../gc/gcmodule.ts"
import { int64, ptr, set64, setint64, setptr, setssize, ssize } from "../../heap/access.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_DECREF, Py_NewRef, Py_REFCNT, Py_TYPE, Py_XDECREF, Py_XNewRef, Py_XSETREF } from "../../heap/refcount.ts"
import { ID, staticType } from "../../heap/statics.ts"
import { i32 } from "../../heap/views.ts"
import { PyIter_Next, PyNumber_Add, PyNumber_Check, PyObject_GetIter } from "../../objects/abstract.ts"
import { PyObject_CallTwoArgs } from "../../objects/call.ts"
import { PyDict_CheckExact, PyDict_GET_SIZE, PyDict_GetItemWithError } from "../../objects/dictobject.ts"
import { PyErr_Clear, PyErr_Occurred, PyErr_SetString } from "../../objects/errors.ts"
import { _PyArg_UnpackKeywordsTuple, argParser, parseTuple } from "../../objects/getargs.ts"
import {
  _PyLong_GetOne,
  _PyLong_GetZero,
  PyLong_AsBigInt,
  PyLong_AsLong,
  PyLong_AsSsize_t,
  PyLong_Check,
  PyLong_FromBigInt,
  PyLong_FromLong,
} from "../../objects/longobject.ts"
import { reprJS } from "../../objects/object.ts"
import { METH } from "../../objects/slots.ts"
import { ssizeArg } from "../../objects/ssizearg.ts"
import { EMPTY_TUPLE, Py_None, PyExc_TypeError } from "../../objects/statictypes.ts"
import {
  buildTuple,
  PyTuple_GET_ITEM,
  PyTuple_GET_SIZE,
  PyTuple_New,
  PyTuple_Pack1,
  PyTuple_Pack2,
  PyTuple_SET_ITEM,
} from "../../objects/tupleobject.ts"
import { PyUnicode_FromString } from "../../objects/unicodeobject.ts"
import { chain_type, islice_type } from "./selecting.ts"
import { alloc, defineIterator, iternext, REDUCE_DOC, setSsize, SETSTATE_DOC, shortTypeName, ssizeObject } from "./support.ts"

// Modules/itertoolsmodule.c: accumulate, count, repeat, zip_longest.

export const accumulate_type = staticType()
export const count_type = staticType()
export const repeat_type = staticType()
export const ziplongest_type = staticType()

const ID_fillvalue = ID("fillvalue")

// ---- accumulate ----

const enum accumulateobject {
  total = 16,
  it = 24,
  binop = 32,
  initial = 40,
  SIZE = 48,
}

const accumulateParser = argParser("accumulate", ["iterable", "func", "initial"])

function itertools_accumulate(type: Ref, args: Ref, kwargs: Ref): Own {
  const a = _PyArg_UnpackKeywordsTuple(args, kwargs, accumulateParser, 1, 2, 0)
  if (a === 0) return NULL
  const binop = ptr(a + 8) || Py_None
  const initial = ptr(a + 16) || Py_None
  const $it = PyObject_GetIter(ptr(a))
  if ($it === NULL) return NULL
  const $lz = alloc(type)
  if ($lz === NULL) {
    Py_DECREF($it)
    return NULL
  }
  if (binop !== Py_None) setptr($lz + accumulateobject.binop, Py_NewRef(binop))
  setptr($lz + accumulateobject.it, $it)
  setptr($lz + accumulateobject.initial, Py_NewRef(initial))
  return $lz
}

function accumulate_next(lz: Ref): Own {
  const initial = ptr(lz + accumulateobject.initial)
  if (initial !== Py_None) {
    setptr(lz + accumulateobject.total, initial)
    setptr(lz + accumulateobject.initial, Py_NewRef(Py_None))
    return Py_NewRef(initial)
  }
  const $val = iternext(ptr(lz + accumulateobject.it))
  if ($val === NULL) return NULL
  const total = ptr(lz + accumulateobject.total)
  if (total === 0) {
    setptr(lz + accumulateobject.total, Py_NewRef($val))
    return $val
  }
  const binop = ptr(lz + accumulateobject.binop)
  const $new = binop === 0 ? PyNumber_Add(total, $val) : PyObject_CallTwoArgs(binop, total, $val)
  Py_DECREF($val)
  if ($new === NULL) return NULL
  Py_XSETREF(lz + accumulateobject.total, Py_NewRef($new))
  return $new
}

/** chain((first,), it) */
function chained(first: Ref, it: Ref): Own {
  const $head = PyTuple_Pack1(first)
  if ($head === NULL) return NULL
  const $it = PyObject_CallTwoArgs(chain_type, $head, it)
  Py_DECREF($head)
  return $it
}

function accumulate_reduce(lz: Ref): Own {
  const initial = ptr(lz + accumulateobject.initial)
  const total = ptr(lz + accumulateobject.total)
  const it = ptr(lz + accumulateobject.it)
  const binop = ptr(lz + accumulateobject.binop) || Py_None
  if (initial !== Py_None) {
    const $it = chained(initial, it)
    if ($it === NULL) return NULL
    return buildTuple(Py_NewRef(Py_TYPE(lz)), buildTuple($it, Py_NewRef(binop)), Py_NewRef(Py_None))
  }
  if (total === Py_None) {
    // None as state means "no total yet"
    const $chain = chained(total, it)
    if ($chain === NULL) return NULL
    const $acc = PyObject_CallTwoArgs(Py_TYPE(lz), $chain, binop)
    Py_DECREF($chain)
    if ($acc === NULL) return NULL
    return buildTuple(Py_NewRef(islice_type), buildTuple($acc, PyLong_FromLong(1), Py_NewRef(Py_None)))
  }
  return buildTuple(Py_NewRef(Py_TYPE(lz)), PyTuple_Pack2(it, binop), Py_NewRef(total || Py_None))
}

function accumulate_setstate(lz: Ref, state: Ref): Own {
  Py_XSETREF(lz + accumulateobject.total, Py_NewRef(state))
  return Py_NewRef(Py_None)
}

defineIterator(accumulate_type, {
  name: "itertools.accumulate",
  size: accumulateobject.SIZE,
  doc: "(iterable, func=None, *, initial=None)\n--\n\nRunning totals (or results of another function of two arguments).",
  fields: [accumulateobject.binop, accumulateobject.total, accumulateobject.it, accumulateobject.initial],
  next: accumulate_next,
  new: itertools_accumulate,
  methods: [
    ["__reduce__", accumulate_reduce, METH.NOARGS, REDUCE_DOC],
    ["__setstate__", accumulate_setstate, METH.O, SETSTATE_DOC],
  ],
})

// ---- count: fast while cnt is a small count by one; otherwise cnt is PY_SSIZE_T_MAX and long_cnt counts ----

const enum countobject {
  cnt = 16,
  long_cnt = 24,
  long_step = 32,
  SIZE = 40,
}

const SSIZE_MAX = 9223372036854775807n
const countParser = argParser("count", ["start", "step"])

function isSlow(lz: Ref): boolean {
  return i32[(lz + countobject.cnt + 4) >> 2] === 0x7fffffff
}

function itertools_count(type: Ref, args: Ref, kwargs: Ref): Own {
  const a = _PyArg_UnpackKeywordsTuple(args, kwargs, countParser, 0, 2, 0)
  if (a === 0) return NULL
  const start = ptr(a)
  const step = ptr(a + 8)
  if ((start !== 0 && !PyNumber_Check(start)) || (step !== 0 && !PyNumber_Check(step))) {
    return PyErr_SetString(PyExc_TypeError, "a number is required")
  }
  let fast = (start === 0 || PyLong_Check(start)) && (step === 0 || PyLong_Check(step))
  let cnt = 0
  if (start !== 0 && fast) {
    cnt = PyLong_AsSsize_t(start)
    if (cnt === -1 && PyErr_Occurred()) {
      PyErr_Clear()
      fast = false
    }
    // beyond 2^53 an int object counts exactly
    if (Math.abs(cnt) > Number.MAX_SAFE_INTEGER - 1e9) fast = false
  }
  const $long_step = Py_NewRef(step || _PyLong_GetOne())
  if (fast) {
    const s = PyLong_AsLong($long_step)
    if (s !== 1) {
      fast = false
      if (s === -1 && PyErr_Occurred()) PyErr_Clear()
    }
  }
  // PY_SSIZE_T_MAX itself counts as fast in C: its int object is made by the first step
  const atMax = !fast && cnt > 0 && step === 0 && PyLong_AsBigInt(start) === SSIZE_MAX
  const $long_cnt = fast || atMax ? NULL : Py_NewRef(start || _PyLong_GetZero())
  const $lz = alloc(type)
  if ($lz === NULL) {
    Py_XDECREF($long_cnt)
    Py_DECREF($long_step)
    return NULL
  }
  if (fast) setint64($lz + countobject.cnt, cnt)
  else set64($lz + countobject.cnt, -1, 0x7fffffff)
  setptr($lz + countobject.long_cnt, $long_cnt)
  setptr($lz + countobject.long_step, $long_step)
  return $lz
}

function count_next(lz: Ref): Own {
  if (isSlow(lz)) {
    let $cnt = ptr(lz + countobject.long_cnt) as Own
    if ($cnt === 0) {
      $cnt = PyLong_FromBigInt(SSIZE_MAX)
      if ($cnt === NULL) return NULL
    }
    const $stepped = PyNumber_Add($cnt, ptr(lz + countobject.long_step))
    if ($stepped === NULL) return NULL
    setptr(lz + countobject.long_cnt, $stepped)
    return $cnt
  }
  const cnt = int64(lz + countobject.cnt)
  setint64(lz + countobject.cnt, cnt + 1)
  return PyLong_FromLong(cnt)
}

function count_repr(lz: Ref): Own {
  const name = shortTypeName(lz)
  if (!isSlow(lz)) return PyUnicode_FromString(`${name}(${int64(lz + countobject.cnt)})`)
  const long_step = ptr(lz + countobject.long_step)
  let step = 0
  if (PyLong_Check(long_step)) {
    step = PyLong_AsLong(long_step)
    if (step === -1 && PyErr_Occurred()) PyErr_Clear()
  }
  const long_cnt = ptr(lz + countobject.long_cnt)
  const cnt = long_cnt === 0 ? "<NULL>" : reprJS(long_cnt)
  if (cnt === null) return NULL
  if (step === 1) return PyUnicode_FromString(`${name}(${cnt})`)
  const s = reprJS(long_step)
  return s === null ? NULL : PyUnicode_FromString(`${name}(${cnt}, ${s})`)
}

function count_reduce(lz: Ref): Own {
  const $type = Py_NewRef(Py_TYPE(lz))
  if (isSlow(lz)) {
    const $cnt = ptr(lz + countobject.long_cnt) ? Py_NewRef(ptr(lz + countobject.long_cnt)) : PyLong_FromBigInt(SSIZE_MAX)
    return buildTuple($type, buildTuple($cnt, Py_NewRef(ptr(lz + countobject.long_step))))
  }
  return buildTuple($type, buildTuple(PyLong_FromLong(int64(lz + countobject.cnt))))
}

defineIterator(count_type, {
  name: "itertools.count",
  size: countobject.SIZE,
  doc: "(start=0, step=1)\n--\n\nNumbers from start on, each by step more than the last, without end.",
  fields: [countobject.long_cnt, countobject.long_step],
  next: count_next,
  new: itertools_count,
  repr: count_repr,
  methods: [["__reduce__", count_reduce, METH.NOARGS, REDUCE_DOC]],
})

// ---- repeat ----

const enum repeatobject {
  element = 16,
  /** -1: for ever */
  cnt = 24,
  SIZE = 32,
}

function repeat_new(type: Ref, args: Ref, kwds: Ref): Own {
  const a = parseTuple(args, kwds, "O|O:repeat", ["object", "times"])
  if (a === 0) return NULL
  const element = ptr(a)
  const times = ptr(a + 8)
  let cnt = -1
  if (times !== 0) {
    cnt = ssizeArg(times)
    if (cnt === -1 && PyErr_Occurred()) return NULL
    if (cnt < 0) cnt = 0
  }
  const $ro = alloc(type)
  if ($ro === NULL) return NULL
  setptr($ro + repeatobject.element, Py_NewRef(element))
  setSsize($ro + repeatobject.cnt, cnt)
  return $ro
}

function repeat_next(ro: Ref): Own {
  const at = (ro + repeatobject.cnt) >> 2
  const hi = i32[at + 1]
  if (hi === 0 && i32[at] === 0) return NULL
  if (hi >= 0) {
    if (i32[at] === 0) i32[at + 1] = hi - 1
    i32[at]--
  }
  return Py_NewRef(ptr(ro + repeatobject.element))
}

function isForever(ro: Ref): boolean {
  return i32[(ro + repeatobject.cnt + 4) >> 2] < 0
}
function repeat_repr(ro: Ref): Own {
  const element = reprJS(ptr(ro + repeatobject.element))
  if (element === null) return NULL
  const cnt = (BigInt(i32[((ro + repeatobject.cnt) >> 2) + 1]) << 32n) | BigInt(i32[(ro + repeatobject.cnt) >> 2] >>> 0)
  const times = isForever(ro) ? "" : `, ${cnt}`
  return PyUnicode_FromString(`${shortTypeName(ro)}(${element}${times})`)
}
function repeat_len(ro: Ref): Own {
  return isForever(ro) ? PyErr_SetString(PyExc_TypeError, "len() of unsized object") : ssizeObject(ro + repeatobject.cnt)
}
function repeat_reduce(ro: Ref): Own {
  const $element = Py_NewRef(ptr(ro + repeatobject.element))
  return buildTuple(Py_NewRef(Py_TYPE(ro)), isForever(ro) ? buildTuple($element) : buildTuple($element, ssizeObject(ro + repeatobject.cnt)))
}

defineIterator(repeat_type, {
  name: "itertools.repeat",
  size: repeatobject.SIZE,
  doc: "repeat(object [,times]) -> the object, that many times or without end.",
  fields: [repeatobject.element],
  next: repeat_next,
  new: repeat_new,
  repr: repeat_repr,
  methods: [
    ["__length_hint__", repeat_len, METH.NOARGS, "Private method returning an estimate of len(list(it))."],
    ["__reduce__", repeat_reduce, METH.NOARGS, REDUCE_DOC],
  ],
})

// ---- zip_longest ----

const enum ziplongestobject {
  tuplesize = 16,
  numactive = 24,
  ittuple = 32,
  result = 40,
  fillvalue = 48,
  SIZE = 56,
}

function zip_longest_new(type: Ref, args: Ref, kwds: Ref): Own {
  let fillvalue: Ref = Py_None
  if (kwds !== NULL && PyDict_CheckExact(kwds) && PyDict_GET_SIZE(kwds) > 0) {
    fillvalue = PyDict_GET_SIZE(kwds) === 1 ? PyDict_GetItemWithError(kwds, ID_fillvalue) : NULL
    if (fillvalue === NULL) {
      if (!PyErr_Occurred()) PyErr_SetString(PyExc_TypeError, "zip_longest() got an unexpected keyword argument")
      return NULL
    }
  }
  const n = PyTuple_GET_SIZE(args)
  const $its = PyTuple_New(n)
  if ($its === NULL) return NULL
  for (let i = 0; i < n; i++) {
    const $it = PyObject_GetIter(PyTuple_GET_ITEM(args, i))
    if ($it === NULL) {
      Py_DECREF($its)
      return NULL
    }
    PyTuple_SET_ITEM($its, i, $it)
  }
  const $result = PyTuple_New(n)
  if ($result !== NULL) for (let i = 0; i < n; i++) PyTuple_SET_ITEM($result, i, Py_NewRef(Py_None))
  const $lz = $result === NULL ? NULL : alloc(type)
  if ($lz === NULL) {
    Py_DECREF($its)
    Py_XDECREF($result)
    return NULL
  }
  setptr($lz + ziplongestobject.ittuple, $its)
  setssize($lz + ziplongestobject.tuplesize, n)
  setssize($lz + ziplongestobject.numactive, n)
  setptr($lz + ziplongestobject.result, $result)
  setptr($lz + ziplongestobject.fillvalue, Py_NewRef(fillvalue))
  return $lz
}

/** The i-th iterator's item or the fill value: owned; NULL when all are exhausted or with the error set. */
function zip_longest_item(lz: Ref, i: number): Own {
  const its = ptr(lz + ziplongestobject.ittuple)
  const it = PyTuple_GET_ITEM(its, i)
  if (it !== 0) {
    const $item = PyIter_Next(it)
    if ($item !== NULL) return $item
    const active = ssize(lz + ziplongestobject.numactive) - 1
    setssize(lz + ziplongestobject.numactive, active)
    if (active === 0 || PyErr_Occurred()) {
      setssize(lz + ziplongestobject.numactive, 0)
      return NULL
    }
    const $fill = Py_NewRef(ptr(lz + ziplongestobject.fillvalue))
    PyTuple_SET_ITEM(its, i, NULL)
    Py_DECREF(it)
    return $fill
  }
  return Py_NewRef(ptr(lz + ziplongestobject.fillvalue))
}

function zip_longest_next(lz: Ref): Own {
  const n = ssize(lz + ziplongestobject.tuplesize)
  if (n === 0 || ssize(lz + ziplongestobject.numactive) === 0) return NULL
  const result = ptr(lz + ziplongestobject.result)
  const reuse = Py_REFCNT(result) === 1
  const $result = reuse ? Py_NewRef(result) : PyTuple_New(n)
  if ($result === NULL) return NULL
  for (let i = 0; i < n; i++) {
    const $item = zip_longest_item(lz, i)
    if ($item === NULL) {
      Py_DECREF($result)
      return NULL
    }
    const old = PyTuple_GET_ITEM($result, i)
    PyTuple_SET_ITEM($result, i, $item)
    Py_XDECREF(old)
  }
  // a collection may have untracked the tuple that is used again
  if (reuse && !_PyObject_GC_IS_TRACKED($result)) _PyObject_GC_TRACK($result)
  return $result
}

function zip_longest_reduce(lz: Ref): Own {
  const its = ptr(lz + ziplongestobject.ittuple)
  const n = PyTuple_GET_SIZE(its)
  const $args = PyTuple_New(n)
  if ($args === NULL) return NULL
  for (let i = 0; i < n; i++) PyTuple_SET_ITEM($args, i, Py_NewRef(PyTuple_GET_ITEM(its, i) || EMPTY_TUPLE))
  return buildTuple(Py_NewRef(Py_TYPE(lz)), $args, Py_NewRef(ptr(lz + ziplongestobject.fillvalue)))
}
function zip_longest_setstate(lz: Ref, state: Ref): Own {
  Py_XSETREF(lz + ziplongestobject.fillvalue, Py_XNewRef(state))
  return Py_NewRef(Py_None)
}

defineIterator(ziplongest_type, {
  name: "itertools.zip_longest",
  size: ziplongestobject.SIZE,
  doc: "zip_longest(iter1 [,iter2 [...]], [fillvalue=None]) --> zip_longest object\n\nTuples of the iterables' items until the longest is exhausted; the others give the fill value.",
  fields: [ziplongestobject.ittuple, ziplongestobject.result, ziplongestobject.fillvalue],
  next: zip_longest_next,
  new: zip_longest_new,
  methods: [
    ["__reduce__", zip_longest_reduce, METH.NOARGS, REDUCE_DOC],
    ["__setstate__", zip_longest_setstate, METH.O, SETSTATE_DOC],
  ],
})
