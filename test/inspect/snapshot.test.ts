import { beforeAll, describe, expect, it } from "vitest"
import { diff } from "../../src/inspect/diff.ts"
import { duplicates } from "../../src/inspect/duplicates.ts"
import { histogram } from "../../src/inspect/histogram.ts"
import { describe as text, edgeLabel, pathsTo, pathText, shortestPath } from "../../src/inspect/labels.ts"
import type { ObjectGraph } from "../../src/inspect/objectgraph.ts"
import { run } from "./run.ts"

const PROGRAM = `
class Node:
    def __init__(self, name):
        self.name = name
        self.next = None
class Slotted:
    __slots__ = ("left", "right")
class Marker: pass
cache = {("t", 1): Node("in the cache"), "text": [0.5, Node("in a list")]}
slotted = Slotted()
slotted.right = (Node("in a slot"),)
ring = Node("ring")
ring.next = Node("ring 2")
ring.next.next = ring
equal = ["".join(["copy ", str(7 * 11)]) for _ in range(20)]
numbers = [10 ** 20 + i % 2 for i in range(10)]
def outer():
    kept = Node("in a closure")
    def inner(): return kept
    return inner
closure = outer()
heavy = [Marker() for _ in range(1000)]
lost = Node("garbage"); lost.next = lost; import gc; gc.disable(); del lost
`
let g: ObjectGraph
/** The Node of that name. */
function node(name: string): number {
  for (let v = 1; v < g.count; v++) {
    if (!g.typeName(v).endsWith("Node")) continue
    for (let e = g.graph.first[v]; e < g.graph.first[v + 1]; e++) if (text(g, g.graph.to[e]) === JSON.stringify(name)) return v
  }
  throw new Error(`no Node ${name}`)
}
beforeAll(() => {
  g = run(PROGRAM).graph
})

describe("the graph of a run", () => {
  it("reaches every object", () => {
    const { order } = g.dominators()
    expect(order.length).toBe(g.count)
  })
  it("has names on its edges", () => {
    const way = (name: string): string => pathText(shortestPath(g, node(name)))
    expect(way("in the cache")).toBe('module __main__.__dict__["cache"][tuple of 2]')
    expect(way("in a list")).toMatch(/\["cache"\]\["text"\]\[1\]$/)
    expect(way("in a slot")).toMatch(/\["slotted"\]\.right\[0\]$/)
    expect(way("ring 2")).toMatch(/\["ring"\]\.next$/)
    expect(way("in a closure")).toMatch(/\["closure"\]\.__closure__\[0\]\.cell_contents$/)
  })
  it("names all holders", () => {
    const paths = pathsTo(g, node("ring")).map(pathText)
    expect(paths.some((p) => p.endsWith('["ring"]'))).toBe(true)
    expect(edgeLabel(g, node("ring 2"), node("ring"))).toBe(".next")
  })
  it("knows garbage", () => {
    expect([...g.garbage]).toContain(node("garbage"))
    expect(pathText(shortestPath(g, node("garbage")))).toBe("garbage that no collection has found yet")
  })
  it("counts and adds up", () => {
    const rows = histogram(g, { retained: true })
    const markers = rows.find((r) => r.type.endsWith("Marker"))
    expect(markers?.count).toBe(1000)
    expect(markers?.retained).toBe(markers?.size)
    expect(rows.reduce((n, r) => n + r.size, 0)).toBe(g.objects.size.reduce((a, b) => a + b, 0))
    expect(g.retained()[0]).toBe(rows.reduce((n, r) => n + r.size, 0))
  })
  it("retains what a list alone holds", () => {
    const list = Array.from({ length: g.count }, (_, v) => v).find((v) => v > 0 && text(g, v) === "list of 1000") as number
    const markers = histogram(g).find((r) => r.type.endsWith("Marker"))
    expect(g.retained()[list]).toBe(g.size(list) + (markers?.size ?? 0))
  })
  it("finds equal values", () => {
    const found = duplicates(g)
    const copies = found.find((d) => text(g, d.nodes[0]) === '"copy 77"')
    expect(copies?.nodes.length).toBe(20)
    expect(copies?.wasted).toBe(19 * g.size(copies?.nodes[0] ?? 0))
    const big = found.filter((d) => d.type === "int").map((d) => [text(g, d.nodes[0]), d.nodes.length])
    expect(big).toContainEqual(["100000000000000000001", 5])
  })
})

describe("two runs of one program", () => {
  const BRANCHES = `
import sys
class Marker: pass
kept = [Marker() for _ in range(100)]
if sys.argv[1] == "b":
    del kept[90:]
    more = [Marker() for _ in range(50)]
`
  it("are equal", () => {
    expect(diff(run(BRANCHES, "a").graph, run(BRANCHES, "a").graph).rows).toEqual([])
  })
  it("differ by what the second made and freed", () => {
    const { rows } = diff(run(BRANCHES, "a").graph, run(BRANCHES, "b").graph)
    const markers = rows.filter((r) => r.type.endsWith("Marker"))
    expect(markers.map((r) => [r.bornCount, r.goneCount])).toEqual([
      [50, 0],
      [0, 10],
    ])
  })
})
