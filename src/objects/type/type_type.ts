import { ptr } from "../../heap/access.ts"
import { calloca, cstackMark, cstackReset } from "../../heap/cstack.ts"
import { fn } from "../../heap/fntable.ts"
import { PyHeapTypeObject, PyMemberDef, PyTypeObject } from "../../heap/layout.ts"
import { PyMem_Free, PyObject_Free } from "../../heap/obmalloc.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_CLEAR, Py_DECREF, Py_REFCNT, Py_TYPE, Py_XDECREF, PyType_HasFeature } from "../../heap/refcount.ts"
import { i32 } from "../../heap/views.ts"
import { PyObject_GC_Del, _PyObject_GC_UNTRACK } from "../../gc/gcmodule.ts"
import { _PyObject_RealIsInstance, _PyObject_RealIsSubclass } from "../abstract.ts"
import { PyBool_FromLong } from "../boolobject.ts"
import { defineType } from "../define.ts"
import { PyDict_Clear, PyDict_Keys, PyDict_New, _PyDictKeys_DecRef, _PyDict_KeysSize } from "../dictobject.ts"
import { PyErr_Fetch, PyErr_RestoreFrom } from "../errors.ts"
import { PyLong_FromSsize_t } from "../longobject.ts"
import { METH, READONLY, T, TPFLAGS, type freefunc, type visitproc } from "../slots.ts"
import { PyType_Type } from "../statictypes.ts"
import { _Py_union_type_or } from "../unionobject.ts"
import { PyObject_ClearWeakRefs } from "../weakrefobject.ts"
import { type_call } from "./alloc.ts"
import {
  type_abstractmethods,
  type_dict,
  type_get_annotations,
  type_get_bases,
  type_get_doc,
  type_get_text_signature,
  type_getattro,
  type_module,
  type_name,
  type_qualname,
  type_repr,
  type_set_abstractmethods,
  type_set_annotations,
  type_set_bases,
  type_set_doc,
  type_set_module,
  type_set_name,
  type_set_qualname,
  type_setattro,
} from "./attributes.ts"
import { PyType_Modified } from "./cache.ts"
import { type_mro } from "./mro.ts"
import { type_init, type_new, type_vectorcall } from "./new.ts"
import { merge_class_dict } from "./object_type.ts"
import { _PyType_GetSubclasses, remove_all_subclasses } from "./subclasses.ts"

// Objects/typeobject.c: the type `type`.

function type_dealloc_common(type: Ref): void {
  const bases = ptr(type + PyTypeObject.tp_bases)
  if (bases === NULL) return
  const mark = cstackMark()
  const at = calloca(24)
  PyErr_Fetch(at)
  remove_all_subclasses(type, bases)
  PyErr_RestoreFrom(at)
  cstackReset(mark)
}
/** End of the interpreter: let a static type go. */
export function _PyStaticType_Dealloc(type: Ref): void {
  if (ptr(type + PyTypeObject.tp_subclasses) !== NULL) return
  type_dealloc_common(type)
  Py_CLEAR(type + PyTypeObject.tp_dict)
  Py_CLEAR(type + PyTypeObject.tp_bases)
  Py_CLEAR(type + PyTypeObject.tp_mro)
  Py_CLEAR(type + PyTypeObject.tp_cache)
  if (Py_REFCNT(type) === 0) PyObject_ClearWeakRefs(type)
  i32[(type + PyTypeObject.tp_flags) >> 2] &= ~TPFLAGS.READY
}
function type_dealloc(type: Ref): void {
  _PyObject_GC_UNTRACK(type)
  type_dealloc_common(type)
  PyObject_ClearWeakRefs(type)
  Py_XDECREF(ptr(type + PyTypeObject.tp_base))
  Py_XDECREF(ptr(type + PyTypeObject.tp_dict))
  Py_XDECREF(ptr(type + PyTypeObject.tp_bases))
  Py_XDECREF(ptr(type + PyTypeObject.tp_mro))
  Py_XDECREF(ptr(type + PyTypeObject.tp_cache))
  Py_XDECREF(ptr(type + PyTypeObject.tp_subclasses))
  const doc = ptr(type + PyTypeObject.tp_doc)
  if (doc !== 0) PyObject_Free(doc)
  Py_XDECREF(ptr(type + PyHeapTypeObject.ht_name))
  Py_XDECREF(ptr(type + PyHeapTypeObject.ht_qualname))
  Py_XDECREF(ptr(type + PyHeapTypeObject.ht_slots))
  const keys = ptr(type + PyHeapTypeObject.ht_cached_keys)
  if (keys !== 0) _PyDictKeys_DecRef(keys)
  Py_XDECREF(ptr(type + PyHeapTypeObject.ht_module))
  const tpname = ptr(type + PyHeapTypeObject._ht_tpname)
  if (tpname !== 0) PyMem_Free(tpname)
  fn<freefunc>(ptr(Py_TYPE(type) + PyTypeObject.tp_free))(type)
}
function type_traverse(type: Ref, visit: visitproc, arg: number): number {
  // Not tp_subclasses (weak references) nor ht_slots, names (they hold strings only).
  for (const field of [
    PyTypeObject.tp_dict,
    PyTypeObject.tp_cache,
    PyTypeObject.tp_mro,
    PyTypeObject.tp_bases,
    PyTypeObject.tp_base,
    PyHeapTypeObject.ht_module,
  ]) {
    const v = ptr(type + field)
    if (v !== NULL) {
      const r = visit(v, arg)
      if (r) return r
    }
  }
  return 0
}
function type_clear(type: Ref): number {
  // tp_dict itself is kept: instances may still be looked up in it. The mro is what holds the type in a cycle.
  PyType_Modified(type)
  const dict = ptr(type + PyTypeObject.tp_dict)
  if (dict !== NULL) PyDict_Clear(dict)
  Py_CLEAR(type + PyHeapTypeObject.ht_module)
  Py_CLEAR(type + PyTypeObject.tp_mro)
  return 0
}
function type_is_gc(type: Ref): number {
  return i32[(type + PyTypeObject.tp_flags) >> 2] & TPFLAGS.HEAPTYPE
}

