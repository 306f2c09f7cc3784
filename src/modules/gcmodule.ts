import { PyTypeObject } from "../heap/layout.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { Py_DECREF, Py_INCREF, Py_NewRef, Py_TYPE, Py_XDECREF } from "../heap/refcount.ts"
import { ID } from "../heap/statics.ts"
import { i32 } from "../heap/views.ts"
import {
  PyGC_Disable,
  PyGC_Enable,
  PyGC_IsEnabled,
  _PyGC_FINALIZED,
  _PyObject_GC_IS_TRACKED,
  _PyObject_IS_GC,
  gc_collect,
  gc_count,
  gc_freeze,
  gc_set_threshold,
  gc_threshold,
  gc_unfreeze,
} from "../gc/gcmodule.ts"
import { setGcHooks } from "../gc/hooks.ts"
import { _PyContext_ClearFreeList } from "../vm/context.ts"
import { FROM_GC, GC, GCState, GC_NEXT, GEN_HEAD, NUM_GENERATIONS, Stats, gcTraverse, gc_list_size } from "../gc/state.ts"
import { _PyIndex_Check, PyNumber_AsSsize_t } from "../objects/abstract.ts"
import { PyObject_CallOneArg, PyObject_CallTwoArgs } from "../objects/call.ts"
import { defineModule } from "../objects/define.ts"
import { PyDict_New, PyDict_SetItem, _PyDict_ClearFreeList, _PyDict_MaybeUntrack } from "../objects/dictobject.ts"
import {
  PyErr_BadInternalCall,
  PyErr_Clear,
  PyErr_NoMemory,
  PyErr_Occurred,
  PyErr_Restore,
  PyErr_SetString,
  PyErr_WriteUnraisable,
  _PyErr_WriteUnraisableMsg,
} from "../objects/errors.ts"
import { _PyFloat_ClearFreeList } from "../objects/floatobject.ts"
import { _PyAsyncGen_ClearFreeLists } from "../objects/genobject.ts"
import { PyArg_ParseTuple, _PyArg_UnpackKeywords, argGiven, argParser } from "../objects/getargs.ts"
import { PyList_Append, PyList_GET_ITEM, PyList_New, _PyList_ClearFreeList } from "../objects/listobject.ts"
import { PyLong_FromLong, _PyLong_AsInt } from "../objects/longobject.ts"
import { PyModule_AddIntConstant, PyModule_AddObjectRef } from "../objects/moduleobject.ts"
import { reprJS, tp_name_js, typeName } from "../objects/object.ts"
import { METH } from "../objects/slots.ts"
import {
  PyDict_Type,
  PyExc_ResourceWarning,
  PyExc_TypeError,
  PyExc_ValueError,
  PyTuple_Type,
  PyType_Type,
  Py_False,
  Py_None,
  Py_True,
} from "../objects/statictypes.ts"
import {
  PyTuple_GET_ITEM,
  PyTuple_GET_SIZE,
  PyTuple_New,
  PyTuple_SET_ITEM,
  _PyTuple_ClearFreeList,
  _PyTuple_MaybeUntrack,
} from "../objects/tupleobject.ts"
import { PyUnicode_FromString } from "../objects/unicodeobject.ts"
import { PyWeakref_Check } from "../objects/weakrefobject.ts"
import { PySys_Audit, PySys_WriteStderr } from "../vm/sysmodule.ts"
import { PyErr_WarnExplicitFormat } from "../objects/_warnings.ts"

// Modules/gcmodule.c: the Python module. The collector is in gc/.

const id_generation = ID("generation")
const id_collected = ID("collected")
const id_uncollectable = ID("uncollectable")
const id_collections = ID("collections")

function none(): Own {
  return Py_NewRef(Py_None)
}
function enable(): Own {
  PyGC_Enable()
  return none()
}
function disable(): Own {
  PyGC_Disable()
  return none()
}
function isenabled(): Own {
  return Py_NewRef(PyGC_IsEnabled() !== 0 ? Py_True : Py_False)
}

