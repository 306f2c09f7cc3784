import { setptr } from "./access.ts"
import { insert_to_freepool, take_pool } from "./arena.ts"
import { HG, Kind, Pool, Tables } from "./heapglobals.ts"
import { raw_calloc, raw_free, raw_malloc, raw_realloc } from "./rawmalloc.ts"
import { i32, u8 } from "./views.ts"

// Objects/obmalloc.c, the small-block allocator: 32 size classes of 16 bytes, 16 KiB pools.
// Invariant of a pool: ref.count + |freeblock list| + blocks never handed out == NUMBLOCKS(szidx);
// it is in usedpools[szidx] iff 0 < ref.count < NUMBLOCKS.

/** Was this address handed out by pymalloc? */
export function address_in_range(p: number): boolean {
  return u8[Tables.kind + (p >> Pool.BITS)] === Kind.ARENA
}

/** The free list ran out: extend it by a block never handed out, or take the full pool off usedpools. */
function pymalloc_pool_extend(pool: number, size: number): void {
  const offset = i32[(pool + Pool.nextoffset) >> 2]
  if (offset <= i32[(pool + Pool.maxnextoffset) >> 2]) {
    const bp = pool + offset
    i32[(pool + Pool.freeblock) >> 2] = bp
    i32[(pool + Pool.nextoffset) >> 2] = offset + ((size + 1) << 4)
    i32[bp >> 2] = 0
    i32[(bp >> 2) + 1] = 0
    return
  }
  const next = i32[(pool + Pool.nextpool) >> 2]
  const prev = i32[(pool + Pool.prevpool) >> 2]
  i32[(next + Pool.prevpool) >> 2] = prev
  i32[(prev + Pool.nextpool) >> 2] = next
}

function allocate_from_new_pool(idx: number): number {
  const pool = take_pool()
  if (pool === 0) return 0
  const next = i32[(HG.usedpools >> 2) + (idx << 2)]
  setptr(pool + Pool.nextpool, next)
  setptr(pool + Pool.prevpool, next)
  i32[(next + Pool.nextpool) >> 2] = pool
  i32[(next + Pool.prevpool) >> 2] = pool
  setptr(pool + Pool.ref_count, 1)
  if (i32[(pool + Pool.szidx) >> 2] === idx) {
    // it held this size class before: header and free list are ready
    const bp = i32[(pool + Pool.freeblock) >> 2]
    i32[(pool + Pool.freeblock) >> 2] = i32[bp >> 2]
    return bp
  }
  i32[(pool + Pool.szidx) >> 2] = idx
  const size = (idx + 1) << 4
  const bp = pool + Pool.OVERHEAD
  i32[(pool + Pool.nextoffset) >> 2] = Pool.OVERHEAD + (size << 1)
  i32[(pool + Pool.maxnextoffset) >> 2] = Pool.SIZE - size
  setptr(pool + Pool.freeblock, bp + size)
  setptr(bp + size, 0)
  return bp
}

/** A block of 1 … 512 bytes; 0 without memory. */
export function pymalloc_alloc(n: number): number {
  const idx = (n - 1) >> 4
  const w = i32[(HG.usedpools >> 2) + (idx << 2)] >> 2
  if (i32[w + 4] >> 2 === w) return allocate_from_new_pool(idx)
  i32[w]++
  const bp = i32[w + 2]
  const next = i32[bp >> 2]
  i32[w + 2] = next
  if (next === 0) pymalloc_pool_extend(w << 2, idx)
  return bp
}

/** The pool was full, so in no list: put it at the front of its size class. */
function insert_to_usedpool(pool: number): void {
  const next = i32[(HG.usedpools >> 2) + (i32[(pool + Pool.szidx) >> 2] << 2)]
  const prev = i32[(next + Pool.prevpool) >> 2]
  i32[(pool + Pool.nextpool) >> 2] = next
  i32[(pool + Pool.prevpool) >> 2] = prev
  i32[(next + Pool.prevpool) >> 2] = pool
  i32[(prev + Pool.nextpool) >> 2] = pool
}

/** Free a block that `address_in_range`. */
export function pymalloc_free(p: number): void {
  const w = (p & -Pool.SIZE) >> 2
  const last = i32[w + 2]
  i32[p >> 2] = last
  i32[(p >> 2) + 1] = 0
  i32[w + 2] = p
  const count = --i32[w]
  if (last === 0) insert_to_usedpool(w << 2)
  else if (count === 0) insert_to_freepool(w << 2)
}

/** Requests pymalloc does not serve (0 and above 512 bytes). */
export function fallback_malloc(n: number): number {
  const p = raw_malloc(n)
  if (p !== 0) i32[HG.raw_allocated_blocks >> 2]++
  return p
}
export function fallback_free(p: number): void {
  if (p === 0) return
  raw_free(p)
  i32[HG.raw_allocated_blocks >> 2]--
}

/** _PyObject_Malloc, no hooks. */
export function py_malloc(n: number): number {
  if (n <= 512 && n > 0) {
    const p = pymalloc_alloc(n)
    if (p !== 0) return p
  }
  return fallback_malloc(n)
}
/** _PyObject_Calloc, no hooks. */
export function py_calloc(n: number): number {
  if (n <= 512 && n > 0) {
    const p = pymalloc_alloc(n)
    if (p !== 0) {
      zero(p, n)
      return p
    }
  }
  const p = raw_calloc(n)
  if (p !== 0) i32[HG.raw_allocated_blocks >> 2]++
  return p
}
function zero(p: number, n: number): void {
  const end = (p + n + 3) >> 2
  for (let w = p >> 2; w < end; w++) i32[w] = 0
}
/** _PyObject_Free, no hooks. */
export function py_free(p: number): void {
  if (u8[Tables.kind + (p >> Pool.BITS)] === Kind.ARENA) pymalloc_free(p)
  else fallback_free(p)
}
/** _PyObject_Realloc, no hooks. A small block that shrinks by less than a quarter stays. */
export function py_realloc(p: number, n: number): number {
  if (p === 0) return py_malloc(n)
  if (!address_in_range(p)) return raw_realloc(p, n)
  let size = (i32[((p & -Pool.SIZE) + Pool.szidx) >> 2] + 1) << 4
  if (n <= size) {
    if (4 * n > 3 * size) return p
    size = n
  }
  const q = py_malloc(n)
  if (q !== 0) {
    u8.copyWithin(q, p, p + size)
    py_free(p)
  }
  return q
}
