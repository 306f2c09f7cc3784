import { raw_calloc, raw_free } from "../heap/rawmalloc.ts"
import { i32 } from "../heap/views.ts"

// Hash tables of tracemalloc, in untraced raw memory: open addressing, linear probing, backward-shift deletion, at most 3/4 full.
// A table's three words (address, capacity, count) are at a fixed address, so every worker sees them.

export const enum Table {
  address = 0,
  capacity = 4,
  count = 8,
}

/** Words of a trace: block, size, traceback, domain + 1 (0: empty slot). */
export const enum Trace {
  ptr = 0,
  size = 1,
  traceback = 2,
  domain1 = 3,
  WORDS = 4,
}

function slotOf(ptr: number, domain: number, cap: number): number {
  return (Math.imul((ptr >>> 4) ^ Math.imul(domain, 40503), 0x9e3779b1) >>> 7) & (cap - 1)
}

/** Word index of the trace of (domain, ptr), 0 if there is none. */
export function trace_find(t: number, domain: number, ptr: number): number {
  const cap = i32[(t + Table.capacity) >> 2]
  if (cap === 0) return 0
  const base = i32[(t + Table.address) >> 2] >> 2
  for (let i = slotOf(ptr, domain, cap); ; i = (i + 1) & (cap - 1)) {
    const w = base + i * Trace.WORDS
    if (i32[w + Trace.domain1] === 0) return 0
    if (i32[w] === ptr && i32[w + Trace.domain1] === ((domain + 1) | 0)) return w
  }
}

function trace_grow(t: number): boolean {
  const cap = i32[(t + Table.capacity) >> 2]
  const newcap = cap === 0 ? 1024 : cap * 2
  const at = raw_calloc(newcap * Trace.WORDS * 4)
  if (at === 0) return false
  const old = i32[(t + Table.address) >> 2]
  const base = at >> 2
  for (let i = 0; i < cap; i++) {
    const w = (old >> 2) + i * Trace.WORDS
    if (i32[w + Trace.domain1] === 0) continue
    let j = slotOf(i32[w], i32[w + Trace.domain1] - 1, newcap)
    while (i32[base + j * Trace.WORDS + Trace.domain1] !== 0) j = (j + 1) & (newcap - 1)
    for (let k = 0; k < Trace.WORDS; k++) i32[base + j * Trace.WORDS + k] = i32[w + k]
  }
  i32[(t + Table.address) >> 2] = at
  i32[(t + Table.capacity) >> 2] = newcap
  raw_free(old)
  return true
}

/** A new trace's word index (the key is not there yet); 0 without memory. */
export function trace_insert(t: number, domain: number, ptr: number): number {
  const n = i32[(t + Table.count) >> 2] + 1
  if (n * 4 > i32[(t + Table.capacity) >> 2] * 3 && !trace_grow(t)) return 0
  const cap = i32[(t + Table.capacity) >> 2]
  const base = i32[(t + Table.address) >> 2] >> 2
  let i = slotOf(ptr, domain, cap)
  while (i32[base + i * Trace.WORDS + Trace.domain1] !== 0) i = (i + 1) & (cap - 1)
  const w = base + i * Trace.WORDS
  i32[w] = ptr
  i32[w + Trace.domain1] = domain + 1
  i32[(t + Table.count) >> 2] = n
  return w
}

/** Remove the trace at word index `w`. */
export function trace_delete(t: number, w: number): void {
  const cap = i32[(t + Table.capacity) >> 2]
  const base = i32[(t + Table.address) >> 2] >> 2
  let hole = (w - base) / Trace.WORDS
  for (let i = (hole + 1) & (cap - 1); ; i = (i + 1) & (cap - 1)) {
    const s = base + i * Trace.WORDS
    if (i32[s + Trace.domain1] === 0) break
    const home = slotOf(i32[s], i32[s + Trace.domain1] - 1, cap)
    // may the entry at i move to the hole? only if its home is not between the two
    if (((i - home) & (cap - 1)) >= ((i - hole) & (cap - 1))) {
      const h = base + hole * Trace.WORDS
      for (let k = 0; k < Trace.WORDS; k++) i32[h + k] = i32[s + k]
      hole = i
    }
  }
  i32[base + hole * Trace.WORDS + Trace.domain1] = 0
  i32[(t + Table.count) >> 2]--
}

/** A set of addresses with 32-bit hashes: words (address, hash) a slot. */
export function set_grow(t: number): boolean {
  const n = i32[(t + Table.count) >> 2] + 1
  const cap = i32[(t + Table.capacity) >> 2]
  if (n * 4 <= cap * 3) return true
  const newcap = cap === 0 ? 64 : cap * 2
  const at = raw_calloc(newcap * 8)
  if (at === 0) return false
  const old = i32[(t + Table.address) >> 2]
  const base = at >> 2
  for (let i = 0; i < cap; i++) {
    const w = (old >> 2) + i * 2
    if (i32[w] === 0) continue
    let j = i32[w + 1] & (newcap - 1)
    while (i32[base + j * 2] !== 0) j = (j + 1) & (newcap - 1)
    i32[base + j * 2] = i32[w]
    i32[base + j * 2 + 1] = i32[w + 1]
  }
  i32[(t + Table.address) >> 2] = at
  i32[(t + Table.capacity) >> 2] = newcap
  raw_free(old)
  return true
}
/** Find an equal member, 0 if none. */
export function set_find(t: number, key: number, hash: number, equal: (a: number, b: number) => boolean): number {
  const cap = i32[(t + Table.capacity) >> 2]
  if (cap === 0) return 0
  const base = i32[(t + Table.address) >> 2] >> 2
  for (let i = hash & (cap - 1); ; i = (i + 1) & (cap - 1)) {
    const a = i32[base + i * 2]
    if (a === 0) return 0
    if (i32[base + i * 2 + 1] === hash && (a === key || equal(a, key))) return a
  }
}
/** Add a member that is not there yet; false without memory. */
export function set_add(t: number, key: number, hash: number): boolean {
  if (!set_grow(t)) return false
  const cap = i32[(t + Table.capacity) >> 2]
  const base = i32[(t + Table.address) >> 2] >> 2
  let i = hash & (cap - 1)
  while (i32[base + i * 2] !== 0) i = (i + 1) & (cap - 1)
  i32[base + i * 2] = key
  i32[base + i * 2 + 1] = hash
  i32[(t + Table.count) >> 2]++
  return true
}
/** Call `free` on every member and empty the table. */
export function set_clear(t: number, free: (a: number) => void): void {
  const cap = i32[(t + Table.capacity) >> 2]
  const old = i32[(t + Table.address) >> 2]
  table_forget(t)
  for (let i = 0; i < cap; i++) {
    const a = i32[(old >> 2) + i * 2]
    if (a !== 0) free(a)
  }
  raw_free(old)
}
export function table_forget(t: number): void {
  i32[(t + Table.address) >> 2] = 0
  i32[(t + Table.capacity) >> 2] = 0
  i32[(t + Table.count) >> 2] = 0
}
export function table_clear(t: number): void {
  const old = i32[(t + Table.address) >> 2]
  table_forget(t)
  raw_free(old)
}
