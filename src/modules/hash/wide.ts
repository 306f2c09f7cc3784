import { u8, u32 } from "../../heap/views.ts"

// The hashes on 64-bit words: SHA-384/512, SHA-3 (Keccak), BLAKE2b; and BLAKE2s, which shares BLAKE2's shape. A 64-bit word is two u32,
// low word first, at word index `h` of the heap. BigInt would be simpler and ten times slower.

/** Fractional bits of the roots of the first primes, as [high, low]. */
function primeRoots(count: number, cube: boolean): Uint32Array {
  const out = new Uint32Array(count * 2)
  let n = 0
  for (let p = 2n; n < count; p++) {
    let prime = true
    for (let q = 2n; q * q <= p; q++) if (p % q === 0n) prime = false
    if (!prime) continue
    // the integer root of p scaled by 2^64 per root keeps exactly 64 fractional bits
    const scaled = cube ? p << 192n : p << 128n
    let x = 1n << 68n
    for (;;) {
      const y = cube ? (2n * x + scaled / (x * x)) / 3n : (x + scaled / x) / 2n
      if (y >= x) break
      x = y
    }
    out[n * 2] = Number((x >> 32n) & 0xffffffffn)
    out[n * 2 + 1] = Number(x & 0xffffffffn)
    n++
  }
  return out
}
const K512 = primeRoots(80, true)
/** Initial values of SHA-512 and BLAKE2b: [high, low] pairs. */
export const IV512 = primeRoots(8, false)

const w = new Int32Array(160)
const v = new Int32Array(32)

export function sha512Block(h: number, block: number): void {
  for (let i = 0; i < 32; i++) {
    const p = block + i * 4
    w[i] = (u8[p] << 24) | (u8[p + 1] << 16) | (u8[p + 2] << 8) | u8[p + 3]
  }
  for (let i = 32; i < 160; i += 2) {
    const xh = w[i - 30]
    const xl = w[i - 29]
    const yh = w[i - 4]
    const yl = w[i - 3]
    const s0h = ((xh >>> 1) | (xl << 31)) ^ ((xh >>> 8) | (xl << 24)) ^ (xh >>> 7)
    const s0l = ((xl >>> 1) | (xh << 31)) ^ ((xl >>> 8) | (xh << 24)) ^ ((xl >>> 7) | (xh << 25))
    const s1h = ((yh >>> 19) | (yl << 13)) ^ ((yl >>> 29) | (yh << 3)) ^ (yh >>> 6)
    const s1l = ((yl >>> 19) | (yh << 13)) ^ ((yh >>> 29) | (yl << 3)) ^ ((yl >>> 6) | (yh << 26))
    const lo = (w[i - 31] >>> 0) + (s0l >>> 0) + (w[i - 13] >>> 0) + (s1l >>> 0)
    w[i + 1] = lo | 0
    w[i] = (w[i - 32] + s0h + w[i - 14] + s1h + Math.floor(lo / 4294967296)) | 0
  }
  // state words are low first in the heap; v holds [high, low]
  for (let i = 0; i < 8; i++) {
    v[i * 2] = u32[h + i * 2 + 1]
    v[i * 2 + 1] = u32[h + i * 2]
  }
  for (let i = 0; i < 160; i += 2) {
    const eh = v[8]
    const el = v[9]
    const ah = v[0]
    const al = v[1]
    const S1h = ((eh >>> 14) | (el << 18)) ^ ((eh >>> 18) | (el << 14)) ^ ((el >>> 9) | (eh << 23))
    const S1l = ((el >>> 14) | (eh << 18)) ^ ((el >>> 18) | (eh << 14)) ^ ((eh >>> 9) | (el << 23))
    const chh = (eh & v[10]) ^ (~eh & v[12])
    const chl = (el & v[11]) ^ (~el & v[13])
    const t1l = (v[15] >>> 0) + (S1l >>> 0) + (chl >>> 0) + K512[i + 1] + (w[i + 1] >>> 0)
    const t1h = (v[14] + S1h + chh + K512[i] + w[i] + Math.floor(t1l / 4294967296)) | 0
    const S0h = ((ah >>> 28) | (al << 4)) ^ ((al >>> 2) | (ah << 30)) ^ ((al >>> 7) | (ah << 25))
    const S0l = ((al >>> 28) | (ah << 4)) ^ ((ah >>> 2) | (al << 30)) ^ ((ah >>> 7) | (al << 25))
    const mh = (ah & v[2]) ^ (ah & v[4]) ^ (v[2] & v[4])
    const ml = (al & v[3]) ^ (al & v[5]) ^ (v[3] & v[5])
    const t2l = (S0l >>> 0) + (ml >>> 0)
    const t2h = (S0h + mh + Math.floor(t2l / 4294967296)) | 0
    for (let j = 15; j > 1; j--) v[j] = v[j - 2]
    const el2 = (v[9] >>> 0) + ((t1l | 0) >>> 0)
    v[8] = (v[8] + t1h + Math.floor(el2 / 4294967296)) | 0
    v[9] = el2 | 0
    const al2 = ((t1l | 0) >>> 0) + ((t2l | 0) >>> 0)
    v[0] = (t1h + t2h + Math.floor(al2 / 4294967296)) | 0
    v[1] = al2 | 0
  }
  for (let i = 0; i < 8; i++) {
    const lo = u32[h + i * 2] + (v[i * 2 + 1] >>> 0)
    u32[h + i * 2] = lo
    u32[h + i * 2 + 1] += v[i * 2] + Math.floor(lo / 4294967296)
  }
}

