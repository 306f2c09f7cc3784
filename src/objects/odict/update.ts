import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_DECREF, Py_NewRef, Py_XDECREF } from "../../heap/refcount.ts"
import { ID } from "../../heap/statics.ts"
import { PyIter_Next, PyObject_GetItem, PyObject_GetIter, PyObject_SetItem } from "../abstract.ts"
import { PyObject_CallNoArgs } from "../call.ts"
import { PyDict_CheckExact, PyDict_GET_SIZE, PyDict_Items } from "../dictobject.ts"
import { PyErr_Clear, PyErr_Occurred, PyErr_SetString } from "../errors.ts"
import { _PyObject_LookupAttr } from "../object.ts"
import { Py_None, PyExc_TypeError, PyExc_ValueError } from "../statictypes.ts"
import { PyTuple_GET_ITEM, PyTuple_GET_SIZE } from "../tupleobject.ts"

// Objects/odictobject.c: MutableMapping.update, which goes through __setitem__.

const ID_keys = ID("keys")
const ID_items = ID("items")

/** self[key] = value for one pair, any iterable of two. 0 or -1. */
function addPair(self: Ref, pair: Ref): number {
  const $it = PyObject_GetIter(pair)
  if ($it === NULL) return -1
  const $key = PyIter_Next($it)
  const $value = $key === NULL ? NULL : PyIter_Next($it)
  let res = -1
  if ($value === NULL) {
    if (!PyErr_Occurred()) {
      PyErr_SetString(PyExc_ValueError, $key === NULL ? "need more than 0 values to unpack" : "need more than 1 value to unpack")
    }
  } else {
    const $unexpected = PyIter_Next($it)
    if ($unexpected !== NULL) {
      Py_DECREF($unexpected)
      PyErr_SetString(PyExc_ValueError, "too many values to unpack (expected 2)")
    } else if (!PyErr_Occurred()) res = PyObject_SetItem(self, $key, $value)
  }
  Py_DECREF($it)
  Py_XDECREF($key)
  Py_XDECREF($value)
  return res
}

function mutablemapping_add_pairs(self: Ref, pairs: Ref): number {
  const $it = PyObject_GetIter(pairs)
  if ($it === NULL) return -1
  PyErr_Clear()
  for (let $pair = PyIter_Next($it); $pair !== NULL; $pair = PyIter_Next($it)) {
    addPair(self, $pair)
    Py_DECREF($pair)
    if (PyErr_Occurred()) break
  }
  Py_DECREF($it)
  return PyErr_Occurred() ? -1 : 0
}
/** The pairs of an owned iterable (NULL: error set). */
function addOwnedPairs(self: Ref, $items: Own): number {
  if ($items === NULL) return -1
  const res = mutablemapping_add_pairs(self, $items)
  Py_DECREF($items)
  return res
}

/** self[key] = arg[key] for all that `keys()` gives. */
function addKeys(self: Ref, arg: Ref, $func: Own): number {
  const $keys = PyObject_CallNoArgs($func)
  Py_DECREF($func)
  if ($keys === NULL) return -1
  const $it = PyObject_GetIter($keys)
  Py_DECREF($keys)
  if ($it === NULL) return -1
  let res = 0
  while (res === 0) {
    const $key = PyIter_Next($it)
    if ($key === NULL) break
    const $value = PyObject_GetItem(arg, $key)
    res = $value === NULL ? -1 : PyObject_SetItem(self, $key, $value)
    Py_XDECREF($value)
    Py_DECREF($key)
  }
  Py_DECREF($it)
  return res !== 0 || PyErr_Occurred() ? -1 : 0
}

export function mutablemapping_update_arg(self: Ref, arg: Ref): number {
  if (PyDict_CheckExact(arg)) return addOwnedPairs(self, PyDict_Items(arg))
  const $keys = _PyObject_LookupAttr(arg, ID_keys)
  if ($keys !== NULL) return addKeys(self, arg, $keys)
  if (PyErr_Occurred()) return -1
  const $items = _PyObject_LookupAttr(arg, ID_items)
  if ($items !== NULL) {
    const $pairs = PyObject_CallNoArgs($items)
    Py_DECREF($items)
    return addOwnedPairs(self, $pairs)
  }
  if (PyErr_Occurred()) return -1
  return mutablemapping_add_pairs(self, arg)
}

/** update([other], **kwargs): owned None. */
export function mutablemapping_update(self: Ref, args: Ref, kwargs: Ref): Own {
  const n = args !== NULL ? PyTuple_GET_SIZE(args) : 0
  if (n > 1) return PyErr_SetString(PyExc_TypeError, `update() takes at most 1 positional argument (${n} given)`)
  if (n) {
    const $other = Py_NewRef(PyTuple_GET_ITEM(args, 0))
    const res = mutablemapping_update_arg(self, $other)
    Py_DECREF($other)
    if (res < 0) return NULL
  }
  if (kwargs !== NULL && PyDict_GET_SIZE(kwargs) && addOwnedPairs(self, PyDict_Items(kwargs)) < 0) return NULL
  return Py_NewRef(Py_None)
}
