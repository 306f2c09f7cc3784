import { int32, memcpy, ptr, setptr, setssize } from "../heap/access.ts"
import { cstackMark, cstackReset } from "../heap/cstack.ts"
import { fn } from "../heap/fntable.ts"
import { Py_buffer, PyBytesObject, PyTypeObject, PyVarObject } from "../heap/layout.ts"
import { PyMem_Free, PyMem_Malloc, PyMem_Realloc } from "../heap/obmalloc.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { Py_DECREF, Py_INCREF, Py_NewRef, Py_SET_SIZE, Py_SIZE, Py_TYPE } from "../heap/refcount.ts"
import { cstr, ID } from "../heap/statics.ts"
import { i32, u8 } from "../heap/views.ts"
import { _PyObject_GC_New, PyObject_GC_Del, PyObject_GC_Track, PyObject_GC_UnTrack } from "../gc/gcmodule.ts"
import {
  _PyIndex_Check,
  PyBuffer_Release,
  PyIter_Next,
  PyNumber_AsSsize_t,
  PyObject_GetIter,
  PySequence_GetItem,
} from "../objects/abstract.ts"
import { argBuffer, argInt, argOk, argSsize, bufOf, lenOf } from "../objects/bytes_methods.ts"
import { PyByteArray_Check } from "../objects/bytearrayobject.ts"
import { _PyBytes_Repeat, PyBytes_Check, PyBytes_FromStringAndSize, PyBytes_GET_SIZE } from "../objects/bytesobject.ts"
import { PyObject_CallMethodOneArg } from "../objects/call.ts"
import { defineModule, definePrivateType } from "../objects/define.ts"
import { PyErr_BadArgument, PyErr_NoMemory, PyErr_Occurred, PyErr_SetString } from "../objects/errors.ts"
import { PyFloat_FromDouble, PyFloat_Unpack4, PyFloat_Unpack8 } from "../objects/floatobject.ts"
import { richcompareNumbers, tp_free } from "../objects/freelists.ts"
import { _PyArg_BadArgument, _PyArg_CheckPositional, _PyArg_NoKeywords, argGiven, PyArg_ParseTuple } from "../objects/getargs.ts"
import { PyList_Check, PyList_GET_ITEM, PyList_GET_SIZE, PyList_New, PyList_SET_ITEM } from "../objects/listobject.ts"
import {
  _PyLong_FromByteArray,
  notImplemented,
  PyLong_AsLong,
  PyLong_AsSsize_t,
  PyLong_Check,
  PyLong_FromLong,
  PyLong_FromVoidPtr,
} from "../objects/longobject.ts"
import { PyModule_AddObject, PyModule_AddObjectRef } from "../objects/moduleobject.ts"
import {
  _PyObject_LookupAttr,
  _PyObject_SIZE,
  PyObject_GenericGetAttr,
  PyObject_GetAttr,
  PyObject_GetAttrString,
  PyObject_RichCompare,
  PyObject_RichCompareBool,
  PyObject_SelfIter,
  reprJS,
  tp_name_js,
  typeName,
} from "../objects/object.ts"
import {
  _PyEval_SliceIndex,
  PySlice_AdjustIndices,
  PySlice_Check,
  PySlice_Unpack,
  sliceIndex,
  sliceStart,
  sliceStep,
  sliceStop,
} from "../objects/sliceobject.ts"
import { type allocfunc, METH, Py, READONLY, T, TPFLAGS, type visitproc } from "../objects/slots.ts"
import {
  Py_False,
  Py_None,
  Py_True,
  PyExc_BufferError,
  PyExc_EOFError,
  PyExc_IndexError,
  PyExc_RuntimeError,
  PyExc_TypeError,
  PyExc_ValueError,
} from "../objects/statictypes.ts"
import { buildTuple, PyTuple_Check, PyTuple_New } from "../objects/tupleobject.ts"
import { PyType_Check, PyType_GenericAlloc, PyType_IsSubtype } from "../objects/typeobject.ts"
import {
  PyUnicode_AsJS,
  PyUnicode_Check,
  PyUnicode_DecodeUTF16,
  PyUnicode_DecodeUTF32,
  PyUnicode_FromKindAndData,
  PyUnicode_FromString,
  PyUnicode_GET_LENGTH,
  PyUnicode_READ_CHAR,
} from "../objects/unicodeobject.ts"
import { upcalls } from "../objects/upcalls.ts"
import { PyObject_ClearWeakRefs } from "../objects/weakrefobject.ts"
import { arrayobject, compareItems, descr, descrOf, getitem, itemsizeOf, setitem, TYPECODES, typecodeOf } from "./array/items.ts"

// Modules/arraymodule.c

const id_read = ID("read")
const id_write = ID("write")
const id_register = ID("register")
const id_reconstructor = ID("_array_reconstructor")
const id_dict = ID("__dict__")
const id_iter = ID("iter")

function array_Check(op: Ref): boolean {
  const type = Py_TYPE(op)
  return type === Array_Type || PyType_IsSubtype(type, Array_Type)
}
function none(): Own {
  return Py_NewRef(Py_None)
}
function itemsAt(self: Ref): number {
  return ptr(self + arrayobject.ob_item)
}
function exported(self: Ref): boolean {
  return i32[(self + arrayobject.ob_exports) >> 2] > 0
}
function exportError(): number {
  PyErr_SetString(PyExc_BufferError, "cannot resize an array that is exporting buffers")
  return -1
}

/** 0, or -1 with the error set. Grows by a sixteenth and a little more. */
function array_resize(self: Ref, size: number): number {
  const old = Py_SIZE(self)
  if (exported(self) && size !== old) return exportError()
  const items = itemsAt(self)
  if (i32[(self + arrayobject.allocated) >> 2] >= size && old < size + 16 && items !== 0) {
    Py_SET_SIZE(self, size)
    return 0
  }
  if (size === 0) {
    PyMem_Free(items)
    setptr(self + arrayobject.ob_item, 0)
    Py_SET_SIZE(self, 0)
    setssize(self + arrayobject.allocated, 0)
    return 0
  }
  const room = (size >> 4) + (old < 8 ? 3 : 7) + size
  const data = room * itemsizeOf(self) > 0x7fffffff ? 0 : PyMem_Realloc(items, room * itemsizeOf(self))
  if (data === 0) {
    PyErr_NoMemory()
    return -1
  }
  setptr(self + arrayobject.ob_item, data)
  Py_SET_SIZE(self, size)
  setssize(self + arrayobject.allocated, room)
  return 0
}

