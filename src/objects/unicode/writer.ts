import { ptr, setptr, setssize } from "../../heap/access.ts"
import { _PyUnicodeWriter } from "../../heap/layout.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_DECREF, Py_INCREF } from "../../heap/refcount.ts"
import { i32, u8, u16 } from "../../heap/views.ts"
import {
  _PyUnicode_FastCopyCharacters,
  _PyUnicode_FindMaxChar,
  copyData,
  maxCharOfData,
  PyUnicode_DATA,
  PyUnicode_FromString,
  PyUnicode_GET_LENGTH,
  PyUnicode_KIND,
  PyUnicode_MAX_CHAR_VALUE,
  PyUnicode_New,
  resize_compact,
  unicode_new_empty,
  unicode_result,
} from "./core.ts"

// _PyUnicodeWriter: builds a string piece by piece. `w` is the address of its struct: `const w = calloca(_PyUnicodeWriter.SIZE)`.
//   Invariant: pos <= size == length of buffer; readonly: buffer is somebody's string and size is 0, so the next write copies it.

function update(w: number): void {
  const buffer = ptr(w + _PyUnicodeWriter.buffer)
  i32[(w + _PyUnicodeWriter.maxchar) >> 2] = PyUnicode_MAX_CHAR_VALUE(buffer)
  setptr(w + _PyUnicodeWriter.data, PyUnicode_DATA(buffer))
  if (!u8[w + _PyUnicodeWriter.readonly]) {
    i32[(w + _PyUnicodeWriter.kind) >> 2] = PyUnicode_KIND(buffer)
    setssize(w + _PyUnicodeWriter.size, PyUnicode_GET_LENGTH(buffer))
  } else {
    i32[(w + _PyUnicodeWriter.kind) >> 2] = 0
    setssize(w + _PyUnicodeWriter.size, 0)
  }
}

export function _PyUnicodeWriter_Init(w: number): void {
  for (let i = w >> 2, e = (w + _PyUnicodeWriter.SIZE) >> 2; i < e; i++) i32[i] = 0
  i32[(w + _PyUnicodeWriter.min_char) >> 2] = 127
}
/** Start with a fresh, owned buffer. */
export function _PyUnicodeWriter_InitWithBuffer(w: number, $buffer: Own): void {
  for (let i = w >> 2, e = (w + _PyUnicodeWriter.SIZE) >> 2; i < e; i++) i32[i] = 0
  setptr(w + _PyUnicodeWriter.buffer, $buffer)
  update(w)
  setssize(w + _PyUnicodeWriter.min_length, i32[(w + _PyUnicodeWriter.size) >> 2])
}
/** Grow by quarters instead of exactly. */
export function _PyUnicodeWriter_SetOverallocate(w: number, on: number): void {
  u8[w + _PyUnicodeWriter.overallocate] = on
}
export function _PyUnicodeWriter_SetMinLength(w: number, n: number): void {
  setssize(w + _PyUnicodeWriter.min_length, n)
}
export function writerPos(w: number): number {
  return i32[(w + _PyUnicodeWriter.pos) >> 2]
}
export function setWriterPos(w: number, pos: number): void {
  setssize(w + _PyUnicodeWriter.pos, pos)
}

