import { Growing, type HeapMap } from "./heapmap.ts"
import { _PyObject_GC_IS_TRACKED, _PyObject_IS_GC } from "../../gc/gcmodule.ts"
import { gcHooks } from "../../gc/hooks.ts"
import { gcTraverse } from "../../gc/state.ts"
import { PyCodeObject, PyObject, PyTypeObject } from "../../heap/layout.ts"
import { INTERP, Interp } from "../../heap/map.ts"
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
  return { first, to: edges.take() }
}
/** TPFLAGS.TYPE_SUBCLASS of the type's type. */
export function isTypeObject(type: number): boolean {
  return (i32[(type + PyTypeObject.tp_flags) >> 2] & (1 << 31)) !== 0
}
