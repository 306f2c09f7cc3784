import { ObjectFlag, ROOT_KINDS, type TableTag } from "../../base/moultfile.ts"
import type { ObjectGraph } from "../objectgraph.ts"

// A snapshot as relational tables, for CSV, Parquet and SQL. The numbers of objects, stacks and frames are keys between them.

export interface Column {
  name: string
  /** uint32 and integer are whole numbers, the latter up to 2 ** 53. */
  type: "uint32" | "integer" | "double" | "text"
  /** Row i's value. */
  data: Uint32Array | Float64Array | readonly string[]
}
export interface Relation {
  name: string
  rows: number
  columns: Column[]
}

const words = (name: string, data: Uint32Array): Column => ({ name, type: "uint32", data })
const integers = (name: string, data: Float64Array): Column => ({ name, type: "integer", data })
const text = (name: string, data: readonly string[]): Column => ({ name, type: "text", data })

export const RELATIONS = ["objects", "refs", "roots", "types", "stacks", "frames", "deaths", "collections", "samples"] as const
export type RelationName = (typeof RELATIONS)[number]

/** One table. `objects` and `refs` count objects from 1; 0 stands for the roots. */
export function relation(g: ObjectGraph, name: RelationName): Relation {
  const columns = MAKERS[name](g)
  return { name, rows: columns[0].data.length, columns }
}

const MAKERS: Record<RelationName, (g: ObjectGraph) => Column[]> = {
  objects: (g) => {
    const o = g.objects
    const { idom } = g.dominators()
    const { steps } = g.nearest
    const n = o.rows
    return [
      words(
        "id",
        Uint32Array.from({ length: n }, (_, i) => i + 1),
      ),
      words("address", o.address),
      text(
        "type",
        Array.from({ length: n }, (_, i) => g.typeName(i + 1)),
      ),
      words("size", o.size),
      words("used", o.used),
      integers("retained", g.retained().subarray(1)),
      words(
        "dominator",
        Uint32Array.from({ length: n }, (_, i) => Math.max(idom[i + 1], 0)),
      ),
      words(
        "depth",
        Uint32Array.from({ length: n }, (_, i) => Math.max(steps[i + 1], 0)),
      ),
      words("refcount", o.count),
      words("stack", o.stack),
      integers("serial", o.serial),
      words(
        "tracked",
        o.flags.map((f) => f & ObjectFlag.TRACKED),
      ),
      words(
        "static",
        o.flags.map((f) => (f & ObjectFlag.STATIC) >> 1),
      ),
    ]
  },
  refs: (g) => {
    const { first, to, count } = g.graph
    const holder = new Uint32Array(to.length)
    for (let v = 0; v < count; v++) holder.fill(v, first[v], first[v + 1])
    return [words("holder", holder), words("object", to)]
  },
  roots: (g) => {
    const { object, kind, name, detail } = g.snapshot.table("ROOT")
    const s = g.snapshot.strings
    return [
      words(
        "object",
        object.map((i) => i + 1),
      ),
      text(
        "kind",
        Array.from(kind, (k) => ROOT_KINDS[k] ?? "unknown"),
      ),
      text(
        "name",
        Array.from(name, (i) => s[i]),
      ),
      text(
        "detail",
        Array.from(detail, (i) => s[i]),
      ),
    ]
  },
  types: (g) => {
    const { address, name } = g.snapshot.table("TYPE")
    return [
      words("address", address),
      text(
        "name",
        Array.from(name, (i) => g.snapshot.strings[i]),
      ),
    ]
  },
  stacks: (g) => [words("id", numbers(g, "STCK")), ...plain(g, "STCK")],
  frames: (g) => [words("id", numbers(g, "FRAM")), ...plain(g, "FRAM")],
  deaths: (g) => plain(g, "DEAD"),
  collections: (g) => plain(g, "GCLG"),
  samples: (g) => plain(g, "TIME"),
}

function numbers(g: ObjectGraph, tag: TableTag): Uint32Array {
  return Uint32Array.from({ length: g.snapshot.table(tag).rows }, (_, i) => i)
}

/** Columns that are rows of STRS in tables copied as they are. */
const STRINGS: Partial<Record<TableTag, readonly string[]>> = { FRAM: ["name", "file"], DEAD: ["type"] }
const CAUSES = ["decref", "collection", "runtime"]

/** A table of the file, strings and causes written out. */
function plain(g: ObjectGraph, tag: TableTag): Column[] {
  const columns: Column[] = []
  for (const [name, data] of Object.entries(g.snapshot.table(tag))) {
    if (typeof data === "number") continue
    if (data instanceof Float64Array) columns.push(name === "ms" ? { name, type: "double", data } : integers(snake(name), data))
    else if (STRINGS[tag]?.includes(name))
      columns.push(
        text(
          name,
          Array.from(data, (i) => g.snapshot.strings[i]),
        ),
      )
    else if (tag === "DEAD" && name === "cause")
      columns.push(
        text(
          name,
          Array.from(data, (c) => CAUSES[c] ?? "?"),
        ),
      )
    else columns.push(words(snake(name), data))
  }
  return columns
}
function snake(name: string): string {
  return name.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`)
}
