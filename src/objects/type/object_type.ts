import { ptr } from "../../heap/access.ts"
import { fn, fnIndex } from "../../heap/fntable.ts"
import { PyObject, PyTypeObject } from "../../heap/layout.ts"
import { PyObject_Free } from "../../heap/obmalloc.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_DECREF, Py_INCREF, Py_NewRef, Py_SET_TYPE, Py_SIZE, Py_TYPE, Py_XDECREF, PyType_HasFeature } from "../../heap/refcount.ts"
import { ID } from "../../heap/statics.ts"
import { i32 } from "../../heap/views.ts"
import { PySequence_GetItem, PySequence_List, PySequence_Size } from "../abstract.ts"
import { defineType } from "../define.ts"
import {
  PyDict_Check,
  PyDict_Copy,
  PyDict_GET_SIZE,
  PyDict_Keys,
  PyDict_New,
  PyDict_Update,
  _PyObject_InitializeDict,
} from "../dictobject.ts"
import { PyErr_NoMemory, PyErr_Occurred, PyErr_SetString } from "../errors.ts"
import { _PyArg_BadArgument } from "../getargs.ts"
import { PyList_Sort } from "../listobject.ts"
import { PyLong_FromSsize_t } from "../longobject.ts"
import {
  PyObject_GenericGetAttr,
  PyObject_GenericSetAttr,
  PyObject_IsTrue,
  PyObject_Str,
  _PyObject_GetDictPtr,
  _PyObject_LookupAttr,
  addressJS,
  tp_name_js,
  typeName,
} from "../object.ts"
import { _Py_HashPointer } from "../pyhash.ts"
import { METH, Py, TPFLAGS, type freefunc, type reprfunc, type richcmpfunc } from "../slots.ts"
import { PyBaseObject_Type, PyExc_TypeError, PyModule_Type, Py_False, Py_None, Py_NotImplemented, Py_True } from "../statictypes.ts"
import { PyUnicode_AsJS, PyUnicode_Check, PyUnicode_FromString, PyUnicode_GET_LENGTH, PyUnicode_Join } from "../unicodeobject.ts"
import { PyType_GenericAlloc, tp_alloc } from "./alloc.ts"
import { type_abstractmethods, type_display } from "./attributes.ts"
import { compatible_for_assignment } from "./compatible.ts"
import { PyType_Check, PyType_IsSubtype } from "./mro.ts"
import { object___getstate__, object___reduce__, object___reduce_ex__ } from "./reduce.ts"

// Objects/typeobject.c: the type `object`.

const __dict__ = ID("__dict__")
const __class__ = ID("__class__")
const __bases__ = ID("__bases__")
const NEW = fnIndex(object_new)
const INIT = fnIndex(object_init)
const REPR = fnIndex(object_repr)

