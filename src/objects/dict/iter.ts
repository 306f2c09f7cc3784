import { _PyObject_GC_IS_TRACKED, _PyObject_GC_New, _PyObject_GC_TRACK, _PyObject_GC_UNTRACK, PyObject_GC_Del } from "../../gc/gcmodule.ts"
import { ptr, setptr, setssize, ssize } from "../../heap/access.ts"
import { fn } from "../../heap/fntable.ts"
import { PyTypeObject } from "../../heap/layout.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_DECREF, Py_NewRef, Py_REFCNT, Py_TYPE, Py_XDECREF, Py_XINCREF } from "../../heap/refcount.ts"
import { ID } from "../../heap/statics.ts"
import { i32 } from "../../heap/views.ts"
import { defineType } from "../define.ts"
import { PyErr_Occurred, PyErr_SetString } from "../errors.ts"
import { PyList_Append, PyList_New } from "../listobject.ts"
import { PyLong_FromLong } from "../longobject.ts"
import { PyObject_GenericGetAttr, PyObject_SelfIter } from "../object.ts"
import { type iternextfunc, METH, TPFLAGS, type visitproc } from "../slots.ts"
import {
  Py_None,
  PyDictIterItem_Type,
  PyDictIterKey_Type,
  PyDictIterValue_Type,
  PyDictRevIterItem_Type,
  PyDictRevIterKey_Type,
  PyDictRevIterValue_Type,
  PyExc_RuntimeError,
} from "../statictypes.ts"
import { buildTuple, PyTuple_GET_ITEM, PyTuple_New, PyTuple_Pack2, PyTuple_SET_ITEM } from "../tupleobject.ts"
import { upcalls } from "../upcalls.ts"
import { dictKey, dictValue, ma_keys, ma_values, PyDict_GET_SIZE, PyDict_Next } from "./core.ts"
import { DK_IS_UNICODE, DK_NENTRIES, generalEntry, get_index_from_order, unicodeEntry } from "./keys.ts"

// Objects/dictobject.c: the six dict iterators share one layout.

export const enum dictiterobject {
  di_dict = 16,
  di_used = 24,
  di_pos = 32,
  di_result = 40,
  len = 48,
  SIZE = 56,
}

const ID_iter = ID("iter")

function isReverse(type: Ref): boolean {
  return type === PyDictRevIterKey_Type || type === PyDictRevIterItem_Type || type === PyDictRevIterValue_Type
}

export function dictiter_new(dict: Ref, itertype: Ref): Own {
  const $di = _PyObject_GC_New(itertype)
  if ($di === NULL) return NULL
  const used = PyDict_GET_SIZE(dict)
  setptr($di + dictiterobject.di_dict, Py_NewRef(dict))
  setssize($di + dictiterobject.di_used, used)
  setssize($di + dictiterobject.len, used)
  setssize($di + dictiterobject.di_pos, isReverse(itertype) ? (ma_values(dict) ? used : DK_NENTRIES(ma_keys(dict))) - 1 : 0)
  setptr($di + dictiterobject.di_result, 0)
  if (itertype === PyDictIterItem_Type || itertype === PyDictRevIterItem_Type) {
    const $result = PyTuple_Pack2(Py_None, Py_None)
    if ($result === NULL) {
      Py_DECREF($di)
      return NULL
    }
    setptr($di + dictiterobject.di_result, $result)
  }
  _PyObject_GC_TRACK($di)
  return $di
}

function dictiter_dealloc(di: Ref): void {
  _PyObject_GC_UNTRACK(di)
  Py_XDECREF(ptr(di + dictiterobject.di_dict))
  Py_XDECREF(ptr(di + dictiterobject.di_result))
  PyObject_GC_Del(di)
}

function dictiter_traverse(di: Ref, visit: visitproc, arg: number): number {
  const d = ptr(di + dictiterobject.di_dict)
  if (d) {
    const r = visit(d, arg)
    if (r) return r
  }
  const result = ptr(di + dictiterobject.di_result)
  return result ? visit(result, arg) : 0
}

function dictiter_len(di: Ref): Own {
  const d = ptr(di + dictiterobject.di_dict)
  return PyLong_FromLong(d !== 0 && ssize(di + dictiterobject.di_used) === PyDict_GET_SIZE(d) ? ssize(di + dictiterobject.len) : 0)
}

/** The dict if it still has the size it had; NULL when exhausted or (error set) changed. */
function checkedDict(di: Ref): Ref {
  const d = ptr(di + dictiterobject.di_dict)
  if (d === 0) return NULL
  if (i32[(di + dictiterobject.di_used) >> 2] !== PyDict_GET_SIZE(d)) {
    PyErr_SetString(PyExc_RuntimeError, "dictionary changed size during iteration")
    setssize(di + dictiterobject.di_used, -1) // this state stays
    return NULL
  }
  return d
}

function finish(di: Ref, d: Ref): false {
  setptr(di + dictiterobject.di_dict, 0)
  Py_DECREF(d)
  return false
}

/** Step forward: the entry is in dictKey and dictValue (borrowed); false at the end or with the error set. */
function advance(di: Ref): boolean {
  const d = checkedDict(di)
  if (d === 0) return false
  const pos = PyDict_Next(d, i32[(di + dictiterobject.di_pos) >> 2])
  if (pos === 0) return finish(di, d)
  const len = i32[(di + dictiterobject.len) >> 2]
  if (len === 0) {
    // more entries than there were at the start, though the size is the same
    PyErr_SetString(PyExc_RuntimeError, "dictionary keys changed during iteration")
    return finish(di, d)
  }
  i32[(di + dictiterobject.di_pos) >> 2] = pos
  i32[(di + dictiterobject.len) >> 2] = len - 1
  return true
}

