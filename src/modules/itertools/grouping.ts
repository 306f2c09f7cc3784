import { _PyObject_GC_New, PyObject_GC_Del, PyObject_GC_Track, PyObject_GC_UnTrack } from "../../gc/gcmodule.ts"
import { int32, ptr, setint32, setptr, setssize, ssize } from "../../heap/access.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_CLEAR, Py_DECREF, Py_IS_TYPE, Py_NewRef, Py_REFCNT, Py_TYPE, Py_XDECREF, Py_XSETREF } from "../../heap/refcount.ts"
import { ID, staticType } from "../../heap/statics.ts"
import { PyIter_Next, PyObject_GetIter } from "../../objects/abstract.ts"
import { PyBool_FromLong } from "../../objects/boolobject.ts"
import { PyObject_CallMethodOneArg, PyObject_CallNoArgs, PyObject_CallOneArg } from "../../objects/call.ts"
import { defineType } from "../../objects/define.ts"
import { PyErr_Occurred, PyErr_SetString } from "../../objects/errors.ts"
import {
  _PyArg_BadArgument,
  _PyArg_CheckPositional,
  _PyArg_UnpackKeywordsTuple,
  argParser,
  PyArg_ParseTuple,
} from "../../objects/getargs.ts"
import { PyList_Append, PyList_Check, PyList_GET_ITEM, PyList_GET_SIZE, PyList_New, PyList_SET_ITEM } from "../../objects/listobject.ts"
import { PyLong_FromLong } from "../../objects/longobject.ts"
import {
  _PyObject_LookupAttr,
  PyObject_GenericGetAttr,
  PyObject_GetAttr,
  PyObject_RichCompareBool,
  PyObject_SelfIter,
} from "../../objects/object.ts"
import { METH, Py, TPFLAGS, type visitproc } from "../../objects/slots.ts"
import { ssizeArg } from "../../objects/ssizearg.ts"
import { EMPTY_TUPLE, Py_None, PyExc_RuntimeError, PyExc_ValueError, PyList_Type } from "../../objects/statictypes.ts"
import {
  buildTuple,
  PyTuple_GET_ITEM,
  PyTuple_GET_SIZE,
  PyTuple_New,
  PyTuple_Pack1,
  PyTuple_Pack2,
  PyTuple_Pack3,
  PyTuple_SET_ITEM,
} from "../../objects/tupleobject.ts"
import { PyType_IsSubtype } from "../../objects/typeobject.ts"
import { upcalls } from "../../objects/upcalls.ts"
import { PyObject_ClearWeakRefs } from "../../objects/weakrefobject.ts"
import { alloc, defineIterator, iternext, noKeywords, REDUCE_DOC, SETSTATE_DOC, stateIsTuple } from "./support.ts"

// Modules/itertoolsmodule.c: pairwise, groupby, tee, cycle: iterators that keep what they have read.

export const pairwise_type = staticType()
export const groupby_type = staticType()
export const _grouper_type = staticType()
export const teedataobject_type = staticType()
export const tee_type = staticType()
export const cycle_type = staticType()

const ID_iter = ID("iter")
const ID___copy__ = ID("__copy__")
const ID___setstate__ = ID("__setstate__")

// ---- pairwise ----

const enum pairwiseobject {
  it = 16,
  old = 24,
  SIZE = 32,
}

function pairwise_new(type: Ref, args: Ref, kwargs: Ref): Own {
  if (!noKeywords(type, pairwise_type, "pairwise", kwargs) || !_PyArg_CheckPositional("pairwise", PyTuple_GET_SIZE(args), 1, 1)) return NULL
  const $it = PyObject_GetIter(PyTuple_GET_ITEM(args, 0))
  if ($it === NULL) return NULL
  const $po = alloc(type)
  if ($po === NULL) {
    Py_DECREF($it)
    return NULL
  }
  setptr($po + pairwiseobject.it, $it)
  return $po
}

