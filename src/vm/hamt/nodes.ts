import { int32, memcpy, ptr, setint32, setptr, setssize, ssize } from "../../heap/access.ts"
import { hashHi } from "../../heap/int64.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_DECREF, Py_INCREF, Py_NewRef, Py_SIZE, Py_TYPE, Py_XDECREF } from "../../heap/refcount.ts"
import { staticAlloc } from "../../heap/statics.ts"
import { Py_TRASHCAN_BEGIN, Py_TRASHCAN_END } from "../../heap/trashcan.ts"
import { _PyObject_GC_New, _PyObject_GC_NewVar, _PyObject_GC_TRACK, PyObject_GC_UnTrack } from "../../gc/gcmodule.ts"
import { definePrivateType } from "../../objects/define.ts"
import { tp_free } from "../../objects/freelists.ts"
import { hashFailed, PyObject_GenericGetAttr, PyObject_Hash, PyObject_RichCompareBool } from "../../objects/object.ts"
import { Py, TPFLAGS, type visitproc } from "../../objects/slots.ts"

// Python/hamt.c: the nodes of a hash array mapped trie. Five bits of a key's 32-bit hash choose the place on each level; nodes never change
// once they are in a tree, so trees share them.
//
//   bitmap     up to 16 places, packed: bit i of b_bitmap is set when place i is taken; b_array holds a pair for each, (key, value) or
//              (NULL, node).                                                        ┌ head 24 ┬ b_bitmap 4+4 ┬ b_array 8 × size ┐
//   array      16 to 32 places, all there: a node or NULL each.                     ┌ head 16 ┬ a_array 8 × 32 ┬ a_count ┐
//   collision  pairs whose hashes are equal.                                        ┌ head 24 ┬ c_hash 4+4 ┬ c_array 8 × size ┐

const enum Bitmap {
  b_bitmap = 24,
  b_array = 32,
}
const enum ArrayNode {
  a_array = 16,
  a_count = 272,
  SIZE = 280,
}
const enum Collision {
  c_hash = 24,
  c_array = 32,
}
const FANOUT = 32
/** A bitmap node with this many places becomes an array node. */
const MAX_BITMAP = 16

/** Results of `without`: the changed node is in `newNode`. */
export const enum Without {
  ERROR = 0,
  NOT_FOUND = 1,
  EMPTY = 2,
  NEWNODE = 3,
}
export let newNode: Own = NULL
/** Set by `assoc` when a key was added, not replaced. */
export let addedLeaf = false
export function setAddedLeaf(added: boolean): void {
  addedLeaf = added
}
/** Borrowed value found by `find`. */
export let foundValue: Ref = NULL

/** 32 bits of an object's hash, never -1; -1 with the error set. */
export function hamt_hash(o: Ref): number {
  const lo = PyObject_Hash(o)
  if (hashFailed(lo)) return -1
  const xored = lo ^ hashHi
  return xored === -1 ? -2 : xored
}
function maskOf(hash: number, shift: number): number {
  return (hash >>> shift) & 31
}
function popcount(x: number): number {
  let n = 0
  for (; x !== 0; x &= x - 1) n++
  return n
}
function bitindex(bitmap: number, bit: number): number {
  return popcount(bitmap & (bit - 1))
}
/** Replace an owned field by an owned reference. */
function setField(at: number, $v: Ref): void {
  const $old = ptr(at)
  setptr(at, $v)
  Py_XDECREF($old)
}
function xincref(op: Ref): void {
  if (op !== NULL) Py_INCREF(op)
}
/** Copy `n` owned fields into fresh memory. */
function copyFields(to: number, from: number, n: number): void {
  memcpy(to, from, 8 * n)
  for (let i = 0; i < n; i++) xincref(ptr(from + 8 * i))
}
function traverseFields(at: number, n: number, visit: visitproc, arg: number): number {
  for (let i = n - 1; i >= 0; i--) {
    const v = ptr(at + 8 * i)
    if (v !== NULL) {
      const r = visit(v, arg)
      if (r !== 0) return r
    }
  }
  return 0
}

// ---- bitmap nodes ----

