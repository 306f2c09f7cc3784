import { byte, int32, ptr, setbyte, setint32, setptr } from "../../heap/access.ts"
import { calloca, cstackMark, cstackReset } from "../../heap/cstack.ts"
import { fn, indexOfFn } from "../../heap/fntable.ts"
import { _PyUnicodeWriter, PyTypeObject } from "../../heap/layout.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_CLEAR, Py_DECREF, Py_NewRef, Py_XDECREF } from "../../heap/refcount.ts"
import { PyObject_GC_UnTrack } from "../../gc/gcmodule.ts"
import {
  PyIter_Next,
  PyMapping_Items,
  PyObject_GetIter,
  PySequence_Fast,
  PySequence_Fast_GET_ITEM,
  PySequence_Fast_GET_SIZE,
} from "../../objects/abstract.ts"
import { PyObject_CallOneArg } from "../../objects/call.ts"
import { definePrivateType } from "../../objects/define.ts"
import { PyDict_Check, PyDict_Contains, PyDict_DelItem, PyDict_GET_SIZE, PyDict_SetItem } from "../../objects/dictobject.ts"
import { Py_EnterRecursiveCall, Py_LeaveRecursiveCall, PyErr_Occurred, PyErr_SetString } from "../../objects/errors.ts"
import { PyFloat_AS_DOUBLE, PyFloat_Check } from "../../objects/floatobject.ts"
import { tp_free } from "../../objects/freelists.ts"
import { parseTuple } from "../../objects/getargs.ts"
import { PyList_Check, PyList_New, PyList_SET_ITEM, PyList_Sort } from "../../objects/listobject.ts"
import { IS_MEDIUM_VALUE, long_to_decimal_string, medium_value, PyLong_Check, PyLong_FromVoidPtr } from "../../objects/longobject.ts"
import { PyCFunction_Check, PyCFunction_GetFunction } from "../../objects/methodobject.ts"
import { typeName } from "../../objects/object.ts"
import { type allocfunc, READONLY, type reprfunc, T, TPFLAGS, type visitproc } from "../../objects/slots.ts"
import { Py_False, Py_None, Py_True, PyExc_TypeError, PyExc_ValueError, PyFloat_Type } from "../../objects/statictypes.ts"
import { PyTuple_Check, PyTuple_GET_ITEM, PyTuple_GET_SIZE } from "../../objects/tupleobject.ts"
import {
  _PyUnicodeWriter_Dealloc,
  _PyUnicodeWriter_Finish,
  _PyUnicodeWriter_Init,
  _PyUnicodeWriter_SetOverallocate,
  _PyUnicodeWriter_WriteASCIIString,
  _PyUnicodeWriter_WriteChar,
  _PyUnicodeWriter_WriteStr,
  PyUnicode_Check,
} from "../../objects/unicodeobject.ts"
import { visitFields } from "../support.ts"
import { escape_unicode, isPlain } from "./strings.ts"

// Modules/_json.c: the encoder. The text grows in one string writer; CPython's accumulator gives the same one string for all but huge texts.

const enum Encoder {
  markers = 16,
  defaultfn = 24,
  encoder = 32,
  indent = 40,
  key_separator = 48,
  item_separator = 56,
  sort_keys = 64,
  skipkeys = 65,
  allow_nan = 68,
  /** How strings are written: 0 by calling `encoder`, 1 as ASCII, 2 as they are. */
  fast_encode = 72,
  SIZE = 80,
}
const FIELDS = [Encoder.markers, Encoder.defaultfn, Encoder.encoder, Encoder.indent, Encoder.key_separator, Encoder.item_separator]

export function py_encode_basestring_ascii(_m: Ref, s: Ref): Own {
  return PyUnicode_Check(s)
    ? escape_unicode(s, true)
    : PyErr_SetString(PyExc_TypeError, `first argument must be a string, not ${typeName(s).slice(0, 80)}`)
}
export function py_encode_basestring(_m: Ref, s: Ref): Own {
  return PyUnicode_Check(s)
    ? escape_unicode(s, false)
    : PyErr_SetString(PyExc_TypeError, `first argument must be a string, not ${typeName(s).slice(0, 80)}`)
}

