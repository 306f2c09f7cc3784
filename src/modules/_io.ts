import { int32, ptr, setptr } from "../heap/access.ts"
import { INTERP, Interp } from "../heap/map.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { Py_DECREF, Py_NewRef, Py_XDECREF } from "../heap/refcount.ts"
import { ID } from "../heap/statics.ts"
import { PyObject_CallFunctionObjArgs, PyObject_CallMethodNoArgs, PyObject_CallTwoArgs } from "../objects/call.ts"
import { defineModule } from "../objects/define.ts"
import {
  PyErr_Clear,
  PyErr_GetRaisedException,
  PyErr_NewException,
  PyErr_Occurred,
  PyErr_SetRaisedException,
  PyErr_SetString,
} from "../objects/errors.ts"
import { PyErr_WarnEx } from "../objects/_warnings.ts"
import { argGiven, parseTuple } from "../objects/getargs.ts"
import { PyBool_FromLong } from "../objects/boolobject.ts"
import { PyLong_AsLong, PyLong_Check, PyLong_FromLong } from "../objects/longobject.ts"
import { PyModule_AddIntConstant, PyModule_AddObjectRef, PyModule_AddType } from "../objects/moduleobject.ts"
import { cstringJS, PyObject_GetAttr, PyObject_IsTrue, PyObject_SetAttr, typeName } from "../objects/object.ts"
import { METH } from "../objects/slots.ts"
import {
  Py_None,
  PyExc_BlockingIOError,
  PyExc_OSError,
  PyExc_RuntimeWarning,
  PyExc_TypeError,
  PyExc_ValueError,
} from "../objects/statictypes.ts"
import { PyOS_FSPath } from "../objects/fspath.ts"
import { PyTuple_New, PyTuple_SET_ITEM } from "../objects/tupleobject.ts"
import { PyUnicode_Check, PyUnicode_FromString } from "../objects/unicodeobject.ts"
import { PyBytesIO_Type } from "./io/bytesio.ts"
import {
  DEFAULT_BUFFER_SIZE,
  PyBufferedIOBase_Type,
  PyBufferedRandom_Type,
  PyBufferedReader_Type,
  PyBufferedRWPair_Type,
  PyBufferedWriter_Type,
} from "./io/bufferedio.ts"
import { PyFileIO_Type } from "./io/fileio.ts"
import { PyIOBase_Type, PyRawIOBase_Type } from "./io/iobase.ts"
import { PyIncrementalNewlineDecoder_Type } from "./io/nldecoder.ts"
import { PyStringIO_Type } from "./io/stringio.ts"
import { PyTextIOBase_Type, PyTextIOWrapper_Type } from "./io/textio.ts"

// Modules/_io/_iomodule.c: open(), and the module.

const OPEN = ["file", "mode", "buffering", "encoding", "errors", "newline", "closefd", "opener"]

function badMode(message: string): Own {
  return PyErr_SetString(PyExc_ValueError, message)
}
function textArg(op: Ref): string | null {
  return op === 0 ? null : cstringJS(op)
}

