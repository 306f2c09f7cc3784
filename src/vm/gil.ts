import { int32, ptr, setint32 } from "../heap/access.ts"
import { PyThreadState } from "../heap/layout.ts"
import { MAIN_TSTATE, RUNTIME, Runtime } from "../heap/map.ts"
import { tstate } from "../heap/tstate.ts"
import { i32 } from "../heap/views.ts"
import { pendingHooks } from "./ceval_pending.ts"

// Python/ceval_gil.h: the interpreter lock. One word in the heap, 0 free, 1 held, 2 held with waiters; a thread that has waited for the
// switch interval asks the holder, through the eval breaker, to let go. Everything else in the heap is protected by this lock.

const GIL = (RUNTIME + Runtime.gil) >> 2
const DROP = (RUNTIME + Runtime.gil_drop_request) >> 2
const SWITCH = (RUNTIME + Runtime.gil_switch_number) >> 2
const HOLDER = (RUNTIME + Runtime.gil_last_holder) >> 2
const BREAKER = (RUNTIME + Runtime.eval_breaker) >> 2
const INTERVAL = (RUNTIME + Runtime.switch_interval_us) >> 2

/** Make the interpreter loop of the lock's holder look at what is pending. */
export function signalEvalBreaker(): void {
  Atomics.store(i32, BREAKER, 1)
}

/** Acquire the lock for this worker's thread state. */
export function take_gil(): void {
  if (Atomics.compareExchange(i32, GIL, 0, 1) !== 0) {
    // from here on the word is 2 while we hold it, so that drop_gil wakes the next waiter
    for (;;) {
      if (Atomics.exchange(i32, GIL, 2) === 0) break
      const before = Atomics.load(i32, SWITCH)
      const r = Atomics.wait(i32, GIL, 2, Atomics.load(i32, INTERVAL) / 1000)
      if (r === "timed-out" && Atomics.load(i32, GIL) !== 0 && Atomics.load(i32, SWITCH) === before) {
        Atomics.store(i32, DROP, 1)
        signalEvalBreaker()
      }
    }
  }
  if (i32[HOLDER] !== tstate) {
    i32[HOLDER] = tstate
    Atomics.add(i32, SWITCH, 1)
    Atomics.notify(i32, SWITCH)
  }
  if (Atomics.load(i32, DROP) !== 0) Atomics.store(i32, DROP, 0)
  // what was pending for this thread (signals, async exceptions) must be seen again
  if (tstate !== 0 && pendingFor(tstate)) signalEvalBreaker()
}

function pendingFor(ts: number): boolean {
  return (ts === MAIN_TSTATE && int32(RUNTIME + Runtime.signals_pending) !== 0) || ptr(ts + PyThreadState.async_exc) !== 0
}

/** Release the lock. */
export function drop_gil(): void {
  if (Atomics.exchange(i32, GIL, 0) === 2) Atomics.notify(i32, GIL, 1)
}

// The holder was asked to let go: release, and wait until another thread has had the lock (forced switching).
function yieldGil(): void {
  const before = Atomics.load(i32, SWITCH)
  Atomics.store(i32, DROP, 0)
  drop_gil()
  Atomics.wait(i32, SWITCH, before, 5)
  take_gil()
}

/** Release the lock around something that blocks. The thread state stays bound to this worker. */
export function PyEval_SaveThread(): void {
  drop_gil()
}
export function PyEval_RestoreThread(): void {
  take_gil()
}

/** Wait without the lock until the word at `addr` is not `expected` any more, or for `ms` milliseconds (Infinity: no limit).
 *  Call it without the lock. "interrupted": a signal woke the main thread; its handlers are still to be run. */
export function waitOnWord(addr: number, expected: number, ms: number): "ok" | "timed-out" | "interrupted" {
  const isMain = tstate === MAIN_TSTATE
  if (isMain) {
    Atomics.store(i32, (RUNTIME + Runtime.main_wait) >> 2, addr)
    if (Atomics.load(i32, (RUNTIME + Runtime.signals_pending) >> 2) !== 0) {
      Atomics.store(i32, (RUNTIME + Runtime.main_wait) >> 2, 0)
      return "interrupted"
    }
  }
  const r = Atomics.wait(i32, addr >> 2, expected, ms)
  if (!isMain) return r === "timed-out" ? r : "ok"
  Atomics.store(i32, (RUNTIME + Runtime.main_wait) >> 2, 0)
  if (Atomics.load(i32, (RUNTIME + Runtime.signals_pending) >> 2) !== 0) return "interrupted"
  return r === "timed-out" ? r : "ok"
}

/** Boot, in the first worker: the lock is free and the interval is CPython's 5 ms. */
export function initGil(): void {
  setint32(RUNTIME + Runtime.gil, 0)
  setint32(RUNTIME + Runtime.switch_interval_us, 5000)
  pendingHooks.yieldGil = yieldGil
}

/** In every further worker. */
export function attachGil(): void {
  pendingHooks.yieldGil = yieldGil
}
