import { int32, ptr, setptr } from "../heap/access.ts"
import { calloca, cstackMark, cstackReset } from "../heap/cstack.ts"
import { _PyInterpreterFrame as F, PyCodeObject, PyFrameObject, PyTracebackObject } from "../heap/layout.ts"
import { INTERP, Interp } from "../heap/map.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { Py_DECREF, Py_INCREF, Py_NewRef, Py_XDECREF, Py_XNewRef, Py_XSETREF } from "../heap/refcount.ts"
import { ID } from "../heap/statics.ts"
import { PyMapping_DelItem, PyObject_GetItem, PyObject_SetItem } from "../objects/abstract.ts"
import {
  PyObject_CallFunctionObjArgs,
  PyObject_CallMethodOneArg,
  PyObject_CallMethodThreeArgs,
  PyObject_CallMethodTwoArgs,
} from "../objects/call.ts"
import { builtinModuleDef } from "../objects/define.ts"
import {
  _PyDict_Pop,
  PyDict_Check,
  PyDict_CheckExact,
  PyDict_Contains,
  PyDict_GetItemWithError,
  PyDict_New,
  PyDict_SetItem,
  PyDict_Update,
} from "../objects/dictobject.ts"
import {
  _PyErr_ChainExceptions,
  PyErr_Clear,
  PyErr_ExceptionMatches,
  PyErr_Fetch,
  PyErr_Occurred,
  PyErr_RestoreFrom,
  PyErr_SetObject,
  PyErr_SetString,
} from "../objects/errors.ts"
import { PyList_New } from "../objects/listobject.ts"
import { PyLong_AsLong, PyLong_FromLong } from "../objects/longobject.ts"
import { _PyModuleSpec_IsInitializing, moduleOf, PyModule_Check, PyModule_GetDict, PyModule_NewObject } from "../objects/moduleobject.ts"
import {
  _PyObject_LookupAttr,
  PyObject_GetAttr,
  PyObject_GetAttrString,
  PyObject_IsTrue,
  PyObject_RichCompareBool,
  reprJS,
} from "../objects/object.ts"
import { Py } from "../objects/slots.ts"
import {
  Py_None,
  PyExc_ImportError,
  PyExc_ImportWarning,
  PyExc_KeyError,
  PyExc_ModuleNotFoundError,
  PyExc_RuntimeError,
  PyExc_TypeError,
  PyExc_ValueError,
} from "../objects/statictypes.ts"
import { PyType_IsSubtype } from "../objects/typeobject.ts"
import { PyUnicode_AsJS, PyUnicode_Check, PyUnicode_FromString } from "../objects/unicodeobject.ts"
import { PyErr_WarnEx } from "../objects/_warnings.ts"
import { PyEval_EvalCode, PyEval_GetBuiltins, PyEval_GetGlobals } from "./ceval.ts"
import { findFrozen, frozenCode } from "./frozen.ts"
import { writeStderr } from "./sys/stdfd.ts"
import { PySys_Audit } from "./sys/audit.ts"
import { PySys_GetObject } from "./sysmodule.ts"

// Python/import.c. The finders and loaders are Python (importlib); this is what is called from C.

const modulesDict = (): Ref => ptr(INTERP + Interp.modules)
const importlib = (): Ref => ptr(INTERP + Interp.importlib)

/** Borrowed sys.modules. */
export function PyImport_GetModuleDict(): Ref {
  return modulesDict()
}

/** Owned entry of sys.modules; NULL without error if absent. */
export function import_get_module(name: Ref): Own {
  const modules = modulesDict()
  if (modules === 0) return PyErr_SetString(PyExc_RuntimeError, "unable to get sys.modules")
  Py_INCREF(modules)
  let $m: Own
  if (PyDict_CheckExact(modules)) $m = Py_XNewRef(PyDict_GetItemWithError(modules, name))
  else {
    $m = PyObject_GetItem(modules, name)
    if ($m === NULL && PyErr_ExceptionMatches(PyExc_KeyError)) PyErr_Clear()
  }
  Py_DECREF(modules)
  return $m
}

