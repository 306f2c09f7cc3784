import { dominatorTree, type Progress } from "../../inspect/graph/dominators.ts"
import { cycles } from "../../inspect/graph/components.ts"
import { describe, pathText, shortestPath } from "../../inspect/labels.ts"
import type { ObjectGraph } from "../../inspect/objectgraph.ts"
import type { MoultFile } from "../commands/load.ts"
import type { Where } from "./where.ts"

export interface Holder {
  node: number
  path: string
  type: string
  text: string
  /** Bytes that would be freed with it. */
  retained: number
  made: string
}

/** The objects that keep most bytes alive: modules and their namespaces are opened, so that variables show. */
export function biggestHolders(f: MoultFile, w: Where, limit: number, progress?: Progress): Holder[] {
  const g = f.graph
  const retained = g.retained(progress)
  const tree = dominatorTree(g.dominators(progress))
  const o = f.table("OBJS")
  const candidates: number[] = []
  const open = (v: number): void => {
    for (let e = tree.first[v]; e < tree.first[v + 1]; e++) candidates.push(tree.to[e])
  }
  open(0)
  const out: number[] = []
  const seen = new Set<number>()
  while (out.length < limit && candidates.length > 0) {
    let best = 0
    for (let i = 1; i < candidates.length; i++) if (retained[candidates[i]] > retained[candidates[best]]) best = i
    const [v] = candidates.splice(best, 1)
    if (seen.has(v)) continue
    seen.add(v)
    const namespace = g.typeName(v) === "dict" && pathText(shortestPath(g, v)).endsWith("__dict__")
    if (g.typeName(v) === "module" || namespace) open(v)
    else out.push(v)
  }
  return out.map((v) => ({
    node: v,
    path: pathText(shortestPath(g, v)),
    type: g.typeName(v),
    text: describe(g, v),
    retained: retained[v],
    made: o.serial[v - 1] === 0 ? "before the recording" : w.text(w.ownFrame(o.stack[v - 1])),
  }))
}

export interface Cycle {
  objects: number
  bytes: number
  types: string
  path: string
  made: string
}
/** Objects that refer to each other in a circle and were made by the run: only the collector can free them. */
export function liveCycles(f: MoultFile, w: Where, limit: number): { count: number; objects: number; bytes: number; top: Cycle[] } {
  const g = f.graph
  const o = f.table("OBJS")
  const within = new Uint8Array(g.count)
  const imported = new Map<number, boolean>()
  for (let i = 0; i < o.rows; i++) {
    if (o.serial[i] === 0 || isPlumbing(g.typeName(i + 1))) continue
    let skip = imported.get(o.stack[i])
    if (skip === undefined) imported.set(o.stack[i], (skip = w.isImport(o.stack[i])))
    if (!skip) within[i + 1] = 1
  }
  const found = cycles(g.graph, within)
  let objects = 0
  let bytes = 0
  const top: Cycle[] = []
  for (const nodes of found) {
    let size = 0
    const types = new Map<string, number>()
    for (const v of nodes) {
      size += g.size(v)
      types.set(g.typeName(v), (types.get(g.typeName(v)) ?? 0) + 1)
    }
    objects += nodes.length
    bytes += size
    if (top.length >= limit) continue
    top.push({
      objects: nodes.length,
      bytes: size,
      types: typeList(types),
      path: pathText(shortestPath(g, nodes[0])),
      made: w.text(w.ownFrame(o.stack[nodes[0] - 1])),
    })
  }
  return { count: found.length, objects, bytes, top }
}
/** Every class is in a cycle with its own namespace and order of bases. */
function isPlumbing(type: string): boolean {
  return [
    "type",
    "function",
    "abc.ABCMeta",
    "getset_descriptor",
    "method_descriptor",
    "wrapper_descriptor",
    "builtin_function_or_method",
  ].includes(type)
}
function typeList(types: Map<string, number>): string {
  return [...types]
    .sort((a, b) => b[1] - a[1])
    .slice(0, 3)
    .map(([t, n]) => `${n} ${t}`)
    .join(", ")
}

export interface PinnedArena {
  address: number
  used: number
  free: number
  /** The objects that keep it: most bytes first. */
  pinnedBy: string[]
}
/** Arenas that few blocks keep from being given back. */
export function pinnedArenas(f: MoultFile, g: ObjectGraph, w: Where, limit: number): PinnedArena[] {
  const size = 1 << 20
  const o = f.table("OBJS")
  return f.meta.arenas
    .filter((a) => a.used < size / 4)
    .sort((a, b) => a.used - b.used)
    .slice(0, limit)
    .map((a) => {
      const held = new Map<string, number>()
      for (let i = lowerBound(o.address, a.address); i < o.rows && o.address[i] < a.address + size; i++) {
        const key = `${g.typeName(i + 1)} made at ${o.serial[i] === 0 ? "start" : w.text(w.ownFrame(o.stack[i]))}`
        held.set(key, (held.get(key) ?? 0) + o.size[i])
      }
      const pinnedBy = [...held].sort((x, y) => y[1] - x[1]).slice(0, 3)
      return { address: a.address, used: a.used, free: size - a.used, pinnedBy: pinnedBy.map(([k]) => k) }
    })
}
function lowerBound(sorted: Uint32Array, value: number): number {
  let lo = 0
  let hi = sorted.length
  while (lo < hi) {
    const mid = (lo + hi) >> 1
    if (sorted[mid] < value) lo = mid + 1
    else hi = mid
  }
  return lo
}
