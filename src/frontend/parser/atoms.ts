import { type comprehension, type ConstantValue, type expr, expr_context, K } from "../ast.ts"
import { BAIL } from "../errors.ts"
import { concatenateStrings, decodedConstant, decodeText, type StringHost, type StringToken } from "../strings.ts"
import {
  names,
  numberWarnings,
  STR,
  scan,
  tokCol,
  tokCount,
  tokEnd,
  tokEndCol,
  tokEndLine,
  tokKind,
  tokLine,
  tokStart,
  tokValue,
  truncateTokens,
} from "../tokenizer.ts"
import { T } from "../tokens.ts"
import { bitwiseOr, disjunction, expression, starExpressions, starNamedExpression, tuple, yieldExpression } from "./expressions.ts"
import {
  accept,
  advance,
  enter,
  expect,
  fail,
  featureVersion,
  intMaxStrDigits,
  leave,
  needs,
  p,
  seek,
  source,
  target,
  warnings,
} from "./state.ts"

// Names, literals, displays and comprehensions.

const NONE: ConstantValue = { t: "None" }
const TRUE: ConstantValue = { t: "True" }
const FALSE: ConstantValue = { t: "False" }
const ELLIPSIS: ConstantValue = { t: "Ellipsis" }

export function atom(): expr {
  switch (tokKind[p]) {
    case T.NAME: {
      const s = p
      advance()
      return {
        kind: K.Name,
        id: names[tokValue[s]],
        ctx: expr_context.Load,
        lineno: tokLine[s],
        col_offset: tokCol[s],
        end_lineno: tokEndLine[s],
        end_col_offset: tokEndCol[s],
      }
    }
    case T.NUMBER:
      return numberNode()
    case T.STRING:
      return strings()
    case T.LPAR:
      return parenthesised()
    case T.LSQB:
      return bracketed()
    case T.LBRACE:
      return braced()
    case T.NONE:
      return constantNode(NONE)
    case T.TRUE:
      return constantNode(TRUE)
    case T.FALSE:
      return constantNode(FALSE)
    case T.ELLIPSIS:
      return constantNode(ELLIPSIS)
    default:
      return fail()
  }
}

function constantNode(value: ConstantValue): expr {
  const s = p
  advance()
  return {
    kind: K.Constant,
    value,
    strKind: null,
    lineno: tokLine[s],
    col_offset: tokCol[s],
    end_lineno: tokEndLine[s],
    end_col_offset: tokEndCol[s],
  }
}

export function numberNode(): expr {
  const text = source.slice(tokStart[p], tokEnd[p])
  if (featureVersion < 6 && text.includes("_")) fail()
  const value = parseNumber(text, intMaxStrDigits)
  if (value === null) return fail()
  return constantNode(value)
}

/** parsenumber: null when the int has more digits than allowed. */
export function parseNumber(text: string, maxDigits: number): ConstantValue | null {
  if (text.includes("_")) text = text.replaceAll("_", "")
  const last = text.charCodeAt(text.length - 1) | 32
  const second = text.charCodeAt(1) | 32
  if (text.charCodeAt(0) === 48 && (second === 120 || second === 111 || second === 98)) return { t: "int", v: BigInt(text.toLowerCase()) }
  if (last === 106) return { t: "complex", re: 0, im: Number(text.slice(0, -1)) }
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i)
    if (c < 48 || c > 57) return { t: "float", v: Number(text) }
  }
  if (text.length <= 15) return { t: "int", v: BigInt(Number(text)) }
  if (maxDigits > 0 && text.length > maxDigits) return null
  return { t: "int", v: BigInt(text) }
}

function tokenAt(i: number): StringToken {
  return {
    start: tokStart[i],
    end: tokEnd[i],
    lineno: tokLine[i],
    col_offset: tokCol[i],
    end_lineno: tokEndLine[i],
    end_col_offset: tokEndCol[i],
  }
}

