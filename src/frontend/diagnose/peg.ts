import { KEYWORDS, MAXSTACK, OPERATORS, T } from "../tokens.ts"
import { type Action, action, type Captures } from "./actions.ts"
import { GRAMMAR } from "./grammar.ts"
import type { Parser, Token } from "./run.ts"

// A packrat parser that reads GRAMMAR the way pegen's generated C does: the same memo points, the same left recursion, the same
// order of looking at tokens. What it finds are errors; its results carry only what errors ask about.

/** A result: null is failure. */
export type Value = object | null
/** Stands for an optional item that is absent. */
const NOTHING: object = {}
/** The result of an alternative whose value nobody asks for. */
export const DUMMY: object = {}
/** Unwinds when an error is set (error_indicator); never made anew. */
export const STOP = { stop: true }

type Match = (p: Parser) => Value

interface Item {
  name: string | null
  match: Match
  /** Lookaheads and cuts have no value. */
  silent: boolean
  cut: boolean
}

interface Alternative {
  items: Item[]
  action: Action | null
  invalid: boolean
  /** Index of the only item with a value, or -1. */
  only: number
}

export interface Rule {
  name: string
  id: number
  alternatives: Alternative[]
  memo: boolean
  left: boolean
  withoutInvalid: boolean
}

let rules: Map<string, Rule> | null = null

/** The rule called `name`; the grammar is read when the first error asks for it. */
export function rule(name: string): Rule {
  rules ??= readGrammar()
  return rules.get(name) as Rule
}

function readGrammar(): Map<string, Rule> {
  const map = new Map<string, Rule>()
  const bodies: [Rule, string[]][] = []
  for (const line of GRAMMAR.trim().split("\n")) {
    if (line.startsWith(" ")) bodies[bodies.length - 1][1].push(line.trim())
    else {
      const name = line.replace(" (memo)", "")
      const r: Rule = {
        name,
        id: map.size,
        alternatives: [],
        memo: line.endsWith("(memo)"),
        left: false,
        withoutInvalid: name.endsWith("_without_invalid"),
      }
      map.set(name, r)
      bodies.push([r, []])
    }
  }
  for (const [r, lines] of bodies) {
    r.alternatives = lines.map((l) => new Reader(l, map).whole())
    r.left = lines.some((l) => l.replace(/^\w+=/, "").startsWith(`${r.name} `))
  }
  // attr and name_or_attr call each other; attr leads
  ;(map.get("attr") as Rule).left = true
  return map
}

/** Reads one alternative of the notation into closures. */
class Reader {
  private at = 0

  constructor(
    private readonly s: string,
    private readonly map: Map<string, Rule>,
  ) {}

  private space(): void {
    while (this.s[this.at] === " ") this.at++
  }

  private take(word: string): boolean {
    this.space()
    if (!this.s.startsWith(word, this.at)) return false
    this.at += word.length
    return true
  }

  whole(): Alternative {
    const items = this.items()
    let act: Action | null = null
    if (this.take("->")) act = action(this.s.slice(this.at).trim())
    return finishAlternative(items, act, this.s)
  }

  private items(): Item[] {
    const out: Item[] = []
    for (;;) {
      this.space()
      const c = this.s[this.at]
      if (c === undefined || c === "|" || c === ")" || c === "]" || this.s.startsWith("->", this.at)) return out
      out.push(this.item())
    }
  }

  private item(): Item {
    this.space()
    if (this.take("~")) return { name: null, match: () => NOTHING, silent: true, cut: true }
    if (this.take("&&")) return { name: null, match: forced(this.text()), silent: false, cut: false }
    if (this.take("&")) return { name: null, match: ahead(this.repeated(), true), silent: true, cut: false }
    if (this.take("!")) return { name: null, match: ahead(this.repeated(), false), silent: true, cut: false }
    const m = /^(\w+)=(?!')?/.exec(this.s.slice(this.at))
    let name: string | null = null
    if (m && /^\w+=/.test(m[0])) {
      name = m[1]
      this.at += m[1].length + 1
    }
    return { name, match: this.repeated(), silent: false, cut: false }
  }

  /** An atom with ?, *, + or as separator of a list behind it. */
  private repeated(): Match {
    const one = this.atom()
    if (this.s[this.at] === "?") {
      this.at++
      return optional(one)
    }
    if (this.s[this.at] === "*") {
      this.at++
      return loop(one, false)
    }
    if (this.s[this.at] === "+") {
      this.at++
      return loop(one, true)
    }
    if (this.s[this.at] === ".") {
      this.at++
      const element = this.atom()
      this.at++
      return gather(one, element)
    }
    return one
  }

  private text(): string {
    this.space()
    const quote = this.s[this.at]
    const end = this.s.indexOf(quote, this.at + 1)
    const t = this.s.slice(this.at + 1, end)
    this.at = end + 1
    return t
  }

  private atom(): Match {
    this.space()
    const c = this.s[this.at]
    if (c === "(" || c === "[") {
      this.at++
      const group = this.group(c === "(" ? ")" : "]")
      return c === "(" ? group : optional(group)
    }
    if (c === "'" || c === '"') {
      const t = this.text()
      if (!/^\w/.test(t)) return token(OPERATORS[t])
      return c === "'" ? token(T.FALSE + KEYWORDS.indexOf(t)) : soft(t)
    }
    const m = /^\w+/.exec(this.s.slice(this.at)) as RegExpExecArray
    this.at += m[0].length
    switch (m[0]) {
      case "NAME":
        return (p) => p.name()
      case "NUMBER":
        return (p) => p.number()
      case "STRING":
        return token(T.STRING)
      case "SOFT_KEYWORD":
        return (p) => p.softKeyword()
      case "NEWLINE":
        return token(T.NEWLINE)
      case "INDENT":
        return token(T.INDENT)
      case "DEDENT":
        return token(T.DEDENT)
      case "ENDMARKER":
        return token(T.ENDMARKER)
      case "ASYNC":
        return token(T.ASYNC)
      case "AWAIT":
        return token(T.AWAIT)
      case "TYPE_COMMENT":
        return token(T.TYPE_COMMENT)
    }
    const r = this.map.get(m[0]) as Rule
    return (p) => call(p, r)
  }

  /** Alternatives up to the closing bracket: a small rule of its own. */
  private group(close: string): Match {
    const alternatives: Alternative[] = []
    for (;;) {
      const from = this.at
      const items = this.items()
      let act: Action | null = null
      if (this.take("->")) {
        this.space()
        const m = /^\w+(\([^)]*\))?/.exec(this.s.slice(this.at)) as RegExpExecArray
        this.at += m[0].length
        act = action(m[0])
      }
      alternatives.push(finishAlternative(items, act, this.s.slice(from, this.at)))
      this.space()
      if (this.s[this.at++] === close) break
    }
    if (alternatives.length === 1 && alternatives[0].action === null && alternatives[0].items.length === 1)
      return alternatives[0].items[0].match
    return (p) => {
      const level = deeper(p)
      const v = choose(p, alternatives)
      p.level = level
      return v
    }
  }
}