const emptyBitmap = staticAlloc(8)
/** A node with room for `size` fields, all NULL; there is one empty node. */
export function bitmap_new(size: number): Own {
  const empty = ptr(emptyBitmap)
  if (size === 0 && empty !== NULL) return Py_NewRef(empty)
  const $node = _PyObject_GC_NewVar(BitmapNode_Type, size)
  if ($node === NULL) return NULL
  for (let i = 0; i < size; i++) setptr($node + Bitmap.b_array + 8 * i, 0)
  setint32($node + Bitmap.b_bitmap, 0)
  setint32($node + Bitmap.b_bitmap + 4, 0)
  _PyObject_GC_TRACK($node)
  if (size === 0) setptr(emptyBitmap, Py_NewRef($node))
  return $node
}
const pairAt = (node: Ref, i: number): number => node + Bitmap.b_array + 16 * i
const pairCount = (node: Ref): number => Py_SIZE(node) >> 1

function bitmap_clone(node: Ref): Own {
  const $clone = bitmap_new(Py_SIZE(node))
  if ($clone === NULL) return NULL
  copyFields($clone + Bitmap.b_array, node + Bitmap.b_array, Py_SIZE(node))
  setint32($clone + Bitmap.b_bitmap, int32(node + Bitmap.b_bitmap))
  return $clone
}
function bitmap_clone_without(o: Ref, bit: number): Own {
  const $new = bitmap_new(Py_SIZE(o) - 2)
  if ($new === NULL) return NULL
  const idx = bitindex(int32(o + Bitmap.b_bitmap), bit)
  copyFields($new + Bitmap.b_array, o + Bitmap.b_array, 2 * idx)
  copyFields(pairAt($new, idx), pairAt(o, idx + 1), Py_SIZE(o) - 2 * idx - 2)
  setint32($new + Bitmap.b_bitmap, int32(o + Bitmap.b_bitmap) & ~bit)
  return $new
}
/** A node for two keys that meet on the level above. */
function new_bitmap_or_collision(shift: number, key1: Ref, val1: Ref, hash2: number, key2: Ref, val2: Ref): Own {
  const hash1 = hamt_hash(key1)
  if (hash1 === -1) return NULL
  if (hash1 === hash2) {
    const $n = collision_new(hash1, 4)
    if ($n === NULL) return NULL
    ;[key1, val1, key2, val2].forEach((v, i) => setptr($n + Collision.c_array + 8 * i, Py_NewRef(v)))
    return $n
  }
  const $n = bitmap_new(0)
  if ($n === NULL) return NULL
  const $n2 = assoc($n, shift, hash1, key1, val1)
  Py_DECREF($n)
  if ($n2 === NULL) return NULL
  const $n3 = assoc($n2, shift, hash2, key2, val2)
  Py_DECREF($n2)
  return $n3
}
function bitmap_assoc(self: Ref, shift: number, hash: number, key: Ref, val: Ref): Own {
  const bitmap = int32(self + Bitmap.b_bitmap)
  const bit = 1 << maskOf(hash, shift)
  const idx = bitindex(bitmap, bit)
  if ((bitmap & bit) === 0) return bitmap_add(self, shift, hash, key, val, idx)
  const at = pairAt(self, idx)
  const oldKey = ptr(at)
  const old = ptr(at + 8)
  let $value: Own
  if (oldKey === NULL) {
    $value = assoc(old, shift + 5, hash, key, val)
    if ($value === NULL) return NULL
    if ($value === old) {
      Py_DECREF($value)
      return Py_NewRef(self)
    }
  } else {
    const cmp = PyObject_RichCompareBool(key, oldKey, Py.EQ)
    if (cmp < 0) return NULL
    if (cmp === 1) {
      if (val === old) return Py_NewRef(self)
      $value = Py_NewRef(val)
    } else {
      $value = new_bitmap_or_collision(shift + 5, oldKey, old, hash, key, val)
      if ($value === NULL) return NULL
      addedLeaf = true
      return replacePair(self, idx, true, $value)
    }
  }
  return replacePair(self, idx, false, $value)
}
/** A clone whose pair `idx` holds `$value` (stolen), with its key or, for a node, without. */
function replacePair(self: Ref, idx: number, dropKey: boolean, $value: Own): Own {
  const $ret = bitmap_clone(self)
  if ($ret === NULL) {
    Py_DECREF($value)
    return NULL
  }
  if (dropKey) setField(pairAt($ret, idx), NULL)
  setField(pairAt($ret, idx) + 8, $value)
  return $ret
}
function bitmap_add(self: Ref, shift: number, hash: number, key: Ref, val: Ref, idx: number): Own {
  const bitmap = int32(self + Bitmap.b_bitmap)
  const n = popcount(bitmap)
  if (n >= MAX_BITMAP) return bitmap_to_array(self, shift, hash, key, val, n)
  addedLeaf = true
  const $new = bitmap_new(2 * (n + 1))
  if ($new === NULL) return NULL
  copyFields($new + Bitmap.b_array, self + Bitmap.b_array, 2 * idx)
  setptr(pairAt($new, idx), Py_NewRef(key))
  setptr(pairAt($new, idx) + 8, Py_NewRef(val))
  copyFields(pairAt($new, idx + 1), pairAt(self, idx), 2 * (n - idx))
  setint32($new + Bitmap.b_bitmap, bitmap | (1 << maskOf(hash, shift)))
  return $new
}
/** A full bitmap node with one key more is an array node, its pairs one level further down. */
function bitmap_to_array(self: Ref, shift: number, hash: number, key: Ref, val: Ref, n: number): Own {
  const bitmap = int32(self + Bitmap.b_bitmap)
  const $empty = bitmap_new(0)
  if ($empty === NULL) return NULL
  const $new = array_new(n + 1)
  let ok = $new !== NULL
  const put = (i: number, $child: Own): void => {
    if ($child === NULL) ok = false
    else setptr($new + ArrayNode.a_array + 8 * i, $child)
  }
  if (ok) put(maskOf(hash, shift), assoc($empty, shift + 5, hash, key, val))
  for (let i = 0, j = 0; ok && i < FANOUT; i++) {
    if (((bitmap >>> i) & 1) === 0) continue
    const k = ptr(pairAt(self, j))
    const v = ptr(pairAt(self, j) + 8)
    j++
    if (k === NULL) put(i, Py_NewRef(v))
    else {
      const rehash = hamt_hash(k)
      put(i, rehash === -1 ? NULL : assoc($empty, shift + 5, rehash, k, v))
    }
  }
  Py_DECREF($empty)
  if (ok) return $new
  Py_XDECREF($new)
  return NULL
}
function bitmap_without(self: Ref, shift: number, hash: number, key: Ref): Without {
  const bitmap = int32(self + Bitmap.b_bitmap)
  const bit = 1 << maskOf(hash, shift)
  if ((bitmap & bit) === 0) return Without.NOT_FOUND
  const idx = bitindex(bitmap, bit)
  const k = ptr(pairAt(self, idx))
  if (k === NULL) {
    const res = without(ptr(pairAt(self, idx) + 8), shift + 5, hash, key)
    if (res !== Without.NEWNODE) return res
    const $sub = newNode
    const $clone = bitmap_clone(self)
    if ($clone === NULL) {
      Py_DECREF($sub)
      return Without.ERROR
    }
    if (isSinglePair($sub)) {
      // one pair is left below: it moves up
      setptr(pairAt($clone, idx), Py_NewRef(ptr(pairAt($sub, 0))))
      setField(pairAt($clone, idx) + 8, Py_NewRef(ptr(pairAt($sub, 0) + 8)))
      Py_DECREF($sub)
    } else setField(pairAt($clone, idx) + 8, $sub)
    newNode = $clone
    return Without.NEWNODE
  }
  const cmp = PyObject_RichCompareBool(k, key, Py.EQ)
  if (cmp < 0) return Without.ERROR
  if (cmp === 0) return Without.NOT_FOUND
  if (pairCount(self) === 1) return Without.EMPTY
  newNode = bitmap_clone_without(self, bit)
  return newNode === NULL ? Without.ERROR : Without.NEWNODE
}
/** A bitmap node that holds one key and no nodes. */
function isSinglePair(node: Ref): boolean {
  return Py_TYPE(node) === BitmapNode_Type && pairCount(node) === 1 && ptr(pairAt(node, 0)) !== NULL
}
function bitmap_find(self: Ref, shift: number, hash: number, key: Ref): number {
  const bitmap = int32(self + Bitmap.b_bitmap)
  const bit = 1 << maskOf(hash, shift)
  if ((bitmap & bit) === 0) return 0
  const at = pairAt(self, bitindex(bitmap, bit))
  const k = ptr(at)
  if (k === NULL) return find(ptr(at + 8), shift + 5, hash, key)
  const cmp = PyObject_RichCompareBool(key, k, Py.EQ)
  if (cmp > 0) foundValue = ptr(at + 8)
  return cmp
}
function pairs_traverse(self: Ref, visit: visitproc, arg: number): number {
  return traverseFields(self + Bitmap.b_array, Py_SIZE(self), visit, arg)
}
function bitmap_dealloc(self: Ref): void {
  const n = Py_SIZE(self)
  PyObject_GC_UnTrack(self)
  if (!Py_TRASHCAN_BEGIN(self, bitmap_dealloc)) return
  for (let i = n - 1; i >= 0; i--) Py_XDECREF(ptr(self + Bitmap.b_array + 8 * i))
  tp_free(self)
  Py_TRASHCAN_END()
}
export const BitmapNode_Type = definePrivateType({
  name: "hamt_bitmap_node",
  basicsize: Bitmap.b_array,
  itemsize: 8,
  dealloc: bitmap_dealloc,
  getattro: PyObject_GenericGetAttr,
  flags: TPFLAGS.DEFAULT | TPFLAGS.HAVE_GC,
  traverse: pairs_traverse,
})

