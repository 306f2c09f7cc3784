import { ptr, setint32 } from "../../heap/access.ts"
import { fn } from "../../heap/fntable.ts"
import { PyLongObject, PyTypeObject } from "../../heap/layout.ts"
import { INTERP, Interp } from "../../heap/map.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_DECREF, Py_SIZE, Py_TYPE } from "../../heap/refcount.ts"
import { ID } from "../../heap/statics.ts"
import { i32 } from "../../heap/views.ts"
import { _PyNumber_Index, PyNumber_AsSsize_t, PyNumber_Long } from "../abstract.ts"
import { PyByteArray_AS_STRING, PyByteArray_Check } from "../bytearrayobject.ts"
import { PyBytes_AS_STRING, PyBytes_Check, PyBytes_FromStringAndSize } from "../bytesobject.ts"
import { PyObject_CallOneArg } from "../call.ts"
import { defineType } from "../define.ts"
import { PyErr_Occurred, PyErr_SetString } from "../errors.ts"
import { PyFloat_FromDouble } from "../floatobject.ts"
import { _PyLong_FormatAdvanced } from "../formatter_unicode.ts"
import { _PyArg_BadArgument, _PyArg_CheckPositional, _PyArg_UnpackKeywords, _PyArg_UnpackKeywordsTuple, argParser } from "../getargs.ts"
import { PyObject_Bytes, PyObject_GenericGetAttr, PyObject_IsTrue } from "../object.ts"
import { PyObject_Free } from "../../heap/obmalloc.ts"
import { type allocfunc, type freefunc, METH, TPFLAGS } from "../slots.ts"
import { Py_None, PyExc_TypeError, PyExc_ValueError, PyLong_Type } from "../statictypes.ts"
import { buildTuple, PyTuple_GET_ITEM, PyTuple_Pack2 } from "../tupleobject.ts"
import { _PyUnicode_Equal, PyUnicode_Check } from "../unicodeobject.ts"
import { _PyLong_Subtract, long_add, long_mul, long_sub } from "./add.ts"
import {
  long_abs,
  long_and,
  long_bool,
  long_hash,
  long_invert,
  long_long,
  long_lshift,
  long_neg,
  long_or,
  long_richcompare,
  long_rshift,
  long_xor,
} from "./bits.ts"
import { _PyLong_AsByteArray, _PyLong_FromByteArray, PyLong_AsDouble, PyLong_AsSsize_t } from "./convert.ts"
import { PyLong_FromBigInt } from "./bigint.ts"
import { _PyLong_Copy, _PyLong_NumBits, PyLong_FromLong, smallInt } from "./digits.ts"
import { _PyLong_DivmodNear, long_div, long_divmod, long_mod, long_pow, long_true_divide } from "./divide.ts"
import { _PY_LONG_DEFAULT_MAX_STR_DIGITS, _PyLong_FromBytes, long_to_decimal_string, PyLong_FromUnicodeObject } from "./format.ts"

// Objects/longobject.c: the type int and its methods.

const id_big = ID("big")
const id_little = ID("little")

const newParser = argParser("int", ["", "base"])
const toBytesParser = argParser("to_bytes", ["length", "byteorder", "signed"])
const fromBytesParser = argParser("from_bytes", ["bytes", "byteorder", "signed"])

/** C inherits object's; this is the same in one step. */
function long_dealloc(op: Ref): void {
  const type = Py_TYPE(op)
  if (type === PyLong_Type) PyObject_Free(op)
  else fn<freefunc>(ptr(type + PyTypeObject.tp_free))(op)
}

function long_float(v: Ref): Own {
  const x = PyLong_AsDouble(v)
  if (x === -1 && PyErr_Occurred()) return NULL
  return PyFloat_FromDouble(x)
}

function long_new(type: Ref, args: Ref, kwargs: Ref): Own {
  const a = _PyArg_UnpackKeywordsTuple(args, kwargs, newParser, 0, 2, 0)
  if (a === 0) return NULL
  return long_new_impl(type, ptr(a), ptr(a + 8))
}

