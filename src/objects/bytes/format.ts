import { PyBytesObject, PyMappingMethods, PyTypeObject } from "../../heap/layout.ts"
import { ptr } from "../../heap/access.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_DECREF, Py_NewRef, Py_SIZE, Py_TYPE } from "../../heap/refcount.ts"
import { ID } from "../../heap/statics.ts"
import { u8 } from "../../heap/views.ts"
import { _PyNumber_Index, PyNumber_Check, PyNumber_Long, PyObject_CheckBuffer, PyObject_GetItem } from "../abstract.ts"
import { PyByteArray_AS_STRING, PyByteArray_Check, PyByteArray_FromStringAndSize } from "../bytearrayobject.ts"
import { PyObject_CallNoArgs } from "../call.ts"
import { PyErr_ExceptionMatches, PyErr_Occurred, PyErr_SetString } from "../errors.ts"
import { PyFloat_AsDouble } from "../floatobject.ts"
import { _PyLong_AsInt, longOverflow, PyLong_AsLongAndOverflow, PyLong_AsSsize_t, PyLong_Check } from "../longobject.ts"
import { PyObject_ASCII, typeName } from "../object.ts"
import { Py_DTSF_ALT, Py_DTSF_NO_NEG_0, PyOS_double_to_string } from "../pystrtod.ts"
import { PyExc_OverflowError, PyExc_TypeError, PyExc_ValueError } from "../statictypes.ts"
import { PyTuple_Check, PyTuple_GetItem, PyTuple_GET_SIZE } from "../tupleobject.ts"
import { _PyObject_LookupSpecial } from "../typeobject.ts"
import { _PyUnicode_FormatLong, PyUnicode_AsJS, PyUnicode_Check } from "../unicodeobject.ts"
import { _PyBytes_FromBuffer } from "./make.ts"
import { PyBytes_Check, PyBytes_FromJS, PyBytes_FromStringAndSize } from "./core.ts"

// Objects/bytesobject.c: bytes % args. The text is gathered in JavaScript characters 0 … 255.

const id_bytes = ID("__bytes__")

const enum F {
  LJUST = 1,
  SIGN = 2,
  BLANK = 4,
  ALT = 8,
  ZERO = 16,
  NO_NEG_0 = 32,
}

/** n bytes at `p` as a string of characters 0 … 255. */
export function binaryJS(p: number, n: number): string {
  let s = ""
  for (let i = 0; i < n; i += 4096) s += String.fromCharCode(...u8.slice(p + i, p + Math.min(n, i + 4096)))
  return s
}
export function bytesOfBinary(s: string): Uint8Array {
  const b = new Uint8Array(s.length)
  for (let i = 0; i < s.length; i++) b[i] = s.charCodeAt(i)
  return b
}

interface State {
  args: Ref
  arglen: number
  argidx: number
}

function getnextarg(st: State): Ref {
  if (st.argidx < st.arglen) {
    const i = st.argidx++
    return st.arglen < 0 ? st.args : PyTuple_GetItem(st.args, i)
  }
  PyErr_SetString(PyExc_TypeError, "not enough arguments for format string")
  return NULL
}

function formatfloat(v: Ref, flags: number, prec: number, type: string): string | null {
  const x = PyFloat_AsDouble(v)
  if (x === -1 && PyErr_Occurred()) {
    PyErr_SetString(PyExc_TypeError, `float argument required, not ${typeName(v).slice(0, 200)}`)
    return null
  }
  return PyOS_double_to_string(
    x,
    type,
    prec < 0 ? 6 : prec,
    (flags & F.ALT ? Py_DTSF_ALT : 0) | (flags & F.NO_NEG_0 ? Py_DTSF_NO_NEG_0 : 0),
  )
}

function take($u: Own): string | null {
  if ($u === NULL) return null
  const s = PyUnicode_AsJS($u)
  Py_DECREF($u)
  return s
}

function formatlong(v: Ref, flags: number, prec: number, c: string): string | null {
  const type = c === "i" ? "d" : c
  const exact = type === "o" || type === "x" || type === "X"
  const alt = (flags & F.ALT) !== 0
  if (PyLong_Check(v)) return take(_PyUnicode_FormatLong(v, alt, prec, type))
  if (PyNumber_Check(v)) {
    const $i = exact ? _PyNumber_Index(v) : PyNumber_Long(v)
    if ($i !== NULL) {
      const s = take(_PyUnicode_FormatLong($i, alt, prec, type))
      Py_DECREF($i)
      return s
    }
    if (!PyErr_ExceptionMatches(PyExc_TypeError)) return null
  }
  PyErr_SetString(
    PyExc_TypeError,
    `%${type} format: ${exact ? "an integer" : "a real number"} is required, not ${typeName(v).slice(0, 200)}`,
  )
  return null
}

