import { NB, Op } from "../base/opcodes.ts"
import { ptr, setptr } from "../heap/access.ts"
import { PyTypeObject } from "../heap/layout.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { Py_DECREF, Py_NewRef, Py_SIZE, Py_TYPE, Py_XDECREF, PyType_HasFeature } from "../heap/refcount.ts"
import { ID } from "../heap/statics.ts"
import {
  _PyNumber_InPlacePowerNoMod,
  _PyNumber_PowerNoMod,
  PyNumber_Add,
  PyNumber_And,
  PyNumber_FloorDivide,
  PyNumber_InPlaceAdd,
  PyNumber_InPlaceAnd,
  PyNumber_InPlaceFloorDivide,
  PyNumber_InPlaceLshift,
  PyNumber_InPlaceMatrixMultiply,
  PyNumber_InPlaceMultiply,
  PyNumber_InPlaceOr,
  PyNumber_InPlaceRemainder,
  PyNumber_InPlaceRshift,
  PyNumber_InPlaceSubtract,
  PyNumber_InPlaceTrueDivide,
  PyNumber_InPlaceXor,
  PyNumber_Lshift,
  PyNumber_MatrixMultiply,
  PyNumber_Multiply,
  PyNumber_Or,
  PyNumber_Remainder,
  PyNumber_Rshift,
  PyNumber_Subtract,
  PyNumber_TrueDivide,
  PyNumber_Xor,
  PyObject_Format,
  PyObject_Length,
  PySequence_Check,
} from "../objects/abstract.ts"
import { PyObject_CallOneArg } from "../objects/call.ts"
import { _PyDict_FromItems, _PyDict_MergeEx, PyDict_Update } from "../objects/dictobject.ts"
import { PyErr_Clear, PyErr_ExceptionMatches, PyErr_SetString } from "../objects/errors.ts"
import { _PyList_Extend } from "../objects/listobject.ts"
import { PyLong_FromLong } from "../objects/longobject.ts"
import { PyObject_ASCII, PyObject_Repr, PyObject_Str, typeName } from "../objects/object.ts"
import { _PySet_Update, PySet_Add, PySet_New } from "../objects/setobject.ts"
import { TPFLAGS } from "../objects/slots.ts"
import {
  EMPTY_UNICODE,
  Py_False,
  Py_None,
  Py_True,
  PyExc_AttributeError,
  PyExc_RuntimeError,
  PyExc_SystemError,
  PyExc_TypeError,
} from "../objects/statictypes.ts"
import { PyTuple_CheckExact } from "../objects/tupleobject.ts"
import { _PyUnicode_JoinArray, PyUnicode_CheckExact } from "../objects/unicodeobject.ts"
import { format_kwargs_error } from "./ceval_calls.ts"
import { import_from, import_name, import_star } from "./ceval_import.ts"
import { match_class, match_keys } from "./ceval_match.ts"
import { unpack_iterable } from "./ceval_unpack.ts"
import { PyErr_Occurred } from "../objects/errors.ts"
import { _PySys_GetAttr } from "./sysmodule.ts"

/** BINARY_OP by its argument. Both operands borrowed; owned result or NULL with the error set. */
export function binary_op(oparg: number, l: Ref, r: Ref): Own {
  switch (oparg) {
    case NB.ADD:
      return PyNumber_Add(l, r)
    case NB.AND:
      return PyNumber_And(l, r)
    case NB.FLOOR_DIVIDE:
      return PyNumber_FloorDivide(l, r)
    case NB.LSHIFT:
      return PyNumber_Lshift(l, r)
    case NB.MATRIX_MULTIPLY:
      return PyNumber_MatrixMultiply(l, r)
    case NB.MULTIPLY:
      return PyNumber_Multiply(l, r)
    case NB.REMAINDER:
      return PyNumber_Remainder(l, r)
    case NB.OR:
      return PyNumber_Or(l, r)
    case NB.POWER:
      return _PyNumber_PowerNoMod(l, r)
    case NB.RSHIFT:
      return PyNumber_Rshift(l, r)
    case NB.SUBTRACT:
      return PyNumber_Subtract(l, r)
    case NB.TRUE_DIVIDE:
      return PyNumber_TrueDivide(l, r)
    case NB.XOR:
      return PyNumber_Xor(l, r)
    case NB.INPLACE_ADD:
      return PyNumber_InPlaceAdd(l, r)
    case NB.INPLACE_AND:
      return PyNumber_InPlaceAnd(l, r)
    case NB.INPLACE_FLOOR_DIVIDE:
      return PyNumber_InPlaceFloorDivide(l, r)
    case NB.INPLACE_LSHIFT:
      return PyNumber_InPlaceLshift(l, r)
    case NB.INPLACE_MATRIX_MULTIPLY:
      return PyNumber_InPlaceMatrixMultiply(l, r)
    case NB.INPLACE_MULTIPLY:
      return PyNumber_InPlaceMultiply(l, r)
    case NB.INPLACE_REMAINDER:
      return PyNumber_InPlaceRemainder(l, r)
    case NB.INPLACE_OR:
      return PyNumber_InPlaceOr(l, r)
    case NB.INPLACE_POWER:
      return _PyNumber_InPlacePowerNoMod(l, r)
    case NB.INPLACE_RSHIFT:
      return PyNumber_InPlaceRshift(l, r)
    case NB.INPLACE_SUBTRACT:
      return PyNumber_InPlaceSubtract(l, r)
    case NB.INPLACE_TRUE_DIVIDE:
      return PyNumber_InPlaceTrueDivide(l, r)
    default:
      return PyNumber_InPlaceXor(l, r)
  }
}

