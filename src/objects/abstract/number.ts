import { ptr } from "../../heap/access.ts"
import { calloca, cstackMark, cstackReset } from "../../heap/cstack.ts"
import { fn } from "../../heap/fntable.ts"
import { PyCFunctionObject, PyNumberMethods as NB, PySequenceMethods as SQ, PyObject, PyTypeObject, Py_buffer } from "../../heap/layout.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_DECREF, Py_NewRef, Py_TYPE } from "../../heap/refcount.ts"
import { ID } from "../../heap/statics.ts"
import { i32 } from "../../heap/views.ts"
import { PyErr_WarnEx, PyErr_WarnFormat } from "../_warnings.ts"
import { PyByteArray_AS_STRING, PyByteArray_Check, PyByteArray_GET_SIZE } from "../bytearrayobject.ts"
import { PyBytes_AS_STRING, PyBytes_Check, PyBytes_FromStringAndSize, PyBytes_GET_SIZE } from "../bytesobject.ts"
import { PyObject_CallNoArgs, null_error } from "../call.ts"
import { PyComplex_Check } from "../complexobject.ts"
import { PyErr_Clear, PyErr_GivenExceptionMatches, PyErr_Occurred, PyErr_SetString } from "../errors.ts"
import { PyFloat_AS_DOUBLE, PyFloat_Check, PyFloat_CheckExact, PyFloat_FromDouble, PyFloat_FromString } from "../floatobject.ts"
import {
  PyLong_AsDouble,
  PyLong_AsSsize_t,
  PyLong_Check,
  PyLong_CheckExact,
  PyLong_FromUnicodeObject,
  _PyLong_Copy,
  _PyLong_Format,
  _PyLong_FromBytes,
  _PyLong_Sign,
} from "../longobject.ts"
import { PyCFunction_CheckExact, methodName } from "../methodobject.ts"
import { typeName } from "../object.ts"
import type { binaryfunc, ssizeargfunc, ternaryfunc, unaryfunc } from "../slots.ts"
import {
  PyExc_DeprecationWarning,
  PyExc_OverflowError,
  PyExc_SystemError,
  PyExc_TypeError,
  Py_None,
  Py_NotImplemented,
} from "../statictypes.ts"
import { PyType_IsSubtype, _PyObject_LookupSpecial } from "../typeobject.ts"
import { PyUnicode_Check } from "../unicodeobject.ts"
import { PyBuffer_Release, PyObject_GetBuffer } from "./buffer.ts"
import { sequenceSlot, type_error } from "./slotaccess.ts"

// Objects/abstract.c: numbers. Operators are named by the offset of their slot in PyNumberMethods.

const __trunc__ = ID("__trunc__")

/** The object's number slot: function index, 0 if absent. */
export function numberSlot(o: Ref, slot: number): number {
  const nb = i32[(i32[(o + PyObject.ob_type) >> 2] + PyTypeObject.tp_as_number) >> 2]
  return nb === 0 ? 0 : i32[(nb + slot) >> 2]
}

/** Is the object int, float, complex or convertible to a number? */
export function PyNumber_Check(o: Ref): boolean {
  if (o === NULL || ptr(Py_TYPE(o) + PyTypeObject.tp_as_number) === 0) return false
  return numberSlot(o, NB.nb_index) !== 0 || numberSlot(o, NB.nb_int) !== 0 || numberSlot(o, NB.nb_float) !== 0 || PyComplex_Check(o)
}

// ---- binary operators ----

