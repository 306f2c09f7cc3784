import { ptr, setptr } from "../../heap/access.ts"
import { fn, fnIndex } from "../../heap/fntable.ts"
import {
  PyDescrObject,
  PyGetSetDef,
  PyGetSetDescrObject,
  PyMemberDef,
  PyMemberDescrObject,
  PyMethodDef,
  PyMethodDescrObject,
  PyTupleObject,
  PyTypeObject,
  PyWrapperDescrObject,
} from "../../heap/layout.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_DECREF, Py_NewRef, Py_SIZE, Py_TYPE, Py_XDECREF, Py_XNewRef } from "../../heap/refcount.ts"
import { ID } from "../../heap/statics.ts"
import { i32 } from "../../heap/views.ts"
import { PyObject_GC_Del, _PyObject_GC_UNTRACK } from "../../gc/gcmodule.ts"
import { _PyObject_RealIsSubclass } from "../abstract.ts"
import { PyObject_VectorcallDict, PyVectorcall_Call, PyVectorcall_NARGS, _PyStack_AsDict } from "../call.ts"
import { type GetSetSpec, type MemberSpec, type MethodSpec, defineType } from "../define.ts"
import { PyDict_Check, PyDict_GET_SIZE } from "../dictobject.ts"
import { PyErr_SetString, Py_EnterRecursiveCall, Py_LeaveRecursiveCall } from "../errors.ts"
import {
  METH_CONVENTION,
  type MethFastcall,
  type MethFastcallKeywords,
  type MethMethod,
  type MethNoArgs,
  type MethO,
  type MethVarargs,
  type MethVarargsKeywords,
  PyCFunction_NewEx,
  PyCMethod_New,
  methodName,
  reduceGetattr,
} from "../methodobject.ts"
import { PyObject_GenericGetAttr, PyObject_GetAttr, _PyObject_FunctionStr, cstringJS, tp_name_js, typeName } from "../object.ts"
import { METH, READONLY, T, TPFLAGS, type getter, type setter, type visitproc } from "../slots.ts"
import {
  PyClassMethodDescr_Type,
  PyExc_AttributeError,
  PyExc_SystemError,
  PyExc_TypeError,
  PyGetSetDescr_Type,
  PyMemberDescr_Type,
  PyMethodDescr_Type,
  PyWrapperDescr_Type,
  Py_None,
} from "../statictypes.ts"
import { PyMember_GetOne, PyMember_SetOne } from "../structmember.ts"
import { PyTuple_GET_ITEM, PyTuple_GetSlice, _PyTuple_FromArray } from "../tupleobject.ts"
import {
  PyObject_TypeCheck,
  PyType_Check,
  PyType_GenericAlloc,
  PyType_IsSubtype,
  PyWrapperFlag_KEYWORDS,
  _PyType_GetDocFromInternalDoc,
  _PyType_GetTextSignatureFromInternalDoc,
  wrapperbase,
  type wrapperfunc,
} from "../typeobject.ts"
import { PyUnicode_AsJS, PyUnicode_Check, PyUnicode_FromString, PyUnicode_InternFromString } from "../unicodeobject.ts"
import { PyWrapper_New } from "./methodwrapper.ts"

// Objects/descrobject.c: descriptors of built-in types' methods, members, getsets and slots.

const __qualname__ = ID("__qualname__")

export function PyDescr_TYPE(descr: Ref): Ref {
  return ptr(descr + PyDescrObject.d_type)
}
export function PyDescr_NAME(descr: Ref): Ref {
  return ptr(descr + PyDescrObject.d_name)
}
/** Does the object's type define __set__ or __delete__? */
export function PyDescr_IsData(ob: Ref): boolean {
  return i32[(Py_TYPE(ob) + PyTypeObject.tp_descr_set) >> 2] !== 0
}
function fail(exc: Ref, message: string): Own {
  PyErr_SetString(exc, message)
  return NULL
}
function descr_name(descr: Ref): string {
  const name = PyDescr_NAME(descr)
  return name !== NULL && PyUnicode_Check(name) ? PyUnicode_AsJS(name) : "?"
}
/** tp_name of the type the descriptor belongs to, cut as in C's %.100s. */
function ownerName(descr: Ref): string {
  return tp_name_js(PyDescr_TYPE(descr)).slice(0, 100)
}

