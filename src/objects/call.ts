import { memcpy, ptr, setptr } from "../heap/access.ts"
import { calloca, cstackMark, cstackReset } from "../heap/cstack.ts"
import { fn } from "../heap/fntable.ts"
import { PyCodeObject, PyFunctionObject, PyObject, PyThreadState, PyTupleObject, PyTypeObject } from "../heap/layout.ts"
import { PyMem_Free, PyMem_Malloc } from "../heap/obmalloc.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { Py_DECREF, Py_INCREF, Py_SIZE, Py_TYPE } from "../heap/refcount.ts"
import { tstate } from "../heap/tstate.ts"
import { i32 } from "../heap/views.ts"
import { PyDict_Check, PyDict_GET_SIZE, PyDict_New, PyDict_Next, PyDict_SetItem, dictKey, dictValue } from "./dictobject.ts"
import {
  PyErr_NoMemory,
  PyErr_Occurred,
  PyErr_SetString,
  Py_EnterRecursiveCall,
  Py_LeaveRecursiveCall,
  _PyErr_FormatFromCause,
} from "./errors.ts"
import {
  PyObject_GetAttr,
  PyObject_GetAttrString,
  PyCallable_Check,
  _PyObject_GetMethod,
  getMethodUnbound,
  reprJS,
  typeName,
} from "./object.ts"
import { PY_VECTORCALL_ARGUMENTS_OFFSET, TPFLAGS, type ternaryfunc, type vectorcallfunc } from "./slots.ts"
import { PyExc_SystemError, PyExc_TypeError } from "./statictypes.ts"
import { PyTuple_Check, PyTuple_GET_ITEM, PyTuple_New, PyTuple_SET_ITEM, _PyTuple_FromArray } from "./tupleobject.ts"
import { upcalls } from "./upcalls.ts"

// Objects/call.c. A vectorcall slot holds a function index; 0 is "no vectorcall".

const OFFSET = PY_VECTORCALL_ARGUMENTS_OFFSET
const CO_OPTIMIZED = 1

/** How many positional arguments a vectorcall's nargsf stands for. */
export function PyVectorcall_NARGS(nargsf: number): number {
  return nargsf & ~OFFSET
}

/** The function index in the object's vectorcall slot, 0 if its type has none. */
export function PyVectorcall_Function(callable: Ref): number {
  const tp = i32[(callable + PyObject.ob_type) >> 2]
  if ((i32[(tp + PyTypeObject.tp_flags) >> 2] & TPFLAGS.HAVE_VECTORCALL) === 0) return 0
  return i32[(callable + i32[(tp + PyTypeObject.tp_vectorcall_offset) >> 2]) >> 2]
}

/** A call must return NULL exactly when an error is set. @returns `res`, or NULL with SystemError. */
export function _Py_CheckFunctionResult(callable: Ref, res: Own): Own {
  if ((res === 0) === (i32[(tstate + PyThreadState.curexc_type) >> 2] === 0)) return badResult(callable, res, null)
  return res
}
function badResult(callable: Ref, res: Own, where: string | null): Own {
  if (res === 0) {
    PyErr_SetString(PyExc_SystemError, `${where ?? reprJS(callable)} returned NULL without setting an exception`)
    return NULL
  }
  Py_DECREF(res)
  _PyErr_FormatFromCause(PyExc_SystemError, () => `${where ?? reprJS(callable)} returned a result with an exception set`)
  return NULL
}

function notCallable(callable: Ref): Own {
  PyErr_SetString(PyExc_TypeError, `'${typeName(callable).slice(0, 200)}' object is not callable`)
  return NULL
}

