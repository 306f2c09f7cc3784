import { byte, int32, memcpy, memset, ptr, setbyte, setint32, setptr, setssize, ssize } from "../heap/access.ts"
import { calloca, cstackMark, cstackReset } from "../heap/cstack.ts"
import {
  _PyInterpreterFrame as F,
  _PyStackChunk,
  PyCodeObject,
  PyFrameObject,
  PyFunctionObject,
  PyGenObject,
  PyThreadState,
} from "../heap/layout.ts"
import { _PyObject_VirtualAlloc, _PyObject_VirtualFree } from "../heap/obmalloc.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { Py_DECREF, Py_INCREF, Py_NewRef, Py_REFCNT, Py_XDECREF, Py_XNewRef } from "../heap/refcount.ts"
import { tstate } from "../heap/tstate.ts"
import { i32 } from "../heap/views.ts"
import { _PyObject_GC_IS_TRACKED, _PyObject_GC_TRACK } from "../gc/gcmodule.ts"
import { PyCode_Addr2Line } from "./codeobject.ts"
import { PyErr_Clear, PyErr_Fetch, PyErr_NoMemory, PyErr_RestoreFrom } from "./errors.ts"
import { _PyFrame_New_NoTrack } from "./frameobject.ts"
import type { visitproc } from "./slots.ts"

// Python/frame.c, Include/internal/pycore_frame.h and the data stack of Python/pystate.c.
//
// A frame lives in a data-stack chunk, in a generator, or (after its function returned while somebody holds the frame object) in the
// frame object:
//   0 f_func  8 f_globals  16 f_builtins  24 f_locals  32 f_code  40 frame_obj  48 previous  56 prev_instr
//   64 stacktop (int)  68 is_entry  69 owner   72 localsplus[nlocalsplus] then the value stack[co_stacksize]
// Invariant: outside frames every word of a chunk that is the upper half of an 8-byte slot is 0, so a push writes the lower half only.

export const enum FrameState {
  CREATED = -2,
  SUSPENDED = -1,
  EXECUTING = 0,
  COMPLETED = 1,
  CLEARED = 4,
}

export const enum FrameOwner {
  THREAD = 0,
  GENERATOR = 1,
  FRAME_OBJECT = 2,
}

/** Bytes of a frame before its locals. */
export const FRAME_SPECIALS = F.localsplus

/** Address of a code object's first instruction. */
export function _PyCode_CODE(code: Ref): number {
  return code + PyCodeObject.co_code_adaptive
}

/** Index (in code units) of the last instruction. */
export function _PyInterpreterFrame_LASTI(frame: number): number {
  return (int32(frame + F.prev_instr) - _PyCode_CODE(ptr(frame + F.f_code))) >> 1
}

export function _PyFrame_Stackbase(frame: number): number {
  return frame + F.localsplus + int32(ptr(frame + F.f_code) + PyCodeObject.co_nlocalsplus) * 8
}

export function _PyFrame_GetStackPointer(frame: number): number {
  return frame + F.localsplus + int32(frame + F.stacktop) * 8
}

export function _PyFrame_SetStackPointer(frame: number, sp: number): void {
  setint32(frame + F.stacktop, (sp - frame - F.localsplus) >> 3)
}

/** Borrowed top of a suspended frame's stack. */
export function _PyFrame_StackPeek(frame: number): Ref {
  return ptr(frame + F.localsplus + (int32(frame + F.stacktop) - 1) * 8)
}

export function _PyFrame_StackPop(frame: number): Own {
  const top = int32(frame + F.stacktop) - 1
  setint32(frame + F.stacktop, top)
  return ptr(frame + F.localsplus + top * 8) as Own
}

/** Push, stealing `$v`. */
export function _PyFrame_StackPush(frame: number, $v: Ref): void {
  const top = int32(frame + F.stacktop)
  setptr(frame + F.localsplus + top * 8, $v)
  setint32(frame + F.stacktop, top + 1)
}

/** Steals `$func`; `locals` gets a new reference. `previous` is set when the frame is linked. */
export function _PyFrame_InitializeSpecials(frame: number, $func: Ref, locals: Ref, nlocalsplus: number): void {
  const code = ptr($func + PyFunctionObject.func_code)
  Py_INCREF(code)
  setptr(frame + F.f_func, $func)
  setptr(frame + F.f_code, code)
  setptr(frame + F.f_builtins, ptr($func + PyFunctionObject.func_builtins))
  setptr(frame + F.f_globals, ptr($func + PyFunctionObject.func_globals))
  setptr(frame + F.f_locals, Py_XNewRef(locals))
  setptr(frame + F.frame_obj, 0)
  setptr(frame + F.previous, 0)
  setptr(frame + F.prev_instr, code + PyCodeObject.co_code_adaptive - 2)
  setint32(frame + F.stacktop, nlocalsplus)
  setint32(frame + F.is_entry, 0) // is_entry false, owner THREAD
}

