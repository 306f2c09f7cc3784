import fs from "node:fs"
import { E } from "../../base/errno.ts"
import { int32, ptr, ssize } from "../../heap/access.ts"
import { calloca, cstackMark, cstackReset } from "../../heap/cstack.ts"
import { Py_buffer } from "../../heap/layout.ts"
import { PyMem_RawFree, PyMem_RawMalloc } from "../../heap/obmalloc.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_DECREF } from "../../heap/refcount.ts"
import { PyBuffer_Release, PyObject_GetBuffer, PySequence_Check, PySequence_GetItem, PySequence_Size } from "../../objects/abstract.ts"
import { PyErr_NoMemory, PyErr_Occurred, PyErr_SetFromErrno, PyErr_SetString } from "../../objects/errors.ts"
import { argGiven, parseTuple } from "../../objects/getargs.ts"
import { PyLong_AsLong, PyLong_FromLong } from "../../objects/longobject.ts"
import { Py_None, PyExc_OSError, PyExc_TypeError, PyExc_ValueError } from "../../objects/statictypes.ts"
import { attempt, readFd, writeFd } from "./files.ts"

// Modules/posixmodule.c: reading and writing several buffers, and copying between files. Node has readv and writev, but for its own buffers only:
// the buffers are taken one after the other, and a short transfer ends the call as the kernel's would.

const PyBUF_SIMPLE = 0
const PyBUF_WRITABLE = 1
const COPY_CHUNK = 1 << 16

type Transfer = (fd: number, addr: number, n: number, position: number | null) => number

function transferAll(fd: number, buffers: Ref, position: number | null, flags: number, transfer: Transfer): Own {
  const count = PySequence_Size(buffers)
  if (count < 0) return NULL
  const mark = cstackMark()
  const view = calloca(Py_buffer.SIZE)
  let total = 0
  let failed = false
  for (let i = 0; i < count && !failed; i++) {
    const $item = PySequence_GetItem(buffers, i)
    failed = $item === NULL || PyObject_GetBuffer($item, view, flags) < 0
    if ($item !== NULL) Py_DECREF($item)
    if (failed) break
    const len = ssize(view + Py_buffer.len)
    const n = len === 0 ? 0 : transfer(fd, ptr(view + Py_buffer.buf), len, position === null ? null : position + total)
    PyBuffer_Release(view)
    // an error after the first bytes is told by the short count
    if (n < 0) failed = true
    else total += n
    if (n < len) break
  }
  cstackReset(mark)
  return failed ? NULL : PyLong_FromLong(total)
}

function checkBuffers(buffers: Ref, fname: string): boolean {
  if (PySequence_Check(buffers)) return true
  PyErr_SetString(PyExc_TypeError, `${fname}() arg 2 must be a sequence`)
  return false
}

function offsetAt(at: number): number {
  return int32(at + 4) * 4294967296 + (int32(at) >>> 0)
}

export function os_readv(_m: Ref, args: Ref): Own {
  const at = parseTuple(args, NULL, "iO:readv", null)
  if (at === 0 || !checkBuffers(ptr(at + 8), "readv")) return NULL
  return transferAll(int32(at), ptr(at + 8), null, PyBUF_WRITABLE, readFd)
}
export function os_writev(_m: Ref, args: Ref): Own {
  const at = parseTuple(args, NULL, "iO:writev", null)
  if (at === 0 || !checkBuffers(ptr(at + 8), "writev")) return NULL
  return transferAll(int32(at), ptr(at + 8), null, PyBUF_SIMPLE, writeFd)
}
export function os_preadv(_m: Ref, args: Ref): Own {
  const at = parseTuple(args, NULL, "iOL|i:preadv", null)
  if (at === 0 || !checkBuffers(ptr(at + 8), "preadv")) return NULL
  return transferAll(int32(at), ptr(at + 8), offsetAt(at + 16), PyBUF_WRITABLE, readFd)
}
export function os_pwritev(_m: Ref, args: Ref): Own {
  const at = parseTuple(args, NULL, "iOL|i:pwritev", null)
  if (at === 0 || !checkBuffers(ptr(at + 8), "pwritev")) return NULL
  return transferAll(int32(at), ptr(at + 8), offsetAt(at + 16), PyBUF_SIMPLE, writeFd)
}

