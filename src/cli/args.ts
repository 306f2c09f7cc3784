import { readFileSync } from "node:fs"
import { escapeStrayBytes } from "../frontend/source.ts"

/** The arguments with bytes that are no UTF-8 kept as Python keeps them (surrogateescape); Node has lost them in process.argv. */
export function exactArgs(given: readonly string[]): string[] {
  if (!given.some((a) => a.includes("\ufffd"))) return [...given]
  let line: Buffer
  try {
    line = readFileSync("/proc/self/cmdline")
  } catch {
    return [...given]
  }
  const all: string[] = []
  for (let from = 0; from < line.length; ) {
    const to = line.indexOf(0, from)
    all.push(escapeStrayBytes(line.subarray(from, to)))
    from = to + 1
  }
  return all.slice(-given.length)
}