/** Wait until another thread has finished importing the module. */
function import_ensure_initialized(mod: Ref, name: Ref): number {
  const $spec = PyObject_GetAttr(mod, ID("__spec__"))
  const busy = _PyModuleSpec_IsInitializing($spec)
  Py_XDECREF($spec)
  PyErr_Clear()
  if (!busy) return 0
  const $v = PyObject_CallMethodOneArg(importlib(), ID("_lock_unlock_module"), name)
  if ($v === NULL) return -1
  Py_DECREF($v)
  return 0
}

/** The number in .pyc files: 3495 | "\r\n" << 16 for 3.11. */
export function PyImport_GetMagicNumber(): number {
  const $external = PyObject_GetAttrString(importlib(), "_bootstrap_external")
  if ($external === NULL) return -1
  const $magic = PyObject_GetAttrString($external, "_RAW_MAGIC_NUMBER")
  Py_DECREF($external)
  if ($magic === NULL) return -1
  const n = PyLong_AsLong($magic)
  Py_DECREF($magic)
  return n
}

/** Owned module of that name in sys.modules, made empty if it is not there. */
function import_add_module(name: Ref): Own {
  const modules = modulesDict()
  if (modules === 0) return PyErr_SetString(PyExc_RuntimeError, "no import module dictionary")
  const $m = import_get_module(name)
  if (PyErr_Occurred() !== 0) return NULL
  if ($m !== NULL && PyModule_Check($m)) return $m
  Py_XDECREF($m)
  const $new = PyModule_NewObject(name)
  if ($new === NULL) return NULL
  if (PyObject_SetItem(modules, name, $new) !== 0) {
    Py_DECREF($new)
    return NULL
  }
  return $new
}

/** Borrowed (sys.modules holds it). */
export function PyImport_AddModuleObject(name: Ref): Ref {
  const $m = import_add_module(name)
  if ($m !== NULL) Py_DECREF($m)
  return $m
}
export function PyImport_AddModule(name: string): Ref {
  const $name = PyUnicode_FromString(name)
  if ($name === NULL) return NULL
  const m = PyImport_AddModuleObject($name)
  Py_DECREF($name)
  return m
}

function remove_module(name: Ref): void {
  const mark = cstackMark()
  const at = calloca(24)
  PyErr_Fetch(at)
  const modules = modulesDict()
  if (PyDict_CheckExact(modules)) Py_XDECREF(_PyDict_Pop(modules, name, Py_None))
  else if (PyMapping_DelItem(modules, name) < 0 && PyErr_ExceptionMatches(PyExc_KeyError)) PyErr_Clear()
  _PyErr_ChainExceptions(at)
  cstackReset(mark)
}

/** Run a code object as the module `name`; pathname and cpathname may be NULL. Owned module. */
export function PyImport_ExecCodeModuleObject(name: Ref, co: Ref, pathname: Ref, cpathname: Ref): Own {
  const $m = import_add_module(name)
  if ($m === NULL) return NULL
  const $d = Py_NewRef(PyModule_GetDict($m))
  Py_DECREF($m)
  let r = PyDict_Contains($d, ID("__builtins__"))
  if (r === 0) r = PyDict_SetItem($d, ID("__builtins__"), PyEval_GetBuiltins())
  if (r < 0) {
    remove_module(name)
    Py_DECREF($d)
    return NULL
  }
  const $external = PyObject_GetAttrString(importlib(), "_bootstrap_external")
  let $res: Own = NULL
  if ($external !== NULL) {
    const $fix = PyObject_GetAttrString($external, "_fix_up_module")
    if ($fix !== NULL) {
      const path = pathname === 0 ? ptr(co + PyCodeObject.co_filename) : pathname
      const $r =
        cpathname === 0 ? PyObject_CallFunctionObjArgs($fix, $d, name, path) : PyObject_CallFunctionObjArgs($fix, $d, name, path, cpathname)
      Py_DECREF($fix)
      if ($r !== NULL) {
        Py_DECREF($r)
        $res = exec_code_in_module(name, $d, co)
      }
    }
    Py_DECREF($external)
  }
  Py_DECREF($d)
  return $res
}

