import { _PyObject_GC_New, _PyObject_GC_TRACK, PyObject_GC_Del, PyObject_GC_UnTrack } from "../gc/gcmodule.ts"
import { memcpy, ptr, setptr, setssize, ssize } from "../heap/access.ts"
import { calloca, cstackMark, cstackReset } from "../heap/cstack.ts"
import { fn } from "../heap/fntable.ts"
import { PyListObject, PyTypeObject } from "../heap/layout.ts"
import { PyMem_Calloc, PyMem_Free, PyMem_Malloc, PyMem_Realloc } from "../heap/obmalloc.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import {
  Py_DECREF,
  Py_INCREF,
  Py_IS_TYPE,
  Py_NewRef,
  Py_SET_SIZE,
  Py_SIZE,
  Py_TYPE,
  Py_XDECREF,
  Py_XSETREF,
  PyType_HasFeature,
} from "../heap/refcount.ts"
import { Py_TRASHCAN_BEGIN, Py_TRASHCAN_END } from "../heap/trashcan.ts"
import { i32 } from "../heap/views.ts"
import {
  _PyIndex_Check,
  PyNumber_AsSsize_t,
  PyObject_GetIter,
  PyObject_LengthHint,
  PySequence_Fast,
  PySequence_Fast_GET_SIZE,
  PySequence_Fast_ITEMS,
} from "./abstract.ts"
import { PyBool_FromLong } from "./boolobject.ts"
import { defineType } from "./define.ts"
import { PyErr_BadInternalCall, PyErr_Clear, PyErr_ExceptionMatches, PyErr_NoMemory, PyErr_Occurred, PyErr_SetString } from "./errors.ts"
import { FreeList, freelist, freelistPop, freelistPush, PyList_MAXFREELIST, richcompareNumbers, tp_free } from "./freelists.ts"
import { Py_GenericAlias } from "./genericaliasobject.ts"
import { _PyArg_CheckPositional, _PyArg_NoKeywords, _PyArg_NoKwnames } from "./getargs.ts"
import { list___reversed__, list_iter } from "./listiter.ts"
import { list_sort, reverse_slice } from "./listsort.ts"
import { PyLong_FromLong } from "./longobject.ts"
import {
  _Py_NewReference,
  _PyObject_SIZE,
  Py_ReprEnter,
  Py_ReprLeave,
  PyObject_GenericGetAttr,
  PyObject_HashNotImplemented,
  PyObject_RichCompare,
  PyObject_RichCompareBool,
  reprJS,
  typeName,
} from "./object.ts"
import {
  _PyEval_SliceIndexNotNone,
  PySlice_AdjustIndices,
  PySlice_Check,
  PySlice_Unpack,
  sliceIndex,
  sliceStart,
  sliceStep,
  sliceStop,
} from "./sliceobject.ts"
import { type iternextfunc, METH, Py, PY_VECTORCALL_ARGUMENTS_OFFSET, TPFLAGS, type visitproc } from "./slots.ts"
import { ssizeArg } from "./ssizearg.ts"
import {
  Py_None,
  Py_NotImplemented,
  PyExc_IndexError,
  PyExc_StopIteration,
  PyExc_TypeError,
  PyExc_ValueError,
  PyList_Type,
} from "./statictypes.ts"
import { _PyTuple_FromArray, PyTuple_CheckExact, PyTuple_GET_ITEM } from "./tupleobject.ts"
import { PyType_GenericAlloc, PyType_GenericNew } from "./typeobject.ts"
import { PyUnicode_FromString } from "./unicodeobject.ts"

export { PyList_Sort } from "./listsort.ts"

// Objects/listobject.c. Invariant: 0 <= ob_size <= allocated; ob_item is NULL iff allocated is 0; during a sort allocated is -1.

const OB_ITEM = PyListObject.ob_item
const ALLOCATED = PyListObject.allocated

export function PyList_Check(op: Ref): boolean {
  return PyType_HasFeature(Py_TYPE(op), TPFLAGS.LIST_SUBCLASS)
}
export function PyList_CheckExact(op: Ref): boolean {
  return Py_IS_TYPE(op, PyList_Type)
}
export function PyList_GET_SIZE(op: Ref): number {
  return i32[(op + PyListObject.ob_size) >> 2]
}
export function PyList_GET_ITEM(op: Ref, i: number): Ref {
  return i32[(i32[(op + OB_ITEM) >> 2] + 8 * i) >> 2] as Ref
}
/** Steals `v` and does not release what was there: only for fresh slots. */
export function PyList_SET_ITEM(op: Ref, i: number, v: Ref): void {
  const at = (i32[(op + OB_ITEM) >> 2] + 8 * i) >> 2
  i32[at] = v
  i32[at + 1] = 0
}
/** Address of the first item's slot (0 when nothing is allocated). */
export function PyList_ITEMS(op: Ref): number {
  return i32[(op + OB_ITEM) >> 2]
}

