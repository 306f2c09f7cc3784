import { parentPort } from "node:worker_threads"

// Calls that only the process's own thread may make (chdir, umask, starting processes …). A Python thread posts the request with a reply
// buffer and waits; the reply is JSON.
//   reply buffer: int32 state (0 waiting, 1 done, 2 failed), int32 length, UTF-8 bytes

export interface MainRequest {
  call: string
  args: unknown[]
  reply: SharedArrayBuffer
}

const REPLY_BYTES = 65536
const decoder = new TextDecoder()

/** The error a call failed with. */
export class MainCallError extends Error {
  constructor(
    message: string,
    readonly code: string,
    readonly errno: number,
  ) {
    super(message)
  }
}

/** Call `call` on the process's own thread and wait for its result. Throws MainCallError. Let go of the interpreter lock before a long one. */
export function mainCall(call: string, ...args: unknown[]): unknown {
  const reply = new SharedArrayBuffer(REPLY_BYTES)
  const words = new Int32Array(reply)
  const request: MainRequest = { call, args, reply }
  parentPort?.postMessage(request)
  Atomics.wait(words, 0, 0)
  const bytes = new Uint8Array(reply).slice(8, 8 + words[1])
  const result = words[1] === 0 ? undefined : JSON.parse(decoder.decode(bytes))
  if (words[0] === 2) throw new MainCallError(result.message, result.code ?? "", result.errno ?? 0)
  return result
}
