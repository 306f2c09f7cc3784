import { ptr } from "../../heap/access.ts"
import { calloca, cstackMark, cstackReset } from "../../heap/cstack.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { u8 } from "../../heap/views.ts"
import { _PyIndex_Check, PyBuffer_Release, PyNumber_AsSsize_t, PyObject_CheckBuffer } from "../abstract.ts"
import { PyBool_FromLong } from "../boolobject.ts"
import { PyErr_Clear, PyErr_ExceptionMatches, PyErr_Occurred, PyErr_SetString } from "../errors.ts"
import { PyArg_ParseTuple } from "../getargs.ts"
import { PyLong_FromLong } from "../longobject.ts"
import { typeName } from "../object.ts"
import { _PyEval_SliceIndex, sliceIndex } from "../sliceobject.ts"
import { Py_None, PyExc_TypeError, PyExc_ValueError } from "../statictypes.ts"
import { PyTuple_Check, PyTuple_GET_ITEM, PyTuple_GET_SIZE } from "../tupleobject.ts"
import { bufOf, LEN, lenOf, simpleBuffer, STR } from "./access.ts"
import { countBytes, findBytes, memchr, memeq, rfindBytes } from "./search.ts"

// Objects/bytes_methods.c: find, index, count, startswith, endswith, in.

let start = 0
let end = 0
let subobj: Ref = NULL

/** Arguments (sub[, start[, end]]) into `subobj`, `start`, `end`. */
function parseFinds(fname: string, args: Ref): boolean {
  const a = PyArg_ParseTuple(args, `O|OO:${fname}`)
  if (a === 0) return false
  const sub = ptr(a)
  const s = ptr(a + 8)
  const e = ptr(a + 16)
  let from = 0
  let to = 0x7fffffff
  if (s !== NULL && s !== Py_None) {
    if (!_PyEval_SliceIndex(s, 0)) return false
    from = sliceIndex
  }
  if (e !== NULL && e !== Py_None) {
    if (!_PyEval_SliceIndex(e, 0)) return false
    to = sliceIndex
  }
  subobj = sub
  start = from
  end = to
  return true
}
function adjust(n: number): void {
  if (end > n) end = n
  else if (end < 0) {
    end += n
    if (end < 0) end = 0
  }
  if (start < 0) {
    start += n
    if (start < 0) start = 0
  }
}

/** The substring's address and length; its buffer in `subView` (0: a byte on the scratch stack). */
let subAt = 0
let subLen = 0
let subView = 0

function parseSub(fname: string, args: Ref): boolean {
  if (!parseFinds(fname, args)) return false
  const from = start
  const to = end
  subView = 0
  if (PyObject_CheckBuffer(subobj)) {
    const view = simpleBuffer(subobj)
    if (view === 0) return false
    subView = view
    subAt = bufOf(view)
    subLen = lenOf(view)
  } else {
    if (!_PyIndex_Check(subobj)) {
      PyErr_SetString(PyExc_TypeError, `argument should be integer or bytes-like object, not '${typeName(subobj).slice(0, 200)}'`)
      return false
    }
    const v = PyNumber_AsSsize_t(subobj, NULL)
    if (v === -1 && PyErr_Occurred()) return false
    if (v < 0 || v > 255) {
      PyErr_SetString(PyExc_ValueError, "byte must be in range(0, 256)")
      return false
    }
    subAt = calloca(1)
    u8[subAt] = v
    subLen = 1
  }
  start = from
  end = to
  return true
}

/** -2 with the error set, -1 not found. */
function find_internal(self: Ref, fname: string, args: Ref, forward: boolean): number {
  const mark = cstackMark()
  let r = -2
  if (parseSub(fname, args)) {
    adjust(LEN(self))
    if (end - start < subLen) r = -1
    else {
      const at = STR(self) + start
      r = forward ? findBytes(at, end - start, subAt, subLen) : rfindBytes(at, end - start, subAt, subLen)
      if (r >= 0) r += start
    }
    if (subView !== 0) PyBuffer_Release(subView)
  }
  cstackReset(mark)
  return r
}

