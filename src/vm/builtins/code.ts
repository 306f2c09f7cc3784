import { _PyArena_New } from "../pythonrun_compile.ts"
import { int32, ptr } from "../../heap/access.ts"
import { Py_buffer } from "../../heap/layout.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_DECREF, Py_NewRef, Py_SIZE, Py_TYPE } from "../../heap/refcount.ts"
import { ID } from "../../heap/statics.ts"
import { calloca, cstackMark, cstackReset } from "../../heap/cstack.ts"
import { u8 } from "../../heap/views.ts"
import { PyBuffer_Release, PyMapping_Check, PyObject_CheckBuffer, PyObject_GetBuffer } from "../../objects/abstract.ts"
import { PyByteArray_AS_STRING, PyByteArray_Check } from "../../objects/bytearrayobject.ts"
import { PyBytes_AS_STRING, PyBytes_Check } from "../../objects/bytesobject.ts"
import { PyCode_Check, PyCode_GetNumFree } from "../../objects/codeobject.ts"
import { PyDict_Check, PyDict_Contains, PyDict_SetItem } from "../../objects/dictobject.ts"
import { PyErr_Occurred, PyErr_SetString } from "../../objects/errors.ts"
import { _PyArg_BadArgument, _PyArg_CheckPositional, _PyArg_UnpackKeywords, argParser } from "../../objects/getargs.ts"
import { PyLong_AsInt } from "../../objects/longobject.ts"
import { PyObject_IsTrue, typeName } from "../../objects/object.ts"
import { Py_None, PyCell_Type, PyExc_SyntaxError, PyExc_SystemError, PyExc_TypeError, PyExc_ValueError } from "../../objects/statictypes.ts"
import { PyTuple_CheckExact, PyTuple_GET_ITEM } from "../../objects/tupleobject.ts"
import {
  PyUnicode_AsJS,
  PyUnicode_AsUTF8String,
  PyUnicode_Check,
  PyUnicode_FromString,
  PyUnicode_FSDecoder,
} from "../../objects/unicodeobject.ts"
import {
  inheritedCompilerFlags,
  PyEval_EvalCode,
  PyEval_EvalCodeEx,
  PyEval_GetBuiltins,
  PyEval_GetGlobals,
  PyEval_GetLocals,
} from "../ceval.ts"
import { compileAST, PyAST_Check, Py_CompileStringObject } from "../compile.ts"
import { PySys_Audit } from "../sys/audit.ts"

// Python/bltinmodule.c: compile, eval, exec.

export type Mode = "exec" | "eval" | "single" | "func_type"

const PyCF_MASK = 0x1fe0000
const PyCF_MASK_OBSOLETE = 0x10
const PyCF_COMPILE_MASK = 0x7600
export const PyCF_SOURCE_IS_UTF8 = 0x100
const PyCF_ONLY_AST = 0x400
export const PyCF_IGNORE_COOKIE = 0x800

/** The source of a compilation: text (whose coding cookie is ignored), or bytes. null with the error set. `what` names what is accepted. */
export function _Py_SourceAsString(cmd: Ref, funcname: string, what: string): string | Uint8Array | null {
  let bytes: Uint8Array
  if (PyUnicode_Check(cmd)) {
    const text = PyUnicode_AsJS(cmd)
    if (/[\ud800-\udfff]/u.test(text)) {
      // what encoding it to UTF-8 raises
      const $u = PyUnicode_AsUTF8String(cmd)
      if ($u === NULL) return null
      Py_DECREF($u)
    }
    if (text.includes("\0")) {
      PyErr_SetString(PyExc_SyntaxError, "source code string cannot contain null bytes")
      return null
    }
    return text
  }
  if (PyBytes_Check(cmd)) bytes = u8.slice(PyBytes_AS_STRING(cmd), PyBytes_AS_STRING(cmd) + Py_SIZE(cmd))
  else if (PyByteArray_Check(cmd)) bytes = u8.slice(PyByteArray_AS_STRING(cmd), PyByteArray_AS_STRING(cmd) + Py_SIZE(cmd))
  else if (PyObject_CheckBuffer(cmd)) {
    const mark = cstackMark()
    const view = calloca(Py_buffer.SIZE)
    if (PyObject_GetBuffer(cmd, view, 0) !== 0) {
      cstackReset(mark)
      return null
    }
    const at = ptr(view + Py_buffer.buf)
    bytes = u8.slice(at, at + int32(view + Py_buffer.len))
    PyBuffer_Release(view)
    cstackReset(mark)
  } else {
    PyErr_SetString(PyExc_TypeError, `${funcname}() arg 1 must be a ${what} object`)
    return null
  }
  if (bytes.includes(0)) {
    PyErr_SetString(PyExc_SyntaxError, "source code string cannot contain null bytes")
    return null
  }
  return bytes
}

