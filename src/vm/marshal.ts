import { double, memcpy, ptr, ssize } from "../heap/access.ts"
import { calloca, cstackMark, cstackReset } from "../heap/cstack.ts"
import { Py_buffer, PyBytesObject, PyCodeObject, PyComplexObject, PyLongObject } from "../heap/layout.ts"
import { PyMem_Free, PyMem_Malloc, PyMem_Realloc } from "../heap/obmalloc.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { Py_DECREF, Py_INCREF, Py_NewRef, Py_REFCNT, Py_SIZE, Py_XDECREF } from "../heap/refcount.ts"
import { ID } from "../heap/statics.ts"
import { dv, i32, u8 } from "../heap/views.ts"
import { PyNumber_AsSsize_t, PyBuffer_FillInfo, PyBuffer_Release, PyObject_CheckBuffer, PyObject_GetBuffer } from "../objects/abstract.ts"
import { PyBytes_AS_STRING, PyBytes_CheckExact, PyBytes_FromStringAndSize, PyBytes_GET_SIZE } from "../objects/bytesobject.ts"
import { memcmp } from "../objects/bytes/search.ts"
import { PyObject_CallMethodOneArg, PyObject_CallNoArgs } from "../objects/call.ts"
import { _PyCode_GetCode, _PyCode_New, _PyCode_Validate, PyCode_Check } from "../objects/codeobject.ts"
import { PyComplex_CheckExact, PyComplex_FromDoubles } from "../objects/complexobject.ts"
import { dictKey, dictValue, PyDict_CheckExact, PyDict_New, PyDict_Next, PyDict_SetItem } from "../objects/dictobject.ts"
import { PyErr_NoMemory, PyErr_Occurred, PyErr_SetString } from "../objects/errors.ts"
import { PyFloat_AS_DOUBLE, PyFloat_CheckExact, PyFloat_FromDouble } from "../objects/floatobject.ts"
import { PyList_CheckExact, PyList_GET_ITEM, PyList_GET_SIZE, PyList_New, PyList_SET_ITEM } from "../objects/listobject.ts"
import { _PyLong_FromByteArray, _PyLong_New, PyLong_CheckExact, PyLong_FromLong } from "../objects/longobject.ts"
import { PyMemoryView_FromBuffer } from "../objects/memoryobject.ts"
import { PyOS_double_to_string, PyOS_string_to_double } from "../objects/pystrtod.ts"
import {
  _PySet_NextEntry,
  PyAnySet_CheckExact,
  PyFrozenSet_CheckExact,
  PyFrozenSet_New,
  PySet_Add,
  PySet_GET_SIZE,
  PySet_New,
  setEntryKey,
} from "../objects/setobject.ts"
import {
  Py_Ellipsis,
  Py_False,
  Py_None,
  Py_True,
  PyExc_EOFError,
  PyExc_StopIteration,
  PyExc_TypeError,
  PyExc_ValueError,
  PyFrozenSet_Type,
} from "../objects/statictypes.ts"
import { PyTuple_CheckExact, PyTuple_GET_ITEM, PyTuple_GET_SIZE, PyTuple_New, PyTuple_SET_ITEM } from "../objects/tupleobject.ts"
import {
  PyUnicode_AsEncodedString,
  PyUnicode_CHECK_INTERNED,
  PyUnicode_CheckExact,
  PyUnicode_DATA,
  PyUnicode_DecodeUTF8,
  PyUnicode_FromKindAndData,
  PyUnicode_GET_LENGTH,
  PyUnicode_InternInPlace,
  PyUnicode_IS_ASCII,
  PyUnicode_New,
} from "../objects/unicodeobject.ts"

// Python/marshal.c: objects as bytes and back, format version 4.

export const Py_MARSHAL_VERSION = 4
const MAX_MARSHAL_STACK_DEPTH = 2000
const FLAG_REF = 0x80

