import { E, strerror } from "../base/errno.ts"
import { int32, ptr, setint32, setptr } from "../heap/access.ts"
import { calloca, cstackMark, cstackReset } from "../heap/cstack.ts"
import { _PyErr_StackItem, PyThreadState } from "../heap/layout.ts"
import { INTERP, Interp } from "../heap/map.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { Py_DECREF, Py_INCREF, Py_NewRef, Py_TYPE, Py_XDECREF, Py_XINCREF, Py_XNewRef, Py_XSETREF } from "../heap/refcount.ts"
import { ID } from "../heap/statics.ts"
import { tstate } from "../heap/tstate.ts"
import { PyObject_IsSubclass } from "./abstract.ts"
import { PyObject_Call, PyObject_CallNoArgs, PyObject_CallOneArg, PyObject_CallThreeArgs } from "./call.ts"
import { PyDict_Contains, PyDict_New, PyDict_SetItem, PyDict_SetItemString } from "./dictobject.ts"
import {
  PyException_GetContext,
  PyException_GetTraceback,
  PyException_SetCause,
  PyException_SetContext,
  PyException_SetTraceback,
  PyExceptionClass_Check,
  PyExceptionInstance_Check,
} from "./exceptions.ts"
import { PyLong_FromLong } from "./longobject.ts"
import { reprJS, typeName } from "./object.ts"
import {
  Py_None,
  PyExc_Exception,
  PyExc_ImportError,
  PyExc_KeyError,
  PyExc_MemoryError,
  PyExc_OSError,
  PyExc_RecursionError,
  PyExc_SystemError,
  PyExc_TypeError,
  PyTraceBack_Type,
  PyType_Type,
} from "./statictypes.ts"
import { PyTuple_Check, PyTuple_GET_ITEM, PyTuple_New, PyTuple_Pack1, PyTuple_SET_ITEM } from "./tupleobject.ts"
import { PyType_IsSubtype } from "./typeobject.ts"
import { PyUnicode_FromString } from "./unicodeobject.ts"
import { upcalls } from "./upcalls.ts"

// Python/errors.c: the error indicator of the thread state.

/** Set the error indicator, stealing all three references; releases what was there. */
export function PyErr_Restore(type: Ref, value: Ref, traceback: Ref): void {
  if (traceback !== 0 && Py_TYPE(traceback) !== PyTraceBack_Type) {
    Py_DECREF(traceback)
    traceback = NULL
  }
  const ts = tstate
  const $oldtype = ptr(ts + PyThreadState.curexc_type)
  const $oldvalue = ptr(ts + PyThreadState.curexc_value)
  const $oldtb = ptr(ts + PyThreadState.curexc_traceback)
  setptr(ts + PyThreadState.curexc_type, type)
  setptr(ts + PyThreadState.curexc_value, value)
  setptr(ts + PyThreadState.curexc_traceback, traceback)
  Py_XDECREF($oldtype)
  Py_XDECREF($oldvalue)
  Py_XDECREF($oldtb)
}

/** Move the indicator into three owned pointers (type, value, traceback) at address `at`. */
export function PyErr_Fetch(at: number): void {
  const ts = tstate
  setptr(at, ptr(ts + PyThreadState.curexc_type))
  setptr(at + 8, ptr(ts + PyThreadState.curexc_value))
  setptr(at + 16, ptr(ts + PyThreadState.curexc_traceback))
  setptr(ts + PyThreadState.curexc_type, 0)
  setptr(ts + PyThreadState.curexc_value, 0)
  setptr(ts + PyThreadState.curexc_traceback, 0)
}

/** Put back what PyErr_Fetch stored at `at`. */
export function PyErr_RestoreFrom(at: number): void {
  PyErr_Restore(ptr(at), ptr(at + 8), ptr(at + 16))
}

/** The type of the error that is set (borrowed), or NULL. */
export function PyErr_Occurred(): Ref {
  return ptr(tstate + PyThreadState.curexc_type)
}

