import { ptr, set64, setptr, setssize, ssize } from "../../heap/access.ts"
import { calloca, cstackMark, cstackReset } from "../../heap/cstack.ts"
import { hashHi } from "../../heap/int64.ts"
import { PyDictObject } from "../../heap/layout.ts"
import { PyMem_Free, PyMem_Malloc } from "../../heap/obmalloc.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_DECREF, Py_INCREF, Py_IS_TYPE, Py_NewRef, Py_TYPE } from "../../heap/refcount.ts"
import { i32 } from "../../heap/views.ts"
import {
  _Py_dict_lookup,
  _PyDict_DelItem_KnownHash,
  _PyDict_Pop_KnownHash,
  _PyDict_SetItem_KnownHash,
  DK_LOG_SIZE,
  DK_NENTRIES,
  DKIX_EMPTY,
  ma_keys,
  PyDict_GET_SIZE,
  PyDict_GetItemWithError,
} from "../dictobject.ts"
import { _PyErr_ChainExceptions, PyErr_Fetch, PyErr_NoMemory, PyErr_Occurred, PyErr_SetObject } from "../errors.ts"
import { PyObject_Hash, PyObject_RichCompareBool } from "../object.ts"
import { Py } from "../slots.ts"
import { PyExc_KeyError, PyODict_Type } from "../statictypes.ts"
import { PyType_IsSubtype } from "../typeobject.ts"

// Objects/odictobject.c: a dict with a doubly linked list of nodes through its keys. `od_fast_nodes[i]` is the node of the dict's i-th
// entry; the array is built anew when the dict has other keys than `od_resize_sentinel` remembers.

export const enum PyODictObject {
  od_first = PyDictObject.SIZE,
  od_last = 56,
  od_fast_nodes = 64,
  od_fast_nodes_size = 72,
  od_resize_sentinel = 80,
  od_state = 88,
  od_inst_dict = 96,
  od_weakreflist = 104,
  SIZE = 112,
}
const enum node {
  key = 0,
  hash = 8,
  next = 16,
  prev = 24,
  SIZE = 32,
}

export function PyODict_Check(op: Ref): boolean {
  return Py_IS_TYPE(op, PyODict_Type) || !!PyType_IsSubtype(Py_TYPE(op), PyODict_Type)
}
export function PyODict_CheckExact(op: Ref): boolean {
  return Py_IS_TYPE(op, PyODict_Type)
}
export function PyODict_SIZE(op: Ref): number {
  return PyDict_GET_SIZE(op)
}
export function odictFirst(od: Ref): number {
  return ptr(od + PyODictObject.od_first)
}
export function odictLast(od: Ref): number {
  return ptr(od + PyODictObject.od_last)
}
export function nodeKey(n: number): Ref {
  return ptr(n + node.key)
}
export function nodeNext(n: number): number {
  return ptr(n + node.next)
}
export function nodePrev(n: number): number {
  return ptr(n + node.prev)
}
export function nodeHashLo(n: number): number {
  return i32[(n + node.hash) >> 2]
}
export function nodeHashHi(n: number): number {
  return i32[(n + node.hash + 4) >> 2]
}
/** Borrowed value of a node's key; NULL if it is gone or an error is set. */
export function nodeValue(n: number, od: Ref): Ref {
  return PyDict_GetItemWithError(od, nodeKey(n))
}
export function odictState(od: Ref): number {
  return i32[(od + PyODictObject.od_state) >> 2]
}
function touch(od: Ref): void {
  i32[(od + PyODictObject.od_state) >> 2]++
}

function get_index_raw(od: Ref, key: Ref, lo: number, hi: number): number {
  const keys = ma_keys(od)
  const ix = _Py_dict_lookup(od, key, lo, hi)
  if (ix === DKIX_EMPTY) return DK_NENTRIES(keys) // where it would go
  return ix < 0 ? -1 : ix
}

