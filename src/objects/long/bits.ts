import { ret64 } from "../../heap/int64.ts"
import { PyLongObject } from "../../heap/layout.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_NewRef } from "../../heap/refcount.ts"
import { i32 } from "../../heap/views.ts"
import { PyErr_NoMemory, PyErr_SetString } from "../errors.ts"
import { Py } from "../slots.ts"
import { Py_False, Py_True, PyExc_OverflowError, PyExc_ValueError } from "../statictypes.ts"
import { _PyLong_Add, bothLong, notImplemented } from "./add.ts"
import { maybe_small_long } from "./convert.ts"
import {
  _PyLong_Copy,
  _PyLong_New,
  Digit,
  doubleOf,
  long_normalize,
  negateInPlace,
  PyLong_CheckExact,
  PyLong_FromLong,
  smallInt,
} from "./digits.ts"

// Objects/longobject.c: comparison, hash, negation, shifts, bitwise operations.

/** Negative, zero or positive as a < b, a == b, a > b. */
export function long_compare(a: Ref, b: Ref): number {
  const sa = i32[(a + PyLongObject.ob_size) >> 2]
  const d = sa - i32[(b + PyLongObject.ob_size) >> 2]
  if (d !== 0) return d
  const da = (a + PyLongObject.ob_digit) >> 2
  const db = (b + PyLongObject.ob_digit) >> 2
  for (let i = (sa < 0 ? -sa : sa) - 1; i >= 0; i--) {
    const e = i32[da + i] - i32[db + i]
    if (e !== 0) return sa < 0 ? -e : e
  }
  return 0
}

export function long_richcompare(a: Ref, b: Ref, op: number): Own {
  if (!bothLong(a, b)) return notImplemented()
  const c = a === b ? 0 : long_compare(a, b)
  let r: boolean
  switch (op) {
    case Py.LT:
      r = c < 0
      break
    case Py.LE:
      r = c <= 0
      break
    case Py.EQ:
      r = c === 0
      break
    case Py.NE:
      r = c !== 0
      break
    case Py.GT:
      r = c > 0
      break
    default:
      r = c >= 0
  }
  return Py_NewRef(r ? Py_True : Py_False)
}

/** The value modulo 2^61 - 1 with its sign; -1 becomes -2. */
export function long_hash(op: Ref): number {
  const size = i32[(op + PyLongObject.ob_size) >> 2]
  const d = (op + PyLongObject.ob_digit) >> 2
  switch (size) {
    case 0:
      return ret64(0, 0)
    case 1:
      return ret64(i32[d], 0)
    case -1:
      return ret64(i32[d] === 1 ? -2 : -i32[d], -1)
  }
  // x = hi * 2^30 + lo, below 2^61: hi has 31 bits. Times 2^30 is a rotation of the 61 bits by 30.
  let hi = 0
  let lo = 0
  for (let i = (size < 0 ? -size : size) - 1; i >= 0; i--) {
    const h = lo + (hi & 1) * Digit.BASE
    lo = Math.floor(hi / 2) + i32[d + i]
    hi = h
    if (lo >= Digit.BASE) {
      lo -= Digit.BASE
      hi++
    }
    if (hi > 2147483647 || (hi === 2147483647 && lo === Digit.MASK)) {
      // subtract 2^61 - 1
      hi -= 2147483648
      lo += 1
      if (lo >= Digit.BASE) {
        lo -= Digit.BASE
        hi++
      }
    }
  }
  const low = lo | (hi << 30)
  const high = Math.floor(hi / 4)
  if (size > 0) return ret64(low, high)
  if (low === 1 && high === 0) return ret64(-2, -1)
  return ret64(-low, low === 0 ? -high : ~high)
}

export function long_long(v: Ref): Own {
  return PyLong_CheckExact(v) ? Py_NewRef(v) : _PyLong_Copy(v)
}

export function long_bool(v: Ref): number {
  return i32[(v + PyLongObject.ob_size) >> 2] !== 0 ? 1 : 0
}

export function long_neg(v: Ref): Own {
  const size = i32[(v + PyLongObject.ob_size) >> 2]
  if (size >= -1 && size <= 1) return PyLong_FromLong(size === 0 ? 0 : -size * i32[(v + PyLongObject.ob_digit) >> 2])
  const $z = _PyLong_Copy(v)
  if ($z !== NULL) negateInPlace($z)
  return $z
}

