import { copysign, ldexp } from "../../base/double.ts"
import * as libm from "../../base/libm.ts"
import * as special from "./special.ts"

// Modules/cmathmodule.c. Every function leaves its result in `re`, `im` and what C leaves in errno in `err`: read them at once.

export let re = 0
export let im = 0
export let err = 0
export const EDOM = 33
export const ERANGE = 34

const MAX = Number.MAX_VALUE
const LARGE = MAX / 4
const SQRT_LARGE = Math.sqrt(LARGE)
const LOG_LARGE = Math.log(LARGE)
const MIN = 2.2250738585072014e-308
const SQRT_MIN = Math.sqrt(MIN)
const SCALE_UP = 53
const SCALE_DOWN = -27

function set(r: number, i: number, e: number): void {
  re = r
  im = i
  err = e
}

function kind(d: number): number {
  if (Number.isFinite(d)) {
    const positive = copysign(1, d) === 1
    if (d !== 0) return positive ? 4 : 1
    return positive ? 3 : 2
  }
  if (d !== d) return 6
  return d > 0 ? 5 : 0
}
function look(table: readonly number[], x: number, y: number, e: number): void {
  const i = 2 * (7 * kind(x) + kind(y))
  set(table[i], table[i + 1], e)
}
function finite(x: number, y: number): boolean {
  return Number.isFinite(x) && Number.isFinite(y)
}
function infinite(x: number): boolean {
  return x === Infinity || x === -Infinity
}

export function sqrt(x: number, y: number): void {
  if (!finite(x, y)) return look(special.SQRT, x, y, 0)
  if (x === 0 && y === 0) return set(0, y, 0)
  let ax = Math.abs(x)
  const ay = Math.abs(y)
  let s: number
  if (ax < MIN && ay < MIN) {
    ax = ldexp(ax, SCALE_UP)
    s = ldexp(Math.sqrt(ax + libm.hypot(ax, ldexp(ay, SCALE_UP))), SCALE_DOWN)
  } else {
    ax /= 8
    s = 2 * Math.sqrt(ax + libm.hypot(ax, ay / 8))
  }
  const d = ay / (2 * s)
  if (x >= 0) set(s, copysign(d, y), 0)
  else set(d, copysign(s, y), 0)
}

export function acos(x: number, y: number): void {
  if (!finite(x, y)) return look(special.ACOS, x, y, 0)
  if (Math.abs(x) > LARGE || Math.abs(y) > LARGE) {
    const r = libm.atan2(Math.abs(y), x)
    const l = libm.log(libm.hypot(x / 2, y / 2)) + Math.LN2 * 2
    return set(r, x < 0 ? -copysign(l, y) : copysign(l, -y), 0)
  }
  sqrt(1 - x, -y)
  const r1 = re
  const i1 = im
  sqrt(1 + x, y)
  set(2 * libm.atan2(r1, re), libm.asinh(re * i1 - im * r1), 0)
}

export function acosh(x: number, y: number): void {
  if (!finite(x, y)) return look(special.ACOSH, x, y, 0)
  if (Math.abs(x) > LARGE || Math.abs(y) > LARGE) {
    return set(libm.log(libm.hypot(x / 2, y / 2)) + Math.LN2 * 2, libm.atan2(y, x), 0)
  }
  sqrt(x - 1, y)
  const r1 = re
  const i1 = im
  sqrt(x + 1, y)
  set(libm.asinh(r1 * re + i1 * im), 2 * libm.atan2(i1, re), 0)
}

export function asinh(x: number, y: number): void {
  if (!finite(x, y)) return look(special.ASINH, x, y, 0)
  if (Math.abs(x) > LARGE || Math.abs(y) > LARGE) {
    const l = libm.log(libm.hypot(x / 2, y / 2)) + Math.LN2 * 2
    return set(y >= 0 ? copysign(l, x) : -copysign(l, -x), libm.atan2(y, Math.abs(x)), 0)
  }
  sqrt(1 + y, -x)
  const r1 = re
  const i1 = im
  sqrt(1 - y, x)
  set(libm.asinh(r1 * im - re * i1), libm.atan2(y, r1 * re - i1 * im), 0)
}

/** f(z) = -i * g(i * z) */
function rotated(g: (x: number, y: number) => void, x: number, y: number): void {
  g(-y, x)
  set(im, -re, err)
}
export function asin(x: number, y: number): void {
  rotated(asinh, x, y)
}
export function atan(x: number, y: number): void {
  rotated(atanh, x, y)
}
export function sin(x: number, y: number): void {
  rotated(sinh, x, y)
}
export function tan(x: number, y: number): void {
  rotated(tanh, x, y)
}
export function cos(x: number, y: number): void {
  cosh(-y, x)
}

export function atanh(x: number, y: number): void {
  if (!finite(x, y)) return look(special.ATANH, x, y, 0)
  if (x < 0) {
    atanh(-x, -y)
    return set(-re, -im, err)
  }
  const ay = Math.abs(y)
  if (x > SQRT_LARGE || ay > SQRT_LARGE) {
    const h = libm.hypot(x / 2, y / 2)
    set(x / 4 / h / h, -copysign(Math.PI / 2, -y), 0)
  } else if (x === 1 && ay < SQRT_MIN) {
    if (ay === 0) set(Infinity, y, EDOM)
    else set(-libm.log(Math.sqrt(ay) / Math.sqrt(libm.hypot(ay, 2))), copysign(libm.atan2(2, -ay) / 2, y), 0)
  } else {
    set(libm.log1p((4 * x) / ((1 - x) * (1 - x) + ay * ay)) / 4, -libm.atan2(-2 * y, (1 - x) * (1 + x) - ay * ay) / 2, 0)
  }
}

