import { ptr, setptr } from "../../heap/access.ts"
import { fn } from "../../heap/fntable.ts"
import { PyThreadState, PyTypeObject, PyWeakReference } from "../../heap/layout.ts"
import { INTERP, Interp } from "../../heap/map.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_CLEAR, Py_DECREF, Py_NewRef, Py_TYPE, Py_XDECREF, Py_XNewRef } from "../../heap/refcount.ts"
import { PyObject_GC_UnTrack } from "../../gc/gcmodule.ts"
import { PyObject_ClearWeakRefs } from "../../gc/weakref.ts"
import { definePrivateType, methodDefs } from "../../objects/define.ts"
import { _PyDict_Pop, PyDict_DelItem, PyDict_GetItemWithError, PyDict_New, PyDict_SetItem } from "../../objects/dictobject.ts"
import { PyErr_Clear, PyErr_Occurred, PyErr_SetString, PyErr_WriteUnraisable } from "../../objects/errors.ts"
import { PyCFunction_NewEx } from "../../objects/methodobject.ts"
import {
  _PyObject_GenericGetAttrWithDict,
  _PyObject_GenericSetAttrWithDict,
  PyObject_IsTrue,
  PyThreadState_GetDict,
  tp_name_js,
} from "../../objects/object.ts"
import { type freefunc, type initproc, METH, TPFLAGS, type visitproc } from "../../objects/slots.ts"
import { Py_None, PyBaseObject_Type, PyExc_AttributeError, PyExc_SystemError, PyExc_TypeError } from "../../objects/statictypes.ts"
import { PyType_GenericAlloc } from "../../objects/typeobject.ts"
import { PyUnicode_AsJS, PyUnicode_FromString } from "../../objects/unicodeobject.ts"
import { PyWeakref_NewRef } from "../../objects/weakrefobject.ts"

// Modules/_threadmodule.c: _thread._local.
//
// A thread's dict holds the only strong reference to a small dummy for each local object; the local object maps weak references of
// dummies to that thread's attributes. So attributes die with their thread or with the local object, whichever goes first, and no
// thread dict is ever part of a cycle.

const enum Dummy {
  localdict = 16, // borrowed: owned by the local object's `dummies`
  weakreflist = 24,
  SIZE = 32,
}
const enum Local {
  key = 16,
  args = 24,
  kw = 32,
  weakreflist = 40,
  dummies = 48,
  wr_callback = 56,
  SIZE = 64,
}

function freeObject(self: Ref): void {
  fn<freefunc>(ptr(Py_TYPE(self) + PyTypeObject.tp_free))(self)
}
function localdummy_dealloc(self: Ref): void {
  if (ptr(self + Dummy.weakreflist) !== 0) PyObject_ClearWeakRefs(self)
  freeObject(self)
}
export const localDummyType = definePrivateType({
  name: "_thread._localdummy",
  basicsize: Dummy.SIZE,
  flags: TPFLAGS.DISALLOW_INSTANTIATION | TPFLAGS.IMMUTABLETYPE,
  doc: "Thread-local dummy",
  weaklistoffset: Dummy.weakreflist,
  dealloc: localdummy_dealloc,
})

// Borrowed attributes dict for the current thread, freshly made.
function createDummy(self: Ref): Ref {
  const tdict = PyThreadState_GetDict()
  if (tdict === 0) return PyErr_SetString(PyExc_SystemError, "Couldn't get thread-state dictionary")
  const $ldict = PyDict_New()
  const $dummy = $ldict === NULL ? NULL : PyType_GenericAlloc(localDummyType, 0)
  let $wr: Own = NULL
  try {
    if ($dummy === NULL) return NULL
    setptr($dummy + Dummy.localdict, $ldict)
    $wr = PyWeakref_NewRef($dummy, ptr(self + Local.wr_callback))
    // hashing the reference now caches its hash, which a dead one could not give
    if ($wr === NULL || PyDict_SetItem(ptr(self + Local.dummies), $wr, $ldict) < 0) return NULL
    return PyDict_SetItem(tdict, ptr(self + Local.key), $dummy) < 0 ? NULL : $ldict
  } finally {
    Py_XDECREF($wr)
    Py_XDECREF($dummy)
    Py_XDECREF($ldict)
  }
}

const callbackDef = methodDefs([["_localdummy_destroyed", localdummy_destroyed, METH.O]])

function localdummy_destroyed(localref: Ref, dummyref: Ref): Own {
  const obj = ptr(localref + PyWeakReference.wr_object)
  if (obj !== Py_None) {
    const $self = Py_NewRef(obj)
    const dummies = ptr($self + Local.dummies)
    if (dummies !== 0) {
      if (PyDict_GetItemWithError(dummies, dummyref) !== 0) PyDict_DelItem(dummies, dummyref)
      if (PyErr_Occurred()) PyErr_WriteUnraisable(obj)
    }
    Py_DECREF($self)
  }
  return Py_NewRef(Py_None)
}

