// The heap's map. Everything below DYNAMIC_START has a fixed address, the same in every worker of one build.

/** Runtime words (locks, breaker, limits): see `Runtime` below. The first page is never used, so NULL cannot be one of ours. */
export const RUNTIME = 4096
/** The one PyInterpreterState: fields in `Interp`. */
export const INTERP = 8192
/** The main thread's PyThreadState (PyThreadState.SIZE bytes). */
export const MAIN_TSTATE = 16384
/** Statically allocated types, singletons, interned identifiers and method tables: `staticAlloc`. */
export const STATIC_START = 65536
export const STATIC_END = 16 * 1024 * 1024
/** Arenas and raw blocks. */
export const DYNAMIC_START = STATIC_END

/** Words of the runtime (byte offsets from RUNTIME), all int32. */
export const enum Runtime {
  /** Layout version and "boot has finished". */
  magic = 0,
  booted = 4,
  /** Interpreter lock: 0 free, 1 held, 2 held with waiters (Atomics.wait/notify on it). */
  gil = 16,
  gil_drop_request = 20,
  gil_switch_number = 24,
  gil_last_holder = 28,
  /** Non-zero when the interpreter loop must leave its fast path: signals, gc, a lock request, async exceptions, pending calls. */
  eval_breaker = 32,
  signals_pending = 36,
  /** Bit mask of tripped signals, two words. */
  signals_lo = 40,
  signals_hi = 44,
  switch_interval_us = 48,
  max_heap = 52,
  /** Failure injection: allocations number fail_alloc to fail_last (counted by alloc_count) return NULL. */
  fail_alloc = 56,
  alloc_count = 60,
  finalizing = 64,
  next_thread_id = 68,
  /** Address of the word on which the main Python thread waits, 0 when it does not: a signal wakes it there. */
  main_wait = 72,
  /** A word nobody ever changes: sleeping waits on it. */
  sleep_word = 80,
  fail_last = 84,
  /** Numbers given to compiled code objects so far (vm/jithooks.ts). */
  jit_ids = 88,
  /** vm/workers.ts owns 128..191. */
  workers = 128,
  /** First word free for the allocator's own globals; heap/ owns 512..4095. */
  heap_globals = 512,
}

/** Our PyInterpreterState (byte offsets from INTERP): what of CPython's moult needs. */
export const enum Interp {
  threads_head = 0,
  sysdict = 8,
  modules = 16,
  builtins = 24,
  importlib = 32,
  import_func = 40,
  builtins_copy = 48,
  codec_search_path = 56,
  codec_search_cache = 64,
  codec_error_registry = 72,
  interned = 80,
  after_forkers_child = 88,
  before_forkers = 96,
  after_forkers_parent = 104,
  audit_hooks = 112,
  warnings_filters = 120,
  warnings_once_registry = 128,
  warnings_default_action = 136,
  warnings_filters_version = 144,
  type_version_next = 152,
  dict_version_lo = 160,
  dict_version_hi = 164,
  keys_version_next = 168,
  func_version_next = 172,
  int_max_str_digits = 176,
  errnomap = 184,
  dict = 192,
  context_ver = 200,
  recursion_limit = 208,
  ExceptionGroup = 216,
  memerrors_freelist = 224,
  memerrors_numfree = 232,
  unsupported_operation = 240,
  /** Settings of the compiler (PyConfig): -O level; non-zero: no columns in line tables (-X no_debug_ranges). */
  optimization_level = 248,
  no_debug_ranges = 252,
  /** -X dev, once the codecs are there and until finalisation: names of encodings and of error handlers are checked. */
  check_codecs = 256,
  /** PyConfig's import_time and verbose; non-zero: -X frozen_modules=off; _imp._override_frozen_modules_for_tests. */
  import_time = 260,
  verbose = 264,
  no_frozen_modules = 268,
  override_frozen = 272,
  /** _gc_runtime_state: gc/ owns 512..1023. */
  gc = 512,
  /** Free lists: objects/ owns 1024..4095, numbered in objects/freelists.ts. */
  freelists = 1024,
}
