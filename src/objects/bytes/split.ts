import { ptr } from "../../heap/access.ts"
import { cstackMark, cstackReset } from "../../heap/cstack.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_DECREF, Py_INCREF, Py_NewRef, Py_SET_SIZE } from "../../heap/refcount.ts"
import { i32, u8 } from "../../heap/views.ts"
import { PyBuffer_Release, PySequence_Fast, PySequence_Fast_GET_ITEM, PySequence_Fast_GET_SIZE, PyObject_GetBuffer } from "../abstract.ts"
import { PyErr_Occurred, PyErr_SetString } from "../errors.ts"
import { _PyArg_UnpackKeywords, argParser } from "../getargs.ts"
import { PyList_Append, PyList_New, PyList_Reverse, PyList_SET_ITEM } from "../listobject.ts"
import { typeName } from "../object.ts"
import { EMPTY_BYTES, Py_None, PyExc_OverflowError, PyExc_RuntimeError, PyExc_TypeError, PyExc_ValueError } from "../statictypes.ts"
import { PyTuple_New, PyTuple_SET_ITEM } from "../tupleobject.ts"
import { PyByteArrayObject, Py_buffer } from "../../heap/layout.ts"
import { PyMem_Free, PyMem_Malloc } from "../../heap/obmalloc.ts"
import { memcpy, setptr, setssize, ssize } from "../../heap/access.ts"
import { argBuffer, argInt, argOk, argSsize, bufOf, isMutable, LEN, lenOf, NEW, simpleBuffer, STR } from "./access.ts"
import { PyBytes_AS_STRING, PyBytes_CheckExact, PyBytes_FromStringAndSize, PyBytes_GET_SIZE } from "./core.ts"
import { findBytes, isSpace, rfindBytes } from "./search.ts"
import { _PyByteArray_FromBufferObject } from "../bytearrayobject.ts"
import { PyErr_NoMemory } from "../errors.ts"

// stringlib/split.h, partition.h, join.h for bytes and bytearray.

/** Lists start with room for twelve parts, as C's do: it shows in their size. */
const MAX_PREALLOC = 12

let list: Own = NULL
let count = 0

function begin(maxcount: number): boolean {
  count = 0
  list = PyList_New(maxcount >= MAX_PREALLOC ? MAX_PREALLOC : maxcount + 1)
  return list !== NULL
}
function addOwned($sub: Own): boolean {
  if ($sub === NULL) return false
  if (count < MAX_PREALLOC) PyList_SET_ITEM(list, count, $sub)
  else {
    const r = PyList_Append(list, $sub)
    Py_DECREF($sub)
    if (r < 0) return false
  }
  count++
  return true
}
function add(self: Ref, left: number, right: number): boolean {
  return addOwned(NEW(self, STR(self) + left, right - left))
}
function finish(ok: boolean, reverse: boolean): Own {
  const $list = list
  list = NULL
  if (!ok) {
    Py_DECREF($list)
    return NULL
  }
  Py_SET_SIZE($list, count)
  if (reverse && PyList_Reverse($list) < 0) {
    Py_DECREF($list)
    return NULL
  }
  return $list
}

function split_whitespace(self: Ref, maxcount: number): Own {
  const n = LEN(self)
  const s = STR(self)
  if (!begin(maxcount)) return NULL
  let i = 0
  let ok = true
  while (ok && maxcount-- > 0) {
    while (i < n && isSpace(u8[s + i])) i++
    if (i === n) break
    const j = i++
    while (i < n && !isSpace(u8[s + i])) i++
    if (j === 0 && i === n && PyBytes_CheckExact(self)) {
      ok = addOwned(Py_NewRef(self))
      break
    }
    ok = add(self, j, i)
  }
  if (ok && i < n) {
    while (i < n && isSpace(u8[s + i])) i++
    if (i !== n) ok = add(self, i, n)
  }
  return finish(ok, false)
}

function rsplit_whitespace(self: Ref, maxcount: number): Own {
  const n = LEN(self)
  const s = STR(self)
  if (!begin(maxcount)) return NULL
  let i = n - 1
  let ok = true
  while (ok && maxcount-- > 0) {
    while (i >= 0 && isSpace(u8[s + i])) i--
    if (i < 0) break
    const j = i--
    while (i >= 0 && !isSpace(u8[s + i])) i--
    if (j === n - 1 && i < 0 && PyBytes_CheckExact(self)) {
      ok = addOwned(Py_NewRef(self))
      break
    }
    ok = add(self, i + 1, j + 1)
  }
  if (ok && i >= 0) {
    while (i >= 0 && isSpace(u8[s + i])) i--
    if (i >= 0) ok = add(self, 0, i + 1)
  }
  return finish(ok, true)
}

