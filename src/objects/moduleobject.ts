import { int32, memset, ptr, setptr, ssize } from "../heap/access.ts"
import { fn } from "../heap/fntable.ts"
import { PyMethodDef, PyModuleDef, PyModuleObject as M, PyTypeObject } from "../heap/layout.ts"
import { INTERP, Interp } from "../heap/map.ts"
import { PyMem_Free, PyMem_Malloc } from "../heap/obmalloc.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { Py_CLEAR, Py_DECREF, Py_NewRef, Py_TYPE, Py_XDECREF, Py_XSETREF } from "../heap/refcount.ts"
import { ID } from "../heap/statics.ts"
import { PyObject_GC_UnTrack } from "../gc/gcmodule.ts"
import { PyObject_ClearWeakRefs } from "../gc/weakref.ts"
import { PySequence_Contains } from "./abstract.ts"
import { PyObject_CallMethodOneArg, PyObject_CallNoArgs, PyObject_CallOneArg } from "./call.ts"
import { defineType } from "./define.ts"
import {
  dictKey,
  dictValue,
  PyDict_Check,
  PyDict_Contains,
  PyDict_DelItem,
  PyDict_GetItemWithError,
  PyDict_Keys,
  PyDict_New,
  PyDict_Next,
  PyDict_SetItem,
  PyDict_SetItemString,
} from "./dictobject.ts"
import { PyErr_BadArgument, PyErr_Clear, PyErr_ExceptionMatches, PyErr_NoMemory, PyErr_Occurred, PyErr_SetString } from "./errors.ts"
import { PyErr_WriteUnraisable } from "./unraisable.ts"
import { parseTuple } from "./getargs.ts"
import { PyLong_FromLong } from "./longobject.ts"
import { PyCFunction_NewEx } from "./methodobject.ts"
import {
  cstringJS,
  PyObject_GenericGetAttr,
  PyObject_GenericSetAttr,
  PyObject_GetAttr,
  PyObject_GetAttrString,
  PyObject_IsTrue,
  PyObject_SetAttr,
  PyObject_SetAttrString,
} from "./object.ts"
import { type destructor, type freefunc, type inquiry, METH, READONLY, T, TPFLAGS, type traverseproc, type visitproc } from "./slots.ts"
import { Py_None, PyExc_AttributeError, PyExc_SystemError, PyExc_TypeError, PyModule_Type, PyModuleDef_Type } from "./statictypes.ts"
import { PyType_GenericNew, PyType_IsSubtype, PyType_Ready } from "./typeobject.ts"
import {
  PyUnicode_AsJS,
  PyUnicode_Check,
  PyUnicode_CheckExact,
  PyUnicode_FromString,
  PyUnicode_GET_LENGTH,
  PyUnicode_READ_CHAR,
} from "./unicodeobject.ts"
import { upcalls } from "./upcalls.ts"

// Objects/moduleobject.c.

export function PyModule_Check(op: Ref): boolean {
  return Py_TYPE(op) === PyModule_Type || PyType_IsSubtype(Py_TYPE(op), PyModule_Type)
}
export function PyModule_CheckExact(op: Ref): boolean {
  return Py_TYPE(op) === PyModule_Type
}

function module_init_dict(mod: Ref, dict: Ref, name: Ref, doc: Ref): number {
  if (
    PyDict_SetItem(dict, ID("__name__"), name) !== 0 ||
    PyDict_SetItem(dict, ID("__doc__"), doc === 0 ? Py_None : doc) !== 0 ||
    PyDict_SetItem(dict, ID("__package__"), Py_None) !== 0 ||
    PyDict_SetItem(dict, ID("__loader__"), Py_None) !== 0 ||
    PyDict_SetItem(dict, ID("__spec__"), Py_None) !== 0
  ) {
    return -1
  }
  if (PyUnicode_CheckExact(name)) Py_XSETREF(mod + M.md_name, Py_NewRef(name))
  return 0
}

