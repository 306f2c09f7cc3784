import { setint32 } from "../../heap/access.ts"
import { staticAlloc } from "../../heap/statics.ts"
import { i32, u8, u16 } from "../../heap/views.ts"
import { BL_CODES, D, D_CODES, HEAP_SIZE, L_CODES } from "./dstate.ts"

// zlib's trees.c: the blocks of the compressed stream. A tree is an array of (frequency or code, parent or length) pairs of 16 bits.

const MAX_BITS = 15
const LITERALS = 256
const END_BLOCK = 256
const REP_3_6 = 16
const REPZ_3_10 = 17
const REPZ_11_138 = 18

const EXTRA_L = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0]
const EXTRA_D = [0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13]
const EXTRA_BL = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 3, 7]
const BL_ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]

const baseLength = new Uint16Array(29)
const baseDist = new Uint16Array(30)
const lengthCode = new Uint8Array(256)
const distCode = new Uint8Array(512)
/** The fixed trees, then a word that is 1 once they are made. */
const STATIC_L = staticAlloc(288 * 4)
const STATIC_D = staticAlloc(30 * 4)
const MADE = staticAlloc(16)

function bi_reverse(code: number, len: number): number {
  let r = 0
  for (; len > 0; len--) {
    r = (r << 1) | (code & 1)
    code >>= 1
  }
  return r
}
function fillTables(): void {
  let length = 0
  for (let code = 0; code < 28; code++) {
    baseLength[code] = length
    for (let n = 0; n < 1 << EXTRA_L[code]; n++) lengthCode[length++] = code
  }
  lengthCode[255] = 28
  let dist = 0
  for (let code = 0; code < 16; code++) {
    baseDist[code] = dist
    for (let n = 0; n < 1 << EXTRA_D[code]; n++) distCode[dist++] = code
  }
  dist >>= 7
  for (let code = 16; code < D_CODES; code++) {
    baseDist[code] = dist << 7
    for (let n = 0; n < 1 << (EXTRA_D[code] - 7); n++) distCode[256 + dist++] = code
  }
}
function makeStaticTrees(): void {
  const count = new Uint16Array(MAX_BITS + 1)
  for (let n = 0; n < 288; n++) {
    const len = n <= 143 ? 8 : n <= 255 ? 9 : n <= 279 ? 7 : 8
    u16[(STATIC_L >> 1) + 2 * n + 1] = len
    count[len]++
  }
  gen_codes(STATIC_L, 287, count)
  for (let n = 0; n < D_CODES; n++) {
    u16[(STATIC_D >> 1) + 2 * n] = bi_reverse(n, 5)
    u16[(STATIC_D >> 1) + 2 * n + 1] = 5
  }
  setint32(MADE, 1)
}
function gen_codes(tree: number, maxCode: number, count: ArrayLike<number>): void {
  const next = new Uint16Array(MAX_BITS + 1)
  let code = 0
  for (let bits = 1; bits <= MAX_BITS; bits++) {
    code = (code + count[bits - 1]) << 1
    next[bits] = code
  }
  for (let n = 0; n <= maxCode; n++) {
    const len = u16[(tree >> 1) + 2 * n + 1]
    if (len !== 0) u16[(tree >> 1) + 2 * n] = bi_reverse(next[len]++, len)
  }
}

