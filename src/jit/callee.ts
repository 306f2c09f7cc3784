import { indexOfFn } from "../heap/fntable.ts"
import { _PyCFrame, _PyInterpreterFrame as F, PyCodeObject, PyObject, PyThreadState, PyTypeObject } from "../heap/layout.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { Py_DECREF } from "../heap/refcount.ts"
import { ID } from "../heap/statics.ts"
import { tstate } from "../heap/tstate.ts"
import { i16, i32, u8 } from "../heap/views.ts"
import { PyErr_SetString } from "../objects/errors.ts"
import { typeName } from "../objects/object.ts"
import { EMPTY_TUPLE, Py_None, PyExc_TypeError, PyFunction_Type, PyMethod_Type, PyType_Type } from "../objects/statictypes.ts"
import { _PyType_Lookup, object_new, slot_tp_init } from "../objects/typeobject.ts"
import { _PyEval_ContinueFrame } from "../vm/ceval.ts"
import { call_native, enter_function, unpack_bound_method } from "../vm/ceval_frames.ts"
import { jitFns } from "../vm/jithooks.ts"

// Calls out of compiled code that are not written in line.

/** Compiled code called from compiled code beyond this depth is left to the interpreter, which does not recurse. */
export const MAX_DEPTH = 1000
/** How deep compiled code has called in this worker. */
export const depth = new Int32Array(1)

/** Bytes of inline cache behind a CALL: prev_instr stands at their end while a Python function runs. */
const CALL_CACHE = 8
const ID_init = ID("__init__")

/** The frame called by compiled code did not return by itself (`status` 0: an error is set; -1: it left): the interpreter finishes it.
 *  The frame is gone afterwards. */
export function finish(called: number, status: number, cframe: number): Own {
  i32[(cframe + _PyCFrame.current_frame) >> 2] = i32[(called + F.previous) >> 2]
  return _PyEval_ContinueFrame(called, status)
}

/** Run a new frame to its end, compiled if it can be. */
function runFrame(called: number, cframe: number): Own {
  const id = i16[(i32[(called + F.f_code) >> 2] + PyCodeObject.co_warmup) >> 1]
  const f = id > 0 ? jitFns[id] : undefined
  let $res: number
  depth[0]++
  if (f === undefined || u8[cframe] !== 0) $res = _PyEval_ContinueFrame(called, 1)
  else {
    i32[(tstate + PyThreadState.recursion_remaining) >> 2]--
    i32[(called + F.previous) >> 2] = i32[(cframe + _PyCFrame.current_frame) >> 2]
    i32[(cframe + _PyCFrame.current_frame) >> 2] = called
    $res = f(called, cframe)
    if ($res <= 0) $res = finish(called, $res, cframe)
  }
  depth[0]--
  return $res as Own
}

/** CALL of the NULL and callable, or the function and self, and the arguments below `sp`: all is consumed and the result put in the lowest
 *  slot. @returns the result; NULL with the error set; -1: nothing was done, the call is too deep for compiled code. */
export function callSlow(sp: number, oparg: number, kwnames: Ref, cframe: number, frame: number): number {
  let first = sp - (oparg << 3)
  if (i32[(first - 16) >> 2] === 0 && i32[(i32[(first - 8) >> 2] + PyObject.ob_type) >> 2] === PyMethod_Type) unpack_bound_method(first)
  const result = (first - 16) >> 2
  let total = oparg
  if (i32[result] !== 0) {
    first -= 8
    total++
  }
  const callable = i32[(first - 8) >> 2] as Ref
  const type = i32[(callable + PyObject.ob_type) >> 2]
  if (type === PyFunction_Type) {
    if (depth[0] >= MAX_DEPTH || i32[(tstate + PyThreadState.recursion_remaining) >> 2] <= 1) return -1
    const called = enter_function(callable, first, total, kwnames)
    i32[result] = 0
    if (called === 0) return 0
    i32[(frame + F.prev_instr) >> 2] += CALL_CACHE
    const $res = runFrame(called, cframe)
    i32[result] = $res
    return $res
  }
  if (type === PyType_Type && callable !== PyType_Type && isPlainClass(callable)) {
    const init = _PyType_Lookup(callable, ID_init)
    if (
      init !== 0 &&
      i32[(init + PyObject.ob_type) >> 2] === PyFunction_Type &&
      depth[0] < MAX_DEPTH &&
      i32[(tstate + PyThreadState.recursion_remaining) >> 2] > 2
    ) {
      const $res = makeInstance(callable, init, first, total, kwnames, cframe)
      i32[result] = $res
      Py_DECREF(callable)
      for (let i = 0; i < total; i++) Py_DECREF(i32[(first + i * 8) >> 2] as Ref)
      return $res
    }
  }
  const $res = call_native(callable, first, total, kwnames, 0)
  i32[result] = $res
  return $res
}

const TPFLAGS_IS_ABSTRACT = 1 << 20

/** Is calling `type` just object.__new__ and a Python __init__? */
function isPlainClass(type: Ref): boolean {
  return (
    i32[(type + PyTypeObject.tp_init) >> 2] === indexInit &&
    i32[(type + PyTypeObject.tp_new) >> 2] === indexNew &&
    i32[(type + PyTypeObject.tp_vectorcall) >> 2] === 0 &&
    (i32[(type + PyTypeObject.tp_flags) >> 2] & TPFLAGS_IS_ABSTRACT) === 0
  )
}
let indexInit = -1
let indexNew = -1
/** When all types are there. */
export function findSlots(): void {
  indexInit = indexOfFn(slot_tp_init) || -1
  indexNew = indexOfFn(object_new) || -1
}

/** type_call for a plain class, without the tuple: what it would hold is counted once more, as there. The arguments (at `first`) stay. */
function makeInstance(type: Ref, init: Ref, first: number, total: number, kwnames: Ref, cframe: number): Own {
  const $self = object_new(type, EMPTY_TUPLE, NULL)
  if ($self === NULL) return NULL
  i32[(tstate + PyThreadState.recursion_remaining) >> 2]--
  for (let i = 0; i < total; i++) i32[i32[(first + i * 8) >> 2] >> 2] += 2
  // the frame takes one count of each argument, one of self and one of the function
  i32[$self >> 2]++
  i32[init >> 2] += 2
  i32[(first - 8) >> 2] = $self
  const called = enter_function(init, first - 8, total + 1, kwnames)
  i32[(first - 8) >> 2] = type
  const $res = called === 0 ? NULL : runFrame(called, cframe)
  Py_DECREF(init)
  for (let i = 0; i < total; i++) Py_DECREF(i32[(first + i * 8) >> 2] as Ref)
  i32[(tstate + PyThreadState.recursion_remaining) >> 2]++
  if ($res === Py_None) {
    Py_DECREF($res)
    return $self
  }
  if ($res !== NULL) {
    PyErr_SetString(PyExc_TypeError, `__init__() should return None, not '${typeName($res).slice(0, 200)}'`)
    Py_DECREF($res)
  }
  Py_DECREF($self)
  return NULL
}
