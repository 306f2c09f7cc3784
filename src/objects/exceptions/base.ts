import { byte, ptr, setbyte, setptr } from "../../heap/access.ts"
import { fn } from "../../heap/fntable.ts"
import { PyBaseExceptionObject, PyTypeObject } from "../../heap/layout.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_CLEAR, Py_DECREF, Py_INCREF, Py_NewRef, Py_TYPE, Py_XNewRef, Py_XSETREF, PyType_HasFeature } from "../../heap/refcount.ts"
import { ID } from "../../heap/statics.ts"
import { Py_TRASHCAN_BEGIN, Py_TRASHCAN_END } from "../../heap/trashcan.ts"
import { PyObject_GC_UnTrack } from "../../gc/gcmodule.ts"
import { PySequence_Tuple } from "../abstract.ts"
import { dictKey, dictValue, PyDict_Check, PyDict_Next } from "../dictobject.ts"
import { PyErr_Occurred, PyErr_SetString } from "../errors.ts"
import { _PyArg_NoKeywords } from "../getargs.ts"
import { PyList_Append, PyList_Check, PyList_New } from "../listobject.ts"
import {
  _PyObject_LookupAttr,
  PyObject_GenericGetAttr,
  PyObject_GenericGetDict,
  PyObject_GenericSetAttr,
  PyObject_GenericSetDict,
  PyObject_Repr,
  PyObject_SetAttr,
  PyObject_Str,
  reprJS,
  tp_name_js,
  typeName,
} from "../object.ts"
import { type allocfunc, type freefunc, METH, T, TPFLAGS, type visitproc } from "../slots.ts"
import { EMPTY_TUPLE, Py_None, PyExc_BaseException, PyExc_TypeError, PyTraceBack_Type } from "../statictypes.ts"
import { PyTuple_GET_ITEM, PyTuple_GET_SIZE, PyTuple_Pack2, PyTuple_Pack3 } from "../tupleobject.ts"
import { PyUnicode_Check, PyUnicode_FromString } from "../unicodeobject.ts"
import { defineType } from "../define.ts"

// Objects/exceptions.c: BaseException.
//
//   0        16     24     32      40          48        56      64                 72
//   ┌ header ┬ dict ┬ args ┬ notes ┬ traceback ┬ context ┬ cause ┬ suppress_context ┬ pointers of the subtype …
//   Invariant: args is a tuple or NULL; the subtype's extra pointers follow at 72 (UnicodeError: reason at 104).

export function PyExceptionInstance_Check(op: Ref): boolean {
  return PyType_HasFeature(Py_TYPE(op), TPFLAGS.BASE_EXC_SUBCLASS)
}
export function PyExceptionClass_Check(op: Ref): boolean {
  return PyType_HasFeature(Py_TYPE(op), TPFLAGS.TYPE_SUBCLASS) && PyType_HasFeature(op, TPFLAGS.BASE_EXC_SUBCLASS)
}
export function PyExceptionInstance_Class(op: Ref): Ref {
  return Py_TYPE(op)
}

/** Owned traceback or NULL (no error). */
export function PyException_GetTraceback(self: Ref): Own {
  return Py_XNewRef(ptr(self + PyBaseExceptionObject.traceback))
}
export function PyException_SetTraceback(self: Ref, tb: Ref): number {
  return BaseException_set_tb(self, tb)
}
/** Owned cause or NULL. */
export function PyException_GetCause(self: Ref): Own {
  return Py_XNewRef(ptr(self + PyBaseExceptionObject.cause))
}
/** Steals `$cause`. */
export function PyException_SetCause(self: Ref, $cause: Own): void {
  setbyte(self + PyBaseExceptionObject.suppress_context, 1)
  Py_XSETREF(self + PyBaseExceptionObject.cause, $cause)
}
/** Owned context or NULL. */
export function PyException_GetContext(self: Ref): Own {
  return Py_XNewRef(ptr(self + PyBaseExceptionObject.context))
}
/** Steals `$context`. */
export function PyException_SetContext(self: Ref, $context: Own): void {
  Py_XSETREF(self + PyBaseExceptionObject.context, $context)
}

/** tp_alloc, which zeroes, with args set. */
export function BaseException_new(type: Ref, args: Ref, _kwds: Ref): Own {
  const $self = fn<allocfunc>(ptr(type + PyTypeObject.tp_alloc))(type, 0)
  if ($self === NULL) return NULL
  setptr($self + PyBaseExceptionObject.args, Py_NewRef(args === 0 ? EMPTY_TUPLE : args))
  return $self
}

export function BaseException_init(self: Ref, args: Ref, kwds: Ref): number {
  if (!_PyArg_NoKeywords(tp_name_js(Py_TYPE(self)), kwds)) return -1
  Py_INCREF(args)
  Py_XSETREF(self + PyBaseExceptionObject.args, args)
  return 0
}

