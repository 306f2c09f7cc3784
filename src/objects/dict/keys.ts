import { HG, Slow } from "../../heap/heapglobals.ts"
import { record_reuse } from "../../trace/recorder.ts"
import { memcpy, ptr, setptr, setssize, ssize } from "../../heap/access.ts"
import { hashHi } from "../../heap/int64.ts"
import { PyASCIIObject, PyDictKeysObject, PyDictKeyEntry, PyDictUnicodeEntry } from "../../heap/layout.ts"
import { INTERP, Interp } from "../../heap/map.ts"
import { PyMem_Free, PyMem_Malloc, PyObject_Free, PyObject_Malloc } from "../../heap/obmalloc.ts"
import type { Ref } from "../../heap/ref.ts"
import { Py_DECREF, Py_INCREF, Py_IS_TYPE, Py_XDECREF } from "../../heap/refcount.ts"
import { staticAlloc } from "../../heap/statics.ts"
import { attached, i16, i32, i8, u8 } from "../../heap/views.ts"
import { PyErr_Clear, PyErr_NoMemory } from "../errors.ts"
import { FreeList, freelistPop, freelistPush, PyDict_MAXFREELIST } from "../freelists.ts"
import { PyObject_Hash } from "../object.ts"
import { PyUnicode_Type } from "../statictypes.ts"

// Objects/dictobject.c: the keys object (hash index and entries) and the values array of a split dict.
//
//   dk_refcnt │ log2_size, log2_index_bytes, kind │ version │ usable │ nentries │ indices[1 << log2_size] │ entries[usable at birth]
//
// An index is -1 (empty), -2 (dummy) or an entry's number, in 1, 2 or 4 bytes. Entries are 24 bytes (hash, key, value), or 16
// (key, value) when all keys are exact str. Split keys have no values of their own: each dict has an array of them.

export const PyDict_LOG_MINSIZE = 3
export const PyDict_MINSIZE = 8
export const SHARED_KEYS_MAX_SIZE = 30
const NEXT_LOG2_SHARED_KEYS_MAX_SIZE = 6

export const DKIX_EMPTY = -1
export const DKIX_DUMMY = -2
export const DKIX_ERROR = -3
export const DKIX_KEY_CHANGED = -4

export const enum Kind {
  GENERAL = 0,
  UNICODE = 1,
  SPLIT = 2,
}

const LOG2_SIZE = PyDictKeysObject.dk_log2_size
const LOG2_INDEX_BYTES = PyDictKeysObject.dk_log2_index_bytes
const KIND = PyDictKeysObject.dk_kind
const INDICES = PyDictKeysObject.dk_indices
const HASH = PyASCIIObject.hash

/** What every empty dict has as its keys. */
export const Py_EMPTY_KEYS = staticAlloc(48)
if (!attached) {
  setssize(Py_EMPTY_KEYS, 1)
  u8[Py_EMPTY_KEYS + KIND] = Kind.UNICODE
  i32[(Py_EMPTY_KEYS + PyDictKeysObject.dk_version) >> 2] = 1
  u8.fill(0xff, Py_EMPTY_KEYS + INDICES, Py_EMPTY_KEYS + INDICES + 8)
}

