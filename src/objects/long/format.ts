import { PyASCIIObject, PyLongObject } from "../../heap/layout.ts"
import { INTERP, Interp } from "../../heap/map.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_DECREF } from "../../heap/refcount.ts"
import { i32, u8 } from "../../heap/views.ts"
import { PyBytes_FromStringAndSize } from "../bytesobject.ts"
import { PyErr_BadInternalCall, PyErr_SetString } from "../errors.ts"
import { reprJS } from "../object.ts"
import { PyExc_OverflowError, PyExc_ValueError } from "../statictypes.ts"
import { _PyUnicode_TransformDecimalAndSpaceToASCII, PyUnicode_AsJS, PyUnicode_FromString, PyUnicode_New } from "../unicodeobject.ts"
import { bigOf, fromBig, hexOf } from "./bigint.ts"
import { _PyLong_New, doubleOf, negateInPlace, PyLong_Check, PyLong_FromLong } from "./digits.ts"

// Objects/longobject.c: ints to text and text to ints.

/** Conversions of this many digits are never refused. */
export const _PY_LONG_MAX_STR_DIGITS_THRESHOLD = 640
export const _PY_LONG_DEFAULT_MAX_STR_DIGITS = 4300

function maxStrDigits(): number {
  return i32[(INTERP + Interp.int_max_str_digits) >> 2]
}
function tooLongToStr(max: number): null {
  PyErr_SetString(
    PyExc_ValueError,
    `Exceeds the limit (${max} digits) for integer string conversion; use sys.set_int_max_str_digits() to increase the limit`,
  )
  return null
}

/** Text of an int in base 2, 8, 10 or 16; `alternate` puts 0x, 0o or 0b before the digits. null: ValueError is set (too many digits). */
export function longToJS(op: Ref, base: number, alternate: boolean): string | null {
  if (!PyLong_Check(op)) {
    PyErr_BadInternalCall()
    return null
  }
  const size = i32[(op + PyLongObject.ob_size) >> 2]
  if (base === 10) return decimal(op, size)
  const n = size < 0 ? -size : size
  let digits: string
  if (n <= 1) digits = i32[(op + PyLongObject.ob_digit) >> 2].toString(base)
  else if (base === 16) digits = hexOf((op + PyLongObject.ob_digit) >> 2, n).replace(/^0+/, "")
  else {
    const v = bigOf(op)
    digits = (v < 0n ? -v : v).toString(base)
  }
  if (size === 0) digits = "0"
  const prefix = alternate ? (base === 16 ? "0x" : base === 8 ? "0o" : "0b") : ""
  return size < 0 ? `-${prefix}${digits}` : prefix + digits
}

function decimal(op: Ref, size: number): string | null {
  if (size >= -1 && size <= 1) return String(size === 0 ? 0 : size * i32[(op + PyLongObject.ob_digit) >> 2])
  const n = size < 0 ? -size : size
  if (n === 2) {
    const x = doubleOf(op)
    if (x < 9007199254740992 && x > -9007199254740992) return String(x)
  }
  if (n >= 73) {
    // 10/3 >= log2(10): refuse what is certainly too long before doing the work
    const max = maxStrDigits()
    if (max > 0 && Math.floor(max / 90) <= Math.floor((n - 11) / 10)) return tooLongToStr(max)
  }
  const s = bigOf(op).toString()
  if (s.length > _PY_LONG_MAX_STR_DIGITS_THRESHOLD) {
    const max = maxStrDigits()
    if (max > 0 && s.length - (size < 0 ? 1 : 0) > max) return tooLongToStr(max)
  }
  return s
}

/** A fresh ASCII str, never one of the shared one-character ones (as C's). */
export function freshASCII(s: string): Own {
  const $u = PyUnicode_New(s.length, 127)
  if ($u === NULL) return NULL
  const d = $u + PyASCIIObject.SIZE
  for (let i = 0; i < s.length; i++) u8[d + i] = s.charCodeAt(i)
  return $u
}

/** int.__repr__ */
export function long_to_decimal_string(op: Ref): Own {
  const s = longToJS(op, 10, false)
  return s === null ? NULL : freshASCII(s)
}

/** Text with the prefix of its base (2, 8, 16), or decimal. */
export function _PyLong_Format(op: Ref, base: number): Own {
  const s = longToJS(op, base, true)
  return s === null ? NULL : freshASCII(s)
}

