import { ROOT_KINDS, type RootKind } from "../../base/moultfile.ts"
import { _PyCFrame, _PyInterpreterFrame, PyCodeObject, PyObject, PyThreadState } from "../../heap/layout.ts"
import { INTERP, Interp, STATIC_END } from "../../heap/map.ts"
import type { Ref } from "../../heap/ref.ts"
import { staticTop } from "../../heap/statics.ts"
import { i32, u8 } from "../../heap/views.ts"
import { PyCode_Addr2Line } from "../../objects/codeobject.ts"
import { dictKey, dictValue, PyDict_CheckExact, PyDict_Next } from "../../objects/dictobject.ts"
import { PyModule_Check } from "../../objects/moduleobject.ts"
import { PyTuple_GET_ITEM, PyTuple_GET_SIZE } from "../../objects/tupleobject.ts"
import { PyUnicode_AsJS, PyUnicode_Check } from "../../objects/unicodeobject.ts"
import { GC, GCState } from "../../gc/state.ts"
import type { HeapMap } from "./heapmap.ts"
import { isTypeObject, type References } from "./references.ts"
import type { Strings } from "./strings.ts"

// What holds objects from outside the heap's graph.

export interface Root {
  object: number
  kind: number
  name: number
  detail: number
}

const INTERP_FIELDS: readonly (readonly [number, string])[] = [
  [Interp.sysdict, "sys.__dict__"],
  [Interp.modules, "sys.modules"],
  [Interp.builtins, "builtins.__dict__"],
  [Interp.importlib, "importlib"],
  [Interp.import_func, "__import__"],
  [Interp.builtins_copy, "a copy of builtins"],
  [Interp.codec_search_path, "codec search functions"],
  [Interp.codec_search_cache, "codecs found"],
  [Interp.codec_error_registry, "codec error handlers"],
  [Interp.interned, "interned strings"],
  [Interp.after_forkers_child, "os.register_at_fork"],
  [Interp.before_forkers, "os.register_at_fork"],
  [Interp.after_forkers_parent, "os.register_at_fork"],
  [Interp.audit_hooks, "audit hooks"],
  [Interp.warnings_filters, "warnings.filters"],
  [Interp.warnings_once_registry, "warnings' once registry"],
  [Interp.warnings_default_action, "warnings' default action"],
  [Interp.errnomap, "classes of OSError by errno"],
  [Interp.dict, "the interpreter's dict"],
  [Interp.ExceptionGroup, "ExceptionGroup"],
  [Interp.unsupported_operation, "io.UnsupportedOperation"],
]
const THREAD_FIELDS: readonly (readonly [number, string])[] = [
  [PyThreadState.curexc_type, "exception being raised"],
  [PyThreadState.curexc_value, "exception being raised"],
  [PyThreadState.curexc_traceback, "exception being raised"],
  [PyThreadState.exc_value, "exception being handled"],
  [PyThreadState.dict, "thread's dict"],
  [PyThreadState.async_exc, "asynchronous exception"],
  [PyThreadState.context, "current context"],
  [PyThreadState.c_profileobj, "profile function"],
  [PyThreadState.c_traceobj, "trace function"],
  [PyThreadState.async_gen_firstiter, "async generator hook"],
  [PyThreadState.async_gen_finalizer, "async generator hook"],
]

function text(op: number): string {
  return op !== 0 && PyUnicode_Check(op as Ref) ? PyUnicode_AsJS(op as Ref) : "?"
}

