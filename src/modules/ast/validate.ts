import type { Ref } from "../../heap/ref.ts"
import {
  type arg,
  type arguments as Arguments,
  type comprehension,
  type ConstantValue,
  type excepthandler,
  type expr,
  expr_context,
  K,
  type keyword,
  type Located,
  type mod,
  operator,
  type pattern,
  type stmt,
  unaryop,
  type withitem,
} from "../../frontend/ast.ts"
import { PyErr_SetString } from "../../objects/errors.ts"
import { PyExc_RecursionError, PyExc_TypeError, PyExc_ValueError } from "../../objects/statictypes.ts"
import { invalidConstants } from "./fromobject.ts"
import { recursionDepth, recursionLimit } from "./toobject.ts"

// Python/ast.c: is a tree that a program built one that the compiler can take? Every function is true, or false with the error set.

const Load = expr_context.Load
const Store = expr_context.Store
const Del = expr_context.Del
const CONTEXT = ["Load", "Store", "Del"]

let depth = 0
let limit = 0

/** _PyAST_Validate */
export function _PyAST_Validate(tree: mod): boolean {
  depth = recursionDepth()
  limit = recursionLimit()
  switch (tree.kind) {
    case K.Module:
    case K.Interactive:
      return stmts(tree.body)
    case K.Expression:
      return expression(tree.body, Load)
    case K.FunctionType:
      return exprs(tree.argtypes, Load) && expression(tree.returns, Load)
  }
}

function refuse(msg: string, type: Ref = PyExc_ValueError): false {
  PyErr_SetString(type, msg)
  return false
}

function positions(n: Located): boolean {
  if (n.lineno > n.end_lineno) return refuse(`AST node line range (${n.lineno}, ${n.end_lineno}) is not valid`)
  if ((n.lineno < 0 && n.end_lineno !== n.lineno) || (n.col_offset < 0 && n.col_offset !== n.end_col_offset))
    return refuse(`AST node column range (${n.col_offset}, ${n.end_col_offset}) for line range (${n.lineno}, ${n.end_lineno}) is not valid`)
  if (n.lineno === n.end_lineno && n.col_offset > n.end_col_offset)
    return refuse(`line ${n.lineno}, column ${n.col_offset}-${n.end_col_offset} is not a valid range`)
  return true
}

function deeper(): boolean {
  if (++depth > limit) return refuse("maximum recursion depth exceeded during compilation", PyExc_RecursionError)
  return true
}

function validName(id: string): boolean {
  if (id === "None" || id === "True" || id === "False") return refuse(`identifier field can't represent '${id}' constant`)
  return true
}

function comprehensions(gens: readonly comprehension[]): boolean {
  if (gens.length === 0) return refuse("comprehension with no generators")
  return gens.every((g) => expression(g.target, Store) && expression(g.iter, Load) && exprs(g.ifs, Load))
}

function keywords(ks: readonly keyword[]): boolean {
  return ks.every((k) => expression(k.value, Load))
}

function parameters(args: readonly arg[]): boolean {
  return args.every((a) => positions(a) && (a.annotation === null || expression(a.annotation, Load)))
}

function validArguments(a: Arguments): boolean {
  if (!parameters(a.posonlyargs) || !parameters(a.args)) return false
  if (a.vararg?.annotation && !expression(a.vararg.annotation, Load)) return false
  if (!parameters(a.kwonlyargs)) return false
  if (a.kwarg?.annotation && !expression(a.kwarg.annotation, Load)) return false
  if (a.defaults.length > a.posonlyargs.length + a.args.length) return refuse("more positional defaults than args on arguments")
  if (a.kw_defaults.length !== a.kwonlyargs.length) return refuse("length of kwonlyargs is not the same as kw_defaults on arguments")
  return exprs(a.defaults, Load) && exprs(a.kw_defaults, Load, true)
}

function constant(c: ConstantValue): boolean {
  const wrong = invalidConstants.get(c)
  if (wrong !== undefined) return refuse(`got an invalid type in Constant: ${wrong}`, PyExc_TypeError)
  if (c.t !== "tuple" && c.t !== "frozenset") return true
  if (!deeper() || !c.v.every(constant)) return false
  depth--
  return true
}

