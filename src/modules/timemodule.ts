import { ptr } from "../heap/access.ts"
import { RUNTIME, Runtime } from "../heap/map.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { Py_DECREF, Py_NewRef, Py_SIZE } from "../heap/refcount.ts"
import { _PyObject_GC_TRACK } from "../gc/gcmodule.ts"
import { defineModule } from "../objects/define.ts"
import { PyDict_New, PyDict_SetItemString } from "../objects/dictobject.ts"
import { PyErr_Occurred, PyErr_SetFromErrno, PyErr_SetString } from "../objects/errors.ts"
import { PyFloat_AsDouble, PyFloat_Check, PyFloat_FromDouble } from "../objects/floatobject.ts"
import { PyArg_UnpackTuple } from "../objects/getargs.ts"
import { PyLong_AsDouble, PyLong_AsInt, PyLong_AsLong, PyLong_Check, PyLong_FromBigInt, PyLong_FromLong } from "../objects/longobject.ts"
import { PyModule_AddIntConstant, PyModule_AddObject, PyModule_AddObjectRef } from "../objects/moduleobject.ts"
import { _PyNamespace_New } from "../objects/namespaceobject.ts"
import { typeName } from "../objects/object.ts"
import { METH } from "../objects/slots.ts"
import {
  Py_False,
  Py_None,
  Py_True,
  PyExc_OSError,
  PyExc_OverflowError,
  PyExc_TypeError,
  PyExc_ValueError,
} from "../objects/statictypes.ts"
import { PyStructSequence_InitType, PyStructSequence_New, PyStructSequence_SET_ITEM, structSequenceType } from "../objects/structseq.ts"
import { PyTuple_Check, PyTuple_GET_ITEM, PyTuple_New, PyTuple_SET_ITEM } from "../objects/tupleobject.ts"
import { PyUnicode_AsJS, PyUnicode_Check, PyUnicode_FromString } from "../objects/unicodeobject.ts"
import { upcalls } from "../objects/upcalls.ts"
import { PyObject_CallMethodObjArgs } from "../objects/call.ts"
import { ID } from "../heap/statics.ts"
import { _PyIndex_Check } from "../objects/abstract.ts"
import { eval_frame_handle_pending } from "../vm/ceval_pending.ts"
import { PyImport_ImportModule } from "../vm/import.ts"
import { PyEval_RestoreThread, PyEval_SaveThread, waitOnWord } from "../vm/gil.ts"
import { type BrokenTime, daylight, fromLocal, strftime, toLocal, toUtc, tzName, utcOffset } from "./time/calendar.ts"

// Modules/timemodule.c. Clocks are Node's: Date for the wall clock, process.hrtime for the monotonic one, process.cpuUsage for processor time.

const structTimeType = structSequenceType({
  name: "time.struct_time",
  doc: "A calendar time as localtime() and gmtime() give it.",
  inSequence: 9,
  fields: [
    ["tm_year"],
    ["tm_mon"],
    ["tm_mday"],
    ["tm_hour"],
    ["tm_min"],
    ["tm_sec"],
    ["tm_wday"],
    ["tm_yday"],
    ["tm_isdst"],
    ["tm_zone"],
    ["tm_gmtoff"],
  ],
})

function wallNs(): bigint {
  const ms = performance.timeOrigin + performance.now()
  return BigInt(Math.round(ms * 1000)) * 1000n
}
function monotonicNs(): bigint {
  return process.hrtime.bigint()
}
function cpuNs(): bigint {
  const u = process.cpuUsage()
  return BigInt(u.user + u.system) * 1000n
}
function seconds(ns: bigint): Own {
  return PyFloat_FromDouble(Number(ns) * 1e-9)
}
function time_time(_m: Ref): Own {
  return seconds(wallNs())
}
function time_time_ns(_m: Ref): Own {
  return PyLong_FromBigInt(wallNs())
}
function time_monotonic(_m: Ref): Own {
  return seconds(monotonicNs())
}
function time_monotonic_ns(_m: Ref): Own {
  return PyLong_FromBigInt(monotonicNs())
}
function time_process_time(_m: Ref): Own {
  return seconds(cpuNs())
}
function time_process_time_ns(_m: Ref): Own {
  return PyLong_FromBigInt(cpuNs())
}

