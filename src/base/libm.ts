import { frexp, frexpExp, ldexp } from "./double.ts"
import { expOf } from "./libm/exp.ts"
import { logTwofold } from "./libm/log.ts"
import { low, mul, twoProductTail } from "./libm/twofold.ts"

// The elementary functions as glibc rounds them: nearly always correctly.

export { erf, erfc } from "./libm/erf.ts"
export { exp, exp2 } from "./libm/exp.ts"
export { acosh, asinh, atanh, cosh, expm1, log1p, sinh, tanh } from "./libm/hyperbolic.ts"
export { log, log10, log2 } from "./libm/log.ts"
export { acos, asin, atan, atan2, cos, sin, tan } from "./libm/trig.ts"
export { twoProductTail } from "./libm/twofold.ts"

/** C's pow, where 1 to any power is 1, as is -1 to an infinite one. */
export function pow(x: number, y: number): number {
  if (y === 2) return x * x
  if (y === 1) return x
  if (y === 0.5 && x > 0) return Math.sqrt(x)
  if (x === 1) return 1
  const a = Math.abs(x)
  if (a === 1 && Math.abs(y) === Infinity) return 1
  if (!(a > 0 && a < Infinity && Math.abs(y) < Infinity) || y === 0) return x ** y
  let sign = 1
  if (x < 0) {
    if (Math.floor(y) !== y) return NaN
    if (y % 2 !== 0) sign = -1
    if (a === 1) return sign
  }
  // beyond these an ordinary number goes to 0 or infinity, or stays at 1
  if (Math.abs(y) > 1e25) return a > 1 === y > 0 ? sign * Infinity : sign * 0
  if (Math.abs(y) < 1e-25) return sign
  const h = logTwofold(a)
  const p = mul(h, low, y, 0)
  return sign * expOf(p, low)
}
export function hypot(x: number, y: number): number {
  x = Math.abs(x)
  y = Math.abs(y)
  if (x === Infinity || y === Infinity) return Infinity
  if (x < y) {
    const t = x
    x = y
    y = t
  }
  if (y === 0 || x !== x || y !== y) return x + y
  if (y < x * 2 ** -54) return x + y
  let scale = 1
  if (x > 2 ** 500) {
    scale = 2 ** 600
    x *= 2 ** -600
    y *= 2 ** -600
  } else if (y < 2 ** -459) {
    scale = 2 ** -600
    x *= 2 ** 600
    y *= 2 ** 600
  }
  // sqrt corrected by the exact residue x*x + y*y - h*h
  const h = Math.sqrt(x * x + y * y)
  if (h === 0) return 0
  const r = residue(x, y, h)
  return (h - r / (2 * h)) * scale
}

/** h*h - x*x - y*y, with the products exact. */
function residue(x: number, y: number, h: number): number {
  const hh = h * h
  const xx = x * x
  const yy = y * y
  return hh - xx - yy + (twoProductTail(h, h, hh) - twoProductTail(x, x, xx) - twoProductTail(y, y, yy))
}

/** As glibc has it: a polynomial of the mantissa, one step of Halley's method. */
export function cbrt(x: number): number {
  const m = frexp(Math.abs(x))
  if (!(m > 0 && m < 1)) return x
  const e = frexpExp
  const u =
    0.35489576504391984 +
    (1.508191937815849 -
      (2.114994941673713 - (2.4469312256353444 - (1.8346927748361308 - (0.7849323449766392 - 0.14526389938548637 * m) * m) * m) * m) * m) *
      m
  const t = u * u * u
  const y = ((u * (t + 2 * m)) / (2 * t + m)) * (CBRT_FACTOR[2 + (e % 3)] as number)
  const r = ldexp(y, Math.trunc(e / 3))
  return x > 0 ? r : -r
}
const CBRT2 = 1.2599210498948732
const CBRT4 = 1.5874010519681996
const CBRT_FACTOR = [1 / CBRT4, 1 / CBRT2, 1, CBRT2, CBRT4]
