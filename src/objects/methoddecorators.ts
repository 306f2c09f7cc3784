import { ptr } from "../heap/access.ts"
import { fn } from "../heap/fntable.ts"
import { PyTypeObject } from "../heap/layout.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { Py_CLEAR, Py_DECREF, Py_NewRef, Py_TYPE, Py_XDECREF, Py_XNewRef, Py_XSETREF } from "../heap/refcount.ts"
import { ID } from "../heap/statics.ts"
import { setptr } from "../heap/access.ts"
import { _PyObject_GC_UNTRACK } from "../gc/gcmodule.ts"
import { PyObject_Call } from "./call.ts"
import { PyMethod_New } from "./classobject.ts"
import { defineType, type GetSetSpec, type MemberSpec } from "./define.ts"
import { PyErr_Clear, PyErr_ExceptionMatches, PyErr_SetString } from "./errors.ts"
import { _PyArg_NoKeywords, PyArg_UnpackTuple } from "./getargs.ts"
import {
  _PyObject_IsAbstract,
  PyObject_GenericGetDict,
  PyObject_GenericSetDict,
  PyObject_GetAttr,
  PyObject_SetAttr,
  reprJS,
} from "./object.ts"
import { type descrgetfunc, type freefunc, READONLY, T, TPFLAGS, type visitproc } from "./slots.ts"
import { Py_False, Py_True, PyClassMethod_Type, PyExc_AttributeError, PyExc_RuntimeError, PyStaticMethod_Type } from "./statictypes.ts"
import { PyType_GenericAlloc, PyType_GenericNew } from "./typeobject.ts"
import { PyUnicode_FromString } from "./unicodeobject.ts"

// Objects/funcobject.c: classmethod and staticmethod, which have one layout.
//   16         24
//   ┌ callable ┬ dict ┐

const enum Wrapper {
  callable = 16,
  dict = 24,
  SIZE = 32,
}

// Copy what functools.wraps copies; -1 with the error set.
function wraps(wrapper: Ref, wrapped: Ref): number {
  for (const name of COPIED) {
    const $value = PyObject_GetAttr(wrapped, name)
    if ($value === NULL) {
      if (!PyErr_ExceptionMatches(PyExc_AttributeError)) return -1
      PyErr_Clear()
      continue
    }
    const bad = PyObject_SetAttr(wrapper, name, $value)
    Py_DECREF($value)
    if (bad < 0) return -1
  }
  return 0
}
const COPIED = [ID("__module__"), ID("__name__"), ID("__qualname__"), ID("__doc__"), ID("__annotations__")]

function initWrapper(self: Ref, args: Ref, kwds: Ref, name: string): number {
  if (!_PyArg_NoKeywords(name, kwds)) return -1
  const at = PyArg_UnpackTuple(args, name, 1, 1)
  if (at === 0) return -1
  const callable = ptr(at)
  Py_XSETREF(self + Wrapper.callable, Py_NewRef(callable))
  return wraps(self, callable)
}
function cm_init(self: Ref, args: Ref, kwds: Ref): number {
  return initWrapper(self, args, kwds, "classmethod")
}
function sm_init(self: Ref, args: Ref, kwds: Ref): number {
  return initWrapper(self, args, kwds, "staticmethod")
}
function wrapper_dealloc(self: Ref): void {
  _PyObject_GC_UNTRACK(self)
  Py_XDECREF(ptr(self + Wrapper.callable))
  Py_XDECREF(ptr(self + Wrapper.dict))
  fn<freefunc>(ptr(Py_TYPE(self) + PyTypeObject.tp_free))(self)
}
function wrapper_traverse(self: Ref, visit: visitproc, arg: number): number {
  const callable = ptr(self + Wrapper.callable)
  const r = callable === 0 ? 0 : visit(callable, arg)
  if (r) return r
  const dict = ptr(self + Wrapper.dict)
  return dict === 0 ? 0 : visit(dict, arg)
}
function wrapper_clear(self: Ref): number {
  Py_CLEAR(self + Wrapper.callable)
  Py_CLEAR(self + Wrapper.dict)
  return 0
}

