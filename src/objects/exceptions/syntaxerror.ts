import { ptr } from "../../heap/access.ts"
import { PySyntaxErrorObject } from "../../heap/layout.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_DECREF, Py_NewRef, Py_XSETREF } from "../../heap/refcount.ts"
import { PySequence_Tuple } from "../abstract.ts"
import { defineType } from "../define.ts"
import { PyErr_Clear, PyErr_SetString } from "../errors.ts"
import { PyLong_AsLong, PyLong_CheckExact } from "../longobject.ts"
import { PyObject_Str } from "../object.ts"
import { T, type visitproc } from "../slots.ts"
import { Py_None, PyExc_Exception, PyExc_IndentationError, PyExc_SyntaxError, PyExc_TabError, PyExc_TypeError } from "../statictypes.ts"
import { PyTuple_GET_ITEM, PyTuple_GET_SIZE } from "../tupleobject.ts"
import { PyUnicode_AsJS, PyUnicode_Check, PyUnicode_FromString } from "../unicodeobject.ts"
import { exceptionSpec } from "./attributes.ts"
import { BaseException_init, clearExtra, deallocExtra, traverseExtra } from "./base.ts"

// Objects/exceptions.c: SyntaxError, IndentationError, TabError.

const FIELDS = [
  PySyntaxErrorObject.filename,
  PySyntaxErrorObject.lineno,
  PySyntaxErrorObject.offset,
  PySyntaxErrorObject.text,
  PySyntaxErrorObject.end_lineno,
  PySyntaxErrorObject.end_offset,
]

function SyntaxError_init(self: Ref, args: Ref, kwds: Ref): number {
  if (BaseException_init(self, args, kwds) < 0) return -1
  const n = PyTuple_GET_SIZE(args)
  if (n >= 1) Py_XSETREF(self + PySyntaxErrorObject.msg, Py_NewRef(PyTuple_GET_ITEM(args, 0)))
  if (n === 2) {
    const $info = PySequence_Tuple(PyTuple_GET_ITEM(args, 1))
    if ($info === NULL) return -1
    const m = PyTuple_GET_SIZE($info)
    if (m < 4 || m > 6) {
      PyErr_SetString(PyExc_TypeError, `function takes at ${m < 4 ? "least 4" : "most 6"} arguments (${m} given)`)
      Py_DECREF($info)
      return -1
    }
    FIELDS.forEach((field, i) => {
      Py_XSETREF(self + field, i < m ? Py_NewRef(PyTuple_GET_ITEM($info, i)) : NULL)
    })
    Py_DECREF($info)
    if (m === 5) {
      PyErr_SetString(PyExc_TypeError, "end_offset must be provided when end_lineno is provided")
      return -1
    }
  }
  return 0
}

function SyntaxError_clear(self: Ref): number {
  return clearExtra(self, 8)
}
function SyntaxError_dealloc(self: Ref): void {
  deallocExtra(self, 8)
}
function SyntaxError_traverse(self: Ref, visit: visitproc, arg: number): number {
  return traverseExtra(self, 8, visit, arg)
}

function SyntaxError_str(self: Ref): Own {
  const file = ptr(self + PySyntaxErrorObject.filename)
  const line = ptr(self + PySyntaxErrorObject.lineno)
  const msg = ptr(self + PySyntaxErrorObject.msg)
  const haveLine = line !== 0 && PyLong_CheckExact(line)
  const haveFile = file !== 0 && PyUnicode_Check(file)
  const $msg = PyObject_Str(msg === 0 ? Py_None : msg)
  if ((!haveFile && !haveLine) || $msg === NULL) return $msg
  const name = haveFile ? PyUnicode_AsJS(file).split("/").pop() : ""
  const lineno = haveLine ? PyLong_AsLong(line) : 0
  if (haveLine && lineno === -1) PyErr_Clear()
  const where = haveFile && haveLine ? `${name}, line ${lineno}` : haveFile ? `${name}` : `line ${lineno}`
  const text = PyUnicode_AsJS($msg)
  Py_DECREF($msg)
  return PyUnicode_FromString(`${text} (${where})`)
}

defineType(PyExc_SyntaxError, {
  ...exceptionSpec("SyntaxError", PyExc_Exception, PySyntaxErrorObject.SIZE),
  dealloc: SyntaxError_dealloc,
  traverse: SyntaxError_traverse,
  clear: SyntaxError_clear,
  init: SyntaxError_init,
  str: SyntaxError_str,
  members: [
    ["msg", T.OBJECT, PySyntaxErrorObject.msg, 0],
    ["filename", T.OBJECT, PySyntaxErrorObject.filename, 0],
    ["lineno", T.OBJECT, PySyntaxErrorObject.lineno, 0],
    ["offset", T.OBJECT, PySyntaxErrorObject.offset, 0],
    ["text", T.OBJECT, PySyntaxErrorObject.text, 0],
    ["end_lineno", T.OBJECT, PySyntaxErrorObject.end_lineno, 0],
    ["end_offset", T.OBJECT, PySyntaxErrorObject.end_offset, 0],
    ["print_file_and_line", T.OBJECT, PySyntaxErrorObject.print_file_and_line, 0],
  ],
})
for (const [type, name, base] of [
  [PyExc_IndentationError, "IndentationError", PyExc_SyntaxError],
  [PyExc_TabError, "TabError", PyExc_IndentationError],
] as const) {
  defineType(type, {
    ...exceptionSpec(name, base, PySyntaxErrorObject.SIZE),
    dealloc: SyntaxError_dealloc,
    traverse: SyntaxError_traverse,
    clear: SyntaxError_clear,
    init: SyntaxError_init,
  })
}
