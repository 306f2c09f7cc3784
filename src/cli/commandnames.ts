import { existsSync } from "node:fs"

/** moult's own commands. */
export const COMMANDS = [
  "run",
  "report",
  "summary",
  "table",
  "tree",
  "stats",
  "diff",
  "leaks",
  "lines",
  "flamegraph",
  "export",
  "sql",
  "check",
  "lint",
] as const
export type CommandName = (typeof COMMANDS)[number]

/**
 * Is the first argument a command? `moult script.py` is python's command line, so a word is a command only when nothing of that name
 * is in the current folder: `python run` runs a file called run, and so does `moult run` there. `moult ./run` always means the file.
 */
export function isCommand(word: string | undefined): word is CommandName {
  return word !== undefined && (COMMANDS as readonly string[]).includes(word) && !existsSync(word)
}
