import { ptr } from "../../heap/access.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_NewRef } from "../../heap/refcount.ts"
import type { MethodSpec } from "../../objects/define.ts"
import { PyErr_SetString } from "../../objects/errors.ts"
import { PyArg_ParseTuple, PyArg_ParseTupleAndKeywords } from "../../objects/getargs.ts"
import { METH } from "../../objects/slots.ts"
import { Py_None, PyExc_TypeError } from "../../objects/statictypes.ts"
import { PyUnicode_FromString } from "../../objects/unicodeobject.ts"
import { ownTuple, truth } from "../support.ts"
import * as A from "./arith.ts"
import { operandOrRaise, PyDec_FromFloat, PyDec_FromObject } from "./convert.ts"
import * as L from "./logical.ts"
import { begin, type Ctx, finalize, finite, isNan, isNormal, isSubnormal, isZero, Kind, type Num, status, withSign } from "./num.ts"
import {
  addStatus,
  type Binary,
  capitals,
  ctxOf,
  fromNum,
  isDecimal,
  newDecimal,
  run1,
  run2,
  run3,
  tooBig,
  decimalType,
  type Unary,
} from "./objects.ts"
import { Fmt, decToString } from "./text.ts"
import * as P from "./transcend.ts"

// Modules/_decimal/_decimal.c: Context's methods that compute. Each takes Decimals or ints.

/** Two Decimals of a pair; NULL when a trapped condition raised. Shared with the number slots. */
export function divmodPair(a: Num, b: Num, context: Ref): Own {
  begin()
  try {
    const [q, r] = A.qdivmod(a, b, ctxOf(context))
    if (status !== 0 && addStatus(context, status)) return NULL
    return ownTuple(newDecimal(decimalType, q), newDecimal(decimalType, r))
  } catch (e) {
    return tooBig(e)
  }
}
export function power(a: Num, b: Num, mod: Num | null, context: Ref): Own {
  return mod === null ? run2(P.qpow, a, b, context) : run3(P.qpowmod, a, b, mod, context)
}

function unary(name: string, f: Unary, text: string): MethodSpec {
  const method = (context: Ref, v: Ref): Own => {
    const a = operandOrRaise(v)
    return a === null ? NULL : run1(f, a, context)
  }
  return [name, method, METH.O, `($self, x, /)\n--\n\n${text}`]
}
/** The two operands of a method; null with the error set. */
function pair(args: Ref): readonly [Num, Num] | null {
  const at = PyArg_ParseTuple(args, "OO")
  if (at === 0) return null
  const w = ptr(at + 8)
  const a = operandOrRaise(ptr(at))
  const b = a === null ? null : operandOrRaise(w)
  return a === null || b === null ? null : [a, b]
}
function binary(name: string, f: Binary, text: string): MethodSpec {
  const method = (context: Ref, args: Ref): Own => {
    const p = pair(args)
    return p === null ? NULL : run2(f, p[0], p[1], context)
  }
  return [name, method, METH.VARARGS, `($self, x, y, /)\n--\n\n${text}`]
}
function test(name: string, f: (a: Num, c: Ctx) => boolean, text: string): MethodSpec {
  const method = (context: Ref, v: Ref): Own => {
    const a = operandOrRaise(v)
    return a === null ? NULL : truth(f(a, ctxOf(context)))
  }
  return [name, method, METH.O, `($self, x, /)\n--\n\n${text}`]
}
function text(name: string, f: (a: Num, context: Ref) => string, doc: string): MethodSpec {
  const method = (context: Ref, v: Ref): Own => {
    const a = operandOrRaise(v)
    if (a === null) return NULL
    try {
      return PyUnicode_FromString(f(a, context))
    } catch (e) {
      return tooBig(e)
    }
  }
  return [name, method, METH.O, `($self, x, /)\n--\n\n${doc}`]
}