const ROUND_LO = new Int32Array(24)
const ROUND_HI = new Int32Array(24)
const ROTATION = new Int32Array(25)
{
  // round constants from the specification's shift register, rotations from its triangular numbers
  let r = 1
  for (let i = 0; i < 24; i++) {
    for (let j = 0; j <= 6; j++) {
      const bit = 2 ** j - 1
      if (r & 1) {
        if (bit < 32) ROUND_LO[i] |= 1 << bit
        else ROUND_HI[i] |= 1 << (bit - 32)
      }
      r = r & 0x80 ? ((r << 1) ^ 0x171) & 0xff : r << 1
    }
  }
  let x = 1
  let y = 0
  for (let t = 0; t < 24; t++) {
    ROTATION[x + 5 * y] = (((t + 1) * (t + 2)) / 2) % 64
    const ny = (2 * x + 3 * y) % 5
    x = y
    y = ny
  }
}
const lo = new Int32Array(25)
const hi = new Int32Array(25)
const bl = new Int32Array(25)
const bh = new Int32Array(25)
const cl = new Int32Array(5)
const ch = new Int32Array(5)

/** Keccak-f[1600] on the 50 words at `h`. */
export function keccak(h: number): void {
  for (let i = 0; i < 25; i++) {
    lo[i] = u32[h + 2 * i]
    hi[i] = u32[h + 2 * i + 1]
  }
  for (let round = 0; round < 24; round++) {
    for (let x = 0; x < 5; x++) {
      cl[x] = lo[x] ^ lo[x + 5] ^ lo[x + 10] ^ lo[x + 15] ^ lo[x + 20]
      ch[x] = hi[x] ^ hi[x + 5] ^ hi[x + 10] ^ hi[x + 15] ^ hi[x + 20]
    }
    for (let x = 0; x < 5; x++) {
      const n = (x + 1) % 5
      const p = (x + 4) % 5
      const dl = cl[p] ^ ((cl[n] << 1) | (ch[n] >>> 31))
      const dh = ch[p] ^ ((ch[n] << 1) | (cl[n] >>> 31))
      for (let y = 0; y < 25; y += 5) {
        lo[x + y] ^= dl
        hi[x + y] ^= dh
      }
    }
    for (let x = 0; x < 5; x++) {
      for (let y = 0; y < 5; y++) {
        const from = x + 5 * y
        const to = y + 5 * ((2 * x + 3 * y) % 5)
        const r = ROTATION[from]
        const a = r < 32 ? lo[from] : hi[from]
        const b = r < 32 ? hi[from] : lo[from]
        const s = r & 31
        bl[to] = s === 0 ? a : (a << s) | (b >>> (32 - s))
        bh[to] = s === 0 ? b : (b << s) | (a >>> (32 - s))
      }
    }
    for (let y = 0; y < 25; y += 5) {
      for (let x = 0; x < 5; x++) {
        lo[y + x] = bl[y + x] ^ (~bl[y + ((x + 1) % 5)] & bl[y + ((x + 2) % 5)])
        hi[y + x] = bh[y + x] ^ (~bh[y + ((x + 1) % 5)] & bh[y + ((x + 2) % 5)])
      }
    }
    lo[0] ^= ROUND_LO[round]
    hi[0] ^= ROUND_HI[round]
  }
  for (let i = 0; i < 25; i++) {
    u32[h + 2 * i] = lo[i]
    u32[h + 2 * i + 1] = hi[i]
  }
}

const SIGMA = [
  "0123456789abcdef",
  "ea489fd61c02b753",
  "b8c052fdae367194",
  "7931dcbe265a40f8",
  "905724afe1bc683d",
  "2c6a0b834d75fe19",
  "c51fed4a0763928b",
  "db7ec13950f4862a",
  "6fe9b308c2d714a5",
  "a2847615fb9e3cd0",
].map((row) => [...row].map((c) => Number.parseInt(c, 16)))
const m = new Int32Array(32)

