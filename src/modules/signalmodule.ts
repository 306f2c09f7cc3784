import os from "node:os"
import { E } from "../base/errno.ts"
import { int32, ptr, setint32, setptr } from "../heap/access.ts"
import { MAIN_TSTATE, RUNTIME, Runtime } from "../heap/map.ts"
import { fn } from "../heap/fntable.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { Py_DECREF, Py_NewRef, Py_XDECREF } from "../heap/refcount.ts"
import { staticAlloc } from "../heap/statics.ts"
import { tstate } from "../heap/tstate.ts"
import { i32 } from "../heap/views.ts"
import { PyIter_Next, PyObject_GetIter } from "../objects/abstract.ts"
import { PyErr_WarnFormat } from "../objects/_warnings.ts"
import { PyObject_CallTwoArgs } from "../objects/call.ts"
import { defineModule } from "../objects/define.ts"
import { PyDict_GetItemString } from "../objects/dictobject.ts"
import { PyErr_NewException, PyErr_Occurred, PyErr_SetFromErrno, PyErr_SetNone, PyErr_SetString } from "../objects/errors.ts"
import { PyFloat_AsDouble, PyFloat_Check, PyFloat_FromDouble } from "../objects/floatobject.ts"
import { _PyArg_CheckPositional, parseTuple } from "../objects/getargs.ts"
import { _PyLong_AsInt, PyLong_AsDouble, PyLong_AsLong, PyLong_CheckExact, PyLong_FromLong } from "../objects/longobject.ts"
import { PyModule_AddObject, PyModule_AddObjectRef, PyModule_GetDict } from "../objects/moduleobject.ts"
import { PyCallable_Check, PyObject_RichCompareBool, typeName } from "../objects/object.ts"
import { PySet_Add, PySet_New } from "../objects/setobject.ts"
import { METH, Py } from "../objects/slots.ts"
import {
  Py_None,
  PyExc_KeyboardInterrupt,
  PyExc_OSError,
  PyExc_RuntimeWarning,
  PyExc_TypeError,
  PyExc_ValueError,
} from "../objects/statictypes.ts"
import { PyStructSequence_InitType, PyStructSequence_New, PyStructSequence_SET_ITEM, structSequenceType } from "../objects/structseq.ts"
import { PyUnicode_FromString } from "../objects/unicodeobject.ts"
import { upcalls } from "../objects/upcalls.ts"
import { eval_frame_handle_pending, pendingHooks } from "../vm/ceval_pending.ts"
import { PyEval_RestoreThread, PyEval_SaveThread, waitOnWord } from "../vm/gil.ts"
import { PyImport_ImportModule } from "../vm/import.ts"
import { mainCall } from "../vm/maincall.ts"
import { addInts, none, ownTuple } from "./support.ts"

// Modules/signalmodule.c. The process's own thread catches signals (cli/signals.ts) and sets their bits in the heap; handlers run here, in
// the main Python thread, between two instructions. A Python handler or SIG_IGN means "caught" to the system, SIG_DFL means "not caught".

const NSIG = 65
const SIG_DFL = 0
const SIG_IGN = 1
const SIG_BLOCK = 0
const SIG_UNBLOCK = 1
const SIG_SETMASK = 2

/** The handler of each signal (owned, NULL: unknown), indexed by number. */
const HANDLERS = staticAlloc(8 * NSIG)
/** Blocked signals, one bit a signal as in Runtime.signals_lo; then the wake-up descriptor plus one. */
const MASK = staticAlloc(16)
const WAKEUP = MASK + 8
/** Native handlers (indexes in the function table), run before the Python ones: faulthandler's. */
const NATIVE = staticAlloc(4 * NSIG)
/** ItimerError, owned by the module too. */
const ITIMER_ERROR = staticAlloc(16)

const names = new Map(Object.entries(os.constants.signals).map(([name, n]) => [n as number, name]))

