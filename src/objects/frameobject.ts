import { Op, opcodeCaches, opcodeDeopt } from "../base/opcodes.ts"
import { byte, int32, ptr, setbyte, setint32, setptr } from "../heap/access.ts"
import { calloca, cstackMark, cstackReset } from "../heap/cstack.ts"
import {
  _PyErr_StackItem,
  _PyInterpreterFrame as F,
  PyBytesObject,
  PyCellObject,
  PyCodeObject,
  PyFrameObject,
  PyFunctionObject,
  PyGenObject,
  PyThreadState,
} from "../heap/layout.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { Py_CLEAR, Py_INCREF, Py_NewRef, Py_TYPE, Py_XDECREF, Py_XNewRef, Py_XSETREF } from "../heap/refcount.ts"
import { Py_TRASHCAN_BEGIN, Py_TRASHCAN_END } from "../heap/trashcan.ts"
import { tstate } from "../heap/tstate.ts"
import { i8, u8 } from "../heap/views.ts"
import { _PyObject_GC_IS_TRACKED, _PyObject_GC_NewVar, _PyObject_GC_UNTRACK, PyObject_GC_Del } from "../gc/gcmodule.ts"
import { PyObject_DelItem, PyObject_GetItem, PyObject_SetItem } from "./abstract.ts"
import { defineType } from "./define.ts"
import { PyDict_New } from "./dictobject.ts"
import { PyErr_Clear, PyErr_ExceptionMatches, PyErr_Fetch, PyErr_RestoreFrom, PyErr_SetString } from "./errors.ts"
import {
  _PyCode_CODE,
  _PyFrame_GetFrameObject,
  _PyFrame_GetGenerator,
  _PyFrame_IsIncomplete,
  _PyFrame_StackPop,
  _PyFrame_Traverse,
  _PyInterpreterFrame_GetLine,
  _PyInterpreterFrame_LASTI,
  FrameOwner,
  FrameState,
} from "./frame.ts"
import {
  compatible_stack,
  explain_incompatible_stack,
  Kind,
  mark_stacks,
  marklines,
  OVERFLOWED,
  popStack,
  topOfStack,
  UNINITIALIZED,
} from "./framejump.ts"
import { _PyGen_Finalize } from "./genobject.ts"
import { PyLong_AsLong, PyLong_FromLong } from "./longobject.ts"
import { addressJS, PyObject_GenericGetAttr, PyObject_GenericSetAttr, reprJS, strJS } from "./object.ts"
import { METH, T, TPFLAGS, type visitproc } from "./slots.ts"
import {
  Py_None,
  PyCell_Type,
  PyExc_AttributeError,
  PyExc_KeyError,
  PyExc_RuntimeError,
  PyExc_ValueError,
  PyFrame_Type,
  PyLong_Type,
} from "./statictypes.ts"
import { PyTuple_GET_ITEM } from "./tupleobject.ts"
import { PyUnicode_FromString } from "./unicodeobject.ts"

// Objects/frameobject.c: frame objects, made only when somebody asks for one.

const frameOf = (f: Ref): number => ptr(f + PyFrameObject.f_frame)

export function PyFrame_Check(op: Ref): boolean {
  return Py_TYPE(op) === PyFrame_Type
}

function frame_getlocals(f: Ref): Own {
  if (PyFrame_FastToLocalsWithError(f) < 0) return NULL
  return Py_NewRef(ptr(frameOf(f) + F.f_locals))
}

export function PyFrame_GetLineNumber(f: Ref): number {
  const line = int32(f + PyFrameObject.f_lineno)
  return line !== 0 ? line : _PyInterpreterFrame_GetLine(frameOf(f))
}

function frame_getlineno(f: Ref): Own {
  const line = PyFrame_GetLineNumber(f)
  return line < 0 ? Py_NewRef(Py_None) : PyLong_FromLong(line)
}

export function PyFrame_GetLasti(f: Ref): number {
  const lasti = _PyInterpreterFrame_LASTI(frameOf(f))
  return lasti < 0 ? -1 : lasti * 2
}

function frame_getlasti(f: Ref): Own {
  return PyLong_FromLong(PyFrame_GetLasti(f))
}

export function PyFrame_GetGlobals(f: Ref): Own {
  return Py_NewRef(ptr(frameOf(f) + F.f_globals) || Py_None)
}

export function PyFrame_GetBuiltins(f: Ref): Own {
  return Py_NewRef(ptr(frameOf(f) + F.f_builtins) || Py_None)
}

