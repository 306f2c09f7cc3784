import { memcpy, memset, ptr, setptr, setssize } from "../../heap/access.ts"
import { calloca, cstackMark, cstackReset } from "../../heap/cstack.ts"
import { Py_buffer, PyByteArrayObject } from "../../heap/layout.ts"
import { PyObject_Free } from "../../heap/obmalloc.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_DECREF, Py_NewRef, Py_SET_SIZE, Py_SIZE, Py_TYPE } from "../../heap/refcount.ts"
import { ID } from "../../heap/statics.ts"
import { i32, u8 } from "../../heap/views.ts"
import { _PyObject_GC_New, _PyObject_GC_TRACK, _PyObject_GC_UNTRACK, PyObject_GC_Del } from "../../gc/gcmodule.ts"
import {
  _PyIndex_Check,
  PyBuffer_FillInfo,
  PyBuffer_Release,
  PyIter_Next,
  PyNumber_AsSsize_t,
  PyNumber_Check,
  PyObject_CheckBuffer,
  PyObject_GetBuffer,
  PyObject_GetIter,
  PyObject_LengthHint,
  PySequence_Fast_GET_ITEM,
  PySequence_Fast_GET_SIZE,
} from "../abstract.ts"
import { PyBool_FromLong } from "../boolobject.ts"
import {
  bytesReprJS,
  _PyBytes_FormatEx,
  _PyBytes_FromHex,
  _PyBytes_Repeat,
  bytes_decode,
  bytes_hex,
  PyBytes_FromStringAndSize,
  strArg,
  strArgOk,
} from "../bytesobject.ts"
import { argInt, argOk, argSsize, bufOf, lenOf } from "../bytes/access.ts"
import {
  bytes_contains,
  bytes_count,
  bytes_endswith,
  bytes_find,
  bytes_index,
  bytes_rfind,
  bytes_rindex,
  bytes_startswith,
} from "../bytes/find.ts"
import { memchr, memcmp } from "../bytes/search.ts"
import { bytes_join, bytes_partition, bytes_rpartition, bytes_rsplit, bytes_split, bytes_splitlines } from "../bytes/split.ts"
import * as t from "../bytes/transform.ts"
import { PyObject_CallOneArg } from "../call.ts"
import { defineType } from "../define.ts"
import { PyErr_Clear, PyErr_ExceptionMatches, PyErr_Occurred, PyErr_SetString } from "../errors.ts"
import { comparisonWarned, warnedAsBytes } from "../byteswarning.ts"
import { richcompareNumbers, tp_free } from "../freelists.ts"
import { _PyArg_BadArgument, _PyArg_CheckPositional, _PyArg_UnpackKeywordsTuple, argParser } from "../getargs.ts"
import { PyList_CheckExact } from "../listobject.ts"
import { notImplemented, PyLong_AsSsize_t, PyLong_CheckExact, PyLong_FromLong, smallInt } from "../longobject.ts"
import { PyBUF, PyBuffer_ToContiguous } from "../memoryobject.ts"
import { _PyObject_SIZE, PyObject_GenericGetAttr, PyObject_SelfIter, tp_name_js, typeName } from "../object.ts"
import { PySlice_AdjustIndices, PySlice_Check, PySlice_Unpack, sliceStart, sliceStep, sliceStop } from "../sliceobject.ts"
import { METH, Py, TPFLAGS, type visitproc } from "../slots.ts"
import {
  Py_None,
  PyByteArray_Type,
  PyByteArrayIter_Type,
  PyExc_IndexError,
  PyExc_OverflowError,
  PyExc_SystemError,
  PyExc_BufferError,
  PyExc_TypeError,
  PyExc_ValueError,
} from "../statictypes.ts"
import { buildTuple, PyTuple_CheckExact, PyTuple_New } from "../tupleobject.ts"
import { _PyObject_GetState, PyType_GenericAlloc, PyType_GenericNew } from "../typeobject.ts"
import { PyUnicode_AsEncodedString, PyUnicode_Check, PyUnicode_DecodeLatin1, PyUnicode_FromString } from "../unicodeobject.ts"
import { upcalls } from "../upcalls.ts"
import {
  canresize,
  getbytevalue,
  PyByteArray_AS_STRING,
  PyByteArray_Check,
  PyByteArray_FromObject,
  PyByteArray_FromStringAndSize,
  PyByteArray_Resize,
} from "./core.ts"

// Objects/bytearrayobject.c: the type bytearray and its iterator.

const id_iter = ID("iter")

function none(): Own {
  return Py_NewRef(Py_None)
}

function bytearray_getbuffer(self: Ref, view: number, flags: number): number {
  if (view === 0) {
    PyErr_SetString(PyExc_BufferError, "bytearray_getbuffer: view==NULL argument is obsolete")
    return -1
  }
  PyBuffer_FillInfo(view, self, PyByteArray_AS_STRING(self), Py_SIZE(self), 0, flags)
  i32[(self + PyByteArrayObject.ob_exports) >> 2]++
  return 0
}
function bytearray_releasebuffer(self: Ref, _view: number): void {
  i32[(self + PyByteArrayObject.ob_exports) >> 2]--
}

