import { memcpy, memset } from "../../heap/access.ts"
import { PyMem_RawFree, PyMem_RawMalloc } from "../../heap/obmalloc.ts"
import { i32, u8, u16, u32 } from "../../heap/views.ts"
import { D, MAX_MATCH, MIN_LOOKAHEAD, MIN_MATCH, Status } from "./dstate.ts"
import { _tr_align, _tr_flush_block, _tr_init, _tr_stored_block, _tr_tally, bi_flush, ensureTables } from "./trees.ts"
import { adler32, crc32, Flush, R, Z } from "./zstream.ts"

// zlib's deflate.c (1.2.13), so that the compressed bytes are those CPython gives.

const TOO_FAR = 4096
const HUFFMAN_ONLY = 2
const RLE = 3
const MAX_STORED = 65535

const enum Block {
  need_more,
  block_done,
  finish_started,
  finish_done,
}
/** good, lazy, nice, chain, function (0 stored, 1 fast, 2 slow) for each level. */
const CONFIG = [
  [0, 0, 0, 0, 0],
  [4, 4, 8, 4, 1],
  [4, 5, 16, 8, 1],
  [4, 6, 32, 32, 1],
  [4, 4, 16, 16, 2],
  [8, 16, 32, 32, 2],
  [8, 16, 128, 128, 2],
  [8, 32, 128, 256, 2],
  [32, 128, 258, 1024, 2],
  [32, 258, 258, 4096, 2],
]

function get(s: number, field: number): number {
  return i32[(s + field) >> 2]
}
function set(s: number, field: number, v: number): void {
  i32[(s + field) >> 2] = v
}

/** A new compressor: its address, 0 with no memory, or -2 for wrong parameters. */
export function deflateInit2(level: number, method: number, windowBits: number, memLevel: number, strategy: number): number {
  let wrap = 1
  if (level === -1) level = 6
  if (windowBits < 0) {
    wrap = 0
    if (windowBits < -15) return R.STREAM_ERROR
    windowBits = -windowBits
  } else if (windowBits > 15) {
    wrap = 2
    windowBits -= 16
  }
  if (
    memLevel < 1 ||
    memLevel > 9 ||
    method !== 8 ||
    windowBits < 8 ||
    windowBits > 15 ||
    level < 0 ||
    level > 9 ||
    strategy < 0 ||
    strategy > 4
  )
    return R.STREAM_ERROR
  if (windowBits === 8 && wrap !== 1) return R.STREAM_ERROR
  if (windowBits === 8) windowBits = 9
  const wSize = 1 << windowBits
  const hashBits = memLevel + 7
  const litBufsize = 1 << (memLevel + 6)
  const window = (D.SIZE + 15) & ~15
  const prev = window + 2 * wSize
  const head = prev + 2 * wSize
  const pendingBuf = head + 2 * (1 << hashBits)
  const size = pendingBuf + 4 * litBufsize
  const s = PyMem_RawMalloc(size)
  if (s === 0) return 0
  memset(s, 0, size)
  set(s, D.size, size)
  set(s, D.wrap, wrap)
  set(s, D.w_bits, windowBits)
  set(s, D.w_size, wSize)
  set(s, D.w_mask, wSize - 1)
  set(s, D.hash_bits, hashBits)
  set(s, D.hash_size, 1 << hashBits)
  set(s, D.hash_mask, (1 << hashBits) - 1)
  set(s, D.hash_shift, Math.floor((hashBits + MIN_MATCH - 1) / MIN_MATCH))
  set(s, D.window, window)
  set(s, D.prev, prev)
  set(s, D.head, head)
  set(s, D.lit_bufsize, litBufsize)
  set(s, D.pending_buf, pendingBuf)
  set(s, D.pending_buf_size, 4 * litBufsize)
  set(s, D.sym_buf, pendingBuf + litBufsize)
  set(s, D.sym_end, (litBufsize - 1) * 3)
  set(s, D.level, level)
  set(s, D.strategy, strategy)
  set(s, D.status, wrap === 2 ? Status.GZIP : Status.INIT)
  u32[(s + Z.adler) >> 2] = wrap === 2 ? 0 : 1
  set(s, D.last_flush, -2)
  _tr_init(s)
  lm_init(s)
  return s
}
function lm_init(s: number): void {
  const c = CONFIG[get(s, D.level)]
  set(s, D.window_size, 2 * get(s, D.w_size))
  set(s, D.good_match, c[0])
  set(s, D.max_lazy_match, c[1])
  set(s, D.nice_match, c[2])
  set(s, D.max_chain_length, c[3])
  set(s, D.match_length, MIN_MATCH - 1)
  set(s, D.prev_length, MIN_MATCH - 1)
}
/** A copy of the compressor, 0 with no memory. */
export function deflateCopy(s: number): number {
  const t = PyMem_RawMalloc(get(s, D.size))
  if (t !== 0) memcpy(t, s, get(s, D.size))
  return t
}
export function deflateEnd(s: number): void {
  PyMem_RawFree(s)
}

