import { ptr, setptr } from "../../heap/access.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_DECREF, Py_NewRef } from "../../heap/refcount.ts"
import { i32, u8 } from "../../heap/views.ts"
import { PySequence_Fast, PySequence_Fast_GET_SIZE, PySequence_Fast_ITEMS } from "../abstract.ts"
import { PyErr_BadInternalCall, PyErr_Occurred, PyErr_SetString } from "../errors.ts"
import { typeName } from "../object.ts"
import { EMPTY_UNICODE, PyExc_OverflowError, PyExc_TypeError } from "../statictypes.ts"
import {
  _PyUnicode_Copy,
  _PyUnicode_FastCopyCharacters,
  copyData,
  kindOf,
  LATIN1,
  maxCharOfData,
  PyUnicode_Check,
  PyUnicode_CheckExact,
  PyUnicode_DATA,
  PyUnicode_GET_LENGTH,
  PyUnicode_IS_ASCII,
  PyUnicode_IS_COMPACT,
  PyUnicode_KIND,
  PyUnicode_MAX_CHAR_VALUE,
  PyUnicode_New,
  PyUnicode_READ,
  PyUnicode_WRITE,
  resize_compact,
  unicode_fill,
  unicode_modifiable,
  unicode_new_empty,
  unicode_result_unchanged,
} from "./core.ts"
import { countData, ensure_unicode, findchar, findData } from "./search.ts"

// Putting strings together.

/** Exact str for any str, TypeError for other objects. */
export function PyUnicode_FromObject(op: Ref): Own {
  if (PyUnicode_CheckExact(op)) return Py_NewRef(op)
  if (PyUnicode_Check(op)) return _PyUnicode_Copy(op)
  PyErr_SetString(PyExc_TypeError, `Can't convert '${typeName(op)}' object to str implicitly`)
  return NULL
}

export function PyUnicode_Concat(left: Ref, right: Ref): Own {
  if (ensure_unicode(left) < 0) return NULL
  if (!PyUnicode_Check(right)) {
    PyErr_SetString(PyExc_TypeError, `can only concatenate str (not "${typeName(right)}") to str`)
    return NULL
  }
  if (left === EMPTY_UNICODE) return PyUnicode_FromObject(right)
  if (right === EMPTY_UNICODE) return PyUnicode_FromObject(left)
  const nl = PyUnicode_GET_LENGTH(left)
  const nr = PyUnicode_GET_LENGTH(right)
  const $u = PyUnicode_New(nl + nr, Math.max(PyUnicode_MAX_CHAR_VALUE(left), PyUnicode_MAX_CHAR_VALUE(right)))
  if ($u === NULL) return NULL
  const kind = PyUnicode_KIND($u)
  const data = PyUnicode_DATA($u)
  copyData(kind, data, 0, PyUnicode_KIND(left), PyUnicode_DATA(left), 0, nl)
  copyData(kind, data, nl, PyUnicode_KIND(right), PyUnicode_DATA(right), 0, nr)
  return $u
}

/** left + right, consuming `$left`: grown in place when nobody else holds it. @returns the sum, or NULL (`$left` is released). */
export function unicode_append($left: Own, right: Ref): Own {
  if ($left === NULL || right === NULL || !PyUnicode_Check($left) || !PyUnicode_Check(right)) {
    if (!PyErr_Occurred()) PyErr_BadInternalCall()
    if ($left !== NULL) Py_DECREF($left)
    return NULL
  }
  if ($left === EMPTY_UNICODE) {
    Py_DECREF($left)
    return PyUnicode_FromObject(right)
  }
  if (right === EMPTY_UNICODE) return $left
  const nl = PyUnicode_GET_LENGTH($left)
  const nr = PyUnicode_GET_LENGTH(right)
  if (
    nr !== 0 &&
    unicode_modifiable($left) &&
    PyUnicode_CheckExact(right) &&
    PyUnicode_KIND(right) <= PyUnicode_KIND($left) &&
    !(PyUnicode_IS_ASCII($left) && !PyUnicode_IS_ASCII(right)) &&
    PyUnicode_IS_COMPACT($left)
  ) {
    const $grown = resize_compact($left, nl + nr)
    if ($grown === NULL) {
      Py_DECREF($left)
      return NULL
    }
    _PyUnicode_FastCopyCharacters($grown, nl, right, 0, nr)
    return $grown
  }
  const $u = PyUnicode_New(nl + nr, Math.max(PyUnicode_MAX_CHAR_VALUE($left), PyUnicode_MAX_CHAR_VALUE(right)))
  if ($u !== NULL) {
    _PyUnicode_FastCopyCharacters($u, 0, $left, 0, nl)
    _PyUnicode_FastCopyCharacters($u, nl, right, 0, nr)
  }
  Py_DECREF($left)
  return $u
}
/** The str in the pointer field at `slot` becomes slot + right, in place when nobody else holds it; NULL there and an error otherwise. */
export function PyUnicode_Append(slot: number, right: Ref): void {
  setptr(slot, unicode_append(ptr(slot) as Own, right))
}
/** The same, and `$right` is released. */
export function PyUnicode_AppendAndDel(slot: number, $right: Own): void {
  PyUnicode_Append(slot, $right)
  if ($right !== NULL) Py_DECREF($right)
}

