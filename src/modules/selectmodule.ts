import { E, errnoOfError } from "../base/errno.ts"
import { int32, ptr, setint32, setptr } from "../heap/access.ts"
import { RUNTIME, Runtime } from "../heap/map.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { Py_CLEAR, Py_DECREF, Py_INCREF } from "../heap/refcount.ts"
import { PySequence_Fast, PySequence_Fast_GET_ITEM, PySequence_Fast_GET_SIZE } from "../objects/abstract.ts"
import { defineModule, definePrivateType } from "../objects/define.ts"
import { dictKey, dictValue, PyDict_Contains, PyDict_DelItem, PyDict_New, PyDict_Next, PyDict_SetItem } from "../objects/dictobject.ts"
import { PyErr_Occurred, PyErr_SetFromErrno, PyErr_SetString } from "../objects/errors.ts"
import { PyObject_AsFileDescriptor } from "../objects/fileobject.ts"
import { PyFloat_AsDouble, PyFloat_Check } from "../objects/floatobject.ts"
import { tp_free } from "../objects/freelists.ts"
import { _PyArg_CheckPositional } from "../objects/getargs.ts"
import { PyList_Append, PyList_New } from "../objects/listobject.ts"
import { PyLong_AsDouble, PyLong_AsLong, PyLong_Check, PyLong_FromLong } from "../objects/longobject.ts"
import { PyModule_AddObjectRef } from "../objects/moduleobject.ts"
import { METH, TPFLAGS } from "../objects/slots.ts"
import {
  Py_None,
  PyExc_OSError,
  PyExc_OverflowError,
  PyExc_RuntimeError,
  PyExc_TypeError,
  PyExc_ValueError,
} from "../objects/statictypes.ts"
import { PyType_GenericAlloc, PyType_Ready } from "../objects/typeobject.ts"
import { eval_frame_handle_pending } from "../vm/ceval_pending.ts"
import { PyEval_RestoreThread, PyEval_SaveThread, waitOnWord } from "../vm/gil.ts"
import { Ready, readReady, writeReady } from "./posix/pushback.ts"
import { addInts, none, ownTuple } from "./support.ts"

// Modules/selectmodule.c: select and poll by looking at each descriptor (posix/pushback.ts), again and again until one is ready. There is no
// epoll: selectors takes poll then.

const CONSTANTS = {
  PIPE_BUF: 4096,
  POLLERR: 8,
  POLLHUP: 16,
  POLLIN: 1,
  POLLMSG: 1024,
  POLLNVAL: 32,
  POLLOUT: 4,
  POLLPRI: 2,
  POLLRDBAND: 128,
  POLLRDHUP: 8192,
  POLLRDNORM: 64,
  POLLWRBAND: 512,
  POLLWRNORM: 256,
}
const { POLLIN, POLLPRI, POLLOUT, POLLERR, POLLHUP, POLLNVAL } = CONSTANTS

/** What is true now of `events`; POLLERR, POLLHUP and POLLNVAL come unasked. */
function pollOne(fd: number, events: number): number {
  if (fd < 0) return 0
  try {
    let r = 0
    if (events & (POLLIN | POLLPRI)) {
      const ready = readReady(fd)
      if (ready & Ready.data) r |= events & POLLIN
      if (ready & Ready.end) r |= POLLHUP
    }
    if (events & POLLOUT) {
      const ready = writeReady(fd)
      if (ready & Ready.data) r |= POLLOUT
      if (ready & Ready.end) r |= POLLERR
    }
    return r
  } catch (e) {
    return errnoOfError(e) === E.EBADF ? POLLNVAL : POLLERR
  }
}
/** Look until `look` finds something or the time is over. False with a handler's error set. */
function waitUntil(look: () => boolean, ms: number): boolean {
  const deadline = performance.now() + ms
  for (let pause = 0.5; ; pause = Math.min(pause * 1.5, 10)) {
    if (look()) return true
    const left = ms === Infinity ? Infinity : deadline - performance.now()
    if (left <= 0) return true
    PyEval_SaveThread()
    waitOnWord(RUNTIME + Runtime.sleep_word, 0, Math.min(pause, left))
    PyEval_RestoreThread()
    if (eval_frame_handle_pending() < 0) return false
  }
}
/** A number; NaN with the error set. */
function numberOf(op: Ref, message: string): number {
  if (!PyFloat_Check(op) && !PyLong_Check(op)) {
    PyErr_SetString(PyExc_TypeError, message)
    return Number.NaN
  }
  const x = PyFloat_Check(op) ? PyFloat_AsDouble(op) : PyLong_AsDouble(op)
  if (x === -1 && PyErr_Occurred()) return Number.NaN
  if (Number.isNaN(x)) PyErr_SetString(PyExc_ValueError, "Invalid value NaN (not a number)")
  return x
}

