import { int32, ptr, setint32, setptr } from "../heap/access.ts"
import { calloca, cstackMark, cstackReset } from "../heap/cstack.ts"
import { _PyErr_StackItem, _PyInterpreterFrame as F, PyThreadState } from "../heap/layout.ts"
import { INTERP, Interp, RUNTIME, Runtime } from "../heap/map.ts"
import { _Py_GetAllocatedBlocks, _PyDebugAllocatorStats, _PyObject_DebugMallocStats } from "../heap/obmalloc.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { Py_DECREF, Py_INCREF, Py_NewRef, Py_REFCNT, Py_TYPE, Py_XDECREF, Py_XNewRef } from "../heap/refcount.ts"
import { ID } from "../heap/statics.ts"
import { tstate } from "../heap/tstate.ts"
import { _PyType_PreHeaderSize } from "../gc/gcmodule.ts"
import { PyObject_CallNoArgs } from "../objects/call.ts"
import { defineModule } from "../objects/define.ts"
import { PyDict_DelItem, PyDict_GetItemWithError, PyDict_New, PyDict_SetItem, PyDict_SetItemString } from "../objects/dictobject.ts"
import { PyErr_Clear, PyErr_ExceptionMatches, PyErr_Fetch, PyErr_Occurred, PyErr_RestoreFrom, PyErr_SetString } from "../objects/errors.ts"
import { PyFile_NewStdPrinter } from "../objects/stdprinter.ts"
import { _PyFrame_GetFrameObject, _PyFrame_IsIncomplete } from "../objects/frame.ts"
import { _PyArg_BadArgument, _PyArg_CheckPositional, PyArg_ParseTupleAndKeywords } from "../objects/getargs.ts"
import { PyBool_FromLong } from "../objects/boolobject.ts"
import { PyException_GetTraceback } from "../objects/exceptions.ts"
import { FreeList } from "../objects/freelists.ts"
import { PyTuple_Pack3 } from "../objects/tupleobject.ts"
import { _PyLong_AsInt, PyLong_AsSsize_t, PyLong_FromBigInt, PyLong_FromLong } from "../objects/longobject.ts"
import { PyModule_GetDict } from "../objects/moduleobject.ts"
import { PyCallable_Check, typeName } from "../objects/object.ts"
import { METH } from "../objects/slots.ts"
import { Py_None, PyExc_RecursionError, PyExc_TypeError, PyExc_ValueError } from "../objects/statictypes.ts"
import { PyStructSequence_New, PyStructSequence_SET_ITEM } from "../objects/structseq.ts"
import { _PyObject_LookupSpecial, PyType_ClearCache } from "../objects/typeobject.ts"
import { PyUnicode_Check, PyUnicode_CheckExact, PyUnicode_FromString, PyUnicode_InternInPlace } from "../objects/unicodeobject.ts"
import {
  _PyEval_GetCoroutineOriginTrackingDepth,
  _PyEval_GetFrame,
  _PyEval_SetAsyncGenFinalizer,
  _PyEval_SetAsyncGenFirstiter,
  _PyEval_SetCoroutineOriginTrackingDepth,
  Py_GetRecursionLimit,
  Py_SetRecursionLimit,
} from "./ceval_api.ts"
import { createBuiltin, setModule, setModulesDict } from "./import.ts"
import { PySys_Audit, sys_addaudithook, sys_audit } from "./sys/audit.ts"
import {
  sys_breakpointhook,
  sys_displayhook,
  sys_excepthook,
  sys_exc_info,
  sys_exception,
  sys_exit,
  sys_unraisablehook,
  writeToSysFile,
} from "./sys/hooks.ts"
import { AsyncGenHooksType, initInfo } from "./sys/info.ts"
import { writeStderr, writeStdout } from "./sys/stdfd.ts"
import {
  sys_call_tracing,
  sys_getprofile,
  sys_getswitchinterval,
  sys_gettrace,
  sys_setprofile,
  sys_setswitchinterval,
  sys_settrace,
} from "./sys/tracing.ts"

export { PySys_Audit } from "./sys/audit.ts"

// Python/sysmodule.c: the module `sys`. Constants are in sys/info.ts, hooks in sys/hooks.ts.

const sysdict = (): Ref => ptr(INTERP + Interp.sysdict)