/** io.open */
export function _io_open(_module: Ref, args: Ref, kwds: Ref): Own {
  const at = parseTuple(args, kwds, "O|sizzziO:open", OPEN)
  if (at === 0) return NULL
  const file = ptr(at)
  const mode = argGiven(1) ? cstringJS(ptr(at + 8)) : "r"
  let buffering = argGiven(2) ? int32(at + 16) : -1
  const encoding = textArg(ptr(at + 24))
  const errors = textArg(ptr(at + 32))
  const newline = textArg(ptr(at + 40))
  const closefd = argGiven(6) ? int32(at + 48) : 1
  const opener = ptr(at + 56) || Py_None
  const $path = PyLong_Check(file) ? Py_NewRef(file) : pathOrFd(file)
  if ($path === NULL) return NULL
  let $result: Own = NULL
  let $raw: Own = NULL
  let $buffer: Own = NULL
  try {
    const seen = new Set<string>()
    for (const c of mode) {
      if (!"xrwatb+".includes(c) || seen.has(c)) return badMode(`invalid mode: '${mode}'`)
      seen.add(c)
    }
    const has = (c: string): boolean => seen.has(c)
    const kinds = ["x", "r", "w", "a"].filter(has)
    if (has("t") && has("b")) return badMode("can't have text and binary mode at once")
    if (kinds.length !== 1) return badMode("must have exactly one of create/read/write/append mode")
    const binary = has("b")
    if (binary && encoding !== null) return badMode("binary mode doesn't take an encoding argument")
    if (binary && errors !== null) return badMode("binary mode doesn't take an errors argument")
    if (binary && newline !== null) return badMode("binary mode doesn't take a newline argument")
    if (binary && buffering === 1) {
      const text = "line buffering (buffering=1) isn't supported in binary mode, the default buffer size will be used"
      if (PyErr_WarnEx(PyExc_RuntimeWarning, text, 1) < 0) return NULL
    }
    const $rawmode = PyUnicode_FromString(kinds[0] + (has("+") ? "+" : ""))
    const $closefd = PyBool_FromLong(closefd)
    $raw = PyObject_CallFunctionObjArgs(PyFileIO_Type, $path, $rawmode, $closefd, opener)
    Py_XDECREF($rawmode)
    Py_DECREF($closefd)
    if ($raw === NULL) return NULL
    $result = Py_NewRef($raw)
    const $tty = PyObject_CallMethodNoArgs($raw, ID("isatty"))
    if ($tty === NULL) return NULL
    const isatty = PyObject_IsTrue($tty)
    Py_DECREF($tty)
    let lineBuffering = false
    if (!binary && buffering === 1) {
      buffering = -1
      lineBuffering = true
    }
    if (buffering < 0 && isatty) lineBuffering = true
    if (buffering < 0) {
      const $size = PyObject_GetAttr($raw, ID("_blksize"))
      if ($size === NULL) return NULL
      buffering = PyLong_AsLong($size)
      Py_DECREF($size)
      if (buffering === -1 && PyErr_Occurred()) return NULL
    }
    if (buffering === 0) {
      if (!binary) return badMode("can't have unbuffered text I/O")
      const $r = $result
      $result = NULL
      return $r
    }
    const type = has("+") ? PyBufferedRandom_Type : has("r") ? PyBufferedReader_Type : PyBufferedWriter_Type
    const $n = PyLong_FromLong(binary && buffering === 1 ? DEFAULT_BUFFER_SIZE : buffering)
    $buffer = PyObject_CallTwoArgs(type, $raw, $n)
    Py_XDECREF($n)
    if ($buffer === NULL) return NULL
    Py_DECREF($result)
    $result = Py_NewRef($buffer)
    if (binary) {
      const $r = $result
      $result = NULL
      return $r
    }
    const text = [encoding, errors, newline].map((s) => (s === null ? Py_NewRef(Py_None) : PyUnicode_FromString(s)))
    const $line = PyBool_FromLong(lineBuffering ? 1 : 0)
    const $wrapper = PyObject_CallFunctionObjArgs(PyTextIOWrapper_Type, $buffer, text[0], text[1], text[2], $line)
    for (const $t of text) Py_XDECREF($t)
    Py_DECREF($line)
    if ($wrapper === NULL) return NULL
    Py_DECREF($result)
    $result = Py_NewRef($wrapper)
    const $mode = PyUnicode_FromString(mode)
    const bad = $mode === NULL ? -1 : PyObject_SetAttr($wrapper, ID("mode"), $mode)
    Py_XDECREF($mode)
    Py_DECREF($wrapper)
    if (bad < 0) return NULL
    const $r = $result
    $result = NULL
    return $r
  } finally {
    if ($result !== NULL) closeQuietly($result)
    Py_XDECREF($buffer)
    Py_XDECREF($raw)
    Py_DECREF($path)
  }
}
// An int-like (file descriptor) or what a path stands for.
function pathOrFd(file: Ref): Own {
  return PyOS_FSPath(file)
}
// The stream that could not be finished: close it, keeping the error. Steals.
function closeQuietly($stream: Own): void {
  const $error = PyErr_GetRaisedException()
  const $r = PyObject_CallMethodNoArgs($stream, ID("close"))
  if ($r === NULL) PyErr_Clear()
  else Py_DECREF($r)
  Py_DECREF($stream)
  if ($error !== NULL) PyErr_SetRaisedException($error)
}