const DESCRIPTIONS =
  "|Hangup|Interrupt|Quit|Illegal instruction|Trace/breakpoint trap|Aborted|Bus error|Floating point exception|Killed|User defined signal 1|Segmentation fault|User defined signal 2|Broken pipe|Alarm clock|Terminated|Stack fault|Child exited|Continued|Stopped (signal)|Stopped|Stopped (tty input)|Stopped (tty output)|Urgent I/O condition|CPU time limit exceeded|File size limit exceeded|Virtual timer expired|Profiling timer expired|Window changed|I/O possible|Power failure|Bad system call".split(
    "|",
  )
const CONSTANTS: Readonly<Record<string, number>> = {
  NSIG,
  SIG_DFL,
  SIG_IGN,
  SIG_BLOCK,
  SIG_UNBLOCK,
  SIG_SETMASK,
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGILL: 4,
  SIGTRAP: 5,
  SIGIOT: 6,
  SIGABRT: 6,
  SIGFPE: 8,
  SIGKILL: 9,
  SIGBUS: 7,
  SIGSEGV: 11,
  SIGSYS: 31,
  SIGPIPE: 13,
  SIGALRM: 14,
  SIGTERM: 15,
  SIGUSR1: 10,
  SIGUSR2: 12,
  SIGCLD: 17,
  SIGCHLD: 17,
  SIGPWR: 30,
  SIGIO: 29,
  SIGURG: 23,
  SIGWINCH: 28,
  SIGPOLL: 29,
  SIGSTOP: 19,
  SIGTSTP: 20,
  SIGCONT: 18,
  SIGTTIN: 21,
  SIGTTOU: 22,
  SIGVTALRM: 26,
  SIGPROF: 27,
  SIGXCPU: 24,
  SIGXFSZ: 25,
  SIGRTMIN: 34,
  SIGRTMAX: 64,
  SIGSTKFLT: 16,
  ITIMER_REAL: 0,
  ITIMER_VIRTUAL: 1,
  ITIMER_PROF: 2,
}

function handlerOf(signum: number): Ref {
  return ptr(HANDLERS + 8 * signum)
}
function is(func: Ref, value: number): boolean {
  return func !== NULL && PyLong_CheckExact(func) && PyLong_AsLong(func) === value
}
function compare_handler(func: Ref, value: number): boolean {
  if (!PyLong_CheckExact(func)) {
    // an enum member, as signal.py gives it
    const $v = PyLong_FromLong(value)
    const eq = PyObject_RichCompareBool(func, $v, Py.EQ)
    Py_DECREF($v)
    return eq === 1
  }
  return is(func, value)
}
/** Can the system deliver it to us at all? (32 and 33 are glibc's.) */
function isValid(signum: number): boolean {
  return signum >= 1 && signum < NSIG && signum !== 32 && signum !== 33
}
function canHandleSignals(): boolean {
  return tstate === MAIN_TSTATE
}

function wordOf(base: number, signum: number): number {
  return (base + (signum > 32 ? 4 : 0)) >> 2
}
function bitOf(signum: number): number {
  return 1 << ((signum - 1) & 31)
}
const TRIPPED = RUNTIME + Runtime.signals_lo
function isTripped(signum: number): boolean {
  return (Atomics.load(i32, wordOf(TRIPPED, signum)) & bitOf(signum)) !== 0
}
function isBlocked(signum: number): boolean {
  return (i32[wordOf(MASK, signum)] & bitOf(signum)) !== 0
}

/** Have native code run when a signal arrives (0: no longer). The signal is then caught whatever its Python handler. */
export function setNativeHandler(signum: number, index: number): void {
  const was = isCaught(signum)
  setint32(NATIVE + 4 * signum, index)
  if (isCaught(signum) !== was && signum !== INTERNAL_SIGNAL) setCaught(signum, index !== 0)
}
/** A number the system never delivers: the process's own thread trips it when faulthandler's time is over. */
export const INTERNAL_SIGNAL = 32

/** trip_signal: as if the signal had arrived; its handler runs at the next instruction of the main thread. */
export function tripSignal(signum: number): void {
  Atomics.or(i32, wordOf(TRIPPED, signum), bitOf(signum))
  Atomics.store(i32, (RUNTIME + Runtime.signals_pending) >> 2, 1)
  Atomics.store(i32, (RUNTIME + Runtime.eval_breaker) >> 2, 1)
}

