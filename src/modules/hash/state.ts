import { int32, memcpy, memset, setdouble, setint32, double } from "../../heap/access.ts"
import { dv, i32, u8 } from "../../heap/views.ts"
import { blake2s_block, IV256, md5_block, sha1_block, sha256_block } from "./words32.ts"
import { blake2b_block, IV512, keccakF, sha512_block } from "./words64.ts"

// The state of every hash, one layout for all, in the heap: any worker can go on with it.
//   0        4      8       16          24       28         32 .. 232   232 .. 400
//   ┌ algo ┬ fill ┬ count ┬ digestsize ┬ f1 ┬ (unused) ┬ words ┬ block being filled ┐
// Invariant: fill < block size (BLAKE2: <=, its last block waits for the end); count is the number of bytes hashed, a double.

export const enum State {
  algo = 0,
  fill = 4,
  count = 8,
  digestsize = 16,
  /** BLAKE2: is it the last node of its level? */
  lastnode = 20,
  words = 32,
  block = 232,
  SIZE = 400,
}

const enum Family {
  MD5,
  SHA1,
  SHA256,
  SHA512,
  SHA3,
  BLAKE2B,
  BLAKE2S,
  MD5SHA1,
}
export interface Algo {
  name: string
  family: Family
  /** Bytes of a block. */
  block: number
  /** Bytes of the digest; 0: as many as asked for. */
  digest: number
  /** Initial words; SHA-3: the byte that follows the message. */
  iv: Int32Array
  suffix?: number
}
const sha3 = (name: string, digest: number): Algo => ({
  name,
  family: Family.SHA3,
  block: 200 - 2 * digest,
  digest,
  iv: new Int32Array(50),
  suffix: 6,
})
const shake = (name: string, block: number): Algo => ({ name, family: Family.SHA3, block, digest: 0, iv: new Int32Array(50), suffix: 0x1f })
const sha512 = (name: string, digest: number, iv: string): Algo => ({ name, family: Family.SHA512, block: 128, digest, iv: words64(iv) })

/** 64-bit words in hexadecimal, as pairs of halves, low first. */
function words64(hex: string): Int32Array {
  return Int32Array.from(hex.split(" ").flatMap((h) => [Number.parseInt(h.slice(8), 16), Number.parseInt(h.slice(0, 8), 16)]))
}

/** By number: the heap holds the index. */
export const ALGOS: readonly Algo[] = [
  { name: "md5", family: Family.MD5, block: 64, digest: 16, iv: Int32Array.of(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476) },
  {
    name: "sha1",
    family: Family.SHA1,
    block: 64,
    digest: 20,
    iv: Int32Array.of(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0),
  },
  {
    name: "sha224",
    family: Family.SHA256,
    block: 64,
    digest: 28,
    iv: Int32Array.of(0xc1059ed8, 0x367cd507, 0x3070dd17, 0xf70e5939, 0xffc00b31, 0x68581511, 0x64f98fa7, 0xbefa4fa4),
  },
  { name: "sha256", family: Family.SHA256, block: 64, digest: 32, iv: IV256 },
  sha512(
    "sha384",
    48,
    "cbbb9d5dc1059ed8 629a292a367cd507 9159015a3070dd17 152fecd8f70e5939 67332667ffc00b31 8eb44a8768581511 db0c2e0d64f98fa7 47b5481dbefa4fa4",
  ),
  { name: "sha512", family: Family.SHA512, block: 128, digest: 64, iv: IV512 },
  sha512(
    "sha512_224",
    28,
    "8c3d37c819544da2 73e1996689dcd4d6 1dfab7ae32ff9c82 679dd514582f9fcf 0f6d2b697bd44da8 77e36f7304c48942 3f9d85a86a1d36c8 1112e6ad91d692a1",
  ),
  sha512(
    "sha512_256",
    32,
    "22312194fc2bf72c 9f555fa3c84c64c2 2393b86b6f53b151 963877195940eabd 96283ee2a88effe3 be5e1e2553863992 2b0199fc2c85b8aa 0eb72ddc81c52ca2",
  ),
  sha3("sha3_224", 28),
  sha3("sha3_256", 32),
  sha3("sha3_384", 48),
  sha3("sha3_512", 64),
  shake("shake_128", 168),
  shake("shake_256", 136),
  { name: "blake2b", family: Family.BLAKE2B, block: 128, digest: 64, iv: IV512 },
  { name: "blake2s", family: Family.BLAKE2S, block: 64, digest: 32, iv: IV256 },
]
export function algoNumber(name: string): number {
  return ALGOS.findIndex((a) => a.name === name)
}
export function algoOf(s: number): Algo {
  return ALGOS[int32(s + State.algo)]
}

