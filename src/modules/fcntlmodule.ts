import fs from "node:fs"
import { E, errnoOfError } from "../base/errno.ts"
import { ptr } from "../heap/access.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { staticAlloc } from "../heap/statics.ts"
import { u8 } from "../heap/views.ts"
import { defineModule } from "../objects/define.ts"
import { PyErr_Occurred, PyErr_SetFromErrno, PyErr_SetString } from "../objects/errors.ts"
import { PyObject_AsFileDescriptor } from "../objects/fileobject.ts"
import { _PyArg_CheckPositional } from "../objects/getargs.ts"
import { _PyLong_AsInt, PyLong_Check, PyLong_FromLong } from "../objects/longobject.ts"
import { METH } from "../objects/slots.ts"
import { PyExc_OSError, PyExc_ValueError } from "../objects/statictypes.ts"
import { dupFd } from "./posix/files.ts"
import { addInts, none } from "./support.ts"

// Modules/fcntlmodule.c, as far as Node reaches: flags are read from /proc, close-on-exec is what it always is for Node's descriptors, and
// locks are granted (nobody else of this process can hold them).

const CONSTANTS = {
  DN_ACCESS: 1,
  DN_ATTRIB: 32,
  DN_CREATE: 4,
  DN_DELETE: 8,
  DN_MODIFY: 2,
  DN_MULTISHOT: 2147483648,
  DN_RENAME: 16,
  FASYNC: 8192,
  FD_CLOEXEC: 1,
  F_ADD_SEALS: 1033,
  F_DUPFD: 0,
  F_DUPFD_CLOEXEC: 1030,
  F_EXLCK: 4,
  F_GETFD: 1,
  F_GETFL: 3,
  F_GETLEASE: 1025,
  F_GETLK: 5,
  F_GETLK64: 5,
  F_GETOWN: 9,
  F_GETPIPE_SZ: 1032,
  F_GETSIG: 11,
  F_GET_SEALS: 1034,
  F_NOTIFY: 1026,
  F_OFD_GETLK: 36,
  F_OFD_SETLK: 37,
  F_OFD_SETLKW: 38,
  F_RDLCK: 0,
  F_SEAL_GROW: 4,
  F_SEAL_SEAL: 1,
  F_SEAL_SHRINK: 2,
  F_SEAL_WRITE: 8,
  F_SETFD: 2,
  F_SETFL: 4,
  F_SETLEASE: 1024,
  F_SETLK: 6,
  F_SETLK64: 6,
  F_SETLKW: 7,
  F_SETLKW64: 7,
  F_SETOWN: 8,
  F_SETPIPE_SZ: 1031,
  F_SETSIG: 10,
  F_SHLCK: 8,
  F_UNLCK: 2,
  F_WRLCK: 1,
  LOCK_EX: 2,
  LOCK_MAND: 32,
  LOCK_NB: 4,
  LOCK_READ: 64,
  LOCK_RW: 192,
  LOCK_SH: 1,
  LOCK_UN: 8,
  LOCK_WRITE: 128,
}

/** FD_CLOEXEC cleared by the program, one byte a descriptor below 1024. */
const INHERITED = staticAlloc(1024)

/** File status flags of an open descriptor; -1 with OSError set. */
function statusFlags(fd: number): number {
  try {
    return Number.parseInt(/flags:\s+(\d+)/.exec(fs.readFileSync(`/proc/self/fdinfo/${fd}`, "utf8"))?.[1] ?? "0", 8)
  } catch {
    PyErr_SetFromErrno(PyExc_OSError, E.EBADF)
    return -1
  }
}
const O_CLOEXEC = 0o2000000

