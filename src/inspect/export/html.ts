import { histogram } from "../histogram.ts"
import { ObjectGraph } from "../objectgraph.ts"
import type { Meta, Snapshot } from "../snapshot.ts"
import { MEASURES, type Measure, Stacks } from "../stacks.ts"

// A report that needs nothing but itself: the page's code (web/report.ts, bundled by the build), its style, and the run's data as JSON.

/** What the page is given. */
export interface ReportData {
  title: string
  meta: Meta
  /** The measure shown first. */
  measure: Measure
  /** The lines of code: function, file, line. */
  frames: [name: string, file: string, line: number][]
  /** Rows of the tree of stacks, parents before children: [row of the parent, row of `frames`]. Row 0 is the root. */
  stacks: [parent: number, frame: number][]
  /** What each row of `stacks` made itself. */
  values: Record<Measure, { bytes: number[]; counts: number[] }>
  types: { type: string; count: number; size: number; slack: number; retained?: number }[]
}

export interface Page {
  /** The bundled code of web/report.ts. */
  script: string
  style: string
}

/** The data of a report. */
export function reportData(snapshot: Snapshot, title: string, measure: Measure): ReportData {
  const stacks = new Stacks(snapshot)
  const measures = Object.keys(MEASURES) as Measure[]
  // stacks that made something, and those on the way to them
  const kept = new Uint8Array(stacks.count)
  for (const s of stacks.used(...measures)) for (let v = s; kept[v] === 0; v = stacks.parent[v]) kept[v] = 1
  kept[0] = 1
  const rows: number[] = []
  const numbers = new Map<number, number>()
  const place = (s: number): number => {
    let n = numbers.get(s)
    if (n === undefined) {
      if (s !== 0) place(stacks.parent[s])
      n = rows.push(s) - 1
      numbers.set(s, n)
    }
    return n
  }
  for (let s = 0; s < stacks.count; s++) if (kept[s] !== 0) place(s)
  const frames: ReportData["frames"] = []
  const frameNumbers = new Map<number, number>()
  const frameOf = (row: number): number => {
    let n = frameNumbers.get(row)
    if (n === undefined) {
      n = frames.push([stacks.name(row), stacks.file(row), stacks.line(row)]) - 1
      frameNumbers.set(row, n)
    }
    return n
  }
  const values = Object.fromEntries(
    measures.map((m) => [m, { bytes: rows.map((s) => stacks.bytes(m)[s]), counts: rows.map((s) => stacks.counts(m)[s]) }]),
  ) as ReportData["values"]
  return {
    title,
    meta: snapshot.meta,
    measure,
    frames,
    stacks: rows.map((s) => [s === 0 ? 0 : (numbers.get(stacks.parent[s]) ?? 0), frameOf(stacks.frame[s] ?? 0)]),
    values,
    types: histogram(new ObjectGraph(snapshot), { retained: true }),
  }
}

function escapeHtml(s: string): string {
  return s.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`)
}

/** The page as one file. */
export function toHtml(data: ReportData, { script, style }: Page): string {
  // "</script>" inside a string would end the script
  const json = JSON.stringify(data).replaceAll("<", "\\u003c")
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(data.title)}</title>
<style>${style}</style>
</head>
<body>
<main id="report"></main>
<script type="application/json" id="data">${json}</script>
<script>${script.replaceAll("</script", "<\\/script")}</script>
</body>
</html>
`
}
