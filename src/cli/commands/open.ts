import { readFileSync } from "node:fs"
import { MoultFileError } from "../../base/moultfile.ts"
import { ObjectGraph } from "../../inspect/objectgraph.ts"
import { Snapshot } from "../../inspect/snapshot.ts"
import { nodeCodec } from "./load.ts"

/** Open a file for src/inspect; errors name it. */
export function openSnapshot(name: string): Snapshot {
  const bytes = readFileSync(name)
  try {
    return new Snapshot(bytes, nodeCodec)
  } catch (e) {
    if (e instanceof MoultFileError) throw new MoultFileError(`${name}: ${e.message}`)
    throw e
  }
}
/** For exports that are all about stacks. */
export function openRecorded(name: string): Snapshot {
  const snapshot = openSnapshot(name)
  if (snapshot.meta.recorded !== true) throw new MoultFileError(`${name}: the run was not recorded, so it has no stacks`)
  return snapshot
}
export function openGraph(name: string): ObjectGraph {
  return new ObjectGraph(openSnapshot(name))
}

/** A package that is only needed here, and that npm was free to leave out; one line says how to get it. */
export async function optional<T>(name: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load()
  } catch (e) {
    const code = (e as NodeJS.ErrnoException).code
    if (code !== "ERR_MODULE_NOT_FOUND" && code !== "MODULE_NOT_FOUND") throw e
    throw Object.assign(new Error(`this needs the npm package ${name}, which is not installed: npm install ${name}`), { code })
  }
}
