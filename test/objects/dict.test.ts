import { describe, expect, it } from "vitest"
import type { Own, Ref } from "../../src/heap/ref.ts"
import { importBundled, randomInts } from "./harness.ts"

const o = await importBundled<typeof import("./objects.ts")>(new URL("./objects.ts", import.meta.url))
const {
  DK_IS_UNICODE,
  DK_NENTRIES,
  DK_SIZE,
  DK_USABLE,
  PyDict_Clear,
  PyDict_Contains,
  PyDict_Copy,
  PyDict_DelItem,
  PyDict_GET_SIZE,
  PyDict_GetItemWithError,
  PyDict_Merge,
  PyDict_New,
  PyDict_Next,
  PyDict_SetDefault,
  PyDict_SetItem,
  PyErr_Clear,
  PyErr_Occurred,
  PyLong_FromBigInt,
  PyLong_FromLong,
  PyUnicode_FromString,
  Py_DECREF,
  Py_REFCNT,
  USABLE_FRACTION,
  _PyDict_Pop,
  _PyDict_SizeOf,
  dictkeys_get_index,
  entryKey,
  ma_keys,
  popLastEntry,
  ptr,
  refcountOfKeys,
  reprJS,
} = o
o.bootObjects()

/** Key number i, always the same object: strings, or ints of which many collide. */
function makeKeys(n: number, kind: "str" | "int" | "mixed"): Own[] {
  return Array.from({ length: n }, (_, i) => {
    if (kind === "str" || (kind === "mixed" && i % 3 === 0)) return PyUnicode_FromString(`key ${i} é`.slice(0, i % 2 ? undefined : -2))
    return i % 5 === 0 ? PyLong_FromBigInt(BigInt(i + 1) << 40n) : PyLong_FromLong(i * 64 + 1000)
  })
}

/** _PyDict_CheckConsistency of a combined table. */
function check(d: Ref): void {
  const dk = ma_keys(d)
  const usable = USABLE_FRACTION(DK_SIZE(dk))
  expect(DK_USABLE(dk) + DK_NENTRIES(dk)).toBeLessThanOrEqual(usable)
  expect(PyDict_GET_SIZE(d)).toBeLessThanOrEqual(DK_NENTRIES(dk))
  const seen = new Set<number>()
  for (let i = 0; DK_NENTRIES(dk) > 0 && i < DK_SIZE(dk); i++) {
    const ix = dictkeys_get_index(dk, i)
    expect(ix).toBeGreaterThanOrEqual(-2)
    expect(ix).toBeLessThan(usable)
    if (ix >= 0) {
      expect(entryKey(dk, ix)).not.toBe(0)
      seen.add(ix)
    }
  }
  expect(seen.size).toBe(PyDict_GET_SIZE(d))
}

function entries(d: Ref): [Ref, Ref][] {
  const out: [Ref, Ref][] = []
  for (let pos = PyDict_Next(d, 0); pos; pos = PyDict_Next(d, pos)) out.push([o.dictKey, o.dictValue])
  return out
}

