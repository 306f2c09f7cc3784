import { PyLongObject } from "../../heap/layout.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_DECREF } from "../../heap/refcount.ts"
import { i32 } from "../../heap/views.ts"
import { PyErr_NoMemory, PyErr_SetString } from "../errors.ts"
import { float_pow, PyFloat_FromDouble } from "../floatobject.ts"
import { Py_None, PyExc_OverflowError, PyExc_TypeError, PyExc_ValueError, PyExc_ZeroDivisionError } from "../statictypes.ts"
import { PyTuple_New, PyTuple_SET_ITEM } from "../tupleobject.ts"
import { _PyLong_Add, bothLong, notImplemented } from "./add.ts"
import { floorDivide, floorModulo } from "./divrem.ts"
import { bigOf, fromBig, PyLong_FromBigInt } from "./bigint.ts"
import { _PyLong_Copy, _PyLong_NumBits, doubleOf, PyLong_Check, PyLong_FromLong } from "./digits.ts"

// Objects/longobject.c: division, powers, the greatest common divisor.

function zeroDivision(): Own {
  return PyErr_SetString(PyExc_ZeroDivisionError, "integer division or modulo by zero")
}
function moduloByZero(): Own {
  return PyErr_SetString(PyExc_ZeroDivisionError, "integer modulo by zero")
}

function sizeOf(op: Ref): number {
  return i32[(op + PyLongObject.ob_size) >> 2]
}
function digits(op: Ref): number {
  return Math.abs(i32[(op + PyLongObject.ob_size) >> 2])
}

function floorDivBig(a: bigint, b: bigint): bigint {
  const q = a / b
  return a < 0n !== b < 0n && q * b !== a ? q - 1n : q
}
function floorModBig(a: bigint, b: bigint): bigint {
  const r = a % b
  return r !== 0n && r < 0n !== b < 0n ? r + b : r
}

/** Both at most 2^53: floor division in doubles is exact. */
function exactDoubles(a: Ref, b: Ref): boolean {
  return _PyLong_NumBits(a) <= 53 && _PyLong_NumBits(b) <= 53
}
function floorDiv(x: number, y: number): number {
  const r = x % y
  let q = (x - r) / y
  if (r !== 0 && r < 0 !== y < 0) q--
  return q === 0 ? 0 : q
}
function floorMod(x: number, y: number): number {
  const r = x % y
  return r === 0 ? 0 : r < 0 !== y < 0 ? r + y : r
}

/** a // b of ints. */
export function _PyLong_FloorDiv(a: Ref, b: Ref): Own {
  const sa = sizeOf(a)
  const sb = sizeOf(b)
  if (sb === 0) return zeroDivision()
  if (sa >= -1 && sa <= 1 && sb >= -1 && sb <= 1) {
    const x = i32[(a + PyLongObject.ob_digit) >> 2]
    const y = i32[(b + PyLongObject.ob_digit) >> 2]
    if (sa === sb) return PyLong_FromLong((x / y) | 0)
    if (sa === 0) return PyLong_FromLong(0)
    return PyLong_FromLong(-1 - (((x - 1) / y) | 0))
  }
  if (exactDoubles(a, b)) return PyLong_FromLong(floorDiv(doubleOf(a), doubleOf(b)))
  const na = Math.abs(sa)
  const nb = Math.abs(sb)
  if (na < nb) return PyLong_FromLong(sa === 0 || sa < 0 === sb < 0 ? 0 : -1)
  return floorDivide(a, na, b, nb, sa < 0 !== sb < 0)
}

/** a % b of ints. */
export function _PyLong_Mod(a: Ref, b: Ref): Own {
  const sa = sizeOf(a)
  const sb = sizeOf(b)
  if (sb === 0) return moduloByZero()
  if (sa >= -1 && sa <= 1 && sb >= -1 && sb <= 1) {
    const x = i32[(a + PyLongObject.ob_digit) >> 2]
    const y = i32[(b + PyLongObject.ob_digit) >> 2]
    if (sa === 0) return PyLong_FromLong(0)
    const m = sa === sb ? x % y : y - 1 - ((x - 1) % y)
    return PyLong_FromLong(m === 0 ? 0 : m * sb)
  }
  if (exactDoubles(a, b)) return PyLong_FromLong(floorMod(doubleOf(a), doubleOf(b)))
  const na = Math.abs(sa)
  const nb = Math.abs(sb)
  if (na < nb) return sa === 0 || sa < 0 === sb < 0 ? _PyLong_Copy(a) : _PyLong_Add(a, b)
  return floorModulo(a, na, b, nb, sa < 0 !== sb < 0, sb < 0)
}

export function long_div(a: Ref, b: Ref): Own {
  return bothLong(a, b) ? _PyLong_FloorDiv(a, b) : notImplemented()
}
export function long_mod(a: Ref, b: Ref): Own {
  return bothLong(a, b) ? _PyLong_Mod(a, b) : notImplemented()
}

/** Steals both; NULL where either is. */
function pair($a: Own, $b: Own): Own {
  const $t = PyTuple_New(2)
  if ($t === NULL) {
    Py_DECREF($a)
    Py_DECREF($b)
    return NULL
  }
  PyTuple_SET_ITEM($t, 0, $a)
  PyTuple_SET_ITEM($t, 1, $b)
  return $t
}

