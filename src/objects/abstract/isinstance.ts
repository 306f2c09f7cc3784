import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_DECREF, Py_IS_TYPE, Py_SIZE, Py_TYPE, Py_XDECREF } from "../../heap/refcount.ts"
import { ID } from "../../heap/statics.ts"
import { PyObject_CallOneArg } from "../call.ts"
import { PyErr_Occurred, PyErr_SetString, Py_EnterRecursiveCall, Py_LeaveRecursiveCall } from "../errors.ts"
import { PyObject_IsTrue, _PyObject_LookupAttr } from "../object.ts"
import { PyExc_TypeError } from "../statictypes.ts"
import { PyTuple_Check, PyTuple_GET_ITEM } from "../tupleobject.ts"
import { PyObject_TypeCheck, PyType_Check, PyType_CheckExact, PyType_IsSubtype, _PyObject_LookupSpecial } from "../typeobject.ts"
import { _PyUnion_Check, _Py_union_args } from "../unionobject.ts"

// Objects/abstract.c: isinstance and issubclass. Results: 1, 0, or -1 with the error set.

const __bases__ = ID("__bases__")
const __class__ = ID("__class__")
const __instancecheck__ = ID("__instancecheck__")
const __subclasscheck__ = ID("__subclasscheck__")

/** cls.__bases__ if it is a tuple: owned; NULL with or without an error. */
function abstract_get_bases(cls: Ref): Own {
  const $bases = _PyObject_LookupAttr(cls, __bases__)
  if ($bases === NULL || PyTuple_Check($bases)) return $bases
  Py_DECREF($bases)
  return NULL
}
function abstract_issubclass(derived: Ref, cls: Ref): number {
  let $bases: Own = NULL
  let n: number
  for (;;) {
    if (derived === cls) {
      Py_XDECREF($bases)
      return 1
    }
    const $next = abstract_get_bases(derived)
    Py_XDECREF($bases)
    $bases = $next
    if ($bases === NULL) return PyErr_Occurred() ? -1 : 0
    n = Py_SIZE($bases)
    if (n === 0) {
      Py_DECREF($bases)
      return 0
    }
    if (n > 1) break
    // Single inheritance: no recursion.
    derived = PyTuple_GET_ITEM($bases, 0)
  }
  if (Py_EnterRecursiveCall(" in __issubclass__") !== 0) {
    Py_DECREF($bases)
    return -1
  }
  let r = 0
  for (let i = 0; i < n && r === 0; i++) r = abstract_issubclass(PyTuple_GET_ITEM($bases, i), cls)
  Py_LeaveRecursiveCall()
  Py_DECREF($bases)
  return r
}
/** Does the object have bases as a class has? Else false with TypeError `message`. */
function check_class(cls: Ref, message: string): boolean {
  const $bases = abstract_get_bases(cls)
  if ($bases === NULL) {
    if (!PyErr_Occurred()) PyErr_SetString(PyExc_TypeError, message)
    return false
  }
  Py_DECREF($bases)
  return true
}
function object_isinstance(inst: Ref, cls: Ref): number {
  if (PyType_Check(cls)) {
    if (PyObject_TypeCheck(inst, cls)) return 1
    const $icls = _PyObject_LookupAttr(inst, __class__)
    if ($icls === NULL) return PyErr_Occurred() ? -1 : 0
    const r = $icls !== Py_TYPE(inst) && PyType_Check($icls) && PyType_IsSubtype($icls, cls)
    Py_DECREF($icls)
    return r ? 1 : 0
  }
  if (!check_class(cls, "isinstance() arg 2 must be a type, a tuple of types, or a union")) return -1
  const $icls = _PyObject_LookupAttr(inst, __class__)
  if ($icls === NULL) return PyErr_Occurred() ? -1 : 0
  const r = abstract_issubclass($icls, cls)
  Py_DECREF($icls)
  return r
}
/** Ask `checker` (owned, given back) about `arg`. */
function askChecker($checker: Own, arg: Ref, where: string): number {
  if (Py_EnterRecursiveCall(where) !== 0) {
    Py_DECREF($checker)
    return -1
  }
  const $res = PyObject_CallOneArg($checker, arg)
  Py_LeaveRecursiveCall()
  Py_DECREF($checker)
  if ($res === NULL) return -1
  const ok = PyObject_IsTrue($res)
  Py_DECREF($res)
  return ok
}
/** isinstance(inst, cls) */
export function PyObject_IsInstance(inst: Ref, cls: Ref): number {
  if (Py_IS_TYPE(inst, cls)) return 1
  if (PyType_CheckExact(cls)) return object_isinstance(inst, cls)
  if (_PyUnion_Check(cls)) cls = _Py_union_args(cls)
  if (PyTuple_Check(cls)) {
    if (Py_EnterRecursiveCall(" in __instancecheck__") !== 0) return -1
    const n = Py_SIZE(cls)
    let r = 0
    for (let i = 0; i < n && r === 0; i++) r = PyObject_IsInstance(inst, PyTuple_GET_ITEM(cls, i))
    Py_LeaveRecursiveCall()
    return r
  }
  const $checker = _PyObject_LookupSpecial(cls, __instancecheck__)
  if ($checker !== NULL) return askChecker($checker, inst, " in __instancecheck__")
  return PyErr_Occurred() ? -1 : object_isinstance(inst, cls)
}
function recursive_issubclass(derived: Ref, cls: Ref): number {
  if (PyType_Check(cls) && PyType_Check(derived)) return PyType_IsSubtype(derived, cls) ? 1 : 0
  if (!check_class(derived, "issubclass() arg 1 must be a class")) return -1
  if (!_PyUnion_Check(cls) && !check_class(cls, "issubclass() arg 2 must be a class, a tuple of classes, or a union")) return -1
  return abstract_issubclass(derived, cls)
}
/** issubclass(derived, cls) */
export function PyObject_IsSubclass(derived: Ref, cls: Ref): number {
  if (PyType_CheckExact(cls)) return derived === cls ? 1 : recursive_issubclass(derived, cls)
  if (_PyUnion_Check(cls)) cls = _Py_union_args(cls)
  if (PyTuple_Check(cls)) {
    if (Py_EnterRecursiveCall(" in __subclasscheck__") !== 0) return -1
    const n = Py_SIZE(cls)
    let r = 0
    for (let i = 0; i < n && r === 0; i++) r = PyObject_IsSubclass(derived, PyTuple_GET_ITEM(cls, i))
    Py_LeaveRecursiveCall()
    return r
  }
  const $checker = _PyObject_LookupSpecial(cls, __subclasscheck__)
  if ($checker !== NULL) return askChecker($checker, derived, " in __subclasscheck__")
  return PyErr_Occurred() ? -1 : recursive_issubclass(derived, cls)
}
/** Without asking __instancecheck__. */
export function _PyObject_RealIsInstance(inst: Ref, cls: Ref): number {
  return object_isinstance(inst, cls)
}
/** Without asking __subclasscheck__. */
export function _PyObject_RealIsSubclass(derived: Ref, cls: Ref): number {
  return recursive_issubclass(derived, cls)
}
