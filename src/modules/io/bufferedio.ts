import { byte, int32, memcpy, ptr, setbyte, setint32, setptr, ssize } from "../../heap/access.ts"
import { calloca, cstackMark, cstackReset } from "../../heap/cstack.ts"
import { fn } from "../../heap/fntable.ts"
import { Py_buffer, PyTypeObject } from "../../heap/layout.ts"
import { PyMem_Free, PyMem_Malloc } from "../../heap/obmalloc.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_CLEAR, Py_DECREF, Py_NewRef, Py_SIZE, Py_TYPE, Py_XDECREF, Py_XSETREF } from "../../heap/refcount.ts"
import { ID, staticType } from "../../heap/statics.ts"
import { u8 } from "../../heap/views.ts"
import { PyObject_GC_UnTrack } from "../../gc/gcmodule.ts"
import { PyObject_ClearWeakRefs } from "../../gc/weakref.ts"
import { PyBuffer_Release, PyNumber_AsSsize_t, PyObject_GetBuffer } from "../../objects/abstract.ts"
import { _PyBytes_Resize, PyBytes_AS_STRING, PyBytes_Check, PyBytes_FromStringAndSize } from "../../objects/bytesobject.ts"
import {
  PyObject_Call,
  PyObject_CallMethodNoArgs,
  PyObject_CallMethodOneArg,
  PyObject_CallNoArgs,
  PyObject_CallObject,
  PyObject_CallTwoArgs,
} from "../../objects/call.ts"
import { defineType, type GetSetSpec, type MethodSpec, type TypeSpec } from "../../objects/define.ts"
import {
  _PyErr_ChainExceptions,
  PyErr_Clear,
  PyErr_ExceptionMatches,
  PyErr_Fetch,
  PyErr_NoMemory,
  PyErr_Occurred,
  PyErr_SetObject,
  PyErr_SetString,
} from "../../objects/errors.ts"
import { argGiven, parseTuple } from "../../objects/getargs.ts"
import { PyBool_FromLong } from "../../objects/boolobject.ts"
import { PyLong_AsLong, PyLong_Check, PyLong_FromLong } from "../../objects/longobject.ts"
import { PyMemoryView_FromMemory } from "../../objects/memoryobject.ts"
import {
  _PyObject_LookupAttr,
  Py_ReprEnter,
  Py_ReprLeave,
  PyObject_GenericGetDict,
  PyObject_GenericSetDict,
  PyObject_GetAttr,
  PyObject_IsTrue,
  reprJS,
  typeName,
} from "../../objects/object.ts"
import { type allocfunc, METH, TPFLAGS, type visitproc } from "../../objects/slots.ts"
import {
  Py_None,
  Py_True,
  PyExc_AttributeError,
  PyExc_BlockingIOError,
  PyExc_OSError,
  PyExc_OverflowError,
  PyExc_RuntimeError,
  PyExc_TypeError,
  PyExc_ValueError,
} from "../../objects/statictypes.ts"
import { PyTuple_New, PyTuple_SET_ITEM } from "../../objects/tupleobject.ts"
import { PyType_GenericNew } from "../../objects/typeobject.ts"
import { PyUnicode_FromString } from "../../objects/unicodeobject.ts"
import { PyFileIO_Type, FileIO } from "./fileio.ts"
import { readFd, writeFd } from "../posix/files.ts"
import {
  callIntInt,
  checkReadable,
  checkSeekable,
  checkWritable,
  finalizeFromDealloc,
  freeStream,
  IOBase,
  isClosed,
  PyIOBase_Type,
  sizeFromArgs,
  unsupported,
} from "./iobase.ts"

// Modules/_io/bufferedio.c. One buffer serves reading or writing, never both at once:
//   reading: bytes pos … end are read from the raw stream and not yet handed out; the raw stream stands after `end`.
//   writing (wend > 0): bytes 0 … wend wait to be written; the raw stream stands where they go.
// Invariant: pos < end implies wend == 0.

const enum Buffered {
  raw = 16,
  ok = 24, // bytes: ok, detached, readable, writable, finalizing, fast
  detached = 25,
  readable = 26,
  writable = 27,
  finalizing = 28,
  fast = 29,
  buffer = 32,
  pos = 40,
  end = 44,
  wend = 48,
  size = 52,
  dict = 136, // as CPython's from here on, whose structure has lock and positions before
  weakreflist = 144,
  SIZE = 152,
}

export const DEFAULT_BUFFER_SIZE = 8192
export const PyBufferedIOBase_Type = staticType()
export const PyBufferedReader_Type = staticType()
export const PyBufferedWriter_Type = staticType()
export const PyBufferedRandom_Type = staticType()
export const PyBufferedRWPair_Type = staticType()

function rawOf(self: Ref): Ref {
  return ptr(self + Buffered.raw)
}
// false with ValueError when the object was not initialised or was detached.
function checkInit(self: Ref): boolean {
  if (byte(self + Buffered.ok)) return true
  const detached = byte(self + Buffered.detached)
  PyErr_SetString(PyExc_ValueError, detached ? "raw stream has been detached" : "I/O operation on uninitialized object")
  return false
}
function rawIsClosed(self: Ref): number {
  const raw = rawOf(self)
  if (byte(self + Buffered.fast)) return int32(raw + FileIO.fd) < 0 ? 1 : 0
  return isClosed(raw)
}
function checkOpen(self: Ref, what: string): boolean {
  if (!checkInit(self)) return false
  const closed = rawIsClosed(self)
  if (closed < 0) return false
  if (closed) PyErr_SetString(PyExc_ValueError, `${what} of closed file`)
  return closed === 0
}