/** List the roots; objects with more references than any holder shows get one of kind unknown. */
export function roots(m: HeapMap, refs: References, strings: Strings): Root[] {
  const out: Root[] = []
  const found = new Uint32Array(m.object.length)
  for (let e = 0; e < refs.to.length; e++) found[refs.to[e]]++
  const add = (op: number, kind: RootKind, name: string, detail = ""): void => {
    const object = op === 0 ? -1 : m.indexOf.get(op)
    if (object < 0) return
    if (kind !== "module" && kind !== "interned") found[object]++
    out.push({ object, kind: ROOT_KINDS.indexOf(kind), name: strings.add(name), detail: strings.add(detail) })
  }

  const modules = i32[(INTERP + Interp.modules) >> 2] as Ref
  if (modules !== 0 && PyDict_CheckExact(modules)) {
    for (let pos = PyDict_Next(modules, 0); pos !== 0; pos = PyDict_Next(modules, pos)) {
      if (PyModule_Check(dictValue)) add(dictValue, "module", text(dictKey))
    }
  }
  for (let ts = i32[(INTERP + Interp.threads_head) >> 2]; ts !== 0; ts = i32[(ts + PyThreadState.next) >> 2]) {
    frameRoots(ts, add)
    for (const [field, name] of THREAD_FIELDS) add(i32[(ts + field) >> 2], "thread", name)
  }
  for (const [field, name] of INTERP_FIELDS) add(i32[(INTERP + field) >> 2], "interpreter", name)
  add(i32[(GC + GCState.garbage) >> 2], "interpreter", "gc.garbage")
  add(i32[(GC + GCState.callbacks) >> 2], "interpreter", "gc.callbacks")
  for (let i = 0; i < m.object.length; i++) {
    const type = i32[(m.object[i] + PyObject.ob_type) >> 2]
    if (m.ownBlock[i] >= 0) continue
    if (isTypeObject(type)) add(m.object[i], "static", "static type")
    else if (found[i] === 0) add(m.object[i], "static", "static object")
  }
  const interned = i32[(INTERP + Interp.interned) >> 2] as Ref
  if (interned !== 0) {
    for (let pos = PyDict_Next(interned, 0); pos !== 0; pos = PyDict_Next(interned, pos)) add(dictKey, "interned", "interned string")
  }
  unknownRoots(m, found, add)
  return out
}

type Add = (op: number, kind: RootKind, name: string, detail?: string) => void

function unknownRoots(m: HeapMap, found: Uint32Array, add: Add): void {
  const inStatic = new Set<number>()
  for (let w = 1024; w < staticTop() >> 2; w += 2) if (i32[w] >= STATIC_END && (i32[w] & 7) === 0 && i32[w + 1] === 0) inStatic.add(i32[w])
  for (let i = 0; i < m.object.length; i++) {
    const op = m.object[i]
    if (m.ownBlock[i] >= 0 && i32[op >> 2] > found[i]) {
      add(op, "unknown", inStatic.has(op) ? "the runtime's static memory" : "native code")
    }
  }
}

/** The frames that a thread runs: locals by name, then the value stack. */
function frameRoots(ts: number, add: Add): void {
  const cframe = i32[(ts + PyThreadState.cframe) >> 2]
  for (let f = cframe === 0 ? 0 : i32[(cframe + _PyCFrame.current_frame) >> 2]; f !== 0; f = i32[(f + _PyInterpreterFrame.previous) >> 2]) {
    if (u8[f + _PyInterpreterFrame.owner] !== 0) continue
    const code = i32[(f + _PyInterpreterFrame.f_code) >> 2] as Ref
    const line = PyCode_Addr2Line(code, i32[(f + _PyInterpreterFrame.prev_instr) >> 2] - code - PyCodeObject.co_code_adaptive)
    const name = text(i32[(code + PyCodeObject.co_qualname) >> 2])
    const where = `${name} (${text(i32[(code + PyCodeObject.co_filename) >> 2])}:${line})`
    add(i32[(f + _PyInterpreterFrame.f_func) >> 2], "frame", `function of ${where}`)
    add(i32[(f + _PyInterpreterFrame.f_locals) >> 2], "frame", `namespace of ${where}`)
    add(code, "frame", `code of ${where}`)
    add(i32[(f + _PyInterpreterFrame.frame_obj) >> 2], "frame", `frame of ${where}`)
    const names = i32[(code + PyCodeObject.co_localsplusnames) >> 2] as Ref
    const nlocals = i32[(code + PyCodeObject.co_nlocalsplus) >> 2]
    for (let i = 0; i < nlocals; i++) {
      const local = i < PyTuple_GET_SIZE(names) ? text(PyTuple_GET_ITEM(names, i)) : "?"
      add(i32[(f + _PyInterpreterFrame.localsplus + 8 * i) >> 2], "frame", `local '${local}' of ${where}`)
    }
    const top = i32[(f + _PyInterpreterFrame.stacktop) >> 2]
    for (let i = nlocals; i < top; i++)
      add(i32[(f + _PyInterpreterFrame.localsplus + 8 * i) >> 2], "frame", `value on the stack of ${where}`)
  }
}
