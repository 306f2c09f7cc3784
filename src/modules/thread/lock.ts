import { int32, ptr, set64, setbyte, setint32, setptr } from "../../heap/access.ts"
import { PyThreadState } from "../../heap/layout.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_NewRef } from "../../heap/refcount.ts"
import { tstate } from "../../heap/tstate.ts"
import { i32 } from "../../heap/views.ts"
import { PyObject_GC_Del, PyObject_GC_UnTrack } from "../../gc/gcmodule.ts"
import { PyObject_ClearWeakRefs } from "../../gc/weakref.ts"
import { definePrivateType } from "../../objects/define.ts"
import { PyErr_Occurred, PyErr_SetString } from "../../objects/errors.ts"
import { PyFloat_AsDouble, PyFloat_Check } from "../../objects/floatobject.ts"
import { argGiven, parseTuple } from "../../objects/getargs.ts"
import { PyLong_AsDouble, PyLong_AsLong, PyLong_FromLong } from "../../objects/longobject.ts"
import { typeName } from "../../objects/object.ts"
import { METH, TPFLAGS } from "../../objects/slots.ts"
import { Py_False, Py_None, Py_True, PyExc_OverflowError, PyExc_RuntimeError, PyExc_ValueError } from "../../objects/statictypes.ts"
import { PyTuple_GET_ITEM, PyTuple_New, PyTuple_SET_ITEM } from "../../objects/tupleobject.ts"
import { PyType_GenericAlloc } from "../../objects/typeobject.ts"
import { PyUnicode_FromString } from "../../objects/unicodeobject.ts"
import { PyEval_RestoreThread, PyEval_SaveThread, waitOnWord } from "../../vm/gil.ts"
import { eval_frame_handle_pending } from "../../vm/ceval_pending.ts"

// Modules/_threadmodule.c: lock and RLock.
//   16      24             32           (lock)      16      24      32      40            (RLock)
//   ┌ word ┬ weakreflist ┬ locked ┐              ┌ word ┬ owner ┬ count ┬ weakreflist ┐
// The word is a futex in the heap: 0 free, 1 held, 2 held and somebody waits.

const enum Lock {
  word = 16,
  weakreflist = 24,
  locked = 32,
  SIZE = 40,
}
const enum RLock {
  word = 16,
  owner = 24,
  count = 32,
  weakreflist = 40,
  SIZE = 48,
}

/** Largest timeout, in seconds (PY_TIMEOUT_MAX in nanoseconds). */
export const TIMEOUT_MAX = 9223372036

function tryAcquire(word: number): boolean {
  return Atomics.compareExchange(i32, word >> 2, 0, 1) === 0
}
function release(word: number): void {
  if (Atomics.exchange(i32, word >> 2, 0) === 2) Atomics.notify(i32, word >> 2, 1)
}

/** Acquire the futex at `word`, giving up the interpreter lock while waiting. `ms`: 0 try once, Infinity for ever.
 *  1 acquired, 0 not in time, -1 a signal handler raised. */
export function acquireWord(word: number, ms: number): number {
  if (tryAcquire(word)) return 1
  if (ms === 0) return 0
  const deadline = performance.now() + ms
  for (;;) {
    PyEval_SaveThread()
    let got = false
    let woken: "ok" | "timed-out" | "interrupted" = "ok"
    while (!got && woken === "ok") {
      got = Atomics.exchange(i32, word >> 2, 2) === 0
      if (!got) woken = waitOnWord(word, 2, ms === Infinity ? Infinity : Math.max(0, deadline - performance.now()))
    }
    PyEval_RestoreThread()
    if (got) return 1
    if (woken === "interrupted" && eval_frame_handle_pending() < 0) return -1
    if (woken === "timed-out" || performance.now() >= deadline) return 0
  }
}

/** Milliseconds to wait from (blocking=True, timeout=-1): 0 no waiting, Infinity no limit; NaN with the error set. */
function parseTimeout(args: Ref, kwds: Ref): number {
  const at = parseTuple(args, kwds, "|iO:acquire", ["blocking", "timeout"])
  if (at === 0) return Number.NaN
  const blocking = argGiven(0) ? int32(at) : 1
  const timeoutObj = ptr(at + 8)
  let seconds = -1
  if (timeoutObj !== 0) {
    seconds = PyFloat_Check(timeoutObj) ? PyFloat_AsDouble(timeoutObj) : PyLong_AsDouble(timeoutObj)
    if (seconds === -1 && PyErr_Occurred()) return Number.NaN
    if (Number.isNaN(seconds)) return fail(PyExc_ValueError, "Invalid value NaN (not a number)")
  }
  if (!blocking && seconds !== -1) return fail(PyExc_ValueError, "can't specify a timeout for a non-blocking call")
  if (seconds < 0 && seconds !== -1) return fail(PyExc_ValueError, "timeout value must be a non-negative number")
  if (seconds > TIMEOUT_MAX) return fail(PyExc_OverflowError, "timeout value is too large")
  if (!blocking) return 0
  return seconds === -1 ? Infinity : Math.ceil(seconds * 1000)
}
function fail(exc: Ref, message: string): number {
  PyErr_SetString(exc, message)
  return Number.NaN
}

