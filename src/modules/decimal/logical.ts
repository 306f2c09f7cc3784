import { triple } from "./arith.ts"
import {
  adjexp,
  cap,
  checkNan,
  checkNans,
  cmpAbs,
  type Ctx,
  EXP_CLAMP,
  EXP_INF,
  finalize,
  finite,
  Flag,
  infinity,
  invalid,
  isNan,
  isNormal,
  Kind,
  type Num,
  pow10,
  raise,
  shiftRight,
  toInt64,
  withExp,
  withSign,
} from "./num.ts"

// libmpdec/mpdecimal.c: digit-wise operations, shifts of coefficient and exponent, total order, classes.

/** The digits of a logical operand, null if it is none. */
function bits(a: Num): string | null {
  if (a.kind !== Kind.FINITE || a.sign || a.exp !== 0n) return null
  const s = a.coeff.toString()
  return /^[01]*$/.test(s) ? s : null
}
function logical(a: Num, b: Num, c: Ctx, f: (x: string, y: string) => boolean): Num {
  let x = bits(a)
  let y = bits(b)
  if (x === null || y === null) return invalid()
  const n = Math.max(x.length, y.length)
  x = x.padStart(n, "0")
  y = y.padStart(n, "0")
  let s = ""
  for (let i = 0; i < n; i++) s += f(x[i], y[i]) ? "1" : "0"
  return cap(finite(0, BigInt(s), 0n), c)
}
export function qand(a: Num, b: Num, c: Ctx): Num {
  return logical(a, b, c, (x, y) => x === "1" && y === "1")
}
export function qor(a: Num, b: Num, c: Ctx): Num {
  return logical(a, b, c, (x, y) => x === "1" || y === "1")
}
export function qxor(a: Num, b: Num, c: Ctx): Num {
  return logical(a, b, c, (x, y) => x !== y)
}
export function qinvert(a: Num, c: Ctx): Num {
  const x = bits(a)
  if (x === null) return invalid()
  const n = a.digits < c.prec ? c.prec : a.digits
  return cap(finite(0, (pow10(n) - 1n) / 9n - a.coeff, 0n), c)
}

/** The shift that `b` asks for, within the precision; null: invalid. */
function shiftOf(b: Num, c: Ctx): bigint | null {
  if (b.exp !== 0n || b.kind === Kind.INF) return null
  const n = toInt64(b)
  return n === null || n > c.prec || n < -c.prec ? null : n
}
export function qrotate(a: Num, b: Num, c: Ctx): Num {
  const nan = checkNans(a, b, c)
  if (nan !== null) return nan
  const n = shiftOf(b, c)
  if (n === null) return invalid()
  if (a.kind === Kind.INF) return a
  const left = n >= 0n ? n : c.prec + n
  const right = c.prec - left
  const x = cap(a, c)
  const big = cap(finite(0, x.coeff * pow10(left), 0n), c).coeff
  return finite(a.sign, big + shiftRight(x.coeff, x.digits, right), a.exp)
}
export function qshift(a: Num, b: Num, c: Ctx): Num {
  const nan = checkNans(a, b, c)
  if (nan !== null) return nan
  const n = shiftOf(b, c)
  if (n === null) return invalid()
  if (a.kind === Kind.INF) return a
  if (n >= 0n) return cap(finite(a.sign, a.coeff === 0n ? 0n : a.coeff * pow10(n), a.exp), c)
  const x = cap(a, c)
  return finite(a.sign, shiftRight(x.coeff, x.digits, -n), a.exp)
}
export function qscaleb(a: Num, b: Num, c: Ctx): Num {
  const nan = checkNans(a, b, c)
  if (nan !== null) return nan
  if (b.exp !== 0n || b.kind === Kind.INF) return invalid()
  if (b.coeff > 2n * (c.emax + c.prec)) return invalid()
  if (a.kind === Kind.INF) return a
  const exp = a.exp + (b.sign ? -b.coeff : b.coeff)
  return finalize(withExp(a, exp > EXP_INF ? EXP_INF : exp < EXP_CLAMP ? EXP_CLAMP : exp), c)
}
export function qlogb(a: Num, c: Ctx): Num {
  if (a.kind !== Kind.FINITE) return checkNan(a, c) ?? infinity(0)
  if (a.coeff === 0n) {
    raise(Flag.Division_by_zero)
    return infinity(1)
  }
  return fromInt(adjexp(a), c)
}
/** mpd_qset_ssize. */
export function fromInt(v: bigint, c: Ctx): Num {
  return finalize(v < 0n ? finite(1, -v, 0n) : finite(0, v, 0n), c)
}

function cmpTotal(a: Num, b: Num): number {
  if (a.sign !== b.sign) return b.sign - a.sign
  let c: number
  if (isNan(a)) {
    if (!isNan(b)) c = 1
    else if (a.kind !== b.kind) c = a.kind === Kind.NAN ? 1 : -1
    else c = a.coeff < b.coeff ? -1 : a.coeff > b.coeff ? 1 : 0
  } else if (isNan(b)) c = -1
  else {
    c = cmpAbs(a, b)
    if (c === 0 && a.exp !== b.exp) c = a.exp < b.exp ? -1 : 1
  }
  return a.sign ? -c : c
}
export function compare_total(a: Num, b: Num): Num {
  return triple(cmpTotal(a, b))
}
export function compare_total_mag(a: Num, b: Num): Num {
  return triple(cmpTotal(withSign(a, 0), withSign(b, 0)))
}
export function same_quantum(a: Num, b: Num): boolean {
  if (a.kind !== Kind.FINITE || b.kind !== Kind.FINITE) return (isNan(a) && isNan(b)) || (a.kind === Kind.INF && b.kind === Kind.INF)
  return a.exp === b.exp
}
export function copy_sign(a: Num, b: Num): Num {
  return withSign(a, b.sign)
}
export function className(a: Num, c: Ctx): string {
  if (a.kind === Kind.NAN) return "NaN"
  if (a.kind === Kind.SNAN) return "sNaN"
  return (a.sign ? "-" : "+") + (a.kind === Kind.INF ? "Infinity" : a.coeff === 0n ? "Zero" : isNormal(a, c) ? "Normal" : "Subnormal")
}

/** The value modulo the prime of numeric hashes, 2^61 - 1. */
export function hashMod(a: Num): bigint {
  const P = 0x1fffffffffffffffn
  let base = a.exp < 0n ? 2075258708292324556n : 10n
  let r = a.coeff % P
  for (let e = a.exp < 0n ? -a.exp : a.exp; e > 0n; e >>= 1n) {
    if (e & 1n) r = (r * base) % P
    base = (base * base) % P
  }
  return r
}
