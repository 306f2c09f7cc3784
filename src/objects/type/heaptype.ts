import { memcpy, ptr, setint32, setptr, strlen } from "../../heap/access.ts"
import {
  PyAsyncMethods,
  PyBufferProcs,
  PyHeapTypeObject,
  PyMappingMethods,
  PyMemberDef,
  PyModuleObject,
  PyNumberMethods,
  PySequenceMethods,
  PyTypeObject,
} from "../../heap/layout.ts"
import { PyMem_Malloc, PyObject_Malloc } from "../../heap/obmalloc.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_DECREF, Py_INCREF, Py_NewRef, Py_SIZE, Py_XNewRef, PyType_HasFeature } from "../../heap/refcount.ts"
import { ID } from "../../heap/statics.ts"
import { i32 } from "../../heap/views.ts"
import { PyErr_WarnFormat } from "../_warnings.ts"
import { PyDict_Contains, PyDict_SetItem } from "../dictobject.ts"
import { PyErr_NoMemory, PyErr_SetString } from "../errors.ts"
import { tp_name_js } from "../object.ts"
import { TPFLAGS } from "../slots.ts"
import { PyBaseObject_Type, PyExc_DeprecationWarning, PyExc_TypeError, PyType_Type } from "../statictypes.ts"
import { PyTuple_Check, PyTuple_GET_ITEM, PyTuple_New, PyTuple_SET_ITEM } from "../tupleobject.ts"
import { PyUnicode_FromString } from "../unicodeobject.ts"
import { PyType_GenericAlloc, SUBTYPE_DEALLOC, _PyHeapType_GET_MEMBERS } from "./alloc.ts"
import { lastName, typeDoc } from "./docs.ts"
import { best_base } from "./mro.ts"
import { PyType_Ready } from "./ready.ts"

// Objects/typeobject.c: heap types of native modules (PyType_FromModuleAndSpec). The spec is a static template made at load time with
// `const thing_spec = defineHeapType({...})` (objects/define.ts); the module's exec calls `newHeapType(thing_spec, module, NULL)`.

const __doc__ = ID("__doc__")
const __module__ = ID("__module__")

const SUITES = [
  [PyTypeObject.tp_as_async, PyHeapTypeObject.as_async, PyAsyncMethods.SIZE],
  [PyTypeObject.tp_as_number, PyHeapTypeObject.as_number, PyNumberMethods.SIZE],
  [PyTypeObject.tp_as_sequence, PyHeapTypeObject.as_sequence, PySequenceMethods.SIZE],
  [PyTypeObject.tp_as_mapping, PyHeapTypeObject.as_mapping, PyMappingMethods.SIZE],
  [PyTypeObject.tp_as_buffer, PyHeapTypeObject.as_buffer, PyBufferProcs.SIZE],
] as const
/** Slots that the template gives as they are: function indexes and static tables. */
const COPIED = [
  PyTypeObject.tp_dealloc,
  PyTypeObject.tp_repr,
  PyTypeObject.tp_hash,
  PyTypeObject.tp_call,
  PyTypeObject.tp_str,
  PyTypeObject.tp_getattro,
  PyTypeObject.tp_setattro,
  PyTypeObject.tp_traverse,
  PyTypeObject.tp_clear,
  PyTypeObject.tp_richcompare,
  PyTypeObject.tp_iter,
  PyTypeObject.tp_iternext,
  PyTypeObject.tp_methods,
  PyTypeObject.tp_getset,
  PyTypeObject.tp_descr_get,
  PyTypeObject.tp_descr_set,
  PyTypeObject.tp_init,
  PyTypeObject.tp_alloc,
  PyTypeObject.tp_new,
  PyTypeObject.tp_free,
  PyTypeObject.tp_is_gc,
  PyTypeObject.tp_del,
  PyTypeObject.tp_finalize,
  PyTypeObject.tp_basicsize,
  PyTypeObject.tp_itemsize,
  PyTypeObject.tp_vectorcall_offset,
] as const

function copyField(to: number, from: number): void {
  i32[to >> 2] = i32[from >> 2]
  i32[(to >> 2) + 1] = i32[(from >> 2) + 1]
}
function copyString(malloc: (n: number) => number, s: number): number {
  const n = strlen(s) + 1
  const copy = malloc(n)
  if (copy === 0) PyErr_NoMemory()
  else memcpy(copy, s, n)
  return copy
}
/** A tuple of bases from a type, a tuple or NULL (then the template's base, or object): owned. */
function basesOf(template: Ref, bases: Ref): Own {
  if (bases !== NULL && PyTuple_Check(bases)) return Py_NewRef(bases)
  const base = bases !== NULL ? bases : ptr(template + PyTypeObject.tp_base)
  const $tuple = PyTuple_New(1)
  if ($tuple !== NULL) PyTuple_SET_ITEM($tuple, 0, Py_NewRef(base === NULL ? PyBaseObject_Type : base))
  return $tuple
}

/** Make a heap type from a template: owned, or NULL with the error set. `module` (or NULL) is kept in ht_module; `bases`: a type,
 *  a tuple or NULL for the template's own base. */
