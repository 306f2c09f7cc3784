import { type Command, Option } from "commander"
import { histogram } from "../../inspect/histogram.ts"
import { byLine, type LineRow, Where } from "../analysis/where.ts"
import { accountText } from "./account.ts"
import { bytes, columns, count, heading, percent } from "./format.ts"
import { loadFile, type MoultFile } from "./load.ts"

// `moult summary`, `moult table`, `moult tree`: the recording's stacks as functions, lines, and a tree.

export const MEASURES = ["live", "peak", "total"] as const
export type Measure = (typeof MEASURES)[number]
const COLUMN = { live: "liveBytes", peak: "peakBytes", total: "totalBytes" } as const
const COUNT = { live: "liveCount", peak: "peakCount", total: "totalCount" } as const
const TITLE = { live: "alive at the end", peak: "at the peak", total: "of the whole run" } as const

export function measureOption(): Option {
  return new Option("--measure <which>", "bytes alive at the end, alive at the peak, or all that were allocated")
    .choices(MEASURES)
    .default("peak")
}
export function rowsOption(n: number): Option {
  return new Option("-n, --rows <n>", "at most so many rows").default(n).argParser((s) => Math.max(1, Number.parseInt(s, 10) || n))
}
interface Flags {
  json?: boolean
  measure: Measure
  rows: number
}

/** Bytes with and without those of the functions called, by function. */
function byFunction(f: MoultFile, w: Where, measure: Measure) {
  const t = w.stacks
  const rows = new Map<string, { name: string; file: string; own: number; total: number; blocks: number }>()
  const row = (frame: number) => {
    const key = `${w.name(frame)}\0${w.path(frame)}`
    let r = rows.get(key)
    if (r === undefined) rows.set(key, (r = { name: w.name(frame), file: w.short(frame), own: 0, total: 0, blocks: 0 }))
    return r
  }
  for (let s = 0; s < t.rows; s++) {
    const n = t[COLUMN[measure]][s]
    if (n === 0) continue
    const inner = row(t.frame[s])
    inner.own += n
    inner.blocks += t[COUNT[measure]][s]
    // a function that calls itself counts once
    const seen = new Set<object>()
    for (let up = s; up > 0; up = t.parent[up]) {
      const r = row(t.frame[up])
      if (!seen.has(r)) {
        seen.add(r)
        r.total += n
      }
    }
  }
  return [...rows.values()].sort((a, b) => b.total - a.total || b.own - a.own)
}

function summary(name: string, flags: Flags): void {
  const f = loadFile(name)
  const rows = byFunction(f, new Where(f), flags.measure).slice(0, flags.rows)
  if (flags.json === true) {
    process.stdout.write(`${JSON.stringify({ measure: flags.measure, bytes: f.meta[flags.measure].bytes, functions: rows })}\n`)
    return
  }
  const whole = f.meta[flags.measure].bytes
  const text = columns(
    [">total", ">", ">own", ">", ">blocks", "function", "file"],
    rows.map((r) => [bytes(r.total), percent(r.total, whole), bytes(r.own), percent(r.own, whole), count(r.blocks), r.name, r.file]),
  )
  process.stdout.write(`${heading(`${bytes(whole)} ${TITLE[flags.measure]}`)}${text}${accountText(f.meta)}`)
}

function table(name: string, flags: Flags & { by: "line" | "type"; library?: boolean }): void {
  const f = loadFile(name)
  if (flags.by === "type") {
    const rows = histogram(f.graph, { retained: true }).slice(0, flags.rows)
    if (flags.json === true) process.stdout.write(`${JSON.stringify(rows)}\n`)
    else {
      const text = columns(
        [">bytes", ">slack", ">retained", ">objects", "type"],
        rows.map((t) => [bytes(t.size), bytes(t.slack), bytes(t.retained ?? 0), count(t.count), t.type]),
      )
      process.stdout.write(text + accountText(f.meta))
    }
    return
  }
  const w = new Where(f)
  const column: keyof LineRow = COLUMN[flags.measure]
  const rows = byLine(w, flags.library === true)
    .sort((a, b) => b[column] - a[column])
    .slice(0, flags.rows)
  if (flags.json === true) {
    process.stdout.write(
      `${JSON.stringify(rows.map((r) => ({ ...r, file: w.path(r.frame), line: w.line(r.frame), function: w.name(r.frame) })))}\n`,
    )
    return
  }
  const text = columns(
    [">live", ">peak", ">allocated", ">blocks made", ">still there", "line"],
    rows.map((r) => [
      bytes(r.liveBytes),
      bytes(r.peakBytes),
      bytes(r.totalBytes),
      count(r.totalCount),
      count(r.liveCount),
      w.text(r.frame),
    ]),
  )
  process.stdout.write(text + accountText(f.meta))
}

