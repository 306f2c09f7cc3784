import { i32 } from "./views.ts"
import { fn, type Fn } from "./fntable.ts"
import { PyGC_Head, PyObject, PyThreadState, PyTypeObject } from "./layout.ts"
import type { Ref } from "./ref.ts"
import { tstate } from "./tstate.ts"

// Objects/object.c: the trashcan. Deallocators of containers nest at most 50 deep; what is deeper waits in the thread state's
// trash_delete_later chain, linked through the gc heads' prev fields, until the outermost deallocator is done.

const UNWIND_LEVEL = 50

type destructor = (op: Ref) => void

// For each Py_TRASHCAN_BEGIN on this worker's native stack: did it count? (C keeps this in the local `_tstate`.)
const counted = new Uint8Array(65536)
let depth = 0

function deposit(op: Ref): void {
  const prev = op - PyGC_Head.SIZE + PyGC_Head._gc_prev
  i32[prev >> 2] = (i32[prev >> 2] & 3) | i32[(tstate + PyThreadState.trash_delete_later) >> 2]
  i32[(tstate + PyThreadState.trash_delete_later) >> 2] = op
}

/** The native stack has unwound: deallocate what was deferred. */
function destroy_chain(): void {
  const ts = tstate
  i32[(ts + PyThreadState.trash_delete_nesting) >> 2]++
  for (;;) {
    const op = i32[(ts + PyThreadState.trash_delete_later) >> 2] as Ref
    if (op === 0) break
    i32[(ts + PyThreadState.trash_delete_later) >> 2] = i32[(op - PyGC_Head.SIZE + PyGC_Head._gc_prev) >> 2] & ~3
    fn<destructor>(i32[(i32[(op + PyObject.ob_type) >> 2] + PyTypeObject.tp_dealloc) >> 2])(op)
  }
  i32[(ts + PyThreadState.trash_delete_nesting) >> 2]--
}

/** Untrack `op` first. False: the object was deferred, return at once (without END). Only the dealloc of the object's own type counts. */
export function Py_TRASHCAN_BEGIN(op: Ref, dealloc: Fn): boolean {
  if (fn(i32[(i32[(op + PyObject.ob_type) >> 2] + PyTypeObject.tp_dealloc) >> 2]) !== dealloc) {
    counted[depth++] = 0
    return true
  }
  const nesting = (tstate + PyThreadState.trash_delete_nesting) >> 2
  if (i32[nesting] >= UNWIND_LEVEL) {
    deposit(op)
    return false
  }
  i32[nesting]++
  counted[depth++] = 1
  return true
}

/** Ends the deallocator; nothing may follow it but return. */
export function Py_TRASHCAN_END(): void {
  if (counted[--depth] === 0) return
  const nesting = --i32[(tstate + PyThreadState.trash_delete_nesting) >> 2]
  if (nesting <= 0 && i32[(tstate + PyThreadState.trash_delete_later) >> 2] !== 0) destroy_chain()
}