function initBuffer(self: Ref, raw: Ref, size: number): number {
  if (size <= 0) {
    PyErr_SetString(PyExc_ValueError, "buffer size must be strictly positive")
    return -1
  }
  Py_XSETREF(self + Buffered.raw, Py_NewRef(raw))
  const old = ptr(self + Buffered.buffer)
  if (old !== 0) PyMem_Free(old)
  const buffer = PyMem_Malloc(size)
  setptr(self + Buffered.buffer, buffer)
  if (buffer === 0) {
    PyErr_NoMemory()
    return -1
  }
  setint32(self + Buffered.size, size)
  resetRead(self)
  setint32(self + Buffered.wend, 0)
  setbyte(self + Buffered.fast, Py_TYPE(raw) === PyFileIO_Type ? 1 : 0)
  setbyte(self + Buffered.ok, 1)
  return 0
}
function resetRead(self: Ref): void {
  setint32(self + Buffered.pos, 0)
  setint32(self + Buffered.end, 0)
}
function buffered_init(self: Ref, args: Ref, kwds: Ref, name: string, reads: boolean, writes: boolean): number {
  setbyte(self + Buffered.ok, 0)
  setbyte(self + Buffered.detached, 0)
  const at = parseTuple(args, kwds, `O|n:${name}`, ["raw", "buffer_size"])
  if (at === 0) return -1
  const raw = ptr(at)
  const size = argGiven(1) ? ssize(at + 8) : DEFAULT_BUFFER_SIZE
  for (const ok of [name === "BufferedRandom" ? checkSeekable : null, reads ? checkReadable : null, writes ? checkWritable : null]) {
    if (ok === null) continue
    const $r = ok(raw)
    if ($r === NULL) return -1
    Py_DECREF($r)
  }
  setbyte(self + Buffered.readable, reads ? 1 : 0)
  setbyte(self + Buffered.writable, writes ? 1 : 0)
  return initBuffer(self, raw, size)
}
function reader_init(self: Ref, args: Ref, kwds: Ref): number {
  return buffered_init(self, args, kwds, "BufferedReader", true, false)
}
function writer_init(self: Ref, args: Ref, kwds: Ref): number {
  return buffered_init(self, args, kwds, "BufferedWriter", false, true)
}
function random_init(self: Ref, args: Ref, kwds: Ref): number {
  return buffered_init(self, args, kwds, "BufferedRandom", true, true)
}

// ---- the raw stream ----

/** Read up to n bytes to address `at`: the count, -1 error, -2 nothing now (non-blocking). */
function rawRead(self: Ref, at: number, n: number): number {
  const raw = rawOf(self)
  if (byte(self + Buffered.fast)) {
    const r = readFd(int32(raw + FileIO.fd), at, n, null)
    if (r >= 0 || !PyErr_ExceptionMatches(PyExc_BlockingIOError)) return r
    PyErr_Clear()
    return -2
  }
  const $view = PyMemoryView_FromMemory(at, n, 0x200)
  if ($view === NULL) return -1
  const $res = PyObject_CallMethodOneArg(raw, ID("readinto"), $view)
  Py_DECREF($view)
  return countOf($res, n, "readinto")
}
/** Write n bytes: the count, -1 error, -2 would block. */
function rawWrite(self: Ref, at: number, n: number): number {
  const raw = rawOf(self)
  if (byte(self + Buffered.fast)) {
    const r = writeFd(int32(raw + FileIO.fd), at, n, null)
    if (r >= 0 || !PyErr_ExceptionMatches(PyExc_BlockingIOError)) return r
    PyErr_Clear()
    return -2
  }
  const $view = PyMemoryView_FromMemory(at, n, 0x100)
  if ($view === NULL) return -1
  const $res = PyObject_CallMethodOneArg(raw, ID("write"), $view)
  Py_DECREF($view)
  return countOf($res, n, "write")
}
function countOf($res: Own, max: number, what: string): number {
  if ($res === NULL) return -1
  if ($res === Py_None) {
    Py_DECREF($res)
    return -2
  }
  const n = PyNumber_AsSsize_t($res, PyExc_ValueError)
  Py_DECREF($res)
  if (n === -1 && PyErr_Occurred()) return -1
  if (n < 0 || n > max) {
    PyErr_SetString(PyExc_OSError, `raw ${what}() returned invalid length ${n} (should have been between 0 and ${max})`)
    return -1
  }
  return n
}
function rawSeek(self: Ref, offset: number, whence: number): number {
  const $r = callIntInt(rawOf(self), "seek", offset, whence)
  if ($r === NULL) return -1
  const n = PyLong_AsLong($r)
  Py_DECREF($r)
  if (n < 0 && !PyErr_Occurred()) PyErr_SetString(PyExc_OSError, `Raw stream returned invalid position ${n}`)
  return n
}
function rawTell(self: Ref): number {
  const $r = PyObject_CallMethodNoArgs(rawOf(self), ID("tell"))
  if ($r === NULL) return -1
  const n = PyLong_AsLong($r)
  Py_DECREF($r)
  if (n < 0 && !PyErr_Occurred()) PyErr_SetString(PyExc_OSError, `Raw stream returned invalid position ${n}`)
  return n
}

// ---- switching between reading and writing ----

