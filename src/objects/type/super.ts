import { byte, ptr, setptr } from "../../heap/access.ts"
import { fn } from "../../heap/fntable.ts"
import {
  PyBytesObject,
  PyCellObject,
  PyCodeObject,
  PyThreadState,
  PyTypeObject,
  _PyCFrame,
  _PyInterpreterFrame,
} from "../../heap/layout.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_DECREF, Py_INCREF, Py_NewRef, Py_SIZE, Py_TYPE, Py_XDECREF, Py_XSETREF } from "../../heap/refcount.ts"
import { ID } from "../../heap/statics.ts"
import { tstate } from "../../heap/tstate.ts"
import { i32 } from "../../heap/views.ts"
import { PyObject_GC_Del, _PyObject_GC_UNTRACK } from "../../gc/gcmodule.ts"
import { PyObject_CallTwoArgs, PyVectorcall_NARGS } from "../call.ts"
import { PyCell_Check } from "../cellobject.ts"
import { defineType } from "../define.ts"
import { PyDict_GetItemWithError } from "../dictobject.ts"
import { PyErr_Occurred, PyErr_SetString } from "../errors.ts"
import { PyArg_ParseTuple, _PyArg_CheckPositional, _PyArg_NoKeywords, _PyArg_NoKwnames } from "../getargs.ts"
import { PyObject_GenericGetAttr, _PyObject_LookupAttr, tp_name_js, typeName } from "../object.ts"
import { READONLY, T, TPFLAGS, type descrgetfunc, type freefunc, type visitproc } from "../slots.ts"
import { PyExc_RuntimeError, PyExc_TypeError, PySuper_Type, PyType_Type, Py_None } from "../statictypes.ts"
import { PyTuple_GET_ITEM } from "../tupleobject.ts"
import { PyUnicode_Check, PyUnicode_FromString, _PyUnicode_Equal } from "../unicodeobject.ts"
import { PyType_GenericAlloc, PyType_GenericNew, tp_alloc } from "./alloc.ts"
import { PyType_Check, PyType_IsSubtype } from "./mro.ts"

// Objects/typeobject.c: super.

/** Attributes are looked for behind `type` in the mro of `obj_type`. Unbound: obj and obj_type are NULL. */
export const enum superobject {
  type = 16, // PyTypeObject *
  obj = 24, // PyObject *
  obj_type = 32, // PyTypeObject *
  SIZE = 40,
}

const __class__ = ID("__class__")
const CO_FAST_CELL = 0x40

function super_dealloc(self: Ref): void {
  _PyObject_GC_UNTRACK(self)
  Py_XDECREF(ptr(self + superobject.obj))
  Py_XDECREF(ptr(self + superobject.type))
  Py_XDECREF(ptr(self + superobject.obj_type))
  fn<freefunc>(ptr(Py_TYPE(self) + PyTypeObject.tp_free))(self)
}
function super_repr(self: Ref): Own {
  const type = ptr(self + superobject.type)
  const obj_type = ptr(self + superobject.obj_type)
  const name = type === NULL ? "NULL" : tp_name_js(type)
  return PyUnicode_FromString(`<super: <class '${name}'>, ${obj_type === NULL ? "NULL" : `<${tp_name_js(obj_type)} object>`}>`)
}
export function super_getattro(self: Ref, name: Ref): Own {
  const starttype = ptr(self + superobject.obj_type)
  // super().__class__ is super itself.
  if (starttype === NULL || name === __class__ || (PyUnicode_Check(name) && _PyUnicode_Equal(name, __class__))) {
    return PyObject_GenericGetAttr(self, name)
  }
  const mro = ptr(starttype + PyTypeObject.tp_mro)
  if (mro === NULL) return PyObject_GenericGetAttr(self, name)
  const type = ptr(self + superobject.type)
  const n = Py_SIZE(mro)
  let i = 0
  while (i + 1 < n && PyTuple_GET_ITEM(mro, i) !== type) i++
  i++
  if (i >= n) return PyObject_GenericGetAttr(self, name)
  Py_INCREF(mro)
  for (; i < n; i++) {
    const res = PyDict_GetItemWithError(ptr(PyTuple_GET_ITEM(mro, i) + PyTypeObject.tp_dict), name)
    if (res !== NULL) {
      Py_INCREF(res)
      let $res = res as Own
      const get = ptr(Py_TYPE(res) + PyTypeObject.tp_descr_get)
      if (get !== 0) {
        const obj = ptr(self + superobject.obj)
        // A classmethod's super: the "instance" is the class.
        $res = fn<descrgetfunc>(get)(res, obj === starttype ? NULL : obj, starttype)
        Py_DECREF(res)
      }
      Py_DECREF(mro)
      return $res
    }
    if (PyErr_Occurred()) {
      Py_DECREF(mro)
      return NULL
    }
  }
  Py_DECREF(mro)
  return PyObject_GenericGetAttr(self, name)
}

