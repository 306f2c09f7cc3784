import { type expr, K, type mod, type stmt } from "./ast.ts"
import { diagnose } from "./diagnose.ts"
import { characterOffset } from "./diagnose/run.ts"
import { BAIL, type ParseWarning, type SyntaxIssue, stackOverflow } from "./errors.ts"
import { expression, expressions } from "./parser/expressions.ts"
import { accept, advance, expect, fail, overflow, p, start, warnings } from "./parser/state.ts"
import { statement } from "./parser/statements.ts"
import { compoundStatement } from "./parser/compound.ts"
import { simpleStatements } from "./parser/statements.ts"
import { type DecodedSource, type Decoder, decodeSource, hasStrayBytes, translateNewlines } from "./source.ts"
import {
  numberWarnings,
  resetTokens,
  scan,
  tokCol,
  tokCount,
  tokEnd,
  tokEndCol,
  tokEndLine,
  tokKind,
  tokLine,
  tokStart,
  typeIgnores,
} from "./tokenizer.ts"
import { T } from "./tokens.ts"

// Source to tree. The fast path knows only valid programs; when it gives up, diagnose.ts reads the source again the way CPython
// does, twice if need be, to find the error's words and place.

/** Compiler flags the parser looks at (Include/cpython/compile.h). */
export const enum PyCF {
  DONT_IMPLY_DEDENT = 0x200,
  ONLY_AST = 0x400,
  IGNORE_COOKIE = 0x800,
  TYPE_COMMENTS = 0x1000,
  ALLOW_INCOMPLETE_INPUT = 0x4000,
  BARRY_AS_BDFL = 0x400000,
}

export interface ParseOptions {
  filename: string
  mode: "exec" | "eval" | "single" | "func_type"
  /** PyCF and CO_FUTURE bits. */
  flags?: number
  typeComments?: boolean
  /** Minor version of the grammar (ast.parse's feature_version); 11. */
  featureVersion?: number
  /** sys.set_int_max_str_digits(); 0 is no limit. */
  intMaxStrDigits?: number
  /** Line `lineno` of the file called `filename`, with its newline, if there is such a file: what CPython shows in "exec" mode. */
  programText?: (lineno: number) => string | null
  /** The bytes are the file `filename` read as a script: stray bytes are reported as CPython does for files. */
  fromFile?: boolean
  /** Decodes sources with a cookie other than utf-8, ascii or latin-1. */
  decoder?: Decoder
}

export type ParseResult = ({ ast: mod; error?: undefined } | { ast?: undefined; error: SyntaxIssue }) & { warnings: ParseWarning[] }

/** _PyParser_ASTFromString: the module of a source, or the error. Never throws. */
export function parseModule(input: string | Uint8Array, opts: ParseOptions): ParseResult {
  let decoded: DecodedSource
  if (typeof input === "string") decoded = { text: input, encoding: "utf-8" }
  else {
    const d = decodeSource(input, opts.decoder ?? null)
    if (!("encoding" in d)) return { error: d, warnings: [] }
    decoded = d
  }
  const { encoding } = decoded
  const source = translateNewlines(decoded.text, opts.mode === "exec")
  try {
    const ast = decoded.lossy === true && opts.fromFile === true ? null : fast(source, opts, decoded.lossy === true)
    if (ast !== null) return { ast, warnings: collectWarnings(source, encoding !== null, opts) }
    if (overflow !== null) return { error: overflow, warnings: [] }
    return diagnose(source, encoding, opts)
  } catch (e) {
    if (e instanceof RangeError) return { error: stackOverflow(), warnings: [] }
    throw e
  }
}

