import type { expr } from "./ast.ts"
import { hasStrayBytes, sourceBytes, utf8ErrorText } from "./source.ts"

// The inside of string literals: escapes decoded, with CPython's errors and warnings. Both passes use it, each with its own host.

/** A STRING token; `start` and `end` index the text it lies in, prefix and quotes included. */
export interface StringToken {
  start: number
  end: number
  lineno: number
  col_offset: number
  end_lineno: number
  end_col_offset: number
}

/** What the parser around gives: errors, warnings, and the parse of `{expression}`. */
export interface StringHost {
  featureVersion: number
  /** The text may hold stray bytes (source.ts). */
  lossy?: boolean
  fail(msg: string): never
  warnEscape(msg: string, t: StringToken): void
  /** An error that is about this very token. */
  failAt(msg: string, t: StringToken): never
  /** Parse the expression between the brace at `open` and the character at `close`; the brace lies at line, col. */
  expression(src: string, open: number, close: number, line: number, col: number): expr
}

/** Where \N{names} come from: the code point or -1. Set by the module that has the names (unicodedata). */
let nameLookup: ((name: string) => number) | null = null

export function setUnicodeNameLookup(f: (name: string) => number): void {
  nameLookup = f
}

/** Where the text that decodeText gave last holds surrogates written as escapes: none of them is half of a character. */
export let surrogates: number[] | null = null

/** The surrogates are taken care of. */
export function forgetSurrogates(): void {
  surrogates = null
}

function hexValue(c: number): number {
  if (c >= 48 && c <= 57) return c - 48
  if (c >= 97 && c <= 102) return c - 87
  if (c >= 65 && c <= 70) return c - 55
  return -1
}

/** src[from..to) as text, escapes decoded unless raw. */
export function decodeText(host: StringHost, src: string, from: number, to: number, raw: boolean, t: StringToken): string {
  surrogates = null
  if (host.lossy) checkBytes(host, src.slice(from, to), raw)
  if (raw) return src.slice(from, to)
  let s = src.indexOf("\\", from)
  if (s < 0 || s >= to) return src.slice(from, to)
  let out = ""
  let run = from
  let invalid = -1
  while (s >= 0 && s < to) {
    out += src.slice(run, s)
    const start = s
    s++
    const c = s < to ? src.charCodeAt(s) : -1
    s++
    switch (c) {
      case 10:
        break
      case 92:
      case 39:
      case 34:
        out += String.fromCharCode(c)
        break
      case 98:
        out += "\b"
        break
      case 102:
        out += "\f"
        break
      case 116:
        out += "\t"
        break
      case 110:
        out += "\n"
        break
      case 114:
        out += "\r"
        break
      case 118:
        out += "\v"
        break
      case 97:
        out += "\x07"
        break
      case 48:
      case 49:
      case 50:
      case 51:
      case 52:
      case 53:
      case 54:
      case 55: {
        let v = c - 48
        for (let n = 0; n < 2 && s < to; n++) {
          const d = src.charCodeAt(s)
          if (d < 48 || d > 55) break
          v = v * 8 + d - 48
          s++
        }
        if (v > 0o377 && invalid < 0) invalid = start + 1
        out += String.fromCharCode(v)
        break
      }
      case 120:
      case 117:
      case 85: {
        const count = c === 120 ? 2 : c === 117 ? 4 : 8
        let v = 0
        let n = 0
        for (; n < count && s < to; n++, s++) {
          const d = hexValue(src.charCodeAt(s))
          if (d < 0) break
          v = v * 16 + d
        }
        if (n < count) escapeError(host, src, from, start, s, `truncated \\${c === 120 ? "xXX" : c === 117 ? "uXXXX" : "UXXXXXXXX"} escape`)
        if (v > 0x10ffff) escapeError(host, src, from, start, s, "illegal Unicode character")
        if (v >> 11 === 0x1b) {
          surrogates ??= []
          surrogates.push(out.length)
        }
        out += String.fromCodePoint(v)
        break
      }
      case 78: {
        let message = "malformed \\N character escape"
        let v = -1
        if (s < to && src.charCodeAt(s) === 123) {
          const name = ++s
          while (s < to && src.charCodeAt(s) !== 125) s++
          if (s < to && s > name) {
            s++
            v = nameLookup === null ? -1 : nameLookup(src.slice(name, s - 1))
            message = "unknown Unicode character name"
          }
        }
        if (v < 0) escapeError(host, src, from, start, s, message)
        out += String.fromCodePoint(v)
        break
      }
      case -1:
        // only before an f-string's brace: the backslash stays
        out += "\\"
        s = to
        break
      default:
        if (c < 128 && invalid < 0) invalid = start + 1
        out += "\\"
        s = start + 1
    }
    run = s
    s = src.indexOf("\\", run)
  }
  out += src.slice(run, to)
  if (invalid >= 0) warnInvalid(host, src, invalid, t)
  return out
}

