import { ptr, setptr } from "../../heap/access.ts"
import { fn, fnIndex } from "../../heap/fntable.ts"
import { PyAsyncMethods, PyObject, PyThreadState, PyTypeObject } from "../../heap/layout.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_DECREF, Py_TYPE } from "../../heap/refcount.ts"
import { ID } from "../../heap/statics.ts"
import { tstate } from "../../heap/tstate.ts"
import { i32 } from "../../heap/views.ts"
import { PyObject_CallMethodOneArg } from "../call.ts"
import { PyErr_Clear, PyErr_ExceptionMatches, PyErr_SetString } from "../errors.ts"
import { _PyGen_FetchStopIterationValue, stopIterationValue } from "../genobject.ts"
import { PySeqIter_New } from "../iterobject.ts"
import { _PyObject_NextNotImplemented, typeName } from "../object.ts"
import type { iternextfunc, sendfunc, unaryfunc } from "../slots.ts"
import { PyExc_StopIteration, PyExc_TypeError, Py_None } from "../statictypes.ts"
import { PySequence_Check } from "./sequence.ts"
import { type_error } from "./slotaccess.ts"

// Objects/abstract.c: iteration.

const id_send = ID("send")
const NEXT_NOT_IMPLEMENTED = fnIndex(_PyObject_NextNotImplemented)

export const PYGEN_RETURN = 0
export const PYGEN_ERROR = -1
export const PYGEN_NEXT = 1

function asyncSlot(o: Ref, slot: number): number {
  const am = ptr(Py_TYPE(o) + PyTypeObject.tp_as_async)
  return am === 0 ? 0 : ptr(am + slot)
}
/** iter(o): owned, or NULL with the error set. */
export function PyObject_GetIter(o: Ref): Own {
  const f = i32[(i32[(o + PyObject.ob_type) >> 2] + PyTypeObject.tp_iter) >> 2]
  if (f === 0) return PySequence_Check(o) ? PySeqIter_New(o) : type_error("'%.200s' object is not iterable", o)
  const $res = fn<unaryfunc>(f)(o)
  if ($res === NULL || PyIter_Check($res)) return $res
  PyErr_SetString(PyExc_TypeError, `iter() returned non-iterator of type '${typeName($res).slice(0, 100)}'`)
  Py_DECREF($res)
  return NULL
}
export function PyObject_GetAIter(o: Ref): Own {
  const f = asyncSlot(o, PyAsyncMethods.am_aiter)
  if (f === 0) return type_error("'%.200s' object is not an async iterable", o)
  const $it = fn<unaryfunc>(f)(o)
  if ($it === NULL || PyAIter_Check($it)) return $it
  PyErr_SetString(PyExc_TypeError, `aiter() returned not an async iterator of type '${typeName($it).slice(0, 100)}'`)
  Py_DECREF($it)
  return NULL
}
export function PyIter_Check(o: Ref): boolean {
  const f = i32[(i32[(o + PyObject.ob_type) >> 2] + PyTypeObject.tp_iternext) >> 2]
  return f !== 0 && f !== NEXT_NOT_IMPLEMENTED
}
export function PyAIter_Check(o: Ref): boolean {
  const f = asyncSlot(o, PyAsyncMethods.am_anext)
  return f !== 0 && f !== NEXT_NOT_IMPLEMENTED
}
/** The next item: owned, NULL without an error at the end, NULL with the error set otherwise. */
export function PyIter_Next(iter: Ref): Own {
  const $result = fn<iternextfunc>(i32[(i32[(iter + PyObject.ob_type) >> 2] + PyTypeObject.tp_iternext) >> 2])(iter)
  if ($result === NULL && i32[(tstate + PyThreadState.curexc_type) >> 2] !== 0 && PyErr_ExceptionMatches(PyExc_StopIteration)) {
    PyErr_Clear()
  }
  return $result
}
/** Send a value into an iterator; the owned result (or NULL) is stored at `presult`. PYGEN_RETURN, PYGEN_ERROR or PYGEN_NEXT. */
export function PyIter_Send(iter: Ref, arg: Ref, presult: number): number {
  const send = asyncSlot(iter, PyAsyncMethods.am_send)
  if (send !== 0) return fn<sendfunc>(send)(iter, arg, presult)
  const $result =
    arg === Py_None && PyIter_Check(iter)
      ? fn<iternextfunc>(ptr(Py_TYPE(iter) + PyTypeObject.tp_iternext))(iter)
      : PyObject_CallMethodOneArg(iter, id_send, arg)
  setptr(presult, $result)
  if ($result !== NULL) return PYGEN_NEXT
  if (_PyGen_FetchStopIterationValue() !== 0) return PYGEN_ERROR
  setptr(presult, stopIterationValue)
  return PYGEN_RETURN
}
