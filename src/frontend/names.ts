import { KEYWORDS } from "./tokens.ts"

// The names of a worker's sources, numbered; the first numbers are the keywords, in the order of KEYWORDS.

// Interned names: the same text is the same string (and number) everywhere in a tree, so that maps by name are fast.
const NAME_LIMIT = 1 << 16
let slots = new Int32Array(1 << 12)
let hashes = new Int32Array(1 << 12)
export let names: string[] = []

export function hashOf(s: string): number {
  let h = 0
  for (let i = 0; i < s.length; i++) h = (Math.imul(h, 31) + s.charCodeAt(i)) | 0
  return h
}

/** Before a source: keep the table unless it has grown large. */
export function resetNames(): void {
  if (names.length > 0 && names.length <= NAME_LIMIT) return
  names = []
  slots = new Int32Array(1 << 12)
  hashes = new Int32Array(1 << 12)
  for (const k of KEYWORDS) internName(k, hashOf(k))
}

function growNames(): void {
  const old = hashes
  slots = new Int32Array(slots.length * 2)
  hashes = new Int32Array(slots.length)
  hashes.set(old)
  const mask = slots.length - 1
  for (let id = 0; id < names.length; id++) {
    let at = hashes[id] & mask
    while (slots[at] !== 0) at = (at + 1) & mask
    slots[at] = id + 1
  }
}

function addName(s: string, h: number, at: number): number {
  const id = names.length
  names.push(s)
  hashes[id] = h
  slots[at] = id + 1
  if (names.length * 2 > slots.length) growNames()
  return id
}

export function internName(s: string, h: number): number {
  const mask = slots.length - 1
  let at = h & mask
  for (;;) {
    const id = slots[at] - 1
    if (id < 0) return addName(s, h, at)
    if (hashes[id] === h && names[id] === s) return id
    at = (at + 1) & mask
  }
}

export function internRange(src: string, start: number, end: number, h: number): number {
  const mask = slots.length - 1
  const length = end - start
  let at = h & mask
  for (;;) {
    const id = slots[at] - 1
    if (id < 0) return addName(src.slice(start, end), h, at)
    if (hashes[id] === h) {
      const n = names[id]
      if (n.length === length) {
        let i = 0
        while (i < length && n.charCodeAt(i) === src.charCodeAt(start + i)) i++
        if (i === length) return id
      }
    }
    at = (at + 1) & mask
  }
}
