import { spawnSync } from "node:child_process"
import fs from "node:fs"
import os from "node:os"
import path from "node:path"
import { describe, expect, test } from "vitest"
import { readImage, writeImage } from "../src/base/imagefile.ts"

const moult = path.join(import.meta.dirname, "../bin/moult")

function run(options: string[], env: Record<string, string> = {}): string {
  const text =
    "import os, sys, time; print(list(sys.modules), sys.argv, os.environ['IMAGE_TEST'], time.tzname, sys.flags.utf8_mode, sys.path[1:4])"
  return spawnSync(process.execPath, [moult, ...options, "-c", text, "a b"], {
    encoding: "utf8",
    env: { ...process.env, IMAGE_TEST: "here", ...env },
  }).stdout
}

describe("a start from the heap image", () => {
  test("shows its own process, as a start that boots does", () => {
    // without columns in line tables boot is another one: no image
    expect(run([])).toBe(run(["-X", "no_debug_ranges"]))
    expect(run([])).toContain("['-c', 'a b'] here")
  })
  test("has its own time zone and settings", () => {
    expect(run([], { TZ: "UTC" })).toContain("('UTC', 'UTC')")
    expect(run([], { TZ: "America/New_York" })).toContain("('EST', 'EDT')")
    expect(run(["-X", "utf8"])).toContain(") 1 [")
  })
})

describe("image files", () => {
  const file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), "moult-image-")), "image")
  const heap = new SharedArrayBuffer(65536)
  new Uint8Array(heap).set([1, 2, 3], 8192)
  new Uint8Array(heap)[40960] = 9
  writeImage(file, "key", heap, 4096, 65536)

  test("give the pages back", () => {
    const copy = new SharedArrayBuffer(65536)
    expect(readImage(file, "key", copy)).toBe(true)
    expect(new Uint8Array(copy)).toEqual(new Uint8Array(heap))
  })
  test("of another key, cut short or absent are refused", () => {
    const copy = new SharedArrayBuffer(65536)
    expect(readImage(file, "other", copy)).toBe(false)
    expect(readImage(`${file}.none`, "key", copy)).toBe(false)
    fs.truncateSync(file, 5000)
    expect(readImage(file, "key", copy)).toBe(false)
    expect(new Uint8Array(copy)).toEqual(new Uint8Array(65536))
  })
})
