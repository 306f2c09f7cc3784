import { setptr } from "../heap/access.ts"
import { calloca, cstackMark, cstackReset } from "../heap/cstack.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { Py_DECREF, Py_NewRef, Py_SIZE, Py_XDECREF, PyType_HasFeature } from "../heap/refcount.ts"
import { ID } from "../heap/statics.ts"
import { PyObject_IsInstance } from "../objects/abstract.ts"
import { PyObject_CallNoArgs, PyObject_Vectorcall } from "../objects/call.ts"
import { PyErr_Clear, PyErr_ExceptionMatches, PyErr_Occurred, PyErr_SetString } from "../objects/errors.ts"
import { PyList_Append, PyList_AsTuple, PyList_New } from "../objects/listobject.ts"
import {
  _PyObject_GetMethod,
  getMethodUnbound,
  PyObject_GetAttr,
  PyObject_GetAttrString,
  reprJS,
  tp_name_js,
  typeName,
} from "../objects/object.ts"
import { PySet_Add, PySet_Contains, PySet_New } from "../objects/setobject.ts"
import { TPFLAGS } from "../objects/slots.ts"
import { Py_None, PyBaseObject_Type, PyExc_AttributeError, PyExc_TypeError, PyExc_ValueError } from "../objects/statictypes.ts"
import { PyTuple_CheckExact, PyTuple_GET_ITEM, PyTuple_New, PyTuple_SET_ITEM } from "../objects/tupleobject.ts"
import { PyType_Check } from "../objects/typeobject.ts"
import { PyUnicode_CheckExact } from "../objects/unicodeobject.ts"

// Python/ceval.c: structural pattern matching (PEP 634).

/** MATCH_KEYS: tuple of the values of `keys` in `map`, None if one is absent, NULL with the error set. */
export function match_keys(map: Ref, keys: Ref): Own {
  const n = Py_SIZE(keys)
  if (n === 0) return PyTuple_New(0)
  const $get = _PyObject_GetMethod(map, ID("get"))
  if ($get === NULL) return NULL
  const unbound = getMethodUnbound !== 0
  const $seen = PySet_New(NULL)
  const $dummy = $seen === NULL ? NULL : PyObject_CallNoArgs(PyBaseObject_Type)
  let $values = $dummy === NULL ? NULL : PyTuple_New(n)
  const mark = cstackMark()
  const args = calloca(32) + 8
  let failed = $values === NULL
  for (let i = 0; i < n && !failed; i++) {
    const key = PyTuple_GET_ITEM(keys, i)
    if (PySet_Contains($seen, key) !== 0 || PySet_Add($seen, key) !== 0) {
      if (PyErr_Occurred() === 0) PyErr_SetString(PyExc_ValueError, `mapping pattern checks duplicate key (${reprJS(key)})`)
      failed = true
      break
    }
    setptr(args, map)
    setptr(args + 8, key)
    setptr(args + 16, $dummy)
    const $value = unbound ? PyObject_Vectorcall($get, args, 3, NULL) : PyObject_Vectorcall($get, args + 8, 2, NULL)
    if ($value === NULL) failed = true
    else if ($value === $dummy) {
      Py_DECREF($value)
      Py_DECREF($values)
      $values = Py_NewRef(Py_None)
      break
    } else PyTuple_SET_ITEM($values, i, $value)
  }
  cstackReset(mark)
  Py_DECREF($get)
  Py_XDECREF($seen)
  Py_XDECREF($dummy)
  if (failed) {
    Py_XDECREF($values)
    return NULL
  }
  return $values
}

/** An attribute of the subject; NULL without an error: absent. */
function match_class_attr(subject: Ref, type: Ref, name: Ref, seen: Ref): Own {
  if (PySet_Contains(seen, name) !== 0 || PySet_Add(seen, name) !== 0) {
    if (PyErr_Occurred() === 0)
      PyErr_SetString(PyExc_TypeError, `${tp_name_js(type)}() got multiple sub-patterns for attribute ${reprJS(name)}`)
    return NULL
  }
  const $attr = PyObject_GetAttr(subject, name)
  if ($attr === NULL && PyErr_ExceptionMatches(PyExc_AttributeError)) PyErr_Clear()
  return $attr
}

function appendAttr(attrs: Ref, subject: Ref, type: Ref, name: Ref, seen: Ref): boolean {
  const $attr = match_class_attr(subject, type, name, seen)
  if ($attr === NULL) return false
  PyList_Append(attrs, $attr)
  Py_DECREF($attr)
  return true
}

/** The positional sub-patterns; false: no match, or an error. */
function match_positional(subject: Ref, type: Ref, nargs: number, attrs: Ref, seen: Ref): boolean {
  let self = false
  let $args = PyObject_GetAttrString(type, "__match_args__")
  if ($args !== NULL) {
    if (!PyTuple_CheckExact($args)) {
      PyErr_SetString(PyExc_TypeError, `${tp_name_js(type)}.__match_args__ must be a tuple (got ${typeName($args)})`)
      Py_DECREF($args)
      return false
    }
  } else {
    if (!PyErr_ExceptionMatches(PyExc_AttributeError)) return false
    PyErr_Clear()
    $args = PyTuple_New(0)
    self = PyType_HasFeature(type, TPFLAGS.MATCH_SELF)
  }
  const allowed = self ? 1 : Py_SIZE($args)
  let ok = true
  if (allowed < nargs) {
    PyErr_SetString(
      PyExc_TypeError,
      `${tp_name_js(type)}() accepts ${allowed} positional sub-pattern${allowed === 1 ? "" : "s"} (${nargs} given)`,
    )
    ok = false
  } else if (self) PyList_Append(attrs, subject)
  else {
    for (let i = 0; ok && i < nargs; i++) {
      const name = PyTuple_GET_ITEM($args, i)
      if (!PyUnicode_CheckExact(name)) {
        PyErr_SetString(PyExc_TypeError, `__match_args__ elements must be strings (got ${typeName(name)})`)
        ok = false
      } else ok = appendAttr(attrs, subject, type, name, seen)
    }
  }
  Py_DECREF($args)
  return ok
}

/** MATCH_CLASS: tuple of attributes; NULL without an error: no match. */
export function match_class(subject: Ref, type: Ref, nargs: number, kwargs: Ref): Own {
  if (!PyType_Check(type)) return PyErr_SetString(PyExc_TypeError, "called match pattern must be a type")
  if (PyObject_IsInstance(subject, type) <= 0) return NULL
  const $seen = PySet_New(NULL)
  if ($seen === NULL) return NULL
  const $attrs = PyList_New(0)
  if ($attrs === NULL) {
    Py_DECREF($seen)
    return NULL
  }
  let ok = nargs === 0 || match_positional(subject, type, nargs, $attrs, $seen)
  for (let i = 0; ok && i < Py_SIZE(kwargs); i++) ok = appendAttr($attrs, subject, type, PyTuple_GET_ITEM(kwargs, i), $seen)
  const $result = ok ? PyList_AsTuple($attrs) : NULL
  Py_DECREF($attrs)
  Py_DECREF($seen)
  return $result
}
