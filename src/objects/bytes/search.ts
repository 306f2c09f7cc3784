import { u8 } from "../../heap/views.ts"

// Searching in n bytes at an address: what stringlib does for bytes.

/** Index of byte c in the n bytes at `at`, -1 if none. */
export function memchr(at: number, c: number, n: number): number {
  const end = at + n
  const near = n > 64 ? at + 64 : end
  for (let p = at; p < near; p++) if (u8[p] === c) return p - at
  if (near === end) return -1
  const i = u8.subarray(near, end).indexOf(c)
  return i < 0 ? -1 : i + (near - at)
}
export function memrchr(at: number, c: number, n: number): number {
  for (let p = at + n - 1; p >= at; p--) if (u8[p] === c) return p - at
  return -1
}
/** Negative, zero or positive as the n bytes at a are less, equal or greater. */
export function memcmp(a: number, b: number, n: number): number {
  for (let i = 0; i < n; i++) {
    const d = u8[a + i] - u8[b + i]
    if (d !== 0) return d
  }
  return 0
}
export function memeq(a: number, b: number, n: number): boolean {
  for (let i = 0; i < n; i++) if (u8[a + i] !== u8[b + i]) return false
  return true
}

/** First index of the m bytes at `sub` in the n at `str`, -1 if none; an empty one is found at 0. */
export function findBytes(str: number, n: number, sub: number, m: number): number {
  if (m > n) return -1
  if (m === 0) return 0
  if (m === 1) return memchr(str, u8[sub], n)
  if (m > 8 && n > 2048) return horspool(str, n, sub, m)
  const last = n - m
  const first = u8[sub]
  for (let i = 0; i <= last; i++) {
    const j = memchr(str + i, first, last - i + 1)
    if (j < 0) return -1
    i += j
    if (memeq(str + i + 1, sub + 1, m - 1)) return i
  }
  return -1
}

function horspool(str: number, n: number, sub: number, m: number): number {
  const skip = new Int32Array(256).fill(m)
  for (let i = 0; i < m - 1; i++) skip[u8[sub + i]] = m - 1 - i
  const last = u8[sub + m - 1]
  for (let i = 0; i <= n - m; ) {
    const c = u8[str + i + m - 1]
    if (c === last && memeq(str + i, sub, m - 1)) return i
    i += skip[c]
  }
  return -1
}

export function rfindBytes(str: number, n: number, sub: number, m: number): number {
  if (m > n) return -1
  if (m === 0) return n
  if (m === 1) return memrchr(str, u8[sub], n)
  for (let i = n - m; i >= 0; i--) if (u8[str + i] === u8[sub] && memeq(str + i + 1, sub + 1, m - 1)) return i
  return -1
}

/** Occurrences that do not overlap, at most `max`. */
export function countBytes(str: number, n: number, sub: number, m: number, max: number): number {
  if (n < 0) return 0
  if (m === 0) return n < max ? n + 1 : max
  let count = 0
  for (let i = 0; count < max; count++) {
    const j = findBytes(str + i, n - i, sub, m)
    if (j < 0) break
    i += j + m
  }
  return count
}

/** C's isspace for the ASCII range. */
export function isSpace(c: number): boolean {
  return c === 32 || (c >= 9 && c <= 13)
}
