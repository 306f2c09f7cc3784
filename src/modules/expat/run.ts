import { int32, ptr, setint32, setptr } from "../../heap/access.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_DECREF, Py_NewRef } from "../../heap/refcount.ts"
import { PyObject_Call } from "../../objects/call.ts"
import { PyDict_GetItemWithError, PyDict_New, PyDict_SetItem } from "../../objects/dictobject.ts"
import { PyErr_Occurred } from "../../objects/errors.ts"
import { PyList_New, PyList_SET_ITEM } from "../../objects/listobject.ts"
import { PyLong_AsLong, PyLong_FromLong } from "../../objects/longobject.ts"
import { PyTuple_New, PyTuple_SET_ITEM } from "../../objects/tupleobject.ts"
import { PyUnicode_FromString } from "../../objects/unicodeobject.ts"
import { none, ownTuple } from "../support.ts"
import { clearHandlers, handlerSlot, loadState, saveState, Xml } from "./object.ts"
import { type Events, Parse, type Value } from "./parse.ts"
import { H, HandlerFailed, Kind, type Model, type State, XmlError } from "./state.ts"

// Events to handlers: pyexpat's side of a call of Parse.

/** Bit i: argument i is a name, kept once in the parser's intern dictionary. */
const INTERNED: readonly number[] = [1, 1, 1, 0, 31, 15, 3, 1, 0, 0, 0, 0, 0, 0, 14, 7, 0, 0b1111001, 0, 1, 3, 1]

function intern(self: Ref, text: string): Own {
  const $s = PyUnicode_FromString(text)
  const dict = ptr(self + Xml.intern)
  if ($s === NULL || dict === NULL) return $s
  const kept = PyDict_GetItemWithError(dict, $s)
  if (kept !== NULL) {
    Py_DECREF($s)
    return Py_NewRef(kept)
  }
  if (!PyErr_Occurred() && PyDict_SetItem(dict, $s, $s) === 0) return $s
  Py_DECREF($s)
  return NULL
}
function modelTuple(m: Model): Own {
  const $children = PyTuple_New(m.children.length)
  if ($children === NULL) return NULL
  for (let i = 0; i < m.children.length; i++) {
    const $child = modelTuple(m.children[i])
    if ($child === NULL) {
      Py_DECREF($children)
      return NULL
    }
    PyTuple_SET_ITEM($children, i, $child)
  }
  return ownTuple(PyLong_FromLong(m.type), PyLong_FromLong(m.quant), m.name === null ? none() : PyUnicode_FromString(m.name), $children)
}
function attributesOf(self: Ref, list: readonly string[], specified: number): Own {
  const n = int32(self + Xml.specified_attributes) ? specified : list.length
  const ordered = int32(self + Xml.ordered_attributes) !== 0
  const $all = ordered ? PyList_New(n) : PyDict_New()
  for (let i = 0; $all !== NULL && i < n; i += 2) {
    const $name = intern(self, list[i])
    const $value = PyUnicode_FromString(list[i + 1])
    if ($name === NULL || $value === NULL) return NULL
    if (ordered) {
      PyList_SET_ITEM($all, i, $name)
      PyList_SET_ITEM($all, i + 1, $value)
    } else {
      PyDict_SetItem($all, $name, $value)
      Py_DECREF($name)
      Py_DECREF($value)
    }
  }
  return $all
}

