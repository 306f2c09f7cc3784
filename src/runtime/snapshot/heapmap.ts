import { AddressIndex, forgetTypes, isStaticObject, objectIn } from "../../gc/audit.ts"
import { gcHooks } from "../../gc/hooks.ts"
import { forEachBlock } from "../../heap/audit.ts"
import { Kind, Tables } from "../../heap/heapglobals.ts"
import { PyASCIIObject, PyDictKeysObject, PyDictObject, PyListObject, PyObject, PySetObject, PyTypeObject } from "../../heap/layout.ts"
import { INTERP, Interp, STATIC_END, STATIC_START } from "../../heap/map.ts"
import { PAGE_BITS } from "../../heap/pages.ts"
import { staticTop } from "../../heap/statics.ts"
import { i32, u8 } from "../../heap/views.ts"
import { FreeList } from "../../objects/freelists.ts"
import { PyBytes_Type, PyFloat_Type, PyList_Type, PyLong_Type, PyUnicode_Type } from "../../objects/statictypes.ts"

// Every block in use, and what it belongs to: an object, an object's table (a list's items, a dict's keys …), a free list, or the
// interpreter. An object owns a block without a type of its own when one of its words points at that block's start.

export const enum Owner {
  NONE = -1,
  FREE_LIST = -2,
}

/** Types whose words are data, never pointers. */
export const PLAIN = new Set<number>([PyUnicode_Type, PyBytes_Type, PyLong_Type, PyFloat_Type])
const MANAGED_DICT = 1 << 4
const LARGE = 131072

export interface HeapMap {
  /** Blocks by number. */
  blockAt: Int32Array
  blockSize: Int32Array
  /** Index of the owning object, or an Owner. */
  owner: Int32Array
  /** Objects by index, in the order of addresses: address, number of its own block (-1: static). */
  object: Int32Array
  ownBlock: Int32Array
  /** Bytes of an object's blocks, and those of them that hold data. */
  size: Uint32Array
  used: Uint32Array
  /** The largest block that is the object's but not its own: a list's items, a dict's keys; -1 without one. */
  tableBlock: Int32Array
  /** The part of both that is in large blocks. */
  largeSize: number
  largeUsed: number
  indexOf: AddressIndex
}

/** An Int32Array that grows. */
export class Growing {
  private data = new Int32Array(1 << 14)
  length = 0
  push(v: number): void {
    if (this.length === this.data.length) {
      const more = new Int32Array(this.length * 2)
      more.set(this.data)
      this.data = more
    }
    this.data[this.length++] = v
  }
  take(): Int32Array {
    return this.data.subarray(0, this.length)
  }
}

/** Static objects: types, singletons, small ints, identifiers. [from, to) is scratch memory, where half-written ones lie. */
function staticObjects(out: Growing, from: number, to: number): void {
  for (let a: number = STATIC_START; a < staticTop(); a += 16) {
    if (a >= from && a < to) a = to
    if (isStaticObject(a)) out.push(a)
  }
}

/** Bytes of the block that an object's own data takes, its pre-header included. */
function usedOf(op: number, block: number, blockSize: number): number {
  const type = i32[(op + PyObject.ob_type) >> 2]
  let n = i32[(type + PyTypeObject.tp_basicsize) >> 2]
  if (type === PyUnicode_Type) {
    const state = i32[(op + PyASCIIObject.state) >> 2]
    const width = (state >> 2) & 7
    n = ((state & 64) !== 0 ? 48 : 72) + (i32[(op + PyASCIIObject.length) >> 2] + 1) * width
  } else {
    const item = i32[(type + PyTypeObject.tp_itemsize) >> 2]
    if (item !== 0) n += Math.abs(i32[(op + 16) >> 2]) * item
  }
  return Math.max(16, Math.min(blockSize, op - block + n))
}
/** Bytes of a table that hold data. */
function usedOfTable(op: number, at: number, blockSize: number): number {
  const type = i32[(op + PyObject.ob_type) >> 2]
  let n = blockSize
  if (type === PyList_Type) n = 8 * i32[(op + PyListObject.ob_size) >> 2]
  else if (type === gcHooks.PyDict_Type && at === i32[(op + PyDictObject.ma_keys) >> 2]) {
    const entry = u8[at + PyDictKeysObject.dk_kind] === 0 ? 24 : 16
    n = PyDictKeysObject.SIZE + (1 << u8[at + PyDictKeysObject.dk_log2_index_bytes]) + entry * i32[(at + PyDictKeysObject.dk_nentries) >> 2]
  } else if (at === i32[(op + PySetObject.table) >> 2] && i32[(op + PySetObject.mask) >> 2] * 16 + 16 <= blockSize) {
    n = 16 * i32[(op + PySetObject.used) >> 2]
  }
  return Math.min(n, blockSize)
}