/** Call through the vectorcall slot, or tp_call. Everything is borrowed; the result is owned. */
export function PyObject_Vectorcall(callable: Ref, args: number, nargsf: number, kwnames: Ref): Own {
  const tp = i32[(callable + PyObject.ob_type) >> 2]
  if ((i32[(tp + PyTypeObject.tp_flags) >> 2] & TPFLAGS.HAVE_VECTORCALL) !== 0) {
    const f = i32[(callable + i32[(tp + PyTypeObject.tp_vectorcall_offset) >> 2]) >> 2]
    if (f !== 0) {
      const res = fn<vectorcallfunc>(f)(callable, args, nargsf, kwnames)
      if ((res === 0) === (i32[(tstate + PyThreadState.curexc_type) >> 2] === 0)) return badResult(callable, res, null)
      return res
    }
  }
  return _PyObject_MakeTpCall(callable, args, nargsf & ~OFFSET, kwnames)
}
export function _PyObject_Vectorcall(callable: Ref, args: number, nargsf: number, kwnames: Ref): Own {
  return PyObject_Vectorcall(callable, args, nargsf, kwnames)
}
export function _PyObject_FastCall(callable: Ref, args: number, nargs: number): Own {
  return PyObject_Vectorcall(callable, args, nargs, NULL)
}

/** Vectorcall with keywords in a dict (or NULL). */
export function PyObject_VectorcallDict(callable: Ref, args: number, nargsf: number, kwargs: Ref): Own {
  const f = PyVectorcall_Function(callable)
  const nargs = nargsf & ~OFFSET
  if (f === 0) return _PyObject_MakeTpCall(callable, args, nargs, kwargs)
  let res: Own
  if (kwargs === NULL || PyDict_GET_SIZE(kwargs) === 0) res = fn<vectorcallfunc>(f)(callable, args, nargsf, NULL)
  else {
    const newargs = _PyStack_UnpackDict(args, nargs, kwargs)
    if (newargs === 0) return NULL
    const $kwnames = unpackedKwnames
    res = fn<vectorcallfunc>(f)(callable, newargs, nargs | OFFSET, $kwnames)
    _PyStack_UnpackDict_Free(newargs, nargs, $kwnames)
  }
  return _Py_CheckFunctionResult(callable, res)
}
export function _PyObject_FastCallDict(callable: Ref, args: number, nargsf: number, kwargs: Ref): Own {
  return PyObject_VectorcallDict(callable, args, nargsf, kwargs)
}

/** Call tp_call with a temporary tuple and dict. `keywords`: NULL, a tuple of names (values follow the positional ones) or a dict. */
export function _PyObject_MakeTpCall(callable: Ref, args: number, nargs: number, keywords: Ref): Own {
  const call = ptr(Py_TYPE(callable) + PyTypeObject.tp_call)
  if (call === 0) return notCallable(callable)
  const $args = _PyTuple_FromArray(args, nargs)
  if ($args === NULL) return NULL
  let kwdict: Ref = NULL
  let $kwdict: Own = NULL
  if (keywords !== NULL) {
    if (PyDict_Check(keywords)) kwdict = keywords
    else if (Py_SIZE(keywords) !== 0) {
      $kwdict = _PyStack_AsDict(args + 8 * nargs, keywords)
      if ($kwdict === NULL) {
        Py_DECREF($args)
        return NULL
      }
      kwdict = $kwdict
    }
  }
  let res: Own = NULL
  if (Py_EnterRecursiveCall(" while calling a Python object") === 0) {
    res = fn<ternaryfunc>(call)(callable, $args, kwdict)
    Py_LeaveRecursiveCall()
  }
  Py_DECREF($args)
  if ($kwdict !== NULL) Py_DECREF($kwdict)
  return _Py_CheckFunctionResult(callable, res)
}

