import { setptr } from "./access.ts"
import { ARENA_SIZE, ArenaObject, HG, Kind, Pool, Tables } from "./heapglobals.ts"
import { PAGE_BITS, run_alloc, run_free, run_touch } from "./pages.ts"
import { releaseSpare } from "./rawmalloc.ts"
import { attached, i32 } from "./views.ts"

// Objects/obmalloc.c: arenas and pools. `usable_arenas` is sorted by rising nfreepools; nfp2lasta[n] is the last arena with n free pools.

const enum A {
  MAX_POOLS = 64,
  INITIAL_ARENA_OBJECTS = 16,
}

function nfree(ao: number): number {
  return i32[(ao + ArenaObject.nfreepools) >> 2]
}
function nextarena(ao: number): number {
  return i32[(ao + ArenaObject.nextarena) >> 2]
}
function prevarena(ao: number): number {
  return i32[(ao + ArenaObject.prevarena) >> 2]
}

/** The arena_object of a pool. */
export function arenaOf(pool: number): number {
  return Tables.arenas + i32[(pool + Pool.arenaindex) >> 2] * ArenaObject.SIZE
}

function moreArenaObjects(): boolean {
  const max = i32[HG.maxarenas >> 2]
  const num = max === 0 ? A.INITIAL_ARENA_OBJECTS : max << 1
  if (num > 1024) return false
  for (let i = max; i < num; i++) {
    const ao = Tables.arenas + i * ArenaObject.SIZE
    setptr(ao + ArenaObject.address, 0)
    setptr(ao + ArenaObject.nextarena, i < num - 1 ? ao + ArenaObject.SIZE : 0)
  }
  i32[HG.unused_arena_objects >> 2] = Tables.arenas + max * ArenaObject.SIZE
  i32[HG.maxarenas >> 2] = num
  return true
}

/** Obtain an arena. @returns its arena_object, 0 without memory. */
function new_arena(): number {
  if (i32[HG.unused_arena_objects >> 2] === 0 && !moreArenaObjects()) return 0
  let p = run_alloc(A.MAX_POOLS, Kind.ARENA)
  if (p === 0 && releaseSpare()) p = run_alloc(A.MAX_POOLS, Kind.ARENA)
  if (p === 0) return 0
  run_touch(p, A.MAX_POOLS)
  const ao = i32[HG.unused_arena_objects >> 2]
  i32[HG.unused_arena_objects >> 2] = nextarena(ao)
  setptr(ao + ArenaObject.address, p << PAGE_BITS)
  const n = ++i32[HG.narenas_currently_allocated >> 2]
  i32[HG.ntimes_arena_allocated >> 2]++
  if (n > i32[HG.narenas_highwater >> 2]) i32[HG.narenas_highwater >> 2] = n
  setptr(ao + ArenaObject.freepools, 0)
  setptr(ao + ArenaObject.pool_address, p << PAGE_BITS)
  i32[(ao + ArenaObject.nfreepools) >> 2] = A.MAX_POOLS
  i32[(ao + ArenaObject.ntotalpools) >> 2] = A.MAX_POOLS
  return ao
}

/** The first usable arena has no free pool left: take it off the list. */
function unlinkFullArena(ao: number): void {
  const next = nextarena(ao)
  i32[HG.usable_arenas >> 2] = next
  if (next !== 0) setptr(next + ArenaObject.prevarena, 0)
}

/** A pool with no size class, or last of `Pool.szidx`, out of the fullest arena; 0 without memory. */
export function take_pool(): number {
  let ao = i32[HG.usable_arenas >> 2]
  if (ao === 0) {
    ao = new_arena()
    if (ao === 0) return 0
    i32[HG.usable_arenas >> 2] = ao
    setptr(ao + ArenaObject.nextarena, 0)
    setptr(ao + ArenaObject.prevarena, 0)
    i32[(HG.nfp2lasta >> 2) + A.MAX_POOLS] = ao
  }
  const nf = nfree(ao)
  if (i32[(HG.nfp2lasta >> 2) + nf] === ao) i32[(HG.nfp2lasta >> 2) + nf] = 0
  if (nf > 1) i32[(HG.nfp2lasta >> 2) + nf - 1] = ao
  i32[(ao + ArenaObject.nfreepools) >> 2] = nf - 1
  let pool = i32[(ao + ArenaObject.freepools) >> 2]
  if (pool !== 0) {
    setptr(ao + ArenaObject.freepools, i32[(pool + Pool.nextpool) >> 2])
  } else {
    pool = i32[(ao + ArenaObject.pool_address) >> 2]
    i32[(pool + Pool.arenaindex) >> 2] = (ao - Tables.arenas) / ArenaObject.SIZE
    i32[(pool + Pool.szidx) >> 2] = 0xffff
    setptr(ao + ArenaObject.pool_address, pool + Pool.SIZE)
  }
  if (nf === 1) unlinkFullArena(ao)
  return pool
}

