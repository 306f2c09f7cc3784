import {
  adjexp,
  checkNan,
  checkNans,
  cmp,
  cmpAbs,
  type Ctx,
  error,
  etiny,
  etop,
  finalize,
  finite,
  Flag,
  infinity,
  invalid,
  isNan,
  isSubnormal,
  isZero,
  Kind,
  MAX_EMAX,
  MAX_PREC,
  maxcoeff,
  MIN_ETINY,
  nan,
  type Num,
  begin,
  pow10,
  raise,
  rest,
  restore,
  Round,
  roundsUp,
  shiftRight,
  status,
  withExp,
  withRound,
  withSign,
} from "./num.ts"

// libmpdec/mpdecimal.c: arithmetic. The functions keep libmpdec's names; conditions go to num.ts's `status`.

function other(sign: 0 | 1): 0 | 1 {
  return sign === 0 ? 1 : 0
}
function xor(a: Num, b: Num): 0 | 1 {
  return a.sign === b.sign ? 0 : 1
}

function addsub(a: Num, b: Num, signB: 0 | 1, c: Ctx): Num {
  if (a.kind !== Kind.FINITE || b.kind !== Kind.FINITE) {
    const n = checkNans(a, b, c)
    if (n !== null) return n
    if (a.kind === Kind.INF) return a.sign !== signB && b.kind === Kind.INF ? invalid() : infinity(a.sign)
    return infinity(signB)
  }
  return finalize(addFinite(a, b, signB, c), c)
}
/** The exact sum, or one that rounds like it when the exponents are far apart. */
export function addFinite(a: Num, b: Num, signB: 0 | 1, c: Ctx): Num {
  let x = a.coeff
  let y = b.coeff
  let exp = a.exp
  if (a.exp > b.exp) {
    exp = b.exp
    if (x !== 0n) {
      const low = tinyExp(a, b, c)
      if (low !== null) {
        exp = low
        y = y === 0n ? 0n : 1n
      }
      x *= pow10(a.exp - exp)
    }
  } else if (b.exp > a.exp && y !== 0n) {
    const low = tinyExp(b, a, c)
    if (low !== null) {
      exp = low
      x = x === 0n ? 0n : 1n
    }
    y *= pow10(b.exp - exp)
  }
  if (a.sign === signB) return finite(signB, x + y, exp)
  const d = x - y
  if (d === 0n) return finite(c.round === Round.FLOOR ? 1 : 0, 0n, exp)
  return d > 0n ? finite(a.sign, d, exp) : finite(signB, -d, exp)
}
/** The exponent of the tiny number that may stand for `small` beside `big`, null if it is not small enough. */
function tinyExp(big: Num, small: Num, c: Ctx): bigint | null {
  const exp = big.exp - 1n + (big.digits > c.prec ? 0n : big.digits - c.prec - 1n)
  return adjexp(small) < exp ? exp : null
}
export function qadd(a: Num, b: Num, c: Ctx): Num {
  return addsub(a, b, b.sign, c)
}
export function qsub(a: Num, b: Num, c: Ctx): Num {
  return addsub(a, b, other(b.sign), c)
}
function mulRaw(a: Num, b: Num, c: Ctx): Num {
  if (a.kind !== Kind.FINITE || b.kind !== Kind.FINITE) {
    const n = checkNans(a, b, c)
    if (n !== null) return n
    return isZero(a) || isZero(b) ? invalid() : infinity(xor(a, b))
  }
  return finite(xor(a, b), a.coeff * b.coeff, a.exp + b.exp)
}
export function qmul(a: Num, b: Num, c: Ctx): Num {
  return finalize(mulRaw(a, b, c), c)
}
export function qfma(a: Num, b: Num, d: Num, c: Ctx): Num {
  const old = begin()
  const p = mulRaw(a, b, c)
  const r = status & Flag.Invalid_operation ? p : qadd(p, d, c)
  restore(old | status)
  return r
}