function encoder_new(type: Ref, args: Ref, kwds: Ref): Own {
  const names = ["markers", "default", "encoder", "indent", "key_separator", "item_separator", "sort_keys", "skipkeys", "allow_nan"]
  const a = parseTuple(args, kwds, "OOOOUUppp:make_encoder", names)
  if (a === 0) return NULL
  const objects = FIELDS.map((_, i) => ptr(a + 8 * i))
  const flags = [6, 7, 8].map((i) => int32(a + 8 * i))
  const markers = objects[0]
  if (markers !== Py_None && !PyDict_Check(markers))
    return PyErr_SetString(PyExc_TypeError, `make_encoder() argument 1 must be dict or None, not ${typeName(markers).slice(0, 200)}`)
  const $s = fn<allocfunc>(ptr(type + PyTypeObject.tp_alloc))(type, 0)
  if ($s === NULL) return NULL
  FIELDS.forEach((f, i) => setptr($s + f, Py_NewRef(objects[i])))
  setbyte($s + Encoder.sort_keys, flags[0])
  setbyte($s + Encoder.skipkeys, flags[1])
  setint32($s + Encoder.allow_nan, flags[2])
  setptr($s + Encoder.fast_encode, 0)
  if (PyCFunction_Check(objects[2])) {
    const f = PyCFunction_GetFunction(objects[2])
    if (f === indexOfFn(py_encode_basestring_ascii)) setptr($s + Encoder.fast_encode, 1)
    else if (f === indexOfFn(py_encode_basestring)) setptr($s + Encoder.fast_encode, 2)
  }
  return $s
}

// Everything below appends to the writer `w`: true, or false with the error set.
function writeOwned(w: number, $s: Own): boolean {
  if ($s === NULL) return false
  const ok = _PyUnicodeWriter_WriteStr(w, $s) === 0
  Py_DECREF($s)
  return ok
}
function text(w: number, s: string): boolean {
  return _PyUnicodeWriter_WriteASCIIString(w, s) === 0
}
function writeFloatText(self: Ref, w: number, obj: Ref, quote: boolean): boolean {
  const x = PyFloat_AS_DOUBLE(obj)
  if (!Number.isFinite(x)) {
    if (int32(self + Encoder.allow_nan) === 0) {
      PyErr_SetString(PyExc_ValueError, "Out of range float values are not JSON compliant")
      return false
    }
    const s = x > 0 ? "Infinity" : x < 0 ? "-Infinity" : "NaN"
    return text(w, quote ? `"${s}"` : s)
  }
  const $repr = fn<reprfunc>(ptr(PyFloat_Type + PyTypeObject.tp_repr))(obj)
  return quote ? $repr !== NULL && text(w, '"') && writeOwned(w, $repr) && text(w, '"') : writeOwned(w, $repr)
}
function writeString(self: Ref, w: number, s: Ref): boolean {
  const fast = int32(self + Encoder.fast_encode)
  if (fast === 0) {
    const $e = PyObject_CallOneArg(ptr(self + Encoder.encoder), s)
    if ($e !== NULL && !PyUnicode_Check($e)) {
      PyErr_SetString(PyExc_TypeError, `encoder() must return a string, not ${typeName($e).slice(0, 80)}`)
      Py_DECREF($e)
      return false
    }
    return writeOwned(w, $e)
  }
  if (!isPlain(s, fast === 1)) return writeOwned(w, escape_unicode(s, fast === 1))
  return _PyUnicodeWriter_WriteChar(w, 34) === 0 && _PyUnicodeWriter_WriteStr(w, s) === 0 && _PyUnicodeWriter_WriteChar(w, 34) === 0
}
function constText(obj: Ref): string {
  return obj === Py_None ? "null" : obj === Py_True ? "true" : "false"
}
function isConst(obj: Ref): boolean {
  return obj === Py_None || obj === Py_True || obj === Py_False
}