/** Make room for exactly `newsize` items (over-allocating as it grows) and set ob_size. 0 or -1. */
export function list_resize(self: Ref, newsize: number): number {
  const allocated = ssize(self + ALLOCATED)
  if (allocated >= newsize && newsize >= allocated >> 1) {
    Py_SET_SIZE(self, newsize)
    return 0
  }
  let newAllocated = newsize > 0x07ffffff ? newsize : (newsize + (newsize >> 3) + 6) & ~3
  if (newsize - Py_SIZE(self) > newAllocated - newsize) newAllocated = newsize > 0x07ffffff ? newsize : (newsize + 3) & ~3
  if (newsize === 0) newAllocated = 0
  const items = newAllocated > 0x07ffffff ? 0 : PyMem_Realloc(ptr(self + OB_ITEM), newAllocated * 8)
  if (items === 0) {
    PyErr_NoMemory()
    return -1
  }
  setptr(self + OB_ITEM, items)
  Py_SET_SIZE(self, newsize)
  setssize(self + ALLOCATED, newAllocated)
  return 0
}

function list_preallocate_exact(self: Ref, size: number): number {
  // pymalloc aligns to 16 bytes, so an odd item would be wasted
  const even = size > 0x07ffffff ? size : (size + 1) & ~1
  const items = size > 0x07ffffff ? 0 : PyMem_Malloc(even * 8)
  if (items === 0) {
    PyErr_NoMemory()
    return -1
  }
  setptr(self + OB_ITEM, items)
  setssize(self + ALLOCATED, even)
  return 0
}

export function _PyList_ClearFreeList(): void {
  for (;;) {
    const op = freelistPop(FreeList.list_numfree, FreeList.list_free_list)
    if (op === 0) return
    PyObject_GC_Del(op)
  }
}
/** Lists on the free list (sys._debugmallocstats). */
export function listNumfree(): number {
  return ssize(freelist(FreeList.list_numfree))
}

/** Items NULL, tracked. */
export function PyList_New(size: number): Own {
  if (size < 0) return PyErr_BadInternalCall()
  let $op = freelistPop(FreeList.list_numfree, FreeList.list_free_list) as Own
  if ($op !== 0) _Py_NewReference($op)
  else {
    $op = _PyObject_GC_New(PyList_Type)
    if ($op === NULL) return NULL
  }
  if (size <= 0) setptr($op + OB_ITEM, 0)
  else {
    const items = size > 0x07ffffff ? 0 : PyMem_Calloc(size, 8)
    setptr($op + OB_ITEM, items)
    if (items === 0) {
      Py_SET_SIZE($op, 0)
      Py_DECREF($op)
      return PyErr_NoMemory()
    }
  }
  Py_SET_SIZE($op, size)
  setssize($op + ALLOCATED, size)
  _PyObject_GC_TRACK($op)
  return $op
}

/** Empty, with room for `size` > 0 items. */
function list_new_prealloc(size: number): Own {
  const $op = PyList_New(0)
  if ($op === NULL) return NULL
  const items = size > 0x07ffffff ? 0 : PyMem_Malloc(size * 8)
  if (items === 0) {
    Py_DECREF($op)
    return PyErr_NoMemory()
  }
  setptr($op + OB_ITEM, items)
  setssize($op + ALLOCATED, size)
  return $op
}

export function PyList_Size(op: Ref): number {
  if (!PyList_Check(op)) {
    PyErr_BadInternalCall()
    return -1
  }
  return Py_SIZE(op)
}

function validIndex(i: number, limit: number): boolean {
  return i >= 0 && i < limit
}

/** Borrowed. */
export function PyList_GetItem(op: Ref, i: number): Ref {
  if (!PyList_Check(op)) return PyErr_BadInternalCall()
  if (!validIndex(i, Py_SIZE(op))) return PyErr_SetString(PyExc_IndexError, "list index out of range")
  return PyList_GET_ITEM(op, i)
}

/** Steals `newitem`, also on error. */
export function PyList_SetItem(op: Ref, i: number, newitem: Ref): number {
  if (!PyList_Check(op)) {
    Py_XDECREF(newitem)
    PyErr_BadInternalCall()
    return -1
  }
  if (!validIndex(i, Py_SIZE(op))) {
    Py_XDECREF(newitem)
    PyErr_SetString(PyExc_IndexError, "list assignment index out of range")
    return -1
  }
  Py_XSETREF(ptr(op + OB_ITEM) + 8 * i, newitem)
  return 0
}

function ins1(self: Ref, where: number, v: Ref): number {
  if (v === NULL) {
    PyErr_BadInternalCall()
    return -1
  }
  const n = Py_SIZE(self)
  if (list_resize(self, n + 1) < 0) return -1
  if (where < 0) {
    where += n
    if (where < 0) where = 0
  }
  if (where > n) where = n
  const items = ptr(self + OB_ITEM)
  memcpy(items + 8 * (where + 1), items + 8 * where, 8 * (n - where))
  setptr(items + 8 * where, Py_NewRef(v))
  return 0
}

export function PyList_Insert(op: Ref, where: number, newitem: Ref): number {
  if (!PyList_Check(op)) {
    PyErr_BadInternalCall()
    return -1
  }
  return ins1(op, where, newitem)
}

