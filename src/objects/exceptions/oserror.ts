import { E } from "../../base/errno.ts"
import { ptr, setptr, setssize, ssize } from "../../heap/access.ts"
import { fn, indexOfFn } from "../../heap/fntable.ts"
import { PyBaseExceptionObject, PyOSErrorObject, PyTypeObject } from "../../heap/layout.ts"
import { INTERP, Interp } from "../../heap/map.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_DECREF, Py_IS_TYPE, Py_NewRef, Py_TYPE, Py_XDECREF, Py_XNewRef, Py_XSETREF } from "../../heap/refcount.ts"
import { PyNumber_AsSsize_t, PyNumber_Check } from "../abstract.ts"
import { defineType } from "../define.ts"
import { PyDict_GetItemWithError, PyDict_New, PyDict_SetItem } from "../dictobject.ts"
import { PyErr_Occurred, PyErr_SetString } from "../errors.ts"
import { _PyArg_NoKeywords } from "../getargs.ts"
import { PyLong_Check, PyLong_FromLong } from "../longobject.ts"
import { PyObject_Str, reprJS, tp_name_js } from "../object.ts"
import { type allocfunc, METH, T, type visitproc } from "../slots.ts"
import {
  EMPTY_TUPLE,
  Py_None,
  PyExc_AttributeError,
  PyExc_BlockingIOError,
  PyExc_BrokenPipeError,
  PyExc_ChildProcessError,
  PyExc_ConnectionAbortedError,
  PyExc_ConnectionError,
  PyExc_ConnectionRefusedError,
  PyExc_ConnectionResetError,
  PyExc_Exception,
  PyExc_FileExistsError,
  PyExc_FileNotFoundError,
  PyExc_InterruptedError,
  PyExc_IsADirectoryError,
  PyExc_NotADirectoryError,
  PyExc_OSError,
  PyExc_PermissionError,
  PyExc_ProcessLookupError,
  PyExc_TimeoutError,
  PyExc_ValueError,
} from "../statictypes.ts"
import {
  PyTuple_GET_ITEM,
  PyTuple_GET_SIZE,
  PyTuple_GetSlice,
  PyTuple_New,
  PyTuple_Pack2,
  PyTuple_Pack3,
  PyTuple_SET_ITEM,
} from "../tupleobject.ts"
import { PyUnicode_AsJS, PyUnicode_FromString } from "../unicodeobject.ts"
import { exceptionSpec } from "./attributes.ts"
import { BaseException_str, clearExtra, deallocExtra, traverseExtra } from "./base.ts"

// Objects/exceptions.c: OSError and its family. The constructor of OSError itself picks the subclass for the errno.

// A subclass that defines __init__ but not __new__ wants its extra arguments ignored by __new__: then __init__ does the work.
function oserror_use_init(type: Ref): boolean {
  return ptr(type + PyTypeObject.tp_init) !== indexOfFn(OSError_init) && ptr(type + PyTypeObject.tp_new) === indexOfFn(OSError_new)
}

// The i-th argument when OSError is called with 2 to 5 arguments, else NULL.
function parsed(args: Ref, i: number): Ref {
  const n = PyTuple_GET_SIZE(args)
  return n >= 2 && n <= 5 && i < n ? PyTuple_GET_ITEM(args, i) : NULL
}

function oserror_init(self: Ref, args: Ref): number {
  let $args = Py_NewRef(args)
  const filename = parsed(args, 2)
  const filename2 = parsed(args, 4)
  if (filename !== 0 && filename !== Py_None) {
    if (Py_IS_TYPE(self, PyExc_BlockingIOError) && PyNumber_Check(filename)) {
      const n = PyNumber_AsSsize_t(filename, PyExc_ValueError)
      if (n === -1 && PyErr_Occurred()) {
        Py_DECREF($args)
        return -1
      }
      setssize(self + PyOSErrorObject.written, n)
    } else {
      setptr(self + PyOSErrorObject.filename, Py_NewRef(filename))
      if (filename2 !== 0 && filename2 !== Py_None) setptr(self + PyOSErrorObject.filename2, Py_NewRef(filename2))
      const $two = PyTuple_GetSlice(args, 0, 2)
      Py_DECREF($args)
      if ($two === NULL) return -1
      $args = $two
    }
  }
  setptr(self + PyOSErrorObject.myerrno, Py_XNewRef(parsed(args, 0)))
  setptr(self + PyOSErrorObject.strerror, Py_XNewRef(parsed(args, 1)))
  Py_XSETREF(self + PyBaseExceptionObject.args, $args)
  return 0
}

