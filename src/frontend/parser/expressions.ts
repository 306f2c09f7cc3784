import { boolop, type cmpop as Cmpop, cmpop, type expr, expr_context, K, type keyword, operator, unaryop } from "../ast.ts"
import { names, tokCol, tokEndCol, tokEndLine, tokKind, tokLine, tokStart, tokValue } from "../tokenizer.ts"
import { T } from "../tokens.ts"
import { atom, comprehensions } from "./atoms.ts"
import { lambdaParameters } from "./params.ts"
import { accept, advance, barry, enter, expect, fail, leave, name, needs, p, source } from "./state.ts"

// expression … primary of Grammar/python.gram. `s` is always the index of the node's first token.

/** Binding strength of binary operators by token, 0 for the rest. */
const STRENGTH = new Uint8Array(T.COUNT)
const OPERATOR = new Uint8Array(T.COUNT)
for (const [t, strength, op] of [
  [T.VBAR, 1, operator.BitOr],
  [T.CIRCUMFLEX, 2, operator.BitXor],
  [T.AMPER, 3, operator.BitAnd],
  [T.LEFTSHIFT, 4, operator.LShift],
  [T.RIGHTSHIFT, 4, operator.RShift],
  [T.PLUS, 5, operator.Add],
  [T.MINUS, 5, operator.Sub],
  [T.STAR, 6, operator.Mult],
  [T.SLASH, 6, operator.Div],
  [T.DOUBLESLASH, 6, operator.FloorDiv],
  [T.PERCENT, 6, operator.Mod],
  [T.AT, 6, operator.MatMult],
]) {
  STRENGTH[t] = strength
  OPERATOR[t] = op
}

/** Can a token start a star_expressions or yield_expr? */
const STARTS = new Uint8Array(T.COUNT)
for (const t of [
  T.NAME,
  T.NUMBER,
  T.STRING,
  T.LPAR,
  T.LSQB,
  T.LBRACE,
  T.PLUS,
  T.MINUS,
  T.TILDE,
  T.STAR,
  T.ELLIPSIS,
  T.AWAIT,
  T.FALSE,
  T.NONE,
  T.TRUE,
  T.LAMBDA,
  T.NOT,
])
  STARTS[t] = 1

export function startsExpression(): boolean {
  return STARTS[tokKind[p]] === 1
}

/** star_expressions: one expression, or a tuple without parentheses. */
export function starExpressions(): expr {
  const s = p
  const first = starExpression()
  if (tokKind[p] !== T.COMMA) return first
  const elts = [first]
  while (accept(T.COMMA)) {
    if (STARTS[tokKind[p]] === 0) break
    elts.push(starExpression())
  }
  return tuple(s, elts)
}

/** expressions: the same without stars. */
export function expressions(): expr {
  const s = p
  const first = expression()
  if (tokKind[p] !== T.COMMA) return first
  const elts = [first]
  while (accept(T.COMMA)) {
    if (STARTS[tokKind[p]] === 0 || tokKind[p] === T.STAR) break
    elts.push(expression())
  }
  return tuple(s, elts)
}

export function tuple(s: number, elts: expr[]): expr {
  return {
    kind: K.Tuple,
    elts,
    ctx: expr_context.Load,
    lineno: tokLine[s],
    col_offset: tokCol[s],
    end_lineno: tokEndLine[p - 1],
    end_col_offset: tokEndCol[p - 1],
  }
}

/** '*' and what `value` reads. */
function starred(s: number, value: expr): expr {
  return {
    kind: K.Starred,
    value,
    ctx: expr_context.Load,
    lineno: tokLine[s],
    col_offset: tokCol[s],
    end_lineno: tokEndLine[p - 1],
    end_col_offset: tokEndCol[p - 1],
  }
}

export function starExpression(): expr {
  const s = p
  if (accept(T.STAR)) return starred(s, bitwiseOr())
  return expression()
}

export function starNamedExpression(): expr {
  const s = p
  if (accept(T.STAR)) return starred(s, bitwiseOr())
  return namedExpression()
}

/** '*' expression, in arguments and subscripts. */
function starredExpression(): expr {
  const s = p
  expect(T.STAR)
  return starred(s, expression())
}

