import { spawn, spawnSync } from "node:child_process"
import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs"
import os from "node:os"
import path from "node:path"
import { describe, expect, test } from "vitest"

// The tools that Python users know, on programs whose output CPython 3.11 with the real packages printed (tools/record_known.py).
// Only the machine's numbers are blanked: addresses, memory, times.

const root = path.join(import.meta.dirname, "known")
const moult = path.join(import.meta.dirname, "..", "..", "bin", "moult")
const DEBIAN = "/usr/lib/python3/dist-packages"

interface Run {
  stdout: string
  stderr: string
  status: number | null
}

async function run(args: readonly string[], cwd: string, env: Record<string, string> = {}): Promise<Run> {
  const child = spawn(process.execPath, [moult, ...args], {
    cwd,
    env: { ...process.env, PYTHONUNBUFFERED: "1", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  })
  const out: Buffer[] = []
  const err: Buffer[] = []
  child.stdout.on("data", (b: Buffer) => out.push(b))
  child.stderr.on("data", (b: Buffer) => err.push(b))
  const status = await new Promise<number | null>((done) => child.on("close", done))
  return { stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString(), status }
}

/** Run `f` in an empty folder. */
async function inFolder<T>(f: (dir: string) => Promise<T>): Promise<T> {
  const dir = mkdtempSync(path.join(os.tmpdir(), "moult-known-"))
  try {
    return await f(dir)
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

const hashes = (s: string): string => "#".repeat(s.length)

/** Numbers of node names, in the order of their first appearance. */
function renumber(text: string): string {
  const seen = new Map<string, string>()
  return text.replace(/o(\d{5,})/g, (_, id: string) => {
    if (!seen.has(id)) seen.set(id, `o${seen.size}`)
    return seen.get(id) ?? ""
  })
}

function blank(text: string): string {
  return renumber(
    text
      // addresses; of a repr that is cut off after so many letters nothing is left after one
      .replace(/( at 0x)[0-9a-f]+[^\\"\n]*(?=[\\"])/g, "$1#")
      .replace(/0x[0-9a-f]+/g, "0x#")
      // the folder that a program ran in
      .replace(/^(File(?:name)?: )\/.*\//gm, "$1")
      // memory_profiler's and mprof's columns of MiB
      .replace(/ *-?\d+\.\d+ MiB/g, hashes)
      // line_profiler's columns of times
      .replace(/^( +\d+ +\d+)( +[\d.]+ +[\d.]+ +[\d.]+)(?= {2})/gm, (_, a: string, b: string) => a + hashes(b).slice(0, 31))
      .replace(/^Total time: \S+ s$/gm, "Total time: # s")
      // the times of classtracker's snapshots
      .replace(/\d\d:\d\d:\d\d\.\d\d/g, "##:##:##.##"),
  )
}

describe("output as with the real package", () => {
  const files = readdirSync(root).filter((f) => f.endsWith(".py"))
  test.each(files)(
    "%s",
    async (file) => {
      const recorded = readFileSync(path.join(root, file.replace(/\.py$/, ".out")), "utf8")
      const newline = recorded.indexOf("\n")
      const head = JSON.parse(recorded.slice(0, newline)) as { status: number; stderr: string }
      const first = readFileSync(path.join(root, file), "utf8").split("\n")[0]
      const command = first.startsWith("# run: ") ? first.slice("# run: ".length) : "{}"
      await inFolder(async (dir) => {
        copyFileSync(path.join(root, file), path.join(dir, file))
        const r = await run(command.replace("{}", file).split(" "), dir)
        expect(blank(r.stdout)).toBe(blank(recorded.slice(newline + 1)))
        expect(r.stderr.trim().split("\n").at(-1)).toBe(head.stderr)
        expect(r.status).toBe(head.status)
      })
    },
    400_000,
  ) // mprof_commands starts 25 processes
})

describe("the user's own packages", () => {
  test("an installed package comes first", async () => {
    await inFolder(async (dir) => {
      const r = await run(["-c", "import sys; print([p.rsplit('/', 1)[1] for p in sys.path[-2:]])"], dir)
      expect(r.stdout).toBe("['site-packages', 'toolbox']\n")
    })
  })
  test.skipIf(!existsSync(`${DEBIAN}/objgraph.py`))("Debian's objgraph prints what ours does", async () => {
    await inFolder(async (dir) => {
      const file = "objgraph_readme.py"
      copyFileSync(path.join(root, file), path.join(dir, file))
      const theirs = await run([file], dir, { PYTHONPATH: DEBIAN })
      const recorded = readFileSync(path.join(root, "objgraph_readme.out"), "utf8")
      expect(blank(theirs.stdout)).toBe(blank(recorded.slice(recorded.indexOf("\n") + 1)))
      const where = await run(["-c", "import objgraph; print(objgraph.__file__)"], dir, { PYTHONPATH: DEBIAN })
      expect(where.stdout).toBe(`${DEBIAN}/objgraph.py\n`)
    })
  })
  test.skipIf(!existsSync(`${DEBIAN}/memory_profiler.py`))("Debian's memory_profiler runs, with our psutil", async () => {
    await inFolder(async (dir) => {
      const file = "memory_profiler_readme.py"
      copyFileSync(path.join(root, file), path.join(dir, file))
      const theirs = await run(["-m", "memory_profiler", file], dir, { PYTHONPATH: DEBIAN })
      const recorded = readFileSync(path.join(root, "memory_profiler_readme.out"), "utf8")
      expect(blank(theirs.stdout)).toBe(blank(recorded.slice(recorded.indexOf("\n") + 1)))
      const where = await run(["-c", "import psutil; print(psutil.__file__)"], dir, { PYTHONPATH: DEBIAN })
      expect(where.stdout).toMatch(/toolbox\/psutil\/__init__\.py\n$/)
    })
  })
})

const python = spawnSync("python3", ["-c", "import sys; print(sys.version_info[:2] == (3, 11))"], { encoding: "utf8" })
const havePython = python.stdout?.trim() === "True"

describe("files", () => {
  const MAKE = `
import tracemalloc
tracemalloc.start(4)
def f(): return [bytes(1000 + i) for i in range(10)]
kept = f()
s = tracemalloc.take_snapshot().filter_traces([tracemalloc.Filter(True, "<string>")])
s.dump("s.pickle")
`
  const SHOW = `
import tracemalloc
s = tracemalloc.Snapshot.load("s.pickle")
for x in s.statistics("lineno")[:1]: print(x, x.size)
print(s.traceback_limit, [str(t.traceback[0]) for t in s.traces][:1], s.traces[0].domain)
`
  test.skipIf(!havePython)("tracemalloc's snapshots go from moult to CPython and back", async () => {
    await inFolder(async (dir) => {
      const both: string[] = []
      expect((await run(["-c", MAKE], dir)).status).toBe(0)
      both.push((await run(["-c", SHOW], dir)).stdout)
      both.push(spawnSync("python3", ["-c", SHOW], { cwd: dir, encoding: "utf8" }).stdout)
      expect(spawnSync("python3", ["-c", MAKE], { cwd: dir }).status).toBe(0)
      both.push((await run(["-c", SHOW], dir)).stdout)
      expect(both[0]).toMatch(/^<string>:4: size=10\.\d KiB/m)
      expect(new Set(both).size).toBe(1)
    })
  })
  test("line_profiler counts every way of leaving a line", async () => {
    await inFolder(async (dir) => {
      const code = `
from line_profiler import LineProfiler
open("m.py", "w").write("def f(n):\\n    while n:\\n        n -= 1\\n        if n == 3:\\n            continue\\n    return n\\n")
import sys; sys.path.insert(0, "")
import m
prof = LineProfiler(m.f)
prof.runcall(m.f, 10)
print([(line, hits) for rows in prof.get_stats().timings.values() for line, hits, _ in rows])
`
      expect((await run(["-c", code], dir)).stdout).toBe("[(2, 11), (3, 10), (4, 10), (5, 1), (6, 1)]\n")
    })
  })
  test("objgraph draws SVG", async () => {
    await inFolder(async (dir) => {
      const r = await run(["-c", "import objgraph; x = []; objgraph.show_refs([[x], {'x': x}], filename='o.svg')"], dir)
      expect(r.stdout).toMatch(/^Graph written to .*\.dot \(3 nodes\)\nImage generated as o\.svg\n$/)
      const svg = readFileSync(path.join(dir, "o.svg"), "utf8")
      expect(svg.match(/<g id="node/g)).toHaveLength(3)
    })
  })
  test("mprof plot draws SVG", async () => {
    await inFolder(async (dir) => {
      const data = "CMDLINE job <1>\nMEM 10.5 100.0\nMEM 30.5 100.2\nMEM 12.0 100.4\nFUNC m.f 10.5 100.1 12.0 100.3 0\nCHLD 7 5.0 100.2\n"
      await run(["-c", `open("mprofile_20260101000000.dat", "w").write(${JSON.stringify(data)})`], dir)
      const r = await run(["-m", "mprof", "plot", "-s", "-o", "p.svg"], dir)
      expect(r.stdout).toBe("Using last profile data.\n")
      const svg = readFileSync(path.join(dir, "p.svg"), "utf8")
      expect(svg).toContain("job &lt;1&gt;")
      expect(svg).toContain("f 0.200s")
      expect(svg).toContain("child 7")
      expect(svg).toMatch(/slope \d/)
      expect((await run(["-m", "mprof", "plot", "--flame", "-o", "f.svg", "0"], dir)).status).toBe(0)
      expect(readFileSync(path.join(dir, "f.svg"), "utf8")).toContain("<title>m.f</title>")
    })
  })
})

describe("limits", () => {
  test("RLIMIT_AS is a limit on the heap", async () => {
    await inFolder(async (dir) => {
      const code = `
import resource, psutil
psutil.Process().rlimit(psutil.RLIMIT_AS, (100 << 20, -1))
print(resource.getrlimit(resource.RLIMIT_AS))
try:
    x = bytearray(200 << 20)
except MemoryError:
    print("MemoryError")
resource.setrlimit(resource.RLIMIT_AS, (-1, -1))
print(len(bytearray(200 << 20)) >> 20, resource.getrlimit(resource.RLIMIT_AS))
`
      const r = await run(["-c", code], dir)
      expect(r.stdout).toBe(`(${100 << 20}, -1)\nMemoryError\n200 (-1, -1)\n`)
    })
  })
})

describe("metrics", () => {
  test("/metrics in Prometheus' text format", async () => {
    const code = `
import gc, sys, moult.metrics
server, thread = moult.metrics.start_http_server(0, "127.0.0.1")
gc.collect()
print(server.server_port, flush=True)
sys.stdin.readline()
server.shutdown()
print("over")
`
    const child = spawn(process.execPath, [moult, "-c", code], { stdio: ["pipe", "pipe", "inherit"] })
    let out = ""
    const port = await new Promise<number>((found) => {
      child.stdout.on("data", (b: Buffer) => {
        out += b.toString()
        if (out.includes("\n")) found(Number.parseInt(out, 10))
      })
    })
    const response = await fetch(`http://127.0.0.1:${port}/metrics`)
    expect(response.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8")
    const lines = (await response.text()).trim().split("\n")
    const again = await Promise.all([1, 2, 3].map(async () => (await fetch(`http://127.0.0.1:${port}/metrics?x`)).status))
    expect(again).toEqual([200, 200, 200])
    expect((await fetch(`http://127.0.0.1:${port}/other`)).status).toBe(404)
    child.stdin.end("\n")
    await new Promise((done) => child.on("close", done))
    expect(out).toBe(`${port}\nover\n`)

    const samples = lines.filter((l) => !l.startsWith("#"))
    for (const s of samples) expect(s).toMatch(/^[a-z_]+(\{[a-z]+="[^"]*"(,[a-z]+="[^"]*")*\})? [\d.e+-]+$/)
    const names = new Set(samples.map((s) => s.split(/[{ ]/)[0]))
    const dashboard = readFileSync(path.join(import.meta.dirname, "../../docs/grafana/moult.json"), "utf8")
    const used = new Set(dashboard.match(/\b(moult_|python_gc_|process_)[a-z_]+/g))
    expect([...used].filter((n) => !names.has(n))).toEqual([])
    expect(samples).toContainEqual(expect.stringMatching(/^python_gc_collections_total\{generation="2"\} [1-9]/))
  })
})