/** Is the signal ours to deliver without the system (a handler, SIG_IGN or a block is set)? */
export function isCaught(signum: number): boolean {
  return (
    isValid(signum) &&
    (isBlocked(signum) || int32(NATIVE + 4 * signum) !== 0 || !(handlerOf(signum) === NULL || is(handlerOf(signum), SIG_DFL)))
  )
}

/** _PyErr_CheckSignalsTstate: run the handlers of the signals that arrived and are not blocked. 0, or -1 with a handler's error set. */
export function _PyErr_CheckSignals(): number {
  for (let signum = 1; signum < NSIG; signum++) {
    if (!isTripped(signum) || isBlocked(signum)) continue
    Atomics.and(i32, wordOf(TRIPPED, signum), ~bitOf(signum))
    const native = int32(NATIVE + 4 * signum)
    if (native !== 0) fn<(signum: number) => void>(native)(signum)
    const func = handlerOf(signum)
    if (func === NULL || func === Py_None || is(func, SIG_DFL) || compare_handler(func, SIG_IGN)) continue
    const $frame = upcalls.currentFrame()
    const $num = PyLong_FromLong(signum)
    const $func = Py_NewRef(func)
    const $r = PyObject_CallTwoArgs($func, $num, $frame === NULL ? Py_None : $frame)
    Py_DECREF($func)
    Py_DECREF($num)
    Py_XDECREF($frame)
    if ($r === NULL) return -1
    Py_DECREF($r)
  }
  return 0
}
/** Run handlers now if this is the main thread and anything arrived. 0 or -1. */
export function PyErr_CheckSignals(): number {
  return eval_frame_handle_pending()
}

function default_int_handler(_m: Ref, _args: number, nargs: number): Own {
  if (!_PyArg_CheckPositional("default_int_handler", nargs, 2, 2)) return NULL
  PyErr_SetNone(PyExc_KeyboardInterrupt)
  return NULL
}

/** A C int argument; NaN with the error set. */
function int(op: Ref): number {
  const v = _PyLong_AsInt(op)
  return v === -1 && PyErr_Occurred() ? Number.NaN : v
}
function range(signum: number): boolean {
  if (signum >= 1 && signum < NSIG) return true
  PyErr_SetString(PyExc_ValueError, "signal number out of range")
  return false
}

/** Tell the process's own thread whether to catch the signal. */
function setCaught(signum: number, on: boolean): void {
  const name = names.get(signum)
  // SIGPIPE is ignored by Node itself, and stays so
  if (name !== undefined && signum !== 13) mainCall("signal", name, on)
}

