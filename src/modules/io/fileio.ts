import fs from "node:fs"
import { E, errnoOfError } from "../../base/errno.ts"
import { byte, int32, ptr, setbyte, setint32, ssize } from "../../heap/access.ts"
import { calloca, cstackMark, cstackReset } from "../../heap/cstack.ts"
import { Py_buffer, PyTypeObject } from "../../heap/layout.ts"
import { fn } from "../../heap/fntable.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_CLEAR, Py_DECREF, Py_NewRef, Py_SIZE, Py_XDECREF } from "../../heap/refcount.ts"
import { ID, staticType } from "../../heap/statics.ts"
import { PyObject_GC_UnTrack } from "../../gc/gcmodule.ts"
import { PyObject_ClearWeakRefs } from "../../gc/weakref.ts"
import { PyBuffer_Release, PyNumber_AsSsize_t, PyObject_GetBuffer } from "../../objects/abstract.ts"
import { _PyBytes_Resize, PyBytes_AS_STRING, PyBytes_FromStringAndSize } from "../../objects/bytesobject.ts"
import { PyObject_CallOneArg, PyObject_CallTwoArgs } from "../../objects/call.ts"
import { PyErr_ResourceWarning } from "../../objects/_warnings.ts"
import { defineType } from "../../objects/define.ts"
import {
  _PyErr_ChainExceptions,
  PyErr_Clear,
  PyErr_ExceptionMatches,
  PyErr_Fetch,
  PyErr_Occurred,
  PyErr_RestoreFrom,
  PyErr_SetFromErrno,
  PyErr_SetFromErrnoWithFilenameObject,
  PyErr_SetString,
  PyErr_WriteUnraisable,
} from "../../objects/errors.ts"
import { argGiven, parseTuple } from "../../objects/getargs.ts"
import { PyLong_AsBigInt, PyLong_AsInt, PyLong_Check, PyLong_FromBigInt, PyLong_FromLong } from "../../objects/longobject.ts"
import {
  _PyObject_LookupAttr,
  cstringJS,
  PyObject_GenericGetAttr,
  PyObject_GenericGetDict,
  PyObject_GenericSetDict,
  PyObject_GetAttr,
  PyObject_SetAttr,
  reprJS,
  typeName,
} from "../../objects/object.ts"
import { type allocfunc, METH, TPFLAGS, type visitproc } from "../../objects/slots.ts"
import {
  Py_False,
  Py_None,
  Py_True,
  PyExc_BlockingIOError,
  PyExc_OSError,
  PyExc_OverflowError,
  PyExc_TypeError,
  PyExc_ValueError,
  PyExc_Warning,
} from "../../objects/statictypes.ts"
import { PyUnicode_FromString } from "../../objects/unicodeobject.ts"
import { closeFd, isatty, openFd, readFd, writeFd } from "../posix/files.ts"
import { path_converter, pathBytes } from "../posix/path.ts"
import { seekFd, tellPosition } from "../posix/seek.ts"
import { finalizeFromDealloc, freeStream, PyRawIOBase_Type, sizeFromArgs, unsupported } from "./iobase.ts"

// Modules/_io/fileio.c.
//   16   20     24        28      32            40
//   ┌ fd ┬ bits ┬ seekable┬ blksize┬ weakreflist ┬ dict ┐      bits: created, readable, writable, appending, closefd, finalizing

export const enum FileIO {
  fd = 16,
  created = 20,
  readable = 21,
  writable = 22,
  appending = 23,
  seekable = 24, // -1 unknown
  closefd = 25,
  finalizing = 26,
  blksize = 28,
  weakreflist = 32,
  dict = 40,
  SIZE = 48,
}

export const PyFileIO_Type = staticType()

function fdOf(self: Ref): number {
  return int32(self + FileIO.fd)
}
function errClosed(): Own {
  return PyErr_SetString(PyExc_ValueError, "I/O operation on closed file")
}
function errMode(action: string): Own {
  return unsupported(`File not open for ${action}`)
}

