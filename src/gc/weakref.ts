import { setptr } from "../heap/access.ts"
import { PyThreadState, PyTupleObject, PyTypeObject, PyWeakReference } from "../heap/layout.ts"
import type { Ref } from "../heap/ref.ts"
import { Py_DECREF, Py_INCREF, Py_REFCNT, Py_TYPE } from "../heap/refcount.ts"
import { tstate } from "../heap/tstate.ts"
import { i32 } from "../heap/views.ts"
import { gcHooks } from "./hooks.ts"

// Objects/weakrefobject.c: the part the collector needs. An object's weak references are a doubly linked list whose head is in the
// object at tp_weaklistoffset; a cleared reference has wr_object None and is in no list.

/** Does the type have a weakref list? */
export function PyType_SUPPORTS_WEAKREFS(type: Ref): boolean {
  return i32[(type + PyTypeObject.tp_weaklistoffset) >> 2] > 0
}
/** Address of the object's list head. */
export function PyObject_GET_WEAKREFS_LISTPTR(op: Ref): number {
  return op + i32[(Py_TYPE(op) + PyTypeObject.tp_weaklistoffset) >> 2]
}
export function _PyObject_GET_WEAKREFS_LISTPTR(op: Ref): number {
  return op + i32[(Py_TYPE(op) + PyTypeObject.tp_weaklistoffset) >> 2]
}

/** Take the reference off its object's list and release its callback. */
export function clear_weakref(self: Ref): void {
  const callback = i32[(self + PyWeakReference.wr_callback) >> 2] as Ref
  const object = i32[(self + PyWeakReference.wr_object) >> 2] as Ref
  if (object !== gcHooks.Py_None) {
    const list = PyObject_GET_WEAKREFS_LISTPTR(object)
    const prev = i32[(self + PyWeakReference.wr_prev) >> 2]
    const next = i32[(self + PyWeakReference.wr_next) >> 2]
    // a reference that outlives its list (the list was emptied by hand) has nothing to unlink from at the head
    if (i32[list >> 2] === self) i32[list >> 2] = next
    i32[(self + PyWeakReference.wr_object) >> 2] = gcHooks.Py_None
    if (prev !== 0) i32[(prev + PyWeakReference.wr_next) >> 2] = next
    if (next !== 0) i32[(next + PyWeakReference.wr_prev) >> 2] = prev
    i32[(self + PyWeakReference.wr_prev) >> 2] = 0
    i32[(self + PyWeakReference.wr_next) >> 2] = 0
  }
  if (callback !== 0) {
    i32[(self + PyWeakReference.wr_callback) >> 2] = 0
    Py_DECREF(callback)
  }
}

/** Clear the reference but keep its callback pointer (the collector decides whether it is called). */
export function _PyWeakref_ClearRef(self: Ref): void {
  const callback = i32[(self + PyWeakReference.wr_callback) >> 2]
  i32[(self + PyWeakReference.wr_callback) >> 2] = 0
  clear_weakref(self)
  i32[(self + PyWeakReference.wr_callback) >> 2] = callback
}

/** Length of a weakref list. */
export function _PyWeakref_GetWeakrefCount(head: Ref): number {
  let n = 0
  for (let wr: number = head; wr !== 0; wr = i32[(wr + PyWeakReference.wr_next) >> 2]) n++
  return n
}

function handle_callback(ref: Ref, callback: Ref): void {
  const $result = gcHooks.PyObject_CallOneArg(callback, ref)
  if ($result === 0) gcHooks.PyErr_WriteUnraisable(callback)
  else Py_DECREF($result)
}
function callbackOf(wr: Ref): Ref {
  return i32[(wr + PyWeakReference.wr_callback) >> 2] as Ref
}

/** tp_dealloc of a weakly referenceable object: clear its references, then call their callbacks. A current error is kept. */
export function PyObject_ClearWeakRefs(object: Ref): void {
  if (object === 0 || !PyType_SUPPORTS_WEAKREFS(Py_TYPE(object)) || Py_REFCNT(object) !== 0) {
    gcHooks.PyErr_BadInternalCall()
    return
  }
  const list = PyObject_GET_WEAKREFS_LISTPTR(object) >> 2
  // the shared ref and the shared proxy, without callbacks, are first
  if (i32[list] !== 0 && callbackOf(i32[list] as Ref) === 0) {
    clear_weakref(i32[list] as Ref)
    if (i32[list] !== 0 && callbackOf(i32[list] as Ref) === 0) clear_weakref(i32[list] as Ref)
  }
  if (i32[list] !== 0) callCallbacks(i32[list] as Ref)
}

function callCallbacks(head: Ref): void {
  const e = (tstate + PyThreadState.curexc_type) >> 2
  const type = i32[e] as Ref
  const value = i32[e + 2] as Ref
  const tb = i32[e + 4] as Ref
  i32[e] = 0
  i32[e + 2] = 0
  i32[e + 4] = 0
  const count = _PyWeakref_GetWeakrefCount(head)
  if (count === 1) {
    const callback = callbackOf(head)
    i32[(head + PyWeakReference.wr_callback) >> 2] = 0
    clear_weakref(head)
    if (callback !== 0) {
      if (Py_REFCNT(head) > 0) handle_callback(head, callback)
      Py_DECREF(callback)
    }
  } else {
    const $tuple = gcHooks.PyTuple_New(count * 2)
    if ($tuple === 0) {
      gcHooks.PyErr_Restore(type, value, tb)
      return
    }
    const items = $tuple + PyTupleObject.ob_item
    let current = head
    for (let i = 0; i < count; i++) {
      const next = i32[(current + PyWeakReference.wr_next) >> 2] as Ref
      if (Py_REFCNT(current) > 0) {
        Py_INCREF(current)
        setptr(items + i * 16, current)
        setptr(items + i * 16 + 8, callbackOf(current))
      } else Py_DECREF(callbackOf(current))
      i32[(current + PyWeakReference.wr_callback) >> 2] = 0
      clear_weakref(current)
      current = next
    }
    for (let i = 0; i < count; i++) {
      const callback = i32[(items + i * 16 + 8) >> 2] as Ref
      if (callback !== 0) handle_callback(i32[(items + i * 16) >> 2] as Ref, callback)
    }
    Py_DECREF($tuple)
  }
  gcHooks.PyErr_Restore(type, value, tb)
}