function exec_code_in_module(name: Ref, dict: Ref, code: Ref): Own {
  const $v = PyEval_EvalCode(code, dict, dict)
  if ($v === NULL) {
    remove_module(name)
    return NULL
  }
  Py_DECREF($v)
  const $m = import_get_module(name)
  if ($m === NULL && PyErr_Occurred() === 0) PyErr_SetString(PyExc_ImportError, `Loaded module ${reprJS(name)} not found in sys.modules`)
  return $m
}

/** 1: a built-in module that importing may initialise; -1: one that boot made (sys, builtins); 0: none. */
export function is_builtin(name: Ref): number {
  if (!PyUnicode_Check(name)) return 0
  const js = PyUnicode_AsJS(name)
  if (builtinModuleDef(js) === 0) return 0
  return js === "sys" || js === "builtins" ? -1 : 1
}

/** The module of the inittab entry, not executed; for boot. Owned. */
export function createBuiltin(name: string): Own {
  const def = builtinModuleDef(name)
  const $name = PyUnicode_FromString(name)
  if ($name === NULL) return NULL
  const $m = moduleOf(def, $name)
  Py_DECREF($name)
  return $m
}

/** sys or builtins once more, after somebody removed it from sys.modules. */
function againFrom(name: Ref, dict: Ref): Own {
  const $m = import_add_module(name)
  if ($m === NULL) return NULL
  if (PyDict_Update(PyModule_GetDict($m), dict) !== 0) {
    Py_DECREF($m)
    return NULL
  }
  return $m
}

/** _imp.create_builtin: owned; None when there is no such module. */
export function create_builtin(name: Ref): Own {
  const js = PyUnicode_AsJS(name)
  if (js === "sys") return againFrom(name, ptr(INTERP + Interp.sysdict))
  if (js === "builtins") return againFrom(name, ptr(INTERP + Interp.builtins_copy))
  const def = builtinModuleDef(js)
  return def === 0 ? Py_NewRef(Py_None) : moduleOf(def, name)
}

export function PyImport_ImportModule(name: string): Own {
  const $name = PyUnicode_FromString(name)
  if ($name === NULL) return NULL
  const $m = PyImport_Import($name)
  Py_DECREF($name)
  return $m
}

/** Hide importlib's own frames from the traceback of the current error. */
export function remove_importlib_frames(): void {
  const mark = cstackMark()
  const at = calloca(24)
  PyErr_Fetch(at)
  const exception = ptr(at)
  if (exception !== 0) {
    const always = PyType_IsSubtype(exception, PyExc_ImportError)
    let inside = false
    let prev = at + 16
    let outer = 0
    let tb = ptr(at + 16)
    while (tb !== 0) {
      const next = ptr(tb + PyTracebackObject.tb_next)
      const code = ptr(ptr(ptr(tb + PyTracebackObject.tb_frame) + PyFrameObject.f_frame) + F.f_code)
      const file = PyUnicode_AsJS(ptr(code + PyCodeObject.co_filename))
      const now = file === "<frozen importlib._bootstrap>" || file === "<frozen importlib._bootstrap_external>"
      if (now && !inside) outer = prev
      inside = now
      if (inside && (always || PyUnicode_AsJS(ptr(code + PyCodeObject.co_name)) === "_call_with_frames_removed")) {
        Py_XSETREF(outer, Py_XNewRef(next))
        prev = outer
      } else prev = tb + PyTracebackObject.tb_next
      tb = next
    }
  }
  PyErr_RestoreFrom(at)
  cstackReset(mark)
}

const NO_PARENT = "attempted relative import with no known parent package"