/** Append, stealing `$item` also on error. */
export function _PyList_AppendTakeRef(self: Ref, $item: Own): number {
  const len = i32[(self + PyListObject.ob_size) >> 2]
  if (i32[(self + ALLOCATED) >> 2] > len) {
    PyList_SET_ITEM(self, len, $item)
    i32[(self + PyListObject.ob_size) >> 2] = len + 1
    return 0
  }
  return _PyList_AppendTakeRefListResize(self, $item)
}
export function _PyList_AppendTakeRefListResize(self: Ref, $item: Own): number {
  const len = Py_SIZE(self)
  if (list_resize(self, len + 1) < 0) {
    Py_DECREF($item)
    return -1
  }
  PyList_SET_ITEM(self, len, $item)
  return 0
}

export function PyList_Append(op: Ref, newitem: Ref): number {
  if (newitem !== NULL && PyList_Check(op)) return _PyList_AppendTakeRef(op, Py_NewRef(newitem))
  PyErr_BadInternalCall()
  return -1
}

export function list_dealloc(op: Ref): void {
  PyObject_GC_UnTrack(op)
  if (!Py_TRASHCAN_BEGIN(op, list_dealloc)) return
  const items = ptr(op + OB_ITEM)
  if (items !== 0) {
    let i = Py_SIZE(op)
    while (--i >= 0) Py_XDECREF(ptr(items + 8 * i))
    PyMem_Free(items)
  }
  if (!PyList_CheckExact(op) || !freelistPush(FreeList.list_numfree, FreeList.list_free_list, PyList_MAXFREELIST, op)) tp_free(op)
  Py_TRASHCAN_END()
}

function list_repr(v: Ref): Own {
  if (Py_SIZE(v) === 0) return PyUnicode_FromString("[]")
  const entered = Py_ReprEnter(v)
  if (entered !== 0) return entered > 0 ? PyUnicode_FromString("[...]") : NULL
  let out = "["
  for (let i = 0; i < Py_SIZE(v); i++) {
    const s = reprJS(PyList_GET_ITEM(v, i))
    if (s === null) {
      Py_ReprLeave(v)
      return NULL
    }
    out += i > 0 ? ", " + s : s
  }
  Py_ReprLeave(v)
  return PyUnicode_FromString(out + "]")
}

export function list_contains(a: Ref, el: Ref): number {
  let cmp = 0
  for (let i = 0; cmp === 0 && i < Py_SIZE(a); i++) {
    const $item = Py_NewRef(PyList_GET_ITEM(a, i))
    cmp = PyObject_RichCompareBool($item, el, Py.EQ)
    Py_DECREF($item)
  }
  return cmp
}

function list_item(a: Ref, i: number): Own {
  if (!validIndex(i, Py_SIZE(a))) return PyErr_SetString(PyExc_IndexError, "list index out of range")
  return Py_NewRef(PyList_GET_ITEM(a, i))
}

function list_slice(a: Ref, ilow: number, ihigh: number): Own {
  const len = ihigh - ilow
  if (len <= 0) return PyList_New(0)
  const $np = list_new_prealloc(len)
  if ($np === NULL) return NULL
  const src = ptr(a + OB_ITEM) + 8 * ilow
  const dest = ptr($np + OB_ITEM)
  for (let i = 0; i < len; i++) setptr(dest + 8 * i, Py_NewRef(ptr(src + 8 * i)))
  Py_SET_SIZE($np, len)
  return $np
}

export function PyList_GetSlice(a: Ref, ilow: number, ihigh: number): Own {
  if (!PyList_Check(a)) return PyErr_BadInternalCall()
  const n = Py_SIZE(a)
  if (ilow < 0) ilow = 0
  else if (ilow > n) ilow = n
  if (ihigh < ilow) ihigh = ilow
  else if (ihigh > n) ihigh = n
  return list_slice(a, ilow, ihigh)
}

function list_concat(a: Ref, b: Ref): Own {
  if (!PyList_Check(b)) {
    return PyErr_SetString(PyExc_TypeError, `can only concatenate list (not "${typeName(b).slice(0, 200)}") to list`)
  }
  const na = Py_SIZE(a)
  const nb = Py_SIZE(b)
  if (na + nb === 0) return PyList_New(0)
  const $np = list_new_prealloc(na + nb)
  if ($np === NULL) return NULL
  const dest = ptr($np + OB_ITEM)
  for (let i = 0; i < na; i++) setptr(dest + 8 * i, Py_NewRef(PyList_GET_ITEM(a, i)))
  for (let i = 0; i < nb; i++) setptr(dest + 8 * (na + i), Py_NewRef(PyList_GET_ITEM(b, i)))
  Py_SET_SIZE($np, na + nb)
  return $np
}