/** _mpd_qdiv; with `ideal` an exact quotient gets the exponent nearest to the ideal one. */
export function divide(a: Num, b: Num, c: Ctx, ideal: boolean): Num {
  const sign = xor(a, b)
  if (a.kind !== Kind.FINITE || b.kind !== Kind.FINITE) {
    const n = checkNans(a, b, c)
    if (n !== null) return n
    if (a.kind === Kind.INF) return b.kind === Kind.INF ? invalid() : infinity(sign)
    raise(Flag.Clamped)
    return finite(sign, 0n, etiny(c))
  }
  if (b.coeff === 0n) {
    if (a.coeff === 0n) return error(Flag.Division_undefined)
    raise(Flag.Division_by_zero)
    return infinity(sign)
  }
  if (a.coeff === 0n) return finalize(finite(sign, 0n, a.exp - b.exp), c)
  const shift = b.digits - a.digits + c.prec + 1n
  const idealExp = a.exp - b.exp
  let exp = idealExp - shift
  const x = shift > 0n ? a.coeff * pow10(shift) : a.coeff
  const y = shift < 0n ? b.coeff * pow10(-shift) : b.coeff
  let q = x / y
  if (x !== q * y) {
    if (q % 5n === 0n) q += 1n
  } else if (ideal && shift > 0n) {
    const cut = trailingZeros(q, shift)
    if (cut > 0n) {
      q /= pow10(cut)
      exp += cut
    }
  }
  return finalize(finite(sign, q, exp), c)
}
/** Trailing zeros of a coefficient that is not 0, at most `limit`. */
export function trailingZeros(v: bigint, limit: bigint): bigint {
  let n = 0n
  let step = 1n
  while (step <= limit && v % pow10(step) === 0n) step *= 2n
  for (; step > 0n; step /= 2n)
    if (n + step <= limit) {
      const p = pow10(step)
      if (v % p === 0n) {
        v /= p
        n += step
      }
    }
  return n
}
export function qdiv(a: Num, b: Num, c: Ctx): Num {
  if (c.prec <= 100000n || a.kind !== Kind.FINITE || b.kind !== Kind.FINITE) return divide(a, b, c, true)
  // an exact quotient needs no more digits than this: try it before filling a huge precision
  const prec = a.digits + b.digits * 4n
  if (prec >= c.prec) return divide(a, b, c, true)
  const old = begin()
  const r = divide(a, b, { prec, emax: c.emax, emin: c.emin, round: c.round, clamp: c.clamp }, true)
  const exact = status === 0
  restore(old)
  return exact ? r : divide(a, b, c, true)
}

