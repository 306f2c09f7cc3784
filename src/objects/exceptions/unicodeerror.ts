import { ptr, setptr, setssize, ssize } from "../../heap/access.ts"
import { calloca, cstackMark, cstackReset } from "../../heap/cstack.ts"
import { Py_buffer, PyBaseExceptionObject, PyUnicodeErrorObject as F } from "../../heap/layout.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_CLEAR, Py_DECREF, Py_NewRef, Py_SIZE, Py_XDECREF, Py_XSETREF } from "../../heap/refcount.ts"
import { u8 } from "../../heap/views.ts"
import { PyObject_GC_UnTrack } from "../../gc/gcmodule.ts"
import { PyBuffer_Release, PyNumber_AsSsize_t, PyObject_GetBuffer } from "../abstract.ts"
import { PyBytes_AS_STRING, PyBytes_Check, PyBytes_FromStringAndSize } from "../bytesobject.ts"
import { PyObject_Call } from "../call.ts"
import { defineType } from "../define.ts"
import { PyErr_Occurred, PyErr_SetString } from "../errors.ts"
import { PyLong_FromLong } from "../longobject.ts"
import { PyObject_Str, typeName } from "../object.ts"
import { T, type visitproc } from "../slots.ts"
import {
  PyExc_OverflowError,
  PyExc_TypeError,
  PyExc_UnicodeDecodeError,
  PyExc_UnicodeEncodeError,
  PyExc_UnicodeError,
  PyExc_UnicodeTranslateError,
  PyExc_ValueError,
} from "../statictypes.ts"
import { PyTuple_GET_ITEM, PyTuple_GET_SIZE, PyTuple_New, PyTuple_SET_ITEM } from "../tupleobject.ts"
import { PyUnicode_AsJS, PyUnicode_Check, PyUnicode_FromString, PyUnicode_GET_LENGTH, PyUnicode_READ_CHAR } from "../unicodeobject.ts"
import { exceptionSpec } from "./attributes.ts"
import {
  BaseException_clear,
  BaseException_dealloc,
  BaseException_init,
  BaseException_new,
  BaseException_traverse,
  freeInstance,
} from "./base.ts"

// Objects/exceptions.c: UnicodeError and its three kinds, with the accessors that codecs and error handlers use.
// Getters of numbers return the clamped value, or -1 with the error set.

function getString(attr: Ref, name: string): Own {
  if (attr === 0) return PyErr_SetString(PyExc_TypeError, `${name} attribute not set`)
  if (!PyUnicode_Check(attr)) return PyErr_SetString(PyExc_TypeError, `${name} attribute must be unicode`)
  return Py_NewRef(attr)
}
function getBytes(attr: Ref, name: string): Own {
  if (attr === 0) return PyErr_SetString(PyExc_TypeError, `${name} attribute not set`)
  if (!PyBytes_Check(attr)) return PyErr_SetString(PyExc_TypeError, `${name} attribute must be bytes`)
  return Py_NewRef(attr)
}
function setReason(exc: Ref, reason: string): number {
  const $s = PyUnicode_FromString(reason)
  if ($s === NULL) return -1
  Py_XSETREF(exc + F.reason, $s)
  return 0
}
function clampStart(start: number, size: number): number {
  return start < 0 ? 0 : start >= size ? size - 1 : start
}
function clampEnd(end: number, size: number): number {
  const e = end < 1 ? 1 : end
  return e > size ? size : e
}

