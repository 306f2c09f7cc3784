import { NB, Op } from "../base/opcodes.ts"
import { ptr } from "../heap/access.ts"
import {
  _PyCFrame,
  _PyInterpreterFrame as F,
  PyDictKeysObject,
  PyDictObject,
  PyListObject,
  PyLongObject,
  PyModuleObject,
  PyObject,
  PyThreadState,
  PyTypeObject,
} from "../heap/layout.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { Py_DECREF, Py_NewRef, Py_TYPE } from "../heap/refcount.ts"
import { tstate } from "../heap/tstate.ts"
import { f64, i32, u16, u8 } from "../heap/views.ts"
import { PyObject_GetItem, PyObject_SetItem, PySequence_Contains } from "../objects/abstract.ts"
import { _PyDict_SetItem_Take2, _PyDictValues_AddToInsertionOrder, PyDict_GetItemWithError } from "../objects/dictobject.ts"
import { _PyErr_SetKeyError, PyErr_Clear, PyErr_ExceptionMatches, PyErr_Occurred } from "../objects/errors.ts"
import { PyFloat_FromDouble } from "../objects/floatobject.ts"
import { PyLong_FromLong } from "../objects/longobject.ts"
import { _PyObject_GetMethod, getMethodUnbound, PyObject_IsTrue, PyObject_RichCompare, PyObject_SetAttr } from "../objects/object.ts"
import { TPFLAGS } from "../objects/slots.ts"
import {
  Py_False,
  Py_None,
  Py_True,
  PyDict_Type,
  PyExc_StopIteration,
  PyFloat_Type,
  PyList_Type,
  PyLong_Type,
  PyModule_Type,
  PyTuple_Type,
  PyUnicode_Type,
} from "../objects/statictypes.ts"
import { PyUnicode_Append, PyUnicode_Concat, unicode_eq } from "../objects/unicodeobject.ts"
import { read_u32, unicode_entries } from "./ceval_attr.ts"
import { binary_op } from "./ceval_cold.ts"
import { call_exc_trace } from "./ceval_trace.ts"
import { Feedback } from "./jithooks.ts"
import { unpack_iterable } from "./ceval_unpack.ts"

// The bodies of frequent instructions, one function each. `sp` is the stack pointer as the comment of each says; operands are consumed.

export const BINARY_OP_CACHE = 2

/** The int result of a common operation on two ints below 2^30; NULL (no error) when it is not one of them. */
function compact_int_op(oparg: number, a: number, b: number): Own {
  switch (oparg) {
    case NB.ADD:
    case NB.INPLACE_ADD:
      return PyLong_FromLong(a + b)
    case NB.SUBTRACT:
    case NB.INPLACE_SUBTRACT:
      return PyLong_FromLong(a - b)
    case NB.MULTIPLY:
    case NB.INPLACE_MULTIPLY: {
      const p = a * b
      return p <= 9007199254740991 && p >= -9007199254740991 ? PyLong_FromLong(p === 0 ? 0 : p) : NULL
    }
    case NB.AND:
    case NB.INPLACE_AND:
      return PyLong_FromLong(a & b)
    case NB.OR:
    case NB.INPLACE_OR:
      return PyLong_FromLong(a | b)
    case NB.XOR:
    case NB.INPLACE_XOR:
      return PyLong_FromLong(a ^ b)
    case NB.RSHIFT:
    case NB.INPLACE_RSHIFT:
      return b >= 0 ? PyLong_FromLong(b > 31 ? a >> 31 : a >> b) : NULL
    case NB.FLOOR_DIVIDE:
    case NB.INPLACE_FLOOR_DIVIDE:
      return b !== 0 ? PyLong_FromLong(a === 0 ? 0 : Math.floor(a / b)) : NULL
    case NB.REMAINDER:
    case NB.INPLACE_REMAINDER: {
      if (b === 0) return NULL
      let m = (a % b) | 0
      if (m !== 0 && m < 0 !== b < 0) m += b
      return PyLong_FromLong(m)
    }
  }
  return NULL
}

/** The float result of a common operation; NULL (no error) when it is not one of them. */
function float_op(oparg: number, a: number, b: number): Own {
  switch (oparg) {
    case NB.ADD:
    case NB.INPLACE_ADD:
      return PyFloat_FromDouble(a + b)
    case NB.SUBTRACT:
    case NB.INPLACE_SUBTRACT:
      return PyFloat_FromDouble(a - b)
    case NB.MULTIPLY:
    case NB.INPLACE_MULTIPLY:
      return PyFloat_FromDouble(a * b)
    case NB.TRUE_DIVIDE:
    case NB.INPLACE_TRUE_DIVIDE:
      return b !== 0 ? PyFloat_FromDouble(a / b) : NULL
  }
  return NULL
}