// ---- array nodes ----

function array_new(count: number): Own {
  const $node = _PyObject_GC_New(ArrayNode_Type)
  if ($node === NULL) return NULL
  for (let i = 0; i < FANOUT; i++) setptr($node + ArrayNode.a_array + 8 * i, 0)
  setssize($node + ArrayNode.a_count, count)
  _PyObject_GC_TRACK($node)
  return $node
}
function array_clone(node: Ref, count: number): Own {
  const $clone = array_new(count)
  if ($clone !== NULL) copyFields($clone + ArrayNode.a_array, node + ArrayNode.a_array, FANOUT)
  return $clone
}
function array_assoc(self: Ref, shift: number, hash: number, key: Ref, val: Ref): Own {
  const at = ArrayNode.a_array + 8 * maskOf(hash, shift)
  const node = ptr(self + at)
  const count = ssize(self + ArrayNode.a_count)
  let $child: Own
  if (node === NULL) {
    const $empty = bitmap_new(0)
    if ($empty === NULL) return NULL
    $child = assoc($empty, shift + 5, hash, key, val)
    Py_DECREF($empty)
  } else $child = assoc(node, shift + 5, hash, key, val)
  if ($child === NULL) return NULL
  if ($child === node) {
    Py_DECREF($child)
    return Py_NewRef(self)
  }
  const $new = array_clone(self, node === NULL ? count + 1 : count)
  if ($new === NULL) {
    Py_DECREF($child)
    return NULL
  }
  setField($new + at, $child)
  return $new
}
function array_without(self: Ref, shift: number, hash: number, key: Ref): Without {
  const idx = maskOf(hash, shift)
  const at = ArrayNode.a_array + 8 * idx
  const node = ptr(self + at)
  if (node === NULL) return Without.NOT_FOUND
  const status = without(node, shift + 5, hash, key)
  if (status === Without.ERROR || status === Without.NOT_FOUND) return status
  const count = ssize(self + ArrayNode.a_count)
  if (status === Without.NEWNODE) {
    const $sub = newNode
    newNode = array_clone(self, count)
    if (newNode === NULL) Py_DECREF($sub)
    else setField(newNode + at, $sub)
  } else if (count - 1 >= MAX_BITMAP) {
    newNode = array_clone(self, count - 1)
    if (newNode !== NULL) setField(newNode + at, NULL)
  } else newNode = array_to_bitmap(self, count - 1, idx)
  return newNode === NULL ? Without.ERROR : Without.NEWNODE
}
/** An array node with fewer than 16 places taken is a bitmap node; `skip` is the place that became free. */
function array_to_bitmap(self: Ref, count: number, skip: number): Own {
  const $new = bitmap_new(2 * count)
  if ($new === NULL) return NULL
  let bitmap = 0
  for (let i = 0, j = 0; i < FANOUT; i++) {
    const node = ptr(self + ArrayNode.a_array + 8 * i)
    if (i === skip || node === NULL) continue
    bitmap |= 1 << i
    const at = pairAt($new, j++)
    if (isSinglePair(node)) copyFields(at, pairAt(node, 0), 2)
    else setptr(at + 8, Py_NewRef(node))
  }
  setint32($new + Bitmap.b_bitmap, bitmap)
  return $new
}
function array_traverse(self: Ref, visit: visitproc, arg: number): number {
  for (let i = 0; i < FANOUT; i++) {
    const v = ptr(self + ArrayNode.a_array + 8 * i)
    const r = v === NULL ? 0 : visit(v, arg)
    if (r !== 0) return r
  }
  return 0
}
function array_dealloc(self: Ref): void {
  PyObject_GC_UnTrack(self)
  if (!Py_TRASHCAN_BEGIN(self, array_dealloc)) return
  for (let i = 0; i < FANOUT; i++) Py_XDECREF(ptr(self + ArrayNode.a_array + 8 * i))
  tp_free(self)
  Py_TRASHCAN_END()
}
const ArrayNode_Type = definePrivateType({
  name: "hamt_array_node",
  basicsize: ArrayNode.SIZE,
  dealloc: array_dealloc,
  getattro: PyObject_GenericGetAttr,
  flags: TPFLAGS.DEFAULT | TPFLAGS.HAVE_GC,
  traverse: array_traverse,
})

