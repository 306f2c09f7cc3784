import { memcpy, ptr, setptr } from "../heap/access.ts"
import { calloca, cstackMark, cstackReset } from "../heap/cstack.ts"
import { fn, fnIndex } from "../heap/fntable.ts"
import { hashHi, ret64 } from "../heap/int64.ts"
import { PyInstanceMethodObject, PyMethodObject, PyTypeObject } from "../heap/layout.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { Py_DECREF, Py_NewRef, Py_SIZE, Py_TYPE, Py_XDECREF } from "../heap/refcount.ts"
import { ID } from "../heap/statics.ts"
import { i32 } from "../heap/views.ts"
import { PyObject_GC_Del, _PyObject_GC_New, _PyObject_GC_TRACK, _PyObject_GC_UNTRACK } from "../gc/gcmodule.ts"
import { PyObject_Call, PyObject_Vectorcall, PyVectorcall_Call, PyVectorcall_NARGS } from "./call.ts"
import { defineType } from "./define.ts"
import { PyErr_BadInternalCall, PyErr_Occurred, PyErr_SetString } from "./errors.ts"
import { PyArg_UnpackTuple, _PyArg_CheckPositional, _PyArg_NoKeywords } from "./getargs.ts"
import { reduceGetattr } from "./methodobject.ts"
import {
  PyCallable_Check,
  PyObject_GenericSetAttr,
  PyObject_GetAttr,
  PyObject_Hash,
  PyObject_RichCompareBool,
  _PyObject_LookupAttr,
  addressJS,
  reprJS,
} from "./object.ts"
import { _Py_HashPointer } from "./pyhash.ts"
import { METH, PY_VECTORCALL_ARGUMENTS_OFFSET, Py, READONLY, T, TPFLAGS, type descrgetfunc, type visitproc } from "./slots.ts"
import { PyExc_TypeError, PyInstanceMethod_Type, PyMethod_Type, Py_False, Py_None, Py_NotImplemented, Py_True } from "./statictypes.ts"
import { PyTuple_GET_ITEM } from "./tupleobject.ts"
import { _PyType_Lookup } from "./typeobject.ts"
import { PyUnicode_AsJS, PyUnicode_Check, PyUnicode_FromString } from "./unicodeobject.ts"
import { PyObject_ClearWeakRefs } from "./weakrefobject.ts"

// Objects/classobject.c: bound methods and instancemethod.

const __name__ = ID("__name__")
const __qualname__ = ID("__qualname__")
const __doc__ = ID("__doc__")
const VECTORCALL = fnIndex(method_vectorcall)

export function PyMethod_Check(op: Ref): boolean {
  return Py_TYPE(op) === PyMethod_Type
}
export function PyMethod_GET_FUNCTION(op: Ref): Ref {
  return ptr(op + PyMethodObject.im_func)
}
export function PyMethod_GET_SELF(op: Ref): Ref {
  return ptr(op + PyMethodObject.im_self)
}
export function PyMethod_Function(op: Ref): Ref {
  return PyMethod_Check(op) ? PyMethod_GET_FUNCTION(op) : PyErr_BadInternalCall()
}
export function PyMethod_Self(op: Ref): Ref {
  return PyMethod_Check(op) ? PyMethod_GET_SELF(op) : PyErr_BadInternalCall()
}

/** Call the function with the object put before the arguments; args[-1] is borrowed for it when the caller allows that. */
export function method_vectorcall(method: Ref, args: number, nargsf: number, kwnames: Ref): Own {
  const self = PyMethod_GET_SELF(method)
  const func = PyMethod_GET_FUNCTION(method)
  const nargs = PyVectorcall_NARGS(nargsf)
  if ((nargsf & PY_VECTORCALL_ARGUMENTS_OFFSET) !== 0) {
    const w = (args - 8) >> 2
    const lo = i32[w]
    const hi = i32[w + 1]
    i32[w] = self
    i32[w + 1] = 0
    const $res = PyObject_Vectorcall(func, args - 8, nargs + 1, kwnames)
    i32[w] = lo
    i32[w + 1] = hi
    return $res
  }
  const total = nargs + (kwnames === NULL ? 0 : Py_SIZE(kwnames))
  const mark = cstackMark()
  const newargs = calloca(8 * (total + 1))
  setptr(newargs, self)
  memcpy(newargs + 8, args, 8 * total)
  const $res = PyObject_Vectorcall(func, newargs, nargs + 1, kwnames)
  cstackReset(mark)
  return $res
}
/** A bound method: owned, or NULL with the error set. */
export function PyMethod_New(func: Ref, self: Ref): Own {
  if (self === NULL) return PyErr_BadInternalCall()
  const $im = _PyObject_GC_New(PyMethod_Type)
  if ($im === NULL) return NULL
  setptr($im + PyMethodObject.im_weakreflist, 0)
  setptr($im + PyMethodObject.im_func, Py_NewRef(func))
  setptr($im + PyMethodObject.im_self, Py_NewRef(self))
  setptr($im + PyMethodObject.vectorcall, VECTORCALL)
  _PyObject_GC_TRACK($im)
  return $im
}