function long_new_impl(type: Ref, x: Ref, obase: Ref): Own {
  if (type !== PyLong_Type) return long_subtype_new(type, x, obase)
  if (x === NULL) {
    if (obase !== NULL) return PyErr_SetString(PyExc_TypeError, "int() missing string argument")
    return PyLong_FromLong(0)
  }
  if (obase === NULL) return PyNumber_Long(x)
  const base = PyNumber_AsSsize_t(obase, NULL)
  if (base === -1 && PyErr_Occurred()) return NULL
  if ((base !== 0 && base < 2) || base > 36) return PyErr_SetString(PyExc_ValueError, "int() base must be >= 2 and <= 36, or 0")
  if (PyUnicode_Check(x)) return PyLong_FromUnicodeObject(x, base)
  if (PyByteArray_Check(x)) return _PyLong_FromBytes(PyByteArray_AS_STRING(x), Py_SIZE(x), base)
  if (PyBytes_Check(x)) return _PyLong_FromBytes(PyBytes_AS_STRING(x), Py_SIZE(x), base)
  return PyErr_SetString(PyExc_TypeError, "int() can't convert non-string with explicit base")
}

/** An instance of a subclass: the digits of the plain int made from the same arguments. */
function long_subtype_new(type: Ref, x: Ref, obase: Ref): Own {
  const $tmp = long_new_impl(PyLong_Type, x, obase)
  if ($tmp === NULL) return NULL
  const size = Py_SIZE($tmp)
  const n = Math.max(Math.abs(size), 1)
  const $op = fn<allocfunc>(ptr(type + PyTypeObject.tp_alloc))(type, n)
  if ($op === NULL) {
    Py_DECREF($tmp)
    return NULL
  }
  i32[($op + PyLongObject.ob_size) >> 2] = size
  i32[(($op + PyLongObject.ob_size) >> 2) + 1] = size >> 31
  const d = ($op + PyLongObject.ob_digit) >> 2
  const s = ($tmp + PyLongObject.ob_digit) >> 2
  for (let i = 0; i < n; i++) i32[d + i] = i32[s + i]
  Py_DECREF($tmp)
  return $op
}

function int___getnewargs__(self: Ref): Own {
  const $v = _PyLong_Copy(self)
  return $v === NULL ? NULL : buildTuple($v)
}

function int___format__(self: Ref, spec: Ref): Own {
  if (!PyUnicode_Check(spec)) {
    _PyArg_BadArgument("__format__", "argument", "str", spec)
    return NULL
  }
  return _PyLong_FormatAdvanced(self, spec)
}

function int___round__(self: Ref, args: number, nargs: number): Own {
  if (!_PyArg_CheckPositional("__round__", nargs, 0, 1)) return NULL
  if (nargs === 0) return long_long(self)
  const $n = _PyNumber_Index(ptr(args))
  if ($n === NULL) return NULL
  if (Py_SIZE($n) >= 0) {
    Py_DECREF($n)
    return long_long(self)
  }
  const $digits = long_neg($n)
  Py_DECREF($n)
  if ($digits === NULL) return NULL
  const $power = long_pow($ten(), $digits, Py_None)
  Py_DECREF($digits)
  if ($power === NULL) return NULL
  const $pair = _PyLong_DivmodNear(self, $power)
  Py_DECREF($power)
  if ($pair === NULL) return NULL
  const $r = _PyLong_Subtract(self, PyTuple_GET_ITEM($pair, 1))
  Py_DECREF($pair)
  return $r
}
function $ten(): Ref {
  return smallInt(10)
}

function int___sizeof__(self: Ref): Own {
  return PyLong_FromLong(PyLongObject.ob_digit + 4 * Math.max(Math.abs(Py_SIZE(self)), 1))
}

function int_bit_length(self: Ref): Own {
  return PyLong_FromLong(_PyLong_NumBits(self))
}

