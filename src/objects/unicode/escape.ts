import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_DECREF } from "../../heap/refcount.ts"
import { u8 } from "../../heap/views.ts"
import { PyBytes_FromStringAndSize } from "../bytesobject.ts"
import { PyErr_BadArgument } from "../errors.ts"
import { PyExc_DeprecationWarning } from "../statictypes.ts"
import { unicodeCode } from "../unicodedb/ucnhash.ts"
import { PyErr_WarnEx } from "../_warnings.ts"
import {
  dataAsJS,
  MAX_UNICODE,
  PyUnicode_Check,
  PyUnicode_DATA,
  PyUnicode_GET_LENGTH,
  PyUnicode_KIND,
  PyUnicode_READ,
  unicode_new_empty,
} from "./core.ts"
import { ByteSink, DecodeErrors, escapeOf } from "./errhandler.ts"
import { withWriter } from "./simplecodecs.ts"
import { setDecodeConsumed } from "./utf8.ts"
import { _PyUnicodeWriter_WriteChar } from "./writer.ts"

// unicode_escape and raw_unicode_escape.

/** Offset of the first invalid escape in the last decoded input, -1 if there was none. */
export let firstInvalidEscape = -1

const SIMPLE: Readonly<Record<number, number>> = { 92: 92, 39: 39, 34: 34, 98: 8, 102: 12, 116: 9, 110: 10, 114: 13, 118: 11, 97: 7 }

function hexValue(c: number): number {
  if (c >= 48 && c <= 57) return c - 48
  const l = c | 32
  return l >= 97 && l <= 102 ? l - 87 : -1
}
const isOctal = (c: number): boolean => c >= 48 && c <= 55

/** Where hexEscape stopped, and whether because input ended. */
let hexEnd = 0
let hexIncomplete = false
/** `count` hex digits at `s`: their value, or -1. */
function hexEscape(s: number, end: number, count: number): number {
  let ch = 0
  hexIncomplete = false
  let p = s
  for (let n = count; n > 0; n--, p++) {
    if (p >= end) {
      hexIncomplete = true
      hexEnd = p
      return -1
    }
    const d = hexValue(u8[p])
    if (d < 0) {
      hexEnd = p
      return -1
    }
    ch = ch * 16 + d
  }
  hexEnd = p
  return ch
}

/** Decode; invalid escapes are only noted in `firstInvalidEscape`. `stateful`: incomplete input at the end is left. */
export function _PyUnicode_DecodeUnicodeEscapeInternal(start: number, size: number, errors: string | null, stateful: boolean): Own {
  firstInvalidEscape = -1
  if (size === 0) {
    setDecodeConsumed(0)
    return unicode_new_empty()
  }
  let invalid = -1
  let consumed = size
  const $u = withWriter(new DecodeErrors("unicodeescape", errors, start, start + size), size, (e, w) => {
    let s = e.start
    while (s < e.end) {
      let c = u8[s++]
      if (c !== 92) {
        if (_PyUnicodeWriter_WriteChar(w, c) < 0) return -1
        continue
      }
      const from = s - e.start - 1
      let message = "\\ at end of string"
      let incomplete = s >= e.end
      if (!incomplete) {
        c = u8[s++]
        if (c === 10) continue
        const simple = SIMPLE[c]
        if (simple !== undefined) {
          if (_PyUnicodeWriter_WriteChar(w, simple) < 0) return -1
          continue
        }
        if (isOctal(c)) {
          let ch = c - 48
          if (s < e.end && isOctal(u8[s])) {
            ch = ch * 8 + u8[s++] - 48
            if (s < e.end && isOctal(u8[s])) ch = ch * 8 + u8[s++] - 48
          }
          if (ch > 0xff && invalid < 0) invalid = s - 3 - e.start
          if (_PyUnicodeWriter_WriteChar(w, ch) < 0) return -1
          continue
        }
        if (c === 120 || c === 117 || c === 85) {
          const count = c === 120 ? 2 : c === 117 ? 4 : 8
          message = c === 120 ? "truncated \\xXX escape" : c === 117 ? "truncated \\uXXXX escape" : "truncated \\UXXXXXXXX escape"
          const ch = hexEscape(s, e.end, count)
          s = hexEnd
          incomplete = hexIncomplete
          if (ch >= 0) {
            if (ch <= MAX_UNICODE) {
              if (_PyUnicodeWriter_WriteChar(w, ch) < 0) return -1
              continue
            }
            message = "illegal Unicode character"
          }
        } else if (c === 78) {
          message = "malformed \\N character escape"
          if (s >= e.end) incomplete = true
          else if (u8[s] === 123) {
            const name = ++s
            while (s < e.end && u8[s] !== 125) s++
            if (s >= e.end) incomplete = true
            else if (s > name) {
              const ch = unicodeCode(dataAsJS(1, name, 0, s - name))
              s++
              if (ch >= 0) {
                if (_PyUnicodeWriter_WriteChar(w, ch) < 0) return -1
                continue
              }
              message = "unknown Unicode character name"
            }
          }
        } else {
          if (invalid < 0) invalid = s - 1 - e.start
          if (_PyUnicodeWriter_WriteChar(w, 92) < 0 || _PyUnicodeWriter_WriteChar(w, c) < 0) return -1
          continue
        }
      }
      if (incomplete && stateful) {
        consumed = from
        break
      }
      if (e.call(message, from, s - e.start, w) < 0) return -1
      s = e.next
    }
    return 0
  })
  firstInvalidEscape = invalid
  setDecodeConsumed(consumed)
  return $u
}
export function _PyUnicode_DecodeUnicodeEscapeStateful(start: number, size: number, errors: string | null, stateful: boolean): Own {
  const $u = _PyUnicode_DecodeUnicodeEscapeInternal(start, size, errors, stateful)
  if ($u === NULL || firstInvalidEscape < 0) return $u
  const at = start + firstInvalidEscape
  const c = u8[at]
  const octal = c >= 52 && c <= 55
  const message = octal
    ? `invalid octal escape sequence '\\${dataAsJS(1, at, 0, 3)}'`
    : `invalid escape sequence '\\${String.fromCharCode(c)}'`
  if (PyErr_WarnEx(PyExc_DeprecationWarning, message, 1) < 0) {
    Py_DECREF($u)
    return NULL
  }
  return $u
}
export function PyUnicode_DecodeUnicodeEscape(start: number, size: number, errors: string | null): Own {
  return _PyUnicode_DecodeUnicodeEscapeStateful(start, size, errors, false)
}
export function PyUnicode_AsUnicodeEscapeString(unicode: Ref): Own {
  if (!PyUnicode_Check(unicode)) {
    PyErr_BadArgument()
    return NULL
  }
  const kind = PyUnicode_KIND(unicode)
  const data = PyUnicode_DATA(unicode)
  const n = PyUnicode_GET_LENGTH(unicode)
  const sink = new ByteSink()
  for (let i = 0; i < n; i++) {
    const ch = PyUnicode_READ(kind, data, i)
    if (ch === 92) sink.ascii("\\\\")
    else if (ch >= 32 && ch < 127) sink.push(ch)
    else if (ch === 9 || ch === 10 || ch === 13) sink.ascii(ch === 9 ? "\\t" : ch === 10 ? "\\n" : "\\r")
    else sink.ascii(escapeOf(ch))
  }
  return sink.toBytes()
}

