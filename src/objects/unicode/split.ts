import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_DECREF, Py_NewRef, Py_SET_SIZE } from "../../heap/refcount.ts"
import { PyErr_SetString } from "../errors.ts"
import { PyList_Append, PyList_New, PyList_Reverse, PyList_SET_ITEM } from "../listobject.ts"
import { EMPTY_UNICODE, PyExc_ValueError } from "../statictypes.ts"
import { PyTuple_New, PyTuple_Pack3, PyTuple_SET_ITEM } from "../tupleobject.ts"
import { _PyUnicode_IsLinebreak, _PyUnicode_IsWhitespace } from "../unicodectype.ts"
import {
  PyUnicode_CheckExact,
  PyUnicode_DATA,
  PyUnicode_FromKindAndData,
  PyUnicode_GET_LENGTH,
  PyUnicode_IS_ASCII,
  _PyUnicode_FromASCII,
  PyUnicode_KIND,
  PyUnicode_READ,
  PyUnicode_Substring,
} from "./core.ts"
import { ensure_unicode, findData, PyUnicode_FindChar } from "./search.ts"

// Taking strings apart. The lists start with the size C gives them: it shows in sys.getsizeof.

const MAX_PREALLOC = 12

/** A list being filled: `count` items so far (one split at a time runs; nothing below calls Python code). */
let count = 0

function newList(maxcount: number): Own {
  count = 0
  return PyList_New(maxcount >= MAX_PREALLOC ? MAX_PREALLOC : maxcount + 1)
}
function piece(self: Ref, left: number, right: number): Own {
  const data = PyUnicode_DATA(self)
  if (left === right) return Py_NewRef(EMPTY_UNICODE)
  if (PyUnicode_IS_ASCII(self)) return _PyUnicode_FromASCII(data + left, right - left)
  const kind = PyUnicode_KIND(self)
  return PyUnicode_FromKindAndData(kind, data + left * kind, right - left)
}
function add(list: Ref, $sub: Own): boolean {
  if ($sub === NULL) return false
  if (count < MAX_PREALLOC) PyList_SET_ITEM(list, count, $sub)
  else {
    const r = PyList_Append(list, $sub)
    Py_DECREF($sub)
    if (r) return false
  }
  count++
  return true
}
function fail($list: Own): Own {
  Py_SET_SIZE($list, count)
  Py_DECREF($list)
  return NULL
}
function done($list: Own): Own {
  Py_SET_SIZE($list, count)
  return $list
}

function split_whitespace(self: Ref, maxcount: number): Own {
  const $list = newList(maxcount)
  if ($list === NULL) return NULL
  const n = PyUnicode_GET_LENGTH(self)
  const kind = PyUnicode_KIND(self)
  const data = PyUnicode_DATA(self)
  let i = 0
  while (maxcount-- > 0) {
    while (i < n && _PyUnicode_IsWhitespace(PyUnicode_READ(kind, data, i))) i++
    if (i === n) break
    const j = i++
    while (i < n && !_PyUnicode_IsWhitespace(PyUnicode_READ(kind, data, i))) i++
    if (j === 0 && i === n && PyUnicode_CheckExact(self)) {
      PyList_SET_ITEM($list, 0, Py_NewRef(self))
      count++
      break
    }
    if (!add($list, piece(self, j, i))) return fail($list)
  }
  if (i < n) {
    while (i < n && _PyUnicode_IsWhitespace(PyUnicode_READ(kind, data, i))) i++
    if (i !== n && !add($list, piece(self, i, n))) return fail($list)
  }
  return done($list)
}
function rsplit_whitespace(self: Ref, maxcount: number): Own {
  const $list = newList(maxcount)
  if ($list === NULL) return NULL
  const n = PyUnicode_GET_LENGTH(self)
  const kind = PyUnicode_KIND(self)
  const data = PyUnicode_DATA(self)
  let i = n - 1
  while (maxcount-- > 0) {
    while (i >= 0 && _PyUnicode_IsWhitespace(PyUnicode_READ(kind, data, i))) i--
    if (i < 0) break
    const j = i--
    while (i >= 0 && !_PyUnicode_IsWhitespace(PyUnicode_READ(kind, data, i))) i--
    if (j === n - 1 && i < 0 && PyUnicode_CheckExact(self)) {
      PyList_SET_ITEM($list, 0, Py_NewRef(self))
      count++
      break
    }
    if (!add($list, piece(self, i + 1, j + 1))) return fail($list)
  }
  if (i >= 0) {
    while (i >= 0 && _PyUnicode_IsWhitespace(PyUnicode_READ(kind, data, i))) i--
    if (i >= 0 && !add($list, piece(self, 0, i + 1))) return fail($list)
  }
  done($list)
  if (PyList_Reverse($list) < 0) return fail($list)
  return $list
}

