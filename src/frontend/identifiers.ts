import { NON_PRINTABLE, XID_CONTINUE, XID_START } from "./unicode-tables.ts"

// Which characters Python 3.11 takes as identifier characters and as printable: Unicode 14, whatever the host's tables say.

let xidStart: Int32Array | null = null
let xidContinue: Int32Array | null = null
let nonPrintable: Int32Array | null = null

/** Boundaries of the ranges: a character is in the set iff the number of boundaries at or below it is odd. */
function unpack(table: string): Int32Array {
  const out: number[] = []
  let at = 128
  for (const range of table.split(",")) {
    const [gap, length] = range.split(" ")
    at += Number.parseInt(gap, 36)
    out.push(at)
    at += length === undefined ? 1 : Number.parseInt(length, 36)
    out.push(at)
  }
  return Int32Array.from(out)
}

function within(bounds: Int32Array, c: number): boolean {
  let lo = 0
  let hi = bounds.length
  while (lo < hi) {
    const mid = (lo + hi) >> 1
    if (bounds[mid] <= c) lo = mid + 1
    else hi = mid
  }
  return (lo & 1) === 1
}

/** _PyUnicode_IsXidStart, and '_'. */
export function isIdentifierStart(c: number): boolean {
  if (c < 128) return (c >= 97 && c <= 122) || (c >= 65 && c <= 90) || c === 95
  xidStart ??= unpack(XID_START)
  return within(xidStart, c)
}

/** _PyUnicode_IsXidContinue. */
export function isIdentifierContinue(c: number): boolean {
  if (c < 128) return (c >= 97 && c <= 122) || (c >= 65 && c <= 90) || c === 95 || (c >= 48 && c <= 57)
  xidContinue ??= unpack(XID_CONTINUE)
  return within(xidContinue, c) || isIdentifierStart(c)
}

/** Py_UNICODE_ISPRINTABLE. */
export function isPrintable(c: number): boolean {
  if (c < 128) return c >= 32 && c < 127
  nonPrintable ??= unpack(NON_PRINTABLE)
  return !within(nonPrintable, c)
}

/** _PyUnicode_ScanIdentifier: how many UTF-16 units from the start of `s` form an identifier. */
export function scanIdentifier(s: string): number {
  let i = 0
  while (i < s.length) {
    const c = s.codePointAt(i) as number
    if (!(i === 0 ? isIdentifierStart(c) : isIdentifierContinue(c))) return i
    i += c > 0xffff ? 2 : 1
  }
  return i
}

/** Identifiers are compared in NFKC (PEP 3131). */
export function normalizeIdentifier(s: string): string {
  return s.normalize("NFKC")
}
