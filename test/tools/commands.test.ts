import { execFile, spawn } from "node:child_process"
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import os from "node:os"
import path from "node:path"
import { afterAll, beforeAll, describe, expect, test } from "vitest"

const moult = path.join(import.meta.dirname, "..", "..", "bin", "moult")
const dir = mkdtempSync(path.join(os.tmpdir(), "moult-commands-"))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

interface Result {
  status: number
  out: string
  err: string
}
function run(...args: string[]): Promise<Result> {
  return new Promise((done) => {
    const options = { cwd: dir, env: { ...process.env, NO_COLOR: "1" }, maxBuffer: 1 << 26 }
    execFile(process.execPath, [moult, ...args], options, (error, out, err) => {
      done({ status: error === null ? 0 : typeof error.code === "number" ? error.code : -1, out, err })
    })
  })
}
const write = (name: string, content: string | Uint8Array): void => writeFileSync(path.join(dir, name), content)

const PROGRAM = `import sys
class Row:
    def __init__(self, n): self.n = n
def load(n):
    return [Row(i) for i in range(n)]
rows = load(int(sys.argv[1]))
scratch = bytearray(400000)
del scratch
print(len(rows))
`

beforeAll(async () => {
  write("app.py", PROGRAM)
  await run("run", "-q", "-o", "a.moult", "app.py", "1000")
  await run("run", "-q", "-o", "b.moult", "app.py", "3000")
})

