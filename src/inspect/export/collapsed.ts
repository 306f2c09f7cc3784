import type { Snapshot } from "../snapshot.ts"
import { type Measure, Stacks } from "../stacks.ts"

/** Brendan Gregg's collapsed stacks, `outer;inner 123`: one line a stack, what flamegraph.pl and inferno read. */
export function toCollapsed(snapshot: Snapshot, measure: Measure = "live", what: "bytes" | "counts" = "bytes"): string {
  const stacks = new Stacks(snapshot)
  const values = stacks[what](measure)
  const clean = (frame: number): string => stacks.text(frame).replace(/[;\n\r]/g, "_")
  const lines: string[] = []
  for (const s of stacks.used(measure)) {
    if (values[s] > 0) lines.push(`${stacks.frames(s).reverse().map(clean).join(";")} ${values[s]}\n`)
  }
  return lines.sort().join("")
}
