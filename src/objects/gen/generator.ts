import { Op, opcodeDeopt } from "../../base/opcodes.ts"
import { int32, memset, ptr, setptr } from "../../heap/access.ts"
import { calloca, cstackMark, cstackReset } from "../../heap/cstack.ts"
import {
  _PyCFrame,
  _PyInterpreterFrame as F,
  PyCodeObject,
  PyFunctionObject,
  PyGenObject as G,
  PyStopIterationObject,
  PyThreadState,
} from "../../heap/layout.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_CLEAR, Py_DECREF, Py_INCREF, Py_NewRef, Py_TYPE, Py_XDECREF, Py_XNewRef, Py_XSETREF } from "../../heap/refcount.ts"
import { ID } from "../../heap/statics.ts"
import { tstate } from "../../heap/tstate.ts"
import { i8, u8 } from "../../heap/views.ts"
import { _PyObject_GC_NewVar, _PyObject_GC_TRACK, _PyObject_GC_UNTRACK, PyObject_GC_Del } from "../../gc/gcmodule.ts"
import { PyBool_FromLong } from "../boolobject.ts"
import { PyObject_CallFunctionObjArgs, PyObject_CallNoArgs, PyObject_CallOneArg } from "../call.ts"
import { defineType, type GetSetSpec } from "../define.ts"
import {
  _PyErr_ChainStackItem,
  _PyErr_FormatFromCause,
  PyErr_Clear,
  PyErr_ExceptionMatches,
  PyErr_Fetch,
  PyErr_GivenExceptionMatches,
  PyErr_NormalizeException,
  PyErr_Occurred,
  PyErr_Restore,
  PyErr_RestoreFrom,
  PyErr_SetNone,
  PyErr_SetObject,
  PyErr_SetString,
} from "../errors.ts"
import { PyException_GetTraceback, PyExceptionClass_Check, PyExceptionInstance_Check } from "../exceptions.ts"
import {
  _PyFrame_Clear,
  _PyFrame_GetFrameObject,
  _PyFrame_StackPeek,
  _PyFrame_StackPop,
  _PyFrame_StackPush,
  _PyFrame_Traverse,
  FrameState,
} from "../frame.ts"
import { _PyArg_CheckPositional } from "../getargs.ts"
import { PyLong_FromLong } from "../longobject.ts"
import {
  _PyObject_LookupAttr,
  addressJS,
  PyObject_CallFinalizerFromDealloc,
  PyObject_GenericGetAttr,
  PyObject_SelfIter,
  strJS,
  typeName,
} from "../object.ts"
import { METH, READONLY, T, TPFLAGS, type visitproc } from "../slots.ts"
import {
  Py_None,
  PyAsyncGen_Type,
  PyCoro_Type,
  PyExc_GeneratorExit,
  PyExc_RuntimeError,
  PyExc_StopAsyncIteration,
  PyExc_StopIteration,
  PyExc_TypeError,
  PyExc_ValueError,
  PyGen_Type,
  PyTraceBack_Type,
} from "../statictypes.ts"
import { PyTuple_Check } from "../tupleobject.ts"
import { PyType_IsSubtype } from "../typeobject.ts"
import { PyUnicode_Check, PyUnicode_FromString } from "../unicodeobject.ts"
import { upcalls } from "../upcalls.ts"
import { PyErr_WriteUnraisable } from "../unraisable.ts"
import { _PyErr_WarnUnawaitedCoroutine } from "../_warnings.ts"
import { PyObject_ClearWeakRefs } from "../weakrefobject.ts"

// A generator object ends in its interpreter frame. gi_frame_state says what that frame is doing (FrameState).

export const PYGEN_RETURN = 0
export const PYGEN_ERROR = -1
export const PYGEN_NEXT = 1

const CO_COROUTINE = 0x80
/** Read access is audited. */
const AUDIT_READ = 2

export const frameState = (gen: Ref): number => i8[gen + G.gi_frame_state]
export function setFrameState(gen: Ref, state: number): void {
  i8[gen + G.gi_frame_state] = state
}
const frameOf = (gen: Ref): number => gen + G.gi_iframe

export function PyGen_CheckExact(op: Ref): boolean {
  return Py_TYPE(op) === PyGen_Type
}
export function PyCoro_CheckExact(op: Ref): boolean {
  return Py_TYPE(op) === PyCoro_Type
}
export function PyAsyncGen_CheckExact(op: Ref): boolean {
  return Py_TYPE(op) === PyAsyncGen_Type
}
export function PyGen_Check(op: Ref): boolean {
  return Py_TYPE(op) === PyGen_Type || PyType_IsSubtype(Py_TYPE(op), PyGen_Type)
}

