import fs from "node:fs"
import os from "node:os"
import { E, errnoOfError } from "../../base/errno.ts"
import { int32, ptr } from "../../heap/access.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_DECREF, Py_NewRef } from "../../heap/refcount.ts"
import { PySequence_Check, PySequence_GetItem, PySequence_Size } from "../../objects/abstract.ts"
import { PyErr_ExceptionMatches, PyErr_Occurred, PyErr_SetFromErrno, PyErr_SetString } from "../../objects/errors.ts"
import { parseTuple } from "../../objects/getargs.ts"
import { PyList_New, PyList_SET_ITEM } from "../../objects/listobject.ts"
import { PyLong_AsLong, PyLong_FromLong } from "../../objects/longobject.ts"
import { typeName } from "../../objects/object.ts"
import { PySet_Add, PySet_New } from "../../objects/setobject.ts"
import { Py_None, PyExc_OSError, PyExc_OverflowError, PyExc_TypeError } from "../../objects/statictypes.ts"
import { PyLong_Check } from "../../objects/longobject.ts"
import { PyTuple_New, PyTuple_SET_ITEM } from "../../objects/tupleobject.ts"
import { PyUnicode_AsJS, PyUnicode_Check } from "../../objects/unicodeobject.ts"
import { mainCall } from "../../vm/maincall.ts"
import { attempt } from "./files.ts"
import { intArg, pathError } from "./path.ts"

// Modules/posixmodule.c: users and groups, process groups, priorities and processors.

const SCHED_OTHER = 0
const SCHED_FIFO = 1
const SCHED_RR = 2
const SCHED_BATCH = 3
const SCHED_IDLE = 5

/** A field of /proc/PID/stat, counted from the state (0); throws Node's error. */
function procStat(pid: number, field: number): number {
  const text = fs.readFileSync(`/proc/${pid === 0 ? "self" : pid}/stat`, "utf8")
  return Number(text.slice(text.lastIndexOf(")") + 2).split(" ")[field])
}
/** A field of a process as an int; no such process is ESRCH. */
function statValue(pid: number, field: number): Own {
  if (pid < 0) return PyErr_SetFromErrno(PyExc_OSError, E.ESRCH)
  try {
    return PyLong_FromLong(procStat(pid, field))
  } catch (e) {
    return PyErr_SetFromErrno(PyExc_OSError, errnoOfError(e) === E.ENOENT ? E.ESRCH : errnoOfError(e))
  }
}
export function os_getpgid(_m: Ref, args: Ref, kwds: Ref): Own {
  const at = parseTuple(args, kwds, "i:getpgid", ["pid"])
  return at === 0 ? NULL : statValue(int32(at), 2)
}
export function os_getsid(_m: Ref, args: Ref): Own {
  const at = parseTuple(args, NULL, "i:getsid", null)
  return at === 0 ? NULL : statValue(int32(at), 3)
}
export function os_killpg(_m: Ref, args: Ref): Own {
  const at = parseTuple(args, NULL, "ii:killpg", null)
  if (at === 0) return NULL
  const pgid = int32(at) || procStat(0, 2)
  const signum = int32(at + 8)
  return attempt(() => void process.kill(-pgid, signum))
}

// getresuid, getresgid: the line "Uid: real effective saved filesystem" of /proc/self/status.
function threeIds(line: "Uid" | "Gid"): Own {
  const ids = new RegExp(`^${line}:\\s+(\\d+)\\s+(\\d+)\\s+(\\d+)`, "m").exec(fs.readFileSync("/proc/self/status", "utf8")) ?? [
    "",
    "0",
    "0",
    "0",
  ]
  const $t = PyTuple_New(3)
  if ($t !== NULL) for (let i = 0; i < 3; i++) PyTuple_SET_ITEM($t, i, PyLong_FromLong(Number(ids[i + 1])))
  return $t
}
export function os_getresuid(_m: Ref): Own {
  return threeIds("Uid")
}
export function os_getresgid(_m: Ref): Own {
  return threeIds("Gid")
}

