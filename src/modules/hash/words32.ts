import { dv, i32 } from "../../heap/views.ts"

// MD5, SHA-1, SHA-256 and BLAKE2s: one block of `src` into the state at `s` (32-bit words in the heap). The message schedule is scratch.

const W = new Int32Array(80)

/** Fractional digits of the roots of the first primes, as SHA-2 and MD5 take them. */
function sinTable(): Int32Array {
  return Int32Array.from({ length: 64 }, (_, i) => Math.floor(Math.abs(Math.sin(i + 1)) * 4294967296))
}
const MD5_K = sinTable()
const MD5_SHIFTS = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21]

export function md5_block(s: number, src: number): void {
  const at = s >> 2
  for (let i = 0; i < 16; i++) W[i] = dv.getInt32(src + 4 * i, true)
  let a = i32[at]
  let b = i32[at + 1]
  let c = i32[at + 2]
  let d = i32[at + 3]
  for (let i = 0; i < 64; i++) {
    let f: number
    let g: number
    if (i < 16) {
      f = (b & c) | (~b & d)
      g = i
    } else if (i < 32) {
      f = (d & b) | (~d & c)
      g = (5 * i + 1) & 15
    } else if (i < 48) {
      f = b ^ c ^ d
      g = (3 * i + 5) & 15
    } else {
      f = c ^ (b | ~d)
      g = (7 * i) & 15
    }
    const t = (f + a + MD5_K[i] + W[g]) | 0
    const r = MD5_SHIFTS[((i >> 4) << 2) | (i & 3)]
    a = d
    d = c
    c = b
    b = (b + ((t << r) | (t >>> (32 - r)))) | 0
  }
  i32[at] += a
  i32[at + 1] += b
  i32[at + 2] += c
  i32[at + 3] += d
}

export function sha1_block(s: number, src: number): void {
  const at = s >> 2
  for (let i = 0; i < 16; i++) W[i] = dv.getInt32(src + 4 * i)
  for (let i = 16; i < 80; i++) {
    const t = W[i - 3] ^ W[i - 8] ^ W[i - 14] ^ W[i - 16]
    W[i] = (t << 1) | (t >>> 31)
  }
  let a = i32[at]
  let b = i32[at + 1]
  let c = i32[at + 2]
  let d = i32[at + 3]
  let e = i32[at + 4]
  for (let i = 0; i < 80; i++) {
    let f: number
    if (i < 20) f = ((b & c) | (~b & d)) + 0x5a827999
    else if (i < 40) f = (b ^ c ^ d) + 0x6ed9eba1
    else if (i < 60) f = ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc
    else f = (b ^ c ^ d) + 0xca62c1d6
    const t = (((a << 5) | (a >>> 27)) + f + e + W[i]) | 0
    e = d
    d = c
    c = (b << 30) | (b >>> 2)
    b = a
    a = t
  }
  i32[at] += a
  i32[at + 1] += b
  i32[at + 2] += c
  i32[at + 3] += d
  i32[at + 4] += e
}

/** The first `n` primes. */
function primes(n: number): number[] {
  const list: number[] = []
  for (let p = 2; list.length < n; p++) if (list.every((q) => p % q !== 0)) list.push(p)
  return list
}
/** First 64 bits of the fractional part of the cube roots of the first 80 primes: SHA-512's constants; the upper halves are SHA-256's. */
function cubeRoots(): bigint[] {
  return primes(80).map((p) => {
    const n = BigInt(p) << 192n
    let x = 1n << 68n
    for (;;) {
      const y = (2n * x + n / (x * x)) / 3n
      if (y >= x) break
      x = y
    }
    return x & 0xffffffffffffffffn
  })
}
export const SHA2_K = cubeRoots()
const K256 = Int32Array.from(SHA2_K.slice(0, 64), (v) => Number(v >> 32n))

export function sha256_block(s: number, src: number): void {
  const at = s >> 2
  for (let i = 0; i < 16; i++) W[i] = dv.getInt32(src + 4 * i)
  for (let i = 16; i < 64; i++) {
    const x = W[i - 15]
    const y = W[i - 2]
    const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3)
    const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10)
    W[i] = (W[i - 16] + s0 + W[i - 7] + s1) | 0
  }
  let a = i32[at]
  let b = i32[at + 1]
  let c = i32[at + 2]
  let d = i32[at + 3]
  let e = i32[at + 4]
  let f = i32[at + 5]
  let g = i32[at + 6]
  let h = i32[at + 7]
  for (let i = 0; i < 64; i++) {
    const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7))
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + K256[i] + W[i]) | 0
    const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10))
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0
    h = g
    g = f
    f = e
    e = (d + t1) | 0
    d = c
    c = b
    b = a
    a = (t1 + t2) | 0
  }
  i32[at] += a
  i32[at + 1] += b
  i32[at + 2] += c
  i32[at + 3] += d
  i32[at + 4] += e
  i32[at + 5] += f
  i32[at + 6] += g
  i32[at + 7] += h
}

/** BLAKE2's message permutations, one row a round. */
export const SIGMA = [
  [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
  [14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3],
  [11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4],
  [7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8],
  [9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13],
  [2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9],
  [12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11],
  [13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10],
  [6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5],
  [10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0],
]
export const IV256 = Int32Array.of(0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19)
const V = new Int32Array(16)

function g32(a: number, b: number, c: number, d: number, x: number, y: number): void {
  let t: number
  V[a] = V[a] + V[b] + x
  t = V[d] ^ V[a]
  V[d] = (t >>> 16) | (t << 16)
  V[c] += V[d]
  t = V[b] ^ V[c]
  V[b] = (t >>> 12) | (t << 20)
  V[a] = V[a] + V[b] + y
  t = V[d] ^ V[a]
  V[d] = (t >>> 8) | (t << 24)
  V[c] += V[d]
  t = V[b] ^ V[c]
  V[b] = (t >>> 7) | (t << 25)
}
/** One block; `count` is the number of bytes so far, this block included; `f0`, `f1`: last block, last node. */
export function blake2s_block(s: number, src: number, count: number, f0: number, f1: number): void {
  const at = s >> 2
  for (let i = 0; i < 16; i++) W[i] = dv.getInt32(src + 4 * i, true)
  for (let i = 0; i < 8; i++) {
    V[i] = i32[at + i]
    V[i + 8] = IV256[i]
  }
  V[12] ^= count | 0
  V[13] ^= Math.floor(count / 4294967296)
  V[14] ^= f0
  V[15] ^= f1
  for (let r = 0; r < 10; r++) {
    const m = SIGMA[r]
    g32(0, 4, 8, 12, W[m[0]], W[m[1]])
    g32(1, 5, 9, 13, W[m[2]], W[m[3]])
    g32(2, 6, 10, 14, W[m[4]], W[m[5]])
    g32(3, 7, 11, 15, W[m[6]], W[m[7]])
    g32(0, 5, 10, 15, W[m[8]], W[m[9]])
    g32(1, 6, 11, 12, W[m[10]], W[m[11]])
    g32(2, 7, 8, 13, W[m[12]], W[m[13]])
    g32(3, 4, 9, 14, W[m[14]], W[m[15]])
  }
  for (let i = 0; i < 8; i++) i32[at + i] ^= V[i] ^ V[i + 8]
}