export function PyByteArray_Concat(a: Ref, b: Ref): Own {
  const mark = cstackMark()
  const va = calloca(Py_buffer.SIZE)
  const vb = calloca(Py_buffer.SIZE)
  let $r: Own = NULL
  const gotA = PyObject_GetBuffer(a, va, 0) === 0
  const gotB = gotA && PyObject_GetBuffer(b, vb, 0) === 0
  if (!gotB) PyErr_SetString(PyExc_TypeError, `can't concat ${typeName(b).slice(0, 100)} to ${typeName(a).slice(0, 100)}`)
  else {
    $r = PyByteArray_FromStringAndSize(0, lenOf(va) + lenOf(vb))
    if ($r !== NULL && Py_SIZE($r) > 0) {
      const d = PyByteArray_AS_STRING($r)
      memcpy(d, bufOf(va), lenOf(va))
      memcpy(d + lenOf(va), bufOf(vb), lenOf(vb))
    }
  }
  if (gotA) PyBuffer_Release(va)
  if (gotB) PyBuffer_Release(vb)
  cstackReset(mark)
  return $r
}

function bytearray_length(self: Ref): number {
  return Py_SIZE(self)
}

function bytearray_iconcat(self: Ref, other: Ref): Own {
  const mark = cstackMark()
  const vo = calloca(Py_buffer.SIZE)
  if (PyObject_GetBuffer(other, vo, 0) !== 0) {
    cstackReset(mark)
    return PyErr_SetString(PyExc_TypeError, `can't concat ${typeName(other).slice(0, 100)} to ${typeName(self).slice(0, 100)}`)
  }
  const size = Py_SIZE(self)
  const r = PyByteArray_Resize(self, size + lenOf(vo))
  if (r === 0) memcpy(PyByteArray_AS_STRING(self) + size, bufOf(vo), lenOf(vo))
  PyBuffer_Release(vo)
  cstackReset(mark)
  return r < 0 ? NULL : Py_NewRef(self)
}

function bytearray_repeat(self: Ref, count: number): Own {
  if (count < 0) count = 0
  const n = Py_SIZE(self)
  const size = n * count
  const $r = PyByteArray_FromStringAndSize(0, size > 0x7fffffff ? 0x7ffffffe : size)
  if ($r !== NULL && size !== 0) _PyBytes_Repeat(PyByteArray_AS_STRING($r), size, PyByteArray_AS_STRING(self), n)
  return $r
}
function bytearray_irepeat(self: Ref, count: number): Own {
  if (count < 0) count = 0
  else if (count === 1) return Py_NewRef(self)
  const n = Py_SIZE(self)
  if (PyByteArray_Resize(self, n * count) < 0) return NULL
  const data = PyByteArray_AS_STRING(self)
  if (n > 0) _PyBytes_Repeat(data, n * count, data, n)
  return Py_NewRef(self)
}

function outOfRange(): Own {
  return PyErr_SetString(PyExc_IndexError, "bytearray index out of range")
}
function byteAt(self: Ref, i: number): Own {
  return Py_NewRef(smallInt(u8[PyByteArray_AS_STRING(self) + i]))
}
function bytearray_getitem(self: Ref, i: number): Own {
  return i < 0 || i >= Py_SIZE(self) ? outOfRange() : byteAt(self, i)
}

function badIndex(index: Ref): Own {
  return PyErr_SetString(PyExc_TypeError, `bytearray indices must be integers or slices, not ${typeName(index).slice(0, 200)}`)
}

function bytearray_subscript(self: Ref, index: Ref): Own {
  if (_PyIndex_Check(index)) {
    let i = PyNumber_AsSsize_t(index, PyExc_IndexError)
    if (i === -1 && PyErr_Occurred()) return NULL
    if (i < 0) i += Py_SIZE(self)
    return bytearray_getitem(self, i)
  }
  if (!PySlice_Check(index)) return badIndex(index)
  if (PySlice_Unpack(index) < 0) return NULL
  const step = sliceStep
  const n = PySlice_AdjustIndices(Py_SIZE(self), sliceStart, sliceStop, step)
  if (n <= 0) return PyByteArray_FromStringAndSize(0, 0)
  const start = sliceStart
  if (step === 1) return PyByteArray_FromStringAndSize(PyByteArray_AS_STRING(self) + start, n)
  const $r = PyByteArray_FromStringAndSize(0, n)
  if ($r === NULL) return NULL
  const s = PyByteArray_AS_STRING(self)
  const d = PyByteArray_AS_STRING($r)
  for (let i = 0, cur = start; i < n; i++, cur += step) u8[d + i] = u8[s + cur]
  return $r
}

/** Put n bytes at `data` in the place of [lo, hi). `data` may not be self's. */
function setslice_linear(self: Ref, lo: number, hi: number, data: number, n: number): number {
  const growth = n - (hi - lo)
  let res = 0
  let buf = PyByteArray_AS_STRING(self)
  if (growth < 0) {
    if (!canresize(self)) return -1
    if (lo === 0) i32[(self + PyByteArrayObject.ob_start) >> 2] -= growth
    else memcpy(buf + lo + n, buf + hi, Py_SIZE(self) - hi)
    if (PyByteArray_Resize(self, Py_SIZE(self) + growth) < 0) {
      if (lo === 0) {
        i32[(self + PyByteArrayObject.ob_start) >> 2] += growth
        return -1
      }
      Py_SET_SIZE(self, Py_SIZE(self) + growth)
      res = -1
    }
    buf = PyByteArray_AS_STRING(self)
  } else if (growth > 0) {
    if (PyByteArray_Resize(self, Py_SIZE(self) + growth) < 0) return -1
    buf = PyByteArray_AS_STRING(self)
    memcpy(buf + lo + n, buf + hi, Py_SIZE(self) - lo - n)
  }
  if (n > 0) memcpy(buf + lo, data, n)
  return res
}