export function BaseException_clear(self: Ref): number {
  Py_CLEAR(self + PyBaseExceptionObject.dict)
  Py_CLEAR(self + PyBaseExceptionObject.args)
  Py_CLEAR(self + PyBaseExceptionObject.notes)
  Py_CLEAR(self + PyBaseExceptionObject.traceback)
  Py_CLEAR(self + PyBaseExceptionObject.cause)
  Py_CLEAR(self + PyBaseExceptionObject.context)
  return 0
}

/** tp_free of the object's type. */
export function freeInstance(self: Ref): void {
  fn<freefunc>(ptr(Py_TYPE(self) + PyTypeObject.tp_free))(self)
}

export function BaseException_dealloc(self: Ref): void {
  PyObject_GC_UnTrack(self)
  if (!Py_TRASHCAN_BEGIN(self, BaseException_dealloc)) return
  BaseException_clear(self)
  freeInstance(self)
  Py_TRASHCAN_END()
}

function visitPointer(at: number, visit: visitproc, arg: number): number {
  const v = ptr(at)
  return v === 0 ? 0 : visit(v, arg)
}

export function BaseException_traverse(self: Ref, visit: visitproc, arg: number): number {
  return (
    visitPointer(self + PyBaseExceptionObject.dict, visit, arg) ||
    visitPointer(self + PyBaseExceptionObject.args, visit, arg) ||
    visitPointer(self + PyBaseExceptionObject.notes, visit, arg) ||
    visitPointer(self + PyBaseExceptionObject.traceback, visit, arg) ||
    visitPointer(self + PyBaseExceptionObject.cause, visit, arg) ||
    visitPointer(self + PyBaseExceptionObject.context, visit, arg)
  )
}

/** Clear `n` pointer fields from BaseException's end on, then the base's. */
export function clearExtra(self: Ref, n: number): number {
  for (let i = 0; i < n; i++) Py_CLEAR(self + PyBaseExceptionObject.SIZE + i * 8)
  return BaseException_clear(self)
}

/** Visit `n` pointer fields from BaseException's end on, then the base's. */
export function traverseExtra(self: Ref, n: number, visit: visitproc, arg: number): number {
  for (let i = 0; i < n; i++) {
    const r = visitPointer(self + PyBaseExceptionObject.SIZE + i * 8, visit, arg)
    if (r) return r
  }
  return BaseException_traverse(self, visit, arg)
}

export function deallocExtra(self: Ref, n: number): void {
  PyObject_GC_UnTrack(self)
  clearExtra(self, n)
  freeInstance(self)
}

export function BaseException_str(self: Ref): Own {
  const args = ptr(self + PyBaseExceptionObject.args)
  const n = PyTuple_GET_SIZE(args)
  if (n === 0) return PyUnicode_FromString("")
  return PyObject_Str(n === 1 ? PyTuple_GET_ITEM(args, 0) : args)
}

/** The last component of tp_name. */
export function shortTypeName(type: Ref): string {
  const name = tp_name_js(type)
  return name.slice(name.lastIndexOf(".") + 1)
}

function BaseException_repr(self: Ref): Own {
  const args = ptr(self + PyBaseExceptionObject.args)
  const name = shortTypeName(Py_TYPE(self))
  const one = PyTuple_GET_SIZE(args) === 1
  const r = reprJS(one ? PyTuple_GET_ITEM(args, 0) : args)
  if (r === null) return NULL
  return PyUnicode_FromString(one ? `${name}(${r})` : name + r)
}

export function BaseException_reduce(self: Ref): Own {
  const args = ptr(self + PyBaseExceptionObject.args)
  const dict = ptr(self + PyBaseExceptionObject.dict)
  return args !== 0 && dict !== 0 ? PyTuple_Pack3(Py_TYPE(self), args, dict) : PyTuple_Pack2(Py_TYPE(self), args)
}

function BaseException_setstate(self: Ref, state: Ref): Own {
  if (state !== Py_None) {
    if (!PyDict_Check(state)) return PyErr_SetString(PyExc_TypeError, "state is not a dictionary")
    let pos = 0
    while ((pos = PyDict_Next(state, pos)) !== 0) {
      const $key = Py_NewRef(dictKey)
      const $value = Py_NewRef(dictValue)
      const bad = PyObject_SetAttr(self, $key, $value)
      Py_DECREF($value)
      Py_DECREF($key)
      if (bad < 0) return NULL
    }
  }
  return Py_NewRef(Py_None)
}

function BaseException_with_traceback(self: Ref, tb: Ref): Own {
  return PyException_SetTraceback(self, tb) ? NULL : Py_NewRef(self)
}

function BaseException_add_note(self: Ref, note: Ref): Own {
  if (!PyUnicode_Check(note)) return PyErr_SetString(PyExc_TypeError, `note must be a str, not '${typeName(note)}'`)
  let $notes = _PyObject_LookupAttr(self, ID("__notes__"))
  if ($notes === NULL) {
    if (PyErr_Occurred()) return NULL
    $notes = PyList_New(0)
    if ($notes === NULL) return NULL
    if (PyObject_SetAttr(self, ID("__notes__"), $notes) < 0) {
      Py_DECREF($notes)
      return NULL
    }
  }
  try {
    if (!PyList_Check($notes)) return PyErr_SetString(PyExc_TypeError, "Cannot add note: __notes__ is not a list")
    return PyList_Append($notes, note) < 0 ? NULL : Py_NewRef(Py_None)
  } finally {
    Py_DECREF($notes)
  }
}