/** Note that `obj` is being encoded: its owned id, or NULL: no markers are kept, or with the error set. */
function enter(self: Ref, obj: Ref): Own {
  const markers = ptr(self + Encoder.markers)
  if (markers === Py_None) return NULL
  const $ident = PyLong_FromVoidPtr(obj)
  if ($ident === NULL) return NULL
  const has = PyDict_Contains(markers, $ident)
  if (has === 0 && PyDict_SetItem(markers, $ident, obj) === 0) return $ident
  if (has > 0) PyErr_SetString(PyExc_ValueError, "Circular reference detected")
  Py_DECREF($ident)
  return NULL
}
function leave(self: Ref, $ident: Own, ok: boolean): boolean {
  if ($ident === NULL) return ok
  if (ok) ok = PyDict_DelItem(ptr(self + Encoder.markers), $ident) === 0
  Py_DECREF($ident)
  return ok
}

function listencode_obj(self: Ref, w: number, obj: Ref): boolean {
  if (isConst(obj)) return text(w, constText(obj))
  if (PyUnicode_Check(obj)) return writeString(self, w, obj)
  if (PyLong_Check(obj)) return IS_MEDIUM_VALUE(obj) ? text(w, String(medium_value(obj))) : writeOwned(w, long_to_decimal_string(obj))
  if (PyFloat_Check(obj)) return writeFloatText(self, w, obj, false)
  const isList = PyList_Check(obj) || PyTuple_Check(obj)
  if (isList || PyDict_Check(obj)) {
    if (Py_EnterRecursiveCall(" while encoding a JSON object")) return false
    const ok = isList ? listencode_list(self, w, obj) : listencode_dict(self, w, obj)
    Py_LeaveRecursiveCall()
    return ok
  }
  const $ident = enter(self, obj)
  if ($ident === NULL && PyErr_Occurred()) return false
  const $new = PyObject_CallOneArg(ptr(self + Encoder.defaultfn), obj)
  let ok = $new !== NULL && Py_EnterRecursiveCall(" while encoding a JSON object") === 0
  if (ok) {
    ok = listencode_obj(self, w, $new)
    Py_LeaveRecursiveCall()
  }
  Py_XDECREF($new)
  return leave(self, $ident, ok)
}

function writeKey(self: Ref, w: number, key: Ref): boolean {
  if (PyUnicode_Check(key)) return writeString(self, w, key)
  if (int32(self + Encoder.fast_encode) !== 0) {
    if (PyFloat_Check(key)) return writeFloatText(self, w, key, true)
    if (isConst(key)) return text(w, `"${constText(key)}"`)
    return text(w, '"') && writeOwned(w, long_to_decimal_string(key)) && text(w, '"')
  }
  // the user's encoder gets the key's text as a str
  const mark = cstackMark()
  const kw = newWriter()
  const done = PyFloat_Check(key)
    ? writeFloatText(self, kw, key, false)
    : isConst(key)
      ? text(kw, constText(key))
      : writeOwned(kw, long_to_decimal_string(key))
  const $k = done ? _PyUnicodeWriter_Finish(kw) : NULL
  if (!done) _PyUnicodeWriter_Dealloc(kw)
  cstackReset(mark)
  if ($k === NULL) return false
  const ok = writeString(self, w, $k)
  Py_DECREF($k)
  return ok
}
function writeItems(self: Ref, w: number, $it: Own): boolean {
  let first = true
  for (;;) {
    const $item = PyIter_Next($it)
    if ($item === NULL) return !PyErr_Occurred()
    let ok = false
    if (!PyTuple_Check($item) || PyTuple_GET_SIZE($item) !== 2) PyErr_SetString(PyExc_ValueError, "items must return 2-tuples")
    else {
      const key = PyTuple_GET_ITEM($item, 0)
      if (PyUnicode_Check(key) || PyFloat_Check(key) || isConst(key) || PyLong_Check(key)) {
        ok =
          (first || _PyUnicodeWriter_WriteStr(w, ptr(self + Encoder.item_separator)) === 0) &&
          writeKey(self, w, key) &&
          _PyUnicodeWriter_WriteStr(w, ptr(self + Encoder.key_separator)) === 0 &&
          listencode_obj(self, w, PyTuple_GET_ITEM($item, 1))
        first = false
      } else if (byte(self + Encoder.skipkeys)) ok = true
      else PyErr_SetString(PyExc_TypeError, `keys must be str, int, float, bool or None, not ${typeName(key).slice(0, 100)}`)
    }
    Py_DECREF($item)
    if (!ok) return false
  }
}
function listencode_dict(self: Ref, w: number, dct: Ref): boolean {
  if (PyDict_GET_SIZE(dct) === 0) return text(w, "{}")
  const $ident = enter(self, dct)
  if ($ident === NULL && PyErr_Occurred()) return false
  let ok = text(w, "{")
  if (ok) {
    const $items = PyMapping_Items(dct)
    ok = $items !== NULL && (byte(self + Encoder.sort_keys) === 0 || PyList_Sort($items) === 0)
    const $it = ok ? PyObject_GetIter($items) : NULL
    Py_XDECREF($items)
    ok = $it !== NULL && writeItems(self, w, $it)
    Py_XDECREF($it)
  }
  return leave(self, $ident, ok) && text(w, "}")
}
function listencode_list(self: Ref, w: number, seq: Ref): boolean {
  const $fast = PySequence_Fast(seq, "_iterencode_list needs a sequence")
  if ($fast === NULL) return false
  if (PySequence_Fast_GET_SIZE($fast) === 0) {
    Py_DECREF($fast)
    return text(w, "[]")
  }
  const $ident = enter(self, seq)
  let ok = !($ident === NULL && PyErr_Occurred()) && text(w, "[")
  for (let i = 0; ok && i < PySequence_Fast_GET_SIZE($fast); i++) {
    if (i > 0) ok = _PyUnicodeWriter_WriteStr(w, ptr(self + Encoder.item_separator)) === 0
    if (ok) ok = listencode_obj(self, w, PySequence_Fast_GET_ITEM($fast, i))
  }
  ok = leave(self, $ident, ok) && text(w, "]")
  Py_DECREF($fast)
  return ok
}

