import { set64, setptr, setssize } from "../heap/access.ts"
import { fn } from "../heap/fntable.ts"
import { PyGC_Head, PyObject, PyThreadState, PyTypeObject, PyVarObject } from "../heap/layout.ts"
import { PyObject_Free, PyObject_Malloc, PyObject_Realloc } from "../heap/obmalloc.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { Py_CLEAR, Py_INCREF, Py_TYPE } from "../heap/refcount.ts"
import { tstate } from "../heap/tstate.ts"
import { i32 } from "../heap/views.ts"
import { gc_collect_generations, gc_collect_main, gc_collect_with_callback } from "./collect.ts"
import { gcHooks } from "./hooks.ts"
import { FROM_GC, Flag, GC, GCState, GC_NEXT, GC_PREV, GEN_HEAD, Gen, NUM_GENERATIONS, SET_PREV, gc_list_remove } from "./state.ts"

// Modules/gcmodule.c: allocation, tracking and the C API. The collector itself is collect.ts; the Python module modules/gcmodule.ts.

export { _PyGC_InitState, AS_GC, FROM_GC, GC_NEXT, GC_PREV, NUM_GENERATIONS } from "./state.ts"

/** GC0's word indexes. */
const GEN0 = GC + GCState.generations
const HAVE_GC = 1 << 14
const MANAGED_DICT = 1 << 4
const HEAPTYPE = 1 << 9

export function _PyType_IS_GC(type: Ref): boolean {
  return (i32[(type + PyTypeObject.tp_flags) >> 2] & HAVE_GC) !== 0
}
export function PyType_IS_GC(type: Ref): boolean {
  return (i32[(type + PyTypeObject.tp_flags) >> 2] & HAVE_GC) !== 0
}
/** Does this very object have a GC head? (tp_is_gc: static types have none.) */
export function _PyObject_IS_GC(op: Ref): boolean {
  const type = Py_TYPE(op)
  if ((i32[(type + PyTypeObject.tp_flags) >> 2] & HAVE_GC) === 0) return false
  const is_gc = i32[(type + PyTypeObject.tp_is_gc) >> 2]
  return is_gc === 0 || fn<(op: Ref) => number>(is_gc)(op) !== 0
}
export function PyObject_IS_GC(op: Ref): boolean {
  return _PyObject_IS_GC(op)
}
/** Bytes before the object: GC head, and below it values and dict pointers of a managed-dict instance. */
export function _PyType_PreHeaderSize(type: Ref): number {
  const flags = i32[(type + PyTypeObject.tp_flags) >> 2]
  return ((flags & HAVE_GC) !== 0 ? PyGC_Head.SIZE : 0) + ((flags & MANAGED_DICT) !== 0 ? 16 : 0)
}

export function _PyObject_GC_IS_TRACKED(op: Ref): boolean {
  return i32[(op - PyGC_Head.SIZE) >> 2] !== 0
}
/** Link a fully built, untracked object into generation 0. */
export function _PyObject_GC_TRACK(op: Ref): void {
  const g = (op - PyGC_Head.SIZE) >> 2
  const last = i32[(GEN0 >> 2) + 2]
  i32[last >> 2] = op - PyGC_Head.SIZE
  i32[g + 2] = (i32[g + 2] & ~Flag.PREV_MASK) | last
  i32[g] = GEN0
  i32[(GEN0 >> 2) + 2] = op - PyGC_Head.SIZE
}
/** Unlink a tracked object; its FINALIZED flag stays. */
export function _PyObject_GC_UNTRACK(op: Ref): void {
  const g = (op - PyGC_Head.SIZE) >> 2
  const prev = i32[g + 2] & Flag.PREV_MASK
  const next = i32[g]
  i32[prev >> 2] = next
  i32[(next >> 2) + 2] = (i32[(next >> 2) + 2] & ~Flag.PREV_MASK) | prev
  i32[g] = 0
  i32[g + 2] &= Flag.FINALIZED
}
export function PyObject_GC_Track(op: Ref): void {
  _PyObject_GC_TRACK(op)
}
/** May be called on an untracked object too. */
export function PyObject_GC_UnTrack(op: Ref): void {
  if (i32[(op - PyGC_Head.SIZE) >> 2] !== 0) _PyObject_GC_UNTRACK(op)
}
/** tp_dealloc's first call on any GC object; alias used by a few files. */
export function _PyObject_GC_MAY_BE_TRACKED(op: Ref): boolean {
  return _PyObject_IS_GC(op) && (Py_TYPE(op) !== gcHooks.PyTuple_Type || _PyObject_GC_IS_TRACKED(op))
}