/** self alone: the separator cannot be in it. */
function whole(self: Ref): Own {
  const $list = PyList_New(1)
  if ($list !== NULL) PyList_SET_ITEM($list, 0, Py_NewRef(self))
  return $list
}

/** Split at `sep` (NULL: at whitespace), at most `maxcount` times (negative: no limit). */
export function split(self: Ref, sep: Ref, maxcount: number): Own {
  if (maxcount < 0) maxcount = 0x7fffffff
  if (sep === NULL) return split_whitespace(self, maxcount)
  const kind = PyUnicode_KIND(self)
  const sk = PyUnicode_KIND(sep)
  const n = PyUnicode_GET_LENGTH(self)
  const m = PyUnicode_GET_LENGTH(sep)
  if (kind < sk || n < m) return whole(self)
  if (m === 0) {
    PyErr_SetString(PyExc_ValueError, "empty separator")
    return NULL
  }
  const $list = newList(maxcount)
  if ($list === NULL) return NULL
  const data = PyUnicode_DATA(self)
  const sd = PyUnicode_DATA(sep)
  let i = 0
  while (maxcount-- > 0) {
    const at = findData(kind, data + i * kind, n - i, sk, sd, m, 1)
    if (at < 0) break
    if (!add($list, piece(self, i, i + at))) return fail($list)
    i += at + m
  }
  if (count === 0 && PyUnicode_CheckExact(self)) {
    PyList_SET_ITEM($list, 0, Py_NewRef(self))
    count++
  } else if (!add($list, piece(self, i, n))) return fail($list)
  return done($list)
}
export function rsplit(self: Ref, sep: Ref, maxcount: number): Own {
  if (maxcount < 0) maxcount = 0x7fffffff
  if (sep === NULL) return rsplit_whitespace(self, maxcount)
  const kind = PyUnicode_KIND(self)
  const sk = PyUnicode_KIND(sep)
  const n = PyUnicode_GET_LENGTH(self)
  const m = PyUnicode_GET_LENGTH(sep)
  if (kind < sk || n < m) return whole(self)
  if (m === 0) {
    PyErr_SetString(PyExc_ValueError, "empty separator")
    return NULL
  }
  const $list = newList(maxcount)
  if ($list === NULL) return NULL
  const data = PyUnicode_DATA(self)
  const sd = PyUnicode_DATA(sep)
  let j = n
  while (maxcount-- > 0) {
    const at = findData(kind, data, j, sk, sd, m, -1)
    if (at < 0) break
    if (!add($list, piece(self, at + m, j))) return fail($list)
    j = at
  }
  if (count === 0 && PyUnicode_CheckExact(self)) {
    PyList_SET_ITEM($list, 0, Py_NewRef(self))
    count++
  } else if (!add($list, piece(self, 0, j))) return fail($list)
  done($list)
  if (PyList_Reverse($list) < 0) return fail($list)
  return $list
}
export function PyUnicode_Split(s: Ref, sep: Ref, maxsplit: number): Own {
  if (ensure_unicode(s) < 0 || (sep !== NULL && ensure_unicode(sep) < 0)) return NULL
  return split(s, sep, maxsplit)
}
export function PyUnicode_RSplit(s: Ref, sep: Ref, maxsplit: number): Own {
  if (ensure_unicode(s) < 0 || (sep !== NULL && ensure_unicode(sep) < 0)) return NULL
  return rsplit(s, sep, maxsplit)
}

