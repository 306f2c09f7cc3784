import { calloca, cstackMark, cstackReset } from "../../heap/cstack.ts"
import { setssize } from "../../heap/access.ts"
import { _PyUnicodeWriter } from "../../heap/layout.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_DECREF, Py_NewRef, Py_XDECREF } from "../../heap/refcount.ts"
import { i32, u8 } from "../../heap/views.ts"
import { PyObject_GetItem } from "../abstract.ts"
import { PyErr_BadArgument, PyErr_BadInternalCall, PyErr_Clear, PyErr_ExceptionMatches, PyErr_SetString } from "../errors.ts"
import { PyLong_AsLong, PyLong_Check, PyLong_FromLong } from "../longobject.ts"
import { Py_None, PyExc_LookupError, PyExc_TypeError, PyExc_ValueError } from "../statictypes.ts"
import { Py_UNICODE_TODECIMAL, _PyUnicode_IsWhitespace } from "../unicodectype.ts"
import { PyUnicode_FromObject } from "./concat.ts"
import {
  MAX_UNICODE,
  PyUnicode_Check,
  PyUnicode_DATA,
  PyUnicode_GET_LENGTH,
  PyUnicode_IS_ASCII,
  PyUnicode_KIND,
  PyUnicode_New,
  PyUnicode_READ,
  PyUnicode_READ_CHAR,
} from "./core.ts"
import { TranslateErrors } from "./errhandler.ts"
import { ensure_unicode } from "./search.ts"
import {
  _PyUnicodeWriter_Dealloc,
  _PyUnicodeWriter_Finish,
  _PyUnicodeWriter_Init,
  _PyUnicodeWriter_Prepare,
  _PyUnicodeWriter_WriteChar,
  _PyUnicodeWriter_WriteStr,
} from "./writer.ts"

// str.translate.

/** Set by `lookup` when it failed. */
let lookupFailed = false
/** What the mapping says of a character: owned, NULL for "as it is" (or `lookupFailed`). */
function lookup(ch: number, mapping: Ref): Own {
  lookupFailed = true
  const $key = PyLong_FromLong(ch)
  if ($key === NULL) return NULL
  const $x = PyObject_GetItem(mapping, $key)
  Py_DECREF($key)
  if ($x === NULL) {
    if (PyErr_ExceptionMatches(PyExc_LookupError)) {
      PyErr_Clear()
      lookupFailed = false
    }
    return NULL
  }
  if (PyLong_Check($x)) {
    const value = PyLong_AsLong($x)
    if (value < 0 || value > MAX_UNICODE) {
      PyErr_SetString(PyExc_ValueError, "character mapping must be in range(0x110000)")
      Py_DECREF($x)
      return NULL
    }
  } else if ($x !== Py_None && !PyUnicode_Check($x)) {
    PyErr_SetString(PyExc_TypeError, "character mapping must return integer, None or str")
    Py_DECREF($x)
    return NULL
  }
  lookupFailed = false
  return $x
}

/** 1 written, 0 undefined (None), -1 error. */
function output(ch: number, mapping: Ref, w: number): number {
  const $item = lookup(ch, mapping)
  if (lookupFailed) return -1
  if ($item === NULL) return _PyUnicodeWriter_WriteChar(w, ch) < 0 ? -1 : 1
  let r = 1
  if ($item === Py_None) r = 0
  else if (PyLong_Check($item)) r = _PyUnicodeWriter_WriteChar(w, PyLong_AsLong($item)) < 0 ? -1 : 1
  else r = _PyUnicodeWriter_WriteStr(w, $item) < 0 ? -1 : 1
  Py_DECREF($item)
  return r
}

const DELETED = 0xfe
const UNKNOWN = 0xff

