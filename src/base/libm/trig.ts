import { add, div, fromFixed, low, piFixed, sqrt, twoProductTail, twoSum } from "./twofold.ts"

// Sine, cosine and what is made of them: sin and cos of i/64 from a table, a series for the rest, and one step of Newton's method for the inverses.

const PI_HIGH = Math.PI
const PI_LOW = 1.2246467991473532e-16
// pi/2 in pieces whose products with 20-bit integers are exact
const HALF_1 = 6746518852 * 2 ** -32
const HALF_2 = 2242054355 * 2 ** -65
const HALF_3 = 640881756 * 2 ** -98
const HALF_4 = 8.4784276603689e-32

let sines: Float64Array | null = null
const TABLE = 52

/** sin and cos of i/64 as sums, four doubles an entry. */
function makeTable(): Float64Array {
  const BITS = 160
  const table = new Float64Array(TABLE * 4)
  for (let i = 0; i < TABLE; i++) {
    const x = BigInt(i) << BigInt(BITS - 6)
    let term = 1n << BigInt(BITS)
    const sums: [bigint, bigint] = [0n, 0n]
    for (let k = 1n; term !== 0n; k++) {
      // the term x**(k-1)/(k-1)!, signs + + - -
      const odd = (k - 1n) & 1n
      sums[Number(odd)] = (sums[Number(odd)] as bigint) + (((k - 1n) & 2n) === 0n ? term : -term)
      term = ((term * x) >> BigInt(BITS)) / k
    }
    table[i * 4] = fromFixed(sums[1], BITS)
    table[i * 4 + 1] = low
    table[i * 4 + 2] = fromFixed(sums[0], BITS)
    table[i * 4 + 3] = low
  }
  sines = table
  return table
}

let reducedLow = 0
let quadrant = 0

/** x less its nearest multiple of pi/2, as a sum (reducedLow); the multiple modulo 4 in `quadrant`. */
function reduce(x: number): number {
  if (x < 0.785398 && x > -0.785398) {
    quadrant = 0
    reducedLow = 0
    return x
  }
  if (x > 1e6 || x < -1e6) return reduceLarge(x)
  const n = Math.round(x * 0.6366197723675814)
  quadrant = n & 3
  const h = twoSum(x - n * HALF_1, -n * HALF_2)
  const hl = low
  const g = twoSum(h, -n * HALF_3)
  const l = hl + (low - n * HALF_4)
  const r = g + l
  reducedLow = l - (r - g)
  return r
}

const BITS = 1300
let twoOverPi = 0n
let halfPi = 0n

function reduceLarge(x: number): number {
  if (twoOverPi === 0n) {
    halfPi = piFixed(BITS) >> 1n
    twoOverPi = (1n << BigInt(2 * BITS)) / halfPi
  }
  const product = Math.abs(x) < 2 ** 53 ? (BigInt(x * 2 ** 40) * twoOverPi) >> 40n : BigInt(x) * twoOverPi
  const turns = (product + (1n << BigInt(BITS - 1))) >> BigInt(BITS)
  quadrant = Number(turns & 3n)
  const rest = product - (turns << BigInt(BITS))
  // 200 bits of the angle are plenty
  const r = fromFixed(((rest >> BigInt(BITS - 260)) * (halfPi >> BigInt(BITS - 260))) >> 320n, 200)
  reducedLow = low
  return r
}

/** sin(h + l), as a sum, for 0 <= h < 0.8. */
function sinOf(h: number, l: number): number {
  const table = sines ?? makeTable()
  const i = Math.round(h * 64)
  const t = h - i / 64
  const t2 = t * t
  const sh = table[i * 4] as number
  const ch = table[i * 4 + 2] as number
  const p = ch * t
  const e =
    twoProductTail(ch, t, p) +
    (table[i * 4 + 1] as number) +
    ch * l +
    (table[i * 4 + 3] as number) * t +
    sh * (t2 * (-0.5 + t2 * (0.041666666666666664 - t2 * 0.001388888888888889)) - t * l) +
    ch * (t * t2 * (-0.16666666666666666 + t2 * (0.008333333333333333 - t2 * 0.0001984126984126984)) - t2 * 0.5 * l)
  const s = sh + p
  const f = p - (s - sh) + e
  const r = s + f
  twoSum(s, f)
  return r
}
/** cos(h + l), as a sum, for 0 <= h < 0.8. */
function cosOf(h: number, l: number): number {
  const table = sines ?? makeTable()
  const i = Math.round(h * 64)
  const t = h - i / 64
  const t2 = t * t
  const sh = table[i * 4] as number
  const ch = table[i * 4 + 2] as number
  const p = -sh * t
  const e =
    twoProductTail(-sh, t, p) +
    (table[i * 4 + 3] as number) -
    sh * l -
    (table[i * 4 + 1] as number) * t +
    ch * (t2 * (-0.5 + t2 * (0.041666666666666664 - t2 * 0.001388888888888889)) - t * l) -
    sh * (t * t2 * (-0.16666666666666666 + t2 * (0.008333333333333333 - t2 * 0.0001984126984126984)))
  const s = ch + p
  const f = p - (s - ch) + e
  const r = s + f
  twoSum(s, f)
  return r
}

