import { set64, setptr } from "../heap/access.ts"
import { fn, fnIndex } from "../heap/fntable.ts"
import { hashHi, ret64 } from "../heap/int64.ts"
import { PyTypeObject, PyWeakReference } from "../heap/layout.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { Py_DECREF, Py_INCREF, Py_NewRef, Py_SET_TYPE, Py_TYPE, Py_XNewRef } from "../heap/refcount.ts"
import { ID } from "../heap/statics.ts"
import { i32 } from "../heap/views.ts"
import { PyObject_GC_Del, PyObject_GC_Track, PyObject_GC_UnTrack, _PyObject_GC_New } from "../gc/gcmodule.ts"
import { PyObject_GET_WEAKREFS_LISTPTR, PyType_SUPPORTS_WEAKREFS, clear_weakref } from "../gc/weakref.ts"
import { PyVectorcall_Call, PyVectorcall_NARGS } from "./call.ts"
import { defineType } from "./define.ts"
import { PyErr_BadInternalCall, PyErr_SetString } from "./errors.ts"
import { Py_GenericAlias } from "./genericaliasobject.ts"
import { PyArg_UnpackTuple, _PyArg_CheckPositional, _PyArg_NoKeywords, _PyArg_NoKwnames } from "./getargs.ts"
import { PyCallable_Check, PyObject_Hash, PyObject_RichCompare, addressJS, typeName } from "./object.ts"
import { METH, Py, READONLY, T, TPFLAGS, type freefunc, type visitproc } from "./slots.ts"
import {
  PyExc_TypeError,
  Py_False,
  Py_None,
  Py_NotImplemented,
  Py_True,
  _PyWeakref_CallableProxyType,
  _PyWeakref_ProxyType,
  _PyWeakref_RefType,
} from "./statictypes.ts"
import { PyType_GenericAlloc, PyType_IsSubtype, _PyObject_LookupSpecial } from "./typeobject.ts"
import { PyUnicode_AsJS, PyUnicode_Check, PyUnicode_FromString } from "./unicodeobject.ts"

// Objects/weakrefobject.c: weakref.ref. Proxies are in weakproxy.ts, the part the collector needs in gc/weakref.ts.
// Invariant of an object's list: the shared callback-less ref comes first, then the shared callback-less proxy, then all others.

export {
  PyObject_ClearWeakRefs,
  PyObject_GET_WEAKREFS_LISTPTR,
  PyType_SUPPORTS_WEAKREFS,
  _PyObject_GET_WEAKREFS_LISTPTR,
  _PyWeakref_ClearRef,
  _PyWeakref_GetWeakrefCount,
  clear_weakref,
} from "../gc/weakref.ts"
export { proxy_dealloc } from "./weakproxy.ts"

const __name__ = ID("__name__")

export function _PyType_SUPPORTS_WEAKREFS(type: Ref): boolean {
  return PyType_SUPPORTS_WEAKREFS(type)
}
export function PyWeakref_CheckRef(op: Ref): boolean {
  const type = Py_TYPE(op)
  return type === _PyWeakref_RefType || PyType_IsSubtype(type, _PyWeakref_RefType)
}
export function PyWeakref_CheckRefExact(op: Ref): boolean {
  return Py_TYPE(op) === _PyWeakref_RefType
}
export function PyWeakref_CheckProxy(op: Ref): boolean {
  const type = Py_TYPE(op)
  return type === _PyWeakref_ProxyType || type === _PyWeakref_CallableProxyType
}
export function PyWeakref_Check(op: Ref): boolean {
  return PyWeakref_CheckRef(op) || PyWeakref_CheckProxy(op)
}
/** Borrowed; None when the object is gone or being deallocated. */
export function PyWeakref_GET_OBJECT(wr: Ref): Ref {
  const obj = i32[(wr + PyWeakReference.wr_object) >> 2] as Ref
  return i32[obj >> 2] > 0 ? obj : Py_None
}
/** Borrowed; NULL with the error set when `ref` is no weak reference. */
export function PyWeakref_GetObject(ref: Ref): Ref {
  if (ref === NULL || !PyWeakref_Check(ref)) {
    PyErr_BadInternalCall()
    return NULL
  }
  return PyWeakref_GET_OBJECT(ref)
}

function init_weakref(self: Ref, ob: Ref, callback: Ref): void {
  set64(self + PyWeakReference.hash, -1, -1)
  setptr(self + PyWeakReference.wr_object, ob)
  setptr(self + PyWeakReference.wr_prev, 0)
  setptr(self + PyWeakReference.wr_next, 0)
  setptr(self + PyWeakReference.wr_callback, Py_XNewRef(callback))
  setptr(self + PyWeakReference.vectorcall, WEAKREF_VECTORCALL)
}
function new_weakref(ob: Ref, callback: Ref): Own {
  const $result = _PyObject_GC_New(_PyWeakref_RefType)
  if ($result !== NULL) {
    init_weakref($result, ob, callback)
    PyObject_GC_Track($result)
  }
  return $result
}