function descr_dealloc(descr: Ref): void {
  _PyObject_GC_UNTRACK(descr)
  Py_XDECREF(ptr(descr + PyDescrObject.d_type))
  Py_XDECREF(ptr(descr + PyDescrObject.d_name))
  Py_XDECREF(ptr(descr + PyDescrObject.d_qualname))
  PyObject_GC_Del(descr)
}
function descr_traverse(self: Ref, visit: visitproc, arg: number): number {
  const type = PyDescr_TYPE(self)
  return type === NULL ? 0 : visit(type, arg)
}
function descr_repr(kind: string, descr: Ref): Own {
  return PyUnicode_FromString(`<${kind} '${descr_name(descr)}' of '${tp_name_js(PyDescr_TYPE(descr))}' objects>`)
}
function method_repr(descr: Ref): Own {
  return descr_repr("method", descr)
}
function member_repr(descr: Ref): Own {
  return descr_repr("member", descr)
}
function getset_repr(descr: Ref): Own {
  return descr_repr("attribute", descr)
}
function wrapperdescr_repr(descr: Ref): Own {
  return descr_repr("slot wrapper", descr)
}

function descr_check(descr: Ref, obj: Ref): boolean {
  if (PyObject_TypeCheck(obj, PyDescr_TYPE(descr))) return true
  fail(
    PyExc_TypeError,
    `descriptor '${descr_name(descr)}' for '${ownerName(descr)}' objects doesn't apply to a '${typeName(obj).slice(0, 100)}' object`,
  )
  return false
}

// ---- __get__ and __set__ ----

function classmethod_get(descr: Ref, obj: Ref, type: Ref): Own {
  if (type === NULL) {
    if (obj === NULL) {
      return fail(PyExc_TypeError, `descriptor '${descr_name(descr)}' for type '${ownerName(descr)}' needs either an object or a type`)
    }
    type = Py_TYPE(obj)
  }
  if (!PyType_Check(type)) {
    const got = typeName(type).slice(0, 100)
    return fail(PyExc_TypeError, `descriptor '${descr_name(descr)}' for type '${ownerName(descr)}' needs a type, not a '${got}' as arg 2`)
  }
  if (!PyType_IsSubtype(type, PyDescr_TYPE(descr))) {
    const got = tp_name_js(type).slice(0, 100)
    return fail(PyExc_TypeError, `descriptor '${descr_name(descr)}' requires a subtype of '${ownerName(descr)}' but received '${got}'`)
  }
  const ml = ptr(descr + PyMethodDescrObject.d_method)
  return PyCMethod_New(ml, type, NULL, (i32[(ml + PyMethodDef.ml_flags) >> 2] & METH.METHOD) !== 0 ? PyDescr_TYPE(descr) : NULL)
}
export function method_get(descr: Ref, obj: Ref, type: Ref): Own {
  if (obj === NULL) return Py_NewRef(descr)
  if (!descr_check(descr, obj)) return NULL
  const ml = ptr(descr + PyMethodDescrObject.d_method)
  if ((i32[(ml + PyMethodDef.ml_flags) >> 2] & METH.METHOD) === 0) return PyCFunction_NewEx(ml, obj, NULL)
  if (type === NULL || PyType_Check(type)) return PyCMethod_New(ml, obj, NULL, PyDescr_TYPE(descr))
  return fail(PyExc_TypeError, `descriptor '${descr_name(descr)}' needs a type, not '${typeName(type)}', as arg 2`)
}
function member_get(descr: Ref, obj: Ref, _type: Ref): Own {
  if (obj === NULL) return Py_NewRef(descr)
  if (!descr_check(descr, obj)) return NULL
  return PyMember_GetOne(obj, ptr(descr + PyMemberDescrObject.d_member))
}
function member_set(descr: Ref, obj: Ref, value: Ref): number {
  return descr_check(descr, obj) ? PyMember_SetOne(obj, ptr(descr + PyMemberDescrObject.d_member), value) : -1
}
function getset_get(descr: Ref, obj: Ref, _type: Ref): Own {
  if (obj === NULL) return Py_NewRef(descr)
  if (!descr_check(descr, obj)) return NULL
  const gs = ptr(descr + PyGetSetDescrObject.d_getset)
  const get = ptr(gs + PyGetSetDef.get)
  if (get !== 0) return fn<getter>(get)(obj, ptr(gs + PyGetSetDef.closure))
  return fail(PyExc_AttributeError, `attribute '${descr_name(descr)}' of '${ownerName(descr)}' objects is not readable`)
}
function getset_set(descr: Ref, obj: Ref, value: Ref): number {
  if (!descr_check(descr, obj)) return -1
  const gs = ptr(descr + PyGetSetDescrObject.d_getset)
  const set = ptr(gs + PyGetSetDef.set)
  if (set !== 0) return fn<setter>(set)(obj, value, ptr(gs + PyGetSetDef.closure))
  fail(PyExc_AttributeError, `attribute '${descr_name(descr)}' of '${ownerName(descr)}' objects is not writable`)
  return -1
}
function wrapperdescr_get(descr: Ref, obj: Ref, _type: Ref): Own {
  if (obj === NULL) return Py_NewRef(descr)
  return descr_check(descr, obj) ? PyWrapper_New(descr, obj) : NULL
}