/** separator.join(seq); separator NULL: a space. */
export function PyUnicode_Join(separator: Ref, seq: Ref): Own {
  const $fast = PySequence_Fast(seq, "can only join an iterable")
  if ($fast === NULL) return NULL
  const $u = _PyUnicode_JoinArray(separator, PySequence_Fast_ITEMS($fast), PySequence_Fast_GET_SIZE($fast))
  Py_DECREF($fast)
  return $u
}
/** Join `n` objects of the pointer array at `items`. */
export function _PyUnicode_JoinArray(separator: Ref, items: number, n: number): Own {
  if (n === 0) return unicode_new_empty()
  let maxchar = 0
  let seplen = 0
  let sep: Ref = NULL
  if (n === 1) {
    const only = ptr(items)
    if (PyUnicode_CheckExact(only)) return Py_NewRef(only)
  } else if (separator === NULL) {
    sep = LATIN1(32)
    seplen = 1
    maxchar = 32
  } else {
    if (!PyUnicode_Check(separator)) {
      PyErr_SetString(PyExc_TypeError, `separator: expected str instance, ${typeName(separator)} found`)
      return NULL
    }
    sep = separator
    seplen = PyUnicode_GET_LENGTH(sep)
    maxchar = PyUnicode_MAX_CHAR_VALUE(sep)
  }
  let size = seplen * (n - 1)
  for (let i = 0; i < n; i++) {
    const item = ptr(items + 8 * i)
    if (!PyUnicode_Check(item)) {
      PyErr_SetString(PyExc_TypeError, `sequence item ${i}: expected str instance, ${typeName(item)} found`)
      return NULL
    }
    size += PyUnicode_GET_LENGTH(item)
    const m = PyUnicode_MAX_CHAR_VALUE(item)
    if (m > maxchar) maxchar = m
  }
  const $u = PyUnicode_New(size, maxchar)
  if ($u === NULL) return NULL
  const kind = PyUnicode_KIND($u)
  const data = PyUnicode_DATA($u)
  const sk = sep === NULL ? 1 : PyUnicode_KIND(sep)
  const sd = sep === NULL ? 0 : PyUnicode_DATA(sep)
  let at = 0
  for (let i = 0; i < n; i++) {
    if (i > 0 && seplen > 0) {
      copyData(kind, data, at, sk, sd, 0, seplen)
      at += seplen
    }
    const item = ptr(items + 8 * i)
    const m = PyUnicode_GET_LENGTH(item)
    if (m > 0) {
      copyData(kind, data, at, PyUnicode_KIND(item), PyUnicode_DATA(item), 0, m)
      at += m
    }
  }
  return $u
}

/** `left` and `right` fill characters around self. */
export function pad(self: Ref, left: number, right: number, fill: number): Own {
  if (left < 0) left = 0
  if (right < 0) right = 0
  if (left === 0 && right === 0) return unicode_result_unchanged(self)
  const n = PyUnicode_GET_LENGTH(self)
  const $u = PyUnicode_New(left + n + right, Math.max(PyUnicode_MAX_CHAR_VALUE(self), fill))
  if ($u === NULL) return NULL
  const kind = PyUnicode_KIND($u)
  const data = PyUnicode_DATA($u)
  if (left) unicode_fill(kind, data, fill, 0, left)
  if (right) unicode_fill(kind, data, fill, left + n, right)
  _PyUnicode_FastCopyCharacters($u, left, self, 0, n)
  return $u
}

