import { _PyObject_GC_IS_TRACKED, _PyObject_GC_TRACK } from "../../gc/gcmodule.ts"
import { int32, ptr, setint32, setptr, setssize, ssize } from "../../heap/access.ts"
import { PyMem_Free, PyMem_Malloc } from "../../heap/obmalloc.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_DECREF, Py_NewRef, Py_REFCNT, Py_TYPE, Py_XDECREF, Py_XSETREF } from "../../heap/refcount.ts"
import { staticType } from "../../heap/statics.ts"
import { i32 } from "../../heap/views.ts"
import { PySequence_Tuple } from "../../objects/abstract.ts"
import { PyErr_NoMemory, PyErr_Occurred, PyErr_SetString } from "../../objects/errors.ts"
import { _PyArg_UnpackKeywords, _PyArg_UnpackKeywordsTuple, argParser, PyArg_ParseTuple } from "../../objects/getargs.ts"
import { PyLong_AsSsize_t, PyLong_Check, PyLong_FromLong } from "../../objects/longobject.ts"
import { _PyObject_SIZE } from "../../objects/object.ts"
import { METH } from "../../objects/slots.ts"
import { ssizeArg } from "../../objects/ssizearg.ts"
import { EMPTY_TUPLE, Py_None, PyExc_OverflowError, PyExc_TypeError, PyExc_ValueError, PyTuple_Type } from "../../objects/statictypes.ts"
import {
  _PyTuple_FromArray,
  buildTuple,
  PyTuple_Check,
  PyTuple_GET_ITEM,
  PyTuple_GET_SIZE,
  PyTuple_ITEMS,
  PyTuple_New,
  PyTuple_Pack1,
  PyTuple_SET_ITEM,
} from "../../objects/tupleobject.ts"
import { alloc, defineIterator, REDUCE_DOC, SETSTATE_DOC, SIZEOF_DOC, stateIsTuple } from "./support.ts"

// Modules/itertoolsmodule.c: product, combinations, combinations_with_replacement, permutations. Each keeps its last result and
// fills it again when nobody else holds it.

export const product_type = staticType()
export const combinations_type = staticType()
export const cwr_type = staticType()
export const permutations_type = staticType()

/** An array of n Py_ssize_t: its address, 0 with MemoryError set. */
function newIndices(n: number): number {
  const a = n > 0x07ffffff ? 0 : PyMem_Malloc(n * 8)
  if (a === 0) PyErr_NoMemory()
  return a
}
function get(indices: number, i: number): number {
  return i32[(indices + 8 * i) >> 2]
}
function set(indices: number, i: number, v: number): void {
  setssize(indices + 8 * i, v)
}

/** The tuple to fill: the last result if only this iterator holds it, else a copy of it that takes its place. Borrowed; NULL on error. */
function reusable(slot: number): Ref {
  const result = ptr(slot)
  if (Py_REFCNT(result) > 1) {
    const $new = _PyTuple_FromArray(PyTuple_ITEMS(result), PyTuple_GET_SIZE(result))
    if ($new === NULL) return NULL
    setptr(slot, $new)
    Py_DECREF(result)
    return $new
  }
  // a collection may have untracked it
  if (!_PyObject_GC_IS_TRACKED(result)) _PyObject_GC_TRACK(result)
  return result
}
function replaceItem(result: Ref, i: number, elem: Ref): void {
  const old = PyTuple_GET_ITEM(result, i)
  PyTuple_SET_ITEM(result, i, Py_NewRef(elem))
  Py_DECREF(old)
}
function stop(flag: number): Own {
  setint32(flag, 1)
  return NULL
}

