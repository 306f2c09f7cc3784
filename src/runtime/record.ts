import { recorder_start, recorder_stop } from "../trace/recorder.ts"
import { writeStderr } from "../vm/sys/stdfd.ts"
import type { Config } from "./config.ts"
import { cstack, CSTACK_SIZE } from "./scratch.ts"
import { writeSnapshot } from "./snapshot/write.ts"

// `moult run`: what a recorded run writes, and when.

let startedAt = performance.now()
let recording = false

/** The program is about to start: record it if that was asked for. */
export function startRecording(config: Config): void {
  if (config.options.record === null) return
  startedAt = performance.now()
  recording = recorder_start()
}

/** Write the snapshot that was asked for. @returns false when it could not be written (said on stderr). */
export function saveRun(config: Config, status: number, reason: string): boolean {
  const { record } = config.options
  if (record === null || record.output === "") return true
  if (recording) recorder_stop()
  try {
    writeSnapshot(record.output, {
      version: record.version,
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
    writeStderr(`moult: cannot write ${record.output}: ${err.message}\n`)
    return false
  }
  if (record.announce) writeStderr(`moult: the run is in ${record.output}\n`)
  return true
}
