import { memcpy, ptr, set64, setptr, setssize, ssize } from "../../heap/access.ts"
import { calloca, cstackMark, cstackReset } from "../../heap/cstack.ts"
import { fn } from "../../heap/fntable.ts"
import { PySetObject, PyTypeObject, setentry } from "../../heap/layout.ts"
import { PyMem_Free, PyMem_Malloc } from "../../heap/obmalloc.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_DECREF, Py_INCREF, Py_IS_TYPE, Py_NewRef, Py_REFCNT, Py_TYPE } from "../../heap/refcount.ts"
import { staticAlloc } from "../../heap/statics.ts"
import { i32 } from "../../heap/views.ts"
import { PyIter_Next, PyObject_GetIter } from "../abstract.ts"
import { unicode_eq } from "../dict/keys.ts"
import { dictHashHi, dictHashLo, dictKey, keyHash, keyHashHi, PyDict_CheckExact, PyDict_GET_SIZE, PyDict_Next } from "../dictobject.ts"
import { PyErr_BadInternalCall, PyErr_NoMemory, PyErr_Occurred, PyErr_SetString } from "../errors.ts"
import { PyObject_RichCompareBool } from "../object.ts"
import { type allocfunc, Py } from "../slots.ts"
import { PyExc_KeyError, PyFrozenSet_Type, PySet_Type, PyUnicode_Type } from "../statictypes.ts"
import { PyType_IsSubtype } from "../typeobject.ts"

// Objects/setobject.c: the hash table. Entries are 16 bytes (key, hash); eight lie in the object (smalltable). An empty entry is
// all zero; a deleted one has the dummy key and hash -1. A search looks at nine neighbours before it jumps.

const LINEAR_PROBES = 9
export const PySet_MINSIZE = 8

const FILL = PySetObject.fill
const USED = PySetObject.used
const MASK = PySetObject.mask
const TABLE = PySetObject.table

export const _PySet_Dummy = staticAlloc(16)

export function PySet_CheckExact(op: Ref): boolean {
  return Py_IS_TYPE(op, PySet_Type)
}
export function PyFrozenSet_CheckExact(op: Ref): boolean {
  return Py_IS_TYPE(op, PyFrozenSet_Type)
}
export function PyAnySet_CheckExact(op: Ref): boolean {
  return Py_IS_TYPE(op, PySet_Type) || Py_IS_TYPE(op, PyFrozenSet_Type)
}
export function PySet_Check(op: Ref): boolean {
  return Py_IS_TYPE(op, PySet_Type) || !!PyType_IsSubtype(Py_TYPE(op), PySet_Type)
}
export function PyFrozenSet_Check(op: Ref): boolean {
  return Py_IS_TYPE(op, PyFrozenSet_Type) || !!PyType_IsSubtype(Py_TYPE(op), PyFrozenSet_Type)
}
export function PyAnySet_Check(op: Ref): boolean {
  return PyAnySet_CheckExact(op) || !!PyType_IsSubtype(Py_TYPE(op), PySet_Type) || !!PyType_IsSubtype(Py_TYPE(op), PyFrozenSet_Type)
}
export function PySet_GET_SIZE(so: Ref): number {
  return i32[(so + USED) >> 2]
}
export function setMask(so: Ref): number {
  return i32[(so + MASK) >> 2]
}
export function setFill(so: Ref): number {
  return i32[(so + FILL) >> 2]
}
export function setTable(so: Ref): number {
  return i32[(so + TABLE) >> 2]
}
export function smalltable(so: Ref): number {
  return so + PySetObject.smalltable
}
function store(so: Ref, field: number, v: number): void {
  i32[(so + field) >> 2] = v
}