export function DK_SIZE(dk: number): number {
  return 1 << u8[dk + LOG2_SIZE]
}
export function DK_LOG_SIZE(dk: number): number {
  return u8[dk + LOG2_SIZE]
}
export function DK_KIND(dk: number): number {
  return u8[dk + KIND]
}
export function DK_IS_UNICODE(dk: number): boolean {
  return u8[dk + KIND] !== Kind.GENERAL
}
/** Address of the first entry. */
export function DK_ENTRIES(dk: number): number {
  return dk + INDICES + (1 << u8[dk + LOG2_INDEX_BYTES])
}
export function DK_NENTRIES(dk: number): number {
  return i32[(dk + PyDictKeysObject.dk_nentries) >> 2]
}
export function setNentries(dk: number, n: number): void {
  i32[(dk + PyDictKeysObject.dk_nentries) >> 2] = n
}
export function DK_USABLE(dk: number): number {
  return i32[(dk + PyDictKeysObject.dk_usable) >> 2]
}
export function setUsable(dk: number, n: number): void {
  i32[(dk + PyDictKeysObject.dk_usable) >> 2] = n
}
export function clearKeysVersion(dk: number): void {
  i32[(dk + PyDictKeysObject.dk_version) >> 2] = 0
}
/** Address of entry ix of unicode or split keys, and of general keys. */
export function unicodeEntry(dk: number, ix: number): number {
  return dk + INDICES + (1 << u8[dk + LOG2_INDEX_BYTES]) + 16 * ix
}
export function generalEntry(dk: number, ix: number): number {
  return dk + INDICES + (1 << u8[dk + LOG2_INDEX_BYTES]) + 24 * ix
}
/** Key of entry ix, whatever the kind. */
export function entryKey(dk: number, ix: number): Ref {
  return i32[(u8[dk + KIND] === Kind.GENERAL ? generalEntry(dk, ix) + PyDictKeyEntry.me_key : unicodeEntry(dk, ix)) >> 2] as Ref
}
export function USABLE_FRACTION(n: number): number {
  return Math.floor((n * 2) / 3)
}

export function dictkeys_incref(dk: number): void {
  i32[dk >> 2]++
}
export function dictkeys_decref(dk: number): void {
  if (--i32[dk >> 2] === 0) free_keys_object(dk)
}
export function _PyDictKeys_DecRef(dk: number): void {
  dictkeys_decref(dk)
}

export function dictkeys_get_index(dk: number, i: number): number {
  const log2 = u8[dk + LOG2_SIZE]
  if (log2 < 8) return i8[dk + INDICES + i]
  if (log2 < 16) return i16[((dk + INDICES) >> 1) + i]
  return i32[((dk + INDICES) >> 2) + i]
}
export function dictkeys_set_index(dk: number, i: number, ix: number): void {
  const log2 = u8[dk + LOG2_SIZE]
  if (log2 < 8) i8[dk + INDICES + i] = ix
  else if (log2 < 16) i16[((dk + INDICES) >> 1) + i] = ix
  else i32[((dk + INDICES) >> 2) + i] = ix
}

/** log2 of the smallest table of at least `minsize` slots. */
export function calculate_log2_keysize(minsize: number): number {
  if (minsize > 0x40000000) return 31
  const m = (minsize | PyDict_MINSIZE) - 1
  return 32 - Math.clz32(m | (PyDict_MINSIZE - 1))
}
/** log2 of the table that holds n entries without a resize. */
export function estimate_log2_keysize(n: number): number {
  return calculate_log2_keysize(Math.floor((n * 3 + 1) / 2))
}

/** Fresh keys, refcount 1; 0 with MemoryError set. */
export function new_keys_object(log2_size: number, unicode: boolean): number {
  const usable = USABLE_FRACTION(2 ** log2_size)
  const log2_bytes = log2_size < 8 ? log2_size : log2_size < 16 ? log2_size + 1 : log2_size + 2
  const entries = (unicode ? 16 : 24) * usable
  let dk = 0
  if (log2_size === PyDict_LOG_MINSIZE && unicode) {
    dk = freelistPop(FreeList.keys_numfree, FreeList.keys_free_list)
    if (dk !== 0 && (i32[HG.slow >> 2] & Slow.RECORD) !== 0) record_reuse(dk)
  }
  if (dk === 0) {
    const size = PyDictKeysObject.SIZE + 2 ** log2_bytes + entries
    if (size < 0x7fffffff) dk = PyObject_Malloc(size)
    if (dk === 0) {
      PyErr_NoMemory()
      return 0
    }
  }
  setssize(dk, 1)
  i32[(dk + LOG2_SIZE) >> 2] = log2_size | (log2_bytes << 8) | ((unicode ? Kind.UNICODE : Kind.GENERAL) << 16)
  i32[(dk + PyDictKeysObject.dk_version) >> 2] = 0
  setssize(dk + PyDictKeysObject.dk_usable, usable)
  setssize(dk + PyDictKeysObject.dk_nentries, 0)
  const e = dk + INDICES + (1 << log2_bytes)
  i32.fill(-1, (dk + INDICES) >> 2, e >> 2)
  i32.fill(0, e >> 2, (e + entries) >> 2)
  return dk
}

