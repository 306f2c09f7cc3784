import { copysign } from "../base/double.ts"
import { atan2, cos, exp, hypot, log, pow, sin } from "../base/libm.ts"
import { ptr } from "../heap/access.ts"
import { fn } from "../heap/fntable.ts"
import { hashHi, ret64 } from "../heap/int64.ts"
import { PyComplexObject, PyNumberMethods, PyTypeObject } from "../heap/layout.ts"
import { PyObject_Free, PyObject_Malloc } from "../heap/obmalloc.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { Py_DECREF, Py_NewRef, Py_TYPE } from "../heap/refcount.ts"
import { ID } from "../heap/statics.ts"
import { f64, i32 } from "../heap/views.ts"
import { PyNumber_Float } from "./abstract.ts"
import { PyErr_WarnEx } from "./_warnings.ts"
import { PyObject_CallNoArgs } from "./call.ts"
import { defineType } from "./define.ts"
import { PyErr_Clear, PyErr_NoMemory, PyErr_Occurred, PyErr_SetString } from "./errors.ts"
import { PyFloat_AS_DOUBLE, PyFloat_AsDouble, PyFloat_Check, PyFloat_FromDouble } from "./floatobject.ts"
import { _PyComplex_FormatAdvanced } from "./formatter_unicode.ts"
import { _PyArg_BadArgument, _PyArg_UnpackKeywordsTuple, argParser } from "./getargs.ts"
import { notImplemented, PyLong_AsDouble, PyLong_Check, smallInt } from "./longobject.ts"
import { PyObject_GenericGetAttr, PyObject_RichCompare, typeName } from "./object.ts"
import { _Py_string_to_number_with_underscores, PyOS_double_to_string, PyOS_string_to_double, Py_DTSF_SIGN, strtodEnd } from "./pystrtod.ts"
import { _Py_HashDouble } from "./pyhash.ts"
import { type allocfunc, METH, Py, READONLY, T, TPFLAGS } from "./slots.ts"
import {
  Py_False,
  Py_None,
  Py_True,
  PyComplex_Type,
  PyExc_DeprecationWarning,
  PyExc_OverflowError,
  PyExc_TypeError,
  PyExc_ValueError,
  PyExc_ZeroDivisionError,
} from "./statictypes.ts"
import { buildTuple } from "./tupleobject.ts"
import { _PyObject_LookupSpecial, PyType_IsSubtype } from "./typeobject.ts"
import { _PyUnicode_TransformDecimalAndSpaceToASCII, PyUnicode_AsJS, PyUnicode_Check, PyUnicode_FromString } from "./unicodeobject.ts"

// Objects/complexobject.c. Functions that give a complex in C leave it in `complexReal` and `complexImag` here: read them at once.

const id_complex = ID("__complex__")

export let complexReal = 0
export let complexImag = 0
/** Set by the arithmetic below as C sets errno: 0, EDOM 33 or ERANGE 34. */
export let complexErrno = 0
const EDOM = 33
const ERANGE = 34

function set(re: number, im: number): void {
  complexReal = re
  complexImag = im
}

export function PyComplex_Check(op: Ref): boolean {
  const type = Py_TYPE(op)
  return type === PyComplex_Type || PyType_IsSubtype(type, PyComplex_Type)
}
export function PyComplex_CheckExact(op: Ref): boolean {
  return Py_TYPE(op) === PyComplex_Type
}

export function _Py_c_quot(ar: number, ai: number, br: number, bi: number): void {
  const abr = br < 0 ? -br : br
  const abi = bi < 0 ? -bi : bi
  if (abr >= abi) {
    if (abr === 0) {
      complexErrno = EDOM
      set(0, 0)
      return
    }
    const ratio = bi / br
    const denom = br + bi * ratio
    set((ar + ai * ratio) / denom, (ai - ar * ratio) / denom)
  } else if (abi >= abr) {
    const ratio = br / bi
    const denom = br * ratio + bi
    set((ar * ratio + ai) / denom, (ai * ratio - ar) / denom)
  } else set(NaN, NaN)
}

