import { Buffer } from "node:buffer"
import fs from "node:fs"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_DECREF, Py_NewRef, Py_SIZE, Py_XDECREF } from "../../heap/refcount.ts"
import { ID } from "../../heap/statics.ts"
import { u8 } from "../../heap/views.ts"
import { _PyIndex_Check, PyObject_CheckBuffer } from "../../objects/abstract.ts"
import { PyBytes_AS_STRING, PyBytes_Check, PyBytes_FromJS, PyBytes_FromObject } from "../../objects/bytesobject.ts"
import { PyObject_CallNoArgs } from "../../objects/call.ts"
import { PyErr_Occurred, PyErr_SetFromErrnoWithFilenameObjects, PyErr_SetString } from "../../objects/errors.ts"
import { E, errnoOfError } from "../../base/errno.ts"
import { PyErr_WarnEx } from "../../objects/_warnings.ts"
import { PyLong_AsInt } from "../../objects/longobject.ts"
import { typeName } from "../../objects/object.ts"
import { Py_None, PyExc_DeprecationWarning, PyExc_OSError, PyExc_TypeError, PyExc_ValueError } from "../../objects/statictypes.ts"
import { _PyObject_LookupSpecial } from "../../objects/typeobject.ts"
import { PyUnicode_Check, PyUnicode_DecodeFSDefaultAndSize, PyUnicode_EncodeFSDefault } from "../../objects/unicodeobject.ts"

// Modules/posixmodule.c path_t: a path argument as str, bytes, os.PathLike or (where allowed) a file descriptor.

/** What the last successful `path_converter` found; read at once. */
export let pathBytes: Buffer = Buffer.alloc(0)
/** The file descriptor given instead of a path, or -1. */
export let pathFd = -1
/** True when the path was bytes (results are then bytes too). */
export let pathIsBytes = false

/** Convert a path argument. `nullable`: None means the current directory; `allowFd`: an int is a file descriptor. false: error set. */
export function path_converter(op: Ref, fname: string, argname: string, nullable: boolean, allowFd: boolean): boolean {
  pathFd = -1
  pathIsBytes = false
  if (op === 0 || (op === Py_None && nullable)) {
    pathBytes = Buffer.from(".")
    return true
  }
  const kinds = `string, bytes${allowFd ? (nullable ? ", os.PathLike, integer or None" : ", os.PathLike or integer") : nullable ? ", os.PathLike or None" : " or os.PathLike"}`
  const isBuffer = !PyUnicode_Check(op) && !PyBytes_Check(op) && PyObject_CheckBuffer(op)
  if (allowFd && !isBuffer && !PyUnicode_Check(op) && !PyBytes_Check(op) && _PyIndex_Check(op)) {
    pathFd = PyLong_AsInt(op)
    return !(pathFd === -1 && PyErr_Occurred())
  }
  let $path: Own
  if (PyUnicode_Check(op) || PyBytes_Check(op)) $path = Py_NewRef(op)
  else if (isBuffer) {
    if (PyErr_WarnEx(PyExc_DeprecationWarning, `${fname}: ${argname} should be ${kinds}, not ${typeName(op)}`, 1) < 0) return false
    $path = PyBytes_FromObject(op)
    if ($path === NULL) return false
  } else {
    const $func = _PyObject_LookupSpecial(op, ID("__fspath__"))
    if ($func === NULL) {
      if (PyErr_Occurred()) return false
      PyErr_SetString(PyExc_TypeError, `${fname}: ${argname} should be ${kinds}, not ${typeName(op)}`)
      return false
    }
    $path = PyObject_CallNoArgs($func)
    Py_DECREF($func)
    if ($path === NULL) return false
    if (!PyUnicode_Check($path) && !PyBytes_Check($path)) {
      PyErr_SetString(PyExc_TypeError, `expected ${typeName(op)}.__fspath__() to return str or bytes, not ${typeName($path)}`)
      Py_DECREF($path)
      return false
    }
  }
  pathIsBytes = PyBytes_Check($path)
  const $bytes = pathIsBytes ? Py_NewRef($path) : PyUnicode_EncodeFSDefault($path)
  Py_DECREF($path)
  if ($bytes === NULL) return false
  const at = PyBytes_AS_STRING($bytes)
  pathBytes = Buffer.from(u8.slice(at, at + Py_SIZE($bytes)))
  Py_DECREF($bytes)
  if (pathBytes.includes(0)) {
    PyErr_SetString(PyExc_ValueError, fname === "" ? "embedded null byte" : `${fname}: embedded null character in ${argname}`)
    return false
  }
  return true
}

/** A file name as Python sees it: bytes, or str by the file system encoding. */
export function nameObject(name: Uint8Array, asBytes: boolean): Own {
  const $bytes = PyBytes_FromJS(name)
  if (asBytes || $bytes === NULL) return $bytes
  const $str = PyUnicode_DecodeFSDefaultAndSize(PyBytes_AS_STRING($bytes), name.length)
  Py_DECREF($bytes)
  return $str
}

/** OSError of a failed Node call, with up to two file names (NULL: none). @returns NULL. */
export function pathError(e: unknown, filename: Ref, filename2: Ref = NULL): Own {
  return PyErr_SetFromErrnoWithFilenameObjects(PyExc_OSError, errnoOfError(e), filename, filename2)
}

/** An int argument; NaN with the error set. */
export function intArg(op: Ref): number {
  const n = PyLong_AsInt(op)
  return n === -1 && PyErr_Occurred() ? Number.NaN : n
}

/** dir_fd of an *at call, applied to the path just converted: Node has none, but /proc/self/fd/N/name is the same file. false: error set. */
export function applyDirFd(op: Ref, fname: string): boolean {
  if (op === 0 || op === Py_None) return true
  if (!_PyIndex_Check(op)) {
    PyErr_SetString(PyExc_TypeError, `argument should be integer or None, not ${typeName(op)}`)
    return false
  }
  const fd = PyLong_AsInt(op)
  if (fd === -1 && PyErr_Occurred()) return false
  if (pathFd !== -1) {
    PyErr_SetString(PyExc_ValueError, `${fname}: can't specify dir_fd without matching path`)
    return false
  }
  return inDirectory(fd)
}
/** The path just converted, seen from the directory open as `fd`. false: error set. */
export function inDirectory(fd: number): boolean {
  if (pathBytes[0] === 47) return true
  let errno = 0
  try {
    if (!fs.fstatSync(fd).isDirectory()) errno = E.ENOTDIR
  } catch (e) {
    errno = errnoOfError(e)
  }
  if (errno !== 0) {
    const $name = nameObject(pathBytes, pathIsBytes)
    if ($name !== NULL) PyErr_SetFromErrnoWithFilenameObjects(PyExc_OSError, errno, $name, NULL)
    Py_XDECREF($name)
    return false
  }
  pathBytes = Buffer.concat([Buffer.from(`/proc/self/fd/${fd}/`), pathBytes])
  return true
}
