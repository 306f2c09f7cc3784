import { int32, ptr, setint32, setptr } from "../heap/access.ts"
import { PyThreadState } from "../heap/layout.ts"
import { RUNTIME, Runtime } from "../heap/map.ts"
import { PyMem_RawFree, PyMem_RawMalloc } from "../heap/obmalloc.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { Py_DECREF, Py_NewRef, Py_XDECREF, Py_XNewRef, Py_XSETREF } from "../heap/refcount.ts"
import { ID, staticAlloc } from "../heap/statics.ts"
import { tstate } from "../heap/tstate.ts"
import { PyObject_Call, PyObject_CallMethodNoArgs } from "../objects/call.ts"
import { defineModule } from "../objects/define.ts"
import { PyDict_Check } from "../objects/dictobject.ts"
import {
  _PyErr_WriteUnraisableMsg,
  PyErr_Clear,
  PyErr_ExceptionMatches,
  PyErr_NoMemory,
  PyErr_Occurred,
  PyErr_SetNone,
  PyErr_SetString,
} from "../objects/errors.ts"
import { parseTuple, PyArg_UnpackTuple } from "../objects/getargs.ts"
import { PyFile_WriteString } from "../objects/fileobject.ts"
import { PyLong_FromLong } from "../objects/longobject.ts"
import { PyModule_AddObject, PyModule_AddObjectRef, PyModule_AddType } from "../objects/moduleobject.ts"
import { PyCallable_Check, PyObject_GetAttrString, strJS } from "../objects/object.ts"
import { METH } from "../objects/slots.ts"
import { Py_None, PyExc_RuntimeError, PyExc_SystemExit, PyExc_TypeError, PyExc_ValueError } from "../objects/statictypes.ts"
import { PyStructSequence_InitType, structSequenceType } from "../objects/structseq.ts"
import { PyTuple_Check, PyTuple_GET_ITEM } from "../objects/tupleobject.ts"
import { upcalls } from "../objects/upcalls.ts"
import { PyFloat_FromDouble } from "../objects/floatobject.ts"
import { PyWeakref_GET_OBJECT, PyWeakref_NewRef } from "../objects/weakrefobject.ts"
import { _PyErr_Display } from "../vm/traceback.ts"
import { _PyThreadState_DeleteCurrent, PyThreadState_Clear, PyThreadState_New } from "../vm/pystate.ts"
import { signalEvalBreaker } from "../vm/gil.ts"
import { Job, startJob } from "../vm/workers.ts"
import { PyType_Ready } from "../objects/typeobject.ts"
import { localDummyType, localType } from "./thread/local.ts"
import { lockType, newLock, releaseLock, rlockType, TIMEOUT_MAX } from "./thread/lock.ts"

// Modules/_threadmodule.c: the module.

/** Number of threads started here and still running (interp->threads.count): a C static of ours. */
const COUNT = staticAlloc(16)

const excepthookArgsType = structSequenceType({
  name: "_thread._ExceptHookArgs",
  doc: "ExceptHookArgs - arguments of threading.excepthook",
  fields: [["exc_type"], ["exc_value"], ["exc_traceback"], ["thread"]],
  inSequence: 4,
})

/** Run a thread's job in its worker, with the lock held: what workerLoop calls. */
export function thread_run(job: number): void {
  const func = ptr(job + Job.func)
  const args = ptr(job + Job.args)
  const kwargs = ptr(job + Job.kwargs)
  setint32(COUNT, int32(COUNT) + 1)
  const $res = PyObject_Call(func, args, kwargs)
  if ($res !== NULL) Py_DECREF($res)
  else if (PyErr_ExceptionMatches(PyExc_SystemExit)) PyErr_Clear()
  else _PyErr_WriteUnraisableMsg("in thread started by", func)
  Py_DECREF(func)
  Py_DECREF(args)
  Py_XDECREF(kwargs)
  setint32(COUNT, int32(COUNT) - 1)
  PyThreadState_Clear(tstate)
  releaseSentinel(tstate)
  _PyThreadState_DeleteCurrent()
}

