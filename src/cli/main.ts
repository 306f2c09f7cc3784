import path from "node:path"
import { fileURLToPath } from "node:url"
import { Worker } from "node:worker_threads"
import { readImage } from "../base/imagefile.ts"
import { readConfig } from "../runtime/config.ts"
import { bootsAsAlways, IMAGE_WORD, imageFile, imageKey, ImageState } from "../runtime/imageuse.ts"
import type { Options } from "../runtime/options.ts"
import type { MainRequest } from "../vm/maincall.ts"
import { Log } from "../trace/log.ts"
import { exactArgs } from "./args.ts"
import { isCommand } from "./commandnames.ts"
import { serve } from "./mainservices.ts"
import { configError } from "./configcheck.ts"
import { parseOptions } from "./options.ts"
import { initSignals, install } from "./signals.ts"

// The command. Python's main thread is a worker over the shared heap; the process's own thread, here, keeps the signals and makes the
// workers that Python threads ask for.

const dist = path.dirname(fileURLToPath(import.meta.url))
const HEAP_BYTES = 2 ** 30
/** Memory of a recording (trace/log.ts); its untouched pages cost nothing. */
const LOG_BYTES: number = Log.END

/** What workers tell the process's own thread. */
type Message = { spawn: true } | { exit: number } | MainRequest

const args = exactArgs(process.argv.slice(2))
if (isCommand(args[0])) {
  const url = new URL("./commands.mjs", import.meta.url).href
  const { runCommand } = (await import(url)) as typeof import("./commands/index.ts")
  process.exitCode = await runCommand(args, start)
} else start(parseOptions(args))

/** Do what python's options say. */
function start(options: Options): void {
  if (options.error !== null) {
    process.stderr.write(`${options.error}\n`)
    process.exitCode = 2
  } else if (configError(options) !== null) {
    process.stderr.write(`Fatal Python error: ${configError(options)}\n\n`)
    process.exitCode = 1
  } else if (options.print !== null) process.stdout.write(options.print)
  else run(options)
}

function run(options: Options): void {
  const heap = new SharedArrayBuffer(HEAP_BYTES)
  initSignals(heap)
  const file = path.join(dist, "start.cjs")
  const recording =
    options.record === null ? {} : { moultShadow: new SharedArrayBuffer(HEAP_BYTES), moultLog: new SharedArrayBuffer(LOG_BYTES) }

  function onMessage(m: Message): void {
    if ("spawn" in m) startWorker(true, 64)
    else if ("exit" in m) process.exit(m.exit)
    else serve(m)
  }

  const executable = process.argv[1]
  const image = bootsAsAlways(readConfig({ options, dist, executable }))

  function startWorker(forThread: boolean, stackSizeMb: number): Worker {
    const workerData = { ...recording, moultHeap: heap, moultAttached: forThread, forThread, options, dist, executable, image }
    const worker = new Worker(file, { workerData, resourceLimits: { stackSizeMb, maxOldGenerationSizeMb: 4096 } })
    worker.on("message", onMessage)
    worker.on("error", (e: Error) => {
      process.stderr.write(`moult: internal error, please report it with the program that shows it:\n${e.stack ?? e}\n`)
      process.exit(70)
    })
    return worker
  }

  install("SIGINT", true)
  startWorker(false, 256).on("exit", (code) => process.exit(code))
  if (image) {
    // while the worker starts
    const key = imageKey(dist)
    const words = new Int32Array(heap)
    const loaded = key !== "" && readImage(imageFile(dist), key, heap)
    Atomics.store(words, IMAGE_WORD, loaded ? ImageState.LOADED : ImageState.NONE)
    Atomics.notify(words, IMAGE_WORD)
  }
}
