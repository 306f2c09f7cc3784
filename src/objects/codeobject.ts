import { deoptCode } from "./code/deopt.ts"
import { double, int32, ptr, setptr } from "../heap/access.ts"
import { hashHi, ret64 } from "../heap/int64.ts"
import { PyBytesObject, PyCodeObject, PyComplexObject } from "../heap/layout.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { Py_DECREF, Py_INCREF, Py_IS_TYPE, Py_NewRef, Py_SIZE, Py_TYPE, Py_XDECREF } from "../heap/refcount.ts"
import { u8 } from "../heap/views.ts"
import { Op, opcodeCaches, opcodeDeopt } from "../base/opcodes.ts"
import { PyObject_ClearWeakRefs } from "../gc/weakref.ts"
import { PyMem_Free, PyObject_Free } from "../heap/obmalloc.ts"
import { PyBytes_Check, PyBytes_FromJS, PyBytes_FromStringAndSize } from "./bytesobject.ts"
import { PyBool_Check } from "./boolobject.ts"
import { PyBytes_CheckExact } from "./bytesobject.ts"
import { PyComplex_CheckExact } from "./complexobject.ts"
import { code_linesiterator, code_positionsiterator } from "./code/iterators.ts"
import { decode_linetable } from "./code/linetable.ts"
import {
  _PyCode_New,
  CO_FAST,
  get_localsplus_names,
  intern_string_constants,
  intern_strings,
  PyCode_NewWithPosOnlyArgs,
  validate_and_copy_tuple,
} from "./code/new.ts"
import { defineType } from "./define.ts"
import { PyErr_Occurred, PyErr_SetString } from "./errors.ts"
import { PyFloat_AS_DOUBLE, PyFloat_CheckExact } from "./floatobject.ts"
import { _PyArg_BadArgument, _PyArg_CheckPositional, _PyArg_NoKeywords, _PyArg_UnpackKeywords, argParser } from "./getargs.ts"
import { _PyLong_AsInt, PyLong_CheckExact, PyLong_FromLong, PyLong_FromVoidPtr } from "./longobject.ts"
import { _PyObject_VAR_SIZE, addressJS, hashFailed, PyObject_Hash, PyObject_RichCompareBool } from "./object.ts"
import { _PySet_NextEntry, PyFrozenSet_CheckExact, PyFrozenSet_New, PySet_GET_SIZE, setEntryKey } from "./setobject.ts"
import { METH, Py, READONLY, T, TPFLAGS } from "./slots.ts"
import { EMPTY_BYTES, Py_Ellipsis, Py_False, Py_None, Py_NotImplemented, Py_True, PyCode_Type, PyExc_ValueError } from "./statictypes.ts"
import {
  PyTuple_CheckExact,
  PyTuple_Check,
  PyTuple_GET_ITEM,
  PyTuple_GET_SIZE,
  PyTuple_GetItem,
  PyTuple_New,
  PyTuple_Pack2,
  PyTuple_Pack3,
  PyTuple_SET_ITEM,
} from "./tupleobject.ts"
import { PyUnicode_AsJS, PyUnicode_Check, PyUnicode_CheckExact, PyUnicode_FromString } from "./unicodeobject.ts"

// Objects/codeobject.c. Its parts: code/new.ts makes them, code/linetable.ts knows their lines, code/iterators.ts walks them.

export * from "./code/linetable.ts"
export {
  _PyCode_New,
  _PyCode_Validate,
  CO_FAST,
  type CodeConstructor,
  type CodeParts,
  PyCode_NewWithPosOnlyArgs,
} from "./code/new.ts"

export function PyCode_Check(op: Ref): boolean {
  return Py_IS_TYPE(op, PyCode_Type)
}
/** Address of the first instruction. */
export function _PyCode_CODE(co: Ref): number {
  return co + PyCodeObject.co_code_adaptive
}
export function _PyCode_NBYTES(co: Ref): number {
  return Py_SIZE(co) * 2
}
export function PyCode_GetNumFree(co: Ref): number {
  return int32(co + PyCodeObject.co_nfreevars)
}

