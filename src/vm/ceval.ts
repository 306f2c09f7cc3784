import { Op, opcodeDeopt } from "../base/opcodes.ts"
import { calloca, cstackMark, cstackReset } from "../heap/cstack.ts"
import { fn } from "../heap/fntable.ts"
import {
  _PyCFrame,
  _PyInterpreterFrame as F,
  PyCellObject,
  PyCodeObject,
  PyDictKeysObject,
  PyDictObject,
  PyGenObject,
  PyHeapTypeObject,
  PyObject,
  PyThreadState,
  PyTypeObject,
} from "../heap/layout.ts"
import { Runtime, RUNTIME } from "../heap/map.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { Py_DECREF, Py_NewRef } from "../heap/refcount.ts"
import { tstate } from "../heap/tstate.ts"
import { i16, i32, u16, u8 } from "../heap/views.ts"
import { PyObject_GetIter } from "../objects/abstract.ts"
import { _Py_CheckRecursiveCall } from "../objects/errors.ts"
import { _PyFrame_Clear, _PyFrame_StackPush, _PyThreadState_PopFrame, FrameState } from "../objects/frame.ts"
import { _PyList_AppendTakeRef } from "../objects/listobject.ts"
import { PyObject_GetAttr, PyObject_IsTrue } from "../objects/object.ts"
import type { iternextfunc } from "../objects/slots.ts"
import { Py_False, Py_None, Py_True, PyFunction_Type, PyMethod_Type } from "../objects/statictypes.ts"
import {
  despecialize,
  read_u32,
  specialize_load_attr,
  specialize_load_global,
  specialize_load_method,
  specialize_store_attr,
  unicode_entries,
  warm,
} from "./ceval_attr.ts"
import { call_function_ex } from "./ceval_calls.ts"
import {
  end_async_for,
  format_exc_unbound,
  format_unbound_local,
  handlerTarget,
  note_error,
  raise_instruction,
  raisedAgain,
  unwind_to_handler,
} from "./ceval_exc.ts"
import {
  backward_condition,
  BINARY_OP_CACHE,
  binary_instruction,
  compare_general,
  compare_operands,
  contains,
  iteration_ended,
  load_attr_special,
  load_method,
  load_method_special,
  note_types,
  store_attr,
  store_attr_special,
  store_subscript,
  subscript,
  truth,
  unpack_sequence,
} from "./ceval_fast.ts"
import {
  call_native,
  enter_function,
  leave_for_caller,
  make_generator,
  popCframe,
  pushCframe,
  send_instruction,
  unpack_bound_method,
} from "./ceval_frames.ts"
import { load_global } from "./ceval_names.ts"
import { eval_frame_handle_pending } from "./ceval_pending.ts"
import { rest_op } from "./ceval_rest.ts"
import { jit_enter, jit_warm } from "./jithooks.ts"
import { trace_function_entry, trace_function_exit, trace_instruction } from "./ceval_trace.ts"

export * from "./ceval_api.ts"
export { _PyEval_Vector, PyEval_EvalCode, PyEval_EvalCodeEx } from "./ceval_calls.ts"

// Python/ceval.c: the interpreter loop.
//
// `frame` is the running frame's address, `sp` the address above the top of its stack, `pc` the address of the next code unit; all three are
// bytes. A call of a Python function pushes a frame and goes on in this loop; frames whose `is_entry` is set return to JavaScript. Every
// unit stored in a frame's slots has a zero upper half (see objects/frame.ts), so pushes write 32 bits.
//
// The loop holds what runs often and is short; the rest is in functions (ceval_fast.ts, ceval_frames.ts, ceval_rest.ts), so that V8 compiles
// it soon and keeps the compiled code: an operation that has not run yet when a function is compiled throws the compiled code away.
//
// Attribute, method and global loads specialise themselves (ceval_attr.ts): after some executions the instruction is overwritten by the
// special form of CPython, whose guard failing writes the general form back. `co_code` reads back unspecialised.

const enum Mode {
  /** Count the recursion, then run. */
  START,
  /** Run on from prev_instr. */
  RESUME,
  /** An error is set: run on at its handler. */
  RAISE,
  /** Leave the frame with the error set. */
  UNWIND,
  /** Run compiled, if the code is hot. */
  JIT,
}