export function free_keys_object(dk: number): void {
  const general = u8[dk + KIND] === Kind.GENERAL
  const step = general ? 24 : 16
  let key = DK_ENTRIES(dk) + (general ? PyDictKeyEntry.me_key : 0)
  const n = DK_NENTRIES(dk)
  for (let i = 0; i < n; i++, key += step) {
    Py_XDECREF(i32[key >> 2] as Ref)
    Py_XDECREF(i32[(key + 8) >> 2] as Ref)
  }
  freeKeysMemory(dk)
}

/** Give back keys whose entries hold nothing any more. */
export function freeKeysMemory(dk: number): void {
  if (
    u8[dk + LOG2_SIZE] === PyDict_LOG_MINSIZE &&
    u8[dk + KIND] !== Kind.GENERAL &&
    freelistPush(FreeList.keys_numfree, FreeList.keys_free_list, PyDict_MAXFREELIST, dk)
  ) {
    return
  }
  PyObject_Free(dk)
}

export function _PyDict_KeysSize(dk: number): number {
  return (
    PyDictKeysObject.SIZE + (1 << u8[dk + LOG2_INDEX_BYTES]) + USABLE_FRACTION(DK_SIZE(dk)) * (u8[dk + KIND] === Kind.GENERAL ? 24 : 16)
  )
}

/** A copy of combined keys with new references to what they hold; 0 with MemoryError set. */
export function clone_combined_dict_keys(okeys: number): number {
  const size = _PyDict_KeysSize(okeys)
  const dk = PyObject_Malloc(size)
  if (dk === 0) {
    PyErr_NoMemory()
    return 0
  }
  memcpy(dk, okeys, size)
  const general = u8[dk + KIND] === Kind.GENERAL
  const step = general ? 24 : 16
  let key = DK_ENTRIES(dk) + (general ? PyDictKeyEntry.me_key : 0)
  const n = DK_NENTRIES(dk)
  for (let i = 0; i < n; i++, key += step) {
    const value = i32[(key + 8) >> 2]
    if (value !== 0) {
      i32[value >> 2]++
      i32[i32[key >> 2] >> 2]++
    }
  }
  return dk
}

// ---- values of split dicts: [… insertion order …][used][prefix size] values[0] values[1] …, addressed at values[0] ----

/** Values for `size` keys, none initialised; 0 without an error. */
export function new_values(size: number): number {
  const prefix = (size + 2 + 7) & ~7
  const mem = PyMem_Malloc(prefix + size * 8)
  if (mem === 0) return 0
  u8[mem + prefix - 1] = prefix
  return mem + prefix
}
export function free_values(values: number): void {
  PyMem_Free(values - u8[values - 1])
}
export function shared_keys_usable_size(dk: number): number {
  return DK_NENTRIES(dk) + DK_USABLE(dk)
}
/** The key index of the i-th inserted value. */
export function get_index_from_order(values: number, i: number): number {
  return u8[values - 3 - i]
}
export function _PyDictValues_AddToInsertionOrder(values: number, ix: number): void {
  const size = u8[values - 2] + 1
  u8[values - 2 - size] = ix
  u8[values - 2] = size
}
export function delete_index_from_values(values: number, ix: number): void {
  const sizeAt = values - 2
  const size = u8[sizeAt]
  let i = 1
  while (u8[sizeAt - i] !== ix) i++
  for (; i < size; i++) u8[sizeAt - i] = u8[sizeAt - i - 1]
  u8[sizeAt] = size - 1
}