export function newHeapType(template: Ref, module: Ref, bases: Ref): Own {
  const name = tp_name_js(template)
  const members = ptr(template + PyTypeObject.tp_members)
  let nmembers = 0
  if (members !== 0) while (ptr(members + nmembers * PyMemberDef.SIZE) !== 0) nmembers++
  const $type = PyType_GenericAlloc(PyType_Type, nmembers)
  if ($type === NULL) return NULL
  if (fill($type, template, name, module, bases, members, nmembers) < 0) {
    Py_DECREF($type)
    return NULL
  }
  return $type
}
function fill(type: Ref, template: Ref, name: string, module: Ref, bases: Ref, members: number, nmembers: number): number {
  setint32(type + PyTypeObject.tp_flags, i32[(template + PyTypeObject.tp_flags) >> 2] | TPFLAGS.HEAPTYPE)
  const $name = PyUnicode_FromString(lastName(name))
  if ($name === NULL) return -1
  setptr(type + PyHeapTypeObject.ht_name, $name)
  setptr(type + PyHeapTypeObject.ht_qualname, Py_NewRef($name))
  const tpname = copyString(PyMem_Malloc, ptr(template + PyTypeObject.tp_name))
  if (tpname === 0) return -1
  setptr(type + PyHeapTypeObject._ht_tpname, tpname)
  setptr(type + PyTypeObject.tp_name, tpname)
  setptr(type + PyHeapTypeObject.ht_module, Py_XNewRef(module))
  const $bases = basesOf(template, bases)
  if ($bases === NULL) return -1
  const base = best_base($bases)
  if (base === NULL) {
    Py_DECREF($bases)
    return -1
  }
  for (const [field, suite, size] of SUITES) {
    setptr(type + field, type + suite)
    const from = ptr(template + field)
    if (from !== 0) memcpy(type + suite, from, size)
  }
  setptr(type + PyTypeObject.tp_bases, $bases)
  Py_INCREF(base)
  setptr(type + PyTypeObject.tp_base, base)
  for (const field of COPIED) copyField(type + field, template + field)
  const doc = ptr(template + PyTypeObject.tp_doc)
  if (doc !== 0) {
    const copy = copyString(PyObject_Malloc, doc)
    if (copy === 0) return -1
    setptr(type + PyTypeObject.tp_doc, copy)
  }
  if (members !== 0) {
    memcpy(_PyHeapType_GET_MEMBERS(type), members, nmembers * PyMemberDef.SIZE)
    setptr(type + PyTypeObject.tp_members, _PyHeapType_GET_MEMBERS(type))
  }
  if (ptr(type + PyTypeObject.tp_dealloc) === 0) setptr(type + PyTypeObject.tp_dealloc, SUBTYPE_DEALLOC)
  if (PyType_Ready(type) < 0) return -1
  return finish(type, template, name)
}
function finish(type: Ref, template: Ref, name: string): number {
  const dict = ptr(type + PyTypeObject.tp_dict)
  const doc = typeDoc(type)
  if (doc !== null) {
    const $doc = PyUnicode_FromString(doc)
    if ($doc === NULL) return -1
    const err = PyDict_SetItem(dict, __doc__, $doc)
    Py_DECREF($doc)
    if (err < 0) return -1
  }
  for (const field of [PyTypeObject.tp_weaklistoffset, PyTypeObject.tp_dictoffset]) {
    if (i32[(template + field) >> 2] !== 0) copyField(type + field, template + field)
  }
  const r = PyDict_Contains(dict, __module__)
  if (r !== 0) return r < 0 ? -1 : 0
  const dot = name.lastIndexOf(".")
  if (dot < 0) return PyErr_WarnFormat(PyExc_DeprecationWarning, 1, `builtin type ${name.slice(0, 200)} has no __module__ attribute`)
  const $module = PyUnicode_FromString(name.slice(0, dot))
  if ($module === NULL) return -1
  const err = PyDict_SetItem(dict, __module__, $module)
  Py_DECREF($module)
  return err
}

/** The module a heap type was made for: borrowed, or NULL with TypeError set. */
export function PyType_GetModule(type: Ref): Ref {
  const name = tp_name_js(type)
  if (!PyType_HasFeature(type, TPFLAGS.HEAPTYPE)) {
    PyErr_SetString(PyExc_TypeError, `PyType_GetModule: Type '${name}' is not a heap type`)
    return NULL
  }
  const module = ptr(type + PyHeapTypeObject.ht_module)
  if (module === NULL) PyErr_SetString(PyExc_TypeError, `PyType_GetModule: Type '${name}' has no associated module`)
  return module
}
/** That module's state, 0 with or without an error. */
export function PyType_GetModuleState(type: Ref): number {
  const module = PyType_GetModule(type)
  return module === NULL ? 0 : ptr(module + PyModuleObject.md_state)
}
/** The module with definition `def` that the type or a base was made for: borrowed, or NULL with TypeError set. */
export function PyType_GetModuleByDef(type: Ref, def: number): Ref {
  const mro = ptr(type + PyTypeObject.tp_mro)
  const n = Py_SIZE(mro)
  for (let i = 0; i < n; i++) {
    const t = PyTuple_GET_ITEM(mro, i)
    if (!PyType_HasFeature(t, TPFLAGS.HEAPTYPE)) continue
    const module = ptr(t + PyHeapTypeObject.ht_module)
    if (module !== NULL && ptr(module + PyModuleObject.md_def) === def) return module
  }
  PyErr_SetString(PyExc_TypeError, `PyType_GetModuleByDef: No superclass of '${tp_name_js(type)}' has the given module`)
  return NULL
}
