import { _PyObject_GC_New, _PyObject_GC_TRACK, _PyObject_GC_UNTRACK, PyObject_GC_Del, PyObject_GC_UnTrack } from "../gc/gcmodule.ts"
import { ptr, setptr, setssize, ssize } from "../heap/access.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { Py_DECREF, Py_NewRef, Py_SIZE, Py_XDECREF } from "../heap/refcount.ts"
import { ID } from "../heap/statics.ts"
import { i32 } from "../heap/views.ts"
import { defineType } from "./define.ts"
import { PyErr_BadInternalCall, PyErr_Occurred } from "./errors.ts"
import { PyList_Check, PyList_GET_ITEM, PyList_New } from "./listobject.ts"
import { PyLong_AsSsize_t, PyLong_FromLong } from "./longobject.ts"
import { PyObject_GenericGetAttr, PyObject_SelfIter } from "./object.ts"
import { METH, TPFLAGS, type visitproc } from "./slots.ts"
import { Py_None, PyListIter_Type, PyListRevIter_Type } from "./statictypes.ts"
import { buildTuple, PyTuple_Pack1 } from "./tupleobject.ts"
import { upcalls } from "./upcalls.ts"

// Objects/listobject.c: list_iterator and list_reverseiterator, which share their layout.

const ID_iter = ID("iter")
const ID_reversed = ID("reversed")

export const enum listiterobject {
  it_index = 16,
  it_seq = 24,
  SIZE = 32,
}

export function list_iter(seq: Ref): Own {
  if (!PyList_Check(seq)) return PyErr_BadInternalCall()
  const $it = _PyObject_GC_New(PyListIter_Type)
  if ($it === NULL) return NULL
  setssize($it + listiterobject.it_index, 0)
  setptr($it + listiterobject.it_seq, Py_NewRef(seq))
  _PyObject_GC_TRACK($it)
  return $it
}

function listiter_dealloc(it: Ref): void {
  _PyObject_GC_UNTRACK(it)
  Py_XDECREF(ptr(it + listiterobject.it_seq))
  PyObject_GC_Del(it)
}

function listiter_traverse(it: Ref, visit: visitproc, arg: number): number {
  const seq = ptr(it + listiterobject.it_seq)
  return seq ? visit(seq, arg) : 0
}

export function listiter_next(it: Ref): Own {
  const seq = ptr(it + listiterobject.it_seq)
  if (seq === 0) return NULL
  const i = ssize(it + listiterobject.it_index)
  if (i < Py_SIZE(seq)) {
    i32[(it + listiterobject.it_index) >> 2] = i + 1
    return Py_NewRef(PyList_GET_ITEM(seq, i))
  }
  setptr(it + listiterobject.it_seq, 0)
  Py_DECREF(seq)
  return NULL
}

function listiter_len(it: Ref): Own {
  const seq = ptr(it + listiterobject.it_seq)
  return PyLong_FromLong(seq ? Math.max(0, Py_SIZE(seq) - ssize(it + listiterobject.it_index)) : 0)
}

function listiter_reduce_general(it: Ref, forward: boolean): Own {
  // the builtin is looked up first: that may run code which exhausts the iterator
  const $builtin = upcalls.getBuiltin(forward ? ID_iter : ID_reversed)
  if ($builtin === NULL) return NULL
  const seq = ptr(it + listiterobject.it_seq)
  if (seq !== 0) return buildTuple($builtin, PyTuple_Pack1(seq), PyLong_FromLong(ssize(it + listiterobject.it_index)))
  Py_DECREF($builtin)
  return buildTuple(upcalls.getBuiltin(ID_iter), buildTuple(PyList_New(0)))
}

function listiter_reduce(it: Ref): Own {
  return listiter_reduce_general(it, true)
}

function listiter_setstate(it: Ref, state: Ref): Own {
  let index = PyLong_AsSsize_t(state)
  if (index === -1 && PyErr_Occurred()) return NULL
  const seq = ptr(it + listiterobject.it_seq)
  if (seq !== 0) {
    if (index < 0) index = 0
    else if (index > Py_SIZE(seq)) index = Py_SIZE(seq)
    setssize(it + listiterobject.it_index, index)
  }
  return Py_NewRef(Py_None)
}

export function list___reversed__(self: Ref): Own {
  const $it = _PyObject_GC_New(PyListRevIter_Type)
  if ($it === NULL) return NULL
  setssize($it + listiterobject.it_index, Py_SIZE(self) - 1)
  setptr($it + listiterobject.it_seq, Py_NewRef(self))
  _PyObject_GC_TRACK($it)
  return $it
}

function listreviter_dealloc(it: Ref): void {
  PyObject_GC_UnTrack(it)
  Py_XDECREF(ptr(it + listiterobject.it_seq))
  PyObject_GC_Del(it)
}

function listreviter_next(it: Ref): Own {
  const seq = ptr(it + listiterobject.it_seq)
  if (seq === 0) return NULL
  const index = ssize(it + listiterobject.it_index)
  if (index >= 0 && index < Py_SIZE(seq)) {
    setssize(it + listiterobject.it_index, index - 1)
    return Py_NewRef(PyList_GET_ITEM(seq, index))
  }
  setssize(it + listiterobject.it_index, -1)
  setptr(it + listiterobject.it_seq, 0)
  Py_DECREF(seq)
  return NULL
}

function listreviter_len(it: Ref): Own {
  const seq = ptr(it + listiterobject.it_seq)
  const len = ssize(it + listiterobject.it_index) + 1
  return PyLong_FromLong(seq === 0 || Py_SIZE(seq) < len ? 0 : len)
}

function listreviter_reduce(it: Ref): Own {
  return listiter_reduce_general(it, false)
}

function listreviter_setstate(it: Ref, state: Ref): Own {
  let index = PyLong_AsSsize_t(state)
  if (index === -1 && PyErr_Occurred()) return NULL
  const seq = ptr(it + listiterobject.it_seq)
  if (seq !== 0) {
    if (index < -1) index = -1
    else if (index > Py_SIZE(seq) - 1) index = Py_SIZE(seq) - 1
    setssize(it + listiterobject.it_index, index)
  }
  return Py_NewRef(Py_None)
}

defineType(PyListIter_Type, {
  name: "list_iterator",
  basicsize: listiterobject.SIZE,
  flags: TPFLAGS.DEFAULT | TPFLAGS.HAVE_GC,
  dealloc: listiter_dealloc,
  getattro: PyObject_GenericGetAttr,
  traverse: listiter_traverse,
  iter: PyObject_SelfIter,
  iternext: listiter_next,
  methods: [
    ["__length_hint__", listiter_len, METH.NOARGS, "Private method returning an estimate of len(list(it))."],
    ["__reduce__", listiter_reduce, METH.NOARGS, "Return state information for pickling."],
    ["__setstate__", listiter_setstate, METH.O, "Set state information for unpickling."],
  ],
})

defineType(PyListRevIter_Type, {
  name: "list_reverseiterator",
  basicsize: listiterobject.SIZE,
  flags: TPFLAGS.DEFAULT | TPFLAGS.HAVE_GC,
  dealloc: listreviter_dealloc,
  getattro: PyObject_GenericGetAttr,
  traverse: listiter_traverse,
  iter: PyObject_SelfIter,
  iternext: listreviter_next,
  methods: [
    ["__length_hint__", listreviter_len, METH.NOARGS, "Private method returning an estimate of len(list(it))."],
    ["__reduce__", listreviter_reduce, METH.NOARGS, "Return state information for pickling."],
    ["__setstate__", listreviter_setstate, METH.O, "Set state information for unpickling."],
  ],
})
