import { staticAlloc } from "../../heap/statics.ts"
import { setint32 } from "../../heap/access.ts"
import { i32, u16 } from "../../heap/views.ts"

// zlib's inftrees.c: decoding tables. An entry is one int32: operation << 24 | bits << 16 | value.
//   operation: 0 literal; 16 + n: length or distance with n extra bits; 32: end of block; 64: invalid; below 16: subtable of so many more bits.

const MAXBITS = 15
export const ENOUGH_LENS = 852
export const ENOUGH_DISTS = 592
export const enum Kind {
  CODES,
  LENS,
  DISTS,
}
const LBASE = [3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258, 0, 0]
const LEXT = [16, 16, 16, 16, 16, 16, 16, 16, 17, 17, 17, 17, 18, 18, 18, 18, 19, 19, 19, 19, 20, 20, 20, 20, 21, 21, 21, 21, 16, 194, 65]
const DBASE = [
  1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385,
  24577, 0, 0,
]
const DEXT = [
  16, 16, 16, 16, 17, 17, 18, 18, 19, 19, 20, 20, 21, 21, 22, 22, 23, 23, 24, 24, 25, 25, 26, 26, 27, 27, 28, 28, 29, 29, 64, 64,
]

/** Index bits of the table just made (may be fewer than asked for), and where the next table may start (int32 index). */
export let tableBits = 0
export let tableEnd = 0

/** Make a table at `table` (int32 index) from `codes` code lengths at `lens` (u16 index). 0, -1: not a prefix code, 1: too big. */
export function inflate_table(kind: Kind, lens: number, codes: number, table: number, bits: number, work: Uint16Array): number {
  const count = new Uint16Array(MAXBITS + 1)
  const offs = new Uint16Array(MAXBITS + 1)
  for (let sym = 0; sym < codes; sym++) count[u16[lens + sym]]++
  let root = bits
  let max = MAXBITS
  while (max >= 1 && count[max] === 0) max--
  if (root > max) root = max
  if (max === 0) {
    i32[table] = (64 << 24) | (1 << 16)
    i32[table + 1] = (64 << 24) | (1 << 16)
    tableBits = 1
    tableEnd = table + 2
    return 0
  }
  let min = 1
  while (min < max && count[min] === 0) min++
  if (root < min) root = min
  let left = 1
  for (let len = 1; len <= MAXBITS; len++) {
    left = (left << 1) - count[len]
    if (left < 0) return -1
  }
  if (left > 0 && (kind === Kind.CODES || max !== 1)) return -1
  for (let len = 1; len < MAXBITS; len++) offs[len + 1] = offs[len] + count[len]
  for (let sym = 0; sym < codes; sym++) if (u16[lens + sym] !== 0) work[offs[u16[lens + sym]]++] = sym
  const base = kind === Kind.LENS ? LBASE : DBASE
  const extra = kind === Kind.LENS ? LEXT : DEXT
  const match = kind === Kind.CODES ? 20 : kind === Kind.LENS ? 257 : 0
  let huff = 0
  let sym = 0
  let len = min
  let next = table
  let curr = root
  let drop = 0
  let low = -1
  let used = 1 << root
  const mask = used - 1
  const enough = kind === Kind.LENS ? ENOUGH_LENS : kind === Kind.DISTS ? ENOUGH_DISTS : 0x7fffffff
  if (used > enough) return 1
  for (;;) {
    let here = (len - drop) << 16
    const w = work[sym]
    if (w + 1 < match) here |= w
    else if (w >= match) here |= (extra[w - match] << 24) | base[w - match]
    else here |= 96 << 24
    const incr = 1 << (len - drop)
    let fill = 1 << curr
    min = fill
    do {
      fill -= incr
      i32[next + (huff >> drop) + fill] = here
    } while (fill !== 0)
    let step = 1 << (len - 1)
    while (huff & step) step >>= 1
    if (step !== 0) huff = (huff & (step - 1)) + step
    else huff = 0
    sym++
    if (--count[len] === 0) {
      if (len === max) break
      len = u16[lens + work[sym]]
    }
    if (len > root && (huff & mask) !== low) {
      if (drop === 0) drop = root
      next += min
      curr = len - drop
      left = 1 << curr
      while (curr + drop < max) {
        left -= count[curr + drop]
        if (left <= 0) break
        curr++
        left <<= 1
      }
      used += 1 << curr
      if (used > enough) return 1
      low = huff & mask
      i32[table + low] = (curr << 24) | (root << 16) | (next - table)
    }
  }
  if (huff !== 0) i32[next + huff] = (64 << 24) | ((len - drop) << 16)
  tableBits = root
  tableEnd = table + used
  return 0
}

/** The tables of the fixed codes, and whether they are made. */
export const FIXED_LENS = staticAlloc(512 * 4) >> 2
export const FIXED_DISTS = staticAlloc(32 * 4) >> 2
const FIXED_MADE = staticAlloc(16)
const FIXED_SCRATCH = staticAlloc(2 * 288) >> 1
/** Make them once for all workers. */
export function fixedtables(): void {
  if (i32[FIXED_MADE >> 2] !== 0) return
  const work = new Uint16Array(288)
  for (let n = 0; n < 288; n++) u16[FIXED_SCRATCH + n] = n < 144 ? 8 : n < 256 ? 9 : n < 280 ? 7 : 8
  inflate_table(Kind.LENS, FIXED_SCRATCH, 288, FIXED_LENS, 9, work)
  for (let n = 0; n < 32; n++) u16[FIXED_SCRATCH + n] = 5
  inflate_table(Kind.DISTS, FIXED_SCRATCH, 32, FIXED_DISTS, 5, work)
  setint32(FIXED_MADE, 1)
}
