import { byte, int32, ptr, setbyte, setint32, setptr, ssize } from "../../heap/access.ts"
import { fn } from "../../heap/fntable.ts"
import { PyTypeObject } from "../../heap/layout.ts"
import { PyMem_Free, PyMem_Malloc, PyMem_Realloc } from "../../heap/obmalloc.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_CLEAR, Py_DECREF, Py_NewRef, Py_SIZE, Py_XDECREF, Py_XSETREF } from "../../heap/refcount.ts"
import { staticType } from "../../heap/statics.ts"
import { u32 } from "../../heap/views.ts"
import { PyObject_GC_UnTrack } from "../../gc/gcmodule.ts"
import { PyObject_ClearWeakRefs } from "../../gc/weakref.ts"
import { PyNumber_AsSsize_t } from "../../objects/abstract.ts"
import { PyBool_FromLong } from "../../objects/boolobject.ts"
import { defineType } from "../../objects/define.ts"
import { PyDict_Copy, PyDict_Update } from "../../objects/dictobject.ts"
import { PyErr_NoMemory, PyErr_Occurred, PyErr_SetString } from "../../objects/errors.ts"
import { argGiven, parseTuple } from "../../objects/getargs.ts"
import { PyLong_Check, PyLong_FromLong } from "../../objects/longobject.ts"
import { PyObject_GenericGetDict, PyObject_GenericSetDict, typeName } from "../../objects/object.ts"
import { type allocfunc, METH, TPFLAGS, type visitproc } from "../../objects/slots.ts"
import { Py_None, Py_True, PyExc_OSError, PyExc_OverflowError, PyExc_TypeError, PyExc_ValueError } from "../../objects/statictypes.ts"
import { PyTuple_Check, PyTuple_GET_ITEM, PyTuple_New, PyTuple_SET_ITEM } from "../../objects/tupleobject.ts"
import {
  PyUnicode_AsJS,
  PyUnicode_Check,
  PyUnicode_FindChar,
  PyUnicode_FromKindAndData,
  PyUnicode_FromString,
  PyUnicode_GET_LENGTH,
  PyUnicode_READ_CHAR,
} from "../../objects/unicodeobject.ts"
import { _PyIncrementalNewlineDecoder_decode, newNewlineDecoder, newlinesSeen } from "./nldecoder.ts"
import { freeStream, sizeArg, sizeFromArgs } from "./iobase.ts"
import { PyTextIOBase_Type } from "./textio.ts"

// Modules/_io/stringio.c. The contents are an array of 4-byte characters.
//   16    24    32            40         48                         56        64       72
//   ┌ buf ┬ pos ┬ string_size ┬ buf_size ┬ ok, closed, universal…  ┬ decoder ┬ readnl ┬ writenl ┐ … dict 104, weakreflist 112

const enum StringIO {
  buf = 16,
  pos = 24,
  string_size = 32,
  buf_size = 40,
  ok = 48,
  closed = 49,
  readUniversal = 50,
  readTranslate = 51,
  decoder = 56,
  readnl = 64,
  writenl = 72,
  dict = 104,
  weakreflist = 112,
  SIZE = 120,
}

export const PyStringIO_Type = staticType()

function usable(self: Ref): boolean {
  if (!byte(self + StringIO.ok)) {
    PyErr_SetString(PyExc_ValueError, "I/O operation on uninitialized object")
    return false
  }
  if (byte(self + StringIO.closed)) {
    PyErr_SetString(PyExc_ValueError, "I/O operation on closed file")
    return false
  }
  return true
}
function size(self: Ref): number {
  return int32(self + StringIO.string_size)
}
function pos(self: Ref): number {
  return int32(self + StringIO.pos)
}
// Room for `n` characters; 0 or -1.
function resize(self: Ref, n: number): number {
  let alloc = int32(self + StringIO.buf_size)
  const want = n + 1
  if (want < alloc / 2) alloc = want + 1
  else if (want < alloc) return 0
  else if (want <= alloc * 1.125) alloc = want + (want >> 3) + (want < 9 ? 3 : 6)
  else alloc = want + 1
  const p = PyMem_Realloc(ptr(self + StringIO.buf), alloc * 4)
  if (p === 0) {
    PyErr_NoMemory()
    return -1
  }
  setptr(self + StringIO.buf, p)
  setint32(self + StringIO.buf_size, alloc)
  return 0
}
// Store str `obj` at the position, after newline translation; 0 or -1.
function writeString(self: Ref, obj: Ref): number {
  const decoder = ptr(self + StringIO.decoder)
  let $s = decoder !== 0 ? _PyIncrementalNewlineDecoder_decode(decoder, obj, true) : Py_NewRef(obj)
  if ($s === NULL) return -1
  const writenl = ptr(self + StringIO.writenl)
  if (writenl !== 0 && PyUnicode_FindChar($s, 10, 0, PyUnicode_GET_LENGTH($s), 1) >= 0) {
    const $t = PyUnicode_FromString(PyUnicode_AsJS($s).replaceAll("\n", PyUnicode_AsJS(writenl)))
    Py_DECREF($s)
    if ($t === NULL) return -1
    $s = $t
  }
  const n = PyUnicode_GET_LENGTH($s)
  const at = pos(self)
  if (at + n > int32(self + StringIO.buf_size) && resize(self, at + n) < 0) {
    Py_DECREF($s)
    return -1
  }
  const base = ptr(self + StringIO.buf) >> 2
  if (at > size(self)) u32.fill(0, base + size(self), base + at)
  for (let i = 0; i < n; i++) u32[base + at + i] = PyUnicode_READ_CHAR($s, i)
  setint32(self + StringIO.pos, at + n)
  if (at + n > size(self)) setint32(self + StringIO.string_size, at + n)
  Py_DECREF($s)
  return 0
}