function put_byte(s: number, b: number): void {
  u8[s + i32[(s + D.pending_buf) >> 2] + i32[(s + D.pending) >> 2]++] = b
}
function put_short(s: number, w: number): void {
  put_byte(s, w & 0xff)
  put_byte(s, (w >> 8) & 0xff)
}
function send_bits(s: number, value: number, length: number): void {
  const valid = i32[(s + D.bi_valid) >> 2]
  let buf = i32[(s + D.bi_buf) >> 2] | ((value << valid) & 0xffff)
  if (valid > 16 - length) {
    put_short(s, buf)
    buf = value >> (16 - valid)
    i32[(s + D.bi_valid) >> 2] = valid + length - 16
  } else i32[(s + D.bi_valid) >> 2] = valid + length
  i32[(s + D.bi_buf) >> 2] = buf
}
function send_code(s: number, c: number, tree: number): void {
  send_bits(s, u16[(tree >> 1) + 2 * c], u16[(tree >> 1) + 2 * c + 1])
}
export function bi_flush(s: number): void {
  const valid = i32[(s + D.bi_valid) >> 2]
  if (valid === 16) {
    put_short(s, i32[(s + D.bi_buf) >> 2])
    i32[(s + D.bi_buf) >> 2] = 0
    i32[(s + D.bi_valid) >> 2] = 0
  } else if (valid >= 8) {
    put_byte(s, i32[(s + D.bi_buf) >> 2])
    i32[(s + D.bi_buf) >> 2] >>= 8
    i32[(s + D.bi_valid) >> 2] -= 8
  }
}
function bi_windup(s: number): void {
  if (i32[(s + D.bi_valid) >> 2] > 8) put_short(s, i32[(s + D.bi_buf) >> 2])
  else if (i32[(s + D.bi_valid) >> 2] > 0) put_byte(s, i32[(s + D.bi_buf) >> 2])
  i32[(s + D.bi_buf) >> 2] = 0
  i32[(s + D.bi_valid) >> 2] = 0
}

function init_block(s: number): void {
  for (let n = 0; n < L_CODES; n++) u16[((s + D.dyn_ltree) >> 1) + 2 * n] = 0
  for (let n = 0; n < D_CODES; n++) u16[((s + D.dyn_dtree) >> 1) + 2 * n] = 0
  for (let n = 0; n < BL_CODES; n++) u16[((s + D.bl_tree) >> 1) + 2 * n] = 0
  u16[((s + D.dyn_ltree) >> 1) + 2 * END_BLOCK] = 1
  i32[(s + D.opt_len) >> 2] = 0
  i32[(s + D.static_len) >> 2] = 0
  i32[(s + D.sym_next) >> 2] = 0
  i32[(s + D.matches) >> 2] = 0
}
export function _tr_init(s: number): void {
  if (lengthCode[255] === 0) fillTables()
  if (i32[MADE >> 2] === 0) makeStaticTrees()
  i32[(s + D.bi_buf) >> 2] = 0
  i32[(s + D.bi_valid) >> 2] = 0
  init_block(s)
}
/** In a worker that got the compressor from another: its own tables. */
function tables(): void {
  if (lengthCode[255] === 0) fillTables()
}

function smaller(s: number, tree: number, n: number, m: number): boolean {
  const fn = u16[(tree >> 1) + 2 * n]
  const fm = u16[(tree >> 1) + 2 * m]
  return fn < fm || (fn === fm && u8[s + D.depth + n] <= u8[s + D.depth + m])
}
function pqdownheap(s: number, tree: number, k: number): void {
  const heap = (s + D.heap) >> 1
  const len = i32[(s + D.heap_len) >> 2]
  const v = u16[heap + k]
  let j = k << 1
  while (j <= len) {
    if (j < len && smaller(s, tree, u16[heap + j + 1], u16[heap + j])) j++
    if (smaller(s, tree, v, u16[heap + j])) break
    u16[heap + k] = u16[heap + j]
    k = j
    j <<= 1
  }
  u16[heap + k] = v
}

interface Desc {
  tree: D
  staticTree: number
  extra: readonly number[]
  extraBase: number
  elems: number
  maxLength: number
  maxCode: D
}
const L_DESC: Desc = {
  tree: D.dyn_ltree,
  staticTree: STATIC_L,
  extra: EXTRA_L,
  extraBase: 257,
  elems: L_CODES,
  maxLength: 15,
  maxCode: D.l_max_code,
}
const D_DESC: Desc = {
  tree: D.dyn_dtree,
  staticTree: STATIC_D,
  extra: EXTRA_D,
  extraBase: 0,
  elems: D_CODES,
  maxLength: 15,
  maxCode: D.d_max_code,
}
const BL_DESC: Desc = {
  tree: D.bl_tree,
  staticTree: 0,
  extra: EXTRA_BL,
  extraBase: 0,
  elems: BL_CODES,
  maxLength: 7,
  maxCode: D.bl_max_code,
}

