import { int32, ptr, setbyte, setptr } from "../../heap/access.ts"
import { fn } from "../../heap/fntable.ts"
import {
  _PyCFrame,
  _PyInterpreterFrame as F,
  PyAsyncMethods,
  PyCodeObject,
  PyFunctionObject,
  PyGenObject as G,
  PyThreadState,
  PyTypeObject,
} from "../../heap/layout.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_CLEAR, Py_DECREF, Py_NewRef, Py_TYPE } from "../../heap/refcount.ts"
import { tstate } from "../../heap/tstate.ts"
import { _PyObject_GC_New, _PyObject_GC_TRACK, _PyObject_GC_UNTRACK, PyObject_GC_Del } from "../../gc/gcmodule.ts"
import { PyIter_Check } from "../abstract.ts"
import { defineType } from "../define.ts"
import { PyErr_SetString } from "../errors.ts"
import { _PyInterpreterFrame_GetLine } from "../frame.ts"
import { PyLong_FromLong } from "../longobject.ts"
import { addressJS, PyObject_GenericGetAttr, PyObject_SelfIter, strJS, typeName } from "../object.ts"
import { METH, READONLY, T, TPFLAGS, type unaryfunc, type visitproc } from "../slots.ts"
import { _PyCoroWrapper_Type, PyAsyncGen_Type, PyCoro_Type, PyExc_TypeError, PyGen_Type } from "../statictypes.ts"
import { PyTuple_New, PyTuple_SET_ITEM } from "../tupleobject.ts"
import { PyUnicode_FromString } from "../unicodeobject.ts"
import {
  _PyGen_Finalize,
  gen_close,
  gen_dealloc,
  gen_getframe,
  gen_getrunning,
  gen_getsuspended,
  gen_getyieldfrom,
  gen_iternext,
  gen_send,
  gen_sizeof,
  gen_throw,
  gen_traverse,
  make_gen,
  nameGetSets,
  PyCoro_CheckExact,
  PyGen_am_send,
} from "./generator.ts"

const CO_GENERATOR = 0x20
const CO_ITERABLE_COROUTINE = 0x100
const CO_ASYNC_GENERATOR = 0x200

/** RETURN_GENERATOR: the object for a call of a generator, coroutine or asynchronous generator function. */
export function _Py_MakeCoro(func: Ref): Own {
  const flags = int32(ptr(func + PyFunctionObject.func_code) + PyCodeObject.co_flags) & 0x2a0
  if (flags === CO_GENERATOR) return make_gen(PyGen_Type, func)
  if (flags === CO_ASYNC_GENERATOR) {
    const $o = make_gen(PyAsyncGen_Type, func)
    if ($o === NULL) return NULL
    setptr($o + G.gi_origin_or_finalizer, 0)
    setbyte($o + G.gi_closed, 0)
    setbyte($o + G.gi_hooks_inited, 0)
    setbyte($o + G.gi_running_async, 0)
    return $o
  }
  const $coro = make_gen(PyCoro_Type, func)
  if ($coro === NULL) return NULL
  const depth = int32(tstate + PyThreadState.coroutine_origin_tracking_depth)
  if (depth === 0) {
    setptr($coro + G.gi_origin_or_finalizer, 0)
    return $coro
  }
  const running = ptr(ptr(tstate + PyThreadState.cframe) + _PyCFrame.current_frame)
  const $origin = compute_cr_origin(depth, ptr(running + F.previous))
  setptr($coro + G.gi_origin_or_finalizer, $origin)
  if ($origin === NULL) {
    Py_DECREF($coro)
    return NULL
  }
  return $coro
}

/** Tuple of (filename, line, function) of up to `depth` frames. */
function compute_cr_origin(depth: number, current: number): Own {
  let n = 0
  for (let f = current; f !== 0 && n < depth; f = ptr(f + F.previous)) n++
  const $origin = PyTuple_New(n)
  if ($origin === NULL) return NULL
  let frame = current
  for (let i = 0; i < n; i++) {
    const code = ptr(frame + F.f_code)
    const $info = PyTuple_New(3)
    if ($info === NULL) {
      Py_DECREF($origin)
      return NULL
    }
    PyTuple_SET_ITEM($info, 0, Py_NewRef(ptr(code + PyCodeObject.co_filename)))
    PyTuple_SET_ITEM($info, 1, PyLong_FromLong(_PyInterpreterFrame_GetLine(frame)))
    PyTuple_SET_ITEM($info, 2, Py_NewRef(ptr(code + PyCodeObject.co_name)))
    PyTuple_SET_ITEM($origin, i, $info)
    frame = ptr(frame + F.previous)
  }
  return $origin
}

function gen_is_coroutine(o: Ref): boolean {
  return Py_TYPE(o) === PyGen_Type && (int32(ptr(o + G.gi_code) + PyCodeObject.co_flags) & CO_ITERABLE_COROUTINE) !== 0
}

