import { ptr, setptr } from "../heap/access.ts"
import { calloca, cstackMark, cstackReset } from "../heap/cstack.ts"
import { PyTypeObject } from "../heap/layout.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { Py_DECREF, Py_SET_SIZE, Py_SIZE, Py_TYPE, Py_XDECREF } from "../heap/refcount.ts"
import { ID } from "../heap/statics.ts"
import { PyIter_Next, PyObject_GetIter, PySequence_Check, PySequence_List } from "../objects/abstract.ts"
import { PyObject_CallNoArgs, PyObject_Vectorcall } from "../objects/call.ts"
import { PyErr_ExceptionMatches, PyErr_Occurred, PyErr_SetString } from "../objects/errors.ts"
import { PyException_GetTraceback } from "../objects/exceptions.ts"
import { PyList_GET_ITEM } from "../objects/listobject.ts"
import { typeName } from "../objects/object.ts"
import { PY_VECTORCALL_ARGUMENTS_OFFSET } from "../objects/slots.ts"
import { PyExc_TypeError, PyExc_ValueError } from "../objects/statictypes.ts"
import { _PyObject_LookupSpecial } from "../objects/typeobject.ts"

/** Unpack `v` into the slots below `sp`, first item topmost. argcntafter -1: exactly argcnt; else a list takes the middle. False: error. */
export function unpack_iterable(v: Ref, argcnt: number, argcntafter: number, sp: number): boolean {
  const $it = PyObject_GetIter(v)
  if ($it === NULL) {
    if (PyErr_ExceptionMatches(PyExc_TypeError) && ptr(Py_TYPE(v) + PyTypeObject.tp_iter) === 0 && !PySequence_Check(v)) {
      PyErr_SetString(PyExc_TypeError, `cannot unpack non-iterable ${typeName(v)} object`)
    }
    return false
  }
  let i = 0
  let ok = false
  fill: {
    for (; i < argcnt; i++) {
      const $w = PyIter_Next($it)
      if ($w === NULL) {
        if (PyErr_Occurred() === 0) {
          const expected = argcntafter === -1 ? `expected ${argcnt}` : `expected at least ${argcnt + argcntafter}`
          PyErr_SetString(PyExc_ValueError, `not enough values to unpack (${expected}, got ${i})`)
        }
        break fill
      }
      sp -= 8
      setptr(sp, $w)
    }
    if (argcntafter === -1) {
      const $w = PyIter_Next($it)
      if ($w === NULL) {
        ok = PyErr_Occurred() === 0
        break fill
      }
      Py_DECREF($w)
      PyErr_SetString(PyExc_ValueError, `too many values to unpack (expected ${argcnt})`)
      break fill
    }
    const $l = PySequence_List($it)
    if ($l === NULL) break fill
    sp -= 8
    setptr(sp, $l)
    i++
    const ll = Py_SIZE($l)
    if (ll < argcntafter) {
      PyErr_SetString(PyExc_ValueError, `not enough values to unpack (expected at least ${argcnt + argcntafter}, got ${argcnt + ll})`)
      break fill
    }
    for (let j = argcntafter; j > 0; j--) {
      sp -= 8
      setptr(sp, PyList_GET_ITEM($l, ll - j))
    }
    Py_SET_SIZE($l, ll - argcntafter)
    ok = true
  }
  if (!ok) for (; i > 0; i--, sp += 8) Py_DECREF(ptr(sp))
  Py_DECREF($it)
  return ok
}

function before(sp: number, asynchronous: boolean): number {
  const mgr = ptr(sp - 8)
  const protocol = asynchronous ? "asynchronous context manager" : "context manager"
  const $enter = _PyObject_LookupSpecial(mgr, asynchronous ? ID("__aenter__") : ID("__enter__"))
  if ($enter === NULL) {
    if (PyErr_Occurred() === 0) PyErr_SetString(PyExc_TypeError, `'${typeName(mgr)}' object does not support the ${protocol} protocol`)
    return -sp
  }
  const $exit = _PyObject_LookupSpecial(mgr, asynchronous ? ID("__aexit__") : ID("__exit__"))
  if ($exit === NULL) {
    if (PyErr_Occurred() === 0) {
      const missed = asynchronous ? "__aexit__" : "__exit__"
      PyErr_SetString(PyExc_TypeError, `'${typeName(mgr)}' object does not support the ${protocol} protocol (missed ${missed} method)`)
    }
    Py_DECREF($enter)
    return -sp
  }
  setptr(sp - 8, $exit)
  Py_DECREF(mgr)
  const $res = PyObject_CallNoArgs($enter)
  Py_DECREF($enter)
  if ($res === NULL) return -sp
  setptr(sp, $res)
  return sp + 8
}

/** BEFORE_WITH. @returns the new stack pointer, negated with an error set. */
export function before_with(sp: number): number {
  return before(sp, false)
}
export function before_async_with(sp: number): number {
  return before(sp, true)
}

/** WITH_EXCEPT_START: call __exit__ (fourth from the top) with the exception. */
export function with_except_start(sp: number): Own {
  const val = ptr(sp - 8)
  const $tb = PyException_GetTraceback(val)
  Py_XDECREF($tb)
  const mark = cstackMark()
  const args = calloca(32) + 8
  setptr(args, Py_TYPE(val))
  setptr(args + 8, val)
  setptr(args + 16, $tb)
  const $res = PyObject_Vectorcall(ptr(sp - 32), args, 3 | PY_VECTORCALL_ARGUMENTS_OFFSET, NULL)
  cstackReset(mark)
  return $res
}
