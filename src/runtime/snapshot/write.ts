import fs from "node:fs"
import path from "node:path"
import zlib from "node:zlib"
import { type Codec, encodeSection, encodeStrings, fileHeader, newTable, ObjectFlag, type TableTag } from "../../base/moultfile.ts"
import { _PyObject_GC_IS_TRACKED, _PyObject_IS_GC } from "../../gc/gcmodule.ts"
import { GC, GCState, GEN_HEAD, gc_list_size, Gen, NUM_GENERATIONS, Stats } from "../../gc/state.ts"
import { census } from "../../heap/census.ts"
import { PyObject } from "../../heap/layout.ts"
import { peakResidentBytes } from "../../heap/memstats.ts"
import { usedRanges } from "../../heap/ranges.ts"
import type { Ref } from "../../heap/ref.ts"
import { staticTop } from "../../heap/statics.ts"
import { HEAP_SIZE, i32, u8 } from "../../heap/views.ts"
import { account } from "./account.ts"
import { mapHeap, type HeapMap } from "./heapmap.ts"
import { isTypeObject, references } from "./references.ts"
import { roots } from "./roots.ts"
import { recordingNumbers, stampBirth, writeRecording } from "./recording.ts"
import { Strings } from "./strings.ts"
import { qualifiedTypeName } from "./typenames.ts"

// A snapshot of the heap as it is, written so that FILE is the old one or the whole new one at any moment (docs/snapshot-format.md).

const codec: Codec = {
  deflate: (bytes) => zlib.deflateSync(bytes, { level: 1 }),
  inflate: (bytes) => zlib.inflateSync(bytes),
  crc32: zlib.crc32,
}
/** Bytes of the heap in one HEAP section. */
const CHUNK = 8 << 20

/** What the run knows and the heap does not. */
export interface RunInfo {
  version: string
  argv: string[]
  mode: string
  script: string
  /** The standard library's folder. */
  library: string
  reason: string
  status: number
  seconds: number
  /** Scratch memory inside the static region. */
  scratch: { start: number; end: number }
  recorded: boolean
  /** performance.now() at the program's start. */
  startedAt: number
}

class FileWriter {
  private readonly temporary: string
  private readonly fd: number
  constructor(private readonly file: string) {
    this.temporary = `${file}.${process.pid}.tmp`
    this.fd = fs.openSync(this.temporary, "w", 0o666)
    this.bytes(fileHeader())
  }
  private bytes(b: Uint8Array): void {
    for (let at = 0; at < b.length; ) at += fs.writeSync(this.fd, b, at, b.length - at)
  }
  section(tag: string, raw: Uint8Array): void {
    for (const part of encodeSection(tag, raw, codec)) this.bytes(part)
  }
  /** The file is complete: make it FILE. */
  commit(): void {
    this.section("END ", new Uint8Array(0))
    fs.fsyncSync(this.fd)
    fs.closeSync(this.fd)
    fs.renameSync(this.temporary, this.file)
    const dir = fs.openSync(path.dirname(this.file), "r")
    try {
      fs.fsyncSync(dir)
    } finally {
      fs.closeSync(dir)
    }
  }
  abandon(): void {
    fs.closeSync(this.fd)
    fs.rmSync(this.temporary, { force: true })
  }
}

function writeHeap(w: FileWriter): void {
  let chunk: [number, number][] = []
  let bytes = 0
  const flush = (): void => {
    const head = 8 + 8 * chunk.length
    const raw = new Uint8Array(head + bytes)
    const words = new Uint32Array(raw.buffer, 0, head >> 2)
    words[0] = chunk.length
    let at = head
    chunk.forEach(([start, end], i) => {
      words[2 + 2 * i] = start
      words[3 + 2 * i] = end
      raw.set(u8.subarray(start, end), at)
      at += end - start
    })
    w.section("HEAP", raw)
    chunk = []
    bytes = 0
  }
  for (const [start, end] of usedRanges()) {
    for (let a = start; a < end; ) {
      const b = Math.min(end, a + CHUNK - bytes)
      chunk.push([a, b])
      bytes += b - a
      a = b
      if (bytes >= CHUNK) flush()
    }
  }
  if (bytes > 0) flush()
}

