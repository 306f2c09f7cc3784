import { int64, ptr, setint64, setptr, setssize, ssize } from "../../heap/access.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_CLEAR, Py_DECREF, Py_NewRef, Py_TYPE, Py_XDECREF, Py_XNewRef, Py_XSETREF } from "../../heap/refcount.ts"
import { staticType } from "../../heap/statics.ts"
import { PyIter_Check, PyIter_Next, PyNumber_AsSsize_t, PyObject_GetIter, PySequence_Tuple } from "../../objects/abstract.ts"
import { PyObject_Call, PyObject_CallOneArg } from "../../objects/call.ts"
import { PyErr_Clear, PyErr_ExceptionMatches, PyErr_Occurred, PyErr_SetString } from "../../objects/errors.ts"
import { Py_GenericAlias } from "../../objects/genericaliasobject.ts"
import {
  _PyArg_CheckPositional,
  _PyArg_UnpackKeywordsTuple,
  argParser,
  PyArg_ParseTuple,
  PyArg_UnpackTuple,
} from "../../objects/getargs.ts"
import { PyList_New } from "../../objects/listobject.ts"
import { PyLong_AsSsize_t, PyLong_FromLong } from "../../objects/longobject.ts"
import { PyObject_IsTrue } from "../../objects/object.ts"
import { METH } from "../../objects/slots.ts"
import {
  EMPTY_TUPLE,
  Py_None,
  PyBool_Type,
  PyExc_OverflowError,
  PyExc_StopIteration,
  PyExc_TypeError,
  PyExc_ValueError,
} from "../../objects/statictypes.ts"
import {
  buildTuple,
  PyTuple_CheckExact,
  PyTuple_GET_ITEM,
  PyTuple_GET_SIZE,
  PyTuple_Pack1,
  PyTuple_Pack2,
} from "../../objects/tupleobject.ts"
import { alloc, defineIterator, iternext, noKeywords, REDUCE_DOC, setSsize, SETSTATE_DOC, ssizeObject, stateIsTuple } from "./support.ts"

// Modules/itertoolsmodule.c: dropwhile, takewhile, filterfalse, compress, starmap, islice, chain.

export const dropwhile_type = staticType()
export const takewhile_type = staticType()
export const filterfalse_type = staticType()
export const compress_type = staticType()
export const starmap_type = staticType()
export const islice_type = staticType()
export const chain_type = staticType()

// ---- a function and an iterator: dropwhile, takewhile, filterfalse, starmap ----

const enum funciter {
  func = 16,
  it = 24,
  /** dropwhile's start, takewhile's stop (long) */
  flag = 32,
  SHORT_SIZE = 32,
  SIZE = 40,
}

function newFuncIter(type: Ref, base: Ref, name: string, args: Ref, kwargs: Ref): Own {
  if (!noKeywords(type, base, name, kwargs) || !_PyArg_CheckPositional(name, PyTuple_GET_SIZE(args), 2, 2)) return NULL
  const $it = PyObject_GetIter(PyTuple_GET_ITEM(args, 1))
  if ($it === NULL) return NULL
  const $lz = alloc(type)
  if ($lz === NULL) {
    Py_DECREF($it)
    return NULL
  }
  setptr($lz + funciter.func, Py_NewRef(PyTuple_GET_ITEM(args, 0)))
  setptr($lz + funciter.it, $it)
  return $lz
}

/** Truth of func(item): 1, 0, -1. */
function test(lz: Ref, item: Ref): number {
  const $good = PyObject_CallOneArg(ptr(lz + funciter.func), item)
  if ($good === NULL) return -1
  const ok = PyObject_IsTrue($good)
  Py_DECREF($good)
  return ok
}

