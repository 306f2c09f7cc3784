import { ptr } from "../../heap/access.ts"
import { fn } from "../../heap/fntable.ts"
import { PyListObject, PyMappingMethods as MP, PyNumberMethods as NB, PySequenceMethods as SQ, PyTupleObject } from "../../heap/layout.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_DECREF, Py_NewRef, Py_SIZE, Py_XDECREF } from "../../heap/refcount.ts"
import { ID } from "../../heap/statics.ts"
import { PyObject_CallMethodNoArgs, null_error } from "../call.ts"
import { PyDict_Check, PyDict_CheckExact, PyDict_Items, PyDict_Keys, PyDict_Values } from "../dictobject.ts"
import { PyErr_Clear, PyErr_ExceptionMatches, PyErr_Occurred, PyErr_SetString } from "../errors.ts"
import { PyList_AsTuple, PyList_Check, PyList_CheckExact, PyList_New, _PyList_Extend } from "../listobject.ts"
import { PyLong_FromSsize_t } from "../longobject.ts"
import { PyObject_RichCompareBool, typeName } from "../object.ts"
import { _PySlice_FromIndices } from "../sliceobject.ts"
import {
  Py,
  type binaryfunc,
  type lenfunc,
  type objobjargproc,
  type objobjproc,
  type ssizeargfunc,
  type ssizeobjargproc,
} from "../slots.ts"
import { PyExc_TypeError, PyExc_ValueError, Py_NotImplemented } from "../statictypes.ts"
import { PyTuple_CheckExact, PyTuple_New, PyTuple_SET_ITEM, _PyTuple_Resize } from "../tupleobject.ts"
import { PyUnicode_AsJS, PyUnicode_FromString } from "../unicodeobject.ts"
import { PyIter_Next, PyObject_GetIter } from "./iter.ts"
import { binary_iop1, binary_op1 } from "./number.ts"
import { PyObject_DelItem, PyObject_DelItemString, PyObject_GetItem, PyObject_LengthHint, PyObject_SetItem } from "./object.ts"
import { mappingSlot, sequenceSlot, type_error } from "./slotaccess.ts"

// Objects/abstract.c: sequences and mappings.

const id_keys = ID("keys")
const id_items = ID("items")
const id_values = ID("values")

export const PY_ITERSEARCH_COUNT = 1
export const PY_ITERSEARCH_INDEX = 2
export const PY_ITERSEARCH_CONTAINS = 3

export function PySequence_Check(s: Ref): boolean {
  return !PyDict_Check(s) && sequenceSlot(s, SQ.sq_item) !== 0
}
export function PySequence_Size(s: Ref): number {
  if (s === NULL) {
    null_error()
    return -1
  }
  const f = sequenceSlot(s, SQ.sq_length)
  if (f !== 0) return fn<lenfunc>(f)(s)
  type_error(mappingSlot(s, MP.mp_length) !== 0 ? "%.200s is not a sequence" : "object of type '%.200s' has no len()", s)
  return -1
}
export function PySequence_Length(s: Ref): number {
  return PySequence_Size(s)
}

/** A result that is not NotImplemented, else the error. */
function implemented($result: Own, message: string, s: Ref): Own {
  if ($result !== Py_NotImplemented) return $result
  Py_DECREF($result)
  return type_error(message, s)
}
const CONCAT = "'%.200s' object can't be concatenated"
const REPEAT = "'%.200s' object can't be repeated"