function UPDATE_HASH(s: number, h: number, c: number): number {
  return ((h << i32[(s + D.hash_shift) >> 2]) ^ c) & i32[(s + D.hash_mask) >> 2]
}
/** Insert the string at `str` in the hash table: the head of its chain before. */
function INSERT_STRING(s: number, str: number): number {
  const h = UPDATE_HASH(s, get(s, D.ins_h), u8[s + get(s, D.window) + str + 2])
  set(s, D.ins_h, h)
  const head = ((s + get(s, D.head)) >> 1) + h
  const old = u16[head]
  u16[((s + get(s, D.prev)) >> 1) + (str & get(s, D.w_mask))] = old
  u16[head] = str
  return old
}

export function deflateSetDictionary(s: number, dict: number, n: number): number {
  const wrap = get(s, D.wrap)
  if (wrap === 2 || (wrap === 1 && get(s, D.status) !== Status.INIT) || get(s, D.lookahead)) return R.STREAM_ERROR
  if (wrap === 1) u32[(s + Z.adler) >> 2] = adler32(u32[(s + Z.adler) >> 2], dict, n)
  set(s, D.wrap, 0)
  if (n >= get(s, D.w_size)) {
    if (wrap === 0) {
      memset(s + get(s, D.head), 0, 2 * get(s, D.hash_size))
      set(s, D.strstart, 0)
      set(s, D.block_start, 0)
      set(s, D.insert, 0)
    }
    dict += n - get(s, D.w_size)
    n = get(s, D.w_size)
  }
  const availIn = get(s, Z.avail_in)
  const nextIn = get(s, Z.next_in)
  set(s, Z.avail_in, n)
  set(s, Z.next_in, dict)
  fill_window(s)
  while (get(s, D.lookahead) >= MIN_MATCH) {
    let str = get(s, D.strstart)
    let k = get(s, D.lookahead) - (MIN_MATCH - 1)
    do {
      INSERT_STRING(s, str)
      str++
    } while (--k)
    set(s, D.strstart, str)
    set(s, D.lookahead, MIN_MATCH - 1)
    fill_window(s)
  }
  set(s, D.strstart, get(s, D.strstart) + get(s, D.lookahead))
  set(s, D.block_start, get(s, D.strstart))
  set(s, D.insert, get(s, D.lookahead))
  set(s, D.lookahead, 0)
  set(s, D.match_length, MIN_MATCH - 1)
  set(s, D.prev_length, MIN_MATCH - 1)
  set(s, D.match_available, 0)
  set(s, Z.next_in, nextIn)
  set(s, Z.avail_in, availIn)
  set(s, D.wrap, wrap)
  return R.OK
}

