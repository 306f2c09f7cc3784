import { int32, ptr, setint32 } from "../heap/access.ts"
import { INTERP, Interp, RUNTIME, Runtime } from "../heap/map.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { Py_CLEAR, Py_DECREF, Py_INCREF, Py_SIZE, Py_XDECREF } from "../heap/refcount.ts"
import { ID } from "../heap/statics.ts"
import { tstate } from "../heap/tstate.ts"
import { _PyGC_CollectNoFail, _PyGC_DumpShutdownStats, PyGC_Collect } from "../gc/gcmodule.ts"
import { _PyAtExit_Call } from "../modules/atexit.ts"
import { PyObject_GetItem, PyObject_GetIter, PyObject_SetItem, PyIter_Next } from "../objects/abstract.ts"
import { PyObject_CallMethodNoArgs } from "../objects/call.ts"
import {
  dictKey,
  dictValue,
  PyDict_CheckExact,
  PyDict_Clear,
  PyDict_Copy,
  PyDict_GetItemString,
  PyDict_Next,
  PyDict_SetItemString,
  PyDict_Update,
} from "../objects/dictobject.ts"
import { PyErr_Clear, PyErr_Occurred } from "../objects/errors.ts"
import { PyList_Append, PyList_GET_ITEM, PyList_New } from "../objects/listobject.ts"
import { _PyModule_Clear, _PyModule_ClearDict, PyModule_Check, PyModule_GetDict } from "../objects/moduleobject.ts"
import { PyObject_GetAttrString, PyObject_IsTrue } from "../objects/object.ts"
import { Py_None } from "../objects/statictypes.ts"
import { PyTuple_GET_ITEM, PyTuple_Pack2 } from "../objects/tupleobject.ts"
import { PyErr_WriteUnraisable } from "../objects/unraisable.ts"
import { PyUnicode_AsJS, PyUnicode_Check } from "../objects/unicodeobject.ts"
import { PyWeakref_GET_OBJECT, PyWeakref_NewRef } from "../objects/weakrefobject.ts"
import { PyImport_GetModule } from "../vm/import.ts"
import { _PyThreadState_DeleteExcept } from "../vm/pystate.ts"
import { _PySys_GetAttr, PySys_WriteStderr } from "../vm/sysmodule.ts"

// Python/pylifecycle.c: Py_FinalizeEx.

function unraisable(): void {
  PyErr_WriteUnraisable(NULL)
}

function wait_for_thread_shutdown(): void {
  const $threading = PyImport_GetModule(ID("threading"))
  if ($threading === NULL) {
    if (PyErr_Occurred() !== 0) unraisable()
    return
  }
  const $r = PyObject_CallMethodNoArgs($threading, ID("_shutdown"))
  if ($r === NULL) PyErr_WriteUnraisable($threading)
  else Py_DECREF($r)
  Py_DECREF($threading)
}

function isClosed(f: Ref): boolean {
  const $closed = PyObject_GetAttrString(f, "closed")
  if ($closed === NULL) {
    PyErr_Clear()
    return false
  }
  const r = PyObject_IsTrue($closed)
  Py_DECREF($closed)
  if (r < 0) PyErr_Clear()
  return r > 0
}

/** Flush sys.stdout (its error is reported) and sys.stderr; false when one fails. */
export function flush_std_files(): boolean {
  let ok = true
  for (const name of [ID("stdout"), ID("stderr")]) {
    const f = _PySys_GetAttr(name)
    if (f === 0 || f === Py_None || isClosed(f)) continue
    const $r = PyObject_CallMethodNoArgs(f, ID("flush"))
    if ($r !== NULL) Py_DECREF($r)
    else {
      if (name === ID("stdout")) PyErr_WriteUnraisable(f)
      else PyErr_Clear()
      ok = false
    }
  }
  return ok
}

/** -v tells what is done. */
function tell(what: string): void {
  if (int32(INTERP + Interp.verbose)) PySys_WriteStderr(`# ${what}\n`)
}

function deleteSpecial(): void {
  tell("clear builtins._")
  const sysdict = ptr(INTERP + Interp.sysdict)
  if (PyDict_SetItemString(ptr(INTERP + Interp.builtins), "_", Py_None) < 0) unraisable()
  const deletes = [
    "path",
    "argv",
    "ps1",
    "ps2",
    "last_type",
    "last_value",
    "last_traceback",
    "path_hooks",
    "path_importer_cache",
    "meta_path",
    "__interactivehook__",
  ]
  for (const name of deletes) {
    tell(`clear sys.${name}`)
    if (PyDict_SetItemString(sysdict, name, Py_None) < 0) unraisable()
  }
  for (const name of ["stdin", "stdout", "stderr"]) {
    tell(`restore sys.${name}`)
    const v = PyDict_GetItemString(sysdict, `__${name}__`)
    if (PyDict_SetItemString(sysdict, name, v || Py_None) < 0) unraisable()
  }
}

