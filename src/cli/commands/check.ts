import { type Command, InvalidArgumentError } from "commander"
import pc from "picocolors"
import { findLeaks } from "../analysis/leaks.ts"
import { byLine, Where } from "../analysis/where.ts"
import { parseSize } from "../options.ts"
import { accountText } from "./account.ts"
import { bytes, columns, heading, percent } from "./format.ts"
import type { Context } from "./index.ts"
import { leakText } from "./leaks.ts"
import { record } from "./openrun.ts"

interface CheckFlags {
  maxHeap?: number
  maxPeak?: number
  maxLeaked?: number
  json?: boolean
}
function size(text: string): number {
  const n = parseSize(text)
  if (Number.isNaN(n)) throw new InvalidArgumentError(`a size such as 512K or 50M, not '${text}'.`)
  return n
}

export function addCheck(program: Command, context: Context): void {
  program
    .command("check")
    .description("run a program and fail when it takes or leaks more memory than allowed")
    .usage("[options] [python's options] script.py [arg ...]")
    .argument("<python...>", "what `moult` alone would run")
    .option("--max-heap <size>", "most resident memory at any time, the interpreter's included", size)
    .option("--max-peak <size>", "most bytes that the program's own blocks took at once", size)
    .option("--max-leaked <size>", "most bytes that look leaked at the end (0: none)", size)
    .option("--json", "as JSON, on standard error")
    .passThroughOptions()
    .allowUnknownOption()
    .action((python: string[], flags: CheckFlags) => {
      const { file: f, status } = record(python)
      const leaks = flags.maxLeaked === undefined ? [] : findLeaks(f)
      const leaked = leaks.reduce((n, l) => n + l.bytes, 0)
      const checks = [
        { name: "resident memory", limit: flags.maxHeap, found: f.meta.peakResident },
        { name: "the program's blocks", limit: flags.maxPeak, found: f.meta.peak.bytes },
        { name: "leaked", limit: flags.maxLeaked, found: leaked },
      ]
      const failed = checks.filter((c) => c.limit !== undefined && c.found > c.limit)
      context.status = status === 0 && failed.length > 0 ? 1 : (status ?? 1)
      if (flags.json === true) {
        process.stderr.write(`${JSON.stringify({ ok: failed.length === 0, checks: checks.filter((c) => c.limit !== undefined), leaks })}\n`)
        return
      }
      if (failed.length === 0) return
      let out = ""
      for (const c of failed) out += pc.red(`moult check: ${c.name}: ${bytes(c.found)}, allowed are ${bytes(c.limit ?? 0)}\n`)
      if (failed.some((c) => c.name !== "leaked")) {
        const w = new Where(f)
        const rows = byLine(w).sort((a, b) => b.peakBytes - a.peakBytes)
        out += heading("At the peak")
        out += columns(
          [">bytes", ">", "line"],
          rows.slice(0, 10).map((r) => [bytes(r.peakBytes), percent(r.peakBytes, f.meta.peak.bytes), w.text(r.frame)]),
        )
      }
      out += leaks.map((l, i) => leakText(l, i + 1)).join("\n")
      process.stderr.write(out + accountText(f.meta))
    })
}