export function PyErr_Clear(): void {
  if (ptr(tstate + PyThreadState.curexc_type) !== 0) PyErr_Restore(NULL, NULL, NULL)
}

/** The innermost _PyErr_StackItem that holds an exception (address). */
export function _PyErr_GetTopmostException(): number {
  let item = ptr(tstate + PyThreadState.exc_info) as number
  for (;;) {
    const value = ptr(item + _PyErr_StackItem.exc_value)
    const previous = ptr(item + _PyErr_StackItem.previous_item)
    if ((value !== 0 && value !== Py_None) || previous === 0) return item
    item = previous
  }
}

/** The exception being handled, owned, or NULL without error. */
export function PyErr_GetHandledException(): Own {
  const exc = ptr(_PyErr_GetTopmostException() + _PyErr_StackItem.exc_value)
  return exc === 0 || exc === Py_None ? NULL : Py_NewRef(exc)
}

export function PyErr_SetHandledException(exc: Ref): void {
  Py_XSETREF(ptr(tstate + PyThreadState.exc_info) + _PyErr_StackItem.exc_value, Py_XNewRef(exc))
}

/** Borrowed type of an exception or None. */
export function get_exc_type(exc: Ref): Ref {
  return exc === 0 || exc === Py_None ? Py_None : Py_TYPE(exc)
}

/** Borrowed traceback of an exception, or None. */
export function get_exc_traceback(exc: Ref): Ref {
  if (exc === 0 || exc === Py_None) return Py_None
  const $tb = PyException_GetTraceback(exc)
  Py_XDECREF($tb)
  return $tb === NULL ? Py_None : $tb
}

/** (type, value, traceback) of a stack item, as sys.exc_info gives it. */
export function _PyErr_StackItemToExcInfoTuple(item: number): Own {
  const value = ptr(item + _PyErr_StackItem.exc_value)
  const $t = PyTuple_New(3)
  if ($t === NULL) return NULL
  PyTuple_SET_ITEM($t, 0, Py_NewRef(get_exc_type(value)))
  PyTuple_SET_ITEM($t, 1, Py_NewRef(value === 0 ? Py_None : value))
  PyTuple_SET_ITEM($t, 2, Py_NewRef(get_exc_traceback(value)))
  return $t
}

function _PyErr_CreateException(type: Ref, value: Ref): Own {
  const $exc =
    value === 0 || value === Py_None
      ? PyObject_CallNoArgs(type)
      : PyTuple_Check(value)
        ? PyObject_Call(type, value, NULL)
        : PyObject_CallOneArg(type, value)
  if ($exc !== NULL && !PyExceptionInstance_Check($exc)) {
    const r = reprJS(type)
    if (r !== null) {
      PyErr_SetString(PyExc_TypeError, `calling ${r} should have returned an instance of BaseException, not ${typeName($exc)}`)
    }
    Py_DECREF($exc)
    return NULL
  }
  return $exc
}

// Break a cycle that setting `exc`'s context to the exception being handled would close (Floyd's walk over the chain).
function breakContextCycle(handled: Ref, value: Ref): void {
  let o = handled
  let slow = o
  let toggle = false
  for (;;) {
    const $context = PyException_GetContext(o)
    if ($context === NULL) return
    Py_DECREF($context)
    if ($context === value) {
      PyException_SetContext(o, NULL)
      return
    }
    o = $context
    if (o === slow) return
    if (toggle) {
      const $slow = PyException_GetContext(slow)
      Py_DECREF($slow)
      slow = $slow
    }
    toggle = !toggle
  }
}