function newarrayobject(type: Ref, size: number, d: number): Own {
  const $op = fn<allocfunc>(ptr(type + PyTypeObject.tp_alloc))(type, 0)
  if ($op === NULL) return NULL
  setptr($op + arrayobject.ob_descr, d)
  setssize($op + arrayobject.allocated, size)
  setptr($op + arrayobject.weakreflist, 0)
  Py_SET_SIZE($op, size)
  let items = 0
  const bytes = size * int32(d + descr.itemsize)
  if (size > 0) {
    items = bytes > 0x7fffffff ? 0 : PyMem_Malloc(bytes)
    if (items === 0) {
      Py_DECREF($op)
      return PyErr_NoMemory()
    }
  }
  setptr($op + arrayobject.ob_item, items)
  setssize($op + arrayobject.ob_exports, 0)
  return $op
}
/** A new array of self's kind with `size` items from item `start`. */
function copyOf(self: Ref, start: number, size: number): Own {
  const $np = newarrayobject(Array_Type, size, ptr(self + arrayobject.ob_descr))
  const n = itemsizeOf(self)
  if ($np !== NULL && size > 0) memcpy(itemsAt($np), itemsAt(self) + start * n, size * n)
  return $np
}

function ins1(self: Ref, where: number, v: Ref): number {
  const n = Py_SIZE(self)
  if (setitem(self, -1, v) < 0) return -1
  if (array_resize(self, n + 1) === -1) return -1
  if (where < 0) {
    where += n
    if (where < 0) where = 0
  }
  if (where > n) where = n
  const size = itemsizeOf(self)
  const items = itemsAt(self)
  if (where !== n) memcpy(items + (where + 1) * size, items + where * size, (n - where) * size)
  return setitem(self, where, v)
}

function array_dealloc(self: Ref): void {
  PyObject_GC_UnTrack(self)
  if (ptr(self + arrayobject.weakreflist) !== 0) PyObject_ClearWeakRefs(self)
  if (itemsAt(self) !== 0) PyMem_Free(itemsAt(self))
  tp_free(self)
}
function array_traverse(): number {
  return 0
}

function array_richcompare(v: Ref, w: Ref, op: number): Own {
  if (!array_Check(v) || !array_Check(w)) return notImplemented()
  const nv = Py_SIZE(v)
  const nw = Py_SIZE(w)
  if (nv !== nw && (op === Py.EQ || op === Py.NE)) return Py_NewRef(op === Py.NE ? Py_True : Py_False)
  const c = typecodeOf(v)
  if (c === typecodeOf(w) && c !== "f" && c !== "d") {
    const r = compareItems(v, w, Math.min(nv, nw))
    return r !== 0 ? richcompareNumbers(r, 0, op) : richcompareNumbers(nv, nw, op)
  }
  for (let i = 0; i < Py_SIZE(v) && i < Py_SIZE(w); i++) {
    const $a = getitem(v, i)
    if ($a === NULL) return NULL
    const $b = getitem(w, i)
    if ($b === NULL) {
      Py_DECREF($a)
      return NULL
    }
    const k = PyObject_RichCompareBool($a, $b, Py.EQ)
    let $r: Own = NULL
    if (k === 0) {
      if (op === Py.EQ) $r = Py_NewRef(Py_False)
      else if (op === Py.NE) $r = Py_NewRef(Py_True)
      else $r = PyObject_RichCompare($a, $b, op)
    }
    Py_DECREF($a)
    Py_DECREF($b)
    if (k <= 0) return $r
  }
  return richcompareNumbers(Py_SIZE(v), Py_SIZE(w), op)
}

function array_length(self: Ref): number {
  return Py_SIZE(self)
}
function array_item(self: Ref, i: number): Own {
  if (i < 0 || i >= Py_SIZE(self)) return PyErr_SetString(PyExc_IndexError, "array index out of range")
  return getitem(self, i)
}
function array_copy(self: Ref): Own {
  return copyOf(self, 0, Py_SIZE(self))
}
function array_deepcopy(self: Ref, _memo: Ref): Own {
  return copyOf(self, 0, Py_SIZE(self))
}

function array_concat(a: Ref, b: Ref): Own {
  if (!array_Check(b)) {
    return PyErr_SetString(PyExc_TypeError, `can only append array (not "${typeName(b).slice(0, 200)}") to array`)
  }
  if (ptr(a + arrayobject.ob_descr) !== ptr(b + arrayobject.ob_descr)) {
    PyErr_BadArgument()
    return NULL
  }
  const na = Py_SIZE(a)
  const nb = Py_SIZE(b)
  const $np = newarrayobject(Array_Type, na + nb, ptr(a + arrayobject.ob_descr))
  if ($np === NULL) return NULL
  const size = itemsizeOf(a)
  if (na > 0) memcpy(itemsAt($np), itemsAt(a), na * size)
  if (nb > 0) memcpy(itemsAt($np) + na * size, itemsAt(b), nb * size)
  return $np
}
function array_repeat(a: Ref, n: number): Own {
  if (n < 0) n = 0
  const len = Py_SIZE(a)
  const $np = newarrayobject(Array_Type, len * n, ptr(a + arrayobject.ob_descr))
  if ($np === NULL || len * n === 0) return $np
  const bytes = len * itemsizeOf(a)
  _PyBytes_Repeat(itemsAt($np), bytes * n, itemsAt(a), bytes)
  return $np
}

function array_del_slice(a: Ref, low: number, high: number): number {
  const n = Py_SIZE(a)
  const d = high - low
  if (d !== 0 && exported(a)) return exportError()
  if (d > 0) {
    const size = itemsizeOf(a)
    const items = itemsAt(a)
    memcpy(items + low * size, items + high * size, (n - high) * size)
    return array_resize(a, n - d)
  }
  return 0
}
function array_ass_item(a: Ref, i: number, v: Ref): number {
  if (i < 0 || i >= Py_SIZE(a)) {
    PyErr_SetString(PyExc_IndexError, "array assignment index out of range")
    return -1
  }
  return v === NULL ? array_del_slice(a, i, i + 1) : setitem(a, i, v)
}

