import { set64, setint32, setuint16 } from "../../heap/access.ts"
import { hashHi, ret64 } from "../../heap/int64.ts"
import { PyLongObject } from "../../heap/layout.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_DECREF } from "../../heap/refcount.ts"
import { i32, u8 } from "../../heap/views.ts"
import { _PyNumber_Index } from "../abstract.ts"
import { PyErr_BadInternalCall, PyErr_Occurred, PyErr_SetString } from "../errors.ts"
import { PyExc_OverflowError, PyExc_TypeError, PyExc_ValueError } from "../statictypes.ts"
import { bigOf, keepExact } from "./bigint.ts"
import { _PyLong_New, _PyLong_NumBits, _PyLong_Sign, Digit, doubleOf, long_normalize, PyLong_Check, PyLong_FromLong } from "./digits.ts"

// Objects/longobject.c: from ints to C's numbers and to bytes, and back.
// A result that C returns in 64 bits is a JavaScript number here, rounded above 2^53; the `…Words` functions are exact.

/** Set by the …AndOverflow functions: 1 or -1 when the value does not fit, else 0. */
export let longOverflow = 0

const enum Fit {
  negative = -1,
  yes = 0,
  positive = 1,
}

/** Does |op| (2 digits or more) fit a signed 64-bit word? */
function fitSigned(op: Ref): Fit {
  const size = i32[(op + PyLongObject.ob_size) >> 2]
  const n = size < 0 ? -size : size
  if (n <= 2) return Fit.yes
  const bits = _PyLong_NumBits(op)
  if (bits < 64) return Fit.yes
  if (size < 0 && bits === 64) {
    // only -2^63 fits
    const d = (op + PyLongObject.ob_digit) >> 2
    if (i32[d] === 0 && i32[d + 1] === 0 && i32[d + 2] === 8) return Fit.yes
  }
  return size < 0 ? Fit.negative : Fit.positive
}

/** The exact or rounded value of an int, -1 with `longOverflow` set when it does not fit 64 bits, -1 with an error otherwise. */
export function PyLong_AsLongAndOverflow(op: Ref): number {
  longOverflow = 0
  if (!PyLong_Check(op)) {
    if (op === NULL) {
      PyErr_BadInternalCall()
      return -1
    }
    const $v = _PyNumber_Index(op)
    if ($v === NULL) return -1
    const r = PyLong_AsLongAndOverflow($v)
    const overflow = longOverflow
    Py_DECREF($v)
    longOverflow = overflow
    return r
  }
  const size = i32[(op + PyLongObject.ob_size) >> 2]
  if (size >= -1 && size <= 1) return size * i32[(op + PyLongObject.ob_digit) >> 2]
  const fit = fitSigned(op)
  if (fit !== Fit.yes) {
    longOverflow = fit
    return -1
  }
  return doubleOf(op)
}
export function PyLong_AsLongLongAndOverflow(op: Ref): number {
  return PyLong_AsLongAndOverflow(op)
}

/** -1 with the error set when `op` has no __index__ or does not fit 64 bits. */
export function PyLong_AsLong(op: Ref): number {
  const r = PyLong_AsLongAndOverflow(op)
  if (longOverflow) PyErr_SetString(PyExc_OverflowError, "Python int too large to convert to C long")
  return r
}

export function _PyLong_AsInt(op: Ref): number {
  const r = PyLong_AsLongAndOverflow(op)
  if (longOverflow || r > 2147483647 || r < -2147483648) {
    PyErr_SetString(PyExc_OverflowError, "Python int too large to convert to C int")
    return -1
  }
  return r
}

/** An int object only (no __index__). Values beyond 2^31 come back as they are: clamp or refuse them before they reach a size field. */
export function PyLong_AsSsize_t(op: Ref): number {
  if (!PyLong_Check(op)) return notInt(op)
  const size = i32[(op + PyLongObject.ob_size) >> 2]
  if (size >= -1 && size <= 1) return size * i32[(op + PyLongObject.ob_digit) >> 2]
  if (fitSigned(op) !== Fit.yes) {
    PyErr_SetString(PyExc_OverflowError, "Python int too large to convert to C ssize_t")
    return -1
  }
  return keepExact(op, doubleOf(op))
}

function notInt(op: Ref): number {
  if (op === NULL) PyErr_BadInternalCall()
  else PyErr_SetString(PyExc_TypeError, "an integer is required")
  return -1
}

export function PyLong_AsUnsignedLong(op: Ref): number {
  return asUnsigned(op, "can't convert negative value to unsigned int", "Python int too large to convert to C unsigned long")
}
export function PyLong_AsSize_t(op: Ref): number {
  return asUnsigned(op, "can't convert negative value to size_t", "Python int too large to convert to C size_t")
}
export function PyLong_AsUnsignedLongLong(op: Ref): number {
  return asUnsigned(op, "can't convert negative int to unsigned", "int too big to convert")
}

