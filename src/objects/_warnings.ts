import { int32, ptr, setint32, setptr } from "../heap/access.ts"
import { _PyInterpreterFrame, PyCodeObject, PyCoroObject, PyFrameObject } from "../heap/layout.ts"
import { INTERP, Interp, RUNTIME, Runtime } from "../heap/map.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { Py_DECREF, Py_NewRef, Py_TYPE, Py_XDECREF, Py_XSETREF } from "../heap/refcount.ts"
import { ID } from "../heap/statics.ts"
import { PyObject_IsInstance, PyObject_IsSubclass } from "./abstract.ts"
import { PyObject_CallFunctionObjArgs, PyObject_CallMethodOneArg, PyObject_CallOneArg } from "./call.ts"
import { PyDict_Check, PyDict_Clear, PyDict_GetItemWithError, PyDict_New, PyDict_SetItem } from "./dictobject.ts"
import { PyErr_Clear, PyErr_ExceptionMatches, PyErr_Occurred, PyErr_SetObject, PyErr_SetString, PyErr_WriteUnraisable } from "./errors.ts"
import { PyFile_WriteString } from "./fileobject.ts"
import { PyFrame_GetBack, PyFrame_GetLineNumber } from "./frameobject.ts"
import { PyList_Check, PyList_GET_ITEM, PyList_GET_SIZE, PyList_New, PyList_SET_ITEM } from "./listobject.ts"
import { PyLong_AsLong, PyLong_AsSsize_t, PyLong_CheckExact, PyLong_FromLong } from "./longobject.ts"
import {
  _PyObject_LookupAttr,
  PyCallable_Check,
  PyObject_GetAttr,
  PyObject_IsTrue,
  PyObject_Str,
  reprJS,
  strJS,
  typeName,
} from "./object.ts"
import {
  Py_None,
  Py_True,
  PyExc_DeprecationWarning,
  PyExc_ImportError,
  PyExc_ImportWarning,
  PyExc_PendingDeprecationWarning,
  PyExc_ResourceWarning,
  PyExc_RuntimeError,
  PyExc_RuntimeWarning,
  PyExc_TypeError,
  PyExc_UserWarning,
  PyExc_ValueError,
  PyExc_Warning,
} from "./statictypes.ts"
import {
  PyTuple_Check,
  PyTuple_GET_ITEM,
  PyTuple_GET_SIZE,
  PyTuple_New,
  PyTuple_Pack2,
  PyTuple_Pack3,
  PyTuple_SET_ITEM,
} from "./tupleobject.ts"
import { PyUnicode_AsJS, PyUnicode_Check, PyUnicode_CheckExact, PyUnicode_FromString } from "./unicodeobject.ts"
import { upcalls } from "./upcalls.ts"

// Python/_warnings.c: which warnings are shown. The state is in the interpreter state; the Python module `warnings`, once imported, has
// the say over filters, default action and display.

const FILTERS = INTERP + Interp.warnings_filters
const ONCE = INTERP + Interp.warnings_once_registry
const DEFAULT_ACTION = INTERP + Interp.warnings_default_action
const VERSION = INTERP + Interp.warnings_filters_version

function filter(category: Ref, action: string, module: string | null): Own {
  const $t = PyTuple_New(5)
  if ($t === NULL) return NULL
  PyTuple_SET_ITEM($t, 0, PyUnicode_FromString(action))
  PyTuple_SET_ITEM($t, 1, Py_NewRef(Py_None))
  PyTuple_SET_ITEM($t, 2, Py_NewRef(category))
  PyTuple_SET_ITEM($t, 3, module === null ? Py_NewRef(Py_None) : PyUnicode_FromString(module))
  PyTuple_SET_ITEM($t, 4, PyLong_FromLong(0))
  return $t
}

