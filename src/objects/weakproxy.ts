import { fn } from "../heap/fntable.ts"
import { PyTypeObject, PyWeakReference } from "../heap/layout.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { Py_DECREF, Py_INCREF, Py_TYPE, Py_XDECREF, Py_XINCREF } from "../heap/refcount.ts"
import { ID } from "../heap/statics.ts"
import { i32 } from "../heap/views.ts"
import { PyObject_GC_Del, PyObject_GC_UnTrack } from "../gc/gcmodule.ts"
import { clear_weakref } from "../gc/weakref.ts"
import * as A from "./abstract.ts"
import { PyObject_Call, PyObject_CallMethodNoArgs } from "./call.ts"
import { defineType } from "./define.ts"
import { PyErr_SetString } from "./errors.ts"
import { PyObject_GetAttr, PyObject_IsTrue, PyObject_RichCompare, PyObject_SetAttr, PyObject_Str, addressJS, typeName } from "./object.ts"
import { METH, TPFLAGS, type iternextfunc } from "./slots.ts"
import { PyExc_ReferenceError, PyExc_TypeError, Py_None, _PyWeakref_CallableProxyType, _PyWeakref_ProxyType } from "./statictypes.ts"
import { PyUnicode_FromString } from "./unicodeobject.ts"
import { PyWeakref_CheckProxy, PyWeakref_GET_OBJECT, gc_clear, gc_traverse } from "./weakrefobject.ts"

// Objects/weakrefobject.c: weakref.ProxyType and CallableProxyType. Every operation unwraps its proxies and keeps their objects alive.

const __bytes__ = ID("__bytes__")
const __reversed__ = ID("__reversed__")

function proxy_checkref(proxy: Ref): boolean {
  if (PyWeakref_GET_OBJECT(proxy) !== Py_None) return true
  PyErr_SetString(PyExc_ReferenceError, "weakly-referenced object no longer exists")
  return false
}
/** The object behind a proxy, any other object as it is; NULL with ReferenceError set. */
function unwrap(o: Ref): Ref {
  if (!PyWeakref_CheckProxy(o)) return o
  return proxy_checkref(o) ? PyWeakref_GET_OBJECT(o) : NULL
}
function unary(x: Ref, f: (x: Ref) => Own): Own {
  const o = unwrap(x)
  if (o === NULL) return NULL
  Py_INCREF(o)
  const $res = f(o)
  Py_DECREF(o)
  return $res
}
function binary(x: Ref, y: Ref, f: (x: Ref, y: Ref) => Own): Own {
  const a = unwrap(x)
  if (a === NULL) return NULL
  const b = unwrap(y)
  if (b === NULL) return NULL
  Py_INCREF(a)
  Py_INCREF(b)
  const $res = f(a, b)
  Py_DECREF(a)
  Py_DECREF(b)
  return $res
}
function ternary(x: Ref, y: Ref, z: Ref, f: (x: Ref, y: Ref, z: Ref) => Own): Own {
  const a = unwrap(x)
  if (a === NULL) return NULL
  const b = unwrap(y)
  if (b === NULL) return NULL
  const c = z === NULL ? NULL : unwrap(z)
  if (z !== NULL && c === NULL) return NULL
  Py_INCREF(a)
  Py_INCREF(b)
  Py_XINCREF(c)
  const $res = f(a, b, c)
  Py_DECREF(a)
  Py_DECREF(b)
  Py_XDECREF(c)
  return $res
}
/** Run `f` on the living object of `proxy`; -1 with ReferenceError set. */
function living(proxy: Ref, f: (o: Ref) => number): number {
  if (!proxy_checkref(proxy)) return -1
  const o = PyWeakref_GET_OBJECT(proxy)
  Py_INCREF(o)
  const res = f(o)
  Py_DECREF(o)
  return res
}