/** The entry of a key, or the empty one where it would be; 0 with the error set. */
export function set_lookkey(so: Ref, key: Ref, lo: number, hi: number): number {
  restart: for (;;) {
    let plo = lo
    let phi = hi
    const mask = i32[(so + MASK) >> 2]
    let i = lo & mask
    for (;;) {
      let entry = i32[(so + TABLE) >> 2] + 16 * i
      let probes = i + LINEAR_PROBES <= mask ? LINEAR_PROBES : 0
      do {
        const elo = i32[(entry + setentry.hash) >> 2]
        const ehi = i32[(entry + setentry.hash + 4) >> 2]
        if (elo === lo && ehi === hi) {
          const startkey = i32[entry >> 2] as Ref
          // hash 0 is an empty entry's too
          if (startkey === 0) return entry
          if (startkey === key) return entry
          if (Py_IS_TYPE(startkey, PyUnicode_Type) && Py_IS_TYPE(key, PyUnicode_Type) && unicode_eq(startkey, key)) return entry
          const table = i32[(so + TABLE) >> 2]
          Py_INCREF(startkey)
          const cmp = PyObject_RichCompareBool(startkey, key, Py.EQ)
          Py_DECREF(startkey)
          if (cmp < 0) return 0
          if (table !== i32[(so + TABLE) >> 2] || i32[entry >> 2] !== startkey) continue restart
          if (cmp > 0) return entry
        } else if (elo === 0 && ehi === 0 && i32[entry >> 2] === 0) return entry
        entry += 16
      } while (probes--)
      plo = (plo >>> 5) | (phi << 27)
      phi >>>= 5
      i = mask & (Math.imul(i, 5) + 1 + plo)
    }
  }
}

/** Add a key (a new reference is taken). 0 or -1. */
export function set_add_entry(so: Ref, key: Ref, lo: number, hi: number): number {
  Py_INCREF(key)
  restart: for (;;) {
    const mask = i32[(so + MASK) >> 2]
    let plo = lo
    let phi = hi
    let i = lo & mask
    let freeslot = 0
    for (;;) {
      let entry = i32[(so + TABLE) >> 2] + 16 * i
      let probes = i + LINEAR_PROBES <= mask ? LINEAR_PROBES : 0
      do {
        const elo = i32[(entry + setentry.hash) >> 2]
        const ehi = i32[(entry + setentry.hash + 4) >> 2]
        const startkey = i32[entry >> 2] as Ref
        if (startkey === 0) {
          if (freeslot !== 0) {
            store(so, USED, i32[(so + USED) >> 2] + 1)
            setptr(freeslot, key)
            set64(freeslot + setentry.hash, lo, hi)
            return 0
          }
          const fill = i32[(so + FILL) >> 2] + 1
          const used = i32[(so + USED) >> 2] + 1
          store(so, FILL, fill)
          store(so, USED, used)
          setptr(entry, key)
          set64(entry + setentry.hash, lo, hi)
          if (fill * 5 < mask * 3) return 0
          return set_table_resize(so, used > 50000 ? used * 2 : used * 4)
        }
        if (elo === lo && ehi === hi) {
          if (startkey === key || (Py_IS_TYPE(startkey, PyUnicode_Type) && Py_IS_TYPE(key, PyUnicode_Type) && unicode_eq(startkey, key))) {
            Py_DECREF(key)
            return 0
          }
          const table = i32[(so + TABLE) >> 2]
          Py_INCREF(startkey)
          const cmp = PyObject_RichCompareBool(startkey, key, Py.EQ)
          Py_DECREF(startkey)
          if (cmp !== 0) {
            Py_DECREF(key)
            return cmp > 0 ? 0 : -1
          }
          if (table !== i32[(so + TABLE) >> 2] || i32[entry >> 2] !== startkey) continue restart
        } else if (elo === -1 && ehi === -1) freeslot = entry
        entry += 16
      } while (probes--)
      plo = (plo >>> 5) | (phi << 27)
      phi >>>= 5
      i = mask & (Math.imul(i, 5) + 1 + plo)
    }
  }
}