export function _Py_c_pow(ar: number, ai: number, br: number, bi: number): void {
  if (br === 0 && bi === 0) set(1, 0)
  else if (ar === 0 && ai === 0) {
    if (bi !== 0 || br < 0) complexErrno = EDOM
    set(0, 0)
  } else {
    const vabs = hypot(ar, ai)
    let len = pow(vabs, br)
    const at = atan2(ai, ar)
    let phase = at * br
    if (bi !== 0) {
      len /= exp(at * bi)
      phase += bi * log(vabs)
    }
    if (Math.abs(phase) === Infinity) complexErrno = EDOM
    set(len * cos(phase), len * sin(phase))
  }
}

function c_powu(xr: number, xi: number, n: number): void {
  let rr = 1
  let ri = 0
  let pr = xr
  let pi = xi
  for (let mask = 1; mask > 0 && n >= mask; mask <<= 1) {
    if (n & mask) {
      const t = rr * pr - ri * pi
      ri = rr * pi + ri * pr
      rr = t
    }
    const t = pr * pr - pi * pi
    pi = pr * pi + pi * pr
    pr = t
  }
  set(rr, ri)
}

/** |re + im*j|; complexErrno is ERANGE on overflow, else 0. */
export function _Py_c_abs(re: number, im: number): number {
  complexErrno = 0
  if (!Number.isFinite(re) || !Number.isFinite(im)) {
    if (re === Infinity || re === -Infinity || im === Infinity || im === -Infinity) return Infinity
    return NaN
  }
  const r = hypot(re, im)
  if (!Number.isFinite(r)) complexErrno = ERANGE
  return r
}

export function PyComplex_FromDoubles(re: number, im: number): Own {
  const op = PyObject_Malloc(PyComplexObject.SIZE)
  if (op === 0) return PyErr_NoMemory()
  const w = op >> 2
  i32[w] = 1
  i32[w + 1] = 0
  i32[w + 2] = PyComplex_Type
  i32[w + 3] = 0
  f64[(op + PyComplexObject.cval_real) >> 3] = re
  f64[(op + PyComplexObject.cval_imag) >> 3] = im
  return op as Own
}

function subtypeFromDoubles(type: Ref, re: number, im: number): Own {
  const $op = fn<allocfunc>(ptr(type + PyTypeObject.tp_alloc))(type, 0)
  if ($op !== NULL) {
    f64[($op + PyComplexObject.cval_real) >> 3] = re
    f64[($op + PyComplexObject.cval_imag) >> 3] = im
  }
  return $op
}

function re(op: Ref): number {
  return f64[(op + PyComplexObject.cval_real) >> 3]
}
function im(op: Ref): number {
  return f64[(op + PyComplexObject.cval_imag) >> 3]
}

export function PyComplex_RealAsDouble(op: Ref): number {
  return PyComplex_Check(op) ? re(op) : PyFloat_AsDouble(op)
}
export function PyComplex_ImagAsDouble(op: Ref): number {
  return PyComplex_Check(op) ? im(op) : 0
}

/** The result of __complex__; NULL without an error when there is none. */
function try_complex_special_method(op: Ref): Own {
  const $f = _PyObject_LookupSpecial(op, id_complex)
  if ($f === NULL) return NULL
  const $res = PyObject_CallNoArgs($f)
  Py_DECREF($f)
  if ($res === NULL || PyComplex_CheckExact($res)) return $res
  const name = typeName($res).slice(0, 200)
  if (!PyComplex_Check($res)) {
    Py_DECREF($res)
    return PyErr_SetString(PyExc_TypeError, `__complex__ returned non-complex (type ${name})`)
  }
  const message =
    `__complex__ returned non-complex (type ${name}).  ` +
    "The ability to return an instance of a strict subclass of complex is deprecated, and may be removed in a future version of Python."
  if (PyErr_WarnEx(PyExc_DeprecationWarning, message, 1) < 0) {
    Py_DECREF($res)
    return NULL
  }
  return $res
}

/** Any number's value in complexReal, complexImag; -1 and PyErr_Occurred() on error. */
export function PyComplex_AsCComplex(op: Ref): void {
  if (PyComplex_Check(op)) {
    set(re(op), im(op))
    return
  }
  const $new = try_complex_special_method(op)
  if ($new !== NULL) {
    set(re($new), im($new))
    Py_DECREF($new)
    return
  }
  if (PyErr_Occurred()) {
    set(-1, 0)
    return
  }
  set(PyFloat_AsDouble(op), 0)
}