function proxy_getattr(x: Ref, y: Ref): Own {
  return binary(x, y, PyObject_GetAttr)
}
function proxy_str(x: Ref): Own {
  return unary(x, PyObject_Str)
}
function proxy_call(x: Ref, y: Ref, z: Ref): Own {
  return ternary(x, y, z, PyObject_Call)
}
function proxy_repr(proxy: Ref): Own {
  const o = PyWeakref_GET_OBJECT(proxy)
  return PyUnicode_FromString(`<weakproxy at ${addressJS(proxy)} to ${typeName(o)} at ${addressJS(o)}>`)
}
function proxy_setattr(proxy: Ref, name: Ref, value: Ref): number {
  return living(proxy, (o) => PyObject_SetAttr(o, name, value))
}
function proxy_richcompare(x: Ref, y: Ref, op: number): Own {
  const a = unwrap(x)
  if (a === NULL) return NULL
  const b = unwrap(y)
  if (b === NULL) return NULL
  return PyObject_RichCompare(a, b, op)
}
function proxy_add(x: Ref, y: Ref): Own {
  return binary(x, y, A.PyNumber_Add)
}
function proxy_sub(x: Ref, y: Ref): Own {
  return binary(x, y, A.PyNumber_Subtract)
}
function proxy_mul(x: Ref, y: Ref): Own {
  return binary(x, y, A.PyNumber_Multiply)
}
function proxy_floor_div(x: Ref, y: Ref): Own {
  return binary(x, y, A.PyNumber_FloorDivide)
}
function proxy_true_div(x: Ref, y: Ref): Own {
  return binary(x, y, A.PyNumber_TrueDivide)
}
function proxy_mod(x: Ref, y: Ref): Own {
  return binary(x, y, A.PyNumber_Remainder)
}
function proxy_divmod(x: Ref, y: Ref): Own {
  return binary(x, y, A.PyNumber_Divmod)
}
function proxy_pow(x: Ref, y: Ref, z: Ref): Own {
  return ternary(x, y, z, A.PyNumber_Power)
}
function proxy_neg(x: Ref): Own {
  return unary(x, A.PyNumber_Negative)
}
function proxy_pos(x: Ref): Own {
  return unary(x, A.PyNumber_Positive)
}
function proxy_abs(x: Ref): Own {
  return unary(x, A.PyNumber_Absolute)
}
function proxy_invert(x: Ref): Own {
  return unary(x, A.PyNumber_Invert)
}
function proxy_lshift(x: Ref, y: Ref): Own {
  return binary(x, y, A.PyNumber_Lshift)
}
function proxy_rshift(x: Ref, y: Ref): Own {
  return binary(x, y, A.PyNumber_Rshift)
}
function proxy_and(x: Ref, y: Ref): Own {
  return binary(x, y, A.PyNumber_And)
}
function proxy_xor(x: Ref, y: Ref): Own {
  return binary(x, y, A.PyNumber_Xor)
}
function proxy_or(x: Ref, y: Ref): Own {
  return binary(x, y, A.PyNumber_Or)
}
function proxy_int(x: Ref): Own {
  return unary(x, A.PyNumber_Long)
}
function proxy_float(x: Ref): Own {
  return unary(x, A.PyNumber_Float)
}
function proxy_iadd(x: Ref, y: Ref): Own {
  return binary(x, y, A.PyNumber_InPlaceAdd)
}
function proxy_isub(x: Ref, y: Ref): Own {
  return binary(x, y, A.PyNumber_InPlaceSubtract)
}
function proxy_imul(x: Ref, y: Ref): Own {
  return binary(x, y, A.PyNumber_InPlaceMultiply)
}
function proxy_ifloor_div(x: Ref, y: Ref): Own {
  return binary(x, y, A.PyNumber_InPlaceFloorDivide)
}
function proxy_itrue_div(x: Ref, y: Ref): Own {
  return binary(x, y, A.PyNumber_InPlaceTrueDivide)
}
function proxy_imod(x: Ref, y: Ref): Own {
  return binary(x, y, A.PyNumber_InPlaceRemainder)
}
function proxy_ipow(x: Ref, y: Ref, z: Ref): Own {
  return ternary(x, y, z, A.PyNumber_InPlacePower)
}
function proxy_ilshift(x: Ref, y: Ref): Own {
  return binary(x, y, A.PyNumber_InPlaceLshift)
}
function proxy_irshift(x: Ref, y: Ref): Own {
  return binary(x, y, A.PyNumber_InPlaceRshift)
}
function proxy_iand(x: Ref, y: Ref): Own {
  return binary(x, y, A.PyNumber_InPlaceAnd)
}
function proxy_ixor(x: Ref, y: Ref): Own {
  return binary(x, y, A.PyNumber_InPlaceXor)
}
function proxy_ior(x: Ref, y: Ref): Own {
  return binary(x, y, A.PyNumber_InPlaceOr)
}
function proxy_index(x: Ref): Own {
  return unary(x, A.PyNumber_Index)
}
function proxy_matmul(x: Ref, y: Ref): Own {
  return binary(x, y, A.PyNumber_MatrixMultiply)
}
function proxy_imatmul(x: Ref, y: Ref): Own {
  return binary(x, y, A.PyNumber_InPlaceMatrixMultiply)
}
function proxy_bool(proxy: Ref): number {
  return living(proxy, PyObject_IsTrue)
}
export function proxy_dealloc(self: Ref): void {
  PyObject_GC_UnTrack(self)
  if (i32[(self + PyWeakReference.wr_callback) >> 2] !== 0) PyObject_GC_UnTrack(self)
  clear_weakref(self)
  PyObject_GC_Del(self)
}
function proxy_contains(proxy: Ref, value: Ref): number {
  return living(proxy, (o) => A.PySequence_Contains(o, value))
}
function proxy_length(proxy: Ref): number {
  return living(proxy, A.PyObject_Size)
}
function proxy_getitem(x: Ref, y: Ref): Own {
  return binary(x, y, A.PyObject_GetItem)
}
function proxy_setitem(proxy: Ref, key: Ref, value: Ref): number {
  return living(proxy, (o) => (value === NULL ? A.PyObject_DelItem(o, key) : A.PyObject_SetItem(o, key, value)))
}
function proxy_iter(proxy: Ref): Own {
  if (!proxy_checkref(proxy)) return NULL
  return unary(PyWeakref_GET_OBJECT(proxy), A.PyObject_GetIter)
}
function proxy_iternext(proxy: Ref): Own {
  if (!proxy_checkref(proxy)) return NULL
  const o = PyWeakref_GET_OBJECT(proxy)
  if (!A.PyIter_Check(o)) {
    PyErr_SetString(PyExc_TypeError, `Weakref proxy referenced a non-iterator '${typeName(o).slice(0, 200)}' object`)
    return NULL
  }
  Py_INCREF(o)
  const $res = fn<iternextfunc>(i32[(Py_TYPE(o) + PyTypeObject.tp_iternext) >> 2])(o)
  Py_DECREF(o)
  return $res
}
function proxy_bytes(proxy: Ref): Own {
  return unary(proxy, (o) => PyObject_CallMethodNoArgs(o, __bytes__))
}
function proxy_reversed(proxy: Ref): Own {
  return unary(proxy, (o) => PyObject_CallMethodNoArgs(o, __reversed__))
}