function vectorcallCall(f: number, callable: Ref, tuple: Ref, kwargs: Ref): Own {
  const nargs = Py_SIZE(tuple)
  if (kwargs === NULL || PyDict_GET_SIZE(kwargs) === 0) {
    return fn<vectorcallfunc>(f)(callable, tuple + PyTupleObject.ob_item, nargs, NULL)
  }
  const args = _PyStack_UnpackDict(tuple + PyTupleObject.ob_item, nargs, kwargs)
  if (args === 0) return NULL
  const $kwnames = unpackedKwnames
  const res = fn<vectorcallfunc>(f)(callable, args, nargs | OFFSET, $kwnames)
  _PyStack_UnpackDict_Free(args, nargs, $kwnames)
  return _Py_CheckFunctionResult(callable, res)
}

/** A tp_call for types that have a vectorcall slot. */
export function PyVectorcall_Call(callable: Ref, tuple: Ref, kwargs: Ref): Own {
  const offset = i32[(Py_TYPE(callable) + PyTypeObject.tp_vectorcall_offset) >> 2]
  const f = offset > 0 ? ptr(callable + offset) : 0
  if (f === 0) {
    PyErr_SetString(PyExc_TypeError, `'${typeName(callable).slice(0, 200)}' object does not support vectorcall`)
    return NULL
  }
  return vectorcallCall(f, callable, tuple, kwargs)
}

/** callable(*args, **kwargs); `kwargs` may be NULL. */
export function PyObject_Call(callable: Ref, args: Ref, kwargs: Ref): Own {
  const f = PyVectorcall_Function(callable)
  if (f !== 0) return vectorcallCall(f, callable, args, kwargs)
  const call = ptr(Py_TYPE(callable) + PyTypeObject.tp_call)
  if (call === 0) return notCallable(callable)
  if (Py_EnterRecursiveCall(" while calling a Python object") !== 0) return NULL
  const res = fn<ternaryfunc>(call)(callable, args, kwargs)
  Py_LeaveRecursiveCall()
  return _Py_CheckFunctionResult(callable, res)
}
export function PyCFunction_Call(callable: Ref, args: Ref, kwargs: Ref): Own {
  return PyObject_Call(callable, args, kwargs)
}
/** callable(*args); `args` may be NULL. */
export function PyObject_CallObject(callable: Ref, args: Ref): Own {
  if (args === NULL) return PyObject_CallNoArgs(callable)
  if (!PyTuple_Check(args)) {
    PyErr_SetString(PyExc_TypeError, "argument list must be a tuple")
    return NULL
  }
  return PyObject_Call(callable, args, NULL)
}

export function PyObject_CallNoArgs(func: Ref): Own {
  return PyObject_Vectorcall(func, cstackMark(), 0, NULL)
}
export function _PyObject_CallNoArgs(func: Ref): Own {
  return PyObject_Vectorcall(func, cstackMark(), 0, NULL)
}
export function PyObject_CallOneArg(func: Ref, a: Ref): Own {
  const mark = cstackMark()
  const args = calloca(16) + 8
  setptr(args, a)
  const $res = PyObject_Vectorcall(func, args, 1 | OFFSET, NULL)
  cstackReset(mark)
  return $res
}
export function PyObject_CallTwoArgs(func: Ref, a: Ref, b: Ref): Own {
  const mark = cstackMark()
  const args = calloca(32) + 8
  setptr(args, a)
  setptr(args + 8, b)
  const $res = PyObject_Vectorcall(func, args, 2 | OFFSET, NULL)
  cstackReset(mark)
  return $res
}
export function PyObject_CallThreeArgs(func: Ref, a: Ref, b: Ref, c: Ref): Own {
  const mark = cstackMark()
  const args = calloca(32) + 8
  setptr(args, a)
  setptr(args + 8, b)
  setptr(args + 16, c)
  const $res = PyObject_Vectorcall(func, args, 3 | OFFSET, NULL)
  cstackReset(mark)
  return $res
}
/** func(*list): for calls with more arguments than the fixed forms take. */
export function PyObject_CallFunctionObjArgs(func: Ref, ...list: readonly Ref[]): Own {
  const mark = cstackMark()
  const args = calloca(8 * (list.length + 1)) + 8
  list.forEach((a, i) => setptr(args + 8 * i, a))
  const $res = PyObject_Vectorcall(func, args, list.length | OFFSET, NULL)
  cstackReset(mark)
  return $res
}

