import { Cause } from "../../base/moultfile.ts"
import type { MoultFile } from "../commands/load.ts"
import type { Where } from "./where.ts"

const CAUSES = ["a decref", "the collector", "no Python code running"]

export interface DeathRow {
  /** The line whose decref freed them, or at which the collection started. */
  line: string
  cause: string
  count: number
  bytes: number
  /** Mean age at death, in allocations of the run. */
  age: number
}
/** Who freed what: by line and cause, most bytes first. */
export function deathsByLine(f: MoultFile, w: Where): DeathRow[] {
  const d = f.table("DEAD")
  const rows = new Map<string, { frame: number; cause: Cause; count: number; bytes: number; ages: number }>()
  for (let i = 0; i < d.rows; i++) {
    const key = `${d.frame[i]} ${d.cause[i]}`
    let row = rows.get(key)
    if (row === undefined) rows.set(key, (row = { frame: d.frame[i], cause: d.cause[i], count: 0, bytes: 0, ages: 0 }))
    row.count += d.count[i]
    row.bytes += d.bytes[i]
    row.ages += d.ageSum[i]
  }
  return [...rows.values()]
    .sort((a, b) => b.bytes - a.bytes)
    .map((r) => ({ line: w.text(r.frame), cause: CAUSES[r.cause], count: r.count, bytes: r.bytes, age: r.ages / r.count }))
}

export interface LifetimeRow {
  made: string
  count: number
  bytes: number
  age: number
  ageMax: number
}
/** How long what a line made lived, of what has died: longest first among lines with many bytes. */
export function lifetimesByLine(f: MoultFile, w: Where): LifetimeRow[] {
  const d = f.table("DEAD")
  const rows = new Map<number, LifetimeRow>()
  for (let i = 0; i < d.rows; i++) {
    const frame = w.ownFrame(d.stack[i])
    let row = rows.get(frame)
    if (row === undefined) rows.set(frame, (row = { made: w.text(frame), count: 0, bytes: 0, age: 0, ageMax: 0 }))
    row.count += d.count[i]
    row.bytes += d.bytes[i]
    row.age += d.ageSum[i]
    row.ageMax = Math.max(row.ageMax, d.ageMax[i])
  }
  for (const row of rows.values()) row.age /= row.count
  return [...rows.values()].sort((a, b) => b.bytes - a.bytes)
}
