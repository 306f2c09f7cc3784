import { ptr, setptr } from "../heap/access.ts"
import { PyCellObject } from "../heap/layout.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { Py_CLEAR, Py_IS_TYPE, Py_NewRef, Py_TYPE, Py_XDECREF, Py_XNewRef, Py_XSETREF } from "../heap/refcount.ts"
import { _PyObject_GC_New, _PyObject_GC_TRACK, _PyObject_GC_UNTRACK, PyObject_GC_Del } from "../gc/gcmodule.ts"
import { defineType } from "./define.ts"
import { PyErr_BadInternalCall, PyErr_SetString } from "./errors.ts"
import { _PyArg_NoKeywords } from "./getargs.ts"
import { PyObject_RichCompare, tp_name_js } from "./object.ts"
import { Py, TPFLAGS, type visitproc } from "./slots.ts"
import { Py_False, Py_NotImplemented, Py_True, PyCell_Type, PyExc_TypeError, PyExc_ValueError } from "./statictypes.ts"
import { PyTuple_GET_ITEM, PyTuple_GET_SIZE } from "./tupleobject.ts"
import { PyUnicode_FromString } from "./unicodeobject.ts"

// Objects/cellobject.c: the variables that closures share.

export function PyCell_Check(op: Ref): boolean {
  return Py_IS_TYPE(op, PyCell_Type)
}

/** A new cell holding `obj` (NULL: empty). */
export function PyCell_New(obj: Ref): Own {
  const $op = _PyObject_GC_New(PyCell_Type)
  if ($op === NULL) return NULL
  setptr($op + PyCellObject.ob_ref, Py_XNewRef(obj))
  _PyObject_GC_TRACK($op)
  return $op
}

/** Borrowed contents, NULL when empty. */
export function PyCell_GET(op: Ref): Ref {
  return ptr(op + PyCellObject.ob_ref)
}
/** Store owned `$v` without releasing the old contents. */
export function PyCell_SET(op: Ref, $v: Ref): void {
  setptr(op + PyCellObject.ob_ref, $v)
}
export function PyCell_Get(op: Ref): Own {
  if (!PyCell_Check(op)) return PyErr_BadInternalCall("PyCell_Get")
  return Py_XNewRef(PyCell_GET(op))
}
export function PyCell_Set(op: Ref, obj: Ref): number {
  if (!PyCell_Check(op)) {
    PyErr_BadInternalCall("PyCell_Set")
    return -1
  }
  Py_XSETREF(op + PyCellObject.ob_ref, Py_XNewRef(obj))
  return 0
}

function cell_new(_type: Ref, args: Ref, kwargs: Ref): Own {
  if (!_PyArg_NoKeywords("cell", kwargs)) return NULL
  const n = PyTuple_GET_SIZE(args)
  if (n > 1) return PyErr_SetString(PyExc_TypeError, `cell expected at most 1 argument, got ${n}`)
  return PyCell_New(n === 1 ? PyTuple_GET_ITEM(args, 0) : NULL)
}
function cell_dealloc(op: Ref): void {
  _PyObject_GC_UNTRACK(op)
  Py_XDECREF(PyCell_GET(op))
  PyObject_GC_Del(op)
}
function cell_traverse(op: Ref, visit: visitproc, arg: number): number {
  const v = PyCell_GET(op)
  return v === 0 ? 0 : visit(v, arg)
}
function cell_clear(op: Ref): number {
  Py_CLEAR(op + PyCellObject.ob_ref)
  return 0
}
function cell_repr(op: Ref): Own {
  const v = PyCell_GET(op)
  const at = `<cell at 0x${op.toString(16)}: `
  return PyUnicode_FromString(v === 0 ? `${at}empty>` : `${at}${tp_name_js(Py_TYPE(v)).slice(0, 80)} object at 0x${v.toString(16)}>`)
}
// Empty cells order before full ones.
function cell_richcompare(a: Ref, b: Ref, op: number): Own {
  if (!PyCell_Check(a) || !PyCell_Check(b)) return Py_NewRef(Py_NotImplemented)
  const va = PyCell_GET(a)
  const vb = PyCell_GET(b)
  if (va !== 0 && vb !== 0) return PyObject_RichCompare(va, vb, op)
  const x = va === 0 ? 0 : 1
  const y = vb === 0 ? 0 : 1
  const r = op === Py.LT ? x < y : op === Py.LE ? x <= y : op === Py.EQ ? x === y : op === Py.NE ? x !== y : op === Py.GT ? x > y : x >= y
  return Py_NewRef(r ? Py_True : Py_False)
}
function cell_get_contents(op: Ref): Own {
  const v = PyCell_GET(op)
  return v === 0 ? PyErr_SetString(PyExc_ValueError, "Cell is empty") : Py_NewRef(v)
}
function cell_set_contents(op: Ref, obj: Ref): number {
  Py_XSETREF(op + PyCellObject.ob_ref, Py_XNewRef(obj))
  return 0
}

defineType(PyCell_Type, {
  name: "cell",
  basicsize: PyCellObject.SIZE,
  flags: TPFLAGS.HAVE_GC,
  doc: "cell([contents])\n--\n\nA variable shared by closures.",
  dealloc: cell_dealloc,
  repr: cell_repr,
  traverse: cell_traverse,
  clear: cell_clear,
  richcompare: cell_richcompare,
  new: cell_new,
  getset: [["cell_contents", cell_get_contents, cell_set_contents]],
})