export function long_abs(v: Ref): Own {
  return i32[(v + PyLongObject.ob_size) >> 2] < 0 ? long_neg(v) : long_long(v)
}

export function long_invert(v: Ref): Own {
  const size = i32[(v + PyLongObject.ob_size) >> 2]
  if (size >= -1 && size <= 1) return PyLong_FromLong(~(size * i32[(v + PyLongObject.ob_digit) >> 2]))
  const $x = _PyLong_Add(v, smallInt(1))
  if ($x === NULL) return NULL
  if (i32[$x >> 2] === 1) negateInPlace($x)
  return $x
}

/** Shift counts in doubles are exact up to 2^53; beyond, everything is shifted out or nothing fits. */
function shiftCount(b: Ref): number {
  return doubleOf(b)
}

export function long_rshift(a: Ref, b: Ref): Own {
  if (!bothLong(a, b)) return notImplemented()
  if (i32[(b + PyLongObject.ob_size) >> 2] < 0) return PyErr_SetString(PyExc_ValueError, "negative shift count")
  return _PyLong_Rshift(a, shiftCount(b))
}

export function _PyLong_Rshift(a: Ref, shift: number): Own {
  const size = i32[(a + PyLongObject.ob_size) >> 2]
  if (size === 0) return PyLong_FromLong(0)
  if (size >= -1 && size <= 1) {
    const m = size * i32[(a + PyLongObject.ob_digit) >> 2]
    return PyLong_FromLong(m >> (shift > 31 ? 31 : shift))
  }
  const negative = size < 0
  const n = negative ? -size : size
  let words = Math.floor(shift / 30)
  let rem = shift - words * 30
  if (negative && rem === 0) {
    if (words === 0) return long_long(a)
    rem = 30
    words--
  }
  const size_z = n - words
  if (size_z <= 0) return PyLong_FromLong(negative ? -1 : 0)
  const $z = _PyLong_New(size_z)
  if ($z === NULL) return NULL
  const da = (a + PyLongObject.ob_digit) >> 2
  const dz = ($z + PyLongObject.ob_digit) >> 2
  const hishift = 30 - rem
  let accum = i32[da + words]
  if (negative) {
    i32[($z + PyLongObject.ob_size) >> 2] = -size_z
    i32[(($z + PyLongObject.ob_size) >> 2) + 1] = -1
    let sticky = 0
    for (let j = 0; j < words; j++) sticky |= i32[da + j]
    accum += (Digit.MASK >>> hishift) + (sticky !== 0 ? 1 : 0)
  }
  // accum may have 31 bits before this shift, at most 30 after it and after every step
  accum = rem === 30 ? Math.floor(accum / Digit.BASE) : accum >>> rem
  for (let i = 0, j = words + 1; j < n; i++, j++) {
    const d = i32[da + j]
    const sum = accum + (hishift === 30 ? 0 : (d << hishift) & Digit.MASK)
    i32[dz + i] = sum & Digit.MASK
    accum = (rem === 30 ? 0 : d >>> rem) + (sum >>> 30)
  }
  i32[dz + size_z - 1] = accum
  return maybe_small_long(long_normalize($z))
}

export function long_lshift(a: Ref, b: Ref): Own {
  if (!bothLong(a, b)) return notImplemented()
  if (i32[(b + PyLongObject.ob_size) >> 2] < 0) return PyErr_SetString(PyExc_ValueError, "negative shift count")
  return _PyLong_Lshift(a, shiftCount(b))
}

export function _PyLong_Lshift(a: Ref, shift: number): Own {
  const size = i32[(a + PyLongObject.ob_size) >> 2]
  if (size === 0) return PyLong_FromLong(0)
  const da = (a + PyLongObject.ob_digit) >> 2
  if (shift < 30 && size >= -1 && size <= 1) {
    const d = i32[da]
    const r = d * 2 ** shift
    if (r < 9007199254740992) return PyLong_FromLong(size * r)
  }
  const negative = size < 0
  const n = negative ? -size : size
  const words = Math.floor(shift / 30)
  const rem = shift - words * 30
  const size_z = n + words + (rem ? 1 : 0)
  if (size_z > 0x10000000) {
    if (size_z > 2305843009213693000) return PyErr_SetString(PyExc_OverflowError, "too many digits in integer")
    return PyErr_NoMemory()
  }
  const $z = _PyLong_New(size_z)
  if ($z === NULL) return NULL
  const dz = ($z + PyLongObject.ob_digit) >> 2
  i32.fill(0, dz, dz + words)
  if (rem === 0) i32.copyWithin(dz + words, da, da + n)
  else {
    let carry = 0
    const back = 30 - rem
    for (let i = 0; i < n; i++) {
      const d = i32[da + i]
      i32[dz + words + i] = ((d << rem) & Digit.MASK) | carry
      carry = d >>> back
    }
    i32[dz + words + n] = carry
  }
  if (negative) negateInPlace($z)
  return maybe_small_long(long_normalize($z))
}