/** self[lo:hi] = values; NULL deletes. */
function bytearray_setslice(self: Ref, lo: number, hi: number, values: Ref): number {
  if (values === self) {
    const $copy = PyByteArray_FromStringAndSize(PyByteArray_AS_STRING(values), Py_SIZE(values))
    if ($copy === NULL) return -1
    const r = bytearray_setslice(self, lo, hi, $copy)
    Py_DECREF($copy)
    return r
  }
  const mark = cstackMark()
  let view = 0
  if (values !== NULL) {
    view = calloca(Py_buffer.SIZE)
    if (PyObject_GetBuffer(values, view, 0) !== 0) {
      PyErr_SetString(PyExc_TypeError, `can't set bytearray slice from ${typeName(values).slice(0, 100)}`)
      cstackReset(mark)
      return -1
    }
  }
  if (lo < 0) lo = 0
  if (hi < lo) hi = lo
  if (hi > Py_SIZE(self)) hi = Py_SIZE(self)
  const r = setslice_linear(self, lo, hi, view === 0 ? 0 : bufOf(view), view === 0 ? 0 : lenOf(view))
  if (view !== 0) PyBuffer_Release(view)
  cstackReset(mark)
  return r
}

function bytearray_setitem(self: Ref, i: number, value: Ref): number {
  let v = -1
  if (value !== NULL) {
    v = getbytevalue(value)
    if (v < 0) return -1
  }
  if (i < 0) i += Py_SIZE(self)
  if (i < 0 || i >= Py_SIZE(self)) {
    outOfRange()
    return -1
  }
  if (value === NULL) return bytearray_setslice(self, i, i + 1, NULL)
  u8[PyByteArray_AS_STRING(self) + i] = v
  return 0
}

function bytearray_ass_subscript(self: Ref, index: Ref, values: Ref): number {
  let start: number
  let stop: number
  let step: number
  let count: number
  if (_PyIndex_Check(index)) {
    let i = PyNumber_AsSsize_t(index, PyExc_IndexError)
    if (i === -1 && PyErr_Occurred()) return -1
    let v = -1
    if (values !== NULL) {
      v = getbytevalue(values)
      if (v < 0) return -1
    }
    if (i < 0) i += Py_SIZE(self)
    if (i < 0 || i >= Py_SIZE(self)) {
      outOfRange()
      return -1
    }
    if (values !== NULL) {
      u8[PyByteArray_AS_STRING(self) + i] = v
      return 0
    }
    start = i
    stop = i + 1
    step = 1
    count = 1
  } else if (PySlice_Check(index)) {
    if (PySlice_Unpack(index) < 0) return -1
    step = sliceStep
    count = PySlice_AdjustIndices(Py_SIZE(self), sliceStart, sliceStop, step)
    start = sliceStart
    stop = sliceStop
  } else {
    badIndex(index)
    return -1
  }
  if (values !== NULL && (values === self || !PyByteArray_Check(values))) {
    if (PyNumber_Check(values) || PyUnicode_Check(values)) {
      PyErr_SetString(PyExc_TypeError, "can assign only bytes, buffers, or iterables of ints in range(0, 256)")
      return -1
    }
    const $v = PyByteArray_FromObject(values)
    if ($v === NULL) return -1
    const r = bytearray_ass_subscript(self, index, $v)
    Py_DECREF($v)
    return r
  }
  const data = values === NULL ? 0 : PyByteArray_AS_STRING(values)
  const needed = values === NULL ? 0 : Py_SIZE(values)
  if ((step < 0 && start < stop) || (step > 0 && start > stop)) stop = start
  if (step === 1) return setslice_linear(self, start, stop, data, needed)
  const buf = PyByteArray_AS_STRING(self)
  const size = Py_SIZE(self)
  if (needed === 0) {
    if (!canresize(self)) return -1
    if (count === 0) return 0
    if (step < 0) {
      stop = start + 1
      start = stop + step * (count - 1) - 1
      step = -step
    }
    for (let i = 0, cur = start; i < count; i++, cur += step) {
      const lim = cur + step >= size ? size - cur - 1 : step - 1
      memcpy(buf + cur - i, buf + cur + 1, lim)
    }
    const cur = start + count * step
    if (cur < size) memcpy(buf + cur - count, buf + cur, size - cur)
    return PyByteArray_Resize(self, size - count)
  }
  if (needed !== count) {
    PyErr_SetString(PyExc_ValueError, `attempt to assign bytes of size ${needed} to extended slice of size ${count}`)
    return -1
  }
  for (let i = 0, cur = start; i < count; i++, cur += step) u8[buf + cur] = u8[data + i]
  return 0
}

const initParser = argParser("bytearray", ["source", "encoding", "errors"])