function signal_signal(_m: Ref, args: number, nargs: number): Own {
  if (!_PyArg_CheckPositional("signal", nargs, 2, 2)) return NULL
  const signum = int(ptr(args))
  if (Number.isNaN(signum)) return NULL
  const handler = ptr(args + 8)
  if (!canHandleSignals()) return PyErr_SetString(PyExc_ValueError, "signal only works in main thread of the main interpreter")
  if (!range(signum)) return NULL
  let caught = true
  if (!PyCallable_Check(handler)) {
    if (compare_handler(handler, SIG_DFL)) caught = false
    else if (!compare_handler(handler, SIG_IGN))
      return PyErr_SetString(PyExc_TypeError, "signal handler must be signal.SIG_IGN, signal.SIG_DFL, or a callable object")
  }
  if (eval_frame_handle_pending() < 0) return NULL
  if (!isValid(signum) || signum === 9 || signum === 19) return PyErr_SetFromErrno(PyExc_OSError, E.EINVAL)
  if (caught !== isCaught(signum) && !isBlocked(signum) && int32(NATIVE + 4 * signum) === 0) setCaught(signum, caught)
  const old = handlerOf(signum) as Own
  setptr(HANDLERS + 8 * signum, Py_NewRef(handler))
  return old === NULL ? none() : old
}
function signal_getsignal(_m: Ref, arg: Ref): Own {
  const signum = int(arg)
  if (Number.isNaN(signum) || !range(signum)) return NULL
  const h = handlerOf(signum)
  return h === NULL ? none() : Py_NewRef(h)
}
function signal_siginterrupt(_m: Ref, args: number, nargs: number): Own {
  if (!_PyArg_CheckPositional("siginterrupt", nargs, 2, 2)) return NULL
  const signum = int(ptr(args))
  if (Number.isNaN(signum) || Number.isNaN(int(ptr(args + 8))) || !range(signum)) return NULL
  return isValid(signum) ? none() : PyErr_SetFromErrno(PyExc_OSError, E.EINVAL)
}
function signal_strsignal(_m: Ref, arg: Ref): Own {
  const signum = int(arg)
  if (Number.isNaN(signum) || !range(signum)) return NULL
  if (!isValid(signum)) return none()
  return PyUnicode_FromString(signum >= 34 ? `Real-time signal ${signum - 34}` : DESCRIPTIONS[signum])
}
function signal_raise_signal(_m: Ref, arg: Ref): Own {
  const signum = int(arg)
  if (Number.isNaN(signum)) return NULL
  if (!isValid(signum)) return PyErr_SetFromErrno(PyExc_OSError, E.EINVAL)
  if (isCaught(signum)) {
    tripSignal(signum)
    return eval_frame_handle_pending() < 0 ? NULL : none()
  }
  process.kill(process.pid, signum)
  return none()
}
function signal_pthread_kill(_m: Ref, args: number, nargs: number): Own {
  if (!_PyArg_CheckPositional("pthread_kill", nargs, 2, 2)) return NULL
  const id = PyLong_AsLong(ptr(args))
  if (id === -1 && PyErr_Occurred()) return NULL
  const signum = int(ptr(args + 8))
  if (Number.isNaN(signum)) return NULL
  if (signum === 0) return none()
  return signal_raise_signal(NULL, ptr(args + 8))
}

const siginfoType = structSequenceType({
  name: "signal.struct_siginfo",
  doc: "struct_siginfo: what sigwaitinfo and sigtimedwait give.",
  inSequence: 7,
  fields: [["si_signo"], ["si_code"], ["si_errno"], ["si_pid"], ["si_uid"], ["si_status"], ["si_band"]],
})

/** The signals of an iterable as two words at `at`; false with the error set. */
function sigset(iterable: Ref, set: Set<number>): boolean {
  const $it = PyObject_GetIter(iterable)
  if ($it === NULL) return false
  for (;;) {
    const $item = PyIter_Next($it)
    if ($item === NULL) break
    const n = PyLong_AsLong($item)
    Py_DECREF($item)
    if (n === -1 && PyErr_Occurred()) break
    if (n <= 0 || n >= NSIG) {
      PyErr_SetString(PyExc_ValueError, `signal number ${n} out of range [1; ${NSIG - 1}]`)
      break
    }
    if (isValid(n)) set.add(n)
    else if (PyErr_WarnFormat(PyExc_RuntimeWarning, 1, `invalid signal number ${n}, please use valid_signals()`) < 0) break
  }
  Py_DECREF($it)
  return !PyErr_Occurred()
}
function setObject(which: (signum: number) => boolean): Own {
  const $s = PySet_New(NULL)
  if ($s === NULL) return NULL
  for (let n = 1; n < NSIG; n++) {
    if (!isValid(n) || !which(n)) continue
    const $n = PyLong_FromLong(n)
    const bad = PySet_Add($s, $n)
    Py_DECREF($n)
    if (bad < 0) {
      Py_DECREF($s)
      return NULL
    }
  }
  return $s
}
function signal_valid_signals(_m: Ref): Own {
  return setObject(() => true)
}
function signal_sigpending(_m: Ref): Own {
  return setObject((n) => isTripped(n) && isBlocked(n))
}

