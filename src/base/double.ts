// Taking doubles apart. Stateless but for two scratch words.

const f = new Float64Array(1)
const w = new Int32Array(f.buffer)
const single = new Float32Array(1)
const singleWord = new Int32Array(single.buffer)

/** The low 32 bits of a double. */
export function doubleLo(x: number): number {
  f[0] = x
  return w[0]
}
/** The high 32 bits of a double: sign, exponent, top of the mantissa. */
export function doubleHi(x: number): number {
  f[0] = x
  return w[1]
}
export function doubleFromWords(lo: number, hi: number): number {
  w[0] = lo
  w[1] = hi
  return f[0]
}
/** The bits of the nearest single. */
export function singleBits(x: number): number {
  single[0] = x
  return singleWord[0]
}
export function singleFromBits(bits: number): number {
  singleWord[0] = bits
  return single[0]
}

/** Exponent of the last `frexp`. */
export let frexpExp = 0
/** x = m * 2**frexpExp with 0.5 <= |m| < 1; zeros, infinities and NaN are returned as they are. */
export function frexp(x: number): number {
  frexpExp = 0
  if (x === 0 || !Number.isFinite(x)) return x
  f[0] = x
  let e = (w[1] >>> 20) & 0x7ff
  if (e === 0) {
    f[0] = x * 18014398509481984
    e = ((w[1] >>> 20) & 0x7ff) - 54
  }
  frexpExp = e - 1022
  w[1] = (w[1] & 0x800fffff) | (1022 << 20)
  return f[0]
}

/** x * 2**e, rounded once. */
export function ldexp(x: number, e: number): number {
  if (x === 0 || !Number.isFinite(x)) return x
  const m = frexp(x)
  e += frexpExp
  if (e > 1024) return m < 0 ? -Infinity : Infinity
  if (e < -1080) return m < 0 ? -0 : 0
  if (e > 1000) return m * 2 ** (e - 30) * 2 ** 30
  if (e >= -1021) return m * 2 ** e
  // subnormal: the first product is exact, only the last rounds
  return m * 2 ** (e + 60) * 2 ** -60
}

export function copysign(x: number, y: number): number {
  const a = x < 0 || Object.is(x, -0) ? -x : x
  return y < 0 || Object.is(y, -0) || (y !== y && doubleHi(y) < 0) ? -a : a
}

/** Significant bits of a finite x > 0 as an integer, with their exponent: x = mantissa * 2**exponent. */
export function mantissaOf(x: number): bigint {
  f[0] = x
  const e = (w[1] >>> 20) & 0x7ff
  const hi = (w[1] & 0xfffff) | (e === 0 ? 0 : 0x100000)
  return (BigInt(hi) << 32n) | BigInt(w[0] >>> 0)
}
export function exponentOf(x: number): number {
  f[0] = x
  const e = (w[1] >>> 20) & 0x7ff
  return (e === 0 ? 1 : e) - 1075
}
