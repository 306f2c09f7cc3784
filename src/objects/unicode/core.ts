import { memcpy, ptr, set64, setptr, setssize } from "../../heap/access.ts"
import { type Fn, fn } from "../../heap/fntable.ts"
import { PyASCIIObject, PyCompactUnicodeObject, PyTypeObject, PyUnicodeObject } from "../../heap/layout.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_DECREF, Py_INCREF, Py_IS_TYPE, Py_NewRef, Py_REFCNT, Py_SET_REFCNT, Py_TYPE, PyType_HasFeature } from "../../heap/refcount.ts"
import { i32, u8, u16 } from "../../heap/views.ts"
import { INTERP, Interp } from "../../heap/map.ts"
import { PyObject_Free, PyObject_Malloc, PyObject_Realloc } from "../../heap/obmalloc.ts"
import { PyDict_DelItem } from "../dictobject.ts"
import { PyErr_NoMemory, PyErr_SetString, PyErr_WriteUnraisable } from "../errors.ts"
import { TPFLAGS } from "../slots.ts"
import { EMPTY_UNICODE, LATIN1_CHARACTERS, PyExc_IndexError, PyExc_SystemError, PyExc_ValueError, PyUnicode_Type } from "../statictypes.ts"

// Objects/unicodeobject.c, the foundation: representation, allocation, reading and writing characters.
//
//   state word: interned (bits 0-1), kind (2-4: bytes a character, 1 2 4), compact (5), ascii (6), ready (7)
//   compact ascii: data at +48; compact: data at +72; a subclass instance is not compact: data in a block of its own at *(+72).
//   Invariant: kind is the smallest that holds every character; data[length] is 0; a 1-character latin-1 result is the singleton.

export const enum State {
  INTERNED_MASK = 3,
  INTERNED_MORTAL = 1,
  INTERNED_IMMORTAL = 2,
  KIND_SHIFT = 2,
  COMPACT = 32,
  ASCII = 64,
  READY = 128,
}
export const MAX_UNICODE = 0x10ffff

export function PyUnicode_Check(op: Ref): boolean {
  return PyType_HasFeature(Py_TYPE(op), TPFLAGS.UNICODE_SUBCLASS)
}
export function PyUnicode_CheckExact(op: Ref): boolean {
  return Py_IS_TYPE(op, PyUnicode_Type)
}
export function PyUnicode_GET_LENGTH(op: Ref): number {
  return i32[(op + PyASCIIObject.length) >> 2]
}
/** Bytes a character: 1, 2 or 4. */
export function PyUnicode_KIND(op: Ref): number {
  return (i32[(op + PyASCIIObject.state) >> 2] >> State.KIND_SHIFT) & 7
}
/** Address of the first character. */
export function PyUnicode_DATA(op: Ref): number {
  const s = i32[(op + PyASCIIObject.state) >> 2]
  return s & State.COMPACT
    ? s & State.ASCII
      ? op + PyASCIIObject.SIZE
      : op + PyCompactUnicodeObject.SIZE
    : i32[(op + PyUnicodeObject.data) >> 2]
}
export function PyUnicode_IS_ASCII(op: Ref): boolean {
  return (i32[(op + PyASCIIObject.state) >> 2] & State.ASCII) !== 0
}
export function PyUnicode_IS_COMPACT(op: Ref): boolean {
  return (i32[(op + PyASCIIObject.state) >> 2] & State.COMPACT) !== 0
}
export function PyUnicode_IS_COMPACT_ASCII(op: Ref): boolean {
  return (i32[(op + PyASCIIObject.state) >> 2] & (State.COMPACT | State.ASCII)) === (State.COMPACT | State.ASCII)
}
export function PyUnicode_CHECK_INTERNED(op: Ref): number {
  return i32[(op + PyASCIIObject.state) >> 2] & State.INTERNED_MASK
}
export function PyUnicode_READY(_op: Ref): number {
  return 0
}
export function PyUnicode_IS_READY(_op: Ref): boolean {
  return true
}
/** Upper bound of the characters: 0x7f, 0xff, 0xffff or 0x10ffff. */
export function PyUnicode_MAX_CHAR_VALUE(op: Ref): number {
  if (PyUnicode_IS_ASCII(op)) return 0x7f
  const kind = PyUnicode_KIND(op)
  return kind === 1 ? 0xff : kind === 2 ? 0xffff : MAX_UNICODE
}
/** Character `i` of data of a kind. */
export function PyUnicode_READ(kind: number, data: number, i: number): number {
  return kind === 1 ? u8[data + i] : kind === 2 ? u16[(data >> 1) + i] : i32[(data >> 2) + i]
}
export function PyUnicode_WRITE(kind: number, data: number, i: number, ch: number): void {
  if (kind === 1) u8[data + i] = ch
  else if (kind === 2) u16[(data >> 1) + i] = ch
  else i32[(data >> 2) + i] = ch
}
/** Character `i`, unchecked. */
export function PyUnicode_READ_CHAR(op: Ref, i: number): number {
  return PyUnicode_READ(PyUnicode_KIND(op), PyUnicode_DATA(op), i)
}
export function kindOf(maxchar: number): number {
  return maxchar < 256 ? 1 : maxchar < 65536 ? 2 : 4
}
/** memcmp(a, b, n) === 0, four bytes at a time where both are aligned. */
export function memeq(a: number, b: number, n: number): boolean {
  let i = 0
  if (((a | b) & 3) === 0) {
    const words = n >> 2
    const pa = a >> 2
    const pb = b >> 2
    for (let w = 0; w < words; w++) if (i32[pa + w] !== i32[pb + w]) return false
    i = words << 2
  }
  for (; i < n; i++) if (u8[a + i] !== u8[b + i]) return false
  return true
}

