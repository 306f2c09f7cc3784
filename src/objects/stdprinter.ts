import fs from "node:fs"
import tty from "node:tty"
import { int32, ptr, setint32 } from "../heap/access.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { Py_DECREF, Py_NewRef, Py_SIZE } from "../heap/refcount.ts"
import { u8 } from "../heap/views.ts"
import { PyBool_FromLong } from "./boolobject.ts"
import { PyBytes_AS_STRING } from "./bytesobject.ts"
import { defineType } from "./define.ts"
import { PyErr_SetString } from "./errors.ts"
import { PyLong_FromLong } from "./longobject.ts"
import { _PyObject_New, addressJS, PyObject_GenericGetAttr, typeName } from "./object.ts"
import { METH, TPFLAGS } from "./slots.ts"
import { Py_False, Py_None, PyExc_TypeError, PyStdPrinter_Type } from "./statictypes.ts"
import { _PyUnicode_AsUTF8String, PyUnicode_Check, PyUnicode_FromString } from "./unicodeobject.ts"

// Objects/fileobject.c: stderrprinter, what sys.stderr is until io exists. fd (int) at 16.

export function PyFile_NewStdPrinter(fd: number): Own {
  const $self = _PyObject_New(PyStdPrinter_Type)
  if ($self !== NULL) setint32($self + 16, fd)
  return $self
}

function stdprinter_write(self: Ref, args: Ref): Own {
  const text = Py_SIZE(args) === 1 ? ptr(args + 24) : NULL
  if (text === 0 || !PyUnicode_Check(text))
    return PyErr_SetString(PyExc_TypeError, `write() argument 1 must be str, not ${text === 0 ? "nothing" : typeName(text)}`)
  const fd = int32(self + 16)
  if (fd < 0) return Py_NewRef(Py_None)
  const $bytes = _PyUnicode_AsUTF8String(text, "backslashreplace")
  if ($bytes === NULL) return NULL
  const n = Py_SIZE($bytes)
  const at = PyBytes_AS_STRING($bytes)
  let written = 0
  try {
    while (written < n) written += fs.writeSync(fd, u8.slice(at + written, at + n))
  } catch {
    // nobody could be told
  }
  Py_DECREF($bytes)
  return PyLong_FromLong(written)
}
function stdprinter_fileno(self: Ref): Own {
  return PyLong_FromLong(int32(self + 16))
}
function stdprinter_repr(self: Ref): Own {
  return PyUnicode_FromString(`<stdprinter(fd=${int32(self + 16)}) object at ${addressJS(self)}>`)
}
function stdprinter_noop(_self: Ref): Own {
  return Py_NewRef(Py_None)
}
function stdprinter_isatty(self: Ref): Own {
  return PyBool_FromLong(tty.isatty(int32(self + 16)) ? 1 : 0)
}
function get_closed(_self: Ref): Own {
  return Py_NewRef(Py_False)
}
function get_mode(_self: Ref): Own {
  return PyUnicode_FromString("w")
}
function get_encoding(_self: Ref): Own {
  return Py_NewRef(Py_None)
}

defineType(PyStdPrinter_Type, {
  name: "stderrprinter",
  basicsize: 24,
  repr: stdprinter_repr,
  getattro: PyObject_GenericGetAttr,
  flags: TPFLAGS.DEFAULT | TPFLAGS.DISALLOW_INSTANTIATION,
  methods: [
    ["close", stdprinter_noop, METH.NOARGS, ""],
    ["flush", stdprinter_noop, METH.NOARGS, ""],
    ["fileno", stdprinter_fileno, METH.NOARGS, ""],
    ["isatty", stdprinter_isatty, METH.NOARGS, ""],
    ["write", stdprinter_write, METH.VARARGS, ""],
  ],
  getset: [
    ["closed", get_closed, null, "True if the file is closed"],
    ["encoding", get_encoding, null, "Encoding of the file"],
    ["mode", get_mode, null, "String giving the file mode"],
  ],
})