// ---- lookups ----

function dataOf(s: number): number {
  const state = u8[s + PyASCIIObject.state]
  return (state & 0x60) === 0x60 ? s + 48 : (state & 0x20) !== 0 ? s + 72 : i32[(s + 72) >> 2]
}

/** Equality of two ready str objects. */
export function unicode_eq(a: number, b: number): boolean {
  const n = i32[(a + PyASCIIObject.length) >> 2]
  if (n !== i32[(b + PyASCIIObject.length) >> 2]) return false
  if (n === 0) return true
  const kind = (u8[a + PyASCIIObject.state] >> 2) & 7
  if (kind !== ((u8[b + PyASCIIObject.state] >> 2) & 7)) return false
  const da = dataOf(a)
  const db = dataOf(b)
  for (let i = n * kind - 1; i >= 0; i--) if (u8[da + i] !== u8[db + i]) return false
  return true
}

/** The entry of an exact str in unicode or split keys, or DKIX_EMPTY. Runs no Python code, allocates nothing. */
export function unicodekeys_lookup_unicode(dk: number, key: number, lo: number, hi: number): number {
  const log2 = u8[dk + LOG2_SIZE]
  const mask = (1 << log2) - 1
  const indices = dk + INDICES
  const ep0 = indices + (1 << u8[dk + LOG2_INDEX_BYTES])
  let plo = lo
  let phi = hi
  let i = lo & mask
  for (;;) {
    const ix = log2 < 8 ? i8[indices + i] : log2 < 16 ? i16[(indices >> 1) + i] : i32[(indices >> 2) + i]
    if (ix >= 0) {
      const k = i32[(ep0 + 16 * ix) >> 2]
      if (k === key) return ix
      if (i32[(k + HASH) >> 2] === lo && i32[(k + HASH + 4) >> 2] === hi && unicode_eq(k, key)) return ix
    } else if (ix === DKIX_EMPTY) return DKIX_EMPTY
    plo = (plo >>> 5) | (phi << 27)
    phi >>>= 5
    i = mask & (Math.imul(i, 5) + plo + 1)
  }
}

/** The slot in the index that names entry `index` of a key with this hash. */
export function lookdict_index(dk: number, lo: number, hi: number, index: number): number {
  const mask = DK_SIZE(dk) - 1
  let plo = lo
  let phi = hi
  let i = lo & mask
  for (;;) {
    const ix = dictkeys_get_index(dk, i)
    if (ix === index) return i
    if (ix === DKIX_EMPTY) return DKIX_EMPTY
    plo = (plo >>> 5) | (phi << 27)
    phi >>>= 5
    i = mask & (Math.imul(i, 5) + plo + 1)
  }
}

/** The first slot that holds no entry (empty or dummy). */
export function find_empty_slot(dk: number, lo: number, hi: number): number {
  const mask = DK_SIZE(dk) - 1
  let plo = lo
  let phi = hi
  let i = lo & mask
  while (dictkeys_get_index(dk, i) >= 0) {
    plo = (plo >>> 5) | (phi << 27)
    phi >>>= 5
    i = mask & (Math.imul(i, 5) + plo + 1)
  }
  return i
}

/** Enter the first n entries into an index that is all empty. */
export function build_indices(dk: number, n: number): void {
  const mask = DK_SIZE(dk) - 1
  const general = u8[dk + KIND] === Kind.GENERAL
  let ep = DK_ENTRIES(dk)
  for (let ix = 0; ix !== n; ix++) {
    const hashAt = general ? ep : i32[(ep + PyDictUnicodeEntry.me_key) >> 2] + HASH
    let plo = i32[hashAt >> 2]
    let phi = i32[(hashAt >> 2) + 1]
    let i = plo & mask
    while (dictkeys_get_index(dk, i) !== DKIX_EMPTY) {
      plo = (plo >>> 5) | (phi << 27)
      phi >>>= 5
      i = mask & (Math.imul(i, 5) + plo + 1)
    }
    dictkeys_set_index(dk, i, ix)
    ep += general ? 24 : 16
  }
}