export function gen_traverse(gen: Ref, visit: visitproc, arg: number): number {
  let r: number
  let v = ptr(gen + G.gi_code)
  if (v !== 0 && (r = visit(v, arg)) !== 0) return r
  v = ptr(gen + G.gi_name)
  if (v !== 0 && (r = visit(v, arg)) !== 0) return r
  v = ptr(gen + G.gi_qualname)
  if (v !== 0 && (r = visit(v, arg)) !== 0) return r
  if (frameState(gen) < FrameState.CLEARED && (r = _PyFrame_Traverse(frameOf(gen), visit, arg)) !== 0) return r
  v = ptr(gen + G.gi_exc_state_exc_value)
  return v !== 0 ? visit(v, arg) : 0
}

/** tp_finalize: close the generator, or hand an asynchronous one to its finalizer hook. */
export function _PyGen_Finalize(gen: Ref): void {
  if (frameState(gen) >= FrameState.COMPLETED) return
  const mark = cstackMark()
  const at = calloca(24)
  PyErr_Fetch(at)
  const finalizer = PyAsyncGen_CheckExact(gen) ? ptr(gen + G.gi_origin_or_finalizer) : NULL
  if (finalizer !== 0 && u8[gen + G.gi_closed] === 0) {
    const $res = PyObject_CallOneArg(finalizer, gen)
    if ($res === NULL) PyErr_WriteUnraisable(gen)
    else Py_DECREF($res)
  } else {
    let $res: Own = NULL
    const code = ptr(gen + G.gi_code)
    if (code !== 0 && (int32(code + PyCodeObject.co_flags) & CO_COROUTINE) !== 0 && frameState(gen) === FrameState.CREATED)
      _PyErr_WarnUnawaitedCoroutine(gen)
    else $res = gen_close(gen)
    if ($res !== NULL) Py_DECREF($res)
    else if (PyErr_Occurred() !== 0) PyErr_WriteUnraisable(gen)
  }
  PyErr_RestoreFrom(at)
  cstackReset(mark)
}

export function gen_dealloc(gen: Ref): void {
  _PyObject_GC_UNTRACK(gen)
  if (ptr(gen + G.gi_weakreflist) !== 0) PyObject_ClearWeakRefs(gen)
  _PyObject_GC_TRACK(gen)
  if (PyObject_CallFinalizerFromDealloc(gen) !== 0) return
  _PyObject_GC_UNTRACK(gen)
  if (PyAsyncGen_CheckExact(gen)) Py_CLEAR(gen + G.gi_origin_or_finalizer)
  if (frameState(gen) < FrameState.CLEARED) {
    setFrameState(gen, FrameState.CLEARED)
    setptr(frameOf(gen) + F.previous, 0)
    _PyFrame_Clear(frameOf(gen))
  }
  if ((int32(ptr(gen + G.gi_code) + PyCodeObject.co_flags) & CO_COROUTINE) !== 0) Py_CLEAR(gen + G.gi_origin_or_finalizer)
  Py_CLEAR(gen + G.gi_code)
  Py_CLEAR(gen + G.gi_name)
  Py_CLEAR(gen + G.gi_qualname)
  Py_CLEAR(gen + G.gi_exc_state_exc_value)
  PyObject_GC_Del(gen)
}

function kindName(gen: Ref): string {
  return PyCoro_CheckExact(gen) ? "coroutine" : PyAsyncGen_CheckExact(gen) ? "async generator" : "generator"
}

/** The owned result of the last gen_send_ex2 (NULL with PYGEN_ERROR, and for a bare end of iteration). */
export let genResult: Own = NULL

