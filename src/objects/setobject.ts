import { _PyObject_GC_New, _PyObject_GC_TRACK, _PyObject_GC_UNTRACK, PyObject_GC_Del, PyObject_GC_UnTrack } from "../gc/gcmodule.ts"
import { ptr, set64, setptr, setssize, ssize } from "../heap/access.ts"
import { ret64 } from "../heap/int64.ts"
import { PySetObject, PyTypeObject, setentry } from "../heap/layout.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { Py_DECREF, Py_NewRef, Py_TYPE, Py_XDECREF, Py_XINCREF } from "../heap/refcount.ts"
import { ID } from "../heap/statics.ts"
import { Py_TRASHCAN_BEGIN, Py_TRASHCAN_END } from "../heap/trashcan.ts"
import { i32 } from "../heap/views.ts"
import { PySequence_List } from "./abstract.ts"
import { PyBool_FromLong } from "./boolobject.ts"
import { defineType, type MethodSpec } from "./define.ts"
import { _PyErr_SetKeyError, PyErr_Clear, PyErr_ExceptionMatches, PyErr_Occurred, PyErr_SetString } from "./errors.ts"
import { tp_free } from "./freelists.ts"
import { Py_GenericAlias } from "./genericaliasobject.ts"
import { _PyArg_CheckPositional, _PyArg_NoKeywords, _PyArg_NoKwnames, PyArg_UnpackTuple } from "./getargs.ts"
import { PyList_Append, PyList_New } from "./listobject.ts"
import { PyLong_FromLong } from "./longobject.ts"
import {
  _PyObject_SIZE,
  Py_ReprEnter,
  Py_ReprLeave,
  PyObject_GenericGetAttr,
  PyObject_HashNotImplemented,
  PyObject_SelfIter,
  reprJS,
  tp_name_js,
  typeName,
} from "./object.ts"
import {
  frozenset_copy,
  set_and,
  set_clear,
  set_copy,
  set_difference_multi,
  set_difference_update,
  set_iand,
  set_intersection_multi,
  set_intersection_update_multi,
  set_ior,
  set_isdisjoint,
  set_issubset,
  set_issuperset,
  set_isub,
  set_ixor,
  set_or,
  set_richcompare,
  set_sub,
  set_symmetric_difference,
  set_symmetric_difference_update,
  set_union,
  set_update,
  set_xor,
} from "./set/operations.ts"
import {
  make_new_set,
  PyFrozenSet_CheckExact,
  PySet_Check,
  PySet_CheckExact,
  PySet_GET_SIZE,
  set_add_key,
  set_clear_internal,
  set_contains_key,
  set_discard_key,
  set_free_table,
  set_next,
  set_pop,
  set_update_internal,
  setEntryKey,
  setFill,
  setMask,
  setTable,
  smalltable,
} from "./set/table.ts"
import { METH, PY_VECTORCALL_ARGUMENTS_OFFSET, TPFLAGS, type visitproc } from "./slots.ts"
import { Py_None, PyExc_RuntimeError, PyExc_TypeError, PyFrozenSet_Type, PySet_Type, PySetIter_Type } from "./statictypes.ts"
import { buildTuple, PyTuple_GET_ITEM, PyTuple_GET_SIZE, PyTuple_Pack1, PyTuple_Pack3 } from "./tupleobject.ts"
import { _PyObject_GetState, PyType_GenericAlloc } from "./typeobject.ts"
import { PyUnicode_FromString } from "./unicodeobject.ts"
import { upcalls } from "./upcalls.ts"
import { PyObject_ClearWeakRefs } from "./weakrefobject.ts"

// Objects/setobject.c: the types. set/table.ts: the hash table and the C API; set/operations.ts: the set operations.
export * from "./set/operations.ts"
export * from "./set/table.ts"

const ID_iter = ID("iter")

export function set_dealloc(so: Ref): void {
  PyObject_GC_UnTrack(so)
  if (!Py_TRASHCAN_BEGIN(so, set_dealloc)) return
  if (ptr(so + PySetObject.weakreflist) !== 0) PyObject_ClearWeakRefs(so)
  set_free_table(so)
  tp_free(so)
  Py_TRASHCAN_END()
}

