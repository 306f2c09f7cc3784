import { int32, ptr, setint32, setptr } from "../heap/access.ts"
import { calloca, cstackMark, cstackReset } from "../heap/cstack.ts"
import { PyThreadState } from "../heap/layout.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { Py_DECREF, Py_XDECREF } from "../heap/refcount.ts"
import { tstate } from "../heap/tstate.ts"
import { _PyFuture_FromAST } from "../frontend/future.ts"
import { PyCF } from "../frontend/code.ts"
import { _PySymtable_Build, Block, Def, Scope, SCOPE_MASK, SCOPE_OFFSET, type SymtableEntry } from "../frontend/symtable.ts"
import { PyObject_Free } from "../heap/obmalloc.ts"
import { PyDict_New, PyDict_SetItem } from "../objects/dictobject.ts"
import { defineModule, definePrivateType } from "../objects/define.ts"
import { PyErr_SetString } from "../objects/errors.ts"
import { _PyArg_BadArgument, _PyArg_CheckPositional } from "../objects/getargs.ts"
import { PyList_New, PyList_SET_ITEM } from "../objects/listobject.ts"
import { PyLong_AsLong, PyLong_FromLong } from "../objects/longobject.ts"
import { PyModule_AddIntConstant } from "../objects/moduleobject.ts"
import { _PyObject_New } from "../objects/object.ts"
import { METH, READONLY, T, TPFLAGS } from "../objects/slots.ts"
import { PyExc_ValueError } from "../objects/statictypes.ts"
import {
  PyUnicode_AsJS,
  PyUnicode_Check,
  PyUnicode_FromString,
  PyUnicode_FSDecoder,
  PyUnicode_InternFromString,
} from "../objects/unicodeobject.ts"
import { _Py_SourceAsString } from "../vm/builtins/code.ts"
import { type CompileMode, parseSource, setCompileError } from "../vm/pythonrun_compile.ts"

// Modules/symtablemodule.c and the type of symbol table entries (Python/symtable.c).

/** Include/internal/pycore_symtable.h: PySTEntryObject. */
const enum PySTEntryObject {
  ste_id = 16, // PyObject *
  ste_symbols = 24, // PyObject *
  ste_name = 32, // PyObject *
  ste_varnames = 40, // PyObject *
  ste_children = 48, // PyObject *
  ste_directives = 56, // PyObject *
  ste_type = 64, // _Py_block_ty
  ste_nested = 68, // int
  ste_lineno = 88, // int
  ste_table = 112, // struct symtable *
  SIZE = 120,
}

function ste_dealloc(ste: Ref): void {
  for (let f = PySTEntryObject.ste_id; f <= PySTEntryObject.ste_directives; f += 8) Py_XDECREF(ptr(ste + f))
  PyObject_Free(ste)
}

function ste_repr(ste: Ref): Own {
  const name = PyUnicode_AsJS(ptr(ste + PySTEntryObject.ste_name))
  const id = PyLong_AsLong(ptr(ste + PySTEntryObject.ste_id))
  return PyUnicode_FromString(`<symtable entry ${name}(${id}), line ${int32(ste + PySTEntryObject.ste_lineno)}>`)
}

export const PySTEntry_Type = definePrivateType({
  name: "symtable entry",
  basicsize: PySTEntryObject.SIZE,
  flags: TPFLAGS.DEFAULT,
  dealloc: ste_dealloc,
  repr: ste_repr,
  members: [
    ["id", T.OBJECT, PySTEntryObject.ste_id, READONLY],
    ["name", T.OBJECT, PySTEntryObject.ste_name, READONLY],
    ["symbols", T.OBJECT, PySTEntryObject.ste_symbols, READONLY],
    ["varnames", T.OBJECT, PySTEntryObject.ste_varnames, READONLY],
    ["children", T.OBJECT, PySTEntryObject.ste_children, READONLY],
    ["nested", T.INT, PySTEntryObject.ste_nested, READONLY],
    ["type", T.INT, PySTEntryObject.ste_type, READONLY],
    ["lineno", T.INT, PySTEntryObject.ste_lineno, READONLY],
  ],
})

/** Stores an owned value in a dict under a name; false with the error set. */
function setItem(dict: Ref, name: string, value: number): boolean {
  const $k = PyUnicode_InternFromString(name)
  const $v = PyLong_FromLong(value)
  const ok = $k !== NULL && $v !== NULL && PyDict_SetItem(dict, $k, $v) === 0
  Py_XDECREF($k)
  Py_XDECREF($v)
  return ok
}

function listOf<X>(items: readonly X[], make: (x: X) => Own): Own {
  const $list = PyList_New(items.length)
  if ($list === NULL) return NULL
  for (let i = 0; i < items.length; i++) {
    const $x = make(items[i])
    if ($x === NULL) {
      Py_DECREF($list)
      return NULL
    }
    PyList_SET_ITEM($list, i, $x)
  }
  return $list
}