function popcount(d: number): number {
  d -= (d >>> 1) & 0x55555555
  d = (d & 0x33333333) + ((d >>> 2) & 0x33333333)
  return Math.imul((d + (d >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}
function int_bit_count(self: Ref): Own {
  const n = Math.abs(Py_SIZE(self))
  const d = (self + PyLongObject.ob_digit) >> 2
  let count = 0
  for (let i = 0; i < n; i++) count += popcount(i32[d + i])
  return PyLong_FromLong(count)
}

function int_as_integer_ratio(self: Ref): Own {
  const $n = long_long(self)
  if ($n === NULL) return NULL
  const $t = PyTuple_Pack2($n, smallInt(1))
  Py_DECREF($n)
  return $t
}

const enum Order {
  error = -1,
  big = 0,
  little = 1,
}

function byteOrder(fname: string, byteorder: Ref): Order {
  if (byteorder === NULL) return Order.big
  if (!PyUnicode_Check(byteorder)) {
    _PyArg_BadArgument(fname, "argument 'byteorder'", "str", byteorder)
    return Order.error
  }
  return Order.big
}
function orderOf(byteorder: Ref): Order {
  if (byteorder === NULL) return Order.big
  if (_PyUnicode_Equal(byteorder, id_little)) return Order.little
  if (_PyUnicode_Equal(byteorder, id_big)) return Order.big
  PyErr_SetString(PyExc_ValueError, "byteorder must be either 'little' or 'big'")
  return Order.error
}

function int_to_bytes(self: Ref, args: number, nargs: number, kwnames: Ref): Own {
  const a = _PyArg_UnpackKeywords(args, nargs, 0, kwnames, toBytesParser, 0, 2, 0)
  if (a === 0) return NULL
  const length = ptr(a)
  const byteorder = ptr(a + 8)
  const signedArg = ptr(a + 16)
  let n = 1
  if (length !== NULL) {
    const $i = _PyNumber_Index(length)
    n = -1
    if ($i !== NULL) {
      n = PyLong_AsSsize_t($i)
      Py_DECREF($i)
    }
    if (n === -1 && PyErr_Occurred()) return NULL
  }
  if (byteOrder("to_bytes", byteorder) === Order.error) return NULL
  let signed = 0
  if (signedArg !== NULL) {
    signed = PyObject_IsTrue(signedArg)
    if (signed < 0) return NULL
  }
  const order = orderOf(byteorder)
  if (order === Order.error) return NULL
  if (n < 0) return PyErr_SetString(PyExc_ValueError, "length argument must be non-negative")
  const $bytes = PyBytes_FromStringAndSize(0, n)
  if ($bytes === NULL) return NULL
  if (_PyLong_AsByteArray(self, PyBytes_AS_STRING($bytes), n, order === Order.little, signed > 0) < 0) {
    Py_DECREF($bytes)
    return NULL
  }
  return $bytes
}

function int_from_bytes(type: Ref, args: number, nargs: number, kwnames: Ref): Own {
  const a = _PyArg_UnpackKeywords(args, nargs, 0, kwnames, fromBytesParser, 1, 2, 0)
  if (a === 0) return NULL
  const bytes = ptr(a)
  const byteorder = ptr(a + 8)
  const signedArg = ptr(a + 16)
  if (byteOrder("from_bytes", byteorder) === Order.error) return NULL
  let signed = 0
  if (signedArg !== NULL) {
    signed = PyObject_IsTrue(signedArg)
    if (signed < 0) return NULL
  }
  const order = orderOf(byteorder)
  if (order === Order.error) return NULL
  const $b = PyObject_Bytes(bytes)
  if ($b === NULL) return NULL
  const $v = _PyLong_FromByteArray(PyBytes_AS_STRING($b), Py_SIZE($b), order === Order.little, signed > 0)
  Py_DECREF($b)
  if ($v === NULL || type === PyLong_Type) return $v
  const $r = PyObject_CallOneArg(type, $v)
  Py_DECREF($v)
  return $r
}

function long_get0(): Own {
  return PyLong_FromLong(0)
}
function long_get1(): Own {
  return PyLong_FromLong(1)
}

/** The interpreter's limit of digits in conversions (boot). */
export function initIntMaxStrDigits(n: number): void {
  setint32(INTERP + Interp.int_max_str_digits, n < 0 ? _PY_LONG_DEFAULT_MAX_STR_DIGITS : n)
}

/** For callers that hold a BigInt. */
export function longFromJS(v: number | bigint): Own {
  return typeof v === "number" ? PyLong_FromLong(v) : PyLong_FromBigInt(v)
}

defineType(PyLong_Type, {
  name: "int",
  basicsize: PyLongObject.ob_digit,
  itemsize: 4,
  flags: TPFLAGS.DEFAULT | TPFLAGS.BASETYPE | TPFLAGS.LONG_SUBCLASS | TPFLAGS.MATCH_SELF,
  doc: "int([x]) -> integer\nint(x, base=10) -> integer\n\nMake an integer from a number, or from the text of one in the given base (2 to 36, or 0 to read its prefix).",
  dealloc: long_dealloc,
  repr: long_to_decimal_string,
  hash: long_hash,
  getattro: PyObject_GenericGetAttr,
  richcompare: long_richcompare,
  new: long_new,
  free: PyObject_Free,
  nb_add: long_add,
  nb_subtract: long_sub,
  nb_multiply: long_mul,
  nb_remainder: long_mod,
  nb_divmod: long_divmod,
  nb_power: long_pow,
  nb_negative: long_neg,
  nb_positive: long_long,
  nb_absolute: long_abs,
  nb_bool: long_bool,
  nb_invert: long_invert,
  nb_lshift: long_lshift,
  nb_rshift: long_rshift,
  nb_and: long_and,
  nb_xor: long_xor,
  nb_or: long_or,
  nb_int: long_long,
  nb_float: long_float,
  nb_floor_divide: long_div,
  nb_true_divide: long_true_divide,
  nb_index: long_long,
  methods: [
    ["conjugate", long_long, METH.NOARGS, "Returns self, the complex conjugate of any int."],
    ["bit_length", int_bit_length, METH.NOARGS, "($self, /)\n--\n\nHow many bits the absolute value needs."],
    ["bit_count", int_bit_count, METH.NOARGS, "($self, /)\n--\n\nHow many bits of the absolute value are set."],
    [
      "to_bytes",
      int_to_bytes,
      METH.FASTCALL | METH.KEYWORDS,
      "($self, /, length=1, byteorder='big', *, signed=False)\n--\n\nThe integer as an array of bytes.",
    ],
    [
      "from_bytes",
      int_from_bytes,
      METH.FASTCALL | METH.KEYWORDS | METH.CLASS,
      "($type, /, bytes, byteorder='big', *, signed=False)\n--\n\nThe integer that an array of bytes stands for.",
    ],
    [
      "as_integer_ratio",
      int_as_integer_ratio,
      METH.NOARGS,
      "($self, /)\n--\n\nA pair of integers whose ratio is the number; the second is positive.",
    ],
    ["__trunc__", long_long, METH.NOARGS, "Truncating an Integral returns itself."],
    ["__floor__", long_long, METH.NOARGS, "Flooring an Integral returns itself."],
    ["__ceil__", long_long, METH.NOARGS, "Ceiling of an Integral returns itself."],
    [
      "__round__",
      int___round__,
      METH.FASTCALL,
      "($self, ndigits=<unrepresentable>, /)\n--\n\nRounding an Integral returns itself.\n\nRounding with an ndigits argument also returns an integer.",
    ],
    ["__getnewargs__", int___getnewargs__, METH.NOARGS, "($self, /)\n--\n\n"],
    ["__format__", int___format__, METH.O, "($self, format_spec, /)\n--\n\n"],
    ["__sizeof__", int___sizeof__, METH.NOARGS, "($self, /)\n--\n\nReturns size in memory, in bytes."],
  ],
  getset: [
    ["real", long_long, null, "the real part of a complex number"],
    ["imag", long_get0, null, "the imaginary part of a complex number"],
    ["numerator", long_long, null, "the numerator of a rational number in lowest terms"],
    ["denominator", long_get1, null, "the denominator of a rational number in lowest terms"],
  ],
})