function list_repeat(a: Ref, n: number): Own {
  if (n < 0) n = 0
  const na = Py_SIZE(a)
  const size = na * n
  if (size === 0) return PyList_New(0)
  const $np = list_new_prealloc(size)
  if ($np === NULL) return NULL
  const dest = ptr($np + OB_ITEM)
  for (let i = 0; i < na; i++) {
    const v = PyList_GET_ITEM(a, i)
    i32[v >> 2] += n
    setptr(dest + 8 * i, v)
  }
  const start = dest >> 2
  for (let done = 2 * na; done < 2 * size; ) {
    const step = Math.min(done, 2 * size - done)
    i32.copyWithin(start + done, start, start + step)
    done += step
  }
  Py_SET_SIZE($np, size)
  return $np
}

export function _list_clear(a: Ref): number {
  const item = ptr(a + OB_ITEM)
  if (item !== 0) {
    // the list is emptied before anything is released: that may run code that looks at it
    let i = Py_SIZE(a)
    Py_SET_SIZE(a, 0)
    setptr(a + OB_ITEM, 0)
    setssize(a + ALLOCATED, 0)
    while (--i >= 0) Py_XDECREF(ptr(item + 8 * i))
    PyMem_Free(item)
  }
  return 0
}

/** a[ilow:ihigh] = v; v NULL deletes. */
function list_ass_slice(a: Ref, ilow: number, ihigh: number, v: Ref): number {
  let n = 0
  let $seq: Own = NULL
  if (v !== NULL) {
    if (a === v) {
      const $copy = list_slice(v, 0, Py_SIZE(v))
      if ($copy === NULL) return -1
      const r = list_ass_slice(a, ilow, ihigh, $copy)
      Py_DECREF($copy)
      return r
    }
    $seq = PySequence_Fast(v, "can only assign an iterable")
    if ($seq === NULL) return -1
    n = PySequence_Fast_GET_SIZE($seq)
  }
  const size = Py_SIZE(a)
  if (ilow < 0) ilow = 0
  else if (ilow > size) ilow = size
  if (ihigh < ilow) ihigh = ilow
  else if (ihigh > size) ihigh = size
  const norig = ihigh - ilow
  const d = n - norig
  if (size + d === 0) {
    Py_XDECREF($seq)
    return _list_clear(a)
  }
  const mark = cstackMark()
  const s = norig * 8
  let recycle = 0
  if (s > 64) {
    recycle = PyMem_Malloc(s)
    if (recycle === 0) {
      PyErr_NoMemory()
      Py_XDECREF($seq)
      return -1
    }
  } else if (s > 0) recycle = calloca(64)
  let item = ptr(a + OB_ITEM)
  if (s > 0) memcpy(recycle, item + 8 * ilow, s)
  let result = -1
  if (resizeGap(a, ilow, ihigh, d, recycle, s) === 0) {
    item = ptr(a + OB_ITEM)
    const vitem = n > 0 ? PySequence_Fast_ITEMS($seq) : 0
    for (let k = 0; k < n; k++, ilow++) {
      const w = ptr(vitem + 8 * k)
      if (w !== 0) Py_INCREF(w)
      setptr(item + 8 * ilow, w)
    }
    for (let k = norig - 1; k >= 0; k--) Py_XDECREF(ptr(recycle + 8 * k))
    result = 0
  }
  if (s > 64) PyMem_Free(recycle)
  cstackReset(mark)
  Py_XDECREF($seq)
  return result
}

/** Move a[ihigh:] by `d` places and resize; on failure everything is as before. */
function resizeGap(a: Ref, ilow: number, ihigh: number, d: number, recycle: number, s: number): number {
  const k = Py_SIZE(a)
  if (d < 0) {
    const item = ptr(a + OB_ITEM)
    const tail = (k - ihigh) * 8
    memcpy(item + 8 * (ihigh + d), item + 8 * ihigh, tail)
    if (list_resize(a, k + d) < 0) {
      memcpy(item + 8 * ihigh, item + 8 * (ihigh + d), tail)
      if (s > 0) memcpy(item + 8 * ilow, recycle, s)
      return -1
    }
  } else if (d > 0) {
    if (list_resize(a, k + d) < 0) return -1
    const item = ptr(a + OB_ITEM)
    memcpy(item + 8 * (ihigh + d), item + 8 * ihigh, (k - ihigh) * 8)
  }
  return 0
}

export function PyList_SetSlice(a: Ref, ilow: number, ihigh: number, v: Ref): number {
  if (!PyList_Check(a)) {
    PyErr_BadInternalCall()
    return -1
  }
  return list_ass_slice(a, ilow, ihigh, v)
}

function list_inplace_repeat(self: Ref, n: number): Own {
  const size = Py_SIZE(self)
  if (size === 0 || n === 1) return Py_NewRef(self)
  if (n < 1) {
    _list_clear(self)
    return Py_NewRef(self)
  }
  if (list_resize(self, size * n) < 0) return NULL
  const items = ptr(self + OB_ITEM)
  let p = items + 8 * size
  for (let i = 1; i < n; i++) {
    for (let j = 0; j < size; j++, p += 8) setptr(p, Py_NewRef(ptr(items + 8 * j)))
  }
  return Py_NewRef(self)
}

