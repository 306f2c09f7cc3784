import { PyObject_GC_Del, PyObject_GC_UnTrack } from "../../gc/gcmodule.ts"
import { ptr, setptr } from "../../heap/access.ts"
import { PyDictObject } from "../../heap/layout.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_CLEAR, Py_DECREF, Py_IS_TYPE, Py_NewRef, Py_TYPE, Py_XDECREF, Py_XINCREF } from "../../heap/refcount.ts"
import { ID, staticType } from "../../heap/statics.ts"
import { PyObject_GetIter, PyObject_SetItem } from "../../objects/abstract.ts"
import { PyObject_CallMethodNoArgs, PyObject_CallNoArgs, PyObject_CallTwoArgs } from "../../objects/call.ts"
import { defineType } from "../../objects/define.ts"
import { dict_dealloc, dict_init, dict_repr, dict_tp_clear, dict_traverse, PyDict_Check, PyDict_Update } from "../../objects/dictobject.ts"
import { PyErr_SetObject, PyErr_SetString } from "../../objects/errors.ts"
import { Py_GenericAlias } from "../../objects/genericaliasobject.ts"
import { Py_ReprEnter, Py_ReprLeave, PyCallable_Check, PyObject_GenericGetAttr, reprJS } from "../../objects/object.ts"
import { METH, T, TPFLAGS, type visitproc } from "../../objects/slots.ts"
import { EMPTY_TUPLE, Py_None, Py_NotImplemented, PyDict_Type, PyExc_KeyError, PyExc_TypeError } from "../../objects/statictypes.ts"
import {
  buildTuple,
  PyTuple_Check,
  PyTuple_GET_ITEM,
  PyTuple_GET_SIZE,
  PyTuple_GetSlice,
  PyTuple_Pack1,
} from "../../objects/tupleobject.ts"
import { PyType_GenericAlloc, PyType_IsSubtype } from "../../objects/typeobject.ts"
import { PyUnicode_AsJS, PyUnicode_FromString } from "../../objects/unicodeobject.ts"
import { shortTypeName } from "../itertools/support.ts"

// Modules/_collectionsmodule.c: defaultdict, a dict with one field more.

const enum defdictobject {
  default_factory = PyDictObject.SIZE,
  SIZE = PyDictObject.SIZE + 8,
}

export const defdict_type = staticType()
const ID_items = ID("items")

function factoryOf(dd: Ref): Ref {
  return ptr(dd + defdictobject.default_factory)
}

/** d[key] of an absent key: the factory's value, entered. */
function defdict_missing(dd: Ref, key: Ref): Own {
  const factory = factoryOf(dd)
  if (factory === 0 || factory === Py_None) {
    const $tup = PyTuple_Pack1(key)
    if ($tup === NULL) return NULL
    PyErr_SetObject(PyExc_KeyError, $tup)
    Py_DECREF($tup)
    return NULL
  }
  const $value = PyObject_CallNoArgs(factory)
  if ($value === NULL) return NULL
  if (PyObject_SetItem(dd, key, $value) < 0) {
    Py_DECREF($value)
    return NULL
  }
  return $value
}

function new_defdict(dd: Ref, arg: Ref): Own {
  return PyObject_CallTwoArgs(Py_TYPE(dd), factoryOf(dd) || Py_None, arg)
}
function defdict_copy(dd: Ref): Own {
  return new_defdict(dd, dd)
}

function defdict_reduce(dd: Ref): Own {
  const factory = factoryOf(dd)
  const $args = factory === 0 || factory === Py_None ? Py_NewRef(EMPTY_TUPLE) : PyTuple_Pack1(factory)
  if ($args === NULL) return NULL
  const $items = PyObject_CallMethodNoArgs(dd, ID_items)
  const $iter = $items === NULL ? NULL : PyObject_GetIter($items)
  Py_XDECREF($items)
  if ($iter === NULL) {
    Py_DECREF($args)
    return NULL
  }
  return buildTuple(Py_NewRef(Py_TYPE(dd)), $args, Py_NewRef(Py_None), Py_NewRef(Py_None), $iter)
}

