import { ptr, setptr } from "../heap/access.ts"
import { fn, fnIndex } from "../heap/fntable.ts"
import { hashHi, ret64 } from "../heap/int64.ts"
import { PyCFunctionObject, PyCMethodObject, PyMethodDef } from "../heap/layout.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { Py_DECREF, Py_NewRef, Py_SIZE, Py_TYPE, Py_XDECREF, Py_XNewRef } from "../heap/refcount.ts"
import { Py_TRASHCAN_BEGIN, Py_TRASHCAN_END } from "../heap/trashcan.ts"
import { ID } from "../heap/statics.ts"
import { i32 } from "../heap/views.ts"
import { PyObject_GC_Del, PyObject_GC_UnTrack, _PyObject_GC_New, _PyObject_GC_TRACK } from "../gc/gcmodule.ts"
import { PyVectorcall_Call, PyVectorcall_NARGS, _Py_CheckFunctionResult } from "./call.ts"
import { defineType } from "./define.ts"
import { PyDict_GET_SIZE } from "./dictobject.ts"
import { PyErr_BadInternalCall, PyErr_SetString, Py_EnterRecursiveCall, Py_LeaveRecursiveCall } from "./errors.ts"
import { PyModule_Check } from "./moduleobject.ts"
import { PyObject_GenericGetAttr, PyObject_GetAttr, _PyObject_FunctionStr, addressJS, cstringJS, typeName } from "./object.ts"
import { _Py_HashPointer } from "./pyhash.ts"
import { METH, Py, T, TPFLAGS, type visitproc } from "./slots.ts"
import {
  PyCFunction_Type,
  PyCMethod_Type,
  PyExc_SystemError,
  PyExc_TypeError,
  Py_False,
  Py_None,
  Py_NotImplemented,
  Py_True,
} from "./statictypes.ts"
import { PyTuple_Pack2 } from "./tupleobject.ts"
import { PyObject_TypeCheck, PyType_Check, _PyType_GetDocFromInternalDoc, _PyType_GetTextSignatureFromInternalDoc } from "./typeobject.ts"
import { PyUnicode_AsJS, PyUnicode_Check, PyUnicode_FromString } from "./unicodeobject.ts"
import { upcalls } from "./upcalls.ts"
import { PyObject_ClearWeakRefs } from "./weakrefobject.ts"

// Objects/methodobject.c: built-in functions and bound built-in methods.

const __qualname__ = ID("__qualname__")
const id_getattr = ID("getattr")

const VC_FASTCALL = fnIndex(cfunction_vectorcall_FASTCALL)
const VC_FASTCALL_KEYWORDS = fnIndex(cfunction_vectorcall_FASTCALL_KEYWORDS)
const VC_FASTCALL_KEYWORDS_METHOD = fnIndex(cfunction_vectorcall_FASTCALL_KEYWORDS_METHOD)
const VC_NOARGS = fnIndex(cfunction_vectorcall_NOARGS)
const VC_O = fnIndex(cfunction_vectorcall_O)

// The signatures of ml_meth.
export type MethNoArgs = (self: Ref, ignored: Ref) => Own
export type MethO = (self: Ref, arg: Ref) => Own
export type MethVarargs = (self: Ref, args: Ref) => Own
export type MethVarargsKeywords = (self: Ref, args: Ref, kwargs: Ref) => Own
export type MethFastcall = (self: Ref, args: number, nargs: number) => Own
export type MethFastcallKeywords = (self: Ref, args: number, nargs: number, kwnames: Ref) => Own
export type MethMethod = (self: Ref, cls: Ref, args: number, nargs: number, kwnames: Ref) => Own

export const METH_CONVENTION = METH.VARARGS | METH.FASTCALL | METH.NOARGS | METH.O | METH.KEYWORDS | METH.METHOD

