import { ptr, set64, setdouble, setint64, setptr, setssize, strlen } from "../../heap/access.ts"
import { calloca } from "../../heap/cstack.ts"
import { hashHi } from "../../heap/int64.ts"
import { Py_buffer, PyBufferProcs, PyBytesObject, PyTupleObject, PyTypeObject } from "../../heap/layout.ts"
import { NULL, type Ref } from "../../heap/ref.ts"
import { Py_DECREF, Py_SIZE, Py_TYPE } from "../../heap/refcount.ts"
import { i32 } from "../../heap/views.ts"
import {
  PyBuffer_FillInfo,
  PyBuffer_IsContiguous,
  PyBuffer_Release,
  PyObject_GetBuffer,
  PySequence_Check,
  PySequence_GetItem,
  PySequence_Size,
  _PyNumber_Index,
} from "../abstract.ts"
import { PyByteArray_AS_STRING, PyByteArray_Check } from "../bytearrayobject.ts"
import { PyBytes_Check } from "../bytesobject.ts"
import { PyComplex_AsCComplex, complexImag, complexReal } from "../complexobject.ts"
import { _PyDict_GetItemStringWithError, PyDict_GET_SIZE, PyDict_Next, dictKey, dictValue } from "../dictobject.ts"
import { PyErr_Clear, PyErr_Occurred, PyErr_SetString } from "../errors.ts"
import { PyFloat_AsDouble } from "../floatobject.ts"
import { PyLong_AsLong, PyLong_AsSsize_t, PyLong_AsUnsignedLongMask, PyLong_Check, longWords } from "../longobject.ts"
import { PyObject_IsTrue, tp_name_js } from "../object.ts"
import { PyExc_OverflowError, PyExc_SystemError, PyExc_TypeError, PyExc_ValueError, Py_None } from "../statictypes.ts"
import { PyTuple_GET_ITEM } from "../tupleobject.ts"
import { PyType_IsSubtype } from "../typeobject.ts"
import {
  PyUnicode_AsJS,
  PyUnicode_AsUTF8AndSize,
  PyUnicode_Check,
  PyUnicode_CheckExact,
  PyUnicode_GET_LENGTH,
  PyUnicode_ReadChar,
  utf8Size,
} from "../unicodeobject.ts"
import { argTypeName, fnName, s, scratch, thisFn, typeError } from "./keywords.ts"

// Python/getargs.c: format strings.

/** What `O!` and `O&` need beyond the format, in the order in which the codes appear. */
export interface ParseExtra {
  types?: readonly Ref[]
  /** Converter: writes its result into the slot at `at`; returns 0 with the error set. */
  converters?: readonly ((arg: Ref, at: number) => number)[]
}

/** Bit i is set when the i-th unit of the last parse was given: read right after the call. */
export let argsGiven = 0
/** Was unit `i` of the last parse given? */
export function argGiven(i: number): boolean {
  return (argsGiven & (1 << i)) !== 0
}

let format = ""
let at = 0 // position in format
let slot = 0 // next result slot
let typeIndex = 0
let converterIndex = 0
let levels: number[] = []

/** Parse a tuple and optional dict as PyArg_ParseTupleAndKeywords does: `format` may end in ":fname" or ";message" and have | and $;
 *  `keywords` names every unit ("" positional only), or null for plain PyArg_ParseTuple.
 *  Results are 8-byte slots in order, one a unit (zero when not given; see `argGiven`):
 *  O O! O& S Y U: object (borrowed); b B h H i I l k n p C c: integer (read with int32, or int64 for l L k K n); f d: double;
 *  D: two doubles in two slots; s z y: address of the C string; s# z# y#: address and length in two slots;
 *  s* z* y* w*: address of a Py_buffer on the native scratch stack: cstackMark before, PyBuffer_Release and cstackReset after.
 *  "(ii)" takes the slots of its items. @returns the first slot's address, or 0 with the error set. */
export function parseTuple(args: Ref, kwds: Ref | 0, fmt: string, keywords: readonly string[] | null, extra?: ParseExtra): number {
  if (keywords === null) return _PyArg_ParseStack(args + PyTupleObject.ob_item, Py_SIZE(args), fmt, extra)
  return vgetargskeywords(args, kwds as Ref, fmt, keywords, extra)
}
/** PyArg_ParseTuple: see parseTuple. */
export function PyArg_ParseTuple(args: Ref, fmt: string, extra?: ParseExtra): number {
  return _PyArg_ParseStack(args + PyTupleObject.ob_item, Py_SIZE(args), fmt, extra)
}
/** PyArg_ParseTupleAndKeywords: see parseTuple. */
export function PyArg_ParseTupleAndKeywords(
  args: Ref,
  kwds: Ref | 0,
  fmt: string,
  keywords: readonly string[],
  extra?: ParseExtra,
): number {
  return vgetargskeywords(args, kwds as Ref, fmt, keywords, extra)
}
/** PyArg_Parse of one object. */
export function PyArg_Parse(arg: Ref, fmt: string, extra?: ParseExtra): number {
  const buf = begin(fmt)
  const msg = convertitem(arg, extra)
  if (msg !== null) {
    seterror(0, msg, fnameOf(fmt), messageOf(fmt))
    return 0
  }
  return buf
}

