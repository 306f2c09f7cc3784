import { ptr, setptr } from "../../heap/access.ts"
import { PyTupleObject } from "../../heap/layout.ts"
import { NULL, type Ref } from "../../heap/ref.ts"
import { Py_NewRef, Py_SIZE } from "../../heap/refcount.ts"
import { ID, staticAlloc } from "../../heap/statics.ts"
import { i32 } from "../../heap/views.ts"
import {
  PyDict_CheckExact,
  PyDict_GET_SIZE,
  PyDict_GetItemWithError,
  PyDict_Next,
  _PyDict_HasOnlyStringKeys,
  dictKey,
} from "../dictobject.ts"
import { PyErr_BadInternalCall, PyErr_Occurred, PyErr_SetString } from "../errors.ts"
import { typeName } from "../object.ts"
import { PyExc_SystemError, PyExc_TypeError, Py_None } from "../statictypes.ts"
import { PyTuple_Check, PyTuple_CheckExact, PyTuple_GET_ITEM, PyTuple_New, PyTuple_SET_ITEM } from "../tupleobject.ts"
import { PyUnicode_AsJS, PyUnicode_Check, _PyUnicode_EQ } from "../unicodeobject.ts"

// Python/getargs.c. Results are arrays of 8-byte slots in a ring of scratch memory that the next calls reuse: read every slot into a
// local right after the call, before anything that may run Python code. No mark or reset is needed (but for `*` buffer codes).

/** A keyword function's parameters. Declare it at top level: `const parser = argParser("sorted", ["", "key", "reverse"])`. */
export interface ArgParser {
  /** Name in messages, without "()"; null: "function". */
  readonly fname: string | null
  /** Static identifiers of the parameters that may be given by name. */
  readonly keywords: readonly Ref[]
  /** Number of positional-only parameters. */
  readonly pos: number
  /** Address of the tuple of keywords, made at the first call that needs it (gc.get_objects shows it from then on). */
  readonly kwtuple: number
  /** The function takes any number of positional arguments, which are not passed here: there is no most of all. */
  readonly vararg: boolean
}

/** Declare a parser: `keywords` lists all parameters in order, "" for each positional-only one (they come first). */
export function argParser(fname: string | null, keywords: readonly string[], vararg = false): ArgParser {
  const named = keywords.filter((k) => k !== "")
  return { fname, keywords: named.map(ID), pos: keywords.length - named.length, kwtuple: staticAlloc(8), vararg }
}

/** parser_init: the first slow call makes the tuple. @returns false with MemoryError set. */
export function parser_init(parser: ArgParser): boolean {
  if (i32[parser.kwtuple >> 2] !== 0) return true
  const $kwtuple = PyTuple_New(parser.keywords.length)
  if ($kwtuple === NULL) return false
  for (let i = 0; i < parser.keywords.length; i++) PyTuple_SET_ITEM($kwtuple, i, Py_NewRef(parser.keywords[i]))
  setptr(parser.kwtuple, $kwtuple)
  return true
}

const RING_SIZE = 1 << 16
const ring = staticAlloc(RING_SIZE)
let ringAt = 0

/** `n` scratch slots of 8 bytes, zeroed, valid until the ring comes round. */
export function scratch(n: number): number {
  if (ringAt + n * 8 > RING_SIZE) ringAt = 0
  const a = ring + ringAt
  ringAt += n * 8
  for (let i = a >> 2, e = i + n * 2; i < e; i++) i32[i] = 0
  return a
}

/** How messages name the function. */
export function fnName(fname: string | null): string {
  return fname === null ? "function" : `${fname.slice(0, 200)}()`
}
/** How messages name the function. */
export function thisFn(fname: string | null): string {
  return fname === null ? "this function" : `${fname.slice(0, 200)}()`
}
/** The plural's s. */
export function s(n: number): string {
  return n === 1 ? "" : "s"
}
/** A type's name as getargs prints it: None for None itself. */
export function argTypeName(arg: Ref): string {
  return arg === Py_None ? "None" : typeName(arg).slice(0, 50)
}
export function typeError(message: string): 0 {
  PyErr_SetString(PyExc_TypeError, message)
  return 0
}

function find_keyword(kwnames: Ref, kwstack: number, key: Ref): Ref {
  const n = Py_SIZE(kwnames)
  for (let i = 0; i < n; i++) if (PyTuple_GET_ITEM(kwnames, i) === key) return ptr(kwstack + 8 * i)
  for (let i = 0; i < n; i++) if (_PyUnicode_EQ(PyTuple_GET_ITEM(kwnames, i), key)) return ptr(kwstack + 8 * i)
  return NULL
}

