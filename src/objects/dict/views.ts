import { _PyObject_GC_New, _PyObject_GC_TRACK, _PyObject_GC_UNTRACK, PyObject_GC_Del } from "../../gc/gcmodule.ts"
import { ptr, setptr } from "../../heap/access.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_DECREF, Py_IS_TYPE, Py_NewRef, Py_TYPE, Py_XDECREF } from "../../heap/refcount.ts"
import { ID } from "../../heap/statics.ts"
import { PyIter_Next, PyObject_GetIter, PyObject_Size, PySequence_Contains, PySequence_List } from "../abstract.ts"
import { PyBool_FromLong } from "../boolobject.ts"
import { PyObject_CallMethodNoArgs, PyObject_CallMethodOneArg } from "../call.ts"
import { defineType } from "../define.ts"
import { PyDictProxy_New } from "../descrobject.ts"
import { PyErr_BadInternalCall, PyErr_Occurred, PyErr_SetString } from "../errors.ts"
import { Py_ReprEnter, Py_ReprLeave, PyObject_GenericGetAttr, PyObject_RichCompareBool, reprJS, tp_name_js, typeName } from "../object.ts"
import { _PySet_Update, PyAnySet_Check, PySet_Add, PySet_CheckExact, PySet_New } from "../setobject.ts"
import { METH, Py, TPFLAGS, type unaryfunc, type visitproc } from "../slots.ts"
import {
  Py_None,
  Py_NotImplemented,
  PyDictItems_Type,
  PyDictIterItem_Type,
  PyDictIterKey_Type,
  PyDictIterValue_Type,
  PyDictKeys_Type,
  PyDictRevIterItem_Type,
  PyDictRevIterKey_Type,
  PyDictRevIterValue_Type,
  PyDictValues_Type,
  PyExc_TypeError,
} from "../statictypes.ts"
import { PyTuple_Check, PyTuple_GET_ITEM, PyTuple_GET_SIZE, PyTuple_Pack2 } from "../tupleobject.ts"
import { PyType_IsSubtype } from "../typeobject.ts"
import { PyUnicode_FromString } from "../unicodeobject.ts"
import {
  _PyDict_DelItem_KnownHash,
  _PyDict_GetItem_KnownHash,
  dictHashHi,
  dictHashLo,
  dictKey,
  dictValue,
  PyDict_Check,
  PyDict_CheckExact,
  PyDict_Contains,
  PyDict_GET_SIZE,
  PyDict_GetItemWithError,
  PyDict_Next,
} from "./core.ts"
import { dictiter_new } from "./iter.ts"
import { PyDict_Copy } from "./merge.ts"

// Objects/dictobject.c: dict_keys, dict_items, dict_values.

export const enum _PyDictViewObject {
  dv_dict = 16,
  SIZE = 24,
}

const ID_difference_update = ID("difference_update")
const ID_symmetric_difference_update = ID("symmetric_difference_update")
const ID_intersection = ID("intersection")
const ID_items = ID("items")

function dictOf(dv: Ref): Ref {
  return ptr(dv + _PyDictViewObject.dv_dict)
}
function isOf(op: Ref, type: Ref): boolean {
  return Py_IS_TYPE(op, type) || PyType_IsSubtype(Py_TYPE(op), type) ? true : false
}
export function PyDictKeys_Check(op: Ref): boolean {
  return isOf(op, PyDictKeys_Type)
}
export function PyDictItems_Check(op: Ref): boolean {
  return isOf(op, PyDictItems_Type)
}
export function PyDictValues_Check(op: Ref): boolean {
  return isOf(op, PyDictValues_Type)
}
export function PyDictViewSet_Check(op: Ref): boolean {
  return PyDictKeys_Check(op) || PyDictItems_Check(op)
}

function dictview_dealloc(dv: Ref): void {
  _PyObject_GC_UNTRACK(dv)
  Py_XDECREF(dictOf(dv))
  PyObject_GC_Del(dv)
}

function dictview_traverse(dv: Ref, visit: visitproc, arg: number): number {
  const d = dictOf(dv)
  return d ? visit(d, arg) : 0
}

