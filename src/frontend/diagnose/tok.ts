import { isPrintable, scanIdentifier } from "../identifiers.ts"
import { escapeStrayBytes, sourceBytes, utf8Error } from "../source.ts"
import { MAXINDENT, MAXLEVEL, OPERATORS, T } from "../tokens.ts"
import type { Report } from "./report.ts"

// Parser/tokenizer.c, byte by byte and with its state in the open: error places are read off `cur`, `inp` and `buf`, so these
// move exactly as in C. Only sources that the fast tokenizer or parser gave up on come here.

/** tok->done */
export const enum E {
  OK = 10,
  EOF = 11,
  TOKEN = 13,
  ERROR = 17,
  TABSPACE = 18,
  TOODEEP = 20,
  DEDENT = 21,
  EOFS = 23,
  EOLS = 24,
  DECODE = 22,
  LINECONT = 25,
}

const EOF = -1
const decoder = new TextDecoder("utf-8", { ignoreBOM: true })

export function isIdStart(c: number): boolean {
  return (c >= 97 && c <= 122) || (c >= 65 && c <= 90) || c === 95 || c >= 128
}
export function isIdChar(c: number): boolean {
  return isIdStart(c) || (c >= 48 && c <= 57)
}
function isDigit(c: number): boolean {
  return c >= 48 && c <= 57
}
function isHex(c: number): boolean {
  return isDigit(c) || (c >= 97 && c <= 102) || (c >= 65 && c <= 70)
}

export class Tok {
  /** The whole source and a NUL. */
  readonly bytes: Uint8Array
  readonly end: number
  cur = 0
  inp = 0
  buf = 0
  /** -1 is NULL. */
  start = -1
  lineStart = 0
  multiLineStart = 0
  lineno = 0
  firstLineno = 0
  done: E = E.OK
  level = 0
  readonly parenStack: number[] = []
  readonly parenLine: number[] = []
  readonly parenCol: number[] = []
  indent = 0
  readonly indents = [0]
  readonly altIndents = [0]
  atbol = true
  pendin = 0
  private asyncDef = false
  private asyncDefIndent = 0
  private asyncDefNewline = false
  /** Range of the token that get() returned; -1 for none. */
  tokStart = -1
  tokEnd = -1
  /** With E.DECODE: the bytes of an identifier that are not UTF-8. */
  undecodable: Uint8Array | null = null

  constructor(
    source: string,
    readonly encoding: string | null,
    readonly typeComments: boolean,
    readonly asyncHacks: boolean,
    private readonly report: Report,
    /** Name of the file read line by line, each checked as it comes; null for a source in memory. */
    private readonly file: string | null = null,
  ) {
    const b = sourceBytes(source)
    this.bytes = new Uint8Array(b.length + 1)
    this.bytes.set(b)
    this.end = b.length
  }

  text(from: number, to: number): string {
    return decoder.decode(this.bytes.subarray(from, Math.max(from, to)))
  }

  /** A token's text with stray bytes kept apart. */
  exact(from: number, to: number): string {
    return escapeStrayBytes(this.bytes.subarray(from, Math.max(from, to)))
  }

  private nextc(): number {
    for (;;) {
      if (this.cur !== this.inp) return this.bytes[this.cur++]
      if (this.done !== E.OK) return EOF
      if (!this.underflow()) {
        this.cur = this.inp
        return EOF
      }
      this.lineStart = this.cur
    }
  }

  private underflow(): boolean {
    let e = this.bytes.indexOf(10, this.inp)
    if (e >= 0) e++
    else {
      e = this.end
      if (e === this.inp) {
        this.done = E.EOF
        return false
      }
    }
    if (this.start < 0) this.buf = this.cur
    this.lineStart = this.cur
    this.lineno++
    this.inp = e
    if (this.file !== null && this.encoding === null) {
      const bad = utf8Error(this.bytes.subarray(this.cur, e))
      if (bad !== null) {
        const hex = this.bytes[this.cur + bad[0]].toString(16)
        const msg =
          `Non-UTF-8 code starting with '\\x${hex}' in file ${this.file} on line ${this.lineno}, ` +
          "but no encoding declared; see https://peps.python.org/pep-0263/ for details"
        this.report.error = { type: "SyntaxError", msg, lineno: 0, offset: 0, end_lineno: 0, end_offset: 0, text: null, bare: true }
        this.done = E.DECODE
        return false
      }
    }
    return true
  }