function ctx_divmod(context: Ref, args: Ref): Own {
  const p = pair(args)
  return p === null ? NULL : divmodPair(p[0], p[1], context)
}
function ctx_same_quantum(_context: Ref, args: Ref): Own {
  const p = pair(args)
  return p === null ? NULL : truth(L.same_quantum(p[0], p[1]))
}
function ctx_power(context: Ref, args: Ref, kwds: Ref): Own {
  const at = PyArg_ParseTupleAndKeywords(args, kwds, "OO|O", ["a", "b", "modulo"])
  if (at === 0) return NULL
  const exp = ptr(at + 8)
  const mod = ptr(at + 16)
  const a = operandOrRaise(ptr(at))
  const b = a === null ? null : operandOrRaise(exp)
  if (a === null || b === null) return NULL
  if (mod === NULL || mod === Py_None) return power(a, b, null, context)
  const c = operandOrRaise(mod)
  return c === null ? NULL : power(a, b, c, context)
}
function ctx_fma(context: Ref, args: Ref): Own {
  const at = PyArg_ParseTuple(args, "OOO")
  if (at === 0) return NULL
  const w = ptr(at + 8)
  const x = ptr(at + 16)
  const a = operandOrRaise(ptr(at))
  const b = a === null ? null : operandOrRaise(w)
  const c = b === null ? null : operandOrRaise(x)
  return a === null || b === null || c === null ? NULL : run3(A.qfma, a, b, c, context)
}
export function radix(_self: Ref): Own {
  return fromNum(finite(0, 10n, 0n))
}
function needDecimal(v: Ref): boolean {
  if (isDecimal(v)) return true
  PyErr_SetString(PyExc_TypeError, "argument must be a Decimal")
  return false
}
function ctx_iscanonical(_context: Ref, v: Ref): Own {
  return needDecimal(v) ? truth(true) : NULL
}
function ctx_canonical(_context: Ref, v: Ref): Own {
  return needDecimal(v) ? Py_NewRef(v) : NULL
}
function ctx_copy_decimal(_context: Ref, v: Ref): Own {
  if (isDecimal(v)) return Py_NewRef(v)
  const a = operandOrRaise(v)
  return a === null ? NULL : fromNum(a)
}
function ctx_create_decimal(context: Ref, args: Ref): Own {
  const at = PyArg_ParseTuple(args, "|O")
  return at === 0 ? NULL : PyDec_FromObject(ptr(at), context)
}
function ctx_from_float(context: Ref, v: Ref): Own {
  return PyDec_FromFloat(v, context)
}

