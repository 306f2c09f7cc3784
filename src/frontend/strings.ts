import { type ConstantValue, type expr, K } from "./ast.ts"
import { hasStrayBytes, sourceBytes, utf8ErrorText } from "./source.ts"

// Parser/string_parser.c: what string literals mean, f-strings included. Both passes use it, each with its own host.

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

class State {
  last: string | null = null
  format = false
  values: expr[] = []
  /** Where the f-string scanner stands. */
  at = 0
}

/** _PyPegen_concatenate_strings: adjacent literals as one Constant or JoinedStr. */
export function concatenateStrings(host: StringHost, src: string, tokens: readonly StringToken[]): expr {
  const first = tokens[0]
  const last = tokens[tokens.length - 1]
  const state = new State()
  let bytes: number[] | null = null
  for (let i = 0; i < tokens.length; i++) {
    const t = tokens[i]
    let s = t.start
    let raw = false
    let isBytes = false
    let format = false
    for (;;) {
      const c = src.charCodeAt(s) | 32
      if (c === 98) isBytes = true
      else if (c === 114) raw = true
      else if (c === 102) format = true
      else if (c !== 117) break
      s++
    }
    if (format && host.featureVersion < 6) host.fail("Format strings are only supported in Python 3.6 and greater")
    let e = t.end
    const q = src.charCodeAt(s)
    const width = e - s >= 6 && src.charCodeAt(s + 1) === q && src.charCodeAt(s + 2) === q ? 3 : 1
    s += width
    e -= width
    let text = ""
    let data: number[] | null = null
    if (!format) {
      if (isBytes) data = decodeBytes(host, src, s, e, raw, t)
      else text = decodeText(host, src, s, e, raw, t)
    }
    if (i !== 0 && isBytes !== (bytes !== null)) host.fail("cannot mix bytes and nonbytes literals")
    if (data !== null) {
      if (bytes === null) bytes = data
      else for (const b of data) bytes.push(b)
    } else if (format) {
      state.at = s
      concatFormat(host, src, state, e, raw, 0, first, t, last)
    } else append(state, text)
  }
  if (bytes !== null) return constant({ t: "bytes", v: Uint8Array.from(bytes) }, null, first, last)
  return finish(src, state, first, last)
}

function constant(value: ConstantValue, strKind: string | null, first: StringToken, last: StringToken): expr {
  return {
    kind: K.Constant,
    value,
    strKind,
    lineno: first.lineno,
    col_offset: first.col_offset,
    end_lineno: last.end_lineno,
    end_col_offset: last.end_col_offset,
  }
}

function append(state: State, text: string): void {
  if (text.length > 0) state.last = state.last === null ? text : state.last + text
}

function stringNode(src: string, v: string, first: StringToken, last: StringToken): expr {
  return constant({ t: "str", v }, src.charCodeAt(first.start) === 117 ? "u" : null, first, last)
}

function finish(src: string, state: State, first: StringToken, last: StringToken): expr {
  if (!state.format) return stringNode(src, state.last ?? "", first, last)
  if (state.last !== null) state.values.push(stringNode(src, state.last, first, last))
  return {
    kind: K.JoinedStr,
    values: state.values,
    lineno: first.lineno,
    col_offset: first.col_offset,
    end_lineno: last.end_lineno,
    end_col_offset: last.end_col_offset,
  }
}

// f-strings ---------------------------------------------------------------------------------------------------------------------

/** Literal, expression, literal … from state.at to `end`, or to the brace that ends a format spec (`depth` > 0). */
function concatFormat(
  host: StringHost,
  src: string,
  state: State,
  end: number,
  raw: boolean,
  depth: number,
  first: StringToken,
  t: StringToken,
  last: StringToken,
): void {
  state.format = true
  for (;;) {
    const again = literal(host, src, state, end, raw, depth, t)
    if (again) continue
    if (state.at >= end || src.charCodeAt(state.at) === 125) break
    formatted(host, src, state, end, raw, depth, first, t, last)
  }
  if (depth === 0 && state.at < end - 1) host.fail("f-string: unexpected end of string")
  if (depth !== 0 && (state.at >= end || src.charCodeAt(state.at) !== 125)) host.fail("f-string: expecting '}'")
}

