import { Buffer } from "node:buffer"
import { execFileSync } from "node:child_process"
import fs from "node:fs"
import os from "node:os"
import path from "node:path"
import { E, errnoOfError } from "../../base/errno.ts"
import { int32, ptr, ssize } from "../../heap/access.ts"
import { calloca, cstackMark, cstackReset } from "../../heap/cstack.ts"
import { Py_buffer } from "../../heap/layout.ts"
import { RUNTIME, Runtime } from "../../heap/map.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_DECREF, Py_NewRef } from "../../heap/refcount.ts"
import { u8 } from "../../heap/views.ts"
import { PyBuffer_Release, PyObject_GetBuffer } from "../../objects/abstract.ts"
import { _PyBytes_Resize, PyBytes_AS_STRING, PyBytes_FromStringAndSize } from "../../objects/bytesobject.ts"
import { PyErr_SetFromErrno } from "../../objects/errors.ts"
import { argGiven, parseTuple } from "../../objects/getargs.ts"
import { PyLong_FromBigInt, PyLong_FromLong } from "../../objects/longobject.ts"
import { PyObject_IsTrue } from "../../objects/object.ts"
import { PyTuple_New, PyTuple_SET_ITEM } from "../../objects/tupleobject.ts"
import { Py_False, Py_None, Py_True, PyExc_OSError } from "../../objects/statictypes.ts"
import { eval_frame_handle_pending } from "../../vm/ceval_pending.ts"
import { PyEval_RestoreThread, PyEval_SaveThread, waitOnWord } from "../../vm/gil.ts"
import { isInheritable, setInheritable } from "./inherit.ts"
import { applyDirFd, intArg, path_converter, pathBytes, pathError, pathFd } from "./path.ts"
import { forgetWatched, isWatchedPipe, pipeWrite, takePushback } from "./pushback.ts"
import { advance, forgetPosition, isAppend, moveToEnd, positionOf, seekFd, tellPosition } from "./seek.ts"

// Modules/posixmodule.c: file descriptors.

/** Read up to `n` bytes of `fd` into the heap at `addr`, giving up the interpreter lock; the count, or -1 with OSError set.
 *  Waits while a non-blocking terminal or pipe has nothing yet, unless `nonblocking`. */
export function readFd(fd: number, addr: number, n: number, position: number | null): number {
  const at = position ?? positionOf(fd)
  const kept = position === null ? takePushback(fd, addr, n) : 0
  if (kept > 0) return kept
  for (;;) {
    let errno = 0
    let count = 0
    PyEval_SaveThread()
    try {
      count = fs.readSync(fd, u8, addr, n, at)
    } catch (e) {
      errno = errnoOfError(e)
    }
    PyEval_RestoreThread()
    if (errno === 0) {
      if (position === null) advance(fd, count)
      return count
    }
    if (errno === E.EAGAIN && isStdio(fd)) {
      PyEval_SaveThread()
      waitOnWord(RUNTIME + Runtime.sleep_word, 0, 10)
      PyEval_RestoreThread()
    } else if (errno !== E.EINTR) {
      PyErr_SetFromErrno(PyExc_OSError, errno)
      return -1
    }
    if (eval_frame_handle_pending() < 0) return -1
  }
}
// Standard streams may have been made non-blocking by somebody else; Python sees them as blocking.
function isStdio(fd: number): boolean {
  return fd <= 2
}

/** Write `n` bytes at `addr` to `fd`; the count written, or -1 with OSError set. */
export function writeFd(fd: number, addr: number, n: number, position: number | null): number {
  if (isWatchedPipe(fd)) return pipeWrite(fd, addr, n)
  const own = position === null ? positionOf(fd) : null
  const append = own !== null && isAppend(fd)
  const at = append ? null : (position ?? own)
  for (;;) {
    let errno = 0
    let count = 0
    PyEval_SaveThread()
    try {
      count = fs.writeSync(fd, u8, addr, n, at)
    } catch (e) {
      errno = errnoOfError(e)
    }
    PyEval_RestoreThread()
    if (errno === 0) {
      if (append) moveToEnd(fd)
      else if (position === null) advance(fd, count)
      return count
    }
    if (errno === E.EAGAIN && isStdio(fd)) {
      PyEval_SaveThread()
      waitOnWord(RUNTIME + Runtime.sleep_word, 0, 5)
      PyEval_RestoreThread()
    } else if (errno !== E.EINTR) {
      PyErr_SetFromErrno(PyExc_OSError, errno)
      return -1
    }
    if (eval_frame_handle_pending() < 0) return -1
  }
}