export function PyCFunction_Check(op: Ref): boolean {
  return PyObject_TypeCheck(op, PyCFunction_Type)
}
export function PyCFunction_CheckExact(op: Ref): boolean {
  return Py_TYPE(op) === PyCFunction_Type
}
export function PyCMethod_Check(op: Ref): boolean {
  return PyObject_TypeCheck(op, PyCMethod_Type)
}
export function PyCMethod_CheckExact(op: Ref): boolean {
  return Py_TYPE(op) === PyCMethod_Type
}
/** Index of the native function. */
export function PyCFunction_GET_FUNCTION(op: Ref): number {
  return i32[(i32[(op + PyCFunctionObject.m_ml) >> 2] + PyMethodDef.ml_meth) >> 2]
}
export function PyCFunction_GET_FLAGS(op: Ref): number {
  return i32[(i32[(op + PyCFunctionObject.m_ml) >> 2] + PyMethodDef.ml_flags) >> 2]
}
/** The bound object: borrowed; NULL for METH_STATIC functions. */
export function PyCFunction_GET_SELF(op: Ref): Ref {
  return (PyCFunction_GET_FLAGS(op) & METH.STATIC) !== 0 ? NULL : ptr(op + PyCFunctionObject.m_self)
}
export function PyCFunction_GET_CLASS(op: Ref): Ref {
  return (PyCFunction_GET_FLAGS(op) & METH.METHOD) !== 0 ? ptr(op + PyCMethodObject.mm_class) : NULL
}
export function PyCFunction_GetFunction(op: Ref): number {
  if (PyCFunction_Check(op)) return PyCFunction_GET_FUNCTION(op)
  PyErr_BadInternalCall()
  return 0
}
export function PyCFunction_GetSelf(op: Ref): Ref {
  return PyCFunction_Check(op) ? PyCFunction_GET_SELF(op) : PyErr_BadInternalCall()
}
export function PyCFunction_GetFlags(op: Ref): number {
  if (PyCFunction_Check(op)) return PyCFunction_GET_FLAGS(op)
  PyErr_BadInternalCall()
  return -1
}
/** ml_name as a JavaScript string. */
export function methodName(ml: number): string {
  return cstringJS(ptr(ml + PyMethodDef.ml_name))
}

export function PyCFunction_New(ml: number, self: Ref): Own {
  return PyCMethod_New(ml, self, NULL, NULL)
}
/** A built-in function over the PyMethodDef at `ml`; self and module (a name) may be NULL. */
export function PyCFunction_NewEx(ml: number, self: Ref, module: Ref): Own {
  return PyCMethod_New(ml, self, module, NULL)
}
export function PyCMethod_New(ml: number, self: Ref, module: Ref, cls: Ref): Own {
  const flags = i32[(ml + PyMethodDef.ml_flags) >> 2]
  let vectorcall: number
  switch (flags & METH_CONVENTION) {
    case METH.VARARGS:
    case METH.VARARGS | METH.KEYWORDS:
      vectorcall = 0
      break
    case METH.FASTCALL:
      vectorcall = VC_FASTCALL
      break
    case METH.FASTCALL | METH.KEYWORDS:
      vectorcall = VC_FASTCALL_KEYWORDS
      break
    case METH.NOARGS:
      vectorcall = VC_NOARGS
      break
    case METH.O:
      vectorcall = VC_O
      break
    case METH.METHOD | METH.FASTCALL | METH.KEYWORDS:
      vectorcall = VC_FASTCALL_KEYWORDS_METHOD
      break
    default:
      return PyErr_SetString(PyExc_SystemError, `${methodName(ml)}() method: bad call flags`)
  }
  let $op: Own
  if ((flags & METH.METHOD) !== 0) {
    if (cls === NULL) {
      return PyErr_SetString(PyExc_SystemError, "attempting to create PyCMethod with a METH_METHOD flag but no class")
    }
    $op = _PyObject_GC_New(PyCMethod_Type)
    if ($op === NULL) return NULL
    setptr($op + PyCMethodObject.mm_class, Py_NewRef(cls))
  } else {
    if (cls !== NULL) {
      return PyErr_SetString(PyExc_SystemError, "attempting to create PyCFunction with class but no METH_METHOD flag")
    }
    $op = _PyObject_GC_New(PyCFunction_Type)
    if ($op === NULL) return NULL
  }
  setptr($op + PyCFunctionObject.m_weakreflist, 0)
  setptr($op + PyCFunctionObject.m_ml, ml)
  setptr($op + PyCFunctionObject.m_self, Py_XNewRef(self))
  setptr($op + PyCFunctionObject.m_module, Py_XNewRef(module))
  setptr($op + PyCFunctionObject.vectorcall, vectorcall)
  _PyObject_GC_TRACK($op)
  return $op
}

// ---- calls ----

function functionError(func: Ref, what: string): Own {
  const $name = _PyObject_FunctionStr(func)
  if ($name === NULL) return NULL
  PyErr_SetString(PyExc_TypeError, `${PyUnicode_AsJS($name)} ${what}`)
  Py_DECREF($name)
  return NULL
}
function noKeywords(func: Ref, kwnames: Ref): boolean {
  if (kwnames === NULL || Py_SIZE(kwnames) === 0) return true
  functionError(func, "takes no keyword arguments")
  return false
}
const WHERE = " while calling a Python object"

