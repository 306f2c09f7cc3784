/** META of docs/snapshot-format.md. */
export interface Meta {
  moult: string
  python: string
  created: string
  argv: string[]
  mode: string
  cwd: string
  script: string
  library: string
  reason: string
  status: number
  seconds: number
  heapSize: number
  staticTop: number
  recorded: boolean
  serial: number
  live: Tally
  peak: Tally & { serial: number }
  total: Tally
  events: { seen: number; kept: number }
  resident: number
  peakResident: number
  account: Account
  collector: {
    enabled: boolean
    generations: { collections: number; collected: number; uncollectable: number; objects: number; threshold: number }[]
  }
  arenas: { address: number; pools: number; freePools: number; used: number; free: number }[]
  types: Record<string, number>
  /** Bytes that the recording itself took, outside the heap, and seconds, measured on every 256th event. */
  recordingBytes: number
  recordingSeconds: number
}
export interface Tally {
  bytes: number
  count: number
}
export interface Account {
  live: number
  slack: number
  freeLists: number
  freeBlocks: number
  headers: number
  large: number
  interpreter: number
  resident: number
}