/** The empty string, new reference. */
export function unicode_new_empty(): Own {
  Py_INCREF(EMPTY_UNICODE)
  return EMPTY_UNICODE as Own
}
/** The singleton of a latin-1 character, borrowed. */
export function LATIN1(ch: number): Ref {
  return (LATIN1_CHARACTERS + ch * 80) as Ref
}
export function get_latin1_char(ch: number): Own {
  return Py_NewRef(LATIN1(ch))
}
/** A one-character string: a singleton for latin-1. */
export function unicode_char(ch: number): Own {
  if (ch < 256) return get_latin1_char(ch)
  const $u = PyUnicode_New(1, ch)
  if ($u === NULL) return NULL
  if (ch < 65536) u16[($u + PyCompactUnicodeObject.SIZE) >> 1] = ch
  else i32[($u + PyCompactUnicodeObject.SIZE) >> 2] = ch
  return $u
}

/** A string of `size` characters up to `maxchar`, contents unset (the terminator is written). NULL with MemoryError. */
export function PyUnicode_New(size: number, maxchar: number): Own {
  if (size === 0) return unicode_new_empty()
  if (size > 0x7fffff00) return PyErr_NoMemory() as Own
  let state = State.COMPACT | State.READY
  let head: number = PyCompactUnicodeObject.SIZE
  let kind = 1
  if (maxchar < 128) {
    state |= State.ASCII
    head = PyASCIIObject.SIZE
  } else if (maxchar >= 65536) {
    if (maxchar > MAX_UNICODE) {
      PyErr_SetString(PyExc_SystemError, "invalid maximum character passed to PyUnicode_New")
      return NULL
    }
    kind = 4
  } else if (maxchar >= 256) kind = 2
  if (size < 0) {
    PyErr_SetString(PyExc_SystemError, "Negative size passed to PyUnicode_New")
    return NULL
  }
  if (size > 0x7fffff00 / kind) return PyErr_NoMemory() as Own
  const op = PyObject_Malloc(head + (size + 1) * kind)
  if (op === 0) return PyErr_NoMemory() as Own
  const w = op >> 2
  i32[w] = 1
  i32[w + 1] = 0
  i32[w + 2] = PyUnicode_Type
  i32[w + 3] = 0
  i32[w + 4] = size
  i32[w + 5] = 0
  i32[w + 6] = -1
  i32[w + 7] = -1
  i32[w + 8] = state | (kind << State.KIND_SHIFT)
  i32[w + 9] = 0
  i32[w + 10] = 0
  i32[w + 11] = 0
  if (head === PyASCIIObject.SIZE) {
    u8[op + PyASCIIObject.SIZE + size] = 0
    return op as Own
  }
  i32[w + 12] = 0
  i32[w + 13] = 0
  i32[w + 14] = 0
  i32[w + 15] = 0
  i32[w + 16] = 0
  i32[w + 17] = 0
  if (kind === 1) u8[op + PyCompactUnicodeObject.SIZE + size] = 0
  else if (kind === 2) u16[((op + PyCompactUnicodeObject.SIZE) >> 1) + size] = 0
  else {
    // wchar_t is 4 bytes here: the data is the wstr
    i32[w + 10] = op + PyCompactUnicodeObject.SIZE
    i32[w + 16] = size
    i32[((op + PyCompactUnicodeObject.SIZE) >> 2) + size] = 0
  }
  return op as Own
}