/** Type codes: the character of each. */
const enum TYPE {
  NULL = 48, // 0
  NONE = 78, // N
  FALSE = 70, // F
  TRUE = 84, // T
  STOPITER = 83, // S
  ELLIPSIS = 46, // .
  INT = 105, // i
  INT64 = 73, // I
  FLOAT = 102, // f
  BINARY_FLOAT = 103, // g
  COMPLEX = 120, // x
  BINARY_COMPLEX = 121, // y
  LONG = 108, // l
  STRING = 115, // s
  INTERNED = 116, // t
  REF = 114, // r
  TUPLE = 40, // (
  LIST = 91, // [
  DICT = 123, // {
  CODE = 99, // c
  UNICODE = 117, // u
  UNKNOWN = 63, // ?
  SET = 60, // <
  FROZENSET = 62, // >
  ASCII = 97, // a
  ASCII_INTERNED = 65, // A
  SMALL_TUPLE = 41, // )
  SHORT_ASCII = 122, // z
  SHORT_ASCII_INTERNED = 90, // Z
}

// ---- writing

const enum WFERR {
  OK,
  UNMARSHALLABLE,
  NESTEDTOODEEP,
  NOMEMORY,
}

/** One write: the bytes so far, and for sharing the number of each object by its address (valid while the write holds references). */
class Writer {
  out = new Uint8Array(256)
  length = 0
  error = WFERR.OK
  depth = 0
  readonly refs: Map<number, number> | null
  readonly $held: Own[] = []
  constructor(readonly version: number) {
    this.refs = version >= 3 ? new Map() : null
  }
  reserve(n: number): void {
    if (this.length + n <= this.out.length) return
    const bigger = new Uint8Array(Math.max(this.out.length * 2, this.length + n))
    bigger.set(this.out)
    this.out = bigger
  }
  byte(b: number): void {
    this.reserve(1)
    this.out[this.length++] = b
  }
  short(x: number): void {
    this.byte(x & 0xff)
    this.byte((x >> 8) & 0xff)
  }
  long(x: number): void {
    this.reserve(4)
    this.out[this.length++] = x & 0xff
    this.out[this.length++] = (x >> 8) & 0xff
    this.out[this.length++] = (x >> 16) & 0xff
    this.out[this.length++] = (x >> 24) & 0xff
  }
  bytes(at: number, n: number): void {
    this.reserve(n)
    this.out.set(u8.subarray(at, at + n), this.length)
    this.length += n
  }
  float(v: number): void {
    this.reserve(8)
    new DataView(this.out.buffer).setFloat64(this.length, v, true)
    this.length += 8
  }
  floatStr(v: number): void {
    const s = PyOS_double_to_string(v, "g", 17, 0)
    this.byte(s.length)
    for (let i = 0; i < s.length; i++) this.byte(s.charCodeAt(i))
  }
}

/** w_ref: true when a reference was written instead of the object; otherwise the FLAG_REF for its type byte is in `refFlag`. */
let refFlag = 0
function w_ref(v: Ref, p: Writer): boolean {
  refFlag = 0
  if (p.refs === null) return false
  if (Py_REFCNT(v) === 1 && !(PyUnicode_CheckExact(v) && PyUnicode_CHECK_INTERNED(v))) return false
  const known = p.refs.get(v)
  if (known !== undefined) {
    p.byte(TYPE.REF)
    p.long(known)
    return true
  }
  p.refs.set(v, p.refs.size)
  p.$held.push(Py_NewRef(v))
  refFlag = FLAG_REF
  return false
}

function w_object(v: Ref, p: Writer): void {
  p.depth++
  if (p.depth > MAX_MARSHAL_STACK_DEPTH) p.error = WFERR.NESTEDTOODEEP
  else if (v === NULL) p.byte(TYPE.NULL)
  else if (v === Py_None) p.byte(TYPE.NONE)
  else if (v === PyExc_StopIteration) p.byte(TYPE.STOPITER)
  else if (v === Py_Ellipsis) p.byte(TYPE.ELLIPSIS)
  else if (v === Py_False) p.byte(TYPE.FALSE)
  else if (v === Py_True) p.byte(TYPE.TRUE)
  else if (!w_ref(v, p)) w_complex_object(v, refFlag, p)
  p.depth--
}