function flush_pending(s: number): void {
  bi_flush(s)
  const len = Math.min(get(s, D.pending), get(s, Z.avail_out))
  if (len === 0) return
  memcpy(get(s, Z.next_out), s + get(s, D.pending_buf) + get(s, D.pending_out), len)
  set(s, Z.next_out, get(s, Z.next_out) + len)
  set(s, D.pending_out, get(s, D.pending_out) + len)
  set(s, Z.total_out, get(s, Z.total_out) + len)
  set(s, Z.avail_out, get(s, Z.avail_out) - len)
  set(s, D.pending, get(s, D.pending) - len)
  if (get(s, D.pending) === 0) set(s, D.pending_out, 0)
}
function flush_block_only(s: number, last: boolean): void {
  const start = get(s, D.block_start)
  _tr_flush_block(s, start >= 0 ? s + get(s, D.window) + start : -1, get(s, D.strstart) - start, last)
  set(s, D.block_start, get(s, D.strstart))
  flush_pending(s)
}
function read_buf(s: number, buf: number, size: number): number {
  const len = Math.min(get(s, Z.avail_in), size)
  if (len === 0) return 0
  const next = get(s, Z.next_in)
  set(s, Z.avail_in, get(s, Z.avail_in) - len)
  memcpy(buf, next, len)
  const wrap = get(s, D.wrap)
  if (wrap === 1) u32[(s + Z.adler) >> 2] = adler32(u32[(s + Z.adler) >> 2], buf, len)
  else if (wrap === 2) u32[(s + Z.adler) >> 2] = crc32(u32[(s + Z.adler) >> 2], buf, len)
  set(s, Z.next_in, next + len)
  set(s, Z.total_in, get(s, Z.total_in) + len)
  return len
}
function slide_hash(s: number): void {
  const wsize = get(s, D.w_size)
  const head = (s + get(s, D.head)) >> 1
  for (let i = head, e = head + get(s, D.hash_size); i < e; i++) u16[i] = u16[i] >= wsize ? u16[i] - wsize : 0
  const prev = (s + get(s, D.prev)) >> 1
  for (let i = prev, e = prev + wsize; i < e; i++) u16[i] = u16[i] >= wsize ? u16[i] - wsize : 0
}
function fill_window(s: number): void {
  const wsize = get(s, D.w_size)
  const window = s + get(s, D.window)
  do {
    let more = get(s, D.window_size) - get(s, D.lookahead) - get(s, D.strstart)
    if (get(s, D.strstart) >= wsize + (wsize - MIN_LOOKAHEAD)) {
      memcpy(window, window + wsize, wsize)
      set(s, D.match_start, get(s, D.match_start) - wsize)
      set(s, D.strstart, get(s, D.strstart) - wsize)
      set(s, D.block_start, get(s, D.block_start) - wsize)
      if (get(s, D.insert) > get(s, D.strstart)) set(s, D.insert, get(s, D.strstart))
      slide_hash(s)
      more += wsize
    }
    if (get(s, Z.avail_in) === 0) break
    const n = read_buf(s, window + get(s, D.strstart) + get(s, D.lookahead), more)
    set(s, D.lookahead, get(s, D.lookahead) + n)
    if (get(s, D.lookahead) + get(s, D.insert) >= MIN_MATCH) {
      let str = get(s, D.strstart) - get(s, D.insert)
      set(s, D.ins_h, u8[window + str])
      set(s, D.ins_h, UPDATE_HASH(s, get(s, D.ins_h), u8[window + str + 1]))
      while (get(s, D.insert)) {
        INSERT_STRING(s, str)
        str++
        set(s, D.insert, get(s, D.insert) - 1)
        if (get(s, D.lookahead) + get(s, D.insert) < MIN_MATCH) break
      }
    }
  } while (get(s, D.lookahead) < MIN_LOOKAHEAD && get(s, Z.avail_in) !== 0)
  // bytes beyond the data that a match may look at are zero
  if (get(s, D.high_water) < get(s, D.window_size)) {
    const curr = get(s, D.strstart) + get(s, D.lookahead)
    const high = get(s, D.high_water)
    if (high < curr) {
      const init = Math.min(get(s, D.window_size) - curr, MAX_MATCH)
      memset(window + curr, 0, init)
      set(s, D.high_water, curr + init)
    } else if (high < curr + MAX_MATCH) {
      const init = Math.min(curr + MAX_MATCH - high, get(s, D.window_size) - high)
      memset(window + high, 0, init)
      set(s, D.high_water, high + init)
    }
  }
}

