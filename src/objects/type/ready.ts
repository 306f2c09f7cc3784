import { ptr, setptr } from "../../heap/access.ts"
import { fnIndex } from "../../heap/fntable.ts"
import {
  PyAsyncMethods,
  PyBufferProcs,
  PyGetSetDef,
  PyHeapTypeObject,
  PyMappingMethods,
  PyMemberDef,
  PyMethodDef,
  PyNumberMethods,
  PyDescrObject,
  PySequenceMethods,
  PyTypeObject,
} from "../../heap/layout.ts"
import { PyObject_Free } from "../../heap/obmalloc.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_DECREF, Py_NewRef, Py_SET_TYPE, Py_SIZE, Py_TYPE, PyType_HasFeature } from "../../heap/refcount.ts"
import { ID } from "../../heap/statics.ts"
import { i32 } from "../../heap/views.ts"
import { PyObject_GC_Del } from "../../gc/gcmodule.ts"
import { methodDefs } from "../define.ts"
import { PyDescr_NewClassMethod, PyDescr_NewGetSet, PyDescr_NewMember, PyDescr_NewMethod } from "../descrobject.ts"
import { PyDict_Contains, PyDict_New, PyDict_SetDefault, PyDict_SetItem, _PyDict_NewKeysForClass } from "../dictobject.ts"
import { PyErr_NoMemory, PyErr_SetString } from "../errors.ts"
import { PyStaticMethod_New } from "../funcobject.ts"
import { PyCFunction_NewEx } from "../methodobject.ts"
import { PyObject_HashNotImplemented, cstringJS, tp_name_js } from "../object.ts"
import { METH, TPFLAGS } from "../slots.ts"
import {
  PyBaseObject_Type,
  PyBytes_Type,
  PyDict_Type,
  PyExc_BaseException,
  PyExc_SystemError,
  PyExc_TypeError,
  PyExc_ValueError,
  PyList_Type,
  PyLong_Type,
  PyTuple_Type,
  PyType_Type,
  PyUnicode_Type,
  Py_None,
} from "../statictypes.ts"
import { PyTuple_GET_ITEM, PyTuple_New, PyTuple_SET_ITEM } from "../tupleobject.ts"
import { PyUnicode_FromString } from "../unicodeobject.ts"
import { typeDoc } from "./docs.ts"
import { PyType_Check, PyType_IsSubtype, mro_internal } from "./mro.ts"
import { add_subclass } from "./subclasses.ts"
import { add_operators } from "./update.ts"
import { tp_new_wrapper } from "./wrappers.ts"

// Objects/typeobject.c: PyType_Ready.

const __doc__ = ID("__doc__")
const __new__ = ID("__new__")
const __hash__ = ID("__hash__")
const __eq__ = ID("__eq__")
const HASH_NOT_IMPLEMENTED = fnIndex(PyObject_HashNotImplemented)
const OBJECT_FREE = fnIndex(PyObject_Free)
const GC_DEL = fnIndex(PyObject_GC_Del)
const COLLECTION_FLAGS = TPFLAGS.SEQUENCE | TPFLAGS.MAPPING

const tp_new_methoddef = methodDefs([
  [
    "__new__",
    tp_new_wrapper,
    METH.VARARGS | METH.KEYWORDS,
    "($type, *args, **kwargs)\n--\n\nCreate and return a new object.  See help(type) for accurate signature.",
  ],
])

function dictOf(type: Ref): Ref {
  return ptr(type + PyTypeObject.tp_dict)
}
function addFlags(type: Ref, flags: number): void {
  i32[(type + PyTypeObject.tp_flags) >> 2] |= flags
}

// ---- filling the dict ----