export function complexReprJS(r: number, i: number): string {
  if (r === 0 && copysign(1, r) === 1) return `${PyOS_double_to_string(i, "r", 0, 0)}j`
  return `(${PyOS_double_to_string(r, "r", 0, 0)}${PyOS_double_to_string(i, "r", 0, Py_DTSF_SIGN)}j)`
}
function complex_repr(self: Ref): Own {
  return PyUnicode_FromString(complexReprJS(re(self), im(self)))
}

function complex_hash(self: Ref): number {
  const rlo = _Py_HashDouble(self, re(self))
  const rhi = hashHi
  if (rlo === -1 && rhi === -1) return rlo
  const ilo = _Py_HashDouble(self, im(self))
  const ihi = hashHi
  if (ilo === -1 && ihi === -1) return ilo
  // hash(real) + 1000003 * hash(imag) modulo 2^64
  const low = (ilo & 0xffff) * 1000003
  const mid = (ilo >>> 16) * 1000003 + Math.floor(low / 65536)
  const plo = ((mid & 0xffff) << 16) | (low & 0xffff)
  const phi = (Math.floor(mid / 65536) + Math.imul(ihi, 1000003)) | 0
  const sum = (rlo >>> 0) + (plo >>> 0)
  const lo = sum | 0
  const hi = (rhi + phi + (sum > 4294967295 ? 1 : 0)) | 0
  return lo === -1 && hi === -1 ? ret64(-2, -1) : ret64(lo, hi)
}

/** 0: complexReal and complexImag are set; 1: not a number of ours; 2: an error is set. */
function to_complex(op: Ref): number {
  if (PyComplex_Check(op)) {
    set(re(op), im(op))
    return 0
  }
  if (PyLong_Check(op)) {
    const x = PyLong_AsDouble(op)
    set(x, 0)
    return x === -1 && PyErr_Occurred() ? 2 : 0
  }
  if (PyFloat_Check(op)) {
    set(PyFloat_AS_DOUBLE(op), 0)
    return 0
  }
  return 1
}
function failed(state: number): Own {
  return state === 1 ? notImplemented() : NULL
}

const enum Op {
  add,
  sub,
  mul,
  div,
}
function arithmetic(v: Ref, w: Ref, op: Op): Own {
  let state = to_complex(v)
  if (state) return failed(state)
  const ar = complexReal
  const ai = complexImag
  state = to_complex(w)
  if (state) return failed(state)
  const br = complexReal
  const bi = complexImag
  switch (op) {
    case Op.add:
      return PyComplex_FromDoubles(ar + br, ai + bi)
    case Op.sub:
      return PyComplex_FromDoubles(ar - br, ai - bi)
    case Op.mul:
      return PyComplex_FromDoubles(ar * br - ai * bi, ar * bi + ai * br)
  }
  complexErrno = 0
  _Py_c_quot(ar, ai, br, bi)
  if (complexErrno === EDOM) return PyErr_SetString(PyExc_ZeroDivisionError, "complex division by zero")
  return PyComplex_FromDoubles(complexReal, complexImag)
}
function complex_add(v: Ref, w: Ref): Own {
  return arithmetic(v, w, Op.add)
}
function complex_sub(v: Ref, w: Ref): Own {
  return arithmetic(v, w, Op.sub)
}
function complex_mul(v: Ref, w: Ref): Own {
  return arithmetic(v, w, Op.mul)
}
function complex_div(v: Ref, w: Ref): Own {
  return arithmetic(v, w, Op.div)
}

export function complex_pow(v: Ref, w: Ref, z: Ref): Own {
  let state = to_complex(v)
  if (state) return failed(state)
  const ar = complexReal
  const ai = complexImag
  state = to_complex(w)
  if (state) return failed(state)
  const br = complexReal
  const bi = complexImag
  if (z !== Py_None) return PyErr_SetString(PyExc_ValueError, "complex modulo")
  complexErrno = 0
  if (bi === 0 && br === Math.floor(br) && Math.abs(br) <= 100) {
    if (br > 0) c_powu(ar, ai, br)
    else {
      c_powu(ar, ai, -br)
      _Py_c_quot(1, 0, complexReal, complexImag)
    }
  } else _Py_c_pow(ar, ai, br, bi)
  if (Math.abs(complexReal) === Infinity || Math.abs(complexImag) === Infinity) {
    if (complexErrno === 0) complexErrno = ERANGE
  } else if (complexErrno === ERANGE) complexErrno = 0
  if (complexErrno === EDOM) return PyErr_SetString(PyExc_ZeroDivisionError, "0.0 to a negative or complex power")
  if (complexErrno === ERANGE) return PyErr_SetString(PyExc_OverflowError, "complex exponentiation")
  return PyComplex_FromDoubles(complexReal, complexImag)
}

