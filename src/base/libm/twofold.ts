// Numbers held as an unevaluated sum of two doubles: a function returns the high part and leaves the low part in `low`.

export let low = 0

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

/** a + b exactly. */
export function twoSum(a: number, b: number): number {
  const s = a + b
  const t = s - a
  low = a - (s - t) + (b - t)
  return s
}
/** (ah + al) + (bh + bl) */
export function add(ah: number, al: number, bh: number, bl: number): number {
  const s = ah + bh
  const t = s - ah
  const e = ah - (s - t) + (bh - t) + al + bl
  const r = s + e
  low = e - (r - s)
  return r
}
/** (ah + al) * (bh + bl) */
export function mul(ah: number, al: number, bh: number, bl: number): number {
  const p = ah * bh
  const e = twoProductTail(ah, bh, p) + (ah * bl + al * bh)
  const r = p + e
  low = e - (r - p)
  return r
}
/** (ah + al) / (bh + bl) */
export function div(ah: number, al: number, bh: number, bl: number): number {
  const q = ah / bh
  const p = q * bh
  const e = (ah - p - twoProductTail(q, bh, p) + al - q * bl) / bh
  const r = q + e
  low = e - (r - q)
  return r
}
/** sqrt(ah + al) */
export function sqrt(ah: number, al: number): number {
  const s = Math.sqrt(ah)
  if (s === 0) {
    low = 0
    return s
  }
  const p = s * s
  const e = (ah - p - twoProductTail(s, s, p) + al) / (2 * s)
  const r = s + e
  low = e - (r - s)
  return r
}

/** v / 2**bits, for a table made when it is first wanted. */
export function fromFixed(v: bigint, bits: number): number {
  const high = nearest(v, bits)
  low = nearest(v - toFixed(high, bits), bits)
  return high
}
function nearest(v: bigint, bits: number): number {
  // Number(bigint) rounds to nearest; the scaling is exact away from the subnormals
  return scale(Number(v), -bits)
}
function scale(x: number, n: number): number {
  for (; n < -1000; n += 1000) x *= 2 ** -1000
  return x * 2 ** n
}
/** The double x as a multiple of 2**-bits, cut towards zero. */
export function toFixed(x: number, bits: number): bigint {
  let e = 0
  while (!Number.isInteger(x)) {
    x *= 2 ** 20
    e += 20
  }
  return e > bits ? BigInt(x) / (1n << BigInt(e - bits)) : BigInt(x) << BigInt(bits - e)
}

/** arctan(1/n) * one */
function arctanInverse(n: bigint, one: bigint): bigint {
  let power = one / n
  let sum = power
  for (let k = 3n; power !== 0n; k += 2n) {
    power /= -n * n
    sum += power / k
  }
  return sum
}
/** pi * 2**bits, good to a few units. */
export function piFixed(bits: number): bigint {
  const one = 1n << BigInt(bits)
  return 4n * (4n * arctanInverse(5n, one) - arctanInverse(239n, one))
}
/** ln(a / b) * 2**bits for a / b near 1: twice the inverse hyperbolic tangent of (a - b) / (a + b). */
export function lnFixed(a: bigint, b: bigint, bits: number): bigint {
  const top = a - b
  const bottom = a + b
  let power = (top << BigInt(bits)) / bottom
  let sum = power
  for (let k = 3n; power !== 0n; k += 2n) {
    power = (power * top * top) / (bottom * bottom)
    sum += power / k
  }
  return 2n * sum
}
