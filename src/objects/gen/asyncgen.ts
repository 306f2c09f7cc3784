import { byte, int32, ptr, setbyte, setint32, setptr } from "../../heap/access.ts"
import { _PyInterpreterFrame as F, PyAsyncGenObject as AG, PyThreadState } from "../../heap/layout.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_CLEAR, Py_DECREF, Py_INCREF, Py_NewRef, Py_TYPE, Py_XNewRef } from "../../heap/refcount.ts"
import { staticAlloc } from "../../heap/statics.ts"
import { tstate } from "../../heap/tstate.ts"
import { _PyObject_GC_New, _PyObject_GC_TRACK, _PyObject_GC_UNTRACK, PyObject_GC_Del } from "../../gc/gcmodule.ts"
import { PyObject_CallOneArg } from "../call.ts"
import { defineType } from "../define.ts"
import { PyErr_Clear, PyErr_ExceptionMatches, PyErr_Occurred, PyErr_SetNone, PyErr_SetString } from "../errors.ts"
import { FrameState } from "../frame.ts"
import { Py_GenericAlias } from "../genericaliasobject.ts"
import { PyArg_UnpackTuple } from "../getargs.ts"
import { _Py_NewReference, addressJS, PyObject_GenericGetAttr, PyObject_SelfIter, strJS } from "../object.ts"
import { METH, READONLY, T, TPFLAGS, type visitproc } from "../slots.ts"
import {
  _PyAsyncGenASend_Type,
  _PyAsyncGenAThrow_Type,
  _PyAsyncGenWrappedValue_Type,
  Py_None,
  PyAsyncGen_Type,
  PyExc_GeneratorExit,
  PyExc_RuntimeError,
  PyExc_StopAsyncIteration,
  PyExc_StopIteration,
} from "../statictypes.ts"
import { PyUnicode_FromString } from "../unicodeobject.ts"
import {
  _gen_throw,
  _PyGen_Finalize,
  _PyGen_SetStopIterationValue,
  frameState,
  gen_dealloc,
  gen_getframe,
  gen_getyieldfrom,
  gen_send,
  gen_sizeof,
  gen_throw,
  gen_traverse,
  nameGetSets,
  PyGen_am_send,
} from "./generator.ts"

// Asynchronous generators: `agen.asend(v)`, `athrow(…)`, `aclose()` and `__anext__()` return awaitables, which drive the generator.
// A value that the generator itself yields comes wrapped, so that it can be told from what an await inside passes through.

const IGNORED_EXIT = "async generator ignored GeneratorExit"

/** PyAsyncGenASend: ags_gen 16, ags_sendval 24, ags_state (int) 32. PyAsyncGenAThrow: agt_gen 16, agt_args 24, agt_state 32. Wrapped value: agw_val 16. */
const enum A {
  gen = 16,
  arg = 24,
  state = 32,
  SIZE = 40,
}
const enum State {
  INIT,
  ITER,
  CLOSED,
}

/** Free lists of 80: a count, then the objects. */
const MAXFREELIST = 80
const values = staticAlloc(8 + MAXFREELIST * 8)
const asends = staticAlloc(8 + MAXFREELIST * 8)

function fromList(list: number, type: Ref): Own {
  const n = int32(list)
  if (n === 0) return _PyObject_GC_New(type)
  setint32(list, n - 1)
  const $o = ptr(list + n * 8) as Own
  _Py_NewReference($o)
  return $o
}
function toList(list: number, o: Ref): void {
  const n = int32(list)
  if (n < MAXFREELIST) {
    setptr(list + 8 + n * 8, o)
    setint32(list, n + 1)
  } else PyObject_GC_Del(o)
}

export function _PyAsyncGen_ClearFreeLists(): void {
  for (const list of [values, asends]) {
    while (int32(list) > 0) {
      const n = int32(list)
      setint32(list, n - 1)
      PyObject_GC_Del(ptr(list + n * 8))
    }
  }
}

function async_gen_traverse(gen: Ref, visit: visitproc, arg: number): number {
  const v = ptr(gen + AG.ag_origin_or_finalizer)
  let r: number
  if (v !== 0 && (r = visit(v, arg)) !== 0) return r
  return gen_traverse(gen, visit, arg)
}

function async_gen_repr(o: Ref): Own {
  return PyUnicode_FromString(`<async_generator object ${strJS(ptr(o + AG.ag_qualname))} at ${addressJS(o)}>`)
}