// ---- calls of method descriptors: the object is args[0] ----

const WHERE = " while calling a Python object"

function functionError(func: Ref, what: string, before = ""): Own {
  const $name = _PyObject_FunctionStr(func)
  if ($name === NULL) return NULL
  PyErr_SetString(PyExc_TypeError, `${before}${PyUnicode_AsJS($name)} ${what}`)
  Py_DECREF($name)
  return NULL
}
/** The first argument is an instance and there are no keywords: else false with TypeError set. */
function method_check_args(func: Ref, args: number, nargs: number, kwnames: Ref): boolean {
  if (nargs < 1) {
    functionError(func, "needs an argument", "unbound method ")
    return false
  }
  if (!descr_check(func, ptr(args))) return false
  if (kwnames !== NULL && Py_SIZE(kwnames) !== 0) {
    functionError(func, "takes no keyword arguments")
    return false
  }
  return true
}
function methOf(func: Ref): number {
  return i32[(i32[(func + PyMethodDescrObject.d_method) >> 2] + PyMethodDef.ml_meth) >> 2]
}
function method_vectorcall_VARARGS(func: Ref, args: number, nargsf: number, kwnames: Ref): Own {
  const nargs = PyVectorcall_NARGS(nargsf)
  if (!method_check_args(func, args, nargs, kwnames)) return NULL
  const $tuple = _PyTuple_FromArray(args + 8, nargs - 1)
  if ($tuple === NULL) return NULL
  let $res: Own = NULL
  if (Py_EnterRecursiveCall(WHERE) === 0) {
    $res = fn<MethVarargs>(methOf(func))(ptr(args), $tuple)
    Py_DECREF($tuple)
    Py_LeaveRecursiveCall()
  } else Py_DECREF($tuple)
  return $res
}
function method_vectorcall_VARARGS_KEYWORDS(func: Ref, args: number, nargsf: number, kwnames: Ref): Own {
  const nargs = PyVectorcall_NARGS(nargsf)
  if (!method_check_args(func, args, nargs, NULL)) return NULL
  const $tuple = _PyTuple_FromArray(args + 8, nargs - 1)
  if ($tuple === NULL) return NULL
  let $kwdict: Own = NULL
  if (kwnames !== NULL && Py_SIZE(kwnames) > 0) {
    $kwdict = _PyStack_AsDict(args + 8 * nargs, kwnames)
    if ($kwdict === NULL) {
      Py_DECREF($tuple)
      return NULL
    }
  }
  let $res: Own = NULL
  if (Py_EnterRecursiveCall(WHERE) === 0) {
    $res = fn<MethVarargsKeywords>(methOf(func))(ptr(args), $tuple, $kwdict)
    Py_LeaveRecursiveCall()
  }
  Py_DECREF($tuple)
  Py_XDECREF($kwdict)
  return $res
}
function method_vectorcall_FASTCALL_KEYWORDS_METHOD(func: Ref, args: number, nargsf: number, kwnames: Ref): Own {
  const nargs = PyVectorcall_NARGS(nargsf)
  if (!method_check_args(func, args, nargs, NULL) || Py_EnterRecursiveCall(WHERE) !== 0) return NULL
  const $res = fn<MethMethod>(methOf(func))(ptr(args), PyDescr_TYPE(func), args + 8, nargs - 1, kwnames)
  Py_LeaveRecursiveCall()
  return $res
}
function method_vectorcall_FASTCALL(func: Ref, args: number, nargsf: number, kwnames: Ref): Own {
  const nargs = PyVectorcall_NARGS(nargsf)
  if (!method_check_args(func, args, nargs, kwnames) || Py_EnterRecursiveCall(WHERE) !== 0) return NULL
  const $res = fn<MethFastcall>(methOf(func))(ptr(args), args + 8, nargs - 1)
  Py_LeaveRecursiveCall()
  return $res
}
function method_vectorcall_FASTCALL_KEYWORDS(func: Ref, args: number, nargsf: number, kwnames: Ref): Own {
  const nargs = PyVectorcall_NARGS(nargsf)
  if (!method_check_args(func, args, nargs, NULL) || Py_EnterRecursiveCall(WHERE) !== 0) return NULL
  const $res = fn<MethFastcallKeywords>(methOf(func))(ptr(args), args + 8, nargs - 1, kwnames)
  Py_LeaveRecursiveCall()
  return $res
}
function method_vectorcall_NOARGS(func: Ref, args: number, nargsf: number, kwnames: Ref): Own {
  const nargs = PyVectorcall_NARGS(nargsf)
  if (!method_check_args(func, args, nargs, kwnames)) return NULL
  if (nargs !== 1) return functionError(func, `takes no arguments (${nargs - 1} given)`)
  if (Py_EnterRecursiveCall(WHERE) !== 0) return NULL
  const $res = fn<MethNoArgs>(methOf(func))(ptr(args), NULL)
  Py_LeaveRecursiveCall()
  return $res
}
function method_vectorcall_O(func: Ref, args: number, nargsf: number, kwnames: Ref): Own {
  const nargs = PyVectorcall_NARGS(nargsf)
  if (!method_check_args(func, args, nargs, kwnames)) return NULL
  if (nargs !== 2) return functionError(func, `takes exactly one argument (${nargs - 1} given)`)
  if (Py_EnterRecursiveCall(WHERE) !== 0) return NULL
  const $res = fn<MethO>(methOf(func))(ptr(args), ptr(args + 8))
  Py_LeaveRecursiveCall()
  return $res
}
function needsArgument(descr: Ref): Own {
  return fail(PyExc_TypeError, `descriptor '${descr_name(descr)}' of '${ownerName(descr)}' object needs an argument`)
}
function classmethoddescr_call(descr: Ref, args: Ref, kwds: Ref): Own {
  const argc = Py_SIZE(args)
  if (argc < 1) return needsArgument(descr)
  const $bound = classmethod_get(descr, NULL, PyTuple_GET_ITEM(args, 0))
  if ($bound === NULL) return NULL
  const $res = PyObject_VectorcallDict($bound, args + PyTupleObject.ob_item + 8, argc - 1, kwds)
  Py_DECREF($bound)
  return $res
}
/** Call a slot wrapper on `self`. */
export function wrapperdescr_raw_call(descr: Ref, self: Ref, args: Ref, kwds: Ref): Own {
  const base = ptr(descr + PyWrapperDescrObject.d_base)
  if ((i32[(base + wrapperbase.flags) >> 2] & PyWrapperFlag_KEYWORDS) === 0 && kwds !== NULL) {
    if (!PyDict_Check(kwds) || PyDict_GET_SIZE(kwds) !== 0) {
      return fail(PyExc_TypeError, `wrapper ${cstringJS(ptr(base + wrapperbase.name))}() takes no keyword arguments`)
    }
  }
  return fn<wrapperfunc>(ptr(base + wrapperbase.wrapper))(self, args, ptr(descr + PyWrapperDescrObject.d_wrapped), kwds)
}
function wrapperdescr_call(descr: Ref, args: Ref, kwds: Ref): Own {
  const argc = Py_SIZE(args)
  if (argc < 1) return needsArgument(descr)
  const self = PyTuple_GET_ITEM(args, 0)
  if (!_PyObject_RealIsSubclass(Py_TYPE(self), PyDescr_TYPE(descr))) {
    const got = typeName(self).slice(0, 100)
    return fail(PyExc_TypeError, `descriptor '${descr_name(descr)}' requires a '${ownerName(descr)}' object but received a '${got}'`)
  }
  const $args = PyTuple_GetSlice(args, 1, argc)
  if ($args === NULL) return NULL
  const $res = wrapperdescr_raw_call(descr, self, $args, kwds)
  Py_DECREF($args)
  return $res
}

