import { int32, ptr, setint32, setptr } from "../heap/access.ts"
import { PyFrameObject, PyTracebackObject as TB } from "../heap/layout.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { Py_CLEAR, Py_NewRef, Py_TYPE, Py_XDECREF, Py_XNewRef, Py_XSETREF } from "../heap/refcount.ts"
import { Py_TRASHCAN_BEGIN, Py_TRASHCAN_END } from "../heap/trashcan.ts"
import { calloca, cstackMark, cstackReset } from "../heap/cstack.ts"
import { _PyObject_GC_New, PyObject_GC_Del, PyObject_GC_Track, PyObject_GC_UnTrack } from "../gc/gcmodule.ts"
import { defineType } from "./define.ts"
import { _PyErr_ChainExceptions, PyErr_BadInternalCall, PyErr_Fetch, PyErr_RestoreFrom, PyErr_SetString } from "./errors.ts"
import { _PyInterpreterFrame_LASTI } from "./frame.ts"
import { PyFrame_GetLineNumber } from "./frameobject.ts"
import { PyArg_ParseTupleAndKeywords } from "./getargs.ts"
import { PyList_New, PyList_SET_ITEM } from "./listobject.ts"
import { PyObject_GenericGetAttr, typeName } from "./object.ts"
import { METH, READONLY, T, TPFLAGS, type visitproc } from "./slots.ts"
import { Py_None, PyExc_TypeError, PyExc_ValueError, PyFrame_Type, PyTraceBack_Type } from "./statictypes.ts"
import { PyUnicode_FromString } from "./unicodeobject.ts"

// Python/traceback.c: the traceback type. Printing is vm/traceback.ts.

export function PyTraceBack_Check(op: Ref): boolean {
  return Py_TYPE(op) === PyTraceBack_Type
}

/** `next` may be NULL; both borrowed. */
export function tb_create_raw(next: Ref, frame: Ref, lasti: number, lineno: number): Own {
  if ((next !== 0 && !PyTraceBack_Check(next)) || frame === 0 || Py_TYPE(frame) !== PyFrame_Type)
    return PyErr_BadInternalCall("Python/traceback.c:55")
  const $tb = _PyObject_GC_New(PyTraceBack_Type)
  if ($tb === NULL) return NULL
  setptr($tb + TB.tb_next, Py_XNewRef(next))
  setptr($tb + TB.tb_frame, Py_NewRef(frame))
  setint32($tb + TB.tb_lasti, lasti)
  setint32($tb + TB.tb_lineno, lineno)
  PyObject_GC_Track($tb)
  return $tb
}

/** A traceback entry for where `frame` (a frame object) is now. */
export function _PyTraceBack_FromFrame(next: Ref, frame: Ref): Own {
  return tb_create_raw(next, frame, _PyInterpreterFrame_LASTI(ptr(frame + PyFrameObject.f_frame)) * 2, PyFrame_GetLineNumber(frame))
}

/** Put the frame object in front of the current error's traceback. -1 with an error set (chained). */
export function PyTraceBack_Here(frame: Ref): number {
  const mark = cstackMark()
  const at = calloca(24)
  PyErr_Fetch(at)
  const tb = ptr(at + 16)
  const $new = _PyTraceBack_FromFrame(tb, frame)
  if ($new === NULL) {
    _PyErr_ChainExceptions(at)
    cstackReset(mark)
    return -1
  }
  setptr(at + 16, $new)
  PyErr_RestoreFrom(at)
  Py_XDECREF(tb)
  cstackReset(mark)
  return 0
}

function tb_new(_type: Ref, args: Ref, kwds: Ref): Own {
  const at = PyArg_ParseTupleAndKeywords(args, kwds, "OO!ii:traceback", ["tb_next", "tb_frame", "tb_lasti", "tb_lineno"], {
    types: [PyFrame_Type],
  })
  if (at === 0) return NULL
  const next = ptr(at)
  const frame = ptr(at + 8)
  const lasti = int32(at + 16)
  const lineno = int32(at + 24)
  if (next !== Py_None && !PyTraceBack_Check(next))
    return PyErr_SetString(PyExc_TypeError, `expected traceback object or None, got '${typeName(next)}'`)
  return tb_create_raw(next === Py_None ? NULL : next, frame, lasti, lineno)
}

function tb_dir(_self: Ref): Own {
  const $list = PyList_New(4)
  if ($list === NULL) return NULL
  const names = ["tb_frame", "tb_next", "tb_lasti", "tb_lineno"]
  names.forEach((name, i) => PyList_SET_ITEM($list, i, PyUnicode_FromString(name)))
  return $list
}

function tb_next_get(self: Ref): Own {
  return Py_NewRef(ptr(self + TB.tb_next) || Py_None)
}

function tb_next_set(self: Ref, value: Ref): number {
  if (value === 0) {
    PyErr_SetString(PyExc_TypeError, "can't delete tb_next attribute")
    return -1
  }
  if (value === Py_None) value = NULL
  else if (!PyTraceBack_Check(value)) {
    PyErr_SetString(PyExc_TypeError, `expected traceback object, got '${typeName(value)}'`)
    return -1
  }
  for (let cursor = value; cursor !== 0; cursor = ptr(cursor + TB.tb_next)) {
    if (cursor === self) {
      PyErr_SetString(PyExc_ValueError, "traceback loop detected")
      return -1
    }
  }
  Py_XSETREF(self + TB.tb_next, Py_XNewRef(value))
  return 0
}

function tb_dealloc(tb: Ref): void {
  PyObject_GC_UnTrack(tb)
  if (!Py_TRASHCAN_BEGIN(tb, tb_dealloc)) return
  Py_XDECREF(ptr(tb + TB.tb_next))
  Py_XDECREF(ptr(tb + TB.tb_frame))
  PyObject_GC_Del(tb)
  Py_TRASHCAN_END()
}
function tb_traverse(tb: Ref, visit: visitproc, arg: number): number {
  let v = ptr(tb + TB.tb_next)
  let r: number
  if (v !== 0 && (r = visit(v, arg)) !== 0) return r
  v = ptr(tb + TB.tb_frame)
  return v !== 0 ? visit(v, arg) : 0
}
function tb_clear(tb: Ref): number {
  Py_CLEAR(tb + TB.tb_next)
  Py_CLEAR(tb + TB.tb_frame)
  return 0
}

defineType(PyTraceBack_Type, {
  name: "traceback",
  basicsize: TB.SIZE,
  dealloc: tb_dealloc,
  getattro: PyObject_GenericGetAttr,
  flags: TPFLAGS.DEFAULT | TPFLAGS.HAVE_GC,
  doc: "(tb_next, tb_frame, tb_lasti, tb_lineno)\n--\n\nCreate a new traceback object.",
  traverse: tb_traverse,
  clear: tb_clear,
  methods: [["__dir__", tb_dir, METH.NOARGS]],
  members: [
    ["tb_frame", T.OBJECT, TB.tb_frame, READONLY | 2],
    ["tb_lasti", T.INT, TB.tb_lasti, READONLY],
    ["tb_lineno", T.INT, TB.tb_lineno, READONLY],
  ],
  getset: [["tb_next", tb_next_get, tb_next_set]],
  new: tb_new,
})
