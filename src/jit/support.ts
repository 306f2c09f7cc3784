import { fn } from "../heap/fntable.ts"
import {
  _PyCFrame,
  _PyInterpreterFrame as F,
  _PyStackChunk,
  PyFloatObject,
  PyLongObject,
  PyObject,
  PyThreadState,
  PyTypeObject,
} from "../heap/layout.ts"
import { PyObject_Free } from "../heap/obmalloc.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { Py_DECREF } from "../heap/refcount.ts"
import { tstate } from "../heap/tstate.ts"
import { f64, i32, u16, u8 } from "../heap/views.ts"
import { PyObject_GetIter } from "../objects/abstract.ts"
import { _PyFloat_ExactDealloc, PyFloat_FromDouble } from "../objects/floatobject.ts"
import { _PyFrame_Clear, _PyThreadState_PopFrame } from "../objects/frame.ts"
import { PyLong_FromLong } from "../objects/longobject.ts"
import { PyObject_GetAttr, PyObject_IsTrue, PyObject_RichCompare, PyObject_SetAttr } from "../objects/object.ts"
import type { iternextfunc } from "../objects/slots.ts"
import { Py_False, Py_True, PyFloat_Type, PyLong_Type } from "../objects/statictypes.ts"
import { binary_value, iteration_ended, note_types } from "../vm/ceval_fast.ts"
import { leave_for_caller, make_generator } from "../vm/ceval_frames.ts"
import { Feedback } from "../vm/jithooks.ts"

// What generated code calls. `fb` is the frame's word index; stack tops are counted from the first local.

type destructor = (op: Ref) => void

const MAX_SAFE = 9007199254740991
/** Status of an operation that should have given a number or a truth value. */
const enum Got {
  ERROR = 0,
  NUMBER = 1,
  OBJECT = 2,
}

/** A number that a function here returns beside its status. */
export const out = new Float64Array(1)

/** Leave to the interpreter. */
export function leave(fb: number, top: number, prevInstr: number): number {
  i32[fb + (F.stacktop >> 2)] = top
  i32[fb + (F.prev_instr >> 2)] = prevInstr
  return -1
}
/** An error is set, prev_instr says where. */
export function fail(fb: number, top: number): number {
  i32[fb + (F.stacktop >> 2)] = top
  return 0
}
/** No memory for a number that had none yet. What the stack held unsaved is lost. */
export function oom(fb: number, top: number): number {
  i32[fb + (F.stacktop >> 2)] = top
  return 0
}

export function boxInt(n: number): Own {
  return PyLong_FromLong(n)
}
export function boxFloat(x: number): Own {
  return PyFloat_FromDouble(x)
}
/** The count reached zero. */
export function dealloc(op: Ref): void {
  const type = i32[(op + PyObject.ob_type) >> 2]
  if (type === PyLong_Type) PyObject_Free(op)
  else if (type === PyFloat_Type) _PyFloat_ExactDealloc(op)
  else fn<destructor>(i32[(type + PyTypeObject.tp_dealloc) >> 2])(op)
}
export function decref(op: Ref): void {
  if (--i32[op >> 2] === 0) dealloc(op)
}
export function freeInt(op: Ref): void {
  PyObject_Free(op)
}
export function freeFloat(op: Ref): void {
  _PyFloat_ExactDealloc(op)
}

/** The value of an int, or something above MAX_SAFE. */
export function intOf(op: Ref): number {
  const size = i32[(op + PyLongObject.ob_size) >> 2]
  if (size === 0) return 0
  const lo = i32[(op + PyLongObject.ob_digit) >> 2]
  if (size === 1) return lo
  if (size === -1) return -lo
  if (size !== 2 && size !== -2) return MAX_SAFE + 1
  const n = i32[(op + PyLongObject.ob_digit + 4) >> 2] * 1073741824 + lo
  if (n > MAX_SAFE) return MAX_SAFE + 1
  return size < 0 ? -n : n
}

