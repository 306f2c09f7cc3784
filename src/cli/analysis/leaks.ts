import { ObjectFlag } from "../../base/moultfile.ts"
import { type Nearest, pathTo } from "../../inspect/graph/paths.ts"
import { pathText, shortestPath } from "../../inspect/labels.ts"
import type { ObjectGraph } from "../../inspect/objectgraph.ts"
import type { MoultFile } from "../commands/load.ts"
import { adviceFor } from "./leakadvice.ts"
import { Where } from "./where.ts"

// Which objects look leaked: a program's every object is alive until something lets go of it, so being alive at the end says nothing.
// What tells a leak from a table that the program needs:
//
//   growth    one line's objects go on being made and kept until the end of the run: their births are spread over all of it
//   survival  most of what the line made is still alive (a bounded cache drops the old ones)
//   holder    all of them hang on one object, and a function puts them there that did not make it: what a function builds and
//             fills itself (rows of a table, results in a list) is data; what others keep adding to from outside is shared state
//
// Cycles that nobody collects are leaks too when the collector is off.

/** At least so many objects of one line must have stayed. */
const MIN_COUNT = 10
const BINS = 10
const FULL_BINS = 7
const SURVIVAL = 0.5
/** Of a group's objects so many are looked at, and this part of them must hang on the holder. */
const SAMPLE = 64
const MAJORITY = 0.8

const THREAD_LOCAL = "_thread._local"

export interface Leak {
  kind: "growth" | "uncollected cycles"
  /** Node of the object that holds them; 0 for uncollected cycles. */
  holder: number
  /** The way from outside to the holder. */
  path: string
  holderText: string
  /** Of the objects directly held: their type, and the line that makes them. */
  type: string
  made: string
  /** The line that puts them into the holder; "" when it has no table of its own. */
  kept: string
  /** Objects made by that line and still there; bytes of all objects found under the holder. */
  count: number
  bytes: number
  /** Allocations of the run for each object kept. */
  every: number
  /** Every group of objects under the holder, most bytes first. */
  parts: { type: string; made: string; count: number; bytes: number }[]
  advice: string
}

interface Group {
  frame: number
  type: string
  typeName: number
  nodes: number[]
  bytes: number
}

/** Objects born during the run by (own line, type); what importing made is left out. */
function groups(f: MoultFile, w: Where): Group[] {
  const o = f.table("OBJS")
  const types = f.table("TYPE")
  const nameOf = new Map<number, number>()
  for (let t = 0; t < types.rows; t++) nameOf.set(types.address[t], types.name[t])
  const imported = new Map<number, boolean>()
  const out = new Map<string, Group>()
  for (let i = 0; i < o.rows; i++) {
    if (o.serial[i] === 0 || (o.flags[i] & ObjectFlag.STATIC) !== 0) continue
    const stack = o.stack[i]
    let skip = imported.get(stack)
    if (skip === undefined) imported.set(stack, (skip = w.isImport(stack)))
    if (skip) continue
    const frame = w.ownFrame(stack)
    const typeName = nameOf.get(o.type[i]) ?? 0
    const key = `${frame} ${typeName}`
    let g = out.get(key)
    if (g === undefined) out.set(key, (g = { frame, type: f.strings[typeName], typeName, nodes: [], bytes: 0 }))
    g.nodes.push(i + 1)
    g.bytes += o.size[i]
  }
  return [...out.values()]
}

/** How many of each (own line, type) died: by `frame typeName`. */
function deathCounts(f: MoultFile, w: Where): Map<string, number> {
  const d = f.table("DEAD")
  const out = new Map<string, number>()
  for (let i = 0; i < d.rows; i++) {
    const key = `${w.ownFrame(d.stack[i])} ${d.type[i]}`
    out.set(key, (out.get(key) ?? 0) + d.count[i])
  }
  return out
}

/** Are the births spread from the first one to the end of the run? */
function grows(f: MoultFile, g: Group): boolean {
  const { serial } = f.table("OBJS")
  const end = f.meta.serial
  let first = end
  for (const n of g.nodes) first = Math.min(first, serial[n - 1])
  const bins = new Uint32Array(BINS)
  for (const n of g.nodes) bins[Math.min(BINS - 1, Math.floor(((serial[n - 1] - first) / (end - first + 1)) * BINS))]++
  const full = bins.filter((b) => b > 0).length
  return full >= FULL_BINS && bins[BINS - 1] + bins[BINS - 2] > 0
}

/** The last object that most ways from the root to the group's objects share, and how far below it they hang; 0 if they share none. */
function commonHolder(near: Nearest, g: Group): { holder: number; below: number; spread: number } {
  const step = Math.max(1, Math.floor(g.nodes.length / SAMPLE))
  let paths: number[][] = []
  for (let i = 0; i < g.nodes.length; i += step) {
    const p = pathTo(near, g.nodes[i])
    if (p.length > 1) paths.push(p)
  }
  const wanted = Math.max(2, paths.length * MAJORITY)
  let holder = 0
  let depth = 0
  for (;;) {
    const votes = new Map<number, number>()
    for (const p of paths) if (p.length > depth + 2) votes.set(p[depth + 1], (votes.get(p[depth + 1]) ?? 0) + 1)
    const best = [...votes].sort((a, b) => b[1] - a[1])[0]
    if (best === undefined || best[1] < wanted) break
    holder = best[0]
    depth++
    paths = paths.filter((p) => p[depth] === holder)
  }
  const lengths = paths.map((p) => p.length - 1 - depth)
  return { holder, below: Math.min(...lengths), spread: Math.max(...lengths) - Math.min(...lengths) }
}

