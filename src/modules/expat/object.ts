import { int32, ptr, setint32, setptr } from "../../heap/access.ts"
import { PyMem_Free, PyMem_Malloc } from "../../heap/obmalloc.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_CLEAR, Py_DECREF, Py_NewRef, Py_XDECREF, Py_XINCREF } from "../../heap/refcount.ts"
import { _PyObject_GC_New, PyObject_GC_Del, PyObject_GC_Track, PyObject_GC_UnTrack } from "../../gc/gcmodule.ts"
import { PyBytes_AsJS, PyBytes_FromJS } from "../../objects/bytesobject.ts"
import { PyErr_NoMemory, PyErr_Occurred, PyErr_SetString } from "../../objects/errors.ts"
import { PyLong_AsLong, PyLong_Check, PyLong_FromLong } from "../../objects/longobject.ts"
import { PyObject_IsTrue } from "../../objects/object.ts"
import type { visitproc } from "../../objects/slots.ts"
import { Py_None, PyExc_RuntimeError, PyExc_TypeError, PyExc_ValueError } from "../../objects/statictypes.ts"
import { truth } from "../support.ts"
import { active, flush } from "./run.ts"
import { H, reviveState, type State } from "./state.ts"

// The parser object of Modules/pyexpat.c: its fields, handlers and attributes.

/** `itself` is the parser's state as JSON in a bytes object; `handlers` a block of H.COUNT owned pointers. */
export const enum Xml {
  itself = 16,
  ordered_attributes = 24,
  specified_attributes = 28,
  in_callback = 32,
  ns_prefixes = 36,
  buffer = 40,
  buffer_size = 48,
  buffer_used = 52,
  intern = 56,
  handlers = 64,
  /** For an external parameter entity: the parser that shares its declarations. */
  parent = 72,
  /** Which of the two default handlers was set last: H.Default or H.DefaultExpand. */
  dflt = 80,
  SIZE = 88,
}
const BUFFER_SIZE = 8192

export function handlerSlot(self: Ref, h: number): number {
  return ptr(self + Xml.handlers) + 8 * h
}
export function loadState(self: Ref): State {
  return reviveState(Buffer.from(PyBytes_AsJS(ptr(self + Xml.itself))).toString("utf8"))
}
/** -1 with the error set. */
export function saveState(self: Ref, s: State): number {
  const $bytes = PyBytes_FromJS(Buffer.from(JSON.stringify(s), "utf8"))
  if ($bytes === NULL) return -1
  const old = ptr(self + Xml.itself)
  setptr(self + Xml.itself, $bytes)
  Py_XDECREF(old)
  return 0
}

export function newParser(type: Ref, state: State, intern: Ref): Own {
  const $self = _PyObject_GC_New(type)
  if ($self === NULL) return NULL
  for (let f = Xml.itself as number; f < Xml.SIZE; f += 8) setptr($self + f, 0)
  setint32($self + Xml.buffer_size, BUFFER_SIZE)
  setint32($self + Xml.dflt, H.Default)
  Py_XINCREF(intern)
  setptr($self + Xml.intern, intern)
  const block = PyMem_Malloc(8 * H.COUNT)
  setptr($self + Xml.handlers, block)
  if (block !== 0) for (let h = 0; h < H.COUNT; h++) setptr(block + 8 * h, 0)
  PyObject_GC_Track($self)
  if (block === 0) PyErr_NoMemory()
  if (block !== 0 && saveState($self, state) === 0) return $self
  Py_DECREF($self)
  return NULL
}
export function clearHandlers(self: Ref): void {
  if (ptr(self + Xml.handlers) !== 0) for (let h = 0; h < H.COUNT; h++) Py_CLEAR(handlerSlot(self, h))
}
export function xmlparse_traverse(self: Ref, visit: visitproc, arg: number): number {
  const handlers = ptr(self + Xml.handlers)
  if (handlers !== 0)
    for (let h = 0; h < H.COUNT; h++) {
      const v = ptr(handlers + 8 * h)
      const r = v ? visit(v as Ref, arg) : 0
      if (r) return r
    }
  const parent = ptr(self + Xml.parent)
  return parent ? visit(parent as Ref, arg) : 0
}
export function xmlparse_clear(self: Ref): number {
  clearHandlers(self)
  Py_CLEAR(self + Xml.intern)
  Py_CLEAR(self + Xml.parent)
  return 0
}
export function xmlparse_dealloc(self: Ref): void {
  PyObject_GC_UnTrack(self)
  xmlparse_clear(self)
  Py_CLEAR(self + Xml.itself)
  PyMem_Free(ptr(self + Xml.handlers))
  PyMem_Free(ptr(self + Xml.buffer))
  PyObject_GC_Del(self)
}

function handlerGet(self: Ref, h: number): Own {
  return Py_NewRef(ptr(handlerSlot(self, h)) || Py_None)
}
function cannotDelete(): number {
  PyErr_SetString(PyExc_RuntimeError, "Cannot delete attribute")
  return -1
}
function handlerSet(self: Ref, v: Ref, h: number): number {
  if (v === NULL) return cannotDelete()
  if (h === H.CharacterData && flush(self) < 0) return -1
  const slot = handlerSlot(self, h)
  const old = ptr(slot)
  setptr(slot, v === Py_None ? 0 : Py_NewRef(v))
  if (h === H.Default || h === H.DefaultExpand) setint32(self + Xml.dflt, h)
  Py_XDECREF(old)
  return 0
}