// ---- collision nodes ----

function collision_new(hash: number, size: number): Own {
  const $node = _PyObject_GC_NewVar(CollisionNode_Type, size)
  if ($node === NULL) return NULL
  for (let i = 0; i < size; i++) setptr($node + Collision.c_array + 8 * i, 0)
  setint32($node + Collision.c_hash, hash)
  setint32($node + Collision.c_hash + 4, 0)
  _PyObject_GC_TRACK($node)
  return $node
}
/** Index of the key's field, -1 when it is not there, -2 with the error set. */
function collision_find_index(self: Ref, key: Ref): number {
  for (let i = 0; i < Py_SIZE(self); i += 2) {
    const cmp = PyObject_RichCompareBool(key, ptr(self + Collision.c_array + 8 * i), Py.EQ)
    if (cmp < 0) return -2
    if (cmp === 1) return i
  }
  return -1
}
function collision_assoc(self: Ref, shift: number, hash: number, key: Ref, val: Ref): Own {
  const own = int32(self + Collision.c_hash)
  if (hash !== own) {
    // the hashes part on a lower level
    const $node = bitmap_new(2)
    if ($node === NULL) return NULL
    setint32($node + Bitmap.b_bitmap, 1 << maskOf(own, shift))
    setptr(pairAt($node, 0) + 8, Py_NewRef(self))
    const $r = assoc($node, shift, hash, key, val)
    Py_DECREF($node)
    return $r
  }
  const i = collision_find_index(self, key)
  if (i === -2) return NULL
  const size = Py_SIZE(self)
  if (i >= 0 && ptr(self + Collision.c_array + 8 * (i + 1)) === val) return Py_NewRef(self)
  const $new = collision_new(own, i < 0 ? size + 2 : size)
  if ($new === NULL) return NULL
  copyFields($new + Collision.c_array, self + Collision.c_array, size)
  if (i < 0) {
    setptr($new + Collision.c_array + 8 * size, Py_NewRef(key))
    setptr($new + Collision.c_array + 8 * size + 8, Py_NewRef(val))
    addedLeaf = true
  } else setField($new + Collision.c_array + 8 * (i + 1), Py_NewRef(val))
  return $new
}
function collision_without(self: Ref, shift: number, hash: number, key: Ref): Without {
  if (hash !== int32(self + Collision.c_hash)) return Without.NOT_FOUND
  const i = collision_find_index(self, key)
  if (i < 0) return i === -2 ? Without.ERROR : Without.NOT_FOUND
  const size = Py_SIZE(self)
  if (size === 2) return Without.EMPTY
  if (size === 4) {
    newNode = bitmap_new(2)
    if (newNode === NULL) return Without.ERROR
    copyFields(pairAt(newNode, 0), self + Collision.c_array + (i === 0 ? 16 : 0), 2)
    setint32(newNode + Bitmap.b_bitmap, 1 << maskOf(hash, shift))
    return Without.NEWNODE
  }
  newNode = collision_new(hash, size - 2)
  if (newNode === NULL) return Without.ERROR
  copyFields(newNode + Collision.c_array, self + Collision.c_array, i)
  copyFields(newNode + Collision.c_array + 8 * i, self + Collision.c_array + 8 * (i + 2), size - i - 2)
  return Without.NEWNODE
}
function collision_find(self: Ref, key: Ref): number {
  const i = collision_find_index(self, key)
  if (i < 0) return i === -2 ? -1 : 0
  foundValue = ptr(self + Collision.c_array + 8 * (i + 1))
  return 1
}
function collision_dealloc(self: Ref): void {
  PyObject_GC_UnTrack(self)
  if (!Py_TRASHCAN_BEGIN(self, collision_dealloc)) return
  for (let i = Py_SIZE(self) - 1; i >= 0; i--) Py_XDECREF(ptr(self + Collision.c_array + 8 * i))
  tp_free(self)
  Py_TRASHCAN_END()
}
const CollisionNode_Type = definePrivateType({
  name: "hamt_collision_node",
  basicsize: Collision.c_array,
  itemsize: 8,
  dealloc: collision_dealloc,
  getattro: PyObject_GenericGetAttr,
  flags: TPFLAGS.DEFAULT | TPFLAGS.HAVE_GC,
  traverse: pairs_traverse,
})

