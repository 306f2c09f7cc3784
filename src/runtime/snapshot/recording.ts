import { newTable, ObjectFlag, type Table } from "../../base/moultfile.ts"
import { Log, log, logF64, D, Death, H, Node, Shadow, shadow } from "../../trace/log.ts"
import { internedStrings } from "../../trace/intern.ts"
import type { Strings } from "./strings.ts"

// What the recorder knows, as the file's tables.

type Write = (tag: string, bytes: Uint8Array) => void

/** Stack and serial of the object whose own block is at `block`, and who grew its table (0: none). */
export function stampBirth(t: Table<"OBJS">, i: number, block: number, tableBlock: number): void {
  if (tableBlock !== 0 && shadow[(tableBlock >> 2) + Shadow.serial] !== 0) t.grown[i] = shadow[(tableBlock >> 2) + Shadow.stack]
  const w = block >> 2
  const serial = (shadow[w + Shadow.serial] >>> 0) + shadow[w + Shadow.serial_hi] * 4294967296
  t.serial[i] = serial
  if (serial !== 0) t.stack[i] = shadow[w + Shadow.stack]
  else t.flags[i] |= ObjectFlag.EARLY
}

/** META's numbers. */
export function recordingNumbers(): object {
  const seen = logF64[D.events]
  return {
    serial: logF64[D.serial],
    live: { bytes: logF64[D.live_bytes], count: logF64[D.live_count] },
    peak: { bytes: logF64[D.peak_bytes], count: logF64[D.peak_count], serial: logF64[D.peak_serial] },
    total: { bytes: logF64[D.total_bytes], count: logF64[D.total_count] },
    events: { seen, kept: Math.min(seen, Log.MAX_EVENTS) },
    recordingBytes: recordingBytes(),
    recordingSeconds: logF64[D.spent_ms] / 1000,
  }
}
/** Bytes of the recording that are in use: what it took beside the heap, the shadow not counted. */
function recordingBytes(): number {
  return (
    log[H.nframes] * 16 +
    log[H.text_used] +
    log[H.nnodes] * 64 +
    log[H.ndeaths] * 48 +
    Math.min(logF64[D.events], Log.MAX_EVENTS) * 32 +
    log[H.nsamples] * 32
  )
}

export function writeRecording(write: Write, strings: Strings, startedAt: number): void {
  const rename = Uint32Array.from(internedStrings(), (s) => strings.add(s))
  writeFrames(write, rename)
  writeStacks(write)
  writeDeaths(write, rename)
  writeEvents(write, rename)
  writeCollections(write)
  const { table: t, bytes } = newTable("TIME", log[H.nsamples])
  for (let i = 0; i < t.rows; i++) {
    const f = (Log.samples >> 3) + i * 4
    t.serial[i] = logF64[f]
    t.ms[i] = logF64[f + 1] - startedAt
    t.resident[i] = logF64[f + 2]
    t.live[i] = logF64[f + 3]
  }
  write("TIME", bytes)
}
function writeFrames(write: Write, rename: Uint32Array): void {
  const { table: t, bytes } = newTable("FRAM", log[H.nframes])
  for (let i = 1; i < t.rows; i++) {
    const w = (Log.frames >> 2) + i * 4
    t.name[i] = rename[log[w]]
    t.file[i] = rename[log[w + 1]]
    t.line[i] = log[w + 2]
  }
  write("FRAM", bytes)
}
function writeStacks(write: Write): void {
  const { table: t, bytes } = newTable("STCK", log[H.nnodes])
  for (let i = 0; i < t.rows; i++) {
    const w = (Log.nodes >> 2) + i * Node.WORDS
    const f = (Log.nodes >> 3) + i * Node.DOUBLES
    const atPeak = log[w + Node.epoch] === log[H.epoch]
    t.parent[i] = log[w + Node.parent]
    t.frame[i] = log[w + Node.frame]
    t.liveBytes[i] = logF64[f + Node.live_bytes]
    t.liveCount[i] = logF64[f + Node.live_count]
    t.peakBytes[i] = logF64[f + (atPeak ? Node.saved_bytes : Node.live_bytes)]
    t.peakCount[i] = logF64[f + (atPeak ? Node.saved_count : Node.live_count)]
    t.totalBytes[i] = logF64[f + Node.total_bytes]
    t.totalCount[i] = logF64[f + Node.total_count]
  }
  write("STCK", bytes)
}
function writeDeaths(write: Write, rename: Uint32Array): void {
  const { table: t, bytes } = newTable("DEAD", log[H.ndeaths])
  for (let i = 0; i < t.rows; i++) {
    const w = (Log.deaths >> 2) + i * Death.WORDS
    const f = w >> 1
    t.stack[i] = log[w + Death.stack]
    t.type[i] = rename[log[w + Death.type]]
    t.frame[i] = log[w + Death.frame]
    t.cause[i] = log[w + Death.cause]
    t.count[i] = logF64[f + Death.count]
    t.bytes[i] = logF64[f + Death.bytes]
    t.ageSum[i] = logF64[f + Death.age_sum]
    t.ageMax[i] = logF64[f + Death.age_max]
  }
  write("DEAD", bytes)
}
function writeEvents(write: Write, rename: Uint32Array): void {
  const seen = logF64[D.events]
  const rows = Math.min(seen, Log.MAX_EVENTS)
  const { table: t, bytes } = newTable("EVNT", rows)
  for (let i = 0; i < rows; i++) {
    const e = (Log.events >> 2) + ((seen - rows + i) & (Log.MAX_EVENTS - 1)) * 8
    t.kind[i] = log[e]
    t.address[i] = log[e + 1]
    t.size[i] = log[e + 2]
    t.stack[i] = log[e + 3]
    t.serial[i] = (log[e + 4] >>> 0) + log[e + 5] * 4294967296
    t.type[i] = rename[log[e + 6]]
    t.cause[i] = log[e + 7]
  }
  write("EVNT", bytes)
}
function writeCollections(write: Write): void {
  const seen = logF64[D.collections]
  const rows = Math.min(seen, Log.MAX_COLLECTIONS)
  const { table: t, bytes } = newTable("GCLG", rows)
  for (let i = 0; i < rows; i++) {
    const row = Log.collections + ((seen - rows + i) & (Log.MAX_COLLECTIONS - 1)) * 64
    const f = row >> 3
    t.generation[i] = log[row >> 2]
    t.frame[i] = log[(row >> 2) + 1]
    t.serial[i] = logF64[f + 1]
    t.collected[i] = logF64[f + 2]
    t.uncollectable[i] = logF64[f + 3]
    t.examined[i] = logF64[f + 4]
    t.ms[i] = logF64[f + 5]
  }
  write("GCLG", bytes)
}
