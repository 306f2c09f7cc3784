import { Buffer } from "node:buffer"
import { randomFillSync } from "node:crypto"
import fs from "node:fs"
import os from "node:os"
import { parentPort } from "node:worker_threads"
import { E, strerror } from "../../base/errno.ts"
import { int32, ptr } from "../../heap/access.ts"
import { RUNTIME, Runtime } from "../../heap/map.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_DECREF, Py_NewRef, Py_SIZE, Py_XDECREF } from "../../heap/refcount.ts"
import { u8 } from "../../heap/views.ts"
import { _PyObject_GC_TRACK } from "../../gc/gcmodule.ts"
import { PyBytes_AS_STRING, PyBytes_Check, PyBytes_FromJS } from "../../objects/bytesobject.ts"
import { PyOS_FSPath } from "../../objects/fspath.ts"
import { PyDict_GetItemString, PyDict_New, PyDict_SetItem } from "../../objects/dictobject.ts"
import { PyErr_SetFromErrno, PyErr_SetString } from "../../objects/errors.ts"
import { PyFloat_FromDouble } from "../../objects/floatobject.ts"
import { parseTuple } from "../../objects/getargs.ts"
import { PyLong_FromLong } from "../../objects/longobject.ts"
import { PyList_New, PyList_SET_ITEM } from "../../objects/listobject.ts"
import { PyModule_GetDict } from "../../objects/moduleobject.ts"
import { typeName } from "../../objects/object.ts"
import { Py_False, Py_None, Py_True, PyExc_OSError, PyExc_TypeError, PyExc_ValueError } from "../../objects/statictypes.ts"
import { PyStructSequence_New, PyStructSequence_SET_ITEM, structSequenceType } from "../../objects/structseq.ts"
import { PyTuple_New, PyTuple_SET_ITEM } from "../../objects/tupleobject.ts"
import { PyUnicode_AsJS, PyUnicode_Check, PyUnicode_FromString } from "../../objects/unicodeobject.ts"
import { eval_frame_handle_pending } from "../../vm/ceval_pending.ts"
import { PyEval_RestoreThread, PyEval_SaveThread } from "../../vm/gil.ts"
import { PyImport_ImportModule } from "../../vm/import.ts"
import { mainCall } from "../../vm/maincall.ts"
import { isCaught, tripSignal } from "../signalmodule.ts"
import { attempt, isatty } from "./files.ts"
import { intArg, nameObject, path_converter, pathBytes, pathError, pathFd } from "./path.ts"
import { SYSCONF_NAMES } from "./constants.ts"

// Modules/posixmodule.c: the process, its environment and the machine.

export function os_getcwd(_m: Ref): Own {
  try {
    return nameObject(Buffer.from(process.cwd()), false)
  } catch (e) {
    return pathError(e, NULL)
  }
}
export function os_getcwdb(_m: Ref): Own {
  try {
    return nameObject(Buffer.from(process.cwd()), true)
  } catch (e) {
    return pathError(e, NULL)
  }
}
export function os_chdir(_m: Ref, args: Ref, kwds: Ref): Own {
  const at = parseTuple(args, kwds, "O:chdir", ["path"])
  if (at === 0) return NULL
  const path = ptr(at)
  if (!path_converter(path, "chdir", "path", false, true)) return NULL
  const dir = pathFd === -1 ? pathBytes.toString() : `/proc/self/fd/${pathFd}`
  return attempt(() => void mainCall("chdir", dir), path)
}
export function os_umask(_m: Ref, args: Ref): Own {
  const at = parseTuple(args, NULL, "i:umask", null)
  return at === 0 ? NULL : PyLong_FromLong(mainCall("umask", int32(at)) as number)
}
export function os_getpid(_m: Ref): Own {
  return PyLong_FromLong(process.pid)
}
export function os_getppid(_m: Ref): Own {
  return PyLong_FromLong(process.ppid)
}
export function os_getuid(_m: Ref): Own {
  return PyLong_FromLong(process.getuid?.() ?? 0)
}
export function os_geteuid(_m: Ref): Own {
  return PyLong_FromLong(process.geteuid?.() ?? 0)
}
export function os_getgid(_m: Ref): Own {
  return PyLong_FromLong(process.getgid?.() ?? 0)
}
export function os_getegid(_m: Ref): Own {
  return PyLong_FromLong(process.getegid?.() ?? 0)
}
export function os_getgroups(_m: Ref): Own {
  const groups = process.getgroups?.() ?? []
  const $l = PyList_New(groups.length)
  if ($l !== NULL) groups.forEach((g, i) => PyList_SET_ITEM($l, i, PyLong_FromLong(g)))
  return $l
}
export function os_getlogin(_m: Ref): Own {
  return PyUnicode_FromString(os.userInfo().username)
}
function statField(i: number): number {
  return Number(fs.readFileSync("/proc/self/stat", "utf8").split(") ").pop()?.split(" ")[i] ?? 0)
}
export function os_getpgrp(_m: Ref): Own {
  return PyLong_FromLong(statField(2))
}
export function os_kill(_m: Ref, args: Ref): Own {
  const at = parseTuple(args, NULL, "ii:kill", null)
  if (at === 0) return NULL
  const pid = int32(at)
  const signum = int32(at + 8)
  if (pid === process.pid && isCaught(signum)) {
    tripSignal(signum)
    return eval_frame_handle_pending() < 0 ? NULL : Py_NewRef(Py_None)
  }
  const $r = attempt(() => void process.kill(pid, signum))
  // a signal to ourselves is delivered by the process's own thread: give it the moment the kernel would not need
  if ($r !== NULL && pid === process.pid && signum !== 0) {
    PyEval_SaveThread()
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20)
    PyEval_RestoreThread()
    if (eval_frame_handle_pending() < 0) {
      Py_DECREF($r)
      return NULL
    }
  }
  return $r
}
/** End the process at once: no clean-up. */
export function os__exit(_m: Ref, args: Ref, kwds: Ref): Own {
  const at = parseTuple(args, kwds, "i:_exit", ["status"])
  if (at === 0) return NULL
  parentPort?.postMessage({ exit: int32(at) & 0xff })
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
  return NULL
}
export function os_abort(_m: Ref): Own {
  process.kill(process.pid, "SIGABRT")
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
  return NULL
}

