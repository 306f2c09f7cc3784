import { copysign, frexp, frexpExp, ldexp } from "../../base/double.ts"
import * as libm from "../../base/libm.ts"
import { ptr } from "../../heap/access.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_DECREF, Py_SIZE } from "../../heap/refcount.ts"
import { ID } from "../../heap/statics.ts"
import { PyNumber_TrueDivide } from "../../objects/abstract.ts"
import { PyBool_FromLong } from "../../objects/boolobject.ts"
import { PyObject_CallNoArgs } from "../../objects/call.ts"
import { PyErr_Clear, PyErr_ExceptionMatches, PyErr_Occurred, PyErr_SetString } from "../../objects/errors.ts"
import { PyFloat_AS_DOUBLE, PyFloat_AsDouble, PyFloat_CheckExact, PyFloat_FromDouble } from "../../objects/floatobject.ts"
import { _PyArg_CheckPositional, _PyArg_UnpackKeywords, argParser } from "../../objects/getargs.ts"
import {
  _PyLong_Frexp,
  frexpExponent,
  longOverflow,
  PyLong_AsDouble,
  PyLong_AsLongAndOverflow,
  PyLong_Check,
  PyLong_FromDouble,
  PyLong_FromLong,
} from "../../objects/longobject.ts"
import { typeName } from "../../objects/object.ts"
import { PyExc_OverflowError, PyExc_TypeError, PyExc_ValueError } from "../../objects/statictypes.ts"
import { buildTuple } from "../../objects/tupleobject.ts"
import { _PyObject_LookupSpecial } from "../../objects/typeobject.ts"
import { gamma, gammaErrno, lgamma } from "./gamma.ts"

// Modules/mathmodule.c: functions of doubles. How errors show: NaN from a number is a domain error; infinity from finite arguments is
// an overflow where the function can overflow, else a domain error.

export const EDOM = 33
export const ERANGE = 34

export function domainError(): Own {
  return PyErr_SetString(PyExc_ValueError, "math domain error")
}
export function rangeError(): Own {
  return PyErr_SetString(PyExc_OverflowError, "math range error")
}

/** A parameter's value; false in `doubleOk` with the error set. */
export let doubleOk = true
export function toDouble(arg: Ref): number {
  const x = PyFloat_CheckExact(arg) ? PyFloat_AS_DOUBLE(arg) : PyFloat_AsDouble(arg)
  doubleOk = x !== -1 || !PyErr_Occurred()
  return x
}

function math_1(arg: Ref, f: (x: number) => number, canOverflow: boolean): Own {
  const x = toDouble(arg)
  if (!doubleOk) return NULL
  const r = f(x)
  if (r !== r && x === x) return domainError()
  if ((r === Infinity || r === -Infinity) && Number.isFinite(x)) return canOverflow ? rangeError() : domainError()
  return PyFloat_FromDouble(r)
}

function math_2(args: number, nargs: number, f: (x: number, y: number) => number, name: string): Own {
  if (!_PyArg_CheckPositional(name, nargs, 2, 2)) return NULL
  const x = toDouble(ptr(args))
  if (!doubleOk) return NULL
  const y = toDouble(ptr(args + 8))
  if (!doubleOk) return NULL
  const r = f(x, y)
  if (r !== r && x === x && y === y) return domainError()
  if ((r === Infinity || r === -Infinity) && Number.isFinite(x) && Number.isFinite(y)) return rangeError()
  return PyFloat_FromDouble(r)
}