function defdict_dealloc(dd: Ref): void {
  PyObject_GC_UnTrack(dd)
  Py_CLEAR(dd + defdictobject.default_factory)
  dict_dealloc(dd)
}
function defdict_traverse(dd: Ref, visit: visitproc, arg: number): number {
  const factory = factoryOf(dd)
  return (factory ? visit(factory, arg) : 0) || dict_traverse(dd, visit, arg)
}
function defdict_tp_clear(dd: Ref): number {
  Py_CLEAR(dd + defdictobject.default_factory)
  return dict_tp_clear(dd)
}

/** repr of the factory, which may be a method of the defaultdict itself; null with the error set. */
function factoryRepr(factory: Ref): string | null {
  if (factory === 0) return "None"
  const status = Py_ReprEnter(factory)
  if (status < 0) return null
  const s = status !== 0 ? "..." : reprJS(factory)
  Py_ReprLeave(factory)
  return s
}
function defdict_repr(dd: Ref): Own {
  const $base = dict_repr(dd)
  if ($base === NULL) return NULL
  const factory = factoryRepr(factoryOf(dd))
  const $result = factory === null ? NULL : PyUnicode_FromString(`${shortTypeName(dd)}(${factory}, ${PyUnicode_AsJS($base)})`)
  Py_DECREF($base)
  return $result
}

function isDefdict(op: Ref): boolean {
  return Py_IS_TYPE(op, defdict_type) || !!PyType_IsSubtype(Py_TYPE(op), defdict_type)
}
function defdict_or(left: Ref, right: Ref): Own {
  const self = isDefdict(left) ? left : right
  if (!PyDict_Check(self === left ? right : left)) return Py_NewRef(Py_NotImplemented)
  const $new = new_defdict(self, left)
  if ($new === NULL) return NULL
  if (PyDict_Update($new, right)) {
    Py_DECREF($new)
    return NULL
  }
  return $new
}

function defdict_init(dd: Ref, args: Ref, kwds: Ref): number {
  const old = factoryOf(dd)
  let factory: Ref = NULL
  let $args: Own
  if (args === NULL || !PyTuple_Check(args)) $args = Py_NewRef(EMPTY_TUPLE)
  else {
    const n = PyTuple_GET_SIZE(args)
    if (n > 0) {
      factory = PyTuple_GET_ITEM(args, 0)
      if (!PyCallable_Check(factory) && factory !== Py_None) {
        PyErr_SetString(PyExc_TypeError, "first argument must be callable or None")
        return -1
      }
    }
    $args = PyTuple_GetSlice(args, 1, n)
  }
  if ($args === NULL) return -1
  Py_XINCREF(factory)
  setptr(dd + defdictobject.default_factory, factory)
  const result = dict_init(dd, $args, kwds)
  Py_DECREF($args)
  Py_XDECREF(old)
  return result
}

defineType(defdict_type, {
  name: "collections.defaultdict",
  basicsize: defdictobject.SIZE,
  base: PyDict_Type,
  flags: TPFLAGS.DEFAULT | TPFLAGS.HAVE_GC | TPFLAGS.BASETYPE,
  doc: "defaultdict(default_factory=None, /, [...]) --> dict with default factory\n\nThe factory is called without arguments for the value of a key that is not there.\nThe remaining arguments are those of dict.",
  dealloc: defdict_dealloc,
  repr: defdict_repr,
  nb_or: defdict_or,
  getattro: PyObject_GenericGetAttr,
  traverse: defdict_traverse,
  clear: defdict_tp_clear,
  methods: [
    [
      "__missing__",
      defdict_missing,
      METH.O,
      "__missing__(key) # Called by __getitem__ for missing key; pseudo-code:\n  if self.default_factory is None: raise KeyError((key,))\n  self[key] = value = self.default_factory()\n  return value\n",
    ],
    ["copy", defdict_copy, METH.NOARGS, "D.copy() -> a shallow copy of D."],
    ["__copy__", defdict_copy, METH.NOARGS, "D.copy() -> a shallow copy of D."],
    ["__reduce__", defdict_reduce, METH.NOARGS, "Return state information for pickling."],
    ["__class_getitem__", Py_GenericAlias, METH.O | METH.CLASS, "See PEP 585"],
  ],
  members: [["default_factory", T.OBJECT, defdictobject.default_factory, 0, "Factory for default value called by __missing__()."]],
  init: defdict_init,
  alloc: PyType_GenericAlloc,
  free: PyObject_GC_Del,
})
