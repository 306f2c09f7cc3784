// The container of *.moult files (docs/snapshot-format.md): a header, then sections that each carry their length and checksum, then an
// END section. Bytes in, bytes out: no heap, no file system, so that it runs in Node, in workers and in browsers.

export const MAGIC = Uint8Array.of(0x89, 0x4d, 0x4f, 0x55, 0x4c, 0x54, 0x0d, 0x0a)
export const FORMAT_VERSION = 1

/** Byte offsets of the file header. */
export const enum FileHeader {
  magic = 0,
  version = 8,
  reserved = 12,
  SIZE = 16,
}
/** Byte offsets of a section header; lengths are doubles' integers in two words, low word first. */
export const enum SectionHeader {
  tag = 0,
  method = 4,
  stored = 8,
  raw = 16,
  crc = 24,
  header_crc = 28,
  SIZE = 32,
}
export const enum Method {
  STORE = 0,
  ZLIB = 1,
}

type Kind = "u32" | "f64"
/** A table's columns, in the order of the file. */
export type Schema = readonly (readonly [name: string, kind: Kind])[]

/** Why a block or an object died (DEAD.cause, EVNT.cause). */
export const enum Cause {
  /** The last reference went away at the line given. */
  DECREF = 0,
  /** The cyclic collector freed it; the line is the one at which the collection started. */
  COLLECTION = 1,
  /** Frees while no Python code runs. */
  RUNTIME = 2,
}
/** OBJS.flags */
export const enum ObjectFlag {
  /** Has a collector's head, and is in one of the collector's lists. */
  TRACKED = 1,
  /** Lives in static memory: a static type, a singleton, a small int, an identifier. */
  STATIC = 2,
  /** Born before the recording started. */
  EARLY = 4,
  IS_TYPE = 8,
}
/** EVNT.kind */
export const enum EventKind {
  BIRTH = 1,
  DEATH = 2,
  RESIZE = 3,
}

/** The tables of a file: tag, and columns. docs/snapshot-format.md explains each. */
export const TABLES = {
  OBJS: [
    ["address", "u32"],
    ["type", "u32"],
    ["size", "u32"],
    ["used", "u32"],
    ["count", "u32"],
    ["stack", "u32"],
    ["serial", "f64"],
    ["flags", "u32"],
    ["grown", "u32"],
  ],
  REFF: [["first", "u32"]],
  REFT: [["to", "u32"]],
  ROOT: [
    ["object", "u32"],
    ["kind", "u32"],
    ["name", "u32"],
    ["detail", "u32"],
  ],
  TYPE: [
    ["address", "u32"],
    ["name", "u32"],
  ],
  FRAM: [
    ["name", "u32"],
    ["file", "u32"],
    ["line", "u32"],
  ],
  STCK: [
    ["parent", "u32"],
    ["frame", "u32"],
    ["liveBytes", "f64"],
    ["liveCount", "f64"],
    ["peakBytes", "f64"],
    ["peakCount", "f64"],
    ["totalBytes", "f64"],
    ["totalCount", "f64"],
  ],
  DEAD: [
    ["stack", "u32"],
    ["type", "u32"],
    ["frame", "u32"],
    ["cause", "u32"],
    ["count", "f64"],
    ["bytes", "f64"],
    ["ageSum", "f64"],
    ["ageMax", "f64"],
  ],
  EVNT: [
    ["kind", "u32"],
    ["address", "u32"],
    ["size", "u32"],
    ["stack", "u32"],
    ["serial", "f64"],
    ["type", "u32"],
    ["cause", "u32"],
  ],
  GCLG: [
    ["generation", "u32"],
    ["frame", "u32"],
    ["serial", "f64"],
    ["collected", "f64"],
    ["uncollectable", "f64"],
    ["examined", "f64"],
    ["ms", "f64"],
  ],
  TIME: [
    ["serial", "f64"],
    ["ms", "f64"],
    ["resident", "f64"],
    ["live", "f64"],
  ],
} as const satisfies Record<string, Schema>
export type TableTag = keyof typeof TABLES