function pairwise_next(po: Ref): Own {
  let it = ptr(po + pairwiseobject.it)
  let old = ptr(po + pairwiseobject.old)
  if (it === 0) return NULL
  if (old === 0) {
    old = iternext(it)
    Py_XSETREF(po + pairwiseobject.old, old)
    if (old === 0) {
      Py_CLEAR(po + pairwiseobject.it)
      return NULL
    }
    // the call may have run this iterator to its end
    it = ptr(po + pairwiseobject.it)
    if (it === 0) {
      Py_CLEAR(po + pairwiseobject.old)
      return NULL
    }
  }
  const $old = Py_NewRef(old)
  const $new = iternext(it)
  if ($new === NULL) {
    Py_CLEAR(po + pairwiseobject.it)
    Py_CLEAR(po + pairwiseobject.old)
    Py_DECREF($old)
    return NULL
  }
  const $result = PyTuple_Pack2($old, $new)
  Py_XSETREF(po + pairwiseobject.old, $new)
  Py_DECREF($old)
  return $result
}

defineIterator(pairwise_type, {
  name: "itertools.pairwise",
  size: pairwiseobject.SIZE,
  doc: "(iterable, /)\n--\n\nSuccessive overlapping pairs of the iterable's items.\n\ns -> (s0,s1), (s1,s2), (s2, s3), ...",
  fields: [pairwiseobject.it, pairwiseobject.old],
  next: pairwise_next,
  new: pairwise_new,
})

// ---- groupby ----

const enum groupbyobject {
  it = 16,
  keyfunc = 24,
  tgtkey = 32,
  currkey = 40,
  currvalue = 48,
  /** Borrowed, only compared: the grouper that may still advance. */
  currgrouper = 56,
  SIZE = 64,
}
const enum _grouperobject {
  parent = 16,
  tgtkey = 24,
  SIZE = 32,
}

const groupbyParser = argParser("groupby", ["iterable", "key"])

function itertools_groupby(type: Ref, args: Ref, kwargs: Ref): Own {
  const a = _PyArg_UnpackKeywordsTuple(args, kwargs, groupbyParser, 1, 2, 0)
  if (a === 0) return NULL
  const it = ptr(a)
  const keyfunc = ptr(a + 8) || Py_None
  const $gbo = alloc(type)
  if ($gbo === NULL) return NULL
  setptr($gbo + groupbyobject.keyfunc, Py_NewRef(keyfunc))
  const $it = PyObject_GetIter(it)
  setptr($gbo + groupbyobject.it, $it)
  if ($it === NULL) {
    Py_DECREF($gbo)
    return NULL
  }
  return $gbo
}

/** Read one item and its key: 0, or -1 at the end or with the error set. */
function groupby_step(gbo: Ref): number {
  const $value = PyIter_Next(ptr(gbo + groupbyobject.it))
  if ($value === NULL) return -1
  const keyfunc = ptr(gbo + groupbyobject.keyfunc)
  const $key = keyfunc === Py_None ? Py_NewRef($value) : PyObject_CallOneArg(keyfunc, $value)
  if ($key === NULL) {
    Py_DECREF($value)
    return -1
  }
  const old = ptr(gbo + groupbyobject.currvalue)
  setptr(gbo + groupbyobject.currvalue, $value)
  Py_XSETREF(gbo + groupbyobject.currkey, $key)
  Py_XDECREF(old)
  return 0
}

function groupby_next(gbo: Ref): Own {
  setptr(gbo + groupbyobject.currgrouper, 0)
  // skip to the next group
  for (;;) {
    const currkey = ptr(gbo + groupbyobject.currkey)
    if (currkey !== 0) {
      const tgtkey = ptr(gbo + groupbyobject.tgtkey)
      if (tgtkey === 0) break
      const cmp = PyObject_RichCompareBool(tgtkey, currkey, Py.EQ)
      if (cmp === -1) return NULL
      if (cmp === 0) break
    }
    if (groupby_step(gbo) < 0) return NULL
  }
  Py_XSETREF(gbo + groupbyobject.tgtkey, Py_NewRef(ptr(gbo + groupbyobject.currkey)))
  const $grouper = _grouper_create(gbo, ptr(gbo + groupbyobject.tgtkey))
  if ($grouper === NULL) return NULL
  const $r = PyTuple_Pack2(ptr(gbo + groupbyobject.currkey), $grouper)
  Py_DECREF($grouper)
  return $r
}

