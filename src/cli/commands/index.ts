import { Command, CommanderError } from "commander"
import type { Options } from "../../runtime/options.ts"
import { MoultFileError } from "../../base/moultfile.ts"
import { addExport } from "./export.ts"
import { addFlamegraph } from "./flamegraph.ts"
import { addCheck } from "./check.ts"
import { addDiff } from "./diff.ts"
import { addLines } from "./lines.ts"
import { addLint } from "./lint.ts"
import { addReport } from "./report.ts"
import { addTables } from "./tables.ts"
import { addLeaks } from "./leaks.ts"
import { addRun } from "./run.ts"
import { addSql } from "./sql.ts"
import { addStats } from "./stats.ts"

// `moult COMMAND …`: moult's own commands. Each file here adds one or a few of them.

/** What a command is given: how to start Python, and where its exit status goes. */
export interface Context {
  start: (options: Options) => void
  status: number | undefined
}

/** "ENOENT: no such file or directory, open 'x'" → "x: no such file or directory". */
function fileError(e: NodeJS.ErrnoException): string {
  const m = /^E[A-Z0-9]+: (.*?), \w+/.exec(e.message)
  return m === null || e.path === undefined ? e.message : `${e.path}: ${m[1]}`
}

/** Run the command line. @returns the exit status; undefined when Python runs and decides. */
export async function runCommand(args: string[], start: (options: Options) => void): Promise<number | undefined> {
  const context: Context = { start, status: 0 }
  const program = new Command("moult")
  program.exitOverride().enablePositionalOptions().showHelpAfterError("(moult COMMAND --help says more)")
  addRun(program, context)
  addReport(program)
  addTables(program)
  addLines(program)
  addDiff(program)
  addLeaks(program, context)
  addCheck(program, context)
  addLint(program, context)
  addStats(program)
  addExport(program)
  addFlamegraph(program)
  addSql(program)
  try {
    await program.parseAsync(args, { from: "user" })
  } catch (e) {
    if (e instanceof CommanderError) return e.exitCode === 0 ? 0 : 2
    if (e instanceof MoultFileError || (e as NodeJS.ErrnoException).code !== undefined) {
      process.stderr.write(`moult: ${fileError(e as NodeJS.ErrnoException)}\n`)
      return 1
    }
    throw e
  }
  return context.status
}