const collectParser = argParser("collect", ["generation"])
function collect(_module: Ref, args: number, nargs: number, kwnames: Ref): Own {
  const p = _PyArg_UnpackKeywords(args, nargs, NULL, kwnames, collectParser, 0, 1, 0)
  if (p === 0) return NULL
  const arg = nargs > 0 || kwnames !== NULL ? (i32[p >> 2] as Ref) : NULL
  let generation = NUM_GENERATIONS - 1
  if (arg !== NULL) {
    generation = _PyLong_AsInt(arg)
    if (generation === -1 && PyErr_Occurred()) return NULL
  }
  if (generation < 0 || generation >= NUM_GENERATIONS) {
    PyErr_SetString(PyExc_ValueError, "invalid generation")
    return NULL
  }
  return PyLong_FromLong(gc_collect(generation))
}
function set_debug(_module: Ref, arg: Ref): Own {
  const flags = _PyLong_AsInt(arg)
  if (flags === -1 && PyErr_Occurred()) return NULL
  i32[(GC + GCState.debug) >> 2] = flags
  return none()
}
function get_debug(): Own {
  return PyLong_FromLong(i32[(GC + GCState.debug) >> 2])
}
function set_threshold(_module: Ref, args: Ref): Own {
  const p = PyArg_ParseTuple(args, "i|ii:set_threshold")
  if (p === 0) return NULL
  for (let i = 0; i < 3; i++) if (argGiven(i)) gc_set_threshold(i, i32[(p + 8 * i) >> 2])
  return none()
}
function three(f: (i: number) => number): Own {
  const $t = PyTuple_New(3)
  if ($t === NULL) return NULL
  for (let i = 0; i < 3; i++) {
    const $n = PyLong_FromLong(f(i))
    if ($n === NULL) {
      Py_DECREF($t)
      return NULL
    }
    PyTuple_SET_ITEM($t, i, $n)
  }
  return $t
}
function get_threshold(): Own {
  return three(gc_threshold)
}
function get_count(): Own {
  // all counts are read before the tuple is made, which counts itself
  const counts = [gc_count(0), gc_count(1), gc_count(2)]
  return three((i) => counts[i])
}

let wanted = NULL as Ref
function referrersvisit(obj: Ref, _arg: number): number {
  const objs = wanted
  const n = PyTuple_GET_SIZE(objs)
  for (let i = 0; i < n; i++) if (PyTuple_GET_ITEM(objs, i) === obj) return 1
  return 0
}
function get_referrers(_module: Ref, objs: Ref): Own {
  if (PySys_Audit("gc.get_referrers", objs) < 0) return NULL
  const $result = PyList_New(0)
  if ($result === NULL) return NULL
  for (let gen = 0; gen < NUM_GENERATIONS; gen++) {
    const list = GEN_HEAD(gen)
    for (let g = GC_NEXT(list); g !== list; g = GC_NEXT(g)) {
      const obj = FROM_GC(g)
      if (obj === objs || obj === $result) continue
      wanted = objs
      if (gcTraverse(obj, referrersvisit, objs) !== 0 && PyList_Append($result, obj) < 0) {
        Py_DECREF($result)
        return NULL
      }
    }
  }
  return $result
}
function referentsvisit(obj: Ref, list: number): number {
  return PyList_Append(list as Ref, obj) < 0 ? 1 : 0
}
function get_referents(_module: Ref, args: Ref): Own {
  if (PySys_Audit("gc.get_referents", args) < 0) return NULL
  const $result = PyList_New(0)
  if ($result === NULL) return NULL
  for (let i = 0; i < PyTuple_GET_SIZE(args); i++) {
    const obj = PyTuple_GET_ITEM(args, i)
    if (!_PyObject_IS_GC(obj) || i32[(Py_TYPE(obj) + PyTypeObject.tp_traverse) >> 2] === 0) continue
    if (gcTraverse(obj, referentsvisit, $result) !== 0) {
      Py_DECREF($result)
      return NULL
    }
  }
  return $result
}

function append_objects(py_list: Ref, list: number): boolean {
  for (let g = GC_NEXT(list); g !== list; g = GC_NEXT(g)) {
    if (FROM_GC(g) !== py_list && PyList_Append(py_list, FROM_GC(g)) !== 0) return false
  }
  return true
}
const objectsParser = argParser("get_objects", ["generation"])
function auditGeneration(generation: number): boolean {
  const $n = PyLong_FromLong(generation)
  if ($n === NULL) return false
  const r = PySys_Audit("gc.get_objects", $n)
  Py_DECREF($n)
  return r >= 0
}
function get_objects(_module: Ref, args: number, nargs: number, kwnames: Ref): Own {
  const p = _PyArg_UnpackKeywords(args, nargs, NULL, kwnames, objectsParser, 0, 1, 0)
  if (p === 0) return NULL
  const arg = nargs > 0 || kwnames !== NULL ? (i32[p >> 2] as Ref) : NULL
  let generation = -1
  if (arg !== NULL && arg !== Py_None) {
    if (!_PyIndex_Check(arg)) {
      PyErr_SetString(PyExc_TypeError, `argument should be integer or None, not '${typeName(arg).slice(0, 200)}'`)
      return NULL
    }
    generation = PyNumber_AsSsize_t(arg, 0 as Ref)
    if (generation === -1 && PyErr_Occurred()) return NULL
  }
  if (!auditGeneration(generation)) return NULL
  const $result = PyList_New(0)
  if ($result === NULL) return NULL
  let ok = true
  if (generation === -1) {
    for (let i = 0; ok && i < NUM_GENERATIONS; i++) ok = append_objects($result, GEN_HEAD(i))
  } else if (generation >= NUM_GENERATIONS) {
    PyErr_SetString(PyExc_ValueError, "generation parameter must be less than the number of available generations (3)")
    ok = false
  } else if (generation < 0) {
    PyErr_SetString(PyExc_ValueError, "generation parameter cannot be negative")
    ok = false
  } else ok = append_objects($result, GEN_HEAD(generation))
  if (ok) return $result
  Py_DECREF($result)
  return NULL
}

