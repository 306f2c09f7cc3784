import type { Command } from "commander"
import { readFileSync } from "node:fs"
import path from "node:path"
import pc from "picocolors"
import { Where } from "../analysis/where.ts"
import { accountText } from "./account.ts"
import { bytes, count, heading } from "./format.ts"
import type { MoultFile } from "./load.ts"
import { openRun } from "./openrun.ts"

interface SourceLine {
  line: number
  /** Bytes made by this line and by what it called: alive at the end, at the peak, in all; and blocks made. */
  live: number
  peak: number
  total: number
  blocks: number
  text: string
}

/** A source file's lines with the bytes of each, calls included. A line that calls itself again counts once. */
function annotate(f: MoultFile, w: Where, file: string): SourceLine[] {
  const rows: SourceLine[] = readFileSync(file, "utf8")
    .split("\n")
    .map((text, i) => ({ line: i + 1, live: 0, peak: 0, total: 0, blocks: 0, text }))
  if (rows.at(-1)?.text === "") rows.pop()
  const t = w.stacks
  for (let s = 1; s < t.rows; s++) {
    if (t.totalCount[s] === 0 && t.liveCount[s] === 0) continue
    const seen = new Set<number>()
    for (let up = s; up > 0; up = t.parent[up]) {
      const frame = t.frame[up]
      const row = w.isIn(frame, file) ? rows[w.line(frame) - 1] : undefined
      if (row === undefined || seen.has(row.line)) continue
      seen.add(row.line)
      row.live += t.liveBytes[s]
      row.peak += t.peakBytes[s]
      row.total += t.totalBytes[s]
      row.blocks += t.totalCount[s]
    }
  }
  return rows
}
function cell(n: number, show: (n: number) => string): string {
  return (n === 0 ? "" : show(n)).padStart(10)
}

export function addLines(program: Command): void {
  program
    .command("lines")
    .description("a program's source with the bytes of each line, calls included")
    .usage("[options] <script.py [arg ...] | file.moult>")
    .argument("<what...>", "a program to run, or a *.moult file")
    .option("-f, --file <source>", "another source file of the run than the script")
    .option("--json", "as JSON")
    .passThroughOptions()
    .action((what: string[], flags: { file?: string; json?: boolean }) => {
      const f = openRun(what)
      const file = flags.file === undefined ? path.resolve(f.meta.cwd, f.meta.script) : path.resolve(flags.file)
      const rows = annotate(f, new Where(f), file)
      if (flags.json === true) {
        process.stdout.write(`${JSON.stringify(rows)}\n`)
        return
      }
      let out = heading(file)
      out += `${pc.dim("      live       peak  allocated     blocks  line")}\n`
      for (const r of rows) {
        const numbers = `${cell(r.live, bytes)} ${cell(r.peak, bytes)} ${cell(r.total, bytes)} ${cell(r.blocks, count)}`
        out += `${numbers} ${pc.dim(String(r.line).padStart(5))}  ${r.text}\n`
      }
      process.stdout.write(out + accountText(f.meta))
    })
}
