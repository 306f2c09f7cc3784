import { HG, Slow } from "../../heap/heapglobals.ts"
import { _PyTraceMalloc_NewReference } from "../../trace/tracemalloc.ts"
import { PyFloatObject, PyObject, PyTypeObject } from "../../heap/layout.ts"
import { fn } from "../../heap/fntable.ts"
import { INTERP, Interp } from "../../heap/map.ts"
import { PyObject_Free, PyObject_Malloc } from "../../heap/obmalloc.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_DECREF, Py_TYPE } from "../../heap/refcount.ts"
import { ptr } from "../../heap/access.ts"
import { f64, i32 } from "../../heap/views.ts"
import { _PyNumber_Index } from "../abstract.ts"
import { PyErr_BadArgument, PyErr_NoMemory, PyErr_SetString } from "../errors.ts"
import { FreeList } from "../freelists.ts"
import { PyNumberMethods } from "../../heap/layout.ts"
import { record_retire } from "../../trace/recorder.ts"
import { PyLong_AsDouble } from "../longobject.ts"
import { typeName } from "../object.ts"
import type { freefunc, unaryfunc } from "../slots.ts"
import { PyExc_DeprecationWarning, PyExc_TypeError, PyFloat_Type } from "../statictypes.ts"
import { PyType_IsSubtype } from "../typeobject.ts"
import { PyErr_WarnEx } from "../_warnings.ts"

// Objects/floatobject.c: making, freeing and reading floats. A hundred freed ones are kept, linked through ob_type.

const MAXFREELIST = 100
const NUMFREE = INTERP + Interp.freelists + FreeList.float_numfree
const FREE = INTERP + Interp.freelists + FreeList.float_free_list

export function PyFloat_FromDouble(x: number): Own {
  let op = i32[FREE >> 2]
  if (op !== 0) {
    i32[FREE >> 2] = i32[(op + PyObject.ob_type) >> 2]
    i32[NUMFREE >> 2]--
    if ((i32[HG.slow >> 2] & Slow.OBSERVED) !== 0) _PyTraceMalloc_NewReference(op as Ref)
  } else {
    op = PyObject_Malloc(PyFloatObject.SIZE)
    if (op === 0) return PyErr_NoMemory()
  }
  const w = op >> 2
  i32[w] = 1
  i32[w + 1] = 0
  i32[w + 2] = PyFloat_Type
  i32[w + 3] = 0
  f64[(op + PyFloatObject.ob_fval) >> 3] = x
  return op as Own
}

/** The count of an exact float reached zero. */
export function _PyFloat_ExactDealloc(op: Ref): void {
  const n = i32[NUMFREE >> 2]
  if (n >= MAXFREELIST) {
    PyObject_Free(op)
    return
  }
  if ((i32[HG.slow >> 2] & Slow.RECORD) !== 0) record_retire(op)
  i32[NUMFREE >> 2] = n + 1
  i32[(op + PyObject.ob_type) >> 2] = i32[FREE >> 2]
  i32[FREE >> 2] = op
}

export function float_dealloc(op: Ref): void {
  const type = i32[(op + PyObject.ob_type) >> 2] as Ref
  if (type === PyFloat_Type) _PyFloat_ExactDealloc(op)
  else fn<freefunc>(ptr(type + PyTypeObject.tp_free))(op)
}

/** Give the kept floats back to the allocator (a full collection does). */
export function _PyFloat_ClearFreeList(): void {
  let op = i32[FREE >> 2]
  while (op !== 0) {
    const next = i32[(op + PyObject.ob_type) >> 2]
    PyObject_Free(op)
    op = next
  }
  i32[FREE >> 2] = 0
  i32[NUMFREE >> 2] = 0
}
export function floatNumfree(): number {
  return i32[NUMFREE >> 2]
}

export function PyFloat_CheckExact(op: Ref): boolean {
  return i32[(op + PyObject.ob_type) >> 2] === PyFloat_Type
}
export function PyFloat_Check(op: Ref): boolean {
  const type = Py_TYPE(op)
  return type === PyFloat_Type || PyType_IsSubtype(type, PyFloat_Type)
}
export function PyFloat_AS_DOUBLE(op: Ref): number {
  return f64[(op + PyFloatObject.ob_fval) >> 3]
}

/** Any real number's value; -1 and PyErr_Occurred() on error. */
export function PyFloat_AsDouble(op: Ref): number {
  if (op === NULL) {
    PyErr_BadArgument()
    return -1
  }
  if (PyFloat_Check(op)) return f64[(op + PyFloatObject.ob_fval) >> 3]
  const nb = ptr(Py_TYPE(op) + PyTypeObject.tp_as_number)
  if (nb === 0 || ptr(nb + PyNumberMethods.nb_float) === 0) {
    if (nb !== 0 && ptr(nb + PyNumberMethods.nb_index) !== 0) {
      const $i = _PyNumber_Index(op)
      if ($i === NULL) return -1
      const x = PyLong_AsDouble($i)
      Py_DECREF($i)
      return x
    }
    PyErr_SetString(PyExc_TypeError, `must be real number, not ${typeName(op).slice(0, 50)}`)
    return -1
  }
  const $res = fn<unaryfunc>(ptr(nb + PyNumberMethods.nb_float))(op)
  if ($res === NULL) return -1
  if (!PyFloat_CheckExact($res)) {
    if (!PyFloat_Check($res)) {
      PyErr_SetString(PyExc_TypeError, `${typeName(op).slice(0, 50)}.__float__ returned non-float (type ${typeName($res).slice(0, 50)})`)
      Py_DECREF($res)
      return -1
    }
    const message =
      `${typeName(op).slice(0, 50)}.__float__ returned non-float (type ${typeName($res).slice(0, 50)}).  ` +
      "The ability to return an instance of a strict subclass of float is deprecated, and may be removed in a future version of Python."
    if (PyErr_WarnEx(PyExc_DeprecationWarning, message, 1) < 0) {
      Py_DECREF($res)
      return -1
    }
  }
  const x = f64[($res + PyFloatObject.ob_fval) >> 3]
  Py_DECREF($res)
  return x
}
