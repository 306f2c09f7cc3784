import { Op, opcodeDeopt } from "../base/opcodes.ts"
import { byte, int32, ptr, setint32, setptr } from "../heap/access.ts"
import { calloca, cstackMark, cstackReset } from "../heap/cstack.ts"
import { fn } from "../heap/fntable.ts"
import { _PyCFrame, _PyInterpreterFrame as F, PyCodeObject, PyFrameObject, PyThreadState } from "../heap/layout.ts"
import { Runtime, RUNTIME } from "../heap/map.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { Py_DECREF, Py_NewRef, Py_XDECREF, Py_XNewRef } from "../heap/refcount.ts"
import { staticAlloc } from "../heap/statics.ts"
import { tstate } from "../heap/tstate.ts"
import { u8 } from "../heap/views.ts"
import { PyObject_Call } from "../objects/call.ts"
import { PyCode_Addr2Line } from "../objects/codeobject.ts"
import { PyErr_Fetch, PyErr_NormalizeException, PyErr_RestoreFrom, PyErr_SetString } from "../objects/errors.ts"
import { _PyFrame_GetFrameObject, _PyInterpreterFrame_LASTI } from "../objects/frame.ts"
import { Py_None, PyExc_RuntimeError } from "../objects/statictypes.ts"
import { PyTuple_Pack3 } from "../objects/tupleobject.ts"
import { eval_frame_handle_pending } from "./ceval_pending.ts"
import { PySys_Audit } from "./sys/audit.ts"

// Python/ceval.c: tracing and profiling. A trace function is an index into the function table: (obj, frameObject, what, arg) => int.

export const enum Trace {
  CALL = 0,
  EXCEPTION = 1,
  LINE = 2,
  RETURN = 3,
  C_CALL = 4,
  C_EXCEPTION = 5,
  C_RETURN = 6,
  OPCODE = 7,
}

export type Py_tracefunc = (obj: Ref, frame: Ref, what: number, arg: Ref) => number

/** cframe.use_tracing follows from whether anybody traces and is not tracing already. */
export function _PyThreadState_UpdateTracingState(): void {
  const ts = tstate
  const use =
    int32(ts + PyThreadState.tracing) === 0 && (ptr(ts + PyThreadState.c_tracefunc) !== 0 || ptr(ts + PyThreadState.c_profilefunc) !== 0)
  u8[ptr(ts + PyThreadState.cframe) + _PyCFrame.use_tracing] = use ? 255 : 0
}

export function PyThreadState_EnterTracing(): void {
  const a = tstate + PyThreadState.tracing
  setint32(a, int32(a) + 1)
  u8[ptr(tstate + PyThreadState.cframe)] = 0
}
export function PyThreadState_LeaveTracing(): void {
  const a = tstate + PyThreadState.tracing
  setint32(a, int32(a) - 1)
  _PyThreadState_UpdateTracingState()
}

function lineOf(frame: number, unit: number): number {
  return PyCode_Addr2Line(ptr(frame + F.f_code), unit * 2)
}

/** Call the trace function (or with `profile` the profile function); -1 with the error set. */
export function call_trace(profile: boolean, frame: number, what: number, arg: Ref): number {
  const ts = tstate
  if (int32(ts + PyThreadState.tracing) !== 0) return 0
  const f = _PyFrame_GetFrameObject(frame)
  if (f === 0) return -1
  const func = ptr(ts + (profile ? PyThreadState.c_profilefunc : PyThreadState.c_tracefunc))
  const obj = ptr(ts + (profile ? PyThreadState.c_profileobj : PyThreadState.c_traceobj))
  const oldWhat = int32(ts + PyThreadState.tracing_what)
  setint32(ts + PyThreadState.tracing_what, what)
  PyThreadState_EnterTracing()
  setint32(f + PyFrameObject.f_lineno, lineOf(frame, _PyInterpreterFrame_LASTI(frame)))
  const result = fn<Py_tracefunc>(func)(obj, f, what, arg)
  setint32(f + PyFrameObject.f_lineno, 0)
  PyThreadState_LeaveTracing()
  setint32(ts + PyThreadState.tracing_what, oldWhat)
  return result
}

/** call_trace while an error may be set: it stays set unless the trace function raises its own. */
export function call_trace_protected(profile: boolean, frame: number, what: number, arg: Ref): number {
  const mark = cstackMark()
  const at = calloca(24)
  PyErr_Fetch(at)
  const err = call_trace(profile, frame, what, arg)
  if (err === 0) PyErr_RestoreFrom(at)
  else {
    Py_XDECREF(ptr(at))
    Py_XDECREF(ptr(at + 8))
    Py_XDECREF(ptr(at + 16))
  }
  cstackReset(mark)
  return err === 0 ? 0 : -1
}

export function trace_function_entry(frame: number): number {
  if (ptr(tstate + PyThreadState.c_tracefunc) !== 0 && call_trace_protected(false, frame, Trace.CALL, Py_None) !== 0) return -1
  if (ptr(tstate + PyThreadState.c_profilefunc) !== 0 && call_trace_protected(true, frame, Trace.CALL, Py_None) !== 0) return -1
  return 0
}