/** Resume. `arg` NULL: next(). `exc`: raise the current error there. @returns PYGEN_*; result in `genResult`. */
export function gen_send_ex2(gen: Ref, arg: Ref, exc: number, closing: boolean): number {
  genResult = NULL
  const state = frameState(gen)
  if (state === FrameState.CREATED && arg !== 0 && arg !== Py_None) {
    PyErr_SetString(PyExc_TypeError, `can't send non-None value to a just-started ${kindName(gen)}`)
    return PYGEN_ERROR
  }
  if (state === FrameState.EXECUTING) {
    PyErr_SetString(PyExc_ValueError, `${kindName(gen)} already executing`)
    return PYGEN_ERROR
  }
  if (state >= FrameState.COMPLETED) {
    if (PyCoro_CheckExact(gen) && !closing) PyErr_SetString(PyExc_RuntimeError, "cannot reuse already awaited coroutine")
    else if (arg !== 0 && exc === 0) {
      genResult = Py_NewRef(Py_None)
      return PYGEN_RETURN
    }
    return PYGEN_ERROR
  }
  const ts = tstate
  const frame = frameOf(gen)
  _PyFrame_StackPush(frame, Py_NewRef(arg !== 0 ? arg : Py_None))
  setptr(frame + F.previous, ptr(ptr(ts + PyThreadState.cframe) + _PyCFrame.current_frame))
  setptr(gen + G.gi_exc_state_previous_item, ptr(ts + PyThreadState.exc_info))
  setptr(ts + PyThreadState.exc_info, gen + G.gi_exc_state)
  if (exc !== 0) _PyErr_ChainStackItem(0)
  setFrameState(gen, FrameState.EXECUTING)
  let $result = upcalls.evalFrame(frame, exc)
  if (frameState(gen) === FrameState.EXECUTING) setFrameState(gen, FrameState.COMPLETED)
  setptr(ts + PyThreadState.exc_info, ptr(gen + G.gi_exc_state_previous_item))
  setptr(gen + G.gi_exc_state_previous_item, 0)
  setptr(frame + F.previous, 0)
  if ($result !== NULL) {
    if (frameState(gen) === FrameState.SUSPENDED) {
      genResult = $result
      return PYGEN_NEXT
    }
    if ($result === Py_None && !PyAsyncGen_CheckExact(gen) && arg === 0) {
      // a plain end needs no StopIteration
      Py_DECREF($result)
      $result = NULL
    }
  } else if (PyErr_ExceptionMatches(PyExc_StopIteration))
    _PyErr_FormatFromCause(PyExc_RuntimeError, `${kindName(gen)} raised StopIteration`)
  else if (PyAsyncGen_CheckExact(gen) && PyErr_ExceptionMatches(PyExc_StopAsyncIteration)) {
    _PyErr_FormatFromCause(PyExc_RuntimeError, "async generator raised StopAsyncIteration")
  }
  Py_CLEAR(gen + G.gi_exc_state_exc_value)
  setFrameState(gen, FrameState.CLEARED)
  _PyFrame_Clear(frame)
  genResult = $result
  return $result !== NULL ? PYGEN_RETURN : PYGEN_ERROR
}

/** am_send */
export function PyGen_am_send(gen: Ref, arg: Ref, presult: number): number {
  const status = gen_send_ex2(gen, arg, 0, false)
  setptr(presult, genResult)
  return status
}

export function gen_send_ex(gen: Ref, arg: Ref, exc: number, closing: boolean): Own {
  const status = gen_send_ex2(gen, arg, exc, closing)
  const $result = genResult
  if (status !== PYGEN_RETURN) return $result
  if (PyAsyncGen_CheckExact(gen)) PyErr_SetNone(PyExc_StopAsyncIteration)
  else if ($result === Py_None) PyErr_SetNone(PyExc_StopIteration)
  else _PyGen_SetStopIterationValue($result)
  Py_XDECREF($result)
  return NULL
}

export function gen_send(gen: Ref, arg: Ref): Own {
  return gen_send_ex(gen, arg, 0, false)
}

/** Close what `yield from` delegates to. */
function gen_close_iter(yf: Ref): number {
  let $ret: Own
  if (PyGen_CheckExact(yf) || PyCoro_CheckExact(yf)) {
    $ret = gen_close(yf)
    if ($ret === NULL) return -1
  } else {
    const $meth = _PyObject_LookupAttr(yf, ID("close"))
    if ($meth === NULL) {
      if (PyErr_Occurred() !== 0) PyErr_WriteUnraisable(yf)
      return 0
    }
    $ret = PyObject_CallNoArgs($meth)
    Py_DECREF($meth)
    if ($ret === NULL) return -1
  }
  Py_DECREF($ret)
  return 0
}

/** Owned sub-iterator that a suspended generator delegates to, or NULL without error. */
export function _PyGen_yf(gen: Ref): Own {
  const state = frameState(gen)
  if (state >= FrameState.CLEARED || state === FrameState.CREATED) return NULL
  const frame = frameOf(gen)
  const next = ptr(frame + F.prev_instr) + 2
  if (opcodeDeopt[u8[next]] !== Op.RESUME || u8[next + 1] < 2) return NULL
  return Py_NewRef(_PyFrame_StackPeek(frame))
}