function flag_reduce(lz: Ref): Own {
  return buildTuple(
    Py_NewRef(Py_TYPE(lz)),
    PyTuple_Pack2(ptr(lz + funciter.func), ptr(lz + funciter.it)),
    PyLong_FromLong(ssize(lz + funciter.flag)),
  )
}
function flag_setstate(lz: Ref, state: Ref): Own {
  const flag = PyObject_IsTrue(state)
  if (flag < 0) return NULL
  setssize(lz + funciter.flag, flag)
  return Py_NewRef(Py_None)
}
function func_reduce(lz: Ref): Own {
  return buildTuple(Py_NewRef(Py_TYPE(lz)), PyTuple_Pack2(ptr(lz + funciter.func), ptr(lz + funciter.it)))
}

function itertools_dropwhile(type: Ref, args: Ref, kwargs: Ref): Own {
  return newFuncIter(type, dropwhile_type, "dropwhile", args, kwargs)
}
function dropwhile_next(lz: Ref): Own {
  const it = ptr(lz + funciter.it)
  for (;;) {
    const $item = iternext(it)
    if ($item === NULL || ssize(lz + funciter.flag) === 1) return $item
    const ok = test(lz, $item)
    if (ok === 0) {
      setssize(lz + funciter.flag, 1)
      return $item
    }
    Py_DECREF($item)
    if (ok < 0) return NULL
  }
}

function itertools_takewhile(type: Ref, args: Ref, kwargs: Ref): Own {
  return newFuncIter(type, takewhile_type, "takewhile", args, kwargs)
}
function takewhile_next(lz: Ref): Own {
  if (ssize(lz + funciter.flag) === 1) return NULL
  const $item = iternext(ptr(lz + funciter.it))
  if ($item === NULL) return NULL
  const ok = test(lz, $item)
  if (ok > 0) return $item
  Py_DECREF($item)
  if (ok === 0) setssize(lz + funciter.flag, 1)
  return NULL
}

function itertools_filterfalse(type: Ref, args: Ref, kwargs: Ref): Own {
  return newFuncIter(type, filterfalse_type, "filterfalse", args, kwargs)
}
function filterfalse_next(lz: Ref): Own {
  const it = ptr(lz + funciter.it)
  for (;;) {
    const $item = iternext(it)
    if ($item === NULL) return NULL
    const func = ptr(lz + funciter.func)
    const ok = func === Py_None || func === PyBool_Type ? PyObject_IsTrue($item) : test(lz, $item)
    if (ok === 0) return $item
    Py_DECREF($item)
    if (ok < 0) return NULL
  }
}

function itertools_starmap(type: Ref, args: Ref, kwargs: Ref): Own {
  return newFuncIter(type, starmap_type, "starmap", args, kwargs)
}
function starmap_next(lz: Ref): Own {
  let $args = iternext(ptr(lz + funciter.it))
  if ($args === NULL) return NULL
  if (!PyTuple_CheckExact($args)) {
    const $tuple = PySequence_Tuple($args)
    Py_DECREF($args)
    if ($tuple === NULL) return NULL
    $args = $tuple
  }
  const $result = PyObject_Call(ptr(lz + funciter.func), $args, NULL)
  Py_DECREF($args)
  return $result
}

const FUNC_FIELDS = { fields: [funciter.func, funciter.it], visit: [funciter.it, funciter.func] }

