// The allocator's own words. Literal addresses (const enum), so that hot paths carry them as immediates.

/** Addresses inside the runtime page (RUNTIME 4096 + Runtime.heap_globals 512 … 4095). All fields are int32 unless said. */
export const enum HG {
  /** Non-zero (Slow bits): every allocation takes the slow door in domains.ts. */
  slow = 4608,
  initialized = 4612,
  /** pymalloc */
  raw_allocated_blocks = 4616,
  usable_arenas = 4620,
  unused_arena_objects = 4624,
  maxarenas = 4628,
  narenas_currently_allocated = 4632,
  ntimes_arena_allocated = 4636,
  narenas_highwater = 4640,
  /** Page runs */
  pages_used = 4644,
  pages_highwater = 4648,
  /** First page index never handed out: memory from here on is still zero. */
  pages_fresh = 4652,
  large_pages = 4656,
  large_blocks = 4660,
  segments = 4664,
  /** The one wholly free segment kept back, as its only block's header; 0 if none. */
  raw_spare = 4668,
  /** Bytes in used raw blocks (headers included), large ones excluded. */
  raw_used = 4672,
  /** Domains whose blocks carry debug bytes, PYTHONMALLOC mode. */
  malloc_mode = 4676,
  serialno = 4680,
  raw_blocks = 4684,
  /** Highest value of `residentBytes` (ru_maxrss), in bytes: kept at page-run granularity. */
  run_bitmap = 4688, // 4 words
  /** usedpools[2 * 32], 8-byte pointers: 512 bytes, 16-aligned. */
  usedpools = 4736,
  /** nfp2lasta[65], words. */
  nfp2lasta = 5248,
  /** Segregated fit: first-level bitmap, 14 second-level bitmaps, 14 * 16 list heads. */
  tlsf_fl = 5520,
  tlsf_sl = 5524,
  tlsf_bins = 5584, // 896 bytes
  /** Page-run list heads, 120 words. */
  run_bins = 6480,
  /** trace/ owns 6976 … 7231. */
  trace = 6976,
  /** trashcan, audit and others: 7232 … 8191. */
  misc = 7232,
}

/** Bits of HG.slow. */
export const enum Slow {
  TRACE = 1,
  FAIL = 2,
  DEBUG = 4,
  /** PYTHONMALLOC=malloc: pymalloc is bypassed. */
  MALLOC = 8,
  /** `moult run`: trace/recorder.ts. */
  RECORD = 16,
  /** Someone wants to know when an object comes out of a free list. */
  OBSERVED = TRACE | RECORD,
}

/** Tables between the static region and the first page (16 … 17 MiB). Untouched entries cost nothing. */
export const enum Tables {
  /** One byte a 16 KiB page: what it is part of (`Kind`). */
  kind = 0x1000000,
  /** One word a page: length of the run that starts (used or free) or ends (free) here. */
  run_size = 0x1010000,
  run_next = 0x1050000,
  run_prev = 0x1090000,
  /** arena_object[1024], 48 bytes each. */
  arenas = 0x10d0000,
  /** First page. */
  pages = 0x1100000,
}

export const enum Kind {
  FREE = 0,
  ARENA = 1,
  SEGMENT = 2,
  LARGE = 3,
  LARGE_REST = 4,
}

/** obmalloc.c */
export const enum Pool {
  ref_count = 0,
  freeblock = 8,
  nextpool = 16,
  prevpool = 24,
  arenaindex = 32,
  szidx = 36,
  nextoffset = 40,
  maxnextoffset = 44,
  OVERHEAD = 48,
  SIZE = 16384,
  BITS = 14,
}

export const enum ArenaObject {
  address = 0,
  pool_address = 8,
  nfreepools = 16,
  ntotalpools = 20,
  freepools = 24,
  nextarena = 32,
  prevarena = 40,
  SIZE = 48,
}
export const ARENA_SIZE = 1 << 20
export const SMALL_REQUEST_THRESHOLD = 512