/** The first use: remember the finalizer hook and call the first-iteration hook. */
function init_hooks(o: Ref): boolean {
  if (byte(o + AG.ag_hooks_inited) !== 0) return true
  setbyte(o + AG.ag_hooks_inited, 1)
  const finalizer = ptr(tstate + PyThreadState.async_gen_finalizer)
  if (finalizer !== 0) setptr(o + AG.ag_origin_or_finalizer, Py_NewRef(finalizer))
  const firstiter = ptr(tstate + PyThreadState.async_gen_firstiter)
  if (firstiter !== 0) {
    Py_INCREF(firstiter)
    const $res = PyObject_CallOneArg(firstiter, o)
    Py_DECREF(firstiter)
    if ($res === NULL) return false
    Py_DECREF($res)
  }
  return true
}

function awaitable($o: Own, gen: Ref, arg: Ref): Own {
  if ($o === NULL) return NULL
  setptr($o + A.gen, Py_NewRef(gen))
  setptr($o + A.arg, Py_XNewRef(arg))
  setint32($o + A.state, State.INIT)
  _PyObject_GC_TRACK($o)
  return $o
}

function async_gen_anext(o: Ref): Own {
  return init_hooks(o) ? awaitable(fromList(asends, _PyAsyncGenASend_Type), o, NULL) : NULL
}
function async_gen_asend(o: Ref, arg: Ref): Own {
  return init_hooks(o) ? awaitable(fromList(asends, _PyAsyncGenASend_Type), o, arg) : NULL
}
function async_gen_aclose(o: Ref): Own {
  return init_hooks(o) ? awaitable(_PyObject_GC_New(_PyAsyncGenAThrow_Type), o, NULL) : NULL
}
function async_gen_athrow(o: Ref, args: Ref): Own {
  return init_hooks(o) ? awaitable(_PyObject_GC_New(_PyAsyncGenAThrow_Type), o, args) : NULL
}

defineType(PyAsyncGen_Type, {
  name: "async_generator",
  basicsize: AG.ag_iframe + F.localsplus,
  itemsize: 8,
  dealloc: gen_dealloc,
  am_aiter: PyObject_SelfIter,
  am_anext: async_gen_anext,
  am_send: PyGen_am_send,
  repr: async_gen_repr,
  getattro: PyObject_GenericGetAttr,
  flags: TPFLAGS.DEFAULT | TPFLAGS.HAVE_GC,
  traverse: async_gen_traverse,
  weaklistoffset: AG.ag_weakreflist,
  methods: [
    ["asend", async_gen_asend, METH.O, "asend(v) -> send 'v' in generator."],
    ["athrow", async_gen_athrow, METH.VARARGS, "athrow(typ[,val[,tb]]) -> raise exception in generator."],
    ["aclose", async_gen_aclose, METH.NOARGS, "aclose() -> raise GeneratorExit inside generator."],
    ["__sizeof__", gen_sizeof, METH.NOARGS, "gen.__sizeof__() -> size of gen in memory, in bytes"],
    ["__class_getitem__", Py_GenericAlias, METH.O | METH.CLASS, "See PEP 585"],
  ],
  members: [
    ["ag_running", T.BOOL, AG.ag_running_async, READONLY],
    ["ag_code", T.OBJECT, AG.ag_code, READONLY | 2],
  ],
  getset: [
    ...nameGetSets("async generator"),
    ["ag_await", gen_getyieldfrom, null, "object being awaited on, or None"],
    ["ag_frame", gen_getframe],
  ],
  finalize: _PyGen_Finalize,
})

const isWrapped = (o: Ref): boolean => Py_TYPE(o) === _PyAsyncGenWrappedValue_Type

/** Turn a step's result (stolen) into what the awaitable gives: a wrapped value ends it with StopIteration. */
function unwrap_value(gen: Ref, $result: Own): Own {
  if ($result === NULL) {
    if (PyErr_Occurred() === 0) PyErr_SetNone(PyExc_StopAsyncIteration)
    if (PyErr_ExceptionMatches(PyExc_StopAsyncIteration) || PyErr_ExceptionMatches(PyExc_GeneratorExit)) setbyte(gen + AG.ag_closed, 1)
    setbyte(gen + AG.ag_running_async, 0)
    return NULL
  }
  if (isWrapped($result)) {
    _PyGen_SetStopIterationValue(ptr($result + A.gen))
    Py_DECREF($result)
    setbyte(gen + AG.ag_running_async, 0)
    return NULL
  }
  return $result
}

function awaitable_traverse(o: Ref, visit: visitproc, arg: number): number {
  let v = ptr(o + A.gen)
  let r: number
  if (v !== 0 && (r = visit(v, arg)) !== 0) return r
  v = ptr(o + A.arg)
  return v !== 0 ? visit(v, arg) : 0
}

