import { double, int32, memset, ptr, setdouble, setint32, setptr } from "../../heap/access.ts"
import { PyMem_RawFree, PyMem_RawMalloc, PyMem_RawRealloc } from "../../heap/obmalloc.ts"
import { u16, u8 } from "../../heap/views.ts"

// LZMA: a range decoder over 12 states. Everything that outlives a call is in one block of the heap.

/** The block: registers, window, probabilities. `window` holds the last bytes written: those up to `taken` have been handed out, those up
 *  to `written` are decoded. Invariant: taken <= written <= capacity. */
export const enum Lz {
  range = 0,
  code = 4,
  state = 8,
  rep0 = 12,
  rep1 = 16,
  rep2 = 20,
  rep3 = 24,
  lc = 28,
  lp = 32,
  pb = 36,
  dictSize = 40,
  written = 44,
  taken = 48,
  capacity = 52,
  window = 56,
  /** Decoded since the dictionary was reset, at most dictSize. */
  known = 64,
  /** Bytes still to decode; Infinity: until the end marker. */
  left = 72,
  /** 1: the range decoder waits for its first five bytes. */
  init = 80,
  ended = 84,
  /** All bytes since the dictionary was reset: literals and lengths depend on the place. */
  position = 88,
  // what the container around it is at: see stream.ts
  stage = 96,
  format = 100,
  check = 104,
  packedLeft = 112,
  blockBytes = 120,
  crc = 128,
  crcHigh = 132,
  delta = 136,
  needsDict = 140,
  history = 144,
  probs = 400,
}
const REGISTERS = [Lz.state, Lz.rep0, Lz.rep1, Lz.rep2, Lz.rep3]
// places in the table of probabilities
const IS_MATCH = 0
const IS_REP = 192
const IS_REP0 = 204
const IS_REP1 = 216
const IS_REP2 = 228
const IS_REP0_LONG = 240
const SLOT = 432
const SPECIAL = 688
const ALIGN = 803
const LEN = 819
const REP_LEN = 1333
const LITERAL = 1847
const LEN_LOW = 2
const LEN_MID = 130
const LEN_HIGH = 258
const MAX_PROBS = LITERAL + (0x300 << 4)
const MAX_SYMBOL = 24

export class LzmaError {
  constructor(readonly message: "Corrupt input data" | "Invalid or unsupported options" | "Input format not supported by decoder") {}
}
function corrupt(): never {
  throw new LzmaError("Corrupt input data")
}

/** A new decoder block; 0 without memory. */
export function newDecoder(): number {
  const lz = PyMem_RawMalloc(Lz.probs + 2 * MAX_PROBS)
  if (lz !== 0) memset(lz, 0, Lz.probs)
  return lz
}
export function freeDecoder(lz: number): void {
  if (lz === 0) return
  PyMem_RawFree(ptr(lz + Lz.window))
  PyMem_RawFree(lz)
}
export function setProperties(lz: number, byte: number): void {
  if (byte >= 225) throw new LzmaError("Input format not supported by decoder")
  setint32(lz + Lz.lc, byte % 9)
  setint32(lz + Lz.lp, Math.floor(byte / 9) % 5)
  setint32(lz + Lz.pb, Math.floor(byte / 45))
}
export function resetState(lz: number): void {
  for (const f of REGISTERS) setint32(lz + f, 0)
  const at = (lz + Lz.probs) >> 1
  u16.fill(1024, at, at + LITERAL + (0x300 << Math.min(4, int32(lz + Lz.lc) + int32(lz + Lz.lp))))
}
/** How many decoded bytes wait to be taken. */
export function waiting(lz: number): number {
  return int32(lz + Lz.written) - int32(lz + Lz.taken)
}
/** Make room for `n` more bytes; false without memory. */
export function room(lz: number, n: number): boolean {
  const written = int32(lz + Lz.written)
  let capacity = int32(lz + Lz.capacity)
  if (written + n <= capacity) return true
  // first drop what no match can reach and has been handed out
  const dictSize = int32(lz + Lz.dictSize)
  const window = ptr(lz + Lz.window)
  const drop = Math.min(int32(lz + Lz.taken), written - Math.min(dictSize, written))
  if (drop > 65536 && drop >= written >> 1) {
    u8.copyWithin(window, window + drop, window + written)
    setint32(lz + Lz.written, written - drop)
    setint32(lz + Lz.taken, int32(lz + Lz.taken) - drop)
    return room(lz, n)
  }
  capacity = Math.max(65536, 2 * capacity, written + n)
  const grown = PyMem_RawRealloc(window, capacity)
  if (grown === 0) return false
  setptr(lz + Lz.window, grown)
  setint32(lz + Lz.capacity, capacity)
  return true
}
/** Take up to `n` decoded bytes. */
export function take(lz: number, n: number): Uint8Array {
  const from = ptr(lz + Lz.window) + int32(lz + Lz.taken)
  const k = Math.min(n, waiting(lz))
  setint32(lz + Lz.taken, int32(lz + Lz.taken) + k)
  return u8.slice(from, from + k)
}
/** Bytes that were stored as they are. */
export function copyIn(lz: number, bytes: Uint8Array): boolean {
  if (!room(lz, bytes.length)) return false
  u8.set(bytes, ptr(lz + Lz.window) + int32(lz + Lz.written))
  advance(lz, bytes.length)
  setdouble(lz + Lz.position, double(lz + Lz.position) + bytes.length)
  return true
}
function advance(lz: number, n: number): void {
  setint32(lz + Lz.written, int32(lz + Lz.written) + n)
  setint32(lz + Lz.known, Math.min(int32(lz + Lz.dictSize), int32(lz + Lz.known) + n))
}