function bytearray___init__(self: Ref, args: Ref, kwargs: Ref): number {
  const a = _PyArg_UnpackKeywordsTuple(args, kwargs, initParser, 0, 3, 0)
  if (a === 0) return -1
  const arg = ptr(a)
  const e = ptr(a + 8)
  const r = ptr(a + 16)
  const encoding = strArg("bytearray", "argument 'encoding'", e)
  if (!strArgOk) return -1
  const errors = strArg("bytearray", "argument 'errors'", r)
  if (!strArgOk) return -1
  if (Py_SIZE(self) !== 0 && PyByteArray_Resize(self, 0) < 0) return -1
  if (arg !== NULL && PyUnicode_Check(arg)) {
    if (encoding === null) {
      PyErr_SetString(PyExc_TypeError, "string argument without an encoding")
      return -1
    }
    const $encoded = PyUnicode_AsEncodedString(arg, encoding, errors)
    if ($encoded === NULL) return -1
    const $new = bytearray_iconcat(self, $encoded)
    Py_DECREF($encoded)
    if ($new === NULL) return -1
    Py_DECREF($new)
    return 0
  }
  if (encoding !== null || errors !== null) {
    PyErr_SetString(PyExc_TypeError, encoding !== null ? "encoding without a string argument" : "errors without a string argument")
    return -1
  }
  return arg === NULL ? 0 : fill(self, arg)
}

function fill(self: Ref, arg: Ref): number {
  if (_PyIndex_Check(arg)) {
    const count = PyNumber_AsSsize_t(arg, PyExc_OverflowError)
    if (count === -1 && PyErr_Occurred()) {
      if (!PyErr_ExceptionMatches(PyExc_TypeError)) return -1
      PyErr_Clear()
    } else {
      if (count < 0) {
        PyErr_SetString(PyExc_ValueError, "negative count")
        return -1
      }
      if (count > 0) {
        if (PyByteArray_Resize(self, count) < 0) return -1
        memset(PyByteArray_AS_STRING(self), 0, count)
      }
      return 0
    }
  }
  if (PyObject_CheckBuffer(arg)) {
    const mark = cstackMark()
    const view = calloca(Py_buffer.SIZE)
    let r = -1
    if (PyObject_GetBuffer(arg, view, PyBUF.FULL_RO) === 0) {
      const n = lenOf(view)
      if (PyByteArray_Resize(self, n) === 0) r = PyBuffer_ToContiguous(PyByteArray_AS_STRING(self), view, n, "C")
      PyBuffer_Release(view)
    }
    cstackReset(mark)
    return r
  }
  if (PyList_CheckExact(arg) || PyTuple_CheckExact(arg)) {
    const n = PySequence_Fast_GET_SIZE(arg)
    if (PyByteArray_Resize(self, n) < 0) return -1
    let i = 0
    for (; i < n; i++) {
      const item = PySequence_Fast_GET_ITEM(arg, i)
      if (!PyLong_CheckExact(item)) break
      const v = getbytevalue(item)
      if (v < 0) return -1
      u8[PyByteArray_AS_STRING(self) + i] = v
    }
    if (i === n) return 0
    if (Py_SIZE(self) !== 0 && PyByteArray_Resize(self, 0) < 0) return -1
  }
  const $it = PyObject_GetIter(arg)
  if ($it === NULL) {
    if (PyErr_ExceptionMatches(PyExc_TypeError)) {
      PyErr_SetString(PyExc_TypeError, `cannot convert '${typeName(arg).slice(0, 200)}' object to bytearray`)
    }
    return -1
  }
  let r = 0
  for (;;) {
    const $item = PyIter_Next($it)
    if ($item === NULL) {
      if (PyErr_Occurred()) r = -1
      break
    }
    const v = getbytevalue($item)
    Py_DECREF($item)
    if (v < 0) {
      r = -1
      break
    }
    const n = Py_SIZE(self)
    if (n + 1 < i32[(self + PyByteArrayObject.ob_alloc) >> 2]) {
      Py_SET_SIZE(self, n + 1)
      u8[PyByteArray_AS_STRING(self) + n + 1] = 0
    } else if (PyByteArray_Resize(self, n + 1) < 0) {
      r = -1
      break
    }
    u8[PyByteArray_AS_STRING(self) + n] = v
  }
  Py_DECREF($it)
  return r
}

function bytearray_repr(self: Ref): Own {
  const data = PyByteArray_AS_STRING(self)
  const n = Py_SIZE(self)
  const name = tp_name_js(Py_TYPE(self))
  let text = bytesReprJS(data, n, true)
  // unlike bytes, both quotes are escaped the old way: a single quote always is
  if (text[1] === '"') text = `b"${text.slice(2, -1).replace(/'/g, "\\'")}"`
  return PyUnicode_FromString(`${name.slice(name.lastIndexOf(".") + 1)}(${text})`)
}

function bytearray_str(self: Ref): Own {
  return warnedAsBytes("str() on a bytearray instance") ? NULL : bytearray_repr(self)
}

function bytearray_richcompare(self: Ref, other: Ref, op: number): Own {
  if (!PyObject_CheckBuffer(self) || !PyObject_CheckBuffer(other))
    return comparisonWarned(self, other, op, "bytearray") ? NULL : notImplemented()
  const mark = cstackMark()
  const va = calloca(Py_buffer.SIZE)
  const vb = calloca(Py_buffer.SIZE)
  if (PyObject_GetBuffer(self, va, 0) !== 0) {
    PyErr_Clear()
    cstackReset(mark)
    return notImplemented()
  }
  if (PyObject_GetBuffer(other, vb, 0) !== 0) {
    PyErr_Clear()
    PyBuffer_Release(va)
    cstackReset(mark)
    return notImplemented()
  }
  const na = lenOf(va)
  const nb = lenOf(vb)
  let cmp = 0
  const shortcut = na !== nb && (op === Py.EQ || op === Py.NE)
  if (!shortcut) cmp = memcmp(bufOf(va), bufOf(vb), Math.min(na, nb))
  PyBuffer_Release(va)
  PyBuffer_Release(vb)
  cstackReset(mark)
  if (shortcut) return PyBool_FromLong(op === Py.NE ? 1 : 0)
  return cmp !== 0 ? richcompareNumbers(cmp, 0, op) : richcompareNumbers(na, nb, op)
}

