import { workerData } from "node:worker_threads"

// Memory of a recorded run, beside the heap: recording must not move a single address of the program it watches. Shared by all workers,
// guarded by the interpreter lock. Untouched pages cost nothing.
//
// The shadow has the heap's size: at a block's own address stand its size, its stack and its serial number.

/** What a worker of a recorded run is given. */
export interface RecordShare {
  moultShadow: SharedArrayBuffer
  moultLog: SharedArrayBuffer
}
const share = workerData as Partial<RecordShare> | null

/** Words of the shadow at a block's address. */
export const enum Shadow {
  size = 0,
  /** Row of the stack that made the block. */
  stack = 1,
  /** Serial number, low and high half; both 0: not recorded (born before, or waiting in a free list). */
  serial = 2,
  serial_hi = 3,
}

/** Where the tables are, in bytes. */
export const enum Log {
  header = 0,
  /** name, file, line, unused */
  frames = 4096,
  MAX_FRAMES = 0x40000,
  /** row + 1, open addressing */
  frame_hash = frames + MAX_FRAMES * 16,
  /** (address of an instruction, serial of its code object's block, row of frames) */
  lines = frame_hash + MAX_FRAMES * 8,
  MAX_LINES = 0x40000,
  /** Start of each string in `text`, and one more */
  strings = lines + MAX_LINES * 16,
  MAX_STRINGS = 0x40000,
  string_hash = strings + MAX_STRINGS * 4 + 16,
  text = string_hash + MAX_STRINGS * 8,
  MAX_TEXT = 0x2000000,
  /** `Node` words, then doubles */
  nodes = text + MAX_TEXT,
  MAX_NODES = 0x200000,
  node_hash = nodes + MAX_NODES * 64,
  deaths = node_hash + MAX_NODES * 8,
  MAX_DEATHS = 0x80000,
  death_hash = deaths + MAX_DEATHS * 48,
  /** (address of a type, serial of its block, string of its name) */
  types = death_hash + MAX_DEATHS * 8,
  MAX_TYPES = 0x4000,
  events = types + MAX_TYPES * 16,
  MAX_EVENTS = 0x100000,
  collections = events + MAX_EVENTS * 32,
  MAX_COLLECTIONS = 0x4000,
  samples = collections + MAX_COLLECTIONS * 64,
  MAX_SAMPLES = 4096,
  END = samples + MAX_SAMPLES * 32,
}

/** Words of the header. */
export const enum H {
  nframes = 0,
  nstrings = 1,
  text_used = 2,
  nnodes = 3,
  ndeaths = 4,
  nlines = 5,
  ntypes = 6,
  /** Grows with every new peak; a stack's saved numbers are those of the peak when its own epoch is this one. */
  epoch = 7,
  nsamples = 8,
  /** Frame of the collection under way, -1 without one; its line's row. */
  collecting = 9,
  collecting_line = 10,
}
/** Doubles of the header. */
export const enum D {
  serial = 64,
  live_bytes = 65,
  live_count = 66,
  peak_bytes = 67,
  peak_count = 68,
  peak_serial = 69,
  total_bytes = 70,
  total_count = 71,
  events = 72,
  collections = 73,
  sample_every = 74,
  next_sample = 75,
  collection_start = 76,
  /** Time that recording took: every 256th event is timed. */
  spent_ms = 77,
}
/** A row of `nodes`: words 0 … 3, then doubles. */
export const enum Node {
  parent = 0,
  frame = 1,
  epoch = 2,
  WORDS = 16,
  /** doubles, from the row's start */
  live_bytes = 2,
  live_count = 3,
  saved_bytes = 4,
  saved_count = 5,
  total_bytes = 6,
  total_count = 7,
  DOUBLES = 8,
}
/** A row of `deaths`: four words, four doubles. */
export const enum Death {
  stack = 0,
  type = 1,
  frame = 2,
  cause = 3,
  WORDS = 12,
  count = 2,
  bytes = 3,
  age_sum = 4,
  age_max = 5,
  DOUBLES = 6,
}

export const shadow = new Int32Array(share?.moultShadow ?? new ArrayBuffer(64))
const buffer = share?.moultLog ?? new ArrayBuffer(4096)
export const log = new Int32Array(buffer)
export const logF64 = new Float64Array(buffer)
export const logBytes = new Uint8Array(buffer)
/** Is there memory to record into? */
export const recordable = share?.moultShadow !== undefined