export function PySequence_Concat(s: Ref, o: Ref): Own {
  if (s === NULL || o === NULL) return null_error()
  const f = sequenceSlot(s, SQ.sq_concat)
  if (f !== 0) return fn<binaryfunc>(f)(s, o)
  if (PySequence_Check(s) && PySequence_Check(o)) return implemented(binary_op1(s, o, NB.nb_add), CONCAT, s)
  return type_error(CONCAT, s)
}
export function PySequence_InPlaceConcat(s: Ref, o: Ref): Own {
  if (s === NULL || o === NULL) return null_error()
  const f = sequenceSlot(s, SQ.sq_inplace_concat) || sequenceSlot(s, SQ.sq_concat)
  if (f !== 0) return fn<binaryfunc>(f)(s, o)
  if (PySequence_Check(s) && PySequence_Check(o)) return implemented(binary_iop1(s, o, NB.nb_inplace_add, NB.nb_add), CONCAT, s)
  return type_error(CONCAT, s)
}
function repeat(o: Ref, count: number, f: number, inplace: boolean): Own {
  if (f !== 0) return fn<ssizeargfunc>(f)(o, count)
  if (!PySequence_Check(o)) return type_error(REPEAT, o)
  const $n = PyLong_FromSsize_t(count)
  if ($n === NULL) return NULL
  const $result = inplace ? binary_iop1(o, $n, NB.nb_inplace_multiply, NB.nb_multiply) : binary_op1(o, $n, NB.nb_multiply)
  Py_DECREF($n)
  return implemented($result, REPEAT, o)
}
export function PySequence_Repeat(o: Ref, count: number): Own {
  return o === NULL ? null_error() : repeat(o, count, sequenceSlot(o, SQ.sq_repeat), false)
}
export function PySequence_InPlaceRepeat(o: Ref, count: number): Own {
  return o === NULL ? null_error() : repeat(o, count, sequenceSlot(o, SQ.sq_inplace_repeat) || sequenceSlot(o, SQ.sq_repeat), true)
}

// ---- items and slices ----

/** A negative index counted from the end; `indexFailed` tells of an error. */
let indexFailed = false
function fromEnd(s: Ref, i: number): number {
  indexFailed = false
  const f = sequenceSlot(s, SQ.sq_length)
  if (f === 0) return i
  const n = fn<lenfunc>(f)(s)
  indexFailed = n < 0
  return i + n
}
/** s[i]: owned, or NULL with the error set. */
export function PySequence_GetItem(s: Ref, i: number): Own {
  if (s === NULL) return null_error()
  const f = sequenceSlot(s, SQ.sq_item)
  if (f === 0) {
    return type_error(mappingSlot(s, MP.mp_subscript) !== 0 ? "%.200s is not a sequence" : "'%.200s' object does not support indexing", s)
  }
  if (i < 0) {
    i = fromEnd(s, i)
    if (indexFailed) return NULL
  }
  return fn<ssizeargfunc>(f)(s, i)
}
function assignItem(s: Ref, i: number, o: Ref, message: string): number {
  if (s === NULL) {
    null_error()
    return -1
  }
  const f = sequenceSlot(s, SQ.sq_ass_item)
  if (f === 0) {
    type_error(mappingSlot(s, MP.mp_ass_subscript) !== 0 ? "%.200s is not a sequence" : message, s)
    return -1
  }
  if (i < 0) {
    i = fromEnd(s, i)
    if (indexFailed) return -1
  }
  return fn<ssizeobjargproc>(f)(s, i, o)
}
export function PySequence_SetItem(s: Ref, i: number, o: Ref): number {
  return assignItem(s, i, o, "'%.200s' object does not support item assignment")
}
export function PySequence_DelItem(s: Ref, i: number): number {
  return assignItem(s, i, NULL, "'%.200s' object doesn't support item deletion")
}
export function PySequence_GetSlice(s: Ref, i1: number, i2: number): Own {
  if (s === NULL) return null_error()
  const f = mappingSlot(s, MP.mp_subscript)
  if (f === 0) return type_error("'%.200s' object is unsliceable", s)
  const $slice = _PySlice_FromIndices(i1, i2)
  if ($slice === NULL) return NULL
  const $res = fn<binaryfunc>(f)(s, $slice)
  Py_DECREF($slice)
  return $res
}
function assignSlice(s: Ref, i1: number, i2: number, o: Ref, what: string): number {
  if (s === NULL) {
    null_error()
    return -1
  }
  const f = mappingSlot(s, MP.mp_ass_subscript)
  if (f === 0) {
    type_error(`'%.200s' object doesn't support slice ${what}`, s)
    return -1
  }
  const $slice = _PySlice_FromIndices(i1, i2)
  if ($slice === NULL) return -1
  const res = fn<objobjargproc>(f)(s, $slice, o)
  Py_DECREF($slice)
  return res
}
export function PySequence_SetSlice(s: Ref, i1: number, i2: number, o: Ref): number {
  return assignSlice(s, i1, i2, o, "assignment")
}
export function PySequence_DelSlice(s: Ref, i1: number, i2: number): number {
  return assignSlice(s, i1, i2, NULL, "deletion")
}

