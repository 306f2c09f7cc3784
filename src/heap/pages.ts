import { HG, Kind, Tables } from "./heapglobals.ts"
import { RUNTIME, Runtime } from "./map.ts"
import { HEAP_SIZE, attached, i32, u8 } from "./views.ts"

// Runs of 16 KiB pages: what the operating system's mmap is to CPython. Arenas, raw segments and large blocks are runs.
//
// Invariants: runs tile [Tables.pages, HEAP_SIZE). A free run has its length at its first and last page and is in the bin of its
// length; no two free runs touch. A used run has its length at its first page. Kind is FREE exactly for pages of free runs.
// The bookkeeping is beside the pages, never in them: a page that was never handed out is never touched.

export const PAGE_BITS = 14
export const PAGE_SIZE = 1 << PAGE_BITS
const FIRST = Tables.pages >> PAGE_BITS
const END = HEAP_SIZE >> PAGE_BITS

function binOf(n: number): number {
  if (n < 8) return n
  const l = 31 - Math.clz32(n)
  return (l - 2) * 8 + ((n >> (l - 3)) & 7)
}
function link(page: number, n: number): void {
  i32[(Tables.run_size >> 2) + page] = n
  i32[(Tables.run_size >> 2) + page + n - 1] = n
  const b = binOf(n)
  const head = i32[(HG.run_bins >> 2) + b]
  i32[(Tables.run_next >> 2) + page] = head
  i32[(Tables.run_prev >> 2) + page] = 0
  if (head !== 0) i32[(Tables.run_prev >> 2) + head] = page
  i32[(HG.run_bins >> 2) + b] = page
  i32[(HG.run_bitmap >> 2) + (b >> 5)] |= 1 << (b & 31)
}
function unlink(page: number): void {
  const b = binOf(i32[(Tables.run_size >> 2) + page])
  const next = i32[(Tables.run_next >> 2) + page]
  const prev = i32[(Tables.run_prev >> 2) + page]
  if (next !== 0) i32[(Tables.run_prev >> 2) + next] = prev
  if (prev !== 0) i32[(Tables.run_next >> 2) + prev] = next
  else {
    i32[(HG.run_bins >> 2) + b] = next
    if (next === 0) i32[(HG.run_bitmap >> 2) + (b >> 5)] &= ~(1 << (b & 31))
  }
}
/** A free run of at least `n` pages, 0 if there is none. */
function find(n: number): number {
  let b = binOf(n)
  for (let p = i32[(HG.run_bins >> 2) + b]; p !== 0; p = i32[(Tables.run_next >> 2) + p]) {
    if (i32[(Tables.run_size >> 2) + p] >= n) return p
  }
  b++
  for (let w = b >> 5; w < 4; w++) {
    let bits = i32[(HG.run_bitmap >> 2) + w]
    if (w === b >> 5) bits &= -1 << (b & 31)
    if (bits !== 0) return i32[(HG.run_bins >> 2) + w * 32 + 31 - Math.clz32(bits & -bits)]
  }
  return 0
}
/** May `n` more pages be in use? Runtime.max_heap is the hard limit in bytes, 0 for none. */
function allowed(n: number): boolean {
  const max = i32[(RUNTIME + Runtime.max_heap) >> 2]
  return max === 0 || (i32[HG.pages_used >> 2] + n) * PAGE_SIZE <= max
}
function account(n: number): void {
  const used = (i32[HG.pages_used >> 2] += n)
  if (used > i32[HG.pages_highwater >> 2]) i32[HG.pages_highwater >> 2] = used
}

/** True when memory from `page` on was never handed out (and so is zero). */
export function pageIsFresh(page: number): boolean {
  return page >= i32[HG.pages_fresh >> 2]
}

/** `n` pages of `kind`. @returns the first page's number, 0 when the heap or its limit is exhausted. */
export function run_alloc(n: number, kind: Kind): number {
  if (!allowed(n)) return 0
  const p = find(n)
  if (p === 0) return 0
  const have = i32[(Tables.run_size >> 2) + p]
  unlink(p)
  if (have > n) link(p + n, have - n)
  i32[(Tables.run_size >> 2) + p] = n
  u8.fill(kind === Kind.LARGE ? Kind.LARGE_REST : kind, Tables.kind + p, Tables.kind + p + n)
  u8[Tables.kind + p] = kind
  account(n)
  return p
}

