import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { createRequire } from "node:module"
import path from "node:path"
import { pathToFileURL } from "node:url"
import { type Browser, chromium, type Page } from "playwright-core"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { reportData, toHtml } from "../../src/inspect/export/html.ts"
import { toSpeedscope } from "../../src/inspect/export/speedscope.ts"
import { histogram } from "../../src/inspect/histogram.ts"
import type { ObjectGraph } from "../../src/inspect/objectgraph.ts"
import { moult, run, scratch } from "./run.ts"
import { recorded } from "./synthetic.ts"

// What the exports are for: DevTools' own loader, speedscope's own importer, and our pages, in a browser of this machine.

const CHROMIUM = process.env["MOULT_CHROMIUM"] ?? "/usr/bin/chromium"

describe.skipIf(!existsSync(CHROMIUM))("in Chromium", () => {
  let browser: Browser
  let real: { file: string; graph: ObjectGraph }
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] })
    real = run("class Holder:\n    def __init__(self): self.data = bytearray(100000)\nholders = [Holder() for _ in range(3)]\n")
  })
  afterAll(() => browser.close())

  /** A page that must end without an error of its own. */
  async function visit(url: string, use: (page: Page) => Promise<void>): Promise<void> {
    const page = await browser.newPage()
    const errors: string[] = []
    page.on("pageerror", (e) => errors.push(e.message))
    await page.goto(url)
    await use(page)
    expect(errors).toEqual([])
    await page.close()
  }

  it("DevTools loads a heap snapshot, and finds the same classes and retained sizes", async () => {
    const out = scratch("real.heapsnapshot")
    moult("export", real.file, "-f", "heapsnapshot", "-o", out)
    await visit("devtools://devtools/bundled/devtools_app.html", async (page) => {
      // in a string: the modules are DevTools' own, of which we have no types
      const result = await page.evaluate(`(async (text) => {
        const { HeapSnapshotProxy } = await import("devtools://devtools/bundled/models/heap_snapshot/heap_snapshot.js")
        const worker = new HeapSnapshotProxy.HeapSnapshotWorkerProxy(() => {})
        let loader
        const loaded = new Promise((done) => { loader = worker.createLoader(1, done) })
        await loader.write(text)
        await loader.close()
        const snapshot = await loaded
        const classes = await snapshot.aggregatesWithFilter({})
        return {
          nodes: snapshot.staticData.nodeCount,
          total: snapshot.totalSize,
          classes: Object.values(classes).map(({ name, count, self, maxRet }) => ({ name, count, self, maxRet })),
        }
      })(${JSON.stringify(readFileSync(out, "utf8"))})`)
      const { nodes, total, classes } = result as {
        nodes: number
        total: number
        classes: { name: string; count: number; self: number; maxRet: number }[]
      }
      const g = real.graph
      expect(nodes).toBeGreaterThan(g.count)
      expect(total).toBe(g.retained()[0])
      const ours = histogram(g, { retained: true }).find((r) => r.type.endsWith("Holder"))
      const theirs = classes.find((c) => c.name.endsWith("Holder"))
      expect(theirs).toEqual({ name: ours?.type, count: 3, self: ours?.size, maxRet: ours?.retained })
    })
  })

  it("speedscope imports its profile", async () => {
    const { snapshot } = recorded()
    const require = createRequire(import.meta.url)
    const page = path.join(path.dirname(require.resolve("speedscope/package.json")), "dist/release/index.html")
    // how speedscope's own command hands a file to its page
    const script = scratch("profile.js")
    const profile = Buffer.from(toSpeedscope(snapshot, "a run of moult")).toString("base64")
    writeFileSync(script, `speedscope.loadFileFromBase64("run.speedscope.json", "${profile}")`)
    await visit(`${pathToFileURL(page)}#localProfilePath=${script}`, async (p) => {
      await p.waitForFunction('document.title.includes("a run of moult")')
    })
  })

  it("the report shows lines, measures and types", async () => {
    const file = scratch("report.html")
    const part = (name: string): string => readFileSync(path.resolve("dist/web", name), "utf8")
    writeFileSync(file, toHtml(reportData(recorded().snapshot, "app.py", "live"), { script: part("report.js"), style: part("report.css") }))
    await visit(`${pathToFileURL(file)}`, async (p) => {
      expect(await p.locator("h1").textContent()).toBe("app.py")
      const rows = async (): Promise<string[]> =>
        (await p.locator("section:nth-of-type(2) tbody tr").allInnerTexts()).map((t) => t.replace(/\s+/g, " "))
      expect(await rows()).toEqual([
        'a;b (/home/me/<odd>&"file".py:7) 4.66 GiB 4.66 GiB 50',
        "main (/home/me/app.py:12) 400 B 4.66 GiB 4",
        "[no Python code] 10 B 10 B 1",
        "<module> (/home/me/app.py:30) 0 B 4.66 GiB 0",
      ])
      // the ten bytes are less than a pixel
      expect(await p.locator(".d3-flame-graph .frame").count()).toBe(4)
      await p.locator("select").selectOption("total")
      expect((await rows())[1]).toBe("main (/home/me/app.py:12) 1.1 KiB 5.59 GiB 12")
      await p.locator("th", { hasText: "line" }).first().click()
      expect((await rows())[0]).toContain("[no Python code]")
      expect(await p.locator("section:nth-of-type(3) tbody tr").textContent()).toContain("app.Thing")
    })
  })

  it("the inspector opens a run and says who keeps an object", async () => {
    await visit(`${pathToFileURL(path.resolve("dist/web/inspector.html"))}`, async (p) => {
      await p.locator("#file").setInputFiles(real.file)
      await p.locator("tr", { hasText: "Holder at" }).first().click()
      await p.waitForSelector("h2:has-text('Holder at')")
      expect(await p.locator("li").first().textContent()).toMatch(/^module __main__\.__dict__\["holders"\]\[\d\]$/)
      await p.locator("#file").setInputFiles({ name: "bad.moult", mimeType: "", buffer: Buffer.from("not one") })
      await p.waitForFunction('document.getElementById("status").className === "error"')
      expect(await p.locator("#status").textContent()).toBe("bad.moult: not a moult file")
    })
  })
})
