import { byte, int32, ptr, setbyte, setint32, setptr } from "../../heap/access.ts"
import { args1, cstackMark, cstackReset } from "../../heap/cstack.ts"
import { fn } from "../../heap/fntable.ts"
import { PyTypeObject } from "../../heap/layout.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_CLEAR, Py_DECREF, Py_INCREF, Py_NewRef, Py_TYPE, Py_XDECREF, Py_XINCREF, Py_XNewRef, Py_XSETREF } from "../../heap/refcount.ts"
import { staticAlloc } from "../../heap/statics.ts"
import { PyObject_GC_Del, PyObject_GC_UnTrack } from "../../gc/gcmodule.ts"
import { PyObject_VectorcallDict } from "../../objects/call.ts"
import { definePrivateType } from "../../objects/define.ts"
import { PyDict_GetItemWithError } from "../../objects/dictobject.ts"
import { PyErr_Clear, PyErr_Occurred, PyErr_SetString } from "../../objects/errors.ts"
import { parseTuple } from "../../objects/getargs.ts"
import { _PyLong_AsInt, PyLong_CheckExact, PyLong_FromLong } from "../../objects/longobject.ts"
import { PyObject_GetAttrString, PyObject_IsTrue, tp_name_js, typeName } from "../../objects/object.ts"
import { type allocfunc, METH, READONLY, T, TPFLAGS, type visitproc } from "../../objects/slots.ts"
import { Py_None, PyExc_TypeError } from "../../objects/statictypes.ts"
import { PyObject_TypeCheck } from "../../objects/typeobject.ts"
import {
  PyUnicode_Check,
  PyUnicode_FromOrdinal,
  PyUnicode_FromString,
  PyUnicode_GET_LENGTH,
  PyUnicode_READ_CHAR,
} from "../../objects/unicodeobject.ts"
import { visitFields } from "../support.ts"

// Modules/_csv.c: Dialect, and the module's state.

/** Error, the dialects' dict (owned), the field limit. */
export const STATE = staticAlloc(24)
export const enum State {
  error = 0,
  dialects = 8,
  field_limit = 16,
}
export function csvError(message: string): Own {
  return PyErr_SetString(ptr(STATE + State.error), message)
}

export const enum Quote {
  MINIMAL = 0,
  ALL = 1,
  NONNUMERIC = 2,
  NONE = 3,
}
/** A character field that is not set. */
const NOT_SET = -1

export const enum Dialect {
  doublequote = 16,
  skipinitialspace = 17,
  strict = 18,
  quoting = 20,
  delimiter = 24,
  quotechar = 28,
  escapechar = 32,
  lineterminator = 40,
  SIZE = 48,
}

export function get_dialect_from_registry(name: Ref): Own {
  const d = PyDict_GetItemWithError(ptr(STATE + State.dialects), name)
  if (d === NULL) return PyErr_Occurred() ? NULL : csvError("unknown dialect")
  return Py_NewRef(d)
}

function charOrNone(c: number): Own {
  return c === NOT_SET ? Py_NewRef(Py_None) : PyUnicode_FromOrdinal(c)
}
function get_lineterminator(self: Ref): Own {
  return Py_XNewRef(ptr(self + Dialect.lineterminator))
}
function get_delimiter(self: Ref): Own {
  return charOrNone(int32(self + Dialect.delimiter))
}
function get_escapechar(self: Ref): Own {
  return charOrNone(int32(self + Dialect.escapechar))
}
function get_quotechar(self: Ref): Own {
  return charOrNone(int32(self + Dialect.quotechar))
}
function get_quoting(self: Ref): Own {
  return PyLong_FromLong(int32(self + Dialect.quoting))
}

// Each setter: false with the error set.
function setBool(slot: number, src: Ref, dflt: number): boolean {
  const b = src === NULL ? dflt : PyObject_IsTrue(src)
  if (b < 0) return false
  setbyte(slot, b)
  return true
}
function setInt(name: string, slot: number, src: Ref, dflt: number): boolean {
  if (src === NULL) {
    setint32(slot, dflt)
    return true
  }
  if (!PyLong_CheckExact(src)) return fail(`"${name}" must be an integer`)
  const v = _PyLong_AsInt(src)
  if (v === -1 && PyErr_Occurred()) return false
  setint32(slot, v)
  return true
}
function setChar(name: string, slot: number, src: Ref, dflt: number, orNone: boolean): boolean {
  let c = dflt
  if (src !== NULL) {
    c = NOT_SET
    if (!orNone || src !== Py_None) {
      if (!PyUnicode_Check(src)) return fail(`"${name}" must be string${orNone ? " or None" : ""}, not ${typeName(src).slice(0, 200)}`)
      if (PyUnicode_GET_LENGTH(src) !== 1) return fail(`"${name}" must be a 1-character string`)
      c = PyUnicode_READ_CHAR(src, 0)
    }
  }
  setint32(slot, c)
  return true
}
function setStr(name: string, slot: number, src: Ref, dflt: string): boolean {
  if (src === NULL) setptr(slot, PyUnicode_FromString(dflt))
  else if (src === Py_None) setptr(slot, 0)
  else if (!PyUnicode_Check(src)) return fail(`"${name}" must be a string`)
  else Py_XSETREF(slot, Py_NewRef(src))
  return true
}
function fail(message: string): boolean {
  PyErr_SetString(PyExc_TypeError, message)
  return false
}