/** open(2); throws Node's error. */
export function openFd(path: Buffer | string, flags: number, mode: number): number {
  const fd = fs.openSync(path, flags, mode)
  forgetPosition(fd)
  return fd
}
/** close(2); throws Node's error. */
export function closeFd(fd: number): void {
  if (fd > 2) setInheritable(fd, false)
  forgetPosition(fd)
  forgetWatched(fd)
  fs.closeSync(fd)
}

export function os_open(_m: Ref, args: Ref, kwds: Ref): Own {
  const at = parseTuple(args, kwds, "Oi|i$O:open", ["path", "flags", "mode", "dir_fd"])
  if (at === 0) return NULL
  const pathObj = ptr(at)
  const flags = int32(at + 8)
  const mode = argGiven(2) ? int32(at + 16) : 0o777
  const dirFd = ptr(at + 24)
  if (!path_converter(pathObj, "open", "path", false, false) || !applyDirFd(dirFd, "open")) return NULL
  try {
    return PyLong_FromLong(openFd(pathBytes, flags, mode))
  } catch (e) {
    return pathError(e, pathObj)
  }
}

function fdOf(args: Ref, kwds: Ref, fname: string): number {
  const at = parseTuple(args, kwds, `O:${fname}`, ["fd"])
  return at === 0 ? Number.NaN : intArg(ptr(at))
}
export function os_close(_m: Ref, args: Ref, kwds: Ref): Own {
  const fd = fdOf(args, kwds, "close")
  if (Number.isNaN(fd)) return NULL
  return attempt(() => closeFd(fd))
}
/** None, or NULL with OSError for what `f` throws. */
export function attempt(f: () => void, filename: Ref = NULL, filename2: Ref = NULL): Own {
  try {
    f()
    return Py_NewRef(Py_None)
  } catch (e) {
    return pathError(e, filename, filename2)
  }
}
export function os_closerange(_m: Ref, args: Ref): Own {
  const at = parseTuple(args, NULL, "ii:closerange", null)
  if (at === 0) return NULL
  for (let fd = int32(at), end = int32(at + 8); fd < end; fd++) {
    try {
      closeFd(fd)
    } catch {
      // closing what is not open is no error here
    }
  }
  return Py_NewRef(Py_None)
}

