import { setssize } from "../../heap/access.ts"
import { calloca, cstackMark, cstackReset } from "../../heap/cstack.ts"
import { _PyUnicodeWriter } from "../../heap/layout.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { i32, u8 } from "../../heap/views.ts"
import {
  PyUnicode_DATA,
  PyUnicode_FromKindAndData,
  PyUnicode_GET_LENGTH,
  PyUnicode_KIND,
  PyUnicode_READ,
  unicode_new_empty,
} from "./core.ts"
import { ByteSink, DecodeErrors } from "./errhandler.ts"
import { setDecodeConsumed } from "./utf8.ts"
import {
  _PyUnicodeWriter_Dealloc,
  _PyUnicodeWriter_Finish,
  _PyUnicodeWriter_Init,
  _PyUnicodeWriter_SetMinLength,
  _PyUnicodeWriter_WriteChar,
} from "./writer.ts"

// The UTF-7 codec (RFC 2152): decoding is liberal, encoding conservative.

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

function base64Value(c: number): number {
  if (c >= 65 && c <= 90) return c - 65
  if (c >= 97 && c <= 122) return c - 71
  if (c >= 48 && c <= 57) return c + 4
  return c === 43 ? 62 : c === 47 ? 63 : -1
}
/** May be encoded as itself: set D, set O and whitespace (direct), or set D alone. */
function encodeDirect(c: number, directO: boolean, directWS: boolean): boolean {
  if (c <= 0 || c >= 128) return false
  if ((c >= 65 && c <= 90) || (c >= 97 && c <= 122) || (c >= 48 && c <= 57)) return true
  const s = String.fromCharCode(c)
  if ("'(),-./:?".includes(s)) return true
  if (directWS && "\t\n\r ".includes(s)) return true
  return directO && '!"#$%&*;<=>@[]^_`{|}'.includes(s)
}

export function PyUnicode_DecodeUTF7(s: number, size: number, errors: string | null): Own {
  return PyUnicode_DecodeUTF7Stateful(s, size, errors, false)
}
/** `stateful`: an unfinished shift sequence at the end is left for later; bytes used are in `decodeConsumed`. */
export function PyUnicode_DecodeUTF7Stateful(start: number, size: number, errors: string | null, stateful: boolean): Own {
  if (size === 0) {
    setDecodeConsumed(0)
    return unicode_new_empty()
  }
  const mark = cstackMark()
  const w = calloca(_PyUnicodeWriter.SIZE)
  _PyUnicodeWriter_Init(w)
  _PyUnicodeWriter_SetMinLength(w, size)
  const e = new DecodeErrors("utf7", errors, start, start + size)
  let $u: Own = NULL
  if (decode(e, w, start, size, stateful) < 0) _PyUnicodeWriter_Dealloc(w)
  else if (backOff >= 0) {
    const kind = i32[(w + _PyUnicodeWriter.kind) >> 2]
    $u = PyUnicode_FromKindAndData(kind, i32[(w + _PyUnicodeWriter.data) >> 2], backOff)
    _PyUnicodeWriter_Dealloc(w)
  } else $u = _PyUnicodeWriter_Finish(w)
  e.release()
  cstackReset(mark)
  return $u
}
/** Output length to cut back to when input ended inside a shift sequence, or -1. */
let backOff = -1

