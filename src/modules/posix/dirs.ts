import { Buffer } from "node:buffer"
import fs from "node:fs"
import { argGiven, parseTuple } from "../../objects/getargs.ts"
import { byte, int32, int64, ptr, set64, setbyte, setint32, setint64, setptr } from "../../heap/access.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_CLEAR, Py_DECREF, Py_NewRef, Py_SIZE, Py_XDECREF } from "../../heap/refcount.ts"
import { PyObject_Free } from "../../heap/obmalloc.ts"
import { definePrivateType } from "../../objects/define.ts"
import { PyErr_ResourceWarning } from "../../objects/_warnings.ts"
import { PyErr_Clear, PyErr_Occurred, PyErr_SetString, PyErr_WriteUnraisable } from "../../objects/errors.ts"
import { PyFloat_Check, PyFloat_AsDouble } from "../../objects/floatobject.ts"
import { Py_GenericAlias } from "../../objects/genericaliasobject.ts"
import { _PyIndex_Check, PyNumber_Divmod } from "../../objects/abstract.ts"
import { PyList_Append, PyList_GET_ITEM, PyList_GET_SIZE, PyList_New } from "../../objects/listobject.ts"
import { PyLong_AsLong, PyLong_FromLong } from "../../objects/longobject.ts"
import { _PyObject_New, PyObject_IsTrue, PyObject_SelfIter, reprJS, typeName } from "../../objects/object.ts"
import { METH, READONLY, T, TPFLAGS } from "../../objects/slots.ts"
import { Py_False, Py_None, Py_True, PyExc_TypeError, PyExc_ValueError } from "../../objects/statictypes.ts"
import { PyTuple_Check, PyTuple_GET_ITEM, PyTuple_GET_SIZE } from "../../objects/tupleobject.ts"
import { PyUnicode_AsJS, PyUnicode_Check, PyUnicode_FromString } from "../../objects/unicodeobject.ts"
import { PyBytes_AS_STRING, PyBytes_Check } from "../../objects/bytesobject.ts"
import { PyEval_RestoreThread, PyEval_SaveThread } from "../../vm/gil.ts"
import { attempt } from "./files.ts"
import { idArg } from "./ids.ts"
import { applyDirFd, inDirectory, nameObject, path_converter, pathBytes, pathError, pathFd, pathIsBytes } from "./path.ts"
import { statResult } from "./stat.ts"
import { u8 } from "../../heap/views.ts"

// Modules/posixmodule.c: directories and the names of files.

export function os_listdir(_m: Ref, args: Ref, kwds: Ref): Own {
  const at = parseTuple(args, kwds, "|O:listdir", ["path"])
  if (at === 0) return NULL
  const path = argGiven(0) ? ptr(at) : NULL
  if (!path_converter(path, "listdir", "path", true, true)) return NULL
  const asBytes = pathIsBytes
  const dir = pathFd === -1 ? pathBytes : Buffer.from(`/proc/self/fd/${pathFd}`)
  let names: Buffer[]
  PyEval_SaveThread()
  try {
    names = fs.readdirSync(dir, { encoding: "buffer" })
  } catch (e) {
    PyEval_RestoreThread()
    return pathError(e, path === NULL || path === Py_None ? NULL : path)
  }
  PyEval_RestoreThread()
  const $list = PyList_New(0)
  if ($list === NULL) return NULL
  for (const name of names) {
    const $name = nameObject(name, asBytes)
    const bad = $name === NULL ? -1 : PyList_Append($list, $name)
    Py_XDECREF($name)
    if (bad < 0) {
      Py_DECREF($list)
      return NULL
    }
  }
  return $list
}

// DirEntry: name, path, then what readdir told of the type, and cached stat results.
const enum Entry {
  name = 16,
  path = 24,
  stat = 32,
  lstat = 40,
  type = 48, // 0 unknown, 1 file, 2 directory, 3 link, 4 other
  inode = 56, // 0: not asked yet (Node's readdir does not tell)
  dirFd = 64, // of scandir(fd), or -1
  SIZE = 72,
}

function typeOf(d: fs.Dirent<Buffer>): number {
  return d.isFile() ? 1 : d.isDirectory() ? 2 : d.isSymbolicLink() ? 3 : 4
}