/** posix.environ, {name: value} as bytes; empty in a heap that does not yet belong to a process. */
export function environ(): Own {
  const $d = PyDict_New()
  if ($d === NULL || int32(RUNTIME + Runtime.booted) === 0) return $d
  if (addEnviron($d) === 0) return $d
  Py_DECREF($d)
  return NULL
}
function addEnviron(dict: Ref): number {
  for (const [name, value] of Object.entries(process.env)) {
    const $name = PyBytes_FromJS(Buffer.from(name))
    const $value = PyBytes_FromJS(Buffer.from(value ?? ""))
    const bad = $name === NULL || $value === NULL ? -1 : PyDict_SetItem(dict, $name, $value)
    Py_XDECREF($name)
    Py_XDECREF($value)
    if (bad < 0) return -1
  }
  return 0
}
/** Boot: give posix.environ, which importlib has imported, what it shows. 0, or -1 with the error set. */
export function fillEnviron(): number {
  const $posix = PyImport_ImportModule("posix")
  if ($posix === NULL) return -1
  const dict = PyDict_GetItemString(PyModule_GetDict($posix), "environ")
  Py_DECREF($posix)
  return dict === NULL ? -1 : addEnviron(dict)
}
function text(op: Ref): string {
  return PyBytes_Check(op)
    ? Buffer.from(u8.slice(PyBytes_AS_STRING(op), PyBytes_AS_STRING(op) + Py_SIZE(op))).toString()
    : PyUnicode_AsJS(op)
}
export function os_putenv(_m: Ref, args: Ref): Own {
  const at = parseTuple(args, NULL, "OO:putenv", null)
  if (at === 0) return NULL
  const name = text(ptr(at))
  const value = text(ptr(at + 8))
  if (name.includes("\0") || value.includes("\0")) return PyErr_SetString(PyExc_ValueError, "embedded null byte")
  if (name.includes("=")) return PyErr_SetString(PyExc_ValueError, "illegal environment variable name")
  process.env[name] = value
  return Py_NewRef(Py_None)
}
export function os_unsetenv(_m: Ref, name: Ref): Own {
  delete process.env[text(name)]
  return Py_NewRef(Py_None)
}