function iter_extend(self: Ref, iterable: Ref): number {
  const $it = PyObject_GetIter(iterable)
  if ($it === NULL) return -1
  for (;;) {
    const $v = PyIter_Next($it)
    if ($v === NULL) break
    const r = ins1(self, Py_SIZE(self), $v)
    Py_DECREF($v)
    if (r !== 0) {
      Py_DECREF($it)
      return -1
    }
  }
  Py_DECREF($it)
  return PyErr_Occurred() ? -1 : 0
}
function do_extend(self: Ref, bb: Ref): number {
  if (!array_Check(bb)) return iter_extend(self, bb)
  if (ptr(self + arrayobject.ob_descr) !== ptr(bb + arrayobject.ob_descr)) {
    PyErr_SetString(PyExc_TypeError, "can only extend with array of same kind")
    return -1
  }
  const old = Py_SIZE(self)
  const n = Py_SIZE(bb)
  if (array_resize(self, old + n) === -1) return -1
  const size = itemsizeOf(self)
  if (n > 0) memcpy(itemsAt(self) + old * size, itemsAt(bb), n * size)
  return 0
}
function array_inplace_concat(self: Ref, bb: Ref): Own {
  if (!array_Check(bb)) {
    return PyErr_SetString(PyExc_TypeError, `can only extend array with array (not "${typeName(bb).slice(0, 200)}")`)
  }
  return do_extend(self, bb) === -1 ? NULL : Py_NewRef(self)
}
function array_inplace_repeat(self: Ref, n: number): Own {
  const len = Py_SIZE(self)
  if (len > 0 && n !== 1) {
    if (n < 0) n = 0
    const bytes = len * itemsizeOf(self)
    if (array_resize(self, n * len) === -1) return NULL
    if (n > 0) _PyBytes_Repeat(itemsAt(self), n * bytes, itemsAt(self), bytes)
  }
  return Py_NewRef(self)
}

/** Is item i equal to v? 1, 0, -1. */
function itemEqual(self: Ref, i: number, v: Ref): number {
  const $item = getitem(self, i)
  if ($item === NULL) return -1
  const r = PyObject_RichCompareBool($item, v, Py.EQ)
  Py_DECREF($item)
  return r
}
function array_count(self: Ref, v: Ref): Own {
  let count = 0
  for (let i = 0; i < Py_SIZE(self); i++) {
    const r = itemEqual(self, i, v)
    if (r < 0) return NULL
    count += r
  }
  return PyLong_FromLong(count)
}
function array_index(self: Ref, args: number, nargs: number): Own {
  if (!_PyArg_CheckPositional("index", nargs, 1, 3)) return NULL
  let start = 0
  let stop = 0x7fffffff
  if (nargs > 1) {
    if (!_PyEval_SliceIndex(ptr(args + 8), 0)) return NULL
    start = sliceIndex
  }
  if (nargs > 2) {
    if (!_PyEval_SliceIndex(ptr(args + 16), 0)) return NULL
    stop = sliceIndex
  }
  if (start < 0) {
    start += Py_SIZE(self)
    if (start < 0) start = 0
  }
  if (stop < 0) stop += Py_SIZE(self)
  for (let i = start; i < stop && i < Py_SIZE(self); i++) {
    const r = itemEqual(self, i, ptr(args))
    if (r < 0) return NULL
    if (r > 0) return PyLong_FromLong(i)
  }
  return PyErr_SetString(PyExc_ValueError, "array.index(x): x not in array")
}
function array_contains(self: Ref, v: Ref): number {
  let r = 0
  for (let i = 0; r === 0 && i < Py_SIZE(self); i++) r = itemEqual(self, i, v)
  return r
}
function array_remove(self: Ref, v: Ref): Own {
  for (let i = 0; i < Py_SIZE(self); i++) {
    const r = itemEqual(self, i, v)
    if (r < 0) return NULL
    if (r > 0) return array_del_slice(self, i, i + 1) !== 0 ? NULL : none()
  }
  return PyErr_SetString(PyExc_ValueError, "array.remove(x): x not in array")
}
function array_pop(self: Ref, args: number, nargs: number): Own {
  if (!_PyArg_CheckPositional("pop", nargs, 0, 1)) return NULL
  let i = -1
  if (nargs > 0) {
    i = argSsize(ptr(args))
    if (!argOk) return NULL
  }
  const n = Py_SIZE(self)
  if (n === 0) return PyErr_SetString(PyExc_IndexError, "pop from empty array")
  if (i < 0) i += n
  if (i < 0 || i >= n) return PyErr_SetString(PyExc_IndexError, "pop index out of range")
  const $v = getitem(self, i)
  if ($v === NULL) return NULL
  if (array_del_slice(self, i, i + 1) !== 0) {
    Py_DECREF($v)
    return NULL
  }
  return $v
}
function array_extend(self: Ref, bb: Ref): Own {
  return do_extend(self, bb) === -1 ? NULL : none()
}
function array_insert(self: Ref, args: number, nargs: number): Own {
  if (!_PyArg_CheckPositional("insert", nargs, 2, 2)) return NULL
  const i = argSsize(ptr(args))
  if (!argOk) return NULL
  return ins1(self, i, ptr(args + 8)) !== 0 ? NULL : none()
}
function array_append(self: Ref, v: Ref): Own {
  return ins1(self, Py_SIZE(self), v) !== 0 ? NULL : none()
}
function array_buffer_info(self: Ref): Own {
  return buildTuple(PyLong_FromVoidPtr(itemsAt(self)), PyLong_FromLong(Py_SIZE(self)))
}
function array_byteswap(self: Ref): Own {
  const size = itemsizeOf(self)
  let p = itemsAt(self)
  for (let i = 0; i < Py_SIZE(self); i++, p += size) {
    for (let a = 0, b = size - 1; a < b; a++, b--) {
      const t = u8[p + a]
      u8[p + a] = u8[p + b]
      u8[p + b] = t
    }
  }
  return none()
}
function array_reverse(self: Ref): Own {
  const size = itemsizeOf(self)
  const at = itemsAt(self)
  for (let i = 0, j = Py_SIZE(self) - 1; i < j; i++, j--) {
    for (let k = 0; k < size; k++) {
      const t = u8[at + i * size + k]
      u8[at + i * size + k] = u8[at + j * size + k]
      u8[at + j * size + k] = t
    }
  }
  return none()
}

