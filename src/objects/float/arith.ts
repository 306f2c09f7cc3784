import { copysign } from "../../base/double.ts"
import { PyFloatObject, PyObject } from "../../heap/layout.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_DECREF } from "../../heap/refcount.ts"
import { f64, i32 } from "../../heap/views.ts"
import { complex_pow } from "../complexobject.ts"
import { PyErr_Occurred, PyErr_SetFromErrno, PyErr_SetString } from "../errors.ts"
import { _PyLong_NumBits, _PyLong_Sign, bigOf, notImplemented, PyLong_AsDouble, PyLong_Check } from "../longobject.ts"
import { Py } from "../slots.ts"
import { Py_None, PyExc_OverflowError, PyExc_TypeError, PyExc_ZeroDivisionError, PyFloat_Type } from "../statictypes.ts"
import { buildTuple } from "../tupleobject.ts"
import { PyBool_FromLong } from "../boolobject.ts"
import { pow } from "../../base/libm.ts"
import { PyFloat_Check, PyFloat_FromDouble } from "./core.ts"

// Objects/floatobject.c: arithmetic and comparison. Operands may be floats or ints; anything else is NotImplemented.

const ERANGE = 34

/** What the last `operand` call found: 0 a number, 1 not one, 2 an error is set. */
let operandState = 0

function operand(op: Ref): number {
  if (i32[(op + PyObject.ob_type) >> 2] === PyFloat_Type || PyFloat_Check(op)) {
    operandState = 0
    return f64[(op + PyFloatObject.ob_fval) >> 3]
  }
  if (PyLong_Check(op)) {
    const x = PyLong_AsDouble(op)
    operandState = x === -1 && PyErr_Occurred() ? 2 : 0
    return x
  }
  operandState = 1
  return 0
}
function failed(): Own {
  return operandState === 1 ? notImplemented() : NULL
}

export function float_add(v: Ref, w: Ref): Own {
  const a = operand(v)
  if (operandState !== 0) return failed()
  const b = operand(w)
  if (operandState !== 0) return failed()
  return PyFloat_FromDouble(a + b)
}
export function float_sub(v: Ref, w: Ref): Own {
  const a = operand(v)
  if (operandState !== 0) return failed()
  const b = operand(w)
  if (operandState !== 0) return failed()
  return PyFloat_FromDouble(a - b)
}
export function float_mul(v: Ref, w: Ref): Own {
  const a = operand(v)
  if (operandState !== 0) return failed()
  const b = operand(w)
  if (operandState !== 0) return failed()
  return PyFloat_FromDouble(a * b)
}
export function float_div(v: Ref, w: Ref): Own {
  const a = operand(v)
  if (operandState !== 0) return failed()
  const b = operand(w)
  if (operandState !== 0) return failed()
  if (b === 0) return PyErr_SetString(PyExc_ZeroDivisionError, "float division by zero")
  return PyFloat_FromDouble(a / b)
}

export function floatMod(vx: number, wx: number): number {
  const mod = vx % wx
  if (mod !== 0) return wx < 0 !== mod < 0 ? mod + wx : mod
  return copysign(0, wx)
}

export function float_rem(v: Ref, w: Ref): Own {
  const vx = operand(v)
  if (operandState !== 0) return failed()
  const wx = operand(w)
  if (operandState !== 0) return failed()
  if (wx === 0) return PyErr_SetString(PyExc_ZeroDivisionError, "float modulo")
  return PyFloat_FromDouble(floatMod(vx, wx))
}

/** floor(vx / wx) as float.__floordiv__ defines it. */
export function floatFloorDiv(vx: number, wx: number): number {
  const mod = vx % wx
  let div = (vx - mod) / wx
  if (mod !== 0 && wx < 0 !== mod < 0) div -= 1
  if (div === 0) return copysign(0, vx / wx)
  const floor = Math.floor(div)
  return div - floor > 0.5 ? floor + 1 : floor
}

export function float_floor_div(v: Ref, w: Ref): Own {
  const vx = operand(v)
  if (operandState !== 0) return failed()
  const wx = operand(w)
  if (operandState !== 0) return failed()
  if (wx === 0) return PyErr_SetString(PyExc_ZeroDivisionError, "float floor division by zero")
  return PyFloat_FromDouble(floatFloorDiv(vx, wx))
}

