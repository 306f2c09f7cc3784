import { hashHi, ret64 } from "../heap/int64.ts"
import type { Ref } from "../heap/ref.ts"
import { staticAlloc } from "../heap/statics.ts"
import { attached, i32, u8 } from "../heap/views.ts"

// Python/pyhash.c. Every 64-bit value is two 32-bit words; results follow heap/int64.ts.

/** _Py_HashSecret: siphash's k0 and k1 first (24 bytes in C). */
const _Py_HashSecret = staticAlloc(24)
/** What a process uses when nobody chose a seed: the heap image's. A constant, and PYTHONHASHSEED=0's, so that it serves there too. */
const DEFAULT_SEED = 0

/** Fill the secret as Python/bootstrap_hash.c does: seed 0 is all zeros; otherwise the LCG of `seed` (a uint32). */
export function _Py_HashRandomization_Init(seed: number = DEFAULT_SEED): void {
  if (attached) return
  let x = seed >>> 0
  for (let i = 0; i < 24; i++) {
    x = (Math.imul(x, 214013) + 2531011) >>> 0
    u8[_Py_HashSecret + i] = seed === 0 ? 0 : (x >>> 16) & 0xff
  }
}

/** SipHash-1-3 of `n` bytes at `src` under the key (k0, k1). */
export function siphash13(k0lo: number, k0hi: number, k1lo: number, k1hi: number, src: number, n: number): number {
  let v0l = k0lo ^ 0x70736575
  let v0h = k0hi ^ 0x736f6d65
  let v1l = k1lo ^ 0x6e646f6d
  let v1h = k1hi ^ 0x646f7261
  let v2l = k0lo ^ 0x6e657261
  let v2h = k0hi ^ 0x6c796765
  let v3l = k1lo ^ 0x79746573
  let v3h = k1hi ^ 0x74656462
  const blocks = n >> 3
  const aligned = (src & 3) === 0
  const total = blocks + 4
  let p = src
  for (let step = 0; step < total; step++) {
    let ml = 0
    let mh = 0
    if (step < blocks) {
      if (aligned) {
        ml = i32[p >> 2]
        mh = i32[(p >> 2) + 1]
      } else {
        ml = u8[p] | (u8[p + 1] << 8) | (u8[p + 2] << 16) | (u8[p + 3] << 24)
        mh = u8[p + 4] | (u8[p + 5] << 8) | (u8[p + 6] << 16) | (u8[p + 7] << 24)
      }
      p += 8
    } else if (step === blocks) {
      const rest = n & 7
      for (let i = 0; i < rest; i++) {
        if (i < 4) ml |= u8[p + i] << (i * 8)
        else mh |= u8[p + i] << ((i - 4) * 8)
      }
      mh |= n << 24
    } else if (step === blocks + 1) v2l ^= 0xff
    v3l ^= ml
    v3h ^= mh
    // HALF_ROUND(v0, v1, v2, v3, 13, 16)
    let s = (v0l >>> 0) + (v1l >>> 0)
    v0h = (v0h + v1h + (s > 0xffffffff ? 1 : 0)) | 0
    v0l = s | 0
    s = (v2l >>> 0) + (v3l >>> 0)
    v2h = (v2h + v3h + (s > 0xffffffff ? 1 : 0)) | 0
    v2l = s | 0
    let t = (v1l << 13) | (v1h >>> 19)
    v1h = ((v1h << 13) | (v1l >>> 19)) ^ v0h
    v1l = t ^ v0l
    t = (v3l << 16) | (v3h >>> 16)
    v3h = ((v3h << 16) | (v3l >>> 16)) ^ v2h
    v3l = t ^ v2l
    t = v0l
    v0l = v0h
    v0h = t
    // HALF_ROUND(v2, v1, v0, v3, 17, 21)
    s = (v2l >>> 0) + (v1l >>> 0)
    v2h = (v2h + v1h + (s > 0xffffffff ? 1 : 0)) | 0
    v2l = s | 0
    s = (v0l >>> 0) + (v3l >>> 0)
    v0h = (v0h + v3h + (s > 0xffffffff ? 1 : 0)) | 0
    v0l = s | 0
    t = (v1l << 17) | (v1h >>> 15)
    v1h = ((v1h << 17) | (v1l >>> 15)) ^ v2h
    v1l = t ^ v2l
    t = (v3l << 21) | (v3h >>> 11)
    v3h = ((v3h << 21) | (v3l >>> 11)) ^ v0h
    v3l = t ^ v0l
    t = v2l
    v2l = v2h
    v2h = t
    v0l ^= ml
    v0h ^= mh
  }
  return ret64(v0l ^ v1l ^ v2l ^ v3l, v0h ^ v1h ^ v2h ^ v3h)
}

