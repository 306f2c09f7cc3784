import { ptr, setptr } from "../../heap/access.ts"
import { fn, fnIndex } from "../../heap/fntable.ts"
import { PyObject, PyTypeObject } from "../../heap/layout.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_DECREF, Py_INCREF, Py_NewRef, Py_TYPE, Py_XDECREF, Py_XSETREF } from "../../heap/refcount.ts"
import { i32 } from "../../heap/views.ts"
import {
  PyDict_Check,
  PyDict_DelItem,
  PyDict_GetItemWithError,
  PyDict_SetItem,
  _PyObject_GetInstanceAttribute,
  _PyObject_MakeDictFromInstanceAttributes,
  _PyObject_StoreInstanceAttribute,
  _PyObjectDict_SetItem,
} from "../dictobject.ts"
import { PyErr_Clear, PyErr_ExceptionMatches, PyErr_NoMemory, PyErr_Occurred, PyErr_SetString } from "../errors.ts"
import { TPFLAGS, type descrgetfunc, type descrsetfunc } from "../slots.ts"
import { PyExc_AttributeError, PyExc_KeyError, PyExc_TypeError, PyType_Type } from "../statictypes.ts"
import { PyType_IsSubtype, PyType_Ready, _PyType_Lookup } from "../typeobject.ts"
import { PyUnicode_AsJS, PyUnicode_Check, PyUnicode_CheckExact } from "../unicodeobject.ts"
import { PyObject_GetAttr, badName, noAttribute, set_attribute_error_context } from "./attr.ts"
import { _PyObject_DictPointer, _PyObject_GetDictPtr } from "./dictptr.ts"
import { tp_name_js, typeName } from "./names.ts"

// Objects/object.c. Generic attribute access: type, descriptors, instance dict.

const GENERIC_GETATTR = fnIndex(PyObject_GenericGetAttr)

/** 1 when the last _PyObject_GetMethod found an unbound method (call it with the object first), else 0. */
export let getMethodUnbound = 0

/** obj.name without making a bound method: owned, or NULL with the error set; see `getMethodUnbound`. */
export function _PyObject_GetMethod(obj: Ref, name: Ref): Own {
  const tp = i32[(obj + PyObject.ob_type) >> 2] as Ref
  if (i32[(tp + PyTypeObject.tp_getattro) >> 2] !== GENERIC_GETATTR || !PyUnicode_CheckExact(name)) {
    const $res = PyObject_GetAttr(obj, name)
    getMethodUnbound = 0
    return $res
  }
  const descr = _PyType_Lookup(tp, name)
  let f = 0
  let method = false
  if (descr !== NULL) {
    Py_INCREF(descr)
    const td = i32[(descr + PyObject.ob_type) >> 2]
    if ((i32[(td + PyTypeObject.tp_flags) >> 2] & TPFLAGS.METHOD_DESCRIPTOR) !== 0) method = true
    else {
      f = i32[(td + PyTypeObject.tp_descr_get) >> 2]
      if (f !== 0 && i32[(td + PyTypeObject.tp_descr_set) >> 2] !== 0) {
        const $res = fn<descrgetfunc>(f)(descr, obj, tp)
        Py_DECREF(descr)
        getMethodUnbound = 0
        return $res
      }
    }
  }
  const values = (i32[(tp + PyTypeObject.tp_flags) >> 2] & TPFLAGS.MANAGED_DICT) !== 0 ? ptr(obj - 32) : NULL
  if (values !== NULL) {
    const $attr = _PyObject_GetInstanceAttribute(obj, values, name)
    if ($attr !== NULL) {
      Py_XDECREF(descr)
      getMethodUnbound = 0
      return $attr
    }
  } else {
    const dictptr = _PyObject_DictPointer(obj)
    const dict = dictptr !== 0 ? ptr(dictptr) : NULL
    if (dict !== NULL) {
      Py_INCREF(dict)
      const attr = PyDict_GetItemWithError(dict, name)
      if (attr !== NULL) {
        Py_INCREF(attr)
        Py_DECREF(dict)
        Py_XDECREF(descr)
        getMethodUnbound = 0
        return attr as Own
      }
      Py_DECREF(dict)
      if (PyErr_Occurred()) {
        Py_XDECREF(descr)
        getMethodUnbound = 0
        return NULL
      }
    }
  }
  if (method) {
    getMethodUnbound = 1
    return descr as Own
  }
  if (f !== 0) {
    const $res = fn<descrgetfunc>(f)(descr, obj, Py_TYPE(obj))
    Py_DECREF(descr)
    getMethodUnbound = 0
    return $res
  }
  getMethodUnbound = 0
  if (descr !== NULL) return descr as Own
  noAttribute(tp, 50, name)
  set_attribute_error_context(obj, name)
  return NULL
}

