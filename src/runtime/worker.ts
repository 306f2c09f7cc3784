import { workerData } from "node:worker_threads"
import "../modules/all.ts"
import { thread_run } from "../modules/_thread.ts"
import { freezeStatics } from "../heap/statics.ts"
import { attachGil } from "../vm/gil.ts"
import { workerLoop } from "../vm/workers.ts"
import { runMain } from "./boot.ts"
import type { WorkerConfig } from "./config.ts"
import { connect } from "./connect.ts"
import { configureJit } from "./jit.ts"

// What a worker runs: Python's main thread, or the life of a worker for Python threads.

freezeStatics()
connect()
const data = workerData as WorkerConfig & { forThread: boolean }
configureJit(data.options)
if (data.forThread) {
  attachGil()
  workerLoop(thread_run)
} else process.exit(runMain(data))