export function cfunction_vectorcall_FASTCALL(func: Ref, args: number, nargsf: number, kwnames: Ref): Own {
  if (!noKeywords(func, kwnames)) return NULL
  if (Py_EnterRecursiveCall(WHERE) !== 0) return NULL
  const res = fn<MethFastcall>(PyCFunction_GET_FUNCTION(func))(PyCFunction_GET_SELF(func), args, PyVectorcall_NARGS(nargsf))
  Py_LeaveRecursiveCall()
  return res
}
export function cfunction_vectorcall_FASTCALL_KEYWORDS(func: Ref, args: number, nargsf: number, kwnames: Ref): Own {
  if (Py_EnterRecursiveCall(WHERE) !== 0) return NULL
  const res = fn<MethFastcallKeywords>(PyCFunction_GET_FUNCTION(func))(
    PyCFunction_GET_SELF(func),
    args,
    PyVectorcall_NARGS(nargsf),
    kwnames,
  )
  Py_LeaveRecursiveCall()
  return res
}
function cfunction_vectorcall_FASTCALL_KEYWORDS_METHOD(func: Ref, args: number, nargsf: number, kwnames: Ref): Own {
  if (Py_EnterRecursiveCall(WHERE) !== 0) return NULL
  const cls = PyCFunction_GET_CLASS(func)
  const res = fn<MethMethod>(PyCFunction_GET_FUNCTION(func))(PyCFunction_GET_SELF(func), cls, args, PyVectorcall_NARGS(nargsf), kwnames)
  Py_LeaveRecursiveCall()
  return res
}
export function cfunction_vectorcall_NOARGS(func: Ref, _args: number, nargsf: number, kwnames: Ref): Own {
  if (!noKeywords(func, kwnames)) return NULL
  const nargs = PyVectorcall_NARGS(nargsf)
  if (nargs !== 0) return functionError(func, `takes no arguments (${nargs} given)`)
  if (Py_EnterRecursiveCall(WHERE) !== 0) return NULL
  const res = fn<MethNoArgs>(PyCFunction_GET_FUNCTION(func))(PyCFunction_GET_SELF(func), NULL)
  Py_LeaveRecursiveCall()
  return res
}
export function cfunction_vectorcall_O(func: Ref, args: number, nargsf: number, kwnames: Ref): Own {
  if (!noKeywords(func, kwnames)) return NULL
  const nargs = PyVectorcall_NARGS(nargsf)
  if (nargs !== 1) return functionError(func, `takes exactly one argument (${nargs} given)`)
  if (Py_EnterRecursiveCall(WHERE) !== 0) return NULL
  const res = fn<MethO>(PyCFunction_GET_FUNCTION(func))(PyCFunction_GET_SELF(func), ptr(args))
  Py_LeaveRecursiveCall()
  return res
}
function cfunction_call(func: Ref, args: Ref, kwargs: Ref): Own {
  const flags = PyCFunction_GET_FLAGS(func)
  if ((flags & METH.VARARGS) === 0) return PyVectorcall_Call(func, args, kwargs)
  const meth = PyCFunction_GET_FUNCTION(func)
  const self = PyCFunction_GET_SELF(func)
  let res: Own
  if ((flags & METH.KEYWORDS) !== 0) res = fn<MethVarargsKeywords>(meth)(self, args, kwargs)
  else {
    if (kwargs !== NULL && PyDict_GET_SIZE(kwargs) !== 0) {
      const name = methodName(ptr(func + PyCFunctionObject.m_ml)).slice(0, 200)
      return PyErr_SetString(PyExc_TypeError, `${name}() takes no keyword arguments`)
    }
    res = fn<MethVarargs>(meth)(self, args)
  }
  return _Py_CheckFunctionResult(func, res)
}

// ---- attributes ----

