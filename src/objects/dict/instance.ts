import { _PyObject_GC_MAY_BE_TRACKED, _PyObject_GC_TRACK } from "../../gc/gcmodule.ts"
import { ptr, setptr } from "../../heap/access.ts"
import { PyHeapTypeObject, PyTypeObject } from "../../heap/layout.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_DECREF, Py_IS_TYPE, Py_TYPE, Py_XDECREF, Py_XINCREF, Py_XNewRef, PyType_HasFeature } from "../../heap/refcount.ts"
import { i32, u8 } from "../../heap/views.ts"
import { PyErr_NoMemory, PyErr_SetString } from "../errors.ts"
import { _PyObject_DictPointer, tp_name_js } from "../object.ts"
import { TPFLAGS, type visitproc } from "../slots.ts"
import { PyExc_AttributeError, PyUnicode_Type } from "../statictypes.ts"
import { PyUnicode_AsJS } from "../unicodeobject.ts"
import { new_dict, new_dict_with_shared_keys, PyDict_DelItem, PyDict_GET_SIZE, PyDict_New, PyDict_SetItem } from "./core.ts"
import {
  _PyDictKeys_StringLookup,
  _PyDictValues_AddToInsertionOrder,
  delete_index_from_values,
  dictkeys_incref,
  DK_NENTRIES,
  DK_USABLE,
  DKIX_EMPTY,
  free_values,
  insert_into_dictkeys,
  new_values,
  setUsable,
  shared_keys_usable_size,
} from "./keys.ts"

// Objects/dictobject.c: attributes of instances. An instance with a managed dict has its values (no dict object yet) at -32, or its
// dict at -24; at most one of the two is set.

/** Address of the pointer to an instance's inline values. */
export function _PyObject_ValuesPointer(obj: Ref): number {
  return obj - 32
}
/** Address of the pointer to an instance's managed dict. */
export function _PyObject_ManagedDictPointer(obj: Ref): number {
  return obj - 24
}
function cachedKeys(tp: Ref): number {
  return i32[(tp + PyHeapTypeObject.ht_cached_keys) >> 2]
}

function init_inline_values(obj: Ref, tp: Ref): number {
  const keys = cachedKeys(tp)
  const usable = DK_USABLE(keys)
  // classes whose instances get few attributes converge on small value arrays
  if (usable > 1) setUsable(keys, usable - 1)
  const size = shared_keys_usable_size(keys)
  const values = new_values(size)
  if (values === 0) {
    PyErr_NoMemory()
    return -1
  }
  u8[values - 2] = 0
  for (let i = 0; i < size; i++) setptr(values + 8 * i, 0)
  setptr(_PyObject_ValuesPointer(obj), values)
  return 0
}

/** A new instance's values or dict: 0 or -1. */
export function _PyObject_InitializeDict(obj: Ref): number {
  const tp = Py_TYPE(obj)
  if (i32[(tp + PyTypeObject.tp_dictoffset) >> 2] === 0) return 0
  if (PyType_HasFeature(tp, TPFLAGS.MANAGED_DICT)) return init_inline_values(obj, tp)
  let $dict: Own
  if (PyType_HasFeature(tp, TPFLAGS.HEAPTYPE) && cachedKeys(tp)) {
    dictkeys_incref(cachedKeys(tp))
    $dict = new_dict_with_shared_keys(cachedKeys(tp))
  } else $dict = PyDict_New()
  if ($dict === NULL) return -1
  setptr(_PyObject_DictPointer(obj), $dict)
  return 0
}
export function _PyObject_InitializeInstanceAttributes(obj: Ref): number {
  return _PyObject_InitializeDict(obj)
}

function make_dict_from_instance_attributes(keys: number, values: number): Own {
  dictkeys_incref(keys)
  let used = 0
  let track = false
  const n = shared_keys_usable_size(keys)
  for (let i = 0; i < n; i++) {
    const v = ptr(values + 8 * i)
    if (v !== 0) {
      used++
      if (_PyObject_GC_MAY_BE_TRACKED(v)) track = true
    }
  }
  const $res = new_dict(keys, values, used, false)
  if (track && $res !== NULL) _PyObject_GC_TRACK($res)
  return $res
}

/** A dict that takes over the values; the caller stores it and clears the values pointer. */
export function _PyObject_MakeDictFromInstanceAttributes(obj: Ref, values: number): Own {
  return make_dict_from_instance_attributes(cachedKeys(Py_TYPE(obj)), values)
}

/** obj.name = value (NULL deletes) in inline values; turns them into a dict when the shared keys have no room. 0 or -1. */
export function _PyObject_StoreInstanceAttribute(obj: Ref, values: number, name: Ref, value: Ref): number {
  const keys = cachedKeys(Py_TYPE(obj))
  let ix = DKIX_EMPTY
  if (Py_IS_TYPE(name, PyUnicode_Type)) ix = insert_into_dictkeys(keys, name)
  if (ix === DKIX_EMPTY) {
    const $dict = make_dict_from_instance_attributes(keys, values)
    if ($dict === NULL) return -1
    setptr(_PyObject_ValuesPointer(obj), 0)
    setptr(_PyObject_ManagedDictPointer(obj), $dict)
    return value === NULL ? PyDict_DelItem($dict, name) : PyDict_SetItem($dict, name, value)
  }
  const old = ptr(values + 8 * ix)
  Py_XINCREF(value)
  setptr(values + 8 * ix, value)
  if (old === 0) {
    if (value === NULL) {
      PyErr_SetString(PyExc_AttributeError, `'${tp_name_js(Py_TYPE(obj)).slice(0, 100)}' object has no attribute '${PyUnicode_AsJS(name)}'`)
      return -1
    }
    _PyDictValues_AddToInsertionOrder(values, ix)
  } else {
    if (value === NULL) delete_index_from_values(values, ix)
    Py_DECREF(old)
  }
  return 0
}