function array_fromfile(self: Ref, args: number, nargs: number): Own {
  if (!_PyArg_CheckPositional("fromfile", nargs, 2, 2)) return NULL
  const f = ptr(args)
  const n = argSsize(ptr(args + 8))
  if (!argOk) return NULL
  if (n < 0) return PyErr_SetString(PyExc_ValueError, "negative count")
  const bytes = n * itemsizeOf(self)
  if (bytes > 9223372036854775807) return PyErr_NoMemory()
  const $n = PyLong_FromLong(bytes)
  if ($n === NULL) return NULL
  const $b = PyObject_CallMethodOneArg(f, id_read, $n)
  Py_DECREF($n)
  if ($b === NULL) return NULL
  if (!PyBytes_Check($b)) {
    PyErr_SetString(PyExc_TypeError, "read() didn't return bytes")
    Py_DECREF($b)
    return NULL
  }
  const short = PyBytes_GET_SIZE($b) !== bytes
  const $r = array_frombytes(self, $b)
  Py_DECREF($b)
  if ($r === NULL || !short) return $r
  Py_DECREF($r)
  return PyErr_SetString(PyExc_EOFError, "read() didn't return enough bytes")
}
function array_tofile(self: Ref, f: Ref): Own {
  const n = Py_SIZE(self) * itemsizeOf(self)
  for (let at = 0; at < n; at += 65536) {
    const $b = PyBytes_FromStringAndSize(itemsAt(self) + at, Math.min(65536, n - at))
    if ($b === NULL) return NULL
    const $r = PyObject_CallMethodOneArg(f, id_write, $b)
    Py_DECREF($b)
    if ($r === NULL) return NULL
    Py_DECREF($r)
  }
  return none()
}
function array_fromlist(self: Ref, list: Ref): Own {
  if (!PyList_Check(list)) return PyErr_SetString(PyExc_TypeError, "arg must be list")
  const n = PyList_GET_SIZE(list)
  if (n > 0) {
    const old = Py_SIZE(self)
    if (array_resize(self, old + n) === -1) return NULL
    for (let i = 0; i < n; i++) {
      if (setitem(self, Py_SIZE(self) - n + i, PyList_GET_ITEM(list, i)) !== 0) {
        array_resize(self, old)
        return NULL
      }
      if (n !== PyList_GET_SIZE(list)) {
        PyErr_SetString(PyExc_RuntimeError, "list changed size during iteration")
        array_resize(self, old)
        return NULL
      }
    }
  }
  return none()
}
function array_tolist(self: Ref): Own {
  const $list = PyList_New(Py_SIZE(self))
  if ($list === NULL) return NULL
  for (let i = 0; i < Py_SIZE(self); i++) {
    const $v = getitem(self, i)
    if ($v === NULL) {
      Py_DECREF($list)
      return NULL
    }
    PyList_SET_ITEM($list, i, $v)
  }
  return $list
}

function array_frombytes(self: Ref, arg: Ref): Own {
  const mark = cstackMark()
  const view = argBuffer(arg, "frombytes", "argument")
  let $r: Own = NULL
  if (view !== 0) {
    $r = frombytes(self, view)
    PyBuffer_Release(view)
  }
  cstackReset(mark)
  return $r
}
function frombytes(self: Ref, view: number): Own {
  if (int32(view + Py_buffer.itemsize) !== 1) return PyErr_SetString(PyExc_TypeError, "a bytes-like object is required")
  const size = itemsizeOf(self)
  if (lenOf(view) % size !== 0) return PyErr_SetString(PyExc_ValueError, "bytes length not a multiple of item size")
  const n = lenOf(view) / size
  if (n > 0) {
    const old = Py_SIZE(self)
    if (array_resize(self, old + n) === -1) return NULL
    memcpy(itemsAt(self) + old * size, bufOf(view), n * size)
  }
  return none()
}
function array_tobytes(self: Ref): Own {
  const n = Py_SIZE(self) * itemsizeOf(self)
  return PyBytes_FromStringAndSize(n === 0 ? 0 : itemsAt(self), n)
}

/** Put the characters of a str behind the first `old` items. */
function putText(self: Ref, old: number, text: Ref): void {
  const w = itemsAt(self) >> 2
  for (let i = 0; i < PyUnicode_GET_LENGTH(text); i++) i32[w + old + i] = PyUnicode_READ_CHAR(text, i)
}
function array_fromunicode(self: Ref, ustr: Ref): Own {
  if (!PyUnicode_Check(ustr)) {
    _PyArg_BadArgument("fromunicode", "argument", "str", ustr)
    return NULL
  }
  if (typecodeOf(self) !== "u") return PyErr_SetString(PyExc_ValueError, "fromunicode() may only be called on unicode type arrays")
  const n = PyUnicode_GET_LENGTH(ustr)
  if (n > 0) {
    const old = Py_SIZE(self)
    if (array_resize(self, old + n) === -1) return NULL
    putText(self, old, ustr)
  }
  return none()
}
function array_tounicode(self: Ref): Own {
  if (typecodeOf(self) !== "u") return PyErr_SetString(PyExc_ValueError, "tounicode() may only be called on unicode type arrays")
  const n = Py_SIZE(self)
  for (let i = 0; i < n; i++) {
    const c = i32[(itemsAt(self) >> 2) + i] >>> 0
    if (c > 0x10ffff) return PyErr_SetString(PyExc_ValueError, `character U+${c.toString(16)} is not in range [U+0000; U+10ffff]`)
  }
  return PyUnicode_FromKindAndData(4, itemsAt(self), n)
}
function array_sizeof(self: Ref): Own {
  return PyLong_FromLong(_PyObject_SIZE(Py_TYPE(self)) + i32[(self + arrayobject.allocated) >> 2] * itemsizeOf(self))
}