function isSpace(c: number): boolean {
  return c === 32 || (c >= 9 && c <= 13)
}
/** The digit's value in bases up to 36; 37: none. */
export function _PyLong_DigitValue(c: number): number {
  if (c >= 48 && c <= 57) return c - 48
  if (c >= 97 && c <= 122) return c - 87
  if (c >= 65 && c <= 90) return c - 55
  return 37
}

/** Where the last `parseLong` stopped, -1 when it failed for another reason than syntax (the error is set). */
let parseEnd = 0
/** The base it used (0: an old-style octal). */
let parseBase = 0

/** An int from text, NULL without error on bad syntax (parseEnd >= 0), with one when parseEnd is -1. */
function parseLong(s: string, base: number): Own {
  let p = 0
  const n = s.length
  let negative = false
  let errorIfNonzero = false
  while (p < n && isSpace(s.charCodeAt(p))) p++
  if (s[p] === "+") p++
  else if (s[p] === "-") {
    p++
    negative = true
  }
  const second = (s[p + 1] ?? "").toLowerCase()
  if (base === 0) {
    if (s[p] !== "0") base = 10
    else if (second === "x") base = 16
    else if (second === "o") base = 8
    else if (second === "b") base = 2
    else {
      errorIfNonzero = true
      base = 10
    }
  }
  if (s[p] === "0" && ((base === 16 && second === "x") || (base === 8 && second === "o") || (base === 2 && second === "b"))) {
    p += 2
    if (s[p] === "_") p++
  }
  parseBase = base
  parseEnd = p
  if (s[p] === "_") return NULL
  const start = p
  let prev = 0
  let digits = 0
  let underscores = false
  let last = p
  for (; p < n; p++) {
    const c = s.charCodeAt(p)
    if (c === 95) {
      underscores = true
      if (prev === 95) {
        parseEnd = last + 1
        return NULL
      }
    } else if (_PyLong_DigitValue(c) < base) {
      digits++
      last = p
    } else break
    prev = c
  }
  if (prev === 95) {
    parseEnd = last + 1
    return NULL
  }
  if ((base & (base - 1)) !== 0 && digits > _PY_LONG_MAX_STR_DIGITS_THRESHOLD) {
    const max = maxStrDigits()
    if (max > 0 && digits > max) {
      PyErr_SetString(
        PyExc_ValueError,
        `Exceeds the limit (${max} digits) for integer string conversion: value has ${digits} digits; use sys.set_int_max_str_digits() to increase the limit`,
      )
      parseEnd = -1
      return NULL
    }
  }
  let text = s.slice(start, p)
  if (underscores) text = text.replace(/_/g, "")
  parseEnd = p
  if (digits === 0) {
    if (errorIfNonzero) parseBase = 0
    return NULL
  }
  const bits = Math.log2(base)
  const room =
    (base & (base - 1)) === 0 ? Math.floor((digits * bits + 29) / 30) : Math.floor(digits * (Math.log(base) / Math.log(1073741824)) + 1)
  const $v = fromDigits(text, base, room)
  if ($v === NULL) {
    parseEnd = -1
    return NULL
  }
  if (errorIfNonzero) {
    parseBase = 0
    if (i32[($v + PyLongObject.ob_size) >> 2] !== 0) {
      Py_DECREF($v)
      return NULL
    }
  }
  while (p < n && isSpace(s.charCodeAt(p))) p++
  parseEnd = p
  if (p < n && s.charCodeAt(p) !== 0) {
    Py_DECREF($v)
    return NULL
  }
  if (!negative) return $v
  if (i32[$v >> 2] === 1) {
    // a small int's negative may be a static one
    const size = i32[($v + PyLongObject.ob_size) >> 2]
    if (size !== 1 || i32[($v + PyLongObject.ob_digit) >> 2] > 5) {
      negateInPlace($v)
      return $v
    }
  }
  const v = doubleOf($v)
  Py_DECREF($v)
  if (v === 0 || v <= 5) return PyLong_FromLong(v === 0 ? 0 : -v)
  const $z = _PyLong_New(room)
  if ($z === NULL) {
    parseEnd = -1
    return NULL
  }
  i32[($z + PyLongObject.ob_digit) >> 2] = v
  i32[($z + PyLongObject.ob_size) >> 2] = -1
  i32[(($z + PyLongObject.ob_size) >> 2) + 1] = -1
  return $z
}

