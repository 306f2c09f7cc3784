import { bytesOf, expandRuns, VarintReader } from "./reader.ts"
import {
  UCD32_NORMALIZATION,
  UCD32_RECORDS,
  UCD32_RUNS,
  UCD_COMPOSITION,
  UCD_DECOMPOSITION,
  UCD_RECORDS,
  UCD_RUNS,
  UCD_TAGS,
} from "./ucd.ts"

// What the unicodedata module answers from, for Unicode 14 and (where `old`) 3.2.0. Unpacked at the first question.

export const CATEGORIES = "Cn Lu Ll Lt Mn Mc Me Nd Nl No Zs Zl Zp Cc Cf Cs Co Lm Lo Pc Pd Ps Pe Pi Pf Po Sm Sc Sk So".split(" ")
export const BIDIRECTIONAL = " L LRE LRO R AL RLE RLO PDF EN ES ET AN CS NSM BN B S WS ON LRI RLI FSI PDI".split(" ")
export const WIDTHS = "F H W Na A N".split(" ")

/** Columns of a record. */
export const enum Col {
  CATEGORY,
  COMBINING,
  BIDIRECTIONAL,
  MIRRORED,
  WIDTH,
  /** 3.2.0 only: numeric value, NaN when as now, -1 when none; decimal digit likewise. */
  NUMERIC,
  DECIMAL,
}
interface Table {
  index: Uint16Array
  records: Uint16Array
  rows: number[][]
}
let now: Table | null = null
let then: Table | null = null

function loadNow(): Table {
  const r = new VarintReader(UCD_RECORDS)
  const rows: number[][] = []
  while (!r.done()) rows.push([r.u(), r.u(), r.u(), r.u(), r.u()])
  now = { ...expandRuns(UCD_RUNS), rows }
  return now
}
function loadThen(): Table {
  const r = new VarintReader(UCD32_RECORDS)
  const rows: number[][] = [[]]
  while (!r.done()) {
    const row = [r.u(), r.u(), r.u(), r.u(), r.u()]
    let numeric = Number.NaN
    if (r.u() === 1) {
      const n = r.s()
      numeric = n / r.u()
    }
    const d = r.u()
    row.push(numeric, d === 0 ? Number.NaN : d - 2)
    rows.push(row)
  }
  then = { ...expandRuns(UCD32_RUNS), rows }
  return then
}
function current(c: number): number[] {
  const t = now ?? loadNow()
  return t.rows[t.records[(t.index[c >> 7] << 7) | (c & 127)]]
}
/** The record of a character. */
export function record(c: number, old: boolean): number[] {
  if (old) {
    const t = then ?? loadThen()
    const i = t.records[(t.index[c >> 7] << 7) | (c & 127)]
    if (i !== 0) return t.rows[i]
  }
  return current(c)
}
export function combining(c: number): number {
  return c < 0x300 ? 0 : current(c)[Col.COMBINING]
}

interface Decompositions {
  tags: string[]
  tag: Map<number, number>
  seq: Map<number, number[]>
  /** first * 0x110000 + second → composed */
  compose: Map<number, number>
  seconds: Set<number>
  old: Map<number, number>
}
let decompositions: Decompositions | null = null
function loadDecompositions(): Decompositions {
  const tags = Array.from(bytesOf(UCD_TAGS), (b) => String.fromCharCode(b))
    .join("")
    .split(" ")
  const d: Decompositions = { tags, tag: new Map(), seq: new Map(), compose: new Map(), seconds: new Set(), old: new Map() }
  let r = new VarintReader(UCD_DECOMPOSITION)
  for (let c = 0; !r.done(); ) {
    c += r.u()
    d.tag.set(c, r.u())
    const seq: number[] = []
    for (let n = r.u(); n > 0; n--) seq.push(c + r.s())
    d.seq.set(c, seq)
  }
  r = new VarintReader(UCD_COMPOSITION)
  for (let c = 0; !r.done(); ) {
    c += r.u()
    const first = r.u()
    const second = r.u()
    d.compose.set(first * 0x110000 + second, c)
    d.seconds.add(second)
  }
  r = new VarintReader(UCD32_NORMALIZATION)
  for (let c = 0; !r.done(); ) {
    c += r.u()
    d.old.set(c, r.u())
  }
  decompositions = d
  return d
}

