// Unpacks what tools/gen-unicode.py wrote: base64 of varints, 7 bits a byte, low first; signed values zigzagged.

export function bytesOf(base64: string): Uint8Array {
  const s = atob(base64)
  const b = new Uint8Array(s.length)
  for (let i = 0; i < s.length; i++) b[i] = s.charCodeAt(i)
  return b
}

export class VarintReader {
  readonly bytes: Uint8Array
  at = 0
  constructor(base64: string) {
    this.bytes = bytesOf(base64)
  }
  done(): boolean {
    return this.at >= this.bytes.length
  }
  u(): number {
    let v = 0
    let scale = 1
    for (;;) {
      const b = this.bytes[this.at++]
      v += (b & 127) * scale
      if (b < 128) return v
      scale *= 128
    }
  }
  s(): number {
    const v = this.u()
    return v % 2 ? -(v + 1) / 2 : v / 2
  }
}

/** (length, value) runs over all characters as a two-level table: value of c is records[(index[c >> 7] << 7) | (c & 127)]. */
export function expandRuns(base64: string): { index: Uint16Array; records: Uint16Array } {
  const r = new VarintReader(base64)
  const index = new Uint16Array(0x110000 >> 7)
  let records = new Uint16Array(1 << 17)
  let used = 0
  const uniform = new Map<number, number>()
  const page = new Uint16Array(128)
  let fill = 0
  let same = true
  let c = 0
  while (c < 0x110000) {
    let n = r.u()
    const v = r.u()
    while (n > 0) {
      const take = Math.min(n, 128 - fill)
      if (fill > 0 && page[0] !== v) same = false
      page.fill(v, fill, fill + take)
      fill += take
      n -= take
      c += take
      if (fill < 128) continue
      let p = same ? uniform.get(page[0]) : undefined
      if (p === undefined) {
        p = used++
        if (used << 7 > records.length) {
          const wider = new Uint16Array(records.length * 2)
          wider.set(records)
          records = wider
        }
        records.set(page, p << 7)
        if (same) uniform.set(page[0], p)
      }
      index[(c >> 7) - 1] = p
      fill = 0
      same = true
    }
  }
  return { index, records: records.slice(0, used << 7) }
}
