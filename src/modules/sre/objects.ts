import { staticType } from "../../heap/statics.ts"

// Modules/_sre/sre.h: the objects.

/** PatternObject, variable: `code` words of 4 bytes. */
export const enum Pattern {
  groups = 24,
  groupindex = 32,
  indexgroup = 40,
  pattern = 48,
  flags = 56,
  weakreflist = 64,
  isbytes = 72,
  codesize = 80,
  code = 88,
  SIZE = 96,
}
/** MatchObject, variable: two marks (8 bytes each) a group. */
export const enum Match {
  string = 24,
  regs = 32,
  pattern = 40,
  pos = 48,
  endpos = 56,
  lastindex = 64,
  groups = 72,
  mark = 80,
  SIZE = 88,
}
/** ScannerObject. */
export const enum Scanner {
  pattern = 16,
  string = 24,
  start = 32,
  endpos = 40,
  mustAdvance = 48,
  executing = 52,
  /** Set once the scan has ended. */
  done = 56,
  SIZE = 240,
}

export const patternType = staticType()
export const matchType = staticType()
export const scannerType = staticType()
