import { ptr, setptr } from "../../heap/access.ts"
import { calloca, cstackMark, cstackReset } from "../../heap/cstack.ts"
import { fn, fnIndex } from "../../heap/fntable.ts"
import { hashHi, ret64 } from "../../heap/int64.ts"
import { PyNumberMethods, PyTypeObject, PyWrapperDescrObject } from "../../heap/layout.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_DECREF, Py_INCREF, Py_IS_TYPE, Py_NewRef, Py_SIZE, Py_TYPE, Py_XDECREF, PyType_HasFeature } from "../../heap/refcount.ts"
import { ID } from "../../heap/statics.ts"
import { PyNumber_AsSsize_t, _PyNumber_Index, _PySequence_IterSearch } from "../abstract.ts"
import { PyBool_Check } from "../boolobject.ts"
import {
  PyObject_Call,
  PyObject_CallNoArgs,
  PyObject_CallOneArg,
  PyObject_CallThreeArgs,
  PyObject_Vectorcall,
  _PyObject_Call_Prepend,
} from "../call.ts"
import {
  PyErr_Clear,
  PyErr_ExceptionMatches,
  PyErr_Fetch,
  PyErr_Occurred,
  PyErr_RestoreFrom,
  PyErr_SetObject,
  PyErr_SetString,
  PyErr_WriteUnraisable,
} from "../errors.ts"
import { PySeqIter_New } from "../iterobject.ts"
import { PyLong_AsLongAndOverflow, PyLong_Check, PyLong_FromSsize_t, longOverflow, longWords, long_hash } from "../longobject.ts"
import {
  PyObject_GenericGetAttr,
  PyObject_GetAttr,
  PyObject_HashNotImplemented,
  PyObject_IsTrue,
  PyObject_RichCompareBool,
  _PyObject_LookupAttr,
  addressJS,
  typeName,
} from "../object.ts"
import { PY_VECTORCALL_ARGUMENTS_OFFSET, Py, TPFLAGS, type descrgetfunc } from "../slots.ts"
import {
  PyExc_AttributeError,
  PyExc_OverflowError,
  PyExc_TypeError,
  PyExc_ValueError,
  PyWrapperDescr_Type,
  Py_None,
  Py_NotImplemented,
} from "../statictypes.ts"
import { PyUnicode_FromString } from "../unicodeobject.ts"
import { _PyType_Lookup } from "./cache.ts"
import { PyType_IsSubtype } from "./mro.ts"

// Objects/typeobject.c: the slots of classes written in Python. Each looks its special method up in the type and calls it.

const __abs__ = ID("__abs__")
const __add__ = ID("__add__")
const __aiter__ = ID("__aiter__")
const __and__ = ID("__and__")
const __anext__ = ID("__anext__")
const __await__ = ID("__await__")
const __bool__ = ID("__bool__")
const __call__ = ID("__call__")
const __contains__ = ID("__contains__")
const __del__ = ID("__del__")
const __delattr__ = ID("__delattr__")
const __delete__ = ID("__delete__")
const __delitem__ = ID("__delitem__")
const __divmod__ = ID("__divmod__")
const __float__ = ID("__float__")
const __floordiv__ = ID("__floordiv__")
const __get__ = ID("__get__")
const __getattr__ = ID("__getattr__")
const __getattribute__ = ID("__getattribute__")
const __getitem__ = ID("__getitem__")
const __hash__ = ID("__hash__")
const __iadd__ = ID("__iadd__")
const __iand__ = ID("__iand__")
const __ifloordiv__ = ID("__ifloordiv__")
const __ilshift__ = ID("__ilshift__")
const __imatmul__ = ID("__imatmul__")
const __imod__ = ID("__imod__")
const __imul__ = ID("__imul__")
const __index__ = ID("__index__")
const __init__ = ID("__init__")
const __int__ = ID("__int__")
const __invert__ = ID("__invert__")
const __ior__ = ID("__ior__")
const __ipow__ = ID("__ipow__")
const __irshift__ = ID("__irshift__")
const __isub__ = ID("__isub__")
const __iter__ = ID("__iter__")
const __itruediv__ = ID("__itruediv__")
const __ixor__ = ID("__ixor__")
const __len__ = ID("__len__")
const __lshift__ = ID("__lshift__")
const __matmul__ = ID("__matmul__")
const __mod__ = ID("__mod__")
const __mul__ = ID("__mul__")
const __neg__ = ID("__neg__")
const __new__ = ID("__new__")
const __next__ = ID("__next__")
const __or__ = ID("__or__")
const __pos__ = ID("__pos__")
const __pow__ = ID("__pow__")
const __radd__ = ID("__radd__")
const __rand__ = ID("__rand__")
const __rdivmod__ = ID("__rdivmod__")
const __repr__ = ID("__repr__")
const __rfloordiv__ = ID("__rfloordiv__")
const __rlshift__ = ID("__rlshift__")
const __rmatmul__ = ID("__rmatmul__")
const __rmod__ = ID("__rmod__")
const __rmul__ = ID("__rmul__")
const __ror__ = ID("__ror__")
const __rpow__ = ID("__rpow__")
const __rrshift__ = ID("__rrshift__")
const __rshift__ = ID("__rshift__")
const __rsub__ = ID("__rsub__")
const __rtruediv__ = ID("__rtruediv__")
const __rxor__ = ID("__rxor__")
const __set__ = ID("__set__")
const __setattr__ = ID("__setattr__")
const __setitem__ = ID("__setitem__")
const __str__ = ID("__str__")
const __sub__ = ID("__sub__")
const __truediv__ = ID("__truediv__")
const __xor__ = ID("__xor__")

