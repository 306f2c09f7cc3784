import { NAME_WORDS, NAMES } from "./names.ts"
import { bytesOf, VarintReader } from "./reader.ts"

// Names of characters, for unicodedata, \N{...} and the namereplace handler. Unpacked at the first question.

interface Names {
  byCode: Map<number, string>
  byName: Map<string, number>
  aliases: Map<string, number>
  sequences: Map<string, string>
}
let names: Names | null = null

function load(): Names {
  const words = Array.from(bytesOf(NAME_WORDS), (b) => String.fromCharCode(b))
    .join("")
    .split("\n")
  const r = new VarintReader(NAMES)
  let previous: string[] = []
  const next = (): string => {
    const head = r.u()
    const shared = head >> 4
    const fresh = head & 15
    const parts = previous.slice(0, shared)
    for (let i = 0; i < fresh; i++) parts.push(words[r.u()])
    previous = parts
    return parts.join(" ")
  }
  const byCode = new Map<number, string>()
  const byName = new Map<string, number>()
  let code = 0
  for (let n = r.u(); n > 0; n--) {
    code += r.u()
    const name = next()
    byCode.set(code, name)
    byName.set(name, code)
  }
  const aliases = new Map<string, number>()
  for (let n = r.u(); n > 0; n--) {
    const name = next()
    aliases.set(name, r.u())
  }
  const sequences = new Map<string, string>()
  for (let n = r.u(); n > 0; n--) {
    const name = next()
    let text = ""
    for (let k = r.u(); k > 0; k--) text += String.fromCodePoint(r.u())
    sequences.set(name, text)
  }
  names = { byCode, byName, aliases, sequences }
  return names
}

const L = ["G", "GG", "N", "D", "DD", "R", "M", "B", "BB", "S", "SS", "", "J", "JJ", "C", "K", "T", "P", "H"]
const V = ["A", "AE", "YA", "YAE", "EO", "E", "YEO", "YE", "O", "WA", "WAE", "OE", "YO", "U", "WEO", "WE", "WI", "YU", "EU", "YI", "I"]
const T = [
  "",
  "G",
  "GG",
  "GS",
  "N",
  "NJ",
  "NH",
  "D",
  "L",
  "LG",
  "LM",
  "LB",
  "LS",
  "LT",
  "LP",
  "LH",
  "M",
  "B",
  "BS",
  "S",
  "SS",
  "NG",
  "J",
  "C",
  "K",
  "T",
  "P",
  "H",
]

export function isUnifiedIdeograph(c: number): boolean {
  return (
    (c >= 0x3400 && c <= 0x4dbf) ||
    (c >= 0x4e00 && c <= 0x9fff) ||
    (c >= 0x20000 && c <= 0x2a6df) ||
    (c >= 0x2a700 && c <= 0x2b738) ||
    (c >= 0x2b740 && c <= 0x2b81d) ||
    (c >= 0x2b820 && c <= 0x2cea1) ||
    (c >= 0x2ceb0 && c <= 0x2ebe0) ||
    (c >= 0x30000 && c <= 0x3134a)
  )
}

/** Name of a character, null if it has none. */
export function unicodeName(c: number): string | null {
  if (c >= 0xac00 && c < 0xac00 + 11172) {
    const s = c - 0xac00
    return `HANGUL SYLLABLE ${L[Math.floor(s / 588)]}${V[Math.floor((s % 588) / 28)]}${T[s % 28]}`
  }
  if (isUnifiedIdeograph(c)) return `CJK UNIFIED IDEOGRAPH-${c.toString(16).toUpperCase()}`
  return (names ?? load()).byCode.get(c) ?? null
}
function longest(table: readonly string[], s: string, at: number): number {
  let best = -1
  for (let i = 0; i < table.length; i++) if (s.startsWith(table[i], at) && (best < 0 || table[i].length > table[best].length)) best = i
  return best
}
/** Character of a name or (`aliases`) alias; -1 if there is none. Case matters only for ideographs and syllables, as in CPython. */
export function unicodeCode(name: string, aliases = true): number {
  const s = name
  if (s.startsWith("HANGUL SYLLABLE ")) {
    let at = 16
    const l = longest(L, s, at)
    at += L[l].length
    const v = longest(V, s, at)
    if (v < 0) return -1
    at += V[v].length
    const t = longest(T, s, at)
    return at + T[t].length === s.length ? 0xac00 + (l * 21 + v) * 28 + t : -1
  }
  if (s.startsWith("CJK UNIFIED IDEOGRAPH-")) {
    const hex = s.slice(22)
    if (!/^[0-9A-F]{4,5}$/.test(hex)) return -1
    const c = Number.parseInt(hex, 16)
    return isUnifiedIdeograph(c) ? c : -1
  }
  const n = names ?? load()
  const upper = name.toUpperCase()
  return n.byName.get(upper) ?? (aliases ? (n.aliases.get(upper) ?? -1) : -1)
}
/** Characters of a named sequence, null if there is none of that name. */
export function unicodeSequence(name: string): string | null {
  return (names ?? load()).sequences.get(name.toUpperCase()) ?? null
}