const common = {
  basicsize: PyWeakReference.SIZE,
  flags: TPFLAGS.HAVE_GC,
  dealloc: proxy_dealloc,
  repr: proxy_repr,
  str: proxy_str,
  getattro: proxy_getattr,
  setattro: proxy_setattr,
  traverse: gc_traverse,
  clear: gc_clear,
  richcompare: proxy_richcompare,
  iter: proxy_iter,
  iternext: proxy_iternext,
  nb_add: proxy_add,
  nb_subtract: proxy_sub,
  nb_multiply: proxy_mul,
  nb_remainder: proxy_mod,
  nb_divmod: proxy_divmod,
  nb_power: proxy_pow,
  nb_negative: proxy_neg,
  nb_positive: proxy_pos,
  nb_absolute: proxy_abs,
  nb_bool: proxy_bool,
  nb_invert: proxy_invert,
  nb_lshift: proxy_lshift,
  nb_rshift: proxy_rshift,
  nb_and: proxy_and,
  nb_xor: proxy_xor,
  nb_or: proxy_or,
  nb_int: proxy_int,
  nb_float: proxy_float,
  nb_inplace_add: proxy_iadd,
  nb_inplace_subtract: proxy_isub,
  nb_inplace_multiply: proxy_imul,
  nb_inplace_remainder: proxy_imod,
  nb_inplace_power: proxy_ipow,
  nb_inplace_lshift: proxy_ilshift,
  nb_inplace_rshift: proxy_irshift,
  nb_inplace_and: proxy_iand,
  nb_inplace_xor: proxy_ixor,
  nb_inplace_or: proxy_ior,
  nb_floor_divide: proxy_floor_div,
  nb_true_divide: proxy_true_div,
  nb_inplace_floor_divide: proxy_ifloor_div,
  nb_inplace_true_divide: proxy_itrue_div,
  nb_index: proxy_index,
  nb_matrix_multiply: proxy_matmul,
  nb_inplace_matrix_multiply: proxy_imatmul,
  sq_length: proxy_length,
  sq_contains: proxy_contains,
  mp_length: proxy_length,
  mp_subscript: proxy_getitem,
  mp_ass_subscript: proxy_setitem,
}
defineType(_PyWeakref_ProxyType, {
  name: "weakref.ProxyType",
  ...common,
  methods: [
    ["__bytes__", proxy_bytes, METH.NOARGS],
    ["__reversed__", proxy_reversed, METH.NOARGS],
  ],
})
defineType(_PyWeakref_CallableProxyType, { name: "weakref.CallableProxyType", ...common, call: proxy_call })
