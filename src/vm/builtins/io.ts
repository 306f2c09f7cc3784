import fs from "node:fs"
import tty from "node:tty"
import { ptr } from "../../heap/access.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_DECREF, Py_NewRef, Py_SIZE } from "../../heap/refcount.ts"
import { ID } from "../../heap/statics.ts"
import { u8 } from "../../heap/views.ts"
import { PyBytes_AS_STRING, PyBytes_FromJS } from "../../objects/bytesobject.ts"
import { PyObject_CallMethodNoArgs } from "../../objects/call.ts"
import { PyErr_Clear, PyErr_Occurred, PyErr_SetNone, PyErr_SetString } from "../../objects/errors.ts"
import { PyFile_GetLine, PyFile_WriteObject, PyFile_WriteString } from "../../objects/fileobject.ts"
import { _PyArg_CheckPositional, _PyArg_UnpackKeywords, argParser, parser_init } from "../../objects/getargs.ts"
import { PyLong_AsLong } from "../../objects/longobject.ts"
import { PyObject_GetAttr, PyObject_IsTrue, PyObject_Str, strJS, typeName } from "../../objects/object.ts"
import { Py_None, PyExc_EOFError, PyExc_RuntimeError, PyExc_TypeError } from "../../objects/statictypes.ts"
import { PyTuple_New, PyTuple_SET_ITEM } from "../../objects/tupleobject.ts"
import { PyUnicode_AsEncodedString, PyUnicode_Check, PyUnicode_Decode } from "../../objects/unicodeobject.ts"
import { PySys_Audit } from "../sys/audit.ts"
import { writeStdout } from "../sys/stdfd.ts"
import { _PySys_GetAttr } from "../sysmodule.ts"

// Python/bltinmodule.c: print and input.

const RAW = 1
const printParser = argParser("print", ["sep", "end", "file", "flush"], true)

/** A separator or end: undefined for the default; null with the error set. */
function stringOption(v: Ref, name: string): Ref | null {
  if (v === 0 || v === Py_None) return NULL
  if (PyUnicode_Check(v)) return v
  PyErr_SetString(PyExc_TypeError, `${name} must be None or a string, not ${typeName(v)}`)
  return null
}

/** The arguments are a tuple while print runs, as in C: __str__ can see their counts. */
export function builtin_print(_module: Ref, args: number, nargs: number, kwnames: Ref): Own {
  if (!parser_init(printParser)) return NULL
  const $objects = PyTuple_New(nargs)
  if ($objects === NULL) return NULL
  for (let i = 0; i < nargs; i++) PyTuple_SET_ITEM($objects, i, Py_NewRef(ptr(args + i * 8)))
  const $r = printObjects(args, nargs, kwnames)
  Py_DECREF($objects)
  return $r
}

function printObjects(args: number, nargs: number, kwnames: Ref): Own {
  let sep: Ref | null = NULL
  let end: Ref | null = NULL
  let file: Ref = Py_None
  let flush = 0
  if (kwnames !== 0) {
    const at = _PyArg_UnpackKeywords(args + nargs * 8, 0, 0, kwnames, printParser, 0, 4, 0)
    if (at === 0) return NULL
    const given = [ptr(at), ptr(at + 8), ptr(at + 16), ptr(at + 24)]
    file = given[2] || Py_None
    if (given[3] !== 0) {
      flush = PyObject_IsTrue(given[3])
      if (flush < 0) return NULL
    }
    sep = given[0]
    end = given[1]
  }
  if (file === Py_None) {
    file = _PySys_GetAttr(ID("stdout"))
    if (file === 0) return PyErr_SetString(PyExc_RuntimeError, "lost sys.stdout")
    if (file === Py_None) return Py_NewRef(Py_None)
  }
  sep = stringOption(sep, "sep")
  if (sep === null) return NULL
  end = stringOption(end, "end")
  if (end === null) return NULL
  for (let i = 0; i < nargs; i++) {
    if (i > 0 && (sep === 0 ? PyFile_WriteString(" ", file) : PyFile_WriteObject(sep, file, RAW)) !== 0) return NULL
    if (PyFile_WriteObject(ptr(args + i * 8), file, RAW) !== 0) return NULL
  }
  if ((end === 0 ? PyFile_WriteString("\n", file) : PyFile_WriteObject(end, file, RAW)) !== 0) return NULL
  if (flush !== 0) {
    const $r = PyObject_CallMethodNoArgs(file, ID("flush"))
    if ($r === NULL) return NULL
    Py_DECREF($r)
  }
  return Py_NewRef(Py_None)
}