/** Borrowed sys.<name> (a str object); NULL without error if absent; an error that is set stays. */
export function _PySys_GetAttr(name: Ref): Ref {
  const dict = sysdict()
  if (dict === 0) return NULL
  const mark = cstackMark()
  const at = calloca(24)
  PyErr_Fetch(at)
  const v = PyDict_GetItemWithError(dict, name)
  PyErr_RestoreFrom(at)
  cstackReset(mark)
  return v
}

/** Borrowed; NULL without error if absent. */
export function PySys_GetObject(name: string): Ref {
  const $name = PyUnicode_FromString(name)
  if ($name === NULL) {
    PyErr_Clear()
    return NULL
  }
  const v = _PySys_GetAttr($name)
  Py_DECREF($name)
  return v
}

/** `v` NULL: delete. */
export function _PySys_SetAttr(name: Ref, v: Ref): number {
  if (v !== 0) return PyDict_SetItem(sysdict(), name, v)
  return PyDict_GetItemWithError(sysdict(), name) === 0 ? 0 : PyDict_DelItem(sysdict(), name)
}
export function PySys_SetObject(name: string, v: Ref): number {
  const $name = PyUnicode_FromString(name)
  if ($name === NULL) return -1
  const r = _PySys_SetAttr($name, v)
  Py_DECREF($name)
  return r
}

function writeTo(name: Ref, text: string, fallback: (text: string) => void): void {
  const mark = cstackMark()
  const at = calloca(24)
  PyErr_Fetch(at)
  if (!writeToSysFile(name, text)) fallback(text)
  PyErr_RestoreFrom(at)
  cstackReset(mark)
}
/** To sys.stderr, or descriptor 2 when that fails. */
export function PySys_WriteStderr(text: string): void {
  writeTo(ID("stderr"), text, writeStderr)
}
export function PySys_WriteStdout(text: string): void {
  writeTo(ID("stdout"), text, writeStdout)
}

function intArg(arg: Ref): number {
  return _PyLong_AsInt(arg)
}
const failed = (n: number): boolean => n === -1 && PyErr_Occurred() !== 0
const none = (): Own => Py_NewRef(Py_None)

function sys_clear_type_cache(_m: Ref): Own {
  PyType_ClearCache()
  return none()
}
function sys_getdefaultencoding(_m: Ref): Own {
  return PyUnicode_FromString("utf-8")
}
function sys_getfilesystemencoding(_m: Ref): Own {
  return PyUnicode_FromString("utf-8")
}
function sys_getfilesystemencodeerrors(_m: Ref): Own {
  return PyUnicode_FromString("surrogateescape")
}
let dlopenflags = 2
function sys_getdlopenflags(_m: Ref): Own {
  return PyLong_FromLong(dlopenflags)
}
function sys_setdlopenflags(_m: Ref, arg: Ref): Own {
  const n = intArg(arg)
  if (failed(n)) return NULL
  dlopenflags = n
  return none()
}
function sys_getallocatedblocks(_m: Ref): Own {
  return PyLong_FromLong(_Py_GetAllocatedBlocks())
}
function sys_getquickenedcount(_m: Ref): Own {
  return PyLong_FromLong(0)
}
function sys_getrefcount(_m: Ref, op: Ref): Own {
  return PyLong_FromLong(Py_REFCNT(op))
}
function sys_getrecursionlimit(_m: Ref): Own {
  return PyLong_FromLong(Py_GetRecursionLimit())
}
function sys_setrecursionlimit(_m: Ref, arg: Ref): Own {
  const limit = intArg(arg)
  if (failed(limit)) return NULL
  if (limit < 1) return PyErr_SetString(PyExc_ValueError, "recursion limit must be greater or equal than 1")
  const depth = int32(tstate + PyThreadState.recursion_limit) - int32(tstate + PyThreadState.recursion_remaining)
  if (depth >= limit) {
    return PyErr_SetString(
      PyExc_RecursionError,
      `cannot set the recursion limit to ${limit} at the recursion depth ${depth}: the limit is too low`,
    )
  }
  Py_SetRecursionLimit(limit)
  return none()
}

