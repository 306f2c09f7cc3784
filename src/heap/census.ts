import { ARENA_SIZE, ArenaObject, HG, Kind, Pool, Tables } from "./heapglobals.ts"
import { residentBytes } from "./memstats.ts"
import { PAGE_BITS, PAGE_SIZE } from "./pages.ts"
import { staticTop } from "./statics.ts"
import { i32, u8 } from "./views.ts"

// Every byte of resident memory, by what it is. Invariant, checked by --audit:
//
//   resident == static + blocks + large + freeBlocks + unusedPools + poolHeaders + poolTails + rawFree + rawHeaders
//
// where `blocks` are the bytes of blocks in use below 128 KiB and `large` the page runs of those above.

export interface Arena {
  address: number
  /** Pools in use, and not in use. */
  pools: number
  freePools: number
  /** Bytes of blocks in use and of free blocks in the pools in use. */
  used: number
  free: number
}
export interface Census {
  resident: number
  static: number
  blocks: number
  large: number
  freeBlocks: number
  unusedPools: number
  poolHeaders: number
  poolTails: number
  rawFree: number
  rawHeaders: number
  arenas: Arena[]
}

function countArena(base: number, end: number, c: Census): Arena {
  const a: Arena = { address: base, pools: 0, freePools: (ARENA_SIZE - (end - base)) / Pool.SIZE, used: 0, free: 0 }
  for (let pool = base; pool < end; pool += Pool.SIZE) {
    const used = i32[pool >> 2]
    if (used === 0) {
      a.freePools++
      continue
    }
    const size = (i32[(pool + Pool.szidx) >> 2] + 1) << 4
    const blocks = Math.trunc((Pool.SIZE - Pool.OVERHEAD) / size)
    a.pools++
    a.used += used * size
    a.free += (blocks - used) * size
    c.poolHeaders += Pool.OVERHEAD
    c.poolTails += Pool.SIZE - Pool.OVERHEAD - blocks * size
  }
  c.blocks += a.used
  c.freeBlocks += a.free
  c.unusedPools += a.freePools * Pool.SIZE
  return a
}
function countSegment(page: number, pages: number, c: Census): void {
  const start = page << PAGE_BITS
  const end = start + pages * PAGE_SIZE - 8
  c.rawHeaders += 16
  for (let h = start + 8; h < end; ) {
    const w = i32[(h + 4) >> 2]
    const size = w & ~1
    c.rawHeaders += 8
    if ((w & 1) === 0) c.blocks += size - 8
    else c.rawFree += size - 8
    h += size
  }
}

/** Walk arenas, segments and large runs. */
export function census(): Census {
  const c: Census = {
    resident: residentBytes(),
    static: staticTop(),
    blocks: 0,
    large: 0,
    freeBlocks: 0,
    unusedPools: 0,
    poolHeaders: 0,
    poolTails: 0,
    rawFree: 0,
    rawHeaders: 0,
    arenas: [],
  }
  const max = i32[HG.maxarenas >> 2]
  for (let i = 0; i < max; i++) {
    const ao = Tables.arenas + i * ArenaObject.SIZE
    const base = i32[(ao + ArenaObject.address) >> 2]
    if (base !== 0) c.arenas.push(countArena(base, i32[(ao + ArenaObject.pool_address) >> 2], c))
  }
  const last = i32[HG.pages_fresh >> 2]
  for (let p = Tables.pages >> PAGE_BITS; p < last; ) {
    const n = i32[(Tables.run_size >> 2) + p]
    const kind = u8[Tables.kind + p]
    if (kind === Kind.LARGE) c.large += n << PAGE_BITS
    else if (kind === Kind.SEGMENT) countSegment(p, n, c)
    p += n
  }
  return c
}
