import { execFileSync } from "node:child_process"
import { randomFillSync } from "node:crypto"
import fs from "node:fs"
import { E, errnoOfError } from "../../base/errno.ts"
import { int32, ptr } from "../../heap/access.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_NewRef } from "../../heap/refcount.ts"
import { PyBytes_FromJS } from "../../objects/bytesobject.ts"
import { PyErr_SetFromErrno, PyErr_SetFromErrnoWithFilenameObjects, PyErr_SetString } from "../../objects/errors.ts"
import { argGiven, parseTuple } from "../../objects/getargs.ts"
import { PyLong_FromBigInt, PyLong_FromLong } from "../../objects/longobject.ts"
import { Py_None, PyExc_OSError, PyExc_ValueError } from "../../objects/statictypes.ts"
import { PyUnicode_AsJS, PyUnicode_Check, PyUnicode_FromString } from "../../objects/unicodeobject.ts"
import { CONFSTR_NAMES, PATHCONF_NAMES } from "./constants.ts"
import { attempt } from "./files.ts"
import { applyDirFd, intArg, path_converter, pathBytes, pathFd } from "./path.ts"

// Modules/posixmodule.c: device numbers, FIFOs, random bytes, limits of files and of the system.

function deviceArg(args: Ref, fname: string): bigint {
  const at = parseTuple(args, NULL, `K:${fname}`, null)
  return at === 0 ? -1n : (BigInt(int32(at + 4) >>> 0) << 32n) | BigInt(int32(at) >>> 0)
}
/** glibc's gnu_dev_major: bits 8-19 and 32-63. */
export function os_major(_m: Ref, args: Ref): Own {
  const d = deviceArg(args, "major")
  return d < 0n ? NULL : PyLong_FromBigInt(((d >> 8n) & 0xfffn) | ((d >> 32n) & 0xfffff000n))
}
/** glibc's gnu_dev_minor: bits 0-7 and 20-31. */
export function os_minor(_m: Ref, args: Ref): Own {
  const d = deviceArg(args, "minor")
  return d < 0n ? NULL : PyLong_FromBigInt((d & 0xffn) | ((d >> 12n) & 0xffffff00n))
}
export function os_makedev(_m: Ref, args: Ref): Own {
  const at = parseTuple(args, NULL, "ii:makedev", null)
  if (at === 0) return NULL
  const major = BigInt(int32(at) >>> 0)
  const minor = BigInt(int32(at + 8) >>> 0)
  return PyLong_FromBigInt(((major & 0xfffn) << 8n) | ((major & 0xfffff000n) << 32n) | (minor & 0xffn) | ((minor & 0xffffff00n) << 12n))
}

/** Node has no mkfifo: the program of that name makes it. */
export function os_mkfifo(_m: Ref, args: Ref, kwds: Ref): Own {
  const at = parseTuple(args, kwds, "O|i$O:mkfifo", ["path", "mode", "dir_fd"])
  if (at === 0) return NULL
  const path = ptr(at)
  const mode = (argGiven(1) ? int32(at + 8) : 0o666) & ~process.umask() & 0o777
  const dirFd = ptr(at + 16)
  if (!path_converter(path, "mkfifo", "path", false, false) || !applyDirFd(dirFd, "mkfifo")) return NULL
  const name = pathBytes.toString()
  try {
    fs.lstatSync(name)
    return PyErr_SetFromErrno(PyExc_OSError, E.EEXIST)
  } catch (e) {
    if (errnoOfError(e) !== E.ENOENT) return PyErr_SetFromErrno(PyExc_OSError, errnoOfError(e))
  }
  try {
    execFileSync("mkfifo", ["-m", mode.toString(8), "--", name], { stdio: "ignore" })
    return Py_NewRef(Py_None)
  } catch {
    return PyErr_SetFromErrno(PyExc_OSError, E.ENOENT)
  }
}