function start_new_thread(_module: Ref, fargs: Ref): Own {
  const at = PyArg_UnpackTuple(fargs, "start_new_thread", 2, 3)
  if (at === 0) return NULL
  const func = ptr(at)
  const args = ptr(at + 8)
  const kwargs = ptr(at + 16)
  if (!PyCallable_Check(func)) return PyErr_SetString(PyExc_TypeError, "first arg must be callable")
  if (!PyTuple_Check(args)) return PyErr_SetString(PyExc_TypeError, "2nd arg must be a tuple")
  if (kwargs !== 0 && !PyDict_Check(kwargs)) return PyErr_SetString(PyExc_TypeError, "optional 3rd arg must be a dictionary")
  const job = PyMem_RawMalloc(Job.SIZE)
  if (job === 0) return PyErr_NoMemory()
  const ts = PyThreadState_New()
  if (ts === 0) {
    PyMem_RawFree(job)
    return PyErr_Occurred() ? NULL : PyErr_NoMemory()
  }
  setptr(ts + PyThreadState.thread_id, ts)
  setptr(job + Job.tstate, ts)
  setptr(job + Job.func, Py_NewRef(func))
  setptr(job + Job.args, Py_NewRef(args))
  setptr(job + Job.kwargs, Py_XNewRef(kwargs))
  startJob(job)
  return PyLong_FromLong(ts)
}

function exit_thread(_module: Ref): Own {
  PyErr_SetNone(PyExc_SystemExit)
  return NULL
}
function interrupt_main(_module: Ref, args: Ref): Own {
  const n = args !== 0 && int32(args + 16) > 0 ? parseTuple(args, NULL, "|i:signum", null) : -1
  if (n === 0) return NULL
  const signum = n === -1 ? 2 : int32(n)
  if (signum < 1 || signum > 64) return PyErr_SetString(PyExc_ValueError, "signal number out of range")
  const word = RUNTIME + (signum > 32 ? Runtime.signals_hi : Runtime.signals_lo)
  setint32(word, int32(word) | (1 << ((signum - 1) & 31)))
  setint32(RUNTIME + Runtime.signals_pending, 1)
  signalEvalBreaker()
  return Py_NewRef(Py_None)
}
function allocate_lock(_module: Ref): Own {
  return newLock()
}
function get_ident(_module: Ref): Own {
  return PyLong_FromLong(ptr(tstate + PyThreadState.thread_id))
}
function get_native_id(_module: Ref): Own {
  return PyLong_FromLong(process.pid + (ptr(tstate + PyThreadState.id) - 1))
}
function count(_module: Ref): Own {
  return PyLong_FromLong(int32(COUNT))
}
// Threads' native stacks are the workers': the size asked for is remembered, not used.
function stack_size(_module: Ref, args: Ref): Own {
  const at = parseTuple(args, NULL, "|n:stack_size", null)
  if (at === 0) return NULL
  const size = int32(args + 16) > 0 ? int32(at) : 0
  if (size < 0) return PyErr_SetString(PyExc_ValueError, "size must be 0 or a positive value")
  if (size > 0 && size < 32768) return PyErr_SetString(PyExc_ValueError, `size not valid: ${size} bytes`)
  const old = int32(STACK_SIZE)
  if (int32(args + 16) > 0) setint32(STACK_SIZE, size)
  return PyLong_FromLong(old)
}
const STACK_SIZE = staticAlloc(16)

// on_delete_data of a thread state: a weak reference to the lock that tells the thread's end (Thread._tstate_lock).
function releaseSentinel(ts: number): void {
  const wr = ptr(ts + PyThreadState.on_delete_data)
  if (wr === 0) return
  setptr(ts + PyThreadState.on_delete_data, 0)
  const obj = PyWeakref_GET_OBJECT(wr)
  if (obj !== Py_None) {
    const $lock = Py_NewRef(obj)
    releaseLock($lock)
    Py_DECREF($lock)
  }
  Py_DECREF(wr)
}
function set_sentinel(_module: Ref): Own {
  const $lock = newLock()
  if ($lock === NULL) return NULL
  const $wr = PyWeakref_NewRef($lock, NULL)
  if ($wr === NULL) {
    Py_DECREF($lock)
    return NULL
  }
  Py_XSETREF(tstate + PyThreadState.on_delete_data, $wr)
  return $lock
}
/** The main thread's sentinel is released by finalisation as a thread's is by its end. */
export function releaseMainSentinel(): void {
  releaseSentinel(tstate)
}