export function PyCode_GetVarnames(co: Ref): Own {
  return get_localsplus_names(co, CO_FAST.LOCAL, int32(co + PyCodeObject.co_nlocals))
}
export function PyCode_GetCellvars(co: Ref): Own {
  return get_localsplus_names(co, CO_FAST.CELL, int32(co + PyCodeObject.co_ncellvars))
}
export function PyCode_GetFreevars(co: Ref): Own {
  return get_localsplus_names(co, CO_FAST.FREE, int32(co + PyCodeObject.co_nfreevars))
}
export function _PyCode_GetVarnames(co: Ref): Own {
  return PyCode_GetVarnames(co)
}
export function _PyCode_GetCellvars(co: Ref): Own {
  return PyCode_GetCellvars(co)
}
export function _PyCode_GetFreevars(co: Ref): Own {
  return PyCode_GetFreevars(co)
}

/** co_code: the instructions as the compiler made them; made once and kept. */
export function _PyCode_GetCode(co: Ref): Own {
  const cached = ptr(co + PyCodeObject._co_code)
  if (cached !== 0) return Py_NewRef(cached)
  const $code = PyBytes_FromStringAndSize(_PyCode_CODE(co), _PyCode_NBYTES(co))
  if ($code === NULL) return NULL
  deoptCode($code + PyBytesObject.ob_sval, Py_SIZE(co))
  setptr(co + PyCodeObject._co_code, Py_NewRef($code))
  return $code
}
export function PyCode_GetCode(co: Ref): Own {
  return _PyCode_GetCode(co)
}

/** Code that raises AssertionError, for made-up tracebacks. */
export function PyCode_NewEmpty(filename: string, funcname: string, firstlineno: number): Own {
  const $empty = PyTuple_New(0)
  const $name = PyUnicode_FromString(funcname)
  const $filename = PyUnicode_FromString(filename)
  const $code = PyBytes_FromJS(Uint8Array.of(Op.RESUME, 0, Op.LOAD_ASSERTION_ERROR, 0, Op.RAISE_VARARGS, 1))
  const $linetable = PyBytes_FromJS(Uint8Array.of(128 | (13 << 3) | 2, 0))
  let $co: Own = NULL
  if ($empty && $name && $filename && $code && $linetable) {
    $co = _PyCode_New({
      filename: $filename,
      name: $name,
      qualname: $name,
      flags: 0,
      code: $code,
      firstlineno,
      linetable: $linetable,
      consts: $empty,
      names: $empty,
      localsplusnames: $empty,
      localspluskinds: EMPTY_BYTES,
      argcount: 0,
      posonlyargcount: 0,
      kwonlyargcount: 0,
      stacksize: 1,
      exceptiontable: EMPTY_BYTES,
    })
  }
  for (const $x of [$empty, $name, $filename, $code, $linetable]) Py_XDECREF($x)
  return $co
}

// ---- identity of constants

/** A key that is equal for constants that may be one object (1, True and 1.0 may not). */
export function _PyCode_ConstantKey(op: Ref): Own {
  if (op === Py_None || op === Py_Ellipsis || PyLong_CheckExact(op) || PyUnicode_CheckExact(op) || PyCode_Check(op)) return Py_NewRef(op)
  if (PyBool_Check(op) || PyBytes_CheckExact(op)) return PyTuple_Pack2(Py_TYPE(op), op)
  if (PyFloat_CheckExact(op)) {
    if (Object.is(PyFloat_AS_DOUBLE(op), -0)) return PyTuple_Pack3(Py_TYPE(op), op, Py_None)
    return PyTuple_Pack2(Py_TYPE(op), op)
  }
  if (PyComplex_CheckExact(op)) {
    const re = Object.is(double(op + PyComplexObject.cval_real), -0)
    const im = Object.is(double(op + PyComplexObject.cval_imag), -0)
    if (!re && !im) return PyTuple_Pack2(Py_TYPE(op), op)
    return PyTuple_Pack3(Py_TYPE(op), op, re && im ? Py_True : im ? Py_False : Py_None)
  }
  if (PyTuple_CheckExact(op)) {
    const n = PyTuple_GET_SIZE(op)
    const $keys = PyTuple_New(n)
    if ($keys === NULL) return NULL
    for (let i = 0; i < n; i++) {
      const $k = _PyCode_ConstantKey(PyTuple_GET_ITEM(op, i))
      if ($k === NULL) {
        Py_DECREF($keys)
        return NULL
      }
      PyTuple_SET_ITEM($keys, i, $k)
    }
    const $key = PyTuple_Pack2($keys, op)
    Py_DECREF($keys)
    return $key
  }
  if (PyFrozenSet_CheckExact(op)) {
    const $keys = PyTuple_New(PySet_GET_SIZE(op))
    if ($keys === NULL) return NULL
    let i = 0
    for (let pos = _PySet_NextEntry(op, 0); pos; pos = _PySet_NextEntry(op, pos)) {
      const $k = _PyCode_ConstantKey(setEntryKey)
      if ($k === NULL) {
        Py_DECREF($keys)
        return NULL
      }
      PyTuple_SET_ITEM($keys, i++, $k)
    }
    const $set = PyFrozenSet_New($keys)
    Py_DECREF($keys)
    if ($set === NULL) return NULL
    const $key = PyTuple_Pack2($set, op)
    Py_DECREF($set)
    return $key
  }
  const $id = PyLong_FromVoidPtr(op)
  if ($id === NULL) return NULL
  const $key = PyTuple_Pack2($id, op)
  Py_DECREF($id)
  return $key
}

