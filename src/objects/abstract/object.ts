import { ptr } from "../../heap/access.ts"
import { fn } from "../../heap/fntable.ts"
import { PyMappingMethods as MP, PyObject, PySequenceMethods as SQ, PyTypeObject } from "../../heap/layout.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_DECREF, Py_NewRef, Py_TYPE, Py_XDECREF } from "../../heap/refcount.ts"
import { ID } from "../../heap/statics.ts"
import { i32 } from "../../heap/views.ts"
import { PyObject_CallNoArgs, PyObject_CallOneArg, null_error } from "../call.ts"
import { PyErr_Clear, PyErr_ExceptionMatches, PyErr_Occurred, PyErr_SetString } from "../errors.ts"
import { Py_GenericAlias } from "../genericaliasobject.ts"
import { PyLong_AsSsize_t, PyLong_Check, PyLong_CheckExact } from "../longobject.ts"
import { PyObject_Str, _PyObject_LookupAttr, tp_name_js, typeName } from "../object.ts"
import type { binaryfunc, lenfunc, objobjargproc } from "../slots.ts"
import {
  EMPTY_UNICODE,
  PyExc_IndexError,
  PyExc_SystemError,
  PyExc_TypeError,
  PyExc_ValueError,
  PyType_Type,
  Py_None,
  Py_NotImplemented,
} from "../statictypes.ts"
import { PyType_Check, _PyObject_LookupSpecial } from "../typeobject.ts"
import { PyUnicode_Check, PyUnicode_CheckExact, PyUnicode_FromString, PyUnicode_GET_LENGTH } from "../unicodeobject.ts"
import { PyNumber_AsSsize_t, _PyIndex_Check } from "./number.ts"
import { PyMapping_Size, PySequence_DelItem, PySequence_GetItem, PySequence_SetItem } from "./sequence.ts"
import { mappingSlot, sequenceSlot, type_error } from "./slotaccess.ts"

// Objects/abstract.c: type, length and items of any object.

const __length_hint__ = ID("__length_hint__")
const __class_getitem__ = ID("__class_getitem__")
const __format__ = ID("__format__")

export function PyObject_Type(o: Ref): Own {
  return o === NULL ? null_error() : Py_NewRef(Py_TYPE(o))
}
/** len(o), -1 with the error set. */
export function PyObject_Size(o: Ref): number {
  if (o === NULL) {
    null_error()
    return -1
  }
  const f = sequenceSlot(o, SQ.sq_length)
  return f !== 0 ? fn<lenfunc>(f)(o) : PyMapping_Size(o)
}
export function PyObject_Length(o: Ref): number {
  return PyObject_Size(o)
}
export function _PyObject_HasLen(o: Ref): boolean {
  return sequenceSlot(o, SQ.sq_length) !== 0 || mappingSlot(o, MP.mp_length) !== 0
}
/** len(o), or __length_hint__, or `defaultvalue`; -1 with the error set. */
export function PyObject_LengthHint(o: Ref, defaultvalue: number): number {
  if (_PyObject_HasLen(o)) {
    const res = PyObject_Size(o)
    if (res >= 0) return res
    if (!PyErr_ExceptionMatches(PyExc_TypeError)) return -1
    PyErr_Clear()
  }
  const $hint = _PyObject_LookupSpecial(o, __length_hint__)
  if ($hint === NULL) return PyErr_Occurred() ? -1 : defaultvalue
  const $result = PyObject_CallNoArgs($hint)
  Py_DECREF($hint)
  if ($result === NULL) {
    if (!PyErr_ExceptionMatches(PyExc_TypeError)) return -1
    PyErr_Clear()
    return defaultvalue
  }
  if ($result === Py_NotImplemented) {
    Py_DECREF($result)
    return defaultvalue
  }
  if (!PyLong_Check($result)) {
    PyErr_SetString(PyExc_TypeError, `__length_hint__ must be an integer, not ${typeName($result).slice(0, 100)}`)
    Py_DECREF($result)
    return -1
  }
  const res = PyLong_AsSsize_t($result)
  Py_DECREF($result)
  if (res < 0) {
    if (!PyErr_Occurred()) PyErr_SetString(PyExc_ValueError, "__length_hint__() should return >= 0")
    return -1
  }
  return res
}

