import { memcpy, ptr, set64, setptr, setssize } from "../../heap/access.ts"
import { calloca, cstackMark, cstackReset } from "../../heap/cstack.ts"
import { fn } from "../../heap/fntable.ts"
import { ret64, hashHi } from "../../heap/int64.ts"
import { Py_buffer, PyBytesObject, PyTypeObject } from "../../heap/layout.ts"
import { PyObject_Free } from "../../heap/obmalloc.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_DECREF, Py_NewRef, Py_REFCNT, Py_SIZE, Py_TYPE } from "../../heap/refcount.ts"
import { ID } from "../../heap/statics.ts"
import { i32, u8 } from "../../heap/views.ts"
import { _PyObject_GC_TRACK, _PyObject_GC_UNTRACK, _PyObject_GC_New, PyObject_GC_Del } from "../../gc/gcmodule.ts"
import { _PyIndex_Check, PyBuffer_FillInfo, PyBuffer_Release, PyNumber_AsSsize_t, PyObject_GetBuffer } from "../abstract.ts"
import { comparisonWarned, warnedAsBytes } from "../byteswarning.ts"
import { PyObject_CallNoArgs, PyObject_CallOneArg } from "../call.ts"
import { defineType } from "../define.ts"
import { PyErr_Clear, PyErr_ExceptionMatches, PyErr_Occurred, PyErr_SetString } from "../errors.ts"
import { _PyArg_BadArgument, _PyArg_UnpackKeywords, _PyArg_UnpackKeywordsTuple, argParser } from "../getargs.ts"
import { freshASCII, notImplemented, PyLong_AsSsize_t, PyLong_FromLong, smallInt } from "../longobject.ts"
import { PyObject_GenericGetAttr, PyObject_SelfIter, typeName } from "../object.ts"
import { _Py_HashBytes } from "../pyhash.ts"
import { PySlice_AdjustIndices, PySlice_Check, PySlice_Unpack, sliceStart, sliceStep, sliceStop } from "../sliceobject.ts"
import { type allocfunc, type freefunc, METH, Py, TPFLAGS, type visitproc } from "../slots.ts"
import {
  Py_False,
  Py_None,
  Py_True,
  PyBytes_Type,
  PyBytesIter_Type,
  PyExc_IndexError,
  PyExc_OverflowError,
  PyExc_TypeError,
  PyExc_ValueError,
} from "../statictypes.ts"
import { buildTuple, PyTuple_New } from "../tupleobject.ts"
import { _PyObject_LookupSpecial, PyType_GenericAlloc } from "../typeobject.ts"
import {
  PyUnicode_AsEncodedString,
  PyUnicode_AsJS,
  PyUnicode_AsUTF8AndSize,
  PyUnicode_Check,
  PyUnicode_FromEncodedObject,
} from "../unicodeobject.ts"
import { upcalls } from "../upcalls.ts"
import { argInt, argOk, bufOf, lenOf, LEN, STR } from "./access.ts"
import {
  _PyBytes_FromSize,
  newBytes,
  _PyBytes_Resize,
  BYTES_HEADER,
  PyBytes_AS_STRING,
  PyBytes_Check,
  PyBytes_CheckExact,
  PyBytes_FromStringAndSize,
} from "./core.ts"
import {
  bytes_contains,
  bytes_count,
  bytes_endswith,
  bytes_find,
  bytes_index,
  bytes_rfind,
  bytes_rindex,
  bytes_startswith,
} from "./find.ts"
import { _PyBytes_FormatEx } from "./format.ts"
import { _Py_strhex_with_sep, _PyBytes_FromHex, PyBytes_FromObject } from "./make.ts"
import { memcmp, memeq } from "./search.ts"
import { bytes_join, bytes_partition, bytes_rpartition, bytes_rsplit, bytes_split, bytes_splitlines } from "./split.ts"
import * as t from "./transform.ts"

// Objects/bytesobject.c: the type bytes and its iterator.

const id_bytes = ID("__bytes__")
const id_iter = ID("iter")