function fileio_new(type: Ref, _args: Ref, _kwds: Ref): Own {
  const $self = fn<allocfunc>(ptr(type + PyTypeObject.tp_alloc))(type, 0)
  if ($self !== NULL) {
    setint32($self + FileIO.fd, -1)
    setbyte($self + FileIO.seekable, 255)
    setbyte($self + FileIO.closefd, 1)
  }
  return $self
}
// Close the descriptor: 0, or -1 with OSError.
function internal_close(self: Ref): number {
  const fd = fdOf(self)
  if (fd < 0) return 0
  setint32(self + FileIO.fd, -1)
  try {
    closeFd(fd)
    return 0
  } catch (e) {
    PyErr_SetFromErrno(PyExc_OSError, errnoOfError(e))
    return -1
  }
}

function parseMode(self: Ref, mode: string): number {
  let rwa = false
  let plus = false
  let flags = 0
  const bad = (): number => {
    PyErr_SetString(PyExc_ValueError, "Must have exactly one of create/read/write/append mode and at most one plus")
    return -1
  }
  for (const c of mode) {
    if ("xrwa".includes(c)) {
      if (rwa) return bad()
      rwa = true
      if (c === "r") setbyte(self + FileIO.readable, 1)
      else setbyte(self + FileIO.writable, 1)
      if (c === "x") {
        setbyte(self + FileIO.created, 1)
        flags |= fs.constants.O_EXCL | fs.constants.O_CREAT
      } else if (c === "w") flags |= fs.constants.O_CREAT | fs.constants.O_TRUNC
      else if (c === "a") {
        flags |= fs.constants.O_APPEND | fs.constants.O_CREAT
        setbyte(self + FileIO.appending, 1)
      }
    } else if (c === "+") {
      if (plus) return bad()
      plus = true
      setbyte(self + FileIO.readable, 1)
      setbyte(self + FileIO.writable, 1)
    } else if (c !== "b") {
      PyErr_SetString(PyExc_ValueError, `invalid mode: ${mode}`)
      return -1
    }
  }
  if (!rwa) return bad()
  const r = byte(self + FileIO.readable)
  const w = byte(self + FileIO.writable)
  return flags | (r && w ? fs.constants.O_RDWR : r ? fs.constants.O_RDONLY : fs.constants.O_WRONLY)
}