// ---- attributes ----

function method_get_doc(descr: Ref, _closure: number): Own {
  const ml = ptr(descr + PyMethodDescrObject.d_method)
  return _PyType_GetDocFromInternalDoc(methodName(ml), ptr(ml + PyMethodDef.ml_doc))
}
function method_get_text_signature(descr: Ref, _closure: number): Own {
  const ml = ptr(descr + PyMethodDescrObject.d_method)
  return _PyType_GetTextSignatureFromInternalDoc(methodName(ml), ptr(ml + PyMethodDef.ml_doc))
}
function plainDoc(doc: number): Own {
  return doc === 0 ? Py_NewRef(Py_None) : PyUnicode_FromString(cstringJS(doc))
}
function member_get_doc(descr: Ref, _closure: number): Own {
  return plainDoc(ptr(ptr(descr + PyMemberDescrObject.d_member) + PyMemberDef.doc))
}
function getset_get_doc(descr: Ref, _closure: number): Own {
  return plainDoc(ptr(ptr(descr + PyGetSetDescrObject.d_getset) + PyGetSetDef.doc))
}
export function wrapperdescr_get_doc(descr: Ref, _closure: number): Own {
  const base = ptr(descr + PyWrapperDescrObject.d_base)
  return _PyType_GetDocFromInternalDoc(cstringJS(ptr(base + wrapperbase.name)), ptr(base + wrapperbase.doc))
}
export function wrapperdescr_get_text_signature(descr: Ref, _closure: number): Own {
  const base = ptr(descr + PyWrapperDescrObject.d_base)
  return _PyType_GetTextSignatureFromInternalDoc(cstringJS(ptr(base + wrapperbase.name)), ptr(base + wrapperbase.doc))
}
function calculate_qualname(descr: Ref): Own {
  const name = PyDescr_NAME(descr)
  if (name === NULL || !PyUnicode_Check(name)) return fail(PyExc_TypeError, "<descriptor>.__name__ is not a unicode object")
  const $type = PyObject_GetAttr(PyDescr_TYPE(descr), __qualname__)
  if ($type === NULL) return NULL
  const $res = PyUnicode_Check($type)
    ? PyUnicode_FromString(`${PyUnicode_AsJS($type)}.${PyUnicode_AsJS(name)}`)
    : fail(PyExc_TypeError, "<descriptor>.__objclass__.__qualname__ is not a unicode object")
  Py_DECREF($type)
  return $res
}
/** Computed once and kept. */
export function descr_get_qualname(descr: Ref, _closure: number): Own {
  if (ptr(descr + PyDescrObject.d_qualname) === NULL) setptr(descr + PyDescrObject.d_qualname, calculate_qualname(descr))
  return Py_XNewRef(ptr(descr + PyDescrObject.d_qualname))
}
function descr_reduce(descr: Ref): Own {
  return reduceGetattr(PyDescr_TYPE(descr), Py_NewRef(PyDescr_NAME(descr)))
}
const descr_methods: readonly MethodSpec[] = [["__reduce__", descr_reduce, METH.NOARGS]]
const descr_members: readonly MemberSpec[] = [
  ["__objclass__", T.OBJECT, PyDescrObject.d_type, READONLY],
  ["__name__", T.OBJECT, PyDescrObject.d_name, READONLY],
]
const method_getset: readonly GetSetSpec[] = [
  ["__doc__", method_get_doc],
  ["__qualname__", descr_get_qualname],
  ["__text_signature__", method_get_text_signature],
]