/** Hash of `len` bytes at `src`: 0 for none, never -1. */
export function _Py_HashBytes(src: number, len: number): number {
  if (len === 0) return ret64(0, 0)
  const k = _Py_HashSecret >> 2
  const lo = siphash13(i32[k], i32[k + 1], i32[k + 2], i32[k + 3], src, len)
  return lo === -1 && hashHi === -1 ? ret64(-2, -1) : lo
}

/** _Py_KeyedHash: siphash13 with a key of one's own (source hashes of .pyc files). */
export function _Py_KeyedHash(keylo: number, keyhi: number, src: number, len: number): number {
  return siphash13(keylo, keyhi, 0, 0, src, len)
}

/** Addresses rotated right by 4 bits. */
export function _Py_HashPointer(p: number): number {
  return ret64(p >>> 4, (p & 15) << 28)
}
export function _Py_HashPointerRaw(p: number): number {
  return ret64(p >>> 4, (p & 15) << 28)
}

export const _PyHASH_BITS = 61
export const _PyHASH_INF = 314159
export const _PyHASH_NAN = 0
export const _PyHASH_IMAG = 1000003

// Rotation by n (0 < n < 61) of a 61-bit number: ((x << n) & MODULUS) | x >> (61 - n). The result's upper word goes to rotHi.
let rotHi = 0
function rot61(lo: number, hi: number, n: number): number {
  if (n === 0) {
    rotHi = hi
    return lo
  }
  let l = lo
  let h = hi
  let k = n
  if (k >= 32) {
    // by 32 first: the upper 29 bits of the result are lo's low 29, the low 32 are hi (29 bits) with lo's top 3 above… x >> 29
    const nl = (h << 3) | (l >>> 29) | 0
    h = l & 0x1fffffff
    l = nl
    k -= 32
  }
  if (k === 0) {
    rotHi = h
    return l
  }
  // now k < 32
  const outTop = k <= 29 ? h >>> (29 - k) : (h << (k - 29)) | (l >>> (61 - k))
  const nh = k <= 29 ? ((h << k) | (l >>> (32 - k))) & 0x1fffffff : (l >>> (32 - k)) & 0x1fffffff
  rotHi = nh
  return (l << k) | outTop | 0
}

/** Hash of a double; `inst` is hashed by address when it is a NaN. */
export function _Py_HashDouble(inst: Ref, v: number): number {
  if (!Number.isFinite(v)) {
    if (v === Infinity) return ret64(_PyHASH_INF, 0)
    if (v === -Infinity) return ret64(-_PyHASH_INF, -1)
    return _Py_HashPointer(inst)
  }
  if (v === 0) return ret64(0, 0)
  // small integers hash to themselves
  if ((v | 0) === v) {
    const n = v | 0
    return n === -1 ? ret64(-2, -1) : ret64(n, n >> 31)
  }
  let m = Math.abs(v)
  let e = 0
  // frexp: m in [0.5, 1)
  if (m < 2.2250738585072014e-308) {
    m *= 2 ** 64
    e -= 64
  }
  let exp = Math.floor(Math.log2(m)) + 1
  if (exp > 1000) {
    m /= 2 ** 64
    e += 64
    exp -= 64
  } else if (exp < -1000) {
    m *= 2 ** 64
    e -= 64
    exp += 64
  }
  m /= 2 ** exp
  if (m >= 1) {
    m /= 2
    exp++
  } else if (m < 0.5) {
    m *= 2
    exp--
  }
  e += exp
  let lo = 0
  let hi = 0
  while (m !== 0) {
    lo = rot61(lo, hi, 28)
    hi = rotHi
    m *= 268435456
    e -= 28
    const y = Math.trunc(m)
    m -= y
    const s = (lo >>> 0) + y
    lo = s | 0
    if (s > 0xffffffff) hi++
    // x >= 2**61 - 1: subtract it
    if (hi > 0x1fffffff || (hi === 0x1fffffff && lo === -1)) {
      const t = (lo >>> 0) + 1
      lo = t | 0
      hi = (hi - 0x20000000 + (t > 0xffffffff ? 1 : 0)) | 0
    }
  }
  e = e >= 0 ? e % _PyHASH_BITS : _PyHASH_BITS - 1 - ((-1 - e) % _PyHASH_BITS)
  lo = rot61(lo, hi, e)
  hi = rotHi
  if (v < 0) {
    lo = -lo | 0
    hi = lo === 0 ? -hi | 0 : ~hi
  }
  return lo === -1 && hi === -1 ? ret64(-2, -1) : ret64(lo, hi)
}

/** The secret's address: `_Py_HashSecret.expat` and friends are words of it. */
export function hashSecret(): number {
  return _Py_HashSecret
}