function fileio_init(self: Ref, args: Ref, kwds: Ref): number {
  const at = parseTuple(args, kwds, "O|siO:FileIO", ["file", "mode", "closefd", "opener"])
  if (at === 0) return -1
  const nameobj = ptr(at)
  const mode = argGiven(1) ? cstringJS(ptr(at + 8)) : "r"
  const closefd = argGiven(2) ? int32(at + 16) : 1
  const opener = ptr(at + 24) || Py_None
  if (fdOf(self) >= 0) {
    if (byte(self + FileIO.closefd)) {
      if (internal_close(self) < 0) return -1
    } else setint32(self + FileIO.fd, -1)
  }
  let fd = -1
  if (PyLong_Check(nameobj)) {
    fd = PyLong_AsInt(nameobj)
    if (fd < 0) {
      if (!PyErr_Occurred()) PyErr_SetString(PyExc_ValueError, "negative file descriptor")
      return -1
    }
  } else if (nameobj !== Py_None && !path_converter(nameobj, "", "path", false, false)) return -1
  const path = pathBytes
  for (const f of [FileIO.created, FileIO.readable, FileIO.writable, FileIO.appending]) setbyte(self + f, 0)
  setbyte(self + FileIO.seekable, 255)
  setbyte(self + FileIO.closefd, closefd ? 1 : 0)
  const flags = parseMode(self, mode)
  if (flags < 0) return -1
  let ownFd = false
  if (fd >= 0) setint32(self + FileIO.fd, fd)
  else {
    if (!closefd) {
      PyErr_SetString(PyExc_ValueError, "Cannot use closefd=False with file name")
      return -1
    }
    if (opener === Py_None) {
      try {
        setint32(self + FileIO.fd, openFd(path, flags, 0o666))
      } catch (e) {
        PyErr_SetFromErrnoWithFilenameObject(PyExc_OSError, errnoOfError(e), nameobj)
        return -1
      }
    } else {
      const $flags = PyLong_FromLong(flags | 0o2000000)
      const $fd = PyObject_CallTwoArgs(opener, nameobj, $flags)
      Py_XDECREF($flags)
      if ($fd === NULL) return -1
      if (!PyLong_Check($fd)) {
        Py_DECREF($fd)
        PyErr_SetString(PyExc_TypeError, "expected integer from opener")
        return -1
      }
      const n = PyLong_AsInt($fd)
      Py_DECREF($fd)
      if (n < 0) {
        if (!PyErr_Occurred()) PyErr_SetString(PyExc_ValueError, `opener returned ${n}`)
        return -1
      }
      setint32(self + FileIO.fd, n)
    }
    ownFd = true
  }
  if (checkFile(self, nameobj) < 0 || PyObject_SetAttr(self, ID("name"), nameobj) < 0) {
    const mark = cstackMark()
    const saved = calloca(24)
    PyErr_Fetch(saved)
    if (ownFd) {
      if (internal_close(self) < 0) PyErr_Clear()
    } else setint32(self + FileIO.fd, -1)
    PyErr_RestoreFrom(saved)
    cstackReset(mark)
    return -1
  }
  if (byte(self + FileIO.appending)) {
    // a fresh append stream stands at the end; not every file can be sought, and that is no error
    seekFd(fdOf(self), 0n, 2)
  }
  return 0
}
// The descriptor must be open and no directory; remembers the block size.
function checkFile(self: Ref, nameobj: Ref): number {
  try {
    const st = fs.fstatSync(fdOf(self))
    if (st.isDirectory()) {
      PyErr_SetFromErrnoWithFilenameObject(PyExc_OSError, E.EISDIR, nameobj)
      return -1
    }
    setint32(self + FileIO.blksize, st.blksize > 1 ? st.blksize : 8192)
    return 0
  } catch (e) {
    PyErr_SetFromErrnoWithFilenameObject(PyExc_OSError, errnoOfError(e), nameobj)
    return -1
  }
}

function fileio_close(self: Ref): Own {
  if (!byte(self + FileIO.closefd)) {
    setint32(self + FileIO.fd, -1)
    return callBaseClose(self)
  }
  const mark = cstackMark()
  const at = calloca(24)
  const $res = callBaseClose(self)
  if ($res === NULL) PyErr_Fetch(at)
  if (byte(self + FileIO.finalizing)) dealloc_warn(self, self)
  const rc = internal_close(self)
  if ($res === NULL) _PyErr_ChainExceptions(at)
  cstackReset(mark)
  if (rc < 0 && $res !== NULL) {
    Py_DECREF($res)
    return NULL
  }
  return $res
}
function callBaseClose(self: Ref): Own {
  const $meth = PyObject_GetAttr(PyRawIOBase_Type, ID("close"))
  if ($meth === NULL) return NULL
  const $r = PyObject_CallOneArg($meth, self)
  Py_DECREF($meth)
  return $r
}
// "unclosed file" about `source`, when the descriptor is still open.
function dealloc_warn(self: Ref, source: Ref): void {
  if (fdOf(self) < 0 || !byte(self + FileIO.closefd)) return
  const mark = cstackMark()
  const at = calloca(24)
  PyErr_Fetch(at)
  const r = reprJS(source)
  if (r === null || PyErr_ResourceWarning(source, 1, `unclosed file ${r}`) < 0) {
    // a warning turned into an error cannot be raised from here
    if (PyErr_ExceptionMatches(PyExc_Warning)) PyErr_WriteUnraisable(self)
    else PyErr_Clear()
  }
  PyErr_RestoreFrom(at)
  cstackReset(mark)
}
function fileio_dealloc_warn(self: Ref, source: Ref): Own {
  dealloc_warn(self, source)
  return Py_NewRef(Py_None)
}

