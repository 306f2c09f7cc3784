import type { Graph } from "./graph.ts"

/** How the root reaches each node by fewest steps. */
export interface Nearest {
  /** The node before, -1 for the root and for nodes it does not reach. */
  readonly before: Int32Array
  /** Steps from the root, -1 if there is no path. */
  readonly steps: Int32Array
}

/** Breadth first from node 0. `within`: pass only through these nodes (non-zero). */
export function nearest({ count, first, to }: Graph, within?: Uint8Array): Nearest {
  const before = new Int32Array(count).fill(-1)
  const steps = new Int32Array(count).fill(-1)
  const queue = new Uint32Array(count)
  steps[0] = 0
  let end = 1
  for (let i = 0; i < end; i++) {
    const v = queue[i]
    for (let e = first[v], last = first[v + 1]; e < last; e++) {
      const w = to[e]
      if (steps[w] >= 0 || (within !== undefined && within[w] === 0)) continue
      steps[w] = steps[v] + 1
      before[w] = v
      queue[end++] = w
    }
  }
  return { before, steps }
}

/** The nodes from the root to `node`, both included; empty if there is no path. */
export function pathTo({ before, steps }: Nearest, node: number): number[] {
  if (steps[node] < 0) return []
  const path: number[] = []
  for (let v = node; v >= 0; v = before[v]) path.push(v)
  return path.reverse()
}

/** Retaining paths of `node`, nearest first, each through another holder, none through `node` itself. `holders`: the reversed graph. */
export function retainingPaths(near: Nearest, holders: Graph, node: number, limit: number): number[][] {
  const candidates = new Set(holders.to.subarray(holders.first[node], holders.first[node + 1]))
  candidates.delete(node)
  const sorted = [...candidates].filter((h) => near.steps[h] >= 0).sort((a, b) => near.steps[a] - near.steps[b] || a - b)
  const paths: number[][] = []
  for (const holder of sorted) {
    if (paths.length === limit) break
    const path = pathTo(near, holder)
    if (!path.includes(node)) paths.push([...path, node])
  }
  return paths
}