function w_PyLong(ob: Ref, flag: number, p: Writer): void {
  const size = Py_SIZE(ob)
  const n = Math.abs(size)
  if (n <= 2) {
    // does it fit 32 bits?
    let x = 0
    for (let i = n - 1; i >= 0; i--) x = x * 1073741824 + i32[(ob + PyLongObject.ob_digit + 4 * i) >> 2]
    if (size < 0) x = -x
    if (x >= -2147483648 && x <= 2147483647) {
      p.byte(TYPE.INT | flag)
      p.long(x)
      return
    }
  }
  p.byte(TYPE.LONG | flag)
  const top = i32[(ob + PyLongObject.ob_digit + 4 * (n - 1)) >> 2]
  const l = (n - 1) * 2 + (top >> 15 ? 2 : 1)
  p.long(size > 0 ? l : -l)
  for (let i = 0; i < n; i++) {
    const d = i32[(ob + PyLongObject.ob_digit + 4 * i) >> 2]
    p.short(d & 0x7fff)
    if (i < n - 1 || d >> 15) p.short(d >> 15)
  }
}

function w_unicode(v: Ref, flag: number, p: Writer): void {
  const interned = PyUnicode_CHECK_INTERNED(v) !== 0
  if (p.version >= 4 && PyUnicode_IS_ASCII(v)) {
    const n = PyUnicode_GET_LENGTH(v)
    if (n < 256) {
      p.byte((interned ? TYPE.SHORT_ASCII_INTERNED : TYPE.SHORT_ASCII) | flag)
      p.byte(n)
    } else {
      p.byte((interned ? TYPE.ASCII_INTERNED : TYPE.ASCII) | flag)
      p.long(n)
    }
    p.bytes(PyUnicode_DATA(v), n)
    return
  }
  const $utf8 = PyUnicode_AsEncodedString(v, "utf8", "surrogatepass")
  if ($utf8 === NULL) {
    p.error = WFERR.UNMARSHALLABLE
    return
  }
  p.byte((p.version >= 3 && interned ? TYPE.INTERNED : TYPE.UNICODE) | flag)
  p.long(PyBytes_GET_SIZE($utf8))
  p.bytes(PyBytes_AS_STRING($utf8), PyBytes_GET_SIZE($utf8))
  Py_DECREF($utf8)
}

function compareBytes(a: Ref, b: Ref): number {
  const n = Math.min(PyBytes_GET_SIZE(a), PyBytes_GET_SIZE(b))
  return memcmp(PyBytes_AS_STRING(a), PyBytes_AS_STRING(b), n) || PyBytes_GET_SIZE(a) - PyBytes_GET_SIZE(b)
}

/** The elements in the order of their own dumps, so that the result does not depend on hashes. */
function w_set(v: Ref, flag: number, p: Writer): void {
  p.byte((PyFrozenSet_CheckExact(v) ? TYPE.FROZENSET : TYPE.SET) | flag)
  p.long(PySet_GET_SIZE(v))
  const pairs: { $dump: Own; value: Ref }[] = []
  for (let pos = _PySet_NextEntry(v, 0); pos; pos = _PySet_NextEntry(v, pos)) {
    const value = setEntryKey
    const $dump = PyMarshal_WriteObjectToString(value, p.version)
    if ($dump === NULL) {
      p.error = WFERR.UNMARSHALLABLE
      for (const x of pairs) Py_DECREF(x.$dump)
      return
    }
    // the pair (dump, value) holds a reference in C, which the decision on FLAG_REF sees
    Py_INCREF(value)
    pairs.push({ $dump, value })
  }
  pairs.sort((a, b) => compareBytes(a.$dump, b.$dump))
  for (const x of pairs) w_object(x.value, p)
  for (const x of pairs) {
    Py_DECREF(x.$dump)
    Py_DECREF(x.value)
  }
}

