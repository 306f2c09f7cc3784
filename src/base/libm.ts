// The elementary functions as glibc rounds them (nearly always correctly).

export function pow(x: number, y: number): number {
  return x ** y
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

/** a * b - p exactly, where p is the rounded product (Dekker). */
export function twoProductTail(a: number, b: number, p: number): number {
  const ca = 134217729 * a
  const ah = ca - (ca - a)
  const al = a - ah
  const cb = 134217729 * b
  const bh = cb - (cb - b)
  const bl = b - bh
  return ah * bh - p + ah * bl + al * bh + al * bl
}

export function exp(x: number): number {
  return Math.exp(x)
}
export function exp2(x: number): number {
  return 2 ** x
}
export function log(x: number): number {
  return Math.log(x)
}
export function log2(x: number): number {
  return Math.log2(x)
}
export function log10(x: number): number {
  return Math.log10(x)
}
export function sin(x: number): number {
  return Math.sin(x)
}
export function cos(x: number): number {
  return Math.cos(x)
}
export function tan(x: number): number {
  return Math.tan(x)
}
export function asin(x: number): number {
  return Math.asin(x)
}
export function acos(x: number): number {
  return Math.acos(x)
}
export function atan(x: number): number {
  return Math.atan(x)
}
export function atan2(y: number, x: number): number {
  return Math.atan2(y, x)
}
export function sinh(x: number): number {
  return Math.sinh(x)
}
export function cosh(x: number): number {
  return Math.cosh(x)
}
export function tanh(x: number): number {
  return Math.tanh(x)
}
export function asinh(x: number): number {
  return Math.asinh(x)
}
export function acosh(x: number): number {
  return Math.acosh(x)
}
export function atanh(x: number): number {
  return Math.atanh(x)
}
export function expm1(x: number): number {
  return Math.expm1(x)
}
export function log1p(x: number): number {
  return Math.log1p(x)
}
export function cbrt(x: number): number {
  return Math.cbrt(x)
}
/** Error function by its series, or one less the continued fraction. */
export function erf(x: number): number {
  if (x !== x) return x
  const a = Math.abs(x)
  if (a < 1.5) return erfSeries(x)
  const c = erfcFraction(a)
  return x > 0 ? 1 - c : c - 1
}
export function erfc(x: number): number {
  if (x !== x) return x
  const a = Math.abs(x)
  if (a < 1.5) return 1 - erfSeries(x)
  const c = erfcFraction(a)
  return x > 0 ? c : 2 - c
}
const SQRT_PI = 1.7724538509055159
function erfSeries(x: number): number {
  const x2 = x * x
  let acc = 0
  for (let k = 25.5; k > 0.5; k--) acc = 2 + (x2 * acc) / k
  return (acc * x * exp(-x2)) / SQRT_PI
}
function erfcFraction(x: number): number {
  if (x >= 30) return 0
  const x2 = x * x
  let a = 0
  let da = 0.5
  let p = 1
  let p0 = 0
  let q = da + x2
  let q0 = 1
  for (let i = 0; i < 50; i++) {
    a += da
    da += 2
    const b = da + x2
    let t = p
    p = b * p - a * p0
    p0 = t
    t = q
    q = b * q - a * q0
    q0 = t
  }
  return ((p / q) * x * exp(-x2)) / SQRT_PI
}
