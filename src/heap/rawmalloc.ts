import { HG, Kind, Tables } from "./heapglobals.ts"
import { PAGE_BITS, PAGE_SIZE, pageIsFresh, run_alloc, run_extend, run_free, run_touch } from "./pages.ts"
import { i32, u8 } from "./views.ts"

// What libc's malloc is to CPython: a two-level segregated fit (Masmano et al.) with boundary tags over 256 KiB segments;
// blocks above 128 KiB are page runs of their own, given back at once when freed.
//
//  block header, 8 bytes, at 8 mod 16:  ┌ size of the block below (0: first) ┬ own size | 1 if free ┐ payload …
//  a free block's payload starts with its list links: ┌ next ┬ prev ┐
//  segment: 8 bytes unused, blocks, 8-byte end header of size 0.
// Invariants: block sizes are multiples of 16, at least 32, and tile the segment; no two free blocks touch.

const enum Raw {
  SEGMENT_PAGES = 16,
  SEGMENT = 262144,
  LARGE = 131072,
  MIN = 32,
}

/** Largest request ever worth trying. */
const MAX_REQUEST = 0x3fffffff

function binIndex(size: number): number {
  if (size < 256) return size >> 4
  const l = 31 - Math.clz32(size)
  return ((l - 7) << 4) + ((size >> (l - 4)) & 15)
}
function linkFree(h: number, size: number): void {
  const b = binIndex(size)
  const fl = b >> 4
  const head = i32[(HG.tlsf_bins >> 2) + b]
  i32[(h + 8) >> 2] = head
  i32[(h + 12) >> 2] = 0
  if (head !== 0) i32[(head + 12) >> 2] = h
  i32[(HG.tlsf_bins >> 2) + b] = h
  i32[HG.tlsf_fl >> 2] |= 1 << fl
  i32[(HG.tlsf_sl >> 2) + fl] |= 1 << (b & 15)
}
function unlinkFree(h: number, size: number): void {
  const next = i32[(h + 8) >> 2]
  const prev = i32[(h + 12) >> 2]
  if (next !== 0) i32[(next + 12) >> 2] = prev
  if (prev !== 0) {
    i32[(prev + 8) >> 2] = next
    return
  }
  const b = binIndex(size)
  i32[(HG.tlsf_bins >> 2) + b] = next
  if (next === 0) {
    const fl = b >> 4
    const sl = (i32[(HG.tlsf_sl >> 2) + fl] &= ~(1 << (b & 15)))
    if (sl === 0) i32[HG.tlsf_fl >> 2] &= ~(1 << fl)
  }
}
/** A free block of at least `size` bytes, 0 if there is none. */
function findFree(size: number): number {
  // round up to the next bin, so that any block in it fits
  if (size >= 256) size += (1 << (31 - Math.clz32(size) - 4)) - 1
  const b = binIndex(size)
  let fl = b >> 4
  let bits = i32[(HG.tlsf_sl >> 2) + fl] & (-1 << (b & 15))
  if (bits === 0) {
    const fls = i32[HG.tlsf_fl >> 2] & (-1 << (fl + 1))
    if (fls === 0) return 0
    fl = 31 - Math.clz32(fls & -fls)
    bits = i32[(HG.tlsf_sl >> 2) + fl]
  }
  return i32[(HG.tlsf_bins >> 2) + (fl << 4) + 31 - Math.clz32(bits & -bits)]
}
/** A new segment as one free, unlinked block's header; 0 without memory. */
function newSegment(): number {
  const p = run_alloc(Raw.SEGMENT_PAGES, Kind.SEGMENT)
  if (p === 0) return 0
  run_touch(p, Raw.SEGMENT_PAGES)
  i32[HG.segments >> 2]++
  const h = (p << PAGE_BITS) + 8
  const size = Raw.SEGMENT - 16
  i32[h >> 2] = 0
  i32[(h + 4) >> 2] = size | 1
  i32[(h + size) >> 2] = size
  i32[(h + size + 4) >> 2] = 0
  return h
}
function releaseSegment(h: number): void {
  i32[HG.segments >> 2]--
  run_free(h >> PAGE_BITS, Raw.SEGMENT_PAGES)
}
/** Cut used block `h` of `have` bytes down to `size`; what is left becomes free. */
function trim(h: number, have: number, size: number): void {
  if (have - size < Raw.MIN) {
    i32[(h + 4) >> 2] = have
    return
  }
  const r = h + size
  let rest = have - size
  const n = r + rest
  const ns = i32[(n + 4) >> 2]
  if ((ns & 1) !== 0) {
    unlinkFree(n, ns & ~1)
    rest += ns & ~1
  }
  i32[(h + 4) >> 2] = size
  i32[r >> 2] = size
  i32[(r + 4) >> 2] = rest | 1
  i32[(r + rest) >> 2] = rest
  linkFree(r, rest)
}

