import { describe, expect, it } from "vitest"
import { staticAlloc } from "../../src/heap/statics.ts"
import { i32 } from "../../src/heap/views.ts"
import { Table, Trace, set_add, set_clear, set_find, table_clear, trace_delete, trace_find, trace_insert } from "../../src/trace/tables.ts"
import { random } from "../heap/random.ts"

describe("tracemalloc's tables", () => {
  it("hold what a map holds, through growth and deletion", () => {
    const t = staticAlloc(16)
    const rnd = random(99)
    const model = new Map<string, number>()
    for (let i = 0; i < 200_000; i++) {
      const domain = rnd(3) - 1
      const ptr = 16 * (1 + rnd(20000))
      const key = `${domain}:${ptr}`
      const w = trace_find(t, domain, ptr)
      expect(w !== 0).toBe(model.has(key))
      if (w !== 0) {
        expect(i32[w + Trace.size]).toBe(model.get(key))
        if (rnd(2) === 0) {
          trace_delete(t, w)
          model.delete(key)
        }
      } else if (domain !== -1) {
        const at = trace_insert(t, domain, ptr)
        i32[at + Trace.size] = i
        model.set(key, i)
      }
    }
    expect(i32[(t + Table.count) >> 2]).toBe(model.size)
    for (const [key, size] of model) {
      const [domain, ptr] = key.split(":").map(Number)
      expect(i32[trace_find(t, domain, ptr) + Trace.size]).toBe(size)
    }
    table_clear(t)
    expect(trace_find(t, 0, 16)).toBe(0)
  })

  it("intern by value", () => {
    const t = staticAlloc(16)
    const sameTens = (a: number, b: number): boolean => Math.trunc(a / 10) === Math.trunc(b / 10)
    for (let i = 1; i < 500; i++) if (set_find(t, i, Math.trunc(i / 10) * 77, sameTens) === 0) set_add(t, i, Math.trunc(i / 10) * 77)
    expect(i32[(t + Table.count) >> 2]).toBe(50)
    const members: number[] = []
    set_clear(t, (a) => members.push(a))
    expect(members.sort((a, b) => a - b).slice(0, 3)).toEqual([1, 10, 20])
  })
})