function overflowed(r: number, i: number): void {
  set(r, i, infinite(r) || infinite(i) ? ERANGE : 0)
}

export function cosh(x: number, y: number): void {
  if (!finite(x, y)) {
    const e = infinite(y) && x === x ? EDOM : 0
    if (infinite(x) && Number.isFinite(y) && y !== 0) {
      const s = copysign(Infinity, libm.sin(y))
      return set(copysign(Infinity, libm.cos(y)), x > 0 ? s : -s, e)
    }
    return look(special.COSH, x, y, e)
  }
  if (Math.abs(x) > LOG_LARGE) {
    const d = x - copysign(1, x)
    overflowed(libm.cos(y) * libm.cosh(d) * Math.E, libm.sin(y) * libm.sinh(d) * Math.E)
  } else overflowed(libm.cos(y) * libm.cosh(x), libm.sin(y) * libm.sinh(x))
}

export function sinh(x: number, y: number): void {
  if (!finite(x, y)) {
    const e = infinite(y) && x === x ? EDOM : 0
    if (infinite(x) && Number.isFinite(y) && y !== 0) {
      const c = copysign(Infinity, libm.cos(y))
      return set(x > 0 ? c : -c, copysign(Infinity, libm.sin(y)), e)
    }
    return look(special.SINH, x, y, e)
  }
  if (Math.abs(x) > LOG_LARGE) {
    const d = x - copysign(1, x)
    overflowed(libm.cos(y) * libm.sinh(d) * Math.E, libm.sin(y) * libm.cosh(d) * Math.E)
  } else overflowed(libm.cos(y) * libm.sinh(x), libm.sin(y) * libm.cosh(x))
}

export function tanh(x: number, y: number): void {
  if (!finite(x, y)) {
    const e = infinite(y) && Number.isFinite(x) ? EDOM : 0
    if (infinite(x) && Number.isFinite(y) && y !== 0) return set(x > 0 ? 1 : -1, copysign(0, 2 * libm.sin(y) * libm.cos(y)), e)
    return look(special.TANH, x, y, e)
  }
  if (Math.abs(x) > LOG_LARGE) {
    return set(copysign(1, x), 4 * libm.sin(y) * libm.cos(y) * libm.exp(-2 * Math.abs(x)), 0)
  }
  const tx = libm.tanh(x)
  const ty = libm.tan(y)
  const cx = 1 / libm.cosh(x)
  const txty = tx * ty
  const denom = 1 + txty * txty
  set((tx * (1 + ty * ty)) / denom, (ty / denom) * cx * cx, 0)
}

export function exp(x: number, y: number): void {
  if (!finite(x, y)) {
    const e = infinite(y) && (Number.isFinite(x) || x === Infinity) ? EDOM : 0
    if (infinite(x) && Number.isFinite(y) && y !== 0) {
      const size = x > 0 ? Infinity : 0
      return set(copysign(size, libm.cos(y)), copysign(size, libm.sin(y)), e)
    }
    return look(special.EXP, x, y, e)
  }
  if (x > LOG_LARGE) {
    const l = libm.exp(x - 1)
    overflowed(l * libm.cos(y) * Math.E, l * libm.sin(y) * Math.E)
  } else {
    const l = libm.exp(x)
    overflowed(l * libm.cos(y), l * libm.sin(y))
  }
}

export function log(x: number, y: number): void {
  if (!finite(x, y)) return look(special.LOG, x, y, 0)
  const ax = Math.abs(x)
  const ay = Math.abs(y)
  let r: number
  if (ax > LARGE || ay > LARGE) r = libm.log(libm.hypot(ax / 2, ay / 2)) + Math.LN2
  else if (ax < MIN && ay < MIN) {
    if (ax === 0 && ay === 0) return set(-Infinity, libm.atan2(y, x), EDOM)
    r = libm.log(libm.hypot(ldexp(ax, 53), ldexp(ay, 53))) - 53 * Math.LN2
  } else {
    const h = libm.hypot(ax, ay)
    if (0.71 <= h && h <= 1.73) {
      const am = ax > ay ? ax : ay
      const an = ax > ay ? ay : ax
      r = libm.log1p((am - 1) * (am + 1) + an * an) / 2
    } else r = libm.log(h)
  }
  set(r, libm.atan2(y, x), 0)
}

export function log10(x: number, y: number): void {
  log(x, y)
  set(re / Math.LN10, im / Math.LN10, err)
}

export function rect(r: number, phi: number): void {
  if (!finite(r, phi)) {
    const e = r !== 0 && r === r && infinite(phi) ? EDOM : 0
    if (infinite(r) && Number.isFinite(phi) && phi !== 0) {
      const c = copysign(Infinity, libm.cos(phi))
      const s = copysign(Infinity, libm.sin(phi))
      return r > 0 ? set(c, s, e) : set(-c, -s, e)
    }
    return look(special.RECT, r, phi, e)
  }
  if (phi === 0) set(r, r * phi, 0)
  else set(r * libm.cos(phi), r * libm.sin(phi), 0)
}