/** _Py_Uid_Converter: an id argument from -1 to 2^32 - 1; NaN with the error set. */
export function idArg(op: Ref, kind: "uid" | "gid"): number {
  if (!PyLong_Check(op)) {
    PyErr_SetString(PyExc_TypeError, `${kind} should be integer, not ${typeName(op)}`)
    return Number.NaN
  }
  const v = PyLong_AsLong(op)
  if (v === -1 && PyErr_Occurred()) {
    if (!PyErr_ExceptionMatches(PyExc_OverflowError)) return Number.NaN
    PyErr_SetString(PyExc_OverflowError, `${kind} is greater than maximum`)
    return Number.NaN
  }
  if (v >= -1 && v <= 0xffffffff) return v
  // a number beyond 32 bits comes back changed from the narrowing, which CPython reports as too small whatever its sign
  PyErr_SetString(PyExc_OverflowError, `${kind} is less than minimum`)
  return Number.NaN
}
function setId(call: string, op: Ref, kind: "uid" | "gid"): Own {
  const id = idArg(op, kind)
  if (Number.isNaN(id)) return NULL
  if (id === -1) return PyErr_SetFromErrno(PyExc_OSError, E.EINVAL)
  return attempt(() => void mainCall("setId", call, id))
}
export function os_setuid(_m: Ref, arg: Ref): Own {
  return setId("setuid", arg, "uid")
}
export function os_seteuid(_m: Ref, arg: Ref): Own {
  return setId("seteuid", arg, "uid")
}
export function os_setgid(_m: Ref, arg: Ref): Own {
  return setId("setgid", arg, "gid")
}
export function os_setegid(_m: Ref, arg: Ref): Own {
  return setId("setegid", arg, "gid")
}
export function os_setgroups(_m: Ref, groups: Ref): Own {
  if (!PySequence_Check(groups)) return PyErr_SetString(PyExc_TypeError, "setgroups argument must be a sequence")
  const ids: number[] = []
  for (let i = 0, n = PySequence_Size(groups); i < n; i++) {
    const $item = PySequence_GetItem(groups, i)
    if ($item === NULL) return NULL
    const id = PyLong_Check($item) ? idArg($item, "gid") : Number.NaN
    if (Number.isNaN(id) && !PyErr_Occurred()) PyErr_SetString(PyExc_TypeError, "groups must be integers")
    Py_DECREF($item)
    if (Number.isNaN(id)) return NULL
    ids.push(id)
  }
  return attempt(() => void mainCall("setgroups", ids))
}
/** The groups of /etc/group that name the user, after its own. */
export function os_getgrouplist(_m: Ref, args: Ref): Own {
  const at = parseTuple(args, NULL, "OO:getgrouplist", null)
  if (at === 0) return NULL
  if (!PyUnicode_Check(ptr(at))) return PyErr_SetString(PyExc_TypeError, `getgrouplist() argument 1 must be str, not ${typeName(ptr(at))}`)
  const user = PyUnicode_AsJS(ptr(at))
  const own = idArg(ptr(at + 8), "gid")
  if (Number.isNaN(own)) return NULL
  const gids = [own]
  try {
    for (const line of fs.readFileSync("/etc/group", "utf8").split("\n")) {
      const [, , gid, members] = line.split(":")
      if (members?.split(",").includes(user) && !gids.includes(Number(gid))) gids.push(Number(gid))
    }
  } catch (e) {
    return pathError(e, NULL)
  }
  const $list = PyList_New(gids.length)
  if ($list !== NULL) gids.forEach((g, i) => PyList_SET_ITEM($list, i, PyLong_FromLong(g)))
  return $list
}

