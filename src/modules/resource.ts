import { spawnSync } from "node:child_process"
import fs from "node:fs"
import { ptr } from "../heap/access.ts"
import { maxHeap, peakResidentBytes, setMaxHeap } from "../heap/memstats.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { Py_DECREF } from "../heap/refcount.ts"
import { staticTop } from "../heap/statics.ts"
import { _PyObject_GC_TRACK } from "../gc/gcmodule.ts"
import { PySequence_Tuple } from "../objects/abstract.ts"
import { defineModule } from "../objects/define.ts"
import { PyErr_Occurred, PyErr_SetFromErrno, PyErr_SetString } from "../objects/errors.ts"
import { PyFloat_FromDouble } from "../objects/floatobject.ts"
import { _PyArg_CheckPositional } from "../objects/getargs.ts"
import { _PyLong_AsInt, PyLong_AsLong, PyLong_FromLong } from "../objects/longobject.ts"
import { PyModule_AddObjectRef } from "../objects/moduleobject.ts"
import { METH } from "../objects/slots.ts"
import { PyExc_OSError, PyExc_ValueError } from "../objects/statictypes.ts"
import { PyStructSequence_InitType, PyStructSequence_New, PyStructSequence_SET_ITEM, structSequenceType } from "../objects/structseq.ts"
import { PyTuple_GET_ITEM, PyTuple_GET_SIZE } from "../objects/tupleobject.ts"
import { addInts, none, ownTuple } from "./support.ts"

// Modules/resource.c. Times and page faults are the process's, the greatest resident size is the Python heap's. Limits are read from /proc.
// A limit on memory (RLIMIT_AS, RLIMIT_DATA) is one on the heap; the others Node cannot change itself: util-linux's prlimit does, where it is
// installed.

const CONSTANTS = {
  RLIMIT_AS: 9,
  RLIMIT_CORE: 4,
  RLIMIT_CPU: 0,
  RLIMIT_DATA: 2,
  RLIMIT_FSIZE: 1,
  RLIMIT_MEMLOCK: 8,
  RLIMIT_MSGQUEUE: 12,
  RLIMIT_NICE: 13,
  RLIMIT_NOFILE: 7,
  RLIMIT_NPROC: 6,
  RLIMIT_OFILE: 7,
  RLIMIT_RSS: 5,
  RLIMIT_RTPRIO: 14,
  RLIMIT_RTTIME: 15,
  RLIMIT_SIGPENDING: 11,
  RLIMIT_STACK: 3,
  RLIM_INFINITY: -1,
  RUSAGE_CHILDREN: -1,
  RUSAGE_SELF: 0,
  RUSAGE_THREAD: 1,
}
/** Accepted without effect: the signal that follows would end Node, where Python ignores it. */
const RLIMIT_FSIZE = 1
const RLIMIT_DATA = 2
const RLIMIT_AS = 9
/** Clock ticks a second in /proc. */
const TICKS = 100

const rusageType = structSequenceType({
  name: "resource.struct_rusage",
  doc: "struct_rusage: Result from getrusage.",
  inSequence: 16,
  fields: [
    ["ru_utime"],
    ["ru_stime"],
    ["ru_maxrss"],
    ["ru_ixrss"],
    ["ru_idrss"],
    ["ru_isrss"],
    ["ru_minflt"],
    ["ru_majflt"],
    ["ru_nswap"],
    ["ru_inblock"],
    ["ru_oublock"],
    ["ru_msgsnd"],
    ["ru_msgrcv"],
    ["ru_nsignals"],
    ["ru_nvcsw"],
    ["ru_nivcsw"],
  ],
})