/** ROOT.kind: what holds the object though no object does. */
export const ROOT_KINDS = ["module", "frame", "thread", "static", "interned", "interpreter", "unknown"] as const
export type RootKind = (typeof ROOT_KINDS)[number]

type Column<K extends Kind> = K extends "u32" ? Uint32Array : Float64Array
/** A table in memory: one typed array a column, and the number of rows. */
export type Table<T extends TableTag> = { rows: number } & {
  [C in (typeof TABLES)[T][number] as C[0]]: Column<C[1]>
}

/** What Node or the browser does for us. `inflate` gets the length to expect. */
export interface Codec {
  deflate: (bytes: Uint8Array) => Uint8Array
  inflate: (bytes: Uint8Array, rawLength: number) => Uint8Array
  crc32?: (bytes: Uint8Array, value: number) => number
}

/** A file that is not a good *.moult file; `message` is one line for people. */
export class MoultFileError extends Error {}

let crcTable: Int32Array | undefined
/** CRC-32 (IEEE), continuing from `value`. */
export function crc32(bytes: Uint8Array, value = 0): number {
  if (crcTable === undefined) {
    crcTable = new Int32Array(256)
    for (let n = 0; n < 256; n++) {
      let c = n
      for (let k = 0; k < 8; k++) c = (c & 1) !== 0 ? (c >>> 1) ^ 0xedb88320 : c >>> 1
      crcTable[n] = c
    }
  }
  const table = crcTable
  let c = ~value
  for (let i = 0; i < bytes.length; i++) c = table[(c ^ bytes[i]) & 255] ^ (c >>> 8)
  return ~c >>> 0
}

function setU64(v: DataView, at: number, n: number): void {
  v.setUint32(at, n >>> 0, true)
  v.setUint32(at + 4, Math.floor(n / 2 ** 32), true)
}
function getU64(v: DataView, at: number): number {
  return v.getUint32(at, true) + v.getUint32(at + 4, true) * 2 ** 32
}

export function fileHeader(): Uint8Array {
  const h = new Uint8Array(FileHeader.SIZE)
  h.set(MAGIC)
  new DataView(h.buffer).setUint32(FileHeader.version, FORMAT_VERSION, true)
  return h
}

/** A section's bytes, header first: stored as they are when compressing does not help. */
export function encodeSection(tag: string, raw: Uint8Array, codec: Codec): Uint8Array[] {
  let stored = raw
  let method = Method.STORE
  if (raw.length > 64) {
    const small = codec.deflate(raw)
    if (small.length < raw.length) {
      stored = small
      method = Method.ZLIB
    }
  }
  const h = new Uint8Array(SectionHeader.SIZE)
  const v = new DataView(h.buffer)
  for (let i = 0; i < 4; i++) h[i] = tag.charCodeAt(i)
  v.setUint32(SectionHeader.method, method, true)
  setU64(v, SectionHeader.stored, stored.length)
  setU64(v, SectionHeader.raw, raw.length)
  v.setUint32(SectionHeader.crc, (codec.crc32 ?? crc32)(stored, 0), true)
  v.setUint32(SectionHeader.header_crc, (codec.crc32 ?? crc32)(h.subarray(0, SectionHeader.header_crc), 0), true)
  return [h, stored]
}

export interface Section {
  tag: string
  method: Method
  stored: Uint8Array
  rawLength: number
}

