import { ptr, setptr, setssize } from "../../heap/access.ts"
import { calloca, cstackMark, cstackReset } from "../../heap/cstack.ts"
import { _PyUnicodeWriter, PyCompactUnicodeObject } from "../../heap/layout.ts"
import { PyObject_Malloc } from "../../heap/obmalloc.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { i32, u8, u16 } from "../../heap/views.ts"
import { PyBytes_AS_STRING, PyBytes_FromStringAndSize } from "../bytesobject.ts"
import { PyErr_BadArgument, PyErr_NoMemory } from "../errors.ts"
import {
  _PyUnicode_FromASCII,
  kindOf,
  PyUnicode_Check,
  PyUnicode_DATA,
  PyUnicode_GET_LENGTH,
  PyUnicode_IS_ASCII,
  PyUnicode_KIND,
  PyUnicode_New,
  PyUnicode_READ,
  unicode_char,
  unicode_new_empty,
} from "./core.ts"
import {
  _Py_GetErrorHandler,
  backslashreplace,
  ByteSink,
  DecodeErrors,
  EncodeErrors,
  Handler,
  writeReplacement,
  xmlcharrefreplace,
} from "./errhandler.ts"
import {
  _PyUnicodeWriter_Dealloc,
  _PyUnicodeWriter_Finish,
  _PyUnicodeWriter_Init,
  _PyUnicodeWriter_Prepare,
  _PyUnicodeWriter_WriteChar,
} from "./writer.ts"

// The UTF-8 codec.

/** Bytes consumed by the last stateful decoder (any codec): read right after the call. */
export let decodeConsumed = 0
export function setDecodeConsumed(n: number): void {
  decodeConsumed = n
}

const isCont = (b: number): boolean => (b & 0xc0) === 0x80

// Results of `step`: a code point, or one of these (as in stringlib/codecs.h: 0 more input needed; 1-4 a bad start or continuation byte).
let stepError = 0
/** Bytes of the character at `s`; 0 with `stepError` when there is none. */
function step(s: number, end: number): number {
  const ch = u8[s]
  if (ch < 0x80) return 1
  if (ch < 0xe0) {
    stepError = ch < 0xc2 ? 1 : end - s < 2 ? 0 : 2
    return ch < 0xc2 || end - s < 2 || !isCont(u8[s + 1]) ? 0 : 2
  }
  if (ch < 0xf0) {
    if (end - s < 2) {
      stepError = 0
      return 0
    }
    const b = u8[s + 1]
    stepError = 2
    if (!isCont(b) || (ch === 0xe0 ? b < 0xa0 : ch === 0xed && b >= 0xa0)) return 0
    stepError = 0
    if (end - s < 3) return 0
    stepError = 3
    return isCont(u8[s + 2]) ? 3 : 0
  }
  if (ch < 0xf5) {
    if (end - s < 2) {
      stepError = 0
      return 0
    }
    const b = u8[s + 1]
    stepError = 2
    if (!isCont(b) || (ch === 0xf0 ? b < 0x90 : ch === 0xf4 && b >= 0x90)) return 0
    stepError = 0
    if (end - s < 3) return 0
    stepError = 3
    if (!isCont(u8[s + 2])) return 0
    stepError = 0
    if (end - s < 4) return 0
    stepError = 4
    return isCont(u8[s + 3]) ? 4 : 0
  }
  stepError = 1
  return 0
}
function charAt(s: number, n: number): number {
  const ch = u8[s]
  if (n === 1) return ch
  if (n === 2) return ((ch & 0x1f) << 6) | (u8[s + 1] & 0x3f)
  if (n === 3) return ((ch & 0x0f) << 12) | ((u8[s + 1] & 0x3f) << 6) | (u8[s + 2] & 0x3f)
  return ((ch & 7) << 18) | ((u8[s + 1] & 0x3f) << 12) | ((u8[s + 2] & 0x3f) << 6) | (u8[s + 3] & 0x3f)
}
/** Address of the first byte that is not ASCII, or `end`. */
export function asciiEnd(s: number, end: number): number {
  let p = s
  while (p < end && (p & 3) !== 0) {
    if (u8[p] >= 0x80) return p
    p++
  }
  while (p + 4 <= end && (i32[p >> 2] & 0x80808080) === 0) p += 4
  while (p < end && u8[p] < 0x80) p++
  return p
}