/** repr text of n bytes: b'…', with double quotes when that saves escapes and `smart`. */
export function bytesReprJS(data: number, n: number, smart: boolean): string {
  let single = false
  let dbl = false
  for (let i = 0; i < n; i++) {
    if (u8[data + i] === 39) single = true
    else if (u8[data + i] === 34) dbl = true
  }
  const quote = smart && single && !dbl ? 34 : 39
  const q = String.fromCharCode(quote)
  const parts: string[] = []
  let s = `b${q}`
  for (let i = 0; i < n; i++) {
    const c = u8[data + i]
    if (c === quote || c === 92) s += `\\${String.fromCharCode(c)}`
    else if (c === 9) s += "\\t"
    else if (c === 10) s += "\\n"
    else if (c === 13) s += "\\r"
    else if (c < 32 || c >= 127) s += `\\x${c < 16 ? "0" : ""}${c.toString(16)}`
    else s += String.fromCharCode(c)
    if (s.length > 4096) {
      parts.push(s)
      s = ""
    }
  }
  return `${parts.join("")}${s}${q}`
}

export function PyBytes_Repr(op: Ref, smartquotes: boolean): Own {
  return freshASCII(bytesReprJS(op + PyBytesObject.ob_sval, Py_SIZE(op), smartquotes))
}
function bytes_repr(op: Ref): Own {
  return PyBytes_Repr(op, true)
}

function bytes_str(op: Ref): Own {
  return warnedAsBytes("str() on a bytes instance") ? NULL : bytes_repr(op)
}

function bytes_length(op: Ref): number {
  return Py_SIZE(op)
}

export function bytes_concat(a: Ref, b: Ref): Own {
  const mark = cstackMark()
  const va = calloca(Py_buffer.SIZE)
  const vb = calloca(Py_buffer.SIZE)
  let $r: Own = NULL
  const gotA = PyObject_GetBuffer(a, va, 0) === 0
  const gotB = gotA && PyObject_GetBuffer(b, vb, 0) === 0
  if (!gotB) PyErr_SetString(PyExc_TypeError, `can't concat ${typeName(b).slice(0, 100)} to ${typeName(a).slice(0, 100)}`)
  else if (lenOf(va) === 0 && PyBytes_CheckExact(b)) $r = Py_NewRef(b)
  else if (lenOf(vb) === 0 && PyBytes_CheckExact(a)) $r = Py_NewRef(a)
  else {
    $r = PyBytes_FromStringAndSize(0, lenOf(va) + lenOf(vb))
    if ($r !== NULL) {
      memcpy($r + PyBytesObject.ob_sval, bufOf(va), lenOf(va))
      memcpy($r + PyBytesObject.ob_sval + lenOf(va), bufOf(vb), lenOf(vb))
    }
  }
  if (gotA) PyBuffer_Release(va)
  if (gotB) PyBuffer_Release(vb)
  cstackReset(mark)
  return $r
}

/** v + w where v is stolen: grown in place when nobody else holds it. NULL with the error set (v is released). */
export function PyBytes_Concat($v: Own, w: Ref): Own {
  if ($v === NULL) return NULL
  if (w === NULL) {
    Py_DECREF($v)
    return NULL
  }
  if (Py_REFCNT($v) !== 1 || !PyBytes_CheckExact($v)) {
    const $r = bytes_concat($v, w)
    Py_DECREF($v)
    return $r
  }
  const mark = cstackMark()
  const view = calloca(Py_buffer.SIZE)
  if (PyObject_GetBuffer(w, view, 0) !== 0) {
    PyErr_SetString(PyExc_TypeError, `can't concat ${typeName(w).slice(0, 100)} to ${typeName($v).slice(0, 100)}`)
    Py_DECREF($v)
    cstackReset(mark)
    return NULL
  }
  const old = Py_SIZE($v)
  const $r = _PyBytes_Resize($v, old + lenOf(view))
  if ($r !== NULL) memcpy($r + PyBytesObject.ob_sval + old, bufOf(view), lenOf(view))
  PyBuffer_Release(view)
  cstackReset(mark)
  return $r
}
/** The same, releasing w too. */
export function PyBytes_ConcatAndDel($v: Own, $w: Own): Own {
  const $r = PyBytes_Concat($v, $w)
  if ($w !== NULL) Py_DECREF($w)
  return $r
}

