import { type expr, expr_context, K } from "../ast.ts"
import { BAIL, type ParseWarning, type SyntaxIssue, stackOverflow } from "../errors.ts"
import { MAXSTACK, T } from "../tokens.ts"
import { names, tokCol, tokEndCol, tokEndLine, tokKind, tokLine, tokValue } from "../tokenizer.ts"

// Where the fast parser stands: one source at a time a worker, so plain module variables.

/** Index of the next token. */
export let p = 0
export let source = ""
export let featureVersion = 11
export let barry = false
export let typeComments = false
export let intMaxStrDigits = 4300
export let warnings: ParseWarning[] = []
/** Grammar levels in use, about as CPython's parser counts them. */
export let depth = 0

/** Set while a MemoryError unwinds. */
export let overflow: SyntaxIssue | null = null

export interface ParserState {
  source: string
  featureVersion: number
  barry: boolean
  typeComments: boolean
  intMaxStrDigits: number
}

export function start(s: ParserState): void {
  p = 0
  depth = 0
  overflow = null
  warnings = []
  source = s.source
  featureVersion = s.featureVersion
  barry = s.barry
  typeComments = s.typeComments
  intMaxStrDigits = s.intMaxStrDigits
}

export function advance(): void {
  p++
}
export function seek(to: number): void {
  p = to
}
/** Go back after a speculation: the warnings of the abandoned reading are forgotten (its strings are read again). */
export function rewind(to: number, warned: number, level: number): void {
  p = to
  depth = level
  warnings.length = warned
}

/** Rules that CPython's parser is inside of before it reaches a statement's first expression. */
const BASE = 31

export function enter(): void {
  if (++depth > MAXSTACK - BASE) {
    overflow = stackOverflow()
    throw BAIL
  }
}
export function leave(): void {
  depth--
}

export function fail(): never {
  throw BAIL
}

/** Something newer than the version asked for: the second pass words the error. */
export function needs(version: number): void {
  if (featureVersion < version) throw BAIL
}

export function kind(): number {
  return tokKind[p]
}

/** Take the next token if it is a `k`. */
export function accept(k: T): boolean {
  if (tokKind[p] !== k) return false
  p++
  return true
}

export function expect(k: T): void {
  if (tokKind[p] !== k) throw BAIL
  p++
}

/** The text of the NAME that comes next. */
export function name(): string {
  if (tokKind[p] !== T.NAME) throw BAIL
  return names[tokValue[p++]]
}

/** Is the next token this soft keyword? */
export function isSoft(word: string): boolean {
  return tokKind[p] === T.NAME && names[tokValue[p]] === word
}

/** Index of the last token before p that is not NEWLINE, INDENT, DEDENT or ENDMARKER: where a statement ends. */
export function lastToken(): number {
  let m = p - 1
  while (m > 0 && (tokKind[m] === T.ENDMARKER || (tokKind[m] >= T.NEWLINE && tokKind[m] <= T.DEDENT))) m--
  return m
}

export { tokCol, tokEndCol, tokEndLine, tokKind, tokLine }

/** _PyPegen_set_expr_context, for a target that the grammar allows; anything else is an error. Starred only where `star`. */
export function target(e: expr, ctx: expr_context, star: boolean): expr {
  switch (e.kind) {
    case K.Name:
    case K.Attribute:
    case K.Subscript:
      e.ctx = ctx
      return e
    case K.Tuple:
    case K.List:
      e.ctx = ctx
      for (const x of e.elts) target(x, ctx, ctx !== expr_context.Del)
      return e
    case K.Starred:
      if (!star) throw BAIL
      if (e.value.kind === K.Starred) throw BAIL
      e.ctx = ctx
      target(e.value, ctx, false)
      return e
    default:
      throw BAIL
  }
}
