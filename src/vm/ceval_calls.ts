import { int32, ptr, set64, setptr } from "../heap/access.ts"
import { calloca, cstackMark, cstackReset } from "../heap/cstack.ts"
import { fn, fnIndex } from "../heap/fntable.ts"
import { _PyInterpreterFrame as F, PyCodeObject, PyFunctionObject, PyThreadState, PyTupleObject, PyTypeObject } from "../heap/layout.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { Py_DECREF, Py_INCREF, Py_NewRef, Py_SIZE, Py_TYPE, Py_XDECREF, Py_XNewRef } from "../heap/refcount.ts"
import { tstate } from "../heap/tstate.ts"
import { i32 } from "../heap/views.ts"
import { _PyObject_GC_New, _PyObject_GC_TRACK } from "../gc/gcmodule.ts"
import { PySequence_Check, PySequence_Tuple } from "../objects/abstract.ts"
import { _PyFunction_Vectorcall, _PyObject_FastCallDict, PyObject_Call, PyObject_Vectorcall } from "../objects/call.ts"
import { _PyDict_MergeEx, PyDict_CheckExact, PyDict_GetItemWithError, PyDict_New, PyDict_SetItem } from "../objects/dictobject.ts"
import {
  PyErr_Clear,
  PyErr_ExceptionMatches,
  PyErr_Fetch,
  PyErr_NoMemory,
  PyErr_Occurred,
  PyErr_RestoreFrom,
  PyErr_SetString,
} from "../objects/errors.ts"
import { _PyFrame_InitializeSpecials, _PyThreadState_BumpFramePointer } from "../objects/frame.ts"
import { PyFunction_New } from "../objects/funcobject.ts"
import { _PyObject_FunctionStr, PyObject_RichCompareBool, reprJS, strJS, typeName } from "../objects/object.ts"
import { PY_VECTORCALL_ARGUMENTS_OFFSET, Py, type descrgetfunc } from "../objects/slots.ts"
import {
  EMPTY_TUPLE,
  Py_None,
  PyCFunction_Type,
  PyCMethod_Type,
  PyExc_AttributeError,
  PyExc_KeyError,
  PyExc_TypeError,
  PyFunction_Type,
  PyMethodDescr_Type,
} from "../objects/statictypes.ts"
import { PyTuple_Check, PyTuple_CheckExact, PyTuple_GET_ITEM, PyTuple_New, PyTuple_SET_ITEM } from "../objects/tupleobject.ts"
import { PyUnicode_AsJS, PyUnicode_Check } from "../objects/unicodeobject.ts"
import { _PyEval_BuiltinsFromGlobals } from "./ceval_api.ts"
import { _PyEval_EvalFrame, _PyEvalFrameClearAndPop } from "./ceval.ts"
import { call_trace, call_trace_protected, Trace } from "./ceval_trace.ts"

// Python/ceval.c: binding arguments, and the calls that are not worth a place in the loop.

const CO_VARARGS = 4
const CO_VARKEYWORDS = 8

function decrefArray(args: number, from: number, to: number): void {
  for (let i = from; i < to; i++) Py_DECREF(ptr(args + i * 8))
}

function typeError(message: string): void {
  PyErr_SetString(PyExc_TypeError, message)
}

const qualnameJS = (func: Ref): string => PyUnicode_AsJS(ptr(func + PyFunctionObject.func_qualname))

/** ["'a'"] -> 'a'; two: 'a' and 'b'; more: 'a', 'b', and 'c' */
function listNames(names: readonly string[]): string {
  if (names.length < 3) return names.join(" and ")
  return `${names.slice(0, -1).join(", ")}, and ${names[names.length - 1]}`
}

