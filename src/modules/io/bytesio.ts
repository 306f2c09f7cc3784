import { int32, memcpy, memset, ptr, setint32, setptr, ssize } from "../../heap/access.ts"
import { calloca, cstackMark, cstackReset } from "../../heap/cstack.ts"
import { fn } from "../../heap/fntable.ts"
import { Py_buffer, PyTypeObject } from "../../heap/layout.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_CLEAR, Py_DECREF, Py_NewRef, Py_REFCNT, Py_SIZE, Py_XDECREF } from "../../heap/refcount.ts"
import { staticType } from "../../heap/statics.ts"
import { u8 } from "../../heap/views.ts"
import { PyObject_GC_Del, PyObject_GC_UnTrack } from "../../gc/gcmodule.ts"
import { PyObject_ClearWeakRefs } from "../../gc/weakref.ts"
import {
  PyBuffer_FillInfo,
  PyBuffer_Release,
  PyIter_Next,
  PyNumber_AsSsize_t,
  PyObject_GetBuffer,
  PyObject_GetIter,
} from "../../objects/abstract.ts"
import { _PyBytes_Resize, PyBytes_AS_STRING, PyBytes_CheckExact, PyBytes_FromStringAndSize } from "../../objects/bytesobject.ts"
import { definePrivateType, defineType } from "../../objects/define.ts"
import { PyDict_Copy, PyDict_Update } from "../../objects/dictobject.ts"
import { PyErr_Clear, PyErr_Occurred, PyErr_SetString } from "../../objects/errors.ts"
import { parseTuple } from "../../objects/getargs.ts"
import { PyList_Append, PyList_New } from "../../objects/listobject.ts"
import { PyLong_Check, PyLong_FromLong } from "../../objects/longobject.ts"
import { PyMemoryView_FromObject } from "../../objects/memoryobject.ts"
import { PyObject_GenericGetDict, PyObject_GenericSetDict, PyObject_SelfIter, typeName } from "../../objects/object.ts"
import { type allocfunc, METH, TPFLAGS, type visitproc } from "../../objects/slots.ts"
import {
  Py_False,
  Py_None,
  Py_True,
  PyExc_BufferError,
  PyExc_OverflowError,
  PyExc_TypeError,
  PyExc_ValueError,
} from "../../objects/statictypes.ts"
import { PyTuple_Check, PyTuple_GET_ITEM, PyTuple_New, PyTuple_SET_ITEM } from "../../objects/tupleobject.ts"
import { PyType_GenericAlloc } from "../../objects/typeobject.ts"
import { PyBufferedIOBase_Type } from "./bufferedio.ts"
import { freeStream, sizeArg, sizeFromArgs } from "./iobase.ts"

// Modules/_io/bytesio.c. The contents are a bytes object, shared with its creator until the first write (refcount above 1: copied then).
//   16    24    32            40     48            56
//   ┌ buf ┬ pos ┬ string_size ┬ dict ┬ weakreflist ┬ exports ┐

const enum BytesIO {
  buf = 16,
  pos = 24,
  string_size = 32,
  dict = 40,
  weakreflist = 48,
  exports = 56,
  SIZE = 64,
}

export const PyBytesIO_Type = staticType()