export function unicode_repeat(self: Ref, times: number): Own {
  if (times < 1) return unicode_new_empty()
  if (times === 1) return unicode_result_unchanged(self)
  const n = PyUnicode_GET_LENGTH(self)
  if (n > 0 && times > 9223372036854775807 / n) {
    PyErr_SetString(PyExc_OverflowError, "repeated string is too long")
    return NULL
  }
  const total = n * times
  const $u = PyUnicode_New(total, PyUnicode_MAX_CHAR_VALUE(self))
  if ($u === NULL || total === 0) return $u
  const kind = PyUnicode_KIND($u)
  const data = PyUnicode_DATA($u)
  if (n === 1) unicode_fill(kind, data, PyUnicode_READ(kind, PyUnicode_DATA(self), 0), 0, times)
  else {
    const bytes = total * kind
    let done = n * kind
    u8.copyWithin(data, PyUnicode_DATA(self), PyUnicode_DATA(self) + done)
    while (done < bytes) {
      const m = Math.min(done, bytes - done)
      u8.copyWithin(data + done, data, data + m)
      done += m
    }
  }
  return $u
}

/** Replace at most `maxcount` (negative: all) occurrences; both must be str. */
export function replace(self: Ref, str1: Ref, str2: Ref, maxcount: number): Own {
  const n = PyUnicode_GET_LENGTH(self)
  const n1 = PyUnicode_GET_LENGTH(str1)
  const n2 = PyUnicode_GET_LENGTH(str2)
  const ks = PyUnicode_KIND(self)
  const k1 = PyUnicode_KIND(str1)
  const k2 = PyUnicode_KIND(str2)
  const sd = PyUnicode_DATA(self)
  const d1 = PyUnicode_DATA(str1)
  const d2 = PyUnicode_DATA(str2)
  if (maxcount < 0) maxcount = 0x7fffffff
  if (maxcount === 0 || str1 === str2 || n < n1) return unicode_result_unchanged(self)
  const mc1 = PyUnicode_MAX_CHAR_VALUE(str1)
  const mcs = PyUnicode_MAX_CHAR_VALUE(self)
  if (mcs < mc1) return unicode_result_unchanged(self)
  const mc2 = PyUnicode_MAX_CHAR_VALUE(str2)
  // Replacing may remove the widest character: then the result is measured.
  const mayshrink = mc2 < mc1 && mcs === mc1
  const maxchar = Math.max(mcs, mc2)
  if (n1 === n2) {
    if (n1 === 0) return unicode_result_unchanged(self)
    let at = findData(ks, sd, n, k1, d1, n1, 1)
    if (at < 0) return unicode_result_unchanged(self)
    const $u = PyUnicode_New(n, maxchar)
    if ($u === NULL) return NULL
    const kind = PyUnicode_KIND($u)
    const data = PyUnicode_DATA($u)
    copyData(kind, data, 0, ks, sd, 0, n)
    for (let left = maxcount; left > 0; left--) {
      copyData(kind, data, at, k2, d2, 0, n2)
      at += n1
      const next = n - at < n1 ? -1 : findData(ks, sd + at * ks, n - at, k1, d1, n1, 1)
      if (next < 0) break
      at += next
    }
    return mayshrink ? adjust_maxchar($u) : $u
  }
  const count = countData(ks, sd, n, k1, d1, n1, maxcount)
  if (count === 0) return unicode_result_unchanged(self)
  const size = n + count * (n2 - n1)
  if (size === 0) return unicode_new_empty()
  const $u = PyUnicode_New(size, maxchar)
  if ($u === NULL) return NULL
  const kind = PyUnicode_KIND($u)
  const data = PyUnicode_DATA($u)
  let from = 0
  let to = 0
  if (n1 > 0) {
    for (let k = 0; k < count; k++) {
      const at = from + findData(ks, sd + from * ks, n - from, k1, d1, n1, 1)
      copyData(kind, data, to, ks, sd, from, at - from)
      to += at - from
      copyData(kind, data, to, k2, d2, 0, n2)
      to += n2
      from = at + n1
    }
  } else {
    for (let left = count; left > 0; ) {
      copyData(kind, data, to, k2, d2, 0, n2)
      to += n2
      if (--left <= 0) break
      copyData(kind, data, to, ks, sd, from, 1)
      to++
      from++
    }
  }
  if (from < n) copyData(kind, data, to, ks, sd, from, n - from)
  return mayshrink ? adjust_maxchar($u) : $u
}
/** Narrow a fresh string whose characters may need less than its kind. */
export function adjust_maxchar($u: Own): Own {
  if (PyUnicode_IS_ASCII($u)) return $u
  const n = PyUnicode_GET_LENGTH($u)
  const kind = PyUnicode_KIND($u)
  const data = PyUnicode_DATA($u)
  const max = maxCharOfData(kind, data, 0, n)
  if (max >= 128 && kindOf(max) === kind) return $u
  const $v = PyUnicode_New(n, max)
  if ($v !== NULL) copyData(kindOf(max), PyUnicode_DATA($v), 0, kind, data, 0, n)
  Py_DECREF($u)
  return $v
}
export function PyUnicode_Replace(s: Ref, a: Ref, b: Ref, maxcount: number): Own {
  if (ensure_unicode(s) < 0 || ensure_unicode(a) < 0 || ensure_unicode(b) < 0) return NULL
  return replace(s, a, b, maxcount)
}

