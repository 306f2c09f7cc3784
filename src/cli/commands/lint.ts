import type { Command } from "commander"
import { readFileSync } from "node:fs"
import path from "node:path"
import pc from "picocolors"
import { MoultFileError } from "../../base/moultfile.ts"
import { parseModule } from "../../frontend/index.ts"
import { Measurer, type Saving } from "../analysis/lint/measure.ts"
import { type Finding, lintTree, RULES } from "../analysis/lint/rules.ts"
import type { Context } from "./index.ts"
import { loadFile, type MoultFile } from "./load.ts"
import { record } from "./openrun.ts"

interface LintFlags {
  run?: boolean
  recording?: string
  json?: boolean
}
interface Advice extends Finding {
  file: string
  advice: string
  /** What it cost in the recorded run; undefined when there was none. */
  measured?: Saving
}

/** Less is not worth a word. */
const MIN_BYTES = 16 * 1024
const MIN_MS = 1

function findings(file: string): Finding[] {
  const result = parseModule(readFileSync(file), { filename: file, mode: "exec" })
  if (result.ast === undefined) throw new MoultFileError(`${file}:${result.error.lineno}: ${result.error.msg}`)
  return lintTree(result.ast)
}
/** The findings that a run supports with numbers; all that need none when there was no run. */
function advise(file: string, f: MoultFile | undefined): Advice[] {
  const found = findings(file)
  const measurer = f === undefined ? undefined : new Measurer(f, path.resolve(file))
  const out: Advice[] = []
  for (const finding of found) {
    const measured = measurer?.measure(finding.measure)
    if (measured === undefined ? finding.needsRun : finding.needsRun && measured.amount < MIN_BYTES) continue
    if (measured !== undefined && finding.measure.kind === "collections" && measured.amount < MIN_MS) continue
    out.push({ ...finding, file, advice: RULES[finding.rule], measured })
  }
  return out
}

export function addLint(program: Command, context: Context): void {
  program
    .command("lint")
    .description("advice on a source file's memory habits, with what each cost in a run")
    .usage("[options] file.py [arg ...]")
    .argument("<file>", "a Python source file")
    .argument("[args...]", "with --run: the program's arguments")
    .option("-r, --run", "run the file and measure what each finding costs")
    .option("--recording <file.moult>", "measure with a recording made before")
    .option("--json", "as JSON")
    .passThroughOptions()
    .action((file: string, args: string[], flags: LintFlags) => {
      findings(file)
      let f: MoultFile | undefined
      if (flags.recording !== undefined) f = loadFile(flags.recording)
      else if (flags.run === true) f = record([file, ...args]).file
      const list = advise(file, f)
      context.status = list.length > 0 ? 1 : 0
      if (flags.json === true) {
        process.stdout.write(`${JSON.stringify(list.map(({ measure, needsRun, ...rest }) => rest))}\n`)
        return
      }
      for (const a of list) {
        process.stdout.write(`${a.file}:${a.line}: ${a.what}: ${a.advice} ${pc.dim(`[${a.rule}]`)}\n`)
        if (a.measured !== undefined) process.stdout.write(`    ${pc.cyan(`measured: ${a.measured.text}`)}\n`)
      }
      if (list.length > 0 && f === undefined)
        process.stdout.write("Not measured: --run says what each costs, and finds what only a run shows.\n")
    })
}
