import { calloca, cstackMark, cstackReset } from "../heap/cstack.ts"
import { _PyUnicodeWriter } from "../heap/layout.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { Py_DECREF } from "../heap/refcount.ts"
import { i32 } from "../heap/views.ts"
import { PyNumber_Float } from "./abstract.ts"
import { PyComplex_ImagAsDouble, PyComplex_RealAsDouble } from "./complexobject.ts"
import { PyErr_Occurred, PyErr_SetString } from "./errors.ts"
import { PyFloat_AsDouble } from "./floatobject.ts"
import { longToJS, PyLong_AsLong, PyLong_CheckExact } from "./longobject.ts"
import { PyObject_Str, typeName } from "./object.ts"
import { Py_DTSF_ADD_DOT_0, Py_DTSF_ALT, Py_DTSF_NO_NEG_0, PyOS_double_to_string } from "./pystrtod.ts"
import { PyExc_OverflowError, PyExc_ValueError } from "./statictypes.ts"
import {
  _PyUnicode_FastCopyCharacters,
  _PyUnicode_FindMaxChar,
  _PyUnicodeWriter_Dealloc,
  _PyUnicodeWriter_Finish,
  _PyUnicodeWriter_Init,
  _PyUnicodeWriter_Prepare,
  _PyUnicodeWriter_WriteASCIIString,
  _PyUnicodeWriter_WriteChar,
  _PyUnicodeWriter_WriteStr,
  dataAsJS,
  PyUnicode_CheckExact,
  PyUnicode_DATA,
  PyUnicode_GET_LENGTH,
  PyUnicode_KIND,
  PyUnicode_MAX_CHAR_VALUE,
  PyUnicode_READ,
  unicode_fill,
} from "./unicodeobject.ts"
import { Py_UNICODE_TODECIMAL } from "./unicodectype.ts"

// Python/formatter_unicode.c: __format__ of str, int, float and complex. Numbers are laid out as JavaScript strings of ASCII; only the
// fill character may be wider.

const NONE = 0
const COMMA = 44
const UNDERSCORE = 95
const UNDER_FOUR = 96
const ZERO = 48
const INT_MAX = 2147483647

/** A parsed format specifier. One object a call of __format__ with a specifier. */
class FormatSpec {
  fill = 32
  align: number
  alternate = false
  noNeg0 = false
  sign = NONE
  width = -1
  thousands = NONE
  precision = -1
  type: number
  constructor(type: number, align: number) {
    this.type = type
    this.align = align
  }
}

function valueError(message: string): -1 {
  PyErr_SetString(PyExc_ValueError, message)
  return -1
}
function charName(ch: number): string {
  return ch > 32 && ch < 128 ? String.fromCharCode(ch) : `\\x${ch.toString(16)}`
}
function unknownType(ch: number, obj: Ref): -1 {
  return valueError(`Unknown format code '${charName(ch)}' for object of type '${typeName(obj)}'`)
}
const isAlign = (c: number): boolean => c === 60 || c === 62 || c === 61 || c === 94

// Where parsing stands.
let pos = 0
/** Decimal digits from `pos`: their value, -1 if there are none, -2 with ValueError when too many. */
function parseInteger(kind: number, data: number, end: number): number {
  let n = 0
  const start = pos
  for (; pos < end; pos++) {
    const d = Py_UNICODE_TODECIMAL(PyUnicode_READ(kind, data, pos))
    if (d < 0) break
    if (n > (9223372036854775807 - d) / 10) {
      valueError("Too many decimal digits in format string")
      return -2
    }
    n = n * 10 + d
  }
  return pos === start ? -1 : n
}

