import { u8, u32 } from "../../heap/views.ts"
import {
  _PyUnicode_IsAlpha,
  _PyUnicode_IsDecimalDigit,
  _PyUnicode_IsDigit,
  _PyUnicode_IsLinebreak,
  _PyUnicode_IsNumeric,
  _PyUnicode_IsWhitespace,
  _PyUnicode_ToLowercase,
  _PyUnicode_ToUppercase,
} from "../../objects/unicodectype.ts"
import { CATEGORY, SRE } from "./constants.ts"

// Modules/_sre/sre.c: what single characters are.

/** ASCII classes: bit 0 digit, 1 space, 2 linebreak, 3 alphanumeric, 4 word. */
const ASCII_CLASS = new Uint8Array(128)
for (let c = 0; c < 128; c++) {
  const s = String.fromCharCode(c)
  ASCII_CLASS[c] =
    (/[0-9]/.test(s) ? 1 : 0) |
    (/[ \t\n\r\f\v]/.test(s) ? 2 : 0) |
    (c === 10 ? 4 : 0) |
    (/[0-9A-Za-z]/.test(s) ? 8 : 0) |
    (/\w/.test(s) ? 16 : 0)
}
function ascii(c: number, bit: number): boolean {
  return c < 128 && (ASCII_CLASS[c] & bit) !== 0
}
export function isAsciiWord(c: number): boolean {
  return c < 128 && (ASCII_CLASS[c] & 16) !== 0
}
export function isUnicodeWord(c: number): boolean {
  if (c < 128) return (ASCII_CLASS[c] & 16) !== 0
  return _PyUnicode_IsAlpha(c) || _PyUnicode_IsDecimalDigit(c) || _PyUnicode_IsDigit(c) || _PyUnicode_IsNumeric(c)
}
export function lowerAscii(c: number): number {
  return c >= 65 && c <= 90 ? c + 32 : c
}
export function lowerUnicode(c: number): number {
  return c < 128 ? lowerAscii(c) : _PyUnicode_ToLowercase(c)
}
export function upperUnicode(c: number): number {
  return c < 128 ? (c >= 97 && c <= 122 ? c - 32 : c) : _PyUnicode_ToUppercase(c)
}

export function category(code: number, c: number): boolean {
  switch (code) {
    case CATEGORY.DIGIT:
      return ascii(c, 1)
    case CATEGORY.NOT_DIGIT:
      return !ascii(c, 1)
    case CATEGORY.SPACE:
      return ascii(c, 2)
    case CATEGORY.NOT_SPACE:
      return !ascii(c, 2)
    case CATEGORY.WORD:
    case CATEGORY.LOC_WORD:
      return ascii(c, 16)
    case CATEGORY.NOT_WORD:
    case CATEGORY.LOC_NOT_WORD:
      return !ascii(c, 16)
    case CATEGORY.LINEBREAK:
      return c === 10
    case CATEGORY.NOT_LINEBREAK:
      return c !== 10
    case CATEGORY.UNI_DIGIT:
      return c < 128 ? ascii(c, 1) : _PyUnicode_IsDecimalDigit(c)
    case CATEGORY.UNI_NOT_DIGIT:
      return !(c < 128 ? ascii(c, 1) : _PyUnicode_IsDecimalDigit(c))
    case CATEGORY.UNI_SPACE:
      return _PyUnicode_IsWhitespace(c)
    case CATEGORY.UNI_NOT_SPACE:
      return !_PyUnicode_IsWhitespace(c)
    case CATEGORY.UNI_WORD:
      return isUnicodeWord(c)
    case CATEGORY.UNI_NOT_WORD:
      return !isUnicodeWord(c)
    case CATEGORY.UNI_LINEBREAK:
      return _PyUnicode_IsLinebreak(c)
    case CATEGORY.UNI_NOT_LINEBREAK:
      return !_PyUnicode_IsLinebreak(c)
    default:
      return false
  }
}

/** Is `c` in the set whose words start at index `pc` of u32? */
export function charset(pc: number, c: number): boolean {
  let ok = true
  for (;;) {
    switch (u32[pc++]) {
      case SRE.FAILURE:
        return !ok
      case SRE.LITERAL:
        if (c === u32[pc]) return ok
        pc++
        break
      case SRE.CATEGORY:
        if (category(u32[pc], c)) return ok
        pc++
        break
      case SRE.CHARSET:
        if (c < 256 && u32[pc + (c >> 5)] & (1 << (c & 31))) return ok
        pc += 8
        break
      case SRE.RANGE:
        if (u32[pc] <= c && c <= u32[pc + 1]) return ok
        pc += 2
        break
      case SRE.RANGE_UNI_IGNORE: {
        if (u32[pc] <= c && c <= u32[pc + 1]) return ok
        const up = upperUnicode(c)
        if (u32[pc] <= up && up <= u32[pc + 1]) return ok
        pc += 2
        break
      }
      case SRE.NEGATE:
        ok = !ok
        break
      case SRE.BIGCHARSET: {
        const count = u32[pc++]
        const block = c < 65536 ? u8[(pc << 2) + (c >> 8)] : -1
        pc += 64
        if (block >= 0 && u32[pc + ((block * 256 + (c & 255)) >> 5)] & (1 << (c & 31))) return ok
        pc += count * 8
        break
      }
      default:
        return false
    }
  }
}
