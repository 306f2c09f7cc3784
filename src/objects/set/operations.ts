import { memcpy, ptr, set64, setptr, setssize, ssize } from "../../heap/access.ts"
import { calloca, cstackMark, cstackReset } from "../../heap/cstack.ts"
import { hashHi } from "../../heap/int64.ts"
import { PySetObject } from "../../heap/layout.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_DECREF, Py_INCREF, Py_NewRef, Py_TYPE } from "../../heap/refcount.ts"
import { i32 } from "../../heap/views.ts"
import { PyIter_Next, PyObject_GetIter } from "../abstract.ts"
import { PyBool_FromLong } from "../boolobject.ts"
import {
  _PyDict_Contains_KnownHash,
  dictHashHi,
  dictHashLo,
  dictKey,
  PyDict_CheckExact,
  PyDict_GET_SIZE,
  PyDict_Next,
} from "../dictobject.ts"
import { PyErr_Occurred } from "../errors.ts"
import { PyObject_Hash, PyObject_IsTrue } from "../object.ts"
import { Py } from "../slots.ts"
import { Py_None, Py_NotImplemented, PyFrozenSet_Type, PySet_Type } from "../statictypes.ts"
import { PyTuple_GET_ITEM, PyTuple_GET_SIZE } from "../tupleobject.ts"
import { PyType_IsSubtype } from "../typeobject.ts"
import {
  make_new_set,
  PyAnySet_Check,
  PyAnySet_CheckExact,
  PyFrozenSet_CheckExact,
  PySet_GET_SIZE,
  set_add_entry,
  set_clear_internal,
  set_contains_entry,
  set_contains_key,
  set_discard_entry,
  set_discard_key,
  set_next,
  set_table_resize,
  set_update_internal,
  setEntryHashHi,
  setEntryHashLo,
  setEntryKey,
  setFill,
  setMask,
  smalltable,
} from "./table.ts"

// Objects/setobject.c: union, intersection, difference, symmetric difference and comparison.

function notImplemented(): Own {
  return Py_NewRef(Py_NotImplemented)
}
function none(): Own {
  return Py_NewRef(Py_None)
}
/** Release a result that an error made useless. */
function dropped($op: Own): Own {
  Py_DECREF($op)
  return NULL
}

/** Operations give plain sets even when a subclass is among the operands. */
function make_new_set_basetype(type: Ref, iterable: Ref): Own {
  if (type !== PySet_Type && type !== PyFrozenSet_Type) type = PyType_IsSubtype(type, PySet_Type) ? PySet_Type : PyFrozenSet_Type
  return make_new_set(type, iterable)
}

export function set_copy(so: Ref): Own {
  return make_new_set_basetype(Py_TYPE(so), so)
}
export function frozenset_copy(so: Ref): Own {
  return PyFrozenSet_CheckExact(so) ? Py_NewRef(so) : set_copy(so)
}
export function set_clear(so: Ref): Own {
  set_clear_internal(so)
  return none()
}

export function set_update(so: Ref, args: Ref): Own {
  for (let i = 0; i < PyTuple_GET_SIZE(args); i++) if (set_update_internal(so, PyTuple_GET_ITEM(args, i))) return NULL
  return none()
}
export function set_union(so: Ref, args: Ref): Own {
  const $result = set_copy(so)
  if ($result === NULL) return NULL
  for (let i = 0; i < PyTuple_GET_SIZE(args); i++) {
    const other = PyTuple_GET_ITEM(args, i)
    if (so !== other && set_update_internal($result, other)) return dropped($result)
  }
  return $result
}
export function set_or(so: Ref, other: Ref): Own {
  if (!PyAnySet_Check(so) || !PyAnySet_Check(other)) return notImplemented()
  const $result = set_copy(so)
  if ($result === NULL || so === other) return $result
  return set_update_internal($result, other) ? dropped($result) : $result
}
export function set_ior(so: Ref, other: Ref): Own {
  if (!PyAnySet_Check(other)) return notImplemented()
  return set_update_internal(so, other) ? NULL : Py_NewRef(so)
}

