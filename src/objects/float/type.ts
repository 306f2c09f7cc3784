import { doubleHi, doubleLo, frexp, frexpExp, ldexp, mantissaOf, exponentOf } from "../../base/double.ts"
import { ptr } from "../../heap/access.ts"
import { fn } from "../../heap/fntable.ts"
import { Py_buffer, PyFloatObject, PyTypeObject } from "../../heap/layout.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_DECREF, Py_NewRef } from "../../heap/refcount.ts"
import { calloca, cstackMark, cstackReset } from "../../heap/cstack.ts"
import { f64, u8 } from "../../heap/views.ts"
import { PyBuffer_Release, PyNumber_AsSsize_t, PyNumber_Float, PyObject_GetBuffer } from "../abstract.ts"
import { PyByteArray_AS_STRING, PyByteArray_Check, PyByteArray_GET_SIZE } from "../bytearrayobject.ts"
import { PyBytes_AS_STRING, PyBytes_Check, PyBytes_GET_SIZE } from "../bytesobject.ts"
import { PyObject_CallOneArg, PyVectorcall_NARGS } from "../call.ts"
import { defineType } from "../define.ts"
import { PyErr_Occurred, PyErr_SetString } from "../errors.ts"
import { _PyFloat_FormatAdvanced } from "../formatter_unicode.ts"
import { _PyArg_BadArgument, _PyArg_CheckPositional, _PyArg_NoKeywords, _PyArg_NoKwnames } from "../getargs.ts"
import { PyBool_FromLong } from "../boolobject.ts"
import { PyLong_FromBigInt, PyLong_FromDouble, PyLong_FromLong, smallInt } from "../longobject.ts"
import { freshASCII } from "../longobject.ts"
import { PyObject_GenericGetAttr, reprJS, typeName } from "../object.ts"
import {
  _Py_dg_dtoa,
  _Py_parse_inf_or_nan,
  _Py_string_to_number_with_underscores,
  doubleRepr,
  dtoaDecpt,
  PyOS_string_to_double,
  strtodEnd,
} from "../pystrtod.ts"
import { type allocfunc, METH, TPFLAGS } from "../slots.ts"
import { Py_None, PyExc_OverflowError, PyExc_TypeError, PyExc_ValueError, PyFloat_Type } from "../statictypes.ts"
import { buildTuple } from "../tupleobject.ts"
import {
  _PyUnicode_TransformDecimalAndSpaceToASCII,
  PyUnicode_AsJS,
  PyUnicode_AsUTF8AndSize,
  PyUnicode_Check,
  PyUnicode_CheckExact,
  PyUnicode_FromString,
} from "../unicodeobject.ts"
import { _Py_HashDouble } from "../pyhash.ts"
import {
  float_abs,
  float_add,
  float_bool,
  float_div,
  float_divmod,
  float_floor_div,
  float_mul,
  float_neg,
  float_pow,
  float_rem,
  float_richcompare,
  float_sub,
} from "./arith.ts"
import { float_dealloc, PyFloat_CheckExact, PyFloat_FromDouble } from "./core.ts"

// Objects/floatobject.c: the type float and its methods.

function value(self: Ref): number {
  return f64[(self + PyFloatObject.ob_fval) >> 3]
}

function float_repr(self: Ref): Own {
  return freshASCII(doubleRepr(value(self)))
}

function float_hash(self: Ref): number {
  return _Py_HashDouble(self, value(self))
}

export function PyFloat_GetMax(): number {
  return Number.MAX_VALUE
}
export function PyFloat_GetMin(): number {
  return 2.2250738585072014e-308
}

function trimmed(s: string): string {
  let i = 0
  let j = s.length
  const space = (c: number): boolean => c === 32 || (c >= 9 && c <= 13)
  while (i < j && space(s.charCodeAt(i))) i++
  while (j > i && space(s.charCodeAt(j - 1))) j--
  return s.slice(i, j)
}

/** The n bytes at `p`, one character each. */
export function latin1JS(p: number, n: number): string {
  let s = ""
  for (let i = 0; i < n; i += 8192) s += String.fromCharCode(...u8.slice(p + i, p + Math.min(n, i + 8192)))
  return s
}