function bytearray_dealloc(self: Ref): void {
  if (i32[(self + PyByteArrayObject.ob_exports) >> 2] > 0) {
    PyErr_SetString(PyExc_SystemError, "deallocated bytearray object has exported buffers")
    upcalls.printError()
  }
  const bytes = ptr(self + PyByteArrayObject.ob_bytes)
  if (bytes !== 0) PyObject_Free(bytes)
  tp_free(self)
}

function bytearray_clear(self: Ref): Own {
  return PyByteArray_Resize(self, 0) < 0 ? NULL : none()
}
function bytearray_copy(self: Ref): Own {
  return PyByteArray_FromStringAndSize(PyByteArray_AS_STRING(self), Py_SIZE(self))
}
function bytearray_reverse(self: Ref): Own {
  const s = PyByteArray_AS_STRING(self)
  u8.subarray(s, s + Py_SIZE(self)).reverse()
  return none()
}
function bytearray_insert(self: Ref, args: number, nargs: number): Own {
  if (!_PyArg_CheckPositional("insert", nargs, 2, 2)) return NULL
  let index = argSsize(ptr(args))
  if (!argOk) return NULL
  const v = getbytevalue(ptr(args + 8))
  if (v < 0) return NULL
  const n = Py_SIZE(self)
  if (PyByteArray_Resize(self, n + 1) < 0) return NULL
  const buf = PyByteArray_AS_STRING(self)
  if (index < 0) {
    index += n
    if (index < 0) index = 0
  }
  if (index > n) index = n
  memcpy(buf + index + 1, buf + index, n - index)
  u8[buf + index] = v
  return none()
}
function bytearray_append(self: Ref, arg: Ref): Own {
  const v = getbytevalue(arg)
  if (v < 0) return NULL
  const n = Py_SIZE(self)
  if (PyByteArray_Resize(self, n + 1) < 0) return NULL
  u8[PyByteArray_AS_STRING(self) + n] = v
  return none()
}

function bytearray_extend(self: Ref, iterable: Ref): Own {
  if (PyObject_CheckBuffer(iterable)) {
    return bytearray_setslice(self, Py_SIZE(self), Py_SIZE(self), iterable) < 0 ? NULL : none()
  }
  const $it = PyObject_GetIter(iterable)
  if ($it === NULL) {
    if (PyErr_ExceptionMatches(PyExc_TypeError)) {
      PyErr_SetString(PyExc_TypeError, `can't extend bytearray with ${typeName(iterable).slice(0, 100)}`)
    }
    return NULL
  }
  let room = PyObject_LengthHint(iterable, 32)
  const $all = room === -1 ? NULL : PyByteArray_FromStringAndSize(0, room)
  if ($all === NULL) {
    Py_DECREF($it)
    return NULL
  }
  let n = 0
  let ok = true
  for (;;) {
    const $item = PyIter_Next($it)
    if ($item === NULL) break
    const v = getbytevalue($item)
    if (v >= 0) u8[PyByteArray_AS_STRING($all) + n++] = v
    Py_DECREF($item)
    if (v < 0) {
      ok = false
      break
    }
    if (n >= room) {
      room = n + (n >> 1) + 1
      if (PyByteArray_Resize($all, room) < 0) {
        ok = false
        break
      }
    }
  }
  Py_DECREF($it)
  if (ok && PyErr_Occurred()) ok = false
  if (ok) ok = PyByteArray_Resize($all, n) === 0 && bytearray_setslice(self, Py_SIZE(self), Py_SIZE(self), $all) === 0
  Py_DECREF($all)
  return ok ? none() : NULL
}

function bytearray_pop(self: Ref, args: number, nargs: number): Own {
  if (!_PyArg_CheckPositional("pop", nargs, 0, 1)) return NULL
  let index = -1
  if (nargs > 0) {
    index = argSsize(ptr(args))
    if (!argOk) return NULL
  }
  const n = Py_SIZE(self)
  if (n === 0) return PyErr_SetString(PyExc_IndexError, "pop from empty bytearray")
  if (index < 0) index += n
  if (index < 0 || index >= n) return PyErr_SetString(PyExc_IndexError, "pop index out of range")
  if (!canresize(self)) return NULL
  const buf = PyByteArray_AS_STRING(self)
  const v = u8[buf + index]
  memcpy(buf + index, buf + index + 1, n - index)
  if (PyByteArray_Resize(self, n - 1) < 0) return NULL
  return Py_NewRef(smallInt(v))
}

function bytearray_remove(self: Ref, arg: Ref): Own {
  const v = getbytevalue(arg)
  if (v < 0) return NULL
  const n = Py_SIZE(self)
  const buf = PyByteArray_AS_STRING(self)
  const where = memchr(buf, v, n)
  if (where < 0) return PyErr_SetString(PyExc_ValueError, "value not found in bytearray")
  if (!canresize(self)) return NULL
  memcpy(buf + where, buf + where + 1, n - where)
  return PyByteArray_Resize(self, n - 1) < 0 ? NULL : none()
}