function excess_args(args: Ref, kwds: Ref): boolean {
  return Py_SIZE(args) !== 0 || (kwds !== NULL && PyDict_Check(kwds) && PyDict_GET_SIZE(kwds) !== 0)
}
/** Excess arguments are an error unless the class overrides exactly the other one of __new__ and __init__. */
export function object_init(self: Ref, args: Ref, kwds: Ref): number {
  if (!excess_args(args, kwds)) return 0
  const type = Py_TYPE(self)
  if (ptr(type + PyTypeObject.tp_init) !== INIT) {
    PyErr_SetString(PyExc_TypeError, "object.__init__() takes exactly one argument (the instance to initialize)")
    return -1
  }
  if (ptr(type + PyTypeObject.tp_new) === NEW) {
    PyErr_SetString(PyExc_TypeError, `${tp_name_js(type).slice(0, 200)}.__init__() takes exactly one argument (the instance to initialize)`)
    return -1
  }
  return 0
}
function abstract_error(type: Ref): Own {
  const $methods = type_abstractmethods(type, 0)
  if ($methods === NULL) return NULL
  const $sorted = PySequence_List($methods)
  Py_DECREF($methods)
  if ($sorted === NULL) return NULL
  if (PyList_Sort($sorted) < 0) {
    Py_DECREF($sorted)
    return NULL
  }
  const $comma = PyUnicode_FromString(", ")
  const $joined = $comma === NULL ? NULL : PyUnicode_Join($comma, $sorted)
  Py_XDECREF($comma)
  const count = Py_SIZE($sorted)
  Py_DECREF($sorted)
  if ($joined === NULL) return NULL
  const names = PyUnicode_AsJS($joined)
  Py_DECREF($joined)
  PyErr_SetString(
    PyExc_TypeError,
    `Can't instantiate abstract class ${tp_name_js(type)} with abstract method${count > 1 ? "s" : ""} ${names}`,
  )
  return NULL
}
export function object_new(type: Ref, args: Ref, kwds: Ref): Own {
  if (excess_args(args, kwds)) {
    if (ptr(type + PyTypeObject.tp_new) !== NEW) {
      PyErr_SetString(PyExc_TypeError, "object.__new__() takes exactly one argument (the type to instantiate)")
      return NULL
    }
    if (ptr(type + PyTypeObject.tp_init) === INIT) {
      PyErr_SetString(PyExc_TypeError, `${tp_name_js(type).slice(0, 200)}() takes no arguments`)
      return NULL
    }
  }
  if ((i32[(type + PyTypeObject.tp_flags) >> 2] & TPFLAGS.IS_ABSTRACT) !== 0) return abstract_error(type)
  const $obj = tp_alloc(type, 0)
  if ($obj === NULL) return NULL
  if (_PyObject_InitializeDict($obj) !== 0) {
    Py_DECREF($obj)
    return NULL
  }
  return $obj
}
function object_dealloc(self: Ref): void {
  fn<freefunc>(i32[(Py_TYPE(self) + PyTypeObject.tp_free) >> 2])(self)
}
export function object_repr(self: Ref): Own {
  const text = type_display(Py_TYPE(self))
  return text === null ? NULL : PyUnicode_FromString(`<${text} object at ${addressJS(self)}>`)
}
export function object_str(self: Ref): Own {
  return fn<reprfunc>(ptr(Py_TYPE(self) + PyTypeObject.tp_repr) || REPR)(self)
}
export function object_richcompare(self: Ref, other: Ref, op: number): Own {
  if (op === Py.EQ) return Py_NewRef(self === other ? Py_True : Py_NotImplemented)
  if (op !== Py.NE) return Py_NewRef(Py_NotImplemented)
  // By default != asks == and inverts it.
  const f = ptr(Py_TYPE(self) + PyTypeObject.tp_richcompare)
  if (f === 0) return Py_NewRef(Py_NotImplemented)
  const $res = fn<richcmpfunc>(f)(self, other, Py.EQ)
  if ($res === NULL || $res === Py_NotImplemented) return $res
  const ok = PyObject_IsTrue($res)
  Py_DECREF($res)
  if (ok < 0) return NULL
  return Py_NewRef(ok ? Py_False : Py_True)
}

// ---- __class__ ----

function object_get_class(self: Ref, _closure: number): Own {
  return Py_NewRef(Py_TYPE(self))
}
function object_set_class(self: Ref, value: Ref, _closure: number): number {
  const oldto = Py_TYPE(self)
  if (value === NULL) {
    PyErr_SetString(PyExc_TypeError, "can't delete __class__ attribute")
    return -1
  }
  if (!PyType_Check(value)) {
    PyErr_SetString(PyExc_TypeError, `__class__ must be set to a class, not '${typeName(value)}' object`)
    return -1
  }
  const modules = PyType_IsSubtype(value, PyModule_Type) && PyType_IsSubtype(oldto, PyModule_Type)
  if (!modules && (PyType_HasFeature(value, TPFLAGS.IMMUTABLETYPE) || PyType_HasFeature(oldto, TPFLAGS.IMMUTABLETYPE))) {
    PyErr_SetString(PyExc_TypeError, "__class__ assignment only supported for mutable types or ModuleType subclasses")
    return -1
  }
  if (!compatible_for_assignment(oldto, value, "__class__")) return -1
  // Inline values belong to the old class's keys: turn them into a dict.
  _PyObject_GetDictPtr(self)
  if (PyType_HasFeature(oldto, TPFLAGS.MANAGED_DICT) && ptr(self - 32) !== 0) {
    PyErr_NoMemory()
    return -1
  }
  if (PyType_HasFeature(value, TPFLAGS.HEAPTYPE)) Py_INCREF(value)
  Py_SET_TYPE(self, value)
  if (PyType_HasFeature(oldto, TPFLAGS.HEAPTYPE)) Py_DECREF(oldto)
  return 0
}

// ---- methods ----

