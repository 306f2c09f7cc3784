import pc from "picocolors"

// How numbers and tables look in the terminal.

/** 1536 → "1.5 KiB". */
export function bytes(n: number): string {
  const sign = n < 0 ? "-" : ""
  let v = Math.abs(n)
  if (v < 1024) return `${sign}${Math.round(v)} B`
  for (const unit of ["KiB", "MiB"]) {
    v /= 1024
    if (v < 1000) return `${sign}${v.toFixed(v < 10 ? 2 : 1)} ${unit}`
  }
  return `${sign}${(v / 1024).toFixed(2)} GiB`
}
/** 1234567 → "1,234,567". */
export function count(n: number): string {
  return Math.round(n).toLocaleString("en-US")
}
export function percent(part: number, whole: number): string {
  return whole === 0 ? "0%" : `${((100 * part) / whole).toFixed(1)}%`
}
export function heading(text: string): string {
  return `\n${pc.bold(text)}\n`
}

/** Columns aligned: the ones whose title starts with ">" to the right. */
export function columns(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const right = titles.map((t) => t.startsWith(">"))
  const heads = titles.map((t) => t.replace(/^>/, ""))
  const widths = heads.map((h, i) => Math.max(h.length, ...rows.map((r) => r[i].length)))
  const line = (cells: readonly string[]): string =>
    cells.map((c, i) => (right[i] ? c.padStart(widths[i]) : i === cells.length - 1 ? c : c.padEnd(widths[i]))).join("  ")
  return `${pc.dim(line(heads))}\n${rows.map((r) => `${line(r)}\n`).join("")}`
}