function entry_dealloc(self: Ref): void {
  Py_XDECREF(ptr(self + Entry.name))
  Py_XDECREF(ptr(self + Entry.path))
  Py_XDECREF(ptr(self + Entry.stat))
  Py_XDECREF(ptr(self + Entry.lstat))
  PyObject_Free(self)
}
function entry_repr(self: Ref): Own {
  const r = reprJS(ptr(self + Entry.name))
  return r === null ? NULL : PyUnicode_FromString(`<DirEntry ${r}>`)
}
function entryPath(self: Ref): boolean {
  if (!path_converter(ptr(self + Entry.path), "DirEntry", "path", false, false)) return false
  const dirFd = int32(self + Entry.dirFd)
  return dirFd === -1 || inDirectory(dirFd)
}
// Owned stat result, cached for the entry's life; NULL with OSError.
function entryStat(self: Ref, follow: boolean): Own {
  const isLink = byte(self + Entry.type) === 3
  const slot = self + (follow && isLink ? Entry.stat : follow ? Entry.stat : Entry.lstat)
  if (ptr(slot) === 0) {
    if (!entryPath(self)) return NULL
    let $st: Own
    try {
      $st = statResult(follow ? fs.statSync(pathBytes, { bigint: true }) : fs.lstatSync(pathBytes, { bigint: true }))
    } catch (e) {
      return pathError(e, ptr(self + Entry.path))
    }
    if ($st === NULL) return NULL
    setptr(slot, $st)
  }
  return Py_NewRef(ptr(slot))
}
function followArg(args: Ref, kwds: Ref, fname: string): number {
  const at = parseTuple(args, kwds, `|$O:${fname}`, ["follow_symlinks"])
  if (at === 0) return -1
  const v = ptr(at)
  return v === 0 ? 1 : PyObject_IsTrue(v)
}
function entry_stat(self: Ref, args: Ref, kwds: Ref): Own {
  const follow = followArg(args, kwds, "stat")
  return follow < 0 ? NULL : entryStat(self, follow === 1)
}
// Is the entry of the given type (1 file, 2 directory)? A vanished file is of none.
function isType(self: Ref, args: Ref, kwds: Ref, fname: string, want: number): Own {
  const follow = followArg(args, kwds, fname)
  if (follow < 0) return NULL
  let type = byte(self + Entry.type)
  if ((type === 3 && follow === 1) || type === 0) {
    if (!entryPath(self)) return NULL
    try {
      const st = follow === 1 ? fs.statSync(pathBytes) : fs.lstatSync(pathBytes)
      type = st.isFile() ? 1 : st.isDirectory() ? 2 : 4
    } catch (e) {
      if ((e as NodeJS.ErrnoException).code !== "ENOENT") return pathError(e, ptr(self + Entry.path))
      type = 4
    }
  }
  return Py_NewRef(type === want ? Py_True : Py_False)
}
function entry_is_file(self: Ref, args: Ref, kwds: Ref): Own {
  return isType(self, args, kwds, "is_file", 1)
}
function entry_is_dir(self: Ref, args: Ref, kwds: Ref): Own {
  return isType(self, args, kwds, "is_dir", 2)
}
function entry_is_symlink(self: Ref): Own {
  return Py_NewRef(byte(self + Entry.type) === 3 ? Py_True : Py_False)
}
function entry_inode(self: Ref): Own {
  if (!entryPath(self)) return NULL
  try {
    if (int64(self + Entry.inode) === 0) setint64(self + Entry.inode, fs.lstatSync(pathBytes).ino)
    return PyLong_FromLong(int64(self + Entry.inode))
  } catch (e) {
    return pathError(e, ptr(self + Entry.path))
  }
}
function entry_fspath(self: Ref): Own {
  return Py_NewRef(ptr(self + Entry.path))
}

