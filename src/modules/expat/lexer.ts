import type { Parse } from "./parse.ts"
import { X } from "./state.ts"
import { firstInvalid, invalid, nameEnd, nmtokenEnd, skipSpace, XmlErrorAt } from "./text.ts"

// Inside "<!…>": names, literals and punctuation.

/** Just after the ">" that ends the declaration at `i`, or with `doctype` after its "[" if that comes first; -1 when it does not end yet. */
export function scanDeclaration(src: string, i: number, doctype: boolean): number {
  for (let at = i + 2; at < src.length; at++) {
    const c = src[at]
    if (c === ">" || (doctype && c === "[")) return at + 1
    if (c === '"' || c === "'") {
      const close = src.indexOf(c, at + 1)
      const bad = firstInvalid(src, at + 1, close < 0 ? src.length : close)
      if (bad >= 0) invalid(bad)
      if (close < 0) return -1
      at = close
    } else if (c === "<" || firstInvalid(src, at, at + 1) >= 0) invalid(at)
  }
  return -1
}

export class Tokens {
  /** Where the last token starts. */
  start = 0
  constructor(
    private readonly p: Parse,
    private readonly src: string,
    private at: number,
    private readonly end: number,
  ) {}
  /** Where the next token starts. */
  private next(): number {
    this.at = skipSpace(this.src, this.at)
    this.start = this.at
    return this.at
  }
  /** Events are at the last token, but for those in an entity's text. */
  here(): Parse {
    if (this.src === this.p.state.text) this.p.event = this.start
    return this.p
  }
  fail(): never {
    throw new XmlErrorAt(X.SYNTAX, this.next())
  }
  peek(): "name" | "literal" | "other" {
    const i = this.next()
    if (this.src[i] === '"' || this.src[i] === "'") return "literal"
    return nameEnd(this.src, i) > i ? "name" : "other"
  }
  /** Is the next token this one? Then pass over it. */
  is(token: string): boolean {
    const i = this.next()
    if (!this.src.startsWith(token, i)) return false
    this.at = i + token.length
    return true
  }
  /** The same, but no white space may stand before it. */
  follows(token: string): boolean {
    if (!this.src.startsWith(token, this.at)) return false
    this.at += token.length
    return true
  }
  name(): string {
    const i = this.next()
    const to = nameEnd(this.src, i)
    if (to === i || to > this.end) this.fail()
    this.at = to
    return this.src.slice(i, to)
  }
  nmtoken(): string {
    const i = this.next()
    const to = nmtokenEnd(this.src, i)
    if (to === i) this.fail()
    this.at = to
    return this.src.slice(i, to)
  }
  literal(): string {
    if (this.peek() !== "literal") this.fail()
    const close = this.src.indexOf(this.src[this.at], this.at + 1)
    const text = this.src.slice(this.at + 1, close)
    this.at = close + 1
    return text
  }
  publicId(): string {
    const at = this.next()
    const text = this.literal()
    const bad = /[^ \r\na-zA-Z0-9\-'()+,./:=?;!*#@$_%]/.exec(text)
    if (bad !== null) throw new XmlErrorAt(X.PUBLICID, at)
    return text.replace(/[ \r\n]+/g, " ").trim()
  }
  finish(): void {
    if (!this.is(">")) this.fail()
  }
}
