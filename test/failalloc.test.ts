import { spawnSync } from "node:child_process"
import { readdirSync } from "node:fs"
import path from "node:path"
import { expect, test } from "vitest"

// Every 17th allocation of each program of test/failalloc fails in turn; tools/fail-alloc.mjs without --step fails every one of them.

const folder = path.join(import.meta.dirname, "failalloc")
const tool = path.join(import.meta.dirname, "..", "tools", "fail-alloc.mjs")

for (const program of readdirSync(folder)) {
  test(`a failing allocation is a MemoryError: ${program}`, { timeout: 300_000 }, () => {
    const run = spawnSync(process.execPath, [tool, "--step", "17", "--from", "5", path.join(folder, program)], { encoding: "utf8" })
    expect(run.stdout).toMatch(/allocations, \d+ runs, 0 bad/)
    expect(run.status).toBe(0)
  })
}