function w_code(co: Ref, flag: number, p: Writer): void {
  const $code = _PyCode_GetCode(co)
  if ($code === NULL) {
    p.error = WFERR.NOMEMORY
    return
  }
  p.byte(TYPE.CODE | flag)
  for (const f of [
    PyCodeObject.co_argcount,
    PyCodeObject.co_posonlyargcount,
    PyCodeObject.co_kwonlyargcount,
    PyCodeObject.co_stacksize,
    PyCodeObject.co_flags,
  ]) {
    p.long(i32[(co + f) >> 2])
  }
  w_object($code, p)
  for (const f of [
    PyCodeObject.co_consts,
    PyCodeObject.co_names,
    PyCodeObject.co_localsplusnames,
    PyCodeObject.co_localspluskinds,
    PyCodeObject.co_filename,
    PyCodeObject.co_name,
    PyCodeObject.co_qualname,
  ]) {
    w_object(ptr(co + f), p)
  }
  p.long(i32[(co + PyCodeObject.co_firstlineno) >> 2])
  w_object(ptr(co + PyCodeObject.co_linetable), p)
  w_object(ptr(co + PyCodeObject.co_exceptiontable), p)
  Py_DECREF($code)
}

function w_complex_object(v: Ref, flag: number, p: Writer): void {
  if (PyLong_CheckExact(v)) w_PyLong(v, flag, p)
  else if (PyFloat_CheckExact(v)) {
    if (p.version > 1) {
      p.byte(TYPE.BINARY_FLOAT | flag)
      p.float(PyFloat_AS_DOUBLE(v))
    } else {
      p.byte(TYPE.FLOAT | flag)
      p.floatStr(PyFloat_AS_DOUBLE(v))
    }
  } else if (PyComplex_CheckExact(v)) {
    const re = double(v + PyComplexObject.cval_real)
    const im = double(v + PyComplexObject.cval_imag)
    if (p.version > 1) {
      p.byte(TYPE.BINARY_COMPLEX | flag)
      p.float(re)
      p.float(im)
    } else {
      p.byte(TYPE.COMPLEX | flag)
      p.floatStr(re)
      p.floatStr(im)
    }
  } else if (PyBytes_CheckExact(v)) {
    p.byte(TYPE.STRING | flag)
    p.long(PyBytes_GET_SIZE(v))
    p.bytes(PyBytes_AS_STRING(v), PyBytes_GET_SIZE(v))
  } else if (PyUnicode_CheckExact(v)) w_unicode(v, flag, p)
  else if (PyTuple_CheckExact(v)) {
    const n = PyTuple_GET_SIZE(v)
    if (p.version >= 4 && n < 256) {
      p.byte(TYPE.SMALL_TUPLE | flag)
      p.byte(n)
    } else {
      p.byte(TYPE.TUPLE | flag)
      p.long(n)
    }
    for (let i = 0; i < n; i++) w_object(PyTuple_GET_ITEM(v, i), p)
  } else if (PyList_CheckExact(v)) {
    p.byte(TYPE.LIST | flag)
    const n = PyList_GET_SIZE(v)
    p.long(n)
    for (let i = 0; i < n; i++) w_object(PyList_GET_ITEM(v, i), p)
  } else if (PyDict_CheckExact(v)) {
    p.byte(TYPE.DICT | flag)
    for (let pos = PyDict_Next(v, 0); pos; pos = PyDict_Next(v, pos)) {
      const key = dictKey
      const value = dictValue
      w_object(key, p)
      w_object(value, p)
    }
    w_object(NULL, p)
  } else if (PyAnySet_CheckExact(v)) w_set(v, flag, p)
  else if (PyCode_Check(v)) w_code(v, flag, p)
  else if (PyObject_CheckBuffer(v)) {
    const mark = cstackMark()
    const view = calloca(Py_buffer.SIZE)
    if (PyObject_GetBuffer(v, view, 0) !== 0) {
      p.byte(TYPE.UNKNOWN)
      p.error = WFERR.UNMARSHALLABLE
    } else {
      p.byte(TYPE.STRING | flag)
      p.long(ssize(view + Py_buffer.len))
      p.bytes(ptr(view + Py_buffer.buf), ssize(view + Py_buffer.len))
      PyBuffer_Release(view)
    }
    cstackReset(mark)
  } else {
    p.byte(TYPE.UNKNOWN | flag)
    p.error = WFERR.UNMARSHALLABLE
  }
}