/** Raise `exception` with `value` (both borrowed), chaining the exception being handled as its context. */
export function PyErr_SetObject(exception: Ref, value: Ref): void {
  if (exception !== 0 && !PyExceptionClass_Check(exception)) {
    const r = reprJS(exception)
    if (r !== null) PyErr_SetString(PyExc_SystemError, `_PyErr_SetObject: exception ${r} is not a BaseException subclass`)
    return
  }
  let $value = Py_XNewRef(value)
  const handled = ptr(_PyErr_GetTopmostException() + _PyErr_StackItem.exc_value)
  if (handled !== 0 && handled !== Py_None) {
    Py_INCREF(handled)
    if ($value === NULL || !PyExceptionInstance_Check($value)) {
      PyErr_Clear()
      const $fixed = _PyErr_CreateException(exception, $value)
      Py_XDECREF($value)
      if ($fixed === NULL) {
        Py_DECREF(handled)
        return
      }
      $value = $fixed
    }
    if (handled !== $value) {
      breakContextCycle(handled, $value)
      PyException_SetContext($value, handled as Own)
    } else Py_DECREF(handled)
  }
  const $tb = $value !== NULL && PyExceptionInstance_Check($value) ? PyException_GetTraceback($value) : NULL
  Py_XINCREF(exception)
  PyErr_Restore(exception, $value, $tb)
}

/** KeyError whose argument is `arg` itself, even when that is a tuple. */
export function _PyErr_SetKeyError(arg: Ref): void {
  const $tup = PyTuple_Pack1(arg)
  if ($tup === NULL) return
  PyErr_SetObject(PyExc_KeyError, $tup)
  Py_DECREF($tup)
}

export function PyErr_SetNone(exception: Ref): void {
  PyErr_SetObject(exception, NULL)
}

/** Raise `exception` with a message. @returns NULL, for `return PyErr_SetString(…)`. */
export function PyErr_SetString(exception: Ref, message: string): Own {
  const $value = PyUnicode_FromString(message)
  if ($value !== NULL) {
    PyErr_SetObject(exception, $value)
    Py_DECREF($value)
  }
  return NULL
}

export function PyErr_NoMemory(): Own {
  if (upcalls.noMemory !== null) upcalls.noMemory()
  PyErr_SetNone(PyExc_MemoryError)
  return NULL
}

export function PyErr_BadArgument(): number {
  PyErr_SetString(PyExc_TypeError, "bad argument type for built-in operation")
  return 0
}

/** SystemError for a wrong internal call. @returns NULL. */
export function PyErr_BadInternalCall(where = "unknown"): Own {
  return PyErr_SetString(PyExc_SystemError, `${where}: bad argument to internal function`)
}

export function PyErr_GivenExceptionMatches(err: Ref, exc: Ref): boolean {
  if (err === 0 || exc === 0) return false
  if (PyTuple_Check(exc)) {
    const n = int32(exc + 16)
    for (let i = 0; i < n; i++) if (PyErr_GivenExceptionMatches(err, PyTuple_GET_ITEM(exc, i))) return true
    return false
  }
  if (PyExceptionInstance_Check(err)) err = Py_TYPE(err)
  if (PyExceptionClass_Check(err) && PyExceptionClass_Check(exc)) return PyType_IsSubtype(err, exc)
  return err === exc
}

export function PyErr_ExceptionMatches(exc: Ref): boolean {
  return PyErr_GivenExceptionMatches(PyErr_Occurred(), exc)
}

const NORMALIZE_LIMIT = 32