/** Try the operands' slots, the right one's first if its type is a subtype: owned result, NotImplemented included. */
export function binary_op1(v: Ref, w: Ref, slot: number): Own {
  const tv = i32[(v + PyObject.ob_type) >> 2] as Ref
  const tw = i32[(w + PyObject.ob_type) >> 2] as Ref
  const mv = i32[(tv + PyTypeObject.tp_as_number) >> 2]
  const slotv = mv === 0 ? 0 : i32[(mv + slot) >> 2]
  let slotw = 0
  if (tv !== tw) {
    const mw = i32[(tw + PyTypeObject.tp_as_number) >> 2]
    slotw = mw === 0 ? 0 : i32[(mw + slot) >> 2]
    if (slotw === slotv) slotw = 0
  }
  let $x: Own
  if (slotv !== 0) {
    if (slotw !== 0 && PyType_IsSubtype(tw, tv)) {
      $x = fn<binaryfunc>(slotw)(v, w)
      if ($x !== Py_NotImplemented) return $x
      Py_DECREF($x)
      slotw = 0
    }
    $x = fn<binaryfunc>(slotv)(v, w)
    if ($x !== Py_NotImplemented) return $x
    Py_DECREF($x)
  }
  if (slotw !== 0) {
    $x = fn<binaryfunc>(slotw)(v, w)
    if ($x !== Py_NotImplemented) return $x
    Py_DECREF($x)
  }
  return Py_NewRef(Py_NotImplemented)
}
function binop_type_error(v: Ref, w: Ref, op: string, hint = ""): Own {
  PyErr_SetString(
    PyExc_TypeError,
    `unsupported operand type(s) for ${op}: '${typeName(v).slice(0, 100)}' and '${typeName(w).slice(0, 100)}'${hint}`,
  )
  return NULL
}
function binary_op(v: Ref, w: Ref, slot: number, op: string): Own {
  const $result = binary_op1(v, w, slot)
  if ($result !== Py_NotImplemented) return $result
  Py_DECREF($result)
  if (slot === NB.nb_rshift && PyCFunction_CheckExact(v) && methodName(ptr(v + PyCFunctionObject.m_ml)) === "print") {
    return binop_type_error(v, w, op, '. Did you mean "print(<message>, file=<output_stream>)"?')
  }
  return binop_type_error(v, w, op)
}
function ternary_op(v: Ref, w: Ref, z: Ref, slot: number, op: string): Own {
  const slotv = numberSlot(v, slot)
  let slotw = Py_TYPE(w) !== Py_TYPE(v) ? numberSlot(w, slot) : 0
  if (slotw === slotv) slotw = 0
  let $x: Own
  if (slotv !== 0) {
    if (slotw !== 0 && PyType_IsSubtype(Py_TYPE(w), Py_TYPE(v))) {
      $x = fn<ternaryfunc>(slotw)(v, w, z)
      if ($x !== Py_NotImplemented) return $x
      Py_DECREF($x)
      slotw = 0
    }
    $x = fn<ternaryfunc>(slotv)(v, w, z)
    if ($x !== Py_NotImplemented) return $x
    Py_DECREF($x)
  }
  if (slotw !== 0) {
    $x = fn<ternaryfunc>(slotw)(v, w, z)
    if ($x !== Py_NotImplemented) return $x
    Py_DECREF($x)
  }
  const slotz = numberSlot(z, slot)
  if (slotz !== 0 && slotz !== slotv && slotz !== slotw) {
    $x = fn<ternaryfunc>(slotz)(v, w, z)
    if ($x !== Py_NotImplemented) return $x
    Py_DECREF($x)
  }
  if (z === Py_None) return binop_type_error(v, w, op)
  const names = [v, w, z].map((o) => `'${typeName(o).slice(0, 100)}'`).join(", ")
  PyErr_SetString(PyExc_TypeError, `unsupported operand type(s) for ${op}: ${names}`)
  return NULL
}
export function PyNumber_Or(v: Ref, w: Ref): Own {
  return binary_op(v, w, NB.nb_or, "|")
}
export function PyNumber_Xor(v: Ref, w: Ref): Own {
  return binary_op(v, w, NB.nb_xor, "^")
}
export function PyNumber_And(v: Ref, w: Ref): Own {
  return binary_op(v, w, NB.nb_and, "&")
}
export function PyNumber_Lshift(v: Ref, w: Ref): Own {
  return binary_op(v, w, NB.nb_lshift, "<<")
}
export function PyNumber_Rshift(v: Ref, w: Ref): Own {
  return binary_op(v, w, NB.nb_rshift, ">>")
}
export function PyNumber_Subtract(v: Ref, w: Ref): Own {
  return binary_op(v, w, NB.nb_subtract, "-")
}
export function PyNumber_Divmod(v: Ref, w: Ref): Own {
  return binary_op(v, w, NB.nb_divmod, "divmod()")
}
export function PyNumber_MatrixMultiply(v: Ref, w: Ref): Own {
  return binary_op(v, w, NB.nb_matrix_multiply, "@")
}
export function PyNumber_FloorDivide(v: Ref, w: Ref): Own {
  return binary_op(v, w, NB.nb_floor_divide, "//")
}
export function PyNumber_TrueDivide(v: Ref, w: Ref): Own {
  return binary_op(v, w, NB.nb_true_divide, "/")
}
export function PyNumber_Remainder(v: Ref, w: Ref): Own {
  return binary_op(v, w, NB.nb_remainder, "%")
}
export function PyNumber_Add(v: Ref, w: Ref): Own {
  const $result = binary_op1(v, w, NB.nb_add)
  if ($result !== Py_NotImplemented) return $result
  Py_DECREF($result)
  const concat = sequenceSlot(v, SQ.sq_concat)
  return concat !== 0 ? fn<binaryfunc>(concat)(v, w) : binop_type_error(v, w, "+")
}
function sequence_repeat(repeat: number, seq: Ref, n: Ref): Own {
  if (!_PyIndex_Check(n)) return type_error("can't multiply sequence by non-int of type '%.200s'", n)
  const count = PyNumber_AsSsize_t(n, PyExc_OverflowError)
  if (count === -1 && PyErr_Occurred()) return NULL
  return fn<ssizeargfunc>(repeat)(seq, count)
}
export function PyNumber_Multiply(v: Ref, w: Ref): Own {
  const $result = binary_op1(v, w, NB.nb_multiply)
  if ($result !== Py_NotImplemented) return $result
  Py_DECREF($result)
  const rv = sequenceSlot(v, SQ.sq_repeat)
  if (rv !== 0) return sequence_repeat(rv, v, w)
  const rw = sequenceSlot(w, SQ.sq_repeat)
  if (rw !== 0) return sequence_repeat(rw, w, v)
  return binop_type_error(v, w, "*")
}
export function PyNumber_Power(v: Ref, w: Ref, z: Ref): Own {
  return ternary_op(v, w, z, NB.nb_power, "** or pow()")
}
export function _PyNumber_PowerNoMod(v: Ref, w: Ref): Own {
  return PyNumber_Power(v, w, Py_None)
}

