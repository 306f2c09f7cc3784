import { ptr, ssize } from "../../heap/access.ts"
import { fn } from "../../heap/fntable.ts"
import { calloca, cstackMark, cstackReset } from "../../heap/cstack.ts"
import { PyTypeObject } from "../../heap/layout.ts"
import { INTERP, Interp } from "../../heap/map.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_CLEAR, Py_DECREF, Py_INCREF, Py_NewRef, Py_SIZE, Py_TYPE, Py_XDECREF, PyType_HasFeature } from "../../heap/refcount.ts"
import { ID, staticType } from "../../heap/statics.ts"
import { u8 } from "../../heap/views.ts"
import { PyObject_GC_UnTrack } from "../../gc/gcmodule.ts"
import { PyObject_ClearWeakRefs } from "../../gc/weakref.ts"
import { _PyIndex_Check, PyIter_Next, PyNumber_AsSsize_t, PyObject_GetIter, PyObject_Length } from "../../objects/abstract.ts"
import { PyByteArray_AS_STRING, PyByteArray_FromStringAndSize, PyByteArray_Resize } from "../../objects/bytearrayobject.ts"
import { PyBytes_AS_STRING, PyBytes_Check, PyBytes_FromJS, PyBytes_FromStringAndSize } from "../../objects/bytesobject.ts"
import { PyObject_CallMethodNoArgs, PyObject_CallMethodOneArg, PyObject_CallMethodTwoArgs } from "../../objects/call.ts"
import { defineType } from "../../objects/define.ts"
import {
  _PyErr_ChainExceptions,
  PyErr_Clear,
  PyErr_Fetch,
  PyErr_Occurred,
  PyErr_RestoreFrom,
  PyErr_SetString,
} from "../../objects/errors.ts"
import { parseTuple } from "../../objects/getargs.ts"
import { PyList_Append, PyList_New } from "../../objects/listobject.ts"
import { PyLong_FromLong } from "../../objects/longobject.ts"
import {
  _PyObject_LookupAttr,
  PyObject_CallFinalizerFromDealloc,
  PyObject_GenericGetDict,
  PyObject_GenericSetDict,
  PyObject_IsTrue,
  PyObject_SetAttr,
  typeName,
} from "../../objects/object.ts"
import { type freefunc, METH, TPFLAGS, type visitproc } from "../../objects/slots.ts"
import {
  Py_False,
  Py_None,
  Py_True,
  PyExc_OSError,
  PyExc_OverflowError,
  PyExc_TypeError,
  PyExc_ValueError,
} from "../../objects/statictypes.ts"
import { PyType_GenericNew } from "../../objects/typeobject.ts"

// Modules/_io/iobase.c: what all streams share. A stream is "closed" when its __IOBase_closed attribute exists.
//   16     24
//   ┌ dict ┬ weakreflist ┐

export const enum IOBase {
  dict = 16,
  weakreflist = 24,
  SIZE = 32,
}

export const PyIOBase_Type = staticType()
export const PyRawIOBase_Type = staticType()

/** io.UnsupportedOperation (borrowed), a heap type made by the module's exec. */
export function unsupportedOperation(): Ref {
  return ptr(INTERP + Interp.unsupported_operation)
}
export function unsupported(message: string): Own {
  return PyErr_SetString(unsupportedOperation(), message)
}

function iobase_seek(_self: Ref, _args: Ref): Own {
  return unsupported("seek")
}
function iobase_tell(self: Ref): Own {
  return callIntInt(self, "seek", 0, 1)
}
/** self.name(a, b) with two ints. */
export function callIntInt(self: Ref, name: string, a: number, b: number): Own {
  const $a = PyLong_FromLong(a)
  const $b = PyLong_FromLong(b)
  const $r = PyObject_CallMethodTwoArgs(self, idOf(name), $a, $b)
  Py_XDECREF($a)
  Py_XDECREF($b)
  return $r
}
function idOf(name: string): Ref {
  return name === "seek" ? ID("seek") : ID("truncate")
}
function iobase_truncate(_self: Ref, _args: Ref): Own {
  return unsupported("truncate")
}
// 1 closed, 0 open, -1 error.
function iobase_is_closed(self: Ref): number {
  const $v = _PyObject_LookupAttr(self, ID("__IOBase_closed"))
  if ($v === NULL) return PyErr_Occurred() ? -1 : 0
  Py_DECREF($v)
  return 1
}
/** The stream's own `closed`: 1, 0, or -1 with the error set. */
export function isClosed(self: Ref): number {
  const $v = _PyObject_LookupAttr(self, ID("closed"))
  if ($v === NULL) return PyErr_Occurred() ? -1 : 0
  const r = PyObject_IsTrue($v)
  Py_DECREF($v)
  return r
}
/** -1 with ValueError (or another error) unless the stream is open. */
export function iobase_check_closed(self: Ref): number {
  const closed = isClosed(self)
  if (closed <= 0) return closed
  PyErr_SetString(PyExc_ValueError, "I/O operation on closed file.")
  return -1
}
function iobase_flush(self: Ref): Own {
  const closed = iobase_is_closed(self)
  if (closed === 0) return Py_NewRef(Py_None)
  return closed > 0 ? PyErr_SetString(PyExc_ValueError, "I/O operation on closed file.") : NULL
}
function iobase_closed_get(self: Ref): Own {
  const closed = iobase_is_closed(self)
  return closed < 0 ? NULL : Py_NewRef(closed ? Py_True : Py_False)
}
function iobase_close(self: Ref): Own {
  const closed = iobase_is_closed(self)
  if (closed !== 0) return closed < 0 ? NULL : Py_NewRef(Py_None)
  const $r = PyObject_CallMethodNoArgs(self, ID("flush"))
  const mark = cstackMark()
  const at = calloca(24)
  PyErr_Fetch(at)
  const bad = PyObject_SetAttr(self, ID("__IOBase_closed"), Py_True)
  _PyErr_ChainExceptions(at)
  cstackReset(mark)
  Py_XDECREF($r)
  return bad < 0 || $r === NULL ? NULL : Py_NewRef(Py_None)
}

