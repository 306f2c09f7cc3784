import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_DECREF, Py_SIZE } from "../../heap/refcount.ts"
import { u8 } from "../../heap/views.ts"
import { PyBytes_AS_STRING, PyBytes_Check } from "../bytesobject.ts"
import { PyErr_BadArgument } from "../errors.ts"
import {
  PyUnicode_Check,
  PyUnicode_DATA,
  PyUnicode_GET_LENGTH,
  PyUnicode_IS_ASCII,
  PyUnicode_KIND,
  PyUnicode_READ,
  unicode_new_empty,
} from "./core.ts"
import { ByteSink, DecodeErrors, EncodeErrors } from "./errhandler.ts"
import { withWriter } from "./simplecodecs.ts"
import { setDecodeConsumed } from "./utf8.ts"
import { _PyUnicodeWriter_WriteChar } from "./writer.ts"

// The UTF-16 codec. Byte order: -1 little, 1 big, 0 by the byte order mark (little without one).

/** The byte order that the last decoder found. */
export let decodedByteorder = 0
export function setDecodedByteorder(order: number): void {
  decodedByteorder = order
}

export function PyUnicode_DecodeUTF16(s: number, size: number, errors: string | null, byteorder: number): Own {
  return PyUnicode_DecodeUTF16Stateful(s, size, errors, byteorder, false)
}
/** `stateful`: leave incomplete input at the end; bytes used are in `decodeConsumed`, the order in `decodedByteorder`. */
export function PyUnicode_DecodeUTF16Stateful(s: number, size: number, errors: string | null, byteorder: number, stateful: boolean): Own {
  let order = byteorder
  let q = s
  if (order === 0 && size >= 2) {
    if (u8[q] === 0xff && u8[q + 1] === 0xfe) order = -1
    else if (u8[q] === 0xfe && u8[q + 1] === 0xff) order = 1
    if (order !== 0) q += 2
  }
  if (q === s + size) {
    setDecodedByteorder(order)
    setDecodeConsumed(size)
    return unicode_new_empty()
  }
  const hi = order <= 0 ? 1 : 0
  let consumed = 0
  const e = new DecodeErrors(hi ? "utf-16-le" : "utf-16-be", errors, s, s + size)
  const $u = withWriter(e, (size - (q - s) + 1) >> 1, (e, w) => {
    while (q < e.end) {
      let message: string
      const from = q - e.start
      let to = from + 2
      if (e.end - q < 2) {
        if (stateful) break
        message = "truncated data"
        to = e.end - e.start
      } else {
        const ch = (u8[q + hi] << 8) | u8[q + 1 - hi]
        if (ch < 0xd800 || ch > 0xdfff) {
          if (_PyUnicodeWriter_WriteChar(w, ch) < 0) return -1
          q += 2
          continue
        }
        if (ch >= 0xdc00) message = "illegal encoding"
        else if (e.end - q < 4) {
          if (stateful) break
          message = "unexpected end of data"
          to = e.end - e.start
        } else {
          const low = (u8[q + 2 + hi] << 8) | u8[q + 3 - hi]
          if (low >= 0xdc00 && low <= 0xdfff) {
            if (_PyUnicodeWriter_WriteChar(w, 0x10000 + ((ch - 0xd800) << 10) + (low - 0xdc00)) < 0) return -1
            q += 4
            continue
          }
          message = "illegal UTF-16 surrogate"
        }
      }
      if (e.call(message, from, to, w) < 0) return -1

      q = e.next
    }
    consumed = q - e.start
    return 0
  })
  setDecodedByteorder(order)
  setDecodeConsumed(consumed)
  return $u
}

function put(sink: ByteSink, unit: number, big: boolean): void {
  sink.push(big ? unit >> 8 : unit & 255)
  sink.push(big ? unit & 255 : unit >> 8)
}
/** byteorder 0 writes a byte order mark first. */
export function _PyUnicode_EncodeUTF16(unicode: Ref, errors: string | null, byteorder: number): Own {
  if (!PyUnicode_Check(unicode)) {
    PyErr_BadArgument()
    return NULL
  }
  const sink = new ByteSink()
  const e = new EncodeErrors(byteorder < 0 ? "utf-16-le" : byteorder > 0 ? "utf-16-be" : "utf-16", errors, unicode)
  const r = encode(unicode, sink, e, byteorder)
  e.release()
  return r < 0 ? NULL : sink.toBytes()
}
function encode(unicode: Ref, sink: ByteSink, e: EncodeErrors, byteorder: number): number {
  const big = byteorder > 0
  const kind = PyUnicode_KIND(unicode)
  const data = PyUnicode_DATA(unicode)
  const n = PyUnicode_GET_LENGTH(unicode)
  if (byteorder === 0) put(sink, 0xfeff, big)
  for (let i = 0; i < n; ) {
    const ch = PyUnicode_READ(kind, data, i)
    if (ch >= 0x10000) {
      put(sink, 0xd800 + ((ch - 0x10000) >> 10), big)
      put(sink, 0xdc00 + ((ch - 0x10000) & 0x3ff), big)
      i++
    } else if ((ch & 0xf800) !== 0xd800) {
      put(sink, ch, big)
      i++
    } else {
      if (surrogate(sink, e, i, 2, big) < 0) return -1
      i = e.next
    }
  }
  return 0
}
/** Let the handler replace the surrogate at `i`; units of `size` bytes. */
export function surrogate(sink: ByteSink, e: EncodeErrors, i: number, size: number, big: boolean): number {
  const reason = "surrogates not allowed"
  const $rep = e.call(reason, i, i + 1)
  if ($rep === NULL) return -1
  let r = 0
  if (PyBytes_Check($rep)) {
    if (Py_SIZE($rep) % size) r = e.raise(reason, i, i + 1)
    else sink.heap(PyBytes_AS_STRING($rep), Py_SIZE($rep))
  } else if (!PyUnicode_IS_ASCII($rep)) r = e.raise(reason, i, i + 1)
  else {
    const d = PyUnicode_DATA($rep)
    for (let k = 0; k < PyUnicode_GET_LENGTH($rep); k++)
      for (let b = 0; b < size; b++) sink.push(b === (big ? size - 1 : 0) ? u8[d + k] : 0)
  }
  Py_DECREF($rep)
  return r
}
export function PyUnicode_AsUTF16String(unicode: Ref): Own {
  return _PyUnicode_EncodeUTF16(unicode, null, 0)
}
