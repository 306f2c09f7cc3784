import { doubleFromWords, exponentOf, mantissaOf } from "../base/double.ts"
import type { Own, Ref } from "../heap/ref.ts"
import { NULL } from "../heap/ref.ts"
import { PyErr_SetString } from "./errors.ts"
import { reprJS } from "./object.ts"
import { PyExc_ValueError } from "./statictypes.ts"

// Python/pystrtod.c, with the rounding of Python/dtoa.c: exact in every digit, ties to even.

export const Py_DTSF_SIGN = 1
export const Py_DTSF_ADD_DOT_0 = 2
export const Py_DTSF_ALT = 4
export const Py_DTSF_NO_NEG_0 = 8

/** What the last PyOS_double_to_string was of: 0 finite, 1 infinite, 2 NaN. */
export let doubleType = 0
export const Py_DTST_FINITE = 0
export const Py_DTST_INFINITE = 1
export const Py_DTST_NAN = 2

/** Decimal point of the last `_Py_dg_dtoa`: the value is 0.DIGITS * 10**dtoaDecpt. */
export let dtoaDecpt = 0

/** Round x * 10**d to an integer, half to even; x finite and positive. */
function scaled(x: number, d: number): bigint {
  let num = mantissaOf(x)
  let den = 1n
  const q = exponentOf(x)
  if (q >= 0) num <<= BigInt(q)
  else den <<= BigInt(-q)
  if (d >= 0) num *= 10n ** BigInt(d)
  else den *= 10n ** BigInt(-d)
  const n = num / den
  const twice = (num - n * den) * 2n
  return twice > den || (twice === den && (n & 1n) === 1n) ? n + 1n : n
}

/** Could x * 10**d lie half-way between two integers? (JavaScript rounds ties up, C to even.) */
function mayTie(x: number, d: number): boolean {
  return d < 0 || d > 60 || Number.isInteger(x * 2 ** (d + 1))
}

function strip(digits: string): string {
  let n = digits.length
  while (n > 0 && digits.charCodeAt(n - 1) === 48) n--
  return n === digits.length ? digits : digits.slice(0, n)
}

/** The decimal digits of a finite x >= 0 without trailing zeros, the point in `dtoaDecpt`. Mode 0: the fewest that give x back;
 *  mode 2: `n` significant digits; mode 3: `n` after the point (may be negative). A result of zero is "0" in mode 0 and 2, "" in mode 3. */
export function _Py_dg_dtoa(x: number, mode: number, n: number): string {
  if (x === 0) {
    dtoaDecpt = 1
    return "0"
  }
  if (mode === 0) return fromExponential(x.toExponential())
  if (mode === 2) {
    if (n < 1) n = 1
    if (n <= 100) {
      const s = x.toExponential(n - 1)
      const d = n - 1 - exponentIn(s)
      if (!mayTie(x, d + 1)) return fromExponential(s)
    }
    let e = exponentIn(x.toExponential(20))
    let v = scaled(x, n - 1 - e).toString()
    if (v.length < n) v = scaled(x, n - 1 - --e).toString()
    else if (v.length > n) e++
    dtoaDecpt = e + 1
    return strip(v)
  }
  if (n >= 0 && n <= 60 && x < 1e15 && !mayTie(x, n)) {
    const s = x.toFixed(n)
    const point = s.length - (n === 0 ? 0 : n + 1)
    return fixed(n === 0 ? s : s.slice(0, point) + s.slice(point + 1), n)
  }
  return fixed(scaled(x, n).toString(), n)
}

function exponentIn(s: string): number {
  return Number(s.slice(s.indexOf("e") + 1))
}
function fromExponential(s: string): string {
  const e = s.indexOf("e")
  dtoaDecpt = Number(s.slice(e + 1)) + 1
  return strip(e === 1 ? s[0] : s[0] + s.slice(2, e))
}
/** Digits of an integer that counts units of 10**-n. */
function fixed(v: string, n: number): string {
  let i = 0
  while (i < v.length && v.charCodeAt(i) === 48) i++
  if (i > 0) v = v.slice(i)
  if (v === "") {
    dtoaDecpt = -n
    return ""
  }
  dtoaDecpt = v.length - n
  return strip(v)
}