function list_ass_item(a: Ref, i: number, v: Ref): number {
  if (!validIndex(i, Py_SIZE(a))) {
    PyErr_SetString(PyExc_IndexError, "list assignment index out of range")
    return -1
  }
  if (v === NULL) return list_ass_slice(a, i, i + 1, v)
  Py_XSETREF(ptr(a + OB_ITEM) + 8 * i, Py_NewRef(v))
  return 0
}

function list_insert(self: Ref, args: number, nargs: number): Own {
  if (!_PyArg_CheckPositional("insert", nargs, 2, 2)) return NULL
  const index = ssizeArg(ptr(args))
  if (index === -1 && PyErr_Occurred()) return NULL
  return ins1(self, index, ptr(args + 8)) === 0 ? Py_NewRef(Py_None) : NULL
}

function list_clear_method(self: Ref): Own {
  _list_clear(self)
  return Py_NewRef(Py_None)
}

function list_copy(self: Ref): Own {
  return list_slice(self, 0, Py_SIZE(self))
}

function list_append(self: Ref, object: Ref): Own {
  return _PyList_AppendTakeRef(self, Py_NewRef(object)) < 0 ? NULL : Py_NewRef(Py_None)
}

/** extend by a list, a tuple or itself: 0 or -1. */
function extendFast(self: Ref, iterable: Ref): number {
  const $seq = PySequence_Fast(iterable, "argument must be iterable")
  if ($seq === NULL) return -1
  const n = PySequence_Fast_GET_SIZE($seq)
  if (n === 0) {
    Py_DECREF($seq)
    return 0
  }
  const m = Py_SIZE(self)
  if (ptr(self + OB_ITEM) === 0) {
    if (list_preallocate_exact(self, n) < 0) {
      Py_DECREF($seq)
      return -1
    }
    Py_SET_SIZE(self, n)
  } else if (list_resize(self, m + n) < 0) {
    Py_DECREF($seq)
    return -1
  }
  const src = PySequence_Fast_ITEMS($seq)
  const dest = ptr(self + OB_ITEM) + 8 * m
  for (let i = 0; i < n; i++) setptr(dest + 8 * i, Py_NewRef(ptr(src + 8 * i)))
  Py_DECREF($seq)
  return 0
}

/** Owned None, or NULL with the error set. */
export function list_extend(self: Ref, iterable: Ref): Own {
  if (PyList_CheckExact(iterable) || PyTuple_CheckExact(iterable) || self === iterable) {
    return extendFast(self, iterable) < 0 ? NULL : Py_NewRef(Py_None)
  }
  const $it = PyObject_GetIter(iterable)
  if ($it === NULL) return NULL
  const iternext = fn<iternextfunc>(ptr(Py_TYPE($it) + PyTypeObject.tp_iternext))
  // guess a result list size
  const n = PyObject_LengthHint(iterable, 8)
  if (n < 0) {
    Py_DECREF($it)
    return NULL
  }
  const m = Py_SIZE(self)
  if (m + n > 0x7fffffffffff) {
    // too far from what memory holds: the list will grow as items come
  } else if (ptr(self + OB_ITEM) === 0) {
    if (n && list_preallocate_exact(self, n) < 0) {
      Py_DECREF($it)
      return NULL
    }
  } else {
    if (list_resize(self, m + n) < 0) {
      Py_DECREF($it)
      return NULL
    }
    Py_SET_SIZE(self, m)
  }
  for (;;) {
    const $item = iternext($it)
    if ($item === NULL) {
      if (PyErr_Occurred()) {
        if (!PyErr_ExceptionMatches(PyExc_StopIteration)) {
          Py_DECREF($it)
          return NULL
        }
        PyErr_Clear()
      }
      break
    }
    if (_PyList_AppendTakeRef(self, $item) < 0) {
      Py_DECREF($it)
      return NULL
    }
  }
  if (Py_SIZE(self) < ssize(self + ALLOCATED) && list_resize(self, Py_SIZE(self)) < 0) {
    Py_DECREF($it)
    return NULL
  }
  Py_DECREF($it)
  return Py_NewRef(Py_None)
}

/** Owned None, or NULL with the error set. */
export function _PyList_Extend(self: Ref, iterable: Ref): Own {
  return list_extend(self, iterable)
}

function list_inplace_concat(self: Ref, other: Ref): Own {
  const $none = list_extend(self, other)
  if ($none === NULL) return NULL
  Py_DECREF($none)
  return Py_NewRef(self)
}

function list_pop(self: Ref, args: number, nargs: number): Own {
  if (!_PyArg_CheckPositional("pop", nargs, 0, 1)) return NULL
  let index = -1
  if (nargs >= 1) {
    index = ssizeArg(ptr(args))
    if (index === -1 && PyErr_Occurred()) return NULL
  }
  const size = Py_SIZE(self)
  if (size === 0) return PyErr_SetString(PyExc_IndexError, "pop from empty list")
  if (index < 0) index += size
  if (!validIndex(index, size)) return PyErr_SetString(PyExc_IndexError, "pop index out of range")
  const v = PyList_GET_ITEM(self, index)
  if (index === size - 1) return list_resize(self, size - 1) >= 0 ? (v as Own) : NULL
  Py_INCREF(v)
  if (list_ass_slice(self, index, index + 1, NULL) < 0) {
    Py_DECREF(v)
    return NULL
  }
  return v as Own
}