/** Bytes of an object with what lies before it (GC head, dict pointers); -1 with the error set. */
export function _PySys_GetSizeOf(o: Ref): number {
  const $method = _PyObject_LookupSpecial(o, ID("__sizeof__"))
  if ($method === NULL) {
    if (PyErr_Occurred() === 0) PyErr_SetString(PyExc_TypeError, `Type ${typeName(o)} doesn't define __sizeof__`)
    return -1
  }
  const $res = PyObject_CallNoArgs($method)
  Py_DECREF($method)
  if ($res === NULL) return -1
  const size = PyLong_AsSsize_t($res)
  Py_DECREF($res)
  if (failed(size)) return -1
  if (size < 0) {
    PyErr_SetString(PyExc_ValueError, "__sizeof__() should return >= 0")
    return -1
  }
  return size + _PyType_PreHeaderSize(Py_TYPE(o))
}
function sys_getsizeof(_m: Ref, args: Ref, kwds: Ref): Own {
  const at = PyArg_ParseTupleAndKeywords(args, kwds, "O|O:getsizeof", ["object", "default"])
  if (at === 0) return NULL
  const o = ptr(at)
  const dflt = ptr(at + 8)
  const size = _PySys_GetSizeOf(o)
  if (size === -1 && PyErr_Occurred() !== 0) {
    if (dflt === 0 || !PyErr_ExceptionMatches(PyExc_TypeError)) return NULL
    PyErr_Clear()
    return Py_NewRef(dflt)
  }
  // a size near PY_SSIZE_T_MAX is beyond a double's precision
  return size < Number.MAX_SAFE_INTEGER
    ? PyLong_FromLong(size)
    : PyLong_FromBigInt(2n ** 63n - 1n + BigInt(_PyType_PreHeaderSize(Py_TYPE(o))))
}

function sys_getframe(_m: Ref, args: number, nargs: number): Own {
  let depth = 0
  if (!_PyArg_CheckPositional("_getframe", nargs, 0, 1)) return NULL
  if (nargs > 0) {
    depth = intArg(ptr(args))
    if (failed(depth)) return NULL
  }
  let frame = _PyEval_GetFrame()
  while (frame !== 0 && depth > 0) {
    frame = ptr(frame + F.previous)
    if (frame !== 0 && !_PyFrame_IsIncomplete(frame)) depth--
  }
  if (frame === 0) return PyErr_SetString(PyExc_ValueError, "call stack is not deep enough")
  const f = _PyFrame_GetFrameObject(frame)
  if (f === 0) return NULL
  Py_INCREF(f)
  if (PySys_Audit("sys._getframe", f) < 0) {
    Py_DECREF(f)
    return NULL
  }
  return f as Own
}

/** {thread id: value} over all threads; a NULL value is left out. */
function perThread(value: (ts: number) => Own): Own {
  const $d = PyDict_New()
  if ($d === NULL) return NULL
  for (let ts = ptr(INTERP + Interp.threads_head) as number; ts !== 0; ts = ptr(ts + PyThreadState.next)) {
    const $v = value(ts)
    if ($v === NULL) continue
    const $id = PyLong_FromLong(int32(ts + PyThreadState.thread_id) >>> 0)
    const bad = PyDict_SetItem($d, $id, $v)
    Py_DECREF($id)
    Py_DECREF($v)
    if (bad < 0) {
      Py_DECREF($d)
      return NULL
    }
  }
  return $d
}
function frameOfThread(ts: number): Own {
  let frame = ptr(ptr(ts + PyThreadState.cframe) + 8) as number
  while (frame !== 0 && _PyFrame_IsIncomplete(frame)) frame = ptr(frame + F.previous)
  return frame === 0 ? NULL : Py_XNewRef(_PyFrame_GetFrameObject(frame))
}
function sys_current_frames(_m: Ref): Own {
  return PySys_Audit("sys._current_frames") < 0 ? NULL : perThread(frameOfThread)
}
/** _PyErr_StackItemToExcInfoTuple */
function excTuple(value: Ref): Own {
  const $tb = value === Py_None ? NULL : PyException_GetTraceback(value)
  const $info = PyTuple_Pack3(value === Py_None ? Py_None : Py_TYPE(value), value, $tb === NULL ? Py_None : $tb)
  Py_XDECREF($tb)
  return $info
}
function exceptionOfThread(ts: number): Own {
  for (let item = ptr(ts + PyThreadState.exc_info) as number; item !== 0; item = ptr(item + _PyErr_StackItem.previous_item)) {
    const v = ptr(item + _PyErr_StackItem.exc_value)
    if (v !== 0 && v !== Py_None) return excTuple(v)
  }
  return excTuple(Py_None)
}
function sys_current_exceptions(_m: Ref): Own {
  return PySys_Audit("sys._current_exceptions") < 0 ? NULL : perThread(exceptionOfThread)
}

