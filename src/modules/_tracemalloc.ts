import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { Py_DECREF, Py_NewRef } from "../heap/refcount.ts"
import { ID } from "../heap/statics.ts"
import { i32 } from "../heap/views.ts"
import { PyBool_FromLong } from "../objects/boolobject.ts"
import { PyCode_Addr2Line } from "../objects/codeobject.ts"
import { defineModule } from "../objects/define.ts"
import { PyErr_NoMemory, PyErr_Occurred, PyErr_SetString } from "../objects/errors.ts"
import { _PyArg_CheckPositional } from "../objects/getargs.ts"
import { PyList_Append, PyList_New } from "../objects/listobject.ts"
import { PyLong_FromLong, _PyLong_AsInt } from "../objects/longobject.ts"
import { PyObject_Hash } from "../objects/object.ts"
import { METH } from "../objects/slots.ts"
import { PyExc_ValueError, Py_None } from "../objects/statictypes.ts"
import { PyTuple_New, PyTuple_SET_ITEM } from "../objects/tupleobject.ts"
import { PyUnicode_AsJS, PyUnicode_Check, _PyUnicode_EQ } from "../objects/unicodeobject.ts"
import {
  MAX_NFRAME,
  copy_traces,
  get_object_traceback,
  peak_memory,
  reset_peak,
  setLineHooks,
  setReentrant,
  traceback_filename,
  traceback_limit,
  traceback_lineno,
  traceback_nframe,
  traceback_total,
  traced_memory,
  tracemalloc_clear_traces,
  tracemalloc_is_tracing,
  tracemalloc_memory,
  tracemalloc_start,
  tracemalloc_stop,
} from "../trace/tracemalloc.ts"

// Modules/_tracemalloc.c: the Python module. Tables and hooks are in trace/.

export { PyTraceMalloc_Track, PyTraceMalloc_Untrack, _PyTraceMalloc_Fini } from "../trace/tracemalloc.ts"

function hashLow(s: Ref): number {
  return PyObject_Hash(s)
}
function text(s: Ref): string {
  return PyUnicode_AsJS(s)
}
setLineHooks({
  PyCode_Addr2Line,
  hash: hashLow,
  equal: _PyUnicode_EQ,
  isUnicode: PyUnicode_Check,
  unknown: ID("<unknown>"),
  text,
})

/** Start with a frame limit as the command line gave it. @returns 0, or -1 with the error set. */
export function _PyTraceMalloc_Init(nframe: number): number {
  return nframe === 0 ? 0 : startTracing(nframe)
}
function startTracing(nframe: number): number {
  if (nframe < 1 || nframe > MAX_NFRAME) {
    PyErr_SetString(PyExc_ValueError, `the number of frames must be in range [1; ${MAX_NFRAME}]`)
    return -1
  }
  if (tracemalloc_start(nframe) < 0) {
    PyErr_NoMemory()
    return -1
  }
  return 0
}

function is_tracing(): Own {
  return PyBool_FromLong(tracemalloc_is_tracing() ? 1 : 0)
}
function clear_traces(): Own {
  tracemalloc_clear_traces()
  return Py_NewRef(Py_None)
}
function start(_module: Ref, args: number, nargs: number): Own {
  if (!_PyArg_CheckPositional("start", nargs, 0, 1)) return NULL
  let nframe = 1
  if (nargs > 0) {
    nframe = _PyLong_AsInt(i32[args >> 2] as Ref)
    if (nframe === -1 && PyErr_Occurred()) return NULL
  }
  return startTracing(nframe) < 0 ? NULL : Py_NewRef(Py_None)
}
function stop(): Own {
  tracemalloc_stop()
  return Py_NewRef(Py_None)
}
function get_traceback_limit(): Own {
  return PyLong_FromLong(traceback_limit())
}
function get_tracemalloc_memory(): Own {
  return PyLong_FromLong(tracemalloc_memory())
}
/** A tuple of two owned objects; both are released when it cannot be made. */
function pair($a: Own, $b: Own): Own {
  const $t = $a === NULL || $b === NULL ? NULL : PyTuple_New(2)
  if ($t === NULL) {
    if ($a !== NULL) Py_DECREF($a)
    if ($b !== NULL) Py_DECREF($b)
    return NULL
  }
  PyTuple_SET_ITEM($t, 0, $a)
  PyTuple_SET_ITEM($t, 1, $b)
  return $t
}
function get_traced_memory(): Own {
  const tracing = tracemalloc_is_tracing()
  const size = tracing ? traced_memory() : 0
  const peak = tracing ? peak_memory() : 0
  return pair(PyLong_FromLong(size), PyLong_FromLong(peak))
}
function reset(): Own {
  reset_peak()
  return Py_NewRef(Py_None)
}