function method___reduce__(self: Ref): Own {
  return reduceGetattr(PyMethod_GET_SELF(self), PyObject_GetAttr(PyMethod_GET_FUNCTION(self), __name__))
}
function method_get_doc(im: Ref, _closure: number): Own {
  return PyObject_GetAttr(PyMethod_GET_FUNCTION(im), __doc__)
}
/** Attributes of the method type first, then those of the function. */
function getattroThrough(obj: Ref, name: Ref, func: Ref): Own {
  const tp = Py_TYPE(obj)
  const descr = _PyType_Lookup(tp, name)
  if (descr === NULL) return PyObject_GetAttr(func, name)
  const get = ptr(Py_TYPE(descr) + PyTypeObject.tp_descr_get)
  return get === 0 ? Py_NewRef(descr) : fn<descrgetfunc>(get)(descr, obj, tp)
}
function method_getattro(obj: Ref, name: Ref): Own {
  return getattroThrough(obj, name, PyMethod_GET_FUNCTION(obj))
}
function method_new(_type: Ref, args: Ref, kwargs: Ref): Own {
  if (!_PyArg_NoKeywords("method", kwargs) || !_PyArg_CheckPositional("method", Py_SIZE(args), 2, 2)) return NULL
  const func = PyTuple_GET_ITEM(args, 0)
  const instance = PyTuple_GET_ITEM(args, 1)
  if (!PyCallable_Check(func)) return PyErr_SetString(PyExc_TypeError, "first argument must be callable")
  if (instance === Py_None) return PyErr_SetString(PyExc_TypeError, "instance must not be None")
  return PyMethod_New(func, instance)
}
function method_dealloc(im: Ref): void {
  _PyObject_GC_UNTRACK(im)
  if (ptr(im + PyMethodObject.im_weakreflist) !== NULL) PyObject_ClearWeakRefs(im)
  Py_DECREF(PyMethod_GET_FUNCTION(im))
  Py_XDECREF(PyMethod_GET_SELF(im))
  PyObject_GC_Del(im)
}
function equality(eq: boolean, op: number): Own {
  return Py_NewRef(eq === (op === Py.EQ) ? Py_True : Py_False)
}
function method_richcompare(a: Ref, b: Ref, op: number): Own {
  if ((op !== Py.EQ && op !== Py.NE) || !PyMethod_Check(a) || !PyMethod_Check(b)) return Py_NewRef(Py_NotImplemented)
  const eq = PyObject_RichCompareBool(PyMethod_GET_FUNCTION(a), PyMethod_GET_FUNCTION(b), Py.EQ)
  return eq < 0 ? NULL : equality(eq === 1 && PyMethod_GET_SELF(a) === PyMethod_GET_SELF(b), op)
}
/** The function's name attribute if it is a str, "?" if not; null with the error set. */
function nameOf(func: Ref, attrs: readonly Ref[]): string | null {
  let $name: Own = NULL
  for (const attr of attrs) {
    $name = _PyObject_LookupAttr(func, attr)
    if ($name !== NULL) break
    if (PyErr_Occurred()) return null
  }
  const name = $name !== NULL && PyUnicode_Check($name) ? PyUnicode_AsJS($name) : "?"
  Py_XDECREF($name)
  return name
}
function method_repr(a: Ref): Own {
  const name = nameOf(PyMethod_GET_FUNCTION(a), [__qualname__, __name__])
  const self = name === null ? null : reprJS(PyMethod_GET_SELF(a))
  return self === null ? NULL : PyUnicode_FromString(`<bound method ${name} of ${self}>`)
}
function method_hash(a: Ref): number {
  let lo = _Py_HashPointer(PyMethod_GET_SELF(a))
  let hi = hashHi
  const y = PyObject_Hash(PyMethod_GET_FUNCTION(a))
  if (y === -1 && hashHi === -1) return ret64(-1, -1)
  lo ^= y
  hi ^= hashHi
  return lo === -1 && hi === -1 ? ret64(-2, -1) : ret64(lo, hi)
}
function method_traverse(im: Ref, visit: visitproc, arg: number): number {
  return visit(PyMethod_GET_FUNCTION(im), arg) || visit(PyMethod_GET_SELF(im), arg)
}

