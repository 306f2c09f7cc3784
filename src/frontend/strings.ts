import { type ConstantValue, type expr, K, strOfPoints } from "./ast.ts"
import { decodeBytes, decodeText, forgetSurrogates, type StringHost, type StringToken, surrogates } from "./escapes.ts"

// Parser/string_parser.c: what string literals mean, f-strings included. Both passes use it, each with its own host.

export { decodeText, setUnicodeNameLookup, type StringHost, type StringToken } from "./escapes.ts"

/** The constant of a text that decodeText has just given. */
export function decodedConstant(text: string): ConstantValue {
  return surrogates === null ? { t: "str", v: text } : strConstant(text, surrogates)
}

function strConstant(text: string, alone: readonly number[]): ConstantValue {
  const points: number[] = []
  for (let i = 0; i < text.length; i++) {
    const c = text.codePointAt(i) as number
    if (c > 0xffff && !alone.includes(i) && !alone.includes(i + 1)) {
      points.push(c)
      i++
    } else points.push(text.charCodeAt(i))
  }
  return strOfPoints(points)
}

class State {
  last: string | null = null
  /** Places of escaped surrogates in `last`. */
  alone: number[] | null = null
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

/** Add text that decodeText has just given. */
function append(state: State, text: string): void {
  if (text.length === 0) return
  if (surrogates !== null) {
    const from = state.last?.length ?? 0
    state.alone ??= []
    for (const at of surrogates) state.alone.push(from + at)
    forgetSurrogates()
  }
  state.last = state.last === null ? text : state.last + text
}

/** What has been gathered, as a node. */
function stringNode(src: string, state: State, first: StringToken, last: StringToken): expr {
  const v = state.last ?? ""
  const value: ConstantValue = state.alone === null ? { t: "str", v } : strConstant(v, state.alone)
  state.last = state.alone = null
  return constant(value, src.charCodeAt(first.start) === 117 ? "u" : null, first, last)
}

function finish(src: string, state: State, first: StringToken, last: StringToken): expr {
  if (!state.format) return stringNode(src, state, first, last)
  if (state.last !== null) state.values.push(stringNode(src, state, first, last))
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

  forgetSurrogates()
  if (text !== null) append(state, text)
  if (state.last !== null) state.values.push(stringNode(src, state, first, last))
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
