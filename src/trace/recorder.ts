import { Cause, EventKind } from "../base/moultfile.ts"
import { setRecordHooks, setSlow } from "../heap/domains.ts"
import { Kind, Pool, Slow, Tables } from "../heap/heapglobals.ts"
import { PyGC_Head, PyObject, PyTypeObject } from "../heap/layout.ts"
import { STATIC_START } from "../heap/map.ts"
import { residentBytes } from "../heap/memstats.ts"
import { raw_usable } from "../heap/rawmalloc.ts"
import type { Ref } from "../heap/ref.ts"
import { HEAP_SIZE, i32, u8 } from "../heap/views.ts"
import { deathRow, internString } from "./intern.ts"
import { D, Death, H, Log, log, logF64, Node, recordable, Shadow, shadow } from "./log.ts"
import { currentFrame, currentLine, currentStack, names } from "./stacks.ts"

// The recording of `moult run`: every block's birth, with its stack and a serial number, and its death, with the line that caused it.
// Off, it costs nothing: the allocator's slow door is shut. Tables never grow with the length of a run, only with the number of
// different stacks; the log of single events keeps the newest.

const HAVE_GC = 1 << 14
const MANAGED_DICT = 1 << 4
const TYPE_SUBCLASS = 1 << 31

// Set while names are asked for, which may allocate: such blocks are not the program's.
let busy = false

/** Count `size` bytes and `n` blocks at the stack, and keep what it had at the last peak. */
function book(stack: number, size: number, n: number): void {
  const w = (Log.nodes >> 2) + stack * Node.WORDS
  const f = (Log.nodes >> 3) + stack * Node.DOUBLES
  if (log[w + Node.epoch] !== log[H.epoch]) {
    log[w + Node.epoch] = log[H.epoch]
    logF64[f + Node.saved_bytes] = logF64[f + Node.live_bytes]
    logF64[f + Node.saved_count] = logF64[f + Node.live_count]
  }
  logF64[f + Node.live_bytes] += size
  logF64[f + Node.live_count] += n
  const live = (logF64[D.live_bytes] += size)
  logF64[D.live_count] += n
  if (live > logF64[D.peak_bytes]) {
    logF64[D.peak_bytes] = live
    logF64[D.peak_count] = logF64[D.live_count]
    logF64[D.peak_serial] = logF64[D.serial]
    log[H.epoch] = (log[H.epoch] + 1) | 0
  }
}

function event(kind: EventKind, p: number, size: number, stack: number, w: number, type: number, cause: number): void {
  const n = logF64[D.events]++
  const e = (Log.events >> 2) + (n & (Log.MAX_EVENTS - 1)) * 8
  log[e] = kind
  log[e + 1] = p
  log[e + 2] = size
  log[e + 3] = stack
  log[e + 4] = shadow[w + Shadow.serial]
  log[e + 5] = shadow[w + Shadow.serial_hi]
  log[e + 6] = type
  log[e + 7] = cause
}

function sample(): void {
  let n = log[H.nsamples]
  if (n === Log.MAX_SAMPLES) {
    // full: keep every other sample, and sample half as often
    n >>= 1
    for (let i = 1; i < n; i++) {
      const to = (Log.samples >> 3) + i * 4
      for (let k = 0; k < 4; k++) logF64[to + k] = logF64[to + i * 4 + k]
    }
    logF64[D.sample_every] *= 2
  }
  const f = (Log.samples >> 3) + n * 4
  logF64[f] = logF64[D.serial]
  logF64[f + 1] = performance.now()
  logF64[f + 2] = residentBytes()
  logF64[f + 3] = logF64[D.live_bytes]
  log[H.nsamples] = n + 1
  logF64[D.next_sample] = logF64[D.serial] + logF64[D.sample_every]
}

function born(p: number, size: number): void {
  const w = p >> 2
  const serial = ++logF64[D.serial]
  const stack = currentStack()
  shadow[w + Shadow.size] = size
  shadow[w + Shadow.stack] = stack
  shadow[w + Shadow.serial] = serial
  shadow[w + Shadow.serial_hi] = serial / 4294967296
  const f = (Log.nodes >> 3) + stack * Node.DOUBLES
  logF64[f + Node.total_bytes] += size
  logF64[f + Node.total_count]++
  logF64[D.total_bytes] += size
  logF64[D.total_count]++
  book(stack, size, 1)
  event(EventKind.BIRTH, p, size, stack, w, 0, 0)
  if (serial >= logF64[D.next_sample]) sample()
}
function serialOf(w: number): number {
  return (shadow[w + Shadow.serial] >>> 0) + shadow[w + Shadow.serial_hi] * 4294967296
}