/** PyFunction_Type's vectorcall: run a Python function. */
export function _PyFunction_Vectorcall(func: Ref, args: number, nargsf: number, kwnames: Ref): Own {
  const code = ptr(func + PyFunctionObject.func_code)
  const locals = (i32[(code + PyCodeObject.co_flags) >> 2] & CO_OPTIMIZED) !== 0 ? NULL : ptr(func + PyFunctionObject.func_globals)
  return upcalls.evalVector(func, locals, args, nargsf & ~OFFSET, kwnames)
}

/** callable(obj, *args, **kwargs). */
export function _PyObject_Call_Prepend(callable: Ref, obj: Ref, args: Ref, kwargs: Ref): Own {
  const argcount = Py_SIZE(args)
  const mark = cstackMark()
  const stack = calloca(8 * (argcount + 1))
  setptr(stack, obj)
  memcpy(stack + 8, args + PyTupleObject.ob_item, 8 * argcount)
  const $res = PyObject_VectorcallDict(callable, stack, argcount + 1, kwargs)
  cstackReset(mark)
  return $res
}

// ---- methods ----

/** args[0].name(*args[1:]): `nargsf` counts the receiver. */
export function PyObject_VectorcallMethod(name: Ref, args: number, nargsf: number, kwnames: Ref): Own {
  const $callable = _PyObject_GetMethod(ptr(args), name)
  if ($callable === NULL) return NULL
  const res = getMethodUnbound
    ? PyObject_Vectorcall($callable, args, nargsf & ~OFFSET, kwnames)
    : PyObject_Vectorcall($callable, args + 8, ((nargsf & ~OFFSET) - 1) | OFFSET, kwnames)
  Py_DECREF($callable)
  return res
}
export function PyObject_CallMethodNoArgs(self: Ref, name: Ref): Own {
  const mark = cstackMark()
  const args = calloca(16) + 8
  setptr(args, self)
  const $res = PyObject_VectorcallMethod(name, args, 1 | OFFSET, NULL)
  cstackReset(mark)
  return $res
}
export function PyObject_CallMethodOneArg(self: Ref, name: Ref, a: Ref): Own {
  const mark = cstackMark()
  const args = calloca(32) + 8
  setptr(args, self)
  setptr(args + 8, a)
  const $res = PyObject_VectorcallMethod(name, args, 2 | OFFSET, NULL)
  cstackReset(mark)
  return $res
}
export function PyObject_CallMethodTwoArgs(self: Ref, name: Ref, a: Ref, b: Ref): Own {
  const mark = cstackMark()
  const args = calloca(32) + 8
  setptr(args, self)
  setptr(args + 8, a)
  setptr(args + 16, b)
  const $res = PyObject_VectorcallMethod(name, args, 3 | OFFSET, NULL)
  cstackReset(mark)
  return $res
}
export function PyObject_CallMethodThreeArgs(self: Ref, name: Ref, a: Ref, b: Ref, c: Ref): Own {
  return PyObject_CallMethodObjArgs(self, name, a, b, c)
}
export function PyObject_CallMethodObjArgs(self: Ref, name: Ref, ...list: readonly Ref[]): Own {
  const $callable = _PyObject_GetMethod(self, name)
  if ($callable === NULL) return NULL
  const res = getMethodUnbound ? PyObject_CallFunctionObjArgs($callable, self, ...list) : PyObject_CallFunctionObjArgs($callable, ...list)
  Py_DECREF($callable)
  return res
}
/** obj.name(*list) with a JavaScript name. */
export function PyObject_CallMethod(obj: Ref, name: string, ...list: readonly Ref[]): Own {
  const $callable = PyObject_GetAttrString(obj, name)
  if ($callable === NULL) return NULL
  if (!PyCallable_Check($callable)) {
    PyErr_SetString(PyExc_TypeError, `attribute of type '${typeName($callable).slice(0, 200)}' is not callable`)
    Py_DECREF($callable)
    return NULL
  }
  const $res = PyObject_CallFunctionObjArgs($callable, ...list)
  Py_DECREF($callable)
  return $res
}
/** obj.name(*args) where the attribute lookup has been done by LOAD_METHOD's rules is the interpreter's own. */
export function _PyObject_CallMethod(obj: Ref, name: Ref, ...list: readonly Ref[]): Own {
  const $callable = PyObject_GetAttr(obj, name)
  if ($callable === NULL) return NULL
  const $res = PyObject_CallFunctionObjArgs($callable, ...list)
  Py_DECREF($callable)
  return $res
}