/** A new, free lock. */
export function newLock(): Own {
  return PyType_GenericAlloc(lockType, 0)
}
function lock_dealloc(self: Ref): void {
  PyObject_GC_UnTrack(self)
  if (ptr(self + Lock.weakreflist) !== 0) PyObject_ClearWeakRefs(self)
  PyObject_GC_Del(self)
}
function lock_acquire(self: Ref, args: Ref, kwds: Ref): Own {
  const ms = parseTimeout(args, kwds)
  if (Number.isNaN(ms)) return NULL
  const r = acquireWord(self + Lock.word, ms)
  if (r < 0) return NULL
  if (r > 0) setbyte(self + Lock.locked, 1)
  return Py_NewRef(r > 0 ? Py_True : Py_False)
}
function lock_release(self: Ref): Own {
  if (int32(self + Lock.word) === 0) return PyErr_SetString(PyExc_RuntimeError, "release unlocked lock")
  setbyte(self + Lock.locked, 0)
  release(self + Lock.word)
  return Py_NewRef(Py_None)
}
/** Release a lock from native code (a thread's sentinel at its end). */
export function releaseLock(self: Ref): void {
  if (int32(self + Lock.word) !== 0) lock_release(self)
}
function lock_enter(self: Ref): Own {
  const r = acquireWord(self + Lock.word, Infinity)
  if (r < 0) return NULL
  setbyte(self + Lock.locked, 1)
  return Py_NewRef(Py_True)
}
function lock_exit(self: Ref, _args: Ref): Own {
  return lock_release(self)
}
function lock_locked(self: Ref): Own {
  return Py_NewRef(int32(self + Lock.word) !== 0 ? Py_True : Py_False)
}
function lock_repr(self: Ref): Own {
  const state = int32(self + Lock.word) !== 0 ? "locked" : "unlocked"
  return PyUnicode_FromString(`<${state} ${typeName(self)} object at 0x${self.toString(16)}>`)
}
function lock_at_fork_reinit(self: Ref): Own {
  setint32(self + Lock.word, 0)
  setbyte(self + Lock.locked, 0)
  return Py_NewRef(Py_None)
}

export const lockType = definePrivateType({
  name: "_thread.lock",
  basicsize: Lock.SIZE,
  flags: TPFLAGS.HAVE_GC | TPFLAGS.DISALLOW_INSTANTIATION | TPFLAGS.IMMUTABLETYPE,
  doc: "A lock: not reentrant, and anybody may release it.",
  weaklistoffset: Lock.weakreflist,
  dealloc: lock_dealloc,
  repr: lock_repr,
  traverse: noReferences,
  methods: [
    ["acquire_lock", lock_acquire, METH.VARARGS | METH.KEYWORDS],
    ["acquire", lock_acquire, METH.VARARGS | METH.KEYWORDS, "acquire(blocking=True, timeout=-1) -> bool\n\nTake the lock."],
    ["release_lock", lock_release, METH.NOARGS],
    ["release", lock_release, METH.NOARGS, "release()\n\nGive the lock back."],
    ["locked_lock", lock_locked, METH.NOARGS],
    ["locked", lock_locked, METH.NOARGS, "locked() -> bool"],
    ["__enter__", lock_enter, METH.NOARGS],
    ["__exit__", lock_exit, METH.VARARGS],
    ["_at_fork_reinit", lock_at_fork_reinit, METH.NOARGS],
  ],
})
function noReferences(): number {
  return 0
}