function bytearray_fromhex(type: Ref, string: Ref): Own {
  if (!PyUnicode_Check(string)) {
    _PyArg_BadArgument("fromhex", "argument", "str", string)
    return NULL
  }
  const $b = _PyBytes_FromHex(string, type === PyByteArray_Type)
  if (type === PyByteArray_Type || $b === NULL) return $b
  const $r = PyObject_CallOneArg(type, $b)
  Py_DECREF($b)
  return $r
}

function common_reduce(self: Ref, proto: number): Own {
  const $state = _PyObject_GetState(self)
  if ($state === NULL) return NULL
  const $type = Py_NewRef(Py_TYPE(self))
  if (Py_SIZE(self) === 0) return buildTuple($type, PyTuple_New(0), $state)
  const data = PyByteArray_AS_STRING(self)
  if (proto < 3) {
    return buildTuple($type, buildTuple(PyUnicode_DecodeLatin1(data, Py_SIZE(self), null), PyUnicode_FromString("latin-1")), $state)
  }
  return buildTuple($type, buildTuple(PyBytes_FromStringAndSize(data, Py_SIZE(self))), $state)
}
function bytearray_reduce(self: Ref): Own {
  return common_reduce(self, 2)
}
function bytearray_reduce_ex(self: Ref, args: number, nargs: number): Own {
  if (!_PyArg_CheckPositional("__reduce_ex__", nargs, 0, 1)) return NULL
  let proto = 0
  if (nargs > 0) {
    proto = argInt(ptr(args))
    if (!argOk) return NULL
  }
  return common_reduce(self, proto)
}
function bytearray_sizeof(self: Ref): Own {
  return PyLong_FromLong(_PyObject_SIZE(Py_TYPE(self)) + i32[(self + PyByteArrayObject.ob_alloc) >> 2])
}
function bytearray_alloc(self: Ref): Own {
  return PyLong_FromLong(i32[(self + PyByteArrayObject.ob_alloc) >> 2])
}
function bytearray_mod(v: Ref, w: Ref): Own {
  if (!PyByteArray_Check(v)) return notImplemented()
  return _PyBytes_FormatEx(PyByteArray_AS_STRING(v), Py_SIZE(v), w, true)
}

const enum bytesiterobject {
  it_index = 16,
  it_seq = 24,
  SIZE = 32,
}

function bytearray_iter(seq: Ref): Own {
  const $it = _PyObject_GC_New(PyByteArrayIter_Type)
  if ($it === NULL) return NULL
  setssize($it + bytesiterobject.it_index, 0)
  setptr($it + bytesiterobject.it_seq, Py_NewRef(seq))
  _PyObject_GC_TRACK($it)
  return $it
}
function iter_dealloc(it: Ref): void {
  _PyObject_GC_UNTRACK(it)
  const seq = ptr(it + bytesiterobject.it_seq)
  if (seq !== NULL) Py_DECREF(seq)
  PyObject_GC_Del(it)
}
function iter_traverse(it: Ref, visit: visitproc, arg: number): number {
  const seq = ptr(it + bytesiterobject.it_seq)
  return seq !== NULL ? visit(seq, arg) : 0
}
function iter_next(it: Ref): Own {
  const seq = ptr(it + bytesiterobject.it_seq)
  if (seq === NULL) return NULL
  const i = i32[(it + bytesiterobject.it_index) >> 2]
  if (i < Py_SIZE(seq)) {
    i32[(it + bytesiterobject.it_index) >> 2] = i + 1
    return byteAt(seq, i)
  }
  setptr(it + bytesiterobject.it_seq, 0)
  Py_DECREF(seq)
  return NULL
}
function iter_len(it: Ref): Own {
  const seq = ptr(it + bytesiterobject.it_seq)
  const n = seq === NULL ? 0 : Py_SIZE(seq) - i32[(it + bytesiterobject.it_index) >> 2]
  return PyLong_FromLong(n < 0 ? 0 : n)
}
function iter_reduce(it: Ref): Own {
  const $iter = upcalls.getBuiltin(id_iter)
  if ($iter === NULL) return NULL
  const seq = ptr(it + bytesiterobject.it_seq)
  if (seq === NULL) return buildTuple($iter, buildTuple(PyTuple_New(0)))
  return buildTuple($iter, buildTuple(Py_NewRef(seq)), PyLong_FromLong(i32[(it + bytesiterobject.it_index) >> 2]))
}
function iter_setstate(it: Ref, state: Ref): Own {
  let i = PyLong_AsSsize_t(state)
  if (i === -1 && PyErr_Occurred()) return NULL
  const seq = ptr(it + bytesiterobject.it_seq)
  if (seq !== NULL) {
    if (i < 0) i = 0
    else if (i > Py_SIZE(seq)) i = Py_SIZE(seq)
    setssize(it + bytesiterobject.it_index, i)
  }
  return none()
}

defineType(PyByteArrayIter_Type, {
  name: "bytearray_iterator",
  basicsize: bytesiterobject.SIZE,
  flags: TPFLAGS.DEFAULT | TPFLAGS.HAVE_GC,
  dealloc: iter_dealloc,
  getattro: PyObject_GenericGetAttr,
  traverse: iter_traverse,
  iter: PyObject_SelfIter,
  iternext: iter_next,
  methods: [
    ["__length_hint__", iter_len, METH.NOARGS, "Private method returning an estimate of len(list(it))."],
    ["__reduce__", iter_reduce, METH.NOARGS, "($self, /)\n--\n\nReturn state information for pickling."],
    ["__setstate__", iter_setstate, METH.O, "Set state information for unpickling."],
  ],
})