defineIterator(dropwhile_type, {
  name: "itertools.dropwhile",
  size: funciter.SIZE,
  doc: "(predicate, iterable, /)\n--\n\nLeave out items while the predicate is true; then return every item.",
  ...FUNC_FIELDS,
  next: dropwhile_next,
  new: itertools_dropwhile,
  methods: [
    ["__reduce__", flag_reduce, METH.NOARGS, REDUCE_DOC],
    ["__setstate__", flag_setstate, METH.O, SETSTATE_DOC],
  ],
})
defineIterator(takewhile_type, {
  name: "itertools.takewhile",
  size: funciter.SIZE,
  doc: "(predicate, iterable, /)\n--\n\nThe items up to the first for which the predicate is false.",
  ...FUNC_FIELDS,
  next: takewhile_next,
  new: itertools_takewhile,
  methods: [
    ["__reduce__", flag_reduce, METH.NOARGS, REDUCE_DOC],
    ["__setstate__", flag_setstate, METH.O, SETSTATE_DOC],
  ],
})
defineIterator(filterfalse_type, {
  name: "itertools.filterfalse",
  size: funciter.SHORT_SIZE,
  doc: "(function, iterable, /)\n--\n\nThe items for which the function is false; None tests the items themselves.",
  ...FUNC_FIELDS,
  next: filterfalse_next,
  new: itertools_filterfalse,
  methods: [["__reduce__", func_reduce, METH.NOARGS, REDUCE_DOC]],
})
defineIterator(starmap_type, {
  name: "itertools.starmap",
  size: funciter.SHORT_SIZE,
  doc: "(function, iterable, /)\n--\n\nThe function's values for the argument tuples that the iterable gives.",
  ...FUNC_FIELDS,
  next: starmap_next,
  new: itertools_starmap,
  methods: [["__reduce__", func_reduce, METH.NOARGS, REDUCE_DOC]],
})

// ---- compress ----

const enum compressobject {
  data = 16,
  selectors = 24,
  SIZE = 32,
}

const compressParser = argParser("compress", ["data", "selectors"])

function itertools_compress(type: Ref, args: Ref, kwargs: Ref): Own {
  const a = _PyArg_UnpackKeywordsTuple(args, kwargs, compressParser, 2, 2, 0)
  if (a === 0) return NULL
  const seq2 = ptr(a + 8)
  const $data = PyObject_GetIter(ptr(a))
  const $selectors = $data === NULL ? NULL : PyObject_GetIter(seq2)
  const $lz = $selectors === NULL ? NULL : alloc(type)
  if ($lz === NULL) {
    Py_XDECREF($data)
    Py_XDECREF($selectors)
    return NULL
  }
  setptr($lz + compressobject.data, $data)
  setptr($lz + compressobject.selectors, $selectors)
  return $lz
}

function compress_next(lz: Ref): Own {
  const data = ptr(lz + compressobject.data)
  const selectors = ptr(lz + compressobject.selectors)
  for (;;) {
    const $datum = iternext(data)
    if ($datum === NULL) return NULL
    const $selector = iternext(selectors)
    if ($selector === NULL) {
      Py_DECREF($datum)
      return NULL
    }
    const ok = PyObject_IsTrue($selector)
    Py_DECREF($selector)
    if (ok > 0) return $datum
    Py_DECREF($datum)
    if (ok < 0) return NULL
  }
}

defineIterator(compress_type, {
  name: "itertools.compress",
  size: compressobject.SIZE,
  doc: "(data, selectors)\n--\n\nThe data whose selector is true.",
  fields: [compressobject.data, compressobject.selectors],
  next: compress_next,
  new: itertools_compress,
  methods: [["__reduce__", func_reduce, METH.NOARGS, REDUCE_DOC]],
})

// ---- islice ----

const enum isliceobject {
  it = 16,
  next = 24,
  stop = 32,
  step = 40,
  cnt = 48,
  SIZE = 56,
}

/** PyNumber_AsSsize_t whose errors are dropped by the caller. */
function index(v: Ref): number {
  return PyNumber_AsSsize_t(v, PyExc_OverflowError)
}
function islice_stop(v: Ref): number | null {
  if (v === Py_None) return -1
  const stop = index(v)
  if (stop !== -1) return stop
  if (PyErr_Occurred()) PyErr_Clear()
  PyErr_SetString(PyExc_ValueError, "Stop argument for islice() must be None or an integer: 0 <= x <= sys.maxsize.")
  return null
}

