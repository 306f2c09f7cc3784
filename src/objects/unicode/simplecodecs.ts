import { calloca, cstackMark, cstackReset } from "../../heap/cstack.ts"
import { _PyUnicodeWriter } from "../../heap/layout.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { u8 } from "../../heap/views.ts"
import { PyBytes_FromStringAndSize } from "../bytesobject.ts"
import { PyErr_BadArgument } from "../errors.ts"
import {
  _PyUnicode_FromASCII,
  PyUnicode_Check,
  PyUnicode_DATA,
  PyUnicode_FromKindAndData,
  PyUnicode_GET_LENGTH,
  PyUnicode_IS_ASCII,
  PyUnicode_KIND,
  PyUnicode_READ,
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
import { asciiEnd } from "./utf8.ts"
import {
  _PyUnicodeWriter_Dealloc,
  _PyUnicodeWriter_Finish,
  _PyUnicodeWriter_Init,
  _PyUnicodeWriter_Prepare,
  _PyUnicodeWriter_SetMinLength,
  _PyUnicodeWriter_WriteChar,
} from "./writer.ts"

// ASCII and Latin-1.

export function PyUnicode_DecodeLatin1(s: number, size: number, _errors: string | null = null): Own {
  return PyUnicode_FromKindAndData(1, s, size)
}

/** Run a decoder with a writer of its own: `loop` fills it and returns 0, or -1 with an error. */
export function withWriter(e: DecodeErrors, min: number, loop: (e: DecodeErrors, w: number) => number): Own {
  const mark = cstackMark()
  const w = calloca(_PyUnicodeWriter.SIZE)
  _PyUnicodeWriter_Init(w)
  _PyUnicodeWriter_SetMinLength(w, min)
  const r = _PyUnicodeWriter_Prepare(w, min, 127) < 0 ? -1 : loop(e, w)
  e.release()
  let $u: Own = NULL
  if (r === 0) $u = _PyUnicodeWriter_Finish(w)
  else _PyUnicodeWriter_Dealloc(w)
  cstackReset(mark)
  return $u
}

export function PyUnicode_DecodeASCII(s: number, size: number, errors: string | null): Own {
  if (size === 0) return unicode_new_empty()
  if (asciiEnd(s, s + size) === s + size) return _PyUnicode_FromASCII(s, size)
  return withWriter(new DecodeErrors("ascii", errors, s, s + size), size, decodeASCII)
}
function decodeASCII(e: DecodeErrors, w: number): number {
  let handler: number = Handler.UNKNOWN
  let p = e.start
  while (p < e.end) {
    const c = u8[p]
    if (c < 128) {
      if (_PyUnicodeWriter_WriteChar(w, c) < 0) return -1
      p++
      continue
    }
    if (handler === Handler.UNKNOWN) handler = _Py_GetErrorHandler(e.errors)
    if (handler === Handler.REPLACE || handler === Handler.SURROGATEESCAPE) {
      if (_PyUnicodeWriter_WriteChar(w, handler === Handler.REPLACE ? 0xfffd : c + 0xdc00) < 0) return -1
      p++
    } else if (handler === Handler.IGNORE) p++
    else {
      if (e.call("ordinal not in range(128)", p - e.start, p - e.start + 1, w) < 0) return -1
      p = e.next
    }
  }
  return 0
}

function unicode_encode_ucs1(unicode: Ref, errors: string | null, limit: number): Own {
  const sink = new ByteSink()
  const e = new EncodeErrors(limit === 256 ? "latin-1" : "ascii", errors, unicode)
  const r = encodeLoop(unicode, sink, e, limit)
  e.release()
  return r < 0 ? NULL : sink.toBytes()
}
function encodeLoop(unicode: Ref, sink: ByteSink, e: EncodeErrors, limit: number): number {
  const reason = limit === 256 ? "ordinal not in range(256)" : "ordinal not in range(128)"
  const kind = PyUnicode_KIND(unicode)
  const data = PyUnicode_DATA(unicode)
  const size = PyUnicode_GET_LENGTH(unicode)
  let handler: number = Handler.UNKNOWN
  let pos = 0
  while (pos < size) {
    const ch = PyUnicode_READ(kind, data, pos)
    if (ch < limit) {
      sink.push(ch)
      pos++
      continue
    }
    let from = pos
    let to = pos + 1
    while (to < size && PyUnicode_READ(kind, data, to) >= limit) to++
    if (handler === Handler.UNKNOWN) handler = _Py_GetErrorHandler(e.errors)
    if (handler === Handler.STRICT) return e.raise(reason, from, to)
    if (handler === Handler.REPLACE) for (let i = from; i < to; i++) sink.push(63)
    if (handler === Handler.REPLACE || handler === Handler.IGNORE) {
      pos = to
      continue
    }
    if (handler === Handler.BACKSLASHREPLACE) {
      backslashreplace(sink, unicode, from, to)
      pos = to
      continue
    }
    if (handler === Handler.XMLCHARREFREPLACE) {
      xmlcharrefreplace(sink, unicode, from, to)
      pos = to
      continue
    }
    if (handler === Handler.SURROGATEESCAPE) {
      while (from < to) {
        const c = PyUnicode_READ(kind, data, from)
        if (c < 0xdc80 || c > 0xdcff) break
        sink.push(c - 0xdc00)
        from++
      }
      pos = from
      if (from >= to) continue
    }
    const $rep = e.call(reason, from, to)
    if ($rep === NULL) return -1
    if (writeReplacement(sink, e, $rep, reason, from, to, limit) < 0) return -1
    pos = e.next
  }
  return 0
}

export function _PyUnicode_AsLatin1String(unicode: Ref, errors: string | null): Own {
  if (!PyUnicode_Check(unicode)) {
    PyErr_BadArgument()
    return NULL
  }
  if (PyUnicode_KIND(unicode) === 1) return PyBytes_FromStringAndSize(PyUnicode_DATA(unicode), PyUnicode_GET_LENGTH(unicode))
  return unicode_encode_ucs1(unicode, errors, 256)
}
export function PyUnicode_AsLatin1String(unicode: Ref): Own {
  return _PyUnicode_AsLatin1String(unicode, null)
}
export function _PyUnicode_AsASCIIString(unicode: Ref, errors: string | null): Own {
  if (!PyUnicode_Check(unicode)) {
    PyErr_BadArgument()
    return NULL
  }
  if (PyUnicode_IS_ASCII(unicode)) return PyBytes_FromStringAndSize(PyUnicode_DATA(unicode), PyUnicode_GET_LENGTH(unicode))
  return unicode_encode_ucs1(unicode, errors, 128)
}
export function PyUnicode_AsASCIIString(unicode: Ref): Own {
  return _PyUnicode_AsASCIIString(unicode, null)
}