// ---- in-place operators ----

/** The in-place slot, then the plain operator: owned result, NotImplemented included. */
export function binary_iop1(v: Ref, w: Ref, islot: number, slot: number): Own {
  const f = numberSlot(v, islot)
  if (f !== 0) {
    const $x = fn<binaryfunc>(f)(v, w)
    if ($x !== Py_NotImplemented) return $x
    Py_DECREF($x)
  }
  return binary_op1(v, w, slot)
}
function binary_iop(v: Ref, w: Ref, islot: number, slot: number, op: string): Own {
  const $result = binary_iop1(v, w, islot, slot)
  if ($result !== Py_NotImplemented) return $result
  Py_DECREF($result)
  return binop_type_error(v, w, op)
}
export function PyNumber_InPlaceOr(v: Ref, w: Ref): Own {
  return binary_iop(v, w, NB.nb_inplace_or, NB.nb_or, "|=")
}
export function PyNumber_InPlaceXor(v: Ref, w: Ref): Own {
  return binary_iop(v, w, NB.nb_inplace_xor, NB.nb_xor, "^=")
}
export function PyNumber_InPlaceAnd(v: Ref, w: Ref): Own {
  return binary_iop(v, w, NB.nb_inplace_and, NB.nb_and, "&=")
}
export function PyNumber_InPlaceLshift(v: Ref, w: Ref): Own {
  return binary_iop(v, w, NB.nb_inplace_lshift, NB.nb_lshift, "<<=")
}
export function PyNumber_InPlaceRshift(v: Ref, w: Ref): Own {
  return binary_iop(v, w, NB.nb_inplace_rshift, NB.nb_rshift, ">>=")
}
export function PyNumber_InPlaceSubtract(v: Ref, w: Ref): Own {
  return binary_iop(v, w, NB.nb_inplace_subtract, NB.nb_subtract, "-=")
}
export function PyNumber_InPlaceMatrixMultiply(v: Ref, w: Ref): Own {
  return binary_iop(v, w, NB.nb_inplace_matrix_multiply, NB.nb_matrix_multiply, "@=")
}
export function PyNumber_InPlaceFloorDivide(v: Ref, w: Ref): Own {
  return binary_iop(v, w, NB.nb_inplace_floor_divide, NB.nb_floor_divide, "//=")
}
export function PyNumber_InPlaceTrueDivide(v: Ref, w: Ref): Own {
  return binary_iop(v, w, NB.nb_inplace_true_divide, NB.nb_true_divide, "/=")
}
export function PyNumber_InPlaceRemainder(v: Ref, w: Ref): Own {
  return binary_iop(v, w, NB.nb_inplace_remainder, NB.nb_remainder, "%=")
}
export function PyNumber_InPlaceAdd(v: Ref, w: Ref): Own {
  const $result = binary_iop1(v, w, NB.nb_inplace_add, NB.nb_add)
  if ($result !== Py_NotImplemented) return $result
  Py_DECREF($result)
  const f = sequenceSlot(v, SQ.sq_inplace_concat) || sequenceSlot(v, SQ.sq_concat)
  return f !== 0 ? fn<binaryfunc>(f)(v, w) : binop_type_error(v, w, "+=")
}
export function PyNumber_InPlaceMultiply(v: Ref, w: Ref): Own {
  const $result = binary_iop1(v, w, NB.nb_inplace_multiply, NB.nb_multiply)
  if ($result !== Py_NotImplemented) return $result
  Py_DECREF($result)
  if (ptr(Py_TYPE(v) + PyTypeObject.tp_as_sequence) !== 0) {
    const f = sequenceSlot(v, SQ.sq_inplace_repeat) || sequenceSlot(v, SQ.sq_repeat)
    if (f !== 0) return sequence_repeat(f, v, w)
  } else {
    const f = sequenceSlot(w, SQ.sq_repeat)
    if (f !== 0) return sequence_repeat(f, w, v)
  }
  return binop_type_error(v, w, "*=")
}
export function PyNumber_InPlacePower(v: Ref, w: Ref, z: Ref): Own {
  const f = numberSlot(v, NB.nb_inplace_power)
  if (f !== 0) {
    const $x = fn<ternaryfunc>(f)(v, w, z)
    if ($x !== Py_NotImplemented) return $x
    Py_DECREF($x)
  }
  return ternary_op(v, w, z, NB.nb_power, "**=")
}
export function _PyNumber_InPlacePowerNoMod(v: Ref, w: Ref): Own {
  return PyNumber_InPlacePower(v, w, Py_None)
}

