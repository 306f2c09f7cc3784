import { Op } from "../base/opcodes.ts"
import { int32, ptr, setint32, setptr } from "../heap/access.ts"
import { calloca, cstackMark, cstackReset } from "../heap/cstack.ts"
import {
  _PyErr_StackItem,
  _PyInterpreterFrame as F,
  PyBytesObject,
  PyCodeObject,
  PyNameErrorObject,
  PyThreadState,
} from "../heap/layout.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { Py_DECREF, Py_INCREF, Py_NewRef, Py_SIZE, Py_TYPE, Py_XDECREF, Py_XSETREF } from "../heap/refcount.ts"
import { ID } from "../heap/statics.ts"
import { tstate } from "../heap/tstate.ts"
import { u8 } from "../heap/views.ts"
import { PyObject_IsSubclass } from "../objects/abstract.ts"
import { PyObject_CallMethodOneArg, PyObject_CallNoArgs } from "../objects/call.ts"
import {
  _PyErr_GetTopmostException,
  PyErr_Fetch,
  PyErr_GivenExceptionMatches,
  PyErr_NormalizeException,
  PyErr_Occurred,
  PyErr_Restore,
  PyErr_RestoreFrom,
  PyErr_SetObject,
  PyErr_SetString,
} from "../objects/errors.ts"
import {
  _PyBaseExceptionGroup_Check,
  _PyExc_CreateExceptionGroup,
  _PyExc_PrepReraiseStar,
  PyException_GetTraceback,
  PyException_SetCause,
  PyException_SetTraceback,
  PyExceptionClass_Check,
  PyExceptionInstance_Check,
} from "../objects/exceptions.ts"
import { _PyFrame_GetFrameObject, _PyFrame_IsIncomplete } from "../objects/frame.ts"
import { PyLong_AsLong, PyLong_FromLong } from "../objects/longobject.ts"
import { PyObject_SetAttr, reprJS } from "../objects/object.ts"
import {
  Py_None,
  PyExc_BaseExceptionGroup,
  PyExc_NameError,
  PyExc_RuntimeError,
  PyExc_StopAsyncIteration,
  PyExc_SystemError,
  PyExc_TypeError,
  PyExc_UnboundLocalError,
} from "../objects/statictypes.ts"
import { PyTuple_Check, PyTuple_GET_ITEM, PyTuple_Pack1 } from "../objects/tupleobject.ts"
import { PyTraceBack_Here } from "../objects/tracebackobject.ts"
import { PyUnicode_AsJS } from "../objects/unicodeobject.ts"
import { call_exc_trace } from "./ceval_trace.ts"

// Python/ceval.c: raising, catching, and the errors about names.

export const NAME_ERROR = "name '%' is not defined"
const UNBOUNDLOCAL_ERROR = "cannot access local variable '%' where it is not associated with a value"
const UNBOUNDFREE_ERROR = "cannot access free variable '%' where it is not associated with a value in enclosing scope"

/** Raise `exc` with `message` about the name `obj` (a str); NameErrors get their `name` attribute. */
export function format_exc_check_arg(exc: Ref, message: string, obj: Ref): void {
  PyErr_SetString(
    exc,
    message.replace("%", () => PyUnicode_AsJS(obj)),
  )
  if (exc !== PyExc_NameError) return
  const mark = cstackMark()
  const at = calloca(24)
  PyErr_Fetch(at)
  PyErr_NormalizeException(at)
  const value = ptr(at + 8)
  if (PyErr_GivenExceptionMatches(value, PyExc_NameError) && ptr(value + PyNameErrorObject.name) === 0)
    PyObject_SetAttr(value, ID("name"), obj)
  PyErr_RestoreFrom(at)
  cstackReset(mark)
}

export function format_exc_unbound(code: Ref, oparg: number): void {
  if (PyErr_Occurred() !== 0) return
  const name = PyTuple_GET_ITEM(ptr(code + PyCodeObject.co_localsplusnames), oparg)
  const isLocal = oparg < int32(code + PyCodeObject.co_nplaincellvars) + int32(code + PyCodeObject.co_nlocals)
  if (isLocal) format_exc_check_arg(PyExc_UnboundLocalError, UNBOUNDLOCAL_ERROR, name)
  else format_exc_check_arg(PyExc_NameError, UNBOUNDFREE_ERROR, name)
}

