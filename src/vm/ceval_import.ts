import { ptr, setptr } from "../heap/access.ts"
import { calloca, cstackMark, cstackReset } from "../heap/cstack.ts"
import { _PyInterpreterFrame as F } from "../heap/layout.ts"
import { INTERP, Interp } from "../heap/map.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { Py_DECREF, Py_INCREF, Py_XDECREF } from "../heap/refcount.ts"
import { ID } from "../heap/statics.ts"
import { PyMapping_Keys, PyObject_SetItem, PySequence_GetItem } from "../objects/abstract.ts"
import { _PyObject_FastCall } from "../objects/call.ts"
import { PyDict_CheckExact, PyDict_GetItemWithError, PyDict_SetItem } from "../objects/dictobject.ts"
import { PyErr_Clear, PyErr_ExceptionMatches, PyErr_Occurred, PyErr_SetImportError, PyErr_SetString } from "../objects/errors.ts"
import { _PyFrame_FastToLocalsWithError, _PyFrame_LocalsToFast } from "../objects/frameobject.ts"
import { PyLong_AsLong } from "../objects/longobject.ts"
import { _PyModuleSpec_IsInitializing, PyModule_GetFilenameObject } from "../objects/moduleobject.ts"
import { _PyObject_LookupAttr, PyObject_GetAttr, reprJS, strJS, typeName } from "../objects/object.ts"
import { Py_None, PyExc_ImportError, PyExc_IndexError, PyExc_SystemError, PyExc_TypeError } from "../objects/statictypes.ts"
import { PyUnicode_AsJS, PyUnicode_Check, PyUnicode_FromString } from "../objects/unicodeobject.ts"
import { PyImport_GetModule, PyImport_ImportModuleLevelObject } from "./import.ts"

/** IMPORT_NAME: all borrowed. */
export function import_name(frame: number, name: Ref, fromlist: Ref, level: Ref): Own {
  const func = PyDict_GetItemWithError(ptr(frame + F.f_builtins), ID("__import__"))
  if (func === 0) {
    if (PyErr_Occurred() === 0) PyErr_SetString(PyExc_ImportError, "__import__ not found")
    return NULL
  }
  const globals = ptr(frame + F.f_globals)
  const locals = ptr(frame + F.f_locals) || Py_None
  if (func === ptr(INTERP + Interp.import_func)) {
    const ilevel = PyLong_AsLong(level)
    if (ilevel === -1 && PyErr_Occurred() !== 0) return NULL
    return PyImport_ImportModuleLevelObject(name, globals, locals, fromlist, ilevel)
  }
  Py_INCREF(func)
  const mark = cstackMark()
  const args = calloca(40)
  setptr(args, name)
  setptr(args + 8, globals)
  setptr(args + 16, locals)
  setptr(args + 24, fromlist)
  setptr(args + 32, level)
  const $res = _PyObject_FastCall(func, args, 5)
  cstackReset(mark)
  Py_DECREF(func)
  return $res
}

function importError(message: string, name: Ref, path: Ref): void {
  const $msg = PyUnicode_FromString(message)
  if ($msg === NULL) return
  PyErr_SetImportError($msg, name, path)
  Py_DECREF($msg)
}