// asend() and __anext__()

function asend_dealloc(o: Ref): void {
  _PyObject_GC_UNTRACK(o)
  Py_CLEAR(o + A.gen)
  Py_CLEAR(o + A.arg)
  toList(asends, o)
}

function asend_send(o: Ref, arg: Ref): Own {
  const gen = ptr(o + A.gen)
  if (int32(o + A.state) === State.CLOSED) return PyErr_SetString(PyExc_RuntimeError, "cannot reuse already awaited __anext__()/asend()")
  if (int32(o + A.state) === State.INIT) {
    if (byte(gen + AG.ag_running_async) !== 0)
      return PyErr_SetString(PyExc_RuntimeError, "anext(): asynchronous generator is already running")
    if (arg === 0 || arg === Py_None) arg = ptr(o + A.arg)
    setint32(o + A.state, State.ITER)
  }
  setbyte(gen + AG.ag_running_async, 1)
  const $result = unwrap_value(gen, gen_send(gen, arg))
  if ($result === NULL) setint32(o + A.state, State.CLOSED)
  return $result
}
function asend_iternext(o: Ref): Own {
  return asend_send(o, NULL)
}
function asend_throw(o: Ref, args: number, nargs: number): Own {
  if (int32(o + A.state) === State.CLOSED) return PyErr_SetString(PyExc_RuntimeError, "cannot reuse already awaited __anext__()/asend()")
  const gen = ptr(o + A.gen)
  const $result = unwrap_value(gen, gen_throw(gen, args, nargs))
  if ($result === NULL) setint32(o + A.state, State.CLOSED)
  return $result
}
function awaitable_close(o: Ref): Own {
  setint32(o + A.state, State.CLOSED)
  return Py_NewRef(Py_None)
}

defineType(_PyAsyncGenASend_Type, {
  name: "async_generator_asend",
  basicsize: A.SIZE,
  dealloc: asend_dealloc,
  am_await: PyObject_SelfIter,
  getattro: PyObject_GenericGetAttr,
  flags: TPFLAGS.DEFAULT | TPFLAGS.HAVE_GC,
  traverse: awaitable_traverse,
  iter: PyObject_SelfIter,
  iternext: asend_iternext,
  methods: [
    ["send", asend_send, METH.O, "send(arg) -> send 'arg' into generator,\nreturn next yielded value or raise StopIteration."],
    [
      "throw",
      asend_throw,
      METH.FASTCALL,
      "throw(value)\nthrow(type[,value[,tb]])\n\nRaise exception in generator, return next yielded value or raise\nStopIteration.",
    ],
    ["close", awaitable_close, METH.NOARGS, "close() -> raise GeneratorExit inside generator."],
  ],
})

// Wrapped values

function wrapped_dealloc(o: Ref): void {
  _PyObject_GC_UNTRACK(o)
  Py_CLEAR(o + A.gen)
  toList(values, o)
}
function wrapped_traverse(o: Ref, visit: visitproc, arg: number): number {
  const v = ptr(o + A.gen)
  return v !== 0 ? visit(v, arg) : 0
}

/** ASYNC_GEN_WRAP */
export function _PyAsyncGenValueWrapperNew(val: Ref): Own {
  const $o = fromList(values, _PyAsyncGenWrappedValue_Type)
  if ($o === NULL) return NULL
  setptr($o + A.gen, Py_NewRef(val))
  _PyObject_GC_TRACK($o)
  return $o
}

defineType(_PyAsyncGenWrappedValue_Type, {
  name: "async_generator_wrapped_value",
  basicsize: 24,
  dealloc: wrapped_dealloc,
  getattro: PyObject_GenericGetAttr,
  flags: TPFLAGS.DEFAULT | TPFLAGS.HAVE_GC,
  traverse: wrapped_traverse,
})

// athrow() and aclose() (without arguments)

function athrow_dealloc(o: Ref): void {
  _PyObject_GC_UNTRACK(o)
  Py_CLEAR(o + A.gen)
  Py_CLEAR(o + A.arg)
  PyObject_GC_Del(o)
}

function yieldedInClose(o: Ref, $ret: Own): Own {
  Py_DECREF($ret)
  setbyte(ptr(o + A.gen) + AG.ag_running_async, 0)
  setint32(o + A.state, State.CLOSED)
  return PyErr_SetString(PyExc_RuntimeError, IGNORED_EXIT)
}