/** Write what waits: 0, or -1 with the error set (BlockingIOError when the raw stream takes no more). */
function flushWrites(self: Ref): number {
  let done = 0
  const wend = int32(self + Buffered.wend)
  if (wend === 0) return 0
  const buffer = ptr(self + Buffered.buffer)
  while (done < wend) {
    const n = rawWrite(self, buffer + done, wend - done)
    if (n < 0) {
      memcpy(buffer, buffer + done, wend - done)
      setint32(self + Buffered.wend, wend - done)
      if (n === -2) blockingError("write could not complete without blocking", 0)
      return -1
    }
    done += n
  }
  setint32(self + Buffered.wend, 0)
  return 0
}
function blockingError(message: string, written: number): void {
  const $args = PyTuple_New(3)
  if ($args === NULL) return
  PyTuple_SET_ITEM($args, 0, PyLong_FromLong(11))
  PyTuple_SET_ITEM($args, 1, PyUnicode_FromString(message))
  PyTuple_SET_ITEM($args, 2, PyLong_FromLong(written))
  const $e = PyObject_Call(PyExc_BlockingIOError, $args, NULL)
  Py_DECREF($args)
  if ($e !== NULL) {
    PyErr_SetObject(PyExc_BlockingIOError, $e)
    Py_DECREF($e)
  }
}
/** Forget what was read ahead, moving the raw stream back to where the reader stands. */
function rewindReadAhead(self: Ref): number {
  const ahead = int32(self + Buffered.end) - int32(self + Buffered.pos)
  resetRead(self)
  return ahead > 0 && rawSeek(self, -ahead, 1) < 0 ? -1 : 0
}
function available(self: Ref): number {
  return int32(self + Buffered.end) - int32(self + Buffered.pos)
}
/** Refill an empty read buffer: the count, 0 at the end, -1 error, -2 nothing now. */
function fill(self: Ref): number {
  resetRead(self)
  const n = rawRead(self, ptr(self + Buffered.buffer), int32(self + Buffered.size))
  if (n > 0) setint32(self + Buffered.end, n)
  return n
}

// ---- reading ----

