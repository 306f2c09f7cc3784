import { spawnSync } from "node:child_process"
import { closeSync, mkdtempSync, openSync, readSync, rmSync } from "node:fs"
import os from "node:os"
import path from "node:path"
import { MAGIC, MoultFileError } from "../../base/moultfile.ts"
import { loadFile, type MoultFile } from "./load.ts"

function isRecording(name: string): boolean {
  const fd = openSync(name, "r")
  const head = Buffer.alloc(MAGIC.length)
  readSync(fd, head, 0, head.length, 0)
  closeSync(fd)
  return head.equals(MAGIC)
}

/** Run a program under `moult run` with its own output; the recording. `flags` are of `moult run`. */
export function record(python: readonly string[], flags: readonly string[] = []): { file: MoultFile; status: number | null } {
  const dir = mkdtempSync(path.join(os.tmpdir(), "moult-"))
  try {
    const output = path.join(dir, "run.moult")
    const args = [process.argv[1], "run", "-q", "-o", output, ...flags, ...python]
    const run = spawnSync(process.execPath, args, { stdio: "inherit" })
    try {
      return { file: loadFile(output), status: run.status }
    } catch (e) {
      if ((e as NodeJS.ErrnoException).code !== "ENOENT") throw e
      throw new MoultFileError(`${python.join(" ")}: the program left no recording (exit status ${run.status ?? run.signal})`)
    }
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

/** A *.moult file, or the recording of a program that is run now (script.py, -m module, -c command). */
export function openRun(what: readonly string[]): MoultFile {
  const [name] = what
  if (name.endsWith(".moult") || (!name.startsWith("-") && isRecording(name))) return loadFile(name)
  return record(what).file
}
