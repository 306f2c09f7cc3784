import fs from "node:fs"
import { int32, ptr, setint32 } from "../heap/access.ts"
import { fnIndex } from "../heap/fntable.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { Py_CLEAR, Py_DECREF, Py_NewRef, Py_XSETREF } from "../heap/refcount.ts"
import { ID, staticAlloc } from "../heap/statics.ts"
import { PyObject_CallMethodNoArgs } from "../objects/call.ts"
import { defineModule } from "../objects/define.ts"
import { PyErr_Clear, PyErr_Occurred, PyErr_SetString } from "../objects/errors.ts"
import { PyFloat_AsDouble, PyFloat_Check } from "../objects/floatobject.ts"
import { argGiven, parseTuple } from "../objects/getargs.ts"
import { _PyLong_AsInt, PyLong_AsDouble, PyLong_AsLong, PyLong_Check } from "../objects/longobject.ts"
import { METH } from "../objects/slots.ts"
import { Py_None, PyExc_OverflowError, PyExc_RuntimeError, PyExc_ValueError } from "../objects/statictypes.ts"
import { upcalls } from "../objects/upcalls.ts"
import { eval_frame_handle_pending } from "../vm/ceval_pending.ts"
import { mainCall } from "../vm/maincall.ts"
import { _Py_DumpTraceback, _Py_DumpTracebackThreads } from "../vm/traceback.ts"
import { INTERNAL_SIGNAL, setNativeHandler } from "./signalmodule.ts"
import { none, truth } from "./support.ts"

// Modules/faulthandler.c. TypeScript code does not fault: enable() only remembers. Tracebacks are dumped when asked for, after a time, or on a
// signal: the process's own thread trips a bit, the main Python thread writes at its next instruction.

const enum Fault {
  enabled = 0,
  /** dump_traceback_later: descriptor, exit. */
  laterFd = 4,
  laterExit = 8,
  /** Files that must stay open: enable's, later's. */
  file = 16,
  laterFile = 24,
  /** A user signal: file (8), descriptor (4), all threads (4). */
  users = 32,
  USER = 16,
  SIZE = 32 + 65 * 16,
}
const STATE = staticAlloc(Fault.SIZE)

/** The file object whose descriptor `faulthandler_get_fileno` found, NULL for a plain number. Borrowed. */
let fileFound: Ref = NULL
/** Descriptor of a file argument (NULL, None: sys.stderr), flushed; -1 with the error set. */
function faulthandler_get_fileno(file: Ref): number {
  fileFound = NULL
  if (file === NULL || file === Py_None) {
    file = upcalls.sysGetObject("stderr")
    if (file === NULL) return fail(PyExc_RuntimeError, "unable to get sys.stderr")
    if (file === Py_None) return fail(PyExc_RuntimeError, "sys.stderr is None")
  } else if (PyLong_Check(file)) {
    const fd = _PyLong_AsInt(file)
    if (fd === -1 && PyErr_Occurred()) return -1
    return fd < 0 ? fail(PyExc_ValueError, "file is not a valid file descripter") : fd
  }
  const $fd = PyObject_CallMethodNoArgs(file, ID("fileno"))
  if ($fd === NULL) return -1
  const fd = PyLong_Check($fd) ? PyLong_AsLong($fd) : -1
  Py_DECREF($fd)
  if (fd < 0 || fd > 0x7fffffff) return fail(PyExc_RuntimeError, "file.fileno() is not a valid file descriptor")
  const $r = PyObject_CallMethodNoArgs(file, ID("flush"))
  if ($r === NULL) PyErr_Clear()
  else Py_DECREF($r)
  fileFound = file
  return fd
}
function fail(exc: Ref, message: string): number {
  PyErr_SetString(exc, message)
  return -1
}
function dump(fd: number, allThreads: boolean): void {
  try {
    fs.writeSync(fd, allThreads ? _Py_DumpTracebackThreads() : _Py_DumpTraceback())
  } catch {
    // nothing to tell it to
  }
}
function setFile(slot: number): void {
  if (fileFound === NULL) Py_CLEAR(STATE + slot)
  else Py_XSETREF(STATE + slot, Py_NewRef(fileFound))
}

