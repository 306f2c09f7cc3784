import { execFile } from "node:child_process"
import { readFileSync } from "node:fs"
import path from "node:path"
import { describe, expect, test } from "vitest"

// habits.py has every habit that moult lint knows, each on a line that ends with its rule's name; good.py does the same things well.

const moult = path.join(import.meta.dirname, "..", "..", "bin", "moult")
const program = (name: string): string => path.join(import.meta.dirname, "lint", name)

interface Advice {
  rule: string
  line: number
  measured?: { amount: number; text: string }
}
function lint(...args: string[]): Promise<{ status: number; list: Advice[] }> {
  return new Promise((done) => {
    execFile(process.execPath, [moult, "lint", "--json", ...args], (error, out) => {
      const list = JSON.parse(out.trim().split("\n").at(-1) ?? "") as Advice[]
      done({ status: error === null ? 0 : Number(error.code), list })
    })
  })
}
/** What the lines' comments say. */
function marked(name: string): string[] {
  return readFileSync(program(name), "utf8")
    .split("\n")
    .flatMap((l, i) => {
      const m = / {2}# ([\w-]+)$/.exec(l)
      return m === null ? [] : [`${i + 1} ${m[1]}`]
    })
}
const NEED_A_RUN = ["no-slots", "alive-after-last-use"]

describe("moult lint", () => {
  test("finds every habit by the source alone", async () => {
    const { status, list } = await lint(program("habits.py"))
    expect(list.map((a) => `${a.line} ${a.rule}`)).toEqual(marked("habits.py").filter((m) => !NEED_A_RUN.includes(m.split(" ")[1])))
    expect(status).toBe(1)
  })
  test("measures each in a run", async () => {
    const { list } = await lint("--run", program("habits.py"))
    expect(list.map((a) => `${a.line} ${a.rule}`)).toEqual(marked("habits.py"))
    const of = (rule: string): number => list.find((a) => a.rule === rule)?.measured?.amount ?? 0
    for (const a of list) if (a.rule !== "finalizer-cycle") expect(a.measured?.amount, a.rule).toBeGreaterThan(0)
    // 2,000 rows: head, values and dict pointers of 48 + 40 bytes and more against 48 with __slots__
    expect(of("no-slots")).toBeGreaterThan(2000 * 32)
    expect(of("alive-after-last-use")).toBeGreaterThanOrEqual(3_000_033)
    // 20,000 squares of 32 bytes and the list's pointers
    expect(of("list-to-iterate")).toBeGreaterThan(20_000 * 36)
  })
  test("says nothing of good habits", async () => {
    expect(await lint(program("good.py"))).toEqual({ status: 0, list: [] })
    expect(await lint("--run", program("good.py"))).toEqual({ status: 0, list: [] })
  })
})