/** Put `$descr` (stolen) under its name unless something is there: 0, or -1 with the error set. */
function setDefault(type: Ref, $descr: Own): number {
  if ($descr === NULL) return -1
  const res = PyDict_SetDefault(dictOf(type), ptr($descr + PyDescrObject.d_name), $descr)
  Py_DECREF($descr)
  return res === NULL ? -1 : 0
}
function type_add_method(type: Ref, meth: number): number {
  const flags = i32[(meth + PyMethodDef.ml_flags) >> 2]
  let $descr: Own
  let $name: Own
  if ((flags & METH.CLASS) !== 0) {
    if ((flags & METH.STATIC) !== 0) {
      PyErr_SetString(PyExc_ValueError, "method cannot be both class and static")
      return -1
    }
    $descr = PyDescr_NewClassMethod(type, meth)
    $name = $descr === NULL ? NULL : Py_NewRef(ptr($descr + PyDescrObject.d_name))
  } else if ((flags & METH.STATIC) !== 0) {
    const $cfunc = PyCFunction_NewEx(meth, type, NULL)
    if ($cfunc === NULL) return -1
    $descr = PyStaticMethod_New($cfunc)
    Py_DECREF($cfunc)
    $name = $descr === NULL ? NULL : PyUnicode_FromString(cstringJS(ptr(meth + PyMethodDef.ml_name)))
  } else {
    $descr = PyDescr_NewMethod(type, meth)
    $name = $descr === NULL ? NULL : Py_NewRef(ptr($descr + PyDescrObject.d_name))
  }
  if ($descr === NULL) return -1
  if ($name === NULL) {
    Py_DECREF($descr)
    return -1
  }
  const failed =
    (flags & METH.COEXIST) === 0 ? PyDict_SetDefault(dictOf(type), $name, $descr) === NULL : PyDict_SetItem(dictOf(type), $name, $descr) < 0
  Py_DECREF($name)
  Py_DECREF($descr)
  return failed ? -1 : 0
}
function type_ready_fill_dict(type: Ref): number {
  if (add_operators(type) < 0) return -1
  const methods = ptr(type + PyTypeObject.tp_methods)
  if (methods !== 0) {
    for (let m: number = methods; ptr(m + PyMethodDef.ml_name) !== 0; m += PyMethodDef.SIZE) if (type_add_method(type, m) < 0) return -1
  }
  const members = ptr(type + PyTypeObject.tp_members)
  if (members !== 0) {
    for (let m: number = members; ptr(m + PyMemberDef.name) !== 0; m += PyMemberDef.SIZE) {
      if (setDefault(type, PyDescr_NewMember(type, m)) < 0) return -1
    }
  }
  const getset = ptr(type + PyTypeObject.tp_getset)
  if (getset !== 0) {
    for (let g: number = getset; ptr(g + PyGetSetDef.name) !== 0; g += PyGetSetDef.SIZE) {
      if (setDefault(type, PyDescr_NewGetSet(type, g)) < 0) return -1
    }
  }
  return type_dict_set_doc(type)
}
function type_dict_set_doc(type: Ref): number {
  const r = PyDict_Contains(dictOf(type), __doc__)
  if (r !== 0) return r < 0 ? -1 : 0
  const doc = typeDoc(type)
  if (doc === null) return PyDict_SetItem(dictOf(type), __doc__, Py_None)
  const $doc = PyUnicode_FromString(doc)
  if ($doc === NULL) return -1
  const err = PyDict_SetItem(dictOf(type), __doc__, $doc)
  Py_DECREF($doc)
  return err
}
function add_tp_new_wrapper(type: Ref): number {
  const r = PyDict_Contains(dictOf(type), __new__)
  if (r !== 0) return r < 0 ? -1 : 0
  const $func = PyCFunction_NewEx(tp_new_methoddef, type, NULL)
  if ($func === NULL) return -1
  const err = PyDict_SetItem(dictOf(type), __new__, $func)
  Py_DECREF($func)
  return err
}

// ---- inheriting ----

function inherit_special(type: Ref, base: Ref): void {
  if (
    !PyType_HasFeature(type, TPFLAGS.HAVE_GC) &&
    PyType_HasFeature(base, TPFLAGS.HAVE_GC) &&
    ptr(type + PyTypeObject.tp_traverse) === 0 &&
    ptr(type + PyTypeObject.tp_clear) === 0
  ) {
    addFlags(type, TPFLAGS.HAVE_GC)
    setptr(type + PyTypeObject.tp_traverse, ptr(base + PyTypeObject.tp_traverse))
    setptr(type + PyTypeObject.tp_clear, ptr(base + PyTypeObject.tp_clear))
  }
  addFlags(type, i32[(base + PyTypeObject.tp_flags) >> 2] & TPFLAGS.MANAGED_DICT)
  copyval(type, base, PyTypeObject.tp_basicsize)
  copyval(type, base, PyTypeObject.tp_itemsize)
  copyval(type, base, PyTypeObject.tp_weaklistoffset)
  copyval(type, base, PyTypeObject.tp_dictoffset)
  if (PyType_IsSubtype(base, PyExc_BaseException)) addFlags(type, TPFLAGS.BASE_EXC_SUBCLASS)
  else if (PyType_IsSubtype(base, PyType_Type)) addFlags(type, TPFLAGS.TYPE_SUBCLASS)
  else if (PyType_IsSubtype(base, PyLong_Type)) addFlags(type, TPFLAGS.LONG_SUBCLASS)
  else if (PyType_IsSubtype(base, PyBytes_Type)) addFlags(type, TPFLAGS.BYTES_SUBCLASS)
  else if (PyType_IsSubtype(base, PyUnicode_Type)) addFlags(type, TPFLAGS.UNICODE_SUBCLASS)
  else if (PyType_IsSubtype(base, PyTuple_Type)) addFlags(type, TPFLAGS.TUPLE_SUBCLASS)
  else if (PyType_IsSubtype(base, PyList_Type)) addFlags(type, TPFLAGS.LIST_SUBCLASS)
  else if (PyType_IsSubtype(base, PyDict_Type)) addFlags(type, TPFLAGS.DICT_SUBCLASS)
  if (PyType_HasFeature(base, TPFLAGS.MATCH_SELF)) addFlags(type, TPFLAGS.MATCH_SELF)
}
/** Copy a (signed 64-bit) size if the type's is 0. */
function copyval(type: Ref, base: Ref, field: number): void {
  const t = (type + field) >> 2
  if (i32[t] !== 0) return
  i32[t] = i32[(base + field) >> 2]
  i32[t + 1] = i32[((base + field) >> 2) + 1]
}