defineType(PyByteArray_Type, {
  name: "bytearray",
  basicsize: PyByteArrayObject.SIZE,
  flags: TPFLAGS.DEFAULT | TPFLAGS.BASETYPE | TPFLAGS.MATCH_SELF,
  doc: "bytearray(iterable_of_ints) -> bytearray\nbytearray(string, encoding[, errors]) -> bytearray\nbytearray(bytes_or_buffer) -> mutable copy of bytes_or_buffer\nbytearray(int) -> zero bytes of that number\nbytearray() -> empty bytes array\n\nMake a mutable array of bytes.",
  dealloc: bytearray_dealloc,
  repr: bytearray_repr,
  str: bytearray_str,
  getattro: PyObject_GenericGetAttr,
  richcompare: bytearray_richcompare,
  iter: bytearray_iter,
  init: bytearray___init__,
  alloc: PyType_GenericAlloc,
  new: PyType_GenericNew,
  free: PyObject_Free,
  nb_remainder: bytearray_mod,
  sq_length: bytearray_length,
  sq_concat: PyByteArray_Concat,
  sq_repeat: bytearray_repeat,
  sq_item: bytearray_getitem,
  sq_ass_item: bytearray_setitem,
  sq_contains: bytes_contains,
  sq_inplace_concat: bytearray_iconcat,
  sq_inplace_repeat: bytearray_irepeat,
  mp_length: bytearray_length,
  mp_subscript: bytearray_subscript,
  mp_ass_subscript: bytearray_ass_subscript,
  bf_getbuffer: bytearray_getbuffer,
  bf_releasebuffer: bytearray_releasebuffer,
  methods: [
    ["__alloc__", bytearray_alloc, METH.NOARGS, "B.__alloc__() -> int\n\nReturn the number of bytes actually allocated."],
    ["__reduce__", bytearray_reduce, METH.NOARGS, "($self, /)\n--\n\nReturn state information for pickling."],
    ["__reduce_ex__", bytearray_reduce_ex, METH.FASTCALL, "($self, proto=0, /)\n--\n\nReturn state information for pickling."],
    ["__sizeof__", bytearray_sizeof, METH.NOARGS, "($self, /)\n--\n\nReturns the size of the bytearray object in memory, in bytes."],
    ["append", bytearray_append, METH.O, "($self, item, /)\n--\n\nAppend a single item to the end of the bytearray."],
    [
      "capitalize",
      t.bytes_capitalize,
      METH.NOARGS,
      "B.capitalize() -> copy of B\n\nThe first character capitalized (ASCII), the rest in lower case.",
    ],
    ["center", t.bytes_center, METH.FASTCALL, "($self, width, fillchar=b' ', /)\n--\n\nCentered in a field of the given width."],
    ["clear", bytearray_clear, METH.NOARGS, "($self, /)\n--\n\nRemove all items from the bytearray."],
    ["copy", bytearray_copy, METH.NOARGS, "($self, /)\n--\n\nReturn a copy of B."],
    ["count", bytes_count, METH.VARARGS, "B.count(sub[, start[, end]]) -> int\n\nHow often sub occurs in B[start:end], without overlaps."],
    [
      "decode",
      bytes_decode,
      METH.FASTCALL | METH.KEYWORDS,
      "($self, /, encoding='utf-8', errors='strict')\n--\n\nDecode the bytearray using the codec registered for encoding.",
    ],
    [
      "endswith",
      bytes_endswith,
      METH.VARARGS,
      "B.endswith(suffix[, start[, end]]) -> bool\n\nDoes B end with the suffix, or one of a tuple of them?",
    ],
    ["expandtabs", t.bytes_expandtabs, METH.FASTCALL | METH.KEYWORDS, "($self, /, tabsize=8)\n--\n\nA copy with tabs expanded to spaces."],
    [
      "extend",
      bytearray_extend,
      METH.O,
      "($self, iterable_of_ints, /)\n--\n\nAppend all the items from the iterator or sequence to the end of the bytearray.",
    ],
    ["find", bytes_find, METH.VARARGS, "B.find(sub[, start[, end]]) -> int\n\nLowest index of sub in B[start:end], -1 if there is none."],
    [
      "fromhex",
      bytearray_fromhex,
      METH.O | METH.CLASS,
      "($type, string, /)\n--\n\nA bytearray from hexadecimal digits; spaces between two numbers are allowed.",
    ],
    [
      "hex",
      bytes_hex,
      METH.FASTCALL | METH.KEYWORDS,
      "($self, /, sep=<unrepresentable>, bytes_per_sep=1)\n--\n\nHexadecimal digits of the bytes, with a separator if given.",
    ],
    ["index", bytes_index, METH.VARARGS, "B.index(sub[, start[, end]]) -> int\n\nLike find, but ValueError if there is none."],
    [
      "insert",
      bytearray_insert,
      METH.FASTCALL,
      "($self, index, item, /)\n--\n\nInsert a single item into the bytearray before the given index.",
    ],
    ["isalnum", t.bytes_isalnum, METH.NOARGS, "B.isalnum() -> bool\n\nAre all bytes ASCII letters or digits, and is there one?"],
    ["isalpha", t.bytes_isalpha, METH.NOARGS, "B.isalpha() -> bool\n\nAre all bytes ASCII letters, and is there one?"],
    ["isascii", t.bytes_isascii, METH.NOARGS, "B.isascii() -> bool\n\nAre all bytes ASCII?"],
    ["isdigit", t.bytes_isdigit, METH.NOARGS, "B.isdigit() -> bool\n\nAre all bytes ASCII digits, and is there one?"],
    ["islower", t.bytes_islower, METH.NOARGS, "B.islower() -> bool\n\nAre all cased ASCII letters lower case, and is there one?"],
    ["isspace", t.bytes_isspace, METH.NOARGS, "B.isspace() -> bool\n\nAre all bytes ASCII white space, and is there one?"],
    ["istitle", t.bytes_istitle, METH.NOARGS, "B.istitle() -> bool\n\nIs B in title case?"],
    ["isupper", t.bytes_isupper, METH.NOARGS, "B.isupper() -> bool\n\nAre all cased ASCII letters upper case, and is there one?"],
    [
      "join",
      bytes_join,
      METH.O,
      "($self, iterable_of_bytes, /)\n--\n\nConcatenate any number of bytes/bytearray objects with self between them.",
    ],
    ["ljust", t.bytes_ljust, METH.FASTCALL, "($self, width, fillchar=b' ', /)\n--\n\nLeft-justified in a field of the given width."],
    ["lower", t.bytes_lower, METH.NOARGS, "B.lower() -> copy of B\n\nAll ASCII letters in lower case."],
    ["lstrip", t.bytes_lstrip, METH.FASTCALL, "($self, bytes=None, /)\n--\n\nWithout the leading bytes of the argument (or white space)."],
    [
      "maketrans",
      t.bytes_maketrans,
      METH.FASTCALL | METH.STATIC,
      "(frm, to, /)\n--\n\nA table for translate that maps each byte of frm to the one at its place in to.",
    ],
    ["partition", bytes_partition, METH.O, "($self, sep, /)\n--\n\nThe part before the first separator, the separator, the part after it."],
    [
      "pop",
      bytearray_pop,
      METH.FASTCALL,
      "($self, index=-1, /)\n--\n\nRemove and return a single item from B, the last unless an index is given.",
    ],
    ["remove", bytearray_remove, METH.O, "($self, value, /)\n--\n\nRemove the first occurrence of a value in the bytearray."],
    ["replace", t.bytes_replace, METH.FASTCALL, "($self, old, new, count=-1, /)\n--\n\nA copy with occurrences of old replaced by new."],
    ["removeprefix", t.bytes_removeprefix, METH.O, "($self, prefix, /)\n--\n\nWithout the prefix, if it is there."],
    ["removesuffix", t.bytes_removesuffix, METH.O, "($self, suffix, /)\n--\n\nWithout the suffix, if it is there."],
    ["reverse", bytearray_reverse, METH.NOARGS, "($self, /)\n--\n\nReverse the order of the values in B in place."],
    [
      "rfind",
      bytes_rfind,
      METH.VARARGS,
      "B.rfind(sub[, start[, end]]) -> int\n\nHighest index of sub in B[start:end], -1 if there is none.",
    ],
    ["rindex", bytes_rindex, METH.VARARGS, "B.rindex(sub[, start[, end]]) -> int\n\nLike rfind, but ValueError if there is none."],
    ["rjust", t.bytes_rjust, METH.FASTCALL, "($self, width, fillchar=b' ', /)\n--\n\nRight-justified in a field of the given width."],
    [
      "rpartition",
      bytes_rpartition,
      METH.O,
      "($self, sep, /)\n--\n\nThe part before the last separator, the separator, the part after it.",
    ],
    [
      "rsplit",
      bytes_rsplit,
      METH.FASTCALL | METH.KEYWORDS,
      "($self, /, sep=None, maxsplit=-1)\n--\n\nThe sections between separators, splitting from the end.",
    ],
    ["rstrip", t.bytes_rstrip, METH.FASTCALL, "($self, bytes=None, /)\n--\n\nWithout the trailing bytes of the argument (or white space)."],
    ["split", bytes_split, METH.FASTCALL | METH.KEYWORDS, "($self, /, sep=None, maxsplit=-1)\n--\n\nThe sections between separators."],
    [
      "splitlines",
      bytes_splitlines,
      METH.FASTCALL | METH.KEYWORDS,
      "($self, /, keepends=False)\n--\n\nThe lines, without their ends unless keepends.",
    ],
    [
      "startswith",
      bytes_startswith,
      METH.VARARGS,
      "B.startswith(prefix[, start[, end]]) -> bool\n\nDoes B start with the prefix, or one of a tuple of them?",
    ],
    [
      "strip",
      t.bytes_strip,
      METH.FASTCALL,
      "($self, bytes=None, /)\n--\n\nWithout the leading and trailing bytes of the argument (or white space).",
    ],
    ["swapcase", t.bytes_swapcase, METH.NOARGS, "B.swapcase() -> copy of B\n\nUpper case ASCII letters in lower case and vice versa."],
    ["title", t.bytes_title, METH.NOARGS, "B.title() -> copy of B\n\nASCII words start in upper case, the rest in lower case."],
    [
      "translate",
      t.bytes_translate,
      METH.FASTCALL | METH.KEYWORDS,
      "($self, table, /, delete=b'')\n--\n\nA copy with each byte mapped through the table, those in delete left out.",
    ],
    ["upper", t.bytes_upper, METH.NOARGS, "B.upper() -> copy of B\n\nAll ASCII letters in upper case."],
    ["zfill", t.bytes_zfill, METH.O, "($self, width, /)\n--\n\nPadded with zeros on the left."],
  ],
})
