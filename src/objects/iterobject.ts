import { _PyObject_GC_New, _PyObject_GC_TRACK, _PyObject_GC_UNTRACK, PyObject_GC_Del } from "../gc/gcmodule.ts"
import { int64, ptr, set64, setint64, setptr, setssize } from "../heap/access.ts"
import { fn } from "../heap/fntable.ts"
import { hashHi } from "../heap/int64.ts"
import { PyAsyncMethods, PyTypeObject } from "../heap/layout.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { Py_CLEAR, Py_DECREF, Py_NewRef, Py_TYPE, Py_XDECREF } from "../heap/refcount.ts"
import { ID } from "../heap/statics.ts"
import { i32 } from "../heap/views.ts"
import { _PyObject_HasLen, PyIter_Check, PyObject_GetItem, PySequence_Check, PySequence_GetItem, PySequence_Size } from "./abstract.ts"
import { PyObject_CallMethodOneArg, PyObject_CallNoArgs, PyObject_CallObject } from "./call.ts"
import { defineType } from "./define.ts"
import { PyErr_BadInternalCall, PyErr_Clear, PyErr_ExceptionMatches, PyErr_Occurred, PyErr_SetString } from "./errors.ts"
import { _PyCoro_GetAwaitableIter, _PyGen_SetStopIterationValue } from "./genobject.ts"
import { PyLong_AsSsize_t, PyLong_AsUnsignedLongMask, PyLong_FromInt64, PyLong_FromLong } from "./longobject.ts"
import { PyObject_GenericGetAttr, PyObject_GetAttr, PyObject_RichCompareBool, PyObject_SelfIter } from "./object.ts"
import { type iternextfunc, METH, Py, TPFLAGS, type unaryfunc, type visitproc } from "./slots.ts"
import {
  EMPTY_TUPLE,
  Py_None,
  Py_NotImplemented,
  PyAnextAwaitable_Type,
  PyCallIter_Type,
  PyExc_IndexError,
  PyExc_OverflowError,
  PyExc_StopAsyncIteration,
  PyExc_StopIteration,
  PyExc_TypeError,
  PySeqIter_Type,
} from "./statictypes.ts"
import { buildTuple, PyTuple_Pack1, PyTuple_Pack2 } from "./tupleobject.ts"
import { upcalls } from "./upcalls.ts"

// Objects/iterobject.c: iter(sequence), iter(callable, sentinel), and what anext(iterator, default) awaits.

const ID_iter = ID("iter")
const ID_send = ID("send")
const ID_throw = ID("throw")
const ID_close = ID("close")

export const enum seqiterobject {
  it_index = 16,
  it_seq = 24,
  SIZE = 32,
}

export function PySeqIter_New(seq: Ref): Own {
  if (!PySequence_Check(seq)) return PyErr_BadInternalCall()
  const $it = _PyObject_GC_New(PySeqIter_Type)
  if ($it === NULL) return NULL
  setssize($it + seqiterobject.it_index, 0)
  setptr($it + seqiterobject.it_seq, Py_NewRef(seq))
  _PyObject_GC_TRACK($it)
  return $it
}

function iter_dealloc(it: Ref): void {
  _PyObject_GC_UNTRACK(it)
  Py_XDECREF(ptr(it + seqiterobject.it_seq))
  PyObject_GC_Del(it)
}

function iter_traverse(it: Ref, visit: visitproc, arg: number): number {
  const seq = ptr(it + seqiterobject.it_seq)
  return seq ? visit(seq, arg) : 0
}

/** The item at an index beyond 2^53, which only an int object holds exactly. */
function farItem(it: Ref, seq: Ref): Own {
  const at = (it + seqiterobject.it_index) >> 2
  if (i32[at] === -1 && i32[at + 1] === 0x7fffffff) return PyErr_SetString(PyExc_OverflowError, "iter index too large")
  const $index = PyLong_FromInt64(i32[at], i32[at + 1])
  if ($index === NULL) return NULL
  const $item = PyObject_GetItem(seq, $index)
  Py_DECREF($index)
  if ($item !== NULL && ++i32[at] === 0) i32[at + 1]++
  return $item
}

function iter_iternext(it: Ref): Own {
  const seq = ptr(it + seqiterobject.it_seq)
  if (seq === 0) return NULL
  const index = int64(it + seqiterobject.it_index)
  let $result: Own
  if (index < Number.MAX_SAFE_INTEGER) {
    $result = PySequence_GetItem(seq, index)
    if ($result !== NULL) setint64(it + seqiterobject.it_index, index + 1)
  } else {
    $result = farItem(it, seq)
    if ($result === NULL && PyErr_ExceptionMatches(PyExc_OverflowError)) return NULL
  }
  if ($result !== NULL) return $result
  if (PyErr_ExceptionMatches(PyExc_IndexError) || PyErr_ExceptionMatches(PyExc_StopIteration)) {
    PyErr_Clear()
    setptr(it + seqiterobject.it_seq, 0)
    Py_DECREF(seq)
  }
  return NULL
}

