import { fn } from "./fntable.ts"
import { PyObject, PyTypeObject, PyVarObject } from "./layout.ts"
import type { Own, Ref } from "./ref.ts"
import { i32 } from "./views.ts"

// Include/object.h: counts and headers. `ob_refcnt`'s upper word stays 0.

type destructor = (op: Ref) => void

export function Py_REFCNT(op: Ref): number {
  return i32[op >> 2]
}
export function Py_TYPE(op: Ref): Ref {
  return i32[(op + PyObject.ob_type) >> 2] as Ref
}
export function Py_SIZE(op: Ref): number {
  return i32[(op + PyVarObject.ob_size) >> 2]
}
export function Py_IS_TYPE(op: Ref, type: Ref): boolean {
  return i32[(op + PyObject.ob_type) >> 2] === type
}
export function Py_SET_TYPE(op: Ref, type: Ref): void {
  i32[(op + PyObject.ob_type) >> 2] = type
}
export function Py_SET_SIZE(op: Ref, n: number): void {
  i32[(op + PyVarObject.ob_size) >> 2] = n
  i32[((op + PyVarObject.ob_size) >> 2) + 1] = n >> 31
}
export function Py_SET_REFCNT(op: Ref, n: number): void {
  i32[op >> 2] = n
}
export function PyType_HasFeature(type: Ref, flag: number): boolean {
  return (i32[(type + PyTypeObject.tp_flags) >> 2] & flag) !== 0
}

export function Py_INCREF(op: Ref): void {
  i32[op >> 2]++
}
/** Give an owned reference back; at zero the object is deallocated at once. */
export function Py_DECREF(op: Ref): void {
  if (--i32[op >> 2] === 0) _Py_Dealloc(op)
}
export function Py_XINCREF(op: Ref): void {
  if (op !== 0) i32[op >> 2]++
}
export function Py_XDECREF(op: Ref): void {
  if (op !== 0 && --i32[op >> 2] === 0) _Py_Dealloc(op)
}
/** A new owned reference to `op`. */
export function Py_NewRef(op: Ref): Own {
  i32[op >> 2]++
  return op as Own
}
export function Py_XNewRef(op: Ref): Own {
  if (op !== 0) i32[op >> 2]++
  return op as Own
}
/** Store owned `v` in the pointer field at `slot`, then release what was there (Py_XSETREF: the field is never seen dangling). */
export function Py_XSETREF(slot: number, v: Ref): void {
  const old = i32[slot >> 2] as Ref
  i32[slot >> 2] = v
  i32[(slot >> 2) + 1] = 0
  if (old !== 0 && --i32[old >> 2] === 0) _Py_Dealloc(old)
}
/** Null the pointer field at `slot`, then release what was there. */
export function Py_CLEAR(slot: number): void {
  const old = i32[slot >> 2] as Ref
  if (old !== 0) {
    i32[slot >> 2] = 0
    if (--i32[old >> 2] === 0) _Py_Dealloc(old)
  }
}

/** The count reached zero: call tp_dealloc. */
export function _Py_Dealloc(op: Ref): void {
  fn<destructor>(i32[(i32[(op + PyObject.ob_type) >> 2] + PyTypeObject.tp_dealloc) >> 2])(op)
}
