import { expOf } from "./exp.ts"
import { logTwofold } from "./log.ts"
import { add, div, low, mul, twoProductTail, twoSum } from "./twofold.ts"

// The error function: its power series up to 3, its complement's continued fraction beyond.

const TWO_OVER_SQRT_PI = 1.1283791670955126
const TWO_OVER_SQRT_PI_LOW = 1.533545961316588e-17
const SQRT_PI = 1.772453850905516
const SQRT_PI_LOW = -7.666586499825799e-17

/** erf(x), |x| < 3, as a sum. */
function series(x: number): number {
  const x2 = x * x
  const x2l = twoProductTail(x, x, x2)
  let t = x
  let tl = 0
  let s = x
  let sl = 0
  for (let k = 1; Math.abs(t) > 1e-33 * Math.abs(s); k++) {
    t = mul(t, tl, -x2, -x2l)
    t = div(t, low, k, 0)
    tl = low
    const q = div(t, tl, 2 * k + 1, 0)
    s = add(s, sl, q, low)
    sl = low
  }
  return mul(s, sl, TWO_OVER_SQRT_PI, TWO_OVER_SQRT_PI_LOW)
}

/** erfc(x), x >= 3: exp(-x*x) / (sqrt(pi) * (x + (1/2)/(x + (2/2)/(x + ...)))) */
function fraction(x: number): number {
  let f = x
  let fl = 0
  for (let k = Math.ceil(20 + 360 / x); k > 0; k--) {
    f = div(k / 2, 0, f, fl)
    f = add(f, low, x, 0)
    fl = low
  }
  f = mul(f, fl, SQRT_PI, SQRT_PI_LOW)
  fl = low
  const h = logTwofold(f)
  const l = low + fl / f
  const x2 = x * x
  const e = twoSum(-x2, -h)
  return expOf(e, low - twoProductTail(x, x, x2) - l)
}

export function erf(x: number): number {
  const a = Math.abs(x)
  if (a < 3) return a < 1e-300 ? x * TWO_OVER_SQRT_PI : series(x)
  if (x !== x) return x
  const r = a < 6 ? 1 - fraction(a) : 1
  return x < 0 ? -r : r
}
export function erfc(x: number): number {
  if (x < 3 && x > -3) {
    const s = series(x)
    return add(1, 0, -s, -low)
  }
  if (x !== x) return x
  if (x < 0) return x < -6 ? 2 : 2 - fraction(-x)
  return x < 28 ? fraction(x) : 0
}