/** User and system seconds of the children that have ended: cutime and cstime in /proc/self/stat. */
function childrenTimes(): [number, number] {
  try {
    const stat = fs.readFileSync("/proc/self/stat", "utf8")
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ")
    return [Number(fields[13]) / TICKS, Number(fields[14]) / TICKS]
  } catch {
    return [0, 0]
  }
}
function resource_getrusage(_m: Ref, arg: Ref): Own {
  const who = _PyLong_AsInt(arg)
  if (who === -1 && PyErr_Occurred()) return NULL
  if (who < -1 || who > 1) return PyErr_SetString(PyExc_ValueError, "invalid who parameter")
  const $r = PyStructSequence_New(rusageType)
  if ($r === NULL) return NULL
  const u = process.resourceUsage()
  const own = who !== -1
  const children = own ? [0, 0] : childrenTimes()
  const counts = [
    Math.floor(peakResidentBytes() / 1024),
    0,
    0,
    0,
    u.minorPageFault,
    u.majorPageFault,
    0,
    u.fsRead,
    u.fsWrite,
    0,
    0,
    0,
    u.voluntaryContextSwitches,
    u.involuntaryContextSwitches,
  ]
  PyStructSequence_SET_ITEM($r, 0, PyFloat_FromDouble(own ? u.userCPUTime / 1e6 : children[0]))
  PyStructSequence_SET_ITEM($r, 1, PyFloat_FromDouble(own ? u.systemCPUTime / 1e6 : children[1]))
  counts.forEach((v, i) => PyStructSequence_SET_ITEM($r, i + 2, PyLong_FromLong(own ? v : 0)))
  _PyObject_GC_TRACK($r)
  return $r
}

/** Is this a limit on the memory of our own process? It is the heap's limit then. */
function isOfHeap(pid: number, resource: number): boolean {
  return (resource === RLIMIT_AS || resource === RLIMIT_DATA) && (pid === 0 || pid === process.pid)
}