function dictiter_iternextkey(di: Ref): Own {
  return advance(di) ? Py_NewRef(dictKey) : NULL
}
function dictiter_iternextvalue(di: Ref): Own {
  return advance(di) ? Py_NewRef(dictValue) : NULL
}

/** The pair as a tuple: the iterator's own when nobody else holds it. */
function itemTuple(di: Ref, $key: Own, $value: Own): Own {
  const result = ptr(di + dictiterobject.di_result)
  if (Py_REFCNT(result) === 1) {
    const oldkey = PyTuple_GET_ITEM(result, 0)
    const oldvalue = PyTuple_GET_ITEM(result, 1)
    PyTuple_SET_ITEM(result, 0, $key)
    PyTuple_SET_ITEM(result, 1, $value)
    const $result = Py_NewRef(result)
    Py_DECREF(oldkey)
    Py_DECREF(oldvalue)
    // it may have been untracked when it held other things
    if (!_PyObject_GC_IS_TRACKED(result)) _PyObject_GC_TRACK(result)
    return $result
  }
  const $new = PyTuple_New(2)
  if ($new === NULL) {
    // CPython leaks them
    Py_DECREF($key)
    Py_DECREF($value)
    return NULL
  }
  PyTuple_SET_ITEM($new, 0, $key)
  PyTuple_SET_ITEM($new, 1, $value)
  return $new
}

function dictiter_iternextitem(di: Ref): Own {
  if (!advance(di)) return NULL
  return itemTuple(di, Py_NewRef(dictKey), Py_NewRef(dictValue))
}

function dictreviter_iternext(di: Ref): Own {
  const d = checkedDict(di)
  if (d === 0) return NULL
  let i = ssize(di + dictiterobject.di_pos)
  if (i < 0) {
    finish(di, d)
    return NULL
  }
  const dk = ma_keys(d)
  const values = ma_values(d)
  let key: Ref
  let value: Ref
  if (values !== 0) {
    const index = get_index_from_order(values, i)
    key = ptr(unicodeEntry(dk, index))
    value = ptr(values + 8 * index)
  } else {
    const unicode = DK_IS_UNICODE(dk)
    let ep = unicode ? unicodeEntry(dk, i) : generalEntry(dk, i) + 8
    const step = unicode ? 16 : 24
    while (ptr(ep + 8) === 0) {
      if (--i < 0) {
        finish(di, d)
        return NULL
      }
      ep -= step
    }
    key = ptr(ep)
    value = ptr(ep + 8)
  }
  setssize(di + dictiterobject.di_pos, i - 1)
  setssize(di + dictiterobject.len, ssize(di + dictiterobject.len) - 1)
  const type = Py_TYPE(di)
  if (type === PyDictRevIterKey_Type) return Py_NewRef(key)
  if (type === PyDictRevIterValue_Type) return Py_NewRef(value)
  return itemTuple(di, Py_NewRef(key), Py_NewRef(value))
}

/** What remains as a list, without moving the iterator. */
function dictiter_reduce(di: Ref): Own {
  const saved = [dictiterobject.di_used, dictiterobject.di_pos, dictiterobject.len].map((f) => ssize(di + f))
  const dict = ptr(di + dictiterobject.di_dict)
  Py_XINCREF(dict)
  const next = fn<iternextfunc>(ptr(Py_TYPE(di) + PyTypeObject.tp_iternext))
  let $list = PyList_New(0)
  while ($list !== NULL) {
    const $item = next(di)
    if ($item === NULL) break
    const status = PyList_Append($list, $item)
    Py_DECREF($item)
    if (status < 0) break
  }
  if (PyErr_Occurred()) {
    Py_XDECREF($list)
    $list = NULL
  }
  setssize(di + dictiterobject.di_used, saved[0])
  setssize(di + dictiterobject.di_pos, saved[1])
  setssize(di + dictiterobject.len, saved[2])
  if (ptr(di + dictiterobject.di_dict) === 0) setptr(di + dictiterobject.di_dict, dict)
  else Py_XDECREF(dict)
  if ($list === NULL) return NULL
  return buildTuple(upcalls.getBuiltin(ID_iter), buildTuple($list))
}

const methods = [
  ["__length_hint__", dictiter_len, METH.NOARGS, "Private method returning an estimate of len(list(it))."],
  ["__reduce__", dictiter_reduce, METH.NOARGS, "Return state information for pickling."],
] as const

function defineIterator(type: Ref, name: string, iternext: iternextfunc): void {
  defineType(type, {
    name,
    basicsize: dictiterobject.SIZE,
    flags: TPFLAGS.DEFAULT | TPFLAGS.HAVE_GC,
    dealloc: dictiter_dealloc,
    getattro: PyObject_GenericGetAttr,
    traverse: dictiter_traverse,
    iter: PyObject_SelfIter,
    iternext,
    methods,
  })
}

defineIterator(PyDictIterKey_Type, "dict_keyiterator", dictiter_iternextkey)
defineIterator(PyDictIterValue_Type, "dict_valueiterator", dictiter_iternextvalue)
defineIterator(PyDictIterItem_Type, "dict_itemiterator", dictiter_iternextitem)
defineIterator(PyDictRevIterKey_Type, "dict_reversekeyiterator", dictreviter_iternext)
defineIterator(PyDictRevIterItem_Type, "dict_reverseitemiterator", dictreviter_iternext)
defineIterator(PyDictRevIterValue_Type, "dict_reversevalueiterator", dictreviter_iternext)