/** Fill n bytes at dest with the m at src over and over. */
export function _PyBytes_Repeat(dest: number, n: number, src: number, m: number): void {
  if (n === 0) return
  if (m === 1) {
    u8.fill(u8[src], dest, dest + n)
    return
  }
  if (src !== dest) memcpy(dest, src, m)
  let done = m
  while (done < n) {
    const k = Math.min(done, n - done)
    memcpy(dest + done, dest, k)
    done += k
  }
}

function bytes_repeat(a: Ref, n: number): Own {
  if (n < 0) n = 0
  const size = Py_SIZE(a) * n
  if (size > 0x7fffffff - BYTES_HEADER) {
    if (size > 9223372036854775807) return PyErr_SetString(PyExc_OverflowError, "repeated bytes are too long")
    return _PyBytes_FromSize(0x7fffffff, false)
  }
  if (size === Py_SIZE(a) && PyBytes_CheckExact(a)) return Py_NewRef(a)
  // a new object even when it is empty, as CPython's
  const $r = newBytes(size, false)
  if ($r !== NULL) _PyBytes_Repeat($r + PyBytesObject.ob_sval, size, a + PyBytesObject.ob_sval, Py_SIZE(a))
  return $r
}

export function bytes_item(a: Ref, i: number): Own {
  if (i < 0 || i >= Py_SIZE(a)) return PyErr_SetString(PyExc_IndexError, "index out of range")
  return Py_NewRef(smallInt(u8[a + PyBytesObject.ob_sval + i]))
}

function bytes_subscript(self: Ref, item: Ref): Own {
  if (_PyIndex_Check(item)) {
    let i = PyNumber_AsSsize_t(item, PyExc_IndexError)
    if (i === -1 && PyErr_Occurred()) return NULL
    const n = Py_SIZE(self)
    if (i < 0) i += n
    if (i < 0 || i >= n) return PyErr_SetString(PyExc_IndexError, "index out of range")
    return Py_NewRef(smallInt(u8[self + PyBytesObject.ob_sval + i]))
  }
  if (!PySlice_Check(item)) {
    return PyErr_SetString(PyExc_TypeError, `byte indices must be integers or slices, not ${typeName(item).slice(0, 200)}`)
  }
  if (PySlice_Unpack(item) < 0) return NULL
  const step = sliceStep
  const n = PySlice_AdjustIndices(Py_SIZE(self), sliceStart, sliceStop, step)
  const start = sliceStart
  if (n <= 0) return PyBytes_FromStringAndSize(0, 0)
  if (start === 0 && step === 1 && n === Py_SIZE(self) && PyBytes_CheckExact(self)) return Py_NewRef(self)
  const s = self + PyBytesObject.ob_sval
  if (step === 1) return PyBytes_FromStringAndSize(s + start, n)
  const $r = PyBytes_FromStringAndSize(0, n)
  if ($r === NULL) return NULL
  const d = $r + PyBytesObject.ob_sval
  for (let i = 0, cur = start; i < n; i++, cur += step) u8[d + i] = u8[s + cur]
  return $r
}

export function bytes_richcompare(a: Ref, b: Ref, op: number): Own {
  if (!PyBytes_Check(a) || !PyBytes_Check(b)) return comparisonWarned(a, b, op, "bytes") ? NULL : notImplemented()
  let r: boolean
  if (a === b) r = op === Py.EQ || op === Py.LE || op === Py.GE
  else {
    const na = Py_SIZE(a)
    const nb = Py_SIZE(b)
    const da = a + PyBytesObject.ob_sval
    const db = b + PyBytesObject.ob_sval
    if (op === Py.EQ) r = na === nb && memeq(da, db, na)
    else if (op === Py.NE) r = na !== nb || !memeq(da, db, na)
    else {
      let c = memcmp(da, db, na < nb ? na : nb)
      if (c === 0) c = na - nb
      r = op === Py.LT ? c < 0 : op === Py.LE ? c <= 0 : op === Py.GT ? c > 0 : c >= 0
    }
  }
  return Py_NewRef(r ? Py_True : Py_False)
}

