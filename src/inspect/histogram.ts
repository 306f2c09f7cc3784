import type { ObjectGraph } from "./objectgraph.ts"

export interface HistogramRow {
  type: string
  count: number
  /** Bytes of the objects' own blocks. */
  size: number
  /** Bytes of `size` that hold nothing: room to grow, rounding. */
  slack: number
  /** Bytes that would be freed with all objects of the type; present when asked for. */
  retained?: number
}

/** Objects by type, most bytes first. Types of one name are one row. */
export function histogram(g: ObjectGraph, options: { retained?: boolean } = {}): HistogramRow[] {
  const types = g.snapshot.table("TYPE").rows + 1
  const counts = new Float64Array(types)
  const sizes = new Float64Array(types)
  const used = new Float64Array(types)
  const { objects, typeOf } = g
  const { size, used: usedOf } = objects
  for (let i = 0, n = objects.rows; i < n; i++) {
    const t = typeOf[i + 1]
    counts[t]++
    sizes[t] += size[i]
    used[t] += usedOf[i]
  }
  const retained = options.retained ? retainedByType(g, types) : undefined
  const { name } = g.snapshot.table("TYPE")
  const rows = new Map<string, HistogramRow>()
  for (let t = 0; t < types; t++) {
    if (counts[t] === 0) continue
    const type = t === types - 1 ? "?" : g.snapshot.strings[name[t]]
    let row = rows.get(type)
    if (row === undefined) rows.set(type, (row = { type, count: 0, size: 0, slack: 0, ...(retained && { retained: 0 }) }))
    row.count += counts[t]
    row.size += sizes[t]
    row.slack += sizes[t] - used[t]
    if (retained) row.retained = (row.retained ?? 0) + retained[t]
  }
  return [...rows.values()].sort((a, b) => b.size - a.size || b.count - a.count || (a.type < b.type ? -1 : 1))
}

/** Per type, the retained bytes of those objects that no object of the same type dominates: none is counted twice. */
function retainedByType(g: ObjectGraph, types: number): Float64Array {
  const bytes = g.retained()
  const { idom, order } = g.dominators()
  const sums = new Float64Array(types)
  // the way down the dominator tree, with how many objects of each type are on it
  const onPath = new Uint32Array(types)
  const { typeOf } = g
  const firstChild = new Int32Array(g.count).fill(-1)
  const next = new Int32Array(g.count).fill(-1)
  for (let i = order.length - 1; i > 0; i--) {
    next[order[i]] = firstChild[idom[order[i]]]
    firstChild[idom[order[i]]] = order[i]
  }
  for (let v = 0; ; ) {
    const t = typeOf[v]
    if (v !== 0 && onPath[t]++ === 0) sums[t] += bytes[v]
    if (firstChild[v] >= 0) {
      v = firstChild[v]
      continue
    }
    for (; v !== 0; v = idom[v]) {
      onPath[typeOf[v]]--
      if (next[v] >= 0) break
    }
    if (v === 0) return sums
    v = next[v]
  }
}
