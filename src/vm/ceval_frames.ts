import { setptr } from "../heap/access.ts"
import { fn } from "../heap/fntable.ts"
import {
  _PyCFrame,
  _PyInterpreterFrame as F,
  PyCFunctionObject,
  PyCodeObject,
  PyFunctionObject,
  PyGenObject,
  PyMethodDef,
  PyMethodDescrObject,
  PyMethodObject,
  PyObject,
  PyThreadState,
} from "../heap/layout.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { Py_DECREF, Py_INCREF, Py_NewRef } from "../heap/refcount.ts"
import { tstate } from "../heap/tstate.ts"
import { i32, u8 } from "../heap/views.ts"
import { PyIter_Send } from "../objects/abstract.ts"
import { PyObject_Vectorcall } from "../objects/call.ts"
import { _Py_CheckRecursiveCall, PyErr_Clear } from "../objects/errors.ts"
import { _PyFrame_Copy, _PyThreadState_BumpFramePointer, FrameOwner, FrameState } from "../objects/frame.ts"
import { _Py_MakeCoro } from "../objects/genobject.ts"
import { METH, PY_VECTORCALL_ARGUMENTS_OFFSET } from "../objects/slots.ts"
import { PyCFunction_Type, PyMethodDescr_Type } from "../objects/statictypes.ts"
import { send } from "./ceval_async.ts"
import { _PyEvalFramePushAndInit, trace_call_function } from "./ceval_calls.ts"

// Calls of the interpreter loop, and its entry and exit.

type fun1 = (self: Ref) => Own
type fun2 = (self: Ref, arg: Ref) => Own
type funFast = (self: Ref, args: number, nargs: number) => Own
type funFastKw = (self: Ref, args: number, nargs: number, kwnames: Ref) => Own

const CO_OPTIMIZED = 1
/** CO_OPTIMIZED | CO_VARARGS | CO_VARKEYWORDS */
const SIMPLE_MASK = 13

/** Make `cframe` (a _PyCFrame) the thread's, with `entry` running in it. @returns the one before. */
export function pushCframe(cframe: number, entry: number): number {
  const ts = tstate
  const previous = i32[(ts + PyThreadState.cframe) >> 2]
  i32[cframe >> 2] = u8[previous + _PyCFrame.use_tracing]
  i32[(cframe >> 2) + 1] = 0
  setptr(cframe + _PyCFrame.current_frame, entry)
  setptr(cframe + _PyCFrame.previous, previous)
  i32[(ts + PyThreadState.cframe) >> 2] = cframe
  i32[(entry + F.previous) >> 2] = i32[(previous + _PyCFrame.current_frame) >> 2]
  u8[entry + F.is_entry] = 1
  return previous
}

export function popCframe(cframe: number, previous: number): void {
  i32[(tstate + PyThreadState.cframe) >> 2] = previous
  u8[previous + _PyCFrame.use_tracing] = u8[cframe + _PyCFrame.use_tracing]
}

/** PRECALL of a bound method in the slot below `at`: the function and its self take its place and the empty one below. */
export function unpack_bound_method(at: number): void {
  const method = i32[(at - 8) >> 2] as Ref
  i32[(at - 16) >> 2] = Py_NewRef(i32[(method + PyMethodObject.im_func) >> 2] as Ref)
  i32[(at - 8) >> 2] = Py_NewRef(i32[(method + PyMethodObject.im_self) >> 2] as Ref)
  Py_DECREF(method)
}

/** The frame for a call of a Python function; `func` and the arguments are stolen. 0 with the error set. */
export function enter_function(func: Ref, args: number, total: number, kwnames: Ref): number {
  const code = i32[(func + PyFunctionObject.func_code) >> 2] as Ref
  const flags = i32[(code + PyCodeObject.co_flags) >> 2]
  if (
    kwnames === NULL &&
    i32[(code + PyCodeObject.co_argcount) >> 2] === total &&
    (flags & SIMPLE_MASK) === CO_OPTIMIZED &&
    i32[(code + PyCodeObject.co_kwonlyargcount) >> 2] === 0
  ) {
    const nlocals = i32[(code + PyCodeObject.co_nlocalsplus) >> 2]
    const frame = _PyThreadState_BumpFramePointer(F.localsplus + (nlocals + i32[(code + PyCodeObject.co_stacksize) >> 2]) * 8)
    if (frame !== 0) {
      // _PyFrame_InitializeSpecials
      i32[code >> 2]++
      i32[(frame + F.f_func) >> 2] = func
      i32[(frame + F.f_code) >> 2] = code
      i32[(frame + F.f_builtins) >> 2] = i32[(func + PyFunctionObject.func_builtins) >> 2]
      i32[(frame + F.f_globals) >> 2] = i32[(func + PyFunctionObject.func_globals) >> 2]
      i32[(frame + F.f_locals) >> 2] = 0
      i32[(frame + F.frame_obj) >> 2] = 0
      i32[(frame + F.prev_instr) >> 2] = code + PyCodeObject.co_code_adaptive - 2
      i32[(frame + F.stacktop) >> 2] = nlocals
      i32[(frame + F.is_entry) >> 2] = 0
      const locals = frame + F.localsplus
      let i = 0
      for (; i < total; i++) i32[(locals + i * 8) >> 2] = i32[(args + i * 8) >> 2]
      for (; i < nlocals; i++) i32[(locals + i * 8) >> 2] = 0
      return frame
    }
    PyErr_Clear()
  }
  const locals = (flags & CO_OPTIMIZED) !== 0 ? NULL : (i32[(func + PyFunctionObject.func_globals) >> 2] as Ref)
  return _PyEvalFramePushAndInit(func, locals, args, total - (kwnames === NULL ? 0 : i32[(kwnames + 16) >> 2]), kwnames)
}

