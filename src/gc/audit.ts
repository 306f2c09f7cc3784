import { forEachBlock, verifyPools } from "../heap/audit.ts"
import { HG } from "../heap/heapglobals.ts"
import { PyASCIIObject, PyCodeObject, PyObject, PyThreadState, PyTypeObject, _PyCFrame, _PyInterpreterFrame } from "../heap/layout.ts"
import { INTERP, Interp, MAIN_TSTATE, STATIC_END, STATIC_START } from "../heap/map.ts"
import type { Ref } from "../heap/ref.ts"
import { IMMORTAL, staticTop } from "../heap/statics.ts"
import { HEAP_SIZE, i32, u8 } from "../heap/views.ts"
import { _PyObject_GC_IS_TRACKED, _PyType_PreHeaderSize } from "./gcmodule.ts"
import { gcHooks } from "./hooks.ts"
import { FROM_GC, GC, GCState, GC_NEXT, GC_PREV, GEN_HEAD, NUM_GENERATIONS, gcTraverse } from "./state.ts"

// The heap audit. Objects are found by looking at every block in use: an object starts behind its type's pre-header and its second
// word is a type. Two facts must then hold for each object, whatever its type:
//
//   references seen by tp_traverse and in frames  <=  ob_refcnt      (else it will be freed while in use)
//   ob_refcnt  <=  words anywhere in memory that hold its address    (else nobody can ever give the reference back: a leak)
//
// The second bound is generous: stale words and borrowed pointers only hide a leak, they never invent one.

/** Open addressing: address -> number. */
export class AddressIndex {
  readonly keys: Int32Array
  readonly values: Int32Array
  private readonly mask: number
  constructor(n: number) {
    const cap = 1 << (32 - Math.clz32(n * 2 + 15))
    this.keys = new Int32Array(cap)
    this.values = new Int32Array(cap)
    this.mask = cap - 1
  }
  add(key: number, value: number): void {
    let i = Math.imul(key >> 3, 0x9e3779b1) & this.mask
    while (this.keys[i] !== 0) i = (i + 1) & this.mask
    this.keys[i] = key
    this.values[i] = value
  }
  get(key: number): number {
    for (let i = Math.imul(key >> 3, 0x9e3779b1) & this.mask; this.keys[i] !== 0; i = (i + 1) & this.mask) {
      if (this.keys[i] === key) return this.values[i]
    }
    return -1
  }
}

const known = new Map<number, boolean>()

/** Forget which addresses are types: before a walk over the heap. */
export function forgetTypes(): void {
  known.clear()
}
/** Is there a type object at `t`? */
export function isType(t: number): boolean {
  let yes = known.get(t)
  if (yes === undefined) {
    yes = looksLikeType(t)
    known.set(t, yes)
  }
  return yes
}
/** Does following ob_type from `t` lead to `type` over metatypes? */
function looksLikeType(t: number): boolean {
  for (let i = 0, m = t; i < 4; i++) {
    if ((m & 7) !== 0 || m < STATIC_START || m > HEAP_SIZE - PyTypeObject.SIZE || i32[(m + 12) >> 2] !== 0) return false
    const next = i32[(m + PyObject.ob_type) >> 2]
    if (m !== t && (i32[(m + PyTypeObject.tp_flags) >> 2] & (1 << 31)) === 0) return false
    if (next === gcHooks.PyType_Type) return m !== 0
    m = next
  }
  return false
}

/** Is `v` the address of a static object: a type, None, a small int? */
export function isStaticObject(v: number): boolean {
  return (
    (v & 7) === 0 &&
    v >= STATIC_START &&
    v < STATIC_END &&
    i32[v >> 2] > 0 &&
    i32[(v + 4) >> 2] === 0 &&
    isType(i32[(v + PyObject.ob_type) >> 2])
  )
}

/** The object in the block, 0 if it holds none. */
export function objectIn(at: number, size: number): Ref {
  for (let pre = 0; pre <= 32; pre += 16) {
    if (size < pre + PyObject.SIZE) return 0 as Ref
    const op = at + pre
    // a first word as large as an address is one: a table of pointers, not a count; but interned strings may be immortal
    const count = i32[op >> 2]
    if (count <= 0 || (count >= STATIC_END && count < IMMORTAL) || i32[(op + 4) >> 2] !== 0 || isStaticObject(count)) continue
    const t = i32[(op + PyObject.ob_type) >> 2]
    if (t !== 0 && i32[(op + 12) >> 2] === 0 && isType(t) && _PyType_PreHeaderSize(t as Ref) === pre) return op as Ref
  }
  return 0 as Ref
}

/** Every object of the heap that is not static, by address of discovery. */
export function liveObjects(): Int32Array {
  forgetTypes()
  let n = 0
  let found = new Int32Array(1 << 16)
  forEachBlock((at, size) => {
    const op = objectIn(at, size)
    if (op === 0) return
    if (n === found.length) {
      const more = new Int32Array(n * 2)
      more.set(found)
      found = more
    }
    found[n++] = op
  })
  return found.slice(0, n)
}

let counting: AddressIndex
let edges: Int32Array
function visit_count(op: Ref, _arg: number): number {
  const i = counting.get(op)
  if (i >= 0) edges[i]++
  return 0
}
function countSlot(at: number): void {
  const op = i32[at >> 2] as Ref
  if (op !== 0) visit_count(op, 0)
}

