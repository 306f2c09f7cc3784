import { int32, ptr, set64, setint32 } from "../../heap/access.ts"
import { hashHi, ret64 } from "../../heap/int64.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_DECREF, Py_NewRef, Py_TYPE } from "../../heap/refcount.ts"
import { PyObject_IsInstance } from "../../objects/abstract.ts"
import { PyObject_CallOneArg, PyObject_CallThreeArgs } from "../../objects/call.ts"
import { complexImag, complexReal, PyComplex_AsCComplex, PyComplex_Check, PyComplex_FromDoubles } from "../../objects/complexobject.ts"
import { defineType, type MethodSpec } from "../../objects/define.ts"
import { PyDict_Check, PyDict_GetItemString } from "../../objects/dictobject.ts"
import { PyErr_Occurred, PyErr_SetString } from "../../objects/errors.ts"
import { PyFloat_AS_DOUBLE, PyFloat_AsDouble, PyFloat_Check, PyFloat_FromString } from "../../objects/floatobject.ts"
import { PyArg_ParseTuple, PyArg_ParseTupleAndKeywords } from "../../objects/getargs.ts"
import { PyLong_AsBigInt, PyLong_Check, PyLong_FromBigInt, PyLong_FromLong } from "../../objects/longobject.ts"
import { _PyObject_SIZE, PyObject_GenericGetAttr, PyObject_GetAttrString } from "../../objects/object.ts"
import { _Py_HashPointer } from "../../objects/pyhash.ts"
import { METH, Py, TPFLAGS } from "../../objects/slots.ts"
import { Py_None, Py_NotImplemented, PyExc_OverflowError, PyExc_TypeError, PyExc_ValueError } from "../../objects/statictypes.ts"
import { PyTuple_New, PyTuple_SET_ITEM } from "../../objects/tupleobject.ts"
import { PyUnicode_AsJS, PyUnicode_Check, PyUnicode_FromString } from "../../objects/unicodeobject.ts"
import { ownTuple, truth } from "../support.ts"
import * as A from "./arith.ts"
import { currentContext, getround, ssizeArg } from "./context.ts"
import { fromBig, fromDouble, operand, operandOrRaise, PyDecType_FromFloatExact, PyDecType_FromObjectExact } from "./convert.ts"
import { divmodPair, power, radix } from "./ctxmethods.ts"
import * as L from "./logical.ts"
import {
  adjexp,
  begin,
  cmp,
  type Ctx,
  finite,
  Flag,
  isNan,
  isNormal,
  isSubnormal,
  isZero,
  Kind,
  type Num,
  pow10,
  Round,
  withRound,
  withSign,
} from "./num.ts"
import {
  addStatus,
  type Binary,
  capitals,
  ctxOf,
  Cx,
  Dec,
  dec_dealloc,
  decimalType,
  dynamicSize,
  fromNum,
  isContext,
  isDecimal,
  numOf,
  run1,
  run2,
  run3,
  STATE,
  State,
  tooBig,
  type Unary,
} from "./objects.ts"
import { Fmt, format, parseSpec, decToString } from "./text.ts"
import * as P from "./transcend.ts"

// Modules/_decimal/_decimal.c: Decimal.

function notImplemented(): Own {
  return Py_NewRef(Py_NotImplemented)
}
/** CONTEXT_CHECK_VA: the context argument, the current one for None; NULL with the error set. */
function contextArg(op: Ref): Ref {
  if (op === NULL || op === Py_None) return currentContext()
  if (isContext(op)) return op
  return PyErr_SetString(PyExc_TypeError, "optional argument must be a context")
}
function dec_new(type: Ref, args: Ref, kwds: Ref): Own {
  const at = PyArg_ParseTupleAndKeywords(args, kwds, "|OO", ["value", "context"])
  if (at === 0) return NULL
  const v = ptr(at)
  const context = contextArg(ptr(at + 8))
  return context === NULL ? NULL : PyDecType_FromObjectExact(type, v, context)
}
function dec_from_float(type: Ref, v: Ref): Own {
  const context = currentContext()
  if (context === NULL) return NULL
  const $r = PyDecType_FromFloatExact(decimalType, v, context)
  if (type === decimalType || $r === NULL) return $r
  const $sub = PyObject_CallOneArg(type, $r)
  Py_DECREF($r)
  return $sub
}

