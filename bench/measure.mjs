// Running one command: its last line of output, its peak resident memory, its time.
import { spawn } from "node:child_process"
import { readFileSync } from "node:fs"

function peakOf(pid) {
  try {
    return Number(/VmHWM:\s*(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0)
  } catch {
    return 0
  }
}

/** {status, last, error, wall (seconds), peak (KiB)} of a command that ran to its end. */
export function runCommand(command, argv, timeout = 300_000) {
  return new Promise((resolve) => {
    const start = performance.now()
    const child = spawn(command, argv, { stdio: ["ignore", "pipe", "pipe"], timeout })
    let out = ""
    let err = ""
    let peak = 0
    const look = () => {
      peak = Math.max(peak, peakOf(child.pid))
    }
    const timer = setInterval(look, 20)
    child.stdout.on("data", (d) => {
      out += d
      look()
    })
    child.stderr.on("data", (d) => {
      err += d
    })
    child.on("close", (status) => {
      clearInterval(timer)
      resolve({ status, last: lastLine(out), error: lastLine(err), wall: (performance.now() - start) / 1000, peak })
    })
  })
}

function lastLine(text) {
  return text.trim().split("\n").pop()
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b)
  const half = sorted.length >> 1
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2
}

export function geometricMean(values) {
  return Math.exp(values.reduce((sum, v) => sum + Math.log(v), 0) / values.length)
}
