import type { Command } from "commander"
import { existsSync } from "node:fs"
import path from "node:path"
import { parseOptions } from "../options.ts"
import type { Context } from "./index.ts"

interface RunFlags {
  output?: string
  force?: boolean
  quiet?: boolean
}

/** The default file's name, as memray makes it: from the script and the process. */
function defaultOutput(target: string, mode: string): string {
  const name = mode === "file" ? path.basename(target).replace(/\.py$/, "") : mode === "module" ? target : mode
  return `moult-${name}.${process.pid}.moult`
}

export function addRun(program: Command, context: Context): void {
  program
    .command("run")
    .description("run a program and keep its memory's story in a file")
    .usage("[options] [python's options] script.py [arg ...]")
    .argument("<python...>", "what `moult` alone would run: script.py, -m module, -c command; with their arguments")
    .option("-o, --output <file>", "the file to write (default: moult-SCRIPT.PID.moult)")
    .option("-f, --force", "write over an existing file")
    .option("-q, --quiet", "do not say where the file is")
    .passThroughOptions()
    .allowUnknownOption()
    .action((python: string[], flags: RunFlags) => {
      const options = parseOptions(python)
      const output = path.resolve(flags.output ?? defaultOutput(options.target, options.mode))
      if (flags.force !== true && existsSync(output)) {
        process.stderr.write(`moult: ${flags.output ?? output} exists already; --force writes over it\n`)
        context.status = 1
        return
      }
      options.record = { output, announce: flags.quiet !== true }
      context.status = undefined
      context.start(options)
    })
}