function dump_traceback(_m: Ref, args: Ref, kwds: Ref): Own {
  const at = parseTuple(args, kwds, "|Oi:dump_traceback", ["file", "all_threads"])
  if (at === 0) return NULL
  const all = argGiven(1) ? int32(at + 8) !== 0 : true
  const fd = faulthandler_get_fileno(ptr(at))
  if (fd < 0) return NULL
  dump(fd, all)
  return eval_frame_handle_pending() < 0 ? NULL : none()
}
function enable(_m: Ref, args: Ref, kwds: Ref): Own {
  const at = parseTuple(args, kwds, "|Oi:enable", ["file", "all_threads"])
  if (at === 0 || faulthandler_get_fileno(ptr(at)) < 0) return NULL
  setFile(Fault.file)
  setint32(STATE + Fault.enabled, 1)
  return none()
}
function disable(_m: Ref): Own {
  const was = int32(STATE + Fault.enabled) !== 0
  setint32(STATE + Fault.enabled, 0)
  Py_CLEAR(STATE + Fault.file)
  return truth(was)
}
function is_enabled(_m: Ref): Own {
  return truth(int32(STATE + Fault.enabled) !== 0)
}

function laterFired(_signum: number): void {
  const fd = int32(STATE + Fault.laterFd)
  try {
    // in C a thread of its own writes this: none of the others is the current one
    fs.writeSync(fd, laterHeader + _Py_DumpTracebackThreads().replace("Current thread", "Thread"))
  } catch {
    // as in dump
  }
  if (int32(STATE + Fault.laterExit)) {
    mainCall("exit", 1)
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
  }
}
const LATER = fnIndex(laterFired)
/** "Timeout (h:mm:ss)!": of the main Python thread alone, as the handler is. */
let laterHeader = ""

function timeoutText(seconds: number): string {
  const us = Math.round(seconds * 1e6)
  const s = Math.floor(us / 1e6)
  const two = (n: number): string => String(n).padStart(2, "0")
  const fraction = us % 1e6 ? `.${String(us % 1e6).padStart(6, "0")}` : ""
  return `Timeout (${Math.floor(s / 3600)}:${two(Math.floor(s / 60) % 60)}:${two(s % 60)}${fraction})!\n`
}
function dump_traceback_later(_m: Ref, args: Ref, kwds: Ref): Own {
  const at = parseTuple(args, kwds, "O|iOi:dump_traceback_later", ["timeout", "repeat", "file", "exit"])
  if (at === 0) return NULL
  const timeout = ptr(at)
  const repeat = int32(at + 8) !== 0
  const file = ptr(at + 16)
  const exit = int32(at + 24)
  const s = PyFloat_Check(timeout) ? PyFloat_AsDouble(timeout) : PyLong_Check(timeout) ? PyLong_AsDouble(timeout) : PyLong_AsLong(timeout)
  if (s === -1 && PyErr_Occurred()) return NULL
  if (s <= 0) return PyErr_SetString(PyExc_ValueError, "timeout must be greater than 0")
  if (s > 9223372036) return PyErr_SetString(PyExc_OverflowError, "timeout value is too large")
  const fd = faulthandler_get_fileno(file)
  if (fd < 0) return NULL
  setFile(Fault.laterFile)
  setint32(STATE + Fault.laterFd, fd)
  setint32(STATE + Fault.laterExit, exit)
  laterHeader = timeoutText(s)
  setNativeHandler(INTERNAL_SIGNAL, LATER)
  mainCall("later", s, repeat)
  return none()
}
function cancel_dump_traceback_later(_m: Ref): Own {
  if (laterHeader !== "") mainCall("later", 0, false)
  laterHeader = ""
  Py_CLEAR(STATE + Fault.laterFile)
  return none()
}

