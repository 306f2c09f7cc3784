#!/usr/bin/env node
// Every allocation of a program may fail: run it once for each n, with its n-th allocation failing, and look how it ends.
//
//   node tools/fail-alloc.mjs [--step K] [--from N] [--to N] [--timeout S] [--runtime FILE] program.py...
//
// Good ends are a normal run (the failure was absorbed) and a MemoryError reported on stderr (exit status 1, or an unraisable one).
// Everything else is bad: an internal error (70), a hang, another exception, a difference found by --audit. Bad ends are printed
// with their n and grouped by their first line; the exit status is 1 when there are any. MOULT_FAIL_ALLOC=0 counts the allocations.

import { spawnSync } from "node:child_process"
import path from "node:path"
import { fileURLToPath } from "node:url"

const options = { step: 1, from: 1, to: 0, timeout: 20, runtime: path.join(path.dirname(fileURLToPath(import.meta.url)), "../bin/moult") }
const programs = []
for (let i = 2; i < process.argv.length; i++) {
  const arg = process.argv[i]
  const name = arg.slice(2)
  if (!arg.startsWith("--")) programs.push(arg)
  else if (!(name in options) || i + 1 === process.argv.length) {
    console.error(`fail-alloc: unknown option ${arg}`)
    process.exit(2)
  } else options[name] = name === "runtime" ? process.argv[++i] : Number(process.argv[++i])
}

function run(program, n) {
  return spawnSync(process.execPath, [options.runtime, "--audit", program], {
    env: { ...process.env, MOULT_FAIL_ALLOC: String(n), PYTHONHASHSEED: "0" },
    encoding: "utf8",
    timeout: options.timeout * 1000,
    killSignal: "SIGKILL",
  })
}

/** null: a good end; else what was wrong with it, in one line. */
function verdict(result, expected) {
  if (result.error || result.signal) return "hang"
  const err = result.stderr.replace(/^moult: \d+ allocations\n/m, "")
  const finding = /^moult audit: .*$/m.exec(err)
  if (finding) return finding[0].replace(/0x[0-9a-f]+|\d+/g, "#")
  if (result.status === 70)
    return `crash: ${/^\w*Error.*$/m.exec(err)?.[0] ?? err.trim().split("\n")[0]} ${/^ +at .*$/m.exec(err)?.[0].trim() ?? ""}`
  if (/MemoryError/.test(err)) return null
  if (result.status === 0 && result.stdout === expected.stdout) return null
  return `status ${result.status}: ${err.trim().split("\n").at(-1)}`
}

let bad = 0
for (const program of programs) {
  const expected = run(program, 0)
  const count = Number(/^moult: (\d+) allocations$/m.exec(expected.stderr)?.[1] ?? Number.NaN)
  if (Number.isNaN(count)) {
    console.error(`fail-alloc: ${program} does not run:\n${expected.stderr}`)
    process.exit(2)
  }
  const groups = new Map()
  let runs = 0
  for (let n = options.from; n <= (options.to || count); n += options.step, runs++) {
    const what = verdict(run(program, n), expected)
    if (what === null) continue
    bad++
    groups.set(what, [...(groups.get(what) ?? []), n])
  }
  console.log(`${program}: ${count} allocations, ${runs} runs, ${[...groups.values()].flat().length} bad`)
  for (const [what, ns] of [...groups].sort((a, b) => b[1].length - a[1].length))
    console.log(`  ${ns.length} x ${what} (n = ${ns.slice(0, 8)})`)
}
process.exit(bad === 0 ? 0 : 1)
