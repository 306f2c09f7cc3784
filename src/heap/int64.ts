/** The upper word of the last 64-bit result (a hash): set just before returning, read just after the call. */
export let hashHi = 0

/** Return a 64-bit value: the low word is the result, the upper goes to `hashHi`. -1/-1 is the error value, as in C. */
export function ret64(lo: number, hi: number): number {
  hashHi = hi | 0
  return lo | 0
}
