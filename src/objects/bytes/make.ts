import { calloca, cstackMark, cstackReset } from "../../heap/cstack.ts"
import { Py_buffer, PyBytesObject } from "../../heap/layout.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_DECREF, Py_INCREF, Py_NewRef } from "../../heap/refcount.ts"
import { i32, u8 } from "../../heap/views.ts"
import {
  PyBuffer_Release,
  PyIter_Next,
  PyNumber_AsSsize_t,
  PyObject_CheckBuffer,
  PyObject_GetBuffer,
  PyObject_GetIter,
  PyObject_LengthHint,
  PyObject_Size,
} from "../abstract.ts"
import { PyByteArray_FromStringAndSize } from "../bytearrayobject.ts"
import { PyErr_BadInternalCall, PyErr_ExceptionMatches, PyErr_Occurred, PyErr_SetString } from "../errors.ts"
import { PyList_CheckExact, PyList_GET_ITEM, PyList_GET_SIZE } from "../listobject.ts"
import { _PyLong_DigitValue } from "../longobject.ts"
import { PyBuffer_ToContiguous } from "../memoryobject.ts"
import { typeName } from "../object.ts"
import { PyExc_TypeError, PyExc_ValueError } from "../statictypes.ts"
import { PyTuple_CheckExact, PyTuple_GET_ITEM, PyTuple_GET_SIZE } from "../tupleobject.ts"
import { PyUnicode_AsJS, PyUnicode_Check, PyUnicode_New } from "../unicodeobject.ts"
import { PyASCIIObject } from "../../heap/layout.ts"
import { _PyBytes_FromSize, PyBytes_AS_STRING, PyBytes_Check, PyBytes_CheckExact, PyBytes_FromJS } from "./core.ts"
import { isSpace } from "./search.ts"

// Objects/bytesobject.c, Python/pystrhex.c: bytes from other objects, to and from hexadecimal.

/** A contiguous copy of a buffer. */
export function _PyBytes_FromBuffer(x: Ref): Own {
  const mark = cstackMark()
  const view = calloca(Py_buffer.SIZE)
  if (PyObject_GetBuffer(x, view, PyBUF_FULL_RO) < 0) {
    cstackReset(mark)
    return NULL
  }
  const n = i32[(view + Py_buffer.len) >> 2]
  let $new = _PyBytes_FromSize(n, false)
  if ($new !== NULL && PyBuffer_ToContiguous($new + PyBytesObject.ob_sval, view, n, "C") < 0) {
    Py_DECREF($new)
    $new = NULL
  }
  PyBuffer_Release(view)
  cstackReset(mark)
  return $new
}
const PyBUF_FULL_RO = 0x11c

/** A byte value out of an item, -1 with the error set. */
function byteOf(item: Ref): number {
  const v = PyNumber_AsSsize_t(item, NULL)
  if (v === -1 && PyErr_Occurred()) return -1
  if (v < 0 || v >= 256) {
    PyErr_SetString(PyExc_ValueError, "bytes must be in range(0, 256)")
    return -1
  }
  return v
}

function grown(buffer: Uint8Array<ArrayBuffer>, n: number): Uint8Array<ArrayBuffer> {
  if (n < buffer.length) return buffer
  const bigger = new Uint8Array(buffer.length * 2)
  bigger.set(buffer)
  return bigger
}

function fromList(x: Ref): Own {
  let data = new Uint8Array(Math.max(16, PyList_GET_SIZE(x)))
  let n = 0
  for (; n < PyList_GET_SIZE(x); n++) {
    const item = PyList_GET_ITEM(x, n)
    Py_INCREF(item)
    const v = byteOf(item)
    Py_DECREF(item)
    if (v < 0) return NULL
    data = grown(data, n)
    data[n] = v
  }
  return PyBytes_FromJS(data.subarray(0, n))
}

function fromTuple(x: Ref): Own {
  const n = PyTuple_GET_SIZE(x)
  const $b = _PyBytes_FromSize(n, false)
  if ($b === NULL) return NULL
  for (let i = 0; i < n; i++) {
    const v = byteOf(PyTuple_GET_ITEM(x, i))
    if (v < 0) {
      Py_DECREF($b)
      return NULL
    }
    u8[$b + PyBytesObject.ob_sval + i] = v
  }
  return $b
}

function fromIterator(it: Ref, x: Ref): Own {
  const hint = PyObject_LengthHint(x, 64)
  if (hint === -1 && PyErr_Occurred()) return NULL
  let data = new Uint8Array(Math.max(64, Math.min(hint, 1 << 20)))
  let n = 0
  for (;;) {
    const $item = PyIter_Next(it)
    if ($item === NULL) {
      if (PyErr_Occurred()) return NULL
      break
    }
    const v = byteOf($item)
    Py_DECREF($item)
    if (v < 0) return NULL
    data = grown(data, n)
    data[n++] = v
  }
  return PyBytes_FromJS(data.subarray(0, n))
}