function object_subclasshook(_cls: Ref, _args: Ref): Own {
  return Py_NewRef(Py_NotImplemented)
}
function object_init_subclass(_cls: Ref): Own {
  return Py_NewRef(Py_None)
}
function object___format__(self: Ref, spec: Ref): Own {
  if (!PyUnicode_Check(spec)) {
    _PyArg_BadArgument("__format__", "argument", "str", spec)
    return NULL
  }
  if (PyUnicode_GET_LENGTH(spec) > 0) {
    PyErr_SetString(PyExc_TypeError, `unsupported format string passed to ${typeName(self).slice(0, 200)}.__format__`)
    return NULL
  }
  return PyObject_Str(self)
}
function object___sizeof__(self: Ref): Own {
  const type = Py_TYPE(self)
  const isize = i32[(type + PyTypeObject.tp_itemsize) >> 2]
  return PyLong_FromSsize_t((isize > 0 ? Py_SIZE(self) * isize : 0) + i32[(type + PyTypeObject.tp_basicsize) >> 2])
}
/** Add the attributes of a class and its bases to `dict`: 0, or -1 with the error set. */
export function merge_class_dict(dict: Ref, aclass: Ref): number {
  const $classdict = _PyObject_LookupAttr(aclass, __dict__)
  if ($classdict === NULL) {
    if (PyErr_Occurred()) return -1
  } else {
    const status = PyDict_Update(dict, $classdict)
    Py_DECREF($classdict)
    if (status < 0) return -1
  }
  const $bases = _PyObject_LookupAttr(aclass, __bases__)
  if ($bases === NULL) return PyErr_Occurred() ? -1 : 0
  let status = 0
  const n = PySequence_Size($bases)
  if (n < 0) status = -1
  for (let i = 0; i < n && status === 0; i++) {
    const $base = PySequence_GetItem($bases, i)
    if ($base === NULL) status = -1
    else {
      status = merge_class_dict(dict, $base)
      Py_DECREF($base)
    }
  }
  Py_DECREF($bases)
  return status
}
function object___dir__(self: Ref): Own {
  let $dict = _PyObject_LookupAttr(self, __dict__)
  if ($dict === NULL) {
    if (PyErr_Occurred()) return NULL
    $dict = PyDict_New()
  } else {
    const $copy = PyDict_Check($dict) ? PyDict_Copy($dict) : PyDict_New()
    Py_DECREF($dict)
    $dict = $copy
  }
  if ($dict === NULL) return NULL
  let $result: Own = NULL
  const $class = _PyObject_LookupAttr(self, __class__)
  if ($class !== NULL ? merge_class_dict($dict, $class) >= 0 : !PyErr_Occurred()) $result = PyDict_Keys($dict)
  Py_XDECREF($class)
  Py_DECREF($dict)
  return $result
}

defineType(PyBaseObject_Type, {
  name: "object",
  basicsize: PyObject.SIZE,
  flags: TPFLAGS.BASETYPE,
  doc: "()\n--\n\nThe base class of the class hierarchy.\n\nCalled without arguments it makes a new featureless instance\nthat has no instance attributes and cannot be given any.\n",
  dealloc: object_dealloc,
  repr: object_repr,
  hash: _Py_HashPointer,
  str: object_str,
  getattro: PyObject_GenericGetAttr,
  setattro: PyObject_GenericSetAttr,
  richcompare: object_richcompare,
  init: object_init,
  alloc: PyType_GenericAlloc,
  new: object_new,
  free: PyObject_Free,
  getset: [["__class__", object_get_class, object_set_class, "the object's class"]],
  methods: [
    ["__reduce_ex__", object___reduce_ex__, METH.O, "($self, protocol, /)\n--\n\nHelper for pickle."],
    ["__reduce__", object___reduce__, METH.NOARGS, "($self, /)\n--\n\nHelper for pickle."],
    ["__getstate__", object___getstate__, METH.NOARGS, "($self, /)\n--\n\nHelper for pickle."],
    [
      "__subclasshook__",
      object_subclasshook,
      METH.CLASS | METH.VARARGS,
      "Abstract classes can override this to customize issubclass().\n\nabc.ABCMeta.__subclasscheck__() asks it first: True, False, or\nNotImplemented to go on with the normal algorithm.\n",
    ],
    [
      "__init_subclass__",
      object_init_subclass,
      METH.CLASS | METH.NOARGS,
      "This method is called when a class is subclassed.\n\nThe default implementation does nothing. It may be\noverridden to extend subclasses.\n",
    ],
    ["__format__", object___format__, METH.O, "($self, format_spec, /)\n--\n\nDefault object formatter."],
    ["__sizeof__", object___sizeof__, METH.NOARGS, "($self, /)\n--\n\nSize of object in memory, in bytes."],
    ["__dir__", object___dir__, METH.NOARGS, "($self, /)\n--\n\nDefault dir() implementation."],
  ],
})