function longest_match(s: number, cur: number): number {
  let chain = get(s, D.max_chain_length)
  const window = s + get(s, D.window)
  const strstart = get(s, D.strstart)
  const scan = window + strstart
  let best = get(s, D.prev_length)
  let nice = get(s, D.nice_match)
  const wsize = get(s, D.w_size)
  const limit = strstart > wsize - MIN_LOOKAHEAD ? strstart - (wsize - MIN_LOOKAHEAD) : 0
  const prev = (s + get(s, D.prev)) >> 1
  const wmask = get(s, D.w_mask)
  const lookahead = get(s, D.lookahead)
  let end1 = u8[scan + best - 1]
  let end = u8[scan + best]
  if (best >= get(s, D.good_match)) chain >>= 2
  if (nice > lookahead) nice = lookahead
  const c0 = u8[scan]
  const c1 = u8[scan + 1]
  do {
    const match = window + cur
    if (u8[match + best] !== end || u8[match + best - 1] !== end1 || u8[match] !== c0 || u8[match + 1] !== c1) continue
    let len = 3
    while (len < MAX_MATCH && u8[scan + len] === u8[match + len]) len++
    if (len > best) {
      set(s, D.match_start, cur)
      best = len
      if (len >= nice) break
      end1 = u8[scan + best - 1]
      end = u8[scan + best]
    }
    // biome-ignore lint: the loop of the original
  } while ((cur = u16[prev + (cur & wmask)]) > limit && --chain !== 0)
  return best <= lookahead ? best : lookahead
}

