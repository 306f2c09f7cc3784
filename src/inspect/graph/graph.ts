/** A directed graph as compressed rows: the edges of node n are to[first[n]] … to[first[n + 1] - 1]. Node 0 is the root. */
export interface Graph {
  readonly count: number
  /** count + 1 positions in `to`. */
  readonly first: Uint32Array
  readonly to: Uint32Array
}

/** The graph of (from[i], to[i]), edges of one node in the order given. */
export function fromEdges(count: number, from: ArrayLike<number>, to: ArrayLike<number>): Graph {
  const first = new Uint32Array(count + 1)
  const m = from.length
  for (let i = 0; i < m; i++) first[from[i] + 1]++
  for (let i = 0; i < count; i++) first[i + 1] += first[i]
  const at = first.slice(0, count)
  const heads = new Uint32Array(m)
  for (let i = 0; i < m; i++) heads[at[from[i]]++] = to[i]
  return { count, first, to: heads }
}

/** Who points to each node: the same edges turned round, sources in rising order. */
export function reverse({ count, first, to }: Graph): Graph {
  const into = new Uint32Array(count + 1)
  const m = first[count]
  for (let e = 0; e < m; e++) into[to[e] + 1]++
  for (let i = 0; i < count; i++) into[i + 1] += into[i]
  const at = into.slice(0, count)
  const from = new Uint32Array(m)
  for (let v = 0; v < count; v++) {
    for (let e = first[v], end = first[v + 1]; e < end; e++) from[at[to[e]]++] = v
  }
  return { count, first: into, to: from }
}