function myIdent(): number {
  return ptr(tstate + PyThreadState.thread_id)
}
function ownedByMe(self: Ref): boolean {
  return ptr(self + RLock.count) > 0 && ptr(self + RLock.owner) === myIdent()
}
function rlock_new(type: Ref, _args: Ref, _kwds: Ref): Own {
  return PyType_GenericAlloc(type, 0)
}
function rlock_dealloc(self: Ref): void {
  PyObject_GC_UnTrack(self)
  if (ptr(self + RLock.weakreflist) !== 0) PyObject_ClearWeakRefs(self)
  PyObject_GC_Del(self)
}
function rlock_take(self: Ref, ms: number): number {
  if (ownedByMe(self)) {
    setptr(self + RLock.count, ptr(self + RLock.count) + 1)
    return 1
  }
  const r = acquireWord(self + RLock.word, ms)
  if (r > 0) {
    setptr(self + RLock.owner, myIdent())
    setptr(self + RLock.count, 1)
  }
  return r
}
function rlock_acquire(self: Ref, args: Ref, kwds: Ref): Own {
  const ms = parseTimeout(args, kwds)
  const r = Number.isNaN(ms) ? -1 : rlock_take(self, ms)
  return r < 0 ? NULL : Py_NewRef(r > 0 ? Py_True : Py_False)
}
function rlock_enter(self: Ref): Own {
  return rlock_take(self, Infinity) < 0 ? NULL : Py_NewRef(Py_True)
}
function rlock_release(self: Ref): Own {
  if (!ownedByMe(self)) return PyErr_SetString(PyExc_RuntimeError, "cannot release un-acquired lock")
  const n = ptr(self + RLock.count) - 1
  setptr(self + RLock.count, n)
  if (n === 0) {
    setptr(self + RLock.owner, 0)
    release(self + RLock.word)
  }
  return Py_NewRef(Py_None)
}
function rlock_exit(self: Ref, _args: Ref): Own {
  return rlock_release(self)
}
function rlock_is_owned(self: Ref): Own {
  return Py_NewRef(ownedByMe(self) ? Py_True : Py_False)
}
// (count, owner), and the lock is free: for Condition.wait.
function rlock_release_save(self: Ref): Own {
  if (ptr(self + RLock.count) === 0) return PyErr_SetString(PyExc_RuntimeError, "cannot release un-acquired lock")
  const $t = PyTuple_New(2)
  if ($t === NULL) return NULL
  PyTuple_SET_ITEM($t, 0, PyLong_FromLong(ptr(self + RLock.count)))
  PyTuple_SET_ITEM($t, 1, PyLong_FromLong(ptr(self + RLock.owner)))
  setptr(self + RLock.count, 0)
  setptr(self + RLock.owner, 0)
  release(self + RLock.word)
  return $t
}
function rlock_acquire_restore(self: Ref, args: Ref): Own {
  const state = PyTuple_GET_ITEM(args, 0)
  const count = PyLong_AsLong(PyTuple_GET_ITEM(state, 0))
  const owner = PyLong_AsLong(PyTuple_GET_ITEM(state, 1))
  while (acquireWord(self + RLock.word, Infinity) < 1) if (PyErr_Occurred()) return NULL
  setptr(self + RLock.owner, owner)
  setptr(self + RLock.count, count)
  return Py_NewRef(Py_None)
}
function rlock_repr(self: Ref): Own {
  const count = ptr(self + RLock.count)
  const state = count ? "locked" : "unlocked"
  return PyUnicode_FromString(
    `<${state} ${typeName(self)} object owner=${ptr(self + RLock.owner)} count=${count} at 0x${self.toString(16)}>`,
  )
}
function rlock_at_fork_reinit(self: Ref): Own {
  setint32(self + RLock.word, 0)
  set64(self + RLock.owner, 0, 0)
  set64(self + RLock.count, 0, 0)
  return Py_NewRef(Py_None)
}

export const rlockType = definePrivateType({
  name: "_thread.RLock",
  basicsize: RLock.SIZE,
  flags: TPFLAGS.HAVE_GC | TPFLAGS.BASETYPE | TPFLAGS.IMMUTABLETYPE,
  doc: "A reentrant lock, released by the thread that took it.",
  weaklistoffset: RLock.weakreflist,
  dealloc: rlock_dealloc,
  repr: rlock_repr,
  traverse: noReferences,
  alloc: PyType_GenericAlloc,
  new: rlock_new,
  methods: [
    ["acquire", rlock_acquire, METH.VARARGS | METH.KEYWORDS, "acquire(blocking=True, timeout=-1) -> bool\n\nTake the lock once more."],
    ["release", rlock_release, METH.NOARGS, "release()\n\nGive the lock back once."],
    ["_is_owned", rlock_is_owned, METH.NOARGS],
    ["_acquire_restore", rlock_acquire_restore, METH.VARARGS],
    ["_release_save", rlock_release_save, METH.NOARGS],
    ["__enter__", rlock_enter, METH.NOARGS],
    ["__exit__", rlock_exit, METH.VARARGS],
    ["_at_fork_reinit", rlock_at_fork_reinit, METH.NOARGS],
  ],
})
