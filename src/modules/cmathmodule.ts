import { atan2 } from "../base/libm.ts"
import { ptr } from "../heap/access.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { PyBool_FromLong } from "../objects/boolobject.ts"
import {
  _Py_c_abs,
  _Py_c_quot,
  complexErrno,
  complexImag,
  complexReal,
  PyComplex_AsCComplex,
  PyComplex_FromDoubles,
} from "../objects/complexobject.ts"
import { defineModule } from "../objects/define.ts"
import { PyErr_Occurred, PyErr_SetString } from "../objects/errors.ts"
import { PyFloat_FromDouble } from "../objects/floatobject.ts"
import { _PyArg_CheckPositional, _PyArg_UnpackKeywords, argParser } from "../objects/getargs.ts"
import { PyModule_AddObject } from "../objects/moduleobject.ts"
import { METH } from "../objects/slots.ts"
import { PyExc_ValueError } from "../objects/statictypes.ts"
import { buildTuple } from "../objects/tupleobject.ts"
import * as c from "./cmath/functions.ts"
import { domainError, doubleOk, rangeError, toDouble } from "./math/functions.ts"

// Modules/cmathmodule.c

let x = 0
let y = 0
function get(arg: Ref): boolean {
  PyComplex_AsCComplex(arg)
  x = complexReal
  y = complexImag
  return !(x === -1 && PyErr_Occurred())
}

function result(): Own {
  if (c.err === c.EDOM) return domainError()
  if (c.err === c.ERANGE) return rangeError()
  return PyComplex_FromDoubles(c.re, c.im)
}
function call(f: (x: number, y: number) => void, arg: Ref): Own {
  if (!get(arg)) return NULL
  f(x, y)
  return result()
}
function cmath_acos(_m: Ref, z: Ref): Own {
  return call(c.acos, z)
}
function cmath_acosh(_m: Ref, z: Ref): Own {
  return call(c.acosh, z)
}
function cmath_asin(_m: Ref, z: Ref): Own {
  return call(c.asin, z)
}
function cmath_asinh(_m: Ref, z: Ref): Own {
  return call(c.asinh, z)
}
function cmath_atan(_m: Ref, z: Ref): Own {
  return call(c.atan, z)
}
function cmath_atanh(_m: Ref, z: Ref): Own {
  return call(c.atanh, z)
}
function cmath_cos(_m: Ref, z: Ref): Own {
  return call(c.cos, z)
}
function cmath_cosh(_m: Ref, z: Ref): Own {
  return call(c.cosh, z)
}
function cmath_exp(_m: Ref, z: Ref): Own {
  return call(c.exp, z)
}
function cmath_log10(_m: Ref, z: Ref): Own {
  return call(c.log10, z)
}
function cmath_sin(_m: Ref, z: Ref): Own {
  return call(c.sin, z)
}
function cmath_sinh(_m: Ref, z: Ref): Own {
  return call(c.sinh, z)
}
function cmath_sqrt(_m: Ref, z: Ref): Own {
  return call(c.sqrt, z)
}
function cmath_tan(_m: Ref, z: Ref): Own {
  return call(c.tan, z)
}
function cmath_tanh(_m: Ref, z: Ref): Own {
  return call(c.tanh, z)
}

function cmath_log(_m: Ref, args: number, nargs: number): Own {
  if (!_PyArg_CheckPositional("log", nargs, 1, 2)) return NULL
  if (!get(ptr(args))) return NULL
  c.log(x, y)
  let [re, im, err] = [c.re, c.im, c.err]
  if (nargs > 1) {
    if (!get(ptr(args + 8))) return NULL
    c.log(x, y)
    err = c.err
    _Py_c_quot(re, im, c.re, c.im)
    re = complexReal
    im = complexImag
    if (c.re === 0 && c.im === 0) err = c.EDOM
  }
  if (err === c.EDOM) return domainError()
  if (err === c.ERANGE) return rangeError()
  return PyComplex_FromDoubles(re, im)
}

function cmath_phase(_m: Ref, z: Ref): Own {
  return get(z) ? PyFloat_FromDouble(atan2(y, x)) : NULL
}
function cmath_polar(_m: Ref, z: Ref): Own {
  if (!get(z)) return NULL
  const phi = atan2(y, x)
  const r = _Py_c_abs(x, y)
  if (complexErrno === c.ERANGE) return rangeError()
  return buildTuple(PyFloat_FromDouble(r), PyFloat_FromDouble(phi))
}
function cmath_rect(_m: Ref, args: number, nargs: number): Own {
  if (!_PyArg_CheckPositional("rect", nargs, 2, 2)) return NULL
  const r = toDouble(ptr(args))
  if (!doubleOk) return NULL
  const phi = toDouble(ptr(args + 8))
  if (!doubleOk) return NULL
  c.rect(r, phi)
  return result()
}
function cmath_isfinite(_m: Ref, z: Ref): Own {
  return get(z) ? PyBool_FromLong(Number.isFinite(x) && Number.isFinite(y) ? 1 : 0) : NULL
}
function cmath_isnan(_m: Ref, z: Ref): Own {
  return get(z) ? PyBool_FromLong(x !== x || y !== y ? 1 : 0) : NULL
}
function cmath_isinf(_m: Ref, z: Ref): Own {
  return get(z) ? PyBool_FromLong(Math.abs(x) === Infinity || Math.abs(y) === Infinity ? 1 : 0) : NULL
}

