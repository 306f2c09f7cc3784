import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { Py_DECREF, Py_SIZE } from "../heap/refcount.ts"
import { ID } from "../heap/statics.ts"
import { u8 } from "../heap/views.ts"
import { PyBytes_AS_STRING, PyBytes_Check, PyBytes_FromStringAndSize } from "./bytesobject.ts"
import { PyObject_CallMethodNoArgs, PyObject_CallMethodOneArg, PyObject_CallOneArg } from "./call.ts"
import { PyErr_Occurred, PyErr_SetString } from "./errors.ts"
import { PyLong_AsInt, PyLong_Check, PyLong_FromLong } from "./longobject.ts"
import { _PyObject_LookupAttr, PyObject_GetAttr, PyObject_Repr, PyObject_Str } from "./object.ts"
import { PyExc_EOFError, PyExc_TypeError, PyExc_ValueError } from "./statictypes.ts"
import { PyObject_CallNoArgs } from "./call.ts"
import { PyUnicode_Check, PyUnicode_FromString, PyUnicode_GET_LENGTH, PyUnicode_READ_CHAR, PyUnicode_Substring } from "./unicodeobject.ts"

// Objects/fileobject.c: what native code needs of file objects, through their Python methods.

export const Py_PRINT_RAW = 1

/** Write str(v) (flags Py_PRINT_RAW) or repr(v) to file object `f`; 0 or -1. */
export function PyFile_WriteObject(v: Ref, f: Ref, flags: number): number {
  if (f === 0) {
    PyErr_SetString(PyExc_TypeError, "writeobject with NULL file")
    return -1
  }
  const $writer = PyObject_GetAttr(f, ID("write"))
  if ($writer === NULL) return -1
  const $text = flags & Py_PRINT_RAW ? PyObject_Str(v) : PyObject_Repr(v)
  if ($text === NULL) {
    Py_DECREF($writer)
    return -1
  }
  const $r = PyObject_CallOneArg($writer, $text)
  Py_DECREF($text)
  Py_DECREF($writer)
  if ($r === NULL) return -1
  Py_DECREF($r)
  return 0
}

/** Write text; does nothing and fails when an error is already set. */
export function PyFile_WriteString(s: string, f: Ref): number {
  if (f === 0) {
    if (!PyErr_Occurred()) PyErr_SetString(PyExc_TypeError, "null file for PyFile_WriteString")
    return -1
  }
  if (PyErr_Occurred()) return -1
  const $text = PyUnicode_FromString(s)
  if ($text === NULL) return -1
  const r = PyFile_WriteObject($text, f, Py_PRINT_RAW)
  Py_DECREF($text)
  return r
}

/** One line of a file object. n > 0: at most n characters; n < 0: EOFError at the end, and the newline is cut off. */
export function PyFile_GetLine(f: Ref, n: number): Own {
  let $line: Own
  if (n <= 0) $line = PyObject_CallMethodNoArgs(f, ID("readline"))
  else {
    const $n = PyLong_FromLong(n)
    if ($n === NULL) return NULL
    $line = PyObject_CallMethodOneArg(f, ID("readline"), $n)
    Py_DECREF($n)
  }
  if ($line === NULL) return NULL
  const isBytes = PyBytes_Check($line)
  if (!isBytes && !PyUnicode_Check($line)) {
    Py_DECREF($line)
    return PyErr_SetString(PyExc_TypeError, "object.readline() returned non-string")
  }
  if (n >= 0) return $line
  const len = isBytes ? Py_SIZE($line) : PyUnicode_GET_LENGTH($line)
  if (len === 0) {
    Py_DECREF($line)
    return PyErr_SetString(PyExc_EOFError, "EOF when reading a line")
  }
  const last = isBytes ? u8[PyBytes_AS_STRING($line) + len - 1] : PyUnicode_READ_CHAR($line, len - 1)
  if (last !== 10) return $line
  const $cut = isBytes ? PyBytes_FromStringAndSize(PyBytes_AS_STRING($line), len - 1) : PyUnicode_Substring($line, 0, len - 1)
  Py_DECREF($line)
  return $cut
}

/** The file descriptor of an int or of an object with fileno(); -1 with the error set. */
export function PyObject_AsFileDescriptor(o: Ref): number {
  let fd: number
  if (PyLong_Check(o)) fd = PyLong_AsInt(o)
  else {
    const $meth = _PyObject_LookupAttr(o, ID("fileno"))
    if ($meth === NULL) {
      if (!PyErr_Occurred()) PyErr_SetString(PyExc_TypeError, "argument must be an int, or have a fileno() method.")
      return -1
    }
    const $fno = PyObject_CallNoArgs($meth)
    Py_DECREF($meth)
    if ($fno === NULL) return -1
    if (!PyLong_Check($fno)) {
      Py_DECREF($fno)
      PyErr_SetString(PyExc_TypeError, "fileno() returned a non-integer")
      return -1
    }
    fd = PyLong_AsInt($fno)
    Py_DECREF($fno)
  }
  if (fd === -1 && PyErr_Occurred()) return -1
  if (fd < 0) {
    PyErr_SetString(PyExc_ValueError, `file descriptor cannot be a negative integer (${fd})`)
    return -1
  }
  return fd
}