// A blocked signal is caught, so that it stays a bit; unblocked with its default action it is sent once more.
function setBlocked(signum: number, on: boolean): void {
  if (signum === 9 || signum === 19 || on === isBlocked(signum)) return
  const wasCaught = isCaught(signum)
  const word = wordOf(MASK, signum)
  i32[word] = on ? i32[word] | bitOf(signum) : i32[word] & ~bitOf(signum)
  if (isCaught(signum) !== wasCaught) setCaught(signum, on)
  if (on || !isTripped(signum)) return
  if (isCaught(signum)) tripSignal(signum)
  else {
    Atomics.and(i32, wordOf(TRIPPED, signum), ~bitOf(signum))
    process.kill(process.pid, signum)
  }
}
function signal_pthread_sigmask(_m: Ref, args: number, nargs: number): Own {
  if (!_PyArg_CheckPositional("pthread_sigmask", nargs, 2, 2)) return NULL
  const how = int(ptr(args))
  if (Number.isNaN(how)) return NULL
  const set = new Set<number>()
  if (!sigset(ptr(args + 8), set)) return NULL
  if (how !== SIG_BLOCK && how !== SIG_UNBLOCK && how !== SIG_SETMASK) return PyErr_SetFromErrno(PyExc_OSError, E.EINVAL)
  const $old = setObject(isBlocked)
  if ($old === NULL) return NULL
  for (let n = 1; n < NSIG; n++) {
    if (how === SIG_SETMASK) setBlocked(n, set.has(n))
    else if (set.has(n)) setBlocked(n, how === SIG_BLOCK)
  }
  if (eval_frame_handle_pending() < 0) {
    Py_DECREF($old)
    return NULL
  }
  return $old
}

/** Wait for one of `set`, at most `ms` milliseconds: its number, 0 when the time is over, -1 with a handler's error set. */
function waitFor(set: Set<number>, ms: number): number {
  const deadline = performance.now() + ms
  for (;;) {
    for (const n of set) {
      if (!isTripped(n)) continue
      Atomics.and(i32, wordOf(TRIPPED, n), ~bitOf(n))
      return n
    }
    const left = deadline - performance.now()
    if (left <= 0) return 0
    PyEval_SaveThread()
    waitOnWord(RUNTIME + Runtime.sleep_word, 0, Math.min(left, 50))
    PyEval_RestoreThread()
    let ours = false
    for (const n of set) if (isTripped(n)) ours = true
    if (!ours && eval_frame_handle_pending() < 0) return -1
  }
}
function signal_sigwait(_m: Ref, arg: Ref): Own {
  const set = new Set<number>()
  if (!sigset(arg, set)) return NULL
  const n = waitFor(set, Infinity)
  return n < 0 ? NULL : PyLong_FromLong(n)
}
function siginfo(signum: number): Own {
  const $r = PyStructSequence_New(siginfoType)
  if ($r === NULL) return NULL
  const values = [signum, 0, 0, process.pid, process.getuid?.() ?? 0, 0, 0]
  values.forEach((v, i) => PyStructSequence_SET_ITEM($r, i, PyLong_FromLong(v)))
  return $r
}
function signal_sigwaitinfo(_m: Ref, arg: Ref): Own {
  const set = new Set<number>()
  if (!sigset(arg, set)) return NULL
  const n = waitFor(set, Infinity)
  return n < 0 ? NULL : siginfo(n)
}
/** Seconds of a number; NaN with the error set. */
function secondsOf(op: Ref): number {
  const x = PyFloat_Check(op) ? PyFloat_AsDouble(op) : PyLong_AsDouble(op)
  if (x === -1 && PyErr_Occurred()) return Number.NaN
  if (Number.isNaN(x)) PyErr_SetString(PyExc_ValueError, "Invalid value NaN (not a number)")
  return x
}
function signal_sigtimedwait(_m: Ref, args: number, nargs: number): Own {
  if (!_PyArg_CheckPositional("sigtimedwait", nargs, 2, 2)) return NULL
  const set = new Set<number>()
  if (!sigset(ptr(args), set)) return NULL
  const s = secondsOf(ptr(args + 8))
  if (Number.isNaN(s)) return NULL
  if (s < 0) return PyErr_SetString(PyExc_ValueError, "timeout must be non-negative")
  const n = waitFor(set, s * 1000)
  return n < 0 ? NULL : n === 0 ? none() : siginfo(n)
}
function signal_pause(_m: Ref): Own {
  PyEval_SaveThread()
  waitOnWord(RUNTIME + Runtime.sleep_word, 0, Infinity)
  PyEval_RestoreThread()
  return eval_frame_handle_pending() < 0 ? NULL : none()
}
function signal_set_wakeup_fd(_m: Ref, args: Ref, kwds: Ref): Own {
  const at = parseTuple(args, kwds, "i|$p:set_wakeup_fd", ["", "warn_on_full_buffer"])
  if (at === 0) return NULL
  const fd = int32(at)
  if (!canHandleSignals()) return PyErr_SetString(PyExc_ValueError, "set_wakeup_fd only works in main thread of the main interpreter")
  const old = int32(WAKEUP) - 1
  mainCall("wakeupFd", fd)
  setint32(WAKEUP, fd + 1)
  return PyLong_FromLong(old)
}