/** Mark a run as touched: call after looking at `pageIsFresh`. */
export function run_touch(p: number, n: number): void {
  if (p + n > i32[HG.pages_fresh >> 2]) i32[HG.pages_fresh >> 2] = p + n
}

/** Give `n` pages from `p` on back. */
export function run_free(p: number, n: number): void {
  u8.fill(Kind.FREE, Tables.kind + p, Tables.kind + p + n)
  i32[HG.pages_used >> 2] -= n
  if (p + n < END && u8[Tables.kind + p + n] === Kind.FREE) {
    const m = i32[(Tables.run_size >> 2) + p + n]
    unlink(p + n)
    n += m
  }
  if (p > FIRST && u8[Tables.kind + p - 1] === Kind.FREE) {
    const m = i32[(Tables.run_size >> 2) + p - 1]
    p -= m
    unlink(p)
    n += m
  }
  link(p, n)
}

/** Grow a used run in place by `more` pages. @returns false when the pages behind it are not free. */
export function run_extend(p: number, n: number, more: number): boolean {
  const q = p + n
  if (q >= END || u8[Tables.kind + q] !== Kind.FREE || !allowed(more)) return false
  const have = i32[(Tables.run_size >> 2) + q]
  if (have < more) return false
  unlink(q)
  if (have > more) link(q + more, have - more)
  u8.fill(Kind.LARGE_REST, Tables.kind + q, Tables.kind + q + more)
  i32[(Tables.run_size >> 2) + p] = n + more
  account(more)
  return true
}

/** The first worker starts with one free run over everything. */
function pagesInit(): void {
  i32[HG.pages_fresh >> 2] = FIRST
  link(FIRST, END - FIRST)
}
if (!attached) pagesInit()

/** Check the invariants above. */
export function verifyPages(): string[] {
  const out: string[] = []
  let used = 0
  let freeRuns = 0
  let p = FIRST
  let lastFree = false
  while (p < END) {
    const n = i32[(Tables.run_size >> 2) + p]
    if (n <= 0 || p + n > END) {
      out.push(`page ${p}: run length ${n}`)
      return out
    }
    const kind = u8[Tables.kind + p]
    const rest = kind === Kind.LARGE ? Kind.LARGE_REST : kind
    if (kind === Kind.LARGE_REST) out.push(`page ${p}: run starts inside a large block`)
    for (let i = 1; i < n; i++) {
      if (u8[Tables.kind + p + i] !== rest) out.push(`page ${p + i}: kind ${u8[Tables.kind + p + i]} inside a run of kind ${kind}`)
    }
    if (kind === Kind.FREE) {
      if (lastFree) out.push(`page ${p}: two free runs touch`)
      if (i32[(Tables.run_size >> 2) + p + n - 1] !== n)
        out.push(`page ${p}: free run's end says ${i32[(Tables.run_size >> 2) + p + n - 1]}`)
      freeRuns++
    } else used += n
    lastFree = kind === Kind.FREE
    p += n
  }
  if (used !== i32[HG.pages_used >> 2]) out.push(`pages in use: ${used}, counted ${i32[HG.pages_used >> 2]}`)
  let linked = 0
  for (let b = 0; b < 120; b++) {
    let prev = 0
    for (let q = i32[(HG.run_bins >> 2) + b]; q !== 0; q = i32[(Tables.run_next >> 2) + q]) {
      if (u8[Tables.kind + q] !== Kind.FREE || binOf(i32[(Tables.run_size >> 2) + q]) !== b) out.push(`run ${q} in wrong bin ${b}`)
      if (i32[(Tables.run_prev >> 2) + q] !== prev) out.push(`run ${q}: broken prev link`)
      prev = q
      if (++linked > 70000) return [...out, "run bins: cycle"]
    }
  }
  if (linked !== freeRuns) out.push(`free runs: ${freeRuns}, linked ${linked}`)
  return out
}
