import type { ParseWarning, SyntaxIssue } from "../errors.ts"

/** What the second pass finds: CPython's current exception, and the warnings given on the way. */
export class Report {
  error: SyntaxIssue | null = null
  readonly warnings: ParseWarning[] = []

  warn(category: ParseWarning["category"], msg: string, lineno: number, offset: number, end_lineno: number, end_offset: number): void {
    const seen = this.warnings.some((w) => w.msg === msg && w.lineno === lineno && w.error.offset === offset)
    if (!seen)
      this.warnings.push({
        category,
        msg,
        lineno,
        error: { type: "SyntaxError", msg, lineno, offset, end_lineno, end_offset, text: null },
      })
  }
}