export function float_divmod(v: Ref, w: Ref): Own {
  const vx = operand(v)
  if (operandState !== 0) return failed()
  const wx = operand(w)
  if (operandState !== 0) return failed()
  if (wx === 0) return PyErr_SetString(PyExc_ZeroDivisionError, "float divmod()")
  const $q = PyFloat_FromDouble(floatFloorDiv(vx, wx))
  if ($q === NULL) return NULL
  const $r = PyFloat_FromDouble(floatMod(vx, wx))
  if ($r === NULL) {
    Py_DECREF($q)
    return NULL
  }
  return buildTuple($q, $r)
}

function isOdd(x: number): boolean {
  return Math.abs(x) % 2 === 1
}

export function float_pow(v: Ref, w: Ref, z: Ref): Own {
  if (z !== Py_None) return PyErr_SetString(PyExc_TypeError, "pow() 3rd argument not allowed unless all arguments are integers")
  let iv = operand(v)
  if (operandState !== 0) return failed()
  const iw = operand(w)
  if (operandState !== 0) return failed()
  if (iw === 0) return PyFloat_FromDouble(1)
  if (iv !== iv) return PyFloat_FromDouble(iv)
  if (iw !== iw) return PyFloat_FromDouble(iv === 1 ? 1 : iw)
  if (iw === Infinity || iw === -Infinity) {
    iv = Math.abs(iv)
    if (iv === 1) return PyFloat_FromDouble(1)
    return PyFloat_FromDouble(iw > 0 === iv > 1 ? Infinity : 0)
  }
  if (iv === Infinity || iv === -Infinity) {
    const odd = isOdd(iw)
    if (iw > 0) return PyFloat_FromDouble(odd ? iv : Math.abs(iv))
    return PyFloat_FromDouble(odd ? copysign(0, iv) : 0)
  }
  if (iv === 0) {
    if (iw < 0) return PyErr_SetString(PyExc_ZeroDivisionError, "0.0 cannot be raised to a negative power")
    return PyFloat_FromDouble(isOdd(iw) ? iv : 0)
  }
  let negate = false
  if (iv < 0) {
    if (iw !== Math.floor(iw)) return complex_pow(v, w, z)
    iv = -iv
    negate = isOdd(iw)
  }
  if (iv === 1) return PyFloat_FromDouble(negate ? -1 : 1)
  const ix = pow(iv, iw)
  if (ix === Infinity) return PyErr_SetFromErrno(PyExc_OverflowError, ERANGE)
  return PyFloat_FromDouble(negate ? -ix : ix)
}

export function float_neg(v: Ref): Own {
  return PyFloat_FromDouble(-f64[(v + PyFloatObject.ob_fval) >> 3])
}
export function float_abs(v: Ref): Own {
  return PyFloat_FromDouble(Math.abs(f64[(v + PyFloatObject.ob_fval) >> 3]))
}
export function float_bool(v: Ref): number {
  return f64[(v + PyFloatObject.ob_fval) >> 3] !== 0 ? 1 : 0
}

function compareNumbers(i: number, j: number, op: number): Own {
  let r: boolean
  switch (op) {
    case Py.EQ:
      r = i === j
      break
    case Py.NE:
      r = i !== j
      break
    case Py.LE:
      r = i <= j
      break
    case Py.GE:
      r = i >= j
      break
    case Py.LT:
      r = i < j
      break
    default:
      r = i > j
  }
  return PyBool_FromLong(r ? 1 : 0)
}

export function float_richcompare(v: Ref, w: Ref, op: number): Own {
  const i = f64[(v + PyFloatObject.ob_fval) >> 3]
  if (PyFloat_Check(w)) return compareNumbers(i, f64[(w + PyFloatObject.ob_fval) >> 3], op)
  if (!PyLong_Check(w)) return notImplemented()
  if (!Number.isFinite(i)) return compareNumbers(i, 0, op)
  const vsign = i === 0 ? 0 : i < 0 ? -1 : 1
  const wsign = _PyLong_Sign(w)
  if (vsign !== wsign) return compareNumbers(vsign, wsign, op)
  if (_PyLong_NumBits(w) <= 48) return compareNumbers(i, PyLong_AsDouble(w), op)
  // exact: the whole part as an integer, then the fraction
  const whole = BigInt(Math.trunc(i))
  const big = bigOf(w)
  if (whole !== big) return compareNumbers(whole < big ? -1 : 1, 0, op)
  return compareNumbers(i - Math.trunc(i), 0, op)
}
