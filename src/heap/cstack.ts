import { i32 } from "./views.ts"

// Scratch memory for native code, one region a thread: what C keeps on its stack (argument arrays, Py_buffer, out-parameters).
// Discipline: `const mark = cstackMark(); const a = calloca(n); …; cstackReset(mark)`, reset on every way out.

let top = 0
let limit = 0

/** Give this worker its region (thread start). */
export function cstackInit(start: number, size: number): void {
  top = start
  limit = start + size
}
export function cstackMark(): number {
  return top
}
export function cstackReset(mark: number): void {
  top = mark
}
/** `n` bytes, 16-aligned, not zeroed. The region is deeper than the recursion limit allows anyone to go. */
export function calloca(n: number): number {
  const a = top
  top = (top + n + 15) & ~15
  if (top > limit) throw new Error("moult bug: native scratch stack overflow")
  return a
}
/** An argument array of one, two, three or four objects, ready for a vectorcall (its slot -1 is writable scratch). */
export function args1(a: number): number {
  const p = calloca(16) + 8
  i32[p >> 2] = a
  i32[(p >> 2) + 1] = 0
  return p
}
export function args2(a: number, b: number): number {
  const p = calloca(32) + 8
  i32[p >> 2] = a
  i32[(p >> 2) + 1] = 0
  i32[(p >> 2) + 2] = b
  i32[(p >> 2) + 3] = 0
  return p
}
export function args3(a: number, b: number, c: number): number {
  const p = calloca(32) + 8
  i32[p >> 2] = a
  i32[(p >> 2) + 1] = 0
  i32[(p >> 2) + 2] = b
  i32[(p >> 2) + 3] = 0
  i32[(p >> 2) + 4] = c
  i32[(p >> 2) + 5] = 0
  return p
}
