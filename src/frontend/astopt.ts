import {
  type arg,
  type arguments as arguments_,
  cmpop,
  type comprehension,
  type Constant,
  type ConstantValue,
  type expr,
  expr_context,
  K,
  type Located,
  type mod,
  operator,
  type pattern,
  type stmt,
  unaryop,
} from "./ast.ts"
import { CO } from "./code.ts"
import { recursionError, type Recursion } from "./compile/errors.ts"
import { constBool, foldBinary, foldFrozenset, foldSubscript, foldUnary } from "./constfold.ts"
import { _PyAST_GetDocString } from "./future.ts"

// Python/ast_opt.c: constant folding on the tree. Functions return the node that takes the place of their argument.

interface State extends Recursion {
  optimize: number
  annotations: boolean
  /** Every constant of the tree. */
  arena: Set<ConstantValue>
}

function make_const(node: expr, value: ConstantValue | null, st: State): expr {
  if (value === null) return node
  st.arena.add(value)
  const { lineno, col_offset, end_lineno, end_col_offset } = node
  return {
    kind: K.Constant,
    value,
    strKind: null,
    lineno,
    col_offset,
    end_lineno,
    end_col_offset,
  }
}

function has_starred(elts: expr[]): boolean {
  return elts.some((e) => e.kind === K.Starred)
}

function fold_unaryop(node: expr & { kind: K.UnaryOp }, st: State): expr {
  const arg = node.operand
  if (arg.kind !== K.Constant) {
    if (node.op === unaryop.Not && arg.kind === K.Compare && arg.ops.length === 1) {
      const op = arg.ops[0]
      const inverse =
        op === cmpop.Is ? cmpop.IsNot : op === cmpop.IsNot ? cmpop.Is : op === cmpop.In ? cmpop.NotIn : op === cmpop.NotIn ? cmpop.In : -1
      if (inverse >= 0) {
        arg.ops[0] = inverse as cmpop
        return arg
      }
    }
    return node
  }
  return make_const(node, foldUnary(node.op, arg.value), st)
}

const NOWHERE: Located = {
  lineno: -1,
  col_offset: -1,
  end_lineno: -1,
  end_col_offset: -1,
}

function str_const(v: string, st: State): Constant {
  const value: ConstantValue = { t: "str", v }
  st.arena.add(value)
  return { kind: K.Constant, value, strKind: null, ...NOWHERE }
}