/** References that a thread's running frames own. Generators' frames belong to their generators, whose tp_traverse shows them. */
function countFrames(ts: number): void {
  const cframe = i32[(ts + PyThreadState.cframe) >> 2]
  for (let f = cframe === 0 ? 0 : i32[(cframe + _PyCFrame.current_frame) >> 2]; f !== 0; f = i32[(f + _PyInterpreterFrame.previous) >> 2]) {
    if (((i32[(f + 68) >> 2] >> 8) & 255) !== 0) continue // owner: not the thread
    countSlot(f + _PyInterpreterFrame.f_func)
    countSlot(f + _PyInterpreterFrame.f_locals)
    countSlot(f + _PyInterpreterFrame.f_code)
    countSlot(f + _PyInterpreterFrame.frame_obj)
    const n = i32[(i32[(f + _PyInterpreterFrame.f_code) >> 2] + PyCodeObject.co_nlocalsplus) >> 2]
    for (let i = 0; i < n; i++) countSlot(f + _PyInterpreterFrame.localsplus + 8 * i)
  }
}

function countTracked(list: number): void {
  for (let g = GC_NEXT(list); g !== list; g = GC_NEXT(g)) gcTraverse(FROM_GC(g), visit_count, 0)
}

function verifyList(name: string, list: number, out: string[]): void {
  let prev = list
  let n = 0
  for (let g = GC_NEXT(list); g !== list; g = GC_NEXT(g)) {
    if (g === 0 || (g & 3) !== 0) {
      out.push(`${name}: next link ${g} after ${prev}`)
      return
    }
    if (GC_PREV(g) !== prev) out.push(`${name}: ${g} has prev ${GC_PREV(g)}, not ${prev}`)
    if ((i32[(g >> 2) + 2] & 2) !== 0) out.push(`${name}: ${g} is marked as collecting`)
    if (i32[FROM_GC(g) >> 2] <= 0) out.push(`${name}: ${describe(FROM_GC(g))} is tracked but dead`)
    prev = g
    if (++n > 50000000) {
      out.push(`${name}: cycle`)
      return
    }
  }
  if (GC_PREV(list) !== prev) out.push(`${name}: the head's prev is ${GC_PREV(list)}, not ${prev}`)
}
/** Check the collector's lists. */
export function verifyGC(): string[] {
  const out: string[] = []
  for (let i = 0; i < NUM_GENERATIONS; i++) verifyList(`generation ${i}`, GEN_HEAD(i), out)
  verifyList("permanent generation", GC + GCState.permanent_generation, out)
  return out
}

function describe(op: Ref): string {
  const type = i32[(op + PyObject.ob_type) >> 2] as Ref
  return `<${gcHooks.tpName(type)} at 0x${op.toString(16)}>`
}
/** The ASCII text of a str, "" for anything else. */
function strText(op: number): string {
  if ((op & 7) !== 0 || op < STATIC_START || op > HEAP_SIZE - 64 || i32[op >> 2] <= 0 || i32[(op + 12) >> 2] !== 0) return ""
  const t = i32[(op + PyObject.ob_type) >> 2]
  if (!isType(t) || gcHooks.tpName(t as Ref) !== "str" || (i32[(op + PyASCIIObject.state) >> 2] & 0x60) !== 0x60) return ""
  const n = Math.min(i32[(op + PyASCIIObject.length) >> 2], 40)
  return String.fromCharCode(...u8.subarray(op + PyASCIIObject.SIZE, op + PyASCIIObject.SIZE + n))
}
/** Texts of the object and of the strings it points to, to recognise it in a finding. */
function hint(op: Ref): string {
  const own = strText(op)
  if (own !== "") return JSON.stringify(own)
  const texts: string[] = []
  for (let a = op + 16; a < op + 144 && texts.length < 4; a += 8) {
    const text = strText(i32[a >> 2])
    if (text !== "") texts.push(text)
  }
  return texts.join(", ")
}

/** Compare every stored count with the references there are. @returns findings, none when all is well. `limit`: at most so many. */
export function auditHeap(limit = 50): string[] {
  const out = [...verifyPools(), ...verifyGC()]
  const objects = liveObjects()
  const n = objects.length
  counting = new AddressIndex(n)
  edges = new Int32Array(n)
  for (let i = 0; i < n; i++) counting.add(objects[i], i)

  for (let i = 0; i < NUM_GENERATIONS; i++) countTracked(GEN_HEAD(i))
  countTracked(GC + GCState.permanent_generation)
  // the interned dict's references are not counted in the strings
  const interned = i32[(INTERP + Interp.interned) >> 2]
  for (let i = 0; i < n; i++) {
    const op = objects[i] as Ref
    if (op === interned) continue
    const type = i32[(op + PyObject.ob_type) >> 2]
    if ((type === gcHooks.PyTuple_Type || type === gcHooks.PyDict_Type) && !_PyObject_GC_IS_TRACKED(op)) gcTraverse(op, visit_count, 0)
  }
  let ts = i32[(INTERP + Interp.threads_head) >> 2]
  if (ts === 0) ts = MAIN_TSTATE
  for (; ts !== 0; ts = i32[(ts + PyThreadState.next) >> 2]) countFrames(ts)

  const words = new Int32Array(n)
  const scan = (at: number, size: number): void => {
    for (let w = at >> 2, end = (at + size) >> 2; w < end; w += 2) {
      const v = i32[w]
      if (v >= STATIC_END && (v & 7) === 0) {
        const i = counting.get(v)
        if (i >= 0) words[i]++
      }
    }
  }
  scan(4096, HG.slow - 4096)
  scan(INTERP, staticTop() - INTERP)
  forEachBlock(scan)

  for (let i = 0; i < n && out.length < limit; i++) {
    const op = objects[i] as Ref
    const count = i32[op >> 2]
    if (edges[i] > count) out.push(`${describe(op)}: ${edges[i]} references found, its count is ${count} (${hint(op)})`)
    else if (count > words[i] && count < IMMORTAL)
      out.push(`${describe(op)}: its count is ${count}, but only ${words[i]} words hold its address (${hint(op)})`)
  }
  return out
}