// ---- lookup and call ----

/** 1 when the last lookup found a method to be called with the object first, else 0. */
export let lookupUnbound = 0

/** The special method, not bound if that can be avoided: owned, NULL without an error if absent (or with the binding's error). */
export function lookup_maybe_method(self: Ref, attr: Ref): Own {
  const tp = Py_TYPE(self)
  const res = _PyType_Lookup(tp, attr)
  if (res === NULL) return NULL
  const td = Py_TYPE(res)
  if (PyType_HasFeature(td, TPFLAGS.METHOD_DESCRIPTOR)) {
    lookupUnbound = 1
    return Py_NewRef(res)
  }
  const f = ptr(td + PyTypeObject.tp_descr_get)
  if (f === 0) {
    lookupUnbound = 0
    return Py_NewRef(res)
  }
  const $bound = fn<descrgetfunc>(f)(res, self, tp)
  lookupUnbound = 0
  return $bound
}
/** The same with AttributeError when absent. */
export function lookup_method(self: Ref, attr: Ref): Own {
  const $res = lookup_maybe_method(self, attr)
  if ($res === NULL && !PyErr_Occurred()) PyErr_SetObject(PyExc_AttributeError, attr)
  return $res
}
/** The special method bound to the object: owned, NULL without an error if absent. */
export function _PyObject_LookupSpecial(self: Ref, attr: Ref): Own {
  const res = _PyType_Lookup(Py_TYPE(self), attr)
  if (res === NULL) return NULL
  const f = ptr(Py_TYPE(res) + PyTypeObject.tp_descr_get)
  return f === 0 ? Py_NewRef(res) : fn<descrgetfunc>(f)(res, self, Py_TYPE(self))
}

function vectorcall_unbound(unbound: number, func: Ref, args: number, nargs: number): Own {
  if (unbound) return PyObject_Vectorcall(func, args, nargs, NULL)
  return PyObject_Vectorcall(func, args + 8, (nargs - 1) | PY_VECTORCALL_ARGUMENTS_OFFSET, NULL)
}
export function call_unbound_noarg(unbound: number, func: Ref, self: Ref): Own {
  return unbound ? PyObject_CallOneArg(func, self) : PyObject_CallNoArgs(func)
}