defineType(PyMethodDescr_Type, {
  name: "method_descriptor",
  basicsize: PyMethodDescrObject.SIZE,
  flags: TPFLAGS.HAVE_GC | TPFLAGS.HAVE_VECTORCALL | TPFLAGS.METHOD_DESCRIPTOR,
  vectorcall_offset: PyMethodDescrObject.vectorcall,
  dealloc: descr_dealloc,
  repr: method_repr,
  call: PyVectorcall_Call,
  getattro: PyObject_GenericGetAttr,
  traverse: descr_traverse,
  descr_get: method_get,
  methods: descr_methods,
  members: descr_members,
  getset: method_getset,
})
defineType(PyClassMethodDescr_Type, {
  name: "classmethod_descriptor",
  basicsize: PyMethodDescrObject.SIZE,
  flags: TPFLAGS.HAVE_GC,
  dealloc: descr_dealloc,
  repr: method_repr,
  call: classmethoddescr_call,
  getattro: PyObject_GenericGetAttr,
  traverse: descr_traverse,
  descr_get: classmethod_get,
  members: descr_members,
  getset: method_getset,
})
defineType(PyMemberDescr_Type, {
  name: "member_descriptor",
  basicsize: PyMemberDescrObject.SIZE,
  flags: TPFLAGS.HAVE_GC,
  dealloc: descr_dealloc,
  repr: member_repr,
  getattro: PyObject_GenericGetAttr,
  traverse: descr_traverse,
  descr_get: member_get,
  descr_set: member_set,
  methods: descr_methods,
  members: descr_members,
  getset: [
    ["__doc__", member_get_doc],
    ["__qualname__", descr_get_qualname],
  ],
})
defineType(PyGetSetDescr_Type, {
  name: "getset_descriptor",
  basicsize: PyGetSetDescrObject.SIZE,
  flags: TPFLAGS.HAVE_GC,
  dealloc: descr_dealloc,
  repr: getset_repr,
  getattro: PyObject_GenericGetAttr,
  traverse: descr_traverse,
  descr_get: getset_get,
  descr_set: getset_set,
  members: descr_members,
  getset: [
    ["__doc__", getset_get_doc],
    ["__qualname__", descr_get_qualname],
  ],
})
defineType(PyWrapperDescr_Type, {
  name: "wrapper_descriptor",
  basicsize: PyWrapperDescrObject.SIZE,
  flags: TPFLAGS.HAVE_GC | TPFLAGS.METHOD_DESCRIPTOR,
  dealloc: descr_dealloc,
  repr: wrapperdescr_repr,
  call: wrapperdescr_call,
  getattro: PyObject_GenericGetAttr,
  traverse: descr_traverse,
  descr_get: wrapperdescr_get,
  methods: descr_methods,
  members: descr_members,
  getset: [
    ["__doc__", wrapperdescr_get_doc],
    ["__qualname__", descr_get_qualname],
    ["__text_signature__", wrapperdescr_get_text_signature],
  ],
})

