import fs from "node:fs"
import { int32, ptr } from "../heap/access.ts"
import { calloca, cstackMark, cstackReset } from "../heap/cstack.ts"
import { PyThreadState } from "../heap/layout.ts"
import { Interp, INTERP } from "../heap/map.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { Py_DECREF, Py_NewRef, Py_XDECREF } from "../heap/refcount.ts"
import { ID } from "../heap/statics.ts"
import { tstate } from "../heap/tstate.ts"
import type { mod } from "../frontend/ast.ts"
import { type CodeUnit, PyCF } from "../frontend/code.ts"
import { _PyAST_Compile, CompileError, ERROR_IS_SET } from "../frontend/compile/index.ts"
import { parseModule, type ParseWarning, setUnicodeNameLookup, type SyntaxIssue } from "../frontend/index.ts"
import { PyErr_WarnExplicitObject } from "../objects/_warnings.ts"
import { PyBytes_AS_STRING, PyBytes_FromJS, PyBytes_GET_SIZE } from "../objects/bytesobject.ts"
import {
  PyErr_Clear,
  PyErr_ExceptionMatches,
  PyErr_Fetch,
  PyErr_NoMemory,
  PyErr_NormalizeException,
  PyErr_RestoreFrom,
  PyErr_SetObject,
  PyErr_SetString,
} from "../objects/errors.ts"
import { PyList_New } from "../objects/listobject.ts"
import { PyLong_FromLong } from "../objects/longobject.ts"
import { PyObject_SetAttr } from "../objects/object.ts"
import {
  Py_None,
  PyExc_DeprecationWarning,
  PyExc_IndentationError,
  PyExc_MemoryError,
  PyExc_OverflowError,
  PyExc_RecursionError,
  PyExc_RuntimeError,
  PyExc_SyntaxError,
  PyExc_SyntaxWarning,
  PyExc_SystemError,
  PyExc_TabError,
  PyExc_UnicodeDecodeError,
} from "../objects/statictypes.ts"
import { buildTuple } from "../objects/tupleobject.ts"
import { PyUnicode_AsJS, PyUnicode_Decode, PyUnicode_DecodeUTF8, PyUnicode_FromString } from "../objects/unicodeobject.ts"
import { unicodeCode } from "../objects/unicodedb/ucnhash.ts"
import { upcalls } from "../objects/upcalls.ts"
import { codegen } from "./codegen.ts"
import { cookieOf } from "./sourcefile.ts"

// Python/pythonrun.c, the part that compiles: source -> tree -> code unit -> code object, and the front end's errors as Python's.

export type CompileMode = "exec" | "eval" | "single"

// ---- lines of source files, for errors

/** _PyErr_ProgramDecodedTextObject: line `lineno` of the file, its newline kept; null if there is none. `encoding` null: UTF-8. */
export function programText(filename: string, lineno: number, encoding: string | null = null): string | null {
  if (lineno <= 0 || filename === "" || filename.includes("\0")) return null
  let bytes: Uint8Array
  try {
    if (!fs.statSync(filename).isFile()) return null
    bytes = fs.readFileSync(filename)
  } catch {
    return null
  }
  let start = 0
  for (let line = 1; ; line++) {
    if (start >= bytes.length) return null
    let end = start
    while (end < bytes.length && bytes[end] !== 10 && bytes[end] !== 13) end++
    const text = bytes.subarray(start, end)
    const newline = end < bytes.length
    start = end + (bytes[end] === 13 && bytes[end + 1] === 10 ? 2 : 1)
    if (line === lineno) {
      const decoded = encoding === null ? null : decodeWithCodec(text, encoding)
      return (decoded ?? new TextDecoder("utf-8", { ignoreBOM: true }).decode(text)) + (newline ? "\n" : "")
    }
  }
}

function strOrNone(s: string | null): Own {
  return s === null ? Py_NewRef(Py_None) : PyUnicode_FromString(s)
}

/** SyntaxError(msg, (filename, lineno, offset, text, end_lineno, end_offset)) */
export function setSyntaxError(exc: Ref, filename: Ref, e: Omit<SyntaxIssue, "type">): void {
  const $where = buildTuple(
    Py_NewRef(filename),
    PyLong_FromLong(e.lineno),
    PyLong_FromLong(e.offset),
    strOrNone(e.text),
    PyLong_FromLong(e.end_lineno),
    PyLong_FromLong(e.end_offset),
  )
  if ($where === NULL) return
  const $args = buildTuple(PyUnicode_FromString(e.msg), $where)
  if ($args === NULL) return
  PyErr_SetObject(exc, $args)
  Py_DECREF($args)
}