function new_module(type: Ref, args: Ref, kwds: Ref): Own {
  const $m = PyType_GenericNew(type, args, kwds)
  if ($m === NULL) return NULL
  const $dict = PyDict_New()
  if ($dict === NULL) {
    Py_DECREF($m)
    return NULL
  }
  setptr($m + M.md_dict, $dict)
  return $m
}

/** A new module; `name` is borrowed. */
export function PyModule_NewObject(name: Ref): Own {
  const $m = new_module(PyModule_Type, NULL, NULL)
  if ($m === NULL) return NULL
  if (module_init_dict($m, ptr($m + M.md_dict), name, NULL) !== 0) {
    Py_DECREF($m)
    return NULL
  }
  return $m
}
export function PyModule_New(name: string): Own {
  const $name = PyUnicode_FromString(name)
  if ($name === NULL) return NULL
  const $m = PyModule_NewObject($name)
  Py_DECREF($name)
  return $m
}

function addMethods(module: Ref, name: Ref, methods: number): number {
  for (let def = methods; ptr(def + PyMethodDef.ml_name) !== 0; def += PyMethodDef.SIZE) {
    const $f = PyCFunction_NewEx(def, module, name)
    if ($f === NULL) return -1
    const bad = PyObject_SetAttrString(module, cstringJS(ptr(def + PyMethodDef.ml_name)), $f)
    Py_DECREF($f)
    if (bad) return -1
  }
  return 0
}
/** Add a PyMethodDef array's functions. */
export function PyModule_AddFunctions(m: Ref, methods: number): number {
  const $name = PyModule_GetNameObject(m)
  if ($name === NULL) return -1
  const r = addMethods(m, $name, methods)
  Py_DECREF($name)
  return r
}
export function PyModule_SetDocString(m: Ref, doc: string): number {
  const $doc = PyUnicode_FromString(doc)
  if ($doc === NULL) return -1
  const r = PyObject_SetAttr(m, ID("__doc__"), $doc)
  Py_DECREF($doc)
  return r
}

/** Phase one: the module of a PyModuleDef, not executed yet. `spec` has a `name`. */
export function PyModule_FromDefAndSpec(def: number, spec: Ref): Own {
  const $name = PyObject_GetAttrString(spec, "name")
  if ($name === NULL) return NULL
  const $m = moduleOf(def, $name)
  Py_DECREF($name)
  return $m
}
/** The module of a PyModuleDef under a given name (str, borrowed), not executed yet. */
export function moduleOf(def: number, name: Ref): Own {
  const $m = PyModule_NewObject(name)
  if ($m === NULL) return NULL
  setptr($m + M.md_def, def)
  const methods = ptr(def + PyModuleDef.m_methods)
  const doc = ptr(def + PyModuleDef.m_doc)
  if ((methods !== 0 && addMethods($m, name, methods) !== 0) || (doc !== 0 && PyModule_SetDocString($m, cstringJS(doc)) !== 0)) {
    Py_DECREF($m)
    return NULL
  }
  return $m
}
/** Phase two: give the module its state and run its exec function (m_slots holds that function's index); 0 or -1. */
export function PyModule_ExecDef(module: Ref, def: number): number {
  const size = ssize(def + PyModuleDef.m_size)
  if (size >= 0 && ptr(module + M.md_state) === 0) {
    const state = PyMem_Malloc(size)
    if (state === 0) {
      PyErr_NoMemory()
      return -1
    }
    memset(state, 0, size)
    setptr(module + M.md_state, state)
  }
  const exec = ptr(def + PyModuleDef.m_slots)
  if (exec === 0) return 0
  const bad = fn<(m: Ref) => number>(exec)(module)
  if (bad !== 0 && PyErr_Occurred() === 0) {
    PyErr_SetString(PyExc_SystemError, `execution of module ${PyModule_GetName(module)} failed without setting an exception`)
  }
  return bad !== 0 || PyErr_Occurred() !== 0 ? -1 : 0
}