export function _PyStaticCode_InternStrings(co: Ref): number {
  if (intern_strings(ptr(co + PyCodeObject.co_names)) < 0) return -1
  if (intern_string_constants(ptr(co + PyCodeObject.co_consts)) < 0) return -1
  return intern_strings(ptr(co + PyCodeObject.co_localsplusnames))
}

// ---- the type

function code_dealloc(co: Ref): void {
  const extra = ptr(co + PyCodeObject.co_extra)
  if (extra !== 0) PyMem_Free(extra)
  Py_XDECREF(ptr(co + PyCodeObject.co_consts))
  Py_XDECREF(ptr(co + PyCodeObject.co_names))
  Py_XDECREF(ptr(co + PyCodeObject.co_localsplusnames))
  Py_XDECREF(ptr(co + PyCodeObject.co_localspluskinds))
  Py_XDECREF(ptr(co + PyCodeObject.co_filename))
  Py_XDECREF(ptr(co + PyCodeObject.co_name))
  Py_XDECREF(ptr(co + PyCodeObject.co_qualname))
  Py_XDECREF(ptr(co + PyCodeObject.co_linetable))
  Py_XDECREF(ptr(co + PyCodeObject.co_exceptiontable))
  Py_XDECREF(ptr(co + PyCodeObject._co_code))
  if (ptr(co + PyCodeObject.co_weakreflist) !== 0) PyObject_ClearWeakRefs(co)
  const linearray = ptr(co + PyCodeObject._co_linearray)
  if (linearray !== 0) PyMem_Free(linearray)
  PyObject_Free(co)
}

function code_repr(co: Ref): Own {
  const lineno = int32(co + PyCodeObject.co_firstlineno) || -1
  const filename = ptr(co + PyCodeObject.co_filename)
  const file = filename !== 0 && PyUnicode_Check(filename) ? `file "${PyUnicode_AsJS(filename)}"` : "file ???"
  return PyUnicode_FromString(
    `<code object ${PyUnicode_AsJS(ptr(co + PyCodeObject.co_name))} at ${addressJS(co)}, ${file}, line ${lineno}>`,
  )
}

const INT_FIELDS = [
  PyCodeObject.co_argcount,
  PyCodeObject.co_posonlyargcount,
  PyCodeObject.co_kwonlyargcount,
  PyCodeObject.co_flags,
  PyCodeObject.co_firstlineno,
]

/** 1 equal, 0 not, -1 error. */
function code_equal(co: Ref, cp: Ref): number {
  let eq = PyObject_RichCompareBool(ptr(co + PyCodeObject.co_name), ptr(cp + PyCodeObject.co_name), Py.EQ)
  if (eq <= 0) return eq
  for (const f of INT_FIELDS) if (int32(co + f) !== int32(cp + f)) return 0
  const n = Py_SIZE(co)
  if (n !== Py_SIZE(cp)) return 0
  const a = _PyCode_CODE(co)
  const b = _PyCode_CODE(cp)
  for (let i = 0; i < n; i++) {
    const op = opcodeDeopt[u8[a + 2 * i]]
    if (op !== opcodeDeopt[u8[b + 2 * i]] || u8[a + 2 * i + 1] !== u8[b + 2 * i + 1]) return 0
    i += opcodeCaches[op]
  }
  const $k1 = _PyCode_ConstantKey(ptr(co + PyCodeObject.co_consts))
  if ($k1 === NULL) return -1
  const $k2 = _PyCode_ConstantKey(ptr(cp + PyCodeObject.co_consts))
  if ($k2 === NULL) {
    Py_DECREF($k1)
    return -1
  }
  eq = PyObject_RichCompareBool($k1, $k2, Py.EQ)
  Py_DECREF($k1)
  Py_DECREF($k2)
  if (eq <= 0) return eq
  for (const f of [PyCodeObject.co_names, PyCodeObject.co_localsplusnames, PyCodeObject.co_linetable, PyCodeObject.co_exceptiontable]) {
    eq = PyObject_RichCompareBool(ptr(co + f), ptr(cp + f), Py.EQ)
    if (eq <= 0) return eq
  }
  return 1
}