export const dirEntryType = definePrivateType({
  name: "posix.DirEntry",
  basicsize: Entry.SIZE,
  flags: TPFLAGS.DISALLOW_INSTANTIATION,
  dealloc: entry_dealloc,
  repr: entry_repr,
  members: [
    ["name", T.OBJECT_EX, Entry.name, READONLY],
    ["path", T.OBJECT_EX, Entry.path, READONLY],
  ],
  methods: [
    ["is_dir", entry_is_dir, METH.VARARGS | METH.KEYWORDS],
    ["is_file", entry_is_file, METH.VARARGS | METH.KEYWORDS],
    ["is_symlink", entry_is_symlink, METH.NOARGS],
    ["stat", entry_stat, METH.VARARGS | METH.KEYWORDS],
    ["inode", entry_inode, METH.NOARGS],
    ["__fspath__", entry_fspath, METH.NOARGS],
    ["__class_getitem__", Py_GenericAlias, METH.O | METH.CLASS],
  ],
})

// The iterator of scandir holds its entries in a list; closing it drops the list.
const enum Scan {
  entries = 16,
  index = 24,
  SIZE = 32,
}
function scan_dealloc(self: Ref): void {
  Py_XDECREF(ptr(self + Scan.entries))
  PyObject_Free(self)
}
function scan_finalize(self: Ref): void {
  const entries = ptr(self + Scan.entries)
  if (entries !== 0 && int32(self + Scan.index) < PyList_GET_SIZE(entries)) {
    if (PyErr_ResourceWarning(self, 1, `unclosed scandir iterator ${reprJS(self)}`) < 0) PyErr_WriteUnraisable(self)
    PyErr_Clear()
  }
}
function scan_next(self: Ref): Own {
  const entries = ptr(self + Scan.entries)
  if (entries === 0) return NULL
  const i = int32(self + Scan.index)
  if (i >= PyList_GET_SIZE(entries)) {
    Py_CLEAR(self + Scan.entries)
    return NULL
  }
  set64(self + Scan.index, i + 1, 0)
  return Py_NewRef(PyList_GET_ITEM(entries, i))
}
function scan_close(self: Ref): Own {
  Py_CLEAR(self + Scan.entries)
  return Py_NewRef(Py_None)
}
function scan_enter(self: Ref): Own {
  return Py_NewRef(self)
}
function scan_exit(self: Ref, _args: Ref): Own {
  return scan_close(self)
}
export const scandirIteratorType = definePrivateType({
  name: "posix.ScandirIterator",
  basicsize: Scan.SIZE,
  flags: TPFLAGS.DISALLOW_INSTANTIATION,
  dealloc: scan_dealloc,
  finalize: scan_finalize,
  iter: PyObject_SelfIter,
  iternext: scan_next,
  methods: [
    ["__enter__", scan_enter, METH.NOARGS],
    ["__exit__", scan_exit, METH.VARARGS],
    ["close", scan_close, METH.NOARGS],
  ],
})

const SLASH = Buffer.from("/")

export function os_scandir(_m: Ref, args: Ref, kwds: Ref): Own {
  const at = parseTuple(args, kwds, "|O:scandir", ["path"])
  if (at === 0) return NULL
  const path = argGiven(0) ? ptr(at) : NULL
  if (!path_converter(path, "scandir", "path", true, true)) return NULL
  const asBytes = pathIsBytes
  const fd = pathFd
  const byFd = fd !== -1
  const dir = byFd ? Buffer.from(`/proc/self/fd/${pathFd}`) : pathBytes
  let found: fs.Dirent<Buffer>[]
  try {
    found = fs.readdirSync(dir, { withFileTypes: true, encoding: "buffer" }) as fs.Dirent<Buffer>[]
  } catch (e) {
    return pathError(e, path === NULL || path === Py_None ? NULL : path)
  }
  const $it = _PyObject_New(scandirIteratorType)
  if ($it === NULL) return NULL
  setptr($it + Scan.entries, PyList_New(0))
  set64($it + Scan.index, 0, 0)
  const prefix = dir.length === 0 || dir[dir.length - 1] === 47 ? dir : Buffer.concat([dir, SLASH])
  for (const d of found) {
    const $e = _PyObject_New(dirEntryType)
    if ($e === NULL) {
      Py_DECREF($it)
      return NULL
    }
    const name = d.name as Buffer
    setptr($e + Entry.name, nameObject(name, asBytes))
    setptr($e + Entry.path, nameObject(byFd ? name : Buffer.concat([prefix, name]), asBytes))
    setptr($e + Entry.stat, 0)
    setptr($e + Entry.lstat, 0)
    set64($e + Entry.type, 0, 0)
    setbyte($e + Entry.type, typeOf(d))
    set64($e + Entry.inode, 0, 0)
    setint32($e + Entry.dirFd, fd)
    const bad = PyErr_Occurred() ? -1 : PyList_Append(ptr($it + Scan.entries), $e)
    Py_DECREF($e)
    if (bad < 0) {
      Py_DECREF($it)
      return NULL
    }
  }
  return $it
}

