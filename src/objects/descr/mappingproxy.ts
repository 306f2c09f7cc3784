import { ptr, setptr } from "../../heap/access.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_DECREF, Py_NewRef } from "../../heap/refcount.ts"
import { ID } from "../../heap/statics.ts"
import { PyObject_GC_Del, _PyObject_GC_New, _PyObject_GC_TRACK, _PyObject_GC_UNTRACK } from "../../gc/gcmodule.ts"
import { PyMapping_Check, PyNumber_Or, PyObject_GetItem, PyObject_GetIter, PyObject_Size, PySequence_Contains } from "../abstract.ts"
import { PyObject_CallMethodNoArgs, PyObject_CallMethodTwoArgs } from "../call.ts"
import { defineType } from "../define.ts"
import { PyDict_CheckExact, PyDict_Contains } from "../dictobject.ts"
import { PyErr_SetString } from "../errors.ts"
import { Py_GenericAlias } from "../genericaliasobject.ts"
import { _PyArg_CheckPositional, _PyArg_UnpackKeywordsTuple, argParser } from "../getargs.ts"
import { PyList_Check } from "../listobject.ts"
import { PyObject_GenericGetAttr, PyObject_RichCompare, PyObject_Str, reprJS, typeName } from "../object.ts"
import { METH, TPFLAGS, type visitproc } from "../slots.ts"
import { PyDictProxy_Type, PyExc_TypeError, Py_None } from "../statictypes.ts"
import { PyTuple_Check } from "../tupleobject.ts"
import { PyObject_TypeCheck } from "../typeobject.ts"
import { PyUnicode_FromString } from "../unicodeobject.ts"

// Objects/descrobject.c: mappingproxy, the read-only view that type.__dict__ returns.

const enum mappingproxyobject {
  mapping = 16, // PyObject *
  SIZE = 24,
}

const id_get = ID("get")
const id_keys = ID("keys")
const id_values = ID("values")
const id_items = ID("items")
const id_copy = ID("copy")
const __reversed__ = ID("__reversed__")

