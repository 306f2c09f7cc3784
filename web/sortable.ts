/** A column: its heading, its text, and what to sort by when that is not the text. */
export interface TableColumn<Row> {
  title: string
  text: (row: Row) => string
  key?: (row: Row) => number
}

/** A table whose headings sort it: numbers largest first, text from A. At most `limit` rows are shown. */
export function sortable<Row>(columns: TableColumn<Row>[], rows: readonly Row[], limit = 500, onClick?: (row: Row) => void): HTMLElement {
  const table = document.createElement("table")
  const head = table.createTHead().insertRow()
  const body = table.createTBody()
  let by = columns.findIndex((c) => c.key !== undefined)
  let down = true
  const draw = (): void => {
    const { key, text } = columns[Math.max(by, 0)]
    const order = [...rows].sort((a, b) => (key === undefined ? text(a).localeCompare(text(b)) : key(b) - key(a)))
    if (!down) order.reverse()
    body.replaceChildren(
      ...order.slice(0, limit).map((row) => {
        const line = document.createElement("tr")
        for (const c of columns) {
          const cell = line.insertCell()
          cell.textContent = c.text(row)
          if (c.key !== undefined) cell.className = "number"
        }
        if (onClick !== undefined) {
          line.className = "link"
          line.addEventListener("click", () => onClick(row))
        }
        return line
      }),
    )
    ;[...head.cells].forEach((cell, i) => cell.setAttribute("aria-sort", i !== by ? "none" : down ? "descending" : "ascending"))
  }
  columns.forEach((c, i) => {
    const cell = document.createElement("th")
    cell.textContent = c.title
    if (c.key !== undefined) cell.className = "number"
    cell.addEventListener("click", () => {
      down = by === i ? !down : true
      by = i
      draw()
    })
    head.append(cell)
  })
  draw()
  return table
}

/** 1536 → "1.5 KiB". */
export function bytes(n: number): string {
  let v = n
  for (const unit of ["B", "KiB", "MiB"]) {
    if (v < 1000) return `${unit === "B" ? v : v.toFixed(1)} ${unit}`
    v /= 1024
  }
  return `${v.toFixed(2)} GiB`
}

/** A heading and what is under it. */
export function section(title: string, ...content: (Node | string)[]): HTMLElement {
  const s = document.createElement("section")
  const h = document.createElement("h2")
  h.textContent = title
  s.append(h, ...content)
  return s
}
