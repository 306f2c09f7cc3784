import {
  _PyObject_GC_IS_TRACKED,
  _PyObject_GC_MAY_BE_TRACKED,
  _PyObject_GC_New,
  _PyObject_GC_TRACK,
  _PyObject_GC_UNTRACK,
  PyObject_GC_Del,
} from "../../gc/gcmodule.ts"
import { ptr, set64, setptr, setssize } from "../../heap/access.ts"
import { calloca, cstackMark, cstackReset } from "../../heap/cstack.ts"
import { hashHi } from "../../heap/int64.ts"
import { PyASCIIObject, PyDictKeyEntry, PyDictKeysObject, PyDictObject, PyObject } from "../../heap/layout.ts"
import { INTERP, Interp } from "../../heap/map.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_DECREF, Py_INCREF, Py_IS_TYPE, Py_NewRef, Py_TYPE, Py_XDECREF, PyType_HasFeature } from "../../heap/refcount.ts"
import { i32, u8 } from "../../heap/views.ts"
import {
  _PyErr_SetKeyError,
  PyErr_BadInternalCall,
  PyErr_Clear,
  PyErr_Fetch,
  PyErr_NoMemory,
  PyErr_Occurred,
  PyErr_RestoreFrom,
} from "../errors.ts"
import { FreeList, freelistPop } from "../freelists.ts"
import { _Py_NewReference, PyObject_Hash, PyObject_RichCompareBool } from "../object.ts"
import { Py, TPFLAGS } from "../slots.ts"
import { PyDict_Type, PyUnicode_Type } from "../statictypes.ts"
import { PyUnicode_FromString, PyUnicode_InternFromString } from "../unicodeobject.ts"
import {
  _PyDict_ClearKeysFreeList,
  _PyDictValues_AddToInsertionOrder,
  build_indices,
  calculate_log2_keysize,
  clearKeysVersion,
  clearValues,
  delete_index_from_values,
  dictkeys_decref,
  dictkeys_get_index,
  dictkeys_incref,
  dictkeys_set_index,
  DK_ENTRIES,
  DK_IS_UNICODE,
  DK_KIND,
  DK_NENTRIES,
  DK_SIZE,
  DK_USABLE,
  DKIX_DUMMY,
  DKIX_EMPTY,
  DKIX_ERROR,
  DKIX_KEY_CHANGED,
  estimate_log2_keysize,
  find_empty_slot,
  free_values,
  freeKeysMemory,
  generalEntry,
  get_index_from_order,
  Kind,
  lookdict_index,
  new_keys_object,
  new_values,
  Py_EMPTY_KEYS,
  PyDict_LOG_MINSIZE,
  PyDict_MINSIZE,
  setNentries,
  setUsable,
  shared_keys_usable_size,
  unicodeEntry,
  unicodekeys_lookup_unicode,
  USABLE_FRACTION,
} from "./keys.ts"

// Objects/dictobject.c: finding, inserting, deleting, resizing.

const KEYS = PyDictObject.ma_keys
const VALUES = PyDictObject.ma_values
const USED = PyDictObject.ma_used
const HASH = PyASCIIObject.hash
const VERSION = (INTERP + Interp.dict_version_lo) >> 2

export function PyDict_Check(op: Ref): boolean {
  return PyType_HasFeature(Py_TYPE(op), TPFLAGS.DICT_SUBCLASS)
}
export function PyDict_CheckExact(op: Ref): boolean {
  return Py_IS_TYPE(op, PyDict_Type)
}
export function PyDict_GET_SIZE(op: Ref): number {
  return i32[(op + USED) >> 2]
}
export function ma_keys(op: Ref): number {
  return i32[(op + KEYS) >> 2]
}
export function ma_values(op: Ref): number {
  return i32[(op + VALUES) >> 2]
}
export function _PyDict_HasSplitTable(op: Ref): boolean {
  return i32[(op + VALUES) >> 2] !== 0
}
function setUsed(op: Ref, n: number): void {
  i32[(op + USED) >> 2] = n
}

/** A new ma_version_tag: every change of every dict gets its own. */
export function newDictVersion(op: Ref): void {
  if (++i32[VERSION] === 0) i32[VERSION + 1]++
  set64(op + PyDictObject.ma_version_tag, i32[VERSION], i32[VERSION + 1])
}

/** Upper word of the hash that `keyHash` returned. */
export let keyHashHi = 0
/** Hash of a key: the cached one of an exact str, else PyObject_Hash. Both words -1: error set. */
export function keyHash(key: Ref): number {
  if (i32[(key + PyObject.ob_type) >> 2] === PyUnicode_Type) {
    const lo = i32[(key + HASH) >> 2]
    keyHashHi = i32[(key + HASH + 4) >> 2]
    if (lo !== -1 || keyHashHi !== -1) return lo
  }
  const lo = PyObject_Hash(key)
  keyHashHi = hashHi
  return lo
}