/** Room for `length` more characters up to `maxchar`: 0, or -1 with MemoryError. */
export function _PyUnicodeWriter_Prepare(w: number, length: number, maxchar: number): number {
  if (
    maxchar <= i32[(w + _PyUnicodeWriter.maxchar) >> 2] &&
    length <= i32[(w + _PyUnicodeWriter.size) >> 2] - i32[(w + _PyUnicodeWriter.pos) >> 2]
  )
    return 0
  return length === 0 ? 0 : _PyUnicodeWriter_PrepareInternal(w, length, maxchar)
}
export function _PyUnicodeWriter_PrepareKind(w: number, kind: number): number {
  if (kind <= i32[(w + _PyUnicodeWriter.kind) >> 2]) return 0
  return _PyUnicodeWriter_PrepareInternal(w, 0, kind === 1 ? 0xff : kind === 2 ? 0xffff : 0x10ffff)
}
export function _PyUnicodeWriter_PrepareInternal(w: number, length: number, maxchar: number): number {
  const pos = i32[(w + _PyUnicodeWriter.pos) >> 2]
  const size = i32[(w + _PyUnicodeWriter.size) >> 2]
  const wmax = i32[(w + _PyUnicodeWriter.maxchar) >> 2]
  let newlen = pos + length
  const min_char = i32[(w + _PyUnicodeWriter.min_char) >> 2]
  if (min_char > maxchar) maxchar = min_char
  const buffer = ptr(w + _PyUnicodeWriter.buffer) as Own
  if (buffer === NULL || newlen > size) {
    if (u8[w + _PyUnicodeWriter.overallocate]) newlen += Math.trunc(newlen / 4)
    const min = i32[(w + _PyUnicodeWriter.min_length) >> 2]
    if (newlen < min) newlen = min
  }
  let $new: Own
  if (buffer === NULL) $new = PyUnicode_New(newlen, maxchar)
  else if (newlen > size) {
    if (maxchar > wmax || u8[w + _PyUnicodeWriter.readonly]) {
      $new = PyUnicode_New(newlen, Math.max(maxchar, wmax))
      if ($new === NULL) return -1
      _PyUnicode_FastCopyCharacters($new, 0, buffer, 0, pos)
      Py_DECREF(buffer)
      u8[w + _PyUnicodeWriter.readonly] = 0
    } else $new = resize_compact(buffer, newlen)
  } else if (maxchar > wmax) {
    $new = PyUnicode_New(size, maxchar)
    if ($new === NULL) return -1
    _PyUnicode_FastCopyCharacters($new, 0, buffer, 0, pos)
    Py_DECREF(buffer)
  } else $new = buffer
  if ($new === NULL) return -1
  setptr(w + _PyUnicodeWriter.buffer, $new)
  update(w)
  return 0
}

export function _PyUnicodeWriter_WriteChar(w: number, ch: number): number {
  const pos = i32[(w + _PyUnicodeWriter.pos) >> 2]
  if (ch > i32[(w + _PyUnicodeWriter.maxchar) >> 2] || pos >= i32[(w + _PyUnicodeWriter.size) >> 2]) {
    if (_PyUnicodeWriter_PrepareInternal(w, 1, ch) < 0) return -1
  }
  const kind = i32[(w + _PyUnicodeWriter.kind) >> 2]
  const data = i32[(w + _PyUnicodeWriter.data) >> 2]
  if (kind === 1) u8[data + pos] = ch
  else if (kind === 2) u16[(data >> 1) + pos] = ch
  else i32[(data >> 2) + pos] = ch
  i32[(w + _PyUnicodeWriter.pos) >> 2] = pos + 1
  return 0
}

/** Append a str. The first one of a writer that does not overallocate is kept, not copied. */
export function _PyUnicodeWriter_WriteStr(w: number, str: Ref): number {
  const len = PyUnicode_GET_LENGTH(str)
  if (len === 0) return 0
  const maxchar = PyUnicode_MAX_CHAR_VALUE(str)
  const pos = i32[(w + _PyUnicodeWriter.pos) >> 2]
  if (maxchar > i32[(w + _PyUnicodeWriter.maxchar) >> 2] || len > i32[(w + _PyUnicodeWriter.size) >> 2] - pos) {
    if (ptr(w + _PyUnicodeWriter.buffer) === NULL && !u8[w + _PyUnicodeWriter.overallocate]) {
      u8[w + _PyUnicodeWriter.readonly] = 1
      Py_INCREF(str)
      setptr(w + _PyUnicodeWriter.buffer, str)
      update(w)
      i32[(w + _PyUnicodeWriter.pos) >> 2] = pos + len
      return 0
    }
    if (_PyUnicodeWriter_PrepareInternal(w, len, maxchar) < 0) return -1
  }
  _PyUnicode_FastCopyCharacters(ptr(w + _PyUnicodeWriter.buffer), pos, str, 0, len)
  i32[(w + _PyUnicodeWriter.pos) >> 2] = pos + len
  return 0
}

