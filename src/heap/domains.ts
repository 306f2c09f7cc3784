import { debug_calloc, debug_free, debug_malloc, debug_realloc } from "./debugalloc.ts"
import { HG, Slow } from "./heapglobals.ts"
import { RUNTIME, Runtime } from "./map.ts"
import { py_calloc, py_free, py_malloc, py_realloc } from "./pymalloc.ts"
import { raw_calloc, raw_free, raw_malloc, raw_realloc } from "./rawmalloc.ts"
import { i32 } from "./views.ts"

// The slow door of the allocator: failure injection, debug bytes, tracing. Taken when HG.slow has a bit set.

/** PYMEM_DOMAIN_*; the debug allocator's API ids are 'r', 'm', 'o'. */
export const enum Domain {
  RAW = 0,
  MEM = 1,
  OBJ = 2,
}

function unset(): never {
  throw new Error("moult bug: tracing is on, but trace/ is not loaded")
}
// tracemalloc's hooks; set once at load by trace/tracemalloc.ts (a floor above)
let trace_add: (p: number, n: number) => number = unset
let trace_remove: (p: number) => void = unset
let trace_moved: (p: number, q: number, n: number) => void = unset

/** `add` is called after an allocation (-1: no memory for the trace), `remove` before a free, `moved` after a realloc. */
export function setTraceHooks(
  add: (p: number, n: number) => number,
  remove: (p: number) => void,
  moved: (p: number, q: number, n: number) => void,
): void {
  trace_add = add
  trace_remove = remove
  trace_moved = moved
}

let record_alloc: (p: number, n: number) => void = unset
let record_free: (p: number) => void = unset
let record_realloc: (p: number, q: number, n: number) => void = unset

/** The recorder's: called after an allocation, before a free, after a realloc. */
export function setRecordHooks(
  alloc: (p: number, n: number) => void,
  free: (p: number) => void,
  realloc: (p: number, q: number, n: number) => void,
): void {
  record_alloc = alloc
  record_free = free
  record_realloc = realloc
}

export function setSlow(bit: Slow, on: boolean): void {
  if (on) i32[HG.slow >> 2] |= bit
  else i32[HG.slow >> 2] &= ~bit
}

/** The n-th allocation from now on returns NULL, and all after it up to number `last`; 0: none. */
export function setFailAlloc(n: number, last = n): void {
  i32[(RUNTIME + Runtime.fail_alloc) >> 2] = n
  i32[(RUNTIME + Runtime.fail_last) >> 2] = last
  i32[(RUNTIME + Runtime.alloc_count) >> 2] = 0
  setSlow(Slow.FAIL, n !== 0)
}

function injected(slow: number): boolean {
  if ((slow & Slow.FAIL) === 0) return false
  const count = ++i32[(RUNTIME + Runtime.alloc_count) >> 2]
  return count >= i32[(RUNTIME + Runtime.fail_alloc) >> 2] && count <= i32[(RUNTIME + Runtime.fail_last) >> 2]
}

/** Domain's allocator below the debug hooks. */
export function base_malloc(domain: Domain, n: number): number {
  return domain === Domain.RAW || (i32[HG.slow >> 2] & Slow.MALLOC) !== 0 ? raw_malloc(n) : py_malloc(n)
}
export function base_calloc(domain: Domain, n: number): number {
  return domain === Domain.RAW || (i32[HG.slow >> 2] & Slow.MALLOC) !== 0 ? raw_calloc(n) : py_calloc(n)
}
export function base_free(domain: Domain, p: number): void {
  if (domain === Domain.RAW || (i32[HG.slow >> 2] & Slow.MALLOC) !== 0) raw_free(p)
  else py_free(p)
}
export function base_realloc(domain: Domain, p: number, n: number): number {
  return domain === Domain.RAW || (i32[HG.slow >> 2] & Slow.MALLOC) !== 0 ? raw_realloc(p, n) : py_realloc(p, n)
}

function traced(domain: Domain, p: number, n: number, slow: number): number {
  if (p !== 0 && (slow & Slow.TRACE) !== 0 && trace_add(p, n) < 0) {
    if ((slow & Slow.DEBUG) !== 0) debug_free(domain, p)
    else base_free(domain, p)
    return 0
  }
  if (p !== 0 && (slow & Slow.RECORD) !== 0) record_alloc(p, n)
  return p
}
export function slow_malloc(domain: Domain, n: number): number {
  const slow = i32[HG.slow >> 2]
  if (injected(slow)) return 0
  return traced(domain, (slow & Slow.DEBUG) !== 0 ? debug_malloc(domain, n) : base_malloc(domain, n), n, slow)
}
export function slow_calloc(domain: Domain, n: number): number {
  const slow = i32[HG.slow >> 2]
  if (injected(slow)) return 0
  return traced(domain, (slow & Slow.DEBUG) !== 0 ? debug_calloc(domain, n) : base_calloc(domain, n), n, slow)
}
export function slow_free(domain: Domain, p: number): void {
  if (p === 0) return
  const slow = i32[HG.slow >> 2]
  if ((slow & Slow.RECORD) !== 0) record_free(p)
  // the block is dead to other threads only after the underlying free: CPython frees first, then forgets the trace
  if ((slow & Slow.DEBUG) !== 0) debug_free(domain, p)
  else base_free(domain, p)
  if ((slow & Slow.TRACE) !== 0) trace_remove(p)
}
export function slow_realloc(domain: Domain, p: number, n: number): number {
  const slow = i32[HG.slow >> 2]
  if (injected(slow)) return 0
  const q = (slow & Slow.DEBUG) !== 0 ? debug_realloc(domain, p, n) : base_realloc(domain, p, n)
  if (q === 0) return 0
  if (p === 0) return traced(domain, q, n, slow)
  if ((slow & Slow.TRACE) !== 0) trace_moved(p, q, n)
  if ((slow & Slow.RECORD) !== 0) record_realloc(p, q, n)
  return q
}