function issueType(e: SyntaxIssue): Ref {
  switch (e.type) {
    case "SyntaxError":
      return PyExc_SyntaxError
    case "IndentationError":
      return PyExc_IndentationError
    case "TabError":
      return PyExc_TabError
    case "MemoryError":
      return PyExc_MemoryError
    case "UnicodeDecodeError":
      return PyExc_UnicodeDecodeError
  }
}

function setDecodeError(bytes: Uint8Array): void {
  const $bytes = PyBytes_FromJS(bytes)
  if ($bytes === NULL) return
  Py_XDECREF(PyUnicode_DecodeUTF8(PyBytes_AS_STRING($bytes), PyBytes_GET_SIZE($bytes), null))
  Py_DECREF($bytes)
}

export function setIssue(e: SyntaxIssue, filename: Ref): void {
  if (!e.bare) setSyntaxError(issueType(e), filename, e)
  else if (e.type === "SyntaxError" && e.offset === -1) {
    // raise_tokenizer_init_error: only the file is known
    const $args = buildTuple(
      PyUnicode_FromString(e.msg),
      buildTuple(Py_NewRef(filename), PyLong_FromLong(0), PyLong_FromLong(-1), Py_NewRef(Py_None)),
    )
    if ($args === NULL) return
    PyErr_SetObject(PyExc_SyntaxError, $args)
    Py_DECREF($args)
  } else if (e.type === "MemoryError") PyErr_NoMemory()
  else if (e.bytes !== undefined) setDecodeError(e.bytes)
  else PyErr_SetString(issueType(e), e.msg)
}

function setAttr(v: Ref, name: Ref, $value: Own): void {
  if ($value === NULL || PyObject_SetAttr(v, name, $value) < 0) PyErr_Clear()
  Py_XDECREF($value)
}
function intOrNone(n: number): Own {
  return n >= 0 ? PyLong_FromLong(n) : Py_NewRef(Py_None)
}

/** Put a place into the SyntaxError that is set. */
export function PyErr_RangedSyntaxLocationObject(
  filename: Ref,
  lineno: number,
  col_offset: number,
  end_lineno: number,
  end_col_offset: number,
): void {
  const mark = cstackMark()
  const at = calloca(24)
  PyErr_Fetch(at)
  PyErr_NormalizeException(at)
  const v = ptr(at + 8)
  setAttr(v, ID("lineno"), PyLong_FromLong(lineno))
  setAttr(v, ID("offset"), intOrNone(col_offset))
  setAttr(v, ID("end_lineno"), intOrNone(end_lineno))
  setAttr(v, ID("end_offset"), intOrNone(end_col_offset))
  if (filename !== NULL) {
    setAttr(v, ID("filename"), Py_NewRef(filename))
    const text = programText(PyUnicode_AsJS(filename), lineno)
    if (text !== null) setAttr(v, ID("text"), PyUnicode_FromString(text))
  }
  PyErr_RestoreFrom(at)
  cstackReset(mark)
}

/** Set the Python error of something the front end threw; anything else is a bug and goes on. */
export function setCompileError(e: unknown, filename: Ref): void {
  if (e === ERROR_IS_SET) return
  if (!(e instanceof CompileError)) throw e
  switch (e.type) {
    case "RecursionError":
      PyErr_SetString(PyExc_RecursionError, e.msg)
      return
    case "SystemError":
      PyErr_SetString(PyExc_SystemError, e.msg)
      return
    case "RuntimeError":
      PyErr_SetString(PyExc_RuntimeError, e.msg)
      return
    case "OverflowError":
      PyErr_SetString(PyExc_OverflowError, e.msg)
      return
    case "SyntaxError":
      if (e.how === "args") {
        const { msg, lineno, offset, end_lineno, end_offset } = e
        const text = programText(PyUnicode_AsJS(filename), lineno)
        setSyntaxError(PyExc_SyntaxError, filename, {
          msg,
          lineno,
          offset,
          text,
          end_lineno,
          end_offset,
        })
      } else {
        PyErr_SetString(PyExc_SyntaxError, e.msg)
        PyErr_RangedSyntaxLocationObject(filename, e.lineno, e.offset, e.end_lineno, e.end_offset)
      }
  }
}

/** 0, -1 when the filter made it an error of that category (cleared), -2 when another error is set. */
function warn(category: Ref, msg: string, filename: Ref, lineno: number): number {
  const $msg = PyUnicode_FromString(msg)
  if ($msg === NULL) return -2
  let r = PyErr_WarnExplicitObject(category, $msg, filename, lineno, NULL, NULL)
  Py_DECREF($msg)
  if (r < 0) {
    if (PyErr_ExceptionMatches(category)) PyErr_Clear()
    else r = -2
  }
  return r
}

