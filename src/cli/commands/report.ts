import type { Command } from "commander"
import pc from "picocolors"
import { histogram } from "../../inspect/histogram.ts"
import { deathsByLine, lifetimesByLine } from "../analysis/deaths.ts"
import { biggestHolders, liveCycles, pinnedArenas } from "../analysis/holders.ts"
import { findLeaks } from "../analysis/leaks.ts"
import { byLine, Where } from "../analysis/where.ts"
import { accountText } from "./account.ts"
import { bytes, columns, count, heading, percent } from "./format.ts"
import { leakText } from "./leaks.ts"
import type { MoultFile } from "./load.ts"
import { openRun } from "./openrun.ts"
import { progressLine } from "./progress.ts"

const ROWS = 8

/** Everything the report says, as data. */
function gather(f: MoultFile) {
  const w = new Where(f)
  const progress = progressLine("Finding who holds what")
  const lines = byLine(w)
  const holders = biggestHolders(f, w, ROWS, progress.step)
  const types = histogram(f.graph, { retained: true }).slice(0, ROWS + 4)
  const found = findLeaks(f)
  progress.done()
  const collections = f.table("GCLG")
  let pause = 0
  let longest = 0
  for (const ms of collections.ms) {
    pause += ms
    longest = Math.max(longest, ms)
  }
  const line = (r: (typeof lines)[number]) => ({ ...r, line: w.text(r.frame) })
  return {
    program: f.meta.argv,
    seconds: f.meta.seconds,
    reason: f.meta.reason,
    status: f.meta.status,
    allocations: f.meta.total,
    peak: {
      ...f.meta.peak,
      lines: [...lines]
        .sort((a, b) => b.peakBytes - a.peakBytes)
        .slice(0, ROWS)
        .map(line),
    },
    lines: [...lines]
      .sort((a, b) => b.liveBytes - a.liveBytes)
      .slice(0, ROWS)
      .map(line),
    live: f.meta.live,
    types,
    holders,
    deaths: deathsByLine(f, w).slice(0, ROWS),
    lifetimes: lifetimesByLine(f, w).slice(0, ROWS),
    collector: { ...f.meta.collector, seen: collections.rows, pauseMs: pause, longestMs: longest },
    cycles: liveCycles(f, w, 4),
    fragmentation: { arenas: f.meta.arenas.length, pinned: pinnedArenas(f, f.graph, w, 4) },
    leaks: found,
    account: f.meta.account,
    recordingBytes: f.meta.recordingBytes,
  }
}
type Report = ReturnType<typeof gather>

function memoryText(r: Report): string {
  let out = heading(
    `Peak: ${bytes(r.peak.bytes)} in ${count(r.peak.count)} blocks, at allocation ${count(r.peak.serial)} of ${count(r.allocations.count)}`,
  )
  out += columns(
    [">bytes", ">", "line"],
    r.peak.lines.map((l) => [bytes(l.peakBytes), percent(l.peakBytes, r.peak.bytes), l.line]),
  )
  out += heading(`By line, alive at the end: ${bytes(r.live.bytes)}`)
  out += columns(
    [">bytes", ">blocks", ">of all made", "line"],
    r.lines.map((l) => [bytes(l.liveBytes), count(l.liveCount), percent(l.liveBytes, l.totalBytes), l.line]),
  )
  out += heading("By type")
  out += columns(
    [">bytes", ">slack", ">retained", ">objects", "type"],
    r.types.map((t) => [bytes(t.size), bytes(t.slack), bytes(t.retained ?? 0), count(t.count), t.type]),
  )
  out += heading("Who holds it")
  out += columns(
    [">retained", "type", "by way of", "made at"],
    r.holders.map((h) => [bytes(h.retained), h.type, h.path, h.made]),
  )
  return out
}

function lifeText(r: Report): string {
  let out = heading("What freed it")
  out += columns(
    [">bytes", ">blocks", ">mean age", "cause", "line"],
    r.deaths.map((d) => [bytes(d.bytes), count(d.count), count(d.age), d.cause, d.line]),
  )
  out += heading("How long it lived (age in allocations)")
  out += columns(
    [">bytes", ">blocks", ">mean age", ">oldest", "made at"],
    r.lifetimes.map((l) => [bytes(l.bytes), count(l.count), count(l.age), count(l.ageMax), l.made]),
  )
  out += heading("Collector")
  if (!r.collector.enabled) out += `  ${pc.yellow("switched off")}\n`
  r.collector.generations.forEach((g, i) => {
    out += `  generation ${i}: ${count(g.collections)} collections freed ${count(g.collected)}, ${count(g.uncollectable)} uncollectable\n`
  })
  out += `  ${count(r.collector.seen)} recorded, ${r.collector.pauseMs.toFixed(1)} ms in all, the longest ${r.collector.longestMs.toFixed(1)} ms\n`
  const c = r.cycles
  out += heading(`Cycles alive: ${count(c.count)}, ${count(c.objects)} objects, ${bytes(c.bytes)} that no count will free`)
  for (const x of c.top) out += `  ${bytes(x.bytes)} in ${x.types}, by way of ${x.path}, made at ${x.made}\n`
  out += heading("Fragmentation")
  out += `  ${count(r.fragmentation.arenas)} arenas; ${percent(r.account.freeBlocks, r.account.resident)} of resident memory is free blocks\n`
  for (const a of r.fragmentation.pinned) {
    out += `  arena 0x${a.address.toString(16)}: ${bytes(a.used)} keep ${bytes(a.free)} from being given back: ${a.pinnedBy.join("; ")}\n`
  }
  return out
}

export function addReport(program: Command): void {
  program
    .command("report")
    .description("the whole story of a run: peak, lines, types, holders, deaths, collector, leaks, account")
    .usage("[options] <file.moult | script.py [arg ...]>")
    .argument("<what...>", "a *.moult file, or a program to run first")
    .option("--json", "as JSON")
    .passThroughOptions()
    .action((what: string[], flags: { json?: boolean }) => {
      const f = openRun(what)
      const r = gather(f)
      if (flags.json === true) {
        process.stdout.write(`${JSON.stringify(r)}\n`)
        return
      }
      let out = `${pc.bold(f.meta.argv.join(" "))}: ${f.meta.seconds.toFixed(2)} s, ended by ${f.meta.reason}, exit status ${f.meta.status}\n`
      out += `${count(r.allocations.count)} allocations of ${bytes(r.allocations.bytes)}\n`
      out += memoryText(r) + lifeText(r)
      out += heading(r.leaks.length === 0 ? "Nothing looks leaked" : `Leaks suspected: ${r.leaks.length}`)
      out += r.leaks.map((l, i) => leakText(l, i + 1)).join("\n")
      process.stdout.write(out + accountText(f.meta))
    })
}
