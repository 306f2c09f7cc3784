import fs from "node:fs"

// The heap image: the pages of a booted heap that are not zero, as one file. Its key says what it was made from.
//
//   magic (8 bytes) | length of the head (4) | head: JSON of ImageHead, padded to a page | the runs' bytes, one after the other

const MAGIC = "MOULTIMG"
const PAGE = 4096

interface ImageHead {
  key: string
  /** Start and length in bytes, in pairs. */
  runs: number[]
}

function isZero(words: Int32Array, from: number, to: number): boolean {
  for (let i = from; i < to; i++) if (words[i] !== 0) return false
  return true
}

/** The runs of non-zero pages of [start, end). */
function usedRuns(words: Int32Array, start: number, end: number): number[] {
  const runs: number[] = []
  for (let page = start; page < end; page += PAGE) {
    if (isZero(words, page >> 2, (page + PAGE) >> 2)) continue
    const last = runs.length - 1
    if (last > 0 && runs[last - 1] + runs[last] === page) runs[last] += PAGE
    else runs.push(page, PAGE)
  }
  return runs
}

/** Write the pages of [start, end) to a file, which appears whole or not at all. */
export function writeImage(file: string, key: string, heap: SharedArrayBuffer, start: number, end: number): void {
  const runs = usedRuns(new Int32Array(heap), start, end)
  const head = Buffer.from(JSON.stringify({ key, runs } satisfies ImageHead))
  const first = Buffer.alloc(Math.ceil((12 + head.length) / PAGE) * PAGE)
  first.write(MAGIC, "latin1")
  first.writeUInt32LE(head.length, 8)
  head.copy(first, 12)
  const temporary = `${file}.${process.pid}`
  const fd = fs.openSync(temporary, "w")
  try {
    fs.writeSync(fd, first)
    for (let i = 0; i < runs.length; i += 2) fs.writeSync(fd, new Uint8Array(heap, runs[i], runs[i + 1]))
  } finally {
    fs.closeSync(fd)
  }
  fs.renameSync(temporary, file)
}

/** Read an image into a heap that is all zeros. @returns false when there is none, or one of another key. */
export function readImage(file: string, key: string, heap: SharedArrayBuffer): boolean {
  let fd: number
  try {
    fd = fs.openSync(file, "r")
  } catch {
    return false
  }
  try {
    const head = Buffer.alloc(16 * PAGE)
    const n = fs.readSync(fd, head, 0, head.length, 0)
    if (n < 12 || head.toString("latin1", 0, 8) !== MAGIC) return false
    const length = head.readUInt32LE(8)
    if (12 + length > n) return false
    const { key: made, runs } = JSON.parse(head.toString("utf8", 12, 12 + length)) as ImageHead
    if (made !== key) return false
    let at = Math.ceil((12 + length) / PAGE) * PAGE
    let total = at
    for (let i = 1; i < runs.length; i += 2) total += runs[i]
    if (fs.fstatSync(fd).size !== total) return false
    for (let i = 0; i < runs.length; i += 2) {
      fs.readSync(fd, new Uint8Array(heap, runs[i], runs[i + 1]), 0, runs[i + 1], at)
      at += runs[i + 1]
    }
    return true
  } finally {
    fs.closeSync(fd)
  }
}