function fileio_dealloc(self: Ref): void {
  setbyte(self + FileIO.finalizing, 1)
  if (finalizeFromDealloc(self) < 0) return
  PyObject_GC_UnTrack(self)
  if (ptr(self + FileIO.weakreflist) !== 0) PyObject_ClearWeakRefs(self)
  Py_CLEAR(self + FileIO.dict)
  freeStream(self)
}
function fileio_traverse(self: Ref, visit: visitproc, arg: number): number {
  const d = ptr(self + FileIO.dict)
  return d === 0 ? 0 : visit(d, arg)
}
function fileio_clear(self: Ref): number {
  Py_CLEAR(self + FileIO.dict)
  return 0
}

function fileio_fileno(self: Ref): Own {
  return fdOf(self) < 0 ? errClosed() : PyLong_FromLong(fdOf(self))
}
function flag(self: Ref, field: FileIO): Own {
  return fdOf(self) < 0 ? errClosed() : Py_NewRef(byte(self + field) ? Py_True : Py_False)
}
function fileio_readable(self: Ref): Own {
  return flag(self, FileIO.readable)
}
function fileio_writable(self: Ref): Own {
  return flag(self, FileIO.writable)
}
function fileio_seekable(self: Ref): Own {
  if (fdOf(self) < 0) return errClosed()
  if (byte(self + FileIO.seekable) === 255) setbyte(self + FileIO.seekable, seekFd(fdOf(self), 0n, 1) === 0 ? 1 : 0)
  return Py_NewRef(byte(self + FileIO.seekable) ? Py_True : Py_False)
}
function fileio_isatty(self: Ref): Own {
  return fdOf(self) < 0 ? errClosed() : Py_NewRef(isatty(fdOf(self)) ? Py_True : Py_False)
}

// A would-block error becomes None, as raw streams answer.
function noneIfBlocked(): Own {
  if (!PyErr_ExceptionMatches(PyExc_BlockingIOError)) return NULL
  PyErr_Clear()
  return Py_NewRef(Py_None)
}
function fileio_readinto(self: Ref, buffer: Ref): Own {
  if (fdOf(self) < 0) return errClosed()
  if (!byte(self + FileIO.readable)) return errMode("reading")
  const mark = cstackMark()
  const view = calloca(Py_buffer.SIZE)
  try {
    if (PyObject_GetBuffer(buffer, view, 1) < 0) {
      PyErr_Clear()
      return PyErr_SetString(PyExc_TypeError, `readinto() argument must be read-write bytes-like object, not ${typeName(buffer)}`)
    }
    const n = readFd(fdOf(self), ptr(view + Py_buffer.buf), ssize(view + Py_buffer.len), null)
    PyBuffer_Release(view)
    return n < 0 ? noneIfBlocked() : PyLong_FromLong(n)
  } finally {
    cstackReset(mark)
  }
}
function fileio_readall(self: Ref): Own {
  if (fdOf(self) < 0) return errClosed()
  const fd = fdOf(self)
  let size = 8192
  try {
    const st = fs.fstatSync(fd)
    // one byte more than what is left, so that the end is seen without growing
    if (st.isFile() && seekFd(fd, 0n, 1) === 0) size = Math.max(1, st.size - Number(tellPosition) + 1)
  } catch {
    // a descriptor that cannot be examined is read in steps
  }
  let $result = PyBytes_FromStringAndSize(0, size)
  if ($result === NULL) return NULL
  let total = 0
  for (;;) {
    if (total >= size) {
      size = size + Math.max(8192, size >> 1)
      $result = _PyBytes_Resize($result, size)
      if ($result === NULL) return NULL
    }
    const n = readFd(fd, PyBytes_AS_STRING($result) + total, size - total, null)
    if (n < 0) {
      if (total > 0 && PyErr_ExceptionMatches(PyExc_BlockingIOError)) {
        PyErr_Clear()
        break
      }
      Py_DECREF($result)
      return noneIfBlocked()
    }
    if (n === 0) break
    total += n
  }
  return total === size ? $result : _PyBytes_Resize($result, total)
}
function fileio_read(self: Ref, args: Ref): Own {
  if (fdOf(self) < 0) return errClosed()
  if (!byte(self + FileIO.readable)) return errMode("reading")
  const size = sizeFromArgs(args, "read")
  if (Number.isNaN(size)) return NULL
  if (size < 0) return fileio_readall(self)
  const $bytes = PyBytes_FromStringAndSize(0, size)
  if ($bytes === NULL) return NULL
  const n = readFd(fdOf(self), PyBytes_AS_STRING($bytes), size, null)
  if (n < 0) {
    Py_DECREF($bytes)
    return noneIfBlocked()
  }
  return n === size ? $bytes : _PyBytes_Resize($bytes, n)
}
function fileio_write(self: Ref, data: Ref): Own {
  if (fdOf(self) < 0) return errClosed()
  if (!byte(self + FileIO.writable)) return errMode("writing")
  const mark = cstackMark()
  const view = calloca(Py_buffer.SIZE)
  try {
    if (PyObject_GetBuffer(data, view, 0) < 0) return NULL
    const n = writeFd(fdOf(self), ptr(view + Py_buffer.buf), ssize(view + Py_buffer.len), null)
    PyBuffer_Release(view)
    return n < 0 ? noneIfBlocked() : PyLong_FromLong(n)
  } finally {
    cstackReset(mark)
  }
}