/** self.name() */
function call0(name: Ref, self: Ref): Own {
  const $func = lookup_method(self, name)
  if ($func === NULL) return NULL
  const $res = lookupUnbound ? PyObject_CallOneArg($func, self) : PyObject_CallNoArgs($func)
  Py_DECREF($func)
  return $res
}
/** self.name(a) */
function call1(name: Ref, self: Ref, a: Ref): Own {
  const $func = lookup_method(self, name)
  if ($func === NULL) return NULL
  return callAndRelease($func, self, a)
}
function callAndRelease($func: Own, self: Ref, a: Ref): Own {
  const mark = cstackMark()
  const args = calloca(16)
  setptr(args, self)
  setptr(args + 8, a)
  const $res = vectorcall_unbound(lookupUnbound, $func, args, 2)
  cstackReset(mark)
  Py_DECREF($func)
  return $res
}
/** self.name(a, b) */
function call2(name: Ref, self: Ref, a: Ref, b: Ref): Own {
  const $func = lookup_method(self, name)
  if ($func === NULL) return NULL
  const mark = cstackMark()
  const args = calloca(24)
  setptr(args, self)
  setptr(args + 8, a)
  setptr(args + 16, b)
  const $res = vectorcall_unbound(lookupUnbound, $func, args, 3)
  cstackReset(mark)
  Py_DECREF($func)
  return $res
}
/** self.name(a), or NotImplemented if there is no such method. */
function call1Maybe(name: Ref, self: Ref, a: Ref): Own {
  const $func = lookup_maybe_method(self, name)
  if ($func === NULL) return PyErr_Occurred() ? NULL : Py_NewRef(Py_NotImplemented)
  return callAndRelease($func, self, a)
}
/** 0, or -1 if the call failed; the result is not used. */
function done($res: Own): number {
  if ($res === NULL) return -1
  Py_DECREF($res)
  return 0
}
// ---- binary operators ----