function iter_len(it: Ref): Own {
  const seq = ptr(it + seqiterobject.it_seq)
  if (seq !== 0) {
    if (!_PyObject_HasLen(seq)) return Py_NewRef(Py_NotImplemented)
    const size = PySequence_Size(seq)
    if (size === -1) return NULL
    const len = size - int64(it + seqiterobject.it_index)
    if (len >= 0) return PyLong_FromLong(len)
  }
  return PyLong_FromLong(0)
}

function exhausted($iter: Own): Own {
  return buildTuple($iter, PyTuple_Pack1(EMPTY_TUPLE))
}

function iter_reduce(it: Ref): Own {
  // looked up first: that may run code which exhausts the iterator
  const $iter = upcalls.getBuiltin(ID_iter)
  const seq = ptr(it + seqiterobject.it_seq)
  if (seq === 0) return exhausted($iter)
  return buildTuple(
    $iter,
    PyTuple_Pack1(seq),
    PyLong_FromInt64(i32[(it + seqiterobject.it_index) >> 2], i32[(it + seqiterobject.it_index + 4) >> 2]),
  )
}

function iter_setstate(it: Ref, state: Ref): Own {
  const index = PyLong_AsSsize_t(state)
  if (index === -1 && PyErr_Occurred()) return NULL
  if (ptr(it + seqiterobject.it_seq) !== 0) {
    const lo = index < 0 ? 0 : PyLong_AsUnsignedLongMask(state)
    set64(it + seqiterobject.it_index, lo, index < 0 ? 0 : hashHi)
  }
  return Py_NewRef(Py_None)
}

// ---- iter(callable, sentinel) ----

const enum calliterobject {
  it_callable = 16,
  it_sentinel = 24,
  SIZE = 32,
}

export function PyCallIter_New(callable: Ref, sentinel: Ref): Own {
  const $it = _PyObject_GC_New(PyCallIter_Type)
  if ($it === NULL) return NULL
  setptr($it + calliterobject.it_callable, Py_NewRef(callable))
  setptr($it + calliterobject.it_sentinel, Py_NewRef(sentinel))
  _PyObject_GC_TRACK($it)
  return $it
}

function calliter_dealloc(it: Ref): void {
  _PyObject_GC_UNTRACK(it)
  Py_XDECREF(ptr(it + calliterobject.it_callable))
  Py_XDECREF(ptr(it + calliterobject.it_sentinel))
  PyObject_GC_Del(it)
}

/** Visit the two fields that calliterobject and anextawaitableobject have at the same places. */
function visitTwo(it: Ref, visit: visitproc, arg: number): number {
  const a = ptr(it + 16)
  if (a) {
    const r = visit(a, arg)
    if (r) return r
  }
  const b = ptr(it + 24)
  return b ? visit(b, arg) : 0
}

function calliter_iternext(it: Ref): Own {
  const callable = ptr(it + calliterobject.it_callable)
  if (callable === 0) return NULL
  const $result = PyObject_CallNoArgs(callable)
  const sentinel = ptr(it + calliterobject.it_sentinel)
  // the call may have exhausted the iterator: then there is no sentinel any more
  if ($result !== NULL && sentinel !== 0) {
    const ok = PyObject_RichCompareBool(sentinel, $result, Py.EQ)
    if (ok === 0) return $result
    if (ok > 0) {
      Py_CLEAR(it + calliterobject.it_callable)
      Py_CLEAR(it + calliterobject.it_sentinel)
    }
  } else if (PyErr_ExceptionMatches(PyExc_StopIteration)) {
    PyErr_Clear()
    Py_CLEAR(it + calliterobject.it_callable)
    Py_CLEAR(it + calliterobject.it_sentinel)
  }
  Py_XDECREF($result)
  return NULL
}

function calliter_reduce(it: Ref): Own {
  const $iter = upcalls.getBuiltin(ID_iter)
  const callable = ptr(it + calliterobject.it_callable)
  const sentinel = ptr(it + calliterobject.it_sentinel)
  if (callable === 0 || sentinel === 0) return exhausted($iter)
  return buildTuple($iter, PyTuple_Pack2(callable, sentinel))
}

// ---- anext(iterator, default) ----

const enum anextawaitableobject {
  wrapped = 16,
  default_value = 24,
  SIZE = 32,
}

export function PyAnextAwaitable_New(awaitable: Ref, default_value: Ref): Own {
  const $anext = _PyObject_GC_New(PyAnextAwaitable_Type)
  if ($anext === NULL) return NULL
  setptr($anext + anextawaitableobject.wrapped, Py_NewRef(awaitable))
  setptr($anext + anextawaitableobject.default_value, Py_NewRef(default_value))
  _PyObject_GC_TRACK($anext)
  return $anext
}