function parse(obj: Ref, spec: Ref, start: number, end: number, type: number, align: number): FormatSpec | null {
  const kind = PyUnicode_KIND(spec)
  const data = PyUnicode_DATA(spec)
  const at = (i: number): number => (i < end ? PyUnicode_READ(kind, data, i) : -1)
  const f = new FormatSpec(type, align)
  let alignGiven = false
  let fillGiven = false
  pos = start
  if (end - pos >= 2 && isAlign(at(pos + 1))) {
    f.align = at(pos + 1)
    f.fill = at(pos)
    fillGiven = true
    alignGiven = true
    pos += 2
  } else if (isAlign(at(pos))) {
    f.align = at(pos++)
    alignGiven = true
  }
  const s = at(pos)
  if (s === 32 || s === 43 || s === 45) {
    f.sign = s
    pos++
  }
  if (at(pos) === 122) {
    f.noNeg0 = true
    pos++
  }
  if (at(pos) === 35) {
    f.alternate = true
    pos++
  }
  if (!fillGiven && at(pos) === ZERO) {
    f.fill = ZERO
    if (!alignGiven && align === 62) f.align = 61
    pos++
  }
  f.width = parseInteger(kind, data, end)
  if (f.width === -2) return null
  if (at(pos) === COMMA) {
    f.thousands = COMMA
    pos++
  }
  if (at(pos) === UNDERSCORE) {
    if (f.thousands !== NONE) {
      valueError("Cannot specify both ',' and '_'.")
      return null
    }
    f.thousands = UNDERSCORE
    pos++
  }
  if (at(pos) === COMMA && f.thousands === UNDERSCORE) {
    valueError("Cannot specify both ',' and '_'.")
    return null
  }
  if (at(pos) === 46) {
    pos++
    f.precision = parseInteger(kind, data, end)
    if (f.precision === -2) return null
    if (f.precision < 0) {
      valueError("Format specifier missing precision")
      return null
    }
  }
  if (end - pos > 1) {
    valueError(`Invalid format specifier '${dataAsJS(kind, data, start, end)}' for object of type '${typeName(obj)}'`)
    return null
  }
  if (end - pos === 1) f.type = at(pos++)
  if (f.thousands !== NONE) {
    switch (f.type) {
      case 100: // d
      case 101: // e
      case 102: // f
      case 103: // g
      case 69:
      case 71:
      case 37:
      case 70:
      case 0:
        break
      case 98: // b
      case 111: // o
      case 120: // x
      case 88:
        if (f.thousands === UNDERSCORE) {
          f.thousands = UNDER_FOUR
          break
        }
      // falls through
      default:
        valueError(
          `Cannot specify '${String.fromCharCode(f.thousands === UNDER_FOUR ? UNDERSCORE : f.thousands)}' with '${charName(f.type)}'.`,
        )
        return null
    }
  }
  return f
}

function fillWriter(w: number, ch: number, n: number): void {
  const at = i32[(w + _PyUnicodeWriter.pos) >> 2]
  unicode_fill(i32[(w + _PyUnicodeWriter.kind) >> 2], i32[(w + _PyUnicodeWriter.data) >> 2], ch, at, n)
  i32[(w + _PyUnicodeWriter.pos) >> 2] = at + n
}
/** Too wide for any heap: let the allocator say so. */
function reserve(w: number, n: number, maxchar: number): number {
  return _PyUnicodeWriter_Prepare(w, n > 0x7fffff00 ? 0x7fffff00 : n, maxchar)
}

function formatString(value: Ref, f: FormatSpec, w: number): number {
  let len = PyUnicode_GET_LENGTH(value)
  if (f.sign !== NONE) {
    return valueError(f.sign === 32 ? "Space not allowed in string format specifier" : "Sign not allowed in string format specifier")
  }
  if (f.noNeg0) return valueError("Negative zero coercion (z) not allowed in string format specifier")
  if (f.alternate) return valueError("Alternate form (#) not allowed in string format specifier")
  if (f.align === 61) return valueError("'=' alignment not allowed in string format specifier")
  if ((f.width === -1 || f.width <= len) && (f.precision === -1 || f.precision >= len)) return _PyUnicodeWriter_WriteStr(w, value)
  if (f.precision >= 0 && len >= f.precision) len = f.precision
  const total = Math.max(len, f.width)
  const left = f.align === 62 ? total - len : f.align === 94 ? Math.floor((total - len) / 2) : 0
  const right = total - len - left
  let max = i32[(w + _PyUnicodeWriter.maxchar) >> 2]
  if (left || right) max = Math.max(max, f.fill)
  if (PyUnicode_MAX_CHAR_VALUE(value) > max) max = Math.max(max, _PyUnicode_FindMaxChar(value, 0, len))
  if (reserve(w, total, max) < 0) return -1
  if (left) fillWriter(w, f.fill, left)
  if (len) {
    const at = i32[(w + _PyUnicodeWriter.pos) >> 2]
    _PyUnicode_FastCopyCharacters(i32[(w + _PyUnicodeWriter.buffer) >> 2] as Ref, at, value, 0, len)
    i32[(w + _PyUnicodeWriter.pos) >> 2] = at + len
  }
  if (right) fillWriter(w, f.fill, right)
  return 0
}