/** `scratch`: static memory used as native stack. */
export function mapHeap(scratch: { start: number; end: number }): HeapMap {
  forgetTypes()
  const blockAt = new Growing()
  const blockSize = new Growing()
  const found = new Growing()
  const ownerOf = new Growing()
  staticObjects(found, scratch.start, scratch.end)
  forEachBlock((at, size) => {
    const op = objectIn(at, size)
    if (op !== 0) found.push(op)
    ownerOf.push(op)
    blockAt.push(at)
    blockSize.push(size)
  })
  const object = found.take().slice().sort()
  const indexOf = new AddressIndex(object.length)
  for (let i = 0; i < object.length; i++) indexOf.add(object[i], i)
  const m: HeapMap = {
    blockAt: blockAt.take(),
    blockSize: blockSize.take(),
    owner: ownerOf.take(),
    object,
    ownBlock: new Int32Array(object.length).fill(-1),
    size: new Uint32Array(object.length),
    used: new Uint32Array(object.length),
    tableBlock: new Int32Array(object.length).fill(-1),
    largeSize: 0,
    largeUsed: 0,
    indexOf,
  }
  const tables = new AddressIndex(m.blockAt.length)
  for (let b = 0; b < m.blockAt.length; b++) {
    const op = m.owner[b]
    if (op === 0) {
      m.owner[b] = Owner.NONE
      tables.add(m.blockAt[b], b)
      continue
    }
    const i = indexOf.get(op)
    m.owner[b] = i
    m.ownBlock[i] = b
    give(m, i, b, usedOf(op, m.blockAt[b], m.blockSize[b]))
  }
  for (let i = 0; i < object.length; i++) claimTables(m, i, tables)
  markFreeLists(m, tables)
  return m
}

/** Is the block a page run of its own? */
export function isLarge(at: number): boolean {
  return u8[Tables.kind + (at >> PAGE_BITS)] === Kind.LARGE
}
function give(m: HeapMap, i: number, b: number, used: number): void {
  m.size[i] += m.blockSize[b]
  m.used[i] += used
  if (!isLarge(m.blockAt[b])) return
  m.largeSize += m.blockSize[b]
  m.largeUsed += used
}

/** Give the object every unowned block that its words point at, and the blocks those point at. */
function claimTables(m: HeapMap, i: number, tables: AddressIndex): void {
  const op = m.object[i]
  const type = i32[(op + PyObject.ob_type) >> 2]
  if (PLAIN.has(type) && !(type === PyUnicode_Type && (i32[(op + PyASCIIObject.state) >> 2] & 64) === 0)) return
  const isDict = type === gcHooks.PyDict_Type
  const pending: number[] = []
  const claim = (at: number): void => {
    const b = tables.get(at)
    if (b < 0 || m.owner[b] !== Owner.NONE) return
    // keys that several dicts share belong to none of them
    if (isDict && at === i32[(op + PyDictObject.ma_keys) >> 2] && i32[at >> 2] > 1) return
    m.owner[b] = i
    give(m, i, b, usedOfTable(op, at, m.blockSize[b]))
    if (m.tableBlock[i] < 0 || m.blockSize[b] >= m.blockSize[m.tableBlock[i]]) m.tableBlock[i] = b
    // a list's items and a dict's keys hold objects only; other tables may lead to more
    if (!isDict && type !== PyList_Type) pending.push(b)
  }
  const scan = (at: number, size: number): void => {
    for (let w = at >> 2, end = (at + size) >> 2; w < end; w += 2) {
      const v = i32[w]
      if (v >= STATIC_END && (v & 7) === 0 && i32[w + 1] === 0) claim(v)
    }
  }
  const flags = i32[(type + PyTypeObject.tp_flags) >> 2]
  const inline = (flags & MANAGED_DICT) !== 0 ? i32[(op - 32) >> 2] : isDict ? i32[(op + PyDictObject.ma_values) >> 2] : 0
  if (inline !== 0) claim(inline - u8[inline - 1])
  if (type === PyUnicode_Type) scan(op + 56, 8)
  else if (m.ownBlock[i] >= 0) scan(m.blockAt[m.ownBlock[i]], Math.min(m.blockSize[m.ownBlock[i]], LARGE))
  else scan(op, i32[(type + PyTypeObject.tp_basicsize) >> 2])
  for (let b = pending.pop(); b !== undefined; b = pending.pop()) scan(m.blockAt[b], Math.min(m.blockSize[b], LARGE))
}

/** Blocks that the interpreter's free lists keep. */
function markFreeLists(m: HeapMap, tables: AddressIndex): void {
  const mark = (op: number): boolean => {
    let b = tables.get(op)
    if (b < 0) b = tables.get(op - 16)
    if (b < 0 || m.owner[b] !== Owner.NONE) return false
    m.owner[b] = Owner.FREE_LIST
    return true
  }
  const base = INTERP + Interp.freelists
  const chain = (head: number, link: number): void => {
    for (let op = i32[head >> 2]; op !== 0 && mark(op); ) op = i32[(op + link) >> 2]
  }
  for (let k = 0; k < 20; k++) chain(base + FreeList.tuple_free_list + 8 * k, 24)
  chain(base + FreeList.float_free_list, PyObject.ob_type)
  chain(base + FreeList.context_free_list, 32)
  for (let a = base; a < base + 3072; a += 8) if (i32[a >> 2] >= STATIC_END) mark(i32[a >> 2])
}
