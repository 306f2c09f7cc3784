import type { ParseOptions, ParseResult } from "./parser.ts"
export function diagnose(source: string, encoding: string | null, opts: ParseOptions): ParseResult {
  return { error: { type: "SyntaxError", msg: "invalid syntax", lineno: 1, offset: 0, end_lineno: 1, end_offset: 0, text: null }, warnings: [] }
}
