// node _dot.mjs FORMAT IN OUT: draw a .dot file with Graphviz compiled to WebAssembly. Exit status 3: the package is not installed.
import { readFileSync, writeFileSync } from "node:fs"

const [format, from, to] = process.argv.slice(2)
const library = await import("@hpcc-js/wasm-graphviz").catch(() => process.exit(3))
const graphviz = await library.Graphviz.load()
writeFileSync(to, graphviz.layout(readFileSync(from, "utf8"), format, "dot"))