/** Exact, not shared, not hashed, not interned: its characters may still be written. */
export function unicode_modifiable(op: Ref): boolean {
  return (
    Py_REFCNT(op) === 1 &&
    i32[(op + PyASCIIObject.hash) >> 2] === -1 &&
    i32[(op + PyASCIIObject.hash + 4) >> 2] === -1 &&
    PyUnicode_CHECK_INTERNED(op) === 0 &&
    PyUnicode_CheckExact(op)
  )
}

/** Reallocate a modifiable compact string. @returns its new address, or NULL with MemoryError (the old one then still lives). */
export function resize_compact($op: Own, length: number): Own {
  const kind = PyUnicode_KIND($op)
  const ascii = PyUnicode_IS_ASCII($op)
  const head = ascii ? PyASCIIObject.SIZE : PyCompactUnicodeObject.SIZE
  if (length > 0x7fffff00 / kind) return PyErr_NoMemory() as Own
  if (!ascii) freeUtf8($op)
  const op = PyObject_Realloc($op, head + (length + 1) * kind) as Own
  if (op === 0) return PyErr_NoMemory() as Own
  setssize(op + PyASCIIObject.length, length)
  if (kind === 4) {
    setptr(op + PyASCIIObject.wstr, op + PyCompactUnicodeObject.SIZE)
    setssize(op + PyCompactUnicodeObject.wstr_length, length)
  }
  PyUnicode_WRITE(kind, op + head, length, 0)
  return op
}

/** Does a UTF-8 cache hang on it (never for ASCII: its data is the UTF-8)? */
export function _PyUnicode_HAS_UTF8_MEMORY(op: Ref): boolean {
  if (PyUnicode_IS_COMPACT_ASCII(op)) return false
  const utf8 = ptr(op + PyCompactUnicodeObject.utf8)
  return utf8 !== 0 && utf8 !== PyUnicode_DATA(op)
}
function freeUtf8(op: Ref): void {
  if (!_PyUnicode_HAS_UTF8_MEMORY(op)) return
  PyObject_Free(ptr(op + PyCompactUnicodeObject.utf8))
  setptr(op + PyCompactUnicodeObject.utf8, 0)
  setssize(op + PyCompactUnicodeObject.utf8_length, 0)
}

/** Change the length, consuming `$op`. @returns the resized string (a copy if `$op` is shared), or NULL with `$op` released. */
export function PyUnicode_Resize($op: Own, length: number): Own {
  const old = PyUnicode_GET_LENGTH($op)
  if (old === length) return $op
  if (length === 0) {
    Py_DECREF($op)
    return unicode_new_empty()
  }
  if (!unicode_modifiable($op) || !PyUnicode_IS_COMPACT($op)) {
    const $copy = PyUnicode_New(length, PyUnicode_MAX_CHAR_VALUE($op))
    if ($copy !== NULL) _PyUnicode_FastCopyCharacters($copy, 0, $op, 0, Math.min(length, old))
    Py_DECREF($op)
    return $copy
  }
  const $new = resize_compact($op, length)
  if ($new === NULL) Py_DECREF($op)
  return $new
}