/** Borrowed dict. */
export function PyModule_GetDict(m: Ref): Ref {
  return ptr(m + M.md_dict)
}
export function PyModule_GetState(m: Ref): number {
  return ptr(m + M.md_state)
}
export function PyModule_GetDef(m: Ref): number {
  return ptr(m + M.md_def)
}
/** Owned __name__ str. */
export function PyModule_GetNameObject(m: Ref): Own {
  if (!PyModule_Check(m)) {
    PyErr_BadArgument()
    return NULL
  }
  const dict = ptr(m + M.md_dict)
  const name = dict === 0 ? NULL : PyDict_GetItemWithError(dict, ID("__name__"))
  if (name === 0 || !PyUnicode_Check(name)) {
    return PyErr_Occurred() ? NULL : PyErr_SetString(PyExc_SystemError, "nameless module")
  }
  return Py_NewRef(name)
}
export function PyModule_GetName(m: Ref): string | null {
  const $name = PyModule_GetNameObject(m)
  if ($name === NULL) return null
  const s = PyUnicode_AsJS($name)
  Py_DECREF($name)
  return s
}
/** Owned __file__ str. */
export function PyModule_GetFilenameObject(m: Ref): Own {
  const dict = PyModule_Check(m) ? ptr(m + M.md_dict) : NULL
  const file = dict === 0 ? NULL : PyDict_GetItemWithError(dict, ID("__file__"))
  if (file === 0 || !PyUnicode_Check(file)) {
    return PyErr_Occurred() ? NULL : PyErr_SetString(PyExc_SystemError, "module filename missing")
  }
  return Py_NewRef(file)
}

/** Bind `name` to borrowed `value` (NULL: the error that made it is passed on); 0 or -1. Python/modsupport.c. */
export function PyModule_AddObjectRef(m: Ref, name: string, value: Ref): number {
  if (value === 0) {
    if (!PyErr_Occurred())
      PyErr_SetString(PyExc_SystemError, "PyModule_AddObjectRef() must be called with an exception raised if value is NULL")
    return -1
  }
  return PyDict_SetItemString(ptr(m + M.md_dict), name, value)
}
/** The same, stealing `$value` in every case. */
export function PyModule_AddObject(m: Ref, name: string, $value: Own): number {
  const r = PyModule_AddObjectRef(m, name, $value)
  Py_XDECREF($value)
  return r
}
export function PyModule_AddIntConstant(m: Ref, name: string, value: number): number {
  return PyModule_AddObject(m, name, PyLong_FromLong(value))
}
export function PyModule_AddStringConstant(m: Ref, name: string, value: string): number {
  return PyModule_AddObject(m, name, PyUnicode_FromString(value))
}
/** Ready the type and bind it under the last component of its name. */
export function PyModule_AddType(m: Ref, type: Ref): number {
  if (PyType_Ready(type) < 0) return -1
  const name = cstringJS(ptr(type + PyTypeObject.tp_name))
  return PyModule_AddObjectRef(m, name.slice(name.lastIndexOf(".") + 1), type)
}

/** Shutdown: replace the globals by None, names with one underscore first, and keep __builtins__. */
export function _PyModule_ClearDict(d: Ref): void {
  clearNames(d, true)
  clearNames(d, false)
}
function clearNames(d: Ref, privateOnly: boolean): void {
  let pos = 0
  while ((pos = PyDict_Next(d, pos)) !== 0) {
    const key = dictKey
    if (dictValue === Py_None || !PyUnicode_Check(key)) continue
    const n = PyUnicode_GET_LENGTH(key)
    const underscore = n > 0 && PyUnicode_READ_CHAR(key, 0) === 0x5f
    if (
      privateOnly ? underscore && !(n > 1 && PyUnicode_READ_CHAR(key, 1) === 0x5f) : !underscore || PyUnicode_AsJS(key) !== "__builtins__"
    ) {
      if (int32(INTERP + Interp.verbose) > 1) upcalls.writeStderr(`#   clear[${privateOnly ? 1 : 2}] ${PyUnicode_AsJS(key)}\n`)
      if (PyDict_SetItem(d, key, Py_None) !== 0) PyErr_WriteUnraisable(NULL)
    }
  }
}
export function _PyModule_Clear(m: Ref): void {
  const d = ptr(m + M.md_dict)
  if (d !== 0) _PyModule_ClearDict(d)
}