export function gen_close(gen: Ref): Own {
  const $yf = _PyGen_yf(gen)
  let err = 0
  if ($yf !== NULL) {
    const state = frameState(gen)
    setFrameState(gen, FrameState.EXECUTING)
    err = gen_close_iter($yf)
    setFrameState(gen, state)
    Py_DECREF($yf)
  }
  if (err === 0) PyErr_SetNone(PyExc_GeneratorExit)
  const $ret = gen_send_ex(gen, Py_None, 1, true)
  if ($ret !== NULL) {
    Py_DECREF($ret)
    return PyErr_SetString(PyExc_RuntimeError, `${kindName(gen)} ignored GeneratorExit`)
  }
  if (PyErr_ExceptionMatches(PyExc_StopIteration) || PyErr_ExceptionMatches(PyExc_GeneratorExit)) {
    PyErr_Clear()
    return Py_NewRef(Py_None)
  }
  return NULL
}

/** throw() into the sub-iterator; undefined: throw here instead. */
function throw_into(gen: Ref, $yf: Own, close_on_genexit: boolean, typ: Ref, val: Ref, tb: Ref): Own | undefined {
  const frame = frameOf(gen)
  if (PyErr_GivenExceptionMatches(typ, PyExc_GeneratorExit) && close_on_genexit) {
    const state = frameState(gen)
    setFrameState(gen, FrameState.EXECUTING)
    const err = gen_close_iter($yf)
    setFrameState(gen, state)
    Py_DECREF($yf)
    return err < 0 ? gen_send_ex(gen, Py_None, 1, false) : undefined
  }
  let $ret: Own
  if (PyGen_CheckExact($yf) || PyCoro_CheckExact($yf)) {
    const current = ptr(tstate + PyThreadState.cframe) + _PyCFrame.current_frame
    const prev = ptr(current)
    setptr(frame + F.previous, prev)
    setptr(current, frame)
    const state = frameState(gen)
    setFrameState(gen, FrameState.EXECUTING)
    $ret = _gen_throw($yf, close_on_genexit, typ, val, tb)
    setFrameState(gen, state)
    setptr(current, prev)
    setptr(frame + F.previous, 0)
  } else {
    const $meth = _PyObject_LookupAttr($yf, ID("throw"))
    if ($meth === NULL) {
      Py_DECREF($yf)
      return PyErr_Occurred() !== 0 ? NULL : undefined
    }
    const state = frameState(gen)
    setFrameState(gen, FrameState.EXECUTING)
    const args = val === 0 ? [typ] : tb === 0 ? [typ, val] : [typ, val, tb]
    $ret = PyObject_CallFunctionObjArgs($meth, ...args)
    setFrameState(gen, state)
    Py_DECREF($meth)
  }
  Py_DECREF($yf)
  if ($ret === NULL) {
    // the sub-iterator ended: leave the SEND loop with its value
    Py_DECREF(_PyFrame_StackPop(frame))
    const jump = u8[ptr(frame + F.prev_instr) - 1]
    setptr(frame + F.prev_instr, ptr(frame + F.prev_instr) + (jump - 1) * 2)
    if (_PyGen_FetchStopIterationValue() === 0) {
      const $val = stopIterationValue
      $ret = gen_send(gen, $val)
      Py_DECREF($val)
    } else $ret = gen_send_ex(gen, Py_None, 1, false)
  }
  return $ret
}

export function _gen_throw(gen: Ref, close_on_genexit: boolean, typ: Ref, val: Ref, tb: Ref): Own {
  const $yf = _PyGen_yf(gen)
  if ($yf !== NULL) {
    const $ret = throw_into(gen, $yf, close_on_genexit, typ, val, tb)
    if ($ret !== undefined) return $ret
  }
  if (tb === Py_None) tb = NULL
  else if (tb !== 0 && Py_TYPE(tb) !== PyTraceBack_Type)
    return PyErr_SetString(PyExc_TypeError, "throw() third argument must be a traceback object")
  if (PyExceptionClass_Check(typ)) {
    const mark = cstackMark()
    const at = calloca(24)
    setptr(at, Py_NewRef(typ))
    setptr(at + 8, Py_XNewRef(val))
    setptr(at + 16, Py_XNewRef(tb))
    PyErr_NormalizeException(at)
    PyErr_RestoreFrom(at)
    cstackReset(mark)
  } else if (PyExceptionInstance_Check(typ)) {
    if (val !== 0 && val !== Py_None) return PyErr_SetString(PyExc_TypeError, "instance exception may not have a separate value")
    PyErr_Restore(Py_NewRef(Py_TYPE(typ)), Py_NewRef(typ), tb === 0 ? PyException_GetTraceback(typ) : Py_NewRef(tb))
  } else
    return PyErr_SetString(PyExc_TypeError, `exceptions must be classes or instances deriving from BaseException, not ${typeName(typ)}`)
  return gen_send_ex(gen, Py_None, 1, false)
}