const FORMAT = /([-+ #0z]*)(?:([0-9]{1,2})(?![0-9]))?(?:\.([0-9]{0,2})(?![0-9]))?([\s\S])/uy

/** `"…%s…" % (a, b)` becomes an f-string when all conversions are simple %s, %r or %a. */
function optimize_format(node: expr & { kind: K.BinOp }, fmt: string, elts: expr[], st: State): expr {
  const values: expr[] = []
  let pos = 0
  let cnt = 0
  for (;;) {
    const start = pos
    let percents = false
    while (pos < fmt.length) {
      if (fmt[pos] !== "%") pos++
      else if (fmt[pos + 1] === "%") {
        percents = true
        pos += 2
      } else break
    }
    if (pos > start) {
      const lit = fmt.slice(start, pos)
      values.push(str_const(percents ? lit.replaceAll("%%", "%") : lit, st))
    }
    if (pos >= fmt.length) break
    if (cnt >= elts.length) return node
    FORMAT.lastIndex = pos + 1
    const m = FORMAT.exec(fmt)
    if (m === null) return node
    const [all, flags, width, prec, spec] = m
    if (spec !== "s" && spec !== "r" && spec !== "a") return node
    pos += 1 + all.length
    const arg = elts[cnt++]
    let f = ""
    const w = width === undefined ? -1 : parseInt(width, 10)
    if (!flags.includes("-") && w > 0) f += ">"
    if (w >= 0) f += w
    if (prec !== undefined) f += "." + (prec === "" ? 0 : parseInt(prec, 10))
    const { lineno, col_offset, end_lineno, end_col_offset } = arg
    values.push({
      kind: K.FormattedValue,
      value: arg,
      conversion: spec.charCodeAt(0),
      format_spec: f === "" ? null : str_const(f, st),
      lineno,
      col_offset,
      end_lineno,
      end_col_offset,
    })
  }
  if (cnt < elts.length) return node
  const { lineno, col_offset, end_lineno, end_col_offset } = node
  return {
    kind: K.JoinedStr,
    values,
    lineno,
    col_offset,
    end_lineno,
    end_col_offset,
  }
}

function fold_binop(node: expr & { kind: K.BinOp }, st: State): expr {
  const lhs = node.left
  const rhs = node.right
  if (lhs.kind !== K.Constant) return node
  const lv = lhs.value
  if (node.op === operator.Mod && (lv.t === "str" || lv.t === "bytes")) {
    if (rhs.kind === K.Tuple && lv.t === "str" && !has_starred(rhs.elts)) return optimize_format(node, lv.v, rhs.elts, st)
    return node
  }
  if (rhs.kind !== K.Constant) return node
  return make_const(node, foldBinary(node.op, lv, rhs.value), st)
}

function make_const_tuple(elts: expr[]): ConstantValue[] | null {
  const v: ConstantValue[] = []
  for (const e of elts) {
    if (e.kind !== K.Constant) return null
    v.push(e.value)
  }
  return v
}

function const_tuple(elts: expr[]): ConstantValue | null {
  const v = make_const_tuple(elts)
  return v === null ? null : { t: "tuple", v }
}

/** A list or set display that is only iterated over, or tested for membership, becomes a tuple or frozenset. */
function fold_iter(arg: expr, st: State): expr {
  if (arg.kind === K.List) {
    if (has_starred(arg.elts)) return arg
    return make_const({ ...arg, kind: K.Tuple }, const_tuple(arg.elts), st)
  }
  if (arg.kind === K.Set) {
    const v = make_const_tuple(arg.elts)
    return v === null ? arg : make_const(arg, foldFrozenset(v), st)
  }
  return arg
}

function exprs(seq: expr[], st: State): void {
  for (let i = 0; i < seq.length; i++) seq[i] = astfold_expr(seq[i], st)
}
function optional_exprs(seq: (expr | null)[], st: State): void {
  for (let i = 0; i < seq.length; i++) {
    const e = seq[i]
    if (e !== null) seq[i] = astfold_expr(e, st)
  }
}
function opt(e: expr | null, st: State): expr | null {
  return e === null ? null : astfold_expr(e, st)
}
function stmts(seq: stmt[], st: State): void {
  for (const s of seq) astfold_stmt(s, st)
}

function astfold_body(body: stmt[], st: State): void {
  const docstring = _PyAST_GetDocString(body) !== null
  stmts(body, st)
  if (!docstring && _PyAST_GetDocString(body) !== null) {
    // a folded expression is no docstring: hide it in an f-string
    const s = body[0] as stmt & { kind: K.Expr }
    const { lineno, col_offset, end_lineno, end_col_offset } = s
    s.value = {
      kind: K.JoinedStr,
      values: [s.value],
      lineno,
      col_offset,
      end_lineno,
      end_col_offset,
    }
  }
}

function astfold_comprehensions(seq: comprehension[], st: State): void {
  for (const g of seq) {
    g.target = astfold_expr(g.target, st)
    g.iter = astfold_expr(g.iter, st)
    exprs(g.ifs, st)
    g.iter = fold_iter(g.iter, st)
  }
}

function astfold_arg(a: arg, st: State): void {
  if (!st.annotations) a.annotation = opt(a.annotation, st)
}

function astfold_arguments(a: arguments_, st: State): void {
  for (const x of a.posonlyargs) astfold_arg(x, st)
  for (const x of a.args) astfold_arg(x, st)
  if (a.vararg !== null) astfold_arg(a.vararg, st)
  for (const x of a.kwonlyargs) astfold_arg(x, st)
  optional_exprs(a.kw_defaults, st)
  if (a.kwarg !== null) astfold_arg(a.kwarg, st)
  exprs(a.defaults, st)
}

function astfold_expr(e: expr, st: State): expr {
  if (++st.depth > st.limit) throw recursionError()
  const r = fold_expr(e, st)
  st.depth--
  return r
}

function fold_expr(e: expr, st: State): expr {
  switch (e.kind) {
    case K.BoolOp:
    case K.JoinedStr:
      exprs(e.values, st)
      return e
    case K.BinOp:
      e.left = astfold_expr(e.left, st)
      e.right = astfold_expr(e.right, st)
      return fold_binop(e, st)
    case K.UnaryOp:
      e.operand = astfold_expr(e.operand, st)
      return fold_unaryop(e, st)
    case K.Lambda:
      astfold_arguments(e.args, st)
      e.body = astfold_expr(e.body, st)
      return e
    case K.IfExp:
      e.test = astfold_expr(e.test, st)
      e.body = astfold_expr(e.body, st)
      e.orelse = astfold_expr(e.orelse, st)
      return e
    case K.Dict:
      optional_exprs(e.keys, st)
      exprs(e.values, st)
      return e
    case K.Set:
    case K.List:
      exprs(e.elts, st)
      return e
    case K.ListComp:
    case K.SetComp:
    case K.GeneratorExp:
      e.elt = astfold_expr(e.elt, st)
      astfold_comprehensions(e.generators, st)
      return e
    case K.DictComp:
      e.key = astfold_expr(e.key, st)
      e.value = astfold_expr(e.value, st)
      astfold_comprehensions(e.generators, st)
      return e
    case K.Await:
    case K.YieldFrom:
    case K.Attribute:
    case K.Starred:
    case K.NamedExpr:
      e.value = astfold_expr(e.value, st)
      return e
    case K.Yield:
      e.value = opt(e.value, st)
      return e
    case K.Compare: {
      e.left = astfold_expr(e.left, st)
      exprs(e.comparators, st)
      const i = e.ops.length - 1
      if (e.ops[i] === cmpop.In || e.ops[i] === cmpop.NotIn) e.comparators[i] = fold_iter(e.comparators[i], st)
      return e
    }
    case K.Call:
      e.func = astfold_expr(e.func, st)
      exprs(e.args, st)
      for (const k of e.keywords) k.value = astfold_expr(k.value, st)
      return e
    case K.FormattedValue:
      e.value = astfold_expr(e.value, st)
      e.format_spec = opt(e.format_spec, st)
      return e
    case K.Subscript:
      e.value = astfold_expr(e.value, st)
      e.slice = astfold_expr(e.slice, st)
      if (e.ctx !== expr_context.Load || e.value.kind !== K.Constant || e.slice.kind !== K.Constant) return e
      return make_const(e, foldSubscript(e.value.value, e.slice.value), st)
    case K.Slice:
      e.lower = opt(e.lower, st)
      e.upper = opt(e.upper, st)
      e.step = opt(e.step, st)
      return e
    case K.Tuple:
      exprs(e.elts, st)
      return e.ctx !== expr_context.Load ? e : make_const(e, const_tuple(e.elts), st)
    case K.Name:
      if (e.ctx === expr_context.Load && e.id === "__debug__") return make_const(e, constBool(!st.optimize), st)
      return e
    case K.Constant:
      st.arena.add(e.value)
      return e
  }
}

function astfold_stmt(s: stmt, st: State): void {
  if (++st.depth > st.limit) throw recursionError()
  switch (s.kind) {
    case K.FunctionDef:
    case K.AsyncFunctionDef:
      astfold_arguments(s.args, st)
      astfold_body(s.body, st)
      exprs(s.decorator_list, st)
      if (!st.annotations) s.returns = opt(s.returns, st)
      break
    case K.ClassDef:
      exprs(s.bases, st)
      for (const k of s.keywords) k.value = astfold_expr(k.value, st)
      astfold_body(s.body, st)
      exprs(s.decorator_list, st)
      break
    case K.Return:
      s.value = opt(s.value, st)
      break
    case K.Delete:
      exprs(s.targets, st)
      break
    case K.Assign:
      exprs(s.targets, st)
      s.value = astfold_expr(s.value, st)
      break
    case K.AugAssign:
      s.target = astfold_expr(s.target, st)
      s.value = astfold_expr(s.value, st)
      break
    case K.AnnAssign:
      s.target = astfold_expr(s.target, st)
      if (!st.annotations) s.annotation = astfold_expr(s.annotation, st)
      s.value = opt(s.value, st)
      break
    case K.For:
    case K.AsyncFor:
      s.target = astfold_expr(s.target, st)
      s.iter = astfold_expr(s.iter, st)
      stmts(s.body, st)
      stmts(s.orelse, st)
      if (s.kind === K.For) s.iter = fold_iter(s.iter, st)
      break
    case K.While:
    case K.If:
      s.test = astfold_expr(s.test, st)
      stmts(s.body, st)
      stmts(s.orelse, st)
      break
    case K.With:
    case K.AsyncWith:
      for (const item of s.items) {
        item.context_expr = astfold_expr(item.context_expr, st)
        item.optional_vars = opt(item.optional_vars, st)
      }
      stmts(s.body, st)
      break
    case K.Raise:
      s.exc = opt(s.exc, st)
      s.cause = opt(s.cause, st)
      break
    case K.Try:
    case K.TryStar:
      stmts(s.body, st)
      for (const h of s.handlers) {
        h.type = opt(h.type, st)
        stmts(h.body, st)
      }
      stmts(s.orelse, st)
      stmts(s.finalbody, st)
      break
    case K.Assert:
      s.test = astfold_expr(s.test, st)
      s.msg = opt(s.msg, st)
      break
    case K.Expr:
      s.value = astfold_expr(s.value, st)
      break
    case K.Match:
      s.subject = astfold_expr(s.subject, st)
      for (const m of s.cases) {
        astfold_pattern(m.pattern, st)
        m.guard = opt(m.guard, st)
        stmts(m.body, st)
      }
      break
    case K.Import:
    case K.ImportFrom:
    case K.Global:
    case K.Nonlocal:
    case K.Pass:
    case K.Break:
    case K.Continue:
      break
  }
  st.depth--
}

function astfold_pattern(p: pattern, st: State): void {
  if (++st.depth > st.limit) throw recursionError()
  switch (p.kind) {
    case K.MatchValue:
      p.value = astfold_expr(p.value, st)
      break
    case K.MatchSequence:
    case K.MatchOr:
      for (const x of p.patterns) astfold_pattern(x, st)
      break
    case K.MatchMapping:
      exprs(p.keys, st)
      for (const x of p.patterns) astfold_pattern(x, st)
      break
    case K.MatchClass:
      p.cls = astfold_expr(p.cls, st)
      for (const x of p.patterns) astfold_pattern(x, st)
      for (const x of p.kwd_patterns) astfold_pattern(x, st)
      break
    case K.MatchAs:
      if (p.pattern !== null) astfold_pattern(p.pattern, st)
      break
    case K.MatchSingleton:
    case K.MatchStar:
      break
  }
  st.depth--
}

/** Fold the tree in place; returns its constants. Throws CompileError when it is nested too deeply. */
export function _PyAST_Optimize(mod: mod, optimize: number, ff_features: number, recursion: Recursion): Set<ConstantValue> {
  const st: State = {
    ...recursion,
    optimize,
    annotations: (ff_features & CO.FUTURE_ANNOTATIONS) !== 0,
    arena: new Set(),
  }
  switch (mod.kind) {
    case K.Module:
      astfold_body(mod.body, st)
      break
    case K.Interactive:
      stmts(mod.body, st)
      break
    case K.Expression:
      mod.body = astfold_expr(mod.body, st)
      break
    case K.FunctionType:
      break
  }
  return st.arena
}
