import { bz2crc } from "./decode.ts"

// Bytes to bzip2 blocks.

export class BitWriter {
  private out: Uint8Array = new Uint8Array(4096)
  private n = 0
  /** Bits that do not fill a byte yet. */
  constructor(
    public partial: number,
    public partialBits: number,
  ) {}
  bits(v: number, n: number): void {
    for (let left = n; left > 0; ) {
      const k = Math.min(8 - this.partialBits, left)
      this.partial = (this.partial << k) | (Math.floor(v / 2 ** (left - k)) & ((1 << k) - 1))
      this.partialBits += k
      left -= k
      if (this.partialBits === 8) {
        if (this.n === this.out.length) {
          const grown = new Uint8Array(2 * this.n)
          grown.set(this.out)
          this.out = grown
        }
        this.out[this.n++] = this.partial
        this.partial = 0
        this.partialBits = 0
      }
    }
  }
  take(): Uint8Array {
    return this.out.slice(0, this.n)
  }
}

/** Code runs of four and more; stops when `limit` bytes are made. `used` tells how many bytes were taken. */
export function shortenRuns(data: Uint8Array, from: number, limit: number): { coded: Uint8Array; used: number } {
  const out = new Uint8Array(limit)
  let n = 0
  let i = from
  while (i < data.length && n + 5 <= limit) {
    const b = data[i]
    let run = 1
    while (run < 255 && i + run < data.length && data[i + run] === b) run++
    for (let k = Math.min(run, 4); k > 0; k--) out[n++] = b
    if (run >= 4) out[n++] = run - 4
    i += run
  }
  return { coded: out.subarray(0, n), used: i - from }
}

/** The order of all rotations of `data`, by doubling the compared length. */
function rotations(data: Uint8Array): Int32Array {
  const n = data.length
  let order = new Int32Array(n)
  let rank = new Int32Array(n)
  let other = new Int32Array(n)
  const count = new Int32Array(Math.max(257, n + 1))
  for (let i = 0; i < n; i++) count[data[i] + 1]++
  for (let b = 0; b < 256; b++) count[b + 1] += count[b]
  for (let i = 0; i < n; i++) order[count[data[i]]++] = i
  let classes = 0
  for (let i = 0; i < n; i++) {
    if (i > 0 && data[order[i]] !== data[order[i - 1]]) classes++
    rank[order[i]] = classes
  }
  for (let k = 1; k < n && classes < n - 1; k *= 2) {
    // by the second half: each rotation k before one that is in order; then by the first half, which keeps that order
    const shifted = other
    for (let i = 0; i < n; i++) shifted[i] = order[i] >= k ? order[i] - k : order[i] - k + n
    count.fill(0, 0, classes + 2)
    for (let i = 0; i < n; i++) count[rank[i] + 1]++
    for (let c = 0; c <= classes; c++) count[c + 1] += count[c]
    for (let i = 0; i < n; i++) order[count[rank[shifted[i]]]++] = shifted[i]
    const fresh = shifted
    classes = 0
    let previous = order[0]
    fresh[previous] = 0
    for (let i = 1; i < n; i++) {
      const o = order[i]
      if (rank[o] !== rank[previous] || rank[(o + k) % n] !== rank[(previous + k) % n]) classes++
      fresh[o] = classes
      previous = o
    }
    other = rank
    rank = fresh
  }
  if (n === 1) order = new Int32Array(1)
  return order
}

function codeLengths(freqs: Int32Array): Uint8Array {
  const n = freqs.length
  const lengths = new Uint8Array(n)
  let weights: number[] = Array.from(freqs, (f) => Math.max(1, f))
  for (;;) {
    // two sorted queues: leaves, and the inner nodes in the order they are made
    const leaves = weights.map((w, s) => [w, s] as const).sort((a, b) => a[0] - b[0])
    const parent = new Int32Array(2 * n)
    const inner: number[] = []
    let i = 0
    let j = 0
    const least = (): [number, number] => {
      if (j >= inner.length || (i < n && leaves[i][0] <= inner[j])) return [leaves[i][0], leaves[i++][1]]
      return [inner[j], n + j++]
    }
    for (let k = 0; k < n - 1; k++) {
      const a = least()
      const b = least()
      parent[a[1]] = parent[b[1]] = n + k
      inner.push(a[0] + b[0])
    }
    let longest = 0
    for (let s = 0; s < n; s++) {
      let l = 0
      for (let node = s; node !== 2 * n - 2; node = parent[node]) l++
      lengths[s] = l
      longest = Math.max(longest, l)
    }
    if (longest <= 17) return lengths
    weights = weights.map((w) => 1 + (w >> 1))
  }
}

