import { ptr, setptr, setssize, ssize } from "../../heap/access.ts"
import { type Fn, fn } from "../../heap/fntable.ts"
import { PyTypeObject, PyUnicodeObject, unicodeiterobject } from "../../heap/layout.ts"
import { PyObject_Free } from "../../heap/obmalloc.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_DECREF, Py_INCREF, Py_NewRef, Py_XDECREF } from "../../heap/refcount.ts"
import { ID } from "../../heap/statics.ts"
import { i32, u8 } from "../../heap/views.ts"
import { _PyObject_GC_New, _PyObject_GC_TRACK, _PyObject_GC_UNTRACK, PyObject_GC_Del } from "../../gc/gcmodule.ts"
import { _PyIndex_Check, PyNumber_AsSsize_t } from "../abstract.ts"
import { defineType, type MethodSpec } from "../define.ts"
import { PyErr_BadInternalCall, PyErr_Occurred, PyErr_SetString } from "../errors.ts"
import { _PyArg_UnpackKeywordsTuple, argParser } from "../getargs.ts"
import { PyLong_AsSsize_t, PyLong_FromLong } from "../longobject.ts"
import { PyObject_GenericGetAttr, PyObject_SelfIter, PyObject_Str, typeName } from "../object.ts"
import { PySlice_AdjustIndices, PySlice_Check, PySlice_Unpack, sliceStart, sliceStep, sliceStop } from "../sliceobject.ts"
import { METH, TPFLAGS, type visitproc } from "../slots.ts"
import {
  LATIN1_CHARACTERS,
  Py_None,
  Py_NotImplemented,
  PyExc_IndexError,
  PyExc_TypeError,
  PyUnicode_Type,
  PyUnicodeIter_Type,
} from "../statictypes.ts"
import { staticType } from "../../heap/statics.ts"
import { buildTuple, PyTuple_Pack1 } from "../tupleobject.ts"
import { upcalls } from "../upcalls.ts"
import { unicode_repr } from "./case.ts"
import { PyUnicode_RichCompare } from "./compare.ts"
import { PyUnicode_Concat, unicode_repeat, unicode_slice } from "./concat.ts"
import {
  fillSubtype,
  PyUnicode_Check,
  PyUnicode_DATA,
  PyUnicode_GET_LENGTH,
  PyUnicode_IS_COMPACT_ASCII,
  PyUnicode_KIND,
  PyUnicode_READ,
  PyUnicode_Substring,
  unicode_char,
  unicode_dealloc,
  unicode_new_empty,
  unicode_result_unchanged,
} from "./core.ts"
import { PyUnicode_FromEncodedObject } from "./decode.ts"
import { unicode_hash } from "./intern.ts"
import { cstringArg, unicode_str, unicodeMethods } from "./methods.ts"
import { PyUnicode_Format } from "./percent.ts"
import { PyUnicode_Contains } from "./search.ts"

// The types str, str_iterator and str_ascii_iterator.

const newParser = argParser("str", ["object", "encoding", "errors"])

function unicode_new(type: Ref, args: Ref, kwds: Ref): Own {
  const a = _PyArg_UnpackKeywordsTuple(args, kwds, newParser, 0, 3, 0)
  if (!a) return NULL
  const x = ptr(a)
  const e = ptr(a + 8)
  const r = ptr(a + 16)
  let encoding: string | null = null
  let errors: string | null = null
  if (e !== NULL) {
    encoding = cstringArg(e, "str", "argument 'encoding'")
    if (encoding === null) return NULL
  }
  if (r !== NULL) {
    errors = cstringArg(r, "str", "argument 'errors'")
    if (errors === null) return NULL
  }
  let $u: Own
  if (x === NULL) $u = unicode_new_empty()
  else if (e === NULL && r === NULL) $u = PyObject_Str(x)
  else $u = PyUnicode_FromEncodedObject(x, encoding, errors)
  if ($u === NULL || type === PyUnicode_Type) return $u
  const $sub = unicode_subtype_new(type, $u)
  Py_DECREF($u)
  return $sub
}
/** An instance of a subclass with the text of `from`. */
export function unicode_subtype_new(type: Ref, from: Ref): Own {
  const $self = fn<Fn & ((type: Ref, n: number) => Own)>(ptr(type + PyTypeObject.tp_alloc))(type, 0)
  if ($self === NULL) return NULL
  if (fillSubtype($self, from) < 0) {
    Py_DECREF($self)
    return NULL
  }
  return $self
}

