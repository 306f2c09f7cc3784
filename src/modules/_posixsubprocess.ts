import { Buffer } from "node:buffer"
import fs from "node:fs"
import { E, errnoOfError } from "../base/errno.ts"
import { int32, ptr } from "../heap/access.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { Py_DECREF } from "../heap/refcount.ts"
import { PySequence_Fast, PySequence_Fast_GET_ITEM, PySequence_Fast_GET_SIZE } from "../objects/abstract.ts"
import { defineModule } from "../objects/define.ts"
import { PyErr_Occurred, PyErr_SetString } from "../objects/errors.ts"
import { parseTuple } from "../objects/getargs.ts"
import { _PyLong_AsInt, PyLong_AsLong, PyLong_FromLong } from "../objects/longobject.ts"
import { METH } from "../objects/slots.ts"
import { Py_None, PyExc_RuntimeError, PyExc_ValueError, PyTuple_Type } from "../objects/statictypes.ts"
import { PyTuple_GET_ITEM, PyTuple_GET_SIZE } from "../objects/tupleobject.ts"
import { PyEval_RestoreThread, PyEval_SaveThread } from "../vm/gil.ts"
import { mainCall } from "../vm/maincall.ts"
import { inheritableFds } from "./posix/inherit.ts"
import { path_converter, pathBytes } from "./posix/path.ts"

// Modules/_posixsubprocess.c: fork_exec by the process's own thread and Node's spawn. The child is never between fork and exec: what would
// fail there is found here and written to errpipe_write as the child would have done.

/** The strings of a sequence of str, bytes or paths; null with the error set. */
function strings(seq: Ref, what: string): string[] | null {
  const $fast = PySequence_Fast(seq, what)
  if ($fast === NULL) return null
  const out: string[] = []
  for (let i = 0; i < PySequence_Fast_GET_SIZE($fast); i++) {
    if (!path_converter(PySequence_Fast_GET_ITEM($fast, i), "", "argument", false, false)) break
    out.push(pathBytes.toString())
  }
  const ok = out.length === PySequence_Fast_GET_SIZE($fast)
  Py_DECREF($fast)
  return ok ? out : null
}

/** The first candidate that can be executed, or the error number exec would have given. */
function findExecutable(candidates: readonly string[], cwd: string | null): string | number {
  let errno = 0
  let last: number = E.ENOENT
  for (const file of candidates) {
    const at = file.startsWith("/") || cwd === null ? file : `${cwd}/${file}`
    try {
      if (!fs.statSync(at).isFile()) last = E.EACCES
      else {
        fs.accessSync(at, fs.constants.X_OK)
        return isProgram(at) ? file : E.ENOEXEC
      }
    } catch (e) {
      last = errnoOfError(e)
    }
    if (last !== E.ENOENT && last !== E.ENOTDIR && errno === 0) errno = last
  }
  return errno || last
}
/** Would exec itself run the file? (Node would hand a script without #! to a shell.) */
function isProgram(file: string): boolean {
  const head = Buffer.alloc(4)
  try {
    const fd = fs.openSync(file, "r")
    try {
      fs.readSync(fd, head, 0, 4, 0)
    } finally {
      fs.closeSync(fd)
    }
  } catch {
    return true // not readable: only exec can tell
  }
  return head.toString("latin1") === "\x7fELF" || head.toString("latin1", 0, 2) === "#!"
}
/** chdir's error number for the child's directory, 0 if it can be entered. */
function cwdError(cwd: string): number {
  try {
    if (!fs.statSync(cwd).isDirectory()) return E.ENOTDIR
    fs.accessSync(cwd, fs.constants.X_OK)
    return 0
  } catch (e) {
    return errnoOfError(e)
  }
}
/** An optional id argument: -1 when None; NaN with the error set. */
function id(op: Ref): number {
  if (op === Py_None) return -1
  const v = PyLong_AsLong(op)
  return v === -1 && PyErr_Occurred() ? Number.NaN : v
}