export function _PyDict_ClearFreeList(): void {
  for (;;) {
    const op = freelistPop(FreeList.dict_numfree, FreeList.dict_free_list)
    if (op === 0) break
    PyObject_GC_Del(op)
  }
  _PyDict_ClearKeysFreeList()
}

/** An untracked dict that takes over `keys` (and `values`). */
export function new_dict(keys: number, values: number, used: number, freeValuesOnFailure: boolean): Own {
  let $mp = freelistPop(FreeList.dict_numfree, FreeList.dict_free_list) as Own
  if ($mp !== 0) _Py_NewReference($mp)
  else {
    $mp = _PyObject_GC_New(PyDict_Type)
    if ($mp === NULL) {
      dictkeys_decref(keys)
      if (freeValuesOnFailure) free_values(values)
      return NULL
    }
  }
  setptr($mp + KEYS, keys)
  setptr($mp + VALUES, values)
  setssize($mp + USED, used)
  newDictVersion($mp)
  return $mp
}

/** Takes over a reference to `keys`. */
export function new_dict_with_shared_keys(keys: number): Own {
  const size = shared_keys_usable_size(keys)
  const values = new_values(size)
  if (values === 0) {
    dictkeys_decref(keys)
    return PyErr_NoMemory()
  }
  u8[values - 2] = 0
  for (let i = 0; i < size; i++) setptr(values + 8 * i, 0)
  return new_dict(keys, values, 0, true)
}

/** Untracked until something that may be part of a cycle enters. */
export function PyDict_New(): Own {
  dictkeys_incref(Py_EMPTY_KEYS)
  return new_dict(Py_EMPTY_KEYS, 0, 0, false)
}

function dict_new_presized(minused: number, unicode: boolean): Own {
  if (minused <= USABLE_FRACTION(PyDict_MINSIZE)) return PyDict_New()
  const log2 = minused > USABLE_FRACTION(1 << 17) ? 17 : estimate_log2_keysize(minused)
  const keys = new_keys_object(log2, unicode)
  return keys === 0 ? NULL : new_dict(keys, 0, 0, false)
}

export function _PyDict_NewPresized(minused: number): Own {
  return dict_new_presized(minused, false)
}

/** A dict of `length` pairs; the offsets count pointers. */
export function _PyDict_FromItems(keys: number, keysOffset: number, values: number, valuesOffset: number, length: number): Own {
  let unicode = true
  for (let i = 0; i < length && unicode; i++) unicode = Py_IS_TYPE(ptr(keys + 8 * i * keysOffset), PyUnicode_Type)
  const $dict = dict_new_presized(length, unicode)
  if ($dict === NULL) return NULL
  for (let i = 0; i < length; i++) {
    if (PyDict_SetItem($dict, ptr(keys + 8 * i * keysOffset), ptr(values + 8 * i * valuesOffset)) < 0) {
      Py_DECREF($dict)
      return NULL
    }
  }
  return $dict
}

// ---- lookup ----

/** Compare a stored key that has the same hash: 1 equal, 0 not, DKIX_ERROR, or DKIX_KEY_CHANGED when the comparison changed the dict. */
function compareKey(mp: Ref, dk: number, keyAt: number, key: Ref): number {
  const $start = Py_NewRef(i32[keyAt >> 2] as Ref)
  const cmp = PyObject_RichCompareBool($start, key, Py.EQ)
  Py_DECREF($start)
  if (cmp < 0) return DKIX_ERROR
  if (dk !== i32[(mp + KEYS) >> 2] || i32[keyAt >> 2] !== $start) return DKIX_KEY_CHANGED
  return cmp
}

/** Unicode keys searched for a key that is no exact str. */
function unicodekeys_lookup_generic(mp: Ref, dk: number, key: Ref, lo: number, hi: number): number {
  const mask = DK_SIZE(dk) - 1
  const ep0 = DK_ENTRIES(dk)
  let plo = lo
  let phi = hi
  let i = lo & mask
  for (;;) {
    const ix = dictkeys_get_index(dk, i)
    if (ix >= 0) {
      const ep = ep0 + 16 * ix
      const k = i32[ep >> 2]
      if (k === key) return ix
      if (i32[(k + HASH) >> 2] === lo && i32[(k + HASH + 4) >> 2] === hi) {
        const cmp = compareKey(mp, dk, ep, key)
        if (cmp > 0) return ix
        if (cmp < 0) return cmp
      }
    } else if (ix === DKIX_EMPTY) return DKIX_EMPTY
    plo = (plo >>> 5) | (phi << 27)
    phi >>>= 5
    i = mask & (Math.imul(i, 5) + plo + 1)
  }
}