/** marshal.dumps: new bytes, or NULL with the error set. */
export function PyMarshal_WriteObjectToString(x: Ref, version: number): Own {
  const p = new Writer(version)
  w_object(x, p)
  for (const $op of p.$held) Py_DECREF($op)
  if (p.error === WFERR.NOMEMORY) return PyErr_NoMemory()
  if (p.error !== WFERR.OK) {
    return PyErr_SetString(
      PyExc_ValueError,
      p.error === WFERR.UNMARSHALLABLE ? "unmarshallable object" : "object too deeply nested to marshal",
    )
  }
  const $res = PyBytes_FromStringAndSize(0, p.length)
  if ($res !== NULL && p.length > 0) u8.set(p.out.subarray(0, p.length), PyBytes_AS_STRING($res))
  return $res
}

// ---- reading

/** One read: from memory (`at` to `end`), or from a file object's readinto(). `refs` owns what FLAG_REF registered (NULL: reserved). */
interface Reader {
  at: number
  end: number
  readable: Ref
  buf: number
  bufSize: number
  depth: number
  refs: Own[]
}

/** Address of the next `n` bytes, 0 with the error set. */
function r_string(n: number, p: Reader): number {
  if (p.at !== 0) {
    if (p.end - p.at < n) {
      PyErr_SetString(PyExc_EOFError, "marshal data too short")
      return 0
    }
    const a = p.at
    p.at += n
    return a
  }
  if (p.buf === 0 || p.bufSize < n) {
    const b = p.buf === 0 ? PyMem_Malloc(n) : PyMem_Realloc(p.buf, n)
    if (b === 0) {
      PyErr_NoMemory()
      return 0
    }
    p.buf = b
    p.bufSize = n
  }
  const mark = cstackMark()
  const view = calloca(Py_buffer.SIZE)
  let read = -1
  if (PyBuffer_FillInfo(view, NULL, p.buf, n, 0, 0x9) === -1) {
    cstackReset(mark)
    return 0
  }
  const $mview = PyMemoryView_FromBuffer(view)
  cstackReset(mark)
  if ($mview === NULL) return 0
  const $res = PyObject_CallMethodOneArg(p.readable, ID("readinto"), $mview)
  Py_DECREF($mview)
  if ($res !== NULL) {
    read = PyNumber_AsSsize_t($res, PyExc_ValueError)
    Py_DECREF($res)
  }
  if (read !== n) {
    if (!PyErr_Occurred()) {
      if (read > n) PyErr_SetString(PyExc_ValueError, `read() returned too much data: ${n} bytes requested, ${read} returned`)
      else PyErr_SetString(PyExc_EOFError, "EOF read where not expected")
    }
    return 0
  }
  return p.buf
}

/** The next byte, -1 at the end (an error may be set). */
function r_byte(p: Reader): number {
  if (p.at !== 0) return p.at < p.end ? u8[p.at++] : -1
  const a = r_string(1, p)
  return a === 0 ? -1 : u8[a]
}

let readFailed = false

/** A signed 32-bit number; `readFailed` tells an error from -1. */
function r_long(p: Reader): number {
  const a = r_string(4, p)
  readFailed = a === 0
  return a === 0 ? -1 : dv.getInt32(a, true)
}

function r_PyLong(p: Reader): Own {
  const n = r_long(p)
  if (readFailed) return NULL
  if (n === 0) return _PyLong_New(0)
  if (n === -2147483648) return PyErr_SetString(PyExc_ValueError, "bad marshal data (long size out of range)")
  const shorts = Math.abs(n)
  const size = (shorts + 1) >> 1
  const digits: number[] = []
  for (let i = 0; i < shorts; i++) {
    const a = r_string(2, p)
    if (a === 0) return NULL
    const md = dv.getInt16(a, true)
    if (md < 0) return PyErr_SetString(PyExc_ValueError, "bad marshal data (digit out of range in long)")
    if (md === 0 && i === shorts - 1) return PyErr_SetString(PyExc_ValueError, "bad marshal data (unnormalized long data)")
    if (i & 1) digits[i >> 1] += md << 15
    else digits.push(md)
  }
  const $ob = _PyLong_New(size)
  if ($ob === NULL) return NULL
  const signed = n > 0 ? size : -size
  i32[($ob + PyLongObject.ob_size) >> 2] = signed
  i32[(($ob + PyLongObject.ob_size) >> 2) + 1] = signed >> 31
  for (let i = 0; i < size; i++) i32[($ob + PyLongObject.ob_digit + 4 * i) >> 2] = digits[i]
  return $ob
}