export function dictview_len(dv: Ref): number {
  const d = dictOf(dv)
  return d !== 0 ? PyDict_GET_SIZE(d) : 0
}

export function _PyDictView_New(dict: Ref, type: Ref): Own {
  if (dict === NULL) return PyErr_BadInternalCall()
  if (!PyDict_Check(dict)) {
    return PyErr_SetString(PyExc_TypeError, `${tp_name_js(type)}() requires a dict argument, not '${typeName(dict)}'`)
  }
  const $dv = _PyObject_GC_New(type)
  if ($dv === NULL) return NULL
  setptr($dv + _PyDictViewObject.dv_dict, Py_NewRef(dict))
  _PyObject_GC_TRACK($dv)
  return $dv
}

function dictview_mapping(view: Ref): Own {
  return PyDictProxy_New(dictOf(view))
}

/** Are all items of `self` in `other`? 1, 0, -1. */
function all_contained_in(self: Ref, other: Ref): number {
  const $iter = PyObject_GetIter(self)
  if ($iter === NULL) return -1
  let ok = 1
  for (;;) {
    const $next = PyIter_Next($iter)
    if ($next === NULL) {
      if (PyErr_Occurred()) ok = -1
      break
    }
    ok = PySequence_Contains(other, $next)
    Py_DECREF($next)
    if (ok <= 0) break
  }
  Py_DECREF($iter)
  return ok
}

export function dictview_richcompare(self: Ref, other: Ref, op: number): Own {
  if (!PyAnySet_Check(other) && !PyDictViewSet_Check(other)) return Py_NewRef(Py_NotImplemented)
  const a = PyObject_Size(self)
  if (a < 0) return NULL
  const b = PyObject_Size(other)
  if (b < 0) return NULL
  let ok = 0
  switch (op) {
    case Py.NE:
    case Py.EQ:
      if (a === b) ok = all_contained_in(self, other)
      if (op === Py.NE && ok >= 0) ok = ok ? 0 : 1
      break
    case Py.LT:
      if (a < b) ok = all_contained_in(self, other)
      break
    case Py.LE:
      if (a <= b) ok = all_contained_in(self, other)
      break
    case Py.GT:
      if (a > b) ok = all_contained_in(other, self)
      break
    case Py.GE:
      if (a >= b) ok = all_contained_in(other, self)
      break
  }
  return ok < 0 ? NULL : PyBool_FromLong(ok)
}

export function dictview_repr(dv: Ref): Own {
  const rc = Py_ReprEnter(dv)
  if (rc !== 0) return rc > 0 ? PyUnicode_FromString("...") : NULL
  let $result: Own = NULL
  const $seq = PySequence_List(dv)
  if ($seq !== NULL) {
    const s = reprJS($seq)
    if (s !== null) $result = PyUnicode_FromString(`${typeName(dv)}(${s})`)
    Py_DECREF($seq)
  }
  Py_ReprLeave(dv)
  return $result
}

// ---- set operations ----

function dictviews_to_set(self: Ref): Own {
  let left = self
  if (PyDictKeys_Check(self) && PyDict_CheckExact(dictOf(self))) left = dictOf(self)
  return PySet_New(left)
}

function viaMethod(self: Ref, other: Ref, name: Ref): Own {
  const $result = dictviews_to_set(self)
  if ($result === NULL) return NULL
  const $tmp = PyObject_CallMethodOneArg($result, name, other)
  if ($tmp === NULL) {
    Py_DECREF($result)
    return NULL
  }
  Py_DECREF($tmp)
  return $result
}

function dictviews_sub(self: Ref, other: Ref): Own {
  return viaMethod(self, other, ID_difference_update)
}