function large_pages(n: number): number {
  return (n + PAGE_SIZE - 1) >> PAGE_BITS
}
function large_run(n: number): number {
  const pages = large_pages(n)
  let p = run_alloc(pages, Kind.LARGE)
  if (p === 0 && releaseSpare()) p = run_alloc(pages, Kind.LARGE)
  if (p !== 0) {
    i32[HG.large_pages >> 2] += pages
    i32[HG.large_blocks >> 2]++
  }
  return p
}
function large_alloc(n: number): number {
  if (n > MAX_REQUEST) return 0
  const p = large_run(n)
  if (p === 0) return 0
  run_touch(p, large_pages(n))
  return p << PAGE_BITS
}
function large_free(a: number): void {
  const p = a >> PAGE_BITS
  const n = i32[(Tables.run_size >> 2) + p]
  i32[HG.large_pages >> 2] -= n
  i32[HG.large_blocks >> 2]--
  run_free(p, n)
}
/** Give the spare segment back. @returns false if there is none. */
export function releaseSpare(): boolean {
  const h = i32[HG.raw_spare >> 2]
  if (h === 0) return false
  i32[HG.raw_spare >> 2] = 0
  unlinkFree(h, Raw.SEGMENT - 16)
  releaseSegment(h)
  return true
}
function isLarge(a: number): boolean {
  return u8[Tables.kind + (a >> PAGE_BITS)] === Kind.LARGE && (a & (PAGE_SIZE - 1)) === 0
}

/** malloc(n). */
export function raw_malloc(n: number): number {
  if (n > Raw.LARGE || n < 0) return n < 0 ? 0 : large_alloc(n)
  let size = (n + 23) & ~15
  if (size < Raw.MIN) size = Raw.MIN
  let h = findFree(size)
  if (h === 0) {
    h = newSegment()
    if (h === 0) return 0
  } else {
    unlinkFree(h, i32[(h + 4) >> 2] & ~1)
    if (h === i32[HG.raw_spare >> 2]) i32[HG.raw_spare >> 2] = 0
  }
  trim(h, i32[(h + 4) >> 2] & ~1, size)
  i32[HG.raw_used >> 2] += i32[(h + 4) >> 2]
  i32[HG.raw_blocks >> 2]++
  return h + 8
}

/** calloc: zeroed. Large blocks from memory that was never used are zero already. */
export function raw_calloc(n: number): number {
  if (n > Raw.LARGE && n <= MAX_REQUEST) {
    const p = large_run(n)
    if (p === 0) return 0
    const a = p << PAGE_BITS
    if (!pageIsFresh(p)) {
      const end = Math.min(a + n, i32[HG.pages_fresh >> 2] << PAGE_BITS)
      u8.fill(0, a, end)
    }
    run_touch(p, large_pages(n))
    return a
  }
  const a = raw_malloc(n)
  if (a !== 0) u8.fill(0, a, a + n)
  return a
}

/** free(a); NULL is allowed. */
export function raw_free(a: number): void {
  if (a === 0) return
  if (isLarge(a)) {
    large_free(a)
    return
  }
  let h = a - 8
  let size = i32[(h + 4) >> 2]
  if ((size & 1) !== 0 || size < Raw.MIN) throw new Error(`moult bug: free of ${a}, which is not an allocated block`)
  i32[HG.raw_used >> 2] -= size
  i32[HG.raw_blocks >> 2]--
  const n = h + size
  const ns = i32[(n + 4) >> 2]
  if ((ns & 1) !== 0) {
    unlinkFree(n, ns & ~1)
    size += ns & ~1
  }
  const below = i32[h >> 2]
  if (below !== 0) {
    const b = h - below
    const bs = i32[(b + 4) >> 2]
    if ((bs & 1) !== 0) {
      unlinkFree(b, bs & ~1)
      size += bs & ~1
      h = b
    }
  }
  if (size === Raw.SEGMENT - 16) {
    if (i32[HG.raw_spare >> 2] !== 0) {
      releaseSegment(h)
      return
    }
    i32[HG.raw_spare >> 2] = h
  }
  i32[(h + 4) >> 2] = size | 1
  i32[(h + size) >> 2] = size
  linkFree(h, size)
}