export function bytes_hash(a: Ref): number {
  const w = (a + PyBytesObject.ob_shash) >> 2
  if (i32[w] !== -1 || i32[w + 1] !== -1) return ret64(i32[w], i32[w + 1])
  const lo = _Py_HashBytes(a + PyBytesObject.ob_sval, Py_SIZE(a))
  set64(a + PyBytesObject.ob_shash, lo, hashHi)
  return lo
}

function bytes_getbuffer(self: Ref, view: number, flags: number): number {
  return PyBuffer_FillInfo(view, self, self + PyBytesObject.ob_sval, Py_SIZE(self), 1, flags)
}

function bytes_mod(self: Ref, arg: Ref): Own {
  if (!PyBytes_Check(self)) return notImplemented()
  return _PyBytes_FormatEx(self + PyBytesObject.ob_sval, Py_SIZE(self), arg, false)
}

function bytes___bytes__(self: Ref): Own {
  return PyBytes_CheckExact(self) ? Py_NewRef(self) : PyBytes_FromStringAndSize(PyBytes_AS_STRING(self), Py_SIZE(self))
}
function bytes_getnewargs(self: Ref): Own {
  const $b = PyBytes_FromStringAndSize(PyBytes_AS_STRING(self), Py_SIZE(self))
  return $b === NULL ? NULL : buildTuple($b)
}

const decodeParser = argParser("decode", ["encoding", "errors"])
const hexParser = argParser("hex", ["sep", "bytes_per_sep"])
const newParser = argParser("bytes", ["source", "encoding", "errors"])

/** False when the last `strArg` set an error. */
export let strArgOk = true
/** A `str` parameter without NULs as a JavaScript string, null when not given. */
export function strArg(fname: string, argument: string, v: Ref): string | null {
  strArgOk = true
  if (v === NULL) return null
  strArgOk = false
  if (!PyUnicode_Check(v)) {
    _PyArg_BadArgument(fname, argument, "str", v)
    return null
  }
  if (PyUnicode_AsUTF8AndSize(v) === 0) return null
  const s = PyUnicode_AsJS(v)
  if (s.includes("\0")) {
    PyErr_SetString(PyExc_ValueError, "embedded null character")
    return null
  }
  strArgOk = true
  return s
}

export function bytes_decode(self: Ref, args: number, nargs: number, kwnames: Ref): Own {
  const a = _PyArg_UnpackKeywords(args, nargs, 0, kwnames, decodeParser, 0, 2, 0)
  if (a === 0) return NULL
  const e = ptr(a)
  const r = ptr(a + 8)
  const encoding = strArg("decode", "argument 'encoding'", e)
  if (!strArgOk) return NULL
  const errors = strArg("decode", "argument 'errors'", r)
  if (!strArgOk) return NULL
  return PyUnicode_FromEncodedObject(self, encoding, errors)
}

export function bytes_hex(self: Ref, args: number, nargs: number, kwnames: Ref): Own {
  const a = _PyArg_UnpackKeywords(args, nargs, 0, kwnames, hexParser, 0, 2, 0)
  if (a === 0) return NULL
  const sep = ptr(a)
  let group = 1
  if (ptr(a + 8) !== NULL) {
    group = argInt(ptr(a + 8))
    if (!argOk) return NULL
  }
  return _Py_strhex_with_sep(STR(self), LEN(self), sep, group)
}

function bytes_fromhex(type: Ref, string: Ref): Own {
  if (!PyUnicode_Check(string)) {
    _PyArg_BadArgument("fromhex", "argument", "str", string)
    return NULL
  }
  const $b = _PyBytes_FromHex(string, false)
  if (type === PyBytes_Type || $b === NULL) return $b
  const $r = PyObject_CallOneArg(type, $b)
  Py_DECREF($b)
  return $r
}