export function format_unbound_local(code: Ref, oparg: number): void {
  format_exc_check_arg(PyExc_UnboundLocalError, UNBOUNDLOCAL_ERROR, PyTuple_GET_ITEM(ptr(code + PyCodeObject.co_localsplusnames), oparg))
}

// The exception table: entries of varints (start, size, target, depth << 1 | lasti); the first byte of an entry has bit 7 set.

export let handlerLevel = 0
export let handlerTarget = 0
export let handlerLasti = 0
let scanAt = 0

function parse_varint(): number {
  let b = u8[scanAt++]
  let v = b & 63
  while ((b & 64) !== 0) {
    b = u8[scanAt++]
    v = (v << 6) | (b & 63)
  }
  return v
}

/** Find the handler for the instruction at code unit `index`: true, and handlerLevel, handlerTarget, handlerLasti. */
export function get_exception_handler(code: Ref, index: number): boolean {
  const table = ptr(code + PyCodeObject.co_exceptiontable)
  let start = table + PyBytesObject.ob_sval
  let end = start + Py_SIZE(table)
  if (end - start > 40) {
    scanAt = start
    if (parse_varint() > index) return false
    do {
      let mid = start + ((end - start) >> 1)
      while ((u8[mid] & 128) === 0) mid--
      scanAt = mid
      if (parse_varint() > index) end = mid
      else start = mid
    } while (end - start > 40)
  }
  scanAt = start
  while (scanAt < end) {
    const from = parse_varint()
    if (from > index) break
    const size = parse_varint()
    const target = parse_varint()
    const depth = parse_varint()
    if (from + size > index) {
      handlerTarget = target
      handlerLevel = depth >> 1
      handlerLasti = depth & 1
      return true
    }
  }
  return false
}

/** Take the current error for a handler: the exception, owned, with its traceback set. */
export function push_caught(): Own {
  const mark = cstackMark()
  const at = calloca(24)
  PyErr_Fetch(at)
  PyErr_NormalizeException(at)
  const $value = ptr(at + 8) as Own
  const tb = ptr(at + 16)
  PyException_SetTraceback($value, tb !== 0 ? tb : Py_None)
  Py_XDECREF(tb)
  Py_XDECREF(ptr(at))
  cstackReset(mark)
  return $value
}

/** Make `$val` (stolen) the current error again. With `endAsyncFor`, a StopAsyncIteration is dropped instead and the result is false. */
export function restore_raised($val: Own, endAsyncFor: boolean): boolean {
  if (endAsyncFor && PyErr_GivenExceptionMatches($val, PyExc_StopAsyncIteration)) {
    Py_DECREF($val)
    return false
  }
  PyErr_Restore(Py_NewRef(Py_TYPE($val)), $val, PyException_GetTraceback($val))
  return true
}

