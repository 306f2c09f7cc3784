import { double, int32, setdouble, setint32 } from "../../heap/access.ts"
import { u8 } from "../../heap/views.ts"
import { crc32 } from "../zlib/checksum.ts"
import { crc64, crc64High } from "./checks.ts"
import { copyIn, decode, Lz, LzmaError, resetState, setProperties, take, waiting } from "./decoder.ts"

// The containers around LZMA data: .xz (blocks of LZMA2 chunks, an index, a footer), .lzma (a header of 13 bytes), and none.

export const enum Format {
  AUTO = 0,
  XZ,
  ALONE,
  RAW,
}
const enum Stage {
  Start,
  XzHeader,
  BlockHeader,
  Control,
  Chunk,
  Stored,
  BlockEnd,
  Index,
  Footer,
  AloneHeader,
  Lzma1,
  End,
}
export const CHECK_UNKNOWN = 16
const CHECK_SIZES = [0, 4, 4, 4, 8, 8, 8, 16, 16, 16, 32, 32, 32, 64, 64, 64]
const MAGIC = [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]

function fail(message: LzmaError["message"]): never {
  throw new LzmaError(message)
}
function word(b: Uint8Array, i: number): number {
  return (b[i] | (b[i + 1] << 8) | (b[i + 2] << 16) | (b[i + 3] << 24)) >>> 0
}
function crcOf(b: Uint8Array, from: number, to: number): number {
  return crc32(0, 0, to - from, b.subarray(from, to)) >>> 0
}

/** A chain of filters for raw data, or from a block's header. */
export interface Chain {
  lzma2: boolean
  dictSize: number
  /** lc, lp, pb as LZMA1's property byte. */
  properties: number
  /** Distance of a delta filter in front, 0 for none. */
  delta: number
}
export function startRaw(lz: number, chain: Chain): void {
  setint32(lz + Lz.format, Format.RAW)
  setint32(lz + Lz.check, 0)
  setint32(lz + Lz.dictSize, chain.dictSize)
  setint32(lz + Lz.delta, chain.delta)
  u8.fill(0, lz + Lz.history, lz + Lz.history + 256)
  setint32(lz + Lz.needsDict, 1)
  if (chain.lzma2) setint32(lz + Lz.stage, Stage.Control)
  else startLzma1(lz, chain.properties, Number.POSITIVE_INFINITY)
}
export function startFormat(lz: number, format: Format): void {
  setint32(lz + Lz.format, format)
  setint32(lz + Lz.check, CHECK_UNKNOWN)
  setint32(lz + Lz.stage, format === Format.XZ ? Stage.XzHeader : format === Format.ALONE ? Stage.AloneHeader : Stage.Start)
}
function startLzma1(lz: number, properties: number, size: number): void {
  setProperties(lz, properties)
  resetState(lz)
  setint32(lz + Lz.init, 1)
  setdouble(lz + Lz.left, size)
  setint32(lz + Lz.stage, Stage.Lzma1)
}
/** The dictionary size that LZMA2's property byte stands for. */
export function dictSizeOf(byte: number): number {
  if (byte > 40) fail("Invalid or unsupported options")
  return byte === 40 ? 0x7fffffff : Math.min(0x7fffffff, (2 | (byte & 1)) * 2 ** (Math.floor(byte / 2) + 11))
}

export function ended(lz: number): boolean {
  return int32(lz + Lz.stage) === Stage.End && waiting(lz) === 0
}

