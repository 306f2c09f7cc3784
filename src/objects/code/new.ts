import { byte, int32, memcpy, ptr, setbyte, setint32, setptr } from "../../heap/access.ts"
import { PyBytesObject, PyCodeObject } from "../../heap/layout.ts"
import { Interp, INTERP } from "../../heap/map.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_DECREF, Py_INCREF, Py_NewRef, Py_SIZE, Py_XDECREF } from "../../heap/refcount.ts"
import { i16, u8 } from "../../heap/views.ts"
import { Op } from "../../base/opcodes.ts"
import { PySequence_Tuple } from "../abstract.ts"
import { _PyBytes_Resize, PyBytes_AS_STRING, PyBytes_Check, PyBytes_FromStringAndSize, PyBytes_GET_SIZE } from "../bytesobject.ts"
import { PyErr_BadInternalCall, PyErr_SetString } from "../errors.ts"
import { _PyObject_NewVar, tp_name_js } from "../object.ts"
import { Py_TYPE } from "../../heap/refcount.ts"
import { PyFrozenSet_CheckExact, PyFrozenSet_New } from "../setobject.ts"
import { PyCode_Type, PyExc_SystemError, PyExc_TypeError, PyExc_ValueError } from "../statictypes.ts"
import {
  _PyTuple_Resize,
  PyTuple_Check,
  PyTuple_CheckExact,
  PyTuple_GET_ITEM,
  PyTuple_GET_SIZE,
  PyTuple_ITEMS,
  PyTuple_New,
  PyTuple_SET_ITEM,
} from "../tupleobject.ts"
import {
  _PyUnicode_Copy,
  PyUnicode_Check,
  PyUnicode_CheckExact,
  PyUnicode_Compare,
  PyUnicode_DATA,
  PyUnicode_GET_LENGTH,
  PyUnicode_InternInPlace,
  PyUnicode_InternSlot,
  PyUnicode_IS_ASCII,
} from "../unicodeobject.ts"
import { remove_column_info } from "./linetable.ts"

// Objects/codeobject.c: making code objects.

export const enum CO_FAST {
  LOCAL = 0x20,
  CELL = 0x40,
  FREE = 0x80,
}

const CO_VARARGS = 0x4
const CO_VARKEYWORDS = 0x8
/** Counts up to 0 while the code is interpreted (vm/jithooks.ts). */
const QUICKENING_INITIAL_WARMUP_VALUE = -1000

/** struct _PyCodeConstructor: all references borrowed. */
export interface CodeConstructor {
  filename: Ref
  name: Ref
  qualname: Ref
  flags: number
  code: Ref
  firstlineno: number
  linetable: Ref
  consts: Ref
  names: Ref
  localsplusnames: Ref
  localspluskinds: Ref
  argcount: number
  posonlyargcount: number
  kwonlyargcount: number
  stacksize: number
  exceptiontable: Ref
}

/** Is the str made of [a-zA-Z0-9_] only? */
function all_name_chars(o: Ref): boolean {
  if (!PyUnicode_IS_ASCII(o)) return false
  const s = PyUnicode_DATA(o)
  for (let p = s, e = s + PyUnicode_GET_LENGTH(o); p < e; p++) {
    const c = u8[p]
    const name = (c >= 97 && c <= 122) || (c >= 65 && c <= 90) || (c >= 48 && c <= 57) || c === 95
    if (!name) return false
  }
  return true
}

/** Intern every str of a tuple in place. */
export function intern_strings(tuple: Ref): number {
  for (let i = PyTuple_GET_SIZE(tuple) - 1; i >= 0; i--) {
    const v = PyTuple_GET_ITEM(tuple, i)
    if (v === NULL || !PyUnicode_CheckExact(v)) {
      PyErr_SetString(PyExc_SystemError, "non-string found in code slot")
      return -1
    }
    PyUnicode_InternSlot(PyTuple_ITEMS(tuple) + 8 * i)
  }
  return 0
}