/** The type whose mro to search, for `obj` an instance or subtype of `type`: owned, or NULL with the error set. */
function supercheck(type: Ref, obj: Ref): Own {
  if (PyType_Check(obj) && PyType_IsSubtype(obj, type)) return Py_NewRef(obj)
  if (PyType_IsSubtype(Py_TYPE(obj), type)) return Py_NewRef(Py_TYPE(obj))
  // A proxy may claim another __class__.
  const $class = _PyObject_LookupAttr(obj, __class__)
  if ($class === NULL && PyErr_Occurred()) return NULL
  if ($class !== NULL && PyType_Check($class) && $class !== Py_TYPE(obj) && PyType_IsSubtype($class, type)) return $class
  Py_XDECREF($class)
  PyErr_SetString(PyExc_TypeError, "super(type, obj): obj must be an instance or subtype of type")
  return NULL
}
function super_descr_get(self: Ref, obj: Ref, _type: Ref): Own {
  if (obj === NULL || obj === Py_None || ptr(self + superobject.obj) !== NULL) return Py_NewRef(self)
  const type = ptr(self + superobject.type)
  if (Py_TYPE(self) !== PySuper_Type) return PyObject_CallTwoArgs(Py_TYPE(self), type, obj)
  const $obj_type = supercheck(type, obj)
  if ($obj_type === NULL) return NULL
  const $new = PyType_GenericNew(PySuper_Type, NULL, NULL)
  if ($new === NULL) return NULL
  setptr($new + superobject.type, Py_NewRef(type))
  setptr($new + superobject.obj, Py_NewRef(obj))
  setptr($new + superobject.obj_type, $obj_type)
  return $new
}

let implicitType: Ref = NULL
let implicitObj: Ref = NULL

