import fs from "node:fs"
import { ptr } from "../heap/access.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { Py_DECREF } from "../heap/refcount.ts"
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

// Modules/resource.c. Times and page faults are the process's; the limits are read from /proc and cannot be changed from Node: lowering a
// soft limit is accepted and has no effect.

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

function resource_getrusage(_m: Ref, arg: Ref): Own {
  const who = _PyLong_AsInt(arg)
  if (who === -1 && PyErr_Occurred()) return NULL
  if (who < -1 || who > 1) return PyErr_SetString(PyExc_ValueError, "invalid who parameter")
  const $r = PyStructSequence_New(rusageType)
  if ($r === NULL) return NULL
  const u = process.resourceUsage()
  const own = who !== -1
  const counts = [
    u.maxRSS,
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
  PyStructSequence_SET_ITEM($r, 0, PyFloat_FromDouble(own ? u.userCPUTime / 1e6 : 0))
  PyStructSequence_SET_ITEM($r, 1, PyFloat_FromDouble(own ? u.systemCPUTime / 1e6 : 0))
  counts.forEach((v, i) => PyStructSequence_SET_ITEM($r, i + 2, PyLong_FromLong(own ? v : 0)))
  _PyObject_GC_TRACK($r)
  return $r
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
/** Check new limits against the old; false with the error set. */
function checkLimits(arg: Ref, old: [number, number]): boolean {
  const $t = PySequence_Tuple(arg)
  if ($t === NULL) return false
  const two = PyTuple_GET_SIZE($t) === 2
  const soft = two ? PyLong_AsLong(PyTuple_GET_ITEM($t, 0)) : 0
  const hard = two && !PyErr_Occurred() ? PyLong_AsLong(PyTuple_GET_ITEM($t, 1)) : 0
  Py_DECREF($t)
  if (PyErr_Occurred()) return false
  const size = (n: number): number => (n < 0 ? Infinity : n)
  let message = ""
  if (!two) message = "expected a tuple of 2 integers"
  else if (size(soft) > size(hard)) message = "current limit exceeds maximum limit"
  else if (size(hard) > size(old[1]) && process.geteuid?.() !== 0) message = "not allowed to raise maximum limit"
  if (message === "") return true
  PyErr_SetString(PyExc_ValueError, message)
  return false
}
function resource_setrlimit(_m: Ref, args: number, nargs: number): Own {
  if (!_PyArg_CheckPositional("setrlimit", nargs, 2, 2)) return NULL
  const r = resourceOf(ptr(args))
  if (r < 0) return NULL
  return checkLimits(ptr(args + 8), limits(0, r) ?? [-1, -1]) ? none() : NULL
}
function resource_prlimit(_m: Ref, args: number, nargs: number): Own {
  if (!_PyArg_CheckPositional("prlimit", nargs, 2, 3)) return NULL
  const pid = _PyLong_AsInt(ptr(args))
  if (pid === -1 && PyErr_Occurred()) return NULL
  const r = resourceOf(ptr(args + 8))
  if (r < 0) return NULL
  if (nargs === 3 && !checkLimits(ptr(args + 16), limits(pid, r) ?? [-1, -1])) return NULL
  return limitTuple(pid, r)
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
