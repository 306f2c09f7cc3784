// The front end: source -> tokens -> tree -> code units. Knows no heap.

export { rawTokens, type RawToken } from "./diagnose/iter.ts"
export { type ParseWarning, type SyntaxIssue } from "./errors.ts"
export { parseModule, type ParseOptions, type ParseResult, PyCF } from "./parser.ts"
export { setUnicodeNameLookup } from "./strings.ts"
export { unparseExpr } from "./unparse.ts"
