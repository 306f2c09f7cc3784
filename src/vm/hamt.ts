import { ptr, setptr, setssize, ssize } from "../heap/access.ts"
import { calloca, cstackMark, cstackReset } from "../heap/cstack.ts"
import { fn, fnIndex } from "../heap/fntable.ts"
import { PyHamtObject as H } from "../heap/layout.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { Py_CLEAR, Py_DECREF, Py_NewRef, Py_TYPE, Py_XDECREF } from "../heap/refcount.ts"
import { staticAlloc } from "../heap/statics.ts"
import { _PyObject_GC_New, _PyObject_GC_TRACK, PyObject_GC_UnTrack } from "../gc/gcmodule.ts"
import { PyBool_FromLong } from "../objects/boolobject.ts"
import { definePrivateType } from "../objects/define.ts"
import { PyErr_SetObject } from "../objects/errors.ts"
import { tp_free } from "../objects/freelists.ts"
import { _PyArg_CheckPositional } from "../objects/getargs.ts"
import { PyObject_GenericGetAttr, PyObject_HashNotImplemented, PyObject_RichCompareBool, PyObject_SelfIter } from "../objects/object.ts"
import { METH, Py, TPFLAGS, type binaryfunc, type visitproc } from "../objects/slots.ts"
import { Py_None, Py_NotImplemented, PyExc_KeyError } from "../objects/statictypes.ts"
import { PyTuple_Pack2 } from "../objects/tupleobject.ts"
import { PyObject_ClearWeakRefs } from "../objects/weakrefobject.ts"
import {
  addedLeaf,
  assoc,
  bitmap_new,
  find,
  foundValue,
  hamt_hash,
  Iter,
  itemKey,
  itemValue,
  iterator_init,
  iterator_next,
  newNode,
  setAddedLeaf,
  Without,
  without,
} from "./hamt/nodes.ts"

// Python/hamt.c: the immutable mapping that contexts keep their variables in. Its tree's nodes are in hamt/nodes.ts.

const rootOf = (o: Ref): Ref => ptr(o + H.h_root)

/** `$root` is stolen. */
function hamt_alloc($root: Own, count: number): Own {
  if ($root === NULL) return NULL
  const $o = _PyObject_GC_New(Hamt_Type)
  if ($o === NULL) {
    Py_DECREF($root)
    return NULL
  }
  setptr($o + H.h_root, $root)
  setptr($o + H.h_weakreflist, 0)
  setssize($o + H.h_count, count)
  _PyObject_GC_TRACK($o)
  return $o
}
const emptyHamt = staticAlloc(8)
/** The empty mapping: there is one. */
export function _PyHamt_New(): Own {
  const empty = ptr(emptyHamt)
  if (empty !== NULL) return Py_NewRef(empty)
  const $o = hamt_alloc(bitmap_new(0), 0)
  if ($o !== NULL) setptr(emptyHamt, Py_NewRef($o))
  return $o
}
/** With `key` bound to `val`; `o` itself when that changes nothing. */
export function _PyHamt_Assoc(o: Ref, key: Ref, val: Ref): Own {
  const hash = hamt_hash(key)
  if (hash === -1) return NULL
  // comparing keys can run code that uses another mapping
  const outer = addedLeaf
  setAddedLeaf(false)
  const $root = assoc(rootOf(o), 0, hash, key, val)
  const added = addedLeaf
  setAddedLeaf(outer)
  if ($root === rootOf(o)) {
    Py_DECREF($root)
    return Py_NewRef(o)
  }
  return hamt_alloc($root, ssize(o + H.h_count) + (added ? 1 : 0))
}
/** Without `key`; `o` itself when it has no such key. */
export function _PyHamt_Without(o: Ref, key: Ref): Own {
  const hash = hamt_hash(key)
  if (hash === -1) return NULL
  switch (without(rootOf(o), 0, hash, key)) {
    case Without.ERROR:
      return NULL
    case Without.EMPTY:
      return _PyHamt_New()
    case Without.NOT_FOUND:
      return Py_NewRef(o)
    case Without.NEWNODE:
      return hamt_alloc(newNode, ssize(o + H.h_count) - 1)
  }
}
/** Borrowed value; NULL without error when there is none, or with the error set in `hamtError`. */
export function _PyHamt_Find(o: Ref, key: Ref): Ref {
  hamtError = false
  if (ssize(o + H.h_count) === 0) return NULL
  const hash = hamt_hash(key)
  const r = hash === -1 ? -1 : find(rootOf(o), 0, hash, key)
  if (r < 0) hamtError = true
  return r > 0 ? foundValue : NULL
}
/** Did the last _PyHamt_Find fail? */
export let hamtError = false