/** malloc_usable_size. */
export function raw_usable(a: number): number {
  if (isLarge(a)) return i32[(Tables.run_size >> 2) + (a >> PAGE_BITS)] << PAGE_BITS
  return (i32[(a - 4) >> 2] & ~1) - 8
}

function move(a: number, n: number): number {
  const b = raw_malloc(n)
  if (b === 0) return 0
  const keep = Math.min(raw_usable(a), n)
  u8.copyWithin(b, a, a + keep)
  raw_free(a)
  return b
}
function large_realloc(a: number, n: number): number {
  if (n <= Raw.LARGE || n > MAX_REQUEST) return n > MAX_REQUEST ? 0 : move(a, n)
  const p = a >> PAGE_BITS
  const have = i32[(Tables.run_size >> 2) + p]
  const want = large_pages(n)
  if (want < have) {
    i32[(Tables.run_size >> 2) + p] = want
    i32[HG.large_pages >> 2] -= have - want
    run_free(p + want, have - want)
    return a
  }
  if (want === have) return a
  if (run_extend(p, have, want - have)) {
    run_touch(p, want)
    i32[HG.large_pages >> 2] += want - have
    return a
  }
  return move(a, n)
}

/** realloc(a, n): in place when the block or its neighbour has the room. */
export function raw_realloc(a: number, n: number): number {
  if (a === 0) return raw_malloc(n)
  if (n < 0) return 0
  if (isLarge(a)) return large_realloc(a, n)
  if (n > Raw.LARGE) return move(a, n)
  let size = (n + 23) & ~15
  if (size < Raw.MIN) size = Raw.MIN
  const h = a - 8
  const have = i32[(h + 4) >> 2]
  if (size > have) {
    const next = h + have
    const ns = i32[(next + 4) >> 2]
    if ((ns & 1) === 0 || have + (ns & ~1) < size) return move(a, n)
    unlinkFree(next, ns & ~1)
    const all = have + (ns & ~1)
    i32[(h + 4) >> 2] = all
    i32[(h + all) >> 2] = all
    trim(h, all, size)
  } else if (size < have) trim(h, have, size)
  i32[HG.raw_used >> 2] += i32[(h + 4) >> 2] - have
  return a
}

/** Walk every segment: sizes tile, tags agree, free blocks are linked, none touch. */
export function verifyRaw(): string[] {
  const out: string[] = []
  let used = 0
  let blocks = 0
  let free = 0
  const last = i32[HG.pages_fresh >> 2]
  for (let p = Tables.pages >> PAGE_BITS; p < last; ) {
    const n = i32[(Tables.run_size >> 2) + p]
    if (u8[Tables.kind + p] === Kind.SEGMENT) {
      let h = (p << PAGE_BITS) + 8
      const end = (p << PAGE_BITS) + Raw.SEGMENT - 8
      let prev = 0
      let prevFree = false
      while (h < end) {
        const w = i32[(h + 4) >> 2]
        const size = w & ~1
        if (size < Raw.MIN || (size & 15) !== 0 || h + size > end) {
          out.push(`raw block ${h}: size ${size}`)
          break
        }
        if (i32[h >> 2] !== prev) out.push(`raw block ${h}: below ${i32[h >> 2]}, is ${prev}`)
        if ((w & 1) !== 0) {
          if (prevFree) out.push(`raw block ${h}: two free blocks touch`)
          free++
        } else {
          used += size
          blocks++
        }
        prevFree = (w & 1) !== 0
        prev = size
        h += size
      }
    }
    p += n
  }
  if (used !== i32[HG.raw_used >> 2]) out.push(`raw bytes in use: ${used}, counted ${i32[HG.raw_used >> 2]}`)
  if (blocks !== i32[HG.raw_blocks >> 2]) out.push(`raw blocks: ${blocks}, counted ${i32[HG.raw_blocks >> 2]}`)
  let linked = 0
  for (let b = 0; b < 224; b++) {
    for (let h = i32[(HG.tlsf_bins >> 2) + b]; h !== 0; h = i32[(h + 8) >> 2]) {
      const w = i32[(h + 4) >> 2]
      if ((w & 1) === 0 || binIndex(w & ~1) !== b) out.push(`raw free block ${h} in wrong bin ${b}`)
      if (++linked > 10000000) return [...out, "raw bins: cycle"]
    }
  }
  if (linked !== free) out.push(`raw free blocks: ${free}, linked ${linked}`)
  return out
}