/** Digits in groups, filled with zeros on the left to `min` characters. Objects/unicodeobject.c: _PyUnicode_InsertThousandsGrouping. */
function group(digits: string, min: number, thousands: number): string {
  if (thousands === NONE) return digits.padStart(min, "0")
  const size = thousands === UNDER_FOUR ? 4 : 3
  const sep = thousands === COMMA ? "," : "_"
  let out = ""
  let rest = digits
  let width = min
  let first = true
  for (;;) {
    let len = Math.min(size, Math.max(rest.length, width, 1))
    const zeros = Math.max(0, len - rest.length)
    const chars = Math.max(0, Math.min(rest.length, len))
    out = "0".repeat(zeros) + rest.slice(rest.length - chars) + (first ? "" : sep) + out
    first = false
    rest = rest.slice(0, rest.length - chars)
    width -= len
    if (rest.length <= 0 && width <= 0) break
    width -= 1
    if (rest.length <= 0 && width <= 0) {
      // a separator would stand first: one more zero goes before it
      len = 1
      out = `0${sep}${out}`
      break
    }
  }
  return out
}

/** The pieces of a number: [sign][prefix][padding][grouped digits][decimal point and the rest]. */
class Number_ {
  left = 0
  right = 0
  middle = 0
  sign = ""
  body = ""
  prefix = ""
}
/** Lay out `digits` (before the point) and `rest` (from it on). */
function layout(negative: boolean, prefix: string, digits: string, rest: string, f: FormatSpec): Number_ {
  const n = new Number_()
  n.prefix = prefix
  n.sign = negative ? "-" : f.sign === 43 ? "+" : f.sign === 32 ? " " : ""
  const others = n.sign.length + prefix.length + rest.length
  const min = f.fill === ZERO && f.align === 61 ? f.width - others : 0
  n.body = (digits.length === 0 ? "" : group(digits, Math.max(0, Math.min(min, 0x3fffff)), f.thousands)) + rest
  const padding = f.width - (n.sign.length + prefix.length + n.body.length)
  if (padding > 0) {
    if (f.align === 60) n.right = padding
    else if (f.align === 94) {
      n.left = Math.floor(padding / 2)
      n.right = padding - n.left
    } else if (f.align === 61) n.middle = padding
    else n.left = padding
  }
  return n
}
function write(n: Number_, fill: number, w: number): number {
  const total = n.left + n.sign.length + n.prefix.length + n.middle + n.body.length + n.right
  if (reserve(w, total, n.left || n.middle || n.right ? Math.max(127, fill) : 127) < 0) return -1
  if (n.left) fillWriter(w, fill, n.left)
  if (n.sign !== "" && _PyUnicodeWriter_WriteASCIIString(w, n.sign) < 0) return -1
  if (n.prefix !== "" && _PyUnicodeWriter_WriteASCIIString(w, n.prefix) < 0) return -1
  if (n.middle) fillWriter(w, fill, n.middle)
  if (_PyUnicodeWriter_WriteASCIIString(w, n.body) < 0) return -1
  if (n.right) fillWriter(w, fill, n.right)
  return 0
}

function formatLong(value: Ref, f: FormatSpec, w: number): number {
  if (f.precision !== -1) return valueError("Precision not allowed in integer format specifier")
  if (f.noNeg0) return valueError("Negative zero coercion (z) not allowed in integer format specifier")
  if (f.type === 99) {
    if (f.sign !== NONE) return valueError("Sign not allowed with integer format specifier 'c'")
    if (f.alternate) return valueError("Alternate form (#) not allowed with integer format specifier 'c'")
    const x = PyLong_AsLong(value)
    if (x === -1 && PyErr_Occurred()) return -1
    if (x < 0 || x > 0x10ffff) {
      PyErr_SetString(PyExc_OverflowError, "%c arg not in range(0x110000)")
      return -1
    }
    const padding = Math.max(0, f.width - 1)
    const left = f.align === 62 || f.align === 61 ? padding : f.align === 94 ? Math.floor(padding / 2) : 0
    if (reserve(w, padding + 1, padding ? Math.max(127, f.fill, x) : Math.max(127, x)) < 0) return -1
    if (left) fillWriter(w, f.fill, left)
    if (_PyUnicodeWriter_WriteChar(w, x) < 0) return -1
    if (padding - left) fillWriter(w, f.fill, padding - left)
    return 0
  }
  const base = f.type === 98 ? 2 : f.type === 111 ? 8 : f.type === 120 || f.type === 88 ? 16 : 10
  const upper = f.type === 88
  if (f.sign !== 43 && f.sign !== 32 && f.width === -1 && !upper && f.type !== 110 && f.thousands === NONE && PyLong_CheckExact(value)) {
    const s = longToJS(value, base, f.alternate)
    return s === null ? -1 : _PyUnicodeWriter_WriteASCIIString(w, s)
  }
  let digits = longToJS(value, base, false)
  if (digits === null) return -1
  const negative = digits.startsWith("-")
  if (negative) digits = digits.slice(1)
  let prefix = f.alternate ? (base === 2 ? "0b" : base === 8 ? "0o" : base === 16 ? "0x" : "") : ""
  if (upper) {
    digits = digits.toUpperCase()
    prefix = prefix.toUpperCase()
  }
  return write(layout(negative, prefix, digits, "", f), f.fill, w)
}