const KEYWORDS = [
  "dialect",
  "delimiter",
  "doublequote",
  "escapechar",
  "lineterminator",
  "quotechar",
  "quoting",
  "skipinitialspace",
  "strict",
]

function dialect_new(type: Ref, args: Ref, kwargs: Ref): Own {
  const at = parseTuple(args, kwargs, "|OOOOOOOOO", KEYWORDS)
  if (at === 0) return NULL
  let $dialect = ptr(at) as Own
  const given = KEYWORDS.slice(1).map((_, i) => ptr(at + 8 + 8 * i))
  if ($dialect !== NULL) {
    if (PyUnicode_Check($dialect)) {
      $dialect = get_dialect_from_registry($dialect)
      if ($dialect === NULL) return NULL
    } else Py_INCREF($dialect)
    if (PyObject_TypeCheck($dialect, dialectType) && given.every((v) => v === NULL)) return $dialect
  }
  const $self = fn<allocfunc>(ptr(type + PyTypeObject.tp_alloc))(type, 0)
  if ($self === NULL) {
    Py_XDECREF($dialect)
    return NULL
  }
  for (const v of given) Py_XINCREF(v)
  if ($dialect !== NULL) {
    for (let i = 0; i < given.length; i++) {
      if (given[i] !== NULL) continue
      given[i] = PyObject_GetAttrString($dialect, KEYWORDS[i + 1])
      if (given[i] === NULL) PyErr_Clear()
    }
  }
  const ok = fill($self, given)
  Py_XDECREF($dialect)
  for (const $v of given) Py_XDECREF($v)
  if (ok) return $self
  Py_DECREF($self)
  return NULL
}
function fill(self: Ref, given: readonly Ref[]): boolean {
  const [delimiter, doublequote, escapechar, lineterminator, quotechar, quoting, skipinitialspace, strict] = given
  if (
    !setChar("delimiter", self + Dialect.delimiter, delimiter, 44, false) ||
    !setBool(self + Dialect.doublequote, doublequote, 1) ||
    !setChar("escapechar", self + Dialect.escapechar, escapechar, NOT_SET, true) ||
    !setStr("lineterminator", self + Dialect.lineterminator, lineterminator, "\r\n") ||
    !setChar("quotechar", self + Dialect.quotechar, quotechar, 34, true) ||
    !setInt("quoting", self + Dialect.quoting, quoting, Quote.MINIMAL) ||
    !setBool(self + Dialect.skipinitialspace, skipinitialspace, 0) ||
    !setBool(self + Dialect.strict, strict, 0)
  )
    return false
  const q = int32(self + Dialect.quoting)
  if (q < Quote.MINIMAL || q > Quote.NONE) return fail('bad "quoting" value')
  if (quotechar === Py_None && quoting === NULL) setint32(self + Dialect.quoting, Quote.NONE)
  if (int32(self + Dialect.quoting) !== Quote.NONE && int32(self + Dialect.quotechar) === NOT_SET)
    return fail("quotechar must be set if quoting enabled")
  if (ptr(self + Dialect.lineterminator) === NULL) return fail("lineterminator must be set")
  return true
}

function dialect_reduce(self: Ref, _args: Ref): Own {
  const name = tp_name_js(Py_TYPE(self))
  return PyErr_SetString(PyExc_TypeError, `cannot pickle '${name.slice(name.lastIndexOf(".") + 1).slice(0, 100)}' instances`)
}
function dialect_clear(self: Ref): number {
  Py_CLEAR(self + Dialect.lineterminator)
  return 0
}
function dialect_traverse(self: Ref, visit: visitproc, arg: number): number {
  return visitFields(self, [Dialect.lineterminator], visit, arg)
}
function dialect_dealloc(self: Ref): void {
  PyObject_GC_UnTrack(self)
  dialect_clear(self)
  PyObject_GC_Del(self)
}

/** A Dialect from a dialect, its name or NULL, and keyword settings (a dict or NULL). */
export function _call_dialect(dialect: Ref, kwargs: Ref): Own {
  const mark = cstackMark()
  const $r = PyObject_VectorcallDict(dialectType, args1(dialect), dialect === NULL ? 0 : 1, kwargs)
  cstackReset(mark)
  return $r
}
/** What the reader and the writer read of a dialect for every character. */
export function flag(dialect: Ref, offset: Dialect): boolean {
  return byte(dialect + offset) !== 0
}

export const dialectType = definePrivateType({
  name: "_csv.Dialect",
  basicsize: Dialect.SIZE,
  flags: TPFLAGS.BASETYPE | TPFLAGS.HAVE_GC | TPFLAGS.IMMUTABLETYPE,
  doc: "CSV dialect\n\nThe settings of reading and writing.\n",
  new: dialect_new,
  dealloc: dialect_dealloc,
  clear: dialect_clear,
  traverse: dialect_traverse,
  members: [
    ["skipinitialspace", T.BOOL, Dialect.skipinitialspace, READONLY],
    ["doublequote", T.BOOL, Dialect.doublequote, READONLY],
    ["strict", T.BOOL, Dialect.strict, READONLY],
  ],
  getset: [
    ["delimiter", get_delimiter],
    ["escapechar", get_escapechar],
    ["lineterminator", get_lineterminator],
    ["quotechar", get_quotechar],
    ["quoting", get_quoting],
  ],
  methods: [
    ["__reduce__", dialect_reduce, METH.VARARGS],
    ["__reduce_ex__", dialect_reduce, METH.VARARGS],
  ],
})
