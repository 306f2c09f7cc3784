import { ptr } from "../../heap/access.ts"
import { fn } from "../../heap/fntable.ts"
import { HG, Slow } from "../../heap/heapglobals.ts"
import { PyObject, PyTypeObject } from "../../heap/layout.ts"
import { PyObject_Malloc } from "../../heap/obmalloc.ts"
import { type Own, type Ref } from "../../heap/ref.ts"
import { Py_REFCNT, Py_SET_REFCNT, Py_SET_SIZE, Py_TYPE } from "../../heap/refcount.ts"
import { i32 } from "../../heap/views.ts"
import { _PyTraceMalloc_NewReference } from "../../trace/tracemalloc.ts"
import { _PyGC_FINALIZED, _PyGC_SET_FINALIZED } from "../../gc/gcmodule.ts"
import { PyErr_NoMemory } from "../errors.ts"
import { TPFLAGS, type destructor } from "../slots.ts"

// Objects/object.c. Headers of new objects, finalizers.

/** Give fresh memory its header; a heap type is kept alive by its instances. */
export function PyObject_Init(op: Ref, type: Ref): Own {
  i32[op >> 2] = 1
  i32[(op >> 2) + 1] = 0
  i32[(op + PyObject.ob_type) >> 2] = type
  i32[((op + PyObject.ob_type) >> 2) + 1] = 0
  if ((i32[(type + PyTypeObject.tp_flags) >> 2] & TPFLAGS.HEAPTYPE) !== 0) i32[type >> 2]++
  return op as Own
}
export function _PyObject_Init(op: Ref, type: Ref): Own {
  return PyObject_Init(op, type)
}
export function PyObject_InitVar(op: Ref, type: Ref, size: number): Own {
  PyObject_Init(op, type)
  Py_SET_SIZE(op, size)
  return op as Own
}
export function _PyObject_InitVar(op: Ref, type: Ref, size: number): Own {
  return PyObject_InitVar(op, type, size)
}
/** Refcount 1: a new object, or one resurrected. */
export function _Py_NewReference(op: Ref): void {
  i32[op >> 2] = 1
  i32[(op >> 2) + 1] = 0
  if ((i32[HG.slow >> 2] & Slow.OBSERVED) !== 0) _PyTraceMalloc_NewReference(op)
}
/** tp_basicsize + n items, rounded up to a pointer. */
export function _PyObject_VAR_SIZE(type: Ref, n: number): number {
  const size = i32[(type + PyTypeObject.tp_basicsize) >> 2] + n * i32[(type + PyTypeObject.tp_itemsize) >> 2]
  // beyond 32 bits it must stay a size that no allocator grants
  return size < 0x3ffffff0 ? (size + 7) & ~7 : size
}
export function _PyObject_SIZE(type: Ref): number {
  return i32[(type + PyTypeObject.tp_basicsize) >> 2]
}
/** A new object of a type without garbage collection; fields after the header are not initialised. */
export function _PyObject_New(type: Ref): Own {
  const op = PyObject_Malloc(i32[(type + PyTypeObject.tp_basicsize) >> 2])
  if (op === 0) return PyErr_NoMemory()
  return PyObject_Init(op as Ref, type)
}
export function _PyObject_NewVar(type: Ref, n: number): Own {
  const op = PyObject_Malloc(_PyObject_VAR_SIZE(type, n))
  if (op === 0) return PyErr_NoMemory()
  return PyObject_InitVar(op as Ref, type, n)
}

/** Call tp_finalize, once in the life of a gc object. */
export function PyObject_CallFinalizer(self: Ref): void {
  const tp = Py_TYPE(self)
  const finalize = ptr(tp + PyTypeObject.tp_finalize)
  if (finalize === 0) return
  const gc = (i32[(tp + PyTypeObject.tp_flags) >> 2] & TPFLAGS.HAVE_GC) !== 0
  if (gc && _PyGC_FINALIZED(self)) return
  fn<destructor>(finalize)(self)
  if (gc) _PyGC_SET_FINALIZED(self)
}
/** From a tp_dealloc: 0 to go on deallocating, -1 when the finalizer resurrected the object (return at once). */
export function PyObject_CallFinalizerFromDealloc(self: Ref): number {
  Py_SET_REFCNT(self, 1)
  PyObject_CallFinalizer(self)
  Py_SET_REFCNT(self, Py_REFCNT(self) - 1)
  return Py_REFCNT(self) === 0 ? 0 : -1
}