function mix(a: number, b: number, c: number, d: number, x: number, y: number): void {
  let t = (v[a] >>> 0) + (v[b] >>> 0) + (m[x] >>> 0)
  v[a + 1] = (v[a + 1] + v[b + 1] + m[x + 1] + Math.floor(t / 4294967296)) | 0
  v[a] = t | 0
  let l = v[d] ^ v[a]
  let h = v[d + 1] ^ v[a + 1]
  v[d] = h
  v[d + 1] = l
  t = (v[c] >>> 0) + (v[d] >>> 0)
  v[c + 1] = (v[c + 1] + v[d + 1] + Math.floor(t / 4294967296)) | 0
  v[c] = t | 0
  l = v[b] ^ v[c]
  h = v[b + 1] ^ v[c + 1]
  v[b] = (l >>> 24) | (h << 8)
  v[b + 1] = (h >>> 24) | (l << 8)
  t = (v[a] >>> 0) + (v[b] >>> 0) + (m[y] >>> 0)
  v[a + 1] = (v[a + 1] + v[b + 1] + m[y + 1] + Math.floor(t / 4294967296)) | 0
  v[a] = t | 0
  l = v[d] ^ v[a]
  h = v[d + 1] ^ v[a + 1]
  v[d] = (l >>> 16) | (h << 16)
  v[d + 1] = (h >>> 16) | (l << 16)
  t = (v[c] >>> 0) + (v[d] >>> 0)
  v[c + 1] = (v[c + 1] + v[d + 1] + Math.floor(t / 4294967296)) | 0
  v[c] = t | 0
  l = v[b] ^ v[c]
  h = v[b + 1] ^ v[c + 1]
  v[b] = (h >>> 31) | (l << 1)
  v[b + 1] = (l >>> 31) | (h << 1)
}
/** BLAKE2b: state words at `h`, a 128-byte block, bytes counted so far, finalisation flags. */
export function blake2bBlock(h: number, block: number, counted: number, last: boolean, lastNode: boolean): void {
  for (let i = 0; i < 32; i++) {
    const p = block + i * 4
    m[i] = u8[p] | (u8[p + 1] << 8) | (u8[p + 2] << 16) | (u8[p + 3] << 24)
  }
  for (let i = 0; i < 8; i++) {
    v[2 * i] = u32[h + 2 * i]
    v[2 * i + 1] = u32[h + 2 * i + 1]
    v[16 + 2 * i] = IV512[2 * i + 1]
    v[17 + 2 * i] = IV512[2 * i]
  }
  v[24] ^= counted | 0
  v[25] ^= Math.floor(counted / 4294967296)
  if (last) {
    v[28] = ~v[28]
    v[29] = ~v[29]
  }
  if (lastNode) {
    v[30] = ~v[30]
    v[31] = ~v[31]
  }
  for (let r = 0; r < 12; r++) {
    const s = SIGMA[r % 10]
    mix(0, 8, 16, 24, s[0] * 2, s[1] * 2)
    mix(2, 10, 18, 26, s[2] * 2, s[3] * 2)
    mix(4, 12, 20, 28, s[4] * 2, s[5] * 2)
    mix(6, 14, 22, 30, s[6] * 2, s[7] * 2)
    mix(0, 10, 20, 30, s[8] * 2, s[9] * 2)
    mix(2, 12, 22, 24, s[10] * 2, s[11] * 2)
    mix(4, 14, 16, 26, s[12] * 2, s[13] * 2)
    mix(6, 8, 18, 28, s[14] * 2, s[15] * 2)
  }
  for (let i = 0; i < 16; i++) u32[h + i] ^= v[i] ^ v[16 + i]
}
function mix32(a: number, b: number, c: number, d: number, x: number, y: number): void {
  const rotr = (n: number, s: number): number => (n >>> s) | (n << (32 - s))
  v[a] = (v[a] + v[b] + m[x]) | 0
  v[d] = rotr(v[d] ^ v[a], 16)
  v[c] = (v[c] + v[d]) | 0
  v[b] = rotr(v[b] ^ v[c], 12)
  v[a] = (v[a] + v[b] + m[y]) | 0
  v[d] = rotr(v[d] ^ v[a], 8)
  v[c] = (v[c] + v[d]) | 0
  v[b] = rotr(v[b] ^ v[c], 7)
}
export function blake2sBlock(h: number, block: number, counted: number, last: boolean, lastNode: boolean): void {
  for (let i = 0; i < 16; i++) {
    const p = block + i * 4
    m[i] = u8[p] | (u8[p + 1] << 8) | (u8[p + 2] << 16) | (u8[p + 3] << 24)
  }
  for (let i = 0; i < 8; i++) {
    v[i] = u32[h + i]
    v[8 + i] = IV512[2 * i]
  }
  v[12] ^= counted | 0
  v[13] ^= Math.floor(counted / 4294967296)
  if (last) v[14] = ~v[14]
  if (lastNode) v[15] = ~v[15]
  for (let r = 0; r < 10; r++) {
    const s = SIGMA[r]
    mix32(0, 4, 8, 12, s[0], s[1])
    mix32(1, 5, 9, 13, s[2], s[3])
    mix32(2, 6, 10, 14, s[4], s[5])
    mix32(3, 7, 11, 15, s[6], s[7])
    mix32(0, 5, 10, 15, s[8], s[9])
    mix32(1, 6, 11, 12, s[10], s[11])
    mix32(2, 7, 8, 13, s[12], s[13])
    mix32(3, 4, 9, 14, s[14], s[15])
  }
  for (let i = 0; i < 8; i++) u32[h + i] ^= v[i] ^ v[8 + i]
}