/** Intern the constants that look like names, nested ones too. 1 if an item of `tuple` itself was replaced, 0 if not, -1 on error. */
export function intern_string_constants(tuple: Ref): number {
  let modified = 0
  for (let i = PyTuple_GET_SIZE(tuple) - 1; i >= 0; i--) {
    const v = PyTuple_GET_ITEM(tuple, i)
    if (PyUnicode_CheckExact(v)) {
      if (!all_name_chars(v)) continue
      const $w = PyUnicode_InternInPlace(v as Own)
      if ($w !== v) {
        PyTuple_SET_ITEM(tuple, i, $w)
        modified = 1
      }
    } else if (PyTuple_CheckExact(v)) {
      if (intern_string_constants(v) < 0) return -1
    } else if (PyFrozenSet_CheckExact(v)) {
      const $tmp = PySequence_Tuple(v)
      if ($tmp === NULL) return -1
      const r = intern_string_constants($tmp)
      if (r < 0) {
        Py_DECREF($tmp)
        return -1
      }
      if (r) {
        const $set = PyFrozenSet_New($tmp)
        if ($set === NULL) {
          Py_DECREF($tmp)
          return -1
        }
        PyTuple_SET_ITEM(tuple, i, $set)
        Py_DECREF(v)
        modified = 1
      }
      Py_DECREF($tmp)
    }
  }
  return modified
}

/** A copy of a tuple of names with exact strings only. */
export function validate_and_copy_tuple(tup: Ref): Own {
  const len = PyTuple_GET_SIZE(tup)
  const $new = PyTuple_New(len)
  if ($new === NULL) return NULL
  for (let i = 0; i < len; i++) {
    const item = PyTuple_GET_ITEM(tup, i)
    let $item: Own
    if (PyUnicode_CheckExact(item)) $item = Py_NewRef(item)
    else if (!PyUnicode_Check(item)) {
      PyErr_SetString(PyExc_TypeError, `name tuples must contain only strings, not '${tp_name_js(Py_TYPE(item)).slice(0, 500)}'`)
      Py_DECREF($new)
      return NULL
    } else {
      $item = _PyUnicode_Copy(item)
      if ($item === NULL) {
        Py_DECREF($new)
        return NULL
      }
    }
    PyTuple_SET_ITEM($new, i, $item)
  }
  return $new
}

let nlocals = 0
let nplaincellvars = 0
let ncellvars = 0
let nfreevars = 0

/** Count kinds into the four variables above. */
function get_localsplus_counts(names: Ref, kinds: Ref): void {
  nlocals = nplaincellvars = ncellvars = nfreevars = 0
  for (let i = 0, n = PyTuple_GET_SIZE(names); i < n; i++) {
    const kind = byte(kinds + PyBytesObject.ob_sval + i)
    if (kind & CO_FAST.LOCAL) {
      nlocals++
      if (kind & CO_FAST.CELL) ncellvars++
    } else if (kind & CO_FAST.CELL) {
      ncellvars++
      nplaincellvars++
    } else if (kind & CO_FAST.FREE) nfreevars++
  }
}

/** The names of one kind: a new tuple of `num` strings. */
export function get_localsplus_names(co: Ref, kind: number, num: number): Own {
  const $names = PyTuple_New(num)
  if ($names === NULL) return NULL
  let index = 0
  const all = ptr(co + PyCodeObject.co_localsplusnames)
  const kinds = ptr(co + PyCodeObject.co_localspluskinds) + PyBytesObject.ob_sval
  for (let i = 0, n = int32(co + PyCodeObject.co_nlocalsplus); i < n; i++) {
    if (byte(kinds + i) & kind) PyTuple_SET_ITEM($names, index++, Py_NewRef(PyTuple_GET_ITEM(all, i)))
  }
  return $names
}