export function namedExpression(): expr {
  if (tokKind[p] === T.NAME && tokKind[p + 1] === T.COLONEQUAL) return assignmentExpression()
  const e = expression()
  if (tokKind[p] === T.COLONEQUAL) fail()
  return e
}

function assignmentExpression(): expr {
  const s = p
  needs(8)
  const target = nameNode(expr_context.Store)
  advance()
  const value = expression()
  return {
    kind: K.NamedExpr,
    target,
    value,
    lineno: tokLine[s],
    col_offset: tokCol[s],
    end_lineno: tokEndLine[p - 1],
    end_col_offset: tokEndCol[p - 1],
  }
}

/** The NAME that comes next as a node. */
export function nameNode(ctx: expr_context): expr {
  if (tokKind[p] !== T.NAME) fail()
  const s = p
  advance()
  return {
    kind: K.Name,
    id: names[tokValue[s]],
    ctx,
    lineno: tokLine[s],
    col_offset: tokCol[s],
    end_lineno: tokEndLine[s],
    end_col_offset: tokEndCol[s],
  }
}

export function yieldExpression(): expr {
  const s = p
  expect(T.YIELD)
  if (accept(T.FROM)) {
    const value = expression()
    return {
      kind: K.YieldFrom,
      value,
      lineno: tokLine[s],
      col_offset: tokCol[s],
      end_lineno: tokEndLine[p - 1],
      end_col_offset: tokEndCol[p - 1],
    }
  }
  const value = STARTS[tokKind[p]] === 1 ? starExpressions() : null
  return {
    kind: K.Yield,
    value,
    lineno: tokLine[s],
    col_offset: tokCol[s],
    end_lineno: tokEndLine[p - 1],
    end_col_offset: tokEndCol[p - 1],
  }
}

/** yield_expr | star_expressions */
export function annotatedRhs(): expr {
  return tokKind[p] === T.YIELD ? yieldExpression() : starExpressions()
}

export function expression(): expr {
  enter()
  const s = p
  let e: expr
  if (tokKind[s] === T.LAMBDA) {
    enter()
    advance()
    const args = lambdaParameters()
    expect(T.COLON)
    const body = expression()
    leave()
    e = {
      kind: K.Lambda,
      args,
      body,
      lineno: tokLine[s],
      col_offset: tokCol[s],
      end_lineno: tokEndLine[p - 1],
      end_col_offset: tokEndCol[p - 1],
    }
  } else {
    e = disjunction()
    if (tokKind[p] === T.IF) {
      advance()
      const test = disjunction()
      expect(T.ELSE)
      const orelse = expression()
      e = {
        kind: K.IfExp,
        test,
        body: e,
        orelse,
        lineno: tokLine[s],
        col_offset: tokCol[s],
        end_lineno: tokEndLine[p - 1],
        end_col_offset: tokEndCol[p - 1],
      }
    }
  }
  leave()
  return e
}

function boolean(s: number, op: boolop, values: expr[]): expr {
  return {
    kind: K.BoolOp,
    op,
    values,
    lineno: tokLine[s],
    col_offset: tokCol[s],
    end_lineno: tokEndLine[p - 1],
    end_col_offset: tokEndCol[p - 1],
  }
}

export function disjunction(): expr {
  const s = p
  const first = conjunction()
  if (tokKind[p] !== T.OR) return first
  const values = [first]
  while (accept(T.OR)) values.push(conjunction())
  return boolean(s, boolop.Or, values)
}

function conjunction(): expr {
  const s = p
  const first = inversion()
  if (tokKind[p] !== T.AND) return first
  const values = [first]
  while (accept(T.AND)) values.push(inversion())
  return boolean(s, boolop.And, values)
}

function unary(s: number, op: unaryop, operand: expr): expr {
  return {
    kind: K.UnaryOp,
    op,
    operand,
    lineno: tokLine[s],
    col_offset: tokCol[s],
    end_lineno: tokEndLine[p - 1],
    end_col_offset: tokEndCol[p - 1],
  }
}