// Node has the priority of processes, not of process groups and users (PRIO_PGRP, PRIO_USER).
function priority(f: () => number): Own {
  try {
    return PyLong_FromLong(f())
  } catch (e) {
    const code = (e as { info?: { errno?: number } }).info?.errno ?? (e as NodeJS.ErrnoException).errno
    return PyErr_SetFromErrno(PyExc_OSError, code === undefined ? errnoOfError(e) : Math.abs(code))
  }
}
export function os_getpriority(_m: Ref, args: Ref, kwds: Ref): Own {
  const at = parseTuple(args, kwds, "ii:getpriority", ["which", "who"])
  if (at === 0) return NULL
  const who = int32(at + 8)
  if (int32(at) !== 0) return PyErr_SetFromErrno(PyExc_OSError, E.EINVAL)
  return priority(() => os.getPriority(who))
}
export function os_setpriority(_m: Ref, args: Ref, kwds: Ref): Own {
  const at = parseTuple(args, kwds, "iii:setpriority", ["which", "who", "priority"])
  if (at === 0) return NULL
  const who = int32(at + 8)
  const value = Math.max(-20, Math.min(19, int32(at + 16)))
  if (int32(at) !== 0) return PyErr_SetFromErrno(PyExc_OSError, E.EINVAL)
  const $r = priority(() => {
    os.setPriority(who, value)
    return 0
  })
  if ($r === NULL) return NULL
  Py_DECREF($r)
  return Py_NewRef(Py_None)
}
export function os_nice(_m: Ref, args: Ref): Own {
  const at = parseTuple(args, NULL, "i:nice", null)
  if (at === 0) return NULL
  const by = int32(at)
  return priority(() => {
    const value = Math.max(-20, Math.min(19, os.getPriority() + by))
    if (by !== 0) os.setPriority(value)
    return value
  })
}

export function os_sched_getaffinity(_m: Ref, args: Ref): Own {
  const at = parseTuple(args, NULL, "i:sched_getaffinity", null)
  if (at === 0) return NULL
  const pid = int32(at)
  if (pid < 0) return PyErr_SetFromErrno(PyExc_OSError, E.EINVAL)
  let list = ""
  try {
    list = /^Cpus_allowed_list:\s+(.*)$/m.exec(fs.readFileSync(`/proc/${pid || "self"}/status`, "utf8"))?.[1] ?? "0"
  } catch (e) {
    return PyErr_SetFromErrno(PyExc_OSError, errnoOfError(e) === E.ENOENT ? E.ESRCH : errnoOfError(e))
  }
  const $set = PySet_New(NULL)
  if ($set === NULL) return NULL
  for (const range of list.split(",")) {
    const [first, last] = range.split("-").map(Number)
    for (let cpu = first; cpu <= (last ?? first); cpu++) {
      const $cpu = PyLong_FromLong(cpu)
      PySet_Add($set, $cpu)
      Py_DECREF($cpu)
    }
  }
  return $set
}
function schedBound(arg: Ref, realtime: number): Own {
  const policy = intArg(arg)
  if (Number.isNaN(policy)) return NULL
  if (policy === SCHED_FIFO || policy === SCHED_RR) return PyLong_FromLong(realtime)
  if (policy === SCHED_OTHER || policy === SCHED_BATCH || policy === SCHED_IDLE) return PyLong_FromLong(0)
  return PyErr_SetFromErrno(PyExc_OSError, E.EINVAL)
}
export function os_sched_get_priority_max(_m: Ref, args: Ref, kwds: Ref): Own {
  const at = parseTuple(args, kwds, "O:sched_get_priority_max", ["policy"])
  return at === 0 ? NULL : schedBound(ptr(at), 99)
}
export function os_sched_get_priority_min(_m: Ref, args: Ref, kwds: Ref): Own {
  const at = parseTuple(args, kwds, "O:sched_get_priority_min", ["policy"])
  return at === 0 ? NULL : schedBound(ptr(at), 1)
}
export function os_sched_getscheduler(_m: Ref, args: Ref): Own {
  const at = parseTuple(args, NULL, "i:sched_getscheduler", null)
  return at === 0 ? NULL : int32(at) < 0 ? PyErr_SetFromErrno(PyExc_OSError, E.EINVAL) : statValue(int32(at), 38)
}