/** Messages are the second pass's business; warnings are kept with the error they become if the filter wants errors. */
const host: StringHost = {
  get featureVersion(): number {
    return featureVersion
  },
  fail(): never {
    throw BAIL
  },
  failAt(): never {
    throw BAIL
  },
  warnEscape(msg, t): void {
    warnings.push({
      category: "DeprecationWarning",
      msg,
      lineno: t.lineno,
      error: {
        type: "SyntaxError",
        msg,
        lineno: t.lineno,
        offset: t.col_offset + 1,
        end_lineno: t.end_lineno,
        end_offset: t.end_col_offset + 1,
        // for now, whether the line is still the tokenizer's: then its newline is shown too
        text: tokLine[p] <= t.lineno ? "\n" : "",
      },
    })
  },
  expression(src, open, close, line, col): expr {
    const back = p
    const count = tokCount
    const warned = numberWarnings.length
    if (!scan(src, open, close, NESTED, line, col)) throw BAIL
    const end = tokCount
    tokKind[end] = T.ENDMARKER
    truncateTokens(end + 1)
    seek(count)
    enter()
    const e = starExpressions()
    leave()
    if (p !== end) throw BAIL
    truncateTokens(count)
    while (numberWarnings.length > warned) numberWarnings[numberWarnings.length - 1].token = back
    seek(back)
    return e
  },
}
const NESTED = { typeComments: false, asyncHacks: false, single: false, implyDedent: false }

/** STRING+ */
export function strings(): expr {
  const s = p
  const flags = tokValue[s]
  if (tokKind[s + 1] !== T.STRING && (flags & STR.FORMAT) === 0) {
    advance()
    const quote = flags & STR.TRIPLE ? 3 : 1
    const from = tokStart[s] + (flags >> STR.PREFIX_SHIFT) + quote
    const to = tokEnd[s] - quote
    let value: ConstantValue
    if (flags & STR.BYTES) {
      if ((flags & STR.BACKSLASH) !== 0 && (flags & STR.RAW) === 0) return concatenateStrings(host, source, [tokenAt(s)])
      if (flags & STR.NONASCII) fail()
      const v = new Uint8Array(to - from)
      for (let i = from; i < to; i++) v[i - from] = source.charCodeAt(i)
      value = { t: "bytes", v }
    } else if ((flags & STR.BACKSLASH) !== 0 && (flags & STR.RAW) === 0) {
      value = decodedConstant(decodeText(host, source, from, to, false, tokenAt(s)))
    } else value = { t: "str", v: source.slice(from, to) }
    return {
      kind: K.Constant,
      value,
      strKind: flags & STR.U ? "u" : null,
      lineno: tokLine[s],
      col_offset: tokCol[s],
      end_lineno: tokEndLine[s],
      end_col_offset: tokEndCol[s],
    }
  }
  const tokens: StringToken[] = []
  while (tokKind[p] === T.STRING) {
    tokens.push(tokenAt(p))
    advance()
  }
  return concatenateStrings(host, source, tokens)
}

/** tuple | group | genexp */
function parenthesised(): expr {
  const s = p
  enter()
  advance()
  if (accept(T.RPAR)) {
    leave()
    return tuple(s, [])
  }
  if (tokKind[p] === T.YIELD) {
    const e = yieldExpression()
    expect(T.RPAR)
    leave()
    return e
  }
  const first = starNamedExpression()
  if (tokKind[p] === T.RPAR) {
    if (first.kind === K.Starred) fail()
    advance()
    leave()
    return first
  }
  if (tokKind[p] === T.COMMA) {
    const elts = [first]
    while (accept(T.COMMA)) {
      if (tokKind[p] === T.RPAR) break
      elts.push(starNamedExpression())
    }
    expect(T.RPAR)
    leave()
    return tuple(s, elts)
  }
  if (first.kind === K.Starred) fail()
  const generators = comprehensions()
  expect(T.RPAR)
  leave()
  return {
    kind: K.GeneratorExp,
    elt: first,
    generators,
    lineno: tokLine[s],
    col_offset: tokCol[s],
    end_lineno: tokEndLine[p - 1],
    end_col_offset: tokEndCol[p - 1],
  }
}

/** list | listcomp */
function bracketed(): expr {
  const s = p
  enter()
  advance()
  const elts: expr[] = []
  if (tokKind[p] !== T.RSQB) {
    const first = starNamedExpression()
    if (tokKind[p] === T.FOR || tokKind[p] === T.ASYNC) {
      if (first.kind === K.Starred) fail()
      const generators = comprehensions()
      expect(T.RSQB)
      leave()
      return {
        kind: K.ListComp,
        elt: first,
        generators,
        lineno: tokLine[s],
        col_offset: tokCol[s],
        end_lineno: tokEndLine[p - 1],
        end_col_offset: tokEndCol[p - 1],
      }
    }
    elts.push(first)
    while (accept(T.COMMA)) {
      if (tokKind[p] === T.RSQB) break
      elts.push(starNamedExpression())
    }
  }
  expect(T.RSQB)
  leave()
  return {
    kind: K.List,
    elts,
    ctx: expr_context.Load,
    lineno: tokLine[s],
    col_offset: tokCol[s],
    end_lineno: tokEndLine[p - 1],
    end_col_offset: tokEndCol[p - 1],
  }
}