function finishAlternative(items: Item[], act: Action | null, text: string): Alternative {
  const valued = items.filter((i) => !i.silent)
  return { items, action: act, invalid: /^invalid_\w+$/.test(text.trim()), only: valued.length === 1 ? items.indexOf(valued[0]) : -1 }
}

function deeper(p: Parser): number {
  const level = p.level
  if (level >= MAXSTACK) p.memoryError()
  p.level = level + 1
  return level
}

function token(type: number): Match {
  return (p) => p.expect(type)
}

function soft(word: string): Match {
  return (p) => p.soft(word)
}

function forced(text: string): Match {
  const type = OPERATORS[text]
  return (p) => {
    const v = p.expect(type)
    if (v !== null) return v
    const t = p.tokens[p.mark]
    return p.raise("SyntaxError", `expected '${text}'`, t.lineno, t.col + 1, t.endLine, t.endCol + 1)
  }
}

function ahead(m: Match, positive: boolean): Match {
  return (p) => {
    const mark = p.mark
    const v = m(p)
    p.mark = mark
    return (v !== null) === positive ? NOTHING : null
  }
}

function optional(m: Match): Match {
  return (p) => m(p) ?? NOTHING
}

function loop(m: Match, atLeastOne: boolean): Match {
  return (p) => {
    const level = deeper(p)
    const out: Value[] = []
    let mark = p.mark
    for (;;) {
      const v = m(p)
      if (v === null) break
      out.push(v)
      mark = p.mark
    }
    p.mark = mark
    p.level = level
    return atLeastOne && out.length === 0 ? null : out
  }
}

function gather(separator: Match, element: Match): Match {
  return (p) => {
    const level = deeper(p)
    const start = p.mark
    const first = element(p)
    if (first === null) {
      p.mark = start
      p.level = level
      return null
    }
    const out = [first]
    for (;;) {
      const mark = p.mark
      const v = separator(p) === null ? null : element(p)
      if (v === null) {
        p.mark = mark
        break
      }
      out.push(v)
    }
    p.level = level
    return out
  }
}

/** Try alternatives in order. An action that gives null ends the rule without trying the rest, as in pegen. */
function choose(p: Parser, alternatives: readonly Alternative[]): Value {
  const mark = p.mark
  for (const alt of alternatives) {
    if (alt.invalid && !p.callInvalidRules) continue
    const captures: Captures = {}
    let cut = false
    let ok = true
    let only: Value = null
    for (let i = 0; i < alt.items.length; i++) {
      const item = alt.items[i]
      if (item.cut) {
        cut = true
        continue
      }
      const v = item.match(p)
      if (v === null) {
        ok = false
        break
      }
      if (i === alt.only) only = v
      if (item.name !== null && captures[item.name] === undefined) captures[item.name] = v === NOTHING ? null : v
    }
    if (ok) {
      if (alt.action !== null) return alt.action(p, captures, mark)
      return alt.only >= 0 ? (only === NOTHING ? null : only) : DUMMY
    }
    p.mark = mark
    if (cut) return null
  }
  return null
}

function body(p: Parser, r: Rule): Value {
  if (!r.withoutInvalid) return choose(p, r.alternatives)
  const before = p.callInvalidRules
  p.callInvalidRules = false
  const v = choose(p, r.alternatives)
  p.callInvalidRules = before
  return v
}

/** Match a rule at p.mark. */
export function call(p: Parser, r: Rule): Value {
  const level = deeper(p)
  let v: Value
  if (r.memo || r.left) {
    const t: Token = p.token()
    const known = t.memo.get(r.id)
    if (known !== undefined) {
      p.mark = known.mark
      p.level = level
      return known.value
    }
    const mark = p.mark
    if (r.left) {
      // grow the seed
      let resMark = mark
      v = null
      for (;;) {
        t.memo.set(r.id, { value: v, mark: resMark })
        p.mark = mark
        const raw = body(p, r)
        if (raw === null || p.mark <= resMark) break
        resMark = p.mark
        v = raw
      }
      p.mark = resMark
    } else {
      v = body(p, r)
      t.memo.set(r.id, { value: v, mark: p.mark })
    }
  } else v = body(p, r)
  p.level = level
  return v
}