function newWriter(): number {
  const w = calloca(_PyUnicodeWriter.SIZE)
  _PyUnicodeWriter_Init(w)
  _PyUnicodeWriter_SetOverallocate(w, 1)
  return w
}
function encoder_call(self: Ref, args: Ref, kwds: Ref): Own {
  const a = parseTuple(args, kwds, "On:_iterencode", ["obj", "_current_indent_level"])
  if (a === 0) return NULL
  const obj = ptr(a)
  const mark = cstackMark()
  const w = newWriter()
  let $list: Own = NULL
  if (!listencode_obj(self, w, obj)) _PyUnicodeWriter_Dealloc(w)
  else {
    const $text = _PyUnicodeWriter_Finish(w)
    $list = $text === NULL ? NULL : PyList_New(1)
    if ($list !== NULL) PyList_SET_ITEM($list, 0, $text)
    else Py_XDECREF($text)
  }
  cstackReset(mark)
  return $list
}
function encoder_traverse(self: Ref, visit: visitproc, arg: number): number {
  return visitFields(self, FIELDS, visit, arg)
}
function encoder_clear(self: Ref): number {
  for (const f of FIELDS) Py_CLEAR(self + f)
  return 0
}
function encoder_dealloc(self: Ref): void {
  PyObject_GC_UnTrack(self)
  encoder_clear(self)
  tp_free(self)
}

export const encoderType = definePrivateType({
  name: "_json.Encoder",
  basicsize: Encoder.SIZE,
  flags: TPFLAGS.HAVE_GC,
  doc: "_iterencode(obj, _current_indent_level) -> iterable",
  new: encoder_new,
  call: encoder_call,
  dealloc: encoder_dealloc,
  traverse: encoder_traverse,
  clear: encoder_clear,
  members: [
    ["markers", T.OBJECT, Encoder.markers, READONLY, "markers"],
    ["default", T.OBJECT, Encoder.defaultfn, READONLY, "default"],
    ["encoder", T.OBJECT, Encoder.encoder, READONLY, "encoder"],
    ["indent", T.OBJECT, Encoder.indent, READONLY, "indent"],
    ["key_separator", T.OBJECT, Encoder.key_separator, READONLY, "key_separator"],
    ["item_separator", T.OBJECT, Encoder.item_separator, READONLY, "item_separator"],
    ["sort_keys", T.BOOL, Encoder.sort_keys, READONLY, "sort_keys"],
    ["skipkeys", T.BOOL, Encoder.skipkeys, READONLY, "skipkeys"],
  ],
})