/** 1, 0, or -1 with the error set. */
export function _PyHamt_Eq(v: Ref, w: Ref): number {
  if (v === w) return 1
  if (ssize(v + H.h_count) !== ssize(w + H.h_count)) return 0
  const mark = cstackMark()
  const iter = calloca(Iter.SIZE)
  iterator_init(iter, rootOf(v))
  let r = 1
  while (r === 1 && iterator_next(iter)) {
    const value = itemValue
    const other = _PyHamt_Find(w, itemKey)
    r = other === NULL ? (hamtError ? -1 : 0) : PyObject_RichCompareBool(value, other, Py.EQ)
  }
  cstackReset(mark)
  return r
}
export function _PyHamt_Len(o: Ref): number {
  return ssize(o + H.h_count)
}

// ---- iterators ----

const enum HamtIterator {
  hi_obj = 16,
  hi_iter = 24,
  hi_yield = 160,
  SIZE = 168,
}
function hamt_baseiter_dealloc(it: Ref): void {
  PyObject_GC_UnTrack(it)
  Py_XDECREF(ptr(it + HamtIterator.hi_obj))
  tp_free(it)
}
function hamt_baseiter_clear(it: Ref): number {
  Py_CLEAR(it + HamtIterator.hi_obj)
  return 0
}
function hamt_baseiter_traverse(it: Ref, visit: visitproc, arg: number): number {
  const o = ptr(it + HamtIterator.hi_obj)
  return o === NULL ? 0 : visit(o, arg)
}
function hamt_baseiter_next(it: Ref): Own {
  if (!iterator_next(it + HamtIterator.hi_iter)) return NULL
  return fn<binaryfunc>(ptr(it + HamtIterator.hi_yield))(itemKey, itemValue)
}
function hamt_baseiter_len(it: Ref): number {
  return _PyHamt_Len(ptr(it + HamtIterator.hi_obj))
}
function iteratorType(name: string): Ref {
  return definePrivateType({
    name,
    basicsize: HamtIterator.SIZE,
    mp_length: hamt_baseiter_len,
    dealloc: hamt_baseiter_dealloc,
    getattro: PyObject_GenericGetAttr,
    flags: TPFLAGS.DEFAULT | TPFLAGS.HAVE_GC,
    traverse: hamt_baseiter_traverse,
    clear: hamt_baseiter_clear,
    iter: PyObject_SelfIter,
    iternext: hamt_baseiter_next,
  })
}
const ItemsType = iteratorType("items")
const KeysType = iteratorType("keys")
const ValuesType = iteratorType("values")

function yield_items(key: Ref, val: Ref): Own {
  return PyTuple_Pack2(key, val)
}
function yield_keys(key: Ref, _val: Ref): Own {
  return Py_NewRef(key)
}
function yield_values(_key: Ref, val: Ref): Own {
  return Py_NewRef(val)
}
const yieldItems = fnIndex(yield_items as binaryfunc)
const yieldKeys = fnIndex(yield_keys as binaryfunc)
const yieldValues = fnIndex(yield_values as binaryfunc)