function inversion(): expr {
  if (tokKind[p] !== T.NOT) return comparison()
  const s = p
  enter()
  advance()
  const operand = inversion()
  leave()
  return unary(s, unaryop.Not, operand)
}

function comparison(): expr {
  const s = p
  const left = bitwiseOr()
  let op = comparisonOperator()
  if (op < 0) return left
  const ops: Cmpop[] = []
  const comparators: expr[] = []
  while (op >= 0) {
    ops.push(op)
    comparators.push(bitwiseOr())
    op = comparisonOperator()
  }
  return {
    kind: K.Compare,
    left,
    ops,
    comparators,
    lineno: tokLine[s],
    col_offset: tokCol[s],
    end_lineno: tokEndLine[p - 1],
    end_col_offset: tokEndCol[p - 1],
  }
}

/** Take a comparison operator; -1 if there is none. */
function comparisonOperator(): number {
  switch (tokKind[p]) {
    case T.EQEQUAL:
      advance()
      return cmpop.Eq
    case T.NOTEQUAL: {
      const ltgt = source.charCodeAt(tokStart[p]) === 60
      if (ltgt !== barry) fail()
      advance()
      return cmpop.NotEq
    }
    case T.LESSEQUAL:
      advance()
      return cmpop.LtE
    case T.LESS:
      advance()
      return cmpop.Lt
    case T.GREATEREQUAL:
      advance()
      return cmpop.GtE
    case T.GREATER:
      advance()
      return cmpop.Gt
    case T.IN:
      advance()
      return cmpop.In
    case T.NOT:
      if (tokKind[p + 1] !== T.IN) return -1
      advance()
      advance()
      return cmpop.NotIn
    case T.IS:
      advance()
      return accept(T.NOT) ? cmpop.IsNot : cmpop.Is
    default:
      return -1
  }
}

export function bitwiseOr(): expr {
  return binary(1)
}

function binary(least: number): expr {
  const s = p
  let left = factor()
  for (;;) {
    const t = tokKind[p]
    const strength = STRENGTH[t]
    if (strength === 0 || strength < least) return left
    if (t === T.AT) needs(5)
    advance()
    const right = strength === 6 ? factor() : binary(strength + 1)
    left = {
      kind: K.BinOp,
      left,
      op: OPERATOR[t],
      right,
      lineno: tokLine[s],
      col_offset: tokCol[s],
      end_lineno: tokEndLine[p - 1],
      end_col_offset: tokEndCol[p - 1],
    }
  }
}

function factor(): expr {
  const s = p
  const t = tokKind[s]
  if (t === T.MINUS || t === T.PLUS || t === T.TILDE) {
    enter()
    advance()
    const operand = factor()
    leave()
    return unary(s, t === T.MINUS ? unaryop.USub : t === T.PLUS ? unaryop.UAdd : unaryop.Invert, operand)
  }
  const left = t === T.AWAIT ? awaitPrimary() : primary()
  if (tokKind[p] !== T.DOUBLESTAR) return left
  enter()
  enter()
  advance()
  const right = factor()
  leave()
  leave()
  return {
    kind: K.BinOp,
    left,
    op: operator.Pow,
    right,
    lineno: tokLine[s],
    col_offset: tokCol[s],
    end_lineno: tokEndLine[p - 1],
    end_col_offset: tokEndCol[p - 1],
  }
}

function awaitPrimary(): expr {
  const s = p
  needs(5)
  advance()
  const value = primary()
  return {
    kind: K.Await,
    value,
    lineno: tokLine[s],
    col_offset: tokCol[s],
    end_lineno: tokEndLine[p - 1],
    end_col_offset: tokEndCol[p - 1],
  }
}

