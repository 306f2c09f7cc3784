/** What the command line asks for: python's options, then moult's own. */
export interface Options {
  mode: "file" | "command" | "module" | "stdin"
  /** File path, command text or module name. */
  target: string
  /** sys.argv (argv[0] as CPython sets it before running). */
  argv: string[]
  /** sys.orig_argv without the executable. */
  origArgv: string[]
  bytesWarning: number
  dontWriteBytecode: boolean
  debug: number
  ignoreEnvironment: boolean
  inspect: boolean
  isolated: boolean
  optimize: number
  safePath: boolean
  quiet: boolean
  /** -R */
  randomHash: boolean
  noUserSite: boolean
  noSite: boolean
  unbuffered: boolean
  verbose: number
  warnOptions: string[]
  xoptions: string[]
  skipFirstLine: boolean
  checkHashPycs: string
  /** moult's own */
  maxHeap: number
  audit: boolean
  heapStats: boolean
  /** moult's version; a snapshot names it. */
  version: string
  /** --dump-on-oom: write a snapshot here when the first MemoryError is raised; "" for none. */
  dumpOnOom: string
  /** `moult run`: record the run; null: a plain run. */
  record: RecordOptions | null
  /** Print and leave: help, version. */
  print: string | null
  /** A usage error: message and exit status 2. */
  error: string | null
}

/** What a recorded run leaves behind. */
export interface RecordOptions {
  /** Absolute path of the snapshot; "" for none. */
  output: string
  /** Say at the end where the snapshot is. */
  announce: boolean
}