/** Boot: default filters and registries; 0 or -1. */
export function _PyWarnings_InitState(): number {
  if (ptr(FILTERS) === 0) {
    const $list = PyList_New(5)
    if ($list === NULL) return -1
    PyList_SET_ITEM($list, 0, filter(PyExc_DeprecationWarning, "default", "__main__"))
    PyList_SET_ITEM($list, 1, filter(PyExc_DeprecationWarning, "ignore", null))
    PyList_SET_ITEM($list, 2, filter(PyExc_PendingDeprecationWarning, "ignore", null))
    PyList_SET_ITEM($list, 3, filter(PyExc_ImportWarning, "ignore", null))
    PyList_SET_ITEM($list, 4, filter(PyExc_ResourceWarning, "ignore", null))
    setptr(FILTERS, $list)
  }
  if (ptr(ONCE) === 0) setptr(ONCE, PyDict_New())
  if (ptr(DEFAULT_ACTION) === 0) setptr(DEFAULT_ACTION, PyUnicode_FromString("default"))
  setint32(VERSION, 0)
  return PyErr_Occurred() ? -1 : 0
}

/** Another filter list is in force: registries made under the old one are stale. */
export function warnings_filters_mutated(): void {
  setint32(VERSION, int32(VERSION) + 1)
}

// 1, 0, or -1 with the error set. None matches all, a plain str exactly, anything else is asked through .match().
function check_matched(obj: Ref, arg: Ref): number {
  if (obj === Py_None) return 1
  if (PyUnicode_CheckExact(obj)) return PyUnicode_AsJS(obj) === PyUnicode_AsJS(arg) ? 1 : 0
  const $r = PyObject_CallMethodOneArg(obj, ID("match"), arg)
  if ($r === NULL) return -1
  const rc = PyObject_IsTrue($r)
  Py_DECREF($r)
  return rc
}

// An attribute of the Python module `warnings`, owned; NULL with or without an error when there is none.
function get_warnings_attr(attr: Ref, tryImport: boolean): Own {
  let $module: Own
  if (tryImport && int32(RUNTIME + Runtime.finalizing) === 0) {
    $module = upcalls.importModule("warnings")
    if ($module === NULL) {
      if (PyErr_ExceptionMatches(PyExc_ImportError)) PyErr_Clear()
      return NULL
    }
  } else {
    const modules = ptr(INTERP + Interp.modules)
    const found = modules === 0 ? NULL : PyDict_GetItemWithError(modules, ID("warnings"))
    if (found === 0) return NULL
    $module = Py_NewRef(found)
  }
  const $obj = _PyObject_LookupAttr($module, attr)
  Py_DECREF($module)
  return $obj
}

// Borrowed once-registry, NULL with the error set.
function get_once_registry(): Ref {
  const $r = get_warnings_attr(ID("onceregistry"), false)
  if ($r === NULL) return PyErr_Occurred() ? NULL : ptr(ONCE)
  if (!PyDict_Check($r)) {
    PyErr_SetString(PyExc_TypeError, `_warnings.onceregistry must be a dict, not '${typeName($r)}'`)
    Py_DECREF($r)
    return NULL
  }
  Py_XSETREF(ONCE, $r)
  return $r
}
function get_default_action(): Ref {
  const $a = get_warnings_attr(ID("defaultaction"), false)
  if ($a === NULL) return PyErr_Occurred() ? NULL : ptr(DEFAULT_ACTION)
  if (!PyUnicode_Check($a)) {
    PyErr_SetString(PyExc_TypeError, `_warnings.defaultaction must be a string, not '${typeName($a)}'`)
    Py_DECREF($a)
    return NULL
  }
  Py_XSETREF(DEFAULT_ACTION, $a)
  return $a
}

/** The filter that decided, owned by the caller of get_filter. */
let $item: Own = NULL