function dictkeys_generic_lookup(mp: Ref, dk: number, key: Ref, lo: number, hi: number): number {
  const mask = DK_SIZE(dk) - 1
  const ep0 = DK_ENTRIES(dk)
  let plo = lo
  let phi = hi
  let i = lo & mask
  for (;;) {
    const ix = dictkeys_get_index(dk, i)
    if (ix >= 0) {
      const ep = ep0 + 24 * ix
      if (i32[(ep + PyDictKeyEntry.me_key) >> 2] === key) return ix
      if (i32[ep >> 2] === lo && i32[(ep >> 2) + 1] === hi) {
        const cmp = compareKey(mp, dk, ep + PyDictKeyEntry.me_key, key)
        if (cmp > 0) return ix
        if (cmp < 0) return cmp
      }
    } else if (ix === DKIX_EMPTY) return DKIX_EMPTY
    plo = (plo >>> 5) | (phi << 27)
    phi >>>= 5
    i = mask & (Math.imul(i, 5) + plo + 1)
  }
}

/** The value that `_Py_dict_lookup` found: borrowed, NULL if there is none. Read it directly after the call. */
export let lookupValue: Ref = NULL

/** The entry of a key: its number, DKIX_EMPTY, or DKIX_ERROR with the error set; the value is in `lookupValue`. */
export function _Py_dict_lookup(mp: Ref, key: Ref, lo: number, hi: number): number {
  for (;;) {
    const dk = i32[(mp + KEYS) >> 2]
    const kind = u8[dk + PyDictKeysObject.dk_kind]
    let ix: number
    if (kind !== Kind.GENERAL) {
      if (i32[(key + PyObject.ob_type) >> 2] === PyUnicode_Type) ix = unicodekeys_lookup_unicode(dk, key, lo, hi)
      else {
        ix = unicodekeys_lookup_generic(mp, dk, key, lo, hi)
        if (ix === DKIX_KEY_CHANGED) continue
      }
      if (ix < 0) lookupValue = NULL
      else if (kind === Kind.SPLIT) lookupValue = i32[(i32[(mp + VALUES) >> 2] + 8 * ix) >> 2] as Ref
      else lookupValue = i32[(unicodeEntry(dk, ix) + 8) >> 2] as Ref
      return ix
    }
    ix = dictkeys_generic_lookup(mp, dk, key, lo, hi)
    if (ix === DKIX_KEY_CHANGED) continue
    lookupValue = (ix < 0 ? 0 : i32[(generalEntry(dk, ix) + PyDictKeyEntry.me_value) >> 2]) as Ref
    return ix
  }
}

/** Borrowed, or NULL; never sets an error, and keeps one that is set. */
export function PyDict_GetItem(op: Ref, key: Ref): Ref {
  if (!PyDict_Check(op)) return NULL
  const lo = keyHash(key)
  const hi = keyHashHi
  if (lo === -1 && hi === -1) {
    PyErr_Clear()
    return NULL
  }
  if (!PyErr_Occurred()) {
    if (_Py_dict_lookup(op, key, lo, hi) === DKIX_ERROR) PyErr_Clear()
    return lookupValue
  }
  const mark = cstackMark()
  const saved = calloca(24)
  PyErr_Fetch(saved)
  _Py_dict_lookup(op, key, lo, hi)
  const value = lookupValue
  PyErr_RestoreFrom(saved)
  cstackReset(mark)
  return value
}

/** Borrowed; NULL without an error when absent. */
export function PyDict_GetItemWithError(op: Ref, key: Ref): Ref {
  if (!PyDict_Check(op)) return PyErr_BadInternalCall()
  const lo = keyHash(key)
  const hi = keyHashHi
  if (lo === -1 && hi === -1) return NULL
  _Py_dict_lookup(op, key, lo, hi)
  return lookupValue
}
export function _PyDict_GetItemWithError(op: Ref, key: Ref): Ref {
  return PyDict_GetItemWithError(op, key)
}

/** Borrowed; NULL without an error when absent. */
export function _PyDict_GetItem_KnownHash(op: Ref, key: Ref, lo: number, hi: number): Ref {
  if (!PyDict_Check(op)) return PyErr_BadInternalCall()
  _Py_dict_lookup(op, key, lo, hi)
  return lookupValue
}