function mlOf(m: Ref): number {
  return ptr(m + PyCFunctionObject.m_ml)
}
/** A function of a module rather than a method of an object? */
function isFunction(self: Ref): boolean {
  return self === NULL || PyModule_Check(self)
}
/** (getattr, (obj, name)): how methods and descriptors are pickled. Steals `$name`. */
export function reduceGetattr(obj: Ref, $name: Own): Own {
  if ($name === NULL) return NULL
  const $getattr = upcalls.getBuiltin(id_getattr)
  const $args = $getattr === NULL ? NULL : PyTuple_Pack2(obj, $name)
  Py_DECREF($name)
  const $res = $args === NULL ? NULL : PyTuple_Pack2($getattr, $args)
  Py_XDECREF($args)
  Py_XDECREF($getattr)
  return $res
}
function meth_reduce(m: Ref): Own {
  const self = ptr(m + PyCFunctionObject.m_self)
  const $name = PyUnicode_FromString(methodName(mlOf(m)))
  return isFunction(self) ? $name : reduceGetattr(self, $name)
}
function meth_get__text_signature__(m: Ref, _closure: number): Own {
  return _PyType_GetTextSignatureFromInternalDoc(methodName(mlOf(m)), ptr(mlOf(m) + PyMethodDef.ml_doc))
}
function meth_get__doc__(m: Ref, _closure: number): Own {
  return _PyType_GetDocFromInternalDoc(methodName(mlOf(m)), ptr(mlOf(m) + PyMethodDef.ml_doc))
}
function meth_get__name__(m: Ref, _closure: number): Own {
  return PyUnicode_FromString(methodName(mlOf(m)))
}
function meth_get__qualname__(m: Ref, _closure: number): Own {
  const self = ptr(m + PyCFunctionObject.m_self)
  const name = methodName(mlOf(m))
  if (isFunction(self)) return PyUnicode_FromString(name)
  const $qualname = PyObject_GetAttr(PyType_Check(self) ? self : Py_TYPE(self), __qualname__)
  if ($qualname === NULL) return NULL
  let $res: Own = NULL
  if (PyUnicode_Check($qualname)) $res = PyUnicode_FromString(`${PyUnicode_AsJS($qualname)}.${name}`)
  else PyErr_SetString(PyExc_TypeError, "<method>.__class__.__qualname__ is not a unicode object")
  Py_DECREF($qualname)
  return $res
}
function meth_get__self__(m: Ref, _closure: number): Own {
  const self = PyCFunction_GET_SELF(m)
  return Py_NewRef(self === NULL ? Py_None : self)
}
function meth_repr(m: Ref): Own {
  const self = ptr(m + PyCFunctionObject.m_self)
  const name = methodName(mlOf(m))
  if (isFunction(self)) return PyUnicode_FromString(`<built-in function ${name}>`)
  return PyUnicode_FromString(`<built-in method ${name} of ${typeName(self)} object at ${addressJS(self)}>`)
}
function meth_richcompare(a: Ref, b: Ref, op: number): Own {
  if ((op !== Py.EQ && op !== Py.NE) || !PyCFunction_Check(a) || !PyCFunction_Check(b)) return Py_NewRef(Py_NotImplemented)
  const eq =
    ptr(a + PyCFunctionObject.m_self) === ptr(b + PyCFunctionObject.m_self) && PyCFunction_GET_FUNCTION(a) === PyCFunction_GET_FUNCTION(b)
  return Py_NewRef(eq === (op === Py.EQ) ? Py_True : Py_False)
}
function meth_hash(a: Ref): number {
  let lo = _Py_HashPointer(ptr(a + PyCFunctionObject.m_self))
  let hi = hashHi
  lo ^= _Py_HashPointer(PyCFunction_GET_FUNCTION(a))
  hi ^= hashHi
  return lo === -1 && hi === -1 ? ret64(-2, -1) : ret64(lo, hi)
}
function meth_dealloc(m: Ref): void {
  PyObject_GC_UnTrack(m)
  if (!Py_TRASHCAN_BEGIN(m, meth_dealloc)) return
  if (ptr(m + PyCFunctionObject.m_weakreflist) !== NULL) PyObject_ClearWeakRefs(m)
  Py_XDECREF(PyCFunction_GET_CLASS(m))
  Py_XDECREF(ptr(m + PyCFunctionObject.m_self))
  Py_XDECREF(ptr(m + PyCFunctionObject.m_module))
  PyObject_GC_Del(m)
  Py_TRASHCAN_END()
}
function meth_traverse(m: Ref, visit: visitproc, arg: number): number {
  const cls = PyCFunction_GET_CLASS(m)
  const self = ptr(m + PyCFunctionObject.m_self)
  const module = ptr(m + PyCFunctionObject.m_module)
  let r = 0
  if (cls !== NULL) r = visit(cls, arg)
  if (r === 0 && self !== NULL) r = visit(self, arg)
  if (r === 0 && module !== NULL) r = visit(module, arg)
  return r
}

defineType(PyCFunction_Type, {
  name: "builtin_function_or_method",
  basicsize: PyCFunctionObject.SIZE,
  flags: TPFLAGS.HAVE_GC | TPFLAGS.HAVE_VECTORCALL,
  vectorcall_offset: PyCFunctionObject.vectorcall,
  weaklistoffset: PyCFunctionObject.m_weakreflist,
  dealloc: meth_dealloc,
  repr: meth_repr,
  hash: meth_hash,
  call: cfunction_call,
  getattro: PyObject_GenericGetAttr,
  traverse: meth_traverse,
  richcompare: meth_richcompare,
  methods: [["__reduce__", meth_reduce, METH.NOARGS]],
  members: [["__module__", T.OBJECT, PyCFunctionObject.m_module, 0]],
  getset: [
    ["__doc__", meth_get__doc__],
    ["__name__", meth_get__name__],
    ["__qualname__", meth_get__qualname__],
    ["__self__", meth_get__self__],
    ["__text_signature__", meth_get__text_signature__],
  ],
})
defineType(PyCMethod_Type, { name: "builtin_method", basicsize: PyCMethodObject.SIZE, base: PyCFunction_Type })