function readBytes(fd: number, n: number, position: number | null): Own {
  if (n < 0) return PyErr_SetFromErrno(PyExc_OSError, E.EINVAL)
  let $buffer = PyBytes_FromStringAndSize(0, n)
  if ($buffer === NULL) return NULL
  const count = n === 0 ? 0 : readFd(fd, PyBytes_AS_STRING($buffer), n, position)
  if (count < 0) {
    Py_DECREF($buffer)
    return NULL
  }
  if (count !== n) $buffer = _PyBytes_Resize($buffer, count)
  return $buffer
}
export function os_read(_m: Ref, args: Ref): Own {
  const at = parseTuple(args, NULL, "in:read", null)
  return at === 0 ? NULL : readBytes(int32(at), int32(at + 8), null)
}
export function os_pread(_m: Ref, args: Ref): Own {
  const at = parseTuple(args, NULL, "inL:pread", null)
  return at === 0 ? NULL : readBytes(int32(at), int32(at + 8), int32(at + 16) + 4294967296 * int32(at + 20))
}
function writeObject(fd: number, data: Ref, position: number | null): Own {
  const mark = cstackMark()
  const view = calloca(Py_buffer.SIZE)
  try {
    if (PyObject_GetBuffer(data, view, 0) < 0) return NULL
    const n = writeFd(fd, ptr(view + Py_buffer.buf), ssize(view + Py_buffer.len), position)
    PyBuffer_Release(view)
    return n < 0 ? NULL : PyLong_FromLong(n)
  } finally {
    cstackReset(mark)
  }
}
export function os_write(_m: Ref, args: Ref): Own {
  const at = parseTuple(args, NULL, "iO:write", null)
  return at === 0 ? NULL : writeObject(int32(at), ptr(at + 8), null)
}
export function os_pwrite(_m: Ref, args: Ref): Own {
  const at = parseTuple(args, NULL, "iOL:pwrite", null)
  return at === 0 ? NULL : writeObject(int32(at), ptr(at + 8), int32(at + 16))
}
export function os_lseek(_m: Ref, args: Ref): Own {
  const at = parseTuple(args, NULL, "iLi:lseek", null)
  if (at === 0) return NULL
  const fd = int32(at)
  const offset = BigInt(int32(at + 12)) * 4294967296n + BigInt(int32(at + 8) >>> 0)
  const errno = seekFd(fd, offset, int32(at + 16))
  return errno !== 0 ? PyErr_SetFromErrno(PyExc_OSError, errno) : PyLong_FromBigInt(tellPosition)
}
export function os_isatty(_m: Ref, args: Ref): Own {
  const at = parseTuple(args, NULL, "i:isatty", null)
  return at === 0 ? NULL : Py_NewRef(isatty(int32(at)) ? Py_True : Py_False)
}
export function isatty(fd: number): boolean {
  try {
    return fs.fstatSync(fd).isCharacterDevice() && /^\/dev\/(tty|pts|console)/.test(fs.readlinkSync(`/proc/self/fd/${fd}`))
  } catch {
    return false
  }
}
export function os_fsync(_m: Ref, args: Ref, kwds: Ref): Own {
  const fd = fdOf(args, kwds, "fsync")
  return Number.isNaN(fd) ? NULL : attempt(() => fs.fsyncSync(fd))
}
export function os_fdatasync(_m: Ref, args: Ref, kwds: Ref): Own {
  const fd = fdOf(args, kwds, "fdatasync")
  return Number.isNaN(fd) ? NULL : attempt(() => fs.fdatasyncSync(fd))
}
export function os_ftruncate(_m: Ref, args: Ref): Own {
  const at = parseTuple(args, NULL, "iL:ftruncate", null)
  if (at === 0) return NULL
  const fd = int32(at)
  const length = int32(at + 12) * 4294967296 + (int32(at + 8) >>> 0)
  return attempt(() => fs.ftruncateSync(fd, length))
}
export function os_truncate(_m: Ref, args: Ref, kwds: Ref): Own {
  const at = parseTuple(args, kwds, "OL:truncate", ["path", "length"])
  if (at === 0) return NULL
  const pathObj = ptr(at)
  const length = int32(at + 12) * 4294967296 + (int32(at + 8) >>> 0)
  if (!path_converter(pathObj, "truncate", "path", false, true)) return NULL
  return attempt(() => (pathFd === -1 ? fs.truncateSync(pathBytes, length) : fs.ftruncateSync(pathFd, length)), pathObj)
}
/** A duplicate by way of /proc: another open file with an offset of its own, the nearest Node allows. */
export function os_dup(_m: Ref, args: Ref): Own {
  const at = parseTuple(args, NULL, "i:dup", null)
  if (at === 0) return NULL
  try {
    return PyLong_FromLong(dupFd(int32(at)))
  } catch (e) {
    return pathError(e, NULL)
  }
}
function accessMode(fd: number): number {
  const flags = /flags:\s+(\d+)/.exec(fs.readFileSync(`/proc/self/fdinfo/${fd}`, "utf8"))
  return flags === null ? fs.constants.O_RDWR : Number.parseInt(flags[1], 8)
}
export function dupFd(fd: number): number {
  fs.fstatSync(fd)
  const keep = fs.constants.O_APPEND | fs.constants.O_RDWR | fs.constants.O_WRONLY
  return openFd(`/proc/self/fd/${fd}`, accessMode(fd) & keep, 0)
}
/** (read end, write end) of a pipe without pipe(2): a FIFO in the temporary directory, opened at both ends and removed. Throws Node's error. */
export function makePipe(): [number, number] {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), "moult-"))
  const fifo = path.join(dir, "pipe")
  try {
    execFileSync("mkfifo", ["-m", "600", fifo])
    // a non-blocking reader lets the writer open at once; the blocking reader is then had through /proc
    const probe = fs.openSync(fifo, fs.constants.O_RDONLY | fs.constants.O_NONBLOCK)
    const write = openFd(fifo, fs.constants.O_WRONLY, 0)
    const read = openFd(fifo, fs.constants.O_RDONLY, 0)
    fs.closeSync(probe)
    return [read, write]
  } finally {
    fs.rmSync(dir, { recursive: true, force: true })
  }
}
export function os_pipe(_m: Ref): Own {
  try {
    const [read, write] = makePipe()
    const $t = PyTuple_New(2)
    if ($t === NULL) return NULL
    PyTuple_SET_ITEM($t, 0, PyLong_FromLong(read))
    PyTuple_SET_ITEM($t, 1, PyLong_FromLong(write))
    return $t
  } catch (e) {
    return pathError(e, NULL)
  }
}

