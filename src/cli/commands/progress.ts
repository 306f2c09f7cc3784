import type { Progress } from "../../inspect/graph/dominators.ts"

/** A line on the terminal that says how far long work is; nothing when stderr is no terminal. */
export function progressLine(what: string): { step: Progress; done: () => void } {
  let shown = 0
  const tty = process.stderr.isTTY === true
  return {
    step: (done: number) => {
      const now = Date.now()
      if (!tty || now - shown < 100) return
      shown = now
      process.stderr.write(`\r${what} ${Math.floor(100 * done)}%\x1b[K`)
    },
    done: () => {
      if (tty && shown !== 0) process.stderr.write("\r\x1b[K")
    },
  }
}