/** String of the type's name; 0 when `t` is no type. */
function typeRow(t: number): number {
  const serial = shadow[(t >> 2) - 4 + Shadow.serial]
  const mask = Log.MAX_TYPES - 1
  let i = (Math.imul(t >> 4, 0x9e3779b1) >>> 16) & mask
  for (; ; i = (i + 1) & mask) {
    const w = (Log.types >> 2) + i * 4
    if (log[w] === t && log[w + 1] === serial) return log[w + 2]
    if (log[w] !== 0 && log[w] !== t) continue
    const row = internString(names.typeName(t as Ref))
    if (log[w] === 0 && ++log[H.ntypes] * 2 > Log.MAX_TYPES) {
      log.fill(0, Log.types >> 2, (Log.types >> 2) + Log.MAX_TYPES * 4)
      log[H.ntypes] = 0
      return row
    }
    log[w] = t
    log[w + 1] = serial
    log[w + 2] = row
    return row
  }
}
function isType(t: number): boolean {
  if ((t & 7) !== 0 || t < STATIC_START || t > HEAP_SIZE - PyTypeObject.SIZE) return false
  const meta = i32[(t + PyObject.ob_type) >> 2]
  if ((meta & 7) !== 0 || meta < STATIC_START || meta > HEAP_SIZE - PyTypeObject.SIZE) return false
  return (i32[(meta + PyTypeObject.tp_flags) >> 2] & TYPE_SUBCLASS) !== 0 && i32[(t + 12) >> 2] === 0
}
/** Name of the type of the dead object in the block, 0 if it holds none. */
function deadType(p: number, size: number): number {
  for (let pre = 0; pre <= 32 && pre + PyObject.SIZE <= size; pre += 16) {
    const w = (p + pre) >> 2
    if (i32[w] !== 0 || i32[w + 1] !== 0 || i32[w + 3] !== 0 || !isType(i32[w + 2])) continue
    const flags = i32[(i32[w + 2] + PyTypeObject.tp_flags) >> 2]
    if (((flags & HAVE_GC) !== 0 ? 16 : 0) + ((flags & MANAGED_DICT) !== 0 ? 16 : 0) === pre) return typeRow(i32[w + 2])
  }
  return 0
}
function died(p: number): void {
  const w = p >> 2
  const serial = serialOf(w)
  if (serial === 0) return
  const size = shadow[w + Shadow.size]
  const stack = shadow[w + Shadow.stack]
  const type = deadType(p, size)
  let cause = Cause.DECREF
  let line = 0
  if (log[H.collecting] !== 0 && currentFrame() === (log[H.collecting] & ~1)) {
    cause = Cause.COLLECTION
    line = log[H.collecting_line]
  } else {
    line = currentLine()
    if (line === 0) cause = Cause.RUNTIME
  }
  const row = deathRow(stack, type, line, cause)
  if (row >= 0) {
    const f = row >> 1
    const age = logF64[D.serial] - serial
    logF64[f + Death.count]++
    logF64[f + Death.bytes] += size
    logF64[f + Death.age_sum] += age
    if (age > logF64[f + Death.age_max]) logF64[f + Death.age_max] = age
  }
  book(stack, -size, -1)
  event(EventKind.DEATH, p, size, line, w, type, cause)
  shadow[w + Shadow.serial] = 0
  shadow[w + Shadow.serial_hi] = 0
}

// What reading the clock itself takes, in ms; measured at the start.
let clockCost = 0
const TIMED = 256
const MAX_EVENT_MS = 0.05

function timed(): boolean {
  return (logF64[D.events] & (TIMED - 1)) === 0
}
function spent(since: number): void {
  // what takes longer was another process's turn
  logF64[D.spent_ms] += Math.min(MAX_EVENT_MS, Math.max(0, performance.now() - since - clockCost)) * TIMED
}

