import { brotliDecompressSync } from "node:zlib"
import { NAMES, PACKED } from "./tables.ts"

// Character sets whose characters take one to four bytes, from the packed tables: unpacked at first use.

const ROWS = 128
const COLUMNS = 208
const FIRST_COLUMN = 0x30

interface Rest {
  single: [number, number][]
  odd: [number, string][]
  differ: [number, number | null][]
  ranges: [number, number, number][]
}
export interface Charset {
  /** What single bytes stand for, -1 for a byte that starts a longer sequence. */
  single: Int32Array
  /** Sequences of two bytes, and those of three that start with 8F. */
  two: Uint16Array
  three: Uint16Array | null
  /** Sequences for what no 16-bit unit holds. */
  odd: Map<number, string>
  encode: Map<number, number>
  /** Pairs of characters with a sequence of their own, by their text. */
  pairs: Map<string, number>
  pairFirsts: Set<number>
  /** gb18030: runs of characters in sequences of four bytes: first, last, index of the first. */
  ranges: readonly [number, number, number][]
  hangul: boolean
}

let planes: Uint16Array | null = null
let rest: Record<string, Rest> = {}
const loaded = new Map<string, Charset>()

function unpack(): Uint16Array {
  if (planes !== null) return planes
  const all = brotliDecompressSync(Buffer.from(PACKED, "base64"))
  const count = NAMES.length + NAMES.filter((n) => n.startsWith("euc_j")).length
  const size = count * ROWS * COLUMNS
  planes = new Uint16Array(size)
  for (let i = 0; i < size; i++) planes[i] = all[2 * i] | (all[2 * i + 1] << 8)
  rest = JSON.parse(all.subarray(2 * size).toString()) as Record<string, Rest>
  return planes
}

/** A character set by its codec's name; null when there is none. */
export function charset(name: string): Charset | null {
  const have = loaded.get(name)
  if (have !== undefined) return have
  if (!NAMES.includes(name as (typeof NAMES)[number])) return null
  const data = unpack()
  let at = 0
  for (const n of NAMES) {
    if (n === name) break
    at += n.startsWith("euc_j") ? 2 : 1
  }
  const plane = (i: number): Uint16Array => data.subarray(i * ROWS * COLUMNS, (i + 1) * ROWS * COLUMNS)
  const more = rest[name]
  const c: Charset = {
    single: new Int32Array(256).fill(-1),
    two: plane(at),
    three: name.startsWith("euc_j") ? plane(at + 1) : null,
    odd: new Map(more.odd),
    encode: new Map(),
    pairs: new Map(),
    pairFirsts: new Set(),
    ranges: more.ranges,
    hangul: name === "euc_kr",
  }
  for (let i = 0; i < 128; i++) c.single[i] = i
  for (const [byte, cp] of more.single) c.single[byte] = cp
  invert(c, more)
  loaded.set(name, c)
  return c
}
function invert(c: Charset, more: Rest): void {
  const add = (cp: number, code: number): void => {
    if (!c.encode.has(cp)) c.encode.set(cp, code)
  }
  for (let b = 0; b < 256; b++) if (c.single[b] >= 0) add(c.single[b], b)
  const addPlane = (t: Uint16Array | null, prefix: number): void => {
    t?.forEach((cp, i) => {
      if (cp !== 0) add(cp, prefix + ((Math.floor(i / COLUMNS) + 0x80) << 8) + (i % COLUMNS) + FIRST_COLUMN)
    })
  }
  addPlane(c.two, 0)
  addPlane(c.three, 0x8f0000)
  for (const [code, text] of c.odd) {
    const cps = Array.from(text, (ch) => ch.codePointAt(0) ?? 0)
    if (cps.length === 1) add(cps[0], code)
    else {
      c.pairs.set(text, code)
      c.pairFirsts.add(cps[0])
    }
  }
  for (const [cp, code] of more.differ) {
    if (code === null) c.encode.delete(cp)
    else c.encode.set(cp, code)
  }
}

function lookup(t: Uint16Array, a: number, b: number): number {
  return a < 0x80 || b < FIRST_COLUMN ? 0 : t[(a - 0x80) * COLUMNS + b - FIRST_COLUMN]
}

export const enum Status {
  done = 0,
  illegal,
  incomplete,
}
/** Where and why the last call stopped. */
export let stopped = 0
export let status = Status.done