/** Line, column, byte of the event at hand or the last one. */
function position(self: Ref): readonly [number, number, number] {
  const run = active(self)
  if (run === null) return loadState(self).at
  run.parse.locate()
  return [run.parse.line, run.parse.column, run.parse.byte]
}
function getPosition(self: Ref, which: number): Own {
  return PyLong_FromLong(position(self)[which])
}
function getErrorCode(self: Ref): Own {
  return PyLong_FromLong(loadState(self).error)
}

function getBufferText(self: Ref): Own {
  return truth(ptr(self + Xml.buffer) !== 0)
}
function setBufferText(self: Ref, v: Ref): number {
  if (v === NULL) return cannotDelete()
  const on = PyObject_IsTrue(v)
  if (on < 0) return -1
  const block = ptr(self + Xml.buffer)
  if (on && block === 0) return newBuffer(self, int32(self + Xml.buffer_size))
  if (!on && block !== 0) {
    if (flush(self) < 0) return -1
    PyMem_Free(ptr(self + Xml.buffer))
    setptr(self + Xml.buffer, 0)
  }
  return 0
}
function newBuffer(self: Ref, size: number): number {
  const block = PyMem_Malloc(size)
  setptr(self + Xml.buffer, block)
  if (block !== 0) return 0
  PyErr_NoMemory()
  return -1
}
function getBufferSize(self: Ref): Own {
  return PyLong_FromLong(int32(self + Xml.buffer_size))
}
function setBufferSize(self: Ref, v: Ref): number {
  if (v === NULL) return cannotDelete()
  const bad = (exc: Ref, message: string): number => {
    PyErr_SetString(exc, message)
    return -1
  }
  if (!PyLong_Check(v)) return bad(PyExc_TypeError, "buffer_size must be an integer")
  const size = PyLong_AsLong(v)
  if (size <= 0) return PyErr_Occurred() ? -1 : bad(PyExc_ValueError, "buffer_size must be greater than zero")
  if (size === int32(self + Xml.buffer_size)) return 0
  if (size > 0x7fffffff) return bad(PyExc_ValueError, "buffer_size must not be greater than 2147483647")
  if (ptr(self + Xml.buffer) !== 0) {
    if (flush(self) < 0) return -1
    PyMem_Free(ptr(self + Xml.buffer))
  }
  if (newBuffer(self, size) < 0) return -1
  setint32(self + Xml.buffer_size, size)
  return 0
}
function getBufferUsed(self: Ref): Own {
  return PyLong_FromLong(int32(self + Xml.buffer_used))
}
function getFlag(self: Ref, field: number): Own {
  return truth(int32(self + field) !== 0)
}
function setFlag(self: Ref, v: Ref, field: number): number {
  if (v === NULL) return cannotDelete()
  const on = PyObject_IsTrue(v)
  if (on < 0) return -1
  setint32(self + field, on)
  if (field !== Xml.ns_prefixes) return 0
  const run = active(self)
  const s = run === null ? loadState(self) : run.parse.state
  s.triplets = on !== 0
  return run === null ? saveState(self, s) : 0
}

const HANDLER_NAMES = [
  "StartElementHandler",
  "EndElementHandler",
  "ProcessingInstructionHandler",
  "CharacterDataHandler",
  "UnparsedEntityDeclHandler",
  "NotationDeclHandler",
  "StartNamespaceDeclHandler",
  "EndNamespaceDeclHandler",
  "CommentHandler",
  "StartCdataSectionHandler",
  "EndCdataSectionHandler",
  "DefaultHandler",
  "DefaultHandlerExpand",
  "NotStandaloneHandler",
  "ExternalEntityRefHandler",
  "StartDoctypeDeclHandler",
  "EndDoctypeDeclHandler",
  "EntityDeclHandler",
  "XmlDeclHandler",
  "ElementDeclHandler",
  "AttlistDeclHandler",
  "SkippedEntityHandler",
] as const

export const XML_GETSET = [
  ["ErrorCode", getErrorCode],
  ["ErrorLineNumber", getPosition, null, "", 0],
  ["ErrorColumnNumber", getPosition, null, "", 1],
  ["ErrorByteIndex", getPosition, null, "", 2],
  ["CurrentLineNumber", getPosition, null, "", 0],
  ["CurrentColumnNumber", getPosition, null, "", 1],
  ["CurrentByteIndex", getPosition, null, "", 2],
  ["buffer_size", getBufferSize, setBufferSize],
  ["buffer_text", getBufferText, setBufferText],
  ["buffer_used", getBufferUsed],
  ["namespace_prefixes", getFlag, setFlag, "", Xml.ns_prefixes],
  ["ordered_attributes", getFlag, setFlag, "", Xml.ordered_attributes],
  ["specified_attributes", getFlag, setFlag, "", Xml.specified_attributes],
  ...HANDLER_NAMES.map((name, h) => [name, handlerGet, handlerSet, "", h] as const),
] as const