/** Copy up to `count` bytes; the number copied, or -1 with OSError set. A null position is the file's own, which then moves. */
function copyBytes(from: number, to: number, count: number, readAt: number | null, writeAt: number | null): number {
  const buffer = PyMem_RawMalloc(Math.min(count, COPY_CHUNK) || 1)
  if (buffer === 0) {
    PyErr_NoMemory()
    return -1
  }
  let total = 0
  while (total < count) {
    const want = Math.min(COPY_CHUNK, count - total)
    const n = readFd(from, buffer, want, readAt === null ? null : readAt + total)
    if (n <= 0) {
      if (n < 0) total = -1
      break
    }
    let done = 0
    while (done < n) {
      const w = writeFd(to, buffer + done, n - done, writeAt === null ? null : writeAt + total + done)
      if (w < 0) {
        PyMem_RawFree(buffer)
        return -1
      }
      done += w
    }
    total += n
    if (n < want) break
  }
  PyMem_RawFree(buffer)
  return total
}

/** An offset argument: null for None; NaN with the error set. */
function optionalOffset(op: Ref): number | null {
  if (op === 0 || op === Py_None) return null
  const n = PyLong_AsLong(op)
  return n === -1 && PyErr_Occurred() ? Number.NaN : n
}

export function os_sendfile(_m: Ref, args: Ref, kwds: Ref): Own {
  const at = parseTuple(args, kwds, "iiOn|OOi:sendfile", ["out_fd", "in_fd", "offset", "count", "headers", "trailers", "flags"])
  if (at === 0) return NULL
  const offset = optionalOffset(ptr(at + 16))
  if (Number.isNaN(offset)) return NULL
  const n = copyBytes(int32(at + 8), int32(at), int32(at + 24), offset, null)
  return n < 0 ? NULL : PyLong_FromLong(n)
}
export function os_copy_file_range(_m: Ref, args: Ref, kwds: Ref): Own {
  const at = parseTuple(args, kwds, "iin|OO:copy_file_range", ["src", "dst", "count", "offset_src", "offset_dst"])
  if (at === 0) return NULL
  if (int32(at + 16) < 0) return PyErr_SetString(PyExc_ValueError, "negative value for 'count' not allowed")
  const from = argGiven(3) ? optionalOffset(ptr(at + 24)) : null
  if (Number.isNaN(from)) return NULL
  const to = argGiven(4) ? optionalOffset(ptr(at + 32)) : null
  if (Number.isNaN(to)) return NULL
  const n = copyBytes(int32(at), int32(at + 8), int32(at + 16), from, to)
  return n < 0 ? NULL : PyLong_FromLong(n)
}

/** Make the file at least offset + length bytes long. */
export function os_posix_fallocate(_m: Ref, args: Ref): Own {
  const at = parseTuple(args, NULL, "iLL:posix_fallocate", null)
  if (at === 0) return NULL
  const fd = int32(at)
  const end = offsetAt(at + 8) + offsetAt(at + 16)
  if (offsetAt(at + 8) < 0 || offsetAt(at + 16) <= 0) return PyErr_SetFromErrno(PyExc_OSError, E.EINVAL)
  return attempt(() => {
    if (fs.fstatSync(fd).size < end) fs.ftruncateSync(fd, end)
  })
}
/** Advice that Node cannot pass on; the arguments are checked. */
export function os_posix_fadvise(_m: Ref, args: Ref): Own {
  const at = parseTuple(args, NULL, "iLLi:posix_fadvise", null)
  if (at === 0) return NULL
  const fd = int32(at)
  if (int32(at + 24) < 0 || int32(at + 24) > 5) return PyErr_SetFromErrno(PyExc_OSError, E.EINVAL)
  return attempt(() => void fs.fstatSync(fd))
}