/** Store int `n` in the local at word `slot`, which holds `old` (or NULL). An int that only this local holds is overwritten. 0: no memory. */
export function storeInt(fb: number, slot: number, old: Ref, n: number, at: number): Own {
  if (old !== 0 && i32[old >> 2] === 1 && i32[(old >> 2) + 2] === PyLong_Type && (n > 256 || n < -5)) {
    const w = old >> 2
    if (n < 1073741824 && n > -1073741824) {
      if (n > 0) {
        i32[w + 4] = 1
        i32[w + 5] = 0
        i32[w + 6] = n
      } else {
        i32[w + 4] = -1
        i32[w + 5] = -1
        i32[w + 6] = -n
      }
      return old as Own
    }
  }
  const $v = PyLong_FromLong(n)
  if ($v === NULL) return NULL
  i32[slot] = $v
  if (old !== 0 && --i32[old >> 2] === 0) {
    i32[fb + (F.prev_instr >> 2)] = at
    dealloc(old)
  }
  return $v
}
export function storeFloat(fb: number, slot: number, old: Ref, x: number, at: number): Own {
  if (old !== 0 && i32[old >> 2] === 1 && i32[(old >> 2) + 2] === PyFloat_Type) {
    f64[(old + PyFloatObject.ob_fval) >> 3] = x
    return old as Own
  }
  const $v = PyFloat_FromDouble(x)
  if ($v === NULL) return NULL
  i32[slot] = $v
  if (old !== 0 && --i32[old >> 2] === 0) {
    i32[fb + (F.prev_instr >> 2)] = at
    dealloc(old)
  }
  return $v
}

/** BINARY_OP of the two objects below `sp` (consumed); the result is left in the lower one's slot. NULL with the error set. */
export function binary(oparg: number, sp: number, cache: number): Own {
  const r = i32[(sp - 8) >> 2] as Ref
  const l = i32[(sp - 16) >> 2] as Ref
  note_types(cache, l, r)
  const $res = binary_value(oparg, l, r)
  i32[(sp - 16) >> 2] = $res
  Py_DECREF(l)
  Py_DECREF(r)
  return $res
}
/** BINARY_OP that was expected to give an int (in `out`). */
export function binaryInt(oparg: number, sp: number, cache: number): number {
  const $res = binary(oparg, sp, cache)
  if ($res === NULL) return Got.ERROR
  if (i32[($res + PyObject.ob_type) >> 2] === PyLong_Type) {
    const n = intOf($res)
    if (n <= MAX_SAFE) {
      out[0] = n
      Py_DECREF($res)
      return Got.NUMBER
    }
  }
  u16[cache >> 1] |= Feedback.OTHER
  return Got.OBJECT
}
/** BINARY_OP that was expected to give a float. */
export function binaryFloat(oparg: number, sp: number, cache: number): number {
  const $res = binary(oparg, sp, cache)
  if ($res === NULL) return Got.ERROR
  if (i32[($res + PyObject.ob_type) >> 2] === PyFloat_Type) {
    out[0] = f64[($res + PyFloatObject.ob_fval) >> 3]
    Py_DECREF($res)
    return Got.NUMBER
  }
  u16[cache >> 1] |= Feedback.OTHER
  return Got.OBJECT
}

/** COMPARE_OP of the two objects below `sp` (consumed): 0, 1, or -1 with the error set; 2: another object, in the lower slot. */
export function compareSlow(oparg: number, sp: number, cache: number): number {
  const l = i32[(sp - 16) >> 2] as Ref
  const r = i32[(sp - 8) >> 2] as Ref
  const $res = PyObject_RichCompare(l, r, oparg)
  i32[(sp - 16) >> 2] = $res
  Py_DECREF(l)
  Py_DECREF(r)
  if ($res === NULL) return -1
  if ($res === Py_True || $res === Py_False) {
    i32[$res >> 2]--
    return $res === Py_True ? 1 : 0
  }
  u16[cache >> 1] |= Feedback.OTHER_RESULT
  return 2
}