/** True until the frame has run its first RESUME (cells and generators are still being made). */
export function _PyFrame_IsIncomplete(frame: number): boolean {
  const code = ptr(frame + F.f_code)
  return (
    byte(frame + F.owner) !== FrameOwner.GENERATOR &&
    int32(frame + F.prev_instr) < _PyCode_CODE(code) + int32(code + PyCodeObject._co_firsttraceable) * 2
  )
}

/** The frame's PyFrameObject (borrowed), made on demand; NULL with MemoryError set. */
export function _PyFrame_GetFrameObject(frame: number): Ref {
  const f = ptr(frame + F.frame_obj)
  return f !== 0 ? f : _PyFrame_MakeAndSetFrameObject(frame)
}

export function _PyFrame_MakeAndSetFrameObject(frame: number): Ref {
  const mark = cstackMark()
  const at = calloca(24)
  PyErr_Fetch(at)
  const $f = _PyFrame_New_NoTrack(ptr(frame + F.f_code))
  if ($f === NULL) {
    Py_XDECREF(ptr(at))
    Py_XDECREF(ptr(at + 8))
    Py_XDECREF(ptr(at + 16))
    cstackReset(mark)
    return NULL
  }
  PyErr_RestoreFrom(at)
  cstackReset(mark)
  const other = ptr(frame + F.frame_obj)
  if (other !== 0) {
    // the allocation ran a collection that made one: throw ours away without touching the frame
    const own = $f + PyFrameObject._f_frame_data
    setptr($f + PyFrameObject.f_frame, own)
    setbyte(own + F.owner, FrameState.CLEARED)
    setptr(own + F.frame_obj, $f)
    Py_DECREF($f)
    return other
  }
  setptr($f + PyFrameObject.f_frame, frame)
  setptr(frame + F.frame_obj, $f)
  return $f
}

export function _PyFrame_GetGenerator(frame: number): Ref {
  return (frame - PyGenObject.gi_iframe) as Ref
}

export function _PyFrame_Traverse(frame: number, visit: visitproc, arg: number): number {
  let v = ptr(frame + F.frame_obj)
  let r: number
  if (v !== 0 && (r = visit(v, arg)) !== 0) return r
  v = ptr(frame + F.f_locals)
  if (v !== 0 && (r = visit(v, arg)) !== 0) return r
  v = ptr(frame + F.f_func)
  if (v !== 0 && (r = visit(v, arg)) !== 0) return r
  v = ptr(frame + F.f_code)
  if (v !== 0 && (r = visit(v, arg)) !== 0) return r
  const end = _PyFrame_GetStackPointer(frame)
  for (let p = frame + F.localsplus; p < end; p += 8) {
    v = ptr(p)
    if (v !== 0 && (r = visit(v, arg)) !== 0) return r
  }
  return 0
}

/** Move a frame's contents; the source is dead afterwards. */
export function _PyFrame_Copy(src: number, dest: number): void {
  memcpy(dest, src, F.localsplus + int32(src + F.stacktop) * 8)
  setptr(dest + F.previous, 0)
}

/** The function has returned but its frame object lives on: it takes the frame's contents. */
function take_ownership(f: Ref, frame: number): void {
  const own = f + PyFrameObject._f_frame_data
  memcpy(own, frame, F.localsplus + int32(frame + F.stacktop) * 8)
  setptr(f + PyFrameObject.f_frame, own)
  setbyte(own + F.owner, FrameOwner.FRAME_OBJECT)
  if (_PyFrame_IsIncomplete(own)) {
    const code = ptr(own + F.f_code)
    setptr(own + F.prev_instr, _PyCode_CODE(code) + int32(code + PyCodeObject._co_firsttraceable) * 2)
  }
  let prev = ptr(own + F.previous) as number
  while (prev !== 0 && _PyFrame_IsIncomplete(prev)) prev = ptr(prev + F.previous)
  if (prev !== 0) {
    const back = _PyFrame_GetFrameObject(prev)
    if (back === 0) PyErr_Clear()
    else setptr(f + PyFrameObject.f_back, Py_NewRef(back))
    setptr(own + F.previous, 0)
  }
  if (!_PyObject_GC_IS_TRACKED(f)) _PyObject_GC_TRACK(f)
}

