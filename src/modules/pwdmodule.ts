import fs from "node:fs"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { Py_DECREF } from "../heap/refcount.ts"
import { _PyObject_GC_TRACK } from "../gc/gcmodule.ts"
import { defineModule } from "../objects/define.ts"
import { PyErr_Occurred, PyErr_SetString } from "../objects/errors.ts"
import { _PyArg_BadArgument } from "../objects/getargs.ts"
import { PyList_Append, PyList_New } from "../objects/listobject.ts"
import { PyLong_AsBigInt, PyLong_Check, PyLong_FromLong } from "../objects/longobject.ts"
import { PyModule_AddObjectRef } from "../objects/moduleobject.ts"
import { reprJS, strJS, typeName } from "../objects/object.ts"
import { METH } from "../objects/slots.ts"
import { PyExc_KeyError, PyExc_TypeError, PyExc_ValueError } from "../objects/statictypes.ts"
import { PyStructSequence_InitType, PyStructSequence_New, PyStructSequence_SET_ITEM, structSequenceType } from "../objects/structseq.ts"
import { PyUnicode_AsJS, PyUnicode_Check, PyUnicode_FromString } from "../objects/unicodeobject.ts"

// Modules/pwdmodule.c: /etc/passwd.

const passwdType = structSequenceType({
  name: "pwd.struct_passwd",
  doc: "pwd.struct_passwd: an entry of the password database.",
  inSequence: 7,
  fields: [["pw_name"], ["pw_passwd"], ["pw_uid"], ["pw_gid"], ["pw_gecos"], ["pw_dir"], ["pw_shell"]],
})

function entries(): string[][] {
  try {
    return fs
      .readFileSync("/etc/passwd", "utf8")
      .split("\n")
      .map((line) => line.split(":"))
      .filter((e) => e.length >= 7)
  } catch {
    return []
  }
}
function mkpwent(e: string[]): Own {
  const $r = PyStructSequence_New(passwdType)
  if ($r === NULL) return NULL
  e.slice(0, 7).forEach((v, i) =>
    PyStructSequence_SET_ITEM($r, i, i === 2 || i === 3 ? PyLong_FromLong(Number(v)) : PyUnicode_FromString(v)),
  )
  _PyObject_GC_TRACK($r)
  return $r
}
function pwd_getpwuid(_m: Ref, arg: Ref): Own {
  if (!PyLong_Check(arg)) return PyErr_SetString(PyExc_TypeError, `uid should be integer, not ${typeName(arg)}`)
  const uid = PyLong_AsBigInt(arg)
  if (PyErr_Occurred()) return NULL
  if (uid < -1n || uid > 0xffffffffn) return PyErr_SetString(PyExc_KeyError, "getpwuid(): uid not found")
  const e = entries().find((x) => x[2] === String(uid))
  if (e !== undefined) return mkpwent(e)
  return PyErr_SetString(PyExc_KeyError, `getpwuid(): uid not found: ${strJS(arg) ?? ""}`)
}
function pwd_getpwnam(_m: Ref, name: Ref): Own {
  if (!PyUnicode_Check(name)) return _PyArg_BadArgument("getpwnam", "argument", "str", name) as Own
  const s = PyUnicode_AsJS(name)
  if (s.includes("\0")) return PyErr_SetString(PyExc_ValueError, "embedded null byte")
  const e = entries().find((x) => x[0] === s)
  if (e !== undefined) return mkpwent(e)
  return PyErr_SetString(PyExc_KeyError, `getpwnam(): name not found: ${reprJS(name) ?? ""}`)
}
function pwd_getpwall(_m: Ref): Own {
  const $l = PyList_New(0)
  if ($l === NULL) return NULL
  for (const e of entries()) {
    const $e = mkpwent(e)
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
  name: "pwd",
  doc: "Access to the Unix password database.",
  exec: (module: Ref): number =>
    PyStructSequence_InitType(passwdType) < 0 ? -1 : PyModule_AddObjectRef(module, "struct_passwd", passwdType),
  methods: [
    ["getpwuid", pwd_getpwuid, METH.O, "($module, uidobj, /)\n--\n\nReturn the password database entry for the given numeric user ID."],
    ["getpwnam", pwd_getpwnam, METH.O, "($module, name, /)\n--\n\nReturn the password database entry for the given user name."],
    [
      "getpwall",
      pwd_getpwall,
      METH.NOARGS,
      "($module, /)\n--\n\nReturn a list of all available password database entries, in arbitrary order.",
    ],
  ],
})