const iscloseParser = argParser("isclose", ["a", "b", "rel_tol", "abs_tol"])
function cmath_isclose(_m: Ref, args: number, nargs: number, kwnames: Ref): Own {
  const p = _PyArg_UnpackKeywords(args, nargs, 0, kwnames, iscloseParser, 2, 2, 0)
  if (p === 0) return NULL
  const [oa, ob, orel, oabs] = [ptr(p), ptr(p + 8), ptr(p + 16), ptr(p + 24)]
  if (!get(oa)) return NULL
  const [ar, ai] = [x, y]
  if (!get(ob)) return NULL
  const [br, bi] = [x, y]
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
  if (ar === br && ai === bi) return PyBool_FromLong(1)
  if ([ar, ai, br, bi].some((v) => Math.abs(v) === Infinity)) return PyBool_FromLong(0)
  const diff = _Py_c_abs(ar - br, ai - bi)
  return PyBool_FromLong(diff <= rel * _Py_c_abs(br, bi) || diff <= rel * _Py_c_abs(ar, ai) || diff <= abs ? 1 : 0)
}

function cmath_exec(m: Ref): number {
  if (PyModule_AddObject(m, "pi", PyFloat_FromDouble(Math.PI)) < 0) return -1
  if (PyModule_AddObject(m, "e", PyFloat_FromDouble(Math.E)) < 0) return -1
  if (PyModule_AddObject(m, "tau", PyFloat_FromDouble(2 * Math.PI)) < 0) return -1
  if (PyModule_AddObject(m, "inf", PyFloat_FromDouble(Infinity)) < 0) return -1
  if (PyModule_AddObject(m, "infj", PyComplex_FromDoubles(0, Infinity)) < 0) return -1
  if (PyModule_AddObject(m, "nan", PyFloat_FromDouble(NaN)) < 0) return -1
  return PyModule_AddObject(m, "nanj", PyComplex_FromDoubles(0, NaN))
}

defineModule({
  name: "cmath",
  doc: "This module provides access to mathematical functions for complex\nnumbers.",
  methods: [
    ["acos", cmath_acos, METH.O, "($module, z, /)\n--\n\nReturn the arc cosine of z."],
    ["acosh", cmath_acosh, METH.O, "($module, z, /)\n--\n\nReturn the inverse hyperbolic cosine of z."],
    ["asin", cmath_asin, METH.O, "($module, z, /)\n--\n\nReturn the arc sine of z."],
    ["asinh", cmath_asinh, METH.O, "($module, z, /)\n--\n\nReturn the inverse hyperbolic sine of z."],
    ["atan", cmath_atan, METH.O, "($module, z, /)\n--\n\nReturn the arc tangent of z."],
    ["atanh", cmath_atanh, METH.O, "($module, z, /)\n--\n\nReturn the inverse hyperbolic tangent of z."],
    ["cos", cmath_cos, METH.O, "($module, z, /)\n--\n\nReturn the cosine of z."],
    ["cosh", cmath_cosh, METH.O, "($module, z, /)\n--\n\nReturn the hyperbolic cosine of z."],
    ["exp", cmath_exp, METH.O, "($module, z, /)\n--\n\nReturn the exponential value e**z."],
    [
      "isclose",
      cmath_isclose,
      METH.FASTCALL | METH.KEYWORDS,
      "($module, /, a, b, *, rel_tol=1e-09, abs_tol=0.0)\n--\n\nAre two complex numbers close in value, by the relative or the absolute tolerance?",
    ],
    ["isfinite", cmath_isfinite, METH.O, "($module, z, /)\n--\n\nAre both parts of z finite?"],
    ["isinf", cmath_isinf, METH.O, "($module, z, /)\n--\n\nIs the real or imaginary part of z infinite?"],
    ["isnan", cmath_isnan, METH.O, "($module, z, /)\n--\n\nIs the real or imaginary part of z not a number (NaN)?"],
    [
      "log",
      cmath_log,
      METH.FASTCALL,
      "($module, z, base=<unrepresentable>, /)\n--\n\nlog(z[, base]) -> the logarithm of z to the given base, the natural one by default.",
    ],
    ["log10", cmath_log10, METH.O, "($module, z, /)\n--\n\nReturn the base-10 logarithm of z."],
    ["phase", cmath_phase, METH.O, "($module, z, /)\n--\n\nReturn argument, also known as the phase angle, of a complex."],
    ["polar", cmath_polar, METH.O, "($module, z, /)\n--\n\nFrom rectangular coordinates to polar ones: distance from 0 and phase angle."],
    ["rect", cmath_rect, METH.FASTCALL, "($module, r, phi, /)\n--\n\nConvert from polar coordinates to rectangular coordinates."],
    ["sin", cmath_sin, METH.O, "($module, z, /)\n--\n\nReturn the sine of z."],
    ["sinh", cmath_sinh, METH.O, "($module, z, /)\n--\n\nReturn the hyperbolic sine of z."],
    ["sqrt", cmath_sqrt, METH.O, "($module, z, /)\n--\n\nReturn the square root of z."],
    ["tan", cmath_tan, METH.O, "($module, z, /)\n--\n\nReturn the tangent of z."],
    ["tanh", cmath_tanh, METH.O, "($module, z, /)\n--\n\nReturn the hyperbolic tangent of z."],
  ],
  exec: cmath_exec,
})
