import { afterEach, describe, expect, it } from "vitest"
import { forEachBlock, verifyPools } from "../../src/heap/audit.ts"
import { _PyMem_SetupAllocators, setFatalErrorHook } from "../../src/heap/debugalloc.ts"
import { setFailAlloc } from "../../src/heap/domains.ts"
import { HG } from "../../src/heap/heapglobals.ts"
import { _PyObject_DebugMallocStats, _Py_GetAllocatedBlocks, heapUse, setMaxHeap } from "../../src/heap/memstats.ts"
import {
  PyMem_RawFree,
  PyMem_RawMalloc,
  PyMem_RawRealloc,
  PyObject_Calloc,
  PyObject_Free,
  PyObject_Malloc,
  PyObject_Realloc,
} from "../../src/heap/obmalloc.ts"
import { i32, u8 } from "../../src/heap/views.ts"
import { random } from "./random.ts"

afterEach(() => {
  setMaxHeap(0)
  setFailAlloc(0)
})

/** A model of the heap: what is live, and the byte every block is filled with. */
class Model {
  readonly at: number[] = []
  readonly size: number[] = []
  readonly tag: number[] = []
  private owner = new Uint8Array(2 ** 26)
  private static readonly BASE = 16 * 1024 * 1024

  add(p: number, n: number): void {
    expect(p & 15).toBe(0)
    const from = (p - Model.BASE) >> 4
    const to = (p + Math.max(n, 1) - Model.BASE + 15) >> 4
    for (let i = from; i < to; i++) {
      if (this.owner[i] !== 0) throw new Error(`block ${p} overlaps another`)
      this.owner[i] = 1
    }
    const tag = 1 + ((p >> 4) % 255)
    u8.fill(tag, p, p + n)
    this.at.push(p)
    this.size.push(n)
    this.tag.push(tag)
  }
  check(k: number, upTo: number, at = this.at[k]): void {
    const step = 1 + (upTo >> 5)
    for (let i = 0; i < upTo; i += step) if (u8[at + i] !== this.tag[k]) throw new Error(`byte ${i} of block ${at} was lost`)
    if (upTo > 0 && u8[at + upTo - 1] !== this.tag[k]) throw new Error(`last byte of block ${at} was lost`)
  }
  remove(k: number): void {
    const p = this.at[k]
    const to = (p + Math.max(this.size[k], 1) - Model.BASE + 15) >> 4
    this.owner.fill(0, (p - Model.BASE) >> 4, to)
    for (const list of [this.at, this.size, this.tag]) {
      list[k] = list[list.length - 1]
      list.pop()
    }
  }
}

function sizeOf(rnd: (n: number) => number): number {
  const r = rnd(1000)
  if (r < 800) return rnd(513)
  if (r < 980) return rnd(6000)
  if (r < 998) return rnd(140000)
  return rnd(1500000)
}

