import { ptr, setptr } from "../heap/access.ts"
import { calloca, cstackMark, cstackReset } from "../heap/cstack.ts"
import { INTERP, Interp } from "../heap/map.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { Py_DECREF, Py_INCREF, Py_NewRef, Py_XDECREF } from "../heap/refcount.ts"
import { ID } from "../heap/statics.ts"
import { PyObject_CallFunctionObjArgs, PyObject_CallMethodNoArgs } from "../objects/call.ts"
import { PyDict_DelItem, PyDict_GetItemWithError, PyDict_SetItem, PyDict_SetItemString } from "../objects/dictobject.ts"
import {
  PyErr_Clear,
  PyErr_ExceptionMatches,
  PyErr_Fetch,
  PyErr_NormalizeException,
  PyErr_Occurred,
  PyErr_Restore,
} from "../objects/errors.ts"
import { PyException_SetTraceback, PyExceptionInstance_Check } from "../objects/exceptions.ts"
import { PyFile_WriteObject } from "../objects/fileobject.ts"
import { PyLong_AsLong, PyLong_Check } from "../objects/longobject.ts"
import { PyModule_GetDict } from "../objects/moduleobject.ts"
import { PyObject_GetAttr, PyObject_GetAttrString, strJS } from "../objects/object.ts"
import { Py_None, PyExc_RuntimeError, PyExc_SystemExit } from "../objects/statictypes.ts"
import { PyUnicode_FromString } from "../objects/unicodeobject.ts"
import { _PyErr_WriteUnraisableMsg } from "../objects/unraisable.ts"
import { PyEval_EvalCode } from "./ceval.ts"
import { PyErr_Display } from "./errprint.ts"
import { checkFileSource } from "./filesource.ts"
import { PyImport_AddModule } from "./import.ts"
import { _PyArena_New, compiledFlags, type CompileMode, Py_CompileString } from "./pythonrun_compile.ts"
import { PySys_Audit } from "./sys/audit.ts"
import { writeStderr } from "./sys/stdfd.ts"
import { _PySys_GetAttr, _PySys_SetAttr, PySys_WriteStderr } from "./sysmodule.ts"

export { _PyErr_Display, PyErr_Display } from "./errprint.ts"

// Python/pythonrun.c: running sources, and what happens to an exception that nobody caught.

/** How the process ends; filled by runtime/ (Py_Exit: finalise, then leave). */
export const exitHook = {
  exit: (_status: number): never => {
    throw new Error("moult bug: exit before boot")
  },
  /** -i: stay after SystemExit. */
  inspect: false,
}

/** The exit status that a SystemExit asks for: true, and `exitCode`; the error is cleared. */
export let exitCode = 0
export function _Py_HandleSystemExit(): boolean {
  if (exitHook.inspect || !PyErr_ExceptionMatches(PyExc_SystemExit)) return false
  const mark = cstackMark()
  const at = calloca(24)
  PyErr_Fetch(at)
  let $value = ptr(at + 8) as Own
  exitCode = 0
  if ($value !== NULL && $value !== Py_None) {
    if (PyExceptionInstance_Check($value)) {
      const $code = PyObject_GetAttr($value, ID("code"))
      if ($code !== NULL) {
        Py_DECREF($value)
        $value = $code
      }
    }
    if ($value === Py_None) exitCode = 0
    else if (PyLong_Check($value)) {
      const n = PyLong_AsLong($value)
      exitCode = PyErr_Occurred() !== 0 ? -1 : Number(BigInt.asIntN(32, BigInt(n)))
    } else {
      const err = _PySys_GetAttr(ID("stderr"))
      PyErr_Clear()
      if (err !== 0 && err !== Py_None) PyFile_WriteObject($value, err, 1)
      else writeStderr(strJS($value) ?? "")
      PySys_WriteStderr("\n")
      exitCode = 1
    }
  }
  PyErr_Restore(ptr(at), $value, ptr(at + 16))
  PyErr_Clear()
  cstackReset(mark)
  return true
}

