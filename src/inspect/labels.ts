import { ObjectFlag, ROOT_KINDS } from "../base/moultfile.ts"
import {
  PyBaseExceptionObject,
  _PyInterpreterFrame,
  PyCellObject,
  PyCodeObject,
  PyFrameObject,
  PyFunctionObject,
  PyGenObject,
  PyHeapTypeObject,
  PyListObject,
  PyMethodObject,
  PyModuleObject,
  PyObject,
  PyTracebackObject,
  PyTupleObject,
  PyTypeObject,
  PyVarObject,
} from "../heap/layout.ts"
import { pathTo, retainingPaths } from "./graph/paths.ts"
import type { ObjectGraph } from "./objectgraph.ts"
import { eachAttribute, eachDictItem, isStr, MANAGED_DICT, shortText, strText, TypeFlag, typeFlags } from "./shapes.ts"

// Names for people: what an object is, how one holds another, and the way from a root to an object in words.

/** Fields that only one kind of object has: by the type's name, [offset, how Python names it]. */
const FIELDS: Record<string, readonly (readonly [number, string])[]> = {
  function: [
    [PyFunctionObject.func_globals, ".__globals__"],
    [PyFunctionObject.func_builtins, ".__builtins__"],
    [PyFunctionObject.func_name, ".__name__"],
    [PyFunctionObject.func_qualname, ".__qualname__"],
    [PyFunctionObject.func_code, ".__code__"],
    [PyFunctionObject.func_defaults, ".__defaults__"],
    [PyFunctionObject.func_kwdefaults, ".__kwdefaults__"],
    [PyFunctionObject.func_closure, ".__closure__"],
    [PyFunctionObject.func_doc, ".__doc__"],
    [PyFunctionObject.func_dict, ".__dict__"],
    [PyFunctionObject.func_module, ".__module__"],
    [PyFunctionObject.func_annotations, ".__annotations__"],
  ],
  method: [
    [PyMethodObject.im_func, ".__func__"],
    [PyMethodObject.im_self, ".__self__"],
  ],
  cell: [[PyCellObject.ob_ref, ".cell_contents"]],
  module: [[PyModuleObject.md_dict, ".__dict__"]],
  traceback: [
    [PyTracebackObject.tb_next, ".tb_next"],
    [PyTracebackObject.tb_frame, ".tb_frame"],
  ],
}
const TYPE_FIELDS = [
  [PyTypeObject.tp_dict, ".__dict__"],
  [PyTypeObject.tp_base, ".__base__"],
  [PyTypeObject.tp_bases, ".__bases__"],
  [PyTypeObject.tp_mro, ".__mro__"],
  [PyTypeObject.tp_subclasses, ".__subclasses__()"],
  [PyHeapTypeObject.ht_name, ".__name__"],
  [PyHeapTypeObject.ht_qualname, ".__qualname__"],
  [PyHeapTypeObject.ht_slots, ".__slots__"],
] as const
const EXCEPTION_FIELDS = [
  [PyBaseExceptionObject.dict, ".__dict__"],
  [PyBaseExceptionObject.args, ".args"],
  [PyBaseExceptionObject.traceback, ".__traceback__"],
  [PyBaseExceptionObject.context, ".__context__"],
  [PyBaseExceptionObject.cause, ".__cause__"],
] as const
/** An object held: its address, and either its index in a sequence or (index -1) how Python would write it behind the holder. True stops. */
type Visit = (target: number, index: number, label: string) => boolean

/** Every reference whose name the layout tells. */
function eachLabel(g: ObjectGraph, holder: number, visit: Visit): boolean {
  const h = g.snapshot.heap
  const op = g.address(holder)
  if (op === 0) return false
  const type = h.pointer(op + PyObject.ob_type)
  const flags = h.int32(type + PyTypeObject.tp_flags)
  const fields = (list: readonly (readonly [number, string])[]): boolean =>
    list.some(([offset, name]) => visit(h.pointer(op + offset), -1, name))
  if ((flags & TypeFlag.TYPE) !== 0) return fields(TYPE_FIELDS)
  const own = (flags & TypeFlag.BASE_EXC) !== 0 ? EXCEPTION_FIELDS : FIELDS[g.typeName(holder)]
  if (own !== undefined && fields(own)) return true
  if ((flags & (TypeFlag.LIST | TypeFlag.TUPLE)) !== 0) {
    const items = (flags & TypeFlag.LIST) !== 0 ? h.pointer(op + PyListObject.ob_item) : op + PyTupleObject.ob_item
    const n = h.pointer(op + PyVarObject.ob_size)
    for (let i = 0; i < n; i++) if (visit(h.pointer(items + 8 * i), i, "")) return true
  }
  if ((flags & TypeFlag.DICT) !== 0) {
    const stopped = eachDictItem(h, op, (key, value) => visit(value, -1, `[${keyText(g, key)}]`) || visit(key, -1, KEY))
    if (stopped) return true
  }
  if (eachLocal(g, holder, visit)) return true
  if (eachAttribute(h, op, (name, value) => visit(value, -1, `.${name}`))) return true
  const offset = h.int32(type + PyTypeObject.tp_dictoffset)
  if ((flags & TypeFlag.MANAGED_DICT) !== 0 && visit(h.pointer(op + MANAGED_DICT), -1, ".__dict__")) return true
  if (offset > 0 && visit(h.pointer(op + offset), -1, ".__dict__")) return true
  return visit(type, -1, ".__class__")
}
/** The local variables of a frame, or of the frame in a generator, and what else the frame holds. */
function eachLocal(g: ObjectGraph, holder: number, visit: Visit): boolean {
  const h = g.snapshot.heap
  const op = g.address(holder)
  const type = g.typeName(holder)
  const frame = type === "frame" ? h.pointer(op + PyFrameObject.f_frame) : GENERATORS.includes(type) ? op + PyGenObject.gi_iframe : 0
  if (frame === 0) return false
  if (type === "frame" && visit(h.pointer(op + PyFrameObject.f_back), -1, ".f_back")) return true
  const code = h.pointer(frame + _PyInterpreterFrame.f_code)
  const names = h.pointer(code + PyCodeObject.co_localsplusnames)
  const n = h.int32(code + PyCodeObject.co_nlocalsplus)
  for (let i = 0; i < n; i++) {
    const name = strText(h, h.pointer(names + PyTupleObject.ob_item + 8 * i), 200)
    if (visit(h.pointer(frame + _PyInterpreterFrame.localsplus + 8 * i), -1, `local '${name}'`)) return true
  }
  return visit(h.pointer(frame + _PyInterpreterFrame.f_locals), -1, ".f_locals") || visit(code, -1, ".f_code")
}
const GENERATORS = ["generator", "coroutine", "async_generator"]