/** Build od_fast_nodes for the dict's present keys. 0 or -1. */
function odict_resize(od: Ref): number {
  const size = 1 << DK_LOG_SIZE(ma_keys(od))
  const fast = PyMem_Malloc(size * 8)
  if (fast === 0) {
    PyErr_NoMemory()
    return -1
  }
  i32.fill(0, fast >> 2, (fast + size * 8) >> 2)
  for (let n = odictFirst(od); n !== 0; n = nodeNext(n)) {
    const i = get_index_raw(od, nodeKey(n), nodeHashLo(n), nodeHashHi(n))
    if (i < 0) {
      PyMem_Free(fast)
      return -1
    }
    setptr(fast + 8 * i, n)
  }
  PyMem_Free(ptr(od + PyODictObject.od_fast_nodes))
  setptr(od + PyODictObject.od_fast_nodes, fast)
  setssize(od + PyODictObject.od_fast_nodes_size, size)
  setptr(od + PyODictObject.od_resize_sentinel, ma_keys(od))
  return 0
}

function get_index(od: Ref, key: Ref, lo: number, hi: number): number {
  const keys = ma_keys(od)
  const stale =
    ptr(od + PyODictObject.od_resize_sentinel) !== keys || ssize(od + PyODictObject.od_fast_nodes_size) !== 1 << DK_LOG_SIZE(keys)
  if (stale && odict_resize(od) < 0) return -1
  return get_index_raw(od, key, lo, hi)
}
function fastNode(od: Ref, i: number): number {
  return ptr(ptr(od + PyODictObject.od_fast_nodes) + 8 * i)
}
function setFastNode(od: Ref, i: number, n: number): void {
  setptr(ptr(od + PyODictObject.od_fast_nodes) + 8 * i, n)
}

/** 0 when absent (no error) or with the error set. */
export function find_node_hash(od: Ref, key: Ref, lo: number, hi: number): number {
  if (odictFirst(od) === 0) return 0
  const i = get_index(od, key, lo, hi)
  return i < 0 ? 0 : fastNode(od, i)
}
export function find_node(od: Ref, key: Ref): number {
  if (odictFirst(od) === 0) return 0
  const lo = PyObject_Hash(key)
  const hi = hashHi
  return lo === -1 && hi === -1 ? 0 : find_node_hash(od, key, lo, hi)
}

export function add_head(od: Ref, n: number): void {
  const first = odictFirst(od)
  setptr(n + node.prev, 0)
  setptr(n + node.next, first)
  if (first === 0) setptr(od + PyODictObject.od_last, n)
  else setptr(first + node.prev, n)
  setptr(od + PyODictObject.od_first, n)
  touch(od)
}
export function add_tail(od: Ref, n: number): void {
  const last = odictLast(od)
  setptr(n + node.prev, last)
  setptr(n + node.next, 0)
  if (last === 0) setptr(od + PyODictObject.od_first, n)
  else setptr(last + node.next, n)
  setptr(od + PyODictObject.od_last, n)
  touch(od)
}

/** A node for a key that the dict has; nothing happens if there is one. 0 or -1. */
function add_new_node(od: Ref, key: Ref, lo: number, hi: number): number {
  Py_INCREF(key)
  const i = get_index(od, key, lo, hi)
  if (i < 0) {
    if (!PyErr_Occurred()) PyErr_SetObject(PyExc_KeyError, key)
    Py_DECREF(key)
    return -1
  }
  if (fastNode(od, i) !== 0) {
    Py_DECREF(key)
    return 0
  }
  const n = PyMem_Malloc(node.SIZE)
  if (n === 0) {
    Py_DECREF(key)
    PyErr_NoMemory()
    return -1
  }
  setptr(n + node.key, key)
  set64(n + node.hash, lo, hi)
  add_tail(od, n)
  setFastNode(od, i, n)
  return 0
}

function dealloc(n: number): void {
  Py_DECREF(nodeKey(n))
  PyMem_Free(n)
}

