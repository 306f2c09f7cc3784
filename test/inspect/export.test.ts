import { execFileSync } from "node:child_process"
import { readFileSync, writeFileSync } from "node:fs"
import { createRequire } from "node:module"
import path from "node:path"
import zlib from "node:zlib"
import { Ajv } from "ajv"
import { parquetReadObjects } from "hyparquet"
import * as hyparquetWriter from "hyparquet-writer"
import { Profile } from "pprof-format"
import { beforeAll, describe, expect, it } from "vitest"
import { toCollapsed } from "../../src/inspect/export/collapsed.ts"
import { toCsv } from "../../src/inspect/export/csv.ts"
import { toDot } from "../../src/inspect/export/dot.ts"
import { reportData, toHtml } from "../../src/inspect/export/html.ts"
import { toParquet } from "../../src/inspect/export/parquet.ts"
import { toPprof } from "../../src/inspect/export/pprof.ts"
import { toSpeedscope } from "../../src/inspect/export/speedscope.ts"
import { RELATIONS, relation } from "../../src/inspect/export/tables.ts"
import { ObjectGraph } from "../../src/inspect/objectgraph.ts"
import { moult, run, scratch } from "./run.ts"
import { recorded } from "./synthetic.ts"

const { snapshot, file } = recorded()
let real: { file: string; graph: ObjectGraph }
beforeAll(() => {
  writeFileSync(scratch("recorded.moult"), file)
  real = run("class A: pass\nitems = [A() for _ in range(300)]\nbig = {'k%d' % i: i * 1000 for i in range(5000)}\n")
})

it("pprof: decodes with the published schema", () => {
  const bytes = toPprof(snapshot, zlib.gzipSync)
  const p = Profile.decode(zlib.gunzipSync(bytes))
  const s = (i: number | bigint): string => p.stringTable.strings[Number(i)]
  expect(s(0)).toBe("")
  expect(p.sampleType.map((t) => `${s(t.type)}/${s(t.unit)}`)).toEqual([
    "alloc_objects/count",
    "alloc_space/bytes",
    "inuse_objects/count",
    "inuse_space/bytes",
  ])
  const functions = new Map(p.function.map((f) => [Number(f.id), `${s(f.name)} ${s(f.filename)}`]))
  const locations = new Map(p.location.map((l) => [Number(l.id), `${functions.get(Number(l.line[0].functionId))}:${l.line[0].line}`]))
  const samples = p.sample.map((x) => [x.locationId.map((l) => locations.get(Number(l))), x.value.map(Number)])
  expect(samples).toEqual([
    [["[no Python code] :0"], [1, 10, 1, 10]],
    [
      ["main /home/me/app.py:12", "<module> /home/me/app.py:30"],
      [10, 1000, 4, 400],
    ],
    [
      ['a;b /home/me/<odd>&"file".py:7', "main /home/me/app.py:12", "<module> /home/me/app.py:30"],
      [60, 6_000_000_000, 50, 5_000_000_000],
    ],
    [["main /home/me/app.py:12"], [2, 128, 0, 0]],
  ])
  expect(s(p.defaultSampleType)).toBe("inuse_space")
  expect(Number(p.timeNanos) / 1e6).toBe(Date.parse("2026-11-20T22:40:00.000Z"))
})

it("speedscope: is valid by its published JSON schema", () => {
  const require = createRequire(import.meta.url)
  const release = path.join(path.dirname(require.resolve("speedscope/package.json")), "dist/release")
  const schema = JSON.parse(readFileSync(path.join(release, "file-format-schema.json"), "utf8")) as object
  const valid = new Ajv({ strict: false }).compile(schema)
  const profile = JSON.parse(toSpeedscope(snapshot, "run"))
  expect(valid(profile) ? [] : valid.errors).toEqual([])
  expect(profile.profiles[0]).toMatchObject({ unit: "bytes", endValue: 5_000_000_410, weights: [10, 400, 5_000_000_000] })
  expect(profile.profiles[0].samples[2].map((f: number) => profile.shared.frames[f].name)).toEqual(["<module>", "main", "a;b"])
})