/** Machine format codes of pickles: sizes, signs and byte orders; 14–17 IEEE floats, 18–21 UTF-16 and UTF-32. */
const FORMAT_SIZE = [1, 1, 2, 2, 2, 2, 4, 4, 4, 4, 8, 8, 8, 8, 4, 4, 8, 8, 4, 4, 8, 8]
function mformatCode(typecode: string): number {
  switch (typecode) {
    case "b":
      return 1
    case "B":
      return 0
    case "u":
      return 20
    case "f":
      return 14
    case "d":
      return 16
  }
  const size = int32(descrOf(typecode) + descr.itemsize)
  return (size === 2 ? 2 : size === 4 ? 6 : 10) + (typecode >= "a" ? 2 : 0)
}

function makeArray(type: Ref, typecode: string, items: Ref): Own {
  const $args = buildTuple(PyUnicode_FromString(typecode), Py_NewRef(items))
  if ($args === NULL) return NULL
  const $a = array_new(type, $args, NULL)
  Py_DECREF($args)
  return $a
}

/** Rebuild a pickled array that was written on another kind of machine. */
function reconstructor(_m: Ref, args: number, nargs: number): Own {
  if (!_PyArg_CheckPositional("_array_reconstructor", nargs, 4, 4)) return NULL
  const type = ptr(args)
  const code = ptr(args + 8)
  if (!PyUnicode_Check(code) || PyUnicode_GET_LENGTH(code) !== 1) {
    _PyArg_BadArgument("_array_reconstructor", "argument 2", "a unicode character", code)
    return NULL
  }
  let typecode = PyUnicode_AsJS(code)
  const mformat = argInt(ptr(args + 16))
  if (!argOk) return NULL
  const items = ptr(args + 24)
  if (!PyType_Check(type)) {
    return PyErr_SetString(PyExc_TypeError, `first argument must be a type object, not ${typeName(type).slice(0, 200)}`)
  }
  if (!PyType_IsSubtype(type, Array_Type)) {
    return PyErr_SetString(PyExc_TypeError, `${tp_name_js(type).slice(0, 200)} is not a subtype of array.array`)
  }
  if (descrOf(typecode) === 0) return PyErr_SetString(PyExc_ValueError, "second argument must be a valid type code")
  if (mformat < 0 || mformat > 21) return PyErr_SetString(PyExc_ValueError, "third argument must be a valid machine format code.")
  if (!PyBytes_Check(items)) {
    return PyErr_SetString(PyExc_TypeError, `fourth argument should be bytes, not ${typeName(items).slice(0, 200)}`)
  }
  if (mformat === mformatCode(typecode)) return makeArray(type, typecode, items)
  const size = FORMAT_SIZE[mformat]
  const total = PyBytes_GET_SIZE(items)
  if (total % size !== 0) return PyErr_SetString(PyExc_ValueError, "string length not a multiple of item size")
  const data = items + PyBytesObject.ob_sval
  const big = (mformat & 1) === 1
  let $items: Own
  if (mformat >= 20) $items = PyUnicode_DecodeUTF32(data, total, "strict", big ? 1 : -1)
  else if (mformat >= 18) $items = PyUnicode_DecodeUTF16(data, total, "strict", big ? 1 : -1)
  else {
    const n = total / size
    $items = PyList_New(n)
    if ($items === NULL) return NULL
    const signed = mformat === 1 || (mformat >= 2 && (mformat & 2) === 0)
    const le = mformat < 2 || !big
    if (mformat < 14) for (const c of "bBhHiIlLqQ") if (int32(descrOf(c) + descr.itemsize) === size && c >= "a" === signed) typecode = c
    for (let i = 0; i < n; i++) {
      let $v: Own
      if (mformat < 14) $v = _PyLong_FromByteArray(data + i * size, size, le, signed)
      else $v = PyFloat_FromDouble(mformat < 16 ? PyFloat_Unpack4(data + i * 4, le) : PyFloat_Unpack8(data + i * 8, le))
      if ($v === NULL) {
        Py_DECREF($items)
        return NULL
      }
      PyList_SET_ITEM($items, i, $v)
    }
  }
  if ($items === NULL) return NULL
  const $r = makeArray(type, typecode, $items)
  Py_DECREF($items)
  return $r
}

function array_reduce_ex(self: Ref, value: Ref): Own {
  if (!PyLong_Check(value)) return PyErr_SetString(PyExc_TypeError, "__reduce_ex__ argument should be an integer")
  const protocol = PyLong_AsLong(value)
  if (protocol === -1 && PyErr_Occurred()) return NULL
  let $dict = _PyObject_LookupAttr(self, id_dict)
  if ($dict === NULL) {
    if (PyErr_Occurred()) return NULL
    $dict = none()
  }
  const $type = Py_NewRef(Py_TYPE(self))
  const $code = PyUnicode_FromString(typecodeOf(self))
  if (protocol < 3) return buildTuple($type, buildTuple($code, array_tolist(self)), $dict)
  const $module = upcalls.importModule("array")
  const $f = $module === NULL ? NULL : PyObject_GetAttr($module, id_reconstructor)
  if ($module !== NULL) Py_DECREF($module)
  return buildTuple($f, buildTuple($type, $code, PyLong_FromLong(mformatCode(typecodeOf(self))), array_tobytes(self)), $dict)
}

function get_typecode(self: Ref): Own {
  return PyUnicode_FromString(typecodeOf(self))
}
function get_itemsize(self: Ref): Own {
  return PyLong_FromLong(itemsizeOf(self))
}

function array_repr(self: Ref): Own {
  const full = tp_name_js(Py_TYPE(self))
  const name = full.slice(full.lastIndexOf(".") + 1)
  const c = typecodeOf(self)
  if (Py_SIZE(self) === 0) return PyUnicode_FromString(`${name}('${c}')`)
  const $v = c === "u" ? array_tounicode(self) : array_tolist(self)
  if ($v === NULL) return NULL
  const r = reprJS($v)
  Py_DECREF($v)
  return r === null ? NULL : PyUnicode_FromString(`${name}('${c}', ${r})`)
}