// The registers, while decoding: nothing else runs meanwhile.
let range = 0
let code = 0
let input: Uint8Array = new Uint8Array(0)
let at = 0
let starved = false
let probs = 0
const undo: number[] = []
let careful = false

function normalize(): void {
  if (range >>> 24 === 0) {
    range <<= 8
    if (at < input.length) code = (code << 8) | input[at++]
    else {
      starved = true
      code <<= 8
    }
  }
}
function bit(i: number): number {
  const p = u16[probs + i]
  if (careful) undo.push(i, p)
  const bound = Math.imul(range >>> 11, p)
  let b = 0
  if (code >>> 0 < bound >>> 0) {
    range = bound
    u16[probs + i] = p + ((2048 - p) >> 5)
  } else {
    range -= bound
    code -= bound
    u16[probs + i] = p - (p >> 5)
    b = 1
  }
  normalize()
  return b
}
function direct(n: number): number {
  let v = 0
  for (; n > 0; n--) {
    range >>>= 1
    const below = code >>> 0 < range >>> 0
    if (!below) code -= range
    v = (v << 1) | (below ? 0 : 1)
    normalize()
  }
  return v
}
function tree(base: number, bits: number): number {
  let m = 1
  for (let i = 0; i < bits; i++) m = (m << 1) | bit(base + m)
  return m - (1 << bits)
}
function reverseTree(base: number, bits: number): number {
  let m = 1
  let v = 0
  for (let i = 0; i < bits; i++) {
    const b = bit(base + m)
    m = (m << 1) | b
    v |= b << i
  }
  return v
}
function length(base: number, posState: number): number {
  if (bit(base) === 0) return 2 + tree(base + LEN_LOW + (posState << 3), 3)
  if (bit(base + 1) === 0) return 10 + tree(base + LEN_MID + (posState << 3), 3)
  return 18 + tree(base + LEN_HIGH, 8)
}
function distance(len: number): number {
  const slot = tree(SLOT + (Math.min(len - 2, 3) << 6), 6)
  if (slot < 4) return slot
  const bits = (slot >> 1) - 1
  const high = (2 | (slot & 1)) << bits
  if (slot < 14) return high + reverseTree(SPECIAL + high - slot, bits)
  return high + (direct(bits - 4) << 4) + reverseTree(ALIGN, 4)
}

// A match that reaches outside the window, or the data is not all there yet: then the symbol is taken back anyway.
function outside(): number {
  if (!starved) corrupt()
  return 1
}