function asText(self: Ref, wrap: boolean): Own {
  const context = currentContext()
  if (context === NULL) return NULL
  try {
    const s = decToString(numOf(self), Fmt.SCI, capitals(context))
    return PyUnicode_FromString(wrap ? `Decimal('${s}')` : s)
  } catch (e) {
    return tooBig(e)
  }
}
function dec_str(self: Ref): Own {
  return asText(self, false)
}
function dec_repr(self: Ref): Own {
  return asText(self, true)
}
function dec_format(self: Ref, args: Ref): Own {
  const context = currentContext()
  if (context === NULL) return NULL
  const at = PyArg_ParseTuple(args, "O|O")
  if (at === 0) return NULL
  const text = ptr(at)
  const override = ptr(at + 8)
  if (!PyUnicode_Check(text)) return PyErr_SetString(PyExc_TypeError, "format arg must be str")
  const spec = parseSpec(PyUnicode_AsJS(text), capitals(context))
  if (spec === null) return PyErr_SetString(PyExc_ValueError, "invalid format string")
  if (override !== NULL) {
    if (!PyDict_Check(override)) return PyErr_SetString(PyExc_TypeError, "optional argument must be a dict")
    const get = (key: string, old: string): string => {
      const v = PyDict_GetItemString(override, key)
      return v === NULL ? old : PyUnicode_AsJS(v)
    }
    spec.dot = get("decimal_point", spec.dot)
    spec.sep = get("thousands_sep", spec.sep)
    const groups = get("grouping", String.fromCharCode(...spec.grouping))
    spec.grouping = [...groups].map((c) => c.charCodeAt(0))
    const bytes = new TextEncoder()
    const dot = bytes.encode(spec.dot).length
    if (dot === 0 || dot > 4 || bytes.encode(spec.sep).length > 4 || spec.grouping.some((g) => g > 127))
      return PyErr_SetString(PyExc_ValueError, "invalid override dict")
  }
  begin()
  try {
    const s = format(numOf(self), spec, ctxOf(context))
    return s === null
      ? PyErr_SetString(PyExc_ValueError, "format specification exceeds internal limits of _decimal")
      : PyUnicode_FromString(s)
  } catch (e) {
    return tooBig(e)
  }
}