function code_richcompare(self: Ref, other: Ref, op: number): Own {
  if ((op !== Py.EQ && op !== Py.NE) || !PyCode_Check(self) || !PyCode_Check(other)) return Py_NewRef(Py_NotImplemented)
  const eq = code_equal(self, other)
  if (eq < 0) return NULL
  return Py_NewRef((eq === 1) === (op === Py.EQ) ? Py_True : Py_False)
}

function code_hash(co: Ref): number {
  let lo = int32(co + PyCodeObject.co_argcount) ^ int32(co + PyCodeObject.co_posonlyargcount)
  lo ^= int32(co + PyCodeObject.co_kwonlyargcount) ^ int32(co + PyCodeObject.co_flags)
  let hi = lo >> 31
  for (const f of [
    PyCodeObject.co_name,
    PyCodeObject.co_consts,
    PyCodeObject.co_names,
    PyCodeObject.co_localsplusnames,
    PyCodeObject.co_linetable,
    PyCodeObject.co_exceptiontable,
  ]) {
    const h = PyObject_Hash(ptr(co + f))
    if (hashFailed(h)) return ret64(-1, -1)
    lo ^= h
    hi ^= hashHi
  }
  return lo === -1 && hi === -1 ? ret64(-2, -1) : ret64(lo, hi)
}

function code_new(type: Ref, args: Ref, kwargs: Ref): Own {
  if (type === PyCode_Type && !_PyArg_NoKeywords("code", kwargs)) return NULL
  const nargs = PyTuple_GET_SIZE(args)
  if (!_PyArg_CheckPositional("code", nargs, 16, 18)) return NULL
  const arg = (i: number): Ref => (i < nargs ? PyTuple_GET_ITEM(args, i) : NULL)
  const ints: number[] = []
  for (let i = 0; i < nargs; i++) {
    const a = arg(i)
    if (i < 6 || i === 13) {
      const n = _PyLong_AsInt(a)
      if (n === -1 && PyErr_Occurred()) return NULL
      ints.push(n)
    } else if (i === 6 || i === 14 || i === 15) {
      if (!PyBytes_Check(a)) return _PyArg_BadArgument("code", `argument ${i + 1}`, "bytes", a) as Own
    } else if (i >= 10 && i <= 12) {
      if (!PyUnicode_Check(a)) return _PyArg_BadArgument("code", `argument ${i + 1}`, "str", a) as Own
    } else if (!PyTuple_Check(a)) return _PyArg_BadArgument("code", `argument ${i + 1}`, "tuple", a) as Own
  }
  const [argcount, posonlyargcount, kwonlyargcount, nlocals, stacksize, flags, firstlineno] = ints
  for (const [name, n] of [
    ["argcount", argcount],
    ["posonlyargcount", posonlyargcount],
    ["kwonlyargcount", kwonlyargcount],
    ["nlocals", nlocals],
  ] as const) {
    if (n < 0) return PyErr_SetString(PyExc_ValueError, `code: ${name} must not be negative`)
  }
  const $ours: Own[] = []
  for (const i of [8, 9, 16, 17]) {
    const $t = arg(i) ? validate_and_copy_tuple(arg(i)) : PyTuple_New(0)
    if ($t === NULL) {
      for (const $x of $ours) Py_DECREF($x)
      return NULL
    }
    $ours.push($t)
  }
  const $co = PyCode_NewWithPosOnlyArgs({
    argcount,
    posonlyargcount,
    kwonlyargcount,
    nlocals,
    stacksize,
    flags,
    code: arg(6),
    consts: arg(7),
    names: $ours[0],
    varnames: $ours[1],
    filename: arg(10),
    name: arg(11),
    qualname: arg(12),
    firstlineno,
    linetable: arg(14),
    exceptiontable: arg(15),
    freevars: $ours[2],
    cellvars: $ours[3],
  })
  for (const $x of $ours) Py_DECREF($x)
  return $co
}

