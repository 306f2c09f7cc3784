import { execFile } from "node:child_process"
import { promisify } from "node:util"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import os from "node:os"
import path from "node:path"
import { afterAll, describe, expect, test } from "vitest"
import { Cause, EventKind, ObjectFlag } from "../../src/base/moultfile.ts"
import { loadFile, type MoultFile } from "../../src/cli/commands/load.ts"

const moult = path.join(import.meta.dirname, "..", "..", "bin", "moult")
const dir = mkdtempSync(path.join(os.tmpdir(), "moult-record-"))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

/** Record a program. */
async function record(source: string): Promise<MoultFile> {
  const script = path.join(dir, "program.py")
  const file = path.join(dir, "out.moult")
  writeFileSync(script, source)
  const { stderr } = await promisify(execFile)(process.execPath, [moult, "run", "-f", "-q", "-o", file, script])
  expect(stderr).toBe("")
  return loadFile(file)
}
/** Bytes of the stacks whose innermost line is the script's `line`. */
function at(f: MoultFile, line: number, column: "liveBytes" | "peakBytes" | "totalCount" | "liveCount"): number {
  const stacks = f.table("STCK")
  const frames = f.table("FRAM")
  let n = 0
  for (let i = 0; i < stacks.rows; i++) {
    const frame = stacks.frame[i]
    if (frames.line[frame] === line && f.strings[frames.file[frame]].endsWith("program.py")) n += stacks[column][i]
  }
  return n
}
/** Deaths of a type at a line of the script: counts by cause. */
function deaths(f: MoultFile, type: string, line: number): number[] {
  const t = f.table("DEAD")
  const frames = f.table("FRAM")
  const out = [0, 0, 0]
  for (let i = 0; i < t.rows; i++) {
    const frame = t.frame[i]
    if (f.strings[t.type[i]] === type && frames.line[frame] === line && f.strings[frames.file[frame]].endsWith("program.py"))
      out[t.cause[i]] += t.count[i]
  }
  return out
}

describe("a recorded run", () => {
  test("bytes go to the line that made them", async () => {
    const f = await record("keep = []\nfor i in range(1000):\n    keep.append(bytearray(1000))\nblob = bytes(500000)\ndel blob\n")
    // bytearray's own buffer: 1001 bytes, and its object
    expect(at(f, 3, "liveBytes")).toBeGreaterThan(1000 * 1057)
    expect(at(f, 3, "liveBytes")).toBeLessThan(1000 * 1057 + 20000)
    expect(at(f, 4, "liveBytes")).toBe(0)
    expect(at(f, 4, "peakBytes")).toBeGreaterThanOrEqual(500033)
  })
  test("the account adds up and the sums agree", async () => {
    const f = await record("class A: pass\nx = [A() for i in range(5000)]\ny = 'a' * 300000\ndel x[:2500]\n")
    const { account: a, live, peak, total } = f.meta
    expect(a.live + a.slack + a.freeLists + a.freeBlocks + a.headers + a.large + a.interpreter).toBe(a.resident)
    const t = f.table("STCK")
    const sum = (c: Float64Array): number => c.reduce((x, y) => x + y, 0)
    expect(sum(t.liveBytes)).toBe(live.bytes)
    expect(sum(t.liveCount)).toBe(live.count)
    expect(sum(t.peakBytes)).toBe(peak.bytes)
    expect(sum(t.peakCount)).toBe(peak.count)
    expect(sum(t.totalBytes)).toBe(total.bytes)
    expect(peak.bytes).toBeGreaterThanOrEqual(live.bytes)
  })
  test("the cause of death: a decref's line, or the collection", async () => {
    const f = await record(
      "import gc\nclass Node: pass\na = Node()\nb = Node()\nb.me = b\ndel a\nb = 1\ngc.collect()\nx = 1.5 * 3\nx = 2.5\ndef f():\n    t = Node()\n    return 1\nf()\n",
    )
    expect(deaths(f, "Node", 6)[Cause.DECREF]).toBe(1)
    expect(deaths(f, "Node", 8)[Cause.COLLECTION]).toBe(1)
    expect(deaths(f, "Node", 7)).toEqual([0, 0, 0])
    expect(deaths(f, "Node", 14)[Cause.DECREF]).toBe(1)
  })
  test("serials order births and are those of a second run", async () => {
    const source = "class A: pass\nfirst = A()\nsecond = A()\nimport collections\nd = collections.OrderedDict(a=1)\n"
    const serials = (f: MoultFile): number[] => {
      const types = f.table("TYPE")
      const wanted = [...types.address].find((_, i) => f.strings[types.name[i]] === "A")
      const t = f.table("OBJS")
      return [...t.serial].filter((_, i) => t.type[i] === wanted)
    }
    const one = serials(await record(source))
    expect(one.length).toBe(2)
    expect([...one].sort((a, b) => a - b)).toEqual([...new Set(one)].sort((a, b) => a - b))
    expect(serials(await record(source))).toEqual(one)
  })
  test("references lead to every object of the program", async () => {
    const f = await record(
      "class Node:\n    def __init__(self): self.child = None\nroot = Node()\nroot.child = Node()\nroot.child.child = (Node(), [Node()])\n",
    )
    const o = f.table("OBJS")
    const first = f.table("REFF").first
    const to = f.table("REFT").to
    const r = f.table("ROOT")
    const seen = new Uint8Array(o.rows)
    const todo = [...r.object]
    for (const i of todo) seen[i] = 1
    for (let i = todo.pop(); i !== undefined; i = todo.pop()) {
      for (let e = first[i]; e < first[i + 1]; e++) {
        if (seen[to[e]] === 0) {
          seen[to[e]] = 1
          todo.push(to[e])
        }
      }
    }
    let lost = 0
    for (let i = 0; i < o.rows; i++) if (seen[i] === 0 && (o.flags[i] & ObjectFlag.STATIC) === 0) lost++
    expect(lost).toBe(0)
  })
  test("recording moves no address and changes no output", async () => {
    const script = path.join(dir, "ids.py")
    const source =
      "class A: pass\nx = [A() for _ in range(500)]\nd = {i: str(i) for i in range(1000)}\ndel x[::2]\nprint(id(A()), id(x), id(d), [id(a) for a in x])\n"
    writeFileSync(script, source)
    const env = { ...process.env, PYTHONHASHSEED: "0" }
    const run = promisify(execFile)
    const plain = await run(process.execPath, [moult, script], { env })
    const recorded = await run(process.execPath, [moult, "run", "-f", "-q", "-o", path.join(dir, "ids.moult"), script], { env })
    expect(recorded.stdout).toBe(plain.stdout)
  })
  test("events end with what happened last", async () => {
    const f = await record("class Last: pass\na = Last()\ndel a\n")
    const e = f.table("EVNT")
    expect(e.rows).toBe(f.meta.events.kept)
    let found = false
    for (let i = 0; i < e.rows; i++) if (e.kind[i] === EventKind.DEATH && f.strings[e.type[i]] === "Last") found = true
    expect(found).toBe(true)
  })
})