function weakref_dealloc(self: Ref): void {
  PyObject_GC_UnTrack(self)
  clear_weakref(self)
  fn<freefunc>(i32[(Py_TYPE(self) + PyTypeObject.tp_free) >> 2])(self)
}
/** tp_traverse of refs and proxies. */
export function gc_traverse(self: Ref, visit: visitproc, arg: number): number {
  const callback = i32[(self + PyWeakReference.wr_callback) >> 2] as Ref
  return callback !== 0 ? visit(callback, arg) : 0
}
export function gc_clear(self: Ref): number {
  clear_weakref(self)
  return 0
}

function weakref_vectorcall(self: Ref, _args: number, nargsf: number, kwnames: Ref): Own {
  if (!_PyArg_NoKwnames("weakref", kwnames)) return NULL
  if (!_PyArg_CheckPositional("weakref", PyVectorcall_NARGS(nargsf), 0, 0)) return NULL
  return Py_NewRef(PyWeakref_GET_OBJECT(self))
}
const WEAKREF_VECTORCALL = fnIndex(weakref_vectorcall)

function weakref_hash(self: Ref): number {
  const w = (self + PyWeakReference.hash) >> 2
  if (i32[w] !== -1 || i32[w + 1] !== -1) return ret64(i32[w], i32[w + 1])
  const obj = PyWeakref_GET_OBJECT(self)
  if (obj === Py_None) {
    PyErr_SetString(PyExc_TypeError, "weak object has gone away")
    return ret64(-1, -1)
  }
  Py_INCREF(obj)
  const lo = PyObject_Hash(obj)
  const hi = hashHi
  i32[w] = lo
  i32[w + 1] = hi
  Py_DECREF(obj)
  return ret64(lo, hi)
}

function weakref_repr(self: Ref): Own {
  const obj = PyWeakref_GET_OBJECT(self)
  if (obj === Py_None) return PyUnicode_FromString(`<weakref at ${addressJS(self)}; dead>`)
  Py_INCREF(obj)
  // an error of the lookup stays set, as in CPython: the caller then finds a result with an exception
  const $name = _PyObject_LookupSpecial(obj, __name__)
  const to = `<weakref at ${addressJS(self)}; to '${typeName(PyWeakref_GET_OBJECT(self))}' at ${addressJS(obj)}`
  const named = $name !== NULL && PyUnicode_Check($name)
  const $repr = PyUnicode_FromString(named ? `${to} (${PyUnicode_AsJS($name)})>` : `${to}>`)
  Py_DECREF(obj)
  if ($name !== NULL) Py_DECREF($name)
  return $repr
}

function weakref_richcompare(self: Ref, other: Ref, op: number): Own {
  if ((op !== Py.EQ && op !== Py.NE) || !PyWeakref_Check(self) || !PyWeakref_Check(other)) return Py_NewRef(Py_NotImplemented)
  const obj = PyWeakref_GET_OBJECT(self)
  const other_obj = PyWeakref_GET_OBJECT(other)
  if (obj === Py_None || other_obj === Py_None) return Py_NewRef((self === other) === (op === Py.EQ) ? Py_True : Py_False)
  Py_INCREF(obj)
  Py_INCREF(other_obj)
  const $res = PyObject_RichCompare(obj, other_obj, op)
  Py_DECREF(obj)
  Py_DECREF(other_obj)
  return $res
}

function hasCallback(wr: number): boolean {
  return i32[(wr + PyWeakReference.wr_callback) >> 2] !== 0
}
/** The shared ref at the head of a list, NULL if there is none. */
function basicRef(head: Ref): Ref {
  return head !== NULL && !hasCallback(head) && PyWeakref_CheckRefExact(head) ? head : NULL
}
/** The shared proxy of a list, NULL if there is none. */
function basicProxy(head: Ref): Ref {
  if (head === NULL || hasCallback(head)) return NULL
  const second = PyWeakref_CheckRefExact(head) ? (i32[(head + PyWeakReference.wr_next) >> 2] as Ref) : head
  return second !== NULL && !hasCallback(second) && PyWeakref_CheckProxy(second) ? second : NULL
}
function insert_after(newref: Ref, prev: Ref): void {
  const next = i32[(prev + PyWeakReference.wr_next) >> 2]
  setptr(newref + PyWeakReference.wr_prev, prev)
  setptr(newref + PyWeakReference.wr_next, next)
  if (next !== 0) setptr(next + PyWeakReference.wr_prev, newref)
  setptr(prev + PyWeakReference.wr_next, newref)
}
function insert_head(newref: Ref, list: number): void {
  const next = i32[list >> 2]
  setptr(newref + PyWeakReference.wr_prev, 0)
  setptr(newref + PyWeakReference.wr_next, next)
  if (next !== 0) setptr(next + PyWeakReference.wr_prev, newref)
  setptr(list, newref)
}
/** Insert behind the shared ones. */
function insert_other(newref: Ref, list: number): void {
  const head = i32[list >> 2] as Ref
  const proxy = basicProxy(head)
  const prev = proxy === NULL ? basicRef(head) : proxy
  if (prev === NULL) insert_head(newref, list)
  else insert_after(newref, prev)
}
function refusesWeakrefs(ob: Ref): boolean {
  if (PyType_SUPPORTS_WEAKREFS(Py_TYPE(ob))) return false
  PyErr_SetString(PyExc_TypeError, `cannot create weak reference to '${typeName(ob)}' object`)
  return true
}