/** An int, rounded. */
function asLong(self: Ref, round: Round): Own {
  const context = currentContext()
  if (context === NULL) return NULL
  const a = numOf(self)
  if (isNan(a)) return PyErr_SetString(PyExc_ValueError, "cannot convert NaN to integer")
  if (a.kind === Kind.INF) return PyErr_SetString(PyExc_OverflowError, "cannot convert Infinity to integer")
  begin()
  try {
    const n = A.qround_to_int(a, withRound(ctxOf(context), round))
    const v = n.coeff === 0n ? 0n : n.coeff * pow10(n.exp)
    return PyLong_FromBigInt(n.sign ? -v : v)
  } catch (e) {
    return tooBig(e)
  }
}
function dec_int(self: Ref): Own {
  return asLong(self, Round.DOWN)
}
function dec_ceil(self: Ref): Own {
  return asLong(self, Round.CEILING)
}
function dec_floor(self: Ref): Own {
  return asLong(self, Round.FLOOR)
}
function dec_round(self: Ref, args: Ref): Own {
  const context = currentContext()
  if (context === NULL) return NULL
  const at = PyArg_ParseTuple(args, "|O")
  if (at === 0) return NULL
  const x = ptr(at)
  if (x === NULL) return asLong(self, Round.HALF_EVEN)
  if (!PyLong_Check(x)) return PyErr_SetString(PyExc_TypeError, "optional arg must be an integer")
  const n = ssizeArg(x)
  return n === null ? NULL : run2(A.qquantize, numOf(self), finite(0, 1n, n === -0x8000000000000000n ? 0x7fffffffffffffffn : -n), context)
}
function dec_as_integer_ratio(self: Ref): Own {
  const a = numOf(self)
  if (isNan(a)) return PyErr_SetString(PyExc_ValueError, "cannot convert NaN to integer ratio")
  if (a.kind === Kind.INF) return PyErr_SetString(PyExc_OverflowError, "cannot convert Infinity to integer ratio")
  try {
    let n = a.coeff
    let d = 1n
    if (n !== 0n && a.exp >= 0n) n *= pow10(a.exp)
    else if (n !== 0n) {
      d = pow10(-a.exp)
      let x = n
      let y = d
      while (y !== 0n) [x, y] = [y, x % y]
      n /= x
      d /= x
    }
    return ownTuple(PyLong_FromBigInt(a.sign ? -n : n), PyLong_FromBigInt(d))
  } catch (e) {
    return tooBig(e)
  }
}
function dec_float(self: Ref): Own {
  const a = numOf(self)
  if (a.kind === Kind.SNAN) return PyErr_SetString(PyExc_ValueError, "cannot convert signaling NaN to float")
  const $s = a.kind === Kind.NAN ? PyUnicode_FromString(a.sign ? "-nan" : "nan") : dec_str(self)
  if ($s === NULL) return NULL
  const $f = PyFloat_FromString($s)
  Py_DECREF($s)
  return $f
}
function dec_complex(self: Ref): Own {
  const $f = dec_float(self)
  if ($f === NULL) return NULL
  const x = PyFloat_AsDouble($f)
  Py_DECREF($f)
  return PyComplex_FromDoubles(x, 0)
}
function dec_as_tuple(self: Ref): Own {
  const a = numOf(self)
  const digits = a.kind === Kind.INF ? "0" : isNan(a) && a.coeff === 0n ? "" : a.coeff.toString()
  const $coeff = PyTuple_New(digits.length)
  if ($coeff === NULL) return NULL
  for (let i = 0; i < digits.length; i++) PyTuple_SET_ITEM($coeff, i, PyLong_FromLong(digits.charCodeAt(i) - 48))
  const $sign = PyLong_FromLong(a.sign)
  const $exp =
    a.kind === Kind.FINITE ? PyLong_FromBigInt(a.exp) : PyUnicode_FromString(a.kind === Kind.INF ? "F" : a.kind === Kind.NAN ? "n" : "N")
  const $r = $exp === NULL ? NULL : PyObject_CallThreeArgs(ptr(STATE + State.DecimalTuple), $sign, $coeff, $exp)
  for (const $v of [$sign, $coeff, $exp]) if ($v !== NULL) Py_DECREF($v)
  return $r
}

function numberSlot(f: Binary): (v: Ref, w: Ref) => Own {
  return (v: Ref, w: Ref): Own => {
    const context = currentContext()
    if (context === NULL) return NULL
    const a = operand(v)
    const b = a === null ? null : operand(w)
    return a === null || b === null ? notImplemented() : run2(f, a, b, context)
  }
}
function prefixSlot(f: Unary): (v: Ref) => Own {
  return (v: Ref): Own => {
    const context = currentContext()
    return context === NULL ? NULL : run1(f, numOf(v), context)
  }
}
function nm_divmod(v: Ref, w: Ref): Own {
  const context = currentContext()
  if (context === NULL) return NULL
  const a = operand(v)
  const b = a === null ? null : operand(w)
  return a === null || b === null ? notImplemented() : divmodPair(a, b, context)
}
function nm_power(v: Ref, w: Ref, mod: Ref): Own {
  const context = currentContext()
  if (context === NULL) return NULL
  const a = operand(v)
  const b = a === null ? null : operand(w)
  if (a === null || b === null) return notImplemented()
  if (mod === Py_None) return power(a, b, null, context)
  const c = operand(mod)
  return c === null ? notImplemented() : power(a, b, c, context)
}
function nm_nonzero(self: Ref): number {
  return isZero(numOf(self)) ? 0 : 1
}