// ---- keywords ----

/** A dict from keyword names and an array of values. Owned, or NULL with the error set. */
export function _PyStack_AsDict(values: number, kwnames: Ref): Own {
  const $dict = PyDict_New()
  if ($dict === NULL) return NULL
  const n = Py_SIZE(kwnames)
  for (let i = 0; i < n; i++) {
    if (PyDict_SetItem($dict, PyTuple_GET_ITEM(kwnames, i), ptr(values + 8 * i)) < 0) {
      Py_DECREF($dict)
      return NULL
    }
  }
  return $dict
}

/** The owned names that go with the last _PyStack_UnpackDict. */
export let unpackedKwnames: Own = NULL

/** A new argument array (slot -1 writable) with `args` and the values of `kwargs`, all owned; the names are in `unpackedKwnames`.
 *  Free with _PyStack_UnpackDict_Free. 0 with the error set. */
export function _PyStack_UnpackDict(args: number, nargs: number, kwargs: Ref): number {
  const nkwargs = PyDict_GET_SIZE(kwargs)
  const block = PyMem_Malloc((1 + nargs + nkwargs) * 8)
  if (block === 0) {
    PyErr_NoMemory()
    return 0
  }
  const $kwnames = PyTuple_New(nkwargs)
  if ($kwnames === NULL) {
    PyMem_Free(block)
    return 0
  }
  const stack = block + 8
  for (let i = 0; i < nargs; i++) {
    const a = ptr(args + 8 * i)
    Py_INCREF(a)
    setptr(stack + 8 * i, a)
  }
  let strings: number = TPFLAGS.UNICODE_SUBCLASS
  let i = 0
  for (let pos = PyDict_Next(kwargs, 0); pos !== 0; pos = PyDict_Next(kwargs, pos)) {
    strings &= i32[(Py_TYPE(dictKey) + PyTypeObject.tp_flags) >> 2]
    Py_INCREF(dictKey)
    Py_INCREF(dictValue)
    PyTuple_SET_ITEM($kwnames, i, dictKey as Own)
    setptr(stack + 8 * (nargs + i), dictValue)
    i++
  }
  if (strings === 0) {
    PyErr_SetString(PyExc_TypeError, "keywords must be strings")
    _PyStack_UnpackDict_Free(stack, nargs, $kwnames)
    return 0
  }
  unpackedKwnames = $kwnames
  return stack
}
export function _PyStack_UnpackDict_Free(stack: number, nargs: number, $kwnames: Own): void {
  const n = Py_SIZE($kwnames) + nargs
  for (let i = 0; i < n; i++) Py_DECREF(ptr(stack + 8 * i))
  PyMem_Free(stack - 8)
  Py_DECREF($kwnames)
}

/** A slot function's result against the error indicator (debug aid). */
export function _Py_CheckSlotResult(_obj: Ref, _slot: string, _success: boolean): boolean {
  return true
}
/** No error yet: "null argument to internal routine". Returns NULL. */
export function null_error(): Own {
  if (!PyErr_Occurred()) PyErr_SetString(PyExc_SystemError, "null argument to internal routine")
  return NULL
}