export function os_getrandom(_m: Ref, args: Ref, kwds: Ref): Own {
  const at = parseTuple(args, kwds, "n|i:getrandom", ["size", "flags"])
  if (at === 0) return NULL
  if (int32(at) < 0) return PyErr_SetFromErrno(PyExc_OSError, E.EINVAL)
  if ((int32(at + 8) & ~3) !== 0 && argGiven(1)) return PyErr_SetFromErrno(PyExc_OSError, E.EINVAL)
  return PyBytes_FromJS(randomFillSync(new Uint8Array(int32(at))))
}
export function os_ctermid(_m: Ref): Own {
  return PyUnicode_FromString("/dev/tty")
}
export function os_sync(_m: Ref): Own {
  return attempt(() => void execFileSync("sync"))
}

/** Values of CS_*; the C library's version as Node reports it. */
function confstrValue(name: string): string | undefined {
  if (name === "CS_PATH") return "/bin:/usr/bin"
  const report = process.report.getReport() as { header?: { glibcVersionRuntime?: string } }
  const version = report.header?.glibcVersionRuntime
  if (version === undefined) return undefined
  if (name === "CS_GNU_LIBC_VERSION") return `glibc ${version}`
  return name === "CS_GNU_LIBPTHREAD_VERSION" ? `NPTL ${version}` : ""
}
/** What Linux answers for files of a local file system. */
const PATHCONF_VALUES: Record<string, number> = {
  PC_LINK_MAX: 65000,
  PC_MAX_CANON: 255,
  PC_MAX_INPUT: 255,
  PC_NAME_MAX: 255,
  PC_PATH_MAX: 4096,
  PC_PIPE_BUF: 4096,
  PC_CHOWN_RESTRICTED: 1,
  PC_NO_TRUNC: 1,
  PC_VDISABLE: 0,
  PC_FILESIZEBITS: 64,
  PC_ALLOC_SIZE_MIN: 4096,
  PC_REC_MIN_XFER_SIZE: 4096,
  PC_REC_XFER_ALIGN: 4096,
}
/** The name behind a configuration argument (a str, or its number); null with the error set. */
function configurationName(arg: Ref, names: readonly (readonly [string, number])[]): string | null {
  const byName = PyUnicode_Check(arg)
  const n = byName ? 0 : intArg(arg)
  if (Number.isNaN(n)) return null
  const text = byName ? PyUnicode_AsJS(arg) : ""
  const found = names.find(([name, number]) => (byName ? name === text : number === n))
  if (found !== undefined) return found[0]
  if (byName) PyErr_SetString(PyExc_ValueError, "unrecognized configuration name")
  else PyErr_SetFromErrno(PyExc_OSError, E.EINVAL)
  return null
}
export function os_confstr(_m: Ref, arg: Ref): Own {
  const name = configurationName(arg, CONFSTR_NAMES)
  if (name === null) return NULL
  const value = confstrValue(name)
  return value === undefined ? Py_NewRef(Py_None) : PyUnicode_FromString(value)
}
export function os_pathconf(_m: Ref, args: Ref, kwds: Ref): Own {
  const at = parseTuple(args, kwds, "OO:pathconf", ["path", "name"])
  if (at === 0) return NULL
  const path = ptr(at)
  const name = configurationName(ptr(at + 8), PATHCONF_NAMES)
  if (name === null || !path_converter(path, "pathconf", "path", false, true)) return NULL
  try {
    if (pathFd === -1) fs.statSync(pathBytes)
    else fs.fstatSync(pathFd)
  } catch (e) {
    return PyErr_SetFromErrnoWithFilenameObjects(PyExc_OSError, errnoOfError(e), pathFd === -1 ? path : NULL, NULL)
  }
  return PyLong_FromLong(PATHCONF_VALUES[name] ?? -1)
}
export function os_fpathconf(_m: Ref, args: Ref): Own {
  const at = parseTuple(args, NULL, "iO:fpathconf", null)
  if (at === 0) return NULL
  const fd = int32(at)
  const name = configurationName(ptr(at + 8), PATHCONF_NAMES)
  if (name === null) return NULL
  try {
    fs.fstatSync(fd)
  } catch (e) {
    return PyErr_SetFromErrno(PyExc_OSError, errnoOfError(e))
  }
  return PyLong_FromLong(PATHCONF_VALUES[name] ?? -1)
}
