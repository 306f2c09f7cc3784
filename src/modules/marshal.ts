import { ptr, ssize } from "../heap/access.ts"
import { calloca, cstackMark, cstackReset } from "../heap/cstack.ts"
import { Py_buffer } from "../heap/layout.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { Py_DECREF } from "../heap/refcount.ts"
import { ID } from "../heap/statics.ts"
import { PyBuffer_Release, PyObject_GetBuffer } from "../objects/abstract.ts"
import { PyBytes_Check } from "../objects/bytesobject.ts"
import { PyObject_CallMethodOneArg } from "../objects/call.ts"
import { defineModule } from "../objects/define.ts"
import { PyErr_Occurred, PyErr_SetString } from "../objects/errors.ts"
import { _PyArg_CheckPositional } from "../objects/getargs.ts"
import { _PyLong_AsInt, PyLong_FromLong } from "../objects/longobject.ts"
import { PyModule_AddIntConstant } from "../objects/moduleobject.ts"
import { typeName } from "../objects/object.ts"
import { METH } from "../objects/slots.ts"
import { PyExc_TypeError } from "../objects/statictypes.ts"
import { Py_MARSHAL_VERSION, PyMarshal_ReadObjectFromString, PyMarshal_WriteObjectToString, readObjectFromReadable } from "../vm/marshal.ts"

// The marshal module.

let version = 0

/** The optional version argument; false with the error set. */
function parseVersion(args: number, nargs: number, i: number): boolean {
  version = Py_MARSHAL_VERSION
  if (nargs <= i) return true
  version = _PyLong_AsInt(ptr(args + 8 * i))
  return !(version === -1 && PyErr_Occurred())
}

function marshal_dump(_module: Ref, args: number, nargs: number): Own {
  if (!_PyArg_CheckPositional("dump", nargs, 2, 3)) return NULL
  if (!parseVersion(args, nargs, 2)) return NULL
  const $s = PyMarshal_WriteObjectToString(ptr(args), version)
  if ($s === NULL) return NULL
  const $res = PyObject_CallMethodOneArg(ptr(args + 8), ID("write"), $s)
  Py_DECREF($s)
  return $res
}

function marshal_load(_module: Ref, file: Ref): Own {
  // reading nothing shows whether the file reads bytes
  const $zero = PyLong_FromLong(0)
  const $data = PyObject_CallMethodOneArg(file, ID("read"), $zero)
  Py_DECREF($zero)
  if ($data === NULL) return NULL
  let $result: Own = NULL
  if (!PyBytes_Check($data)) {
    PyErr_SetString(PyExc_TypeError, `file.read() returned not bytes but ${typeName($data).slice(0, 100)}`)
  } else {
    $result = readObjectFromReadable(file)
  }
  Py_DECREF($data)
  return $result
}

function marshal_dumps(_module: Ref, args: number, nargs: number): Own {
  if (!_PyArg_CheckPositional("dumps", nargs, 1, 2)) return NULL
  if (!parseVersion(args, nargs, 1)) return NULL
  return PyMarshal_WriteObjectToString(ptr(args), version)
}

function marshal_loads(_module: Ref, bytes: Ref): Own {
  const mark = cstackMark()
  const view = calloca(Py_buffer.SIZE)
  if (PyObject_GetBuffer(bytes, view, 0) !== 0) {
    cstackReset(mark)
    return NULL
  }
  const $result = PyMarshal_ReadObjectFromString(ptr(view + Py_buffer.buf), ssize(view + Py_buffer.len))
  PyBuffer_Release(view)
  cstackReset(mark)
  return $result
}

function marshal_module_exec(mod: Ref): number {
  return PyModule_AddIntConstant(mod, "version", Py_MARSHAL_VERSION)
}

defineModule({
  name: "marshal",
  doc: "Read and write Python values in a binary format that is private to this version of Python.",
  methods: [
    ["dump", marshal_dump, METH.FASTCALL, "($module, value, file, version=version, /)\n--\n\nWrite the value to an open binary file."],
    ["load", marshal_load, METH.O, "($module, file, /)\n--\n\nRead one value from an open binary file."],
    ["dumps", marshal_dumps, METH.FASTCALL, "($module, value, version=version, /)\n--\n\nThe bytes that dump() would write."],
    ["loads", marshal_loads, METH.O, "($module, bytes, /)\n--\n\nThe value that a bytes-like object holds."],
  ],
  exec: marshal_module_exec,
})
