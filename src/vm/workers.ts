import { parentPort } from "node:worker_threads"
import { int32, ptr, setint32, setptr } from "../heap/access.ts"
import { RUNTIME } from "../heap/map.ts"
import { PyMem_RawFree, PyMem_RawMalloc } from "../heap/obmalloc.ts"
import { cstackInit } from "../heap/cstack.ts"
import { setTstate } from "../heap/tstate.ts"
import { i32 } from "../heap/views.ts"
import { drop_gil, take_gil } from "./gil.ts"

// Python threads on workers. A worker that has nothing to run waits on JOBS_SEQ; a job is a record in the heap, linked from JOBS_HEAD.
// All of it is protected by the interpreter lock, but for the wait itself. The process's own thread creates workers when asked.
//
//   job: next (8 bytes), thread state (8), func (8), args (8), kwargs (8)
//   Invariant: IDLE counts the workers that wait or are about to look; a job is pushed together with either a wake-up or a request for a worker.

const JOBS_HEAD = RUNTIME + 128
const JOBS_SEQ = RUNTIME + 136
const IDLE = RUNTIME + 140
const PENDING = RUNTIME + 144

export const enum Job {
  next = 0,
  tstate = 8,
  func = 16,
  args = 24,
  kwargs = 32,
  SIZE = 40,
}

/** Native scratch of a thread, in bytes. */
export const CSTACK_SIZE = 1 << 20

/** Have `job` (raw memory, its references owned) run by some worker. With the interpreter lock held. */
export function startJob(job: number): void {
  setptr(job + Job.next, 0)
  let tail = JOBS_HEAD
  while (ptr(tail) !== 0) tail = ptr(tail) + Job.next
  setptr(tail, job)
  const pending = int32(PENDING) + 1
  setint32(PENDING, pending)
  if (int32(IDLE) < pending) {
    setint32(IDLE, int32(IDLE) + 1)
    parentPort?.postMessage({ spawn: true })
  }
  Atomics.add(i32, JOBS_SEQ >> 2, 1)
  Atomics.notify(i32, JOBS_SEQ >> 2)
}

/** The life of a thread's worker: take jobs and run each with the lock held and its thread state bound. Never returns. */
export function workerLoop(run: (job: number) => void): never {
  const stack = borrowStack()
  for (;;) {
    const seq = Atomics.load(i32, JOBS_SEQ >> 2)
    setTstate(0)
    take_gil()
    const job = ptr(JOBS_HEAD)
    if (job === 0) {
      drop_gil()
      Atomics.wait(i32, JOBS_SEQ >> 2, seq)
      continue
    }
    setptr(JOBS_HEAD, ptr(job + Job.next))
    setint32(PENDING, int32(PENDING) - 1)
    setint32(IDLE, int32(IDLE) - 1)
    setTstate(ptr(job + Job.tstate))
    cstackInit(stack, CSTACK_SIZE)
    run(job)
    PyMem_RawFree(job)
    setint32(IDLE, int32(IDLE) + 1)
    drop_gil()
  }
}

function borrowStack(): number {
  setTstate(0)
  take_gil()
  const stack = PyMem_RawMalloc(CSTACK_SIZE)
  drop_gil()
  if (stack === 0) throw new Error("moult bug: no memory for a thread's scratch stack")
  return stack
}
