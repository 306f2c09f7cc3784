import { _PyObject_GC_IS_TRACKED, _PyObject_GC_TRACK, PyObject_GC_Del, PyObject_GC_UnTrack } from "../gc/gcmodule.ts"
import { int64, ptr, set64, setint64, setptr, setssize, ssize } from "../heap/access.ts"
import { fn } from "../heap/fntable.ts"
import { PyTypeObject } from "../heap/layout.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { Py_CLEAR, Py_DECREF, Py_NewRef, Py_REFCNT, Py_TYPE, Py_XDECREF } from "../heap/refcount.ts"
import { ID } from "../heap/statics.ts"
import { i32 } from "../heap/views.ts"
import { PyNumber_Add, PyNumber_Index, PyObject_GetIter, PySequence_Check, PySequence_GetItem, PySequence_Size } from "./abstract.ts"
import { PyObject_CallNoArgs } from "./call.ts"
import { defineType } from "./define.ts"
import { PyErr_Clear, PyErr_ExceptionMatches, PyErr_Occurred, PyErr_SetString } from "./errors.ts"
import { tp_free } from "./freelists.ts"
import { Py_GenericAlias } from "./genericaliasobject.ts"
import { _PyArg_CheckPositional, _PyArg_NoKeywords, _PyArg_NoKwnames, _PyArg_UnpackKeywordsTuple, argParser } from "./getargs.ts"
import { _PyLong_GetOne, PyLong_AsSsize_t, PyLong_FromBigInt, PyLong_FromLong } from "./longobject.ts"
import { PyObject_GenericGetAttr, PyObject_SelfIter, typeName } from "./object.ts"
import { type allocfunc, type iternextfunc, METH, PY_VECTORCALL_ARGUMENTS_OFFSET, TPFLAGS, type visitproc } from "./slots.ts"
import {
  EMPTY_TUPLE,
  Py_None,
  PyEnum_Type,
  PyExc_IndexError,
  PyExc_StopIteration,
  PyExc_TypeError,
  PyReversed_Type,
} from "./statictypes.ts"
import {
  buildTuple,
  PyTuple_GET_ITEM,
  PyTuple_GET_SIZE,
  PyTuple_New,
  PyTuple_Pack1,
  PyTuple_Pack2,
  PyTuple_SET_ITEM,
} from "./tupleobject.ts"
import { _PyObject_LookupSpecial, PyType_GenericAlloc } from "./typeobject.ts"
import { PyUnicode_AsJS } from "./unicodeobject.ts"

// Objects/enumobject.c: enumerate and reversed.

export const enum enumobject {
  en_index = 16,
  en_sit = 24,
  en_result = 32,
  en_longindex = 40,
  one = 48,
  SIZE = 56,
}

const ID___reversed__ = ID("__reversed__")
/** The upper word of an index that has reached PY_SSIZE_T_MAX: counting goes on in en_longindex. */
const MAX_HI = 0x7fffffff

function isMax(en: Ref): boolean {
  return i32[(en + enumobject.en_index + 4) >> 2] === MAX_HI
}
function setMax(en: Ref): void {
  set64(en + enumobject.en_index, -1, MAX_HI)
}

function enum_new_impl(type: Ref, iterable: Ref, start: Ref): Own {
  const $en = fn<allocfunc>(ptr(type + PyTypeObject.tp_alloc))(type, 0)
  if ($en === NULL) return NULL
  if (start !== NULL) {
    const $start = PyNumber_Index(start)
    if ($start === NULL) {
      Py_DECREF($en)
      return NULL
    }
    const index = PyLong_AsSsize_t($start)
    if (index === -1 && PyErr_Occurred()) {
      PyErr_Clear()
      setMax($en)
      setptr($en + enumobject.en_longindex, $start)
    } else if (Math.abs(index) > Number.MAX_SAFE_INTEGER - 1e9) {
      // counts beyond 2^53 are kept exact in an int object
      setMax($en)
      setptr($en + enumobject.en_longindex, $start)
    } else {
      setint64($en + enumobject.en_index, index)
      Py_DECREF($start)
    }
  }
  const $sit = PyObject_GetIter(iterable)
  if ($sit === NULL) {
    Py_DECREF($en)
    return NULL
  }
  setptr($en + enumobject.en_sit, $sit)
  const $result = PyTuple_Pack2(Py_None, Py_None)
  if ($result === NULL) {
    Py_DECREF($en)
    return NULL
  }
  setptr($en + enumobject.en_result, $result)
  setptr($en + enumobject.one, _PyLong_GetOne())
  return $en
}

