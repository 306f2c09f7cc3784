import { qdiv, qmul } from "./arith.ts"
import {
  adjexp,
  begin,
  checkNan,
  checkNans,
  check3Nans,
  cmp,
  cmpAbs,
  type Ctx,
  digitsOf,
  etiny,
  EXP_INF,
  finalize,
  finite,
  Flag,
  infinity,
  invalid,
  isInteger,
  isOdd,
  Kind,
  MAX_EMAX,
  MIN_EMIN,
  nan,
  type Num,
  ONE,
  pow10,
  raise,
  restore,
  Round,
  status,
  toInt64,
  withRound,
  withSign,
} from "./num.ts"
import { atanhInverse, exp as expBits, ln as lnBits } from "./series.ts"

// libmpdec/mpdecimal.c: exp, ln, log10 (correctly rounded, as with libmpdec's allcr) and powers.

/** A value between lo and hi, both times 10^exp. Finished when both round to the same number of `prec` digits. */
interface Bounds {
  readonly lo: bigint
  readonly hi: bigint
  readonly exp: bigint
}
/** Refine until the bounds agree at `prec` digits: a number of some more digits that rounds as the exact value does. */
function settle(prec: bigint, bounds: (extra: bigint) => Bounds): Num {
  for (let extra = 5n; ; extra *= 2n) {
    const b = bounds(extra)
    const neg = b.lo < 0n
    const lo = neg ? -b.hi : b.lo
    const hi = neg ? -b.lo : b.hi
    const d = digitsOf(lo)
    if (lo > 0n && d === digitsOf(hi)) {
      const cut = d - prec
      // two digits more than the precision decide, unless they are those of a tie or of an exact number
      const p = pow10(cut)
      const half = p >> 1n
      if (cut > 2n && (lo + half) / p === (hi + half) / p && lo % half !== 0n && lo / half === hi / half)
        return finite(neg ? 1 : 0, lo, b.exp)
    }
    if (extra > 100000n) return finite(neg ? 1 : 0, lo, b.exp)
  }
}
/** Transcendental results that are tiny underflow even when no digit is cut off. */
function checkUnderflow(a: Num, c: Ctx): void {
  if (a.kind === Kind.FINITE && a.coeff !== 0n && adjexp(a) < c.emin && a.exp < etiny(c)) raise(Flag.Underflow)
}
function finishInexact(a: Num, c: Ctx): Num {
  raise(Flag.Inexact | Flag.Rounded)
  checkUnderflow(a, c)
  return finalize(a, c)
}
/** floor(a * 2^bits). */
function toBits(a: Num, bits: bigint): bigint {
  const v = a.exp >= 0n ? (a.coeff * pow10(a.exp)) << bits : (a.coeff << bits) / pow10(-a.exp)
  return a.sign ? -v : v
}
function bitsFor(digits: bigint): bigint {
  return (digits * 3322n) / 1000n + 16n
}

export function qexp(a: Num, c: Ctx): Num {
  if (a.kind !== Kind.FINITE) return checkNan(a, c) ?? (a.sign ? finite(0, 0n, 0n) : infinity(0))
  if (a.coeff === 0n) return ONE
  return expRounded(a, withRound(c, Round.HALF_EVEN))
}
function expRounded(a: Num, c: Ctx): Num {
  const t = a.digits + a.exp
  if (t > 19n) {
    if (a.sign) {
      raise(Flag.Inexact | Flag.Rounded | Flag.Subnormal | Flag.Underflow | Flag.Clamped)
      return finite(0, 0n, etiny(c))
    }
    raise(Flag.Overflow | Flag.Inexact | Flag.Rounded)
    return infinity(0)
  }
  if (t <= -c.prec - 3n && cmpAbs(a, finite(0, 9n, -(c.prec + 4n))) <= 0)
    return finishInexact(finite(0, pow10(c.prec - 1n), -(c.prec - 1n)), c)
  // beyond these the exponent alone decides
  const limit = a.sign ? ((-etiny(c) + 4n) * 2303n) / 1000n : ((c.emax + 4n) * 2303n) / 1000n
  if (t > 0n && cmpAbs(a, finite(0, limit, 0n)) > 0)
    return finishInexact(finite(0, pow10(c.prec - 1n), a.sign ? etiny(c) - 2n * c.prec - 8n : c.emax + 9n), c)
  const whole = t > 0n ? t : 0n
  const tiny = t < 0n ? -t : 0n
  const r = settle(c.prec, (extra) => {
    // e^a = e^r * 10^k
    const digits = c.prec + extra + whole + 4n + tiny
    const bits = bitsFor(digits)
    const x = toBits(a, bits)
    const ln10 = 46n * atanhInverse(31n, bits) + 34n * atanhInverse(49n, bits) + 20n * atanhInverse(161n, bits)
    const k = whole > 0n ? x / ln10 : 0n
    const y = expBits(x - k * ln10, bits)
    const d = c.prec + extra + tiny
    const scaled = (y * pow10(d)) >> bits
    // the argument's error is a few units for each k, far below one in 10^-d
    return { lo: scaled - 2n, hi: scaled + 2n, exp: k - d }
  })
  return finishInexact(r, c)
}

