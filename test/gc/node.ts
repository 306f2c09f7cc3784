import { PyObject_GC_Del, PyObject_GC_UnTrack, _PyObject_GC_New, _PyObject_GC_TRACK, gc_collect } from "../../src/gc/gcmodule.ts"
import { type GcHooks, setGcHooks } from "../../src/gc/hooks.ts"
import { PyObject_ClearWeakRefs } from "../../src/gc/weakref.ts"
import { set64, setptr } from "../../src/heap/access.ts"
import { fnIndex } from "../../src/heap/fntable.ts"
import { PyObject, PyTypeObject, PyWeakReference } from "../../src/heap/layout.ts"
import { MAIN_TSTATE } from "../../src/heap/map.ts"
import { PyObject_Free, PyObject_Malloc } from "../../src/heap/obmalloc.ts"
import type { Own, Ref } from "../../src/heap/ref.ts"
import { Py_CLEAR, Py_DECREF, Py_INCREF, Py_XDECREF } from "../../src/heap/refcount.ts"
import { staticType } from "../../src/heap/statics.ts"
import { Py_TRASHCAN_BEGIN, Py_TRASHCAN_END } from "../../src/heap/trashcan.ts"
import { setTstate } from "../../src/heap/tstate.ts"
import { i32 } from "../../src/heap/views.ts"

// A type of our own, so that the collector is tested without Python: a node owns up to two others (a, b) and has a weakref list.

export const enum Node {
  a = 16,
  b = 24,
  id = 32,
  weaklist = 40,
  SIZE = 48,
}
export const NodeType = staticType()
export const LegacyType = staticType()
export const FinalType = staticType()
export const WeakType = staticType()
const TypeType = staticType()
const None = staticType()

/** What happened, in order: "free 3", "final 4", "callback 2" … */
export const log: string[] = []
/** Run by the finalizer of FinalType nodes. */
export let onFinal: (op: Ref) => void = () => {}
export function setOnFinal(f: (op: Ref) => void): void {
  onFinal = f
}
export const garbage: number[] = []
export let deepest = 0
let depth = 0

function traverse(op: Ref, visit: (op: Ref, arg: number) => number, arg: number): number {
  for (const at of [Node.a, Node.b]) {
    const v = i32[(op + at) >> 2] as Ref
    if (v !== 0) {
      const r = visit(v, arg)
      if (r !== 0) return r
    }
  }
  return 0
}
function clear(op: Ref): number {
  Py_CLEAR(op + Node.a)
  Py_CLEAR(op + Node.b)
  return 0
}
function dealloc(op: Ref): void {
  PyObject_GC_UnTrack(op)
  if (!Py_TRASHCAN_BEGIN(op, dealloc)) return
  deepest = Math.max(deepest, ++depth)
  if (i32[(op + Node.weaklist) >> 2] !== 0) PyObject_ClearWeakRefs(op)
  if (log.length < 10000) log.push(`free ${i32[(op + Node.id) >> 2]}`)
  Py_XDECREF(i32[(op + Node.a) >> 2] as Ref)
  Py_XDECREF(i32[(op + Node.b) >> 2] as Ref)
  PyObject_GC_Del(op)
  depth--
  Py_TRASHCAN_END()
}
function finalize(op: Ref): void {
  log.push(`final ${i32[(op + Node.id) >> 2]}`)
  onFinal(op)
}
function wr_dealloc(wr: Ref): void {
  PyObject_GC_UnTrack(wr)
  PyObject_GC_Del(wr)
}
function wr_traverse(): number {
  return 0
}

function defineNode(type: Ref, weaklist = true): void {
  setptr(type + PyObject.ob_type, TypeType)
  i32[type >> 2] = 1
  i32[(type + PyTypeObject.tp_basicsize) >> 2] = Node.SIZE
  i32[(type + PyTypeObject.tp_flags) >> 2] = 1 << 14
  setptr(type + PyTypeObject.tp_traverse, fnIndex(traverse))
  setptr(type + PyTypeObject.tp_clear, fnIndex(clear))
  setptr(type + PyTypeObject.tp_dealloc, fnIndex(dealloc))
  i32[(type + PyTypeObject.tp_weaklistoffset) >> 2] = weaklist ? Node.weaklist : 0
}