function unicode_getitem(self: Ref, i: number): Own {
  if (i < 0 || i >= PyUnicode_GET_LENGTH(self)) {
    PyErr_SetString(PyExc_IndexError, "string index out of range")
    return NULL
  }
  const kind = PyUnicode_KIND(self)
  return unicode_char(PyUnicode_READ(kind, PyUnicode_DATA(self), i))
}
export function unicode_subscript(self: Ref, item: Ref): Own {
  if (_PyIndex_Check(item)) {
    let i = PyNumber_AsSsize_t(item, PyExc_IndexError)
    if (i === -1 && PyErr_Occurred()) return NULL
    if (i < 0) i += PyUnicode_GET_LENGTH(self)
    return unicode_getitem(self, i)
  }
  if (!PySlice_Check(item)) {
    PyErr_SetString(PyExc_TypeError, `string indices must be integers, not '${typeName(item)}'`)
    return NULL
  }
  if (PySlice_Unpack(item) < 0) return NULL
  const length = PyUnicode_GET_LENGTH(self)
  const step = sliceStep
  const n = PySlice_AdjustIndices(length, sliceStart, sliceStop, step)
  if (n <= 0) return unicode_new_empty()
  const start = sliceStart
  if (step === 1) return start === 0 && n === length ? unicode_result_unchanged(self) : PyUnicode_Substring(self, start, start + n)
  return unicode_slice(self, start, step, n)
}
function unicode_mod(v: Ref, w: Ref): Own {
  return PyUnicode_Check(v) ? PyUnicode_Format(v, w) : Py_NewRef(Py_NotImplemented)
}

export const _PyUnicodeASCIIIter_Type = staticType()

function unicode_iter(seq: Ref): Own {
  if (!PyUnicode_Check(seq)) {
    PyErr_BadInternalCall()
    return NULL
  }
  const $it = _PyObject_GC_New(PyUnicode_IS_COMPACT_ASCII(seq) ? _PyUnicodeASCIIIter_Type : PyUnicodeIter_Type)
  if ($it === NULL) return NULL
  setssize($it + unicodeiterobject.it_index, 0)
  Py_INCREF(seq)
  setptr($it + unicodeiterobject.it_seq, seq)
  _PyObject_GC_TRACK($it)
  return $it
}
function unicodeiter_dealloc(it: Ref): void {
  _PyObject_GC_UNTRACK(it)
  Py_XDECREF(ptr(it + unicodeiterobject.it_seq))
  PyObject_GC_Del(it)
}
function unicodeiter_traverse(it: Ref, visit: visitproc, arg: number): number {
  const v = ptr(it + unicodeiterobject.it_seq)
  return v ? visit(v, arg) : 0
}
function exhausted(it: Ref, seq: Ref): Own {
  setptr(it + unicodeiterobject.it_seq, 0)
  Py_DECREF(seq)
  return NULL
}
function unicodeiter_next(it: Ref): Own {
  const seq = ptr(it + unicodeiterobject.it_seq)
  if (seq === NULL) return NULL
  const w = (it + unicodeiterobject.it_index) >> 2
  const i = i32[w]
  if (i >= PyUnicode_GET_LENGTH(seq)) return exhausted(it, seq)
  i32[w] = i + 1
  return unicode_char(PyUnicode_READ(PyUnicode_KIND(seq), PyUnicode_DATA(seq), i))
}
function unicode_ascii_iter_next(it: Ref): Own {
  const seq = ptr(it + unicodeiterobject.it_seq)
  if (seq === NULL) return NULL
  const w = (it + unicodeiterobject.it_index) >> 2
  const i = i32[w]
  if (i >= PyUnicode_GET_LENGTH(seq)) return exhausted(it, seq)
  i32[w] = i + 1
  const ch = LATIN1_CHARACTERS + u8[PyUnicode_DATA(seq) + i] * 80
  i32[ch >> 2]++
  return ch as Own
}
function unicodeiter_len(it: Ref): Own {
  const seq = ptr(it + unicodeiterobject.it_seq)
  return PyLong_FromLong(seq === NULL ? 0 : PyUnicode_GET_LENGTH(seq) - ssize(it + unicodeiterobject.it_index))
}
function unicodeiter_reduce(it: Ref): Own {
  const $iter = upcalls.getBuiltin(ID("iter"))
  if ($iter === NULL) return NULL
  const seq = ptr(it + unicodeiterobject.it_seq)
  if (seq === NULL) {
    const $empty = unicode_new_empty()
    const $args = PyTuple_Pack1($empty)
    Py_DECREF($empty)
    return buildTuple($iter, $args)
  }
  return buildTuple($iter, PyTuple_Pack1(seq), PyLong_FromLong(ssize(it + unicodeiterobject.it_index)))
}
function unicodeiter_setstate(it: Ref, state: Ref): Own {
  let index = PyLong_AsSsize_t(state)
  if (index === -1 && PyErr_Occurred()) return NULL
  const seq = ptr(it + unicodeiterobject.it_seq)
  if (seq !== NULL) {
    if (index < 0) index = 0
    else if (index > PyUnicode_GET_LENGTH(seq)) index = PyUnicode_GET_LENGTH(seq)
    setssize(it + unicodeiterobject.it_index, index)
  }
  return Py_NewRef(Py_None)
}