export function contextMethods(): MethodSpec[] {
  return [
    unary("abs", A.qabs, "The absolute value of x."),
    unary("exp", P.qexp, "e ** x."),
    unary("ln", P.qln, "The natural logarithm of x."),
    unary("log10", P.qlog10, "The base 10 logarithm of x."),
    unary("minus", A.qminus, "Prefix minus."),
    unary("next_minus", A.qnext_minus, "The largest number smaller than x."),
    unary("next_plus", A.qnext_plus, "The smallest number larger than x."),
    unary("normalize", A.qreduce, "x without trailing zeros."),
    unary("plus", A.qplus, "Prefix plus: rounds."),
    unary("to_integral", A.qround_to_int, "Same as to_integral_value."),
    unary("to_integral_exact", A.qround_to_intx, "Round to an integer, signaling."),
    unary("to_integral_value", A.qround_to_int, "Round to an integer."),
    unary("sqrt", A.qsqrt, "The square root of x."),
    binary("add", A.qadd, "The sum of x and y."),
    binary("compare", A.qcompare, "Compare x and y numerically."),
    binary("compare_signal", A.qcompare_signal, "Compare; every NaN signals."),
    binary("divide", A.qdiv, "x divided by y."),
    binary("divide_int", A.qdivint, "x divided by y, truncated to an integer."),
    ["divmod", ctx_divmod, METH.VARARGS, "($self, x, y, /)\n--\n\nQuotient and remainder of x and y."],
    binary("max", A.qmax, "The larger number."),
    binary("max_mag", A.qmax_mag, "The number of larger magnitude."),
    binary("min", A.qmin, "The smaller number."),
    binary("min_mag", A.qmin_mag, "The number of smaller magnitude."),
    binary("multiply", A.qmul, "The product of x and y."),
    binary("next_toward", A.qnext_toward, "The number next to x in the direction of y."),
    binary("quantize", A.qquantize, "x with the exponent of y."),
    binary("remainder", A.qrem, "The remainder of x divided by y."),
    binary("remainder_near", A.qrem_near, "x - y * n, n the integer nearest x / y."),
    binary("subtract", A.qsub, "The difference of x and y."),
    ["power", ctx_power, METH.VARARGS | METH.KEYWORDS, "($self, /, a, b, modulo=None)\n--\n\na ** b, or the integer (a ** b) % modulo."],
    ["fma", ctx_fma, METH.VARARGS, "($self, x, y, z, /)\n--\n\nx * y + z, rounded once."],
    ["radix", radix, METH.NOARGS, "($self, /)\n--\n\n10."],
    ["is_canonical", ctx_iscanonical, METH.O, "($self, x, /)\n--\n\nAlways True for a Decimal."],
    test("is_finite", (a) => a.kind === Kind.FINITE, "Is x finite?"),
    test("is_infinite", (a) => a.kind === Kind.INF, "Is x infinite?"),
    test("is_nan", (a) => isNan(a), "Is x a NaN?"),
    test("is_normal", isNormal, "Is x normal?"),
    test("is_qnan", (a) => a.kind === Kind.NAN, "Is x a quiet NaN?"),
    test("is_signed", (a) => a.sign === 1, "Is x negative?"),
    test("is_snan", (a) => a.kind === Kind.SNAN, "Is x a signaling NaN?"),
    test("is_subnormal", isSubnormal, "Is x subnormal?"),
    test("is_zero", (a) => isZero(a), "Is x a zero?"),
    ["_apply", unary("", finalize, "")[1], METH.O],
    ["canonical", ctx_canonical, METH.O, "($self, x, /)\n--\n\nx."],
    unary("copy_abs", (a) => withSign(a, 0), "A copy of x with the sign 0."),
    ["copy_decimal", ctx_copy_decimal, METH.O, "($self, x, /)\n--\n\nA copy of x."],
    unary("copy_negate", (a) => A.copyNegate(a), "A copy of x with the sign inverted."),
    unary("logb", L.qlogb, "The exponent of x's most significant digit."),
    unary("logical_invert", L.qinvert, "Invert the digits of x."),
    text("number_class", (a, c) => L.className(a, ctxOf(c)), "The class of x."),
    text("to_sci_string", (a, c) => decToString(a, Fmt.SCI, capitals(c)), "x in scientific notation."),
    text("to_eng_string", (a, c) => decToString(a, Fmt.ENG, capitals(c)), "x in engineering notation."),
    binary("compare_total", (a, b) => L.compare_total(a, b), "Compare by the total order."),
    binary("compare_total_mag", (a, b) => L.compare_total_mag(a, b), "Compare magnitudes by the total order."),
    binary("copy_sign", (a, b) => L.copy_sign(a, b), "x with the sign of y."),
    binary("logical_and", L.qand, "Digit-wise and."),
    binary("logical_or", L.qor, "Digit-wise or."),
    binary("logical_xor", L.qxor, "Digit-wise exclusive or."),
    binary("rotate", L.qrotate, "x rotated by y digits."),
    ["same_quantum", ctx_same_quantum, METH.VARARGS, "($self, x, y, /)\n--\n\nHave x and y the same exponent?"],
    binary("scaleb", L.qscaleb, "x with y added to the exponent."),
    binary("shift", L.qshift, "x shifted by y digits."),
    ["create_decimal", ctx_create_decimal, METH.VARARGS, '($self, num="0", /)\n--\n\nA Decimal from num, rounded by the context.'],
    ["create_decimal_from_float", ctx_from_float, METH.O, "($self, f, /)\n--\n\nA Decimal from a float, rounded by the context."],
  ]
}
