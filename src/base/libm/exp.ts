import { fromFixed, low, twoProductTail, twoSum } from "./twofold.ts"

// The exponential: 2**(i/128) from a table, the rest by its series.

export const LN2_HIGH = Math.LN2
export const LN2_LOW = 2.3190468138462996e-17
// ln(2)/128 in pieces whose products with 18-bit integers are exact
const STEP_1 = 23816355774 * 2 ** -42
const STEP_2 = 19123825394 * 2 ** -77
const STEP_3 = 3.1258479278239995e-24
const PER_STEP = 184.6649652337873

let high: Float64Array | null = null
let lowParts = new Float64Array(0)

function makeTable(): Float64Array {
  const BITS = 160
  // 2**(1/128) by seven square roots
  let root = 2n << BigInt(BITS)
  for (let i = 0; i < 7; i++) root = squareRoot(root << BigInt(BITS))
  const table = new Float64Array(128)
  lowParts = new Float64Array(128)
  let v = 1n << BigInt(BITS)
  for (let i = 0; i < 128; i++) {
    table[i] = fromFixed(v, BITS)
    lowParts[i] = low
    v = (v * root) >> BigInt(BITS)
  }
  high = table
  return table
}
function squareRoot(n: bigint): bigint {
  let x = 1n << BigInt((n.toString(16).length * 4 + 1) >> 1)
  for (;;) {
    const y = (x + n / x) >> 1n
    if (y >= x) return x
    x = y
  }
}

/** (h + l) * 2**k, rounded once. */
function scaled(h: number, l: number, k: number): number {
  if (k > 1023) return (h + l) * 2 ** 1000 * 2 ** (k - 1000)
  if (k > -1022 || (k === -1022 && h >= 1)) return (h + l) * 2 ** k
  if (k < -1080) return 0
  // where the result's last place is worth more than the sum's: round there
  const c = 2 ** (-1022 - k)
  const t = c + h
  return (t + (h - (t - c) + l) - c) * 2 ** -1000 * 2 ** (k + 1000)
}

/** 2**(n/128) * e**(rh + rl), rounded once; |rh| is small. */
function finish(n: number, rh: number, rl: number): number {
  const table = high ?? makeTable()
  const i = n & 127
  const th = table[i] as number
  const q =
    rh * rh * (0.5 + rh * (0.16666666666666666 + rh * (0.041666666666666664 + rh * (0.008333333333333333 + rh * 0.001388888888888889))))
  // e**r - 1 as rh + (rl + q); times the table's entry
  const p = th * rh
  const rest = twoProductTail(th, rh, p) + th * (rl + q) + (lowParts[i] as number) * (1 + rh)
  const h = th + p
  return scaled(h, p - (h - th) + rest, (n - i) / 128)
}

/** e**(h + l), rounded once. */
export function expOf(h: number, l: number): number {
  if (h > 710) return Infinity
  if (h < -746) return 0
  const n = Math.round(h * PER_STEP)
  const t = twoSum(h - n * STEP_1, -n * STEP_2)
  const tl = low - n * STEP_3 + l
  const r = t + tl
  return finish(n, r, tl - (r - t))
}

export function exp(x: number): number {
  if (x > 709.79) return Infinity
  if (x < -745.14) return 0
  if (x < 1e-17 && x > -1e-17) return 1 + x
  return x !== x ? x : expOf(x, 0)
}
export function exp2(x: number): number {
  if (x >= 1024) return Infinity
  if (x < -1076) return 0
  if (x !== x) return x
  if (x < 1e-17 && x > -1e-17) return 1 + x
  const n = Math.round(x * 128)
  const r = x - n / 128
  const p = r * LN2_HIGH
  return finish(n, p, twoProductTail(r, LN2_HIGH, p) + r * LN2_LOW)
}