export function os_mkdir(_m: Ref, args: Ref, kwds: Ref): Own {
  const at = parseTuple(args, kwds, "O|i$O:mkdir", ["path", "mode", "dir_fd"])
  if (at === 0) return NULL
  const path = ptr(at)
  const mode = argGiven(1) ? int32(at + 8) : 0o777
  const dirFd = ptr(at + 16)
  if (!path_converter(path, "mkdir", "path", false, false) || !applyDirFd(dirFd, "mkdir")) return NULL
  return attempt(() => void fs.mkdirSync(pathBytes, { mode }), path)
}

// Functions of one path and dir_fd.
function onePath(args: Ref, kwds: Ref, fname: string, f: (p: Buffer) => void): Own {
  const at = parseTuple(args, kwds, `O|$O:${fname}`, ["path", "dir_fd"])
  if (at === 0) return NULL
  const path = ptr(at)
  const dirFd = ptr(at + 8)
  if (!path_converter(path, fname, "path", false, false) || !applyDirFd(dirFd, fname)) return NULL
  return attempt(() => f(pathBytes), path)
}
export function os_rmdir(_m: Ref, args: Ref, kwds: Ref): Own {
  return onePath(args, kwds, "rmdir", (p) => fs.rmdirSync(p))
}
function unlinkFile(p: Buffer): void {
  // unlink(2) of a directory is EISDIR on Linux; Node's call agrees
  fs.unlinkSync(p)
}
export function os_unlink(_m: Ref, args: Ref, kwds: Ref): Own {
  return onePath(args, kwds, "unlink", unlinkFile)
}
export function os_remove(_m: Ref, args: Ref, kwds: Ref): Own {
  return onePath(args, kwds, "remove", unlinkFile)
}