/** The tree, or null when anything is wrong. */
function fast(source: string, opts: ParseOptions, lossy: boolean): mod | null {
  const flags = opts.flags ?? 0
  const comments = opts.typeComments === true || (flags & PyCF.TYPE_COMMENTS) !== 0
  const featureVersion = opts.featureVersion ?? 11
  start({
    source,
    featureVersion,
    barry: (flags & PyCF.BARRY_AS_BDFL) !== 0,
    typeComments: comments,
    intMaxStrDigits: opts.intMaxStrDigits ?? 4300,
  })
  resetTokens()
  const single = opts.mode === "single"
  const scanOptions = {
    typeComments: comments,
    asyncHacks: featureVersion < 7,
    single,
    implyDedent: (flags & PyCF.DONT_IMPLY_DEDENT) === 0,
  }
  if (!scan(source, 0, source.length, scanOptions, 0, 0)) return null
  if (lossy)
    for (let i = 0; i < tokCount; i++) if (tokKind[i] === T.STRING && hasStrayBytes(source.slice(tokStart[i], tokEnd[i]))) return null
  try {
    switch (opts.mode) {
      case "exec": {
        const body: stmt[] = []
        while (tokKind[p] !== T.ENDMARKER) statement(body)
        return { kind: K.Module, body, type_ignores: typeIgnores.map((i) => ({ kind: K.TypeIgnore, lineno: i.lineno, tag: i.tag })) }
      }
      case "eval": {
        const body = expressions()
        while (accept(T.NEWLINE)) {}
        expect(T.ENDMARKER)
        return { kind: K.Expression, body }
      }
      case "single":
        return interactive(source)
      case "func_type":
        return functionType()
    }
  } catch (e) {
    if (e !== BAIL) throw e
    return null
  }
}

/** statement_newline, and nothing but space and comments behind it. */
function interactive(source: string): mod {
  const body: stmt[] = []
  if (tokKind[p] === T.NEWLINE) {
    const s = p
    advance()
    body.push({ kind: K.Pass, lineno: tokLine[s], col_offset: tokCol[s], end_lineno: tokEndLine[s], end_col_offset: tokEndCol[s] })
  } else {
    if (tokKind[p] === T.ENDMARKER) fail()
    const s = compoundStatement()
    if (s !== null) {
      body.push(s)
      expect(T.NEWLINE)
    } else simpleStatements(body)
  }
  if (!/^(?:[ \t\n\f]|#[^\n]*)*$/.test(source.slice(tokStart[p - 1]))) fail()
  return { kind: K.Interactive, body }
}

function functionType(): mod {
  expect(T.LPAR)
  const argtypes: expr[] = []
  if (tokKind[p] !== T.RPAR) {
    let stars = 0
    do {
      if (tokKind[p] === T.STAR) {
        if (stars > 0) fail()
        stars = 1
        advance()
      } else if (tokKind[p] === T.DOUBLESTAR) {
        if (stars > 1) fail()
        stars = 2
        advance()
      } else if (stars > 0) fail()
      argtypes.push(expression())
    } while (accept(T.COMMA))
  }
  expect(T.RPAR)
  expect(T.RARROW)
  const returns = expression()
  while (accept(T.NEWLINE)) {}
  expect(T.ENDMARKER)
  return { kind: K.FunctionType, argtypes, returns }
}

/** Escape and number warnings in the order of the source, with the text and the character columns that their errors show. */
function collectWarnings(source: string, encoded: boolean, opts: ParseOptions): ParseWarning[] {
  if (numberWarnings.length === 0 && warnings.length === 0) return warnings
  const lines = source.split("\n")
  const all: ParseWarning[] = []
  for (const w of warnings) {
    const e = w.error
    let line = lines[e.lineno - 1] ?? ""
    if (e.text === "\n" && e.lineno < lines.length) line += "\n"
    e.text = (opts.mode === "exec" ? opts.programText?.(e.lineno) : null) ?? line
    if (encoded) {
      e.offset = characterOffset(e.text, e.offset)
      e.end_offset = characterOffset(e.text, e.end_offset)
    }
    all.push(w)
  }
  for (const w of numberWarnings) {
    const msg = `invalid ${w.kind} literal`
    const text = lines[w.lineno - 1] ?? ""
    const offset = characterOffset(text, w.offset)
    all.push({
      category: "SyntaxWarning",
      msg,
      lineno: w.lineno,
      error: { type: "SyntaxError", msg, lineno: w.lineno, offset, end_lineno: w.lineno, end_offset: offset, text },
    })
  }
  return all.sort((a, b) => a.lineno - b.lineno)
}
