// Build dist/: the runtime as one bundled scope, the command, and the standard library's Python files from the npm package pyodide.
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { spawnSync } from "node:child_process"
import { createRequire } from "node:module"
import path from "node:path"
import { fileURLToPath } from "node:url"
import { build } from "esbuild"
import { unzipSync } from "fflate"
import { identifiers } from "./identifiers.mjs"
import { refusal, UNSUPPORTED } from "./unsupported.mjs"

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))
const dist = path.join(root, "dist")
const require = createRequire(import.meta.url)

// Changed for a browser by pyodide, or no use without one: ours come from stdlib/ where the runtime needs them.
const LEFT_OUT = [/^_pyodide\//, /^pyodide\//, /^pyodide_js/, /^webbrowser\.py$/, /(^|\/)__pycache__\//]

/** Counts up with every change that is made to the packed files, so that they are unpacked again. */
const LIBRARY_CHANGES = 2

/** The library's .py files, unpacked once per package version. */
function unpackLibrary() {
  const zip = path.join(path.dirname(require.resolve("pyodide/package.json")), "python_stdlib.zip")
  const target = path.join(dist, "lib", "python3.11")
  const stamp = path.join(target, ".from")
  const from = `${zip} ${statSync(zip).size} ${LIBRARY_CHANGES}`
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === from) return
  rmSync(target, { recursive: true, force: true })
  const files = unzipSync(readFileSync(zip))
  for (const [name, bytes] of Object.entries(files)) {
    if (name.endsWith("/") || LEFT_OUT.some((re) => re.test(name))) continue
    const file = path.join(target, name)
    mkdirSync(path.dirname(file), { recursive: true })
    writeFileSync(file, bytes)
  }
  splitDatetime(target)
  pickleBuffer(target)
  writeFileSync(stamp, from)
}

const { version } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"))

/** PickleBuffer has a module of its own (src/modules/_picklebuffer.ts). */
function pickleBuffer(target) {
  const file = path.join(target, "pickle.py")
  const changed = readFileSync(file, "utf8").replace("from _pickle import PickleBuffer", "from _picklebuffer import PickleBuffer")
  if (!changed.includes("_picklebuffer")) throw new Error("pickle.py does not import PickleBuffer from _pickle")
  writeFileSync(file, changed)
}

/** As later Pythons have it: the classes of datetime.py become _pydatetime.py; stdlib/ has the datetime and _datetime in front of it. */
function splitDatetime(target) {
  const [classes, rest] = readFileSync(path.join(target, "datetime.py"), "utf8").split("\ntry:\n    from _datetime import *\n")
  if (rest === undefined) throw new Error("datetime.py does not end in an import of _datetime")
  writeFileSync(path.join(target, "_pydatetime.py"), `${classes.replace("\n__all__", '\n__name__ = "datetime"\n__all__')}\n`)
}

/** Modules of Node that a plain start does without. */
const LAZY = ["crypto", "child_process", "tty"]

/** esbuild copies every export of a required module into a new object, a tenth of a start: a prototype does as well. */
function quickRequires(file) {
  const code = readFileSync(file, "utf8").replace(/__toESM\(__require\("node:(\w+)"\)(?:, 1)?\)/g, (_, name) =>
    LAZY.includes(name)
      ? `new Proxy({}, { get: (_, k) => k === "default" ? __require("node:${name}") : __require("node:${name}")[k] })`
      : `Object.setPrototypeOf({ default: __require("node:${name}") }, __require("node:${name}"))`,
  )
  writeFileSync(file, code)
}

const common = {
  define: { MOULT_VERSION: JSON.stringify(version) },
  bundle: true,
  platform: "node",
  target: "node20",
  logLevel: "warning",
  legalComments: "none",
  charset: "ascii",
  plugins: [identifiers(path.join(root, "src"))],
}

mkdirSync(dist, { recursive: true })
unpackLibrary()
for (const [name, why] of UNSUPPORTED) writeFileSync(path.join(dist, "lib", "python3.11", `${name}.py`), refusal(name, why))
cpSync(path.join(root, "stdlib"), path.join(dist, "lib", "python3.11"), { recursive: true })
for (const stale of ["runtime.cjs.cache", "boot.image", "lib/python3.11/.frozen"])
  rmSync(path.join(dist, stale), { recursive: true, force: true })
// the core is one scope: V8 then reads the heap's views as constants
await build({
  ...common,
  format: "iife",
  entryPoints: [path.join(root, "src/runtime/worker.ts")],
  outfile: path.join(dist, "runtime.cjs"),
  sourcemap: true,
})
quickRequires(path.join(dist, "runtime.cjs"))
await build({ ...common, format: "cjs", entryPoints: [path.join(root, "src/cli/start.ts")], outfile: path.join(dist, "start.cjs") })
await build({ ...common, format: "esm", entryPoints: [path.join(root, "src/cli/main.ts")], outfile: path.join(dist, "moult.mjs") })

// the tools' commands are a bundle of their own: a plain run of a program does not load them
await build({
  ...common,
  format: "esm",
  entryPoints: [path.join(root, "src/cli/commands/index.ts")],
  outfile: path.join(dist, "commands.mjs"),
  banner: { js: 'import { createRequire as __cr } from "node:module"; const require = __cr(import.meta.url);' },
  // optional packages: loaded when their command runs
  external: ["@duckdb/node-api", "@hpcc-js/wasm-graphviz", "hyparquet-writer"],
})

// the pages: what `moult flamegraph` puts into its file, and the inspector, a file of its own
const browser = { bundle: true, minify: true, platform: "browser", target: "es2022", format: "iife", logLevel: "warning", write: true }
for (const page of ["report", "inspector"]) {
  await build({ ...browser, entryPoints: [path.join(root, `web/${page}.ts`)], outfile: path.join(dist, `web/${page}.js`) })
}
const style = readFileSync(path.join(root, "web/style.css"), "utf8")
// esbuild has put the style of the flame graph there
writeFileSync(path.join(dist, "web/report.css"), readFileSync(path.join(dist, "web/report.css"), "utf8") + style)
const inspector = readFileSync(path.join(dist, "web/inspector.js"), "utf8").replaceAll("</script", "<\\/script")
writeFileSync(
  path.join(dist, "web/inspector.html"),
  readFileSync(path.join(root, "web/inspector.html"), "utf8")
    .replace("/* style */", () => style)
    .replace("/* script */", () => inspector),
)

/** Run the command just built. */
function moult(args, env = {}) {
  const run = spawnSync(process.execPath, [path.join(root, "bin/moult"), ...args], { stdio: "inherit", env: { ...process.env, ...env } })
  if (run.status !== 0) throw new Error(`the build's own run failed: moult ${args.join(" ")}`)
}
// what every start needs, made once: the code of the frozen modules, the booted heap, then V8's code for the bundle
moult(["-I", "-S", path.join(root, "tools/freeze.py"), path.join(dist, "lib/python3.11")])
moult(["-c", "pass"])
moult(["-c", "import re, json, dataclasses, functools, collections"], { MOULT_WRITE_CODE_CACHE: "1", PYTHONDONTWRITEBYTECODE: "" })