function signal_alarm(_m: Ref, arg: Ref): Own {
  const seconds = int(arg)
  if (Number.isNaN(seconds)) return NULL
  const [left] = mainCall("setitimer", 0, seconds >>> 0, 0) as [number, number]
  return PyLong_FromLong(left > 0 ? Math.max(1, Math.round(left)) : 0)
}
function itimerTuple(v: [number, number]): Own {
  return ownTuple(PyFloat_FromDouble(v[0]), PyFloat_FromDouble(v[1]))
}
function itimerError(): Own {
  return PyErr_SetFromErrno(ptr(ITIMER_ERROR), E.EINVAL)
}
function signal_setitimer(_m: Ref, args: number, nargs: number): Own {
  if (!_PyArg_CheckPositional("setitimer", nargs, 2, 3)) return NULL
  const which = int(ptr(args))
  if (Number.isNaN(which)) return NULL
  const seconds = secondsOf(ptr(args + 8))
  const interval = Number.isNaN(seconds) || nargs < 3 ? 0 : secondsOf(ptr(args + 16))
  if (Number.isNaN(seconds) || Number.isNaN(interval)) return NULL
  if (which < 0 || which > 2 || seconds < 0 || interval < 0) return itimerError()
  return itimerTuple(mainCall("setitimer", which, seconds, interval) as [number, number])
}
function signal_getitimer(_m: Ref, arg: Ref): Own {
  const which = int(arg)
  if (Number.isNaN(which)) return NULL
  return which < 0 || which > 2 ? itimerError() : itimerTuple(mainCall("getitimer", which) as [number, number])
}

function signal_exec(module: Ref): number {
  if (addInts(module, CONSTANTS) < 0) return -1
  if (PyStructSequence_InitType(siginfoType) < 0 || PyModule_AddObjectRef(module, "struct_siginfo", siginfoType) < 0) return -1
  const $error = PyErr_NewException("signal.itimer_error", PyExc_OSError, NULL)
  if ($error === NULL) return -1
  setptr(ITIMER_ERROR, Py_NewRef($error))
  if (PyModule_AddObject(module, "ItimerError", $error) < 0) return -1
  if (is(handlerOf(2), SIG_DFL)) {
    const f = PyDict_GetItemString(PyModule_GetDict(module), "default_int_handler")
    if (f !== NULL) {
      const old = handlerOf(2)
      setptr(HANDLERS + 16, Py_NewRef(f))
      Py_DECREF(old)
    }
  }
  return 0
}

/** _PySignal_Init: the handlers as the system has them, then SIGINT's by importing the module. 0, or -1 with the error set. */
export function _PySignal_Init(): number {
  const ignored = [13, 25]
  for (let n = 1; n < NSIG; n++) if (isValid(n)) setptr(HANDLERS + 8 * n, PyLong_FromLong(ignored.includes(n) ? SIG_IGN : SIG_DFL))
  attachSignals()
  const $m = PyImport_ImportModule("_signal")
  if ($m === NULL) return -1
  Py_DECREF($m)
  return 0
}
/** This worker runs the main Python thread: it runs the handlers. */
export function attachSignals(): void {
  pendingHooks.checkSignals = _PyErr_CheckSignals
}
/** _PySignal_Fini: forget the handlers at the interpreter's end. */
export function _PySignal_Fini(): void {
  for (let n = 1; n < NSIG; n++) {
    const h = handlerOf(n)
    setptr(HANDLERS + 8 * n, 0)
    Py_XDECREF(h)
  }
}

