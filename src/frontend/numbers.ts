// Numbers of the fast tokenizer: where one ends. What is wrong with an irregular one is the second pass's business.

export interface NumberWarning {
  kind: string
  lineno: number
  offset: number
  token: number
}

/** Number literals run into a keyword ("1if"): message kind, line, offset in bytes, and the token's index. */
export let numberWarnings: NumberWarning[] = []

export function resetNumberWarnings(): void {
  numberWarnings = []
}

function isLetter(c: number): boolean {
  return (c >= 97 && c <= 122) || (c >= 65 && c <= 90) || c === 95
}
export function isDigit(c: number): boolean {
  return c >= 48 && c <= 57
}
function isHex(c: number): boolean {
  return isDigit(c) || (c >= 97 && c <= 102) || (c >= 65 && c <= 70)
}

/** Digits with single underscores between; -1 when irregular. */
function decimalTail(src: string, q: number): number {
  for (;;) {
    while (isDigit(src.charCodeAt(q))) q++
    if (src.charCodeAt(q) !== 95) return q
    q++
    if (!isDigit(src.charCodeAt(q))) return -1
  }
}

function digitsOf(src: string, q: number, ok: (c: number) => boolean): number {
  do {
    if (src.charCodeAt(q) === 95) q++
    if (!ok(src.charCodeAt(q))) return -1
    while (ok(src.charCodeAt(q))) q++
  } while (src.charCodeAt(q) === 95)
  return isDigit(src.charCodeAt(q)) ? -1 : q
}

function isOctal(c: number): boolean {
  return c >= 48 && c <= 55
}
function isBinary(c: number): boolean {
  return c === 48 || c === 49
}

/** End of the number at `i`, or -1. `token` is the index it will have. */
export function scanNumber(src: string, i: number, end: number, line: number, lineStart: number, token: number): number {
  let q = i
  let kind = "decimal"
  const c = src.charCodeAt(q)
  if (c === 48) {
    const d = src.charCodeAt(q + 1) | 32
    if (d === 120) {
      kind = "hexadecimal"
      q = digitsOf(src, q + 2, isHex)
    } else if (d === 111) {
      kind = "octal"
      q = digitsOf(src, q + 2, isOctal)
    } else if (d === 98) {
      kind = "binary"
      q = digitsOf(src, q + 2, isBinary)
    } else {
      let nonzero = false
      q++
      for (;;) {
        if (src.charCodeAt(q) === 95) {
          q++
          if (!isDigit(src.charCodeAt(q))) return -1
        }
        if (src.charCodeAt(q) !== 48) break
        q++
      }
      if (isDigit(src.charCodeAt(q))) {
        nonzero = true
        q = decimalTail(src, q)
        if (q < 0) return -1
      }
      const f = src.charCodeAt(q)
      if (f === 46 || f === 101 || f === 69 || f === 106 || f === 74) return fraction(q)
      if (nonzero) return -1
    }
    return q < 0 ? -1 : verify(q)
  }
  if (c !== 46) {
    q = decimalTail(src, q)
    if (q < 0) return -1
  }
  return fraction(q)

  function fraction(q: number): number {
    if (src.charCodeAt(q) === 46) {
      q++
      if (isDigit(src.charCodeAt(q))) {
        q = decimalTail(src, q)
        if (q < 0) return -1
      }
    }
    const e = src.charCodeAt(q)
    if (e === 101 || e === 69) {
      let r = q + 1
      const s = src.charCodeAt(r)
      if (s === 43 || s === 45) {
        r++
        if (!isDigit(src.charCodeAt(r))) return -1
      } else if (!isDigit(s)) return verify(q)
      q = decimalTail(src, r)
      if (q < 0) return -1
    }
    const j = src.charCodeAt(q)
    if (j === 106 || j === 74) {
      kind = "imaginary"
      q++
    }
    return verify(q)
  }

  /** verify_end_of_number: a keyword may follow (with a warning), another name not. */
  function verify(q: number): number {
    if (q >= end) return q > end ? -1 : q
    const c = src.charCodeAt(q)
    if (!isLetter(c)) return q
    const m = /^(?:and|else|for|or|not)(?![A-Za-z0-9_\u0080-\uffff])|^i[fns]/.test(src.slice(q, q + 6))
    if (!m) return -1
    numberWarnings.push({ kind, lineno: line, offset: q - lineStart, token })
    return q
  }
}