function missing_arguments(code: Ref, func: Ref, defcount: number, localsplus: number): void {
  const positional = defcount !== -1
  const argcount = int32(code + PyCodeObject.co_argcount)
  const start = positional ? 0 : argcount
  const end = positional ? argcount - defcount : argcount + int32(code + PyCodeObject.co_kwonlyargcount)
  const names: string[] = []
  for (let i = start; i < end; i++) {
    if (ptr(localsplus + i * 8) !== 0) continue
    const name = reprJS(PyTuple_GET_ITEM(ptr(code + PyCodeObject.co_localsplusnames), i))
    if (name === null) return
    names.push(name)
  }
  const kind = positional ? "positional" : "keyword-only"
  typeError(`${qualnameJS(func)}() missing ${names.length} required ${kind} argument${names.length === 1 ? "" : "s"}: ${listNames(names)}`)
}

function too_many_positional(code: Ref, func: Ref, given: number, localsplus: number): void {
  const argcount = int32(code + PyCodeObject.co_argcount)
  const kwonly = int32(code + PyCodeObject.co_kwonlyargcount)
  let kwonlyGiven = 0
  for (let i = argcount; i < argcount + kwonly; i++) if (ptr(localsplus + i * 8) !== 0) kwonlyGiven++
  const defaults = ptr(func + PyFunctionObject.func_defaults)
  const defcount = defaults === 0 ? 0 : Py_SIZE(defaults)
  const plural = defcount !== 0 || argcount !== 1
  const sig = defcount !== 0 ? `from ${argcount - defcount} to ${argcount}` : `${argcount}`
  const kw =
    kwonlyGiven === 0
      ? ""
      : ` positional argument${given !== 1 ? "s" : ""} (and ${kwonlyGiven} keyword-only argument${kwonlyGiven !== 1 ? "s" : ""})`
  typeError(
    `${qualnameJS(func)}() takes ${sig} positional argument${plural ? "s" : ""} but ${given}${kw} ${given === 1 && kwonlyGiven === 0 ? "was" : "were"} given`,
  )
}

function positional_only_passed_as_keyword(code: Ref, func: Ref, kwnames: Ref): boolean {
  const conflicts: string[] = []
  for (let k = 0; k < int32(code + PyCodeObject.co_posonlyargcount); k++) {
    const posonly = PyTuple_GET_ITEM(ptr(code + PyCodeObject.co_localsplusnames), k)
    for (let k2 = 0; k2 < Py_SIZE(kwnames); k2++) {
      const kwname = PyTuple_GET_ITEM(kwnames, k2)
      const cmp = kwname === posonly ? 1 : PyObject_RichCompareBool(posonly, kwname, Py.EQ)
      if (cmp < 0) return true
      if (cmp > 0) conflicts.push(PyUnicode_AsJS(kwname))
    }
  }
  if (conflicts.length === 0) return false
  typeError(`${qualnameJS(func)}() got some positional-only arguments passed as keyword arguments: '${conflicts.join(", ")}'`)
  return true
}

/** Index of the parameter named `keyword`, -1 if there is none, -2 with an error set. */
function findKeyword(code: Ref, keyword: Ref, total: number): number {
  const names = ptr(code + PyCodeObject.co_localsplusnames) + PyTupleObject.ob_item
  const first = int32(code + PyCodeObject.co_posonlyargcount)
  for (let j = first; j < total; j++) if (ptr(names + j * 8) === keyword) return j
  for (let j = first; j < total; j++) {
    const cmp = PyObject_RichCompareBool(keyword, ptr(names + j * 8), Py.EQ)
    if (cmp > 0) return j
    if (cmp < 0) return -2
  }
  return -1
}