/** Seek and answer the position, as Python sees it. */
function portableSeek(self: Ref, offset: bigint, whence: number): Own {
  const errno = seekFd(fdOf(self), offset, whence)
  if (byte(self + FileIO.seekable) === 255) setbyte(self + FileIO.seekable, errno === 0 ? 1 : 0)
  return errno !== 0 ? PyErr_SetFromErrno(PyExc_OSError, errno) : PyLong_FromBigInt(tellPosition)
}
function fileio_seek(self: Ref, args: Ref): Own {
  const at = parseTuple(args, NULL, "O|i:seek", null)
  if (at === 0) return NULL
  const pos = ptr(at)
  const whence = Py_SIZE(args) > 1 ? int32(at + 8) : 0
  if (fdOf(self) < 0) return errClosed()
  if (!PyLong_Check(pos)) {
    const n = PyNumber_AsSsize_t(pos, PyExc_OverflowError)
    return n === -1 && PyErr_Occurred() ? NULL : portableSeek(self, BigInt(n), whence)
  }
  return portableSeek(self, PyLong_AsBigInt(pos), whence)
}
function fileio_tell(self: Ref): Own {
  return fdOf(self) < 0 ? errClosed() : portableSeek(self, 0n, 1)
}
function fileio_truncate(self: Ref, args: Ref): Own {
  const at = parseTuple(args, NULL, "|O:truncate", null)
  if (at === 0) return NULL
  const size = ptr(at)
  if (fdOf(self) < 0) return errClosed()
  if (!byte(self + FileIO.writable)) return errMode("writing")
  const $size = size === 0 || size === Py_None ? portableSeek(self, 0n, 1) : Py_NewRef(size)
  if ($size === NULL) return NULL
  const n = PyLong_AsBigInt($size)
  if (PyErr_Occurred()) {
    Py_DECREF($size)
    return NULL
  }
  try {
    if (n < 0n) throw Object.assign(new Error("EINVAL"), { errno: -E.EINVAL })
    fs.ftruncateSync(fdOf(self), Number(n))
    return $size
  } catch (e) {
    Py_DECREF($size)
    return PyErr_SetFromErrno(PyExc_OSError, errnoOfError(e))
  }
}

