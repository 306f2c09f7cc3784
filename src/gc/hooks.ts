import type { Own, Ref } from "../heap/ref.ts"

// What the collector needs of the floors above: modules/gcmodule.ts registers it once, at load.

export interface GcHooks {
  PyTuple_Type: Ref
  PyType_Type: Ref
  PyDict_Type: Ref
  Py_None: Ref
  PyWeakref_Check: (op: Ref) => boolean
  _PyTuple_MaybeUntrack: (op: Ref) => void
  _PyDict_MaybeUntrack: (op: Ref) => void
  clear_freelists: () => void
  PyErr_NoMemory: () => Own
  PyErr_BadInternalCall: () => void
  PyErr_WriteUnraisable: (op: Ref) => void
  /** _PyErr_WriteUnraisableMsg */
  writeUnraisableMsg: (msg: string, op: Ref) => void
  PyErr_Clear: () => void
  PyErr_Restore: (type: Ref, value: Ref, traceback: Ref) => void
  PyList_New: () => Own
  PyTuple_New: (n: number) => Own
  PyList_Append: (list: Ref, op: Ref) => number
  PyObject_CallOneArg: (f: Ref, arg: Ref) => Own
  writeStderr: (text: string) => void
  tpName: (type: Ref) => string
  /** Call every function of gc.callbacks with (phase, info). */
  invokeCallbacks: (callbacks: Ref, phase: string, generation: number, collected: number, uncollectable: number) => void
  /** The shutdown warning about gc.garbage. */
  warnGarbage: (garbage: Ref, message: string, list: boolean) => void
}

export let gcHooks = undefined as unknown as GcHooks

export function setGcHooks(hooks: GcHooks): void {
  gcHooks = hooks
}