function groupby_reduce(lz: Ref): Own {
  const $type = Py_NewRef(Py_TYPE(lz))
  const $args = PyTuple_Pack2(ptr(lz + groupbyobject.it), ptr(lz + groupbyobject.keyfunc))
  const tgtkey = ptr(lz + groupbyobject.tgtkey)
  const currkey = ptr(lz + groupbyobject.currkey)
  const currvalue = ptr(lz + groupbyobject.currvalue)
  if (tgtkey && currkey && currvalue) return buildTuple($type, $args, PyTuple_Pack3(currkey, currvalue, tgtkey))
  return buildTuple($type, $args)
}

function groupby_setstate(lz: Ref, state: Ref): Own {
  if (!stateIsTuple(state) || !PyArg_ParseTuple(state, "OOO")) return NULL
  Py_XSETREF(lz + groupbyobject.currkey, Py_NewRef(PyTuple_GET_ITEM(state, 0)))
  Py_XSETREF(lz + groupbyobject.currvalue, Py_NewRef(PyTuple_GET_ITEM(state, 1)))
  Py_XSETREF(lz + groupbyobject.tgtkey, Py_NewRef(PyTuple_GET_ITEM(state, 2)))
  return Py_NewRef(Py_None)
}

defineIterator(groupby_type, {
  name: "itertools.groupby",
  size: groupbyobject.SIZE,
  doc: "(iterable, key=None)\n--\n\nConsecutive keys with the iterator over their group.",
  fields: [groupbyobject.it, groupbyobject.keyfunc, groupbyobject.tgtkey, groupbyobject.currkey, groupbyobject.currvalue],
  next: groupby_next,
  new: itertools_groupby,
  methods: [
    ["__reduce__", groupby_reduce, METH.NOARGS, REDUCE_DOC],
    ["__setstate__", groupby_setstate, METH.O, SETSTATE_DOC],
  ],
})

function itertools__grouper(type: Ref, args: Ref, kwargs: Ref): Own {
  if (!noKeywords(type, _grouper_type, "_grouper", kwargs) || !_PyArg_CheckPositional("_grouper", PyTuple_GET_SIZE(args), 2, 2)) return NULL
  const parent = PyTuple_GET_ITEM(args, 0)
  if (!Py_IS_TYPE(parent, groupby_type) && !PyType_IsSubtype(Py_TYPE(parent), groupby_type)) {
    _PyArg_BadArgument("_grouper", "argument 1", "itertools.groupby", parent)
    return NULL
  }
  return _grouper_create(parent, PyTuple_GET_ITEM(args, 1))
}

function _grouper_create(parent: Ref, tgtkey: Ref): Own {
  const $igo = _PyObject_GC_New(_grouper_type)
  if ($igo === NULL) return NULL
  setptr($igo + _grouperobject.parent, Py_NewRef(parent))
  setptr($igo + _grouperobject.tgtkey, Py_NewRef(tgtkey))
  setptr(parent + groupbyobject.currgrouper, $igo)
  PyObject_GC_Track($igo)
  return $igo
}

function _grouper_dealloc(igo: Ref): void {
  PyObject_GC_UnTrack(igo)
  Py_DECREF(ptr(igo + _grouperobject.parent))
  Py_DECREF(ptr(igo + _grouperobject.tgtkey))
  PyObject_GC_Del(igo)
}

function _grouper_traverse(igo: Ref, visit: visitproc, arg: number): number {
  return visit(ptr(igo + _grouperobject.parent), arg) || visit(ptr(igo + _grouperobject.tgtkey), arg)
}

function _grouper_next(igo: Ref): Own {
  const gbo = ptr(igo + _grouperobject.parent)
  if (ptr(gbo + groupbyobject.currgrouper) !== igo) return NULL
  if (ptr(gbo + groupbyobject.currvalue) === 0 && groupby_step(gbo) < 0) return NULL
  if (PyObject_RichCompareBool(ptr(igo + _grouperobject.tgtkey), ptr(gbo + groupbyobject.currkey), Py.EQ) <= 0) return NULL
  const $r = ptr(gbo + groupbyobject.currvalue) as Own
  setptr(gbo + groupbyobject.currvalue, 0)
  Py_CLEAR(gbo + groupbyobject.currkey)
  return $r
}

