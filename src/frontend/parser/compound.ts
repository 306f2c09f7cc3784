import { type excepthandler, type expr, K, type keyword, type stmt, type withitem } from "../ast.ts"
import { BAIL } from "../errors.ts"
import { tokCol, tokEnd, tokEndCol, tokEndLine, tokKind, tokLine, tokStart } from "../tokenizer.ts"
import { T } from "../tokens.ts"
import { starTarget, starTargets } from "./atoms.ts"
import { callArguments, expression, namedExpression, starExpressions } from "./expressions.ts"
import { functionParameters } from "./params.ts"
import { matchStatement } from "./patterns.ts"
import { accept, advance, depth, enter, expect, fail, isSoft, lastToken, leave, name, needs, p, rewind, source, warnings } from "./state.ts"
import { simpleStatements, statement, typeComment } from "./statements.ts"

// Compound statements. They end where their last token that is neither NEWLINE nor DEDENT ends.

/** The compound statement that comes next, or null. */
export function compoundStatement(): stmt | null {
  switch (tokKind[p]) {
    case T.DEF:
      return functionDef(p, [], false)
    case T.AT:
      return decorated()
    case T.CLASS:
      return classDef([])
    case T.IF:
      return ifStatement()
    case T.WITH:
      return withStatement(p, false)
    case T.FOR:
      return forStatement(p, false)
    case T.TRY:
      return tryStatement()
    case T.WHILE:
      return whileStatement()
    case T.ASYNC:
      return asyncStatement([])
    case T.NAME:
      return isSoft("match") ? matchStatement() : null
    default:
      return null
  }
}

/** block: an indented suite or statements on the same line. */
export function block(): stmt[] {
  const body: stmt[] = []
  if (accept(T.NEWLINE)) {
    expect(T.INDENT)
    enter()
    do {
      statement(body)
    } while (tokKind[p] !== T.DEDENT)
    leave()
    advance()
  } else simpleStatements(body)
  return body
}

function elseBlock(): stmt[] {
  if (!accept(T.ELSE)) return []
  expect(T.COLON)
  return block()
}

function decorated(): stmt {
  const list: expr[] = []
  while (accept(T.AT)) {
    list.push(namedExpression())
    expect(T.NEWLINE)
  }
  if (tokKind[p] === T.CLASS) return classDef(list)
  if (tokKind[p] === T.DEF) return functionDef(p, list, false)
  if (tokKind[p] === T.ASYNC && tokKind[p + 1] === T.DEF) return asyncStatement(list)
  return fail()
}

function asyncStatement(decorators: expr[]): stmt {
  const s = p
  needs(5)
  advance()
  switch (tokKind[p]) {
    case T.DEF:
      return functionDef(s, decorators, true)
    case T.WITH:
      return withStatement(s, true)
    case T.FOR:
      return forStatement(s, true)
    default:
      return fail()
  }
}

function functionDef(s: number, decorator_list: expr[], isAsync: boolean): stmt {
  advance()
  const id = name()
  expect(T.LPAR)
  const args = functionParameters()
  expect(T.RPAR)
  const returns = accept(T.RARROW) ? expression() : null
  expect(T.COLON)
  let type_comment: string | null = null
  if (tokKind[p] === T.TYPE_COMMENT) type_comment = typeComment()
  else if (tokKind[p] === T.NEWLINE && tokKind[p + 1] === T.TYPE_COMMENT) {
    // a type comment on a line of its own, above the indented body
    if (tokKind[p + 2] !== T.NEWLINE || tokKind[p + 3] !== T.INDENT) fail()
    advance()
    type_comment = source.slice(tokStart[p], tokEnd[p])
    advance()
  }
  const body = block()
  const e = lastToken()
  return {
    kind: isAsync ? K.AsyncFunctionDef : K.FunctionDef,
    name: id,
    args,
    body,
    decorator_list,
    returns,
    type_comment,
    lineno: tokLine[s],
    col_offset: tokCol[s],
    end_lineno: tokEndLine[e],
    end_col_offset: tokEndCol[e],
  }
}

function classDef(decorator_list: expr[]): stmt {
  const s = p
  advance()
  const id = name()
  const bases: expr[] = []
  const keywords: keyword[] = []
  if (tokKind[p] === T.LPAR) callArguments(bases, keywords, false)
  expect(T.COLON)
  const body = block()
  const e = lastToken()
  return {
    kind: K.ClassDef,
    name: id,
    bases,
    keywords,
    body,
    decorator_list,
    lineno: tokLine[s],
    col_offset: tokCol[s],
    end_lineno: tokEndLine[e],
    end_col_offset: tokEndCol[e],
  }
}

