import { PyObject_GC_Del, PyObject_GC_UnTrack } from "../../gc/gcmodule.ts"
import { ptr, set64, setint64 } from "../../heap/access.ts"
import { fn } from "../../heap/fntable.ts"
import { PyTypeObject } from "../../heap/layout.ts"
import { PyMem_Free } from "../../heap/obmalloc.ts"
import type { Own, Ref } from "../../heap/ref.ts"
import { Py_TYPE, Py_XDECREF } from "../../heap/refcount.ts"
import { i32 } from "../../heap/views.ts"
import { defineType, type MethodSpec } from "../../objects/define.ts"
import { PyErr_SetString } from "../../objects/errors.ts"
import { tp_free } from "../../objects/freelists.ts"
import { _PyArg_NoKeywords } from "../../objects/getargs.ts"
import { PyLong_FromInt64 } from "../../objects/longobject.ts"
import { PyObject_GenericGetAttr, PyObject_SelfIter, tp_name_js } from "../../objects/object.ts"
import { type allocfunc, type iternextfunc, type newfunc, type reprfunc, TPFLAGS, type visitproc } from "../../objects/slots.ts"
import { PyExc_TypeError } from "../../objects/statictypes.ts"
import { PyTuple_Check } from "../../objects/tupleobject.ts"
import { PyType_GenericAlloc } from "../../objects/typeobject.ts"

/** An iterator type whose instances own the pointers at `fields`. */
export interface IteratorSpec {
  name: string
  size: number
  doc: string
  /** Offsets of the owned pointers, in the order in which they are released. */
  fields: readonly number[]
  /** The order in which they are visited, if another. */
  visit?: readonly number[]
  /** Offsets of PyMem blocks (may be NULL). */
  blocks?: readonly number[]
  next: iternextfunc
  new: newfunc
  methods?: readonly MethodSpec[]
  repr?: reprfunc
}

export function defineIterator(type: Ref, spec: IteratorSpec): void {
  const { fields, blocks } = spec
  const visited = spec.visit ?? fields
  defineType(type, {
    name: spec.name,
    basicsize: spec.size,
    flags: TPFLAGS.DEFAULT | TPFLAGS.HAVE_GC | TPFLAGS.BASETYPE,
    doc: spec.doc,
    dealloc: (self: Ref): void => {
      PyObject_GC_UnTrack(self)
      for (const f of fields) Py_XDECREF(ptr(self + f))
      if (blocks) for (const b of blocks) if (ptr(self + b) !== 0) PyMem_Free(ptr(self + b))
      tp_free(self)
    },
    traverse: (self: Ref, visit: visitproc, arg: number): number => {
      for (const f of visited) {
        const v = ptr(self + f)
        if (v !== 0) {
          const r = visit(v, arg)
          if (r) return r
        }
      }
      return 0
    },
    ...(spec.repr && { repr: spec.repr }),
    getattro: PyObject_GenericGetAttr,
    iter: PyObject_SelfIter,
    iternext: spec.next,
    methods: spec.methods ?? [],
    alloc: PyType_GenericAlloc,
    new: spec.new,
    free: PyObject_GC_Del,
  })
}

/** A zeroed, tracked instance. */
export function alloc(type: Ref): Own {
  return fn<allocfunc>(ptr(type + PyTypeObject.tp_alloc))(type, 0)
}

/** `Py_TYPE(it)->tp_iternext(it)` */
export function iternext(it: Ref): Own {
  return fn<iternextfunc>(i32[(i32[(it + 8) >> 2] + PyTypeObject.tp_iternext) >> 2])(it)
}

/** May this type's instances be made without keywords only, and were there none? */
export function noKeywords(type: Ref, base: Ref, name: string, kwds: Ref): boolean {
  const strict = type === base || ptr(type + PyTypeObject.tp_init) === ptr(base + PyTypeObject.tp_init)
  return !strict || _PyArg_NoKeywords(name, kwds)
}

/** True, or TypeError: __setstate__ wants a tuple. */
export function stateIsTuple(state: Ref): boolean {
  if (PyTuple_Check(state)) return true
  PyErr_SetString(PyExc_TypeError, "state is not a tuple")
  return false
}

/** Py_ssize_t as a JavaScript number: above 2^53 it is rounded, and only compared. */
export function setSsize(a: number, v: number): void {
  if (v >= 9223372036854775807) set64(a, -1, 0x7fffffff)
  else setint64(a, v)
}
/** The exact int object of a Py_ssize_t field. */
export function ssizeObject(a: number): Own {
  return PyLong_FromInt64(i32[a >> 2], i32[(a >> 2) + 1])
}

/** _PyType_Name of an object's type: without the module. */
export function shortTypeName(op: Ref): string {
  const name = tp_name_js(Py_TYPE(op))
  return name.slice(name.lastIndexOf(".") + 1)
}

export const REDUCE_DOC = "Return state information for pickling."
export const SETSTATE_DOC = "Set state information for unpickling."
export const SIZEOF_DOC = "Returns size in memory, in bytes."