/** float() of a str, bytes, bytearray or buffer. */
export function PyFloat_FromString(v: Ref): Own {
  let s: string
  if (PyUnicode_Check(v)) {
    const $ascii = _PyUnicode_TransformDecimalAndSpaceToASCII(v)
    if ($ascii === NULL) return NULL
    s = PyUnicode_AsJS($ascii)
    Py_DECREF($ascii)
  } else if (PyBytes_Check(v)) s = latin1JS(PyBytes_AS_STRING(v), PyBytes_GET_SIZE(v))
  else if (PyByteArray_Check(v)) s = latin1JS(PyByteArray_AS_STRING(v), PyByteArray_GET_SIZE(v))
  else {
    const mark = cstackMark()
    const view = calloca(Py_buffer.SIZE)
    if (PyObject_GetBuffer(v, view, 0) !== 0) {
      cstackReset(mark)
      return PyErr_SetString(PyExc_TypeError, `float() argument must be a string or a real number, not '${typeName(v).slice(0, 200)}'`)
    }
    s = latin1JS(ptr(view + Py_buffer.buf), ptr(view + Py_buffer.len))
    PyBuffer_Release(view)
    cstackReset(mark)
  }
  return _Py_string_to_number_with_underscores(s, "float", v, (text) => {
    const t = trimmed(text)
    if (t !== "") {
      const x = PyOS_string_to_double(t, 0, false, 0)
      if (strtodEnd === t.length) return PyFloat_FromDouble(x)
    }
    const r = reprJS(v)
    return r === null ? NULL : PyErr_SetString(PyExc_ValueError, `could not convert string to float: ${r}`)
  })
}

function float_new_impl(type: Ref, x: Ref): Own {
  if (type !== PyFloat_Type) {
    const $tmp = float_new_impl(PyFloat_Type, x === NULL ? smallInt(0) : x)
    if ($tmp === NULL) return NULL
    const $op = fn<allocfunc>(ptr(type + PyTypeObject.tp_alloc))(type, 0)
    if ($op !== NULL) f64[($op + PyFloatObject.ob_fval) >> 3] = value($tmp)
    Py_DECREF($tmp)
    return $op
  }
  if (x === NULL) return PyFloat_FromDouble(0)
  if (PyUnicode_CheckExact(x)) return PyFloat_FromString(x)
  return PyNumber_Float(x)
}

function float_new(type: Ref, args: Ref, kwargs: Ref): Own {
  if (type === PyFloat_Type || ptr(type + PyTypeObject.tp_init) === ptr(PyFloat_Type + PyTypeObject.tp_init)) {
    if (!_PyArg_NoKeywords("float", kwargs)) return NULL
  }
  const n = ptr(args + 16)
  if (!_PyArg_CheckPositional("float", n, 0, 1)) return NULL
  return float_new_impl(type, n >= 1 ? ptr(args + 24) : NULL)
}

function float_vectorcall(type: Ref, args: number, nargsf: number, kwnames: Ref): Own {
  if (!_PyArg_NoKwnames("float", kwnames)) return NULL
  const n = PyVectorcall_NARGS(nargsf)
  if (!_PyArg_CheckPositional("float", n, 0, 1)) return NULL
  return float_new_impl(type, n >= 1 ? ptr(args) : NULL)
}

export function float_float(v: Ref): Own {
  return PyFloat_CheckExact(v) ? Py_NewRef(v) : PyFloat_FromDouble(value(v))
}
function float_conjugate(self: Ref): Own {
  return float_float(self)
}
function float_is_integer(self: Ref): Own {
  return PyBool_FromLong(Number.isInteger(value(self)) ? 1 : 0)
}
function float___trunc__(self: Ref): Own {
  return PyLong_FromDouble(value(self))
}
function float___floor__(self: Ref): Own {
  return PyLong_FromDouble(Math.floor(value(self)))
}
function float___ceil__(self: Ref): Own {
  return PyLong_FromDouble(Math.ceil(value(self)))
}

/** Nearest integer, ties to even. */
export function roundHalfEven(x: number): number {
  const f = Math.floor(x)
  const d = x - f
  if (d < 0.5) return f
  if (d > 0.5) return f + 1
  return f % 2 === 0 ? f : f + 1
}

function float___round__(self: Ref, args: number, nargs: number): Own {
  if (!_PyArg_CheckPositional("__round__", nargs, 0, 1)) return NULL
  const ndigitsArg = nargs < 1 ? Py_None : ptr(args)
  const x = value(self)
  if (ndigitsArg === Py_None) return PyLong_FromDouble(roundHalfEven(x))
  const ndigits = PyNumber_AsSsize_t(ndigitsArg, NULL)
  if (ndigits === -1 && PyErr_Occurred()) return NULL
  if (!Number.isFinite(x) || ndigits > 323) return PyFloat_FromDouble(x)
  if (ndigits < -308) return PyFloat_FromDouble(0 * x)
  const negative = x < 0 || Object.is(x, -0)
  const digits = _Py_dg_dtoa(negative ? -x : x, 3, ndigits)
  const r = digits === "" ? 0 : Number(`0${digits}e${dtoaDecpt - digits.length}`)
  if (r === Infinity) return PyErr_SetString(PyExc_OverflowError, "rounded value too large to represent")
  return PyFloat_FromDouble(negative ? -r : r)
}

