// An LZMA encoder: hash chains over the whole input, the longest match wins, a repeated distance where it is nearly as long.

const HASH_BITS = 16
const MIN_MATCH = 3
const MAX_MATCH = 273

class RangeEncoder {
  private out: Uint8Array
  private size = 0
  private low = 0
  private range = 0xffffffff
  private cache = 0
  private pending = 1
  constructor(capacity: number) {
    this.out = new Uint8Array(capacity)
  }
  private put(b: number): void {
    if (this.size === this.out.length) {
      const grown = new Uint8Array(2 * this.size)
      grown.set(this.out)
      this.out = grown
    }
    this.out[this.size++] = b
  }
  private shiftLow(): void {
    if (this.low < 0xff000000 || this.low >= 0x100000000) {
      const carry = this.low >= 0x100000000 ? 1 : 0
      let b = this.cache
      do {
        this.put(b + carry)
        b = 0xff
      } while (--this.pending > 0)
      this.cache = Math.floor(this.low / 0x1000000) & 0xff
    }
    this.pending++
    this.low = (this.low % 0x1000000) * 256
  }
  bit(probs: Uint16Array, i: number, b: number): void {
    const p = probs[i]
    const bound = (this.range >>> 11) * p
    if (b === 0) {
      this.range = bound
      probs[i] = p + ((2048 - p) >> 5)
    } else {
      this.low += bound
      this.range -= bound
      probs[i] = p - (p >> 5)
    }
    while (this.range < 0x1000000) {
      this.range *= 256
      this.shiftLow()
    }
  }
  direct(v: number, bits: number): void {
    for (let i = bits - 1; i >= 0; i--) {
      this.range = Math.floor(this.range / 2)
      if ((v >>> i) & 1) this.low += this.range
      while (this.range < 0x1000000) {
        this.range *= 256
        this.shiftLow()
      }
    }
  }
  tree(probs: Uint16Array, base: number, bits: number, v: number): void {
    let m = 1
    for (let i = bits - 1; i >= 0; i--) {
      const b = (v >> i) & 1
      this.bit(probs, base + m, b)
      m = (m << 1) | b
    }
  }
  reverseTree(probs: Uint16Array, base: number, bits: number, v: number): void {
    let m = 1
    for (let i = 0; i < bits; i++) {
      const b = (v >> i) & 1
      this.bit(probs, base + m, b)
      m = (m << 1) | b
    }
  }
  /** Bytes so far if the stream ended here, at most. */
  get length(): number {
    return this.size + this.pending + 5
  }
  finish(): Uint8Array {
    for (let i = 0; i < 5; i++) this.shiftLow()
    return this.out.subarray(0, this.size)
  }
}

export interface LzmaOptions {
  lc: number
  lp: number
  pb: number
  dictSize: number
}

// places in the table of probabilities, as in decoder.ts
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

/** Encodes `data` from the start on; each part is one range-coded stream that goes on with the same dictionary. */
export class LzmaEncoder {
  private readonly probs: Uint16Array
  private readonly head = new Int32Array(1 << HASH_BITS).fill(-1)
  private readonly chain: Int32Array
  private state = 0
  private readonly reps = [0, 0, 0, 0]
  private rc = new RangeEncoder(1024)
  at = 0
  constructor(
    private readonly data: Uint8Array,
    private readonly options: LzmaOptions,
    private readonly depth: number,
  ) {
    this.probs = new Uint16Array(LITERAL + (0x300 << (options.lc + options.lp))).fill(1024)
    this.chain = new Int32Array(data.length)
  }
  resetState(): void {
    this.probs.fill(1024)
    this.state = 0
    this.reps.fill(0)
  }
  /** Encode until `maxIn` bytes are taken or about `maxOut` are made. */
  part(maxIn: number, maxOut: number, marker: boolean): Uint8Array {
    const end = Math.min(this.data.length, this.at + maxIn)
    this.rc = new RangeEncoder(Math.min(1 << 17, 1024 + (end - this.at)))
    while (this.at < end && this.rc.length < maxOut) this.step(end)
    if (marker) this.match(2, 0xffffffff)
    return this.rc.finish()
  }