// Close an open stream that dies; errors are silent, as nobody could act on them.
function iobase_finalize(self: Ref): void {
  const mark = cstackMark()
  const at = calloca(24)
  PyErr_Fetch(at)
  const $v = _PyObject_LookupAttr(self, ID("closed"))
  let closed = -1
  if ($v !== NULL) {
    closed = PyObject_IsTrue($v)
    Py_DECREF($v)
  }
  if (closed === -1) PyErr_Clear()
  if (closed === 0) {
    if (PyObject_SetAttr(self, ID("_finalizing"), Py_True)) PyErr_Clear()
    const $r = PyObject_CallMethodNoArgs(self, ID("close"))
    if ($r === NULL) PyErr_Clear()
    else Py_DECREF($r)
  }
  PyErr_RestoreFrom(at)
  cstackReset(mark)
}
/** In a dealloc, first thing: close the stream; -1 when it came back to life (then return at once). */
export function finalizeFromDealloc(self: Ref): number {
  const r = PyObject_CallFinalizerFromDealloc(self)
  if (r < 0 && PyType_HasFeature(Py_TYPE(self), TPFLAGS.HEAPTYPE)) Py_INCREF(Py_TYPE(self))
  return r
}
export function freeStream(self: Ref): void {
  fn<freefunc>(ptr(Py_TYPE(self) + PyTypeObject.tp_free))(self)
}
function iobase_traverse(self: Ref, visit: visitproc, arg: number): number {
  const d = ptr(self + IOBase.dict)
  return d === 0 ? 0 : visit(d, arg)
}
function iobase_clear(self: Ref): number {
  Py_CLEAR(self + IOBase.dict)
  return 0
}
function iobase_dealloc(self: Ref): void {
  if (finalizeFromDealloc(self) < 0) return
  PyObject_GC_UnTrack(self)
  if (ptr(self + IOBase.weakreflist) !== 0) PyObject_ClearWeakRefs(self)
  Py_CLEAR(self + IOBase.dict)
  freeStream(self)
}

function returnFalse(_self: Ref): Own {
  return Py_NewRef(Py_False)
}
// Call the inquiry `name` and demand True; the result for internal callers is a borrowed-like True/NULL.
function check(self: Ref, name: Ref, message: string): Own {
  const $r = PyObject_CallMethodNoArgs(self, name)
  if ($r === NULL || $r === Py_True) return $r
  Py_DECREF($r)
  return unsupported(message)
}
export function checkSeekable(self: Ref): Own {
  return check(self, ID("seekable"), "File or stream is not seekable.")
}
export function checkReadable(self: Ref): Own {
  return check(self, ID("readable"), "File or stream is not readable.")
}
export function checkWritable(self: Ref): Own {
  return check(self, ID("writable"), "File or stream is not writable.")
}
function checkClosedMethod(self: Ref, _args: Ref): Own {
  return iobase_check_closed(self) ? NULL : Py_NewRef(Py_None)
}
function checkSeekableMethod(self: Ref, _args: Ref): Own {
  return checkSeekable(self)
}
function checkReadableMethod(self: Ref, _args: Ref): Own {
  return checkReadable(self)
}
function checkWritableMethod(self: Ref, _args: Ref): Own {
  return checkWritable(self)
}
function iobase_enter(self: Ref): Own {
  return iobase_check_closed(self) ? NULL : Py_NewRef(self)
}
function iobase_exit(self: Ref, _args: Ref): Own {
  return PyObject_CallMethodNoArgs(self, ID("close"))
}
function iobase_fileno(_self: Ref): Own {
  return unsupported("fileno")
}
function iobase_isatty(self: Ref): Own {
  return iobase_check_closed(self) ? NULL : Py_NewRef(Py_False)
}

