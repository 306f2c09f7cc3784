import { upcalls } from "../objects/upcalls.ts"
import { recorder_resume, recorder_start, recorder_stop } from "../trace/recorder.ts"
import { writeStderr } from "../vm/sys/stdfd.ts"
import type { Config } from "./config.ts"
import { cstack, CSTACK_SIZE } from "./scratch.ts"
import { writeSnapshot } from "./snapshot/write.ts"

// `moult run`: what a recorded run writes, and when.

let startedAt = performance.now()
let recording = false

/** The program is about to start: record it if that was asked for. */
export function startRecording(config: Config): void {
  if (config.options.dumpOnOom !== "") {
    upcalls.noMemory = () => {
      upcalls.noMemory = null
      save(config, config.options.dumpOnOom, -1, "MemoryError")
    }
  }
  if (config.options.record === null) return
  startedAt = performance.now()
  recording = recorder_start()
}

/** Write the snapshot that was asked for. @returns false when it could not be written (said on stderr). */
export function saveRun(config: Config, status: number): boolean {
  upcalls.noMemory = null
  const { record } = config.options
  if (recording) recorder_stop()
  return record === null || record.output === "" || save(config, record.output, status, "exit")
}

function save(config: Config, output: string, status: number, reason: string): boolean {
  const { record } = config.options
  if (recording) recorder_stop()
  let good = true
  try {
    writeSnapshot(output, {
      version: config.options.version,
      argv: config.options.argv,
      mode: config.options.mode,
      script: config.runFilename,
      library: config.stdlib,
      reason,
      status,
      seconds: (performance.now() - startedAt) / 1000,
      scratch: { start: cstack, end: cstack + CSTACK_SIZE },
      recorded: recording,
      startedAt,
    })
  } catch (e) {
    const err = e as NodeJS.ErrnoException
    if (err.code === undefined) throw e
    writeStderr(`moult: cannot write ${output}: ${err.message}\n`)
    good = false
  }
  if (good && reason === "MemoryError") writeStderr(`moult: out of memory; the heap is in ${output}\n`)
  else if (good && record?.announce === true) writeStderr(`moult: the run is in ${output}\n`)
  if (recording && reason !== "exit") recorder_resume()
  return good
}
