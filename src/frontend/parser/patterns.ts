import { type expr, expr_context, K, type match_case, operator, type pattern, type stmt, unaryop } from "../ast.ts"
import { BAIL } from "../errors.ts"
import { names, tokCol, tokEndCol, tokEndLine, tokKind, tokLine, tokValue } from "../tokenizer.ts"
import { T } from "../tokens.ts"
import { atom, numberNode, strings } from "./atoms.ts"
import { block } from "./compound.ts"
import { namedExpression, nameNode, starNamedExpression, startsExpression, tuple } from "./expressions.ts"
import { accept, advance, depth, enter, expect, fail, isSoft, lastToken, leave, name, needs, p, rewind, warnings } from "./state.ts"

// The match statement. `match` and `case` are names everywhere else, so its head is tried and taken back when it does not fit.

export function matchStatement(): stmt | null {
  const s = p
  const next = tokKind[s + 1]
  if (next === T.EQUAL || next === T.DOT || next === T.NEWLINE || next === T.COMMA || next === T.RPAR || next === T.COLON) return null
  const warned = warnings.length
  const level = depth
  let subject: expr | null = null
  try {
    advance()
    if (startsExpression()) {
      const e = subjectExpression()
      if (accept(T.COLON) && accept(T.NEWLINE) && accept(T.INDENT) && isSoft("case")) subject = e
    }
  } catch (e) {
    if (e !== BAIL) throw e
  }
  if (subject === null) {
    rewind(s, warned, level)
    return null
  }
  needs(10)
  const cases: match_case[] = []
  do {
    cases.push(caseBlock())
  } while (!accept(T.DEDENT))
  const e = lastToken()
  return {
    kind: K.Match,
    subject,
    cases,
    lineno: tokLine[s],
    col_offset: tokCol[s],
    end_lineno: tokEndLine[e],
    end_col_offset: tokEndCol[e],
  }
}

function subjectExpression(): expr {
  const s = p
  const first = starNamedExpression()
  if (tokKind[p] !== T.COMMA) {
    if (first.kind === K.Starred) fail()
    return first
  }
  const elts = [first]
  while (accept(T.COMMA)) {
    if (!startsExpression()) break
    elts.push(starNamedExpression())
  }
  return tuple(s, elts)
}

function caseBlock(): match_case {
  if (!isSoft("case")) fail()
  advance()
  const pat = patterns()
  const guard = accept(T.IF) ? namedExpression() : null
  expect(T.COLON)
  const body = block()
  return { kind: K.match_case, pattern: pat, guard, body }
}

/** open_sequence_pattern | pattern */
function patterns(): pattern {
  const s = p
  const first = maybeStar()
  if (tokKind[p] !== T.COMMA) {
    if (first.kind === K.MatchStar) fail()
    return first
  }
  const list = [first]
  while (accept(T.COMMA)) {
    if (tokKind[p] === T.COLON || tokKind[p] === T.IF) break
    list.push(maybeStar())
  }
  return sequence(s, list)
}

function sequence(s: number, list: pattern[]): pattern {
  return {
    kind: K.MatchSequence,
    patterns: list,
    lineno: tokLine[s],
    col_offset: tokCol[s],
    end_lineno: tokEndLine[p - 1],
    end_col_offset: tokEndCol[p - 1],
  }
}

function maybeStar(): pattern {
  const s = p
  if (!accept(T.STAR)) return patternNode()
  const id = isWildcard() ? null : captureName()
  if (id === null) advance()
  return {
    kind: K.MatchStar,
    name: id,
    lineno: tokLine[s],
    col_offset: tokCol[s],
    end_lineno: tokEndLine[p - 1],
    end_col_offset: tokEndCol[p - 1],
  }
}

function isWildcard(): boolean {
  return tokKind[p] === T.NAME && names[tokValue[p]] === "_"
}

/** pattern_capture_target: a name that is no wildcard and does not go on as attribute, call or keyword. */
function captureName(): string {
  if (isWildcard()) fail()
  const id = name()
  const k = tokKind[p]
  if (k === T.DOT || k === T.LPAR || k === T.EQUAL) fail()
  return id
}

/** as_pattern | or_pattern */
function patternNode(): pattern {
  enter()
  const s = p
  let e = closed()
  if (tokKind[p] === T.VBAR) {
    const list = [e]
    while (accept(T.VBAR)) list.push(closed())
    e = {
      kind: K.MatchOr,
      patterns: list,
      lineno: tokLine[s],
      col_offset: tokCol[s],
      end_lineno: tokEndLine[p - 1],
      end_col_offset: tokEndCol[p - 1],
    }
  }
  if (accept(T.AS)) {
    const id = captureName()
    e = {
      kind: K.MatchAs,
      pattern: e,
      name: id,
      lineno: tokLine[s],
      col_offset: tokCol[s],
      end_lineno: tokEndLine[p - 1],
      end_col_offset: tokEndCol[p - 1],
    }
  }
  leave()
  return e
}

function valueNode(s: number, value: expr): pattern {
  return {
    kind: K.MatchValue,
    value,
    lineno: tokLine[s],
    col_offset: tokCol[s],
    end_lineno: tokEndLine[p - 1],
    end_col_offset: tokEndCol[p - 1],
  }
}

