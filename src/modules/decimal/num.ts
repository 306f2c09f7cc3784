// libmpdec's numbers as values: what an operation reads out of the heap, computes with and writes back. Every quantity is a
// bigint, since exponents and precisions go up to 10^18.

export const enum Kind {
  FINITE = 0,
  INF = 1,
  NAN = 2,
  SNAN = 3,
}
/** A decimal: (-1)^sign * coeff * 10^exp. `coeff` of a NaN is its payload (0: none); `digits` counts its digits (0n of zero is 1). */
export interface Num {
  readonly sign: 0 | 1
  readonly kind: Kind
  readonly exp: bigint
  readonly coeff: bigint
  readonly digits: bigint
}
/** mpd_context_t without traps and status. */
export interface Ctx {
  readonly prec: bigint
  readonly emax: bigint
  readonly emin: bigint
  readonly round: Round
  readonly clamp: number
}
export const enum Round {
  UP = 0,
  DOWN = 1,
  CEILING = 2,
  FLOOR = 3,
  HALF_UP = 4,
  HALF_DOWN = 5,
  HALF_EVEN = 6,
  R05UP = 7,
}
export const ROUND_NAMES = [
  "ROUND_UP",
  "ROUND_DOWN",
  "ROUND_CEILING",
  "ROUND_FLOOR",
  "ROUND_HALF_UP",
  "ROUND_HALF_DOWN",
  "ROUND_HALF_EVEN",
  "ROUND_05UP",
]

export const enum Flag {
  Clamped = 0x1,
  Conversion_syntax = 0x2,
  Division_by_zero = 0x4,
  Division_impossible = 0x8,
  Division_undefined = 0x10,
  Fpu_error = 0x20,
  Inexact = 0x40,
  Invalid_context = 0x80,
  Invalid_operation = 0x100,
  Malloc_error = 0x200,
  Float_operation = 0x400,
  Overflow = 0x800,
  Rounded = 0x1000,
  Subnormal = 0x2000,
  Underflow = 0x4000,
  IEEE_Invalid_operation = 0x3ba,
  Errors = 0x3be,
}

export const MAX_PREC = 999999999999999999n
export const MAX_EMAX = 999999999999999999n
export const MIN_EMIN = -999999999999999999n
export const MIN_ETINY = -1999999999999999997n
export const EXP_INF = 2000000000000000001n
export const EXP_CLAMP = -4000000000000000001n
export const MAXCTX: Ctx = { prec: MAX_PREC, emax: MAX_EMAX, emin: MIN_EMIN, round: Round.HALF_EVEN, clamp: 0 }

/** The conditions met since the last `begin`. */
export let status = 0
export function raise(flags: number): void {
  status |= flags
}
/** Start to collect conditions anew; the old ones, to put back with `restore`. */
export function begin(): number {
  const old = status
  status = 0
  return old
}
export function restore(old: number): void {
  status = old
}

/** Thrown when a coefficient would not fit in memory; the callers of operations turn it into MemoryError. */
export class TooBig extends Error {}

const POW10: bigint[] = [1n]
const MAX_SHIFT = 300_000_000n
/** 10^n. */
export function pow10(n: bigint): bigint {
  if (n > MAX_SHIFT) throw new TooBig()
  const i = Number(n)
  if (i > 400) return 10n ** n
  for (let k = POW10.length; k <= i; k++) POW10.push(POW10[k - 1] * 10n)
  return POW10[i]
}
/** The number of decimal digits of a coefficient; 1 for zero. */
export function digitsOf(v: bigint): bigint {
  if (v < 0x20000000000000n) {
    const x = Number(v)
    let n = 1
    for (let p = 10; p <= x; p *= 10) n++
    return BigInt(n)
  }
  const hex = v.toString(16)
  const bits = (hex.length - 1) * 4 + 32 - Math.clz32(parseInt(hex[0], 16))
  // log10(2) from below: the estimate is right or one too small
  let d = BigInt(Math.floor((bits - 1) * 0.30102999566398))
  if (d < 1n) d = 1n
  while (v >= pow10(d)) d++
  return d
}

export function finite(sign: 0 | 1, coeff: bigint, exp: bigint): Num {
  return { sign, kind: Kind.FINITE, exp, coeff, digits: digitsOf(coeff) }
}
export function infinity(sign: 0 | 1): Num {
  return { sign, kind: Kind.INF, exp: 0n, coeff: 0n, digits: 0n }
}
export function nan(): Num {
  return { sign: 0, kind: Kind.NAN, exp: 0n, coeff: 0n, digits: 0n }
}
export function nanPayload(sign: 0 | 1, kind: Kind, coeff: bigint): Num {
  return { sign, kind, exp: 0n, coeff, digits: coeff === 0n ? 0n : digitsOf(coeff) }
}
/** mpd_seterror: a NaN, and the condition noted. */
export function error(flags: number): Num {
  raise(flags)
  return nan()
}
export function invalid(): Num {
  return error(Flag.Invalid_operation)
}
export function withSign(a: Num, sign: 0 | 1): Num {
  return a.sign === sign ? a : { sign, kind: a.kind, exp: a.exp, coeff: a.coeff, digits: a.digits }
}
export function withExp(a: Num, exp: bigint): Num {
  return { sign: a.sign, kind: a.kind, exp, coeff: a.coeff, digits: a.digits }
}
export function withRound(c: Ctx, round: Round): Ctx {
  return { prec: c.prec, emax: c.emax, emin: c.emin, round, clamp: c.clamp }
}
export const ONE: Num = { sign: 0, kind: Kind.FINITE, exp: 0n, coeff: 1n, digits: 1n }

