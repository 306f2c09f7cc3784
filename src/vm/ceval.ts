import { NB, Op, opcodeDeopt } from "../base/opcodes.ts"
import { calloca, cstackMark, cstackReset } from "../heap/cstack.ts"
import { fn } from "../heap/fntable.ts"
import {
  _PyCFrame,
  _PyErr_StackItem,
  _PyInterpreterFrame as F,
  PyCellObject,
  PyCFunctionObject,
  PyCodeObject,
  PyDictKeysObject,
  PyDictObject,
  PyFunctionObject,
  PyGenObject,
  PyHeapTypeObject,
  PyListObject,
  PyLongObject,
  PyMethodDef,
  PyMethodDescrObject,
  PyMethodObject,
  PyModuleObject,
  PyObject,
  PyThreadState,
  PyTypeObject,
} from "../heap/layout.ts"
import { Runtime, RUNTIME } from "../heap/map.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { Py_DECREF, Py_NewRef, Py_XDECREF } from "../heap/refcount.ts"
import { tstate } from "../heap/tstate.ts"
import { f64, i32, u16, u8 } from "../heap/views.ts"
import { PyIter_Send, PyNumber_Invert, PyNumber_Negative, PyNumber_Positive, PyObject_DelItem, PyObject_GetItem, PyObject_GetIter, PyObject_SetItem, PySequence_Contains } from "../objects/abstract.ts"
import { PyObject_Vectorcall } from "../objects/call.ts"
import { PyCell_New } from "../objects/cellobject.ts"
import { _PyDict_SetItem_Take2, _PyDictValues_AddToInsertionOrder, PyDict_GetItemWithError, PyDict_SetItem } from "../objects/dictobject.ts"
import { _Py_CheckRecursiveCall, _PyErr_SetKeyError, PyErr_Clear, PyErr_ExceptionMatches, PyErr_Occurred, PyErr_SetString } from "../objects/errors.ts"
import { PyFloat_FromDouble } from "../objects/floatobject.ts"
import {
  _PyFrame_Clear,
  _PyFrame_Copy,
  _PyFrame_GetFrameObject,
  _PyFrame_IsIncomplete,
  _PyFrame_StackPush,
  _PyThreadState_BumpFramePointer,
  _PyThreadState_PopFrame,
  FrameOwner,
  FrameState,
} from "../objects/frame.ts"
import { _Py_MakeCoro, _PyAsyncGenValueWrapperNew } from "../objects/genobject.ts"
import { _PyList_AppendTakeRef, PyList_AsTuple, PyList_New } from "../objects/listobject.ts"
import { PyLong_FromLong } from "../objects/longobject.ts"
import { _PyObject_GetMethod, getMethodUnbound, PyObject_GetAttr, PyObject_IsTrue, PyObject_RichCompare, PyObject_SetAttr } from "../objects/object.ts"
import { PySet_Add } from "../objects/setobject.ts"
import { PySlice_New } from "../objects/sliceobject.ts"
import { METH, PY_VECTORCALL_ARGUMENTS_OFFSET, TPFLAGS, type iternextfunc } from "../objects/slots.ts"
import {
  Py_False,
  Py_None,
  Py_True,
  PyCFunction_Type,
  PyDict_Type,
  PyExc_AssertionError,
  PyExc_StopIteration,
  PyExc_SystemError,
  PyFloat_Type,
  PyFunction_Type,
  PyList_Type,
  PyLong_Type,
  PyMethod_Type,
  PyMethodDescr_Type,
  PyModule_Type,
  PyTuple_Type,
  PyUnicode_Type,
} from "../objects/statictypes.ts"
import { PyTuple_New } from "../objects/tupleobject.ts"
import { PyUnicode_Append, PyUnicode_Concat, unicode_eq } from "../objects/unicodeobject.ts"
import { get_awaitable, get_aiter, get_anext, get_yield_from_iter, send } from "./ceval_async.ts"
import { specialize_load_attr, specialize_load_global, specialize_load_method, specialize_store_attr } from "./ceval_attr.ts"
import { _PyEvalFramePushAndInit, call_function_ex, make_function, trace_call_function } from "./ceval_calls.ts"
import { check_eg_match, check_exc_match, do_raise, format_exc_unbound, format_unbound_local, get_exception_handler, handlerLasti, handlerLevel, handlerTarget, prep_reraise_star, push_caught, restore_raised } from "./ceval_exc.ts"
import { delete_global, delete_name, load_build_class, load_classderef, load_global, load_name, setup_annotations, store_name } from "./ceval_names.ts"
import { binary_op, cold_op } from "./ceval_cold.ts"
import { eval_frame_handle_pending } from "./ceval_pending.ts"
import { call_exc_trace, maybe_call_line_trace, trace_function_entry, trace_function_exit } from "./ceval_trace.ts"
import { before_async_with, before_with, unpack_iterable, with_except_start } from "./ceval_unpack.ts"
import { PyTraceBack_Here } from "./traceback.ts"

export * from "./ceval_api.ts"
export { _PyEval_Vector, PyEval_EvalCode, PyEval_EvalCodeEx } from "./ceval_calls.ts"

// Python/ceval.c: the interpreter loop.
//
// `frame` is the running frame's address, `sp` the address above the top of its stack, `pc` the address of the next code unit; all three are
// bytes. A call of a Python function pushes a frame and goes on in this loop; frames whose `is_entry` is set return to JavaScript. Every
// unit stored in a frame's slots has a zero upper half (see objects/frame.ts), so pushes write 32 bits.
//
// Attribute, method and global loads specialise themselves: after WARMUP executions the instruction is overwritten by the special form of
// CPython, whose guard failing writes the general form back. `co_code` reads back unspecialised (base/opcodes.ts `opcodeDeopt`).

type fun1 = (self: Ref) => Own
type fun2 = (self: Ref, arg: Ref) => Own
type funFast = (self: Ref, args: number, nargs: number) => Own
type funFastKw = (self: Ref, args: number, nargs: number, kwnames: Ref) => Own

const enum Mode {
  /** Count the recursion, then run. */
  START,
  /** Run on from prev_instr. */
  RESUME,
  /** An error is set: run on at its handler. */
  RAISE,
  /** Leave the frame with the error set. */
  UNWIND,
}

/** Executions of an instruction before it tries to specialise. */
const WARMUP = 6
/** Executions between two attempts. */
const BACKOFF = 60

const SIMPLE_ARGS = 0x0c // CO_VARARGS | CO_VARKEYWORDS
const CO_OPTIMIZED = 1

// Offsets of inline cache fields from the first cache unit, and sizes in bytes (2 * INLINE_CACHE_ENTRIES_*).
const BINARY_OP_CACHE = 2
const SUBSCR_CACHE = 8
const ATTR_CACHE = 8
const METHOD_CACHE = 20
const GLOBAL_CACHE = 10
const COMPARE_CACHE = 4
const CALL_CACHE = 8

/** The int result of a common operation on two ints below 2^30; NULL (no error) when it is not one of them. */
function compact_int_op(oparg: number, a: number, b: number): Own {
  switch (oparg) {
    case NB.ADD:
    case NB.INPLACE_ADD:
      return PyLong_FromLong(a + b)
    case NB.SUBTRACT:
    case NB.INPLACE_SUBTRACT:
      return PyLong_FromLong(a - b)
    case NB.MULTIPLY:
    case NB.INPLACE_MULTIPLY: {
      const p = a * b
      return p <= 9007199254740991 && p >= -9007199254740991 ? PyLong_FromLong(p === 0 ? 0 : p) : NULL
    }
    case NB.AND:
    case NB.INPLACE_AND:
      return PyLong_FromLong(a & b)
    case NB.OR:
    case NB.INPLACE_OR:
      return PyLong_FromLong(a | b)
    case NB.XOR:
    case NB.INPLACE_XOR:
      return PyLong_FromLong(a ^ b)
    case NB.RSHIFT:
    case NB.INPLACE_RSHIFT:
      return b >= 0 ? PyLong_FromLong(b > 31 ? a >> 31 : a >> b) : NULL
    case NB.FLOOR_DIVIDE:
    case NB.INPLACE_FLOOR_DIVIDE:
      return b !== 0 ? PyLong_FromLong(a === 0 ? 0 : Math.floor(a / b)) : NULL
    case NB.REMAINDER:
    case NB.INPLACE_REMAINDER: {
      if (b === 0) return NULL
      let m = a % b | 0
      if (m !== 0 && m < 0 !== b < 0) m += b
      return PyLong_FromLong(m)
    }
  }
  return NULL
}

/** The float result of a common operation; NULL (no error) when it is not one of them. */
function float_op(oparg: number, a: number, b: number): Own {
  switch (oparg) {
    case NB.ADD:
    case NB.INPLACE_ADD:
      return PyFloat_FromDouble(a + b)
    case NB.SUBTRACT:
    case NB.INPLACE_SUBTRACT:
      return PyFloat_FromDouble(a - b)
    case NB.MULTIPLY:
    case NB.INPLACE_MULTIPLY:
      return PyFloat_FromDouble(a * b)
    case NB.TRUE_DIVIDE:
    case NB.INPLACE_TRUE_DIVIDE:
      return b !== 0 ? PyFloat_FromDouble(a / b) : NULL
  }
  return NULL
}