  private backup(c: number): void {
    if (c !== EOF) this.cur--
  }

  /** syntaxerror(): the place is the end of what was read. */
  private error(msg: string, col = -1, endCol = -1): number {
    const offset = col === -1 ? chars(this.text(this.lineStart, this.cur)) : col
    let lineEnd = this.bytes.indexOf(10, this.lineStart)
    if (lineEnd < 0) lineEnd = this.end
    this.report.error = {
      type: "SyntaxError",
      msg,
      lineno: this.lineno,
      offset,
      end_lineno: this.lineno,
      end_offset: endCol === -1 ? offset : endCol,
      text: this.text(this.lineStart, lineEnd),
    }
    this.done = E.ERROR
    return T.ERRORTOKEN
  }

  private indentError(): number {
    this.done = E.TABSPACE
    this.cur = this.inp
    return T.ERRORTOKEN
  }

  private lookahead(rest: string): boolean {
    let at = this.cur
    for (let i = 0; i < rest.length; i++) if (this.bytes[at++] !== rest.charCodeAt(i)) return false
    return !isIdChar(at < this.inp ? this.bytes[at] : EOF)
  }

  /** verify_end_of_number; `c` was read and stays read. */
  private verifyEnd(c: number, kind: string): boolean {
    let ok = false
    if (c === 97) ok = this.lookahead("nd")
    else if (c === 101) ok = this.lookahead("lse")
    else if (c === 102) ok = this.lookahead("or")
    else if (c === 105) {
      const d = this.cur < this.inp ? this.bytes[this.cur] : EOF
      ok = d === 102 || d === 110 || d === 115
    } else if (c === 111) ok = this.lookahead("r")
    else if (c === 110) ok = this.lookahead("ot")
    if (ok) {
      this.backup(c)
      const offset = chars(this.text(this.lineStart, this.cur))
      this.report.warn("SyntaxWarning", `invalid ${kind} literal`, this.lineno, offset, this.lineno, offset)
      this.nextc()
    } else if (c < 128 && isIdChar(c)) {
      this.backup(c)
      this.error(`invalid ${kind} literal`)
      return false
    }
    return true
  }

  private verifyIdentifier(): boolean {
    const bytes = this.bytes.subarray(this.start, this.cur)
    if (utf8Error(bytes) !== null) {
      this.undecodable = bytes
      this.done = E.DECODE
      return false
    }
    const s = this.text(this.start, this.cur)
    const at = scanIdentifier(s)
    if (at === s.length) return true
    const c = s.codePointAt(at) as number
    const size = c > 0xffff ? 2 : 1
    if (at + size < s.length) this.cur = this.start + new TextEncoder().encode(s.slice(0, at + size)).length
    const hex = c.toString(16).toUpperCase().padStart(4, "0")
    if (isPrintable(c)) this.error(`invalid character '${String.fromCodePoint(c)}' (U+${hex})`)
    else this.error(`invalid non-printable character U+${hex}`)
    return false
  }

  /** tok_decimal_tail: the character behind the digits, 0 on error. */
  private decimalTail(): number {
    for (;;) {
      let c: number
      do c = this.nextc()
      while (isDigit(c))
      if (c !== 95) return c
      c = this.nextc()
      if (!isDigit(c)) {
        this.backup(c)
        this.error("invalid decimal literal")
        return 0
      }
    }
  }

  private continuation(): number {
    let c = this.nextc()
    if (c !== 10) {
      this.done = E.LINECONT
      return -1
    }
    c = this.nextc()
    if (c === EOF) {
      this.done = E.EOF
      this.cur = this.inp
      return -1
    }
    this.backup(c)
    return c
  }

