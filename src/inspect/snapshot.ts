import {
  type Codec,
  decodeStrings,
  MoultFileError,
  openTable,
  parseSections,
  type Section,
  sectionBytes,
  TABLES,
  type Table,
  type TableTag,
} from "../base/moultfile.ts"
import { HeapBytes } from "./heapbytes.ts"

/** META, as docs/snapshot-format.md has it: what this folder reads of it. */
export interface Meta {
  argv?: string[]
  created?: string
  moult?: string
  python?: string
  recorded?: boolean
  reason?: string
  script?: string
  seconds?: number
  serial?: number
  resident?: number
  account?: Record<string, number>
}

/** The codec of Node's zlib or of a browser's library, as `parseSections` wants it. */
export type Reading = Pick<Codec, "inflate" | "crc32">

/** An open *.moult file. Sections are unpacked when first asked for, and kept. */
export class Snapshot {
  readonly meta: Meta
  private readonly sections: Section[]
  private readonly codec: Reading
  private readonly tables = new Map<TableTag, { rows: number }>()
  private text: string[] | undefined
  private bytes: HeapBytes | undefined

  /** Throws MoultFileError, whose message is one line for people. */
  constructor(file: Uint8Array, codec: Reading) {
    this.codec = codec
    this.sections = parseSections(file, codec)
    const meta = this.sections.find((s) => s.tag === "META")
    if (meta === undefined) throw new MoultFileError("the file is damaged: it has no META section")
    this.meta = JSON.parse(new TextDecoder().decode(sectionBytes(meta, codec))) as Meta
  }

  /** A table; without rows if the file does not have it. */
  table<T extends TableTag>(tag: T): Table<T> {
    const known = this.tables.get(tag)
    if (known !== undefined) return known as Table<T>
    const section = this.sections.find((s) => s.tag === tag)
    const table = openTable(tag, section === undefined ? new Uint8Array(8 + 8 * TABLES[tag].length) : sectionBytes(section, this.codec))
    this.tables.set(tag, table)
    return table
  }

  get strings(): readonly string[] {
    if (this.text === undefined) {
      const section = this.sections.find((s) => s.tag === "STRS")
      this.text = section === undefined ? [""] : decodeStrings(sectionBytes(section, this.codec))
    }
    return this.text
  }

  get heap(): HeapBytes {
    this.bytes ??= new HeapBytes(this.sections.filter((s) => s.tag === "HEAP").map((s) => sectionBytes(s, this.codec)))
    return this.bytes
  }
}
