import fs from "node:fs"
import { E, errnoOfError } from "../../base/errno.ts"
import { int32, ptr } from "../../heap/access.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_DECREF } from "../../heap/refcount.ts"
import {
  PyMapping_Check,
  PyMapping_Items,
  PySequence_Fast,
  PySequence_Fast_GET_ITEM,
  PySequence_Fast_GET_SIZE,
} from "../../objects/abstract.ts"
import { PyObject_CallOneArg } from "../../objects/call.ts"
import { PyErr_SetFromErrno, PyErr_SetFromErrnoWithFilenameObjects, PyErr_SetString } from "../../objects/errors.ts"
import { argGiven, parseTuple } from "../../objects/getargs.ts"
import { PyList_Check, PyList_GET_ITEM, PyList_GET_SIZE } from "../../objects/listobject.ts"
import { PyLong_AsLong, PyLong_Check, PyLong_FromLong } from "../../objects/longobject.ts"
import { PyObject_GetAttrString, PyObject_IsTrue } from "../../objects/object.ts"
import { Py_None, PyExc_NotImplementedError, PyExc_OSError, PyExc_TypeError, PyExc_ValueError } from "../../objects/statictypes.ts"
import { PyTuple_Check, PyTuple_GET_ITEM, PyTuple_GET_SIZE, PyTuple_New, PyTuple_SET_ITEM } from "../../objects/tupleobject.ts"
import { PyEval_RestoreThread, PyEval_SaveThread } from "../../vm/gil.ts"
import { PyImport_ImportModule } from "../../vm/import.ts"
import { mainCall } from "../../vm/maincall.ts"
import { closeFd, openFd } from "./files.ts"
import { path_converter, pathBytes } from "./path.ts"

// Modules/posixmodule.c: starting programs and waiting for them, by the process's own thread.

const POSIX_SPAWN_OPEN = 0
const POSIX_SPAWN_CLOSE = 1
const POSIX_SPAWN_DUP2 = 2
const WNOHANG = 1

/** Wait for a child (-1: any). null with OSError set. */
function waitFor(pid: number, options: number): [number, number] | null {
  PyEval_SaveThread()
  const r = mainCall("waitpid", pid, (options & WNOHANG) !== 0) as [number, number] | null
  PyEval_RestoreThread()
  if (r === null) PyErr_SetFromErrno(PyExc_OSError, E.ECHILD)
  return r
}
/** (pid, status), with the usage of finished children when asked for. */
function waitResult(r: [number, number] | null, withUsage: boolean): Own {
  if (r === null) return NULL
  const $t = PyTuple_New(withUsage ? 3 : 2)
  if ($t === NULL) return NULL
  PyTuple_SET_ITEM($t, 0, PyLong_FromLong(r[0]))
  PyTuple_SET_ITEM($t, 1, PyLong_FromLong(r[1]))
  if (!withUsage) return $t
  const $usage = childUsage()
  if ($usage === NULL) {
    Py_DECREF($t)
    return NULL
  }
  PyTuple_SET_ITEM($t, 2, $usage)
  return $t
}
/** An empty resource.struct_rusage: Node does not tell what a child used. */
function childUsage(): Own {
  const $resource = PyImport_ImportModule("resource")
  if ($resource === NULL) return NULL
  const $type = PyObject_GetAttrString($resource, "struct_rusage")
  Py_DECREF($resource)
  if ($type === NULL) return NULL
  const $zeros = PyTuple_New(16)
  if ($zeros !== NULL) for (let i = 0; i < 16; i++) PyTuple_SET_ITEM($zeros, i, PyLong_FromLong(0))
  const $usage = $zeros === NULL ? NULL : PyObject_CallOneArg($type, $zeros)
  if ($zeros !== NULL) Py_DECREF($zeros)
  Py_DECREF($type)
  return $usage
}
export function os_wait(_m: Ref): Own {
  return waitResult(waitFor(-1, 0), false)
}
export function os_wait3(_m: Ref, args: Ref, kwds: Ref): Own {
  const at = parseTuple(args, kwds, "i:wait3", ["options"])
  return at === 0 ? NULL : waitResult(waitFor(-1, int32(at)), true)
}
export function os_wait4(_m: Ref, args: Ref, kwds: Ref): Own {
  const at = parseTuple(args, kwds, "ii:wait4", ["pid", "options"])
  return at === 0 ? NULL : waitResult(waitFor(int32(at), int32(at + 8)), true)
}