/** Like _Py_dict_lookup of an exact str, but tries entry `hint` first. The value is in `lookupValue`. */
export function _PyDict_GetItemHint(mp: Ref, key: Ref, hint: number): number {
  const dk = ma_keys(mp)
  if (hint >= 0 && hint < DK_NENTRIES(dk)) {
    let res: number
    if (DK_IS_UNICODE(dk)) {
      const ep = unicodeEntry(dk, hint)
      res = i32[ep >> 2] !== key ? 0 : DK_KIND(dk) === Kind.SPLIT ? i32[(ma_values(mp) + 8 * hint) >> 2] : i32[(ep + 8) >> 2]
    } else {
      const ep = generalEntry(dk, hint)
      res = i32[(ep + 8) >> 2] !== key ? 0 : i32[(ep + 16) >> 2]
    }
    if (res !== 0) {
      lookupValue = res as Ref
      return hint
    }
  }
  const lo = keyHash(key)
  const hi = keyHashHi
  if (lo === -1 && hi === -1) return -1
  return _Py_dict_lookup(mp, key, lo, hi)
}

/** LOAD_GLOBAL: borrowed; NULL without an error when neither has it. */
export function _PyDict_LoadGlobal(globals: Ref, builtins: Ref, key: Ref): Ref {
  const lo = keyHash(key)
  const hi = keyHashHi
  if (lo === -1 && hi === -1) return NULL
  const ix = _Py_dict_lookup(globals, key, lo, hi)
  if (ix === DKIX_ERROR) return NULL
  if (ix !== DKIX_EMPTY && lookupValue !== 0) return lookupValue
  _Py_dict_lookup(builtins, key, lo, hi)
  return lookupValue
}

/** Borrowed; NULL without an error when absent or on any error. */
export function PyDict_GetItemString(v: Ref, key: string): Ref {
  const $kv = PyUnicode_FromString(key)
  if ($kv === NULL) {
    PyErr_Clear()
    return NULL
  }
  const rv = PyDict_GetItem(v, $kv)
  Py_DECREF($kv)
  return rv
}
/** Borrowed; NULL without an error when absent. */
export function _PyDict_GetItemStringWithError(v: Ref, key: string): Ref {
  const $kv = PyUnicode_FromString(key)
  if ($kv === NULL) return NULL
  const rv = PyDict_GetItemWithError(v, $kv)
  Py_DECREF($kv)
  return rv
}

/** 1, 0, or -1 with the error set. */
export function PyDict_Contains(op: Ref, key: Ref): number {
  const lo = keyHash(key)
  const hi = keyHashHi
  if (lo === -1 && hi === -1) return -1
  return _PyDict_Contains_KnownHash(op, key, lo, hi)
}
export function _PyDict_Contains_KnownHash(op: Ref, key: Ref, lo: number, hi: number): number {
  const ix = _Py_dict_lookup(op, key, lo, hi)
  if (ix === DKIX_ERROR) return -1
  return ix !== DKIX_EMPTY && lookupValue !== 0 ? 1 : 0
}

/** True when every key is a str (subclasses too). */
export function _PyDict_HasOnlyStringKeys(dict: Ref): boolean {
  if (DK_KIND(ma_keys(dict)) !== Kind.GENERAL) return true
  for (let pos = PyDict_Next(dict, 0); pos; pos = PyDict_Next(dict, pos)) {
    if (!PyType_HasFeature(Py_TYPE(dictKey), TPFLAGS.UNICODE_SUBCLASS)) return false
  }
  return true
}

// ---- gc ----

/** Track the dict when what enters may be part of a cycle. */
export function maintainTracking(mp: Ref, key: Ref, value: Ref): void {
  if (!_PyObject_GC_IS_TRACKED(mp) && (_PyObject_GC_MAY_BE_TRACKED(key) || _PyObject_GC_MAY_BE_TRACKED(value))) _PyObject_GC_TRACK(mp)
}

/** gc: forget a dict that holds nothing that can be part of a cycle. */
export function _PyDict_MaybeUntrack(op: Ref): void {
  if (!PyDict_CheckExact(op) || !_PyObject_GC_IS_TRACKED(op)) return
  const dk = ma_keys(op)
  const n = DK_NENTRIES(dk)
  const values = ma_values(op)
  if (values !== 0) {
    for (let i = 0; i < n; i++) {
      const v = ptr(values + 8 * i)
      if (v !== 0 && _PyObject_GC_MAY_BE_TRACKED(v)) return
    }
  } else if (DK_IS_UNICODE(dk)) {
    for (let i = 0; i < n; i++) {
      const v = ptr(unicodeEntry(dk, i) + 8)
      if (v !== 0 && _PyObject_GC_MAY_BE_TRACKED(v)) return
    }
  } else {
    for (let i = 0; i < n; i++) {
      const ep = generalEntry(dk, i)
      const v = ptr(ep + PyDictKeyEntry.me_value)
      if (v !== 0 && (_PyObject_GC_MAY_BE_TRACKED(v) || _PyObject_GC_MAY_BE_TRACKED(ptr(ep + PyDictKeyEntry.me_key)))) return
    }
  }
  _PyObject_GC_UNTRACK(op)
}

// ---- insertion ----

