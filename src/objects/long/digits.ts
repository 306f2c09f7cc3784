import { set64, setptr } from "../../heap/access.ts"
import { PyLongObject, PyObject } from "../../heap/layout.ts"
import { PyObject_Malloc } from "../../heap/obmalloc.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_TYPE } from "../../heap/refcount.ts"
import { IMMORTAL } from "../../heap/statics.ts"
import { attached, i32 } from "../../heap/views.ts"
import { bigOf, PyLong_FromBigInt, fromRounded } from "./bigint.ts"
import { PyErr_NoMemory, PyErr_SetString } from "../errors.ts"
import { TPFLAGS } from "../slots.ts"
import { PyExc_OverflowError, PyExc_ValueError, PyLong_Type, SMALL_INTS } from "../statictypes.ts"

// Objects/longobject.c: ints are signed counts of 30-bit digits, least significant first; the sign of ob_size is the number's.
// Invariant: |ob_size| digits, the top one non-zero; zero has ob_size 0 (and one allocated digit). -5 … 256 are the static ones.

export const enum Digit {
  SHIFT = 30,
  BASE = 1073741824,
  MASK = 1073741823,
  NSMALLNEGINTS = 5,
  NSMALLPOSINTS = 257,
}

/** The static int n, -5 <= n <= 256, borrowed. */
export function smallInt(n: number): Ref {
  return (SMALL_INTS + (n + Digit.NSMALLNEGINTS) * 32) as Ref
}

/** Write the static small ints (boot, before the first number). */
export function initLong(): void {
  if (attached) return
  for (let n = -Digit.NSMALLNEGINTS; n < Digit.NSMALLPOSINTS; n++) {
    const op = smallInt(n)
    set64(op, IMMORTAL, 0)
    setptr(op + PyObject.ob_type, PyLong_Type)
    set64(op + PyLongObject.ob_size, n === 0 ? 0 : n < 0 ? -1 : 1, n < 0 ? -1 : 0)
    i32[(op + PyLongObject.ob_digit) >> 2] = n < 0 ? -n : n
  }
}

export function PyLong_Check(op: Ref): boolean {
  return (i32[(Py_TYPE(op) + 168) >> 2] & TPFLAGS.LONG_SUBCLASS) !== 0
}
export function PyLong_CheckExact(op: Ref): boolean {
  return Py_TYPE(op) === PyLong_Type
}
export function _PyLong_GetZero(): Ref {
  return smallInt(0)
}
export function _PyLong_GetOne(): Ref {
  return smallInt(1)
}

/** Room for `size` digits (at least one), ob_size set to `size`; the digits are the caller's to write. */
export function _PyLong_New(size: number): Own {
  const n = size === 0 ? 1 : size
  const op = PyObject_Malloc(PyLongObject.ob_digit + n * 4)
  if (op === 0) return PyErr_NoMemory()
  const w = op >> 2
  i32[w] = 1
  i32[w + 1] = 0
  i32[w + 2] = PyLong_Type
  i32[w + 3] = 0
  i32[w + 4] = size
  i32[w + 5] = size >> 31
  return op as Own
}

/** One digit with its sign: |x| < 2^30, x not small. */
export function _PyLong_FromMedium(x: number): Own {
  const op = PyObject_Malloc(PyLongObject.SIZE)
  if (op === 0) return PyErr_NoMemory()
  const w = op >> 2
  i32[w] = 1
  i32[w + 1] = 0
  i32[w + 2] = PyLong_Type
  i32[w + 3] = 0
  if (x < 0) {
    i32[w + 4] = -1
    i32[w + 5] = -1
    i32[w + 6] = -x
  } else {
    i32[w + 4] = 1
    i32[w + 5] = 0
    i32[w + 6] = x
  }
  return op as Own
}

/** An int of any safe integer (|n| <= 2^53). */
export function PyLong_FromLong(n: number): Own {
  if (n >= -5 && n <= 256) {
    const op = SMALL_INTS + (n + 5) * 32
    i32[op >> 2]++
    return op as Own
  }
  if (n < 1073741824 && n > -1073741824) {
    const op = PyObject_Malloc(PyLongObject.SIZE)
    if (op === 0) return PyErr_NoMemory()
    const w = op >> 2
    i32[w] = 1
    i32[w + 1] = 0
    i32[w + 2] = PyLong_Type
    i32[w + 3] = 0
    if (n < 0) {
      i32[w + 4] = -1
      i32[w + 5] = -1
      i32[w + 6] = -n
    } else {
      i32[w + 4] = 1
      i32[w + 5] = 0
      i32[w + 6] = n
    }
    return op as Own
  }
  return fromLarge(n)
}

/** Two digits, or more for a rounded double. */
function fromLarge(n: number): Own {
  const abs = n < 0 ? -n : n
  if (abs >= 9007199254740992) return fromRounded(n)
  const hi = Math.floor(abs / 1073741824)
  return twoDigits(abs - hi * 1073741824, hi, n < 0)
}

/** lo + hi * 2^30 with a sign; hi may be 0. */
export function twoDigits(lo: number, hi: number, negative: boolean): Own {
  if (hi === 0) return PyLong_FromLong(negative ? -lo : lo)
  const op = PyObject_Malloc(32)
  if (op === 0) return PyErr_NoMemory()
  const w = op >> 2
  i32[w] = 1
  i32[w + 1] = 0
  i32[w + 2] = PyLong_Type
  i32[w + 3] = 0
  i32[w + 4] = negative ? -2 : 2
  i32[w + 5] = negative ? -1 : 0
  i32[w + 6] = lo
  i32[w + 7] = hi
  return op as Own
}