function array_subscr(self: Ref, item: Ref): Own {
  if (_PyIndex_Check(item)) {
    let i = PyNumber_AsSsize_t(item, PyExc_IndexError)
    if (i === -1 && PyErr_Occurred()) return NULL
    if (i < 0) i += Py_SIZE(self)
    return array_item(self, i)
  }
  if (!PySlice_Check(item)) return PyErr_SetString(PyExc_TypeError, "array indices must be integers")
  if (PySlice_Unpack(item) < 0) return NULL
  const step = sliceStep
  const n = PySlice_AdjustIndices(Py_SIZE(self), sliceStart, sliceStop, step)
  const start = sliceStart
  if (n <= 0) return newarrayobject(Array_Type, 0, ptr(self + arrayobject.ob_descr))
  if (step === 1) return copyOf(self, start, n)
  const $r = newarrayobject(Array_Type, n, ptr(self + arrayobject.ob_descr))
  if ($r === NULL) return NULL
  const size = itemsizeOf(self)
  for (let i = 0, cur = start; i < n; i++, cur += step) memcpy(itemsAt($r) + i * size, itemsAt(self) + cur * size, size)
  return $r
}

function array_ass_subscr(self: Ref, item: Ref, value: Ref): number {
  let start: number
  let stop: number
  let step: number
  let count: number
  if (_PyIndex_Check(item)) {
    let i = PyNumber_AsSsize_t(item, PyExc_IndexError)
    if (i === -1 && PyErr_Occurred()) return -1
    if (i < 0) i += Py_SIZE(self)
    if (i < 0 || i >= Py_SIZE(self)) {
      PyErr_SetString(PyExc_IndexError, "array assignment index out of range")
      return -1
    }
    if (value !== NULL) return setitem(self, i, value)
    start = i
    stop = i + 1
    step = 1
    count = 1
  } else if (PySlice_Check(item)) {
    if (PySlice_Unpack(item) < 0) return -1
    step = sliceStep
    count = PySlice_AdjustIndices(Py_SIZE(self), sliceStart, sliceStop, step)
    start = sliceStart
    stop = sliceStop
  } else {
    PyErr_SetString(PyExc_TypeError, "array indices must be integers")
    return -1
  }
  let needed = 0
  if (value !== NULL) {
    if (!array_Check(value)) {
      PyErr_SetString(PyExc_TypeError, `can only assign array (not "${typeName(value).slice(0, 200)}") to array slice`)
      return -1
    }
    needed = Py_SIZE(value)
    if (value === self) {
      const $copy = copyOf(self, 0, needed)
      if ($copy === NULL) return -1
      const r = array_ass_subscr(self, item, $copy)
      Py_DECREF($copy)
      return r
    }
    if (ptr(value + arrayobject.ob_descr) !== ptr(self + arrayobject.ob_descr)) {
      PyErr_BadArgument()
      return -1
    }
  }
  const size = itemsizeOf(self)
  const n = Py_SIZE(self)
  if ((step > 0 && stop < start) || (step < 0 && stop > start)) stop = start
  if ((needed === 0 || count !== needed) && exported(self)) return exportError()
  if (step === 1) {
    if (count > needed) {
      memcpy(itemsAt(self) + (start + needed) * size, itemsAt(self) + stop * size, (n - stop) * size)
      if (array_resize(self, n + needed - count) < 0) return -1
    } else if (count < needed) {
      if (array_resize(self, n + needed - count) < 0) return -1
      memcpy(itemsAt(self) + (start + needed) * size, itemsAt(self) + stop * size, (Py_SIZE(self) - start - needed) * size)
    }
    if (needed > 0) memcpy(itemsAt(self) + start * size, itemsAt(value), needed * size)
    return 0
  }
  if (needed === 0) {
    if (step < 0) {
      stop = start + 1
      start = stop + step * (count - 1) - 1
      step = -step
    }
    const at = itemsAt(self)
    for (let i = 0, cur = start; i < count; i++, cur += step) {
      const lim = cur + step >= n ? n - cur - 1 : step - 1
      memcpy(at + (cur - i) * size, at + (cur + 1) * size, lim * size)
    }
    const cur = start + count * step
    if (cur < n) memcpy(at + (cur - count) * size, at + cur * size, (n - cur) * size)
    return array_resize(self, n - count)
  }
  if (needed !== count) {
    PyErr_SetString(PyExc_ValueError, `attempt to assign array of size ${needed} to extended slice of size ${count}`)
    return -1
  }
  for (let i = 0, cur = start; i < count; i++, cur += step) memcpy(itemsAt(self) + cur * size, itemsAt(value) + i * size, size)
  return 0
}

const EMPTY = cstr("")

function array_getbuf(self: Ref, view: number, flags: number): number {
  if (view === 0) {
    PyErr_SetString(PyExc_BufferError, "array_buffer_getbuf: view==NULL argument is obsolete")
    return -1
  }
  setptr(view + Py_buffer.buf, itemsAt(self) || EMPTY)
  setptr(view + Py_buffer.obj, Py_NewRef(self))
  const size = itemsizeOf(self)
  setssize(view + Py_buffer.len, Py_SIZE(self) * size)
  i32[(view + Py_buffer.readonly) >> 2] = 0
  i32[(view + Py_buffer.ndim) >> 2] = 1
  setssize(view + Py_buffer.itemsize, size)
  setptr(view + Py_buffer.suboffsets, 0)
  setptr(view + Py_buffer.shape, (flags & 8) === 8 ? self + PyVarObject.ob_size : 0)
  setptr(view + Py_buffer.strides, (flags & 0x18) === 0x18 ? view + Py_buffer.itemsize : 0)
  setptr(view + Py_buffer.internal, 0)
  setptr(view + Py_buffer.format, (flags & 4) === 4 ? ptr(ptr(self + arrayobject.ob_descr) + descr.formats) : 0)
  i32[(self + arrayobject.ob_exports) >> 2]++
  return 0
}
function array_relbuf(self: Ref, _view: number): void {
  i32[(self + arrayobject.ob_exports) >> 2]--
}