/** Text of the decomposition field. */
export function decomposition(c: number, old: boolean): string {
  if (old && record(c, true)[Col.CATEGORY] === 0) return ""
  const d = decompositions ?? loadDecompositions()
  const seq = d.seq.get(c)
  if (seq === undefined) return ""
  const parts = seq.map((x) => x.toString(16).toUpperCase().padStart(4, "0"))
  const tag = d.tags[d.tag.get(c) as number]
  return tag === "" ? parts.join(" ") : `${tag} ${parts.join(" ")}`
}

const S = 0xac00
const L = 0x1100
const V = 0x1161
const T = 0x11a7

function nfd(input: readonly number[], compat: boolean, old: boolean): number[] {
  const d = decompositions ?? loadDecompositions()
  const out: number[] = []
  const stack: number[] = []
  for (const start of input) {
    stack.push(start)
    while (stack.length > 0) {
      const c = stack.pop() as number
      if (c < 0xa0) {
        out.push(c)
        continue
      }
      if (c >= S && c < S + 11172) {
        const s = c - S
        out.push(L + Math.floor(s / 588), V + Math.floor((s % 588) / 28))
        if (s % 28) out.push(T + (s % 28))
        continue
      }
      if (old) {
        const value = d.old.get(c)
        if (value !== undefined) {
          stack.push(value)
          continue
        }
        if (record(c, true)[Col.CATEGORY] === 0) {
          out.push(c)
          continue
        }
      }
      const seq = d.seq.get(c)
      if (seq === undefined || (!compat && d.tag.get(c) !== 0)) out.push(c)
      else for (let i = seq.length - 1; i >= 0; i--) stack.push(seq[i])
    }
  }
  // canonical order
  for (let i = 1; i < out.length; i++) {
    const cc = combining(out[i])
    if (cc === 0) continue
    let j = i
    const c = out[i]
    while (j > 0 && combining(out[j - 1]) > cc) {
      out[j] = out[j - 1]
      j--
    }
    out[j] = c
  }
  return out
}
function compose(input: number[]): number[] {
  const d = decompositions ?? loadDecompositions()
  const out: number[] = []
  let starter = -1
  let last = -1
  for (const c of input) {
    const cc = combining(c)
    if (starter >= 0 && last < cc) {
      const first = out[starter]
      let joined = d.compose.get(first * 0x110000 + c)
      if (joined === undefined && last === -1) {
        if (first >= L && first < L + 19 && c >= V && c < V + 21) joined = S + ((first - L) * 21 + (c - V)) * 28
        else if (first >= S && first < S + 11172 && (first - S) % 28 === 0 && c > T && c < T + 28) joined = first + (c - T)
      }
      if (joined !== undefined) {
        out[starter] = joined
        continue
      }
    }
    if (cc === 0) {
      starter = out.length
      last = -1
    } else last = cc
    out.push(c)
  }
  return out
}
/** Normalize code points. */
export function normalize(input: readonly number[], composed: boolean, compat: boolean, old: boolean): number[] {
  const d = nfd(input, compat, old)
  return composed ? compose(d) : d
}

/** Quick check of a whole text: true when it is certainly normalized. */
export function surelyNormalized(input: readonly number[], composed: boolean, compat: boolean): boolean {
  const d = decompositions ?? loadDecompositions()
  let previous = 0
  for (const c of input) {
    if (c < 0xa0) {
      previous = 0
      continue
    }
    const cc = combining(c)
    if (cc && previous > cc) return false
    previous = cc
    const hangul = c >= S && c < S + 11172
    if (!composed) {
      if (hangul || (d.seq.has(c) && (compat || d.tag.get(c) === 0))) return false
      continue
    }
    if (d.seconds.has(c) || (c >= V && c < V + 21) || (c > T && c < T + 28)) return false
    if (d.seq.has(c) && (compat || d.tag.get(c) === 0)) {
      const n = normalize([c], true, compat, false)
      if (n.length !== 1 || n[0] !== c) return false
    }
  }
  return true
}