export function long_divmod(a: Ref, b: Ref): Own {
  if (!bothLong(a, b)) return notImplemented()
  const $q = _PyLong_FloorDiv(a, b)
  if ($q === NULL) return NULL
  const $r = _PyLong_Mod(a, b)
  if ($r === NULL) {
    Py_DECREF($q)
    return NULL
  }
  return pair($q, $r)
}

/** (q, r) with a == b * q + r and |r| <= |b| / 2, q even on ties. */
export function _PyLong_DivmodNear(a: Ref, b: Ref): Own {
  if (!PyLong_Check(a) || !PyLong_Check(b)) return PyErr_SetString(PyExc_TypeError, "non-integer arguments in division")
  if (sizeOf(b) === 0) return zeroDivision()
  const x = bigOf(a)
  const y = bigOf(b)
  let q = floorDivBig(x, y)
  let r = x - q * y
  const twice = 2n * r
  const cmp = y > 0n ? (twice > y ? 1 : twice === y ? 0 : -1) : twice < y ? 1 : twice === y ? 0 : -1
  if (cmp > 0 || (cmp === 0 && (q & 1n) === 1n)) {
    q += 1n
    r -= y
  }
  const $q = PyLong_FromBigInt(q)
  if ($q === NULL) return NULL
  const $r = PyLong_FromBigInt(r)
  if ($r === NULL) {
    Py_DECREF($q)
    return NULL
  }
  return pair($q, $r)
}

/** x / y correctly rounded, |x|, |y| > 0; ±Infinity when it overflows. */
export function bigRatio(x: bigint, y: bigint, xbits: number, ybits: number): number {
  const diff = xbits - ybits
  if (diff > 1024) return Infinity
  if (diff < -1021 - 53 - 1) return 0
  const shift = Math.max(diff, -1021) - 55
  let q: bigint
  let inexact: boolean
  if (shift <= 0) {
    const num = x << BigInt(-shift)
    q = num / y
    inexact = q * y !== num
  } else {
    const den = y << BigInt(shift)
    q = x / den
    inexact = q * den !== x
  }
  // q has 55 or 56 bits (fewer below the normal range): round to a multiple of 4 or 8 here, so that ldexp is exact
  const qbits = q.toString(2).length
  const extra = BigInt(Math.max(qbits, -1021 - shift) - 53)
  const mask = 1n << (extra - 1n)
  let low = inexact ? q | 1n : q
  if (low & mask && low & (3n * mask - 1n)) low += mask
  q = low & ~(2n * mask - 1n)
  return ldexp(Number(q), shift)
}

/** x * 2**e, rounded once (as C's ldexp). */
export function ldexp(x: number, e: number): number {
  if (x === 0 || !Number.isFinite(x)) return x
  if (e > 2200) e = 2200
  if (e < -2200) e = -2200
  while (e > 1000) {
    x *= 2 ** 1000
    e -= 1000
  }
  if (e >= -1000) {
    const r = x * 2 ** e
    if (e >= 0 || Math.abs(r) >= 2.2250738585072014e-308) return r
  }
  // towards the subnormals: bring |x| into [1, 2) exactly, so that only the last product rounds
  let ex = 0
  let ax = Math.abs(x)
  while (ax >= 2 ** 64) {
    ax /= 2 ** 64
    ex += 64
  }
  while (ax < 2 ** -64) {
    ax *= 2 ** 64
    ex -= 64
  }
  while (ax >= 2) {
    ax /= 2
    ex++
  }
  while (ax < 1) {
    ax *= 2
    ex--
  }
  e += ex
  let r: number
  if (e >= -1022) r = ax * 2 ** e
  else if (e < -1080) r = 0
  else r = ax * 2 ** (e + 60) * 2 ** -60
  return x < 0 ? -r : r
}

export function long_true_divide(a: Ref, b: Ref): Own {
  if (!bothLong(a, b)) return notImplemented()
  if (sizeOf(b) === 0) return PyErr_SetString(PyExc_ZeroDivisionError, "division by zero")
  const negative = sizeOf(a) < 0 !== sizeOf(b) < 0
  if (sizeOf(a) === 0) return PyFloat_FromDouble(negative ? -0 : 0)
  const abits = _PyLong_NumBits(a)
  const bbits = _PyLong_NumBits(b)
  if (abits <= 53 && bbits <= 53) return PyFloat_FromDouble(doubleOf(a) / doubleOf(b))
  let x = bigOf(a)
  let y = bigOf(b)
  if (x < 0n) x = -x
  if (y < 0n) y = -y
  const r = bigRatio(x, y, abits, bbits)
  if (r === Infinity) return PyErr_SetString(PyExc_OverflowError, "integer division result too large for a float")
  return PyFloat_FromDouble(negative ? -r : r)
}