let readDouble = 0

/** False with the error set; otherwise the value is in `readDouble`. */
function r_float_bin(p: Reader): boolean {
  const a = r_string(8, p)
  if (a === 0) return false
  readDouble = dv.getFloat64(a, true)
  return true
}

function r_float_str(p: Reader): boolean {
  const n = r_byte(p)
  if (n < 0) {
    PyErr_SetString(PyExc_EOFError, "EOF read where object expected")
    return false
  }
  const a = r_string(n, p)
  if (a === 0) return false
  readDouble = PyOS_string_to_double(String.fromCharCode(...u8.slice(a, a + n)), 0, true, 0)
  return !(readDouble === -1 && PyErr_Occurred())
}

/** Register a new object under the next number. */
function r_ref($o: Own, flag: number, p: Reader): Own {
  if (flag && $o !== NULL) p.refs.push(Py_NewRef($o))
  return $o
}
function r_ref_reserve(flag: number, p: Reader): number {
  return flag ? p.refs.push(NULL) - 1 : 0
}
function r_ref_insert($o: Own, idx: number, flag: number, p: Reader): Own {
  if (flag && $o !== NULL) p.refs[idx] = Py_NewRef($o)
  return $o
}

function sizeError(what: string): Own {
  return PyErr_SetString(PyExc_ValueError, `bad marshal data (${what} size out of range)`)
}

function r_ascii(n: number, interned: boolean, flag: number, p: Reader): Own {
  const a = r_string(n, p)
  if (a === 0) return NULL
  let $v = PyUnicode_FromKindAndData(1, a, n)
  if ($v === NULL) return NULL
  if (interned) $v = PyUnicode_InternInPlace($v)
  return r_ref($v, flag, p)
}

function r_unicode(interned: boolean, flag: number, p: Reader): Own {
  const n = r_long(p)
  if (readFailed) return NULL
  if (n < 0) return sizeError("string")
  let $v: Own
  if (n !== 0) {
    const a = r_string(n, p)
    if (a === 0) return NULL
    $v = PyUnicode_DecodeUTF8(a, n, "surrogatepass")
  } else $v = PyUnicode_New(0, 0)
  if ($v === NULL) return NULL
  if (interned) $v = PyUnicode_InternInPlace($v)
  return r_ref($v, flag, p)
}

function nullObject(where: string): void {
  if (!PyErr_Occurred()) PyErr_SetString(PyExc_TypeError, `NULL object in marshal data for ${where}`)
}

function r_tuple(n: number, flag: number, p: Reader): Own {
  const $v = r_ref(PyTuple_New(n), flag, p)
  if ($v === NULL) return NULL
  for (let i = 0; i < n; i++) {
    const $item = r_object(p)
    if ($item === NULL) {
      nullObject("tuple")
      Py_DECREF($v)
      return NULL
    }
    PyTuple_SET_ITEM($v, i, $item)
  }
  return $v
}

function r_dict(flag: number, p: Reader): Own {
  const $v = r_ref(PyDict_New(), flag, p)
  if ($v === NULL) return NULL
  for (;;) {
    const $key = r_object(p)
    if ($key === NULL) break
    const $val = r_object(p)
    if ($val === NULL) {
      Py_DECREF($key)
      break
    }
    const err = PyDict_SetItem($v, $key, $val)
    Py_DECREF($key)
    Py_DECREF($val)
    if (err < 0) break
  }
  if (PyErr_Occurred()) {
    Py_DECREF($v)
    return NULL
  }
  return $v
}