function fcntl_fcntl(_m: Ref, args: number, nargs: number): Own {
  if (!_PyArg_CheckPositional("fcntl", nargs, 2, 3)) return NULL
  const fd = PyObject_AsFileDescriptor(ptr(args))
  if (fd < 0) return NULL
  const cmd = _PyLong_AsInt(ptr(args + 8))
  if (cmd === -1 && PyErr_Occurred()) return NULL
  let arg = 0
  if (nargs > 2 && PyLong_Check(ptr(args + 16))) {
    arg = _PyLong_AsInt(ptr(args + 16))
    if (arg === -1 && PyErr_Occurred()) return NULL
  }
  const flags = statusFlags(fd)
  if (flags < 0) return NULL
  switch (cmd) {
    case CONSTANTS.F_GETFD:
      return PyLong_FromLong(fd > 2 && (fd >= 1024 || u8[INHERITED + fd] === 0) ? CONSTANTS.FD_CLOEXEC : 0)
    case CONSTANTS.F_SETFD:
      if (fd < 1024) u8[INHERITED + fd] = arg & CONSTANTS.FD_CLOEXEC ? 0 : 1
      return PyLong_FromLong(0)
    case CONSTANTS.F_GETFL:
      return PyLong_FromLong(flags & ~O_CLOEXEC)
    case CONSTANTS.F_SETFL:
      return PyLong_FromLong(0)
    case CONSTANTS.F_DUPFD:
    case CONSTANTS.F_DUPFD_CLOEXEC:
      try {
        return PyLong_FromLong(dupFd(fd))
      } catch (e) {
        return PyErr_SetFromErrno(PyExc_OSError, errnoOfError(e))
      }
    case CONSTANTS.F_GETPIPE_SZ:
    case CONSTANTS.F_SETPIPE_SZ:
      return PyLong_FromLong(65536)
  }
  return PyErr_SetFromErrno(PyExc_OSError, E.EINVAL)
}
function fcntl_ioctl(_m: Ref, args: number, nargs: number): Own {
  if (!_PyArg_CheckPositional("ioctl", nargs, 2, 4)) return NULL
  const fd = PyObject_AsFileDescriptor(ptr(args))
  if (fd < 0 || statusFlags(fd) < 0) return NULL
  return PyErr_SetFromErrno(PyExc_OSError, E.ENOTTY)
}
function lockArguments(args: number, nargs: number, fname: string, max: number): number {
  if (!_PyArg_CheckPositional(fname, nargs, 2, max)) return -1
  const fd = PyObject_AsFileDescriptor(ptr(args))
  if (fd < 0) return -1
  const code = _PyLong_AsInt(ptr(args + 8))
  if (code === -1 && PyErr_Occurred()) return -1
  return statusFlags(fd) < 0 ? -1 : code & 0xffff
}
function fcntl_flock(_m: Ref, args: number, nargs: number): Own {
  const code = lockArguments(args, nargs, "flock", 2)
  if (code < 0) return NULL
  return [1, 2, 8].includes(code & ~CONSTANTS.LOCK_NB) ? none() : PyErr_SetFromErrno(PyExc_OSError, E.EINVAL)
}
function fcntl_lockf(_m: Ref, args: number, nargs: number): Own {
  const code = lockArguments(args, nargs, "lockf", 5)
  if (code < 0) return NULL
  return code === CONSTANTS.LOCK_UN || code & (CONSTANTS.LOCK_SH | CONSTANTS.LOCK_EX)
    ? none()
    : PyErr_SetString(PyExc_ValueError, "unrecognized lockf argument")
}

defineModule({
  name: "fcntl",
  doc: "Control of open files and their locks.",
  exec: (module: Ref): number => addInts(module, CONSTANTS),
  methods: [
    ["fcntl", fcntl_fcntl, METH.FASTCALL, "($module, fd, cmd, arg=0, /)\n--\n\nPerform the operation `cmd` on file descriptor fd."],
    [
      "ioctl",
      fcntl_ioctl,
      METH.FASTCALL,
      "($module, fd, request, arg=0, mutate_flag=True, /)\n--\n\nPerform the operation request on file descriptor fd.",
    ],
    ["flock", fcntl_flock, METH.FASTCALL, "($module, fd, operation, /)\n--\n\nPerform the lock operation on file descriptor fd."],
    [
      "lockf",
      fcntl_lockf,
      METH.FASTCALL,
      "($module, fd, cmd, len=0, start=0, whence=0, /)\n--\n\nA wrapper around the fcntl() locking calls.",
    ],
  ],
})
