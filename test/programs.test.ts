import { spawn } from "node:child_process"
import { existsSync, readdirSync, readFileSync } from "node:fs"
import path from "node:path"
import { describe, expect, test } from "vitest"

// Every program under test/py, run under moult and compared with what CPython 3.11 printed (tools/record.py).
// MOULT_AUDIT=1 recounts every reference at the end of each program as well.

const root = path.join(import.meta.dirname, "py")
const moult = path.join(import.meta.dirname, "..", "bin", "moult")
const auditing = process.env["MOULT_AUDIT"] === "1" ? ["--audit"] : []
const AT_ONCE = 2
/** Where Debian puts Python packages. thirdparty/uses_NAME.py is about the module NAME there. */
const PACKAGES = "/usr/lib/python3/dist-packages"

function isThirdParty(file: string): boolean {
  return path.basename(path.dirname(file)) === "thirdparty"
}
/** Can the program run here? One about a package that is not installed is passed over, with a line. */
function runnable(file: string): boolean {
  if (!isThirdParty(file)) return true
  const name = path.basename(file, ".py").replace(/^uses_/, "")
  const there = existsSync(path.join(PACKAGES, name)) || existsSync(path.join(PACKAGES, `${name}.py`))
  if (!there) console.log(`skipped: thirdparty/${path.basename(file)}, since ${PACKAGES} has no ${name}`)
  return there
}

function programs(dir: string): string[] {
  return readdirSync(dir, { withFileTypes: true }).flatMap((e) => {
    const p = path.join(dir, e.name)
    return e.isDirectory() ? programs(p) : p.endsWith(".py") && existsSync(p.replace(/\.py$/, ".out")) ? [p] : []
  })
}

function groupByFolder(files: readonly string[]): Map<string, string[]> {
  const groups = new Map<string, string[]>()
  for (const file of files) {
    const folder = path.relative(root, path.dirname(file))
    groups.set(folder, [...(groups.get(folder) ?? []), file])
  }
  return groups
}

interface Run {
  stdout: string
  stderr: string
  status: number | null
}

function run(file: string): Promise<Run> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [moult, ...auditing, path.basename(file)], {
      cwd: path.dirname(file),
      stdio: ["ignore", "pipe", "pipe"],
      env: isThirdParty(file) ? { ...process.env, PYTHONPATH: PACKAGES } : process.env,
    })
    const out: Buffer[] = []
    const err: Buffer[] = []
    child.stdout.on("data", (b: Buffer) => out.push(b))
    child.stderr.on("data", (b: Buffer) => err.push(b))
    child.on("error", reject)
    child.on("close", (status) =>
      resolve({
        stdout: Buffer.concat(out).toString().replaceAll(root, "<py>"),
        stderr: Buffer.concat(err).toString().replaceAll(root, "<py>"),
        status,
      }),
    )
  })
}

let running = 0
const waiting: (() => void)[] = []

/** At most AT_ONCE processes, so that a program's time limit is its own. */
async function runInTurn(file: string): Promise<Run> {
  if (running >= AT_ONCE) await new Promise<void>((go) => waiting.push(go))
  running++
  try {
    return await run(file)
  } finally {
    running--
    waiting.shift()?.()
  }
}

const byFolder = groupByFolder(programs(root).filter(runnable))

for (const [folder, files] of byFolder) {
  describe.concurrent(folder, () => {
    test.concurrent.each(files.map((f) => [path.basename(f, ".py"), f]))("%s", async (_name, file) => {
      const recorded = readFileSync(file.replace(/\.py$/, ".out"))
      const newline = recorded.indexOf(10)
      const head = JSON.parse(recorded.subarray(0, newline).toString()) as { status: number; stderr: string }
      const { stdout, stderr, status } = await runInTurn(file)
      const err = stderr.trim().split("\n")
      expect(stdout).toBe(recorded.subarray(newline + 1).toString())
      expect(err[err.length - 1]).toBe(head.stderr)
      expect(status).toBe(head.status)
    })
  })
}
