import type { Graph } from "./graph.ts"

// Lengauer and Tarjan, "A fast algorithm for finding dominators in a flowgraph" (1979), the version with path compression only:
// O(m log n). The simpler semi-NCA is quadratic on what Python programs make often, a long linked list whose items somebody else
// holds too. Everything below is numbered by the depth-first search, so that arrays are read nearly in order.

export interface Dominators {
  /** The immediate dominator of each node; -1 for the root and for nodes the root does not reach. */
  readonly idom: Int32Array
  /** The reachable nodes, every node after its dominator. */
  readonly order: Int32Array
}

/** Called now and then with the part done, 0 … 1. */
export type Progress = (done: number) => void

const EVERY = 1 << 20

export function dominators(g: Graph, progress?: Progress): Dominators {
  const { count: n, first, to } = g
  const number = new Int32Array(n).fill(-1)
  const vertex = new Int32Array(n)
  const parent = new Int32Array(n)
  const reached = search(g, number, vertex, parent)
  progress?.(0.2)

  // predecessors, by number; rows are found by node while they are filled, which saves a look-up in `number` an edge
  const at = new Uint32Array(n)
  for (let node = 0; node < n; node++) {
    if (number[node] < 0) continue
    for (let e = first[node], end = first[node + 1]; e < end; e++) at[to[e]]++
  }
  const predFirst = new Uint32Array(reached + 1)
  for (let v = 0; v < reached; v++) {
    const node = vertex[v]
    predFirst[v + 1] = predFirst[v] + at[node]
    at[node] = predFirst[v]
  }
  const pred = new Uint32Array(predFirst[reached])
  for (let node = 0; node < n; node++) {
    const v = number[node]
    if (v < 0) continue
    for (let e = first[node], end = first[node + 1]; e < end; e++) pred[at[to[e]]++] = v
  }
  progress?.(0.4)

  const semi = new Int32Array(reached)
  const label = new Int32Array(reached)
  const ancestor = new Int32Array(reached).fill(-1)
  const bucket = new Int32Array(reached).fill(-1)
  const next = new Int32Array(reached)
  const dom = new Int32Array(reached)
  const path = new Int32Array(reached)
  for (let v = 0; v < reached; v++) semi[v] = label[v] = v

  /** The vertex of least semidominator on the forest's path to `v`, its tree's root left out. */
  const evaluate = (v: number): number => {
    if (ancestor[v] < 0) return v
    let depth = 0
    let u = v
    while (ancestor[ancestor[u]] >= 0) {
      path[depth++] = u
      u = ancestor[u]
    }
    while (depth > 0) {
      const w = path[--depth]
      const a = ancestor[w]
      if (semi[label[a]] < semi[label[w]]) label[w] = label[a]
      ancestor[w] = ancestor[a]
    }
    return label[v]
  }

  for (let w = reached - 1; w > 0; w--) {
    let least = w
    for (let e = predFirst[w], end = predFirst[w + 1]; e < end; e++) {
      const s = semi[evaluate(pred[e])]
      if (s < least) least = s
    }
    semi[w] = least
    next[w] = bucket[least]
    bucket[least] = w
    const p = parent[w]
    ancestor[w] = p
    for (let v = bucket[p]; v >= 0; v = next[v]) {
      const u = evaluate(v)
      dom[v] = semi[u] < semi[v] ? u : p
    }
    bucket[p] = -1
    if (progress !== undefined && w % EVERY === 0) progress(0.4 + 0.6 * (1 - w / reached))
  }

  const idom = number.fill(-1)
  for (let w = 1; w < reached; w++) {
    if (dom[w] !== semi[w]) dom[w] = dom[dom[w]]
    idom[vertex[w]] = vertex[dom[w]]
  }
  progress?.(1)
  return { idom, order: vertex.subarray(0, reached) }
}

/** Depth first from node 0: numbers, the vertex of each number, and the number of each number's parent. @returns how many were reached. */
function search({ count, first, to }: Graph, number: Int32Array, vertex: Int32Array, parent: Int32Array): number {
  const cursor = new Uint32Array(count)
  let reached = 1
  number[0] = 0
  vertex[0] = 0
  parent[0] = -1
  cursor[0] = first[0]
  for (let v = 0; v >= 0; ) {
    const end = first[vertex[v] + 1]
    let e = cursor[v]
    while (e < end && number[to[e]] >= 0) e++
    if (e === end) {
      v = parent[v]
      continue
    }
    cursor[v] = e + 1
    const w = to[e]
    number[w] = reached
    vertex[reached] = w
    parent[reached] = v
    cursor[reached] = first[w]
    v = reached++
  }
  return reached
}

/** What would be freed with each node: its own size and those of all nodes it dominates. Unreachable nodes keep their own. */
export function retainedSizes({ idom, order }: Dominators, sizes: ArrayLike<number>): Float64Array {
  const retained = Float64Array.from(sizes)
  for (let i = order.length - 1; i > 0; i--) retained[idom[order[i]]] += retained[order[i]]
  return retained
}

/** The dominator tree as a graph: from each node to those it immediately dominates, in the order of the search. */
export function dominatorTree({ idom, order }: Dominators): Graph {
  const count = idom.length
  const first = new Uint32Array(count + 1)
  for (let i = 1; i < order.length; i++) first[idom[order[i]] + 1]++
  for (let i = 0; i < count; i++) first[i + 1] += first[i]
  const at = first.slice(0, count)
  const to = new Uint32Array(first[count])
  for (let i = 1; i < order.length; i++) to[at[idom[order[i]]]++] = order[i]
  return { count, first, to }
}