function split_on(self: Ref, sep: number, m: number, maxcount: number): Own {
  if (m === 0) return PyErr_SetString(PyExc_ValueError, "empty separator")
  const n = LEN(self)
  const s = STR(self)
  if (!begin(maxcount)) return NULL
  let i = 0
  let ok = true
  while (ok && maxcount-- > 0) {
    const pos = findBytes(s + i, n - i, sep, m)
    if (pos < 0) break
    ok = add(self, i, i + pos)
    i += pos + m
  }
  if (ok) ok = count === 0 && PyBytes_CheckExact(self) ? addOwned(Py_NewRef(self)) : add(self, i, n)
  return finish(ok, false)
}

function rsplit_on(self: Ref, sep: number, m: number, maxcount: number): Own {
  if (m === 0) return PyErr_SetString(PyExc_ValueError, "empty separator")
  const s = STR(self)
  if (!begin(maxcount)) return NULL
  let j = LEN(self)
  let ok = true
  while (ok && maxcount-- > 0) {
    const pos = rfindBytes(s, j, sep, m)
    if (pos < 0) break
    ok = add(self, pos + m, j)
    j = pos
  }
  if (ok) ok = count === 0 && PyBytes_CheckExact(self) ? addOwned(Py_NewRef(self)) : add(self, 0, j)
  return finish(ok, true)
}

const splitParser = argParser("split", ["sep", "maxsplit"])
const rsplitParser = argParser("rsplit", ["sep", "maxsplit"])
const splitlinesParser = argParser("splitlines", ["keepends"])

function splitArgs(self: Ref, args: number, nargs: number, kwnames: Ref, right: boolean): Own {
  const a = _PyArg_UnpackKeywords(args, nargs, 0, kwnames, right ? rsplitParser : splitParser, 0, 2, 0)
  if (a === 0) return NULL
  const sep = ptr(a)
  const max = ptr(a + 8)
  let maxsplit = -1
  if (max !== NULL) {
    maxsplit = argSsize(max)
    if (!argOk) return NULL
  }
  if (maxsplit < 0) maxsplit = 0x7fffffff
  if (sep === NULL || sep === Py_None) return right ? rsplit_whitespace(self, maxsplit) : split_whitespace(self, maxsplit)
  const mark = cstackMark()
  const view = simpleBuffer(sep)
  let $r: Own = NULL
  if (view !== 0) {
    $r = right ? rsplit_on(self, bufOf(view), lenOf(view), maxsplit) : split_on(self, bufOf(view), lenOf(view), maxsplit)
    PyBuffer_Release(view)
  }
  cstackReset(mark)
  return $r
}
export function bytes_split(self: Ref, args: number, nargs: number, kwnames: Ref): Own {
  return splitArgs(self, args, nargs, kwnames, false)
}
export function bytes_rsplit(self: Ref, args: number, nargs: number, kwnames: Ref): Own {
  return splitArgs(self, args, nargs, kwnames, true)
}

export function bytes_splitlines(self: Ref, args: number, nargs: number, kwnames: Ref): Own {
  const a = _PyArg_UnpackKeywords(args, nargs, 0, kwnames, splitlinesParser, 0, 1, 0)
  if (a === 0) return NULL
  const keep = ptr(a)
  let keepends = 0
  if (keep !== NULL) {
    keepends = argInt(keep)
    if (!argOk) return NULL
  }
  const $list = PyList_New(0)
  if ($list === NULL) return NULL
  const n = LEN(self)
  const s = STR(self)
  for (let i = 0, j = 0; i < n; j = i) {
    while (i < n && u8[s + i] !== 10 && u8[s + i] !== 13) i++
    let eol = i
    if (i < n) {
      i += u8[s + i] === 13 && i + 1 < n && u8[s + i + 1] === 10 ? 2 : 1
      if (keepends) eol = i
    }
    const $sub = j === 0 && eol === n && PyBytes_CheckExact(self) ? Py_NewRef(self) : NEW(self, s + j, eol - j)
    const r = $sub === NULL ? -1 : PyList_Append($list, $sub)
    if ($sub !== NULL) Py_DECREF($sub)
    if (r < 0) {
      Py_DECREF($list)
      return NULL
    }
  }
  return $list
}

/** (before, separator, after). A bytearray's separator is a new bytearray, bytes' is the argument itself. */
function partition(self: Ref, sepObj: Ref, fname: string, right: boolean): Own {
  const mutable = isMutable(self)
  const mark = cstackMark()
  let sep: Ref = sepObj
  let view = 0
  if (mutable) {
    sep = _PyByteArray_FromBufferObject(sepObj)
    if (sep === NULL) return NULL
  } else {
    view = argBuffer(sepObj, fname, "argument")
    if (view === 0) {
      cstackReset(mark)
      return NULL
    }
  }
  const $r = partitionOn(self, sep, mutable ? STR(sep) : bufOf(view), mutable ? LEN(sep) : lenOf(view), right)
  if (mutable) Py_DECREF(sep)
  else PyBuffer_Release(view)
  cstackReset(mark)
  return $r
}