/** A fresh result in canonical form: the empty string and latin-1 characters are singletons. Consumes and returns. */
export function unicode_result($op: Own): Own {
  const n = PyUnicode_GET_LENGTH($op)
  if (n === 0) {
    if ($op !== EMPTY_UNICODE) {
      Py_DECREF($op)
      return unicode_new_empty()
    }
    return $op
  }
  if (n === 1 && PyUnicode_KIND($op) === 1) {
    const ch = u8[PyUnicode_DATA($op)]
    const latin1 = LATIN1(ch)
    if ($op !== latin1) {
      Py_INCREF(latin1)
      Py_DECREF($op)
      return latin1 as Own
    }
  }
  return $op
}
export function unicode_result_ready($op: Own): Own {
  return unicode_result($op)
}
/** `op` itself when it is exactly a str, else an exact copy. */
export function unicode_result_unchanged(op: Ref): Own {
  return PyUnicode_CheckExact(op) ? Py_NewRef(op) : _PyUnicode_Copy(op)
}
export function _PyUnicode_Copy(op: Ref): Own {
  const n = PyUnicode_GET_LENGTH(op)
  const $copy = PyUnicode_New(n, PyUnicode_MAX_CHAR_VALUE(op))
  if ($copy !== NULL && n > 0) memcpy(PyUnicode_DATA($copy), PyUnicode_DATA(op), n * PyUnicode_KIND(op))
  return $copy
}

/** Copy `n` characters; the target's kind must hold them. */
export function _PyUnicode_FastCopyCharacters(to: Ref, toStart: number, from: Ref, fromStart: number, n: number): void {
  if (n > 0) copyData(PyUnicode_KIND(to), PyUnicode_DATA(to), toStart, PyUnicode_KIND(from), PyUnicode_DATA(from), fromStart, n)
}
/** Copy `n` characters between buffers of any kinds. */
export function copyData(tk: number, td: number, ts: number, fk: number, fd: number, fs: number, n: number): void {
  if (tk === fk) {
    const dst = td + ts * tk
    const src = fd + fs * fk
    if (n * tk < 24) {
      const e = src + n * tk
      for (let s = src, d = dst; s < e; ) u8[d++] = u8[s++]
    } else u8.copyWithin(dst, src, src + n * tk)
  } else if (tk === 2 && fk === 1) {
    const d = (td >> 1) + ts
    const s = fd + fs
    for (let i = 0; i < n; i++) u16[d + i] = u8[s + i]
  } else if (tk === 4 && fk === 1) {
    const d = (td >> 2) + ts
    const s = fd + fs
    for (let i = 0; i < n; i++) i32[d + i] = u8[s + i]
  } else if (tk === 4 && fk === 2) {
    const d = (td >> 2) + ts
    const s = (fd >> 1) + fs
    for (let i = 0; i < n; i++) i32[d + i] = u16[s + i]
  } else for (let i = 0; i < n; i++) PyUnicode_WRITE(tk, td, ts + i, PyUnicode_READ(fk, fd, fs + i))
}
/** Write `ch` at [start, start + n). */
export function unicode_fill(kind: number, data: number, ch: number, start: number, n: number): void {
  if (kind === 1) u8.fill(ch, data + start, data + start + n)
  else if (kind === 2) u16.fill(ch, (data >> 1) + start, (data >> 1) + start + n)
  else i32.fill(ch, (data >> 2) + start, (data >> 2) + start + n)
}

/** Class of the widest character in [start, end): 0x7f, 0xff, 0xffff or 0x10ffff. */
export function maxCharOfData(kind: number, data: number, start: number, end: number): number {
  if (kind === 1) {
    let i = data + start
    const e = data + end
    while (i < e && (i & 3) !== 0) if (u8[i++] >= 0x80) return 0xff
    for (; i + 4 <= e; i += 4) if (i32[i >> 2] & 0x80808080) return 0xff
    while (i < e) if (u8[i++] >= 0x80) return 0xff
    return 0x7f
  }
  let max = 0
  if (kind === 2) {
    const e = (data >> 1) + end
    for (let i = (data >> 1) + start; i < e; i++) {
      max |= u16[i]
      if (max >= 0x100) return 0xffff
    }
  } else {
    const e = (data >> 2) + end
    for (let i = (data >> 2) + start; i < e; i++) {
      max |= i32[i]
      if (max >= 0x10000) return MAX_UNICODE
    }
    if (max >= 0x100) return 0xffff
  }
  return max < 0x80 ? 0x7f : 0xff
}
export function _PyUnicode_FindMaxChar(op: Ref, start: number, end: number): number {
  if (start === 0 && end === PyUnicode_GET_LENGTH(op)) return PyUnicode_MAX_CHAR_VALUE(op)
  if (start === end || PyUnicode_IS_ASCII(op)) return 0x7f
  return maxCharOfData(PyUnicode_KIND(op), PyUnicode_DATA(op), start, end)
}

