import type { Snapshot } from "./snapshot.ts"

// The recording's tree of stacks (STCK), for those who draw it: every line of code on the way, and how many bytes each stack made.

export const MEASURES = {
  live: { bytes: "liveBytes", count: "liveCount", text: "alive at the end" },
  peak: { bytes: "peakBytes", count: "peakCount", text: "alive at the peak" },
  total: { bytes: "totalBytes", count: "totalCount", text: "of the whole run" },
} as const
export type Measure = keyof typeof MEASURES

/** Frames as people write them; frame 0 is no Python code at all. */
export class Stacks {
  readonly snapshot: Snapshot
  readonly parent: Uint32Array
  /** Row of FRAM of each stack's innermost line. */
  readonly frame: Uint32Array

  constructor(snapshot: Snapshot) {
    this.snapshot = snapshot
    const { parent, frame } = snapshot.table("STCK")
    this.parent = parent
    this.frame = frame
  }
  get count(): number {
    return this.parent.length
  }
  name(frame: number): string {
    const name = this.snapshot.strings[this.snapshot.table("FRAM").name[frame]]
    return frame === 0 || name === undefined || name === "" ? "[no Python code]" : name
  }
  file(frame: number): string {
    return this.snapshot.strings[this.snapshot.table("FRAM").file[frame]] ?? ""
  }
  line(frame: number): number {
    return this.snapshot.table("FRAM").line[frame] ?? 0
  }
  /** `main (app.py:12)` */
  text(frame: number): string {
    return frame === 0 ? this.name(0) : `${this.name(frame)} (${this.file(frame)}:${this.line(frame)})`
  }
  bytes(measure: Measure): Float64Array {
    return this.snapshot.table("STCK")[MEASURES[measure].bytes]
  }
  counts(measure: Measure): Float64Array {
    return this.snapshot.table("STCK")[MEASURES[measure].count]
  }
  /** The frames of a stack, innermost first. Stack 0 has none: what no Python code made. */
  frames(stack: number): number[] {
    const frames: number[] = []
    for (let s = stack; s > 0; s = this.parent[s]) frames.push(this.frame[s])
    return frames.length === 0 ? [0] : frames
  }
  /** Stacks that made something, by number. */
  *used(...measures: Measure[]): Generator<number> {
    const counts = measures.map((m) => this.counts(m))
    for (let s = 0; s < this.count; s++) if (counts.some((c) => c[s] > 0)) yield s
  }
}