let remainder: Num = nan()
/** _mpd_qdivmod of finite numbers, b not 0: the quotient; the remainder is in `remainder`. */
function divmodFinite(a: Num, b: Num, c: Ctx): Num {
  const sign = xor(a, b)
  const ideal = a.exp > b.exp ? b.exp : a.exp
  if (a.coeff === 0n) {
    remainder = withExp(a, ideal)
    return finite(sign, 0n, 0n)
  }
  const diff = adjexp(a) - adjexp(b)
  if (diff < 0n) {
    remainder = a.exp > b.exp ? finite(a.sign, a.coeff * pow10(a.exp - b.exp), ideal) : a
    return finite(sign, 0n, 0n)
  }
  if (diff > c.prec) return impossible()
  const x = a.exp > b.exp ? a.coeff * pow10(a.exp - b.exp) : a.coeff
  const y = b.exp > a.exp ? b.coeff * pow10(b.exp - a.exp) : b.coeff
  const q = x / y
  const quotient = finite(sign, q, 0n)
  if (quotient.digits > c.prec) return impossible()
  remainder = finite(a.sign, x - q * y, ideal)
  return quotient
}
function impossible(): Num {
  remainder = nan()
  return error(Flag.Division_impossible)
}
/** Quotient and remainder. */
export function qdivmod(a: Num, b: Num, c: Ctx): readonly [Num, Num] {
  const sign = xor(a, b)
  if (a.kind !== Kind.FINITE || b.kind !== Kind.FINITE) {
    const n = checkNans(a, b, c)
    if (n !== null) return [n, n]
    if (a.kind === Kind.INF) {
      raise(Flag.Invalid_operation)
      return [b.kind === Kind.INF ? nan() : infinity(sign), nan()]
    }
    return [finite(sign, 0n, 0n), finalize(a, c)]
  }
  if (b.coeff === 0n) {
    if (a.coeff === 0n) return [error(Flag.Division_undefined), nan()]
    raise(Flag.Division_by_zero | Flag.Invalid_operation)
    return [infinity(sign), nan()]
  }
  const q = divmodFinite(a, b, c)
  const r = remainder
  return [finalize(q, c), finalize(r, c)]
}
export function qdivint(a: Num, b: Num, c: Ctx): Num {
  const sign = xor(a, b)
  if (a.kind !== Kind.FINITE || b.kind !== Kind.FINITE) {
    const n = checkNans(a, b, c)
    if (n !== null) return n
    if (a.kind === Kind.INF) return b.kind === Kind.INF ? invalid() : infinity(sign)
    return finite(sign, 0n, 0n)
  }
  if (b.coeff === 0n) {
    if (a.coeff === 0n) return error(Flag.Division_undefined)
    raise(Flag.Division_by_zero)
    return infinity(sign)
  }
  return finalize(divmodFinite(a, b, c), c)
}
/** What % and remainder_near answer without dividing; null: divide. */
function remSpecial(a: Num, b: Num, c: Ctx): Num | null {
  if (a.kind !== Kind.FINITE || b.kind !== Kind.FINITE) {
    const n = checkNans(a, b, c)
    if (n !== null) return n
    return a.kind === Kind.INF ? invalid() : finalize(a, c)
  }
  if (b.coeff === 0n) return error(a.coeff === 0n ? Flag.Division_undefined : Flag.Invalid_operation)
  return null
}
export function qrem(a: Num, b: Num, c: Ctx): Num {
  const special = remSpecial(a, b, c)
  if (special !== null) return special
  divmodFinite(a, b, c)
  return finalize(remainder, c)
}
export function qrem_near(a: Num, b: Num, c: Ctx): Num {
  const special = remSpecial(a, b, c)
  if (special !== null) return special
  const q = divmodFinite(a, b, c)
  const r = remainder
  if (isNan(r) || r.coeff === 0n) return finalize(r, c)
  const diff = adjexp(b) - adjexp(r)
  if (diff < -1n || diff > 1n) return finalize(r, c)
  const exp = r.exp < b.exp ? r.exp : b.exp
  const x = r.coeff * pow10(r.exp - exp)
  const y = b.coeff * pow10(b.exp - exp)
  const d = y - x
  if (d < x || (d === x && (q.coeff & 1n) === 1n)) {
    if (q.digits === c.prec && q.coeff + 1n === pow10(c.prec)) return error(Flag.Division_impossible)
    return finalize(finite(other(a.sign), d, exp), c)
  }
  return finalize(r, c)
}

export function qminus(a: Num, c: Ctx): Num {
  return checkNan(a, c) ?? finalize(withSign(a, isZero(a) && c.round !== Round.FLOOR ? 0 : other(a.sign)), c)
}
export function qplus(a: Num, c: Ctx): Num {
  return checkNan(a, c) ?? finalize(isZero(a) && c.round !== Round.FLOOR ? withSign(a, 0) : a, c)
}
export function qabs(a: Num, c: Ctx): Num {
  return a.sign ? qminus(a, c) : qplus(a, c)
}
export function copyNegate(a: Num): Num {
  return withSign(a, other(a.sign))
}

