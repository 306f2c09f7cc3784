import { ptr } from "../../heap/access.ts"
import { calloca, cstackMark, cstackReset } from "../../heap/cstack.ts"
import { _PyUnicodeWriter } from "../../heap/layout.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_DECREF } from "../../heap/refcount.ts"
import { ID } from "../../heap/statics.ts"
import { u8 } from "../../heap/views.ts"
import { PyObject_CallThreeArgs } from "../../objects/call.ts"
import { PyErr_SetObject, PyErr_SetString } from "../../objects/errors.ts"
import { PyLong_FromLong } from "../../objects/longobject.ts"
import { PyObject_GetAttr } from "../../objects/object.ts"
import { PyExc_ValueError } from "../../objects/statictypes.ts"
import {
  _PyUnicodeWriter_Dealloc,
  _PyUnicodeWriter_Finish,
  _PyUnicodeWriter_Init,
  _PyUnicodeWriter_SetOverallocate,
  _PyUnicodeWriter_WriteChar,
  _PyUnicodeWriter_WriteSubstring,
  PyUnicode_DATA,
  PyUnicode_FromString,
  PyUnicode_GET_LENGTH,
  PyUnicode_KIND,
  PyUnicode_MAX_CHAR_VALUE,
  PyUnicode_New,
  PyUnicode_READ,
  PyUnicode_Substring,
  PyUnicode_WRITE,
} from "../../objects/unicodeobject.ts"
import { PyImport_GetModule } from "../../vm/import.ts"

// Modules/_json.c: strings, both ways.

const HEX = "0123456789abcdef"

/** JSONDecodeError(msg, s, end), if json.decoder is there. */
export function raise_errmsg(msg: string, s: Ref, end: number): Own {
  const $decoder = PyImport_GetModule(ID("json.decoder"))
  if ($decoder === NULL) return NULL
  const $type = PyObject_GetAttr($decoder, ID("JSONDecodeError"))
  Py_DECREF($decoder)
  if ($type === NULL) return NULL
  const $msg = PyUnicode_FromString(msg)
  const $end = PyLong_FromLong(end)
  const $exc = PyObject_CallThreeArgs($type, $msg, s, $end)
  Py_DECREF($msg)
  Py_DECREF($end)
  if ($exc !== NULL) {
    PyErr_SetObject($type, $exc)
    Py_DECREF($exc)
  }
  Py_DECREF($type)
  return NULL
}

/** Letter of the short escape of a character, 0 if it has none. */
function shortEscape(c: number): number {
  switch (c) {
    case 34:
    case 92:
      return c
    case 8:
      return 98
    case 12:
      return 102
    case 10:
      return 110
    case 13:
      return 114
    case 9:
      return 116
  }
  return 0
}
function escapedSize(c: number, ascii: boolean): number {
  if (c >= 32 && c !== 34 && c !== 92) return !ascii || c <= 126 ? 1 : c >= 0x10000 ? 12 : 6
  return shortEscape(c) !== 0 ? 2 : 6
}

/** Does the string stand for itself between quotes? */
export function isPlain(s: Ref, ascii: boolean): boolean {
  const kind = PyUnicode_KIND(s)
  const data = PyUnicode_DATA(s)
  const n = PyUnicode_GET_LENGTH(s)
  if (kind === 1) {
    for (let i = 0; i < n; i++) {
      const c = u8[data + i]
      if (c < 32 || c === 34 || c === 92 || (c > 126 && ascii)) return false
    }
    return true
  }
  for (let i = 0; i < n; i++) if (escapedSize(PyUnicode_READ(kind, data, i), ascii) !== 1) return false
  return true
}

/** The JSON text of a str, quotes included. `ascii`: everything beyond it is escaped. */
export function escape_unicode(s: Ref, ascii: boolean): Own {
  const kind = PyUnicode_KIND(s)
  const data = PyUnicode_DATA(s)
  const n = PyUnicode_GET_LENGTH(s)
  let size = 2
  for (let i = 0; i < n; i++) size += escapedSize(PyUnicode_READ(kind, data, i), ascii)
  const $r = PyUnicode_New(size, ascii ? 127 : PyUnicode_MAX_CHAR_VALUE(s))
  if ($r === NULL) return NULL
  const okind = PyUnicode_KIND($r)
  const out = PyUnicode_DATA($r)
  let o = 0
  const put = (c: number): void => PyUnicode_WRITE(okind, out, o++, c)
  const putHex = (c: number): void => {
    put(92)
    put(117)
    for (let shift = 12; shift >= 0; shift -= 4) put(HEX.charCodeAt((c >> shift) & 15))
  }
  put(34)
  for (let i = 0; i < n; i++) {
    const c = PyUnicode_READ(kind, data, i)
    if (escapedSize(c, ascii) === 1) put(c)
    else if (shortEscape(c) !== 0) {
      put(92)
      put(shortEscape(c))
    } else if (c >= 0x10000) {
      putHex(0xd7c0 + (c >> 10))
      putHex(0xdc00 + (c & 0x3ff))
    } else putHex(c)
  }
  put(34)
  return $r
}