/** Put a key that is not there into a table without dummies; steals it. */
export function set_insert_clean(table: number, mask: number, key: number, lo: number, hi: number): void {
  let plo = lo
  let phi = hi
  let i = lo & mask
  for (;;) {
    let entry = table + 16 * i
    let probes = i + LINEAR_PROBES <= mask ? LINEAR_PROBES : 0
    do {
      if (i32[entry >> 2] === 0) {
        setptr(entry, key)
        set64(entry + setentry.hash, lo, hi)
        return
      }
      entry += 16
    } while (probes--)
    plo = (plo >>> 5) | (phi << 27)
    phi >>>= 5
    i = mask & (Math.imul(i, 5) + 1 + plo)
  }
}

/** A table of more than `minused` entries. 0 or -1. */
export function set_table_resize(so: Ref, minused: number): number {
  let newsize = PySet_MINSIZE
  while (newsize <= minused) newsize *= 2
  let oldtable = setTable(so)
  const oldmask = setMask(so)
  const malloced = oldtable !== smalltable(so)
  const mark = cstackMark()
  let newtable = smalltable(so)
  if (newsize === PySet_MINSIZE) {
    if (newtable === oldtable) {
      // no dummies, nothing to do
      if (setFill(so) === PySet_GET_SIZE(so)) return 0
      const copy = calloca(128)
      memcpy(copy, oldtable, 128)
      oldtable = copy
    }
  } else {
    newtable = newsize > 0x03ffffff ? 0 : PyMem_Malloc(newsize * 16)
    if (newtable === 0) {
      PyErr_NoMemory()
      return -1
    }
  }
  i32.fill(0, newtable >> 2, (newtable + newsize * 16) >> 2)
  setssize(so + MASK, newsize - 1)
  setptr(so + TABLE, newtable)
  store(so, FILL, PySet_GET_SIZE(so))
  for (let entry = oldtable, end = oldtable + 16 * oldmask; entry <= end; entry += 16) {
    const key = i32[entry >> 2]
    if (key !== 0 && key !== _PySet_Dummy) {
      set_insert_clean(newtable, newsize - 1, key, i32[(entry + setentry.hash) >> 2], i32[(entry + setentry.hash + 4) >> 2])
    }
  }
  cstackReset(mark)
  if (malloced) PyMem_Free(oldtable)
  return 0
}

/** 1, 0, or -1 with the error set. */
export function set_contains_entry(so: Ref, key: Ref, lo: number, hi: number): number {
  const entry = set_lookkey(so, key, lo, hi)
  if (entry === 0) return -1
  return i32[entry >> 2] !== 0 ? 1 : 0
}

/** 1 when it was there, 0 not, -1 with the error set. */
export function set_discard_entry(so: Ref, key: Ref, lo: number, hi: number): number {
  const entry = set_lookkey(so, key, lo, hi)
  if (entry === 0) return -1
  const old = i32[entry >> 2] as Ref
  if (old === 0) return 0
  setptr(entry, _PySet_Dummy)
  set64(entry + setentry.hash, -1, -1)
  store(so, USED, PySet_GET_SIZE(so) - 1)
  Py_DECREF(old)
  return 1
}

export function set_add_key(so: Ref, key: Ref): number {
  const lo = keyHash(key)
  const hi = keyHashHi
  return lo === -1 && hi === -1 ? -1 : set_add_entry(so, key, lo, hi)
}
export function set_contains_key(so: Ref, key: Ref): number {
  const lo = keyHash(key)
  const hi = keyHashHi
  return lo === -1 && hi === -1 ? -1 : set_contains_entry(so, key, lo, hi)
}
export function set_discard_key(so: Ref, key: Ref): number {
  const lo = keyHash(key)
  const hi = keyHashHi
  return lo === -1 && hi === -1 ? -1 : set_discard_entry(so, key, lo, hi)
}

function set_empty_to_minsize(so: Ref): void {
  const small = smalltable(so)
  i32.fill(0, small >> 2, (small + 128) >> 2)
  setssize(so + FILL, 0)
  setssize(so + USED, 0)
  setssize(so + MASK, PySet_MINSIZE - 1)
  setptr(so + TABLE, small)
  set64(so + PySetObject.hash, -1, -1)
}

/** Release the keys of a table that no set has any more. */
function releaseKeys(table: number, used: number): void {
  for (let entry = table; used > 0; entry += 16) {
    const key = ptr(entry)
    if (key !== 0 && key !== _PySet_Dummy) {
      used--
      Py_DECREF(key)
    }
  }
}