/** Bind keyword arguments; false with the error set and the values not yet bound released. */
function bindKeywords(code: Ref, func: Ref, localsplus: number, args: number, argcount: number, kwnames: Ref, kwdict: Ref): boolean {
  const total = int32(code + PyCodeObject.co_argcount) + int32(code + PyCodeObject.co_kwonlyargcount)
  const kwcount = Py_SIZE(kwnames)
  for (let i = 0; i < kwcount; i++) {
    const keyword = PyTuple_GET_ITEM(kwnames, i)
    const value = ptr(args + (argcount + i) * 8)
    let ok = false
    if (!PyUnicode_Check(keyword)) typeError(`${qualnameJS(func)}() keywords must be strings`)
    else {
      const j = findKeyword(code, keyword, total)
      if (j >= 0) {
        if (ptr(localsplus + j * 8) === 0) {
          setptr(localsplus + j * 8, value)
          continue
        }
        typeError(`${qualnameJS(func)}() got multiple values for argument '${strJS(keyword)}'`)
      } else if (j === -1) {
        if (kwdict !== 0) ok = PyDict_SetItem(kwdict, keyword, value) === 0
        else if (int32(code + PyCodeObject.co_posonlyargcount) === 0 || !positional_only_passed_as_keyword(code, func, kwnames)) {
          typeError(`${qualnameJS(func)}() got an unexpected keyword argument '${strJS(keyword)}'`)
        }
      }
    }
    if (!ok) {
      decrefArray(args, argcount + i, argcount + kwcount)
      return false
    }
    Py_DECREF(value)
  }
  return true
}

/** Move the arguments (all stolen) into a new frame's locals. -1 with the error set. */
function initialize_locals(func: Ref, localsplus: number, args: number, argcount: number, kwnames: Ref): number {
  const code = ptr(func + PyFunctionObject.func_code)
  const co_argcount = int32(code + PyCodeObject.co_argcount)
  const co_kwonly = int32(code + PyCodeObject.co_kwonlyargcount)
  const flags = int32(code + PyCodeObject.co_flags)
  const total = co_argcount + co_kwonly
  let kwdict: Ref = NULL
  if ((flags & CO_VARKEYWORDS) !== 0) {
    kwdict = PyDict_New()
    if (kwdict === NULL) {
      decrefArray(args, 0, argcount + (kwnames === 0 ? 0 : Py_SIZE(kwnames)))
      return -1
    }
    setptr(localsplus + (total + ((flags & CO_VARARGS) !== 0 ? 1 : 0)) * 8, kwdict)
  }
  const n = argcount > co_argcount ? co_argcount : argcount
  for (let j = 0; j < n; j++) i32[(localsplus + j * 8) >> 2] = i32[(args + j * 8) >> 2]
  if ((flags & CO_VARARGS) !== 0) {
    const $u = argcount === n ? Py_NewRef(EMPTY_TUPLE) : PyTuple_New(argcount - n)
    if ($u === NULL) {
      decrefArray(args, n, argcount + (kwnames === 0 ? 0 : Py_SIZE(kwnames)))
      return -1
    }
    for (let j = n; j < argcount; j++) PyTuple_SET_ITEM($u, j - n, ptr(args + j * 8) as Own)
    setptr(localsplus + total * 8, $u)
  } else decrefArray(args, n, argcount)
  if (kwnames !== 0 && !bindKeywords(code, func, localsplus, args, argcount, kwnames, kwdict)) return -1
  if (argcount > co_argcount && (flags & CO_VARARGS) === 0) {
    too_many_positional(code, func, argcount, localsplus)
    return -1
  }
  if (argcount < co_argcount) {
    const defaults = ptr(func + PyFunctionObject.func_defaults)
    const defcount = defaults === 0 ? 0 : Py_SIZE(defaults)
    const m = co_argcount - defcount
    for (let i = argcount; i < m; i++) {
      if (ptr(localsplus + i * 8) === 0) {
        missing_arguments(code, func, defcount, localsplus)
        return -1
      }
    }
    for (let i = n > m ? n - m : 0; i < defcount; i++) {
      const slot = (localsplus + (m + i) * 8) >> 2
      if (i32[slot] === 0) i32[slot] = Py_NewRef(PyTuple_GET_ITEM(defaults, i))
    }
  }
  if (co_kwonly > 0) {
    const kwdefaults = ptr(func + PyFunctionObject.func_kwdefaults)
    let missing = false
    for (let i = co_argcount; i < total; i++) {
      const slot = (localsplus + i * 8) >> 2
      if (i32[slot] !== 0) continue
      if (kwdefaults !== 0) {
        const def = PyDict_GetItemWithError(kwdefaults, PyTuple_GET_ITEM(ptr(code + PyCodeObject.co_localsplusnames), i))
        if (def !== 0) {
          i32[slot] = Py_NewRef(def)
          continue
        }
        if (PyErr_Occurred() !== 0) return -1
      }
      missing = true
    }
    if (missing) {
      missing_arguments(code, func, -1, localsplus)
      return -1
    }
  }
  return 0
}