export function _PyUnicodeWriter_WriteSubstring(w: number, str: Ref, start: number, end: number): number {
  if (end === 0) return 0
  if (start === 0 && end === PyUnicode_GET_LENGTH(str)) return _PyUnicodeWriter_WriteStr(w, str)
  let maxchar = i32[(w + _PyUnicodeWriter.maxchar) >> 2]
  if (PyUnicode_MAX_CHAR_VALUE(str) > maxchar) maxchar = _PyUnicode_FindMaxChar(str, start, end)
  const len = end - start
  if (_PyUnicodeWriter_Prepare(w, len, maxchar) < 0) return -1
  const pos = i32[(w + _PyUnicodeWriter.pos) >> 2]
  _PyUnicode_FastCopyCharacters(ptr(w + _PyUnicodeWriter.buffer), pos, str, start, len)
  i32[(w + _PyUnicodeWriter.pos) >> 2] = pos + len
  return 0
}

/** Append `n` characters of a buffer of any kind. */
export function writeData(w: number, kind: number, data: number, n: number): number {
  if (n === 0) return 0
  if (_PyUnicodeWriter_Prepare(w, n, maxCharOfData(kind, data, 0, n)) < 0) return -1
  const pos = i32[(w + _PyUnicodeWriter.pos) >> 2]
  copyData(i32[(w + _PyUnicodeWriter.kind) >> 2], i32[(w + _PyUnicodeWriter.data) >> 2], pos, kind, data, 0, n)
  i32[(w + _PyUnicodeWriter.pos) >> 2] = pos + n
  return 0
}

/** Append an ASCII JavaScript string. */
export function _PyUnicodeWriter_WriteASCIIString(w: number, s: string): number {
  const n = s.length
  if (n === 0) return 0
  if (ptr(w + _PyUnicodeWriter.buffer) === NULL && !u8[w + _PyUnicodeWriter.overallocate]) {
    const $s = PyUnicode_FromString(s)
    if ($s === NULL) return -1
    u8[w + _PyUnicodeWriter.readonly] = 1
    setptr(w + _PyUnicodeWriter.buffer, $s)
    update(w)
    i32[(w + _PyUnicodeWriter.pos) >> 2] += n
    return 0
  }
  if (_PyUnicodeWriter_Prepare(w, n, 127) < 0) return -1
  const pos = i32[(w + _PyUnicodeWriter.pos) >> 2]
  const kind = i32[(w + _PyUnicodeWriter.kind) >> 2]
  const data = i32[(w + _PyUnicodeWriter.data) >> 2]
  if (kind === 1) for (let i = 0; i < n; i++) u8[data + pos + i] = s.charCodeAt(i)
  else if (kind === 2) for (let i = 0, d = (data >> 1) + pos; i < n; i++) u16[d + i] = s.charCodeAt(i)
  else for (let i = 0, d = (data >> 2) + pos; i < n; i++) i32[d + i] = s.charCodeAt(i)
  i32[(w + _PyUnicodeWriter.pos) >> 2] = pos + n
  return 0
}
/** Append any JavaScript string. */
export function writeJS(w: number, s: string): number {
  const $s = PyUnicode_FromString(s)
  if ($s === NULL) return -1
  const r = _PyUnicodeWriter_WriteStr(w, $s)
  Py_DECREF($s)
  return r
}
/** Append `n` latin-1 bytes at `data`. */
export function _PyUnicodeWriter_WriteLatin1String(w: number, data: number, n: number): number {
  return writeData(w, 1, data, n)
}

/** The string, owned; the writer is empty afterwards. NULL with MemoryError. */
export function _PyUnicodeWriter_Finish(w: number): Own {
  const pos = i32[(w + _PyUnicodeWriter.pos) >> 2]
  const $str = ptr(w + _PyUnicodeWriter.buffer) as Own
  setptr(w + _PyUnicodeWriter.buffer, 0)
  if (pos === 0) {
    if ($str !== NULL) Py_DECREF($str)
    return unicode_new_empty()
  }
  if (u8[w + _PyUnicodeWriter.readonly]) return $str
  if (PyUnicode_GET_LENGTH($str) !== pos) {
    const $str2 = resize_compact($str, pos)
    if ($str2 === NULL) {
      Py_DECREF($str)
      return NULL
    }
    return unicode_result($str2)
  }
  return unicode_result($str)
}
export function _PyUnicodeWriter_Dealloc(w: number): void {
  const $buffer = ptr(w + _PyUnicodeWriter.buffer)
  setptr(w + _PyUnicodeWriter.buffer, 0)
  if ($buffer !== NULL) Py_DECREF($buffer)
}