// ---- unary operators ----

function unary(o: Ref, slot: number, message: string): Own {
  if (o === NULL) return null_error()
  const f = numberSlot(o, slot)
  return f !== 0 ? fn<unaryfunc>(f)(o) : type_error(message, o)
}
export function PyNumber_Negative(o: Ref): Own {
  return unary(o, NB.nb_negative, "bad operand type for unary -: '%.200s'")
}
export function PyNumber_Positive(o: Ref): Own {
  return unary(o, NB.nb_positive, "bad operand type for unary +: '%.200s'")
}
export function PyNumber_Invert(o: Ref): Own {
  return unary(o, NB.nb_invert, "bad operand type for unary ~: '%.200s'")
}
export function PyNumber_Absolute(o: Ref): Own {
  return unary(o, NB.nb_absolute, "bad operand type for abs(): '%.200s'")
}

// ---- conversions ----

export function _PyIndex_Check(o: Ref): boolean {
  return numberSlot(o, NB.nb_index) !== 0
}
export function PyIndex_Check(o: Ref): boolean {
  return numberSlot(o, NB.nb_index) !== 0
}
/** A result of __index__ or __int__ that is an int but of a subclass: a deprecation warning. */
function strictSubclass($result: Own, method: string): Own {
  if (!PyLong_Check($result)) {
    PyErr_SetString(PyExc_TypeError, `${method} returned non-int (type ${typeName($result).slice(0, 200)})`)
    Py_DECREF($result)
    return NULL
  }
  const text =
    `${method} returned non-int (type ${typeName($result).slice(0, 200)}).  ` +
    "The ability to return an instance of a strict subclass of int is deprecated, and may be removed in a future version of Python."
  if (PyErr_WarnFormat(PyExc_DeprecationWarning, 1, text) < 0) {
    Py_DECREF($result)
    return NULL
  }
  return $result
}
/** An int, perhaps of a subclass: owned, or NULL with TypeError set. */
export function _PyNumber_Index(item: Ref): Own {
  if (item === NULL) return null_error()
  if (PyLong_Check(item)) return Py_NewRef(item)
  const f = numberSlot(item, NB.nb_index)
  if (f === 0) {
    PyErr_SetString(PyExc_TypeError, `'${typeName(item).slice(0, 200)}' object cannot be interpreted as an integer`)
    return NULL
  }
  const $result = fn<unaryfunc>(f)(item)
  return $result === NULL || PyLong_CheckExact($result) ? $result : strictSubclass($result, "__index__")
}
function exactInt($result: Own): Own {
  if ($result === NULL || PyLong_CheckExact($result)) return $result
  const $copy = _PyLong_Copy($result)
  Py_DECREF($result)
  return $copy
}
/** An exact int. */
export function PyNumber_Index(item: Ref): Own {
  return exactInt(_PyNumber_Index(item))
}
/** Beyond 64 bits: error `err`, or if that is NULL the nearest bound (as a rounded double). -1 may be an error. */
export function PyNumber_AsSsize_t(item: Ref, err: Ref): number {
  const $value = _PyNumber_Index(item)
  if ($value === NULL) return -1
  let result = PyLong_AsSsize_t($value)
  if (result === -1) {
    const error = PyErr_Occurred()
    if (error && PyErr_GivenExceptionMatches(error, PyExc_OverflowError)) {
      PyErr_Clear()
      if (err === NULL) result = _PyLong_Sign($value) < 0 ? -9223372036854775808 : 9223372036854775807
      else PyErr_SetString(err, `cannot fit '${typeName(item).slice(0, 200)}' into an index-sized integer`)
    }
  }
  Py_DECREF($value)
  return result
}
function truncated(trunc: Ref): Own {
  if (PyErr_WarnEx(PyExc_DeprecationWarning, "The delegation of int() to __trunc__ is deprecated.", 1) < 0) return NULL
  const $result = PyObject_CallNoArgs(trunc)
  if ($result === NULL || PyLong_Check($result)) return exactInt($result)
  if (!_PyIndex_Check($result)) {
    PyErr_SetString(PyExc_TypeError, `__trunc__ returned non-Integral (type ${typeName($result).slice(0, 200)})`)
    Py_DECREF($result)
    return NULL
  }
  const $index = PyNumber_Index($result)
  Py_DECREF($result)
  return $index
}
function longFromBuffer(o: Ref): Own {
  const mark = cstackMark()
  const view = calloca(Py_buffer.SIZE)
  if (PyObject_GetBuffer(o, view, 0) !== 0) {
    cstackReset(mark)
    return type_error("int() argument must be a string, a bytes-like object or a real number, not '%.200s'", o)
  }
  let $result: Own = NULL
  const $bytes = PyBytes_FromStringAndSize(ptr(view + Py_buffer.buf), i32[(view + Py_buffer.len) >> 2])
  if ($bytes !== NULL) {
    $result = _PyLong_FromBytes(PyBytes_AS_STRING($bytes), PyBytes_GET_SIZE($bytes), 10)
    Py_DECREF($bytes)
  }
  PyBuffer_Release(view)
  cstackReset(mark)
  return $result
}
/** int(o) */
export function PyNumber_Long(o: Ref): Own {
  if (o === NULL) return null_error()
  if (PyLong_CheckExact(o)) return Py_NewRef(o)
  const f = numberSlot(o, NB.nb_int)
  if (f !== 0) {
    const $result = fn<unaryfunc>(f)(o)
    if ($result === NULL || PyLong_CheckExact($result)) return $result
    return exactInt(strictSubclass($result, "__int__"))
  }
  if (_PyIndex_Check(o)) return PyNumber_Index(o)
  const $trunc = _PyObject_LookupSpecial(o, __trunc__)
  if ($trunc !== NULL) {
    const $result = truncated($trunc)
    Py_DECREF($trunc)
    return $result
  }
  if (PyErr_Occurred()) return NULL
  if (PyUnicode_Check(o)) return PyLong_FromUnicodeObject(o, 10)
  if (PyBytes_Check(o)) return _PyLong_FromBytes(PyBytes_AS_STRING(o), PyBytes_GET_SIZE(o), 10)
  if (PyByteArray_Check(o)) return _PyLong_FromBytes(PyByteArray_AS_STRING(o), PyByteArray_GET_SIZE(o), 10)
  return longFromBuffer(o)
}
function floatResult(o: Ref, $res: Own): Own {
  if ($res === NULL || PyFloat_CheckExact($res)) return $res
  const text = `${typeName(o).slice(0, 50)}.__float__ returned non-float (type ${typeName($res).slice(0, 50)})`
  if (!PyFloat_Check($res)) {
    PyErr_SetString(PyExc_TypeError, text)
    Py_DECREF($res)
    return NULL
  }
  const warning = `${text}.  The ability to return an instance of a strict subclass of float is deprecated, and may be removed in a future version of Python.`
  if (PyErr_WarnFormat(PyExc_DeprecationWarning, 1, warning) < 0) {
    Py_DECREF($res)
    return NULL
  }
  const val = PyFloat_AS_DOUBLE($res)
  Py_DECREF($res)
  return PyFloat_FromDouble(val)
}
/** float(o) */
export function PyNumber_Float(o: Ref): Own {
  if (o === NULL) return null_error()
  if (PyFloat_CheckExact(o)) return Py_NewRef(o)
  const f = numberSlot(o, NB.nb_float)
  if (f !== 0) return floatResult(o, fn<unaryfunc>(f)(o))
  if (_PyIndex_Check(o)) {
    const $res = _PyNumber_Index(o)
    if ($res === NULL) return NULL
    const val = PyLong_AsDouble($res)
    Py_DECREF($res)
    return val === -1 && PyErr_Occurred() ? NULL : PyFloat_FromDouble(val)
  }
  if (PyFloat_Check(o)) return PyFloat_FromDouble(PyFloat_AS_DOUBLE(o))
  return PyFloat_FromString(o)
}
/** bin, oct, hex and decimal: owned str. */
export function PyNumber_ToBase(n: Ref, base: number): Own {
  if (base !== 2 && base !== 8 && base !== 10 && base !== 16) {
    PyErr_SetString(PyExc_SystemError, "PyNumber_ToBase: base must be 2, 8, 10 or 16")
    return NULL
  }
  const $index = _PyNumber_Index(n)
  if ($index === NULL) return NULL
  const $res = _PyLong_Format($index, base)
  Py_DECREF($index)
  return $res
}