/** Text up to a brace; true when a doubled brace ended it and more text may follow. */
function literal(host: StringHost, src: string, state: State, end: number, raw: boolean, depth: number, t: StringToken): boolean {
  const from = state.at
  let s = from
  let again = false
  let to = -1
  while (s < end) {
    let c = src.charCodeAt(s++)
    if (!raw && c === 92 && s < end) {
      c = src.charCodeAt(s++)
      if (c === 78) {
        if (s < end && src.charCodeAt(s++) === 123) {
          while (s < end && src.charCodeAt(s++) !== 125) {}
          continue
        }
        continue
      }
      if (c === 123) host.warnEscape("invalid escape sequence '\\{'", t)
    }
    if (c === 123 || c === 125) {
      if (depth === 0) {
        if (s < end && src.charCodeAt(s) === c) {
          to = s
          state.at = s + 1
          again = true
          break
        }
        if (c === 125) host.fail("f-string: single '}' is not allowed")
      }
      s--
      break
    }
  }
  if (!again) {
    state.at = s
    to = s
  }
  if (from !== to) append(state, decodeText(host, src, from, to, raw, t))
  return again
}

const TOO_DEEP = 200

/** `{expression=!r:spec}` at state.at. */
function formatted(
  host: StringHost,
  src: string,
  state: State,
  end: number,
  raw: boolean,
  depth: number,
  first: StringToken,
  t: StringToken,
  last: StringToken,
): void {
  if (depth >= 2) host.fail("f-string: expressions nested too deeply")
  const open = state.at
  let s = open + 1
  let quote = 0
  let triple = false
  const stack: number[] = []
  for (; s < end; s++) {
    const c = src.charCodeAt(s)
    if (c === 92) host.fail("f-string expression part cannot include a backslash")
    if (quote !== 0) {
      if (c === quote) {
        if (!triple) quote = 0
        else if (s + 2 < end && src.charCodeAt(s + 1) === c && src.charCodeAt(s + 2) === c) {
          s += 2
          quote = 0
          triple = false
        }
      }
    } else if (c === 39 || c === 34) {
      triple = s + 2 < end && src.charCodeAt(s + 1) === c && src.charCodeAt(s + 2) === c
      if (triple) s += 2
      quote = c
    } else if (c === 91 || c === 123 || c === 40) {
      if (stack.length >= TOO_DEEP) host.fail("f-string: too many nested parenthesis")
      stack.push(c)
    } else if (c === 35) host.fail("f-string expression part cannot include '#'")
    else if (stack.length === 0 && (c === 33 || c === 58 || c === 125 || c === 61 || c === 62 || c === 60)) {
      if (s + 1 < end) {
        const next = src.charCodeAt(s + 1)
        if (next === 61 && (c === 33 || c === 61 || c === 60 || c === 62)) {
          s++
          continue
        }
      }
      if (c === 62 || c === 60) continue
      break
    } else if (c === 93 || c === 125 || c === 41) {
      const opening = stack.pop()
      if (opening === undefined) return host.fail(`f-string: unmatched '${String.fromCharCode(c)}'`)
      if (!((opening === 40 && c === 41) || (opening === 91 && c === 93) || (opening === 123 && c === 125)))
        host.fail(
          `f-string: closing parenthesis '${String.fromCharCode(c)}' does not match opening parenthesis '${String.fromCharCode(opening)}'`,
        )
    }
  }
  if (quote !== 0) host.fail("f-string: unterminated string")
  if (stack.length > 0) host.fail(`f-string: unmatched '${String.fromCharCode(stack[stack.length - 1])}'`)
  if (s >= end) host.fail("f-string: expecting '}'")

  const value = compileExpression(host, src, open, s, t)
  let text: string | null = null
  if (src.charCodeAt(s) === 61) {
    if (host.featureVersion < 8) host.fail("f-string: self documenting expressions are only supported in Python 3.8 and greater")
    s++
    while (isSpace(src.charCodeAt(s))) s++
    if (s >= end) host.fail("f-string: expecting '}'")
    text = src.slice(open + 1, s)
  }
  let conversion = -1
  if (src.charCodeAt(s) === 33) {
    s++
    if (s >= end) host.fail("f-string: expecting '}'")
    conversion = src.charCodeAt(s)
    s++
    if (conversion !== 115 && conversion !== 114 && conversion !== 97)
      host.fail("f-string: invalid conversion character: expected 's', 'r', or 'a'")
  }
  if (s >= end) host.fail("f-string: expecting '}'")
  let spec: expr | null = null
  if (src.charCodeAt(s) === 58) {
    s++
    if (s >= end) host.fail("f-string: expecting '}'")
    const inner = new State()
    inner.at = s
    concatFormat(host, src, inner, end, raw, depth + 1, first, t, last)
    spec = finish(src, inner, t, t)
    s = inner.at
  }
  if (s >= end || src.charCodeAt(s) !== 125) host.fail("f-string: expecting '}'")
  state.at = s + 1
  if (text !== null && spec === null && conversion === -1) conversion = 114

  if (text !== null) append(state, text)
  if (state.last !== null) {
    state.values.push(stringNode(src, state.last, first, last))
    state.last = null
  }
  state.values.push({
    kind: K.FormattedValue,
    value,
    conversion,
    format_spec: spec,
    lineno: first.lineno,
    col_offset: first.col_offset,
    end_lineno: last.end_lineno,
    end_col_offset: last.end_col_offset,
  })
}