/** Decode `size` bytes at `s`. `errors` null: strict. NULL with an error. */
export function PyUnicode_DecodeUTF8(s: number, size: number, errors: string | null = null): Own {
  return unicode_decode_utf8(s, size, Handler.UNKNOWN, errors, false)
}
/** The same, leaving an incomplete sequence at the end alone: bytes used are in `decodeConsumed`. */
export function PyUnicode_DecodeUTF8Stateful(s: number, size: number, errors: string | null, stateful = true): Own {
  return unicode_decode_utf8(s, size, Handler.UNKNOWN, errors, stateful)
}
export function PyUnicode_FromStringAndSize(s: number, size: number): Own {
  return size === 0 ? unicode_new_empty() : unicode_decode_utf8(s, size, Handler.UNKNOWN, null, false)
}
/** Text of the NUL-terminated UTF-8 at `s`. */
export function PyUnicode_FromCString(s: number): Own {
  let e = s
  while (u8[e] !== 0) e++
  return PyUnicode_FromStringAndSize(s, e - s)
}

export function unicode_decode_utf8(s: number, size: number, handler: number, errors: string | null, stateful: boolean): Own {
  const end = s + size
  if (size === 0) {
    decodeConsumed = 0
    return unicode_new_empty()
  }
  let p = asciiEnd(s, end)
  if (p === end) {
    decodeConsumed = size
    return _PyUnicode_FromASCII(s, size)
  }
  // Measure the valid part; when it is all there is, fill an exact string.
  let count = p - s
  let maxchar = 127
  while (p < end) {
    const b = u8[p]
    if (b < 0x80) {
      p++
      count++
      continue
    }
    const n = step(p, end)
    if (n === 0) break
    if (n === 2) {
      if (b > 0xc3) {
        if (maxchar < 0x7ff) maxchar = 0x7ff
      } else if (maxchar < 0xff) maxchar = 0xff
    } else if (n === 3) {
      if (maxchar < 0xffff) maxchar = 0xffff
    } else maxchar = 0x10ffff
    p += n
    count++
  }
  const truncatedSurrogate = p < end && stepError === 2 && u8[p] === 0xed && end - p === 2 && u8[p + 1] >= 0xa0 && u8[p + 1] <= 0xbf
  if (p < end && !(stateful && (stepError === 0 || truncatedSurrogate))) return decodeSlow(s, size, handler, errors, stateful)
  decodeConsumed = p - s
  if (count === 0) return unicode_new_empty()
  if (count === 1) return unicode_char(charAt(s, step(s, p)))
  const $u = PyUnicode_New(count, maxchar)
  if ($u === NULL) return NULL
  fill($u, kindOf(maxchar), s, p)
  return $u
}

function fill(u: Ref, kind: number, s: number, end: number): void {
  const data = PyUnicode_DATA(u)
  let d = kind === 1 ? data : kind === 2 ? data >> 1 : data >> 2
  const view = kind === 1 ? u8 : kind === 2 ? u16 : i32
  for (let p = s; p < end; ) {
    const b = u8[p]
    if (b < 0x80) {
      view[d++] = b
      p++
    } else if (b < 0xe0) {
      view[d++] = ((b & 0x1f) << 6) | (u8[p + 1] & 0x3f)
      p += 2
    } else if (b < 0xf0) {
      view[d++] = ((b & 0x0f) << 12) | ((u8[p + 1] & 0x3f) << 6) | (u8[p + 2] & 0x3f)
      p += 3
    } else {
      view[d++] = ((b & 7) << 18) | ((u8[p + 1] & 0x3f) << 12) | ((u8[p + 2] & 0x3f) << 6) | (u8[p + 3] & 0x3f)
      p += 4
    }
  }
}