function _grouper_reduce(lz: Ref): Own {
  const parent = ptr(lz + _grouperobject.parent)
  if (ptr(parent + groupbyobject.currgrouper) !== lz) return buildTuple(upcalls.getBuiltin(ID_iter), PyTuple_Pack1(EMPTY_TUPLE))
  return buildTuple(Py_NewRef(Py_TYPE(lz)), PyTuple_Pack2(parent, ptr(lz + _grouperobject.tgtkey)))
}

defineType(_grouper_type, {
  name: "itertools._grouper",
  basicsize: _grouperobject.SIZE,
  flags: TPFLAGS.DEFAULT | TPFLAGS.HAVE_GC,
  dealloc: _grouper_dealloc,
  getattro: PyObject_GenericGetAttr,
  traverse: _grouper_traverse,
  iter: PyObject_SelfIter,
  iternext: _grouper_next,
  methods: [["__reduce__", _grouper_reduce, METH.NOARGS, REDUCE_DOC]],
  new: itertools__grouper,
  free: PyObject_GC_Del,
})

// ---- tee: a linked list of blocks of 57 items, read by any number of iterators ----

const LINKCELLS = 57

const enum teedataobject {
  it = 16,
  numread = 24,
  running = 28,
  nextlink = 32,
  values = 40,
  SIZE = 496,
}
const enum teeobject {
  dataobj = 16,
  index = 24,
  weakreflist = 32,
  SIZE = 40,
}

function teedataobject_newinternal(it: Ref): Own {
  const $tdo = _PyObject_GC_New(teedataobject_type)
  if ($tdo === NULL) return NULL
  setint32($tdo + teedataobject.running, 0)
  setint32($tdo + teedataobject.numread, 0)
  setptr($tdo + teedataobject.nextlink, 0)
  setptr($tdo + teedataobject.it, Py_NewRef(it))
  PyObject_GC_Track($tdo)
  return $tdo
}

/** The next block (owned), made now if it is not there yet. */
function teedataobject_jumplink(tdo: Ref): Own {
  if (ptr(tdo + teedataobject.nextlink) === 0) {
    setptr(tdo + teedataobject.nextlink, teedataobject_newinternal(ptr(tdo + teedataobject.it)))
  }
  const next = ptr(tdo + teedataobject.nextlink)
  return next === 0 ? NULL : Py_NewRef(next)
}

function teedataobject_getitem(tdo: Ref, i: number): Own {
  const cell = tdo + teedataobject.values + 8 * i
  if (i < int32(tdo + teedataobject.numread)) return Py_NewRef(ptr(cell))
  if (int32(tdo + teedataobject.running)) return PyErr_SetString(PyExc_RuntimeError, "cannot re-enter the tee iterator")
  setint32(tdo + teedataobject.running, 1)
  const $value = PyIter_Next(ptr(tdo + teedataobject.it))
  setint32(tdo + teedataobject.running, 0)
  if ($value === NULL) return NULL
  setint32(tdo + teedataobject.numread, int32(tdo + teedataobject.numread) + 1)
  setptr(cell, $value)
  return Py_NewRef($value)
}

function teedataobject_traverse(tdo: Ref, visit: visitproc, arg: number): number {
  const it = ptr(tdo + teedataobject.it)
  let r = it ? visit(it, arg) : 0
  const n = int32(tdo + teedataobject.numread)
  for (let i = 0; !r && i < n; i++) {
    const v = ptr(tdo + teedataobject.values + 8 * i)
    if (v) r = visit(v, arg)
  }
  const next = ptr(tdo + teedataobject.nextlink)
  return r || !next ? r : visit(next, arg)
}

/** Release a chain of blocks without recursion. */
function teedataobject_safe_decref(obj: Ref): void {
  while (obj && Py_IS_TYPE(obj, teedataobject_type) && Py_REFCNT(obj) === 1) {
    const next = ptr(obj + teedataobject.nextlink)
    setptr(obj + teedataobject.nextlink, 0)
    Py_DECREF(obj)
    obj = next
  }
  Py_XDECREF(obj)
}

function teedataobject_clear(tdo: Ref): number {
  Py_CLEAR(tdo + teedataobject.it)
  for (let i = 0; i < int32(tdo + teedataobject.numread); i++) Py_CLEAR(tdo + teedataobject.values + 8 * i)
  const next = ptr(tdo + teedataobject.nextlink)
  setptr(tdo + teedataobject.nextlink, 0)
  teedataobject_safe_decref(next)
  return 0
}