function bytes_new(type: Ref, args: Ref, kwargs: Ref): Own {
  const a = _PyArg_UnpackKeywordsTuple(args, kwargs, newParser, 0, 3, 0)
  if (a === 0) return NULL
  const x = ptr(a)
  const e = ptr(a + 8)
  const r = ptr(a + 16)
  const encoding = strArg("bytes", "argument 'encoding'", e)
  if (!strArgOk) return NULL
  const errors = strArg("bytes", "argument 'errors'", r)
  if (!strArgOk) return NULL
  const $b = bytes_new_impl(x, encoding, errors)
  if ($b === NULL || type === PyBytes_Type) return $b
  const n = Py_SIZE($b)
  const $new = fn<allocfunc>(ptr(type + PyTypeObject.tp_alloc))(type, n)
  if ($new !== NULL) {
    memcpy($new + PyBytesObject.ob_sval, $b + PyBytesObject.ob_sval, n + 1)
    set64($new + PyBytesObject.ob_shash, i32[($b + PyBytesObject.ob_shash) >> 2], i32[($b + PyBytesObject.ob_shash + 4) >> 2])
  }
  Py_DECREF($b)
  return $new
}

function bytes_new_impl(x: Ref, encoding: string | null, errors: string | null): Own {
  if (x === NULL) {
    if (encoding !== null || errors !== null) {
      return PyErr_SetString(PyExc_TypeError, encoding !== null ? "encoding without a string argument" : "errors without a string argument")
    }
    return PyBytes_FromStringAndSize(0, 0)
  }
  if (encoding !== null) {
    if (!PyUnicode_Check(x)) return PyErr_SetString(PyExc_TypeError, "encoding without a string argument")
    return PyUnicode_AsEncodedString(x, encoding, errors)
  }
  if (errors !== null) {
    return PyErr_SetString(PyExc_TypeError, PyUnicode_Check(x) ? "string argument without an encoding" : "errors without a string argument")
  }
  const $f = _PyObject_LookupSpecial(x, id_bytes)
  if ($f !== NULL) {
    const $b = PyObject_CallNoArgs($f)
    Py_DECREF($f)
    if ($b === NULL) return NULL
    if (!PyBytes_Check($b)) {
      PyErr_SetString(PyExc_TypeError, `__bytes__ returned non-bytes (type ${typeName($b).slice(0, 200)})`)
      Py_DECREF($b)
      return NULL
    }
    return $b
  }
  if (PyErr_Occurred()) return NULL
  if (PyUnicode_Check(x)) return PyErr_SetString(PyExc_TypeError, "string argument without an encoding")
  if (_PyIndex_Check(x)) {
    const size = PyNumber_AsSsize_t(x, PyExc_OverflowError)
    if (size === -1 && PyErr_Occurred()) {
      if (!PyErr_ExceptionMatches(PyExc_TypeError)) return NULL
      PyErr_Clear()
      return PyBytes_FromObject(x)
    }
    if (size < 0) return PyErr_SetString(PyExc_ValueError, "negative count")
    if (size > 9223372036854775774) return PyErr_SetString(PyExc_OverflowError, "byte string is too large")
    return _PyBytes_FromSize(size, true)
  }
  return PyBytes_FromObject(x)
}

function bytes_alloc(type: Ref, n: number): Own {
  const $op = PyType_GenericAlloc(type, n)
  if ($op !== NULL) set64($op + PyBytesObject.ob_shash, -1, -1)
  return $op
}

/** C inherits object's; the same in one step. */
function bytes_dealloc(op: Ref): void {
  const type = Py_TYPE(op)
  if (type === PyBytes_Type) PyObject_Free(op)
  else fn<freefunc>(ptr(type + PyTypeObject.tp_free))(op)
}

const enum striterobject {
  it_index = 16,
  it_seq = 24,
  SIZE = 32,
}