const enum Op {
  and,
  or,
  xor,
}

let complementCarry = 1
/** The next two's-complement digit of a negative number, least significant first. */
function complement(d: number): number {
  const c = complementCarry + (d ^ Digit.MASK)
  complementCarry = c >>> 30
  return c & Digit.MASK
}

/** Bitwise operations on sign and magnitude as if on infinite two's complement. */
function long_bitwise(a: Ref, op: Op, b: Ref): Own {
  let sa = i32[(a + PyLongObject.ob_size) >> 2]
  let sb = i32[(b + PyLongObject.ob_size) >> 2]
  let da = (a + PyLongObject.ob_digit) >> 2
  let db = (b + PyLongObject.ob_digit) >> 2
  if (Math.abs(sa) < Math.abs(sb)) {
    const s = sa
    sa = sb
    sb = s
    const d = da
    da = db
    db = d
  }
  const nega = sa < 0
  const negb = sb < 0
  const na = nega ? -sa : sa
  const nb = negb ? -sb : sb
  let negz: boolean
  let nz: number
  if (op === Op.xor) {
    negz = nega !== negb
    nz = na
  } else if (op === Op.and) {
    negz = nega && negb
    nz = negb ? na : nb
  } else {
    negz = nega || negb
    nz = negb ? nb : na
  }
  const $z = _PyLong_New(nz + (negz ? 1 : 0))
  if ($z === NULL) return NULL
  const dz = ($z + PyLongObject.ob_digit) >> 2
  let carryA = 1
  let carryB = 1
  const fill = negb ? Digit.MASK : 0
  for (let i = 0; i < nz; i++) {
    let x = i32[da + i]
    if (nega) {
      complementCarry = carryA
      x = complement(x)
      carryA = complementCarry
    }
    let y = fill
    if (i < nb) {
      y = i32[db + i]
      if (negb) {
        complementCarry = carryB
        y = complement(y)
        carryB = complementCarry
      }
    }
    i32[dz + i] = op === Op.and ? x & y : op === Op.or ? x | y : x ^ y
  }
  if (negz) {
    i32[dz + nz] = Digit.MASK
    complementCarry = 1
    for (let i = 0; i <= nz; i++) i32[dz + i] = complement(i32[dz + i])
    negateInPlace($z)
  }
  return maybe_small_long(long_normalize($z))
}

/** One digit each? Then the 32-bit operation is exact. */
function bothMedium(a: Ref, b: Ref): boolean {
  const sa = i32[(a + PyLongObject.ob_size) >> 2]
  const sb = i32[(b + PyLongObject.ob_size) >> 2]
  return sa >= -1 && sa <= 1 && sb >= -1 && sb <= 1
}
function value(a: Ref): number {
  return i32[(a + PyLongObject.ob_size) >> 2] * i32[(a + PyLongObject.ob_digit) >> 2]
}

export function long_and(a: Ref, b: Ref): Own {
  if (!bothLong(a, b)) return notImplemented()
  return bothMedium(a, b) ? PyLong_FromLong(value(a) & value(b)) : long_bitwise(a, Op.and, b)
}
export function long_or(a: Ref, b: Ref): Own {
  if (!bothLong(a, b)) return notImplemented()
  return bothMedium(a, b) ? PyLong_FromLong(value(a) | value(b)) : long_bitwise(a, Op.or, b)
}
export function long_xor(a: Ref, b: Ref): Own {
  if (!bothLong(a, b)) return notImplemented()
  return bothMedium(a, b) ? PyLong_FromLong(value(a) ^ value(b)) : long_bitwise(a, Op.xor, b)
}
