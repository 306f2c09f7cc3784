import { execFileSync } from "node:child_process"
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs"
import os from "node:os"
import path from "node:path"
import { nodeCodec } from "../../src/cli/commands/load.ts"
import { ObjectGraph } from "../../src/inspect/objectgraph.ts"
import { Snapshot } from "../../src/inspect/snapshot.ts"

const folder = mkdtempSync(path.join(os.tmpdir(), "moult-inspect-"))
let runs = 0

/** Run a program under `moult run` and open what it leaves. */
export function run(program: string): { file: string; graph: ObjectGraph } {
  const base = path.join(folder, `run${++runs}`)
  writeFileSync(`${base}.py`, program)
  execFileSync("bin/moult", ["run", "-q", "-o", `${base}.moult`, `${base}.py`])
  return { file: `${base}.moult`, graph: open(`${base}.moult`) }
}
export function open(file: string): ObjectGraph {
  return new ObjectGraph(new Snapshot(readFileSync(file), nodeCodec))
}
export function scratch(name: string): string {
  return path.join(folder, name)
}
/** `moult ARGS`, its standard output. */
export function moult(...args: string[]): string {
  return execFileSync("bin/moult", args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] })
}
