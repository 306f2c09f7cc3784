import { ptr, setptr } from "../../heap/access.ts"
import { hashHi, ret64 } from "../../heap/int64.ts"
import { PyDescrObject, PyWrapperDescrObject } from "../../heap/layout.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_NewRef, Py_TYPE, Py_XDECREF } from "../../heap/refcount.ts"
import { Py_TRASHCAN_BEGIN, Py_TRASHCAN_END } from "../../heap/trashcan.ts"
import { PyObject_GC_Del, PyObject_GC_UnTrack, _PyObject_GC_New, _PyObject_GC_TRACK } from "../../gc/gcmodule.ts"
import { defineType } from "../define.ts"
import { reduceGetattr } from "../methodobject.ts"
import { PyObject_GenericGetAttr, addressJS, cstringJS, typeName } from "../object.ts"
import { _Py_HashPointer } from "../pyhash.ts"
import { METH, Py, READONLY, T, TPFLAGS, type visitproc } from "../slots.ts"
import { Py_False, Py_NotImplemented, Py_True, _PyMethodWrapper_Type } from "../statictypes.ts"
import { wrapperbase } from "../typeobject.ts"
import { PyUnicode_FromString } from "../unicodeobject.ts"
import { descr_get_qualname, wrapperdescr_get_doc, wrapperdescr_get_text_signature, wrapperdescr_raw_call } from "./descriptors.ts"

// Objects/descrobject.c: method-wrapper, a slot wrapper bound to an object ((5).__add__).

const enum wrapperobject {
  descr = 16, // PyWrapperDescrObject *
  self = 24, // PyObject *
  SIZE = 32,
}

function descrOf(wp: Ref): Ref {
  return ptr(wp + wrapperobject.descr)
}
function selfOf(wp: Ref): Ref {
  return ptr(wp + wrapperobject.self)
}
function nameOf(wp: Ref): string {
  return cstringJS(ptr(ptr(descrOf(wp) + PyWrapperDescrObject.d_base) + wrapperbase.name))
}

export function PyWrapper_New(descr: Ref, self: Ref): Own {
  const $wp = _PyObject_GC_New(_PyMethodWrapper_Type)
  if ($wp === NULL) return NULL
  setptr($wp + wrapperobject.descr, Py_NewRef(descr))
  setptr($wp + wrapperobject.self, Py_NewRef(self))
  _PyObject_GC_TRACK($wp)
  return $wp
}
function wrapper_dealloc(wp: Ref): void {
  PyObject_GC_UnTrack(wp)
  if (!Py_TRASHCAN_BEGIN(wp, wrapper_dealloc)) return
  Py_XDECREF(descrOf(wp))
  Py_XDECREF(selfOf(wp))
  PyObject_GC_Del(wp)
  Py_TRASHCAN_END()
}
function wrapper_traverse(wp: Ref, visit: visitproc, arg: number): number {
  return visit(descrOf(wp), arg) || visit(selfOf(wp), arg)
}
function wrapper_richcompare(a: Ref, b: Ref, op: number): Own {
  if ((op !== Py.EQ && op !== Py.NE) || Py_TYPE(a) !== _PyMethodWrapper_Type || Py_TYPE(b) !== _PyMethodWrapper_Type) {
    return Py_NewRef(Py_NotImplemented)
  }
  const eq = descrOf(a) === descrOf(b) && selfOf(a) === selfOf(b)
  return Py_NewRef(eq === (op === Py.EQ) ? Py_True : Py_False)
}
function wrapper_hash(wp: Ref): number {
  let lo = _Py_HashPointer(selfOf(wp))
  let hi = hashHi
  lo ^= _Py_HashPointer(descrOf(wp))
  hi ^= hashHi
  return lo === -1 && hi === -1 ? ret64(-2, -1) : ret64(lo, hi)
}
function wrapper_repr(wp: Ref): Own {
  const self = selfOf(wp)
  return PyUnicode_FromString(`<method-wrapper '${nameOf(wp)}' of ${typeName(self)} object at ${addressJS(self)}>`)
}
function wrapper_reduce(wp: Ref): Own {
  return reduceGetattr(selfOf(wp), Py_NewRef(ptr(descrOf(wp) + PyDescrObject.d_name)))
}
function wrapper_call(wp: Ref, args: Ref, kwds: Ref): Own {
  return wrapperdescr_raw_call(descrOf(wp), selfOf(wp), args, kwds)
}
function wrapper_objclass(wp: Ref, _closure: number): Own {
  return Py_NewRef(ptr(descrOf(wp) + PyDescrObject.d_type))
}
function wrapper_name(wp: Ref, _closure: number): Own {
  return PyUnicode_FromString(nameOf(wp))
}
function wrapper_doc(wp: Ref, _closure: number): Own {
  return wrapperdescr_get_doc(descrOf(wp), 0)
}
function wrapper_text_signature(wp: Ref, _closure: number): Own {
  return wrapperdescr_get_text_signature(descrOf(wp), 0)
}
function wrapper_qualname(wp: Ref, _closure: number): Own {
  return descr_get_qualname(descrOf(wp), 0)
}

defineType(_PyMethodWrapper_Type, {
  name: "method-wrapper",
  basicsize: wrapperobject.SIZE,
  flags: TPFLAGS.HAVE_GC,
  dealloc: wrapper_dealloc,
  repr: wrapper_repr,
  hash: wrapper_hash,
  call: wrapper_call,
  getattro: PyObject_GenericGetAttr,
  traverse: wrapper_traverse,
  richcompare: wrapper_richcompare,
  methods: [["__reduce__", wrapper_reduce, METH.NOARGS]],
  members: [["__self__", T.OBJECT, wrapperobject.self, READONLY]],
  getset: [
    ["__objclass__", wrapper_objclass],
    ["__name__", wrapper_name],
    ["__qualname__", wrapper_qualname],
    ["__doc__", wrapper_doc],
    ["__text_signature__", wrapper_text_signature],
  ],
})