function handle_system_exit(): void {
  if (_Py_HandleSystemExit()) exitHook.exit(exitCode)
}

/** Show the current error through sys.excepthook and clear it. SystemExit ends the process. */
export function PyErr_PrintEx(setLast: boolean): void {
  handle_system_exit()
  const mark = cstackMark()
  const at = calloca(24)
  PyErr_Fetch(at)
  if (ptr(at) !== 0) {
    PyErr_NormalizeException(at)
    if (ptr(at + 16) === 0) setptr(at + 16, Py_NewRef(Py_None))
    const type = ptr(at)
    const value = ptr(at + 8)
    const tb = ptr(at + 16)
    PyException_SetTraceback(value, tb)
    if (setLast) {
      const last: readonly (readonly [string, Ref])[] = [
        ["last_type", type],
        ["last_value", value],
        ["last_traceback", tb],
      ]
      for (const [name, v] of last) setLastAttr(name, v)
    }
    callExcepthook(type, value, tb)
  }
  Py_XDECREF(ptr(at))
  Py_XDECREF(ptr(at + 8))
  Py_XDECREF(ptr(at + 16))
  cstackReset(mark)
}

function setLastAttr(name: string, v: Ref): void {
  const $name = PyUnicode_FromString(name)
  if ($name === NULL || _PySys_SetAttr($name, v) < 0) PyErr_Clear()
  Py_XDECREF($name)
}

function callExcepthook(type: Ref, value: Ref, tb: Ref): void {
  const hook = _PySys_GetAttr(ID("excepthook"))
  if (PySys_Audit("sys.excepthook", hook || Py_None, type, value, tb) < 0) {
    if (PyErr_ExceptionMatches(PyExc_RuntimeError)) {
      PyErr_Clear()
      return
    }
    _PyErr_WriteUnraisableMsg("in audit hook", NULL)
  }
  if (hook === 0) {
    PySys_WriteStderr("sys.excepthook is missing\n")
    PyErr_Display(type, value, tb)
    return
  }
  Py_INCREF(hook)
  const $res = PyObject_CallFunctionObjArgs(hook, type, value, tb)
  Py_DECREF(hook)
  if ($res !== NULL) {
    Py_DECREF($res)
    return
  }
  handle_system_exit()
  const mark = cstackMark()
  const at = calloca(24)
  PyErr_Fetch(at)
  PyErr_NormalizeException(at)
  PySys_WriteStderr("Error in sys.excepthook:\n")
  PyErr_Display(ptr(at) || Py_None, ptr(at + 8) || Py_None, ptr(at + 16))
  PySys_WriteStderr("\nOriginal exception was:\n")
  PyErr_Display(type, value, tb)
  Py_XDECREF(ptr(at))
  Py_XDECREF(ptr(at + 8))
  Py_XDECREF(ptr(at + 16))
  cstackReset(mark)
}

export function PyErr_Print(): void {
  PyErr_PrintEx(true)
}

/** Flush sys.stderr and sys.stdout; errors are dropped, an error that is set stays. */
export function flush_io(): void {
  const mark = cstackMark()
  const at = calloca(24)
  PyErr_Fetch(at)
  for (const name of [ID("stderr"), ID("stdout")]) {
    const f = _PySys_GetAttr(name)
    if (f === 0) continue
    const $r = PyObject_CallMethodNoArgs(f, ID("flush"))
    if ($r === NULL) PyErr_Clear()
    else Py_DECREF($r)
  }
  PyErr_Restore(ptr(at), ptr(at + 8), ptr(at + 16))
  cstackReset(mark)
}

