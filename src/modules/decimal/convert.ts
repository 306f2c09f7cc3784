import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_DECREF, Py_NewRef, Py_TYPE } from "../../heap/refcount.ts"
import { PyErr_Occurred, PyErr_SetString } from "../../objects/errors.ts"
import { PyFloat_AS_DOUBLE, PyFloat_Check } from "../../objects/floatobject.ts"
import { PyList_AsTuple, PyList_Check } from "../../objects/listobject.ts"
import { PyLong_AsBigInt, PyLong_AsLong, PyLong_Check } from "../../objects/longobject.ts"
import { typeName } from "../../objects/object.ts"
import { PyExc_TypeError, PyExc_ValueError } from "../../objects/statictypes.ts"
import { PyTuple_Check, PyTuple_GET_ITEM, PyTuple_GET_SIZE } from "../../objects/tupleobject.ts"
import { Py_UNICODE_ISSPACE, Py_UNICODE_TODECIMAL } from "../../objects/unicodectype.ts"
import { PyUnicode_AsJS, PyUnicode_Check } from "../../objects/unicodeobject.ts"
import { error, finalize, finite, Flag, infinity, isNan, MAXCTX, nan, type Num } from "./num.ts"
import { addStatus, build, ctxOf, decimalType, fromNum, isDecimal, newDecimal, numOf } from "./objects.ts"
import { fromString } from "./text.ts"

// Modules/_decimal/_decimal.c: Decimals from other objects.

export function fromBig(v: bigint): Num {
  return v < 0n ? finite(1, -v, 0n) : finite(0, v, 0n)
}
/** The value of a Decimal or int; null for anything else. */
export function operand(v: Ref): Num | null {
  if (isDecimal(v)) return numOf(v)
  return PyLong_Check(v) ? fromBig(PyLong_AsBigInt(v)) : null
}
function unsupported(v: Ref): Own {
  return PyErr_SetString(PyExc_TypeError, `conversion from ${typeName(v)} to Decimal is not supported`)
}
/** The same with TypeError set. */
export function operandOrRaise(v: Ref): Num | null {
  const n = operand(v)
  if (n === null) unsupported(v)
  return n
}

/** numeric_as_ascii: "" (which is no number) for other characters. */
function numericAsAscii(u: Ref, exactWS: boolean): string {
  const chars = [...PyUnicode_AsJS(u)].map((c) => c.codePointAt(0) as number)
  let start = 0
  let end = chars.length
  if (exactWS) {
    while (end > 0 && Py_UNICODE_ISSPACE(chars[end - 1])) end--
    while (start < end && Py_UNICODE_ISSPACE(chars[start])) start++
  }
  let s = ""
  for (let i = start; i < end; i++) {
    const ch = chars[i]
    if (exactWS && ch === 95) continue
    if (ch > 0 && ch <= 127) s += String.fromCharCode(ch)
    else if (Py_UNICODE_ISSPACE(ch)) s += " "
    else {
      const d = Py_UNICODE_TODECIMAL(ch)
      if (d < 0) return ""
      s += String(d)
    }
  }
  return s
}

const DOUBLE = new DataView(new ArrayBuffer(8))
/** The exact value of a double. */
export function fromDouble(x: number): Num {
  if (Number.isNaN(x)) return nan()
  DOUBLE.setFloat64(0, x)
  const hi = DOUBLE.getUint32(0)
  const sign = (hi >>> 31) as 0 | 1
  if (!Number.isFinite(x)) return infinity(sign)
  const e = (hi >>> 20) & 0x7ff
  let m = (BigInt(hi & 0xfffff) << 32n) | BigInt(DOUBLE.getUint32(4))
  if (e !== 0) m |= 0x10000000000000n
  if (m === 0n) return finite(sign, 0n, 0n)
  let k = (e === 0 ? 1 : e) - 1075
  while ((m & 1n) === 0n && k < 0) {
    m >>= 1n
    k++
  }
  return k >= 0 ? finite(sign, m << BigInt(k), 0n) : finite(sign, m * 5n ** BigInt(-k), BigInt(k))
}
/** from_float: an int or a float, exactly. */
export function PyDecType_FromFloatExact(type: Ref, v: Ref, context: Ref): Own {
  if (PyLong_Check(v)) return build(type, context, true, () => finalize(fromBig(PyLong_AsBigInt(v)), MAXCTX))
  if (!PyFloat_Check(v)) return PyErr_SetString(PyExc_TypeError, "argument must be int or float")
  return newDecimal(type, fromDouble(PyFloat_AS_DOUBLE(v)))
}
/** create_decimal_from_float. */
export function PyDec_FromFloat(v: Ref, context: Ref): Own {
  if (PyLong_Check(v)) return build(decimalType, context, false, () => finalize(fromBig(PyLong_AsBigInt(v)), ctxOf(context)))
  if (!PyFloat_Check(v)) return PyErr_SetString(PyExc_TypeError, "argument must be int or float")
  return build(decimalType, context, false, () => finalize(fromDouble(PyFloat_AS_DOUBLE(v)), ctxOf(context)))
}