function ended(o: Ref): Own {
  setbyte(ptr(o + A.gen) + AG.ag_running_async, 0)
  setint32(o + A.state, State.CLOSED)
  if (ptr(o + A.arg) === 0 && (PyErr_ExceptionMatches(PyExc_StopAsyncIteration) || PyErr_ExceptionMatches(PyExc_GeneratorExit))) {
    // aclose() swallows the end it asked for
    PyErr_Clear()
    PyErr_SetNone(PyExc_StopIteration)
  }
  return NULL
}

function athrow_start(o: Ref, arg: Ref): Own {
  const gen = ptr(o + A.gen)
  const args = ptr(o + A.arg)
  if (byte(gen + AG.ag_running_async) !== 0) {
    setint32(o + A.state, State.CLOSED)
    return PyErr_SetString(PyExc_RuntimeError, `${args === 0 ? "aclose" : "athrow"}(): asynchronous generator is already running`)
  }
  if (byte(gen + AG.ag_closed) !== 0) {
    setint32(o + A.state, State.CLOSED)
    PyErr_SetNone(PyExc_StopAsyncIteration)
    return NULL
  }
  if (arg !== Py_None) return PyErr_SetString(PyExc_RuntimeError, "can't send non-None value to a just-started coroutine")
  setint32(o + A.state, State.ITER)
  setbyte(gen + AG.ag_running_async, 1)
  let $ret: Own
  if (args === 0) {
    setbyte(gen + AG.ag_closed, 1)
    $ret = _gen_throw(gen, false, PyExc_GeneratorExit, NULL, NULL)
    if ($ret !== NULL && isWrapped($ret)) return yieldedInClose(o, $ret)
  } else {
    const at = PyArg_UnpackTuple(args, "athrow", 1, 3)
    if (at === 0) return NULL
    $ret = unwrap_value(gen, _gen_throw(gen, false, ptr(at), ptr(at + 8), ptr(at + 16)))
  }
  return $ret === NULL ? ended(o) : $ret
}

function athrow_send(o: Ref, arg: Ref): Own {
  const gen = ptr(o + A.gen)
  if (int32(o + A.state) === State.CLOSED) return PyErr_SetString(PyExc_RuntimeError, "cannot reuse already awaited aclose()/athrow()")
  if (frameState(gen) >= FrameState.COMPLETED) {
    setint32(o + A.state, State.CLOSED)
    PyErr_SetNone(PyExc_StopIteration)
    return NULL
  }
  if (int32(o + A.state) === State.INIT) return athrow_start(o, arg)
  const $ret = gen_send(gen, arg)
  if (ptr(o + A.arg) !== 0) return unwrap_value(gen, $ret)
  if ($ret === NULL) return ended(o)
  return isWrapped($ret) ? yieldedInClose(o, $ret) : $ret
}

function athrow_throw(o: Ref, args: number, nargs: number): Own {
  if (int32(o + A.state) === State.CLOSED) return PyErr_SetString(PyExc_RuntimeError, "cannot reuse already awaited aclose()/athrow()")
  const gen = ptr(o + A.gen)
  const $ret = gen_throw(gen, args, nargs)
  if (ptr(o + A.arg) !== 0) return unwrap_value(gen, $ret)
  if ($ret !== NULL && isWrapped($ret)) return yieldedInClose(o, $ret)
  if (PyErr_ExceptionMatches(PyExc_StopAsyncIteration) || PyErr_ExceptionMatches(PyExc_GeneratorExit)) {
    PyErr_Clear()
    PyErr_SetNone(PyExc_StopIteration)
  }
  return $ret
}
function athrow_iternext(o: Ref): Own {
  return athrow_send(o, Py_None)
}

defineType(_PyAsyncGenAThrow_Type, {
  name: "async_generator_athrow",
  basicsize: A.SIZE,
  dealloc: athrow_dealloc,
  am_await: PyObject_SelfIter,
  getattro: PyObject_GenericGetAttr,
  flags: TPFLAGS.DEFAULT | TPFLAGS.HAVE_GC,
  traverse: awaitable_traverse,
  iter: PyObject_SelfIter,
  iternext: athrow_iternext,
  methods: [
    ["send", athrow_send, METH.O, "send(arg) -> send 'arg' into generator,\nreturn next yielded value or raise StopIteration."],
    [
      "throw",
      athrow_throw,
      METH.FASTCALL,
      "throw(value)\nthrow(type[,value[,tb]])\n\nRaise exception in generator, return next yielded value or raise\nStopIteration.",
    ],
    ["close", awaitable_close, METH.NOARGS, "close() -> raise GeneratorExit inside generator."],
  ],
})