// The action (borrowed from the filter left in $item), NULL with the error set.
function get_filter(category: Ref, text: Ref, lineno: number, module: Ref): Ref {
  const $filters = get_warnings_attr(ID("filters"), false)
  if ($filters === NULL) {
    if (PyErr_Occurred()) return NULL
  } else Py_XSETREF(FILTERS, $filters)
  const filters = ptr(FILTERS)
  if (filters === 0 || !PyList_Check(filters)) return PyErr_SetString(PyExc_ValueError, "_warnings.filters must be a list")
  for (let i = 0; i < PyList_GET_SIZE(filters); i++) {
    const item = PyList_GET_ITEM(filters, i)
    if (!PyTuple_Check(item) || PyTuple_GET_SIZE(item) !== 5) {
      return PyErr_SetString(PyExc_ValueError, `_warnings.filters item ${i} isn't a 5-tuple`)
    }
    const $tmp = Py_NewRef(item)
    const match = filterMatches($tmp, category, text, lineno, module)
    if (match > 0) {
      $item = $tmp
      return PyTuple_GET_ITEM($tmp, 0)
    }
    Py_DECREF($tmp)
    if (match < 0) return NULL
  }
  const action = get_default_action()
  if (action !== NULL) $item = Py_NewRef(Py_None)
  return action
}
function filterMatches(item: Ref, category: Ref, text: Ref, lineno: number, module: Ref): number {
  const action = PyTuple_GET_ITEM(item, 0)
  if (!PyUnicode_Check(action)) {
    PyErr_SetString(PyExc_TypeError, `action must be a string, not '${typeName(action)}'`)
    return -1
  }
  const goodMsg = check_matched(PyTuple_GET_ITEM(item, 1), text)
  if (goodMsg < 0) return -1
  const goodMod = check_matched(PyTuple_GET_ITEM(item, 3), module)
  if (goodMod < 0) return -1
  const sub = PyObject_IsSubclass(category, PyTuple_GET_ITEM(item, 2))
  if (sub < 0) return -1
  const ln = PyLong_AsSsize_t(PyTuple_GET_ITEM(item, 4))
  if (ln === -1 && PyErr_Occurred()) return -1
  return goodMsg && sub && goodMod && (ln === 0 || ln === lineno) ? 1 : 0
}

// 1 when `key` (NULL: an error is set) was warned about in this registry under the filters in force; -1 error.
function already_warned(registry: Ref, key: Ref, set: boolean): number {
  if (key === NULL) return -1
  const version = PyDict_GetItemWithError(registry, ID("version"))
  if (version === 0 || !PyLong_CheckExact(version) || PyLong_AsLong(version) !== int32(VERSION)) {
    if (PyErr_Occurred()) return -1
    PyDict_Clear(registry)
    const $v = PyLong_FromLong(int32(VERSION))
    const bad = $v === NULL ? -1 : PyDict_SetItem(registry, ID("version"), $v)
    Py_XDECREF($v)
    if (bad < 0) return -1
  } else {
    const warned = PyDict_GetItemWithError(registry, key)
    if (warned !== 0) {
      const rc = PyObject_IsTrue(warned)
      if (rc !== 0) return rc
    } else if (PyErr_Occurred()) return -1
  }
  return set ? PyDict_SetItem(registry, key, Py_True) : 0
}
function update_registry(registry: Ref, text: Ref, category: Ref): number {
  const $key = PyTuple_Pack2(text, category)
  const rc = already_warned(registry, $key, true)
  Py_XDECREF($key)
  return rc
}

function show_warning(filename: Ref, lineno: number, text: Ref, category: Ref, sourceline: Ref): void {
  const file = upcalls.sysGetObject("stderr")
  const $name = PyObject_GetAttr(category, ID("__name__"))
  if ($name !== NULL && file !== 0) {
    const where = strJS(filename)
    const name = where === null ? null : strJS($name)
    const what = name === null ? null : strJS(text)
    if (what !== null && PyFile_WriteString(`${where}:${lineno}: ${name}: ${what}\n`, file) === 0) {
      if (sourceline !== 0) {
        const line = strJS(sourceline)
        if (line !== null) PyFile_WriteString(`${line}\n`, file)
      } else upcalls.displaySourceLine(file, filename, lineno, 2)
    }
  }
  Py_XDECREF($name)
  PyErr_Clear()
}