/** Two frames of one function? */
function sameFunction(w: Where, a: number, b: number): boolean {
  return w.name(a) === w.name(b) && w.path(a) === w.path(b)
}
/** Is the holder state that outlives the function that fills it? */
function isShared(f: MoultFile, w: Where, holder: number, threadLocal: boolean, spread: number, count: number): boolean {
  const o = f.table("OBJS")
  const i = holder - 1
  const { grown } = o
  // a chain of objects: each holds the next, no table grows
  if (grown[i] === 0) return spread * 2 >= Math.min(count, SAMPLE)
  if (o.serial[i] === 0 || threadLocal) return true
  return w.isImport(o.stack[i]) || !sameFunction(w, w.ownFrame(o.stack[i]), w.ownFrame(grown[i]))
}

/** A threading.local finds each thread's dict under a weak reference. */
function isThreadKey(label: string): boolean {
  return label.startsWith("[weakref.")
}

interface Found extends Group {
  below: number
}
function describeLeak(f: MoultFile, w: Where, g: ObjectGraph, holder: number, path: string, parts: Found[]): Leak {
  const o = f.table("OBJS")
  const nearest = Math.min(...parts.map((p) => p.below))
  const direct = parts.filter((p) => p.below === nearest).sort((a, b) => b.nodes.length - a.nodes.length || b.bytes - a.bytes)[0]
  const kept = holder === 0 || o.grown[holder - 1] === 0 ? "" : w.text(w.ownFrame(o.grown[holder - 1]))
  const list = parts
    .map((p) => ({ type: p.type, made: w.text(p.frame), count: p.nodes.length, bytes: p.bytes }))
    .sort((a, b) => b.bytes - a.bytes)
  const leak: Omit<Leak, "advice"> = {
    kind: holder === 0 ? "uncollected cycles" : "growth",
    holder,
    path,
    holderText: holder === 0 ? "" : g.typeName(holder),
    type: direct.type,
    made: w.text(direct.frame),
    kept,
    count: direct.nodes.length,
    bytes: list.reduce((n, p) => n + p.bytes, 0),
    every: Math.round(f.meta.serial / direct.nodes.length),
    parts: list,
  }
  return { ...leak, advice: adviceFor(leak) }
}

/** Everything that looks leaked, most bytes first. */
export function findLeaks(f: MoultFile): Leak[] {
  const w = new Where(f)
  const g = f.graph
  const dead = deathCounts(f, w)
  const garbage = new Set(g.garbage)
  const uncollected: Found[] = []
  const held = new Map<number, Found[]>()
  const spreads = new Map<number, { spread: number; count: number }>()
  for (const group of groups(f, w)) {
    const lost = group.nodes.filter((n) => garbage.has(pathTo(g.nearest, n)[1] ?? 0) && g.roots(n).length === 0)
    if (lost.length >= MIN_COUNT && lost.length * 2 > group.nodes.length) {
      // the heads of the cycles first: what they lead to went with them
      uncollected.push({ ...group, nodes: lost, below: garbage.has(lost[0]) ? 0 : 1 })
      continue
    }
    if (group.nodes.length < MIN_COUNT || !grows(f, group)) continue
    const died = dead.get(`${group.frame} ${group.typeName}`) ?? 0
    if (group.nodes.length / (group.nodes.length + died) < SURVIVAL) continue
    const { holder, below, spread } = commonHolder(g.nearest, group)
    if (holder === 0) continue
    const list = held.get(holder)
    if (list === undefined) held.set(holder, [{ ...group, below }])
    else list.push({ ...group, below })
    const known = spreads.get(holder)
    if (known === undefined || spread > known.spread) spreads.set(holder, { spread, count: group.nodes.length })
  }
  const leaks: Leak[] = []
  for (const [holder, parts] of held) {
    const steps = shortestPath(g, holder)
    const threadLocal = steps.some((s) => g.typeName(s.node) === THREAD_LOCAL)
    const path = `${threadLocal ? "thread-local " : ""}${pathText(threadLocal ? steps.filter((s) => !isThreadKey(s.label)) : steps)}`
    const { spread, count } = spreads.get(holder) ?? { spread: 0, count: 0 }
    if (isShared(f, w, holder, threadLocal, spread, count)) leaks.push(describeLeak(f, w, g, holder, path, parts))
  }
  if (uncollected.length > 0 && !collectorRuns(f)) {
    leaks.push(describeLeak(f, w, g, 0, "nothing: they are cycles, and the collector is off", uncollected))
  }
  return leaks.sort((a, b) => b.bytes - a.bytes)
}
/** Does the collector find garbage by itself? */
function collectorRuns(f: MoultFile): boolean {
  return f.meta.collector.enabled && f.meta.collector.generations[0].threshold > 0
}
