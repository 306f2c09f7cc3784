// An esbuild plugin: every `ID("name")` in src/ becomes the address of that static string, and all of them are made when heap/statics.ts
// loads. So each has the same address in every worker whichever code runs first, boot can intern them all, and a use costs nothing.
import { readdirSync, readFileSync } from "node:fs"
import path from "node:path"

const USE = /\bID\("([^"\\]+)"\)/g
const STATIC_START = 65536
const HEAD = 48 // PyASCIIObject.SIZE

function* sources(dir) {
  for (const e of readdirSync(dir, { withFileTypes: true })) {
    const p = path.join(dir, e.name)
    if (e.isDirectory()) yield* sources(p)
    else if (p.endsWith(".ts") && !p.endsWith(".test.ts")) yield p
  }
}

/** Name → address, in the order in which `ID` will allocate them. */
export function identifierAddresses(src) {
  const names = new Set()
  for (const file of sources(src)) for (const [, name] of readFileSync(file, "utf8").matchAll(USE)) names.add(name)
  const at = new Map()
  let top = STATIC_START
  for (const name of [...names].sort()) {
    at.set(name, top)
    top = (top + HEAD + name.length + 1 + 15) & ~15
  }
  return at
}

export function identifiers(src) {
  let at
  return {
    name: "identifiers",
    setup(build) {
      build.onStart(() => {
        at = identifierAddresses(src)
      })
      build.onLoad({ filter: /\/src\/.*\.ts$/ }, ({ path: file }) => {
        let text = readFileSync(file, "utf8")
        if (file.endsWith(path.join("heap", "statics.ts"))) {
          text += `\nfor (const [name, at] of ${JSON.stringify([...at])} as [string, number][]) if (ID(name) !== at) throw new Error("moult bug: identifier " + name + " is not at its address")\n`
        } else text = text.replace(USE, (_, name) => `(${at.get(name)} /* ${name} */ as Ref)`)
        return { contents: text, loader: "ts" }
      })
    },
  }
}