function bytes_iter(seq: Ref): Own {
  const $it = _PyObject_GC_New(PyBytesIter_Type)
  if ($it === NULL) return NULL
  setssize($it + striterobject.it_index, 0)
  setptr($it + striterobject.it_seq, Py_NewRef(seq))
  _PyObject_GC_TRACK($it)
  return $it
}
function striter_dealloc(it: Ref): void {
  _PyObject_GC_UNTRACK(it)
  const seq = ptr(it + striterobject.it_seq)
  if (seq !== NULL) Py_DECREF(seq)
  PyObject_GC_Del(it)
}
function striter_traverse(it: Ref, visit: visitproc, arg: number): number {
  const seq = ptr(it + striterobject.it_seq)
  return seq !== NULL ? visit(seq, arg) : 0
}
function striter_next(it: Ref): Own {
  const seq = ptr(it + striterobject.it_seq)
  if (seq === NULL) return NULL
  const i = i32[(it + striterobject.it_index) >> 2]
  if (i < Py_SIZE(seq)) {
    i32[(it + striterobject.it_index) >> 2] = i + 1
    return Py_NewRef(smallInt(u8[seq + PyBytesObject.ob_sval + i]))
  }
  setptr(it + striterobject.it_seq, 0)
  Py_DECREF(seq)
  return NULL
}
function striter_len(it: Ref): Own {
  const seq = ptr(it + striterobject.it_seq)
  return PyLong_FromLong(seq === NULL ? 0 : Py_SIZE(seq) - i32[(it + striterobject.it_index) >> 2])
}
function striter_reduce(it: Ref): Own {
  const $iter = upcalls.getBuiltin(id_iter)
  if ($iter === NULL) return NULL
  const seq = ptr(it + striterobject.it_seq)
  if (seq === NULL) return buildTuple($iter, buildTuple(PyTuple_New(0)))
  return buildTuple($iter, buildTuple(Py_NewRef(seq)), PyLong_FromLong(i32[(it + striterobject.it_index) >> 2]))
}
function striter_setstate(it: Ref, state: Ref): Own {
  let i = PyLong_AsSsize_t(state)
  if (i === -1 && PyErr_Occurred()) return NULL
  const seq = ptr(it + striterobject.it_seq)
  if (seq !== NULL) {
    if (i < 0) i = 0
    else if (i > Py_SIZE(seq)) i = Py_SIZE(seq)
    setssize(it + striterobject.it_index, i)
  }
  return Py_NewRef(Py_None)
}

defineType(PyBytesIter_Type, {
  name: "bytes_iterator",
  basicsize: striterobject.SIZE,
  flags: TPFLAGS.DEFAULT | TPFLAGS.HAVE_GC,
  dealloc: striter_dealloc,
  getattro: PyObject_GenericGetAttr,
  traverse: striter_traverse,
  iter: PyObject_SelfIter,
  iternext: striter_next,
  methods: [
    ["__length_hint__", striter_len, METH.NOARGS, "Private method returning an estimate of len(list(it))."],
    ["__reduce__", striter_reduce, METH.NOARGS, "Return state information for pickling."],
    ["__setstate__", striter_setstate, METH.O, "Set state information for unpickling."],
  ],
})