let nextId = 0
export function reset(): void {
  setTstate(MAIN_TSTATE)
  log.length = 0
  garbage.length = 0
  nextId = 0
  deepest = 0
  setOnFinal(() => {})
  gc_collect(2)
  log.length = 0
}
/** A new tracked node; the caller owns it. */
export function node(a: Ref = 0 as Ref, b: Ref = 0 as Ref, type: Ref = NodeType): Own {
  const $op = _PyObject_GC_New(type)
  if (a !== 0) Py_INCREF(a)
  if (b !== 0) Py_INCREF(b)
  setptr($op + Node.a, a)
  setptr($op + Node.b, b)
  set64($op + Node.id, ++nextId, 0)
  setptr($op + Node.weaklist, 0)
  _PyObject_GC_TRACK($op)
  return $op
}
export function link(op: Ref, at: Node, to: Ref): void {
  Py_INCREF(to)
  const old = i32[(op + at) >> 2] as Ref
  setptr(op + at, to)
  Py_XDECREF(old)
}
/** `n` nodes in a ring; the caller owns none of them. @returns their addresses. */
export function ring(n: number, type: Ref = NodeType): Ref[] {
  const $nodes = Array.from({ length: n }, () => node(0 as Ref, 0 as Ref, type))
  for (let i = 0; i < n; i++) link($nodes[i], Node.a, $nodes[(i + 1) % n])
  for (const $n of $nodes) Py_DECREF($n)
  return $nodes
}
/** A weak reference to `op` with a callback (any number) or none; the caller owns it. */
export function weak(op: Ref, callback: Ref): Own {
  const $wr = _PyObject_GC_New(WeakType)
  Py_INCREF(op)
  Py_DECREF(op)
  setptr($wr + PyWeakReference.wr_object, op)
  setptr($wr + PyWeakReference.wr_callback, callback)
  if (callback !== 0) Py_INCREF(callback)
  const head = i32[(op + Node.weaklist) >> 2]
  setptr($wr + PyWeakReference.wr_prev, 0)
  setptr($wr + PyWeakReference.wr_next, head)
  if (head !== 0) setptr(head + PyWeakReference.wr_prev, $wr)
  setptr(op + Node.weaklist, $wr)
  _PyObject_GC_TRACK($wr)
  return $wr
}
export function isDead(wr: Ref): boolean {
  return i32[(wr + PyWeakReference.wr_object) >> 2] === None
}

/** Prepare types and hooks. Call once. */
export function setup(): void {
  setptr(TypeType + PyObject.ob_type, TypeType)
  i32[(TypeType + PyTypeObject.tp_flags) >> 2] = 1 << 31
  i32[None >> 2] = 1
  for (const t of [NodeType, LegacyType, FinalType, WeakType]) defineNode(t)
  setptr(LegacyType + PyTypeObject.tp_del, fnIndex(clear))
  setptr(FinalType + PyTypeObject.tp_finalize, fnIndex(finalize))
  defineNode(WeakType, false)
  i32[(WeakType + PyTypeObject.tp_basicsize) >> 2] = PyWeakReference.SIZE
  setptr(WeakType + PyTypeObject.tp_dealloc, fnIndex(wr_dealloc))
  setptr(WeakType + PyTypeObject.tp_traverse, fnIndex(wr_traverse))
  setGcHooks({
    PyTuple_Type: 1,
    PyDict_Type: 1,
    PyType_Type: TypeType,
    Py_None: None,
    PyWeakref_Check: (op: Ref) => i32[(op + PyObject.ob_type) >> 2] === WeakType,
    _PyTuple_MaybeUntrack: () => {},
    _PyDict_MaybeUntrack: () => {},
    clear_freelists: () => {},
    PyErr_NoMemory: () => 0,
    PyErr_BadInternalCall: () => {
      throw new Error("bad internal call")
    },
    PyErr_WriteUnraisable: () => {},
    writeUnraisableMsg: () => {},
    PyErr_Clear: () => {},
    PyErr_Restore: () => {},
    PyList_New: () => 0,
    PyTuple_New: (n: number) => {
      const t = PyObject_Malloc(24 + 8 * n)
      for (let i = 0; i < 6 + 2 * n; i++) i32[(t >> 2) + i] = 0
      i32[t >> 2] = 2
      return t
    },
    PyList_Append: (_list: Ref, op: Ref) => {
      Py_INCREF(op)
      garbage.push(op)
      return 0
    },
    PyObject_CallOneArg: (callback: Ref, _wr: Ref) => {
      log.push(`callback ${i32[(callback + Node.id) >> 2]}`)
      Py_INCREF(callback)
      return callback
    },
    writeStderr: (text: string) => {
      log.push(text)
    },
    tpName: (t: Ref) => (t === NodeType ? "node" : "other"),
    invokeCallbacks: () => {},
    warnGarbage: () => {},
  } as unknown as GcHooks)
}
export { PyObject_Free }
