import type { ObjectGraph } from "./objectgraph.ts"

export interface DiffRow {
  type: string
  /** The stack that made the objects (row of STCK in the file they are in); 0: unknown. */
  stack: number
  bornCount: number
  bornBytes: number
  goneCount: number
  goneBytes: number
  /** Bytes that objects in both files grew by. */
  grown: number
}
export interface Diff {
  rows: DiffRow[]
  /** Nodes of the later snapshot that the earlier one does not have. */
  born: Uint32Array
  /** Nodes of the earlier one that the later one does not have. */
  gone: Uint32Array
}

/**
 * What changed between two snapshots of one run, or of two runs of one program: an object is the same when its serial is.
 * Objects without a serial (born before the recording) are the same when address and type are.
 */
export function diff(before: ObjectGraph, after: ObjectGraph): Diff {
  const rows = new Map<string, DiffRow>()
  const rowOf = (g: ObjectGraph, node: number): DiffRow => {
    const type = g.typeName(node)
    const stack = g.objects.stack[node - 1]
    const key = `${type}\0${stackText(g, stack)}`
    let row = rows.get(key)
    if (row === undefined) rows.set(key, (row = { type, stack, bornCount: 0, bornBytes: 0, goneCount: 0, goneBytes: 0, grown: 0 }))
    return row
  }
  const a = order(before)
  const b = order(after)
  const born: number[] = []
  const gone: number[] = []
  for (let i = 0, j = 0; i < a.length || j < b.length; ) {
    const c = i === a.length ? 1 : j === b.length ? -1 : compare(before, a[i], after, b[j])
    if (c === 0) {
      const more = after.size(b[j]) - before.size(a[i])
      if (more !== 0) rowOf(after, b[j]).grown += more
      i++
      j++
    } else if (c < 0) {
      const row = rowOf(before, a[i])
      row.goneCount++
      row.goneBytes += before.size(a[i])
      gone.push(a[i++])
    } else {
      const row = rowOf(after, b[j])
      row.bornCount++
      row.bornBytes += after.size(b[j])
      born.push(b[j++])
    }
  }
  const weight = (r: DiffRow): number => r.bornBytes - r.goneBytes + r.grown
  return {
    rows: [...rows.values()].sort((x, y) => Math.abs(weight(y)) - Math.abs(weight(x)) || (x.type < y.type ? -1 : 1)),
    born: Uint32Array.from(born),
    gone: Uint32Array.from(gone),
  }
}

/** The nodes by serial; those without one first, by address. */
function order(g: ObjectGraph): Uint32Array {
  const { serial, address } = g.objects
  return Uint32Array.from({ length: g.objects.rows }, (_, i) => i + 1).sort(
    (x, y) => serial[x - 1] - serial[y - 1] || address[x - 1] - address[y - 1],
  )
}
/** Below 0: `x` comes first; 0: they are one object. Serials and addresses may have been used for something else in the other run. */
function compare(g: ObjectGraph, x: number, h: ObjectGraph, y: number): number {
  const s = g.objects.serial[x - 1]
  const c = s - h.objects.serial[y - 1] || (s === 0 ? g.address(x) - h.address(y) : 0)
  return c || (g.typeName(x) === h.typeName(y) ? 0 : -1)
}

/** A stack as text, the same in every file. */
function stackText(g: ObjectGraph, stack: number): string {
  const { parent, frame } = g.snapshot.table("STCK")
  const { file, line } = g.snapshot.table("FRAM")
  const lines: string[] = []
  for (let s = stack; s > 0; s = parent[s]) lines.push(`${g.snapshot.strings[file[frame[s]]]}:${line[frame[s]]}`)
  return lines.join("\n")
}