function list_reverse(self: Ref): Own {
  PyList_Reverse(self)
  return Py_NewRef(Py_None)
}

export function PyList_Reverse(v: Ref): number {
  if (v === NULL || !PyList_Check(v)) {
    PyErr_BadInternalCall()
    return -1
  }
  if (Py_SIZE(v) > 1) reverse_slice(ptr(v + OB_ITEM), ptr(v + OB_ITEM) + 8 * Py_SIZE(v))
  return 0
}

export function PyList_AsTuple(v: Ref): Own {
  if (v === NULL || !PyList_Check(v)) return PyErr_BadInternalCall()
  return _PyTuple_FromArray(ptr(v + OB_ITEM), Py_SIZE(v))
}

function list_index(self: Ref, args: number, nargs: number): Own {
  if (!_PyArg_CheckPositional("index", nargs, 1, 3)) return NULL
  const value = ptr(args)
  let start = 0
  let stop = Infinity
  if (nargs >= 2) {
    if (!_PyEval_SliceIndexNotNone(ptr(args + 8))) return NULL
    start = sliceIndex
    if (nargs >= 3) {
      if (!_PyEval_SliceIndexNotNone(ptr(args + 16))) return NULL
      stop = sliceIndex
    }
  }
  if (start < 0) {
    start += Py_SIZE(self)
    if (start < 0) start = 0
  }
  if (stop < 0) {
    stop += Py_SIZE(self)
    if (stop < 0) stop = 0
  }
  for (let i = start; i < stop && i < Py_SIZE(self); i++) {
    const $obj = Py_NewRef(PyList_GET_ITEM(self, i))
    const cmp = PyObject_RichCompareBool($obj, value, Py.EQ)
    Py_DECREF($obj)
    if (cmp > 0) return PyLong_FromLong(i)
    if (cmp < 0) return NULL
  }
  const repr = reprJS(value)
  return repr === null ? NULL : PyErr_SetString(PyExc_ValueError, `${repr} is not in list`)
}

function list_count(self: Ref, value: Ref): Own {
  let count = 0
  for (let i = 0; i < Py_SIZE(self); i++) {
    const obj = PyList_GET_ITEM(self, i)
    if (obj === value) {
      count++
      continue
    }
    Py_INCREF(obj)
    const cmp = PyObject_RichCompareBool(obj, value, Py.EQ)
    Py_DECREF(obj)
    if (cmp > 0) count++
    else if (cmp < 0) return NULL
  }
  return PyLong_FromLong(count)
}

function list_remove(self: Ref, value: Ref): Own {
  for (let i = 0; i < Py_SIZE(self); i++) {
    const $obj = Py_NewRef(PyList_GET_ITEM(self, i))
    const cmp = PyObject_RichCompareBool($obj, value, Py.EQ)
    Py_DECREF($obj)
    if (cmp > 0) return list_ass_slice(self, i, i + 1, NULL) === 0 ? Py_NewRef(Py_None) : NULL
    if (cmp < 0) return NULL
  }
  return PyErr_SetString(PyExc_ValueError, "list.remove(x): x not in list")
}

function list_traverse(o: Ref, visit: visitproc, arg: number): number {
  for (let i = Py_SIZE(o); --i >= 0; ) {
    const v = PyList_GET_ITEM(o, i)
    if (v !== 0) {
      const r = visit(v, arg)
      if (r) return r
    }
  }
  return 0
}

function list_richcompare(v: Ref, w: Ref, op: number): Own {
  if (!PyList_Check(v) || !PyList_Check(w)) return Py_NewRef(Py_NotImplemented)
  if (Py_SIZE(v) !== Py_SIZE(w) && (op === Py.EQ || op === Py.NE)) return PyBool_FromLong(op === Py.EQ ? 0 : 1)
  let i = 0
  for (; i < Py_SIZE(v) && i < Py_SIZE(w); i++) {
    const vitem = PyList_GET_ITEM(v, i)
    const witem = PyList_GET_ITEM(w, i)
    if (vitem === witem) continue
    Py_INCREF(vitem)
    Py_INCREF(witem)
    const k = PyObject_RichCompareBool(vitem, witem, Py.EQ)
    Py_DECREF(vitem)
    Py_DECREF(witem)
    if (k < 0) return NULL
    if (k === 0) break
  }
  if (i >= Py_SIZE(v) || i >= Py_SIZE(w)) return richcompareNumbers(Py_SIZE(v), Py_SIZE(w), op)
  if (op === Py.EQ) return PyBool_FromLong(0)
  if (op === Py.NE) return PyBool_FromLong(1)
  return PyObject_RichCompare(PyList_GET_ITEM(v, i), PyList_GET_ITEM(w, i), op)
}