export function gen_throw(gen: Ref, args: number, nargs: number): Own {
  if (!_PyArg_CheckPositional("throw", nargs, 1, 3)) return NULL
  return _gen_throw(gen, true, ptr(args), nargs >= 2 ? ptr(args + 8) : NULL, nargs === 3 ? ptr(args + 16) : NULL)
}

export function gen_iternext(gen: Ref): Own {
  const status = gen_send_ex2(gen, NULL, 0, false)
  const $result = genResult
  if (status !== PYGEN_RETURN) return $result
  if ($result !== Py_None) _PyGen_SetStopIterationValue($result)
  Py_XDECREF($result)
  return NULL
}

/** Raise StopIteration(value), also for a value that is a tuple or an exception. */
export function _PyGen_SetStopIterationValue(value: Ref): number {
  if (value === 0 || (!PyTuple_Check(value) && !PyExceptionInstance_Check(value))) {
    PyErr_SetObject(PyExc_StopIteration, value)
    return 0
  }
  const $e = PyObject_CallOneArg(PyExc_StopIteration, value)
  if ($e === NULL) return -1
  PyErr_SetObject(PyExc_StopIteration, $e)
  Py_DECREF($e)
  return 0
}

/** The owned value that _PyGen_FetchStopIterationValue took. */
export let stopIterationValue: Own = NULL

/** Take the value of a StopIteration that is set (None when no error is set) into `stopIterationValue`: 0; another error: -1, still set. */
export function _PyGen_FetchStopIterationValue(): number {
  stopIterationValue = NULL
  if (!PyErr_ExceptionMatches(PyExc_StopIteration)) {
    if (PyErr_Occurred() !== 0) return -1
    stopIterationValue = Py_NewRef(Py_None)
    return 0
  }
  const mark = cstackMark()
  const at = calloca(24)
  PyErr_Fetch(at)
  let $value: Own = NULL
  const ev = ptr(at + 8)
  if (ev !== 0) {
    if (PyType_IsSubtype(Py_TYPE(ev), ptr(at))) {
      $value = Py_NewRef(ptr(ev + PyStopIterationObject.value))
      Py_DECREF(ev)
    } else if (ptr(at) === PyExc_StopIteration && !PyTuple_Check(ev)) $value = ev as Own
    else {
      PyErr_NormalizeException(at)
      const normal = ptr(at + 8)
      if (!PyType_IsSubtype(Py_TYPE(normal), PyExc_StopIteration)) {
        PyErr_RestoreFrom(at)
        cstackReset(mark)
        return -1
      }
      $value = Py_NewRef(ptr(normal + PyStopIterationObject.value))
      Py_DECREF(normal)
    }
  }
  Py_XDECREF(ptr(at))
  Py_XDECREF(ptr(at + 16))
  cstackReset(mark)
  stopIterationValue = $value === NULL ? Py_NewRef(Py_None) : $value
  return 0
}

function gen_repr(gen: Ref): Own {
  return PyUnicode_FromString(`<generator object ${strJS(ptr(gen + G.gi_qualname))} at ${addressJS(gen)}>`)
}

