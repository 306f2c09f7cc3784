// The elementary functions as glibc rounds them (nearly always correctly).

export function pow(x: number, y: number): number {
  return x ** y
}
export function hypot(x: number, y: number): number {
  x = Math.abs(x)
  y = Math.abs(y)
  if (x === Infinity || y === Infinity) return Infinity
  if (x < y) {
    const t = x
    x = y
    y = t
  }
  if (y === 0 || x !== x || y !== y) return x + y
  if (y < x * 2 ** -54) return x + y
  let scale = 1
  if (x > 2 ** 500) {
    scale = 2 ** 600
    x *= 2 ** -600
    y *= 2 ** -600
  } else if (y < 2 ** -459) {
    scale = 2 ** -600
    x *= 2 ** 600
    y *= 2 ** 600
  }
  // sqrt corrected by the exact residue x*x + y*y - h*h
  const h = Math.sqrt(x * x + y * y)
  if (h === 0) return 0
  const r = residue(x, y, h)
  return (h - r / (2 * h)) * scale
}

/** h*h - x*x - y*y, with the products exact. */
function residue(x: number, y: number, h: number): number {
  const hh = h * h
  const xx = x * x
  const yy = y * y
  return hh - xx - yy + (twoProductTail(h, h, hh) - twoProductTail(x, x, xx) - twoProductTail(y, y, yy))
}

/** a * b - p exactly, where p is the rounded product (Dekker). */
export function twoProductTail(a: number, b: number, p: number): number {
  const ca = 134217729 * a
  const ah = ca - (ca - a)
  const al = a - ah
  const cb = 134217729 * b
  const bh = cb - (cb - b)
  const bl = b - bh
  return ah * bh - p + ah * bl + al * bh + al * bl
}