function list___init___impl(self: Ref, iterable: Ref): number {
  if (ptr(self + OB_ITEM) !== 0) _list_clear(self)
  if (iterable !== NULL) {
    const $rv = list_extend(self, iterable)
    if ($rv === NULL) return -1
    Py_DECREF($rv)
  }
  return 0
}

function list___init__(self: Ref, args: Ref, kwargs: Ref): number {
  if (
    (Py_IS_TYPE(self, PyList_Type) || ptr(Py_TYPE(self) + PyTypeObject.tp_new) === ptr(PyList_Type + PyTypeObject.tp_new)) &&
    !_PyArg_NoKeywords("list", kwargs)
  ) {
    return -1
  }
  if (!_PyArg_CheckPositional("list", Py_SIZE(args), 0, 1)) return -1
  return list___init___impl(self, Py_SIZE(args) < 1 ? NULL : PyTuple_GET_ITEM(args, 0))
}

function list_vectorcall(type: Ref, args: number, nargsf: number, kwnames: Ref): Own {
  if (!_PyArg_NoKwnames("list", kwnames)) return NULL
  const nargs = nargsf & ~PY_VECTORCALL_ARGUMENTS_OFFSET
  if (!_PyArg_CheckPositional("list", nargs, 0, 1)) return NULL
  const $list = PyType_GenericAlloc(type, 0)
  if ($list === NULL) return NULL
  if (nargs && list___init___impl($list, ptr(args))) {
    Py_DECREF($list)
    return NULL
  }
  return $list
}

function list___sizeof__(self: Ref): Own {
  return PyLong_FromLong(_PyObject_SIZE(Py_TYPE(self)) + ssize(self + ALLOCATED) * 8)
}

function indexError(item: Ref): Own {
  return PyErr_SetString(PyExc_TypeError, `list indices must be integers or slices, not ${typeName(item).slice(0, 200)}`)
}

function list_subscript(self: Ref, item: Ref): Own {
  if (_PyIndex_Check(item)) {
    let i = PyNumber_AsSsize_t(item, PyExc_IndexError)
    if (i === -1 && PyErr_Occurred()) return NULL
    if (i < 0) i += Py_SIZE(self)
    return list_item(self, i)
  }
  if (!PySlice_Check(item)) return indexError(item)
  if (PySlice_Unpack(item) < 0) return NULL
  const n = PySlice_AdjustIndices(Py_SIZE(self), sliceStart, sliceStop, sliceStep)
  const start = sliceStart
  const step = sliceStep
  if (n <= 0) return PyList_New(0)
  if (step === 1) return list_slice(self, start, sliceStop)
  const $result = list_new_prealloc(n)
  if ($result === NULL) return NULL
  const dest = ptr($result + OB_ITEM)
  for (let cur = start, i = 0; i < n; cur += step, i++) setptr(dest + 8 * i, Py_NewRef(PyList_GET_ITEM(self, cur)))
  Py_SET_SIZE($result, n)
  return $result
}

function list_ass_subscript(self: Ref, item: Ref, value: Ref): number {
  if (_PyIndex_Check(item)) {
    let i = PyNumber_AsSsize_t(item, PyExc_IndexError)
    if (i === -1 && PyErr_Occurred()) return -1
    if (i < 0) i += Py_SIZE(self)
    return list_ass_item(self, i, value)
  }
  if (!PySlice_Check(item)) {
    indexError(item)
    return -1
  }
  if (PySlice_Unpack(item) < 0) return -1
  const n = PySlice_AdjustIndices(Py_SIZE(self), sliceStart, sliceStop, sliceStep)
  const start = sliceStart
  const step = sliceStep
  let stop = sliceStop
  if (step === 1) return list_ass_slice(self, start, stop, value)
  // s[5:2] = [..] inserts before 5, not before 2
  if ((step < 0 && start < stop) || (step > 0 && start > stop)) stop = start
  return value === NULL ? deleteExtended(self, start, step, n) : assignExtended(self, start, step, n, value)
}

function deleteExtended(self: Ref, start: number, step: number, n: number): number {
  if (n <= 0) return 0
  let stop = start + step * (n - 1) + 1
  if (step < 0) {
    stop = start + 1
    start = stop + step * (n - 1) - 1
    step = -step
  }
  const garbage = PyMem_Malloc(n * 8)
  if (garbage === 0) {
    PyErr_NoMemory()
    return -1
  }
  const items = ptr(self + OB_ITEM)
  const size = Py_SIZE(self)
  // close the gaps one stretch after the other
  for (let cur = start, i = 0; cur < stop; cur += step, i++) {
    const lim = cur + step >= size ? size - cur - 1 : step - 1
    setptr(garbage + 8 * i, PyList_GET_ITEM(self, cur))
    memcpy(items + 8 * (cur - i), items + 8 * (cur + 1), lim * 8)
  }
  const cur = start + n * step
  if (cur < size) memcpy(items + 8 * (cur - n), items + 8 * cur, (size - cur) * 8)
  Py_SET_SIZE(self, size - n)
  const res = list_resize(self, size - n)
  for (let i = 0; i < n; i++) Py_DECREF(ptr(garbage + 8 * i))
  PyMem_Free(garbage)
  return res
}

