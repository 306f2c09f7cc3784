import fs from "node:fs"
import { errnoOfError, E } from "../../base/errno.ts"
import { int32, memcpy, ptr, setint32, setptr } from "../../heap/access.ts"
import { RUNTIME, Runtime } from "../../heap/map.ts"
import { PyMem_RawFree, PyMem_RawMalloc } from "../../heap/obmalloc.ts"
import { staticAlloc } from "../../heap/statics.ts"
import { u8 } from "../../heap/views.ts"
import { PyErr_SetFromErrno } from "../../objects/errors.ts"
import { PyExc_OSError } from "../../objects/statictypes.ts"
import { eval_frame_handle_pending } from "../../vm/ceval_pending.ts"
import { PyEval_RestoreThread, PyEval_SaveThread, waitOnWord } from "../../vm/gil.ts"

// Node cannot ask whether a pipe has something to read: it can only read, without blocking, through another open file of the same pipe.
// What such a look finds is kept here, in the heap, and is what the next read of the descriptor gets first.
//   block: offset (4), length (4), bytes
// Invariant: a block is there only while offset < length.

const MAX_FD = 1024
const BLOCKS = staticAlloc(8 * MAX_FD)
/** 1: somebody waited for this descriptor to become readable. */
const WATCHED = staticAlloc(MAX_FD)
const COUNT = staticAlloc(16)
const HEADER = 8
const CHUNK = 65536

export const enum Ready {
  no = 0,
  data = 1,
  /** No more data will come. */
  end = 2,
}

/** Take up to `n` kept bytes of `fd`: how many, 0 if there are none. */
export function takePushback(fd: number, addr: number, n: number): number {
  if (fd >= MAX_FD || ptr(BLOCKS + 8 * fd) === 0) return 0
  const block = ptr(BLOCKS + 8 * fd)
  const at = int32(block)
  const take = Math.min(n, int32(block + 4) - at)
  memcpy(addr, block + HEADER + at, take)
  if (at + take < int32(block + 4)) setint32(block, at + take)
  else dropPushback(fd)
  return take
}
/** The descriptor is closed: forget what was kept and that it was watched. */
export function dropPushback(fd: number): void {
  if (fd >= MAX_FD) return
  const block = ptr(BLOCKS + 8 * fd)
  if (block === 0) return
  setptr(BLOCKS + 8 * fd, 0)
  PyMem_RawFree(block)
}
export function forgetWatched(fd: number): void {
  dropPushback(fd)
  if (fd >= MAX_FD || u8[WATCHED + fd] === 0) return
  u8[WATCHED + fd] = 0
  setint32(COUNT, int32(COUNT) - 1)
}

function append(fd: number, bytes: Uint8Array): void {
  const old = ptr(BLOCKS + 8 * fd)
  const kept = old === 0 ? 0 : int32(old + 4) - int32(old)
  const block = PyMem_RawMalloc(HEADER + kept + bytes.length)
  if (block === 0) throw new Error("moult: no memory for what a pipe has sent")
  if (kept > 0) memcpy(block + HEADER, old + HEADER + int32(old), kept)
  u8.set(bytes, block + HEADER + kept)
  setint32(block, 0)
  setint32(block + 4, kept + bytes.length)
  dropPushback(fd)
  setptr(BLOCKS + 8 * fd, block)
}

/** Read without blocking what the pipe or terminal has; `Ready` bits. Call it with the interpreter lock. */
function look(fd: number): number {
  let other: number
  try {
    other = fs.openSync(`/proc/self/fd/${fd}`, fs.constants.O_RDONLY | fs.constants.O_NONBLOCK | fs.constants.O_NOCTTY)
  } catch {
    return Ready.data // a socket, or nothing we can open: let the read find out
  }
  let ready = 0
  try {
    const bytes = new Uint8Array(CHUNK)
    for (;;) {
      const n = fs.readSync(other, bytes, 0, CHUNK, null)
      if (n === 0) return ready | Ready.end
      append(fd, bytes.subarray(0, n))
      ready |= Ready.data
    }
  } catch (e) {
    return errnoOfError(e) === E.EAGAIN ? ready : ready | Ready.data
  } finally {
    fs.closeSync(other)
  }
}
function canBlock(fd: number): boolean {
  const st = fs.fstatSync(fd)
  if (st.isFIFO()) return true
  return st.isCharacterDevice() && /^\/dev\/(tty|pts)/.test(fs.readlinkSync(`/proc/self/fd/${fd}`))
}
/** Is there something to read? Throws Node's error when the descriptor is not open. */
export function readReady(fd: number): number {
  if (!canBlock(fd) || fd >= MAX_FD) return Ready.data
  if (u8[WATCHED + fd] === 0) {
    u8[WATCHED + fd] = 1
    setint32(COUNT, int32(COUNT) + 1)
  }
  const kept = ptr(BLOCKS + 8 * fd) !== 0 ? Ready.data : 0
  return kept | look(fd)
}
/** Could a write go through? `Ready.end`: nobody will read it. */
export function writeReady(fd: number): number {
  if (!fs.fstatSync(fd).isFIFO()) return Ready.data
  try {
    fs.closeSync(fs.openSync(`/proc/self/fd/${fd}`, fs.constants.O_WRONLY | fs.constants.O_NONBLOCK))
    return Ready.data
  } catch (e) {
    return errnoOfError(e) === E.ENXIO ? Ready.data | Ready.end : Ready.data
  }
}

/** Must writes of `fd` go by `pipeWrite`? While pipes are watched, a writer that waits must go on reading them: the process at the other
 *  end may wait for that before it reads. */
export function isWatchedPipe(fd: number): boolean {
  if (int32(COUNT) === 0) return false
  try {
    return fs.fstatSync(fd).isFIFO()
  } catch {
    return false
  }
}
/** Write to a pipe, reading ahead from the watched ones while it is full. The count, or -1 with OSError set. */
export function pipeWrite(fd: number, addr: number, n: number): number {
  let other: number
  try {
    other = fs.openSync(`/proc/self/fd/${fd}`, fs.constants.O_WRONLY | fs.constants.O_NONBLOCK)
  } catch (e) {
    const errno = errnoOfError(e)
    PyErr_SetFromErrno(PyExc_OSError, errno === E.ENXIO ? E.EPIPE : errno)
    return -1
  }
  try {
    for (;;) {
      try {
        return fs.writeSync(other, u8, addr, n)
      } catch (e) {
        if (errnoOfError(e) !== E.EAGAIN) {
          PyErr_SetFromErrno(PyExc_OSError, errnoOfError(e))
          return -1
        }
      }
      for (let i = 0; i < MAX_FD; i++) if (u8[WATCHED + i] !== 0) look(i)
      PyEval_SaveThread()
      waitOnWord(RUNTIME + Runtime.sleep_word, 0, 1)
      PyEval_RestoreThread()
      if (eval_frame_handle_pending() < 0) return -1
    }
  } finally {
    fs.closeSync(other)
  }
}