function anextawaitable_getiter(obj: Ref): Own {
  const $awaitable = _PyCoro_GetAwaitableIter(ptr(obj + anextawaitableobject.wrapped))
  if ($awaitable === NULL) return NULL
  if (ptr(Py_TYPE($awaitable) + PyTypeObject.tp_iternext) !== 0) return $awaitable
  // a coroutine is no iterator itself
  const am_await = ptr(ptr(Py_TYPE($awaitable) + PyTypeObject.tp_as_async) + PyAsyncMethods.am_await)
  const $new = fn<unaryfunc>(am_await)($awaitable)
  Py_DECREF($awaitable)
  if ($new === NULL) return NULL
  if (!PyIter_Check($new)) {
    PyErr_SetString(PyExc_TypeError, "__await__ returned a non-iterable")
    Py_DECREF($new)
    return NULL
  }
  return $new
}

/** The end of the async iterator becomes the default. */
function stopWithDefault(obj: Ref): Own {
  if (PyErr_ExceptionMatches(PyExc_StopAsyncIteration)) _PyGen_SetStopIterationValue(ptr(obj + anextawaitableobject.default_value))
  return NULL
}

function anextawaitable_iternext(obj: Ref): Own {
  const $awaitable = anextawaitable_getiter(obj)
  if ($awaitable === NULL) return NULL
  const $result = fn<iternextfunc>(ptr(Py_TYPE($awaitable) + PyTypeObject.tp_iternext))($awaitable)
  Py_DECREF($awaitable)
  return $result !== NULL ? $result : stopWithDefault(obj)
}

function proxy(obj: Ref, name: Ref, arg: Ref): Own {
  const $awaitable = anextawaitable_getiter(obj)
  if ($awaitable === NULL) return NULL
  const $ret = PyObject_CallMethodOneArg($awaitable, name, arg)
  Py_DECREF($awaitable)
  return $ret !== NULL ? $ret : stopWithDefault(obj)
}
function anextawaitable_send(obj: Ref, arg: Ref): Own {
  return proxy(obj, ID_send, arg)
}
/** C's PyObject_CallMethod(…, "O", args) spreads an argument tuple. */
function spread(obj: Ref, name: Ref, args: Ref): Own {
  const $awaitable = anextawaitable_getiter(obj)
  if ($awaitable === NULL) return NULL
  const $f = PyObject_GetAttr($awaitable, name)
  const $ret = $f === NULL ? NULL : PyObject_CallObject($f, args)
  Py_XDECREF($f)
  Py_DECREF($awaitable)
  return $ret !== NULL ? $ret : stopWithDefault(obj)
}
function anextawaitable_throw(obj: Ref, args: Ref): Own {
  return spread(obj, ID_throw, args)
}
function anextawaitable_close(obj: Ref, args: Ref): Own {
  return spread(obj, ID_close, args)
}

const REDUCE = "Return state information for pickling."

defineType(PySeqIter_Type, {
  name: "iterator",
  basicsize: seqiterobject.SIZE,
  flags: TPFLAGS.DEFAULT | TPFLAGS.HAVE_GC,
  dealloc: iter_dealloc,
  getattro: PyObject_GenericGetAttr,
  traverse: iter_traverse,
  iter: PyObject_SelfIter,
  iternext: iter_iternext,
  methods: [
    ["__length_hint__", iter_len, METH.NOARGS, "Private method returning an estimate of len(list(it))."],
    ["__reduce__", iter_reduce, METH.NOARGS, REDUCE],
    ["__setstate__", iter_setstate, METH.O, "Set state information for unpickling."],
  ],
})

defineType(PyCallIter_Type, {
  name: "callable_iterator",
  basicsize: calliterobject.SIZE,
  flags: TPFLAGS.DEFAULT | TPFLAGS.HAVE_GC,
  dealloc: calliter_dealloc,
  getattro: PyObject_GenericGetAttr,
  traverse: visitTwo,
  iter: PyObject_SelfIter,
  iternext: calliter_iternext,
  methods: [["__reduce__", calliter_reduce, METH.NOARGS, REDUCE]],
})

defineType(PyAnextAwaitable_Type, {
  name: "anext_awaitable",
  basicsize: anextawaitableobject.SIZE,
  flags: TPFLAGS.DEFAULT | TPFLAGS.HAVE_GC,
  dealloc: calliter_dealloc,
  am_await: PyObject_SelfIter,
  getattro: PyObject_GenericGetAttr,
  traverse: visitTwo,
  iter: PyObject_SelfIter,
  iternext: anextawaitable_iternext,
  methods: [
    [
      "send",
      anextawaitable_send,
      METH.O,
      "send(arg) -> send 'arg' into the wrapped iterator,\nreturn next yielded value or raise StopIteration.",
    ],
    ["throw", anextawaitable_throw, METH.VARARGS, "throw(value)\nthrow(typ[,val[,tb]])\n\nRaise an exception in the wrapped iterator."],
    ["close", anextawaitable_close, METH.VARARGS, "close() -> raise GeneratorExit inside generator."],
  ],
})