/** RAISE_VARARGS: both stolen, either may be NULL. 1: a re-raise (no new traceback entry). An error is set in any case. */
export function do_raise($exc: Own, $cause: Own): number {
  if ($exc === NULL) {
    const value = ptr(_PyErr_GetTopmostException() + _PyErr_StackItem.exc_value)
    if (value === 0 || value === Py_None) {
      PyErr_SetString(PyExc_RuntimeError, "No active exception to reraise")
      return 0
    }
    PyErr_Restore(Py_NewRef(Py_TYPE(value)), Py_NewRef(value), PyException_GetTraceback(value))
    return 1
  }
  let $type: Own
  let $value: Own
  if (PyExceptionClass_Check($exc)) {
    $type = $exc
    $value = PyObject_CallNoArgs($exc)
    if ($value !== NULL && !PyExceptionInstance_Check($value)) {
      PyErr_SetString(
        PyExc_TypeError,
        `calling ${reprJS($type)} should have returned an instance of BaseException, not ${reprJS(Py_TYPE($value))}`,
      )
      Py_DECREF($value)
      $value = NULL
    }
    if ($value === NULL) {
      Py_DECREF($type)
      Py_XDECREF($cause)
      return 0
    }
  } else if (PyExceptionInstance_Check($exc)) {
    $value = $exc
    $type = Py_NewRef(Py_TYPE($exc))
  } else {
    Py_DECREF($exc)
    PyErr_SetString(PyExc_TypeError, "exceptions must derive from BaseException")
    Py_XDECREF($cause)
    return 0
  }
  if ($cause !== NULL) {
    let $fixed: Own = NULL
    if (PyExceptionClass_Check($cause)) {
      $fixed = PyObject_CallNoArgs($cause)
      Py_DECREF($cause)
      if ($fixed === NULL) {
        Py_DECREF($value)
        Py_DECREF($type)
        return 0
      }
    } else if (PyExceptionInstance_Check($cause)) $fixed = $cause
    else if ($cause === Py_None) Py_DECREF($cause)
    else {
      PyErr_SetString(PyExc_TypeError, "exception causes must derive from BaseException")
      Py_DECREF($value)
      Py_DECREF($type)
      Py_DECREF($cause)
      return 0
    }
    PyException_SetCause($value, $fixed)
  }
  PyErr_SetObject($type, $value)
  Py_DECREF($value)
  Py_DECREF($type)
  return 0
}

export function prep_reraise_star(orig: Ref, excs: Ref): Own {
  return _PyExc_PrepReraiseStar(orig, excs)
}

function check_except_type_valid(right: Ref): number {
  let ok = true
  if (PyTuple_Check(right)) {
    for (let i = 0; ok && i < Py_SIZE(right); i++) ok = PyExceptionClass_Check(PyTuple_GET_ITEM(right, i))
  } else ok = PyExceptionClass_Check(right)
  if (ok) return 0
  PyErr_SetString(PyExc_TypeError, "catching classes that do not inherit from BaseException is not allowed")
  return -1
}

/** CHECK_EXC_MATCH: 0, 1, or -1 with the error set. */
export function check_exc_match(left: Ref, right: Ref): number {
  if (check_except_type_valid(right) < 0) return -1
  return PyErr_GivenExceptionMatches(left, right) ? 1 : 0
}

function check_except_star_type_valid(right: Ref): number {
  if (check_except_type_valid(right) < 0) return -1
  let sub = 0
  if (PyTuple_Check(right)) {
    for (let i = 0; sub === 0 && i < Py_SIZE(right); i++) sub = PyObject_IsSubclass(PyTuple_GET_ITEM(right, i), PyExc_BaseExceptionGroup)
  } else sub = PyObject_IsSubclass(right, PyExc_BaseExceptionGroup)
  if (sub > 0) PyErr_SetString(PyExc_TypeError, "catching ExceptionGroup with except* is not allowed. Use except instead.")
  return sub !== 0 ? -1 : 0
}

let $egMatch: Own = NULL
let $egRest: Own = NULL

function exception_group_match(exc: Ref, type: Ref): number {
  $egMatch = NULL
  $egRest = NULL
  if (exc !== Py_None) {
    if (PyErr_GivenExceptionMatches(exc, type)) {
      if (_PyBaseExceptionGroup_Check(exc)) $egMatch = Py_NewRef(exc)
      else {
        const $excs = PyTuple_Pack1(exc)
        if ($excs === NULL) return -1
        $egMatch = _PyExc_CreateExceptionGroup("", $excs)
        Py_DECREF($excs)
        if ($egMatch === NULL) return -1
      }
      $egRest = Py_NewRef(Py_None)
      return 0
    }
    if (_PyBaseExceptionGroup_Check(exc)) {
      const $pair = PyObject_CallMethodOneArg(exc, ID("split"), type)
      if ($pair === NULL) return -1
      $egMatch = Py_NewRef(PyTuple_GET_ITEM($pair, 0))
      $egRest = Py_NewRef(PyTuple_GET_ITEM($pair, 1))
      Py_DECREF($pair)
      return 0
    }
  }
  $egMatch = Py_NewRef(Py_None)
  $egRest = Py_NewRef(Py_None)
  return 0
}

