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
export function run(program: string, ...args: string[]): { file: string; graph: ObjectGraph } {
  const script = path.join(folder, "program.py")
  const file = path.join(folder, `run${++runs}.moult`)
  writeFileSync(script, program)
  execFileSync("bin/moult", ["run", "-q", "-o", file, script, ...args])
  return { file, graph: open(file) }
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