/** Release all the frame holds; or hand it to its frame object when somebody else keeps that alive. */
export function _PyFrame_Clear(frame: number): void {
  const f = ptr(frame + F.frame_obj)
  if (f !== 0) {
    setptr(frame + F.frame_obj, 0)
    if (Py_REFCNT(f) > 1) {
      take_ownership(f, frame)
      Py_DECREF(f)
      return
    }
    Py_DECREF(f)
  }
  const n = int32(frame + F.stacktop)
  for (let i = 0; i < n; i++) Py_XDECREF(ptr(frame + F.localsplus + i * 8))
  Py_XDECREF(ptr(frame + F.frame_obj))
  Py_XDECREF(ptr(frame + F.f_locals))
  Py_DECREF(ptr(frame + F.f_func))
  Py_DECREF(ptr(frame + F.f_code))
}

/** A new frame on the data stack for a call of `$func` (stolen), locals not yet set. NULL: MemoryError. */
export function _PyFrame_Push($func: Ref): number {
  const code = ptr($func + PyFunctionObject.func_code)
  const nlocalsplus = int32(code + PyCodeObject.co_nlocalsplus)
  const frame = _PyThreadState_BumpFramePointer(F.localsplus + (nlocalsplus + int32(code + PyCodeObject.co_stacksize)) * 8)
  if (frame === 0) {
    Py_DECREF($func)
    return 0
  }
  _PyFrame_InitializeSpecials(frame, $func, NULL, nlocalsplus)
  return frame
}

export function _PyInterpreterFrame_GetLine(frame: number): number {
  return PyCode_Addr2Line(ptr(frame + F.f_code), _PyInterpreterFrame_LASTI(frame) * 2)
}

// The data stack

const DATA_STACK_CHUNK_SIZE = 16 * 1024
const MINIMUM_OVERHEAD = 1000

/** `size` bytes (a multiple of 8) on top of the data stack; 0 with MemoryError set. */
export function _PyThreadState_BumpFramePointer(size: number): number {
  const top = i32[(tstate + PyThreadState.datastack_top) >> 2]
  if (top !== 0 && size < i32[(tstate + PyThreadState.datastack_limit) >> 2] - top) {
    i32[(tstate + PyThreadState.datastack_top) >> 2] = top + size
    return top
  }
  return push_chunk(size)
}

function push_chunk(size: number): number {
  const ts = tstate
  let allocate = DATA_STACK_CHUNK_SIZE
  while (allocate < size + 8 * MINIMUM_OVERHEAD) allocate *= 2
  const previous = ptr(ts + PyThreadState.datastack_chunk)
  const chunk = _PyObject_VirtualAlloc(allocate)
  if (chunk === 0) {
    PyErr_NoMemory()
    return 0
  }
  memset(chunk, 0, allocate)
  setptr(chunk + _PyStackChunk.previous, previous)
  setssize(chunk + _PyStackChunk.size, allocate)
  if (previous !== 0) {
    setssize(previous + _PyStackChunk.top, (int32(ts + PyThreadState.datastack_top) - previous - _PyStackChunk.data) >> 3)
  }
  setptr(ts + PyThreadState.datastack_chunk, chunk)
  setptr(ts + PyThreadState.datastack_limit, chunk + allocate)
  // the very first slot stays free, so that popping never frees the first chunk
  const start = chunk + _PyStackChunk.data + (previous === 0 ? 8 : 0)
  setptr(ts + PyThreadState.datastack_top, start + size)
  return start
}

/** Give back the topmost frame's memory. */
export function _PyThreadState_PopFrame(frame: number): void {
  const ts = tstate
  i32[(frame + F.is_entry) >> 2] = 0
  const chunk = i32[(ts + PyThreadState.datastack_chunk) >> 2]
  if (frame !== chunk + _PyStackChunk.data) {
    i32[(ts + PyThreadState.datastack_top) >> 2] = frame
    return
  }
  const previous = ptr(chunk + _PyStackChunk.previous)
  setptr(ts + PyThreadState.datastack_top, previous + _PyStackChunk.data + ssize(previous + _PyStackChunk.top) * 8)
  setptr(ts + PyThreadState.datastack_chunk, previous)
  setptr(ts + PyThreadState.datastack_limit, previous + ssize(previous + _PyStackChunk.size))
  _PyObject_VirtualFree(chunk, ssize(chunk + _PyStackChunk.size))
}

/** Free a thread's whole data stack (PyThreadState_Clear's end). */
export function freeDataStack(ts: number): void {
  let chunk = ptr(ts + PyThreadState.datastack_chunk) as number
  setptr(ts + PyThreadState.datastack_chunk, 0)
  while (chunk !== 0) {
    const previous = ptr(chunk + _PyStackChunk.previous)
    _PyObject_VirtualFree(chunk, ssize(chunk + _PyStackChunk.size))
    chunk = previous
  }
}