function gen_bitlen(s: number, desc: Desc): void {
  const tree = (s + desc.tree) >> 1
  const heap = (s + D.heap) >> 1
  const count = (s + D.bl_count) >> 1
  const maxCode = i32[(s + desc.maxCode) >> 2]
  for (let bits = 0; bits <= MAX_BITS; bits++) u16[count + bits] = 0
  let overflow = 0
  let h = i32[(s + D.heap_max) >> 2]
  u16[tree + 2 * u16[heap + h] + 1] = 0
  for (h++; h < HEAP_SIZE; h++) {
    const n = u16[heap + h]
    let bits = u16[tree + 2 * u16[tree + 2 * n + 1] + 1] + 1
    if (bits > desc.maxLength) {
      bits = desc.maxLength
      overflow++
    }
    u16[tree + 2 * n + 1] = bits
    if (n > maxCode) continue
    u16[count + bits]++
    const xbits = n >= desc.extraBase ? desc.extra[n - desc.extraBase] : 0
    const f = u16[tree + 2 * n]
    i32[(s + D.opt_len) >> 2] += f * (bits + xbits)
    if (desc.staticTree) i32[(s + D.static_len) >> 2] += f * (u16[(desc.staticTree >> 1) + 2 * n + 1] + xbits)
  }
  if (overflow === 0) return
  do {
    let bits = desc.maxLength - 1
    while (u16[count + bits] === 0) bits--
    u16[count + bits]--
    u16[count + bits + 1] += 2
    u16[count + desc.maxLength]--
    overflow -= 2
  } while (overflow > 0)
  for (let bits = desc.maxLength; bits !== 0; bits--) {
    let n = u16[count + bits]
    while (n !== 0) {
      const m = u16[heap + --h]
      if (m > maxCode) continue
      if (u16[tree + 2 * m + 1] !== bits) {
        i32[(s + D.opt_len) >> 2] += (bits - u16[tree + 2 * m + 1]) * u16[tree + 2 * m]
        u16[tree + 2 * m + 1] = bits
      }
      n--
    }
  }
}
function build_tree(s: number, desc: Desc): void {
  const tree = s + desc.tree
  const t = tree >> 1
  const heap = (s + D.heap) >> 1
  const depth = s + D.depth
  const HEAP_LEN = (s + D.heap_len) >> 2
  const HEAP_MAX = (s + D.heap_max) >> 2
  let maxCode = -1
  i32[HEAP_LEN] = 0
  i32[HEAP_MAX] = HEAP_SIZE
  for (let n = 0; n < desc.elems; n++) {
    if (u16[t + 2 * n] !== 0) {
      u16[heap + ++i32[HEAP_LEN]] = maxCode = n
      u8[depth + n] = 0
    } else u16[t + 2 * n + 1] = 0
  }
  while (i32[HEAP_LEN] < 2) {
    const node = maxCode < 2 ? ++maxCode : 0
    u16[heap + ++i32[HEAP_LEN]] = node
    u16[t + 2 * node] = 1
    u8[depth + node] = 0
    i32[(s + D.opt_len) >> 2]--
    if (desc.staticTree) i32[(s + D.static_len) >> 2] -= u16[(desc.staticTree >> 1) + 2 * node + 1]
  }
  i32[(s + desc.maxCode) >> 2] = maxCode
  for (let n = i32[HEAP_LEN] >> 1; n >= 1; n--) pqdownheap(s, tree, n)
  let node = desc.elems
  do {
    const n = u16[heap + 1]
    u16[heap + 1] = u16[heap + i32[HEAP_LEN]--]
    pqdownheap(s, tree, 1)
    const m = u16[heap + 1]
    u16[heap + --i32[HEAP_MAX]] = n
    u16[heap + --i32[HEAP_MAX]] = m
    u16[t + 2 * node] = u16[t + 2 * n] + u16[t + 2 * m]
    u8[depth + node] = Math.max(u8[depth + n], u8[depth + m]) + 1
    u16[t + 2 * n + 1] = u16[t + 2 * m + 1] = node
    u16[heap + 1] = node++
    pqdownheap(s, tree, 1)
  } while (i32[HEAP_LEN] >= 2)
  u16[heap + --i32[HEAP_MAX]] = u16[heap + 1]
  gen_bitlen(s, desc)
  gen_codes(tree, maxCode, u16.subarray((s + D.bl_count) >> 1, ((s + D.bl_count) >> 1) + 16))
}

