import type { Graph } from "./graph.ts"

export interface Components {
  readonly count: number
  /** The component of each node. A component's number is higher than those of all it points to. */
  readonly of: Int32Array
}

/** Strongly connected components: Tarjan's search (1972), with its recursion kept in arrays. `within`: only these nodes (non-zero). */
export function stronglyConnected({ count: n, first, to }: Graph, within?: Uint8Array): Components {
  const of = new Int32Array(n).fill(-1)
  const index = new Int32Array(n) // 0: not seen
  const low = new Int32Array(n)
  const cursor = new Uint32Array(n)
  const caller = new Int32Array(n)
  const open = new Int32Array(n)
  let top = 0
  let clock = 0
  let count = 0
  for (let start = 0; start < n; start++) {
    if (index[start] !== 0 || (within !== undefined && within[start] === 0)) continue
    let v = start
    caller[v] = -1
    index[v] = low[v] = ++clock
    cursor[v] = first[v]
    open[top++] = v
    while (v >= 0) {
      if (cursor[v] < first[v + 1]) {
        const w = to[cursor[v]++]
        if (within !== undefined && within[w] === 0) continue
        if (index[w] === 0) {
          caller[w] = v
          index[w] = low[w] = ++clock
          cursor[w] = first[w]
          open[top++] = w
          v = w
        } else if (of[w] < 0 && index[w] < low[v]) low[v] = index[w]
        continue
      }
      if (low[v] === index[v]) {
        for (;;) {
          const w = open[--top]
          of[w] = count
          if (w === v) break
        }
        count++
      }
      const up = caller[v]
      if (up >= 0 && low[v] < low[up]) low[up] = low[v]
      v = up
    }
  }
  return { count, of }
}

/** The nodes of every cycle (components of two nodes or more, and nodes that point to themselves), largest first. */
export function cycles(g: Graph, within?: Uint8Array): Uint32Array[] {
  const { count, of } = stronglyConnected(g, within)
  const size = new Uint32Array(count)
  const looped = new Uint8Array(count)
  for (let v = 0; v < g.count; v++) {
    if (of[v] < 0) continue
    size[of[v]]++
    if (size[of[v]] === 1) {
      for (let e = g.first[v], end = g.first[v + 1]; e < end; e++) if (g.to[e] === v) looped[of[v]] = 1
    }
  }
  const members = new Map<number, Uint32Array>()
  const filled = new Uint32Array(count)
  for (let v = 0; v < g.count; v++) {
    const c = of[v]
    if (c < 0 || (size[c] < 2 && looped[c] === 0)) continue
    let list = members.get(c)
    if (list === undefined) members.set(c, (list = new Uint32Array(size[c])))
    list[filled[c]++] = v
  }
  return [...members.values()].sort((a, b) => b.length - a.length || a[0] - b[0])
}

/** Fewest nodes from which all that node 0 does not reach can be reached: one of each component nobody outside it points to. */
export function unreachedHeads(g: Graph): Uint32Array {
  const { count: n, first, to } = g
  const lost = new Uint8Array(n).fill(1)
  const queue = new Uint32Array(n)
  let end = 1
  lost[0] = 0
  for (let i = 0; i < end; i++) {
    const v = queue[i]
    for (let e = first[v]; e < first[v + 1]; e++) {
      if (lost[to[e]] === 0) continue
      lost[to[e]] = 0
      queue[end++] = to[e]
    }
  }
  if (end === n) return new Uint32Array(0)
  const { count, of } = stronglyConnected(g, lost)
  const pointedTo = new Uint8Array(count)
  for (let v = 0; v < n; v++) {
    if (lost[v] === 0) continue
    for (let e = first[v]; e < first[v + 1]; e++) if (lost[to[e]] !== 0 && of[to[e]] !== of[v]) pointedTo[of[to[e]]] = 1
  }
  const heads: number[] = []
  for (let v = 0; v < n; v++) {
    if (lost[v] === 0 || pointedTo[of[v]] !== 0) continue
    pointedTo[of[v]] = 1
    heads.push(v)
  }
  return Uint32Array.from(heads)
}
