import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { u8 } from "../../heap/views.ts"
import { PyErr_BadArgument } from "../errors.ts"
import { PyUnicode_Check, PyUnicode_DATA, PyUnicode_GET_LENGTH, PyUnicode_KIND, PyUnicode_READ, unicode_new_empty } from "./core.ts"
import { ByteSink, DecodeErrors, EncodeErrors } from "./errhandler.ts"
import { withWriter } from "./simplecodecs.ts"
import { setDecodedByteorder, surrogate } from "./utf16.ts"
import { setDecodeConsumed } from "./utf8.ts"
import { _PyUnicodeWriter_WriteChar } from "./writer.ts"

// The UTF-32 codec. Byte order as in utf16.ts.

function word(q: number, little: boolean): number {
  return little
    ? u8[q + 3] * 16777216 + ((u8[q + 2] << 16) | (u8[q + 1] << 8) | u8[q])
    : u8[q] * 16777216 + ((u8[q + 1] << 16) | (u8[q + 2] << 8) | u8[q + 3])
}

export function PyUnicode_DecodeUTF32(s: number, size: number, errors: string | null, byteorder: number): Own {
  return PyUnicode_DecodeUTF32Stateful(s, size, errors, byteorder, false)
}
export function PyUnicode_DecodeUTF32Stateful(s: number, size: number, errors: string | null, byteorder: number, stateful: boolean): Own {
  let order = byteorder
  let q = s
  if (order === 0 && size >= 4) {
    const bom = word(q, true)
    if (bom === 0xfeff) order = -1
    else if (bom === 0xfffe0000) order = 1
    if (order !== 0) q += 4
  }
  if (q === s + size) {
    setDecodedByteorder(order)
    setDecodeConsumed(size)
    return unicode_new_empty()
  }
  const little = order <= 0
  let consumed = 0
  const e = new DecodeErrors(little ? "utf-32-le" : "utf-32-be", errors, s, s + size)
  const $u = withWriter(e, (size - (q - s) + 3) >> 2, (e, w) => {
    while (q < e.end) {
      let message: string
      const from = q - e.start
      let to = from + 4
      if (e.end - q < 4) {
        if (stateful) break
        message = "truncated data"
        to = e.end - e.start
      } else {
        const ch = word(q, little)
        if (ch >= 0xd800 && ch <= 0xdfff) message = "code point in surrogate code point range(0xd800, 0xe000)"
        else if (ch >= 0x110000) message = "code point not in range(0x110000)"
        else {
          if (_PyUnicodeWriter_WriteChar(w, ch) < 0) return -1
          q += 4
          continue
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

function put(sink: ByteSink, ch: number, big: boolean): void {
  for (let k = 0; k < 4; k++) sink.push((ch >> (8 * (big ? 3 - k : k))) & 255)
}
/** byteorder 0 writes a byte order mark first. */
export function _PyUnicode_EncodeUTF32(unicode: Ref, errors: string | null, byteorder: number): Own {
  if (!PyUnicode_Check(unicode)) {
    PyErr_BadArgument()
    return NULL
  }
  const sink = new ByteSink()
  const e = new EncodeErrors(byteorder < 0 ? "utf-32-le" : byteorder > 0 ? "utf-32-be" : "utf-32", errors, unicode)
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
    if (ch < 0xd800 || ch > 0xdfff) {
      put(sink, ch, big)
      i++
    } else {
      if (surrogate(sink, e, i, 4, big) < 0) return -1
      i = e.next
    }
  }
  return 0
}
export function PyUnicode_AsUTF32String(unicode: Ref): Own {
  return _PyUnicode_EncodeUTF32(unicode, null, 0)
}