function call_show_warning(
  category: Ref,
  text: Ref,
  message: Ref,
  filename: Ref,
  lineno: number,
  linenoObj: Ref,
  line: Ref,
  source: Ref,
): number {
  const $show = get_warnings_attr(ID("_showwarnmsg"), source !== 0)
  if ($show === NULL) {
    if (PyErr_Occurred()) return -1
    show_warning(filename, lineno, text, category, line)
    return 0
  }
  let $cls: Own = NULL
  let $msg: Own = NULL
  try {
    if (!PyCallable_Check($show)) {
      PyErr_SetString(PyExc_TypeError, "warnings._showwarnmsg() must be set to a callable")
      return -1
    }
    $cls = get_warnings_attr(ID("WarningMessage"), false)
    if ($cls === NULL) {
      if (!PyErr_Occurred()) PyErr_SetString(PyExc_RuntimeError, "unable to get warnings.WarningMessage")
      return -1
    }
    $msg =
      source === 0
        ? PyObject_CallFunctionObjArgs($cls, message, category, filename, linenoObj, Py_None, Py_None)
        : PyObject_CallFunctionObjArgs($cls, message, category, filename, linenoObj, Py_None, Py_None, source)
    if ($msg === NULL) return -1
    const $r = PyObject_CallOneArg($show, $msg)
    if ($r === NULL) return -1
    Py_DECREF($r)
    return 0
  } finally {
    Py_DECREF($show)
    Py_XDECREF($cls)
    Py_XDECREF($msg)
  }
}

// The module a warning belongs to, from the file name.
function normalize_module(filename: Ref): Own {
  const s = PyUnicode_AsJS(filename)
  return PyUnicode_FromString(s === "" ? "<unknown>" : s.endsWith(".py") ? s.slice(0, -3) : s)
}

/** Issue a warning at a given place. module, registry, sourceline, source may be NULL. @returns owned None, or NULL with the error set. */
export function warn_explicit(
  category: Ref,
  message: Ref,
  filename: Ref,
  lineno: number,
  module: Ref,
  registry: Ref,
  sourceline: Ref,
  source: Ref,
): Own {
  if (module === Py_None) return Py_NewRef(Py_None)
  if (registry !== 0 && registry !== Py_None && !PyDict_Check(registry)) {
    return PyErr_SetString(PyExc_TypeError, "'registry' must be a dict or None")
  }
  const $module = module === 0 ? normalize_module(filename) : Py_NewRef(module)
  if ($module === NULL) return NULL
  let $message = Py_NewRef(message)
  let $text: Own = NULL
  let $lineno: Own = NULL
  let $key: Own = NULL
  $item = NULL
  try {
    const isWarning = PyObject_IsInstance(message, PyExc_Warning)
    if (isWarning < 0) return NULL
    if (isWarning) {
      $text = PyObject_Str(message)
      if ($text === NULL) return NULL
      category = Py_TYPE(message)
    } else {
      $text = $message
      $message = PyObject_CallOneArg(category, message)
      if ($message === NULL) return NULL
    }
    $lineno = PyLong_FromLong(lineno)
    $key = $lineno === NULL ? NULL : PyTuple_Pack3($text, category, $lineno)
    if ($key === NULL) return NULL
    const reg = registry === Py_None ? NULL : registry
    if (reg !== 0) {
      const warned = already_warned(reg, $key, false)
      if (warned !== 0) return warned < 0 ? NULL : Py_NewRef(Py_None)
    }
    const actionRef = get_filter(category, $text, lineno, $module)
    if (actionRef === NULL) return NULL
    const $filter = $item
    $item = NULL
    const action = PyUnicode_AsJS(actionRef)
    const rc = applyAction(action, actionRef, $filter, category, $text, $message, $key, reg)
    Py_DECREF($filter)
    if (rc !== 0) return rc < 0 ? NULL : Py_NewRef(Py_None)
    const shown = call_show_warning(category, $text, $message, filename, lineno, $lineno, sourceline, source === Py_None ? NULL : source)
    return shown < 0 ? NULL : Py_NewRef(Py_None)
  } finally {
    Py_XDECREF($key)
    Py_XDECREF($text)
    Py_XDECREF($lineno)
    Py_DECREF($module)
    Py_XDECREF($message)
  }
}