function compare(oparg: number, a: number, b: number): boolean {
  switch (oparg) {
    case 0:
      return a < b
    case 1:
      return a <= b
    case 2:
      return a === b
    case 3:
      return a !== b
    case 4:
      return a > b
  }
  return a >= b
}

/** Is somebody tracing this thread's frames? */
function tracing(): boolean {
  return u8[i32[(tstate + PyThreadState.cframe) >> 2] + _PyCFrame.use_tracing] !== 0
}

/** s += t and s = s + t where local s is the left operand: the string grows in place when nobody else holds it. Bytes of code done, or -1. */
function append_to_local(l: Ref, r: Ref, local: number): number {
  i32[l >> 2]--
  PyUnicode_Append(local, r)
  Py_DECREF(r)
  return i32[local >> 2] === 0 ? -1 : BINARY_OP_CACHE + 2
}

/** Note for the JIT what types an instruction meets; `cache`: its first cache unit. */
export function note_types(cache: number, l: Ref, r: Ref): void {
  const a = i32[(l + PyObject.ob_type) >> 2]
  const b = i32[(r + PyObject.ob_type) >> 2]
  let bit = Feedback.OTHER
  if (a === PyLong_Type) {
    if (b === PyLong_Type) {
      const small = (i32[(l + PyLongObject.ob_size) >> 2] + 1) >>> 0 <= 2 && (i32[(r + PyLongObject.ob_size) >> 2] + 1) >>> 0 <= 2
      bit = small ? Feedback.INT : Feedback.BIG
    } else if (b === PyFloat_Type) bit = Feedback.MIXED
  } else if (a === PyFloat_Type) {
    if (b === PyFloat_Type) bit = Feedback.FLOAT
    else if (b === PyLong_Type) bit = Feedback.MIXED
  }
  u16[cache >> 1] |= bit
}

/** BINARY_OP of two objects, both borrowed: owned, or NULL with the error set. */
export function binary_value(oparg: number, l: Ref, r: Ref): Own {
  const type = i32[(l + PyObject.ob_type) >> 2]
  let $res: Own = NULL
  if (type === i32[(r + PyObject.ob_type) >> 2]) {
    if (type === PyLong_Type) {
      const ls = i32[(l + PyLongObject.ob_size) >> 2]
      const rs = i32[(r + PyLongObject.ob_size) >> 2]
      if ((ls + 1) >>> 0 <= 2 && (rs + 1) >>> 0 <= 2) {
        $res = compact_int_op(oparg, ls * i32[(l + PyLongObject.ob_digit) >> 2], rs * i32[(r + PyLongObject.ob_digit) >> 2])
      }
    } else if (type === PyFloat_Type) $res = float_op(oparg, f64[(l + 16) >> 3], f64[(r + 16) >> 3])
    else if (type === PyUnicode_Type && (oparg === NB.ADD || oparg === NB.INPLACE_ADD)) return PyUnicode_Concat(l, r)
  }
  // the fast ways fail without an error, but for MemoryError
  if ($res === NULL && i32[(tstate + PyThreadState.curexc_type) >> 2] === 0) $res = binary_op(oparg, l, r)
  return $res
}

/** BINARY_OP on the two operands below `sp`; the result replaces the lower one. @returns the bytes of code to skip: the cache, or with the
 *  STORE_FAST behind it (both operands gone); 0: error (NULL for the result); -1: error (both operands gone). */
export function binary_instruction(oparg: number, sp: number, frame: number, pc: number): number {
  const r = i32[(sp - 8) >> 2] as Ref
  const l = i32[(sp - 16) >> 2] as Ref
  note_types(pc, l, r)
  if (
    i32[(l + PyObject.ob_type) >> 2] === PyUnicode_Type &&
    i32[(r + PyObject.ob_type) >> 2] === PyUnicode_Type &&
    (oparg === NB.ADD || oparg === NB.INPLACE_ADD)
  ) {
    const next = u16[(pc + BINARY_OP_CACHE) >> 1]
    const local = frame + F.localsplus + ((next >> 8) << 3)
    if ((next & 255) === Op.STORE_FAST && i32[local >> 2] === l && !tracing()) return append_to_local(l, r, local)
  }
  const $res = binary_value(oparg, l, r)
  i32[(sp - 16) >> 2] = $res
  Py_DECREF(l)
  Py_DECREF(r)
  return $res === NULL ? 0 : BINARY_OP_CACHE
}

