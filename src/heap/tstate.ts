import { MAIN_TSTATE } from "./map.ts"

/** This worker's PyThreadState (a Python thread is a worker, so there is one at a time). */
export let tstate = MAIN_TSTATE

/** Bind this worker to a thread state: at worker start, and nowhere else. */
export function setTstate(ts: number): void {
  tstate = ts
}