function fnameOf(fmt: string): string | null {
  const i = fmt.indexOf(":")
  return i < 0 ? null : fmt.slice(i + 1)
}
function messageOf(fmt: string): string | null {
  const i = fmt.indexOf(";")
  return i < 0 || fmt.includes(":") ? null : fmt.slice(i + 1)
}
const isAlpha = (c: string): boolean => /^[A-Za-z]$/.test(c)
const isEnd = (c: string): boolean => c === "" || c === ":" || c === ";"
const code = (): string => format.charAt(at)

function begin(fmt: string): number {
  format = fmt
  at = 0
  typeIndex = 0
  converterIndex = 0
  argsGiven = 0
  slot = scratch(fmt.length * 2 + 2)
  return slot
}

/** PyArg_ParseTuple over an argument array. */
export function _PyArg_ParseStack(args: number, nargs: number, fmt: string, extra?: ParseExtra): number {
  const fname = fnameOf(fmt)
  const message = messageOf(fmt)
  let min = -1
  let max = 0
  let level = 0
  for (const c of fmt) {
    if (c === ":" || c === ";") break
    if (c === "(") {
      if (level++ === 0) max++
    } else if (c === ")") level--
    else if (c === "|") min = max
    else if (level === 0 && isAlpha(c) && c !== "e") max++
  }
  if (min < 0) min = max
  if (nargs < min || max < nargs) {
    const bound = nargs < min ? min : max
    const how = min === max ? "exactly" : nargs < min ? "at least" : "at most"
    return typeError(
      message ?? `${fname === null ? "function" : `${fname.slice(0, 150)}()`} takes ${how} ${bound} argument${s(bound)} (${nargs} given)`,
    )
  }
  const buf = begin(fmt)
  let given = 0
  for (let i = 0; i < nargs; i++) {
    if (code() === "|") at++
    const msg = convertitem(ptr(args + 8 * i), extra)
    if (msg !== null) {
      seterror(i + 1, msg, fname, message)
      return 0
    }
    given |= 1 << i
  }
  argsGiven = given
  return buf
}

function seterror(iarg: number, msg: string, fname: string | null, message: string | null): void {
  if (PyErr_Occurred()) return
  let text = message
  if (text === null) {
    text = fname === null ? "" : `${fname.slice(0, 200)}() `
    text += iarg ? `argument ${iarg}` : "argument"
    for (const l of levels) text += `, item ${l - 1}`
    text += ` ${msg.slice(0, 256)}`
  }
  PyErr_SetString(msg.startsWith("(") ? PyExc_SystemError : PyExc_TypeError, text)
}

function convertitem(arg: Ref, extra: ParseExtra | undefined): string | null {
  levels = []
  if (code() !== "(") return convertsimple(arg, extra)
  return converttuple(arg, extra)
}

function converttuple(arg: Ref, extra: ParseExtra | undefined): string | null {
  let n = 0
  let level = 0
  for (let i = at + 1; ; i++) {
    const c = format.charAt(i)
    if (c === "(") {
      if (level++ === 0) n++
    } else if (c === ")") {
      if (level-- === 0) break
    } else if (isEnd(c)) break
    else if (level === 0 && isAlpha(c)) n++
  }
  if (!PySequence_Check(arg) || PyBytes_Check(arg)) return `must be ${n}-item sequence, not ${argTypeName(arg)}`
  const len = PySequence_Size(arg)
  if (len !== n) return `must be sequence of length ${n}, not ${len}`
  at++
  for (let i = 0; i < n; i++) {
    const $item = PySequence_GetItem(arg, i)
    if (!$item) {
      PyErr_Clear()
      levels = [i + 1]
      return "is not retrievable"
    }
    const msg = convertitem($item, extra)
    Py_DECREF($item)
    if (msg !== null) {
      levels = [i + 1, ...levels]
      return msg
    }
  }
  at++
  return null
}

