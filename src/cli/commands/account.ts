import pc from "picocolors"
import { bytes, count, heading, percent } from "./format.ts"
import type { Account, Meta } from "./meta.ts"

const LINES: readonly (readonly [keyof Account, string])[] = [
  ["live", "live objects"],
  ["slack", "container slack (room to grow, rounding)"],
  ["freeLists", "free lists (dead objects kept for reuse)"],
  ["freeBlocks", "free blocks and unused pools"],
  ["headers", "arena and pool headers"],
  ["large", "large blocks (over 128 KiB each)"],
  ["interpreter", "interpreter"],
]

/** The closed account that ends every report: the parts, and the resident size that they add up to. */
export function accountText(meta: Meta): string {
  const a = meta.account
  let out = heading("Resident memory, to the byte")
  for (const [key, name] of LINES) out += `  ${count(a[key]).padStart(15)}  ${percent(a[key], a.resident).padStart(6)}  ${name}\n`
  out += `  ${count(a.resident).padStart(15)}  ${pc.bold("resident")}`
  out += ` (${bytes(a.resident)}; at most ${bytes(meta.peakResident)})\n`
  if (meta.recorded) {
    const part = percent(meta.recordingSeconds, meta.seconds)
    out += `  The recording took ${bytes(meta.recordingBytes)} beside the heap and ${meta.recordingSeconds.toFixed(2)} s (${part} of the run).\n`
  }
  return out
}