function assignExtended(self: Ref, start: number, step: number, n: number, value: Ref): number {
  // protect against a[::-1] = a
  const $seq = self === value ? list_slice(value, 0, Py_SIZE(value)) : PySequence_Fast(value, "must assign iterable to extended slice")
  if ($seq === NULL) return -1
  const given = PySequence_Fast_GET_SIZE($seq)
  if (given !== n) {
    PyErr_SetString(PyExc_ValueError, `attempt to assign sequence of size ${given} to extended slice of size ${n}`)
    Py_DECREF($seq)
    return -1
  }
  if (n === 0) {
    Py_DECREF($seq)
    return 0
  }
  const garbage = PyMem_Malloc(n * 8)
  if (garbage === 0) {
    Py_DECREF($seq)
    PyErr_NoMemory()
    return -1
  }
  const selfitems = ptr(self + OB_ITEM)
  const seqitems = PySequence_Fast_ITEMS($seq)
  for (let cur = start, i = 0; i < n; cur += step, i++) {
    setptr(garbage + 8 * i, ptr(selfitems + 8 * cur))
    setptr(selfitems + 8 * cur, Py_NewRef(ptr(seqitems + 8 * i)))
  }
  for (let i = 0; i < n; i++) Py_DECREF(ptr(garbage + 8 * i))
  PyMem_Free(garbage)
  Py_DECREF($seq)
  return 0
}

defineType(PyList_Type, {
  name: "list",
  basicsize: PyListObject.SIZE,
  flags: TPFLAGS.DEFAULT | TPFLAGS.HAVE_GC | TPFLAGS.BASETYPE | TPFLAGS.LIST_SUBCLASS | TPFLAGS.MATCH_SELF | TPFLAGS.SEQUENCE,
  doc: "(iterable=(), /)\n--\n\nBuilt-in mutable sequence, filled from the iterable if one is given.",
  dealloc: list_dealloc,
  repr: list_repr,
  sq_length: Py_SIZE,
  sq_concat: list_concat,
  sq_repeat: list_repeat,
  sq_item: list_item,
  sq_ass_item: list_ass_item,
  sq_contains: list_contains,
  sq_inplace_concat: list_inplace_concat,
  sq_inplace_repeat: list_inplace_repeat,
  mp_length: Py_SIZE,
  mp_subscript: list_subscript,
  mp_ass_subscript: list_ass_subscript,
  hash: PyObject_HashNotImplemented,
  getattro: PyObject_GenericGetAttr,
  traverse: list_traverse,
  clear: _list_clear,
  richcompare: list_richcompare,
  iter: list_iter,
  methods: [
    ["__getitem__", list_subscript, METH.O | METH.COEXIST, "x.__getitem__(y) <==> x[y]"],
    ["__reversed__", list___reversed__, METH.NOARGS, "($self, /)\n--\n\nA reverse iterator over the list."],
    ["__sizeof__", list___sizeof__, METH.NOARGS, "($self, /)\n--\n\nSize of the list in memory, in bytes."],
    ["clear", list_clear_method, METH.NOARGS, "($self, /)\n--\n\nRemove all items."],
    ["copy", list_copy, METH.NOARGS, "($self, /)\n--\n\nA shallow copy."],
    ["append", list_append, METH.O, "($self, object, /)\n--\n\nPut object at the end."],
    ["insert", list_insert, METH.FASTCALL, "($self, index, object, /)\n--\n\nPut object before index."],
    ["extend", list_extend, METH.O, "($self, iterable, /)\n--\n\nPut the iterable's items at the end."],
    [
      "pop",
      list_pop,
      METH.FASTCALL,
      "($self, index=-1, /)\n--\n\nRemove the item at index (the last) and return it.\n\nIndexError if the list is empty or has no such index.",
    ],
    ["remove", list_remove, METH.O, "($self, value, /)\n--\n\nRemove the first item equal to value; ValueError if there is none."],
    [
      "index",
      list_index,
      METH.FASTCALL,
      "($self, value, start=0, stop=sys.maxsize, /)\n--\n\nFirst index of value; ValueError if it is absent.",
    ],
    ["count", list_count, METH.O, "($self, value, /)\n--\n\nHow often value occurs."],
    ["reverse", list_reverse, METH.NOARGS, "($self, /)\n--\n\nReverse in place."],
    [
      "sort",
      list_sort,
      METH.FASTCALL | METH.KEYWORDS,
      "($self, /, *, key=None, reverse=False)\n--\n\nSort in place, stably: equal items keep their order.\n\nkey is applied once to each item; reverse sorts in descending order.",
    ],
    ["__class_getitem__", Py_GenericAlias, METH.O | METH.CLASS, "See PEP 585"],
  ],
  init: list___init__,
  alloc: PyType_GenericAlloc,
  new: PyType_GenericNew,
  free: PyObject_GC_Del,
  vectorcall: list_vectorcall,
})