/** The package that a relative import starts from; null with the error set. */
function packageOf(globals: Ref): string | null {
  if (globals === 0) {
    PyErr_SetString(PyExc_KeyError, "'__name__' not in globals")
    return null
  }
  if (!PyDict_Check(globals)) {
    PyErr_SetString(PyExc_TypeError, "globals must be a dict")
    return null
  }
  let pkg = PyDict_GetItemWithError(globals, ID("__package__"))
  if (pkg === Py_None) pkg = NULL
  else if (pkg === 0 && PyErr_Occurred() !== 0) return null
  const spec = PyDict_GetItemWithError(globals, ID("__spec__"))
  if (spec === 0 && PyErr_Occurred() !== 0) return null
  const hasSpec = spec !== 0 && spec !== Py_None
  if (pkg !== 0) {
    if (!PyUnicode_Check(pkg)) {
      PyErr_SetString(PyExc_TypeError, "package must be a string")
      return null
    }
    const name = PyUnicode_AsJS(pkg)
    if (!hasSpec) return name
    const $parent = PyObject_GetAttr(spec, ID("parent"))
    if ($parent === NULL) return null
    const equal = PyObject_RichCompareBool(pkg, $parent, Py.EQ)
    Py_DECREF($parent)
    if (equal < 0 || (equal === 0 && PyErr_WarnEx(PyExc_ImportWarning, "__package__ != __spec__.parent", 1) < 0)) return null
    return name
  }
  if (hasSpec) {
    const $parent = PyObject_GetAttr(spec, ID("parent"))
    if ($parent === NULL) return null
    const name = PyUnicode_Check($parent) ? PyUnicode_AsJS($parent) : null
    if (name === null) PyErr_SetString(PyExc_TypeError, "__spec__.parent must be a string")
    Py_DECREF($parent)
    return name
  }
  const text = "can't resolve package from __spec__ or __package__, falling back on __name__ and __path__"
  if (PyErr_WarnEx(PyExc_ImportWarning, text, 1) < 0) return null
  const own = PyDict_GetItemWithError(globals, ID("__name__"))
  if (own === 0) {
    if (PyErr_Occurred() === 0) PyErr_SetString(PyExc_KeyError, "'__name__' not in globals")
    return null
  }
  if (!PyUnicode_Check(own)) {
    PyErr_SetString(PyExc_TypeError, "__name__ must be a string")
    return null
  }
  const name = PyUnicode_AsJS(own)
  const haspath = PyDict_Contains(globals, ID("__path__"))
  if (haspath < 0) return null
  if (haspath > 0) return name
  const dot = name.lastIndexOf(".")
  if (dot >= 0) return name.slice(0, dot)
  PyErr_SetString(PyExc_ImportError, NO_PARENT)
  return null
}

function resolve_name(name: Ref, globals: Ref, level: number): Own {
  let base = packageOf(globals)
  if (base === null) return NULL
  if (base === "") return PyErr_SetString(PyExc_ImportError, NO_PARENT)
  for (let up = 1; up < level; up++) {
    const dot = base.lastIndexOf(".")
    if (dot < 0) return PyErr_SetString(PyExc_ImportError, "attempted relative import beyond top-level package")
    base = base.slice(0, dot)
  }
  const js = PyUnicode_AsJS(name)
  return PyUnicode_FromString(js === "" ? base : `${base}.${js}`)
}

function import_find_and_load(abs_name: Ref): Own {
  const path = PySys_GetObject("path") || Py_None
  const meta = PySys_GetObject("meta_path") || Py_None
  const hooks = PySys_GetObject("path_hooks") || Py_None
  if (PySys_Audit("import", abs_name, Py_None, path, meta, hooks) < 0) return NULL
  const load = (): Own => PyObject_CallMethodTwoArgs(importlib(), ID("_find_and_load"), abs_name, ptr(INTERP + Interp.import_func))
  const $mod = int32(INTERP + Interp.import_time) ? timed(abs_name, load) : load()
  return $mod === NULL && isUnloadableTool(abs_name) ? importOwnTool(abs_name) : $mod
}

// -X importtime: depth of the imports under way, and what those inside the current one took.
let importLevelNow = -1
let accumulated = 0

/** Load a module and say how long it took: by itself, and with all it imported. */
function timed(name: Ref, load: () => Own): Own {
  if (importLevelNow < 0) {
    writeStderr("import time: self [us] | cumulative | imported package\n")
    importLevelNow = 0
  }
  const before = accumulated
  importLevelNow++
  accumulated = 0
  const start = performance.now()
  const $mod = load()
  const took = performance.now() - start
  importLevelNow--
  const us = (ms: number, width: number): string => String(Math.ceil(ms * 1000)).padStart(width)
  writeStderr(`import time: ${us(took - accumulated, 9)} | ${us(took, 10)} | ${" ".repeat(importLevelNow * 2)}${PyUnicode_AsJS(name)}\n`)
  accumulated = before + took
  return $mod
}

