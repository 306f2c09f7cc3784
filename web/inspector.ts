import { unzlibSync } from "fflate"
import { duplicates } from "../src/inspect/duplicates.ts"
import { histogram, type HistogramRow } from "../src/inspect/histogram.ts"
import { describe, pathsTo, pathText } from "../src/inspect/labels.ts"
import { ObjectGraph } from "../src/inspect/objectgraph.ts"
import { Snapshot } from "../src/inspect/snapshot.ts"
import { bytes, section, sortable } from "./sortable.ts"

// Opens a *.moult file in the browser: types, what retains most, what is there twice, and for every object who keeps it.

const main = document.getElementById("inspector") as HTMLElement
const status = document.getElementById("status") as HTMLElement
const input = document.getElementById("file") as HTMLInputElement

input.addEventListener("change", () => {
  const file = input.files?.[0]
  if (file !== undefined) void open(file)
})

async function open(file: File): Promise<void> {
  main.replaceChildren()
  status.className = ""
  status.textContent = `Reading ${file.name} …`
  try {
    const content = new Uint8Array(await file.arrayBuffer())
    const snapshot = new Snapshot(content, { inflate: (packed, n) => unzlibSync(packed, { out: new Uint8Array(n) }) })
    const g = new ObjectGraph(snapshot)
    status.textContent = `${(snapshot.meta.argv ?? []).join(" ")}: ${(g.count - 1).toLocaleString("en")} objects, ${bytes(g.retained()[0])}`
    show(g)
  } catch (e) {
    status.className = "error"
    status.textContent = `${file.name}: ${e instanceof Error ? e.message : e}`
  }
}

function show(g: ObjectGraph): void {
  const chosen = document.createElement("div")
  const select = (node: number): void => {
    chosen.replaceChildren(objectView(g, node, select))
    chosen.scrollIntoView({ behavior: "smooth" })
  }
  const retained = g.retained()
  const objects = Array.from({ length: g.count - 1 }, (_, i) => i + 1).filter((v) => g.size(v) > 0)
  const heavy = objects.sort((a, b) => retained[b] - retained[a]).slice(0, 200)
  main.append(
    chosen,
    section("What retains most", objectTable(g, heavy, select)),
    section(
      "Types",
      sortable<HistogramRow>(
        [
          { title: "type", text: (r) => r.type },
          { title: "objects", text: (r) => r.count.toLocaleString("en"), key: (r) => r.count },
          { title: "bytes", text: (r) => bytes(r.size), key: (r) => r.size },
          { title: "of them slack", text: (r) => bytes(r.slack), key: (r) => r.slack },
          { title: "retained", text: (r) => bytes(r.retained ?? 0), key: (r) => r.retained ?? 0 },
        ],
        histogram(g, { retained: true }),
        500,
        (r) => {
          const some = objects.filter((v) => g.typeName(v) === r.type).slice(0, 200)
          chosen.replaceChildren(section(`Objects of ${r.type}, those that retain most`, objectTable(g, some, select)))
          chosen.scrollIntoView({ behavior: "smooth" })
        },
      ),
    ),
    section(
      "Equal values",
      sortable(
        [
          { title: "value", text: (d) => describe(g, d.nodes[0]) },
          { title: "copies", text: (d) => d.nodes.length.toLocaleString("en"), key: (d) => d.nodes.length },
          { title: "wasted", text: (d) => bytes(d.wasted), key: (d) => d.wasted },
        ],
        duplicates(g, 200),
        200,
        (d) => select(d.nodes[0]),
      ),
    ),
  )
}

function objectTable(g: ObjectGraph, nodes: readonly number[], select: (node: number) => void): HTMLElement {
  const retained = g.retained()
  return sortable<number>(
    [
      { title: "object", text: (v) => describe(g, v) },
      { title: "type", text: (v) => g.typeName(v) },
      { title: "retains", text: (v) => bytes(retained[v]), key: (v) => retained[v] },
      { title: "own bytes", text: (v) => bytes(g.size(v)), key: (v) => g.size(v) },
    ],
    nodes,
    200,
    select,
  )
}

/** One object: who keeps it, and what would go with it. */
function objectView(g: ObjectGraph, node: number, select: (node: number) => void): HTMLElement {
  const paths = document.createElement("ul")
  for (const path of pathsTo(g, node, 10)) {
    const item = document.createElement("li")
    item.textContent = pathText(path)
    paths.append(item)
  }
  if (paths.childElementCount === 0) paths.append("Only a root keeps it.")
  const { idom } = g.dominators()
  const below: number[] = []
  for (let v = 1; v < g.count; v++) if (idom[v] === node) below.push(v)
  const retained = g.retained()
  below.sort((a, b) => retained[b] - retained[a])
  const up = document.createElement("button")
  const dominator = idom[node]
  up.textContent = dominator > 0 ? `kept by ${describe(g, dominator)}` : "kept by roots"
  up.disabled = dominator <= 0
  up.addEventListener("click", () => select(dominator))
  return section(
    `${describe(g, node)}: retains ${bytes(retained[node])}`,
    up,
    section("Ways from the roots", paths),
    section("Goes with it", objectTable(g, below.slice(0, 200), select)),
  )
}