function compare(oparg: number, a: number, b: number): boolean {
  switch (oparg) {
    case 0:
      return a < b
    case 1:
      return a <= b
    case 2:
      return a === b
    case 3:
      return a !== b
    case 4:
      return a > b
  }
  return a >= b
}

/** A dict's unicode entries: address of the first. */
function unicode_entries(keys: number): number {
  return keys + PyDictKeysObject.dk_indices + (1 << u8[keys + PyDictKeysObject.dk_log2_index_bytes])
}

function read_u32(a: number): number {
  return u16[a >> 1] | (u16[(a + 2) >> 1] << 16)
}

/** Write the general form of a specialised instruction back (`pc`: its first cache unit). */
function despecialize(pc: number): number {
  const generic = opcodeDeopt[u8[pc - 2]]
  u8[pc - 2] = generic
  u16[pc >> 1] = WARMUP + 1
  return generic
}

/** Count an execution of a general instruction; true when it is time to specialise. */
function warm(pc: number): boolean {
  const c = u16[pc >> 1]
  if (c === WARMUP) {
    u16[pc >> 1] = WARMUP + 1
    return true
  }
  u16[pc >> 1] = c > WARMUP + BACKOFF ? WARMUP : c + 1
  return false
}

export function _PyEvalFrameClearAndPop(frame: number): void {
  // _PyFrame_Clear may run finalizers, which must not raise RecursionError at once
  i32[(tstate + PyThreadState.recursion_remaining) >> 2]--
  _PyFrame_Clear(frame)
  i32[(tstate + PyThreadState.recursion_remaining) >> 2]++
  _PyThreadState_PopFrame(frame)
}