/** What a dict's key is to it. */
const KEY = "a key"

/** How `holder` holds `node`, as Python would write it behind the holder: `[3]`, `['key']`, `.name`; "" if the layout does not tell. */
export function edgeLabel(g: ObjectGraph, holder: number, node: number): string {
  const wanted = g.address(node)
  let found = ""
  eachLabel(g, holder, (target, index, label) => {
    if (target !== wanted) return false
    found = index < 0 ? label : `[${index}]`
    return true
  })
  return found
}

/** The labels of all that `holder` holds, by address; a number is an index. The first of several wins. */
export function edgeLabels(g: ObjectGraph, holder: number): Map<number, string | number> {
  const labels = new Map<number, string | number>()
  eachLabel(g, holder, (target, index, label) => {
    if (target !== 0 && !labels.has(target)) labels.set(target, index < 0 ? label : index)
    return false
  })
  return labels
}
function keyText(g: ObjectGraph, key: number): string {
  const h = g.snapshot.heap
  if (isStr(h, key)) return shortText(h, key, "str")
  const node = g.nodeAt(key)
  return node === 0 ? "…" : describe(g, node)
}

/** What holds the node from outside: "module app", "local 'x' of main (app.py:12)"; "" if only objects do. */
export function rootLabel(g: ObjectGraph, node: number): string {
  const { kind, name, detail } = g.snapshot.table("ROOT")
  const rows = [...g.roots(node)].sort((a, b) => kind[a] - kind[b])
  if (rows.length === 0) {
    if (node !== 0 && (g.objects.flags[node - 1] & ObjectFlag.STATIC) !== 0) return "static"
    return g.garbage.includes(node) ? "garbage that no collection has found yet" : ""
  }
  const r = rows[0]
  const text = [name[r], detail[r]].map((s) => g.snapshot.strings[s]).filter((s) => s !== "")
  const what = ROOT_KINDS[kind[r]] ?? "unknown"
  return what === "frame" ? text.join(" ") : `${what} ${text.join(" ")}`.trim()
}

/** An object in a few words: its type and what it says of itself. */
export function describe(g: ObjectGraph, node: number): string {
  if (node === 0) return "roots"
  const h = g.snapshot.heap
  const op = g.address(node)
  const type = g.typeName(node)
  if ((typeFlags(h, op) & TypeFlag.TYPE) !== 0) return `class ${h.cstring(h.pointer(op + PyTypeObject.tp_name))}`
  const own = shortText(h, op, type)
  if (own !== "") return own
  const nameAt = type === "function" ? PyFunctionObject.func_qualname : type === "module" ? PyModuleObject.md_name : 0
  const name = nameAt === 0 ? 0 : h.pointer(op + nameAt)
  if (name !== 0 && isStr(h, name)) return `${type} ${strText(h, name, 80)}`
  if ((typeFlags(h, op) & (TypeFlag.LIST | TypeFlag.TUPLE)) !== 0) return `${type} of ${h.pointer(op + PyVarObject.ob_size)}`
  if ((typeFlags(h, op) & TypeFlag.DICT) !== 0) return `${type} of ${h.pointer(op + PyVarObject.ob_size)}`
  return `${type} at 0x${op.toString(16)}`
}

/** One step of a path: the object, and how the one before holds it (for the first: what holds it from outside). */
export interface Step {
  node: number
  label: string
  text: string
}
function steps(g: ObjectGraph, path: readonly number[]): Step[] {
  return path.slice(1).map((node, i) => ({
    node,
    label: i === 0 ? rootLabel(g, node) : edgeLabel(g, path[i], node),
    text: describe(g, node),
  }))
}
/** The shortest way from a root to the node. */
export function shortestPath(g: ObjectGraph, node: number): Step[] {
  return steps(g, pathTo(g.nearest, node))
}
/** Ways from roots to the node, nearest first, each through another holder. */
export function pathsTo(g: ObjectGraph, node: number, limit = 5): Step[][] {
  return retainingPaths(g.nearest, g.holders, node, limit).map((path) => steps(g, path))
}
/** A path in one line: `module app → __dict__['cache'] → [3]`. */
export function pathText(path: readonly Step[]): string {
  return path
    .map((s, i) => (i === 0 ? s.label || s.text : s.label.startsWith("[") || s.label.startsWith(".") ? s.label : ` → ${s.label || s.text}`))
    .join("")
}