/** A fresh state. */
export function hashInit(s: number, algo: number): void {
  const a = ALGOS[algo]
  memset(s, 0, State.SIZE)
  setint32(s + State.algo, algo)
  setint32(s + State.digestsize, a.digest)
  i32.set(a.iv, (s + State.words) >> 2)
}
/** BLAKE2 with its parameter block (64 or 32 bytes) and key. */
export function blake2Init(s: number, algo: number, param: Uint8Array, key: Uint8Array, lastNode: boolean): void {
  hashInit(s, algo)
  setint32(s + State.digestsize, param[0])
  setint32(s + State.lastnode, lastNode ? -1 : 0)
  for (let i = 0; i < param.length; i++) u8[s + State.words + i] ^= param[i]
  if (key.length === 0) return
  u8.set(key, s + State.block)
  setint32(s + State.fill, ALGOS[algo].block)
}

function process(a: Algo, s: number, src: number): void {
  const words = s + State.words
  switch (a.family) {
    case Family.MD5:
      return md5_block(words, src)
    case Family.SHA1:
      return sha1_block(words, src)
    case Family.SHA256:
      return sha256_block(words, src)
    case Family.SHA512:
      return sha512_block(words, src)
    case Family.SHA3:
      for (let i = 0; i < a.block; i++) u8[words + i] ^= u8[src + i]
      return keccakF(words)
    case Family.BLAKE2B:
    case Family.BLAKE2S:
      setdouble(s + State.count, double(s + State.count) + a.block)
      return blakeBlock(a, s, src, 0)
  }
}
function blakeBlock(a: Algo, s: number, src: number, last: number): void {
  const f1 = last === 0 ? 0 : int32(s + State.lastnode)
  if (a.family === Family.BLAKE2B) blake2b_block(s + State.words, src, double(s + State.count), last, f1)
  else blake2s_block(s + State.words, src, double(s + State.count), last, f1)
}

/** Hash `n` bytes at `src`. */
export function hashUpdate(s: number, src: number, n: number): void {
  const a = algoOf(s)
  const blake = a.family === Family.BLAKE2B || a.family === Family.BLAKE2S
  const end = src + n
  let fill = int32(s + State.fill)
  if (!blake) setdouble(s + State.count, double(s + State.count) + n)
  // BLAKE2 keeps a full block back: it may be the last one
  const wait = blake ? 1 : 0
  if (fill > 0) {
    const take = Math.min(n, a.block - fill)
    memcpy(s + State.block + fill, src, take)
    src += take
    fill += take
    if (fill === a.block && end - src >= wait) {
      process(a, s, s + State.block)
      fill = 0
    }
  }
  while (end - src >= a.block + wait) {
    process(a, s, src)
    src += a.block
  }
  if (end > src) {
    memcpy(s + State.block + fill, src, end - src)
    fill += end - src
  }
  setint32(s + State.fill, fill)
}

/** The digest of what was hashed; `s` is used up (copy it first). `length` is for the extendable ones. */
export function hashFinish(s: number, length: number): Uint8Array {
  const a = algoOf(s)
  const fill = int32(s + State.fill)
  const block = s + State.block
  const words = s + State.words
  if (a.family === Family.SHA3) return squeeze(a, s, length)
  if (a.family === Family.BLAKE2B || a.family === Family.BLAKE2S) {
    memset(block + fill, 0, a.block - fill)
    setdouble(s + State.count, double(s + State.count) + fill)
    blakeBlock(a, s, block, -1)
    return u8.slice(words, words + int32(s + State.digestsize))
  }
  const lengthBytes = a.block / 8
  u8[block + fill] = 0x80
  memset(block + fill + 1, 0, a.block - fill - 1)
  if (fill + 1 + lengthBytes > a.block) {
    process(a, s, block)
    memset(block, 0, a.block)
  }
  const bits = BigInt(double(s + State.count)) * 8n
  dv.setBigUint64(block + a.block - 8, bits, a.family === Family.MD5)
  process(a, s, block)
  return wordBytes(a, words)
}
// The words in the byte order of the family.
function wordBytes(a: Algo, words: number): Uint8Array {
  const out = u8.slice(words, words + 64)
  const from = new DataView(out.buffer)
  if (a.family === Family.MD5) return out.subarray(0, a.digest)
  const r = new Uint8Array(64)
  const to = new DataView(r.buffer)
  for (let i = 0; i < 16; i++) to.setInt32(4 * (a.family === Family.SHA512 ? i ^ 1 : i), from.getInt32(4 * i, true))
  return r.subarray(0, a.digest)
}
function squeeze(a: Algo, s: number, length: number): Uint8Array {
  const words = s + State.words
  const fill = int32(s + State.fill)
  memset(s + State.block + fill, 0, a.block - fill)
  u8[s + State.block + fill] ^= a.suffix ?? 0
  u8[s + State.block + a.block - 1] ^= 0x80
  process(a, s, s + State.block)
  const n = a.digest || length
  const out = new Uint8Array(n)
  for (let o = 0; o < n; o += a.block) {
    if (o > 0) keccakF(words)
    out.set(u8.subarray(words, words + Math.min(a.block, n - o)), o)
  }
  return out
}
