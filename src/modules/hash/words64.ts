import { dv, i32 } from "../../heap/views.ts"
import { SHA2_K, SIGMA } from "./words32.ts"

// SHA-512, Keccak and BLAKE2b: 64-bit words as two halves, low word first in the heap.

const K = new Int32Array(160)
for (let i = 0; i < 80; i++) {
  K[2 * i] = Number(SHA2_K[i] & 0xffffffffn)
  K[2 * i + 1] = Number(SHA2_K[i] >> 32n)
}
const W = new Int32Array(160)
const V = new Int32Array(32)

export function sha512_block(s: number, src: number): void {
  const at = s >> 2
  for (let i = 0; i < 16; i++) {
    W[2 * i + 1] = dv.getInt32(src + 8 * i)
    W[2 * i] = dv.getInt32(src + 8 * i + 4)
  }
  for (let i = 32; i < 160; i += 2) {
    const xl = W[i - 30]
    const xh = W[i - 29]
    const yl = W[i - 4]
    const yh = W[i - 3]
    const s0l = ((xl >>> 1) | (xh << 31)) ^ ((xl >>> 8) | (xh << 24)) ^ ((xl >>> 7) | (xh << 25))
    const s0h = ((xh >>> 1) | (xl << 31)) ^ ((xh >>> 8) | (xl << 24)) ^ (xh >>> 7)
    const s1l = ((yl >>> 19) | (yh << 13)) ^ ((yh >>> 29) | (yl << 3)) ^ ((yl >>> 6) | (yh << 26))
    const s1h = ((yh >>> 19) | (yl << 13)) ^ ((yl >>> 29) | (yh << 3)) ^ (yh >>> 6)
    const lo = (W[i - 32] >>> 0) + (s0l >>> 0) + (W[i - 14] >>> 0) + (s1l >>> 0)
    W[i] = lo
    W[i + 1] = W[i - 31] + s0h + W[i - 13] + s1h + ((lo / 4294967296) | 0)
  }
  for (let i = 0; i < 16; i++) V[i] = i32[at + i]
  for (let i = 0; i < 160; i += 2) {
    const el = V[8]
    const eh = V[9]
    const s1l = ((el >>> 14) | (eh << 18)) ^ ((el >>> 18) | (eh << 14)) ^ ((eh >>> 9) | (el << 23))
    const s1h = ((eh >>> 14) | (el << 18)) ^ ((eh >>> 18) | (el << 14)) ^ ((el >>> 9) | (eh << 23))
    const chl = (el & V[10]) ^ (~el & V[12])
    const chh = (eh & V[11]) ^ (~eh & V[13])
    const t1 = (V[14] >>> 0) + (s1l >>> 0) + (chl >>> 0) + (K[i] >>> 0) + (W[i] >>> 0)
    const t1l = t1 | 0
    const t1h = (V[15] + s1h + chh + K[i + 1] + W[i + 1] + ((t1 / 4294967296) | 0)) | 0
    const al = V[0]
    const ah = V[1]
    const s0l = ((al >>> 28) | (ah << 4)) ^ ((ah >>> 2) | (al << 30)) ^ ((ah >>> 7) | (al << 25))
    const s0h = ((ah >>> 28) | (al << 4)) ^ ((al >>> 2) | (ah << 30)) ^ ((al >>> 7) | (ah << 25))
    const mjl = (al & V[2]) ^ (al & V[4]) ^ (V[2] & V[4])
    const mjh = (ah & V[3]) ^ (ah & V[5]) ^ (V[3] & V[5])
    const t2 = (s0l >>> 0) + (mjl >>> 0)
    const t2h = (s0h + mjh + ((t2 / 4294967296) | 0)) | 0
    for (let k = 15; k > 1; k--) V[k] = V[k - 2]
    const e = (V[8] >>> 0) + (t1l >>> 0)
    V[8] = e
    V[9] = V[9] + t1h + ((e / 4294967296) | 0)
    const a = (t1l >>> 0) + (t2 % 4294967296)
    V[0] = a
    V[1] = t1h + t2h + ((a / 4294967296) | 0)
  }
  for (let i = 0; i < 16; i += 2) {
    const lo = (i32[at + i] >>> 0) + (V[i] >>> 0)
    i32[at + i] = lo
    i32[at + i + 1] += V[i + 1] + ((lo / 4294967296) | 0)
  }
}

/** Round constants of Keccak-f[1600], from its LFSR, low and high words. */
function roundConstants(): Int32Array {
  const out = new Int32Array(48)
  let lfsr = 1
  for (let round = 0; round < 24; round++) {
    for (let j = 0; j < 7; j++) {
      const bit = (1 << j) - 1
      if (lfsr & 1) out[2 * round + (bit >> 5)] ^= 1 << (bit & 31)
      lfsr = lfsr & 0x80 ? ((lfsr << 1) ^ 0x171) & 0xff : lfsr << 1
    }
  }
  return out
}
const RC = roundConstants()
/** Rotation and target lane of each step of rho and pi, starting from lane 1. */
const ROTATIONS = [1, 3, 6, 10, 15, 21, 28, 36, 45, 55, 2, 14, 27, 41, 56, 8, 25, 43, 62, 18, 39, 61, 20, 44]
const LANES = [10, 7, 11, 17, 18, 3, 5, 16, 8, 21, 24, 4, 15, 23, 19, 13, 12, 2, 20, 14, 22, 9, 6, 1]
const C = new Int32Array(10)