/** ASCII to ASCII: 1 when all was done, 0 when the slow path must go on at `fastPos`, -1 error. */
let fastPos = 0
function fastTranslate(input: Ref, mapping: Ref, w: number, ignore: boolean, table: number): number {
  u8.fill(UNKNOWN, table, table + 128)
  const n = PyUnicode_GET_LENGTH(input)
  const src = PyUnicode_DATA(input)
  const dst = i32[(w + _PyUnicodeWriter.data) >> 2]
  let out = 0
  let res = 1
  let i = 0
  for (; i < n; i++) {
    const ch = u8[src + i]
    let to = u8[table + ch]
    if (to === UNKNOWN) {
      const $item = lookup(ch, mapping)
      if (lookupFailed) return -1
      if ($item === NULL) to = ch
      else if ($item === Py_None) to = DELETED
      else {
        let c = 128
        if (PyLong_Check($item)) c = PyLong_AsLong($item)
        else if (PyUnicode_GET_LENGTH($item) === 1) c = PyUnicode_READ_CHAR($item, 0)
        if (c <= 127) to = c
      }
      Py_XDECREF($item)
      if (to === UNKNOWN) {
        res = 0
        break
      }
      u8[table + ch] = to
    }
    if (to === DELETED) {
      if (ignore) continue
      res = 0
      break
    }
    u8[dst + out++] = to
  }
  setssize(w + _PyUnicodeWriter.pos, out)
  fastPos = i
  return res
}

export function _PyUnicode_TranslateCharmap(input: Ref, mapping: Ref, errors: string | null): Own {
  if (mapping === NULL) {
    PyErr_BadArgument()
    return NULL
  }
  const size = PyUnicode_GET_LENGTH(input)
  if (size === 0) return PyUnicode_FromObject(input)
  const mark = cstackMark()
  const w = calloca(_PyUnicodeWriter.SIZE)
  const table = calloca(128)
  _PyUnicodeWriter_Init(w)
  const e = new TranslateErrors(errors, input)
  const r = translate(input, mapping, w, e, size, errors === "ignore", table)
  e.release()
  let $u: Own = NULL
  if (r < 0) _PyUnicodeWriter_Dealloc(w)
  else $u = _PyUnicodeWriter_Finish(w)
  cstackReset(mark)
  return $u
}
function translate(input: Ref, mapping: Ref, w: number, e: TranslateErrors, size: number, ignore: boolean, table: number): number {
  if (_PyUnicodeWriter_Prepare(w, size, 127) < 0) return -1
  let i = 0
  if (PyUnicode_IS_ASCII(input)) {
    const r = fastTranslate(input, mapping, w, ignore, table)
    if (r !== 0) return r
    i = fastPos
  }
  const kind = PyUnicode_KIND(input)
  const data = PyUnicode_DATA(input)
  while (i < size) {
    const r = output(PyUnicode_READ(kind, data, i), mapping, w)
    if (r < 0) return -1
    if (r > 0) {
      i++
      continue
    }
    let end = i + 1
    for (; end < size; end++) {
      const $x = lookup(PyUnicode_READ(kind, data, end), mapping)
      if (lookupFailed) return -1
      Py_XDECREF($x)
      if ($x !== Py_None) break
    }
    if (ignore) i = end
    else {
      const $rep = e.call("character maps to <undefined>", i, end)
      if ($rep === NULL) return -1
      const written = _PyUnicodeWriter_WriteStr(w, $rep)
      Py_DECREF($rep)
      if (written < 0) return -1
      i = e.next
    }
  }
  return 0
}
export function PyUnicode_Translate(str: Ref, mapping: Ref, errors: string | null): Own {
  return ensure_unicode(str) < 0 ? NULL : _PyUnicode_TranslateCharmap(str, mapping, errors)
}

/** For number parsing: decimal digits of any script become ASCII, whitespace a space; cut with "?" at the first other character. */
export function _PyUnicode_TransformDecimalAndSpaceToASCII(unicode: Ref): Own {
  if (!PyUnicode_Check(unicode)) {
    PyErr_BadInternalCall()
    return NULL
  }
  if (PyUnicode_IS_ASCII(unicode)) return Py_NewRef(unicode)
  const n = PyUnicode_GET_LENGTH(unicode)
  const $u = PyUnicode_New(n, 127)
  if ($u === NULL) return NULL
  const out = PyUnicode_DATA($u)
  const kind = PyUnicode_KIND(unicode)
  const data = PyUnicode_DATA(unicode)
  for (let i = 0; i < n; i++) {
    const ch = PyUnicode_READ(kind, data, i)
    if (ch < 127) u8[out + i] = ch
    else if (_PyUnicode_IsWhitespace(ch)) u8[out + i] = 32
    else {
      const d = Py_UNICODE_TODECIMAL(ch)
      if (d < 0) {
        u8[out + i] = 63
        u8[out + i + 1] = 0
        setssize($u + 16, i + 1)
        break
      }
      u8[out + i] = 48 + d
    }
  }
  return $u
}