// ---- methods ----

function type___subclasses__(self: Ref): Own {
  return _PyType_GetSubclasses(self)
}
function type_prepare(_self: Ref, _args: number, _nargs: number, _kwnames: Ref): Own {
  return PyDict_New()
}
function type___instancecheck__(self: Ref, instance: Ref): Own {
  const r = _PyObject_RealIsInstance(instance, self)
  return r < 0 ? NULL : PyBool_FromLong(r)
}
function type___subclasscheck__(self: Ref, subclass: Ref): Own {
  const r = _PyObject_RealIsSubclass(subclass, self)
  return r < 0 ? NULL : PyBool_FromLong(r)
}
function type___dir__(self: Ref): Own {
  const $dict = PyDict_New()
  if ($dict === NULL) return NULL
  const $result = merge_class_dict($dict, self) === 0 ? PyDict_Keys($dict) : NULL
  Py_DECREF($dict)
  return $result
}
function type___sizeof__(self: Ref): Own {
  if (!PyType_HasFeature(self, TPFLAGS.HEAPTYPE)) return PyLong_FromSsize_t(PyTypeObject.SIZE)
  const keys = ptr(self + PyHeapTypeObject.ht_cached_keys)
  return PyLong_FromSsize_t(PyHeapTypeObject.SIZE + (keys === 0 ? 0 : _PyDict_KeysSize(keys)))
}

defineType(PyType_Type, {
  name: "type",
  basicsize: PyHeapTypeObject.SIZE,
  itemsize: PyMemberDef.SIZE,
  flags: TPFLAGS.HAVE_GC | TPFLAGS.BASETYPE | TPFLAGS.TYPE_SUBCLASS | TPFLAGS.HAVE_VECTORCALL,
  doc: "type(object) -> the object's type\ntype(name, bases, dict, **kwds) -> a new type",
  vectorcall_offset: PyTypeObject.tp_vectorcall,
  weaklistoffset: PyTypeObject.tp_weaklist,
  dictoffset: PyTypeObject.tp_dict,
  dealloc: type_dealloc,
  repr: type_repr,
  call: type_call,
  getattro: type_getattro,
  setattro: type_setattro,
  traverse: type_traverse,
  clear: type_clear,
  init: type_init,
  new: type_new,
  free: PyObject_GC_Del,
  is_gc: type_is_gc,
  vectorcall: type_vectorcall,
  nb_or: _Py_union_type_or,
  methods: [
    ["mro", type_mro, METH.NOARGS, "($self, /)\n--\n\nReturn a type's method resolution order."],
    ["__subclasses__", type___subclasses__, METH.NOARGS, "($self, /)\n--\n\nReturn a list of immediate subclasses."],
    [
      "__prepare__",
      type_prepare,
      METH.FASTCALL | METH.KEYWORDS | METH.CLASS,
      "__prepare__() -> dict\nused to create the namespace for the class statement",
    ],
    ["__instancecheck__", type___instancecheck__, METH.O, "($self, instance, /)\n--\n\nCheck if an object is an instance."],
    ["__subclasscheck__", type___subclasscheck__, METH.O, "($self, subclass, /)\n--\n\nCheck if a class is a subclass."],
    ["__dir__", type___dir__, METH.NOARGS, "($self, /)\n--\n\nSpecialized __dir__ implementation for types."],
    ["__sizeof__", type___sizeof__, METH.NOARGS, "($self, /)\n--\n\nReturn memory consumption of the type object."],
  ],
  members: [
    ["__basicsize__", T.PYSSIZET, PyTypeObject.tp_basicsize, READONLY],
    ["__itemsize__", T.PYSSIZET, PyTypeObject.tp_itemsize, READONLY],
    ["__flags__", T.ULONG, PyTypeObject.tp_flags, READONLY],
    ["__weakrefoffset__", T.PYSSIZET, PyTypeObject.tp_weaklistoffset, READONLY],
    ["__base__", T.OBJECT, PyTypeObject.tp_base, READONLY],
    ["__dictoffset__", T.PYSSIZET, PyTypeObject.tp_dictoffset, READONLY],
    ["__mro__", T.OBJECT, PyTypeObject.tp_mro, READONLY],
  ],
  getset: [
    ["__name__", type_name, type_set_name],
    ["__qualname__", type_qualname, type_set_qualname],
    ["__bases__", type_get_bases, type_set_bases],
    ["__module__", type_module, type_set_module],
    ["__abstractmethods__", type_abstractmethods, type_set_abstractmethods],
    ["__dict__", type_dict],
    ["__doc__", type_get_doc, type_set_doc],
    ["__text_signature__", type_get_text_signature],
    ["__annotations__", type_get_annotations, type_set_annotations],
  ],
})
