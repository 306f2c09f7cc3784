import flamegraph, { type FlameGraph, type FlameNode } from "d3-flame-graph"
import { select } from "d3-selection"
import type { ReportData } from "../src/inspect/export/html.ts"
import { bytes, section, sortable } from "./sortable.ts"

// The page of `moult flamegraph`: which lines made the bytes, as a flame graph and as tables.

const data = JSON.parse(document.getElementById("data")?.textContent ?? "{}") as ReportData
type Measure = ReportData["measure"]
const NAMES: Record<Measure, string> = { live: "alive at the end", peak: "alive at the peak", total: "allocated in all" }

/** The tree of a measure: lines of code as nodes, those that made nothing left out. */
function tree(measure: Measure): FlameNode {
  const own = data.values[measure].bytes
  const nodes = data.stacks.map(([, frame], i): FlameNode => ({ name: i === 0 ? "all" : frameText(frame), value: own[i], children: [] }))
  // children come after their parents: from the end, every node has its sum before its parent takes it
  for (let i = data.stacks.length - 1; i > 0; i--) {
    const parent = nodes[data.stacks[i][0]]
    if (nodes[i].value === 0) continue
    parent.value += nodes[i].value
    parent.children.push(nodes[i])
  }
  if (own[0] > 0) nodes[0].children.push({ name: "[no Python code]", value: own[0], children: [] })
  return nodes[0]
}
function frameText(frame: number): string {
  const [name, file, line] = data.frames[frame]
  return file === "" ? name : `${name} (${file}:${line})`
}

interface Line {
  name: string
  own: number
  count: number
  below: number
}
/** By line of code: what it made itself, and with all it called. A line that is on a stack twice counts once. */
function lines(measure: Measure): Line[] {
  const { bytes: own, counts } = data.values[measure]
  const result = data.frames.map((_, f): Line => ({ name: frameText(f), own: 0, count: 0, below: 0 }))
  for (let i = 0; i < data.stacks.length; i++) {
    if (own[i] === 0 && counts[i] === 0) continue
    const line = result[data.stacks[i][1]]
    line.own += own[i]
    line.count += counts[i]
    const seen = new Set<number>()
    for (let s = i; s > 0; s = data.stacks[s][0]) seen.add(data.stacks[s][1])
    if (i === 0) seen.add(data.stacks[0][1])
    for (const f of seen) result[f].below += own[i]
  }
  return result.filter((l) => l.below > 0 || l.count > 0)
}

function draw(main: HTMLElement): void {
  const title = document.createElement("h1")
  title.textContent = data.title
  const about = document.createElement("p")
  const { seconds, python, moult, resident } = data.meta
  about.textContent = [
    seconds === undefined ? "" : `${seconds.toFixed(2)} s`,
    resident === undefined ? "" : `${bytes(resident)} resident at the end`,
    `moult ${moult ?? ""}, Python ${python ?? ""}`,
  ]
    .filter((s) => s !== "")
    .join(" · ")
  main.append(title, about)

  if (data.stacks.length > 1) {
    const controls = document.createElement("p")
    const measure = document.createElement("select")
    for (const m of Object.keys(NAMES) as Measure[]) measure.append(new Option(`bytes ${NAMES[m]}`, m, false, m === data.measure))
    const search = document.createElement("input")
    search.type = "search"
    search.placeholder = "find a line"
    const back = document.createElement("button")
    back.textContent = "whole graph"
    const details = document.createElement("div")
    details.className = "details"
    const chart = document.createElement("div")
    const table = document.createElement("div")
    controls.append(measure, " ", search, " ", back)
    main.append(section("Flame graph", controls, details, chart), section("Lines", table))

    let graph: FlameGraph | undefined
    const show = (): void => {
      const m = measure.value as Measure
      const root = tree(m)
      graph?.destroy()
      chart.replaceChildren()
      graph = flamegraph().width(main.clientWidth).cellHeight(18).minFrameSize(1).inverted(true).sort(true).transitionDuration(150)
      const all = Math.max(root.value, 1)
      graph.setLabelHandler((d) => `${d.data.name}: ${bytes(d.data.value)}, ${((100 * d.data.value) / all).toFixed(1)} %`)
      graph.setDetailsElement(details)
      select(chart).datum(root).call(graph)
      table.replaceChildren(
        sortable<Line>(
          [
            { title: "line", text: (r) => r.name },
            { title: "made here", text: (r) => bytes(r.own), key: (r) => r.own },
            { title: "with all it called", text: (r) => bytes(r.below), key: (r) => r.below },
            { title: "blocks", text: (r) => r.count.toLocaleString("en"), key: (r) => r.count },
          ],
          lines(m),
        ),
      )
    }
    measure.addEventListener("change", show)
    search.addEventListener("input", () => (search.value === "" ? graph?.clear() : graph?.search(search.value)))
    back.addEventListener("click", () => graph?.resetZoom())
    show()
  }
  main.append(
    section(
      "Types",
      sortable<ReportData["types"][number]>(
        [
          { title: "type", text: (r) => r.type },
          { title: "objects", text: (r) => r.count.toLocaleString("en"), key: (r) => r.count },
          { title: "bytes", text: (r) => bytes(r.size), key: (r) => r.size },
          { title: "of them slack", text: (r) => bytes(r.slack), key: (r) => r.slack },
          { title: "retained", text: (r) => bytes(r.retained ?? 0), key: (r) => r.retained ?? 0 },
        ],
        data.types,
      ),
    ),
  )
}

const main = document.getElementById("report")
if (main !== null) draw(main)