// 0: show it; 1: do not; -1 error.
function applyAction(action: string, actionRef: Ref, item: Ref, category: Ref, text: Ref, message: Ref, key: Ref, registry: Ref): number {
  if (action === "error") {
    PyErr_SetObject(category, message)
    return -1
  }
  if (action === "ignore") return 1
  if (action === "always") return 0
  if (registry !== 0 && PyDict_SetItem(registry, key, Py_True) < 0) return -1
  if (action === "once") {
    const reg = registry === 0 ? get_once_registry() : registry
    return reg === NULL ? -1 : update_registry(reg, text, category)
  }
  if (action === "module") return registry === 0 ? 0 : update_registry(registry, text, category)
  if (action === "default") return 0
  const a = reprJS(actionRef)
  const b = a === null ? null : reprJS(item)
  if (b !== null) PyErr_SetString(PyExc_RuntimeError, `Unrecognized action (${a}) in warnings.filters:\n ${b}`)
  return -1
}

function frameCode(frame: Ref): Ref {
  return ptr(ptr(frame + PyFrameObject.f_frame) + _PyInterpreterFrame.f_code)
}
function isInternalFrame(frame: Ref): boolean {
  if (frame === 0) return false
  const filename = ptr(frameCode(frame) + PyCodeObject.co_filename)
  if (filename === 0 || !PyUnicode_Check(filename)) return false
  const s = PyUnicode_AsJS(filename)
  return s.includes("importlib") && s.includes("_bootstrap")
}
// Steals $frame; the caller's frame, owned or NULL.
function back($frame: Own): Own {
  const $b = PyFrame_GetBack($frame)
  Py_DECREF($frame)
  return $b
}

/** Issue a warning at the place `stackLevel` frames up (1: the current one). @returns owned None, or NULL with the error set. */
export function do_warn(message: Ref, category: Ref, stackLevel: number, source: Ref): Own {
  let $f = upcalls.currentFrame()
  const skipInternal = stackLevel > 0 && !isInternalFrame($f)
  while (--stackLevel > 0 && $f !== NULL) {
    $f = back($f)
    if (skipInternal) while ($f !== NULL && isInternalFrame($f)) $f = back($f)
  }
  let globals: Ref
  let $filename: Own
  let lineno = 1
  if ($f === NULL) {
    globals = ptr(INTERP + Interp.sysdict)
    $filename = PyUnicode_FromString("sys")
  } else {
    globals = ptr(ptr($f + PyFrameObject.f_frame) + _PyInterpreterFrame.f_globals)
    $filename = Py_NewRef(ptr(frameCode($f) + PyCodeObject.co_filename))
    lineno = PyFrame_GetLineNumber($f)
    Py_DECREF($f)
  }
  const $registry = warningRegistry(globals)
  const $module = $registry === NULL ? NULL : moduleName(globals)
  const $r = $module === NULL ? NULL : warn_explicit(category, message, $filename, lineno, $module, $registry, NULL, source)
  Py_XDECREF($filename)
  Py_XDECREF($registry)
  Py_XDECREF($module)
  return $r
}
function warningRegistry(globals: Ref): Own {
  const found = PyDict_GetItemWithError(globals, ID("__warningregistry__"))
  if (found !== 0) return Py_NewRef(found)
  if (PyErr_Occurred()) return NULL
  const $new = PyDict_New()
  if ($new !== NULL && PyDict_SetItem(globals, ID("__warningregistry__"), $new) < 0) {
    Py_DECREF($new)
    return NULL
  }
  return $new
}
function moduleName(globals: Ref): Own {
  const name = PyDict_GetItemWithError(globals, ID("__name__"))
  if (name !== 0 && (name === Py_None || PyUnicode_Check(name))) return Py_NewRef(name)
  return PyErr_Occurred() ? NULL : PyUnicode_FromString("<string>")
}

