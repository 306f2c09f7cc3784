import { writeSync } from "node:fs"
import { setDumpTracebackHook } from "../heap/debugalloc.ts"
import { setSlow, setTraceHooks } from "../heap/domains.ts"
import { HG, Slow } from "../heap/heapglobals.ts"
import {
  PyASCIIObject,
  PyCodeObject,
  PyGC_Head,
  PyObject,
  PyThreadState,
  PyTypeObject,
  _PyCFrame,
  _PyInterpreterFrame,
} from "../heap/layout.ts"
import { raw_free, raw_malloc } from "../heap/rawmalloc.ts"
import { Py_DECREF, Py_INCREF } from "../heap/refcount.ts"
import type { Ref } from "../heap/ref.ts"
import { tstate } from "../heap/tstate.ts"
import { i32, u16, u8 } from "../heap/views.ts"
import { record_reference } from "./recorder.ts"
import { Table, Trace, set_add, set_clear, set_find, table_clear, trace_delete, trace_find, trace_insert } from "./tables.ts"

// Modules/_tracemalloc.c: which lines made the bytes. Sizes are the requested ones, GC heads included, as in CPython.
//
// traceback, in raw memory:  ┌ hash 4 ┬ nframe 2 ┬ total_nframe 2 ┬ (filename 4, lineno 4) × nframe ┐
// Everything is in untraced raw memory, so every worker and every snapshot has it. Invariant: traced == Σ size over the traces.

export const enum TM {
  tracing = HG.trace,
  max_nframe = HG.trace + 4,
  initialized = HG.trace + 8,
  traced = HG.trace + 12,
  peak = HG.trace + 16,
  buffer = HG.trace + 20,
  empty = HG.trace + 24,
  traces = HG.trace + 32,
  tracebacks = HG.trace + 48,
  filenames = HG.trace + 64,
}
export const MAX_NFRAME = 65535

const enum TB {
  hash = 0,
  nframe = 4,
  total_nframe = 6,
  frames = 8,
}
/** FRAME_OWNED_BY_GENERATOR */
const OWNED_BY_GENERATOR = 1
const HAVE_GC = 1 << 14

/** What the floors above provide; registered at load by modules/_tracemalloc.ts. */
export interface LineHooks {
  PyCode_Addr2Line: (code: Ref, addrq: number) => number
  /** Low word of PyObject_Hash of a str. */
  hash: (s: Ref) => number
  equal: (a: Ref, b: Ref) => boolean
  isUnicode: (op: Ref) => boolean
  /** The str "<unknown>". */
  unknown: Ref
  /** Text of a str, for reports. */
  text: (s: Ref) => string
}
let hooks = undefined as unknown as LineHooks

export function setLineHooks(h: LineHooks): void {
  hooks = h
}

// Set while the tables themselves are at work in this worker: such allocations are not traced.
let reentrant = false
export function setReentrant(on: boolean): void {
  reentrant = on
}

function sameFilename(a: number, b: number): boolean {
  return hooks.equal(a as Ref, b as Ref)
}
/** The interned filename of the frame; owned by the filenames table. */
function filenameOf(frame: number): number {
  const name = i32[(i32[(frame + _PyInterpreterFrame.f_code) >> 2] + PyCodeObject.co_filename) >> 2] as Ref
  if (name === 0 || !hooks.isUnicode(name)) return hooks.unknown
  const cached = i32[(name + PyASCIIObject.hash) >> 2]
  const hash = cached === -1 ? hooks.hash(name) : cached
  const known = set_find(TM.filenames, name, hash, sameFilename)
  if (known !== 0) return known
  if (!set_add(TM.filenames, name, hash)) return hooks.unknown
  Py_INCREF(name)
  return name
}
function lineOf(frame: number): number {
  const code = i32[(frame + _PyInterpreterFrame.f_code) >> 2] as Ref
  const at = i32[(frame + _PyInterpreterFrame.prev_instr) >> 2] - code - PyCodeObject.co_code_adaptive
  const line = hooks.PyCode_Addr2Line(code, at)
  return line < 0 ? 0 : line
}
/** A frame that has not reached its first traceable instruction. */
function isIncomplete(frame: number): boolean {
  if (u8[frame + _PyInterpreterFrame.owner] === OWNED_BY_GENERATOR) return false
  const code = i32[(frame + _PyInterpreterFrame.f_code) >> 2]
  const first = code + PyCodeObject.co_code_adaptive + 2 * i32[(code + PyCodeObject._co_firsttraceable) >> 2]
  return i32[(frame + _PyInterpreterFrame.prev_instr) >> 2] < first
}

