import { readFileSync } from "node:fs"
import zlib from "node:zlib"
import {
  type Codec,
  decodeStrings,
  MoultFileError,
  newTable,
  openTable,
  parseSections,
  type Section,
  sectionBytes,
  type Table,
  type TableTag,
} from "../../base/moultfile.ts"
import { ObjectGraph } from "../../inspect/objectgraph.ts"
import { Snapshot } from "../../inspect/snapshot.ts"
import type { Meta } from "./meta.ts"

export const nodeCodec: Pick<Codec, "inflate" | "crc32"> = {
  inflate: (bytes, rawLength) => {
    try {
      return zlib.inflateSync(bytes, { maxOutputLength: Math.max(rawLength, 1) })
    } catch (e) {
      throw new MoultFileError(`the file is damaged: ${(e as Error).message}`)
    }
  },
  crc32: zlib.crc32,
}

/** What a run that was not recorded has none of. */
const UNRECORDED = {
  serial: 0,
  live: { bytes: 0, count: 0 },
  peak: { bytes: 0, count: 0, serial: 0 },
  total: { bytes: 0, count: 0 },
  events: { seen: 0, kept: 0 },
  recordingBytes: 0,
  recordingSeconds: 0,
}

/** An open *.moult file: its tables are decoded when they are asked for. */
export class MoultFile {
  readonly meta: Meta
  readonly strings: string[]
  private objects: ObjectGraph | undefined
  private readonly tables = new Map<TableTag, unknown>()
  constructor(
    readonly name: string,
    readonly bytes: Uint8Array,
    private readonly sections: Section[],
  ) {
    const meta = this.find("META")
    if (meta === undefined) throw new MoultFileError("the file has no META section")
    this.meta = { ...UNRECORDED, ...(JSON.parse(new TextDecoder().decode(sectionBytes(meta, nodeCodec))) as Meta) }
    const strings = this.find("STRS")
    this.strings = strings === undefined ? [""] : decodeStrings(sectionBytes(strings, nodeCodec))
  }
  /** The objects and who holds them; computed when first asked for. */
  get graph(): ObjectGraph {
    this.objects ??= new ObjectGraph(new Snapshot(this.bytes, nodeCodec))
    return this.objects
  }
  private find(tag: string): Section | undefined {
    return this.sections.find((s) => s.tag === tag)
  }
  /** A table; one without rows when the file has none. */
  table<T extends TableTag>(tag: T): Table<T> {
    let t = this.tables.get(tag) as Table<T> | undefined
    if (t === undefined) {
      const s = this.find(tag)
      t = s === undefined ? newTable(tag, 0).table : openTable(tag, sectionBytes(s, nodeCodec))
      this.tables.set(tag, t)
    }
    return t
  }
}

/** Read and check a file; errors name it. */
export function loadFile(name: string): MoultFile {
  const bytes = readFileSync(name)
  try {
    return new MoultFile(name, bytes, parseSections(bytes, nodeCodec))
  } catch (e) {
    if (e instanceof MoultFileError) throw new MoultFileError(`${name}: ${e.message}`)
    throw e
  }
}