export function os_urandom(_m: Ref, arg: Ref): Own {
  const n = intArg(arg)
  if (Number.isNaN(n)) return NULL
  if (n < 0) return PyErr_SetString(PyExc_ValueError, "negative argument not allowed")
  return PyBytes_FromJS(randomFillSync(new Uint8Array(n)))
}
export function os_cpu_count(_m: Ref): Own {
  return PyLong_FromLong(os.availableParallelism())
}
export function os_strerror(_m: Ref, arg: Ref): Own {
  const n = intArg(arg)
  return Number.isNaN(n) ? NULL : PyUnicode_FromString(strerror(n))
}
export function os_fspath(_m: Ref, args: Ref, kwds: Ref): Own {
  const at = parseTuple(args, kwds, "O:fspath", ["path"])
  return at === 0 ? NULL : PyOS_FSPath(ptr(at))
}
export function os_device_encoding(_m: Ref, args: Ref, kwds: Ref): Own {
  const at = parseTuple(args, kwds, "i:device_encoding", ["fd"])
  if (at === 0) return NULL
  return isatty(int32(at)) ? PyUnicode_FromString("UTF-8") : Py_NewRef(Py_None)
}

export const terminalSizeType = structSequenceType({
  name: "os.terminal_size",
  doc: "A tuple of (columns, lines) for holding terminal window size",
  inSequence: 2,
  fields: [["columns"], ["lines"]],
})
export function os_get_terminal_size(_m: Ref, args: Ref): Own {
  const at = parseTuple(args, NULL, "|i:get_terminal_size", null)
  if (at === 0) return NULL
  const fd = int32(args + 16) > 0 ? int32(at) : 1
  if (!isatty(fd)) return PyErr_SetFromErrno(PyExc_OSError, E.ENOTTY)
  return struct(terminalSizeType, [PyLong_FromLong(process.stdout.columns ?? 80), PyLong_FromLong(process.stdout.rows ?? 24)])
}
// A struct sequence of owned values, which are stolen.
function struct(type: Ref, values: Own[]): Own {
  const $s = PyStructSequence_New(type)
  values.forEach(($v, i) => {
    if ($s === NULL) Py_XDECREF($v)
    else PyStructSequence_SET_ITEM($s, i, $v)
  })
  if ($s !== NULL) _PyObject_GC_TRACK($s)
  return $s
}
export const unameResultType = structSequenceType({
  name: "posix.uname_result",
  doc: "uname_result: the machine and its system.",
  inSequence: 5,
  fields: [["sysname"], ["nodename"], ["release"], ["version"], ["machine"]],
})
export function os_uname(_m: Ref): Own {
  return struct(
    unameResultType,
    [os.type(), os.hostname(), os.release(), os.version(), os.machine()].map((s) => PyUnicode_FromString(s)),
  )
}
export const timesResultType = structSequenceType({
  name: "posix.times_result",
  doc: "times_result: processor times in seconds.",
  inSequence: 5,
  fields: [["user"], ["system"], ["children_user"], ["children_system"], ["elapsed"]],
})
export function os_times(_m: Ref): Own {
  const cpu = process.cpuUsage()
  return struct(
    timesResultType,
    [cpu.user / 1e6, cpu.system / 1e6, 0, 0, performance.now() / 1000].map((x) => PyFloat_FromDouble(x)),
  )
}
export function os_getloadavg(_m: Ref): Own {
  const $t = PyTuple_New(3)
  if ($t !== NULL) os.loadavg().forEach((x, i) => PyTuple_SET_ITEM($t, i, PyFloat_FromDouble(x)))
  return $t
}
const SYSCONF_VALUES: Record<string, () => number> = {
  SC_PAGESIZE: () => 4096,
  SC_PAGE_SIZE: () => 4096,
  SC_NPROCESSORS_ONLN: () => os.availableParallelism(),
  SC_NPROCESSORS_CONF: () => os.cpus().length,
  SC_PHYS_PAGES: () => Math.floor(os.totalmem() / 4096),
  SC_AVPHYS_PAGES: () => Math.floor(os.freemem() / 4096),
  SC_CLK_TCK: () => 100,
  SC_OPEN_MAX: () => 1048576,
  SC_ARG_MAX: () => 2097152,
  SC_IOV_MAX: () => 1024,
  SC_SEM_NSEMS_MAX: () => -1,
}
export function os_sysconf(_m: Ref, arg: Ref): Own {
  const byName = PyUnicode_Check(arg)
  const n = byName ? 0 : intArg(arg)
  if (Number.isNaN(n)) return NULL
  const name = byName ? PyUnicode_AsJS(arg) : SYSCONF_NAMES.find(([, no]) => no === n)?.[0]
  if (name === undefined || !SYSCONF_NAMES.some(([s]) => s === name))
    return PyErr_SetString(PyExc_ValueError, "unrecognized configuration name")
  return PyLong_FromLong(SYSCONF_VALUES[name]?.() ?? -1)
}