/** An optional size argument: -1 for None or absent; NaN with the error set. */
export function sizeArg(op: Ref): number {
  if (op === 0 || op === Py_None) return -1
  if (!_PyIndex_Check(op)) {
    PyErr_SetString(PyExc_TypeError, `argument should be integer or None, not '${typeName(op)}'`)
    return Number.NaN
  }
  const n = PyNumber_AsSsize_t(op, PyExc_OverflowError)
  return n === -1 && PyErr_Occurred() ? Number.NaN : n
}
/** The optional size of a METH_VARARGS function. */
export function sizeFromArgs(args: Ref, fname: string): number {
  const at = parseTuple(args, NULL, `|O:${fname}`, null)
  return at === 0 ? Number.NaN : sizeArg(ptr(at))
}

function iobase_readline(self: Ref, args: Ref): Own {
  const limit = sizeFromArgs(args, "readline")
  if (Number.isNaN(limit)) return NULL
  const $peek = _PyObject_LookupAttr(self, ID("peek"))
  if ($peek === NULL && PyErr_Occurred()) return NULL
  const parts: number[] = []
  try {
    while (limit < 0 || parts.length < limit) {
      let nread = 1
      if ($peek !== NULL) {
        const $one = PyLong_FromLong(1)
        const $ahead = PyObject_CallMethodOneArg(self, ID("peek"), $one)
        Py_XDECREF($one)
        if ($ahead === NULL) return NULL
        if (!PyBytes_Check($ahead)) {
          PyErr_SetString(PyExc_OSError, `peek() should have returned a bytes object, not '${typeName($ahead)}'`)
          Py_DECREF($ahead)
          return NULL
        }
        const n = Py_SIZE($ahead)
        if (n > 0) {
          const start = PyBytes_AS_STRING($ahead)
          const end = limit < 0 ? n : Math.min(n, limit - parts.length)
          const nl = u8.subarray(start, start + end).indexOf(10)
          nread = nl < 0 ? end : nl + 1
        }
        Py_DECREF($ahead)
      }
      const $n = PyLong_FromLong(nread)
      const $b = PyObject_CallMethodOneArg(self, ID("read"), $n)
      Py_XDECREF($n)
      if ($b === NULL) return NULL
      if (!PyBytes_Check($b)) {
        PyErr_SetString(PyExc_OSError, `read() should have returned a bytes object, not '${typeName($b)}'`)
        Py_DECREF($b)
        return NULL
      }
      const n = Py_SIZE($b)
      for (let i = 0; i < n; i++) parts.push(u8[PyBytes_AS_STRING($b) + i])
      Py_DECREF($b)
      if (n === 0 || parts[parts.length - 1] === 10) break
    }
    return PyBytes_FromJS(Uint8Array.from(parts))
  } finally {
    Py_XDECREF($peek)
  }
}

/** tp_iter of streams: themselves, when open. */
export function iobase_iter(self: Ref): Own {
  return iobase_check_closed(self) ? NULL : Py_NewRef(self)
}
function iobase_iternext(self: Ref): Own {
  const $line = PyObject_CallMethodNoArgs(self, ID("readline"))
  if ($line === NULL) return NULL
  const n = PyObject_Length($line)
  if (n > 0) return $line
  Py_DECREF($line)
  return NULL
}
function iobase_readlines(self: Ref, args: Ref): Own {
  const hint = sizeFromArgs(args, "readlines")
  if (Number.isNaN(hint)) return NULL
  const $list = PyList_New(0)
  const $it = $list === NULL ? NULL : PyObject_GetIter(self)
  if ($it === NULL) {
    Py_XDECREF($list)
    return NULL
  }
  let total = 0
  for (;;) {
    const $line = PyIter_Next($it)
    if ($line === NULL) break
    const n = PyList_Append($list, $line) < 0 ? -1 : PyObject_Length($line)
    Py_DECREF($line)
    if (n < 0) break
    total += n
    if (hint > 0 && total > hint) break
  }
  Py_DECREF($it)
  if (PyErr_Occurred()) {
    Py_DECREF($list)
    return NULL
  }
  return $list
}
function iobase_writelines(self: Ref, lines: Ref): Own {
  if (iobase_check_closed(self)) return NULL
  const $it = PyObject_GetIter(lines)
  if ($it === NULL) return NULL
  for (;;) {
    const $line = PyIter_Next($it)
    if ($line === NULL) break
    const $r = PyObject_CallMethodOneArg(self, ID("write"), $line)
    Py_DECREF($line)
    if ($r === NULL) break
    Py_DECREF($r)
  }
  Py_DECREF($it)
  return PyErr_Occurred() ? NULL : Py_NewRef(Py_None)
}