interface FdSet {
  $objects: Own
  fds: number[]
}
/** seq2set: the descriptors of a sequence; null with the error set. Release $objects. */
function seq2set(seq: Ref): FdSet | null {
  const $objects = PySequence_Fast(seq, "arguments 1-3 must be sequences")
  if ($objects === NULL) return null
  const fds: number[] = []
  for (let i = 0; i < PySequence_Fast_GET_SIZE($objects); i++) {
    const o = PySequence_Fast_GET_ITEM($objects, i)
    Py_INCREF(o)
    const fd = PyObject_AsFileDescriptor(o)
    Py_DECREF(o)
    if (fd >= 1024) PyErr_SetString(PyExc_ValueError, "filedescriptor out of range in select()")
    if (fd < 0 || fd >= 1024) {
      Py_DECREF($objects)
      return null
    }
    fds.push(fd)
  }
  return { $objects, fds }
}
/** The objects whose descriptors are ready, in a new list. */
function chosen(set: FdSet, ready: boolean[]): Own {
  const $l = PyList_New(0)
  for (let i = 0; $l !== NULL && i < set.fds.length; i++) if (ready[i]) PyList_Append($l, PySequence_Fast_GET_ITEM(set.$objects, i))
  return $l
}
function select_select(_m: Ref, args: number, nargs: number): Own {
  if (!_PyArg_CheckPositional("select", nargs, 3, 4)) return NULL
  let ms = Infinity
  if (nargs > 3 && ptr(args + 24) !== Py_None) {
    const s = numberOf(ptr(args + 24), "timeout must be a float or None")
    if (Number.isNaN(s)) return NULL
    if (s < 0) return PyErr_SetString(PyExc_ValueError, "timeout must be non-negative")
    ms = s * 1000
  }
  const sets: FdSet[] = []
  for (let i = 0; i < 3; i++) {
    const set = seq2set(ptr(args + 8 * i))
    if (set === null) {
      for (const s of sets) Py_DECREF(s.$objects)
      return NULL
    }
    sets.push(set)
  }
  let ready: boolean[][] = []
  let bad = false
  const look = (): boolean => {
    const found = [POLLIN, POLLOUT, 0].map((events, i) =>
      sets[i].fds.map((fd) => {
        const r = pollOne(fd, events)
        if (r & POLLNVAL) bad = true
        return events !== 0 && r !== 0
      }),
    )
    ready = found
    return bad || found.some((set) => set.includes(true))
  }
  let $r: Own = NULL
  if (waitUntil(look, ms)) $r = bad ? PyErr_SetFromErrno(PyExc_OSError, E.EBADF) : ownTuple(...sets.map((s, i) => chosen(s, ready[i])))
  for (const s of sets) Py_DECREF(s.$objects)
  return $r
}