function set_intersection(so: Ref, other: Ref): Own {
  if (so === other) return set_copy(so)
  const $result = make_new_set_basetype(Py_TYPE(so), NULL)
  if ($result === NULL) return NULL
  if (PyAnySet_Check(other)) {
    // walk over the smaller one
    if (PySet_GET_SIZE(other) > PySet_GET_SIZE(so)) {
      const t = so
      so = other
      other = t
    }
    for (let pos = set_next(other, 0); pos; pos = set_next(other, pos)) {
      const lo = setEntryHashLo
      const hi = setEntryHashHi
      const $key = Py_NewRef(setEntryKey)
      const rv = set_contains_entry(so, $key, lo, hi)
      const failed = rv < 0 || (rv > 0 && set_add_entry($result, $key, lo, hi) !== 0)
      if (failed) {
        Py_DECREF($result)
        Py_DECREF($key)
        return NULL
      }
      Py_DECREF($key)
    }
    return $result
  }
  const $it = PyObject_GetIter(other)
  if ($it === NULL) return dropped($result)
  for (let $key = PyIter_Next($it); $key !== NULL; $key = PyIter_Next($it)) {
    const lo = PyObject_Hash($key)
    const hi = hashHi
    const rv = lo === -1 && hi === -1 ? -1 : set_contains_entry(so, $key, lo, hi)
    if (rv < 0 || (rv > 0 && set_add_entry($result, $key, lo, hi) !== 0)) {
      Py_DECREF($it)
      Py_DECREF($result)
      Py_DECREF($key)
      return NULL
    }
    Py_DECREF($key)
    // all found: the rest of the iterable cannot add anything
    if (rv > 0 && PySet_GET_SIZE($result) >= PySet_GET_SIZE(so)) break
  }
  Py_DECREF($it)
  return PyErr_Occurred() ? dropped($result) : $result
}

export function set_intersection_multi(so: Ref, args: Ref): Own {
  const n = PyTuple_GET_SIZE(args)
  if (n === 0) return set_copy(so)
  let $result = Py_NewRef(so)
  for (let i = 0; i < n; i++) {
    const $new = set_intersection($result, PyTuple_GET_ITEM(args, i))
    Py_DECREF($result)
    if ($new === NULL) return NULL
    $result = $new
  }
  return $result
}

/** Exchange the contents of two sets: the temporary then releases what was in the other. */
function set_swap_bodies(a: Ref, b: Ref): void {
  for (const field of [PySetObject.fill, PySetObject.used, PySetObject.mask]) {
    const t = ssize(a + field)
    setssize(a + field, ssize(b + field))
    setssize(b + field, t)
  }
  let u: number = ptr(a + PySetObject.table)
  if (u === smalltable(a)) u = smalltable(b)
  setptr(a + PySetObject.table, ptr(b + PySetObject.table))
  if (ptr(b + PySetObject.table) === smalltable(b)) setptr(a + PySetObject.table, smalltable(a))
  setptr(b + PySetObject.table, u)
  if (ptr(a + PySetObject.table) === smalltable(a) || ptr(b + PySetObject.table) === smalltable(b)) {
    const mark = cstackMark()
    const tab = calloca(128)
    memcpy(tab, smalltable(a), 128)
    memcpy(smalltable(a), smalltable(b), 128)
    memcpy(smalltable(b), tab, 128)
    cstackReset(mark)
  }
  const ha = a + PySetObject.hash
  const hb = b + PySetObject.hash
  if (PyType_IsSubtype(Py_TYPE(a), PyFrozenSet_Type) && PyType_IsSubtype(Py_TYPE(b), PyFrozenSet_Type)) {
    const lo = i32[ha >> 2]
    const hi = i32[(ha >> 2) + 1]
    set64(ha, i32[hb >> 2], i32[(hb >> 2) + 1])
    set64(hb, lo, hi)
  } else {
    set64(ha, -1, -1)
    set64(hb, -1, -1)
  }
}

function takeBody(so: Ref, $tmp: Own): Own {
  if ($tmp === NULL) return NULL
  set_swap_bodies(so, $tmp)
  Py_DECREF($tmp)
  return none()
}
export function set_intersection_update_multi(so: Ref, args: Ref): Own {
  return takeBody(so, set_intersection_multi(so, args))
}
export function set_and(so: Ref, other: Ref): Own {
  return PyAnySet_Check(so) && PyAnySet_Check(other) ? set_intersection(so, other) : notImplemented()
}
export function set_iand(so: Ref, other: Ref): Own {
  if (!PyAnySet_Check(other)) return notImplemented()
  const $none = takeBody(so, set_intersection(so, other))
  if ($none === NULL) return NULL
  Py_DECREF($none)
  return Py_NewRef(so)
}

export function set_isdisjoint(so: Ref, other: Ref): Own {
  if (so === other) return PyBool_FromLong(PySet_GET_SIZE(so) === 0 ? 1 : 0)
  if (PyAnySet_CheckExact(other)) {
    if (PySet_GET_SIZE(other) > PySet_GET_SIZE(so)) {
      const t = so
      so = other
      other = t
    }
    for (let pos = set_next(other, 0); pos; pos = set_next(other, pos)) {
      const $key = Py_NewRef(setEntryKey)
      const rv = set_contains_entry(so, $key, setEntryHashLo, setEntryHashHi)
      Py_DECREF($key)
      if (rv < 0) return NULL
      if (rv) return PyBool_FromLong(0)
    }
    return PyBool_FromLong(1)
  }
  const $it = PyObject_GetIter(other)
  if ($it === NULL) return NULL
  for (let $key = PyIter_Next($it); $key !== NULL; $key = PyIter_Next($it)) {
    const rv = set_contains_key(so, $key)
    Py_DECREF($key)
    if (rv !== 0) {
      Py_DECREF($it)
      return rv < 0 ? NULL : PyBool_FromLong(0)
    }
  }
  Py_DECREF($it)
  return PyErr_Occurred() ? NULL : PyBool_FromLong(1)
}

