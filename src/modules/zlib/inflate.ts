import { adler32, crc32 } from "./checksum.ts"

// A resumable inflate (RFC 1950-1952). Its state is plain data that can be kept in the heap between calls: the input from the start of the
// current block on, bit positions in it, the last 32 KiB of output. The code tables are rebuilt from the block's header when it goes on.

export const enum Phase {
  Header,
  /** Between blocks. */
  Blocks,
  Stored,
  Codes,
  Trailer,
  Done,
}
/** Numbers of the state, kept as an array of doubles. */
export const enum F {
  phase,
  wbits,
  /** What the header said: 0 raw, 1 zlib, 2 gzip. */
  format,
  lastBlock,
  /** Bit position in `input` of the block's header, and of the next symbol. */
  blockBit,
  bit,
  storedLeft,
  /** A match that is being copied: length left and distance. */
  copyLeft,
  copyDistance,
  check,
  total,
  COUNT,
}
export interface Inflate {
  n: Float64Array
  input: Uint8Array
  window: Uint8Array
}

/** Why the data cannot be decoded, in zlib's words; `code` is zlib's number for it (2: a preset dictionary is needed). */
export class InflateError extends Error {
  constructor(
    message: string,
    readonly code = -3,
  ) {
    super(message)
  }
}

const LENGTH_BASE = [3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258]
const LENGTH_EXTRA = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0]
const DIST_BASE = [
  1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385,
  24577,
]
const DIST_EXTRA = [0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13]
const CODE_ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]

/** @param dictionary a preset dictionary, or nothing. */
export function newInflate(wbits: number, dictionary: Uint8Array = new Uint8Array(0)): Inflate {
  const n = new Float64Array(F.COUNT)
  n[F.wbits] = wbits
  if (wbits < 0) n[F.phase] = Phase.Blocks
  return { n, input: new Uint8Array(0), window: dictionary.slice(-32768) }
}

// Canonical Huffman codes: counts per length and symbols in order (as in puff). `-1`: over-subscribed, 1: incomplete, 0: complete.
interface Codes {
  count: Int32Array
  symbol: Int32Array
}
let left = 0
function construct(lengths: Uint8Array, from: number, n: number): Codes {
  const count = new Int32Array(16)
  for (let i = 0; i < n; i++) count[lengths[from + i]]++
  const symbol = new Int32Array(n)
  left = 1
  for (let len = 1; len <= 15; len++) {
    left = left * 2 - count[len]
    if (left < 0) return { count, symbol }
  }
  if (count[0] === n) left = 0
  const offsets = new Int32Array(16)
  for (let len = 1; len < 15; len++) offsets[len + 1] = offsets[len] + count[len]
  for (let i = 0; i < n; i++) if (lengths[from + i] !== 0) symbol[offsets[lengths[from + i]]++] = i
  return { count, symbol }
}
const fixed: { lit: Codes | null; dist: Codes | null } = { lit: null, dist: null }

/** More input is needed: thrown and caught inside one call. */
const NEED = new Error("need input")
let src: Uint8Array = new Uint8Array(0)
let bit = 0

function bits(n: number): number {
  if (bit + n > src.length * 8) throw NEED
  let v = 0
  for (let i = 0; i < n; ) {
    const at = bit + i
    const take = Math.min(8 - (at & 7), n - i)
    v |= ((src[at >> 3] >> (at & 7)) & ((1 << take) - 1)) << i
    i += take
  }
  bit += n
  return v
}
function decode(h: Codes): number {
  let code = 0
  let first = 0
  let index = 0
  const total = src.length * 8
  for (let len = 1; len <= 15; len++) {
    if (bit >= total) throw NEED
    code |= (src[bit >> 3] >> (bit & 7)) & 1
    bit++
    const count = h.count[len]
    if (code - count < first) return h.symbol[index + (code - first)]
    index += count
    first = (first + count) << 1
    code <<= 1
  }
  return -1
}

