import { fn } from "../heap/fntable.ts"
import { HG, Slow } from "../heap/heapglobals.ts"
import { PyThreadState, PyTypeObject, PyVarObject, PyWeakReference } from "../heap/layout.ts"
import type { Ref } from "../heap/ref.ts"
import { Py_DECREF, Py_INCREF, Py_TYPE } from "../heap/refcount.ts"
import { tstate } from "../heap/tstate.ts"
import { i32 } from "../heap/views.ts"
import { record_collection_end, record_collection_start } from "../trace/recorder.ts"
import { _PyObject_IS_GC } from "./gcmodule.ts"
import { gcHooks } from "./hooks.ts"
import {
  AS_GC,
  FROM_GC,
  Flag,
  GC,
  GCState,
  GC_NEXT,
  GC_PREV,
  GEN_HEAD,
  Gen,
  NUM_GENERATIONS,
  SET_PREV,
  Stats,
  gcTraverse,
  gc_list_append,
  gc_list_init,
  gc_list_is_empty,
  gc_list_merge,
  gc_list_move,
  gc_list_size,
} from "./state.ts"
import { _PyWeakref_ClearRef } from "./weakref.ts"

// Modules/gcmodule.c, the collector. During a collection _gc_prev of the objects under examination holds gc_refs: the references
// that come from outside the examined set. What ends at 0 and is not reached from something above 0 is trash. See docs/gc.md.

const enum Debug {
  STATS = 1,
  COLLECTABLE = 2,
  UNCOLLECTABLE = 4,
  SAVEALL = 32,
}

function gc_is_collecting(g: number): boolean {
  return (i32[(g >> 2) + 2] & Flag.COLLECTING) !== 0
}
function gc_clear_collecting(g: number): void {
  i32[(g >> 2) + 2] &= ~Flag.COLLECTING
}
function gc_get_refs(g: number): number {
  return i32[(g >> 2) + 2] >>> Flag.PREV_SHIFT
}
function gc_set_refs(g: number, refs: number): void {
  i32[(g >> 2) + 2] = (i32[(g >> 2) + 2] & ~Flag.PREV_MASK) | (refs << Flag.PREV_SHIFT)
}

/** gc_refs = ob_refcnt for every object of the list, and COLLECTING set. */
function update_refs(containers: number): void {
  for (let g = GC_NEXT(containers); g !== containers; g = GC_NEXT(g)) {
    i32[(g >> 2) + 2] = (i32[(g >> 2) + 2] & Flag.FINALIZED) | Flag.COLLECTING | (i32[FROM_GC(g) >> 2] << Flag.PREV_SHIFT)
  }
}
function visit_decref(op: Ref, _parent: number): number {
  if (_PyObject_IS_GC(op)) {
    const w = (AS_GC(op) >> 2) + 2
    if ((i32[w] & Flag.COLLECTING) !== 0) {
      if (i32[w] >>> Flag.PREV_SHIFT === 0) refcountTooSmall(op, _parent)
      i32[w] -= 1 << Flag.PREV_SHIFT
    }
  }
  return 0
}
function refcountTooSmall(op: Ref, parent: number): never {
  const t = gcHooks.tpName
  const from = parent === 0 ? "" : `, found in <${t(Py_TYPE(parent as Ref))} at 0x${parent.toString(16)}>`
  throw new Error(
    `moult bug: gc found more references to <${t(Py_TYPE(op))} at 0x${op.toString(16)}> than its count ${i32[op >> 2]}${from}`,
  )
}
/** Take the references inside the set off gc_refs. */
function subtract_refs(containers: number): void {
  for (let g = GC_NEXT(containers); g !== containers; g = GC_NEXT(g)) gcTraverse(FROM_GC(g), visit_decref, FROM_GC(g))
}

function visit_reachable(op: Ref, reachable: number): number {
  if (!_PyObject_IS_GC(op)) return 0
  const g = AS_GC(op)
  if (!gc_is_collecting(g)) return 0
  if ((i32[g >> 2] & Flag.UNREACHABLE) !== 0) {
    // thought unreachable, but it is not: back to the young list, whose scan will come to it again
    const prev = GC_PREV(g)
    const next = i32[g >> 2] & ~Flag.UNREACHABLE
    i32[prev >> 2] = i32[g >> 2]
    SET_PREV(next, prev)
    gc_list_append(g, reachable)
    gc_set_refs(g, 1)
  } else if (gc_get_refs(g) === 0) gc_set_refs(g, 1)
  return 0
}
/** Move what is not reachable from outside to `unreachable` (whose next links carry UNREACHABLE); prev links are restored. */
function move_unreachable(young: number, unreachable: number): void {
  let prev = young
  let g = GC_NEXT(young)
  while (g !== young) {
    if (gc_get_refs(g) !== 0) {
      gcTraverse(FROM_GC(g), visit_reachable, young)
      SET_PREV(g, prev)
      gc_clear_collecting(g)
      prev = g
    } else {
      i32[prev >> 2] = i32[g >> 2]
      const last = GC_PREV(unreachable)
      i32[last >> 2] = Flag.UNREACHABLE | g
      SET_PREV(g, last)
      i32[g >> 2] = Flag.UNREACHABLE | unreachable
      i32[(unreachable >> 2) + 2] = g
    }
    g = i32[prev >> 2]
  }
  i32[(young >> 2) + 2] = prev
  i32[unreachable >> 2] &= ~Flag.UNREACHABLE
}
function deduce_unreachable(base: number, unreachable: number): void {
  update_refs(base)
  subtract_refs(base)
  gc_list_init(unreachable)
  move_unreachable(base, unreachable)
}