function buffered_read(self: Ref, args: Ref): Own {
  const n = sizeFromArgs(args, "read")
  if (Number.isNaN(n) || !checkInit(self)) return NULL
  if (n < -1) return PyErr_SetString(PyExc_ValueError, "read length must be non-negative or -1")
  if (!checkOpen(self, "read") || flushWrites(self) < 0) return NULL
  return n === -1 ? readAll(self) : readN(self, n)
}
function readAll(self: Ref): Own {
  const have = available(self)
  const $head = PyBytes_FromStringAndSize(ptr(self + Buffered.buffer) + int32(self + Buffered.pos), have)
  if ($head === NULL) return NULL
  resetRead(self)
  const $readall = _PyObject_LookupAttr(rawOf(self), ID("readall"))
  if ($readall !== NULL) {
    const $tail = PyObject_CallNoArgs($readall)
    Py_DECREF($readall)
    return joinTail($head, $tail)
  }
  if (PyErr_Occurred()) {
    Py_DECREF($head)
    return NULL
  }
  let $all: Own = $head
  for (;;) {
    const $chunk = PyObject_CallMethodNoArgs(rawOf(self), ID("read"))
    if ($chunk === NULL || ($chunk !== Py_None && !PyBytes_Check($chunk))) {
      if ($chunk !== NULL) {
        Py_DECREF($chunk)
        PyErr_SetString(PyExc_TypeError, "read() should return bytes")
      }
      Py_DECREF($all)
      return NULL
    }
    if ($chunk === Py_None || Py_SIZE($chunk) === 0) {
      if ($chunk === Py_None && Py_SIZE($all) === 0) {
        Py_DECREF($all)
        return $chunk
      }
      Py_DECREF($chunk)
      return $all
    }
    $all = joinTail($all, $chunk)
    if ($all === NULL) return NULL
  }
}
// Steals both: the bytes of head and tail (None counts as nothing, and is the result when head is empty).
function joinTail($head: Own, $tail: Own): Own {
  if ($tail === NULL) {
    Py_DECREF($head)
    return NULL
  }
  const n = Py_SIZE($head)
  if ($tail !== Py_None && !PyBytes_Check($tail)) {
    Py_DECREF($head)
    Py_DECREF($tail)
    return PyErr_SetString(PyExc_TypeError, "readall() should return bytes")
  }
  if (n === 0) {
    Py_DECREF($head)
    return $tail
  }
  if ($tail === Py_None) {
    Py_DECREF($tail)
    return $head
  }
  const m = Py_SIZE($tail)
  const $both = _PyBytes_Resize($head, n + m)
  if ($both !== NULL) memcpy(PyBytes_AS_STRING($both) + n, PyBytes_AS_STRING($tail), m)
  Py_DECREF($tail)
  return $both
}
function readN(self: Ref, n: number): Own {
  const $out = PyBytes_FromStringAndSize(0, n)
  if ($out === NULL) return NULL
  const got = readInto(self, PyBytes_AS_STRING($out), n, false)
  if (got === -1 || got === -2) {
    Py_DECREF($out)
    return got === -1 ? NULL : Py_NewRef(Py_None)
  }
  return got === n ? $out : _PyBytes_Resize($out, got)
}
/** Fill n bytes at `at`: the count; -1 error; -2 nothing now. `once`: at most one raw read. */
function readInto(self: Ref, at: number, n: number, once: boolean): number {
  let got = Math.min(n, available(self))
  memcpy(at, ptr(self + Buffered.buffer) + int32(self + Buffered.pos), got)
  setint32(self + Buffered.pos, int32(self + Buffered.pos) + got)
  const size = int32(self + Buffered.size)
  while (got < n) {
    if (once && got > 0) break
    const left = n - got
    let r: number
    if (left >= size) {
      resetRead(self)
      // whole buffers go straight to their place
      r = rawRead(self, at + got, once ? left : left - (left % size))
      if (r > 0) got += r
    } else {
      r = fill(self)
      if (r > 0) {
        const take = Math.min(left, r)
        memcpy(at + got, ptr(self + Buffered.buffer), take)
        setint32(self + Buffered.pos, take)
        got += take
      }
    }
    if (r === -1) return -1
    if (r <= 0) return got === 0 && r === -2 ? -2 : got
  }
  return got
}
function buffered_read1(self: Ref, args: Ref): Own {
  const at = parseTuple(args, NULL, "|n:read1", null)
  if (at === 0 || !checkInit(self)) return NULL
  const n = Py_SIZE(args) > 0 && ssize(at) >= 0 ? ssize(at) : int32(self + Buffered.size)
  if (!checkOpen(self, "read") || flushWrites(self) < 0) return NULL
  const $out = PyBytes_FromStringAndSize(0, n)
  if ($out === NULL || n === 0) return $out
  const got =
    available(self) > 0
      ? readInto(self, PyBytes_AS_STRING($out), Math.min(n, available(self)), true)
      : rawRead(self, PyBytes_AS_STRING($out), n)
  if (got === -1) {
    Py_DECREF($out)
    return NULL
  }
  return _PyBytes_Resize($out, Math.max(0, got))
}
function readIntoObject(self: Ref, buffer: Ref, once: boolean): Own {
  if (!checkOpen(self, "readinto") || flushWrites(self) < 0) return NULL
  const mark = cstackMark()
  const view = calloca(Py_buffer.SIZE)
  try {
    if (PyObject_GetBuffer(buffer, view, 1) < 0) {
      PyErr_Clear()
      return PyErr_SetString(
        PyExc_TypeError,
        `readinto${once ? "1" : ""}() argument must be read-write bytes-like object, not ${typeName(buffer)}`,
      )
    }
    const got = readInto(self, ptr(view + Py_buffer.buf), ssize(view + Py_buffer.len), once)
    PyBuffer_Release(view)
    return got === -1 ? NULL : got === -2 ? Py_NewRef(Py_None) : PyLong_FromLong(got)
  } finally {
    cstackReset(mark)
  }
}
function buffered_readinto(self: Ref, buffer: Ref): Own {
  return readIntoObject(self, buffer, false)
}
function buffered_readinto1(self: Ref, buffer: Ref): Own {
  return readIntoObject(self, buffer, true)
}
function buffered_peek(self: Ref, _args: Ref): Own {
  if (!checkOpen(self, "peek") || flushWrites(self) < 0) return NULL
  if (available(self) === 0 && fill(self) === -1) return NULL
  return PyBytes_FromStringAndSize(ptr(self + Buffered.buffer) + int32(self + Buffered.pos), available(self))
}
function readLine(self: Ref, limit: number): Own {
  if (!checkOpen(self, "readline") || flushWrites(self) < 0) return NULL
  const chunks: Uint8Array[] = []
  let total = 0
  for (;;) {
    const have = available(self)
    if (have > 0) {
      const start = ptr(self + Buffered.buffer) + int32(self + Buffered.pos)
      const most = limit >= 0 ? Math.min(have, limit - total) : have
      const nl = u8.indexOf(10, start)
      const found = nl >= 0 && nl < start + most
      const take = found ? nl + 1 - start : most
      setint32(self + Buffered.pos, int32(self + Buffered.pos) + take)
      total += take
      const ended = found || (limit >= 0 && total >= limit)
      if (ended && chunks.length === 0) return PyBytes_FromStringAndSize(start, take)
      chunks.push(u8.slice(start, start + take))
      if (ended) break
    }
    const r = fill(self)
    if (r === -1) return NULL
    if (r <= 0) break
  }
  const $line = PyBytes_FromStringAndSize(0, total)
  if ($line === NULL) return NULL
  let at = PyBytes_AS_STRING($line)
  for (const c of chunks) {
    u8.set(c, at)
    at += c.length
  }
  return $line
}
function buffered_readline(self: Ref, args: Ref): Own {
  const limit = sizeFromArgs(args, "readline")
  return Number.isNaN(limit) || !checkInit(self) ? NULL : readLine(self, limit)
}
function buffered_iternext(self: Ref): Own {
  if (!checkInit(self)) return NULL
  let $line: Own
  if (Py_TYPE(self) === PyBufferedReader_Type || Py_TYPE(self) === PyBufferedRandom_Type) $line = readLine(self, -1)
  else {
    $line = PyObject_CallMethodNoArgs(self, ID("readline"))
    if ($line !== NULL && !PyBytes_Check($line)) {
      PyErr_SetString(PyExc_OSError, `readline() should have returned a bytes object, not '${typeName($line)}'`)
      Py_DECREF($line)
      return NULL
    }
  }
  if ($line === NULL || Py_SIZE($line) > 0) return $line
  Py_DECREF($line)
  return NULL
}

// ---- writing ----

