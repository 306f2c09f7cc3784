import { createHash } from "node:crypto"
import { crc32 } from "../zlib/checksum.ts"
import { crc64, crc64High } from "./checks.ts"
import { LzmaEncoder, type LzmaOptions } from "./encoder.ts"
import { Format } from "./stream.ts"

// Whole streams: chunks of LZMA2, and the containers around them.

export interface Packing extends LzmaOptions {
  format: Format
  check: number
  lzma2: boolean
  delta: number
  depth: number
}

const MAX_CHUNK_IN = 1 << 21
const MAX_CHUNK_OUT = 65536 - 64

function join(parts: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(parts)
}
function word(v: number): Uint8Array {
  return Uint8Array.of(v, v >>> 8, v >>> 16, v >>> 24)
}
function withCrc(b: Uint8Array): Uint8Array {
  return join([b, word(crc32(0, 0, b.length, b))])
}
function vli(n: number): number[] {
  const out: number[] = []
  let v = n
  for (; v >= 128; v = Math.floor(v / 128)) out.push((v % 128) | 128)
  out.push(v)
  return out
}
function padding(n: number): Uint8Array {
  return new Uint8Array((4 - (n % 4)) % 4)
}
export function propertyByte(o: LzmaOptions): number {
  return (o.pb * 5 + o.lp) * 9 + o.lc
}
/** LZMA2's byte for a dictionary size: the smallest that is no less. */
export function dictSizeByte(size: number): number {
  for (let b = 0; b < 40; b++) if ((2 | (b & 1)) * 2 ** (Math.floor(b / 2) + 11) >= size) return b
  return 40
}

function deltaEncode(data: Uint8Array, distance: number): Uint8Array {
  if (distance === 0) return data
  return data.map((b, i) => b - (i >= distance ? data[i - distance] : 0))
}

function lzma2(data: Uint8Array, p: Packing): Uint8Array {
  const encoder = new LzmaEncoder(data, p, p.depth)
  const parts: Uint8Array[] = []
  let needProps = true
  let needState = true
  let first = true
  while (encoder.at < data.length) {
    const from = encoder.at
    const packed = encoder.part(MAX_CHUNK_IN, MAX_CHUNK_OUT, false)
    const n = encoder.at - from
    if (packed.length < n && packed.length <= 65536) {
      const resets = first ? 3 : needProps ? 2 : needState ? 1 : 0
      const head = [0x80 | (resets << 5) | ((n - 1) >> 16), (n - 1) >> 8, n - 1, (packed.length - 1) >> 8, packed.length - 1]
      if (resets >= 2) head.push(propertyByte(p))
      parts.push(Uint8Array.from(head), packed)
      needProps = needState = false
    } else {
      for (let at = from; at < encoder.at; at += 65536) {
        const k = Math.min(65536, encoder.at - at)
        parts.push(Uint8Array.of(first && at === from ? 1 : 2, (k - 1) >> 8, k - 1), data.subarray(at, at + k))
      }
      encoder.resetState()
      needState = true
    }
    first = false
  }
  parts.push(Uint8Array.of(0))
  return join(parts)
}
function lzma1(data: Uint8Array, p: Packing): Uint8Array {
  return new LzmaEncoder(data, p, p.depth).part(data.length, Number.POSITIVE_INFINITY, true)
}

function checkBytes(check: number, data: Uint8Array): Uint8Array {
  if (check === 1) return word(crc32(0, 0, data.length, data))
  if (check === 4) return join([word(crc64(0, 0, data)), word(crc64High)])
  return check === 10 ? createHash("sha256").update(data).digest() : new Uint8Array(0)
}
function xz(data: Uint8Array, p: Packing): Uint8Array {
  const flags = Uint8Array.of(0, p.check)
  const parts = [Uint8Array.of(0xfd, 0x37, 0x7a, 0x58, 0x5a, 0), withCrc(flags)]
  const records: number[] = []
  if (data.length > 0) {
    const filters = [...(p.delta > 0 ? [3, 1, p.delta - 1] : []), 0x21, 1, dictSizeByte(p.dictSize)]
    const body = [p.delta > 0 ? 1 : 0, ...filters]
    const size = Math.ceil((1 + body.length) / 4) * 4
    const header = new Uint8Array(size)
    header[0] = size / 4
    header.set(body, 1)
    const packed = lzma2(deltaEncode(data, p.delta), p)
    const check = checkBytes(p.check, data)
    parts.push(withCrc(header), packed, padding(packed.length), check)
    records.push(...vli(size + 4 + packed.length + check.length), ...vli(data.length))
  }
  const list = Uint8Array.from([0, ...vli(records.length > 0 ? 1 : 0), ...records])
  const index = withCrc(join([list, padding(list.length)]))
  const tail = join([word(index.length / 4 - 1), flags])
  parts.push(index, word(crc32(0, 0, tail.length, tail)), tail, Uint8Array.of(0x59, 0x5a))
  return join(parts)
}

/** `data` as one stream. */
export function pack(data: Uint8Array, p: Packing): Uint8Array {
  if (p.format === Format.XZ) return xz(data, p)
  if (p.format === Format.RAW) {
    const filtered = deltaEncode(data, p.delta)
    return p.lzma2 ? lzma2(filtered, p) : lzma1(filtered, p)
  }
  return join([Uint8Array.of(propertyByte(p)), word(p.dictSize), new Uint8Array(8).fill(255), lzma1(data, p)])
}
