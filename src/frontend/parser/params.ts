import { type arg, type arguments as Arguments, type expr, expr_context, K } from "../ast.ts"
import { tokCol, tokEnd, tokEndCol, tokEndLine, tokKind, tokLine, tokStart } from "../tokenizer.ts"
import { T } from "../tokens.ts"
import { bitwiseOr, expression } from "./expressions.ts"
import { accept, advance, fail, name, needs, p, source } from "./state.ts"

// Parameters of functions and lambdas.

export function lambdaParameters(): Arguments {
  return parameters(T.COLON, false)
}

/** Up to, not including, the closing parenthesis. */
export function functionParameters(): Arguments {
  return parameters(T.RPAR, true)
}

function typeComment(): string | null {
  if (tokKind[p] !== T.TYPE_COMMENT) return null
  const s = source.slice(tokStart[p], tokEnd[p])
  advance()
  return s
}

/** NAME with its annotation; `star`: "*args: *Ts" is allowed. */
function parameter(annotated: boolean, star: boolean): arg {
  const s = p
  const id = name()
  let annotation: expr | null = null
  if (annotated && accept(T.COLON)) {
    const a = p
    if (star && accept(T.STAR)) {
      const value = bitwiseOr()
      annotation = {
        kind: K.Starred,
        value,
        ctx: expr_context.Load,
        lineno: tokLine[a],
        col_offset: tokCol[a],
        end_lineno: tokEndLine[p - 1],
        end_col_offset: tokEndCol[p - 1],
      }
    } else annotation = expression()
  }
  return {
    kind: K.arg,
    arg: id,
    annotation,
    type_comment: null,
    lineno: tokLine[s],
    col_offset: tokCol[s],
    end_lineno: tokEndLine[p - 1],
    end_col_offset: tokEndCol[p - 1],
  }
}

function parameters(close: T, annotated: boolean): Arguments {
  let posonlyargs: arg[] = []
  let args: arg[] = []
  const defaults: expr[] = []
  const kwonlyargs: arg[] = []
  const kw_defaults: (expr | null)[] = []
  let vararg: arg | null = null
  let kwarg: arg | null = null
  let slash = false
  let star = false
  while (tokKind[p] !== close) {
    if (accept(T.SLASH)) {
      if (slash || star || args.length === 0) fail()
      needs(8)
      slash = true
      posonlyargs = args
      args = []
      if (!accept(T.COMMA)) break
      continue
    }
    if (accept(T.STAR)) {
      if (star) fail()
      star = true
      if (accept(T.COMMA)) {
        if (tokKind[p] !== T.NAME) fail()
        continue
      }
      vararg = parameter(annotated, true)
      if (tokKind[p] === T.EQUAL) fail()
      if (separator(vararg)) continue
      break
    }
    if (accept(T.DOUBLESTAR)) {
      kwarg = parameter(annotated, false)
      separator(kwarg)
      break
    }
    const a = parameter(annotated, false)
    let value: expr | null = null
    if (accept(T.EQUAL)) value = expression()
    if (star) {
      kwonlyargs.push(a)
      kw_defaults.push(value)
    } else {
      if (value !== null) defaults.push(value)
      else if (defaults.length > 0) fail()
      args.push(a)
    }
    if (!separator(a)) break
  }
  if (tokKind[p] !== close) fail()
  return { kind: K.arguments, posonlyargs, args, vararg, kwonlyargs, kw_defaults, kwarg, defaults }

  /** The comma behind a parameter and its type comment; false at the list's end. */
  function separator(a: arg): boolean {
    const more = accept(T.COMMA)
    if (annotated) {
      const comment = typeComment()
      if (comment !== null) a.type_comment = comment
    }
    return more
  }
}