/** Walk the run lengths of a tree's code lengths: scan_tree counts them, send_tree writes them. */
function walk_tree(s: number, tree: number, maxCode: number, send: boolean): void {
  const t = tree >> 1
  const bl = s + D.bl_tree
  let prevlen = -1
  let nextlen = u16[t + 1]
  let count = 0
  let max = nextlen === 0 ? 138 : 7
  let min = nextlen === 0 ? 3 : 4
  if (!send) u16[t + 2 * (maxCode + 1) + 1] = 0xffff
  for (let n = 0; n <= maxCode; n++) {
    const curlen = nextlen
    nextlen = u16[t + 2 * (n + 1) + 1]
    if (++count < max && curlen === nextlen) continue
    if (send) send_run(s, bl, curlen, count, min, prevlen)
    else if (count < min) u16[(bl >> 1) + 2 * curlen] += count
    else if (curlen !== 0) {
      if (curlen !== prevlen) u16[(bl >> 1) + 2 * curlen]++
      u16[(bl >> 1) + 2 * REP_3_6]++
    } else u16[(bl >> 1) + 2 * (count <= 10 ? REPZ_3_10 : REPZ_11_138)]++
    count = 0
    prevlen = curlen
    max = nextlen === 0 ? 138 : curlen === nextlen ? 6 : 7
    min = nextlen === 0 || curlen === nextlen ? 3 : 4
  }
}
function send_run(s: number, bl: number, curlen: number, count: number, min: number, prevlen: number): void {
  if (count < min) {
    do send_code(s, curlen, bl)
    while (--count !== 0)
  } else if (curlen !== 0) {
    if (curlen !== prevlen) {
      send_code(s, curlen, bl)
      count--
    }
    send_code(s, REP_3_6, bl)
    send_bits(s, count - 3, 2)
  } else if (count <= 10) {
    send_code(s, REPZ_3_10, bl)
    send_bits(s, count - 3, 3)
  } else {
    send_code(s, REPZ_11_138, bl)
    send_bits(s, count - 11, 7)
  }
}
function build_bl_tree(s: number): number {
  walk_tree(s, s + D.dyn_ltree, i32[(s + D.l_max_code) >> 2], false)
  walk_tree(s, s + D.dyn_dtree, i32[(s + D.d_max_code) >> 2], false)
  build_tree(s, BL_DESC)
  let max = BL_CODES - 1
  while (max >= 3 && u16[((s + D.bl_tree) >> 1) + 2 * BL_ORDER[max] + 1] === 0) max--
  i32[(s + D.opt_len) >> 2] += 3 * (max + 1) + 5 + 5 + 4
  return max
}
function send_all_trees(s: number, lcodes: number, dcodes: number, blcodes: number): void {
  send_bits(s, lcodes - 257, 5)
  send_bits(s, dcodes - 1, 5)
  send_bits(s, blcodes - 4, 4)
  for (let rank = 0; rank < blcodes; rank++) send_bits(s, u16[((s + D.bl_tree) >> 1) + 2 * BL_ORDER[rank] + 1], 3)
  walk_tree(s, s + D.dyn_ltree, lcodes - 1, true)
  walk_tree(s, s + D.dyn_dtree, dcodes - 1, true)
}

