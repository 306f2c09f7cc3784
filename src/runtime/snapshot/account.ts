import { census } from "../../heap/census.ts"
import { type HeapMap, Owner, isLarge } from "./heapmap.ts"

/** Where resident memory is. Invariant: the first seven add up to `resident`, to the byte. */
export interface Account {
  /** Bytes of live objects and their tables that hold data. */
  live: number
  /** Room in those blocks that holds none: growth, rounding. */
  slack: number
  /** Dead objects that the interpreter keeps for reuse. */
  freeLists: number
  /** Free blocks in pools and segments, and unused pools. */
  freeBlocks: number
  /** Headers of pools and raw blocks, and ends of pools too short for a block. */
  headers: number
  /** Page runs of blocks above 128 KiB, whatever they hold. */
  large: number
  /** Static memory, and blocks that belong to no Python object. */
  interpreter: number
  resident: number
}

/** Add everything up, each part counted on its own. */
export function account(m: HeapMap): Account {
  const c = census()
  const a: Account = {
    live: 0,
    slack: 0,
    freeLists: 0,
    freeBlocks: c.freeBlocks + c.unusedPools + c.rawFree,
    headers: c.poolHeaders + c.poolTails + c.rawHeaders,
    large: c.large,
    interpreter: c.static,
    resident: c.resident,
  }
  for (let i = 0; i < m.object.length; i++) {
    a.live += m.used[i]
    a.slack += m.size[i] - m.used[i]
  }
  // what lies in large blocks is counted there
  a.live -= m.largeUsed
  a.slack -= m.largeSize - m.largeUsed
  for (let b = 0; b < m.blockAt.length; b++) {
    if (isLarge(m.blockAt[b])) continue
    if (m.owner[b] === Owner.FREE_LIST) a.freeLists += m.blockSize[b]
    else if (m.owner[b] === Owner.NONE) a.interpreter += m.blockSize[b]
  }
  return a
}

/** What the account says wrong: "" when it adds up. */
export function checkAccount(a: Account): string {
  const sum = a.live + a.slack + a.freeLists + a.freeBlocks + a.headers + a.large + a.interpreter
  if (sum !== a.resident) return `the account adds up to ${sum} bytes, resident are ${a.resident}`
  return ""
}