/** Emit the parser's warnings; false with the error set. */
function emitWarnings(warnings: readonly ParseWarning[], filename: Ref): boolean {
  for (const w of warnings) {
    const r = warn(w.category === "SyntaxWarning" ? PyExc_SyntaxWarning : PyExc_DeprecationWarning, w.msg, filename, w.lineno)
    if (r === -1) setIssue(w.error, filename)
    if (r < 0) return false
  }
  return true
}

/** Decode a source whose cookie names a codec the front end does not know. */
function decodeWithCodec(bytes: Uint8Array, encoding: string): string | null {
  const $bytes = PyBytes_FromJS(bytes)
  if ($bytes === NULL) return null
  const $str = PyUnicode_Decode(PyBytes_AS_STRING($bytes), PyBytes_GET_SIZE($bytes), encoding, "strict")
  Py_DECREF($bytes)
  if ($str === NULL) {
    PyErr_Clear()
    return null
  }
  const s = PyUnicode_AsJS($str)
  Py_DECREF($str)
  return s
}

/** The tree of a source; null with the error set. `featureVersion`: minor version of the grammar. */
export function parseSource(
  source: string | Uint8Array,
  filename: Ref,
  mode: CompileMode | "func_type",
  cfFlags: number,
  featureVersion = 11,
): mod | null {
  const name = PyUnicode_AsJS(filename)
  const r = parseModule(source, {
    filename: name,
    mode,
    flags: cfFlags,
    featureVersion,
    typeComments: (cfFlags & PyCF.TYPE_COMMENTS) !== 0,
    intMaxStrDigits: int32(INTERP + Interp.int_max_str_digits),
    programText: (lineno) => programText(name, lineno, typeof source === "string" ? null : cookieOf(source)),
    decoder: decodeWithCodec,
  })
  if (!emitWarnings(r.warnings, filename)) return null
  if (r.error !== undefined) {
    setIssue(r.error, filename)
    return null
  }
  return r.ast
}

/** Compiler flags of the last compilation, with the future features of its source: what an interactive session goes on with. */
export let compiledFlags = 0

/** The code unit of a tree; null with the error set. */
export function compileUnit(tree: mod, filename: Ref, cfFlags: number, optimize: number): CodeUnit | null {
  const limit = int32(tstate + PyThreadState.recursion_limit)
  const depth = limit - int32(tstate + PyThreadState.recursion_remaining)
  try {
    const unit = _PyAST_Compile(tree, {
      flags: cfFlags,
      optimize: optimize === -1 ? int32(INTERP + Interp.optimization_level) : optimize,
      warn: (_category, msg, lineno) => warn(PyExc_SyntaxWarning, msg, filename, lineno),
      recursion: { depth: depth * 3, limit: limit * 3 },
    })
    compiledFlags = cfFlags | (unit.flags & PyCF.MASK)
    return unit
  } catch (e) {
    setCompileError(e, filename)
    return null
  }
}

/** _PyArena_New: the list of what a tree holds. Give it back with Py_DECREF. */
export function _PyArena_New(): Own {
  return PyList_New(0)
}

/** _PyAST_Compile: the code object of a tree (which is changed on the way); NULL with the error set. */
export function compileTree(tree: mod, filename: Ref, cfFlags: number, optimize: number, arena: Ref = NULL): Own {
  const unit = compileUnit(tree, filename, cfFlags, optimize)
  return unit === null ? NULL : codegen(unit, filename, arena)
}

/** Py_CompileStringObject without PyCF_ONLY_AST. `cfFlags`: PyCF_* and CO_FUTURE_* bits; `optimize` -1: the interpreter's -O level.
 *  `arena` (from _PyArena_New): keeps the tree's constants; who runs the code gives it back only afterwards, as pythonrun.c does. */
export function Py_CompileString(
  source: string | Uint8Array,
  filename: Ref,
  mode: CompileMode,
  cfFlags: number,
  optimize: number,
  arena: Ref = NULL,
): Own {
  const tree = parseSource(source, filename, mode, cfFlags)
  return tree === null ? NULL : compileTree(tree, filename, cfFlags, optimize, arena)
}

setUnicodeNameLookup(unicodeCode)
upcalls.compileString = (source, filename, mode, flags) => Py_CompileString(source, filename, mode as CompileMode, flags, -1)