function module_init(self: Ref, args: Ref, kwds: Ref): number {
  const at = parseTuple(args, kwds, "U|O:module", ["name", "doc"])
  if (at === 0) return -1
  const name = ptr(at)
  const doc = ptr(at + 8)
  if (ptr(self + M.md_dict) === 0) {
    const $d = PyDict_New()
    if ($d === NULL) return -1
    setptr(self + M.md_dict, $d)
  }
  return module_init_dict(self, ptr(self + M.md_dict), name, doc)
}

// The def's traverse, clear and free run only once the state they look at exists.
function hasState(def: number, m: Ref): boolean {
  return ssize(def + PyModuleDef.m_size) <= 0 || ptr(m + M.md_state) !== 0
}
function module_dealloc(m: Ref): void {
  PyObject_GC_UnTrack(m)
  const name = ptr(m + M.md_name)
  if (int32(INTERP + Interp.verbose) && name !== 0 && PyUnicode_Check(name)) upcalls.writeStderr(`# destroy ${PyUnicode_AsJS(name)}\n`)
  if (ptr(m + M.md_weaklist) !== 0) PyObject_ClearWeakRefs(m)
  const def = ptr(m + M.md_def)
  if (def !== 0 && ptr(def + PyModuleDef.m_free) !== 0 && hasState(def, m)) fn<destructor>(ptr(def + PyModuleDef.m_free))(m)
  Py_XDECREF(ptr(m + M.md_dict))
  Py_XDECREF(ptr(m + M.md_name))
  const state = ptr(m + M.md_state)
  if (state !== 0) PyMem_Free(state)
  fn<freefunc>(ptr(Py_TYPE(m) + PyTypeObject.tp_free))(m)
}
function module_traverse(m: Ref, visit: visitproc, arg: number): number {
  const def = ptr(m + M.md_def)
  if (def !== 0 && ptr(def + PyModuleDef.m_traverse) !== 0 && hasState(def, m)) {
    const r = fn<traverseproc>(ptr(def + PyModuleDef.m_traverse))(m, visit, arg)
    if (r) return r
  }
  const dict = ptr(m + M.md_dict)
  return dict === 0 ? 0 : visit(dict, arg)
}
function module_clear(m: Ref): number {
  const def = ptr(m + M.md_def)
  if (def !== 0 && ptr(def + PyModuleDef.m_clear) !== 0 && hasState(def, m)) {
    const r = fn<inquiry>(ptr(def + PyModuleDef.m_clear))(m)
    if (PyErr_Occurred()) PyErr_WriteUnraisable(NULL)
    if (r) return r
  }
  Py_CLEAR(m + M.md_dict)
  return 0
}
function module_repr(m: Ref): Own {
  return PyObject_CallMethodOneArg(ptr(INTERP + Interp.importlib), ID("_module_repr"), m)
}

/** True when the spec says that its module is being imported; errors are cleared. */
export function _PyModuleSpec_IsInitializing(spec: Ref): boolean {
  if (spec !== 0) {
    const $v = PyObject_GetAttr(spec, ID("_initializing"))
    if ($v !== NULL) {
      const truth = PyObject_IsTrue($v)
      Py_DECREF($v)
      if (truth >= 0) return truth > 0
    }
  }
  PyErr_Clear()
  return false
}
function isUninitializedSubmodule(spec: Ref, name: Ref): boolean {
  if (spec === 0) return false
  const $v = PyObject_GetAttr(spec, ID("_uninitialized_submodules"))
  if ($v === NULL) {
    PyErr_Clear()
    return false
  }
  const r = PySequence_Contains($v, name)
  Py_DECREF($v)
  return r > 0
}