const enumParser = argParser("enumerate", ["iterable", "start"])

function enum_new(type: Ref, args: Ref, kwargs: Ref): Own {
  const a = _PyArg_UnpackKeywordsTuple(args, kwargs, enumParser, 1, 2, 0)
  return a === 0 ? NULL : enum_new_impl(type, ptr(a), ptr(a + 8))
}

function keywordIs(kwnames: Ref, i: number, name: string): boolean {
  return PyUnicode_AsJS(PyTuple_GET_ITEM(kwnames, i)) === name
}
function check_keyword(kwnames: Ref, i: number, name: string): boolean {
  if (keywordIs(kwnames, i, name)) return true
  PyErr_SetString(PyExc_TypeError, `'${PyUnicode_AsJS(PyTuple_GET_ITEM(kwnames, i))}' is an invalid keyword argument for enumerate()`)
  return false
}

function enumerate_vectorcall(type: Ref, args: number, nargsf: number, kwnames: Ref): Own {
  const nargs = nargsf & ~PY_VECTORCALL_ARGUMENTS_OFFSET
  const nkwargs = kwnames !== NULL ? PyTuple_GET_SIZE(kwnames) : 0
  if (nargs + nkwargs === 2) {
    if (nkwargs === 1) {
      if (!check_keyword(kwnames, 0, "start")) return NULL
    } else if (nkwargs === 2) {
      if (keywordIs(kwnames, 0, "start")) {
        if (!check_keyword(kwnames, 1, "iterable")) return NULL
        return enum_new_impl(type, ptr(args + 8), ptr(args))
      }
      if (!check_keyword(kwnames, 0, "iterable") || !check_keyword(kwnames, 1, "start")) return NULL
    }
    return enum_new_impl(type, ptr(args), ptr(args + 8))
  }
  if (nargs + nkwargs === 1) {
    if (nkwargs === 1 && !check_keyword(kwnames, 0, "iterable")) return NULL
    return enum_new_impl(type, ptr(args), NULL)
  }
  if (nargs === 0) return PyErr_SetString(PyExc_TypeError, "enumerate() missing required argument 'iterable'")
  return PyErr_SetString(PyExc_TypeError, `enumerate() takes at most 2 arguments (${nargs + nkwargs} given)`)
}

function enum_dealloc(en: Ref): void {
  PyObject_GC_UnTrack(en)
  Py_XDECREF(ptr(en + enumobject.en_sit))
  Py_XDECREF(ptr(en + enumobject.en_result))
  Py_XDECREF(ptr(en + enumobject.en_longindex))
  tp_free(en)
}

function enum_traverse(en: Ref, visit: visitproc, arg: number): number {
  for (let f: number = enumobject.en_sit; f <= enumobject.en_longindex; f += 8) {
    const v = ptr(en + f)
    if (v) {
      const r = visit(v, arg)
      if (r) return r
    }
  }
  return 0
}

/** The index beyond Py_ssize_t, owned; counts up. */
function nextLongIndex(en: Ref): Own {
  if (ptr(en + enumobject.en_longindex) === 0) {
    const $max = PyLong_FromBigInt(9223372036854775807n)
    if ($max === NULL) return NULL
    setptr(en + enumobject.en_longindex, $max)
  }
  const next = ptr(en + enumobject.en_longindex)
  const $stepped = PyNumber_Add(next, ptr(en + enumobject.one))
  if ($stepped === NULL) return NULL
  setptr(en + enumobject.en_longindex, $stepped)
  return next as Own
}

function nextIndex(en: Ref): Own {
  if (isMax(en)) return nextLongIndex(en)
  const index = int64(en + enumobject.en_index)
  const $index = PyLong_FromLong(index)
  if ($index !== NULL) setint64(en + enumobject.en_index, index + 1)
  return $index
}