export function PyFrame_GetCode(f: Ref): Own {
  return Py_NewRef(ptr(frameOf(f) + F.f_code))
}

/** Owned caller's frame, NULL without error for the outermost. */
export function PyFrame_GetBack(f: Ref): Own {
  const back = ptr(f + PyFrameObject.f_back)
  if (back !== 0) return Py_NewRef(back)
  let prev = ptr(frameOf(f) + F.previous) as number
  while (prev !== 0 && _PyFrame_IsIncomplete(prev)) prev = ptr(prev + F.previous)
  return prev === 0 ? NULL : Py_XNewRef(_PyFrame_GetFrameObject(prev))
}

function frame_getback(f: Ref): Own {
  const $back = PyFrame_GetBack(f)
  return $back === NULL ? Py_NewRef(Py_None) : $back
}

export function PyFrame_GetGenerator(f: Ref): Own {
  const frame = frameOf(f)
  return byte(frame + F.owner) !== FrameOwner.GENERATOR ? NULL : Py_NewRef(_PyFrame_GetGenerator(frame))
}

function stateOf(f: Ref): number {
  const frame = frameOf(f)
  if (int32(frame + F.stacktop) === 0) return FrameState.CLEARED
  switch (byte(frame + F.owner)) {
    case FrameOwner.GENERATOR:
      return i8[_PyFrame_GetGenerator(frame) + PyGenObject.gi_frame_state]
    case FrameOwner.THREAD: {
      if (_PyInterpreterFrame_LASTI(frame) < 0) return FrameState.CREATED
      const op = opcodeDeopt[u8[ptr(frame + F.prev_instr)]]
      return op === Op.COPY_FREE_VARS || op === Op.MAKE_CELL || op === Op.RETURN_GENERATOR ? FrameState.CREATED : FrameState.EXECUTING
    }
  }
  return FrameState.COMPLETED
}

function lineError(message: string): number {
  PyErr_SetString(PyExc_ValueError, message)
  return -1
}

/** PyTrace_* of the event being handled. */
const enum What {
  CALL = 0,
  EXCEPTION = 1,
  LINE = 2,
  RETURN = 3,
}

function frame_setlineno(f: Ref, value: Ref): number {
  if (value === 0) {
    PyErr_SetString(PyExc_AttributeError, "cannot delete attribute")
    return -1
  }
  if (Py_TYPE(value) !== PyLong_Type) return lineError("lineno must be an integer")
  const state = stateOf(f)
  const what = int32(tstate + PyThreadState.tracing_what)
  if (what === What.CALL) return lineError("can't jump from the 'call' trace event of a new frame")
  if (what !== What.LINE && !(what === What.RETURN && state === FrameState.SUSPENDED))
    return lineError("can only jump from a 'line' trace event")
  if (ptr(f + PyFrameObject.f_trace) === 0) return lineError("f_lineno can only be set by a trace function")
  const wanted = PyLong_AsLong(value)
  if (wanted > 0x7fffffff || wanted < -0x80000000) return lineError("lineno out of range")
  const frame = frameOf(f)
  const code = ptr(frame + F.f_code)
  if (wanted < int32(code + PyCodeObject.co_firstlineno)) return lineError(`line ${wanted} comes before the current code block`)
  const lines = marklines(code)
  let line = Infinity
  for (const l of lines) if (l >= wanted && l < line) line = l
  if (line === Infinity) return lineError(`line ${wanted} comes after the current code block`)
  const stacks = mark_stacks(code)
  let best = OVERFLOWED
  let bestAt = -1
  let start = stacks[_PyInterpreterFrame_LASTI(frame)]
  let err = -1
  let msg = "cannot find bytecode for specified line"
  for (let i = 0; i < lines.length; i++) {
    if (lines[i] !== line) continue
    const target = stacks[i]
    if (compatible_stack(start, target)) {
      err = 0
      if (target > best) {
        best = target
        bestAt = i
      }
    } else if (err < 0) {
      if (start === OVERFLOWED) msg = "stack to deep to analyze"
      else if (start === UNINITIALIZED) msg = "can't jump from unreachable code"
      else {
        msg = explain_incompatible_stack(target)
        err = 1
      }
    }
  }
  if (err !== 0) return lineError(msg)
  if (state === FrameState.SUSPENDED) start = popStack(start)
  while (start > best) {
    if (topOfStack(start) === Kind.Except)
      Py_XSETREF(ptr(tstate + PyThreadState.exc_info) + _PyErr_StackItem.exc_value, _PyFrame_StackPop(frame))
    else Py_XDECREF(_PyFrame_StackPop(frame))
    start = popStack(start)
  }
  setint32(f + PyFrameObject.f_lineno, 0)
  setptr(frame + F.prev_instr, _PyCode_CODE(code) + bestAt * 2)
  return 0
}

