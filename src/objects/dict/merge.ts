import { _PyObject_GC_IS_TRACKED, _PyObject_GC_New, _PyObject_GC_TRACK } from "../../gc/gcmodule.ts"
import { memcpy, ptr, setptr, setssize } from "../../heap/access.ts"
import { PyDictObject, PyTypeObject } from "../../heap/layout.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_DECREF, Py_INCREF, Py_NewRef, Py_TYPE, Py_XDECREF } from "../../heap/refcount.ts"
import { ID } from "../../heap/statics.ts"
import { i32, u8 } from "../../heap/views.ts"
import {
  PyIter_Next,
  PyMapping_Keys,
  PyObject_GetItem,
  PyObject_GetIter,
  PyObject_SetItem,
  PySequence_Fast,
  PySequence_Fast_GET_ITEM,
  PySequence_Fast_GET_SIZE,
} from "../abstract.ts"
import { PyObject_CallNoArgs } from "../call.ts"
import {
  _PyErr_SetKeyError,
  PyErr_BadInternalCall,
  PyErr_ExceptionMatches,
  PyErr_NoMemory,
  PyErr_Occurred,
  PyErr_SetString,
} from "../errors.ts"
import { PyArg_UnpackTuple, PyArg_ValidateKeywordArguments } from "../getargs.ts"
import { PyList_New, PyList_SET_ITEM } from "../listobject.ts"
import { _PyObject_LookupAttr } from "../object.ts"
import { _PySet_NextEntry, PyAnySet_CheckExact, PySet_GET_SIZE, setEntryHashHi, setEntryHashLo, setEntryKey } from "../setobject.ts"
import { PyDict_Type, PyExc_RuntimeError, PyExc_TypeError, PyExc_ValueError } from "../statictypes.ts"
import { PyTuple_GET_ITEM, PyTuple_GET_SIZE, PyTuple_New, PyTuple_SET_ITEM } from "../tupleobject.ts"
import {
  _PyDict_Contains_KnownHash,
  _PyDict_HasSplitTable,
  dictHashHi,
  dictHashLo,
  dictKey,
  dictresize,
  dictValue,
  insertdict,
  ma_keys,
  ma_values,
  new_dict,
  newDictVersion,
  PyDict_Check,
  PyDict_CheckExact,
  PyDict_Contains,
  PyDict_GET_SIZE,
  PyDict_New,
  PyDict_Next,
  PyDict_SetDefault,
  PyDict_SetItem,
} from "./core.ts"
import {
  clone_combined_dict_keys,
  dictkeys_decref,
  dictkeys_incref,
  DK_IS_UNICODE,
  DK_LOG_SIZE,
  DK_NENTRIES,
  DK_SIZE,
  estimate_log2_keysize,
  free_values,
  new_values,
  PyDict_LOG_MINSIZE,
  shared_keys_usable_size,
  USABLE_FRACTION,
} from "./keys.ts"

// Objects/dictobject.c: whole dicts: merging, copying, building, listing.

const ID_keys = ID("keys")

/** Is iteration over this dict (or subclass) the plain one, so that its table may be read directly? */
function iteratesPlainly(op: Ref): boolean {
  return ptr(Py_TYPE(op) + PyTypeObject.tp_iter) === ptr(PyDict_Type + PyTypeObject.tp_iter)
}

/** The keys of `other` taken over as a whole, if they are dense: true; then 1 in `wholeError` on no memory. */
function takeWhole(mp: Ref, other: Ref): number {
  const okeys = ma_keys(other)
  const used = PyDict_GET_SIZE(other)
  if (
    ma_values(other) !== 0 ||
    used !== DK_NENTRIES(okeys) ||
    !(DK_LOG_SIZE(okeys) === PyDict_LOG_MINSIZE || USABLE_FRACTION(DK_SIZE(okeys) / 2) < used)
  ) {
    return 0
  }
  const keys = clone_combined_dict_keys(okeys)
  if (keys === 0) return -1
  dictkeys_decref(ma_keys(mp))
  setptr(mp + PyDictObject.ma_keys, keys)
  if (ma_values(mp) !== 0) {
    free_values(ma_values(mp))
    setptr(mp + PyDictObject.ma_values, 0)
  }
  setssize(mp + PyDictObject.ma_used, used)
  newDictVersion(mp)
  if (_PyObject_GC_IS_TRACKED(other) && !_PyObject_GC_IS_TRACKED(mp)) _PyObject_GC_TRACK(mp)
  return 1
}

