import { readFileSync } from "node:fs"
import path from "node:path"
import { expect, test } from "vitest"
import { differences, render, runUnderMoult } from "../tools/differences.mjs"

// Each program of test/cpydiff still differs from CPython as docs/differences.md says. One that no longer differs leaves the folder.

for (const d of differences()) {
  test(`known difference: ${d.name}`, { timeout: 60_000 }, () => {
    expect(d.moult).not.toBe(d.cpython)
    expect(runUnderMoult(d.name)).toBe(d.moult)
  })
}

test("docs/differences.md is up to date", () => {
  expect(readFileSync(path.join(import.meta.dirname, "../docs/differences.md"), "utf8")).toBe(render(differences()))
})
