import path from "node:path"
import { fileURLToPath } from "node:url"
import { Worker } from "node:worker_threads"
import { RUNTIME, Runtime } from "../heap/map.ts"
import type { MainRequest } from "../vm/maincall.ts"
import { serve } from "./mainservices.ts"
import { parseOptions } from "./options.ts"

// The command. Python's main thread is a worker over the shared heap; the process's own thread, here, keeps the signals and makes the
// workers that Python threads ask for.

const dist = path.dirname(fileURLToPath(import.meta.url))
const HEAP_BYTES = 2 ** 30

/** What workers tell the process's own thread. */
type Message = { spawn: true } | { exit: number } | { signal: string; install: boolean } | MainRequest

const options = parseOptions(process.argv.slice(2))
if (options.error !== null) {
  process.stderr.write(`${options.error}\n`)
  process.exitCode = 2
} else if (options.print !== null) process.stdout.write(options.print)
else run()

function run(): void {
  const heap = new SharedArrayBuffer(HEAP_BYTES)
  const words = new Int32Array(heap)
  const file = path.join(dist, "runtime.cjs")
  const handlers = new Map<string, () => void>()

  // Set the signal's bit and wake the main Python thread, again and again until it has seen it: it may be about to wait.
  function trip(signum: number): void {
    const bits = (RUNTIME + (signum > 32 ? Runtime.signals_hi : Runtime.signals_lo)) >> 2
    Atomics.or(words, bits, 1 << ((signum - 1) & 31))
    Atomics.store(words, (RUNTIME + Runtime.signals_pending) >> 2, 1)
    Atomics.store(words, (RUNTIME + Runtime.eval_breaker) >> 2, 1)
    const wake = (): void => {
      if (Atomics.load(words, (RUNTIME + Runtime.signals_pending) >> 2) === 0) return
      const at = Atomics.load(words, (RUNTIME + Runtime.main_wait) >> 2)
      if (at !== 0) Atomics.notify(words, at >> 2)
      setTimeout(wake, 5).unref()
    }
    wake()
  }

  function install(name: string, on: boolean): void {
    const old = handlers.get(name)
    if (on === (old !== undefined)) return
    if (old !== undefined) {
      process.removeListener(name, old)
      handlers.delete(name)
      return
    }
    const handler = (_: string, signum?: number): void => trip(signum ?? 0)
    handlers.set(name, handler as () => void)
    process.on(name as NodeJS.Signals, handler as NodeJS.SignalsListener)
  }

  function onMessage(m: Message): void {
    if ("spawn" in m) start(true, 64)
    else if ("exit" in m) process.exit(m.exit)
    else if ("call" in m) serve(m)
    else install(m.signal, m.install)
  }

  function start(attached: boolean, stackSizeMb: number): Worker {
    const workerData = { moultHeap: heap, moultAttached: attached, options, dist, executable: process.argv[1] }
    const worker = new Worker(file, { workerData, resourceLimits: { stackSizeMb, maxOldGenerationSizeMb: 4096 } })
    worker.on("message", onMessage)
    worker.on("error", (e: Error) => {
      process.stderr.write(`moult: internal error, please report it with the program that shows it:\n${e.stack ?? e}\n`)
      process.exit(70)
    })
    return worker
  }

  install("SIGINT", true)
  start(false, 256).on("exit", (code) => process.exit(code))
}