function mergeDict(mp: Ref, other: Ref, override: number): number {
  if (other === mp || PyDict_GET_SIZE(other) === 0) return 0
  if (PyDict_GET_SIZE(mp) === 0) {
    // nothing can be overridden
    override = 1
    const taken = takeWhole(mp, other)
    if (taken !== 0) return taken < 0 ? -1 : 0
  }
  // one resize at the start, if any
  if (USABLE_FRACTION(DK_SIZE(ma_keys(mp))) < PyDict_GET_SIZE(other)) {
    const log2 = estimate_log2_keysize(PyDict_GET_SIZE(mp) + PyDict_GET_SIZE(other))
    if (dictresize(mp, log2, DK_IS_UNICODE(ma_keys(other))) < 0) return -1
  }
  const origSize = DK_NENTRIES(ma_keys(other))
  for (let pos = PyDict_Next(other, 0); pos; pos = PyDict_Next(other, pos)) {
    const key = dictKey
    const value = dictValue
    const lo = dictHashLo
    const hi = dictHashHi
    Py_INCREF(key)
    Py_INCREF(value)
    let err: number
    if (override === 1) err = insertdict(mp, Py_NewRef(key), lo, hi, Py_NewRef(value))
    else {
      err = _PyDict_Contains_KnownHash(mp, key, lo, hi)
      if (err === 0) err = insertdict(mp, Py_NewRef(key), lo, hi, Py_NewRef(value))
      else if (err > 0) {
        if (override !== 0) {
          _PyErr_SetKeyError(key)
          Py_DECREF(value)
          Py_DECREF(key)
          return -1
        }
        err = 0
      }
    }
    Py_DECREF(value)
    Py_DECREF(key)
    if (err !== 0) return -1
    if (origSize !== DK_NENTRIES(ma_keys(other))) {
      PyErr_SetString(PyExc_RuntimeError, "dict mutated during update")
      return -1
    }
  }
  return 0
}

function mergeMapping(a: Ref, b: Ref, override: number): number {
  const $keys = PyMapping_Keys(b)
  if ($keys === NULL) return -1
  const $iter = PyObject_GetIter($keys)
  Py_DECREF($keys)
  if ($iter === NULL) return -1
  for (let $key = PyIter_Next($iter); $key !== NULL; $key = PyIter_Next($iter)) {
    if (override !== 1) {
      const status = PyDict_Contains(a, $key)
      if (status !== 0) {
        if (status > 0) {
          if (override === 0) {
            Py_DECREF($key)
            continue
          }
          _PyErr_SetKeyError($key)
        }
        Py_DECREF($key)
        Py_DECREF($iter)
        return -1
      }
    }
    const $value = PyObject_GetItem(b, $key)
    if ($value === NULL) {
      Py_DECREF($iter)
      Py_DECREF($key)
      return -1
    }
    const status = PyDict_SetItem(a, $key, $value)
    Py_DECREF($key)
    Py_DECREF($value)
    if (status < 0) {
      Py_DECREF($iter)
      return -1
    }
  }
  Py_DECREF($iter)
  return PyErr_Occurred() ? -1 : 0
}

/** override 0: keep what is there; 1: replace; 2: KeyError on a duplicate. */
export function dict_merge(a: Ref, b: Ref, override: number): number {
  if (a === NULL || !PyDict_Check(a) || b === NULL) {
    PyErr_BadInternalCall()
    return -1
  }
  if (PyDict_Check(b) && iteratesPlainly(b)) return mergeDict(a, b, override)
  return mergeMapping(a, b, override)
}
export function PyDict_Update(a: Ref, b: Ref): number {
  return dict_merge(a, b, 1)
}
export function PyDict_Merge(a: Ref, b: Ref, override: number): number {
  return dict_merge(a, b, override !== 0 ? 1 : 0)
}
export function _PyDict_MergeEx(a: Ref, b: Ref, override: number): number {
  return dict_merge(a, b, override)
}