const enum Poll {
  dict = 16,
  running = 24,
  SIZE = 32,
}
function fdKey(arg: Ref): Own {
  const fd = PyObject_AsFileDescriptor(arg)
  return fd < 0 ? NULL : PyLong_FromLong(fd)
}
/** An unsigned short; -1 with the error set. */
function maskOf(op: Ref): number {
  const v = PyLong_AsLong(op)
  if (v === -1 && PyErr_Occurred()) return -1
  if (v >= 0 && v <= 0xffff) return v
  if (v < 0) PyErr_SetString(PyExc_ValueError, "value must be positive")
  else PyErr_SetString(PyExc_OverflowError, "Python int too large for C unsigned short")
  return -1
}
function setMask(self: Ref, $key: Own, mask: number): Own {
  const $mask = PyLong_FromLong(mask)
  const bad = PyDict_SetItem(ptr(self + Poll.dict), $key, $mask)
  Py_DECREF($key)
  Py_DECREF($mask)
  return bad < 0 ? NULL : none()
}
function poll_register(self: Ref, args: number, nargs: number): Own {
  if (!_PyArg_CheckPositional("register", nargs, 1, 2)) return NULL
  const $key = fdKey(ptr(args))
  if ($key === NULL) return NULL
  const mask = nargs > 1 ? maskOf(ptr(args + 8)) : POLLIN | POLLPRI | POLLOUT
  if (mask >= 0) return setMask(self, $key, mask)
  Py_DECREF($key)
  return NULL
}
function poll_modify(self: Ref, args: number, nargs: number): Own {
  if (!_PyArg_CheckPositional("modify", nargs, 2, 2)) return NULL
  const $key = fdKey(ptr(args))
  if ($key === NULL) return NULL
  const mask = maskOf(ptr(args + 8))
  const has = mask < 0 ? -1 : PyDict_Contains(ptr(self + Poll.dict), $key)
  if (has > 0) return setMask(self, $key, mask)
  Py_DECREF($key)
  return has < 0 ? NULL : PyErr_SetFromErrno(PyExc_OSError, E.ENOENT)
}
function poll_unregister(self: Ref, arg: Ref): Own {
  const $key = fdKey(arg)
  if ($key === NULL) return NULL
  const bad = PyDict_DelItem(ptr(self + Poll.dict), $key)
  Py_DECREF($key)
  return bad < 0 ? NULL : none()
}
function poll_poll(self: Ref, args: number, nargs: number): Own {
  if (!_PyArg_CheckPositional("poll", nargs, 0, 1)) return NULL
  let ms = Infinity
  if (nargs > 0 && ptr(args) !== Py_None) {
    const t = numberOf(ptr(args), "timeout must be an integer or None")
    if (Number.isNaN(t)) return NULL
    if (t > 0x7fffffff) return PyErr_SetString(PyExc_OverflowError, "timeout is too large")
    ms = t < 0 ? Infinity : Math.ceil(t)
  }
  if (int32(self + Poll.running)) return PyErr_SetString(PyExc_RuntimeError, "concurrent poll() invocation")
  const wanted: [number, number][] = []
  for (let pos = PyDict_Next(ptr(self + Poll.dict), 0); pos; pos = PyDict_Next(ptr(self + Poll.dict), pos))
    wanted.push([PyLong_AsLong(dictKey), PyLong_AsLong(dictValue)])
  let found: [number, number][] = []
  setint32(self + Poll.running, 1)
  const ok = waitUntil(() => {
    found = []
    for (const [fd, events] of wanted) {
      const r = pollOne(fd, events)
      if (r !== 0) found.push([fd, r])
    }
    return found.length > 0
  }, ms)
  setint32(self + Poll.running, 0)
  const $l = ok ? PyList_New(0) : NULL
  if ($l === NULL) return NULL
  for (const [fd, r] of found) {
    const $t = ownTuple(PyLong_FromLong(fd), PyLong_FromLong(r))
    if ($t === NULL || PyList_Append($l, $t) < 0) {
      Py_DECREF($l)
      return NULL
    }
    Py_DECREF($t)
  }
  return $l
}
function poll_dealloc(self: Ref): void {
  Py_CLEAR(self + Poll.dict)
  tp_free(self)
}
const pollType = definePrivateType({
  name: "select.poll",
  basicsize: Poll.SIZE,
  flags: TPFLAGS.DISALLOW_INSTANTIATION,
  dealloc: poll_dealloc,
  methods: [
    [
      "register",
      poll_register,
      METH.FASTCALL,
      "($self, fd,\n         eventmask=select.POLLIN | select.POLLPRI | select.POLLOUT, /)\n--\n\nRegister a file descriptor with the polling object.",
    ],
    ["modify", poll_modify, METH.FASTCALL, "($self, fd, eventmask, /)\n--\n\nModify an already registered file descriptor."],
    ["unregister", poll_unregister, METH.O, "($self, fd, /)\n--\n\nRemove a file descriptor being tracked by the polling object."],
    [
      "poll",
      poll_poll,
      METH.FASTCALL,
      "($self, timeout=None, /)\n--\n\nPolls the set of registered file descriptors: a list of (fd, event) of those that are ready.",
    ],
  ],
})
function select_poll(_m: Ref): Own {
  const $self = PyType_GenericAlloc(pollType, 0)
  if ($self !== NULL) setptr($self + Poll.dict, PyDict_New())
  return $self
}

function exec(module: Ref): number {
  return PyType_Ready(pollType) < 0 || PyModule_AddObjectRef(module, "error", PyExc_OSError) < 0 ? -1 : addInts(module, CONSTANTS)
}

defineModule({
  name: "select",
  doc: "Waiting for many file descriptors at once.",
  exec,
  methods: [
    [
      "select",
      select_select,
      METH.FASTCALL,
      "($module, rlist, wlist, xlist, timeout=None, /)\n--\n\nWait until one or more file descriptors are ready for some kind of I/O.",
    ],
    ["poll", select_poll, METH.NOARGS, "($module, /)\n--\n\nReturns a polling object."],
  ],
})