function cm_descr_get(self: Ref, obj: Ref, type: Ref): Own {
  const callable = ptr(self + Wrapper.callable)
  if (callable === 0) return PyErr_SetString(PyExc_RuntimeError, "uninitialized classmethod object")
  const cls = type === 0 ? Py_TYPE(obj) : type
  const get = ptr(Py_TYPE(callable) + PyTypeObject.tp_descr_get)
  return get !== 0 ? fn<descrgetfunc>(get)(callable, cls, cls) : PyMethod_New(callable, cls)
}
function sm_descr_get(self: Ref, _obj: Ref, _type: Ref): Own {
  const callable = ptr(self + Wrapper.callable)
  return callable === 0 ? PyErr_SetString(PyExc_RuntimeError, "uninitialized staticmethod object") : Py_NewRef(callable)
}
function sm_call(self: Ref, args: Ref, kwargs: Ref): Own {
  return PyObject_Call(ptr(self + Wrapper.callable), args, kwargs)
}
function isAbstract(self: Ref): Own {
  const r = _PyObject_IsAbstract(ptr(self + Wrapper.callable))
  return r < 0 ? NULL : Py_NewRef(r ? Py_True : Py_False)
}
function reprAs(name: string, self: Ref): Own {
  const r = reprJS(ptr(self + Wrapper.callable))
  return r === null ? NULL : PyUnicode_FromString(`<${name}(${r})>`)
}
function cm_repr(self: Ref): Own {
  return reprAs("classmethod", self)
}
function sm_repr(self: Ref): Own {
  return reprAs("staticmethod", self)
}

/** A classmethod object around `callable`. */
export function PyClassMethod_New(callable: Ref): Own {
  return make(PyClassMethod_Type, callable)
}
/** A staticmethod object around `callable`. */
export function PyStaticMethod_New(callable: Ref): Own {
  return make(PyStaticMethod_Type, callable)
}
function make(type: Ref, callable: Ref): Own {
  const $w = PyType_GenericAlloc(type, 0)
  if ($w !== NULL) setptr($w + Wrapper.callable, Py_XNewRef(callable))
  return $w
}

const MEMBERS: readonly MemberSpec[] = [
  ["__func__", T.OBJECT, Wrapper.callable, READONLY],
  ["__wrapped__", T.OBJECT, Wrapper.callable, READONLY],
]
const GETSET: readonly GetSetSpec[] = [
  ["__isabstractmethod__", isAbstract],
  ["__dict__", PyObject_GenericGetDict, PyObject_GenericSetDict],
]

defineType(PyClassMethod_Type, {
  name: "classmethod",
  basicsize: Wrapper.SIZE,
  flags: TPFLAGS.BASETYPE | TPFLAGS.HAVE_GC,
  doc: "classmethod(function) -> method\n\nMake a method that gets its class as first argument.",
  dictoffset: Wrapper.dict,
  dealloc: wrapper_dealloc,
  repr: cm_repr,
  traverse: wrapper_traverse,
  clear: wrapper_clear,
  descr_get: cm_descr_get,
  init: cm_init,
  alloc: PyType_GenericAlloc,
  new: PyType_GenericNew,
  members: MEMBERS,
  getset: GETSET,
})
defineType(PyStaticMethod_Type, {
  name: "staticmethod",
  basicsize: Wrapper.SIZE,
  flags: TPFLAGS.BASETYPE | TPFLAGS.HAVE_GC,
  doc: "staticmethod(function) -> method\n\nMake a method that gets neither instance nor class.",
  dictoffset: Wrapper.dict,
  dealloc: wrapper_dealloc,
  repr: sm_repr,
  call: sm_call,
  traverse: wrapper_traverse,
  clear: wrapper_clear,
  descr_get: sm_descr_get,
  init: sm_init,
  alloc: PyType_GenericAlloc,
  new: PyType_GenericNew,
  members: MEMBERS,
  getset: GETSET,
})