function buffered_write(self: Ref, data: Ref): Own {
  if (!checkInit(self)) return NULL
  const mark = cstackMark()
  const view = calloca(Py_buffer.SIZE)
  try {
    if (PyObject_GetBuffer(data, view, 0) < 0) return NULL
    const n = writeBytes(self, ptr(view + Py_buffer.buf), ssize(view + Py_buffer.len))
    PyBuffer_Release(view)
    return n < 0 ? NULL : PyLong_FromLong(n)
  } finally {
    cstackReset(mark)
  }
}
function writeBytes(self: Ref, at: number, n: number): number {
  const closed = rawIsClosed(self)
  if (closed !== 0) {
    if (closed > 0) PyErr_SetString(PyExc_ValueError, "write to closed file")
    return -1
  }
  if (rewindReadAhead(self) < 0) return -1
  const size = int32(self + Buffered.size)
  const buffer = ptr(self + Buffered.buffer)
  let wend = int32(self + Buffered.wend)
  if (n <= size - wend) {
    memcpy(buffer + wend, at, n)
    setint32(self + Buffered.wend, wend + n)
    return n
  }
  if (flushWrites(self) < 0) {
    if (!PyErr_ExceptionMatches(PyExc_BlockingIOError)) return -1
    // take what still fits; the rest is the caller's
    PyErr_Clear()
    wend = int32(self + Buffered.wend)
    const room = Math.min(n, size - wend)
    memcpy(buffer + wend, at, room)
    setint32(self + Buffered.wend, wend + room)
    if (room === n) return n
    blockingError("write could not complete without blocking", room)
    return -1
  }
  let done = 0
  while (n - done > size) {
    const r = rawWrite(self, at + done, n - done)
    if (r === -1) return -1
    if (r === -2) {
      memcpy(buffer, at + done, size)
      setint32(self + Buffered.wend, size)
      blockingError("write could not complete without blocking", done + size)
      return -1
    }
    done += r
  }
  memcpy(buffer, at + done, n - done)
  setint32(self + Buffered.wend, n - done)
  return n
}
function flushAndRewind(self: Ref): number {
  if (flushWrites(self) < 0) return -1
  return byte(self + Buffered.readable) && byte(self + Buffered.writable) ? rewindReadAhead(self) : 0
}
function buffered_flush(self: Ref): Own {
  if (!checkOpen(self, "flush")) return NULL
  return flushAndRewind(self) < 0 ? NULL : Py_NewRef(Py_None)
}
function buffered_simple_flush(self: Ref): Own {
  return checkInit(self) ? PyObject_CallMethodNoArgs(rawOf(self), ID("flush")) : NULL
}

// ---- positions ----

function buffered_tell(self: Ref): Own {
  if (!checkInit(self)) return NULL
  const pos = rawTell(self)
  if (pos === -1 && PyErr_Occurred()) return NULL
  return PyLong_FromLong(Math.max(0, pos - available(self) + int32(self + Buffered.wend)))
}
function buffered_seek(self: Ref, args: Ref): Own {
  const at = parseTuple(args, NULL, "O|i:seek", null)
  if (at === 0 || !checkInit(self)) return NULL
  const target = ptr(at)
  const whence = Py_SIZE(args) > 1 ? int32(at + 8) : 0
  if (whence < 0 || whence > 2) return PyErr_SetString(PyExc_ValueError, `whence value ${whence} unsupported`)
  const closed = rawIsClosed(self)
  if (closed !== 0) return closed > 0 ? PyErr_SetString(PyExc_ValueError, "seek of closed file") : NULL
  const $ok = checkSeekable(rawOf(self))
  if ($ok === NULL) return NULL
  Py_DECREF($ok)
  let offset: number
  if (PyLong_Check(target)) offset = PyLong_AsLong(target)
  else offset = PyNumber_AsSsize_t(target, PyExc_OverflowError)
  if (offset === -1 && PyErr_Occurred()) return NULL
  if (byte(self + Buffered.writable) && flushWrites(self) < 0) return NULL
  if (whence !== 2 && byte(self + Buffered.readable) && available(self) > 0) {
    // stay inside what was read ahead if the target is there
    const here = rawTell(self)
    if (here === -1 && PyErr_Occurred()) return NULL
    const end = int32(self + Buffered.end)
    const current = here - available(self)
    const goal = whence === 0 ? offset : current + offset
    const pos = end - (here - goal)
    if (pos >= 0 && pos <= end) {
      setint32(self + Buffered.pos, pos)
      return PyLong_FromLong(goal)
    }
  }
  if (whence === 1) offset -= available(self)
  resetRead(self)
  const n = rawSeek(self, offset, whence)
  return n === -1 && PyErr_Occurred() ? NULL : PyLong_FromLong(n)
}
function buffered_truncate(self: Ref, args: Ref): Own {
  const at = parseTuple(args, NULL, "|O:truncate", null)
  if (at === 0 || !checkInit(self)) return NULL
  const pos = ptr(at) || Py_None
  const closed = rawIsClosed(self)
  if (closed !== 0) return closed > 0 ? PyErr_SetString(PyExc_ValueError, "truncate of closed file") : NULL
  if (!byte(self + Buffered.writable)) return unsupported("truncate")
  if (flushAndRewind(self) < 0) return NULL
  return PyObject_CallMethodOneArg(rawOf(self), ID("truncate"), pos)
}

// ---- life ----

