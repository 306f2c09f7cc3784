import { ptr } from "../../heap/access.ts"
import { _PyErr_StackItem } from "../../heap/layout.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_DECREF, Py_INCREF, Py_NewRef } from "../../heap/refcount.ts"
import { ID } from "../../heap/statics.ts"
import { PyObject_CallMethodOneArg, PyObject_Vectorcall } from "../../objects/call.ts"
import {
  _PyErr_GetTopmostException,
  _PyErr_StackItemToExcInfoTuple,
  PyErr_Clear,
  PyErr_ExceptionMatches,
  PyErr_Occurred,
  PyErr_SetObject,
  PyErr_SetString,
} from "../../objects/errors.ts"
import { PyFile_WriteObject, PyFile_WriteString } from "../../objects/fileobject.ts"
import { _PyArg_CheckPositional } from "../../objects/getargs.ts"
import { _PyObject_LookupAttr, PyObject_GetAttr, PyObject_GetAttrString, PyObject_Repr, PyObject_SetAttr } from "../../objects/object.ts"
import {
  Py_None,
  PyExc_AttributeError,
  PyExc_ImportError,
  PyExc_RuntimeError,
  PyExc_RuntimeWarning,
  PyExc_SystemExit,
  PyExc_UnicodeEncodeError,
} from "../../objects/statictypes.ts"
import {
  PyUnicode_AsEncodedString,
  PyUnicode_AsJS,
  PyUnicode_Check,
  PyUnicode_FromEncodedObject,
  PyUnicode_FromString,
} from "../../objects/unicodeobject.ts"
import { _PyErr_WriteUnraisableDefaultHook } from "../../objects/unraisable.ts"
import { PyErr_WarnEx } from "../../objects/_warnings.ts"
import { PyErr_Display } from "../errprint.ts"
import { PyImport_GetModule, PyImport_ImportModule } from "../import.ts"
import { _PySys_GetAttr } from "../sysmodule.ts"

// Python/sysmodule.c: displayhook, excepthook, breakpointhook, and what tells about the current exception.

/** The repr cannot be encoded: write it with escapes. */
function display_unencodable(outf: Ref, o: Ref): boolean {
  const $enc = PyObject_GetAttr(outf, ID("encoding"))
  if ($enc === NULL || !PyUnicode_Check($enc)) {
    if ($enc !== NULL) Py_DECREF($enc)
    return false
  }
  const encoding = PyUnicode_AsJS($enc)
  Py_DECREF($enc)
  const $repr = PyObject_Repr(o)
  if ($repr === NULL) return false
  const $encoded = PyUnicode_AsEncodedString($repr, encoding, "backslashreplace")
  Py_DECREF($repr)
  if ($encoded === NULL) return false
  const $buffer = _PyObject_LookupAttr(outf, ID("buffer"))
  let ok = false
  if ($buffer !== NULL) {
    const $r = PyObject_CallMethodOneArg($buffer, ID("write"), $encoded)
    Py_DECREF($buffer)
    if ($r !== NULL) {
      Py_DECREF($r)
      ok = true
    }
  } else if (PyErr_Occurred() === 0) {
    const $text = PyUnicode_FromEncodedObject($encoded, encoding, "strict")
    if ($text !== NULL) {
      ok = PyFile_WriteObject($text, outf, 1) === 0
      Py_DECREF($text)
    }
  }
  Py_DECREF($encoded)
  return ok
}

export function sys_displayhook(_m: Ref, o: Ref): Own {
  const $builtins = PyImport_GetModule(ID("builtins"))
  if ($builtins === NULL) {
    if (PyErr_Occurred() === 0) PyErr_SetString(PyExc_RuntimeError, "lost builtins module")
    return NULL
  }
  Py_DECREF($builtins)
  if (o === Py_None) return Py_NewRef(Py_None)
  if (PyObject_SetAttr($builtins, ID("_"), Py_None) !== 0) return NULL
  const outf = _PySys_GetAttr(ID("stdout"))
  if (outf === 0 || outf === Py_None) return PyErr_SetString(PyExc_RuntimeError, "lost sys.stdout")
  if (PyFile_WriteObject(o, outf, 0) !== 0) {
    if (!PyErr_ExceptionMatches(PyExc_UnicodeEncodeError)) return NULL
    PyErr_Clear()
    if (!display_unencodable(outf, o)) return NULL
  }
  if (PyFile_WriteString("\n", outf) !== 0 || PyObject_SetAttr($builtins, ID("_"), o) !== 0) return NULL
  return Py_NewRef(Py_None)
}

export function sys_excepthook(_m: Ref, args: number, nargs: number): Own {
  if (!_PyArg_CheckPositional("excepthook", nargs, 3, 3)) return NULL
  PyErr_Display(ptr(args), ptr(args + 8), ptr(args + 16))
  return Py_NewRef(Py_None)
}

export function sys_exception(_m: Ref): Own {
  return Py_NewRef(ptr(_PyErr_GetTopmostException() + _PyErr_StackItem.exc_value) || Py_None)
}
export function sys_exc_info(_m: Ref): Own {
  return _PyErr_StackItemToExcInfoTuple(_PyErr_GetTopmostException())
}
export function sys_unraisablehook(_m: Ref, unraisable: Ref): Own {
  return _PyErr_WriteUnraisableDefaultHook(unraisable)
}
export function sys_exit(_m: Ref, args: number, nargs: number): Own {
  if (!_PyArg_CheckPositional("exit", nargs, 0, 1)) return NULL
  PyErr_SetObject(PyExc_SystemExit, nargs > 0 ? ptr(args) : Py_None)
  return NULL
}

export function sys_breakpointhook(_m: Ref, args: number, nargs: number, kwnames: Ref): Own {
  const envar = process.env["PYTHONBREAKPOINT"] || "pdb.set_trace"
  if (envar === "0") return Py_NewRef(Py_None)
  const dot = envar.lastIndexOf(".")
  let $hook: Own = NULL
  if (dot !== 0) {
    const $module = PyImport_ImportModule(dot < 0 ? "builtins" : envar.slice(0, dot))
    if ($module === NULL) {
      if (!PyErr_ExceptionMatches(PyExc_ImportError)) return NULL
    } else {
      $hook = PyObject_GetAttrString($module, envar.slice(dot + 1))
      Py_DECREF($module)
      if ($hook === NULL && !PyErr_ExceptionMatches(PyExc_AttributeError)) return NULL
    }
  }
  if ($hook === NULL) {
    PyErr_Clear()
    return PyErr_WarnEx(PyExc_RuntimeWarning, `Ignoring unimportable $PYTHONBREAKPOINT: "${envar}"`, 0) < 0 ? NULL : Py_NewRef(Py_None)
  }
  const $r = PyObject_Vectorcall($hook, args, nargs, kwnames)
  Py_DECREF($hook)
  return $r
}

/** Write text to sys.stderr or sys.stdout; false when there is no such file or it fails (the error is dropped). */
export function writeToSysFile(name: Ref, text: string): boolean {
  const file = _PySys_GetAttr(name)
  if (file === 0 || file === Py_None) return false
  const $text = PyUnicode_FromString(text)
  if ($text === NULL) {
    PyErr_Clear()
    return false
  }
  Py_INCREF(file)
  const $r = PyObject_CallMethodOneArg(file, ID("write"), $text)
  Py_DECREF(file)
  Py_DECREF($text)
  if ($r === NULL) {
    PyErr_Clear()
    return false
  }
  Py_DECREF($r)
  return true
}