function r_set(frozen: boolean, flag: number, p: Reader): Own {
  const n = r_long(p)
  if (readFailed) return NULL
  if (n < 0) return sizeError("set")
  if (n === 0 && frozen) return r_ref(PyObject_CallNoArgs(PyFrozenSet_Type), flag, p)
  const $v = frozen ? PyFrozenSet_New(NULL) : PySet_New(NULL)
  if ($v === NULL) return NULL
  // a frozenset may only be changed while nobody else holds it, so it is registered late
  let idx = 0
  if (frozen) idx = r_ref_reserve(flag, p)
  else r_ref($v, flag, p)
  for (let i = 0; i < n; i++) {
    const $item = r_object(p)
    if ($item === NULL) {
      nullObject("set")
      Py_DECREF($v)
      return NULL
    }
    const err = PySet_Add($v, $item)
    Py_DECREF($item)
    if (err === -1) {
      Py_DECREF($v)
      return NULL
    }
  }
  return frozen ? r_ref_insert($v, idx, flag, p) : $v
}

function r_code(flag: number, p: Reader): Own {
  const idx = r_ref_reserve(flag, p)
  const ints: number[] = []
  const $objects: Own[] = []
  const failed = (): Own => {
    for (const $x of $objects) Py_DECREF($x)
    return NULL
  }
  const int = (): boolean => {
    ints.push(r_long(p))
    return !readFailed
  }
  const object = (): boolean => {
    const $o = r_object(p)
    if ($o !== NULL) $objects.push($o)
    return $o !== NULL
  }
  for (let i = 0; i < 5; i++) if (!int()) return failed()
  for (let i = 0; i < 8; i++) if (!object()) return failed()
  if (!int()) return failed()
  if (!object() || !object()) return failed()
  const [argcount, posonlyargcount, kwonlyargcount, stacksize, flags, firstlineno] = ints
  const [code, consts, names, localsplusnames, localspluskinds, filename, name, qualname, linetable, exceptiontable] = $objects
  const con = {
    filename,
    name,
    qualname,
    flags,
    code,
    firstlineno,
    linetable,
    consts,
    names,
    localsplusnames,
    localspluskinds,
    argcount,
    posonlyargcount,
    kwonlyargcount,
    stacksize,
    exceptiontable,
  }
  let $co: Own = NULL
  if (_PyCode_Validate(con) === 0) $co = r_ref_insert(_PyCode_New(con), idx, flag, p)
  failed()
  return $co
}

/** The next object. NULL may also be a NULL in the data, without error. */
function r_object(p: Reader): Own {
  const code = r_byte(p)
  if (code < 0) {
    if (!PyErr_Occurred()) PyErr_SetString(PyExc_EOFError, "EOF read where object expected")
    return NULL
  }
  if (++p.depth > MAX_MARSHAL_STACK_DEPTH) {
    p.depth--
    return PyErr_SetString(PyExc_ValueError, "recursion limit exceeded")
  }
  const $v = r_typed(code & 0x7f, code & FLAG_REF, p)
  p.depth--
  return $v
}