// threading.excepthook: SystemExit is silent, others are printed with the thread's name.
function excepthook(_module: Ref, args: Ref): Own {
  const type = PyTuple_GET_ITEM(args, 0)
  if (type === PyExc_SystemExit) return Py_NewRef(Py_None)
  const value = PyTuple_GET_ITEM(args, 1)
  const tb = PyTuple_GET_ITEM(args, 2)
  const thread = PyTuple_GET_ITEM(args, 3)
  let $file: Own = NULL
  const stderr = upcalls.sysGetObject("stderr")
  if (stderr === 0 || stderr === Py_None) {
    if (thread === Py_None) return Py_NewRef(Py_None)
    $file = PyObject_GetAttrString(thread, "_stderr")
    if ($file === NULL) return NULL
    if ($file === Py_None) return $file
  } else $file = Py_NewRef(stderr)
  try {
    let name: string | null = null
    if (thread !== Py_None) {
      const $name = PyObject_GetAttrString(thread, "name")
      if ($name === NULL) PyErr_Clear()
      else {
        name = strJS($name)
        Py_DECREF($name)
      }
    }
    const who = name ?? String(ptr(tstate + PyThreadState.thread_id))
    if (PyFile_WriteString(`Exception in thread ${who}:\n`, $file) < 0) return NULL
    _PyErr_Display($file, type, value, tb)
    return PyObject_CallMethodNoArgs($file, ID("flush"))
  } finally {
    Py_DECREF($file)
  }
}

function exec(module: Ref): number {
  if (PyStructSequence_InitType(excepthookArgsType) < 0) return -1
  return PyModule_AddObjectRef(module, "LockType", lockType) < 0 ||
    PyModule_AddType(module, rlockType) < 0 ||
    PyType_Ready(localDummyType) < 0 ||
    PyModule_AddType(module, localType) < 0 ||
    PyModule_AddObjectRef(module, "_ExceptHookArgs", excepthookArgsType) < 0 ||
    PyModule_AddObjectRef(module, "error", PyExc_RuntimeError) < 0 ||
    PyModule_AddObject(module, "TIMEOUT_MAX", PyFloat_FromDouble(TIMEOUT_MAX)) < 0
    ? -1
    : 0
}

defineModule({
  name: "_thread",
  doc: "Threads and locks, the primitives under `threading`.",
  exec,
  methods: [
    [
      "start_new_thread",
      start_new_thread,
      METH.VARARGS,
      "start_new_thread(function, args[, kwargs])\n\nRun the function in a new thread; its identifier.",
    ],
    ["start_new", start_new_thread, METH.VARARGS],
    ["allocate_lock", allocate_lock, METH.NOARGS, "allocate_lock() -> lock object"],
    ["allocate", allocate_lock, METH.NOARGS],
    ["exit_thread", exit_thread, METH.NOARGS],
    ["exit", exit_thread, METH.NOARGS, "exit()\n\nEnd the current thread: raises SystemExit."],
    [
      "interrupt_main",
      interrupt_main,
      METH.VARARGS,
      "interrupt_main(signum=signal.SIGINT, /)\n\nSimulate a signal's arrival in the main thread.",
    ],
    ["get_ident", get_ident, METH.NOARGS, "get_ident() -> integer"],
    ["get_native_id", get_native_id, METH.NOARGS, "get_native_id() -> integer"],
    ["_count", count, METH.NOARGS, "_count() -> integer"],
    ["stack_size", stack_size, METH.VARARGS, "stack_size([size]) -> size"],
    ["_set_sentinel", set_sentinel, METH.NOARGS],
    ["_excepthook", excepthook, METH.O, "excepthook(exc_type, exc_value, exc_traceback, thread)"],
  ],
})
