import { Z } from "./zstream.ts"

// deflate.h: the compressor's state. Offsets are from the block's start; the arrays' places depend on the window and memory levels.

export const MAX_MATCH = 258
export const MIN_MATCH = 3
export const MIN_LOOKAHEAD = MAX_MATCH + MIN_MATCH + 1
export const L_CODES = 286
export const D_CODES = 30
export const BL_CODES = 19
export const HEAP_SIZE = 2 * L_CODES + 1

export const enum D {
  status = Z.PRIVATE,
  pending_buf_size = 36,
  pending_out = 40,
  pending = 44,
  wrap = 48,
  last_flush = 52,
  w_size = 56,
  w_bits = 60,
  w_mask = 64,
  window_size = 68,
  ins_h = 72,
  hash_size = 76,
  hash_bits = 80,
  hash_mask = 84,
  hash_shift = 88,
  block_start = 92,
  match_length = 96,
  prev_match = 100,
  match_available = 104,
  strstart = 108,
  match_start = 112,
  lookahead = 116,
  prev_length = 120,
  max_chain_length = 124,
  max_lazy_match = 128,
  level = 132,
  strategy = 136,
  good_match = 140,
  nice_match = 144,
  heap_len = 148,
  heap_max = 152,
  lit_bufsize = 156,
  sym_next = 160,
  sym_end = 164,
  opt_len = 168,
  static_len = 172,
  matches = 176,
  insert = 180,
  bi_buf = 184,
  bi_valid = 188,
  high_water = 192,
  l_max_code = 196,
  d_max_code = 200,
  bl_max_code = 204,
  /** Offsets of the arrays. */
  window = 208,
  prev = 212,
  head = 216,
  pending_buf = 220,
  /** Three bytes a symbol: distance (2), length or literal. */
  sym_buf = 224,
  /** Size of the whole block. */
  size = 228,
  bl_count = 232,
  dyn_ltree = 264,
  dyn_dtree = 264 + 4 * 573,
  bl_tree = 264 + 4 * 573 + 4 * 61,
  heap = 264 + 4 * 573 + 4 * 61 + 4 * 40,
  depth = 264 + 4 * 573 + 4 * 61 + 4 * 40 + 2 * 574,
  SIZE = 264 + 4 * 573 + 4 * 61 + 4 * 40 + 2 * 574 + 576,
}
export const enum Status {
  INIT = 42,
  GZIP = 57,
  BUSY = 113,
  FINISH = 666,
}