function orNone(at: number): Own {
  const v = ptr(at)
  return Py_NewRef(v === 0 ? Py_None : v)
}
function BaseException_get_args(self: Ref): Own {
  return orNone(self + PyBaseExceptionObject.args)
}
function BaseException_set_args(self: Ref, val: Ref): number {
  if (val === 0) {
    PyErr_SetString(PyExc_TypeError, "args may not be deleted")
    return -1
  }
  const $seq = PySequence_Tuple(val)
  if ($seq === NULL) return -1
  Py_XSETREF(self + PyBaseExceptionObject.args, $seq)
  return 0
}
function BaseException_get_tb(self: Ref): Own {
  return orNone(self + PyBaseExceptionObject.traceback)
}
function BaseException_set_tb(self: Ref, tb: Ref): number {
  if (tb === 0) {
    PyErr_SetString(PyExc_TypeError, "__traceback__ may not be deleted")
    return -1
  }
  if (tb !== Py_None && Py_TYPE(tb) !== PyTraceBack_Type) {
    PyErr_SetString(PyExc_TypeError, "__traceback__ must be a traceback or None")
    return -1
  }
  Py_INCREF(tb)
  Py_XSETREF(self + PyBaseExceptionObject.traceback, tb)
  return 0
}
function BaseException_get_context(self: Ref): Own {
  return orNone(self + PyBaseExceptionObject.context)
}
function BaseException_get_cause(self: Ref): Own {
  return orNone(self + PyBaseExceptionObject.cause)
}

// What may be stored as context or cause; -1 with the error set, else the owned value (NULL for None) in `checked`.
let checked: Own = NULL
function checkLink(arg: Ref, what: string): number {
  if (arg === 0) {
    PyErr_SetString(PyExc_TypeError, `__${what}__ may not be deleted`)
    return -1
  }
  if (arg === Py_None) checked = NULL
  else if (!PyExceptionInstance_Check(arg)) {
    PyErr_SetString(PyExc_TypeError, `exception ${what} must be None or derive from BaseException`)
    return -1
  } else checked = Py_NewRef(arg)
  return 0
}
function BaseException_set_context(self: Ref, arg: Ref): number {
  if (checkLink(arg, "context") < 0) return -1
  PyException_SetContext(self, checked)
  return 0
}
function BaseException_set_cause(self: Ref, arg: Ref): number {
  if (checkLink(arg, "cause") < 0) return -1
  PyException_SetCause(self, checked)
  return 0
}

/** True when `raise … from` or an assignment to __cause__ hides the context. */
export function suppressesContext(self: Ref): boolean {
  return byte(self + PyBaseExceptionObject.suppress_context) !== 0
}

/** KeyError's str: the repr of a lone argument. */
export function KeyError_str(self: Ref): Own {
  const args = ptr(self + PyBaseExceptionObject.args)
  return PyTuple_GET_SIZE(args) === 1 ? PyObject_Repr(PyTuple_GET_ITEM(args, 0)) : BaseException_str(self)
}

defineType(PyExc_BaseException, {
  name: "BaseException",
  basicsize: PyBaseExceptionObject.SIZE,
  flags: TPFLAGS.BASETYPE | TPFLAGS.HAVE_GC | TPFLAGS.BASE_EXC_SUBCLASS,
  doc: "Common base class for all exceptions",
  dictoffset: PyBaseExceptionObject.dict,
  dealloc: BaseException_dealloc,
  repr: BaseException_repr,
  str: BaseException_str,
  getattro: PyObject_GenericGetAttr,
  setattro: PyObject_GenericSetAttr,
  traverse: BaseException_traverse,
  clear: BaseException_clear,
  init: BaseException_init,
  new: BaseException_new,
  methods: [
    ["__reduce__", BaseException_reduce, METH.NOARGS],
    ["__setstate__", BaseException_setstate, METH.O],
    [
      "with_traceback",
      BaseException_with_traceback,
      METH.O,
      "Exception.with_traceback(tb) --\n    set self.__traceback__ to tb and return self.",
    ],
    ["add_note", BaseException_add_note, METH.O, "Exception.add_note(note) --\n    add a note to the exception"],
  ],
  members: [["__suppress_context__", T.BOOL, PyBaseExceptionObject.suppress_context, 0]],
  getset: [
    ["__dict__", PyObject_GenericGetDict, PyObject_GenericSetDict],
    ["args", BaseException_get_args, BaseException_set_args],
    ["__traceback__", BaseException_get_tb, BaseException_set_tb],
    ["__context__", BaseException_get_context, BaseException_set_context, "exception context"],
    ["__cause__", BaseException_get_cause, BaseException_set_cause, "exception cause"],
  ],
})
