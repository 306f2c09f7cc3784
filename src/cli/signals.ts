import fs from "node:fs"
import { RUNTIME, Runtime } from "../heap/map.ts"

// Signals and interval timers: only the process's own thread sees them. A caught signal is a bit in the heap; the main Python thread runs
// the handlers (modules/signalmodule.ts).

let words: Int32Array = new Int32Array(0)
const handlers = new Map<string, () => void>()
let wakeupFd = -1

/** Which heap the bits are in; from then on SIGUSR1 is not Node's debugger's any more. */
export function initSignals(heap: SharedArrayBuffer): void {
  words = new Int32Array(heap)
  install("SIGUSR1", true)
  install("SIGUSR1", false)
}

/** Set the signal's bit and wake the main Python thread, again and again until it has seen it: it may be about to wait. */
export function trip(signum: number): void {
  const bits = (RUNTIME + (signum > 32 ? Runtime.signals_hi : Runtime.signals_lo)) >> 2
  Atomics.or(words, bits, 1 << ((signum - 1) & 31))
  Atomics.store(words, (RUNTIME + Runtime.signals_pending) >> 2, 1)
  Atomics.store(words, (RUNTIME + Runtime.eval_breaker) >> 2, 1)
  if (wakeupFd !== -1) {
    try {
      fs.writeSync(wakeupFd, Uint8Array.of(signum))
    } catch {
      // a full or closed pipe: the wake-up is lost, as in C without warn_on_full_buffer
    }
  }
  const wake = (): void => {
    if (Atomics.load(words, (RUNTIME + Runtime.signals_pending) >> 2) === 0) return
    const at = Atomics.load(words, (RUNTIME + Runtime.main_wait) >> 2)
    if (at !== 0) Atomics.notify(words, at >> 2)
    setTimeout(wake, 5).unref()
  }
  wake()
}

/** Catch a signal, or give it its default action back. */
export function install(name: string, on: boolean): void {
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

/** The descriptor that gets a byte for every caught signal, -1 for none. */
export function setWakeupFd(fd: number): void {
  wakeupFd = fd
}

interface Itimer {
  handle: NodeJS.Timeout
  due: number
  interval: number
}
const itimers = new Map<number, Itimer>()
const ITIMER_SIGNALS = ["SIGALRM", "SIGVTALRM", "SIGPROF"]

/** [seconds left, interval] of a timer. The virtual ones count real time too: the nearest Node has. */
export function getitimer(which: number): [number, number] {
  const t = itimers.get(which)
  return t === undefined ? [0, 0] : [Math.max(0, (t.due - performance.now()) / 1000), t.interval]
}
/** Start a timer, stop it with 0 seconds; what it was before. */
export function setitimer(which: number, seconds: number, interval: number): [number, number] {
  const before = getitimer(which)
  const old = itimers.get(which)
  if (old !== undefined) clearTimeout(old.handle)
  itimers.delete(which)
  if (seconds > 0) startTimer(which, seconds, interval)
  return before
}
function startTimer(which: number, seconds: number, interval: number): void {
  const fire = (): void => {
    itimers.delete(which)
    if (interval > 0) startTimer(which, interval, interval)
    process.kill(process.pid, ITIMER_SIGNALS[which])
  }
  // longer than a JavaScript timer can be: never in the life of a process
  const ms = Math.min(Math.max(1, seconds * 1000), 2147483647)
  itimers.set(which, { handle: setTimeout(fire, ms), due: performance.now() + seconds * 1000, interval })
}