export function qquantize(a: Num, b: Num, c: Ctx): Num {
  if (a.kind !== Kind.FINITE || b.kind !== Kind.FINITE) {
    const n = checkNans(a, b, c)
    if (n !== null) return n
    return a.kind === Kind.INF && b.kind === Kind.INF ? a : invalid()
  }
  if (b.exp > c.emax || b.exp < etiny(c)) return invalid()
  if (a.coeff === 0n) return finalize(finite(a.sign, 0n, b.exp), c)
  const diff = a.exp - b.exp
  if (a.digits + diff > c.prec) return invalid()
  let r: Num
  let flags = 0
  if (diff >= 0n) r = finite(a.sign, a.coeff * pow10(diff), b.exp)
  else {
    let q = shiftRight(a.coeff, a.digits, -diff)
    const rnd = rest
    if (roundsUp(a.sign, q, rnd, c.round)) q += 1n
    r = finite(a.sign, q, b.exp)
    if (r.digits > c.prec) return invalid()
    flags = rnd ? Flag.Rounded | Flag.Inexact : Flag.Rounded
  }
  const adj = adjexp(r)
  if (adj > c.emax || adj < etiny(c)) return invalid()
  raise(flags)
  return finalize(r, c)
}
export function qreduce(a: Num, c: Ctx): Num {
  if (a.kind !== Kind.FINITE) return checkNan(a, c) ?? a
  const r = finalize(a, c)
  if (r.kind !== Kind.FINITE) return r
  if (r.coeff === 0n) return finite(a.sign, 0n, 0n)
  const limit = (c.clamp ? etop(c) : c.emax) - r.exp
  const zeros = limit > 0n ? trailingZeros(r.coeff, r.digits < limit ? r.digits : limit) : 0n
  return finite(r.sign, r.coeff / pow10(zeros), r.exp + zeros)
}
/** mpd_qrescale_fmt: give the number an exponent; the precision is not observed. */
export function rescale(a: Num, exp: bigint, c: Ctx, lowest = MIN_ETINY): Num {
  if (exp > MAX_EMAX + 1n || exp < lowest) return invalid()
  if (a.kind !== Kind.FINITE) return a
  if (a.coeff === 0n) return finite(a.sign, 0n, exp)
  const diff = a.exp - exp
  let r: Num
  if (diff >= 0n) {
    if (a.digits + diff > MAX_PREC + 1n) return invalid()
    r = finite(a.sign, a.coeff * pow10(diff), exp)
  } else {
    let q = shiftRight(a.coeff, a.digits, -diff)
    const rnd = rest
    if (roundsUp(a.sign, q, rnd, c.round)) q += 1n
    r = finite(a.sign, q, exp)
    raise(rnd ? Flag.Rounded | Flag.Inexact : Flag.Rounded)
  }
  if (isSubnormal(r, c)) raise(Flag.Subnormal)
  return r
}
function toIntegral(a: Num, c: Ctx, exact: boolean): Num {
  if (a.kind !== Kind.FINITE) return checkNan(a, c) ?? a
  if (a.exp >= 0n) return a
  if (a.coeff === 0n) return finite(a.sign, 0n, 0n)
  let q = shiftRight(a.coeff, a.digits, -a.exp)
  const rnd = rest
  if (roundsUp(a.sign, q, rnd, c.round)) q += 1n
  if (exact) raise(rnd ? Flag.Rounded | Flag.Inexact : Flag.Rounded)
  return finite(a.sign, q, 0n)
}
export function qround_to_int(a: Num, c: Ctx): Num {
  return toIntegral(a, c, false)
}
export function qround_to_intx(a: Num, c: Ctx): Num {
  return toIntegral(a, c, true)
}

export function qcompare(a: Num, b: Num, c: Ctx): Num {
  return checkNans(a, b, c) ?? triple(cmp(a, b))
}
export function qcompare_signal(a: Num, b: Num, c: Ctx): Num {
  const n = checkNans(a, b, c)
  if (n === null) return triple(cmp(a, b))
  raise(Flag.Invalid_operation)
  return n
}
/** The decimal -1, 0 or 1. */
export function triple(c: number): Num {
  return finite(c < 0 ? 1 : 0, c === 0 ? 0n : 1n, 0n)
}
function cmpNumequal(a: Num, b: Num): number {
  if (a.sign !== b.sign) return b.sign - a.sign
  const c = a.exp < b.exp ? -1 : a.exp > b.exp ? 1 : 0
  return a.sign ? -c : c
}
function extremum(a: Num, b: Num, c: Ctx, compare: (a: Num, b: Num) => number, greater: boolean): Num {
  if (a.kind === Kind.NAN && b.kind < Kind.NAN) return finalize(b, c)
  if (b.kind === Kind.NAN && a.kind < Kind.NAN) return finalize(a, c)
  const n = checkNans(a, b, c)
  if (n !== null) return n
  const order = compare(a, b) || cmpNumequal(a, b)
  return finalize(order < 0 === greater ? b : a, c)
}
export function qmax(a: Num, b: Num, c: Ctx): Num {
  return extremum(a, b, c, cmp, true)
}
export function qmax_mag(a: Num, b: Num, c: Ctx): Num {
  return extremum(a, b, c, cmpAbs, true)
}
export function qmin(a: Num, b: Num, c: Ctx): Num {
  return extremum(a, b, c, cmp, false)
}
export function qmin_mag(a: Num, b: Num, c: Ctx): Num {
  return extremum(a, b, c, cmpAbs, false)
}