function enum_next(en: Ref): Own {
  const it = ptr(en + enumobject.en_sit)
  const $item = fn<iternextfunc>(i32[(Py_TYPE(it) + PyTypeObject.tp_iternext) >> 2])(it)
  if ($item === NULL) return NULL
  const $index = nextIndex(en)
  if ($index === NULL) {
    Py_DECREF($item)
    return NULL
  }
  const result = ptr(en + enumobject.en_result)
  if (Py_REFCNT(result) === 1) {
    // nobody holds the last pair: fill it again
    const $result = Py_NewRef(result)
    const oldIndex = PyTuple_GET_ITEM(result, 0)
    const oldItem = PyTuple_GET_ITEM(result, 1)
    PyTuple_SET_ITEM(result, 0, $index)
    PyTuple_SET_ITEM(result, 1, $item)
    Py_DECREF(oldIndex)
    Py_DECREF(oldItem)
    // a collection may have untracked it
    if (!_PyObject_GC_IS_TRACKED(result)) _PyObject_GC_TRACK(result)
    return $result
  }
  const $result = PyTuple_New(2)
  if ($result === NULL) {
    Py_DECREF($index)
    Py_DECREF($item)
    return NULL
  }
  PyTuple_SET_ITEM($result, 0, $index)
  PyTuple_SET_ITEM($result, 1, $item)
  return $result
}

function enum_reduce(en: Ref): Own {
  const long = ptr(en + enumobject.en_longindex)
  return buildTuple(
    Py_NewRef(Py_TYPE(en)),
    buildTuple(Py_NewRef(ptr(en + enumobject.en_sit)), long !== 0 ? Py_NewRef(long) : PyLong_FromLong(int64(en + enumobject.en_index))),
  )
}

// ---- reversed ----

export const enum reversedobject {
  index = 16,
  seq = 24,
  SIZE = 32,
}

function notReversible(seq: Ref): Own {
  return PyErr_SetString(PyExc_TypeError, `'${typeName(seq).slice(0, 200)}' object is not reversible`)
}

function reversed_new_impl(type: Ref, seq: Ref): Own {
  const $meth = _PyObject_LookupSpecial(seq, ID___reversed__)
  if ($meth === Py_None) {
    Py_DECREF($meth)
    return notReversible(seq)
  }
  if ($meth !== NULL) {
    const $res = PyObject_CallNoArgs($meth)
    Py_DECREF($meth)
    return $res
  }
  if (PyErr_Occurred()) return NULL
  if (!PySequence_Check(seq)) return notReversible(seq)
  const n = PySequence_Size(seq)
  if (n === -1) return NULL
  const $ro = fn<allocfunc>(ptr(type + PyTypeObject.tp_alloc))(type, 0)
  if ($ro === NULL) return NULL
  setssize($ro + reversedobject.index, n - 1)
  setptr($ro + reversedobject.seq, Py_NewRef(seq))
  return $ro
}

function reversed_new(type: Ref, args: Ref, kwargs: Ref): Own {
  if (
    (type === PyReversed_Type || ptr(type + PyTypeObject.tp_init) === ptr(PyReversed_Type + PyTypeObject.tp_init)) &&
    !_PyArg_NoKeywords("reversed", kwargs)
  ) {
    return NULL
  }
  if (!_PyArg_CheckPositional("reversed", PyTuple_GET_SIZE(args), 1, 1)) return NULL
  return reversed_new_impl(type, PyTuple_GET_ITEM(args, 0))
}

function reversed_vectorcall(type: Ref, args: number, nargsf: number, kwnames: Ref): Own {
  if (!_PyArg_NoKwnames("reversed", kwnames)) return NULL
  const nargs = nargsf & ~PY_VECTORCALL_ARGUMENTS_OFFSET
  if (!_PyArg_CheckPositional("reversed", nargs, 1, 1)) return NULL
  return reversed_new_impl(type, ptr(args))
}