const compileParser = argParser("compile", ["source", "filename", "mode", "flags", "dont_inherit", "optimize", "_feature_version"])

export function builtin_compile(_module: Ref, args: number, nargs: number, kwnames: Ref): Own {
  const at = _PyArg_UnpackKeywords(args, nargs, 0, kwnames, compileParser, 3, 6, 0)
  if (at === 0) return NULL
  const a: Ref[] = []
  for (let i = 0; i < 7; i++) a.push(ptr(at + i * 8))
  const mark = cstackMark()
  const slot = calloca(8)
  const decoded = PyUnicode_FSDecoder(a[1], slot)
  const $filename = ptr(slot) as Own
  cstackReset(mark)
  if (decoded === 0) return NULL
  const $result = compileArgs(a, $filename)
  Py_DECREF($filename)
  return $result
}

function intArg(v: Ref, absent: number): number {
  return v === 0 ? absent : PyLong_AsInt(v)
}

function compileArgs(a: Ref[], filename: Ref): Own {
  if (!PyUnicode_Check(a[2])) {
    _PyArg_BadArgument("compile", "argument 'mode'", "str", a[2])
    return NULL
  }
  const modeName = PyUnicode_AsJS(a[2])
  let flags = intArg(a[3], 0)
  if (flags === -1 && PyErr_Occurred() !== 0) return NULL
  const dont = a[4] === 0 ? 0 : PyObject_IsTrue(a[4])
  if (dont < 0) return NULL
  const optimize = intArg(a[5], -1)
  if (optimize === -1 && PyErr_Occurred() !== 0) return NULL
  const feature = intArg(a[6], -1)
  if (feature === -1 && PyErr_Occurred() !== 0) return NULL
  if ((flags & ~(PyCF_MASK | PyCF_MASK_OBSOLETE | PyCF_COMPILE_MASK)) !== 0)
    return PyErr_SetString(PyExc_ValueError, "compile(): unrecognised flags")
  if (optimize < -1 || optimize > 2) return PyErr_SetString(PyExc_ValueError, "compile(): invalid optimize value")
  const onlyAst = (flags & PyCF_ONLY_AST) !== 0
  if (dont === 0) flags |= inheritedCompilerFlags()
  if (modeName !== "exec" && modeName !== "eval" && modeName !== "single" && modeName !== "func_type") {
    return PyErr_SetString(
      PyExc_ValueError,
      onlyAst ? "compile() mode must be 'exec', 'eval', 'single' or 'func_type'" : "compile() mode must be 'exec', 'eval' or 'single'",
    )
  }
  if (modeName === "func_type" && !onlyAst)
    return PyErr_SetString(PyExc_ValueError, "compile() mode 'func_type' requires flag PyCF_ONLY_AST")
  const isAst = PyAST_Check(a[0])
  if (isAst < 0) return NULL
  if (isAst > 0) return onlyAst ? Py_NewRef(a[0]) : compileAST(a[0], filename, modeName, flags, optimize)
  const source = _Py_SourceAsString(a[0], "compile", "string, bytes or AST")
  if (source === null) return NULL
  return Py_CompileStringObject(source, filename, modeName, flags, optimize, feature >= 0 && onlyAst ? feature : undefined)
}

/** Give the namespace its __builtins__. */
function addBuiltins(globals: Ref): boolean {
  const r = PyDict_Contains(globals, ID("__builtins__"))
  return r > 0 || (r === 0 && PyDict_SetItem(globals, ID("__builtins__"), PyEval_GetBuiltins()) === 0)
}

function runSource(source: string | Uint8Array, mode: Mode, globals: Ref, locals: Ref): Own {
  const $filename = PyUnicode_FromString("<string>")
  if ($filename === NULL) return NULL
  const $arena = _PyArena_New()
  const $code = Py_CompileStringObject(source, $filename, mode, inheritedCompilerFlags(), -1, 11, $arena)
  Py_DECREF($filename)
  if ($code === NULL) {
    Py_DECREF($arena)
    return NULL
  }
  const audit = PySys_Audit("exec", $code)
  const $v = audit < 0 ? NULL : PyEval_EvalCode($code, globals, locals)
  Py_DECREF($code)
  Py_DECREF($arena)
  return $v
}