function userFired(signum: number): void {
  const user = STATE + Fault.users + Fault.USER * signum
  dump(int32(user + 8), int32(user + 12) !== 0)
}
const USER = fnIndex(userFired)
const FATAL = [7, 4, 8, 6, 11]
/** False with the error set. */
function check_signum(signum: number): boolean {
  if (FATAL.includes(signum)) fail(PyExc_RuntimeError, `signal ${signum} cannot be registered, use enable() instead`)
  else if (signum < 1 || signum >= 65) fail(PyExc_ValueError, "signal number out of range")
  else return true
  return false
}
function register(_m: Ref, args: Ref, kwds: Ref): Own {
  const at = parseTuple(args, kwds, "i|Oii:register", ["signum", "file", "all_threads", "chain"])
  if (at === 0) return NULL
  const signum = int32(at)
  const file = ptr(at + 8)
  const all = argGiven(2) ? int32(at + 16) : 1
  if (!check_signum(signum)) return NULL
  const fd = faulthandler_get_fileno(file)
  if (fd < 0) return NULL
  const user = Fault.users + Fault.USER * signum
  setFile(user)
  setint32(STATE + user + 8, fd)
  setint32(STATE + user + 12, all)
  setNativeHandler(signum, USER)
  return none()
}
function unregister(_m: Ref, args: Ref): Own {
  const at = parseTuple(args, NULL, "i:unregister", null)
  if (at === 0) return NULL
  const signum = int32(at)
  if (!check_signum(signum)) return NULL
  const user = STATE + Fault.users + Fault.USER * signum
  const was = int32(user + 8) !== 0
  Py_CLEAR(user)
  setint32(user + 8, 0)
  if (was) setNativeHandler(signum, 0)
  return truth(was)
}
function raiser(signum: number): (m: Ref) => Own {
  return (_m: Ref): Own => {
    if (int32(STATE + Fault.enabled)) {
      const names: Readonly<Record<number, string>> = { 6: "Aborted", 8: "Floating point exception", 11: "Segmentation fault" }
      fs.writeSync(2, `Fatal Python error: ${names[signum]}\n\n${_Py_DumpTracebackThreads()}`)
    }
    process.kill(process.pid, signum)
    return none()
  }
}

defineModule({
  name: "faulthandler",
  doc: "faulthandler module.",
  methods: [
    ["enable", enable, METH.VARARGS | METH.KEYWORDS, "enable(file=sys.stderr, all_threads=True): enable the fault handler"],
    ["disable", disable, METH.NOARGS, "disable(): disable the fault handler"],
    ["is_enabled", is_enabled, METH.NOARGS, "is_enabled()->bool: check if the handler is enabled"],
    [
      "dump_traceback",
      dump_traceback,
      METH.VARARGS | METH.KEYWORDS,
      "dump_traceback(file=sys.stderr, all_threads=True):\ndump the traceback of the current thread, or of all threads\nif all_threads is True, into file",
    ],
    [
      "dump_traceback_later",
      dump_traceback_later,
      METH.VARARGS | METH.KEYWORDS,
      "dump_traceback_later(timeout, repeat=False, file=sys.stderr, exit=False):\ndump the traceback of all threads in timeout seconds",
    ],
    [
      "cancel_dump_traceback_later",
      cancel_dump_traceback_later,
      METH.NOARGS,
      "cancel_dump_traceback_later():\ncancel the previous call to dump_traceback_later().",
    ],
    [
      "register",
      register,
      METH.VARARGS | METH.KEYWORDS,
      "register(signum, file=sys.stderr, all_threads=True, chain=False): dump the tracebacks when the signal arrives",
    ],
    ["unregister", unregister, METH.VARARGS, "unregister(signum): undo register()"],
    ["_sigsegv", raiser(11), METH.VARARGS],
    ["_sigabrt", raiser(6), METH.NOARGS],
    ["_sigfpe", raiser(8), METH.NOARGS],
    ["_read_null", raiser(11), METH.NOARGS],
  ],
})