/** The category a warning gets (borrowed): the message's class, the one given, or UserWarning. NULL with TypeError if it is no Warning class. */
export function get_category(message: Ref, category: Ref): Ref {
  const isWarning = PyObject_IsInstance(message, PyExc_Warning)
  if (isWarning < 0) return NULL
  const cat = isWarning ? Py_TYPE(message) : category === 0 || category === Py_None ? PyExc_UserWarning : category
  const sub = PyObject_IsSubclass(cat, PyExc_Warning)
  if (sub <= 0) {
    PyErr_SetString(PyExc_TypeError, `category must be a Warning subclass, not '${typeName(cat)}'`)
    return NULL
  }
  return cat
}

function warn_unicode(category: Ref, text: string, stackLevel: number, source: Ref): number {
  const $msg = PyUnicode_FromString(text)
  if ($msg === NULL) return -1
  const $r = do_warn($msg, category === 0 ? PyExc_RuntimeWarning : category, stackLevel, source)
  Py_DECREF($msg)
  if ($r === NULL) return -1
  Py_DECREF($r)
  return 0
}
/** Warn with a text; 0, or -1 when the warning became an error. category NULL: RuntimeWarning. */
export function PyErr_WarnEx(category: Ref, text: string, stackLevel: number): number {
  return warn_unicode(category, text, stackLevel, NULL)
}
export function PyErr_WarnFormat(category: Ref, stackLevel: number, text: string): number {
  return warn_unicode(category, text, stackLevel, NULL)
}
/** ResourceWarning about `source`. */
export function PyErr_ResourceWarning(source: Ref, stackLevel: number, text: string): number {
  return warn_unicode(PyExc_ResourceWarning, text, stackLevel, source)
}
export function PyErr_WarnExplicitObject(category: Ref, message: Ref, filename: Ref, lineno: number, module: Ref, registry: Ref): number {
  const $r = warn_explicit(category === 0 ? PyExc_RuntimeWarning : category, message, filename, lineno, module, registry, NULL, NULL)
  if ($r === NULL) return -1
  Py_DECREF($r)
  return 0
}
/** The same from JavaScript strings. module null: from the file name. */
export function PyErr_WarnExplicitFormat(
  category: Ref,
  filename: string,
  lineno: number,
  module: string | null,
  registry: Ref,
  text: string,
): number {
  const $text = PyUnicode_FromString(text)
  const $file = PyUnicode_FromString(filename)
  const $module = module === null ? NULL : PyUnicode_FromString(module)
  const r = PyErr_WarnExplicitObject(category, $text, $file, lineno, $module, registry)
  Py_XDECREF($text)
  Py_XDECREF($file)
  Py_XDECREF($module)
  return r
}
/** A coroutine died without having been awaited: the Python module tells, or a plain warning does. */
export function _PyErr_WarnUnawaitedCoroutine(coro: Ref): void {
  const $fn = get_warnings_attr(ID("_warn_unawaited_coroutine"), true)
  let warned = false
  if ($fn !== NULL) {
    const $r = PyObject_CallOneArg($fn, coro)
    Py_DECREF($fn)
    warned = $r !== NULL || PyErr_ExceptionMatches(PyExc_RuntimeWarning)
    Py_XDECREF($r)
  }
  if (PyErr_Occurred()) PyErr_WriteUnraisable(coro)
  if (warned) return
  const name = strJS(ptr(coro + PyCoroObject.cr_qualname))
  if (warn_unicode(PyExc_RuntimeWarning, `coroutine '${name}' was never awaited`, 1, coro) < 0) PyErr_WriteUnraisable(coro)
}