/** Does the right operand's type override `name` of the left's? -1 with the error set. */
function method_is_overloaded(left: Ref, right: Ref, name: Ref): number {
  const $b = _PyObject_LookupAttr(Py_TYPE(right), name)
  if ($b === NULL) return PyErr_Occurred() ? -1 : 0
  const $a = _PyObject_LookupAttr(Py_TYPE(left), name)
  if ($a === NULL) {
    Py_DECREF($b)
    return PyErr_Occurred() ? -1 : 1
  }
  const ok = PyObject_RichCompareBool($a, $b, Py.NE)
  Py_DECREF($a)
  Py_DECREF($b)
  return ok
}
function hasSlot(op: Ref, slot: number, test: number): boolean {
  const nb = ptr(Py_TYPE(op) + PyTypeObject.tp_as_number)
  return nb !== 0 && ptr(nb + slot) === test
}
/** SLOT1BINFULL: `test` is the index of the slot function both operands are asked for. */
function slotBinary(self: Ref, other: Ref, slot: number, test: number, name: Ref, rname: Ref): Own {
  let other_too = Py_TYPE(self) !== Py_TYPE(other) && hasSlot(other, slot, test)
  if (hasSlot(self, slot, test)) {
    if (other_too && PyType_IsSubtype(Py_TYPE(other), Py_TYPE(self))) {
      const ok = method_is_overloaded(self, other, rname)
      if (ok < 0) return NULL
      if (ok) {
        const $r = call1Maybe(rname, other, self)
        if ($r !== Py_NotImplemented) return $r
        Py_DECREF($r)
        other_too = false
      }
    }
    const $r = call1Maybe(name, self, other)
    if ($r !== Py_NotImplemented || Py_IS_TYPE(other, Py_TYPE(self))) return $r
    Py_DECREF($r)
  }
  if (other_too) return call1Maybe(rname, other, self)
  return Py_NewRef(Py_NotImplemented)
}
const NB_add = fnIndex(slot_nb_add)
export function slot_nb_add(a: Ref, b: Ref): Own {
  return slotBinary(a, b, PyNumberMethods.nb_add, NB_add, __add__, __radd__)
}
const NB_subtract = fnIndex(slot_nb_subtract)
export function slot_nb_subtract(a: Ref, b: Ref): Own {
  return slotBinary(a, b, PyNumberMethods.nb_subtract, NB_subtract, __sub__, __rsub__)
}
const NB_multiply = fnIndex(slot_nb_multiply)
export function slot_nb_multiply(a: Ref, b: Ref): Own {
  return slotBinary(a, b, PyNumberMethods.nb_multiply, NB_multiply, __mul__, __rmul__)
}
const NB_matrix_multiply = fnIndex(slot_nb_matrix_multiply)
export function slot_nb_matrix_multiply(a: Ref, b: Ref): Own {
  return slotBinary(a, b, PyNumberMethods.nb_matrix_multiply, NB_matrix_multiply, __matmul__, __rmatmul__)
}
const NB_remainder = fnIndex(slot_nb_remainder)
export function slot_nb_remainder(a: Ref, b: Ref): Own {
  return slotBinary(a, b, PyNumberMethods.nb_remainder, NB_remainder, __mod__, __rmod__)
}
const NB_divmod = fnIndex(slot_nb_divmod)
export function slot_nb_divmod(a: Ref, b: Ref): Own {
  return slotBinary(a, b, PyNumberMethods.nb_divmod, NB_divmod, __divmod__, __rdivmod__)
}
const NB_lshift = fnIndex(slot_nb_lshift)
export function slot_nb_lshift(a: Ref, b: Ref): Own {
  return slotBinary(a, b, PyNumberMethods.nb_lshift, NB_lshift, __lshift__, __rlshift__)
}
const NB_rshift = fnIndex(slot_nb_rshift)
export function slot_nb_rshift(a: Ref, b: Ref): Own {
  return slotBinary(a, b, PyNumberMethods.nb_rshift, NB_rshift, __rshift__, __rrshift__)
}
const NB_and = fnIndex(slot_nb_and)
export function slot_nb_and(a: Ref, b: Ref): Own {
  return slotBinary(a, b, PyNumberMethods.nb_and, NB_and, __and__, __rand__)
}
const NB_xor = fnIndex(slot_nb_xor)
export function slot_nb_xor(a: Ref, b: Ref): Own {
  return slotBinary(a, b, PyNumberMethods.nb_xor, NB_xor, __xor__, __rxor__)
}
const NB_or = fnIndex(slot_nb_or)
export function slot_nb_or(a: Ref, b: Ref): Own {
  return slotBinary(a, b, PyNumberMethods.nb_or, NB_or, __or__, __ror__)
}
const NB_floor_divide = fnIndex(slot_nb_floor_divide)
export function slot_nb_floor_divide(a: Ref, b: Ref): Own {
  return slotBinary(a, b, PyNumberMethods.nb_floor_divide, NB_floor_divide, __floordiv__, __rfloordiv__)
}
const NB_true_divide = fnIndex(slot_nb_true_divide)
export function slot_nb_true_divide(a: Ref, b: Ref): Own {
  return slotBinary(a, b, PyNumberMethods.nb_true_divide, NB_true_divide, __truediv__, __rtruediv__)
}
const NB_power = fnIndex(slot_nb_power)
export function slot_nb_power(self: Ref, other: Ref, modulus: Ref): Own {
  if (modulus === Py_None) return slotBinary(self, other, PyNumberMethods.nb_power, NB_power, __pow__, __rpow__)
  // pow(a, b, c) asks the first operand only.
  if (hasSlot(self, PyNumberMethods.nb_power, NB_power)) return call2(__pow__, self, other, modulus)
  return Py_NewRef(Py_NotImplemented)
}

// ---- other operators ----

