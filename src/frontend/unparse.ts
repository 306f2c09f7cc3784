import {
  type arguments as Arguments,
  type arg,
  boolop,
  cmpop,
  type comprehension,
  type ConstantValue,
  type expr,
  K,
  operator,
  pointsOfStr,
  unaryop,
} from "./ast.ts"
import { isPrintable } from "./identifiers.ts"

// Python/ast_unparse.c: expressions back to source, for `from __future__ import annotations`.

/** Priority levels: an operand is parenthesised when its own level is below what its place asks for. */
const enum PR {
  TUPLE,
  TEST,
  OR,
  AND,
  NOT,
  CMP,
  EXPR,
  BXOR,
  BAND,
  SHIFT,
  ARITH,
  TERM,
  FACTOR,
  POWER,
  AWAIT,
  ATOM,
}

/** The text of an annotation as `_PyAST_ExprAsUnicode` writes it. */
export function unparseExpr(e: expr): string {
  return write(e, PR.TEST)
}

function paren(wrap: boolean, s: string): string {
  return wrap ? `(${s})` : s
}

function list(es: readonly expr[]): string {
  return es.map((e) => write(e, PR.TEST)).join(", ")
}

function write(e: expr, level: number): string {
  switch (e.kind) {
    case K.BoolOp: {
      const pr = e.op === boolop.And ? PR.AND : PR.OR
      return paren(level > pr, e.values.map((v) => write(v, pr + 1)).join(e.op === boolop.And ? " and " : " or "))
    }
    case K.BinOp: {
      const pr = binaryLevel(e.op)
      const right = e.op === operator.Pow ? 1 : 0
      return paren(level > pr, write(e.left, pr + right) + binaryText(e.op) + write(e.right, pr + 1 - right))
    }
    case K.UnaryOp: {
      const pr = e.op === unaryop.Not ? PR.NOT : PR.FACTOR
      return paren(level > pr, unaryText(e.op) + write(e.operand, pr))
    }
    case K.Lambda: {
      const positional = e.args.args.length + e.args.posonlyargs.length
      return paren(level > PR.TEST, `${positional ? "lambda " : "lambda"}${args(e.args)}: ${write(e.body, PR.TEST)}`)
    }
    case K.IfExp:
      return paren(level > PR.TEST, `${write(e.body, PR.TEST + 1)} if ${write(e.test, PR.TEST + 1)} else ${write(e.orelse, PR.TEST)}`)
    case K.Dict:
      return `{${e.values
        .map((v, i) => {
          const k = e.keys[i]
          return k === null ? `**${write(v, PR.EXPR)}` : `${write(k, PR.TEST)}: ${write(v, PR.TEST)}`
        })
        .join(", ")}}`
    case K.Set:
      return `{${list(e.elts)}}`
    case K.GeneratorExp:
      return `(${write(e.elt, PR.TEST)}${generators(e.generators)})`
    case K.ListComp:
      return `[${write(e.elt, PR.TEST)}${generators(e.generators)}]`
    case K.SetComp:
      return `{${write(e.elt, PR.TEST)}${generators(e.generators)}}`
    case K.DictComp:
      return `{${write(e.key, PR.TEST)}: ${write(e.value, PR.TEST)}${generators(e.generators)}}`
    case K.Yield:
      return e.value === null ? "(yield)" : `(yield ${write(e.value, PR.TEST)})`
    case K.YieldFrom:
      return `(yield from ${write(e.value, PR.TEST)})`
    case K.Await:
      return paren(level > PR.AWAIT, `await ${write(e.value, PR.ATOM)}`)
    case K.Compare: {
      let s = write(e.left, PR.CMP + 1)
      for (let i = 0; i < e.ops.length; i++) s += compareText(e.ops[i]) + write(e.comparators[i], PR.CMP + 1)
      return paren(level > PR.CMP, s)
    }
    case K.Call: {
      const f = write(e.func, PR.ATOM)
      if (e.args.length === 1 && e.keywords.length === 0 && e.args[0].kind === K.GeneratorExp) return f + write(e.args[0], PR.TEST)
      const parts = e.args.map((a) => write(a, PR.TEST))
      for (const k of e.keywords) parts.push((k.arg === null ? "**" : `${k.arg}=`) + write(k.value, PR.TEST))
      return `${f}(${parts.join(", ")})`
    }
    case K.Constant:
      if (e.value.t === "Ellipsis") return "..."
      return (e.strKind ?? "") + constant(e.value)
    case K.JoinedStr:
      return `f${strRepr(joined(e))}`
    case K.FormattedValue:
      return formatted(e)
    case K.Attribute:
      return `${write(e.value, PR.ATOM)}${e.value.kind === K.Constant && e.value.value.t === "int" ? " ." : "."}${e.attr}`
    case K.Subscript:
      return `${write(e.value, PR.ATOM)}[${write(e.slice, PR.TUPLE)}]`
    case K.Starred:
      return `*${write(e.value, PR.EXPR)}`
    case K.Slice: {
      let s = `${e.lower ? write(e.lower, PR.TEST) : ""}:`
      if (e.upper) s += write(e.upper, PR.TEST)
      if (e.step) s += `:${write(e.step, PR.TEST)}`
      return s
    }
    case K.Name:
      return e.id
    case K.List:
      return `[${list(e.elts)}]`
    case K.Tuple:
      if (e.elts.length === 0) return "()"
      return paren(level > PR.TUPLE, list(e.elts) + (e.elts.length === 1 ? "," : ""))
    case K.NamedExpr:
      return paren(level > PR.TUPLE, `${write(e.target, PR.ATOM)} := ${write(e.value, PR.ATOM)}`)
  }
}

