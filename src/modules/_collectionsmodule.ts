import { PyObject_GC_Del, PyObject_GC_UnTrack } from "../gc/gcmodule.ts"
import { int64, ptr, setint64, setptr } from "../heap/access.ts"
import { fn } from "../heap/fntable.ts"
import { PyTypeObject } from "../heap/layout.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { Py_CLEAR, Py_DECREF, Py_NewRef, Py_TYPE, Py_XDECREF } from "../heap/refcount.ts"
import { ID, staticType } from "../heap/statics.ts"
import { PyIter_Next, PyNumber_Add, PyObject_GetIter, PyObject_SetItem } from "../objects/abstract.ts"
import { PyObject_CallTwoArgs } from "../objects/call.ts"
import { defineModule, defineType } from "../objects/define.ts"
import { _PyDict_GetItem_KnownHash, _PyDict_SetItem_KnownHash, keyHash, keyHashHi, PyDict_Check } from "../objects/dictobject.ts"
import { PyErr_Occurred, PyErr_SetString } from "../objects/errors.ts"
import { tp_free } from "../objects/freelists.ts"
import { _PyArg_CheckPositional } from "../objects/getargs.ts"
import { _PyLong_GetOne, _PyLong_GetZero, PyLong_FromLong } from "../objects/longobject.ts"
import { PyModule_AddType } from "../objects/moduleobject.ts"
import { PyObject_GenericGetAttr, PyObject_GetAttr, reprJS, typeName } from "../objects/object.ts"
import { type allocfunc, METH, T, TPFLAGS, type visitproc } from "../objects/slots.ts"
import { ssizeArg } from "../objects/ssizearg.ts"
import { Py_None, PyDict_Type, PyExc_AttributeError, PyExc_IndexError, PyExc_TypeError, PyODict_Type } from "../objects/statictypes.ts"
import { buildTuple, PyTuple_Check, PyTuple_GET_ITEM, PyTuple_GET_SIZE } from "../objects/tupleobject.ts"
import { _PyType_Lookup, PyType_GenericAlloc } from "../objects/typeobject.ts"
import { PyUnicode_FromString } from "../objects/unicodeobject.ts"
import { defdict_type } from "./collections/defaultdict.ts"
import { deque_type, dequeiter_type, dequereviter_type } from "./collections/deque.ts"
import { noKeywords, shortTypeName } from "./itertools/support.ts"

// Modules/_collectionsmodule.c: Counter's loop and namedtuple's fields. collections/deque.ts, collections/defaultdict.ts: the containers.

const ID_get = ID("get")
const ID___setitem__ = ID("__setitem__")

/** mapping[key] += 1 with a plain dict's table: 0 or -1. */
function countInDict(mapping: Ref, key: Ref): number {
  const lo = keyHash(key)
  const hi = keyHashHi
  if (lo === -1 && hi === -1) return -1
  const old = _PyDict_GetItem_KnownHash(mapping, key, lo, hi)
  if (old === NULL) return PyErr_Occurred() ? -1 : _PyDict_SetItem_KnownHash(mapping, key, _PyLong_GetOne(), lo, hi)
  const $new = PyNumber_Add(old, _PyLong_GetOne())
  if ($new === NULL) return -1
  const status = _PyDict_SetItem_KnownHash(mapping, key, $new, lo, hi)
  Py_DECREF($new)
  return status
}
/** The same through its methods. */
function countInMapping(mapping: Ref, get: Ref, key: Ref): number {
  const $old = PyObject_CallTwoArgs(get, key, _PyLong_GetZero())
  if ($old === NULL) return -1
  const $new = PyNumber_Add($old, _PyLong_GetOne())
  Py_DECREF($old)
  if ($new === NULL) return -1
  const status = PyObject_SetItem(mapping, key, $new)
  Py_DECREF($new)
  return status
}

function _count_elements(_module: Ref, args: number, nargs: number): Own {
  if (!_PyArg_CheckPositional("_count_elements", nargs, 2, 2)) return NULL
  const mapping = ptr(args)
  const $it = PyObject_GetIter(ptr(args + 8))
  if ($it === NULL) return NULL
  // a dict whose get and __setitem__ are dict's may be used directly
  const get = _PyType_Lookup(Py_TYPE(mapping), ID_get)
  const setitem = _PyType_Lookup(Py_TYPE(mapping), ID___setitem__)
  const plain =
    get !== NULL &&
    get === _PyType_Lookup(PyDict_Type, ID_get) &&
    setitem !== NULL &&
    setitem === _PyType_Lookup(PyDict_Type, ID___setitem__) &&
    PyDict_Check(mapping)
  const $get = plain ? NULL : PyObject_GetAttr(mapping, ID_get)
  if (plain || $get !== NULL) {
    for (let $key = PyIter_Next($it); $key !== NULL; $key = PyIter_Next($it)) {
      const status = plain ? countInDict(mapping, $key) : countInMapping(mapping, $get, $key)
      Py_DECREF($key)
      if (status < 0) break
    }
  }
  Py_DECREF($it)
  Py_XDECREF($get)
  return PyErr_Occurred() ? NULL : Py_NewRef(Py_None)
}