function unexpectedKeyword(keyword: Ref, keywords: readonly Ref[], fname: string | null): boolean {
  if (!PyUnicode_Check(keyword)) {
    typeError("keywords must be strings")
    return true
  }
  for (const k of keywords) if (k === keyword || _PyUnicode_EQ(k, keyword)) return false
  typeError(`'${PyUnicode_AsJS(keyword)}' is an invalid keyword argument for ${thisFn(fname)}`)
  return true
}

function error_unexpected_keyword_arg(kwargs: Ref, kwnames: Ref, keywords: readonly Ref[], fname: string | null): 0 {
  if (kwargs) {
    for (let pos = PyDict_Next(kwargs, 0); pos; pos = PyDict_Next(kwargs, pos)) if (unexpectedKeyword(dictKey, keywords, fname)) return 0
  } else {
    for (let i = 0; i < Py_SIZE(kwnames); i++) if (unexpectedKeyword(PyTuple_GET_ITEM(kwnames, i), keywords, fname)) return 0
  }
  return typeError(`invalid keyword argument for ${thisFn(fname)}`)
}

function givenTwice(fname: string | null, keyword: Ref, i: number): 0 {
  return typeError(`argument for ${fnName(fname)} given by name ('${PyUnicode_AsJS(keyword)}') and position (${i + 1})`)
}

/** Bind the arguments of a keyword function. `args`/`nargs` positional array; keywords come from dict `kwargs` or, when `kwnames` is a
 *  tuple, from `args[nargs…]`; pass NULL for the one not used. `minpos`/`maxpos`: least and most positional arguments; `minkw`: number of
 *  required keyword-only ones. @returns the address of an array with one slot for EVERY parameter (borrowed; NULL where not given), or 0
 *  with the error set. Read it at once. */
export function _PyArg_UnpackKeywords(
  args: number,
  nargs: number,
  kwargs: Ref | 0,
  kwnames: Ref | 0,
  parser: ArgParser,
  minpos: number,
  maxpos: number,
  minkw: number,
): number {
  const { keywords, pos: posonly, fname } = parser
  const maxargs = posonly + keywords.length
  const reqlimit = minkw ? maxpos + minkw : minpos
  const minposonly = Math.min(posonly, minpos)
  let nkwargs = kwargs ? PyDict_GET_SIZE(kwargs) : kwnames ? Py_SIZE(kwnames as Ref) : 0
  if (nkwargs === 0 && minkw === 0 && minpos <= nargs && nargs <= maxpos) {
    if (nargs === maxargs) return args
    const buf = scratch(maxargs)
    for (let i = 0; i < nargs; i++) i32[(buf + 8 * i) >> 2] = i32[(args + 8 * i) >> 2]
    if (kwargs && !parser_init(parser)) return 0
    return buf
  }
  if (!parser_init(parser)) return 0
  if (nargs + nkwargs > maxargs && !parser.vararg) {
    return typeError(
      `${fnName(fname)} takes at most ${maxargs} ${nargs === 0 ? "keyword " : ""}argument${s(maxargs)} (${nargs + nkwargs} given)`,
    )
  }
  if (nargs > maxpos) {
    if (maxpos === 0) return typeError(`${fnName(fname)} takes no positional arguments`)
    return typeError(
      `${fnName(fname)} takes ${minpos < maxpos ? "at most" : "exactly"} ${maxpos} positional argument${s(maxpos)} (${nargs} given)`,
    )
  }
  if (nargs < minposonly) {
    return typeError(
      `${fnName(fname)} takes ${minposonly < maxpos ? "at least" : "exactly"} ${minposonly} positional argument${s(minposonly)} (${nargs} given)`,
    )
  }
  const kwstack = args + 8 * nargs
  const buf = scratch(maxargs || 1)
  for (let i = 0; i < nargs; i++) setptr(buf + 8 * i, ptr(args + 8 * i))
  for (let i = Math.max(nargs, posonly); i < maxargs; i++) {
    let current: Ref = NULL
    if (nkwargs) {
      const keyword = keywords[i - posonly]
      if (kwargs) {
        current = PyDict_GetItemWithError(kwargs as Ref, keyword)
        if (!current && PyErr_Occurred()) return 0
      } else current = find_keyword(kwnames as Ref, kwstack, keyword)
    } else if (i >= reqlimit) break
    setptr(buf + 8 * i, current)
    if (current) nkwargs--
    else if (i < minpos || (maxpos <= i && i < reqlimit)) {
      return typeError(`${fnName(fname)} missing required argument '${PyUnicode_AsJS(keywords[i - posonly])}' (pos ${i + 1})`)
    }
  }
  if (nkwargs > 0) {
    for (let i = posonly; i < nargs; i++) {
      const keyword = keywords[i - posonly]
      let current: Ref
      if (kwargs) {
        current = PyDict_GetItemWithError(kwargs as Ref, keyword)
        if (!current && PyErr_Occurred()) return 0
      } else current = find_keyword(kwnames as Ref, kwstack, keyword)
      if (current) return givenTwice(fname, keyword, i)
    }
    return error_unexpected_keyword_arg(kwargs as Ref, kwnames as Ref, keywords, fname)
  }
  return buf
}