const enum Cmp {
  ERROR = -1,
  NOT_IMPLEMENTED = 0,
  OK = 1,
}
let left: Num
let right: Num
/** convert_op_cmp: what to compare, in `left` and `right`. */
function compareOperands(v: Ref, w: Ref, op: number, context: Ref): Cmp {
  left = numOf(v)
  if (isDecimal(w)) right = numOf(w)
  else if (PyLong_Check(w)) right = fromBig(PyLong_AsBigInt(w))
  else if (PyFloat_Check(w)) {
    if (op !== Py.EQ && op !== Py.NE && addStatus(context, Flag.Float_operation)) return Cmp.ERROR
    setint32(context + Cx.status, int32(context + Cx.status) | Flag.Float_operation)
    right = fromDouble(PyFloat_AS_DOUBLE(w))
  } else if (PyComplex_Check(w) && (op === Py.EQ || op === Py.NE)) {
    PyComplex_AsCComplex(w)
    if (PyErr_Occurred()) return Cmp.ERROR
    if (complexImag !== 0) return Cmp.NOT_IMPLEMENTED
    setint32(context + Cx.status, int32(context + Cx.status) | Flag.Float_operation)
    right = fromDouble(complexReal)
  } else {
    const rational = PyObject_IsInstance(w, ptr(STATE + State.Rational))
    if (rational <= 0) return rational
    return rationalOperands(w)
  }
  return Cmp.OK
}
function rationalOperands(w: Ref): Cmp {
  const n = intAttr(w, "numerator")
  if (n === null) return Cmp.ERROR
  right = fromBig(n)
  if (left.kind !== Kind.FINITE) return Cmp.OK
  const d = intAttr(w, "denominator")
  if (d === null) return Cmp.ERROR
  left = finite((left.sign ^ (d < 0n ? 1 : 0)) as 0 | 1, left.coeff * (d < 0n ? -d : d), left.exp)
  return Cmp.OK
}
function intAttr(op: Ref, name: string): bigint | null {
  const $v = PyObject_GetAttrString(op, name)
  if ($v === NULL) return null
  const r = PyLong_Check($v) ? PyLong_AsBigInt($v) : null
  Py_DECREF($v)
  if (r === null) PyErr_SetString(PyExc_TypeError, "argument must be an integer")
  return r
}
function dec_richcompare(v: Ref, w: Ref, op: number): Own {
  const context = currentContext()
  if (context === NULL) return NULL
  const found = compareOperands(v, w, op, context)
  if (found === Cmp.ERROR) return NULL
  if (found === Cmp.NOT_IMPLEMENTED) return notImplemented()
  if (isNan(left) || isNan(right)) {
    // signaling NaNs and orderings always signal
    const signals = left.kind === Kind.SNAN || right.kind === Kind.SNAN || (op !== Py.EQ && op !== Py.NE)
    if (signals && addStatus(context, Flag.Invalid_operation)) return NULL
    return truth(op === Py.NE)
  }
  try {
    const r = cmp(left, right)
    return truth(
      op === Py.EQ ? r === 0 : op === Py.NE ? r !== 0 : op === Py.LE ? r <= 0 : op === Py.GE ? r >= 0 : op === Py.LT ? r < 0 : r > 0,
    )
  } catch (e) {
    return tooBig(e)
  }
}

function computeHash(self: Ref): number {
  const a = numOf(self)
  if (a.kind === Kind.SNAN) {
    PyErr_SetString(PyExc_TypeError, "Cannot hash a signaling NaN value")
    return ret64(-1, -1)
  }
  if (a.kind === Kind.NAN) return _Py_HashPointer(self)
  if (a.kind === Kind.INF) return a.sign ? ret64(-314159, -1) : ret64(314159, 0)
  let h = L.hashMod(a)
  if (a.sign) h = -h
  if (h === -1n) h = -2n
  return ret64(Number(BigInt.asIntN(32, h)), Number(BigInt.asIntN(32, h >> 32n)))
}
function dec_hash(self: Ref): number {
  const lo = int32(self + Dec.hash)
  const hi = int32(self + Dec.hash + 4)
  if (lo !== -1 || hi !== -1) return ret64(lo, hi)
  const h = computeHash(self)
  set64(self + Dec.hash, h, hashHi)
  return ret64(h, hashHi)
}
function dec_reduce(self: Ref): Own {
  return ownTuple(Py_NewRef(Py_TYPE(self)), ownTuple(dec_str(self)))
}
function dec_sizeof(self: Ref): Own {
  return PyLong_FromLong(_PyObject_SIZE(Py_TYPE(self)) + dynamicSize(self))
}
function dec_self(self: Ref): Own {
  return Py_NewRef(self)
}
function dec_imag(_self: Ref): Own {
  return fromNum(finite(0, 0n, 0n))
}
function dec_adjusted(self: Ref): Own {
  const a = numOf(self)
  return PyLong_FromBigInt(a.kind === Kind.FINITE ? adjexp(a) : 0n)
}
function dec_copy_abs(self: Ref): Own {
  return fromNum(withSign(numOf(self), 0))
}
function dec_copy_negate(self: Ref): Own {
  return fromNum(A.copyNegate(numOf(self)))
}