function r_typed(type: number, flag: number, p: Reader): Own {
  switch (type) {
    case TYPE.NULL:
      return NULL
    case TYPE.NONE:
      return Py_NewRef(Py_None)
    case TYPE.STOPITER:
      return Py_NewRef(PyExc_StopIteration)
    case TYPE.ELLIPSIS:
      return Py_NewRef(Py_Ellipsis)
    case TYPE.FALSE:
      return Py_NewRef(Py_False)
    case TYPE.TRUE:
      return Py_NewRef(Py_True)
    case TYPE.INT: {
      const n = r_long(p)
      return readFailed ? NULL : r_ref(PyLong_FromLong(n), flag, p)
    }
    case TYPE.INT64: {
      const a = r_string(8, p)
      return a === 0 ? NULL : r_ref(_PyLong_FromByteArray(a, 8, true, true), flag, p)
    }
    case TYPE.LONG:
      return r_ref(r_PyLong(p), flag, p)
    case TYPE.FLOAT:
      return r_float_str(p) ? r_ref(PyFloat_FromDouble(readDouble), flag, p) : NULL
    case TYPE.BINARY_FLOAT:
      return r_float_bin(p) ? r_ref(PyFloat_FromDouble(readDouble), flag, p) : NULL
    case TYPE.COMPLEX:
    case TYPE.BINARY_COMPLEX: {
      const read = type === TYPE.COMPLEX ? r_float_str : r_float_bin
      if (!read(p)) return NULL
      const re = readDouble
      return read(p) ? r_ref(PyComplex_FromDoubles(re, readDouble), flag, p) : NULL
    }
    case TYPE.STRING: {
      const n = r_long(p)
      if (readFailed) return NULL
      if (n < 0) return sizeError("bytes object")
      const $v = PyBytes_FromStringAndSize(0, n)
      if ($v === NULL) return NULL
      const a = r_string(n, p)
      if (a === 0) {
        Py_DECREF($v)
        return NULL
      }
      memcpy($v + PyBytesObject.ob_sval, a, n)
      return r_ref($v, flag, p)
    }
    case TYPE.ASCII_INTERNED:
    case TYPE.ASCII: {
      const n = r_long(p)
      if (readFailed) return NULL
      return n < 0 ? sizeError("string") : r_ascii(n, type === TYPE.ASCII_INTERNED, flag, p)
    }
    case TYPE.SHORT_ASCII_INTERNED:
    case TYPE.SHORT_ASCII: {
      const n = r_byte(p)
      if (n < 0) return PyErr_SetString(PyExc_EOFError, "EOF read where object expected")
      return r_ascii(n, type === TYPE.SHORT_ASCII_INTERNED, flag, p)
    }
    case TYPE.INTERNED:
    case TYPE.UNICODE:
      return r_unicode(type === TYPE.INTERNED, flag, p)
    case TYPE.SMALL_TUPLE: {
      const n = r_byte(p) & 0xff
      return PyErr_Occurred() ? NULL : r_tuple(n, flag, p)
    }
    case TYPE.TUPLE: {
      const n = r_long(p)
      if (readFailed) return NULL
      return n < 0 ? sizeError("tuple") : r_tuple(n, flag, p)
    }
    case TYPE.LIST: {
      const n = r_long(p)
      if (readFailed) return NULL
      if (n < 0) return sizeError("list")
      const $v = r_ref(PyList_New(n), flag, p)
      if ($v === NULL) return NULL
      for (let i = 0; i < n; i++) {
        const $item = r_object(p)
        if ($item === NULL) {
          nullObject("list")
          Py_DECREF($v)
          return NULL
        }
        PyList_SET_ITEM($v, i, $item)
      }
      return $v
    }
    case TYPE.DICT:
      return r_dict(flag, p)
    case TYPE.SET:
    case TYPE.FROZENSET:
      return r_set(type === TYPE.FROZENSET, flag, p)
    case TYPE.CODE:
      return r_code(flag, p)
    case TYPE.REF: {
      const n = r_long(p)
      if (readFailed) return NULL
      if (n < 0 || n >= p.refs.length || p.refs[n] === NULL)
        return PyErr_SetString(PyExc_ValueError, "bad marshal data (invalid reference)")
      return Py_NewRef(p.refs[n])
    }
    default:
      return PyErr_SetString(PyExc_ValueError, "bad marshal data (unknown type code)")
  }
}

function read_object(p: Reader): Own {
  const $v = r_object(p)
  if ($v === NULL && !PyErr_Occurred()) PyErr_SetString(PyExc_TypeError, "NULL object in marshal data for object")
  for (const $r of p.refs) Py_XDECREF($r)
  if (p.buf !== 0) PyMem_Free(p.buf)
  return $v
}

/** marshal.loads of `len` bytes at `str`. */
export function PyMarshal_ReadObjectFromString(str: number, len: number): Own {
  return read_object({
    at: str,
    end: str + len,
    readable: NULL,
    buf: 0,
    bufSize: 0,
    depth: 0,
    refs: [],
  })
}

/** marshal.load from an object with readinto(). */
export function readObjectFromReadable(file: Ref): Own {
  return read_object({
    at: 0,
    end: 0,
    readable: file,
    buf: 0,
    bufSize: 0,
    depth: 0,
    refs: [],
  })
}
