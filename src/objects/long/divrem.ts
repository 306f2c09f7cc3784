import { PyLongObject } from "../../heap/layout.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { i32 } from "../../heap/views.ts"
import { bigOf, fromBig } from "./bigint.ts"
import { _PyLong_New, Digit, PyLong_FromLong } from "./digits.ts"

// Division of ints of several digits. The work is done in scratch arrays; only the results are objects.

const INVERSE = 1 / Digit.BASE
let work = new Int32Array(256)
let quotient = new Int32Array(256)
let divisor = new Int32Array(256)
let quotientSize = 0
let remainderSize = 0

function reserve(na: number, nb: number): void {
  if (work.length < na + 1) {
    work = new Int32Array(2 * na + 1)
    quotient = new Int32Array(2 * na + 1)
  }
  if (divisor.length < nb) divisor = new Int32Array(2 * nb)
}

/** |a| divided by one digit. */
function divideByDigit(da: number, n: number, by: number): void {
  let rem = 0
  for (let i = n - 1; i >= 0; i--) {
    const digit = i32[da + i]
    let q = Math.floor((rem * Digit.BASE + digit) / by)
    // the double's quotient is at most one off; the low words tell
    rem = ((rem << 30) + digit - Math.imul(q, by)) | 0
    if (rem < 0) {
      q--
      rem += by
    } else if (rem >= by) {
      q++
      rem -= by
    }
    quotient[i] = q
  }
  quotientSize = n
  work[0] = rem
  remainderSize = 1
}

/** The top digits' quotient: the true digit, or one more. */
function estimate(k: number, nb: number): number {
  const low = nb > 2
  const v = ((work[k + nb] * Digit.BASE + work[k + nb - 1]) * Digit.BASE + work[k + nb - 2]) * Digit.BASE + (low ? work[k + nb - 3] : 0)
  const w = (divisor[nb - 1] * Digit.BASE + divisor[nb - 2]) * Digit.BASE + (low ? divisor[nb - 3] : 0)
  const q = Math.floor(v / w + 0.0009765625)
  return q > Digit.MASK ? Digit.MASK : q
}

/** work[k …] -= q * divisor; adds the divisor back when that was one too many. @returns the true q. */
function subtract(k: number, nb: number, q: number): number {
  let carry = 0
  for (let i = 0; i < nb; i++) {
    const g = divisor[i]
    const lo = Math.imul(q, g) & Digit.MASK
    const hi = ((q * g - lo) * INVERSE + 0.5) | 0
    const t = (work[k + i] - lo - carry) | 0
    work[k + i] = t & Digit.MASK
    carry = hi - (t >> 30)
  }
  const top = work[k + nb] - carry
  work[k + nb] = 0
  if (top >= 0) return q
  carry = 0
  for (let i = 0; i < nb; i++) {
    carry += work[k + i] + divisor[i]
    work[k + i] = carry & Digit.MASK
    carry >>>= 30
  }
  return q - 1
}

/** |a| divided by |b|, of na >= nb digits: `quotient`, and the remainder in `work`. */
function divide(a: Ref, na: number, b: Ref, nb: number): void {
  const da = (a + PyLongObject.ob_digit) >> 2
  const db = (b + PyLongObject.ob_digit) >> 2
  reserve(na, nb)
  if (nb === 1) {
    divideByDigit(da, na, i32[db])
    return
  }
  for (let i = 0; i < na; i++) work[i] = i32[da + i]
  for (let i = 0; i < nb; i++) divisor[i] = i32[db + i]
  work[na] = 0
  const top = na - nb
  for (let k = top; k >= 0; k--) {
    const q = estimate(k, nb)
    quotient[k] = q === 0 ? 0 : subtract(k, nb, q)
  }
  quotientSize = quotient[top] === 0 ? top : top + 1
  remainderSize = nb
}

/** An int of the digits in `from`, in a block of `room` digits (what C's algorithm asks for) unless it is small. */
function make(from: Int32Array, size: number, room: number, negative: boolean): Own {
  let n = size
  while (n > 0 && from[n - 1] === 0) n--
  if (n === 0) return PyLong_FromLong(0)
  if (n === 1 && (negative ? from[0] <= 5 : from[0] <= 256)) return PyLong_FromLong(negative ? -from[0] : from[0])
  const $z = _PyLong_New(room > n ? room : n)
  if ($z === NULL) return NULL
  const w = ($z + PyLongObject.ob_digit) >> 2
  for (let i = 0; i < n; i++) i32[w + i] = from[i]
  i32[($z + PyLongObject.ob_size) >> 2] = negative ? -n : n
  i32[(($z + PyLongObject.ob_size) >> 2) + 1] = negative ? -1 : 0
  return $z
}

function remainderIsZero(): boolean {
  for (let i = 0; i < remainderSize; i++) if (work[i] !== 0) return false
  return true
}

/** Is the way through BigInt, linear but for V8's own work, the shorter one? */
export function throughBigInt(product: number, digits: number): boolean {
  return product > 6 * digits + 400
}

/** a // b of |a| at least as long as |b|, b not zero. */
export function floorDivide(a: Ref, na: number, b: Ref, nb: number, differ: boolean): Own {
  if (throughBigInt((na - nb + 1) * nb, 2 * na)) {
    const x = bigOf(a)
    const y = bigOf(b)
    let q = x / y
    if (differ && q * y !== x) q -= 1n
    return fromBig(q, differ ? 0 : na - nb)
  }
  divide(a, na, b, nb)
  let room = quotientSize
  if (differ && !remainderIsZero()) {
    let i = 0
    while (i < quotientSize && quotient[i] === Digit.MASK) quotient[i++] = 0
    if (i < quotientSize) quotient[i]++
    else quotient[quotientSize++] = 1
    room = quotientSize
  }
  return make(quotient, quotientSize, room, differ)
}

/** a % b, as floorDivide. */
export function floorModulo(a: Ref, na: number, b: Ref, nb: number, differ: boolean, negative: boolean): Own {
  if (throughBigInt((na - nb + 1) * nb, 2 * nb + na)) {
    const y = bigOf(b)
    const r = bigOf(a) % y
    return fromBig(differ && r !== 0n ? r + y : r, nb)
  }
  divide(a, na, b, nb)
  if (differ && !remainderIsZero()) {
    const db = (b + PyLongObject.ob_digit) >> 2
    let borrow = 0
    for (let i = 0; i < nb; i++) {
      borrow = i32[db + i] - work[i] - borrow
      work[i] = borrow & Digit.MASK
      borrow = (borrow >> Digit.SHIFT) & 1
    }
  }
  return make(work, remainderSize, remainderSize, negative)
}
