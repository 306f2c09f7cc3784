import { type expr, expr_context, K } from "../ast.ts"
import type { SyntaxIssue } from "../errors.ts"
import { normalizeIdentifier } from "../identifiers.ts"
import { parseNumber } from "../parser/atoms.ts"
import { concatenateStrings, type StringHost, type StringToken } from "../strings.ts"
import { utf8ErrorText } from "../source.ts"
import { KEYWORDS, T } from "../tokens.ts"
import type { Node } from "./actions.ts"
import { call, rule, STOP, type Value } from "./peg.ts"
import type { Report } from "./report.ts"
import { chars, E, Tok } from "./tok.ts"

// Parser/pegen.c and pegen_errors.c: the parser around the grammar, its two passes, and how an error gets its place and line.

export interface Token {
  type: number
  /** Range in the tokenizer's bytes. */
  start: number
  end: number
  level: number
  lineno: number
  col: number
  endLine: number
  endCol: number
  memo: Map<number, { value: Value; mark: number }>
}

export interface ParserSettings {
  startRule: "file" | "interactive" | "eval" | "func_type" | "fstring"
  featureVersion: number
  barry: boolean
  dontImplyDedent: boolean
  allowIncomplete: boolean
  intMaxStrDigits: number
  programText: ((lineno: number) => string | null) | null
}

const encoder = new TextEncoder()
const decoder = new TextDecoder("utf-8", { ignoreBOM: true })

export class Parser {
  readonly tokens: Token[] = []
  mark = 0
  level = 0
  callInvalidRules = false
  /** In an f-string's expression: where its brace lies. */
  startingLineno = 0
  startingCol = 0
  private parsingStarted = false
  private knownErrToken: Token | null = null

  constructor(
    readonly tok: Tok,
    private readonly settings: ParserSettings,
    private readonly report: Report,
    readonly _source: string,
  ) {}

  get featureVersion(): number {
    return this.settings.featureVersion
  }

  text(t: Token): string {
    return t.start < 0 ? "" : this.tok.text(t.start, t.end)
  }

  // Tokens ------------------------------------------------------------------------------------------------------------------------

  private fill(): void {
    const tok = this.tok
    let type = tok.get()
    while (type === T.TYPE_IGNORE) type = tok.get()
    if (this.settings.startRule === "interactive" && type === T.ENDMARKER && this.parsingStarted) {
      type = T.NEWLINE
      this.parsingStarted = false
      if (tok.indent > 0 && !this.settings.dontImplyDedent) {
        tok.pendin = -tok.indent
        tok.indent = 0
      }
    } else this.parsingStarted = true
    const start = tok.tokStart
    const end = tok.tokEnd
    const lineStart = type === T.STRING ? tok.multiLineStart : tok.lineStart
    const shift = this.startingLineno !== 0 && tok.lineno === this.startingLineno ? this.startingCol : 0
    let kind = type
    if (type === T.NAME) {
      const k = KEYWORDS.indexOf(tok.text(start, end))
      if (k >= 0) kind = T.FALSE + k
    }
    this.tokens.push({
      type: kind,
      start,
      end,
      level: tok.level,
      lineno: type === T.STRING ? tok.firstLineno : tok.lineno,
      col: shift + (start >= 0 && start >= lineStart ? start - lineStart : -1),
      endLine: tok.lineno,
      endCol: shift + (end >= 0 && end >= tok.lineStart ? end - tok.lineStart : -1),
      memo: new Map(),
    })
    if (type === T.ERRORTOKEN) this.tokenizerError()
  }

  /** The token at mark, read if need be. */
  token(): Token {
    if (this.mark === this.tokens.length) this.fill()
    return this.tokens[this.mark]
  }

  expect(type: number): Token | null {
    const t = this.token()
    if (t.type !== type) return null
    this.mark++
    return t
  }

  private nameNode(t: Token): Node {
    const s = this.text(t)
    return {
      kind: "Name",
      id: normalizeIdentifier(s),
      lineno: t.lineno,
      col: t.col,
      endLine: t.endLine,
      endCol: t.endCol,
    }
  }