/** o[key]: owned, or NULL with the error set. */
export function PyObject_GetItem(o: Ref, key: Ref): Own {
  if (o === NULL || key === NULL) return null_error()
  const mp = i32[(i32[(o + PyObject.ob_type) >> 2] + PyTypeObject.tp_as_mapping) >> 2]
  if (mp !== 0) {
    const f = i32[(mp + MP.mp_subscript) >> 2]
    if (f !== 0) return fn<binaryfunc>(f)(o, key)
  }
  if (sequenceSlot(o, SQ.sq_item) !== 0) {
    if (!_PyIndex_Check(key)) return type_error("sequence index must be integer, not '%.200s'", key)
    const i = PyNumber_AsSsize_t(key, PyExc_IndexError)
    return i === -1 && PyErr_Occurred() ? NULL : PySequence_GetItem(o, i)
  }
  if (!PyType_Check(o)) return type_error("'%.200s' object is not subscriptable", o)
  // type[int] by hand: a __class_getitem__ of type would be found on every class.
  if (o === PyType_Type) return Py_GenericAlias(o, key)
  const $meth = _PyObject_LookupAttr(o, __class_getitem__)
  if ($meth === NULL && PyErr_Occurred()) return NULL
  if ($meth !== NULL && $meth !== Py_None) {
    const $result = PyObject_CallOneArg($meth, key)
    Py_DECREF($meth)
    return $result
  }
  Py_XDECREF($meth)
  PyErr_SetString(PyExc_TypeError, `type '${tp_name_js(o).slice(0, 200)}' is not subscriptable`)
  return NULL
}
function assign(o: Ref, key: Ref, value: Ref, what: string): number {
  const f = mappingSlot(o, MP.mp_ass_subscript)
  if (f !== 0) return fn<objobjargproc>(f)(o, key, value)
  if (ptr(Py_TYPE(o) + PyTypeObject.tp_as_sequence) !== 0) {
    if (_PyIndex_Check(key)) {
      const i = PyNumber_AsSsize_t(key, PyExc_IndexError)
      if (i === -1 && PyErr_Occurred()) return -1
      return value === NULL ? PySequence_DelItem(o, i) : PySequence_SetItem(o, i, value)
    }
    if (sequenceSlot(o, SQ.sq_ass_item) !== 0) {
      type_error("sequence index must be integer, not '%.200s'", key)
      return -1
    }
  }
  type_error(`'%.200s' object does not support item ${what}`, o)
  return -1
}
/** o[key] = value: 0, or -1 with the error set. */
export function PyObject_SetItem(o: Ref, key: Ref, value: Ref): number {
  if (o === NULL || key === NULL || value === NULL) {
    null_error()
    return -1
  }
  return assign(o, key, value, "assignment")
}
/** del o[key]: 0, or -1 with the error set. */
export function PyObject_DelItem(o: Ref, key: Ref): number {
  if (o === NULL || key === NULL) {
    null_error()
    return -1
  }
  return assign(o, key, NULL, "deletion")
}
export function PyObject_DelItemString(o: Ref, key: string): number {
  const $key = PyUnicode_FromString(key)
  if ($key === NULL) return -1
  const ret = PyObject_DelItem(o, $key)
  Py_DECREF($key)
  return ret
}
/** format(obj, spec); spec NULL is "". */
export function PyObject_Format(obj: Ref, spec: Ref): Own {
  if (spec !== NULL && !PyUnicode_Check(spec)) {
    PyErr_SetString(PyExc_SystemError, `Format specifier must be a string, not ${typeName(spec).slice(0, 200)}`)
    return NULL
  }
  if (spec === NULL || PyUnicode_GET_LENGTH(spec) === 0) {
    if (PyUnicode_CheckExact(obj)) return Py_NewRef(obj)
    if (PyLong_CheckExact(obj)) return PyObject_Str(obj)
  }
  const $meth = _PyObject_LookupSpecial(obj, __format__)
  if ($meth === NULL) {
    if (!PyErr_Occurred()) PyErr_SetString(PyExc_TypeError, `Type ${typeName(obj).slice(0, 100)} doesn't define __format__`)
    return NULL
  }
  const $result = PyObject_CallOneArg($meth, spec === NULL ? EMPTY_UNICODE : spec)
  Py_DECREF($meth)
  if ($result === NULL || PyUnicode_Check($result)) return $result
  PyErr_SetString(PyExc_TypeError, `__format__ must return a str, not ${typeName($result).slice(0, 200)}`)
  Py_DECREF($result)
  return NULL
}
