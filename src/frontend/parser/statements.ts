import { type alias, type expr, expr_context, K, operator, type stmt } from "../ast.ts"
import { names, tokCol, tokEnd, tokEndCol, tokEndLine, tokKind, tokLine, tokStart, tokValue } from "../tokenizer.ts"
import { T } from "../tokens.ts"
import { compoundStatement } from "./compound.ts"
import { annotatedRhs, bitwiseOr, expression, starExpressions, startsExpression, yieldExpression } from "./expressions.ts"
import { accept, advance, expect, fail, name, needs, p, source, target } from "./state.ts"

// Simple statements. `s` is the index of the statement's first token.

/** statement: append what the next statement gives to `body`. */
export function statement(body: stmt[]): void {
  const s = compoundStatement()
  if (s !== null) body.push(s)
  else simpleStatements(body)
}

/** simple_stmts: statements joined by ';' up to NEWLINE. */
export function simpleStatements(body: stmt[]): void {
  do {
    body.push(simpleStatement())
  } while (accept(T.SEMI) && tokKind[p] !== T.NEWLINE)
  expect(T.NEWLINE)
}

/** The type comment that comes next, if any. */
export function typeComment(): string | null {
  if (tokKind[p] !== T.TYPE_COMMENT) return null
  const s = source.slice(tokStart[p], tokEnd[p])
  advance()
  return s
}

function simpleStatement(): stmt {
  const s = p
  switch (tokKind[s]) {
    case T.RETURN: {
      advance()
      const value = startsExpression() ? starExpressions() : null
      return {
        kind: K.Return,
        value,
        lineno: tokLine[s],
        col_offset: tokCol[s],
        end_lineno: tokEndLine[p - 1],
        end_col_offset: tokEndCol[p - 1],
      }
    }
    case T.IMPORT:
      return importName()
    case T.FROM:
      return importFrom()
    case T.RAISE: {
      advance()
      let exc: expr | null = null
      let cause: expr | null = null
      if (startsExpression()) {
        exc = expression()
        if (accept(T.FROM)) cause = expression()
      }
      return {
        kind: K.Raise,
        exc,
        cause,
        lineno: tokLine[s],
        col_offset: tokCol[s],
        end_lineno: tokEndLine[p - 1],
        end_col_offset: tokEndCol[p - 1],
      }
    }
    case T.PASS:
      advance()
      return { kind: K.Pass, lineno: tokLine[s], col_offset: tokCol[s], end_lineno: tokEndLine[s], end_col_offset: tokEndCol[s] }
    case T.BREAK:
      advance()
      return { kind: K.Break, lineno: tokLine[s], col_offset: tokCol[s], end_lineno: tokEndLine[s], end_col_offset: tokEndCol[s] }
    case T.CONTINUE:
      advance()
      return { kind: K.Continue, lineno: tokLine[s], col_offset: tokCol[s], end_lineno: tokEndLine[s], end_col_offset: tokEndCol[s] }
    case T.DEL:
      return deletion()
    case T.YIELD: {
      const value = yieldExpression()
      return {
        kind: K.Expr,
        value,
        lineno: tokLine[s],
        col_offset: tokCol[s],
        end_lineno: tokEndLine[p - 1],
        end_col_offset: tokEndCol[p - 1],
      }
    }
    case T.ASSERT: {
      advance()
      const test = expression()
      const msg = accept(T.COMMA) ? expression() : null
      return {
        kind: K.Assert,
        test,
        msg,
        lineno: tokLine[s],
        col_offset: tokCol[s],
        end_lineno: tokEndLine[p - 1],
        end_col_offset: tokEndCol[p - 1],
      }
    }
    case T.GLOBAL:
    case T.NONLOCAL: {
      const kind = tokKind[s] === T.GLOBAL ? K.Global : K.Nonlocal
      const list: string[] = []
      do {
        advance()
        list.push(name())
      } while (tokKind[p] === T.COMMA)
      return {
        kind,
        names: list,
        lineno: tokLine[s],
        col_offset: tokCol[s],
        end_lineno: tokEndLine[p - 1],
        end_col_offset: tokEndCol[p - 1],
      }
    }
    default:
      return assignmentOrExpression()
  }
}

/** Augmented assignment by token, -1 for others. */
const AUGMENTED = new Int8Array(T.COUNT).fill(-1)
for (const [t, op] of [
  [T.PLUSEQUAL, operator.Add],
  [T.MINEQUAL, operator.Sub],
  [T.STAREQUAL, operator.Mult],
  [T.ATEQUAL, operator.MatMult],
  [T.SLASHEQUAL, operator.Div],
  [T.PERCENTEQUAL, operator.Mod],
  [T.AMPEREQUAL, operator.BitAnd],
  [T.VBAREQUAL, operator.BitOr],
  [T.CIRCUMFLEXEQUAL, operator.BitXor],
  [T.LEFTSHIFTEQUAL, operator.LShift],
  [T.RIGHTSHIFTEQUAL, operator.RShift],
  [T.DOUBLESTAREQUAL, operator.Pow],
  [T.DOUBLESLASHEQUAL, operator.FloorDiv],
])
  AUGMENTED[t] = op