function fork_exec(_m: Ref, args: Ref): Own {
  const at = parseTuple(args, NULL, "OOpO!OOiiiiiiiiiiiOOOiOp:fork_exec", null, { types: [PyTuple_Type] })
  if (at === 0) return NULL
  const object = (i: number): Ref => ptr(at + 8 * i)
  const int = (i: number): number => int32(at + 8 * i)
  const [processArgs, executables, keep, cwdObj, envList] = [object(0), object(1), object(3), object(4), object(5)]
  const closeFds = int(2) !== 0
  const [p2cread, , , c2pwrite, , errwrite, , errpipeWrite] = [6, 7, 8, 9, 10, 11, 12, 13].map(int)
  const detached = int(15) !== 0 || int(16) >= 0
  const [gidObj, uidObj, preexec] = [object(17), object(19), object(21)]
  const umask = int(20)
  if (preexec !== Py_None) return PyErr_SetString(PyExc_RuntimeError, "preexec_fn is not supported: moult starts programs without forking")
  if (closeFds && errpipeWrite < 3) return PyErr_SetString(PyExc_ValueError, "errpipe_write must be >= 3")
  const kept = keptFds(keep)
  if (kept === null) return NULL
  const candidates = strings(executables, "executable list must be a sequence")
  const argv = candidates && strings(processArgs, "argv must be a tuple")
  const env = argv && envList !== Py_None ? strings(envList, "env must be a sequence") : []
  if (!candidates || !argv || !env) return NULL
  let cwd: string | null = null
  if (cwdObj !== Py_None) {
    if (!path_converter(cwdObj, "", "argument", false, false)) return NULL
    cwd = pathBytes.toString()
  }
  const uid = id(uidObj)
  const gid = id(gidObj)
  if (Number.isNaN(uid) || Number.isNaN(gid)) return NULL
  const environment =
    envList === Py_None
      ? { ...process.env }
      : Object.fromEntries(env.map((e) => [e.slice(0, e.indexOf("=", 1)), e.slice(e.indexOf("=", 1) + 1)]))
  const stdio: (number | "ignore")[] = [p2cread < 0 ? 0 : p2cread, c2pwrite < 0 ? 1 : c2pwrite, errwrite < 0 ? 2 : errwrite]
  for (const fd of closeFds ? kept : [...new Set([...kept, ...inheritableFds()])].sort((a, b) => a - b)) {
    if (fd === errpipeWrite || fd < 3) continue
    while (stdio.length < fd) stdio.push("ignore")
    stdio[fd] = fd
  }
  const badCwd = cwd === null ? 0 : cwdError(cwd)
  const file = badCwd ? badCwd : findExecutable(candidates, cwd)
  let failed = typeof file === "number" ? file : 0
  let pid = 0
  if (typeof file === "string") {
    PyEval_SaveThread()
    const r = mainCall("spawn", file, argv, environment, cwd, stdio, detached, { uid, gid, umask }) as { pid?: number; failed?: number }
    PyEval_RestoreThread()
    if (r.pid !== undefined) pid = r.pid
    else failed = Math.abs(r.failed ?? E.ENOENT)
  }
  if (failed !== 0) {
    fs.writeSync(errpipeWrite, `OSError:${failed.toString(16).toUpperCase()}:${badCwd ? "noexec" : ""}`)
    pid = mainCall("failedChild") as number
  }
  return PyLong_FromLong(pid)
}
/** fds_to_keep: ascending and not negative; null with the error set. */
function keptFds(keep: Ref): number[] | null {
  const fds: number[] = []
  for (let i = 0; i < PyTuple_GET_SIZE(keep); i++) {
    const fd = _PyLong_AsInt(PyTuple_GET_ITEM(keep, i))
    if (fd < 0 || (fds.length > 0 && fd <= fds[fds.length - 1])) {
      PyErr_SetString(PyExc_ValueError, "bad value(s) in fds_to_keep")
      return null
    }
    fds.push(fd)
  }
  return fds
}

defineModule({
  name: "_posixsubprocess",
  doc: "A POSIX helper for the subprocess module.",
  methods: [
    [
      "fork_exec",
      fork_exec,
      METH.VARARGS,
      "fork_exec(args, executable_list, close_fds, pass_fds, cwd, env, ...)\n\nStart a program; its pid.",
    ],
  ],
})