/** str.expandtabs */
export function expandTabs(self: Ref, tabsize: number): Own {
  const n = PyUnicode_GET_LENGTH(self)
  const kind = PyUnicode_KIND(self)
  const src = PyUnicode_DATA(self)
  if (findchar(kind, src, n, 9, 1) < 0) return unicode_result_unchanged(self)
  let size = 0
  let line = 0
  for (let i = 0; i < n; i++) {
    const ch = PyUnicode_READ(kind, src, i)
    if (ch === 9) {
      if (tabsize > 0) {
        const incr = tabsize - (line % tabsize)
        line += incr
        size += incr
      }
    } else {
      line++
      size++
      if (ch === 10 || ch === 13) line = 0
    }
  }
  const $u = PyUnicode_New(size, PyUnicode_MAX_CHAR_VALUE(self))
  if ($u === NULL) return NULL
  const data = PyUnicode_DATA($u)
  let j = 0
  line = 0
  for (let i = 0; i < n; i++) {
    const ch = PyUnicode_READ(kind, src, i)
    if (ch === 9) {
      if (tabsize > 0) {
        const incr = tabsize - (line % tabsize)
        line += incr
        unicode_fill(kind, data, 32, j, incr)
        j += incr
      }
    } else {
      line++
      PyUnicode_WRITE(kind, data, j++, ch)
      if (ch === 10 || ch === 13) line = 0
    }
  }
  return $u
}

/** Every step-th character: `n` of them from `start`. */
export function unicode_slice(self: Ref, start: number, step: number, n: number): Own {
  const kind = PyUnicode_KIND(self)
  const src = PyUnicode_DATA(self)
  let max = PyUnicode_IS_ASCII(self) ? 127 : 0
  if (max === 0) for (let i = 0, c = start; i < n; i++, c += step) max = Math.max(max, PyUnicode_READ(kind, src, c))
  const $u = PyUnicode_New(n, max)
  if ($u === NULL) return NULL
  const data = PyUnicode_DATA($u)
  const out = PyUnicode_KIND($u)
  if (out === 1 && kind === 1) for (let i = 0, c = src + start; i < n; i++, c += step) u8[data + i] = u8[c]
  else if (kind === 4 && out === 4) for (let i = 0, c = (src >> 2) + start; i < n; i++, c += step) i32[(data >> 2) + i] = i32[c]
  else for (let i = 0, c = start; i < n; i++, c += step) PyUnicode_WRITE(out, data, i, PyUnicode_READ(kind, src, c))
  return $u
}