function buffered_close(self: Ref): Own {
  if (!checkInit(self)) return NULL
  const closed = rawIsClosed(self)
  if (closed !== 0) return closed < 0 ? NULL : Py_NewRef(Py_None)
  if (byte(self + Buffered.finalizing)) {
    const $w = PyObject_CallMethodOneArg(rawOf(self), ID("_dealloc_warn"), self)
    if ($w === NULL) PyErr_Clear()
    else Py_DECREF($w)
  }
  const mark = cstackMark()
  const at = calloca(24)
  const $flush = PyObject_CallMethodNoArgs(self, ID("flush"))
  PyErr_Fetch(at)
  Py_XDECREF($flush)
  const $res = PyObject_CallMethodNoArgs(rawOf(self), ID("close"))
  const buffer = ptr(self + Buffered.buffer)
  if (buffer !== 0) {
    PyMem_Free(buffer)
    setptr(self + Buffered.buffer, 0)
  }
  resetRead(self)
  setint32(self + Buffered.wend, 0)
  if ($flush === NULL) {
    _PyErr_ChainExceptions(at)
    cstackReset(mark)
    Py_XDECREF($res)
    return NULL
  }
  cstackReset(mark)
  return $res
}
function buffered_detach(self: Ref): Own {
  if (!checkInit(self)) return NULL
  const $f = PyObject_CallMethodNoArgs(self, ID("flush"))
  if ($f === NULL) return NULL
  Py_DECREF($f)
  const $raw = rawOf(self) as Own
  setptr(self + Buffered.raw, 0)
  setbyte(self + Buffered.detached, 1)
  setbyte(self + Buffered.ok, 0)
  return $raw
}
function buffered_dealloc_warn(self: Ref, source: Ref): Own {
  if (byte(self + Buffered.ok) && rawOf(self) !== 0) {
    const $r = PyObject_CallMethodOneArg(rawOf(self), ID("_dealloc_warn"), source)
    if ($r === NULL) PyErr_Clear()
    else Py_DECREF($r)
  }
  return Py_NewRef(Py_None)
}
function buffered_dealloc(self: Ref): void {
  setbyte(self + Buffered.finalizing, 1)
  if (finalizeFromDealloc(self) < 0) return
  PyObject_GC_UnTrack(self)
  setbyte(self + Buffered.ok, 0)
  if (ptr(self + Buffered.weakreflist) !== 0) PyObject_ClearWeakRefs(self)
  const buffer = ptr(self + Buffered.buffer)
  if (buffer !== 0) {
    PyMem_Free(buffer)
    setptr(self + Buffered.buffer, 0)
  }
  Py_CLEAR(self + Buffered.raw)
  Py_CLEAR(self + Buffered.dict)
  freeStream(self)
}
function buffered_traverse(self: Ref, visit: visitproc, arg: number): number {
  const raw = rawOf(self)
  const r = raw === 0 ? 0 : visit(raw, arg)
  if (r) return r
  const d = ptr(self + Buffered.dict)
  return d === 0 ? 0 : visit(d, arg)
}
function buffered_clear(self: Ref): number {
  setbyte(self + Buffered.ok, 0)
  Py_CLEAR(self + Buffered.raw)
  Py_CLEAR(self + Buffered.dict)
  return 0
}
function buffered_new(type: Ref, _args: Ref, _kwds: Ref): Own {
  return fn<allocfunc>(ptr(type + PyTypeObject.tp_alloc))(type, 0)
}
function buffered_repr(self: Ref): Own {
  const $name = _PyObject_LookupAttr(self, ID("name"))
  if ($name === NULL) {
    if (PyErr_Occurred() && !PyErr_ExceptionMatches(PyExc_ValueError)) return NULL
    PyErr_Clear()
    return PyUnicode_FromString(`<${typeName(self)}>`)
  }
  const entered = Py_ReprEnter(self)
  if (entered !== 0) {
    Py_DECREF($name)
    return entered > 0 ? PyErr_SetString(PyExc_RuntimeError, `reentrant call inside ${typeName(self)}.__repr__`) : NULL
  }
  const r = reprJS($name)
  Py_DECREF($name)
  Py_ReprLeave(self)
  return r === null ? NULL : PyUnicode_FromString(`<${typeName(self)} name=${r}>`)
}

// ---- what is passed on to the raw stream ----

function callRaw(self: Ref, name: Ref): Own {
  return checkInit(self) ? PyObject_CallMethodNoArgs(rawOf(self), name) : NULL
}
function buffered_seekable(self: Ref): Own {
  return callRaw(self, ID("seekable"))
}
function buffered_readable(self: Ref): Own {
  return callRaw(self, ID("readable"))
}
function buffered_writable(self: Ref): Own {
  return callRaw(self, ID("writable"))
}
function buffered_fileno(self: Ref): Own {
  return callRaw(self, ID("fileno"))
}
function buffered_isatty(self: Ref): Own {
  return callRaw(self, ID("isatty"))
}
function rawAttr(self: Ref, name: Ref): Own {
  return checkInit(self) ? PyObject_GetAttr(rawOf(self), name) : NULL
}
function get_closed(self: Ref): Own {
  return rawAttr(self, ID("closed"))
}
function get_name(self: Ref): Own {
  return rawAttr(self, ID("name"))
}
function get_mode(self: Ref): Own {
  return rawAttr(self, ID("mode"))
}
function get_raw(self: Ref): Own {
  const raw = rawOf(self)
  return raw === 0 ? PyErr_SetString(PyExc_AttributeError, "raw") : Py_NewRef(raw)
}
function get_finalizing(self: Ref): Own {
  return PyBool_FromLong(byte(self + Buffered.finalizing))
}
function set_finalizing(self: Ref, value: Ref): number {
  const t = PyObject_IsTrue(value)
  if (t < 0) return -1
  setbyte(self + Buffered.finalizing, t)
  return 0
}
function buffered_sizeof(self: Ref): Own {
  return PyLong_FromLong(Buffered.SIZE + (ptr(self + Buffered.buffer) !== 0 ? int32(self + Buffered.size) : 0))
}

