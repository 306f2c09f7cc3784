// Graph work on a snapshot of 5 million objects and 9 million references: `node bench/inspect.mjs [objects] [references]`.
// One process writes a synthetic file; a second one opens it and is measured, its memory included.
import { spawnSync } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import os from "node:os"
import path from "node:path"
import { pathToFileURL } from "node:url"
import zlib from "node:zlib"
import { build } from "esbuild"

const root = path.dirname(import.meta.dirname)
const [role, ...args] = process.argv.slice(2)

/** Bundle what the bench needs of src. */
async function bundle(outfile) {
  await build({
    stdin: {
      contents: `export * from "./src/base/moultfile.ts"
export * from "./src/inspect/snapshot.ts"
export * from "./src/inspect/objectgraph.ts"
export * from "./src/inspect/histogram.ts"
export * from "./src/inspect/graph/components.ts"`,
      resolveDir: root,
      loader: "ts",
    },
    bundle: true,
    format: "esm",
    platform: "node",
    outfile,
    logLevel: "error",
  })
}

function random(seed) {
  let a = seed
  return (n) => {
    a = (a + 0x6d2b79f5) | 0
    let t = Math.imul(a ^ (a >>> 15), 1 | a)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 4294967296) * n)
  }
}

/** Every object is held by one made before it, mostly a recent one; a tenth is one long linked list; the other references go anywhere. */
function synthesize(m, file, objects, references) {
  const rnd = random(1)
  const types = 200
  const objs = m.newTable("OBJS", objects)
  const { address, type, size, used, count, serial } = objs.table
  const from = new Uint32Array(references)
  const to = new Uint32Array(references)
  const modules = 100
  let e = 0
  for (let i = 0; i < objects; i++) {
    address[i] = 0x2000000 + 16 * i
    type[i] = 65536 + 416 * Math.min(rnd(types), rnd(types))
    size[i] = 32 + 16 * rnd(8)
    used[i] = size[i] - rnd(16)
    count[i] = 1
    serial[i] = i + 1
    if (i < modules) continue
    const inList = i % 10 === 0
    from[e] = inList ? Math.max(i - 10, 0) : rnd(4) === 0 ? rnd(i) : Math.max(0, i - 1 - rnd(1000))
    to[e++] = i
  }
  for (; e < references; e++) {
    from[e] = rnd(objects)
    to[e] = rnd(objects)
  }
  const reff = m.newTable("REFF", objects + 1)
  const first = reff.table.first
  for (let i = 0; i < references; i++) first[from[i] + 1]++
  for (let i = 0; i < objects; i++) first[i + 1] += first[i]
  const at = first.slice(0, objects)
  const reft = m.newTable("REFT", references)
  for (let i = 0; i < references; i++) reft.table.to[at[from[i]]++] = to[i]
  const roots = m.newTable("ROOT", modules)
  const names = ["", "module"]
  for (let i = 0; i < modules; i++) {
    roots.table.object[i] = i
    roots.table.name[i] = 1
  }
  const typeTable = m.newTable("TYPE", types)
  for (let t = 0; t < types; t++) {
    typeTable.table.address[t] = 65536 + 416 * t
    typeTable.table.name[t] = names.push(`type${t}`) - 1
  }
  const codec = { deflate: (b) => zlib.deflateSync(b, { level: 1 }), crc32: zlib.crc32 }
  const sections = [
    ["META", new TextEncoder().encode("{}")],
    ["STRS", m.encodeStrings(names)],
    ["OBJS", objs.bytes],
    ["REFF", reff.bytes],
    ["REFT", reft.bytes],
    ["ROOT", roots.bytes],
    ["TYPE", typeTable.bytes],
    ["END ", new Uint8Array(0)],
  ]
  writeFileSync(file, Buffer.concat([m.fileHeader(), ...sections.flatMap(([tag, bytes]) => m.encodeSection(tag, bytes, codec))]))
}

function measure(m, file) {
  const results = []
  const timed = (what, f) => {
    const before = process.cpuUsage()
    const start = performance.now()
    const value = f()
    const cpu = process.cpuUsage(before)
    results.push([what, (performance.now() - start) / 1000, (cpu.user + cpu.system) / 1e6])
    return value
  }
  const codec = { inflate: (b, n) => zlib.inflateSync(b, { maxOutputLength: Math.max(n, 1) }), crc32: zlib.crc32 }
  const snapshot = timed("open the file", () => {
    const s = new m.Snapshot(readFileSync(file), codec)
    for (const tag of ["OBJS", "REFF", "REFT", "ROOT", "TYPE"]) s.table(tag)
    return s
  })
  const g = timed("object graph", () => new m.ObjectGraph(snapshot))
  timed("histogram", () => m.histogram(g))
  timed("dominators and retained sizes", () => g.retained())
  timed("histogram with retained sizes", () => m.histogram(g, { retained: true }))
  timed("shortest paths to all", () => g.nearest)
  timed("holders (reversed graph)", () => g.holders)
  timed("cycles", () => m.cycles(g.graph))
  console.log(`${(g.count - 1).toLocaleString("en")} objects, ${g.graph.to.length.toLocaleString("en")} references`)
  for (const [what, wall, cpu] of results) console.log(`${what.padEnd(34)} ${wall.toFixed(2).padStart(7)} s   cpu ${cpu.toFixed(2).padStart(6)} s`)
  console.log(`largest resident size              ${(process.resourceUsage().maxRSS / 1024).toFixed(0).padStart(7)} MiB`)
}

if (role === "write" || role === "measure") {
  const m = await import(pathToFileURL(args[0]).href)
  if (role === "write") synthesize(m, args[1], Number(args[2]), Number(args[3]))
  else measure(m, args[1])
} else {
  const dir = mkdtempSync(path.join(os.tmpdir(), "moult-bench-"))
  try {
    const code = path.join(dir, "inspect.mjs")
    const file = path.join(dir, "big.moult")
    await bundle(code)
    const objects = process.argv[2] ?? "5000000"
    const references = process.argv[3] ?? "9000000"
    for (const run of [["write", code, file, objects, references], ["measure", code, file]]) {
      const done = spawnSync(process.execPath, [import.meta.filename, ...run], { stdio: "inherit" })
      if (done.status !== 0) process.exit(1)
    }
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}
