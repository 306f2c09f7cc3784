import { PyLongObject, PyObject } from "../../heap/layout.ts"
import { PyObject_Malloc } from "../../heap/obmalloc.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { i32 } from "../../heap/views.ts"
import { PyErr_NoMemory } from "../errors.ts"
import { TPFLAGS } from "../slots.ts"
import { Py_NotImplemented, PyLong_Type, SMALL_INTS } from "../statictypes.ts"
import { maybe_small_long } from "./convert.ts"
import { bigOf, fromBig } from "./bigint.ts"
import { throughBigInt } from "./divrem.ts"
import { _PyLong_New, Digit, long_normalize, negateInPlace, PyLong_FromLong } from "./digits.ts"

const INVERSE = 1 / Digit.BASE

// Objects/longobject.c: addition, subtraction and multiplication. The two-digit cases below never leave doubles and 32-bit ints.

/** A double integer below 2^53 as a new int: the tail of the fast paths, inlined by hand for the one-digit case. */
function small(n: number): Own {
  if (n >= -5 && n <= 256) {
    const op = SMALL_INTS + (n + 5) * 32
    i32[op >> 2]++
    return op as Own
  }
  if (n >= 1073741824 || n <= -1073741824) return PyLong_FromLong(n)
  const op = PyObject_Malloc(32)
  if (op === 0) return PyErr_NoMemory()
  const w = op >> 2
  i32[w] = 1
  i32[w + 1] = 0
  i32[w + 2] = PyLong_Type
  i32[w + 3] = 0
  const s = n >> 31
  i32[w + 4] = s | 1
  i32[w + 5] = s
  i32[w + 6] = (n ^ s) - s
  return op as Own
}

/** Exact ints or subclasses' instances. */
export function _PyLong_Add(a: Ref, b: Ref): Own {
  const sa = i32[(a + PyLongObject.ob_size) >> 2]
  const sb = i32[(b + PyLongObject.ob_size) >> 2]
  if (sa >= -1 && sa <= 1 && sb >= -1 && sb <= 1) {
    return small(sa * i32[(a + PyLongObject.ob_digit) >> 2] + sb * i32[(b + PyLongObject.ob_digit) >> 2])
  }
  if (sa < 0) {
    if (sb < 0) {
      const $z = x_add(a, b)
      if ($z !== NULL) negateInPlace($z)
      return $z
    }
    return x_sub(b, a)
  }
  return sb < 0 ? x_sub(a, b) : x_add(a, b)
}

export function _PyLong_Subtract(a: Ref, b: Ref): Own {
  const sa = i32[(a + PyLongObject.ob_size) >> 2]
  const sb = i32[(b + PyLongObject.ob_size) >> 2]
  if (sa >= -1 && sa <= 1 && sb >= -1 && sb <= 1) {
    return small(sa * i32[(a + PyLongObject.ob_digit) >> 2] - sb * i32[(b + PyLongObject.ob_digit) >> 2])
  }
  if (sa < 0) {
    if (sb < 0) return x_sub(b, a)
    const $z = x_add(a, b)
    if ($z !== NULL) negateInPlace($z)
    return $z
  }
  return sb < 0 ? x_add(a, b) : x_sub(a, b)
}

/** |a| + |b|, at least one of them of several digits. */
function x_add(a: Ref, b: Ref): Own {
  let na = Math.abs(i32[(a + PyLongObject.ob_size) >> 2])
  let nb = Math.abs(i32[(b + PyLongObject.ob_size) >> 2])
  let da = (a + PyLongObject.ob_digit) >> 2
  let db = (b + PyLongObject.ob_digit) >> 2
  if (na < nb) {
    const n = na
    na = nb
    nb = n
    const d = da
    da = db
    db = d
  }
  const $z = _PyLong_New(na + 1)
  if ($z === NULL) return NULL
  const dz = ($z + PyLongObject.ob_digit) >> 2
  let carry = 0
  let i = 0
  for (; i < nb; i++) {
    carry = (carry + i32[da + i] + i32[db + i]) | 0
    i32[dz + i] = carry & Digit.MASK
    carry >>>= Digit.SHIFT
  }
  for (; i < na; i++) {
    carry += i32[da + i]
    i32[dz + i] = carry & Digit.MASK
    carry >>>= Digit.SHIFT
  }
  i32[dz + i] = carry
  return long_normalize($z)
}