export function PyUnicodeEncodeError_GetEncoding(exc: Ref): Own {
  return getString(ptr(exc + F.encoding), "encoding")
}
export function PyUnicodeDecodeError_GetEncoding(exc: Ref): Own {
  return getString(ptr(exc + F.encoding), "encoding")
}
export function PyUnicodeEncodeError_GetObject(exc: Ref): Own {
  return getString(ptr(exc + F.object), "object")
}
export function PyUnicodeDecodeError_GetObject(exc: Ref): Own {
  return getBytes(ptr(exc + F.object), "object")
}
export function PyUnicodeTranslateError_GetObject(exc: Ref): Own {
  return getString(ptr(exc + F.object), "object")
}
export function PyUnicodeEncodeError_GetStart(exc: Ref): number {
  const $o = PyUnicodeEncodeError_GetObject(exc)
  if ($o === NULL) return -1
  const r = clampStart(ssize(exc + F.start), PyUnicode_GET_LENGTH($o))
  Py_DECREF($o)
  return r
}
export function PyUnicodeDecodeError_GetStart(exc: Ref): number {
  const $o = PyUnicodeDecodeError_GetObject(exc)
  if ($o === NULL) return -1
  const r = clampStart(ssize(exc + F.start), Py_SIZE($o))
  Py_DECREF($o)
  return r
}
export function PyUnicodeTranslateError_GetStart(exc: Ref): number {
  return PyUnicodeEncodeError_GetStart(exc)
}
export function PyUnicodeEncodeError_GetEnd(exc: Ref): number {
  const $o = PyUnicodeEncodeError_GetObject(exc)
  if ($o === NULL) return -1
  const r = clampEnd(ssize(exc + F.end), PyUnicode_GET_LENGTH($o))
  Py_DECREF($o)
  return r
}
export function PyUnicodeDecodeError_GetEnd(exc: Ref): number {
  const $o = PyUnicodeDecodeError_GetObject(exc)
  if ($o === NULL) return -1
  const r = clampEnd(ssize(exc + F.end), Py_SIZE($o))
  Py_DECREF($o)
  return r
}
export function PyUnicodeTranslateError_GetEnd(exc: Ref): number {
  return PyUnicodeEncodeError_GetEnd(exc)
}
export function PyUnicodeEncodeError_SetStart(exc: Ref, start: number): number {
  setssize(exc + F.start, start)
  return 0
}
export function PyUnicodeDecodeError_SetStart(exc: Ref, start: number): number {
  setssize(exc + F.start, start)
  return 0
}
export function PyUnicodeTranslateError_SetStart(exc: Ref, start: number): number {
  setssize(exc + F.start, start)
  return 0
}
export function PyUnicodeEncodeError_SetEnd(exc: Ref, end: number): number {
  setssize(exc + F.end, end)
  return 0
}
export function PyUnicodeDecodeError_SetEnd(exc: Ref, end: number): number {
  setssize(exc + F.end, end)
  return 0
}
export function PyUnicodeTranslateError_SetEnd(exc: Ref, end: number): number {
  setssize(exc + F.end, end)
  return 0
}
export function PyUnicodeEncodeError_GetReason(exc: Ref): Own {
  return getString(ptr(exc + F.reason), "reason")
}
export function PyUnicodeDecodeError_GetReason(exc: Ref): Own {
  return getString(ptr(exc + F.reason), "reason")
}
export function PyUnicodeTranslateError_GetReason(exc: Ref): Own {
  return getString(ptr(exc + F.reason), "reason")
}
export function PyUnicodeEncodeError_SetReason(exc: Ref, reason: string): number {
  return setReason(exc, reason)
}
export function PyUnicodeDecodeError_SetReason(exc: Ref, reason: string): number {
  return setReason(exc, reason)
}
export function PyUnicodeTranslateError_SetReason(exc: Ref, reason: string): number {
  return setReason(exc, reason)
}

/** A new UnicodeDecodeError about `length` bytes at address `object`. */
export function PyUnicodeDecodeError_Create(
  encoding: string,
  object: number,
  length: number,
  start: number,
  end: number,
  reason: string,
): Own {
  return create(PyExc_UnicodeDecodeError, PyUnicode_FromString(encoding), PyBytes_FromStringAndSize(object, length), start, end, reason)
}
/** A new UnicodeEncodeError about the str `object`. */
export function PyUnicodeEncodeError_Create(encoding: string, object: Ref, start: number, end: number, reason: string): Own {
  return create(PyExc_UnicodeEncodeError, PyUnicode_FromString(encoding), Py_NewRef(object), start, end, reason)
}
/** A new UnicodeTranslateError about the str `object`. */
export function _PyUnicodeTranslateError_Create(object: Ref, start: number, end: number, reason: string): Own {
  return create(PyExc_UnicodeTranslateError, NULL, Py_NewRef(object), start, end, reason)
}
// Steals $encoding (NULL: none in the arguments) and $object.
function create(type: Ref, $encoding: Own, $object: Own, start: number, end: number, reason: string): Own {
  const n = type === PyExc_UnicodeTranslateError ? 4 : 5
  const $args = PyTuple_New(n)
  const $reason = PyUnicode_FromString(reason)
  if ($args === NULL || $reason === NULL || $object === NULL || (n === 5 && $encoding === NULL)) {
    Py_XDECREF($args)
    Py_XDECREF($reason)
    Py_XDECREF($object)
    Py_XDECREF($encoding)
    return NULL
  }
  let i = 0
  if (n === 5) PyTuple_SET_ITEM($args, i++, $encoding)
  PyTuple_SET_ITEM($args, i++, $object)
  PyTuple_SET_ITEM($args, i++, PyLong_FromLong(start))
  PyTuple_SET_ITEM($args, i++, PyLong_FromLong(end))
  PyTuple_SET_ITEM($args, i, $reason)
  const $exc = PyObject_Call(type, $args, NULL)
  Py_DECREF($args)
  return $exc
}