function bad(message: string): null {
  PyErr_SetString(PyExc_ValueError, message)
  return null
}
/** A DecimalTuple's number as text; null with the error set. */
function tupleText(t: Ref): string | null {
  if (PyTuple_GET_SIZE(t) !== 3) return bad("argument must be a sequence of length 3")
  const signObj = PyTuple_GET_ITEM(t, 0)
  if (!PyLong_Check(signObj)) return bad("sign must be an integer with the value 0 or 1")
  const sign = PyLong_AsLong(signObj)
  if (sign === -1 && PyErr_Occurred()) return null
  if (sign !== 0 && sign !== 1) return bad("sign must be an integer with the value 0 or 1")
  const third = PyTuple_GET_ITEM(t, 2)
  let name = ""
  let exp = 0n
  if (PyUnicode_Check(third)) {
    const s = PyUnicode_AsJS(third)
    if (s !== "F" && s !== "n" && s !== "N") return bad("string argument in the third position must be 'F', 'n' or 'N'")
    name = s === "F" ? "Inf" : s === "n" ? "NaN" : "sNaN"
  } else {
    if (!PyLong_Check(third)) return bad("exponent must be an integer")
    exp = PyLong_AsBigInt(third)
    if (BigInt.asIntN(64, exp) !== exp) {
      PyLong_AsLong(third)
      return null
    }
  }
  const coeff = PyTuple_GET_ITEM(t, 1)
  if (!PyTuple_Check(coeff) && !PyList_Check(coeff)) return bad("coefficient must be a tuple of digits")
  const $digits = PyTuple_Check(coeff) ? Py_NewRef(coeff) : PyList_AsTuple(coeff)
  if ($digits === NULL) return null
  const digits = digitText($digits)
  Py_DECREF($digits)
  if (digits === null) return null
  const text = (sign ? "-" : "+") + name + (name === "Inf" ? "" : digits)
  return name !== "" ? text : `${text}${digits === "" ? "0" : ""}E${exp}`
}
function digitText(t: Ref): string | null {
  let s = ""
  for (let i = 0; i < PyTuple_GET_SIZE(t); i++) {
    const op = PyTuple_GET_ITEM(t, i)
    if (!PyLong_Check(op)) return bad("coefficient must be a tuple of digits")
    const d = PyLong_AsLong(op)
    if (d === -1 && PyErr_Occurred()) return null
    if (d < 0 || d > 9) return bad("coefficient must be a tuple of digits")
    s += String(d)
  }
  return s
}
function fromSequence(type: Ref, v: Ref, context: Ref, exact: boolean): Own {
  const $t = PyTuple_Check(v) ? Py_NewRef(v) : PyList_AsTuple(v)
  if ($t === NULL) return NULL
  const s = tupleText($t)
  Py_DECREF($t)
  return s === null ? NULL : build(type, context, exact, () => fromString(s, exact ? MAXCTX : ctxOf(context)))
}

/** What the constructor accepts, exactly; v NULL is 0. */
export function PyDecType_FromObjectExact(type: Ref, v: Ref, context: Ref): Own {
  if (v === NULL) return newDecimal(type, finite(0, 0n, 0n))
  if (isDecimal(v)) return type === decimalType && Py_TYPE(v) === decimalType ? Py_NewRef(v) : newDecimal(type, numOf(v))
  if (PyUnicode_Check(v)) return build(type, context, true, () => fromString(numericAsAscii(v, true), MAXCTX))
  if (PyLong_Check(v)) return build(type, context, true, () => finalize(fromBig(PyLong_AsBigInt(v)), MAXCTX))
  if (PyTuple_Check(v) || PyList_Check(v)) return fromSequence(type, v, context, true)
  if (PyFloat_Check(v)) return addStatus(context, Flag.Float_operation) ? NULL : PyDecType_FromFloatExact(type, v, context)
  return unsupported(v)
}
/** create_decimal: the same, rounded by the context. */
export function PyDec_FromObject(v: Ref, context: Ref): Own {
  if (v === NULL) return fromNum(finite(0, 0n, 0n))
  const c = ctxOf(context)
  if (isDecimal(v)) {
    const n = numOf(v)
    return build(decimalType, context, false, () =>
      isNan(n) && n.digits > c.prec - BigInt(c.clamp) ? error(Flag.Conversion_syntax) : finalize(n, c),
    )
  }
  if (PyUnicode_Check(v)) return build(decimalType, context, false, () => fromString(numericAsAscii(v, false), c))
  if (PyLong_Check(v)) return build(decimalType, context, false, () => finalize(fromBig(PyLong_AsBigInt(v)), c))
  if (PyTuple_Check(v) || PyList_Check(v)) return fromSequence(decimalType, v, context, false)
  if (PyFloat_Check(v)) return addStatus(context, Flag.Float_operation) ? NULL : PyDec_FromFloat(v, context)
  return unsupported(v)
}