const CLOCKS: Record<number, () => bigint> = {
  0: wallNs,
  1: monotonicNs,
  2: cpuNs,
  3: cpuNs,
  4: monotonicNs,
  7: monotonicNs,
  11: wallNs,
}
function clock(op: Ref): bigint | null {
  const id = PyLong_AsInt(op)
  if (id === -1 && PyErr_Occurred()) return null
  const f = CLOCKS[id]
  if (f !== undefined) return f()
  PyErr_SetFromErrno(PyExc_OSError, 22)
  return null
}
function clock_gettime(_m: Ref, op: Ref): Own {
  const ns = clock(op)
  return ns === null ? NULL : seconds(ns)
}
function clock_gettime_ns(_m: Ref, op: Ref): Own {
  const ns = clock(op)
  return ns === null ? NULL : PyLong_FromBigInt(ns)
}
function clock_getres(_m: Ref, op: Ref): Own {
  return clock(op) === null ? NULL : PyFloat_FromDouble(1e-9)
}

/** Seconds of a number argument; NaN with the error set. */
function secondsArg(op: Ref): number {
  if (PyFloat_Check(op)) {
    const x = PyFloat_AsDouble(op)
    if (Number.isNaN(x)) PyErr_SetString(PyExc_ValueError, "Invalid value NaN (not a number)")
    return x
  }
  if (PyLong_Check(op)) {
    const x = PyLong_AsDouble(op)
    return x === -1 && PyErr_Occurred() ? Number.NaN : x
  }
  if (_PyIndex_Check(op)) {
    const n = PyLong_AsLong(op)
    return n === -1 && PyErr_Occurred() ? Number.NaN : n
  }
  PyErr_SetString(PyExc_TypeError, `'${typeName(op)}' object cannot be interpreted as an integer`)
  return Number.NaN
}
function time_sleep(_m: Ref, op: Ref): Own {
  const s = secondsArg(op)
  if (Number.isNaN(s)) return NULL
  if (s < 0) return PyErr_SetString(PyExc_ValueError, "sleep length must be non-negative")
  if (s > 9223372036) return PyErr_SetString(PyExc_OverflowError, "timestamp too large to convert to C _PyTime_t")
  const deadline = performance.now() + s * 1000
  for (;;) {
    const left = deadline - performance.now()
    PyEval_SaveThread()
    const r = waitOnWord(RUNTIME + Runtime.sleep_word, 0, Math.max(0, left))
    PyEval_RestoreThread()
    if (r === "timed-out") return Py_NewRef(Py_None)
    if (eval_frame_handle_pending() < 0) return NULL
    if (performance.now() >= deadline) return Py_NewRef(Py_None)
  }
}

function structTime(t: BrokenTime): Own {
  const $r = PyStructSequence_New(structTimeType)
  if ($r === NULL) return NULL
  const ints = [t.year, t.month, t.day, t.hour, t.minute, t.second, t.weekday, t.yearday, t.isdst]
  ints.forEach((v, i) => PyStructSequence_SET_ITEM($r, i, PyLong_FromLong(v)))
  PyStructSequence_SET_ITEM($r, 9, PyUnicode_FromString(t.zone))
  PyStructSequence_SET_ITEM($r, 10, PyLong_FromLong(t.gmtoff))
  _PyObject_GC_TRACK($r)
  return $r
}
// Whole seconds of an optional argument; NaN with the error set.
function whenArg(args: Ref, fname: string): number {
  const at = PyArg_UnpackTuple(args, fname, 0, 1)
  if (at === 0) return Number.NaN
  const op = ptr(at)
  if (op === 0 || op === Py_None) return Math.floor(Date.now() / 1000)
  const s = secondsArg(op)
  if (Number.isNaN(s)) return s
  if (Math.abs(s) > 8.64e12) {
    PyErr_SetString(PyExc_OverflowError, "timestamp out of range for platform time_t")
    return Number.NaN
  }
  return Math.floor(s)
}
function time_gmtime(_m: Ref, args: Ref): Own {
  const s = whenArg(args, "gmtime")
  return Number.isNaN(s) ? NULL : structTime(toUtc(s))
}
function time_localtime(_m: Ref, args: Ref): Own {
  const s = whenArg(args, "localtime")
  return Number.isNaN(s) ? NULL : structTime(toLocal(s))
}