function array_new(type: Ref, args: Ref, kwds: Ref): Own {
  if (
    (type === Array_Type || ptr(type + PyTypeObject.tp_init) === ptr(Array_Type + PyTypeObject.tp_init)) &&
    !_PyArg_NoKeywords("array.array", kwds)
  ) {
    return NULL
  }
  const a = PyArg_ParseTuple(args, "C|O:array")
  if (a === 0) return NULL
  const c = String.fromCodePoint(int32(a))
  let initial: Ref = argGiven(1) ? ptr(a + 8) : NULL
  if (initial !== NULL && c !== "u") {
    if (PyUnicode_Check(initial)) {
      return PyErr_SetString(PyExc_TypeError, `cannot use a str to initialize an array with typecode '${c}'`)
    }
    if (array_Check(initial) && typecodeOf(initial) === "u") {
      return PyErr_SetString(PyExc_TypeError, `cannot use a unicode array to initialize an array with typecode '${c}'`)
    }
  }
  let $it: Own = NULL
  if (
    initial !== NULL &&
    !PyList_Check(initial) &&
    !PyByteArray_Check(initial) &&
    !PyBytes_Check(initial) &&
    !PyTuple_Check(initial) &&
    !(c === "u" && PyUnicode_Check(initial)) &&
    !(array_Check(initial) && c === typecodeOf(initial))
  ) {
    $it = PyObject_GetIter(initial)
    if ($it === NULL) return NULL
    initial = NULL
  }
  const d = descrOf(c)
  if (d === 0) {
    if ($it !== NULL) Py_DECREF($it)
    return PyErr_SetString(PyExc_ValueError, "bad typecode (must be b, B, u, h, H, i, I, l, L, q, Q, f or d)")
  }
  const $a = build(type, d, initial, $it)
  if ($it !== NULL) Py_DECREF($it)
  return $a
}

function build(type: Ref, d: number, initial: Ref, it: Ref): Own {
  const isArray = initial !== NULL && array_Check(initial)
  const len = initial !== NULL && (PyList_Check(initial) || PyTuple_Check(initial) || isArray) ? Py_SIZE(initial) : 0
  const $a = newarrayobject(type, len, d)
  if ($a === NULL) return NULL
  let ok = true
  if (len > 0 && !isArray) {
    for (let i = 0; ok && i < len; i++) {
      const $v = PySequence_GetItem(initial, i)
      ok = $v !== NULL && array_ass_item($a, i, $v) === 0
      if ($v !== NULL) Py_DECREF($v)
    }
  } else if (initial !== NULL && (PyByteArray_Check(initial) || PyBytes_Check(initial))) {
    const $r = array_frombytes($a, initial)
    ok = $r !== NULL
    if (ok) Py_DECREF($r)
  } else if (initial !== NULL && PyUnicode_Check(initial)) {
    const n = PyUnicode_GET_LENGTH(initial)
    if (n > 0) {
      const items = PyMem_Malloc((n + 1) * 4)
      if (items === 0) {
        PyErr_NoMemory()
        ok = false
      } else {
        setptr($a + arrayobject.ob_item, items)
        Py_SET_SIZE($a, n)
        setssize($a + arrayobject.allocated, n)
        putText($a, 0, initial)
        i32[(items >> 2) + n] = 0
      }
    }
  } else if (isArray && len > 0) memcpy(itemsAt($a), itemsAt(initial), len * itemsizeOf(initial))
  if (ok && it !== NULL) ok = iter_extend($a, it) === 0
  if (ok) return $a
  Py_DECREF($a)
  return NULL
}

const enum arrayiterobject {
  index = 16,
  ao = 24,
  getitem = 32,
  SIZE = 40,
}
function array_iter(self: Ref): Own {
  const $it = _PyObject_GC_New(ArrayIter_Type)
  if ($it === NULL) return NULL
  Py_INCREF(self)
  setptr($it + arrayiterobject.ao, self)
  setssize($it + arrayiterobject.index, 0)
  setptr($it + arrayiterobject.getitem, 0)
  PyObject_GC_Track($it)
  return $it
}
function arrayiter_next(it: Ref): Own {
  const ao = ptr(it + arrayiterobject.ao)
  if (ao === NULL) return NULL
  const i = i32[(it + arrayiterobject.index) >> 2]
  if (i < Py_SIZE(ao)) {
    i32[(it + arrayiterobject.index) >> 2] = i + 1
    return getitem(ao, i)
  }
  setptr(it + arrayiterobject.ao, 0)
  Py_DECREF(ao)
  return NULL
}
function arrayiter_dealloc(it: Ref): void {
  PyObject_GC_UnTrack(it)
  const ao = ptr(it + arrayiterobject.ao)
  if (ao !== NULL) Py_DECREF(ao)
  PyObject_GC_Del(it)
}
function arrayiter_traverse(it: Ref, visit: visitproc, arg: number): number {
  const ao = ptr(it + arrayiterobject.ao)
  return ao !== NULL ? visit(ao, arg) : 0
}
function arrayiter_reduce(it: Ref): Own {
  const $iter = upcalls.getBuiltin(id_iter)
  if ($iter === NULL) return NULL
  const ao = ptr(it + arrayiterobject.ao)
  if (ao === NULL) return buildTuple($iter, buildTuple(PyTuple_New(0)))
  return buildTuple($iter, buildTuple(Py_NewRef(ao)), PyLong_FromLong(i32[(it + arrayiterobject.index) >> 2]))
}
function arrayiter_setstate(it: Ref, state: Ref): Own {
  let i = PyLong_AsSsize_t(state)
  if (i === -1 && PyErr_Occurred()) return NULL
  const ao = ptr(it + arrayiterobject.ao)
  if (i < 0) i = 0
  else if (ao !== NULL && i > Py_SIZE(ao)) i = Py_SIZE(ao)
  setssize(it + arrayiterobject.index, i)
  return none()
}

const ArrayIter_Type = definePrivateType({
  name: "array.arrayiterator",
  basicsize: arrayiterobject.SIZE,
  flags: TPFLAGS.DEFAULT | TPFLAGS.HAVE_GC | TPFLAGS.DISALLOW_INSTANTIATION | TPFLAGS.IMMUTABLETYPE,
  dealloc: arrayiter_dealloc,
  getattro: PyObject_GenericGetAttr,
  traverse: arrayiter_traverse,
  iter: PyObject_SelfIter,
  iternext: arrayiter_next,
  methods: [
    ["__reduce__", arrayiter_reduce, METH.NOARGS, "($self, /)\n--\n\nReturn state information for pickling."],
    ["__setstate__", arrayiter_setstate, METH.O, "($self, state, /)\n--\n\nSet state information for unpickling."],
  ],
})