function decodeSlow(s: number, size: number, handler: number, errors: string | null, stateful: boolean): Own {
  const mark = cstackMark()
  const w = calloca(_PyUnicodeWriter.SIZE)
  _PyUnicodeWriter_Init(w)
  setssize(w + _PyUnicodeWriter.min_length, size)
  const e = new DecodeErrors("utf-8", errors, s, s + size)
  const r = decodeLoop(e, w, s, handler, errors, stateful)
  e.release()
  let $u: Own = NULL
  if (r === 0) $u = _PyUnicodeWriter_Finish(w)
  else _PyUnicodeWriter_Dealloc(w)
  cstackReset(mark)
  return $u
}
function decodeLoop(e: DecodeErrors, w: number, from: number, handler: number, errors: string | null, stateful: boolean): number {
  if (_PyUnicodeWriter_Prepare(w, e.end - from, 127) < 0) return -1
  let p = from
  while (p < e.end) {
    const n = step(p, e.end)
    if (n > 0) {
      if (_PyUnicodeWriter_WriteChar(w, charAt(p, n)) < 0) return -1
      p += n
      continue
    }
    let message: string
    const start = p - e.start
    let stop = start + 1
    if (stepError === 0) {
      if (stateful) break
      message = "unexpected end of data"
      stop = e.end - e.start
    } else if (stepError === 1) message = "invalid start byte"
    else {
      if (stateful && stepError === 2 && u8[p] === 0xed && e.end - p === 2 && u8[p + 1] >= 0xa0 && u8[p + 1] <= 0xbf) break
      message = "invalid continuation byte"
      stop = start + stepError - 1
    }
    if (handler === Handler.UNKNOWN) handler = _Py_GetErrorHandler(errors)
    if (handler === Handler.IGNORE) p += stop - start
    else if (handler === Handler.REPLACE) {
      if (_PyUnicodeWriter_WriteChar(w, 0xfffd) < 0) return -1
      p += stop - start
    } else if (handler === Handler.SURROGATEESCAPE) {
      for (let i = start; i < stop; i++) if (_PyUnicodeWriter_WriteChar(w, u8[e.start + i] + 0xdc00) < 0) return -1
      p += stop - start
    } else {
      if (e.call(message, start, stop, w) < 0) return -1
      p = e.next
    }
  }
  decodeConsumed = p - e.start
  return 0
}

// ---- encoding ----

/** Bytes that characters of a buffer take; -1 when a surrogate is among them. */
function utf8Length(kind: number, data: number, n: number): number {
  let size = n
  if (kind === 1) {
    for (let i = data, e = data + n; i < e; i++) size += u8[i] >> 7
    return size
  }
  for (let i = 0; i < n; i++) {
    const ch = kind === 2 ? u16[(data >> 1) + i] : i32[(data >> 2) + i]
    if (ch >= 0x80) size += ch < 0x800 ? 1 : ch < 0x10000 ? 2 : 3
    if ((ch & 0xfffff800) === 0xd800) return -1
  }
  return size
}
function utf8Fill(kind: number, data: number, n: number, to: number): void {
  let d = to
  for (let i = 0; i < n; i++) {
    const ch = PyUnicode_READ(kind, data, i)
    if (ch < 0x80) u8[d++] = ch
    else if (ch < 0x800) {
      u8[d++] = 0xc0 | (ch >> 6)
      u8[d++] = 0x80 | (ch & 0x3f)
    } else if (ch < 0x10000) {
      u8[d++] = 0xe0 | (ch >> 12)
      u8[d++] = 0x80 | ((ch >> 6) & 0x3f)
      u8[d++] = 0x80 | (ch & 0x3f)
    } else {
      u8[d++] = 0xf0 | (ch >> 18)
      u8[d++] = 0x80 | ((ch >> 12) & 0x3f)
      u8[d++] = 0x80 | ((ch >> 6) & 0x3f)
      u8[d++] = 0x80 | (ch & 0x3f)
    }
  }
}
function push(sink: ByteSink, ch: number): void {
  if (ch < 0x80) sink.push(ch)
  else if (ch < 0x800) {
    sink.push(0xc0 | (ch >> 6))
    sink.push(0x80 | (ch & 0x3f))
  } else if (ch < 0x10000) {
    sink.push(0xe0 | (ch >> 12))
    sink.push(0x80 | ((ch >> 6) & 0x3f))
    sink.push(0x80 | (ch & 0x3f))
  } else {
    sink.push(0xf0 | (ch >> 18))
    sink.push(0x80 | ((ch >> 12) & 0x3f))
    sink.push(0x80 | ((ch >> 6) & 0x3f))
    sink.push(0x80 | (ch & 0x3f))
  }
}