function teedataobject_dealloc(tdo: Ref): void {
  PyObject_GC_UnTrack(tdo)
  teedataobject_clear(tdo)
  PyObject_GC_Del(tdo)
}

function teedataobject_reduce(tdo: Ref): Own {
  const n = int32(tdo + teedataobject.numread)
  const $values = PyList_New(n)
  if ($values === NULL) return NULL
  for (let i = 0; i < n; i++) PyList_SET_ITEM($values, i, Py_NewRef(ptr(tdo + teedataobject.values + 8 * i)))
  const next = ptr(tdo + teedataobject.nextlink) || Py_None
  return buildTuple(Py_NewRef(Py_TYPE(tdo)), buildTuple(Py_NewRef(ptr(tdo + teedataobject.it)), $values, Py_NewRef(next)))
}

function itertools_teedataobject(type: Ref, args: Ref, kwargs: Ref): Own {
  if (!noKeywords(type, teedataobject_type, "teedataobject", kwargs)) return NULL
  if (!_PyArg_CheckPositional("teedataobject", PyTuple_GET_SIZE(args), 3, 3)) return NULL
  const values = PyTuple_GET_ITEM(args, 1)
  const next = PyTuple_GET_ITEM(args, 2)
  if (!PyList_Check(values)) {
    _PyArg_BadArgument("teedataobject", "argument 2", "list", values)
    return NULL
  }
  const $tdo = teedataobject_newinternal(PyTuple_GET_ITEM(args, 0))
  if ($tdo === NULL) return NULL
  const len = PyList_GET_SIZE(values)
  const ok = len <= LINKCELLS && (next === Py_None || (len === LINKCELLS && Py_IS_TYPE(next, teedataobject_type)))
  if (!ok) {
    Py_DECREF($tdo)
    return PyErr_SetString(PyExc_ValueError, "Invalid arguments")
  }
  for (let i = 0; i < len; i++) setptr($tdo + teedataobject.values + 8 * i, Py_NewRef(PyList_GET_ITEM(values, i)))
  setint32($tdo + teedataobject.numread, len)
  if (next !== Py_None) setptr($tdo + teedataobject.nextlink, Py_NewRef(next))
  return $tdo
}

defineType(teedataobject_type, {
  name: "itertools._tee_dataobject",
  basicsize: teedataobject.SIZE,
  flags: TPFLAGS.DEFAULT | TPFLAGS.HAVE_GC,
  doc: "teedataobject(iterable, values, next, /)\n--\n\nData container common to multiple tee objects.",
  dealloc: teedataobject_dealloc,
  getattro: PyObject_GenericGetAttr,
  traverse: teedataobject_traverse,
  clear: teedataobject_clear,
  methods: [["__reduce__", teedataobject_reduce, METH.NOARGS, REDUCE_DOC]],
  new: itertools_teedataobject,
  free: PyObject_GC_Del,
})

function tee_next(to: Ref): Own {
  if (int32(to + teeobject.index) >= LINKCELLS) {
    const $link = teedataobject_jumplink(ptr(to + teeobject.dataobj))
    if ($link === NULL) return NULL
    Py_XSETREF(to + teeobject.dataobj, $link)
    setint32(to + teeobject.index, 0)
  }
  const $value = teedataobject_getitem(ptr(to + teeobject.dataobj), int32(to + teeobject.index))
  if ($value === NULL) return NULL
  setint32(to + teeobject.index, int32(to + teeobject.index) + 1)
  return $value
}

function tee_traverse(to: Ref, visit: visitproc, arg: number): number {
  const d = ptr(to + teeobject.dataobj)
  return d ? visit(d, arg) : 0
}

/** A tee object that takes over `$dataobj`. */
function newTee($dataobj: Own, index: number): Own {
  const $to = _PyObject_GC_New(tee_type)
  if ($to === NULL) {
    Py_DECREF($dataobj)
    return NULL
  }
  setptr($to + teeobject.dataobj, $dataobj)
  setssize($to + teeobject.index, index)
  setptr($to + teeobject.weakreflist, 0)
  PyObject_GC_Track($to)
  return $to
}

function tee_copy(to: Ref): Own {
  return newTee(Py_NewRef(ptr(to + teeobject.dataobj)), int32(to + teeobject.index))
}