// ---- any node ----

/** The node with `key` bound to `val`: itself when that changes nothing. Owned, or NULL with the error set. */
export function assoc(node: Ref, shift: number, hash: number, key: Ref, val: Ref): Own {
  const type = Py_TYPE(node)
  if (type === BitmapNode_Type) return bitmap_assoc(node, shift, hash, key, val)
  if (type === ArrayNode_Type) return array_assoc(node, shift, hash, key, val)
  return collision_assoc(node, shift, hash, key, val)
}
/** The node without `key`, in `newNode` when the result is NEWNODE. */
export function without(node: Ref, shift: number, hash: number, key: Ref): Without {
  const type = Py_TYPE(node)
  if (type === BitmapNode_Type) return bitmap_without(node, shift, hash, key)
  if (type === ArrayNode_Type) return array_without(node, shift, hash, key)
  return collision_without(node, shift, hash, key)
}
/** 1 and `foundValue`, 0, or -1 with the error set. */
export function find(node: Ref, shift: number, hash: number, key: Ref): number {
  const type = Py_TYPE(node)
  if (type === BitmapNode_Type) return bitmap_find(node, shift, hash, key)
  if (type === CollisionNode_Type) return collision_find(node, key)
  const child = ptr(node + ArrayNode.a_array + 8 * maskOf(hash, shift))
  return child === NULL ? 0 : find(child, shift + 5, hash, key)
}