function deflate_stored(s: number, flush: number): Block {
  const minBlock = Math.min(get(s, D.pending_buf_size) - 5, get(s, D.w_size))
  let len = 0
  let left = 0
  let last = false
  let used = get(s, Z.avail_in)
  do {
    len = MAX_STORED
    let have = (get(s, D.bi_valid) + 42) >> 3
    if (get(s, Z.avail_out) < have) break
    have = get(s, Z.avail_out) - have
    left = get(s, D.strstart) - get(s, D.block_start)
    if (len > left + get(s, Z.avail_in)) len = left + get(s, Z.avail_in)
    if (len > have) len = have
    if (len < minBlock && ((len === 0 && flush !== Flush.FINISH) || flush === Flush.NO || len !== left + get(s, Z.avail_in))) break
    last = flush === Flush.FINISH && len === left + get(s, Z.avail_in)
    _tr_stored_block(s, 0, 0, last)
    const p = s + get(s, D.pending_buf) + get(s, D.pending)
    u8[p - 4] = len
    u8[p - 3] = len >> 8
    u8[p - 2] = ~len
    u8[p - 1] = ~len >> 8
    flush_pending(s)
    if (left) {
      if (left > len) left = len
      memcpy(get(s, Z.next_out), s + get(s, D.window) + get(s, D.block_start), left)
      advanceOut(s, left)
      set(s, D.block_start, get(s, D.block_start) + left)
      len -= left
    }
    if (len) {
      read_buf(s, get(s, Z.next_out), len)
      advanceOut(s, len)
    }
  } while (!last)
  used -= get(s, Z.avail_in)
  const window = s + get(s, D.window)
  const wsize = get(s, D.w_size)
  if (used) {
    if (used >= wsize) {
      set(s, D.matches, 2)
      memcpy(window, get(s, Z.next_in) - wsize, wsize)
      set(s, D.strstart, wsize)
      set(s, D.insert, get(s, D.strstart))
    } else {
      if (get(s, D.window_size) - get(s, D.strstart) <= used) slideStored(s)
      memcpy(window + get(s, D.strstart), get(s, Z.next_in) - used, used)
      set(s, D.strstart, get(s, D.strstart) + used)
      set(s, D.insert, get(s, D.insert) + Math.min(used, wsize - get(s, D.insert)))
    }
    set(s, D.block_start, get(s, D.strstart))
  }
  if (get(s, D.high_water) < get(s, D.strstart)) set(s, D.high_water, get(s, D.strstart))
  if (last) return Block.finish_done
  if (flush !== Flush.NO && flush !== Flush.FINISH && get(s, Z.avail_in) === 0 && get(s, D.strstart) === get(s, D.block_start))
    return Block.block_done
  let have = get(s, D.window_size) - get(s, D.strstart)
  if (get(s, Z.avail_in) > have && get(s, D.block_start) >= wsize) {
    set(s, D.block_start, get(s, D.block_start) - wsize)
    slideStored(s)
    have += wsize
  }
  if (have > get(s, Z.avail_in)) have = get(s, Z.avail_in)
  if (have) {
    read_buf(s, window + get(s, D.strstart), have)
    set(s, D.strstart, get(s, D.strstart) + have)
    set(s, D.insert, get(s, D.insert) + Math.min(have, wsize - get(s, D.insert)))
  }
  if (get(s, D.high_water) < get(s, D.strstart)) set(s, D.high_water, get(s, D.strstart))
  have = (get(s, D.bi_valid) + 42) >> 3
  have = Math.min(get(s, D.pending_buf_size) - have, MAX_STORED)
  const min = Math.min(have, wsize)
  left = get(s, D.strstart) - get(s, D.block_start)
  if (left >= min || ((left || flush === Flush.FINISH) && flush !== Flush.NO && get(s, Z.avail_in) === 0 && left <= have)) {
    len = Math.min(left, have)
    last = flush === Flush.FINISH && get(s, Z.avail_in) === 0 && len === left
    _tr_stored_block(s, window + get(s, D.block_start), len, last)
    set(s, D.block_start, get(s, D.block_start) + len)
    flush_pending(s)
  }
  return last ? Block.finish_started : Block.need_more
}
function advanceOut(s: number, n: number): void {
  set(s, Z.next_out, get(s, Z.next_out) + n)
  set(s, Z.avail_out, get(s, Z.avail_out) - n)
  set(s, Z.total_out, get(s, Z.total_out) + n)
}
function slideStored(s: number): void {
  const wsize = get(s, D.w_size)
  const window = s + get(s, D.window)
  set(s, D.strstart, get(s, D.strstart) - wsize)
  memcpy(window, window + wsize, get(s, D.strstart))
  if (get(s, D.matches) < 2) set(s, D.matches, get(s, D.matches) + 1)
  if (get(s, D.insert) > get(s, D.strstart)) set(s, D.insert, get(s, D.strstart))
}