function on_alloc(p: number, n: number): void {
  if (busy) return
  busy = true
  if (timed()) {
    const t = performance.now()
    born(p, n)
    spent(t)
  } else born(p, n)
  busy = false
}
/** Before the block is freed: the type is still to be seen. */
function on_free(p: number): void {
  if (busy) return
  busy = true
  if (timed()) {
    const t = performance.now()
    died(p)
    spent(t)
  } else died(p)
  busy = false
}
function on_realloc(p: number, q: number, n: number): void {
  if (busy) return
  busy = true
  const from = p >> 2
  const w = q >> 2
  const lo = shadow[from + Shadow.serial]
  const hi = shadow[from + Shadow.serial_hi]
  if (lo === 0 && hi === 0) born(q, n)
  else {
    // it keeps its serial and goes to the stack that resized it
    book(shadow[from + Shadow.stack], -shadow[from + Shadow.size], -1)
    shadow[from + Shadow.serial] = 0
    shadow[from + Shadow.serial_hi] = 0
    const stack = currentStack()
    shadow[w + Shadow.size] = n
    shadow[w + Shadow.stack] = stack
    shadow[w + Shadow.serial] = lo
    shadow[w + Shadow.serial_hi] = hi
    book(stack, n, 1)
    event(EventKind.RESIZE, q, n, stack, w, 0, 0)
  }
  busy = false
}
setRecordHooks(on_alloc, on_free, on_realloc)

/** A dead object or table goes to a free list. */
export function record_retire(op: number): void {
  if (busy) return
  busy = true
  for (let pre = 0; pre <= 32; pre += 16) {
    const w = (op - pre) >> 2
    if (shadow[w + Shadow.serial] === 0 && shadow[w + Shadow.serial_hi] === 0) continue
    died(op - pre)
    break
  }
  busy = false
}
/** A block comes out of a free list. */
export function record_reuse(p: number): void {
  if (busy || serialOf(p >> 2) !== 0) return
  busy = true
  let size = shadow[(p >> 2) + Shadow.size]
  if (size === 0)
    size = u8[Tables.kind + (p >> Pool.BITS)] === Kind.ARENA ? (i32[((p & -Pool.SIZE) + Pool.szidx) >> 2] + 1) << 4 : raw_usable(p)
  born(p, size)
  busy = false
}
/** An object comes out of a free list, or is resurrected. */
export function record_reference(op: Ref): void {
  const type = i32[(op + PyObject.ob_type) >> 2]
  record_reuse((i32[(type + PyTypeObject.tp_flags) >> 2] & HAVE_GC) !== 0 ? op - PyGC_Head.SIZE : op)
}

export function record_collection_start(): void {
  log[H.collecting] = currentFrame() | 1
  log[H.collecting_line] = currentLine()
  logF64[D.collection_start] = performance.now()
}
export function record_collection_end(generation: number, examined: number, collected: number, uncollectable: number): void {
  const n = logF64[D.collections]++
  const row = Log.collections + (n & (Log.MAX_COLLECTIONS - 1)) * 64
  log[row >> 2] = generation
  log[(row >> 2) + 1] = log[H.collecting_line]
  const f = row >> 3
  logF64[f + 1] = logF64[D.serial]
  logF64[f + 2] = collected
  logF64[f + 3] = uncollectable
  logF64[f + 4] = examined
  logF64[f + 5] = performance.now() - logF64[D.collection_start]
  log[H.collecting] = 0
}

/** Start recording. @returns false when this process has no memory for it. */
export function recorder_start(): boolean {
  if (!recordable) return false
  clockCost = 1
  for (let i = 0; i < 1000; i++) {
    const t = performance.now()
    clockCost = Math.min(clockCost, performance.now() - t)
  }
  log[H.nframes] = 1
  log[H.nnodes] = 1
  log[H.nstrings] = 1
  log[H.epoch] = 1
  logF64[D.sample_every] = 64
  sample()
  setSlow(Slow.RECORD, true)
  return true
}
/** Go on after a stop. */
export function recorder_resume(): void {
  setSlow(Slow.RECORD, true)
}
export function recorder_stop(): void {
  setSlow(Slow.RECORD, false)
}
