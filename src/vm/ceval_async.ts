import { ptr, setptr } from "../heap/access.ts"
import { fn } from "../heap/fntable.ts"
import { PyAsyncMethods, PyThreadState, PyTypeObject } from "../heap/layout.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { Py_DECREF, Py_TYPE } from "../heap/refcount.ts"
import { ID } from "../heap/statics.ts"
import { tstate } from "../heap/tstate.ts"
import { PyIter_Check, PyObject_GetIter } from "../objects/abstract.ts"
import { PyObject_CallMethodOneArg } from "../objects/call.ts"
import { _PyErr_FormatFromCause, PyErr_ExceptionMatches, PyErr_SetString } from "../objects/errors.ts"
import { _PyCoro_GetAwaitableIter, _PyGen_FetchStopIterationValue, _PyGen_yf, stopIterationValue } from "../objects/genobject.ts"
import { typeName } from "../objects/object.ts"
import type { iternextfunc, unaryfunc } from "../objects/slots.ts"
import {
  Py_None,
  PyAsyncGen_Type,
  PyCoro_Type,
  PyExc_RuntimeError,
  PyExc_StopIteration,
  PyExc_TypeError,
  PyGen_Type,
} from "../objects/statictypes.ts"
import { call_exc_trace } from "./ceval_trace.ts"

function asyncSlot(type: Ref, offset: number): number {
  const suite = ptr(type + PyTypeObject.tp_as_async)
  return suite === 0 ? 0 : ptr(suite + offset)
}

/** GET_AITER: `$obj` stolen. */
export function get_aiter($obj: Own): Own {
  const getter = asyncSlot(Py_TYPE($obj), PyAsyncMethods.am_aiter)
  if (getter === 0) {
    PyErr_SetString(PyExc_TypeError, `'async for' requires an object with __aiter__ method, got ${typeName($obj)}`)
    Py_DECREF($obj)
    return NULL
  }
  const $it = fn<unaryfunc>(getter)($obj)
  Py_DECREF($obj)
  if ($it === NULL) return NULL
  if (asyncSlot(Py_TYPE($it), PyAsyncMethods.am_anext) === 0) {
    PyErr_SetString(PyExc_TypeError, `'async for' received an object from __aiter__ that does not implement __anext__: ${typeName($it)}`)
    Py_DECREF($it)
    return NULL
  }
  return $it
}

/** GET_ANEXT: owned awaitable of the borrowed asynchronous iterator. */
export function get_anext(aiter: Ref): Own {
  const getter = asyncSlot(Py_TYPE(aiter), PyAsyncMethods.am_anext)
  if (Py_TYPE(aiter) === PyAsyncGen_Type) return fn<unaryfunc>(getter)(aiter)
  if (getter === 0)
    return PyErr_SetString(PyExc_TypeError, `'async for' requires an iterator with __anext__ method, got ${typeName(aiter)}`)
  const $next = fn<unaryfunc>(getter)(aiter)
  if ($next === NULL) return NULL
  const $awaitable = _PyCoro_GetAwaitableIter($next)
  if ($awaitable === NULL)
    _PyErr_FormatFromCause(PyExc_TypeError, `'async for' received an invalid object from __anext__: ${typeName($next)}`)
  Py_DECREF($next)
  return $awaitable
}

/** GET_AWAITABLE: `$iterable` stolen. */
export function get_awaitable($iterable: Own, oparg: number): Own {
  let $it = _PyCoro_GetAwaitableIter($iterable)
  if ($it === NULL && oparg !== 0 && asyncSlot(Py_TYPE($iterable), PyAsyncMethods.am_await) === 0) {
    const where = oparg === 1 ? "__aenter__" : "__aexit__"
    PyErr_SetString(
      PyExc_TypeError,
      `'async with' received an object from ${where} that does not implement __await__: ${typeName($iterable)}`,
    )
  }
  Py_DECREF($iterable)
  if ($it !== NULL && Py_TYPE($it) === PyCoro_Type) {
    const $yf = _PyGen_yf($it)
    if ($yf !== NULL) {
      Py_DECREF($yf)
      Py_DECREF($it)
      $it = PyErr_SetString(PyExc_RuntimeError, "coroutine is being awaited already")
    }
  }
  return $it
}

/** GET_YIELD_FROM_ITER: `$iterable` stolen. */
export function get_yield_from_iter($iterable: Own, codeFlags: number): Own {
  if (Py_TYPE($iterable) === PyCoro_Type) {
    if ((codeFlags & 0x180) !== 0) return $iterable // CO_COROUTINE | CO_ITERABLE_COROUTINE
    Py_DECREF($iterable)
    return PyErr_SetString(PyExc_TypeError, "cannot 'yield from' a coroutine object in a non-coroutine generator")
  }
  if (Py_TYPE($iterable) === PyGen_Type) return $iterable
  const $it = PyObject_GetIter($iterable)
  Py_DECREF($iterable)
  return $it
}

/** SEND while a trace function is set: StopIteration is shown to it. As PyIter_Send. */
export function send(frame: number, receiver: Ref, v: Ref, presult: number): number {
  const $res =
    v === Py_None && PyIter_Check(receiver)
      ? fn<iternextfunc>(ptr(Py_TYPE(receiver) + PyTypeObject.tp_iternext))(receiver)
      : PyObject_CallMethodOneArg(receiver, ID("send"), v)
  if ($res !== NULL) {
    setptr(presult, $res)
    return 1
  }
  if (ptr(tstate + PyThreadState.c_tracefunc) !== 0 && PyErr_ExceptionMatches(PyExc_StopIteration)) call_exc_trace(frame)
  if (_PyGen_FetchStopIterationValue() !== 0) return -1
  setptr(presult, stopIterationValue)
  return 0
}
