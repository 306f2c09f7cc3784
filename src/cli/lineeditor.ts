import { appendFileSync, readFileSync } from "node:fs"
import { createInterface } from "node:readline"

// A line of the terminal, edited with node's readline. Each line opens and closes the terminal, so that the program can read it in between.

const KEPT = 1000
/** Newest first, as readline wants it; null before the first line is read. */
let history: string[] | null = null

function load(file: string | null): string[] {
  if (file === null) return []
  try {
    return readFileSync(file, "utf8")
      .split("\n")
      .filter((l) => l !== "")
      .slice(-KEPT)
      .reverse()
  } catch {
    return []
  }
}

function remember(line: string, file: string | null): void {
  if (history === null || line.trim() === "" || history[0] === line) return
  history.unshift(line)
  if (file === null) return
  try {
    appendFileSync(file, `${line}\n`, { mode: 0o600 })
  } catch {
    // a home that cannot be written keeps no history
  }
}

/** Read one line with a prompt; `done` gets its text, "eof" at Ctrl-D, "interrupt" at Ctrl-C. */
export function readLine(prompt: string, file: string | null, done: (line: { text: string } | "eof" | "interrupt") => void): void {
  history ??= load(file)
  const rl = createInterface({
    input: process.stdin,
    output: process.stdout,
    terminal: true,
    history: [...history],
    historySize: KEPT,
    tabSize: 4,
  })
  let answer: { text: string } | "eof" | "interrupt" = "eof"
  rl.on("line", (text) => {
    remember(text, file)
    answer = { text }
    rl.close()
  })
  rl.on("SIGINT", () => {
    answer = "interrupt"
    rl.close()
  })
  rl.on("close", () => {
    process.stdin.pause()
    done(answer)
  })
  rl.setPrompt(prompt)
  rl.prompt()
}