/** The same for tp_new, tp_init and METH_VARARGS | METH_KEYWORDS: `args` is a tuple, `kwargs` a dict or NULL. */
export function _PyArg_UnpackKeywordsTuple(
  args: Ref,
  kwargs: Ref | 0,
  parser: ArgParser,
  minpos: number,
  maxpos: number,
  minkw: number,
): number {
  return _PyArg_UnpackKeywords(args + PyTupleObject.ob_item, Py_SIZE(args), kwargs, 0, parser, minpos, maxpos, minkw)
}

/** Check a positional count. @returns true when min <= nargs <= max; else false with TypeError set. `name` null: unpacked tuple's wording. */
export function _PyArg_CheckPositional(name: string | null, nargs: number, min: number, max: number): boolean {
  if (nargs >= min && nargs <= max) return true
  const few = nargs < min
  if (!few && nargs === 0) return true
  const bound = few ? min : max
  const quantity = `${min === max ? "" : few ? "at least " : "at most "}${bound}`
  if (name !== null) typeError(`${name.slice(0, 200)} expected ${quantity} argument${s(bound)}, got ${nargs}`)
  else typeError(`unpacked tuple should have ${quantity} element${s(bound)}, but has ${nargs}`)
  return false
}

/** True when `kwargs` (dict or NULL) is empty; else false with "NAME() takes no keyword arguments". */
export function _PyArg_NoKeywords(funcname: string, kwargs: Ref | 0): boolean {
  if (!kwargs) return true
  if (!PyDict_CheckExact(kwargs as Ref)) {
    PyErr_BadInternalCall()
    return false
  }
  if (PyDict_GET_SIZE(kwargs as Ref) === 0) return true
  typeError(`${funcname.slice(0, 200)}() takes no keyword arguments`)
  return false
}
/** True when the tuple `args` is empty; else false with TypeError set. */
export function _PyArg_NoPositional(funcname: string, args: Ref | 0): boolean {
  if (!args) return true
  if (!PyTuple_CheckExact(args as Ref)) {
    PyErr_BadInternalCall()
    return false
  }
  if (Py_SIZE(args as Ref) === 0) return true
  typeError(`${funcname.slice(0, 200)}() takes no positional arguments`)
  return false
}
/** True when the tuple `kwnames` is NULL or empty. */
export function _PyArg_NoKwnames(funcname: string, kwnames: Ref | 0): boolean {
  if (!kwnames || Py_SIZE(kwnames as Ref) === 0) return true
  typeError(`${funcname}() takes no keyword arguments`)
  return false
}

/** TypeError "FNAME() DISPLAYNAME must be EXPECTED, not TYPE". `displayname`: "argument", "argument 2", "argument 'x'". Returns 0. */
export function _PyArg_BadArgument(fname: string, displayname: string, expected: string, arg: Ref): 0 {
  return typeError(`${fname.slice(0, 200)}() ${displayname.slice(0, 200)} must be ${expected.slice(0, 50)}, not ${argTypeName(arg)}`)
}

/** True, or SystemError/TypeError set and false: `kwargs` must be a dict with str keys only. */
export function PyArg_ValidateKeywordArguments(kwargs: Ref): boolean {
  if (!_PyDict_HasOnlyStringKeys(kwargs)) {
    typeError("keywords must be strings")
    return false
  }
  return true
}

/** Unpack a tuple: the address of `max` slots (borrowed, NULL where not given), or 0 with TypeError set. Read it at once. */
export function PyArg_UnpackTuple(args: Ref, name: string | null, min: number, max: number): number {
  if (!PyTuple_Check(args)) {
    PyErr_SetString(PyExc_SystemError, "PyArg_UnpackTuple() argument list is not a tuple")
    return 0
  }
  return _PyArg_UnpackStack(args + PyTupleObject.ob_item, Py_SIZE(args), name, min, max)
}
/** The same from an argument array. */
export function _PyArg_UnpackStack(args: number, nargs: number, name: string | null, min: number, max: number): number {
  if (!_PyArg_CheckPositional(name, nargs, min, max)) return 0
  const buf = scratch(max || 1)
  for (let i = 0; i < nargs; i++) setptr(buf + 8 * i, ptr(args + 8 * i))
  return buf
}