/** The indices as a tuple of ints, owned. */
function indexTuple(indices: number, n: number): Own {
  const $t = PyTuple_New(n)
  if ($t === NULL) return NULL
  for (let i = 0; i < n; i++) {
    const $i = PyLong_FromLong(get(indices, i))
    if ($i === NULL) {
      Py_DECREF($t)
      return NULL
    }
    PyTuple_SET_ITEM($t, i, $i)
  }
  return $t
}
/** The pool's items at the first r indices, owned. */
function pick(pool: Ref, indices: number, r: number): Own {
  const $t = PyTuple_New(r)
  if ($t === NULL) return NULL
  for (let i = 0; i < r; i++) PyTuple_SET_ITEM($t, i, Py_NewRef(PyTuple_GET_ITEM(pool, get(indices, i))))
  return $t
}
/** An index out of a state tuple, clipped to lo … hi; null with the error set. */
function stateIndex(state: Ref, i: number, lo: number, hi: number): number | null {
  const index = PyLong_AsSsize_t(PyTuple_GET_ITEM(state, i))
  if (index < 0 && PyErr_Occurred()) return null
  return Math.max(lo, Math.min(index, hi))
}
function invalid(): Own {
  return PyErr_SetString(PyExc_ValueError, "invalid arguments")
}
function none(): Own {
  return Py_NewRef(Py_None)
}

// ---- product ----

const enum productobject {
  pools = 16,
  indices = 24,
  result = 32,
  stopped = 40,
  SIZE = 48,
}

const productParser = argParser("product", ["repeat"])

function product_new(type: Ref, args: Ref, kwds: Ref): Own {
  let repeat = 1
  if (kwds !== NULL) {
    const a = _PyArg_UnpackKeywords(0, 0, kwds, 0, productParser, 0, 1, 0)
    if (a === 0) return NULL
    if (ptr(a) !== 0) {
      repeat = ssizeArg(ptr(a))
      if (repeat === -1 && PyErr_Occurred()) return NULL
    }
    if (repeat < 0) return PyErr_SetString(PyExc_ValueError, "repeat argument cannot be negative")
  }
  const nargs = repeat === 0 ? 0 : PyTuple_GET_SIZE(args)
  const npools = nargs * repeat
  if (npools > 1152921504606846975) return PyErr_SetString(PyExc_OverflowError, "repeat argument too large")
  const indices = newIndices(npools)
  if (indices === 0) return NULL
  const $pools = PyTuple_New(npools)
  for (let i = 0; $pools !== NULL && i < npools; i++) {
    const $pool = i < nargs ? PySequence_Tuple(PyTuple_GET_ITEM(args, i)) : Py_NewRef(PyTuple_GET_ITEM($pools, i - nargs))
    if ($pool === NULL) return product_failed(indices, $pools)
    PyTuple_SET_ITEM($pools, i, $pool)
    set(indices, i, 0)
  }
  const $lz = $pools === NULL ? NULL : alloc(type)
  if ($lz === NULL) return product_failed(indices, $pools)
  setptr($lz + productobject.pools, $pools)
  setptr($lz + productobject.indices, indices)
  return $lz
}
function product_failed(indices: number, $pools: Own): Own {
  PyMem_Free(indices)
  Py_XDECREF($pools)
  return NULL
}

function product_next(lz: Ref): Own {
  const pools = ptr(lz + productobject.pools)
  const n = PyTuple_GET_SIZE(pools)
  const stopped = lz + productobject.stopped
  if (int32(stopped)) return NULL
  let result = ptr(lz + productobject.result)
  if (result === 0) {
    result = PyTuple_New(n)
    if (result === 0) return stop(stopped)
    setptr(lz + productobject.result, result)
    for (let i = 0; i < n; i++) {
      const pool = PyTuple_GET_ITEM(pools, i)
      if (PyTuple_GET_SIZE(pool) === 0) return stop(stopped)
      PyTuple_SET_ITEM(result, i, Py_NewRef(PyTuple_GET_ITEM(pool, 0)))
    }
    return Py_NewRef(result)
  }
  const indices = ptr(lz + productobject.indices)
  result = reusable(lz + productobject.result)
  if (result === 0) return stop(stopped)
  for (let i = n - 1; i >= 0; i--) {
    const pool = PyTuple_GET_ITEM(pools, i)
    const index = get(indices, i) + 1
    if (index === PyTuple_GET_SIZE(pool)) {
      // this wheel rolls over: go on with the one before it
      set(indices, i, 0)
      replaceItem(result, i, PyTuple_GET_ITEM(pool, 0))
    } else {
      set(indices, i, index)
      replaceItem(result, i, PyTuple_GET_ITEM(pool, index))
      return Py_NewRef(result)
    }
  }
  return stop(stopped)
}