defineType(PyIOBase_Type, {
  name: "_io._IOBase",
  basicsize: IOBase.SIZE,
  flags: TPFLAGS.BASETYPE | TPFLAGS.HAVE_GC,
  doc: "What all I/O classes share.",
  dictoffset: IOBase.dict,
  weaklistoffset: IOBase.weakreflist,
  dealloc: iobase_dealloc,
  traverse: iobase_traverse,
  clear: iobase_clear,
  finalize: iobase_finalize,
  iter: iobase_iter,
  iternext: iobase_iternext,
  new: PyType_GenericNew,
  methods: [
    ["seek", iobase_seek, METH.VARARGS],
    ["tell", iobase_tell, METH.NOARGS],
    ["truncate", iobase_truncate, METH.VARARGS],
    ["flush", iobase_flush, METH.NOARGS],
    ["close", iobase_close, METH.NOARGS],
    ["seekable", returnFalse, METH.NOARGS],
    ["readable", returnFalse, METH.NOARGS],
    ["writable", returnFalse, METH.NOARGS],
    ["_checkClosed", checkClosedMethod, METH.VARARGS],
    ["_checkSeekable", checkSeekableMethod, METH.VARARGS],
    ["_checkReadable", checkReadableMethod, METH.VARARGS],
    ["_checkWritable", checkWritableMethod, METH.VARARGS],
    ["fileno", iobase_fileno, METH.NOARGS],
    ["isatty", iobase_isatty, METH.NOARGS],
    ["__enter__", iobase_enter, METH.NOARGS],
    ["__exit__", iobase_exit, METH.VARARGS],
    ["readline", iobase_readline, METH.VARARGS],
    ["readlines", iobase_readlines, METH.VARARGS],
    ["writelines", iobase_writelines, METH.O],
  ],
  getset: [
    ["__dict__", PyObject_GenericGetDict, PyObject_GenericSetDict],
    ["closed", iobase_closed_get],
  ],
})

// ---- RawIOBase ----

function rawiobase_read(self: Ref, args: Ref): Own {
  const at = parseTuple(args, NULL, "|n:read", null)
  if (at === 0) return NULL
  const n = Py_SIZE(args) > 0 ? ssize(at) : -1
  if (n < 0) return PyObject_CallMethodNoArgs(self, ID("readall"))
  const $b = PyByteArray_FromStringAndSize(0, n)
  if ($b === NULL) return NULL
  const $res = PyObject_CallMethodOneArg(self, ID("readinto"), $b)
  if ($res === NULL || $res === Py_None) {
    Py_DECREF($b)
    return $res
  }
  const count = PyNumber_AsSsize_t($res, PyExc_ValueError)
  Py_DECREF($res)
  const $out = count === -1 && PyErr_Occurred() ? NULL : PyBytes_FromStringAndSize(PyByteArray_AS_STRING($b), count)
  Py_DECREF($b)
  return $out
}
function rawiobase_readall(self: Ref): Own {
  const $all = PyByteArray_FromStringAndSize(0, 0)
  if ($all === NULL) return NULL
  try {
    for (;;) {
      const $n = PyLong_FromLong(8192)
      const $data = PyObject_CallMethodOneArg(self, ID("read"), $n)
      Py_XDECREF($n)
      if ($data === NULL) return NULL
      if ($data === Py_None) {
        if (Py_SIZE($all) === 0) return $data
        Py_DECREF($data)
        break
      }
      if (!PyBytes_Check($data)) {
        Py_DECREF($data)
        return PyErr_SetString(PyExc_TypeError, "read() should return bytes")
      }
      const n = Py_SIZE($data)
      const old = Py_SIZE($all)
      const bad = n > 0 && PyByteArray_Resize($all, old + n) < 0
      if (n > 0 && !bad) u8.copyWithin(PyByteArray_AS_STRING($all) + old, PyBytes_AS_STRING($data), PyBytes_AS_STRING($data) + n)
      Py_DECREF($data)
      if (bad) return NULL
      if (n === 0) break
    }
    return PyBytes_FromStringAndSize(PyByteArray_AS_STRING($all), Py_SIZE($all))
  } finally {
    Py_DECREF($all)
  }
}

defineType(PyRawIOBase_Type, {
  name: "_io._RawIOBase",
  base: PyIOBase_Type,
  basicsize: IOBase.SIZE,
  flags: TPFLAGS.BASETYPE,
  doc: "Base class for raw binary I/O.",
  methods: [
    ["read", rawiobase_read, METH.VARARGS],
    ["readall", rawiobase_readall, METH.NOARGS],
  ],
})