export function PyUnicode_Splitlines(self: Ref, keepends: number): Own {
  if (ensure_unicode(self) < 0) return NULL
  const $list = PyList_New(0)
  if ($list === NULL) return NULL
  const n = PyUnicode_GET_LENGTH(self)
  const kind = PyUnicode_KIND(self)
  const data = PyUnicode_DATA(self)
  for (let i = 0, j = 0; i < n; ) {
    while (i < n && !_PyUnicode_IsLinebreak(PyUnicode_READ(kind, data, i))) i++
    let eol = i
    if (i < n) {
      if (PyUnicode_READ(kind, data, i) === 13 && i + 1 < n && PyUnicode_READ(kind, data, i + 1) === 10) i += 2
      else i++
      if (keepends) eol = i
    }
    const $sub = j === 0 && eol === n && PyUnicode_CheckExact(self) ? Py_NewRef(self) : piece(self, j, eol)
    const r = $sub === NULL ? -1 : PyList_Append($list, $sub)
    if ($sub !== NULL) Py_DECREF($sub)
    if (r < 0) {
      Py_DECREF($list)
      return NULL
    }
    j = i
  }
  return $list
}

function triple($a: Own, b: Ref, $c: Own): Own {
  const $t = $a === NULL || $c === NULL ? NULL : PyTuple_New(3)
  if ($t === NULL) {
    if ($a !== NULL) Py_DECREF($a)
    if ($c !== NULL) Py_DECREF($c)
    return NULL
  }
  PyTuple_SET_ITEM($t, 0, $a)
  PyTuple_SET_ITEM($t, 1, Py_NewRef(b))
  PyTuple_SET_ITEM($t, 2, $c)
  return $t
}
function partition(self: Ref, sep: Ref, direction: number): Own {
  if (ensure_unicode(self) < 0 || ensure_unicode(sep) < 0) return NULL
  const kind = PyUnicode_KIND(self)
  const sk = PyUnicode_KIND(sep)
  const n = PyUnicode_GET_LENGTH(self)
  const m = PyUnicode_GET_LENGTH(sep)
  let at = -1
  if (kind >= sk && n >= m) {
    if (m === 0) {
      PyErr_SetString(PyExc_ValueError, "empty separator")
      return NULL
    }
    at = findData(kind, PyUnicode_DATA(self), n, sk, PyUnicode_DATA(sep), m, direction)
  }
  if (at < 0) {
    return direction > 0 ? PyTuple_Pack3(self, EMPTY_UNICODE, EMPTY_UNICODE) : PyTuple_Pack3(EMPTY_UNICODE, EMPTY_UNICODE, self)
  }
  return triple(piece(self, 0, at), sep, piece(self, at + m, n))
}
export function PyUnicode_Partition(self: Ref, sep: Ref): Own {
  return partition(self, sep, 1)
}
export function PyUnicode_RPartition(self: Ref, sep: Ref): Own {
  return partition(self, sep, -1)
}

export const enum Strip {
  LEFT = 0,
  RIGHT = 1,
  BOTH = 2,
}
/** Strip whitespace. */
export function do_strip(self: Ref, type: number): Own {
  const n = PyUnicode_GET_LENGTH(self)
  const kind = PyUnicode_KIND(self)
  const data = PyUnicode_DATA(self)
  let i = 0
  let j = n
  if (type !== Strip.RIGHT) while (i < n && _PyUnicode_IsWhitespace(PyUnicode_READ(kind, data, i))) i++
  if (type !== Strip.LEFT) while (j > i && _PyUnicode_IsWhitespace(PyUnicode_READ(kind, data, j - 1))) j--
  return PyUnicode_Substring(self, i, j)
}
/** Strip the characters of `chars`. */
export function _PyUnicode_XStrip(self: Ref, type: number, chars: Ref): Own {
  const n = PyUnicode_GET_LENGTH(self)
  const m = PyUnicode_GET_LENGTH(chars)
  const kind = PyUnicode_KIND(self)
  const data = PyUnicode_DATA(self)
  let i = 0
  let j = n
  if (type !== Strip.RIGHT) while (i < n && PyUnicode_FindChar(chars, PyUnicode_READ(kind, data, i), 0, m, 1) >= 0) i++
  if (type !== Strip.LEFT) while (j > i && PyUnicode_FindChar(chars, PyUnicode_READ(kind, data, j - 1), 0, m, 1) >= 0) j--
  return PyUnicode_Substring(self, i, j)
}
