import { execFile } from "node:child_process"
import path from "node:path"
import { promisify } from "node:util"
import { expect, test } from "vitest"

test("moult.testing under unittest", async () => {
  const moult = path.join(import.meta.dirname, "..", "..", "bin", "moult")
  const { stderr } = await promisify(execFile)(process.execPath, [moult, path.join(import.meta.dirname, "testing.py")])
  expect(stderr).toMatch(/Ran 6 tests in .*\n\nOK\n$/)
})