function stringio_new(type: Ref, _args: Ref, _kwds: Ref): Own {
  const $self = fn<allocfunc>(ptr(type + PyTypeObject.tp_alloc))(type, 0)
  if ($self === NULL) return NULL
  const p = PyMem_Malloc(4)
  if (p === 0) {
    Py_DECREF($self)
    return PyErr_NoMemory()
  }
  setptr($self + StringIO.buf, p)
  return $self
}
function stringio_init(self: Ref, args: Ref, kwds: Ref): number {
  const at = parseTuple(args, kwds, "|OO:StringIO", ["initial_value", "newline"])
  if (at === 0) return -1
  const value = ptr(at)
  const newlineObj = ptr(at + 8)
  setbyte(self + StringIO.ok, 0)
  let newline: string | null = "\n"
  if (argGiven(1) && newlineObj !== 0) {
    if (newlineObj === Py_None) newline = null
    else if (!PyUnicode_Check(newlineObj)) return fail(PyExc_TypeError, `newline must be str or None, not ${typeName(newlineObj)}`)
    else newline = PyUnicode_AsJS(newlineObj)
  }
  if (newline !== null && !["", "\n", "\r", "\r\n"].includes(newline))
    return fail(PyExc_ValueError, `illegal newline value: ${JSON.stringify(newline).replace(/"/g, "'")}`)
  if (value !== 0 && value !== Py_None && !PyUnicode_Check(value)) {
    return fail(PyExc_TypeError, `initial_value must be str or None, not ${typeName(value)}`)
  }
  const universal = newline === null || newline === ""
  setbyte(self + StringIO.readUniversal, universal ? 1 : 0)
  setbyte(self + StringIO.readTranslate, newline === null ? 1 : 0)
  Py_XSETREF(self + StringIO.readnl, newline === null ? NULL : PyUnicode_FromString(newline))
  Py_XSETREF(self + StringIO.writenl, newline === "\r" || newline === "\r\n" ? PyUnicode_FromString(newline) : NULL)
  Py_XSETREF(self + StringIO.decoder, universal ? newNewlineDecoder(Py_None, newline === null) : NULL)
  if (PyErr_Occurred()) return -1
  setint32(self + StringIO.string_size, 0)
  setint32(self + StringIO.pos, 0)
  setbyte(self + StringIO.closed, 0)
  setbyte(self + StringIO.ok, 1)
  if (value !== 0 && value !== Py_None) {
    if (writeString(self, value) < 0) return -1
    setint32(self + StringIO.pos, 0)
  }
  return 0
}
function fail(exc: Ref, message: string): number {
  PyErr_SetString(exc, message)
  return -1
}
function slice(self: Ref, from: number, to: number): Own {
  return PyUnicode_FromKindAndData(4, ptr(self + StringIO.buf) + from * 4, to - from)
}
function getvalue(self: Ref): Own {
  return usable(self) ? slice(self, 0, size(self)) : NULL
}
function tell(self: Ref): Own {
  return usable(self) ? PyLong_FromLong(pos(self)) : NULL
}
function read(self: Ref, args: Ref): Own {
  const n = sizeFromArgs(args, "read")
  if (Number.isNaN(n) || !usable(self)) return NULL
  const have = Math.max(0, size(self) - pos(self))
  const take = n < 0 || n > have ? have : n
  const at = pos(self)
  setint32(self + StringIO.pos, at + take)
  return take === 0 ? PyUnicode_FromString("") : slice(self, at, at + take)
}
function nextLine(self: Ref, limit: number): Own {
  const at = pos(self)
  const end = size(self)
  if (at >= end) return PyUnicode_FromString("")
  const base = ptr(self + StringIO.buf) >> 2
  const stop = limit >= 0 && at + limit < end ? at + limit : end
  let i = at
  if (byte(self + StringIO.readTranslate) || !byte(self + StringIO.readUniversal)) {
    const nl = ptr(self + StringIO.readnl)
    const text = nl === 0 || byte(self + StringIO.readTranslate) ? "\n" : PyUnicode_AsJS(nl)
    const first = text.charCodeAt(0)
    for (; i < stop; i++) {
      if (u32[base + i] === first && (text.length === 1 || (i + 1 < end && u32[base + i + 1] === text.charCodeAt(1)))) {
        i = Math.min(i + text.length, stop)
        break
      }
    }
  } else {
    for (; i < stop; i++) {
      const c = u32[base + i]
      if (c === 10 || c === 13) {
        i += c === 13 && i + 1 < stop && u32[base + i + 1] === 10 ? 2 : 1
        break
      }
    }
  }
  setint32(self + StringIO.pos, i)
  return slice(self, at, i)
}
function readline(self: Ref, args: Ref): Own {
  const limit = sizeFromArgs(args, "readline")
  return Number.isNaN(limit) || !usable(self) ? NULL : nextLine(self, limit)
}
function iternext(self: Ref): Own {
  if (!usable(self)) return NULL
  const $l = nextLine(self, -1)
  if ($l === NULL || PyUnicode_GET_LENGTH($l) > 0) return $l
  Py_DECREF($l)
  return NULL
}
function truncate(self: Ref, args: Ref): Own {
  const at = parseTuple(args, NULL, "|O:truncate", null)
  if (at === 0) return NULL
  const arg = ptr(at)
  if (!usable(self)) return NULL
  const n = arg === 0 || arg === Py_None ? pos(self) : sizeArg(arg)
  if (Number.isNaN(n)) return NULL
  if (n < 0) return PyErr_SetString(PyExc_ValueError, `Negative size value ${n}`)
  if (n < size(self)) {
    if (resize(self, n) < 0) return NULL
    setint32(self + StringIO.string_size, n)
  }
  return PyLong_FromLong(n)
}
function seek(self: Ref, args: Ref): Own {
  const at = parseTuple(args, NULL, "n|i:seek", null)
  if (at === 0 || !usable(self)) return NULL
  let target = ssize(at)
  const whence = Py_SIZE(args) > 1 ? int32(at + 8) : 0
  if (whence < 0 || whence > 2) return PyErr_SetString(PyExc_ValueError, `Invalid whence (${whence}, should be 0, 1 or 2)`)
  if (target < 0 && whence === 0) return PyErr_SetString(PyExc_ValueError, `Negative seek position ${target}`)
  if (whence !== 0 && target !== 0) return PyErr_SetString(PyExc_OSError, "Can't do nonzero cur-relative seeks")
  if (whence === 1) target = pos(self)
  else if (whence === 2) target = size(self)
  setint32(self + StringIO.pos, target)
  return PyLong_FromLong(target)
}
function write(self: Ref, obj: Ref): Own {
  if (!byte(self + StringIO.ok) && !usable(self)) return NULL
  if (!PyUnicode_Check(obj)) return PyErr_SetString(PyExc_TypeError, `string argument expected, got '${typeName(obj)}'`)
  if (!usable(self)) return NULL
  const n = PyUnicode_GET_LENGTH(obj)
  return n > 0 && writeString(self, obj) < 0 ? NULL : PyLong_FromLong(n)
}
function close(self: Ref): Own {
  setbyte(self + StringIO.closed, 1)
  if (resize(self, 0) < 0) return NULL
  return Py_NewRef(Py_None)
}
function yes(self: Ref): Own {
  return usable(self) ? Py_NewRef(Py_True) : NULL
}
function getstate(self: Ref): Own {
  const $value = getvalue(self)
  if ($value === NULL) return NULL
  const readnl = ptr(self + StringIO.readnl)
  const dict = ptr(self + StringIO.dict)
  const $t = PyTuple_New(4)
  PyTuple_SET_ITEM($t, 0, $value)
  PyTuple_SET_ITEM($t, 1, Py_NewRef(readnl === 0 ? Py_None : readnl))
  PyTuple_SET_ITEM($t, 2, PyLong_FromLong(pos(self)))
  PyTuple_SET_ITEM($t, 3, dict === 0 ? Py_NewRef(Py_None) : PyDict_Copy(dict))
  return $t
}
function setstate(self: Ref, state: Ref): Own {
  if (byte(self + StringIO.closed)) return PyErr_SetString(PyExc_ValueError, "__setstate__ on closed file")
  if (!PyTuple_Check(state) || Py_SIZE(state) < 4) {
    return PyErr_SetString(PyExc_TypeError, `${typeName(self)}.__setstate__ argument should be 4-tuple, got ${typeName(state)}`)
  }
  const $init = PyTuple_New(2)
  if ($init === NULL) return NULL
  PyTuple_SET_ITEM($init, 0, Py_NewRef(Py_None))
  PyTuple_SET_ITEM($init, 1, Py_NewRef(PyTuple_GET_ITEM(state, 1)))
  const bad = stringio_init(self, $init, NULL)
  Py_DECREF($init)
  const text = PyTuple_GET_ITEM(state, 0)
  if (bad < 0) return NULL
  // the value is stored as it is: newlines were translated when it was written
  const n = PyUnicode_GET_LENGTH(text)
  if (resize(self, n) < 0) return NULL
  const base = ptr(self + StringIO.buf) >> 2
  for (let i = 0; i < n; i++) u32[base + i] = PyUnicode_READ_CHAR(text, i)
  setint32(self + StringIO.string_size, n)
  const position = PyTuple_GET_ITEM(state, 2)
  if (!PyLong_Check(position)) return PyErr_SetString(PyExc_TypeError, `third item of state must be an integer, got ${typeName(position)}`)
  const at = PyNumber_AsSsize_t(position, PyExc_OverflowError)
  if (at === -1 && PyErr_Occurred()) return NULL
  if (at < 0) return PyErr_SetString(PyExc_ValueError, "position value cannot be negative")
  setint32(self + StringIO.pos, at)
  const dict = PyTuple_GET_ITEM(state, 3)
  if (dict !== Py_None) {
    if (ptr(self + StringIO.dict) !== 0) {
      if (PyDict_Update(ptr(self + StringIO.dict), dict) < 0) return NULL
    } else setptr(self + StringIO.dict, Py_NewRef(dict))
  }
  return Py_NewRef(Py_None)
}
function get_closed(self: Ref): Own {
  if (!byte(self + StringIO.ok)) return PyErr_SetString(PyExc_ValueError, "I/O operation on uninitialized object")
  return PyBool_FromLong(byte(self + StringIO.closed))
}
function get_line_buffering(self: Ref): Own {
  return usable(self) ? PyBool_FromLong(0) : NULL
}
function get_newlines(self: Ref): Own {
  if (!usable(self)) return NULL
  const decoder = ptr(self + StringIO.decoder)
  return decoder === 0 ? Py_NewRef(Py_None) : newlinesSeen(decoder)
}
function stringio_dealloc(self: Ref): void {
  PyObject_GC_UnTrack(self)
  setbyte(self + StringIO.ok, 0)
  if (ptr(self + StringIO.buf) !== 0) PyMem_Free(ptr(self + StringIO.buf))
  for (const f of [StringIO.readnl, StringIO.writenl, StringIO.decoder, StringIO.dict]) Py_CLEAR(self + f)
  if (ptr(self + StringIO.weakreflist) !== 0) PyObject_ClearWeakRefs(self)
  freeStream(self)
}
function stringio_traverse(self: Ref, visit: visitproc, arg: number): number {
  const d = ptr(self + StringIO.dict)
  return d === 0 ? 0 : visit(d, arg)
}
function stringio_clear(self: Ref): number {
  const $d = ptr(self + StringIO.dict)
  setptr(self + StringIO.dict, 0)
  Py_XDECREF($d)
  return 0
}