// A time tuple or struct_time as its parts; null with the error set.
function gettmarg(op: Ref, fname: string): BrokenTime | null {
  if (!PyTuple_Check(op)) {
    PyErr_SetString(PyExc_TypeError, "Tuple or struct_time argument required")
    return null
  }
  if (Py_SIZE(op) !== 9) {
    PyErr_SetString(PyExc_TypeError, `${fname}(): illegal time tuple argument`)
    return null
  }
  const v: number[] = []
  for (let i = 0; i < 9; i++) {
    const n = PyLong_AsInt(PyTuple_GET_ITEM(op, i))
    if (n === -1 && PyErr_Occurred()) return null
    v.push(n)
  }
  return {
    year: v[0],
    month: v[1],
    day: v[2],
    hour: v[3],
    minute: v[4],
    second: v[5],
    weekday: v[6],
    yearday: v[7],
    isdst: v[8],
    zone: tzName(v[8] > 0),
    gmtoff: utcOffset(v[8] > 0),
  }
}
// What strftime and asctime may be given: zeros stand for ones, anything else must be in range.
function checktm(t: BrokenTime): boolean {
  if (t.month === 0) t.month = 1
  if (t.day === 0) t.day = 1
  if (t.yearday === 0) t.yearday = 1
  const bad = (what: string): boolean => {
    PyErr_SetString(PyExc_ValueError, `${what} out of range`)
    return false
  }
  if (t.month < 1 || t.month > 12) return bad("month")
  if (t.day < 1 || t.day > 31) return bad("day of month")
  if (t.hour < 0 || t.hour > 23) return bad("hour")
  if (t.minute < 0 || t.minute > 59) return bad("minute")
  if (t.second < 0 || t.second > 61) return bad("seconds")
  if (t.weekday < -1) return bad("day of week")
  if (t.yearday < 1 || t.yearday > 366) return bad("day of year")
  t.weekday = (t.weekday + 7) % 7
  return true
}
function time_strftime(_m: Ref, args: Ref): Own {
  const at = PyArg_UnpackTuple(args, "strftime", 1, 2)
  if (at === 0) return NULL
  const format = ptr(at)
  const tuple = ptr(at + 8)
  if (!PyUnicode_Check(format)) return PyErr_SetString(PyExc_TypeError, `strftime() argument 1 must be str, not ${typeName(format)}`)
  let t: BrokenTime | null
  if (tuple === 0) t = toLocal(Math.floor(Date.now() / 1000))
  else {
    t = gettmarg(tuple, "strftime")
    if (t === null || !checktm(t)) return NULL
  }
  return PyUnicode_FromString(strftime(PyUnicode_AsJS(format), t))
}
const DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
function asctimeText(t: BrokenTime): Own {
  const two = (n: number): string => String(n).padStart(2, "0")
  const day = String(t.day).padStart(2, " ")
  return PyUnicode_FromString(`${DAYS[t.weekday]} ${MONTHS[t.month - 1]} ${day} ${two(t.hour)}:${two(t.minute)}:${two(t.second)} ${t.year}`)
}
function time_asctime(_m: Ref, args: Ref): Own {
  const at = PyArg_UnpackTuple(args, "asctime", 0, 1)
  if (at === 0) return NULL
  const op = ptr(at)
  if (op === 0) return asctimeText(toLocal(Math.floor(Date.now() / 1000)))
  const t = gettmarg(op, "asctime")
  return t === null || !checktm(t) ? NULL : asctimeText(t)
}
function time_ctime(_m: Ref, args: Ref): Own {
  const s = whenArg(args, "ctime")
  return Number.isNaN(s) ? NULL : asctimeText(toLocal(s))
}
function time_mktime(_m: Ref, op: Ref): Own {
  const t = gettmarg(op, "mktime")
  if (t === null) return NULL
  const s = fromLocal(t)
  return Number.isNaN(s) ? PyErr_SetString(PyExc_OverflowError, "mktime argument out of range") : PyFloat_FromDouble(s)
}
function time_strptime(_m: Ref, args: Ref): Own {
  const at = PyArg_UnpackTuple(args, "strptime", 1, 2)
  if (at === 0) return NULL
  const text = ptr(at)
  const format = ptr(at + 8)
  const $mod = upcalls.importModule("_strptime")
  if ($mod === NULL) return NULL
  const $r =
    format === 0
      ? PyObject_CallMethodObjArgs($mod, ID("_strptime_time"), text)
      : PyObject_CallMethodObjArgs($mod, ID("_strptime_time"), text, format)
  Py_DECREF($mod)
  return $r
}
function time_tzset(_m: Ref): Own {
  return Py_NewRef(Py_None)
}