/** What came of a piece of input. */
export interface Fed {
  out: Uint8Array[]
  used: number
}
/** Decode `input` up to `limit` bytes of output; null without memory. Throws LzmaError. */
export function feed(lz: number, input: Uint8Array, limit: number): Fed | null {
  const out: Uint8Array[] = []
  let used = 0
  let size = 0
  for (;;) {
    // what is decoded goes out first
    while (waiting(lz) > 0 && size < limit) {
      const piece = deltaFilter(lz, take(lz, Math.min(1 << 20, limit - size)))
      size += piece.length
      checksum(lz, piece)
      out.push(piece)
    }
    if (size >= limit && limit !== Number.POSITIVE_INFINITY) return { out, used }
    const next = step(lz, input, used, Math.min(1 << 20, limit - size))
    if (next === -2) return null
    if (next < 0 && waiting(lz) === 0) return { out, used }
    if (next >= 0) used = next
  }
}
function checksum(lz: number, piece: Uint8Array): void {
  const check = int32(lz + Lz.check)
  if (check === 1) setint32(lz + Lz.crc, crc32(int32(lz + Lz.crc) >>> 0, 0, piece.length, piece))
  else if (check === 4) {
    setint32(lz + Lz.crc, crc64(int32(lz + Lz.crc), int32(lz + Lz.crcHigh), piece))
    setint32(lz + Lz.crcHigh, crc64High)
  }
}
function deltaFilter(lz: number, piece: Uint8Array): Uint8Array {
  const distance = int32(lz + Lz.delta)
  if (distance === 0) return piece
  const history = lz + Lz.history
  // history[i] is the output i+1 bytes back
  const r = new Uint8Array(piece.length)
  for (let i = 0; i < piece.length; i++) {
    r[i] = piece[i] + (i >= distance ? r[i - distance] : u8[history + distance - 1 - i])
  }
  const kept = u8.slice(history, history + 256)
  for (let k = 0; k < 256; k++) u8[history + k] = k < r.length ? r[r.length - 1 - k] : kept[k - r.length]
  return r
}

/** One step: where in the input it ended; -1 more input is needed (or the end is reached); -2 no memory. */
function step(lz: number, b: Uint8Array, i: number, limit: number): number {
  const have = b.length - i
  switch (int32(lz + Lz.stage)) {
    case Stage.Start:
      if (have < 1) return -1
      setint32(lz + Lz.stage, b[i] === MAGIC[0] ? Stage.XzHeader : Stage.AloneHeader)
      return i
    case Stage.XzHeader:
      return xzHeader(lz, b, i)
    case Stage.BlockHeader:
      return blockHeader(lz, b, i)
    case Stage.Control:
      return control(lz, b, i)
    case Stage.Chunk: {
      const left = double(lz + Lz.packedLeft)
      const to = Math.min(b.length, i + left)
      const end = decode(lz, to === b.length ? b : b.subarray(0, to), i, limit)
      if (end < 0) return -2
      setdouble(lz + Lz.packedLeft, left - (end - i))
      if (double(lz + Lz.left) === 0 && waiting(lz) < limit + 1) {
        const rest = Math.min(double(lz + Lz.packedLeft), b.length - end)
        setdouble(lz + Lz.packedLeft, double(lz + Lz.packedLeft) - rest)
        if (double(lz + Lz.packedLeft) > 0) return rest === 0 ? -1 : end + rest
        setint32(lz + Lz.stage, Stage.Control)
        return end + rest
      }
      if (end === i && double(lz + Lz.packedLeft) === 0 && waiting(lz) === 0) fail("Corrupt input data")
      return end === i ? -1 : end
    }
    case Stage.Stored: {
      const n = Math.min(have, double(lz + Lz.left), limit)
      if (n <= 0) return -1
      if (!copyIn(lz, b.subarray(i, i + n))) return -2
      setdouble(lz + Lz.left, double(lz + Lz.left) - n)
      if (double(lz + Lz.left) === 0) setint32(lz + Lz.stage, Stage.Control)
      return i + n
    }
    case Stage.BlockEnd:
      return blockEnd(lz, b, i)
    case Stage.Index:
      return index(lz, b, i)
    case Stage.Footer:
      if (have < 12) return -1
      if (b[i + 10] !== 0x59 || b[i + 11] !== 0x5a || crcOf(b, i + 4, i + 10) !== word(b, i)) fail("Corrupt input data")
      if (b[i + 9] !== int32(lz + Lz.check)) fail("Corrupt input data")
      setint32(lz + Lz.stage, Stage.End)
      return i + 12
    case Stage.AloneHeader: {
      if (have >= 1 && (b[i] >= 225 || (b[i] % 9) + (Math.floor(b[i] / 9) % 5) > 4)) fail("Input format not supported by decoder")
      if (have >= 5 && int32(lz + Lz.format) === Format.AUTO && !likelyDictSize(word(b, i + 1)))
        fail("Input format not supported by decoder")
      if (have < 13) return -1
      const low = word(b, i + 5)
      const high = word(b, i + 9)
      setint32(lz + Lz.dictSize, Math.min(0x7fffffff, Math.max(4096, word(b, i + 1))))
      const unknown = low === 0xffffffff && high === 0xffffffff
      if (!unknown && int32(lz + Lz.format) === Format.AUTO && high >= 64) fail("Input format not supported by decoder")
      setint32(lz + Lz.check, 0)
      startLzma1(lz, b[i], unknown ? Number.POSITIVE_INFINITY : high * 4294967296 + low)
      return i + 13
    }
    case Stage.Lzma1: {
      const end = decode(lz, b, i, limit)
      if (end < 0) return -2
      if ((int32(lz + Lz.ended) !== 0 || double(lz + Lz.left) === 0) && int32(lz + Lz.init) === 0) {
        setint32(lz + Lz.stage, Stage.End)
        return end
      }
      return end === i ? -1 : end
    }
    default:
      return -1
  }
}