/** COMPARE_OP of two ints, floats or strs: 0 or 1; -1 (no error): not so easy. Operands borrowed. */
export function compare_operands(oparg: number, l: Ref, r: Ref): number {
  const type = i32[(l + PyObject.ob_type) >> 2]
  if (type !== i32[(r + PyObject.ob_type) >> 2]) return -1
  if (type === PyLong_Type) {
    const ls = i32[(l + PyLongObject.ob_size) >> 2]
    const rs = i32[(r + PyLongObject.ob_size) >> 2]
    if ((ls + 1) >>> 0 > 2 || (rs + 1) >>> 0 > 2) return -1
    return compare(oparg, ls * i32[(l + PyLongObject.ob_digit) >> 2], rs * i32[(r + PyLongObject.ob_digit) >> 2]) ? 1 : 0
  }
  if (type === PyFloat_Type) return compare(oparg, f64[(l + 16) >> 3], f64[(r + 16) >> 3]) ? 1 : 0
  if (type === PyUnicode_Type && (oparg & 6) === 2) return (unicode_eq(l, r) ? 1 : 0) ^ (oparg & 1)
  return -1
}

/** COMPARE_OP in general: operands at sp - 8 and sp, the result at sp - 8. */
export function compare_general(oparg: number, sp: number): boolean {
  const l = ptr(sp - 8)
  const r = ptr(sp)
  const $res = PyObject_RichCompare(l, r, oparg)
  i32[(sp - 8) >> 2] = $res
  Py_DECREF(l)
  Py_DECREF(r)
  return $res !== NULL
}

/** CONTAINS_OP: operands at sp - 8 and sp, the result at sp - 8 (nothing there after an error). */
export function contains(oparg: number, sp: number): boolean {
  const l = ptr(sp - 8)
  const r = ptr(sp)
  const res = PySequence_Contains(r, l)
  Py_DECREF(l)
  Py_DECREF(r)
  if (res < 0) return false
  i32[(sp - 8) >> 2] = Py_NewRef((res ^ oparg) !== 0 ? Py_True : Py_False)
  return true
}

/** A non-negative one-digit int's value, -1 for anything else. */
function small_index(sub: Ref): number {
  if (i32[(sub + PyObject.ob_type) >> 2] !== PyLong_Type) return -1
  const size = i32[(sub + PyLongObject.ob_size) >> 2]
  return size === 1 ? i32[(sub + PyLongObject.ob_digit) >> 2] : size === 0 ? 0 : -1
}

/** BINARY_SUBSCR: container at sp - 8, index at sp; the result at sp - 8. */
export function subscript(sp: number): boolean {
  const sub = i32[sp >> 2] as Ref
  const container = i32[(sp - 8) >> 2] as Ref
  const type = i32[(container + PyObject.ob_type) >> 2]
  let $res: Own = NULL
  if (type === PyList_Type || type === PyTuple_Type) {
    const i = small_index(sub)
    if (i >= 0 && i < i32[(container + 16) >> 2]) {
      const items = type === PyList_Type ? i32[(container + PyListObject.ob_item) >> 2] : container + 24
      $res = Py_NewRef(i32[(items + i * 8) >> 2] as Ref)
    } else $res = PyObject_GetItem(container, sub)
  } else if (type === PyDict_Type) {
    const v = PyDict_GetItemWithError(container, sub)
    if (v !== 0) $res = Py_NewRef(v)
    else if (PyErr_Occurred() === 0) _PyErr_SetKeyError(sub)
  } else $res = PyObject_GetItem(container, sub)
  Py_DECREF(container)
  Py_DECREF(sub)
  i32[(sp - 8) >> 2] = $res
  return $res !== NULL
}

