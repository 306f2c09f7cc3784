import { execFile } from "node:child_process"
import { readdirSync, readFileSync } from "node:fs"
import path from "node:path"
import { describe, expect, test } from "vitest"
import type { Leak } from "../../src/cli/analysis/leaks.ts"

// Ten programs that leak: the first suspect names the line marked LEAK and the holder of the program's first line. Ten that do not.

const moult = path.join(import.meta.dirname, "..", "..", "bin", "moult")
const programs = (folder: string): string[] =>
  readdirSync(path.join(import.meta.dirname, folder))
    .filter((n) => n.endsWith(".py"))
    .map((n) => path.join(import.meta.dirname, folder, n))

function leaks(program: string): Promise<{ found: Leak[]; status: number }> {
  return new Promise((done) => {
    execFile(process.execPath, [moult, "leaks", "--json", program], (error, stdout) => {
      done({
        found: JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as Leak[],
        status: typeof error?.code === "number" ? error.code : 0,
      })
    })
  })
}

describe("programs that leak", () => {
  test.each(programs("leaking"))("%s", async (program) => {
    const lines = readFileSync(program, "utf8").split("\n")
    const line = lines.findIndex((l) => l.includes("# LEAK")) + 1
    const holder = lines[0].replace("# holder: ", "")
    const { found, status } = await leaks(program)
    expect(found.length).toBeGreaterThan(0)
    expect(`${found[0].made} ${found[0].kept}`).toContain(`${path.basename(program)}:${line} in `)
    expect(found[0].path).toContain(holder)
    expect(found[0].advice).toMatch(/\.$/)
    expect(status).toBe(1)
  })
})

describe("programs that do not leak", () => {
  test.each(programs("clean"))("%s", async (program) => {
    const { found, status } = await leaks(program)
    expect(found).toEqual([])
    expect(status).toBe(0)
  })
})