/** Move to front and run lengths of the front: the symbols of the block. */
function symbolsOf(last: Uint8Array, alphabet: readonly number[]): Uint16Array {
  const front = alphabet.slice()
  const out = new Uint16Array(last.length + 1)
  let n = 0
  let run = 0
  const flush = (): void => {
    for (; run > 0; run = (run - 1) >> 1) out[n++] = (run - 1) & 1
  }
  for (const b of last) {
    if (front[0] === b) {
      run++
      continue
    }
    flush()
    const at = front.indexOf(b)
    front.copyWithin(1, 0, at)
    front[0] = b
    out[n++] = at + 1
  }
  flush()
  out[n++] = alphabet.length + 1
  return out.subarray(0, n)
}

const GROUP = 50
function chooseTables(symbols: Uint16Array, alphabet: number): { tables: Uint8Array[]; selectors: Uint8Array } {
  const n = symbols.length
  const count = n < 200 ? 2 : n < 600 ? 3 : n < 1200 ? 4 : n < 2400 ? 5 : 6
  const freqs = new Int32Array(alphabet)
  for (const s of symbols) freqs[s]++
  // at first each table is for a stretch of symbols that are about equally frequent together
  const tables: Uint8Array[] = []
  for (let t = 0, from = 0, left = n; t < count; t++) {
    let sum = 0
    let to = from
    while (to < alphabet && (sum < left / (count - t) || to === from)) sum += freqs[to++]
    const lengths = new Uint8Array(alphabet).fill(15)
    lengths.fill(0, from, to)
    tables.push(lengths)
    left -= sum
    from = Math.min(to, alphabet - 1)
  }
  const selectors = new Uint8Array(Math.ceil(n / GROUP))
  for (let round = 0; round < 4; round++) {
    const sums = tables.map(() => new Int32Array(alphabet))
    for (let g = 0; g < selectors.length; g++) {
      const to = Math.min(n, (g + 1) * GROUP)
      let best = 0
      let bestCost = Number.POSITIVE_INFINITY
      for (let t = 0; t < count; t++) {
        let cost = 0
        for (let i = g * GROUP; i < to; i++) cost += tables[t][symbols[i]]
        if (cost < bestCost) {
          bestCost = cost
          best = t
        }
      }
      selectors[g] = best
      for (let i = g * GROUP; i < to; i++) sums[best][symbols[i]]++
    }
    for (let t = 0; t < count; t++) tables[t] = codeLengths(sums[t])
  }
  return { tables, selectors }
}
function codes(lengths: Uint8Array): Int32Array {
  const out = new Int32Array(lengths.length)
  let code = 0
  for (let l = 1; l <= 20; l++) {
    for (let s = 0; s < lengths.length; s++) if (lengths[s] === l) out[s] = code++
    code <<= 1
  }
  return out
}

export const BLOCK_MARK = 0x314159265359
export const END_MARK = 0x177245385090

/** Write one block: `coded` is what shortenRuns made of `data`. @returns the block's checksum. */
export function encodeBlock(w: BitWriter, data: Uint8Array, coded: Uint8Array): number {
  const crc = bz2crc(data)
  const n = coded.length
  const order = rotations(coded)
  const last = new Uint8Array(n)
  let origin = 0
  for (let i = 0; i < n; i++) {
    last[i] = coded[order[i] === 0 ? n - 1 : order[i] - 1]
    if (order[i] === 0) origin = i
  }
  const present = new Uint8Array(256)
  for (const b of coded) present[b] = 1
  const alphabet: number[] = []
  for (let b = 0; b < 256; b++) if (present[b]) alphabet.push(b)
  const symbols = symbolsOf(last, alphabet)
  const { tables, selectors } = chooseTables(symbols, alphabet.length + 2)

  w.bits(BLOCK_MARK, 48)
  w.bits(crc >>> 0, 32)
  w.bits(0, 1)
  w.bits(origin, 24)
  for (let i = 0; i < 16; i++) w.bits(present.subarray(16 * i, 16 * i + 16).includes(1) ? 1 : 0, 1)
  for (let i = 0; i < 16; i++) {
    const some = present.subarray(16 * i, 16 * i + 16)
    if (some.includes(1)) for (const p of some) w.bits(p, 1)
  }
  w.bits(tables.length, 3)
  w.bits(selectors.length, 15)
  const front = tables.map((_t, i) => i)
  for (const s of selectors) {
    const at = front.indexOf(s)
    front.unshift(...front.splice(at, 1))
    for (let k = 0; k < at; k++) w.bits(1, 1)
    w.bits(0, 1)
  }
  for (const lengths of tables) {
    let l = lengths[0]
    w.bits(l, 5)
    for (const want of lengths) {
      for (; l < want; l++) w.bits(2, 2)
      for (; l > want; l--) w.bits(3, 2)
      w.bits(0, 1)
    }
  }
  const tableCodes = tables.map(codes)
  for (let i = 0; i < symbols.length; i++) {
    const t = selectors[Math.floor(i / GROUP)]
    w.bits(tableCodes[t][symbols[i]], tables[t][symbols[i]])
  }
  return crc
}
