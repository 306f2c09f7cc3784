import { spawnSync } from "node:child_process"
import { existsSync, readdirSync, readFileSync } from "node:fs"
import path from "node:path"
import { describe, expect, test } from "vitest"

// Every program under test/py, run under moult and compared with what CPython 3.11 printed (tools/record.py).

const root = path.join(import.meta.dirname, "py")
const moult = path.join(import.meta.dirname, "..", "bin", "moult")

function programs(dir: string): string[] {
  return readdirSync(dir, { withFileTypes: true }).flatMap((e) => {
    const p = path.join(dir, e.name)
    return e.isDirectory() ? programs(p) : p.endsWith(".py") && existsSync(p.replace(/\.py$/, ".out")) ? [p] : []
  })
}

function groupByFolder(files: readonly string[]): Map<string, string[]> {
  const groups = new Map<string, string[]>()
  for (const file of files) {
    const folder = path.relative(root, path.dirname(file))
    groups.set(folder, [...(groups.get(folder) ?? []), file])
  }
  return groups
}

const byFolder = groupByFolder(programs(root))

for (const [folder, files] of byFolder) {
  describe(folder, () => {
    test.concurrent.each(files.map((f) => [path.basename(f, ".py"), f]))("%s", (_name, file) => {
      const recorded = readFileSync(file.replace(/\.py$/, ".out"))
      const newline = recorded.indexOf(10)
      const head = JSON.parse(recorded.subarray(0, newline).toString()) as { status: number; stderr: string }
      const run = spawnSync(process.execPath, [moult, "--audit", path.basename(file)], { cwd: path.dirname(file), input: "" })
      const err = run.stderr.toString().trim().split("\n")
      expect(run.stdout.toString()).toBe(recorded.subarray(newline + 1).toString())
      expect(err[err.length - 1]).toBe(head.stderr)
      expect(run.status).toBe(head.status)
    })
  })
}