function set_repr(so: Ref): Own {
  const status = Py_ReprEnter(so)
  if (status !== 0) return status < 0 ? NULL : PyUnicode_FromString(`${typeName(so)}(...)`)
  if (PySet_GET_SIZE(so) === 0) {
    Py_ReprLeave(so)
    return PyUnicode_FromString(`${typeName(so)}()`)
  }
  let $result: Own = NULL
  const $keys = PySequence_List(so)
  if ($keys !== NULL) {
    const list = reprJS($keys)
    Py_DECREF($keys)
    if (list !== null) {
      const items = list.slice(1, -1)
      $result = PyUnicode_FromString(PySet_CheckExact(so) ? `{${items}}` : `${typeName(so)}({${items}})`)
    }
  }
  Py_ReprLeave(so)
  return $result
}

function set_traverse(so: Ref, visit: visitproc, arg: number): number {
  for (let pos = set_next(so, 0); pos; pos = set_next(so, pos)) {
    const r = visit(setEntryKey, arg)
    if (r) return r
  }
  return 0
}

// ---- frozenset's hash: independent of order, 64 bits in two words ----

let accLo = 0
let accHi = 0

/** (a * b) >>> 32 of unsigned words. */
function umulh(a: number, b: number): number {
  const al = a & 0xffff
  const ah = a >>> 16
  const bl = b & 0xffff
  const bh = b >>> 16
  const mid = ah * bl + ((al * bl) >>> 16)
  const mid2 = al * bh + (mid & 0xffff)
  return (ah * bh + ((mid / 65536) | 0) + ((mid2 / 65536) | 0)) | 0
}

/** acc ^= ((h ^ 89869747) ^ (h << 16)) * 3644798167 */
function xorShuffled(lo: number, hi: number): void {
  const xlo = lo ^ 89869747 ^ (lo << 16)
  const xhi = hi ^ ((hi << 16) | (lo >>> 16))
  accLo ^= Math.imul(xlo, 3644798167 | 0)
  accHi ^= umulh(xlo, 3644798167 | 0) + Math.imul(xhi, 3644798167 | 0)
}

function frozenset_hash(so: Ref): number {
  const at = (so + PySetObject.hash) >> 2
  if (i32[at] !== -1 || i32[at + 1] !== -1) return ret64(i32[at], i32[at + 1])
  accLo = 0
  accHi = 0
  const mask = setMask(so)
  const table = setTable(so)
  for (let i = 0; i <= mask; i++) {
    const h = (table + 16 * i + setentry.hash) >> 2
    xorShuffled(i32[h], i32[h + 1])
  }
  const fill = setFill(so)
  const used = PySet_GET_SIZE(so)
  // take the empty and the deleted entries out again
  if ((mask + 1 - fill) & 1) xorShuffled(0, 0)
  if ((fill - used) & 1) xorShuffled(-1, -1)
  let lo = accLo ^ Math.imul(used + 1, 1927868237)
  let hi = accHi ^ umulh(used + 1, 1927868237)
  // hash ^= (hash >> 11) ^ (hash >> 25)
  const slo = ((lo >>> 11) | (hi << 21)) ^ ((lo >>> 25) | (hi << 7))
  const shi = (hi >>> 11) ^ (hi >>> 25)
  lo ^= slo
  hi ^= shi
  // hash = hash * 69069 + 907133923
  const sum = (Math.imul(lo, 69069) >>> 0) + 907133923
  hi = (umulh(lo, 69069) + Math.imul(hi, 69069) + (sum > 0xffffffff ? 1 : 0)) | 0
  lo = sum | 0
  if (lo === -1 && hi === -1) {
    lo = 590923713
    hi = 0
  }
  set64(so + PySetObject.hash, lo, hi)
  return ret64(lo, hi)
}

// ---- iterator ----

const enum setiterobject {
  si_set = 16,
  si_used = 24,
  si_pos = 32,
  len = 40,
  SIZE = 48,
}

