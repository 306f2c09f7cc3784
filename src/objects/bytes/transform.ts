import { memcpy, memset, ptr } from "../../heap/access.ts"
import { cstackMark, cstackReset } from "../../heap/cstack.ts"
import { PyBytesObject } from "../../heap/layout.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_DECREF, Py_NewRef, Py_SIZE } from "../../heap/refcount.ts"
import { u8 } from "../../heap/views.ts"
import { PyBuffer_Release } from "../abstract.ts"
import { PyBool_FromLong } from "../boolobject.ts"
import { PyByteArray_AS_STRING, PyByteArray_Check, PyByteArray_Resize } from "../bytearrayobject.ts"
import { PyErr_SetString } from "../errors.ts"
import { _PyArg_BadArgument, _PyArg_CheckPositional, _PyArg_UnpackKeywords, argParser } from "../getargs.ts"
import { Py_None, PyExc_OverflowError, PyExc_ValueError } from "../statictypes.ts"
import { argBuffer, argInt, argOk, argSsize, bufOf, LEN, lenOf, NEW, returnSelf, simpleBuffer, STR } from "./access.ts"
import { _PyBytes_Resize, PyBytes_Check, PyBytes_CheckExact, PyBytes_FromStringAndSize } from "./core.ts"
import { countBytes, findBytes, isSpace, memchr, memeq } from "./search.ts"

// Objects/bytes_methods.c and stringlib/transmogrify.h: tests, case, padding, stripping, translation, replacement.

function isUpper(c: number): boolean {
  return c >= 65 && c <= 90
}
function isLower(c: number): boolean {
  return c >= 97 && c <= 122
}
function isAlpha(c: number): boolean {
  return isUpper(c) || isLower(c)
}
function isDigit(c: number): boolean {
  return c >= 48 && c <= 57
}

function all(self: Ref, test: (c: number) => boolean): Own {
  const s = STR(self)
  const n = LEN(self)
  for (let i = 0; i < n; i++) if (!test(u8[s + i])) return PyBool_FromLong(0)
  return PyBool_FromLong(n > 0 ? 1 : 0)
}
export function bytes_isspace(self: Ref): Own {
  return all(self, isSpace)
}
export function bytes_isalpha(self: Ref): Own {
  return all(self, isAlpha)
}
export function bytes_isalnum(self: Ref): Own {
  return all(self, (c) => isAlpha(c) || isDigit(c))
}
export function bytes_isdigit(self: Ref): Own {
  return all(self, isDigit)
}
export function bytes_isascii(self: Ref): Own {
  const s = STR(self)
  const n = LEN(self)
  for (let i = 0; i < n; i++) if (u8[s + i] >= 128) return PyBool_FromLong(0)
  return PyBool_FromLong(1)
}
function cased(self: Ref, wrong: (c: number) => boolean, right: (c: number) => boolean): Own {
  const s = STR(self)
  const n = LEN(self)
  let any = false
  for (let i = 0; i < n; i++) {
    if (wrong(u8[s + i])) return PyBool_FromLong(0)
    if (right(u8[s + i])) any = true
  }
  return PyBool_FromLong(any ? 1 : 0)
}
export function bytes_islower(self: Ref): Own {
  return cased(self, isUpper, isLower)
}
export function bytes_isupper(self: Ref): Own {
  return cased(self, isLower, isUpper)
}
export function bytes_istitle(self: Ref): Own {
  const s = STR(self)
  const n = LEN(self)
  let any = false
  let previous = false
  for (let i = 0; i < n; i++) {
    const c = u8[s + i]
    if (isUpper(c)) {
      if (previous) return PyBool_FromLong(0)
      previous = any = true
    } else if (isLower(c)) {
      if (!previous) return PyBool_FromLong(0)
      any = true
    } else previous = false
  }
  return PyBool_FromLong(any ? 1 : 0)
}