/** The permutation of the 25 lanes at `s`. */
export function keccakF(s: number): void {
  const at = s >> 2
  for (let round = 0; round < 24; round++) {
    for (let i = 0; i < 10; i++) C[i] = i32[at + i] ^ i32[at + i + 10] ^ i32[at + i + 20] ^ i32[at + i + 30] ^ i32[at + i + 40]
    for (let x = 0; x < 5; x++) {
      const l = 2 * ((x + 4) % 5)
      const r = 2 * ((x + 1) % 5)
      const tl = C[l] ^ ((C[r] << 1) | (C[r + 1] >>> 31))
      const th = C[l + 1] ^ ((C[r + 1] << 1) | (C[r] >>> 31))
      for (let y = 0; y < 50; y += 10) {
        i32[at + 2 * x + y] ^= tl
        i32[at + 2 * x + y + 1] ^= th
      }
    }
    let tl = i32[at + 2]
    let th = i32[at + 3]
    for (let i = 0; i < 24; i++) {
      const j = at + 2 * LANES[i]
      const nl = i32[j]
      const nh = i32[j + 1]
      const n = ROTATIONS[i] & 31
      const swap = ROTATIONS[i] >= 32
      const a = swap ? th : tl
      const b = swap ? tl : th
      i32[j] = n === 0 ? a : (a << n) | (b >>> (32 - n))
      i32[j + 1] = n === 0 ? b : (b << n) | (a >>> (32 - n))
      tl = nl
      th = nh
    }
    for (let y = 0; y < 50; y += 10) {
      for (let i = 0; i < 10; i++) C[i] = i32[at + y + i]
      for (let i = 0; i < 10; i++) i32[at + y + i] = C[i] ^ (~C[(i + 2) % 10] & C[(i + 4) % 10])
    }
    i32[at] ^= RC[2 * round]
    i32[at + 1] ^= RC[2 * round + 1]
  }
}

export const IV512 = Int32Array.of(
  0xf3bcc908,
  0x6a09e667,
  0x84caa73b,
  0xbb67ae85,
  0xfe94f82b,
  0x3c6ef372,
  0x5f1d36f1,
  0xa54ff53a,
  0xade682d1,
  0x510e527f,
  0x2b3e6c1f,
  0x9b05688c,
  0xfb41bd6b,
  0x1f83d9ab,
  0x137e2179,
  0x5be0cd19,
)
function add64(a: number, b: number, xl: number, xh: number): void {
  const lo = (V[a] >>> 0) + (V[b] >>> 0) + (xl >>> 0)
  V[a] = lo
  V[a + 1] = V[a + 1] + V[b + 1] + xh + ((lo / 4294967296) | 0)
}
// v[d] = (v[d] ^ v[a]) rotated right by n bits
function xorRotate(d: number, a: number, n: number): void {
  const l = V[d] ^ V[a]
  const h = V[d + 1] ^ V[a + 1]
  if (n === 32) {
    V[d] = h
    V[d + 1] = l
  } else if (n < 32) {
    V[d] = (l >>> n) | (h << (32 - n))
    V[d + 1] = (h >>> n) | (l << (32 - n))
  } else {
    V[d] = (h >>> (n - 32)) | (l << (64 - n))
    V[d + 1] = (l >>> (n - 32)) | (h << (64 - n))
  }
}
function g64(a: number, b: number, c: number, d: number, x: number, y: number): void {
  add64(a, b, W[x], W[x + 1])
  xorRotate(d, a, 32)
  add64(c, d, 0, 0)
  xorRotate(b, c, 24)
  add64(a, b, W[y], W[y + 1])
  xorRotate(d, a, 16)
  add64(c, d, 0, 0)
  xorRotate(b, c, 63)
}
/** As blake2s_block. */
export function blake2b_block(s: number, src: number, count: number, f0: number, f1: number): void {
  const at = s >> 2
  for (let i = 0; i < 32; i++) W[i] = dv.getInt32(src + 4 * i, true)
  for (let i = 0; i < 16; i++) {
    V[i] = i32[at + i]
    V[i + 16] = IV512[i]
  }
  V[24] ^= count | 0
  V[25] ^= Math.floor(count / 4294967296)
  V[28] ^= f0
  V[29] ^= f0
  V[30] ^= f1
  V[31] ^= f1
  for (let r = 0; r < 12; r++) {
    const m = SIGMA[r % 10]
    g64(0, 8, 16, 24, 2 * m[0], 2 * m[1])
    g64(2, 10, 18, 26, 2 * m[2], 2 * m[3])
    g64(4, 12, 20, 28, 2 * m[4], 2 * m[5])
    g64(6, 14, 22, 30, 2 * m[6], 2 * m[7])
    g64(0, 10, 20, 30, 2 * m[8], 2 * m[9])
    g64(2, 12, 22, 24, 2 * m[10], 2 * m[11])
    g64(4, 14, 16, 26, 2 * m[12], 2 * m[13])
    g64(6, 8, 18, 28, 2 * m[14], 2 * m[15])
  }
  for (let i = 0; i < 16; i++) i32[at + i] ^= V[i] ^ V[i + 16]
}