function twoPaths(args: Ref, kwds: Ref, fname: string, f: (a: Buffer, b: Buffer) => void, rest: string[]): Own {
  const names = ["src", "dst", "src_dir_fd", "dst_dir_fd", ...rest]
  const at = parseTuple(args, kwds, `OO|$${"O".repeat(names.length - 2)}:${fname}`, names)
  if (at === 0) return NULL
  const [src, dst, srcDir, dstDir] = [0, 8, 16, 24].map((offset) => ptr(at + offset))
  if (!path_converter(src, fname, "src", false, false) || !applyDirFd(srcDir, fname)) return NULL
  const from = pathBytes
  if (!path_converter(dst, fname, "dst", false, false) || !applyDirFd(dstDir, fname)) return NULL
  return attempt(() => f(from, pathBytes), src, dst)
}
export function os_rename(_m: Ref, args: Ref, kwds: Ref): Own {
  return twoPaths(args, kwds, "rename", (a, b) => fs.renameSync(a, b), [])
}
export function os_replace(_m: Ref, args: Ref, kwds: Ref): Own {
  return twoPaths(args, kwds, "replace", (a, b) => fs.renameSync(a, b), [])
}
export function os_link(_m: Ref, args: Ref, kwds: Ref): Own {
  return twoPaths(args, kwds, "link", (a, b) => fs.linkSync(a, b), ["follow_symlinks"])
}
export function os_symlink(_m: Ref, args: Ref, kwds: Ref): Own {
  const at = parseTuple(args, kwds, "OO|p$O:symlink", ["src", "dst", "target_is_directory", "dir_fd"])
  if (at === 0) return NULL
  const src = ptr(at)
  const dst = ptr(at + 8)
  const dirFd = ptr(at + 24)
  if (!path_converter(src, "symlink", "src", false, false)) return NULL
  const from = pathBytes
  if (!path_converter(dst, "symlink", "dst", false, false) || !applyDirFd(dirFd, "symlink")) return NULL
  return attempt(() => fs.symlinkSync(from, pathBytes), src, dst)
}
export function os_readlink(_m: Ref, args: Ref, kwds: Ref): Own {
  const at = parseTuple(args, kwds, "O|$O:readlink", ["path", "dir_fd"])
  if (at === 0) return NULL
  const path = ptr(at)
  const dirFd = ptr(at + 8)
  if (!path_converter(path, "readlink", "path", false, false) || !applyDirFd(dirFd, "readlink")) return NULL
  try {
    return nameObject(fs.readlinkSync(pathBytes, { encoding: "buffer" }), pathIsBytes)
  } catch (e) {
    return pathError(e, path)
  }
}
export function os_chmod(_m: Ref, args: Ref, kwds: Ref): Own {
  const at = parseTuple(args, kwds, "Oi|$OO:chmod", ["path", "mode", "dir_fd", "follow_symlinks"])
  if (at === 0) return NULL
  const path = ptr(at)
  const mode = int32(at + 8)
  const dirFd = ptr(at + 16)
  if (!path_converter(path, "chmod", "path", false, true) || !applyDirFd(dirFd, "chmod")) return NULL
  return attempt(() => (pathFd === -1 ? fs.chmodSync(pathBytes, mode) : fs.fchmodSync(pathFd, mode)), path)
}
export function os_fchmod(_m: Ref, args: Ref, kwds: Ref): Own {
  const at = parseTuple(args, kwds, "ii:fchmod", ["fd", "mode"])
  if (at === 0) return NULL
  const fd = int32(at)
  const mode = int32(at + 8)
  return attempt(() => fs.fchmodSync(fd, mode))
}
function chown(args: Ref, kwds: Ref, fname: string, follow: boolean): Own {
  const at = parseTuple(args, kwds, `OOO|$OO:${fname}`, ["path", "uid", "gid", "dir_fd", "follow_symlinks"])
  if (at === 0) return NULL
  const path = ptr(at)
  const gidObj = ptr(at + 16)
  const dirFd = ptr(at + 24)
  const uid = idArg(ptr(at + 8), "uid")
  if (Number.isNaN(uid)) return NULL
  const gid = idArg(gidObj, "gid")
  if (Number.isNaN(gid)) return NULL
  const followObj = ptr(at + 32)
  const through = follow && (followObj === 0 || PyObject_IsTrue(followObj) === 1)
  if (!path_converter(path, fname, "path", false, true) || !applyDirFd(dirFd, fname)) return NULL
  return attempt(() => {
    if (pathFd !== -1) fs.fchownSync(pathFd, uid, gid)
    else if (through) fs.chownSync(pathBytes, uid, gid)
    else fs.lchownSync(pathBytes, uid, gid)
  }, path)
}
export function os_chown(_m: Ref, args: Ref, kwds: Ref): Own {
  return chown(args, kwds, "chown", true)
}
export function os_lchown(_m: Ref, args: Ref, kwds: Ref): Own {
  return chown(args, kwds, "lchown", false)
}