describe("a dict agrees with a Map under random operations", () => {
  for (const kind of ["str", "int", "mixed"] as const) {
    for (let seed = 1; seed <= 8; seed++) {
      it(`${kind} keys, seed ${seed}`, () => {
        const random = randomInts(seed * 7919)
        const keys = makeKeys(40 + 60 * seed, kind)
        const values = Array.from({ length: 10 }, (_, i) => PyLong_FromLong(100000 + i))
        const model = new Map<Ref, Ref>()
        const d = PyDict_New()
        for (let step = 0; step < 4000; step++) {
          const key = keys[random(keys.length)]
          const value = values[random(values.length)]
          const what = random(100)
          if (what < 45) {
            expect(PyDict_SetItem(d, key, value)).toBe(0)
            model.set(key, value)
          } else if (what < 65) {
            const had = model.delete(key)
            expect(PyDict_DelItem(d, key)).toBe(had ? 0 : -1)
            if (!had) {
              expect(PyErr_Occurred()).not.toBe(0)
              PyErr_Clear()
            }
          } else if (what < 75) {
            expect(PyDict_GetItemWithError(d, key)).toBe(model.get(key) ?? 0)
          } else if (what < 82) {
            expect(PyDict_Contains(d, key)).toBe(model.has(key) ? 1 : 0)
          } else if (what < 88) {
            if (!model.has(key)) model.set(key, value)
            expect(PyDict_SetDefault(d, key, value)).toBe(model.get(key))
          } else if (what < 94) {
            const popped = _PyDict_Pop(d, key, value)
            expect(popped).toBe(model.get(key) ?? value)
            Py_DECREF(popped)
            model.delete(key)
          } else if (what < 97 && model.size > 0) {
            expect(popLastEntry(d)).toBe(0)
            const last = [...model.keys()].at(-1) as Ref
            expect([o.dictKey, o.dictValue]).toEqual([last, model.get(last)])
            model.delete(last)
            Py_DECREF(o.dictKey)
            Py_DECREF(o.dictValue)
          } else if (what === 97) {
            const copy = PyDict_Copy(d)
            expect(entries(copy)).toEqual([...model])
            Py_DECREF(copy)
          } else if (what === 98) {
            const merged = PyDict_New()
            PyDict_SetItem(merged, keys[0], values[0])
            expect(PyDict_Merge(merged, d, 1)).toBe(0)
            expect(entries(merged)).toEqual([...new Map([[keys[0] as Ref, values[0] as Ref], ...model])])
            Py_DECREF(merged)
          } else if (what === 99 && random(4) === 0) {
            PyDict_Clear(d)
            model.clear()
          }
          if (step % 200 === 0) {
            expect(entries(d)).toEqual([...model])
            check(d)
          }
        }
        expect(PyErr_Occurred()).toBe(0)
        for (const key of keys) expect(Py_REFCNT(key)).toBe(model.has(key) ? 2 : 1)
        Py_DECREF(d)
        for (const op of [...keys, ...values]) expect(Py_REFCNT(op)).toBe(1)
        for (const op of [...keys, ...values]) Py_DECREF(op)
      })
    }
  }
})

describe("sizes are CPython's", () => {
  // d.__sizeof__() after n insertions
  const STR: Record<number, number> = { 0: 48, 1: 168, 5: 168, 6: 256, 10: 256, 11: 448, 21: 448, 22: 816, 43: 1568, 86: 3312, 171: 6560 }
  const INT: Record<number, number> = { 0: 48, 1: 208, 5: 208, 6: 336, 10: 336, 11: 616, 21: 616, 22: 1152, 43: 2248, 86: 4672, 171: 9288 }
  for (const [kind, sizes] of [
    ["str", STR],
    ["int", INT],
  ] as const) {
    it(kind, () => {
      const d = PyDict_New()
      const got: Record<number, number> = {}
      for (let n = 0; n <= 171; n++) {
        if (n in sizes) got[n] = _PyDict_SizeOf(d)
        const key = kind === "str" ? PyUnicode_FromString(`k${n}`) : PyLong_FromLong(1000 + n)
        PyDict_SetItem(d, key, key)
        Py_DECREF(key)
      }
      Py_DECREF(d)
      expect(got).toEqual(sizes)
    })
  }
})

it("string keys stay a string table until another key comes", () => {
  const d = PyDict_New()
  const s = PyUnicode_FromString("spam")
  const n = PyLong_FromLong(12345)
  PyDict_SetItem(d, s, n)
  expect(DK_IS_UNICODE(ma_keys(d))).toBe(true)
  expect(refcountOfKeys(ma_keys(d))).toBe(1)
  PyDict_SetItem(d, n, s)
  expect(DK_IS_UNICODE(ma_keys(d))).toBe(false)
  expect(reprJS(d)).toBe("{'spam': 12345, 12345: 'spam'}")
  expect(ptr(d)).toBe(1)
  for (const op of [d, s, n]) Py_DECREF(op)
})