/** Owned iterator of an awaitable: a coroutine itself, or what __await__ returns. */
export function _PyCoro_GetAwaitableIter(o: Ref): Own {
  if (PyCoro_CheckExact(o) || gen_is_coroutine(o)) return Py_NewRef(o)
  const suite = ptr(Py_TYPE(o) + PyTypeObject.tp_as_async)
  const getter = suite === 0 ? 0 : ptr(suite + PyAsyncMethods.am_await)
  if (getter === 0) return PyErr_SetString(PyExc_TypeError, `object ${typeName(o)} can't be used in 'await' expression`)
  const $res = fn<unaryfunc>(getter)(o)
  if ($res === NULL) return NULL
  if (PyCoro_CheckExact($res) || gen_is_coroutine($res)) PyErr_SetString(PyExc_TypeError, "__await__() returned a coroutine")
  else if (!PyIter_Check($res)) PyErr_SetString(PyExc_TypeError, `__await__() returned non-iterator of type '${typeName($res)}'`)
  else return $res
  Py_DECREF($res)
  return NULL
}

function coro_repr(coro: Ref): Own {
  return PyUnicode_FromString(`<coroutine object ${strJS(ptr(coro + G.gi_qualname))} at ${addressJS(coro)}>`)
}

/** PyCoroWrapper: cw_coroutine at 16. */
const cw_coroutine = 16

function coro_await(coro: Ref): Own {
  const $cw = _PyObject_GC_New(_PyCoroWrapper_Type)
  if ($cw === NULL) return NULL
  setptr($cw + cw_coroutine, Py_NewRef(coro))
  _PyObject_GC_TRACK($cw)
  return $cw
}

defineType(PyCoro_Type, {
  name: "coroutine",
  basicsize: G.gi_iframe + F.localsplus,
  itemsize: 8,
  dealloc: gen_dealloc,
  am_await: coro_await,
  am_send: PyGen_am_send,
  repr: coro_repr,
  getattro: PyObject_GenericGetAttr,
  flags: TPFLAGS.DEFAULT | TPFLAGS.HAVE_GC,
  traverse: gen_traverse,
  weaklistoffset: G.gi_weakreflist,
  methods: [
    ["send", gen_send, METH.O, "send(arg) -> send 'arg' into coroutine,\nreturn next iterated value or raise StopIteration."],
    [
      "throw",
      gen_throw,
      METH.FASTCALL,
      "throw(value)\nthrow(type[,value[,traceback]])\n\nRaise exception in coroutine, return next iterated value or raise\nStopIteration.",
    ],
    ["close", gen_close, METH.NOARGS, "close() -> raise GeneratorExit inside coroutine."],
    ["__sizeof__", gen_sizeof, METH.NOARGS, "gen.__sizeof__() -> size of gen in memory, in bytes"],
  ],
  members: [
    ["cr_code", T.OBJECT, G.gi_code, READONLY | 2],
    ["cr_origin", T.OBJECT, G.gi_origin_or_finalizer, READONLY],
  ],
  getset: [
    ...nameGetSets("coroutine"),
    ["cr_await", gen_getyieldfrom, null, "object being awaited on, or None"],
    ["cr_running", gen_getrunning],
    ["cr_frame", gen_getframe],
    ["cr_suspended", gen_getsuspended],
  ],
  finalize: _PyGen_Finalize,
})

function coro_wrapper_dealloc(cw: Ref): void {
  _PyObject_GC_UNTRACK(cw)
  Py_CLEAR(cw + cw_coroutine)
  PyObject_GC_Del(cw)
}
function coro_wrapper_traverse(cw: Ref, visit: visitproc, arg: number): number {
  const v = ptr(cw + cw_coroutine)
  return v !== 0 ? visit(v, arg) : 0
}
function coro_wrapper_iternext(cw: Ref): Own {
  return gen_iternext(ptr(cw + cw_coroutine))
}
function coro_wrapper_send(cw: Ref, arg: Ref): Own {
  return gen_send(ptr(cw + cw_coroutine), arg)
}
function coro_wrapper_throw(cw: Ref, args: number, nargs: number): Own {
  return gen_throw(ptr(cw + cw_coroutine), args, nargs)
}
function coro_wrapper_close(cw: Ref): Own {
  return gen_close(ptr(cw + cw_coroutine))
}

defineType(_PyCoroWrapper_Type, {
  name: "coroutine_wrapper",
  basicsize: 24,
  dealloc: coro_wrapper_dealloc,
  getattro: PyObject_GenericGetAttr,
  flags: TPFLAGS.DEFAULT | TPFLAGS.HAVE_GC,
  doc: "A wrapper object implementing __await__ for coroutines.",
  traverse: coro_wrapper_traverse,
  iter: PyObject_SelfIter,
  iternext: coro_wrapper_iternext,
  methods: [
    ["send", coro_wrapper_send, METH.O, "send(arg) -> send 'arg' into coroutine,\nreturn next iterated value or raise StopIteration."],
    [
      "throw",
      coro_wrapper_throw,
      METH.FASTCALL,
      "throw(value)\nthrow(type[,value[,traceback]])\n\nRaise exception in coroutine, return next iterated value or raise\nStopIteration.",
    ],
    ["close", coro_wrapper_close, METH.NOARGS, "close() -> raise GeneratorExit inside coroutine."],
  ],
})