function writeObjects(w: FileWriter, m: HeapMap, strings: Strings, recorded: boolean): Record<string, number> {
  const n = m.object.length
  const { table: t, bytes } = newTable("OBJS", n)
  const types = new Map<number, number>()
  for (let i = 0; i < n; i++) {
    const op = m.object[i] as Ref
    const type = i32[(op + PyObject.ob_type) >> 2]
    types.set(type, (types.get(type) ?? 0) + 1)
    t.address[i] = op
    t.type[i] = type
    t.size[i] = m.size[i]
    t.used[i] = m.used[i]
    t.count[i] = i32[op >> 2]
    let flags = m.ownBlock[i] < 0 ? ObjectFlag.STATIC | ObjectFlag.EARLY : 0
    if (m.ownBlock[i] >= 0 && _PyObject_IS_GC(op) && _PyObject_GC_IS_TRACKED(op)) flags |= ObjectFlag.TRACKED
    if (isTypeObject(type)) flags |= ObjectFlag.IS_TYPE
    t.flags[i] = flags
    if (recorded && m.ownBlock[i] >= 0) stampBirth(t, i, m.blockAt[m.ownBlock[i]], m.tableBlock[i] < 0 ? 0 : m.blockAt[m.tableBlock[i]])
  }
  w.section("OBJS", bytes)
  const staticTypes: Record<string, number> = {}
  const list = newTable("TYPE", types.size)
  let row = 0
  for (const type of types.keys()) {
    const name = qualifiedTypeName(type as Ref)
    if (type < staticTop()) staticTypes[name] = type
    list.table.address[row] = type
    list.table.name[row++] = strings.add(name)
  }
  w.section("TYPE", list.bytes)
  return staticTypes
}

function table<T extends TableTag>(w: FileWriter, tag: T, rows: number, fill: (t: ReturnType<typeof newTable<T>>["table"]) => void): void {
  const { table: t, bytes } = newTable(tag, rows)
  fill(t)
  w.section(tag, bytes)
}

function collectorState(): object {
  const generations: object[] = []
  for (let i = 0; i < NUM_GENERATIONS; i++) {
    const stats = (GC + GCState.generation_stats + i * Stats.SIZE) >> 2
    generations.push({
      collections: i32[stats],
      collected: i32[stats + 2],
      uncollectable: i32[stats + 4],
      objects: gc_list_size(GEN_HEAD(i)),
      threshold: i32[(GEN_HEAD(i) + Gen.threshold) >> 2],
    })
  }
  return { enabled: i32[(GC + GCState.enabled) >> 2] !== 0, generations }
}

/** Write the heap to `file`. Throws what the file system throws; the old file is then still there. */
export function writeSnapshot(file: string, run: RunInfo): void {
  const m = mapHeap(run.scratch)
  const refs = references(m)
  const strings = new Strings()
  const w = new FileWriter(file)
  let done = false
  try {
    const rootList = roots(m, refs, strings)
    const types = writeObjects(w, m, strings, run.recorded)
    table(w, "REFF", refs.first.length, (t) => t.first.set(refs.first))
    table(w, "REFT", refs.to.length, (t) => t.to.set(refs.to))
    table(w, "ROOT", rootList.length, (t) => {
      rootList.forEach((r, i) => {
        t.object[i] = r.object
        t.kind[i] = r.kind
        t.name[i] = r.name
        t.detail[i] = r.detail
      })
    })
    writeHeap(w)
    if (run.recorded) writeRecording((tag, bytes) => w.section(tag, bytes), strings, run.startedAt)
    w.section("STRS", encodeStrings(strings.list))
    const a = account(m)
    const meta = {
      moult: run.version,
      python: "3.11.7",
      created: new Date().toISOString(),
      argv: run.argv,
      mode: run.mode,
      cwd: process.cwd(),
      script: run.script,
      library: run.library,
      reason: run.reason,
      status: run.status,
      seconds: run.seconds,
      heapSize: HEAP_SIZE,
      staticTop: staticTop(),
      recorded: run.recorded,
      ...(run.recorded ? recordingNumbers() : {}),
      resident: a.resident,
      peakResident: peakResidentBytes(),
      account: a,
      collector: collectorState(),
      arenas: census().arenas,
      types,
    }
    w.section("META", new TextEncoder().encode(JSON.stringify(meta)))
    w.commit()
    done = true
  } finally {
    if (!done) w.abandon()
  }
}