function product_reduce(lz: Ref): Own {
  const $type = Py_NewRef(Py_TYPE(lz))
  const pools = ptr(lz + productobject.pools)
  if (int32(lz + productobject.stopped)) return buildTuple($type, PyTuple_Pack1(EMPTY_TUPLE))
  if (ptr(lz + productobject.result) === 0) return buildTuple($type, Py_NewRef(pools))
  return buildTuple($type, Py_NewRef(pools), indexTuple(ptr(lz + productobject.indices), PyTuple_GET_SIZE(pools)))
}

function product_setstate(lz: Ref, state: Ref): Own {
  const pools = ptr(lz + productobject.pools)
  const n = PyTuple_GET_SIZE(pools)
  if (!PyTuple_Check(state) || PyTuple_GET_SIZE(state) !== n) return invalid()
  const indices = ptr(lz + productobject.indices)
  for (let i = 0; i < n; i++) {
    const size = PyTuple_GET_SIZE(PyTuple_GET_ITEM(pools, i))
    const index = stateIndex(state, i, 0, size - 1)
    if (index === null) return NULL
    if (size === 0) {
      setint32(lz + productobject.stopped, 1)
      return none()
    }
    set(indices, i, index)
  }
  const $result = PyTuple_New(n)
  if ($result === NULL) return NULL
  for (let i = 0; i < n; i++) PyTuple_SET_ITEM($result, i, Py_NewRef(PyTuple_GET_ITEM(PyTuple_GET_ITEM(pools, i), get(indices, i))))
  Py_XSETREF(lz + productobject.result, $result)
  return none()
}

function product_sizeof(lz: Ref): Own {
  return PyLong_FromLong(_PyObject_SIZE(Py_TYPE(lz)) + PyTuple_GET_SIZE(ptr(lz + productobject.pools)) * 8)
}

defineIterator(product_type, {
  name: "itertools.product",
  size: productobject.SIZE,
  doc: "product(*iterables, repeat=1) --> product object\n\nThe Cartesian product: all tuples of one item of each iterable; the last changes fastest.",
  fields: [productobject.pools, productobject.result],
  blocks: [productobject.indices],
  next: product_next,
  new: product_new,
  methods: [
    ["__reduce__", product_reduce, METH.NOARGS, REDUCE_DOC],
    ["__setstate__", product_setstate, METH.O, SETSTATE_DOC],
    ["__sizeof__", product_sizeof, METH.NOARGS, SIZEOF_DOC],
  ],
})

// ---- combinations, combinations_with_replacement ----

const enum combinationsobject {
  pool = 16,
  indices = 24,
  result = 32,
  r = 40,
  stopped = 48,
  SIZE = 56,
}

const combinationsParser = argParser("combinations", ["iterable", "r"])
const cwrParser = argParser("combinations_with_replacement", ["iterable", "r"])

function newCombinations(type: Ref, args: Ref, kwargs: Ref, replacement: boolean): Own {
  const a = _PyArg_UnpackKeywordsTuple(args, kwargs, replacement ? cwrParser : combinationsParser, 2, 2, 0)
  if (a === 0) return NULL
  const iterable = ptr(a)
  const r = ssizeArg(ptr(a + 8))
  if (r === -1 && PyErr_Occurred()) return NULL
  const $pool = PySequence_Tuple(iterable)
  if ($pool === NULL) return NULL
  const n = PyTuple_GET_SIZE($pool)
  let indices = 0
  if (r < 0) PyErr_SetString(PyExc_ValueError, "r must be non-negative")
  else indices = newIndices(r)
  if (indices !== 0) for (let i = 0; i < r; i++) set(indices, i, replacement ? 0 : i)
  const $co = indices === 0 ? NULL : alloc(type)
  if ($co === NULL) {
    if (indices !== 0) PyMem_Free(indices)
    Py_DECREF($pool)
    return NULL
  }
  setptr($co + combinationsobject.pool, $pool)
  setptr($co + combinationsobject.indices, indices)
  setssize($co + combinationsobject.r, r)
  setint32($co + combinationsobject.stopped, (replacement ? n === 0 && r > 0 : r > n) ? 1 : 0)
  return $co
}
function itertools_combinations(type: Ref, args: Ref, kwargs: Ref): Own {
  return newCombinations(type, args, kwargs, false)
}
function itertools_cwr(type: Ref, args: Ref, kwargs: Ref): Own {
  return newCombinations(type, args, kwargs, true)
}