function signal_pidfd_send_signal(_m: Ref, args: number, nargs: number): Own {
  if (!_PyArg_CheckPositional("pidfd_send_signal", nargs, 2, 4)) return NULL
  if (nargs > 2 && ptr(args + 16) !== Py_None)
    return PyErr_SetString(PyExc_TypeError, `siginfo must be None, not ${typeName(ptr(args + 16))}`)
  return PyErr_SetFromErrno(PyExc_OSError, E.ENOSYS)
}

defineModule({
  name: "_signal",
  doc: "Python handlers for the system's signals.",
  exec: signal_exec,
  methods: [
    [
      "default_int_handler",
      default_int_handler,
      METH.FASTCALL,
      "($module, signalnum, frame, /)\n--\n\nThe default handler for SIGINT installed by Python.\n\nIt raises KeyboardInterrupt.",
    ],
    ["alarm", signal_alarm, METH.O, "($module, seconds, /)\n--\n\nArrange for SIGALRM to arrive after the given number of seconds."],
    [
      "setitimer",
      signal_setitimer,
      METH.FASTCALL,
      "($module, which, seconds, interval=0.0, /)\n--\n\nStart a timer, or stop it with 0 seconds; its old values.",
    ],
    ["getitimer", signal_getitimer, METH.O, "($module, which, /)\n--\n\nReturns current value of given itimer."],
    [
      "signal",
      signal_signal,
      METH.FASTCALL,
      "($module, signalnum, handler, /)\n--\n\nSet the action for the given signal: SIG_DFL, SIG_IGN or a callable; the old one.",
    ],
    ["raise_signal", signal_raise_signal, METH.O, "($module, signalnum, /)\n--\n\nSend a signal to the executing process."],
    ["strsignal", signal_strsignal, METH.O, "($module, signalnum, /)\n--\n\nReturn the system description of the given signal."],
    ["getsignal", signal_getsignal, METH.O, "($module, signalnum, /)\n--\n\nReturn the current action for the given signal."],
    ["set_wakeup_fd", signal_set_wakeup_fd, METH.VARARGS | METH.KEYWORDS, "set_wakeup_fd(fd, *, warn_on_full_buffer=True) -> fd"],
    ["siginterrupt", signal_siginterrupt, METH.FASTCALL, "($module, signalnum, flag, /)\n--\n\nChange system call restart behaviour."],
    ["pause", signal_pause, METH.NOARGS, "($module, /)\n--\n\nWait until a signal arrives."],
    ["pthread_kill", signal_pthread_kill, METH.FASTCALL, "($module, thread_id, signalnum, /)\n--\n\nSend a signal to a thread."],
    [
      "pthread_sigmask",
      signal_pthread_sigmask,
      METH.FASTCALL,
      "($module, how, mask, /)\n--\n\nFetch and/or change the signal mask of the calling thread.",
    ],
    ["sigpending", signal_sigpending, METH.NOARGS, "($module, /)\n--\n\nExamine pending signals."],
    ["sigwait", signal_sigwait, METH.O, "($module, sigset, /)\n--\n\nWait for a signal."],
    [
      "sigwaitinfo",
      signal_sigwaitinfo,
      METH.O,
      "($module, sigset, /)\n--\n\nWait synchronously until one of the signals in *sigset* is delivered.",
    ],
    ["sigtimedwait", signal_sigtimedwait, METH.FASTCALL, "($module, sigset, timeout, /)\n--\n\nLike sigwaitinfo(), but with a timeout."],
    ["valid_signals", signal_valid_signals, METH.NOARGS, "($module, /)\n--\n\nReturn a set of valid signal numbers on this platform."],
    [
      "pidfd_send_signal",
      signal_pidfd_send_signal,
      METH.FASTCALL,
      "($module, pidfd, signalnum, siginfo=None, flags=0, /)\n--\n\nSend a signal to a process referred to by a pid file descriptor.",
    ],
  ],
})
