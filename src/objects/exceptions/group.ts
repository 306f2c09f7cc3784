import { ptr, setptr } from "../../heap/access.ts"
import { PyBaseExceptionGroupObject, PyBaseExceptionObject } from "../../heap/layout.ts"
import { INTERP, Interp } from "../../heap/map.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_DECREF, Py_NewRef, Py_SIZE, Py_XDECREF } from "../../heap/refcount.ts"
import { ID } from "../../heap/statics.ts"
import {
  PyObject_IsInstance,
  PyObject_IsSubclass,
  PySequence_Check,
  PySequence_List,
  PySequence_Size,
  PySequence_Tuple,
} from "../abstract.ts"
import { PyObject_CallMethodOneArg, PyObject_CallOneArg, PyObject_CallTwoArgs } from "../call.ts"
import { defineType } from "../define.ts"
import {
  Py_EnterRecursiveCall,
  Py_LeaveRecursiveCall,
  PyErr_GivenExceptionMatches,
  PyErr_NewException,
  PyErr_Occurred,
  PyErr_SetString,
} from "../errors.ts"
import { PyFunction_Check } from "../funcobject.ts"
import { Py_GenericAlias } from "../genericaliasobject.ts"
import { PyList_Append, PyList_GET_ITEM, PyList_GET_SIZE, PyList_New } from "../listobject.ts"
import { PyLong_FromVoidPtr } from "../longobject.ts"
import { _PyObject_LookupAttr, PyObject_IsTrue, PyObject_SetAttr, PyObject_Str, tp_name_js, typeName } from "../object.ts"
import { PySet_Add, PySet_Contains, PySet_New } from "../setobject.ts"
import { METH, READONLY, T, type visitproc } from "../slots.ts"
import {
  Py_None,
  PyExc_BaseException,
  PyExc_BaseExceptionGroup,
  PyExc_Exception,
  PyExc_TypeError,
  PyExc_ValueError,
} from "../statictypes.ts"
import { PyTuple_CheckExact, PyTuple_GET_ITEM, PyTuple_GET_SIZE, PyTuple_Pack2 } from "../tupleobject.ts"
import { PyType_IsSubtype } from "../typeobject.ts"
import { PyUnicode_AsJS, PyUnicode_Check, PyUnicode_FromString } from "../unicodeobject.ts"
import { Py_TYPE } from "../../heap/refcount.ts"
import { exceptionSpec } from "./attributes.ts"
import {
  BaseException_init,
  BaseException_new,
  clearExtra,
  deallocExtra,
  PyException_GetCause,
  PyException_GetContext,
  PyException_GetTraceback,
  PyException_SetCause,
  PyException_SetContext,
  PyException_SetTraceback,
  PyExceptionClass_Check,
  PyExceptionInstance_Check,
  traverseExtra,
} from "./base.ts"

// Objects/exceptions.c: exception groups, and what `except*` needs to take them apart and put them together again.

export function _PyBaseExceptionGroup_Check(op: Ref): boolean {
  return PyType_IsSubtype(Py_TYPE(op), PyExc_BaseExceptionGroup)
}
/** The class ExceptionGroup (borrowed), a heap type made at boot. */
export function PyExc_ExceptionGroup(): Ref {
  return ptr(INTERP + Interp.ExceptionGroup)
}

