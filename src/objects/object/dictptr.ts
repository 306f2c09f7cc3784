import { ptr, setptr } from "../../heap/access.ts"
import { PyObject, PyTypeObject } from "../../heap/layout.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_NewRef, Py_SIZE, Py_TYPE } from "../../heap/refcount.ts"
import { i32 } from "../../heap/views.ts"
import { _PyObject_MakeDictFromInstanceAttributes } from "../dictobject.ts"
import { PyErr_Clear, PyErr_SetString } from "../errors.ts"
import { TPFLAGS } from "../slots.ts"
import { PyExc_TypeError } from "../statictypes.ts"
import { _PyObject_VAR_SIZE } from "./life.ts"
import { typeName } from "./names.ts"

// Objects/object.c. Where instances keep their dict.

/** Where an instance with a managed dict keeps its dict pointer. */
export function _PyObject_ManagedDictPointer(obj: Ref): number {
  return obj - 24
}
/** Where it keeps its inline values. */
export function _PyObject_ValuesPointer(obj: Ref): number {
  return obj - 32
}
/** Address of the object's dict pointer, 0 if it has none. Does not make the dict. */
export function _PyObject_DictPointer(obj: Ref): number {
  const tp = i32[(obj + PyObject.ob_type) >> 2] as Ref
  if ((i32[(tp + PyTypeObject.tp_flags) >> 2] & TPFLAGS.MANAGED_DICT) !== 0) return obj - 24
  const offset = i32[(tp + PyTypeObject.tp_dictoffset) >> 2]
  if (offset === 0) return 0
  if (offset < 0) return obj + offset + _PyObject_VAR_SIZE(tp, Math.abs(Py_SIZE(obj)))
  return obj + offset
}
/** The same, after turning inline values into a dict. 0 without an error on failure. */
export function _PyObject_GetDictPtr(obj: Ref): number {
  if ((i32[(Py_TYPE(obj) + PyTypeObject.tp_flags) >> 2] & TPFLAGS.MANAGED_DICT) === 0) return _PyObject_DictPointer(obj)
  const dictptr = obj - 24
  const values = ptr(obj - 32)
  if (values === 0) return dictptr
  const $dict = _PyObject_MakeDictFromInstanceAttributes(obj, values)
  if ($dict === NULL) {
    PyErr_Clear()
    return 0
  }
  setptr(obj - 32, 0)
  setptr(dictptr, $dict)
  return dictptr
}
/** tp_iter of iterators. */
export function PyObject_SelfIter(obj: Ref): Own {
  return Py_NewRef(obj)
}
/** tp_iternext of a type whose __next__ was removed. */
export function _PyObject_NextNotImplemented(self: Ref): Own {
  PyErr_SetString(PyExc_TypeError, `'${typeName(self).slice(0, 200)}' object is not iterable`)
  return NULL
}