/** Make the value at `at + 8` an instance of the type at `at`; a triple as PyErr_Fetch leaves it. */
export function PyErr_NormalizeException(at: number): void {
  const headroom = tstate + PyThreadState.recursion_headroom
  setint32(headroom, int32(headroom) + 1)
  for (let depth = 0; ; ) {
    let type = ptr(at)
    if (type === 0) break
    let value = ptr(at + 8)
    if (value === 0) value = Py_NewRef(Py_None)
    let failed = false
    if (PyExceptionClass_Check(type)) {
      let inclass: Ref = NULL
      let isSubclass = 0
      if (PyExceptionInstance_Check(value)) {
        inclass = Py_TYPE(value)
        isSubclass = PyObject_IsSubclass(inclass, type)
        failed = isSubclass < 0
      }
      if (!failed && isSubclass === 0) {
        const $fixed = _PyErr_CreateException(type, value)
        if ($fixed === NULL) failed = true
        else {
          Py_DECREF(value)
          value = $fixed
        }
      } else if (!failed && inclass !== type) {
        Py_INCREF(inclass)
        Py_DECREF(type)
        type = inclass
      }
    }
    if (!failed) {
      setptr(at, type)
      setptr(at + 8, value)
      break
    }
    Py_DECREF(type)
    Py_DECREF(value)
    if (++depth === NORMALIZE_LIMIT) {
      PyErr_SetString(PyExc_RecursionError, "maximum recursion depth exceeded while normalizing an exception")
    }
    const $tb = ptr(at + 16)
    PyErr_Fetch(at)
    if ($tb !== 0) {
      if (ptr(at + 16) === 0) setptr(at + 16, $tb)
      else Py_DECREF($tb)
    }
    if (depth >= NORMALIZE_LIMIT + 2) throw new Error("moult bug: cannot recover from the recursive normalization of an exception")
  }
  setint32(headroom, int32(headroom) - 1)
}

/** Take the current error as one normalised exception with its traceback set (owned), clearing the indicator; NULL if none is set. */
export function PyErr_GetRaisedException(): Own {
  if (PyErr_Occurred() === 0) return NULL
  const mark = cstackMark()
  const at = calloca(24)
  PyErr_Fetch(at)
  PyErr_NormalizeException(at)
  const $value = ptr(at + 8) as Own
  const $tb = ptr(at + 16)
  if ($tb !== 0) {
    PyException_SetTraceback($value, $tb)
    Py_DECREF($tb)
  }
  Py_DECREF(ptr(at))
  cstackReset(mark)
  return $value
}

/** Make `$exc` (stolen) the current error. */
export function PyErr_SetRaisedException($exc: Own): void {
  PyErr_Restore(Py_NewRef(Py_TYPE($exc)), $exc, PyException_GetTraceback($exc))
}

/** Restore a fetched triple at `at`; if another error is set meanwhile, that one gets the fetched one as its context. */
export function _PyErr_ChainExceptions(at: number): void {
  if (ptr(at) === 0) return
  if (PyErr_Occurred() === 0) {
    PyErr_RestoreFrom(at)
    return
  }
  const mark = cstackMark()
  const at2 = calloca(24)
  PyErr_Fetch(at2)
  PyErr_NormalizeException(at)
  const $tb = ptr(at + 16)
  if ($tb !== 0) {
    PyException_SetTraceback(ptr(at + 8), $tb)
    Py_DECREF($tb)
  }
  Py_DECREF(ptr(at))
  PyErr_NormalizeException(at2)
  PyException_SetContext(ptr(at2 + 8), ptr(at + 8) as Own)
  PyErr_RestoreFrom(at2)
  cstackReset(mark)
}

/** Give the current error the context of the stack item (address; 0: the thread's own). */
export function _PyErr_ChainStackItem(item: number): void {
  const info = item === 0 ? (ptr(tstate + PyThreadState.exc_info) as number) : item
  const exc = ptr(info + _PyErr_StackItem.exc_value)
  if (exc === 0 || exc === Py_None) return
  const saved = ptr(tstate + PyThreadState.exc_info)
  if (item !== 0) setptr(tstate + PyThreadState.exc_info, item)
  const mark = cstackMark()
  const at = calloca(24)
  PyErr_Fetch(at)
  PyErr_SetObject(ptr(at), ptr(at + 8))
  Py_DECREF(ptr(at))
  Py_XDECREF(ptr(at + 8))
  Py_XDECREF(ptr(at + 16))
  cstackReset(mark)
  if (item !== 0) setptr(tstate + PyThreadState.exc_info, saved)
}