// ---- tuple, list, fast ----

/** tuple(v) */
export function PySequence_Tuple(v: Ref): Own {
  if (v === NULL) return null_error()
  if (PyTuple_CheckExact(v)) return Py_NewRef(v)
  if (PyList_CheckExact(v)) return PyList_AsTuple(v)
  const $it = PyObject_GetIter(v)
  if ($it === NULL) return NULL
  let n = PyObject_LengthHint(v, 10)
  let $result = n === -1 ? NULL : PyTuple_New(n)
  if ($result === NULL) {
    Py_DECREF($it)
    return NULL
  }
  let j = 0
  for (; ; j++) {
    const $item = PyIter_Next($it)
    if ($item === NULL) {
      if (PyErr_Occurred()) {
        Py_DECREF($result)
        Py_DECREF($it)
        return NULL
      }
      break
    }
    if (j >= n) {
      n += 10
      n += n >> 2
      $result = _PyTuple_Resize($result, n)
      if ($result === NULL) {
        Py_DECREF($item)
        Py_DECREF($it)
        return NULL
      }
    }
    PyTuple_SET_ITEM($result, j, $item)
  }
  if (j < n) $result = _PyTuple_Resize($result, j)
  Py_DECREF($it)
  return $result
}
/** list(v) */
export function PySequence_List(v: Ref): Own {
  if (v === NULL) return null_error()
  const $result = PyList_New(0)
  if ($result === NULL) return NULL
  const $none = _PyList_Extend($result, v)
  if ($none === NULL) {
    Py_DECREF($result)
    return NULL
  }
  Py_DECREF($none)
  return $result
}
/** A list or tuple with the items of v (v itself if it is one); TypeError `message` when not iterable. */
export function PySequence_Fast(v: Ref, message: string): Own {
  if (v === NULL) return null_error()
  if (PyList_CheckExact(v) || PyTuple_CheckExact(v)) return Py_NewRef(v)
  const $it = PyObject_GetIter(v)
  if ($it === NULL) {
    if (PyErr_ExceptionMatches(PyExc_TypeError)) PyErr_SetString(PyExc_TypeError, message)
    return NULL
  }
  const $list = PySequence_List($it)
  Py_DECREF($it)
  return $list
}
export function PySequence_Fast_GET_SIZE(o: Ref): number {
  return Py_SIZE(o)
}
/** Address of the items of a PySequence_Fast. */
export function PySequence_Fast_ITEMS(o: Ref): number {
  return PyList_Check(o) ? ptr(o + PyListObject.ob_item) : o + PyTupleObject.ob_item
}
export function PySequence_Fast_GET_ITEM(o: Ref, i: number): Ref {
  return ptr(PySequence_Fast_ITEMS(o) + 8 * i)
}

// ---- search ----

/** Iterate and compare: the count, index or presence (PY_ITERSEARCH_*), -1 with the error set. */
export function _PySequence_IterSearch(seq: Ref, obj: Ref, operation: number): number {
  if (seq === NULL || obj === NULL) {
    null_error()
    return -1
  }
  const $it = PyObject_GetIter(seq)
  if ($it === NULL) {
    if (PyErr_ExceptionMatches(PyExc_TypeError)) type_error("argument of type '%.200s' is not iterable", seq)
    return -1
  }
  let n = 0
  for (;;) {
    const $item = PyIter_Next($it)
    if ($item === NULL) {
      if (PyErr_Occurred()) n = -1
      else if (operation === PY_ITERSEARCH_INDEX) {
        PyErr_SetString(PyExc_ValueError, "sequence.index(x): x not in sequence")
        n = -1
      }
      break
    }
    const cmp = PyObject_RichCompareBool($item, obj, Py.EQ)
    Py_DECREF($item)
    if (cmp < 0) {
      n = -1
      break
    }
    if (cmp > 0) {
      if (operation === PY_ITERSEARCH_CONTAINS) n = 1
      if (operation !== PY_ITERSEARCH_COUNT) break
      n++
    } else if (operation === PY_ITERSEARCH_INDEX) n++
  }
  Py_DECREF($it)
  return n
}
export function PySequence_Count(s: Ref, o: Ref): number {
  return _PySequence_IterSearch(s, o, PY_ITERSEARCH_COUNT)
}
/** ob in seq: 1, 0, or -1 with the error set. */
export function PySequence_Contains(seq: Ref, ob: Ref): number {
  const f = sequenceSlot(seq, SQ.sq_contains)
  return f !== 0 ? fn<objobjproc>(f)(seq, ob) : _PySequence_IterSearch(seq, ob, PY_ITERSEARCH_CONTAINS)
}
export function PySequence_In(seq: Ref, ob: Ref): number {
  return PySequence_Contains(seq, ob)
}
export function PySequence_Index(s: Ref, o: Ref): number {
  return _PySequence_IterSearch(s, o, PY_ITERSEARCH_INDEX)
}