function OSError_new(type: Ref, args: Ref, kwds: Ref): Own {
  const useInit = oserror_use_init(type)
  if (!useInit) {
    if (!_PyArg_NoKeywords(tp_name_js(type), kwds)) return NULL
    const myerrno = parsed(args, 0)
    const errnomap = ptr(INTERP + Interp.errnomap)
    if (myerrno !== 0 && type === PyExc_OSError && errnomap !== 0 && PyLong_Check(myerrno)) {
      const newtype = PyDict_GetItemWithError(errnomap, myerrno)
      if (newtype !== 0) type = newtype
      else if (PyErr_Occurred()) return NULL
    }
  }
  const $self = fn<allocfunc>(ptr(type + PyTypeObject.tp_alloc))(type, 0)
  if ($self === NULL) return NULL
  setssize($self + PyOSErrorObject.written, -1)
  if (useInit) setptr($self + PyBaseExceptionObject.args, Py_NewRef(EMPTY_TUPLE))
  else if (oserror_init($self, args) < 0) {
    Py_DECREF($self)
    return NULL
  }
  return $self
}

function OSError_init(self: Ref, args: Ref, kwds: Ref): number {
  if (!oserror_use_init(Py_TYPE(self))) return 0
  if (!_PyArg_NoKeywords(tp_name_js(Py_TYPE(self)), kwds)) return -1
  return oserror_init(self, args)
}

function OSError_clear(self: Ref): number {
  return clearExtra(self, 4)
}
function OSError_dealloc(self: Ref): void {
  deallocExtra(self, 4)
}
function OSError_traverse(self: Ref, visit: visitproc, arg: number): number {
  return traverseExtra(self, 4, visit, arg)
}

function strOrNone(at: number): string | null {
  const v = ptr(at)
  const $s = PyObject_Str(v === 0 ? Py_None : v)
  if ($s === NULL) return null
  const s = PyUnicode_AsJS($s)
  Py_DECREF($s)
  return s
}

function OSError_str(self: Ref): Own {
  const filename = ptr(self + PyOSErrorObject.filename)
  const filename2 = ptr(self + PyOSErrorObject.filename2)
  if (filename === 0 && (ptr(self + PyOSErrorObject.myerrno) === 0 || ptr(self + PyOSErrorObject.strerror) === 0))
    return BaseException_str(self)
  const errno = strOrNone(self + PyOSErrorObject.myerrno)
  const text = errno === null ? null : strOrNone(self + PyOSErrorObject.strerror)
  if (text === null) return NULL
  let tail = ""
  if (filename !== 0) {
    const one = reprJS(filename)
    const two = one !== null && filename2 !== 0 ? reprJS(filename2) : ""
    if (one === null || two === null) return NULL
    tail = filename2 !== 0 ? `: ${one} -> ${two}` : `: ${one}`
  }
  return PyUnicode_FromString(`[Errno ${errno}] ${text}${tail}`)
}

function OSError_reduce(self: Ref): Own {
  const args = ptr(self + PyBaseExceptionObject.args)
  const filename = ptr(self + PyOSErrorObject.filename)
  const filename2 = ptr(self + PyOSErrorObject.filename2)
  let $args: Own
  if (PyTuple_GET_SIZE(args) === 2 && filename !== 0) {
    $args = PyTuple_New(filename2 !== 0 ? 5 : 3)
    if ($args === NULL) return NULL
    PyTuple_SET_ITEM($args, 0, Py_NewRef(PyTuple_GET_ITEM(args, 0)))
    PyTuple_SET_ITEM($args, 1, Py_NewRef(PyTuple_GET_ITEM(args, 1)))
    PyTuple_SET_ITEM($args, 2, Py_NewRef(filename))
    if (filename2 !== 0) {
      PyTuple_SET_ITEM($args, 3, Py_NewRef(Py_None))
      PyTuple_SET_ITEM($args, 4, Py_NewRef(filename2))
    }
  } else $args = Py_NewRef(args)
  const dict = ptr(self + PyBaseExceptionObject.dict)
  const $r = dict !== 0 ? PyTuple_Pack3(Py_TYPE(self), $args, dict) : PyTuple_Pack2(Py_TYPE(self), $args)
  Py_DECREF($args)
  return $r
}

function OSError_written_get(self: Ref): Own {
  const n = ssize(self + PyOSErrorObject.written)
  return n === -1 ? PyErr_SetString(PyExc_AttributeError, "characters_written") : PyLong_FromLong(n)
}