const CLOCK_INFO: Record<string, [string, boolean, boolean]> = {
  time: ["clock_gettime(CLOCK_REALTIME)", false, true],
  monotonic: ["clock_gettime(CLOCK_MONOTONIC)", true, false],
  perf_counter: ["clock_gettime(CLOCK_MONOTONIC)", true, false],
  process_time: ["clock_gettime(CLOCK_PROCESS_CPUTIME_ID)", true, false],
  thread_time: ["clock_gettime(CLOCK_THREAD_CPUTIME_ID)", true, false],
}
function time_get_clock_info(_m: Ref, op: Ref): Own {
  if (!PyUnicode_Check(op)) return PyErr_SetString(PyExc_TypeError, `get_clock_info() argument 1 must be str, not ${typeName(op)}`)
  const info = CLOCK_INFO[PyUnicode_AsJS(op)]
  if (info === undefined) return PyErr_SetString(PyExc_ValueError, "unknown clock")
  const $d = PyDict_New()
  if ($d === NULL) return NULL
  const $name = PyUnicode_FromString(info[0])
  const $res = PyFloat_FromDouble(1e-9)
  PyDict_SetItemString($d, "implementation", $name)
  PyDict_SetItemString($d, "monotonic", info[1] ? Py_True : Py_False)
  PyDict_SetItemString($d, "adjustable", info[2] ? Py_True : Py_False)
  PyDict_SetItemString($d, "resolution", $res)
  Py_DECREF($name)
  Py_DECREF($res)
  const $ns = _PyNamespace_New($d)
  Py_DECREF($d)
  return $ns
}

function exec(module: Ref): number {
  if (PyStructSequence_InitType(structTimeType) < 0 || PyModule_AddObjectRef(module, "struct_time", structTimeType) < 0) return -1
  const constants: Record<string, number> = {
    CLOCK_REALTIME: 0,
    CLOCK_MONOTONIC: 1,
    CLOCK_PROCESS_CPUTIME_ID: 2,
    CLOCK_THREAD_CPUTIME_ID: 3,
    CLOCK_MONOTONIC_RAW: 4,
    CLOCK_BOOTTIME: 7,
    CLOCK_TAI: 11,
    _STRUCT_TM_ITEMS: 11,
  }
  for (const [name, value] of Object.entries(constants)) if (PyModule_AddIntConstant(module, name, value) < 0) return -1
  return addTimezone(module)
}
function addTimezone(module: Ref): number {
  const numbers: Record<string, number> = { timezone: -utcOffset(false), altzone: -utcOffset(true), daylight: daylight() ? 1 : 0 }
  for (const [name, value] of Object.entries(numbers)) if (PyModule_AddIntConstant(module, name, value) < 0) return -1
  const $names = PyTuple_New(2)
  if ($names === NULL) return -1
  PyTuple_SET_ITEM($names, 0, PyUnicode_FromString(tzName(false)))
  PyTuple_SET_ITEM($names, 1, PyUnicode_FromString(tzName(true)))
  return PyModule_AddObject(module, "tzname", $names)
}

/** Boot from an image: the module is there, of a process in some other zone. 0, or -1 with the error set. */
export function refreshTimezone(): number {
  const $time = PyImport_ImportModule("time")
  if ($time === NULL) return -1
  const r = addTimezone($time)
  Py_DECREF($time)
  return r
}

defineModule({
  name: "time",
  doc: "Clocks and calendar times.",
  exec,
  methods: [
    ["time", time_time, METH.NOARGS, "time() -> floating point number\n\nSeconds since the epoch."],
    ["time_ns", time_time_ns, METH.NOARGS],
    ["monotonic", time_monotonic, METH.NOARGS],
    ["monotonic_ns", time_monotonic_ns, METH.NOARGS],
    ["perf_counter", time_monotonic, METH.NOARGS],
    ["perf_counter_ns", time_monotonic_ns, METH.NOARGS],
    ["process_time", time_process_time, METH.NOARGS],
    ["process_time_ns", time_process_time_ns, METH.NOARGS],
    ["thread_time", time_process_time, METH.NOARGS],
    ["thread_time_ns", time_process_time_ns, METH.NOARGS],
    ["clock_gettime", clock_gettime, METH.O],
    ["clock_gettime_ns", clock_gettime_ns, METH.O],
    ["clock_getres", clock_getres, METH.O],
    ["sleep", time_sleep, METH.O, "sleep(seconds)\n\nWait."],
    ["gmtime", time_gmtime, METH.VARARGS],
    ["localtime", time_localtime, METH.VARARGS],
    ["asctime", time_asctime, METH.VARARGS],
    ["ctime", time_ctime, METH.VARARGS],
    ["mktime", time_mktime, METH.O],
    ["strftime", time_strftime, METH.VARARGS],
    ["strptime", time_strptime, METH.VARARGS],
    ["tzset", time_tzset, METH.NOARGS],
    ["get_clock_info", time_get_clock_info, METH.O],
  ],
})