/** COPYSLOT: the base's slot, if it differs from the base's base's (else a nearer type in the mro has it). */
function copyslot(type: number, base: number, basebase: number, slot: number): void {
  const t = (type + slot) >> 2
  if (i32[t] !== 0) return
  const b = (base + slot) >> 2
  const v = i32[b]
  if (v !== 0 && (basebase === 0 || v !== i32[(basebase + slot) >> 2])) {
    i32[t] = v
    i32[t + 1] = i32[b + 1]
  }
}
function copysuite(type: Ref, base: Ref, field: number, size: number): void {
  const t = ptr(type + field)
  const b = ptr(base + field)
  if (t === 0 || b === 0) return
  const bb = ptr(base + PyTypeObject.tp_base)
  const basebase = bb === 0 ? 0 : ptr(bb + field)
  for (let slot = 0; slot < size; slot += 8) copyslot(t, b, basebase, slot)
}

/** Does the class define __eq__ or __hash__ itself? -1 with the error set. */
function overrides_hash(type: Ref): number {
  const r = PyDict_Contains(dictOf(type), __eq__)
  return r === 0 ? PyDict_Contains(dictOf(type), __hash__) : r
}
function inherit_slots(type: Ref, base: Ref): number {
  copysuite(type, base, PyTypeObject.tp_as_number, PyNumberMethods.SIZE)
  // am_send is not inherited.
  copysuite(type, base, PyTypeObject.tp_as_async, PyAsyncMethods.am_send)
  copysuite(type, base, PyTypeObject.tp_as_sequence, PySequenceMethods.SIZE)
  copysuite(type, base, PyTypeObject.tp_as_mapping, PyMappingMethods.SIZE)
  copysuite(type, base, PyTypeObject.tp_as_buffer, PyBufferProcs.SIZE)
  const basebase = ptr(base + PyTypeObject.tp_base)
  const copy = (slot: number): void => copyslot(type, base, basebase, slot)
  copy(PyTypeObject.tp_dealloc)
  if (ptr(type + PyTypeObject.tp_getattro) === 0) setptr(type + PyTypeObject.tp_getattro, ptr(base + PyTypeObject.tp_getattro))
  if (ptr(type + PyTypeObject.tp_setattro) === 0) setptr(type + PyTypeObject.tp_setattro, ptr(base + PyTypeObject.tp_setattro))
  copy(PyTypeObject.tp_repr)
  copy(PyTypeObject.tp_vectorcall_offset)
  const immutable = PyType_HasFeature(type, TPFLAGS.IMMUTABLETYPE)
  // Only immutable types keep vectorcall: the others' __call__ may be replaced.
  if (immutable && ptr(type + PyTypeObject.tp_call) === 0 && PyType_HasFeature(base, TPFLAGS.HAVE_VECTORCALL)) {
    addFlags(type, TPFLAGS.HAVE_VECTORCALL)
  }
  copy(PyTypeObject.tp_call)
  copy(PyTypeObject.tp_str)
  if (ptr(type + PyTypeObject.tp_richcompare) === 0 && ptr(type + PyTypeObject.tp_hash) === 0) {
    const r = overrides_hash(type)
    if (r < 0) return -1
    if (r === 0) {
      setptr(type + PyTypeObject.tp_richcompare, ptr(base + PyTypeObject.tp_richcompare))
      setptr(type + PyTypeObject.tp_hash, ptr(base + PyTypeObject.tp_hash))
    }
  }
  copy(PyTypeObject.tp_iter)
  copy(PyTypeObject.tp_iternext)
  copy(PyTypeObject.tp_descr_get)
  const get = ptr(base + PyTypeObject.tp_descr_get)
  if (get !== 0 && ptr(type + PyTypeObject.tp_descr_get) === get && immutable && PyType_HasFeature(base, TPFLAGS.METHOD_DESCRIPTOR)) {
    addFlags(type, TPFLAGS.METHOD_DESCRIPTOR)
  }
  copy(PyTypeObject.tp_descr_set)
  copy(PyTypeObject.tp_dictoffset)
  copy(PyTypeObject.tp_init)
  copy(PyTypeObject.tp_alloc)
  copy(PyTypeObject.tp_is_gc)
  copy(PyTypeObject.tp_finalize)
  if (PyType_HasFeature(type, TPFLAGS.HAVE_GC) === PyType_HasFeature(base, TPFLAGS.HAVE_GC)) copy(PyTypeObject.tp_free)
  else if (
    PyType_HasFeature(type, TPFLAGS.HAVE_GC) &&
    ptr(type + PyTypeObject.tp_free) === 0 &&
    ptr(base + PyTypeObject.tp_free) === OBJECT_FREE
  ) {
    setptr(type + PyTypeObject.tp_free, GC_DEL)
  }
  return 0
}
function type_ready_inherit(type: Ref): number {
  const base = ptr(type + PyTypeObject.tp_base)
  if (base !== NULL) inherit_special(type, base)
  const mro = ptr(type + PyTypeObject.tp_mro)
  const n = Py_SIZE(mro)
  for (let i = 1; i < n; i++) {
    const b = PyTuple_GET_ITEM(mro, i)
    if (!PyType_Check(b)) continue
    if (inherit_slots(type, b) < 0) return -1
    const flags = i32[(type + PyTypeObject.tp_flags) >> 2]
    if ((flags & COLLECTION_FLAGS) === 0) addFlags(type, i32[(b + PyTypeObject.tp_flags) >> 2] & COLLECTION_FLAGS)
  }
  if (base !== NULL) {
    for (const suite of [
      PyTypeObject.tp_as_async,
      PyTypeObject.tp_as_number,
      PyTypeObject.tp_as_sequence,
      PyTypeObject.tp_as_mapping,
      PyTypeObject.tp_as_buffer,
    ]) {
      if (ptr(type + suite) === 0) setptr(type + suite, ptr(base + suite))
    }
  }
  const free = ptr(type + PyTypeObject.tp_free)
  if (PyType_HasFeature(type, TPFLAGS.HAVE_GC) && PyType_HasFeature(type, TPFLAGS.BASETYPE) && (free === 0 || free === OBJECT_FREE)) {
    const name = tp_name_js(type).slice(0, 100)
    PyErr_SetString(PyExc_TypeError, `type '${name}' participates in gc and is a base type but has inappropriate tp_free slot`)
    return -1
  }
  return 0
}