describe("moult's commands", () => {
  test("run keeps the program's output, arguments and exit status", async () => {
    write("exit.py", "import sys; print(sys.argv[1:]); sys.exit(3)")
    const r = await run("run", "-o", "exit.moult", "exit.py", "-x", "--json")
    expect([r.status, r.out]).toEqual([3, "['-x', '--json']\n"])
    expect(r.err).toContain("exit.moult")
    expect((await run("run", "-o", "exit.moult", "exit.py")).err).toBe("moult: exit.moult exists already; --force writes over it\n")
  })
  test("every command ends with an account that adds up", async () => {
    for (const command of ["report", "summary", "table", "tree", "stats", "lines", "leaks"]) {
      const { out, status } = await run(command, "a.moult")
      expect(status, command).toBe(0)
      const numbers = [...out.slice(out.indexOf("Resident memory, to the byte")).matchAll(/^ +([\d,]+) {2,}[\d.]+%/gm)].map((m) =>
        Number(m[1].replaceAll(",", "")),
      )
      const resident = /^ +([\d,]+) {2}resident/m.exec(out)
      expect(numbers.length, command).toBe(7)
      expect(
        numbers.reduce((a, b) => a + b, 0),
        command,
      ).toBe(Number(resident?.[1].replaceAll(",", "")))
    }
  })
  test("every command has JSON and help", async () => {
    for (const command of ["report", "summary", "table", "tree", "stats", "lines", "leaks"]) {
      expect(typeof JSON.parse((await run(command, "--json", "a.moult")).out), command).toBe("object")
      const help = await run(command, "--help")
      expect([help.status, help.out.startsWith(`Usage: moult ${command}`)], command).toEqual([0, true])
    }
  })
  test("lines shows bytes beside the source", async () => {
    const rows = JSON.parse((await run("lines", "--json", "a.moult")).out) as { line: number; live: number; peak: number; text: string }[]
    expect(rows.length).toBe(9)
    expect(rows[4].live).toBeGreaterThan(1000 * 56)
    expect(rows[5].live).toBeGreaterThanOrEqual(rows[4].live)
    expect(rows[6].live).toBe(0)
    expect(rows[6].peak).toBeGreaterThan(400000)
  })
  test("diff names type and line of what is new", async () => {
    const d = JSON.parse((await run("diff", "--json", "a.moult", "b.moult")).out) as {
      rows: { type: string; bornCount: number; goneCount: number; line: string }[]
    }
    const row = d.rows.find((r) => r.type === "Row")
    expect(row?.line).toBe("app.py:5 in load.<locals>.<listcomp>")
    expect((row?.bornCount ?? 0) - (row?.goneCount ?? 0)).toBe(2000)
  })
  test("check passes, and fails with the report", async () => {
    expect((await run("check", "--max-heap", "500M", "--max-leaked", "0", "app.py", "10")).status).toBe(0)
    const bad = await run("check", "--max-peak", "100K", "app.py", "1000")
    expect(bad.status).toBe(1)
    expect(bad.err).toMatch(/^moult check: the program's blocks: .* allowed are 100\.0 KiB\n/)
    expect(bad.err).toContain("app.py:7 in <module>")
  })
  test("--dump-on-oom leaves the heap of the moment", async () => {
    write(
      "oom.py",
      "def grow():\n    held = []\n    while True: held.append(bytearray(100000))\ntry: grow()\nexcept MemoryError: print('caught')\n",
    )
    const r = await run("--max-heap", "40M", "--dump-on-oom=oom.moult", "oom.py")
    expect([r.status, r.out]).toEqual([0, "caught\n"])
    const report = JSON.parse((await run("report", "--json", "oom.moult")).out) as {
      reason: string
      holders: { path: string; type: string }[]
    }
    expect(report.reason).toBe("MemoryError")
    expect(report.holders[0].path).toMatch(/^local 'held' of grow \(.*oom\.py:3\)/)
  })
  test("a word is a command only when no file has its name", async () => {
    write("report", "print('a file called report')\n")
    expect((await run("report")).out).toBe("a file called report\n")
    rmSync(path.join(dir, "report"))
  })
})

describe("bad files give one line and exit status 1", () => {
  const cases: [string, (good: Uint8Array) => Uint8Array, string][] = [
    ["empty", () => new Uint8Array(0), "the file is empty"],
    ["foreign", () => new TextEncoder().encode("print('hello')\n"), "not a moult file"],
    ["cut", (good) => good.subarray(0, good.length - 7), "the file is cut short"],
    ["damaged", (good) => good.map((b, i) => (i === 5000 ? b ^ 1 : b)), "the file is damaged: a wrong checksum in section "],
    ["newer", (good) => good.map((b, i) => (i === 8 ? 9 : b)), "the file has format version 9; this moult reads version 1"],
  ]
  test.each(cases)("%s", async (name, change, message) => {
    write(`${name}.moult`, change(readFileSync(path.join(dir, "a.moult"))))
    for (const command of ["report", "stats", "leaks"]) {
      const r = await run(command, `${name}.moult`)
      expect([r.status, r.out]).toEqual([1, ""])
      expect(r.err).toMatch(/^moult: .*\n$/)
      expect(r.err.startsWith(`moult: ${name}.moult: ${message}`), r.err).toBe(true)
    }
  })
  test("no file", async () => {
    const r = await run("stats", "nowhere.moult")
    expect([r.status, r.err]).toEqual([1, "moult: nowhere.moult: no such file or directory\n"])
  })
})

test("a killed run leaves the old file or none", async () => {
  write("big.py", "keep = [str(i) * 3 for i in range(400000)]\nprint('done', flush=True)\n")
  writeFileSync(path.join(dir, "old.moult"), readFileSync(path.join(dir, "a.moult")))
  const before = readFileSync(path.join(dir, "old.moult"))
  for (const delay of [0, 100, 300, 600]) {
    const child = spawn(process.execPath, [moult, "run", "-f", "-q", "-o", "old.moult", "big.py"], {
      cwd: dir,
      stdio: ["ignore", "pipe", "inherit"],
    })
    await new Promise((done) => child.stdout.once("data", done))
    await new Promise((done) => setTimeout(done, delay))
    child.kill("SIGKILL")
    await new Promise((done) => child.once("close", done))
    const after = readFileSync(path.join(dir, "old.moult"))
    if (!after.equals(before)) expect((await run("stats", "old.moult")).status).toBe(0)
  }
  expect(existsSync(path.join(dir, "old.moult"))).toBe(true)
  for (const name of readdirSync(dir)) if (name.endsWith(".tmp")) rmSync(path.join(dir, name))
})
