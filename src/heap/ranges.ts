import { HG, Kind, Tables } from "./heapglobals.ts"
import { PAGE_BITS } from "./pages.ts"
import { staticTop } from "./statics.ts"
import { i32, u8 } from "./views.ts"

/** Every range of the heap whose bytes mean something, as [start, end) pairs: what an image or a snapshot must hold. */
export function usedRanges(): [start: number, end: number][] {
  const fresh = i32[HG.pages_fresh >> 2]
  const out: [number, number][] = [
    [4096, staticTop()],
    [Tables.kind, Tables.kind + 65536],
    // a free run also writes its last page's length, far away: the tables are saved whole (zeros compress)
    [Tables.run_size, Tables.arenas + 48 * i32[HG.maxarenas >> 2]],
  ]
  for (let p = Tables.pages >> PAGE_BITS; p < fresh; ) {
    const n = i32[(Tables.run_size >> 2) + p]
    if (u8[Tables.kind + p] !== Kind.FREE) {
      const last = out[out.length - 1]
      const start = p << PAGE_BITS
      if (last[1] === start) last[1] = start + (n << PAGE_BITS)
      else out.push([start, start + (n << PAGE_BITS)])
    }
    p += n
  }
  return out
}