interface TreeNode {
  line: string
  bytes: number
  blocks: number
  children: TreeNode[]
}
/** The biggest stacks as a tree; branches below `least` bytes are left out. */
function buildTree(f: MoultFile, w: Where, flags: Flags): TreeNode {
  const t = w.stacks
  const sums = new Float64Array(t.rows)
  const blocks = new Float64Array(t.rows)
  // a parent's row is above its children's
  for (let s = t.rows - 1; s >= 0; s--) {
    sums[s] += t[COLUMN[flags.measure]][s]
    blocks[s] += t[COUNT[flags.measure]][s]
    if (s > 0) {
      sums[t.parent[s]] += sums[s]
      blocks[t.parent[s]] += blocks[s]
    }
  }
  const children = new Map<number, number[]>()
  for (let s = 1; s < t.rows; s++) {
    if (sums[s] <= 0) continue
    const list = children.get(t.parent[s])
    if (list === undefined) children.set(t.parent[s], [s])
    else list.push(s)
  }
  const biggest = [...sums.keys()].filter((s) => s > 0 && !children.has(s)).sort((a, b) => sums[b] - sums[a])
  const shown = new Set<number>()
  for (const leaf of biggest.slice(0, flags.rows)) for (let s = leaf; s > 0 && !shown.has(s); s = t.parent[s]) shown.add(s)
  const node = (s: number): TreeNode => ({
    line: s === 0 ? f.meta.argv.join(" ") : w.text(t.frame[s]),
    bytes: sums[s],
    blocks: blocks[s],
    children: (children.get(s) ?? [])
      .filter((c) => shown.has(c))
      .sort((a, b) => sums[b] - sums[a])
      .map(node),
  })
  return node(0)
}
function treeText(n: TreeNode, whole: number, indent: string, last: boolean, top: boolean): string {
  let at = n
  // one way down: keep it on one level
  const chain = [`${bytes(n.bytes)} (${percent(n.bytes, whole)}) ${n.line}`]
  while (!top && at.children.length === 1 && at.children[0].bytes === at.bytes) {
    at = at.children[0]
    chain.push(at.line)
  }
  const branch = top ? "" : last ? "└── " : "├── "
  const below = top ? "" : `${indent}${last ? "    " : "│   "}`
  let out = `${indent}${branch}${chain[0]}\n`
  for (const line of chain.slice(1)) out += `${below}↳ ${line}\n`
  at.children.forEach((c, i) => {
    out += treeText(c, whole, below, i === at.children.length - 1, false)
  })
  return out
}
function tree(name: string, flags: Flags): void {
  const f = loadFile(name)
  const root = buildTree(f, new Where(f), flags)
  if (flags.json === true) process.stdout.write(`${JSON.stringify(root)}\n`)
  else
    process.stdout.write(
      `${heading(`${bytes(root.bytes)} ${TITLE[flags.measure]}`)}${treeText(root, root.bytes, "", true, true)}${accountText(f.meta)}`,
    )
}

export function addTables(program: Command): void {
  program
    .command("summary")
    .description("the functions that took most, with and without what they called")
    .argument("<file>", "a *.moult file")
    .addOption(measureOption())
    .addOption(rowsOption(20))
    .option("--json", "as JSON")
    .action(summary)
  program
    .command("table")
    .description("bytes by line, or by type")
    .argument("<file>", "a *.moult file")
    .addOption(new Option("--by <what>", "what a row is").choices(["line", "type"]).default("line"))
    .option("--library", "the standard library's lines too, instead of the program's that called them")
    .addOption(measureOption())
    .addOption(rowsOption(30))
    .option("--json", "as JSON")
    .action(table)
  program
    .command("tree")
    .description("the biggest stacks as a tree")
    .argument("<file>", "a *.moult file")
    .addOption(measureOption())
    .addOption(rowsOption(10))
    .option("--json", "as JSON")
    .action(tree)
}