export function os_get_inheritable(_m: Ref, args: Ref): Own {
  const at = parseTuple(args, NULL, "i:get_inheritable", null)
  if (at === 0) return NULL
  const fd = int32(at)
  try {
    fs.fstatSync(fd)
  } catch (e) {
    return pathError(e, NULL)
  }
  return Py_NewRef(isInheritable(fd) ? Py_True : Py_False)
}
export function os_set_inheritable(_m: Ref, args: Ref): Own {
  const at = parseTuple(args, NULL, "ii:set_inheritable", null)
  if (at === 0) return NULL
  const fd = int32(at)
  const on = int32(at + 8) !== 0
  const $r = attempt(() => void fs.fstatSync(fd))
  if ($r === NULL || setInheritable(fd, on)) return $r
  Py_DECREF($r)
  return PyErr_SetFromErrno(PyExc_OSError, E.EBADF)
}
/** Open `fd`'s file as descriptor `to`: the kernel gives the lowest free number, so what is below is taken and given back. */
function reopenAs(fd: number, to: number): void {
  const low: number[] = []
  const flags = accessMode(fd) & (fs.constants.O_APPEND | fs.constants.O_RDWR | fs.constants.O_WRONLY)
  try {
    closeFd(to)
  } catch {
    // it was not open
  }
  try {
    for (;;) {
      const got = openFd(`/proc/self/fd/${fd}`, flags, 0)
      if (got === to) return
      low.push(got)
      // somebody else took the number
      if (got > to) throw Object.assign(new Error("EBUSY"), { code: "EBUSY", errno: -E.EBUSY })
    }
  } finally {
    for (const extra of low) closeFd(extra)
  }
}
export function os_dup2(_m: Ref, args: Ref, kwds: Ref): Own {
  const at = parseTuple(args, kwds, "ii|p:dup2", ["fd", "fd2", "inheritable"])
  if (at === 0) return NULL
  const fd = int32(at)
  const to = int32(at + 8)
  const inheritable = !argGiven(2) || int32(at + 16) !== 0
  if (fd < 0 || to < 0) return PyErr_SetFromErrno(PyExc_OSError, E.EBADF)
  try {
    fs.fstatSync(fd)
    if (fd !== to) reopenAs(fd, to)
  } catch (e) {
    return pathError(e, NULL)
  }
  setInheritable(to, inheritable)
  return PyLong_FromLong(to)
}
export function os_get_blocking(_m: Ref, args: Ref): Own {
  const at = parseTuple(args, NULL, "i:get_blocking", null)
  if (at === 0) return NULL
  try {
    return Py_NewRef(accessMode(int32(at)) & fs.constants.O_NONBLOCK ? Py_False : Py_True)
  } catch (e) {
    return pathError(e, NULL)
  }
}

/** Access permission bits of a path, as access(2) with the real ids. */
export function os_access(_m: Ref, args: Ref, kwds: Ref): Own {
  const at = parseTuple(args, kwds, "Oi|$OOO:access", ["path", "mode", "dir_fd", "effective_ids", "follow_symlinks"])
  if (at === 0) return NULL
  const mode = int32(at + 8)
  const follow = ptr(at + 32)
  if (follow !== 0 && PyObject_IsTrue(follow) < 0) return NULL
  const dirFd = ptr(at + 16)
  if (!path_converter(ptr(at), "access", "path", false, true) || !applyDirFd(dirFd, "access")) return NULL
  try {
    fs.accessSync(pathFd === -1 ? pathBytes : Buffer.from(`/proc/self/fd/${pathFd}`), mode)
    return Py_NewRef(Py_True)
  } catch {
    return Py_NewRef(Py_False)
  }
}