function format_float_short(x: number, code: string, mode: number, precision: number, flags: number, upper: boolean): string {
  const addSign = (flags & Py_DTSF_SIGN) !== 0
  const addDot0 = (flags & Py_DTSF_ADD_DOT_0) !== 0
  const alt = (flags & Py_DTSF_ALT) !== 0
  if (x !== x) {
    doubleType = Py_DTST_NAN
    return (addSign ? "+" : "") + (upper ? "NAN" : "nan")
  }
  let negative = x < 0 || Object.is(x, -0)
  if (x === Infinity || x === -Infinity) {
    doubleType = Py_DTST_INFINITE
    return (negative ? "-" : addSign ? "+" : "") + (upper ? "INF" : "inf")
  }
  doubleType = Py_DTST_FINITE
  const digits = _Py_dg_dtoa(negative ? -x : x, mode, precision)
  let decpt = dtoaDecpt
  const n = digits.length
  if (negative && (flags & Py_DTSF_NO_NEG_0) !== 0 && (n === 0 || digits === "0")) negative = false
  let end = n
  let exponential = false
  switch (code) {
    case "e":
      exponential = true
      end = precision
      break
    case "f":
      end = decpt + precision
      break
    case "g":
      if (decpt <= -4 || decpt > (addDot0 ? precision - 1 : precision)) exponential = true
      if (alt) end = precision
      break
    default:
      if (decpt <= -4 || decpt > 16) exponential = true
  }
  let exp = 0
  if (exponential) {
    exp = decpt - 1
    decpt = 1
  }
  if (!exponential && addDot0) end = end > decpt ? end : decpt + 1
  else end = end > decpt ? end : decpt
  let s = negative ? "-" : addSign ? "+" : ""
  if (decpt <= 0) s += `0.${"0".repeat(-decpt)}`
  if (0 < decpt && decpt <= n) s += `${digits.slice(0, decpt)}.${digits.slice(decpt)}`
  else s += digits
  if (n < decpt) s += `${"0".repeat(decpt - n)}.${"0".repeat(end - decpt)}`
  else s += "0".repeat(end - n)
  if (!alt && s.endsWith(".")) s = s.slice(0, -1)
  if (exponential) {
    const a = Math.abs(exp)
    s += (upper ? "E" : "e") + (exp < 0 ? "-" : "+") + (a < 10 ? `0${a}` : a)
  }
  return s
}

/** Text of a double. `code`: e E f F g G with a precision, r (repr) with precision 0; flags Py_DTSF_*. Sets `doubleType`. */
export function PyOS_double_to_string(x: number, code: string, precision: number, flags: number): string {
  switch (code) {
    case "e":
      return format_float_short(x, "e", 2, precision + 1, flags, false)
    case "E":
      return format_float_short(x, "e", 2, precision + 1, flags, true)
    case "f":
      return format_float_short(x, "f", 3, precision, flags, false)
    case "F":
      return format_float_short(x, "f", 3, precision, flags, true)
    case "g":
      return format_float_short(x, "g", 2, precision === 0 ? 1 : precision, flags, false)
    case "G":
      return format_float_short(x, "g", 2, precision === 0 ? 1 : precision, flags, true)
  }
  return format_float_short(x, "r", 0, 0, flags, false)
}

/** repr(float) as a JavaScript string: the fast path for the common ranges. */
export function doubleRepr(x: number): string {
  if (Number.isInteger(x) && x < 1e15 && x > -1e15) return Object.is(x, -0) ? "-0.0" : `${x}.0`
  const a = x < 0 ? -x : x
  if (a >= 1e-4 && a < 1e16) {
    const s = String(x)
    return Number.isInteger(x) ? `${s}.0` : s
  }
  return PyOS_double_to_string(x, "r", 0, Py_DTSF_ADD_DOT_0)
}

/** Where the last parse stopped; its start when nothing was a number. */
export let strtodEnd = 0

const NUMBER = /[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?/y
const SPECIAL = /[+-]?(?:inf(?:inity)?|nan)/iy

/** inf, infinity or nan at `start`; -1 with strtodEnd == start otherwise. */
export function _Py_parse_inf_or_nan(s: string, start: number): number {
  SPECIAL.lastIndex = start
  const m = SPECIAL.exec(s)
  if (m === null) {
    strtodEnd = start
    return -1
  }
  strtodEnd = SPECIAL.lastIndex
  const t = m[0].toLowerCase()
  if (t.endsWith("nan")) return t[0] === "-" ? doubleFromWords(0, 0xfff80000) : NaN
  return t[0] === "-" ? -Infinity : Infinity
}

/** The longest number at `start` (nan and inf too), correctly rounded; strtodEnd tells where it ends (start: no number). */
export function _PyOS_ascii_strtod(s: string, start = 0): number {
  NUMBER.lastIndex = start
  const m = NUMBER.exec(s)
  if (m === null) return _Py_parse_inf_or_nan(s, start)
  strtodEnd = NUMBER.lastIndex
  return Number(m[0])
}

/** A double from the text at `start`: the whole rest when `whole`, else a prefix (strtodEnd). An error sets the exception and gives -1. */
export function PyOS_string_to_double(s: string, start: number, whole: boolean, overflow: Ref | 0): number {
  const x = _PyOS_ascii_strtod(s, start)
  if (strtodEnd === start || (whole && strtodEnd !== s.length)) {
    PyErr_SetString(PyExc_ValueError, `could not convert string to float: '${s.slice(start, start + 200)}'`)
    return -1
  }
  if (overflow !== 0 && (x === Infinity || x === -Infinity) && /[0-9]/.test(s[strtodEnd - 1])) {
    PyErr_SetString(overflow as Ref, `value too large to convert to float: '${s.slice(start, start + 200)}'`)
    return -1
  }
  return x
}

/** Take out underscores that stand between digits and call `inner` with the text; ValueError for misplaced ones. */
export function _Py_string_to_number_with_underscores(s: string, what: string, obj: Ref, inner: (s: string) => Own): Own {
  if (!s.includes("_")) return inner(s)
  if (/(^|[^0-9])_|_([^0-9]|$)/.test(s) || s.includes("\0")) {
    const r = reprJS(obj)
    if (r === null) return NULL
    return PyErr_SetString(PyExc_ValueError, `could not convert string to ${what}: ${r}`)
  }
  return inner(s.replace(/_/g, ""))
}