let lit: Codes = { count: new Int32Array(16), symbol: new Int32Array(0) }
let dist: Codes = lit
function dynamicTables(): void {
  const nlen = bits(5) + 257
  const ndist = bits(5) + 1
  const ncode = bits(4) + 4
  if (nlen > 286 || ndist > 30) throw new InflateError("too many length or distance symbols")
  const lengths = new Uint8Array(320)
  for (let i = 0; i < ncode; i++) lengths[CODE_ORDER[i]] = bits(3)
  const codes = construct(lengths, 0, 19)
  if (left !== 0) throw new InflateError("invalid code lengths set")
  const all = new Uint8Array(320)
  for (let i = 0; i < nlen + ndist; ) {
    const symbol = decode(codes)
    if (symbol < 0) throw new InflateError("invalid code lengths set")
    if (symbol < 16) {
      all[i++] = symbol
      continue
    }
    if (symbol === 16 && i === 0) throw new InflateError("invalid bit length repeat")
    const value = symbol === 16 ? all[i - 1] : 0
    const repeat = symbol === 16 ? 3 + bits(2) : symbol === 17 ? 3 + bits(3) : 11 + bits(7)
    if (i + repeat > nlen + ndist) throw new InflateError("invalid bit length repeat")
    all.fill(value, i, i + repeat)
    i += repeat
  }
  if (all[256] === 0) throw new InflateError("invalid code -- missing end-of-block")
  lit = construct(all, 0, nlen)
  if (left !== 0 && (left < 0 || nlen - lit.count[0] !== 1)) throw new InflateError("invalid literal/lengths set")
  dist = construct(all, nlen, ndist)
  if (left !== 0 && (left < 0 || ndist - dist.count[0] !== 1)) throw new InflateError("invalid distances set")
}
function fixedTables(): void {
  if (fixed.lit === null) {
    const l = new Uint8Array(288)
    l.fill(8, 0, 144)
    l.fill(9, 144, 256)
    l.fill(7, 256, 280)
    l.fill(8, 280, 288)
    fixed.lit = construct(l, 0, 288)
    fixed.dist = construct(new Uint8Array(30).fill(5), 0, 30)
  }
  lit = fixed.lit
  dist = fixed.dist as Codes
}

let out = new Uint8Array(65536)
let outLength = 0
function room(n: number): void {
  if (outLength + n <= out.length) return
  const bigger = new Uint8Array(Math.max(out.length * 2, outLength + n))
  bigger.set(out.subarray(0, outLength))
  out = bigger
}

/** The bytes of input that were not used (after the end, or beyond the output limit). */
export let unused: Uint8Array = new Uint8Array(0)

/** Feed `more` and decode until it is used up, the end is reached, or `limit` bytes came out (-1: no limit).
 *  @returns the output; `unused` holds what input is left over. Throws InflateError. */
