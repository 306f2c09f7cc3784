import type { Command } from "commander"
import { accountText } from "./account.ts"
import { bytes, count, heading } from "./format.ts"
import { loadFile } from "./load.ts"

export function addStats(program: Command): void {
  program
    .command("stats")
    .description("the run's numbers: allocations, peak, collector, account")
    .argument("<file>", "a *.moult file")
    .option("--json", "as JSON")
    .action((name: string, flags: { json?: boolean }) => {
      const f = loadFile(name)
      const m = f.meta
      const objects = f.table("OBJS").rows
      const references = f.table("REFT").rows
      if (flags.json === true) {
        const { arenas, types, ...rest } = m
        process.stdout.write(`${JSON.stringify({ ...rest, arenas: arenas.length, objects, references })}\n`)
        return
      }
      let out = `${m.argv.join(" ")}: ${m.seconds.toFixed(2)} s, ended by ${m.reason}, exit status ${m.status}\n`
      out += `${count(objects)} objects, ${count(references)} references at the end\n`
      if (m.recorded) {
        out += `${count(m.total.count)} allocations of ${bytes(m.total.bytes)}; `
        out += `peak ${bytes(m.peak.bytes)} in ${count(m.peak.count)} blocks at allocation ${count(m.peak.serial)}\n`
      }
      out += heading("Collector")
      m.collector.generations.forEach((g, i) => {
        out += `  generation ${i}: ${count(g.collections)} collections freed ${count(g.collected)}, ${count(g.uncollectable)} uncollectable\n`
      })
      process.stdout.write(out + accountText(m))
    })
}