export function _PyGCHead_FINALIZED(g: number): boolean {
  return (i32[(g >> 2) + 2] & Flag.FINALIZED) !== 0
}
export function _PyGC_FINALIZED(op: Ref): boolean {
  return (i32[(op - PyGC_Head.SIZE + PyGC_Head._gc_prev) >> 2] & Flag.FINALIZED) !== 0
}
export function _PyGC_SET_FINALIZED(op: Ref): void {
  i32[(op - PyGC_Head.SIZE + PyGC_Head._gc_prev) >> 2] |= Flag.FINALIZED
}
export function _PyGCHead_NEXT(g: number): number {
  return GC_NEXT(g)
}
export function _PyGCHead_PREV(g: number): number {
  return GC_PREV(g)
}
export function _PyGCHead_SET_PREV(g: number, p: number): void {
  SET_PREV(g, p)
}
export function PyObject_GC_IsTracked(op: Ref): number {
  return _PyObject_IS_GC(op) && _PyObject_GC_IS_TRACKED(op) ? 1 : 0
}
export function PyObject_GC_IsFinalized(op: Ref): number {
  return _PyObject_IS_GC(op) && _PyGC_FINALIZED(op) ? 1 : 0
}

/** Count a new GC object (its head zeroed, not yet tracked); this is where a collection starts. */
export function _PyObject_GC_Link(op: Ref): void {
  const g = (op - PyGC_Head.SIZE) >> 2
  i32[g] = 0
  i32[g + 1] = 0
  i32[g + 2] = 0
  i32[g + 3] = 0
  if (++i32[(GEN0 + Gen.count) >> 2] > i32[(GEN0 + Gen.threshold) >> 2]) collect_young()
}
function collect_young(): void {
  if (
    i32[(GC + GCState.enabled) >> 2] !== 0 &&
    i32[(GEN0 + Gen.threshold) >> 2] !== 0 &&
    i32[(GC + GCState.collecting) >> 2] === 0 &&
    i32[(tstate + PyThreadState.curexc_type) >> 2] === 0
  ) {
    i32[(GC + GCState.collecting) >> 2] = 1
    gc_collect_generations()
    i32[(GC + GCState.collecting) >> 2] = 0
  }
}

/** `size` bytes of object behind `presize` bytes of pre-header; NULL with MemoryError set. */
function gc_alloc(size: number, presize: number): Own {
  const mem = PyObject_Malloc(presize + size)
  if (mem === 0) return gcHooks.PyErr_NoMemory()
  i32[mem >> 2] = 0
  i32[(mem >> 2) + 1] = 0
  i32[(mem >> 2) + 2] = 0
  i32[(mem >> 2) + 3] = 0
  const op = (mem + presize) as Own
  _PyObject_GC_Link(op)
  return op
}

/** A new untracked object: header set, type increfed if on the heap, the rest uninitialised. NULL with MemoryError set. */
export function _PyObject_GC_New(type: Ref): Own {
  const $op = gc_alloc(i32[(type + PyTypeObject.tp_basicsize) >> 2], _PyType_PreHeaderSize(type))
  if ($op === NULL) return NULL
  set64($op, 1, 0)
  setptr($op + PyObject.ob_type, type)
  if ((i32[(type + PyTypeObject.tp_flags) >> 2] & HEAPTYPE) !== 0) Py_INCREF(type)
  return $op
}
export function PyObject_GC_New(type: Ref): Own {
  return _PyObject_GC_New(type)
}
/** _PyObject_VAR_SIZE, rounded to 8. A double, since it may exceed 32 bits. */
export function _PyObject_VAR_SIZE(type: Ref, nitems: number): number {
  const size = i32[(type + PyTypeObject.tp_basicsize) >> 2] + nitems * i32[(type + PyTypeObject.tp_itemsize) >> 2]
  return size < 0x3ffffff0 ? (size + 7) & ~7 : size
}
/** As _PyObject_GC_New, with ob_size set to `nitems`. */
export function _PyObject_GC_NewVar(type: Ref, nitems: number): Own {
  if (nitems < 0) {
    gcHooks.PyErr_BadInternalCall()
    return NULL
  }
  const $op = gc_alloc(_PyObject_VAR_SIZE(type, nitems), _PyType_PreHeaderSize(type))
  if ($op === NULL) return NULL
  set64($op, 1, 0)
  setptr($op + PyObject.ob_type, type)
  setssize($op + PyVarObject.ob_size, nitems)
  if ((i32[(type + PyTypeObject.tp_flags) >> 2] & HEAPTYPE) !== 0) Py_INCREF(type)
  return $op
}
export function PyObject_GC_NewVar(type: Ref, nitems: number): Own {
  return _PyObject_GC_NewVar(type, nitems)
}
/** Resize an untracked object that nobody else refers to; it may move. NULL with MemoryError set (the old one stays). */
export function _PyObject_GC_Resize(op: Ref, nitems: number): Own {
  const g = PyObject_Realloc(op - PyGC_Head.SIZE, PyGC_Head.SIZE + _PyObject_VAR_SIZE(Py_TYPE(op), nitems))
  if (g === 0) return gcHooks.PyErr_NoMemory()
  const moved = FROM_GC(g) as Own
  setssize(moved + PyVarObject.ob_size, nitems)
  return moved
}
export function PyObject_GC_Resize(op: Ref, nitems: number): Own {
  return _PyObject_GC_Resize(op, nitems)
}
/** Free a dead GC object's memory (its type's count is the caller's business). */
export function PyObject_GC_Del(op: number): void {
  const presize = _PyType_PreHeaderSize(Py_TYPE(op as Ref))
  if (i32[(op - PyGC_Head.SIZE) >> 2] !== 0) gc_list_remove(op - PyGC_Head.SIZE)
  if (i32[(GEN0 + Gen.count) >> 2] > 0) i32[(GEN0 + Gen.count) >> 2]--
  PyObject_Free(op - presize)
}