function combinations_first(co: Ref): Own {
  const $result = pick(ptr(co + combinationsobject.pool), ptr(co + combinationsobject.indices), ssize(co + combinationsobject.r))
  if ($result === NULL) return stop(co + combinationsobject.stopped)
  setptr(co + combinationsobject.result, $result)
  return Py_NewRef($result)
}

function combinations_next(co: Ref): Own {
  if (int32(co + combinationsobject.stopped)) return NULL
  if (ptr(co + combinationsobject.result) === 0) return combinations_first(co)
  const pool = ptr(co + combinationsobject.pool)
  const indices = ptr(co + combinationsobject.indices)
  const n = PyTuple_GET_SIZE(pool)
  const r = ssize(co + combinationsobject.r)
  const result = reusable(co + combinationsobject.result)
  if (result === 0) return stop(co + combinationsobject.stopped)
  // the rightmost index that is not at its end moves on, and those behind it start right after it
  let i = r - 1
  while (i >= 0 && get(indices, i) === i + n - r) i--
  if (i < 0) return stop(co + combinationsobject.stopped)
  set(indices, i, get(indices, i) + 1)
  for (let j = i + 1; j < r; j++) set(indices, j, get(indices, j - 1) + 1)
  for (; i < r; i++) replaceItem(result, i, PyTuple_GET_ITEM(pool, get(indices, i)))
  return Py_NewRef(result)
}

function cwr_next(co: Ref): Own {
  if (int32(co + combinationsobject.stopped)) return NULL
  if (ptr(co + combinationsobject.result) === 0) return combinations_first(co)
  const pool = ptr(co + combinationsobject.pool)
  const indices = ptr(co + combinationsobject.indices)
  const n = PyTuple_GET_SIZE(pool)
  const r = ssize(co + combinationsobject.r)
  const result = reusable(co + combinationsobject.result)
  if (result === 0) return stop(co + combinationsobject.stopped)
  let i = r - 1
  while (i >= 0 && get(indices, i) === n - 1) i--
  if (i < 0) return stop(co + combinationsobject.stopped)
  const index = get(indices, i) + 1
  const elem = PyTuple_GET_ITEM(pool, index)
  for (; i < r; i++) {
    set(indices, i, index)
    replaceItem(result, i, elem)
  }
  return Py_NewRef(result)
}

function combinations_reduce(lz: Ref): Own {
  const $type = Py_NewRef(Py_TYPE(lz))
  const pool = ptr(lz + combinationsobject.pool)
  const r = ssize(lz + combinationsobject.r)
  if (ptr(lz + combinationsobject.result) === 0) return buildTuple($type, buildTuple(Py_NewRef(pool), PyLong_FromLong(r)))
  if (int32(lz + combinationsobject.stopped)) return buildTuple($type, buildTuple(Py_NewRef(EMPTY_TUPLE), PyLong_FromLong(r)))
  return buildTuple($type, buildTuple(Py_NewRef(pool), PyLong_FromLong(r)), indexTuple(ptr(lz + combinationsobject.indices), r))
}

function setCombinationsState(lz: Ref, state: Ref, replacement: boolean): Own {
  const pool = ptr(lz + combinationsobject.pool)
  const n = PyTuple_GET_SIZE(pool)
  const r = ssize(lz + combinationsobject.r)
  const indices = ptr(lz + combinationsobject.indices)
  if (!PyTuple_Check(state) || PyTuple_GET_SIZE(state) !== r) return invalid()
  for (let i = 0; i < r; i++) {
    const index = stateIndex(state, i, 0, replacement ? n - 1 : i + n - r)
    if (index === null) return NULL
    set(indices, i, index)
  }
  const $result = pick(pool, indices, r)
  if ($result === NULL) return NULL
  Py_XSETREF(lz + combinationsobject.result, $result)
  return none()
}
function combinations_setstate(lz: Ref, state: Ref): Own {
  return setCombinationsState(lz, state, false)
}
function cwr_setstate(lz: Ref, state: Ref): Own {
  return setCombinationsState(lz, state, true)
}
function combinations_sizeof(co: Ref): Own {
  return PyLong_FromLong(_PyObject_SIZE(Py_TYPE(co)) + ssize(co + combinationsobject.r) * 8)
}