function freeArena(ao: number): void {
  const prev = prevarena(ao)
  const next = nextarena(ao)
  if (prev === 0) i32[HG.usable_arenas >> 2] = next
  else setptr(prev + ArenaObject.nextarena, next)
  if (next !== 0) setptr(next + ArenaObject.prevarena, prev)
  setptr(ao + ArenaObject.nextarena, i32[HG.unused_arena_objects >> 2])
  i32[HG.unused_arena_objects >> 2] = ao
  run_free(i32[(ao + ArenaObject.address) >> 2] >> PAGE_BITS, ARENA_SIZE >> PAGE_BITS)
  setptr(ao + ArenaObject.address, 0)
  i32[HG.narenas_currently_allocated >> 2]--
}

/** A pool became empty: unlink it from usedpools, give it to its arena, and keep the arenas in order. */
export function insert_to_freepool(pool: number): void {
  const next = i32[(pool + Pool.nextpool) >> 2]
  const prev = i32[(pool + Pool.prevpool) >> 2]
  setptr(next + Pool.prevpool, prev)
  setptr(prev + Pool.nextpool, next)
  const ao = arenaOf(pool)
  setptr(pool + Pool.nextpool, i32[(ao + ArenaObject.freepools) >> 2])
  setptr(ao + ArenaObject.freepools, pool)
  let nf = nfree(ao)
  const lastnf = i32[(HG.nfp2lasta >> 2) + nf]
  if (lastnf === ao) {
    const p = prevarena(ao)
    i32[(HG.nfp2lasta >> 2) + nf] = p !== 0 && nfree(p) === nf ? p : 0
  }
  i32[(ao + ArenaObject.nfreepools) >> 2] = ++nf
  // wholly free, and not the last one of the list (kept to avoid thrashing): back to the pages
  if (nf === i32[(ao + ArenaObject.ntotalpools) >> 2] && nextarena(ao) !== 0) {
    freeArena(ao)
    return
  }
  if (nf === 1) {
    const first = i32[HG.usable_arenas >> 2]
    setptr(ao + ArenaObject.nextarena, first)
    setptr(ao + ArenaObject.prevarena, 0)
    if (first !== 0) setptr(first + ArenaObject.prevarena, ao)
    i32[HG.usable_arenas >> 2] = ao
    if (i32[(HG.nfp2lasta >> 2) + 1] === 0) i32[(HG.nfp2lasta >> 2) + 1] = ao
    return
  }
  if (i32[(HG.nfp2lasta >> 2) + nf] === 0) i32[(HG.nfp2lasta >> 2) + nf] = ao
  if (ao === lastnf) return
  // out of order now: move it behind the last arena of its old count
  const p = prevarena(ao)
  const n = nextarena(ao)
  if (p !== 0) setptr(p + ArenaObject.nextarena, n)
  else i32[HG.usable_arenas >> 2] = n
  setptr(n + ArenaObject.prevarena, p)
  const after = nextarena(lastnf)
  setptr(ao + ArenaObject.prevarena, lastnf)
  setptr(ao + ArenaObject.nextarena, after)
  if (after !== 0) setptr(after + ArenaObject.prevarena, ao)
  setptr(lastnf + ArenaObject.nextarena, ao)
}

function poolsInit(): void {
  for (let i = 0; i < 32; i++) {
    const fake = HG.usedpools + 16 * i - 16
    setptr(fake + Pool.nextpool, fake)
    setptr(fake + Pool.prevpool, fake)
  }
}
if (!attached) poolsInit()