  /** The next token's type; its text is tokStart … tokEnd. */
  get(): number {
    this.tokStart = this.tokEnd = -1
    nextLine: for (;;) {
      this.start = -1
      let blank = false
      if (this.atbol) {
        const e = this.indentation()
        if (e < 0) return T.ERRORTOKEN
        blank = e === 1
      }
      this.start = this.cur
      if (this.pendin !== 0) {
        if (this.pendin < 0) {
          this.pendin++
          return T.DEDENT
        }
        this.pendin--
        return T.INDENT
      }
      let c = this.nextc()
      this.backup(c)
      if (this.asyncDef && !blank && c !== 10 && this.level === 0 && this.asyncDefNewline && this.asyncDefIndent >= this.indent) {
        this.asyncDef = this.asyncDefNewline = false
        this.asyncDefIndent = 0
      }
      for (;;) {
        this.start = -1
        do c = this.nextc()
        while (c === 32 || c === 9 || c === 12)
        this.start = this.cur - 1
        if (c === 35) {
          while (c !== EOF && c !== 10) c = this.nextc()
          if (this.typeComments) {
            const t = this.typeComment(c, blank)
            if (t !== 0) return t
          }
        }
        if (c === EOF) {
          if (this.level > 0) return T.ERRORTOKEN
          return this.done === E.EOF ? T.ENDMARKER : T.ERRORTOKEN
        }
        if (isIdStart(c)) return this.nameOrString(c)
        if (c === 10) {
          this.atbol = true
          if (blank || this.level > 0) continue nextLine
          this.tokStart = this.start
          this.tokEnd = this.cur - 1
          if (this.asyncDef) this.asyncDefNewline = true
          return T.NEWLINE
        }
        if (c === 46) {
          c = this.nextc()
          if (isDigit(c)) return this.fraction(c)
          if (c === 46) {
            c = this.nextc()
            if (c === 46) return this.token(T.ELLIPSIS)
            this.backup(c)
            this.backup(46)
          } else this.backup(c)
          return this.token(T.DOT)
        }
        if (isDigit(c)) return this.number(c)
        if (c === 39 || c === 34) return this.string(c)
        if (c === 92) {
          if (this.continuation() === -1) return T.ERRORTOKEN
          continue
        }
        return this.operator(c)
      }
    }
  }

  private token(t: number): number {
    this.tokStart = this.start
    this.tokEnd = this.cur
    return t
  }

  /** The white space a line starts with: 1 for a blank line, 0 otherwise, -1 on error. */
  private indentation(): number {
    let col = 0
    let alt = 0
    let cont = 0
    let c: number
    this.atbol = false
    for (;;) {
      c = this.nextc()
      if (c === 32) {
        col++
        alt++
      } else if (c === 9) {
        col = (Math.floor(col / 8) + 1) * 8
        alt++
      } else if (c === 12) col = alt = 0
      else if (c === 92) {
        cont = cont || col
        c = this.continuation()
        if (c === -1) return -1
      } else break
    }
    this.backup(c)
    if (c === 35 || c === 10) return 1
    if (this.level > 0) return 0
    if (cont) col = alt = cont
    if (col === this.indents[this.indent]) {
      if (alt !== this.altIndents[this.indent]) {
        this.indentError()
        return -1
      }
    } else if (col > this.indents[this.indent]) {
      if (this.indent + 1 >= MAXINDENT) {
        this.done = E.TOODEEP
        this.cur = this.inp
        return -1
      }
      if (alt <= this.altIndents[this.indent]) {
        this.indentError()
        return -1
      }
      this.pendin++
      this.indents[++this.indent] = col
      this.altIndents[this.indent] = alt
    } else {
      while (this.indent > 0 && col < this.indents[this.indent]) {
        this.pendin--
        this.indent--
      }
      if (col !== this.indents[this.indent]) {
        this.done = E.DEDENT
        this.cur = this.inp
        return -1
      }
      if (alt !== this.altIndents[this.indent]) {
        this.indentError()
        return -1
      }
    }
    return 0
  }

  /** A comment was read up to `c`: TYPE_COMMENT, TYPE_IGNORE or 0. */
  private typeComment(c: number, blank: boolean): number {
    let p = this.start
    const prefix = "# type: "
    let i = 0
    for (; i < prefix.length && p < this.cur; i++) {
      if (prefix[i] === " ") while (this.bytes[p] === 32 || this.bytes[p] === 9) p++
      else if (this.bytes[p] === prefix.charCodeAt(i)) p++
      else break
    }
    if (i < prefix.length) return 0
    this.backup(c)
    const ignoreEnd = p + 6
    const after = this.bytes[ignoreEnd]
    const ignore =
      this.cur >= ignoreEnd &&
      this.text(p, ignoreEnd) === "ignore" &&
      !(this.cur > ignoreEnd && (after >= 128 || (isIdChar(after) && after !== 95)))
    this.tokEnd = this.cur
    if (ignore) {
      this.tokStart = ignoreEnd
      if (blank) {
        this.nextc()
        this.atbol = true
      }
      return T.TYPE_IGNORE
    }
    this.tokStart = p
    return T.TYPE_COMMENT
  }