function _io_open_code(_module: Ref, args: Ref, kwds: Ref): Own {
  const at = parseTuple(args, kwds, "O:open_code", ["path"])
  if (at === 0) return NULL
  const path = ptr(at)
  if (!PyUnicode_Check(path)) return PyErr_SetString(PyExc_TypeError, `open_code() argument 'path' must be str, not ${typeName(path)}`)
  const $args = PyTuple_New(2)
  if ($args === NULL) return NULL
  PyTuple_SET_ITEM($args, 0, Py_NewRef(path))
  PyTuple_SET_ITEM($args, 1, PyUnicode_FromString("rb"))
  const $f = _io_open(NULL, $args, NULL)
  Py_DECREF($args)
  return $f
}
function _io_text_encoding(_module: Ref, args: Ref): Own {
  const at = parseTuple(args, NULL, "O|i:text_encoding", null)
  if (at === 0) return NULL
  const encoding = ptr(at)
  return encoding === Py_None ? PyUnicode_FromString("locale") : Py_NewRef(encoding)
}

const TYPES: readonly Ref[] = [
  PyIOBase_Type,
  PyRawIOBase_Type,
  PyBufferedIOBase_Type,
  PyTextIOBase_Type,
  PyFileIO_Type,
  PyBytesIO_Type,
  PyStringIO_Type,
  PyBufferedReader_Type,
  PyBufferedWriter_Type,
  PyBufferedRWPair_Type,
  PyBufferedRandom_Type,
  PyTextIOWrapper_Type,
  PyIncrementalNewlineDecoder_Type,
]

function exec(module: Ref): number {
  if (PyModule_AddIntConstant(module, "DEFAULT_BUFFER_SIZE", DEFAULT_BUFFER_SIZE) < 0) return -1
  const $bases = PyTuple_New(2)
  if ($bases === NULL) return -1
  PyTuple_SET_ITEM($bases, 0, Py_NewRef(PyExc_OSError))
  PyTuple_SET_ITEM($bases, 1, Py_NewRef(PyExc_ValueError))
  const $unsupported = PyErr_NewException("io.UnsupportedOperation", $bases, NULL)
  Py_DECREF($bases)
  if ($unsupported === NULL) return -1
  setptr(INTERP + Interp.unsupported_operation, $unsupported)
  if (PyModule_AddObjectRef(module, "UnsupportedOperation", $unsupported) < 0) return -1
  if (PyModule_AddObjectRef(module, "BlockingIOError", PyExc_BlockingIOError) < 0) return -1
  for (const type of TYPES) if (PyModule_AddType(module, type) < 0) return -1
  return 0
}

defineModule({
  name: "_io",
  doc: "Streams: raw, buffered, text.",
  exec,
  methods: [
    [
      "open",
      _io_open,
      METH.VARARGS | METH.KEYWORDS,
      "($module, /, file, mode='r', buffering=-1, encoding=None, errors=None,\n     newline=None, closefd=True, opener=None)\n--\n\nOpen a file.",
    ],
    [
      "text_encoding",
      _io_text_encoding,
      METH.VARARGS,
      "($module, encoding, stacklevel=2, /)\n--\n\nThe encoding a text function should use.",
    ],
    ["open_code", _io_open_code, METH.VARARGS | METH.KEYWORDS, "($module, /, path)\n--\n\nOpen a file of code for reading."],
  ],
})