function gen_get_name(gen: Ref): Own {
  return Py_NewRef(ptr(gen + G.gi_name))
}
function gen_set_name(gen: Ref, value: Ref): number {
  if (value === 0 || !PyUnicode_Check(value)) {
    PyErr_SetString(PyExc_TypeError, "__name__ must be set to a string object")
    return -1
  }
  Py_XSETREF(gen + G.gi_name, Py_NewRef(value))
  return 0
}
function gen_get_qualname(gen: Ref): Own {
  return Py_NewRef(ptr(gen + G.gi_qualname))
}
function gen_set_qualname(gen: Ref, value: Ref): number {
  if (value === 0 || !PyUnicode_Check(value)) {
    PyErr_SetString(PyExc_TypeError, "__qualname__ must be set to a string object")
    return -1
  }
  Py_XSETREF(gen + G.gi_qualname, Py_NewRef(value))
  return 0
}
export function gen_getyieldfrom(gen: Ref): Own {
  const $yf = _PyGen_yf(gen)
  return $yf === NULL ? Py_NewRef(Py_None) : $yf
}
export function gen_getrunning(gen: Ref): Own {
  return PyBool_FromLong(frameState(gen) === FrameState.EXECUTING ? 1 : 0)
}
export function gen_getsuspended(gen: Ref): Own {
  return PyBool_FromLong(frameState(gen) === FrameState.SUSPENDED ? 1 : 0)
}
export function gen_getframe(gen: Ref): Own {
  if (frameState(gen) === FrameState.CLEARED) return Py_NewRef(Py_None)
  return Py_XNewRef(_PyFrame_GetFrameObject(frameOf(gen)))
}
export function gen_sizeof(gen: Ref): Own {
  const code = ptr(gen + G.gi_code)
  const slots = int32(code + PyCodeObject.co_nlocalsplus) + int32(code + PyCodeObject.co_stacksize)
  return PyLong_FromLong(G.gi_iframe + F.localsplus + slots * 8)
}

/** __name__ and __qualname__, shared by all three. */
export function nameGetSets(what: string): readonly GetSetSpec[] {
  return [
    ["__name__", gen_get_name, gen_set_name, `name of the ${what}`],
    ["__qualname__", gen_get_qualname, gen_set_qualname, `qualified name of the ${what}`],
  ]
}

/** A generator of one of the three types for a call of `func`; its frame is filled by RETURN_GENERATOR. */
export function make_gen(type: Ref, func: Ref): Own {
  const code = ptr(func + PyFunctionObject.func_code)
  const slots = int32(code + PyCodeObject.co_nlocalsplus) + int32(code + PyCodeObject.co_stacksize)
  const $gen = _PyObject_GC_NewVar(type, slots)
  if ($gen === NULL) return NULL
  // the upper halves of all slots stay zero (objects/frame.ts)
  memset($gen + G.gi_code, 0, G.gi_iframe - G.gi_code + F.localsplus + slots * 8)
  setFrameState($gen, FrameState.CLEARED)
  Py_INCREF(code)
  setptr($gen + G.gi_code, code)
  setptr($gen + G.gi_name, Py_NewRef(ptr(func + PyFunctionObject.func_name)))
  setptr($gen + G.gi_qualname, Py_NewRef(ptr(func + PyFunctionObject.func_qualname)))
  _PyObject_GC_TRACK($gen)
  return $gen
}

defineType(PyGen_Type, {
  name: "generator",
  basicsize: G.gi_iframe + F.localsplus,
  itemsize: 8,
  dealloc: gen_dealloc,
  am_send: PyGen_am_send,
  repr: gen_repr,
  getattro: PyObject_GenericGetAttr,
  flags: TPFLAGS.DEFAULT | TPFLAGS.HAVE_GC,
  traverse: gen_traverse,
  weaklistoffset: G.gi_weakreflist,
  iter: PyObject_SelfIter,
  iternext: gen_iternext,
  methods: [
    ["send", gen_send, METH.O, "send(arg) -> send 'arg' into generator,\nreturn next yielded value or raise StopIteration."],
    [
      "throw",
      gen_throw,
      METH.FASTCALL,
      "throw(value)\nthrow(type[,value[,tb]])\n\nRaise exception in generator, return next yielded value or raise\nStopIteration.",
    ],
    ["close", gen_close, METH.NOARGS, "close() -> raise GeneratorExit inside generator."],
    ["__sizeof__", gen_sizeof, METH.NOARGS, "gen.__sizeof__() -> size of gen in memory, in bytes"],
  ],
  members: [["gi_code", T.OBJECT, G.gi_code, READONLY | AUDIT_READ]],
  getset: [
    ...nameGetSets("generator"),
    ["gi_yieldfrom", gen_getyieldfrom, null, "object being iterated by yield from, or None"],
    ["gi_running", gen_getrunning],
    ["gi_frame", gen_getframe],
    ["gi_suspended", gen_getsuspended],
  ],
  finalize: _PyGen_Finalize,
})
