import { _PyObject_GC_IS_TRACKED, _PyObject_GC_New, _PyObject_GC_TRACK, _PyObject_GC_UNTRACK, PyObject_GC_Del } from "../../gc/gcmodule.ts"
import { int32, ptr, setptr, setssize, ssize } from "../../heap/access.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_CLEAR, Py_DECREF, Py_INCREF, Py_NewRef, Py_REFCNT, Py_XDECREF, Py_XNewRef } from "../../heap/refcount.ts"
import { ID, staticType } from "../../heap/statics.ts"
import { defineType } from "../define.ts"
import { _PyDictView_New, _PyDictViewObject, PyDict_GetItem } from "../dictobject.ts"
import { PyErr_Occurred, PyErr_SetObject, PyErr_SetString } from "../errors.ts"
import { PyList_Append, PyList_New } from "../listobject.ts"
import { PyObject_GenericGetAttr, PyObject_SelfIter } from "../object.ts"
import { METH, TPFLAGS, type unaryfunc, type visitproc } from "../slots.ts"
import { Py_None, PyDictItems_Type, PyDictKeys_Type, PyDictValues_Type, PyExc_KeyError, PyExc_RuntimeError } from "../statictypes.ts"
import { buildTuple, PyTuple_GET_ITEM, PyTuple_New, PyTuple_Pack2, PyTuple_SET_ITEM } from "../tupleobject.ts"
import { upcalls } from "../upcalls.ts"
import { find_node, nodeKey, nodeNext, nodePrev, odictFirst, odictLast, odictState, PyODict_SIZE } from "./nodes.ts"

// Objects/odictobject.c: iterators and views.

const enum odictiterobject {
  kind = 16,
  di_odict = 24,
  di_size = 32,
  di_state = 40,
  di_current = 48,
  di_result = 56,
  SIZE = 64,
}
/** Bits of `kind`. */
export const enum OdictIter {
  REVERSED = 1,
  KEYS = 2,
  VALUES = 4,
  ITEMS = 6,
}

export const PyODictIter_Type = staticType()
export const PyODictKeys_Type = staticType()
export const PyODictItems_Type = staticType()
export const PyODictValues_Type = staticType()
const ID_iter = ID("iter")

export function odictiter_new(od: Ref, kind: number): Own {
  const $di = _PyObject_GC_New(PyODictIter_Type)
  if ($di === NULL) return NULL
  const first = kind & OdictIter.REVERSED ? odictLast(od) : odictFirst(od)
  const items = (kind & OdictIter.ITEMS) === OdictIter.ITEMS
  const $result = items ? PyTuple_Pack2(Py_None, Py_None) : NULL
  if (items && $result === NULL) {
    PyObject_GC_Del($di)
    return NULL
  }
  setssize($di + odictiterobject.kind, kind)
  setptr($di + odictiterobject.di_result, $result)
  setptr($di + odictiterobject.di_current, first !== 0 ? Py_NewRef(nodeKey(first)) : 0)
  setssize($di + odictiterobject.di_size, PyODict_SIZE(od))
  setssize($di + odictiterobject.di_state, odictState(od))
  setptr($di + odictiterobject.di_odict, Py_NewRef(od))
  _PyObject_GC_TRACK($di)
  return $di
}

function odictiter_dealloc(di: Ref): void {
  _PyObject_GC_UNTRACK(di)
  Py_XDECREF(ptr(di + odictiterobject.di_odict))
  Py_XDECREF(ptr(di + odictiterobject.di_current))
  Py_XDECREF(ptr(di + odictiterobject.di_result))
  PyObject_GC_Del(di)
}
function odictiter_traverse(di: Ref, visit: visitproc, arg: number): number {
  for (const f of [odictiterobject.di_odict, odictiterobject.di_current, odictiterobject.di_result]) {
    const v = ptr(di + f)
    if (v) {
      const r = visit(v, arg)
      if (r) return r
    }
  }
  return 0
}

/** The next key, owned; NULL at the end or with the error set. */
function odictiter_nextkey(di: Ref): Own {
  const od = ptr(di + odictiterobject.di_odict)
  if (od === 0) return NULL
  const current = ptr(di + odictiterobject.di_current)
  if (current === 0) {
    Py_CLEAR(di + odictiterobject.di_odict)
    return NULL
  }
  if (odictState(od) !== int32(di + odictiterobject.di_state)) {
    PyErr_SetString(PyExc_RuntimeError, "OrderedDict mutated during iteration")
    Py_CLEAR(di + odictiterobject.di_odict)
    return NULL
  }
  if (ssize(di + odictiterobject.di_size) !== PyODict_SIZE(od)) {
    setssize(di + odictiterobject.di_size, -1) // this state stays
    return PyErr_SetString(PyExc_RuntimeError, "OrderedDict changed size during iteration")
  }
  const n = find_node(od, current)
  if (n === 0) {
    if (!PyErr_Occurred()) PyErr_SetObject(PyExc_KeyError, current)
    Py_CLEAR(di + odictiterobject.di_current)
    return NULL
  }
  const next = int32(di + odictiterobject.kind) & OdictIter.REVERSED ? nodePrev(n) : nodeNext(n)
  setptr(di + odictiterobject.di_current, next !== 0 ? Py_NewRef(nodeKey(next)) : 0)
  return current as Own
}