/** |a| - |b| with its sign. */
function x_sub(a: Ref, b: Ref): Own {
  let na = Math.abs(i32[(a + PyLongObject.ob_size) >> 2])
  let nb = Math.abs(i32[(b + PyLongObject.ob_size) >> 2])
  let da = (a + PyLongObject.ob_digit) >> 2
  let db = (b + PyLongObject.ob_digit) >> 2
  let swap = na < nb
  if (na === nb) {
    let i = na
    while (--i >= 0 && i32[da + i] === i32[db + i]);
    if (i < 0) return PyLong_FromLong(0)
    swap = i32[da + i] < i32[db + i]
    na = nb = i + 1
  }
  if (swap) {
    const n = na
    na = nb
    nb = n
    const d = da
    da = db
    db = d
  }
  const $z = _PyLong_New(na)
  if ($z === NULL) return NULL
  const dz = ($z + PyLongObject.ob_digit) >> 2
  let borrow = 0
  let i = 0
  for (; i < nb; i++) {
    borrow = i32[da + i] - i32[db + i] - borrow
    i32[dz + i] = borrow & Digit.MASK
    borrow = (borrow >> Digit.SHIFT) & 1
  }
  for (; i < na; i++) {
    borrow = i32[da + i] - borrow
    i32[dz + i] = borrow & Digit.MASK
    borrow = (borrow >> Digit.SHIFT) & 1
  }
  if (swap) negateInPlace($z)
  return maybe_small_long(long_normalize($z))
}

export function _PyLong_Multiply(a: Ref, b: Ref): Own {
  const sa = i32[(a + PyLongObject.ob_size) >> 2]
  const sb = i32[(b + PyLongObject.ob_size) >> 2]
  if (sa >= -1 && sa <= 1 && sb >= -1 && sb <= 1) {
    const x = i32[(a + PyLongObject.ob_digit) >> 2]
    const y = i32[(b + PyLongObject.ob_digit) >> 2]
    const s = sa * sb
    if (s === 0) return small(0)
    const p = x * y
    if (p < 1073741824) return small(s * p)
    // two digits: the low one in 32-bit arithmetic, the high one from the double, corrected by what the low one says
    const lo = Math.imul(x, y) & Digit.MASK
    const hi = p < 9007199254740992 ? Math.floor(p / 1073741824) : Math.round((p - lo) / 1073741824)
    const op = PyObject_Malloc(32)
    if (op === 0) return PyErr_NoMemory()
    const w = op >> 2
    i32[w] = 1
    i32[w + 1] = 0
    i32[w + 2] = PyLong_Type
    i32[w + 3] = 0
    i32[w + 4] = s + s
    i32[w + 5] = s >> 31
    i32[w + 6] = lo
    i32[w + 7] = hi
    return op as Own
  }
  const na = sa < 0 ? -sa : sa
  const nb = sb < 0 ? -sb : sb
  if (na === 0 || nb === 0) return small(0)
  if (!throughBigInt(na * nb, 2 * (na + nb))) return school(a, na, b, nb, sa < 0 !== sb < 0)
  if (a === b) {
    const v = bigOf(a)
    return fromBig(v * v, na + nb)
  }
  return fromBig(bigOf(a) * bigOf(b), na + nb)
}

function school(a: Ref, na: number, b: Ref, nb: number, negative: boolean): Own {
  const n = na + nb
  const $z = _PyLong_New(n)
  if ($z === NULL) return NULL
  const da = (a + PyLongObject.ob_digit) >> 2
  const db = (b + PyLongObject.ob_digit) >> 2
  const dz = ($z + PyLongObject.ob_digit) >> 2
  for (let i = 0; i < n; i++) i32[dz + i] = 0
  for (let i = 0; i < na; i++) {
    const f = i32[da + i]
    if (f === 0) continue
    let carry = 0
    let k = dz + i
    for (let j = 0; j < nb; j++, k++) {
      const g = i32[db + j]
      // the low digit from 32-bit arithmetic, the high one from the double, which is off by far less than half of it
      const lo = Math.imul(f, g) & Digit.MASK
      const hi = ((f * g - lo) * INVERSE + 0.5) | 0
      const t = (lo + i32[k] + carry) | 0
      i32[k] = t & Digit.MASK
      carry = hi + (t >>> Digit.SHIFT)
    }
    i32[k] = carry
  }
  long_normalize($z)
  if (negative) negateInPlace($z)
  return $z
}

function isLong(op: Ref): boolean {
  return (i32[(i32[(op + PyObject.ob_type) >> 2] + 168) >> 2] & TPFLAGS.LONG_SUBCLASS) !== 0
}
export function notImplemented(): Own {
  i32[Py_NotImplemented >> 2]++
  return Py_NotImplemented as Own
}
export function bothLong(a: Ref, b: Ref): boolean {
  return isLong(a) && isLong(b)
}

export function long_add(a: Ref, b: Ref): Own {
  return isLong(a) && isLong(b) ? _PyLong_Add(a, b) : notImplemented()
}
export function long_sub(a: Ref, b: Ref): Own {
  return isLong(a) && isLong(b) ? _PyLong_Subtract(a, b) : notImplemented()
}
export function long_mul(a: Ref, b: Ref): Own {
  return isLong(a) && isLong(b) ? _PyLong_Multiply(a, b) : notImplemented()
}