function frame_gettrace(f: Ref): Own {
  return Py_NewRef(ptr(f + PyFrameObject.f_trace) || Py_None)
}

function frame_settrace(f: Ref, v: Ref): number {
  Py_XSETREF(f + PyFrameObject.f_trace, Py_XNewRef(v === Py_None ? NULL : v))
  return 0
}

function frame_dealloc(f: Ref): void {
  if (_PyObject_GC_IS_TRACKED(f)) _PyObject_GC_UNTRACK(f)
  if (!Py_TRASHCAN_BEGIN(f, frame_dealloc)) return
  let $co: Ref = NULL
  const frame = frameOf(f)
  if (byte(frame + F.owner) === FrameOwner.FRAME_OBJECT) {
    // the code object goes last: the frame's size is computed from it
    $co = ptr(frame + F.f_code)
    setptr(frame + F.f_code, 0)
    Py_CLEAR(frame + F.f_func)
    Py_CLEAR(frame + F.f_locals)
    const n = int32(frame + F.stacktop)
    for (let i = 0; i < n; i++) Py_CLEAR(frame + F.localsplus + i * 8)
  }
  Py_CLEAR(f + PyFrameObject.f_back)
  Py_CLEAR(f + PyFrameObject.f_trace)
  PyObject_GC_Del(f)
  Py_XDECREF($co)
  Py_TRASHCAN_END()
}

function frame_traverse(f: Ref, visit: visitproc, arg: number): number {
  let v = ptr(f + PyFrameObject.f_back)
  let r: number
  if (v !== 0 && (r = visit(v, arg)) !== 0) return r
  v = ptr(f + PyFrameObject.f_trace)
  if (v !== 0 && (r = visit(v, arg)) !== 0) return r
  const frame = frameOf(f)
  return byte(frame + F.owner) === FrameOwner.FRAME_OBJECT ? _PyFrame_Traverse(frame, visit, arg) : 0
}

function frame_tp_clear(f: Ref): number {
  Py_CLEAR(f + PyFrameObject.f_trace)
  const frame = frameOf(f)
  const n = int32(frame + F.stacktop)
  for (let i = 0; i < n; i++) Py_CLEAR(frame + F.localsplus + i * 8)
  setint32(frame + F.stacktop, 0)
  return 0
}

function frame_clear(f: Ref): Own {
  const frame = frameOf(f)
  const owner = byte(frame + F.owner)
  const gen = _PyFrame_GetGenerator(frame)
  if (owner === FrameOwner.THREAD || (owner === FrameOwner.GENERATOR && i8[gen + PyGenObject.gi_frame_state] === FrameState.EXECUTING)) {
    return PyErr_SetString(PyExc_RuntimeError, "cannot clear an executing frame")
  }
  if (owner === FrameOwner.GENERATOR) _PyGen_Finalize(gen)
  else frame_tp_clear(f)
  return Py_NewRef(Py_None)
}

function frame_sizeof(f: Ref): Own {
  const code = ptr(frameOf(f) + F.f_code)
  const slots = int32(code + PyCodeObject.co_nlocalsplus) + int32(code + PyCodeObject.co_stacksize)
  return PyLong_FromLong(PyFrameObject._f_frame_data + F.localsplus + slots * 8)
}

function frame_repr(f: Ref): Own {
  const code = ptr(frameOf(f) + F.f_code)
  const file = reprJS(ptr(code + PyCodeObject.co_filename))
  return PyUnicode_FromString(
    `<frame at ${addressJS(f)}, file ${file}, line ${PyFrame_GetLineNumber(f)}, code ${strJS(ptr(code + PyCodeObject.co_name))}>`,
  )
}