// Fill the fields from args: [encoding,] object, start, end, reason.
function initFields(self: Ref, args: Ref, hasEncoding: boolean, objectIsStr: boolean): number {
  Py_CLEAR(self + F.encoding)
  Py_CLEAR(self + F.object)
  Py_CLEAR(self + F.reason)
  const want = hasEncoding ? 5 : 4
  const n = PyTuple_GET_SIZE(args)
  if (n !== want) {
    PyErr_SetString(PyExc_TypeError, `function takes exactly ${want} arguments (${n} given)`)
    return -1
  }
  let i = 0
  const encoding = hasEncoding ? PyTuple_GET_ITEM(args, i++) : NULL
  const object = PyTuple_GET_ITEM(args, i++)
  if (encoding !== 0 && !PyUnicode_Check(encoding)) return badArgument(1, encoding)
  if (objectIsStr && !PyUnicode_Check(object)) return badArgument(i, object)
  const start = PyNumber_AsSsize_t(PyTuple_GET_ITEM(args, i++), PyExc_OverflowError)
  if (start === -1 && PyErr_Occurred()) return -1
  const end = PyNumber_AsSsize_t(PyTuple_GET_ITEM(args, i++), PyExc_OverflowError)
  if (end === -1 && PyErr_Occurred()) return -1
  const reason = PyTuple_GET_ITEM(args, i++)
  if (!PyUnicode_Check(reason)) return badArgument(i, reason)
  if (encoding !== 0) setptr(self + F.encoding, Py_NewRef(encoding))
  setptr(self + F.object, Py_NewRef(object))
  setssize(self + F.start, start)
  setssize(self + F.end, end)
  setptr(self + F.reason, Py_NewRef(reason))
  return 0
}
function badArgument(i: number, op: Ref): number {
  PyErr_SetString(PyExc_TypeError, `argument ${i} must be str, not ${typeName(op)}`)
  return -1
}

function UnicodeEncodeError_init(self: Ref, args: Ref, kwds: Ref): number {
  return BaseException_init(self, args, kwds) < 0 ? -1 : initFields(self, args, true, true)
}
function UnicodeTranslateError_init(self: Ref, args: Ref, kwds: Ref): number {
  return BaseException_init(self, args, kwds) < 0 ? -1 : initFields(self, args, false, true)
}
function UnicodeDecodeError_init(self: Ref, args: Ref, kwds: Ref): number {
  if (BaseException_init(self, args, kwds) < 0 || initFields(self, args, true, false) < 0) return -1
  const object = ptr(self + F.object)
  if (PyBytes_Check(object)) return 0
  const mark = cstackMark()
  const view = calloca(Py_buffer.SIZE)
  let $copy: Own = NULL
  if (PyObject_GetBuffer(object, view, 0) === 0) {
    $copy = PyBytes_FromStringAndSize(ptr(view + Py_buffer.buf), ssize(view + Py_buffer.len))
    PyBuffer_Release(view)
  }
  cstackReset(mark)
  Py_XSETREF(self + F.object, $copy)
  if ($copy !== NULL) return 0
  Py_CLEAR(self + F.encoding)
  Py_CLEAR(self + F.reason)
  return -1
}

