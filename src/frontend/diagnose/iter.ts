import type { SyntaxIssue } from "../errors.ts"
import { translateNewlines } from "../source.ts"
import { T } from "../tokens.ts"
import { Report } from "./report.ts"
import { Tok } from "./tok.ts"

// The tokens as CPython's C tokenizer hands them out one by one, for the module _tokenize.

export interface RawToken {
  text: string
  type: number
  lineno: number
  endLineno: number
  col: number
  endCol: number
  /** What the tokenizer had read when it handed the token out: from the start of the token's statement on. */
  line: string
}

/** All tokens of a source up to its end or first error; without an issue it just stops there. */
export function rawTokens(source: string): { tokens: RawToken[]; error: SyntaxIssue | null } {
  const report = new Report()
  const tok = new Tok(translateNewlines(source, true), "utf-8", false, false, report)
  const tokens: RawToken[] = []
  for (;;) {
    const type = tok.get()
    if (type === T.ERRORTOKEN || type === T.ENDMARKER) return { tokens, error: report.error }
    const { tokStart: start, tokEnd: end, lineStart } = tok
    const first = type === T.STRING ? tok.multiLineStart : lineStart
    tokens.push({
      text: start < 0 || end < 0 ? "" : tok.text(start, end),
      type,
      lineno: type === T.STRING ? tok.firstLineno : tok.lineno,
      endLineno: tok.lineno,
      col: start >= 0 && start >= first ? start - first : -1,
      endCol: end >= 0 && end >= lineStart ? end - lineStart : -1,
      line: tok.text(tok.buf, tok.inp),
    })
  }
}