function exprs(es: readonly (expr | null)[], ctx: expr_context, nullOk = false): boolean {
  for (const e of es) {
    if (e !== null) {
      if (!expression(e, ctx)) return false
    } else if (!nullOk) return refuse("None disallowed in expression list")
  }
  return true
}

function optional(e: expr | null): boolean {
  return e === null || expression(e, Load)
}

function expression(e: expr, ctx: expr_context): boolean {
  if (!positions(e) || !deeper()) return false
  let actual: expr_context | null = null
  switch (e.kind) {
    case K.Attribute:
    case K.Subscript:
    case K.Starred:
    case K.List:
    case K.Tuple:
      actual = e.ctx
      break
    case K.Name:
      if (!validName(e.id)) return false
      actual = e.ctx
      break
    default:
      if (ctx !== Load) return refuse(`expression which can't be assigned to in ${CONTEXT[ctx]} context`)
  }
  if (actual !== null && actual !== ctx) return refuse(`expression must have ${CONTEXT[ctx]} context but has ${CONTEXT[actual]} instead`)
  const ok = parts(e, ctx)
  depth--
  return ok
}

function parts(e: expr, ctx: expr_context): boolean {
  switch (e.kind) {
    case K.BoolOp:
      return e.values.length < 2 ? refuse("BoolOp with less than 2 values") : exprs(e.values, Load)
    case K.BinOp:
      return expression(e.left, Load) && expression(e.right, Load)
    case K.UnaryOp:
      return expression(e.operand, Load)
    case K.Lambda:
      return validArguments(e.args) && expression(e.body, Load)
    case K.IfExp:
      return expression(e.test, Load) && expression(e.body, Load) && expression(e.orelse, Load)
    case K.Dict:
      if (e.keys.length !== e.values.length) return refuse("Dict doesn't have the same number of keys as values")
      return exprs(e.keys, Load, true) && exprs(e.values, Load)
    case K.Set:
      return exprs(e.elts, Load)
    case K.ListComp:
    case K.SetComp:
    case K.GeneratorExp:
      return comprehensions(e.generators) && expression(e.elt, Load)
    case K.DictComp:
      return comprehensions(e.generators) && expression(e.key, Load) && expression(e.value, Load)
    case K.Yield:
      return optional(e.value)
    case K.YieldFrom:
    case K.Await:
    case K.Attribute:
      return expression(e.value, Load)
    case K.Compare:
      if (e.comparators.length === 0) return refuse("Compare with no comparators")
      if (e.comparators.length !== e.ops.length) return refuse("Compare has a different number of comparators and operands")
      return exprs(e.comparators, Load) && expression(e.left, Load)
    case K.Call:
      return expression(e.func, Load) && exprs(e.args, Load) && keywords(e.keywords)
    case K.Constant:
      return constant(e.value)
    case K.JoinedStr:
      return exprs(e.values, Load)
    case K.FormattedValue:
      return expression(e.value, Load) && optional(e.format_spec)
    case K.Subscript:
      return expression(e.slice, Load) && expression(e.value, Load)
    case K.Starred:
      return expression(e.value, ctx)
    case K.Slice:
      return optional(e.lower) && optional(e.upper) && optional(e.step)
    case K.List:
    case K.Tuple:
      return exprs(e.elts, ctx)
    case K.NamedExpr:
      return expression(e.value, Load)
    case K.Name:
      return true
  }
}

// Patterns ------------------------------------------------------------------------------------------------------------------------

function literalNumber(e: expr, real: boolean, imaginary: boolean): boolean {
  if (e.kind !== K.Constant || invalidConstants.has(e.value)) return false
  const t = e.value.t
  return (real && (t === "int" || t === "float")) || (imaginary && t === "complex")
}

function literalNegative(e: expr, real: boolean, imaginary: boolean): boolean {
  return e.kind === K.UnaryOp && e.op === unaryop.USub && literalNumber(e.operand, real, imaginary)
}