/** Grow for one more entry. 0 or -1. */
export function insertion_resize(mp: Ref, unicode: boolean): number {
  return dictresize(mp, calculate_log2_keysize(i32[(mp + USED) >> 2] * 3), unicode)
}

/** Write a new entry behind the last (there is room); does not touch reference counts, used or usable. */
function putEntry(mp: Ref, dk: number, key: Ref, lo: number, hi: number, value: Ref): void {
  const n = DK_NENTRIES(dk)
  dictkeys_set_index(dk, find_empty_slot(dk, lo, hi), n)
  if (DK_IS_UNICODE(dk)) {
    const ep = unicodeEntry(dk, n)
    setptr(ep, key)
    const values = i32[(mp + VALUES) >> 2]
    if (values !== 0) {
      _PyDictValues_AddToInsertionOrder(values, n)
      setptr(values + 8 * n, value)
    } else setptr(ep + 8, value)
  } else {
    const ep = generalEntry(dk, n)
    set64(ep, lo, hi)
    setptr(ep + PyDictKeyEntry.me_key, key)
    setptr(ep + PyDictKeyEntry.me_value, value)
  }
}

function countEntry(mp: Ref, dk: number): void {
  i32[(mp + USED) >> 2]++
  newDictVersion(mp)
  setUsable(dk, DK_USABLE(dk) - 1)
  setNentries(dk, DK_NENTRIES(dk) + 1)
}

/** d[key] = value, stealing both, also on error. 0 or -1. */
export function insertdict(mp: Ref, $key: Own, lo: number, hi: number, $value: Own): number {
  if (DK_IS_UNICODE(i32[(mp + KEYS) >> 2]) && !Py_IS_TYPE($key, PyUnicode_Type) && insertion_resize(mp, false) < 0) {
    Py_DECREF($value)
    Py_DECREF($key)
    return -1
  }
  const ix = _Py_dict_lookup(mp, $key, lo, hi)
  const old = lookupValue
  if (ix === DKIX_ERROR) {
    Py_DECREF($value)
    Py_DECREF($key)
    return -1
  }
  maintainTracking(mp, $key, $value)
  let dk = i32[(mp + KEYS) >> 2]
  if (ix === DKIX_EMPTY) {
    clearKeysVersion(dk)
    if (DK_USABLE(dk) <= 0) {
      if (insertion_resize(mp, true) < 0) {
        Py_DECREF($value)
        Py_DECREF($key)
        return -1
      }
      dk = i32[(mp + KEYS) >> 2]
    }
    putEntry(mp, dk, $key, lo, hi, $value)
    countEntry(mp, dk)
    return 0
  }
  if (old !== $value) {
    const values = i32[(mp + VALUES) >> 2]
    if (values !== 0) {
      setptr(values + 8 * ix, $value)
      if (old === 0) {
        _PyDictValues_AddToInsertionOrder(values, ix)
        i32[(mp + USED) >> 2]++
      }
    } else if (DK_IS_UNICODE(dk)) setptr(unicodeEntry(dk, ix) + 8, $value)
    else setptr(generalEntry(dk, ix) + PyDictKeyEntry.me_value, $value)
    newDictVersion(mp)
  }
  Py_XDECREF(old) // after the dict is whole again
  Py_DECREF($key)
  return 0
}

function insert_to_emptydict(mp: Ref, $key: Own, lo: number, hi: number, $value: Own): number {
  const unicode = Py_IS_TYPE($key, PyUnicode_Type)
  const dk = new_keys_object(PyDict_LOG_MINSIZE, unicode)
  if (dk === 0) {
    Py_DECREF($key)
    Py_DECREF($value)
    return -1
  }
  dictkeys_decref(Py_EMPTY_KEYS)
  setptr(mp + KEYS, dk)
  setptr(mp + VALUES, 0)
  maintainTracking(mp, $key, $value)
  putEntry(mp, dk, $key, lo, hi, $value)
  countEntry(mp, dk)
  return 0
}

/** Steals key and value, also on error. */
export function _PyDict_SetItem_Take2(mp: Ref, $key: Own, $value: Own): number {
  const lo = keyHash($key)
  const hi = keyHashHi
  if (lo === -1 && hi === -1) {
    Py_DECREF($key)
    Py_DECREF($value)
    return -1
  }
  if (i32[(mp + KEYS) >> 2] === Py_EMPTY_KEYS) return insert_to_emptydict(mp, $key, lo, hi, $value)
  return insertdict(mp, $key, lo, hi, $value)
}

/** d[key] = value; 0 or -1. */
export function PyDict_SetItem(op: Ref, key: Ref, value: Ref): number {
  if (!PyDict_Check(op)) {
    PyErr_BadInternalCall()
    return -1
  }
  return _PyDict_SetItem_Take2(op, Py_NewRef(key), Py_NewRef(value))
}