function powMod(base: bigint, exp: bigint, mod: bigint): bigint {
  let result = 1n
  const bits = exp.toString(2)
  if (mod < 94906265n) {
    // the products stay below 2^53: doubles
    const m = Number(mod)
    const b = Number(base)
    let r = 1 % m
    for (let i = 0; i < bits.length; i++) {
      r = (r * r) % m
      if (bits.charCodeAt(i) === 49) r = (r * b) % m
    }
    return BigInt(r)
  }
  for (let i = 0; i < bits.length; i++) {
    result = (result * result) % mod
    if (bits.charCodeAt(i) === 49) result = (result * base) % mod
  }
  return result
}

/** Inverse of a modulo n > 0, null when there is none. */
function invMod(a: bigint, n: bigint): bigint | null {
  let b = 1n
  let c = 0n
  while (n !== 0n) {
    const q = floorDivBig(a, n)
    const r = a - q * n
    const s = b - q * c
    a = n
    n = r
    b = c
    c = s
  }
  return a === 1n ? b : null
}

export function long_pow(v: Ref, w: Ref, x: Ref): Own {
  if (!bothLong(v, w)) return notImplemented()
  if (x !== Py_None && !PyLong_Check(x)) return notImplemented()
  if (x === Py_None) {
    if (sizeOf(w) < 0) return float_pow(v, w, x)
    return powInt(v, w)
  }
  let c = bigOf(x)
  if (c === 0n) return PyErr_SetString(PyExc_ValueError, "pow() 3rd argument cannot be 0")
  const negative = c < 0n
  if (negative) c = -c
  if (c === 1n) return PyLong_FromLong(0)
  let b = bigOf(w)
  let a = bigOf(v)
  if (b < 0n) {
    b = -b
    const inverse = invMod(a, c)
    if (inverse === null) return PyErr_SetString(PyExc_ValueError, "base is not invertible for the given modulus")
    a = inverse
  }
  let z = b === 0n ? 1n : powMod(floorModBig(a, c), b, c)
  if (negative && z !== 0n) z -= c
  return PyLong_FromBigInt(z)
}

function powInt(v: Ref, w: Ref): Own {
  const b = doubleOf(w)
  const sv = sizeOf(v)
  if (b === 0) return PyLong_FromLong(1)
  if (sv === 0) return PyLong_FromLong(0)
  if (sv >= -1 && sv <= 1) {
    const a = sv * i32[(v + PyLongObject.ob_digit) >> 2]
    if (a === 1) return PyLong_FromLong(1)
    if (a === -1) return PyLong_FromLong(b % 2 === 0 && digits(w) < 3 ? 1 : (i32[(w + PyLongObject.ob_digit) >> 2] & 1) === 0 ? 1 : -1)
    if (b < 64) {
      let r = 1
      for (let i = 0; i < b; i++) r *= a
      if (r < 9007199254740992 && r > -9007199254740992) {
        // an odd power's last product is of the power before, of two digits from 2^30 on, and one digit more
        const oneDigit = b % 2 === 0 || Math.abs(r / a) < 1073741824
        return oneDigit ? PyLong_FromLong(r) : fromBig(BigInt(r), 3)
      }
    }
  }
  // about as many bits as BigInt and the heap can hold: C would run out of memory
  if (b * _PyLong_NumBits(v) > 1 << 30) {
    if (b * (_PyLong_NumBits(v) - 1) > 1 << 30) return PyErr_NoMemory()
  }
  return lastProduct(bigOf(v), b)
}

/** Digits of a magnitude. */
function bigDigits(a: bigint): number {
  let n = 0
  for (let rest = a < 0n ? -a : a; rest !== 0n; n++) rest >>= 30n
  return n
}
/** a ** b in the block that C's algorithm leaves it in: that of its last product, which has room for the digits of both factors. */
function lastProduct(a: bigint, b: number): Own {
  if (b % 2 === 0) {
    const half = a ** BigInt(b / 2)
    return product(half, half)
  }
  return product(a ** BigInt(b - 1), a)
}
/** long_mul: factors of one digit give a result without room to spare. */
function product(x: bigint, y: bigint): Own {
  const nx = bigDigits(x)
  const ny = bigDigits(y)
  return fromBig(x * y, nx <= 1 && ny <= 1 ? 0 : nx + ny)
}

/** Greatest common divisor, never negative. */
export function _PyLong_GCD(a: Ref, b: Ref): Own {
  if (digits(a) <= 2 && digits(b) <= 2) {
    let x = Math.abs(doubleOf(a))
    let y = Math.abs(doubleOf(b))
    if (x < 9007199254740992 && y < 9007199254740992) {
      while (y !== 0) {
        const r = x % y
        x = y
        y = r
      }
      return PyLong_FromLong(x)
    }
  }
  return PyLong_FromBigInt(bigGcd(bigOf(a), bigOf(b)))
}

export function bigGcd(x: bigint, y: bigint): bigint {
  if (x < 0n) x = -x
  if (y < 0n) y = -y
  while (y !== 0n) {
    if (x < 9007199254740992n && y < 9007199254740992n) {
      let m = Number(x)
      let n = Number(y)
      while (n !== 0) {
        const r = m % n
        m = n
        n = r
      }
      return BigInt(m)
    }
    const r = x % y
    x = y
    y = r
  }
  return x
}