// ---- the steps ----

function type_ready_set_bases(type: Ref): number {
  let base = ptr(type + PyTypeObject.tp_base)
  if (base === NULL && type !== PyBaseObject_Type) {
    base = PyBaseObject_Type
    if (PyType_HasFeature(type, TPFLAGS.HEAPTYPE)) i32[base >> 2]++
    setptr(type + PyTypeObject.tp_base, base)
  }
  if (base !== NULL && dictOf(base) === NULL && PyType_Ready(base) < 0) return -1
  if (Py_TYPE(type) === NULL && base !== NULL) Py_SET_TYPE(type, Py_TYPE(base))
  if (ptr(type + PyTypeObject.tp_bases) !== NULL) return 0
  const $bases = PyTuple_New(base === NULL ? 0 : 1)
  if ($bases === NULL) return -1
  if (base !== NULL) PyTuple_SET_ITEM($bases, 0, Py_NewRef(base))
  setptr(type + PyTypeObject.tp_bases, $bases)
  return 0
}
function type_ready_mro(type: Ref): number {
  if (mro_internal(type, false) < 0) return -1
  if (PyType_HasFeature(type, TPFLAGS.HEAPTYPE)) return 0
  const mro = ptr(type + PyTypeObject.tp_mro)
  const n = Py_SIZE(mro)
  for (let i = 0; i < n; i++) {
    const base = PyTuple_GET_ITEM(mro, i)
    if (!PyType_HasFeature(base, TPFLAGS.HEAPTYPE)) continue
    PyErr_SetString(
      PyExc_TypeError,
      `type '${tp_name_js(type).slice(0, 100)}' is not dynamically allocated but its base type '${tp_name_js(base).slice(0, 100)}' is dynamically allocated`,
    )
    return -1
  }
  return 0
}
function type_ready_set_new(type: Ref): number {
  const base = ptr(type + PyTypeObject.tp_base)
  if (ptr(type + PyTypeObject.tp_new) === 0 && base === PyBaseObject_Type && !PyType_HasFeature(type, TPFLAGS.HEAPTYPE)) {
    // A static type without tp_new that derives from object only cannot be instantiated.
    addFlags(type, TPFLAGS.DISALLOW_INSTANTIATION)
  }
  if (PyType_HasFeature(type, TPFLAGS.DISALLOW_INSTANTIATION)) setptr(type + PyTypeObject.tp_new, 0)
  else if (ptr(type + PyTypeObject.tp_new) !== 0) return add_tp_new_wrapper(type)
  else setptr(type + PyTypeObject.tp_new, ptr(base + PyTypeObject.tp_new))
  return 0
}
function type_ready_set_hash(type: Ref): number {
  if (ptr(type + PyTypeObject.tp_hash) !== 0) return 0
  const r = PyDict_Contains(dictOf(type), __hash__)
  if (r !== 0) return r < 0 ? -1 : 0
  if (PyDict_SetItem(dictOf(type), __hash__, Py_None) < 0) return -1
  setptr(type + PyTypeObject.tp_hash, HASH_NOT_IMPLEMENTED)
  return 0
}
function type_ready_add_subclasses(type: Ref): number {
  const bases = ptr(type + PyTypeObject.tp_bases)
  const n = Py_SIZE(bases)
  for (let i = 0; i < n; i++) {
    const b = PyTuple_GET_ITEM(bases, i)
    if (PyType_Check(b) && add_subclass(b, type) < 0) return -1
  }
  return 0
}
function type_ready_managed_dict(type: Ref): number {
  if (!PyType_HasFeature(type, TPFLAGS.MANAGED_DICT)) return 0
  if (!PyType_HasFeature(type, TPFLAGS.HEAPTYPE)) {
    PyErr_SetString(PyExc_SystemError, `type ${tp_name_js(type)} has the Py_TPFLAGS_MANAGED_DICT flag but not Py_TPFLAGS_HEAPTYPE flag`)
    return -1
  }
  if (ptr(type + PyHeapTypeObject.ht_cached_keys) === 0) {
    const keys = _PyDict_NewKeysForClass()
    if (keys === 0) {
      PyErr_NoMemory()
      return -1
    }
    setptr(type + PyHeapTypeObject.ht_cached_keys, keys)
  }
  return 0
}
function type_ready(type: Ref): number {
  if (dictOf(type) === NULL) {
    const $dict = PyDict_New()
    if ($dict === NULL) return -1
    setptr(type + PyTypeObject.tp_dict, $dict)
  }
  if (type_ready_set_bases(type) < 0) return -1
  if (type_ready_mro(type) < 0) return -1
  if (type_ready_set_new(type) < 0) return -1
  if (type_ready_fill_dict(type) < 0) return -1
  if (type_ready_inherit(type) < 0) return -1
  if (type_ready_set_hash(type) < 0) return -1
  if (type_ready_add_subclasses(type) < 0) return -1
  if (type_ready_managed_dict(type) < 0) return -1
  if (PyType_HasFeature(type, TPFLAGS.HAVE_GC) && ptr(type + PyTypeObject.tp_traverse) === 0) {
    PyErr_SetString(PyExc_SystemError, `type ${tp_name_js(type)} has the Py_TPFLAGS_HAVE_GC flag but has no traverse function`)
    return -1
  }
  return 0
}

/** Finish a type whose slots are filled: bases, mro, dict, inherited slots. 0, or -1 with the error set. */
export function PyType_Ready(type: Ref): number {
  if (PyType_HasFeature(type, TPFLAGS.READY)) return 0
  addFlags(type, TPFLAGS.READYING)
  if (!PyType_HasFeature(type, TPFLAGS.HEAPTYPE)) addFlags(type, TPFLAGS.IMMUTABLETYPE)
  const res = type_ready(type)
  i32[(type + PyTypeObject.tp_flags) >> 2] &= ~TPFLAGS.READYING
  if (res < 0) return -1
  addFlags(type, TPFLAGS.READY)
  return 0
}