/** -1 is always an error. */
function asUnsigned(op: Ref, negative: string, tooBig: string): number {
  if (!PyLong_Check(op)) return notInt(op)
  const size = i32[(op + PyLongObject.ob_size) >> 2]
  if (size < 0) {
    PyErr_SetString(PyExc_OverflowError, negative)
    return -1
  }
  if (size <= 2) return doubleOf(op)
  if (_PyLong_NumBits(op) > 64) {
    PyErr_SetString(PyExc_OverflowError, tooBig)
    return -1
  }
  return doubleOf(op)
}

export function PyLong_AsLongLong(op: Ref): number {
  if (!PyLong_Check(op)) {
    if (op === NULL) return notInt(op)
    const $v = _PyNumber_Index(op)
    if ($v === NULL) return -1
    const r = PyLong_AsLongLong($v)
    Py_DECREF($v)
    return r
  }
  if (fitSigned(op) !== Fit.yes) {
    PyErr_SetString(PyExc_OverflowError, "int too big to convert")
    return -1
  }
  return doubleOf(op)
}

/** The two's complement of an int object modulo 2^64: the low word is returned, the upper is in `hashHi`. Never fails. */
export function longWords(op: Ref): number {
  const size = i32[(op + PyLongObject.ob_size) >> 2]
  const n = size < 0 ? -size : size
  const d = (op + PyLongObject.ob_digit) >> 2
  const d0 = n > 0 ? i32[d] : 0
  const d1 = n > 1 ? i32[d + 1] : 0
  const d2 = n > 2 ? i32[d + 2] : 0
  const lo = d0 | (d1 << 30)
  const hi = (d1 >>> 2) | (d2 << 28)
  if (size >= 0) return ret64(lo, hi)
  return ret64(-lo, lo === 0 ? -hi : ~hi)
}

/** Low word; upper in `hashHi`. An object with __index__ too; -1/-1 with an error otherwise. */
export function PyLong_AsUnsignedLongLongMask(op: Ref): number {
  if (PyLong_Check(op)) return longWords(op)
  if (op === NULL) {
    PyErr_BadInternalCall()
    return ret64(-1, -1)
  }
  const $v = _PyNumber_Index(op)
  if ($v === NULL) return ret64(-1, -1)
  const lo = longWords($v)
  const hi = hashHi
  Py_DECREF($v)
  return ret64(lo, hi)
}
/** Low word; upper in `hashHi`. */
export function PyLong_AsUnsignedLongMask(op: Ref): number {
  return PyLong_AsUnsignedLongLongMask(op)
}

export function PyLong_AsVoidPtr(op: Ref): number {
  const r = _PyLong_Sign(op) < 0 ? PyLong_AsLong(op) : PyLong_AsUnsignedLong(op)
  return r === -1 && PyErr_Occurred() ? 0 : r
}

/** -1 and PyErr_Occurred() on error. */
export function PyLong_AsDouble(op: Ref): number {
  if (!PyLong_Check(op)) return notInt(op)
  const x = doubleOf(op)
  if (x === Infinity || x === -Infinity) {
    PyErr_SetString(PyExc_OverflowError, "int too large to convert to float")
    return -1
  }
  return x
}

/** Exponent of the last `_PyLong_Frexp`. */
export let frexpExponent = 0

/** x with 0.5 <= |x| < 1 and op == x * 2**frexpExponent, rounded half to even. */
export function _PyLong_Frexp(op: Ref): number {
  const bits = _PyLong_NumBits(op)
  if (bits === 0) {
    frexpExponent = 0
    return 0
  }
  let e = bits
  let x: number
  if (bits <= 1000) {
    x = doubleOf(op) / 2 ** bits
  } else {
    // keep 64 bits and a sticky one
    const negative = _PyLong_Sign(op) < 0
    const abs = negative ? -bigOf(op) : bigOf(op)
    const shift = BigInt(bits - 64)
    let top = abs >> shift
    if (top << shift !== abs) top |= 1n
    x = Number(top) / 2 ** 64
    if (negative) x = -x
  }
  if (x === 1 || x === -1) {
    x /= 2
    e++
  }
  frexpExponent = e
  return x
}

function positive(op: Ref): boolean {
  if (PyLong_Check(op) && _PyLong_Sign(op) < 0) {
    PyErr_SetString(PyExc_ValueError, "value must be positive")
    return false
  }
  return true
}
export function _PyLong_UnsignedShort_Converter(op: Ref, at: number): number {
  if (!positive(op)) return 0
  const v = PyLong_AsUnsignedLong(op)
  if (v < 0) return 0
  if (v > 0xffff) {
    PyErr_SetString(PyExc_OverflowError, "Python int too large for C unsigned short")
    return 0
  }
  setuint16(at, v)
  return 1
}
export function _PyLong_UnsignedInt_Converter(op: Ref, at: number): number {
  if (!positive(op)) return 0
  const v = PyLong_AsUnsignedLong(op)
  if (v < 0) return 0
  if (v > 0xffffffff) {
    PyErr_SetString(PyExc_OverflowError, "Python int too large for C unsigned int")
    return 0
  }
  setint32(at, v | 0)
  return 1
}
function wordsConverter(op: Ref, at: number, check: (op: Ref) => number): number {
  if (!positive(op)) return 0
  if (check(op) < 0) return 0
  const lo = longWords(op)
  set64(at, lo, hashHi)
  return 1
}
export function _PyLong_UnsignedLong_Converter(op: Ref, at: number): number {
  return wordsConverter(op, at, PyLong_AsUnsignedLong)
}
export function _PyLong_UnsignedLongLong_Converter(op: Ref, at: number): number {
  return wordsConverter(op, at, PyLong_AsUnsignedLongLong)
}
export function _PyLong_Size_t_Converter(op: Ref, at: number): number {
  return wordsConverter(op, at, PyLong_AsSize_t)
}