/** A tuple of (filename, lineno) pairs: owned. */
export function traceback_to_pyobject(tb: number): Own {
  const n = traceback_nframe(tb)
  const $frames = PyTuple_New(n)
  if ($frames === NULL) return NULL
  for (let i = 0; i < n; i++) {
    const $frame = pair(Py_NewRef(traceback_filename(tb, i)), PyLong_FromLong(traceback_lineno(tb, i)))
    if ($frame === NULL) {
      Py_DECREF($frames)
      return NULL
    }
    PyTuple_SET_ITEM($frames, i, $frame)
  }
  return $frames
}
/** (domain, size, traceback, total_nframe). `interned` keeps one tuple a traceback, as owned references. */
function trace_to_pyobject(domain: number, size: number, tb: number, interned: Map<number, Own>): Own {
  let $frames = interned.get(tb) ?? NULL
  if ($frames === NULL) {
    $frames = traceback_to_pyobject(tb)
    if ($frames === NULL) return NULL
    interned.set(tb, $frames)
  }
  const $t = PyTuple_New(4)
  if ($t === NULL) return NULL
  PyTuple_SET_ITEM($t, 2, Py_NewRef($frames))
  const numbers = [domain >>> 0, size, -1, traceback_total(tb)]
  for (let i = 0; i < 4; i++) {
    if (i === 2) continue
    const $n = PyLong_FromLong(numbers[i])
    if ($n === NULL) {
      Py_DECREF($t)
      return NULL
    }
    PyTuple_SET_ITEM($t, i, $n)
  }
  return $t
}
function get_traces(): Own {
  const $list = PyList_New(0)
  if ($list === NULL || !tracemalloc_is_tracing()) return $list
  const traces = copy_traces()
  const interned = new Map<number, Own>()
  let ok = true
  setReentrant(true)
  for (let i = 0; ok && i < traces.length; i += 4) {
    const $trace = trace_to_pyobject(traces[i + 3], traces[i + 1], traces[i + 2], interned)
    ok = $trace !== NULL && PyList_Append($list, $trace) >= 0
    if ($trace !== NULL) Py_DECREF($trace)
  }
  setReentrant(false)
  for (const $frames of interned.values()) Py_DECREF($frames)
  if (ok) return $list
  Py_DECREF($list)
  return NULL
}
function object_traceback(_module: Ref, obj: Ref): Own {
  const tb = get_object_traceback(obj)
  return tb === 0 ? Py_NewRef(Py_None) : traceback_to_pyobject(tb)
}

defineModule({
  name: "_tracemalloc",
  doc: "Debug module to trace memory blocks allocated by Python.",
  size: 0,
  methods: [
    ["is_tracing", is_tracing, METH.NOARGS, "($module, /)\n--\n\nAre Python's memory allocations being traced?"],
    ["clear_traces", clear_traces, METH.NOARGS, "($module, /)\n--\n\nClear traces of memory blocks allocated by Python."],
    ["_get_traces", get_traces, METH.NOARGS, "($module, /)\n--\n\nA list of (domain, size, traceback, total frames), one a traced block."],
    [
      "_get_object_traceback",
      object_traceback,
      METH.O,
      "($module, obj, /)\n--\n\nWhere the object was allocated: a tuple of (filename, lineno), or None.",
    ],
    ["start", start, METH.FASTCALL, "($module, nframe=1, /)\n--\n\nStart tracing, with at most nframe frames a traceback."],
    ["stop", stop, METH.NOARGS, "($module, /)\n--\n\nStop tracing Python memory allocations and clear the traces."],
    ["get_traceback_limit", get_traceback_limit, METH.NOARGS, "($module, /)\n--\n\nThe largest number of frames a traceback stores."],
    ["get_tracemalloc_memory", get_tracemalloc_memory, METH.NOARGS, "($module, /)\n--\n\nBytes the module itself uses to store traces."],
    [
      "get_traced_memory",
      get_traced_memory,
      METH.NOARGS,
      "($module, /)\n--\n\nCurrent and peak size of the traced blocks: (current, peak).",
    ],
    ["reset_peak", reset, METH.NOARGS, "($module, /)\n--\n\nSet the peak size to the current size."],
  ],
})