/** A stored block of `n` bytes at `buf`. */
export function _tr_stored_block(s: number, buf: number, n: number, last: boolean): void {
  send_bits(s, last ? 1 : 0, 3)
  bi_windup(s)
  put_short(s, n)
  put_short(s, ~n)
  if (n > 0) u8.copyWithin(s + i32[(s + D.pending_buf) >> 2] + i32[(s + D.pending) >> 2], buf, buf + n)
  i32[(s + D.pending) >> 2] += n
}
/** An empty static block: the decompressor has then all bits so far. */
export function _tr_align(s: number): void {
  send_bits(s, 2, 3)
  send_code(s, END_BLOCK, STATIC_L)
  bi_flush(s)
}
function d_code(dist: number): number {
  return dist < 256 ? distCode[dist] : distCode[256 + (dist >> 7)]
}
function compress_block(s: number, ltree: number, dtree: number): void {
  const sym = s + i32[(s + D.sym_buf) >> 2]
  const end = i32[(s + D.sym_next) >> 2]
  for (let sx = 0; sx < end; ) {
    let dist = u8[sym + sx] | (u8[sym + sx + 1] << 8)
    let lc = u8[sym + sx + 2]
    sx += 3
    if (dist === 0) {
      send_code(s, lc, ltree)
      continue
    }
    let code = lengthCode[lc]
    send_code(s, code + LITERALS + 1, ltree)
    if (EXTRA_L[code] !== 0) {
      lc -= baseLength[code]
      send_bits(s, lc, EXTRA_L[code])
    }
    dist--
    code = d_code(dist)
    send_code(s, code, dtree)
    if (EXTRA_D[code] !== 0) send_bits(s, dist - baseDist[code], EXTRA_D[code])
  }
  send_code(s, END_BLOCK, ltree)
}

/** Write the block of the symbols collected: stored (from `buf`, -1: no longer there), with the fixed trees, or with trees of its own. */
export function _tr_flush_block(s: number, buf: number, storedLen: number, last: boolean): void {
  tables()
  let opt: number
  let stat: number
  let maxBl = 0
  if (i32[(s + D.level) >> 2] > 0) {
    build_tree(s, L_DESC)
    build_tree(s, D_DESC)
    maxBl = build_bl_tree(s)
    opt = (i32[(s + D.opt_len) >> 2] + 3 + 7) >>> 3
    stat = (i32[(s + D.static_len) >> 2] + 3 + 7) >>> 3
    if (stat <= opt || i32[(s + D.strategy) >> 2] === 4) opt = stat
  } else opt = stat = storedLen + 5
  if (storedLen + 4 <= opt && buf !== -1) _tr_stored_block(s, buf, storedLen, last)
  else if (stat === opt) {
    send_bits(s, 2 + (last ? 1 : 0), 3)
    compress_block(s, STATIC_L, STATIC_D)
  } else {
    send_bits(s, 4 + (last ? 1 : 0), 3)
    send_all_trees(s, i32[(s + D.l_max_code) >> 2] + 1, i32[(s + D.d_max_code) >> 2] + 1, maxBl + 1)
    compress_block(s, s + D.dyn_ltree, s + D.dyn_dtree)
  }
  init_block(s)
  if (last) bi_windup(s)
}

/** Collect a literal (dist 0) or a match (lc: its length less 3). True: the block is full. */
export function _tr_tally(s: number, dist: number, lc: number): boolean {
  const at = s + i32[(s + D.sym_buf) >> 2] + i32[(s + D.sym_next) >> 2]
  u8[at] = dist
  u8[at + 1] = dist >> 8
  u8[at + 2] = lc
  i32[(s + D.sym_next) >> 2] += 3
  if (dist === 0) u16[((s + D.dyn_ltree) >> 1) + 2 * lc]++
  else {
    i32[(s + D.matches) >> 2]++
    u16[((s + D.dyn_ltree) >> 1) + 2 * (lengthCode[lc] + LITERALS + 1)]++
    u16[((s + D.dyn_dtree) >> 1) + 2 * d_code(dist - 1)]++
  }
  return i32[(s + D.sym_next) >> 2] === i32[(s + D.sym_end) >> 2]
}
export { tables as ensureTables }
