import { type Command, Option } from "commander"
import { existsSync, readFileSync, writeFileSync } from "node:fs"
import path from "node:path"
import { reportData, toHtml } from "../../inspect/export/html.ts"
import type { Measure } from "../../inspect/stacks.ts"
import { openSnapshot } from "./open.ts"

interface FlameFlags {
  output?: string
  force?: boolean
  leaks?: boolean
  measure: Measure
}

export function addFlamegraph(program: Command): void {
  program
    .command("flamegraph")
    .description("a page of its own: flame graph, lines and types")
    .argument("<file>", "a *.moult file")
    .option("-o, --output <file>", "the page to write (default: moult-flamegraph-FILE.html)")
    .option("-f, --force", "write over an existing file")
    .option("--leaks", "begin with what was alive at the end, not at the peak")
    .addOption(new Option("--measure <measure>", "which bytes the page shows first").choices(["live", "peak", "total"]).default("peak"))
    .action((file: string, flags: FlameFlags) => {
      const name = path.basename(file).replace(/\.moult$/, "")
      const output = flags.output ?? `moult-flamegraph-${name}.html`
      if (flags.force !== true && existsSync(output)) {
        throw Object.assign(new Error(`${output} exists already; --force writes over it`), { code: "EEXIST" })
      }
      const snapshot = openSnapshot(file)
      const page = {
        script: readFileSync(new URL("web/report.js", import.meta.url), "utf8"),
        style: readFileSync(new URL("web/report.css", import.meta.url), "utf8"),
      }
      const title = (snapshot.meta.argv ?? [name]).join(" ")
      writeFileSync(output, toHtml(reportData(snapshot, title, flags.leaks ? "live" : flags.measure), page))
      process.stderr.write(`moult: wrote ${output}\n`)
    })
}