function nextOf(a: Num, c: Ctx, direction: 0 | 1): Num {
  if (a.kind !== Kind.FINITE) return checkNan(a, c) ?? (a.sign === direction ? a : maxcoeff(a.sign, c))
  const work = withRound(c, direction ? Round.FLOOR : Round.CEILING)
  const old = begin()
  let r = finalize(a, work)
  if ((status & (Flag.Inexact | Flag.Errors)) === 0) {
    restore(0)
    r = addsub(a, finite(0, 1n, etiny(c) - 1n), direction, work)
  }
  restore(old | (status & Flag.Errors))
  return r
}
export function qnext_minus(a: Num, c: Ctx): Num {
  return nextOf(a, c, 1)
}
export function qnext_plus(a: Num, c: Ctx): Num {
  return nextOf(a, c, 0)
}
export function qnext_toward(a: Num, b: Num, c: Ctx): Num {
  const n = checkNans(a, b, c)
  if (n !== null) return n
  const order = cmp(a, b)
  if (order === 0) return withSign(a, b.sign)
  const r = nextOf(a, c, order < 0 ? 0 : 1)
  if (r.kind === Kind.INF) raise(Flag.Overflow | Flag.Rounded | Flag.Inexact)
  else if (adjexp(r) < c.emin) {
    raise(Flag.Underflow | Flag.Subnormal | Flag.Rounded | Flag.Inexact)
    if (r.coeff === 0n) raise(Flag.Clamped)
  }
  return r
}

/** The integer square root. */
export function isqrt(n: bigint): bigint {
  if (n < 0x10000000000000n) return BigInt(Math.floor(Math.sqrt(Number(n))))
  const bits = n.toString(16).length * 4
  if (bits < 1000) {
    // from a double's square root; above the root, as Newton's method needs it
    const shift = BigInt(bits > 104 ? ((bits - 104) >> 1) + 1 : 0)
    let x = BigInt(Math.ceil(Math.sqrt(Number(n >> (2n * shift))) * (1 + 1e-15)) + 1) << shift
    for (;;) {
      const y = (x + n / x) >> 1n
      if (y >= x) return x
      x = y
    }
  }
  const half = BigInt((bits >> 2) - 1)
  let x = (isqrt(n >> (2n * half)) + 1n) << half
  for (;;) {
    const y = (x + n / x) >> 1n
    if (y >= x) return x
    x = y
  }
}
export function qsqrt(a: Num, c: Ctx): Num {
  if (a.kind !== Kind.FINITE) {
    const n = checkNan(a, c)
    if (n !== null) return n
    return a.sign ? invalid() : infinity(0)
  }
  const odd = (a.exp & 1n) === 1n
  let exp = (a.exp - (odd ? 1n : 0n)) / 2n
  if (a.coeff === 0n) return finalize(finite(a.sign, 0n, exp), c)
  if (a.sign) return invalid()
  const work = withRound(c, Round.HALF_EVEN)
  let coeff = odd ? a.coeff * 10n : a.coeff
  const half = odd ? (a.digits >> 1n) + 1n : (a.digits + 1n) >> 1n
  if (c.prec > 100000n) {
    const root = isqrt(coeff)
    if (root * root === coeff) return finalize(finite(0, root, exp), work)
  }
  const shift = c.prec + 1n - half
  let exact = true
  if (shift >= 0n) coeff *= pow10(2n * shift)
  else {
    coeff = shiftRight(coeff, a.digits + (odd ? 1n : 0n), -2n * shift)
    exact = rest === 0
  }
  exp -= shift
  let root = isqrt(coeff)
  if (exact && root * root === coeff) {
    root = shift >= 0n ? root / pow10(shift) : root * pow10(-shift)
    exp += shift
  } else if (root % 5n === 0n) root += 1n
  return finalize(finite(0, root, exp), work)
}