function float_hex(self: Ref): Own {
  const x = value(self)
  if (!Number.isFinite(x)) return float_repr(self)
  const negative = doubleHi(x) < 0
  const sign = negative ? "-" : ""
  if (x === 0) return PyUnicode_FromString(`${sign}0x0.0p+0`)
  const biased = (doubleHi(x) >>> 20) & 0x7ff
  const mantissa = (doubleHi(x) & 0xfffff).toString(16).padStart(5, "0") + (doubleLo(x) >>> 0).toString(16).padStart(8, "0")
  const e = biased === 0 ? -1022 : biased - 1023
  return PyUnicode_FromString(`${sign}0x${biased === 0 ? 0 : 1}.${mantissa}p${e < 0 ? "-" : "+"}${Math.abs(e)}`)
}

const HEX = /([+-]?)(?:0[xX])?([0-9a-fA-F]*)(?:(\.)([0-9a-fA-F]*))?(?:([pP])([+-]?[0-9]*))?/y

function float_fromhex(type: Ref, string: Ref): Own {
  if (PyUnicode_AsUTF8AndSize(string) === 0) return NULL
  const s = PyUnicode_AsJS(string)
  let at = 0
  const space = (c: number): boolean => c === 32 || (c >= 9 && c <= 13)
  while (space(s.charCodeAt(at))) at++
  let x = _Py_parse_inf_or_nan(s, at)
  let negative = false
  if (strtodEnd !== at) at = strtodEnd
  else {
    HEX.lastIndex = at
    const m = HEX.exec(s)
    if (m === null) return badHex()
    at = HEX.lastIndex
    negative = m[1] === "-"
    const fraction = m[4] ?? ""
    const all = m[2] + fraction
    if (all === "") return badHex()
    let exp = 0
    if (m[5] !== undefined) {
      if (!/[0-9]/.test(m[6])) return badHex()
      exp = Number(m[6])
    }
    const coefficient = BigInt(`0x${all}`)
    if (coefficient === 0n) x = 0
    else {
      exp -= 4 * fraction.length
      const bits = coefficient.toString(2).length
      const top = bits + exp
      if (top < -1021 - 53) x = 0
      else if (top > 1024) return hexOverflow()
      else {
        // keep 64 bits and a sticky one, then round once to the precision at hand
        const lsb = Math.max(top, -1021) - 53
        if (exp >= lsb) x = ldexp(Number(coefficient), exp)
        else {
          const drop = BigInt(lsb - exp)
          let q = coefficient >> drop
          const rest = coefficient - (q << drop)
          const half = 1n << (drop - 1n)
          if (rest > half || (rest === half && (q & 1n) === 1n)) q += 1n
          x = ldexp(Number(q), lsb)
        }
        if (x === Infinity) return hexOverflow()
      }
    }
  }
  while (at < s.length && space(s.charCodeAt(at))) at++
  if (at !== s.length) return badHex()
  const $r = PyFloat_FromDouble(negative ? -x : x)
  if ($r === NULL || type === PyFloat_Type) return $r
  const $z = PyObject_CallOneArg(type, $r)
  Py_DECREF($r)
  return $z
}
function badHex(): Own {
  return PyErr_SetString(PyExc_ValueError, "invalid hexadecimal floating-point string")
}
function hexOverflow(): Own {
  return PyErr_SetString(PyExc_OverflowError, "hexadecimal value too large to represent as a float")
}

function float_as_integer_ratio(self: Ref): Own {
  const x = value(self)
  if (x === Infinity || x === -Infinity) return PyErr_SetString(PyExc_OverflowError, "cannot convert Infinity to integer ratio")
  if (x !== x) return PyErr_SetString(PyExc_ValueError, "cannot convert NaN to integer ratio")
  let num = 0n
  let den = 1n
  if (x !== 0) {
    num = mantissaOf(Math.abs(x))
    let e = exponentOf(Math.abs(x))
    while ((num & 1n) === 0n) {
      num >>= 1n
      e++
    }
    if (e > 0) num <<= BigInt(e)
    else den <<= BigInt(-e)
    if (x < 0) num = -num
  }
  const $n = PyLong_FromBigInt(num)
  if ($n === NULL) return NULL
  const $d = PyLong_FromBigInt(den)
  if ($d === NULL) {
    Py_DECREF($n)
    return NULL
  }
  return buildTuple($n, $d)
}

