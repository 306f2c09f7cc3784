import { describe, edgeLabel, rootLabel } from "../labels.ts"
import type { ObjectGraph } from "../objectgraph.ts"

export interface DotOptions {
  /** Draw what holds this node; without it, the objects that retain most. */
  node?: number
  /** At most so many boxes. */
  limit?: number
}

/** A picture for Graphviz: boxes are objects with their sizes, red the more they retain; arrows say how one holds another. */
export function toDot(g: ObjectGraph, { node, limit = 40 }: DotOptions = {}): string {
  const chosen = node === undefined ? heaviest(g, limit) : holdersOf(g, node, limit)
  const retained = g.retained()
  const most = Math.max(1, ...[...chosen].filter((v) => v !== 0).map((v) => retained[v]))
  const lines = [
    "digraph moult {",
    '  node [shape=box, style="filled,rounded", fontname="sans-serif", fontsize=10]',
    '  edge [fontname="sans-serif", fontsize=9]',
  ]
  for (const v of chosen) {
    if (v === 0) {
      lines.push('  n0 [label="roots", shape=oval, fillcolor="#dddddd"]')
      continue
    }
    const label = [describe(g, v), g.typeName(v), `${bytes(g.size(v))}, retains ${bytes(retained[v])}`]
    const light = Math.round(100 - 45 * (retained[v] / most))
    lines.push(
      `  n${v} [label=${quote(label.join("\n"))}, fillcolor="0.02 ${(1 - light / 100).toFixed(2)} 1.0"${v === node ? ", penwidth=3" : ""}]`,
    )
  }
  for (const v of chosen) {
    const drawn = new Set<number>()
    for (let e = g.graph.first[v]; e < g.graph.first[v + 1]; e++) {
      const w = g.graph.to[e]
      if (!chosen.has(w) || drawn.has(w)) continue
      drawn.add(w)
      lines.push(`  n${v} -> n${w} [label=${quote(v === 0 ? rootLabel(g, w) : edgeLabel(g, v, w))}]`)
    }
  }
  return `${[...lines, "}"].join("\n")}\n`
}

/** The top of the dominator tree: always the next heaviest object whose dominator is drawn already. */
function heaviest(g: ObjectGraph, limit: number): Set<number> {
  const retained = g.retained()
  const { idom } = g.dominators()
  const candidates = Array.from({ length: g.count - 1 }, (_, i) => i + 1).filter((v) => idom[v] >= 0 && g.size(v) > 0)
  candidates.sort((a, b) => retained[b] - retained[a] || a - b)
  const chosen = new Set([0])
  for (const v of candidates) {
    if (chosen.size > limit) break
    // a dominator retains at least as much, so it came first, unless it has no bytes of its own
    let up = v
    while (!chosen.has(up)) {
      chosen.add(up)
      up = idom[up]
    }
  }
  return chosen
}

/** What holds a node, breadth first towards the roots. */
function holdersOf(g: ObjectGraph, node: number, limit: number): Set<number> {
  const chosen = new Set([node])
  const { first, to } = g.holders
  for (const v of chosen) {
    for (let e = first[v]; e < first[v + 1] && chosen.size < limit; e++) chosen.add(to[e])
  }
  return chosen
}

export function bytes(n: number): string {
  const units = ["B", "KiB", "MiB", "GiB"]
  let u = 0
  while (n >= 1024 && u < 3) {
    n /= 1024
    u++
  }
  return `${u === 0 ? n : n.toFixed(1)} ${units[u]}`
}
function quote(s: string): string {
  return `"${s.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n")}"`
}