function set_iter(so: Ref): Own {
  const $si = _PyObject_GC_New(PySetIter_Type)
  if ($si === NULL) return NULL
  setptr($si + setiterobject.si_set, Py_NewRef(so))
  setssize($si + setiterobject.si_used, PySet_GET_SIZE(so))
  setssize($si + setiterobject.si_pos, 0)
  setssize($si + setiterobject.len, PySet_GET_SIZE(so))
  _PyObject_GC_TRACK($si)
  return $si
}
function setiter_dealloc(si: Ref): void {
  _PyObject_GC_UNTRACK(si)
  Py_XDECREF(ptr(si + setiterobject.si_set))
  PyObject_GC_Del(si)
}
function setiter_traverse(si: Ref, visit: visitproc, arg: number): number {
  const so = ptr(si + setiterobject.si_set)
  return so ? visit(so, arg) : 0
}
function setiter_len(si: Ref): Own {
  const so = ptr(si + setiterobject.si_set)
  return PyLong_FromLong(so !== 0 && ssize(si + setiterobject.si_used) === PySet_GET_SIZE(so) ? ssize(si + setiterobject.len) : 0)
}
function setiter_iternext(si: Ref): Own {
  const so = ptr(si + setiterobject.si_set)
  if (so === 0) return NULL
  if (ssize(si + setiterobject.si_used) !== PySet_GET_SIZE(so)) {
    setssize(si + setiterobject.si_used, -1) // this state stays
    return PyErr_SetString(PyExc_RuntimeError, "Set changed size during iteration")
  }
  const pos = set_next(so, ssize(si + setiterobject.si_pos))
  if (pos === 0) {
    setssize(si + setiterobject.si_pos, setMask(so) + 2)
    setptr(si + setiterobject.si_set, 0)
    Py_DECREF(so)
    return NULL
  }
  setssize(si + setiterobject.si_pos, pos)
  setssize(si + setiterobject.len, ssize(si + setiterobject.len) - 1)
  return Py_NewRef(setEntryKey)
}
/** What remains as a list, without moving the iterator. */
function setiter_reduce(si: Ref): Own {
  const so = ptr(si + setiterobject.si_set)
  const saved = [setiterobject.si_used, setiterobject.si_pos, setiterobject.len].map((f) => ssize(si + f))
  Py_XINCREF(so)
  let $list = PyList_New(0)
  while ($list !== NULL) {
    const $item = setiter_iternext(si)
    if ($item === NULL) break
    const status = PyList_Append($list, $item)
    Py_DECREF($item)
    if (status < 0) break
  }
  if (PyErr_Occurred()) {
    Py_XDECREF($list)
    $list = NULL
  }
  setssize(si + setiterobject.si_used, saved[0])
  setssize(si + setiterobject.si_pos, saved[1])
  setssize(si + setiterobject.len, saved[2])
  if (ptr(si + setiterobject.si_set) === 0) setptr(si + setiterobject.si_set, so)
  else Py_XDECREF(so)
  if ($list === NULL) return NULL
  return buildTuple(upcalls.getBuiltin(ID_iter), buildTuple($list))
}

// ---- construction and methods ----

function make_new_frozenset(type: Ref, iterable: Ref): Own {
  if (type === PyFrozenSet_Type && iterable !== NULL && PyFrozenSet_CheckExact(iterable)) return Py_NewRef(iterable)
  return make_new_set(type, iterable)
}
function frozenset_new(type: Ref, args: Ref, kwds: Ref): Own {
  if (
    (type === PyFrozenSet_Type || ptr(type + PyTypeObject.tp_init) === ptr(PyFrozenSet_Type + PyTypeObject.tp_init)) &&
    !_PyArg_NoKeywords("frozenset", kwds)
  ) {
    return NULL
  }
  if (!PyArg_UnpackTuple(args, tp_name_js(type), 0, 1)) return NULL
  return make_new_frozenset(type, PyTuple_GET_SIZE(args) > 0 ? PyTuple_GET_ITEM(args, 0) : NULL)
}
function frozenset_vectorcall(type: Ref, args: number, nargsf: number, kwnames: Ref): Own {
  if (!_PyArg_NoKwnames("frozenset", kwnames)) return NULL
  const nargs = nargsf & ~PY_VECTORCALL_ARGUMENTS_OFFSET
  if (!_PyArg_CheckPositional("frozenset", nargs, 0, 1)) return NULL
  return make_new_frozenset(type, nargs ? ptr(args) : NULL)
}
function set_new(type: Ref, _args: Ref, _kwds: Ref): Own {
  return make_new_set(type, NULL)
}
function set_init(self: Ref, args: Ref, kwds: Ref): number {
  if (!_PyArg_NoKeywords("set", kwds)) return -1
  if (!PyArg_UnpackTuple(args, typeName(self), 0, 1)) return -1
  if (setFill(self)) set_clear_internal(self)
  set64(self + PySetObject.hash, -1, -1)
  return PyTuple_GET_SIZE(args) > 0 ? set_update_internal(self, PyTuple_GET_ITEM(args, 0)) : 0
}
function set_vectorcall(type: Ref, args: number, nargsf: number, kwnames: Ref): Own {
  if (!_PyArg_NoKwnames("set", kwnames)) return NULL
  const nargs = nargsf & ~PY_VECTORCALL_ARGUMENTS_OFFSET
  if (!_PyArg_CheckPositional("set", nargs, 0, 1)) return NULL
  return make_new_set(type, nargs ? ptr(args) : NULL)
}

