import { _PyMem_PymallocEnabled } from "./debugalloc.ts"
import { ARENA_SIZE, ArenaObject, HG, Pool, Tables } from "./heapglobals.ts"
import { RUNTIME, Runtime } from "./map.ts"
import { PAGE_SIZE, verifyPages } from "./pages.ts"
import { verifyRaw } from "./rawmalloc.ts"
import { staticTop } from "./statics.ts"
import { i32 } from "./views.ts"

// What is known about the allocator's state: sys._debugmallocstats, sys.getallocatedblocks, resident size, and the invariants.

/** INDEX2SIZE, NUMBLOCKS */
function size2(i: number): number {
  return (i + 1) << 4
}
function numblocks(i: number): number {
  return Math.trunc((Pool.SIZE - Pool.OVERHEAD) / size2(i))
}

/** sys.getallocatedblocks(): blocks in use, small and large. */
export function _Py_GetAllocatedBlocks(): number {
  let n = i32[HG.raw_allocated_blocks >> 2]
  const max = i32[HG.maxarenas >> 2]
  for (let a = 0; a < max; a++) {
    const ao = Tables.arenas + a * ArenaObject.SIZE
    const base = i32[(ao + ArenaObject.address) >> 2]
    if (base === 0) continue
    const end = i32[(ao + ArenaObject.pool_address) >> 2]
    for (let p = base; p < end; p += Pool.SIZE) n += i32[p >> 2]
  }
  return n
}

/** `msg` and `value` as obmalloc.c's printone aligns them. */
export function printone(msg: string, value: number): string {
  const digits = String(value).replace(/\B(?=(\d{3})+$)/g, ",")
  return `${msg.padEnd(35)}=${digits.padStart(21)}\n`
}

/** A line of sys._debugmallocstats about a free list. */
export function _PyDebugAllocatorStats(name: string, num_blocks: number, sizeof_block: number): string {
  return printone(`${`${num_blocks} ${name}s * ${sizeof_block} bytes each`.padStart(48)} `, num_blocks * sizeof_block)
}

/** The text of sys._debugmallocstats(), "" when pymalloc is off. */
export function _PyObject_DebugMallocStats(): string {
  if (!_PyMem_PymallocEnabled()) return ""
  const pools = new Array<number>(32).fill(0)
  const blocks = new Array<number>(32).fill(0)
  const free = new Array<number>(32).fill(0)
  let freepools = 0
  let narenas = 0
  const max = i32[HG.maxarenas >> 2]
  for (let a = 0; a < max; a++) {
    const ao = Tables.arenas + a * ArenaObject.SIZE
    const base = i32[(ao + ArenaObject.address) >> 2]
    if (base === 0) continue
    narenas++
    freepools += i32[(ao + ArenaObject.nfreepools) >> 2]
    const end = i32[(ao + ArenaObject.pool_address) >> 2]
    for (let p = base; p < end; p += Pool.SIZE) {
      const used = i32[p >> 2]
      if (used === 0) continue
      const sz = i32[(p + Pool.szidx) >> 2]
      pools[sz]++
      blocks[sz] += used
      free[sz] += numblocks(sz) - used
    }
  }
  let allocated = 0
  let available = 0
  let headers = 0
  let quantization = 0
  let out = "Small block threshold = 512, in 32 size classes.\n\n"
  out += "class   size   num pools   blocks in use  avail blocks\n-----   ----   ---------   -------------  ------------\n"
  for (let i = 0; i < 32; i++) {
    if (pools[i] === 0) continue
    const size = size2(i)
    out += `${String(i).padStart(5)} ${String(size).padStart(6)} ${String(pools[i]).padStart(11)} ${String(blocks[i]).padStart(15)} ${String(free[i]).padStart(13)}\n`
    allocated += blocks[i] * size
    available += free[i] * size
    headers += pools[i] * Pool.OVERHEAD
    quantization += pools[i] * ((Pool.SIZE - Pool.OVERHEAD) % size)
  }
  const total = i32[HG.ntimes_arena_allocated >> 2]
  out += "\n"
  out += printone("# arenas allocated total", total)
  out += printone("# arenas reclaimed", total - narenas)
  out += printone("# arenas highwater mark", i32[HG.narenas_highwater >> 2])
  out += printone("# arenas allocated current", narenas)
  out += printone(`${narenas} arenas * ${ARENA_SIZE} bytes/arena`, narenas * ARENA_SIZE)
  out += "\n"
  out += printone("# bytes in allocated blocks", allocated)
  out += printone("# bytes in available blocks", available)
  out += printone(`${freepools} unused pools * ${Pool.SIZE} bytes`, freepools * Pool.SIZE)
  out += printone("# bytes lost to pool headers", headers)
  out += printone("# bytes lost to quantization", quantization)
  out += printone("# bytes lost to arena alignment", 0)
  out += printone("Total", allocated + available + freepools * Pool.SIZE + headers + quantization)
  out += "\narena map counts\n"
  out += printone("# arena map mid nodes", 1)
  out += printone("# arena map bot nodes", 1)
  // our map of pages to arenas is one byte a page
  out += "\n"
  out += printone("# bytes lost to arena map root", 65536)
  out += printone("# bytes lost to arena map mid", 0)
  out += printone("# bytes lost to arena map bot", 0)
  return out + printone("Total", 65536)
}

/** Bytes of the heap in use: static memory, arenas, raw segments, large blocks. */
export function residentBytes(): number {
  return staticTop() + i32[HG.pages_used >> 2] * PAGE_SIZE
}
/** The most that `residentBytes` ever was. */
export function peakResidentBytes(): number {
  return staticTop() + i32[HG.pages_highwater >> 2] * PAGE_SIZE
}
/** Set the hard limit on dynamic memory in bytes; 0: the heap's own size. */
export function setMaxHeap(bytes: number): void {
  i32[(RUNTIME + Runtime.max_heap) >> 2] = bytes
}
/** Bytes in use by kind, for reports. */
export interface HeapUse {
  static: number
  arenas: number
  segments: number
  rawUsed: number
  large: number
  largeBlocks: number
}
export function heapUse(): HeapUse {
  return {
    static: staticTop(),
    arenas: i32[HG.narenas_currently_allocated >> 2] * ARENA_SIZE,
    segments: i32[HG.segments >> 2] * 16 * PAGE_SIZE,
    rawUsed: i32[HG.raw_used >> 2],
    large: i32[HG.large_pages >> 2] * PAGE_SIZE,
    largeBlocks: i32[HG.large_blocks >> 2],
  }
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
  if (narenas !== i32[HG.narenas_currently_allocated >> 2]) out.push(`arenas: ${narenas}, counted ${i32[HG.narenas_currently_allocated >> 2]}`)
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