function untrack_tuples(head: number): void {
  const tuple = gcHooks.PyTuple_Type
  for (let g = GC_NEXT(head); g !== head; ) {
    const next = GC_NEXT(g)
    if (Py_TYPE(FROM_GC(g)) === tuple) gcHooks._PyTuple_MaybeUntrack(FROM_GC(g))
    g = next
  }
}
/** @returns how many objects are left. */
function untrack_dicts(head: number): number {
  const dict = gcHooks.PyDict_Type
  let left = 0
  for (let g = GC_NEXT(head); g !== head; ) {
    const next = GC_NEXT(g)
    left++
    if (Py_TYPE(FROM_GC(g)) === dict) {
      gcHooks._PyDict_MaybeUntrack(FROM_GC(g))
      if (i32[g >> 2] === 0) left--
    }
    g = next
  }
  return left
}

function has_legacy_finalizer(op: Ref): boolean {
  return i32[(Py_TYPE(op) + PyTypeObject.tp_del) >> 2] !== 0
}
/** Objects with tp_del go to `finalizers`; clears UNREACHABLE everywhere. */
function move_legacy_finalizers(unreachable: number, finalizers: number): void {
  let next = 0
  for (let g = GC_NEXT(unreachable); g !== unreachable; g = next) {
    i32[g >> 2] &= ~Flag.UNREACHABLE
    next = i32[g >> 2]
    if (has_legacy_finalizer(FROM_GC(g))) {
      gc_clear_collecting(g)
      gc_list_move(g, finalizers)
    }
  }
}
function clear_unreachable_mask(unreachable: number): void {
  for (let g = GC_NEXT(unreachable); g !== unreachable; g = GC_NEXT(g)) i32[g >> 2] &= ~Flag.UNREACHABLE
}
function visit_move(op: Ref, tolist: number): number {
  if (_PyObject_IS_GC(op) && gc_is_collecting(AS_GC(op))) {
    gc_list_move(AS_GC(op), tolist)
    gc_clear_collecting(AS_GC(op))
  }
  return 0
}
/** What legacy finalizers can reach is uncollectable too. The list grows while it is walked. */
function move_legacy_finalizer_reachable(finalizers: number): void {
  for (let g = GC_NEXT(finalizers); g !== finalizers; g = GC_NEXT(g)) gcTraverse(FROM_GC(g), visit_move, finalizers)
}

/** Clear all weak references to trash, then call the callbacks of those that are not trash themselves. @returns weakrefs freed. */
function handle_weakrefs(unreachable: number, old: number): number {
  const wrcb_to_call = GC + GCState.wrcb_to_call
  let freed = 0
  gc_list_init(wrcb_to_call)
  let next = 0
  for (let g = GC_NEXT(unreachable); g !== unreachable; g = next) {
    const op = FROM_GC(g)
    next = GC_NEXT(g)
    if (gcHooks.PyWeakref_Check(op)) _PyWeakref_ClearRef(op)
    const offset = i32[(Py_TYPE(op) + PyTypeObject.tp_weaklistoffset) >> 2]
    if (offset <= 0) continue
    for (let wr = i32[(op + offset) >> 2] as Ref; wr !== 0; wr = i32[(op + offset) >> 2] as Ref) {
      _PyWeakref_ClearRef(wr)
      if (i32[(wr + PyWeakReference.wr_callback) >> 2] === 0) continue
      // a weakref that is trash itself: its callback must not run
      if (gc_is_collecting(AS_GC(wr))) continue
      Py_INCREF(wr)
      gc_list_move(AS_GC(wr), wrcb_to_call)
    }
  }
  while (!gc_list_is_empty(wrcb_to_call)) {
    const g = GC_NEXT(wrcb_to_call)
    const op = FROM_GC(g)
    const callback = i32[(op + PyWeakReference.wr_callback) >> 2] as Ref
    const $result = gcHooks.PyObject_CallOneArg(callback, op)
    if ($result === 0) gcHooks.PyErr_WriteUnraisable(callback)
    else Py_DECREF($result)
    Py_DECREF(op)
    if (GC_NEXT(wrcb_to_call) === g) gc_list_move(g, old)
    else freed++
  }
  return freed
}