let sinLow = 0
let cosHigh = 0
let cosLow = 0
/** The sine of x (with sinLow) and its cosine (cosHigh, cosLow). */
function sincos(x: number): number {
  let h = reduce(x)
  let l = reducedLow
  const negative = h < 0
  if (negative) {
    h = -h
    l = -l
  }
  const q = quadrant
  let s = sinOf(h, l)
  let sl = low
  let c = cosOf(h, l)
  let cl = low
  if (negative) {
    s = -s
    sl = -sl
  }
  if (q & 1) {
    const t = s
    const tl = sl
    s = c
    sl = cl
    c = -t
    cl = -tl
  }
  if (q & 2) {
    s = -s
    sl = -sl
    c = -c
    cl = -cl
  }
  sinLow = sl
  cosHigh = c
  cosLow = cl
  return s
}

export function sin(x: number): number {
  if (x < 1e-9 && x > -1e-9) return x
  if (!Number.isFinite(x)) return NaN
  const h = reduce(x)
  const negative = h < 0 !== quadrant > 1
  const a = Math.abs(h)
  const l = h < 0 ? -reducedLow : reducedLow
  if (quadrant & 1) {
    const c = cosOf(a, l)
    return quadrant > 1 ? -c : c
  }
  const s = sinOf(a, l)
  return negative ? -s : s
}
export function cos(x: number): number {
  if (!Number.isFinite(x)) return NaN
  const h = reduce(x)
  const a = Math.abs(h)
  const l = h < 0 ? -reducedLow : reducedLow
  if (quadrant & 1) {
    const s = sinOf(a, l)
    return h < 0 !== (quadrant === 1) ? -s : s
  }
  const c = cosOf(a, l)
  return quadrant === 2 ? -c : c
}
export function tan(x: number): number {
  if (x < 1e-9 && x > -1e-9) return x
  if (!Number.isFinite(x)) return NaN
  const s = sincos(x)
  return div(s, sinLow, cosHigh, cosLow)
}

/** The angle of the point (x, y), both finite, x above zero: near the guess `a`. */
function angle(y: number, x: number, a: number): number {
  // tan of the error: (y cos a - x sin a) / (x cos a + y sin a)
  const s = sincos(a)
  const sl = sinLow
  const c = cosHigh
  const cl = cosLow
  const p = y * c
  const q = x * s
  const top = p - q + (twoProductTail(y, c, p) - twoProductTail(x, s, q) + y * cl - x * sl)
  return twoSum(a, top / (x * c + y * s))
}

export function atan(x: number): number {
  if (!(Math.abs(x) > 1e-9)) return x
  if (Math.abs(x) > 1e17) return x > 0 ? PI_HIGH / 2 : -PI_HIGH / 2
  return angle(x, 1, Math.atan(x))
}
export function atan2(y: number, x: number): number {
  const guess = Math.atan2(y, x)
  if (!Number.isFinite(x) || !Number.isFinite(y) || x === 0 || y === 0) return guess
  // bring the larger near 1
  const e = -Math.floor(Math.log2(Math.max(Math.abs(x), Math.abs(y))))
  const ax = scaled(Math.abs(x), e)
  const ay = scaled(Math.abs(y), e)
  if (x > 0 && ay < 1e-290 * ax) return y / x
  if (ay < 1e-17 * ax || ax < 1e-17 * ay) return x < 0 || ay > ax ? guess : y / x
  const a = angle(ay, ax, Math.atan(ay / ax))
  const r = x > 0 ? a : add(PI_HIGH, PI_LOW, -a, -low)
  return y < 0 ? -r : r
}
function scaled(x: number, e: number): number {
  return e > 1000 ? x * 2 ** 1000 * 2 ** (e - 1000) : x * 2 ** e
}

/** asin(h + l), as a sum, for 0 <= h < 0.8. */
function asinTwofold(h: number, l: number): number {
  const a = Math.asin(h)
  const s = sincos(a)
  const d = h - s + (l - sinLow)
  return twoSum(a, d / cosHigh)
}
/** asin(sqrt((1 - x)/2)), as a sum. */
function halfAngle(x: number): number {
  const h = sqrt((1 - x) / 2, 0)
  return asinTwofold(h, low)
}
export function asin(x: number): number {
  const a = Math.abs(x)
  if (!(a > 1e-9)) return x
  if (!(a <= 1)) return NaN
  let r = 0
  if (a < 0.7) r = asinTwofold(a, 0)
  else {
    const h = halfAngle(a)
    r = add(PI_HIGH / 2, PI_LOW / 2, -2 * h, -2 * low)
  }
  return x < 0 ? -r : r
}
export function acos(x: number): number {
  if (!(x >= -1 && x <= 1)) return NaN
  if (x > 0.7) return 2 * halfAngle(x)
  if (x < -0.7) {
    const h = halfAngle(-x)
    return add(PI_HIGH, PI_LOW, -2 * h, -2 * low)
  }
  const h = asinTwofold(Math.abs(x), 0)
  return x < 0 ? add(PI_HIGH / 2, PI_LOW / 2, h, low) : add(PI_HIGH / 2, PI_LOW / 2, -h, -low)
}