function suppressed(suppress: number, $res: Own): Own {
  if ($res === NULL && suppress !== 0 && PyErr_ExceptionMatches(PyExc_AttributeError)) PyErr_Clear()
  return $res
}

/** Generic attribute lookup; `dict` (borrowed) overrides the instance's; `suppress` non-zero: no AttributeError is raised. */
export function _PyObject_GenericGetAttrWithDict(obj: Ref, name: Ref, dict: Ref, suppress: number): Own {
  const tp = i32[(obj + PyObject.ob_type) >> 2] as Ref
  if (!PyUnicode_Check(name)) return badName(name)
  if (i32[(tp + PyTypeObject.tp_dict) >> 2] === 0 && PyType_Ready(tp) < 0) return NULL
  const descr = _PyType_Lookup(tp, name)
  let f = 0
  let $res: Own = NULL
  if (descr !== NULL) {
    Py_INCREF(descr)
    const td = i32[(descr + PyObject.ob_type) >> 2]
    f = i32[(td + PyTypeObject.tp_descr_get) >> 2]
    if (f !== 0 && i32[(td + PyTypeObject.tp_descr_set) >> 2] !== 0) {
      Py_INCREF(name)
      $res = suppressed(suppress, fn<descrgetfunc>(f)(descr, obj, tp))
      Py_DECREF(descr)
      Py_DECREF(name)
      return $res
    }
  }
  if (dict === NULL) {
    const values = (i32[(tp + PyTypeObject.tp_flags) >> 2] & TPFLAGS.MANAGED_DICT) !== 0 ? ptr(obj - 32) : NULL
    if (values !== NULL) {
      if (PyUnicode_CheckExact(name)) {
        $res = _PyObject_GetInstanceAttribute(obj, values, name)
        if ($res !== NULL) {
          Py_XDECREF(descr)
          return $res
        }
      } else {
        const $dict = _PyObject_MakeDictFromInstanceAttributes(obj, values)
        setptr(obj - 24, $dict)
        if ($dict === NULL) {
          Py_XDECREF(descr)
          return NULL
        }
        setptr(obj - 32, 0)
        dict = $dict
      }
    } else {
      const dictptr = _PyObject_DictPointer(obj)
      if (dictptr !== 0) dict = ptr(dictptr)
    }
  }
  Py_INCREF(name)
  if (dict !== NULL) {
    Py_INCREF(dict)
    const item = PyDict_GetItemWithError(dict, name)
    if (item !== NULL) {
      Py_INCREF(item)
      Py_DECREF(dict)
      Py_XDECREF(descr)
      Py_DECREF(name)
      return item as Own
    }
    Py_DECREF(dict)
    if (PyErr_Occurred()) {
      if (suppress !== 0 && PyErr_ExceptionMatches(PyExc_AttributeError)) PyErr_Clear()
      else {
        Py_XDECREF(descr)
        Py_DECREF(name)
        return NULL
      }
    }
  }
  if (f !== 0) {
    $res = suppressed(suppress, fn<descrgetfunc>(f)(descr, obj, Py_TYPE(obj)))
    Py_DECREF(descr)
  } else if (descr !== NULL) $res = descr as Own
  else if (suppress === 0) {
    noAttribute(tp, 50, name)
    set_attribute_error_context(obj, name)
  }
  Py_DECREF(name)
  return $res
}
/** tp_getattro of most types. */
export function PyObject_GenericGetAttr(obj: Ref, name: Ref): Own {
  return _PyObject_GenericGetAttrWithDict(obj, name, NULL, 0)
}
/** Generic attribute assignment; `dict` (borrowed) overrides the instance's; `value` NULL deletes. */
export function _PyObject_GenericSetAttrWithDict(obj: Ref, name: Ref, value: Ref, dict: Ref): number {
  const tp = Py_TYPE(obj)
  if (!PyUnicode_Check(name)) {
    badName(name)
    return -1
  }
  if (ptr(tp + PyTypeObject.tp_dict) === 0 && PyType_Ready(tp) < 0) return -1
  Py_INCREF(name)
  Py_INCREF(tp)
  const descr = _PyType_Lookup(tp, name)
  let res = -1
  let f = 0
  if (descr !== NULL) {
    Py_INCREF(descr)
    f = ptr(Py_TYPE(descr) + PyTypeObject.tp_descr_set)
  }
  if (f !== 0) res = fn<descrsetfunc>(f)(descr, obj, value)
  else {
    res = storeInDict(tp, obj, name, value, dict, descr)
    if (res < 0 && PyErr_ExceptionMatches(PyExc_KeyError)) {
      if (PyType_IsSubtype(tp, PyType_Type)) {
        PyErr_SetString(PyExc_AttributeError, `type object '${tp_name_js(obj).slice(0, 50)}' has no attribute '${PyUnicode_AsJS(name)}'`)
      } else noAttribute(tp, 100, name)
    }
  }
  Py_XDECREF(descr)
  Py_DECREF(tp)
  Py_DECREF(name)
  return res
}
function storeInDict(tp: Ref, obj: Ref, name: Ref, value: Ref, dict: Ref, descr: Ref): number {
  if (dict !== NULL) {
    Py_INCREF(dict)
    const res = value === NULL ? PyDict_DelItem(dict, name) : PyDict_SetItem(dict, name, value)
    Py_DECREF(dict)
    return res
  }
  const values = (i32[(tp + PyTypeObject.tp_flags) >> 2] & TPFLAGS.MANAGED_DICT) !== 0 ? ptr(obj - 32) : NULL
  if (values !== NULL) return _PyObject_StoreInstanceAttribute(obj, values, name, value)
  const dictptr = _PyObject_DictPointer(obj)
  if (dictptr !== 0) return _PyObjectDict_SetItem(tp, dictptr, name, value)
  if (descr === NULL) noAttribute(tp, 100, name)
  else PyErr_SetString(PyExc_AttributeError, `'${tp_name_js(tp).slice(0, 50)}' object attribute '${PyUnicode_AsJS(name)}' is read-only`)
  return -1
}
/** tp_setattro of most types. */
export function PyObject_GenericSetAttr(obj: Ref, name: Ref, value: Ref): number {
  return _PyObject_GenericSetAttrWithDict(obj, name, value, NULL)
}

/** Getter of `__dict__`; makes the dict if need be. (Objects/dictobject.c has it in C.) */
export function PyObject_GenericSetDict(obj: Ref, value: Ref, _context: number): number {
  const dictptr = _PyObject_GetDictPtr(obj)
  if (dictptr === 0) {
    const tp = Py_TYPE(obj)
    if ((i32[(tp + PyTypeObject.tp_flags) >> 2] & TPFLAGS.MANAGED_DICT) !== 0 && ptr(obj - 32) !== 0) PyErr_NoMemory()
    else PyErr_SetString(PyExc_AttributeError, "This object has no __dict__")
    return -1
  }
  if (value === NULL) {
    PyErr_SetString(PyExc_TypeError, "cannot delete __dict__")
    return -1
  }
  if (!PyDict_Check(value)) {
    PyErr_SetString(PyExc_TypeError, `__dict__ must be set to a dictionary, not a '${typeName(value).slice(0, 200)}'`)
    return -1
  }
  Py_XSETREF(dictptr, Py_NewRef(value))
  return 0
}