/** bytes from a buffer or an iterable of ints; exact bytes are returned themselves. */
export function PyBytes_FromObject(x: Ref): Own {
  if (x === NULL) return PyErr_BadInternalCall()
  if (PyBytes_CheckExact(x)) return Py_NewRef(x)
  if (PyObject_CheckBuffer(x)) return _PyBytes_FromBuffer(x)
  if (PyList_CheckExact(x)) return fromList(x)
  if (PyTuple_CheckExact(x)) return fromTuple(x)
  if (!PyUnicode_Check(x)) {
    const $it = PyObject_GetIter(x)
    if ($it !== NULL) {
      const $r = fromIterator($it, x)
      Py_DECREF($it)
      return $r
    }
    if (!PyErr_ExceptionMatches(PyExc_TypeError)) return NULL
  }
  return PyErr_SetString(PyExc_TypeError, `cannot convert '${typeName(x).slice(0, 200)}' object to bytes`)
}

/** bytes or bytearray from pairs of hexadecimal digits with white space between them. */
export function _PyBytes_FromHex(string: Ref, useBytearray: boolean): Own {
  const s = PyUnicode_AsJS(string)
  const bad = (i: number): Own => {
    const at = i > 0 && /[\ud800-\udbff]/.test(s.slice(0, i)) ? [...s.slice(0, i)].length : i
    return PyErr_SetString(PyExc_ValueError, `non-hexadecimal number found in fromhex() arg at position ${at}`)
  }
  for (let i = 0; i < s.length; i++) if (s.charCodeAt(i) >= 128) return bad(i)
  const data = new Uint8Array(s.length >> 1)
  let n = 0
  for (let i = 0; i < s.length; ) {
    while (i < s.length && isSpace(s.charCodeAt(i))) i++
    if (i >= s.length) break
    const top = _PyLong_DigitValue(s.charCodeAt(i))
    if (top >= 16) return bad(i)
    i++
    const bot = i < s.length ? _PyLong_DigitValue(s.charCodeAt(i)) : 37
    if (bot >= 16) return bad(i)
    i++
    data[n++] = (top << 4) + bot
  }
  const $b = PyBytes_FromJS(data.subarray(0, n))
  if ($b === NULL || !useBytearray) return $b
  const $a = PyByteArray_FromStringAndSize($b + PyBytesObject.ob_sval, n)
  Py_DECREF($b)
  return $a
}

function hexDigit(v: number): number {
  return v < 10 ? 48 + v : 87 + v
}

/** Hexadecimal text (str, or bytes) of n bytes, with an optional separator object every `group` bytes (from the left when negative). */
export function _Py_strhex_with_sep(data: number, n: number, sep: Ref, group: number, asBytes = false): Own {
  let sepChar = 0
  if (sep !== NULL) {
    const len = PyObject_Size(sep)
    if (len < 0) return NULL
    if (len !== 1) return PyErr_SetString(PyExc_ValueError, "sep must be length 1.")
    if (PyUnicode_Check(sep)) {
      sepChar = PyUnicode_AsJS(sep).charCodeAt(0)
      if (sepChar > 255) return PyErr_SetString(PyExc_ValueError, "sep must be ASCII.")
    } else if (PyBytes_Check(sep)) sepChar = u8[PyBytes_AS_STRING(sep)]
    else return PyErr_SetString(PyExc_TypeError, "sep must be str or bytes.")
    if (sepChar > 127 && !asBytes) return PyErr_SetString(PyExc_ValueError, "sep must be ASCII.")
  } else group = 0
  let every = Math.abs(group)
  const seps = group !== 0 && n > 0 ? Math.floor((n - 1) / every) : 0
  if (every >= n) {
    group = 0
    every = 0
  }
  const size = n * 2 + seps
  const $r = asBytes ? _PyBytes_FromSize(size, false) : PyUnicode_New(size, 127)
  if ($r === NULL) return NULL
  let d = $r + (asBytes ? PyBytesObject.ob_sval : PyASCIIObject.SIZE)
  // bytes before the first separator: what is left over when counting from the right
  let until = every === 0 ? -1 : group < 0 ? every : n % every || every
  for (let i = 0; i < n; i++) {
    if (i === until) {
      u8[d++] = sepChar
      until += every
    }
    const c = u8[data + i]
    u8[d++] = hexDigit(c >> 4)
    u8[d++] = hexDigit(c & 15)
  }
  return $r
}
export function _Py_strhex(data: number, n: number): Own {
  return _Py_strhex_with_sep(data, n, NULL, 0)
}
export function _Py_strhex_bytes(data: number, n: number): Own {
  return _Py_strhex_with_sep(data, n, NULL, 0, true)
}
export function _Py_strhex_bytes_with_sep(data: number, n: number, sep: Ref, group: number): Own {
  return _Py_strhex_with_sep(data, n, sep, group, true)
}
