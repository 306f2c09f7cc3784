import zlib from "node:zlib"
import { describe, expect, test } from "vitest"
import {
  type Codec,
  crc32,
  decodeStrings,
  encodeSection,
  encodeStrings,
  fileHeader,
  newTable,
  openTable,
  parseSections,
  sectionBytes,
} from "../src/base/moultfile.ts"

const codec: Codec = { deflate: (b) => zlib.deflateSync(b), inflate: (b) => zlib.inflateSync(b) }

function file(...sections: [string, Uint8Array][]): Uint8Array {
  return Buffer.concat([fileHeader(), ...sections.flatMap(([tag, raw]) => encodeSection(tag, raw, codec))])
}
function sample(): Uint8Array {
  const { table, bytes } = newTable("FRAM", 100)
  for (let i = 0; i < 100; i++) table.line[i] = i * 3
  return file(["STRS", encodeStrings(["", "é", "main"])], ["FRAM", bytes], ["END ", new Uint8Array(0)])
}
const read = (bytes: Uint8Array): string => {
  try {
    return parseSections(bytes, {})
      .map((s) => `${s.tag}${sectionBytes(s, codec).length}`)
      .join(" ")
  } catch (e) {
    return (e as Error).message
  }
}

describe("the container of *.moult files", () => {
  test("crc32 is zlib's", () => {
    expect(crc32(new TextEncoder().encode("123456789"))).toBe(0xcbf43926)
  })
  test("what is written is read back", () => {
    const sections = parseSections(sample(), {})
    expect(sections.map((s) => s.tag)).toEqual(["STRS", "FRAM"])
    expect(decodeStrings(sectionBytes(sections[0], codec))).toEqual(["", "é", "main"])
    const t = openTable("FRAM", sectionBytes(sections[1], codec))
    expect([t.rows, t.line[99], t.file[3]]).toEqual([100, 297, 0])
  })
  test("foreign, empty and newer files", () => {
    expect(read(new Uint8Array(0))).toBe("the file is empty")
    expect(read(new TextEncoder().encode("import os\nprint(os)\n"))).toBe("not a moult file")
    const newer = sample()
    newer[8] = 2
    expect(read(newer)).toBe("the file has format version 2; this moult reads version 1")
  })
  test("every truncation is noticed", () => {
    const good = sample()
    for (let n = 1; n < good.length; n++) expect(read(good.subarray(0, n)), `${n} bytes`).toMatch(/cut short|not a moult file/)
  })
  test("every changed byte is noticed", () => {
    const good = sample()
    for (let i = 0; i < good.length; i++) {
      if (i >= 12 && i < 16) continue // reserved
      const bad = good.slice()
      bad[i] ^= 0x10
      expect(read(bad), `byte ${i}`).toMatch(/damaged|cut short|not a moult file|format version/)
    }
  })
})
