import type { Relation } from "./tables.ts"

/** RFC 4180: quotes where a comma, a quote or a line end is inside; lines end in CR LF. In pieces, so that big tables need no big string. */
export function* toCsv({ columns, rows }: Relation): Generator<string> {
  const quote = (v: string | number): string => {
    const s = String(v)
    return /[",\r\n]/.test(s) ? `"${s.replaceAll('"', '""')}"` : s
  }
  let piece = `${columns.map((c) => quote(c.name)).join(",")}\r\n`
  for (let i = 0; i < rows; i++) {
    piece += `${columns.map((c) => quote(c.data[i])).join(",")}\r\n`
    if (piece.length > 1 << 16) {
      yield piece
      piece = ""
    }
  }
  if (piece !== "") yield piece
}