function set_add(so: Ref, key: Ref): Own {
  return set_add_key(so, key) ? NULL : Py_NewRef(Py_None)
}

/** A set is unhashable; look for its frozen copy instead. */
function withFrozen(so: Ref, key: Ref, find: (so: Ref, key: Ref) => number): number {
  const rv = find(so, key)
  if (rv >= 0) return rv
  if (!PySet_Check(key) || !PyErr_ExceptionMatches(PyExc_TypeError)) return -1
  PyErr_Clear()
  const $tmp = make_new_set(PyFrozenSet_Type, key)
  if ($tmp === NULL) return -1
  const again = find(so, $tmp)
  Py_DECREF($tmp)
  return again
}
export function set_contains(so: Ref, key: Ref): number {
  return withFrozen(so, key, set_contains_key)
}
function set_direct_contains(so: Ref, key: Ref): Own {
  const r = set_contains(so, key)
  return r < 0 ? NULL : PyBool_FromLong(r)
}
function set_remove(so: Ref, key: Ref): Own {
  const rv = withFrozen(so, key, set_discard_key)
  if (rv < 0) return NULL
  if (rv === 0) {
    _PyErr_SetKeyError(key)
    return NULL
  }
  return Py_NewRef(Py_None)
}
function set_discard(so: Ref, key: Ref): Own {
  return withFrozen(so, key, set_discard_key) < 0 ? NULL : Py_NewRef(Py_None)
}
function set_pop_method(so: Ref): Own {
  return set_pop(so)
}

function set_reduce(so: Ref): Own {
  const $keys = PySequence_List(so)
  if ($keys === NULL) return NULL
  const $args = PyTuple_Pack1($keys)
  const $state = $args === NULL ? NULL : _PyObject_GetState(so)
  const $result = $state === NULL ? NULL : PyTuple_Pack3(Py_TYPE(so), $args, $state)
  Py_XDECREF($args)
  Py_DECREF($keys)
  Py_XDECREF($state)
  return $result
}
function set_sizeof(so: Ref): Own {
  return PyLong_FromLong(_PyObject_SIZE(Py_TYPE(so)) + (setTable(so) !== smalltable(so) ? (setMask(so) + 1) * 16 : 0))
}