/** Raise `exception` with `message`, caused by the error that is set now. @returns NULL. */
export function _PyErr_FormatFromCause(exception: Ref, message: string | (() => string)): Own {
  const $cause = PyErr_GetRaisedException()
  PyErr_SetString(exception, typeof message === "string" ? message : message())
  const mark = cstackMark()
  const at = calloca(24)
  PyErr_Fetch(at)
  PyErr_NormalizeException(at)
  Py_INCREF($cause)
  PyException_SetCause(ptr(at + 8), $cause)
  PyException_SetContext(ptr(at + 8), $cause)
  PyErr_RestoreFrom(at)
  cstackReset(mark)
  return NULL
}

/** Raise `exc` (OSError or a relative) for a system error number, with up to two file names (NULL: none). @returns NULL. */
export function PyErr_SetFromErrnoWithFilenameObjects(exc: Ref, errno: number, filename: Ref, filename2: Ref): Own {
  const $message = PyUnicode_FromString(errno === 0 ? "Error" : strerror(errno))
  if ($message === NULL) return NULL
  const n = filename === 0 ? 2 : filename2 === 0 ? 3 : 5
  const $args = PyTuple_New(n)
  if ($args === NULL) {
    Py_DECREF($message)
    return NULL
  }
  PyTuple_SET_ITEM($args, 0, PyLong_FromLong(errno))
  PyTuple_SET_ITEM($args, 1, $message)
  if (n >= 3) PyTuple_SET_ITEM($args, 2, Py_NewRef(filename))
  if (n === 5) {
    PyTuple_SET_ITEM($args, 3, PyLong_FromLong(0))
    PyTuple_SET_ITEM($args, 4, Py_NewRef(filename2))
  }
  const $v = PyObject_Call(exc, $args, NULL)
  Py_DECREF($args)
  if ($v !== NULL) {
    PyErr_SetObject(Py_TYPE($v), $v)
    Py_DECREF($v)
  }
  return NULL
}

export function PyErr_SetFromErrnoWithFilenameObject(exc: Ref, errno: number, filename: Ref): Own {
  return PyErr_SetFromErrnoWithFilenameObjects(exc, errno, filename, NULL)
}

export function PyErr_SetFromErrno(exc: Ref, errno: number): Own {
  return PyErr_SetFromErrnoWithFilenameObjects(exc, errno, NULL, NULL)
}

/** OSError for `errno` (`posix_error` in C). @returns NULL. */
export function posixError(errno: number): Own {
  return PyErr_SetFromErrno(PyExc_OSError, errno || E.EIO)
}

/** ImportError (or a subclass) with name and path attributes (either may be NULL). @returns NULL. */
export function PyErr_SetImportErrorSubclass(exception: Ref, msg: Ref, name: Ref, path: Ref): Own {
  const sub = PyObject_IsSubclass(exception, PyExc_ImportError)
  if (sub < 0) return NULL
  if (sub === 0) return PyErr_SetString(PyExc_TypeError, "expected a subclass of ImportError")
  const $kwargs = PyDict_New()
  if ($kwargs === NULL) return NULL
  PyDict_SetItem($kwargs, ID("name"), name === 0 ? Py_None : name)
  PyDict_SetItem($kwargs, ID("path"), path === 0 ? Py_None : path)
  const $args = PyTuple_Pack1(msg)
  const $error = $args === NULL ? NULL : PyObject_Call(exception, $args, $kwargs)
  Py_XDECREF($args)
  Py_DECREF($kwargs)
  if ($error !== NULL) {
    PyErr_SetObject(Py_TYPE($error), $error)
    Py_DECREF($error)
  }
  return NULL
}

export function PyErr_SetImportError(msg: Ref, name: Ref, path: Ref): Own {
  return PyErr_SetImportErrorSubclass(PyExc_ImportError, msg, name, path)
}