export function _PyDict_SetItem_KnownHash(op: Ref, key: Ref, value: Ref, lo: number, hi: number): number {
  if (!PyDict_Check(op)) {
    PyErr_BadInternalCall()
    return -1
  }
  if (i32[(op + KEYS) >> 2] === Py_EMPTY_KEYS) return insert_to_emptydict(op, Py_NewRef(key), lo, hi, Py_NewRef(value))
  return insertdict(op, Py_NewRef(key), lo, hi, Py_NewRef(value))
}

export function PyDict_SetItemString(v: Ref, key: string, item: Ref): number {
  const $kv = PyUnicode_InternFromString(key)
  if ($kv === NULL) return -1
  const err = PyDict_SetItem(v, $kv, item)
  Py_DECREF($kv)
  return err
}

/** Borrowed: the value that is there, or `defaultobj`, now entered; NULL with the error set. */
export function PyDict_SetDefault(d: Ref, key: Ref, defaultobj: Ref): Ref {
  if (!PyDict_Check(d)) return PyErr_BadInternalCall()
  const lo = keyHash(key)
  const hi = keyHashHi
  if (lo === -1 && hi === -1) return NULL
  if (i32[(d + KEYS) >> 2] === Py_EMPTY_KEYS) {
    return insert_to_emptydict(d, Py_NewRef(key), lo, hi, Py_NewRef(defaultobj)) < 0 ? NULL : defaultobj
  }
  if (!Py_IS_TYPE(key, PyUnicode_Type) && DK_IS_UNICODE(i32[(d + KEYS) >> 2]) && insertion_resize(d, false) < 0) return NULL
  const ix = _Py_dict_lookup(d, key, lo, hi)
  const value = lookupValue
  if (ix === DKIX_ERROR) return NULL
  if (ix === DKIX_EMPTY) {
    let dk = i32[(d + KEYS) >> 2]
    clearKeysVersion(dk)
    if (DK_USABLE(dk) <= 0) {
      if (insertion_resize(d, true) < 0) return NULL
      dk = i32[(d + KEYS) >> 2]
    }
    putEntry(d, dk, key, lo, hi, defaultobj)
    Py_INCREF(key)
    Py_INCREF(defaultobj)
    maintainTracking(d, key, defaultobj)
    countEntry(d, dk)
    return defaultobj
  }
  if (value === 0) {
    Py_INCREF(defaultobj)
    maintainTracking(d, key, defaultobj)
    const values = i32[(d + VALUES) >> 2]
    setptr(values + 8 * ix, defaultobj)
    _PyDictValues_AddToInsertionOrder(values, ix)
    i32[(d + USED) >> 2]++
    newDictVersion(d)
    return defaultobj
  }
  return value
}

/** Copy the live entries of a combined table into fresh keys. */
function copyEntries(oldkeys: number, dk: number, n: number): void {
  const from = DK_IS_UNICODE(oldkeys) ? 16 : 24
  const to = DK_IS_UNICODE(dk) ? 16 : 24
  let src = DK_ENTRIES(oldkeys)
  let dst = DK_ENTRIES(dk)
  if (from === to && DK_NENTRIES(oldkeys) === n) {
    u8.copyWithin(dst, src, src + from * n)
    return
  }
  const keyFrom = from - 16
  const keyTo = to - 16
  for (let i = 0; i < n; i++) {
    while (i32[(src + keyFrom + 8) >> 2] === 0) src += from
    const key = i32[(src + keyFrom) >> 2]
    if (to === 24) {
      const hashAt = from === 24 ? src : key + HASH
      set64(dst, i32[hashAt >> 2], i32[(hashAt >> 2) + 1])
    }
    setptr(dst + keyTo, key)
    setptr(dst + keyTo + 8, i32[(src + keyFrom + 8) >> 2])
    src += from
    dst += to
  }
}

/** Give the dict a combined table of 1 << log2_newsize slots; string keys stay only if `unicode`. 0 or -1. */
export function dictresize(mp: Ref, log2_newsize: number, unicode: boolean): number {
  if (log2_newsize > 30) {
    PyErr_NoMemory()
    return -1
  }
  const oldkeys = i32[(mp + KEYS) >> 2]
  const oldvalues = i32[(mp + VALUES) >> 2]
  if (!DK_IS_UNICODE(oldkeys)) unicode = false
  const dk = new_keys_object(log2_newsize, unicode)
  if (dk === 0) return -1
  setptr(mp + KEYS, dk)
  const n = i32[(mp + USED) >> 2]
  if (oldvalues !== 0) {
    let dst = DK_ENTRIES(dk)
    for (let i = 0; i < n; i++) {
      const index = get_index_from_order(oldvalues, i)
      const key = ptr(unicodeEntry(oldkeys, index))
      Py_INCREF(key)
      if (!unicode) {
        set64(dst, i32[(key + HASH) >> 2], i32[(key + HASH + 4) >> 2])
        dst += 8
      }
      setptr(dst, key)
      setptr(dst + 8, ptr(oldvalues + 8 * index))
      dst += 16
    }
    build_indices(dk, n)
    dictkeys_decref(oldkeys)
    setptr(mp + VALUES, 0)
    free_values(oldvalues)
  } else {
    copyEntries(oldkeys, dk, n)
    build_indices(dk, n)
    if (oldkeys === Py_EMPTY_KEYS) i32[oldkeys >> 2]--
    else freeKeysMemory(oldkeys)
  }
  setUsable(dk, DK_USABLE(dk) - n)
  setNentries(dk, n)
  return 0
}

