import { ptr, setint32 } from "../../heap/access.ts"
import { fn } from "../../heap/fntable.ts"
import { PyTypeObject } from "../../heap/layout.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_CLEAR, Py_DECREF, Py_NewRef, Py_SIZE, Py_TYPE, Py_XDECREF, Py_XNewRef, Py_XSETREF } from "../../heap/refcount.ts"
import { ID } from "../../heap/statics.ts"
import { i32 } from "../../heap/views.ts"
import { PyObject_GC_Del, _PyObject_GC_UNTRACK } from "../../gc/gcmodule.ts"
import { PyBool_FromLong } from "../boolobject.ts"
import { PyObject_CallFunctionObjArgs, PyObject_CallOneArg, PyObject_CallTwoArgs } from "../call.ts"
import { defineType } from "../define.ts"
import { PyErr_Occurred, PyErr_SetString } from "../errors.ts"
import { _PyArg_UnpackKeywordsTuple, argParser } from "../getargs.ts"
import { PyObject_GenericGetAttr, PyObject_SetAttr, _PyObject_IsAbstract, _PyObject_LookupAttr, reprJS } from "../object.ts"
import { METH, READONLY, T, TPFLAGS, type freefunc, type visitproc } from "../slots.ts"
import { PyExc_AttributeError, PyExc_TypeError, PyProperty_Type, Py_None } from "../statictypes.ts"
import { PyTuple_GET_ITEM } from "../tupleobject.ts"
import { PyObject_TypeCheck, PyType_GenericAlloc, PyType_GenericNew, PyType_GetQualName } from "../typeobject.ts"

// Objects/descrobject.c: property.

const enum propertyobject {
  prop_get = 16, // PyObject *
  prop_set = 24, // PyObject *
  prop_del = 32, // PyObject *
  prop_doc = 40, // PyObject *
  prop_name = 48, // PyObject *
  getter_doc = 56, // int
  SIZE = 64,
}
const FIELDS = [
  propertyobject.prop_get,
  propertyobject.prop_set,
  propertyobject.prop_del,
  propertyobject.prop_doc,
  propertyobject.prop_name,
]
const __doc__ = ID("__doc__")