function BaseExceptionGroup_new(type: Ref, args: Ref, kwds: Ref): Own {
  const n = PyTuple_GET_SIZE(args)
  if (n !== 2) return PyErr_SetString(PyExc_TypeError, `BaseExceptionGroup.__new__() takes exactly 2 arguments (${n} given)`)
  const message = PyTuple_GET_ITEM(args, 0)
  if (!PyUnicode_Check(message))
    return PyErr_SetString(PyExc_TypeError, `BaseExceptionGroup.__new__() argument 1 must be str, not ${typeName(message)}`)
  if (!PySequence_Check(PyTuple_GET_ITEM(args, 1)))
    return PyErr_SetString(PyExc_TypeError, "second argument (exceptions) must be a sequence")
  const $excs = PySequence_Tuple(PyTuple_GET_ITEM(args, 1))
  if ($excs === NULL) return NULL
  const cls = groupClass(type, $excs)
  const $self = cls === NULL ? NULL : BaseException_new(cls, args, kwds)
  if ($self === NULL) {
    Py_DECREF($excs)
    return NULL
  }
  setptr($self + PyBaseExceptionGroupObject.msg, Py_NewRef(message))
  setptr($self + PyBaseExceptionGroupObject.excs, $excs)
  return $self
}

// The class to make: BaseExceptionGroup of plain Exceptions becomes ExceptionGroup. NULL with the error set if the members do not fit.
function groupClass(type: Ref, excs: Ref): Ref {
  const n = PyTuple_GET_SIZE(excs)
  if (n === 0) return PyErr_SetString(PyExc_ValueError, "second argument (exceptions) must be a non-empty sequence")
  let nestedBase = false
  for (let i = 0; i < n; i++) {
    const exc = PyTuple_GET_ITEM(excs, i)
    if (!PyExceptionInstance_Check(exc)) {
      return PyErr_SetString(PyExc_ValueError, `Item ${i} of second argument (exceptions) is not an exception`)
    }
    const plain = PyObject_IsInstance(exc, PyExc_Exception)
    if (plain < 0) return NULL
    if (plain === 0) nestedBase = true
  }
  if (type === PyExc_ExceptionGroup()) {
    if (nestedBase) return PyErr_SetString(PyExc_TypeError, "Cannot nest BaseExceptions in an ExceptionGroup")
  } else if (type === PyExc_BaseExceptionGroup) {
    if (!nestedBase) return PyExc_ExceptionGroup()
  } else if (nestedBase) {
    const plain = PyObject_IsSubclass(type, PyExc_Exception)
    if (plain < 0) return NULL
    if (plain === 1) return PyErr_SetString(PyExc_TypeError, `Cannot nest BaseExceptions in '${tp_name_js(type)}'`)
  }
  return type
}

/** A new BaseExceptionGroup (or ExceptionGroup) of the exceptions in `excs`. */
export function _PyExc_CreateExceptionGroup(message: string, excs: Ref): Own {
  const $msg = PyUnicode_FromString(message)
  if ($msg === NULL) return NULL
  const $g = PyObject_CallTwoArgs(PyExc_BaseExceptionGroup, $msg, excs)
  Py_DECREF($msg)
  return $g
}

function BaseExceptionGroup_clear(self: Ref): number {
  return clearExtra(self, 2)
}
function BaseExceptionGroup_dealloc(self: Ref): void {
  deallocExtra(self, 2)
}
function BaseExceptionGroup_traverse(self: Ref, visit: visitproc, arg: number): number {
  return traverseExtra(self, 2, visit, arg)
}
function BaseExceptionGroup_str(self: Ref): Own {
  const $msg = PyObject_Str(ptr(self + PyBaseExceptionGroupObject.msg))
  if ($msg === NULL) return NULL
  const n = Py_SIZE(ptr(self + PyBaseExceptionGroupObject.excs))
  const text = PyUnicode_AsJS($msg)
  Py_DECREF($msg)
  return PyUnicode_FromString(`${text} (${n} sub-exception${n > 1 ? "s" : ""})`)
}
function BaseExceptionGroup_derive(self: Ref, excs: Ref): Own {
  return PyObject_CallTwoArgs(PyExc_BaseExceptionGroup, ptr(self + PyBaseExceptionGroupObject.msg), excs)
}
function derive(self: Ref, args: Ref): Own {
  const n = PyTuple_GET_SIZE(args)
  if (n !== 1) return PyErr_SetString(PyExc_TypeError, `function takes exactly 1 argument (${n} given)`)
  return BaseExceptionGroup_derive(self, PyTuple_GET_ITEM(args, 0))
}