// ---- making them ----

function descr_new(descrtype: Ref, type: Ref, name: number): Own {
  const $descr = PyType_GenericAlloc(descrtype, 0)
  if ($descr === NULL) return NULL
  setptr($descr + PyDescrObject.d_type, Py_XNewRef(type))
  const $name = PyUnicode_InternFromString(cstringJS(name))
  setptr($descr + PyDescrObject.d_name, $name)
  if ($name === NULL) {
    Py_DECREF($descr)
    return NULL
  }
  return $descr
}
const VC_VARARGS = fnIndex(method_vectorcall_VARARGS)
const VC_VARARGS_KEYWORDS = fnIndex(method_vectorcall_VARARGS_KEYWORDS)
const VC_FASTCALL = fnIndex(method_vectorcall_FASTCALL)
const VC_FASTCALL_KEYWORDS = fnIndex(method_vectorcall_FASTCALL_KEYWORDS)
const VC_FASTCALL_KEYWORDS_METHOD = fnIndex(method_vectorcall_FASTCALL_KEYWORDS_METHOD)
const VC_NOARGS = fnIndex(method_vectorcall_NOARGS)
const VC_O = fnIndex(method_vectorcall_O)
function vectorcallFor(flags: number): number {
  switch (flags & METH_CONVENTION) {
    case METH.VARARGS:
      return VC_VARARGS
    case METH.VARARGS | METH.KEYWORDS:
      return VC_VARARGS_KEYWORDS
    case METH.FASTCALL:
      return VC_FASTCALL
    case METH.FASTCALL | METH.KEYWORDS:
      return VC_FASTCALL_KEYWORDS
    case METH.NOARGS:
      return VC_NOARGS
    case METH.O:
      return VC_O
    case METH.METHOD | METH.FASTCALL | METH.KEYWORDS:
      return VC_FASTCALL_KEYWORDS_METHOD
    default:
      return 0
  }
}
/** A method of built-in type `type` from its PyMethodDef. */
export function PyDescr_NewMethod(type: Ref, method: number): Own {
  const vectorcall = vectorcallFor(i32[(method + PyMethodDef.ml_flags) >> 2])
  if (vectorcall === 0) return fail(PyExc_SystemError, `${methodName(method)}() method: bad call flags`)
  const $descr = descr_new(PyMethodDescr_Type, type, ptr(method + PyMethodDef.ml_name))
  if ($descr !== NULL) {
    setptr($descr + PyMethodDescrObject.d_method, method)
    setptr($descr + PyMethodDescrObject.vectorcall, vectorcall)
  }
  return $descr
}
export function PyDescr_NewClassMethod(type: Ref, method: number): Own {
  const $descr = descr_new(PyClassMethodDescr_Type, type, ptr(method + PyMethodDef.ml_name))
  if ($descr !== NULL) setptr($descr + PyMethodDescrObject.d_method, method)
  return $descr
}
export function PyDescr_NewMember(type: Ref, member: number): Own {
  const $descr = descr_new(PyMemberDescr_Type, type, ptr(member + PyMemberDef.name))
  if ($descr !== NULL) setptr($descr + PyMemberDescrObject.d_member, member)
  return $descr
}
export function PyDescr_NewGetSet(type: Ref, getset: number): Own {
  const $descr = descr_new(PyGetSetDescr_Type, type, ptr(getset + PyGetSetDef.name))
  if ($descr !== NULL) setptr($descr + PyGetSetDescrObject.d_getset, getset)
  return $descr
}
/** A slot wrapper: `base` is the slot table's row, `wrapped` the slot's function index. */
export function PyDescr_NewWrapper(type: Ref, base: number, wrapped: number): Own {
  const $descr = descr_new(PyWrapperDescr_Type, type, ptr(base + wrapperbase.name))
  if ($descr !== NULL) {
    setptr($descr + PyWrapperDescrObject.d_base, base)
    setptr($descr + PyWrapperDescrObject.d_wrapped, wrapped)
  }
  return $descr
}