/** A frame for calling `func`: steals `func` and all arguments. 0 with the error set. */
export function _PyEvalFramePushAndInit(func: Ref, locals: Ref, args: number, argcount: number, kwnames: Ref): number {
  const code = ptr(func + PyFunctionObject.func_code)
  const nlocalsplus = int32(code + PyCodeObject.co_nlocalsplus)
  const frame = _PyThreadState_BumpFramePointer(F.localsplus + (nlocalsplus + int32(code + PyCodeObject.co_stacksize)) * 8)
  if (frame === 0) {
    decrefArray(args, 0, argcount + (kwnames === 0 ? 0 : Py_SIZE(kwnames)))
    PyErr_NoMemory()
    return 0
  }
  _PyFrame_InitializeSpecials(frame, func, locals, nlocalsplus)
  const localsplus = frame + F.localsplus
  for (let i = 0; i < nlocalsplus; i++) i32[(localsplus + i * 8) >> 2] = 0
  if (initialize_locals(func, localsplus, args, argcount, kwnames) !== 0) {
    _PyEvalFrameClearAndPop(frame)
    return 0
  }
  return frame
}

/** Call a Python function: everything borrowed. `locals` is NULL for an optimised function. */
export function _PyEval_Vector(func: Ref, locals: Ref, args: number, argcount: number, kwnames: Ref): Own {
  Py_INCREF(func)
  const n = argcount + (kwnames === 0 ? 0 : Py_SIZE(kwnames))
  for (let i = 0; i < n; i++) Py_INCREF(ptr(args + i * 8))
  const frame = _PyEvalFramePushAndInit(func, locals, args, argcount, kwnames)
  if (frame === 0) return NULL
  const $retval = _PyEval_EvalFrame(frame, 0)
  _PyEvalFrameClearAndPop(frame)
  return $retval
}

const functionVectorcall = fnIndex(_PyFunction_Vectorcall)

/** _PyFunction_FromConstructor: a function whose builtins are given. All borrowed; defaults, kwdefaults and closure may be NULL. */
function functionFromConstructor(code: Ref, globals: Ref, builtins: Ref, defaults: Ref, kwdefaults: Ref, closure: Ref): Own {
  const $op = _PyObject_GC_New(PyFunction_Type)
  if ($op === NULL) return NULL
  const name = ptr(code + PyCodeObject.co_name)
  setptr($op + PyFunctionObject.func_globals, Py_NewRef(globals))
  setptr($op + PyFunctionObject.func_builtins, Py_NewRef(builtins))
  setptr($op + PyFunctionObject.func_name, Py_NewRef(name))
  setptr($op + PyFunctionObject.func_qualname, Py_NewRef(name))
  setptr($op + PyFunctionObject.func_code, Py_NewRef(code))
  setptr($op + PyFunctionObject.func_defaults, Py_XNewRef(defaults))
  setptr($op + PyFunctionObject.func_kwdefaults, Py_XNewRef(kwdefaults))
  setptr($op + PyFunctionObject.func_closure, Py_XNewRef(closure))
  setptr($op + PyFunctionObject.func_doc, Py_NewRef(Py_None))
  setptr($op + PyFunctionObject.func_dict, 0)
  setptr($op + PyFunctionObject.func_weakreflist, 0)
  setptr($op + PyFunctionObject.func_module, 0)
  setptr($op + PyFunctionObject.func_annotations, 0)
  setptr($op + PyFunctionObject.vectorcall, functionVectorcall)
  set64($op + PyFunctionObject.func_version, 0, 0)
  _PyObject_GC_TRACK($op)
  return $op
}