/** tp_finalize of every object that has one and was not finalized before. */
function finalize_garbage(collectable: number): void {
  const seen = GC + GCState.seen
  gc_list_init(seen)
  while (!gc_list_is_empty(collectable)) {
    const g = GC_NEXT(collectable)
    const op = FROM_GC(g)
    gc_list_move(g, seen)
    if ((i32[(g >> 2) + 2] & Flag.FINALIZED) === 0) {
      const finalize = i32[(Py_TYPE(op) + PyTypeObject.tp_finalize) >> 2]
      if (finalize !== 0) {
        i32[(g >> 2) + 2] |= Flag.FINALIZED
        Py_INCREF(op)
        fn<(op: Ref) => void>(finalize)(op)
        Py_DECREF(op)
      }
    }
  }
  gc_list_merge(seen, collectable)
}
/** What finalizers brought back to life goes to the old generation. */
function handle_resurrected_objects(unreachable: number, still_unreachable: number, old: number): void {
  for (let g = GC_NEXT(unreachable); g !== unreachable; g = GC_NEXT(g)) gc_clear_collecting(g)
  deduce_unreachable(unreachable, still_unreachable)
  clear_unreachable_mask(still_unreachable)
  gc_list_merge(unreachable, old)
}
/** tp_clear everything: counts fall to zero and the objects go. */
function delete_garbage(collectable: number, old: number): void {
  while (!gc_list_is_empty(collectable)) {
    const g = GC_NEXT(collectable)
    const op = FROM_GC(g)
    if ((i32[(GC + GCState.debug) >> 2] & Debug.SAVEALL) !== 0) {
      if (gcHooks.PyList_Append(i32[(GC + GCState.garbage) >> 2] as Ref, op) < 0) gcHooks.PyErr_Clear()
    } else {
      const clear = i32[(Py_TYPE(op) + PyTypeObject.tp_clear) >> 2]
      if (clear !== 0) {
        Py_INCREF(op)
        fn<(op: Ref) => number>(clear)(op)
        if (errorSet()) gcHooks.writeUnraisableMsg("in tp_clear of", Py_TYPE(op))
        Py_DECREF(op)
      }
    }
    if (GC_NEXT(collectable) === g) {
      gc_clear_collecting(g)
      gc_list_move(g, old)
    }
  }
}
/** Objects with legacy finalizers go to gc.garbage (all, with SAVEALL) and live on in `old`. */
function handle_legacy_finalizers(finalizers: number, old: number): void {
  const garbage = i32[(GC + GCState.garbage) >> 2] as Ref
  for (let g = GC_NEXT(finalizers); g !== finalizers; g = GC_NEXT(g)) {
    const op = FROM_GC(g)
    if ((i32[(GC + GCState.debug) >> 2] & Debug.SAVEALL) !== 0 || has_legacy_finalizer(op)) {
      if (gcHooks.PyList_Append(garbage, op) < 0) {
        gcHooks.PyErr_Clear()
        break
      }
    }
  }
  gc_list_merge(finalizers, old)
}

function errorSet(): boolean {
  return i32[(tstate + PyThreadState.curexc_type) >> 2] !== 0
}
function debug_cycle(msg: string, op: Ref): void {
  gcHooks.writeStderr(`gc: ${msg} <${gcHooks.tpName(Py_TYPE(op))} 0x${op.toString(16)}>\n`)
}
function show_stats_each_generations(): void {
  let sizes = ""
  for (let i = 0; i < NUM_GENERATIONS; i++) sizes += ` ${gc_list_size(GEN_HEAD(i))}`
  gcHooks.writeStderr(
    `gc: objects in each generation:${sizes}\ngc: objects in permanent generation: ${gc_list_size(GC + GCState.permanent_generation)}\n`,
  )
}

/** Of the last gc_collect_main: freed and uncollectable objects. */
export let nCollected = 0
export let nUncollectable = 0

