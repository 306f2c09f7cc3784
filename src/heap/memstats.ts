import { _PyMem_PymallocEnabled } from "./debugalloc.ts"
import { ARENA_SIZE, ArenaObject, HG, Pool, Tables } from "./heapglobals.ts"
import { RUNTIME, Runtime } from "./map.ts"
import { PAGE_SIZE } from "./pages.ts"
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
/** That limit; 0: none. */
export function maxHeap(): number {
  return i32[(RUNTIME + Runtime.max_heap) >> 2]
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