export function isSpecial(a: Num): boolean {
  return a.kind !== Kind.FINITE
}
export function isNan(a: Num): boolean {
  return a.kind >= Kind.NAN
}
export function isZero(a: Num): boolean {
  return a.kind === Kind.FINITE && a.coeff === 0n
}
export function adjexp(a: Num): bigint {
  return a.exp + a.digits - 1n
}
export function etiny(c: Ctx): bigint {
  return c.emin - (c.prec - 1n)
}
export function etop(c: Ctx): bigint {
  return c.emax - (c.prec - 1n)
}
export function isNormal(a: Num, c: Ctx): boolean {
  return a.kind === Kind.FINITE && a.coeff !== 0n && adjexp(a) >= c.emin
}
export function isSubnormal(a: Num, c: Ctx): boolean {
  return a.kind === Kind.FINITE && a.coeff !== 0n && adjexp(a) < c.emin
}
/** Is a finite number an integer? */
export function isInteger(a: Num): boolean {
  if (a.kind !== Kind.FINITE) return false
  if (a.exp >= 0n || a.coeff === 0n) return true
  const shift = -a.exp
  return shift < a.digits && a.coeff % pow10(shift) === 0n
}
/** Is an integer (in the sense of isInteger) odd? */
export function isOdd(a: Num): boolean {
  if (a.coeff === 0n || a.exp > 0n) return false
  return ((a.exp < 0n ? a.coeff / pow10(-a.exp) : a.coeff) & 1n) === 1n
}
/** The value as an int64 when its exponent allows; null when it is no integer or too large. */
export function toInt64(a: Num): bigint | null {
  if (!isInteger(a)) return null
  if (a.coeff === 0n) return 0n
  if (adjexp(a) > 19n) return null
  const v = a.exp < 0n ? a.coeff / pow10(-a.exp) : a.coeff * pow10(a.exp)
  if (v > 0x7fffffffffffffffn) return null
  return a.sign ? -v : v
}

/** How the digits cut off by the last `shiftRight` compare with half a unit: 0 nothing, 1 less, 5 half, 6 more. */
export let rest = 0
/** Cut off the n last digits; the rest goes to `rest`. */
export function shiftRight(coeff: bigint, digits: bigint, n: bigint): bigint {
  if (n <= 0n || coeff === 0n) {
    rest = 0
    return coeff
  }
  if (n > digits) {
    rest = 1
    return 0n
  }
  const p = pow10(n)
  const q = coeff / p
  const twice = (coeff - q * p) << 1n
  rest = twice === 0n ? 0 : twice < p ? 1 : twice === p ? 5 : 6
  return q
}
/** Does the rest `rnd` round the magnitude `coeff` up? */
export function roundsUp(sign: number, coeff: bigint, rnd: number, round: Round): boolean {
  if (rnd === 0) return false
  switch (round) {
    case Round.DOWN:
      return false
    case Round.UP:
      return true
    case Round.HALF_UP:
      return rnd >= 5
    case Round.HALF_DOWN:
      return rnd > 5
    case Round.HALF_EVEN:
      return rnd > 5 || (rnd === 5 && (coeff & 1n) === 1n)
    case Round.CEILING:
      return sign === 0
    case Round.FLOOR:
      return sign === 1
    case Round.R05UP:
      return coeff % 5n === 0n
  }
}

