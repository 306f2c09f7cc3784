import path from "node:path"
import type { MoultFile } from "../commands/load.ts"

// Stacks as people read them: which lines are the program's own, and how they are written.

/** The lines of a file's stacks. Frames are rows of FRAM, stacks rows of STCK. */
export class Where {
  /** Per frame: 1 when the line is in the standard library or in frozen code. */
  private readonly foreign: Uint8Array
  private readonly frames
  private readonly resolved = new Map<number, string>()
  readonly stacks
  constructor(readonly file: MoultFile) {
    this.frames = file.table("FRAM")
    this.stacks = file.table("STCK")
    const library = `${file.meta.library}/`
    this.foreign = Uint8Array.from(this.frames.file, (f) => {
      const name = file.strings[f]
      return name === "" || name.startsWith("<frozen ") || name.startsWith(library) ? 1 : 0
    })
  }
  name(frame: number): string {
    return frame === 0 ? "no Python code" : this.file.strings[this.frames.name[frame]]
  }
  path(frame: number): string {
    return this.file.strings[this.frames.file[frame]]
  }
  /** Is the line in this source file (an absolute, normal path)? Python keeps a script's name as it was typed. */
  isIn(frame: number, source: string): boolean {
    const name = this.frames.file[frame]
    let full = this.resolved.get(name)
    if (full === undefined) this.resolved.set(name, (full = path.resolve(this.file.meta.cwd, this.file.strings[name])))
    return full === source
  }
  line(frame: number): number {
    return this.frames.line[frame]
  }
  isForeign(frame: number): boolean {
    return this.foreign[frame] === 1
  }
  /** The innermost line of the program itself; the innermost of all when the program has none on the stack. */
  ownFrame(stack: number): number {
    for (let s = stack; s > 0; s = this.stacks.parent[s]) if (this.foreign[this.stacks.frame[s]] === 0) return this.stacks.frame[s]
    return this.stacks.frame[stack] ?? 0
  }
  /** `app.py:12 in load`, the file as seen from the folder the program ran in. */
  text(frame: number): string {
    if (frame === 0) return "no Python code"
    return `${this.short(frame)}:${this.line(frame)} in ${this.name(frame)}`
  }
  short(frame: number): string {
    const full = this.path(frame)
    if (full.startsWith("<")) return full
    const { library, cwd } = this.file.meta
    if (full.startsWith(`${library}/`)) return full.slice(library.length + 1)
    const relative = path.relative(cwd, full)
    return relative === "" || relative.startsWith("..") ? full : relative
  }
  /** Is one of the stack's lines in the import machinery? */
  isImport(stack: number): boolean {
    for (let s = stack; s > 0; s = this.stacks.parent[s]) if (this.path(this.stacks.frame[s]).startsWith("<frozen importlib")) return true
    return false
  }
}

export interface LineRow {
  frame: number
  liveBytes: number
  liveCount: number
  peakBytes: number
  totalBytes: number
  totalCount: number
}
/** Bytes by the program's own line that made them; `deep` keeps the library's lines apart. */
export function byLine(w: Where, deep = false): LineRow[] {
  const rows = new Map<number, LineRow>()
  const t = w.stacks
  for (let s = 0; s < t.rows; s++) {
    if (t.totalCount[s] === 0 && t.liveCount[s] === 0) continue
    const frame = deep ? t.frame[s] : w.ownFrame(s)
    let row = rows.get(frame)
    if (row === undefined) rows.set(frame, (row = { frame, liveBytes: 0, liveCount: 0, peakBytes: 0, totalBytes: 0, totalCount: 0 }))
    row.liveBytes += t.liveBytes[s]
    row.liveCount += t.liveCount[s]
    row.peakBytes += t.peakBytes[s]
    row.totalBytes += t.totalBytes[s]
    row.totalCount += t.totalCount[s]
  }
  return [...rows.values()]
}
