// CPython's own tests (Lib/test) on moult, one result a test:
//
//   npm run conformance                      every recorded tier; fails when a file passes fewer tests than recorded
//   npm run conformance -- t1                one tier (test/conformance/t1.json)
//   npm run conformance -- test_gc test_set  single files, with the names of the tests that do not pass
//   … -- --record t1                         write the new figures (they may rise, or fall with a reason in the commit)
//
// Options: -j N at once (2), --testlib DIR (the directory that holds CPython 3.11's `test` package), --runtime "CMD",
// --timeout S for a file (300), --stall S without a result (60: that test hangs), --out FILE (every result, JSON), -v (failing tests).
//
// The package is found through --testlib, $MOULT_TESTLIB, python3 (if 3.11 and it has the tests), or Debian's libpython3.11-testsuite,
// and linked as dist/lib/python3.11/test: a place that -I and -S keep.
import { spawn, spawnSync } from "node:child_process"
import { existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import path from "node:path"

const root = path.join(import.meta.dirname, "..")
const records = path.join(root, "test", "conformance")
const child = path.join(import.meta.dirname, "conformance_child.py")
const MAX_RESTARTS = 30

const options = {
  j: 2,
  timeout: 300,
  stall: 60,
  testlib: "",
  runtime: path.join(root, "bin", "moult"),
  out: "",
  record: false,
  verbose: false,
}
const names = []
for (let i = 2; i < process.argv.length; i++) {
  const a = process.argv[i]
  if (a === "--record") options.record = true
  else if (a === "-v") options.verbose = true
  else if (a === "-j" || a === "--timeout" || a === "--stall") options[a.replace(/^-+/, "")] = Number(process.argv[++i])
  else if (a === "--testlib" || a === "--runtime" || a === "--out") options[a.slice(2)] = process.argv[++i]
  else if (a.startsWith("-")) fail(`unknown option ${a}`)
  else names.push(a.replace(/\.py$/, ""))
}

function fail(message) {
  console.error(message)
  process.exit(2)
}

/** The directory above CPython 3.11's `test` package, or "". */
function findTestlib() {
  const asked = options.testlib || process.env["MOULT_TESTLIB"]
  if (asked) return existsSync(path.join(asked, "test", "test_gc.py")) ? path.resolve(asked) : fail(`${asked} holds no test/test_gc.py`)
  const ask =
    "import sys, os, test.test_gc as t; print(sys.version_info[:2] == (3, 11) and os.path.dirname(os.path.dirname(t.__file__)) or '')"
  const found = spawnSync("python3", ["-I", "-c", ask], { encoding: "utf8" })
  const dir = found.status === 0 ? found.stdout.trim() : ""
  if (dir) return dir
  return existsSync("/usr/lib/python3.11/test/test_gc.py") ? "/usr/lib/python3.11" : ""
}

function linkTestPackage(testlib) {
  const link = path.join(root, "dist", "lib", "python3.11", "test")
  try {
    if (lstatSync(link).isSymbolicLink()) rmSync(link)
  } catch {
    // not there yet
  }
  symlinkSync(path.join(testlib, "test"), link)
}

/** A tier is a recorded file list, {file: {passed, cpython}}; cpython: how many pass on CPython 3.11.7. */
const readTier = (tier) => JSON.parse(readFileSync(path.join(records, `${tier}.json`), "utf8"))
const tierNames = () =>
  readdirSync(records)
    .filter((f) => f.endsWith(".json"))
    .map((f) => f.replace(/\.json$/, ""))
    .sort()

/** One process over the tests that have no result yet. Resolves to whether it came to its end. */
function runOnce(module, results, work, budget) {
  const lines = path.join(work, "results")
  const done = path.join(work, "done")
  const cwd = mkdtempSync(path.join(work, "cwd"))
  writeFileSync(done, [...results.keys()].join("\n"))
  rmSync(lines, { force: true })
  const env = { ...process.env, TMPDIR: cwd }
  for (const name of ["PYTHONPATH", "PYTHONSTARTUP", "PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE", "DISPLAY"]) delete env[name]
  const [command, ...first] = options.runtime.split(" ")
  const proc = spawn(command, [...first, child, module, lines, done], { cwd, env, stdio: "ignore", detached: true })
  return new Promise((resolve) => {
    const begun = Date.now()
    let size = 0
    let grown = Date.now()
    let why = ""
    const watch = setInterval(() => {
      const now = existsSync(lines) ? lstatSync(lines).size : 0
      if (now !== size) grown = Date.now()
      size = now
      if (Date.now() - begun > budget * 1000 || Date.now() - grown > options.stall * 1000) {
        why = "hangs"
        killGroup(proc.pid)
      }
    }, 200)
    proc.on("exit", (status, signal) => {
      clearInterval(watch)
      killGroup(proc.pid)
      let running = ""
      let ended = false
      let module_ = ""
      for (const line of existsSync(lines) ? readFileSync(lines, "utf8").split("\n") : []) {
        const [kind, id, text] = line.split("\t")
        if (kind === "start") running = id
        else if (kind === "end") ended = true
        else if (kind === "module") module_ = id
        else if (kind) {
          results.set(id, { status: kind, why: text ?? "" })
          if (id === running) running = ""
        }
      }
      if (!ended && running) results.set(running, { status: "error", why: why || `crash, exit ${status ?? signal}` })
      resolve({ ended: ended || !running, died: !ended, module: module_ || (!ended && !running ? why || `exit ${status ?? signal}` : "") })
    })
  })
}

function killGroup(pid) {
  try {
    process.kill(-pid, "SIGKILL")
  } catch {
    // gone
  }
}

async function runFile(name) {
  const results = new Map()
  const work = mkdtempSync(path.join(tmpdir(), "conformance-"))
  const begun = Date.now()
  let died = 0
  let module = ""
  try {
    for (let n = 0; n < MAX_RESTARTS; n++) {
      const left = options.timeout - (Date.now() - begun) / 1000
      if (left <= 0) break
      const r = await runOnce(`test.${name}`, results, work, left)
      if (r.died) died++
      module = r.module
      if (r.ended) break
    }
  } finally {
    rmSync(work, { recursive: true, force: true, maxRetries: 3 })
  }
  const passed = [...results.values()].filter((r) => r.status === "passed").length
  return { name, results, passed, died, module, seconds: (Date.now() - begun) / 1000 }
}

const testlib = findTestlib()
if (!testlib) {
  console.log("conformance: skipped, CPython 3.11's test package is not on this machine (Debian: apt-get install libpython3.11-testsuite)")
  process.exit(0)
}
if (!existsSync(path.join(root, "dist", "lib", "python3.11"))) fail("build first: npm run build")
linkTestPackage(testlib)

const known = new Map(tierNames().map((tier) => [tier, readTier(tier)]))
const tiers = names.length === 0 ? [...known.keys()] : names.filter((n) => known.has(n))
const files = [...new Set([...tiers.flatMap((t) => Object.keys(known.get(t))), ...names.filter((n) => !known.has(n))])]
const recordOf = (name) => [...known.values()].find((t) => name in t)?.[name]

console.log(`CPython's tests from ${testlib} on ${options.runtime}`)
const all = {}
const fallen = []
const total = { passed: 0, cpython: 0 }

async function one(name) {
  let r = await runFile(name)
  const record = recordOf(name)
  // a busy machine can cost a test its time limit: a fall must show twice
  if (record && r.passed < record.passed && !options.record) {
    const again = await runFile(name)
    if (again.passed > r.passed) r = again
  }
  const fell = record !== undefined && r.passed < record.passed
  if (fell) fallen.push(`${name}: ${r.passed} pass, ${record.passed} were recorded`)
  if (record && options.record) record.passed = r.passed
  total.passed += record ? Math.min(r.passed, record.cpython ?? r.passed) : r.passed
  total.cpython += record?.cpython ?? r.passed
  all[name] = Object.fromEntries([...r.results].map(([id, v]) => [id, v.why ? [v.status, v.why] : [v.status]]))
  const against = record ? `of ${record.cpython ?? "?"} on CPython` : `of ${r.results.size}`
  const notes = [
    r.died ? `${r.died} crashes or hangs` : "",
    r.module,
    fell ? `FELL from ${record.passed}` : record && r.passed > record.passed ? `recorded ${record.passed}` : "",
  ]
  console.log(
    `${name.padEnd(28)} ${String(r.passed).padStart(5)} ${against.padEnd(20)} ${r.seconds.toFixed(0).padStart(4)} s  ${notes.filter(Boolean).join("; ")}`,
  )
  if (options.verbose || tiers.length === 0)
    for (const [id, v] of r.results)
      if (v.status === "failed" || v.status === "error") console.log(`  ${v.status} ${id}  ${v.why.slice(0, 160)}`)
}

const queue = [...files]
await Promise.all(
  Array.from({ length: options.j }, async () => {
    for (let name = queue.shift(); name !== undefined; name = queue.shift()) await one(name)
  }),
)
console.log(`${total.passed} of ${total.cpython} tests in ${files.length} files`)
if (options.out) writeFileSync(options.out, JSON.stringify(all))
if (options.record) {
  mkdirSync(records, { recursive: true })
  for (const tier of tiers) writeFileSync(path.join(records, `${tier}.json`), formatTier(known.get(tier)))
}
if (fallen.length > 0) {
  console.error(fallen.join("\n"))
  if (!options.record) process.exit(1)
}

/** One file a line, so that a change reads well in a diff. */
function formatTier(tier) {
  const rows = Object.entries(tier).map(([name, r]) => `  ${JSON.stringify(name)}: { "passed": ${r.passed}, "cpython": ${r.cpython} }`)
  return `{\n${rows.join(",\n")}\n}\n`
}
