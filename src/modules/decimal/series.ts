// Fixed-point series on bigints: a value x is the integer x * 2^bits.

let cachedBits = 0n
const cache = new Map<bigint, bigint>()
/** atanh(1/n). What the constants ln 2 and ln 10 are made of; kept for the last precision. */
export function atanhInverse(n: bigint, bits: bigint): bigint {
  if (bits !== cachedBits) {
    cache.clear()
    cachedBits = bits
  }
  const known = cache.get(n)
  if (known !== undefined) return known
  const guard = 16n
  let term = (1n << (bits + guard)) / n
  const square = n * n
  let sum = term
  for (let k = 3n; ; k += 2n) {
    term /= square
    if (term === 0n) break
    sum += term / k
  }
  const r = sum >> guard
  cache.set(n, r)
  return r
}

/** e^x for |x| < 3. */
export function exp(x: bigint, bits: bigint): bigint {
  // halve the argument h times, sum the series, square h times
  const h = BigInt(Math.floor(Math.sqrt(Number(bits)) * 0.8) + 4)
  const w = bits + 2n * h + 16n
  const r = (x << (w - bits)) >> h
  const one = 1n << w
  let term = one
  let sum = one
  for (let k = 1n; term !== 0n && term !== -1n; k++) {
    term = ((term * r) >> w) / k
    sum += term
  }
  for (let i = 0n; i < h; i++) sum = (sum * sum) >> w
  return sum >> (w - bits)
}

/** ln(x) for 0.4 < x < 6. */
export function ln(x: bigint, bits: bigint): bigint {
  const w = bits + 16n
  const v = x << 16n
  const start = bits < 60n ? Number(x) / Number(1n << bits) : Number(x >> (bits - 60n)) / 2 ** 60
  // Halley's method triples the digits: y += 2 (v - e^y) / (v + e^y)
  let good = 45n
  let at = w < 60n ? w : 60n
  let y = BigInt(Math.round(Math.log(start) * 2 ** Number(at)))
  for (;;) {
    good = good * 3n - 4n
    const next = good + 20n < w ? good + 20n : w
    y = next >= at ? y << (next - at) : y >> (at - next)
    at = next
    const target = v >> (w - at)
    const e = exp(y, at)
    y += ((target - e) << (at + 1n)) / (target + e)
    if (at === w && good > w) return y >> 16n
  }
}