/** Check a whole file and list its sections. Throws MoultFileError. */
export function parseSections(file: Uint8Array, codec: Pick<Codec, "crc32">): Section[] {
  const crc = codec.crc32 ?? crc32
  for (let i = 0; i < MAGIC.length; i++) {
    if (file[i] !== MAGIC[i]) throw new MoultFileError(file.length === 0 ? "the file is empty" : "not a moult file")
  }
  if (file.length < FileHeader.SIZE) throw new MoultFileError("the file is cut short")
  const v = new DataView(file.buffer, file.byteOffset, file.byteLength)
  const version = v.getUint32(FileHeader.version, true)
  if (version !== FORMAT_VERSION) {
    throw new MoultFileError(`the file has format version ${version}; this moult reads version ${FORMAT_VERSION}`)
  }
  const sections: Section[] = []
  for (let at: number = FileHeader.SIZE; ; ) {
    if (at + SectionHeader.SIZE > file.length) throw new MoultFileError("the file is cut short")
    const head = file.subarray(at, at + SectionHeader.header_crc)
    if (crc(head, 0) !== v.getUint32(at + SectionHeader.header_crc, true)) {
      throw new MoultFileError(`the file is damaged: a wrong checksum at byte ${at}`)
    }
    const tag = String.fromCharCode(...head.subarray(0, 4))
    const length = getU64(v, at + SectionHeader.stored)
    const data = at + SectionHeader.SIZE
    if (data + length > file.length) throw new MoultFileError("the file is cut short")
    const stored = file.subarray(data, data + length)
    if (crc(stored, 0) !== v.getUint32(at + SectionHeader.crc, true)) {
      throw new MoultFileError(`the file is damaged: a wrong checksum in section ${tag.trim()} at byte ${at}`)
    }
    if (tag === "END ") return sections
    sections.push({ tag, method: v.getUint32(at + SectionHeader.method, true), stored, rawLength: getU64(v, at + SectionHeader.raw) })
    at = data + length
  }
}

/** A section's content, in a buffer of its own whose start is aligned. */
export function sectionBytes(s: Section, codec: Pick<Codec, "inflate">): Uint8Array {
  const raw = s.method === Method.ZLIB ? codec.inflate(s.stored, s.rawLength) : s.stored
  if (raw.length !== s.rawLength) throw new MoultFileError(`the file is damaged: section ${s.tag.trim()} has ${raw.length} bytes`)
  // not slice(): a Buffer's does not copy
  return raw.byteOffset % 8 === 0 ? raw : new Uint8Array(raw)
}

function align8(n: number): number {
  return Math.ceil(n / 8) * 8
}
function width(kind: Kind): number {
  return kind === "u32" ? 4 : 8
}

/** An empty table of so many rows, its columns views over `bytes`, which is the section's content. */
export function newTable<T extends TableTag>(tag: T, rows: number): { table: Table<T>; bytes: Uint8Array } {
  let size = 8
  for (const [, kind] of TABLES[tag]) size += align8(rows * width(kind))
  const bytes = new Uint8Array(size)
  new DataView(bytes.buffer).setUint32(0, rows, true)
  return { table: openTable(tag, bytes), bytes }
}

/** The columns of a table section. */
export function openTable<T extends TableTag>(tag: T, bytes: Uint8Array): Table<T> {
  const rows = bytes.length < 8 ? 0 : new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true)
  const columns: Record<string, number | Uint32Array | Float64Array> = { rows }
  let at = bytes.byteOffset + 8
  for (const [name, kind] of TABLES[tag]) {
    if (at + rows * width(kind) > bytes.byteOffset + bytes.length)
      throw new MoultFileError(`the file is damaged: table ${tag} is too short`)
    columns[name] = kind === "u32" ? new Uint32Array(bytes.buffer, at, rows) : new Float64Array(bytes.buffer, at, rows)
    at += align8(rows * width(kind))
  }
  return columns as Table<T>
}

/** STRS: a count, offsets (one more than strings), UTF-8 bytes. */
export function encodeStrings(strings: readonly string[]): Uint8Array {
  const encoder = new TextEncoder()
  const parts = strings.map((s) => encoder.encode(s))
  const head = 8 + align8(4 * (parts.length + 1))
  const bytes = new Uint8Array(head + parts.reduce((n, p) => n + p.length, 0))
  const words = new Uint32Array(bytes.buffer, 0, head >> 2)
  words[0] = parts.length
  let at = 0
  parts.forEach((p, i) => {
    words[2 + i] = at
    bytes.set(p, head + at)
    at += p.length
  })
  words[2 + parts.length] = at
  return bytes
}
export function decodeStrings(bytes: Uint8Array): string[] {
  const words = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2)
  const n = words[0] ?? 0
  const head = 8 + align8(4 * (n + 1))
  if (head > bytes.length) throw new MoultFileError("the file is damaged: table STRS is too short")
  const decoder = new TextDecoder()
  return Array.from({ length: n }, (_, i) => decoder.decode(bytes.subarray(head + words[2 + i], head + words[3 + i])))
}