export function math_acos(_m: Ref, x: Ref): Own {
  return math_1(x, libm.acos, false)
}
export function math_acosh(_m: Ref, x: Ref): Own {
  return math_1(x, libm.acosh, false)
}
export function math_asin(_m: Ref, x: Ref): Own {
  return math_1(x, libm.asin, false)
}
export function math_asinh(_m: Ref, x: Ref): Own {
  return math_1(x, libm.asinh, false)
}
export function math_atan(_m: Ref, x: Ref): Own {
  return math_1(x, libm.atan, false)
}
export function math_atan2(_m: Ref, args: number, nargs: number): Own {
  return math_2(args, nargs, libm.atan2, "atan2")
}
export function math_atanh(_m: Ref, x: Ref): Own {
  return math_1(x, libm.atanh, false)
}
export function math_cbrt(_m: Ref, x: Ref): Own {
  return math_1(x, libm.cbrt, false)
}
export function math_copysign(_m: Ref, args: number, nargs: number): Own {
  return math_2(args, nargs, copysign, "copysign")
}
export function math_cos(_m: Ref, x: Ref): Own {
  return math_1(x, libm.cos, false)
}
export function math_cosh(_m: Ref, x: Ref): Own {
  return math_1(x, libm.cosh, true)
}
export function math_erf(_m: Ref, x: Ref): Own {
  return math_1(x, libm.erf, false)
}
export function math_erfc(_m: Ref, x: Ref): Own {
  return math_1(x, libm.erfc, false)
}
export function math_exp(_m: Ref, x: Ref): Own {
  return math_1(x, libm.exp, true)
}
export function math_exp2(_m: Ref, x: Ref): Own {
  return math_1(x, libm.exp2, true)
}
export function math_expm1(_m: Ref, x: Ref): Own {
  return math_1(x, libm.expm1, true)
}
export function math_fabs(_m: Ref, x: Ref): Own {
  return math_1(x, Math.abs, false)
}
export function math_log1p(_m: Ref, x: Ref): Own {
  return math_1(x, libm.log1p, false)
}
export function math_sin(_m: Ref, x: Ref): Own {
  return math_1(x, libm.sin, false)
}
export function math_sinh(_m: Ref, x: Ref): Own {
  return math_1(x, libm.sinh, true)
}
export function math_sqrt(_m: Ref, x: Ref): Own {
  return math_1(x, Math.sqrt, false)
}
export function math_tan(_m: Ref, x: Ref): Own {
  return math_1(x, libm.tan, false)
}
export function math_tanh(_m: Ref, x: Ref): Own {
  return math_1(x, libm.tanh, false)
}

function viaErrno(arg: Ref, f: (x: number) => number): Own {
  const x = toDouble(arg)
  if (!doubleOk) return NULL
  const r = f(x)
  if (gammaErrno === EDOM) return domainError()
  if (gammaErrno === ERANGE && Math.abs(r) >= 1.5) return rangeError()
  return PyFloat_FromDouble(r)
}
export function math_gamma(_m: Ref, x: Ref): Own {
  return viaErrno(x, gamma)
}
export function math_lgamma(_m: Ref, x: Ref): Own {
  return viaErrno(x, lgamma)
}

function remainder(x: number, y: number): number {
  if (Number.isFinite(x) && Number.isFinite(y)) {
    if (y === 0) return NaN
    const ax = Math.abs(x)
    const ay = Math.abs(y)
    const m = ax % ay
    const c = ay - m
    let r: number
    if (m < c) r = m
    else if (m > c) r = -c
    else r = m - 2 * ((0.5 * (ax - m)) % ay)
    return copysign(1, x) * r
  }
  if (x !== x) return x
  if (y !== y) return y
  return x === Infinity || x === -Infinity ? NaN : x
}
export function math_remainder(_m: Ref, args: number, nargs: number): Own {
  return math_2(args, nargs, remainder, "remainder")
}

function special(number: Ref, name: Ref, f: (x: number) => number): Own {
  if (!PyFloat_CheckExact(number)) {
    const $f = _PyObject_LookupSpecial(number, name)
    if ($f !== NULL) {
      const $r = PyObject_CallNoArgs($f)
      Py_DECREF($f)
      return $r
    }
    if (PyErr_Occurred()) return NULL
  }
  const x = toDouble(number)
  return doubleOk ? PyLong_FromDouble(f(x)) : NULL
}
const CEIL = ID("__ceil__")
const FLOOR = ID("__floor__")
const TRUNC = ID("__trunc__")
export function math_ceil(_m: Ref, number: Ref): Own {
  return special(number, CEIL, Math.ceil)
}
export function math_floor(_m: Ref, number: Ref): Own {
  return special(number, FLOOR, Math.floor)
}
export function math_trunc(_m: Ref, x: Ref): Own {
  if (PyFloat_CheckExact(x)) return PyLong_FromDouble(PyFloat_AS_DOUBLE(x))
  const $f = _PyObject_LookupSpecial(x, TRUNC)
  if ($f === NULL) {
    if (!PyErr_Occurred()) PyErr_SetString(PyExc_TypeError, `type ${typeName(x).slice(0, 100)} doesn't define __trunc__ method`)
    return NULL
  }
  const $r = PyObject_CallNoArgs($f)
  Py_DECREF($f)
  return $r
}