function converterr(expected: string, arg: Ref): string {
  if (expected.startsWith("(")) return expected
  return `must be ${expected.slice(0, 50)}, not ${argTypeName(arg)}`
}
/** An exception is set: the message is not used. */
const RAISED = "raised"
function overflow(message: string): string {
  PyErr_SetString(PyExc_OverflowError, message)
  return RAISED
}

/** convertsimple's integers that have a range: [name, min, max]. */
const RANGES: Readonly<Record<string, readonly [string, number, number]>> = {
  b: ["unsigned byte integer", 0, 255],
  h: ["signed short integer", -32768, 32767],
  i: ["signed integer", -2147483648, 2147483647],
}

function convertsimple(arg: Ref, extra: ParseExtra | undefined): string | null {
  const c = format.charAt(at++)
  const out = slot
  slot += 8
  if ("bhilLnkKBHIfdDp".includes(c)) {
    // These may run Python code, which may parse arguments of its own.
    const saved = saveState()
    const msg = convertnumber(c, arg, out)
    restoreState(saved)
    if (c === "D") slot += 8
    return msg
  }
  return convertobject(c, arg, out, extra)
}
function convertnumber(c: string, arg: Ref, out: number): string | null {
  switch (c) {
    case "b":
    case "h":
    case "i": {
      const v = PyLong_AsLong(arg)
      if (v === -1 && PyErr_Occurred()) return RAISED
      const [name, min, max] = RANGES[c]
      if (v < min) return overflow(`${name} is less than minimum`)
      if (v > max) return overflow(`${name} is greater than maximum`)
      setssize(out, v)
      return null
    }
    case "l":
    case "L": {
      const v = PyLong_AsLong(arg)
      if (v === -1 && PyErr_Occurred()) return RAISED
      if (PyLong_Check(arg)) set64(out, longWords(arg), hashHi)
      else setint64(out, v)
      return null
    }
    case "n": {
      const $i = _PyNumber_Index(arg)
      if (!$i) return RAISED
      const v = PyLong_AsSsize_t($i)
      const failed = v === -1 && PyErr_Occurred()
      if (!failed) set64(out, longWords($i), hashHi)
      Py_DECREF($i)
      return failed ? RAISED : null
    }
    case "k":
    case "K":
    case "B":
    case "H":
    case "I": {
      if ((c === "k" || c === "K") && !PyLong_Check(arg)) return converterr("int", arg)
      const lo = PyLong_AsUnsignedLongMask(arg)
      const hi = hashHi
      if (lo === -1 && PyErr_Occurred()) return RAISED
      i32[out >> 2] = c === "B" ? lo & 255 : c === "H" ? lo & 65535 : lo
      i32[(out >> 2) + 1] = c === "k" || c === "K" ? hi : 0
      return null
    }
    case "f":
    case "d": {
      const v = PyFloat_AsDouble(arg)
      if (v === -1 && PyErr_Occurred()) return RAISED
      setdouble(out, c === "f" ? Math.fround(v) : v)
      return null
    }
    case "D": {
      PyComplex_AsCComplex(arg)
      setdouble(out, complexReal)
      setdouble(out + 8, complexImag)
      return PyErr_Occurred() ? RAISED : null
    }
    default: {
      const v = PyObject_IsTrue(arg)
      if (v < 0) return RAISED
      setssize(out, v > 0 ? 1 : 0)
      return null
    }
  }
}
function convertobject(c: string, arg: Ref, out: number, extra: ParseExtra | undefined): string | null {
  switch (c) {
    case "c":
      if (PyBytes_Check(arg) && Py_SIZE(arg) === 1) setssize(out, i32[(arg + PyBytesObject.ob_sval) >> 2] & 255)
      else if (PyByteArray_Check(arg) && Py_SIZE(arg) === 1) setssize(out, i32[PyByteArray_AS_STRING(arg) >> 2] & 255)
      else return converterr("a byte string of length 1", arg)
      return null
    case "C":
      if (!PyUnicode_Check(arg) || PyUnicode_GET_LENGTH(arg) !== 1) return converterr("a unicode character", arg)
      setssize(out, PyUnicode_ReadChar(arg, 0))
      return null
    case "y":
    case "s":
    case "z":
    case "w":
      return convertbuffercode(c, arg, out)
    case "S":
      if (!PyBytes_Check(arg)) return converterr("bytes", arg)
      setptr(out, arg)
      return null
    case "Y":
      if (!PyByteArray_Check(arg)) return converterr("bytearray", arg)
      setptr(out, arg)
      return null
    case "U":
      if (!PyUnicode_Check(arg)) return converterr("str", arg)
      setptr(out, arg)
      return null
    case "O": {
      if (code() === "!") {
        at++
        const type = extra?.types?.[typeIndex++] ?? NULL
        if (!PyType_IsSubtype(Py_TYPE(arg), type)) return converterr(tp_name_js(type), arg)
        setptr(out, arg)
      } else if (code() === "&") {
        at++
        const convert = extra?.converters?.[converterIndex++]
        const saved = saveState()
        const ok = convert?.(arg, out)
        restoreState(saved)
        if (!ok) return converterr("(unspecified)", arg)
      } else setptr(out, arg)
      return null
    }
    default:
      return converterr("(impossible<bad format char>)", arg)
  }
}