/** `if` or `elif` and what follows it. */
function ifStatement(): stmt {
  const s = p
  enter()
  advance()
  const test = namedExpression()
  expect(T.COLON)
  const body = block()
  const orelse = tokKind[p] === T.ELIF ? [ifStatement()] : elseBlock()
  leave()
  const e = lastToken()
  return {
    kind: K.If,
    test,
    body,
    orelse,
    lineno: tokLine[s],
    col_offset: tokCol[s],
    end_lineno: tokEndLine[e],
    end_col_offset: tokEndCol[e],
  }
}

function whileStatement(): stmt {
  const s = p
  advance()
  const test = namedExpression()
  expect(T.COLON)
  const body = block()
  const orelse = elseBlock()
  const e = lastToken()
  return {
    kind: K.While,
    test,
    body,
    orelse,
    lineno: tokLine[s],
    col_offset: tokCol[s],
    end_lineno: tokEndLine[e],
    end_col_offset: tokEndCol[e],
  }
}

function forStatement(s: number, isAsync: boolean): stmt {
  advance()
  const target = starTargets()
  expect(T.IN)
  const iter = starExpressions()
  expect(T.COLON)
  const type_comment = typeComment()
  const body = block()
  const orelse = elseBlock()
  const e = lastToken()
  return {
    kind: isAsync ? K.AsyncFor : K.For,
    target,
    iter,
    body,
    orelse,
    type_comment,
    lineno: tokLine[s],
    col_offset: tokCol[s],
    end_lineno: tokEndLine[e],
    end_col_offset: tokEndCol[e],
  }
}

function withItem(): withitem {
  const context_expr = expression()
  let optional_vars: expr | null = null
  if (accept(T.AS)) {
    optional_vars = starTarget()
    if (tokKind[p] !== T.COMMA && tokKind[p] !== T.RPAR && tokKind[p] !== T.COLON) fail()
  }
  return { kind: K.withitem, context_expr, optional_vars }
}

/** '(' with_item, … ')' ':' if that is what follows; otherwise null and nothing taken. */
function parenthesisedItems(): withitem[] | null {
  const back = p
  const warned = warnings.length
  const level = depth
  try {
    advance()
    const items: withitem[] = []
    do {
      if (items.length > 0 && tokKind[p] === T.RPAR) break
      items.push(withItem())
    } while (accept(T.COMMA))
    expect(T.RPAR)
    if (accept(T.COLON)) return items
  } catch (e) {
    if (e !== BAIL) throw e
  }
  rewind(back, warned, level)
  return null
}

function withStatement(s: number, isAsync: boolean): stmt {
  advance()
  let items: withitem[] | null = null
  let type_comment: string | null = null
  if (tokKind[p] === T.LPAR) {
    items = parenthesisedItems()
    if (items !== null && !isAsync) needs(9)
  }
  if (items === null) {
    items = []
    do {
      items.push(withItem())
    } while (accept(T.COMMA))
    expect(T.COLON)
    type_comment = typeComment()
  }
  const body = block()
  const e = lastToken()
  return {
    kind: isAsync ? K.AsyncWith : K.With,
    items,
    body,
    type_comment,
    lineno: tokLine[s],
    col_offset: tokCol[s],
    end_lineno: tokEndLine[e],
    end_col_offset: tokEndCol[e],
  }
}

function tryStatement(): stmt {
  const s = p
  advance()
  expect(T.COLON)
  const body = block()
  const handlers: excepthandler[] = []
  const star = tokKind[p] === T.EXCEPT && tokKind[p + 1] === T.STAR
  if (star) needs(11)
  while (tokKind[p] === T.EXCEPT) {
    if ((tokKind[p + 1] === T.STAR) !== star) fail()
    handlers.push(handler(star))
  }
  const orelse = handlers.length > 0 ? elseBlock() : []
  let finalbody: stmt[] = []
  if (accept(T.FINALLY)) {
    expect(T.COLON)
    finalbody = block()
  } else if (handlers.length === 0) fail()
  const e = lastToken()
  return {
    kind: star ? K.TryStar : K.Try,
    body,
    handlers,
    orelse,
    finalbody,
    lineno: tokLine[s],
    col_offset: tokCol[s],
    end_lineno: tokEndLine[e],
    end_col_offset: tokEndCol[e],
  }
}

function handler(star: boolean): excepthandler {
  const s = p
  advance()
  if (star) advance()
  let type: expr | null = null
  let id: string | null = null
  if (star || tokKind[p] !== T.COLON) {
    type = expression()
    if (accept(T.AS)) id = name()
  }
  expect(T.COLON)
  const body = block()
  const e = lastToken()
  return {
    kind: K.ExceptHandler,
    type,
    name: id,
    body,
    lineno: tokLine[s],
    col_offset: tokCol[s],
    end_lineno: tokEndLine[e],
    end_col_offset: tokEndCol[e],
  }
}