/** IMPORT_FROM: an attribute of the module, or the submodule of that name. */
export function import_from(v: Ref, name: Ref): Own {
  const $x = _PyObject_LookupAttr(v, name)
  if ($x !== NULL || PyErr_Occurred() !== 0) return $x
  let $pkgname = PyObject_GetAttr(v, ID("__name__"))
  if ($pkgname !== NULL) {
    if (PyUnicode_Check($pkgname)) {
      const $full = PyUnicode_FromString(`${PyUnicode_AsJS($pkgname)}.${strJS(name)}`)
      if ($full === NULL) {
        Py_DECREF($pkgname)
        return NULL
      }
      const $m = PyImport_GetModule($full)
      Py_DECREF($full)
      if ($m !== NULL || PyErr_Occurred() !== 0) {
        Py_DECREF($pkgname)
        return $m
      }
    } else {
      Py_DECREF($pkgname)
      $pkgname = NULL
    }
  }
  const $path = PyModule_GetFilenameObject(v)
  const shown = $pkgname === NULL ? "'<unknown module name>'" : reprJS($pkgname)
  if ($path === NULL || !PyUnicode_Check($path)) {
    PyErr_Clear()
    importError(`cannot import name ${reprJS(name)} from ${shown} (unknown location)`, $pkgname, NULL)
  } else {
    const $spec = PyObject_GetAttr(v, ID("__spec__"))
    const partly = _PyModuleSpec_IsInitializing($spec) ? "partially initialized module " : ""
    Py_XDECREF($spec)
    const cycle = partly ? "(most likely due to a circular import) " : ""
    PyErr_Clear()
    importError(`cannot import name ${reprJS(name)} from ${partly}${shown} ${cycle}(${strJS($path)})`, $pkgname, $path)
  }
  Py_XDECREF($pkgname)
  Py_XDECREF($path)
  return NULL
}

/** IMPORT_STAR */
export function import_star(frame: number, from: Ref): number {
  if (_PyFrame_FastToLocalsWithError(frame) < 0) return -1
  const locals = ptr(frame + F.f_locals)
  if (locals === 0) {
    PyErr_SetString(PyExc_SystemError, "no locals found during 'import *'")
    return -1
  }
  const err = import_all_from(locals, from)
  _PyFrame_LocalsToFast(frame, 0)
  return err
}

function badName(v: Ref, name: Ref, isKey: boolean): void {
  const $modname = PyObject_GetAttr(v, ID("__name__"))
  if ($modname === NULL) return
  if (!PyUnicode_Check($modname)) PyErr_SetString(PyExc_TypeError, `module __name__ must be a string, not ${typeName($modname)}`)
  else {
    const what = isKey ? "Key" : "Item"
    PyErr_SetString(
      PyExc_TypeError,
      `${what} in ${PyUnicode_AsJS($modname)}.${isKey ? "__dict__" : "__all__"} must be str, not ${typeName(name)}`,
    )
  }
  Py_DECREF($modname)
}

function import_all_from(locals: Ref, v: Ref): number {
  let $all = _PyObject_LookupAttr(v, ID("__all__"))
  let skipUnderscores = false
  if ($all === NULL) {
    if (PyErr_Occurred() !== 0) return -1
    const $dict = _PyObject_LookupAttr(v, ID("__dict__"))
    if ($dict === NULL) {
      if (PyErr_Occurred() === 0) PyErr_SetString(PyExc_ImportError, "from-import-* object has no __dict__ and no __all__")
      return -1
    }
    $all = PyMapping_Keys($dict)
    Py_DECREF($dict)
    if ($all === NULL) return -1
    skipUnderscores = true
  }
  let err = 0
  for (let pos = 0; err === 0; pos++) {
    const $name = PySequence_GetItem($all, pos)
    if ($name === NULL) {
      if (PyErr_ExceptionMatches(PyExc_IndexError)) PyErr_Clear()
      else err = -1
      break
    }
    if (!PyUnicode_Check($name)) {
      badName(v, $name, skipUnderscores)
      Py_DECREF($name)
      err = -1
      break
    }
    if (skipUnderscores && PyUnicode_AsJS($name).startsWith("_")) {
      Py_DECREF($name)
      continue
    }
    const $value = PyObject_GetAttr(v, $name)
    if ($value === NULL) err = -1
    else err = PyDict_CheckExact(locals) ? PyDict_SetItem(locals, $name, $value) : PyObject_SetItem(locals, $name, $value)
    Py_DECREF($name)
    Py_XDECREF($value)
  }
  Py_DECREF($all)
  return err
}