export function set_clear_internal(so: Ref): number {
  let table = setTable(so)
  const used = PySet_GET_SIZE(so)
  const malloced = table !== smalltable(so)
  const mark = cstackMark()
  // the set is empty before the first key is released
  if (malloced) set_empty_to_minsize(so)
  else if (setFill(so) > 0) {
    const copy = calloca(128)
    memcpy(copy, table, 128)
    table = copy
    set_empty_to_minsize(so)
  }
  releaseKeys(table, used)
  cstackReset(mark)
  if (malloced) PyMem_Free(table)
  return 0
}

/** What set_dealloc gives back. */
export function set_free_table(so: Ref): void {
  const table = setTable(so)
  releaseKeys(table, PySet_GET_SIZE(so))
  if (table !== smalltable(so)) PyMem_Free(table)
}

/** The entry that set_next found (borrowed). */
export let setEntryKey: Ref = NULL
export let setEntryHashLo = 0
export let setEntryHashHi = 0

/** Walk: pos 0 begins; the result is the next pos, 0 at the end. The entry is in setEntryKey, setEntryHashLo, setEntryHashHi. */
export function set_next(so: Ref, pos: number): number {
  const mask = setMask(so)
  let entry = setTable(so) + 16 * pos
  for (let i = pos; i <= mask; i++, entry += 16) {
    const key = i32[entry >> 2]
    if (key !== 0 && key !== _PySet_Dummy) {
      setEntryKey = key as Ref
      setEntryHashLo = i32[(entry + setentry.hash) >> 2]
      setEntryHashHi = i32[(entry + setentry.hash + 4) >> 2]
      return i + 1
    }
  }
  return 0
}

/** As set_next; SystemError for what is no set (then 0). */
export function _PySet_NextEntry(set: Ref, pos: number): number {
  if (!PyAnySet_Check(set)) {
    PyErr_BadInternalCall()
    return 0
  }
  return set_next(set, pos)
}

/** Add all of another set. 0 or -1. */
export function set_merge(so: Ref, other: Ref): number {
  const otherUsed = PySet_GET_SIZE(other)
  if (other === so || otherUsed === 0) return 0
  // one resize at the start, if any
  if ((setFill(so) + otherUsed) * 5 >= setMask(so) * 3 && set_table_resize(so, (PySet_GET_SIZE(so) + otherUsed) * 2) !== 0) return -1
  const omask = setMask(other)
  let entry = setTable(other)
  if (setFill(so) === 0) {
    let to = setTable(so)
    if (setMask(so) === omask && setFill(other) === otherUsed) {
      // the same table without dummies: copy it as it is
      for (let i = 0; i <= omask; i++, entry += 16, to += 16) {
        const key = ptr(entry)
        if (key !== 0) {
          setptr(to, Py_NewRef(key))
          set64(to + setentry.hash, i32[(entry + setentry.hash) >> 2], i32[(entry + setentry.hash + 4) >> 2])
        }
      }
      store(so, FILL, setFill(other))
      store(so, USED, otherUsed)
      return 0
    }
    to = setTable(so)
    store(so, FILL, otherUsed)
    store(so, USED, otherUsed)
    for (let i = 0; i <= omask; i++, entry += 16) {
      const key = ptr(entry)
      if (key !== 0 && key !== _PySet_Dummy) {
        set_insert_clean(to, setMask(so), Py_NewRef(key), i32[(entry + setentry.hash) >> 2], i32[(entry + setentry.hash + 4) >> 2])
      }
    }
    return 0
  }
  // comparisons may change the other set
  for (let i = 0; i <= setMask(other); i++) {
    entry = setTable(other) + 16 * i
    const key = ptr(entry)
    if (key !== 0 && key !== _PySet_Dummy) {
      if (set_add_entry(so, key, i32[(entry + setentry.hash) >> 2], i32[(entry + setentry.hash + 4) >> 2])) return -1
    }
  }
  return 0
}

