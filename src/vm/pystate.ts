import { int32, memset, ptr, set64, setint32, setptr } from "../heap/access.ts"
import { PyThreadState as TS } from "../heap/layout.ts"
import { INTERP, Interp, MAIN_TSTATE, RUNTIME, Runtime } from "../heap/map.ts"
import { PyMem_RawFree, PyMem_RawMalloc } from "../heap/obmalloc.ts"
import { Py_CLEAR } from "../heap/refcount.ts"
import { setTstate, tstate } from "../heap/tstate.ts"
import { freeDataStack } from "../objects/frame.ts"
import { drop_gil } from "./gil.ts"

// Python/pystate.c: thread states.

function initThreadState(ts: number): void {
  const head = ptr(INTERP + Interp.threads_head)
  const id = int32(RUNTIME + Runtime.next_thread_id) + 1
  setint32(RUNTIME + Runtime.next_thread_id, id)
  setptr(ts + TS.interp, INTERP)
  set64(ts + TS.id, id, 0)
  setptr(ts + TS.next, head)
  setptr(ts + TS.prev, 0)
  if (head !== 0) setptr(head + TS.prev, ts)
  setptr(INTERP + Interp.threads_head, ts)
  // what pthread_self() gives: an address
  set64(ts + TS.thread_id, ts, 0)
  set64(ts + TS.native_thread_id, process.pid + id - 1, 0)
  const limit = int32(INTERP + Interp.recursion_limit)
  setint32(ts + TS.recursion_limit, limit)
  setint32(ts + TS.recursion_remaining, limit)
  setptr(ts + TS.exc_info, ts + TS.exc_state)
  setptr(ts + TS.cframe, ts + TS.root_cframe)
  setptr(ts + TS.datastack_chunk, 0)
  setptr(ts + TS.datastack_top, 0)
  setptr(ts + TS.datastack_limit, 0)
  setint32(ts + TS._initialized, 1)
}

/** Boot: the main thread's state. */
export function initMainThread(): void {
  memset(MAIN_TSTATE, 0, TS.SIZE)
  initThreadState(MAIN_TSTATE)
  setint32(MAIN_TSTATE + TS._static, 1)
  setTstate(MAIN_TSTATE)
}

/** A state for a new thread, linked but not bound to any worker; 0 without memory. */
export function PyThreadState_New(): number {
  const ts = PyMem_RawMalloc(TS.SIZE)
  if (ts === 0) return 0
  memset(ts, 0, TS.SIZE)
  initThreadState(ts)
  return ts
}

/** Release what a thread state refers to. */
export function PyThreadState_Clear(ts: number): void {
  const fields = [TS.dict, TS.async_exc, TS.curexc_type, TS.curexc_value, TS.curexc_traceback, TS.exc_value]
  for (const f of fields) Py_CLEAR(ts + f)
  setptr(ts + TS.c_profilefunc, 0)
  setptr(ts + TS.c_tracefunc, 0)
  for (const f of [TS.c_profileobj, TS.c_traceobj, TS.async_gen_firstiter, TS.async_gen_finalizer, TS.context]) Py_CLEAR(ts + f)
}

function unlink(ts: number): void {
  const prev = ptr(ts + TS.prev)
  const next = ptr(ts + TS.next)
  if (prev !== 0) setptr(prev + TS.next, next)
  else setptr(INTERP + Interp.threads_head, next)
  if (next !== 0) setptr(next + TS.prev, prev)
  freeDataStack(ts)
  if (int32(ts + TS._static) === 0) PyMem_RawFree(ts)
}

/** The thread ends: drop its (cleared) state. The caller keeps the interpreter lock. */
export function _PyThreadState_DeleteCurrent(): void {
  const ts = tstate
  setTstate(0)
  unlink(ts)
}

/** Finalisation: only this thread goes on; the others' states are cleared and freed. */
export function _PyThreadState_DeleteExcept(keep: number): void {
  let ts = ptr(INTERP + Interp.threads_head) as number
  while (ts !== 0) {
    const next = ptr(ts + TS.next)
    if (ts !== keep) {
      PyThreadState_Clear(ts)
      unlink(ts)
    }
    ts = next
  }
}

/** Number of thread states. */
export function threadCount(): number {
  let n = 0
  for (let ts = ptr(INTERP + Interp.threads_head) as number; ts !== 0; ts = ptr(ts + TS.next)) n++
  return n
}

/** Leave for good at finalisation, without the lock. */
export function hangThread(): never {
  drop_gil()
  for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
}

/** Raise `exc` (NULL: nothing) in the thread with that id: number of threads modified. */
export function PyThreadState_SetAsyncExc(id: number, $exc: number): number {
  for (let ts = ptr(INTERP + Interp.threads_head) as number; ts !== 0; ts = ptr(ts + TS.next)) {
    if (int32(ts + TS.thread_id) !== id) continue
    Py_CLEAR(ts + TS.async_exc)
    setptr(ts + TS.async_exc, $exc)
    setint32(RUNTIME + Runtime.eval_breaker, 1)
    return 1
  }
  return 0
}