/** Fill the buffer from this thread's frames, innermost first. @returns frames stored. */
function traceback_get_frames(buf: number): number {
  const max = i32[TM.max_nframe >> 2]
  let nframe = 0
  let total = 0
  const cframe = i32[(tstate + PyThreadState.cframe) >> 2]
  let frame = cframe === 0 ? 0 : i32[(cframe + _PyCFrame.current_frame) >> 2]
  for (; frame !== 0; frame = i32[(frame + _PyInterpreterFrame.previous) >> 2]) {
    if (isIncomplete(frame)) continue
    if (nframe < max) {
      const at = (buf + TB.frames + nframe * 8) >> 2
      i32[at] = filenameOf(frame)
      i32[at + 1] = lineOf(frame)
      nframe++
    }
    if (total < 65535) total++
  }
  u16[(buf + TB.nframe) >> 1] = nframe
  u16[(buf + TB.total_nframe) >> 1] = total
  return nframe
}
function traceback_hash(buf: number, nframe: number): number {
  let x = 0x345678
  for (let i = 0; i < nframe * 2; i++) x = Math.imul(x ^ i32[(buf + TB.frames + i * 4) >> 2], 1000003)
  x ^= u16[(buf + TB.total_nframe) >> 1]
  return (x ^ (x >>> 15)) | 0
}
function sameTraceback(a: number, b: number): boolean {
  const n = u16[(a + TB.nframe) >> 1]
  if (i32[(a + TB.nframe) >> 2] !== i32[(b + TB.nframe) >> 2]) return false
  for (let i = 0; i < n * 2; i++) if (i32[(a + TB.frames + i * 4) >> 2] !== i32[(b + TB.frames + i * 4) >> 2]) return false
  return true
}
/** The interned traceback of this thread's frames; 0 without memory. */
function traceback_new(): number {
  const buf = i32[TM.buffer >> 2]
  const nframe = traceback_get_frames(buf)
  if (nframe === 0) return i32[TM.empty >> 2]
  const hash = traceback_hash(buf, nframe)
  i32[buf >> 2] = hash
  const known = set_find(TM.tracebacks, buf, hash, sameTraceback)
  if (known !== 0) return known
  const size = TB.frames + nframe * 8
  const copy = raw_malloc(size)
  if (copy === 0) return 0
  u8.copyWithin(copy, buf, buf + size)
  if (!set_add(TM.tracebacks, copy, hash)) {
    raw_free(copy)
    return 0
  }
  return copy
}

function remove_trace(domain: number, ptr: number): void {
  const w = trace_find(TM.traces, domain, ptr)
  if (w === 0) return
  i32[TM.traced >> 2] -= i32[w + Trace.size]
  trace_delete(TM.traces, w)
}
function add_trace(domain: number, ptr: number, size: number): number {
  const traceback = traceback_new()
  if (traceback === 0) return -1
  let w = trace_find(TM.traces, domain, ptr)
  if (w !== 0) i32[TM.traced >> 2] -= i32[w + Trace.size]
  else {
    w = trace_insert(TM.traces, domain, ptr)
    if (w === 0) return -1
  }
  i32[w + Trace.size] = size
  i32[w + Trace.traceback] = traceback
  const traced = (i32[TM.traced >> 2] += size)
  if (traced > i32[TM.peak >> 2]) i32[TM.peak >> 2] = traced
  return 0
}

function on_alloc(p: number, n: number): number {
  if (reentrant) return 0
  reentrant = true
  const r = add_trace(0, p, n)
  reentrant = false
  return r
}
function on_free(p: number): void {
  remove_trace(0, p)
}
function on_realloc(p: number, q: number, n: number): void {
  if (reentrant) {
    remove_trace(0, p)
    return
  }
  reentrant = true
  if (p !== q) remove_trace(0, p)
  const r = add_trace(0, q, n)
  reentrant = false
  // the block may have shrunk already, so realloc cannot fail any more: the trace is lost
  if (r < 0) remove_trace(0, q)
}
setTraceHooks(on_alloc, on_free, on_realloc)

function decrefFilename(a: number): void {
  Py_DECREF(a as Ref)
}
function clear(): void {
  const was = reentrant
  reentrant = true
  table_clear(TM.traces)
  i32[TM.traced >> 2] = 0
  i32[TM.peak >> 2] = 0
  set_clear(TM.tracebacks, raw_free)
  set_clear(TM.filenames, decrefFilename)
  reentrant = was
}