function set_difference_update_internal(so: Ref, other: Ref): number {
  if (so === other) return set_clear_internal(so)
  if (PyAnySet_Check(other)) {
    // far more to remove than there is: find what both have first
    const $other = PySet_GET_SIZE(other) >> 3 > PySet_GET_SIZE(so) ? set_intersection(so, other) : Py_NewRef(other)
    if ($other === NULL) return -1
    for (let pos = set_next($other, 0); pos; pos = set_next($other, pos)) {
      const $key = Py_NewRef(setEntryKey)
      if (set_discard_entry(so, $key, setEntryHashLo, setEntryHashHi) < 0) {
        Py_DECREF($other)
        Py_DECREF($key)
        return -1
      }
      Py_DECREF($key)
    }
    Py_DECREF($other)
  } else {
    const $it = PyObject_GetIter(other)
    if ($it === NULL) return -1
    for (let $key = PyIter_Next($it); $key !== NULL; $key = PyIter_Next($it)) {
      if (set_discard_key(so, $key) < 0) {
        Py_DECREF($it)
        Py_DECREF($key)
        return -1
      }
      Py_DECREF($key)
    }
    Py_DECREF($it)
    if (PyErr_Occurred()) return -1
  }
  // few dummies may stay
  const used = PySet_GET_SIZE(so)
  if (setFill(so) - used <= Math.floor(setMask(so) / 4)) return 0
  return set_table_resize(so, used > 50000 ? used * 2 : used * 4)
}

export function set_difference_update(so: Ref, args: Ref): Own {
  for (let i = 0; i < PyTuple_GET_SIZE(args); i++) if (set_difference_update_internal(so, PyTuple_GET_ITEM(args, i))) return NULL
  return none()
}

function set_copy_and_difference(so: Ref, other: Ref): Own {
  const $result = set_copy(so)
  if ($result === NULL) return NULL
  return set_difference_update_internal($result, other) === 0 ? $result : dropped($result)
}

function set_difference(so: Ref, other: Ref): Own {
  const dict = PyDict_CheckExact(other)
  if (!dict && !PyAnySet_Check(other)) return set_copy_and_difference(so, other)
  const otherSize = dict ? PyDict_GET_SIZE(other) : PySet_GET_SIZE(other)
  // little to remove: copy and discard
  if (PySet_GET_SIZE(so) >> 2 > otherSize) return set_copy_and_difference(so, other)
  const $result = make_new_set_basetype(Py_TYPE(so), NULL)
  if ($result === NULL) return NULL
  for (let pos = set_next(so, 0); pos; pos = set_next(so, pos)) {
    const lo = setEntryHashLo
    const hi = setEntryHashHi
    const $key = Py_NewRef(setEntryKey)
    const rv = dict ? _PyDict_Contains_KnownHash(other, $key, lo, hi) : set_contains_entry(other, $key, lo, hi)
    if (rv < 0 || (rv === 0 && set_add_entry($result, $key, lo, hi) !== 0)) {
      Py_DECREF($result)
      Py_DECREF($key)
      return NULL
    }
    Py_DECREF($key)
  }
  return $result
}

export function set_difference_multi(so: Ref, args: Ref): Own {
  const n = PyTuple_GET_SIZE(args)
  if (n === 0) return set_copy(so)
  const $result = set_difference(so, PyTuple_GET_ITEM(args, 0))
  if ($result === NULL) return NULL
  for (let i = 1; i < n; i++) if (set_difference_update_internal($result, PyTuple_GET_ITEM(args, i))) return dropped($result)
  return $result
}
export function set_sub(so: Ref, other: Ref): Own {
  return PyAnySet_Check(so) && PyAnySet_Check(other) ? set_difference(so, other) : notImplemented()
}
export function set_isub(so: Ref, other: Ref): Own {
  if (!PyAnySet_Check(other)) return notImplemented()
  return set_difference_update_internal(so, other) ? NULL : Py_NewRef(so)
}