export function inflate(s: Inflate, more: Uint8Array, limit: number): Uint8Array {
  const n = s.n
  if (s.input.length > 0) {
    src = new Uint8Array(s.input.length + more.length)
    src.set(s.input)
    src.set(more, s.input.length)
  } else src = more
  const kept = s.input.length
  outLength = s.window.length
  room(0)
  if (out.length < outLength) out = new Uint8Array(outLength * 2)
  out.set(s.window)
  const begin = outLength
  const cap = limit < 0 ? Infinity : begin + limit
  try {
    if (n[F.phase] === Phase.Codes) {
      // go on inside a block: its tables come from its header again
      bit = n[F.blockBit]
      bits(1)
      if (bits(2) === 2) dynamicTables()
      else fixedTables()
    }
    bit = n[F.bit]
    while (n[F.phase] !== Phase.Done && step(s, begin, cap)) {
      // steps until the input or the room is used up
    }
  } catch (e) {
    if (e !== NEED) throw e
  }
  const produced = out.slice(begin, outLength)
  n[F.total] += produced.length
  if (n[F.format] === 2) n[F.check] = crc32(n[F.check], 0, produced.length, produced)
  else if (n[F.format] === 1) n[F.check] = adler32(n[F.check], 0, produced.length, produced)
  if (n[F.phase] === Phase.Trailer) {
    try {
      bit = n[F.bit]
      trailer(n)
    } catch (e) {
      if (e !== NEED) throw e
    }
  }
  s.window = out.slice(Math.max(0, outLength - 32768), outLength)
  const stopped = n[F.phase] !== Phase.Done && outLength >= cap
  const usedBytes = n[F.phase] === Phase.Done ? (n[F.bit] + 7) >> 3 : stopped ? Math.max(kept, (n[F.bit] + 7) >> 3) : src.length
  unused = src.slice(usedBytes)
  // keep the block's header for the tables, unless between blocks
  const keepFrom = n[F.phase] === Phase.Codes ? n[F.blockBit] >> 3 : Math.min(usedBytes, n[F.bit] >> 3)
  s.input = n[F.phase] === Phase.Done ? new Uint8Array(0) : src.slice(keepFrom, usedBytes)
  n[F.blockBit] -= keepFrom * 8
  n[F.bit] -= keepFrom * 8
  return produced
}
// One piece of work; false when the output limit is reached. The state's bit position only moves over whole pieces.
function step(s: Inflate, begin: number, cap: number): boolean {
  const n = s.n
  switch (n[F.phase]) {
    case Phase.Header:
      header(s)
      break
    case Phase.Blocks: {
      if (n[F.lastBlock]) {
        bit = (bit + 7) & ~7
        n[F.phase] = n[F.format] === 0 ? Phase.Done : Phase.Trailer
        n[F.bit] = bit
        return false
      }
      n[F.blockBit] = bit
      const last = bits(1)
      const type = bits(2)
      if (type === 3) throw new InflateError("invalid block type")
      if (type === 0) {
        bit = (bit + 7) & ~7
        const len = bits(16)
        if (len !== (~bits(16) & 0xffff)) throw new InflateError("invalid stored block lengths")
        n[F.storedLeft] = len
        n[F.phase] = Phase.Stored
      } else {
        if (type === 2) dynamicTables()
        else fixedTables()
        n[F.phase] = Phase.Codes
      }
      n[F.lastBlock] = last
      break
    }
    case Phase.Stored: {
      const at = bit >> 3
      const take = Math.min(n[F.storedLeft], src.length - at, cap - outLength)
      room(take)
      out.set(src.subarray(at, at + take), outLength)
      outLength += take
      n[F.storedLeft] -= take
      bit += take * 8
      n[F.bit] = bit
      if (n[F.storedLeft] === 0) n[F.phase] = Phase.Blocks
      else if (outLength >= cap) return false
      else throw NEED
      break
    }
    case Phase.Codes:
      codes(s, begin, cap)
      if (n[F.phase] === Phase.Codes) return false
      break
    default:
      return false
  }
  n[F.bit] = bit
  return true
}
function codes(s: Inflate, begin: number, cap: number): void {
  const n = s.n
  for (;;) {
    if (n[F.copyLeft] > 0) {
      const d = n[F.copyDistance]
      const take = Math.min(n[F.copyLeft], cap - outLength)
      room(take)
      for (let i = 0; i < take; i++) {
        out[outLength] = out[outLength - d]
        outLength++
      }
      n[F.copyLeft] -= take
    }
    n[F.bit] = bit
    if (outLength >= cap && (n[F.copyLeft] > 0 || outLength > begin || cap === begin)) return
    let symbol = decode(lit)
    if (symbol < 0) throw new InflateError("invalid literal/length code")
    if (symbol < 256) {
      room(1)
      out[outLength++] = symbol
      continue
    }
    if (symbol === 256) {
      n[F.phase] = Phase.Blocks
      return
    }
    symbol -= 257
    if (symbol >= 29) throw new InflateError("invalid literal/length code")
    const length = LENGTH_BASE[symbol] + bits(LENGTH_EXTRA[symbol])
    const code = decode(dist)
    if (code < 0 || code >= 30) throw new InflateError("invalid distance code")
    const distance = DIST_BASE[code] + bits(DIST_EXTRA[code])
    if (distance > outLength) throw new InflateError("invalid distance too far back")
    n[F.copyLeft] = length
    n[F.copyDistance] = distance
  }
}
function header(s: Inflate): void {
  const n = s.n
  const wbits = n[F.wbits]
  const first = bits(8)
  const second = bits(8)
  const gzip = first === 0x1f && second === 0x8b
  if (gzip && wbits > 15) {
    if (bits(8) !== 8) throw new InflateError("unknown compression method")
    const flags = bits(8)
    if (flags & 0xe0) throw new InflateError("unknown header flags set")
    for (let i = 0; i < 6; i++) bits(8)
    if (flags & 4) for (let len = bits(16); len > 0; len--) bits(8)
    for (const f of [8, 16]) if (flags & f) while (bits(8) !== 0) continue
    if (flags & 2) bits(16)
    n[F.format] = 2
    n[F.check] = 0
  } else {
    if ((first * 256 + second) % 31 !== 0 || (wbits > 15 && wbits < 32)) throw new InflateError("incorrect header check")
    if ((first & 15) !== 8) throw new InflateError("unknown compression method")
    if ((first >> 4) + 8 > (wbits === 0 || wbits > 15 ? 15 : wbits)) throw new InflateError("invalid window size")
    n[F.format] = 1
    n[F.check] = 1
    if (second & 32) {
      let id = 0
      for (let i = 0; i < 4; i++) id = id * 256 + bits(8)
      if (s.window.length === 0) throw new InflateError("", 2)
      if (adler32(1, 0, s.window.length, s.window) !== id) throw new InflateError("incorrect dictionary")
    }
  }
  n[F.phase] = Phase.Blocks
}
function trailer(n: Float64Array): void {
  const word = (): number => {
    const a = bits(16)
    return a + bits(16) * 65536
  }
  if (n[F.format] === 2) {
    if (word() !== n[F.check] >>> 0) throw new InflateError("incorrect data check")
    if (word() !== n[F.total] % 4294967296) throw new InflateError("incorrect length check")
  } else {
    let v = 0
    for (let i = 0; i < 4; i++) v = v * 256 + bits(8)
    if (v !== n[F.check] >>> 0) throw new InflateError("incorrect data check")
  }
  n[F.phase] = Phase.Done
  n[F.bit] = bit
}