/** Run `entry` until it returns or yields. @returns the value, or NULL with the error set. `throwflag`: an error is set, raise it there. */
export function _PyEval_EvalFrameDefault(entry: number, throwflag: number): Own {
  const ts = tstate
  const mark = cstackMark()
  /** _PyCFrame (24 bytes) and one result slot. */
  const cframe = calloca(32)
  const previousCframe = i32[(ts + PyThreadState.cframe) >> 2]
  i32[cframe >> 2] = 0
  i32[(cframe >> 2) + 1] = 0
  u8[cframe] = u8[previousCframe]
  i32[(cframe + _PyCFrame.previous) >> 2] = previousCframe
  i32[((cframe + _PyCFrame.previous) >> 2) + 1] = 0
  i32[(cframe + _PyCFrame.current_frame) >> 2] = entry
  i32[((cframe + _PyCFrame.current_frame) >> 2) + 1] = 0
  i32[(ts + PyThreadState.cframe) >> 2] = cframe
  i32[(entry + F.previous) >> 2] = i32[(previousCframe + _PyCFrame.current_frame) >> 2]
  u8[entry + F.is_entry] = 1

  let frame = entry
  let mode = Mode.START
  let sp = 0
  let pc = 0
  let names = 0
  let consts = 0
  let kwnames: Ref = NULL

  if (throwflag !== 0) {
    mode = Mode.RAISE
    if (--i32[(ts + PyThreadState.recursion_remaining) >> 2] < 0 && _Py_CheckRecursiveCall("") !== 0) {
      i32[(ts + PyThreadState.recursion_remaining) >> 2]--
      mode = Mode.UNWIND
    } else if (u8[cframe] !== 0 && trace_function_entry(frame) !== 0) mode = Mode.UNWIND
  }

  frames: for (;;) {
    if (mode === Mode.START) {
      if (--i32[(ts + PyThreadState.recursion_remaining) >> 2] < 0 && _Py_CheckRecursiveCall("") !== 0) {
        i32[(ts + PyThreadState.recursion_remaining) >> 2]--
        mode = Mode.UNWIND
      } else mode = Mode.RESUME
    }
    if (mode === Mode.UNWIND) {
      i32[(ts + PyThreadState.recursion_remaining) >> 2]++
      if (u8[frame + F.is_entry] !== 0) {
        const use = u8[cframe]
        i32[(ts + PyThreadState.cframe) >> 2] = previousCframe
        u8[previousCframe] = use
        cstackReset(mark)
        return NULL
      }
      const dying = frame
      frame = i32[(dying + F.previous) >> 2]
      i32[(cframe + _PyCFrame.current_frame) >> 2] = frame
      _PyEvalFrameClearAndPop(dying)
      mode = Mode.RAISE
    }
    const code = i32[(frame + F.f_code) >> 2] as Ref
    names = i32[(code + PyCodeObject.co_names) >> 2] + 24
    consts = i32[(code + PyCodeObject.co_consts) >> 2] + 24
    pc = i32[(frame + F.prev_instr) >> 2] + 2
    sp = frame + F.localsplus + (i32[(frame + F.stacktop) >> 2] << 3)
    i32[(frame + F.stacktop) >> 2] = -1
    /** The instructions that started last and before it, for line tracing. */
    let at = pc - 2
    let last = at
    let unbound = -1
    /** 0: exception_unwind without a new traceback entry. */
    let newError = 1

    raised: for (;;) {
      if (mode !== Mode.RAISE) {
        run: for (;;) {
          last = at
          at = pc
          i32[(frame + F.prev_instr) >> 2] = pc
          const word = u16[pc >> 1]
          pc += 2
          let oparg = word >> 8
          let opcode = (word & 255) | u8[cframe]
          exec: for (;;) {
            switch (opcode) {
              case Op.NOP:
                continue run
              case Op.RESUME:
              case Op.RESUME_QUICK:
                if (i32[(RUNTIME + Runtime.eval_breaker) >> 2] !== 0 && oparg < 2 && eval_frame_handle_pending() !== 0) break run
                continue run
              case Op.LOAD_CLOSURE:
              case Op.LOAD_FAST: {
                const v = i32[(frame + F.localsplus + (oparg << 3)) >> 2]
                if (v === 0) {
                  unbound = oparg
                  break run
                }
                i32[v >> 2]++
                i32[sp >> 2] = v
                sp += 8
                continue run
              }
              case Op.LOAD_CONST: {
                const v = i32[(consts + (oparg << 3)) >> 2]
                i32[v >> 2]++
                i32[sp >> 2] = v
                sp += 8
                continue run
              }
              case Op.STORE_FAST: {
                sp -= 8
                const slot = (frame + F.localsplus + (oparg << 3)) >> 2
                const old = i32[slot] as Ref
                i32[slot] = i32[sp >> 2]
                if (old !== 0) Py_DECREF(old)
                continue run
              }
              case Op.POP_TOP:
                sp -= 8
                Py_DECREF(i32[sp >> 2] as Ref)
                continue run
              case Op.PUSH_NULL:
                i32[sp >> 2] = 0
                sp += 8
                continue run
              case Op.COPY: {
                const v = i32[(sp - (oparg << 3)) >> 2]
                i32[v >> 2]++
                i32[sp >> 2] = v
                sp += 8
                continue run
              }
              case Op.SWAP: {
                const other = (sp - (oparg << 3)) >> 2
                const top = i32[(sp - 8) >> 2]
                i32[(sp - 8) >> 2] = i32[other]
                i32[other] = top
                continue run
              }

              // Operators
              case Op.BINARY_OP: {
                const r = i32[(sp - 8) >> 2] as Ref
                const l = i32[(sp - 16) >> 2] as Ref
                const type = i32[(l + PyObject.ob_type) >> 2]
                let $res: Own = NULL
                if (type === i32[(r + PyObject.ob_type) >> 2]) {
                  if (type === PyLong_Type) {
                    const ls = i32[(l + PyLongObject.ob_size) >> 2]
                    const rs = i32[(r + PyLongObject.ob_size) >> 2]
                    if (ls + 1 >>> 0 <= 2 && rs + 1 >>> 0 <= 2) {
                      $res = compact_int_op(oparg, ls * i32[(l + PyLongObject.ob_digit) >> 2], rs * i32[(r + PyLongObject.ob_digit) >> 2])
                    }
                  } else if (type === PyFloat_Type) $res = float_op(oparg, f64[(l + 16) >> 3], f64[(r + 16) >> 3])
                  else if (type === PyUnicode_Type && (oparg === NB.ADD || oparg === NB.INPLACE_ADD)) {
                    // s += t and s = s + t grow the string in place when the local holds the only other reference
                    const next = u16[(pc + BINARY_OP_CACHE) >> 1]
                    const local = frame + F.localsplus + ((next >> 8) << 3)
                    if ((next & 255) === Op.STORE_FAST && u8[cframe] === 0 && i32[local >> 2] === l) {
                      i32[l >> 2]--
                      sp -= 16
                      PyUnicode_Append(local, r)
                      Py_DECREF(r)
                      if (i32[local >> 2] === 0) break run
                      pc += BINARY_OP_CACHE + 2
                      continue run
                    }
                    $res = PyUnicode_Concat(l, r)
                    sp -= 8
                    i32[(sp - 8) >> 2] = $res
                    Py_DECREF(l)
                    Py_DECREF(r)
                    if ($res === NULL) break run
                    pc += BINARY_OP_CACHE
                    continue run
                  }
                }
                if ($res === NULL) {
                  // the fast paths fail without error only, but for MemoryError, which the general path meets again
                  if (i32[(ts + PyThreadState.curexc_type) >> 2] === 0) $res = binary_op(oparg, l, r)
                }
                sp -= 8
                Py_DECREF(l)
                Py_DECREF(r)
                i32[(sp - 8) >> 2] = $res
                if ($res === NULL) break run
                pc += BINARY_OP_CACHE
                continue run
              }
              case Op.UNARY_POSITIVE:
              case Op.UNARY_NEGATIVE:
              case Op.UNARY_INVERT: {
                const v = i32[(sp - 8) >> 2] as Ref
                const $res = opcode === Op.UNARY_NEGATIVE ? PyNumber_Negative(v) : opcode === Op.UNARY_INVERT ? PyNumber_Invert(v) : PyNumber_Positive(v)
                Py_DECREF(v)
                i32[(sp - 8) >> 2] = $res
                if ($res === NULL) break run
                continue run
              }
              case Op.UNARY_NOT: {
                const v = i32[(sp - 8) >> 2] as Ref
                const t = PyObject_IsTrue(v)
                Py_DECREF(v)
                if (t < 0) {
                  sp -= 8
                  break run
                }
                i32[(sp - 8) >> 2] = Py_NewRef(t === 0 ? Py_True : Py_False)
                continue run
              }
              case Op.COMPARE_OP: {
                const r = i32[(sp - 8) >> 2] as Ref
                const l = i32[(sp - 16) >> 2] as Ref
                const type = i32[(l + PyObject.ob_type) >> 2]
                let cond = -1
                if (type === i32[(r + PyObject.ob_type) >> 2]) {
                  if (type === PyLong_Type) {
                    const ls = i32[(l + PyLongObject.ob_size) >> 2]
                    const rs = i32[(r + PyLongObject.ob_size) >> 2]
                    if (ls + 1 >>> 0 <= 2 && rs + 1 >>> 0 <= 2) {
                      cond = compare(oparg, ls * i32[(l + PyLongObject.ob_digit) >> 2], rs * i32[(r + PyLongObject.ob_digit) >> 2]) ? 1 : 0
                    }
                  } else if (type === PyFloat_Type) cond = compare(oparg, f64[(l + 16) >> 3], f64[(r + 16) >> 3]) ? 1 : 0
                  else if (type === PyUnicode_Type && (oparg & 6) === 2) cond = (unicode_eq(l, r) ? 1 : 0) ^ (oparg & 1)
                }
                if (cond < 0) {
                  const $res = PyObject_RichCompare(l, r, oparg)
                  sp -= 8
                  i32[(sp - 8) >> 2] = $res
                  Py_DECREF(l)
                  Py_DECREF(r)
                  if ($res === NULL) break run
                  pc += COMPARE_CACHE
                  continue run
                }
                pc += COMPARE_CACHE
                const next = u16[pc >> 1]
                if (u8[cframe] === 0) {
                  const jump = next & 255
                  if (jump === Op.POP_JUMP_FORWARD_IF_FALSE || jump === Op.POP_JUMP_FORWARD_IF_TRUE) {
                    sp -= 16
                    pc += 2
                    if (cond === (jump === Op.POP_JUMP_FORWARD_IF_TRUE ? 1 : 0)) pc += (next >> 8) << 1
                    Py_DECREF(l)
                    Py_DECREF(r)
                    continue run
                  }
                  if (jump === Op.POP_JUMP_BACKWARD_IF_FALSE || jump === Op.POP_JUMP_BACKWARD_IF_TRUE) {
                    sp -= 16
                    i32[(frame + F.prev_instr) >> 2] = pc
                    pc += 2
                    Py_DECREF(l)
                    Py_DECREF(r)
                    if (cond === (jump === Op.POP_JUMP_BACKWARD_IF_TRUE ? 1 : 0)) {
                      pc -= (next >> 8) << 1
                      if (i32[(RUNTIME + Runtime.eval_breaker) >> 2] !== 0 && eval_frame_handle_pending() !== 0) break run
                    }
                    continue run
                  }
                }
                sp -= 8
                i32[(sp - 8) >> 2] = Py_NewRef(cond !== 0 ? Py_True : Py_False)
                Py_DECREF(l)
                Py_DECREF(r)
                continue run
              }
              case Op.IS_OP: {
                const r = i32[(sp - 8) >> 2] as Ref
                const l = i32[(sp - 16) >> 2] as Ref
                sp -= 8
                i32[(sp - 8) >> 2] = Py_NewRef(((l === r ? 1 : 0) ^ oparg) !== 0 ? Py_True : Py_False)
                Py_DECREF(l)
                Py_DECREF(r)
                continue run
              }
              case Op.CONTAINS_OP: {
                const r = i32[(sp - 8) >> 2] as Ref
                const l = i32[(sp - 16) >> 2] as Ref
                sp -= 16
                const res = PySequence_Contains(r, l)
                Py_DECREF(l)
                Py_DECREF(r)
                if (res < 0) break run
                i32[sp >> 2] = Py_NewRef((res ^ oparg) !== 0 ? Py_True : Py_False)
                sp += 8
                continue run
              }

              // Subscripts
              case Op.BINARY_SUBSCR: {
                const sub = i32[(sp - 8) >> 2] as Ref
                const container = i32[(sp - 16) >> 2] as Ref
                const type = i32[(container + PyObject.ob_type) >> 2]
                let $res: Own = NULL
                if (i32[(sub + PyObject.ob_type) >> 2] === PyLong_Type) {
                  const size = i32[(sub + PyLongObject.ob_size) >> 2]
                  if (size >>> 0 <= 1) {
                    const i = size * i32[(sub + PyLongObject.ob_digit) >> 2]
                    if (type === PyList_Type) {
                      if (i < i32[(container + 16) >> 2]) $res = Py_NewRef(i32[(i32[(container + PyListObject.ob_item) >> 2] + i * 8) >> 2] as Ref)
                    } else if (type === PyTuple_Type) {
                      if (i < i32[(container + 16) >> 2]) $res = Py_NewRef(i32[(container + 24 + i * 8) >> 2] as Ref)
                    }
                  }
                }
                if ($res === NULL) {
                  if (type === PyDict_Type) {
                    const v = PyDict_GetItemWithError(container, sub)
                    if (v !== 0) $res = Py_NewRef(v)
                    else if (PyErr_Occurred() === 0) _PyErr_SetKeyError(sub)
                  } else $res = PyObject_GetItem(container, sub)
                }
                sp -= 8
                Py_DECREF(container)
                Py_DECREF(sub)
                i32[(sp - 8) >> 2] = $res
                if ($res === NULL) break run
                pc += SUBSCR_CACHE
                continue run
              }
              case Op.STORE_SUBSCR: {
                const sub = i32[(sp - 8) >> 2] as Ref
                const container = i32[(sp - 16) >> 2] as Ref
                const v = i32[(sp - 24) >> 2] as Ref
                const type = i32[(container + PyObject.ob_type) >> 2]
                sp -= 24
                if (type === PyDict_Type) {
                  const err = _PyDict_SetItem_Take2(container, sub as Own, v as Own)
                  Py_DECREF(container)
                  if (err !== 0) break run
                  pc += 2
                  continue run
                }
                if (type === PyList_Type && i32[(sub + PyObject.ob_type) >> 2] === PyLong_Type) {
                  const size = i32[(sub + PyLongObject.ob_size) >> 2]
                  const i = size * i32[(sub + PyLongObject.ob_digit) >> 2]
                  if (size >>> 0 <= 1 && i < i32[(container + 16) >> 2]) {
                    const slot = (i32[(container + PyListObject.ob_item) >> 2] + i * 8) >> 2
                    const old = i32[slot] as Ref
                    i32[slot] = v
                    i32[slot + 1] = 0
                    Py_DECREF(old)
                    Py_DECREF(sub)
                    Py_DECREF(container)
                    pc += 2
                    continue run
                  }
                }
                const err = PyObject_SetItem(container, sub, v)
                Py_DECREF(v)
                Py_DECREF(container)
                Py_DECREF(sub)
                if (err !== 0) break run
                pc += 2
                continue run
              }
              case Op.DELETE_SUBSCR: {
                const sub = i32[(sp - 8) >> 2] as Ref
                const container = i32[(sp - 16) >> 2] as Ref
                sp -= 16
                const err = PyObject_DelItem(container, sub)
                Py_DECREF(container)
                Py_DECREF(sub)
                if (err !== 0) break run
                continue run
              }
              case Op.LIST_APPEND: {
                sp -= 8
                if (_PyList_AppendTakeRef(i32[(sp - (oparg << 3)) >> 2] as Ref, i32[sp >> 2] as Own) < 0) break run
                continue run
              }
              case Op.SET_ADD: {
                sp -= 8
                const v = i32[sp >> 2] as Ref
                const err = PySet_Add(i32[(sp - (oparg << 3)) >> 2] as Ref, v)
                Py_DECREF(v)
                if (err !== 0) break run
                continue run
              }
              case Op.MAP_ADD: {
                sp -= 16
                if (_PyDict_SetItem_Take2(i32[(sp - (oparg << 3)) >> 2] as Ref, i32[sp >> 2] as Own, i32[(sp + 8) >> 2] as Own) !== 0) break run
                continue run
              }

              // Jumps
              case Op.JUMP_FORWARD:
                pc += oparg << 1
                continue run
              case Op.JUMP_BACKWARD:
              case Op.JUMP_BACKWARD_QUICK:
                pc -= oparg << 1
                if (i32[(RUNTIME + Runtime.eval_breaker) >> 2] !== 0 && eval_frame_handle_pending() !== 0) break run
                continue run
              case Op.JUMP_BACKWARD_NO_INTERRUPT:
                pc -= oparg << 1
                continue run
              case Op.POP_JUMP_FORWARD_IF_FALSE:
              case Op.POP_JUMP_FORWARD_IF_TRUE: {
                sp -= 8
                const v = i32[sp >> 2] as Ref
                let t = v === Py_True ? 1 : v === Py_False ? 0 : -1
                if (t < 0) {
                  t = PyObject_IsTrue(v)
                  Py_DECREF(v)
                  if (t < 0) break run
                } else i32[v >> 2]--
                if (t === (opcode === Op.POP_JUMP_FORWARD_IF_TRUE ? 1 : 0)) pc += oparg << 1
                continue run
              }
              case Op.POP_JUMP_BACKWARD_IF_FALSE:
              case Op.POP_JUMP_BACKWARD_IF_TRUE: {
                sp -= 8
                const v = i32[sp >> 2] as Ref
                let t = v === Py_True ? 1 : v === Py_False ? 0 : -1
                if (t < 0) {
                  t = PyObject_IsTrue(v)
                  Py_DECREF(v)
                  if (t < 0) break run
                } else i32[v >> 2]--
                if (t === (opcode === Op.POP_JUMP_BACKWARD_IF_TRUE ? 1 : 0)) {
                  pc -= oparg << 1
                  if (i32[(RUNTIME + Runtime.eval_breaker) >> 2] !== 0 && eval_frame_handle_pending() !== 0) break run
                }
                continue run
              }
              case Op.POP_JUMP_FORWARD_IF_NONE:
              case Op.POP_JUMP_FORWARD_IF_NOT_NONE: {
                sp -= 8
                const v = i32[sp >> 2] as Ref
                if ((v === Py_None) === (opcode === Op.POP_JUMP_FORWARD_IF_NONE)) pc += oparg << 1
                Py_DECREF(v)
                continue run
              }
              case Op.POP_JUMP_BACKWARD_IF_NONE:
              case Op.POP_JUMP_BACKWARD_IF_NOT_NONE: {
                sp -= 8
                const v = i32[sp >> 2] as Ref
                const jump = (v === Py_None) === (opcode === Op.POP_JUMP_BACKWARD_IF_NONE)
                Py_DECREF(v)
                if (jump) {
                  pc -= oparg << 1
                  if (i32[(RUNTIME + Runtime.eval_breaker) >> 2] !== 0 && eval_frame_handle_pending() !== 0) break run
                }
                continue run
              }
              case Op.JUMP_IF_FALSE_OR_POP:
              case Op.JUMP_IF_TRUE_OR_POP: {
                const v = i32[(sp - 8) >> 2] as Ref
                const t = v === Py_True ? 1 : v === Py_False ? 0 : PyObject_IsTrue(v)
                if (t < 0) break run
                if (t === (opcode === Op.JUMP_IF_TRUE_OR_POP ? 1 : 0)) pc += oparg << 1
                else {
                  sp -= 8
                  Py_DECREF(v)
                }
                continue run
              }
              case Op.GET_ITER: {
                const v = i32[(sp - 8) >> 2] as Ref
                const $it = PyObject_GetIter(v)
                Py_DECREF(v)
                i32[(sp - 8) >> 2] = $it
                if ($it === NULL) break run
                continue run
              }
              case Op.FOR_ITER: {
                const it = i32[(sp - 8) >> 2] as Ref
                const $next = fn<iternextfunc>(i32[(i32[(it + PyObject.ob_type) >> 2] + PyTypeObject.tp_iternext) >> 2])(it)
                if ($next !== NULL) {
                  i32[sp >> 2] = $next
                  sp += 8
                  continue run
                }
                if (i32[(ts + PyThreadState.curexc_type) >> 2] !== 0) {
                  if (!PyErr_ExceptionMatches(PyExc_StopIteration)) break run
                  if (i32[(ts + PyThreadState.c_tracefunc) >> 2] !== 0) call_exc_trace(frame)
                  PyErr_Clear()
                }
                sp -= 8
                Py_DECREF(it)
                pc += oparg << 1
                continue run
              }

              // Names
              case Op.LOAD_GLOBAL_MODULE: {
                const keys = i32[(i32[(frame + F.f_globals) >> 2] + PyDictObject.ma_keys) >> 2]
                if (i32[(keys + PyDictKeysObject.dk_version) >> 2] !== read_u32(pc + 4)) {
                  opcode = despecialize(pc)
                  continue exec
                }
                const v = i32[(unicode_entries(keys) + (u16[(pc + 2) >> 1] << 4) + 8) >> 2]
                if (v === 0) {
                  opcode = despecialize(pc)
                  continue exec
                }
                i32[sp >> 2] = 0
                sp += (oparg & 1) << 3
                i32[v >> 2]++
                i32[sp >> 2] = v
                sp += 8
                pc += GLOBAL_CACHE
                continue run
              }
              case Op.LOAD_GLOBAL_BUILTIN: {
                const keys = i32[(i32[(frame + F.f_globals) >> 2] + PyDictObject.ma_keys) >> 2]
                const bkeys = i32[(i32[(frame + F.f_builtins) >> 2] + PyDictObject.ma_keys) >> 2]
                if (i32[(keys + PyDictKeysObject.dk_version) >> 2] !== read_u32(pc + 4) || i32[(bkeys + PyDictKeysObject.dk_version) >> 2] !== u16[(pc + 8) >> 1]) {
                  opcode = despecialize(pc)
                  continue exec
                }
                const v = i32[(unicode_entries(bkeys) + (u16[(pc + 2) >> 1] << 4) + 8) >> 2]
                if (v === 0) {
                  opcode = despecialize(pc)
                  continue exec
                }
                i32[sp >> 2] = 0
                sp += (oparg & 1) << 3
                i32[v >> 2]++
                i32[sp >> 2] = v
                sp += 8
                pc += GLOBAL_CACHE
                continue run
              }
              case Op.LOAD_GLOBAL: {
                const name = i32[(names + ((oparg >> 1) << 3)) >> 2] as Ref
                if (warm(pc)) specialize_load_global(frame, name, pc)
                i32[sp >> 2] = 0
                const $v = load_global(frame, name)
                if ($v === NULL) break run
                sp += (oparg & 1) << 3
                i32[sp >> 2] = $v
                sp += 8
                pc += GLOBAL_CACHE
                continue run
              }
              case Op.LOAD_NAME: {
                const $v = load_name(frame, i32[(names + (oparg << 3)) >> 2] as Ref)
                if ($v === NULL) break run
                i32[sp >> 2] = $v
                sp += 8
                continue run
              }
              case Op.STORE_NAME: {
                sp -= 8
                const v = i32[sp >> 2] as Ref
                const err = store_name(frame, i32[(names + (oparg << 3)) >> 2] as Ref, v)
                Py_DECREF(v)
                if (err !== 0) break run
                continue run
              }
              case Op.DELETE_NAME:
                if (delete_name(frame, i32[(names + (oparg << 3)) >> 2] as Ref) !== 0) break run
                continue run
              case Op.STORE_GLOBAL: {
                sp -= 8
                const v = i32[sp >> 2] as Ref
                const err = PyDict_SetItem(i32[(frame + F.f_globals) >> 2] as Ref, i32[(names + (oparg << 3)) >> 2] as Ref, v)
                Py_DECREF(v)
                if (err !== 0) break run
                continue run
              }
              case Op.DELETE_GLOBAL:
                if (delete_global(frame, i32[(names + (oparg << 3)) >> 2] as Ref) !== 0) break run
                continue run
              case Op.DELETE_FAST: {
                const slot = (frame + F.localsplus + (oparg << 3)) >> 2
                const v = i32[slot] as Ref
                if (v === 0) {
                  unbound = oparg
                  break run
                }
                i32[slot] = 0
                Py_DECREF(v)
                continue run
              }
              case Op.MAKE_CELL: {
                const slot = (frame + F.localsplus + (oparg << 3)) >> 2
                const old = i32[slot] as Ref
                const $cell = PyCell_New(old)
                if ($cell === NULL) break run
                i32[slot] = $cell
                if (old !== 0) Py_DECREF(old)
                continue run
              }
              case Op.LOAD_DEREF: {
                const v = i32[(i32[(frame + F.localsplus + (oparg << 3)) >> 2] + PyCellObject.ob_ref) >> 2]
                if (v === 0) {
                  format_exc_unbound(code, oparg)
                  break run
                }
                i32[v >> 2]++
                i32[sp >> 2] = v
                sp += 8
                continue run
              }
              case Op.STORE_DEREF: {
                sp -= 8
                const slot = (i32[(frame + F.localsplus + (oparg << 3)) >> 2] + PyCellObject.ob_ref) >> 2
                const old = i32[slot] as Ref
                i32[slot] = i32[sp >> 2]
                if (old !== 0) Py_DECREF(old)
                continue run
              }
              case Op.DELETE_DEREF: {
                const slot = (i32[(frame + F.localsplus + (oparg << 3)) >> 2] + PyCellObject.ob_ref) >> 2
                const old = i32[slot] as Ref
                if (old === 0) {
                  format_exc_unbound(code, oparg)
                  break run
                }
                i32[slot] = 0
                Py_DECREF(old)
                continue run
              }
              case Op.LOAD_CLASSDEREF: {
                const $v = load_classderef(frame, oparg)
                if ($v === NULL) break run
                i32[sp >> 2] = $v
                sp += 8
                continue run
              }
              case Op.COPY_FREE_VARS: {
                const closure = i32[(i32[(frame + F.f_func) >> 2] + PyFunctionObject.func_closure) >> 2]
                const to = frame + F.localsplus + (i32[(code + PyCodeObject.co_nlocals) >> 2] + i32[(code + PyCodeObject.co_nplaincellvars) >> 2]) * 8
                for (let i = 0; i < oparg; i++) i32[(to + i * 8) >> 2] = Py_NewRef(i32[(closure + 24 + i * 8) >> 2] as Ref)
                continue run
              }
              case Op.LOAD_BUILD_CLASS: {
                const $v = load_build_class(frame)
                if ($v === NULL) break run
                i32[sp >> 2] = $v
                sp += 8
                continue run
              }
              case Op.SETUP_ANNOTATIONS:
                if (setup_annotations(frame) !== 0) break run
                continue run

              // Attributes
              case Op.LOAD_ATTR_INSTANCE_VALUE: {
                const owner = i32[(sp - 8) >> 2] as Ref
                if (i32[(i32[(owner + PyObject.ob_type) >> 2] + PyTypeObject.tp_version_tag) >> 2] === read_u32(pc + 2)) {
                  const values = i32[(owner - 32) >> 2]
                  if (values !== 0) {
                    const v = i32[(values + (u16[(pc + 6) >> 1] << 3)) >> 2]
                    if (v !== 0) {
                      i32[v >> 2]++
                      i32[(sp - 8) >> 2] = v
                      Py_DECREF(owner)
                      pc += ATTR_CACHE
                      continue run
                    }
                  }
                }
                opcode = despecialize(pc)
                continue exec
              }
              case Op.LOAD_ATTR_SLOT: {
                const owner = i32[(sp - 8) >> 2] as Ref
                if (i32[(i32[(owner + PyObject.ob_type) >> 2] + PyTypeObject.tp_version_tag) >> 2] === read_u32(pc + 2)) {
                  const v = i32[(owner + u16[(pc + 6) >> 1]) >> 2]
                  if (v !== 0) {
                    i32[v >> 2]++
                    i32[(sp - 8) >> 2] = v
                    Py_DECREF(owner)
                    pc += ATTR_CACHE
                    continue run
                  }
                }
                opcode = despecialize(pc)
                continue exec
              }
              case Op.LOAD_ATTR_WITH_HINT: {
                const owner = i32[(sp - 8) >> 2] as Ref
                if (i32[(i32[(owner + PyObject.ob_type) >> 2] + PyTypeObject.tp_version_tag) >> 2] === read_u32(pc + 2)) {
                  const dict = i32[(owner - 24) >> 2]
                  if (dict !== 0) {
                    const keys = i32[(dict + PyDictObject.ma_keys) >> 2]
                    const hint = u16[(pc + 6) >> 1]
                    if (u8[keys + PyDictKeysObject.dk_kind] === 1 && i32[(dict + PyDictObject.ma_values) >> 2] === 0 && hint < i32[(keys + PyDictKeysObject.dk_nentries) >> 2]) {
                      const ep = unicode_entries(keys) + (hint << 4)
                      const v = i32[(ep + 8) >> 2]
                      if (i32[ep >> 2] === i32[(names + (oparg << 3)) >> 2] && v !== 0) {
                        i32[v >> 2]++
                        i32[(sp - 8) >> 2] = v
                        Py_DECREF(owner)
                        pc += ATTR_CACHE
                        continue run
                      }
                    }
                  }
                }
                opcode = despecialize(pc)
                continue exec
              }
              case Op.LOAD_ATTR_MODULE:
              case Op.LOAD_METHOD_MODULE: {
                const owner = i32[(sp - 8) >> 2] as Ref
                if (i32[(owner + PyObject.ob_type) >> 2] === PyModule_Type) {
                  const keys = i32[(i32[(owner + PyModuleObject.md_dict) >> 2] + PyDictObject.ma_keys) >> 2]
                  if (i32[(keys + PyDictKeysObject.dk_version) >> 2] === read_u32(pc + 2)) {
                    const v = i32[(unicode_entries(keys) + (u16[(pc + 6) >> 1] << 4) + 8) >> 2]
                    if (v !== 0) {
                      i32[v >> 2]++
                      if (opcode === Op.LOAD_ATTR_MODULE) {
                        i32[(sp - 8) >> 2] = v
                        pc += ATTR_CACHE
                      } else {
                        i32[(sp - 8) >> 2] = 0
                        i32[sp >> 2] = v
                        sp += 8
                        pc += METHOD_CACHE
                      }
                      Py_DECREF(owner)
                      continue run
                    }
                  }
                }
                opcode = despecialize(pc)
                continue exec
              }
              case Op.LOAD_ATTR: {
                const name = i32[(names + (oparg << 3)) >> 2] as Ref
                const owner = i32[(sp - 8) >> 2] as Ref
                if (warm(pc)) specialize_load_attr(owner, name, pc)
                const $v = PyObject_GetAttr(owner, name)
                if ($v === NULL) break run
                i32[(sp - 8) >> 2] = $v
                Py_DECREF(owner)
                pc += ATTR_CACHE
                continue run
              }
              case Op.STORE_ATTR_INSTANCE_VALUE: {
                const owner = i32[(sp - 8) >> 2] as Ref
                if (i32[(i32[(owner + PyObject.ob_type) >> 2] + PyTypeObject.tp_version_tag) >> 2] === read_u32(pc + 2)) {
                  const values = i32[(owner - 32) >> 2]
                  if (values !== 0) {
                    const index = u16[(pc + 6) >> 1]
                    const slot = (values + (index << 3)) >> 2
                    const old = i32[slot] as Ref
                    i32[slot] = i32[(sp - 16) >> 2]
                    i32[slot + 1] = 0
                    sp -= 16
                    if (old === 0) _PyDictValues_AddToInsertionOrder(values, index)
                    else Py_DECREF(old)
                    Py_DECREF(owner)
                    pc += ATTR_CACHE
                    continue run
                  }
                }
                opcode = despecialize(pc)
                continue exec
              }
              case Op.STORE_ATTR_SLOT: {
                const owner = i32[(sp - 8) >> 2] as Ref
                if (i32[(i32[(owner + PyObject.ob_type) >> 2] + PyTypeObject.tp_version_tag) >> 2] === read_u32(pc + 2)) {
                  const slot = (owner + u16[(pc + 6) >> 1]) >> 2
                  const old = i32[slot] as Ref
                  i32[slot] = i32[(sp - 16) >> 2]
                  i32[slot + 1] = 0
                  sp -= 16
                  if (old !== 0) Py_DECREF(old)
                  Py_DECREF(owner)
                  pc += ATTR_CACHE
                  continue run
                }
                opcode = despecialize(pc)
                continue exec
              }
              case Op.STORE_ATTR: {
                const name = i32[(names + (oparg << 3)) >> 2] as Ref
                const owner = i32[(sp - 8) >> 2] as Ref
                const v = i32[(sp - 16) >> 2] as Ref
                if (warm(pc)) specialize_store_attr(owner, name, pc)
                sp -= 16
                const err = PyObject_SetAttr(owner, name, v)
                Py_DECREF(v)
                Py_DECREF(owner)
                if (err !== 0) break run
                pc += ATTR_CACHE
                continue run
              }
              case Op.DELETE_ATTR: {
                sp -= 8
                const owner = i32[sp >> 2] as Ref
                const err = PyObject_SetAttr(owner, i32[(names + (oparg << 3)) >> 2] as Ref, NULL)
                Py_DECREF(owner)
                if (err !== 0) break run
                continue run
              }
              case Op.LOAD_METHOD_WITH_VALUES: {
                const self = i32[(sp - 8) >> 2]
                const type = i32[(self + PyObject.ob_type) >> 2]
                if (
                  i32[(type + PyTypeObject.tp_version_tag) >> 2] === read_u32(pc + 2) &&
                  i32[(self - 24) >> 2] === 0 &&
                  i32[(i32[(type + PyHeapTypeObject.ht_cached_keys) >> 2] + PyDictKeysObject.dk_version) >> 2] === read_u32(pc + 8)
                ) {
                  const meth = read_u32(pc + 12)
                  i32[meth >> 2]++
                  i32[(sp - 8) >> 2] = meth
                  i32[sp >> 2] = self
                  sp += 8
                  pc += METHOD_CACHE
                  continue run
                }
                opcode = despecialize(pc)
                continue exec
              }
              case Op.LOAD_METHOD_NO_DICT: {
                const self = i32[(sp - 8) >> 2]
                if (i32[(i32[(self + PyObject.ob_type) >> 2] + PyTypeObject.tp_version_tag) >> 2] === read_u32(pc + 2)) {
                  const meth = read_u32(pc + 12)
                  i32[meth >> 2]++
                  i32[(sp - 8) >> 2] = meth
                  i32[sp >> 2] = self
                  sp += 8
                  pc += METHOD_CACHE
                  continue run
                }
                opcode = despecialize(pc)
                continue exec
              }
              case Op.LOAD_METHOD_WITH_DICT: {
                const self = i32[(sp - 8) >> 2]
                const dict = i32[(self - 24) >> 2]
                if (
                  i32[(i32[(self + PyObject.ob_type) >> 2] + PyTypeObject.tp_version_tag) >> 2] === read_u32(pc + 2) &&
                  dict !== 0 &&
                  i32[(i32[(dict + PyDictObject.ma_keys) >> 2] + PyDictKeysObject.dk_version) >> 2] === read_u32(pc + 8)
                ) {
                  const meth = read_u32(pc + 12)
                  i32[meth >> 2]++
                  i32[(sp - 8) >> 2] = meth
                  i32[sp >> 2] = self
                  sp += 8
                  pc += METHOD_CACHE
                  continue run
                }
                opcode = despecialize(pc)
                continue exec
              }
              case Op.LOAD_METHOD_CLASS: {
                const cls = i32[(sp - 8) >> 2] as Ref
                if (
                  (i32[(i32[(cls + PyObject.ob_type) >> 2] + PyTypeObject.tp_flags) >> 2] & TPFLAGS.TYPE_SUBCLASS) !== 0 &&
                  i32[(cls + PyTypeObject.tp_version_tag) >> 2] === read_u32(pc + 2)
                ) {
                  const meth = read_u32(pc + 12)
                  i32[meth >> 2]++
                  i32[(sp - 8) >> 2] = 0
                  i32[sp >> 2] = meth
                  sp += 8
                  Py_DECREF(cls)
                  pc += METHOD_CACHE
                  continue run
                }
                opcode = despecialize(pc)
                continue exec
              }
              case Op.LOAD_METHOD: {
                const name = i32[(names + (oparg << 3)) >> 2] as Ref
                const obj = i32[(sp - 8) >> 2] as Ref
                if (warm(pc)) specialize_load_method(obj, name, pc)
                const $meth = _PyObject_GetMethod(obj, name)
                if ($meth === NULL) break run
                if (getMethodUnbound !== 0) {
                  i32[(sp - 8) >> 2] = $meth
                  i32[sp >> 2] = obj
                } else {
                  i32[(sp - 8) >> 2] = 0
                  i32[sp >> 2] = $meth
                  Py_DECREF(obj)
                }
                sp += 8
                pc += METHOD_CACHE
                continue run
              }

              // Calls
              case Op.PRECALL: {
                const at = sp - (oparg << 3)
                const function_ = i32[(at - 8) >> 2] as Ref
                if (i32[(at - 16) >> 2] === 0 && i32[(function_ + PyObject.ob_type) >> 2] === PyMethod_Type) {
                  i32[(at - 16) >> 2] = Py_NewRef(i32[(function_ + PyMethodObject.im_func) >> 2] as Ref)
                  i32[(at - 8) >> 2] = Py_NewRef(i32[(function_ + PyMethodObject.im_self) >> 2] as Ref)
                  Py_DECREF(function_)
                }
                pc += 2
                continue run
              }
              case Op.KW_NAMES:
                kwnames = i32[(consts + (oparg << 3)) >> 2] as Ref
                continue run
              case Op.CALL: {
                const is_meth = i32[(sp - (oparg << 3) - 16) >> 2] !== 0 ? 1 : 0
                const total = oparg + is_meth
                const args = sp - (total << 3)
                const callable = i32[(args - 8) >> 2] as Ref
                const type = i32[(callable + PyObject.ob_type) >> 2]
                if (type === PyFunction_Type) {
                  const fcode = i32[(callable + PyFunctionObject.func_code) >> 2] as Ref
                  const flags = i32[(fcode + PyCodeObject.co_flags) >> 2]
                  let called = 0
                  if (
                    kwnames === NULL &&
                    i32[(fcode + PyCodeObject.co_argcount) >> 2] === total &&
                    (flags & (SIMPLE_ARGS | CO_OPTIMIZED)) === CO_OPTIMIZED &&
                    i32[(fcode + PyCodeObject.co_kwonlyargcount) >> 2] === 0
                  ) {
                    const nlocals = i32[(fcode + PyCodeObject.co_nlocalsplus) >> 2]
                    called = _PyThreadState_BumpFramePointer(F.localsplus + (nlocals + i32[(fcode + PyCodeObject.co_stacksize) >> 2]) * 8)
                    if (called !== 0) {
                      // _PyFrame_InitializeSpecials, with the reference to the function taken from the stack
                      i32[fcode >> 2]++
                      i32[(called + F.f_func) >> 2] = callable
                      i32[(called + F.f_code) >> 2] = fcode
                      i32[(called + F.f_builtins) >> 2] = i32[(callable + PyFunctionObject.func_builtins) >> 2]
                      i32[(called + F.f_globals) >> 2] = i32[(callable + PyFunctionObject.func_globals) >> 2]
                      i32[(called + F.f_locals) >> 2] = 0
                      i32[(called + F.frame_obj) >> 2] = 0
                      i32[(called + F.prev_instr) >> 2] = fcode + PyCodeObject.co_code_adaptive - 2
                      i32[(called + F.stacktop) >> 2] = nlocals
                      i32[(called + F.is_entry) >> 2] = 0
                      const locals = called + F.localsplus
                      let i = 0
                      for (; i < total; i++) i32[(locals + i * 8) >> 2] = i32[(args + i * 8) >> 2]
                      for (; i < nlocals; i++) i32[(locals + i * 8) >> 2] = 0
                    } else PyErr_Clear()
                  }
                  sp = args - 16 + (is_meth << 3)
                  if (called === 0) {
                    const locals = (flags & CO_OPTIMIZED) !== 0 ? NULL : (i32[(callable + PyFunctionObject.func_globals) >> 2] as Ref)
                    const npos = total - (kwnames === NULL ? 0 : i32[(kwnames + 16) >> 2])
                    called = _PyEvalFramePushAndInit(callable, locals, args, npos, kwnames)
                    kwnames = NULL
                    if (called === 0) break run
                  }
                  i32[(frame + F.stacktop) >> 2] = (sp - frame - F.localsplus) >> 3
                  i32[(frame + F.prev_instr) >> 2] = pc + CALL_CACHE - 2
                  i32[(called + F.previous) >> 2] = frame
                  frame = called
                  i32[(cframe + _PyCFrame.current_frame) >> 2] = frame
                  mode = Mode.START
                  continue frames
                }
                let $res: Own = NULL
                call: {
                  if (u8[cframe] !== 0) {
                    $res = trace_call_function(callable, args, total - (kwnames === NULL ? 0 : i32[(kwnames + 16) >> 2]), kwnames)
                    break call
                  }
                  if (type === PyCFunction_Type) {
                    const ml = i32[(callable + PyCFunctionObject.m_ml) >> 2]
                    const flags = i32[(ml + PyMethodDef.ml_flags) >> 2]
                    const self = (flags & METH.STATIC) !== 0 ? NULL : (i32[(callable + PyCFunctionObject.m_self) >> 2] as Ref)
                    const f = i32[(ml + PyMethodDef.ml_meth) >> 2]
                    if (flags === METH.FASTCALL) {
                      if (kwnames === NULL) {
                        $res = fn<funFast>(f)(self, args, total)
                        break call
                      }
                    } else if (flags === (METH.FASTCALL | METH.KEYWORDS)) {
                      $res = fn<funFastKw>(f)(self, args, total - (kwnames === NULL ? 0 : i32[(kwnames + 16) >> 2]), kwnames)
                      break call
                    } else if (flags === METH.O) {
                      if (total === 1 && kwnames === NULL) {
                        if (--i32[(ts + PyThreadState.recursion_remaining) >> 2] < 0 && _Py_CheckRecursiveCall(" while calling a Python object") !== 0) break call
                        $res = fn<fun2>(f)(self, i32[args >> 2] as Ref)
                        i32[(ts + PyThreadState.recursion_remaining) >> 2]++
                        break call
                      }
                    }
                  } else if (type === PyMethodDescr_Type && total > 0) {
                    const self = i32[args >> 2] as Ref
                    if (i32[(self + PyObject.ob_type) >> 2] === i32[(callable + PyMethodDescrObject.d_type) >> 2]) {
                      const ml = i32[(callable + PyMethodDescrObject.d_method) >> 2]
                      const flags = i32[(ml + PyMethodDef.ml_flags) >> 2]
                      const f = i32[(ml + PyMethodDef.ml_meth) >> 2]
                      if (flags === METH.FASTCALL) {
                        if (kwnames === NULL) {
                          $res = fn<funFast>(f)(self, args + 8, total - 1)
                          break call
                        }
                      } else if (flags === (METH.FASTCALL | METH.KEYWORDS)) {
                        $res = fn<funFastKw>(f)(self, args + 8, total - 1 - (kwnames === NULL ? 0 : i32[(kwnames + 16) >> 2]), kwnames)
                        break call
                      } else if (flags === METH.O || flags === METH.NOARGS) {
                        if (total === (flags === METH.O ? 2 : 1) && kwnames === NULL) {
                          if (--i32[(ts + PyThreadState.recursion_remaining) >> 2] < 0 && _Py_CheckRecursiveCall(" while calling a Python object") !== 0) break call
                          $res = flags === METH.O ? fn<fun2>(f)(self, i32[(args + 8) >> 2] as Ref) : fn<fun1>(f)(self)
                          i32[(ts + PyThreadState.recursion_remaining) >> 2]++
                          break call
                        }
                      }
                    }
                  }
                  $res = PyObject_Vectorcall(callable, args, (total - (kwnames === NULL ? 0 : i32[(kwnames + 16) >> 2])) | PY_VECTORCALL_ARGUMENTS_OFFSET, kwnames)
                }
                kwnames = NULL
                Py_DECREF(callable)
                for (let p = args; p < sp; p += 8) Py_DECREF(i32[p >> 2] as Ref)
                sp = args - 16 + (is_meth << 3)
                i32[sp >> 2] = $res
                sp += 8
                if ($res === NULL) break run
                pc += CALL_CACHE
                if (i32[(RUNTIME + Runtime.eval_breaker) >> 2] !== 0 && eval_frame_handle_pending() !== 0) break run
                continue run
              }
              case Op.CALL_FUNCTION_EX: {
                sp = call_function_ex(sp, oparg, u8[cframe])
                if (sp < 0) {
                  sp = -sp
                  break run
                }
                if (i32[(RUNTIME + Runtime.eval_breaker) >> 2] !== 0 && eval_frame_handle_pending() !== 0) break run
                continue run
              }
              case Op.MAKE_FUNCTION: {
                sp = make_function(frame, sp, oparg)
                if (sp < 0) {
                  sp = -sp
                  break run
                }
                continue run
              }
              case Op.RETURN_VALUE: {
                sp -= 8
                const $retval = i32[sp >> 2] as Own
                i32[(frame + F.stacktop) >> 2] = (sp - frame - F.localsplus) >> 3
                if (u8[cframe] !== 0 && trace_function_exit(frame, $retval) !== 0) {
                  Py_DECREF($retval)
                  mode = Mode.UNWIND
                  continue frames
                }
                i32[(ts + PyThreadState.recursion_remaining) >> 2]++
                if (u8[frame + F.is_entry] === 0) {
                  const dying = frame
                  frame = i32[(dying + F.previous) >> 2]
                  i32[(cframe + _PyCFrame.current_frame) >> 2] = frame
                  _PyEvalFrameClearAndPop(dying)
                  const top = i32[(frame + F.stacktop) >> 2]
                  i32[(frame + F.localsplus + (top << 3)) >> 2] = $retval
                  i32[(frame + F.stacktop) >> 2] = top + 1
                  mode = Mode.RESUME
                  continue frames
                }
                const use = u8[cframe]
                i32[(ts + PyThreadState.cframe) >> 2] = previousCframe
                u8[previousCframe] = use
                cstackReset(mark)
                return $retval
              }

              // Generators and coroutines
              case Op.RETURN_GENERATOR: {
                const $gen = _Py_MakeCoro(i32[(frame + F.f_func) >> 2] as Ref)
                if ($gen === NULL) break run
                i32[(frame + F.stacktop) >> 2] = (sp - frame - F.localsplus) >> 3
                const genFrame = $gen + PyGenObject.gi_iframe
                _PyFrame_Copy(frame, genFrame)
                u8[$gen + PyGenObject.gi_frame_state] = FrameState.CREATED & 255
                u8[genFrame + F.owner] = FrameOwner.GENERATOR
                i32[(ts + PyThreadState.recursion_remaining) >> 2]++
                if (u8[frame + F.is_entry] === 0) {
                  const previous = i32[(frame + F.previous) >> 2]
                  _PyThreadState_PopFrame(frame)
                  frame = previous
                  i32[(cframe + _PyCFrame.current_frame) >> 2] = frame
                  _PyFrame_StackPush(frame, $gen)
                  mode = Mode.RESUME
                  continue frames
                }
                // the caller clears this frame: leave it something to release
                i32[(frame + F.stacktop) >> 2] = 0
                i32[(frame + F.f_locals) >> 2] = 0
                i32[i32[(frame + F.f_func) >> 2] >> 2]++
                i32[i32[(frame + F.f_code) >> 2] >> 2]++
                const use = u8[cframe]
                i32[(ts + PyThreadState.cframe) >> 2] = previousCframe
                u8[previousCframe] = use
                cstackReset(mark)
                return $gen
              }
              case Op.YIELD_VALUE: {
                sp -= 8
                const $retval = i32[sp >> 2] as Own
                u8[frame - PyGenObject.gi_iframe + PyGenObject.gi_frame_state] = FrameState.SUSPENDED & 255
                i32[(frame + F.stacktop) >> 2] = (sp - frame - F.localsplus) >> 3
                if (u8[cframe] !== 0 && trace_function_exit(frame, $retval) !== 0) {
                  Py_DECREF($retval)
                  mode = Mode.UNWIND
                  continue frames
                }
                i32[(ts + PyThreadState.recursion_remaining) >> 2]++
                const use = u8[cframe]
                i32[(ts + PyThreadState.cframe) >> 2] = previousCframe
                u8[previousCframe] = use
                cstackReset(mark)
                return $retval
              }
              case Op.SEND: {
                sp -= 8
                const v = i32[sp >> 2] as Ref
                const receiver = i32[(sp - 8) >> 2] as Ref
                const status = i32[(ts + PyThreadState.c_tracefunc) >> 2] === 0 ? PyIter_Send(receiver, v, cframe + 24) : send(frame, receiver, v, cframe + 24)
                Py_DECREF(v)
                if (status < 0) break run
                if (status === 0) {
                  Py_DECREF(receiver)
                  i32[(sp - 8) >> 2] = i32[(cframe + 24) >> 2]
                  pc += oparg << 1
                  continue run
                }
                i32[sp >> 2] = i32[(cframe + 24) >> 2]
                sp += 8
                continue run
              }
              case Op.ASYNC_GEN_WRAP: {
                const v = i32[(sp - 8) >> 2] as Ref
                const $w = _PyAsyncGenValueWrapperNew(v)
                if ($w === NULL) break run
                i32[(sp - 8) >> 2] = $w
                Py_DECREF(v)
                continue run
              }
              case Op.GET_AITER: {
                const $it = get_aiter(i32[(sp - 8) >> 2] as Own)
                i32[(sp - 8) >> 2] = $it
                if ($it === NULL) break run
                continue run
              }
              case Op.GET_ANEXT: {
                const $awaitable = get_anext(i32[(sp - 8) >> 2] as Ref)
                if ($awaitable === NULL) break run
                i32[sp >> 2] = $awaitable
                sp += 8
                continue run
              }
              case Op.GET_AWAITABLE: {
                const $it = get_awaitable(i32[(sp - 8) >> 2] as Own, oparg)
                i32[(sp - 8) >> 2] = $it
                if ($it === NULL) break run
                continue run
              }
              case Op.GET_YIELD_FROM_ITER: {
                const $it = get_yield_from_iter(i32[(sp - 8) >> 2] as Own, i32[(code + PyCodeObject.co_flags) >> 2])
                i32[(sp - 8) >> 2] = $it
                if ($it === NULL) break run
                continue run
              }
              case Op.END_ASYNC_FOR: {
                sp -= 8
                if (restore_raised(i32[sp >> 2] as Own, true)) {
                  newError = 0
                  break run
                }
                sp -= 8
                Py_DECREF(i32[sp >> 2] as Ref)
                continue run
              }

              // Exceptions
              case Op.RAISE_VARARGS: {
                let $cause: Own = NULL
                let $exc: Own = NULL
                if (oparg === 2) {
                  sp -= 8
                  $cause = i32[sp >> 2] as Own
                }
                if (oparg >= 1) {
                  sp -= 8
                  $exc = i32[sp >> 2] as Own
                }
                if (do_raise($exc, $cause) !== 0) newError = 0
                break run
              }
              case Op.POP_EXCEPT: {
                sp -= 8
                const slot = (i32[(ts + PyThreadState.exc_info) >> 2] + _PyErr_StackItem.exc_value) >> 2
                const v = i32[slot] as Ref
                i32[slot] = i32[sp >> 2]
                if (v !== 0) Py_DECREF(v)
                continue run
              }
              case Op.PUSH_EXC_INFO: {
                const v = i32[(sp - 8) >> 2] as Ref
                const slot = (i32[(ts + PyThreadState.exc_info) >> 2] + _PyErr_StackItem.exc_value) >> 2
                i32[(sp - 8) >> 2] = i32[slot] !== 0 ? i32[slot] : Py_NewRef(Py_None)
                i32[sp >> 2] = Py_NewRef(v)
                sp += 8
                i32[slot] = v
                i32[slot + 1] = 0
                continue run
              }
              case Op.RERAISE: {
                if (oparg !== 0) {
                  const lasti = i32[(sp - ((oparg + 1) << 3)) >> 2]
                  at = code + PyCodeObject.co_code_adaptive + i32[(lasti + PyLongObject.ob_size) >> 2] * i32[(lasti + PyLongObject.ob_digit) >> 2] * 2
                  i32[(frame + F.prev_instr) >> 2] = at
                }
                sp -= 8
                restore_raised(i32[sp >> 2] as Own, false)
                newError = 0
                break run
              }
              case Op.PREP_RERAISE_STAR: {
                const excs = i32[(sp - 8) >> 2] as Ref
                const orig = i32[(sp - 16) >> 2] as Ref
                sp -= 16
                const $v = prep_reraise_star(orig, excs)
                Py_DECREF(excs)
                Py_DECREF(orig)
                if ($v === NULL) break run
                i32[sp >> 2] = $v
                sp += 8
                continue run
              }
              case Op.CHECK_EXC_MATCH: {
                const right = i32[(sp - 8) >> 2] as Ref
                const res = check_exc_match(i32[(sp - 16) >> 2] as Ref, right)
                Py_DECREF(right)
                if (res < 0) {
                  sp -= 8
                  break run
                }
                i32[(sp - 8) >> 2] = Py_NewRef(res !== 0 ? Py_True : Py_False)
                continue run
              }
              case Op.CHECK_EG_MATCH: {
                sp = check_eg_match(sp)
                if (sp < 0) {
                  sp = -sp
                  break run
                }
                continue run
              }
              case Op.LOAD_ASSERTION_ERROR:
                i32[sp >> 2] = Py_NewRef(PyExc_AssertionError)
                sp += 8
                continue run
              case Op.BEFORE_WITH:
              case Op.BEFORE_ASYNC_WITH: {
                sp = opcode === Op.BEFORE_WITH ? before_with(sp) : before_async_with(sp)
                if (sp < 0) {
                  sp = -sp
                  break run
                }
                continue run
              }
              case Op.WITH_EXCEPT_START: {
                const $res = with_except_start(sp)
                if ($res === NULL) break run
                i32[sp >> 2] = $res
                sp += 8
                continue run
              }

              // Building
              case Op.BUILD_TUPLE: {
                const $tup = PyTuple_New(oparg)
                if ($tup === NULL) break run
                sp -= oparg << 3
                for (let i = 0; i < oparg; i++) {
                  i32[($tup + 24 + i * 8) >> 2] = i32[(sp + i * 8) >> 2]
                  i32[(($tup + 24 + i * 8) >> 2) + 1] = 0
                }
                i32[sp >> 2] = $tup
                sp += 8
                continue run
              }
              case Op.BUILD_LIST: {
                const $list = PyList_New(oparg)
                if ($list === NULL) break run
                sp -= oparg << 3
                const items = i32[($list + PyListObject.ob_item) >> 2]
                for (let i = 0; i < oparg; i++) {
                  i32[(items + i * 8) >> 2] = i32[(sp + i * 8) >> 2]
                  i32[((items + i * 8) >> 2) + 1] = 0
                }
                i32[sp >> 2] = $list
                sp += 8
                continue run
              }
              case Op.BUILD_SLICE: {
                const step = oparg === 3 ? (i32[(sp - 8) >> 2] as Ref) : NULL
                if (oparg === 3) sp -= 8
                const stop = i32[(sp - 8) >> 2] as Ref
                const start = i32[(sp - 16) >> 2] as Ref
                const $slice = PySlice_New(start, stop, step)
                sp -= 8
                Py_DECREF(start)
                Py_DECREF(stop)
                if (step !== 0) Py_DECREF(step)
                i32[(sp - 8) >> 2] = $slice
                if ($slice === NULL) break run
                continue run
              }
              case Op.LIST_TO_TUPLE: {
                const list = i32[(sp - 8) >> 2] as Ref
                const $tuple = PyList_AsTuple(list)
                Py_DECREF(list)
                if ($tuple === NULL) {
                  sp -= 8
                  break run
                }
                i32[(sp - 8) >> 2] = $tuple
                continue run
              }
              case Op.BUILD_SET:
              case Op.BUILD_MAP:
              case Op.BUILD_CONST_KEY_MAP:
              case Op.BUILD_STRING:
              case Op.FORMAT_VALUE:
              case Op.LIST_EXTEND:
              case Op.SET_UPDATE:
              case Op.DICT_UPDATE:
              case Op.DICT_MERGE:
              case Op.IMPORT_NAME:
              case Op.IMPORT_FROM:
              case Op.IMPORT_STAR:
              case Op.PRINT_EXPR:
              case Op.UNPACK_EX:
              case Op.GET_LEN:
              case Op.MATCH_CLASS:
              case Op.MATCH_MAPPING:
              case Op.MATCH_SEQUENCE:
              case Op.MATCH_KEYS: {
                sp = cold_op(opcode, oparg, frame, sp, names)
                if (sp < 0) {
                  sp = -sp
                  break run
                }
                continue run
              }
              case Op.UNPACK_SEQUENCE: {
                const seq = i32[(sp - 8) >> 2] as Ref
                const type = i32[(seq + PyObject.ob_type) >> 2]
                if ((type === PyTuple_Type || type === PyList_Type) && i32[(seq + 16) >> 2] === oparg) {
                  const items = type === PyTuple_Type ? seq + 24 : i32[(seq + PyListObject.ob_item) >> 2]
                  sp -= 8
                  for (let i = oparg - 1; i >= 0; i--) {
                    const v = i32[(items + i * 8) >> 2]
                    i32[v >> 2]++
                    i32[sp >> 2] = v
                    sp += 8
                  }
                  Py_DECREF(seq)
                  pc += 2
                  continue run
                }
                sp -= 8
                const ok = unpack_iterable(seq, oparg, -1, sp + (oparg << 3))
                Py_DECREF(seq)
                if (!ok) break run
                sp += oparg << 3
                pc += 2
                continue run
              }
              case Op.EXTENDED_ARG: {
                const next = u16[pc >> 1]
                at = pc
                i32[(frame + F.prev_instr) >> 2] = pc
                pc += 2
                oparg = (oparg << 8) | (next >> 8)
                opcode = next & 255
                continue exec
              }
              case Op.DO_TRACING: {
                pc -= 2
                const offset = (pc - code - PyCodeObject.co_code_adaptive) >> 1
                opcode = opcodeDeopt[u8[pc]]
                if (offset >= i32[(code + PyCodeObject._co_firsttraceable) >> 2]) {
                  const previous = (last - code - PyCodeObject.co_code_adaptive) >> 1
                  oparg = u8[pc + 1]
                  if (opcode === Op.RESUME) {
                    if (oparg < 2 && i32[(RUNTIME + Runtime.eval_breaker) >> 2] !== 0 && eval_frame_handle_pending() !== 0) {
                      pc += 2
                      break run
                    }
                    if (u8[cframe] !== 0) {
                      i32[(frame + F.stacktop) >> 2] = (sp - frame - F.localsplus) >> 3
                      const err = trace_function_entry(frame)
                      sp = frame + F.localsplus + (i32[(frame + F.stacktop) >> 2] << 3)
                      i32[(frame + F.stacktop) >> 2] = -1
                      if (err !== 0) {
                        pc += 2
                        break run
                      }
                    }
                  } else if (i32[(ts + PyThreadState.c_tracefunc) >> 2] !== 0 && i32[(ts + PyThreadState.tracing) >> 2] === 0) {
                    i32[(frame + F.stacktop) >> 2] = (sp - frame - F.localsplus) >> 3
                    const err = maybe_call_line_trace(frame, previous)
                    sp = frame + F.localsplus + (i32[(frame + F.stacktop) >> 2] << 3)
                    i32[(frame + F.stacktop) >> 2] = -1
                    if (err !== 0) {
                      pc += 2
                      break run
                    }
                    pc = i32[(frame + F.prev_instr) >> 2] // a trace function may have jumped
                  }
                }
                at = pc
                i32[(frame + F.prev_instr) >> 2] = pc
                opcode = opcodeDeopt[u8[pc]]
                oparg = u8[pc + 1]
                pc += 2
                continue exec
              }
              default: {
                // a specialised form we do not write ourselves behaves as its general one
                const generic = opcodeDeopt[opcode]
                if (generic !== opcode) {
                  opcode = generic
                  continue exec
                }
                PyErr_SetString(PyExc_SystemError, "unknown opcode")
                break run
              }
            }
          }
        }
      }

      // error:
      if (unbound >= 0) {
        format_unbound_local(code, unbound)
        unbound = -1
      }
      kwnames = NULL
      if (newError !== 0) {
        if (i32[(ts + PyThreadState.curexc_type) >> 2] === 0) PyErr_SetString(PyExc_SystemError, "error return without exception set")
        if (!_PyFrame_IsIncomplete(frame)) {
          const f = _PyFrame_GetFrameObject(frame)
          if (f !== 0) PyTraceBack_Here(f)
        }
        if (i32[(ts + PyThreadState.c_tracefunc) >> 2] !== 0) call_exc_trace(frame)
      }
      newError = 1
      // exception_unwind:
      const base = frame + F.localsplus + (i32[(code + PyCodeObject.co_nlocalsplus) >> 2] << 3)
      if (!get_exception_handler(code, ((pc - code - PyCodeObject.co_code_adaptive) >> 1) - 1)) {
        while (sp > base) {
          sp -= 8
          Py_XDECREF(i32[sp >> 2] as Ref)
        }
        i32[(frame + F.stacktop) >> 2] = (sp - frame - F.localsplus) >> 3
        if (u8[cframe] !== 0) trace_function_exit(frame, NULL)
        mode = Mode.UNWIND
        continue frames
      }
      const level = base + (handlerLevel << 3)
      const target = handlerTarget
      const lasti = handlerLasti
      while (sp > level) {
        sp -= 8
        Py_XDECREF(i32[sp >> 2] as Ref)
      }
      if (lasti !== 0) {
        i32[sp >> 2] = PyLong_FromLong((i32[(frame + F.prev_instr) >> 2] - code - PyCodeObject.co_code_adaptive) >> 1)
        sp += 8
      }
      i32[sp >> 2] = push_caught()
      sp += 8
      pc = code + PyCodeObject.co_code_adaptive + (target << 1)
      mode = Mode.RESUME
      continue raised
    }
  }
}