function complex_neg(self: Ref): Own {
  return PyComplex_FromDoubles(-re(self), -im(self))
}
function complex_pos(self: Ref): Own {
  return PyComplex_CheckExact(self) ? Py_NewRef(self) : PyComplex_FromDoubles(re(self), im(self))
}
function complex_abs(self: Ref): Own {
  const r = _Py_c_abs(re(self), im(self))
  if (complexErrno === ERANGE) return PyErr_SetString(PyExc_OverflowError, "absolute value too large")
  return PyFloat_FromDouble(r)
}
function complex_bool(self: Ref): number {
  return re(self) !== 0 || im(self) !== 0 ? 1 : 0
}

function complex_richcompare(v: Ref, w: Ref, op: number): Own {
  if (op !== Py.EQ && op !== Py.NE) return notImplemented()
  let equal = false
  if (PyLong_Check(w)) {
    if (im(v) === 0) {
      const $j = PyFloat_FromDouble(re(v))
      if ($j === NULL) return NULL
      const $r = PyObject_RichCompare($j, w, op)
      Py_DECREF($j)
      return $r
    }
  } else if (PyFloat_Check(w)) equal = re(v) === PyFloat_AS_DOUBLE(w) && im(v) === 0
  else if (PyComplex_Check(w)) equal = re(v) === re(w) && im(v) === im(w)
  else return notImplemented()
  return Py_NewRef(equal === (op === Py.EQ) ? Py_True : Py_False)
}

function complex_conjugate(self: Ref): Own {
  return PyComplex_FromDoubles(re(self), -im(self))
}
function complex___complex__(self: Ref): Own {
  return complex_pos(self)
}
function complex___getnewargs__(self: Ref): Own {
  const $r = PyFloat_FromDouble(re(self))
  if ($r === NULL) return NULL
  const $i = PyFloat_FromDouble(im(self))
  if ($i === NULL) {
    Py_DECREF($r)
    return NULL
  }
  return buildTuple($r, $i)
}
function complex___format__(self: Ref, spec: Ref): Own {
  if (!PyUnicode_Check(spec)) {
    _PyArg_BadArgument("__format__", "argument", "str", spec)
    return NULL
  }
  return _PyComplex_FormatAdvanced(self, spec)
}

function isSpace(c: number): boolean {
  return c === 32 || (c >= 9 && c <= 13)
}

function fromText(type: Ref, s: string): Own {
  let p = 0
  let x = 0
  let y = 0
  const skip = (): void => {
    while (isSpace(s.charCodeAt(p))) p++
  }
  const number = (): number => {
    const z = PyOS_string_to_double(s, p, false, 0)
    if (z === -1 && PyErr_Occurred()) PyErr_Clear()
    return z
  }
  const isJ = (): boolean => s[p] === "j" || s[p] === "J"
  skip()
  const bracket = s[p] === "("
  if (bracket) {
    p++
    skip()
  }
  const z = number()
  let ok = true
  if (strtodEnd !== p) {
    p = strtodEnd
    if (s[p] === "+" || s[p] === "-") {
      x = z
      y = number()
      if (strtodEnd !== p) p = strtodEnd
      else {
        y = s[p] === "+" ? 1 : -1
        p++
      }
      ok = isJ()
      p++
    } else if (isJ()) {
      p++
      y = z
    } else x = z
  } else {
    y = 1
    if (s[p] === "+" || s[p] === "-") {
      y = s[p] === "+" ? 1 : -1
      p++
    }
    ok = isJ()
    p++
  }
  if (ok) {
    skip()
    if (bracket) {
      ok = s[p] === ")"
      p++
      skip()
    }
    if (ok && p === s.length) return subtypeFromDoubles(type, x, y)
  }
  return PyErr_SetString(PyExc_ValueError, "complex() arg is a malformed string")
}

const newParser = argParser("complex", ["real", "imag"])

function isNumber(op: Ref): boolean {
  const nb = ptr(Py_TYPE(op) + PyTypeObject.tp_as_number)
  return nb !== 0 && (ptr(nb + PyNumberMethods.nb_float) !== 0 || ptr(nb + PyNumberMethods.nb_index) !== 0 || PyComplex_Check(op))
}