function lnSpecial(a: Num, c: Ctx): Num | null {
  if (a.kind !== Kind.FINITE) return checkNan(a, c) ?? (a.sign ? invalid() : infinity(0))
  if (a.coeff === 0n) return infinity(1)
  return a.sign ? invalid() : null
}
/** Would a logarithm of this number's size overflow? */
function logOverflow(a: Num, c: Ctx, factor: bigint): Num | null {
  const adj = adjexp(a)
  const t = (adj < 0n ? -adj - 1n : adj) * factor
  if (digitsOf(t) - 1n <= c.emax) return null
  raise(Flag.Overflow | Flag.Inexact | Flag.Rounded)
  return infinity(adj < 0n ? 1 : 0)
}
/** Bounds of ln(a), or of log10(a), to about `digits` significant digits. */
function logBounds(a: Num, digits: bigint, decimal: boolean): Bounds {
  const t = adjexp(a)
  let extra = digitsOf(t < 0n ? -t : t)
  // near 1 the leading digits cancel
  if (t === 0n || t === -1n) {
    const one = pow10(-a.exp > 0n ? -a.exp : 0n)
    const gap = a.coeff * pow10(a.exp > 0n ? a.exp : 0n) - one
    extra += digitsOf(one) - digitsOf(gap < 0n ? -gap : gap) + 1n
  }
  const bits = bitsFor(digits + extra + 2n)
  // mantissa in [0.5, 5]
  const k = t + (a.coeff >= 5n * pow10(a.digits - 1n) ? 1n : 0n)
  const mantissa = (a.coeff << bits) / pow10(k === t ? a.digits - 1n : a.digits)
  const ln10 = 46n * atanhInverse(31n, bits) + 34n * atanhInverse(49n, bits) + 20n * atanhInverse(161n, bits)
  let v = lnBits(mantissa, bits) + k * ln10
  if (decimal) v = (v << bits) / ln10
  const d = digits + extra
  const p = pow10(d)
  const scaled = v < 0n ? -((-v * p) >> bits) : (v * p) >> bits
  return { lo: scaled - 4n, hi: scaled + 4n, exp: -d }
}
export function qln(a: Num, c: Ctx): Num {
  const special = lnSpecial(a, c)
  if (special !== null) return special
  if (cmp(a, ONE) === 0) return finite(0, 0n, 0n)
  const over = logOverflow(a, c, 2n)
  if (over !== null) return over
  const r = settle(c.prec, (extra) => logBounds(a, c.prec + extra, false))
  return finishInexact(r, withRound(c, Round.HALF_EVEN))
}
export function qlog10(a: Num, c: Ctx): Num {
  const special = lnSpecial(a, c)
  if (special !== null) return special
  const work = withRound(c, Round.HALF_EVEN)
  if (a.coeff === pow10(a.digits - 1n)) {
    const adj = adjexp(a)
    return finalize(adj < 0n ? finite(1, -adj, 0n) : finite(0, adj, 0n), work)
  }
  const over = logOverflow(a, c, 1n)
  if (over !== null) return over
  return finishInexact(
    settle(c.prec, (extra) => logBounds(a, c.prec + extra, true)),
    work,
  )
}