function map(self: Ref, f: (c: number, i: number) => number): Own {
  const n = LEN(self)
  const $r = NEW(self, 0, n)
  if ($r === NULL) return NULL
  const s = STR(self)
  const d = STR($r)
  for (let i = 0; i < n; i++) u8[d + i] = f(u8[s + i], i)
  return $r
}
function lower(c: number): number {
  return isUpper(c) ? c + 32 : c
}
function upper(c: number): number {
  return isLower(c) ? c - 32 : c
}
export function bytes_lower(self: Ref): Own {
  return map(self, lower)
}
export function bytes_upper(self: Ref): Own {
  return map(self, upper)
}
export function bytes_swapcase(self: Ref): Own {
  return map(self, (c) => (isLower(c) ? c - 32 : lower(c)))
}
export function bytes_capitalize(self: Ref): Own {
  return map(self, (c, i) => (i === 0 ? upper(c) : lower(c)))
}
export function bytes_title(self: Ref): Own {
  let previous = false
  return map(self, (c) => {
    const r = previous ? lower(c) : upper(c)
    previous = isAlpha(c)
    return r
  })
}

const expandtabsParser = argParser("expandtabs", ["tabsize"])

export function bytes_expandtabs(self: Ref, args: number, nargs: number, kwnames: Ref): Own {
  const a = _PyArg_UnpackKeywords(args, nargs, 0, kwnames, expandtabsParser, 0, 1, 0)
  if (a === 0) return NULL
  let tabsize = 8
  if (ptr(a) !== NULL) {
    tabsize = argInt(ptr(a))
    if (!argOk) return NULL
  }
  const s = STR(self)
  const n = LEN(self)
  let total = 0
  let column = 0
  for (let p = s; p < s + n; p++) {
    const c = u8[p]
    if (c === 9) {
      if (tabsize > 0) column += tabsize - (column % tabsize)
    } else {
      column++
      if (c === 10 || c === 13) {
        total += column
        column = 0
      }
    }
  }
  if (total + column > 0x7fffffff) return PyErr_SetString(PyExc_OverflowError, "result too long")
  const $u = NEW(self, 0, total + column)
  if ($u === NULL) return NULL
  let q = STR($u)
  column = 0
  for (let p = s; p < s + n; p++) {
    const c = u8[p]
    if (c === 9) {
      if (tabsize > 0) {
        const k = tabsize - (column % tabsize)
        column += k
        memset(q, 32, k)
        q += k
      }
    } else {
      column++
      u8[q++] = c
      if (c === 10 || c === 13) column = 0
    }
  }
  return $u
}

function pad(self: Ref, left: number, right: number, fill: number): Own {
  if (left < 0) left = 0
  if (right < 0) right = 0
  if (left === 0 && right === 0) return returnSelf(self)
  const n = LEN(self)
  if (left + right + n > 0x7fffffff) return PyErr_SetString(PyExc_OverflowError, "byte string is too large")
  const $u = NEW(self, 0, left + n + right)
  if ($u === NULL) return NULL
  const d = STR($u)
  memset(d, fill, left)
  memcpy(d + left, STR(self), n)
  memset(d + left + n, fill, right)
  return $u
}

let width = 0
let fillchar = 32
function padArgs(fname: string, args: number, nargs: number): boolean {
  if (!_PyArg_CheckPositional(fname, nargs, 1, 2)) return false
  width = argSsize(ptr(args))
  if (!argOk) return false
  fillchar = 32
  if (nargs < 2) return true
  const f = ptr(args + 8)
  if (PyBytes_Check(f) && Py_SIZE(f) === 1) fillchar = u8[f + PyBytesObject.ob_sval]
  else if (PyByteArray_Check(f) && Py_SIZE(f) === 1) fillchar = u8[PyByteArray_AS_STRING(f)]
  else {
    _PyArg_BadArgument(fname, "argument 2", "a byte string of length 1", f)
    return false
  }
  return true
}
export function bytes_ljust(self: Ref, args: number, nargs: number): Own {
  return padArgs("ljust", args, nargs) ? pad(self, 0, width - LEN(self), fillchar) : NULL
}
export function bytes_rjust(self: Ref, args: number, nargs: number): Own {
  return padArgs("rjust", args, nargs) ? pad(self, width - LEN(self), 0, fillchar) : NULL
}
export function bytes_center(self: Ref, args: number, nargs: number): Own {
  if (!padArgs("center", args, nargs)) return NULL
  const n = LEN(self)
  if (n >= width) return returnSelf(self)
  const marg = width - n
  const left = Math.floor(marg / 2) + (marg & width & 1)
  return pad(self, left, marg - left, fillchar)
}
export function bytes_zfill(self: Ref, arg: Ref): Own {
  const w = argSsize(arg)
  if (!argOk) return NULL
  const n = LEN(self)
  if (n >= w) return returnSelf(self)
  const fill = w - n
  const $s = pad(self, fill, 0, 48)
  if ($s === NULL) return NULL
  const p = STR($s)
  const c = u8[p + fill]
  if (n > 0 && (c === 43 || c === 45)) {
    u8[p] = c
    u8[p + fill] = 48
  }
  return $s
}

