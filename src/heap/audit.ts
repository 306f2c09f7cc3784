import { ARENA_SIZE, ArenaObject, HG, Kind, Pool, Tables } from "./heapglobals.ts"
import { PAGE_BITS, PAGE_SIZE, verifyPages } from "./pages.ts"
import { verifyRaw } from "./rawmalloc.ts"
import { i32, u8 } from "./views.ts"

// The allocator's invariants, and a walk over every block in use. The audit of references is gc/audit.ts.

function size2(i: number): number {
  return (i + 1) << 4
}
function numblocks(i: number): number {
  return Math.trunc((Pool.SIZE - Pool.OVERHEAD) / size2(i))
}

/** ref.count + |freeblock list| + never handed out == NUMBLOCKS, and the list stays inside the pool. */
function verifyPool(pool: number, out: string[]): void {
  const used = i32[pool >> 2]
  const sz = i32[(pool + Pool.szidx) >> 2]
  if (sz === 0xffff) return
  if (sz > 31) {
    out.push(`pool ${pool}: size class ${sz}`)
    return
  }
  const size = size2(sz)
  const next = i32[(pool + Pool.nextoffset) >> 2]
  const virgin = next > Pool.SIZE - size ? 0 : Math.trunc((Pool.SIZE - next) / size)
  let n = 0
  for (let b = i32[(pool + Pool.freeblock) >> 2]; b !== 0; b = i32[b >> 2]) {
    const at = b - pool - Pool.OVERHEAD
    if (at < 0 || at % size !== 0 || b + size > pool + Pool.SIZE) {
      out.push(`pool ${pool}: free block ${b} is not one of its blocks`)
      return
    }
    if (++n > 1023) {
      out.push(`pool ${pool}: free list is a cycle`)
      return
    }
  }
  if (used + n + virgin !== numblocks(sz)) out.push(`pool ${pool}: ${used} used + ${n} free + ${virgin} virgin != ${numblocks(sz)}`)
}