const CONTEXT = "($self, /, context=None)\n--\n\n"
const OTHER = "($self, /, other, context=None)\n--\n\n"
const SELF = "($self, /)\n--\n\n"
function contextOnly(args: Ref, kwds: Ref): Ref {
  const at = PyArg_ParseTupleAndKeywords(args, kwds, "|O", ["context"])
  return at === 0 ? NULL : contextArg(ptr(at))
}
function unary(name: string, f: Unary, text: string): MethodSpec {
  const method = (self: Ref, args: Ref, kwds: Ref): Own => {
    const context = contextOnly(args, kwds)
    return context === NULL ? NULL : run1(f, numOf(self), context)
  }
  return [name, method, METH.VARARGS | METH.KEYWORDS, CONTEXT + text]
}
let argContext: Ref = NULL
/** The other operand of a method; the context goes to `argContext`. Null with the error set. */
function otherArg(args: Ref, kwds: Ref): Num | null {
  const at = PyArg_ParseTupleAndKeywords(args, kwds, "O|O", ["other", "context"])
  if (at === 0) return null
  const other = ptr(at)
  argContext = contextArg(ptr(at + 8))
  return argContext === NULL ? null : operandOrRaise(other)
}
function binary(name: string, f: Binary, text: string): MethodSpec {
  const method = (self: Ref, args: Ref, kwds: Ref): Own => {
    const b = otherArg(args, kwds)
    return b === null ? NULL : run2(f, numOf(self), b, argContext)
  }
  return [name, method, METH.VARARGS | METH.KEYWORDS, OTHER + text]
}
function test(name: string, f: (a: Num) => boolean, text: string): MethodSpec {
  const method = (self: Ref): Own => truth(f(numOf(self)))
  return [name, method, METH.NOARGS, SELF + text]
}
function testContext(name: string, f: (a: Num, c: Ctx) => boolean, text: string): MethodSpec {
  const method = (self: Ref, args: Ref, kwds: Ref): Own => {
    const context = contextOnly(args, kwds)
    return context === NULL ? NULL : truth(f(numOf(self), ctxOf(context)))
  }
  return [name, method, METH.VARARGS | METH.KEYWORDS, CONTEXT + text]
}
function rounding(name: string, f: Unary, text: string): MethodSpec {
  const method = (self: Ref, args: Ref, kwds: Ref): Own => {
    const at = PyArg_ParseTupleAndKeywords(args, kwds, "|OO", ["rounding", "context"])
    if (at === 0) return NULL
    const mode = ptr(at)
    const context = contextArg(ptr(at + 8))
    const c = context === NULL ? null : roundedContext(context, mode)
    return c === null ? NULL : run1(f, numOf(self), context, c)
  }
  return [name, method, METH.VARARGS | METH.KEYWORDS, "($self, /, rounding=None, context=None)\n--\n\n" + text]
}
/** The context with another rounding mode, unless that is None; null with the error set. */
function roundedContext(context: Ref, mode: Ref): Ctx | null {
  const c = ctxOf(context)
  if (mode === NULL || mode === Py_None) return c
  const round = getround(mode)
  return round < 0 ? null : withRound(c, round)
}
function dec_quantize(self: Ref, args: Ref, kwds: Ref): Own {
  const at = PyArg_ParseTupleAndKeywords(args, kwds, "O|OO", ["exp", "rounding", "context"])
  if (at === 0) return NULL
  const exp = ptr(at)
  const mode = ptr(at + 8)
  const context = contextArg(ptr(at + 16))
  const c = context === NULL ? null : roundedContext(context, mode)
  const b = c === null ? null : operandOrRaise(exp)
  return c === null || b === null ? NULL : run2(A.qquantize, numOf(self), b, context, c)
}
function dec_fma(self: Ref, args: Ref, kwds: Ref): Own {
  const at = PyArg_ParseTupleAndKeywords(args, kwds, "OO|O", ["other", "third", "context"])
  if (at === 0) return NULL
  const other = ptr(at)
  const third = ptr(at + 8)
  const context = contextArg(ptr(at + 16))
  const b = context === NULL ? null : operandOrRaise(other)
  const c = b === null ? null : operandOrRaise(third)
  return b === null || c === null ? NULL : run3(A.qfma, numOf(self), b, c, context)
}
function dec_same_quantum(self: Ref, args: Ref, kwds: Ref): Own {
  const b = otherArg(args, kwds)
  return b === null ? NULL : truth(L.same_quantum(numOf(self), b))
}
function dec_number_class(self: Ref, args: Ref, kwds: Ref): Own {
  const context = contextOnly(args, kwds)
  return context === NULL ? NULL : PyUnicode_FromString(L.className(numOf(self), ctxOf(context)))
}
function dec_to_eng_string(self: Ref, args: Ref, kwds: Ref): Own {
  const context = contextOnly(args, kwds)
  return context === NULL ? NULL : PyUnicode_FromString(decToString(numOf(self), Fmt.ENG, capitals(context)))
}