/** A non-negative int of plain digits, in a block of `room` digits unless it is small. */
function fromDigits(text: string, base: number, room: number): Own {
  if (text.length <= 9) {
    const v = parseInt(text, base)
    if (v <= 256) return PyLong_FromLong(v)
    if (v < 1073741824) {
      const $z = _PyLong_New(room)
      if ($z === NULL) return NULL
      i32[($z + PyLongObject.ob_digit) >> 2] = v
      i32[($z + PyLongObject.ob_size) >> 2] = 1
      i32[(($z + PyLongObject.ob_size) >> 2) + 1] = 0
      return $z
    }
    return PyLong_FromLong(v)
  }
  return fromBig(parseBig(text, base), room)
}

function parseBig(text: string, base: number): bigint {
  switch (base) {
    case 10:
      return BigInt(text)
    case 16:
      return BigInt(`0x${text}`)
    case 8:
      return BigInt(`0o${text}`)
    case 2:
      return BigInt(`0b${text}`)
  }
  if (text.length <= 10) return BigInt(parseInt(text, base))
  const half = text.length >> 1
  return parseBig(text.slice(0, text.length - half), base) * BigInt(base) ** BigInt(half) + parseBig(text.slice(text.length - half), base)
}

function invalidLiteral(base: number, repr: string | null): Own {
  if (repr === null) return NULL
  return PyErr_SetString(PyExc_ValueError, `invalid literal for int() with base ${base}: ${repr.slice(0, 200)}`)
}

function checkBase(base: number): boolean {
  if ((base !== 0 && base < 2) || base > 36) {
    PyErr_SetString(PyExc_ValueError, "int() arg 2 must be >= 2 and <= 36")
    return false
  }
  return true
}

/** Where PyLong_FromString stopped in its text. */
export let longEnd = 0

/** An int from a JavaScript string (up to its first NUL). ValueError on bad syntax. */
export function PyLong_FromString(s: string, base: number): Own {
  if (!checkBase(base)) return NULL
  const $v = parseLong(s, base)
  longEnd = parseEnd
  if ($v !== NULL || parseEnd < 0) return $v
  const b = parseBase
  const nul = s.indexOf("\0")
  const $u = PyUnicode_FromString((nul < 0 ? s : s.slice(0, nul)).slice(0, 200))
  if ($u === NULL) return NULL
  const r = reprJS($u)
  Py_DECREF($u)
  return invalidLiteral(b, r)
}

/** An int from the n bytes at `data`; the message shows them as bytes. */
export function _PyLong_FromBytes(data: number, n: number, base: number): Own {
  if (!checkBase(base)) return NULL
  let s = ""
  for (let i = 0; i < n; i++) s += String.fromCharCode(u8[data + i])
  const $v = parseLong(s, base)
  if ($v !== NULL && parseEnd === n) return $v
  if ($v === NULL && parseEnd < 0) return NULL
  if ($v !== NULL) Py_DECREF($v)
  const $b = PyBytes_FromStringAndSize(data, n < 200 ? n : 200)
  if ($b === NULL) return NULL
  const r = reprJS($b)
  Py_DECREF($b)
  return invalidLiteral(base, r)
}

export function PyLong_FromUnicodeObject(u: Ref, base: number): Own {
  const $ascii = _PyUnicode_TransformDecimalAndSpaceToASCII(u)
  if ($ascii === NULL) return NULL
  const s = PyUnicode_AsJS($ascii)
  Py_DECREF($ascii)
  if (!checkBase(base)) return NULL
  const $v = parseLong(s, base)
  if ($v !== NULL && parseEnd === s.length) return $v
  if ($v === NULL && parseEnd < 0) return NULL
  if ($v !== NULL) Py_DECREF($v)
  return invalidLiteral(base, reprJS(u))
}

/** `sys.set_int_max_str_digits`'s check. @returns 0, or -1 with ValueError set. */
export function _PySys_SetIntMaxStrDigits(n: number): number {
  if (n !== 0 && n < _PY_LONG_MAX_STR_DIGITS_THRESHOLD) {
    PyErr_SetString(PyExc_ValueError, `maxdigits must be 0 or larger than ${_PY_LONG_MAX_STR_DIGITS_THRESHOLD}`)
    return -1
  }
  i32[(INTERP + Interp.int_max_str_digits) >> 2] = n
  return 0
}

export function tooManyDigits(): Own {
  return PyErr_SetString(PyExc_OverflowError, "too many digits in integer")
}