/** Where the digits before the point or exponent end. */
function integerPart(s: string): number {
  let i = 0
  while (i < s.length && s.charCodeAt(i) >= 48 && s.charCodeAt(i) <= 57) i++
  return i
}
function formatFloat(value: Ref, f: FormatSpec, w: number): number {
  if (f.precision > INT_MAX) return valueError("precision too big")
  let flags = (f.alternate ? Py_DTSF_ALT : 0) | (f.noNeg0 ? Py_DTSF_NO_NEG_0 : 0)
  let type = f.type
  let precision = f.precision
  let fallback = 6
  if (type === 0) {
    flags |= Py_DTSF_ADD_DOT_0
    type = 114
    fallback = 0
  }
  if (type === 110) type = 103
  let val = PyFloat_AsDouble(value)
  if (val === -1 && PyErr_Occurred()) return -1
  const percent = type === 37
  if (percent) {
    type = 102
    val *= 100
  }
  if (precision < 0) precision = fallback
  else if (type === 114) type = 103
  let s = PyOS_double_to_string(val, String.fromCharCode(type), precision, flags)
  if (percent) s += "%"
  if (f.sign !== 43 && f.sign !== 32 && f.width === -1 && f.type !== 110 && f.thousands === NONE)
    return _PyUnicodeWriter_WriteASCIIString(w, s)
  const negative = s.startsWith("-")
  if (negative) s = s.slice(1)
  const n = integerPart(s)
  // inf and nan have no digits: they are all "rest", and are never zero-filled by grouping
  return write(layout(negative, "", s.slice(0, n), s.slice(n), f), f.fill, w)
}

function formatComplex(value: Ref, f: FormatSpec, w: number): number {
  if (f.precision > INT_MAX) return valueError("precision too big")
  if (f.fill === ZERO) return valueError("Zero padding is not allowed in complex format specifier")
  if (f.align === 61) return valueError("'=' alignment flag is not allowed in complex format specifier")
  const re = PyComplex_RealAsDouble(value)
  if (re === -1 && PyErr_Occurred()) return -1
  const im = PyComplex_ImagAsDouble(value)
  if (im === -1 && PyErr_Occurred()) return -1
  const flags = (f.alternate ? Py_DTSF_ALT : 0) | (f.noNeg0 ? Py_DTSF_NO_NEG_0 : 0)
  let type = f.type
  let precision = f.precision
  let fallback = 6
  let skipRe = false
  let parens = false
  if (type === 0) {
    type = 114
    fallback = 0
    if (Object.is(re, 0)) skipRe = true
    else parens = true
  }
  if (type === 110) type = 103
  if (precision < 0) precision = fallback
  else if (type === 114) type = 103
  const letter = String.fromCharCode(type)
  const plain = new FormatSpec(type, 60)
  plain.thousands = f.thousands
  plain.sign = f.sign
  const part = (x: number): string => {
    let s = PyOS_double_to_string(x, letter, precision, flags)
    const negative = s.startsWith("-")
    if (negative) s = s.slice(1)
    const i = integerPart(s)
    const n = layout(negative, "", s.slice(0, i), s.slice(i), plain)
    return n.sign + n.body
  }
  const reText = part(re)
  if (!skipRe) plain.sign = 43
  const imText = part(im)
  const text = `${parens ? "(" : ""}${skipRe ? "" : reText}${imText}j${parens ? ")" : ""}`
  const n = new Number_()
  n.body = text
  const padding = Math.max(0, f.width - text.length)
  n.left = f.align === 62 ? padding : f.align === 94 ? Math.floor(padding / 2) : 0
  n.right = padding - n.left
  return write(n, f.fill, w)
}