/** Collect `generation` and all younger ones. @returns unreachable objects found. `nofail`: drop an error instead of printing it. */
export function gc_collect_main(generation: number, nofail: boolean): number {
  const debug = i32[(GC + GCState.debug) >> 2]
  const recorded = (i32[HG.slow >> 2] & Slow.RECORD) !== 0
  if (recorded) record_collection_start()
  let t1 = 0
  if ((debug & Debug.STATS) !== 0) {
    gcHooks.writeStderr(`gc: collecting generation ${generation}...\n`)
    show_stats_each_generations()
    t1 = performance.now()
  }
  if (generation + 1 < NUM_GENERATIONS) i32[(GEN_HEAD(generation + 1) + Gen.count) >> 2]++
  for (let i = 0; i <= generation; i++) i32[(GEN_HEAD(i) + Gen.count) >> 2] = 0
  for (let i = 0; i < generation; i++) gc_list_merge(GEN_HEAD(i), GEN_HEAD(generation))

  const young = GEN_HEAD(generation)
  const old = generation < NUM_GENERATIONS - 1 ? GEN_HEAD(generation + 1) : young
  const unreachable = GC + GCState.unreachable
  const finalizers = GC + GCState.finalizers
  const final_unreachable = GC + GCState.final_unreachable
  const examined = recorded ? gc_list_size(young) : 0
  deduce_unreachable(young, unreachable)
  untrack_tuples(young)
  if (young !== old) {
    if (generation === NUM_GENERATIONS - 2) i32[(GC + GCState.long_lived_pending) >> 2] += gc_list_size(young)
    gc_list_merge(young, old)
  } else {
    const left = untrack_dicts(young)
    i32[(GC + GCState.long_lived_pending) >> 2] = 0
    i32[(GC + GCState.long_lived_total) >> 2] = left
  }

  gc_list_init(finalizers)
  move_legacy_finalizers(unreachable, finalizers)
  move_legacy_finalizer_reachable(finalizers)
  if ((i32[(GC + GCState.debug) >> 2] & Debug.COLLECTABLE) !== 0) {
    for (let g = GC_NEXT(unreachable); g !== unreachable; g = GC_NEXT(g)) debug_cycle("collectable", FROM_GC(g))
  }

  let m = handle_weakrefs(unreachable, old)
  finalize_garbage(unreachable)
  handle_resurrected_objects(unreachable, final_unreachable, old)
  m += gc_list_size(final_unreachable)
  delete_garbage(final_unreachable, old)

  let n = 0
  for (let g = GC_NEXT(finalizers); g !== finalizers; g = GC_NEXT(g)) {
    n++
    if ((i32[(GC + GCState.debug) >> 2] & Debug.UNCOLLECTABLE) !== 0) debug_cycle("uncollectable", FROM_GC(g))
  }
  if ((i32[(GC + GCState.debug) >> 2] & Debug.STATS) !== 0) {
    const d = (performance.now() - t1) / 1000
    gcHooks.writeStderr(`gc: done, ${n + m} unreachable, ${n} uncollectable, ${d.toFixed(4)}s elapsed\n`)
  }
  handle_legacy_finalizers(finalizers, old)
  if (generation === NUM_GENERATIONS - 1) gcHooks.clear_freelists()
  if (errorSet()) {
    if (nofail) gcHooks.PyErr_Clear()
    else gcHooks.writeUnraisableMsg("in garbage collection", 0 as Ref)
  }
  nCollected = m
  nUncollectable = n
  const stats = (GC + GCState.generation_stats + generation * Stats.SIZE) >> 2
  i32[stats]++
  i32[stats + 2] += m
  i32[stats + 4] += n
  if (recorded) record_collection_end(generation, examined, m, n)
  return n + m
}

function invoke_gc_callback(phase: string, generation: number, collected: number, uncollectable: number): void {
  const callbacks = i32[(GC + GCState.callbacks) >> 2] as Ref
  if (callbacks === 0 || i32[(callbacks + PyVarObject.ob_size) >> 2] === 0) return
  gcHooks.invokeCallbacks(callbacks, phase, generation, collected, uncollectable)
}
/** Collect, with gc.callbacks told before and after. */
export function gc_collect_with_callback(generation: number): number {
  invoke_gc_callback("start", generation, 0, 0)
  const result = gc_collect_main(generation, false)
  invoke_gc_callback("stop", generation, nCollected, nUncollectable)
  return result
}
/** Collect the oldest generation over its threshold; the oldest of all only when a quarter of it is new. */
export function gc_collect_generations(): number {
  for (let i = NUM_GENERATIONS - 1; i >= 0; i--) {
    if (i32[(GEN_HEAD(i) + Gen.count) >> 2] > i32[(GEN_HEAD(i) + Gen.threshold) >> 2]) {
      if (
        i === NUM_GENERATIONS - 1 &&
        i32[(GC + GCState.long_lived_pending) >> 2] < Math.trunc(i32[(GC + GCState.long_lived_total) >> 2] / 4)
      ) {
        continue
      }
      return gc_collect_with_callback(i)
    }
  }
  return 0
}

export function gc_freeze(): void {
  for (let i = 0; i < NUM_GENERATIONS; i++) {
    gc_list_merge(GEN_HEAD(i), GC + GCState.permanent_generation)
    i32[(GEN_HEAD(i) + Gen.count) >> 2] = 0
  }
}
export function gc_unfreeze(): void {
  gc_list_merge(GC + GCState.permanent_generation, GEN_HEAD(NUM_GENERATIONS - 1))
}