function code_getlnotab(co: Ref): Own {
  return decode_linetable(co)
}
function code_getcodeadaptive(co: Ref): Own {
  return PyBytes_FromStringAndSize(_PyCode_CODE(co), _PyCode_NBYTES(co))
}

function code_sizeof(co: Ref): Own {
  return PyLong_FromLong(_PyObject_VAR_SIZE(Py_TYPE(co), Py_SIZE(co)))
}

const replaceParser = argParser("replace", [
  "co_argcount",
  "co_posonlyargcount",
  "co_kwonlyargcount",
  "co_nlocals",
  "co_stacksize",
  "co_flags",
  "co_firstlineno",
  "co_code",
  "co_consts",
  "co_names",
  "co_varnames",
  "co_freevars",
  "co_cellvars",
  "co_filename",
  "co_name",
  "co_qualname",
  "co_linetable",
  "co_exceptiontable",
])

/** The type each object argument of replace() must have, from co_code on. */
const REPLACE_KINDS = ["bytes", "tuple", "tuple", "tuple", "tuple", "tuple", "str", "str", "str", "bytes", "bytes"] as const
const REPLACE_NAMES = [
  "co_argcount",
  "co_posonlyargcount",
  "co_kwonlyargcount",
  "co_nlocals",
  "co_stacksize",
  "co_flags",
  "co_firstlineno",
] as const

function code_replace(self: Ref, args: number, nargs: number, kwnames: Ref): Own {
  const slots = _PyArg_UnpackKeywords(args, nargs, NULL, kwnames, replaceParser, 0, 0, 0)
  if (slots === 0) return NULL
  const given: Ref[] = []
  for (let i = 0; i < 18; i++) given.push(ptr(slots + 8 * i))
  const ints = [
    int32(self + PyCodeObject.co_argcount),
    int32(self + PyCodeObject.co_posonlyargcount),
    int32(self + PyCodeObject.co_kwonlyargcount),
    int32(self + PyCodeObject.co_nlocals),
    int32(self + PyCodeObject.co_stacksize),
    int32(self + PyCodeObject.co_flags),
    int32(self + PyCodeObject.co_firstlineno),
  ]
  for (let i = 0; i < 7; i++) {
    if (!given[i]) continue
    ints[i] = _PyLong_AsInt(given[i])
    if (ints[i] === -1 && PyErr_Occurred()) return NULL
  }
  for (let i = 7; i < 18; i++) {
    const v = given[i]
    if (!v) continue
    const kind = REPLACE_KINDS[i - 7]
    const ok = kind === "bytes" ? PyBytes_Check(v) : kind === "tuple" ? PyTuple_Check(v) : PyUnicode_Check(v)
    if (!ok) return _PyArg_BadArgument("replace", `argument '${PyUnicode_AsJS(replaceParser.keywords[i])}'`, kind, v) as Own
  }
  for (let i = 0; i < 7; i++) {
    if (ints[i] < 0) return PyErr_SetString(PyExc_ValueError, `${REPLACE_NAMES[i]} must be a positive integer`)
  }
  const $own: Own[] = []
  const or = (v: Ref, make: () => Own): Ref => {
    if (v) return v
    const $v = make()
    $own.push($v)
    return $v
  }
  const field = (i: number, offset: number): Ref => given[i] || ptr(self + offset)
  const code = or(given[7], () => _PyCode_GetCode(self))
  const varnames = or(given[10], () => PyCode_GetVarnames(self))
  const cellvars = or(given[12], () => PyCode_GetCellvars(self))
  const freevars = or(given[11], () => PyCode_GetFreevars(self))
  let $co: Own = NULL
  if (code && varnames && cellvars && freevars) {
    $co = PyCode_NewWithPosOnlyArgs({
      argcount: ints[0],
      posonlyargcount: ints[1],
      kwonlyargcount: ints[2],
      nlocals: ints[3],
      stacksize: ints[4],
      flags: ints[5],
      firstlineno: ints[6],
      code,
      consts: field(8, PyCodeObject.co_consts),
      names: field(9, PyCodeObject.co_names),
      varnames,
      freevars,
      cellvars,
      filename: field(13, PyCodeObject.co_filename),
      name: field(14, PyCodeObject.co_name),
      qualname: field(15, PyCodeObject.co_qualname),
      linetable: field(16, PyCodeObject.co_linetable),
      exceptiontable: field(17, PyCodeObject.co_exceptiontable),
    })
  }
  for (const $x of $own) Py_XDECREF($x)
  return $co
}