/** Call a method given by its PyMethodDef with one argument or none, counting the recursion. */
function call_counted(f: number, self: Ref, arg: Ref): Own {
  const remaining = (tstate + PyThreadState.recursion_remaining) >> 2
  if (--i32[remaining] < 0 && _Py_CheckRecursiveCall(" while calling a Python object") !== 0) return NULL
  const $res = arg === 0 ? fn<fun1>(f)(self) : fn<fun2>(f)(self, arg)
  i32[remaining]++
  return $res
}

function call_callable(callable: Ref, args: number, total: number, kwnames: Ref): Own {
  const type = i32[(callable + PyObject.ob_type) >> 2]
  const nkw = kwnames === NULL ? 0 : i32[(kwnames + 16) >> 2]
  if (type === PyCFunction_Type) {
    const ml = i32[(callable + PyCFunctionObject.m_ml) >> 2]
    const flags = i32[(ml + PyMethodDef.ml_flags) >> 2]
    const f = i32[(ml + PyMethodDef.ml_meth) >> 2]
    const self = i32[(callable + PyCFunctionObject.m_self) >> 2] as Ref
    if (flags === METH.FASTCALL) {
      if (nkw === 0) return fn<funFast>(f)(self, args, total)
    } else if (flags === (METH.FASTCALL | METH.KEYWORDS)) return fn<funFastKw>(f)(self, args, total - nkw, kwnames)
    else if (flags === METH.O && total === 1 && nkw === 0) return call_counted(f, self, i32[args >> 2] as Ref)
  } else if (type === PyMethodDescr_Type && total > 0) {
    const self = i32[args >> 2] as Ref
    if (i32[(self + PyObject.ob_type) >> 2] === i32[(callable + PyMethodDescrObject.d_type) >> 2]) {
      const ml = i32[(callable + PyMethodDescrObject.d_method) >> 2]
      const flags = i32[(ml + PyMethodDef.ml_flags) >> 2]
      const f = i32[(ml + PyMethodDef.ml_meth) >> 2]
      if (flags === METH.FASTCALL) {
        if (nkw === 0) return fn<funFast>(f)(self, args + 8, total - 1)
      } else if (flags === (METH.FASTCALL | METH.KEYWORDS)) return fn<funFastKw>(f)(self, args + 8, total - 1 - nkw, kwnames)
      else if (flags === METH.O) {
        if (total === 2 && nkw === 0) return call_counted(f, self, i32[(args + 8) >> 2] as Ref)
      } else if (flags === METH.NOARGS && total === 1) return call_counted(f, self, NULL)
    }
  }
  return PyObject_Vectorcall(callable, args, (total - nkw) | PY_VECTORCALL_ARGUMENTS_OFFSET, kwnames)
}

/** CALL of anything but a Python function; the callable and the arguments are consumed. */
export function call_native(callable: Ref, args: number, total: number, kwnames: Ref, tracing: number): Own {
  const $res =
    tracing !== 0
      ? trace_call_function(callable, args, total - (kwnames === NULL ? 0 : i32[(kwnames + 16) >> 2]), kwnames)
      : call_callable(callable, args, total, kwnames)
  Py_DECREF(callable)
  for (let i = 0; i < total; i++) Py_DECREF(i32[(args + i * 8) >> 2] as Ref)
  return $res
}

/** RETURN_GENERATOR: the generator with the frame's contents moved into it. */
export function make_generator(frame: number): Own {
  const $gen = _Py_MakeCoro(i32[(frame + F.f_func) >> 2] as Ref)
  if ($gen === NULL) return NULL
  const genFrame = $gen + PyGenObject.gi_iframe
  _PyFrame_Copy(frame, genFrame)
  u8[$gen + PyGenObject.gi_frame_state] = FrameState.CREATED & 255
  u8[genFrame + F.owner] = FrameOwner.GENERATOR
  return $gen
}

/** The caller will clear this frame, whose contents have moved: leave it references to release. */
export function leave_for_caller(frame: number): void {
  i32[(frame + F.stacktop) >> 2] = 0
  i32[(frame + F.f_locals) >> 2] = 0
  i32[(frame + F.frame_obj) >> 2] = 0
  Py_INCREF(i32[(frame + F.f_func) >> 2] as Ref)
  Py_INCREF(i32[(frame + F.f_code) >> 2] as Ref)
}

/** SEND: the value at sp (consumed) to the receiver at sp - 8. 1: a value was yielded, now at sp; 0: ended, the result replaces the
 *  receiver; -1: error. `slot`: 8 bytes of scratch. */
export function send_instruction(frame: number, sp: number, slot: number): number {
  const v = i32[sp >> 2] as Ref
  const receiver = i32[(sp - 8) >> 2] as Ref
  const status = i32[(tstate + PyThreadState.c_tracefunc) >> 2] === 0 ? PyIter_Send(receiver, v, slot) : send(frame, receiver, v, slot)
  Py_DECREF(v)
  if (status < 0) return -1
  if (status === 0) {
    Py_DECREF(receiver)
    i32[(sp - 8) >> 2] = i32[slot >> 2]
    return 0
  }
  i32[sp >> 2] = i32[slot >> 2]
  return 1
}