it("collapsed stacks: outermost first, no stray semicolons", () => {
  expect(toCollapsed(snapshot)).toBe(
    "<module> (/home/me/app.py:30);main (/home/me/app.py:12) 400\n" +
      '<module> (/home/me/app.py:30);main (/home/me/app.py:12);a_b (/home/me/<odd>&"file".py:7) 5000000000\n' +
      "[no Python code] 10\n",
  )
  expect(toCollapsed(snapshot, "total", "counts")).toContain("main (/home/me/app.py:12) 2\n")
})

it("CSV: quotes what needs it", () => {
  const lines = [...toCsv(relation(new ObjectGraph(snapshot), "objects"))].join("").split("\r\n")
  expect(lines[0]).toBe("id,address,type,size,used,retained,dominator,depth,refcount,stack,serial,tracked,static")
  expect(lines.slice(1)).toEqual([
    '1,33554432,"app.Thing, ""quoted""",64,60,112,0,1,1,2,5,0,0',
    '2,33554496,"app.Thing, ""quoted""",48,48,48,1,2,1,3,6,0,0',
    "",
  ])
})

it("Parquet: another reader finds the same rows", async () => {
  for (const name of RELATIONS) {
    const r = relation(real.graph, name)
    const bytes = toParquet(r, hyparquetWriter)
    const rows = await parquetReadObjects({
      file: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer,
    })
    expect(rows.length).toBe(r.rows)
    for (const i of [0, 1, r.rows - 1]) {
      if (rows[i] === undefined) continue
      for (const c of r.columns) expect(c.type === "text" ? rows[i][c.name] : Number(rows[i][c.name])).toBe(c.data[i])
    }
  }
})

it("SQL: DuckDB answers, and says what is wrong with a question", () => {
  const answer = moult(
    "sql",
    "--json",
    real.file,
    "select count(*) as n, sum(size) as bytes from objects where type like '%.A' or type = 'A'",
  )
  expect(JSON.parse(answer)).toMatchObject([{ n: "300" }])
  const heaviest = moult(
    "sql",
    "--csv",
    real.file,
    "select o.type from objects o join refs r on r.object = o.id where r.holder = 0 and o.type = 'module' limit 1",
  )
  expect(heaviest).toBe("type\r\nmodule\r\n")
  expect(() => moult("sql", real.file, "select nothing from objects")).toThrow()
})

describe("DOT and SVG", () => {
  it("Graphviz draws it", async () => {
    const { Graphviz } = await import("@hpcc-js/wasm-graphviz")
    const graphviz = await Graphviz.load()
    const svg = graphviz.dot(toDot(real.graph, { limit: 12 }))
    expect(svg).toContain("dict of 5000")
    expect(svg.match(/class="node"/g)?.length).toBeGreaterThanOrEqual(12)
    expect(graphviz.dot(toDot(new ObjectGraph(snapshot)))).toContain("retains 112 B")
  })
  it("draws the holders of one object", () => {
    const dot = toDot(new ObjectGraph(snapshot), { node: 2 })
    expect(dot).toContain("n1 -> n2")
    expect(dot).toContain("n0 -> n1")
  })
})

it("HTML: text from the run cannot leave its place", () => {
  const html = toHtml(reportData(snapshot, "<b>&title", "live"), { script: "run('</script>')", style: "" })
  expect(html).toContain("<title>&#60;b&#62;&#38;title</title>")
  expect(html.match(/<\/script>/g)?.length).toBe(2)
})

it("the command writes every format", () => {
  const out = scratch("out")
  for (const format of ["pprof", "speedscope", "collapsed", "heapsnapshot", "dot", "svg"]) {
    execFileSync("bin/moult", ["export", scratch("recorded.moult"), "-f", format, "-o", out], { stdio: "pipe" })
    expect(readFileSync(out).length).toBeGreaterThan(100)
  }
  expect(moult("export", scratch("recorded.moult"), "-f", "csv", "--table", "roots", "-o", "-")).toBe(
    "object,kind,name,detail\r\n1,module,app,\r\n",
  )
})
