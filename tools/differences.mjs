// docs/differences.md from the programs of test/cpydiff: each shows one known difference from CPython 3.11.
//
//   node tools/differences.mjs            write the document
//   node tools/differences.mjs --record   run the programs under moult first and record what they print (NAME.moult.out)
//
// A program starts with comment lines: "Topic: …", a sentence, "Cause: …", "Instead: …". What CPython prints is recorded by
// tools/record.py (NAME.out).
import { spawnSync } from "node:child_process"
import { readdirSync, readFileSync, writeFileSync } from "node:fs"
import path from "node:path"

const root = path.join(import.meta.dirname, "..")
const folder = path.join(root, "test/cpydiff")
const DOCUMENT = path.join(root, "docs/differences.md")

/** What a program of the folder prints under moult, stdout only. */
export function runUnderMoult(name) {
  const run = spawnSync(process.execPath, [path.join(root, "bin/moult"), `${name}.py`], { cwd: folder, encoding: "utf8" })
  return run.status === 0 ? run.stdout : `${run.stdout}exit status ${run.status}: ${run.stderr.trim().split("\n").at(-1)}\n`
}

/** Every difference: { name, topic, what, cause, instead, program, cpython, moult }. */
export function differences() {
  return readdirSync(folder)
    .filter((f) => f.endsWith(".py"))
    .sort()
    .map((f) => {
      const name = f.slice(0, -3)
      const lines = readFileSync(path.join(folder, f), "utf8").split("\n")
      const head = lines.slice(
        0,
        lines.findIndex((l) => !l.startsWith("# ")),
      )
      const field = (key) => head.find((l) => l.startsWith(`# ${key}: `))?.slice(key.length + 4)
      const entry = {
        name,
        topic: field("Topic"),
        what: head.find((l) => !/^# (Topic|Cause|Instead): /.test(l))?.slice(2),
        cause: field("Cause"),
        instead: field("Instead"),
        program: lines.slice(head.length).join("\n").trim(),
        cpython: readFileSync(path.join(folder, `${name}.out`), "utf8").replace(/^.*\n/, ""),
        moult: readFileSync(path.join(folder, `${name}.moult.out`), "utf8"),
      }
      for (const [key, value] of Object.entries(entry)) if (value === undefined) throw new Error(`${f}: no ${key}`)
      return entry
    })
}

/** The document's text. */
export function render(entries) {
  const out = [
    "# Differences from CPython 3.11",
    "",
    "Made by `node tools/differences.mjs` from the programs in `test/cpydiff`; the tests run them. Addresses differ by design.",
    "What is not here and differs is a bug.",
  ]
  for (const topic of [...new Set(entries.map((e) => e.topic))].sort()) {
    out.push("", `## ${topic[0].toUpperCase()}${topic.slice(1)}`)
    for (const e of entries.filter((x) => x.topic === topic)) {
      out.push("", `### ${e.name.replaceAll("_", " ")}`, "", e.what, "", `*Cause:* ${e.cause} *Instead:* ${e.instead}`, "")
      out.push("```python", e.program, "```", "", "| CPython | moult |", "|---|---|")
      const cell = (text) =>
        `<pre>${text.trim().replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll("|", "&#124;").replaceAll("\n", "<br>")}</pre>`
      out.push(`| ${cell(e.cpython)} | ${cell(e.moult)} |`)
    }
  }
  return `${out.join("\n")}\n`
}

if (process.argv[1] === import.meta.filename) {
  if (process.argv.includes("--record"))
    for (const f of readdirSync(folder))
      if (f.endsWith(".py")) writeFileSync(path.join(folder, `${f.slice(0, -3)}.moult.out`), runUnderMoult(f.slice(0, -3)))
  writeFileSync(DOCUMENT, render(differences()))
}
