import { Growing, type HeapMap, PLAIN } from "./heapmap.ts"
import { _PyObject_GC_IS_TRACKED, _PyObject_IS_GC } from "../../gc/gcmodule.ts"
import { gcHooks } from "../../gc/hooks.ts"
import { gcTraverse } from "../../gc/state.ts"
import { PyCodeObject, PyObject, PyTypeObject } from "../../heap/layout.ts"
import { INTERP, Interp, STATIC_END } from "../../heap/map.ts"
import type { Ref } from "../../heap/ref.ts"
import { i32 } from "../../heap/views.ts"
import { PyCode_Type } from "../../objects/statictypes.ts"

// Who holds whom: tp_traverse for what the collector knows, the layout for code objects and static types.

const CODE_FIELDS = [
  PyCodeObject.co_consts,
  PyCodeObject.co_names,
  PyCodeObject.co_exceptiontable,
  PyCodeObject.co_localsplusnames,
  PyCodeObject.co_localspluskinds,
  PyCodeObject.co_filename,
  PyCodeObject.co_name,
  PyCodeObject.co_qualname,
  PyCodeObject.co_linetable,
  PyCodeObject._co_code,
]
const TYPE_FIELDS = [
  PyTypeObject.tp_dict,
  PyTypeObject.tp_base,
  PyTypeObject.tp_bases,
  PyTypeObject.tp_mro,
  PyTypeObject.tp_cache,
  PyTypeObject.tp_subclasses,
]

export interface References {
  /** Objects that object i holds: to[first[i]] … to[first[i + 1] - 1]. */
  first: Uint32Array
  to: Int32Array
}

let map: HeapMap
let edges: Growing
function visit(op: Ref, _arg: number): number {
  const i = map.indexOf.get(op)
  if (i >= 0) edges.push(i)
  return 0
}
function visitFields(op: number, fields: readonly number[]): void {
  for (const f of fields) {
    const v = i32[(op + f) >> 2]
    if (v !== 0) visit(v as Ref, 0)
  }
}

/** Every reference between objects of the map. */
export function references(m: HeapMap): References {
  map = m
  edges = new Growing()
  const first = new Uint32Array(m.object.length + 1)
  // its references are not counted: an interned string dies when nothing else holds it
  const interned = i32[(INTERP + Interp.interned) >> 2]
  for (let i = 0; i < m.object.length; i++) {
    first[i] = edges.length
    const op = m.object[i] as Ref
    if (op === interned) continue
    const type = i32[(op + PyObject.ob_type) >> 2]
    if (type === PyCode_Type) visitFields(op, CODE_FIELDS)
    else if (_PyObject_IS_GC(op)) {
      // an untracked object may be half built, but tuples and dicts never are
      if (_PyObject_GC_IS_TRACKED(op) || type === gcHooks.PyTuple_Type || type === gcHooks.PyDict_Type) gcTraverse(op, visit, 0)
    } else if (m.ownBlock[i] < 0 && isTypeObject(type)) visitFields(op, TYPE_FIELDS)
  }
  first[m.object.length] = edges.length
  return complete(m, { first, to: edges.take() }, interned)
}

/**
 * tp_traverse leaves out what can be in no cycle: a dict's str keys, a descriptor's name. Objects whose count says that more holds them
 * are looked for in the words of the others' blocks.
 */
function complete(m: HeapMap, { first, to }: References, interned: number): References {
  const n = m.object.length
  const missing = new Int32Array(n)
  for (let i = 0; i < n; i++) if (m.ownBlock[i] >= 0) missing[i] = i32[m.object[i] >> 2]
  for (let e = 0; e < to.length; e++) missing[to[e]]--
  const known = new Int32Array(n).fill(-1)
  const from = new Growing()
  const extra = new Growing()
  for (let b = 0; b < m.blockAt.length; b++) {
    const owner = m.owner[b]
    if (owner < 0 || m.object[owner] === interned || PLAIN.has(i32[(m.object[owner] + PyObject.ob_type) >> 2])) continue
    let stamped = false
    for (let w = m.blockAt[b] >> 2, end = (m.blockAt[b] + m.blockSize[b]) >> 2; w < end; w += 2) {
      const v = i32[w]
      if (v < STATIC_END || (v & 7) !== 0 || i32[w + 1] !== 0) continue
      const i = m.indexOf.get(v)
      if (i < 0 || missing[i] <= 0 || i === owner) continue
      if (!stamped) {
        stamped = true
        for (let e = first[owner]; e < first[owner + 1]; e++) known[to[e]] = owner
      }
      if (known[i] === owner) continue
      known[i] = owner
      missing[i]--
      from.push(owner)
      extra.push(i)
    }
  }
  return merge(n, first, to, from.take(), extra.take())
}
/** The references with more added: those of one object stay together, old ones first. */
function merge(n: number, first: Uint32Array, to: Int32Array, from: Int32Array, extra: Int32Array): References {
  const next = new Uint32Array(n + 1)
  for (const o of from) next[o + 1]++
  for (let i = 0; i < n; i++) next[i + 1] += next[i]
  const all = new Int32Array(to.length + extra.length)
  const start = new Uint32Array(n + 1)
  for (let i = 0; i <= n; i++) start[i] = first[i] + next[i]
  for (let i = 0; i < n; i++) all.set(to.subarray(first[i], first[i + 1]), start[i])
  const fill = new Uint32Array(n)
  for (let k = 0; k < from.length; k++) {
    const o = from[k]
    all[start[o] + first[o + 1] - first[o] + fill[o]++] = extra[k]
  }
  return { first: start, to: all }
}
/** TPFLAGS.TYPE_SUBCLASS of the type's type. */
export function isTypeObject(type: number): boolean {
  return (i32[(type + PyTypeObject.tp_flags) >> 2] & (1 << 31)) !== 0
}
