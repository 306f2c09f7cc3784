import { CTYPE_NUMERIC, CTYPE_RECORDS, CTYPE_RUNS, CTYPE_SPECIAL } from "./unicodedb/ctype.ts"
import { expandRuns, VarintReader } from "./unicodedb/reader.ts"

// Objects/unicodectype.c: types and case mappings of characters. Tables are unpacked at the first question: those of the first 256
// characters alone are small, the rest when a wider character is asked about.

const enum F {
  ALPHA = 1,
  DECIMAL = 2,
  DIGIT = 4,
  LOWER = 8,
  LINEBREAK = 16,
  SPACE = 32,
  TITLE = 64,
  UPPER = 128,
  XID_START = 256,
  XID_CONTINUE = 512,
  PRINTABLE = 1024,
  NUMERIC = 2048,
  CASE_IGNORABLE = 4096,
  CASED = 8192,
  EXTENDED = 16384,
}

interface Records {
  flags: Uint16Array
  upper: Int32Array
  lower: Int32Array
  title: Int32Array
  decimal: Int8Array
  digit: Int8Array
  /** Record of each of the first 256 characters. */
  latin1: Uint16Array
}
interface Pages {
  index: Uint16Array
  records: Uint16Array
}
let records: Records | null = null
let pages: Pages | null = null
let special: Map<number, Int32Array[]> | null = null
let numerics: Map<number, number> | null = null

function loadRecords(): Records {
  const r = new VarintReader(CTYPE_RECORDS)
  const rows: number[][] = []
  while (!r.done()) rows.push([r.u(), r.s(), r.s(), r.s(), r.u() - 1, r.u() - 1])
  const latin1 = new Uint16Array(256)
  const runs = new VarintReader(CTYPE_RUNS)
  for (let c = 0; c < 256; ) {
    const n = runs.u()
    latin1.fill(runs.u(), c, Math.min(c + n, 256))
    c += n
  }
  records = {
    flags: Uint16Array.from(rows, (x) => x[0]),
    upper: Int32Array.from(rows, (x) => x[1]),
    lower: Int32Array.from(rows, (x) => x[2]),
    title: Int32Array.from(rows, (x) => x[3]),
    decimal: Int8Array.from(rows, (x) => x[4]),
    digit: Int8Array.from(rows, (x) => x[5]),
    latin1,
  }
  return records
}
function loadPages(): Pages {
  pages = expandRuns(CTYPE_RUNS)
  return pages
}
function rec(t: Records, ch: number): number {
  if (ch < 256) return t.latin1[ch]
  const p = pages ?? loadPages()
  return ch > 0x10ffff ? p.records[p.index[0x10ffff >> 7] << 7] : p.records[(p.index[ch >> 7] << 7) | (ch & 127)]
}
function flags(ch: number): number {
  const t = records ?? loadRecords()
  return t.flags[rec(t, ch)]
}

function loadSpecial(): Map<number, Int32Array[]> {
  special = new Map()
  const r = new VarintReader(CTYPE_SPECIAL)
  let c = 0
  while (!r.done()) {
    c += r.u()
    const maps: Int32Array[] = []
    for (let k = 0; k < 4; k++) {
      const seq = new Int32Array(r.u())
      for (let i = 0; i < seq.length; i++) seq[i] = c + r.s()
      maps.push(seq)
    }
    special.set(c, maps)
  }
  return special
}

