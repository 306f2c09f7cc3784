import path from "node:path"
import { pathToFileURL } from "node:url"
import { build } from "esbuild"
import { identifiers } from "../../tools/identifiers.mjs"

/** Bundle a TypeScript file and import it: the floors' import cycles need one scope, which vitest's module loader does not give. */
export async function importBundled<T>(entry: URL): Promise<T> {
  const outfile = path.resolve("node_modules/.cache/moult", `${path.basename(entry.pathname, ".ts")}-${process.pid}.mjs`)
  await build({
    entryPoints: [entry.pathname],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    logLevel: "error",
    plugins: [identifiers(path.resolve("src"))],
  })
  return (await import(pathToFileURL(outfile).href)) as T
}

/** A small deterministic generator: numbers in 0 … n - 1. */
export function randomInts(seed: number): (n: number) => number {
  let s = seed >>> 0
  return (n) => {
    s = (Math.imul(s, 1664525) + 1013904223) >>> 0
    return Math.floor((s / 4294967296) * n)
  }
}