function literalComplex(e: expr): boolean {
  if (e.kind !== K.BinOp || (e.op !== operator.Add && e.op !== operator.Sub)) return false
  return (literalNumber(e.left, true, false) || literalNegative(e.left, true, false)) && literalNumber(e.right, false, true)
}

function matchValue(e: expr): boolean {
  if (!expression(e, Load)) return false
  switch (e.kind) {
    case K.Constant: {
      const t = e.value.t
      if (t === "int" || t === "float" || t === "bytes" || t === "complex" || t === "str") return true
      return refuse("unexpected constant inside of a literal pattern")
    }
    case K.Attribute:
    case K.JoinedStr:
      return true
    case K.UnaryOp:
      if (literalNegative(e, true, true)) return true
      break
    case K.BinOp:
      if (literalComplex(e)) return true
  }
  return refuse("patterns may only match literals and attribute lookups")
}

function capture(id: string): boolean {
  return id === "_" ? refuse("can't capture name '_' in patterns") : validName(id)
}

function patterns(ps: readonly pattern[], starOk: boolean): boolean {
  return ps.every((p) => validPattern(p, starOk))
}

function validPattern(p: pattern, starOk: boolean): boolean {
  if (!positions(p) || !deeper()) return false
  const ok = patternParts(p, starOk)
  depth--
  return ok
}

function patternParts(p: pattern, starOk: boolean): boolean {
  switch (p.kind) {
    case K.MatchValue:
      return matchValue(p.value)
    case K.MatchSingleton: {
      const t = p.value.t
      if (!invalidConstants.has(p.value) && (t === "None" || t === "True" || t === "False")) return true
      return refuse("MatchSingleton can only contain True, False and None")
    }
    case K.MatchSequence:
      return patterns(p.patterns, true)
    case K.MatchMapping: {
      if (p.keys.length !== p.patterns.length) return refuse("MatchMapping doesn't have the same number of keys as patterns")
      if (p.rest !== null && !capture(p.rest)) return false
      for (const key of p.keys) {
        if (key.kind === K.Constant && !invalidConstants.has(key.value)) {
          const t = key.value.t
          if (t === "None" || t === "True" || t === "False") continue
        }
        if (!matchValue(key)) return false
      }
      return patterns(p.patterns, false)
    }
    case K.MatchClass: {
      if (p.kwd_attrs.length !== p.kwd_patterns.length)
        return refuse("MatchClass doesn't have the same number of keyword attributes as patterns")
      if (!expression(p.cls, Load)) return false
      let cls = p.cls
      while (cls.kind === K.Attribute) cls = cls.value
      if (cls.kind !== K.Name) return refuse("MatchClass cls field can only contain Name or Attribute nodes.")
      return p.kwd_attrs.every(validName) && patterns(p.patterns, false) && patterns(p.kwd_patterns, false)
    }
    case K.MatchStar:
      if (!starOk) return refuse("can't use MatchStar here")
      return p.name === null || capture(p.name)
    case K.MatchAs:
      if (p.name !== null && !capture(p.name)) return false
      if (p.pattern === null) return true
      if (p.name === null) return refuse("MatchAs must specify a target name if a pattern is given")
      return validPattern(p.pattern, false)
    case K.MatchOr:
      return p.patterns.length < 2 ? refuse("MatchOr requires at least 2 patterns") : patterns(p.patterns, false)
  }
}

// Statements ------------------------------------------------------------------------------------------------------------------------

function nonEmpty(seq: readonly unknown[], what: string, owner: string): boolean {
  return seq.length > 0 || refuse(`empty ${what} on ${owner}`)
}

function body(ss: readonly stmt[], owner: string): boolean {
  return nonEmpty(ss, "body", owner) && stmts(ss)
}

function stmts(ss: readonly (stmt | null)[]): boolean {
  for (const s of ss) {
    if (s === null) return refuse("None disallowed in statement list")
    if (!statement(s)) return false
  }
  return true
}