defineType(decimalType, {
  name: "decimal.Decimal",
  basicsize: Dec.SIZE,
  flags: TPFLAGS.BASETYPE,
  doc: 'Decimal(value="0", context=None)\n--\n\nA decimal floating-point number from a string, an int, a float, a tuple or another Decimal.\n',
  dealloc: dec_dealloc,
  repr: dec_repr,
  str: dec_str,
  hash: dec_hash,
  getattro: PyObject_GenericGetAttr,
  richcompare: dec_richcompare,
  new: dec_new,
  nb_add: numberSlot(A.qadd),
  nb_subtract: numberSlot(A.qsub),
  nb_multiply: numberSlot(A.qmul),
  nb_remainder: numberSlot(A.qrem),
  nb_divmod: nm_divmod,
  nb_power: nm_power,
  nb_negative: prefixSlot(A.qminus),
  nb_positive: prefixSlot(A.qplus),
  nb_absolute: prefixSlot(A.qabs),
  nb_bool: nm_nonzero,
  nb_int: dec_int,
  nb_float: dec_float,
  nb_floor_divide: numberSlot(A.qdivint),
  nb_true_divide: numberSlot(A.qdiv),
  getset: [
    ["real", dec_self],
    ["imag", dec_imag],
  ],
  methods: [
    unary("exp", P.qexp, "e ** self."),
    unary("ln", P.qln, "The natural logarithm."),
    unary("log10", P.qlog10, "The base 10 logarithm."),
    unary("next_minus", A.qnext_minus, "The largest number smaller than self."),
    unary("next_plus", A.qnext_plus, "The smallest number larger than self."),
    unary("normalize", A.qreduce, "The number without trailing zeros."),
    rounding("to_integral", A.qround_to_int, "Same as to_integral_value."),
    rounding("to_integral_exact", A.qround_to_intx, "Round to an integer, signaling Inexact and Rounded."),
    rounding("to_integral_value", A.qround_to_int, "Round to an integer."),
    unary("sqrt", A.qsqrt, "The square root."),
    binary("compare", A.qcompare, "Compare numerically: -1, 0, 1 or NaN."),
    binary("compare_signal", A.qcompare_signal, "Compare; every NaN signals."),
    binary("max", A.qmax, "The larger number."),
    binary("max_mag", A.qmax_mag, "The number of larger magnitude."),
    binary("min", A.qmin, "The smaller number."),
    binary("min_mag", A.qmin_mag, "The number of smaller magnitude."),
    binary("next_toward", A.qnext_toward, "The number next to self in the direction of other."),
    [
      "quantize",
      dec_quantize,
      METH.VARARGS | METH.KEYWORDS,
      "($self, /, exp, rounding=None, context=None)\n--\n\nThe number with the exponent of exp.",
    ],
    binary("remainder_near", A.qrem_near, "self - other * n, n the integer nearest the quotient."),
    ["fma", dec_fma, METH.VARARGS | METH.KEYWORDS, "($self, /, other, third, context=None)\n--\n\nself * other + third, rounded once."],
    test("is_canonical", () => true, "Always True."),
    test("is_finite", (a) => a.kind === Kind.FINITE, "Is it finite?"),
    test("is_infinite", (a) => a.kind === Kind.INF, "Is it infinite?"),
    test("is_nan", isNan, "Is it a NaN?"),
    test("is_qnan", (a) => a.kind === Kind.NAN, "Is it a quiet NaN?"),
    test("is_snan", (a) => a.kind === Kind.SNAN, "Is it a signaling NaN?"),
    test("is_signed", (a) => a.sign === 1, "Has it a negative sign?"),
    test("is_zero", isZero, "Is it a zero?"),
    testContext("is_normal", isNormal, "Is it normal?"),
    testContext("is_subnormal", isSubnormal, "Is it subnormal?"),
    ["adjusted", dec_adjusted, METH.NOARGS, SELF + "The exponent of the most significant digit."],
    ["canonical", dec_self, METH.NOARGS, SELF + "The number itself."],
    ["conjugate", dec_self, METH.NOARGS, SELF + "The number itself."],
    ["radix", radix, METH.NOARGS, SELF + "Decimal(10)."],
    ["copy_abs", dec_copy_abs, METH.NOARGS, SELF + "The absolute value, unrounded."],
    ["copy_negate", dec_copy_negate, METH.NOARGS, SELF + "The negation, unrounded."],
    unary("logb", L.qlogb, "The exponent of the most significant digit, as a Decimal."),
    unary("logical_invert", L.qinvert, "Invert the digits."),
    ["number_class", dec_number_class, METH.VARARGS | METH.KEYWORDS, CONTEXT + "The class, a string."],
    ["to_eng_string", dec_to_eng_string, METH.VARARGS | METH.KEYWORDS, CONTEXT + "The number in engineering notation."],
    binary("compare_total", (a, b) => L.compare_total(a, b), "Compare by the total order."),
    binary("compare_total_mag", (a, b) => L.compare_total_mag(a, b), "Compare magnitudes by the total order."),
    binary("copy_sign", (a, b) => L.copy_sign(a, b), "The number with the sign of other."),
    ["same_quantum", dec_same_quantum, METH.VARARGS | METH.KEYWORDS, OTHER + "Have both the same exponent?"],
    binary("logical_and", L.qand, "Digit-wise and."),
    binary("logical_or", L.qor, "Digit-wise or."),
    binary("logical_xor", L.qxor, "Digit-wise exclusive or."),
    binary("rotate", L.qrotate, "The digits rotated by other."),
    binary("scaleb", L.qscaleb, "The number with other added to its exponent."),
    binary("shift", L.qshift, "The digits shifted by other."),
    ["from_float", dec_from_float, METH.O | METH.CLASS, "($type, f, /)\n--\n\nA Decimal of exactly a float's value."],
    ["as_tuple", dec_as_tuple, METH.NOARGS, SELF + "The number as a DecimalTuple."],
    ["as_integer_ratio", dec_as_integer_ratio, METH.NOARGS, SELF + "Numerator and denominator in lowest terms."],
    ["__copy__", dec_self, METH.NOARGS],
    ["__deepcopy__", dec_self, METH.O],
    ["__format__", dec_format, METH.VARARGS],
    ["__reduce__", dec_reduce, METH.NOARGS],
    ["__round__", dec_round, METH.VARARGS],
    ["__ceil__", dec_ceil, METH.NOARGS],
    ["__floor__", dec_floor, METH.NOARGS],
    ["__trunc__", dec_int, METH.NOARGS],
    ["__complex__", dec_complex, METH.NOARGS],
    ["__sizeof__", dec_sizeof, METH.NOARGS],
  ],
})
