import { describe, expect, it } from "vitest"
import { cycles, stronglyConnected, unreachedHeads } from "../../src/inspect/graph/components.ts"
import { dominators, dominatorTree, retainedSizes } from "../../src/inspect/graph/dominators.ts"
import { fromEdges, reverse } from "../../src/inspect/graph/graph.ts"
import { nearest, pathTo, retainingPaths } from "../../src/inspect/graph/paths.ts"
import { random } from "../heap/random.ts"
import { graph, naiveDominators, randomGraph, reaches } from "./naive.ts"

function idoms(edges: string): string {
  const { graph: g, name } = graph(edges)
  return [...dominators(g).idom]
    .map((d, v) => (d < 0 ? "" : `${name(v)}:${name(d)}`))
    .join(" ")
    .trim()
}

describe("dominators", () => {
  it("of a diamond are its top", () => expect(idoms("root>a root>b a>c b>c c>d")).toBe("a:root b:root c:root d:c"))
  it("pass through cycles", () => expect(idoms("root>a a>b b>a b>c c>b")).toBe("a:root b:a c:b"))
  it("of the graph in the paper", () => {
    const edges = "R>A R>B R>C A>D B>A B>D B>E C>F C>G D>L E>H F>I G>I G>J H>E H>K I>K J>I K>I K>R L>H"
    expect(idoms(edges)).toBe("A:R B:R C:R D:R E:R F:C G:C L:D H:R I:R J:G K:R")
  })
  it("agree with the definition on random graphs", () => {
    const rnd = random(7)
    for (let round = 0; round < 400; round++) {
      const count = 1 + rnd(24)
      const g = randomGraph(rnd, count, rnd(3 * count + 1))
      expect([...dominators(g).idom]).toEqual(naiveDominators(g))
    }
  })
  it("retain what cannot be reached without them", () => {
    const rnd = random(8)
    for (let round = 0; round < 200; round++) {
      const count = 1 + rnd(24)
      const g = randomGraph(rnd, count, rnd(3 * count + 1))
      const sizes = Uint32Array.from({ length: count }, () => rnd(100))
      const retained = retainedSizes(dominators(g), sizes)
      const all = reaches(g, 0)
      for (const v of all) {
        const rest = reaches(g, 0, v)
        let sum = 0
        for (const w of all) if (!rest.has(w)) sum += sizes[w]
        expect(retained[v]).toBe(sum)
      }
    }
  })
  it("of a list a million deep, whose items another list holds, come without recursion and in time", () => {
    const n = 1_000_000
    const from: number[] = []
    const to: number[] = []
    for (let i = 1; i < n; i++) {
      from.push(i - 1, i, 0)
      to.push(i, n + i, n + i)
    }
    const { idom } = dominators(fromEdges(2 * n, from, to))
    expect([idom[n - 1], idom[2 * n - 1]]).toEqual([n - 2, 0])
  })
  it("make a tree", () => {
    const { graph: g, name, node } = graph("root>a root>b a>c b>c c>d")
    const tree = dominatorTree(dominators(g))
    expect([...tree.to.subarray(tree.first[0], tree.first[1])].map(name)).toEqual(["a", "c", "b"])
    expect(name(tree.to[tree.first[node("c")]])).toBe("d")
  })
})

describe("components", () => {
  it("hold what reaches each other, on random graphs", () => {
    const rnd = random(9)
    for (let round = 0; round < 200; round++) {
      const count = 1 + rnd(20)
      const g = randomGraph(rnd, count, rnd(2 * count + 1))
      const { of } = stronglyConnected(g)
      const sets = Array.from({ length: count }, (_, v) => reaches(g, v))
      for (let a = 0; a < count; a++) {
        for (let b = 0; b < count; b++) {
          expect(of[a] === of[b]).toBe(sets[a].has(b) && sets[b].has(a))
          if (of[a] !== of[b] && sets[a].has(b)) expect(of[a]).toBeGreaterThan(of[b])
        }
      }
    }
  })
  it("are cycles when they have two nodes or a loop", () => {
    const { graph: g, name } = graph("root>a a>b b>c c>a root>d d>d root>e")
    expect(cycles(g).map((c) => [...c].map(name).join(""))).toEqual(["abc", "d"])
  })
  it("of lost nodes have one head each", () => {
    const rnd = random(10)
    for (let round = 0; round < 200; round++) {
      const count = 1 + rnd(20)
      const g = randomGraph(rnd, count, rnd(2 * count + 1))
      const heads = [...unreachedHeads(g)]
      const found = reaches(g, 0)
      for (const h of heads) {
        for (const other of heads) if (other !== h) expect(reaches(g, other).has(h)).toBe(false)
        for (const v of reaches(g, h)) found.add(v)
      }
      expect(found.size).toBe(count)
    }
  })
})

describe("paths", () => {
  it("are shortest", () => {
    const { graph: g, name, node } = graph("root>a a>b b>c root>d d>c c>e")
    expect(pathTo(nearest(g), node("e")).map(name)).toEqual(["root", "d", "c", "e"])
  })
  it("go through different holders, and never through the node itself", () => {
    const { graph: g, name, node } = graph("root>a a>x root>b b>c c>x x>y y>x lost>x")
    const paths = retainingPaths(nearest(g), reverse(g), node("x"), 10)
    expect(paths.map((p) => p.map(name).join(">"))).toEqual(["root>a>x", "root>b>c>x"])
  })
})

it("a graph turned round twice is itself, with sorted rows", () => {
  const rnd = random(11)
  const g = randomGraph(rnd, 50, 200)
  const back = reverse(reverse(g))
  for (let v = 0; v < 50; v++) {
    expect([...back.to.subarray(back.first[v], back.first[v + 1])]).toEqual(
      [...g.to.subarray(g.first[v], g.first[v + 1])].sort((a, b) => a - b),
    )
  }
})