const Array_Type = definePrivateType({
  name: "array.array",
  basicsize: arrayobject.SIZE,
  flags: TPFLAGS.DEFAULT | TPFLAGS.BASETYPE | TPFLAGS.IMMUTABLETYPE | TPFLAGS.HAVE_GC | TPFLAGS.SEQUENCE,
  doc: "array(typecode [, initializer]) -> array\n\nA new array of items of one kind, named by the type code: b B signed and unsigned bytes, u characters,\nh H i I l L q Q integers of 2, 4, 8 and 8 bytes, f d floating point numbers.",
  weaklistoffset: arrayobject.weakreflist,
  dealloc: array_dealloc,
  repr: array_repr,
  getattro: PyObject_GenericGetAttr,
  traverse: array_traverse,
  richcompare: array_richcompare,
  iter: array_iter,
  alloc: PyType_GenericAlloc,
  new: array_new,
  sq_length: array_length,
  sq_concat: array_concat,
  sq_repeat: array_repeat,
  sq_item: array_item,
  sq_ass_item: array_ass_item,
  sq_contains: array_contains,
  sq_inplace_concat: array_inplace_concat,
  sq_inplace_repeat: array_inplace_repeat,
  mp_length: array_length,
  mp_subscript: array_subscr,
  mp_ass_subscript: array_ass_subscr,
  bf_getbuffer: array_getbuf,
  bf_releasebuffer: array_relbuf,
  methods: [
    ["append", array_append, METH.O, "($self, v, /)\n--\n\nAppend new value v to the end of the array."],
    [
      "buffer_info",
      array_buffer_info,
      METH.NOARGS,
      "($self, /)\n--\n\nA tuple (address, length) of the memory that holds the items; the length in items.",
    ],
    ["byteswap", array_byteswap, METH.NOARGS, "($self, /)\n--\n\nByteswap all items of the array."],
    ["__copy__", array_copy, METH.NOARGS, "($self, /)\n--\n\nReturn a copy of the array."],
    ["count", array_count, METH.O, "($self, v, /)\n--\n\nReturn number of occurrences of v in the array."],
    ["__deepcopy__", array_deepcopy, METH.O, "($self, unused, /)\n--\n\nReturn a copy of the array."],
    ["extend", array_extend, METH.O, "($self, bb, /)\n--\n\nAppend items to the end of the array."],
    ["fromfile", array_fromfile, METH.FASTCALL, "($self, f, n, /)\n--\n\nRead n items from the file object f and append them."],
    ["fromlist", array_fromlist, METH.O, "($self, list, /)\n--\n\nAppend items to array from list."],
    ["frombytes", array_frombytes, METH.O, "($self, buffer, /)\n--\n\nAppend items from machine values, as fromfile() reads them."],
    ["fromunicode", array_fromunicode, METH.O, "($self, ustr, /)\n--\n\nExtend an array of type 'u' with the characters of a str."],
    [
      "index",
      array_index,
      METH.FASTCALL,
      "($self, v, start=0, stop=sys.maxsize, /)\n--\n\nIndex of the first occurrence of v; ValueError if there is none.",
    ],
    ["insert", array_insert, METH.FASTCALL, "($self, i, v, /)\n--\n\nInsert a new item v into the array before position i."],
    ["pop", array_pop, METH.FASTCALL, "($self, i=-1, /)\n--\n\nReturn the i-th element and delete it from the array."],
    ["__reduce_ex__", array_reduce_ex, METH.O, "($self, value, /)\n--\n\nReturn state information for pickling."],
    ["remove", array_remove, METH.O, "($self, v, /)\n--\n\nRemove the first occurrence of v in the array."],
    ["reverse", array_reverse, METH.NOARGS, "($self, /)\n--\n\nReverse the order of the items in the array."],
    ["tofile", array_tofile, METH.O, "($self, f, /)\n--\n\nWrite all items (as machine values) to the file object f."],
    ["tolist", array_tolist, METH.NOARGS, "($self, /)\n--\n\nConvert array to an ordinary list with the same items."],
    ["tobytes", array_tobytes, METH.NOARGS, "($self, /)\n--\n\nThe items as machine values, in bytes."],
    ["tounicode", array_tounicode, METH.NOARGS, "($self, /)\n--\n\nThe characters of an array of type 'u' as a str."],
    ["__sizeof__", array_sizeof, METH.NOARGS, "($self, /)\n--\n\nSize of the array in memory, in bytes."],
  ],
  members: [["__weaklistoffset__", T.PYSSIZET, arrayobject.weakreflist, READONLY]],
  getset: [
    ["typecode", get_typecode, null, "the typecode character used to create the array"],
    ["itemsize", get_itemsize, null, "the size, in bytes, of one array item"],
  ],
})
function array_exec(m: Ref): number {
  if (PyModule_AddObjectRef(m, "ArrayType", Array_Type) < 0) return -1
  const $abc = upcalls.importModule("collections.abc")
  if ($abc === NULL) return -1
  const $seq = PyObject_GetAttrString($abc, "MutableSequence")
  Py_DECREF($abc)
  if ($seq === NULL) return -1
  const $r = PyObject_CallMethodOneArg($seq, id_register, Array_Type)
  Py_DECREF($seq)
  if ($r === NULL) return -1
  Py_DECREF($r)
  if (PyModule_AddObjectRef(m, "array", Array_Type) < 0) return -1
  return PyModule_AddObject(m, "typecodes", PyUnicode_FromString(TYPECODES))
}

defineModule({
  name: "array",
  doc: "Arrays of basic values: characters, integers, floating point numbers. They are sequences much like lists, but all\ntheir items are of one kind.\n",
  methods: [
    [
      "_array_reconstructor",
      reconstructor,
      METH.FASTCALL,
      "($module, arraytype, typecode, mformat_code, items, /)\n--\n\nInternal. Used for pickling support.",
    ],
  ],
  exec: array_exec,
})