/** Run a code object. `locals` NULL: the globals. */
export function PyEval_EvalCode(code: Ref, globals: Ref, locals: Ref): Own {
  return PyEval_EvalCodeEx(code, globals, locals, NULL)
}

export function PyEval_EvalCodeEx(code: Ref, globals: Ref, locals: Ref, closure: Ref): Own {
  const builtins = _PyEval_BuiltinsFromGlobals(globals)
  if (builtins === 0) return NULL
  const $func = functionFromConstructor(code, globals, builtins, closure === 0 ? NULL : EMPTY_TUPLE, NULL, closure)
  if ($func === NULL) return NULL
  const $res = _PyEval_Vector($func, locals === 0 ? globals : locals, 0, 0, NULL)
  Py_DECREF($func)
  return $res
}

/** MAKE_FUNCTION. @returns the new stack pointer, negated with an error set. */
export function make_function(frame: number, sp: number, oparg: number): number {
  sp -= 8
  const code = ptr(sp)
  const $func = PyFunction_New(code, ptr(frame + F.f_globals))
  Py_DECREF(code)
  if ($func === NULL) return -sp
  if ((oparg & 8) !== 0) setptr($func + PyFunctionObject.func_closure, ptr((sp -= 8)))
  if ((oparg & 4) !== 0) setptr($func + PyFunctionObject.func_annotations, ptr((sp -= 8)))
  if ((oparg & 2) !== 0) setptr($func + PyFunctionObject.func_kwdefaults, ptr((sp -= 8)))
  if ((oparg & 1) !== 0) setptr($func + PyFunctionObject.func_defaults, ptr((sp -= 8)))
  setptr(sp, $func)
  return sp + 8
}

/** CALL_FUNCTION_EX. @returns the new stack pointer, negated with an error set. */
export function call_function_ex(sp: number, oparg: number, tracing: number): number {
  let $kwargs: Own = NULL
  if ((oparg & 1) !== 0) {
    sp -= 8
    $kwargs = ptr(sp) as Own
    if (!PyDict_CheckExact($kwargs)) {
      const $d = PyDict_New()
      if ($d === NULL) {
        Py_DECREF($kwargs)
        return -sp
      }
      if (_PyDict_MergeEx($d, $kwargs, 2) < 0) {
        Py_DECREF($d)
        format_kwargs_error(ptr(sp - 16), $kwargs)
        Py_DECREF($kwargs)
        return -sp
      }
      Py_DECREF($kwargs)
      $kwargs = $d
    }
  }
  sp -= 8
  let $callargs = ptr(sp) as Own
  const func = ptr(sp - 8)
  if (!PyTuple_CheckExact($callargs)) {
    if (check_args_iterable(func, $callargs) < 0) {
      Py_DECREF($callargs)
      Py_XDECREF($kwargs)
      return -sp
    }
    const $tuple = PySequence_Tuple($callargs)
    Py_DECREF($callargs)
    if ($tuple === NULL) {
      Py_XDECREF($kwargs)
      return -sp
    }
    $callargs = $tuple
  }
  const $result = do_call_core(func, $callargs, $kwargs, tracing)
  Py_DECREF(func)
  Py_DECREF($callargs)
  Py_XDECREF($kwargs)
  sp -= 8
  setptr(sp - 8, $result)
  return $result === NULL ? -sp : sp
}

/** Tell the profiler about a call of a C function; then make the call. */
function traced(func: Ref, call: () => Own): Own {
  const ts = tstate
  if (ptr(ts + PyThreadState.c_profilefunc) === 0) return call()
  if (call_trace(true, currentFrame(), Trace.C_CALL, func) !== 0) return NULL
  const $x = call()
  if (ptr(ts + PyThreadState.c_profilefunc) === 0) return $x
  if ($x === NULL) call_trace_protected(true, currentFrame(), Trace.C_EXCEPTION, func)
  else if (call_trace(true, currentFrame(), Trace.C_RETURN, func) !== 0) {
    Py_DECREF($x)
    return NULL
  }
  return $x
}