const COMMON: readonly MethodSpec[] = [
  ["detach", buffered_detach, METH.NOARGS],
  ["close", buffered_close, METH.NOARGS],
  ["seekable", buffered_seekable, METH.NOARGS],
  ["fileno", buffered_fileno, METH.NOARGS],
  ["isatty", buffered_isatty, METH.NOARGS],
  ["_dealloc_warn", buffered_dealloc_warn, METH.O],
  ["seek", buffered_seek, METH.VARARGS],
  ["tell", buffered_tell, METH.NOARGS],
  ["truncate", buffered_truncate, METH.VARARGS],
  ["__sizeof__", buffered_sizeof, METH.NOARGS],
]
const READING: readonly MethodSpec[] = [
  ["readable", buffered_readable, METH.NOARGS],
  ["read", buffered_read, METH.VARARGS],
  ["peek", buffered_peek, METH.VARARGS],
  ["read1", buffered_read1, METH.VARARGS],
  ["readinto", buffered_readinto, METH.O],
  ["readinto1", buffered_readinto1, METH.O],
  ["readline", buffered_readline, METH.VARARGS],
]
const WRITING: readonly MethodSpec[] = [
  ["writable", buffered_writable, METH.NOARGS],
  ["write", buffered_write, METH.O],
]
const GETSET: readonly GetSetSpec[] = [
  ["__dict__", PyObject_GenericGetDict, PyObject_GenericSetDict],
  ["closed", get_closed],
  ["name", get_name],
  ["mode", get_mode],
  ["raw", get_raw],
  ["_finalizing", get_finalizing, set_finalizing],
]
const SHARED: Omit<TypeSpec, "name"> = {
  base: PyBufferedIOBase_Type,
  basicsize: Buffered.SIZE,
  flags: TPFLAGS.BASETYPE | TPFLAGS.HAVE_GC,
  dictoffset: Buffered.dict,
  weaklistoffset: Buffered.weakreflist,
  dealloc: buffered_dealloc,
  repr: buffered_repr,
  traverse: buffered_traverse,
  clear: buffered_clear,
  new: buffered_new,
  getset: GETSET,
}

// ---- the abstract base ----

function unsupportedRead(_self: Ref, _args: Ref): Own {
  return unsupported("read")
}
function unsupportedRead1(_self: Ref, _args: Ref): Own {
  return unsupported("read1")
}
function unsupportedWrite(_self: Ref, _args: Ref): Own {
  return unsupported("write")
}
function unsupportedDetach(_self: Ref): Own {
  return unsupported("detach")
}
// readinto through read (or read1) for classes that have only that.
function genericReadinto(self: Ref, buffer: Ref, method: Ref): Own {
  const mark = cstackMark()
  const view = calloca(Py_buffer.SIZE)
  try {
    if (PyObject_GetBuffer(buffer, view, 1) < 0) return NULL
    const len = ssize(view + Py_buffer.len)
    const $n = PyLong_FromLong(len)
    const $data = $n === NULL ? NULL : PyObject_CallMethodOneArg(self, method, $n)
    Py_XDECREF($n)
    let $r: Own = NULL
    if ($data !== NULL) {
      if (!PyBytes_Check($data)) PyErr_SetString(PyExc_TypeError, "read() should return bytes")
      else if (Py_SIZE($data) > len) {
        PyErr_SetString(PyExc_ValueError, `read() returned too much data: ${len} bytes requested, ${Py_SIZE($data)} returned`)
      } else {
        memcpy(ptr(view + Py_buffer.buf), PyBytes_AS_STRING($data), Py_SIZE($data))
        $r = PyLong_FromLong(Py_SIZE($data))
      }
      Py_DECREF($data)
    }
    PyBuffer_Release(view)
    return $r
  } finally {
    cstackReset(mark)
  }
}
function bufferediobase_readinto(self: Ref, buffer: Ref): Own {
  return genericReadinto(self, buffer, ID("read"))
}
function bufferediobase_readinto1(self: Ref, buffer: Ref): Own {
  return genericReadinto(self, buffer, ID("read1"))
}

defineType(PyBufferedIOBase_Type, {
  name: "_io._BufferedIOBase",
  base: PyIOBase_Type,
  basicsize: IOBase.SIZE,
  flags: TPFLAGS.BASETYPE,
  doc: "Base class for buffered binary I/O.",
  new: PyType_GenericNew,
  methods: [
    ["detach", unsupportedDetach, METH.NOARGS],
    ["read", unsupportedRead, METH.VARARGS],
    ["read1", unsupportedRead1, METH.VARARGS],
    ["readinto", bufferediobase_readinto, METH.O],
    ["readinto1", bufferediobase_readinto1, METH.O],
    ["write", unsupportedWrite, METH.VARARGS],
  ],
})
defineType(PyBufferedReader_Type, {
  ...SHARED,
  name: "_io.BufferedReader",
  doc: "BufferedReader(raw, buffer_size=DEFAULT_BUFFER_SIZE)\n--\n\nBuffered reading from a raw stream.",
  init: reader_init,
  iternext: buffered_iternext,
  methods: [...COMMON, ...READING, ["flush", buffered_simple_flush, METH.NOARGS]],
})
defineType(PyBufferedWriter_Type, {
  ...SHARED,
  name: "_io.BufferedWriter",
  doc: "BufferedWriter(raw, buffer_size=DEFAULT_BUFFER_SIZE)\n--\n\nBuffered writing to a raw stream.",
  init: writer_init,
  methods: [...COMMON, ...WRITING, ["flush", buffered_flush, METH.NOARGS]],
})
defineType(PyBufferedRandom_Type, {
  ...SHARED,
  name: "_io.BufferedRandom",
  doc: "BufferedRandom(raw, buffer_size=DEFAULT_BUFFER_SIZE)\n--\n\nBuffered reading and writing of a seekable raw stream.",
  init: random_init,
  iternext: buffered_iternext,
  methods: [...COMMON, ...READING, ...WRITING, ["flush", buffered_flush, METH.NOARGS]],
})

// ---- BufferedRWPair: a reader and a writer side by side ----