export function _PyUnicode_DecodeRawUnicodeEscapeStateful(start: number, size: number, errors: string | null, stateful: boolean): Own {
  if (size === 0) {
    setDecodeConsumed(0)
    return unicode_new_empty()
  }
  let consumed = size
  const $u = withWriter(new DecodeErrors("rawunicodeescape", errors, start, start + size), size, (e, w) => {
    let s = e.start
    while (s < e.end) {
      let c = u8[s++]
      if (c !== 92 || (s >= e.end && !stateful)) {
        if (_PyUnicodeWriter_WriteChar(w, c) < 0) return -1
        continue
      }
      const from = s - e.start - 1
      if (s >= e.end) {
        consumed = from
        break
      }
      c = u8[s++]
      if (c !== 117 && c !== 85) {
        if (_PyUnicodeWriter_WriteChar(w, 92) < 0 || _PyUnicodeWriter_WriteChar(w, c) < 0) return -1
        continue
      }
      let message = c === 117 ? "truncated \\uXXXX escape" : "truncated \\UXXXXXXXX escape"
      const ch = hexEscape(s, e.end, c === 117 ? 4 : 8)
      s = hexEnd
      if (ch >= 0) {
        if (ch <= MAX_UNICODE) {
          if (_PyUnicodeWriter_WriteChar(w, ch) < 0) return -1
          continue
        }
        message = "\\Uxxxxxxxx out of range"
      } else if (hexIncomplete && stateful) {
        consumed = from
        break
      }
      if (e.call(message, from, s - e.start, w) < 0) return -1
      s = e.next
    }
    return 0
  })
  setDecodeConsumed(consumed)
  return $u
}
export function PyUnicode_DecodeRawUnicodeEscape(start: number, size: number, errors: string | null): Own {
  return _PyUnicode_DecodeRawUnicodeEscapeStateful(start, size, errors, false)
}
export function PyUnicode_AsRawUnicodeEscapeString(unicode: Ref): Own {
  if (!PyUnicode_Check(unicode)) {
    PyErr_BadArgument()
    return NULL
  }
  const kind = PyUnicode_KIND(unicode)
  const data = PyUnicode_DATA(unicode)
  const n = PyUnicode_GET_LENGTH(unicode)
  if (kind === 1) return PyBytes_FromStringAndSize(data, n)
  const sink = new ByteSink()
  for (let i = 0; i < n; i++) {
    const ch = PyUnicode_READ(kind, data, i)
    if (ch < 0x100) sink.push(ch)
    else sink.ascii(escapeOf(ch))
  }
  return sink.toBytes()
}