function islice_new(type: Ref, args: Ref, kwds: Ref): Own {
  if (!noKeywords(type, islice_type, "islice", kwds)) return NULL
  if (!PyArg_UnpackTuple(args, "islice", 2, 4)) return NULL
  const n = PyTuple_GET_SIZE(args)
  const a1 = PyTuple_GET_ITEM(args, 1)
  let start = 0
  if (n > 2) {
    if (a1 !== Py_None) start = index(a1)
    if (start === -1 && PyErr_Occurred()) PyErr_Clear()
  }
  const stop = islice_stop(n === 2 ? a1 : PyTuple_GET_ITEM(args, 2))
  if (stop === null) return NULL
  if (start < 0 || stop < -1) {
    return PyErr_SetString(PyExc_ValueError, "Indices for islice() must be None or an integer: 0 <= x <= sys.maxsize.")
  }
  let step = 1
  if (n === 4) {
    if (PyTuple_GET_ITEM(args, 3) !== Py_None) step = index(PyTuple_GET_ITEM(args, 3))
    if (step === -1 && PyErr_Occurred()) PyErr_Clear()
  }
  if (step < 1) return PyErr_SetString(PyExc_ValueError, "Step for islice() must be a positive integer or None.")
  const $it = PyObject_GetIter(PyTuple_GET_ITEM(args, 0))
  if ($it === NULL) return NULL
  const $lz = alloc(type)
  if ($lz === NULL) {
    Py_DECREF($it)
    return NULL
  }
  setptr($lz + isliceobject.it, $it)
  setSsize($lz + isliceobject.next, start)
  setSsize($lz + isliceobject.stop, stop)
  setSsize($lz + isliceobject.step, step)
  return $lz
}

function islice_next(lz: Ref): Own {
  const it = ptr(lz + isliceobject.it)
  if (it === 0) return NULL
  const stop = int64(lz + isliceobject.stop)
  while (int64(lz + isliceobject.cnt) < int64(lz + isliceobject.next)) {
    const $skipped = iternext(it)
    if ($skipped === NULL) return islice_end(lz)
    Py_DECREF($skipped)
    setint64(lz + isliceobject.cnt, int64(lz + isliceobject.cnt) + 1)
  }
  if (stop !== -1 && int64(lz + isliceobject.cnt) >= stop) return islice_end(lz)
  const $item = iternext(it)
  if ($item === NULL) return islice_end(lz)
  setint64(lz + isliceobject.cnt, int64(lz + isliceobject.cnt) + 1)
  const next = int64(lz + isliceobject.next) + int64(lz + isliceobject.step)
  setSsize(lz + isliceobject.next, next >= 9223372036854775807 || (stop !== -1 && next > stop) ? stop : next)
  return $item
}
function islice_end(lz: Ref): Own {
  Py_CLEAR(lz + isliceobject.it)
  return NULL
}

function islice_reduce(lz: Ref): Own {
  const it = ptr(lz + isliceobject.it)
  if (it === 0) {
    const $list = PyList_New(0)
    if ($list === NULL) return NULL
    const $empty = PyObject_GetIter($list)
    Py_DECREF($list)
    if ($empty === NULL) return NULL
    return buildTuple(Py_NewRef(Py_TYPE(lz)), buildTuple($empty, PyLong_FromLong(0)), PyLong_FromLong(0))
  }
  const $stop = int64(lz + isliceobject.stop) === -1 ? Py_NewRef(Py_None) : ssizeObject(lz + isliceobject.stop)
  return buildTuple(
    Py_NewRef(Py_TYPE(lz)),
    buildTuple(Py_NewRef(it), ssizeObject(lz + isliceobject.next), $stop, ssizeObject(lz + isliceobject.step)),
    ssizeObject(lz + isliceobject.cnt),
  )
}

function islice_setstate(lz: Ref, state: Ref): Own {
  const cnt = PyLong_AsSsize_t(state)
  if (cnt === -1 && PyErr_Occurred()) return NULL
  setSsize(lz + isliceobject.cnt, cnt)
  return Py_NewRef(Py_None)
}

defineIterator(islice_type, {
  name: "itertools.islice",
  size: isliceobject.SIZE,
  doc: "islice(iterable, stop) --> islice object\nislice(iterable, start, stop[, step]) --> islice object\n\nThe items that a slice would select, without negative indexes.",
  fields: [isliceobject.it],
  next: islice_next,
  new: islice_new,
  methods: [
    ["__reduce__", islice_reduce, METH.NOARGS, REDUCE_DOC],
    ["__setstate__", islice_setstate, METH.O, SETSTATE_DOC],
  ],
})