const enum Pair {
  reader = 16,
  writer = 24,
  dict = 32,
  weakreflist = 40,
  SIZE = 48,
}
function pair_init(self: Ref, args: Ref, kwds: Ref): number {
  const at = parseTuple(args, kwds, "OO|n:BufferedRWPair", ["reader", "writer", "buffer_size"])
  if (at === 0) return -1
  const reader = ptr(at)
  const writer = ptr(at + 8)
  const size = argGiven(2) ? ssize(at + 16) : DEFAULT_BUFFER_SIZE
  for (const [ok, stream] of [
    [checkReadable, reader],
    [checkWritable, writer],
  ] as const) {
    const $r = ok(stream)
    if ($r === NULL) return -1
    Py_DECREF($r)
  }
  for (const [type, raw, field] of [
    [PyBufferedReader_Type, reader, Pair.reader],
    [PyBufferedWriter_Type, writer, Pair.writer],
  ] as const) {
    const $n = PyLong_FromLong(size)
    const $b = PyObject_CallTwoArgs(type, raw, $n)
    Py_XDECREF($n)
    if ($b === NULL) return -1
    Py_XSETREF(self + field, $b)
  }
  return 0
}
function forward(self: Ref, field: Pair, name: Ref, args: Ref): Own {
  const stream = ptr(self + field)
  if (stream === 0) return PyErr_SetString(PyExc_ValueError, "I/O operation on uninitialized object")
  const $f = PyObject_GetAttr(stream, name)
  if ($f === NULL) return NULL
  const $r = PyObject_CallObject($f, args)
  Py_DECREF($f)
  return $r
}
function pair_read(self: Ref, args: Ref): Own {
  return forward(self, Pair.reader, ID("read"), args)
}
function pair_peek(self: Ref, args: Ref): Own {
  return forward(self, Pair.reader, ID("peek"), args)
}
function pair_read1(self: Ref, args: Ref): Own {
  return forward(self, Pair.reader, ID("read1"), args)
}
function pair_readinto(self: Ref, args: Ref): Own {
  return forward(self, Pair.reader, ID("readinto"), args)
}
function pair_readinto1(self: Ref, args: Ref): Own {
  return forward(self, Pair.reader, ID("readinto1"), args)
}
function pair_write(self: Ref, args: Ref): Own {
  return forward(self, Pair.writer, ID("write"), args)
}
function pair_flush(self: Ref): Own {
  return forward(self, Pair.writer, ID("flush"), NULL)
}
function pair_readable(self: Ref): Own {
  return forward(self, Pair.reader, ID("readable"), NULL)
}
function pair_writable(self: Ref): Own {
  return forward(self, Pair.writer, ID("writable"), NULL)
}
function pair_close(self: Ref): Own {
  const mark = cstackMark()
  const at = calloca(24)
  const $w = forward(self, Pair.writer, ID("close"), NULL)
  PyErr_Fetch(at)
  Py_XDECREF($w)
  const $r = forward(self, Pair.reader, ID("close"), NULL)
  const failed = ptr(at) !== 0
  _PyErr_ChainExceptions(at)
  cstackReset(mark)
  if (!failed) return $r
  Py_XDECREF($r)
  return NULL
}
function pair_isatty(self: Ref): Own {
  const $w = forward(self, Pair.writer, ID("isatty"), NULL)
  if ($w === NULL || $w === Py_True) return $w
  Py_DECREF($w)
  return forward(self, Pair.reader, ID("isatty"), NULL)
}
function pair_closed(self: Ref): Own {
  const writer = ptr(self + Pair.writer)
  return writer === 0
    ? PyErr_SetString(PyExc_RuntimeError, "the BufferedRWPair object is being garbage-collected")
    : PyObject_GetAttr(writer, ID("closed"))
}
function pair_dealloc(self: Ref): void {
  PyObject_GC_UnTrack(self)
  if (ptr(self + Pair.weakreflist) !== 0) PyObject_ClearWeakRefs(self)
  pair_clear(self)
  freeStream(self)
}
function pair_clear(self: Ref): number {
  Py_CLEAR(self + Pair.reader)
  Py_CLEAR(self + Pair.writer)
  Py_CLEAR(self + Pair.dict)
  return 0
}
function pair_traverse(self: Ref, visit: visitproc, arg: number): number {
  for (const f of [Pair.dict, Pair.reader, Pair.writer]) {
    const v = ptr(self + f)
    if (v !== 0) {
      const r = visit(v, arg)
      if (r) return r
    }
  }
  return 0
}

defineType(PyBufferedRWPair_Type, {
  name: "_io.BufferedRWPair",
  base: PyBufferedIOBase_Type,
  basicsize: Pair.SIZE,
  flags: TPFLAGS.BASETYPE | TPFLAGS.HAVE_GC,
  doc: "BufferedRWPair(reader, writer, buffer_size=DEFAULT_BUFFER_SIZE, /)\n--\n\nA reader and a writer in one.",
  dictoffset: Pair.dict,
  weaklistoffset: Pair.weakreflist,
  dealloc: pair_dealloc,
  traverse: pair_traverse,
  clear: pair_clear,
  init: pair_init,
  new: PyType_GenericNew,
  methods: [
    ["read", pair_read, METH.VARARGS],
    ["peek", pair_peek, METH.VARARGS],
    ["read1", pair_read1, METH.VARARGS],
    ["readinto", pair_readinto, METH.VARARGS],
    ["readinto1", pair_readinto1, METH.VARARGS],
    ["write", pair_write, METH.VARARGS],
    ["flush", pair_flush, METH.NOARGS],
    ["readable", pair_readable, METH.NOARGS],
    ["writable", pair_writable, METH.NOARGS],
    ["close", pair_close, METH.NOARGS],
    ["isatty", pair_isatty, METH.NOARGS],
  ],
  getset: [
    ["closed", pair_closed],
    ["__dict__", PyObject_GenericGetDict, PyObject_GenericSetDict],
  ],
})