/** One literal or match into the window. `total` counts all output, for positions. @returns bytes written, 0 at the end marker. */
function symbol(lz: number, position: number): number {
  const window = ptr(lz + Lz.window)
  let written = window + int32(lz + Lz.written)
  let state = int32(lz + Lz.state)
  const posState = position & ((1 << int32(lz + Lz.pb)) - 1)
  const known = int32(lz + Lz.known)
  if (bit(IS_MATCH + (state << 4) + posState) === 0) {
    const lc = int32(lz + Lz.lc)
    const previous = known > 0 ? u8[written - 1] : 0
    const base = LITERAL + 0x300 * (((position & ((1 << int32(lz + Lz.lp)) - 1)) << lc) + (previous >> (8 - lc)))
    let m = 1
    if (state >= 7) {
      if (int32(lz + Lz.rep0) >>> 0 >= known) return outside()
      let match = u8[written - int32(lz + Lz.rep0) - 1]
      while (m < 0x100) {
        const matchBit = (match >> 7) & 1
        match <<= 1
        const b = bit(base + ((1 + matchBit) << 8) + m)
        m = (m << 1) | b
        if (matchBit !== b) break
      }
    }
    while (m < 0x100) m = (m << 1) | bit(base + m)
    u8[written] = m
    setint32(lz + Lz.state, state < 4 ? 0 : state < 10 ? state - 3 : state - 6)
    return 1
  }
  let len: number
  if (bit(IS_REP + state) !== 0) {
    if (bit(IS_REP0 + state) === 0) {
      if (bit(IS_REP0_LONG + (state << 4) + posState) === 0) {
        if (int32(lz + Lz.rep0) >>> 0 >= known) return outside()
        u8[written] = u8[written - int32(lz + Lz.rep0) - 1]
        setint32(lz + Lz.state, state < 7 ? 9 : 11)
        return 1
      }
    } else {
      let d: number
      if (bit(IS_REP1 + state) === 0) d = int32(lz + Lz.rep1)
      else {
        if (bit(IS_REP2 + state) === 0) d = int32(lz + Lz.rep2)
        else {
          d = int32(lz + Lz.rep3)
          setint32(lz + Lz.rep3, int32(lz + Lz.rep2))
        }
        setint32(lz + Lz.rep2, int32(lz + Lz.rep1))
      }
      setint32(lz + Lz.rep1, int32(lz + Lz.rep0))
      setint32(lz + Lz.rep0, d)
    }
    len = length(REP_LEN, posState)
    state = state < 7 ? 8 : 11
  } else {
    setint32(lz + Lz.rep3, int32(lz + Lz.rep2))
    setint32(lz + Lz.rep2, int32(lz + Lz.rep1))
    setint32(lz + Lz.rep1, int32(lz + Lz.rep0))
    len = length(LEN, posState)
    state = state < 7 ? 7 : 10
    const d = distance(len)
    setint32(lz + Lz.rep0, d)
    if (d === -1) {
      setint32(lz + Lz.state, state)
      return 0
    }
  }
  setint32(lz + Lz.state, state)
  const rep = int32(lz + Lz.rep0) >>> 0
  if (rep >= known) return outside()
  const left = double(lz + Lz.left)
  if (len > left) return outside()
  for (let i = 0, from = written - rep - 1; i < len; i++) u8[written++] = u8[from++]
  return len
}

/** Decode from `bytes` starting at `from` until `limit` bytes wait to be taken, the end, or the input's end. @returns where it stopped reading, -1 without
 *  memory. `position`: bytes decoded before, for the alignment that the properties speak of. */
export function decode(lz: number, bytes: Uint8Array, from: number, limit: number): number {
  input = bytes
  at = from
  if (int32(lz + Lz.init) !== 0) {
    if (bytes.length - from < 5) return from
    if (bytes[from] !== 0) corrupt()
    setint32(lz + Lz.range, -1)
    setint32(lz + Lz.code, (bytes[from + 1] << 24) | (bytes[from + 2] << 16) | (bytes[from + 3] << 8) | bytes[from + 4])
    at += 5
    setint32(lz + Lz.init, 0)
  }
  range = int32(lz + Lz.range)
  code = int32(lz + Lz.code)
  probs = (lz + Lz.probs) >> 1
  starved = false
  let position = double(lz + Lz.position)
  while (waiting(lz) < limit && int32(lz + Lz.ended) === 0 && double(lz + Lz.left) > 0) {
    if (!room(lz, 288)) return -1
    careful = bytes.length - at < MAX_SYMBOL
    const before = careful ? [range, code, at, ...REGISTERS.map((f) => int32(lz + f))] : null
    undo.length = 0
    const n = symbol(lz, position)
    if (starved && before !== null) {
      for (let i = undo.length - 2; i >= 0; i -= 2) u16[probs + undo[i]] = undo[i + 1]
      ;[range, code, at] = before
      REGISTERS.forEach((f, i) => setint32(lz + f, before[i + 3]))
      break
    }
    if (n === 0) {
      if (Number.isFinite(double(lz + Lz.left)) && code !== 0) corrupt()
      setint32(lz + Lz.ended, 1)
      break
    }
    advance(lz, n)
    position += n
    setdouble(lz + Lz.left, double(lz + Lz.left) - n)
  }
  setdouble(lz + Lz.position, position)
  setint32(lz + Lz.range, range)
  setint32(lz + Lz.code, code)
  return at
}