class Run implements Events {
  readonly parse: Parse
  /** Text that waits for more: Xml.buffer_used bytes of it. */
  private pending = ""
  constructor(
    readonly self: Ref,
    state: State,
    readonly outer: Run | null,
  ) {
    this.parse = new Parse(state, this)
  }
  private slot(h: H): number {
    if (h !== H.Default) return h
    const last = int32(this.self + Xml.dflt)
    return ptr(handlerSlot(this.self, last)) !== 0 ? last : H.Default + H.DefaultExpand - last
  }
  has(h: H): boolean {
    if (h === H.DefaultExpand) return this.slot(H.Default) === H.DefaultExpand && ptr(handlerSlot(this.self, h)) !== 0
    return ptr(handlerSlot(this.self, this.slot(h))) !== 0
  }
  /** Call a handler with owned arguments. */
  private call(h: number, $args: Own): number {
    const { self } = this
    if ($args === NULL) return this.failed()
    const $handler = Py_NewRef(ptr(handlerSlot(self, h)))
    setint32(self + Xml.in_callback, 1)
    const $r = PyObject_Call($handler, $args, NULL)
    setint32(self + Xml.in_callback, 0)
    Py_DECREF($args)
    Py_DECREF($handler)
    if ($r === NULL) return this.failed()
    const answers = h === H.NotStandalone || h === H.ExternalEntityRef
    const answer = answers ? PyLong_AsLong($r) : 0
    Py_DECREF($r)
    return answers && answer === -1 && PyErr_Occurred() ? this.failed() : answer
  }
  private failed(): never {
    clearHandlers(this.self)
    throw new HandlerFailed()
  }
  emit(h: H, ...args: Value[]): number {
    this.flush()
    const slot = this.slot(h)
    // the handler may have gone with the text that waited
    if (ptr(handlerSlot(this.self, slot)) === 0) return 0
    const mask = INTERNED[slot]
    if (slot === H.StartElement) {
      const $name = intern(this.self, args[0] as string)
      return this.call(slot, ownTuple($name, attributesOf(this.self, args[1] as readonly string[], args[2] as number)))
    }
    return this.call(slot, ownTuple(...args.map((v, i) => this.value(v, (mask & (1 << i)) !== 0))))
  }
  private value(v: Value, name: boolean): Own {
    if (v === null) return none()
    if (typeof v === "number") return PyLong_FromLong(v)
    if (typeof v === "string") return name ? intern(this.self, v) : PyUnicode_FromString(v)
    return modelTuple(v as Model)
  }
  characters(data: string): void {
    const { self } = this
    if (ptr(self + Xml.buffer) === 0) {
      this.call(H.CharacterData, ownTuple(PyUnicode_FromString(data)))
      return
    }
    const size = Buffer.byteLength(data)
    const max = int32(self + Xml.buffer_size)
    if (int32(self + Xml.buffer_used) + size > max) {
      this.flush()
      if (!this.has(H.CharacterData)) return
    }
    if (size > max) this.call(H.CharacterData, ownTuple(PyUnicode_FromString(data)))
    else {
      this.pending += data
      setint32(self + Xml.buffer_used, int32(self + Xml.buffer_used) + size)
    }
  }
  flush(): void {
    const text = this.pending
    if (text === "") return
    this.pending = ""
    setint32(this.self + Xml.buffer_used, 0)
    if (this.has(H.CharacterData)) this.call(H.CharacterData, ownTuple(PyUnicode_FromString(text)))
  }
}

let current: Run | null = null

/** The run of `self` that is going on in this worker. */
export function active(self: Ref): Run | null {
  for (let r = current; r !== null; r = r.outer) if (r.self === self) return r
  return null
}
/** Hand the text that waits to its handler; -1 with the error set. */
export function flush(self: Ref): number {
  const run = active(self)
  if (run === null) return 0
  try {
    run.flush()
    return 0
  } catch (e) {
    if (e instanceof HandlerFailed) return -1
    throw e
  }
}

/** Parse one piece. @returns an XML_Error, 0 for none, -1 when a Python error is set. */
export function runParser(self: Ref, data: Uint8Array, final: boolean, protocol: string | null, table: (name: string) => string): number {
  const state = loadState(self)
  if (protocol !== null) state.protocol = protocol
  const run = new Run(self, state, current)
  let code = 0
  const $self = Py_NewRef(self)
  current = run
  try {
    run.parse.feed(data, final, table)
    run.flush()
  } catch (e) {
    if (e instanceof HandlerFailed) code = -1
    else if (e instanceof XmlError) code = e.code
    else throw e
  } finally {
    current = run.outer
  }
  run.parse.locate()
  state.at = [run.parse.line, run.parse.column, run.parse.byte]
  state.error = Math.max(code, 0)
  shareDeclarations(self, state)
  if (saveState(self, state) < 0) code = -1
  Py_DECREF($self)
  return code
}
// A parameter entity's declarations belong to the document that refers to it.
function shareDeclarations(self: Ref, state: State): void {
  const parent = ptr(self + Xml.parent)
  const outer = parent === NULL || state.kind !== Kind.Param ? null : active(parent as Ref)
  if (outer !== null) outer.parse.state.dtd = state.dtd
}

export function copyHandlers(from: Ref, to: Ref): void {
  for (let h = 0; h < H.COUNT; h++) {
    const v = ptr(handlerSlot(from, h))
    if (v !== 0) setptr(handlerSlot(to, h), Py_NewRef(v as Ref))
  }
}