/** The int whose bytes are the n at `bytes`. */
export function _PyLong_FromByteArray(bytes: number, n: number, littleEndian: boolean, signed: boolean): Own {
  if (n === 0) return PyLong_FromLong(0)
  const lsb = littleEndian ? bytes : bytes + n - 1
  const msb = littleEndian ? bytes + n - 1 : bytes
  const incr = littleEndian ? 1 : -1
  const negative = signed && u8[msb] >= 0x80
  const insignificant = negative ? 0xff : 0
  let i = 0
  for (let p = msb; i < n; i++, p -= incr) if (u8[p] !== insignificant) break
  let significant = n - i
  if (negative && significant < n) significant++
  const ndigits = Math.floor((significant * 8 + 29) / 30)
  const $op = _PyLong_New(ndigits)
  if ($op === NULL) return NULL
  const d = ($op + PyLongObject.ob_digit) >> 2
  let carry = 1
  let accum = 0
  let bits = 0
  let at = 0
  for (let k = 0, p = lsb; k < significant; k++, p += incr) {
    let b = u8[p]
    if (negative) {
      b = (0xff ^ b) + carry
      carry = b >> 8
      b &= 0xff
    }
    // accum holds fewer than 30 bits: at most 38 with the new byte, so add, do not shift
    accum += b * 2 ** bits
    bits += 8
    if (bits >= Digit.SHIFT) {
      const high = Math.floor(accum / Digit.BASE)
      i32[d + at++] = accum - high * Digit.BASE
      accum = high
      bits -= Digit.SHIFT
    }
  }
  if (bits > 0) i32[d + at++] = accum
  const w = ($op + PyLongObject.ob_size) >> 2
  i32[w] = negative ? -at : at
  i32[w + 1] = negative && at > 0 ? -1 : 0
  if (at === 0) i32[d] = 0
  return maybe_small_long(long_normalize($op))
}

/** A fresh int that turns out small is exchanged for the static one. */
export function maybe_small_long($op: Own): Own {
  const size = i32[($op + PyLongObject.ob_size) >> 2]
  if (size >= -1 && size <= 1) {
    const v = size === 0 ? 0 : size * i32[($op + PyLongObject.ob_digit) >> 2]
    if (v >= -5 && v <= 256) {
      Py_DECREF($op)
      return PyLong_FromLong(v)
    }
  }
  return $op
}

/** Write the int's two's complement into n bytes; -1 with OverflowError when it does not fit. */
export function _PyLong_AsByteArray(op: Ref, bytes: number, n: number, littleEndian: boolean, signed: boolean): number {
  const size = i32[(op + PyLongObject.ob_size) >> 2]
  const negative = size < 0
  const ndigits = negative ? -size : size
  if (negative && !signed) {
    PyErr_SetString(PyExc_OverflowError, "can't convert negative int to unsigned")
    return -1
  }
  let p = littleEndian ? bytes : bytes + n - 1
  const incr = littleEndian ? 1 : -1
  const d = (op + PyLongObject.ob_digit) >> 2
  let j = 0
  let accum = 0
  let bits = 0
  let carry = negative ? 1 : 0
  for (let i = 0; i < ndigits; i++) {
    let digit = i32[d + i]
    if (negative) {
      digit = (digit ^ Digit.MASK) + carry
      carry = digit >>> 30
      digit &= Digit.MASK
    }
    accum += digit * 2 ** bits
    if (i === ndigits - 1) bits += 32 - Math.clz32(negative ? digit ^ Digit.MASK : digit)
    else bits += Digit.SHIFT
    while (bits >= 8) {
      if (j >= n) return tooBig()
      j++
      u8[p] = accum % 256
      p += incr
      bits -= 8
      accum = Math.floor(accum / 256)
    }
  }
  if (bits > 0) {
    if (j >= n) return tooBig()
    j++
    u8[p] = negative ? (accum % 256) | (-1 << bits) : accum % 256
    p += incr
  } else if (j === n && n > 0 && signed) {
    if (u8[p - incr] >= 0x80 === negative) return 0
    return tooBig()
  }
  for (; j < n; j++, p += incr) u8[p] = negative ? 0xff : 0
  return 0
}
function tooBig(): number {
  PyErr_SetString(PyExc_OverflowError, "int too big to convert")
  return -1
}

export function PyLong_AsInt(op: Ref): number {
  return _PyLong_AsInt(op)
}
