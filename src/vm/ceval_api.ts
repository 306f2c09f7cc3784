import { int32, ptr, setint32 } from "../heap/access.ts"
import { _PyCFrame, _PyInterpreterFrame as F, PyCodeObject, PyMethodObject, PyThreadState } from "../heap/layout.ts"
import { INTERP, Interp } from "../heap/map.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { Py_NewRef, Py_TYPE, Py_XNewRef, Py_XSETREF } from "../heap/refcount.ts"
import { ID } from "../heap/statics.ts"
import { tstate } from "../heap/tstate.ts"
import { PyDict_GetItemWithError } from "../objects/dictobject.ts"
import { PyErr_Clear, PyErr_Occurred, PyErr_SetObject, PyErr_SetString } from "../objects/errors.ts"
import { _PyFrame_GetFrameObject, _PyFrame_IsIncomplete } from "../objects/frame.ts"
import { _PyFrame_FastToLocalsWithError } from "../objects/frameobject.ts"
import { PyModule_Check, PyModule_GetDict } from "../objects/moduleobject.ts"
import {
  PyExc_AttributeError,
  PyExc_SystemError,
  PyExc_ValueError,
  PyCFunction_Type,
  PyFunction_Type,
  PyMethod_Type,
} from "../objects/statictypes.ts"
import { PySys_Audit } from "./sys/audit.ts"

// Python/ceval.c: the C API around the running frame.

/** Address of the running frame, 0 if there is none. */
export function _PyEval_GetFrame(): number {
  return ptr(ptr(tstate + PyThreadState.cframe) + _PyCFrame.current_frame)
}

/** Borrowed frame object of the innermost complete frame, or NULL without error. */
export function PyEval_GetFrame(): Ref {
  let frame = _PyEval_GetFrame()
  while (frame !== 0 && _PyFrame_IsIncomplete(frame)) frame = ptr(frame + F.previous)
  if (frame === 0) return NULL
  const f = _PyFrame_GetFrameObject(frame)
  if (f === 0) PyErr_Clear()
  return f
}

export function PyEval_GetBuiltins(): Ref {
  const frame = _PyEval_GetFrame()
  return frame !== 0 ? ptr(frame + F.f_builtins) : ptr(INTERP + Interp.builtins)
}

/** Owned builtin of that name; AttributeError if there is none. */
export function _PyEval_GetBuiltin(name: Ref): Own {
  const attr = PyDict_GetItemWithError(PyEval_GetBuiltins(), name)
  if (attr === 0 && PyErr_Occurred() === 0) PyErr_SetObject(PyExc_AttributeError, name)
  return Py_XNewRef(attr)
}

/** Borrowed locals() of the running frame. */
export function PyEval_GetLocals(): Ref {
  const frame = _PyEval_GetFrame()
  if (frame === 0) return PyErr_SetString(PyExc_SystemError, "frame does not exist")
  if (_PyFrame_FastToLocalsWithError(frame) < 0) return NULL
  return ptr(frame + F.f_locals)
}

/** Borrowed, NULL without error when no frame runs. */
export function PyEval_GetGlobals(): Ref {
  const frame = _PyEval_GetFrame()
  return frame === 0 ? NULL : ptr(frame + F.f_globals)
}

/** co_flags of the running code that a compilation inherits (`PyCF_MASK`). */
export function inheritedCompilerFlags(): number {
  const frame = _PyEval_GetFrame()
  return frame === 0 ? 0 : int32(ptr(frame + F.f_code) + PyCodeObject.co_flags) & 0x1fe0000
}

/** Borrowed builtins dict that functions with these globals see. */
export function _PyEval_BuiltinsFromGlobals(globals: Ref): Ref {
  const builtins = PyDict_GetItemWithError(globals, ID("__builtins__"))
  if (builtins !== 0) return PyModule_Check(builtins) ? PyModule_GetDict(builtins) : builtins
  if (PyErr_Occurred() !== 0) return NULL
  return PyEval_GetBuiltins()
}

export function PyEval_GetFuncDesc(func: Ref): string {
  const type = Py_TYPE(func)
  return type === PyMethod_Type || type === PyFunction_Type || type === PyCFunction_Type ? "()" : " object"
}

/** The function under a bound method. */
export function unwrapMethod(func: Ref): Ref {
  while (Py_TYPE(func) === PyMethod_Type) func = ptr(func + PyMethodObject.im_func)
  return func
}

export function Py_GetRecursionLimit(): number {
  return int32(INTERP + Interp.recursion_limit)
}

export function Py_SetRecursionLimit(limit: number): void {
  setint32(INTERP + Interp.recursion_limit, limit)
  for (let p = ptr(INTERP + Interp.threads_head) as number; p !== 0; p = ptr(p + PyThreadState.next)) {
    const depth = int32(p + PyThreadState.recursion_limit) - int32(p + PyThreadState.recursion_remaining)
    setint32(p + PyThreadState.recursion_limit, limit)
    setint32(p + PyThreadState.recursion_remaining, limit - depth)
  }
}

export function _PyEval_SetCoroutineOriginTrackingDepth(depth: number): number {
  if (depth < 0) {
    PyErr_SetString(PyExc_ValueError, "depth must be >= 0")
    return -1
  }
  setint32(tstate + PyThreadState.coroutine_origin_tracking_depth, depth)
  return 0
}

export function _PyEval_GetCoroutineOriginTrackingDepth(): number {
  return int32(tstate + PyThreadState.coroutine_origin_tracking_depth)
}

/** `firstiter` NULL: none. */
export function _PyEval_SetAsyncGenFirstiter(firstiter: Ref): number {
  if (PySys_Audit("sys.set_asyncgen_hook_firstiter") < 0) return -1
  Py_XSETREF(tstate + PyThreadState.async_gen_firstiter, Py_XNewRef(firstiter))
  return 0
}

export function _PyEval_SetAsyncGenFinalizer(finalizer: Ref): number {
  if (PySys_Audit("sys.set_asyncgen_hook_finalizer") < 0) return -1
  Py_XSETREF(tstate + PyThreadState.async_gen_finalizer, Py_XNewRef(finalizer))
  return 0
}

/** Owned object of the running frame, NULL without error if there is none. */
export function currentFrameObject(): Own {
  return Py_XNewRef(PyEval_GetFrame())
}

/** Owned builtins, for upcalls. */
export function builtinsFromGlobals(globals: Ref): Own {
  const b = _PyEval_BuiltinsFromGlobals(globals)
  return b === 0 ? NULL : Py_NewRef(b)
}