/** A .lzma header has no mark of its own: the size tells it, 2**n or 2**n + 2**(n-1) in all files that exist. */
function likelyDictSize(size: number): boolean {
  if (size === 0xffffffff) return true
  const top = 2 ** (31 - Math.clz32(size))
  return size !== 0 && (size === top || size === top + top / 2)
}

function xzHeader(lz: number, b: Uint8Array, i: number): number {
  for (let k = 0; k < 6 && i + k < b.length; k++) if (b[i + k] !== MAGIC[k]) fail("Input format not supported by decoder")
  if (b.length - i < 12) return -1
  if (crcOf(b, i + 6, i + 8) !== word(b, i + 8)) fail("Corrupt input data")
  if (b[i + 6] !== 0 || b[i + 7] > 15) fail("Invalid or unsupported options")
  setint32(lz + Lz.check, b[i + 7])
  setint32(lz + Lz.stage, Stage.BlockHeader)
  return i + 12
}

/** A number in 7-bit groups: [value, where it ends]; null when it does not end yet. */
function vli(b: Uint8Array, i: number, end: number): [number, number] | null {
  let v = 0
  for (let k = 0; k < 9; k++) {
    if (i + k >= end) return null
    v += (b[i + k] & 127) * 2 ** (7 * k)
    if (b[i + k] < 128) return [v, i + k + 1]
  }
  return fail("Corrupt input data")
}
function blockHeader(lz: number, b: Uint8Array, i: number): number {
  if (i >= b.length) return -1
  if (b[i] === 0) {
    setint32(lz + Lz.stage, Stage.Index)
    return i
  }
  const size = (b[i] + 1) * 4
  if (b.length - i < size) return -1
  const end = i + size - 4
  if (crcOf(b, i, end) !== word(b, end)) fail("Corrupt input data")
  const flags = b[i + 1]
  if (flags & 0x3c) fail("Invalid or unsupported options")
  let at = i + 2
  const number = (): number => {
    const v = vli(b, at, end) ?? fail("Corrupt input data")
    at = v[1]
    return v[0]
  }
  if (flags & 0x40) number()
  if (flags & 0x80) number()
  setint32(lz + Lz.delta, 0)
  const filters = (flags & 3) + 1
  for (let k = 0; k < filters; k++) {
    const id = number()
    const n = number()
    if (id === 0x21 && n === 1 && k === filters - 1) setint32(lz + Lz.dictSize, Math.max(4096, dictSizeOf(b[at] & 63)))
    else if (id === 3 && n === 1 && k === 0 && filters > 1) setint32(lz + Lz.delta, b[at] + 1)
    else fail("Invalid or unsupported options")
    at += n
  }
  u8.fill(0, lz + Lz.history, lz + Lz.history + 256)
  setint32(lz + Lz.crc, 0)
  setint32(lz + Lz.crcHigh, 0)
  setdouble(lz + Lz.blockBytes, 0)
  setint32(lz + Lz.needsDict, 1)
  setint32(lz + Lz.stage, Stage.Control)
  return i + size
}