export function _PyUnicode_IsAlpha(ch: number): boolean {
  return (flags(ch) & F.ALPHA) !== 0
}
export function _PyUnicode_IsDecimalDigit(ch: number): boolean {
  return (flags(ch) & F.DECIMAL) !== 0
}
export function _PyUnicode_IsDigit(ch: number): boolean {
  return (flags(ch) & F.DIGIT) !== 0
}
export function _PyUnicode_IsNumeric(ch: number): boolean {
  return (flags(ch) & F.NUMERIC) !== 0
}
export function _PyUnicode_IsLowercase(ch: number): boolean {
  return (flags(ch) & F.LOWER) !== 0
}
export function _PyUnicode_IsUppercase(ch: number): boolean {
  return (flags(ch) & F.UPPER) !== 0
}
export function _PyUnicode_IsTitlecase(ch: number): boolean {
  return (flags(ch) & F.TITLE) !== 0
}
export function _PyUnicode_IsXidStart(ch: number): boolean {
  return (flags(ch) & F.XID_START) !== 0
}
export function _PyUnicode_IsXidContinue(ch: number): boolean {
  return (flags(ch) & F.XID_CONTINUE) !== 0
}
export function _PyUnicode_IsPrintable(ch: number): boolean {
  return ch < 127 ? ch >= 32 : (flags(ch) & F.PRINTABLE) !== 0
}
export function _PyUnicode_IsCased(ch: number): boolean {
  return (flags(ch) & F.CASED) !== 0
}
export function _PyUnicode_IsCaseIgnorable(ch: number): boolean {
  return (flags(ch) & F.CASE_IGNORABLE) !== 0
}
export function Py_UNICODE_ISALNUM(ch: number): boolean {
  return (flags(ch) & (F.ALPHA | F.DECIMAL | F.DIGIT | F.NUMERIC)) !== 0
}
export function _PyUnicode_IsWhitespace(ch: number): boolean {
  if (ch < 128) return ch === 32 || (ch >= 9 && ch <= 13) || (ch >= 28 && ch <= 31)
  return (
    ch === 0x85 ||
    ch === 0xa0 ||
    ch === 0x1680 ||
    (ch >= 0x2000 && ch <= 0x200a) ||
    ch === 0x2028 ||
    ch === 0x2029 ||
    ch === 0x202f ||
    ch === 0x205f ||
    ch === 0x3000
  )
}
export function Py_UNICODE_ISSPACE(ch: number): boolean {
  return _PyUnicode_IsWhitespace(ch)
}
export function _PyUnicode_IsLinebreak(ch: number): boolean {
  return (ch >= 10 && ch <= 13) || (ch >= 28 && ch <= 30) || ch === 0x85 || ch === 0x2028 || ch === 0x2029
}

/** Value of a decimal digit, -1 if it is none. */
export function _PyUnicode_ToDecimalDigit(ch: number): number {
  if (ch < 128) return ch >= 48 && ch <= 57 ? ch - 48 : -1
  const t = records ?? loadRecords()
  return t.decimal[rec(t, ch)]
}
export function Py_UNICODE_TODECIMAL(ch: number): number {
  return _PyUnicode_ToDecimalDigit(ch)
}
/** Value of a digit (also superscripts and the like), -1 if it is none. */
export function _PyUnicode_ToDigit(ch: number): number {
  const t = records ?? loadRecords()
  return t.digit[rec(t, ch)]
}
/** Numeric value, -1 if it has none. */
export function _PyUnicode_ToNumeric(ch: number): number {
  if (numerics === null) {
    numerics = new Map()
    const r = new VarintReader(CTYPE_NUMERIC)
    let c = 0
    while (!r.done()) {
      c += r.u()
      const num = r.s()
      numerics.set(c, num / r.u())
    }
  }
  return numerics.get(ch) ?? -1
}
export function _PyUnicode_ToUppercase(ch: number): number {
  const t = records ?? loadRecords()
  return ch + t.upper[rec(t, ch)]
}
export function _PyUnicode_ToLowercase(ch: number): number {
  if (ch < 128) return ch >= 65 && ch <= 90 ? ch + 32 : ch
  const t = records ?? loadRecords()
  return ch + t.lower[rec(t, ch)]
}
export function _PyUnicode_ToTitlecase(ch: number): number {
  const t = records ?? loadRecords()
  return ch + t.title[rec(t, ch)]
}

/** The characters of the last full mapping. */
export const caseResult = new Int32Array(3)

function full(ch: number, simple: Int32Array | null, which: number): number {
  const t = records ?? loadRecords()
  const r = rec(t, ch)
  if (t.flags[r] & F.EXTENDED) {
    const seq = ((special ?? loadSpecial()).get(ch) as Int32Array[])[which]
    caseResult.set(seq)
    return seq.length
  }
  caseResult[0] = ch + (simple ?? t.lower)[r]
  return 1
}
/** Count of characters (1-3) of the full mapping, left in `caseResult`. */
export function _PyUnicode_ToUpperFull(ch: number): number {
  return full(ch, (records ?? loadRecords()).upper, 0)
}
export function _PyUnicode_ToLowerFull(ch: number): number {
  return full(ch, null, 1)
}
export function _PyUnicode_ToTitleFull(ch: number): number {
  return full(ch, (records ?? loadRecords()).title, 2)
}
export function _PyUnicode_ToFoldedFull(ch: number): number {
  return full(ch, null, 3)
}