/** A dict of three ints, in this order. */
function intDict(k1: Ref, v1: number, k2: Ref, v2: number, k3: Ref, v3: number): Own {
  const $d = PyDict_New()
  if ($d === NULL) return NULL
  if (setInt($d, k1, v1) && setInt($d, k2, v2) && setInt($d, k3, v3)) return $d
  Py_DECREF($d)
  return NULL
}
function setInt(d: Ref, key: Ref, v: number): boolean {
  const $n = PyLong_FromLong(v)
  if ($n === NULL) return false
  const r = PyDict_SetItem(d, key, $n)
  Py_DECREF($n)
  return r >= 0
}
function get_stats(): Own {
  // a snapshot: making the result may collect
  const stats: number[] = []
  for (let i = 0; i < NUM_GENERATIONS; i++) {
    const st = (GC + GCState.generation_stats + i * Stats.SIZE) >> 2
    stats.push(i32[st], i32[st + 2], i32[st + 4])
  }
  const $result = PyList_New(0)
  if ($result === NULL) return NULL
  for (let i = 0; i < NUM_GENERATIONS; i++) {
    const $d = intDict(id_collections, stats[i * 3], id_collected, stats[i * 3 + 1], id_uncollectable, stats[i * 3 + 2])
    if ($d === NULL || PyList_Append($result, $d) !== 0) {
      Py_XDECREF($d)
      Py_DECREF($result)
      return NULL
    }
    Py_DECREF($d)
  }
  return $result
}
function is_tracked(_module: Ref, obj: Ref): Own {
  return Py_NewRef(_PyObject_IS_GC(obj) && _PyObject_GC_IS_TRACKED(obj) ? Py_True : Py_False)
}
function is_finalized(_module: Ref, obj: Ref): Own {
  return Py_NewRef(_PyObject_IS_GC(obj) && _PyGC_FINALIZED(obj) ? Py_True : Py_False)
}
function freeze(): Own {
  gc_freeze()
  return none()
}
function unfreeze(): Own {
  gc_unfreeze()
  return none()
}
function get_freeze_count(): Own {
  return PyLong_FromLong(gc_list_size(GC + GCState.permanent_generation))
}

function gcmodule_exec(module: Ref): number {
  if (PyModule_AddObjectRef(module, "garbage", i32[(GC + GCState.garbage) >> 2] as Ref) < 0) return -1
  if (PyModule_AddObjectRef(module, "callbacks", i32[(GC + GCState.callbacks) >> 2] as Ref) < 0) return -1
  const flags = { DEBUG_STATS: 1, DEBUG_COLLECTABLE: 2, DEBUG_UNCOLLECTABLE: 4, DEBUG_SAVEALL: 32, DEBUG_LEAK: 38 }
  for (const [name, value] of Object.entries(flags)) if (PyModule_AddIntConstant(module, name, value) < 0) return -1
  return 0
}

// --- what the collector calls up here