/** dict | set | dictcomp | setcomp */
function braced(): expr {
  const s = p
  enter()
  advance()
  if (tokKind[p] === T.RBRACE || tokKind[p] === T.DOUBLESTAR) return dict(s, [], [])
  if (tokKind[p] !== T.STAR && !(tokKind[p] === T.NAME && tokKind[p + 1] === T.COLONEQUAL)) {
    const key = expression()
    if (accept(T.COLON)) {
      const value = expression()
      if (tokKind[p] === T.FOR || tokKind[p] === T.ASYNC) {
        const generators = comprehensions()
        expect(T.RBRACE)
        leave()
        return {
          kind: K.DictComp,
          key,
          value,
          generators,
          lineno: tokLine[s],
          col_offset: tokCol[s],
          end_lineno: tokEndLine[p - 1],
          end_col_offset: tokEndCol[p - 1],
        }
      }
      if (tokKind[p] !== T.RBRACE) expect(T.COMMA)
      return dict(s, [key], [value])
    }
    if (tokKind[p] === T.COLONEQUAL) fail()
    return set(s, key)
  }
  return set(s, starNamedExpression())
}

/** The rest of a dict display behind its first item and comma. */
function dict(s: number, keys: (expr | null)[], values: expr[]): expr {
  while (tokKind[p] !== T.RBRACE) {
    if (accept(T.DOUBLESTAR)) {
      keys.push(null)
      values.push(bitwiseOr())
    } else {
      keys.push(expression())
      expect(T.COLON)
      values.push(expression())
    }
    if (!accept(T.COMMA)) break
  }
  expect(T.RBRACE)
  leave()
  return {
    kind: K.Dict,
    keys,
    values,
    lineno: tokLine[s],
    col_offset: tokCol[s],
    end_lineno: tokEndLine[p - 1],
    end_col_offset: tokEndCol[p - 1],
  }
}

/** The rest of a set display or comprehension behind its first element. */
function set(s: number, first: expr): expr {
  if (tokKind[p] === T.FOR || tokKind[p] === T.ASYNC) {
    if (first.kind === K.Starred) fail()
    const generators = comprehensions()
    expect(T.RBRACE)
    leave()
    return {
      kind: K.SetComp,
      elt: first,
      generators,
      lineno: tokLine[s],
      col_offset: tokCol[s],
      end_lineno: tokEndLine[p - 1],
      end_col_offset: tokEndCol[p - 1],
    }
  }
  const elts = [first]
  while (accept(T.COMMA)) {
    if (tokKind[p] === T.RBRACE) break
    elts.push(starNamedExpression())
  }
  expect(T.RBRACE)
  leave()
  return {
    kind: K.Set,
    elts,
    lineno: tokLine[s],
    col_offset: tokCol[s],
    end_lineno: tokEndLine[p - 1],
    end_col_offset: tokEndCol[p - 1],
  }
}

/** for_if_clauses */
export function comprehensions(): comprehension[] {
  const out: comprehension[] = []
  do {
    let is_async = 0
    if (accept(T.ASYNC)) {
      needs(6)
      is_async = 1
    }
    expect(T.FOR)
    const t = starTargets()
    expect(T.IN)
    const iter = disjunction()
    const ifs: expr[] = []
    while (accept(T.IF)) ifs.push(disjunction())
    out.push({ kind: K.comprehension, target: t, iter, ifs, is_async })
  } while (tokKind[p] === T.FOR || tokKind[p] === T.ASYNC)
  return out
}

/** star_targets: read as operands (so that `in` is not taken), then checked. */
export function starTargets(): expr {
  const s = p
  const first = starTarget()
  if (tokKind[p] !== T.COMMA) return first
  const elts = [first]
  while (accept(T.COMMA)) {
    if (tokKind[p] === T.IN) break
    elts.push(starTarget())
  }
  const t = tuple(s, elts)
  if (t.kind === K.Tuple) t.ctx = expr_context.Store
  return t
}

export function starTarget(): expr {
  const s = p
  if (accept(T.STAR)) {
    if (tokKind[p] === T.STAR) fail()
    const value = target(bitwiseOr(), expr_context.Store, false)
    return {
      kind: K.Starred,
      value,
      ctx: expr_context.Store,
      lineno: tokLine[s],
      col_offset: tokCol[s],
      end_lineno: tokEndLine[p - 1],
      end_col_offset: tokEndCol[p - 1],
    }
  }
  return target(bitwiseOr(), expr_context.Store, false)
}
