import { encodeSection, encodeStrings, fileHeader, newTable, type Table, type TableTag } from "../../src/base/moultfile.ts"
import zlib from "node:zlib"
import { nodeCodec } from "../../src/cli/commands/load.ts"
import { Snapshot } from "../../src/inspect/snapshot.ts"

const codec = { deflate: (b: Uint8Array) => zlib.deflateSync(b), ...nodeCodec }

/** A small recorded run, made by hand: four stacks, of which one only leads to others, and two objects. */
export function recorded(): { snapshot: Snapshot; file: Uint8Array } {
  const strings = [""]
  const str = (s: string): number => {
    const i = strings.indexOf(s)
    return i >= 0 ? i : strings.push(s) - 1
  }
  const sections: [string, Uint8Array][] = []
  const table = <T extends TableTag>(tag: T, rows: number, fill: (t: Table<T>) => void): void => {
    const { table: t, bytes } = newTable(tag, rows)
    fill(t)
    sections.push([tag, bytes])
  }
  const meta = {
    moult: "0.1.0",
    python: "3.11.7",
    created: "2026-11-20T22:40:00.000Z",
    argv: ["app.py", "--fast"],
    recorded: true,
    seconds: 1.25,
    resident: 1 << 20,
  }
  table("FRAM", 4, (t) => {
    t.name.set([0, str("<module>"), str("main"), str("a;b")])
    t.file.set([0, str("/home/me/app.py"), str("/home/me/app.py"), str('/home/me/<odd>&"file".py')])
    t.line.set([0, 30, 12, 7])
  })
  // 1: <module>, 2: <module> > main, 3: <module> > main > a;b, 4: main alone
  table("STCK", 5, (t) => {
    t.parent.set([0, 0, 1, 2, 0])
    t.frame.set([0, 1, 2, 3, 2])
    t.liveBytes.set([10, 0, 400, 5_000_000_000, 0])
    t.liveCount.set([1, 0, 4, 50, 0])
    t.peakBytes.set([10, 0, 800, 5_000_000_000, 64])
    t.peakCount.set([1, 0, 8, 50, 1])
    t.totalBytes.set([10, 0, 1000, 6_000_000_000, 128])
    t.totalCount.set([1, 0, 10, 60, 2])
  })
  table("TYPE", 1, (t) => {
    t.address[0] = 65536
    t.name[0] = str('app.Thing, "quoted"')
  })
  table("OBJS", 2, (t) => {
    t.address.set([0x2000000, 0x2000040])
    t.type.set([65536, 65536])
    t.size.set([64, 48])
    t.used.set([60, 48])
    t.count.set([1, 1])
    t.stack.set([2, 3])
    t.serial.set([5, 6])
  })
  table("REFF", 3, (t) => t.first.set([0, 1, 1]))
  table("REFT", 1, (t) => t.to.set([1]))
  table("ROOT", 1, (t) => {
    t.object[0] = 0
    t.name[0] = str("app")
  })
  sections.unshift(["META", new TextEncoder().encode(JSON.stringify(meta))], ["STRS", encodeStrings(strings)])
  sections.push(["END ", new Uint8Array(0)])
  const file = Buffer.concat([fileHeader(), ...sections.flatMap(([tag, bytes]) => encodeSection(tag, bytes, codec))])
  return { snapshot: new Snapshot(file, nodeCodec), file }
}