/** Toggle one key: 0 or -1. */
function toggle(so: Ref, key: Ref, lo: number, hi: number): number {
  const $key = Py_NewRef(key)
  let rv = set_discard_entry(so, $key, lo, hi)
  if (rv === 0) rv = set_add_entry(so, $key, lo, hi)
  Py_DECREF($key)
  return rv < 0 ? -1 : 0
}

export function set_symmetric_difference_update(so: Ref, other: Ref): Own {
  if (so === other) return set_clear(so)
  if (PyDict_CheckExact(other)) {
    for (let pos = PyDict_Next(other, 0); pos; pos = PyDict_Next(other, pos)) {
      if (toggle(so, dictKey, dictHashLo, dictHashHi) < 0) return NULL
    }
    return none()
  }
  const $other = PyAnySet_Check(other) ? Py_NewRef(other) : make_new_set_basetype(Py_TYPE(so), other)
  if ($other === NULL) return NULL
  for (let pos = set_next($other, 0); pos; pos = set_next($other, pos)) {
    if (toggle(so, setEntryKey, setEntryHashLo, setEntryHashHi) < 0) return dropped($other)
  }
  Py_DECREF($other)
  return none()
}
export function set_symmetric_difference(so: Ref, other: Ref): Own {
  const $other = make_new_set_basetype(Py_TYPE(so), other)
  if ($other === NULL) return NULL
  const $none = set_symmetric_difference_update($other, so)
  if ($none === NULL) return dropped($other)
  Py_DECREF($none)
  return $other
}
export function set_xor(so: Ref, other: Ref): Own {
  return PyAnySet_Check(so) && PyAnySet_Check(other) ? set_symmetric_difference(so, other) : notImplemented()
}
export function set_ixor(so: Ref, other: Ref): Own {
  if (!PyAnySet_Check(other)) return notImplemented()
  const $none = set_symmetric_difference_update(so, other)
  if ($none === NULL) return NULL
  Py_DECREF($none)
  return Py_NewRef(so)
}

export function set_issubset(so: Ref, other: Ref): Own {
  if (!PyAnySet_Check(other)) {
    const $tmp = make_new_set(PySet_Type, other)
    if ($tmp === NULL) return NULL
    const $result = set_issubset(so, $tmp)
    Py_DECREF($tmp)
    return $result
  }
  if (PySet_GET_SIZE(so) > PySet_GET_SIZE(other)) return PyBool_FromLong(0)
  for (let pos = set_next(so, 0); pos; pos = set_next(so, pos)) {
    const key = setEntryKey
    Py_INCREF(key)
    const rv = set_contains_entry(other, key, setEntryHashLo, setEntryHashHi)
    Py_DECREF(key)
    if (rv < 0) return NULL
    if (!rv) return PyBool_FromLong(0)
  }
  return PyBool_FromLong(1)
}
export function set_issuperset(so: Ref, other: Ref): Own {
  if (PyAnySet_Check(other)) return set_issubset(other, so)
  const $it = PyObject_GetIter(other)
  if ($it === NULL) return NULL
  for (let $key = PyIter_Next($it); $key !== NULL; $key = PyIter_Next($it)) {
    const rv = set_contains_key(so, $key)
    Py_DECREF($key)
    if (rv <= 0) {
      Py_DECREF($it)
      return rv < 0 ? NULL : PyBool_FromLong(0)
    }
  }
  Py_DECREF($it)
  return PyErr_Occurred() ? NULL : PyBool_FromLong(1)
}

export function set_richcompare(v: Ref, w: Ref, op: number): Own {
  if (!PyAnySet_Check(w)) return notImplemented()
  switch (op) {
    case Py.EQ: {
      if (PySet_GET_SIZE(v) !== PySet_GET_SIZE(w)) return PyBool_FromLong(0)
      const a = (v + PySetObject.hash) >> 2
      const b = (w + PySetObject.hash) >> 2
      const known = (at: number): boolean => i32[at] !== -1 || i32[at + 1] !== -1
      if (known(a) && known(b) && (i32[a] !== i32[b] || i32[a + 1] !== i32[b + 1])) return PyBool_FromLong(0)
      return set_issubset(v, w)
    }
    case Py.NE: {
      const $r = set_richcompare(v, w, Py.EQ)
      if ($r === NULL) return NULL
      const r = PyObject_IsTrue($r)
      Py_DECREF($r)
      return r < 0 ? NULL : PyBool_FromLong(r ? 0 : 1)
    }
    case Py.LE:
      return set_issubset(v, w)
    case Py.GE:
      return set_issuperset(v, w)
    case Py.LT:
      return PySet_GET_SIZE(v) >= PySet_GET_SIZE(w) ? PyBool_FromLong(0) : set_issubset(v, w)
    default:
      return PySet_GET_SIZE(v) <= PySet_GET_SIZE(w) ? PyBool_FromLong(0) : set_issuperset(v, w)
  }
}