/** STORE_SUBSCR: value at sp, container at sp + 8, index at sp + 16, all consumed. 0, or -1. */
export function store_subscript(sp: number): number {
  const v = i32[sp >> 2] as Own
  const container = i32[(sp + 8) >> 2] as Ref
  const sub = i32[(sp + 16) >> 2] as Own
  const type = i32[(container + PyObject.ob_type) >> 2]
  if (type === PyDict_Type) {
    const err = _PyDict_SetItem_Take2(container, sub, v)
    Py_DECREF(container)
    return err
  }
  if (type === PyList_Type) {
    const i = small_index(sub)
    if (i >= 0 && i < i32[(container + 16) >> 2]) {
      const slot = (i32[(container + PyListObject.ob_item) >> 2] + i * 8) >> 2
      const old = i32[slot] as Ref
      i32[slot] = v
      i32[slot + 1] = 0
      Py_DECREF(old)
      Py_DECREF(sub)
      Py_DECREF(container)
      return 0
    }
  }
  const err = PyObject_SetItem(container, sub, v)
  Py_DECREF(v)
  Py_DECREF(container)
  Py_DECREF(sub)
  return err
}

/** The truth of `v` (consumed); -1: error. */
export function truth(v: Ref): number {
  const t = PyObject_IsTrue(v)
  Py_DECREF(v)
  return t
}

/** POP_JUMP_BACKWARD_*: does it jump? 1, 0, or -1 with the error set. `v` is consumed. */
export function backward_condition(opcode: number, v: Ref): number {
  if (opcode === Op.POP_JUMP_BACKWARD_IF_NONE || opcode === Op.POP_JUMP_BACKWARD_IF_NOT_NONE) {
    const isNone = v === Py_None
    Py_DECREF(v)
    return isNone === (opcode === Op.POP_JUMP_BACKWARD_IF_NONE) ? 1 : 0
  }
  const t = truth(v)
  if (t < 0) return -1
  return t === (opcode === Op.POP_JUMP_BACKWARD_IF_TRUE ? 1 : 0) ? 1 : 0
}

/** An iterator ended with an error set: true when it is StopIteration (cleared). */
export function iteration_ended(frame: number): boolean {
  if (!PyErr_ExceptionMatches(PyExc_StopIteration)) return false
  if (i32[(tstate + PyThreadState.c_tracefunc) >> 2] !== 0) call_exc_trace(frame)
  PyErr_Clear()
  return true
}

function versionMatches(owner: Ref, pc: number): boolean {
  return i32[(i32[(owner + PyObject.ob_type) >> 2] + PyTypeObject.tp_version_tag) >> 2] === read_u32(pc + 2)
}

/** The value that a module's dict holds at the cached place; 0: the guard fails. */
export function module_value(owner: Ref, pc: number): number {
  if (Py_TYPE(owner) !== PyModule_Type) return 0
  const keys = i32[(i32[(owner + PyModuleObject.md_dict) >> 2] + PyDictObject.ma_keys) >> 2]
  if (i32[(keys + PyDictKeysObject.dk_version) >> 2] !== read_u32(pc + 2)) return 0
  return i32[(unicode_entries(keys) + (u16[(pc + 6) >> 1] << 4) + 8) >> 2]
}

export function hint_value(owner: Ref, name: number, pc: number): number {
  if (!versionMatches(owner, pc)) return 0
  const dict = i32[(owner - 24) >> 2]
  if (dict === 0) return 0
  const keys = i32[(dict + PyDictObject.ma_keys) >> 2]
  const hint = u16[(pc + 6) >> 1]
  if (
    u8[keys + PyDictKeysObject.dk_kind] !== 1 ||
    i32[(dict + PyDictObject.ma_values) >> 2] !== 0 ||
    hint >= i32[(keys + PyDictKeysObject.dk_nentries) >> 2]
  )
    return 0
  const ep = unicode_entries(keys) + (hint << 4)
  return i32[ep >> 2] === name ? i32[(ep + 8) >> 2] : 0
}

/** LOAD_ATTR_SLOT, _WITH_HINT, _MODULE on the object at sp - 8; false: the guard fails. */
export function load_attr_special(opcode: number, oparg: number, sp: number, pc: number, names: number): boolean {
  const owner = i32[(sp - 8) >> 2] as Ref
  let v: number
  if (opcode === Op.LOAD_ATTR_SLOT) v = versionMatches(owner, pc) ? i32[(owner + u16[(pc + 6) >> 1]) >> 2] : 0
  else if (opcode === Op.LOAD_ATTR_MODULE) v = module_value(owner, pc)
  else v = hint_value(owner, i32[(names + (oparg << 3)) >> 2], pc)
  if (v === 0) return false
  i32[v >> 2]++
  i32[(sp - 8) >> 2] = v
  Py_DECREF(owner)
  return true
}