export function _PyDictView_Intersect(self: Ref, other: Ref): Own {
  // one of the two is a view, the other anything iterable
  if (!PyDictViewSet_Check(self)) {
    const t = other
    other = self
    self = t
  }
  const len = dictview_len(self)
  // a set that is at least as long does it itself
  if (PySet_CheckExact(other) && len <= PyObject_Size(other)) return PyObject_CallMethodOneArg(other, ID_intersection, self)
  // walk over the shorter of two views
  if (PyDictViewSet_Check(other) && dictview_len(other) > len) {
    const t = other
    other = self
    self = t
  }
  const $result = PySet_New(NULL)
  if ($result === NULL) return NULL
  const $it = PyObject_GetIter(other)
  if ($it === NULL) {
    Py_DECREF($result)
    return NULL
  }
  const keys = PyDictKeys_Check(self)
  for (let $key = PyIter_Next($it); $key !== NULL; $key = PyIter_Next($it)) {
    const rv = keys ? dictkeys_contains(self, $key) : dictitems_contains(self, $key)
    if (rv < 0 || (rv && PySet_Add($result, $key))) {
      Py_DECREF($it)
      Py_DECREF($result)
      Py_DECREF($key)
      return NULL
    }
    Py_DECREF($key)
  }
  Py_DECREF($it)
  if (PyErr_Occurred()) {
    Py_DECREF($result)
    return NULL
  }
  return $result
}

function dictviews_or(self: Ref, other: Ref): Own {
  const $result = dictviews_to_set(self)
  if ($result === NULL) return NULL
  if (_PySet_Update($result, other) < 0) {
    Py_DECREF($result)
    return NULL
  }
  return $result
}

/** One pair of the second dict: drop it from the copy of the first if equal there, else put it into the result. 0 or -1. */
function xorPair(temp: Ref, result: Ref, key: Ref, lo: number, hi: number, val2: Ref): number {
  const val1 = _PyDict_GetItem_KnownHash(temp, key, lo, hi)
  let equal = 0
  if (val1 === NULL) {
    if (PyErr_Occurred()) return -1
  } else {
    const $val1 = Py_NewRef(val1)
    equal = PyObject_RichCompareBool($val1, val2, Py.EQ)
    if (equal > 0 && _PyDict_DelItem_KnownHash(temp, key, lo, hi) < 0) equal = -1
    if (equal !== 0) {
      Py_DECREF($val1)
      return equal < 0 ? -1 : 0
    }
    Py_DECREF($val1)
  }
  const $pair = PyTuple_Pack2(key, val2)
  if ($pair === NULL) return -1
  const status = PySet_Add(result, $pair)
  Py_DECREF($pair)
  return status
}

function dictitems_xor(self: Ref, other: Ref): Own {
  const d2 = dictOf(other)
  const $temp = PyDict_Copy(dictOf(self))
  if ($temp === NULL) return NULL
  const $result = PySet_New(NULL)
  if ($result === NULL) {
    Py_DECREF($temp)
    return NULL
  }
  let ok = true
  for (let pos = PyDict_Next(d2, 0); ok && pos; pos = PyDict_Next(d2, pos)) {
    const $key = Py_NewRef(dictKey)
    const $val2 = Py_NewRef(dictValue)
    ok = xorPair($temp, $result, $key, dictHashLo, dictHashHi, $val2) === 0
    Py_DECREF($key)
    Py_DECREF($val2)
    if (!ok) break
  }
  if (ok) {
    const $rest = PyObject_CallMethodNoArgs($temp, ID_items)
    ok = $rest !== NULL && _PySet_Update($result, $rest) >= 0
    if (ok) {
      Py_DECREF($temp)
      Py_DECREF($rest)
      return $result
    }
    Py_XDECREF($rest)
  }
  Py_DECREF($temp)
  Py_DECREF($result)
  return NULL
}

function dictviews_xor(self: Ref, other: Ref): Own {
  if (PyDictItems_Check(self) && PyDictItems_Check(other)) return dictitems_xor(self, other)
  return viaMethod(self, other, ID_symmetric_difference_update)
}

function dictviews_isdisjoint(self: Ref, other: Ref): Own {
  if (self === other) return PyBool_FromLong(dictview_len(self) === 0 ? 1 : 0)
  // walk over the shorter of the two
  if (PyAnySet_Check(other) || PyDictViewSet_Check(other)) {
    const lenOther = PyObject_Size(other)
    if (lenOther === -1) return NULL
    if (lenOther > dictview_len(self)) {
      const t = other
      other = self
      self = t
    }
  }
  const $it = PyObject_GetIter(other)
  if ($it === NULL) return NULL
  for (let $item = PyIter_Next($it); $item !== NULL; $item = PyIter_Next($it)) {
    const contains = PySequence_Contains(self, $item)
    Py_DECREF($item)
    if (contains) {
      Py_DECREF($it)
      return contains === -1 ? NULL : PyBool_FromLong(0)
    }
  }
  Py_DECREF($it)
  return PyErr_Occurred() ? NULL : PyBool_FromLong(1)
}