function binaryLevel(op: operator): number {
  switch (op) {
    case operator.Add:
    case operator.Sub:
      return PR.ARITH
    case operator.LShift:
    case operator.RShift:
      return PR.SHIFT
    case operator.BitOr:
      return PR.EXPR
    case operator.BitXor:
      return PR.BXOR
    case operator.BitAnd:
      return PR.BAND
    case operator.Pow:
      return PR.POWER
    default:
      return PR.TERM
  }
}

function binaryText(op: operator): string {
  switch (op) {
    case operator.Add:
      return " + "
    case operator.Sub:
      return " - "
    case operator.Mult:
      return " * "
    case operator.MatMult:
      return " @ "
    case operator.Div:
      return " / "
    case operator.Mod:
      return " % "
    case operator.Pow:
      return " ** "
    case operator.LShift:
      return " << "
    case operator.RShift:
      return " >> "
    case operator.BitOr:
      return " | "
    case operator.BitXor:
      return " ^ "
    case operator.BitAnd:
      return " & "
    case operator.FloorDiv:
      return " // "
  }
}

function unaryText(op: unaryop): string {
  switch (op) {
    case unaryop.Invert:
      return "~"
    case unaryop.Not:
      return "not "
    case unaryop.UAdd:
      return "+"
    case unaryop.USub:
      return "-"
  }
}

function compareText(op: cmpop): string {
  switch (op) {
    case cmpop.Eq:
      return " == "
    case cmpop.NotEq:
      return " != "
    case cmpop.Lt:
      return " < "
    case cmpop.LtE:
      return " <= "
    case cmpop.Gt:
      return " > "
    case cmpop.GtE:
      return " >= "
    case cmpop.Is:
      return " is "
    case cmpop.IsNot:
      return " is not "
    case cmpop.In:
      return " in "
    case cmpop.NotIn:
      return " not in "
  }
}

function writeArg(a: arg): string {
  return a.annotation ? `${a.arg}: ${write(a.annotation, PR.TEST)}` : a.arg
}

function args(a: Arguments): string {
  const parts: string[] = []
  const positional = [...a.posonlyargs, ...a.args]
  positional.forEach((p, i) => {
    const d = i - positional.length + a.defaults.length
    parts.push(writeArg(p) + (d >= 0 ? `=${write(a.defaults[d], PR.TEST)}` : ""))
    if (a.posonlyargs.length > 0 && i + 1 === a.posonlyargs.length) parts.push("/")
  })
  if (a.vararg || a.kwonlyargs.length > 0) parts.push(a.vararg ? `*${writeArg(a.vararg)}` : "*")
  a.kwonlyargs.forEach((p, i) => {
    const d = a.kw_defaults[i - a.kwonlyargs.length + a.kw_defaults.length]
    parts.push(writeArg(p) + (d ? `=${write(d, PR.TEST)}` : ""))
  })
  if (a.kwarg) parts.push(`**${writeArg(a.kwarg)}`)
  return parts.join(", ")
}

function generators(gs: readonly comprehension[]): string {
  let s = ""
  for (const g of gs) {
    s += `${g.is_async ? " async for " : " for "}${write(g.target, PR.TUPLE)} in ${write(g.iter, PR.TEST + 1)}`
    for (const c of g.ifs) s += ` if ${write(c, PR.TEST + 1)}`
  }
  return s
}