/** Set every module in sys.modules to None; owned list of (name, weak reference). */
function removeModules(modules: Ref): Own {
  const $weaklist = PyList_New(0)
  if ($weaklist === NULL) unraisable()
  const clear = (name: Ref, mod: Ref): void => {
    if (!PyModule_Check(mod)) return
    if (PyUnicode_Check(name)) tell(`cleanup[2] removing ${PyUnicode_AsJS(name)}`)
    if ($weaklist !== NULL) {
      const $wr = PyWeakref_NewRef(mod, NULL)
      const $pair = $wr === NULL ? NULL : PyTuple_Pack2(name, $wr)
      if ($pair === NULL || PyList_Append($weaklist, $pair) < 0) unraisable()
      Py_XDECREF($pair)
      Py_XDECREF($wr)
    }
    if (PyObject_SetItem(modules, name, Py_None) < 0) unraisable()
  }
  if (PyDict_CheckExact(modules)) {
    for (let pos = PyDict_Next(modules, 0); pos !== 0; pos = PyDict_Next(modules, pos)) clear(dictKey, dictValue)
    return $weaklist
  }
  const $it = PyObject_GetIter(modules)
  if ($it === NULL) unraisable()
  else {
    for (;;) {
      const $key = PyIter_Next($it)
      if ($key === NULL) break
      const $value = PyObject_GetItem(modules, $key)
      if ($value === NULL) unraisable()
      else {
        clear($key, $value)
        Py_DECREF($value)
      }
      Py_DECREF($key)
    }
    if (PyErr_Occurred() !== 0) unraisable()
    Py_DECREF($it)
  }
  return $weaklist
}

/** Modules that are still alive are wiped, the last imported first. */
function clearWeaklist(weaklist: Ref): void {
  for (let i = Py_SIZE(weaklist) - 1; i >= 0; i--) {
    const mod = PyWeakref_GET_OBJECT(PyTuple_GET_ITEM(PyList_GET_ITEM(weaklist, i), 1))
    if (mod === Py_None) continue
    const dict = PyModule_GetDict(mod)
    if (dict === ptr(INTERP + Interp.builtins) || dict === ptr(INTERP + Interp.sysdict)) continue
    const name = PyTuple_GET_ITEM(PyList_GET_ITEM(weaklist, i), 0)
    if (PyUnicode_Check(name)) tell(`cleanup[3] wiping ${PyUnicode_AsJS(name)}`)
    Py_INCREF(mod)
    _PyModule_Clear(mod)
    Py_DECREF(mod)
  }
}

function finalize_modules(): void {
  const modules = ptr(INTERP + Interp.modules)
  if (modules === 0) return
  deleteSpecial()
  const $weaklist = removeModules(modules)
  if (PyDict_CheckExact(modules)) PyDict_Clear(modules)
  else {
    const $r = PyObject_CallMethodNoArgs(modules, ID("clear"))
    if ($r === NULL) unraisable()
    else Py_DECREF($r)
  }
  const builtins = ptr(INTERP + Interp.builtins)
  const $dict = PyDict_Copy(builtins)
  if ($dict === NULL) unraisable()
  PyDict_Clear(builtins)
  if (PyDict_Update(builtins, ptr(INTERP + Interp.builtins_copy)) !== 0) PyErr_Clear()
  Py_XDECREF($dict)
  _PyGC_CollectNoFail()
  _PyGC_DumpShutdownStats()
  if ($weaklist !== NULL) {
    clearWeaklist($weaklist)
    Py_DECREF($weaklist)
  }
  tell("cleanup[3] wiping sys")
  _PyModule_ClearDict(ptr(INTERP + Interp.sysdict))
  tell("cleanup[3] wiping builtins")
  _PyModule_ClearDict(builtins)
  Py_CLEAR(INTERP + Interp.modules)
  _PyGC_CollectNoFail()
}

let finalized = false

/**
 * `atEnd` runs when the program is over and other threads' states are still there, `beforeTeardown` when only this thread is left; the
 * program's objects are all there at both. @returns 0, or -1 when flushing failed.
 */
export function Py_FinalizeEx(atEnd: (() => void) | null = null, beforeTeardown: (() => void) | null = null): number {
  if (finalized) return 0
  finalized = true
  let status = 0
  wait_for_thread_shutdown()
  _PyAtExit_Call()
  if (atEnd !== null) atEnd()
  setint32(RUNTIME + Runtime.finalizing, tstate)
  setint32(INTERP + Interp.check_codecs, 0)
  _PyThreadState_DeleteExcept(tstate)
  if (!flush_std_files()) status = -1
  if (beforeTeardown !== null) beforeTeardown()
  PyGC_Collect()
  finalize_modules()
  if (!flush_std_files()) status = -1
  return status
}