// A group of `excs` with the metadata of `orig`: owned, NULL without error when `excs` is empty.
function exceptiongroup_subset(orig: Ref, excs: Ref): Own {
  const n = PySequence_Size(excs)
  if (n <= 0) return NULL
  const $eg = PyObject_CallMethodOneArg(orig, ID("derive"), excs)
  if ($eg === NULL) return NULL
  let ok = false
  try {
    if (!_PyBaseExceptionGroup_Check($eg)) return PyErr_SetString(PyExc_TypeError, "derive must return an instance of BaseExceptionGroup")
    const $tb = PyException_GetTraceback(orig)
    if ($tb !== NULL) {
      const bad = PyException_SetTraceback($eg, $tb)
      Py_DECREF($tb)
      if (bad) return NULL
    }
    PyException_SetContext($eg, PyException_GetContext(orig))
    PyException_SetCause($eg, PyException_GetCause(orig))
    const $notes = _PyObject_LookupAttr(orig, ID("__notes__"))
    if ($notes === NULL) {
      if (PyErr_Occurred()) return NULL
    } else {
      let bad = 0
      if (PySequence_Check($notes)) {
        const $copy = PySequence_List($notes)
        bad = $copy === NULL ? -1 : PyObject_SetAttr($eg, ID("__notes__"), $copy)
        Py_XDECREF($copy)
      }
      Py_DECREF($notes)
      if (bad < 0) return NULL
    }
    ok = true
    return $eg
  } finally {
    if (!ok) Py_DECREF($eg)
  }
}

const enum Matcher {
  Type,
  Predicate,
  Ids,
}

function matcherType(value: Ref): Matcher | -1 {
  if (PyFunction_Check(value)) return Matcher.Predicate
  if (PyExceptionClass_Check(value)) return Matcher.Type
  if (PyTuple_CheckExact(value)) {
    let all = true
    for (let i = 0; i < PyTuple_GET_SIZE(value); i++) all &&= PyExceptionClass_Check(PyTuple_GET_ITEM(value, i))
    if (all) return Matcher.Type
  }
  PyErr_SetString(PyExc_TypeError, "expected a function, exception type or tuple of exception types")
  return -1
}

function matches(exc: Ref, matcher: Matcher, value: Ref): number {
  if (matcher === Matcher.Type) return PyErr_GivenExceptionMatches(exc, value) ? 1 : 0
  if (matcher === Matcher.Predicate) {
    const $r = PyObject_CallOneArg(value, exc)
    if ($r === NULL) return -1
    const truth = PyObject_IsTrue($r)
    Py_DECREF($r)
    return truth
  }
  if (_PyBaseExceptionGroup_Check(exc)) return 0
  const $id = PyLong_FromVoidPtr(exc)
  if ($id === NULL) return -1
  const r = PySet_Contains(value, $id)
  Py_DECREF($id)
  return r
}

// The two halves of the last split: owned, NULL when empty.
let $match: Own = NULL
let $rest: Own = NULL