/** base^n by squaring, every product rounded. */
function powUint(base: Num, n: bigint, sign: 0 | 1, c: Ctx): Num {
  let r = base
  const old = begin()
  for (const bit of n.toString(2).slice(1)) {
    r = qmul(r, r, c)
    if (bit === "1") r = qmul(r, base, c)
    if (r.kind !== Kind.FINITE || (r.coeff === 0n && status & Flag.Clamped)) break
  }
  restore(old | status)
  return withSign(r, sign)
}
/** The same for exponents beyond 64 bits, from the low end. */
function powBig(base: Num, n: bigint, sign: 0 | 1, c: Ctx): Num {
  let r = ONE
  const old = begin()
  let kept = 0
  while (n > 0n) {
    if (n & 1n) {
      r = qmul(r, base, c)
      kept |= status
      if (r.kind !== Kind.FINITE || (r.coeff === 0n && status & Flag.Clamped)) break
    }
    base = qmul(base, base, c)
    n >>= 1n
  }
  restore(old | kept)
  return withSign(r, sign)
}
function powInt(base: Num, exp: Num, sign: 0 | 1, c: Ctx): Num {
  let prec = c.prec + exp.digits + exp.exp + 2n
  let b = base
  if (exp.sign) {
    prec += 1n
    const old = begin()
    b = qdiv(ONE, base, { prec, emax: c.emax, emin: c.emin, round: Round.HALF_EVEN, clamp: 0 })
    const s = status
    restore(old | s)
    if (s & Flag.Errors) return nan()
  }
  const work: Ctx = { prec, emax: c.emax, emin: c.emin, round: Round.HALF_EVEN, clamp: 0 }
  const n = toInt64({ sign: 0, kind: exp.kind, exp: exp.exp, coeff: exp.coeff, digits: exp.digits })
  let r: Num
  if (n !== null) r = powUint(b, n, sign, work)
  else r = powBig(b, exp.exp >= 0n ? exp.coeff * pow10(exp.exp) : exp.coeff / pow10(-exp.exp), sign, work)
  if (r.kind === Kind.INF) r = finite(sign, 1n, EXP_INF)
  return finalize(r, c)
}
function oneWithZeros(sign: 0 | 1, shift: bigint): Num {
  return finite(sign, pow10(shift), -shift)
}
/** 1^exp and (-1)^exp; null when the base is neither. */
function powOne(base: Num, exp: Num, sign: 0 | 1, c: Ctx): Num | null {
  if (cmpAbs(base, ONE) !== 0) return null
  let shift = c.prec - 1n
  if (isInteger(exp)) {
    if (exp.sign) return finite(sign, 1n, 0n)
    // the zeros behind the point multiply
    const n = exp.exp >= 0n ? exp.coeff * pow10(exp.exp) : exp.coeff / pow10(-exp.exp)
    shift = n * -base.exp
    if (shift > c.prec - 1n) {
      shift = c.prec - 1n
      raise(Flag.Rounded)
    }
    if (shift < 0n) shift = 0n
  } else raise(Flag.Inexact | Flag.Rounded)
  return oneWithZeros(sign, shift)
}
/** Floor of log10 of |log10(x)|, from below. */
function zeta(x: Num): bigint {
  const t = adjexp(x)
  if (t > 0n) return digitsOf(t) - 1n
  if (t < -1n) return digitsOf(-(t + 1n)) - 1n
  const one = pow10(-x.exp > 0n ? -x.exp : 0n)
  const gap = x.coeff * pow10(x.exp > 0n ? x.exp : 0n) - one
  const u = digitsOf(gap < 0n ? -gap : gap) - digitsOf(one)
  return t === 0n ? u - 2n : u - 1n
}
/** A power that certainly overflows or underflows. */
function powBounds(x: Num, y: Num, sign: 0 | 1, c: Ctx): Num | null {
  const low = zeta(x) + adjexp(y)
  if ((adjexp(x) < 0n ? 1 : 0) === y.sign) return digitsOf(c.emax) < low ? finalize(finite(sign, 1n, EXP_INF), c) : null
  const tiny = etiny(c)
  return digitsOf(tiny < 0n ? -tiny : tiny) < low ? finalize(finite(sign, 1n, tiny - 1n), c) : null
}
function powReal(base: Num, exp: Num, c: Ctx): Num {
  const prec = (base.digits > c.prec ? base.digits : c.prec) + 23n
  const work: Ctx = { prec, emax: MAX_EMAX, emin: MIN_EMIN, round: Round.HALF_EVEN, clamp: 0 }
  const old = begin()
  const y = qmul(qln(base, work), exp, work)
  restore(old | (status & Flag.Errors))
  const r = qexp(y, work)
  raise(Flag.Inexact | Flag.Rounded)
  return r
}
export function qpow(base: Num, exp: Num, c: Ctx): Num {
  const n = checkNans(base, exp, c)
  if (n !== null) return n
  const whole = isInteger(exp)
  const sign: 0 | 1 = whole && base.sign && isOdd(exp) ? 1 : 0
  if (base.kind === Kind.FINITE && base.coeff === 0n) {
    if (exp.kind === Kind.FINITE && exp.coeff === 0n) return invalid()
    return exp.sign ? infinity(sign) : finite(sign, 0n, 0n)
  }
  if (base.sign && (!whole || exp.kind === Kind.INF)) return invalid()
  if (exp.kind === Kind.INF) {
    const order = cmp(base, ONE)
    if (order === 0) {
      raise(Flag.Inexact | Flag.Rounded)
      return oneWithZeros(sign, c.prec - 1n)
    }
    return order < 0 === (exp.sign === 0) ? finite(sign, 0n, 0n) : infinity(sign)
  }
  if (base.kind === Kind.INF) {
    if (exp.coeff === 0n) return finite(sign, 1n, 0n)
    return exp.sign ? finite(sign, 0n, 0n) : infinity(sign)
  }
  if (exp.coeff === 0n) return finite(sign, 1n, 0n)
  const easy = powOne(base, exp, sign, c) ?? powBounds(base, exp, sign, c)
  if (easy !== null) return easy
  if (whole) return powInt(base, exp, sign, c)
  let r = powReal(base, exp, c)
  if (r.kind === Kind.FINITE && cmp(r, ONE) === 0) r = oneWithZeros(r.sign, c.prec - 1n)
  if (r.kind === Kind.INF) r = finite(0, 1n, EXP_INF)
  return finalize(r, c)
}