/** Entry of str `key` in string keys, DKIX_EMPTY, or DKIX_ERROR (no error set) when the keys or the key are not strings. */
export function _PyDictKeys_StringLookup(dk: number, key: Ref): number {
  if (!Py_IS_TYPE(key, PyUnicode_Type) || u8[dk + KIND] === Kind.GENERAL) return DKIX_ERROR
  let lo = i32[(key + HASH) >> 2]
  let hi = i32[(key + HASH + 4) >> 2]
  if (lo === -1 && hi === -1) {
    lo = PyObject_Hash(key)
    hi = hashHi
    if (lo === -1 && hi === -1) {
      PyErr_Clear()
      return DKIX_ERROR
    }
  }
  return unicodekeys_lookup_unicode(dk, key, lo, hi)
}

/** Find or add a name in shared keys: its index, or DKIX_EMPTY when they are full. */
export function insert_into_dictkeys(dk: number, name: Ref): number {
  let lo = i32[(name + HASH) >> 2]
  let hi = i32[(name + HASH + 4) >> 2]
  if (lo === -1 && hi === -1) {
    lo = PyObject_Hash(name)
    hi = hashHi
    if (lo === -1 && hi === -1) {
      PyErr_Clear()
      return DKIX_EMPTY
    }
  }
  let ix = unicodekeys_lookup_unicode(dk, name, lo, hi)
  if (ix === DKIX_EMPTY) {
    const usable = DK_USABLE(dk)
    if (usable <= 0) return DKIX_EMPTY
    Py_INCREF(name)
    clearKeysVersion(dk)
    ix = DK_NENTRIES(dk)
    dictkeys_set_index(dk, find_empty_slot(dk, lo, hi), ix)
    setptr(unicodeEntry(dk, ix), name)
    setUsable(dk, usable - 1)
    setNentries(dk, ix + 1)
  }
  return ix
}

/** Shared keys for a new class; 0 (no error) when there is no memory. */
export function _PyDict_NewKeysForClass(): number {
  const dk = new_keys_object(NEXT_LOG2_SHARED_KEYS_MAX_SIZE, true)
  if (dk === 0) PyErr_Clear()
  else {
    setUsable(dk, SHARED_KEYS_MAX_SIZE)
    u8[dk + KIND] = Kind.SPLIT
  }
  return dk
}

/** The keys' version for the specializing interpreter; 0 when there are no more. */
export function _PyDictKeys_GetVersionForCurrentState(dk: number): number {
  const at = (dk + PyDictKeysObject.dk_version) >> 2
  if (i32[at] !== 0) return i32[at]
  const next = (INTERP + Interp.keys_version_next) >> 2
  // 0 before the first use: versions start at 2, the empty keys having 1
  const v = i32[next] === 0 ? 2 : i32[next]
  if (v === -1) return 0
  i32[next] = v + 1
  return (i32[at] = v)
}

export function _PyDict_ClearKeysFreeList(): void {
  for (;;) {
    const dk = freelistPop(FreeList.keys_numfree, FreeList.keys_free_list)
    if (dk === 0) return
    PyObject_Free(dk)
  }
}

/** Release the entries' references when a dict's slots are dropped one by one (values of a split dict). */
export function clearValues(values: number, n: number): void {
  for (let i = 0; i < n; i++) {
    const v = ptr(values + 8 * i)
    if (v !== 0) {
      setptr(values + 8 * i, 0)
      Py_DECREF(v)
    }
  }
}
export function refcountOfKeys(dk: number): number {
  return ssize(dk)
}