export function PyLong_FromSsize_t(n: number): Own {
  return PyLong_FromLong(n)
}
export function PyLong_FromSize_t(n: number): Own {
  return PyLong_FromLong(n)
}
export function PyLong_FromLongLong(n: number): Own {
  return PyLong_FromLong(n)
}
export function PyLong_FromUnsignedLong(n: number): Own {
  return PyLong_FromLong(n)
}
export function PyLong_FromUnsignedLongLong(n: number): Own {
  return PyLong_FromLong(n)
}
export function PyLong_FromVoidPtr(p: number): Own {
  return PyLong_FromLong(p)
}

/** From the two words of a signed 64-bit value. */
export function PyLong_FromInt64(lo: number, hi: number): Own {
  if (hi === lo >> 31) return PyLong_FromLong(lo | 0)
  let negative = false
  let l = lo >>> 0
  let h = hi >>> 0
  if (hi < 0) {
    negative = true
    l = -lo >>> 0
    h = (~hi + (l === 0 ? 1 : 0)) >>> 0
  }
  return fromWords(l, h, negative)
}
/** From the two words of an unsigned 64-bit value. */
export function PyLong_FromUint64(lo: number, hi: number): Own {
  return fromWords(lo >>> 0, hi >>> 0, false)
}
function fromWords(l: number, h: number, negative: boolean): Own {
  const d0 = l & Digit.MASK
  const d1 = ((l >>> 30) | (h << 2)) & Digit.MASK
  const d2 = h >>> 28
  if (d2 === 0) return twoDigits(d0, d1, negative)
  const $op = _PyLong_New(3)
  if ($op === NULL) return NULL
  const w = ($op + PyLongObject.ob_digit) >> 2
  i32[w] = d0
  i32[w + 1] = d1
  i32[w + 2] = d2
  if (negative) negateInPlace($op)
  return $op
}

/** Flip the sign of a fresh int nobody shares. */
export function negateInPlace(op: Ref): void {
  const w = (op + PyLongObject.ob_size) >> 2
  const n = -i32[w]
  i32[w] = n
  i32[w + 1] = n >> 31
}

/** Strip leading zero digits. */
export function long_normalize(op: Own): Own {
  const w = (op + PyLongObject.ob_size) >> 2
  const size = i32[w]
  const j = size < 0 ? -size : size
  let i = j
  const d = (op + PyLongObject.ob_digit) >> 2
  while (i > 0 && i32[d + i - 1] === 0) i--
  if (i !== j) {
    i32[w] = size < 0 ? -i : i
    i32[w + 1] = size < 0 && i !== 0 ? -1 : 0
  }
  return op
}

export function PyLong_FromDouble(x: number): Own {
  if (Number.isNaN(x)) return PyErr_SetString(PyExc_ValueError, "cannot convert float NaN to integer")
  if (x === Infinity || x === -Infinity) return PyErr_SetString(PyExc_OverflowError, "cannot convert float infinity to integer")
  const t = Math.trunc(x)
  if (t > -9007199254740992 && t < 9007199254740992) return PyLong_FromLong(t === 0 ? 0 : t)
  return PyLong_FromBigInt(BigInt(t))
}

/** A fresh exact int of the same value (small ones are shared). */
export function _PyLong_Copy(src: Ref): Own {
  const size = i32[(src + PyLongObject.ob_size) >> 2]
  const n = size < 0 ? -size : size
  const d = (src + PyLongObject.ob_digit) >> 2
  if (n < 2) {
    const v = n === 0 ? 0 : size * i32[d]
    if (v >= -5 && v <= 256) return PyLong_FromLong(v)
  }
  const $op = _PyLong_New(n)
  if ($op === NULL) return NULL
  i32[($op + PyLongObject.ob_size) >> 2] = size
  i32[(($op + PyLongObject.ob_size) >> 2) + 1] = size >> 31
  const w = ($op + PyLongObject.ob_digit) >> 2
  for (let i = 0; i < n; i++) i32[w + i] = i32[d + i]
  return $op
}

export function _PyLong_Sign(op: Ref): number {
  const size = i32[(op + PyLongObject.ob_size) >> 2]
  return size === 0 ? 0 : size < 0 ? -1 : 1
}

/** Bits of the absolute value. */
export function _PyLong_NumBits(op: Ref): number {
  const size = i32[(op + PyLongObject.ob_size) >> 2]
  const n = size < 0 ? -size : size
  if (n === 0) return 0
  return (n - 1) * 30 + 32 - Math.clz32(i32[((op + PyLongObject.ob_digit) >> 2) + n - 1])
}

/** Is it one digit or none? Then its value is `medium_value`. */
export function IS_MEDIUM_VALUE(op: Ref): boolean {
  const size = i32[(op + PyLongObject.ob_size) >> 2]
  return size >= -1 && size <= 1
}
export function medium_value(op: Ref): number {
  return i32[(op + PyLongObject.ob_size) >> 2] * i32[(op + PyLongObject.ob_digit) >> 2]
}
/** The value as a double, rounded to nearest, even when it is huge (then ±Infinity). */
export function doubleOf(op: Ref): number {
  const size = i32[(op + PyLongObject.ob_size) >> 2]
  const d = (op + PyLongObject.ob_digit) >> 2
  switch (size) {
    case 0:
      return 0
    case 1:
      return i32[d]
    case -1:
      return -i32[d]
    case 2:
      return i32[d + 1] * 1073741824 + i32[d]
    case -2:
      return -(i32[d + 1] * 1073741824 + i32[d])
  }
  return Number(bigOf(op))
}