  name(): Node | null {
    const t = this.expect(T.NAME)
    return t === null ? null : this.nameNode(t)
  }

  soft(word: string): Node | null {
    const t = this.token()
    if (t.type !== T.NAME || this.text(t) !== word) return null
    this.mark++
    return this.nameNode(t)
  }

  softKeyword(): Node | null {
    const t = this.expect(T.NAME)
    if (t === null) return null
    const s = this.text(t)
    return ["_", "case", "match"].some((k) => k.startsWith(s)) ? this.nameNode(t) : null
  }

  number(): Node | null {
    const t = this.expect(T.NUMBER)
    if (t === null) return null
    const s = this.text(t)
    if (this.featureVersion < 6 && s.includes("_"))
      this.raiseHere("SyntaxError", "Underscores in numeric literals are only supported in Python 3.6 and greater")
    const v = parseNumber(s, this.settings.intMaxStrDigits)
    if (v === null) {
      const n = s.replaceAll("_", "").length
      this.raise(
        "SyntaxError",
        `Exceeds the limit (${this.settings.intMaxStrDigits} digits) for integer string conversion: value has ${n} digits; ` +
          "use sys.set_int_max_str_digits() to increase the limit - Consider hexadecimal for huge integer literals to avoid decimal conversion limits.",
        t.lineno,
        0,
        t.endLine,
        0,
      )
    }
    return {
      kind: "Constant",
      constant: v.t === "complex" ? "complex" : "literal",
      lineno: t.lineno,
      col: t.col,
      endLine: t.endLine,
      endCol: t.endCol,
    }
  }

  /** _PyPegen_get_last_nonnwhitespace_token */
  lastToken(): Token {
    let t = this.tokens[0]
    for (let m = this.mark - 1; m >= 0; m--) {
      t = this.tokens[m]
      if (t.type !== T.ENDMARKER && (t.type < T.NEWLINE || t.type > T.DEDENT)) break
    }
    return t
  }

  checkBarry(t: Token): Token | null {
    const s = this.text(t)
    if (this.settings.barry) {
      if (s !== "<>") this.raiseHere("SyntaxError", "with Barry as BDFL, use '<>' instead of '!='")
      return t
    }
    return s === "!=" ? t : null
  }

  strings(tokens: Token[]): Node {
    // the literals side by side in one string, so that their places are ranges of it
    let src = ""
    const list: StringToken[] = tokens.map((t) => {
      const start = src.length
      src += this.tok.exact(t.start, t.end)
      return {
        start,
        end: src.length,
        lineno: t.lineno,
        col_offset: t.col,
        end_lineno: t.endLine,
        end_col_offset: t.endCol,
      }
    })
    const e = concatenateStrings(this.stringHost(), src, list)
    const a = tokens[0]
    const b = tokens[tokens.length - 1]
    return {
      kind: e.kind === K.JoinedStr ? "JoinedStr" : "Constant",
      constant: "literal",
      lineno: a.lineno,
      col: a.col,
      endLine: b.endLine,
      endCol: b.endCol,
    }
  }

  private stringHost(): StringHost {
    return {
      featureVersion: this.featureVersion,
      lossy: true,
      fail: (msg) => this.raiseHere("SyntaxError", msg),
      failAt: (msg, t) => this.raise("SyntaxError", msg, t.lineno, t.col_offset + 1, t.end_lineno, t.end_col_offset + 1),
      warnEscape: (msg, t) => {
        // the second pass does not warn again
        if (this.callInvalidRules) return
        this.report.warn("DeprecationWarning", msg, t.lineno, t.col_offset + 1, t.end_lineno, t.end_col_offset + 1)
      },
      expression: (src, open, close, line, col) => {
        const text = `(${src.slice(open + 1, close)})`
        const tok = new Tok(`${text}\n`, null, this.tok.typeComments, this.tok.asyncHacks, this.report)
        tok.lineno = line - 1
        const p = new Parser(tok, { ...this.settings, startRule: "fstring" }, this.report, `${text}\n`)
        p.startingLineno = line
        p.startingCol = col
        if (!p.run()) throw STOP
        return PLACEHOLDER
      },
    }
  }