function modeString(self: Ref): string {
  const r = byte(self + FileIO.readable)
  if (byte(self + FileIO.created)) return r ? "xb+" : "xb"
  if (byte(self + FileIO.appending)) return r ? "ab+" : "ab"
  if (r) return byte(self + FileIO.writable) ? "rb+" : "rb"
  return "wb"
}
function fileio_repr(self: Ref): Own {
  const fd = fdOf(self)
  if (fd < 0) return PyUnicode_FromString("<_io.FileIO [closed]>")
  const closefd = byte(self + FileIO.closefd) ? "True" : "False"
  const $name = _PyObject_LookupAttr(self, ID("name"))
  if ($name === NULL) {
    if (PyErr_Occurred()) return NULL
    return PyUnicode_FromString(`<_io.FileIO fd=${fd} mode='${modeString(self)}' closefd=${closefd}>`)
  }
  const r = reprJS($name)
  Py_DECREF($name)
  return r === null ? NULL : PyUnicode_FromString(`<_io.FileIO name=${r} mode='${modeString(self)}' closefd=${closefd}>`)
}
function get_closed(self: Ref): Own {
  return Py_NewRef(fdOf(self) < 0 ? Py_True : Py_False)
}
function get_closefd(self: Ref): Own {
  return Py_NewRef(byte(self + FileIO.closefd) ? Py_True : Py_False)
}
function get_mode(self: Ref): Own {
  return PyUnicode_FromString(modeString(self))
}
function get_blksize(self: Ref): Own {
  return PyLong_FromLong(int32(self + FileIO.blksize))
}
function get_finalizing(self: Ref): Own {
  return Py_NewRef(byte(self + FileIO.finalizing) ? Py_True : Py_False)
}
function set_finalizing(self: Ref, value: Ref): number {
  setbyte(self + FileIO.finalizing, value === Py_True ? 1 : 0)
  return 0
}
function set_blksize(self: Ref, value: Ref): number {
  const n = PyLong_AsInt(value)
  if (n === -1 && PyErr_Occurred()) return -1
  setint32(self + FileIO.blksize, n)
  return 0
}

defineType(PyFileIO_Type, {
  name: "_io.FileIO",
  base: PyRawIOBase_Type,
  basicsize: FileIO.SIZE,
  flags: TPFLAGS.BASETYPE | TPFLAGS.HAVE_GC,
  doc: "FileIO(file, mode='r', closefd=True, opener=None)\n--\n\nA raw file.",
  dictoffset: FileIO.dict,
  weaklistoffset: FileIO.weakreflist,
  dealloc: fileio_dealloc,
  repr: fileio_repr,
  getattro: PyObject_GenericGetAttr,
  traverse: fileio_traverse,
  clear: fileio_clear,
  init: fileio_init,
  new: fileio_new,
  methods: [
    ["read", fileio_read, METH.VARARGS],
    ["readall", fileio_readall, METH.NOARGS],
    ["readinto", fileio_readinto, METH.O],
    ["write", fileio_write, METH.O],
    ["seek", fileio_seek, METH.VARARGS],
    ["tell", fileio_tell, METH.NOARGS],
    ["truncate", fileio_truncate, METH.VARARGS],
    ["close", fileio_close, METH.NOARGS],
    ["seekable", fileio_seekable, METH.NOARGS],
    ["readable", fileio_readable, METH.NOARGS],
    ["writable", fileio_writable, METH.NOARGS],
    ["fileno", fileio_fileno, METH.NOARGS],
    ["isatty", fileio_isatty, METH.NOARGS],
    ["_dealloc_warn", fileio_dealloc_warn, METH.O],
  ],
  getset: [
    ["__dict__", PyObject_GenericGetDict, PyObject_GenericSetDict],
    ["closed", get_closed, null, "True if the file is closed"],
    ["closefd", get_closefd, null, "True if the file descriptor will be closed by close()."],
    ["mode", get_mode, null, "String giving the file mode"],
    ["_blksize", get_blksize, set_blksize],
    ["_finalizing", get_finalizing, set_finalizing],
  ],
})