// Wait statuses, as the kernel packs them.
function status(args: Ref, kwds: Ref, fname: string, f: (s: number) => number | boolean): Own {
  const at = parseTuple(args, kwds, `i:${fname}`, ["status"])
  if (at === 0) return NULL
  const r = f(int32(at))
  return typeof r === "boolean" ? Py_NewRef(r ? Py_True : Py_False) : PyLong_FromLong(r)
}
export function os_WIFEXITED(_m: Ref, args: Ref, kwds: Ref): Own {
  return status(args, kwds, "WIFEXITED", (s) => (s & 0x7f) === 0)
}
export function os_WEXITSTATUS(_m: Ref, args: Ref, kwds: Ref): Own {
  return status(args, kwds, "WEXITSTATUS", (s) => (s >> 8) & 0xff)
}
export function os_WIFSIGNALED(_m: Ref, args: Ref, kwds: Ref): Own {
  return status(args, kwds, "WIFSIGNALED", (s) => (s & 0x7f) !== 0 && (s & 0xff) !== 0x7f)
}
export function os_WTERMSIG(_m: Ref, args: Ref, kwds: Ref): Own {
  return status(args, kwds, "WTERMSIG", (s) => s & 0x7f)
}
export function os_WIFSTOPPED(_m: Ref, args: Ref, kwds: Ref): Own {
  return status(args, kwds, "WIFSTOPPED", (s) => (s & 0xff) === 0x7f)
}
export function os_WSTOPSIG(_m: Ref, args: Ref, kwds: Ref): Own {
  return status(args, kwds, "WSTOPSIG", (s) => (s >> 8) & 0xff)
}
export function os_WCOREDUMP(_m: Ref, arg: Ref): Own {
  const n = intArg(arg)
  return Number.isNaN(n) ? NULL : Py_NewRef(n & 0x80 ? Py_True : Py_False)
}
export function os_waitstatus_to_exitcode(_m: Ref, args: Ref, kwds: Ref): Own {
  const at = parseTuple(args, kwds, "i:waitstatus_to_exitcode", ["status"])
  if (at === 0) return NULL
  const s = int32(at)
  if ((s & 0x7f) === 0) return PyLong_FromLong((s >> 8) & 0xff)
  if ((s & 0xff) === 0x7f) return PyErr_SetString(PyExc_ValueError, `process stopped by delivery of signal ${(s >> 8) & 0xff}`)
  return PyLong_FromLong(-(s & 0x7f))
}
const WNOHANG = 1
export function os_waitpid(_m: Ref, args: Ref): Own {
  const at = parseTuple(args, NULL, "ii:waitpid", null)
  if (at === 0) return NULL
  const pid = int32(at)
  const flags = int32(at + 8)
  PyEval_SaveThread()
  const r = mainCall("waitpid", pid, (flags & WNOHANG) !== 0) as [number, number] | null
  PyEval_RestoreThread()
  if (r === null) return PyErr_SetFromErrno(PyExc_OSError, E.ECHILD)
  const $t = PyTuple_New(2)
  if ($t === NULL) return NULL
  PyTuple_SET_ITEM($t, 0, PyLong_FromLong(r[0]))
  PyTuple_SET_ITEM($t, 1, PyLong_FromLong(r[1]))
  return $t
}
export function os_system(_m: Ref, args: Ref, kwds: Ref): Own {
  const at = parseTuple(args, kwds, "O:system", ["command"])
  if (at === 0) return NULL
  const command = ptr(at)
  if (!PyUnicode_Check(command) && !PyBytes_Check(command))
    return PyErr_SetString(PyExc_TypeError, `expected str, bytes or os.PathLike object, not ${typeName(command)}`)
  PyEval_SaveThread()
  const child = mainCall("spawn", "/bin/sh", ["sh", "-c", text(command)], { ...process.env }, null, [0, 1, 2], false) as { pid: number }
  const r = mainCall("waitpid", child.pid, false) as [number, number]
  PyEval_RestoreThread()
  return PyLong_FromLong(r[1])
}
export function os_sched_yield(_m: Ref): Own {
  PyEval_SaveThread()
  PyEval_RestoreThread()
  return Py_NewRef(Py_None)
}
export function os_register_at_fork(_m: Ref, _args: Ref, _kwds: Ref): Own {
  return Py_NewRef(Py_None)
}
export function os_ttyname(_m: Ref, arg: Ref): Own {
  const fd = intArg(arg)
  if (Number.isNaN(fd)) return NULL
  if (!isatty(fd)) return PyErr_SetFromErrno(PyExc_OSError, E.ENOTTY)
  return PyUnicode_FromString(fs.readlinkSync(`/proc/self/fd/${fd}`))
}