/** STORE_ATTR_INSTANCE_VALUE and _SLOT: owner at sp - 8, value at sp - 16, both consumed; false: the guard fails. */
export function store_attr_special(opcode: number, sp: number, pc: number): boolean {
  const owner = i32[(sp - 8) >> 2] as Ref
  if (!versionMatches(owner, pc)) return false
  const index = u16[(pc + 6) >> 1]
  if (opcode === Op.STORE_ATTR_SLOT) {
    const slot = (owner + index) >> 2
    const old = i32[slot] as Ref
    i32[slot] = i32[(sp - 16) >> 2]
    i32[slot + 1] = 0
    if (old !== 0) Py_DECREF(old)
  } else {
    const values = i32[(owner - 32) >> 2]
    if (values === 0) return false
    const slot = (values + (index << 3)) >> 2
    const old = i32[slot] as Ref
    i32[slot] = i32[(sp - 16) >> 2]
    i32[slot + 1] = 0
    if (old === 0) _PyDictValues_AddToInsertionOrder(values, index)
    else Py_DECREF(old)
  }
  Py_DECREF(owner)
  return true
}

/** STORE_ATTR: value at sp, owner at sp + 8, both consumed. 0, or -1. */
export function store_attr(name: Ref, sp: number): number {
  const v = ptr(sp)
  const owner = ptr(sp + 8)
  const err = PyObject_SetAttr(owner, name, v)
  Py_DECREF(v)
  Py_DECREF(owner)
  return err
}

/** LOAD_METHOD_WITH_DICT, _CLASS, _MODULE on the object at sp - 8; results at sp - 8 and sp; false: the guard fails. */
export function load_method_special(opcode: number, sp: number, pc: number): boolean {
  const self = i32[(sp - 8) >> 2] as Ref
  if (opcode === Op.LOAD_METHOD_WITH_DICT) {
    const dict = i32[(self - 24) >> 2]
    if (
      !versionMatches(self, pc) ||
      dict === 0 ||
      i32[(i32[(dict + PyDictObject.ma_keys) >> 2] + PyDictKeysObject.dk_version) >> 2] !== read_u32(pc + 8)
    )
      return false
    const meth = read_u32(pc + 12)
    i32[meth >> 2]++
    i32[(sp - 8) >> 2] = meth
    i32[sp >> 2] = self
    return true
  }
  let meth: number
  if (opcode === Op.LOAD_METHOD_MODULE) meth = module_value(self, pc)
  else {
    const isType = (i32[(Py_TYPE(self) + PyTypeObject.tp_flags) >> 2] & TPFLAGS.TYPE_SUBCLASS) !== 0
    meth = isType && i32[(self + PyTypeObject.tp_version_tag) >> 2] === read_u32(pc + 2) ? read_u32(pc + 12) : 0
  }
  if (meth === 0) return false
  i32[meth >> 2]++
  i32[(sp - 8) >> 2] = 0
  i32[sp >> 2] = meth
  Py_DECREF(self)
  return true
}

/** LOAD_METHOD of the object at sp - 8: an unbound method and the object, or NULL and what the attribute is. */
export function load_method(name: Ref, sp: number): boolean {
  const obj = i32[(sp - 8) >> 2] as Ref
  const $meth = _PyObject_GetMethod(obj, name)
  if ($meth === NULL) return false
  if (getMethodUnbound !== 0) {
    i32[(sp - 8) >> 2] = $meth
    i32[sp >> 2] = obj
  } else {
    i32[(sp - 8) >> 2] = 0
    i32[sp >> 2] = $meth
    Py_DECREF(obj)
  }
  return true
}

/** UNPACK_SEQUENCE of the object at sp (consumed) into the slots from sp up. */
export function unpack_sequence(oparg: number, sp: number): boolean {
  const seq = i32[sp >> 2] as Ref
  const type = i32[(seq + PyObject.ob_type) >> 2]
  if ((type === PyTuple_Type || type === PyList_Type) && i32[(seq + 16) >> 2] === oparg) {
    const items = type === PyTuple_Type ? seq + 24 : i32[(seq + PyListObject.ob_item) >> 2]
    for (let i = oparg - 1; i >= 0; i--) {
      const v = i32[(items + i * 8) >> 2]
      i32[v >> 2]++
      i32[sp >> 2] = v
      sp += 8
    }
    Py_DECREF(seq)
    return true
  }
  const ok = unpack_iterable(seq, oparg, -1, sp + (oparg << 3))
  Py_DECREF(seq)
  return ok
}