function tee_fromiterable(iterable: Ref): Own {
  const $it = PyObject_GetIter(iterable)
  if ($it === NULL) return NULL
  let $to: Own = NULL
  if (Py_IS_TYPE($it, tee_type)) $to = tee_copy($it)
  else {
    const $data = teedataobject_newinternal($it)
    if ($data !== NULL) $to = newTee($data, 0)
  }
  Py_DECREF($it)
  return $to
}

function itertools__tee(type: Ref, args: Ref, kwargs: Ref): Own {
  if (!noKeywords(type, tee_type, "_tee", kwargs) || !_PyArg_CheckPositional("_tee", PyTuple_GET_SIZE(args), 1, 1)) return NULL
  return tee_fromiterable(PyTuple_GET_ITEM(args, 0))
}

function tee_clear(to: Ref): number {
  if (ptr(to + teeobject.weakreflist) !== 0) PyObject_ClearWeakRefs(to)
  Py_CLEAR(to + teeobject.dataobj)
  return 0
}

function tee_dealloc(to: Ref): void {
  PyObject_GC_UnTrack(to)
  tee_clear(to)
  PyObject_GC_Del(to)
}

function tee_reduce(to: Ref): Own {
  return buildTuple(
    Py_NewRef(Py_TYPE(to)),
    PyTuple_Pack1(EMPTY_TUPLE),
    buildTuple(Py_NewRef(ptr(to + teeobject.dataobj)), PyLong_FromLong(int32(to + teeobject.index))),
  )
}

function tee_setstate(to: Ref, state: Ref): Own {
  if (!stateIsTuple(state)) return NULL
  const a = PyArg_ParseTuple(state, "O!i", { types: [teedataobject_type] })
  if (a === 0) return NULL
  const tdo = ptr(a)
  const index = int32(a + 8)
  if (index < 0 || index > LINKCELLS) return PyErr_SetString(PyExc_ValueError, "Index out of range")
  Py_XSETREF(to + teeobject.dataobj, Py_NewRef(tdo))
  setint32(to + teeobject.index, index)
  return Py_NewRef(Py_None)
}

defineType(tee_type, {
  name: "itertools._tee",
  basicsize: teeobject.SIZE,
  flags: TPFLAGS.DEFAULT | TPFLAGS.HAVE_GC,
  weaklistoffset: teeobject.weakreflist,
  doc: "(iterable, /)\n--\n\nIterator wrapped to make it copyable.",
  dealloc: tee_dealloc,
  traverse: tee_traverse,
  clear: tee_clear,
  iter: PyObject_SelfIter,
  iternext: tee_next,
  methods: [
    ["__copy__", tee_copy, METH.NOARGS, "Returns an independent iterator."],
    ["__reduce__", tee_reduce, METH.NOARGS, REDUCE_DOC],
    ["__setstate__", tee_setstate, METH.O, SETSTATE_DOC],
  ],
  new: itertools__tee,
  free: PyObject_GC_Del,
})

/** itertools.tee(iterable, n=2) */
export function itertools_tee(_module: Ref, args: number, nargs: number): Own {
  if (!_PyArg_CheckPositional("tee", nargs, 1, 2)) return NULL
  let n = 2
  if (nargs > 1) {
    n = ssizeArg(ptr(args + 8))
    if (n === -1 && PyErr_Occurred()) return NULL
  }
  if (n < 0) return PyErr_SetString(PyExc_ValueError, "n must be >= 0")
  const $result = PyTuple_New(n)
  if ($result === NULL || n === 0) return $result
  let $copyable = PyObject_GetIter(ptr(args))
  if ($copyable === NULL) {
    Py_DECREF($result)
    return NULL
  }
  let $copyfunc = _PyObject_LookupAttr($copyable, ID___copy__)
  if ($copyfunc === NULL) {
    const $it = $copyable
    $copyable = PyErr_Occurred() ? NULL : tee_fromiterable($it)
    Py_DECREF($it)
    if ($copyable !== NULL) $copyfunc = PyObject_GetAttr($copyable, ID___copy__)
    if ($copyfunc === NULL) {
      Py_XDECREF($copyable)
      Py_DECREF($result)
      return NULL
    }
  }
  PyTuple_SET_ITEM($result, 0, $copyable)
  for (let i = 1; i < n; i++) {
    const $copy = PyObject_CallNoArgs($copyfunc)
    if ($copy === NULL) {
      Py_DECREF($copyfunc)
      Py_DECREF($result)
      return NULL
    }
    PyTuple_SET_ITEM($result, i, $copy)
  }
  Py_DECREF($copyfunc)
  return $result
}