/** 0, or -1 with the error set. */
export function _PyCode_Validate(con: CodeConstructor): number {
  if (
    con.argcount < con.posonlyargcount ||
    con.posonlyargcount < 0 ||
    con.kwonlyargcount < 0 ||
    con.stacksize < 0 ||
    con.flags < 0 ||
    con.code === NULL ||
    !PyBytes_Check(con.code) ||
    con.consts === NULL ||
    !PyTuple_Check(con.consts) ||
    con.names === NULL ||
    !PyTuple_Check(con.names) ||
    con.localsplusnames === NULL ||
    !PyTuple_Check(con.localsplusnames) ||
    con.localspluskinds === NULL ||
    !PyBytes_Check(con.localspluskinds) ||
    PyTuple_GET_SIZE(con.localsplusnames) !== PyBytes_GET_SIZE(con.localspluskinds) ||
    con.name === NULL ||
    !PyUnicode_Check(con.name) ||
    con.qualname === NULL ||
    !PyUnicode_Check(con.qualname) ||
    con.filename === NULL ||
    !PyUnicode_Check(con.filename) ||
    con.linetable === NULL ||
    !PyBytes_Check(con.linetable) ||
    con.exceptiontable === NULL ||
    !PyBytes_Check(con.exceptiontable)
  ) {
    PyErr_BadInternalCall("Objects/codeobject.c")
    return -1
  }
  if (PyBytes_GET_SIZE(con.code) % 2 !== 0) {
    PyErr_SetString(PyExc_ValueError, "code: co_code is malformed")
    return -1
  }
  get_localsplus_counts(con.localsplusnames, con.localspluskinds)
  const star = (con.flags & CO_VARARGS ? 1 : 0) + (con.flags & CO_VARKEYWORDS ? 1 : 0)
  if (nlocals - con.argcount - con.kwonlyargcount - star < 0) {
    PyErr_SetString(PyExc_ValueError, "code: co_varnames is too small")
    return -1
  }
  return 0
}

function put(slot: number, v: Ref): void {
  Py_INCREF(v)
  setptr(slot, v)
}

function init_code(co: Ref, con: CodeConstructor): void {
  get_localsplus_counts(con.localsplusnames, con.localspluskinds)
  put(co + PyCodeObject.co_filename, con.filename)
  put(co + PyCodeObject.co_name, con.name)
  put(co + PyCodeObject.co_qualname, con.qualname)
  setint32(co + PyCodeObject.co_flags, con.flags)
  setint32(co + PyCodeObject.co_firstlineno, con.firstlineno)
  put(co + PyCodeObject.co_linetable, con.linetable)
  put(co + PyCodeObject.co_consts, con.consts)
  put(co + PyCodeObject.co_names, con.names)
  put(co + PyCodeObject.co_localsplusnames, con.localsplusnames)
  put(co + PyCodeObject.co_localspluskinds, con.localspluskinds)
  setint32(co + PyCodeObject.co_argcount, con.argcount)
  setint32(co + PyCodeObject.co_posonlyargcount, con.posonlyargcount)
  setint32(co + PyCodeObject.co_kwonlyargcount, con.kwonlyargcount)
  setint32(co + PyCodeObject.co_stacksize, con.stacksize)
  put(co + PyCodeObject.co_exceptiontable, con.exceptiontable)
  setint32(co + PyCodeObject.co_nlocalsplus, PyTuple_GET_SIZE(con.localsplusnames))
  setint32(co + PyCodeObject.co_nlocals, nlocals)
  setint32(co + PyCodeObject.co_nplaincellvars, nplaincellvars)
  setint32(co + PyCodeObject.co_ncellvars, ncellvars)
  setint32(co + PyCodeObject.co_nfreevars, nfreevars)
  setptr(co + PyCodeObject.co_weakreflist, 0)
  setptr(co + PyCodeObject.co_extra, 0)
  setptr(co + PyCodeObject._co_code, 0)
  i16[(co + PyCodeObject.co_warmup) >> 1] = QUICKENING_INITIAL_WARMUP_VALUE
  i16[(co + PyCodeObject._co_linearray_entry_size) >> 1] = 0
  setptr(co + PyCodeObject._co_linearray, 0)
  const code = co + PyCodeObject.co_code_adaptive
  memcpy(code, PyBytes_AS_STRING(con.code), PyBytes_GET_SIZE(con.code))
  let entry = 0
  while (entry < Py_SIZE(co) && u8[code + 2 * entry] !== Op.RESUME) entry++
  setint32(co + PyCodeObject._co_firsttraceable, entry)
  setint32(co + PyCodeObject._co_firsttraceable + 4, 0)
}