// Bytes of inline cache behind an instruction (2 * INLINE_CACHE_ENTRIES_*).
const SUBSCR_CACHE = 8
const ATTR_CACHE = 8
const METHOD_CACHE = 20
const GLOBAL_CACHE = 10
const COMPARE_CACHE = 4
const CALL_CACHE = 8

export function _PyEvalFrameClearAndPop(frame: number): void {
  // _PyFrame_Clear may run finalizers, which must not raise RecursionError at once
  i32[(tstate + PyThreadState.recursion_remaining) >> 2]--
  _PyFrame_Clear(frame)
  i32[(tstate + PyThreadState.recursion_remaining) >> 2]++
  _PyThreadState_PopFrame(frame)
}

/** How _PyEval_EvalFrameDefault takes up a frame. */
const enum Take {
  START,
  /** An error is set: raise it where the frame stands. */
  THROW,
  /** Compiled code has left the frame: go on; with the error that is set. */
  LEFT,
  FAILED,
}

/** A frame that compiled code called (`status` 1: it has not run yet) or left (-1; 0: with an error set) is run to its end and popped. */
export function _PyEval_ContinueFrame(frame: number, status: number): Own {
  const $res = _PyEval_EvalFrameDefault(frame, status === 1 ? Take.START : status === 0 ? Take.FAILED : Take.LEFT)
  _PyEvalFrameClearAndPop(frame)
  return $res
}

/** _PyEval_EvalFrameDefault, but a hot frame runs compiled without the interpreter's own frame below it. */
export function _PyEval_EvalFrame(entry: number, throwflag: number): Own {
  const ts = tstate
  if (
    throwflag !== 0 ||
    i16[(i32[(entry + F.f_code) >> 2] + PyCodeObject.co_warmup) >> 1] <= 0 ||
    i32[(ts + PyThreadState.recursion_remaining) >> 2] <= 0
  )
    return _PyEval_EvalFrameDefault(entry, throwflag)
  const mark = cstackMark()
  const cframe = calloca(32)
  const previousCframe = pushCframe(cframe, entry)
  i32[(ts + PyThreadState.recursion_remaining) >> 2]--
  const $res = jit_enter(entry, cframe)
  popCframe(cframe, previousCframe)
  cstackReset(mark)
  return $res > 0 ? ($res as Own) : _PyEval_EvalFrameDefault(entry, $res === 0 ? Take.FAILED : Take.LEFT)
}

