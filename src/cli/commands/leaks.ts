import type { Command } from "commander"
import pc from "picocolors"
import { findLeaks, type Leak } from "../analysis/leaks.ts"
import { accountText } from "./account.ts"
import { bytes, count } from "./format.ts"
import type { Context } from "./index.ts"
import { openRun } from "./openrun.ts"

/** A leak in a few lines. */
export function leakText(l: Leak, n: number): string {
  let out = `${pc.bold(`${n}. ${bytes(l.bytes)}`)} in ${count(l.count)} ${l.type} objects, one every ${count(l.every)} allocations\n`
  out += `   made at  ${l.made}\n`
  if (l.kept !== "") out += `   kept by  ${l.kept}\n`
  out += `   held by  ${l.path}${l.holderText === "" ? "" : ` (${l.holderText})`}\n`
  for (const p of l.parts.slice(0, 4)) {
    if (p.type !== l.type || p.made !== l.made)
      out += pc.dim(`            with ${count(p.count)} ${p.type}, ${bytes(p.bytes)}, made at ${p.made}\n`)
  }
  return `${out}   ${pc.cyan(l.advice)}\n`
}

export function addLeaks(program: Command, context: Context): void {
  program
    .command("leaks")
    .description("what looks leaked: the line that makes it, what holds it, and what to change")
    .usage("[options] <file.moult | script.py [arg ...]>")
    .argument("<what...>", "a *.moult file, or a program to run first")
    .option("--json", "as JSON")
    .passThroughOptions()
    .action((what: string[], flags: { json?: boolean }) => {
      const f = openRun(what)
      const leaks = findLeaks(f)
      if (flags.json === true) process.stdout.write(`${JSON.stringify(leaks)}\n`)
      else if (leaks.length === 0) process.stdout.write(`Nothing looks leaked in ${f.meta.argv.join(" ")}.\n${accountText(f.meta)}`)
      else process.stdout.write(`${leaks.map((l, i) => leakText(l, i + 1)).join("\n")}${accountText(f.meta)}`)
      if (leaks.length > 0) context.status = 1
    })
}