const COMBINATION_FIELDS = {
  size: combinationsobject.SIZE,
  fields: [combinationsobject.pool, combinationsobject.result],
  blocks: [combinationsobject.indices],
}

defineIterator(combinations_type, {
  name: "itertools.combinations",
  ...COMBINATION_FIELDS,
  doc: "(iterable, r)\n--\n\nAll ways to choose r of the items, each in their order.\n\ncombinations(range(4), 3) --> (0,1,2), (0,1,3), (0,2,3), (1,2,3)",
  next: combinations_next,
  new: itertools_combinations,
  methods: [
    ["__reduce__", combinations_reduce, METH.NOARGS, REDUCE_DOC],
    ["__setstate__", combinations_setstate, METH.O, SETSTATE_DOC],
    ["__sizeof__", combinations_sizeof, METH.NOARGS, SIZEOF_DOC],
  ],
})
defineIterator(cwr_type, {
  name: "itertools.combinations_with_replacement",
  ...COMBINATION_FIELDS,
  doc: "(iterable, r)\n--\n\nAll ways to choose r items, the same ones more than once too.\n\ncombinations_with_replacement('ABC', 2) --> ('A','A'), ('A','B'), ('A','C'), ('B','B'), ('B','C'), ('C','C')",
  next: cwr_next,
  new: itertools_cwr,
  methods: [
    ["__reduce__", combinations_reduce, METH.NOARGS, REDUCE_DOC],
    ["__setstate__", cwr_setstate, METH.O, SETSTATE_DOC],
    ["__sizeof__", combinations_sizeof, METH.NOARGS, SIZEOF_DOC],
  ],
})

// ---- permutations ----

const enum permutationsobject {
  pool = 16,
  indices = 24,
  cycles = 32,
  result = 40,
  r = 48,
  stopped = 56,
  SIZE = 64,
}

const permutationsParser = argParser("permutations", ["iterable", "r"])

function itertools_permutations(type: Ref, args: Ref, kwargs: Ref): Own {
  const a = _PyArg_UnpackKeywordsTuple(args, kwargs, permutationsParser, 1, 2, 0)
  if (a === 0) return NULL
  const robj = ptr(a + 8) || Py_None
  const $pool = PySequence_Tuple(ptr(a))
  if ($pool === NULL) return NULL
  const n = PyTuple_GET_SIZE($pool)
  let r = n
  let ok = true
  if (robj !== Py_None) {
    if (!PyLong_Check(robj)) {
      PyErr_SetString(PyExc_TypeError, "Expected int as r")
      ok = false
    } else {
      r = PyLong_AsSsize_t(robj)
      if (r === -1 && PyErr_Occurred()) ok = false
    }
  }
  if (ok && r < 0) {
    PyErr_SetString(PyExc_ValueError, "r must be non-negative")
    ok = false
  }
  const indices = ok ? newIndices(n) : 0
  const cycles = indices !== 0 ? newIndices(r) : 0
  if (cycles !== 0) {
    for (let i = 0; i < n; i++) set(indices, i, i)
    for (let i = 0; i < r; i++) set(cycles, i, n - i)
  }
  const $po = cycles === 0 ? NULL : alloc(type)
  if ($po === NULL) {
    if (indices !== 0) PyMem_Free(indices)
    if (cycles !== 0) PyMem_Free(cycles)
    Py_DECREF($pool)
    return NULL
  }
  setptr($po + permutationsobject.pool, $pool)
  setptr($po + permutationsobject.indices, indices)
  setptr($po + permutationsobject.cycles, cycles)
  setssize($po + permutationsobject.r, r)
  setint32($po + permutationsobject.stopped, r > n ? 1 : 0)
  return $po
}

