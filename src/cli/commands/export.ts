import { InvalidArgumentError, type Command, Option } from "commander"
import { closeSync, mkdirSync, openSync, writeSync } from "node:fs"
import path from "node:path"
import zlib from "node:zlib"
import { toCollapsed } from "../../inspect/export/collapsed.ts"
import { toCsv } from "../../inspect/export/csv.ts"
import { toDot } from "../../inspect/export/dot.ts"
import { toHeapSnapshot } from "../../inspect/export/heapsnapshot.ts"
import { toParquet } from "../../inspect/export/parquet.ts"
import { toPprof } from "../../inspect/export/pprof.ts"
import { toSpeedscope } from "../../inspect/export/speedscope.ts"
import { RELATIONS, type RelationName, relation } from "../../inspect/export/tables.ts"
import type { Measure } from "../../inspect/stacks.ts"
import { openGraph, openRecorded, optional } from "./open.ts"

const FORMATS = {
  pprof: ".pb.gz",
  speedscope: ".speedscope.json",
  collapsed: ".collapsed.txt",
  heapsnapshot: ".heapsnapshot",
  csv: ".csv",
  parquet: ".parquet",
  dot: ".dot",
  svg: ".svg",
} as const
type Format = keyof typeof FORMATS

interface ExportFlags {
  format: Format
  output?: string
  measure: Measure
  count?: boolean
  table: RelationName | "all"
  object?: number
  limit: number
}
type Piece = string | Uint8Array

/** Write the pieces to a file; "-" is standard output. */
function write(output: string, pieces: Iterable<Piece>): void {
  const fd = output === "-" ? 1 : openSync(output, "w")
  try {
    for (const piece of pieces) {
      const bytes = typeof piece === "string" ? Buffer.from(piece) : piece
      for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at)
    }
  } finally {
    if (fd !== 1) closeSync(fd)
  }
  if (fd !== 1) process.stderr.write(`moult: wrote ${output}\n`)
}

/** An address in hexadecimal or the number of an object. */
function objectNumber(text: string): number {
  const n = Number(text)
  if (!Number.isInteger(n) || n < 1) throw new InvalidArgumentError("an object's number (from `moult sql`) or its address 0x… is expected.")
  return n
}

async function exportTables(file: string, flags: ExportFlags, base: string): Promise<void> {
  const g = openGraph(file)
  const writer = flags.format === "parquet" ? await optional("hyparquet-writer", () => import("hyparquet-writer")) : null
  const one = (name: RelationName): Iterable<Piece> => {
    const r = relation(g, name)
    return writer === null ? toCsv(r) : [toParquet(r, writer)]
  }
  if (flags.table !== "all") {
    write(flags.output ?? `${base}.${flags.table}${FORMATS[flags.format]}`, one(flags.table))
    return
  }
  const folder = flags.output ?? base
  mkdirSync(folder, { recursive: true })
  for (const name of RELATIONS) write(path.join(folder, name + FORMATS[flags.format]), one(name))
}

async function exportFile(file: string, flags: ExportFlags): Promise<void> {
  const base = path.basename(file).replace(/\.moult$/, "")
  const output = flags.output ?? base + FORMATS[flags.format]
  switch (flags.format) {
    case "pprof":
      return write(output, [toPprof(openRecorded(file), zlib.gzipSync)])
    case "speedscope":
      return write(output, [toSpeedscope(openRecorded(file), base)])
    case "collapsed":
      return write(output, [toCollapsed(openRecorded(file), flags.measure, flags.count ? "counts" : "bytes")])
    case "heapsnapshot":
      return write(output, toHeapSnapshot(openGraph(file)))
    case "csv":
    case "parquet":
      return exportTables(file, flags, base)
    case "dot":
    case "svg": {
      const g = openGraph(file)
      const node = flags.object === undefined ? undefined : g.nodeAt(flags.object) || flags.object
      if (node !== undefined && node >= g.count) throw new InvalidArgumentError(`there is no object ${flags.object}`)
      const dot = toDot(g, { node, limit: flags.limit })
      if (flags.format === "dot") return write(output, [dot])
      const { Graphviz } = await optional("@hpcc-js/wasm-graphviz", () => import("@hpcc-js/wasm-graphviz"))
      const graphviz = await Graphviz.load()
      return write(output, [graphviz.dot(dot)])
    }
  }
}

export function addExport(program: Command): void {
  program
    .command("export")
    .description("write the run for another tool")
    .argument("<file>", "a *.moult file")
    .addOption(new Option("-f, --format <format>", "what to write").choices(Object.keys(FORMATS)).makeOptionMandatory())
    .option("-o, --output <file>", 'the file to write, "-" for standard output (default: named after the input)')
    .addOption(new Option("--measure <measure>", "collapsed: which bytes").choices(["live", "peak", "total"]).default("live"))
    .option("--count", "collapsed: numbers of blocks instead of bytes")
    .addOption(
      new Option("--table <table>", "csv, parquet: which table, or all into a folder").choices([...RELATIONS, "all"]).default("objects"),
    )
    .option("--object <number>", "dot, svg: what holds this object, by number or address", objectNumber)
    .option("--limit <boxes>", "dot, svg: at most so many boxes", (s) => Math.max(1, Number.parseInt(s, 10) || 40), 40)
    .addHelpText(
      "after",
      `
Formats:
  pprof         gzipped profile.proto: go tool pprof, Grafana, Parca (inuse and alloc, space and objects)
  speedscope    https://www.speedscope.app
  collapsed     stacks as lines, for flamegraph.pl and inferno
  heapsnapshot  the Memory panel of Chrome's DevTools
  csv, parquet  objects, references and the recording as tables
  dot, svg      a picture of what retains most, or of what holds one object`,
    )
    .action(exportFile)
}