  // Errors ------------------------------------------------------------------------------------------------------------------------

  memoryError(): never {
    this.report.error = { type: "MemoryError", msg: "", lineno: 0, offset: 0, end_lineno: 0, end_offset: 0, text: null, bare: true }
    throw STOP
  }

  /** _PyPegen_raise_error: at the last token read. */
  raiseHere(type: SyntaxIssue["type"], msg: string): never {
    if (this.tokens.length === 0) return this.raise(type, msg, 0, 0, 0, -1)
    const t = this.knownErrToken ?? this.tokens[this.tokens.length - 1]
    let col = t.col + 1
    if (t.col === -1) col = this.tok.cur === this.tok.buf ? 0 : this.tok.cur - this.tok.lineStart
    return this.raise(type, msg, t.lineno, col, t.endLine, t.endCol === -1 ? -1 : t.endCol + 1)
  }

  /** _PyPegen_raise_error_known_location: columns in bytes, from 1. */
  raise(type: SyntaxIssue["type"], msg: string, lineno: number, col: number, endLine: number, endCol: number): never {
    const nested = this.settings.startRule === "fstring"
    if (nested) msg = `f-string: ${msg}`
    const text = this.errorLine(lineno)
    if (nested) {
      col -= this.startingCol
      endCol -= this.startingCol
    }
    if (this.tok.encoding !== null) {
      col = characterOffset(text, col)
      if (endCol > 0) endCol = characterOffset(text, endCol)
    }
    this.report.error = { type, msg, lineno, offset: col, end_lineno: endLine, end_offset: endCol, text }
    throw STOP
  }

  private errorLine(lineno: number): string {
    const tok = this.tok
    if (this.settings.startRule === "file" && this.settings.programText !== null) {
      const line = this.settings.programText(lineno)
      if (line !== null) return line
    }
    if (tok.lineno <= lineno && tok.inp > tok.buf) return tok.text(tok.buf, tok.inp)
    let at = 0
    const relative = this.startingLineno !== 0 ? lineno - this.startingLineno + 1 : lineno
    for (let i = 0; i < relative - 1; i++) {
      const nl = tok.bytes.indexOf(10, at)
      if (nl < 0 || nl + 1 > tok.inp) break
      at = nl + 1
    }
    let end = tok.bytes.indexOf(10, at)
    if (end < 0) end = tok.end
    return tok.text(at, end)
  }

  private unclosed(): never {
    const tok = this.tok
    const i = tok.level - 1
    const line = tok.parenLine[i]
    return this.raise("SyntaxError", `'${String.fromCharCode(tok.parenStack[i])}' was never closed`, line, tok.parenCol[i] + 1, line, 0)
  }

  private tokenizerError(): never {
    if (this.report.error !== null) throw STOP
    const tok = this.tok
    if (tok.undecodable !== null) return this.raiseHere("SyntaxError", `(unicode error) ${utf8ErrorText(tok.undecodable)}`)
    switch (tok.done) {
      case E.EOF:
        if (tok.level > 0) this.unclosed()
        return this.raiseHere("SyntaxError", "unexpected EOF while parsing")
      case E.DEDENT:
        return this.raiseHere("IndentationError", "unindent does not match any outer indentation level")
      case E.TABSPACE:
        return this.raise("TabError", "inconsistent use of tabs and spaces in indentation", tok.lineno, 1, tok.lineno, 0)
      case E.TOODEEP:
        return this.raise("IndentationError", "too many levels of indentation", tok.lineno, 1, tok.lineno, 0)
      case E.LINECONT: {
        const col = tok.cur - tok.buf - 1
        return this.raise(
          "SyntaxError",
          "unexpected character after line continuation character",
          tok.lineno,
          Math.max(col, 0) + 1,
          tok.lineno,
          0,
        )
      }
      default:
        return this.raise("SyntaxError", "unknown parsing error", tok.lineno, 1, tok.lineno, 0)
    }
  }

