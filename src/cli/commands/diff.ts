import type { Command } from "commander"
import { diff } from "../../inspect/diff.ts"
import { Where } from "../analysis/where.ts"
import { accountText } from "./account.ts"
import { bytes, columns, count, heading } from "./format.ts"
import { loadFile } from "./load.ts"
import { rowsOption } from "./tables.ts"

function signed(n: number, show: (n: number) => string): string {
  return n === 0 ? "" : n > 0 ? `+${show(n)}` : `-${show(-n)}`
}

export function addDiff(program: Command): void {
  program
    .command("diff")
    .description("what changed between two runs or two moments: by type and line")
    .argument("<before>", "a *.moult file")
    .argument("<after>", "a *.moult file")
    .addOption(rowsOption(25))
    .option("--json", "as JSON")
    .action((a: string, b: string, flags: { rows: number; json?: boolean }) => {
      const before = loadFile(a)
      const after = loadFile(b)
      const d = diff(before.graph, after.graph)
      const wa = new Where(before)
      const wb = new Where(after)
      const rows = d.rows.slice(0, flags.rows).map((r) => ({
        ...r,
        line:
          r.stack === 0
            ? "before the recording"
            : (r.bornCount > 0 || r.grown !== 0 ? wb : wa).text((r.bornCount > 0 || r.grown !== 0 ? wb : wa).ownFrame(r.stack)),
      }))
      if (flags.json === true) {
        process.stdout.write(
          `${JSON.stringify({ born: d.born.length, gone: d.gone.length, rows, account: { before: before.meta.account, after: after.meta.account } })}\n`,
        )
        return
      }
      const text = columns(
        [">bytes", ">objects", ">new", ">gone", "type", "made at"],
        rows.map((r) => [
          signed(r.bornBytes - r.goneBytes + r.grown, bytes),
          signed(r.bornCount - r.goneCount, count),
          r.bornCount === 0 ? "" : count(r.bornCount),
          r.goneCount === 0 ? "" : count(r.goneCount),
          r.type,
          r.line,
        ]),
      )
      const change = after.meta.resident - before.meta.resident
      process.stdout.write(
        `${heading(`${a} → ${b}: ${count(d.born.length)} objects new, ${count(d.gone.length)} gone, resident ${change === 0 ? "unchanged" : signed(change, bytes)}`)}${text}${accountText(after.meta)}`,
      )
    })
}