/** Stray bytes in a literal: decoding stops, at a place counted from the literal's start, or from its run beyond ASCII with escapes. */
function checkBytes(host: StringHost, text: string, raw: boolean): void {
  if (!hasStrayBytes(text)) return
  const runs = raw || !text.includes("\\") ? [text] : (text.match(/[\u0080-\uffff]+/g) as string[])
  for (const run of runs) if (hasStrayBytes(run)) host.fail(`(unicode error) ${utf8ErrorText(sourceBytes(run))}`)
}

function warnInvalid(host: StringHost, src: string, at: number, t: StringToken): void {
  const c = src.charCodeAt(at)
  if (c >= 52 && c <= 55) host.warnEscape(`invalid octal escape sequence '\\${src.slice(at, at + 3)}'`, t)
  else host.warnEscape(`invalid escape sequence '\\${src[at]}'`, t)
}

/** UnicodeDecodeError as str() gives it: positions are those of the codec's input, where characters beyond ASCII are \\UXXXXXXXX. */
function escapeError(host: StringHost, src: string, from: number, start: number, end: number, reason: string): never {
  const at = codecPosition(src, from, start)
  const last = codecPosition(src, from, end) - 1
  const where = last === at ? `byte 0x5c in position ${at}` : `bytes in position ${at}-${last}`
  return host.fail(`(unicode error) 'unicodeescape' codec can't decode ${where}: ${reason}`)
}

function codecPosition(src: string, from: number, to: number): number {
  let n = 0
  for (let i = from; i < to; i++) {
    const c = src.charCodeAt(i)
    if (c < 128) {
      n++
      if (c === 92 && i + 1 < to) {
        const d = src.charCodeAt(i + 1)
        if (d < 128) {
          n++
          i++
        } else n += 5
      }
    } else {
      n += 10
      if (c >= 0xd800 && c < 0xdc00) i++
    }
  }
  return n
}

/** src[from..to) as bytes. */
export function decodeBytes(host: StringHost, src: string, from: number, to: number, raw: boolean, t: StringToken): number[] {
  const out: number[] = []
  for (let i = from; i < to; i++) if (src.charCodeAt(i) >= 128) host.failAt("bytes can only contain ASCII literal characters", t)
  let invalid = -1
  let s = from
  while (s < to) {
    const c = src.charCodeAt(s++)
    if (c !== 92 || raw) {
      out.push(c)
      continue
    }
    if (s >= to) host.fail("(value error) Trailing \\ in string")
    const at = s
    const d = src.charCodeAt(s++)
    switch (d) {
      case 10:
        break
      case 92:
      case 39:
      case 34:
        out.push(d)
        break
      case 98:
        out.push(8)
        break
      case 102:
        out.push(12)
        break
      case 116:
        out.push(9)
        break
      case 110:
        out.push(10)
        break
      case 114:
        out.push(13)
        break
      case 118:
        out.push(11)
        break
      case 97:
        out.push(7)
        break
      case 48:
      case 49:
      case 50:
      case 51:
      case 52:
      case 53:
      case 54:
      case 55: {
        let v = d - 48
        for (let n = 0; n < 2 && s < to; n++) {
          const e = src.charCodeAt(s)
          if (e < 48 || e > 55) break
          v = v * 8 + e - 48
          s++
        }
        if (v > 0o377 && invalid < 0) invalid = at
        out.push(v & 255)
        break
      }
      case 120: {
        const h = s < to ? hexValue(src.charCodeAt(s)) : -1
        const l = s + 1 < to ? hexValue(src.charCodeAt(s + 1)) : -1
        if (h < 0 || l < 0) host.fail(`(value error) invalid \\x escape at position ${s - 2 - from}`)
        out.push(h * 16 + l)
        s += 2
        break
      }
      default:
        if (invalid < 0) invalid = at
        out.push(92, d)
    }
  }
  if (invalid >= 0) warnInvalid(host, src, invalid, t)
  return out
}