// ---- chain ----

const enum chainobject {
  source = 16,
  active = 24,
  SIZE = 32,
}

function chain_new_internal(type: Ref, $source: Own): Own {
  const $lz = alloc(type)
  if ($lz === NULL) {
    Py_DECREF($source)
    return NULL
  }
  setptr($lz + chainobject.source, $source)
  return $lz
}
function chain_new(type: Ref, args: Ref, kwds: Ref): Own {
  if (!noKeywords(type, chain_type, "chain", kwds)) return NULL
  const $source = PyObject_GetIter(args)
  return $source === NULL ? NULL : chain_new_internal(type, $source)
}
function chain_from_iterable(type: Ref, arg: Ref): Own {
  const $source = PyObject_GetIter(arg)
  return $source === NULL ? NULL : chain_new_internal(type, $source)
}

function chain_next(lz: Ref): Own {
  while (ptr(lz + chainobject.source) !== 0) {
    if (ptr(lz + chainobject.active) === 0) {
      const $iterable = PyIter_Next(ptr(lz + chainobject.source))
      if ($iterable === NULL) {
        Py_CLEAR(lz + chainobject.source)
        return NULL
      }
      const $active = PyObject_GetIter($iterable)
      setptr(lz + chainobject.active, $active)
      Py_DECREF($iterable)
      if ($active === NULL) {
        Py_CLEAR(lz + chainobject.source)
        return NULL
      }
    }
    const $item = iternext(ptr(lz + chainobject.active))
    if ($item !== NULL) return $item
    if (PyErr_Occurred()) {
      if (!PyErr_ExceptionMatches(PyExc_StopIteration)) return NULL
      PyErr_Clear()
    }
    Py_CLEAR(lz + chainobject.active)
  }
  return NULL
}

function chain_reduce(lz: Ref): Own {
  const source = ptr(lz + chainobject.source)
  const active = ptr(lz + chainobject.active)
  const $type = Py_NewRef(Py_TYPE(lz))
  const $empty = Py_NewRef(EMPTY_TUPLE)
  if (source === 0) return buildTuple($type, $empty)
  return buildTuple($type, $empty, active !== 0 ? PyTuple_Pack2(source, active) : PyTuple_Pack1(source))
}

function chain_setstate(lz: Ref, state: Ref): Own {
  if (!stateIsTuple(state)) return NULL
  const a = PyArg_ParseTuple(state, "O|O")
  if (a === 0) return NULL
  const source = ptr(a)
  const active = ptr(a + 8)
  if (!PyIter_Check(source) || (active !== 0 && !PyIter_Check(active))) {
    return PyErr_SetString(PyExc_TypeError, "Arguments must be iterators.")
  }
  Py_XSETREF(lz + chainobject.source, Py_NewRef(source))
  Py_XSETREF(lz + chainobject.active, Py_XNewRef(active))
  return Py_NewRef(Py_None)
}

defineIterator(chain_type, {
  name: "itertools.chain",
  size: chainobject.SIZE,
  doc: "chain(*iterables) --> chain object\n\nThe items of the first iterable, then of the second, and so on.",
  fields: [chainobject.active, chainobject.source],
  visit: [chainobject.source, chainobject.active],
  next: chain_next,
  new: chain_new,
  methods: [
    [
      "from_iterable",
      chain_from_iterable,
      METH.O | METH.CLASS,
      "($type, iterable, /)\n--\n\nThe same for iterables that an iterable gives, read lazily.",
    ],
    ["__reduce__", chain_reduce, METH.NOARGS, REDUCE_DOC],
    ["__setstate__", chain_setstate, METH.O, SETSTATE_DOC],
    ["__class_getitem__", Py_GenericAlias, METH.O | METH.CLASS, "See PEP 585"],
  ],
})