// ---- iteration: depth first, without counting references, since the tree is kept alive ----

export const enum Iter {
  i_nodes = 0,
  i_pos = 64,
  i_level = 128,
  SIZE = 136,
}
export let itemKey: Ref = NULL
export let itemValue: Ref = NULL

export function iterator_init(iter: number, root: Ref): void {
  setptr(iter + Iter.i_nodes, root)
  setssize(iter + Iter.i_pos, 0)
  setint32(iter + Iter.i_level, 0)
}
/** The next pair in `itemKey` and `itemValue` (borrowed); false at the end. */
export function iterator_next(iter: number): boolean {
  for (;;) {
    const level = int32(iter + Iter.i_level)
    if (level < 0) return false
    const node = ptr(iter + Iter.i_nodes + 8 * level)
    const at = iter + Iter.i_pos + 8 * level
    let pos = ssize(at)
    let child: Ref = NULL
    if (Py_TYPE(node) === ArrayNode_Type) {
      while (pos < FANOUT && child === NULL) child = ptr(node + ArrayNode.a_array + 8 * pos++)
      setssize(at, pos)
    } else if (pos < Py_SIZE(node)) {
      setssize(at, pos + 2)
      itemKey = ptr(node + Bitmap.b_array + 8 * pos)
      itemValue = ptr(node + Bitmap.b_array + 8 * (pos + 1))
      if (itemKey !== NULL) return true
      child = itemValue
    }
    if (child === NULL) setint32(iter + Iter.i_level, level - 1)
    else {
      setptr(iter + Iter.i_nodes + 8 * (level + 1), child)
      setssize(iter + Iter.i_pos + 8 * (level + 1), 0)
      setint32(iter + Iter.i_level, level + 1)
    }
  }
}