// ---- deletion ----

function delitem_common(mp: Ref, lo: number, hi: number, ix: number, old_value: Ref): void {
  const dk = i32[(mp + KEYS) >> 2]
  const hashpos = lookdict_index(dk, lo, hi, ix)
  i32[(mp + USED) >> 2]--
  newDictVersion(mp)
  const values = i32[(mp + VALUES) >> 2]
  if (values !== 0) {
    setptr(values + 8 * ix, 0)
    delete_index_from_values(values, ix)
  } else {
    clearKeysVersion(dk)
    dictkeys_set_index(dk, hashpos, DKIX_DUMMY)
    let ep = unicodeEntry(dk, ix)
    if (!DK_IS_UNICODE(dk)) {
      ep = generalEntry(dk, ix)
      set64(ep, 0, 0)
      ep += PyDictKeyEntry.me_key
    }
    const old_key = ptr(ep)
    setptr(ep, 0)
    setptr(ep + 8, 0)
    Py_DECREF(old_key)
  }
  Py_DECREF(old_value)
}

/** 0, or -1 with KeyError or another error set. */
export function PyDict_DelItem(op: Ref, key: Ref): number {
  const lo = keyHash(key)
  const hi = keyHashHi
  if (lo === -1 && hi === -1) return -1
  return _PyDict_DelItem_KnownHash(op, key, lo, hi)
}

export function _PyDict_DelItem_KnownHash(op: Ref, key: Ref, lo: number, hi: number): number {
  if (!PyDict_Check(op)) {
    PyErr_BadInternalCall()
    return -1
  }
  const ix = _Py_dict_lookup(op, key, lo, hi)
  const old = lookupValue
  if (ix === DKIX_ERROR) return -1
  if (ix === DKIX_EMPTY || old === 0) {
    _PyErr_SetKeyError(key)
    return -1
  }
  delitem_common(op, lo, hi, ix, old)
  return 0
}

/** Delete when `predicate(value)` is 1 (0 keeps, -1 is an error). */
export function _PyDict_DelItemIf(op: Ref, key: Ref, predicate: (value: Ref) => number): number {
  if (!PyDict_Check(op)) {
    PyErr_BadInternalCall()
    return -1
  }
  const lo = PyObject_Hash(key)
  const hi = hashHi
  if (lo === -1 && hi === -1) return -1
  const ix = _Py_dict_lookup(op, key, lo, hi)
  const old = lookupValue
  if (ix === DKIX_ERROR) return -1
  if (ix === DKIX_EMPTY || old === 0) {
    _PyErr_SetKeyError(key)
    return -1
  }
  const res = predicate(old)
  if (res === -1) return -1
  if (res > 0) delitem_common(op, lo, hi, ix, old)
  return 0
}

export function PyDict_DelItemString(v: Ref, key: string): number {
  const $kv = PyUnicode_FromString(key)
  if ($kv === NULL) return -1
  const err = PyDict_DelItem(v, $kv)
  Py_DECREF($kv)
  return err
}

export function PyDict_Clear(op: Ref): void {
  if (!PyDict_Check(op)) return
  const oldkeys = i32[(op + KEYS) >> 2]
  const oldvalues = i32[(op + VALUES) >> 2]
  if (oldkeys === Py_EMPTY_KEYS) return
  dictkeys_incref(Py_EMPTY_KEYS)
  setptr(op + KEYS, Py_EMPTY_KEYS)
  setptr(op + VALUES, 0)
  setUsed(op, 0)
  newDictVersion(op)
  if (oldvalues !== 0) {
    clearValues(oldvalues, DK_NENTRIES(oldkeys))
    free_values(oldvalues)
  }
  dictkeys_decref(oldkeys)
}

