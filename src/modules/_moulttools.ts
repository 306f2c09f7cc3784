import os from "node:os"
import { ptr } from "../heap/access.ts"
import { _PyObject_DebugMallocStats } from "../heap/memstats.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { Py_DECREF } from "../heap/refcount.ts"
import { defineModule } from "../objects/define.ts"
import { PyErr_Occurred, PyErr_SetFromErrno } from "../objects/errors.ts"
import { _PyArg_CheckPositional } from "../objects/getargs.ts"
import { PyList_New, PyList_SET_ITEM } from "../objects/listobject.ts"
import { _PyLong_AsInt, PyLong_FromLong } from "../objects/longobject.ts"
import { METH } from "../objects/slots.ts"
import { PyExc_OSError } from "../objects/statictypes.ts"
import { PyUnicode_FromString } from "../objects/unicodeobject.ts"
import { none, ownTuple } from "./support.ts"

// What the tools in stdlib/toolbox ask of the system and can read in no file.

function errnoOf(e: unknown): number {
  if (typeof e !== "object" || e === null || !("info" in e)) return 3
  const info = e.info
  return typeof info === "object" && info !== null && "errno" in info ? Math.abs(Number(info.errno)) : 3
}
function getpriority(_m: Ref, arg: Ref): Own {
  const pid = _PyLong_AsInt(arg)
  if (pid === -1 && PyErr_Occurred()) return NULL
  try {
    return PyLong_FromLong(os.getPriority(pid))
  } catch (e) {
    return PyErr_SetFromErrno(PyExc_OSError, errnoOf(e))
  }
}
function setpriority(_m: Ref, args: number, nargs: number): Own {
  if (!_PyArg_CheckPositional("setpriority", nargs, 2, 2)) return NULL
  const pid = _PyLong_AsInt(ptr(args))
  if (pid === -1 && PyErr_Occurred()) return NULL
  const value = _PyLong_AsInt(ptr(args + 8))
  if (value === -1 && PyErr_Occurred()) return NULL
  try {
    os.setPriority(pid, Math.min(19, Math.max(-20, value)))
    return none()
  } catch (e) {
    return PyErr_SetFromErrno(PyExc_OSError, errnoOf(e))
  }
}
function ipv4_addresses(_m: Ref): Own {
  const found = Object.entries(os.networkInterfaces()).flatMap(([name, all]) =>
    (all ?? []).filter((a) => a.family === "IPv4").map((a) => [name, a.address, a.netmask]),
  )
  const $list = PyList_New(found.length)
  for (let i = 0; $list !== NULL && i < found.length; i++) {
    const $row = ownTuple(...found[i].map((s) => PyUnicode_FromString(s)))
    if ($row === NULL) {
      Py_DECREF($list)
      return NULL
    }
    PyList_SET_ITEM($list, i, $row)
  }
  return $list
}
function node_executable(_m: Ref): Own {
  return PyUnicode_FromString(process.execPath)
}
function malloc_stats(_m: Ref): Own {
  return PyUnicode_FromString(_PyObject_DebugMallocStats())
}

defineModule({
  name: "_moult_tools",
  doc: "What moult's tools ask of the system.",
  methods: [
    ["getpriority", getpriority, METH.O, "($module, pid, /)\n--\n\nA process's niceness."],
    ["setpriority", setpriority, METH.FASTCALL, "($module, pid, value, /)\n--\n\nSet a process's niceness."],
    ["node_executable", node_executable, METH.NOARGS, "($module, /)\n--\n\nThe path of the Node that runs this."],
    ["malloc_stats", malloc_stats, METH.NOARGS, "($module, /)\n--\n\nThe text of sys._debugmallocstats()."],
    ["ipv4_addresses", ipv4_addresses, METH.NOARGS, "($module, /)\n--\n\nTuples of interface, address and netmask."],
  ],
})