function strip(self: Ref, args: number, nargs: number, fname: string, left: boolean, right: boolean): Own {
  if (!_PyArg_CheckPositional(fname, nargs, 0, 1)) return NULL
  const chars = nargs < 1 ? Py_None : ptr(args)
  const mark = cstackMark()
  let view = 0
  if (chars !== Py_None) {
    view = simpleBuffer(chars)
    if (view === 0) {
      cstackReset(mark)
      return NULL
    }
  }
  const s = STR(self)
  const n = LEN(self)
  const set = view === 0 ? 0 : bufOf(view)
  const m = view === 0 ? 0 : lenOf(view)
  let i = 0
  let j = n
  if (left) while (i < n && (view === 0 ? isSpace(u8[s + i]) : memchr(set, u8[s + i], m) >= 0)) i++
  if (right) while (j > i && (view === 0 ? isSpace(u8[s + j - 1]) : memchr(set, u8[s + j - 1], m) >= 0)) j--
  if (view !== 0) PyBuffer_Release(view)
  cstackReset(mark)
  if (i === 0 && j === n && PyBytes_CheckExact(self)) return Py_NewRef(self)
  return NEW(self, s + i, j - i)
}
export function bytes_strip(self: Ref, args: number, nargs: number): Own {
  return strip(self, args, nargs, "strip", true, true)
}
export function bytes_lstrip(self: Ref, args: number, nargs: number): Own {
  return strip(self, args, nargs, "lstrip", true, false)
}
export function bytes_rstrip(self: Ref, args: number, nargs: number): Own {
  return strip(self, args, nargs, "rstrip", false, true)
}

function remove(self: Ref, arg: Ref, fname: string, prefix: boolean): Own {
  const mark = cstackMark()
  const view = argBuffer(arg, fname, "argument")
  if (view === 0) {
    cstackReset(mark)
    return NULL
  }
  const s = STR(self)
  const n = LEN(self)
  const m = lenOf(view)
  let $r: Own
  if (n >= m && m > 0 && memeq(prefix ? s : s + n - m, bufOf(view), m)) $r = NEW(self, prefix ? s + m : s, n - m)
  else $r = returnSelf(self)
  PyBuffer_Release(view)
  cstackReset(mark)
  return $r
}
export function bytes_removeprefix(self: Ref, arg: Ref): Own {
  return remove(self, arg, "removeprefix", true)
}
export function bytes_removesuffix(self: Ref, arg: Ref): Own {
  return remove(self, arg, "removesuffix", false)
}

/** A translation table; registered as a static method: the first parameter is NULL. */
export function bytes_maketrans(_null: Ref, args: number, nargs: number): Own {
  if (!_PyArg_CheckPositional("maketrans", nargs, 2, 2)) return NULL
  const mark = cstackMark()
  const from = argBuffer(ptr(args), "maketrans", "argument 1")
  const to = from === 0 ? 0 : argBuffer(ptr(args + 8), "maketrans", "argument 2")
  let $r: Own = NULL
  if (to !== 0) {
    if (lenOf(from) !== lenOf(to)) PyErr_SetString(PyExc_ValueError, "maketrans arguments must have same length")
    else {
      $r = PyBytes_FromStringAndSize(0, 256)
      if ($r !== NULL) {
        const p = $r + PyBytesObject.ob_sval
        for (let i = 0; i < 256; i++) u8[p + i] = i
        for (let i = 0; i < lenOf(from); i++) u8[p + u8[bufOf(from) + i]] = u8[bufOf(to) + i]
      }
    }
  }
  if (from !== 0) PyBuffer_Release(from)
  if (to !== 0) PyBuffer_Release(to)
  cstackReset(mark)
  return $r
}