/** The inside of an f-string, braces doubled, before it is quoted. */
function joined(e: expr): string {
  if (e.kind === K.JoinedStr) return e.values.map(joined).join("")
  if (e.kind === K.FormattedValue) return formatted(e)
  if (e.kind === K.Constant && e.value.t === "str") return e.value.v.replaceAll("{", "{{").replaceAll("}", "}}")
  throw new Error("moult bug: unknown expression kind inside f-string")
}

function formatted(e: expr & { kind: K.FormattedValue }): string {
  const inner = write(e.value, PR.TEST + 1)
  let s = (inner.startsWith("{") ? "{ " : "{") + inner
  if (e.conversion > 0) s += `!${String.fromCharCode(e.conversion)}`
  if (e.format_spec) s += `:${joined(e.format_spec)}`
  return `${s}}`
}

function constant(c: ConstantValue): string {
  switch (c.t) {
    case "tuple":
      return `(${c.v.map(constant).join(", ")}${c.v.length === 1 ? "," : ""})`
    case "frozenset":
      return c.v.length ? `frozenset({${c.v.map(constant).join(", ")}})` : "frozenset()"
    case "int":
      return c.v.toString()
    case "float":
      return Number.isFinite(c.v) ? floatRepr(c.v) : floatRepr(c.v).replaceAll("inf", "1e309")
    case "complex":
      return complexRepr(c.re, c.im).replaceAll("inf", "1e309")
    case "str":
      return reprOfPoints(pointsOfStr(c))
    case "bytes":
      return bytesRepr(c.v)
    default:
      return c.t
  }
}

/** repr(float). */
export function floatRepr(x: number): string {
  if (Number.isNaN(x)) return "nan"
  if (!Number.isFinite(x)) return x < 0 ? "-inf" : "inf"
  if (x === 0) return Object.is(x, -0) ? "-0.0" : "0.0"
  const [mantissa, exponent] = Math.abs(x).toExponential().split("e")
  const e = Number(exponent)
  const sign = x < 0 ? "-" : ""
  if (e < -4 || e >= 16) return `${sign}${mantissa}e${e < 0 ? "-" : "+"}${String(Math.abs(e)).padStart(2, "0")}`
  const digits = mantissa.replace(".", "")
  if (e < 0) return `${sign}0.${"0".repeat(-e - 1)}${digits}`
  const whole = digits.slice(0, e + 1).padEnd(e + 1, "0")
  return `${sign}${whole}.${digits.slice(e + 1) || "0"}`
}

function complexRepr(re: number, im: number): string {
  const short = (x: number): string => floatRepr(x).replace(/\.0$/, "")
  if (re === 0 && !Object.is(re, -0)) return `${short(im)}j`
  const i = short(im)
  return `(${short(re)}${i.startsWith("-") ? "" : "+"}${i}j)`
}

/** repr(str). */
export function strRepr(s: string): string {
  return reprOfPoints(Array.from(s, (c) => c.codePointAt(0) as number))
}

function reprOfPoints(points: readonly number[]): string {
  const quote = points.includes(39) && !points.includes(34) ? '"' : "'"
  let out = quote
  for (const c of points) {
    if (c === 92 || c === quote.charCodeAt(0)) out += `\\${String.fromCharCode(c)}`
    else if (c === 10) out += "\\n"
    else if (c === 13) out += "\\r"
    else if (c === 9) out += "\\t"
    else if (isPrintable(c)) out += String.fromCodePoint(c)
    else if (c < 256) out += `\\x${c.toString(16).padStart(2, "0")}`
    else if (c < 65536) out += `\\u${c.toString(16).padStart(4, "0")}`
    else out += `\\U${c.toString(16).padStart(8, "0")}`
  }
  return out + quote
}

function bytesRepr(b: Uint8Array): string {
  const quote = b.includes(39) && !b.includes(34) ? '"' : "'"
  let out = `b${quote}`
  for (const c of b) {
    if (c === 92 || c === quote.charCodeAt(0)) out += `\\${String.fromCharCode(c)}`
    else if (c === 10) out += "\\n"
    else if (c === 13) out += "\\r"
    else if (c === 9) out += "\\t"
    else if (c < 32 || c >= 127) out += `\\x${c.toString(16).padStart(2, "0")}`
    else out += String.fromCharCode(c)
  }
  return out + quote
}
