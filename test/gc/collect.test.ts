import { beforeAll, beforeEach, describe, expect, it } from "vitest"
import { auditHeap, verifyGC } from "../../src/gc/audit.ts"
import { PyGC_Disable, PyGC_Enable, gc_collect, gc_count, gc_freeze, gc_set_threshold, gc_unfreeze } from "../../src/gc/gcmodule.ts"
import { GC, GCState, GEN_HEAD, gc_list_size } from "../../src/gc/state.ts"
import type { Own, Ref } from "../../src/heap/ref.ts"
import { Py_DECREF, Py_INCREF } from "../../src/heap/refcount.ts"
import { verifyPools } from "../../src/heap/audit.ts"
import { _Py_GetAllocatedBlocks } from "../../src/heap/memstats.ts"
import { i32 } from "../../src/heap/views.ts"
import { random } from "../heap/random.ts"
import { FinalType, LegacyType, Node, deepest, garbage, isDead, link, log, node, reset, ring, setOnFinal, setup, weak } from "./node.ts"

beforeAll(setup)
beforeEach(() => {
  reset()
  PyGC_Enable()
  gc_set_threshold(0, 700)
})

describe("trashcan", () => {
  it("frees a million nested objects 50 at a time", () => {
    const before = _Py_GetAllocatedBlocks()
    let $head = node()
    PyGC_Disable()
    for (let i = 0; i < 1_000_000; i++) {
      const $next = node($head)
      Py_DECREF($head)
      $head = $next
    }
    Py_DECREF($head)
    expect(deepest).toBe(50)
    expect(_Py_GetAllocatedBlocks()).toBe(before)
    expect(verifyPools()).toEqual([])
  })
})

describe("collector", () => {
  it("frees a ring nobody refers to, and leaves one that somebody does", () => {
    ring(3)
    const [first] = ring(2)
    const $kept = first as Own
    Py_INCREF($kept)
    expect(gc_collect(2)).toBe(3)
    expect(log.sort()).toEqual(["free 1", "free 2", "free 3"])
    Py_DECREF($kept)
    expect(gc_collect(2)).toBe(2)
  })

  it("collects only the generations asked for, and promotes survivors", () => {
    const $a = node()
    expect(gc_collect(0)).toBe(0)
    const old = gc_list_size(GEN_HEAD(1))
    expect(old).toBeGreaterThan(0)
    link($a, Node.a, $a)
    Py_DECREF($a)
    expect(gc_collect(0)).toBe(0)
    expect(gc_collect(1)).toBe(1)
  })

  it("starts inside an allocation once the threshold is passed", () => {
    gc_set_threshold(0, 10)
    gc_collect(2)
    ring(2)
    const $live: Own[] = []
    for (let i = 0; i < 12; i++) $live.push(node())
    expect(log).toContain("free 1")
    for (const $n of $live) Py_DECREF($n)
  })

  it("runs every finalizer once before anything is cleared, and keeps what it resurrects", () => {
    const nodes = ring(2, FinalType)
    setOnFinal((op) => {
      if (op === nodes[0]) Py_INCREF(op)
      expect(i32[(op + Node.a) >> 2]).not.toBe(0)
    })
    expect(gc_collect(2)).toBe(0)
    expect(log).toEqual(["final 1", "final 2"])
    setOnFinal(() => {
      throw new Error("finalized twice")
    })
    Py_DECREF(nodes[0] as Own)
    expect(gc_collect(2)).toBe(2)
    expect(log.slice(2).sort()).toEqual(["free 1", "free 2"])
  })

  it("puts objects with legacy finalizers in gc.garbage, with nothing freed that they reach", () => {
    const $legacy = node(0 as Ref, 0 as Ref, LegacyType)
    const $other = node($legacy)
    link($legacy, Node.a, $other)
    Py_DECREF($other)
    Py_DECREF($legacy)
    expect(gc_collect(2)).toBe(2)
    expect(garbage).toEqual([$legacy])
    expect(log).toEqual([])
    i32[($legacy + 8) >> 2] = i32[($other + 8) >> 2]
    Py_DECREF($legacy)
    gc_collect(2)
  })

  it("clears weak references before finalizers and calls the callbacks of living ones only", () => {
    const $callback = node()
    const nodes = ring(2, FinalType)
    const $wr = weak(nodes[0], $callback)
    const $trashWr = weak(nodes[1], $callback)
    link(nodes[0], Node.b, $trashWr)
    Py_DECREF($trashWr)
    setOnFinal(() => expect(isDead($wr)).toBe(true))
    gc_collect(2)
    expect(log.slice(0, 3)).toEqual([`callback 1`, "final 2", "final 3"])
    expect(log.filter((s) => s.startsWith("callback"))).toHaveLength(1)
    Py_DECREF($wr)
    // the two weakrefs leave their callbacks to their own dealloc; this type's dealloc does not take them
    expect(i32[$callback >> 2]).toBe(3)
  })

  it("does not look at frozen objects", () => {
    ring(4)
    gc_freeze()
    expect(gc_list_size(GC + GCState.permanent_generation)).toBeGreaterThanOrEqual(4)
    expect(gc_collect(2)).toBe(0)
    gc_unfreeze()
    expect(gc_collect(2)).toBe(4)
  })

  it("counts allocations and younger collections", () => {
    gc_collect(2)
    const $ns = [node(), node(), node()]
    expect(gc_count(0)).toBe(3)
    gc_collect(0)
    expect([gc_count(0), gc_count(1)]).toEqual([0, 1])
    for (const $n of $ns) Py_DECREF($n)
  })

  it("agrees with reachability on random graphs", { timeout: 60000 }, () => {
    const rnd = random(7)
    PyGC_Disable()
    for (let round = 0; round < 200; round++) {
      gc_collect(2)
      const n = 2 + rnd(60)
      const $nodes = Array.from({ length: n }, () => node())
      const to: number[][] = $nodes.map(() => [])
      for (let e = rnd(2 * n); e > 0; e--) {
        const from = rnd(n)
        const k = to[from].length
        if (k === 2) continue
        const target = rnd(n)
        to[from].push(target)
        link($nodes[from], k === 0 ? Node.a : Node.b, $nodes[target])
      }
      const roots = $nodes.map(() => rnd(5) === 0)
      const reached = new Set<number>()
      const visit = (i: number): void => {
        if (reached.has(i)) return
        reached.add(i)
        for (const t of to[i]) visit(t)
      }
      roots.forEach((root, i) => root && visit(i))
      log.length = 0
      const idOf = $nodes.map(($op) => i32[($op + Node.id) >> 2])
      roots.forEach((root, i) => {
        if (!root) Py_DECREF($nodes[i])
      })
      gc_collect(rnd(3))
      expect(new Set(log)).toEqual(new Set(idOf.filter((_, i) => !reached.has(i)).map((id) => `free ${id}`)))
      expect(verifyGC()).toEqual([])
      roots.forEach((root, i) => {
        if (root) Py_DECREF($nodes[i])
      })
      gc_collect(2)
    }
    expect(verifyPools()).toEqual([])
  })
})

describe("audit", () => {
  it("finds a count that is too low, and a reference nobody can give back", () => {
    gc_collect(2)
    const $a = node()
    const $b = node($a, $a)
    i32[$a >> 2] = 1
    expect(auditHeap().join()).toMatch(/2 references found, its count is 1/)
    i32[$a >> 2] = 40
    expect(auditHeap().join()).toMatch(/its count is 40, but only \d+ words/)
    i32[$a >> 2] = 3
    Py_DECREF($a)
    Py_DECREF($b)
  })
})