/** The strings of a list or tuple of path-likes; null with the error set. */
function texts(seq: Ref): string[] | null {
  const out: string[] = []
  const $fast = PySequence_Fast(seq, "argument must be iterable")
  if ($fast === NULL) return null
  const n = PySequence_Fast_GET_SIZE($fast)
  for (let i = 0; i < n && path_converter(PySequence_Fast_GET_ITEM($fast, i), "", "argument", false, false); i++)
    out.push(pathBytes.toString())
  Py_DECREF($fast)
  return out.length === n ? out : null
}
function environment(mapping: Ref): Record<string, string> | null {
  if (mapping === Py_None) return Object.fromEntries(Object.entries(process.env).map(([k, v]) => [k, v ?? ""]))
  const $items = PyMapping_Items(mapping)
  if ($items === NULL) return null
  const env: Record<string, string> = {}
  let ok = true
  for (let i = 0; ok && i < PyList_GET_SIZE($items); i++) {
    const pair = texts(PyList_GET_ITEM($items, i))
    if (pair === null) ok = false
    else if (pair[0] === "" || pair[0].includes("=")) {
      PyErr_SetString(PyExc_ValueError, "illegal environment variable name")
      ok = false
    } else env[pair[0]] = pair[1]
  }
  Py_DECREF($items)
  return ok ? env : null
}

/** Apply file actions to the child's table of descriptors; what was opened for it is in `opened`. false with the error set. */
function applyActions(actions: Ref, table: (number | "ignore")[], opened: number[]): boolean {
  const $fast = PySequence_Fast(actions, "file_actions must be a sequence or None")
  if ($fast === NULL) return false
  let ok = true
  for (let i = 0; ok && i < PySequence_Fast_GET_SIZE($fast); i++) ok = applyAction(PySequence_Fast_GET_ITEM($fast, i), table, opened)
  Py_DECREF($fast)
  return ok
}
function setEntry(table: (number | "ignore")[], fd: number, value: number | "ignore"): void {
  while (table.length <= fd) table.push("ignore")
  table[fd] = value
}
function applyAction(action: Ref, table: (number | "ignore")[], opened: number[]): boolean {
  if (!PyTuple_Check(action) || PyTuple_GET_SIZE(action) === 0) {
    PyErr_SetString(PyExc_TypeError, "Each file_actions element must be a non-empty tuple")
    return false
  }
  const tag = PyTuple_GET_ITEM(action, 0)
  const kind = PyLong_Check(tag) ? PyLong_AsLong(tag) : -1
  if (kind === POSIX_SPAWN_OPEN) {
    const at = parseTuple(action, NULL, "OiOik;A open file_action tuple must have 5 elements", null)
    if (at === 0) return false
    const [fd, path, flags, mode] = [int32(at + 8), ptr(at + 16), int32(at + 24), int32(at + 32)]
    if (!path_converter(path, "", "path", false, false)) return false
    try {
      opened.push(openFd(pathBytes, flags, mode))
      setEntry(table, fd, opened[opened.length - 1])
      return true
    } catch (e) {
      PyErr_SetFromErrno(PyExc_OSError, errnoOfError(e))
      return false
    }
  }
  if (kind === POSIX_SPAWN_CLOSE) {
    const at = parseTuple(action, NULL, "Oi;A close file_action tuple must have 2 elements", null)
    if (at === 0) return false
    if (int32(at + 8) < table.length) setEntry(table, int32(at + 8), "ignore")
    return true
  }
  if (kind === POSIX_SPAWN_DUP2) {
    const at = parseTuple(action, NULL, "Oii;A dup2 file_action tuple must have 3 elements", null)
    if (at === 0) return false
    setEntry(table, int32(at + 16), table[int32(at + 8)] ?? int32(at + 8))
    return true
  }
  PyErr_SetString(PyExc_TypeError, "Unknown file_actions identifier")
  return false
}