  private nameOrString(c: number): number {
    let b = false
    let r = false
    let u = false
    let f = false
    for (;;) {
      const l = c | 32
      if (!(b || u || f) && l === 98) b = true
      else if (!(b || u || r || f) && l === 117) u = true
      else if (!(r || u) && l === 114) r = true
      else if (!(f || b || u) && l === 102) f = true
      else break
      c = this.nextc()
      if (c === 34 || c === 39) return this.string(c)
    }
    let nonAscii = false
    while (isIdChar(c)) {
      if (c >= 128) nonAscii = true
      c = this.nextc()
    }
    this.backup(c)
    if (nonAscii && !this.verifyIdentifier()) return T.ERRORTOKEN
    this.token(T.NAME)
    if (this.cur - this.start === 5 && this.bytes[this.start] === 97) {
      const s = this.text(this.start, this.cur)
      if (!this.asyncHacks || this.asyncDef) {
        if (s === "async") return T.ASYNC
        if (s === "await") return T.AWAIT
      } else if (s === "async") {
        if (/^[ \t\f]*def(?![A-Za-z0-9_\u0080-\uffff])/.test(this.text(this.cur, this.inp))) {
          this.asyncDefIndent = this.indent
          this.asyncDef = true
          return T.ASYNC
        }
      }
    }
    return T.NAME
  }

  /** Digits of one base with underscores; the character behind, 0 on error. */
  private digits(ok: (c: number) => boolean, kind: string): number {
    let c = this.nextc()
    do {
      if (c === 95) c = this.nextc()
      if (!ok(c)) {
        if (isDigit(c)) {
          this.error(`invalid digit '${String.fromCharCode(c)}' in ${kind} literal`)
          return 0
        }
        this.backup(c)
        this.error(`invalid ${kind} literal`)
        return 0
      }
      do c = this.nextc()
      while (ok(c))
    } while (c === 95)
    if (isDigit(c)) {
      this.error(`invalid digit '${String.fromCharCode(c)}' in ${kind} literal`)
      return 0
    }
    return this.verifyEnd(c, kind) ? c : 0
  }

  private number(c: number): number {
    if (c !== 48) {
      c = this.decimalTail()
      return c === 0 ? T.ERRORTOKEN : this.decimalRest(c)
    }
    c = this.nextc()
    const l = c | 32
    if (c !== EOF && (l === 120 || l === 111 || l === 98)) {
      if (l === 120) c = this.digits(isHex, "hexadecimal")
      else if (l === 111) c = this.digits((d) => d >= 48 && d < 56, "octal")
      else c = this.digits((d) => d === 48 || d === 49, "binary")
      if (c === 0) return T.ERRORTOKEN
      this.backup(c)
      return this.token(T.NUMBER)
    }
    let nonzero = false
    for (;;) {
      if (c === 95) {
        c = this.nextc()
        if (!isDigit(c)) {
          this.backup(c)
          return this.error("invalid decimal literal")
        }
      }
      if (c !== 48) break
      c = this.nextc()
    }
    const zerosEnd = this.cur
    if (isDigit(c)) {
      nonzero = true
      c = this.decimalTail()
      if (c === 0) return T.ERRORTOKEN
    }
    if (c === 46 || c === 101 || c === 69 || c === 106 || c === 74) return this.decimalRest(c)
    if (nonzero) {
      this.backup(c)
      return this.error(
        "leading zeros in decimal integer literals are not permitted; use an 0o prefix for octal integers",
        this.start + 1 - this.lineStart,
        zerosEnd - this.lineStart,
      )
    }
    if (!this.verifyEnd(c, "decimal")) return T.ERRORTOKEN
    this.backup(c)
    return this.token(T.NUMBER)
  }

