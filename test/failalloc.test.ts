import { execFile } from "node:child_process"
import { readdirSync } from "node:fs"
import path from "node:path"
import { promisify } from "node:util"
import { expect, test } from "vitest"

// Every 17th allocation of each program of test/failalloc fails in turn; tools/fail-alloc.mjs without --step fails every one of them.

const folder = path.join(import.meta.dirname, "failalloc")
const tool = path.join(import.meta.dirname, "..", "tools", "fail-alloc.mjs")
const run = promisify(execFile)

for (const program of readdirSync(folder)) {
  test(`a failing allocation is a MemoryError: ${program}`, { timeout: 600_000 }, async () => {
    // rejects on a status other than 0, with the tool's findings in the message's stdout
    const { stdout } = await run(process.execPath, [tool, "--step", "17", "--from", "5", path.join(folder, program)]).catch((e) => e)
    expect(stdout).toMatch(/allocations, \d+ runs, 0 bad/)
  })
}