function partitionOn(self: Ref, sepObj: Ref, sep: number, m: number, right: boolean): Own {
  if (m === 0) return PyErr_SetString(PyExc_ValueError, "empty separator")
  const $t = PyTuple_New(3)
  if ($t === NULL) return NULL
  const s = STR(self)
  const n = LEN(self)
  const pos = right ? rfindBytes(s, n, sep, m) : findBytes(s, n, sep, m)
  if (pos < 0) {
    const $whole = isMutable(self) ? NEW(self, s, n) : Py_NewRef(self)
    const $e1 = isMutable(self) ? NEW(self, 0, 0) : Py_NewRef(EMPTY_BYTES)
    const $e2 = isMutable(self) ? NEW(self, 0, 0) : Py_NewRef(EMPTY_BYTES)
    PyTuple_SET_ITEM($t, right ? 2 : 0, $whole)
    PyTuple_SET_ITEM($t, right ? 0 : 1, $e1)
    PyTuple_SET_ITEM($t, right ? 1 : 2, $e2)
  } else {
    PyTuple_SET_ITEM($t, 0, NEW(self, s, pos))
    Py_INCREF(sepObj)
    PyTuple_SET_ITEM($t, 1, sepObj)
    PyTuple_SET_ITEM($t, 2, NEW(self, s + pos + m, n - pos - m))
  }
  if (PyErr_Occurred()) {
    Py_DECREF($t)
    return NULL
  }
  return $t
}
export function bytes_partition(self: Ref, sep: Ref): Own {
  return partition(self, sep, "partition", false)
}
export function bytes_rpartition(self: Ref, sep: Ref): Own {
  return partition(self, sep, "rpartition", true)
}

/** sep.join(iterable) for bytes and bytearray separators. A bytearray may not be resized meanwhile. */
export function bytes_join(sep: Ref, iterable: Ref): Own {
  if (!isMutable(sep)) return join(sep, iterable)
  const exports = sep + PyByteArrayObject.ob_exports
  setssize(exports, ssize(exports) + 1)
  const $res = join(sep, iterable)
  setssize(exports, ssize(exports) - 1)
  return $res
}
function join(sep: Ref, iterable: Ref): Own {
  const $seq = PySequence_Fast(iterable, "can only join an iterable")
  if ($seq === NULL) return NULL
  const n = PySequence_Fast_GET_SIZE($seq)
  if (n === 0) {
    Py_DECREF($seq)
    return NEW(sep, 0, 0)
  }
  if (n === 1 && !isMutable(sep)) {
    const item = PySequence_Fast_GET_ITEM($seq, 0)
    if (PyBytes_CheckExact(item)) {
      Py_INCREF(item)
      Py_DECREF($seq)
      return item as Own
    }
  }
  const buffers = PyMem_Malloc(n * Py_buffer.SIZE)
  if (buffers === 0) {
    Py_DECREF($seq)
    return PyErr_NoMemory()
  }
  const m = LEN(sep)
  let held = 0
  let size = 0
  let ok = true
  for (let i = 0; i < n; i++) {
    const item = PySequence_Fast_GET_ITEM($seq, i)
    const view = buffers + i * Py_buffer.SIZE
    if (PyBytes_CheckExact(item)) {
      Py_INCREF(item)
      setptr(view + Py_buffer.obj, item)
      setptr(view + Py_buffer.buf, PyBytes_AS_STRING(item))
      setssize(view + Py_buffer.len, PyBytes_GET_SIZE(item))
    } else if (PyObject_GetBuffer(item, view, 0) !== 0) {
      PyErr_SetString(PyExc_TypeError, `sequence item ${i}: expected a bytes-like object, ${typeName(item).slice(0, 80)} found`)
      ok = false
      break
    }
    held = i + 1
    size += i32[(view + Py_buffer.len) >> 2] + (i === 0 ? 0 : m)
    if (size > 0x7fffffff) {
      PyErr_SetString(PyExc_OverflowError, "join() result is too long")
      ok = false
      break
    }
    if (n !== PySequence_Fast_GET_SIZE($seq)) {
      PyErr_SetString(PyExc_RuntimeError, "sequence changed size during iteration")
      ok = false
      break
    }
  }
  let $res: Own = NULL
  if (ok) {
    $res = NEW(sep, 0, size)
    if ($res !== NULL) {
      let p = STR($res)
      const s = STR(sep)
      for (let i = 0; i < n; i++) {
        if (i && m) {
          memcpy(p, s, m)
          p += m
        }
        const view = buffers + i * Py_buffer.SIZE
        const len = lenOf(view)
        memcpy(p, bufOf(view), len)
        p += len
      }
    }
  }
  Py_DECREF($seq)
  for (let i = 0; i < held; i++) PyBuffer_Release(buffers + i * Py_buffer.SIZE)
  PyMem_Free(buffers)
  return $res
}

/** PyBytes_Join: `sep` is bytes. */
export function _PyBytes_Join(sep: Ref, iterable: Ref): Own {
  return bytes_join(sep, iterable)
}

/** Kept for callers that split plain data: a bytes object of part of it. */
export function sliceBytes(at: number, n: number): Own {
  return PyBytes_FromStringAndSize(at, n)
}