type State = [string, number, number, number, number]
function saveState(): State {
  return [format, at, slot, typeIndex, converterIndex]
}
function restoreState(st: State): void {
  ;[format, at, slot, typeIndex, converterIndex] = st
}

function getbuffer(arg: Ref, view: number): string | null {
  if (PyObject_GetBuffer(arg, view, 0) !== 0) return "bytes-like object"
  if (!PyBuffer_IsContiguous(view, "C")) {
    PyBuffer_Release(view)
    return "contiguous buffer"
  }
  return null
}

function convertbuffercode(c: string, arg: Ref, out: number): string | null {
  if (code() === "*") {
    at++
    const view = calloca(Py_buffer.SIZE)
    setptr(out, view)
    if (c === "z" && arg === Py_None) PyBuffer_FillInfo(view, NULL, 0, 0, 1, 0)
    else if (c !== "y" && c !== "w" && PyUnicode_Check(arg)) {
      const p = PyUnicode_AsUTF8AndSize(arg)
      if (!p) return "(unicode conversion error)"
      PyBuffer_FillInfo(view, arg, p, utf8Size, 1, 0)
    } else if (c === "w") {
      if (PyObject_GetBuffer(arg, view, 1) < 0) {
        PyErr_Clear()
        return converterr("read-write bytes-like object", arg)
      }
      if (!PyBuffer_IsContiguous(view, "C")) {
        PyBuffer_Release(view)
        return converterr("contiguous buffer", arg)
      }
    } else {
      const wrong = getbuffer(arg, view)
      if (wrong !== null) return converterr(wrong, arg)
    }
    return null
  }
  let p = 0
  let size = 0
  const sharp = code() === "#"
  if (c === "z" && arg === Py_None) p = 0
  else if (c !== "y" && PyUnicode_Check(arg)) {
    p = PyUnicode_AsUTF8AndSize(arg)
    if (!p) return "(unicode conversion error)"
    size = utf8Size
    if (!sharp && strlen(p) !== size) {
      PyErr_SetString(PyExc_ValueError, "embedded null character")
      return RAISED
    }
  } else if (c !== "y" && !sharp) return converterr(c === "z" ? "str or None" : "str", arg)
  else {
    const pb = ptr(Py_TYPE(arg) + PyTypeObject.tp_as_buffer)
    if (pb && ptr(pb + PyBufferProcs.bf_releasebuffer)) return converterr("read-only bytes-like object", arg)
    const view = scratch(Py_buffer.SIZE / 8)
    const wrong = getbuffer(arg, view)
    if (wrong !== null) return converterr(wrong, arg)
    p = ptr(view + Py_buffer.buf)
    size = i32[(view + Py_buffer.len) >> 2]
    PyBuffer_Release(view)
    if (!sharp && strlen(p) !== size) {
      PyErr_SetString(PyExc_ValueError, "embedded null byte")
      return RAISED
    }
  }
  setptr(out, p)
  if (sharp) {
    at++
    setssize(slot, size)
    slot += 8
  }
  return null
}

const BAD_FORMAT = "impossible<bad format char>"
/** Pass over one unit that was not given: null, or what is wrong with the format. */
function skipitem(): string | null {
  const c = format.charAt(at++)
  if (c === "(") {
    while (code() !== ")") {
      if (isEnd(code())) return "Unmatched left paren in format string"
      const msg = skipitem()
      if (msg !== null) return msg
    }
    at++
    return null
  }
  if (!UNITS.includes(c)) return BAD_FORMAT
  slot += c === "D" ? 16 : 8
  const next = code()
  if (next === "#") {
    at++
    slot += 8
  } else if (next === "*") at++
  else if (c === "O" && next === "!") {
    at++
    typeIndex++
  } else if (c === "O" && next === "&") {
    at++
    converterIndex++
  }
  return null
}
const UNITS = "bBhHiIlLkKnfdDpcCszywSYUO"
function systemError(message: string): 0 {
  PyErr_SetString(PyExc_SystemError, message)
  return 0
}

