// Benchmarks: every program under moult, CPython 3.11 and Pyodide 0.25 in turn, in one run. Prints ratios, never absolute times alone.
//   node bench/run.mjs [--rounds N] [--json FILE] [NAME ...]
import { spawnSync } from "node:child_process"
import { readdirSync, writeFileSync } from "node:fs"
import path from "node:path"

const here = import.meta.dirname
const args = process.argv.slice(2)
const option = (name, other) => (args.includes(name) ? args.splice(args.indexOf(name), 2)[1] : other)
const rounds = option("--rounds", "5")
const json = option("--json", null)
const wanted = args.length > 0 ? args : readdirSync(path.join(here, "programs")).map((f) => f.replace(/\.py$/, ""))

const runtimes = {
  cpython: (file) => ["python3", [path.join(here, "driver.py"), file, rounds]],
  moult: (file) => [process.execPath, [path.join(here, "../bin/moult"), path.join(here, "driver.py"), file, rounds]],
  pyodide: (file) => [process.execPath, [path.join(here, "pyodide.mjs"), file, rounds]],
}

function measure(runtime, file) {
  const [command, argv] = runtimes[runtime](file)
  const run = spawnSync(command, argv, { encoding: "utf8", timeout: 300_000 })
  if (run.status !== 0) return { error: (run.stderr || String(run.error)).trim().split("\n").pop() }
  return JSON.parse(run.stdout.trim().split("\n").pop())
}

const rows = []
for (const name of wanted) {
  const file = path.join(here, "programs", `${name}.py`)
  const row = { name }
  for (const runtime of Object.keys(runtimes)) row[runtime] = measure(runtime, file)
  for (const runtime of ["moult", "pyodide"]) {
    if (row[runtime].result !== undefined && row[runtime].result !== row.cpython.result) row[runtime] = { error: `result ${row[runtime].result}` }
  }
  rows.push(row)
  const ratio = (r) => (row[r].seconds ? (row[r].seconds / row.cpython.seconds).toFixed(2) : `failed: ${row[r].error}`)
  console.log(`${name.padEnd(14)} moult/CPython ${ratio("moult").padStart(6)}   Pyodide/CPython ${ratio("pyodide").padStart(6)}`)
}
const mean = (r) => {
  const ok = rows.filter((row) => row[r].seconds).map((row) => Math.log(row[r].seconds / row.cpython.seconds))
  return Math.exp(ok.reduce((a, b) => a + b, 0) / ok.length).toFixed(2)
}
console.log(`geometric mean  moult/CPython ${mean("moult")}   Pyodide/CPython ${mean("pyodide")}`)
if (json !== null) writeFileSync(json, `${JSON.stringify(rows, null, 1)}\n`)