/** Tools whose real packages need an extension module, which moult cannot load; it has its own (stdlib/toolbox). */
const TOOLS_WITH_EXTENSIONS = new Set(["psutil", "line_profiler", "guppy"])

/** Did the import that just failed find an installed package that cannot work here? */
function isUnloadableTool(name: Ref): boolean {
  if (!PyErr_ExceptionMatches(PyExc_ImportError) || PyErr_ExceptionMatches(PyExc_ModuleNotFoundError)) return false
  return TOOLS_WITH_EXTENSIONS.has(PyUnicode_AsJS(name))
}

/** Import moult's own version instead; the error of the failed import is gone afterwards. */
function importOwnTool(name: Ref): Own {
  PyErr_Clear()
  const $fallback = PyImport_ImportModule("_moult_fallback")
  if ($fallback === NULL) return NULL
  const $mod = PyObject_CallMethodOneArg($fallback, ID("load"), name)
  Py_DECREF($fallback)
  return $mod
}

/** Owned entry of sys.modules, completely imported; NULL without error if absent. */
export function PyImport_GetModule(name: Ref): Own {
  const $mod = import_get_module(name)
  if ($mod !== NULL && $mod !== Py_None && import_ensure_initialized($mod, name) < 0) {
    Py_DECREF($mod)
    remove_importlib_frames()
    return NULL
  }
  return $mod
}

/** __import__: `globals` and `fromlist` may be NULL. */
export function PyImport_ImportModuleLevelObject(name: Ref, globals: Ref, _locals: Ref, fromlist: Ref, level: number): Own {
  const $mod = importLevel(name, globals, fromlist, level)
  if ($mod === NULL) remove_importlib_frames()
  return $mod
}

function importLevel(name: Ref, globals: Ref, fromlist: Ref, level: number): Own {
  if (name === 0) return PyErr_SetString(PyExc_ValueError, "Empty module name")
  if (!PyUnicode_Check(name)) return PyErr_SetString(PyExc_TypeError, "module name must be a string")
  if (level < 0) return PyErr_SetString(PyExc_ValueError, "level must be >= 0")
  if (level === 0 && PyUnicode_AsJS(name) === "") return PyErr_SetString(PyExc_ValueError, "Empty module name")
  const $abs = level > 0 ? resolve_name(name, globals, level) : Py_NewRef(name)
  if ($abs === NULL) return NULL
  let $mod = import_get_module($abs)
  let $final: Own = NULL
  if ($mod !== NULL || PyErr_Occurred() === 0) {
    if ($mod !== NULL && $mod !== Py_None) {
      if (import_ensure_initialized($mod, $abs) < 0) {
        Py_DECREF($mod)
        Py_DECREF($abs)
        return NULL
      }
    } else {
      Py_XDECREF($mod)
      $mod = import_find_and_load($abs)
    }
    if ($mod !== NULL) $final = finalModule($mod, name, $abs, fromlist, level)
  }
  Py_DECREF($abs)
  Py_XDECREF($mod)
  return $final
}

/** What the import statement binds: the module, its top package, or the module with its submodules imported. */
function finalModule(mod: Ref, name: Ref, abs: Ref, fromlist: Ref, level: number): Own {
  const has = fromlist !== 0 && fromlist !== Py_None ? PyObject_IsTrue(fromlist) : 0
  if (has < 0) return NULL
  if (has > 0) {
    const $path = _PyObject_LookupAttr(mod, ID("__path__"))
    if ($path === NULL) return PyErr_Occurred() !== 0 ? NULL : Py_NewRef(mod)
    Py_DECREF($path)
    return PyObject_CallMethodThreeArgs(importlib(), ID("_handle_fromlist"), mod, fromlist, ptr(INTERP + Interp.import_func))
  }
  const js = PyUnicode_AsJS(name)
  const dot = js.indexOf(".")
  if (dot < 0) return Py_NewRef(mod)
  if (level === 0) {
    const $front = PyUnicode_FromString(js.slice(0, dot))
    if ($front === NULL) return NULL
    const $m = PyImport_ImportModuleLevelObject($front, NULL, NULL, NULL, 0)
    Py_DECREF($front)
    return $m
  }
  const full = PyUnicode_AsJS(abs)
  const $top = PyUnicode_FromString(full.slice(0, full.length - (js.length - dot)))
  if ($top === NULL) return NULL
  const $m = import_get_module($top)
  if ($m === NULL && PyErr_Occurred() === 0) PyErr_SetString(PyExc_KeyError, `${reprJS($top)} not in sys.modules as expected`)
  Py_DECREF($top)
  return $m
}