function control(lz: number, b: Uint8Array, i: number): number {
  if (i >= b.length) return -1
  const c = b[i]
  const xz = int32(lz + Lz.format) !== Format.RAW
  const count = (n: number): void => setdouble(lz + Lz.blockBytes, double(lz + Lz.blockBytes) + n)
  if (c === 0) {
    count(1)
    setint32(lz + Lz.stage, xz ? Stage.BlockEnd : Stage.End)
    return i + 1
  }
  const resets = c >= 0x80 ? (c >> 5) & 3 : 0
  if (c === 1 || resets === 3) {
    setint32(lz + Lz.known, 0)
    setdouble(lz + Lz.position, 0)
    setint32(lz + Lz.needsDict, 0)
  } else if (int32(lz + Lz.needsDict) !== 0) fail("Corrupt input data")
  if (c < 0x80) {
    if (c > 2) fail("Corrupt input data")
    if (b.length - i < 3) return -1
    const n = ((b[i + 1] << 8) | b[i + 2]) + 1
    setdouble(lz + Lz.left, n)
    count(3 + n)
    setint32(lz + Lz.stage, Stage.Stored)
    return i + 3
  }
  const header = resets >= 2 ? 6 : 5
  if (b.length - i < header) return -1
  if (resets >= 2) {
    if (b[i + 5] >= 225) fail("Corrupt input data")
    setProperties(lz, b[i + 5])
  }
  if (resets > 0) resetState(lz)
  const packed = ((b[i + 3] << 8) | b[i + 4]) + 1
  setdouble(lz + Lz.left, ((c & 31) << 16) + (b[i + 1] << 8) + b[i + 2] + 1)
  setdouble(lz + Lz.packedLeft, packed)
  setint32(lz + Lz.init, 1)
  setint32(lz + Lz.ended, 0)
  count(header + packed)
  setint32(lz + Lz.stage, Stage.Chunk)
  return i + header
}

function blockEnd(lz: number, b: Uint8Array, i: number): number {
  const padding = (4 - (double(lz + Lz.blockBytes) % 4)) % 4
  const check = int32(lz + Lz.check)
  const size = padding + CHECK_SIZES[check]
  if (b.length - i < size) return -1
  for (let k = 0; k < padding; k++) if (b[i + k] !== 0) fail("Corrupt input data")
  const at = i + padding
  if (check === 1 || check === 4) {
    if (word(b, at) !== int32(lz + Lz.crc) >>> 0) fail("Corrupt input data")
    if (check === 4 && word(b, at + 4) !== int32(lz + Lz.crcHigh) >>> 0) fail("Corrupt input data")
  }
  setint32(lz + Lz.stage, Stage.BlockHeader)
  return i + size
}
function index(lz: number, b: Uint8Array, i: number): number {
  const count = vli(b, i + 1, b.length)
  if (count === null) return -1
  let at = count[1]
  for (let k = 0; k < 2 * count[0]; k++) {
    const v = vli(b, at, b.length)
    if (v === null) return -1
    at = v[1]
  }
  at += (4 - ((at - i) % 4)) % 4
  if (b.length < at + 4) return -1
  if (crcOf(b, i, at) !== word(b, at)) fail("Corrupt input data")
  setint32(lz + Lz.stage, Stage.Footer)
  return at + 4
}