// FLUSH_BLOCK: true when the output is full.
function flushFull(s: number): boolean {
  flush_block_only(s, false)
  return get(s, Z.avail_out) === 0
}
function finishBlocks(s: number, flush: number): Block {
  if (flush === Flush.FINISH) {
    flush_block_only(s, true)
    return get(s, Z.avail_out) === 0 ? Block.finish_started : Block.finish_done
  }
  if (get(s, D.sym_next) && flushFull(s)) return Block.need_more
  return Block.block_done
}
function deflate_fast(s: number, flush: number): Block {
  const window = s + get(s, D.window)
  for (;;) {
    if (get(s, D.lookahead) < MIN_LOOKAHEAD) {
      fill_window(s)
      if (get(s, D.lookahead) < MIN_LOOKAHEAD && flush === Flush.NO) return Block.need_more
      if (get(s, D.lookahead) === 0) break
    }
    let head = 0
    if (get(s, D.lookahead) >= MIN_MATCH) head = INSERT_STRING(s, get(s, D.strstart))
    if (head !== 0 && get(s, D.strstart) - head <= get(s, D.w_size) - MIN_LOOKAHEAD) set(s, D.match_length, longest_match(s, head))
    let full: boolean
    if (get(s, D.match_length) >= MIN_MATCH) {
      const length = get(s, D.match_length)
      full = _tr_tally(s, get(s, D.strstart) - get(s, D.match_start), length - MIN_MATCH)
      set(s, D.lookahead, get(s, D.lookahead) - length)
      if (length <= get(s, D.max_lazy_match) && get(s, D.lookahead) >= MIN_MATCH) {
        for (let n = length - 1; n > 0; n--) {
          set(s, D.strstart, get(s, D.strstart) + 1)
          INSERT_STRING(s, get(s, D.strstart))
        }
        set(s, D.strstart, get(s, D.strstart) + 1)
      } else {
        set(s, D.strstart, get(s, D.strstart) + length)
        set(s, D.ins_h, u8[window + get(s, D.strstart)])
        set(s, D.ins_h, UPDATE_HASH(s, get(s, D.ins_h), u8[window + get(s, D.strstart) + 1]))
      }
      set(s, D.match_length, 0)
    } else {
      full = _tr_tally(s, 0, u8[window + get(s, D.strstart)])
      set(s, D.lookahead, get(s, D.lookahead) - 1)
      set(s, D.strstart, get(s, D.strstart) + 1)
    }
    if (full && flushFull(s)) return Block.need_more
  }
  set(s, D.insert, Math.min(get(s, D.strstart), MIN_MATCH - 1))
  return finishBlocks(s, flush)
}
function deflate_slow(s: number, flush: number): Block {
  const window = s + get(s, D.window)
  for (;;) {
    if (get(s, D.lookahead) < MIN_LOOKAHEAD) {
      fill_window(s)
      if (get(s, D.lookahead) < MIN_LOOKAHEAD && flush === Flush.NO) return Block.need_more
      if (get(s, D.lookahead) === 0) break
    }
    let head = 0
    if (get(s, D.lookahead) >= MIN_MATCH) head = INSERT_STRING(s, get(s, D.strstart))
    set(s, D.prev_length, get(s, D.match_length))
    set(s, D.prev_match, get(s, D.match_start))
    set(s, D.match_length, MIN_MATCH - 1)
    if (head !== 0 && get(s, D.prev_length) < get(s, D.max_lazy_match) && get(s, D.strstart) - head <= get(s, D.w_size) - MIN_LOOKAHEAD) {
      let length = longest_match(s, head)
      if (length <= 5 && (get(s, D.strategy) === 1 || (length === MIN_MATCH && get(s, D.strstart) - get(s, D.match_start) > TOO_FAR)))
        length = MIN_MATCH - 1
      set(s, D.match_length, length)
    }
    if (get(s, D.prev_length) >= MIN_MATCH && get(s, D.match_length) <= get(s, D.prev_length)) {
      const max = get(s, D.strstart) + get(s, D.lookahead) - MIN_MATCH
      const full = _tr_tally(s, get(s, D.strstart) - 1 - get(s, D.prev_match), get(s, D.prev_length) - MIN_MATCH)
      set(s, D.lookahead, get(s, D.lookahead) - (get(s, D.prev_length) - 1))
      let str = get(s, D.strstart)
      for (let n = get(s, D.prev_length) - 2; n > 0; n--) if (++str <= max) INSERT_STRING(s, str)
      set(s, D.prev_length, 0)
      set(s, D.match_available, 0)
      set(s, D.match_length, MIN_MATCH - 1)
      set(s, D.strstart, str + 1)
      if (full && flushFull(s)) return Block.need_more
    } else if (get(s, D.match_available)) {
      if (_tr_tally(s, 0, u8[window + get(s, D.strstart) - 1])) flush_block_only(s, false)
      set(s, D.strstart, get(s, D.strstart) + 1)
      set(s, D.lookahead, get(s, D.lookahead) - 1)
      if (get(s, Z.avail_out) === 0) return Block.need_more
    } else {
      set(s, D.match_available, 1)
      set(s, D.strstart, get(s, D.strstart) + 1)
      set(s, D.lookahead, get(s, D.lookahead) - 1)
    }
  }
  if (get(s, D.match_available)) {
    _tr_tally(s, 0, u8[window + get(s, D.strstart) - 1])
    set(s, D.match_available, 0)
  }
  set(s, D.insert, Math.min(get(s, D.strstart), MIN_MATCH - 1))
  return finishBlocks(s, flush)
}
function deflate_rle(s: number, flush: number): Block {
  const window = s + get(s, D.window)
  for (;;) {
    if (get(s, D.lookahead) <= MAX_MATCH) {
      fill_window(s)
      if (get(s, D.lookahead) <= MAX_MATCH && flush === Flush.NO) return Block.need_more
      if (get(s, D.lookahead) === 0) break
    }
    let length = 0
    const str = get(s, D.strstart)
    if (get(s, D.lookahead) >= MIN_MATCH && str > 0) {
      const scan = window + str
      const c = u8[scan - 1]
      while (length < MAX_MATCH && u8[scan + length] === c) length++
      length = Math.min(length, get(s, D.lookahead))
    }
    let full: boolean
    if (length >= MIN_MATCH) {
      full = _tr_tally(s, 1, length - MIN_MATCH)
      set(s, D.lookahead, get(s, D.lookahead) - length)
      set(s, D.strstart, str + length)
    } else {
      full = _tr_tally(s, 0, u8[window + str])
      set(s, D.lookahead, get(s, D.lookahead) - 1)
      set(s, D.strstart, str + 1)
    }
    if (full && flushFull(s)) return Block.need_more
  }
  set(s, D.insert, 0)
  return finishBlocks(s, flush)
}
function deflate_huff(s: number, flush: number): Block {
  const window = s + get(s, D.window)
  for (;;) {
    if (get(s, D.lookahead) === 0) {
      fill_window(s)
      if (get(s, D.lookahead) === 0) {
        if (flush === Flush.NO) return Block.need_more
        break
      }
    }
    set(s, D.match_length, 0)
    const full = _tr_tally(s, 0, u8[window + get(s, D.strstart)])
    set(s, D.lookahead, get(s, D.lookahead) - 1)
    set(s, D.strstart, get(s, D.strstart) + 1)
    if (full && flushFull(s)) return Block.need_more
  }
  set(s, D.insert, 0)
  return finishBlocks(s, flush)
}