  private hash(i: number): number {
    const d = this.data
    return Math.imul(d[i] | (d[i + 1] << 8) | (d[i + 2] << 16), 0x9e3779b1) >>> (32 - HASH_BITS)
  }
  private insert(i: number): void {
    if (i + MIN_MATCH > this.data.length) return
    const h = this.hash(i)
    this.chain[i] = this.head[h]
    this.head[h] = i
  }
  private matchLength(i: number, j: number, max: number): number {
    const d = this.data
    let n = 0
    while (n < max && d[i + n] === d[j + n]) n++
    return n
  }
  private step(end: number): void {
    const i = this.at
    const max = Math.min(MAX_MATCH, end - i)
    let len = 0
    let dist = 0
    let rep = -1
    let repLen = 0
    for (let r = 0; r < 4; r++) {
      const back = this.reps[r] + 1
      const n = back <= i ? this.matchLength(i, i - back, max) : 0
      if (n >= 2 && n > repLen) {
        repLen = n
        rep = r
      }
    }
    if (max >= MIN_MATCH) {
      const oldest = i - Math.min(this.options.dictSize, i)
      let j = this.head[this.hash(i)]
      for (let tries = this.depth; j >= oldest && tries > 0; tries--, j = this.chain[j]) {
        if (len > 0 && this.data[j + len] !== this.data[i + len]) continue
        const n = this.matchLength(i, j, max)
        if (n > len) {
          len = n
          dist = i - j - 1
          if (n === max) break
        }
      }
      if (len < MIN_MATCH || (len === 3 && dist >= 1 << 14)) len = 0
    }
    const { rc, probs } = this
    const posState = i & ((1 << this.options.pb) - 1)
    if (repLen >= 2 && repLen + 1 >= len) {
      rc.bit(probs, (this.state << 4) + posState, 1)
      this.repeat(rep, repLen, posState)
      len = repLen
    } else if (len > 0) {
      rc.bit(probs, (this.state << 4) + posState, 1)
      this.normal(len, dist, posState)
    } else {
      rc.bit(probs, (this.state << 4) + posState, 0)
      this.literal(i)
      len = 1
    }
    for (let k = 0; k < len; k++) this.insert(i + k)
    this.at += len
  }
  private literal(i: number): void {
    const { rc, probs, data } = this
    const { lc, lp } = this.options
    const previous = i > 0 ? data[i - 1] : 0
    const base = LITERAL + 0x300 * (((i & ((1 << lp) - 1)) << lc) + (previous >> (8 - lc)))
    const byte = data[i]
    let m = 1
    let bits = 8
    if (this.state >= 7) {
      let match = data[i - this.reps[0] - 1]
      while (bits > 0) {
        const matchBit = (match >> 7) & 1
        match <<= 1
        const b = (byte >> --bits) & 1
        rc.bit(probs, base + ((1 + matchBit) << 8) + m, b)
        m = (m << 1) | b
        if (matchBit !== b) break
      }
    }
    while (bits > 0) {
      const b = (byte >> --bits) & 1
      rc.bit(probs, base + m, b)
      m = (m << 1) | b
    }
    this.state = this.state < 4 ? 0 : this.state < 10 ? this.state - 3 : this.state - 6
  }
  private length(base: number, len: number, posState: number): void {
    const { rc, probs } = this
    const n = len - 2
    rc.bit(probs, base, n < 8 ? 0 : 1)
    if (n < 8) return rc.tree(probs, base + 2 + (posState << 3), 3, n)
    rc.bit(probs, base + 1, n < 16 ? 0 : 1)
    if (n < 16) return rc.tree(probs, base + 130 + (posState << 3), 3, n - 8)
    rc.tree(probs, base + 258, 8, n - 16)
  }
  private repeat(rep: number, len: number, posState: number): void {
    const { rc, probs, state, reps } = this
    rc.bit(probs, IS_REP + state, 1)
    rc.bit(probs, IS_REP0 + state, rep === 0 ? 0 : 1)
    if (rep === 0) rc.bit(probs, IS_REP0_LONG + (state << 4) + posState, 1)
    else {
      rc.bit(probs, IS_REP1 + state, rep === 1 ? 0 : 1)
      if (rep > 1) rc.bit(probs, IS_REP2 + state, rep - 2)
      reps.unshift(...reps.splice(rep, 1))
    }
    this.length(REP_LEN, len, posState)
    this.state = state < 7 ? 8 : 11
  }
  private match(len: number, dist: number): void {
    const posState = this.at & ((1 << this.options.pb) - 1)
    this.rc.bit(this.probs, (this.state << 4) + posState, 1)
    this.normal(len, dist, posState)
  }
  private normal(len: number, dist: number, posState: number): void {
    const { rc, probs, state } = this
    rc.bit(probs, IS_REP + state, 0)
    this.length(LEN, len, posState)
    this.state = state < 7 ? 7 : 10
    this.reps.unshift(dist)
    this.reps.pop()
    const top = 31 - Math.clz32(dist)
    const slot = dist < 4 ? dist : (top << 1) | ((dist >>> (top - 1)) & 1)
    rc.tree(probs, SLOT + (Math.min(len - 2, 3) << 6), 6, slot)
    if (slot < 4) return
    const bits = (slot >> 1) - 1
    const high = ((2 | (slot & 1)) << bits) >>> 0
    const low = dist - high
    if (slot < 14) rc.reverseTree(probs, SPECIAL + high - slot, bits, low)
    else {
      rc.direct(Math.floor(low / 16), bits - 4)
      rc.reverseTree(probs, ALIGN, 4, low & 15)
    }
  }
}