function push(sp: number, $v: Ref): number {
  setptr(sp, $v)
  return sp + 8
}

/** The instructions that are worth no place in the hot loop. @returns the new stack pointer; negated when an error is set. */
export function cold_op(opcode: number, oparg: number, frame: number, sp: number, names: number): number {
  switch (opcode) {
    case Op.BUILD_SET:
      return build_set(sp, oparg)
    case Op.BUILD_MAP:
      return build_map(sp, oparg)
    case Op.BUILD_CONST_KEY_MAP:
      return build_const_key_map(sp, oparg)
    case Op.BUILD_STRING: {
      const first = sp - oparg * 8
      const $str = _PyUnicode_JoinArray(EMPTY_UNICODE, first, oparg)
      if ($str === NULL) return -sp
      while (sp > first) {
        sp -= 8
        Py_DECREF(ptr(sp))
      }
      return push(sp, $str)
    }
    case Op.FORMAT_VALUE:
      return format_value(sp, oparg)
    case Op.LIST_EXTEND:
      return list_extend(sp - 8, oparg)
    case Op.SET_UPDATE: {
      sp -= 8
      const iterable = ptr(sp)
      const err = _PySet_Update(ptr(sp - oparg * 8), iterable)
      Py_DECREF(iterable)
      return err < 0 ? -sp : sp
    }
    case Op.DICT_UPDATE: {
      sp -= 8
      const update = ptr(sp)
      const err = PyDict_Update(ptr(sp - oparg * 8), update)
      if (err < 0 && PyErr_ExceptionMatches(PyExc_AttributeError))
        PyErr_SetString(PyExc_TypeError, `'${typeName(update)}' object is not a mapping`)
      Py_DECREF(update)
      return err < 0 ? -sp : sp
    }
    case Op.DICT_MERGE: {
      sp -= 8
      const update = ptr(sp)
      const err = _PyDict_MergeEx(ptr(sp - oparg * 8), update, 2)
      if (err < 0) format_kwargs_error(ptr(sp - (2 + oparg) * 8), update)
      Py_DECREF(update)
      return err < 0 ? -sp : sp
    }
    case Op.IMPORT_NAME: {
      sp -= 8
      const fromlist = ptr(sp)
      const level = ptr(sp - 8)
      const $res = import_name(frame, ptr(names + oparg * 8), fromlist, level)
      Py_DECREF(level)
      Py_DECREF(fromlist)
      setptr(sp - 8, $res)
      return $res === NULL ? -sp : sp
    }
    case Op.IMPORT_FROM: {
      const $res = import_from(ptr(sp - 8), ptr(names + oparg * 8))
      sp = push(sp, $res)
      return $res === NULL ? -sp : sp
    }
    case Op.IMPORT_STAR: {
      sp -= 8
      const from = ptr(sp)
      const err = import_star(frame, from)
      Py_DECREF(from)
      return err !== 0 ? -sp : sp
    }
    case Op.PRINT_EXPR:
      return print_expr(sp - 8)
    case Op.UNPACK_EX: {
      const total = 1 + (oparg & 255) + (oparg >> 8)
      sp -= 8
      const seq = ptr(sp)
      const ok = unpack_iterable(seq, oparg & 255, oparg >> 8, sp + total * 8)
      Py_DECREF(seq)
      return ok ? sp + total * 8 : -sp
    }
    case Op.GET_LEN: {
      const n = PyObject_Length(ptr(sp - 8))
      if (n < 0) return -sp
      const $n = PyLong_FromLong(n)
      return $n === NULL ? -sp : push(sp, $n)
    }
    case Op.MATCH_CLASS: {
      sp -= 16
      const type = ptr(sp)
      const names_ = ptr(sp + 8)
      const subject = ptr(sp - 8)
      const $attrs = match_class(subject, type, oparg, names_)
      Py_DECREF(names_)
      Py_DECREF(type)
      if ($attrs !== NULL) setptr(sp - 8, $attrs)
      else if (PyErr_Occurred() !== 0) return -sp
      else setptr(sp - 8, Py_NewRef(Py_None))
      Py_DECREF(subject)
      return sp
    }
    case Op.MATCH_MAPPING:
      return push(sp, Py_NewRef(PyType_HasFeature(Py_TYPE(ptr(sp - 8)), TPFLAGS.MAPPING) ? Py_True : Py_False))
    case Op.MATCH_SEQUENCE:
      return push(sp, Py_NewRef(PyType_HasFeature(Py_TYPE(ptr(sp - 8)), TPFLAGS.SEQUENCE) ? Py_True : Py_False))
    default: {
      const $values = match_keys(ptr(sp - 16), ptr(sp - 8))
      return $values === NULL ? -sp : push(sp, $values)
    }
  }
}