/** A string of `n` characters of a buffer, in its smallest kind. */
export function PyUnicode_FromKindAndData(kind: number, data: number, n: number): Own {
  if (n < 0) {
    PyErr_SetString(PyExc_ValueError, "size must be positive")
    return NULL
  }
  if (n === 0) return unicode_new_empty()
  if (n === 1) return unicode_char(PyUnicode_READ(kind, data, 0))
  const maxchar = maxCharOfData(kind, data, 0, n)
  const $u = PyUnicode_New(n, maxchar)
  if ($u === NULL) return NULL
  copyData(kindOf(maxchar), PyUnicode_DATA($u), 0, kind, data, 0, n)
  return $u
}
/** `n` bytes known to be ASCII. */
export function _PyUnicode_FromASCII(data: number, n: number): Own {
  if (n === 1) return get_latin1_char(u8[data])
  const $u = PyUnicode_New(n, 127)
  if ($u !== NULL) memcpy(PyUnicode_DATA($u), data, n)
  return $u
}
export function PyUnicode_FromOrdinal(ordinal: number): Own {
  if (ordinal < 0 || ordinal > MAX_UNICODE) {
    PyErr_SetString(PyExc_ValueError, "chr() arg not in range(0x110000)")
    return NULL
  }
  return unicode_char(ordinal)
}

/** self[start:end], clipped at the end; IndexError when negative. */
export function PyUnicode_Substring(self: Ref, start: number, end: number): Own {
  const length = PyUnicode_GET_LENGTH(self)
  if (end > length) end = length
  if (start === 0 && end === length) return unicode_result_unchanged(self)
  if (start < 0 || end < 0) {
    PyErr_SetString(PyExc_IndexError, "string index out of range")
    return NULL
  }
  if (start >= length || end < start) return unicode_new_empty()
  const kind = PyUnicode_KIND(self)
  const data = PyUnicode_DATA(self)
  if (PyUnicode_IS_ASCII(self)) return _PyUnicode_FromASCII(data + start, end - start)
  return PyUnicode_FromKindAndData(kind, data + start * kind, end - start)
}
export function PyUnicode_ReadChar(op: Ref, index: number): number {
  if (index < 0 || index >= PyUnicode_GET_LENGTH(op)) {
    PyErr_SetString(PyExc_IndexError, "string index out of range")
    return -1
  }
  return PyUnicode_READ_CHAR(op, index)
}
export function PyUnicode_GetLength(op: Ref): number {
  return PyUnicode_GET_LENGTH(op)
}

// ---- JavaScript strings (UTF-16, lone surrogates are characters of their own) ----

/** A new str of some code points (two surrogates side by side stay two). */
export function PyUnicode_FromPoints(points: readonly number[]): Own {
  const $s = PyUnicode_New(points.length, Math.max(...points))
  if ($s === NULL) return NULL
  for (let i = 0; i < points.length; i++) PyUnicode_WRITE(PyUnicode_KIND($s), PyUnicode_DATA($s), i, points[i])
  return $s
}

/** A new str with the text of a JavaScript string. */
export function PyUnicode_FromString(s: string): Own {
  const n = s.length
  if (n === 0) return unicode_new_empty()
  let max = 0
  let count = n
  for (let i = 0; i < n; i++) {
    const c = s.charCodeAt(i)
    max |= c
    if ((c & 0xfc00) === 0xd800 && i + 1 < n && (s.charCodeAt(i + 1) & 0xfc00) === 0xdc00) {
      count--
      i++
    }
  }
  if (n === 1 && max < 256) return get_latin1_char(max)
  const maxchar = count !== n ? MAX_UNICODE : max
  const $u = PyUnicode_New(count, maxchar)
  if ($u === NULL) return NULL
  const data = PyUnicode_DATA($u)
  if (maxchar < 256) for (let i = 0; i < n; i++) u8[data + i] = s.charCodeAt(i)
  else if (maxchar < 65536) for (let i = 0, d = data >> 1; i < n; i++) u16[d + i] = s.charCodeAt(i)
  else {
    let d = data >> 2
    for (let i = 0; i < n; i++) {
      const c = s.codePointAt(i) as number
      if (c > 0xffff) i++
      i32[d++] = c
    }
  }
  return $u
}

