/** A small seeded generator (mulberry32): tests must be repeatable. @returns integers in [0, n). */
export function random(seed: number): (n: number) => number {
  let a = seed | 0
  return (n) => {
    a = (a + 0x6d2b79f5) | 0
    let t = Math.imul(a ^ (a >>> 15), 1 | a)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 4294967296) * n)
  }
}