/** Add everything that an iterable gives. 0 or -1. */
export function set_update_internal(so: Ref, other: Ref): number {
  if (PyAnySet_Check(other)) return set_merge(so, other)
  if (PyDict_CheckExact(other)) {
    const size = PyDict_GET_SIZE(other)
    if ((setFill(so) + size) * 5 >= setMask(so) * 3 && set_table_resize(so, (PySet_GET_SIZE(so) + size) * 2) !== 0) return -1
    for (let pos = PyDict_Next(other, 0); pos; pos = PyDict_Next(other, pos)) {
      if (set_add_entry(so, dictKey, dictHashLo, dictHashHi)) return -1
    }
    return 0
  }
  const $it = PyObject_GetIter(other)
  if ($it === NULL) return -1
  for (let $key = PyIter_Next($it); $key !== NULL; $key = PyIter_Next($it)) {
    const status = set_add_key(so, $key)
    if (status) Py_DECREF($it)
    Py_DECREF($key)
    if (status) return -1
  }
  Py_DECREF($it)
  return PyErr_Occurred() ? -1 : 0
}

export function make_new_set(type: Ref, iterable: Ref): Own {
  const $so = fn<allocfunc>(ptr(type + PyTypeObject.tp_alloc))(type, 0)
  if ($so === NULL) return NULL
  // tp_alloc has zeroed the object
  setssize($so + MASK, PySet_MINSIZE - 1)
  setptr($so + TABLE, smalltable($so))
  set64($so + PySetObject.hash, -1, -1)
  if (iterable !== NULL && set_update_internal($so, iterable)) {
    Py_DECREF($so)
    return NULL
  }
  return $so
}

/** Remove any key and return it: owned; KeyError when empty. */
export function set_pop(so: Ref): Own {
  if (PySet_GET_SIZE(so) === 0) return PyErr_SetString(PyExc_KeyError, "pop from an empty set")
  const table = setTable(so)
  const mask = setMask(so)
  // start where the last pop ended
  let i = ssize(so + PySetObject.finger) & mask
  let key: number
  for (;;) {
    key = i32[(table + 16 * i) >> 2]
    if (key !== 0 && key !== _PySet_Dummy) break
    i = i === mask ? 0 : i + 1
  }
  setptr(table + 16 * i, _PySet_Dummy)
  set64(table + 16 * i + setentry.hash, -1, -1)
  store(so, USED, PySet_GET_SIZE(so) - 1)
  setssize(so + PySetObject.finger, i + 1)
  return key as Own
}

// ---- C API ----

export function PySet_New(iterable: Ref): Own {
  return make_new_set(PySet_Type, iterable)
}
export function PyFrozenSet_New(iterable: Ref): Own {
  return make_new_set(PyFrozenSet_Type, iterable)
}
export function PySet_Size(anyset: Ref): number {
  return PyAnySet_Check(anyset) ? PySet_GET_SIZE(anyset) : bad()
}
function bad(): number {
  PyErr_BadInternalCall()
  return -1
}
export function PySet_Clear(set: Ref): number {
  return PySet_Check(set) ? set_clear_internal(set) : bad()
}
export function PySet_Contains(anyset: Ref, key: Ref): number {
  return PyAnySet_Check(anyset) ? set_contains_key(anyset, key) : bad()
}
export function PySet_Discard(set: Ref, key: Ref): number {
  return PySet_Check(set) ? set_discard_key(set, key) : bad()
}
/** Also for a frozenset that nobody else has seen yet. */
export function PySet_Add(anyset: Ref, key: Ref): number {
  if (!PySet_Check(anyset) && (!PyFrozenSet_Check(anyset) || Py_REFCNT(anyset) !== 1)) return bad()
  return set_add_key(anyset, key)
}
export function PySet_Pop(set: Ref): Own {
  return PySet_Check(set) ? set_pop(set) : PyErr_BadInternalCall()
}
export function _PySet_Update(set: Ref, iterable: Ref): number {
  return PySet_Check(set) ? set_update_internal(set, iterable) : bad()
}
