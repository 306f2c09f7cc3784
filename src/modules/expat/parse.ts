import { byteLength, decodeInto } from "./decode.ts"
import { content } from "./content.ts"
import { prolog } from "./prolog.ts"
import { H, Kind, type Model, Phase, type State, X, XmlError } from "./state.ts"
import { XmlErrorAt } from "./text.ts"

// One call of Parse: what all the parts of the parser work on.

export type Value = string | number | null | readonly string[] | Model

/** Where events go. `emit` throws HandlerFailed when the handler has raised; its result is that of the handlers that answer with a number. */
export interface Events {
  has(h: H): boolean
  emit(h: H, ...args: Value[]): number
  characters(data: string): void
}

const TOKENS = /<![A-Z]*|[ \t\r\n]+|"[^"]*"|'[^']*'|#?[^ \t\r\n"'<>[\]()|,%#]+|[\s\S]/g
const ACTIVATION = 8388608
const MAX_FACTOR = 100

export class Parse {
  /** Where the event or error at hand starts, in state.text; with `counted` the position there is kept up to date. */
  event = 0
  private counted = 0
  private expanded = 0
  line: number
  column: number
  byte: number
  constructor(
    readonly state: State,
    readonly events: Events,
  ) {
    this.line = state.line
    this.column = state.column
    this.byte = state.byte
  }

  /** Bring line, column and byte to the event. */
  locate(): void {
    const { state } = this
    if (this.event < this.counted) {
      this.counted = 0
      this.line = state.line
      this.column = state.column
      this.byte = state.byte
    }
    const part = state.text.slice(this.counted, this.event)
    this.byte += byteLength(state, part)
    const lines = part.split(/\r\n?|\n/)
    // a line end that the last piece of text was cut in
    this.line += lines.length - 1
    const last = lines[lines.length - 1]
    this.column = (lines.length > 1 ? 0 : this.column) + Array.from(last).length
    this.counted = this.event
  }

  /** Text that has no handler of its own goes to the default handler. */
  defaultText(text: string): void {
    if (text !== "" && this.events.has(H.Default)) this.events.emit(H.Default, text)
  }
  /** The same for a declaration, one token at a time. */
  defaultTokens(text: string): void {
    if (this.events.has(H.Default)) for (const [token] of text.matchAll(TOKENS)) this.defaultText(token)
  }
  /** Count an entity's text: a document may not grow without bounds. */
  expand(text: string): void {
    this.expanded += text.length
    if (this.expanded > ACTIVATION && this.expanded > MAX_FACTOR * (this.state.byte + this.state.text.length))
      throw new XmlError(X.AMPLIFICATION_LIMIT_BREACH)
  }

  /** Read a piece of the document. Throws XmlError. */
  feed(more: Uint8Array, final: boolean, table: (name: string) => string): void {
    const s = this.state
    if (s.phase === Phase.Finished) throw new XmlError(X.FINISHED)
    s.started = true
    decodeInto(s, more, final, table)
    let at = 0
    try {
      at = this.run(final)
      if (final) this.finish(at)
    } catch (e) {
      if (e instanceof XmlErrorAt) this.event = e.at
      throw e
    }
    // what is consumed is forgotten: the position of the rest is kept
    const event = this.event
    this.event = at
    this.locate()
    s.line = this.line
    s.column = this.column
    s.byte = this.byte
    s.text = s.text.slice(at)
    this.event = Math.max(0, event - at)
    this.counted = 0
  }

  private run(final: boolean): number {
    const s = this.state
    let at = 0
    for (;;) {
      const from = at
      const phase = s.phase
      at = phase === Phase.Content || phase === Phase.Cdata ? content(this, s.text, at, final) : prolog(this, at, final)
      if (at === from && s.phase === phase) return at
    }
  }

  private finish(at: number): void {
    const s = this.state
    if (s.phase === Phase.Cdata) {
      this.event = at
      throw new XmlError(X.UNCLOSED_CDATA_SECTION)
    }
    this.event = at
    if (s.raw !== "") throw new XmlError(s.encoding === "utf-8" ? X.PARTIAL_CHAR : X.UNCLOSED_TOKEN)
    if (at < s.text.length) throw new XmlError(X.UNCLOSED_TOKEN)
    if (s.kind === Kind.Document && s.phase !== Phase.Epilog) throw new XmlError(X.NO_ELEMENTS)
    if (s.kind === Kind.General && s.tags.length > 0) throw new XmlError(X.ASYNC_ENTITY)
    if (s.kind === Kind.Param && s.include > 0) throw new XmlError(X.INCOMPLETE_PE)
    s.phase = Phase.Finished
  }
}