function hex(n: number, width: number): string {
  return n.toString(16).padStart(width, "0")
}
function jsStr(op: Ref): string | null {
  const $s = PyObject_Str(op)
  if ($s === NULL) return null
  const s = PyUnicode_AsJS($s)
  Py_DECREF($s)
  return s
}
function badCharacter(self: Ref): string {
  const c = PyUnicode_READ_CHAR(ptr(self + F.object), ssize(self + F.start))
  return c <= 0xff ? `\\x${hex(c, 2)}` : c <= 0xffff ? `\\u${hex(c, 4)}` : `\\U${hex(c, 8)}`
}
// The three texts differ in the codec's name, the verb and what is at fault.
function describe(self: Ref, verb: string, thing: string, size: number, one: (self: Ref) => string, hasEncoding: boolean): Own {
  const reason = jsStr(ptr(self + F.reason))
  if (reason === null) return NULL
  const encoding = hasEncoding ? jsStr(ptr(self + F.encoding)) : ""
  if (encoding === null) return NULL
  const start = ssize(self + F.start)
  const end = ssize(self + F.end)
  const who = hasEncoding ? `'${encoding}' codec can't ${verb}` : `can't ${verb}`
  const what = start < size && end === start + 1 ? `${one(self)} in position ${start}` : `${thing}s in position ${start}-${end - 1}`
  return PyUnicode_FromString(`${who} ${what}: ${reason}`)
}
function oneCharacter(self: Ref): string {
  return `character '${badCharacter(self)}'`
}
function oneByte(self: Ref): string {
  return `byte 0x${hex(u8[PyBytes_AS_STRING(ptr(self + F.object)) + ssize(self + F.start)], 2)}`
}
function UnicodeEncodeError_str(self: Ref): Own {
  const object = ptr(self + F.object)
  if (object === 0) return PyUnicode_FromString("")
  return describe(self, "encode", "character", PyUnicode_GET_LENGTH(object), oneCharacter, true)
}
function UnicodeDecodeError_str(self: Ref): Own {
  const object = ptr(self + F.object)
  if (object === 0) return PyUnicode_FromString("")
  return describe(self, "decode", "byte", Py_SIZE(object), oneByte, true)
}
function UnicodeTranslateError_str(self: Ref): Own {
  const object = ptr(self + F.object)
  if (object === 0) return PyUnicode_FromString("")
  return describe(self, "translate", "character", PyUnicode_GET_LENGTH(object), oneCharacter, false)
}

function UnicodeError_clear(self: Ref): number {
  Py_CLEAR(self + F.encoding)
  Py_CLEAR(self + F.object)
  Py_CLEAR(self + F.reason)
  return BaseException_clear(self)
}
function UnicodeError_dealloc(self: Ref): void {
  PyObject_GC_UnTrack(self)
  UnicodeError_clear(self)
  freeInstance(self)
}
function UnicodeError_traverse(self: Ref, visit: visitproc, arg: number): number {
  for (const field of [F.encoding, F.object, F.reason]) {
    const v = ptr(self + field)
    if (v !== 0) {
      const r = visit(v, arg)
      if (r) return r
    }
  }
  return BaseException_traverse(self, visit, arg)
}

defineType(PyExc_UnicodeError, {
  ...exceptionSpec("UnicodeError", PyExc_ValueError, PyBaseExceptionObject.SIZE),
  dealloc: BaseException_dealloc,
  traverse: BaseException_traverse,
  clear: BaseException_clear,
  init: BaseException_init,
})
for (const [type, name, init, str] of [
  [PyExc_UnicodeEncodeError, "UnicodeEncodeError", UnicodeEncodeError_init, UnicodeEncodeError_str],
  [PyExc_UnicodeDecodeError, "UnicodeDecodeError", UnicodeDecodeError_init, UnicodeDecodeError_str],
  [PyExc_UnicodeTranslateError, "UnicodeTranslateError", UnicodeTranslateError_init, UnicodeTranslateError_str],
] as const) {
  defineType(type, {
    ...exceptionSpec(name, PyExc_UnicodeError, F.SIZE),
    new: BaseException_new,
    dealloc: UnicodeError_dealloc,
    traverse: UnicodeError_traverse,
    clear: UnicodeError_clear,
    init,
    str,
    members: [
      ["encoding", T.OBJECT, F.encoding, 0],
      ["object", T.OBJECT, F.object, 0],
      ["start", T.PYSSIZET, F.start, 0],
      ["end", T.PYSSIZET, F.end, 0],
      ["reason", T.OBJECT, F.reason, 0],
    ],
  })
}