const METHODS: Record<string, MethodSpec> = {
  add: ["add", set_add, METH.O, "Add an element; nothing happens if it is there already."],
  clear: ["clear", set_clear, METH.NOARGS, "Remove all elements from this set."],
  contains: ["__contains__", set_direct_contains, METH.O | METH.COEXIST, "x.__contains__(y) <==> y in x."],
  copy: ["copy", set_copy, METH.NOARGS, "A shallow copy of the set."],
  frozencopy: ["copy", frozenset_copy, METH.NOARGS, "A shallow copy of the set."],
  discard: ["discard", set_discard, METH.O, "Remove an element if it is there."],
  difference: [
    "difference",
    set_difference_multi,
    METH.VARARGS,
    "The elements that are in this set but in none of the others, as a new set.",
  ],
  difference_update: ["difference_update", set_difference_update, METH.VARARGS, "Remove all elements of the others from this set."],
  intersection: ["intersection", set_intersection_multi, METH.VARARGS, "The elements that are in all sets, as a new set."],
  intersection_update: ["intersection_update", set_intersection_update_multi, METH.VARARGS, "Keep only the elements that all others have."],
  isdisjoint: ["isdisjoint", set_isdisjoint, METH.O, "True if the two sets have no element in common."],
  issubset: ["issubset", set_issubset, METH.O, "Does the other contain this set?"],
  issuperset: ["issuperset", set_issuperset, METH.O, "Does this set contain the other?"],
  pop: ["pop", set_pop_method, METH.NOARGS, "Remove some element and return it.\nKeyError if the set is empty."],
  reduce: ["__reduce__", set_reduce, METH.NOARGS, "Return state information for pickling."],
  remove: ["remove", set_remove, METH.O, "Remove an element; KeyError if it is not there."],
  sizeof: ["__sizeof__", set_sizeof, METH.NOARGS, "S.__sizeof__() -> size of S in memory, in bytes"],
  symmetric_difference: [
    "symmetric_difference",
    set_symmetric_difference,
    METH.O,
    "The elements that are in exactly one of the two sets, as a new set.",
  ],
  symmetric_difference_update: [
    "symmetric_difference_update",
    set_symmetric_difference_update,
    METH.O,
    "Turn this set into the elements that are in exactly one of the two.",
  ],
  union: ["union", set_union, METH.VARARGS, "The elements that are in any of the sets, as a new set."],
  update: ["update", set_update, METH.VARARGS, "Add the elements of all others."],
  alias: ["__class_getitem__", Py_GenericAlias, METH.O | METH.CLASS, "See PEP 585"],
}
function pick(names: string): MethodSpec[] {
  return names.split(" ").map((n) => METHODS[n])
}

const shared = {
  basicsize: PySetObject.SIZE,
  weaklistoffset: PySetObject.weakreflist,
  flags: TPFLAGS.DEFAULT | TPFLAGS.HAVE_GC | TPFLAGS.BASETYPE | TPFLAGS.MATCH_SELF,
  dealloc: set_dealloc,
  repr: set_repr,
  nb_subtract: set_sub,
  nb_and: set_and,
  nb_xor: set_xor,
  nb_or: set_or,
  sq_length: PySet_GET_SIZE,
  sq_contains: set_contains,
  getattro: PyObject_GenericGetAttr,
  traverse: set_traverse,
  clear: set_clear_internal,
  richcompare: set_richcompare,
  iter: set_iter,
  alloc: PyType_GenericAlloc,
  free: PyObject_GC_Del,
}

defineType(PySet_Type, {
  ...shared,
  name: "set",
  doc: "set() -> new empty set object\nset(iterable) -> new set object\n\nAn unordered collection without duplicates.",
  nb_inplace_subtract: set_isub,
  nb_inplace_and: set_iand,
  nb_inplace_xor: set_ixor,
  nb_inplace_or: set_ior,
  hash: PyObject_HashNotImplemented,
  methods: pick(
    "add clear contains copy discard difference difference_update intersection intersection_update isdisjoint issubset issuperset pop reduce remove sizeof symmetric_difference symmetric_difference_update union update alias",
  ),
  init: set_init,
  new: set_new,
  vectorcall: set_vectorcall,
})

defineType(PyFrozenSet_Type, {
  ...shared,
  name: "frozenset",
  doc: "frozenset() -> empty frozenset object\nfrozenset(iterable) -> frozenset object\n\nAn immutable unordered collection without duplicates.",
  hash: frozenset_hash,
  methods: pick(
    "contains frozencopy difference intersection isdisjoint issubset issuperset reduce sizeof symmetric_difference union alias",
  ),
  new: frozenset_new,
  vectorcall: frozenset_vectorcall,
})

defineType(PySetIter_Type, {
  name: "set_iterator",
  basicsize: setiterobject.SIZE,
  flags: TPFLAGS.DEFAULT | TPFLAGS.HAVE_GC,
  dealloc: setiter_dealloc,
  getattro: PyObject_GenericGetAttr,
  traverse: setiter_traverse,
  iter: PyObject_SelfIter,
  iternext: setiter_iternext,
  methods: [
    ["__length_hint__", setiter_len, METH.NOARGS, "Private method returning an estimate of len(list(it))."],
    ["__reduce__", setiter_reduce, METH.NOARGS, "Return state information for pickling."],
  ],
})