function pair($a: Own, $b: Own): Own {
  return buildTuple($a, $b)
}
export function math_frexp(_m: Ref, arg: Ref): Own {
  const x = toDouble(arg)
  if (!doubleOk) return NULL
  const m = frexp(x)
  return pair(PyFloat_FromDouble(m), PyLong_FromLong(frexpExp))
}
export function math_ldexp(_m: Ref, args: number, nargs: number): Own {
  if (!_PyArg_CheckPositional("ldexp", nargs, 2, 2)) return NULL
  const x = toDouble(ptr(args))
  if (!doubleOk) return NULL
  const i = ptr(args + 8)
  if (!PyLong_Check(i)) return PyErr_SetString(PyExc_TypeError, "Expected an int as second argument to ldexp.")
  let e = PyLong_AsLongAndOverflow(i)
  if (longOverflow !== 0) e = longOverflow < 0 ? -1e18 : 1e18
  let r: number
  if (x === 0 || !Number.isFinite(x)) r = x
  else {
    r = ldexp(x, e)
    if (r === Infinity || r === -Infinity) return rangeError()
  }
  return PyFloat_FromDouble(r)
}
export function math_modf(_m: Ref, arg: Ref): Own {
  const x = toDouble(arg)
  if (!doubleOk) return NULL
  if (x === Infinity || x === -Infinity) return pair(PyFloat_FromDouble(copysign(0, x)), PyFloat_FromDouble(x))
  if (x !== x) return pair(PyFloat_FromDouble(x), PyFloat_FromDouble(x))
  const y = Math.trunc(x)
  return pair(PyFloat_FromDouble(copysign(x - y, x)), PyFloat_FromDouble(y))
}

function loghelper(arg: Ref, f: (x: number) => number): Own {
  if (!PyLong_Check(arg)) return math_1(arg, f, false)
  if (Py_SIZE(arg) <= 0) return domainError()
  const x = PyLong_AsDouble(arg)
  if (x === -1 && PyErr_Occurred()) {
    if (!PyErr_ExceptionMatches(PyExc_OverflowError)) return NULL
    PyErr_Clear()
    const m = _PyLong_Frexp(arg)
    return PyFloat_FromDouble(f(m) + f(2) * frexpExponent)
  }
  return PyFloat_FromDouble(f(x))
}
export function math_log(_m: Ref, args: number, nargs: number): Own {
  if (!_PyArg_CheckPositional("log", nargs, 1, 2)) return NULL
  const $num = loghelper(ptr(args), libm.log)
  if ($num === NULL || nargs === 1) return $num
  const $den = loghelper(ptr(args + 8), libm.log)
  if ($den === NULL) {
    Py_DECREF($num)
    return NULL
  }
  const $r = PyNumber_TrueDivide($num, $den)
  Py_DECREF($num)
  Py_DECREF($den)
  return $r
}
export function math_log2(_m: Ref, x: Ref): Own {
  return loghelper(x, libm.log2)
}
export function math_log10(_m: Ref, x: Ref): Own {
  return loghelper(x, libm.log10)
}

let first = 0
let second = 0
function two(name: string, args: number, nargs: number): boolean {
  if (!_PyArg_CheckPositional(name, nargs, 2, 2)) return false
  const x = toDouble(ptr(args))
  if (!doubleOk) return false
  second = toDouble(ptr(args + 8))
  first = x
  return doubleOk
}

export function math_fmod(_m: Ref, args: number, nargs: number): Own {
  if (!two("fmod", args, nargs)) return NULL
  const r = first % second
  if (r !== r && first === first && second === second) return domainError()
  return PyFloat_FromDouble(r)
}