const iterMethods: readonly MethodSpec[] = [
  ["__length_hint__", unicodeiter_len, METH.NOARGS, "Private method returning an estimate of len(list(it))."],
  ["__reduce__", unicodeiter_reduce, METH.NOARGS, "Return state information for pickling."],
  ["__setstate__", unicodeiter_setstate, METH.O, "Set state information for unpickling."],
]
defineType(PyUnicodeIter_Type, {
  name: "str_iterator",
  basicsize: unicodeiterobject.SIZE,
  flags: TPFLAGS.HAVE_GC,
  dealloc: unicodeiter_dealloc,
  getattro: PyObject_GenericGetAttr,
  traverse: unicodeiter_traverse,
  iter: PyObject_SelfIter,
  iternext: unicodeiter_next,
  methods: iterMethods,
})
defineType(_PyUnicodeASCIIIter_Type, {
  name: "str_ascii_iterator",
  basicsize: unicodeiterobject.SIZE,
  flags: TPFLAGS.HAVE_GC,
  dealloc: unicodeiter_dealloc,
  getattro: PyObject_GenericGetAttr,
  traverse: unicodeiter_traverse,
  iter: PyObject_SelfIter,
  iternext: unicode_ascii_iter_next,
  methods: iterMethods,
})
defineType(PyUnicode_Type, {
  name: "str",
  basicsize: PyUnicodeObject.SIZE,
  flags: TPFLAGS.BASETYPE | TPFLAGS.UNICODE_SUBCLASS | TPFLAGS.MATCH_SELF,
  doc: "str(object='') -> str\nstr(bytes_or_buffer[, encoding[, errors]]) -> str\n\nText: the str() of an object, or bytes decoded.",
  dealloc: unicode_dealloc,
  repr: unicode_repr,
  hash: unicode_hash,
  str: unicode_str,
  getattro: PyObject_GenericGetAttr,
  richcompare: PyUnicode_RichCompare,
  iter: unicode_iter,
  new: unicode_new,
  free: PyObject_Free,
  nb_remainder: unicode_mod,
  sq_length: PyUnicode_GET_LENGTH,
  sq_concat: PyUnicode_Concat,
  sq_repeat: unicode_repeat,
  sq_item: unicode_getitem,
  sq_contains: PyUnicode_Contains,
  mp_length: PyUnicode_GET_LENGTH,
  mp_subscript: unicode_subscript,
  methods: unicodeMethods(),
})
