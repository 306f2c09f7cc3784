import { ptr } from "../../heap/access.ts"
import { fn } from "../../heap/fntable.ts"
import { hashHi, ret64 } from "../../heap/int64.ts"
import { PyTypeObject } from "../../heap/layout.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_DECREF, Py_NewRef, Py_TYPE } from "../../heap/refcount.ts"
import { PyBool_Check } from "../boolobject.ts"
import { PyErr_BadInternalCall, PyErr_Occurred, PyErr_SetString, Py_EnterRecursiveCall, Py_LeaveRecursiveCall } from "../errors.ts"
import { Py, type hashfunc, type richcmpfunc } from "../slots.ts"
import { PyExc_TypeError, Py_False, Py_NotImplemented, Py_True } from "../statictypes.ts"
import { PyType_IsSubtype } from "../typeobject.ts"
import { PyObject_IsTrue } from "./misc.ts"
import { typeName } from "./names.ts"

// Objects/object.c. Comparison, hash and truth.

const SWAPPED = [Py.GT, Py.GE, Py.EQ, Py.NE, Py.LT, Py.LE]
const OPSTRINGS = ["<", "<=", "==", "!=", ">", ">="]

/** The operator with its operands exchanged. */
export function _Py_SwappedOp(op: number): number {
  return SWAPPED[op]
}

function do_richcompare(v: Ref, w: Ref, op: number): Own {
  const tv = Py_TYPE(v)
  const tw = Py_TYPE(w)
  let checkedReverse = false
  let f: number
  let $res: Own
  if (tv !== tw && (f = ptr(tw + PyTypeObject.tp_richcompare)) !== 0 && PyType_IsSubtype(tw, tv)) {
    checkedReverse = true
    $res = fn<richcmpfunc>(f)(w, v, SWAPPED[op])
    if ($res !== Py_NotImplemented) return $res
    Py_DECREF($res)
  }
  if ((f = ptr(Py_TYPE(v) + PyTypeObject.tp_richcompare)) !== 0) {
    $res = fn<richcmpfunc>(f)(v, w, op)
    if ($res !== Py_NotImplemented) return $res
    Py_DECREF($res)
  }
  if (!checkedReverse && (f = ptr(Py_TYPE(w) + PyTypeObject.tp_richcompare)) !== 0) {
    $res = fn<richcmpfunc>(f)(w, v, SWAPPED[op])
    if ($res !== Py_NotImplemented) return $res
    Py_DECREF($res)
  }
  if (op === Py.EQ) return Py_NewRef(v === w ? Py_True : Py_False)
  if (op === Py.NE) return Py_NewRef(v !== w ? Py_True : Py_False)
  PyErr_SetString(
    PyExc_TypeError,
    `'${OPSTRINGS[op]}' not supported between instances of '${typeName(v).slice(0, 100)}' and '${typeName(w).slice(0, 100)}'`,
  )
  return NULL
}
export function PyObject_RichCompare(v: Ref, w: Ref, op: number): Own {
  if (v === NULL || w === NULL) {
    if (!PyErr_Occurred()) PyErr_BadInternalCall()
    return NULL
  }
  if (Py_EnterRecursiveCall(" in comparison") !== 0) return NULL
  const $res = do_richcompare(v, w, op)
  Py_LeaveRecursiveCall()
  return $res
}
/** -1 error, 0 false, 1 true; identical objects are equal. */
export function PyObject_RichCompareBool(v: Ref, w: Ref, op: number): number {
  if (v === w) {
    if (op === Py.EQ) return 1
    if (op === Py.NE) return 0
  }
  const $res = PyObject_RichCompare(v, w, op)
  if ($res === NULL) return -1
  const ok = PyBool_Check($res) ? ($res === Py_True ? 1 : 0) : PyObject_IsTrue($res)
  Py_DECREF($res)
  return ok
}

/** tp_hash of unhashable types. */
export function PyObject_HashNotImplemented(v: Ref): number {
  PyErr_SetString(PyExc_TypeError, `unhashable type: '${typeName(v).slice(0, 200)}'`)
  return ret64(-1, -1)
}
/** Low word of hash(v), upper in hashHi; -1/-1 with the error set. */
export function PyObject_Hash(v: Ref): number {
  const f = ptr(Py_TYPE(v) + PyTypeObject.tp_hash)
  if (f !== 0) return fn<hashfunc>(f)(v)
  return PyObject_HashNotImplemented(v)
}
/** Did the hash just computed fail? */
export function hashFailed(lo: number): boolean {
  return lo === -1 && hashHi === -1
}