function byte_converter(arg: Ref): string | null {
  if (PyBytes_Check(arg) && Py_SIZE(arg) === 1) return String.fromCharCode(u8[arg + PyBytesObject.ob_sval])
  if (PyByteArray_Check(arg) && Py_SIZE(arg) === 1) return String.fromCharCode(u8[PyByteArray_AS_STRING(arg)])
  const v = PyLong_AsLongAndOverflow(arg)
  if (longOverflow === 0 && v === -1 && PyErr_Occurred()) {
    if (PyErr_ExceptionMatches(PyExc_TypeError)) PyErr_SetString(PyExc_TypeError, "%c requires an integer in range(256) or a single byte")
    return null
  }
  if (longOverflow !== 0 || v < 0 || v > 255) {
    PyErr_SetString(PyExc_OverflowError, "%c arg not in range(256)")
    return null
  }
  return String.fromCharCode(v)
}

function format_obj(v: Ref): string | null {
  if (PyBytes_Check(v)) return binaryJS(v + PyBytesObject.ob_sval, Py_SIZE(v))
  if (PyByteArray_Check(v)) return binaryJS(PyByteArray_AS_STRING(v), Py_SIZE(v))
  const $f = _PyObject_LookupSpecial(v, id_bytes)
  let $r: Own = NULL
  if ($f !== NULL) {
    $r = PyObject_CallNoArgs($f)
    Py_DECREF($f)
    if ($r === NULL) return null
    if (!PyBytes_Check($r)) {
      PyErr_SetString(PyExc_TypeError, `__bytes__ returned non-bytes (type ${typeName($r).slice(0, 200)})`)
      Py_DECREF($r)
      return null
    }
  } else if (PyErr_Occurred()) return null
  else if (PyObject_CheckBuffer(v)) {
    $r = _PyBytes_FromBuffer(v)
    if ($r === NULL) return null
  } else {
    PyErr_SetString(
      PyExc_TypeError,
      `%b requires a bytes-like object, or an object that implements __bytes__, not '${typeName(v).slice(0, 100)}'`,
    )
    return null
  }
  const s = binaryJS($r + PyBytesObject.ob_sval, Py_SIZE($r))
  Py_DECREF($r)
  return s
}

const isDigit = (c: string): boolean => c >= "0" && c <= "9"

