import type { SyntaxIssue } from "./errors.ts"

// From bytes to text: byte order mark, coding cookie (PEP 263), decoding, newlines.

export interface DecodedSource {
  text: string
  /** What the tokenizer knows of the encoding (tok->encoding): null for bytes without mark or cookie, "utf-8" for str. */
  encoding: string | null
  /** Set when the bytes are no UTF-8: each stray byte stands in the text as U+DC80 … U+DCFF (surrogateescape). */
  lossy?: boolean
}

/** Decoders this file does not know come from the caller: text, null for an unknown name, or str() of the error met. */
export type Decoder = (bytes: Uint8Array, encoding: string) => string | null | { error: string }

/** translate_newlines: \r\n and \r become \n; "exec" input ends in one (in two behind \r\n: C looks at the wrong character). */
export function translateNewlines(s: string, exec: boolean): string {
  const open = exec && (!(s.endsWith("\n") || s.endsWith("\r")) || s.endsWith("\r\n"))
  if (s.includes("\r")) s = s.replace(/\r\n?/g, "\n")
  return open ? `${s}\n` : s
}

function bare(msg: string): SyntaxIssue {
  return { type: "SyntaxError", msg, lineno: 0, offset: -1, end_lineno: 0, end_offset: 0, text: null, bare: true }
}

/** get_normal_name: the spellings of utf-8 and latin-1. */
function normalName(s: string): string {
  const n = s.slice(0, 12).toLowerCase().replaceAll("_", "-")
  if (n === "utf-8" || n.startsWith("utf-8-")) return "utf-8"
  if (/^(latin-?1|iso-?8859-1|iso-latin-1|l1)$/.test(n) || /^(latin-1-|iso-8859-1-|iso-latin-1-)/.test(n)) return "iso-8859-1"
  return s
}

/** The coding cookie of one line (bytes as latin-1), or null. */
function cookie(line: string): string | null {
  const m = /^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)/.exec(line)
  return m === null ? null : normalName(m[1])
}

/** The encoding that the source's first two lines declare: null if none. */
export function findCookie(bytes: Uint8Array): string | null {
  let from = 0
  for (let n = 0; n < 2; n++) {
    let to = from
    while (to < bytes.length && bytes[to] !== 10 && bytes[to] !== 13) to++
    let line = ""
    for (let i = from; i < to; i++) line += String.fromCharCode(bytes[i])
    const c = cookie(line)
    if (c !== null) return c
    if (!/^[ \t\f]*(#|$)/.test(line)) return null
    from = to + (bytes[to] === 13 && bytes[to + 1] === 10 ? 2 : 1)
  }
  return null
}

/** decode_str: text and encoding of a bytes source. */
export function decodeSource(bytes: Uint8Array, decoder: Decoder | null): DecodedSource | SyntaxIssue {
  let encoding: string | null = null
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) {
    bytes = bytes.subarray(3)
    encoding = "utf-8"
  }
  const spec = findCookie(bytes)
  if (spec !== null) {
    if (encoding !== null && spec !== encoding) return bare(`encoding problem: ${spec} with BOM`)
    encoding = spec
  }
  if (encoding === "iso-8859-1") {
    let text = ""
    for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192))
    return { text, encoding }
  }
  if (encoding !== null && encoding !== "utf-8") {
    const n = encoding.toLowerCase().replaceAll("_", "-")
    if (n === "ascii" || n === "us-ascii") {
      const bad = bytes.findIndex((b) => b >= 128)
      if (bad >= 0)
        return bare(`'ascii' codec can't decode byte 0x${bytes[bad].toString(16)} in position ${bad}: ordinal not in range(128)`)
    } else if (n !== "utf8") {
      const text = decoder === null ? null : decoder(bytes, encoding)
      if (text === null) return bare(`unknown encoding: ${encoding}`)
      return typeof text === "string" ? { text, encoding } : bare(text.error)
    }
  }
  const text = utf8(bytes)
  return text === null ? { text: escapeStrayBytes(bytes), encoding, lossy: true } : { text, encoding }
}

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })

function utf8(bytes: Uint8Array): string | null {
  try {
    // a decoder refuses shared memory
    return strict.decode(bytes.buffer instanceof ArrayBuffer ? bytes : bytes.slice())
  } catch {
    return null
  }
}

/** Decode with the error handler surrogateescape. */
export function escapeStrayBytes(bytes: Uint8Array): string {
  let out = ""
  for (;;) {
    const e = utf8Error(bytes)
    if (e === null) return out + strict.decode(bytes)
    const [at, , n] = e
    out += strict.decode(bytes.subarray(0, at))
    for (let i = at; i < at + n; i++) out += String.fromCharCode(0xdc00 + bytes[i])
    bytes = bytes.subarray(at + n)
  }
}

const STRAY = /[\udc80-\udcff]/
const encoder = new TextEncoder()

/** Does a lossy text have a stray byte here? (Low surrogates of pairs are of the same range.) */
export function hasStrayBytes(s: string): boolean {
  return STRAY.test(s) && /(?<![\ud800-\udbff])[\udc80-\udcff]/.test(s)
}

/** The bytes of a text, stray ones restored. */
export function sourceBytes(s: string): Uint8Array {
  if (!hasStrayBytes(s)) return encoder.encode(s)
  const out: number[] = []
  for (let i = 0; i < s.length; i++) {
    const c = s.codePointAt(i) as number
    if (c >= 0xdc80 && c <= 0xdcff) out.push(c - 0xdc00)
    else {
      for (const b of encoder.encode(String.fromCodePoint(c))) out.push(b)
      if (c > 0xffff) i++
    }
  }
  return Uint8Array.from(out)
}

/** str(UnicodeDecodeError) of bytes that are no UTF-8. */
export function utf8ErrorText(bytes: Uint8Array): string {
  const e = utf8Error(bytes)
  if (e === null) return ""
  const [at, reason, n] = e
  const where = n === 1 ? `byte 0x${bytes[at].toString(16).padStart(2, "0")} in position ${at}` : `bytes in position ${at}-${at + n - 1}`
  return `'utf-8' codec can't decode ${where}: ${reason}`
}

/** The first invalid sequence: position, CPython's reason, how many bytes. */
export function utf8Error(b: Uint8Array): [number, string, number] | null {
  for (let i = 0; i < b.length; ) {
    const c = b[i]
    if (c < 0x80) {
      i++
      continue
    }
    const need = c < 0xc2 ? 0 : c < 0xe0 ? 1 : c < 0xf0 ? 2 : c < 0xf5 ? 3 : 0
    if (need === 0) return [i, "invalid start byte", 1]
    for (let k = 1; k <= need; k++) {
      if (i + k >= b.length) return [i, "unexpected end of data", b.length - i]
      const d = b[i + k]
      let lo = 0x80
      let hi = 0xbf
      if (k === 1) {
        if (c === 0xe0) lo = 0xa0
        else if (c === 0xed) hi = 0x9f
        else if (c === 0xf0) lo = 0x90
        else if (c === 0xf4) hi = 0x8f
      }
      if (d < lo || d > hi) return [i, "invalid continuation byte", k]
    }
    i += need + 1
  }
  return null
}