/** Run `entry` until it returns or yields. @returns the value, or NULL with the error set. `throwflag`: an error is set, raise it there. */
export function _PyEval_EvalFrameDefault(entry: number, throwflag: number): Own {
  const ts = tstate
  const mark = cstackMark()
  /** _PyCFrame (24 bytes) and one result slot. */
  const cframe = calloca(32)
  const previousCframe = pushCframe(cframe, entry)

  let frame = entry
  let mode = Mode.START
  let sp = 0
  let pc = 0
  let names = 0
  let consts = 0
  let kwnames: Ref = NULL

  if (throwflag === Take.LEFT) mode = Mode.RESUME
  else if (throwflag === Take.FAILED) mode = Mode.RAISE
  else if (throwflag !== Take.START) {
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
      } else mode = jit_warm(i32[(frame + F.f_code) >> 2] as Ref, 0) ? Mode.JIT : Mode.RESUME
    }
    if (mode === Mode.UNWIND) {
      i32[(ts + PyThreadState.recursion_remaining) >> 2]++
      if (u8[frame + F.is_entry] !== 0) {
        popCframe(cframe, previousCframe)
        cstackReset(mark)
        return NULL
      }
      const dying = frame
      frame = i32[(dying + F.previous) >> 2]
      i32[(cframe + _PyCFrame.current_frame) >> 2] = frame
      _PyEvalFrameClearAndPop(dying)
      mode = Mode.RAISE
    }
    if (mode === Mode.JIT) {
      const returnsTo = u8[frame + F.is_entry] !== 0 ? 0 : i32[(frame + F.previous) >> 2]
      const $res = jit_enter(frame, cframe)
      mode = $res === 0 ? Mode.RAISE : Mode.RESUME
      if ($res > 0) {
        if (returnsTo === 0) {
          popCframe(cframe, previousCframe)
          cstackReset(mark)
          return $res as Own
        }
        frame = returnsTo
        _PyFrame_StackPush(frame, $res as Own)
      }
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
    /** Has the error that is set been raised before? Then it gets no new traceback entry. */
    let reraise = false

    raised: for (;;) {
      if (mode !== Mode.RAISE) {
        run: for (;;) {
          last = at
          at = pc
          i32[(frame + F.prev_instr) >> 2] = pc
          const word = u16[pc >> 1]
          pc = (pc + 2) | 0
          let oparg = word >> 8
          let opcode = word & 255
          if (u8[cframe] !== 0) opcode = Op.DO_TRACING
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
                  format_unbound_local(code, oparg)
                  break run
                }
                i32[v >> 2]++
                i32[sp >> 2] = v
                sp = (sp + 8) | 0
                continue run
              }
              case Op.LOAD_CONST: {
                const v = i32[(consts + (oparg << 3)) >> 2]
                i32[v >> 2]++
                i32[sp >> 2] = v
                sp = (sp + 8) | 0
                continue run
              }
              case Op.STORE_FAST: {
                sp = (sp - 8) | 0
                const slot = (frame + F.localsplus + (oparg << 3)) >> 2
                const old = i32[slot] as Ref
                i32[slot] = i32[sp >> 2]
                if (old !== 0) Py_DECREF(old)
                continue run
              }
              case Op.POP_TOP:
                sp = (sp - 8) | 0
                Py_DECREF(i32[sp >> 2] as Ref)
                continue run
              case Op.PUSH_NULL:
                i32[sp >> 2] = 0
                sp = (sp + 8) | 0
                continue run
              case Op.COPY: {
                const v = i32[(sp - (oparg << 3)) >> 2]
                i32[v >> 2]++
                i32[sp >> 2] = v
                sp = (sp + 8) | 0
                continue run
              }
              case Op.SWAP: {
                const other = (sp - (oparg << 3)) >> 2
                const top = i32[(sp - 8) >> 2]
                i32[(sp - 8) >> 2] = i32[other]
                i32[other] = top
                continue run
              }
              case Op.BINARY_OP: {
                const skip = binary_instruction(oparg, sp, frame, pc)
                sp = (sp - 8) | 0
                if (skip <= 0) {
                  // the operands are gone; what is left on the stack is NULL, or for s += t nothing
                  if (skip < 0) sp = (sp - 8) | 0
                  break run
                }
                pc = (pc + skip) | 0
                if (skip > BINARY_OP_CACHE) sp = (sp - 8) | 0
                continue run
              }
              case Op.COMPARE_OP: {
                note_types(pc, i32[(sp - 16) >> 2] as Ref, i32[(sp - 8) >> 2] as Ref)
                const cond = compare_operands(oparg, i32[(sp - 16) >> 2] as Ref, i32[(sp - 8) >> 2] as Ref)
                if (cond < 0) {
                  sp = (sp - 8) | 0
                  if (!compare_general(oparg, sp)) break run
                  pc = (pc + COMPARE_CACHE) | 0
                  continue run
                }
                sp = (sp - 16) | 0
                const l = i32[sp >> 2] as Ref
                const r = i32[(sp + 8) >> 2] as Ref
                pc = (pc + COMPARE_CACHE) | 0
                const next = u16[pc >> 1]
                const jump = next & 255
                // POP_JUMP_FORWARD_IF_FALSE and _TRUE (114, 115), run at once unless somebody traces
                if ((jump === Op.POP_JUMP_FORWARD_IF_FALSE || jump === Op.POP_JUMP_FORWARD_IF_TRUE) && u8[cframe] === 0) {
                  pc = (pc + 2) | 0
                  if (cond === jump - Op.POP_JUMP_FORWARD_IF_FALSE) pc = (pc + ((next >> 8) << 1)) | 0
                } else {
                  const res = cond !== 0 ? Py_True : Py_False
                  i32[res >> 2]++
                  i32[sp >> 2] = res
                  sp = (sp + 8) | 0
                }
                Py_DECREF(l)
                Py_DECREF(r)
                continue run
              }
              case Op.IS_OP: {
                const r = i32[(sp - 8) >> 2] as Ref
                const l = i32[(sp - 16) >> 2] as Ref
                sp = (sp - 8) | 0
                i32[(sp - 8) >> 2] = Py_NewRef(((l === r ? 1 : 0) ^ oparg) !== 0 ? Py_True : Py_False)
                Py_DECREF(l)
                Py_DECREF(r)
                continue run
              }
              case Op.CONTAINS_OP:
                sp = (sp - 8) | 0
                if (!contains(oparg, sp)) {
                  sp = (sp - 8) | 0
                  break run
                }
                continue run
              case Op.BINARY_SUBSCR:
                sp = (sp - 8) | 0
                if (!subscript(sp)) break run
                pc = (pc + SUBSCR_CACHE) | 0
                continue run
              case Op.STORE_SUBSCR:
                sp = (sp - 24) | 0
                if (store_subscript(sp) !== 0) break run
                pc = (pc + 2) | 0
                continue run
              case Op.LIST_APPEND:
                sp = (sp - 8) | 0
                if (_PyList_AppendTakeRef(i32[(sp - (oparg << 3)) >> 2] as Ref, i32[sp >> 2] as Own) < 0) break run
                continue run
              case Op.JUMP_FORWARD:
                pc = (pc + (oparg << 1)) | 0
                continue run
              case Op.JUMP_BACKWARD:
              case Op.JUMP_BACKWARD_QUICK:
                pc = (pc - (oparg << 1)) | 0
                if (i32[(RUNTIME + Runtime.eval_breaker) >> 2] !== 0 && eval_frame_handle_pending() !== 0) break run
                if (jit_warm(code, 1) && u8[cframe] === 0) {
                  i32[(frame + F.stacktop) >> 2] = (sp - frame - F.localsplus) >> 3
                  i32[(frame + F.prev_instr) >> 2] = pc - 2
                  mode = Mode.JIT
                  continue frames
                }
                continue run
              case Op.POP_JUMP_FORWARD_IF_FALSE:
              case Op.POP_JUMP_FORWARD_IF_TRUE: {
                sp = (sp - 8) | 0
                const v = i32[sp >> 2] as Ref
                let t = 0
                if (v === Py_True) {
                  i32[v >> 2]--
                  t = 1
                } else if (v === Py_False) i32[v >> 2]--
                else {
                  t = truth(v)
                  if (t < 0) break run
                }
                if (t === opcode - Op.POP_JUMP_FORWARD_IF_FALSE) pc = (pc + (oparg << 1)) | 0
                continue run
              }
              case Op.POP_JUMP_FORWARD_IF_NONE:
              case Op.POP_JUMP_FORWARD_IF_NOT_NONE: {
                sp = (sp - 8) | 0
                const v = i32[sp >> 2] as Ref
                if ((v === Py_None) === (opcode === Op.POP_JUMP_FORWARD_IF_NONE)) pc = (pc + (oparg << 1)) | 0
                Py_DECREF(v)
                continue run
              }
              case Op.POP_JUMP_BACKWARD_IF_FALSE:
              case Op.POP_JUMP_BACKWARD_IF_TRUE:
              case Op.POP_JUMP_BACKWARD_IF_NONE:
              case Op.POP_JUMP_BACKWARD_IF_NOT_NONE: {
                sp = (sp - 8) | 0
                const t = backward_condition(opcode, i32[sp >> 2] as Ref)
                if (t < 0) break run
                if (t !== 0) {
                  pc = (pc - (oparg << 1)) | 0
                  if (i32[(RUNTIME + Runtime.eval_breaker) >> 2] !== 0 && eval_frame_handle_pending() !== 0) break run
                  if (jit_warm(code, 1) && u8[cframe] === 0) {
                    i32[(frame + F.stacktop) >> 2] = (sp - frame - F.localsplus) >> 3
                    i32[(frame + F.prev_instr) >> 2] = pc - 2
                    mode = Mode.JIT
                    continue frames
                  }
                }
                continue run
              }
              case Op.JUMP_IF_FALSE_OR_POP:
              case Op.JUMP_IF_TRUE_OR_POP: {
                const v = i32[(sp - 8) >> 2] as Ref
                const t = PyObject_IsTrue(v)
                if (t < 0) break run
                if (t === opcode - Op.JUMP_IF_FALSE_OR_POP) pc = (pc + (oparg << 1)) | 0
                else {
                  sp = (sp - 8) | 0
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
                  sp = (sp + 8) | 0
                  continue run
                }
                if (i32[(ts + PyThreadState.curexc_type) >> 2] !== 0 && !iteration_ended(frame)) break run
                sp = (sp - 8) | 0
                Py_DECREF(it)
                pc = (pc + (oparg << 1)) | 0
                continue run
              }
              case Op.LOAD_GLOBAL_MODULE: {
                const keys = i32[(i32[(frame + F.f_globals) >> 2] + PyDictObject.ma_keys) >> 2]
                if (i32[(keys + PyDictKeysObject.dk_version) >> 2] === read_u32(pc + 4)) {
                  const v = i32[(unicode_entries(keys) + (u16[(pc + 2) >> 1] << 4) + 8) >> 2]
                  if (v !== 0) {
                    i32[sp >> 2] = 0
                    sp = (sp + ((oparg & 1) << 3)) | 0
                    i32[v >> 2]++
                    i32[sp >> 2] = v
                    sp = (sp + 8) | 0
                    pc = (pc + GLOBAL_CACHE) | 0
                    continue run
                  }
                }
                opcode = despecialize(pc) | 0
                continue exec
              }
              case Op.LOAD_GLOBAL_BUILTIN: {
                const keys = i32[(i32[(frame + F.f_globals) >> 2] + PyDictObject.ma_keys) >> 2]
                const bkeys = i32[(i32[(frame + F.f_builtins) >> 2] + PyDictObject.ma_keys) >> 2]
                if (
                  i32[(keys + PyDictKeysObject.dk_version) >> 2] === read_u32(pc + 4) &&
                  i32[(bkeys + PyDictKeysObject.dk_version) >> 2] === u16[(pc + 8) >> 1]
                ) {
                  const v = i32[(unicode_entries(bkeys) + (u16[(pc + 2) >> 1] << 4) + 8) >> 2]
                  if (v !== 0) {
                    i32[sp >> 2] = 0
                    sp = (sp + ((oparg & 1) << 3)) | 0
                    i32[v >> 2]++
                    i32[sp >> 2] = v
                    sp = (sp + 8) | 0
                    pc = (pc + GLOBAL_CACHE) | 0
                    continue run
                  }
                }
                opcode = despecialize(pc) | 0
                continue exec
              }
              case Op.LOAD_GLOBAL: {
                const name = i32[(names + ((oparg >> 1) << 3)) >> 2] as Ref
                if (warm(pc)) specialize_load_global(frame, name, pc)
                i32[sp >> 2] = 0
                const $v = load_global(frame, name)
                if ($v === NULL) break run
                sp = (sp + ((oparg & 1) << 3)) | 0
                i32[sp >> 2] = $v
                sp = (sp + 8) | 0
                pc = (pc + GLOBAL_CACHE) | 0
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
                sp = (sp + 8) | 0
                continue run
              }
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
                      pc = (pc + ATTR_CACHE) | 0
                      continue run
                    }
                  }
                }
                opcode = despecialize(pc) | 0
                continue exec
              }
              case Op.LOAD_ATTR_SLOT:
              case Op.LOAD_ATTR_WITH_HINT:
              case Op.LOAD_ATTR_MODULE:
                if (load_attr_special(opcode, oparg, sp, pc, names)) {
                  pc = (pc + ATTR_CACHE) | 0
                  continue run
                }
                opcode = despecialize(pc) | 0
                continue exec
              case Op.LOAD_ATTR: {
                const name = i32[(names + (oparg << 3)) >> 2] as Ref
                const owner = i32[(sp - 8) >> 2] as Ref
                if (warm(pc)) specialize_load_attr(owner, name, pc)
                const $v = PyObject_GetAttr(owner, name)
                if ($v === NULL) break run
                i32[(sp - 8) >> 2] = $v
                Py_DECREF(owner)
                pc = (pc + ATTR_CACHE) | 0
                continue run
              }
              case Op.STORE_ATTR_INSTANCE_VALUE:
              case Op.STORE_ATTR_SLOT:
                if (store_attr_special(opcode, sp, pc)) {
                  sp = (sp - 16) | 0
                  pc = (pc + ATTR_CACHE) | 0
                  continue run
                }
                opcode = despecialize(pc) | 0
                continue exec
              case Op.STORE_ATTR:
                if (warm(pc)) specialize_store_attr(i32[(sp - 8) >> 2] as Ref, i32[(names + (oparg << 3)) >> 2] as Ref, pc)
                sp = (sp - 16) | 0
                if (store_attr(i32[(names + (oparg << 3)) >> 2] as Ref, sp) !== 0) break run
                pc = (pc + ATTR_CACHE) | 0
                continue run
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
                  sp = (sp + 8) | 0
                  pc = (pc + METHOD_CACHE) | 0
                  continue run
                }
                opcode = despecialize(pc) | 0
                continue exec
              }
              case Op.LOAD_METHOD_NO_DICT: {
                const self = i32[(sp - 8) >> 2]
                if (i32[(i32[(self + PyObject.ob_type) >> 2] + PyTypeObject.tp_version_tag) >> 2] === read_u32(pc + 2)) {
                  const meth = read_u32(pc + 12)
                  i32[meth >> 2]++
                  i32[(sp - 8) >> 2] = meth
                  i32[sp >> 2] = self
                  sp = (sp + 8) | 0
                  pc = (pc + METHOD_CACHE) | 0
                  continue run
                }
                opcode = despecialize(pc) | 0
                continue exec
              }
              case Op.LOAD_METHOD_WITH_DICT:
              case Op.LOAD_METHOD_CLASS:
              case Op.LOAD_METHOD_MODULE:
                if (load_method_special(opcode, sp, pc)) {
                  sp = (sp + 8) | 0
                  pc = (pc + METHOD_CACHE) | 0
                  continue run
                }
                opcode = despecialize(pc) | 0
                continue exec
              case Op.LOAD_METHOD: {
                const name = i32[(names + (oparg << 3)) >> 2] as Ref
                if (warm(pc)) specialize_load_method(i32[(sp - 8) >> 2] as Ref, name, pc)
                if (!load_method(name, sp)) break run
                sp = (sp + 8) | 0
                pc = (pc + METHOD_CACHE) | 0
                continue run
              }
              case Op.PRECALL: {
                const at_ = sp - (oparg << 3)
                if (i32[(at_ - 16) >> 2] === 0 && i32[(i32[(at_ - 8) >> 2] + PyObject.ob_type) >> 2] === PyMethod_Type)
                  unpack_bound_method(at_)
                pc = (pc + 2) | 0
                continue run
              }
              case Op.KW_NAMES:
                kwnames = i32[(consts + (oparg << 3)) >> 2] as Ref
                continue run
              case Op.CALL: {
                const is_meth = i32[(sp - (oparg << 3) - 16) >> 2] !== 0 ? 1 : 0
                const total = (oparg + is_meth) | 0
                const args = (sp - (total << 3)) | 0
                const callable = i32[(args - 8) >> 2] as Ref
                if (i32[(callable + PyObject.ob_type) >> 2] === PyFunction_Type) {
                  sp = (args - 16 + (is_meth << 3)) | 0
                  const called = enter_function(callable, args, total, kwnames) | 0
                  kwnames = NULL
                  if (called === 0) break run
                  i32[(frame + F.stacktop) >> 2] = (sp - frame - F.localsplus) >> 3
                  i32[(frame + F.prev_instr) >> 2] = pc + CALL_CACHE - 2
                  i32[(called + F.previous) >> 2] = frame
                  frame = called
                  i32[(cframe + _PyCFrame.current_frame) >> 2] = frame
                  mode = Mode.START
                  continue frames
                }
                const $res = call_native(callable, args, total, kwnames, u8[cframe])
                kwnames = NULL
                sp = (args - 16 + (is_meth << 3)) | 0
                i32[sp >> 2] = $res
                sp = (sp + 8) | 0
                if ($res === NULL) break run
                pc = (pc + CALL_CACHE) | 0
                if (i32[(RUNTIME + Runtime.eval_breaker) >> 2] !== 0 && eval_frame_handle_pending() !== 0) break run
                continue run
              }
              case Op.RETURN_VALUE: {
                sp = (sp - 8) | 0
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
                popCframe(cframe, previousCframe)
                cstackReset(mark)
                return $retval
              }
              case Op.YIELD_VALUE: {
                sp = (sp - 8) | 0
                const $retval = i32[sp >> 2] as Own
                u8[frame - PyGenObject.gi_iframe + PyGenObject.gi_frame_state] = FrameState.SUSPENDED & 255
                i32[(frame + F.stacktop) >> 2] = (sp - frame - F.localsplus) >> 3
                if (u8[cframe] !== 0 && trace_function_exit(frame, $retval) !== 0) {
                  Py_DECREF($retval)
                  mode = Mode.UNWIND
                  continue frames
                }
                i32[(ts + PyThreadState.recursion_remaining) >> 2]++
                popCframe(cframe, previousCframe)
                cstackReset(mark)
                return $retval
              }
              case Op.RETURN_GENERATOR: {
                i32[(frame + F.stacktop) >> 2] = (sp - frame - F.localsplus) >> 3
                const $gen = make_generator(frame)
                if ($gen === NULL) break run
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
                leave_for_caller(frame)
                popCframe(cframe, previousCframe)
                cstackReset(mark)
                return $gen
              }
              case Op.SEND: {
                sp = (sp - 8) | 0
                const status = send_instruction(frame, sp, cframe + 24)
                if (status < 0) break run
                if (status === 0) pc = (pc + (oparg << 1)) | 0
                else sp = (sp + 8) | 0
                continue run
              }
              case Op.JUMP_BACKWARD_NO_INTERRUPT:
                pc = (pc - (oparg << 1)) | 0
                continue run
              case Op.UNPACK_SEQUENCE:
                sp = (sp - 8) | 0
                if (!unpack_sequence(oparg, sp)) break run
                sp = (sp + (oparg << 3)) | 0
                pc = (pc + 2) | 0
                continue run
              case Op.RAISE_VARARGS:
              case Op.RERAISE:
                sp = raise_instruction(opcode, oparg, frame, sp) | 0
                at = i32[(frame + F.prev_instr) >> 2]
                reraise = raisedAgain
                break run
              case Op.END_ASYNC_FOR:
                sp = end_async_for(sp) | 0
                if (sp < 0) {
                  sp = -sp | 0
                  reraise = true
                  break run
                }
                continue run
              case Op.CALL_FUNCTION_EX:
                sp = call_function_ex(sp, oparg, u8[cframe]) | 0
                if (sp < 0) {
                  sp = -sp | 0
                  break run
                }
                if (i32[(RUNTIME + Runtime.eval_breaker) >> 2] !== 0 && eval_frame_handle_pending() !== 0) break run
                continue run
              case Op.EXTENDED_ARG: {
                const next = u16[pc >> 1]
                at = pc
                i32[(frame + F.prev_instr) >> 2] = pc
                pc = (pc + 2) | 0
                oparg = (oparg << 8) | (next >> 8)
                opcode = next & 255
                continue exec
              }
              case Op.DO_TRACING: {
                pc = (pc - 2) | 0
                i32[(frame + F.stacktop) >> 2] = (sp - frame - F.localsplus) >> 3
                const err = trace_instruction(frame, pc, (last - code - PyCodeObject.co_code_adaptive) >> 1)
                sp = frame + F.localsplus + (i32[(frame + F.stacktop) >> 2] << 3)
                i32[(frame + F.stacktop) >> 2] = -1
                if (err !== 0) {
                  pc = (pc + 2) | 0
                  break run
                }
                pc = i32[(frame + F.prev_instr) >> 2] // a trace function may have jumped
                at = pc
                opcode = opcodeDeopt[u8[pc]] | 0
                oparg = u8[pc + 1]
                pc = (pc + 2) | 0
                continue exec
              }
              default: {
                const next = rest_op(opcode, oparg, frame, sp, names) | 0
                if (next > 0) {
                  sp = next
                  continue run
                }
                if (next < 0) {
                  sp = -next | 0
                  break run
                }
                // a specialised form that we never write behaves as its general one
                opcode = opcodeDeopt[opcode] | 0
                continue exec
              }
            }
          }
        }
      }

      kwnames = NULL
      if (!reraise) note_error(frame)
      reraise = false
      const index = ((pc - code - PyCodeObject.co_code_adaptive) >> 1) - 1
      sp = unwind_to_handler(frame, code, index, sp) | 0
      if (sp === 0) {
        if (u8[cframe] !== 0) trace_function_exit(frame, NULL)
        mode = Mode.UNWIND
        continue frames
      }
      pc = code + PyCodeObject.co_code_adaptive + (handlerTarget << 1)
      mode = Mode.RESUME
      continue raised
    }
  }
}