/** Enter the pairs of an iterable. */
export function PyDict_MergeFromSeq2(d: Ref, seq2: Ref, override: number): number {
  const $it = PyObject_GetIter(seq2)
  if ($it === NULL) return -1
  for (let i = 0; ; i++) {
    const $item = PyIter_Next($it)
    if ($item === NULL) {
      Py_DECREF($it)
      return PyErr_Occurred() ? -1 : 0
    }
    const $fast = PySequence_Fast($item, "")
    if ($fast === NULL) {
      if (PyErr_ExceptionMatches(PyExc_TypeError)) {
        PyErr_SetString(PyExc_TypeError, `cannot convert dictionary update sequence element #${i} to a sequence`)
      }
      return failSeq2($it, $item, $fast)
    }
    const n = PySequence_Fast_GET_SIZE($fast)
    if (n !== 2) {
      PyErr_SetString(PyExc_ValueError, `dictionary update sequence element #${i} has length ${n}; 2 is required`)
      return failSeq2($it, $item, $fast)
    }
    const $key = Py_NewRef(PySequence_Fast_GET_ITEM($fast, 0))
    const $value = Py_NewRef(PySequence_Fast_GET_ITEM($fast, 1))
    const failed = override ? PyDict_SetItem(d, $key, $value) < 0 : PyDict_SetDefault(d, $key, $value) === NULL
    Py_DECREF($key)
    Py_DECREF($value)
    if (failed) return failSeq2($it, $item, $fast)
    Py_DECREF($fast)
    Py_DECREF($item)
  }
}
function failSeq2($it: Own, $item: Own, $fast: Own): number {
  Py_XDECREF($item)
  Py_XDECREF($fast)
  Py_DECREF($it)
  return -1
}

export function dict_update_arg(self: Ref, arg: Ref): number {
  if (PyDict_CheckExact(arg)) return PyDict_Merge(self, arg, 1)
  const $func = _PyObject_LookupAttr(arg, ID_keys)
  if ($func === NULL && PyErr_Occurred()) return -1
  if ($func !== NULL) {
    Py_DECREF($func)
    return PyDict_Merge(self, arg, 1)
  }
  return PyDict_MergeFromSeq2(self, arg, 1)
}

export function dict_update_common(self: Ref, args: Ref, kwds: Ref, methname: string): number {
  if (!PyArg_UnpackTuple(args, methname, 0, 1)) return -1
  let result = 0
  if (PyTuple_GET_SIZE(args) > 0) result = dict_update_arg(self, PyTuple_GET_ITEM(args, 0))
  if (result === 0 && kwds !== NULL) result = PyArg_ValidateKeywordArguments(kwds) ? PyDict_Merge(self, kwds, 1) : -1
  return result
}

function copySplit(mp: Ref): Own {
  const keys = ma_keys(mp)
  const values = ma_values(mp)
  const size = shared_keys_usable_size(keys)
  const newvalues = new_values(size)
  if (newvalues === 0) return PyErr_NoMemory()
  const $copy = _PyObject_GC_New(PyDict_Type)
  if ($copy === NULL) {
    free_values(newvalues)
    return NULL
  }
  const prefix = u8[newvalues - 1]
  memcpy(newvalues - prefix, values - prefix, prefix - 1)
  setptr($copy + PyDictObject.ma_values, newvalues)
  setptr($copy + PyDictObject.ma_keys, keys)
  setssize($copy + PyDictObject.ma_used, PyDict_GET_SIZE(mp))
  newDictVersion($copy)
  dictkeys_incref(keys)
  for (let i = 0; i < size; i++) {
    const v = ptr(values + 8 * i)
    if (v !== 0) Py_INCREF(v)
    setptr(newvalues + 8 * i, v)
  }
  if (_PyObject_GC_IS_TRACKED(mp)) _PyObject_GC_TRACK($copy)
  return $copy
}

export function PyDict_Copy(o: Ref): Own {
  if (o === NULL || !PyDict_Check(o)) return PyErr_BadInternalCall()
  const used = PyDict_GET_SIZE(o)
  if (used === 0) return PyDict_New()
  if (_PyDict_HasSplitTable(o)) return copySplit(o)
  if (iteratesPlainly(o) && used >= Math.floor((DK_NENTRIES(ma_keys(o)) * 2) / 3)) {
    const keys = clone_combined_dict_keys(ma_keys(o))
    if (keys === 0) return NULL
    const $new = new_dict(keys, 0, 0, false)
    if ($new === NULL) return NULL
    setssize($new + PyDictObject.ma_used, used)
    if (_PyObject_GC_IS_TRACKED(o)) _PyObject_GC_TRACK($new)
    return $new
  }
  const $copy = PyDict_New()
  if ($copy === NULL) return NULL
  if (dict_merge($copy, o, 1) === 0) return $copy
  Py_DECREF($copy)
  return NULL
}