function decode(e: DecodeErrors, w: number, from: number, size: number, stateful: boolean): number {
  let s = from
  let inShift = false
  let shiftOutStart = 0
  let startinpos = 0
  let bits = 0
  let buffer = 0
  let surrogate = 0
  const fail = (message: string, end: number): boolean => {
    if (e.call(message, startinpos, end, w) < 0) return true
    s = e.next
    return false
  }
  for (;;) {
    while (s < e.end) {
      const ch = u8[s]
      if (inShift) {
        const v = base64Value(ch)
        if (v >= 0) {
          buffer = (buffer << 6) | v
          bits += 6
          s++
          if (bits < 16) continue
          const out = (buffer >>> (bits - 16)) & 0xffff
          bits -= 16
          buffer &= (1 << bits) - 1
          if (surrogate) {
            if (out >= 0xdc00 && out <= 0xdfff) {
              if (_PyUnicodeWriter_WriteChar(w, 0x10000 + ((surrogate & 0x3ff) << 10) + (out & 0x3ff)) < 0) return -1
              surrogate = 0
              continue
            }
            if (_PyUnicodeWriter_WriteChar(w, surrogate) < 0) return -1
            surrogate = 0
          }
          if (out >= 0xd800 && out <= 0xdbff) surrogate = out
          else if (_PyUnicodeWriter_WriteChar(w, out) < 0) return -1
          continue
        }
        inShift = false
        if (bits >= 6) {
          s++
          if (fail("partial character in shift sequence", s - e.start)) return -1
          continue
        }
        if (bits > 0 && buffer !== 0) {
          s++
          if (fail("non-zero padding bits in shift sequence", s - e.start)) return -1
          continue
        }
        if (surrogate && ch <= 127 && ch !== 43 && _PyUnicodeWriter_WriteChar(w, surrogate) < 0) return -1
        surrogate = 0
        if (ch === 45) s++
      } else if (ch === 43) {
        startinpos = s - e.start
        s++
        if (s < e.end && u8[s] === 45) {
          s++
          if (_PyUnicodeWriter_WriteChar(w, 43) < 0) return -1
        } else if (s < e.end && base64Value(u8[s]) < 0) {
          s++
          if (fail("ill-formed sequence", s - e.start)) return -1
        } else {
          inShift = true
          surrogate = 0
          shiftOutStart = i32[(w + _PyUnicodeWriter.pos) >> 2]
          bits = 0
          buffer = 0
        }
      } else if (ch <= 127) {
        s++
        if (_PyUnicodeWriter_WriteChar(w, ch) < 0) return -1
      } else {
        startinpos = s - e.start
        s++
        if (fail("unexpected special character", s - e.start)) return -1
      }
    }
    if (!inShift || stateful) break
    inShift = false
    if (surrogate || bits >= 6 || (bits > 0 && buffer !== 0)) {
      if (fail("unterminated shift sequence", size)) return -1
      if (s < e.end) continue
    }
    break
  }
  backOff = -1
  if (inShift) {
    setDecodeConsumed(startinpos)
    if (i32[(w + _PyUnicodeWriter.pos) >> 2] !== shiftOutStart && i32[(w + _PyUnicodeWriter.maxchar) >> 2] > 127) backOff = shiftOutStart
    else setssize(w + _PyUnicodeWriter.pos, shiftOutStart)
  } else setDecodeConsumed(s - e.start)
  return 0
}

/** `base64SetO`, `base64WhiteSpace`: encode these sets too. */
export function _PyUnicode_EncodeUTF7(str: Ref, base64SetO: boolean, base64WhiteSpace: boolean, _errors: string | null): Own {
  const kind = PyUnicode_KIND(str)
  const data = PyUnicode_DATA(str)
  const n = PyUnicode_GET_LENGTH(str)
  const sink = new ByteSink()
  let inShift = false
  let bits = 0
  let buffer = 0
  const unit = (u: number): void => {
    bits += 16
    buffer = ((buffer & 0x3f) << 16) | u
    while (bits >= 6) {
      sink.push(ALPHABET.charCodeAt((buffer >>> (bits - 6)) & 63))
      bits -= 6
    }
  }
  for (let i = 0; i < n; i++) {
    const ch = PyUnicode_READ(kind, data, i)
    const direct = encodeDirect(ch, !base64SetO, !base64WhiteSpace)
    if (inShift && direct) {
      if (bits) {
        sink.push(ALPHABET.charCodeAt((buffer << (6 - bits)) & 63))
        buffer = 0
        bits = 0
      }
      inShift = false
      if (base64Value(ch) >= 0 || ch === 45) sink.push(45)
      sink.push(ch)
      continue
    }
    if (!inShift) {
      if (ch === 43) {
        sink.ascii("+-")
        continue
      }
      if (direct) {
        sink.push(ch)
        continue
      }
      sink.push(43)
      inShift = true
    }
    if (ch >= 0x10000) {
      unit(0xd800 + ((ch - 0x10000) >> 10))
      unit(0xdc00 + ((ch - 0x10000) & 0x3ff))
    } else unit(ch)
  }
  if (bits) sink.push(ALPHABET.charCodeAt((buffer << (6 - bits)) & 63))
  if (inShift) sink.push(45)
  return sink.toBytes()
}