/** The largest number of the precision. */
export function maxcoeff(sign: 0 | 1, c: Ctx): Num {
  return { sign, kind: Kind.FINITE, exp: etop(c), coeff: pow10(c.prec) - 1n, digits: c.prec }
}
function overflowed(a: Num, c: Ctx): Num {
  raise(Flag.Overflow | Flag.Inexact | Flag.Rounded)
  const r = c.round
  if (r === Round.DOWN || r === Round.R05UP || (r === Round.CEILING && a.sign === 1) || (r === Round.FLOOR && a.sign === 0))
    return maxcoeff(a.sign, c)
  return infinity(a.sign)
}
/** _mpd_check_exp: overflow, underflow, clamping. */
function checkExp(a: Num, c: Ctx): Num {
  const adj = adjexp(a)
  if (adj > c.emax) {
    if (a.coeff === 0n) {
      raise(Flag.Clamped)
      return finite(a.sign, 0n, c.clamp ? etop(c) : c.emax)
    }
    return overflowed(a, c)
  }
  if (c.clamp && a.exp > etop(c)) {
    const shift = a.exp - etop(c)
    raise(Flag.Clamped)
    if (a.coeff === 0n) return finite(a.sign, 0n, a.exp - shift)
    if (adj < c.emin) raise(Flag.Subnormal)
    return { sign: a.sign, kind: Kind.FINITE, exp: a.exp - shift, coeff: a.coeff * pow10(shift), digits: a.digits + shift }
  }
  if (adj >= c.emin) return a
  const tiny = etiny(c)
  if (a.coeff === 0n) {
    if (a.exp >= tiny) return a
    raise(Flag.Clamped)
    return finite(a.sign, 0n, tiny)
  }
  raise(Flag.Subnormal)
  if (a.exp >= tiny) return a
  let q = shiftRight(a.coeff, a.digits, tiny - a.exp)
  const rnd = rest
  if (roundsUp(a.sign, q, rnd, c.round)) q += 1n
  raise(Flag.Rounded)
  if (rnd) raise(q === 0n ? Flag.Inexact | Flag.Underflow | Flag.Clamped : Flag.Inexact | Flag.Underflow)
  return finite(a.sign, q, tiny)
}
/** mpd_qfinalize: what every operation does to its result. */
export function finalize(a: Num, c: Ctx): Num {
  if (a.kind !== Kind.FINITE) return a.kind >= Kind.NAN ? fixNan(a, c) : a
  const r = checkExp(a, c)
  if (r.kind !== Kind.FINITE || r.digits <= c.prec) return r
  const shift = r.digits - c.prec
  const q = shiftRight(r.coeff, r.digits, shift)
  const rnd = rest
  raise(rnd ? Flag.Rounded | Flag.Inexact : Flag.Rounded)
  if (!roundsUp(r.sign, q, rnd, c.round)) return { sign: r.sign, kind: Kind.FINITE, exp: r.exp + shift, coeff: q, digits: c.prec }
  if (q + 1n < pow10(c.prec)) return { sign: r.sign, kind: Kind.FINITE, exp: r.exp + shift, coeff: q + 1n, digits: c.prec }
  return checkExp({ sign: r.sign, kind: Kind.FINITE, exp: r.exp + shift + 1n, coeff: pow10(c.prec - 1n), digits: c.prec }, c)
}
/** Keep of a NaN's payload what fits the precision. */
function fixNan(a: Num, c: Ctx): Num {
  const prec = c.prec - BigInt(c.clamp)
  return a.digits <= prec ? a : nanPayload(a.sign, a.kind, prec === 0n ? 0n : a.coeff % pow10(prec))
}
/** Cut off the leading digits beyond the precision. */
export function cap(a: Num, c: Ctx): Num {
  return a.digits <= c.prec ? a : finite(a.sign, a.coeff % pow10(c.prec), a.exp)
}

function quiet(a: Num, c: Ctx): Num {
  if (a.kind === Kind.SNAN) raise(Flag.Invalid_operation)
  return fixNan({ sign: a.sign, kind: Kind.NAN, exp: a.exp, coeff: a.coeff, digits: a.digits }, c)
}
/** mpd_qcheck_nan: the quiet NaN that an operation on NaN yields, null if there is no NaN. */
export function checkNan(a: Num, c: Ctx): Num | null {
  return a.kind >= Kind.NAN ? quiet(a, c) : null
}
export function checkNans(a: Num, b: Num, c: Ctx): Num | null {
  if (a.kind < Kind.NAN && b.kind < Kind.NAN) return null
  return quiet(a.kind === Kind.SNAN ? a : b.kind === Kind.SNAN ? b : a.kind === Kind.NAN ? a : b, c)
}
export function check3Nans(a: Num, b: Num, d: Num, c: Ctx): Num | null {
  if (d.kind < Kind.NAN || a.kind === Kind.SNAN || b.kind === Kind.SNAN) return checkNans(a, b, c)
  return d.kind === Kind.SNAN ? quiet(d, c) : (checkNans(a, b, c) ?? quiet(d, c))
}

/** Compare magnitudes of numbers that are no NaNs. */
export function cmpAbs(a: Num, b: Num): number {
  if (a.kind === Kind.INF) return b.kind === Kind.INF ? 0 : 1
  if (b.kind === Kind.INF) return -1
  if (a.coeff === 0n) return b.coeff === 0n ? 0 : -1
  if (b.coeff === 0n) return 1
  const x = adjexp(a)
  const y = adjexp(b)
  if (x !== y) return x < y ? -1 : 1
  const d = a.exp - b.exp
  const p = d > 0n ? a.coeff * pow10(d) : a.coeff
  const q = d < 0n ? b.coeff * pow10(-d) : b.coeff
  return p < q ? -1 : p > q ? 1 : 0
}
/** Compare numbers that are no NaNs. */
export function cmp(a: Num, b: Num): number {
  if (isZero(a) && isZero(b)) return 0
  if (isZero(a)) return b.sign ? 1 : -1
  if (isZero(b)) return a.sign ? -1 : 1
  if (a.sign !== b.sign) return b.sign - a.sign
  return a.sign ? -cmpAbs(a, b) : cmpAbs(a, b)
}