/** A copy with some of the three functions replaced (NULL or None: kept). */
function property_copy(old: Ref, get: Ref, set: Ref, del: Ref): Own {
  const pick = (f: Ref, field: number): Ref => (f === NULL || f === Py_None ? ptr(old + field) || Py_None : f) as Ref
  const $type = Py_NewRef(Py_TYPE(old))
  const fget = pick(get, propertyobject.prop_get)
  const fset = pick(set, propertyobject.prop_set)
  const fdel = pick(del, propertyobject.prop_del)
  // A docstring that came from the getter is taken from the new getter.
  const fromGetter = i32[(old + propertyobject.getter_doc) >> 2] !== 0 && fget !== Py_None
  const doc = fromGetter ? Py_None : ((ptr(old + propertyobject.prop_doc) || Py_None) as Ref)
  const $new = PyObject_CallFunctionObjArgs($type, fget, fset, fdel, doc)
  Py_DECREF($type)
  if ($new !== NULL && PyObject_TypeCheck($new, PyProperty_Type)) {
    Py_XSETREF($new + propertyobject.prop_name, Py_XNewRef(ptr(old + propertyobject.prop_name)))
  }
  return $new
}
function property_getter(self: Ref, getter: Ref): Own {
  return property_copy(self, getter, NULL, NULL)
}
function property_setter(self: Ref, setter: Ref): Own {
  return property_copy(self, NULL, setter, NULL)
}
function property_deleter(self: Ref, deleter: Ref): Own {
  return property_copy(self, NULL, NULL, deleter)
}
function property_set_name(self: Ref, args: Ref): Own {
  if (Py_SIZE(args) !== 2) {
    return PyErr_SetString(PyExc_TypeError, `__set_name__() takes 2 positional arguments but ${Py_SIZE(args)} were given`)
  }
  Py_XSETREF(self + propertyobject.prop_name, Py_NewRef(PyTuple_GET_ITEM(args, 1)))
  return Py_NewRef(Py_None)
}
function property_dealloc(self: Ref): void {
  _PyObject_GC_UNTRACK(self)
  for (const field of FIELDS) Py_XDECREF(ptr(self + field))
  fn<freefunc>(ptr(Py_TYPE(self) + PyTypeObject.tp_free))(self)
}
/** "property 'x' of 'C' object has no WHAT" */
function missing(self: Ref, obj: Ref, what: string): Own {
  const $qualname = obj === NULL ? NULL : PyType_GetQualName(Py_TYPE(obj))
  const name = ptr(self + propertyobject.prop_name)
  const owner = $qualname === NULL ? null : reprJS($qualname)
  if (owner === null) PyErr_SetString(PyExc_AttributeError, `property has no ${what}`)
  else {
    const repr = name === NULL ? "" : reprJS(name)
    if (repr !== null) PyErr_SetString(PyExc_AttributeError, `property ${repr === "" ? "" : `${repr} `}of ${owner} object has no ${what}`)
  }
  Py_XDECREF($qualname)
  return NULL
}
export function property_descr_get(self: Ref, obj: Ref, _type: Ref): Own {
  if (obj === NULL || obj === Py_None) return Py_NewRef(self)
  const get = ptr(self + propertyobject.prop_get)
  return get === NULL ? missing(self, obj, "getter") : PyObject_CallOneArg(get, obj)
}
function property_descr_set(self: Ref, obj: Ref, value: Ref): number {
  const func = ptr(self + (value === NULL ? propertyobject.prop_del : propertyobject.prop_set))
  if (func === NULL) {
    missing(self, obj, value === NULL ? "deleter" : "setter")
    return -1
  }
  const $res = value === NULL ? PyObject_CallOneArg(func, obj) : PyObject_CallTwoArgs(func, obj, value)
  if ($res === NULL) return -1
  Py_DECREF($res)
  return 0
}
const parser = argParser("property", ["fget", "fset", "fdel", "doc"])
function property_init(self: Ref, args: Ref, kwargs: Ref): number {
  const a = _PyArg_UnpackKeywordsTuple(args, kwargs, parser, 0, 4, 0)
  if (a === 0) return -1
  const given = (i: number): Ref => (ptr(a + 8 * i) === Py_None ? NULL : ptr(a + 8 * i))
  const fget = given(0)
  const fset = given(1)
  const fdel = given(2)
  const doc = ptr(a + 24)
  const $get = Py_XNewRef(fget)
  const $set = Py_XNewRef(fset)
  const $del = Py_XNewRef(fdel)
  const $doc = Py_XNewRef(doc)
  Py_XSETREF(self + propertyobject.prop_get, $get)
  Py_XSETREF(self + propertyobject.prop_set, $set)
  Py_XSETREF(self + propertyobject.prop_del, $del)
  Py_XSETREF(self + propertyobject.prop_doc, $doc)
  Py_XSETREF(self + propertyobject.prop_name, NULL)
  setint32(self + propertyobject.getter_doc, 0)
  if ((doc === NULL || doc === Py_None) && fget !== NULL) {
    const $getdoc = _PyObject_LookupAttr(fget, __doc__)
    if ($getdoc === NULL) return PyErr_Occurred() ? -1 : 0
    if (Py_TYPE(self) === PyProperty_Type) Py_XSETREF(self + propertyobject.prop_doc, $getdoc)
    else {
      // A subclass may have a __doc__ of its own in the way of the member: put it in the instance's dict.
      const err = PyObject_SetAttr(self, __doc__, $getdoc)
      Py_DECREF($getdoc)
      if (err < 0) return -1
    }
    setint32(self + propertyobject.getter_doc, 1)
  }
  return 0
}
function property_get___isabstractmethod__(self: Ref, _closure: number): Own {
  for (const field of [propertyobject.prop_get, propertyobject.prop_set, propertyobject.prop_del]) {
    const res = _PyObject_IsAbstract(ptr(self + field))
    if (res !== 0) return res < 0 ? NULL : PyBool_FromLong(1)
  }
  return PyBool_FromLong(0)
}
function property_traverse(self: Ref, visit: visitproc, arg: number): number {
  for (const field of FIELDS) {
    const v = ptr(self + field)
    if (v !== NULL) {
      const r = visit(v, arg)
      if (r) return r
    }
  }
  return 0
}
function property_clear(self: Ref): number {
  Py_CLEAR(self + propertyobject.prop_doc)
  return 0
}
/** Offset of prop_get, for the interpreter's property fast path. */
export function property_fget(self: Ref): Ref {
  return ptr(self + propertyobject.prop_get)
}

defineType(PyProperty_Type, {
  name: "property",
  basicsize: propertyobject.SIZE,
  flags: TPFLAGS.HAVE_GC | TPFLAGS.BASETYPE,
  doc: "(fget=None, fset=None, fdel=None, doc=None)\n--\n\nProperty attribute.\n\n  fget\n    function to be used for getting an attribute value\n  fset\n    function to be used for setting an attribute value\n  fdel\n    function to be used for del'ing an attribute\n  doc\n    docstring\n\nThe typical use is as a decorator: @property over the getter, then @name.setter\nand @name.deleter over the others.",
  dealloc: property_dealloc,
  getattro: PyObject_GenericGetAttr,
  traverse: property_traverse,
  clear: property_clear,
  descr_get: property_descr_get,
  descr_set: property_descr_set,
  init: property_init,
  alloc: PyType_GenericAlloc,
  new: PyType_GenericNew,
  free: PyObject_GC_Del,
  methods: [
    ["getter", property_getter, METH.O, "Descriptor to obtain a copy of the property with a different getter."],
    ["setter", property_setter, METH.O, "Descriptor to obtain a copy of the property with a different setter."],
    ["deleter", property_deleter, METH.O, "Descriptor to obtain a copy of the property with a different deleter."],
    ["__set_name__", property_set_name, METH.VARARGS, "Method to set name of a property."],
  ],
  members: [
    ["fget", T.OBJECT, propertyobject.prop_get, READONLY],
    ["fset", T.OBJECT, propertyobject.prop_set, READONLY],
    ["fdel", T.OBJECT, propertyobject.prop_del, READONLY],
    ["__doc__", T.OBJECT, propertyobject.prop_doc, 0],
  ],
  getset: [["__isabstractmethod__", property_get___isabstractmethod__]],
})