function clear_freelists(): void {
  _PyTuple_ClearFreeList()
  _PyFloat_ClearFreeList()
  _PyList_ClearFreeList()
  _PyDict_ClearFreeList()
  _PyAsyncGen_ClearFreeLists()
  _PyContext_ClearFreeList()
}
function invokeCallbacks(callbacks: Ref, phase: string, generation: number, collected: number, uncollectable: number): void {
  const $info = intDict(id_generation, generation, id_collected, collected, id_uncollectable, uncollectable)
  if ($info === NULL) {
    PyErr_WriteUnraisable(NULL)
    return
  }
  for (let i = 0; i < i32[(callbacks + 16) >> 2]; i++) {
    const cb = PyList_GET_ITEM(callbacks, i)
    Py_INCREF(cb)
    const $phase = PyUnicode_FromString(phase)
    const $r = $phase === NULL ? NULL : PyObject_CallTwoArgs(cb, $phase, $info)
    Py_XDECREF($phase)
    if ($r === NULL) PyErr_WriteUnraisable(cb)
    else Py_DECREF($r)
    Py_DECREF(cb)
  }
  Py_DECREF($info)
}
function warnGarbage(garbage: Ref, message: string, list: boolean): void {
  if (PyErr_WarnExplicitFormat(PyExc_ResourceWarning, "gc", 0, "gc", NULL, message) !== 0) PyErr_WriteUnraisable(NULL)
  if (!list) return
  const repr = reprJS(garbage)
  if (repr === null) PyErr_WriteUnraisable(garbage)
  else PySys_WriteStderr(`      ${repr}\n`)
}
function newList(): Own {
  return PyList_New(0)
}
function badInternalCall(): void {
  PyErr_BadInternalCall()
}

setGcHooks({
  PyTuple_Type,
  PyType_Type,
  PyDict_Type,
  Py_None,
  PyWeakref_Check,
  _PyTuple_MaybeUntrack,
  _PyDict_MaybeUntrack,
  clear_freelists,
  PyErr_NoMemory,
  PyErr_BadInternalCall: badInternalCall,
  PyErr_WriteUnraisable,
  writeUnraisableMsg: _PyErr_WriteUnraisableMsg,
  PyErr_Clear,
  PyErr_Restore,
  PyList_New: newList,
  PyTuple_New,
  PyList_Append,
  PyObject_CallOneArg,
  writeStderr: PySys_WriteStderr,
  tpName: tp_name_js,
  invokeCallbacks,
  warnGarbage,
})

defineModule({
  name: "gc",
  doc: "The collector of reference cycles: run it, tune it, ask it what it tracks.\n",
  size: 0,
  methods: [
    ["enable", enable, METH.NOARGS, "($module, /)\n--\n\nEnable automatic garbage collection."],
    ["disable", disable, METH.NOARGS, "($module, /)\n--\n\nDisable automatic garbage collection."],
    ["isenabled", isenabled, METH.NOARGS, "($module, /)\n--\n\nReturns true if automatic garbage collection is enabled."],
    ["set_debug", set_debug, METH.O, "($module, flags, /)\n--\n\nSet the debugging flags; reports go to sys.stderr."],
    ["get_debug", get_debug, METH.NOARGS, "($module, /)\n--\n\nGet the garbage collection debugging flags."],
    ["get_count", get_count, METH.NOARGS, "($module, /)\n--\n\nReturn a three-tuple of the current collection counts."],
    [
      "set_threshold",
      set_threshold,
      METH.VARARGS,
      "set_threshold(threshold0, [threshold1, threshold2]) -> None\n\nSets the collection thresholds; a threshold0 of zero disables collection.\n",
    ],
    ["get_threshold", get_threshold, METH.NOARGS, "($module, /)\n--\n\nReturn the current collection thresholds."],
    [
      "collect",
      collect,
      METH.FASTCALL | METH.KEYWORDS,
      "($module, /, generation=2)\n--\n\nCollect a generation and all younger ones; returns the number of unreachable objects.",
    ],
    [
      "get_objects",
      get_objects,
      METH.FASTCALL | METH.KEYWORDS,
      "($module, /, generation=None)\n--\n\nA list of the tracked objects (without the list), of one generation if it is given.",
    ],
    ["get_stats", get_stats, METH.NOARGS, "($module, /)\n--\n\nReturn a list of dictionaries containing per-generation statistics."],
    ["is_tracked", is_tracked, METH.O, "($module, obj, /)\n--\n\nReturns true if the object is tracked by the garbage collector."],
    ["is_finalized", is_finalized, METH.O, "($module, obj, /)\n--\n\nReturns true if the object has been already finalized by the GC."],
    [
      "get_referrers",
      get_referrers,
      METH.VARARGS,
      "get_referrers(*objs) -> list\nReturn the list of objects that directly refer to any of objs.",
    ],
    [
      "get_referents",
      get_referents,
      METH.VARARGS,
      "get_referents(*objs) -> list\nReturn the list of objects that are directly referred to by objs.",
    ],
    ["freeze", freeze, METH.NOARGS, "($module, /)\n--\n\nMove everything tracked to a generation that is never collected."],
    ["unfreeze", unfreeze, METH.NOARGS, "($module, /)\n--\n\nMove the frozen objects to the oldest generation."],
    ["get_freeze_count", get_freeze_count, METH.NOARGS, "($module, /)\n--\n\nReturn the number of objects in the permanent generation."],
  ],
  exec: gcmodule_exec,
})