function assignmentOrExpression(): stmt {
  const s = p
  const first = starExpressions()
  const next = tokKind[p]
  if (next === T.EQUAL) {
    const targets: expr[] = [target(first, expr_context.Store, true)]
    advance()
    let value: expr
    for (;;) {
      if (tokKind[p] === T.YIELD) {
        value = yieldExpression()
        if (tokKind[p] === T.EQUAL) fail()
        break
      }
      value = starExpressions()
      if (tokKind[p] !== T.EQUAL) break
      targets.push(target(value, expr_context.Store, true))
      advance()
    }
    const type_comment = typeComment()
    return {
      kind: K.Assign,
      targets,
      value,
      type_comment,
      lineno: tokLine[s],
      col_offset: tokCol[s],
      end_lineno: tokEndLine[p - 1],
      end_col_offset: tokEndCol[p - 1],
    }
  }
  if (next === T.COLON) {
    if (first.kind !== K.Name && first.kind !== K.Attribute && first.kind !== K.Subscript) fail()
    needs(6)
    const simple = first.kind === K.Name && tokKind[s] === T.NAME ? 1 : 0
    target(first, expr_context.Store, false)
    advance()
    const annotation = expression()
    const value = accept(T.EQUAL) ? annotatedRhs() : null
    return {
      kind: K.AnnAssign,
      target: first,
      annotation,
      value,
      simple,
      lineno: tokLine[s],
      col_offset: tokCol[s],
      end_lineno: tokEndLine[p - 1],
      end_col_offset: tokEndCol[p - 1],
    }
  }
  const op = AUGMENTED[next]
  if (op >= 0) {
    if (first.kind !== K.Name && first.kind !== K.Attribute && first.kind !== K.Subscript) fail()
    if (op === operator.MatMult) needs(5)
    target(first, expr_context.Store, false)
    advance()
    const value = annotatedRhs()
    return {
      kind: K.AugAssign,
      target: first,
      op,
      value,
      lineno: tokLine[s],
      col_offset: tokCol[s],
      end_lineno: tokEndLine[p - 1],
      end_col_offset: tokEndCol[p - 1],
    }
  }
  return {
    kind: K.Expr,
    value: first,
    lineno: tokLine[s],
    col_offset: tokCol[s],
    end_lineno: tokEndLine[p - 1],
    end_col_offset: tokEndCol[p - 1],
  }
}

function deletion(): stmt {
  const s = p
  advance()
  const targets: expr[] = []
  do {
    if (targets.length > 0 && (tokKind[p] === T.NEWLINE || tokKind[p] === T.SEMI)) break
    targets.push(target(bitwiseOr(), expr_context.Del, false))
  } while (accept(T.COMMA))
  if (tokKind[p] !== T.NEWLINE && tokKind[p] !== T.SEMI) fail()
  return {
    kind: K.Delete,
    targets,
    lineno: tokLine[s],
    col_offset: tokCol[s],
    end_lineno: tokEndLine[p - 1],
    end_col_offset: tokEndCol[p - 1],
  }
}

function dottedName(): string {
  const first = name()
  if (tokKind[p] !== T.DOT) return first
  let s = first
  while (accept(T.DOT)) s += `.${name()}`
  return s
}

function aliasNode(s: number, id: string): alias {
  const asname = accept(T.AS) ? name() : null
  return {
    kind: K.alias,
    name: id,
    asname,
    lineno: tokLine[s],
    col_offset: tokCol[s],
    end_lineno: tokEndLine[p - 1],
    end_col_offset: tokEndCol[p - 1],
  }
}

function importName(): stmt {
  const s = p
  const list: alias[] = []
  do {
    advance()
    const a = p
    list.push(aliasNode(a, dottedName()))
  } while (tokKind[p] === T.COMMA)
  return {
    kind: K.Import,
    names: list,
    lineno: tokLine[s],
    col_offset: tokCol[s],
    end_lineno: tokEndLine[p - 1],
    end_col_offset: tokEndCol[p - 1],
  }
}

function importFrom(): stmt {
  const s = p
  advance()
  let level = 0
  for (;;) {
    if (accept(T.DOT)) level++
    else if (accept(T.ELLIPSIS)) level += 3
    else break
  }
  const module = level > 0 && tokKind[p] === T.IMPORT ? null : dottedName()
  expect(T.IMPORT)
  const list: alias[] = []
  if (tokKind[p] === T.STAR) {
    const a = p
    advance()
    list.push({
      kind: K.alias,
      name: "*",
      asname: null,
      lineno: tokLine[a],
      col_offset: tokCol[a],
      end_lineno: tokEndLine[a],
      end_col_offset: tokEndCol[a],
    })
  } else {
    const open = accept(T.LPAR)
    do {
      if (open && list.length > 0 && tokKind[p] === T.RPAR) break
      const a = p
      list.push(aliasNode(a, name()))
    } while (accept(T.COMMA))
    if (open) expect(T.RPAR)
  }
  return {
    kind: K.ImportFrom,
    module,
    names: list,
    level,
    lineno: tokLine[s],
    col_offset: tokCol[s],
    end_lineno: tokEndLine[p - 1],
    end_col_offset: tokEndCol[p - 1],
  }
}

/** Is the next token the NAME `word`? */
export function nextIs(word: string): boolean {
  return tokKind[p] === T.NAME && names[tokValue[p]] === word
}