/** The text, or null with the error set. */
function formatText(fmt: string, args: Ref): string | null {
  const st: State = { args, arglen: -1, argidx: -2 }
  let $owned: Own = NULL
  let dict: Ref = NULL
  if (PyTuple_Check(args)) {
    st.arglen = PyTuple_GET_SIZE(args)
    st.argidx = 0
  } else if (!PyBytes_Check(args) && !PyUnicode_Check(args) && !PyByteArray_Check(args)) {
    const mp = ptr(Py_TYPE(args) + PyTypeObject.tp_as_mapping)
    if (mp !== 0 && ptr(mp + PyMappingMethods.mp_subscript) !== 0) dict = args
  }
  const fail = (exc: Ref, message: string): null => {
    if ($owned !== NULL) Py_DECREF($owned)
    PyErr_SetString(exc, message)
    return null
  }
  const give = (): null => {
    if ($owned !== NULL) Py_DECREF($owned)
    return null
  }
  let out = ""
  let i = 0
  const n = fmt.length
  while (i < n) {
    const p = fmt.indexOf("%", i)
    if (p < 0) {
      out += fmt.slice(i)
      break
    }
    out += fmt.slice(i, p)
    i = p + 1
    if (fmt[i] === "%") {
      out += "%"
      i++
      continue
    }
    if (fmt[i] === "(") {
      if (dict === NULL) return fail(PyExc_TypeError, "format requires a mapping")
      const start = ++i
      let depth = 1
      while (depth > 0 && i < n) {
        if (fmt[i] === ")") depth--
        else if (fmt[i] === "(") depth++
        i++
      }
      if (depth > 0 || i > n) return fail(PyExc_ValueError, "incomplete format key")
      const $key = PyBytes_FromJS(bytesOfBinary(fmt.slice(start, i - 1)))
      if ($key === NULL) return give()
      if ($owned !== NULL) Py_DECREF($owned)
      $owned = PyObject_GetItem(dict, $key)
      Py_DECREF($key)
      if ($owned === NULL) return null
      st.args = $owned
      st.arglen = -1
      st.argidx = -2
    }
    let flags = 0
    let c = ""
    for (;;) {
      c = fmt[i++] ?? ""
      if (c === "-") flags |= F.LJUST
      else if (c === "+") flags |= F.SIGN
      else if (c === " ") flags |= F.BLANK
      else if (c === "#") flags |= F.ALT
      else if (c === "0") flags |= F.ZERO
      else break
    }
    let width = -1
    if (c === "*") {
      const v = getnextarg(st)
      if (v === NULL) return give()
      if (!PyLong_Check(v)) return fail(PyExc_TypeError, "* wants int")
      width = PyLong_AsSsize_t(v)
      if (width === -1 && PyErr_Occurred()) return give()
      if (width < 0) {
        flags |= F.LJUST
        width = -width
      }
      c = fmt[i++] ?? ""
    } else if (isDigit(c)) {
      width = 0
      while (isDigit(c)) {
        width = width * 10 + Number(c)
        if (width > 9223372036854775807) return fail(PyExc_ValueError, "width too big")
        c = fmt[i++] ?? ""
      }
    }
    let prec = -1
    if (c === ".") {
      prec = 0
      c = fmt[i++] ?? ""
      if (c === "*") {
        const v = getnextarg(st)
        if (v === NULL) return give()
        if (!PyLong_Check(v)) return fail(PyExc_TypeError, "* wants int")
        prec = _PyLong_AsInt(v)
        if (prec === -1 && PyErr_Occurred()) return give()
        if (prec < 0) prec = 0
        c = fmt[i++] ?? ""
      } else {
        while (isDigit(c)) {
          prec = prec * 10 + Number(c)
          if (prec > 2147483647) return fail(PyExc_ValueError, "prec too big")
          c = fmt[i++] ?? ""
        }
      }
    }
    if (c === "h" || c === "l" || c === "L") c = fmt[i++] ?? ""
    if (c === "") return fail(PyExc_ValueError, "incomplete format")
    const v = getnextarg(st)
    if (v === NULL) return give()
    let text: string | null = null
    let number = false
    let fill = " "
    switch (c) {
      case "r":
      case "a":
        text = take(PyObject_ASCII(v))
        if (text !== null && prec >= 0) text = text.slice(0, prec)
        break
      case "s":
      case "b":
        text = format_obj(v)
        if (text !== null && prec >= 0) text = text.slice(0, prec)
        break
      case "i":
      case "d":
      case "u":
      case "o":
      case "x":
      case "X":
        text = formatlong(v, flags, prec, c)
        number = true
        if (flags & F.ZERO) fill = "0"
        break
      case "e":
      case "E":
      case "f":
      case "F":
      case "g":
      case "G":
        text = formatfloat(v, flags, prec, c)
        number = true
        if (flags & F.ZERO) fill = "0"
        break
      case "c":
        text = byte_converter(v)
        break
      default: {
        const code = c.charCodeAt(0)
        return fail(PyExc_ValueError, `unsupported format character '${c}' (0x${code.toString(16)}) at index ${i - 1}`)
      }
    }
    if (text === null) return give()
    let sign = ""
    if (number) {
      if (text[0] === "-" || text[0] === "+") {
        sign = text[0]
        text = text.slice(1)
      } else if (flags & F.SIGN) sign = "+"
      else if (flags & F.BLANK) sign = " "
    }
    let prefix = ""
    if (flags & F.ALT && (c === "o" || c === "x" || c === "X")) {
      prefix = text.slice(0, 2)
      text = text.slice(2)
    }
    const padding = Math.max(0, width - sign.length - prefix.length - text.length)
    if (padding > 0x7fffffff) return fail(PyExc_ValueError, "width too big")
    if (flags & F.LJUST) out += sign + prefix + text + " ".repeat(padding)
    else if (fill === "0") out += sign + prefix + "0".repeat(padding) + text
    else out += " ".repeat(padding) + sign + prefix + text
    if (dict !== NULL && st.argidx < st.arglen) return fail(PyExc_TypeError, "not all arguments converted during bytes formatting")
  }
  if (st.argidx < st.arglen && dict === NULL) return fail(PyExc_TypeError, "not all arguments converted during bytes formatting")
  if ($owned !== NULL) Py_DECREF($owned)
  return out
}

/** format % args, as bytes or bytearray. */
export function _PyBytes_FormatEx(format: number, n: number, args: Ref, useBytearray: boolean): Own {
  const text = formatText(binaryJS(format, n), args)
  if (text === null) return NULL
  const $b = PyBytes_FromJS(bytesOfBinary(text))
  if ($b === NULL || !useBytearray) return $b
  const $a = PyByteArray_FromStringAndSize($b + PyBytesObject.ob_sval, Py_SIZE($b))
  Py_DECREF($b)
  return $a
}

/** A new reference to `op`, or a bytes copy of its data. */
export function bytesOrCopy(op: Ref): Own {
  return PyBytes_Check(op) ? Py_NewRef(op) : PyBytes_FromStringAndSize(PyByteArray_AS_STRING(op), Py_SIZE(op))
}