function found(r: number, must: boolean): Own {
  if (r === -2) return NULL
  if (r === -1 && must) return PyErr_SetString(PyExc_ValueError, "subsection not found")
  return PyLong_FromLong(r)
}
export function bytes_find(self: Ref, args: Ref): Own {
  return found(find_internal(self, "find", args, true), false)
}
export function bytes_index(self: Ref, args: Ref): Own {
  return found(find_internal(self, "index", args, true), true)
}
export function bytes_rfind(self: Ref, args: Ref): Own {
  return found(find_internal(self, "rfind", args, false), false)
}
export function bytes_rindex(self: Ref, args: Ref): Own {
  return found(find_internal(self, "rindex", args, false), true)
}

export function bytes_count(self: Ref, args: Ref): Own {
  const mark = cstackMark()
  let $r: Own = NULL
  if (parseSub("count", args)) {
    adjust(LEN(self))
    $r = PyLong_FromLong(countBytes(STR(self) + start, end - start, subAt, subLen, 0x7fffffff))
    if (subView !== 0) PyBuffer_Release(subView)
  }
  cstackReset(mark)
  return $r
}

/** `arg in self`: 1, 0, or -1 with the error set. */
export function bytes_contains(self: Ref, arg: Ref): number {
  const v = PyNumber_AsSsize_t(arg, NULL)
  if (v === -1 && PyErr_Occurred()) {
    PyErr_Clear()
    const mark = cstackMark()
    const view = simpleBuffer(arg)
    let r = -1
    if (view !== 0) {
      r = findBytes(STR(self), LEN(self), bufOf(view), lenOf(view)) >= 0 ? 1 : 0
      PyBuffer_Release(view)
    }
    cstackReset(mark)
    return r
  }
  if (v < 0 || v >= 256) {
    PyErr_SetString(PyExc_ValueError, "byte must be in range(0, 256)")
    return -1
  }
  return memchr(STR(self), v, LEN(self)) >= 0 ? 1 : 0
}

function tailmatch(self: Ref, substr: Ref, from: number, to: number, atEnd: boolean): number {
  const mark = cstackMark()
  const view = simpleBuffer(substr)
  if (view === 0) {
    cstackReset(mark)
    return -1
  }
  const m = lenOf(view)
  const n = LEN(self)
  start = from
  end = to
  adjust(n)
  let r = 0
  if (atEnd ? end - start >= m && start <= n : start <= n - m) {
    if (atEnd && end - m > start) start = end - m
    if (end - start >= m && memeq(STR(self) + start, bufOf(view), m)) r = 1
  }
  PyBuffer_Release(view)
  cstackReset(mark)
  return r
}

function bytes_tailmatch(self: Ref, fname: string, args: Ref, atEnd: boolean): Own {
  if (!parseFinds(fname, args)) return NULL
  const sub = subobj
  const from = start
  const to = end
  if (PyTuple_Check(sub)) {
    for (let i = 0; i < PyTuple_GET_SIZE(sub); i++) {
      const r = tailmatch(self, PyTuple_GET_ITEM(sub, i), from, to, atEnd)
      if (r === -1) return NULL
      if (r) return PyBool_FromLong(1)
    }
    return PyBool_FromLong(0)
  }
  const r = tailmatch(self, sub, from, to, atEnd)
  if (r === -1) {
    if (PyErr_ExceptionMatches(PyExc_TypeError)) {
      PyErr_SetString(PyExc_TypeError, `${fname} first arg must be bytes or a tuple of bytes, not ${typeName(sub)}`)
    }
    return NULL
  }
  return PyBool_FromLong(r)
}
export function bytes_startswith(self: Ref, args: Ref): Own {
  return bytes_tailmatch(self, "startswith", args, false)
}
export function bytes_endswith(self: Ref, args: Ref): Own {
  return bytes_tailmatch(self, "endswith", args, true)
}
