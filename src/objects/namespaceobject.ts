import { ptr, setptr } from "../heap/access.ts"
import { fn } from "../heap/fntable.ts"
import { PyTypeObject } from "../heap/layout.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { Py_CLEAR, Py_DECREF, Py_NewRef, Py_TYPE } from "../heap/refcount.ts"
import { PyObject_GC_Del, PyObject_GC_UnTrack } from "../gc/gcmodule.ts"
import { defineType } from "./define.ts"
import { dictKey, dictValue, PyDict_GET_SIZE, PyDict_New, PyDict_Next, PyDict_Update } from "./dictobject.ts"
import { PyErr_SetString } from "./errors.ts"
import { PyArg_ValidateKeywordArguments } from "./getargs.ts"
import {
  Py_ReprEnter,
  Py_ReprLeave,
  PyObject_GenericGetAttr,
  PyObject_GenericSetAttr,
  PyObject_RichCompare,
  reprJS,
  typeName,
} from "./object.ts"
import { type allocfunc, METH, READONLY, T, TPFLAGS, type visitproc } from "./slots.ts"
import { _PyNamespace_Type, EMPTY_TUPLE, Py_NotImplemented, PyExc_TypeError } from "./statictypes.ts"
import { PyTuple_GET_SIZE, PyTuple_Pack3 } from "./tupleobject.ts"
import { PyType_GenericAlloc, PyType_IsSubtype } from "./typeobject.ts"
import { PyUnicode_AsJS, PyUnicode_Check, PyUnicode_FromString, PyUnicode_GET_LENGTH } from "./unicodeobject.ts"

// Objects/namespaceobject.c: types.SimpleNamespace.

const enum Namespace {
  ns_dict = 16,
  SIZE = 24,
}

function namespace_new(type: Ref, _args: Ref, _kwds: Ref): Own {
  const $self = fn<allocfunc>(ptr(type + PyTypeObject.tp_alloc))(type, 0)
  if ($self === NULL) return NULL
  const $dict = PyDict_New()
  if ($dict === NULL) {
    Py_DECREF($self)
    return NULL
  }
  setptr($self + Namespace.ns_dict, $dict)
  return $self
}
function namespace_init(ns: Ref, args: Ref, kwds: Ref): number {
  if (PyTuple_GET_SIZE(args) !== 0) {
    PyErr_SetString(PyExc_TypeError, "no positional arguments expected")
    return -1
  }
  if (kwds === 0) return 0
  return PyArg_ValidateKeywordArguments(kwds) ? PyDict_Update(ptr(ns + Namespace.ns_dict), kwds) : -1
}
function namespace_dealloc(ns: Ref): void {
  PyObject_GC_UnTrack(ns)
  Py_CLEAR(ns + Namespace.ns_dict)
  fn<(p: number) => void>(ptr(Py_TYPE(ns) + PyTypeObject.tp_free))(ns)
}
function namespace_repr(ns: Ref): Own {
  const name = Py_TYPE(ns) === _PyNamespace_Type ? "namespace" : typeName(ns)
  const entered = Py_ReprEnter(ns)
  if (entered !== 0) return entered > 0 ? PyUnicode_FromString(`${name}(...)`) : NULL
  const dict = ptr(ns + Namespace.ns_dict)
  const parts: string[] = []
  let ok = true
  for (let pos = PyDict_Next(dict, 0); pos !== 0 && ok; pos = PyDict_Next(dict, pos)) {
    if (!PyUnicode_Check(dictKey) || PyUnicode_GET_LENGTH(dictKey) === 0) continue
    const key = PyUnicode_AsJS(dictKey)
    const $value = Py_NewRef(dictValue)
    const r = reprJS($value)
    Py_DECREF($value)
    if (r === null) ok = false
    else parts.push(`${key}=${r}`)
  }
  Py_ReprLeave(ns)
  return ok ? PyUnicode_FromString(`${name}(${parts.join(", ")})`) : NULL
}
function namespace_traverse(ns: Ref, visit: visitproc, arg: number): number {
  const dict = ptr(ns + Namespace.ns_dict)
  return dict === 0 ? 0 : visit(dict, arg)
}
function namespace_clear(ns: Ref): number {
  Py_CLEAR(ns + Namespace.ns_dict)
  return 0
}
function isNamespace(op: Ref): boolean {
  return PyType_IsSubtype(Py_TYPE(op), _PyNamespace_Type)
}
function namespace_richcompare(self: Ref, other: Ref, op: number): Own {
  if (!isNamespace(self) || !isNamespace(other)) return Py_NewRef(Py_NotImplemented)
  return PyObject_RichCompare(ptr(self + Namespace.ns_dict), ptr(other + Namespace.ns_dict), op)
}
function namespace_reduce(ns: Ref): Own {
  return PyTuple_Pack3(Py_TYPE(ns), EMPTY_TUPLE, ptr(ns + Namespace.ns_dict))
}

/** A new SimpleNamespace with the entries of `kwds` (NULL: empty). */
export function _PyNamespace_New(kwds: Ref): Own {
  const $ns = namespace_new(_PyNamespace_Type, NULL, NULL)
  if ($ns !== NULL && kwds !== 0 && PyDict_GET_SIZE(kwds) > 0 && PyDict_Update(ptr($ns + Namespace.ns_dict), kwds) !== 0) {
    Py_DECREF($ns)
    return NULL
  }
  return $ns
}

defineType(_PyNamespace_Type, {
  name: "types.SimpleNamespace",
  basicsize: Namespace.SIZE,
  flags: TPFLAGS.HAVE_GC | TPFLAGS.BASETYPE,
  doc: "SimpleNamespace(**kwargs)\n\nAn object of named attributes.",
  dictoffset: Namespace.ns_dict,
  dealloc: namespace_dealloc,
  repr: namespace_repr,
  getattro: PyObject_GenericGetAttr,
  setattro: PyObject_GenericSetAttr,
  traverse: namespace_traverse,
  clear: namespace_clear,
  richcompare: namespace_richcompare,
  init: namespace_init,
  alloc: PyType_GenericAlloc,
  new: namespace_new,
  free: PyObject_GC_Del,
  methods: [["__reduce__", namespace_reduce, METH.NOARGS, "State for pickling"]],
  members: [["__dict__", T.OBJECT, Namespace.ns_dict, READONLY]],
})