/** The heap object of an entry and of all its children. */
function entryObject(e: SymtableEntry): Own {
  const $ste = _PyObject_New(PySTEntry_Type)
  if ($ste === NULL) return NULL
  for (let f = PySTEntryObject.ste_id; f < PySTEntryObject.SIZE; f += 8) setptr($ste + f, 0)
  setint32($ste + PySTEntryObject.ste_type, e.ste_type)
  setint32($ste + PySTEntryObject.ste_nested, e.ste_nested ? 1 : 0)
  setint32($ste + PySTEntryObject.ste_lineno, e.lineno)
  const fill = (field: number, $v: Own): boolean => {
    setptr($ste + field, $v)
    return $v !== NULL
  }
  const symbols = (): Own => {
    const $d = PyDict_New()
    if ($d === NULL) return NULL
    for (const [name, flags] of e.ste_symbols) {
      if (!setItem($d, name, flags)) {
        Py_DECREF($d)
        return NULL
      }
    }
    return $d
  }
  // CPython's id is the address of the syntax node; the entry's own serves as well
  const ok =
    fill(PySTEntryObject.ste_id, PyLong_FromLong($ste)) &&
    fill(PySTEntryObject.ste_name, PyUnicode_InternFromString(e.ste_name)) &&
    fill(PySTEntryObject.ste_symbols, symbols()) &&
    fill(PySTEntryObject.ste_varnames, listOf(e.ste_varnames, PyUnicode_InternFromString)) &&
    fill(PySTEntryObject.ste_children, listOf(e.ste_children, entryObject))
  if (!ok) {
    Py_DECREF($ste)
    return NULL
  }
  return $ste
}

function _symtable_symtable(_module: Ref, args: number, nargs: number): Own {
  if (!_PyArg_CheckPositional("symtable", nargs, 3, 3)) return NULL
  const mark = cstackMark()
  const slot = calloca(8)
  const decoded = PyUnicode_FSDecoder(ptr(args + 8), slot)
  const $filename = ptr(slot) as Own
  cstackReset(mark)
  if (decoded === 0) return NULL
  const start = ptr(args + 16)
  let $result: Own = NULL
  if (!PyUnicode_Check(start)) _PyArg_BadArgument("symtable", "argument 3", "str", start)
  else {
    const source = _Py_SourceAsString(ptr(args), "symtable", "string or bytes")
    const mode = PyUnicode_AsJS(start)
    if (source !== null) {
      if (mode !== "exec" && mode !== "eval" && mode !== "single") {
        PyErr_SetString(PyExc_ValueError, "symtable() arg 3 must be 'exec' or 'eval' or 'single'")
      } else $result = build(source, $filename, mode)
    }
  }
  Py_DECREF($filename)
  return $result
}

function build(source: string | Uint8Array, filename: Ref, mode: CompileMode): Own {
  const tree = parseSource(source, filename, mode, PyCF.SOURCE_IS_UTF8)
  if (tree === null) return NULL
  const limit = int32(tstate + PyThreadState.recursion_limit)
  const depth = limit - int32(tstate + PyThreadState.recursion_remaining)
  try {
    const future = _PyFuture_FromAST(tree)
    future.ff_features |= PyCF.SOURCE_IS_UTF8
    return entryObject(_PySymtable_Build(tree, future, { depth: depth * 3, limit: limit * 3 }).st_top)
  } catch (e) {
    setCompileError(e, filename)
    return NULL
  }
}

const CONSTANTS: readonly (readonly [string, number])[] = [
  ["USE", Def.USE],
  ["DEF_GLOBAL", Def.GLOBAL],
  ["DEF_NONLOCAL", Def.NONLOCAL],
  ["DEF_LOCAL", Def.LOCAL],
  ["DEF_PARAM", Def.PARAM],
  ["DEF_FREE", Def.FREE],
  ["DEF_FREE_CLASS", Def.FREE_CLASS],
  ["DEF_IMPORT", Def.IMPORT],
  ["DEF_BOUND", Def.BOUND],
  ["DEF_ANNOT", Def.ANNOT],
  ["TYPE_FUNCTION", Block.Function],
  ["TYPE_CLASS", Block.Class],
  ["TYPE_MODULE", Block.Module],
  ["LOCAL", Scope.LOCAL],
  ["GLOBAL_EXPLICIT", Scope.GLOBAL_EXPLICIT],
  ["GLOBAL_IMPLICIT", Scope.GLOBAL_IMPLICIT],
  ["FREE", Scope.FREE],
  ["CELL", Scope.CELL],
  ["SCOPE_OFF", SCOPE_OFFSET],
  ["SCOPE_MASK", SCOPE_MASK],
]

function symtable_exec(m: Ref): number {
  for (const [name, value] of CONSTANTS) if (PyModule_AddIntConstant(m, name, value) < 0) return -1
  return 0
}

defineModule({
  name: "_symtable",
  methods: [
    [
      "symtable",
      _symtable_symtable,
      METH.FASTCALL,
      "($module, source, filename, startstr, /)\n--\n\nThe compiler's symbol table of a source: its entry for the module.",
    ],
  ],
  exec: symtable_exec,
})