function float___getnewargs__(self: Ref): Own {
  const $x = PyFloat_FromDouble(value(self))
  return $x === NULL ? NULL : buildTuple($x)
}

function float___getformat__(_type: Ref, arg: Ref): Own {
  if (!PyUnicode_Check(arg)) {
    _PyArg_BadArgument("__getformat__", "argument", "str", arg)
    return NULL
  }
  const s = PyUnicode_AsJS(arg)
  if (s.includes("\0")) return PyErr_SetString(PyExc_ValueError, "embedded null character")
  if (s !== "double" && s !== "float") {
    return PyErr_SetString(PyExc_ValueError, "__getformat__() argument 1 must be 'double' or 'float'")
  }
  return PyUnicode_FromString("IEEE, little-endian")
}

function float___format__(self: Ref, spec: Ref): Own {
  if (!PyUnicode_Check(spec)) {
    _PyArg_BadArgument("__format__", "argument", "str", spec)
    return NULL
  }
  return _PyFloat_FormatAdvanced(self, spec)
}

function float_getimag(): Own {
  return PyFloat_FromDouble(0)
}

/** frexp as Python's math.frexp wants it: the exponent is in `frexpExp` of base/double.ts. */
export function floatFrexp(x: number): [number, number] {
  const m = frexp(x)
  return [m, frexpExp]
}

/** float's exact integer, for callers that compare. */
export function floatToLong(x: number): Own {
  return Number.isSafeInteger(x) ? PyLong_FromLong(x === 0 ? 0 : x) : PyLong_FromDouble(x)
}

defineType(PyFloat_Type, {
  name: "float",
  basicsize: PyFloatObject.SIZE,
  flags: TPFLAGS.DEFAULT | TPFLAGS.BASETYPE | TPFLAGS.MATCH_SELF,
  doc: "(x=0, /)\n--\n\nA floating point number made from a string or number, if possible.",
  dealloc: float_dealloc,
  repr: float_repr,
  hash: float_hash,
  getattro: PyObject_GenericGetAttr,
  richcompare: float_richcompare,
  new: float_new,
  vectorcall: float_vectorcall,
  nb_add: float_add,
  nb_subtract: float_sub,
  nb_multiply: float_mul,
  nb_remainder: float_rem,
  nb_divmod: float_divmod,
  nb_power: float_pow,
  nb_negative: float_neg,
  nb_positive: float_float,
  nb_absolute: float_abs,
  nb_bool: float_bool,
  nb_int: float___trunc__,
  nb_float: float_float,
  nb_floor_divide: float_floor_div,
  nb_true_divide: float_div,
  methods: [
    ["conjugate", float_conjugate, METH.NOARGS, "($self, /)\n--\n\nReturn self, the complex conjugate of any float."],
    ["__trunc__", float___trunc__, METH.NOARGS, "($self, /)\n--\n\nReturn the Integral closest to x between 0 and x."],
    ["__floor__", float___floor__, METH.NOARGS, "($self, /)\n--\n\nReturn the floor as an Integral."],
    ["__ceil__", float___ceil__, METH.NOARGS, "($self, /)\n--\n\nReturn the ceiling as an Integral."],
    [
      "__round__",
      float___round__,
      METH.FASTCALL,
      "($self, ndigits=None, /)\n--\n\nThe closest Integral, ties to even; with an argument, as round(x, ndigits).",
    ],
    [
      "as_integer_ratio",
      float_as_integer_ratio,
      METH.NOARGS,
      "($self, /)\n--\n\nA pair of integers whose ratio is exactly the float; the second is positive.",
    ],
    ["fromhex", float_fromhex, METH.O | METH.CLASS, "($type, string, /)\n--\n\nThe float that a hexadecimal string stands for."],
    ["hex", float_hex, METH.NOARGS, "($self, /)\n--\n\nThe float in hexadecimal."],
    ["is_integer", float_is_integer, METH.NOARGS, "($self, /)\n--\n\nReturn True if the float is an integer."],
    ["__getnewargs__", float___getnewargs__, METH.NOARGS, "($self, /)\n--\n\n"],
    [
      "__getformat__",
      float___getformat__,
      METH.O | METH.CLASS,
      "($type, typestr, /)\n--\n\nFor tests: how C's double or float is laid out.",
    ],
    ["__format__", float___format__, METH.O, "($self, format_spec, /)\n--\n\nFormats the float according to format_spec."],
  ],
  getset: [
    ["real", float_float, null, "the real part of a complex number"],
    ["imag", float_getimag, null, "the imaginary part of a complex number"],
  ],
})