function vgetargskeywords(args: Ref, kwargs: Ref, fmt: string, kwlist: readonly string[], extra: ParseExtra | undefined): number {
  const NONE = 2147483647
  const fname = fnameOf(fmt)
  const message = messageOf(fmt)
  const len = kwlist.length
  let pos = 0
  while (pos < len && kwlist[pos] === "") pos++
  if (kwlist.indexOf("", pos) >= 0) return systemError("Empty keyword parameter name")
  const nargs = Py_SIZE(args)
  let nkwargs = kwargs ? PyDict_GET_SIZE(kwargs) : 0
  if (nargs + nkwargs > len) {
    return typeError(`${fnName(fname)} takes at most ${len} ${nargs === 0 ? "keyword " : ""}argument${s(len)} (${nargs + nkwargs} given)`)
  }
  const buf = begin(fmt)
  let given = 0
  let min = NONE
  let max = NONE
  let skip = false
  let i = 0
  for (; i < len; i++) {
    if (code() === "|") {
      if (min !== NONE) return systemError("Invalid format string (| specified twice)")
      min = i
      at++
      if (max !== NONE) return systemError("Invalid format string ($ before |)")
    }
    if (code() === "$") {
      if (max !== NONE) return systemError("Invalid format string ($ specified twice)")
      max = i
      at++
      if (max < pos) return systemError("Empty parameter name after $")
      if (skip) break
      if (max < nargs) {
        if (max === 0) return typeError(`${fnName(fname)} takes no positional arguments`)
        return typeError(
          `${fnName(fname)} takes ${min !== NONE ? "at most" : "exactly"} ${max} positional argument${s(max)} (${nargs} given)`,
        )
      }
    }
    if (isEnd(code())) {
      return systemError(`More keyword list entries (${len}) than format specifiers (${i})`)
    }
    if (!skip) {
      let current: Ref = NULL
      if (i < nargs) current = PyTuple_GET_ITEM(args, i)
      else if (nkwargs && i >= pos) {
        current = getItemString(kwargs, kwlist[i])
        if (current) nkwargs--
        else if (PyErr_Occurred()) return 0
      }
      if (current) {
        const msg = convertitem(current, extra)
        if (msg !== null) {
          seterror(i + 1, msg, fname, message)
          return 0
        }
        given |= 1 << i
        continue
      }
      if (i < min) {
        if (i < pos) skip = true
        else return typeError(`${fnName(fname)} missing required argument '${kwlist[i]}' (pos ${i + 1})`)
      }
      if (!nkwargs && !skip) {
        argsGiven = given
        return buf
      }
    }
    const msg = skipitem()
    if (msg !== null) return systemError(`${msg}: '${format.slice(at)}'`)
  }
  if (skip) {
    const least = Math.min(pos, min)
    return typeError(
      `${fnName(fname)} takes ${least < i ? "at least" : "exactly"} ${least} positional argument${s(least)} (${nargs} given)`,
    )
  }
  if (!isEnd(code()) && code() !== "|" && code() !== "$") {
    return systemError(`more argument specifiers than keyword list entries (remaining format:'${format.slice(at)}')`)
  }
  if (nkwargs > 0) {
    for (let j = pos; j < nargs; j++) {
      if (getItemString(kwargs, kwlist[j])) {
        return typeError(`argument for ${fnName(fname)} given by name ('${kwlist[j]}') and position (${j + 1})`)
      }
      if (PyErr_Occurred()) return 0
    }
    for (let p = PyDict_Next(kwargs, 0); p; p = PyDict_Next(kwargs, p)) {
      if (!PyUnicode_Check(dictKey)) return typeError("keywords must be strings")
      const key = PyUnicode_AsJS(dictKey)
      if (kwlist.indexOf(key, pos) < 0) return typeError(`'${key}' is an invalid keyword argument for ${thisFn(fname)}`)
    }
    return typeError(`invalid keyword argument for ${thisFn(fname)}`)
  }
  argsGiven = given
  return buf
}

/** kwargs[name] by value, without making a str object: keyword dictionaries are small. */
function getItemString(kwargs: Ref, name: string): Ref {
  for (let p = PyDict_Next(kwargs, 0); p; p = PyDict_Next(kwargs, p)) {
    // a subclass of str may compare as it likes
    if (!PyUnicode_CheckExact(dictKey)) return _PyDict_GetItemStringWithError(kwargs, name)
    if (PyUnicode_AsJS(dictKey) === name) return dictValue
  }
  return NULL
}
