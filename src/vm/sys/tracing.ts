import { byte, int32, ptr, setint32, setptr } from "../../heap/access.ts"
import { calloca, cstackMark, cstackReset } from "../../heap/cstack.ts"
import { fnIndex } from "../../heap/fntable.ts"
import { PyFrameObject, PyThreadState } from "../../heap/layout.ts"
import { RUNTIME, Runtime } from "../../heap/map.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_CLEAR, Py_DECREF, Py_NewRef, Py_XSETREF } from "../../heap/refcount.ts"
import { ID } from "../../heap/statics.ts"
import { tstate } from "../../heap/tstate.ts"
import { _PyObject_FastCall } from "../../objects/call.ts"
import { PyErr_Occurred, PyErr_SetString } from "../../objects/errors.ts"
import { PyFloat_AsDouble, PyFloat_FromDouble } from "../../objects/floatobject.ts"
import { PyFrame_FastToLocalsWithError, PyFrame_LocalsToFast } from "../../objects/frameobject.ts"
import { _PyArg_CheckPositional } from "../../objects/getargs.ts"
import { Py_None, PyExc_TypeError, PyExc_ValueError } from "../../objects/statictypes.ts"
import { PyTuple_Check } from "../../objects/tupleobject.ts"
import { _PyEval_CallTracing, _PyEval_SetProfile, _PyEval_SetTrace, Trace } from "../ceval_trace.ts"

// Python/sysmodule.c: settrace, setprofile and their trampolines; the switch interval.

function whatName(what: number): Ref {
  switch (what) {
    case Trace.CALL:
      return ID("call")
    case Trace.EXCEPTION:
      return ID("exception")
    case Trace.LINE:
      return ID("line")
    case Trace.RETURN:
      return ID("return")
    case Trace.C_CALL:
      return ID("c_call")
    case Trace.C_EXCEPTION:
      return ID("c_exception")
    case Trace.C_RETURN:
      return ID("c_return")
  }
  return ID("opcode")
}

function call_trampoline(callback: Ref, frame: Ref, what: number, arg: Ref): Own {
  if (byte(frame + PyFrameObject.f_fast_as_locals) !== 0 && PyFrame_FastToLocalsWithError(frame) < 0) return NULL
  const mark = cstackMark()
  const args = calloca(24)
  setptr(args, frame)
  setptr(args + 8, whatName(what))
  setptr(args + 16, arg === 0 ? Py_None : arg)
  const $result = _PyObject_FastCall(callback, args, 3)
  cstackReset(mark)
  PyFrame_LocalsToFast(frame, 1)
  return $result
}

function profile_trampoline(self: Ref, frame: Ref, what: number, arg: Ref): number {
  const $result = call_trampoline(self, frame, what, arg)
  if ($result === NULL) {
    _PyEval_SetProfile(0, NULL)
    return -1
  }
  Py_DECREF($result)
  return 0
}

function trace_trampoline(self: Ref, frame: Ref, what: number, arg: Ref): number {
  const callback = what === Trace.CALL ? self : ptr(frame + PyFrameObject.f_trace)
  if (callback === 0) return 0
  const $result = call_trampoline(callback, frame, what, arg)
  if ($result === NULL) {
    _PyEval_SetTrace(0, NULL)
    Py_CLEAR(frame + PyFrameObject.f_trace)
    return -1
  }
  if ($result !== Py_None) Py_XSETREF(frame + PyFrameObject.f_trace, $result)
  else Py_DECREF($result)
  return 0
}

const traceIndex = fnIndex(trace_trampoline)
const profileIndex = fnIndex(profile_trampoline)

export function sys_settrace(_m: Ref, arg: Ref): Own {
  const r = arg === Py_None ? _PyEval_SetTrace(0, NULL) : _PyEval_SetTrace(traceIndex, arg)
  return r < 0 ? NULL : Py_NewRef(Py_None)
}
export function sys_gettrace(_m: Ref): Own {
  return Py_NewRef(ptr(tstate + PyThreadState.c_traceobj) || Py_None)
}
export function sys_setprofile(_m: Ref, arg: Ref): Own {
  const r = arg === Py_None ? _PyEval_SetProfile(0, NULL) : _PyEval_SetProfile(profileIndex, arg)
  return r < 0 ? NULL : Py_NewRef(Py_None)
}
export function sys_getprofile(_m: Ref): Own {
  return Py_NewRef(ptr(tstate + PyThreadState.c_profileobj) || Py_None)
}

export function sys_call_tracing(_m: Ref, args: number, nargs: number): Own {
  if (!_PyArg_CheckPositional("call_tracing", nargs, 2, 2)) return NULL
  if (!PyTuple_Check(ptr(args + 8)))
    return PyErr_SetString(PyExc_TypeError, "call_tracing() argument 2 must be tuple, not a different type")
  return _PyEval_CallTracing(ptr(args), ptr(args + 8))
}

export function sys_setswitchinterval(_m: Ref, arg: Ref): Own {
  const interval = PyFloat_AsDouble(arg)
  if (interval === -1 && PyErr_Occurred() !== 0) return NULL
  if (!(interval > 0)) return PyErr_SetString(PyExc_ValueError, "switch interval must be strictly positive")
  setint32(RUNTIME + Runtime.switch_interval_us, Math.max(1, Math.min(0x7fffffff, Math.floor(1e6 * interval))))
  return Py_NewRef(Py_None)
}
export function sys_getswitchinterval(_m: Ref): Own {
  return PyFloat_FromDouble(1e-6 * int32(RUNTIME + Runtime.switch_interval_us))
}