/** CHECK_EG_MATCH. @returns the new stack pointer, negated with an error set. */
export function check_eg_match(sp: number): number {
  sp -= 8
  const type = ptr(sp)
  const exc = ptr(sp - 8)
  const err = check_except_star_type_valid(type) < 0 ? -1 : exception_group_match(exc, type)
  Py_DECREF(type)
  if (err < 0) return -sp
  const $match = $egMatch
  const $rest = $egRest
  if ($match === Py_None) Py_DECREF($rest)
  else {
    setptr(sp - 8, $rest)
    // PyErr_SetExcInfo: the matched part is what is being handled now
    Py_INCREF($match)
    Py_XSETREF(ptr(tstate + PyThreadState.exc_info) + _PyErr_StackItem.exc_value, $match)
    Py_DECREF(exc)
  }
  setptr(sp, $match)
  return sp + 8
}

/** RAISE_VARARGS or RERAISE met an exception that was raised before. */
export let raisedAgain = false

/** RAISE_VARARGS and RERAISE: an error is set afterwards. @returns the stack pointer. */
export function raise_instruction(opcode: number, oparg: number, frame: number, sp: number): number {
  if (opcode === Op.RERAISE) {
    if (oparg !== 0)
      setptr(frame + F.prev_instr, ptr(frame + F.f_code) + PyCodeObject.co_code_adaptive + PyLong_AsLong(ptr(sp - ((oparg + 1) << 3))) * 2)
    sp -= 8
    restore_raised(ptr(sp) as Own, false)
    raisedAgain = true
    return sp
  }
  let $cause: Own = NULL
  let $exc: Own = NULL
  if (oparg === 2) {
    sp -= 8
    $cause = ptr(sp) as Own
  }
  if (oparg >= 1) {
    sp -= 8
    $exc = ptr(sp) as Own
  }
  raisedAgain = do_raise($exc, $cause) !== 0
  return sp
}

/** END_ASYNC_FOR: drop a StopAsyncIteration and the iterator; any other exception is raised again (negated stack pointer). */
export function end_async_for(sp: number): number {
  sp -= 8
  if (restore_raised(ptr(sp) as Own, true)) return -sp
  sp -= 8
  Py_DECREF(ptr(sp))
  return sp
}

/** The error that is set gets an entry for `frame` in its traceback, and the trace function hears of it. */
export function note_error(frame: number): void {
  if (ptr(tstate + PyThreadState.curexc_type) === 0) PyErr_SetString(PyExc_SystemError, "error return without exception set")
  if (!_PyFrame_IsIncomplete(frame)) {
    const f = _PyFrame_GetFrameObject(frame)
    if (f !== 0) PyTraceBack_Here(f)
  }
  if (ptr(tstate + PyThreadState.c_tracefunc) !== 0) call_exc_trace(frame)
}

/** Unwind the stack for the error that is set. @returns the stack pointer for the handler at `handlerTarget`; 0: there is no handler. */
export function unwind_to_handler(frame: number, code: Ref, index: number, sp: number): number {
  const base = frame + F.localsplus + (int32(code + PyCodeObject.co_nlocalsplus) << 3)
  const found = get_exception_handler(code, index)
  const level = found ? base + (handlerLevel << 3) : base
  const target = handlerTarget
  const lasti = handlerLasti
  while (sp > level) {
    sp -= 8
    Py_XDECREF(ptr(sp))
  }
  if (!found) {
    setint32(frame + F.stacktop, (sp - frame - F.localsplus) >> 3)
    return 0
  }
  if (lasti !== 0) {
    setptr(sp, PyLong_FromLong((int32(frame + F.prev_instr) - code - PyCodeObject.co_code_adaptive) >> 1))
    sp += 8
  }
  setptr(sp, push_caught())
  // the normalisation may have run other handlers
  handlerTarget = target
  return sp + 8
}