function currentFrame(): number {
  return ptr(ptr(tstate + PyThreadState.cframe) + 8)
}

const isCFunction = (func: Ref): boolean => Py_TYPE(func) === PyCFunction_Type || Py_TYPE(func) === PyCMethod_Type

function boundMethod(descr: Ref, self: Ref): Own {
  return fn<descrgetfunc>(ptr(Py_TYPE(descr) + PyTypeObject.tp_descr_get))(descr, self, Py_TYPE(self))
}

/** A call while tracing or profiling. */
export function trace_call_function(func: Ref, args: number, nargs: number, kwnames: Ref): Own {
  if (isCFunction(func)) return traced(func, () => PyObject_Vectorcall(func, args, nargs, kwnames))
  if (Py_TYPE(func) === PyMethodDescr_Type && nargs > 0) {
    const $bound = boundMethod(func, ptr(args))
    if ($bound === NULL) return NULL
    const $x = traced($bound, () => PyObject_Vectorcall($bound, args + 8, nargs - 1, kwnames))
    Py_DECREF($bound)
    return $x
  }
  return PyObject_Vectorcall(func, args, nargs | PY_VECTORCALL_ARGUMENTS_OFFSET, kwnames)
}

function do_call_core(func: Ref, callargs: Ref, kwdict: Ref, tracing: number): Own {
  if (tracing !== 0) {
    if (isCFunction(func)) return traced(func, () => PyObject_Call(func, callargs, kwdict))
    const nargs = Py_SIZE(callargs)
    if (Py_TYPE(func) === PyMethodDescr_Type && nargs > 0) {
      const $bound = boundMethod(func, PyTuple_GET_ITEM(callargs, 0))
      if ($bound === NULL) return NULL
      const $x = traced($bound, () => _PyObject_FastCallDict($bound, callargs + PyTupleObject.ob_item + 8, nargs - 1, kwdict))
      Py_DECREF($bound)
      return $x
    }
  }
  return PyObject_Call(func, callargs, kwdict)
}

function check_args_iterable(func: Ref, args: Ref): number {
  if (ptr(Py_TYPE(args) + PyTypeObject.tp_iter) !== 0 || PySequence_Check(args)) return 0
  PyErr_Clear()
  const $str = _PyObject_FunctionStr(func)
  if ($str !== NULL) {
    typeError(`${PyUnicode_AsJS($str)} argument after * must be an iterable, not ${typeName(args)}`)
    Py_DECREF($str)
  }
  return -1
}

/** Reword the error that merging `kwargs` into a call's keywords raised. */
export function format_kwargs_error(func: Ref, kwargs: Ref): void {
  if (PyErr_ExceptionMatches(PyExc_AttributeError)) {
    PyErr_Clear()
    const $str = _PyObject_FunctionStr(func)
    if ($str === NULL) return
    typeError(`${PyUnicode_AsJS($str)} argument after ** must be a mapping, not ${typeName(kwargs)}`)
    Py_DECREF($str)
  } else if (PyErr_ExceptionMatches(PyExc_KeyError)) {
    const mark = cstackMark()
    const at = calloca(24)
    PyErr_Fetch(at)
    const value = ptr(at + 8)
    if (value !== 0 && PyTuple_Check(value) && Py_SIZE(value) === 1) {
      const $str = _PyObject_FunctionStr(func)
      if ($str !== NULL) {
        typeError(`${PyUnicode_AsJS($str)} got multiple values for keyword argument '${strJS(PyTuple_GET_ITEM(value, 0))}'`)
        Py_DECREF($str)
      }
      Py_XDECREF(ptr(at))
      Py_DECREF(value)
      Py_XDECREF(ptr(at + 16))
    } else PyErr_RestoreFrom(at)
    cstackReset(mark)
  }
}