describe("allocator", () => {
  it("keeps a million random malloc, calloc, realloc and free apart", { timeout: 120000 }, () => {
    const rnd = random(20240217)
    const m = new Model()
    for (let i = 0; i < 1_000_000; i++) {
      // waves, so that pools fill and arenas come back
      const growing = (i >> 15) % 2 === 0
      const r = rnd(100)
      if (m.at.length === 0 || (m.at.length < 20000 && r < (growing ? 60 : 25))) {
        const n = sizeOf(rnd)
        const zeroed = rnd(4) === 0
        const p = zeroed ? PyObject_Calloc(1, n) : PyObject_Malloc(n)
        if (p === 0) throw new Error(`no memory for ${n} bytes`)
        if (zeroed) for (let j = 0; j < n; j += 1 + (n >> 6)) if (u8[p + j] !== 0) throw new Error("calloc is not zeroed")
        m.add(p, n)
      } else if (r < 88) {
        const k = rnd(m.at.length)
        m.check(k, m.size[k])
        PyObject_Free(m.at[k])
        m.remove(k)
      } else {
        const k = rnd(m.at.length)
        const n = sizeOf(rnd)
        const q = PyObject_Realloc(m.at[k], n)
        if (q === 0) throw new Error(`no memory for ${n} bytes`)
        m.check(k, Math.min(n, m.size[k]), q)
        m.remove(k)
        m.add(q, n)
      }
      if (i % 100_000 === 0) expect(verifyPools()).toEqual([])
    }
    expect(verifyPools()).toEqual([])
    expect(_Py_GetAllocatedBlocks()).toBe(m.at.length)
    const blocks = new Set<number>()
    forEachBlock((at) => blocks.add(at))
    expect(blocks.size).toBe(m.at.length)
    for (const p of m.at) {
      expect(blocks.has(p)).toBe(true)
      PyObject_Free(p)
    }
    expect(verifyPools()).toEqual([])
    expect(_Py_GetAllocatedBlocks()).toBe(0)
    const use = heapUse()
    expect([use.rawUsed, use.large, use.arenas]).toEqual([0, 0, 1 << 20])
  })

  it("hands the block freed last out next", () => {
    const a = PyObject_Malloc(40)
    const b = PyObject_Malloc(40)
    PyObject_Free(a)
    PyObject_Free(b)
    expect(PyObject_Malloc(48)).toBe(b)
    expect(PyObject_Malloc(33)).toBe(a)
    PyObject_Free(a)
    PyObject_Free(b)
  })

  it("keeps a shrinking block unless a quarter is saved", () => {
    const p = PyObject_Malloc(512)
    expect(PyObject_Realloc(p, 385)).toBe(p)
    const q = PyObject_Realloc(p, 384)
    expect(q).not.toBe(p)
    PyObject_Free(q)
  })

  it("grows a large block in place and gives it back at once", () => {
    const before = heapUse().large
    const p = PyMem_RawMalloc(1 << 20)
    const q = PyMem_RawRealloc(p, 3 << 20)
    expect(q).toBe(p)
    expect(heapUse().large - before).toBe(3 << 20)
    expect(PyMem_RawRealloc(q, 1 << 20)).toBe(q)
    expect(heapUse().large - before).toBe(1 << 20)
    PyMem_RawFree(q)
    expect(heapUse().large).toBe(before)
  })

  it("returns NULL at the hard limit and works again below it", () => {
    setMaxHeap(i32[HG.pages_used >> 2] * 16384 + (8 << 20))
    const got: number[] = []
    for (let p = PyObject_Malloc(100000); p !== 0; p = PyObject_Malloc(100000)) got.push(p)
    expect(got.length).toBeGreaterThan(60)
    expect(PyObject_Malloc(2 ** 31)).toBe(0)
    expect(verifyPools()).toEqual([])
    for (const p of got) PyObject_Free(p)
    const p = PyObject_Malloc(100000)
    expect(p).not.toBe(0)
    PyObject_Free(p)
  })

  it("refuses sizes beyond the heap, whatever their low 32 bits", () => {
    for (const n of [2 ** 30, 2 ** 31 + 16, 2 ** 32 + 16, 2 ** 40 + 1, -1, Number.MAX_SAFE_INTEGER]) {
      expect(PyObject_Malloc(n)).toBe(0)
      expect(PyMem_RawMalloc(n)).toBe(0)
      expect(PyObject_Calloc(1, n)).toBe(0)
    }
  })

  it("fails exactly the n-th allocation", () => {
    setFailAlloc(3)
    const ps = [0, 1, 2, 3].map(() => PyObject_Malloc(16))
    expect(ps.map((p) => p !== 0)).toEqual([true, true, false, true])
    setFailAlloc(0)
    for (const p of ps) PyObject_Free(p)
  })

  it("prints CPython's table", () => {
    const p = PyObject_Malloc(500)
    const text = _PyObject_DebugMallocStats()
    expect(text).toContain("Small block threshold = 512, in 32 size classes.\n\nclass   size   num pools   blocks in use  avail blocks\n")
    expect(text).toContain("   31    512           1               1            30\n")
    expect(text).toMatch(/^# arenas allocated current {9}= +1$/m)
    PyObject_Free(p)
  })

  it("catches writes outside a block in debug mode", () => {
    let message = ""
    setFatalErrorHook((func, msg) => {
      message = `${func}: ${msg}`
      throw new Error(message)
    })
    expect(_PyMem_SetupAllocators("pymalloc_debug")).toBe(0)
    const p = PyObject_Malloc(20)
    expect([u8[p], u8[p + 19], u8[p + 20], u8[p - 8]]).toEqual([0xcd, 0xcd, 0xfd, "o".charCodeAt(0)])
    const grown = PyObject_Realloc(p, 1000)
    expect([u8[grown], u8[grown + 999], u8[grown + 1000]]).toEqual([0xcd, 0xcd, 0xfd])
    u8[grown + 1000] = 7
    expect(() => PyObject_Free(grown)).toThrow("_PyMem_DebugRawFree: bad trailing pad byte")
    u8[grown + 1000] = 0xfd
    expect(() => PyMem_RawFree(grown)).toThrow("bad ID: Allocated using API 'o', verified using API 'r'")
    PyObject_Free(grown)
    expect(_PyMem_SetupAllocators("nonsense")).toBe(-1)
    expect(_PyMem_SetupAllocators("default")).toBe(0)
    expect(verifyPools()).toEqual([])
  })
})
