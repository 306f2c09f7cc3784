// bzip2 blocks to bytes: Huffman codes, moved-to-front symbols, the Burrows-Wheeler transform, runs.

export class Bz2Error {}
function corrupt(): never {
  throw new Bz2Error()
}

/** The input ends inside a block. */
export const STARVED = new Error("moult bug: a bzip2 block that is not all there")

const CRC = new Int32Array(256)
for (let i = 0; i < 256; i++) {
  let c = i << 24
  for (let k = 0; k < 8; k++) c = c < 0 ? (c << 1) ^ 0x04c11db7 : c << 1
  CRC[i] = c
}
export function bz2crc(bytes: Uint8Array): number {
  let crc = -1
  for (const b of bytes) crc = (crc << 8) ^ CRC[(crc >>> 24) ^ b]
  return ~crc
}

export class BitReader {
  constructor(
    readonly bytes: Uint8Array,
    public at: number,
  ) {}
  get left(): number {
    return this.bytes.length * 8 - this.at
  }
  bits(n: number): number {
    if (this.at + n > this.bytes.length * 8) throw STARVED
    let v = 0
    for (let need = n; need > 0; ) {
      const here = 8 - (this.at & 7)
      const k = Math.min(here, need)
      v = v * (1 << k) + ((this.bytes[this.at >> 3] >> (here - k)) & ((1 << k) - 1))
      this.at += k
      need -= k
    }
    return v
  }
  bit(): number {
    if (this.at >= this.bytes.length * 8) throw STARVED
    const b = (this.bytes[this.at >> 3] >> (7 - (this.at & 7))) & 1
    this.at++
    return b
  }
}

interface Codes {
  limit: Int32Array
  base: Int32Array
  symbols: Uint16Array
  min: number
}
function codesOf(lengths: Uint8Array): Codes {
  const limit = new Int32Array(22)
  const base = new Int32Array(22)
  const symbols = new Uint16Array(lengths.length)
  let min = 20
  for (const l of lengths) if (l < min) min = l
  let code = 0
  let n = 0
  for (let l = 1; l <= 20; l++) {
    base[l] = n - code
    for (let s = 0; s < lengths.length; s++)
      if (lengths[s] === l) {
        symbols[n++] = s
        code++
      }
    limit[l] = code - 1
    code <<= 1
  }
  return { limit, base, symbols, min }
}
function readSymbol(r: BitReader, c: Codes): number {
  let code = r.bits(c.min)
  let l = c.min
  while (l <= 20 && code > c.limit[l]) {
    code = (code << 1) | r.bit()
    l++
  }
  if (l > 20) corrupt()
  return c.symbols[c.base[l] + code]
}
function readTables(r: BitReader, alphabet: number): { tables: Codes[]; selectors: Uint8Array } {
  const groups = r.bits(3)
  const count = r.bits(15)
  if (groups < 2 || groups > 6 || count === 0) corrupt()
  const order = [0, 1, 2, 3, 4, 5]
  const selectors = new Uint8Array(count)
  for (let i = 0; i < count; i++) {
    let j = 0
    while (r.bit()) if (++j >= groups) corrupt()
    const t = order.splice(j, 1)[0]
    order.unshift(t)
    selectors[i] = t
  }
  const tables: Codes[] = []
  for (let g = 0; g < groups; g++) {
    const lengths = new Uint8Array(alphabet)
    let l = r.bits(5)
    for (let s = 0; s < alphabet; s++) {
      for (;;) {
        if (l < 1 || l > 20) corrupt()
        if (r.bit() === 0) break
        l += r.bit() ? -1 : 1
      }
      lengths[s] = l
    }
    tables.push(codesOf(lengths))
  }
  return { tables, selectors }
}

/** Decode the block whose mark has been read; its bytes. `size`: the most a block may hold. */
export function decodeBlock(r: BitReader, size: number): Uint8Array {
  const crc = r.bits(32) | 0
  if (r.bit()) corrupt()
  const origin = r.bits(24)
  const used = r.bits(16)
  const front: number[] = []
  for (let i = 0; i < 16; i++) {
    if (!((used >> (15 - i)) & 1)) continue
    const some = r.bits(16)
    for (let j = 0; j < 16; j++) if ((some >> (15 - j)) & 1) front.push(16 * i + j)
  }
  if (front.length === 0) corrupt()
  const end = front.length + 1
  const { tables, selectors } = readTables(r, front.length + 2)
  const last = new Uint8Array(size)
  let n = 0
  let run = 0
  let weight = 1
  let group = -1
  let left = 0
  for (;;) {
    if (left-- === 0) {
      if (++group >= selectors.length) corrupt()
      left = 49
    }
    const s = readSymbol(r, tables[selectors[group]])
    if (s < 2) {
      run += weight << s
      weight <<= 1
      if (run > size) corrupt()
      continue
    }
    if (run > 0) {
      if (n + run > size) corrupt()
      last.fill(front[0], n, n + run)
      n += run
      run = 0
    }
    weight = 1
    if (s === end) break
    if (n >= size) corrupt()
    const b = front[s - 1]
    front.copyWithin(1, 0, s - 1)
    front[0] = b
    last[n++] = b
  }
  if (origin >= n) corrupt()
  const out = expandRuns(untransform(last, n, origin))
  if (bz2crc(out) !== crc) corrupt()
  blockCrc = crc
  return out
}
export let blockCrc = 0

function untransform(last: Uint8Array, n: number, origin: number): Uint8Array {
  const starts = new Int32Array(257)
  for (let i = 0; i < n; i++) starts[last[i] + 1]++
  for (let b = 0; b < 256; b++) starts[b + 1] += starts[b]
  const next = new Int32Array(n)
  for (let i = 0; i < n; i++) next[starts[last[i]]++] = i
  const out = new Uint8Array(n)
  let at = next[origin]
  for (let i = 0; i < n; i++) {
    out[i] = last[at]
    at = next[at]
  }
  return out
}
/** Four equal bytes are followed by how many more there are. */
function expandRuns(data: Uint8Array): Uint8Array {
  let extra = 0
  let same = 0
  for (let i = 0; i < data.length; i++) {
    if (same === 4) {
      extra += data[i] - 1
      same = 0
    } else same = i > 0 && same > 0 && data[i] === data[i - 1] ? same + 1 : 1
  }
  const out = new Uint8Array(data.length + extra)
  let n = 0
  same = 0
  for (let i = 0; i < data.length; i++) {
    if (same === 4) {
      out.fill(data[i - 1], n, n + data[i])
      n += data[i]
      same = 0
    } else {
      same = same > 0 && data[i] === data[i - 1] ? same + 1 : 1
      out[n++] = data[i]
    }
  }
  return out
}