export function math_pow(_m: Ref, args: number, nargs: number): Own {
  if (!two("pow", args, nargs)) return NULL
  const x = first
  const y = second
  let r = 0
  if (!Number.isFinite(x) || !Number.isFinite(y)) {
    if (x !== x) r = y === 0 ? 1 : x
    else if (y !== y) r = x === 1 ? 1 : y
    else if (x === Infinity || x === -Infinity) {
      const odd = Number.isFinite(y) && Math.abs(y) % 2 === 1
      if (y > 0) r = odd ? x : Math.abs(x)
      else if (y === 0) r = 1
      else r = odd ? copysign(0, x) : 0
    } else if (Math.abs(x) === 1) r = 1
    else if (y > 0 && Math.abs(x) > 1) r = y
    else if (y < 0 && Math.abs(x) < 1) r = -y
    return PyFloat_FromDouble(r)
  }
  if (y === 0) r = 1
  else if (x < 0 && Number.isInteger(y)) r = Math.abs(y) % 2 === 1 ? -libm.pow(-x, y) : libm.pow(-x, y)
  else r = libm.pow(x, y)
  if (r !== r) return domainError()
  if (r === Infinity || r === -Infinity) return x === 0 ? domainError() : rangeError()
  return PyFloat_FromDouble(r)
}

const DEG_TO_RAD = Math.PI / 180
const RAD_TO_DEG = 180 / Math.PI
export function math_degrees(_m: Ref, arg: Ref): Own {
  const x = toDouble(arg)
  return doubleOk ? PyFloat_FromDouble(x * RAD_TO_DEG) : NULL
}
export function math_radians(_m: Ref, arg: Ref): Own {
  const x = toDouble(arg)
  return doubleOk ? PyFloat_FromDouble(x * DEG_TO_RAD) : NULL
}
export function math_isfinite(_m: Ref, arg: Ref): Own {
  const x = toDouble(arg)
  return doubleOk ? PyBool_FromLong(Number.isFinite(x) ? 1 : 0) : NULL
}
export function math_isnan(_m: Ref, arg: Ref): Own {
  const x = toDouble(arg)
  return doubleOk ? PyBool_FromLong(x !== x ? 1 : 0) : NULL
}
export function math_isinf(_m: Ref, arg: Ref): Own {
  const x = toDouble(arg)
  return doubleOk ? PyBool_FromLong(x === Infinity || x === -Infinity ? 1 : 0) : NULL
}

const iscloseParser = argParser("isclose", ["a", "b", "rel_tol", "abs_tol"])
export function math_isclose(_m: Ref, args: number, nargs: number, kwnames: Ref): Own {
  const p = _PyArg_UnpackKeywords(args, nargs, 0, kwnames, iscloseParser, 2, 2, 0)
  if (p === 0) return NULL
  const [oa, ob, orel, oabs] = [ptr(p), ptr(p + 8), ptr(p + 16), ptr(p + 24)]
  const a = toDouble(oa)
  if (!doubleOk) return NULL
  const b = toDouble(ob)
  if (!doubleOk) return NULL
  let rel = 1e-9
  if (orel !== NULL) {
    rel = toDouble(orel)
    if (!doubleOk) return NULL
  }
  let abs = 0
  if (oabs !== NULL) {
    abs = toDouble(oabs)
    if (!doubleOk) return NULL
  }
  if (rel < 0 || abs < 0) return PyErr_SetString(PyExc_ValueError, "tolerances must be non-negative")
  if (a === b) return PyBool_FromLong(1)
  if (Math.abs(a) === Infinity || Math.abs(b) === Infinity) return PyBool_FromLong(0)
  const diff = Math.abs(b - a)
  return PyBool_FromLong(diff <= Math.abs(rel * b) || diff <= Math.abs(rel * a) || diff <= abs ? 1 : 0)
}

/** The next double after x towards y. */
function nextafter(x: number, y: number): number {
  if (x !== x || y !== y) return x + y
  if (x === y) return y
  if (x === 0) return y > 0 ? 5e-324 : -5e-324
  const f = new Float64Array([x])
  const b = new BigInt64Array(f.buffer)
  b[0] += x > 0 === y > x ? 1n : -1n
  return f[0]
}
export function math_nextafter(_m: Ref, args: number, nargs: number): Own {
  return two("nextafter", args, nargs) ? PyFloat_FromDouble(nextafter(first, second)) : NULL
}
export function math_ulp(_m: Ref, arg: Ref): Own {
  let x = toDouble(arg)
  if (!doubleOk) return NULL
  if (x !== x) return PyFloat_FromDouble(x)
  x = Math.abs(x)
  if (x === Infinity) return PyFloat_FromDouble(x)
  const up = nextafter(x, Infinity)
  return PyFloat_FromDouble(up === Infinity ? x - nextafter(x, -Infinity) : up - x)
}
