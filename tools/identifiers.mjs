// esbuild plugin: every ID("name") of the sources becomes a constant made at load time, in one module, in one order. So an identifier
// costs nothing where it is used, and every worker gives it the same static address whatever code it runs first.
import { readdirSync, readFileSync } from "node:fs"
import path from "node:path"

const CALL = /\bID\("((?:[^"\\]|\\.)*)"\)/g
const PREFIX = "$id_"

function* sources(dir) {
  for (const e of readdirSync(dir, { withFileTypes: true })) {
    const p = path.join(dir, e.name)
    if (e.isDirectory()) yield* sources(p)
    else if (p.endsWith(".ts")) yield p
  }
}
const constant = (name) => PREFIX + name.replace(/[^A-Za-z0-9_]/g, (c) => `$${c.charCodeAt(0)}$`)

/** The source text with its ID calls replaced, as the plugin hands it to esbuild. */
export function withIdentifiers(file, text) {
  if (file.endsWith("heap/statics.ts")) return text
  const used = new Set()
  const replaced = text.replace(CALL, (_, name) => {
    used.add(name)
    return constant(name)
  })
  if (used.size === 0) return text
  return `${replaced}\nimport { ${[...used].map(constant).join(", ")} } from "moult:identifiers"\n`
}

export function identifiers(srcRoot) {
  return {
    name: "identifiers",
    setup(build) {
      const names = new Set()
      for (const file of sources(srcRoot)) for (const m of readFileSync(file, "utf8").matchAll(CALL)) names.add(m[1])
      build.onResolve({ filter: /^moult:identifiers$/ }, () => ({ path: "identifiers", namespace: "moult" }))
      build.onLoad({ filter: /.*/, namespace: "moult" }, () => ({
        contents: `import { ID } from ${JSON.stringify(path.join(srcRoot, "heap/statics.ts"))}\n${[...names]
          .sort()
          .map((n) => `export const ${constant(n)} = ID("${n}")`)
          .join("\n")}`,
        resolveDir: srcRoot,
        loader: "ts",
      }))
      build.onLoad({ filter: /\/src\/.*\.ts$/ }, ({ path: file }) => ({
        contents: withIdentifiers(file, readFileSync(file, "utf8")),
        loader: "ts",
      }))
    },
  }
}