/** _PyObject_DebugTypeStats */
function typeStats(): string {
  const lists = INTERP + Interp.freelists
  const line = (name: string, numfree: number, size: number): string => _PyDebugAllocatorStats(`free ${name}`, int32(lists + numfree), size)
  let out =
    line("PyDictObject", FreeList.dict_numfree, 48) +
    line("PyFloatObject", FreeList.float_numfree, 24) +
    line("PyListObject", FreeList.list_numfree, 40)
  for (let n = 1; n <= 20; n++) out += line(`${n}-sized PyTupleObject`, FreeList.tuple_numfree + (n - 1) * 4, 24 + 8 * n)
  return out
}
function sys_debugmallocstats(_m: Ref): Own {
  const stats = _PyObject_DebugMallocStats()
  writeStderr((stats === "" ? "" : `${stats}\n`) + typeStats())
  return none()
}
function sys_intern(_m: Ref, s: Ref): Own {
  if (!PyUnicode_Check(s)) return _PyArg_BadArgument("intern", "argument", "str", s) as 0 & Own
  if (!PyUnicode_CheckExact(s)) return PyErr_SetString(PyExc_TypeError, `can't intern ${typeName(s)}`)
  return PyUnicode_InternInPlace(Py_NewRef(s))
}
function sys_is_finalizing(_m: Ref): Own {
  return PyBool_FromLong(int32(RUNTIME + Runtime.finalizing) !== 0 ? 1 : 0)
}
function sys_set_origin_depth(_m: Ref, args: Ref, kwds: Ref): Own {
  const at = PyArg_ParseTupleAndKeywords(args, kwds, "O:set_coroutine_origin_tracking_depth", ["depth"])
  if (at === 0) return NULL
  const depth = _PyLong_AsInt(ptr(at))
  if (failed(depth)) return NULL
  return _PyEval_SetCoroutineOriginTrackingDepth(depth) < 0 ? NULL : none()
}
function sys_get_origin_depth(_m: Ref): Own {
  return PyLong_FromLong(_PyEval_GetCoroutineOriginTrackingDepth())
}
function sys_set_asyncgen_hooks(_m: Ref, args: Ref, kw: Ref): Own {
  const at = PyArg_ParseTupleAndKeywords(args, kw, "|OO", ["firstiter", "finalizer"])
  if (at === 0) return NULL
  const firstiter = ptr(at)
  const finalizer = ptr(at + 8)
  if (finalizer !== 0) {
    if (finalizer !== Py_None && !PyCallable_Check(finalizer))
      return PyErr_SetString(PyExc_TypeError, `callable finalizer expected, got ${typeName(finalizer)}`)
    if (_PyEval_SetAsyncGenFinalizer(finalizer === Py_None ? NULL : finalizer) < 0) return NULL
  }
  if (firstiter !== 0) {
    if (firstiter !== Py_None && !PyCallable_Check(firstiter))
      return PyErr_SetString(PyExc_TypeError, `callable firstiter expected, got ${typeName(firstiter)}`)
    if (_PyEval_SetAsyncGenFirstiter(firstiter === Py_None ? NULL : firstiter) < 0) return NULL
  }
  return none()
}
function sys_get_asyncgen_hooks(_m: Ref): Own {
  const $res = PyStructSequence_New(AsyncGenHooksType)
  if ($res === NULL) return NULL
  PyStructSequence_SET_ITEM($res, 0, Py_NewRef(ptr(tstate + PyThreadState.async_gen_firstiter) || Py_None))
  PyStructSequence_SET_ITEM($res, 1, Py_NewRef(ptr(tstate + PyThreadState.async_gen_finalizer) || Py_None))
  return $res
}
function sys_get_int_max_str_digits(_m: Ref): Own {
  return PyLong_FromLong(int32(INTERP + Interp.int_max_str_digits))
}
const maxdigitsNames = ["maxdigits"]
function sys_set_int_max_str_digits(_m: Ref, args: Ref, kwds: Ref): Own {
  const at = PyArg_ParseTupleAndKeywords(args, kwds, "O:set_int_max_str_digits", maxdigitsNames)
  if (at === 0) return NULL
  const n = _PyLong_AsInt(ptr(at))
  if (failed(n)) return NULL
  if (n !== 0 && n < 640) return PyErr_SetString(PyExc_ValueError, "maxdigits must be 0 or larger than 640")
  setint32(INTERP + Interp.int_max_str_digits, n)
  return none()
}