  /** Errors of the tokenizer further on win over the one found, if they are of an earlier line. */
  private tokenizeRest(): void {
    const found = this.report.error
    this.report.error = null
    const line = (this.knownErrToken ?? this.tokens[this.tokens.length - 1]).lineno
    const tok = this.tok
    for (;;) {
      const type = tok.get()
      if (type === T.ENDMARKER) break
      if (type !== T.ERRORTOKEN) continue
      if (this.report.error !== null) return
      if (tok.undecodable !== null) {
        this.report.error = { type: "UnicodeDecodeError", msg: "", ...NOWHERE, bytes: tok.undecodable }
        return
      }
      if (tok.level > 0 && line > tok.parenLine[tok.level - 1]) {
        this.attempt(() => this.unclosed())
        return
      }
      break
    }
    this.report.error = found
  }

  /** Run something that may raise; false when it did. */
  private attempt(f: () => void): boolean {
    try {
      f()
      return true
    } catch (e) {
      if (e !== STOP) throw e
      return false
    }
  }

  private parse(): boolean {
    let v: Value = null
    const ok = this.attempt(() => {
      v = call(this, rule(this.settings.startRule))
    })
    this.level = 0
    return ok && v !== null
  }

  /** _PyPegen_run_parser: true when the source is valid, otherwise report.error is set. */
  run(): boolean {
    if (this.parse()) {
      if (this.settings.startRule === "interactive" && this.badSingleStatement()) {
        this.attempt(() => this.raiseHere("SyntaxError", "multiple statements found while compiling a single statement"))
        return false
      }
      return true
    }
    const tok = this.tok
    if (this.settings.allowIncomplete && (tok.done === E.EOF || tok.done === E.EOFS || tok.done === E.EOLS)) {
      this.report.error = null
      this.attempt(() => this.raiseHere("SyntaxError", "incomplete input"))
      return false
    }
    if (this.report.error !== null && this.report.error.type === "MemoryError") return false
    const last = this.tokens[this.tokens.length - 1]
    if (this.report.error === null) {
      for (const t of this.tokens) t.memo.clear()
      this.mark = 0
      this.callInvalidRules = true
      this.parse()
    }
    this.setSyntaxError(last)
    return false
  }

  /** _Pypegen_set_syntax_error */
  private setSyntaxError(last: Token): void {
    const tok = this.tok
    if (this.report.error !== null) {
      if (tok.done === E.OK && this.report.error.type !== "MemoryError") this.tokenizeRest()
      return
    }
    this.attempt(() => {
      if (this.tokens.length === 0) this.raiseHere("SyntaxError", "error at start before reading any input")
      if (last.type === T.ERRORTOKEN && tok.done === E.EOF) {
        if (tok.level > 0) this.unclosed()
        this.raiseHere("SyntaxError", "unexpected EOF while parsing")
      }
      if (last.type === T.INDENT) this.raiseHere("IndentationError", "unexpected indent")
      if (last.type === T.DEDENT) this.raiseHere("IndentationError", "unexpected unindent")
      if (!this.attempt(() => this.raise("SyntaxError", "invalid syntax", last.lineno, last.col + 1, last.endLine, last.endCol + 1)))
        this.tokenizeRest()
    })
  }

  private badSingleStatement(): boolean {
    return !/^(?:[ \t\n\f]|#[^\n]*)*$/.test(this.tok.text(this.tok.cur, this.tok.end))
  }
}

const NOWHERE = { lineno: 0, offset: 0, end_lineno: 0, end_offset: 0, text: null, bare: true }

const PLACEHOLDER: expr = {
  kind: K.Name,
  id: "",
  ctx: expr_context.Load,
  lineno: 0,
  col_offset: 0,
  end_lineno: 0,
  end_col_offset: 0,
}

/** _PyPegen_byte_offset_to_character_offset */
export function characterOffset(line: string, col: number): number {
  if (col <= 0) return col
  const b = encoder.encode(line)
  return chars(decoder.decode(b.subarray(0, Math.min(col, b.length + 1)))) + (col > b.length ? 1 : 0)
}
