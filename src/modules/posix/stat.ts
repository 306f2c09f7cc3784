import type { BigIntStats } from "node:fs"
import fs from "node:fs"
import { ptr } from "../../heap/access.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { _PyObject_GC_TRACK } from "../../gc/gcmodule.ts"
import { PyErr_SetString } from "../../objects/errors.ts"
import { PyFloat_FromDouble } from "../../objects/floatobject.ts"
import { parseTuple } from "../../objects/getargs.ts"
import { PyLong_FromBigInt, PyLong_FromLong } from "../../objects/longobject.ts"
import { PyObject_IsTrue } from "../../objects/object.ts"
import { PyExc_ValueError } from "../../objects/statictypes.ts"
import { PyStructSequence_New, PyStructSequence_SET_ITEM, structSequenceType } from "../../objects/structseq.ts"
import { applyDirFd, intArg, path_converter, pathBytes, pathError, pathFd } from "./path.ts"

// Modules/posixmodule.c: stat and its result.

export const statResultType = structSequenceType({
  name: "os.stat_result",
  doc: "stat_result: result of stat, fstat or lstat.",
  inSequence: 10,
  fields: [
    ["st_mode"],
    ["st_ino"],
    ["st_dev"],
    ["st_nlink"],
    ["st_uid"],
    ["st_gid"],
    ["st_size"],
    [null],
    [null],
    [null],
    ["st_atime"],
    ["st_mtime"],
    ["st_ctime"],
    ["st_atime_ns"],
    ["st_mtime_ns"],
    ["st_ctime_ns"],
    ["st_blksize"],
    ["st_blocks"],
    ["st_rdev"],
  ],
})

/** os.stat_result of Node's numbers. */
export function statResult(st: BigIntStats): Own {
  const $r = PyStructSequence_New(statResultType)
  if ($r === NULL) return NULL
  const ints = [st.mode, st.ino, st.dev, st.nlink, st.uid, st.gid, st.size]
  ints.forEach((v, i) => PyStructSequence_SET_ITEM($r, i, PyLong_FromBigInt(v)))
  ;[st.atimeNs, st.mtimeNs, st.ctimeNs].forEach((ns, i) => {
    const seconds = ns >= 0n ? ns / 1000000000n : -((-ns + 999999999n) / 1000000000n)
    const rest = ns - seconds * 1000000000n
    PyStructSequence_SET_ITEM($r, 7 + i, PyLong_FromBigInt(seconds))
    PyStructSequence_SET_ITEM($r, 10 + i, PyFloat_FromDouble(Number(seconds) + 1e-9 * Number(rest)))
    PyStructSequence_SET_ITEM($r, 13 + i, PyLong_FromBigInt(ns))
  })
  ;[st.blksize, st.blocks, st.rdev].forEach((v, i) => PyStructSequence_SET_ITEM($r, 16 + i, PyLong_FromBigInt(v)))
  _PyObject_GC_TRACK($r)
  return $r
}

function doStat(path: Ref, follow: boolean, fname: string): Own {
  try {
    if (pathFd !== -1) return statResult(fs.fstatSync(pathFd, { bigint: true }))
    return statResult(follow ? fs.statSync(pathBytes, { bigint: true }) : fs.lstatSync(pathBytes, { bigint: true }))
  } catch (e) {
    return pathError(e, fname === "fstat" ? NULL : path)
  }
}

export function os_stat(_m: Ref, args: Ref, kwds: Ref): Own {
  const at = parseTuple(args, kwds, "O|$OO:stat", ["path", "dir_fd", "follow_symlinks"])
  if (at === 0) return NULL
  const path = ptr(at)
  const dirFd = ptr(at + 8)
  const followObj = ptr(at + 16)
  const follow = followObj === 0 ? 1 : PyObject_IsTrue(followObj)
  if (follow < 0 || !path_converter(path, "stat", "path", false, true) || !applyDirFd(dirFd, "stat")) return NULL
  if (pathFd !== -1 && !follow) return PyErr_SetString(PyExc_ValueError, "stat: cannot use fd and follow_symlinks together")
  return doStat(path, follow === 1, "stat")
}

export function os_lstat(_m: Ref, args: Ref, kwds: Ref): Own {
  const at = parseTuple(args, kwds, "O|$O:lstat", ["path", "dir_fd"])
  if (at === 0) return NULL
  const path = ptr(at)
  const dirFd = ptr(at + 8)
  if (!path_converter(path, "lstat", "path", false, false) || !applyDirFd(dirFd, "lstat")) return NULL
  return doStat(path, false, "lstat")
}

export function os_fstat(_m: Ref, args: Ref, kwds: Ref): Own {
  const at = parseTuple(args, kwds, "O:fstat", ["fd"])
  if (at === 0) return NULL
  const fd = intArg(ptr(at))
  if (Number.isNaN(fd)) return NULL
  try {
    return statResult(fs.fstatSync(fd, { bigint: true }))
  } catch (e) {
    return pathError(e, NULL)
  }
}

const VFS_FIELDS = ["f_bsize", "f_frsize", "f_blocks", "f_bfree", "f_bavail", "f_files", "f_ffree", "f_favail", "f_flag", "f_namemax"]
export const statvfsResultType = structSequenceType({
  name: "os.statvfs_result",
  doc: "statvfs_result: result of statvfs or fstatvfs.",
  inSequence: 10,
  fields: [...VFS_FIELDS.map((f) => [f] as const), ["f_fsid"]],
})

export function os_statvfs(_m: Ref, args: Ref, kwds: Ref): Own {
  const at = parseTuple(args, kwds, "O:statvfs", ["path"])
  if (at === 0) return NULL
  const path = ptr(at)
  if (!path_converter(path, "statvfs", "path", false, true)) return NULL
  try {
    const st = fs.statfsSync(pathFd === -1 ? pathBytes : `/proc/self/fd/${pathFd}`)
    const values = [st.bsize, st.bsize, st.blocks, st.bfree, st.bavail, st.files, st.ffree, st.ffree, 4096, 255, 0]
    const $r = PyStructSequence_New(statvfsResultType)
    if ($r === NULL) return NULL
    values.forEach((v, i) => PyStructSequence_SET_ITEM($r, i, PyLong_FromLong(v)))
    _PyObject_GC_TRACK($r)
    return $r
  } catch (e) {
    return pathError(e, path)
  }
}