/** Start tracing with at most `max_nframe` (1 … MAX_NFRAME) frames a traceback. @returns 0, or -1 without memory. */
export function tracemalloc_start(max_nframe: number): number {
  if (i32[TM.tracing >> 2] !== 0) return 0
  if (i32[TM.empty >> 2] === 0) {
    const e = raw_malloc(TB.frames + 8)
    if (e === 0) return -1
    u16[(e + TB.nframe) >> 1] = 1
    u16[(e + TB.total_nframe) >> 1] = 1
    i32[(e + TB.frames) >> 2] = hooks.unknown
    i32[(e + TB.frames + 4) >> 2] = 0
    i32[e >> 2] = traceback_hash(e, 1)
    i32[TM.empty >> 2] = e
  }
  const buffer = raw_malloc(TB.frames + max_nframe * 8)
  if (buffer === 0) return -1
  i32[TM.buffer >> 2] = buffer
  i32[TM.max_nframe >> 2] = max_nframe
  i32[TM.initialized >> 2] = 1
  i32[TM.tracing >> 2] = 1
  setSlow(Slow.TRACE, true)
  return 0
}
export function tracemalloc_stop(): void {
  if (i32[TM.tracing >> 2] === 0) return
  i32[TM.tracing >> 2] = 0
  setSlow(Slow.TRACE, false)
  clear()
  raw_free(i32[TM.buffer >> 2])
  i32[TM.buffer >> 2] = 0
}
export function tracemalloc_clear_traces(): void {
  if (i32[TM.tracing >> 2] !== 0) clear()
}
export function tracemalloc_is_tracing(): boolean {
  return i32[TM.tracing >> 2] !== 0
}
/** Interpreter shutdown. */
export function _PyTraceMalloc_Fini(): void {
  tracemalloc_stop()
}
export function traceback_limit(): number {
  return i32[TM.initialized >> 2] === 0 ? 1 : i32[TM.max_nframe >> 2]
}
export function traced_memory(): number {
  return i32[TM.traced >> 2]
}
export function peak_memory(): number {
  return i32[TM.peak >> 2]
}
export function reset_peak(): void {
  if (i32[TM.tracing >> 2] !== 0) i32[TM.peak >> 2] = i32[TM.traced >> 2]
}
/** Bytes of the tables. */
export function tracemalloc_memory(): number {
  const cap = (t: number): number => i32[(t + Table.capacity) >> 2]
  return 48 + cap(TM.traces) * 16 + cap(TM.tracebacks) * 8 + cap(TM.filenames) * 8
}

/** Trace a block of a domain of one's own. @returns -2 when not tracing, -1 without memory. */
export function PyTraceMalloc_Track(domain: number, ptr: number, size: number): number {
  if (i32[TM.tracing >> 2] === 0) return -2
  const was = reentrant
  reentrant = true
  const r = add_trace(domain, ptr, size)
  reentrant = was
  return r
}
export function PyTraceMalloc_Untrack(domain: number, ptr: number): number {
  if (i32[TM.tracing >> 2] === 0) return -2
  remove_trace(domain, ptr)
  return 0
}
function blockOf(op: Ref): number {
  const type = i32[(op + PyObject.ob_type) >> 2]
  return (i32[(type + PyTypeObject.tp_flags) >> 2] & HAVE_GC) !== 0 ? op - PyGC_Head.SIZE : op
}
/** An object out of a free list: its trace gets the current traceback. */
export function _PyTraceMalloc_NewReference(op: Ref): number {
  if ((i32[HG.slow >> 2] & Slow.RECORD) !== 0) record_reference(op)
  if (i32[TM.tracing >> 2] === 0) return -1
  const w = trace_find(TM.traces, 0, blockOf(op))
  if (w === 0) return -1
  const was = reentrant
  reentrant = true
  const traceback = traceback_new()
  reentrant = was
  if (traceback === 0) return -1
  i32[w + Trace.traceback] = traceback
  return 0
}

/** The traceback of a block, 0 if it is not traced. */
export function get_traceback(domain: number, ptr: number): number {
  if (i32[TM.tracing >> 2] === 0) return 0
  const w = trace_find(TM.traces, domain, ptr)
  return w === 0 ? 0 : i32[w + Trace.traceback]
}
export function get_object_traceback(op: Ref): number {
  return get_traceback(0, blockOf(op))
}
export function traceback_nframe(tb: number): number {
  return u16[(tb + TB.nframe) >> 1]
}
export function traceback_total(tb: number): number {
  return u16[(tb + TB.total_nframe) >> 1]
}
/** Borrowed. */
export function traceback_filename(tb: number, i: number): Ref {
  return i32[(tb + TB.frames + i * 8) >> 2] as Ref
}
export function traceback_lineno(tb: number, i: number): number {
  return i32[(tb + TB.frames + i * 8 + 4) >> 2]
}
/** A copy of all traces as (ptr, size, traceback, domain) words: safe to walk while Python runs and allocates. */
export function copy_traces(): Int32Array {
  const cap = i32[(TM.traces + Table.capacity) >> 2]
  const base = i32[(TM.traces + Table.address) >> 2] >> 2
  const out = new Int32Array(i32[(TM.traces + Table.count) >> 2] * 4)
  let o = 0
  for (let i = 0; i < cap; i++) {
    const w = base + i * Trace.WORDS
    if (i32[w + Trace.domain1] === 0) continue
    out[o++] = i32[w]
    out[o++] = i32[w + Trace.size]
    out[o++] = i32[w + Trace.traceback]
    out[o++] = i32[w + Trace.domain1] - 1
  }
  return out
}

/** Where the block was allocated, to stderr (fatal errors of the debug allocator). */
export function _PyMem_DumpTraceback(ptr: number): void {
  if (i32[TM.tracing >> 2] === 0) {
    writeSync(2, "Enable tracemalloc to get the memory block allocation traceback\n\n")
    return
  }
  const tb = get_traceback(0, ptr)
  if (tb === 0) return
  let out = "Memory block allocated at (most recent call first):\n"
  for (let i = 0; i < traceback_nframe(tb); i++) {
    out += `  File "${hooks.text(traceback_filename(tb, i))}", line ${traceback_lineno(tb, i)}\n`
  }
  writeSync(2, `${out}\n`)
}
setDumpTracebackHook(_PyMem_DumpTraceback)
