// Benchmarks: every program under moult, CPython 3.11 and Pyodide 0.25 in turn, several rounds. Prints ratios, never absolute times alone.
//   node bench/run.mjs [--rounds N] [--clock wall|cpu] [--no-pyodide] [--json FILE] [--record] [NAME ...]
// Names: programs, "startup", "memory", "tracemalloc"; all when none is given. --record makes this run the baseline.
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import path from "node:path"
import { geometricMean, median, runCommand } from "./measure.mjs"

const here = import.meta.dirname
const args = process.argv.slice(2)
const option = (name, other) => (args.includes(name) ? args.splice(args.indexOf(name), 2)[1] : other)
const flag = (name) => args.includes(name) && args.splice(args.indexOf(name), 1).length === 1
const rounds = Number(option("--rounds", "3"))
const clock = option("--clock", "wall")
const json = option("--json", null)
const record = flag("--record")
const others = flag("--no-pyodide") ? ["moult"] : ["moult", "pyodide"]
const baselineFile = path.join(here, "baseline.json")
const baseline = existsSync(baselineFile) ? JSON.parse(readFileSync(baselineFile, "utf8")) : { rows: {} }

const programs = readdirSync(path.join(here, "programs")).map((f) => f.replace(/\.py$/, ""))
const EXTRA = ["startup", "memory", "tracemalloc"]
const wanted = args.length > 0 ? args : [...programs, ...EXTRA]
for (const name of wanted) if (!programs.includes(name) && !EXTRA.includes(name)) throw new Error(`no program ${name}`)

const MOULT = path.join(here, "../bin/moult")
const driver = path.join(here, "driver.py")
const fileOf = (name) => path.join(here, "programs", `${name}.py`)
const commands = {
  cpython: (file, loops, options = []) => ["python3", [...options, driver, file, loops]],
  moult: (file, loops, options = []) => [process.execPath, [MOULT, ...options, driver, file, loops]],
  pyodide: (file, loops) => [process.execPath, [path.join(here, "pyodide.mjs"), file, loops]],
}

/** One run of a program: what the driver printed, and the process's peak memory; or {error}. */
async function measure(runtime, name, loops, options) {
  const [command, argv] = commands[runtime](fileOf(name), String(loops), options)
  const run = await runCommand(command, argv)
  if (run.status !== 0) return { error: run.error || `status ${run.status}` }
  return { ...JSON.parse(run.last), peak: run.peak }
}

const rows = {}
/** A row of the table: what was measured, as one number, and the baseline's. */
function show(name, ratios, unit = "") {
  rows[name] = ratios
  const before = baseline.rows[name]
  const cells = Object.entries(ratios).map(([what, v]) => `${what} ${typeof v === "number" ? (v.toFixed(2) + unit).padStart(7) : v}`)
  const was = before?.moult && ratios.moult ? `  (baseline ${before.moult.toFixed(2)}${unit})` : ""
  console.log(`${name.padEnd(17)} ${cells.join("   ")}${was}`)
}

async function program(name) {
  const { loops, result, error } = await measure("cpython", name, 0)
  if (error !== undefined) throw new Error(`${name} fails in CPython: ${error}`)
  const found = Object.fromEntries(others.map((o) => [o, []]))
  const failed = {}
  for (let round = 0; round < rounds; round++) {
    const ours = await measure("cpython", name, loops)
    for (const other of others) {
      if (failed[other] !== undefined) continue
      const run = await measure(other, name, loops)
      if (run.error !== undefined) failed[other] = `failed: ${run.error}`
      else if (run.result !== result || !run.same) failed[other] = `wrong result: ${run.result.slice(0, 60)}`
      else found[other].push(run[clock] / ours[clock])
    }
  }
  show(name, Object.fromEntries(others.map((o) => [o, failed[o] ?? median(found[o])])))
}

async function startup() {
  const times = { moult: [], node: [], cpython: [], extra: [] }
  for (let round = 0; round < Math.max(5, rounds); round++) {
    const node = await runCommand(process.execPath, ["-e", "0"])
    const moult = await runCommand(process.execPath, [MOULT, "-c", "print(1)"])
    const cpython = await runCommand("python3", ["-c", "print(1)"])
    times.node.push(node.wall * 1000)
    times.moult.push(moult.wall * 1000)
    times.cpython.push(cpython.wall * 1000)
    times.extra.push((moult.wall - node.wall) * 1000)
  }
  show("startup", Object.fromEntries(Object.entries(times).map(([k, v]) => [k === "extra" ? "moult - node" : k, median(v)])), " ms")
}

async function memory() {
  for (const name of ["allocation", "small_objects", "live_heap"]) {
    const ours = await measure("cpython", name, 1)
    const run = await measure("moult", name, 1)
    show(`memory ${name}`, { moult: run.peak / 1024, cpython: ours.peak / 1024 }, " MB")
  }
}

async function tracemalloc() {
  for (const name of ["allocation", "small_objects", "json_load"]) {
    const { loops } = await measure("cpython", name, 0)
    const slower = { moult: [], cpython: [] }
    for (let round = 0; round < rounds; round++) {
      for (const runtime of ["cpython", "moult"]) {
        const off = await measure(runtime, name, loops)
        const on = await measure(runtime, name, loops, ["-X", "tracemalloc"])
        slower[runtime].push(on[clock] / off[clock])
      }
    }
    show(`traced ${name}`, { moult: median(slower.moult), cpython: median(slower.cpython) })
  }
}

console.log(`times as ratios to CPython 3.11 (${clock} clock, median of ${rounds} rounds)`)
const special = { startup, memory, tracemalloc }
for (const name of wanted) await (special[name] ?? (() => program(name)))()
const means = {}
for (const other of others) {
  const values = programs.map((p) => rows[p]?.[other]).filter((v) => typeof v === "number")
  if (values.length > 0) means[other] = geometricMean(values)
}
if (Object.keys(means).length > 0) show("geometric mean", means)
const report = { clock, rounds, node: process.version, rows }
if (json !== null) writeFileSync(json, `${JSON.stringify(report, null, 1)}\n`)
if (record) writeFileSync(baselineFile, `${JSON.stringify({ ...report, rows: { ...baseline.rows, ...rows } }, null, 1)}\n`)
