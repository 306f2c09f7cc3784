import { H, Log, log, logBytes } from "./log.ts"

// Strings, frames and stacks of a recorded run: equal ones have one row.

const encoder = new TextEncoder()

function hashBytes(b: Uint8Array): number {
  let h = 0x811c9dc5
  for (let i = 0; i < b.length; i++) h = Math.imul(h ^ b[i], 0x01000193)
  return h ^ (h >>> 15)
}

/** Row of a string; row 0 is "", also given out when the table is full. */
export function internString(s: string): number {
  if (s === "") return 0
  const b = encoder.encode(s)
  const mask = Log.MAX_STRINGS * 2 - 1
  const hash = Log.string_hash >> 2
  const starts = Log.strings >> 2
  let i = hashBytes(b) & mask
  for (; log[hash + i] !== 0; i = (i + 1) & mask) {
    const row = log[hash + i]
    const at = log[starts + row]
    if (log[starts + row + 1] - at !== b.length) continue
    let k = 0
    while (k < b.length && logBytes[Log.text + at + k] === b[k]) k++
    if (k === b.length) return row
  }
  const row = Math.max(1, log[H.nstrings])
  const at = log[H.text_used]
  if (row >= Log.MAX_STRINGS - 1 || at + b.length > Log.MAX_TEXT) return 0
  logBytes.set(b, Log.text + at)
  log[starts + row] = at
  log[starts + row + 1] = at + b.length
  log[hash + i] = row
  log[H.text_used] = at + b.length
  log[H.nstrings] = row + 1
  return row
}

/** All strings by row. */
export function internedStrings(): string[] {
  const decoder = new TextDecoder()
  const out = [""]
  for (let row = 1; row < log[H.nstrings]; row++) {
    const at = log[(Log.strings >> 2) + row]
    // a copy: a decoder does not read shared memory
    out.push(decoder.decode(logBytes.slice(Log.text + at, Log.text + log[(Log.strings >> 2) + row + 1])))
  }
  return out
}

/** Row of a line of code; row 0 is "no Python code". */
export function internFrame(name: number, file: number, line: number): number {
  const mask = Log.MAX_FRAMES * 2 - 1
  const hash = Log.frame_hash >> 2
  const h = Math.imul(name, 0x9e3779b1) ^ Math.imul(file, 0x85ebca6b) ^ Math.imul(line, 0xc2b2ae35)
  let i = (h ^ (h >>> 15)) & mask
  for (; log[hash + i] !== 0; i = (i + 1) & mask) {
    const w = (Log.frames >> 2) + log[hash + i] * 4
    if (log[w] === name && log[w + 1] === file && log[w + 2] === line) return log[hash + i]
  }
  const row = Math.max(1, log[H.nframes])
  if (row >= Log.MAX_FRAMES) return 0
  const w = (Log.frames >> 2) + row * 4
  log[w] = name
  log[w + 1] = file
  log[w + 2] = line
  log[hash + i] = row
  log[H.nframes] = row + 1
  return row
}

/** Row of the stack `parent` with `frame` on top; the parent itself when the table is full. */
export function internNode(parent: number, frame: number): number {
  const mask = Log.MAX_NODES * 2 - 1
  const hash = Log.node_hash >> 2
  const h = Math.imul(parent, 0x9e3779b1) ^ Math.imul(frame, 0x85ebca6b)
  let i = (h ^ (h >>> 13)) & mask
  for (; log[hash + i] !== 0; i = (i + 1) & mask) {
    const w = (Log.nodes >> 2) + log[hash + i] * 16
    if (log[w] === parent && log[w + 1] === frame) return log[hash + i]
  }
  const row = Math.max(1, log[H.nnodes])
  if (row >= Log.MAX_NODES) return parent
  const w = (Log.nodes >> 2) + row * 16
  log[w] = parent
  log[w + 1] = frame
  log[hash + i] = row
  log[H.nnodes] = row + 1
  return row
}

/** Word of the row of deaths with these four; -1 when the table is full. */
export function deathRow(stack: number, type: number, frame: number, cause: number): number {
  const mask = Log.MAX_DEATHS * 2 - 1
  const hash = Log.death_hash >> 2
  const h = Math.imul(stack, 0x9e3779b1) ^ Math.imul(type, 0x85ebca6b) ^ Math.imul(frame, 0xc2b2ae35) ^ cause
  let i = (h ^ (h >>> 14)) & mask
  for (; log[hash + i] !== 0; i = (i + 1) & mask) {
    const w = (Log.deaths >> 2) + (log[hash + i] - 1) * 12
    if (log[w] === stack && log[w + 1] === type && log[w + 2] === frame && log[w + 3] === cause) return w
  }
  const row = log[H.ndeaths]
  if (row >= Log.MAX_DEATHS) return -1
  log[hash + i] = row + 1
  log[H.ndeaths] = row + 1
  const w = (Log.deaths >> 2) + row * 12
  log[w] = stack
  log[w + 1] = type
  log[w + 2] = frame
  log[w + 3] = cause
  return w
}