export function slot_nb_negative(self: Ref): Own {
  return call0(__neg__, self)
}
export function slot_nb_positive(self: Ref): Own {
  return call0(__pos__, self)
}
export function slot_nb_absolute(self: Ref): Own {
  return call0(__abs__, self)
}
export function slot_nb_invert(self: Ref): Own {
  return call0(__invert__, self)
}
export function slot_nb_int(self: Ref): Own {
  return call0(__int__, self)
}
export function slot_nb_float(self: Ref): Own {
  return call0(__float__, self)
}
export function slot_nb_index(self: Ref): Own {
  return call0(__index__, self)
}
export function slot_tp_str(self: Ref): Own {
  return call0(__str__, self)
}
export function slot_tp_iternext(self: Ref): Own {
  return call0(__next__, self)
}
export function slot_nb_inplace_add(self: Ref, a: Ref): Own {
  return call1(__iadd__, self, a)
}
export function slot_nb_inplace_subtract(self: Ref, a: Ref): Own {
  return call1(__isub__, self, a)
}
export function slot_nb_inplace_multiply(self: Ref, a: Ref): Own {
  return call1(__imul__, self, a)
}
export function slot_nb_inplace_matrix_multiply(self: Ref, a: Ref): Own {
  return call1(__imatmul__, self, a)
}
export function slot_nb_inplace_remainder(self: Ref, a: Ref): Own {
  return call1(__imod__, self, a)
}
export function slot_nb_inplace_lshift(self: Ref, a: Ref): Own {
  return call1(__ilshift__, self, a)
}
export function slot_nb_inplace_rshift(self: Ref, a: Ref): Own {
  return call1(__irshift__, self, a)
}
export function slot_nb_inplace_and(self: Ref, a: Ref): Own {
  return call1(__iand__, self, a)
}
export function slot_nb_inplace_xor(self: Ref, a: Ref): Own {
  return call1(__ixor__, self, a)
}
export function slot_nb_inplace_or(self: Ref, a: Ref): Own {
  return call1(__ior__, self, a)
}
export function slot_nb_inplace_floor_divide(self: Ref, a: Ref): Own {
  return call1(__ifloordiv__, self, a)
}
export function slot_nb_inplace_true_divide(self: Ref, a: Ref): Own {
  return call1(__itruediv__, self, a)
}
export function slot_nb_inplace_power(self: Ref, a: Ref, _modulus: Ref): Own {
  return call1(__ipow__, self, a)
}
export function slot_nb_bool(self: Ref): number {
  let usingLen = false
  let $func = lookup_maybe_method(self, __bool__)
  if ($func === NULL) {
    if (PyErr_Occurred()) return -1
    $func = lookup_maybe_method(self, __len__)
    if ($func === NULL) return PyErr_Occurred() ? -1 : 1
    usingLen = true
  }
  const $value = call_unbound_noarg(lookupUnbound, $func, self)
  let result = -1
  if ($value !== NULL) {
    if (usingLen || PyBool_Check($value)) result = PyObject_IsTrue($value)
    else PyErr_SetString(PyExc_TypeError, `__bool__ should return bool, returned ${typeName($value)}`)
    Py_DECREF($value)
  }
  Py_DECREF($func)
  return result
}

// ---- containers ----

export function slot_sq_length(self: Ref): number {
  const $res = call0(__len__, self)
  if ($res === NULL) return -1
  const $i = _PyNumber_Index($res)
  Py_DECREF($res)
  if ($i === NULL) return -1
  if (Py_SIZE($i) < 0) {
    Py_DECREF($i)
    PyErr_SetString(PyExc_ValueError, "__len__() should return >= 0")
    return -1
  }
  const len = PyNumber_AsSsize_t($i, PyExc_OverflowError)
  Py_DECREF($i)
  return len
}
export function slot_sq_item(self: Ref, i: number): Own {
  const $i = PyLong_FromSsize_t(i)
  if ($i === NULL) return NULL
  const $res = call1(__getitem__, self, $i)
  Py_DECREF($i)
  return $res
}
export function slot_sq_ass_item(self: Ref, i: number, value: Ref): number {
  const $i = PyLong_FromSsize_t(i)
  if ($i === NULL) return -1
  const $res = value === NULL ? call1(__delitem__, self, $i) : call2(__setitem__, self, $i, value)
  Py_DECREF($i)
  return done($res)
}
export function slot_sq_contains(self: Ref, value: Ref): number {
  const $func = lookup_maybe_method(self, __contains__)
  if ($func === Py_None) {
    Py_DECREF($func)
    PyErr_SetString(PyExc_TypeError, `'${typeName(self).slice(0, 200)}' object is not a container`)
    return -1
  }
  if ($func === NULL) return PyErr_Occurred() ? -1 : _PySequence_IterSearch(self, value, 3)
  const $res = callAndRelease($func, self, value)
  if ($res === NULL) return -1
  const result = PyObject_IsTrue($res)
  Py_DECREF($res)
  return result
}
export function slot_mp_subscript(self: Ref, key: Ref): Own {
  return call1(__getitem__, self, key)
}
export function slot_mp_ass_subscript(self: Ref, key: Ref, value: Ref): number {
  return done(value === NULL ? call1(__delitem__, self, key) : call2(__setitem__, self, key, value))
}