function withItems(items: readonly withitem[], owner: string): boolean {
  if (!nonEmpty(items, "items", owner)) return false
  return items.every((i) => expression(i.context_expr, Load) && (i.optional_vars === null || expression(i.optional_vars, Store)))
}

function statement(s: stmt): boolean {
  if (!positions(s) || !deeper()) return false
  const ok = statementParts(s)
  depth--
  return ok
}

function tryParts(
  name: string,
  s: { body: stmt[]; handlers: excepthandler[]; orelse: stmt[]; finalbody: stmt[] },
  checkHandlers: boolean,
): boolean {
  if (!body(s.body, name)) return false
  if (s.handlers.length === 0 && s.finalbody.length === 0) return refuse(`${name} has neither except handlers nor finalbody`)
  if (s.handlers.length === 0 && s.orelse.length > 0) return refuse(`${name} has orelse but no except handlers`)
  for (const h of s.handlers) {
    if (checkHandlers && !positions(h)) return false
    if (!optional(h.type) || !body(h.body, "ExceptHandler")) return false
  }
  return stmts(s.finalbody) && stmts(s.orelse)
}

function statementParts(s: stmt): boolean {
  switch (s.kind) {
    case K.FunctionDef:
    case K.AsyncFunctionDef:
      return (
        body(s.body, s.kind === K.FunctionDef ? "FunctionDef" : "AsyncFunctionDef") &&
        validArguments(s.args) &&
        exprs(s.decorator_list, Load) &&
        optional(s.returns)
      )
    case K.ClassDef:
      return body(s.body, "ClassDef") && exprs(s.bases, Load) && keywords(s.keywords) && exprs(s.decorator_list, Load)
    case K.Return:
      return optional(s.value)
    case K.Delete:
      return nonEmpty(s.targets, "targets", "Delete") && exprs(s.targets, Del)
    case K.Assign:
      return nonEmpty(s.targets, "targets", "Assign") && exprs(s.targets, Store) && expression(s.value, Load)
    case K.AugAssign:
      return expression(s.target, Store) && expression(s.value, Load)
    case K.AnnAssign:
      if (s.target.kind !== K.Name && s.simple) return refuse("AnnAssign with simple non-Name target", PyExc_TypeError)
      return expression(s.target, Store) && optional(s.value) && expression(s.annotation, Load)
    case K.For:
    case K.AsyncFor:
      return (
        expression(s.target, Store) && expression(s.iter, Load) && body(s.body, s.kind === K.For ? "For" : "AsyncFor") && stmts(s.orelse)
      )
    case K.While:
      return expression(s.test, Load) && body(s.body, "While") && stmts(s.orelse)
    case K.If:
      return expression(s.test, Load) && body(s.body, "If") && stmts(s.orelse)
    case K.With:
    case K.AsyncWith: {
      const name = s.kind === K.With ? "With" : "AsyncWith"
      return withItems(s.items, name) && body(s.body, name)
    }
    case K.Match:
      if (!expression(s.subject, Load) || !nonEmpty(s.cases, "cases", "Match")) return false
      return s.cases.every((c) => validPattern(c.pattern, false) && optional(c.guard) && body(c.body, "match_case"))
    case K.Raise:
      if (s.exc !== null) return expression(s.exc, Load) && optional(s.cause)
      return s.cause === null || refuse("Raise with cause but no exception")
    case K.Try:
      return tryParts("Try", s, true)
    case K.TryStar:
      return tryParts("TryStar", s, false)
    case K.Assert:
      return expression(s.test, Load) && optional(s.msg)
    case K.Import:
      return nonEmpty(s.names, "names", "Import")
    case K.ImportFrom:
      if ((s.level ?? 0) < 0) return refuse("Negative ImportFrom level")
      return nonEmpty(s.names, "names", "ImportFrom")
    case K.Global:
      return nonEmpty(s.names, "names", "Global")
    case K.Nonlocal:
      return nonEmpty(s.names, "names", "Nonlocal")
    case K.Expr:
      return expression(s.value, Load)
    case K.Pass:
    case K.Break:
    case K.Continue:
      return true
  }
}