function hamt_baseiter_new(type: Ref, what: number, o: Ref): Own {
  const $it = _PyObject_GC_New(type)
  if ($it === NULL) return NULL
  setptr($it + HamtIterator.hi_obj, Py_NewRef(o))
  setptr($it + HamtIterator.hi_yield, what)
  iterator_init($it + HamtIterator.hi_iter, rootOf(o))
  _PyObject_GC_TRACK($it)
  return $it
}
export function _PyHamt_NewIterItems(o: Ref): Own {
  return hamt_baseiter_new(ItemsType, yieldItems, o)
}
export function _PyHamt_NewIterKeys(o: Ref): Own {
  return hamt_baseiter_new(KeysType, yieldKeys, o)
}
export function _PyHamt_NewIterValues(o: Ref): Own {
  return hamt_baseiter_new(ValuesType, yieldValues, o)
}

// ---- the type: only tests and the garbage collector see it ----

function hamt_dealloc(self: Ref): void {
  PyObject_GC_UnTrack(self)
  if (ptr(self + H.h_weakreflist) !== 0) PyObject_ClearWeakRefs(self)
  hamt_clear(self)
  tp_free(self)
}
function hamt_traverse(self: Ref, visit: visitproc, arg: number): number {
  const root = rootOf(self)
  return root === NULL ? 0 : visit(root, arg)
}
function hamt_clear(self: Ref): number {
  Py_CLEAR(self + H.h_root)
  return 0
}
function hamt_new(_type: Ref, _args: Ref, _kwds: Ref): Own {
  return _PyHamt_New()
}
function hamt_richcompare(v: Ref, w: Ref, op: number): Own {
  if (Py_TYPE(v) !== Hamt_Type || Py_TYPE(w) !== Hamt_Type || (op !== Py.EQ && op !== Py.NE)) return Py_NewRef(Py_NotImplemented)
  const eq = _PyHamt_Eq(v, w)
  return eq < 0 ? NULL : PyBool_FromLong(op === Py.EQ ? eq : 1 - eq)
}
function hamt_subscript(self: Ref, key: Ref): Own {
  const v = _PyHamt_Find(self, key)
  if (v !== NULL) return Py_NewRef(v)
  if (!hamtError) PyErr_SetObject(PyExc_KeyError, key)
  return NULL
}
function hamt_contains(self: Ref, key: Ref): number {
  const v = _PyHamt_Find(self, key)
  return v !== NULL ? 1 : hamtError ? -1 : 0
}
function hamt_set(self: Ref, args: number, nargs: number): Own {
  return _PyArg_CheckPositional("set", nargs, 2, 2) ? _PyHamt_Assoc(self, ptr(args), ptr(args + 8)) : NULL
}
function hamt_get(self: Ref, args: number, nargs: number): Own {
  if (!_PyArg_CheckPositional("get", nargs, 1, 2)) return NULL
  const v = _PyHamt_Find(self, ptr(args))
  if (v !== NULL) return Py_NewRef(v)
  return hamtError ? NULL : Py_NewRef(nargs > 1 ? ptr(args + 8) : Py_None)
}
const Hamt_Type = definePrivateType({
  name: "hamt",
  basicsize: H.SIZE,
  methods: [
    ["set", hamt_set, METH.FASTCALL],
    ["get", hamt_get, METH.FASTCALL],
    ["delete", _PyHamt_Without, METH.O],
    ["items", _PyHamt_NewIterItems, METH.NOARGS],
    ["keys", _PyHamt_NewIterKeys, METH.NOARGS],
    ["values", _PyHamt_NewIterValues, METH.NOARGS],
  ],
  mp_length: _PyHamt_Len,
  mp_subscript: hamt_subscript,
  sq_contains: hamt_contains,
  iter: _PyHamt_NewIterKeys,
  dealloc: hamt_dealloc,
  getattro: PyObject_GenericGetAttr,
  flags: TPFLAGS.DEFAULT | TPFLAGS.HAVE_GC,
  richcompare: hamt_richcompare,
  traverse: hamt_traverse,
  clear: hamt_clear,
  new: hamt_new,
  weaklistoffset: H.h_weakreflist,
  hash: PyObject_HashNotImplemented,
})