// ---- the type's own slots ----

export function slot_tp_repr(self: Ref): Own {
  const $func = lookup_maybe_method(self, __repr__)
  if ($func === NULL) {
    PyErr_Clear()
    return PyUnicode_FromString(`<${typeName(self)} object at ${addressJS(self)}>`)
  }
  const $res = call_unbound_noarg(lookupUnbound, $func, self)
  Py_DECREF($func)
  return $res
}
export function slot_tp_hash(self: Ref): number {
  const $func = lookup_maybe_method(self, __hash__)
  if ($func === NULL || $func === Py_None) {
    Py_XDECREF($func)
    return PyObject_HashNotImplemented(self)
  }
  const $res = call_unbound_noarg(lookupUnbound, $func, self)
  Py_DECREF($func)
  if ($res === NULL) return ret64(-1, -1)
  if (!PyLong_Check($res)) {
    PyErr_SetString(PyExc_TypeError, "__hash__ method should return an integer")
    return ret64(-1, -1)
  }
  PyLong_AsLongAndOverflow($res)
  let lo = longOverflow ? long_hash($res) : longWords($res)
  const hi = hashHi
  if (lo === -1 && hi === -1) lo = -2
  Py_DECREF($res)
  return ret64(lo, hi)
}
export function slot_tp_call(self: Ref, args: Ref, kwds: Ref): Own {
  const $meth = lookup_method(self, __call__)
  if ($meth === NULL) return NULL
  const $res = lookupUnbound ? _PyObject_Call_Prepend($meth, self, args, kwds) : PyObject_Call($meth, args, kwds)
  Py_DECREF($meth)
  return $res
}
export function slot_tp_getattro(self: Ref, name: Ref): Own {
  return call1(__getattribute__, self, name)
}
function call_attribute(self: Ref, attr: Ref, name: Ref): Own {
  const f = ptr(Py_TYPE(attr) + PyTypeObject.tp_descr_get)
  if (f === 0) return PyObject_CallOneArg(attr, name)
  const $descr = fn<descrgetfunc>(f)(attr, self, Py_TYPE(self))
  if ($descr === NULL) return NULL
  const $res = PyObject_CallOneArg($descr, name)
  Py_DECREF($descr)
  return $res
}
const GENERIC_GETATTR = fnIndex(PyObject_GenericGetAttr)
const GETATTRO = fnIndex(slot_tp_getattro)
/** tp_getattro of classes with __getattr__ (or __getattribute__): replaced by slot_tp_getattro when there is no __getattr__. */
export function slot_tp_getattr_hook(self: Ref, name: Ref): Own {
  const tp = Py_TYPE(self)
  const getattr = _PyType_Lookup(tp, __getattr__)
  if (getattr === NULL) {
    setptr(tp + PyTypeObject.tp_getattro, GETATTRO)
    return slot_tp_getattro(self, name)
  }
  Py_INCREF(getattr)
  const getattribute = _PyType_Lookup(tp, __getattribute__)
  let $res: Own
  if (
    getattribute === NULL ||
    (Py_IS_TYPE(getattribute, PyWrapperDescr_Type) && ptr(getattribute + PyWrapperDescrObject.d_wrapped) === GENERIC_GETATTR)
  ) {
    $res = PyObject_GenericGetAttr(self, name)
  } else {
    Py_INCREF(getattribute)
    $res = call_attribute(self, getattribute, name)
    Py_DECREF(getattribute)
  }
  if ($res === NULL && PyErr_ExceptionMatches(PyExc_AttributeError)) {
    PyErr_Clear()
    $res = call_attribute(self, getattr, name)
  }
  Py_DECREF(getattr)
  return $res
}
export function slot_tp_setattro(self: Ref, name: Ref, value: Ref): number {
  return done(value === NULL ? call1(__delattr__, self, name) : call2(__setattr__, self, name, value))
}
const RICHCOMPARE = ["__lt__", "__le__", "__eq__", "__ne__", "__gt__", "__ge__"].map(ID)
export function slot_tp_richcompare(self: Ref, other: Ref, op: number): Own {
  const $func = lookup_maybe_method(self, RICHCOMPARE[op])
  if ($func === NULL) {
    PyErr_Clear()
    return Py_NewRef(Py_NotImplemented)
  }
  return callAndRelease($func, self, other)
}
function notIterable(self: Ref): Own {
  PyErr_SetString(PyExc_TypeError, `'${typeName(self).slice(0, 200)}' object is not iterable`)
  return NULL
}
export function slot_tp_iter(self: Ref): Own {
  let $func = lookup_maybe_method(self, __iter__)
  if ($func === Py_None) {
    Py_DECREF($func)
    return notIterable(self)
  }
  if ($func !== NULL) {
    const $res = call_unbound_noarg(lookupUnbound, $func, self)
    Py_DECREF($func)
    return $res
  }
  PyErr_Clear()
  $func = lookup_maybe_method(self, __getitem__)
  if ($func === NULL) return notIterable(self)
  Py_DECREF($func)
  return PySeqIter_New(self)
}
const DESCR_GET = fnIndex(slot_tp_descr_get)
export function slot_tp_descr_get(self: Ref, obj: Ref, type: Ref): Own {
  const tp = Py_TYPE(self)
  const get = _PyType_Lookup(tp, __get__)
  if (get === NULL) {
    if (ptr(tp + PyTypeObject.tp_descr_get) === DESCR_GET) setptr(tp + PyTypeObject.tp_descr_get, 0)
    return Py_NewRef(self)
  }
  return PyObject_CallThreeArgs(get, self, obj === NULL ? Py_None : obj, type === NULL ? Py_None : type)
}
export function slot_tp_descr_set(self: Ref, target: Ref, value: Ref): number {
  return done(value === NULL ? call1(__delete__, self, target) : call2(__set__, self, target, value))
}
export function slot_tp_init(self: Ref, args: Ref, kwds: Ref): number {
  const $meth = lookup_method(self, __init__)
  if ($meth === NULL) return -1
  const $res = lookupUnbound ? _PyObject_Call_Prepend($meth, self, args, kwds) : PyObject_Call($meth, args, kwds)
  Py_DECREF($meth)
  if ($res === NULL) return -1
  if ($res !== Py_None) {
    PyErr_SetString(PyExc_TypeError, `__init__() should return None, not '${typeName($res).slice(0, 200)}'`)
    Py_DECREF($res)
    return -1
  }
  Py_DECREF($res)
  return 0
}
export function slot_tp_new(type: Ref, args: Ref, kwds: Ref): Own {
  const $func = PyObject_GetAttr(type, __new__)
  if ($func === NULL) return NULL
  const $res = _PyObject_Call_Prepend($func, type, args, kwds)
  Py_DECREF($func)
  return $res
}
/** tp_finalize: run __del__; the current error is kept. */
export function slot_tp_finalize(self: Ref): void {
  const mark = cstackMark()
  const at = calloca(24)
  PyErr_Fetch(at)
  const $del = lookup_maybe_method(self, __del__)
  if ($del !== NULL) {
    const $res = call_unbound_noarg(lookupUnbound, $del, self)
    if ($res === NULL) PyErr_WriteUnraisable($del)
    else Py_DECREF($res)
    Py_DECREF($del)
  }
  PyErr_RestoreFrom(at)
  cstackReset(mark)
}
function asyncSlot(self: Ref, name: Ref, js: string): Own {
  const $func = lookup_maybe_method(self, name)
  if ($func !== NULL) {
    const $res = call_unbound_noarg(lookupUnbound, $func, self)
    Py_DECREF($func)
    return $res
  }
  PyErr_SetString(PyExc_AttributeError, `object ${typeName(self).slice(0, 50)} does not have ${js} method`)
  return NULL
}
export function slot_am_await(self: Ref): Own {
  return asyncSlot(self, __await__, "__await__")
}
export function slot_am_aiter(self: Ref): Own {
  return asyncSlot(self, __aiter__, "__aiter__")
}
export function slot_am_anext(self: Ref): Own {
  return asyncSlot(self, __anext__, "__anext__")
}