/** The lines of /proc/PID/limits by resource number. */
const NAMES = [
  "Max cpu time",
  "Max file size",
  "Max data size",
  "Max stack size",
  "Max core file size",
  "Max resident set",
  "Max processes",
  "Max open files",
  "Max locked memory",
  "Max address space",
  "Max file locks",
  "Max pending signals",
  "Max msgqueue size",
  "Max nice priority",
  "Max realtime priority",
  "Max realtime timeout",
]
function limits(pid: number, resource: number): [number, number] | null {
  const heap = maxHeap()
  if (heap !== 0 && isOfHeap(pid, resource)) return [heap + staticTop(), -1]
  try {
    const line = fs
      .readFileSync(`/proc/${pid || "self"}/limits`, "utf8")
      .split("\n")
      .find((l) => l.startsWith(NAMES[resource]))
    const parts = (line ?? "").slice(26).trim().split(/\s+/)
    const value = (s: string): number => (s === "unlimited" || s === undefined ? -1 : Number(s))
    return [value(parts[0]), value(parts[1])]
  } catch {
    return null
  }
}
/** The resource number of an argument; -1 with the error set. */
function resourceOf(op: Ref): number {
  const n = _PyLong_AsInt(op)
  if (n === -1 && PyErr_Occurred()) return -1
  if (n >= 0 && n < 16) return n
  PyErr_SetString(PyExc_ValueError, "invalid resource specified")
  return -1
}
function limitTuple(pid: number, resource: number): Own {
  const l = limits(pid, resource)
  return l === null ? PyErr_SetFromErrno(PyExc_OSError, 3) : ownTuple(PyLong_FromLong(l[0]), PyLong_FromLong(l[1]))
}
function resource_getrlimit(_m: Ref, arg: Ref): Own {
  const r = resourceOf(arg)
  return r < 0 ? NULL : limitTuple(0, r)
}
/** prlimit's options by resource number. */
const OPTIONS = "cpu fsize data stack core rss nproc nofile memlock as locks sigpending msgqueue nice rtprio rttime".split(" ")
/** Set the limits of a process; false with the error set. */
function setLimits(pid: number, resource: number, arg: Ref): boolean {
  const old = limits(pid, resource) ?? [-1, -1]
  const l = checkedLimits(arg, old)
  if (l === null) return false
  if (l[0] === old[0] && l[1] === old[1]) return true
  if (isOfHeap(pid, resource)) {
    // the whole of what is below the static end is in use before a program starts
    setMaxHeap(l[0] < 0 ? 0 : Math.max(1, Math.min(l[0], 2 ** 31 - 1) - staticTop()))
    return true
  }
  if (resource === RLIMIT_FSIZE) return true
  const text = l.map((n) => (n < 0 ? "unlimited" : String(n))).join(":")
  const done = spawnSync("prlimit", ["--pid", String(pid || process.pid), `--${OPTIONS[resource]}=${text}`], { encoding: "utf8" })
  if (done.error !== undefined || done.status === 0) return true
  if (/No such process/.test(done.stderr)) PyErr_SetFromErrno(PyExc_OSError, 3)
  else if (/Operation not permitted|Permission denied/.test(done.stderr)) PyErr_SetFromErrno(PyExc_OSError, 1)
  else PyErr_SetFromErrno(PyExc_OSError, 22)
  return false
}
/** New limits, checked against the old; null with the error set. */
function checkedLimits(arg: Ref, old: [number, number]): [number, number] | null {
  const $t = PySequence_Tuple(arg)
  if ($t === NULL) return null
  const two = PyTuple_GET_SIZE($t) === 2
  const soft = two ? PyLong_AsLong(PyTuple_GET_ITEM($t, 0)) : 0
  const hard = two && !PyErr_Occurred() ? PyLong_AsLong(PyTuple_GET_ITEM($t, 1)) : 0
  Py_DECREF($t)
  if (PyErr_Occurred()) return null
  const size = (n: number): number => (n < 0 ? Infinity : n)
  let message = ""
  if (!two) message = "expected a tuple of 2 integers"
  else if (size(soft) > size(hard)) message = "current limit exceeds maximum limit"
  else if (size(hard) > size(old[1]) && process.geteuid?.() !== 0) message = "not allowed to raise maximum limit"
  if (message === "") return [soft, hard]
  PyErr_SetString(PyExc_ValueError, message)
  return null
}
function resource_setrlimit(_m: Ref, args: number, nargs: number): Own {
  if (!_PyArg_CheckPositional("setrlimit", nargs, 2, 2)) return NULL
  const r = resourceOf(ptr(args))
  if (r < 0) return NULL
  return setLimits(0, r, ptr(args + 8)) ? none() : NULL
}
function resource_prlimit(_m: Ref, args: number, nargs: number): Own {
  if (!_PyArg_CheckPositional("prlimit", nargs, 2, 3)) return NULL
  const pid = _PyLong_AsInt(ptr(args))
  if (pid === -1 && PyErr_Occurred()) return NULL
  const r = resourceOf(ptr(args + 8))
  if (r < 0) return NULL
  const $old = limitTuple(pid, r)
  if ($old === NULL || nargs < 3 || setLimits(pid, r, ptr(args + 16))) return $old
  Py_DECREF($old)
  return NULL
}
function resource_getpagesize(_m: Ref): Own {
  return PyLong_FromLong(4096)
}
function exec(module: Ref): number {
  return PyModule_AddObjectRef(module, "error", PyExc_OSError) < 0 ||
    PyStructSequence_InitType(rusageType) < 0 ||
    PyModule_AddObjectRef(module, "struct_rusage", rusageType) < 0
    ? -1
    : addInts(module, CONSTANTS)
}

defineModule({
  name: "resource",
  exec,
  methods: [
    ["getrusage", resource_getrusage, METH.O, "($module, who, /)\n--\n\n"],
    ["getrlimit", resource_getrlimit, METH.O, "($module, resource, /)\n--\n\n"],
    ["setrlimit", resource_setrlimit, METH.FASTCALL, "($module, resource, limits, /)\n--\n\n"],
    ["prlimit", resource_prlimit, METH.FASTCALL],
    ["getpagesize", resource_getpagesize, METH.NOARGS, "($module, /)\n--\n\n"],
  ],
})