/** import name, through the __import__ of the running code's builtins; owned module. */
export function PyImport_Import(name: Ref): Own {
  const $fromlist = PyList_New(0)
  if ($fromlist === NULL) return NULL
  const current = PyEval_GetGlobals()
  let $builtins: Own
  let $globals: Own
  if (current !== 0) {
    $globals = Py_NewRef(current)
    $builtins = PyObject_GetItem(current, ID("__builtins__"))
  } else {
    $builtins = PyImport_ImportModuleLevelObject(ID("builtins"), NULL, NULL, NULL, 0)
    $globals = $builtins === NULL ? NULL : PyDict_New()
    if ($globals !== NULL) PyDict_SetItem($globals, ID("__builtins__"), $builtins)
  }
  let $r: Own = NULL
  if ($builtins !== NULL && $globals !== NULL) {
    const $import = PyDict_Check($builtins) ? PyObject_GetItem($builtins, ID("__import__")) : PyObject_GetAttr($builtins, ID("__import__"))
    if ($import !== NULL) {
      const $zero = PyLong_FromLong(0)
      $r = PyObject_CallFunctionObjArgs($import, name, $globals, $globals, $fromlist, $zero)
      Py_DECREF($zero)
      Py_DECREF($import)
    }
  }
  if ($r !== NULL) {
    Py_DECREF($r)
    $r = import_get_module(name)
    if ($r === NULL && PyErr_Occurred() === 0) PyErr_SetObject(PyExc_KeyError, name)
  }
  Py_XDECREF($globals)
  Py_XDECREF($builtins)
  Py_DECREF($fromlist)
  return $r
}

/** Owned attribute of a module that is imported first. */
export function _PyImport_GetModuleAttrString(module: string, attr: string): Own {
  const $mod = PyImport_ImportModule(module)
  if ($mod === NULL) return NULL
  const $v = PyObject_GetAttrString($mod, attr)
  Py_DECREF($mod)
  return $v
}

/** Record a boot module in sys.modules. */
export function setModule(name: string, m: Ref): number {
  const $name = PyUnicode_FromString(name)
  if ($name === NULL) return -1
  const r = PyObject_SetItem(modulesDict(), $name, m)
  Py_DECREF($name)
  return r
}

/** Take the names of sys.modules' owner at boot. */
export function setModulesDict($modules: Own): void {
  setptr(INTERP + Interp.modules, $modules)
}

/** PyImport_ImportFrozenModuleObject: run a frozen module. Owned module, None when there is none, NULL with the error set. */
export function importFrozen(name: string): Own {
  const f = findFrozen(name)
  if (f === undefined) return Py_NewRef(Py_None)
  const $name = PyUnicode_FromString(name)
  if ($name === NULL) return NULL
  const $code = frozenCode(name)
  const $m = $code === NULL ? NULL : import_add_module($name)
  let $result: Own = NULL
  if ($m !== NULL) {
    const dict = PyModule_GetDict($m)
    const hasBuiltins = PyDict_Contains(dict, ID("__builtins__"))
    const ok = hasBuiltins > 0 || (hasBuiltins === 0 && PyDict_SetItem(dict, ID("__builtins__"), PyEval_GetBuiltins()) === 0)
    if (ok) $result = exec_code_in_module($name, dict, $code)
    Py_DECREF($m)
  }
  if ($result !== NULL) {
    const $origin = f.origin === null ? Py_NewRef(Py_None) : PyUnicode_FromString(f.origin)
    if ($origin !== NULL) {
      PyDict_SetItem(PyModule_GetDict($result), ID("__origname__"), $origin)
      Py_DECREF($origin)
    }
  }
  Py_XDECREF($code)
  Py_DECREF($name)
  return $result
}