function mappingOf(pp: Ref): Ref {
  return ptr(pp + mappingproxyobject.mapping)
}
/** A proxy of `mapping`: owned, or NULL with TypeError set. */
export function PyDictProxy_New(mapping: Ref): Own {
  if (!PyMapping_Check(mapping) || PyList_Check(mapping) || PyTuple_Check(mapping)) {
    PyErr_SetString(PyExc_TypeError, `mappingproxy() argument must be a mapping, not ${typeName(mapping)}`)
    return NULL
  }
  const $pp = _PyObject_GC_New(PyDictProxy_Type)
  if ($pp === NULL) return NULL
  setptr($pp + mappingproxyobject.mapping, Py_NewRef(mapping))
  _PyObject_GC_TRACK($pp)
  return $pp
}
const parser = argParser("mappingproxy", ["mapping"])
function mappingproxy_new(_type: Ref, args: Ref, kwargs: Ref): Own {
  const a = _PyArg_UnpackKeywordsTuple(args, kwargs, parser, 1, 1, 0)
  return a === 0 ? NULL : PyDictProxy_New(ptr(a))
}
function mappingproxy_len(pp: Ref): number {
  return PyObject_Size(mappingOf(pp))
}
function mappingproxy_getitem(pp: Ref, key: Ref): Own {
  return PyObject_GetItem(mappingOf(pp), key)
}
function unwrapped(op: Ref): Ref {
  return PyObject_TypeCheck(op, PyDictProxy_Type) ? mappingOf(op) : op
}
function mappingproxy_or(left: Ref, right: Ref): Own {
  return PyNumber_Or(unwrapped(left), unwrapped(right))
}
function mappingproxy_ior(self: Ref, _other: Ref): Own {
  return PyErr_SetString(PyExc_TypeError, `'|=' is not supported by ${typeName(self)}; use '|' instead`)
}
function mappingproxy_contains(pp: Ref, key: Ref): number {
  const mapping = mappingOf(pp)
  return PyDict_CheckExact(mapping) ? PyDict_Contains(mapping, key) : PySequence_Contains(mapping, key)
}
function mappingproxy_get(pp: Ref, args: number, nargs: number): Own {
  if (!_PyArg_CheckPositional("get", nargs, 1, 2)) return NULL
  return PyObject_CallMethodTwoArgs(mappingOf(pp), id_get, ptr(args), nargs === 2 ? ptr(args + 8) : Py_None)
}
function mappingproxy_keys(pp: Ref): Own {
  return PyObject_CallMethodNoArgs(mappingOf(pp), id_keys)
}
function mappingproxy_values(pp: Ref): Own {
  return PyObject_CallMethodNoArgs(mappingOf(pp), id_values)
}
function mappingproxy_items(pp: Ref): Own {
  return PyObject_CallMethodNoArgs(mappingOf(pp), id_items)
}
function mappingproxy_copy(pp: Ref): Own {
  return PyObject_CallMethodNoArgs(mappingOf(pp), id_copy)
}
function mappingproxy_reversed(pp: Ref): Own {
  return PyObject_CallMethodNoArgs(mappingOf(pp), __reversed__)
}
function mappingproxy_dealloc(pp: Ref): void {
  _PyObject_GC_UNTRACK(pp)
  Py_DECREF(mappingOf(pp))
  PyObject_GC_Del(pp)
}
function mappingproxy_getiter(pp: Ref): Own {
  return PyObject_GetIter(mappingOf(pp))
}
function mappingproxy_str(pp: Ref): Own {
  return PyObject_Str(mappingOf(pp))
}
function mappingproxy_repr(pp: Ref): Own {
  const repr = reprJS(mappingOf(pp))
  return repr === null ? NULL : PyUnicode_FromString(`mappingproxy(${repr})`)
}
function mappingproxy_traverse(pp: Ref, visit: visitproc, arg: number): number {
  return visit(mappingOf(pp), arg)
}
function mappingproxy_richcompare(v: Ref, w: Ref, op: number): Own {
  return PyObject_RichCompare(mappingOf(v), w, op)
}

defineType(PyDictProxy_Type, {
  name: "mappingproxy",
  basicsize: mappingproxyobject.SIZE,
  flags: TPFLAGS.HAVE_GC | TPFLAGS.MAPPING,
  dealloc: mappingproxy_dealloc,
  repr: mappingproxy_repr,
  str: mappingproxy_str,
  getattro: PyObject_GenericGetAttr,
  traverse: mappingproxy_traverse,
  richcompare: mappingproxy_richcompare,
  iter: mappingproxy_getiter,
  new: mappingproxy_new,
  nb_or: mappingproxy_or,
  nb_inplace_or: mappingproxy_ior,
  sq_contains: mappingproxy_contains,
  mp_length: mappingproxy_len,
  mp_subscript: mappingproxy_getitem,
  methods: [
    ["get", mappingproxy_get, METH.FASTCALL, "D.get(k[,d]) -> D[k] if k in D, else d.  d defaults to None."],
    ["keys", mappingproxy_keys, METH.NOARGS, "D.keys() -> a set-like object providing a view on D's keys"],
    ["values", mappingproxy_values, METH.NOARGS, "D.values() -> an object providing a view on D's values"],
    ["items", mappingproxy_items, METH.NOARGS, "D.items() -> a set-like object providing a view on D's items"],
    ["copy", mappingproxy_copy, METH.NOARGS, "D.copy() -> a shallow copy of D"],
    ["__class_getitem__", Py_GenericAlias, METH.O | METH.CLASS, "See PEP 585"],
    ["__reversed__", mappingproxy_reversed, METH.NOARGS, "D.__reversed__() -> reverse iterator"],
  ],
})