// 0, or -1 with the error set (then both halves are NULL).
function splitRecursive(exc: Ref, matcher: Matcher, value: Ref, wantRest: boolean): number {
  $match = NULL
  $rest = NULL
  const m = matches(exc, matcher, value)
  if (m < 0) return -1
  if (m > 0) {
    $match = Py_NewRef(exc)
    return 0
  }
  if (!_PyBaseExceptionGroup_Check(exc)) {
    if (wantRest) $rest = Py_NewRef(exc)
    return 0
  }
  const excs = ptr(exc + PyBaseExceptionGroupObject.excs)
  const $matches = PyList_New(0)
  const $rests = wantRest ? PyList_New(0) : NULL
  try {
    if ($matches === NULL || (wantRest && $rests === NULL)) return -1
    for (let i = 0; i < PyTuple_GET_SIZE(excs); i++) {
      if (Py_EnterRecursiveCall(" in exceptiongroup_split_recursive")) return -1
      const bad = splitRecursive(PyTuple_GET_ITEM(excs, i), matcher, value, wantRest)
      Py_LeaveRecursiveCall()
      if (bad < 0) return -1
      const $m = $match
      const $r = $rest
      $match = NULL
      $rest = NULL
      const failed = ($m !== NULL && PyList_Append($matches, $m) < 0) || ($r !== NULL && PyList_Append($rests, $r) < 0)
      Py_XDECREF($m)
      Py_XDECREF($r)
      if (failed) return -1
    }
    const $m = exceptiongroup_subset(exc, $matches)
    if ($m === NULL && PyErr_Occurred()) return -1
    const $r = wantRest ? exceptiongroup_subset(exc, $rests) : NULL
    if ($r === NULL && PyErr_Occurred()) {
      Py_XDECREF($m)
      return -1
    }
    $match = $m
    $rest = $r
    return 0
  } finally {
    Py_XDECREF($matches)
    Py_XDECREF($rests)
  }
}

function oneArgument(args: Ref, name: string): Ref {
  const n = PyTuple_GET_SIZE(args)
  if (n !== 1) return PyErr_SetString(PyExc_TypeError, `${name} expected 1 argument, got ${n}`)
  return PyTuple_GET_ITEM(args, 0)
}

function BaseExceptionGroup_split(self: Ref, args: Ref): Own {
  const value = oneArgument(args, "split")
  if (value === NULL) return NULL
  const matcher = matcherType(value)
  if (matcher < 0 || splitRecursive(self, matcher as Matcher, value, true) < 0) return NULL
  const $m = $match
  const $r = $rest
  const $pair = PyTuple_Pack2($m === NULL ? Py_None : $m, $r === NULL ? Py_None : $r)
  Py_XDECREF($m)
  Py_XDECREF($r)
  return $pair
}

function BaseExceptionGroup_subgroup(self: Ref, args: Ref): Own {
  const value = oneArgument(args, "subgroup")
  if (value === NULL) return NULL
  const matcher = matcherType(value)
  if (matcher < 0 || splitRecursive(self, matcher as Matcher, value, false) < 0) return NULL
  return $match === NULL ? Py_NewRef(Py_None) : $match
}

/** The part of group `eg` that matches `type` (a class or tuple) and the rest, as `except*` needs: results in exceptionGroupMatch/Rest (owned, NULL when empty). */
export function splitGroup(eg: Ref, type: Ref): number {
  const r = splitRecursive(eg, Matcher.Type, type, true)
  exceptionGroupMatch = $match
  exceptionGroupRest = $rest
  return r
}
export let exceptionGroupMatch: Own = NULL
export let exceptionGroupRest: Own = NULL

function collectLeafIds(exc: Ref, ids: Ref): number {
  if (exc === Py_None) return 0
  if (!_PyBaseExceptionGroup_Check(exc)) {
    const $id = PyLong_FromVoidPtr(exc)
    if ($id === NULL) return -1
    const r = PySet_Add(ids, $id)
    Py_DECREF($id)
    return r
  }
  const excs = ptr(exc + PyBaseExceptionGroupObject.excs)
  for (let i = 0; i < PyTuple_GET_SIZE(excs); i++) {
    if (Py_EnterRecursiveCall(" in collect_exception_group_leaf_ids")) return -1
    const r = collectLeafIds(PyTuple_GET_ITEM(excs, i), ids)
    Py_LeaveRecursiveCall()
    if (r < 0) return -1
  }
  return 0
}