defineType(PyMethod_Type, {
  name: "method",
  basicsize: PyMethodObject.SIZE,
  flags: TPFLAGS.HAVE_GC | TPFLAGS.HAVE_VECTORCALL,
  doc: "(function, instance, /)\n--\n\nCreate a bound instance method object.",
  vectorcall_offset: PyMethodObject.vectorcall,
  weaklistoffset: PyMethodObject.im_weakreflist,
  dealloc: method_dealloc,
  repr: method_repr,
  hash: method_hash,
  call: PyVectorcall_Call,
  getattro: method_getattro,
  setattro: PyObject_GenericSetAttr,
  traverse: method_traverse,
  richcompare: method_richcompare,
  new: method_new,
  methods: [["__reduce__", method___reduce__, METH.NOARGS, "($self, /)\n--\n\n"]],
  members: [
    ["__func__", T.OBJECT, PyMethodObject.im_func, READONLY, "the function (or other callable) implementing a method"],
    ["__self__", T.OBJECT, PyMethodObject.im_self, READONLY, "the instance to which a method is bound"],
  ],
  getset: [["__doc__", method_get_doc]],
})

// ---- instancemethod ----

function funcOf(im: Ref): Ref {
  return ptr(im + PyInstanceMethodObject.func)
}
export function PyInstanceMethod_Check(op: Ref): boolean {
  return Py_TYPE(op) === PyInstanceMethod_Type
}
export function PyInstanceMethod_New(func: Ref): Own {
  const $method = _PyObject_GC_New(PyInstanceMethod_Type)
  if ($method === NULL) return NULL
  setptr($method + PyInstanceMethodObject.func, Py_NewRef(func))
  _PyObject_GC_TRACK($method)
  return $method
}
export function PyInstanceMethod_Function(im: Ref): Ref {
  return PyInstanceMethod_Check(im) ? funcOf(im) : PyErr_BadInternalCall()
}
function instancemethod_get_doc(self: Ref, _closure: number): Own {
  return PyObject_GetAttr(funcOf(self), __doc__)
}
function instancemethod_getattro(self: Ref, name: Ref): Own {
  return getattroThrough(self, name, funcOf(self))
}
function instancemethod_dealloc(self: Ref): void {
  _PyObject_GC_UNTRACK(self)
  Py_DECREF(funcOf(self))
  PyObject_GC_Del(self)
}
function instancemethod_traverse(self: Ref, visit: visitproc, arg: number): number {
  return visit(funcOf(self), arg)
}
function instancemethod_call(self: Ref, args: Ref, kw: Ref): Own {
  return PyObject_Call(funcOf(self), args, kw)
}
function instancemethod_descr_get(descr: Ref, obj: Ref, _type: Ref): Own {
  return obj === NULL ? Py_NewRef(funcOf(descr)) : PyMethod_New(funcOf(descr), obj)
}
function instancemethod_richcompare(a: Ref, b: Ref, op: number): Own {
  if ((op !== Py.EQ && op !== Py.NE) || !PyInstanceMethod_Check(a) || !PyInstanceMethod_Check(b)) return Py_NewRef(Py_NotImplemented)
  const eq = PyObject_RichCompareBool(funcOf(a), funcOf(b), Py.EQ)
  return eq < 0 ? NULL : equality(eq === 1, op)
}
function instancemethod_repr(self: Ref): Own {
  const name = nameOf(funcOf(self), [__name__])
  return name === null ? NULL : PyUnicode_FromString(`<instancemethod ${name} at ${addressJS(self)}>`)
}
function instancemethod_new(_type: Ref, args: Ref, kwargs: Ref): Own {
  if (!_PyArg_NoKeywords("instancemethod", kwargs)) return NULL
  const a = PyArg_UnpackTuple(args, "instancemethod", 1, 1)
  if (a === 0) return NULL
  if (!PyCallable_Check(ptr(a))) return PyErr_SetString(PyExc_TypeError, "first argument must be callable")
  return PyInstanceMethod_New(ptr(a))
}

defineType(PyInstanceMethod_Type, {
  name: "instancemethod",
  basicsize: PyInstanceMethodObject.SIZE,
  flags: TPFLAGS.HAVE_GC,
  doc: "(function, /)\n--\n\nBind a function to a class.",
  dealloc: instancemethod_dealloc,
  repr: instancemethod_repr,
  call: instancemethod_call,
  getattro: instancemethod_getattro,
  setattro: PyObject_GenericSetAttr,
  traverse: instancemethod_traverse,
  richcompare: instancemethod_richcompare,
  descr_get: instancemethod_descr_get,
  new: instancemethod_new,
  members: [["__func__", T.OBJECT, PyInstanceMethodObject.func, READONLY, "the function (or other callable) implementing a method"]],
  getset: [["__doc__", instancemethod_get_doc]],
})