const varnameParser = argParser("_varname_from_oparg", ["oparg"])

function code__varname_from_oparg(self: Ref, args: number, nargs: number, kwnames: Ref): Own {
  const slots = _PyArg_UnpackKeywords(args, nargs, NULL, kwnames, varnameParser, 1, 1, 0)
  if (slots === 0) return NULL
  const oparg = _PyLong_AsInt(ptr(slots))
  if (oparg === -1 && PyErr_Occurred()) return NULL
  const name = PyTuple_GetItem(ptr(self + PyCodeObject.co_localsplusnames), oparg)
  if (name === NULL) return NULL
  Py_INCREF(name)
  return name as Own
}

defineType(PyCode_Type, {
  name: "code",
  basicsize: PyCodeObject.co_code_adaptive,
  itemsize: 2,
  flags: TPFLAGS.DEFAULT,
  doc: "code(argcount, posonlyargcount, kwonlyargcount, nlocals, stacksize,\n      flags, codestring, constants, names, varnames, filename, name,\n      qualname, firstlineno, linetable, exceptiontable, freevars=(),\n      cellvars=(), /)\n--\n\nMake a code object from its parts.",
  weaklistoffset: PyCodeObject.co_weakreflist,
  dealloc: code_dealloc,
  repr: code_repr,
  hash: code_hash,
  richcompare: code_richcompare,
  new: code_new,
  methods: [
    ["__sizeof__", code_sizeof, METH.NOARGS],
    ["co_lines", code_linesiterator, METH.NOARGS],
    ["co_positions", code_positionsiterator, METH.NOARGS],
    [
      "replace",
      code_replace,
      METH.FASTCALL | METH.KEYWORDS,
      "replace($self, /, *, co_argcount=-1, co_posonlyargcount=-1,\n        co_kwonlyargcount=-1, co_nlocals=-1, co_stacksize=-1,\n        co_flags=-1, co_firstlineno=-1, co_code=None, co_consts=None,\n        co_names=None, co_varnames=None, co_freevars=None,\n        co_cellvars=None, co_filename=None, co_name=None,\n        co_qualname=None, co_linetable=None, co_exceptiontable=None)\n--\n\nA copy with some fields changed.",
    ],
    [
      "_varname_from_oparg",
      code__varname_from_oparg,
      METH.FASTCALL | METH.KEYWORDS,
      "($self, /, oparg)\n--\n\n(internal) The name of a fast local by its number.",
    ],
  ],
  members: [
    ["co_argcount", T.INT, PyCodeObject.co_argcount, READONLY],
    ["co_posonlyargcount", T.INT, PyCodeObject.co_posonlyargcount, READONLY],
    ["co_kwonlyargcount", T.INT, PyCodeObject.co_kwonlyargcount, READONLY],
    ["co_stacksize", T.INT, PyCodeObject.co_stacksize, READONLY],
    ["co_flags", T.INT, PyCodeObject.co_flags, READONLY],
    ["co_nlocals", T.INT, PyCodeObject.co_nlocals, READONLY],
    ["co_consts", T.OBJECT, PyCodeObject.co_consts, READONLY],
    ["co_names", T.OBJECT, PyCodeObject.co_names, READONLY],
    ["co_filename", T.OBJECT, PyCodeObject.co_filename, READONLY],
    ["co_name", T.OBJECT, PyCodeObject.co_name, READONLY],
    ["co_qualname", T.OBJECT, PyCodeObject.co_qualname, READONLY],
    ["co_firstlineno", T.INT, PyCodeObject.co_firstlineno, READONLY],
    ["co_linetable", T.OBJECT, PyCodeObject.co_linetable, READONLY],
    ["co_exceptiontable", T.OBJECT, PyCodeObject.co_exceptiontable, READONLY],
  ],
  getset: [
    ["co_lnotab", code_getlnotab, null],
    ["_co_code_adaptive", code_getcodeadaptive, null],
    ["co_varnames", PyCode_GetVarnames, null],
    ["co_cellvars", PyCode_GetCellvars, null],
    ["co_freevars", PyCode_GetFreevars, null],
    ["co_code", _PyCode_GetCode, null],
  ],
})
