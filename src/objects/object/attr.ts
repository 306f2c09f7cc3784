import { ptr } from "../../heap/access.ts"
import { calloca, cstackMark, cstackReset } from "../../heap/cstack.ts"
import { fn, fnIndex } from "../../heap/fntable.ts"
import { PyAttributeErrorObject, PyObject, PyTypeObject } from "../../heap/layout.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_DECREF, Py_INCREF, Py_NewRef, Py_TYPE, Py_XSETREF } from "../../heap/refcount.ts"
import { ID } from "../../heap/statics.ts"
import { i32 } from "../../heap/views.ts"
import {
  PyErr_Clear,
  PyErr_ExceptionMatches,
  PyErr_Fetch,
  PyErr_GivenExceptionMatches,
  PyErr_NormalizeException,
  PyErr_Occurred,
  PyErr_RestoreFrom,
  PyErr_SetString,
} from "../errors.ts"
import { type getattrofunc, type setattrofunc } from "../slots.ts"
import { PyExc_AttributeError, PyExc_TypeError } from "../statictypes.ts"
import {
  PyUnicode_AsJS,
  PyUnicode_Check,
  PyUnicode_FromString,
  PyUnicode_InternFromString,
  PyUnicode_InternInPlace,
} from "../unicodeobject.ts"
import { PyObject_GenericGetAttr, _PyObject_GenericGetAttrWithDict } from "./generic.ts"
import { PyObject_IsTrue } from "./misc.ts"
import { tp_name_js, typeName } from "./names.ts"

// Objects/object.c. Attribute access through tp_getattro and tp_setattro.

const __isabstractmethod__ = ID("__isabstractmethod__")
const GENERIC_GETATTR = fnIndex(PyObject_GenericGetAttr)

export function PyObject_GetAttrString(v: Ref, name: string): Own {
  const $w = PyUnicode_FromString(name)
  if ($w === NULL) return NULL
  const $res = PyObject_GetAttr(v, $w)
  Py_DECREF($w)
  return $res
}
export function PyObject_HasAttrString(v: Ref, name: string): boolean {
  const $res = PyObject_GetAttrString(v, name)
  if ($res !== NULL) {
    Py_DECREF($res)
    return true
  }
  PyErr_Clear()
  return false
}
/** 0, or -1 with the error set; `w` NULL deletes. */
export function PyObject_SetAttrString(v: Ref, name: string, w: Ref): number {
  const $s = PyUnicode_InternFromString(name)
  if ($s === NULL) return -1
  const res = PyObject_SetAttr(v, $s, w)
  Py_DECREF($s)
  return res
}
export function PyObject_DelAttrString(v: Ref, name: string): number {
  return PyObject_SetAttrString(v, name, NULL)
}
/** __isabstractmethod__ is true: 1, 0, or -1 with the error set. */
export function _PyObject_IsAbstract(obj: Ref): number {
  if (obj === NULL) return 0
  const $a = _PyObject_LookupAttr(obj, __isabstractmethod__)
  if ($a === NULL) return PyErr_Occurred() ? -1 : 0
  const res = PyObject_IsTrue($a)
  Py_DECREF($a)
  return res
}

/** Give a pending AttributeError its name and obj (for suggestions). */
export function set_attribute_error_context(v: Ref, name: Ref): void {
  if (!PyErr_ExceptionMatches(PyExc_AttributeError)) return
  const mark = cstackMark()
  const at = calloca(24)
  PyErr_Fetch(at)
  PyErr_NormalizeException(at)
  const value = ptr(at + 8)
  if (
    PyErr_GivenExceptionMatches(value, PyExc_AttributeError) &&
    ptr(value + PyAttributeErrorObject.name) === 0 &&
    ptr(value + PyAttributeErrorObject.obj) === 0
  ) {
    Py_XSETREF(value + PyAttributeErrorObject.name, Py_NewRef(name))
    Py_XSETREF(value + PyAttributeErrorObject.obj, Py_NewRef(v))
  }
  PyErr_RestoreFrom(at)
  cstackReset(mark)
}

export function badName(name: Ref): Own {
  PyErr_SetString(PyExc_TypeError, `attribute name must be string, not '${typeName(name).slice(0, 200)}'`)
  return NULL
}
export function noAttribute(tp: Ref, limit: number, name: Ref): void {
  PyErr_SetString(PyExc_AttributeError, `'${tp_name_js(tp).slice(0, limit)}' object has no attribute '${PyUnicode_AsJS(name)}'`)
}

/** v.name: owned, or NULL with the error set. */
export function PyObject_GetAttr(v: Ref, name: Ref): Own {
  if (!PyUnicode_Check(name)) return badName(name)
  const f = i32[(i32[(v + PyObject.ob_type) >> 2] + PyTypeObject.tp_getattro) >> 2]
  let $res: Own = NULL
  if (f !== 0) $res = fn<getattrofunc>(f)(v, name)
  else noAttribute(Py_TYPE(v), 50, name)
  if ($res === NULL) set_attribute_error_context(v, name)
  return $res
}
/** v.name: owned; NULL without an error if there is no such attribute, NULL with the error set otherwise. */
export function _PyObject_LookupAttr(v: Ref, name: Ref): Own {
  if (!PyUnicode_Check(name)) return badName(name)
  const f = ptr(Py_TYPE(v) + PyTypeObject.tp_getattro)
  if (f === GENERIC_GETATTR) return _PyObject_GenericGetAttrWithDict(v, name, NULL, 1)
  if (f === 0) return NULL
  const $res = fn<getattrofunc>(f)(v, name)
  if ($res === NULL && PyErr_ExceptionMatches(PyExc_AttributeError)) PyErr_Clear()
  return $res
}
export function PyObject_HasAttr(v: Ref, name: Ref): boolean {
  const $res = _PyObject_LookupAttr(v, name)
  if ($res === NULL) {
    PyErr_Clear()
    return false
  }
  Py_DECREF($res)
  return true
}
/** v.name = value, or del v.name when `value` is NULL: 0, or -1 with the error set. */
export function PyObject_SetAttr(v: Ref, name: Ref, value: Ref): number {
  if (!PyUnicode_Check(name)) {
    badName(name)
    return -1
  }
  Py_INCREF(name)
  const $name = PyUnicode_InternInPlace(name as Own)
  const tp = Py_TYPE(v)
  const f = ptr(tp + PyTypeObject.tp_setattro)
  if (f !== 0) {
    const err = fn<setattrofunc>(f)(v, $name, value)
    Py_DECREF($name)
    return err
  }
  const kind = ptr(tp + PyTypeObject.tp_getattro) === 0 ? "no attributes" : "only read-only attributes"
  PyErr_SetString(
    PyExc_TypeError,
    `'${tp_name_js(tp).slice(0, 100)}' object has ${kind} (${value === NULL ? "del" : "assign to"} .${PyUnicode_AsJS($name)})`,
  )
  Py_DECREF($name)
  return -1
}
export function PyObject_DelAttr(v: Ref, name: Ref): number {
  return PyObject_SetAttr(v, name, NULL)
}
