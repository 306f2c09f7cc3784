import { copysign } from "../../base/double.ts"
import { cos, exp, log, pow, sin } from "../../base/libm.ts"

// Modules/mathmodule.c: the gamma function by Lanczos' sum (N = 13, g = 6.0246…).

/** 0, EDOM 33 or ERANGE 34 after `gamma` or `lgamma`. */
export let gammaErrno = 0
const EDOM = 33
const ERANGE = 34

const LANCZOS_G = 6.02468004077673
const LANCZOS_G_MINUS_HALF = 5.52468004077673
const NUM = [
  23531376880.41076, 42919803642.6491, 35711959237.35567, 17921034426.03721, 6039542586.352028, 1439720407.3117216, 248874557.86205417,
  31426415.585400194, 2876370.6289353725, 186056.26539522348, 8071.672002365816, 210.82427775157936, 2.5066282746310002,
]
const DEN = [
  0.0, 39916800.0, 120543840.0, 150917976.0, 105258076.0, 45995730.0, 13339535.0, 2637558.0, 357423.0, 32670.0, 1925.0, 66.0, 1.0,
]
const INTEGRAL = [
  1.0, 1.0, 2.0, 6.0, 24.0, 120.0, 720.0, 5040.0, 40320.0, 362880.0, 3628800.0, 39916800.0, 479001600.0, 6227020800.0, 87178291200.0,
  1307674368000.0, 20922789888000.0, 355687428096000.0, 6402373705728000.0, 1.21645100408832e17, 2.43290200817664e18, 5.109094217170944e19,
  1.1240007277776077e21,
]
const LOG_PI = 1.1447298858494002

function lanczos_sum(x: number): number {
  let num = 0
  let den = 0
  if (x < 5) {
    for (let i = 12; i >= 0; i--) {
      num = num * x + NUM[i]
      den = den * x + DEN[i]
    }
  } else {
    for (let i = 0; i < 13; i++) {
      num = num / x + NUM[i]
      den = den / x + DEN[i]
    }
  }
  return num / den
}

/** sin(pi * x), exact in its zeros. */
function sinpi(x: number): number {
  const y = Math.abs(x) % 2
  let r: number
  switch (Math.round(2 * y)) {
    case 0:
      r = sin(Math.PI * y)
      break
    case 1:
      r = cos(Math.PI * (y - 0.5))
      break
    case 2:
      r = sin(Math.PI * (1 - y))
      break
    case 3:
      r = -cos(Math.PI * (y - 1.5))
      break
    default:
      r = sin(Math.PI * (y - 2))
  }
  return copysign(1, x) * r
}

export function gamma(x: number): number {
  gammaErrno = 0
  if (!Number.isFinite(x)) {
    if (x !== x || x > 0) return x
    gammaErrno = EDOM
    return NaN
  }
  if (x === 0) {
    gammaErrno = EDOM
    return copysign(Infinity, x)
  }
  if (x === Math.floor(x)) {
    if (x < 0) {
      gammaErrno = EDOM
      return NaN
    }
    if (x <= 23) return INTEGRAL[x - 1]
  }
  const a = Math.abs(x)
  if (a < 1e-20) {
    const r = 1 / x
    if (Math.abs(r) === Infinity) gammaErrno = ERANGE
    return r
  }
  if (a > 200) {
    if (x < 0) return 0 / sinpi(x)
    gammaErrno = ERANGE
    return Infinity
  }
  const y = a + LANCZOS_G_MINUS_HALF
  let z = a > LANCZOS_G_MINUS_HALF ? y - a - LANCZOS_G_MINUS_HALF : y - LANCZOS_G_MINUS_HALF - a
  z = (z * LANCZOS_G) / y
  let r: number
  if (x < 0) {
    r = ((-Math.PI / sinpi(a) / a) * exp(y)) / lanczos_sum(a)
    r -= z * r
    if (a < 140) r /= pow(y, a - 0.5)
    else {
      const s = pow(y, a / 2 - 0.25)
      r /= s
      r /= s
    }
  } else {
    r = lanczos_sum(a) / exp(y)
    r += z * r
    if (a < 140) r *= pow(y, a - 0.5)
    else {
      const s = pow(y, a / 2 - 0.25)
      r *= s
      r *= s
    }
  }
  if (Math.abs(r) === Infinity) gammaErrno = ERANGE
  return r
}

export function lgamma(x: number): number {
  gammaErrno = 0
  if (!Number.isFinite(x)) return x !== x ? x : Infinity
  if (x === Math.floor(x) && x <= 2) {
    if (x <= 0) {
      gammaErrno = EDOM
      return Infinity
    }
    return 0
  }
  const a = Math.abs(x)
  if (a < 1e-20) return -log(a)
  let r = log(lanczos_sum(a)) - LANCZOS_G
  r += (a - 0.5) * (log(a + LANCZOS_G - 0.5) - 1)
  if (x < 0) r = LOG_PI - log(Math.abs(sinpi(a))) - log(a) - r
  if (Math.abs(r) === Infinity) gammaErrno = ERANGE
  return r
}
