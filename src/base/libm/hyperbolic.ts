import { exp } from "./exp.ts"
import { log } from "./log.ts"

// The hyperbolic functions as C libraries compose them.

const LN2 = Math.LN2

export function expm1(x: number): number {
  return Math.expm1(x)
}
export function log1p(x: number): number {
  return Math.log1p(x)
}
export function sinh(x: number): number {
  const a = Math.abs(x)
  const h = x < 0 ? -0.5 : 0.5
  if (a < 22) {
    if (a < 2 ** -28) return x
    const t = expm1(a)
    return a < 1 ? h * (2 * t - (t * t) / (t + 1)) : h * (t + t / (t + 1))
  }
  if (a < 709.78) return h * exp(a)
  const w = exp(0.5 * a)
  return h * w * w
}
export function cosh(x: number): number {
  const a = Math.abs(x)
  if (a < 0.34657) {
    const t = expm1(a)
    const w = 1 + t
    return a < 2 ** -55 ? w : 1 + (t * t) / (w + w)
  }
  if (a < 22) {
    const t = exp(a)
    return 0.5 * t + 0.5 / t
  }
  if (a < 709.78) return 0.5 * exp(a)
  const w = exp(0.5 * a)
  return 0.5 * w * w
}
export function tanh(x: number): number {
  const a = Math.abs(x)
  if (a < 2 ** -55) return x
  let z = 1
  if (a < 1) {
    const t = expm1(-2 * a)
    z = -t / (t + 2)
  } else if (a < 22) z = 1 - 2 / (expm1(2 * a) + 2)
  else if (x !== x) return x
  return x < 0 ? -z : z
}
export function asinh(x: number): number {
  const a = Math.abs(x)
  if (!(a > 2 ** -28 && a < Infinity)) return x
  let w = 0
  if (a > 2 ** 28) w = log(a) + LN2
  else if (a > 2) w = log(2 * a + 1 / (Math.sqrt(a * a + 1) + a))
  else {
    const t = a * a
    w = log1p(a + t / (1 + Math.sqrt(1 + t)))
  }
  return x < 0 ? -w : w
}
export function acosh(x: number): number {
  if (!(x >= 1)) return NaN
  if (x > 2 ** 28) return log(x) + LN2
  if (x > 2) return log(2 * x - 1 / (x + Math.sqrt(x * x - 1)))
  const t = x - 1
  return log1p(t + Math.sqrt(2 * t + t * t))
}
export function atanh(x: number): number {
  const a = Math.abs(x)
  if (a < 2 ** -28) return x
  let t = 0
  if (a < 0.5) {
    t = a + a
    t = 0.5 * log1p(t + (t * a) / (1 - a))
  } else if (a <= 1) t = 0.5 * log1p((a + a) / (1 - a))
  else return NaN
  return x < 0 ? -t : t
}