/** A new code object from valid data; names and name-like constants get interned. */
export function _PyCode_New(con: CodeConstructor): Own {
  if (intern_strings(con.names) < 0) return NULL
  if (intern_string_constants(con.consts) < 0) return NULL
  if (intern_strings(con.localsplusnames) < 0) return NULL
  let $linetable: Own = NULL
  if (int32(INTERP + Interp.no_debug_ranges)) {
    $linetable = remove_column_info(con.linetable)
    if ($linetable === NULL) return NULL
    con = { ...con, linetable: $linetable }
  }
  const $co = _PyObject_NewVar(PyCode_Type, PyBytes_GET_SIZE(con.code) >> 1)
  if ($co !== NULL) init_code($co, con)
  Py_XDECREF($linetable)
  return $co
}

/** What the Python-visible constructor knows instead of localsplus. */
export interface CodeParts extends Omit<CodeConstructor, "localsplusnames" | "localspluskinds"> {
  nlocals: number
  varnames: Ref
  freevars: Ref
  cellvars: Ref
}

export function PyCode_NewWithPosOnlyArgs(p: CodeParts): Own {
  const { varnames, cellvars, freevars } = p
  if (!varnames || !PyTuple_Check(varnames) || !cellvars || !PyTuple_Check(cellvars) || !freevars || !PyTuple_Check(freevars)) {
    return PyErr_BadInternalCall("Objects/codeobject.c")
  }
  const nvarnames = PyTuple_GET_SIZE(varnames)
  const ncells = PyTuple_GET_SIZE(cellvars)
  const nfrees = PyTuple_GET_SIZE(freevars)
  let nlocalsplus = nvarnames + ncells + nfrees
  let $names = PyTuple_New(nlocalsplus)
  if ($names === NULL) return NULL
  let $kinds = PyBytes_FromStringAndSize(0, nlocalsplus)
  if ($kinds === NULL) {
    Py_DECREF($names)
    return NULL
  }
  let offset = 0
  const set = (name: Ref, kind: number): void => {
    PyTuple_SET_ITEM($names, offset, Py_NewRef(name))
    setbyte(PyBytes_AS_STRING($kinds) + offset, kind)
    offset++
  }
  for (let i = 0; i < nvarnames; i++) set(PyTuple_GET_ITEM(varnames, i), CO_FAST.LOCAL)
  for (let i = 0; i < ncells; i++) {
    const name = PyTuple_GET_ITEM(cellvars, i)
    let argoffset = -1
    for (let j = 0; j < nvarnames && argoffset < 0; j++) if (PyUnicode_Compare(PyTuple_GET_ITEM(varnames, j), name) === 0) argoffset = j
    if (argoffset >= 0) {
      nlocalsplus--
      u8[PyBytes_AS_STRING($kinds) + argoffset] |= CO_FAST.CELL
    } else set(name, CO_FAST.CELL)
  }
  for (let i = 0; i < nfrees; i++) set(PyTuple_GET_ITEM(freevars, i), CO_FAST.FREE)
  let $co: Own = NULL
  if (nlocalsplus !== PyTuple_GET_SIZE($names)) {
    $names = _PyTuple_Resize($names, nlocalsplus)
    if ($names !== NULL) $kinds = _PyBytes_Resize($kinds, nlocalsplus)
  }
  if ($names !== NULL && $kinds !== NULL) {
    const con: CodeConstructor = {
      ...p,
      localsplusnames: $names,
      localspluskinds: $kinds,
    }
    if (_PyCode_Validate(con) === 0) {
      if (p.nlocals !== nvarnames) PyErr_SetString(PyExc_ValueError, "code: co_nlocals != len(co_varnames)")
      else $co = _PyCode_New(con)
    }
  }
  Py_XDECREF($names)
  Py_XDECREF($kinds)
  return $co
}