function complex_new(type: Ref, args: Ref, kwargs: Ref): Own {
  const a = _PyArg_UnpackKeywordsTuple(args, kwargs, newParser, 0, 2, 0)
  if (a === 0) return NULL
  let r = ptr(a)
  const i = ptr(a + 8)
  if (r === NULL) r = smallInt(0)
  if (PyComplex_CheckExact(r) && i === NULL && type === PyComplex_Type) return Py_NewRef(r)
  if (PyUnicode_Check(r)) {
    if (i !== NULL) return PyErr_SetString(PyExc_TypeError, "complex() can't take second arg if first is a string")
    const $ascii = _PyUnicode_TransformDecimalAndSpaceToASCII(r)
    if ($ascii === NULL) return NULL
    const s = PyUnicode_AsJS($ascii)
    Py_DECREF($ascii)
    return _Py_string_to_number_with_underscores(s, "complex", r, (text) => fromText(type, text))
  }
  if (i !== NULL && PyUnicode_Check(i)) return PyErr_SetString(PyExc_TypeError, "complex() second arg can't be a string")
  const $special = try_complex_special_method(r)
  if ($special !== NULL) r = $special
  else if (PyErr_Occurred()) return NULL
  let wrong: string | null = null
  if (!isNumber(r)) wrong = `complex() first argument must be a string or a number, not '${typeName(r).slice(0, 200)}'`
  else if (i !== NULL && !isNumber(i)) wrong = `complex() second argument must be a number, not '${typeName(i).slice(0, 200)}'`
  if (wrong !== null) {
    if ($special !== NULL) Py_DECREF($special)
    return PyErr_SetString(PyExc_TypeError, wrong)
  }
  let crr: number
  let cri = 0
  let complexR = false
  if (PyComplex_Check(r)) {
    crr = re(r)
    cri = im(r)
    complexR = true
    if ($special !== NULL) Py_DECREF($special)
  } else {
    const $f = PyNumber_Float(r)
    if ($special !== NULL) Py_DECREF($special)
    if ($f === NULL) return NULL
    crr = PyFloat_AS_DOUBLE($f)
    Py_DECREF($f)
  }
  let cir = 0
  let cii = 0
  let complexI = false
  if (i === NULL) cir = cri
  else if (PyComplex_Check(i)) {
    cir = re(i)
    cii = im(i)
    complexI = true
  } else {
    const $f = PyNumber_Float(i)
    if ($f === NULL) return NULL
    cir = PyFloat_AS_DOUBLE($f)
    Py_DECREF($f)
  }
  if (complexI) crr -= cii
  if (complexR && i !== NULL) cir += cri
  return subtypeFromDoubles(type, crr, cir)
}

defineType(PyComplex_Type, {
  name: "complex",
  basicsize: PyComplexObject.SIZE,
  flags: TPFLAGS.DEFAULT | TPFLAGS.BASETYPE,
  doc: "(real=0, imag=0)\n--\n\nA complex number made from a real part and an optional imaginary part.",
  repr: complex_repr,
  hash: complex_hash,
  getattro: PyObject_GenericGetAttr,
  richcompare: complex_richcompare,
  new: complex_new,
  free: PyObject_Free,
  nb_add: complex_add,
  nb_subtract: complex_sub,
  nb_multiply: complex_mul,
  nb_power: complex_pow,
  nb_negative: complex_neg,
  nb_positive: complex_pos,
  nb_absolute: complex_abs,
  nb_bool: complex_bool,
  nb_true_divide: complex_div,
  methods: [
    ["conjugate", complex_conjugate, METH.NOARGS, "($self, /)\n--\n\nThe complex conjugate: (3-4j).conjugate() == 3+4j."],
    ["__complex__", complex___complex__, METH.NOARGS, "($self, /)\n--\n\nConvert this value to exact type complex."],
    ["__getnewargs__", complex___getnewargs__, METH.NOARGS, "($self, /)\n--\n\n"],
    ["__format__", complex___format__, METH.O, "($self, format_spec, /)\n--\n\nConvert to a string according to format_spec."],
  ],
  members: [
    ["real", T.DOUBLE, PyComplexObject.cval_real, READONLY, "the real part of a complex number"],
    ["imag", T.DOUBLE, PyComplexObject.cval_imag, READONLY, "the imaginary part of a complex number"],
  ],
})