defineType(PyStringIO_Type, {
  name: "_io.StringIO",
  base: PyTextIOBase_Type,
  basicsize: StringIO.SIZE,
  flags: TPFLAGS.BASETYPE | TPFLAGS.HAVE_GC,
  doc: "StringIO(initial_value='', newline='\\n')\n--\n\nA text stream in memory.",
  dictoffset: StringIO.dict,
  weaklistoffset: StringIO.weakreflist,
  dealloc: stringio_dealloc,
  traverse: stringio_traverse,
  clear: stringio_clear,
  iternext,
  init: stringio_init,
  new: stringio_new,
  methods: [
    ["close", close, METH.NOARGS],
    ["getvalue", getvalue, METH.NOARGS],
    ["read", read, METH.VARARGS],
    ["readline", readline, METH.VARARGS],
    ["tell", tell, METH.NOARGS],
    ["truncate", truncate, METH.VARARGS],
    ["seek", seek, METH.VARARGS],
    ["write", write, METH.O],
    ["seekable", yes, METH.NOARGS],
    ["readable", yes, METH.NOARGS],
    ["writable", yes, METH.NOARGS],
    ["__getstate__", getstate, METH.NOARGS],
    ["__setstate__", setstate, METH.O],
  ],
  getset: [
    ["__dict__", PyObject_GenericGetDict, PyObject_GenericSetDict],
    ["closed", get_closed],
    ["newlines", get_newlines],
    ["line_buffering", get_line_buffering],
  ],
})