function isSpace(c: number): boolean {
  return c === 32 || (c >= 9 && c <= 13)
}

/** fstring_compile_expr: where the expression is said to be (3.11's rules), then its parse. */
function compileExpression(host: StringHost, src: string, open: number, close: number, t: StringToken): expr {
  let s = open + 1
  while (s < close) {
    const c = src.charCodeAt(s)
    if (!(c === 32 || c === 9 || c === 10 || c === 12)) break
    s++
  }
  if (s === close) {
    const c = src.charCodeAt(close)
    if (c === 33 || c === 58 || c === 61) host.fail(`f-string: expression required before '${String.fromCharCode(c)}'`)
    host.fail("f-string: empty expression not allowed")
  }
  // a newline right behind the brace: columns count from that line's start
  let newlineAfterBrace = true
  s = open + 1
  for (;;) {
    const c = src.charCodeAt(s)
    if (c === 125 || c === 10) break
    if (c !== 32 && c !== 9 && c !== 12) {
      newlineAfterBrace = false
      break
    }
    s++
  }
  let col = 0
  if (!newlineAfterBrace) {
    s = open
    while (s > t.start && src.charCodeAt(s) !== 10) s--
    if (src.charCodeAt(s) === 10) s++
    for (; s < open; s++) {
      const c = src.charCodeAt(s)
      col += c < 0x80 ? 1 : c < 0x800 || (c >= 0xd800 && c < 0xe000) ? 2 : 3
    }
  }
  let lines = 0
  for (let p = t.start; p < open; p++) if (src.charCodeAt(p) === 10) lines++
  return host.expression(src, open, close, t.lineno + lines, lines !== 0 ? col : t.col_offset + col)
}

// Decoding ----------------------------------------------------------------------------------------------------------------------

function hexValue(c: number): number {
  if (c >= 48 && c <= 57) return c - 48
  if (c >= 97 && c <= 102) return c - 87
  if (c >= 65 && c <= 70) return c - 55
  return -1
}

/** src[from..to) as text, escapes decoded unless raw. */
export function decodeText(host: StringHost, src: string, from: number, to: number, raw: boolean, t: StringToken): string {
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

function decodeBytes(host: StringHost, src: string, from: number, to: number, raw: boolean, t: StringToken): number[] {
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