/** Where the last scan ended. */
export let scanEnd = 0

function unescaped(c: number): number {
  switch (c) {
    case 34:
    case 92:
    case 47:
      return c
    case 98:
      return 8
    case 102:
      return 12
    case 110:
      return 10
    case 114:
      return 13
    case 116:
      return 9
  }
  return 0
}
/** Four hexadecimal digits at `at`, -1 if they are not. */
function hex4(kind: number, data: number, at: number): number {
  let c = 0
  for (let i = at; i < at + 4; i++) {
    const d = PyUnicode_READ(kind, data, i)
    const v = d >= 48 && d <= 57 ? d - 48 : d >= 97 && d <= 102 ? d - 87 : d >= 65 && d <= 70 ? d - 55 : -1
    if (v < 0) return -1
    c = (c << 4) | v
  }
  return c
}

/** The str whose JSON text follows the quote before `end`; the index behind its closing quote is in `scanEnd`. */
export function scanstring_unicode(s: Ref, end: number, strict: boolean): Own {
  const len = PyUnicode_GET_LENGTH(s)
  if (end < 0 || len < end) return PyErr_SetString(PyExc_ValueError, "end is out of bounds")
  const kind = PyUnicode_KIND(s)
  const data = PyUnicode_DATA(s)
  const mark = cstackMark()
  const w = calloca(_PyUnicodeWriter.SIZE)
  _PyUnicodeWriter_Init(w)
  _PyUnicodeWriter_SetOverallocate(w, 1)
  const ok = scanInto(w, s, kind, data, len, end, strict)
  let $r: Own = NULL
  if (!ok) _PyUnicodeWriter_Dealloc(w)
  else if (ptr(w + _PyUnicodeWriter.buffer) === 0) $r = PyUnicode_Substring(s, end, scanEnd - 1)
  else $r = _PyUnicodeWriter_Finish(w)
  cstackReset(mark)
  return $r
}
// A string without escapes leaves the writer empty: it is then a slice of `s`.
function scanInto(w: number, s: Ref, kind: number, data: number, len: number, end: number, strict: boolean): boolean {
  const begin = end - 1
  const bad = (msg: string, at: number): boolean => {
    raise_errmsg(msg, s, at)
    return false
  }
  for (;;) {
    let next = end
    let c = 0
    for (; next < len; next++) {
      c = kind === 1 ? u8[data + next] : PyUnicode_READ(kind, data, next)
      if (c === 34 || c === 92) break
      if (c <= 31 && strict) return bad("Invalid control character at", next)
    }
    if (c === 34 && next < len) {
      if (ptr(w + _PyUnicodeWriter.buffer) !== 0 && next !== end && _PyUnicodeWriter_WriteSubstring(w, s, end, next) < 0) return false
      scanEnd = next + 1
      return true
    }
    if (c !== 92 || next >= len) return bad("Unterminated string starting at", begin)
    if (next !== end && _PyUnicodeWriter_WriteSubstring(w, s, end, next) < 0) return false
    if (++next === len) return bad("Unterminated string starting at", begin)
    c = PyUnicode_READ(kind, data, next)
    if (c !== 117) {
      end = next + 1
      c = unescaped(c)
      if (c === 0) return bad("Invalid \\escape", end - 2)
    } else {
      next++
      end = next + 4
      if (end >= len) return bad("Invalid \\uXXXX escape", next - 1)
      c = hex4(kind, data, next)
      if (c < 0) return bad("Invalid \\uXXXX escape", end - 5)
      if (
        (c & 0xfc00) === 0xd800 &&
        end + 6 < len &&
        PyUnicode_READ(kind, data, end) === 92 &&
        PyUnicode_READ(kind, data, end + 1) === 117
      ) {
        const c2 = hex4(kind, data, end + 2)
        if (c2 < 0) return bad("Invalid \\uXXXX escape", end + 1)
        if ((c2 & 0xfc00) === 0xdc00) {
          c = 0x10000 + ((c & 0x3ff) << 10) + (c2 & 0x3ff)
          end += 6
        }
      }
    }
    if (_PyUnicodeWriter_WriteChar(w, c) < 0) return false
  }
}