export function module_getattro(m: Ref, name: Ref): Own {
  const $attr = PyObject_GenericGetAttr(m, name)
  if ($attr !== NULL || !PyErr_ExceptionMatches(PyExc_AttributeError)) return $attr
  PyErr_Clear()
  const dict = ptr(m + M.md_dict)
  const getattr = PyDict_GetItemWithError(dict, ID("__getattr__"))
  if (getattr !== 0) return PyObject_CallOneArg(getattr, name)
  if (PyErr_Occurred()) return NULL
  const modName = PyDict_GetItemWithError(dict, ID("__name__"))
  if (modName === 0 && PyErr_Occurred()) return NULL
  const attr = PyUnicode_AsJS(name)
  if (modName === 0 || !PyUnicode_Check(modName)) return PyErr_SetString(PyExc_AttributeError, `module has no attribute '${attr}'`)
  const mod = PyUnicode_AsJS(modName)
  const spec = PyDict_GetItemWithError(dict, ID("__spec__"))
  if (spec === 0 && PyErr_Occurred()) return NULL
  if (_PyModuleSpec_IsInitializing(spec)) {
    return PyErr_SetString(
      PyExc_AttributeError,
      `partially initialized module '${mod}' has no attribute '${attr}' (most likely due to a circular import)`,
    )
  }
  if (isUninitializedSubmodule(spec, name)) {
    return PyErr_SetString(
      PyExc_AttributeError,
      `cannot access submodule '${attr}' of module '${mod}' (most likely due to a circular import)`,
    )
  }
  return PyErr_SetString(PyExc_AttributeError, `module '${mod}' has no attribute '${attr}'`)
}

// Owned __dict__ of the module, which a subclass may have replaced by something else.
function dictOf(m: Ref): Own {
  const $dict = PyObject_GetAttr(m, ID("__dict__"))
  if ($dict !== NULL && PyDict_Check($dict)) return $dict
  Py_XDECREF($dict)
  return PyErr_SetString(PyExc_TypeError, "<module>.__dict__ is not a dictionary")
}
function module_dir(self: Ref): Own {
  const $dict = dictOf(self)
  if ($dict === NULL) return NULL
  const dirfunc = PyDict_GetItemWithError($dict, ID("__dir__"))
  const $r = dirfunc !== 0 ? PyObject_CallNoArgs(dirfunc) : PyErr_Occurred() ? NULL : PyDict_Keys($dict)
  Py_DECREF($dict)
  return $r
}
function module_get_annotations(m: Ref): Own {
  const $dict = dictOf(m)
  if ($dict === NULL) return NULL
  let $ann: Own
  const found = PyDict_GetItemWithError($dict, ID("__annotations__"))
  if (found !== 0) $ann = Py_NewRef(found)
  else if (PyErr_Occurred()) $ann = NULL
  else {
    $ann = PyDict_New()
    if ($ann !== NULL && PyDict_SetItem($dict, ID("__annotations__"), $ann) !== 0) {
      Py_DECREF($ann)
      $ann = NULL
    }
  }
  Py_DECREF($dict)
  return $ann
}
function module_set_annotations(m: Ref, value: Ref): number {
  const $dict = dictOf(m)
  if ($dict === NULL) return -1
  let r: number
  if (value !== 0) r = PyDict_SetItem($dict, ID("__annotations__"), value)
  else if (PyDict_Contains($dict, ID("__annotations__")) > 0) r = PyDict_DelItem($dict, ID("__annotations__"))
  else {
    PyErr_SetString(PyExc_AttributeError, "__annotations__")
    r = -1
  }
  Py_DECREF($dict)
  return r
}

defineType(PyModule_Type, {
  name: "module",
  basicsize: M.SIZE,
  flags: TPFLAGS.BASETYPE | TPFLAGS.HAVE_GC,
  doc: "(name, doc=None)\n--\n\nA module object.",
  dictoffset: M.md_dict,
  weaklistoffset: M.md_weaklist,
  dealloc: module_dealloc,
  repr: module_repr,
  getattro: module_getattro,
  setattro: PyObject_GenericSetAttr,
  traverse: module_traverse,
  clear: module_clear,
  init: module_init,
  new: new_module,
  methods: [["__dir__", module_dir, METH.NOARGS, "__dir__() -> list\nnames of the module"]],
  members: [["__dict__", T.OBJECT, M.md_dict, READONLY]],
  getset: [["__annotations__", module_get_annotations, module_set_annotations]],
})
defineType(PyModuleDef_Type, { name: "moduledef", basicsize: PyModuleDef.SIZE })