const translateParser = argParser("translate", ["", "delete"])

export function bytes_translate(self: Ref, args: number, nargs: number, kwnames: Ref): Own {
  const a = _PyArg_UnpackKeywords(args, nargs, 0, kwnames, translateParser, 1, 2, 0)
  if (a === 0) return NULL
  const table = ptr(a)
  const del = ptr(a + 8)
  const mark = cstackMark()
  const $r = translate(self, table, del)
  cstackReset(mark)
  return $r
}

function translate(self: Ref, table: Ref, del: Ref): Own {
  const map = new Int16Array(256)
  for (let i = 0; i < 256; i++) map[i] = i
  if (table !== Py_None) {
    const view = simpleBuffer(table)
    if (view === 0) return NULL
    if (lenOf(view) !== 256) {
      PyBuffer_Release(view)
      return PyErr_SetString(PyExc_ValueError, "translation table must be 256 characters long")
    }
    for (let i = 0; i < 256; i++) map[i] = u8[bufOf(view) + i]
    PyBuffer_Release(view)
  }
  if (del !== NULL) {
    const view = simpleBuffer(del)
    if (view === 0) return NULL
    for (let i = 0; i < lenOf(view); i++) map[u8[bufOf(view) + i]] = -1
    PyBuffer_Release(view)
  }
  const n = LEN(self)
  let $r = NEW(self, 0, n)
  if ($r === NULL) return NULL
  const s = STR(self)
  const d = STR($r)
  let k = 0
  let changed = false
  for (let i = 0; i < n; i++) {
    const c = u8[s + i]
    const t = map[c]
    if (t !== -1) u8[d + k++] = t
    if (t !== c) changed = true
  }
  if (!changed && PyBytes_CheckExact(self)) {
    Py_DECREF($r)
    return Py_NewRef(self)
  }
  if (k === n) return $r
  if (PyBytes_Check($r)) return _PyBytes_Resize($r, k)
  if (PyByteArray_Resize($r, k) < 0) {
    Py_DECREF($r)
    $r = NULL
  }
  return $r
}

export function bytes_replace(self: Ref, args: number, nargs: number): Own {
  if (!_PyArg_CheckPositional("replace", nargs, 2, 3)) return NULL
  const mark = cstackMark()
  const old = argBuffer(ptr(args), "replace", "argument 1")
  const neu = old === 0 ? 0 : argBuffer(ptr(args + 8), "replace", "argument 2")
  let $r: Own = NULL
  if (neu !== 0) {
    let count = -1
    if (nargs > 2) count = argSsize(ptr(args + 16))
    if (nargs <= 2 || argOk) $r = replace(self, bufOf(old), lenOf(old), bufOf(neu), lenOf(neu), count)
  }
  if (old !== 0) PyBuffer_Release(old)
  if (neu !== 0) PyBuffer_Release(neu)
  cstackReset(mark)
  return $r
}
function replace(self: Ref, from: number, m: number, to: number, k: number, max: number): Own {
  const n = LEN(self)
  if (n < m) return returnSelf(self)
  if (max < 0) max = 0x7fffffff
  else if (max === 0) return returnSelf(self)
  if (m === 0 && k === 0) return returnSelf(self)
  const s = STR(self)
  const count = m === 0 ? Math.min(max, n + 1) : countBytes(s, n, from, m, max)
  if (count === 0) return returnSelf(self)
  const size = n + count * (k - m)
  if (size > 0x7fffffff) return PyErr_SetString(PyExc_OverflowError, "replace bytes is too long")
  const $r = NEW(self, 0, size)
  if ($r === NULL) return NULL
  let d = STR($r)
  let i = 0
  for (let c = 0; c < count; c++) {
    if (m === 0) {
      if (c > 0) u8[d++] = u8[s + i++]
    } else {
      const j = findBytes(s + i, n - i, from, m)
      memcpy(d, s + i, j)
      d += j
      i += j + m
    }
    memcpy(d, to, k)
    d += k
  }
  memcpy(d, s + i, n - i)
  return $r
}