/** Truth of an object (borrowed); -1 with the error set. */
export function truth(v: Ref): number {
  if (v === Py_True) return 1
  if (v === Py_False) return 0
  return PyObject_IsTrue(v)
}

/** The next item of the iterator, NULL at the end (`ended`) or with an error. */
export function iterNext(it: Ref): Own {
  return fn<iternextfunc>(i32[(i32[(it + PyObject.ob_type) >> 2] + PyTypeObject.tp_iternext) >> 2])(it)
}
/** After a NULL: is it just the end? */
export function ended(frame: number): boolean {
  return i32[(tstate + PyThreadState.curexc_type) >> 2] === 0 || iteration_ended(frame)
}
/** GET_ITER of the object below `sp`. */
export function getIter(sp: number): Own {
  const v = i32[(sp - 8) >> 2] as Ref
  const $it = PyObject_GetIter(v)
  Py_DECREF(v)
  i32[(sp - 8) >> 2] = $it
  return $it
}
/** LOAD_ATTR of the object below `sp`, which is consumed unless the result is NULL. */
export function getAttr(sp: number, name: Ref): Own {
  const owner = i32[(sp - 8) >> 2] as Ref
  const $v = PyObject_GetAttr(owner, name)
  if ($v === NULL) return NULL
  i32[(sp - 8) >> 2] = $v
  Py_DECREF(owner)
  return $v
}
/** STORE_ATTR: value at sp, owner at sp + 8, both consumed. */
export function setAttr(sp: number, name: Ref): number {
  const v = i32[sp >> 2] as Ref
  const owner = i32[(sp + 8) >> 2] as Ref
  const err = PyObject_SetAttr(owner, name, v)
  Py_DECREF(v)
  Py_DECREF(owner)
  return err
}
/** The returning frame's memory, and its references but those of its locals. */
export function popFrame(frame: number, code: Ref): void {
  const func = i32[frame >> 2] as Ref
  const locals = i32[(frame + F.f_locals) >> 2] as Ref
  if (locals !== 0) Py_DECREF(locals)
  if (--i32[func >> 2] === 0) dealloc(func)
  if (--i32[code >> 2] === 0) dealloc(code)
  const chunk = i32[(tstate + PyThreadState.datastack_chunk) >> 2]
  if (frame !== chunk + _PyStackChunk.data) {
    i32[(frame + F.is_entry) >> 2] = 0
    i32[(tstate + PyThreadState.datastack_top) >> 2] = frame
  } else _PyThreadState_PopFrame(frame)
}
/** The same with its locals, when somebody holds the frame object. */
export function clearFrame(frame: number, nlocals: number): void {
  i32[(frame + F.stacktop) >> 2] = nlocals
  i32[(tstate + PyThreadState.recursion_remaining) >> 2]--
  _PyFrame_Clear(frame)
  i32[(tstate + PyThreadState.recursion_remaining) >> 2]++
  _PyThreadState_PopFrame(frame)
}
/** One of a returning frame's locals dies. */
export function deallocAtExit(op: Ref): void {
  i32[(tstate + PyThreadState.recursion_remaining) >> 2]--
  dealloc(op)
  i32[(tstate + PyThreadState.recursion_remaining) >> 2]++
}
/** RETURN_GENERATOR. */
export function returnGenerator(frame: number, cframe: number): Own {
  const $gen = make_generator(frame)
  if ($gen === NULL) return NULL
  i32[(tstate + PyThreadState.recursion_remaining) >> 2]++
  if (u8[frame + F.is_entry] === 0) {
    i32[(cframe + _PyCFrame.current_frame) >> 2] = i32[(frame + F.previous) >> 2]
    _PyThreadState_PopFrame(frame)
  } else leave_for_caller(frame)
  return $gen
}
/** An operation of the interpreter failed: its negated stack pointer, or -1 for a stack of `top`. */
export function failAt(frame: number, sp: number, top: number): number {
  i32[(frame + F.stacktop) >> 2] = sp === -1 ? top : (-sp - frame - F.localsplus) >> 3
  return 0
}