function runtimeError(message: string): number {
  PyErr_SetString(PyExc_RuntimeError, message)
  return -1
}
/** super() in a method: its first argument and __class__ cell, into implicitType and implicitObj (borrowed). */
function super_init_without_args(frame: number): number {
  const co = ptr(frame + _PyInterpreterFrame.f_code)
  if (i32[(co + PyCodeObject.co_argcount) >> 2] === 0) return runtimeError("super(): no arguments")
  const kinds = ptr(co + PyCodeObject.co_localspluskinds) + PyBytesObject.ob_sval
  let firstarg = ptr(frame + _PyInterpreterFrame.localsplus)
  const started = ptr(frame + _PyInterpreterFrame.prev_instr) >= co + PyCodeObject.co_code_adaptive
  if (firstarg !== NULL && (byte(kinds) & CO_FAST_CELL) !== 0 && started) firstarg = ptr(firstarg + PyCellObject.ob_ref)
  if (firstarg === NULL) return runtimeError("super(): arg[0] deleted")
  const names = ptr(co + PyCodeObject.co_localsplusnames)
  const n = i32[(co + PyCodeObject.co_nlocalsplus) >> 2]
  for (let i = i32[(co + PyCodeObject.co_nlocals) >> 2] + i32[(co + PyCodeObject.co_nplaincellvars) >> 2]; i < n; i++) {
    if (!_PyUnicode_Equal(PyTuple_GET_ITEM(names, i), __class__)) continue
    const cell = ptr(frame + _PyInterpreterFrame.localsplus + 8 * i)
    if (cell === NULL || !PyCell_Check(cell)) return runtimeError("super(): bad __class__ cell")
    const type = ptr(cell + PyCellObject.ob_ref)
    if (type === NULL) return runtimeError("super(): empty __class__ cell")
    if (!PyType_Check(type)) return runtimeError(`super(): __class__ is not a type (${typeName(type)})`)
    implicitType = type
    implicitObj = firstarg
    return 0
  }
  return runtimeError("super(): __class__ cell not found")
}
function super_init_impl(self: Ref, type: Ref, obj: Ref): number {
  let $obj_type: Own = NULL
  if (type === NULL) {
    const frame = ptr(ptr(tstate + PyThreadState.cframe) + _PyCFrame.current_frame)
    if (frame === NULL) return runtimeError("super(): no current frame")
    if (super_init_without_args(frame) < 0) return -1
    type = implicitType
    obj = implicitObj
  }
  if (obj === Py_None) obj = NULL
  if (obj !== NULL) {
    $obj_type = supercheck(type, obj)
    if ($obj_type === NULL) return -1
    Py_INCREF(obj)
  }
  Py_INCREF(type)
  Py_XSETREF(self + superobject.type, type)
  Py_XSETREF(self + superobject.obj, obj)
  Py_XSETREF(self + superobject.obj_type, $obj_type)
  return 0
}
const PARSE_EXTRA = { types: [PyType_Type] }
function super_init(self: Ref, args: Ref, kwds: Ref): number {
  if (!_PyArg_NoKeywords("super", kwds)) return -1
  const parsed = PyArg_ParseTuple(args, "|O!O:super", PARSE_EXTRA)
  return parsed === 0 ? -1 : super_init_impl(self, ptr(parsed), ptr(parsed + 8))
}
export function super_vectorcall(self: Ref, args: number, nargsf: number, kwnames: Ref): Own {
  if (!_PyArg_NoKwnames("super", kwnames)) return NULL
  const nargs = PyVectorcall_NARGS(nargsf)
  if (!_PyArg_CheckPositional("super()", nargs, 0, 2)) return NULL
  const $su = tp_alloc(self, 0)
  if ($su === NULL) return NULL
  const type = nargs !== 0 ? ptr(args) : NULL
  if (type !== NULL && !PyType_Check(type)) {
    PyErr_SetString(PyExc_TypeError, `super() argument 1 must be a type, not ${typeName(type).slice(0, 200)}`)
  } else if (super_init_impl($su, type, nargs === 2 ? ptr(args + 8) : NULL) >= 0) return $su
  Py_DECREF($su)
  return NULL
}
function super_traverse(self: Ref, visit: visitproc, arg: number): number {
  for (const field of [superobject.obj, superobject.type, superobject.obj_type]) {
    const v = ptr(self + field)
    if (v !== NULL) {
      const r = visit(v, arg)
      if (r) return r
    }
  }
  return 0
}

defineType(PySuper_Type, {
  name: "super",
  basicsize: superobject.SIZE,
  flags: TPFLAGS.HAVE_GC | TPFLAGS.BASETYPE,
  doc: "super() -> same as super(__class__, <first argument>)\nsuper(type) -> unbound super object\nsuper(type, obj) -> bound super object; requires isinstance(obj, type)\nsuper(type, type2) -> bound super object; requires issubclass(type2, type)\nIn a method: super().meth(arg) calls the next class's meth.\n",
  dealloc: super_dealloc,
  repr: super_repr,
  getattro: super_getattro,
  traverse: super_traverse,
  descr_get: super_descr_get,
  init: super_init,
  alloc: PyType_GenericAlloc,
  new: PyType_GenericNew,
  free: PyObject_GC_Del,
  vectorcall: super_vectorcall,
  members: [
    ["__thisclass__", T.OBJECT, superobject.type, READONLY, "the class invoking super()"],
    ["__self__", T.OBJECT, superobject.obj, READONLY, "the instance invoking super(); may be None"],
    ["__self_class__", T.OBJECT, superobject.obj_type, READONLY, "the type of the instance invoking super(); may be None"],
  ],
})