function formatObj(obj: Ref, w: number): number {
  const $s = PyObject_Str(obj)
  if ($s === NULL) return -1
  const r = _PyUnicodeWriter_WriteStr(w, $s)
  Py_DECREF($s)
  return r
}

/** Append format(obj, spec[start:end]) of a str to the writer: 0 or -1. */
export function _PyUnicode_FormatAdvancedWriter(w: number, obj: Ref, spec: Ref, start: number, end: number): number {
  if (start === end) return PyUnicode_CheckExact(obj) ? _PyUnicodeWriter_WriteStr(w, obj) : formatObj(obj, w)
  const f = parse(obj, spec, start, end, 115, 60)
  if (f === null) return -1
  return f.type === 115 ? formatString(obj, f, w) : unknownType(f.type, obj)
}
export function _PyLong_FormatAdvancedWriter(w: number, obj: Ref, spec: Ref, start: number, end: number): number {
  if (start === end) {
    if (!PyLong_CheckExact(obj)) return formatObj(obj, w)
    const s = longToJS(obj, 10, false)
    return s === null ? -1 : _PyUnicodeWriter_WriteASCIIString(w, s)
  }
  const f = parse(obj, spec, start, end, 100, 62)
  if (f === null) return -1
  switch (String.fromCharCode(f.type)) {
    case "b":
    case "c":
    case "d":
    case "o":
    case "x":
    case "X":
    case "n":
      return formatLong(obj, f, w)
    case "e":
    case "E":
    case "f":
    case "F":
    case "g":
    case "G":
    case "%": {
      const $x = PyNumber_Float(obj)
      if ($x === NULL) return -1
      const r = formatFloat($x, f, w)
      Py_DECREF($x)
      return r
    }
    default:
      return unknownType(f.type, obj)
  }
}
export function _PyFloat_FormatAdvancedWriter(w: number, obj: Ref, spec: Ref, start: number, end: number): number {
  if (start === end) return formatObj(obj, w)
  const f = parse(obj, spec, start, end, 0, 62)
  if (f === null) return -1
  return f.type === 0 || "eEfFgGn%".includes(String.fromCharCode(f.type)) ? formatFloat(obj, f, w) : unknownType(f.type, obj)
}
export function _PyComplex_FormatAdvancedWriter(w: number, obj: Ref, spec: Ref, start: number, end: number): number {
  if (start === end) return formatObj(obj, w)
  const f = parse(obj, spec, start, end, 0, 62)
  if (f === null) return -1
  return f.type === 0 || "eEfFgGn".includes(String.fromCharCode(f.type)) ? formatComplex(obj, f, w) : unknownType(f.type, obj)
}

function finish(w: number, mark: number, r: number): Own {
  let $u: Own = NULL
  if (r < 0) _PyUnicodeWriter_Dealloc(w)
  else $u = _PyUnicodeWriter_Finish(w)
  cstackReset(mark)
  return $u
}
type Writer = (w: number, obj: Ref, spec: Ref, start: number, end: number) => number
function advanced(f: Writer, obj: Ref, spec: Ref): Own {
  const mark = cstackMark()
  const w = calloca(_PyUnicodeWriter.SIZE)
  _PyUnicodeWriter_Init(w)
  return finish(w, mark, f(w, obj, spec, 0, PyUnicode_GET_LENGTH(spec)))
}
/** str.__format__(obj, spec); `spec` must be a str. */
export function _PyUnicode_FormatAdvanced(obj: Ref, spec: Ref): Own {
  return advanced(_PyUnicode_FormatAdvancedWriter, obj, spec)
}
export function _PyLong_FormatAdvanced(obj: Ref, spec: Ref): Own {
  return advanced(_PyLong_FormatAdvancedWriter, obj, spec)
}
export function _PyFloat_FormatAdvanced(obj: Ref, spec: Ref): Own {
  return advanced(_PyFloat_FormatAdvancedWriter, obj, spec)
}
export function _PyComplex_FormatAdvanced(obj: Ref, spec: Ref): Own {
  return advanced(_PyComplex_FormatAdvancedWriter, obj, spec)
}