/** A frame object without its frame, untracked. */
export function _PyFrame_New_NoTrack(code: Ref): Own {
  const slots = int32(code + PyCodeObject.co_nlocalsplus) + int32(code + PyCodeObject.co_stacksize)
  const $f = _PyObject_GC_NewVar(PyFrame_Type, slots)
  if ($f === NULL) return NULL
  setptr($f + PyFrameObject.f_back, 0)
  setptr($f + PyFrameObject.f_trace, 0)
  setint32($f + PyFrameObject.f_lineno, 0)
  setbyte($f + PyFrameObject.f_trace_lines, 1)
  setbyte($f + PyFrameObject.f_trace_opcodes, 0)
  setbyte($f + PyFrameObject.f_fast_as_locals, 0)
  setbyte($f + 47, 0)
  return $f
}

/** Has the frame run this instruction already? */
function opAlreadyRan(frame: number, opcode: number, oparg: number): boolean {
  let arg = 0
  for (let at = _PyCode_CODE(ptr(frame + F.f_code)); at < ptr(frame + F.prev_instr); at += 2) {
    const op = opcodeDeopt[u8[at]]
    arg |= u8[at + 1]
    if (op === opcode && arg === oparg) return true
    arg = op === Op.EXTENDED_ARG ? arg << 8 : 0
    at += opcodeCaches[op] * 2
  }
  return false
}

const CO_FAST_CELL = 0x40
const CO_FAST_FREE = 0x80
const CO_OPTIMIZED = 1

function kindAt(code: Ref, i: number): number {
  return byte(ptr(code + PyCodeObject.co_localspluskinds) + PyBytesObject.ob_sval + i)
}

/** Bring f_locals up to date with the fast locals; -1 with the error set. */
export function _PyFrame_FastToLocalsWithError(frame: number): number {
  if (ptr(frame + F.f_locals) === 0) {
    const $locals = PyDict_New()
    if ($locals === NULL) return -1
    setptr(frame + F.f_locals, $locals)
  }
  const locals = ptr(frame + F.f_locals)
  const co = ptr(frame + F.f_code)
  if (_PyInterpreterFrame_LASTI(frame) < 0 && opcodeDeopt[u8[_PyCode_CODE(co)]] === Op.COPY_FREE_VARS) {
    const closure = ptr(ptr(frame + F.f_func) + PyFunctionObject.func_closure)
    const offset = int32(co + PyCodeObject.co_nlocals) + int32(co + PyCodeObject.co_nplaincellvars)
    for (let i = 0; i < int32(co + PyCodeObject.co_nfreevars); i++)
      setptr(frame + F.localsplus + (offset + i) * 8, Py_NewRef(PyTuple_GET_ITEM(closure, i)))
    setptr(frame + F.prev_instr, _PyCode_CODE(co))
  }
  const optimized = (int32(co + PyCodeObject.co_flags) & CO_OPTIMIZED) !== 0
  for (let i = 0; i < int32(co + PyCodeObject.co_nlocalsplus); i++) {
    const kind = kindAt(co, i)
    if ((kind & CO_FAST_FREE) !== 0 && !optimized) continue
    const name = PyTuple_GET_ITEM(ptr(co + PyCodeObject.co_localsplusnames), i)
    let value = ptr(frame + F.localsplus + i * 8)
    if (int32(frame + F.stacktop) !== 0 && value !== 0) {
      if ((kind & CO_FAST_FREE) !== 0) value = ptr(value + PyCellObject.ob_ref)
      else if ((kind & CO_FAST_CELL) !== 0 && Py_TYPE(value) === PyCell_Type && opAlreadyRan(frame, Op.MAKE_CELL, i))
        value = ptr(value + PyCellObject.ob_ref)
    }
    if (value !== 0) {
      if (PyObject_SetItem(locals, name, value) !== 0) return -1
    } else if (PyObject_DelItem(locals, name) !== 0) {
      if (!PyErr_ExceptionMatches(PyExc_KeyError)) return -1
      PyErr_Clear()
    }
  }
  return 0
}

export function PyFrame_FastToLocalsWithError(f: Ref): number {
  const err = _PyFrame_FastToLocalsWithError(frameOf(f))
  if (err === 0) setbyte(f + PyFrameObject.f_fast_as_locals, 1)
  return err
}