const SIG = (text: string, doc: string): string => `${text}\n--\n\n${doc}`

defineModule({
  name: "sys",
  doc: "This module provides access to some objects used or maintained by the\ninterpreter and to functions that interact strongly with the interpreter.",
  size: -1,
  methods: [
    ["addaudithook", sys_addaudithook, METH.O, SIG("($module, /, hook)", "Adds a new audit hook callback.")],
    ["audit", sys_audit, METH.FASTCALL, "audit(event, *args)\n\nPasses the event to any audit hooks that are attached."],
    [
      "breakpointhook",
      sys_breakpointhook,
      METH.FASTCALL | METH.KEYWORDS,
      "breakpointhook(*args, **kws)\n\nThis hook function is called by built-in breakpoint().\n",
    ],
    ["_clear_type_cache", sys_clear_type_cache, METH.NOARGS, SIG("($module, /)", "Clear the internal type lookup cache.")],
    [
      "_current_frames",
      sys_current_frames,
      METH.NOARGS,
      SIG("($module, /)", "Return a dict mapping each thread's thread id to its current stack frame."),
    ],
    [
      "_current_exceptions",
      sys_current_exceptions,
      METH.NOARGS,
      SIG("($module, /)", "Return a dict mapping each thread's identifier to its current raised exception."),
    ],
    ["displayhook", sys_displayhook, METH.O, SIG("($module, object, /)", "Print an object to sys.stdout and also save it in builtins._")],
    ["exception", sys_exception, METH.NOARGS, SIG("($module, /)", "Return the current exception.")],
    ["exc_info", sys_exc_info, METH.NOARGS, SIG("($module, /)", "Return current exception information: (type, value, traceback).")],
    [
      "excepthook",
      sys_excepthook,
      METH.FASTCALL,
      SIG("($module, exctype, value, traceback, /)", "Handle an exception by displaying it with a traceback on sys.stderr."),
    ],
    ["exit", sys_exit, METH.FASTCALL, SIG("($module, status=None, /)", "Exit the interpreter by raising SystemExit(status).")],
    [
      "getdefaultencoding",
      sys_getdefaultencoding,
      METH.NOARGS,
      SIG("($module, /)", "Return the current default encoding used by the Unicode implementation."),
    ],
    [
      "getdlopenflags",
      sys_getdlopenflags,
      METH.NOARGS,
      SIG("($module, /)", "Return the current value of the flags that are used for dlopen calls."),
    ],
    [
      "getallocatedblocks",
      sys_getallocatedblocks,
      METH.NOARGS,
      SIG("($module, /)", "Return the number of memory blocks currently allocated."),
    ],
    [
      "getfilesystemencoding",
      sys_getfilesystemencoding,
      METH.NOARGS,
      SIG("($module, /)", "Return the encoding used to convert Unicode filenames to OS filenames."),
    ],
    [
      "getfilesystemencodeerrors",
      sys_getfilesystemencodeerrors,
      METH.NOARGS,
      SIG("($module, /)", "Return the error mode used for Unicode to OS filename conversion."),
    ],
    ["_getquickenedcount", sys_getquickenedcount, METH.NOARGS, SIG("($module, /)", "")],
    [
      "getrefcount",
      sys_getrefcount,
      METH.O,
      SIG(
        "($module, object, /)",
        "Return the reference count of object.\n\nThe count returned is generally one higher than you might expect,\nbecause it includes the (temporary) reference as an argument to\ngetrefcount().",
      ),
    ],
    ["getrecursionlimit", sys_getrecursionlimit, METH.NOARGS, SIG("($module, /)", "Return the current value of the recursion limit.")],
    [
      "getsizeof",
      sys_getsizeof,
      METH.VARARGS | METH.KEYWORDS,
      "getsizeof(object [, default]) -> int\n\nReturn the size of object in bytes.",
    ],
    ["_getframe", sys_getframe, METH.FASTCALL, SIG("($module, depth=0, /)", "Return a frame object from the call stack.")],
    ["intern", sys_intern, METH.O, SIG("($module, string, /)", "``Intern'' the given string.")],
    ["is_finalizing", sys_is_finalizing, METH.NOARGS, SIG("($module, /)", "Return True if Python is exiting.")],
    [
      "setswitchinterval",
      sys_setswitchinterval,
      METH.O,
      SIG("($module, interval, /)", "Set the ideal thread switching delay inside the Python interpreter."),
    ],
    [
      "getswitchinterval",
      sys_getswitchinterval,
      METH.NOARGS,
      SIG("($module, /)", "Return the current thread switch interval; see sys.setswitchinterval()."),
    ],
    ["setdlopenflags", sys_setdlopenflags, METH.O, SIG("($module, flags, /)", "Set the flags used by the interpreter for dlopen calls.")],
    [
      "setprofile",
      sys_setprofile,
      METH.O,
      "setprofile(function)\n\nSet the profiling function.  It will be called on each function call\nand return.  See the profiler chapter in the library manual.",
    ],
    ["getprofile", sys_getprofile, METH.NOARGS, SIG("($module, /)", "Return the profiling function set with sys.setprofile.")],
    [
      "setrecursionlimit",
      sys_setrecursionlimit,
      METH.O,
      SIG("($module, limit, /)", "Set the maximum depth of the Python interpreter stack to n."),
    ],
    [
      "settrace",
      sys_settrace,
      METH.O,
      "settrace(function)\n\nSet the global debug tracing function.  It will be called on each\nfunction call.  See the debugger chapter in the library manual.",
    ],
    ["gettrace", sys_gettrace, METH.NOARGS, SIG("($module, /)", "Return the global debug tracing function set with sys.settrace.")],
    ["call_tracing", sys_call_tracing, METH.FASTCALL, SIG("($module, func, args, /)", "Call func(*args), while tracing is enabled.")],
    [
      "_debugmallocstats",
      sys_debugmallocstats,
      METH.NOARGS,
      SIG("($module, /)", "Print debug info to stderr about the state of pymalloc and structmalloc."),
    ],
    [
      "set_coroutine_origin_tracking_depth",
      sys_set_origin_depth,
      METH.VARARGS | METH.KEYWORDS,
      SIG("($module, /, depth)", "Enable or disable origin tracking for coroutine objects in this thread."),
    ],
    [
      "get_coroutine_origin_tracking_depth",
      sys_get_origin_depth,
      METH.NOARGS,
      SIG("($module, /)", "Check status of origin tracking for coroutine objects in this thread."),
    ],
    [
      "set_asyncgen_hooks",
      sys_set_asyncgen_hooks,
      METH.VARARGS | METH.KEYWORDS,
      "set_asyncgen_hooks(* [, firstiter] [, finalizer])\n\nSet a finalizer for async generators objects.",
    ],
    ["get_asyncgen_hooks", sys_get_asyncgen_hooks, METH.NOARGS, SIG("($module, /)", "Return the installed asynchronous generators hooks.")],
    ["unraisablehook", sys_unraisablehook, METH.O, SIG("($module, unraisable, /)", "Handle an unraisable exception.")],
    [
      "get_int_max_str_digits",
      sys_get_int_max_str_digits,
      METH.NOARGS,
      SIG("($module, /)", "Return the maximum string digits limit for non-binary int<->str conversions."),
    ],
    [
      "set_int_max_str_digits",
      sys_set_int_max_str_digits,
      METH.VARARGS | METH.KEYWORDS,
      SIG("($module, /, maxdigits)", "Set the maximum string digits limit for non-binary int<->str conversions."),
    ],
  ],
})

/** Boot: make sys.modules and sys with everything that does not depend on the command line. Owned module; NULL with the error set. */
export function _PySys_Create(): Own {
  const $modules = PyDict_New()
  if ($modules === NULL) return NULL
  setModulesDict($modules)
  const $sys = createBuiltin("sys")
  if ($sys === NULL) return NULL
  const dict = PyModule_GetDict($sys)
  setptr(INTERP + Interp.sysdict, Py_NewRef(dict))
  if (PyDict_SetItemString(dict, "modules", $modules) < 0) return NULL
  const $printer = PyFile_NewStdPrinter(2)
  if ($printer === NULL || PyDict_SetItemString(dict, "stderr", $printer) < 0 || PyDict_SetItemString(dict, "__stderr__", $printer) < 0)
    return NULL
  Py_DECREF($printer)
  for (const hook of ["displayhook", "excepthook", "breakpointhook", "unraisablehook"]) {
    if (PyDict_SetItemString(dict, `__${hook}__`, PySys_GetObject(hook)) < 0) return NULL
  }
  return initInfo(dict) && setModule("sys", $sys) === 0 ? $sys : NULL
}
