import { Parser, type ParserSettings } from "./diagnose/run.ts"
import { Report } from "./diagnose/report.ts"
import { Tok } from "./diagnose/tok.ts"
import { type ParseOptions, type ParseResult, PyCF } from "./parser.ts"

const START: Record<ParseOptions["mode"], ParserSettings["startRule"]> = {
  exec: "file",
  eval: "eval",
  single: "interactive",
  func_type: "func_type",
}

/** The second pass: what CPython says about a source that the fast path gave up on. */
export function diagnose(source: string, encoding: string | null, opts: ParseOptions): ParseResult {
  const flags = opts.flags ?? 0
  const featureVersion = opts.featureVersion ?? 11
  const report = new Report()
  const comments = opts.typeComments === true || (flags & PyCF.TYPE_COMMENTS) !== 0
  const tok = new Tok(source, encoding, comments, featureVersion < 7, report, opts.fromFile ? opts.filename : null)
  const parser = new Parser(
    tok,
    {
      startRule: START[opts.mode],
      featureVersion,
      barry: (flags & PyCF.BARRY_AS_BDFL) !== 0,
      dontImplyDedent: (flags & PyCF.DONT_IMPLY_DEDENT) !== 0,
      allowIncomplete: (flags & PyCF.ALLOW_INCOMPLETE_INPUT) !== 0,
      intMaxStrDigits: opts.intMaxStrDigits ?? 4300,
      programText: opts.programText ?? null,
    },
    report,
    source,
  )
  const valid = parser.run()
  const error = report.error
  if (valid || error === null) throw new Error("moult bug: the two passes of the parser disagree about a program; please report it")
  const lines = source.split("\n")
  for (const w of report.warnings) w.error.text = lines[w.error.lineno - 1] ?? ""
  return { error, warnings: report.warnings }
}