function reversed_dealloc(ro: Ref): void {
  PyObject_GC_UnTrack(ro)
  Py_XDECREF(ptr(ro + reversedobject.seq))
  tp_free(ro)
}

function reversed_traverse(ro: Ref, visit: visitproc, arg: number): number {
  const seq = ptr(ro + reversedobject.seq)
  return seq ? visit(seq, arg) : 0
}

function reversed_next(ro: Ref): Own {
  const index = ssize(ro + reversedobject.index)
  if (index >= 0) {
    const $item = PySequence_GetItem(ptr(ro + reversedobject.seq), index)
    if ($item !== NULL) {
      setssize(ro + reversedobject.index, index - 1)
      return $item
    }
    if (PyErr_ExceptionMatches(PyExc_IndexError) || PyErr_ExceptionMatches(PyExc_StopIteration)) PyErr_Clear()
  }
  setssize(ro + reversedobject.index, -1)
  Py_CLEAR(ro + reversedobject.seq)
  return NULL
}

function reversed_len(ro: Ref): Own {
  const seq = ptr(ro + reversedobject.seq)
  if (seq === 0) return PyLong_FromLong(0)
  const size = PySequence_Size(seq)
  if (size === -1) return NULL
  const position = ssize(ro + reversedobject.index) + 1
  return PyLong_FromLong(size < position ? 0 : position)
}

function reversed_reduce(ro: Ref): Own {
  const seq = ptr(ro + reversedobject.seq)
  const $type = Py_NewRef(Py_TYPE(ro))
  if (seq === 0) return buildTuple($type, PyTuple_Pack1(EMPTY_TUPLE))
  return buildTuple($type, PyTuple_Pack1(seq), PyLong_FromLong(ssize(ro + reversedobject.index)))
}

function reversed_setstate(ro: Ref, state: Ref): Own {
  let index = PyLong_AsSsize_t(state)
  if (index === -1 && PyErr_Occurred()) return NULL
  const seq = ptr(ro + reversedobject.seq)
  if (seq !== 0) {
    const n = PySequence_Size(seq)
    if (n < 0) return NULL
    if (index < -1) index = -1
    else if (index > n - 1) index = n - 1
    setssize(ro + reversedobject.index, index)
  }
  return Py_NewRef(Py_None)
}

const REDUCE = "Return state information for pickling."

defineType(PyEnum_Type, {
  name: "enumerate",
  basicsize: enumobject.SIZE,
  flags: TPFLAGS.DEFAULT | TPFLAGS.HAVE_GC | TPFLAGS.BASETYPE,
  doc: "(iterable, start=0)\n--\n\nPairs of a count, beginning at start, and the iterable's items.",
  dealloc: enum_dealloc,
  getattro: PyObject_GenericGetAttr,
  traverse: enum_traverse,
  iter: PyObject_SelfIter,
  iternext: enum_next,
  methods: [
    ["__reduce__", enum_reduce, METH.NOARGS, REDUCE],
    ["__class_getitem__", Py_GenericAlias, METH.O | METH.CLASS, "See PEP 585"],
  ],
  alloc: PyType_GenericAlloc,
  new: enum_new,
  free: PyObject_GC_Del,
  vectorcall: enumerate_vectorcall,
})

defineType(PyReversed_Type, {
  name: "reversed",
  basicsize: reversedobject.SIZE,
  flags: TPFLAGS.DEFAULT | TPFLAGS.HAVE_GC | TPFLAGS.BASETYPE,
  doc: "(sequence, /)\n--\n\nThe sequence's items from the last to the first.",
  dealloc: reversed_dealloc,
  getattro: PyObject_GenericGetAttr,
  traverse: reversed_traverse,
  iter: PyObject_SelfIter,
  iternext: reversed_next,
  methods: [
    ["__length_hint__", reversed_len, METH.NOARGS, "Private method returning an estimate of len(list(it))."],
    ["__reduce__", reversed_reduce, METH.NOARGS, REDUCE],
    ["__setstate__", reversed_setstate, METH.O, "Set state information for unpickling."],
  ],
  alloc: PyType_GenericAlloc,
  new: reversed_new,
  free: PyObject_GC_Del,
  vectorcall: reversed_vectorcall,
})