function fail(di: Ref): Own {
  Py_CLEAR(di + odictiterobject.di_current)
  Py_CLEAR(di + odictiterobject.di_odict)
  return NULL
}

function odictiter_iternext(di: Ref): Own {
  const $key = odictiter_nextkey(di)
  const kind = int32(di + odictiterobject.kind)
  if ($key === NULL || !(kind & OdictIter.VALUES)) return $key
  const value = PyDict_GetItem(ptr(di + odictiterobject.di_odict), $key)
  if (value === NULL) {
    if (!PyErr_Occurred()) PyErr_SetObject(PyExc_KeyError, $key)
    Py_DECREF($key)
    return fail(di)
  }
  const $value = Py_NewRef(value)
  if (!(kind & OdictIter.KEYS)) {
    Py_DECREF($key)
    return $value
  }
  let $result = ptr(di + odictiterobject.di_result) as Own
  if (Py_REFCNT($result) === 1) {
    // nobody holds the last pair
    Py_INCREF($result)
    Py_DECREF(PyTuple_GET_ITEM($result, 0))
    Py_DECREF(PyTuple_GET_ITEM($result, 1))
    if (!_PyObject_GC_IS_TRACKED($result)) _PyObject_GC_TRACK($result)
  } else {
    $result = PyTuple_New(2)
    if ($result === NULL) {
      Py_DECREF($key)
      Py_DECREF($value)
      return fail(di)
    }
  }
  PyTuple_SET_ITEM($result, 0, $key)
  PyTuple_SET_ITEM($result, 1, $value)
  return $result
}

/** What remains as a list, without moving the iterator. */
function odictiter_reduce(di: Ref): Own {
  const $od = Py_XNewRef(ptr(di + odictiterobject.di_odict))
  const $current = Py_XNewRef(ptr(di + odictiterobject.di_current))
  const size = ssize(di + odictiterobject.di_size)
  let $list = PyList_New(0)
  while ($list !== NULL) {
    const $item = odictiter_iternext(di)
    if ($item === NULL) break
    const status = PyList_Append($list, $item)
    Py_DECREF($item)
    if (status < 0) break
  }
  if (PyErr_Occurred()) {
    Py_XDECREF($list)
    $list = NULL
  }
  Py_XDECREF(ptr(di + odictiterobject.di_odict))
  Py_XDECREF(ptr(di + odictiterobject.di_current))
  setptr(di + odictiterobject.di_odict, $od)
  setptr(di + odictiterobject.di_current, $current)
  setssize(di + odictiterobject.di_size, size)
  if ($list === NULL) return NULL
  return buildTuple(upcalls.getBuiltin(ID_iter), buildTuple($list))
}

defineType(PyODictIter_Type, {
  name: "odict_iterator",
  basicsize: odictiterobject.SIZE,
  flags: TPFLAGS.DEFAULT | TPFLAGS.HAVE_GC,
  dealloc: odictiter_dealloc,
  getattro: PyObject_GenericGetAttr,
  traverse: odictiter_traverse,
  iter: PyObject_SelfIter,
  iternext: odictiter_iternext,
  methods: [["__reduce__", odictiter_reduce, METH.NOARGS, "Return state information for pickling"]],
})

// ---- views: the dict's own but for the iterators ----

function iterate(dv: Ref, kind: number): Own {
  const od = ptr(dv + _PyDictViewObject.dv_dict)
  return od === 0 ? Py_NewRef(Py_None) : odictiter_new(od, kind)
}
function odictkeys_iter(dv: Ref): Own {
  return iterate(dv, OdictIter.KEYS)
}
function odictkeys_reversed(dv: Ref): Own {
  return iterate(dv, OdictIter.KEYS | OdictIter.REVERSED)
}
function odictitems_iter(dv: Ref): Own {
  return iterate(dv, OdictIter.ITEMS)
}
function odictitems_reversed(dv: Ref): Own {
  return iterate(dv, OdictIter.ITEMS | OdictIter.REVERSED)
}
function odictvalues_iter(dv: Ref): Own {
  return iterate(dv, OdictIter.VALUES)
}
function odictvalues_reversed(dv: Ref): Own {
  return iterate(dv, OdictIter.VALUES | OdictIter.REVERSED)
}
export function odictkeys_new(od: Ref): Own {
  return _PyDictView_New(od, PyODictKeys_Type)
}
export function odictitems_new(od: Ref): Own {
  return _PyDictView_New(od, PyODictItems_Type)
}
export function odictvalues_new(od: Ref): Own {
  return _PyDictView_New(od, PyODictValues_Type)
}

function defineView(type: Ref, name: string, base: Ref, iter: unaryfunc, reversed: unaryfunc): void {
  defineType(type, {
    name,
    basicsize: _PyDictViewObject.SIZE,
    flags: TPFLAGS.DEFAULT,
    base,
    iter,
    methods: [["__reversed__", reversed, METH.NOARGS]],
  })
}
defineView(PyODictKeys_Type, "odict_keys", PyDictKeys_Type, odictkeys_iter, odictkeys_reversed)
defineView(PyODictItems_Type, "odict_items", PyDictItems_Type, odictitems_iter, odictitems_reversed)
defineView(PyODictValues_Type, "odict_values", PyDictValues_Type, odictvalues_iter, odictvalues_reversed)