export function builtin_eval(_module: Ref, args: number, nargs: number): Own {
  if (!_PyArg_CheckPositional("eval", nargs, 1, 3)) return NULL
  const source = ptr(args)
  let globals = nargs >= 2 ? ptr(args + 8) : Py_None
  let locals = nargs >= 3 ? ptr(args + 16) : Py_None
  if (locals !== Py_None && !PyMapping_Check(locals)) return PyErr_SetString(PyExc_TypeError, "locals must be a mapping")
  if (globals !== Py_None && !PyDict_Check(globals)) {
    return PyErr_SetString(
      PyExc_TypeError,
      PyMapping_Check(globals) ? "globals must be a real dict; try eval(expr, {}, mapping)" : "globals must be a dict",
    )
  }
  if (globals === Py_None) {
    globals = PyEval_GetGlobals()
    if (locals === Py_None) {
      locals = PyEval_GetLocals()
      if (locals === 0) return NULL
    }
  } else if (locals === Py_None) locals = globals
  if (globals === 0 || locals === 0)
    return PyErr_SetString(PyExc_TypeError, "eval must be given globals and locals when called without a frame")
  if (!addBuiltins(globals)) return NULL
  if (PyCode_Check(source)) {
    if (PySys_Audit("exec", source) < 0) return NULL
    if (PyCode_GetNumFree(source) > 0)
      return PyErr_SetString(PyExc_TypeError, "code object passed to eval() may not contain free variables")
    return PyEval_EvalCode(source, globals, locals)
  }
  let text = _Py_SourceAsString(source, "eval", "string, bytes or code")
  if (text === null) return NULL
  if (typeof text === "string") text = text.replace(/^[ \t]+/, "")
  else {
    let i = 0
    while (text[i] === 32 || text[i] === 9) i++
    text = text.subarray(i)
  }
  return runSource(text, "eval", globals, locals)
}

const execParser = argParser("exec", ["", "", "", "closure"])

/** The closure for running a code object: NULL for none, -1 with the error set. */
function checkClosure(code: Ref, closure: Ref): boolean {
  const n = PyCode_GetNumFree(code)
  if (n === 0) {
    if (closure !== 0) PyErr_SetString(PyExc_TypeError, "cannot use a closure with this code object")
    return closure === 0
  }
  let ok = closure !== 0 && PyTuple_CheckExact(closure) && Py_SIZE(closure) === n
  for (let i = 0; ok && i < n; i++) ok = Py_TYPE(PyTuple_GET_ITEM(closure, i)) === PyCell_Type
  if (!ok) PyErr_SetString(PyExc_TypeError, `code object requires a closure of exactly length ${n}`)
  return ok
}

export function builtin_exec(_module: Ref, args: number, nargs: number, kwnames: Ref): Own {
  const at = _PyArg_UnpackKeywords(args, nargs, 0, kwnames, execParser, 1, 3, 0)
  if (at === 0) return NULL
  const source = ptr(at)
  let globals = ptr(at + 8) || Py_None
  let locals = ptr(at + 16) || Py_None
  let closure = ptr(at + 24)
  if (globals === Py_None) {
    globals = PyEval_GetGlobals()
    if (locals === Py_None) {
      locals = PyEval_GetLocals()
      if (locals === 0) return NULL
    }
    if (globals === 0 || locals === 0) return PyErr_SetString(PyExc_SystemError, "globals and locals cannot be NULL")
  } else if (locals === Py_None) locals = globals
  if (!PyDict_Check(globals)) return PyErr_SetString(PyExc_TypeError, `exec() globals must be a dict, not ${typeName(globals)}`)
  if (!PyMapping_Check(locals)) return PyErr_SetString(PyExc_TypeError, `locals must be a mapping or None, not ${typeName(locals)}`)
  if (!addBuiltins(globals)) return NULL
  if (closure === Py_None) closure = NULL
  let $v: Own
  if (PyCode_Check(source)) {
    if (!checkClosure(source, closure) || PySys_Audit("exec", source) < 0) return NULL
    $v = PyEval_EvalCodeEx(source, globals, locals, closure)
  } else {
    if (closure !== 0) return PyErr_SetString(PyExc_TypeError, "closure can only be used when source is a code object")
    const text = _Py_SourceAsString(source, "exec", "string, bytes or code")
    if (text === null) return NULL
    $v = runSource(text, "exec", globals, locals)
  }
  if ($v === NULL) return NULL
  Py_DECREF($v)
  return Py_NewRef(Py_None)
}