// ---- mappings ----

export function PyMapping_Check(o: Ref): boolean {
  return o !== NULL && mappingSlot(o, MP.mp_subscript) !== 0
}
export function PyMapping_Size(o: Ref): number {
  if (o === NULL) {
    null_error()
    return -1
  }
  const f = mappingSlot(o, MP.mp_length)
  if (f !== 0) return fn<lenfunc>(f)(o)
  type_error(sequenceSlot(o, SQ.sq_length) !== 0 ? "%.200s is not a mapping" : "object of type '%.200s' has no len()", o)
  return -1
}
export function PyMapping_Length(o: Ref): number {
  return PyMapping_Size(o)
}
export function PyMapping_GetItemString(o: Ref, key: string): Own {
  const $key = PyUnicode_FromString(key)
  if ($key === NULL) return NULL
  const $r = PyObject_GetItem(o, $key)
  Py_DECREF($key)
  return $r
}
export function PyMapping_SetItemString(o: Ref, key: string, value: Ref): number {
  const $key = PyUnicode_FromString(key)
  if ($key === NULL) return -1
  const r = PyObject_SetItem(o, $key, value)
  Py_DECREF($key)
  return r
}
export function PyMapping_DelItem(o: Ref, key: Ref): number {
  return PyObject_DelItem(o, key)
}
export function PyMapping_DelItemString(o: Ref, key: string): number {
  return PyObject_DelItemString(o, key)
}
function present($v: Own): boolean {
  if ($v === NULL) PyErr_Clear()
  Py_XDECREF($v)
  return $v !== NULL
}
export function PyMapping_HasKeyString(o: Ref, key: string): boolean {
  return present(PyMapping_GetItemString(o, key))
}
export function PyMapping_HasKey(o: Ref, key: Ref): boolean {
  return present(PyObject_GetItem(o, key))
}
function method_output_as_list(o: Ref, meth: Ref): Own {
  const $output = PyObject_CallMethodNoArgs(o, meth)
  if ($output === NULL || PyList_CheckExact($output)) return $output
  const $it = PyObject_GetIter($output)
  if ($it === NULL) {
    if (PyErr_ExceptionMatches(PyExc_TypeError)) {
      const got = typeName($output).slice(0, 200)
      PyErr_SetString(PyExc_TypeError, `${typeName(o).slice(0, 200)}.${PyUnicode_AsJS(meth)}() returned a non-iterable (type ${got})`)
    }
    Py_DECREF($output)
    return NULL
  }
  Py_DECREF($output)
  const $result = PySequence_List($it)
  Py_DECREF($it)
  return $result
}
export function PyMapping_Keys(o: Ref): Own {
  if (o === NULL) return null_error()
  return PyDict_CheckExact(o) ? PyDict_Keys(o) : method_output_as_list(o, id_keys)
}
export function PyMapping_Items(o: Ref): Own {
  if (o === NULL) return null_error()
  return PyDict_CheckExact(o) ? PyDict_Items(o) : method_output_as_list(o, id_items)
}
export function PyMapping_Values(o: Ref): Own {
  if (o === NULL) return null_error()
  return PyDict_CheckExact(o) ? PyDict_Values(o) : method_output_as_list(o, id_values)
}