/** Check pools, used-pool lists, arena lists, page runs and raw segments. @returns findings, none when all is well. */
export function verifyPools(): string[] {
  const out = [...verifyPages(), ...verifyRaw()]
  const inUsed = new Set<number>()
  for (let i = 0; i < 32; i++) {
    const head = HG.usedpools + 16 * i - 16
    let prev = head
    for (let p = i32[(head + Pool.nextpool) >> 2]; p !== head; p = i32[(p + Pool.nextpool) >> 2]) {
      if (i32[(p + Pool.prevpool) >> 2] !== prev) out.push(`usedpools[${i}]: pool ${p} has a wrong prev link`)
      const used = i32[p >> 2]
      if (i32[(p + Pool.szidx) >> 2] !== i) out.push(`usedpools[${i}]: pool ${p} of class ${i32[(p + Pool.szidx) >> 2]}`)
      if (used === 0 || used === numblocks(i)) out.push(`usedpools[${i}]: pool ${p} with ${used} blocks in use`)
      if (inUsed.has(p)) {
        out.push(`usedpools[${i}]: cycle`)
        break
      }
      inUsed.add(p)
      prev = p
    }
  }
  let narenas = 0
  const usable = new Set<number>()
  const max = i32[HG.maxarenas >> 2]
  for (let a = 0; a < max; a++) {
    const ao = Tables.arenas + a * ArenaObject.SIZE
    const base = i32[(ao + ArenaObject.address) >> 2]
    if (base === 0) continue
    narenas++
    const end = i32[(ao + ArenaObject.pool_address) >> 2]
    const freeList = new Set<number>()
    for (let p = i32[(ao + ArenaObject.freepools) >> 2]; p !== 0 && !freeList.has(p); p = i32[(p + Pool.nextpool) >> 2]) freeList.add(p)
    for (let p = base; p < end; p += Pool.SIZE) {
      if (i32[(p + Pool.arenaindex) >> 2] !== a) out.push(`pool ${p}: arenaindex ${i32[(p + Pool.arenaindex) >> 2]}, not ${a}`)
      verifyPool(p, out)
      const used = i32[p >> 2]
      const full = used === numblocks(i32[(p + Pool.szidx) >> 2])
      if ((used === 0) !== freeList.has(p)) out.push(`pool ${p}: ${used} in use, on its arena's free list: ${freeList.has(p)}`)
      if (used !== 0 && full === inUsed.has(p)) out.push(`pool ${p}: full ${full}, in usedpools ${inUsed.has(p)}`)
    }
    const nfree = i32[(ao + ArenaObject.nfreepools) >> 2]
    const virgin = (base + ARENA_SIZE - end) / Pool.SIZE
    if (nfree !== freeList.size + virgin) out.push(`arena ${a}: nfreepools ${nfree} != ${freeList.size} + ${virgin}`)
    if (nfree > 0) usable.add(ao)
  }
  if (narenas !== i32[HG.narenas_currently_allocated >> 2])
    out.push(`arenas: ${narenas}, counted ${i32[HG.narenas_currently_allocated >> 2]}`)
  let last = 0
  let prev = 0
  for (let ao = i32[HG.usable_arenas >> 2]; ao !== 0; ao = i32[(ao + ArenaObject.nextarena) >> 2]) {
    const nf = i32[(ao + ArenaObject.nfreepools) >> 2]
    if (nf < last) out.push("usable_arenas is not sorted by nfreepools")
    if (i32[(ao + ArenaObject.prevarena) >> 2] !== prev) out.push("usable_arenas: wrong prev link")
    const next = i32[(ao + ArenaObject.nextarena) >> 2]
    const isLast = next === 0 || i32[(next + ArenaObject.nfreepools) >> 2] !== nf
    if (isLast && i32[(HG.nfp2lasta >> 2) + nf] !== ao) out.push(`nfp2lasta[${nf}] is wrong`)
    if (!usable.delete(ao)) out.push("usable_arenas: an arena that is not usable, or a cycle")
    last = nf
    prev = ao
    if (out.length > 100) break
  }
  if (usable.size > 0) out.push(`${usable.size} arenas with free pools are not in usable_arenas`)
  return out
}

/** Call `f(address, bytes)` for every block in use: small ones, raw ones, large ones. */
export function forEachBlock(f: (at: number, size: number) => void): void {
  const max = i32[HG.maxarenas >> 2]
  const free = new Uint8Array(1024)
  for (let a = 0; a < max; a++) {
    const ao = Tables.arenas + a * ArenaObject.SIZE
    const base = i32[(ao + ArenaObject.address) >> 2]
    if (base === 0) continue
    const end = i32[(ao + ArenaObject.pool_address) >> 2]
    for (let pool = base; pool < end; pool += Pool.SIZE) {
      if (i32[pool >> 2] === 0) continue
      const size = size2(i32[(pool + Pool.szidx) >> 2])
      free.fill(0)
      for (let b = i32[(pool + Pool.freeblock) >> 2]; b !== 0; b = i32[b >> 2]) free[(b - pool) >> 4] = 1
      const top = Math.min(i32[(pool + Pool.nextoffset) >> 2], Pool.SIZE - size + 1)
      for (let o: number = Pool.OVERHEAD; o < top; o += size) if (free[o >> 4] === 0) f(pool + o, size)
    }
  }
  const last = i32[HG.pages_fresh >> 2]
  for (let p = Tables.pages >> PAGE_BITS; p < last; ) {
    const n = i32[(Tables.run_size >> 2) + p]
    const kind = u8[Tables.kind + p]
    if (kind === Kind.LARGE) f(p << PAGE_BITS, n << PAGE_BITS)
    else if (kind === Kind.SEGMENT) {
      const end = (p << PAGE_BITS) + n * PAGE_SIZE - 8
      for (let h = (p << PAGE_BITS) + 8; h < end; ) {
        const w = i32[(h + 4) >> 2]
        if ((w & 1) === 0) f(h + 8, w - 8)
        h += w & ~1
      }
    }
    p += n
  }
}