/** The text as a JavaScript string. */
export function PyUnicode_AsJS(op: Ref): string {
  return dataAsJS(PyUnicode_KIND(op), PyUnicode_DATA(op), 0, PyUnicode_GET_LENGTH(op))
}
/** Characters [start, end) of a buffer as a JavaScript string. */
export function dataAsJS(kind: number, data: number, start: number, end: number): string {
  let s = ""
  if (kind === 4) {
    for (let i = (data >> 2) + start, e = (data >> 2) + end; i < e; i++) s += String.fromCodePoint(i32[i])
    return s
  }
  const view = kind === 1 ? u8 : u16
  const a = (kind === 1 ? data : data >> 1) + start
  const e = a + end - start
  if (e - a < 24) {
    for (let i = a; i < e; i++) s += String.fromCharCode(view[i])
    return s
  }
  for (let i = a; i < e; i += 8192) s += String.fromCharCode.apply(null, view.subarray(i, Math.min(e, i + 8192)) as unknown as number[])
  return s
}

// ---- the end ----

export function unicode_dealloc(op: Ref): void {
  const state = i32[(op + PyASCIIObject.state) >> 2]
  if (state & State.INTERNED_MASK) {
    // The dict's two references were not counted: revive while it gives them back; 3, so that this is not entered again.
    Py_SET_REFCNT(op, 3)
    if (PyDict_DelItem(ptr(INTERP + Interp.interned), op) !== 0) PyErr_WriteUnraisable(NULL)
    Py_SET_REFCNT(op, 0)
  }
  if ((state & State.ASCII) === 0 || (state & State.COMPACT) === 0) {
    if (_PyUnicode_HAS_UTF8_MEMORY(op)) PyObject_Free(ptr(op + PyCompactUnicodeObject.utf8))
    if ((state & State.COMPACT) === 0) {
      const data = ptr(op + PyUnicodeObject.data)
      if (data) PyObject_Free(data)
    }
  }
  const type = Py_TYPE(op)
  if (type === PyUnicode_Type) PyObject_Free(op)
  else fn<Fn & ((p: number) => void)>(ptr(type + PyTypeObject.tp_free))(op)
}

/** Copy `from` (exact) into the fresh instance `self` of a subclass, whose data lives in its own block. 0, or -1 with MemoryError. */
export function fillSubtype(self: Ref, from: Ref): number {
  const length = PyUnicode_GET_LENGTH(from)
  const kind = PyUnicode_KIND(from)
  const ascii = PyUnicode_IS_ASCII(from)
  setssize(self + PyUnicodeObject.length, length)
  set64(self + PyUnicodeObject.hash, i32[(from + PyUnicodeObject.hash) >> 2], i32[(from + PyUnicodeObject.hash + 4) >> 2])
  i32[(self + PyUnicodeObject.state) >> 2] = (kind << State.KIND_SHIFT) | (ascii ? State.ASCII : 0) | State.READY
  i32[(self + PyUnicodeObject.state + 4) >> 2] = 0
  setptr(self + PyUnicodeObject.wstr, 0)
  setssize(self + PyUnicodeObject.utf8_length, 0)
  setptr(self + PyUnicodeObject.utf8, 0)
  setssize(self + PyUnicodeObject.wstr_length, 0)
  setptr(self + PyUnicodeObject.data, 0)
  const data = PyObject_Malloc((length + 1) * kind)
  if (data === 0) {
    PyErr_NoMemory()
    return -1
  }
  setptr(self + PyUnicodeObject.data, data)
  if (ascii) {
    setssize(self + PyUnicodeObject.utf8_length, length)
    setptr(self + PyUnicodeObject.utf8, data)
  }
  if (kind === 4) {
    setptr(self + PyUnicodeObject.wstr, data)
    setssize(self + PyUnicodeObject.wstr_length, length)
  }
  memcpy(data, PyUnicode_DATA(from), kind * (length + 1))
  return 0
}