/** Owned; `deflt` NULL: KeyError when absent. */
export function _PyDict_Pop(dict: Ref, key: Ref, deflt: Ref): Own {
  if (i32[(dict + USED) >> 2] === 0) return missing(key, deflt)
  const lo = keyHash(key)
  const hi = keyHashHi
  if (lo === -1 && hi === -1) return NULL
  return _PyDict_Pop_KnownHash(dict, key, lo, hi, deflt)
}
export function PyDict_Pop(dict: Ref, key: Ref, deflt: Ref): Own {
  return _PyDict_Pop(dict, key, deflt)
}
function missing(key: Ref, deflt: Ref): Own {
  if (deflt !== NULL) return Py_NewRef(deflt)
  _PyErr_SetKeyError(key)
  return NULL
}
export function _PyDict_Pop_KnownHash(dict: Ref, key: Ref, lo: number, hi: number, deflt: Ref): Own {
  if (i32[(dict + USED) >> 2] === 0) return missing(key, deflt)
  const ix = _Py_dict_lookup(dict, key, lo, hi)
  const old = lookupValue
  if (ix === DKIX_ERROR) return NULL
  if (ix === DKIX_EMPTY || old === 0) return missing(key, deflt)
  Py_INCREF(old)
  delitem_common(dict, lo, hi, ix, old)
  return old as Own
}

// ---- iteration ----

/** The entry that PyDict_Next found, borrowed: read it before anything that may run Python code. */
export let dictKey: Ref = NULL
export let dictValue: Ref = NULL
export let dictHashLo = 0
export let dictHashHi = 0

/** Walk a dict: pos 0 begins; the result is the next pos, 0 at the end. The entry is in dictKey, dictValue, dictHashLo, dictHashHi. */
export function PyDict_Next(op: Ref, pos: number): number {
  if (!PyDict_Check(op)) return 0
  const dk = i32[(op + KEYS) >> 2]
  const values = i32[(op + VALUES) >> 2]
  if (values !== 0) {
    if (pos < 0 || pos >= i32[(op + USED) >> 2]) return 0
    const index = get_index_from_order(values, pos)
    dictValue = ptr(values + 8 * index)
    dictKey = ptr(unicodeEntry(dk, index))
    dictHashLo = i32[(dictKey + HASH) >> 2]
    dictHashHi = i32[(dictKey + HASH + 4) >> 2]
    return pos + 1
  }
  const n = DK_NENTRIES(dk)
  if (pos < 0) return 0
  if (DK_IS_UNICODE(dk)) {
    let ep = unicodeEntry(dk, pos)
    while (pos < n && i32[(ep + 8) >> 2] === 0) {
      ep += 16
      pos++
    }
    if (pos >= n) return 0
    dictKey = ptr(ep)
    dictValue = ptr(ep + 8)
    dictHashLo = i32[(dictKey + HASH) >> 2]
    dictHashHi = i32[(dictKey + HASH + 4) >> 2]
    return pos + 1
  }
  let ep = generalEntry(dk, pos)
  while (pos < n && i32[(ep + PyDictKeyEntry.me_value) >> 2] === 0) {
    ep += 24
    pos++
  }
  if (pos >= n) return 0
  dictKey = ptr(ep + PyDictKeyEntry.me_key)
  dictValue = ptr(ep + PyDictKeyEntry.me_value)
  dictHashLo = i32[ep >> 2]
  dictHashHi = i32[(ep >> 2) + 1]
  return pos + 1
}
export function _PyDict_Next(op: Ref, pos: number): number {
  return PyDict_Next(op, pos)
}

/** Remove the last entry: key and value (both now the caller's) in dictKey and dictValue. The dict is not empty. 0 or -1. */
export function popLastEntry(self: Ref): number {
  let dk = ma_keys(self)
  if (DK_KIND(dk) === Kind.SPLIT) {
    if (dictresize(self, u8[dk + PyDictKeysObject.dk_log2_size], true) < 0) return -1
    dk = ma_keys(self)
  }
  clearKeysVersion(dk)
  const unicode = DK_IS_UNICODE(dk)
  let i = DK_NENTRIES(dk) - 1
  const entry = (ix: number): number => (unicode ? unicodeEntry(dk, ix) : generalEntry(dk, ix) + PyDictKeyEntry.me_key)
  while (i >= 0 && i32[(entry(i) + 8) >> 2] === 0) i--
  const ep = entry(i)
  dictKey = ptr(ep)
  dictValue = ptr(ep + 8)
  const hashAt = unicode ? dictKey + HASH : ep - PyDictKeyEntry.me_key
  const lo = i32[hashAt >> 2]
  const hi = i32[(hashAt >> 2) + 1]
  setptr(ep, 0)
  setptr(ep + 8, 0)
  if (!unicode) set64(hashAt, -1, -1)
  dictkeys_set_index(dk, lookdict_index(dk, lo, hi, i), DKIX_DUMMY)
  setNentries(dk, i)
  setUsed(self, PyDict_GET_SIZE(self) - 1)
  newDictVersion(self)
  return 0
}