// ---- _tuplegetter ----

const enum _tuplegetterobject {
  index = 16,
  doc = 24,
  SIZE = 32,
}

const tuplegetter_type = staticType()

function tuplegetter_new(type: Ref, args: Ref, kwargs: Ref): Own {
  if (!noKeywords(type, tuplegetter_type, "_tuplegetter", kwargs)) return NULL
  if (!_PyArg_CheckPositional("_tuplegetter", PyTuple_GET_SIZE(args), 2, 2)) return NULL
  const index = ssizeArg(PyTuple_GET_ITEM(args, 0))
  if (index === -1 && PyErr_Occurred()) return NULL
  const $self = fn<allocfunc>(ptr(type + PyTypeObject.tp_alloc))(type, 0)
  if ($self === NULL) return NULL
  setint64($self + _tuplegetterobject.index, index)
  setptr($self + _tuplegetterobject.doc, Py_NewRef(PyTuple_GET_ITEM(args, 1)))
  return $self
}

function tuplegetter_descr_get(self: Ref, obj: Ref, _type: Ref): Own {
  const index = int64(self + _tuplegetterobject.index)
  if (obj === NULL) return Py_NewRef(self)
  if (!PyTuple_Check(obj)) {
    if (obj === Py_None) return Py_NewRef(self)
    return PyErr_SetString(
      PyExc_TypeError,
      `descriptor for index '${index}' for tuple subclasses doesn't apply to '${typeName(obj)}' object`,
    )
  }
  if (index < 0 || index >= PyTuple_GET_SIZE(obj)) return PyErr_SetString(PyExc_IndexError, "tuple index out of range")
  return Py_NewRef(PyTuple_GET_ITEM(obj, index))
}
function tuplegetter_descr_set(_self: Ref, _obj: Ref, value: Ref): number {
  PyErr_SetString(PyExc_AttributeError, value === NULL ? "can't delete attribute" : "can't set attribute")
  return -1
}
function tuplegetter_traverse(self: Ref, visit: visitproc, arg: number): number {
  const doc = ptr(self + _tuplegetterobject.doc)
  return doc ? visit(doc, arg) : 0
}
function tuplegetter_clear(self: Ref): number {
  Py_CLEAR(self + _tuplegetterobject.doc)
  return 0
}
function tuplegetter_dealloc(self: Ref): void {
  PyObject_GC_UnTrack(self)
  tuplegetter_clear(self)
  tp_free(self)
}
function tuplegetter_reduce(self: Ref): Own {
  return buildTuple(
    Py_NewRef(Py_TYPE(self)),
    buildTuple(PyLong_FromLong(int64(self + _tuplegetterobject.index)), Py_NewRef(ptr(self + _tuplegetterobject.doc))),
  )
}
function tuplegetter_repr(self: Ref): Own {
  const doc = reprJS(ptr(self + _tuplegetterobject.doc))
  return doc === null ? NULL : PyUnicode_FromString(`${shortTypeName(self)}(${int64(self + _tuplegetterobject.index)}, ${doc})`)
}

defineType(tuplegetter_type, {
  name: "_collections._tuplegetter",
  basicsize: _tuplegetterobject.SIZE,
  flags: TPFLAGS.DEFAULT | TPFLAGS.HAVE_GC,
  dealloc: tuplegetter_dealloc,
  repr: tuplegetter_repr,
  getattro: PyObject_GenericGetAttr,
  traverse: tuplegetter_traverse,
  clear: tuplegetter_clear,
  methods: [["__reduce__", tuplegetter_reduce, METH.NOARGS]],
  members: [["__doc__", T.OBJECT, _tuplegetterobject.doc, 0]],
  descr_get: tuplegetter_descr_get,
  descr_set: tuplegetter_descr_set,
  alloc: PyType_GenericAlloc,
  new: tuplegetter_new,
  free: PyObject_GC_Del,
})

function collections_exec(module: Ref): number {
  for (const type of [deque_type, defdict_type, PyODict_Type, dequeiter_type, dequereviter_type, tuplegetter_type]) {
    if (PyModule_AddType(module, type) < 0) return -1
  }
  return 0
}

defineModule({
  name: "_collections",
  doc: "High performance data structures.\n- deque:        ordered collection accessible from endpoints only\n- defaultdict:  dict subclass with a default value factory\n",
  methods: [
    [
      "_count_elements",
      _count_elements,
      METH.FASTCALL,
      "($module, mapping, iterable, /)\n--\n\nCount elements in the iterable, updating the mapping",
    ],
  ],
  exec: collections_exec,
})
