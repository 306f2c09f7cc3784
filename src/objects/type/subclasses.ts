import { ptr, setptr } from "../../heap/access.ts"
import { PyTypeObject } from "../../heap/layout.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_CLEAR, Py_DECREF, Py_SIZE, Py_XDECREF } from "../../heap/refcount.ts"
import { PyDict_DelItem, PyDict_GET_SIZE, PyDict_New, PyDict_Next, PyDict_SetItem, dictValue } from "../dictobject.ts"
import { PyErr_Clear } from "../errors.ts"
import { PyList_Append, PyList_New } from "../listobject.ts"
import { PyLong_FromVoidPtr } from "../longobject.ts"
import { Py_None } from "../statictypes.ts"
import { PyTuple_GET_ITEM } from "../tupleobject.ts"
import { PyWeakref_GET_OBJECT, PyWeakref_NewRef } from "../weakrefobject.ts"
import { PyType_Check } from "./mro.ts"

// tp_subclasses: a dict from the subclass's address to a weak reference to it; NULL when there are none.

/** 0, or -1 with the error set. */
export function add_subclass(base: Ref, type: Ref): number {
  const $key = PyLong_FromVoidPtr(type)
  if ($key === NULL) return -1
  const $ref = PyWeakref_NewRef(type, NULL)
  if ($ref === NULL) {
    Py_DECREF($key)
    return -1
  }
  let subclasses = ptr(base + PyTypeObject.tp_subclasses)
  if (subclasses === NULL) {
    subclasses = PyDict_New()
    setptr(base + PyTypeObject.tp_subclasses, subclasses)
    if (subclasses === NULL) {
      Py_DECREF($key)
      Py_DECREF($ref)
      return -1
    }
  }
  const result = PyDict_SetItem(subclasses, $key, $ref)
  Py_DECREF($ref)
  Py_DECREF($key)
  return result
}
export function add_all_subclasses(type: Ref, bases: Ref): number {
  let res = 0
  const n = Py_SIZE(bases)
  for (let i = 0; i < n; i++) if (add_subclass(PyTuple_GET_ITEM(bases, i), type) < 0) res = -1
  return res
}
export function remove_subclass(base: Ref, type: Ref): void {
  const subclasses = ptr(base + PyTypeObject.tp_subclasses)
  if (subclasses === NULL) return
  const $key = PyLong_FromVoidPtr(type)
  if ($key === NULL || PyDict_DelItem(subclasses, $key) < 0) PyErr_Clear()
  Py_XDECREF($key)
  if (PyDict_GET_SIZE(subclasses) === 0) Py_CLEAR(base + PyTypeObject.tp_subclasses)
}
export function remove_all_subclasses(type: Ref, bases: Ref): void {
  for (let i = 0; i < Py_SIZE(bases); i++) {
    const base = PyTuple_GET_ITEM(bases, i)
    if (PyType_Check(base)) remove_subclass(base, type)
  }
}
/** The living subclasses: an owned list, or NULL with the error set. */
export function _PyType_GetSubclasses(self: Ref): Own {
  const $list = PyList_New(0)
  if ($list === NULL) return NULL
  const subclasses = ptr(self + PyTypeObject.tp_subclasses)
  if (subclasses === NULL) return $list
  for (let pos = PyDict_Next(subclasses, 0); pos !== 0; pos = PyDict_Next(subclasses, pos)) {
    const obj = PyWeakref_GET_OBJECT(dictValue)
    if (obj === Py_None) continue
    if (PyList_Append($list, obj) < 0) {
      Py_DECREF($list)
      return NULL
    }
  }
  return $list
}
