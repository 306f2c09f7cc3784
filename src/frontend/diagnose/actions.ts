import { DUMMY, type Value } from "./peg.ts"
import type { Parser, Token } from "./run.ts"

// What alternatives of the grammar give: nodes that know their place and what errors ask of them, and the errors themselves.

export type Captures = Record<string, Value | undefined>
export type Action = (p: Parser, c: Captures, start: number) => Value

/** A node or a token: something with a place. Columns are bytes from 0. */
export interface Place {
  lineno: number
  col: number
  endLine: number
  endCol: number
}

export interface Node extends Place {
  kind: string
  /** Constant: None, True, False, Ellipsis, complex or literal. */
  constant?: string
  id?: string
  elts?: Node[]
  /** Starred. */
  value?: Node
  /** Compare: left operand and whether the first operator is `in`. */
  left?: Node
  isIn?: boolean
  /** The arguments of a call: positional ones and whether some keyword is `**x`. */
  args?: Node[]
  doubleStar?: boolean
  /** comprehension: its last expression. */
  last?: Node
}

export function nodeOf(p: Parser, kind: string, start: number): Node {
  const a = p.tokens[start]
  const b = p.lastToken()
  return { kind, lineno: a.lineno, col: a.col, endLine: b.endLine, endCol: b.endCol }
}

function isNode(v: Value | undefined): v is Node {
  return typeof v === "object" && v !== null && "kind" in v
}

/** _PyPegen_get_expr_name; of a keyword token, its text. */
function nameOf(p: Parser, v: Value | undefined): string {
  if (!isNode(v)) return p.text(v as unknown as Token)
  switch (v.kind) {
    case "Constant":
      return v.constant === "Ellipsis" ? "ellipsis" : v.constant === "complex" ? "literal" : (v.constant ?? "literal")
    default:
      return NAMES[v.kind] ?? v.kind
  }
}

const NAMES: Record<string, string> = {
  Attribute: "attribute",
  Subscript: "subscript",
  Starred: "starred",
  Name: "name",
  List: "list",
  Tuple: "tuple",
  Lambda: "lambda",
  Call: "function call",
  BoolOp: "expression",
  BinOp: "expression",
  UnaryOp: "expression",
  GeneratorExp: "generator expression",
  Yield: "yield expression",
  YieldFrom: "yield expression",
  Await: "await expression",
  ListComp: "list comprehension",
  SetComp: "set comprehension",
  DictComp: "dict comprehension",
  Dict: "dict literal",
  Set: "set display",
  JoinedStr: "f-string expression",
  FormattedValue: "f-string expression",
  Compare: "comparison",
  IfExp: "conditional expression",
  NamedExpr: "named expression",
}

/** _PyPegen_get_invalid_target */
function invalidTarget(e: Node, where: string): Node | null {
  switch (e.kind) {
    case "List":
    case "Tuple":
      for (const x of e.elts ?? []) {
        const bad = invalidTarget(x, where)
        if (bad !== null) return bad
      }
      return null
    case "Starred":
      return where === "del" ? e : invalidTarget(e.value as Node, where)
    case "Compare":
      if (where === "for") return e.isIn ? invalidTarget(e.left as Node, where) : null
      return e
    case "Name":
    case "Subscript":
    case "Attribute":
      return null
    default:
      return e
  }
}

function legacy(v: Value | undefined): boolean {
  return isNode(v) && v.kind === "Name" && (v.id === "print" || v.id === "exec")
}

/** A list of values flat: what captures of e and e+ together hold. */
function flat(...vs: (Value | undefined)[]): Node[] {
  const out: Node[] = []
  for (const v of vs) {
    if (Array.isArray(v)) out.push(...(v as Node[]))
    else if (v) out.push(v as Node)
  }
  return out
}

/** A keyword argument or starred one among call arguments. */
interface Argument {
  keyword: boolean
  double: boolean
  node: Node | null
}

/** Where an error is, as the grammar words it: a capture, last:x or first:x of a list, clause:x of comprehensions. */
function place(c: Captures, what: string): Place {
  const [how, name] = what.includes(":") ? what.split(":") : ["", what]
  const v = c[name]
  if (how === "") return v as unknown as Place
  const list = v as unknown as Node[]
  if (how === "first") return list[0]
  const last = list[list.length - 1]
  return how === "clause" ? (last.last as Node) : last
}

function range(p: Parser, msg: string, a: Place, b: Place): never {
  return p.raise("SyntaxError", msg, a.lineno, a.col + 1, b.endLine, b.endCol + 1)
}

