import { readFileSync } from "node:fs"
import { beforeAll, describe, expect, it } from "vitest"
import { diff } from "../../src/inspect/diff.ts"
import { duplicates } from "../../src/inspect/duplicates.ts"
import { histogram } from "../../src/inspect/histogram.ts"
import { describe as text, edgeLabel, pathsTo, pathText, shortestPath } from "../../src/inspect/labels.ts"
import type { ObjectGraph } from "../../src/inspect/objectgraph.ts"
import { run, scratch } from "./run.ts"

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
def fail():
    caught = Node("in a frame")
    raise ValueError
try: fail()
except ValueError as e: error = e
def generate():
    waiting = Node("in a generator")
    yield
generator = generate(); next(generator)
heavy = [Marker() for _ in range(1000)]
lost = Node("garbage"); lost.next = lost; import gc; gc.disable(); del lost
`
/** One of each kind of object that holds others; writes what the collector sees them hold. */
const ZOO = `
import collections, contextvars, functools, gc, io, itertools, json, operator, re, sys, types, weakref
class Plain: pass
class Slots: __slots__ = ("a", "__weakref__")
class Dict(dict): pass
class List(list): pass
plain = Plain(); plain.x = [1]
full = Plain(); full.__dict__["y"] = [2]
slots = Slots(); slots.a = [3]
sub = Dict(a=[4]); sub.z = [5]
more = List([[6]]); more.w = [7]
def function(a=[8], *, b=[9]): return a
def generate(local):
    yield local
generator = generate([10]); next(generator)
def outer(cell):
    return lambda: cell
closure = outer([11])
async def coroutine(local): return local
coro = coroutine([12])
try: raise KeyError([13])
except KeyError as e: error = e
group = ExceptionGroup("many", [ValueError([14])])
cached = functools.lru_cache(function)
cached()
variable = contextvars.ContextVar("variable", default=[15])
variable.set([16])
tee, _ = itertools.tee([[17], [18]])
next(tee)
ordered = collections.OrderedDict(a=[19]); ordered.attribute = [20]
default = collections.defaultdict(list, a=[21])
zoo = [
    plain, full, slots, sub, more, function, generator, closure, closure.__closure__[0], coro, error, error.__traceback__,
    error.__traceback__.tb_frame, group, cached, variable, contextvars.copy_context(), tee, ordered, default, Plain, Slots, sys, zip([22], [23]),
    ([24],), [[25]], {1: [26]}, {"key": [27]}, {"a": [28]}.items(), iter({"a": [29]}.values()), {(30,)}, frozenset({(31,)}),
    collections.deque([[32], [33]], 5), iter([[34]]), iter(([35],)), reversed([[36]]), enumerate([[37]]), map(len, [[38]]), filter(None, [[39]]),
    slice([40], [41]), [].append, plain.__init__, operator.itemgetter([42][0]), functools.partial(function, [43], b=[44]), property(function),
    classmethod(function), staticmethod(function), types.MappingProxyType({"a": [45]}), types.SimpleNamespace(a=[46]), weakref.ref(plain, function),
    memoryview(bytearray(10)), itertools.chain([[47]]), itertools.product([48], repeat=2), itertools.groupby([[49]]), itertools.cycle([[50]]),
    list[int], int | str, re.compile("z(?P<oo>o+)"), re.compile("z").match("z"), super(Plain, plain), io.TextIOWrapper(io.BytesIO()), types.CodeType.co_name,
    object.__repr__, (1).__add__, iter("text"), iter(b"bytes"), iter({51}), function.__code__.co_positions(),
]
seen = [[type(o).__name__, id(o), [id(r) for r in gc.get_referents(o) if r is not zoo]] for o in zoo]
with open(sys.argv[1], "w") as f: json.dump(seen, f)
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
  it("names local variables", () => {
    const way = (name: string): string => pathText(shortestPath(g, node(name)))
    expect(way("in a frame")).toMatch(/\["error"\]\.__traceback__(\.tb_next)?\.tb_frame → local 'caught'$/)
    expect(way("in a generator")).toMatch(/\["generator"\] → local 'waiting'$/)
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

it("holds what gc.get_referents shows, for objects of every kind", () => {
  const { graph } = run(ZOO, scratch("referents.json"))
  const wanted = JSON.parse(readFileSync(scratch("referents.json"), "utf8")) as [type: string, id: number, referents: number[]][]
  expect(wanted.length).toBeGreaterThan(35)
  for (const [type, id, referents] of wanted) {
    const v = graph.nodeAt(id)
    expect([type, v > 0]).toEqual([type, true])
    const held = new Set([...graph.graph.to.subarray(graph.graph.first[v], graph.graph.first[v + 1])].map((w) => graph.address(w)))
    expect([type, referents.filter((r) => !held.has(r))]).toEqual([type, []])
  }
})