function local_new(type: Ref, args: Ref, kw: Ref): Own {
  if (ptr(type + PyTypeObject.tp_init) === ptr(PyBaseObject_Type + PyTypeObject.tp_init)) {
    let truth = args === 0 ? 0 : PyObject_IsTrue(args)
    if (truth === 0 && kw !== 0) truth = PyObject_IsTrue(kw)
    if (truth !== 0) return truth > 0 ? PyErr_SetString(PyExc_TypeError, "Initialization arguments are not supported") : NULL
  }
  const $self = PyType_GenericAlloc(type, 0)
  if ($self === NULL) return NULL
  setptr($self + Local.args, Py_XNewRef(args))
  setptr($self + Local.kw, Py_XNewRef(kw))
  setptr($self + Local.key, PyUnicode_FromString(`thread.local.0x${$self.toString(16)}`))
  setptr($self + Local.dummies, PyDict_New())
  const $wr = PyWeakref_NewRef($self, NULL)
  if ($wr !== NULL) {
    setptr($self + Local.wr_callback, PyCFunction_NewEx(callbackDef, $wr, NULL))
    Py_DECREF($wr)
  }
  const ready = ptr($self + Local.key) !== 0 && ptr($self + Local.dummies) !== 0 && ptr($self + Local.wr_callback) !== 0
  if (!ready || createDummy($self) === NULL) {
    Py_DECREF($self)
    return NULL
  }
  return $self
}

function local_traverse(self: Ref, visit: visitproc, arg: number): number {
  for (const field of [Local.args, Local.kw, Local.dummies]) {
    const v = ptr(self + field)
    if (v !== 0) {
      const r = visit(v, arg)
      if (r) return r
    }
  }
  return 0
}
function local_clear(self: Ref): number {
  Py_CLEAR(self + Local.args)
  Py_CLEAR(self + Local.kw)
  Py_CLEAR(self + Local.dummies)
  Py_CLEAR(self + Local.wr_callback)
  const key = ptr(self + Local.key)
  if (key === 0) return 0
  for (let ts = ptr(INTERP + Interp.threads_head); ts !== 0; ts = ptr(ts + PyThreadState.next)) {
    const dict = ptr(ts + PyThreadState.dict)
    if (dict === 0) continue
    const $v = _PyDict_Pop(dict, key, Py_None)
    if ($v !== NULL) Py_DECREF($v)
    else PyErr_Clear()
  }
  return 0
}
function local_dealloc(self: Ref): void {
  if (ptr(self + Local.weakreflist) !== 0) PyObject_ClearWeakRefs(self)
  PyObject_GC_UnTrack(self)
  local_clear(self)
  Py_XDECREF(ptr(self + Local.key))
  freeObject(self)
}

// Borrowed attributes dict of the current thread; the first use in a thread runs the subclass's __init__.
function ldictOf(self: Ref): Ref {
  const tdict = PyThreadState_GetDict()
  if (tdict === 0) return PyErr_SetString(PyExc_SystemError, "Couldn't get thread-state dictionary")
  const dummy = PyDict_GetItemWithError(tdict, ptr(self + Local.key))
  if (dummy !== 0) return ptr(dummy + Dummy.localdict)
  if (PyErr_Occurred()) return NULL
  const ldict = createDummy(self)
  if (ldict === NULL) return NULL
  const init = ptr(Py_TYPE(self) + PyTypeObject.tp_init)
  if (init !== ptr(PyBaseObject_Type + PyTypeObject.tp_init)) {
    if (fn<initproc>(init)(self, ptr(self + Local.args), ptr(self + Local.kw)) < 0) {
      // the next access starts afresh
      PyDict_DelItem(tdict, ptr(self + Local.key))
      return NULL
    }
  }
  return ldict
}
function local_getattro(self: Ref, name: Ref): Own {
  const ldict = ldictOf(self)
  if (ldict === NULL) return NULL
  if (PyUnicode_AsJS(name) === "__dict__") return Py_NewRef(ldict)
  if (Py_TYPE(self) === localType) {
    const value = PyDict_GetItemWithError(ldict, name)
    if (value !== 0) return Py_NewRef(value)
    if (PyErr_Occurred()) return NULL
  }
  return _PyObject_GenericGetAttrWithDict(self, name, ldict, 0)
}
function local_setattro(self: Ref, name: Ref, value: Ref): number {
  const ldict = ldictOf(self)
  if (ldict === NULL) return -1
  if (PyUnicode_AsJS(name) === "__dict__") {
    PyErr_SetString(PyExc_AttributeError, `'${tp_name_js(Py_TYPE(self))}' object attribute '__dict__' is read-only`)
    return -1
  }
  return _PyObject_GenericSetAttrWithDict(self, name, value, ldict)
}

export const localType = definePrivateType({
  name: "_thread._local",
  basicsize: Local.SIZE,
  flags: TPFLAGS.BASETYPE | TPFLAGS.HAVE_GC | TPFLAGS.IMMUTABLETYPE,
  doc: "Thread-local data",
  weaklistoffset: Local.weakreflist,
  dealloc: local_dealloc,
  getattro: local_getattro,
  setattro: local_setattro,
  traverse: local_traverse,
  clear: local_clear,
  new: local_new,
})