// ---- cycle ----

const enum cycleobject {
  it = 16,
  saved = 24,
  index = 32,
  firstpass = 40,
  SIZE = 48,
}

function itertools_cycle(type: Ref, args: Ref, kwargs: Ref): Own {
  if (!noKeywords(type, cycle_type, "cycle", kwargs) || !_PyArg_CheckPositional("cycle", PyTuple_GET_SIZE(args), 1, 1)) return NULL
  const $it = PyObject_GetIter(PyTuple_GET_ITEM(args, 0))
  if ($it === NULL) return NULL
  const $saved = PyList_New(0)
  const $lz = $saved === NULL ? NULL : alloc(type)
  if ($lz === NULL) {
    Py_DECREF($it)
    Py_XDECREF($saved)
    return NULL
  }
  setptr($lz + cycleobject.it, $it)
  setptr($lz + cycleobject.saved, $saved)
  return $lz
}

function cycle_next(lz: Ref): Own {
  const it = ptr(lz + cycleobject.it)
  const saved = ptr(lz + cycleobject.saved)
  if (it !== 0) {
    const $item = PyIter_Next(it)
    if ($item !== NULL) {
      if (!int32(lz + cycleobject.firstpass) && PyList_Append(saved, $item)) {
        Py_DECREF($item)
        return NULL
      }
      return $item
    }
    if (PyErr_Occurred()) return NULL
    Py_CLEAR(lz + cycleobject.it)
  }
  const n = PyList_GET_SIZE(saved)
  if (n === 0) return NULL
  const index = ssize(lz + cycleobject.index)
  const item = PyList_GET_ITEM(saved, index)
  setssize(lz + cycleobject.index, index + 1 >= n ? 0 : index + 1)
  return Py_NewRef(item)
}

function cycle_reduce(lz: Ref): Own {
  const it = ptr(lz + cycleobject.it)
  const saved = ptr(lz + cycleobject.saved)
  if (it === 0) {
    // an iterator over what was saved, at the place reached
    const $it = PyObject_GetIter(saved)
    if ($it === NULL) return NULL
    const index = ssize(lz + cycleobject.index)
    if (index !== 0) {
      const $index = PyLong_FromLong(index)
      const $res = $index === NULL ? NULL : PyObject_CallMethodOneArg($it, ID___setstate__, $index)
      Py_XDECREF($index)
      if ($res === NULL) {
        Py_DECREF($it)
        return NULL
      }
      Py_DECREF($res)
    }
    return buildTuple(Py_NewRef(Py_TYPE(lz)), buildTuple($it), buildTuple(Py_NewRef(saved), PyBool_FromLong(1)))
  }
  return buildTuple(
    Py_NewRef(Py_TYPE(lz)),
    PyTuple_Pack1(it),
    buildTuple(Py_NewRef(saved), PyBool_FromLong(int32(lz + cycleobject.firstpass))),
  )
}

function cycle_setstate(lz: Ref, state: Ref): Own {
  if (!stateIsTuple(state)) return NULL
  const a = PyArg_ParseTuple(state, "O!i", { types: [PyList_Type] })
  if (a === 0) return NULL
  const firstpass = int32(a + 8)
  Py_XSETREF(lz + cycleobject.saved, Py_NewRef(ptr(a)))
  setint32(lz + cycleobject.firstpass, firstpass !== 0 ? 1 : 0)
  setssize(lz + cycleobject.index, 0)
  return Py_NewRef(Py_None)
}

defineIterator(cycle_type, {
  name: "itertools.cycle",
  size: cycleobject.SIZE,
  doc: "(iterable, /)\n--\n\nThe iterable's items, again and again.",
  fields: [cycleobject.it, cycleobject.saved],
  next: cycle_next,
  new: itertools_cycle,
  methods: [
    ["__reduce__", cycle_reduce, METH.NOARGS, REDUCE_DOC],
    ["__setstate__", cycle_setstate, METH.O, SETSTATE_DOC],
  ],
})