/** Read an action of the grammar. */
export function action(text: string): Action {
  const at = text.search(/ @\d/)
  if (at >= 0) {
    const inner = action(text.slice(0, at))
    const [, version, what] = /^ @(\d+) (.*)$/.exec(text.slice(at)) as RegExpExecArray
    return (p, c, start) => {
      const v = inner(p, c, start)
      if (v !== null && p.featureVersion < Number(version))
        p.raiseHere("SyntaxError", `${what} only supported in Python 3.${version} and greater`)
      return v
    }
  }
  const m = /^(\w+)(?:\(([^)]*)\))?(?: "(.*)")?$/.exec(text) as RegExpExecArray
  const [, word] = m
  const args = m[2] === undefined ? [] : m[2].split(",").map((s) => s.trim())
  const msg = m[3] ?? ""
  if (m[2] === undefined) {
    if (/^[A-Z]/.test(word) || word === "arg") return (p, _c, start) => nodeOf(p, word, start)
    return (_p, c) => c[word] ?? null
  }
  const [a, b] = args
  switch (word) {
    case "ok":
      return () => DUMMY
    case "nothing":
      return () => null
    case "seq":
      return (_p, c) => flat(c[a], b === undefined ? null : c[b])
    case "Tuple":
    case "List":
      return (p, c, start) => ({ ...nodeOf(p, word, start), elts: flat(a ? c[a] : null, b ? c[b] : null) })
    case "Starred":
      return (p, c, start) => ({ ...nodeOf(p, word, start), value: c[a] as Node })
    case "Compare":
      return (p, c, start) => ({ ...nodeOf(p, word, start), left: c[a] as Node, isIn: (c[b] as unknown as Value[])[0] === IN })
    case "in":
      return () => IN
    case "Constant":
      return (p, _c, start) => ({ ...nodeOf(p, word, start), constant: a })
    case "comprehension":
      return (p, c, start) => {
        const ifs = flat(c[b])
        return { ...nodeOf(p, word, start), last: ifs.length > 0 ? ifs[ifs.length - 1] : (c[a] as Node) }
      }
    case "keyword":
      return (p, c, start): Argument => ({ keyword: true, double: a === "", node: a === "" ? nodeOf(p, "keyword", start) : (c[a] as Node) })
    case "starred":
      return (_p, c): Argument => ({ keyword: false, double: false, node: c[a] as Node })
    case "join":
      return (_p, c) => flat(c[a], c[b])
    case "call":
      return (p, c, start) => {
        const rest = flat(c[b]) as unknown as Argument[]
        const positional = a ? flat(c[a]) : []
        for (const r of rest) if (!r.keyword) positional.push(r.node as Node)
        return { ...nodeOf(p, "Call", start), args: positional, doubleStar: rest.some((r) => r.double) }
      }
    case "notequal":
      return (p, c) => p.checkBarry(c[a] as unknown as Token)
    case "real":
    case "imaginary":
      return (p, c) => {
        const n = c[a] as Node
        if ((n.constant === "complex") !== (word === "imaginary")) range(p, `${word} number required in complex literal`, n, n)
        return n
      }
    case "strings":
      return (p, c) => p.strings(c[a] as unknown as Token[])
    case "error":
      return (p, c) => {
        if (a === "") return p.raiseHere("SyntaxError", msg)
        const from = place(c, a)
        const full = msg.includes("%s") ? msg.replaceAll("%s", nameOf(p, c[a])) : msg
        if (b === "here") return p.raise("SyntaxError", full, from.lineno, from.col + 1, p.tok.lineno, p.tok.cur - p.tok.lineStart)
        return range(p, full, from, b === undefined ? from : place(c, b))
      }
    case "indent":
      return (p, c) => p.raiseHere("IndentationError", a === "" ? msg : msg.replace("%d", String((c[a] as unknown as Place).lineno)))
    case "target":
      return (p, c) => {
        const bad = invalidTarget(c[b] as Node, a)
        if (bad === null) return null
        return range(p, `cannot ${a === "del" ? "delete" : "assign to"} ${nameOf(p, bad)}`, bad, bad)
      }
    case "legacy":
      return (p, c) => (legacy(c[a]) ? range(p, msg.replaceAll("%s", (c[a] as Node).id as string), c[a] as Node, c[b] as Node) : null)
    case "comma":
      return (p, c) => (legacy(c[a]) || p.tokens[p.mark - 1].level === 0 ? null : range(p, msg, c[a] as Node, c[b] as Node))
    case "positional":
      return (p, c) =>
        p.raiseHere("SyntaxError", `positional argument follows keyword argument${(c[a] as Node).doubleStar ? " unpacking" : ""}`)
    case "genexp":
      return (p, c) => {
        const list = (c[a] as Node).args as Node[]
        return list.length <= 1 ? null : range(p, msg, list[list.length - 1], place(c, `clause:${b}`))
      }
    case "colon":
      return (p, c) => {
        const n = c[a] as Node
        return p.raise("SyntaxError", msg, n.lineno, n.endCol, n.endLine, 0)
      }
    default:
      throw new Error(`moult bug: grammar action ${text}`)
  }
}

const IN: object = {}
