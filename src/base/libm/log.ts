import { doubleFromWords, doubleHi, doubleLo } from "../double.ts"
import { LN2_HIGH, LN2_LOW } from "./exp.ts"
import { add, fromFixed, lnFixed, low, mul, twoProductTail } from "./twofold.ts"

// The logarithm: x = 2**k * m, m * c near 1 for a short c from a table, and a series for what is left.

let inverses: Float64Array | null = null
let logsHigh = new Float64Array(0)
let logsLow = new Float64Array(0)

function makeTable(): Float64Array {
  const BITS = 160
  const table = new Float64Array(128)
  logsHigh = new Float64Array(128)
  logsLow = new Float64Array(128)
  for (let i = 0; i < 128; i++) {
    // the interval's middle: m in [1, sqrt 2) or m/2 in [sqrt 1/2, 1)
    const middle = (1 + (i + 0.5) / 128) / (i < 53 ? 1 : 2)
    const c = i === 0 || i === 127 ? 512 : Math.round(512 / middle)
    table[i] = c / 512
    logsHigh[i] = fromFixed(-lnFixed(BigInt(c), 512n, BITS), BITS)
    logsLow[i] = low
  }
  inverses = table
  return table
}

/** ln(x) as a sum (in `low` too); x is finite and above zero. */
export function logTwofold(x: number): number {
  const table = inverses ?? makeTable()
  let k = 0
  if (x < 2 ** -1022) {
    x *= 2 ** 54
    k = -54
  }
  const top = doubleHi(x)
  const i = (top >> 13) & 127
  const up = i < 53 ? 0 : 1
  k += (top >> 20) - 1023 + up
  const m = doubleFromWords(doubleLo(x), (top & 0xfffff) | ((1023 - up) << 20))
  const c = table[i] as number
  // r = m*c - 1 exactly
  const p = m * c
  const h = p - 1
  const l = twoProductTail(m, c, p)
  const r = h + l
  const rl = l - (r - h)
  // r - r*r/2 + r*r*r/3 with both parts, the rest alone
  const s = mul(r, rl, r, rl)
  const sl = low
  const t = mul(s, sl, r, rl)
  const tl = low
  const rest = s * s * (-0.25 + r * (0.2 + r * (-0.16666666666666666 + r * (0.14285714285714285 + r * (-0.125 + r * 0.1111111111111111)))))
  let v = mul(t, tl, 0.3333333333333333, 1.850371707708594e-17)
  v = add(-s / 2, -sl / 2, v, low + rest)
  v = add(r, rl, v, low)
  if (k === 0 && c === 1) return v
  v = add(logsHigh[i] as number, logsLow[i] as number, v, low)
  if (k === 0) return v
  const vl = low
  const n = k * LN2_HIGH
  return add(n, twoProductTail(k, LN2_HIGH, n) + k * LN2_LOW, v, vl)
}

function special(x: number): number {
  // zero, below zero, infinity, not a number
  if (x === 0) return -Infinity
  return x > 0 ? x : NaN
}
export function log(x: number): number {
  return x > 0 && x < Infinity ? logTwofold(x) : special(x)
}
export function log2(x: number): number {
  if (!(x > 0 && x < Infinity)) return special(x)
  const e = exponent(x)
  if (scaleDown(x, e) === 1) return e
  const h = logTwofold(x)
  return mul(h, low, Math.LOG2E, 2.0355273740931033e-17)
}
/** As fdlibm composes it, from the natural logarithm rounded. */
export function log10(x: number): number {
  if (!(x > 0 && x < Infinity)) return special(x)
  const k = exponent(x)
  const y = k < 0 ? k + 1 : k
  const m = scaleDown(x, y)
  return y * 3.69423907715893078616e-13 + Math.LOG10E * log(m) + y * 0.301029995663611771306
}
function exponent(x: number): number {
  if (x < 2 ** -1022) return exponent(x * 2 ** 54) - 54
  return (doubleHi(x) >> 20) - 1023
}
function scaleDown(x: number, n: number): number {
  return n < -1000 ? x * 2 ** 1000 * 2 ** (-n - 1000) : x * 2 ** -n
}