function OSError_written_set(self: Ref, arg: Ref): number {
  if (arg === 0) {
    if (ssize(self + PyOSErrorObject.written) === -1) {
      PyErr_SetString(PyExc_AttributeError, "characters_written")
      return -1
    }
    setssize(self + PyOSErrorObject.written, -1)
    return 0
  }
  const n = PyNumber_AsSsize_t(arg, PyExc_ValueError)
  if (n === -1 && PyErr_Occurred()) return -1
  setssize(self + PyOSErrorObject.written, n)
  return 0
}

const ERRNO_TYPES: readonly (readonly [Ref, E])[] = [
  [PyExc_BlockingIOError, E.EAGAIN],
  [PyExc_BlockingIOError, E.EALREADY],
  [PyExc_BlockingIOError, E.EINPROGRESS],
  [PyExc_BrokenPipeError, E.EPIPE],
  [PyExc_BrokenPipeError, E.ESHUTDOWN],
  [PyExc_ChildProcessError, E.ECHILD],
  [PyExc_ConnectionAbortedError, E.ECONNABORTED],
  [PyExc_ConnectionRefusedError, E.ECONNREFUSED],
  [PyExc_ConnectionResetError, E.ECONNRESET],
  [PyExc_FileExistsError, E.EEXIST],
  [PyExc_FileNotFoundError, E.ENOENT],
  [PyExc_IsADirectoryError, E.EISDIR],
  [PyExc_NotADirectoryError, E.ENOTDIR],
  [PyExc_InterruptedError, E.EINTR],
  [PyExc_PermissionError, E.EACCES],
  [PyExc_PermissionError, E.EPERM],
  [PyExc_ProcessLookupError, E.ESRCH],
  [PyExc_TimeoutError, E.ETIMEDOUT],
]

/** Boot: the errno → class map that OSError's constructor uses; 0, or -1 with the error set. */
export function initErrnoMap(): number {
  const $map = PyDict_New()
  if ($map === NULL) return -1
  setptr(INTERP + Interp.errnomap, $map)
  for (const [type, code] of ERRNO_TYPES) {
    const $code = PyLong_FromLong(code)
    const bad = $code === NULL ? -1 : PyDict_SetItem($map, $code, type)
    Py_XDECREF($code)
    if (bad < 0) return -1
  }
  return 0
}

const FAMILY: readonly (readonly [Ref, string, Ref])[] = [
  [PyExc_BlockingIOError, "BlockingIOError", PyExc_OSError],
  [PyExc_ConnectionError, "ConnectionError", PyExc_OSError],
  [PyExc_ChildProcessError, "ChildProcessError", PyExc_OSError],
  [PyExc_BrokenPipeError, "BrokenPipeError", PyExc_ConnectionError],
  [PyExc_ConnectionAbortedError, "ConnectionAbortedError", PyExc_ConnectionError],
  [PyExc_ConnectionRefusedError, "ConnectionRefusedError", PyExc_ConnectionError],
  [PyExc_ConnectionResetError, "ConnectionResetError", PyExc_ConnectionError],
  [PyExc_FileExistsError, "FileExistsError", PyExc_OSError],
  [PyExc_FileNotFoundError, "FileNotFoundError", PyExc_OSError],
  [PyExc_IsADirectoryError, "IsADirectoryError", PyExc_OSError],
  [PyExc_NotADirectoryError, "NotADirectoryError", PyExc_OSError],
  [PyExc_InterruptedError, "InterruptedError", PyExc_OSError],
  [PyExc_PermissionError, "PermissionError", PyExc_OSError],
  [PyExc_ProcessLookupError, "ProcessLookupError", PyExc_OSError],
  [PyExc_TimeoutError, "TimeoutError", PyExc_OSError],
]

defineType(PyExc_OSError, {
  ...exceptionSpec("OSError", PyExc_Exception, PyOSErrorObject.SIZE),
  dealloc: OSError_dealloc,
  traverse: OSError_traverse,
  clear: OSError_clear,
  init: OSError_init,
  new: OSError_new,
  str: OSError_str,
  methods: [["__reduce__", OSError_reduce, METH.NOARGS]],
  members: [
    ["errno", T.OBJECT, PyOSErrorObject.myerrno, 0],
    ["strerror", T.OBJECT, PyOSErrorObject.strerror, 0],
    ["filename", T.OBJECT, PyOSErrorObject.filename, 0],
    ["filename2", T.OBJECT, PyOSErrorObject.filename2, 0],
  ],
  getset: [["characters_written", OSError_written_get, OSError_written_set]],
})
for (const [type, name, base] of FAMILY) {
  defineType(type, {
    ...exceptionSpec(name, base, PyOSErrorObject.SIZE),
    dealloc: OSError_dealloc,
    traverse: OSError_traverse,
    clear: OSError_clear,
    init: OSError_init,
    new: OSError_new,
  })
}