/** Decode until the end or something that cannot be. */
export function decodeText(c: Charset, b: Uint8Array, from: number): string {
  let out = ""
  let i = from
  status = Status.done
  while (i < b.length) {
    const one = c.single[b[i]]
    if (one >= 0) {
      out += String.fromCharCode(one)
      i++
      continue
    }
    if (i + 1 >= b.length) {
      status = Status.incomplete
      break
    }
    const n = sequence(c, b, i)
    if (n === 0) break
    out += found
    i += n
  }
  stopped = i
  return out
}
let found = ""
// The sequence at `i`: its length, with its text in `found`; 0 with the status set.
function sequence(c: Charset, b: Uint8Array, i: number): number {
  const a = b[i]
  const cp = lookup(c.two, a, b[i + 1])
  if (cp !== 0) {
    found = String.fromCharCode(cp)
    return 2
  }
  const odd = c.odd.get((a << 8) | b[i + 1])
  if (odd !== undefined) {
    found = odd
    return 2
  }
  const need =
    c.three !== null && a === 0x8f
      ? 3
      : c.ranges.length > 0 && b[i + 1] >= 0x30 && b[i + 1] <= 0x39
        ? 4
        : c.hangul && a === 0xa4 && b[i + 1] === 0xd4
          ? 8
          : 2
  if (need > 2 && i + need > b.length) {
    status = Status.incomplete
    return 0
  }
  const text = need === 3 ? threeBytes(c, b, i) : need === 4 ? fourBytes(c, b, i) : need === 8 ? jamo(b, i) : ""
  if (text === "") {
    status = Status.illegal
    return 0
  }
  found = text
  return need
}
function threeBytes(c: Charset, b: Uint8Array, i: number): string {
  const cp = c.three === null ? 0 : lookup(c.three, b[i + 1], b[i + 2])
  return cp !== 0 ? String.fromCharCode(cp) : (c.odd.get(0x8f0000 | (b[i + 1] << 8) | b[i + 2]) ?? "")
}
function fourBytes(c: Charset, b: Uint8Array, i: number): string {
  if (b[i + 2] < 0x81 || b[i + 2] === 0xff || b[i + 3] < 0x30 || b[i + 3] > 0x39) return ""
  const index = (((b[i] - 0x81) * 10 + b[i + 1] - 0x30) * 126 + b[i + 2] - 0x81) * 10 + b[i + 3] - 0x30
  if (b[i] >= 0x90) {
    const cp = index - 189000 + 0x10000
    return cp >= 0x10000 && cp <= 0x10ffff ? String.fromCodePoint(cp) : ""
  }
  const range = c.ranges.find(([first, last, base]) => index >= base && index <= base + last - first)
  return range === undefined ? "" : String.fromCharCode(range[0] + index - range[2])
}

// KS X 1001, annex 3: a syllable without a code of its own is spelled in eight bytes.
const INITIALS = [161, 162, 164, 167, 168, 169, 177, 178, 179, 181, 182, 183, 184, 185, 186, 187, 188, 189, 190]
const FINALS = [
  212, 161, 162, 163, 164, 165, 166, 167, 169, 170, 171, 172, 173, 174, 175, 176, 177, 178, 180, 181, 182, 183, 184, 186, 187, 188, 189,
  190,
]
function jamo(b: Uint8Array, i: number): string {
  const initial = INITIALS.indexOf(b[i + 3])
  const vowel = b[i + 5] - 191
  const final = FINALS.indexOf(b[i + 7])
  const marks = b[i + 2] === 0xa4 && b[i + 4] === 0xa4 && b[i + 6] === 0xa4
  return marks && initial >= 0 && vowel >= 0 && vowel < 21 && final >= 0
    ? String.fromCharCode(0xac00 + (initial * 21 + vowel) * 28 + final)
    : ""
}

/** Encode code points until the end or one that has no sequence; with `final` false, one that may combine with what follows waits. */
export function encodeText(c: Charset, cps: Uint32Array, from: number, final: boolean): number[] {
  const out: number[] = []
  let i = from
  status = Status.done
  for (; i < cps.length; i++) {
    const cp = cps[i]
    if (c.pairFirsts.has(cp)) {
      if (i + 1 === cps.length && !final) {
        status = Status.incomplete
        break
      }
      const pair = i + 1 < cps.length ? c.pairs.get(String.fromCodePoint(cp, cps[i + 1])) : undefined
      if (pair !== undefined) {
        push(out, pair)
        i++
        continue
      }
    }
    const code = c.encode.get(cp)
    if (code !== undefined) push(out, code)
    else if (!longSequence(c, cp, out)) {
      status = Status.illegal
      break
    }
  }
  stopped = i
  return out
}
function push(out: number[], code: number): void {
  if (code > 0xffff) out.push(code >> 16)
  if (code > 0xff) out.push((code >> 8) & 255)
  out.push(code & 255)
}
function longSequence(c: Charset, cp: number, out: number[]): boolean {
  if (c.hangul && cp >= 0xac00 && cp <= 0xd7a3) {
    const s = cp - 0xac00
    out.push(0xa4, 0xd4, 0xa4, INITIALS[Math.floor(s / 588)], 0xa4, 191 + (Math.floor(s / 28) % 21), 0xa4, FINALS[s % 28])
    return true
  }
  if (c.ranges.length === 0) return false
  const range = cp >= 0x10000 ? ([0x10000, 0x10ffff, 189000] as const) : c.ranges.find(([first, last]) => cp >= first && cp <= last)
  if (range === undefined) return false
  let index = range[2] + cp - range[0]
  const d = 0x30 + (index % 10)
  index = Math.floor(index / 10)
  const third = 0x81 + (index % 126)
  index = Math.floor(index / 126)
  out.push(0x81 + Math.floor(index / 10), 0x30 + (index % 10), third, d)
  return true
}