function put_byte(s: number, b: number): void {
  u8[s + get(s, D.pending_buf) + get(s, D.pending)] = b
  set(s, D.pending, get(s, D.pending) + 1)
}
function putShortMSB(s: number, b: number): void {
  put_byte(s, b >> 8)
  put_byte(s, b & 0xff)
}
function rank(f: number): number {
  return 2 * f - (f > 4 ? 9 : 0)
}
function writeHeader(s: number): void {
  const level = get(s, D.level)
  const fast = get(s, D.strategy) >= HUFFMAN_ONLY || level < 2
  if (get(s, D.status) === Status.INIT) {
    const flags = fast ? 0 : level < 6 ? 1 : level === 6 ? 2 : 3
    let header = ((8 + ((get(s, D.w_bits) - 8) << 4)) << 8) | (flags << 6)
    if (get(s, D.strstart) !== 0) header |= 0x20
    header += 31 - (header % 31)
    putShortMSB(s, header)
    if (get(s, D.strstart) !== 0) {
      putShortMSB(s, u32[(s + Z.adler) >> 2] >>> 16)
      putShortMSB(s, u32[(s + Z.adler) >> 2] & 0xffff)
    }
    u32[(s + Z.adler) >> 2] = 1
  } else {
    u32[(s + Z.adler) >> 2] = 0
    for (const b of [31, 139, 8, 0, 0, 0, 0, 0, level === 9 ? 2 : fast ? 4 : 0, 3]) put_byte(s, b)
  }
  set(s, D.status, Status.BUSY)
  flush_pending(s)
}
/** Compress what is at next_in to next_out. */
export function deflate(s: number, flush: number): number {
  ensureTables()
  if (get(s, D.status) === Status.FINISH && flush !== Flush.FINISH) return R.STREAM_ERROR
  if (get(s, Z.avail_out) === 0) return R.BUF_ERROR
  const oldFlush = get(s, D.last_flush)
  set(s, D.last_flush, flush)
  if (get(s, D.pending) !== 0) {
    flush_pending(s)
    if (get(s, Z.avail_out) === 0) {
      set(s, D.last_flush, -1)
      return R.OK
    }
  } else if (get(s, Z.avail_in) === 0 && rank(flush) <= rank(oldFlush) && flush !== Flush.FINISH) return R.BUF_ERROR
  if (get(s, D.status) === Status.FINISH && get(s, Z.avail_in) !== 0) return R.BUF_ERROR
  if (get(s, D.status) === Status.INIT && get(s, D.wrap) === 0) set(s, D.status, Status.BUSY)
  if (get(s, D.status) === Status.INIT || get(s, D.status) === Status.GZIP) {
    writeHeader(s)
    if (get(s, D.pending) !== 0) {
      set(s, D.last_flush, -1)
      return R.OK
    }
  }
  if (get(s, Z.avail_in) !== 0 || get(s, D.lookahead) !== 0 || (flush !== Flush.NO && get(s, D.status) !== Status.FINISH)) {
    const level = get(s, D.level)
    const strategy = get(s, D.strategy)
    let b: Block
    if (level === 0) b = deflate_stored(s, flush)
    else if (strategy === HUFFMAN_ONLY) b = deflate_huff(s, flush)
    else if (strategy === RLE) b = deflate_rle(s, flush)
    else b = CONFIG[level][4] === 1 ? deflate_fast(s, flush) : deflate_slow(s, flush)
    if (b === Block.finish_started || b === Block.finish_done) set(s, D.status, Status.FINISH)
    if (b === Block.need_more || b === Block.finish_started) {
      if (get(s, Z.avail_out) === 0) set(s, D.last_flush, -1)
      return R.OK
    }
    if (b === Block.block_done) {
      if (flush === Flush.PARTIAL) _tr_align(s)
      else if (flush !== Flush.BLOCK) {
        _tr_stored_block(s, 0, 0, false)
        if (flush === Flush.FULL) {
          memset(s + get(s, D.head), 0, 2 * get(s, D.hash_size))
          if (get(s, D.lookahead) === 0) {
            set(s, D.strstart, 0)
            set(s, D.block_start, 0)
            set(s, D.insert, 0)
          }
        }
      }
      flush_pending(s)
      if (get(s, Z.avail_out) === 0) {
        set(s, D.last_flush, -1)
        return R.OK
      }
    }
  }
  if (flush !== Flush.FINISH) return R.OK
  if (get(s, D.wrap) <= 0) return R.STREAM_END
  const adler = u32[(s + Z.adler) >> 2]
  if (get(s, D.wrap) === 2) {
    for (let i = 0; i < 32; i += 8) put_byte(s, (adler >>> i) & 0xff)
    const total = get(s, Z.total_in)
    for (let i = 0; i < 32; i += 8) put_byte(s, (total >>> i) & 0xff)
  } else {
    putShortMSB(s, adler >>> 16)
    putShortMSB(s, adler & 0xffff)
  }
  flush_pending(s)
  if (get(s, D.wrap) > 0) set(s, D.wrap, -get(s, D.wrap))
  return get(s, D.pending) !== 0 ? R.OK : R.STREAM_END
}
