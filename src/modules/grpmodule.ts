import fs from "node:fs"
import { ptr } from "../heap/access.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { Py_DECREF } from "../heap/refcount.ts"
import { _PyObject_GC_TRACK } from "../gc/gcmodule.ts"
import { defineModule } from "../objects/define.ts"
import { PyErr_Occurred, PyErr_SetString } from "../objects/errors.ts"
import { _PyArg_BadArgument, _PyArg_UnpackKeywords, argParser } from "../objects/getargs.ts"
import { PyList_Append, PyList_New, PyList_SET_ITEM } from "../objects/listobject.ts"
import { PyLong_AsBigInt, PyLong_Check, PyLong_FromLong } from "../objects/longobject.ts"
import { PyModule_AddObjectRef } from "../objects/moduleobject.ts"
import { reprJS, strJS, typeName } from "../objects/object.ts"
import { METH } from "../objects/slots.ts"
import { PyExc_KeyError, PyExc_TypeError, PyExc_ValueError } from "../objects/statictypes.ts"
import { PyStructSequence_InitType, PyStructSequence_New, PyStructSequence_SET_ITEM, structSequenceType } from "../objects/structseq.ts"
import { PyUnicode_AsJS, PyUnicode_Check, PyUnicode_FromString } from "../objects/unicodeobject.ts"

// Modules/grpmodule.c: /etc/group.

const groupType = structSequenceType({
  name: "grp.struct_group",
  doc: "grp.struct_group: an entry of the group database.",
  inSequence: 4,
  fields: [["gr_name"], ["gr_passwd"], ["gr_gid"], ["gr_mem"]],
})

function entries(): string[][] {
  try {
    return fs
      .readFileSync("/etc/group", "utf8")
      .split("\n")
      .map((line) => line.split(":"))
      .filter((e) => e.length >= 4)
  } catch {
    return []
  }
}
function mkgrent(e: string[]): Own {
  const $r = PyStructSequence_New(groupType)
  if ($r === NULL) return NULL
  const members = e[3] === "" ? [] : e[3].split(",")
  const $members = PyList_New(members.length)
  if ($members !== NULL) members.forEach((m, i) => PyList_SET_ITEM($members, i, PyUnicode_FromString(m)))
  const values = [PyUnicode_FromString(e[0]), PyUnicode_FromString(e[1]), PyLong_FromLong(Number(e[2])), $members]
  values.forEach(($v, i) => PyStructSequence_SET_ITEM($r, i, $v))
  _PyObject_GC_TRACK($r)
  return $r
}
const gidParser = argParser("getgrgid", ["id"])
function grp_getgrgid(_m: Ref, args: number, nargs: number, kwnames: Ref): Own {
  const at = _PyArg_UnpackKeywords(args, nargs, 0, kwnames, gidParser, 1, 1, 0)
  if (at === 0) return NULL
  const arg = ptr(at)
  if (!PyLong_Check(arg)) return PyErr_SetString(PyExc_TypeError, `gid should be integer, not ${typeName(arg)}`)
  const gid = PyLong_AsBigInt(arg)
  if (PyErr_Occurred()) return NULL
  const e = entries().find((x) => x[2] === String(gid))
  if (e !== undefined) return mkgrent(e)
  return PyErr_SetString(PyExc_KeyError, `getgrgid(): gid not found: ${strJS(arg) ?? ""}`)
}
const namParser = argParser("getgrnam", ["name"])
function grp_getgrnam(_m: Ref, args: number, nargs: number, kwnames: Ref): Own {
  const at = _PyArg_UnpackKeywords(args, nargs, 0, kwnames, namParser, 1, 1, 0)
  if (at === 0) return NULL
  const name = ptr(at)
  if (!PyUnicode_Check(name)) return _PyArg_BadArgument("getgrnam", "argument 'name'", "str", name) as Own
  const s = PyUnicode_AsJS(name)
  if (s.includes("\0")) return PyErr_SetString(PyExc_ValueError, "embedded null byte")
  const e = entries().find((x) => x[0] === s)
  if (e !== undefined) return mkgrent(e)
  return PyErr_SetString(PyExc_KeyError, `getgrnam(): name not found: ${reprJS(name) ?? ""}`)
}
function grp_getgrall(_m: Ref): Own {
  const $l = PyList_New(0)
  if ($l === NULL) return NULL
  for (const e of entries()) {
    const $e = mkgrent(e)
    const bad = $e === NULL ? -1 : PyList_Append($l, $e)
    if ($e !== NULL) Py_DECREF($e)
    if (bad < 0) {
      Py_DECREF($l)
      return NULL
    }
  }
  return $l
}

defineModule({
  name: "grp",
  doc: "Access to the Unix group database.",
  exec: (module: Ref): number => (PyStructSequence_InitType(groupType) < 0 ? -1 : PyModule_AddObjectRef(module, "struct_group", groupType)),
  methods: [
    [
      "getgrgid",
      grp_getgrgid,
      METH.FASTCALL | METH.KEYWORDS,
      "($module, /, id)\n--\n\nReturn the group database entry for the given numeric group ID.",
    ],
    [
      "getgrnam",
      grp_getgrnam,
      METH.FASTCALL | METH.KEYWORDS,
      "($module, /, name)\n--\n\nReturn the group database entry for the given group name.",
    ],
    ["getgrall", grp_getgrall, METH.NOARGS, "($module, /)\n--\n\nReturn a list of all available group entries, in arbitrary order."],
  ],
})