/** `retval` NULL: the frame is left by an exception. */
export function trace_function_exit(frame: number, retval: Ref): number {
  if (ptr(tstate + PyThreadState.c_tracefunc) !== 0 && call_trace_protected(false, frame, Trace.RETURN, retval) !== 0) return -1
  if (ptr(tstate + PyThreadState.c_profilefunc) !== 0 && call_trace_protected(true, frame, Trace.RETURN, retval) !== 0) return -1
  return 0
}

/** Tell the trace function about the current exception. */
export function call_exc_trace(frame: number): void {
  const mark = cstackMark()
  const at = calloca(24)
  PyErr_Fetch(at)
  if (ptr(at + 8) === 0) setptr(at + 8, Py_NewRef(Py_None))
  PyErr_NormalizeException(at)
  const $arg = PyTuple_Pack3(ptr(at), ptr(at + 8), ptr(at + 16) || Py_None)
  if ($arg === NULL) {
    PyErr_RestoreFrom(at)
    cstackReset(mark)
    return
  }
  const err = call_trace(false, frame, Trace.EXCEPTION, $arg)
  Py_DECREF($arg)
  if (err === 0) PyErr_RestoreFrom(at)
  else {
    Py_XDECREF(ptr(at))
    Py_XDECREF(ptr(at + 8))
    Py_XDECREF(ptr(at + 16))
  }
  cstackReset(mark)
}

/** Line and opcode events before the instruction at prev_instr; `previous` is the code unit of the one before it. */
export function maybe_call_line_trace(frame: number, previous: number): number {
  const code = ptr(frame + F.f_code)
  const lasti = _PyInterpreterFrame_LASTI(frame)
  const lastline = previous <= int32(code + PyCodeObject._co_firsttraceable) ? -1 : lineOf(frame, previous)
  const line = lineOf(frame, lasti)
  const f = _PyFrame_GetFrameObject(frame)
  if (f === 0) return -1
  let result = 0
  if (line !== -1 && byte(f + PyFrameObject.f_trace_lines) !== 0) {
    if (line !== lastline || (lasti < previous && u8[int32(frame + F.prev_instr)] !== Op.SEND))
      result = call_trace(false, frame, Trace.LINE, Py_None)
  }
  if (byte(f + PyFrameObject.f_trace_opcodes) !== 0 && result === 0) result = call_trace(false, frame, Trace.OPCODE, Py_None)
  return result
}

/** Events before the instruction at `pc`; prev_instr says afterwards where to go on. `previous`: code unit of the instruction before. */
export function trace_instruction(frame: number, pc: number, previous: number): number {
  const code = ptr(frame + F.f_code)
  setptr(frame + F.prev_instr, pc)
  if ((pc - code - PyCodeObject.co_code_adaptive) >> 1 < int32(code + PyCodeObject._co_firsttraceable)) return 0
  if (opcodeDeopt[u8[pc]] === Op.RESUME) {
    if (u8[pc + 1] < 2 && int32(RUNTIME + Runtime.eval_breaker) !== 0 && eval_frame_handle_pending() !== 0) return -1
    return trace_function_entry(frame)
  }
  if (ptr(tstate + PyThreadState.c_tracefunc) === 0 || int32(tstate + PyThreadState.tracing) !== 0) return 0
  return maybe_call_line_trace(frame, previous)
}

/** Whether a trace function, and a profile function, are being installed. */
const installing = staticAlloc(8)

function install(profile: boolean, func: number, arg: Ref): number {
  const ts = tstate
  const busy = installing + (profile ? 4 : 0)
  if (int32(busy) !== 0) {
    const what = profile ? "profile" : "trace"
    setint32(busy, 0)
    PyErr_SetString(PyExc_RuntimeError, `Cannot install a ${what} function while another ${what} function is being installed`)
    return -1
  }
  setint32(busy, 1)
  if (PySys_Audit(profile ? "sys.setprofile" : "sys.settrace") < 0) {
    setint32(busy, 0)
    return -1
  }
  const funcSlot = ts + (profile ? PyThreadState.c_profilefunc : PyThreadState.c_tracefunc)
  const objSlot = ts + (profile ? PyThreadState.c_profileobj : PyThreadState.c_traceobj)
  const $old = ptr(objSlot)
  setptr(funcSlot, 0)
  setptr(objSlot, 0)
  _PyThreadState_UpdateTracingState()
  Py_XNewRef(arg)
  Py_XDECREF($old)
  setptr(objSlot, arg)
  setptr(funcSlot, func)
  _PyThreadState_UpdateTracingState()
  setint32(busy, 0)
  return 0
}

/** `func` 0: remove. -1 with the error set. */
export function _PyEval_SetTrace(func: number, arg: Ref): number {
  return install(false, func, arg)
}
export function _PyEval_SetProfile(func: number, arg: Ref): number {
  return install(true, func, arg)
}

/** sys.call_tracing: call with tracing enabled inside a trace function. */
export function _PyEval_CallTracing(func: Ref, args: Ref): Own {
  const ts = tstate
  const saveTracing = int32(ts + PyThreadState.tracing)
  const saveUse = u8[ptr(ts + PyThreadState.cframe)]
  setint32(ts + PyThreadState.tracing, 0)
  _PyThreadState_UpdateTracingState()
  const $result = PyObject_Call(func, args, NULL)
  setint32(ts + PyThreadState.tracing, saveTracing)
  u8[ptr(ts + PyThreadState.cframe)] = saveUse
  return $result
}
