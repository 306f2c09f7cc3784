import { type State, X, XmlError } from "./state.ts"

// Bytes to text as expat's scanners read them. A byte that is no character becomes BAD, which no token may hold.

export const BAD = "\udc80"

/** What the first bytes say; "" when more are needed. */
function sniff(raw: Uint8Array, final: boolean): { encoding: string; skip: number } | null {
  if (raw.length < 2 && !final) return null
  const [a, b, c] = raw
  if (a === 0xfe && b === 0xff) return { encoding: "utf-16be", skip: 2 }
  if (a === 0xff && b === 0xfe) return { encoding: "utf-16le", skip: 2 }
  if (a === 0xef && b === 0xbb && raw.length < 3 && !final) return null
  if (a === 0xef && b === 0xbb && c === 0xbf) return { encoding: "utf-8", skip: 3 }
  if (a === 0x3c && b === 0 && raw.length > 1) return { encoding: "utf-16le", skip: 0 }
  if (a === 0) return { encoding: "utf-16be", skip: 0 }
  return { encoding: "utf-8", skip: 0 }
}

/** Continue decoding `raw`; `used` bytes of it are taken. */
function utf8(raw: Uint8Array, final: boolean): { text: string; used: number } {
  let n = raw.length
  // leave an unfinished sequence for the next piece
  for (let back = 1; back <= 3 && back <= n; back++) {
    const b = raw[n - back]
    if (b < 0x80) break
    if (b >= 0xc0) {
      const need = b >= 0xf0 ? 4 : b >= 0xe0 ? 3 : 2
      if (need > back) n -= back
      break
    }
  }
  if (final && n < raw.length) throw new XmlError(X.PARTIAL_CHAR)
  const part = raw.subarray(0, n)
  try {
    return { text: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(part), used: n }
  } catch {
    return { text: new TextDecoder("utf-8", { ignoreBOM: true }).decode(part).replaceAll("\ufffd", BAD), used: n }
  }
}
function utf16(raw: Uint8Array, little: boolean): { text: string; used: number } {
  const n = raw.length & ~1
  let text = ""
  const units: number[] = []
  for (let i = 0; i < n; i += 2) {
    units.push(little ? raw[i] | (raw[i + 1] << 8) : (raw[i] << 8) | raw[i + 1])
    if (units.length === 8192) text += String.fromCharCode(...units.splice(0))
  }
  text += String.fromCharCode(...units)
  const last = text.charCodeAt(text.length - 1)
  if (last >= 0xd800 && last < 0xdc00) return { text: text.slice(0, -1), used: n - 2 }
  return { text, used: n }
}

function latin1(raw: Uint8Array): string {
  return Buffer.from(raw).toString("latin1")
}
export function bytesOf(s: string): Uint8Array {
  return Buffer.from(s, "latin1")
}

/** What the declaration at the start of 8-bit text says: "" for nothing, null when more bytes are needed. */
function declaredEncoding(raw: Uint8Array, final: boolean): string | null {
  const start = latin1(raw.subarray(0, 6))
  if (start.length < 6 && "<?xml".startsWith(start.slice(0, 5)) && !final) return null
  if (!/^<\?xml[ \t\r\n]/.test(start)) return ""
  const text = latin1(raw)
  const end = text.indexOf("?>")
  if (end < 0) return final ? "" : null
  const m = /[ \t\r\n]encoding[ \t\r\n]*=[ \t\r\n]*(["'])([A-Za-z][A-Za-z0-9._-]*)\1/.exec(text.slice(0, end))
  return m === null ? "" : m[2]
}

/** Choose the encoding; false when more bytes are needed. `table` gives the 256 characters of an encoding we do not know. */
function choose(s: State, raw: Uint8Array, final: boolean, table: (name: string) => string): boolean {
  const found = sniff(raw, final)
  if (found === null) return false
  const wide = found.encoding.startsWith("utf-16")
  let name = s.protocol
  if (name === null && !wide) {
    name = declaredEncoding(raw.subarray(found.skip), final)
    if (name === null) return false
    if (name === "") name = "utf-8"
    else if (/^utf-16/i.test(name)) throw new XmlError(X.INCORRECT_ENCODING)
  }
  const known = knownEncoding(name)
  if (name === null || known === "utf-16") s.encoding = wide ? found.encoding : "utf-16be"
  else if (known !== "") s.encoding = known
  else {
    s.table = table(name)
    s.encoding = "table"
  }
  s.byte = wide === s.encoding.startsWith("utf-16") ? found.skip : 0
  return true
}

/** Take the bytes that wait and `more` into the state's text. */
export function decodeInto(s: State, more: Uint8Array, final: boolean, table: (name: string) => string): void {
  let raw: Uint8Array = s.raw === "" ? more : Buffer.concat([bytesOf(s.raw), more])
  if (s.encoding === "") {
    if (!choose(s, raw, final, table)) {
      s.raw = latin1(raw)
      return
    }
    raw = raw.subarray(s.byte)
  }
  const { text, used } = decodeAs(s, raw, final)
  s.text += text
  s.raw = latin1(raw.subarray(used))
}
function decodeAs(s: State, raw: Uint8Array, final: boolean): { text: string; used: number } {
  switch (s.encoding) {
    case "utf-8":
      return utf8(raw, final)
    case "utf-16le":
    case "utf-16be":
      return utf16(raw, s.encoding === "utf-16le")
    case "iso-8859-1":
      return { text: latin1(raw), used: raw.length }
    case "us-ascii":
      return { text: latin1(raw).replace(/[\x80-\xff]/g, BAD), used: raw.length }
    default: {
      const table = s.table
      return { text: latin1(raw).replace(/[\s\S]/g, (c) => table[c.charCodeAt(0)]), used: raw.length }
    }
  }
}

/** The encodings expat knows by itself; "" for any other. */
export function knownEncoding(name: string | null): string {
  const low = (name ?? "").toLowerCase()
  return ["utf-8", "utf-16", "utf-16le", "utf-16be", "iso-8859-1", "us-ascii"].includes(low) ? low : ""
}

/** How many bytes a stretch of text takes in the document's encoding. */
export function byteLength(s: State, text: string): number {
  if (s.encoding.startsWith("utf-16")) return 2 * text.length
  if (s.encoding === "utf-8" || s.encoding === "") return Buffer.byteLength(text)
  return text.length
}
