import { Cause } from "../../../base/moultfile.ts"
import { bytes, count } from "../../commands/format.ts"
import type { MoultFile } from "../../commands/load.ts"
import { Where } from "../where.ts"
import type { Measure } from "./rules.ts"

/** What following an advice would have saved in the recorded run. */
export interface Saving {
  /** Bytes, or milliseconds of collections; what findings are ordered by. */
  amount: number
  text: string
}

interface LineBytes {
  peak: number
  total: number
  live: number
}

/** A recording's numbers for one source file. */
export class Measurer {
  private readonly where: Where
  private readonly byLine = new Map<number, LineBytes>()
  constructor(
    private readonly f: MoultFile,
    private readonly source: string,
  ) {
    this.where = new Where(f)
    this.readLines()
  }
  private readLines(): void {
    const w = this.where
    const t = w.stacks
    for (let s = 1; s < t.rows; s++) {
      if (t.totalCount[s] === 0 && t.liveCount[s] === 0) continue
      const seen = new Set<number>()
      for (let up = s; up > 0; up = t.parent[up]) {
        const frame = t.frame[up]
        const line = w.line(frame)
        if (!w.isIn(frame, this.source) || seen.has(line)) continue
        seen.add(line)
        let row = this.byLine.get(line)
        if (row === undefined) this.byLine.set(line, (row = { peak: 0, total: 0, live: 0 }))
        row.peak += t.peakBytes[s]
        row.total += t.totalBytes[s]
        row.live += t.liveBytes[s]
      }
    }
  }

  measure(m: Measure): Saving {
    switch (m.kind) {
      case "peak":
      case "live":
      case "total": {
        let n = 0
        for (const line of m.lines) n += this.byLine.get(line)?.[m.kind] ?? 0
        const text = { peak: "at the peak", live: "alive at the end", total: "allocated over the run" }[m.kind]
        return { amount: n, text: `${bytes(n)} ${text}` }
      }
      case "slots":
        return this.slots(m.type, m.attributes)
      case "collections":
        return this.collections(m.lines)
      case "type":
        return this.cyclic(m.type)
      case "exceptions":
        return this.exceptions()
    }
  }
  private nodesOf(type: string): number[] {
    const g = this.f.graph
    const out: number[] = []
    for (let v = 1; v < g.count; v++) if (g.typeName(v) === type) out.push(v)
    return out
  }
  private slots(type: string, attributes: number): Saving {
    const nodes = this.nodesOf(type)
    // head of the collector, count and type, one pointer an attribute; blocks are multiples of 16
    const slim = (32 + 8 * attributes + 15) & ~15
    let saved = 0
    for (const v of nodes) saved += Math.max(0, this.f.graph.size(v) - slim)
    return { amount: saved, text: `${bytes(saved)} in the ${count(nodes.length)} instances alive at the end` }
  }
  private collections(lines: readonly number[]): Saving {
    const t = this.f.table("GCLG")
    let ms = 0
    let n = 0
    for (let i = 0; i < t.rows; i++) {
      const frame = t.frame[i]
      if (!this.where.isIn(frame, this.source) || !lines.includes(this.where.line(frame))) continue
      ms += t.ms[i]
      n++
    }
    return { amount: ms, text: `${count(n)} collections took ${ms.toFixed(1)} ms` }
  }
  private cyclic(type: string): Saving {
    const d = this.f.table("DEAD")
    let freed = 0
    let size = 0
    for (let i = 0; i < d.rows; i++) {
      if (d.cause[i] !== Cause.COLLECTION || this.f.strings[d.type[i]] !== type) continue
      freed += d.count[i]
      size += d.bytes[i]
    }
    const garbage = new Set(this.f.graph.garbage)
    const waiting = this.nodesOf(type).filter((v) => garbage.has(v))
    for (const v of waiting) size += this.f.graph.size(v)
    return { amount: size, text: `${count(freed)} waited for the collector, ${count(waiting.length)} still do` }
  }
  private exceptions(): Saving {
    const g = this.f.graph
    const retained = g.retained()
    const o = this.f.table("OBJS")
    let n = 0
    let size = 0
    for (let v = 1; v < g.count; v++) {
      if (o.serial[v - 1] === 0 || !/(Error|Exception)$/.test(g.typeName(v))) continue
      n++
      size += retained[v]
    }
    return { amount: size, text: `${bytes(size)} kept by ${count(n)} exceptions` }
  }
}