/** Encode with surrogates among the characters: the handler decides. */
function encodeSlow(unicode: Ref, handler: number, errors: string | null): ByteSink | null {
  const sink = new ByteSink()
  const e = new EncodeErrors("utf-8", errors, unicode)
  const r = encodeLoop(unicode, sink, e, handler, errors)
  e.release()
  return r < 0 ? null : sink
}
function encodeLoop(unicode: Ref, sink: ByteSink, e: EncodeErrors, handler: number, errors: string | null): number {
  const kind = PyUnicode_KIND(unicode)
  const data = PyUnicode_DATA(unicode)
  const size = PyUnicode_GET_LENGTH(unicode)
  const reason = "surrogates not allowed"
  let i = 0
  while (i < size) {
    const ch = PyUnicode_READ(kind, data, i++)
    if ((ch & 0xfffff800) !== 0xd800) {
      push(sink, ch)
      continue
    }
    if (handler === Handler.UNKNOWN) handler = _Py_GetErrorHandler(errors)
    let from = i - 1
    let to = i
    while (to < size && (PyUnicode_READ(kind, data, to) & 0xfffff800) === 0xd800) to++
    i = to
    if (handler === Handler.REPLACE) for (let k = from; k < to; k++) sink.push(63)
    else if (handler === Handler.IGNORE) continue
    else if (handler === Handler.SURROGATEPASS) for (let k = from; k < to; k++) push(sink, PyUnicode_READ(kind, data, k))
    else if (handler === Handler.BACKSLASHREPLACE) backslashreplace(sink, unicode, from, to)
    else if (handler === Handler.XMLCHARREFREPLACE) xmlcharrefreplace(sink, unicode, from, to)
    else {
      if (handler === Handler.SURROGATEESCAPE) {
        while (from < to) {
          const c = PyUnicode_READ(kind, data, from)
          if (c < 0xdc80 || c > 0xdcff) break
          sink.push(c & 0xff)
          from++
        }
        if (from >= to) continue
      }
      const $rep = e.call(reason, from, to)
      if ($rep === NULL) return -1
      if (writeReplacement(sink, e, $rep, reason, from, to, 128) < 0) return -1
      i = e.next
    }
  }
  return 0
}

export function unicode_encode_utf8(unicode: Ref, handler: number, errors: string | null): Own {
  if (!PyUnicode_Check(unicode)) {
    PyErr_BadArgument()
    return NULL
  }
  if (PyUnicode_IS_ASCII(unicode)) return PyBytes_FromStringAndSize(PyUnicode_DATA(unicode), PyUnicode_GET_LENGTH(unicode))
  const utf8 = ptr(unicode + PyCompactUnicodeObject.utf8)
  if (utf8) return PyBytes_FromStringAndSize(utf8, i32[(unicode + PyCompactUnicodeObject.utf8_length) >> 2])
  const kind = PyUnicode_KIND(unicode)
  const data = PyUnicode_DATA(unicode)
  const n = PyUnicode_GET_LENGTH(unicode)
  const size = utf8Length(kind, data, n)
  if (size < 0) {
    const sink = encodeSlow(unicode, handler, errors)
    return sink === null ? NULL : sink.toBytes()
  }
  const $b = PyBytes_FromStringAndSize(0, size)
  if ($b !== NULL) utf8Fill(kind, data, n, PyBytes_AS_STRING($b))
  return $b
}
export function _PyUnicode_AsUTF8String(unicode: Ref, errors: string | null): Own {
  return unicode_encode_utf8(unicode, Handler.UNKNOWN, errors)
}
export function PyUnicode_AsUTF8String(unicode: Ref): Own {
  return unicode_encode_utf8(unicode, Handler.UNKNOWN, null)
}

/** Length of what the last PyUnicode_AsUTF8 / AsUTF8AndSize returned. */
export let utf8Size = 0

/** Address of the NUL-terminated UTF-8, cached in the object (length in `utf8Size`); 0 with an error. */
export function PyUnicode_AsUTF8AndSize(unicode: Ref): number {
  if (!PyUnicode_Check(unicode)) {
    PyErr_BadArgument()
    return 0
  }
  const n = PyUnicode_GET_LENGTH(unicode)
  const data = PyUnicode_DATA(unicode)
  if (PyUnicode_IS_ASCII(unicode)) {
    utf8Size = n
    return data
  }
  const old = ptr(unicode + PyCompactUnicodeObject.utf8)
  if (old) {
    utf8Size = i32[(unicode + PyCompactUnicodeObject.utf8_length) >> 2]
    return old
  }
  const kind = PyUnicode_KIND(unicode)
  const size = utf8Length(kind, data, n)
  if (size < 0) {
    encodeSlow(unicode, Handler.STRICT, null)
    return 0
  }
  const cache = PyObject_Malloc(size + 1)
  if (cache === 0) {
    PyErr_NoMemory()
    return 0
  }
  utf8Fill(kind, data, n, cache)
  u8[cache + size] = 0
  setptr(unicode + PyCompactUnicodeObject.utf8, cache)
  setssize(unicode + PyCompactUnicodeObject.utf8_length, size)
  utf8Size = size
  return cache
}
export function PyUnicode_AsUTF8(unicode: Ref): number {
  return PyUnicode_AsUTF8AndSize(unicode)
}
