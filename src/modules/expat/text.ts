import { X, XmlError } from "./state.ts"

// The tokens of XML over a JavaScript string. A scanner returns where the token ends, or -1 when the text ends first.

const START =
  ":A-Z_a-z\\u00c0-\\u00d6\\u00d8-\\u00f6\\u00f8-\\u0131\\u0134-\\u02ff\\u0370-\\u037d\\u037f-\\u1fff\\u2126\\u212a-\\u212b\\u2180-\\u2182\\u3007\\u3021-\\u3029\\u3041-\\u3094\\u30a1-\\u30fa\\u3105-\\u312c\\u4e00-\\u9fa5\\uac00-\\ud7a3"
const REST = `${START}.0-9\\-\\u00b7\\u0300-\\u036f\\u203f-\\u2040\\u20d0-\\u20dc\\u3005\\u302a-\\u302f\\u3031-\\u3035\\u3099-\\u309e\\u30fc-\\u30fe`
const NAME = new RegExp(`[${START}][${REST}]*`, "y")
const NMTOKEN = new RegExp(`[${REST}]+`, "y")
// a lone surrogate, a control character or one of U+FFFE, U+FFFF is no character of XML
const INVALID = /[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g

export function isSpace(code: number): boolean {
  return code === 32 || code === 10 || code === 9 || code === 13
}
export function skipSpace(s: string, i: number): number {
  while (isSpace(s.charCodeAt(i))) i++
  return i
}
/** The end of the name at `i`; `i` itself when none is there. */
export function nameEnd(s: string, i: number): number {
  NAME.lastIndex = i
  return NAME.test(s) ? NAME.lastIndex : i
}
export function nmtokenEnd(s: string, i: number): number {
  NMTOKEN.lastIndex = i
  return NMTOKEN.test(s) ? NMTOKEN.lastIndex : i
}
/** The first character from `from` to `to` that XML does not allow; -1 if there is none. */
export function firstInvalid(s: string, from: number, to: number): number {
  INVALID.lastIndex = from
  const m = INVALID.exec(s)
  return m !== null && m.index < to ? m.index : -1
}
export function normalizeLines(s: string): string {
  return s.includes("\r") ? s.replace(/\r\n?/g, "\n") : s
}

/** The character of "&#…;" (its inside without "#"); -1 when XML does not allow it. */
export function charRef(digits: string): string | null {
  const code = digits[0] === "x" ? Number.parseInt(digits.slice(1), 16) : Number.parseInt(digits, 10)
  if (!(code <= 0x10ffff) || (code >= 0xd800 && code < 0xe000)) return null
  const c = String.fromCodePoint(code)
  return firstInvalid(c, 0, c.length) < 0 ? c : null
}

const PREDEFINED: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" }
export function predefined(name: string): string | undefined {
  return Object.hasOwn(PREDEFINED, name) ? PREDEFINED[name] : undefined
}

/** A failure at a place in the text being parsed. */
export class XmlErrorAt extends XmlError {
  constructor(
    code: X,
    readonly at: number,
  ) {
    super(code)
  }
}
export function invalid(at: number): never {
  throw new XmlErrorAt(X.INVALID_TOKEN, at)
}

/** The ";" of the reference at `i` ("&" or "%"), checked; -1 when the text ends first. */
export function referenceEnd(s: string, i: number): number {
  let j = i + 1
  if (s[j] === "#") {
    const hex = s[j + 1] === "x"
    j += hex ? 2 : 1
    const from = j
    while (hex ? /[0-9a-fA-F]/.test(s.charAt(j)) : /[0-9]/.test(s.charAt(j))) j++
    if (j >= s.length) return -1
    if (s[j] !== ";" || j === from) invalid(j)
    return j
  }
  j = nameEnd(s, j)
  if (j >= s.length) return -1
  if (s[j] !== ";" || j === i + 1) invalid(j)
  return j
}