function flushFile(file: Ref): void {
  const $r = PyObject_CallMethodNoArgs(file, ID("flush"))
  if ($r === NULL) PyErr_Clear()
  else Py_DECREF($r)
}

/** Is the file object the process's own descriptor `fd`, and a terminal? -1 with the error set. */
function isTerminal(file: Ref, fd: number): number {
  const $n = PyObject_CallMethodNoArgs(file, ID("fileno"))
  if ($n === NULL) {
    PyErr_Clear()
    return 0
  }
  const n = PyLong_AsLong($n)
  Py_DECREF($n)
  if (n < 0 && PyErr_Occurred() !== 0) return -1
  return n === fd && tty.isatty(fd) ? 1 : 0
}

/** [encoding, errors] of a text file, or null. */
function encodingOf(file: Ref): [string, string] | null {
  const names: string[] = []
  for (const attr of [ID("encoding"), ID("errors")]) {
    const $v = PyObject_GetAttr(file, attr)
    if ($v === NULL || !PyUnicode_Check($v)) {
      PyErr_Clear()
      if ($v !== NULL) Py_DECREF($v)
      return null
    }
    names.push(strJS($v) ?? "")
    Py_DECREF($v)
  }
  return [names[0], names[1]]
}

/** A line from descriptor 0, its newline included; empty at the end. */
function readTerminalLine(): Uint8Array {
  const bytes: number[] = []
  const one = new Uint8Array(1)
  for (;;) {
    let n = 0
    try {
      n = fs.readSync(0, one, 0, 1, null)
    } catch (e) {
      const code = (e as NodeJS.ErrnoException).code
      if (code === "EAGAIN" || code === "EINTR") continue
      if (code !== "EOF") break
    }
    if (n === 0) break
    bytes.push(one[0])
    if (one[0] === 10) break
  }
  return Uint8Array.from(bytes)
}

/** input() on a terminal; undefined: the files are not ordinary ones, read through them. */
function inputFromTerminal(fin: Ref, fout: Ref, prompt: Ref): Own | undefined {
  const inEnc = encodingOf(fin)
  const outEnc = encodingOf(fout)
  if (inEnc === null || outEnc === null) return undefined
  flushFile(fout)
  if (prompt !== 0) {
    const $text = PyObject_Str(prompt)
    if ($text === NULL) return NULL
    const $bytes = PyUnicode_AsEncodedString($text, outEnc[0], outEnc[1])
    Py_DECREF($text)
    if ($bytes === NULL) return NULL
    writeStdout(u8.slice(PyBytes_AS_STRING($bytes), PyBytes_AS_STRING($bytes) + Py_SIZE($bytes)))
    Py_DECREF($bytes)
  }
  const line = readTerminalLine()
  if (line.length === 0) {
    PyErr_SetNone(PyExc_EOFError)
    return NULL
  }
  const $raw = PyBytes_FromJS(line[line.length - 1] === 10 ? line.subarray(0, -1) : line)
  if ($raw === NULL) return NULL
  const $result = PyUnicode_Decode(PyBytes_AS_STRING($raw), Py_SIZE($raw), inEnc[0], inEnc[1])
  Py_DECREF($raw)
  if ($result !== NULL && PySys_Audit("builtins.input/result", $result) < 0) {
    Py_DECREF($result)
    return NULL
  }
  return $result
}

export function builtin_input(_module: Ref, args: number, nargs: number): Own {
  if (!_PyArg_CheckPositional("input", nargs, 0, 1)) return NULL
  const prompt = nargs > 0 ? ptr(args) : NULL
  const files: Ref[] = []
  for (const name of [ID("stdin"), ID("stdout"), ID("stderr")]) {
    const f = _PySys_GetAttr(name)
    if (f === 0 || f === Py_None) return PyErr_SetString(PyExc_RuntimeError, `input(): lost sys.${strJS(name)}`)
    files.push(f)
  }
  const [fin, fout, ferr] = files
  if (PySys_Audit("builtins.input", prompt || Py_None) < 0) return NULL
  flushFile(ferr)
  const t0 = isTerminal(fin, 0)
  const t1 = t0 > 0 ? isTerminal(fout, 1) : t0
  if (t1 < 0) return NULL
  if (t1 > 0) {
    const $line = inputFromTerminal(fin, fout, prompt)
    if ($line !== undefined) return $line
  }
  if (prompt !== 0 && PyFile_WriteObject(prompt, fout, RAW) !== 0) return NULL
  flushFile(fout)
  return PyFile_GetLine(fin, -1)
}