function isOpen(self: Ref): boolean {
  if (ptr(self + BytesIO.buf) !== 0) return true
  PyErr_SetString(PyExc_ValueError, "I/O operation on closed file.")
  return false
}
function exportsNone(self: Ref): boolean {
  if (int32(self + BytesIO.exports) === 0) return true
  PyErr_SetString(PyExc_BufferError, "Existing exports of data: object cannot be re-sized")
  return false
}
function size(self: Ref): number {
  return int32(self + BytesIO.string_size)
}
function pos(self: Ref): number {
  return int32(self + BytesIO.pos)
}
function data(self: Ref): number {
  return PyBytes_AS_STRING(ptr(self + BytesIO.buf))
}
// A copy of the contents with room for `n` bytes that nobody else sees; 0 or -1.
function unshare(self: Ref, n: number): number {
  const $new = PyBytes_FromStringAndSize(0, n)
  if ($new === NULL) return -1
  memcpy(PyBytes_AS_STRING($new), data(self), size(self))
  Py_DECREF(ptr(self + BytesIO.buf))
  setptr(self + BytesIO.buf, $new)
  return 0
}
// Room for `n` bytes, growing as CPython does.
function resizeBuffer(self: Ref, n: number): number {
  let alloc = Py_SIZE(ptr(self + BytesIO.buf))
  if (n > 0x3fffffff) {
    PyErr_SetString(PyExc_OverflowError, "new buffer size too large")
    return -1
  }
  if (n < alloc / 2) alloc = n + 1
  else if (n < alloc) return 0
  else if (n <= alloc * 1.125) alloc = n + (n >> 3) + (n < 9 ? 3 : 6)
  else alloc = n + 1
  if (Py_REFCNT(ptr(self + BytesIO.buf)) > 1) return unshare(self, alloc)
  const $b = _PyBytes_Resize(ptr(self + BytesIO.buf) as Own, alloc)
  setptr(self + BytesIO.buf, $b)
  return $b === NULL ? -1 : 0
}
function writeBytes(self: Ref, source: Ref): number {
  if (!isOpen(self) || !exportsNone(self)) return -1
  const mark = cstackMark()
  const view = calloca(Py_buffer.SIZE)
  try {
    if (PyObject_GetBuffer(source, view, 0x98) < 0) return -1
    const n = ssize(view + Py_buffer.len)
    const end = pos(self) + n
    let bad = 0
    if (n > 0) {
      if (end > Py_SIZE(ptr(self + BytesIO.buf))) bad = resizeBuffer(self, end)
      else if (Py_REFCNT(ptr(self + BytesIO.buf)) > 1) bad = unshare(self, Math.max(end, size(self)))
      if (bad === 0) {
        if (pos(self) > size(self)) memset(data(self) + size(self), 0, pos(self) - size(self))
        memcpy(data(self) + pos(self), ptr(view + Py_buffer.buf), n)
        setint32(self + BytesIO.pos, end)
        if (size(self) < end) setint32(self + BytesIO.string_size, end)
      }
    }
    PyBuffer_Release(view)
    return bad < 0 ? -1 : n
  } finally {
    cstackReset(mark)
  }
}