/** The program that execvp would run; a name with a slash is a path. */
function findOnPath(name: string): string {
  if (name.includes("/")) return name
  for (const dir of (process.env["PATH"] ?? "/bin:/usr/bin").split(":")) {
    const file = `${dir || "."}/${name}`
    try {
      fs.accessSync(file, fs.constants.X_OK)
      if (fs.statSync(file).isFile()) return file
    } catch {
      // not in this directory
    }
  }
  return name
}

function spawn(fname: string, args: Ref, kwds: Ref): Own {
  const names = ["", "", "", "file_actions", "setpgroup", "resetids", "setsid", "setsigmask", "setsigdef", "scheduler"]
  const at = parseTuple(args, kwds, `OOO|$OOppOOO:${fname}`, names)
  if (at === 0) return NULL
  const object = (i: number): Ref => ptr(at + 8 * i)
  const [path, argvObj, env, actions] = [0, 1, 2, 3].map(object)
  const detached = argGiven(4) || int32(at + 48) !== 0
  for (const [i, name] of [
    [7, "setsigmask"],
    [8, "setsigdef"],
    [9, "scheduler"],
  ] as const)
    if (argGiven(i) && object(i) !== Py_None && PyObject_IsTrue(object(i)) !== 0)
      return PyErr_SetString(PyExc_NotImplementedError, `${fname}: ${name} is not supported: Node starts the program`)
  if (!path_converter(path, fname, "path", false, false)) return NULL
  const file = fname === "posix_spawnp" ? findOnPath(pathBytes.toString()) : pathBytes.toString()
  if (!PyList_Check(argvObj) && !PyTuple_Check(argvObj)) return PyErr_SetString(PyExc_TypeError, `${fname}: argv must be a tuple or list`)
  const argv = texts(argvObj)
  if (argv === null) return NULL
  if (argv.length === 0) return PyErr_SetString(PyExc_ValueError, `${fname}: argv must not be empty`)
  if (argv[0] === "") return PyErr_SetString(PyExc_ValueError, `${fname}: argv first element cannot be empty`)
  if (!PyMapping_Check(env)) return PyErr_SetString(PyExc_TypeError, `${fname}: environment must be a mapping object`)
  const childEnv = environment(env)
  if (childEnv === null) return NULL
  const table: (number | "ignore")[] = [0, 1, 2]
  const opened: number[] = []
  let $r: Own = NULL
  if (!argGiven(3) || actions === Py_None || applyActions(actions, table, opened)) {
    PyEval_SaveThread()
    const child = start(file, argv, childEnv, table, detached)
    PyEval_RestoreThread()
    $r = child > 0 ? PyLong_FromLong(child) : PyErr_SetFromErrnoWithFilenameObjects(PyExc_OSError, -child, path, NULL)
  }
  for (const fd of opened) closeFd(fd)
  return $r
}
/** The child's pid, or minus the error number. */
function start(file: string, argv: string[], env: Record<string, string>, table: (number | "ignore")[], detached: boolean): number {
  try {
    fs.accessSync(file, fs.constants.X_OK)
  } catch (e) {
    return -errnoOfError(e)
  }
  const r = mainCall("spawn", file, argv, env, null, table, detached) as { pid?: number; failed?: number }
  return r.pid ?? -Math.abs(r.failed ?? E.ENOENT)
}
export function os_posix_spawn(_m: Ref, args: Ref, kwds: Ref): Own {
  return spawn("posix_spawn", args, kwds)
}
export function os_posix_spawnp(_m: Ref, args: Ref, kwds: Ref): Own {
  return spawn("posix_spawnp", args, kwds)
}