function build_set(sp: number, n: number): number {
  const $set = PySet_New(NULL)
  if ($set === NULL) return -sp
  const first = sp - n * 8
  let err = 0
  for (let p = first; p < sp; p += 8) {
    const item = ptr(p)
    if (err === 0) err = PySet_Add($set, item)
    Py_DECREF(item)
  }
  if (err !== 0) {
    Py_DECREF($set)
    return -first
  }
  return push(first, $set)
}

function build_map(sp: number, n: number): number {
  const first = sp - n * 16
  const $map = _PyDict_FromItems(first, 2, first + 8, 2, n)
  if ($map === NULL) return -sp
  while (sp > first) {
    sp -= 8
    Py_DECREF(ptr(sp))
  }
  return push(sp, $map)
}

function build_const_key_map(sp: number, n: number): number {
  const keys = ptr(sp - 8)
  if (!PyTuple_CheckExact(keys) || Py_SIZE(keys) !== n) {
    PyErr_SetString(PyExc_SystemError, "bad BUILD_CONST_KEY_MAP keys argument")
    return -sp
  }
  const first = sp - 8 - n * 8
  const $map = _PyDict_FromItems(keys + 24, 1, first, 1, n)
  if ($map === NULL) return -sp
  while (sp > first) {
    sp -= 8
    Py_DECREF(ptr(sp))
  }
  return push(sp, $map)
}

function list_extend(sp: number, oparg: number): number {
  const iterable = ptr(sp)
  const $none = _PyList_Extend(ptr(sp - oparg * 8), iterable)
  if ($none === NULL) {
    if (PyErr_ExceptionMatches(PyExc_TypeError) && ptr(Py_TYPE(iterable) + PyTypeObject.tp_iter) === 0 && !PySequence_Check(iterable)) {
      PyErr_Clear()
      PyErr_SetString(PyExc_TypeError, `Value after * must be an iterable, not ${typeName(iterable)}`)
    }
    Py_DECREF(iterable)
    return -sp
  }
  Py_DECREF($none)
  Py_DECREF(iterable)
  return sp
}

function format_value(sp: number, oparg: number): number {
  let $spec: Own = NULL
  if ((oparg & 4) !== 0) {
    sp -= 8
    $spec = ptr(sp) as Own
  }
  sp -= 8
  let $value = ptr(sp) as Own
  const conversion = oparg & 3
  if (conversion !== 0) {
    const $converted = conversion === 1 ? PyObject_Str($value) : conversion === 2 ? PyObject_Repr($value) : PyObject_ASCII($value)
    Py_DECREF($value)
    if ($converted === NULL) {
      Py_XDECREF($spec)
      return -sp
    }
    $value = $converted
  }
  if (!PyUnicode_CheckExact($value) || $spec !== NULL) {
    const $res = PyObject_Format($value, $spec)
    Py_DECREF($value)
    Py_XDECREF($spec)
    if ($res === NULL) return -sp
    $value = $res
  }
  return push(sp, $value)
}

function print_expr(sp: number): number {
  const value = ptr(sp)
  const hook = _PySys_GetAttr(ID("displayhook"))
  if (hook === 0) {
    PyErr_SetString(PyExc_RuntimeError, "lost sys.displayhook")
    Py_DECREF(value)
    return -sp
  }
  const $res = PyObject_CallOneArg(hook, value)
  Py_DECREF(value)
  if ($res === NULL) return -sp
  Py_DECREF($res)
  return sp
}