/** Compile and run in a namespace. `sticky` flags: those of earlier inputs of the session. */
export function runSource(source: string | Uint8Array, filename: string, mode: CompileMode, dict: Ref, flags = 0): Own {
  const $filename = PyUnicode_FromString(filename)
  if ($filename === NULL) return NULL
  const $arena = _PyArena_New()
  const $code = Py_CompileString(source, $filename, mode, flags, -1, $arena)
  Py_DECREF($filename)
  if ($code === NULL) {
    Py_DECREF($arena)
    return NULL
  }
  // run_eval_code_obj: globals get their builtins
  let ok = true
  if (PyDict_GetItemWithError(dict, ID("__builtins__")) === 0)
    ok = PyErr_Occurred() === 0 && PyDict_SetItem(dict, ID("__builtins__"), ptr(INTERP + Interp.builtins)) === 0
  const $v = ok && PySys_Audit("exec", $code) === 0 ? PyEval_EvalCode($code, dict, dict) : NULL
  Py_DECREF($code)
  Py_DECREF($arena)
  return $v
}

/** Flags that the next input of an interactive session inherits. */
export function stickyFlags(): number {
  return compiledFlags
}

/** Run text in __main__; -1 when it failed (the error is printed). */
export function PyRun_SimpleString(command: string): number {
  const m = PyImport_AddModule("__main__")
  if (m === 0) return -1
  const $v = runSource(command, "<string>", "exec", PyModule_GetDict(m))
  if ($v === NULL) {
    PyErr_Print()
    return -1
  }
  Py_DECREF($v)
  return 0
}

function set_main_loader(dict: Ref, filename: Ref, loaderName: string): boolean {
  const $external = PyObject_GetAttrString(ptr(INTERP + Interp.importlib), "_bootstrap_external")
  if ($external === NULL) return false
  const $type = PyObject_GetAttrString($external, loaderName)
  Py_DECREF($external)
  if ($type === NULL) return false
  const $loader = PyObject_CallFunctionObjArgs($type, ID("__main__"), filename)
  Py_DECREF($type)
  if ($loader === NULL) return false
  const r = PyDict_SetItemString(dict, "__loader__", $loader)
  Py_DECREF($loader)
  return r === 0
}

/** Run a source (or, with `code`, a code object from a .pyc file) as the script `filename` in __main__; -1 when it failed (printed). */
export function PyRun_SimpleFile(source: Uint8Array | null, filename: string, makeCode: (() => Own) | null): number {
  const m = PyImport_AddModule("__main__")
  if (m === 0) return -1
  Py_INCREF(m)
  const dict = PyModule_GetDict(m)
  const $filename = PyUnicode_FromString(filename)
  const setFileName = $filename !== NULL && PyDict_GetItemWithError(dict, ID("__file__")) === 0
  let ready = $filename !== NULL
  if (setFileName) ready = PyDict_SetItem(dict, ID("__file__"), $filename) === 0 && PyDict_SetItem(dict, ID("__cached__"), Py_None) === 0
  let $v: Own = NULL
  if (!ready) PySys_WriteStderr("python: failed to set __main__.__file__\n")
  else if (filename === "<stdin>" || set_main_loader(dict, $filename, makeCode === null ? "SourceFileLoader" : "SourcelessFileLoader")) {
    if (makeCode === null) {
      if (source === null || checkFileSource(source, $filename, filename))
        $v = runSource(source ?? new Uint8Array(0), filename, "exec", dict)
    } else {
      const $code = makeCode()
      if ($code !== NULL) {
        $v = PyEval_EvalCode($code, dict, dict)
        Py_DECREF($code)
      }
    }
  } else PySys_WriteStderr("python: failed to set __main__.__loader__\n")
  flush_io()
  Py_XDECREF($filename)
  const ok = $v !== NULL
  if (ok) Py_DECREF($v)
  else {
    Py_DECREF(m)
    PyErr_Print()
  }
  if (setFileName) {
    if (PyDict_DelItem(dict, ID("__file__")) !== 0) PyErr_Clear()
    if (PyDict_DelItem(dict, ID("__cached__")) !== 0) PyErr_Clear()
  }
  if (ok) Py_DECREF(m)
  return ok ? 0 : -1
}
