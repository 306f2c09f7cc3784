import { u8, u32 } from "../../heap/views.ts"

// MD5, SHA-1, SHA-224/256: compression of one 64-byte block at heap address `block` into the state words at word index `h`.

const K256 = new Int32Array(64)
const KMD5 = new Int32Array(64)
const w = new Int32Array(80)
{
  // the constants are the fractional parts of roots of primes, and of sines
  let n = 0
  for (let p = 2; n < 64; p++) {
    let prime = true
    for (let q = 2; q * q <= p; q++) if (p % q === 0) prime = false
    if (prime) K256[n++] = ((Math.cbrt(p) % 1) * 4294967296) | 0
  }
  for (let i = 0; i < 64; i++) KMD5[i] = (Math.abs(Math.sin(i + 1)) * 4294967296) | 0
}
const MD5_SHIFTS = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21]

function rotl(x: number, n: number): number {
  return (x << n) | (x >>> (32 - n))
}
function rotr(x: number, n: number): number {
  return (x >>> n) | (x << (32 - n))
}
function big(at: number): number {
  return (u8[at] << 24) | (u8[at + 1] << 16) | (u8[at + 2] << 8) | u8[at + 3]
}

export function md5Block(h: number, block: number): void {
  for (let i = 0; i < 16; i++) {
    const p = block + i * 4
    w[i] = u8[p] | (u8[p + 1] << 8) | (u8[p + 2] << 16) | (u8[p + 3] << 24)
  }
  let a = u32[h] | 0
  let b = u32[h + 1] | 0
  let c = u32[h + 2] | 0
  let d = u32[h + 3] | 0
  for (let i = 0; i < 64; i++) {
    const round = i >> 4
    let f: number
    let g: number
    if (round === 0) {
      f = (b & c) | (~b & d)
      g = i
    } else if (round === 1) {
      f = (d & b) | (~d & c)
      g = (5 * i + 1) & 15
    } else if (round === 2) {
      f = b ^ c ^ d
      g = (3 * i + 5) & 15
    } else {
      f = c ^ (b | ~d)
      g = (7 * i) & 15
    }
    const t = d
    d = c
    c = b
    b = (b + rotl((a + f + KMD5[i] + w[g]) | 0, MD5_SHIFTS[round * 4 + (i & 3)])) | 0
    a = t
  }
  u32[h] += a
  u32[h + 1] += b
  u32[h + 2] += c
  u32[h + 3] += d
}

export function sha1Block(h: number, block: number): void {
  for (let i = 0; i < 16; i++) w[i] = big(block + i * 4)
  for (let i = 16; i < 80; i++) w[i] = rotl(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1)
  let a = u32[h] | 0
  let b = u32[h + 1] | 0
  let c = u32[h + 2] | 0
  let d = u32[h + 3] | 0
  let e = u32[h + 4] | 0
  for (let i = 0; i < 80; i++) {
    const f = i < 20 ? (b & c) | (~b & d) : i < 40 || i >= 60 ? b ^ c ^ d : (b & c) | (b & d) | (c & d)
    const k = i < 20 ? 0x5a827999 : i < 40 ? 0x6ed9eba1 : i < 60 ? 0x8f1bbcdc : 0xca62c1d6
    const t = (rotl(a, 5) + f + e + k + w[i]) | 0
    e = d
    d = c
    c = rotl(b, 30)
    b = a
    a = t
  }
  u32[h] += a
  u32[h + 1] += b
  u32[h + 2] += c
  u32[h + 3] += d
  u32[h + 4] += e
}

export function sha256Block(h: number, block: number): void {
  for (let i = 0; i < 16; i++) w[i] = big(block + i * 4)
  for (let i = 16; i < 64; i++) {
    const s0 = rotr(w[i - 15], 7) ^ rotr(w[i - 15], 18) ^ (w[i - 15] >>> 3)
    const s1 = rotr(w[i - 2], 17) ^ rotr(w[i - 2], 19) ^ (w[i - 2] >>> 10)
    w[i] = (w[i - 16] + s0 + w[i - 7] + s1) | 0
  }
  let a = u32[h] | 0
  let b = u32[h + 1] | 0
  let c = u32[h + 2] | 0
  let d = u32[h + 3] | 0
  let e = u32[h + 4] | 0
  let f = u32[h + 5] | 0
  let g = u32[h + 6] | 0
  let k = u32[h + 7] | 0
  for (let i = 0; i < 64; i++) {
    const t1 = (k + (rotr(e, 6) ^ rotr(e, 11) ^ rotr(e, 25)) + ((e & f) ^ (~e & g)) + K256[i] + w[i]) | 0
    const t2 = ((rotr(a, 2) ^ rotr(a, 13) ^ rotr(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0
    k = g
    g = f
    f = e
    e = (d + t1) | 0
    d = c
    c = b
    b = a
    a = (t1 + t2) | 0
  }
  u32[h] += a
  u32[h + 1] += b
  u32[h + 2] += c
  u32[h + 3] += d
  u32[h + 4] += e
  u32[h + 5] += f
  u32[h + 6] += g
  u32[h + 7] += k
}
