import { PyObject } from "../../heap/layout.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_NewRef, Py_SIZE } from "../../heap/refcount.ts"
import { defineType } from "../define.ts"
import { PyDict_GET_SIZE } from "../dictobject.ts"
import { PyErr_SetString } from "../errors.ts"
import { METH } from "../slots.ts"
import {
  PyExc_DeprecationWarning,
  PyExc_TypeError,
  Py_None,
  Py_NotImplemented,
  _PyNone_Type,
  _PyNotImplemented_Type,
} from "../statictypes.ts"
import { PyUnicode_FromString } from "../unicodeobject.ts"
import { PyErr_WarnEx } from "../_warnings.ts"

// Objects/object.c. None and NotImplemented.

function none_repr(_op: Ref): Own {
  return PyUnicode_FromString("None")
}
function none_dealloc(_op: Ref): void {
  throw new Error("moult bug: deallocating None")
}
function takesNoArguments(type: string, args: Ref, kwargs: Ref): boolean {
  if (Py_SIZE(args) === 0 && (kwargs === NULL || PyDict_GET_SIZE(kwargs) === 0)) return true
  PyErr_SetString(PyExc_TypeError, `${type} takes no arguments`)
  return false
}
function none_new(_type: Ref, args: Ref, kwargs: Ref): Own {
  return takesNoArguments("NoneType", args, kwargs) ? Py_NewRef(Py_None) : NULL
}
function none_bool(_v: Ref): number {
  return 0
}
defineType(_PyNone_Type, {
  name: "NoneType",
  basicsize: PyObject.SIZE,
  dealloc: none_dealloc,
  repr: none_repr,
  nb_bool: none_bool,
  new: none_new,
})

function NotImplemented_repr(_op: Ref): Own {
  return PyUnicode_FromString("NotImplemented")
}
function notimplemented_new(_type: Ref, args: Ref, kwargs: Ref): Own {
  return takesNoArguments("NotImplementedType", args, kwargs) ? Py_NewRef(Py_NotImplemented) : NULL
}
function notimplemented_dealloc(_op: Ref): void {
  throw new Error("moult bug: deallocating NotImplemented")
}
function notimplemented_bool(_v: Ref): number {
  return PyErr_WarnEx(PyExc_DeprecationWarning, "NotImplemented should not be used in a boolean context", 1) < 0 ? -1 : 1
}
defineType(_PyNotImplemented_Type, {
  name: "NotImplementedType",
  basicsize: PyObject.SIZE,
  dealloc: notimplemented_dealloc,
  repr: NotImplemented_repr,
  nb_bool: notimplemented_bool,
  new: notimplemented_new,
  methods: [["__reduce__", NotImplemented_repr, METH.NOARGS]],
})