function bytesio_new(type: Ref, _args: Ref, _kwds: Ref): Own {
  const $self = fn<allocfunc>(ptr(type + PyTypeObject.tp_alloc))(type, 0)
  if ($self !== NULL) setptr($self + BytesIO.buf, PyBytes_FromStringAndSize(0, 0))
  return $self
}
function bytesio_init(self: Ref, args: Ref, kwds: Ref): number {
  const at = parseTuple(args, kwds, "|O:BytesIO", ["initial_bytes"])
  if (at === 0) return -1
  const initial = ptr(at)
  setint32(self + BytesIO.string_size, 0)
  setint32(self + BytesIO.pos, 0)
  if (int32(self + BytesIO.exports) > 0) {
    PyErr_SetString(PyExc_BufferError, "Existing exports of data: object cannot be re-sized")
    return -1
  }
  if (initial !== 0 && initial !== Py_None) {
    if (PyBytes_CheckExact(initial)) {
      Py_DECREF(ptr(self + BytesIO.buf))
      setptr(self + BytesIO.buf, Py_NewRef(initial))
      setint32(self + BytesIO.string_size, Py_SIZE(initial))
    } else {
      if (writeBytes(self, initial) < 0) return -1
      setint32(self + BytesIO.pos, 0)
    }
  }
  return 0
}
function yes(self: Ref): Own {
  return isOpen(self) ? Py_NewRef(Py_True) : NULL
}
function isatty(self: Ref): Own {
  return isOpen(self) ? Py_NewRef(Py_False) : NULL
}
function flush(self: Ref): Own {
  return isOpen(self) ? Py_NewRef(Py_None) : NULL
}
function getvalue(self: Ref): Own {
  if (!isOpen(self)) return NULL
  const buf = ptr(self + BytesIO.buf)
  if (size(self) !== Py_SIZE(buf) && int32(self + BytesIO.exports) === 0) {
    if (Py_REFCNT(buf) > 1) {
      if (unshare(self, size(self)) < 0) return NULL
    } else {
      const $b = _PyBytes_Resize(buf as Own, size(self))
      setptr(self + BytesIO.buf, $b)
      if ($b === NULL) return NULL
    }
  }
  return Py_NewRef(ptr(self + BytesIO.buf))
}
// The next n bytes; the whole contents are given without a copy.
function take(self: Ref, n: number): Own {
  const buf = ptr(self + BytesIO.buf)
  if (n > 1 && pos(self) === 0 && n === Py_SIZE(buf) && int32(self + BytesIO.exports) === 0) {
    setint32(self + BytesIO.pos, n)
    return Py_NewRef(buf)
  }
  const $r = PyBytes_FromStringAndSize(data(self) + pos(self), n)
  setint32(self + BytesIO.pos, pos(self) + n)
  return $r
}
function read(self: Ref, args: Ref): Own {
  const n = sizeFromArgs(args, "read")
  if (Number.isNaN(n) || !isOpen(self)) return NULL
  const have = Math.max(0, size(self) - pos(self))
  if (have === 0) return PyBytes_FromStringAndSize(0, 0)
  return take(self, n < 0 || n > have ? have : n)
}
function nextLine(self: Ref, limit: number): Own {
  const have = Math.max(0, size(self) - pos(self))
  if (have === 0) return PyBytes_FromStringAndSize(0, 0)
  const start = data(self) + pos(self)
  const nl = u8.indexOf(10, start)
  let n = nl >= 0 && nl < start + have ? nl + 1 - start : have
  if (limit >= 0 && limit < n) n = limit
  return take(self, n)
}
function readline(self: Ref, args: Ref): Own {
  const limit = sizeFromArgs(args, "readline")
  return Number.isNaN(limit) || !isOpen(self) ? NULL : nextLine(self, limit)
}
function iternext(self: Ref): Own {
  if (!isOpen(self)) return NULL
  const $l = nextLine(self, -1)
  if ($l === NULL || Py_SIZE($l) > 0) return $l
  Py_DECREF($l)
  return NULL
}
function readlines(self: Ref, args: Ref): Own {
  const hint = sizeFromArgs(args, "readlines")
  if (Number.isNaN(hint) || !isOpen(self)) return NULL
  const $list = PyList_New(0)
  if ($list === NULL) return NULL
  for (let total = 0; ; ) {
    const $l = nextLine(self, -1)
    const n = $l === NULL ? -1 : Py_SIZE($l)
    const bad = n > 0 ? PyList_Append($list, $l) : 0
    Py_XDECREF($l)
    if (n < 0 || bad < 0) {
      Py_DECREF($list)
      return NULL
    }
    if (n === 0) return $list
    total += n
    if (hint > 0 && total >= hint) return $list
  }
}
function readinto(self: Ref, target: Ref): Own {
  if (!isOpen(self)) return NULL
  const mark = cstackMark()
  const view = calloca(Py_buffer.SIZE)
  try {
    if (PyObject_GetBuffer(target, view, 1) < 0) {
      PyErr_Clear()
      return PyErr_SetString(PyExc_TypeError, `readinto() argument must be read-write bytes-like object, not ${typeName(target)}`)
    }
    const n = Math.min(ssize(view + Py_buffer.len), Math.max(0, size(self) - pos(self)))
    memcpy(ptr(view + Py_buffer.buf), data(self) + pos(self), n)
    setint32(self + BytesIO.pos, pos(self) + n)
    PyBuffer_Release(view)
    return PyLong_FromLong(n)
  } finally {
    cstackReset(mark)
  }
}
function write(self: Ref, source: Ref): Own {
  const n = writeBytes(self, source)
  return n < 0 ? NULL : PyLong_FromLong(n)
}
function writelines(self: Ref, lines: Ref): Own {
  if (!isOpen(self)) return NULL
  const $it = PyObject_GetIter(lines)
  if ($it === NULL) return NULL
  for (;;) {
    const $item = PyIter_Next($it)
    if ($item === NULL) break
    const n = writeBytes(self, $item)
    Py_DECREF($item)
    if (n < 0) break
  }
  Py_DECREF($it)
  return PyErr_Occurred() ? NULL : Py_NewRef(Py_None)
}
function tell(self: Ref): Own {
  return isOpen(self) ? PyLong_FromLong(pos(self)) : NULL
}
function seek(self: Ref, args: Ref): Own {
  const at = parseTuple(args, NULL, "n|i:seek", null)
  if (at === 0 || !isOpen(self)) return NULL
  let target = ssize(at)
  const whence = Py_SIZE(args) > 1 ? int32(at + 8) : 0
  if (target < 0 && whence === 0) return PyErr_SetString(PyExc_ValueError, `negative seek value ${target}`)
  if (whence === 1) target += pos(self)
  else if (whence === 2) target += size(self)
  else if (whence !== 0) return PyErr_SetString(PyExc_ValueError, `invalid whence (${whence}, should be 0, 1 or 2)`)
  setint32(self + BytesIO.pos, Math.max(0, target))
  return PyLong_FromLong(pos(self))
}
function truncate(self: Ref, args: Ref): Own {
  const at = parseTuple(args, NULL, "|O:truncate", null)
  if (at === 0) return NULL
  const arg = ptr(at)
  if (!isOpen(self) || !exportsNone(self)) return NULL
  let n = pos(self)
  if (arg !== 0 && arg !== Py_None) {
    n = sizeArg(arg)
    if (Number.isNaN(n)) return NULL
  }
  if (n < 0) return PyErr_SetString(PyExc_ValueError, `negative size value ${n}`)
  if (n < size(self)) {
    setint32(self + BytesIO.string_size, n)
    if (resizeBuffer(self, n) < 0) return NULL
  }
  return PyLong_FromLong(n)
}
function close(self: Ref): Own {
  if (!exportsNone(self)) return NULL
  Py_CLEAR(self + BytesIO.buf)
  return Py_NewRef(Py_None)
}
function get_closed(self: Ref): Own {
  return Py_NewRef(ptr(self + BytesIO.buf) === 0 ? Py_True : Py_False)
}
function getstate(self: Ref): Own {
  const $value = getvalue(self)
  if ($value === NULL) return NULL
  const dict = ptr(self + BytesIO.dict)
  const $t = PyTuple_New(3)
  PyTuple_SET_ITEM($t, 0, $value)
  PyTuple_SET_ITEM($t, 1, PyLong_FromLong(pos(self)))
  PyTuple_SET_ITEM($t, 2, dict === 0 ? Py_NewRef(Py_None) : PyDict_Copy(dict))
  return $t
}
function setstate(self: Ref, state: Ref): Own {
  if (!PyTuple_Check(state) || Py_SIZE(state) < 3) {
    return PyErr_SetString(PyExc_TypeError, `${typeName(self)}.__setstate__ argument should be 3-tuple, got ${typeName(state)}`)
  }
  if (!exportsNone(self)) return NULL
  setint32(self + BytesIO.string_size, 0)
  setint32(self + BytesIO.pos, 0)
  if (writeBytes(self, PyTuple_GET_ITEM(state, 0)) < 0) return NULL
  const position = PyTuple_GET_ITEM(state, 1)
  if (!PyLong_Check(position)) return PyErr_SetString(PyExc_TypeError, `second item of state must be an integer, not ${typeName(position)}`)
  const n = PyNumber_AsSsize_t(position, PyExc_OverflowError)
  if (n === -1 && PyErr_Occurred()) return NULL
  if (n < 0) return PyErr_SetString(PyExc_ValueError, "position value cannot be negative")
  setint32(self + BytesIO.pos, n)
  const dict = PyTuple_GET_ITEM(state, 2)
  if (dict !== Py_None) {
    if (ptr(self + BytesIO.dict) !== 0) {
      if (PyDict_Update(ptr(self + BytesIO.dict), dict) < 0) return NULL
    } else setptr(self + BytesIO.dict, Py_NewRef(dict))
  }
  return Py_NewRef(Py_None)
}
function sizeof(self: Ref): Own {
  const buf = ptr(self + BytesIO.buf)
  return PyLong_FromLong(BytesIO.SIZE + (buf !== 0 && Py_REFCNT(buf) === 1 ? 33 + Py_SIZE(buf) : 0))
}
function bytesio_dealloc(self: Ref): void {
  PyObject_GC_UnTrack(self)
  Py_CLEAR(self + BytesIO.buf)
  Py_CLEAR(self + BytesIO.dict)
  if (ptr(self + BytesIO.weakreflist) !== 0) PyObject_ClearWeakRefs(self)
  freeStream(self)
}
function bytesio_traverse(self: Ref, visit: visitproc, arg: number): number {
  const d = ptr(self + BytesIO.dict)
  return d === 0 ? 0 : visit(d, arg)
}
function bytesio_clear(self: Ref): number {
  Py_CLEAR(self + BytesIO.dict)
  return 0
}