/** Copy f_locals back into the fast locals; with `clear` names that are absent become unbound. */
export function _PyFrame_LocalsToFast(frame: number, clear: number): void {
  const locals = ptr(frame + F.f_locals)
  if (locals === 0) return
  const co = ptr(frame + F.f_code)
  const mark = cstackMark()
  const at = calloca(24)
  PyErr_Fetch(at)
  const optimized = (int32(co + PyCodeObject.co_flags) & CO_OPTIMIZED) !== 0
  for (let i = 0; i < int32(co + PyCodeObject.co_nlocalsplus); i++) {
    const kind = kindAt(co, i)
    if ((kind & CO_FAST_FREE) !== 0 && !optimized) continue
    const $value = PyObject_GetItem(locals, PyTuple_GET_ITEM(ptr(co + PyCodeObject.co_localsplusnames), i))
    if ($value === NULL) {
      PyErr_Clear()
      if (clear === 0) continue
    }
    const slot = frame + F.localsplus + i * 8
    const old = ptr(slot)
    const isCell =
      kind === CO_FAST_FREE ||
      ((kind & CO_FAST_CELL) !== 0 && old !== 0 && Py_TYPE(old) === PyCell_Type && opAlreadyRan(frame, Op.MAKE_CELL, i))
    const place = isCell ? old + PyCellObject.ob_ref : slot
    if (ptr(place) !== $value) Py_XSETREF(place, Py_XNewRef($value))
    Py_XDECREF($value)
  }
  PyErr_RestoreFrom(at)
  cstackReset(mark)
}

export function PyFrame_LocalsToFast(f: Ref, clear: number): void {
  if (byte(f + PyFrameObject.f_fast_as_locals) !== 0 && stateOf(f) !== FrameState.CLEARED) {
    _PyFrame_LocalsToFast(frameOf(f), clear)
    setbyte(f + PyFrameObject.f_fast_as_locals, 0)
  }
}

export function PyFrame_GetLocals(f: Ref): Own {
  return frame_getlocals(f)
}

/** Traceback of hand-made frames (ctypes, xml): a frame object that owns its frame. All borrowed; `func` is a function of that code. */
export function PyFrame_New(func: Ref, locals: Ref): Own {
  const code = ptr(func + PyFunctionObject.func_code)
  const $f = _PyFrame_New_NoTrack(code)
  if ($f === NULL) return NULL
  const frame = $f + PyFrameObject._f_frame_data
  Py_INCREF(func)
  setptr($f + PyFrameObject.f_frame, frame)
  const n = int32(code + PyCodeObject.co_nlocalsplus)
  setptr(frame + F.f_func, func)
  setptr(frame + F.f_code, Py_NewRef(code))
  setptr(frame + F.f_builtins, ptr(func + PyFunctionObject.func_builtins))
  setptr(frame + F.f_globals, ptr(func + PyFunctionObject.func_globals))
  setptr(frame + F.f_locals, Py_XNewRef(locals))
  setptr(frame + F.frame_obj, 0)
  setptr(frame + F.previous, 0)
  setptr(frame + F.prev_instr, _PyCode_CODE(code) + int32(code + PyCodeObject._co_firsttraceable) * 2)
  setint32(frame + F.stacktop, n)
  setint32(frame + F.is_entry, 0)
  setbyte(frame + F.owner, FrameOwner.FRAME_OBJECT)
  for (let i = 0; i < n; i++) setptr(frame + F.localsplus + i * 8, 0)
  return $f
}

defineType(PyFrame_Type, {
  name: "frame",
  basicsize: PyFrameObject._f_frame_data + F.localsplus,
  itemsize: 8,
  dealloc: frame_dealloc,
  repr: frame_repr,
  getattro: PyObject_GenericGetAttr,
  setattro: PyObject_GenericSetAttr,
  flags: TPFLAGS.DEFAULT | TPFLAGS.HAVE_GC,
  traverse: frame_traverse,
  clear: frame_tp_clear,
  methods: [
    ["clear", frame_clear, METH.NOARGS, "F.clear(): release what the frame refers to"],
    ["__sizeof__", frame_sizeof, METH.NOARGS, "F.__sizeof__() -> size of F in memory, in bytes"],
  ],
  members: [
    ["f_trace_lines", T.BOOL, PyFrameObject.f_trace_lines, 0],
    ["f_trace_opcodes", T.BOOL, PyFrameObject.f_trace_opcodes, 0],
  ],
  getset: [
    ["f_back", frame_getback],
    ["f_locals", frame_getlocals],
    ["f_lineno", frame_getlineno, frame_setlineno],
    ["f_trace", frame_gettrace, frame_settrace],
    ["f_lasti", frame_getlasti],
    ["f_globals", PyFrame_GetGlobals],
    ["f_builtins", PyFrame_GetBuiltins],
    ["f_code", PyFrame_GetCode],
  ],
})