/** Owned; NULL without an error when absent. */
export function _PyObject_GetInstanceAttribute(obj: Ref, values: number, name: Ref): Own {
  const ix = _PyDictKeys_StringLookup(cachedKeys(Py_TYPE(obj)), name)
  if (ix < 0) return NULL
  return Py_XNewRef(ptr(values + 8 * ix))
}

export function _PyObject_IsInstanceDictEmpty(obj: Ref): boolean {
  const tp = Py_TYPE(obj)
  if (i32[(tp + PyTypeObject.tp_dictoffset) >> 2] === 0) return true
  let dictptr: number
  if (PyType_HasFeature(tp, TPFLAGS.MANAGED_DICT)) {
    const values = ptr(_PyObject_ValuesPointer(obj))
    if (values !== 0) {
      const n = DK_NENTRIES(cachedKeys(tp))
      for (let i = 0; i < n; i++) if (ptr(values + 8 * i) !== 0) return false
      return true
    }
    dictptr = _PyObject_ManagedDictPointer(obj)
  } else dictptr = _PyObject_DictPointer(obj)
  const dict = ptr(dictptr)
  return dict === 0 || PyDict_GET_SIZE(dict) === 0
}

export function _PyObject_VisitInstanceAttributes(self: Ref, visit: visitproc, arg: number): number {
  const values = ptr(_PyObject_ValuesPointer(self))
  if (values === 0) return 0
  const n = DK_NENTRIES(cachedKeys(Py_TYPE(self)))
  for (let i = 0; i < n; i++) {
    const v = ptr(values + 8 * i)
    if (v !== 0) {
      const r = visit(v, arg)
      if (r) return r
    }
  }
  return 0
}

export function _PyObject_ClearInstanceAttributes(self: Ref): void {
  const n = DK_NENTRIES(cachedKeys(Py_TYPE(self)))
  for (let i = 0; i < n; i++) {
    // what is released may turn the values into a dict
    const values = ptr(_PyObject_ValuesPointer(self))
    if (values === 0) return
    const v = ptr(values + 8 * i)
    if (v !== 0) {
      setptr(values + 8 * i, 0)
      Py_DECREF(v)
    }
  }
}

export function _PyObject_FreeInstanceAttributes(self: Ref): void {
  const at = _PyObject_ValuesPointer(self)
  const values = ptr(at)
  if (values === 0) return
  setptr(at, 0)
  const n = DK_NENTRIES(cachedKeys(Py_TYPE(self)))
  for (let i = 0; i < n; i++) Py_XDECREF(ptr(values + 8 * i))
  free_values(values)
}

/** `obj.__dict__`: owned, made now if there was none; NULL with the error set. */
export function PyObject_GenericGetDict(obj: Ref, _closure = 0): Own {
  const tp = Py_TYPE(obj)
  let dict: Ref
  if (PyType_HasFeature(tp, TPFLAGS.MANAGED_DICT)) {
    const valuesAt = _PyObject_ValuesPointer(obj)
    const dictAt = _PyObject_ManagedDictPointer(obj)
    const values = ptr(valuesAt)
    if (values !== 0) {
      dict = make_dict_from_instance_attributes(cachedKeys(tp), values)
      setptr(dictAt, dict)
      if (dict !== NULL) setptr(valuesAt, 0)
    } else {
      dict = ptr(dictAt)
      if (dict === NULL) {
        dict = PyDict_New()
        setptr(dictAt, dict)
      }
    }
  } else {
    const dictAt = _PyObject_DictPointer(obj)
    if (dictAt === 0) return PyErr_SetString(PyExc_AttributeError, "This object has no __dict__")
    dict = ptr(dictAt)
    if (dict === NULL) {
      if (PyType_HasFeature(tp, TPFLAGS.HEAPTYPE) && cachedKeys(tp)) {
        dictkeys_incref(cachedKeys(tp))
        dict = new_dict_with_shared_keys(cachedKeys(tp))
      } else dict = PyDict_New()
      setptr(dictAt, dict)
    }
  }
  return Py_XNewRef(dict)
}

/** Set or (value NULL) delete in the dict at `dictptr`, made now if there is none. 0 or -1. */
export function _PyObjectDict_SetItem(tp: Ref, dictptr: number, key: Ref, value: Ref): number {
  let dict = ptr(dictptr)
  if (dict === 0) {
    if (PyType_HasFeature(tp, TPFLAGS.HEAPTYPE) && cachedKeys(tp)) {
      dictkeys_incref(cachedKeys(tp))
      dict = new_dict_with_shared_keys(cachedKeys(tp))
    } else dict = PyDict_New()
    if (dict === 0) return -1
    setptr(dictptr, dict)
  }
  return value === NULL ? PyDict_DelItem(dict, key) : PyDict_SetItem(dict, key, value)
}