/** dict.fromkeys: owned. */
export function _PyDict_FromKeys(cls: Ref, iterable: Ref, value: Ref): Own {
  const $d = PyObject_CallNoArgs(cls)
  if ($d === NULL) return NULL
  if (PyDict_CheckExact($d) && PyDict_GET_SIZE($d) === 0) {
    if (PyDict_CheckExact(iterable)) {
      const unicode = DK_IS_UNICODE(ma_keys(iterable))
      if (dictresize($d, estimate_log2_keysize(PyDict_GET_SIZE(iterable)), unicode) < 0) return dropped($d)
      for (let pos = PyDict_Next(iterable, 0); pos; pos = PyDict_Next(iterable, pos)) {
        if (insertdict($d, Py_NewRef(dictKey), dictHashLo, dictHashHi, Py_NewRef(value)) < 0) return dropped($d)
      }
      return $d
    }
    if (PyAnySet_CheckExact(iterable)) {
      if (dictresize($d, estimate_log2_keysize(PySet_GET_SIZE(iterable)), false) < 0) return dropped($d)
      for (let pos = _PySet_NextEntry(iterable, 0); pos; pos = _PySet_NextEntry(iterable, pos)) {
        if (insertdict($d, Py_NewRef(setEntryKey), setEntryHashLo, setEntryHashHi, Py_NewRef(value)) < 0) return dropped($d)
      }
      return $d
    }
  }
  const $it = PyObject_GetIter(iterable)
  if ($it === NULL) return dropped($d)
  const exact = PyDict_CheckExact($d)
  for (let $key = PyIter_Next($it); $key !== NULL; $key = PyIter_Next($it)) {
    const status = exact ? PyDict_SetItem($d, $key, value) : PyObject_SetItem($d, $key, value)
    Py_DECREF($key)
    if (status < 0) {
      Py_DECREF($it)
      return dropped($d)
    }
  }
  const failed = PyErr_Occurred()
  Py_DECREF($it)
  return failed ? dropped($d) : $d
}
function dropped($d: Own): Own {
  Py_DECREF($d)
  return NULL
}

/** A list with room for all entries; the allocation may run a collection that changes the dict. */
function listFor(mp: Ref): Own {
  for (;;) {
    const n = PyDict_GET_SIZE(mp)
    const $v = PyList_New(n)
    if ($v === NULL || n === PyDict_GET_SIZE(mp)) return $v
    Py_DECREF($v)
  }
}

/** Owned list of the keys. */
export function PyDict_Keys(mp: Ref): Own {
  if (mp === NULL || !PyDict_Check(mp)) return PyErr_BadInternalCall()
  const $v = listFor(mp)
  if ($v === NULL) return NULL
  let j = 0
  for (let pos = PyDict_Next(mp, 0); pos; pos = PyDict_Next(mp, pos)) PyList_SET_ITEM($v, j++, Py_NewRef(dictKey))
  return $v
}
/** Owned list of the values. */
export function PyDict_Values(mp: Ref): Own {
  if (mp === NULL || !PyDict_Check(mp)) return PyErr_BadInternalCall()
  const $v = listFor(mp)
  if ($v === NULL) return NULL
  let j = 0
  for (let pos = PyDict_Next(mp, 0); pos; pos = PyDict_Next(mp, pos)) PyList_SET_ITEM($v, j++, Py_NewRef(dictValue))
  return $v
}
/** Owned list of (key, value) tuples. */
export function PyDict_Items(mp: Ref): Own {
  if (mp === NULL || !PyDict_Check(mp)) return PyErr_BadInternalCall()
  for (;;) {
    const n = PyDict_GET_SIZE(mp)
    const $v = PyList_New(n)
    if ($v === NULL) return NULL
    for (let i = 0; i < n; i++) {
      const $item = PyTuple_New(2)
      if ($item === NULL) {
        Py_DECREF($v)
        return NULL
      }
      PyList_SET_ITEM($v, i, $item)
    }
    if (n !== PyDict_GET_SIZE(mp)) {
      Py_DECREF($v)
      continue
    }
    let j: number = ptr($v + 24)
    for (let pos = PyDict_Next(mp, 0); pos; pos = PyDict_Next(mp, pos), j += 8) {
      const item = i32[j >> 2] as Ref
      PyTuple_SET_ITEM(item, 0, Py_NewRef(dictKey))
      PyTuple_SET_ITEM(item, 1, Py_NewRef(dictValue))
    }
    return $v
  }
}