// The part of `eg` whose leaves are in any group of the list `keep`; None when there is none.
function projection(eg: Ref, keep: Ref): Own {
  const $ids = PySet_New(NULL)
  if ($ids === NULL) return NULL
  for (let i = 0; i < PyList_GET_SIZE(keep); i++) {
    if (collectLeafIds(PyList_GET_ITEM(keep, i), $ids) < 0) {
      Py_DECREF($ids)
      return NULL
    }
  }
  const bad = splitRecursive(eg, Matcher.Ids, $ids, false)
  Py_DECREF($ids)
  if (bad < 0) return NULL
  return $match === NULL ? Py_NewRef(Py_None) : $match
}

function sameMetadata(a: Ref, b: Ref): boolean {
  return (
    ptr(a + PyBaseExceptionObject.notes) === ptr(b + PyBaseExceptionObject.notes) &&
    ptr(a + PyBaseExceptionObject.traceback) === ptr(b + PyBaseExceptionObject.traceback) &&
    ptr(a + PyBaseExceptionObject.cause) === ptr(b + PyBaseExceptionObject.cause) &&
    ptr(a + PyBaseExceptionObject.context) === ptr(b + PyBaseExceptionObject.context)
  )
}

/** The exception to raise at the end of try-except*: `orig` was caught, the list `excs` holds what the clauses raised or re-raised. */
export function _PyExc_PrepReraiseStar(orig: Ref, excs: Ref): Own {
  const n = PyList_GET_SIZE(excs)
  if (n === 0) return Py_NewRef(Py_None)
  if (!_PyBaseExceptionGroup_Check(orig)) return Py_NewRef(PyList_GET_ITEM(excs, 0))
  const $raised = PyList_New(0)
  const $reraised = PyList_New(0)
  try {
    if ($raised === NULL || $reraised === NULL) return NULL
    for (let i = 0; i < n; i++) {
      const e = PyList_GET_ITEM(excs, i)
      if (e === Py_None) continue
      if (PyList_Append(sameMetadata(e, orig) ? $reraised : $raised, e) < 0) return NULL
    }
    const $eg = projection(orig, $reraised)
    if ($eg === NULL || PyList_GET_SIZE($raised) === 0) return $eg
    const bad = $eg === Py_None ? 0 : PyList_Append($raised, $eg)
    Py_DECREF($eg)
    if (bad === 0 && PyList_GET_SIZE($raised) === 1) return Py_NewRef(PyList_GET_ITEM($raised, 0))
    return bad < 0 ? NULL : _PyExc_CreateExceptionGroup("", $raised)
  } finally {
    Py_XDECREF($raised)
    Py_XDECREF($reraised)
  }
}

/** Boot: make the class ExceptionGroup(BaseExceptionGroup, Exception); 0 or -1. */
export function initExceptionGroup(): number {
  const $bases = PyTuple_Pack2(PyExc_BaseExceptionGroup, PyExc_Exception)
  if ($bases === NULL) return -1
  const $type = PyErr_NewException("builtins.ExceptionGroup", $bases, NULL)
  Py_DECREF($bases)
  setptr(INTERP + Interp.ExceptionGroup, $type)
  return $type === NULL ? -1 : 0
}

defineType(PyExc_BaseExceptionGroup, {
  ...exceptionSpec("BaseExceptionGroup", PyExc_BaseException, PyBaseExceptionGroupObject.SIZE),
  dealloc: BaseExceptionGroup_dealloc,
  traverse: BaseExceptionGroup_traverse,
  clear: BaseExceptionGroup_clear,
  init: BaseException_init,
  new: BaseExceptionGroup_new,
  str: BaseExceptionGroup_str,
  methods: [
    ["__class_getitem__", Py_GenericAlias, METH.O | METH.CLASS, "See PEP 585"],
    ["derive", derive, METH.VARARGS],
    ["split", BaseExceptionGroup_split, METH.VARARGS],
    ["subgroup", BaseExceptionGroup_subgroup, METH.VARARGS],
  ],
  members: [
    ["message", T.OBJECT, PyBaseExceptionGroupObject.msg, READONLY],
    ["exceptions", T.OBJECT, PyBaseExceptionGroupObject.excs, READONLY],
  ],
})