function weakref_new(type: Ref, args: Ref, _kwargs: Ref): Own {
  const p = PyArg_UnpackTuple(args, "__new__", 1, 2)
  if (p === 0) return NULL
  const ob = i32[p >> 2] as Ref
  let callback = i32[(p + 8) >> 2] as Ref
  if (refusesWeakrefs(ob)) return NULL
  if (callback === Py_None) callback = NULL
  const list = PyObject_GET_WEAKREFS_LISTPTR(ob)
  const shared = callback === NULL && type === _PyWeakref_RefType
  if (shared) {
    const ref = basicRef(i32[list >> 2] as Ref)
    if (ref !== NULL) return Py_NewRef(ref)
  }
  // allocation may collect and so change the list: look at it again afterwards
  const $self = fn<(type: Ref, n: number) => Own>(i32[(type + PyTypeObject.tp_alloc) >> 2])(type, 0)
  if ($self === NULL) return NULL
  init_weakref($self, ob, callback)
  if (shared) insert_head($self, list)
  else insert_other($self, list)
  return $self
}
function weakref_init(_self: Ref, args: Ref, kwargs: Ref): number {
  if (!_PyArg_NoKeywords("ref", kwargs)) return -1
  return PyArg_UnpackTuple(args, "__init__", 1, 2) !== 0 ? 0 : -1
}

/** A reference to `ob`, the shared one when there is no callback. NULL: TypeError or no memory. */
export function PyWeakref_NewRef(ob: Ref, callback: Ref): Own {
  if (refusesWeakrefs(ob)) return NULL
  const list = PyObject_GET_WEAKREFS_LISTPTR(ob)
  if (callback === Py_None) callback = NULL
  if (callback === NULL) {
    const ref = basicRef(i32[list >> 2] as Ref)
    if (ref !== NULL) return Py_NewRef(ref)
  }
  const $result = new_weakref(ob, callback)
  if ($result === NULL) return NULL
  if (callback !== NULL) {
    insert_other($result, list)
    return $result
  }
  const ref = basicRef(i32[list >> 2] as Ref)
  if (ref === NULL) {
    insert_head($result, list)
    return $result
  }
  Py_DECREF($result)
  return Py_NewRef(ref)
}

/** A proxy of `ob`, the shared one when there is no callback. NULL: TypeError or no memory. */
export function PyWeakref_NewProxy(ob: Ref, callback: Ref): Own {
  if (refusesWeakrefs(ob)) return NULL
  const list = PyObject_GET_WEAKREFS_LISTPTR(ob)
  if (callback === Py_None) callback = NULL
  if (callback === NULL) {
    const proxy = basicProxy(i32[list >> 2] as Ref)
    if (proxy !== NULL) return Py_NewRef(proxy)
  }
  const $result = new_weakref(ob, callback)
  if ($result === NULL) return NULL
  Py_SET_TYPE($result, PyCallable_Check(ob) ? _PyWeakref_CallableProxyType : _PyWeakref_ProxyType)
  if (callback !== NULL) {
    insert_other($result, list)
    return $result
  }
  const head = i32[list >> 2] as Ref
  const proxy = basicProxy(head)
  if (proxy !== NULL) {
    Py_DECREF($result)
    return Py_NewRef(proxy)
  }
  const ref = basicRef(head)
  if (ref === NULL) insert_head($result, list)
  else insert_after($result, ref)
  return $result
}

defineType(_PyWeakref_RefType, {
  name: "weakref.ReferenceType",
  basicsize: PyWeakReference.SIZE,
  flags: TPFLAGS.HAVE_GC | TPFLAGS.HAVE_VECTORCALL | TPFLAGS.BASETYPE,
  vectorcall_offset: PyWeakReference.vectorcall,
  dealloc: weakref_dealloc,
  call: PyVectorcall_Call,
  repr: weakref_repr,
  hash: weakref_hash,
  traverse: gc_traverse,
  clear: gc_clear,
  richcompare: weakref_richcompare,
  methods: [["__class_getitem__", Py_GenericAlias, METH.O | METH.CLASS, "See PEP 585"]],
  members: [["__callback__", T.OBJECT, PyWeakReference.wr_callback, READONLY]],
  init: weakref_init,
  alloc: PyType_GenericAlloc,
  new: weakref_new,
  free: PyObject_GC_Del,
})