/** Take a node out of the list. */
export function remove_node(od: Ref, n: number): void {
  const next = nodeNext(n)
  const prev = nodePrev(n)
  if (odictFirst(od) === n) setptr(od + PyODictObject.od_first, next)
  else if (prev !== 0) setptr(prev + node.next, next)
  if (odictLast(od) === n) setptr(od + PyODictObject.od_last, prev)
  else if (next !== 0) setptr(next + node.prev, prev)
  setptr(n + node.prev, 0)
  setptr(n + node.next, 0)
  touch(od)
}

/** Remove and free the node of a key that still is in the dict (n 0: look it up). 0 or -1. */
function clear_node(od: Ref, n: number, key: Ref, lo: number, hi: number): number {
  if (odictFirst(od) === 0) return 0
  const i = get_index(od, key, lo, hi)
  if (i < 0) return PyErr_Occurred() ? -1 : 0
  if (n === 0) n = fastNode(od, i)
  if (n === 0) return 0
  setFastNode(od, i, 0)
  remove_node(od, n)
  dealloc(n)
  return 0
}

export function clear_nodes(od: Ref): void {
  PyMem_Free(ptr(od + PyODictObject.od_fast_nodes))
  setptr(od + PyODictObject.od_fast_nodes, 0)
  setssize(od + PyODictObject.od_fast_nodes_size, 0)
  setptr(od + PyODictObject.od_resize_sentinel, 0)
  let n = odictFirst(od)
  setptr(od + PyODictObject.od_first, 0)
  setptr(od + PyODictObject.od_last, 0)
  while (n !== 0) {
    const next = nodeNext(n)
    dealloc(n)
    n = next
  }
}

/** Same keys in the same order: 1, 0, -1. */
export function keys_equal(a: Ref, b: Ref): number {
  let x = odictFirst(a)
  let y = odictFirst(b)
  while (x !== 0 && y !== 0) {
    const res = PyObject_RichCompareBool(nodeKey(x), nodeKey(y), Py.EQ)
    if (res <= 0) return res
    x = nodeNext(x)
    y = nodeNext(y)
  }
  return x === 0 && y === 0 ? 1 : 0
}

export function _PyODict_SetItem_KnownHash(od: Ref, key: Ref, value: Ref, lo: number, hi: number): number {
  let res = _PyDict_SetItem_KnownHash(od, key, value, lo, hi)
  if (res === 0) {
    res = add_new_node(od, key, lo, hi)
    if (res < 0) {
      // the dict must not have what the list has not
      const mark = cstackMark()
      const saved = calloca(24)
      PyErr_Fetch(saved)
      _PyDict_DelItem_KnownHash(od, key, lo, hi)
      _PyErr_ChainExceptions(saved)
      cstackReset(mark)
    }
  }
  return res
}
export function PyODict_SetItem(od: Ref, key: Ref, value: Ref): number {
  const lo = PyObject_Hash(key)
  const hi = hashHi
  return lo === -1 && hi === -1 ? -1 : _PyODict_SetItem_KnownHash(od, key, value, lo, hi)
}
export function PyODict_DelItem(od: Ref, key: Ref): number {
  const lo = PyObject_Hash(key)
  const hi = hashHi
  if (lo === -1 && hi === -1) return -1
  if (clear_node(od, 0, key, lo, hi) < 0) return -1
  return _PyDict_DelItem_KnownHash(od, key, lo, hi)
}

/** Owned value of the key, which is removed; `failobj` NULL: KeyError when absent. */
export function popkey_hash(od: Ref, key: Ref, failobj: Ref, lo: number, hi: number): Own {
  const n = find_node_hash(od, key, lo, hi)
  if (n !== 0) {
    if (clear_node(od, n, key, lo, hi) < 0) return NULL
    return _PyDict_Pop_KnownHash(od, key, lo, hi, failobj)
  }
  if (PyErr_Occurred()) return NULL
  if (failobj !== NULL) return Py_NewRef(failobj)
  PyErr_SetObject(PyExc_KeyError, key)
  return NULL
}

/** Bytes beyond the dict's own. */
export function odictExtraSize(od: Ref): number {
  return 8 * ssize(od + PyODictObject.od_fast_nodes_size) + (odictFirst(od) !== 0 ? node.SIZE * PyODict_SIZE(od) : 0)
}