/** An integer modulo m. */
function intMod(a: Num, m: bigint): bigint {
  if (a.exp <= 0n) return (a.coeff / pow10(-a.exp)) % m
  return (a.coeff * modPow(10n, a.exp, m)) % m
}
function modPow(base: bigint, e: bigint, m: bigint): bigint {
  let r = 1n % m
  base %= m
  for (; e > 0n; e >>= 1n) {
    if (e & 1n) r = (r * base) % m
    base = (base * base) % m
  }
  return r
}
export function qpowmod(base: Num, exp: Num, mod: Num, c: Ctx): Num {
  if (base.kind !== Kind.FINITE || exp.kind !== Kind.FINITE || mod.kind !== Kind.FINITE) return check3Nans(base, exp, mod, c) ?? invalid()
  if (!isInteger(base) || !isInteger(exp) || !isInteger(mod) || mod.coeff === 0n || mod.digits + mod.exp > c.prec) return invalid()
  const sign: 0 | 1 = base.sign && isOdd(exp) ? 1 : 0
  if (exp.coeff === 0n) return base.coeff === 0n ? invalid() : finite(sign, cmpAbs(mod, ONE) === 0 ? 0n : 1n, 0n)
  if (exp.sign) return invalid()
  if (base.coeff === 0n) return finite(sign, 0n, 0n)
  const m = mod.exp >= 0n ? mod.coeff * pow10(mod.exp) : mod.coeff / pow10(-mod.exp)
  let b = intMod(base, m)
  for (let i = 0n; i < exp.exp; i++) b = modPow(b, 10n, m)
  return finite(sign, modPow(b, exp.exp < 0n ? exp.coeff / pow10(-exp.exp) : exp.coeff, m), 0n)
}
