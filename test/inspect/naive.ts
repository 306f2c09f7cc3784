import { type Graph, fromEdges } from "../../src/inspect/graph/graph.ts"

// The definitions themselves, slow and plain, against which the real algorithms are held.

/** "root>a a>b b>c root>c": names get numbers in the order they appear, so the first is the root. */
export function graph(edges: string): { graph: Graph; name: (v: number) => string; node: (name: string) => number } {
  const names: string[] = []
  const node = (s: string): number => {
    let i = names.indexOf(s)
    if (i < 0) i = names.push(s) - 1
    return i
  }
  const from: number[] = []
  const to: number[] = []
  for (const edge of edges.split(/\s+/)) {
    const [a, b] = edge.split(">")
    from.push(node(a))
    to.push(node(b))
  }
  return { graph: fromEdges(names.length, from, to), name: (v) => names[v], node }
}

export function randomGraph(rnd: (n: number) => number, count: number, edges: number): Graph {
  const from: number[] = []
  const to: number[] = []
  for (let i = 0; i < edges; i++) {
    from.push(rnd(count))
    to.push(rnd(count))
  }
  return fromEdges(count, from, to)
}

/** Is there a path from `a` to `b` that does not touch `without`? */
export function reaches({ first, to }: Graph, a: number, without = -1): Set<number> {
  const seen = new Set<number>()
  if (a === without) return seen
  const queue = [a]
  seen.add(a)
  for (let v = queue.pop(); v !== undefined; v = queue.pop()) {
    for (let e = first[v]; e < first[v + 1]; e++) {
      if (to[e] === without || seen.has(to[e])) continue
      seen.add(to[e])
      queue.push(to[e])
    }
  }
  return seen
}

/** a dominates b when b cannot be reached without it; the immediate one is dominated by all others. */
export function naiveDominators(g: Graph): number[] {
  const all = reaches(g, 0)
  const dominated: Set<number>[] = []
  for (let v = 0; v < g.count; v++) {
    const rest = reaches(g, 0, v)
    dominated.push(new Set([...all].filter((w) => w !== v && !rest.has(w))))
  }
  return Array.from({ length: g.count }, (_, v) => {
    if (v === 0 || !all.has(v)) return -1
    const over = [...all].filter((w) => dominated[w].has(v))
    return over.find((w) => over.every((u) => u === w || dominated[u].has(w))) ?? -1
  })
}
