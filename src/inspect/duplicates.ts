import { PyBytesObject, PyFloatObject, PyLongObject, PyVarObject } from "../heap/layout.ts"
import type { HeapBytes } from "./heapbytes.ts"
import type { ObjectGraph } from "./objectgraph.ts"
import { strData } from "./shapes.ts"

export interface Duplicates {
  type: string
  /** The equal objects, in the order of addresses. */
  nodes: number[]
  /** Bytes of all but the first. */
  wasted: number
}

/** Where the value of an immutable object lies. */
function valueBytes(h: HeapBytes, op: number, type: string): Uint8Array {
  if (type === "str") {
    const { at, length, kind } = strData(h, op)
    return h.slice(at, length * kind)
  }
  if (type === "bytes") return h.slice(op + PyBytesObject.ob_sval, h.pointer(op + PyVarObject.ob_size))
  if (type === "float") return h.slice(op + PyFloatObject.ob_fval, 8)
  return h.slice(op + PyLongObject.ob_digit, 4 * Math.abs(h.int32(op + PyVarObject.ob_size)))
}
/** What tells values of equal bytes apart: an int's sign, a str's width. */
function salt(h: HeapBytes, op: number, type: string): number {
  return type === "int" ? h.int32(op + PyVarObject.ob_size) : type === "str" ? strData(h, op).kind : 0
}
function hash(bytes: Uint8Array, seed: number): number {
  let x = seed ^ 0x811c9dc5
  for (let i = 0; i < bytes.length; i++) x = Math.imul(x ^ bytes[i], 0x01000193)
  return x
}
function equal(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}

const KINDS = ["str", "bytes", "int", "float"]

/** Equal strings, bytes, ints and floats that exist more than once, most wasted bytes first. Static objects are left out. */
export function duplicates(g: ObjectGraph, limit = Number.POSITIVE_INFINITY): Duplicates[] {
  const h = g.snapshot.heap
  const found: Duplicates[] = []
  for (const type of KINDS) {
    const nodes: number[] = []
    const hashes: number[] = []
    for (let v = 1; v < g.count; v++) {
      if (g.size(v) === 0 || g.typeName(v) !== type) continue
      const op = g.address(v)
      nodes.push(v)
      hashes.push(hash(valueBytes(h, op, type), salt(h, op, type)))
    }
    const order = Uint32Array.from(nodes, (_, i) => i).sort((x, y) => hashes[x] - hashes[y] || x - y)
    for (let i = 0; i < order.length; ) {
      let end = i + 1
      while (end < order.length && hashes[order[end]] === hashes[order[i]]) end++
      // equal hashes: the bytes decide
      let rest = Array.from(order.subarray(i, end), (k) => nodes[k])
      while (rest.length > 1) {
        const op = g.address(rest[0])
        const bytes = valueBytes(h, op, type)
        const mark = salt(h, op, type)
        const same: number[] = []
        const other: number[] = []
        for (const v of rest) {
          const at = g.address(v)
          if (salt(h, at, type) === mark && equal(valueBytes(h, at, type), bytes)) same.push(v)
          else other.push(v)
        }
        if (same.length > 1) found.push({ type, nodes: same, wasted: same.slice(1).reduce((n, v) => n + g.size(v), 0) })
        rest = other
      }
      i = end
    }
  }
  return found.sort((a, b) => b.wasted - a.wasted).slice(0, limit)
}