export function PyGC_Enable(): number {
  const old = i32[(GC + GCState.enabled) >> 2]
  i32[(GC + GCState.enabled) >> 2] = 1
  return old
}
export function PyGC_Disable(): number {
  const old = i32[(GC + GCState.enabled) >> 2]
  i32[(GC + GCState.enabled) >> 2] = 0
  return old
}
export function PyGC_IsEnabled(): number {
  return i32[(GC + GCState.enabled) >> 2]
}

/** A full collection that keeps the current error; does nothing when the collector is disabled. @returns objects collected. */
export function PyGC_Collect(): number {
  if (i32[(GC + GCState.enabled) >> 2] === 0 || i32[(GC + GCState.collecting) >> 2] !== 0) return 0
  i32[(GC + GCState.collecting) >> 2] = 1
  const e = (tstate + PyThreadState.curexc_type) >> 2
  const type = i32[e]
  const value = i32[e + 2]
  const tb = i32[e + 4]
  i32[e] = 0
  i32[e + 2] = 0
  i32[e + 4] = 0
  const n = gc_collect_with_callback(NUM_GENERATIONS - 1)
  gcHooks.PyErr_Clear()
  i32[e] = type
  i32[e + 2] = value
  i32[e + 4] = tb
  i32[(GC + GCState.collecting) >> 2] = 0
  return n
}

/** gc.collect(): collect even when disabled; 0 while another collection runs. */
export function gc_collect(generation: number): number {
  if (i32[(GC + GCState.collecting) >> 2] !== 0) return 0
  i32[(GC + GCState.collecting) >> 2] = 1
  const n = gc_collect_with_callback(generation)
  i32[(GC + GCState.collecting) >> 2] = 0
  return n
}

/** At shutdown: a full collection without callbacks whose errors are dropped. */
export function _PyGC_CollectNoFail(): number {
  if (i32[(GC + GCState.collecting) >> 2] !== 0) return 0
  i32[(GC + GCState.collecting) >> 2] = 1
  const n = gc_collect_main(NUM_GENERATIONS - 1, true)
  i32[(GC + GCState.collecting) >> 2] = 0
  return n
}

/** Boot, once lists exist: gc.garbage and gc.callbacks. @returns 0, or -1 without memory. */
export function _PyGC_Init(): number {
  const garbage = gcHooks.PyList_New()
  if (garbage === NULL) return -1
  setptr(GC + GCState.garbage, garbage)
  const callbacks = gcHooks.PyList_New()
  if (callbacks === NULL) return -1
  setptr(GC + GCState.callbacks, callbacks)
  return 0
}
export function _PyGC_Fini(): void {
  Py_CLEAR(GC + GCState.garbage)
  Py_CLEAR(GC + GCState.callbacks)
}

/** Warn about what stayed in gc.garbage (interpreter shutdown). */
export function _PyGC_DumpShutdownStats(): void {
  const garbage = i32[(GC + GCState.garbage) >> 2] as Ref
  const debug = i32[(GC + GCState.debug) >> 2]
  if ((debug & 32) !== 0 || garbage === NULL) return
  const n = i32[(garbage + PyVarObject.ob_size) >> 2]
  if (n === 0) return
  const list = (debug & 4) !== 0
  const hint = list ? "" : "; use gc.set_debug(gc.DEBUG_UNCOLLECTABLE) to list them"
  gcHooks.warnGarbage(garbage, `gc: ${n} uncollectable objects at shutdown${hint}`, list)
}

/** gc.freeze(): everything tracked moves to the permanent generation. */
export { gc_freeze, gc_unfreeze } from "./collect.ts"

/** Allocation counts and thresholds: `generation(i, Gen field)`. */
export function gc_threshold(i: number): number {
  return i32[(GEN_HEAD(i) + Gen.threshold) >> 2]
}
export function gc_set_threshold(i: number, v: number): void {
  i32[(GEN_HEAD(i) + Gen.threshold) >> 2] = v
}
export function gc_count(i: number): number {
  return i32[(GEN_HEAD(i) + Gen.count) >> 2]
}