  /** What may follow the whole part, `c` being read. */
  private decimalRest(c: number): number {
    if (c === 46) return this.fraction(this.nextc())
    return this.exponent(c)
  }

  private fraction(c: number): number {
    if (isDigit(c)) {
      c = this.decimalTail()
      if (c === 0) return T.ERRORTOKEN
    }
    return this.exponent(c)
  }

  private exponent(c: number): number {
    if (c === 101 || c === 69) {
      const e = c
      c = this.nextc()
      if (c === 43 || c === 45) {
        c = this.nextc()
        if (!isDigit(c)) {
          this.backup(c)
          return this.error("invalid decimal literal")
        }
      } else if (!isDigit(c)) {
        this.backup(c)
        if (!this.verifyEnd(e, "decimal")) return T.ERRORTOKEN
        this.backup(e)
        return this.token(T.NUMBER)
      }
      c = this.decimalTail()
      if (c === 0) return T.ERRORTOKEN
    }
    if (c === 106 || c === 74) {
      c = this.nextc()
      if (!this.verifyEnd(c, "imaginary")) return T.ERRORTOKEN
    } else if (!this.verifyEnd(c, "decimal")) return T.ERRORTOKEN
    this.backup(c)
    return this.token(T.NUMBER)
  }

  private string(quote: number): number {
    this.firstLineno = this.lineno
    this.multiLineStart = this.lineStart
    let size = 1
    let closing = 0
    let c = this.nextc()
    if (c === quote) {
      c = this.nextc()
      if (c === quote) size = 3
      else closing = 1
    }
    if (c !== quote) this.backup(c)
    while (closing !== size) {
      c = this.nextc()
      if (c === EOF || (size === 1 && c === 10)) {
        this.cur = this.start + 1
        this.lineStart = this.multiLineStart
        const line = this.lineno
        this.lineno = this.firstLineno
        const what = size === 3 ? "triple-quoted string" : "string"
        this.error(`unterminated ${what} literal (detected at line ${line})`)
        if (c !== 10) this.done = size === 3 ? E.EOFS : E.EOLS
        return T.ERRORTOKEN
      }
      if (c === quote) closing++
      else {
        closing = 0
        if (c === 92) this.nextc()
      }
    }
    return this.token(T.STRING)
  }

  private operator(c: number): number {
    const c2 = this.nextc()
    const two = c2 === EOF ? undefined : OPERATORS[String.fromCharCode(c, c2)]
    if (two !== undefined) {
      const c3 = this.nextc()
      const three = c3 === EOF ? undefined : OPERATORS[String.fromCharCode(c, c2, c3)]
      if (three !== undefined) return this.token(three)
      this.backup(c3)
      return this.token(two)
    }
    this.backup(c2)
    if (c === 40 || c === 91 || c === 123) {
      if (this.level >= MAXLEVEL) return this.error("too many nested parentheses")
      this.parenStack[this.level] = c
      this.parenLine[this.level] = this.lineno
      this.parenCol[this.level] = this.start - this.lineStart
      this.level++
    } else if (c === 41 || c === 93 || c === 125) {
      const ch = String.fromCharCode(c)
      if (this.level === 0) return this.error(`unmatched '${ch}'`)
      this.level--
      const opening = this.parenStack[this.level]
      if (!((opening === 40 && c === 41) || (opening === 91 && c === 93) || (opening === 123 && c === 125))) {
        const o = String.fromCharCode(opening)
        const line = this.parenLine[this.level]
        const where = line !== this.lineno ? ` on line ${line}` : ""
        return this.error(`closing parenthesis '${ch}' does not match opening parenthesis '${o}'${where}`)
      }
    }
    if (!isPrintable(c)) return this.error(`invalid non-printable character U+${c.toString(16).toUpperCase().padStart(4, "0")}`)
    return this.token(OPERATORS[String.fromCharCode(c)] ?? T.OP)
  }
}

/** Characters (code points) of a string. */
export function chars(s: string): number {
  let n = 0
  for (let i = 0; i < s.length; i++) {
    n++
    const c = s.charCodeAt(i)
    if (c >= 0xd800 && c < 0xdc00 && i + 1 < s.length && (s.charCodeAt(i + 1) & 0xfc00) === 0xdc00) i++
  }
  return n
}