/** Make an exception class "module.name" (base NULL: Exception; a tuple gives several bases; dict may be NULL). */
export function PyErr_NewException(name: string, base: Ref, dict: Ref): Own {
  return PyErr_NewExceptionWithDoc(name, null, base, dict)
}

export function PyErr_NewExceptionWithDoc(name: string, doc: string | null, base: Ref, dict: Ref): Own {
  const dot = name.lastIndexOf(".")
  if (dot < 0) return PyErr_SetString(PyExc_SystemError, "PyErr_NewException: name must be module.class")
  const $dict = dict === 0 ? PyDict_New() : Py_NewRef(dict)
  if ($dict === NULL) return NULL
  let $bases: Own = NULL
  let $name: Own = NULL
  let $result: Own = NULL
  try {
    const has = PyDict_Contains($dict, ID("__module__"))
    if (has < 0) return NULL
    if (has === 0) {
      const $module = PyUnicode_FromString(name.slice(0, dot))
      if ($module === NULL) return NULL
      const bad = PyDict_SetItem($dict, ID("__module__"), $module)
      Py_DECREF($module)
      if (bad) return NULL
    }
    if (doc !== null) {
      const $doc = PyUnicode_FromString(doc)
      if ($doc === NULL) return NULL
      const bad = PyDict_SetItemString($dict, "__doc__", $doc)
      Py_DECREF($doc)
      if (bad) return NULL
    }
    const parent = base === 0 ? PyExc_Exception : base
    $bases = PyTuple_Check(parent) ? Py_NewRef(parent) : PyTuple_Pack1(parent)
    $name = PyUnicode_FromString(name.slice(dot + 1))
    if ($bases === NULL || $name === NULL) return NULL
    $result = PyObject_CallThreeArgs(PyType_Type, $name, $bases, $dict)
    return $result
  } finally {
    Py_XDECREF($bases)
    Py_XDECREF($name)
    Py_DECREF($dict)
  }
}

/** Count one level of recursion. Non-zero: RecursionError is set (`where` is appended to its message). Python/ceval.c. */
export function Py_EnterRecursiveCall(where: string): number {
  const left = int32(tstate + PyThreadState.recursion_remaining) - 1
  setint32(tstate + PyThreadState.recursion_remaining, left)
  return left < 0 ? _Py_CheckRecursiveCall(where) : 0
}

export function Py_LeaveRecursiveCall(): void {
  const a = tstate + PyThreadState.recursion_remaining
  setint32(a, int32(a) + 1)
}

/** The slow half of Py_EnterRecursiveCall: adopt a raised limit, or raise RecursionError. */
export function _Py_CheckRecursiveCall(where: string): number {
  const ts = tstate
  const depth = int32(ts + PyThreadState.recursion_limit) - int32(ts + PyThreadState.recursion_remaining)
  const limit = int32(INTERP + Interp.recursion_limit)
  if (depth < limit) {
    setint32(ts + PyThreadState.recursion_limit, limit)
    setint32(ts + PyThreadState.recursion_remaining, limit - depth)
    return 0
  }
  const headroom = int32(ts + PyThreadState.recursion_headroom)
  const remaining = int32(ts + PyThreadState.recursion_remaining)
  if (headroom !== 0) {
    if (remaining < -50) throw new Error("Fatal Python error: _Py_CheckRecursiveCall: Cannot recover from stack overflow.")
  } else if (remaining <= 0) {
    setint32(ts + PyThreadState.recursion_headroom, headroom + 1)
    PyErr_SetString(PyExc_RecursionError, `maximum recursion depth exceeded${where}`)
    setint32(ts + PyThreadState.recursion_headroom, headroom)
    setint32(ts + PyThreadState.recursion_remaining, int32(ts + PyThreadState.recursion_remaining) + 1)
    return -1
  }
  return 0
}

export { _PyErr_WriteUnraisableMsg, PyErr_WriteUnraisable } from "./unraisable.ts"