function permutations_next(po: Ref): Own {
  const stopped = po + permutationsobject.stopped
  if (int32(stopped)) return NULL
  const pool = ptr(po + permutationsobject.pool)
  const indices = ptr(po + permutationsobject.indices)
  const cycles = ptr(po + permutationsobject.cycles)
  const n = PyTuple_GET_SIZE(pool)
  const r = ssize(po + permutationsobject.r)
  if (ptr(po + permutationsobject.result) === 0) {
    const $result = pick(pool, indices, r)
    if ($result === NULL) return stop(stopped)
    setptr(po + permutationsobject.result, $result)
    return Py_NewRef($result)
  }
  if (n === 0) return stop(stopped)
  const result = reusable(po + permutationsobject.result)
  if (result === 0) return stop(stopped)
  for (let i = r - 1; i >= 0; i--) {
    const cycle = get(cycles, i) - 1
    set(cycles, i, cycle)
    if (cycle === 0) {
      // all choices for this place are done: rotate them back
      const index = get(indices, i)
      for (let j = i; j < n - 1; j++) set(indices, j, get(indices, j + 1))
      set(indices, n - 1, index)
      set(cycles, i, n - i)
    } else {
      const index = get(indices, i)
      set(indices, i, get(indices, n - cycle))
      set(indices, n - cycle, index)
      for (let k = i; k < r; k++) replaceItem(result, k, PyTuple_GET_ITEM(pool, get(indices, k)))
      return Py_NewRef(result)
    }
  }
  return stop(stopped)
}

function permutations_reduce(po: Ref): Own {
  const $type = Py_NewRef(Py_TYPE(po))
  const pool = ptr(po + permutationsobject.pool)
  const r = ssize(po + permutationsobject.r)
  if (ptr(po + permutationsobject.result) === 0) return buildTuple($type, buildTuple(Py_NewRef(pool), PyLong_FromLong(r)))
  if (int32(po + permutationsobject.stopped)) return buildTuple($type, buildTuple(Py_NewRef(EMPTY_TUPLE), PyLong_FromLong(r)))
  return buildTuple(
    $type,
    buildTuple(Py_NewRef(pool), PyLong_FromLong(r)),
    buildTuple(
      indexTuple(ptr(po + permutationsobject.indices), PyTuple_GET_SIZE(pool)),
      indexTuple(ptr(po + permutationsobject.cycles), r),
    ),
  )
}

function permutations_setstate(po: Ref, state: Ref): Own {
  if (!stateIsTuple(state)) return NULL
  const a = PyArg_ParseTuple(state, "O!O!", { types: [PyTuple_Type, PyTuple_Type] })
  if (a === 0) return NULL
  const indices = ptr(a)
  const cycles = ptr(a + 8)
  const pool = ptr(po + permutationsobject.pool)
  const n = PyTuple_GET_SIZE(pool)
  const r = ssize(po + permutationsobject.r)
  if (PyTuple_GET_SIZE(indices) !== n || PyTuple_GET_SIZE(cycles) !== r) return invalid()
  for (let i = 0; i < n; i++) {
    const index = stateIndex(indices, i, 0, n - 1)
    if (index === null) return NULL
    set(ptr(po + permutationsobject.indices), i, index)
  }
  for (let i = 0; i < r; i++) {
    const index = stateIndex(cycles, i, 1, n - i)
    if (index === null) return NULL
    set(ptr(po + permutationsobject.cycles), i, index)
  }
  const $result = pick(pool, ptr(po + permutationsobject.indices), r)
  if ($result === NULL) return NULL
  Py_XSETREF(po + permutationsobject.result, $result)
  return none()
}

function permutations_sizeof(po: Ref): Own {
  const n = PyTuple_GET_SIZE(ptr(po + permutationsobject.pool))
  return PyLong_FromLong(_PyObject_SIZE(Py_TYPE(po)) + n * 8 + ssize(po + permutationsobject.r) * 8)
}

defineIterator(permutations_type, {
  name: "itertools.permutations",
  size: permutationsobject.SIZE,
  doc: "(iterable, r=None)\n--\n\nAll orders of r of the items (of all).\n\npermutations(range(3), 2) --> (0,1), (0,2), (1,0), (1,2), (2,0), (2,1)",
  fields: [permutationsobject.pool, permutationsobject.result],
  blocks: [permutationsobject.indices, permutationsobject.cycles],
  next: permutations_next,
  new: itertools_permutations,
  methods: [
    ["__reduce__", permutations_reduce, METH.NOARGS, REDUCE_DOC],
    ["__setstate__", permutations_setstate, METH.O, SETSTATE_DOC],
    ["__sizeof__", permutations_sizeof, METH.NOARGS, SIZEOF_DOC],
  ],
})
