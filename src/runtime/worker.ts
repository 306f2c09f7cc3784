import { workerData } from "node:worker_threads"
import "../modules/all.ts"
import { thread_run } from "../modules/_thread.ts"
import type { Options } from "./options.ts"
import { freezeStatics } from "../heap/statics.ts"
import { attached } from "../heap/views.ts"
import { attachGil } from "../vm/gil.ts"
import { workerLoop } from "../vm/workers.ts"
import { runMain } from "./boot.ts"
import { connect } from "./connect.ts"

// What a worker runs: Python's main thread, or the life of a worker for Python threads.

/** What the command hands to every worker beside the heap. */
export interface WorkerConfig {
  options: Options
  /** The dist folder: holds lib/python3.11. */
  dist: string
  executable: string
}

freezeStatics()
connect()
if (attached) {
  attachGil()
  workerLoop(thread_run)
} else process.exit(runMain(workerData as WorkerConfig))