// utime's times, in microseconds: what Node can set. NaN with the error set.
function microseconds(op: Ref): number {
  if (PyFloat_Check(op)) return Math.floor(PyFloat_AsDouble(op) * 1e6)
  if (_PyIndex_Check(op)) {
    const n = PyLong_AsLong(op)
    return n === -1 && PyErr_Occurred() ? Number.NaN : n * 1e6
  }
  PyErr_SetString(PyExc_TypeError, `'${typeName(op)}' object cannot be interpreted as an integer`)
  return Number.NaN
}
/** split_py_long_to_s_and_ns: by the object's own divmod. */
function microsecondsOfNs(op: Ref): number {
  const $billion = PyLong_FromLong(1e9)
  const $parts = PyNumber_Divmod(op, $billion)
  Py_DECREF($billion)
  if ($parts === NULL) return Number.NaN
  let result = Number.NaN
  if (PyTuple_Check($parts) && PyTuple_GET_SIZE($parts) === 2) {
    const s = PyLong_AsLong(PyTuple_GET_ITEM($parts, 0))
    const ns = PyLong_AsLong(PyTuple_GET_ITEM($parts, 1))
    if (!PyErr_Occurred()) result = s * 1e6 + Math.floor(ns / 1000)
  } else PyErr_SetString(PyExc_TypeError, `${typeName(op)}.__divmod__() must return a 2-tuple, not ${typeName($parts)}`)
  Py_DECREF($parts)
  return result
}
/** Seconds that Node, which cuts them to microseconds, turns into exactly `us`. */
function nodeSeconds(us: number): number {
  return (us + (us < 0 ? -0.5 : 0.5)) / 1e6
}
export function os_utime(_m: Ref, args: Ref, kwds: Ref): Own {
  const at = parseTuple(args, kwds, "O|O$OOO:utime", ["path", "times", "ns", "dir_fd", "follow_symlinks"])
  if (at === 0) return NULL
  const [path, times, ns, dirFd, followObj] = [0, 8, 16, 24, 32].map((offset) => ptr(at + offset))
  if (times !== 0 && times !== Py_None && ns !== 0) {
    return PyErr_SetString(PyExc_ValueError, "utime: you may specify either 'times' or 'ns' but not both")
  }
  let atime = Date.now() * 1000
  let mtime = atime
  if (ns !== 0) {
    if (!PyTuple_Check(ns) || PyTuple_GET_SIZE(ns) !== 2) return PyErr_SetString(PyExc_TypeError, "utime: 'ns' must be a tuple of two ints")
    atime = microsecondsOfNs(PyTuple_GET_ITEM(ns, 0))
    mtime = PyErr_Occurred() ? Number.NaN : microsecondsOfNs(PyTuple_GET_ITEM(ns, 1))
  } else if (times !== 0 && times !== Py_None) {
    if (!PyTuple_Check(times) || PyTuple_GET_SIZE(times) !== 2) {
      return PyErr_SetString(PyExc_TypeError, "utime: 'times' must be either a tuple of two ints or None")
    }
    atime = microseconds(PyTuple_GET_ITEM(times, 0))
    mtime = PyErr_Occurred() ? Number.NaN : microseconds(PyTuple_GET_ITEM(times, 1))
  }
  if (Number.isNaN(atime) || Number.isNaN(mtime)) return NULL
  const follow = followObj === 0 ? 1 : PyObject_IsTrue(followObj)
  if (follow < 0 || !path_converter(path, "utime", "path", false, true) || !applyDirFd(dirFd, "utime")) return NULL
  return attempt(() => {
    if (pathFd !== -1) fs.futimesSync(pathFd, nodeSeconds(atime), nodeSeconds(mtime))
    else if (follow) fs.utimesSync(pathBytes, nodeSeconds(atime), nodeSeconds(mtime))
    else fs.lutimesSync(pathBytes, nodeSeconds(atime), nodeSeconds(mtime))
  }, path)
}

/** `_path_normpath`: posixpath.normpath of str or bytes. */
export function os__path_normpath(_m: Ref, args: Ref, kwds: Ref): Own {
  const at = parseTuple(args, kwds, "O:_path_normpath", ["path"])
  if (at === 0) return NULL
  const path = ptr(at)
  if (PyBytes_Check(path)) {
    const start = PyBytes_AS_STRING(path)
    return nameObject(Buffer.from(normpath(Buffer.from(u8.slice(start, start + Py_SIZE(path))).toString("latin1")), "latin1"), true)
  }
  if (!PyUnicode_Check(path)) return PyErr_SetString(PyExc_TypeError, `expected str, bytes or os.PathLike object, not ${typeName(path)}`)
  return PyUnicode_FromString(normpath(PyUnicode_AsJS(path)))
}
function normpath(path: string): string {
  if (path === "") return "."
  const root = path.startsWith("//") && !path.startsWith("///") ? "//" : path.startsWith("/") ? "/" : ""
  const out: string[] = []
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue
    if (part !== ".." || (root === "" && out.length === 0) || out[out.length - 1] === "..") out.push(part)
    else if (out.length > 0) out.pop()
  }
  return root + out.join("/") || "."
}
