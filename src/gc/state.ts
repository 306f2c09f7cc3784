import { INTERP, Interp } from "../heap/map.ts"
import { PyGC_Head, PyTypeObject } from "../heap/layout.ts"
import { attached, i32 } from "../heap/views.ts"
import { fn } from "../heap/fntable.ts"
import type { Ref } from "../heap/ref.ts"
import { Py_TYPE } from "../heap/refcount.ts"

/** Include/internal/pycore_gc.h: struct _gc_runtime_state (`gc_generation`: head 16, threshold int, count int). */
export const enum GCState {
  enabled = 12,
  debug = 16,
  generations = 24,
  generation0 = 96,
  permanent_generation = 104,
  generation_stats = 128,
  collecting = 200,
  garbage = 208,
  callbacks = 216,
  long_lived_total = 224,
  long_lived_pending = 232,
  /** What C keeps on gc_collect_main's stack: list heads. `collecting` keeps a second collection out. */
  unreachable = 240,
  finalizers = 256,
  final_unreachable = 272,
  wrcb_to_call = 288,
  seen = 304,
  /** Bit mask of our own: collect at every gc allocation (stress builds). */
  stress = 320,
}
export const GC = INTERP + Interp.gc
export const NUM_GENERATIONS = 3

export const enum Gen {
  threshold = 16,
  count = 20,
  SIZE = 24,
}
export const enum Stats {
  collections = 0,
  collected = 8,
  uncollectable = 16,
  SIZE = 24,
}

/** Flags in the low bits of _gc_prev and _gc_next. */
export const enum Flag {
  FINALIZED = 1,
  COLLECTING = 2,
  PREV_MASK = ~3,
  PREV_SHIFT = 2,
  UNREACHABLE = 1,
}

export function GEN_HEAD(n: number): number {
  return GC + GCState.generations + n * Gen.SIZE
}
export function gcTraverse(op: Ref, visit: (op: Ref, arg: number) => number, arg: number): number {
  return fn<(op: Ref, visit: (op: Ref, arg: number) => number, arg: number) => number>(i32[(Py_TYPE(op) + PyTypeObject.tp_traverse) >> 2])(
    op,
    visit,
    arg,
  )
}

// --- Lists: headed, circular, doubly linked. Invariant between collections: next's prev (masked) is me, and no flag but FINALIZED.

export function AS_GC(op: Ref): number {
  return op - PyGC_Head.SIZE
}
export function FROM_GC(g: number): Ref {
  return (g + PyGC_Head.SIZE) as Ref
}
export function GC_NEXT(g: number): number {
  return i32[g >> 2]
}
export function GC_PREV(g: number): number {
  return i32[(g >> 2) + 2] & Flag.PREV_MASK
}
export function SET_PREV(g: number, p: number): void {
  i32[(g >> 2) + 2] = (i32[(g >> 2) + 2] & ~Flag.PREV_MASK) | p
}
export function gc_list_init(list: number): void {
  i32[list >> 2] = list
  i32[(list >> 2) + 1] = 0
  i32[(list >> 2) + 2] = list
  i32[(list >> 2) + 3] = 0
}
export function gc_list_is_empty(list: number): boolean {
  return i32[list >> 2] === list
}
export function gc_list_append(node: number, list: number): void {
  const last = i32[(list >> 2) + 2]
  SET_PREV(node, last)
  i32[last >> 2] = node
  i32[node >> 2] = list
  i32[(list >> 2) + 2] = node
}
export function gc_list_remove(node: number): void {
  const prev = GC_PREV(node)
  const next = GC_NEXT(node)
  i32[prev >> 2] = next
  SET_PREV(next, prev)
  i32[node >> 2] = 0
}
export function gc_list_move(node: number, list: number): void {
  const prev = GC_PREV(node)
  const next = GC_NEXT(node)
  i32[prev >> 2] = next
  SET_PREV(next, prev)
  gc_list_append(node, list)
}
/** Append `from` to `to`; `from` becomes empty. */
export function gc_list_merge(from: number, to: number): void {
  if (!gc_list_is_empty(from)) {
    const tail = GC_PREV(to)
    const first = GC_NEXT(from)
    const last = GC_PREV(from)
    i32[tail >> 2] = first
    SET_PREV(first, tail)
    i32[last >> 2] = to
    SET_PREV(to, last)
  }
  gc_list_init(from)
}
export function gc_list_size(list: number): number {
  let n = 0
  for (let g = GC_NEXT(list); g !== list; g = GC_NEXT(g)) n++
  return n
}

/** _PyGC_InitState: empty generations, thresholds 700, 10, 10, enabled. */
export function _PyGC_InitState(): void {
  for (let i = 0; i < NUM_GENERATIONS; i++) gc_list_init(GEN_HEAD(i))
  gc_list_init(GC + GCState.permanent_generation)
  i32[(GC + GCState.generation0) >> 2] = GEN_HEAD(0)
  i32[(GEN_HEAD(0) + Gen.threshold) >> 2] = 700
  i32[(GEN_HEAD(1) + Gen.threshold) >> 2] = 10
  i32[(GEN_HEAD(2) + Gen.threshold) >> 2] = 10
  i32[(GC + GCState.enabled) >> 2] = 1
}
if (!attached) _PyGC_InitState()
