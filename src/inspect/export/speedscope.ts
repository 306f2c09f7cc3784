import type { Snapshot } from "../snapshot.ts"
import { MEASURES, type Measure, Stacks } from "../stacks.ts"

// https://www.speedscope.app/file-format-schema.json: one "sampled" profile a measure, the weights are bytes.

interface SampledProfile {
  type: "sampled"
  name: string
  unit: "bytes"
  startValue: number
  endValue: number
  samples: number[][]
  weights: number[]
}

export function toSpeedscope(snapshot: Snapshot, name = "moult"): string {
  const stacks = new Stacks(snapshot)
  const frames: { name: string; file?: string; line?: number }[] = []
  const numbers = new Map<number, number>()
  const frame = (row: number): number => {
    let n = numbers.get(row)
    if (n === undefined) {
      n = frames.push(row === 0 ? { name: stacks.name(0) } : { name: stacks.name(row), file: stacks.file(row), line: stacks.line(row) }) - 1
      numbers.set(row, n)
    }
    return n
  }
  const profiles = (Object.keys(MEASURES) as Measure[]).map((measure): SampledProfile => {
    const bytes = stacks.bytes(measure)
    const samples: number[][] = []
    const weights: number[] = []
    let sum = 0
    for (const s of stacks.used(measure)) {
      samples.push(stacks.frames(s).reverse().map(frame))
      weights.push(bytes[s])
      sum += bytes[s]
    }
    return {
      type: "sampled",
      name: `${name}: bytes ${MEASURES[measure].text}`,
      unit: "bytes",
      startValue: 0,
      endValue: sum,
      samples,
      weights,
    }
  })
  return JSON.stringify({
    $schema: "https://www.speedscope.app/file-format-schema.json",
    shared: { frames },
    profiles,
    name,
    activeProfileIndex: 0,
    exporter: `moult ${snapshot.meta.moult ?? ""}`.trim(),
  })
}
