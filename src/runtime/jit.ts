import { setupJit } from "../jit/compile.ts"
import type { Options } from "./options.ts"

/** The JIT as the command line asks: -X jit=on|off|always|stress|CALLS (or MOULT_JIT), -X jit-log, -X jit-dump=QUALNAME. In every worker. */
export function configureJit(options: Options): void {
  let mode = options.ignoreEnvironment ? "" : (process.env["MOULT_JIT"] ?? "")
  let jitLog = false
  let dump: string | null = null
  for (const x of options.xoptions) {
    if (x === "jit-log") jitLog = true
    else if (x.startsWith("jit-dump=")) dump = x.slice(9)
    else if (x.startsWith("jit=")) mode = x.slice(4)
  }
  setupJit(mode, jitLog, dump)
}