defineType(PyBytes_Type, {
  name: "bytes",
  basicsize: BYTES_HEADER,
  itemsize: 1,
  flags: TPFLAGS.DEFAULT | TPFLAGS.BASETYPE | TPFLAGS.BYTES_SUBCLASS | TPFLAGS.MATCH_SELF,
  doc: "bytes(iterable_of_ints) -> bytes\nbytes(string, encoding[, errors]) -> bytes\nbytes(bytes_or_buffer) -> immutable copy of bytes_or_buffer\nbytes(int) -> zero bytes of that number\nbytes() -> empty bytes object\n\nMake an immutable array of bytes.",
  dealloc: bytes_dealloc,
  repr: bytes_repr,
  hash: bytes_hash,
  str: bytes_str,
  getattro: PyObject_GenericGetAttr,
  richcompare: bytes_richcompare,
  iter: bytes_iter,
  alloc: bytes_alloc,
  new: bytes_new,
  free: PyObject_Free,
  nb_remainder: bytes_mod,
  sq_length: bytes_length,
  sq_concat: bytes_concat,
  sq_repeat: bytes_repeat,
  sq_item: bytes_item,
  sq_contains: bytes_contains,
  mp_length: bytes_length,
  mp_subscript: bytes_subscript,
  bf_getbuffer: bytes_getbuffer,
  methods: [
    ["__getnewargs__", bytes_getnewargs, METH.NOARGS],
    ["__bytes__", bytes___bytes__, METH.NOARGS, "($self, /)\n--\n\nConvert this value to exact type bytes."],
    [
      "capitalize",
      t.bytes_capitalize,
      METH.NOARGS,
      "B.capitalize() -> copy of B\n\nThe first character capitalized (ASCII), the rest in lower case.",
    ],
    ["center", t.bytes_center, METH.FASTCALL, "($self, width, fillchar=b' ', /)\n--\n\nCentered in a field of the given width."],
    ["count", bytes_count, METH.VARARGS, "B.count(sub[, start[, end]]) -> int\n\nHow often sub occurs in B[start:end], without overlaps."],
    [
      "decode",
      bytes_decode,
      METH.FASTCALL | METH.KEYWORDS,
      "($self, /, encoding='utf-8', errors='strict')\n--\n\nDecode the bytes using the codec registered for encoding.",
    ],
    [
      "endswith",
      bytes_endswith,
      METH.VARARGS,
      "B.endswith(suffix[, start[, end]]) -> bool\n\nDoes B end with the suffix, or one of a tuple of them?",
    ],
    ["expandtabs", t.bytes_expandtabs, METH.FASTCALL | METH.KEYWORDS, "($self, /, tabsize=8)\n--\n\nA copy with tabs expanded to spaces."],
    ["find", bytes_find, METH.VARARGS, "B.find(sub[, start[, end]]) -> int\n\nLowest index of sub in B[start:end], -1 if there is none."],
    [
      "fromhex",
      bytes_fromhex,
      METH.O | METH.CLASS,
      "($type, string, /)\n--\n\nBytes from hexadecimal digits; spaces between two numbers are allowed.",
    ],
    [
      "hex",
      bytes_hex,
      METH.FASTCALL | METH.KEYWORDS,
      "($self, /, sep=<unrepresentable>, bytes_per_sep=1)\n--\n\nHexadecimal digits of the bytes, with a separator if given.",
    ],
    ["index", bytes_index, METH.VARARGS, "B.index(sub[, start[, end]]) -> int\n\nLike find, but ValueError if there is none."],
    ["isalnum", t.bytes_isalnum, METH.NOARGS, "B.isalnum() -> bool\n\nAre all bytes ASCII letters or digits, and is there one?"],
    ["isalpha", t.bytes_isalpha, METH.NOARGS, "B.isalpha() -> bool\n\nAre all bytes ASCII letters, and is there one?"],
    ["isascii", t.bytes_isascii, METH.NOARGS, "B.isascii() -> bool\n\nAre all bytes ASCII?"],
    ["isdigit", t.bytes_isdigit, METH.NOARGS, "B.isdigit() -> bool\n\nAre all bytes ASCII digits, and is there one?"],
    ["islower", t.bytes_islower, METH.NOARGS, "B.islower() -> bool\n\nAre all cased ASCII letters lower case, and is there one?"],
    ["isspace", t.bytes_isspace, METH.NOARGS, "B.isspace() -> bool\n\nAre all bytes ASCII white space, and is there one?"],
    ["istitle", t.bytes_istitle, METH.NOARGS, "B.istitle() -> bool\n\nIs B in title case?"],
    ["isupper", t.bytes_isupper, METH.NOARGS, "B.isupper() -> bool\n\nAre all cased ASCII letters upper case, and is there one?"],
    ["join", bytes_join, METH.O, "($self, iterable_of_bytes, /)\n--\n\nConcatenate any number of bytes objects with self between them."],
    ["ljust", t.bytes_ljust, METH.FASTCALL, "($self, width, fillchar=b' ', /)\n--\n\nLeft-justified in a field of the given width."],
    ["lower", t.bytes_lower, METH.NOARGS, "B.lower() -> copy of B\n\nAll ASCII letters in lower case."],
    ["lstrip", t.bytes_lstrip, METH.FASTCALL, "($self, bytes=None, /)\n--\n\nWithout the leading bytes of the argument (or white space)."],
    [
      "maketrans",
      t.bytes_maketrans,
      METH.FASTCALL | METH.STATIC,
      "(frm, to, /)\n--\n\nA table for translate that maps each byte of frm to the one at its place in to.",
    ],
    ["partition", bytes_partition, METH.O, "($self, sep, /)\n--\n\nThe part before the first separator, the separator, the part after it."],
    ["removeprefix", t.bytes_removeprefix, METH.O, "($self, prefix, /)\n--\n\nWithout the prefix, if it is there."],
    ["removesuffix", t.bytes_removesuffix, METH.O, "($self, suffix, /)\n--\n\nWithout the suffix, if it is there."],
    ["replace", t.bytes_replace, METH.FASTCALL, "($self, old, new, count=-1, /)\n--\n\nA copy with occurrences of old replaced by new."],
    [
      "rfind",
      bytes_rfind,
      METH.VARARGS,
      "B.rfind(sub[, start[, end]]) -> int\n\nHighest index of sub in B[start:end], -1 if there is none.",
    ],
    ["rindex", bytes_rindex, METH.VARARGS, "B.rindex(sub[, start[, end]]) -> int\n\nLike rfind, but ValueError if there is none."],
    ["rjust", t.bytes_rjust, METH.FASTCALL, "($self, width, fillchar=b' ', /)\n--\n\nRight-justified in a field of the given width."],
    [
      "rpartition",
      bytes_rpartition,
      METH.O,
      "($self, sep, /)\n--\n\nThe part before the last separator, the separator, the part after it.",
    ],
    [
      "rsplit",
      bytes_rsplit,
      METH.FASTCALL | METH.KEYWORDS,
      "($self, /, sep=None, maxsplit=-1)\n--\n\nThe sections between separators, splitting from the end.",
    ],
    ["rstrip", t.bytes_rstrip, METH.FASTCALL, "($self, bytes=None, /)\n--\n\nWithout the trailing bytes of the argument (or white space)."],
    ["split", bytes_split, METH.FASTCALL | METH.KEYWORDS, "($self, /, sep=None, maxsplit=-1)\n--\n\nThe sections between separators."],
    [
      "splitlines",
      bytes_splitlines,
      METH.FASTCALL | METH.KEYWORDS,
      "($self, /, keepends=False)\n--\n\nThe lines, without their ends unless keepends.",
    ],
    [
      "startswith",
      bytes_startswith,
      METH.VARARGS,
      "B.startswith(prefix[, start[, end]]) -> bool\n\nDoes B start with the prefix, or one of a tuple of them?",
    ],
    [
      "strip",
      t.bytes_strip,
      METH.FASTCALL,
      "($self, bytes=None, /)\n--\n\nWithout the leading and trailing bytes of the argument (or white space).",
    ],
    ["swapcase", t.bytes_swapcase, METH.NOARGS, "B.swapcase() -> copy of B\n\nUpper case ASCII letters in lower case and vice versa."],
    ["title", t.bytes_title, METH.NOARGS, "B.title() -> copy of B\n\nASCII words start in upper case, the rest in lower case."],
    [
      "translate",
      t.bytes_translate,
      METH.FASTCALL | METH.KEYWORDS,
      "($self, table, /, delete=b'')\n--\n\nA copy with each byte mapped through the table, those in delete left out.",
    ],
    ["upper", t.bytes_upper, METH.NOARGS, "B.upper() -> copy of B\n\nAll ASCII letters in upper case."],
    ["zfill", t.bytes_zfill, METH.O, "($self, width, /)\n--\n\nPadded with zeros on the left."],
  ],
})
