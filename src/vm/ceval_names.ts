import { ptr } from "../heap/access.ts"
import { _PyInterpreterFrame as F, PyCellObject, PyCodeObject } from "../heap/layout.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { Py_DECREF, Py_NewRef } from "../heap/refcount.ts"
import { ID } from "../heap/statics.ts"
import { PyObject_DelItem, PyObject_GetItem, PyObject_SetItem } from "../objects/abstract.ts"
import {
  _PyDict_LoadGlobal,
  PyDict_CheckExact,
  PyDict_DelItem,
  PyDict_GetItemWithError,
  PyDict_New,
  PyDict_SetItem,
} from "../objects/dictobject.ts"
import { PyErr_Clear, PyErr_ExceptionMatches, PyErr_Occurred, PyErr_SetString } from "../objects/errors.ts"
import { reprJS } from "../objects/object.ts"
import { PyExc_KeyError, PyExc_NameError, PyExc_SystemError } from "../objects/statictypes.ts"
import { PyTuple_GET_ITEM } from "../objects/tupleobject.ts"
import { format_exc_check_arg, format_exc_unbound, NAME_ERROR } from "./ceval_exc.ts"

/** Look up in a mapping: owned, or NULL; absent leaves no error set. */
function lookup(ns: Ref, name: Ref): Own {
  if (PyDict_CheckExact(ns)) {
    const v = PyDict_GetItemWithError(ns, name)
    return v === 0 ? NULL : Py_NewRef(v)
  }
  const $v = PyObject_GetItem(ns, name)
  if ($v === NULL && PyErr_ExceptionMatches(PyExc_KeyError)) PyErr_Clear()
  return $v
}

export function load_global(frame: number, name: Ref): Own {
  const globals = ptr(frame + F.f_globals)
  const builtins = ptr(frame + F.f_builtins)
  if (PyDict_CheckExact(globals) && PyDict_CheckExact(builtins)) {
    const v = _PyDict_LoadGlobal(globals, builtins, name)
    if (v !== 0) return Py_NewRef(v)
    if (PyErr_Occurred() === 0) format_exc_check_arg(PyExc_NameError, NAME_ERROR, name)
    return NULL
  }
  let $v = lookup(globals, name)
  if ($v === NULL && PyErr_Occurred() === 0) {
    $v = lookup(builtins, name)
    if ($v === NULL && PyErr_Occurred() === 0) format_exc_check_arg(PyExc_NameError, NAME_ERROR, name)
  }
  return $v
}

export function load_name(frame: number, name: Ref): Own {
  const locals = ptr(frame + F.f_locals)
  if (locals === 0) return PyErr_SetString(PyExc_SystemError, `no locals when loading ${reprJS(name)}`)
  const $v = lookup(locals, name)
  if ($v !== NULL || PyErr_Occurred() !== 0) return $v
  const v = PyDict_GetItemWithError(ptr(frame + F.f_globals), name)
  if (v !== 0) return Py_NewRef(v)
  if (PyErr_Occurred() !== 0) return NULL
  const $b = lookup(ptr(frame + F.f_builtins), name)
  if ($b === NULL && PyErr_Occurred() === 0) format_exc_check_arg(PyExc_NameError, NAME_ERROR, name)
  return $b
}

export function store_name(frame: number, name: Ref, v: Ref): number {
  const ns = ptr(frame + F.f_locals)
  if (ns === 0) {
    PyErr_SetString(PyExc_SystemError, `no locals found when storing ${reprJS(name)}`)
    return -1
  }
  return PyDict_CheckExact(ns) ? PyDict_SetItem(ns, name, v) : PyObject_SetItem(ns, name, v)
}

export function delete_name(frame: number, name: Ref): number {
  const ns = ptr(frame + F.f_locals)
  if (ns === 0) {
    PyErr_SetString(PyExc_SystemError, `no locals when deleting ${reprJS(name)}`)
    return -1
  }
  if (PyObject_DelItem(ns, name) !== 0) {
    format_exc_check_arg(PyExc_NameError, NAME_ERROR, name)
    return -1
  }
  return 0
}

export function delete_global(frame: number, name: Ref): number {
  if (PyDict_DelItem(ptr(frame + F.f_globals), name) === 0) return 0
  if (PyErr_ExceptionMatches(PyExc_KeyError)) format_exc_check_arg(PyExc_NameError, NAME_ERROR, name)
  return -1
}

export function load_classderef(frame: number, oparg: number): Own {
  const code = ptr(frame + F.f_code)
  const name = PyTuple_GET_ITEM(ptr(code + PyCodeObject.co_localsplusnames), oparg)
  const $v = lookup(ptr(frame + F.f_locals), name)
  if ($v !== NULL || PyErr_Occurred() !== 0) return $v
  const v = ptr(ptr(frame + F.localsplus + oparg * 8) + PyCellObject.ob_ref)
  if (v === 0) {
    format_exc_unbound(code, oparg)
    return NULL
  }
  return Py_NewRef(v)
}

export function load_build_class(frame: number): Own {
  const $bc = lookup(ptr(frame + F.f_builtins), ID("__build_class__"))
  if ($bc === NULL && PyErr_Occurred() === 0) PyErr_SetString(PyExc_NameError, "__build_class__ not found")
  return $bc
}

export function setup_annotations(frame: number): number {
  const locals = ptr(frame + F.f_locals)
  if (locals === 0) {
    PyErr_SetString(PyExc_SystemError, "no locals found when setting up annotations")
    return -1
  }
  const name = ID("__annotations__")
  const $found = lookup(locals, name)
  if ($found !== NULL) {
    Py_DECREF($found)
    return 0
  }
  if (PyErr_Occurred() !== 0) return -1
  const $ann = PyDict_New()
  if ($ann === NULL) return -1
  const err = PyDict_CheckExact(locals) ? PyDict_SetItem(locals, name, $ann) : PyObject_SetItem(locals, name, $ann)
  Py_DECREF($ann)
  return err
}
