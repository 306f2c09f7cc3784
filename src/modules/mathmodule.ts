import type { Ref } from "../heap/ref.ts"
import { defineModule } from "../objects/define.ts"
import { PyFloat_FromDouble } from "../objects/floatobject.ts"
import { PyModule_AddObject } from "../objects/moduleobject.ts"
import { METH } from "../objects/slots.ts"
import * as f from "./math/functions.ts"
import * as i from "./math/integers.ts"
import * as n from "./math/norm.ts"

// Modules/mathmodule.c

function math_exec(module: Ref): number {
  if (PyModule_AddObject(module, "pi", PyFloat_FromDouble(Math.PI)) < 0) return -1
  if (PyModule_AddObject(module, "e", PyFloat_FromDouble(Math.E)) < 0) return -1
  if (PyModule_AddObject(module, "tau", PyFloat_FromDouble(2 * Math.PI)) < 0) return -1
  if (PyModule_AddObject(module, "inf", PyFloat_FromDouble(Infinity)) < 0) return -1
  return PyModule_AddObject(module, "nan", PyFloat_FromDouble(NaN))
}

defineModule({
  name: "math",
  doc: "This module provides access to the mathematical functions\ndefined by the C standard.",
  methods: [
    ["acos", f.math_acos, METH.O, "($module, x, /)\n--\n\nArc cosine of x in radians, between 0 and pi."],
    ["acosh", f.math_acosh, METH.O, "($module, x, /)\n--\n\nReturn the inverse hyperbolic cosine of x."],
    ["asin", f.math_asin, METH.O, "($module, x, /)\n--\n\nArc sine of x in radians, between -pi/2 and pi/2."],
    ["asinh", f.math_asinh, METH.O, "($module, x, /)\n--\n\nReturn the inverse hyperbolic sine of x."],
    ["atan", f.math_atan, METH.O, "($module, x, /)\n--\n\nArc tangent of x in radians, between -pi/2 and pi/2."],
    ["atan2", f.math_atan2, METH.FASTCALL, "($module, y, x, /)\n--\n\nArc tangent of y/x in radians, in the quadrant of the point."],
    ["atanh", f.math_atanh, METH.O, "($module, x, /)\n--\n\nReturn the inverse hyperbolic tangent of x."],
    ["cbrt", f.math_cbrt, METH.O, "($module, x, /)\n--\n\nReturn the cube root of x."],
    ["ceil", f.math_ceil, METH.O, "($module, x, /)\n--\n\nThe smallest Integral that is at least x."],
    ["copysign", f.math_copysign, METH.FASTCALL, "($module, x, y, /)\n--\n\nA float with the magnitude of x and the sign of y."],
    ["cos", f.math_cos, METH.O, "($module, x, /)\n--\n\nReturn the cosine of x (measured in radians)."],
    ["cosh", f.math_cosh, METH.O, "($module, x, /)\n--\n\nReturn the hyperbolic cosine of x."],
    ["degrees", f.math_degrees, METH.O, "($module, x, /)\n--\n\nConvert angle x from radians to degrees."],
    ["dist", n.math_dist, METH.FASTCALL, "($module, p, q, /)\n--\n\nThe Euclidean distance between two points, sequences of coordinates."],
    ["erf", f.math_erf, METH.O, "($module, x, /)\n--\n\nError function at x."],
    ["erfc", f.math_erfc, METH.O, "($module, x, /)\n--\n\nComplementary error function at x."],
    ["exp", f.math_exp, METH.O, "($module, x, /)\n--\n\nReturn e raised to the power of x."],
    ["exp2", f.math_exp2, METH.O, "($module, x, /)\n--\n\nReturn 2 raised to the power of x."],
    ["expm1", f.math_expm1, METH.O, "($module, x, /)\n--\n\nexp(x)-1, without the loss of precision near zero."],
    ["fabs", f.math_fabs, METH.O, "($module, x, /)\n--\n\nReturn the absolute value of the float x."],
    ["factorial", i.math_factorial, METH.O, "($module, n, /)\n--\n\nFind n!; ValueError if n is negative."],
    ["floor", f.math_floor, METH.O, "($module, x, /)\n--\n\nThe largest Integral that is at most x."],
    ["fmod", f.math_fmod, METH.FASTCALL, "($module, x, y, /)\n--\n\nfmod(x, y) as C has it; x % y may differ."],
    ["frexp", f.math_frexp, METH.O, "($module, x, /)\n--\n\nMantissa and exponent (m, e): x = m * 2.**e, 0.5 <= abs(m) < 1.0."],
    ["fsum", n.math_fsum, METH.O, "($module, seq, /)\n--\n\nAn accurate floating point sum of values in the iterable seq."],
    ["gamma", f.math_gamma, METH.O, "($module, x, /)\n--\n\nGamma function at x."],
    ["gcd", i.math_gcd, METH.FASTCALL, "($module, *integers)\n--\n\nGreatest Common Divisor."],
    [
      "hypot",
      n.math_hypot,
      METH.FASTCALL,
      "hypot(*coordinates) -> value\n\nEuclidean distance from the origin to a point of any number of dimensions.",
    ],
    [
      "isclose",
      f.math_isclose,
      METH.FASTCALL | METH.KEYWORDS,
      "($module, /, a, b, *, rel_tol=1e-09, abs_tol=0.0)\n--\n\nAre two floats close in value, by the relative or the absolute tolerance?",
    ],
    ["isfinite", f.math_isfinite, METH.O, "($module, x, /)\n--\n\nIs x neither an infinity nor a NaN?"],
    ["isinf", f.math_isinf, METH.O, "($module, x, /)\n--\n\nIs x a positive or negative infinity?"],
    ["isnan", f.math_isnan, METH.O, "($module, x, /)\n--\n\nIs x a NaN (not a number)?"],
    ["isqrt", i.math_isqrt, METH.O, "($module, n, /)\n--\n\nReturn the integer part of the square root of the input."],
    ["lcm", i.math_lcm, METH.FASTCALL, "($module, *integers)\n--\n\nLeast Common Multiple."],
    ["ldexp", f.math_ldexp, METH.FASTCALL, "($module, x, i, /)\n--\n\nx * (2**i), the inverse of frexp()."],
    ["lgamma", f.math_lgamma, METH.O, "($module, x, /)\n--\n\nNatural logarithm of absolute value of Gamma function at x."],
    ["log", f.math_log, METH.FASTCALL, "log(x, [base=math.e])\nThe logarithm of x to the given base, the natural one by default."],
    ["log1p", f.math_log1p, METH.O, "($module, x, /)\n--\n\nThe natural logarithm of 1+x, accurate for x near zero."],
    ["log10", f.math_log10, METH.O, "($module, x, /)\n--\n\nReturn the base 10 logarithm of x."],
    ["log2", f.math_log2, METH.O, "($module, x, /)\n--\n\nReturn the base 2 logarithm of x."],
    ["modf", f.math_modf, METH.O, "($module, x, /)\n--\n\nThe fractional and integer parts of x, both floats with the sign of x."],
    ["pow", f.math_pow, METH.FASTCALL, "($module, x, y, /)\n--\n\nReturn x**y (x to the power of y)."],
    ["radians", f.math_radians, METH.O, "($module, x, /)\n--\n\nConvert angle x from degrees to radians."],
    ["remainder", f.math_remainder, METH.FASTCALL, "($module, x, y, /)\n--\n\nx - n*y where n*y is the multiple of y closest to x; exact."],
    ["sin", f.math_sin, METH.O, "($module, x, /)\n--\n\nReturn the sine of x (measured in radians)."],
    ["sinh", f.math_sinh, METH.O, "($module, x, /)\n--\n\nReturn the hyperbolic sine of x."],
    ["sqrt", f.math_sqrt, METH.O, "($module, x, /)\n--\n\nReturn the square root of x."],
    ["tan", f.math_tan, METH.O, "($module, x, /)\n--\n\nReturn the tangent of x (measured in radians)."],
    ["tanh", f.math_tanh, METH.O, "($module, x, /)\n--\n\nReturn the hyperbolic tangent of x."],
    ["trunc", f.math_trunc, METH.O, "($module, x, /)\n--\n\nTruncates the Real x to the nearest Integral toward 0, by __trunc__."],
    [
      "prod",
      n.math_prod,
      METH.FASTCALL | METH.KEYWORDS,
      "($module, iterable, /, *, start=1)\n--\n\nThe product of all the elements in the input iterable and of start.",
    ],
    ["perm", i.math_perm, METH.FASTCALL, "($module, n, k=None, /)\n--\n\nWays to choose k items from n without repetition and with order."],
    ["comb", i.math_comb, METH.FASTCALL, "($module, n, k, /)\n--\n\nWays to choose k items from n without repetition and without order."],
    ["nextafter", f.math_nextafter, METH.FASTCALL, "($module, x, y, /)\n--\n\nReturn the next floating-point value after x towards y."],
    ["ulp", f.math_ulp, METH.O, "($module, x, /)\n--\n\nReturn the value of the least significant bit of the float x."],
  ],
  exec: math_exec,
})