function closed(): pattern {
  const s = p
  switch (tokKind[s]) {
    case T.NUMBER:
    case T.MINUS:
      return valueNode(s, signedNumber())
    case T.STRING:
      return valueNode(s, strings())
    case T.NONE:
    case T.TRUE:
    case T.FALSE: {
      const e = atom()
      if (e.kind !== K.Constant) return fail()
      return {
        kind: K.MatchSingleton,
        value: e.value,
        lineno: tokLine[s],
        col_offset: tokCol[s],
        end_lineno: tokEndLine[s],
        end_col_offset: tokEndCol[s],
      }
    }
    case T.NAME: {
      const next = tokKind[s + 1]
      if (next === T.DOT || next === T.LPAR) {
        const e = nameOrAttribute()
        if (tokKind[p] === T.LPAR) return classPattern(s, e)
        if (tokKind[p] === T.EQUAL || e.kind === K.Name) fail()
        return valueNode(s, e)
      }
      if (isWildcard()) {
        advance()
        return {
          kind: K.MatchAs,
          pattern: null,
          name: null,
          lineno: tokLine[s],
          col_offset: tokCol[s],
          end_lineno: tokEndLine[s],
          end_col_offset: tokEndCol[s],
        }
      }
      const id = captureName()
      return {
        kind: K.MatchAs,
        pattern: null,
        name: id,
        lineno: tokLine[s],
        col_offset: tokCol[s],
        end_lineno: tokEndLine[s],
        end_col_offset: tokEndCol[s],
      }
    }
    case T.LPAR: {
      advance()
      if (accept(T.RPAR)) return sequence(s, [])
      const first = maybeStar()
      if (tokKind[p] !== T.COMMA) {
        expect(T.RPAR)
        if (first.kind === K.MatchStar) fail()
        return first
      }
      return sequencePattern(s, first, T.RPAR)
    }
    case T.LSQB:
      advance()
      if (accept(T.RSQB)) return sequence(s, [])
      return sequencePattern(s, maybeStar(), T.RSQB)
    case T.LBRACE:
      return mappingPattern()
    default:
      return fail()
  }
}

function sequencePattern(s: number, first: pattern, close: T): pattern {
  const list = [first]
  while (accept(T.COMMA)) {
    if (tokKind[p] === close) break
    list.push(maybeStar())
  }
  expect(close)
  return sequence(s, list)
}

/** signed_number | complex_number */
function signedNumber(): expr {
  const s = p
  let left = unsigned()
  const k = tokKind[p]
  if (k === T.PLUS || k === T.MINUS) {
    const real = left.kind === K.UnaryOp ? left.operand : left
    if (real.kind !== K.Constant || real.value.t === "complex") fail()
    advance()
    if (tokKind[p] !== T.NUMBER) fail()
    const right = numberNode()
    if (right.kind !== K.Constant || right.value.t !== "complex") fail()
    left = {
      kind: K.BinOp,
      left,
      op: k === T.PLUS ? operator.Add : operator.Sub,
      right,
      lineno: tokLine[s],
      col_offset: tokCol[s],
      end_lineno: tokEndLine[p - 1],
      end_col_offset: tokEndCol[p - 1],
    }
  }
  return left
}

function unsigned(): expr {
  const s = p
  const minus = accept(T.MINUS)
  if (tokKind[p] !== T.NUMBER) fail()
  const n = numberNode()
  if (!minus) return n
  return {
    kind: K.UnaryOp,
    op: unaryop.USub,
    operand: n,
    lineno: tokLine[s],
    col_offset: tokCol[s],
    end_lineno: tokEndLine[p - 1],
    end_col_offset: tokEndCol[p - 1],
  }
}

function nameOrAttribute(): expr {
  const s = p
  let e = nameNode(expr_context.Load)
  while (accept(T.DOT)) {
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
  }
  return e
}

function mappingPattern(): pattern {
  const s = p
  advance()
  const keys: expr[] = []
  const list: pattern[] = []
  let rest: string | null = null
  while (tokKind[p] !== T.RBRACE) {
    if (accept(T.DOUBLESTAR)) {
      rest = captureName()
      accept(T.COMMA)
      break
    }
    keys.push(mappingKey())
    expect(T.COLON)
    list.push(patternNode())
    if (!accept(T.COMMA)) break
  }
  expect(T.RBRACE)
  return {
    kind: K.MatchMapping,
    keys,
    patterns: list,
    rest,
    lineno: tokLine[s],
    col_offset: tokCol[s],
    end_lineno: tokEndLine[p - 1],
    end_col_offset: tokEndCol[p - 1],
  }
}

function mappingKey(): expr {
  switch (tokKind[p]) {
    case T.NUMBER:
    case T.MINUS:
      return signedNumber()
    case T.STRING:
      return strings()
    case T.NONE:
    case T.TRUE:
    case T.FALSE:
      return atom()
    case T.NAME: {
      const e = nameOrAttribute()
      if (e.kind === K.Name) fail()
      return e
    }
    default:
      return fail()
  }
}

function classPattern(s: number, cls: expr): pattern {
  const list: pattern[] = []
  const kwd_attrs: string[] = []
  const kwd_patterns: pattern[] = []
  advance()
  while (tokKind[p] !== T.RPAR) {
    if (tokKind[p] === T.NAME && tokKind[p + 1] === T.EQUAL) {
      kwd_attrs.push(name())
      advance()
      kwd_patterns.push(patternNode())
    } else {
      if (kwd_attrs.length > 0) fail()
      list.push(patternNode())
    }
    if (!accept(T.COMMA)) break
  }
  expect(T.RPAR)
  return {
    kind: K.MatchClass,
    cls,
    patterns: list,
    kwd_attrs,
    kwd_patterns,
    lineno: tokLine[s],
    col_offset: tokCol[s],
    end_lineno: tokEndLine[p - 1],
    end_col_offset: tokEndCol[p - 1],
  }
}
