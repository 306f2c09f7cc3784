import { int32, ptr, setint32, setptr, setssize, ssize } from "../heap/access.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { Py_DECREF, Py_NewRef, Py_XNewRef } from "../heap/refcount.ts"
import { u32 } from "../heap/views.ts"
import { _PyObject_GC_NewVar, _PyObject_GC_TRACK } from "../gc/gcmodule.ts"
import { defineModule } from "../objects/define.ts"
import { PyDict_GET_SIZE } from "../objects/dictobject.ts"
import { PyErr_Occurred, PyErr_SetString } from "../objects/errors.ts"
import { parseTuple } from "../objects/getargs.ts"
import { PyList_GET_ITEM, PyList_GET_SIZE } from "../objects/listobject.ts"
import { PyLong_AsInt, PyLong_AsUnsignedLong, PyLong_FromLong } from "../objects/longobject.ts"
import { PyModule_AddIntConstant, PyModule_AddStringConstant } from "../objects/moduleobject.ts"
import { METH } from "../objects/slots.ts"
import { Py_False, Py_None, Py_True, PyDict_Type, PyExc_OverflowError, PyList_Type, PyTuple_Type } from "../objects/statictypes.ts"
import { PyTuple_GET_SIZE } from "../objects/tupleobject.ts"
import { lowerAscii, lowerUnicode, upperUnicode } from "./sre/chars.ts"
import { MAXGROUPS, MAXREPEAT, SRE_MAGIC } from "./sre/constants.ts"
import { Pattern, patternType } from "./sre/objects.ts"
import { closeSubject, openSubject, subjectIsBytes } from "./sre/subject.ts"
import "./sre/pattern.ts"
import "./sre/match.ts"

// Modules/_sre/sre.c: the module.

function sre_compile(_m: Ref, args: Ref, kwds: Ref): Own {
  const at = parseTuple(args, kwds, "OiO!nO!O!:compile", ["pattern", "flags", "code", "groups", "groupindex", "indexgroup"], {
    types: [PyList_Type, PyDict_Type, PyTuple_Type],
  })
  if (at === 0) return NULL
  const pattern = ptr(at)
  const flags = int32(at + 8)
  const code = ptr(at + 16)
  const groups = ssize(at + 24)
  const groupindex = ptr(at + 32)
  const indexgroup = ptr(at + 40)
  const n = PyList_GET_SIZE(code)
  const $self = _PyObject_GC_NewVar(patternType, n)
  if ($self === NULL) return NULL
  setptr($self + Pattern.weakreflist, 0)
  setptr($self + Pattern.pattern, 0)
  setptr($self + Pattern.groupindex, 0)
  setptr($self + Pattern.indexgroup, 0)
  setssize($self + Pattern.codesize, n)
  const words = ($self + Pattern.code) >> 2
  for (let i = 0; i < n; i++) {
    const word = PyLong_AsUnsignedLong(PyList_GET_ITEM(code, i))
    if (word === -1 && PyErr_Occurred()) break
    if (word > 0xffffffff) {
      PyErr_SetString(PyExc_OverflowError, "regular expression code size limit exceeded")
      break
    }
    u32[words + i] = word
  }
  let isbytes = -1
  if (!PyErr_Occurred() && pattern !== Py_None && openSubject(pattern)) {
    isbytes = subjectIsBytes ? 1 : 0
    closeSubject()
  }
  _PyObject_GC_TRACK($self)
  if (PyErr_Occurred()) {
    Py_DECREF($self)
    return NULL
  }
  setint32($self + Pattern.isbytes, isbytes)
  setptr($self + Pattern.pattern, Py_NewRef(pattern))
  setint32($self + Pattern.flags, flags)
  setssize($self + Pattern.groups, groups)
  if (PyDict_GET_SIZE(groupindex) > 0) {
    setptr($self + Pattern.groupindex, Py_XNewRef(groupindex))
    if (PyTuple_GET_SIZE(indexgroup) > 0) setptr($self + Pattern.indexgroup, Py_XNewRef(indexgroup))
  }
  return $self
}
function getcodesize(_m: Ref): Own {
  return PyLong_FromLong(4)
}
function charArg(op: Ref): number {
  const c = PyLong_AsInt(op)
  return c === -1 && PyErr_Occurred() ? Number.NaN : c
}
function ascii_iscased(_m: Ref, op: Ref): Own {
  const c = charArg(op)
  return Number.isNaN(c) ? NULL : Py_NewRef((c >= 65 && c <= 90) || (c >= 97 && c <= 122) ? Py_True : Py_False)
}
function unicode_iscased(_m: Ref, op: Ref): Own {
  const c = charArg(op)
  return Number.isNaN(c) ? NULL : Py_NewRef(lowerUnicode(c) !== c || upperUnicode(c) !== c ? Py_True : Py_False)
}
function ascii_tolower(_m: Ref, op: Ref): Own {
  const c = charArg(op)
  return Number.isNaN(c) ? NULL : PyLong_FromLong(lowerAscii(c))
}
function unicode_tolower(_m: Ref, op: Ref): Own {
  const c = charArg(op)
  return Number.isNaN(c) ? NULL : PyLong_FromLong(lowerUnicode(c))
}

function exec(module: Ref): number {
  return PyModule_AddIntConstant(module, "MAGIC", SRE_MAGIC) < 0 ||
    PyModule_AddIntConstant(module, "CODESIZE", 4) < 0 ||
    PyModule_AddIntConstant(module, "MAXREPEAT", MAXREPEAT) < 0 ||
    PyModule_AddIntConstant(module, "MAXGROUPS", MAXGROUPS) < 0 ||
    PyModule_AddStringConstant(module, "copyright", " SRE 2.2.2 compatible ") < 0
    ? -1
    : 0
}

defineModule({
  name: "_sre",
  exec,
  methods: [
    ["compile", sre_compile, METH.VARARGS | METH.KEYWORDS],
    ["getcodesize", getcodesize, METH.NOARGS],
    ["ascii_iscased", ascii_iscased, METH.O],
    ["unicode_iscased", unicode_iscased, METH.O],
    ["ascii_tolower", ascii_tolower, METH.O],
    ["unicode_tolower", unicode_tolower, METH.O],
  ],
})