// getbuffer(): a memoryview over an exporter that keeps the stream from resizing.
const enum BytesBuffer {
  source = 16,
  SIZE = 24,
}
function bytesbuf_getbuffer(self: Ref, view: number, flags: number): number {
  const b = ptr(self + BytesBuffer.source)
  if (Py_REFCNT(ptr(b + BytesIO.buf)) > 1 && unshare(b, size(b)) < 0) return -1
  if (PyBuffer_FillInfo(view, self, data(b), size(b), 0, flags) < 0) return -1
  setint32(b + BytesIO.exports, int32(b + BytesIO.exports) + 1)
  return 0
}
function bytesbuf_release(self: Ref, _view: number): void {
  const b = ptr(self + BytesBuffer.source)
  setint32(b + BytesIO.exports, int32(b + BytesIO.exports) - 1)
}
function bytesbuf_dealloc(self: Ref): void {
  PyObject_GC_UnTrack(self)
  Py_CLEAR(self + BytesBuffer.source)
  PyObject_GC_Del(self)
}
function bytesbuf_traverse(self: Ref, visit: visitproc, arg: number): number {
  const s = ptr(self + BytesBuffer.source)
  return s === 0 ? 0 : visit(s, arg)
}
export const bytesBufferType = definePrivateType({
  name: "_io._BytesIOBuffer",
  basicsize: BytesBuffer.SIZE,
  flags: TPFLAGS.HAVE_GC | TPFLAGS.DISALLOW_INSTANTIATION,
  dealloc: bytesbuf_dealloc,
  traverse: bytesbuf_traverse,
  bf_getbuffer: bytesbuf_getbuffer,
  bf_releasebuffer: bytesbuf_release,
})
function getbuffer(self: Ref): Own {
  if (!isOpen(self)) return NULL
  const $b = PyType_GenericAlloc(bytesBufferType, 0)
  if ($b === NULL) return NULL
  setptr($b + BytesBuffer.source, Py_NewRef(self))
  const $view = PyMemoryView_FromObject($b)
  Py_DECREF($b)
  return $view
}
defineType(PyBytesIO_Type, {
  name: "_io.BytesIO",
  base: PyBufferedIOBase_Type,
  basicsize: BytesIO.SIZE,
  flags: TPFLAGS.BASETYPE | TPFLAGS.HAVE_GC,
  doc: "BytesIO(initial_bytes=b'')\n--\n\nA binary stream in memory.",
  dictoffset: BytesIO.dict,
  weaklistoffset: BytesIO.weakreflist,
  dealloc: bytesio_dealloc,
  traverse: bytesio_traverse,
  clear: bytesio_clear,
  iter: PyObject_SelfIter,
  iternext,
  init: bytesio_init,
  new: bytesio_new,
  methods: [
    ["readable", yes, METH.NOARGS],
    ["seekable", yes, METH.NOARGS],
    ["writable", yes, METH.NOARGS],
    ["close", close, METH.NOARGS],
    ["flush", flush, METH.NOARGS],
    ["isatty", isatty, METH.NOARGS],
    ["tell", tell, METH.NOARGS],
    ["write", write, METH.O],
    ["writelines", writelines, METH.O],
    ["read1", read, METH.VARARGS],
    ["readinto", readinto, METH.O],
    ["readline", readline, METH.VARARGS],
    ["readlines", readlines, METH.VARARGS],
    ["read", read, METH.VARARGS],
    ["getbuffer", getbuffer, METH.NOARGS],
    ["getvalue", getvalue, METH.NOARGS],
    ["seek", seek, METH.VARARGS],
    ["truncate", truncate, METH.VARARGS],
    ["__getstate__", getstate, METH.NOARGS],
    ["__setstate__", setstate, METH.O],
    ["__sizeof__", sizeof, METH.NOARGS],
  ],
  getset: [
    ["closed", get_closed, null, "True if the file is closed."],
    ["__dict__", PyObject_GenericGetDict, PyObject_GenericSetDict],
  ],
})