function primary(): expr {
  const s = p
  let e = atom()
  for (;;) {
    switch (tokKind[p]) {
      case T.DOT: {
        advance()
        const attr = name()
        e = {
          kind: K.Attribute,
          value: e,
          attr,
          ctx: expr_context.Load,
          lineno: tokLine[s],
          col_offset: tokCol[s],
          end_lineno: tokEndLine[p - 1],
          end_col_offset: tokEndCol[p - 1],
        }
        break
      }
      case T.LPAR: {
        const args: expr[] = []
        const keywords: keyword[] = []
        callArguments(args, keywords, true)
        e = {
          kind: K.Call,
          func: e,
          args,
          keywords,
          lineno: tokLine[s],
          col_offset: tokCol[s],
          end_lineno: tokEndLine[p - 1],
          end_col_offset: tokEndCol[p - 1],
        }
        break
      }
      case T.LSQB: {
        advance()
        const slice = slices()
        expect(T.RSQB)
        e = {
          kind: K.Subscript,
          value: e,
          slice,
          ctx: expr_context.Load,
          lineno: tokLine[s],
          col_offset: tokCol[s],
          end_lineno: tokEndLine[p - 1],
          end_col_offset: tokEndCol[p - 1],
        }
        break
      }
      default:
        return e
    }
  }
}

/** '(' … ')' of a call or a class: positional ones, then keywords; `f(x for x in y)` only where `genexp`. */
export function callArguments(args: expr[], keywords: keyword[], genexp: boolean): void {
  const open = p
  enter()
  expect(T.LPAR)
  let sawKeyword = false
  let sawDouble = false
  while (tokKind[p] !== T.RPAR) {
    const s = p
    const t = tokKind[s]
    if (t === T.NAME && tokKind[s + 1] === T.EQUAL) {
      const arg = name()
      advance()
      keywords.push(keywordNode(s, arg, expression()))
      sawKeyword = true
    } else if (t === T.DOUBLESTAR) {
      advance()
      keywords.push(keywordNode(s, null, expression()))
      sawKeyword = sawDouble = true
    } else if (t === T.STAR) {
      if (sawDouble) fail()
      args.push(starredExpression())
    } else {
      if (sawKeyword) fail()
      const e = namedExpression()
      if (tokKind[p] === T.EQUAL) fail()
      if (tokKind[p] === T.FOR || tokKind[p] === T.ASYNC) {
        if (!genexp || args.length > 0) fail()
        const generators = comprehensions()
        expect(T.RPAR)
        leave()
        args.push({
          kind: K.GeneratorExp,
          elt: e,
          generators,
          lineno: tokLine[open],
          col_offset: tokCol[open],
          end_lineno: tokEndLine[p - 1],
          end_col_offset: tokEndCol[p - 1],
        })
        return
      }
      args.push(e)
    }
    if (!accept(T.COMMA)) break
  }
  expect(T.RPAR)
  leave()
}

function keywordNode(s: number, arg: string | null, value: expr): keyword {
  return {
    kind: K.keyword,
    arg,
    value,
    lineno: tokLine[s],
    col_offset: tokCol[s],
    end_lineno: tokEndLine[p - 1],
    end_col_offset: tokEndCol[p - 1],
  }
}

function slices(): expr {
  const s = p
  const first = tokKind[s] === T.STAR ? starredExpression() : slice()
  if (tokKind[p] !== T.COMMA && first.kind !== K.Starred) return first
  const elts = [first]
  while (accept(T.COMMA)) {
    if (tokKind[p] === T.RSQB) break
    elts.push(tokKind[p] === T.STAR ? starredExpression() : slice())
  }
  return tuple(s, elts)
}

function slice(): expr {
  const s = p
  let lower: expr | null = null
  if (tokKind[p] !== T.COLON) {
    if (tokKind[p] === T.NAME && tokKind[p + 1] === T.COLONEQUAL) return assignmentExpression()
    lower = expression()
    if (tokKind[p] !== T.COLON) {
      if (tokKind[p] === T.COLONEQUAL) fail()
      return lower
    }
  }
  advance()
  let upper: expr | null = null
  let step: expr | null = null
  if (STARTS[tokKind[p]] === 1 && tokKind[p] !== T.STAR) upper = expression()
  if (accept(T.COLON) && STARTS[tokKind[p]] === 1 && tokKind[p] !== T.STAR) step = expression()
  return {
    kind: K.Slice,
    lower,
    upper,
    step,
    lineno: tokLine[s],
    col_offset: tokCol[s],
    end_lineno: tokEndLine[p - 1],
    end_col_offset: tokEndCol[p - 1],
  }
}