// ---- the three types ----

function iterate(dv: Ref, itertype: Ref): Own {
  const d = dictOf(dv)
  return d === 0 ? Py_NewRef(Py_None) : dictiter_new(d, itertype)
}
function dictkeys_iter(dv: Ref): Own {
  return iterate(dv, PyDictIterKey_Type)
}
function dictkeys_reversed(dv: Ref): Own {
  return iterate(dv, PyDictRevIterKey_Type)
}
function dictitems_iter(dv: Ref): Own {
  return iterate(dv, PyDictIterItem_Type)
}
function dictitems_reversed(dv: Ref): Own {
  return iterate(dv, PyDictRevIterItem_Type)
}
function dictvalues_iter(dv: Ref): Own {
  return iterate(dv, PyDictIterValue_Type)
}
function dictvalues_reversed(dv: Ref): Own {
  return iterate(dv, PyDictRevIterValue_Type)
}

function dictkeys_contains(dv: Ref, obj: Ref): number {
  const d = dictOf(dv)
  return d === 0 ? 0 : PyDict_Contains(d, obj)
}
function dictitems_contains(dv: Ref, obj: Ref): number {
  const d = dictOf(dv)
  if (d === 0 || !PyTuple_Check(obj) || PyTuple_GET_SIZE(obj) !== 2) return 0
  const found = PyDict_GetItemWithError(d, PyTuple_GET_ITEM(obj, 0))
  if (found === NULL) return PyErr_Occurred() ? -1 : 0
  const $found = Py_NewRef(found)
  const result = PyObject_RichCompareBool($found, PyTuple_GET_ITEM(obj, 1), Py.EQ)
  Py_DECREF($found)
  return result
}

export function dictkeys_new(dict: Ref): Own {
  return _PyDictView_New(dict, PyDictKeys_Type)
}
export function dictitems_new(dict: Ref): Own {
  return _PyDictView_New(dict, PyDictItems_Type)
}
export function dictvalues_new(dict: Ref): Own {
  return _PyDictView_New(dict, PyDictValues_Type)
}

function defineView(
  type: Ref,
  name: string,
  iter: unaryfunc,
  reversed: unaryfunc,
  contains: ((dv: Ref, o: Ref) => number) | undefined,
): void {
  const what = name.slice(5)
  defineType(type, {
    name,
    basicsize: _PyDictViewObject.SIZE,
    flags: TPFLAGS.DEFAULT | TPFLAGS.HAVE_GC,
    dealloc: dictview_dealloc,
    repr: dictview_repr,
    getattro: PyObject_GenericGetAttr,
    traverse: dictview_traverse,
    iter,
    sq_length: dictview_len,
    ...(contains && {
      sq_contains: contains,
      nb_subtract: dictviews_sub,
      nb_and: _PyDictView_Intersect,
      nb_xor: dictviews_xor,
      nb_or: dictviews_or,
      richcompare: dictview_richcompare,
    }),
    methods: [
      ...(contains
        ? ([["isdisjoint", dictviews_isdisjoint, METH.O, "True if the view and the iterable have no item in common."]] as const)
        : []),
      ["__reversed__", reversed, METH.NOARGS, `A reverse iterator over the dict ${what}.`],
    ],
    getset: [["mapping", dictview_mapping, null, "dictionary that this view refers to"]],
  })
}

defineView(PyDictKeys_Type, "dict_keys", dictkeys_iter, dictkeys_reversed, dictkeys_contains)
defineView(PyDictItems_Type, "dict_items", dictitems_iter, dictitems_reversed, dictitems_contains)
defineView(PyDictValues_Type, "dict_values", dictvalues_iter, dictvalues_reversed, undefined)
