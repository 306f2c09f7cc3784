import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { i32, u8, u16 } from "../../heap/views.ts"
import { PyMem_Free, PyMem_Malloc } from "../../heap/obmalloc.ts"
import { PyErr_NoMemory } from "../errors.ts"
import {
  _PyUnicode_IsAlpha,
  _PyUnicode_IsCased,
  _PyUnicode_IsCaseIgnorable,
  _PyUnicode_IsDecimalDigit,
  _PyUnicode_IsDigit,
  _PyUnicode_IsLowercase,
  _PyUnicode_IsNumeric,
  _PyUnicode_IsPrintable,
  _PyUnicode_IsTitlecase,
  _PyUnicode_IsUppercase,
  _PyUnicode_IsWhitespace,
  _PyUnicode_IsXidContinue,
  _PyUnicode_IsXidStart,
  _PyUnicode_ToFoldedFull,
  _PyUnicode_ToLowerFull,
  _PyUnicode_ToTitleFull,
  _PyUnicode_ToUpperFull,
  caseResult,
  Py_UNICODE_ISALNUM,
} from "../unicodectype.ts"
import {
  copyData,
  kindOf,
  PyUnicode_DATA,
  PyUnicode_GET_LENGTH,
  PyUnicode_IS_ASCII,
  PyUnicode_KIND,
  PyUnicode_New,
  PyUnicode_READ,
  unicode_result_unchanged,
} from "./core.ts"

// Case mapping and character tests of whole strings.

export const enum Case {
  UPPER,
  LOWER,
  FOLD,
  TITLE,
  CAPITALIZE,
  SWAP,
}

/** Σ is ς at the end of a word, σ elsewhere. */
function handle_capital_sigma(kind: number, data: number, n: number, i: number): number {
  let j = i - 1
  let c = 0
  for (; j >= 0; j--) {
    c = PyUnicode_READ(kind, data, j)
    if (!_PyUnicode_IsCaseIgnorable(c)) break
  }
  if (j < 0 || !_PyUnicode_IsCased(c)) return 0x3c3
  for (j = i + 1; j < n; j++) {
    c = PyUnicode_READ(kind, data, j)
    if (!_PyUnicode_IsCaseIgnorable(c)) break
  }
  return j === n || !_PyUnicode_IsCased(c) ? 0x3c2 : 0x3c3
}
function lower(kind: number, data: number, n: number, i: number, c: number): number {
  if (c === 0x3a3) {
    caseResult[0] = handle_capital_sigma(kind, data, n, i)
    return 1
  }
  return _PyUnicode_ToLowerFull(c)
}

/** The mapped copy of `self`. */
export function case_operation(self: Ref, op: Case): Own {
  const n = PyUnicode_GET_LENGTH(self)
  const kind = PyUnicode_KIND(self)
  const data = PyUnicode_DATA(self)
  if (PyUnicode_IS_ASCII(self)) return asciiCase(n, data, op)
  const tmp = PyMem_Malloc(12 * n)
  if (tmp === 0) return PyErr_NoMemory() as Own
  const out = tmp >> 2
  let k = 0
  let max = 0
  let cased = false
  for (let i = 0; i < n; i++) {
    const c = PyUnicode_READ(kind, data, i)
    let m: number
    switch (op) {
      case Case.UPPER:
        m = _PyUnicode_ToUpperFull(c)
        break
      case Case.LOWER:
        m = lower(kind, data, n, i, c)
        break
      case Case.FOLD:
        m = _PyUnicode_ToFoldedFull(c)
        break
      case Case.TITLE:
        m = cased ? lower(kind, data, n, i, c) : _PyUnicode_ToTitleFull(c)
        break
      case Case.CAPITALIZE:
        m = i === 0 ? _PyUnicode_ToTitleFull(c) : lower(kind, data, n, i, c)
        break
      default:
        if (_PyUnicode_IsUppercase(c)) m = lower(kind, data, n, i, c)
        else if (_PyUnicode_IsLowercase(c)) m = _PyUnicode_ToUpperFull(c)
        else {
          m = 1
          caseResult[0] = c
        }
    }
    for (let j = 0; j < m; j++) {
      const r = caseResult[j]
      if (r > max) max = r
      i32[out + k++] = r
    }
    if (op === Case.TITLE) cased = _PyUnicode_IsCased(c)
  }
  const $u = PyUnicode_New(k, max)
  if ($u !== NULL) copyData(kindOf(max), PyUnicode_DATA($u), 0, 4, tmp, 0, k)
  PyMem_Free(tmp)
  return $u
}
function asciiCase(n: number, data: number, op: Case): Own {
  const $u = PyUnicode_New(n, 127)
  if ($u === NULL) return NULL
  const out = PyUnicode_DATA($u)
  let cased = false
  for (let i = 0; i < n; i++) {
    let c = u8[data + i]
    const isLower = c >= 97 && c <= 122
    const isUpper = c >= 65 && c <= 90
    switch (op) {
      case Case.UPPER:
        if (isLower) c -= 32
        break
      case Case.LOWER:
      case Case.FOLD:
        if (isUpper) c += 32
        break
      case Case.TITLE:
        if (cased ? isUpper : isLower) c ^= 32
        cased = isLower || isUpper
        break
      case Case.CAPITALIZE:
        if (i === 0 ? isLower : isUpper) c ^= 32
        break
      default:
        if (isLower || isUpper) c ^= 32
    }
    u8[out + i] = c
  }
  return $u
}
export function unicode_capitalize(self: Ref): Own {
  return PyUnicode_GET_LENGTH(self) === 0 ? unicode_result_unchanged(self) : case_operation(self, Case.CAPITALIZE)
}

export const enum Test {
  ALPHA,
  ALNUM,
  DECIMAL,
  DIGIT,
  NUMERIC,
  SPACE,
  PRINTABLE,
}
function test(ch: number, which: Test): boolean {
  switch (which) {
    case Test.ALPHA:
      return _PyUnicode_IsAlpha(ch)
    case Test.ALNUM:
      return Py_UNICODE_ISALNUM(ch)
    case Test.DECIMAL:
      return _PyUnicode_IsDecimalDigit(ch)
    case Test.DIGIT:
      return _PyUnicode_IsDigit(ch)
    case Test.NUMERIC:
      return _PyUnicode_IsNumeric(ch)
    case Test.SPACE:
      return _PyUnicode_IsWhitespace(ch)
    default:
      return _PyUnicode_IsPrintable(ch)
  }
}
/** All characters pass; the empty string passes PRINTABLE only. */
export function allAre(self: Ref, which: Test): boolean {
  const n = PyUnicode_GET_LENGTH(self)
  if (n === 0) return which === Test.PRINTABLE
  const kind = PyUnicode_KIND(self)
  const data = PyUnicode_DATA(self)
  for (let i = 0; i < n; i++) if (!test(PyUnicode_READ(kind, data, i), which)) return false
  return true
}
export function isLower(self: Ref): boolean {
  return casedOnly(self, true)
}
export function isUpper(self: Ref): boolean {
  return casedOnly(self, false)
}
function casedOnly(self: Ref, lowerWanted: boolean): boolean {
  const n = PyUnicode_GET_LENGTH(self)
  const kind = PyUnicode_KIND(self)
  const data = PyUnicode_DATA(self)
  let cased = false
  for (let i = 0; i < n; i++) {
    const ch = PyUnicode_READ(kind, data, i)
    if (lowerWanted ? _PyUnicode_IsUppercase(ch) : _PyUnicode_IsLowercase(ch)) return false
    if (_PyUnicode_IsTitlecase(ch)) return false
    if (!cased && (lowerWanted ? _PyUnicode_IsLowercase(ch) : _PyUnicode_IsUppercase(ch))) cased = true
  }
  return cased
}
export function isTitle(self: Ref): boolean {
  const n = PyUnicode_GET_LENGTH(self)
  const kind = PyUnicode_KIND(self)
  const data = PyUnicode_DATA(self)
  let cased = false
  let previous = false
  for (let i = 0; i < n; i++) {
    const ch = PyUnicode_READ(kind, data, i)
    if (_PyUnicode_IsUppercase(ch) || _PyUnicode_IsTitlecase(ch)) {
      if (previous) return false
      previous = true
      cased = true
    } else if (_PyUnicode_IsLowercase(ch)) {
      if (!previous) return false
      cased = true
    } else previous = false
  }
  return cased
}
export function PyUnicode_IsIdentifier(self: Ref): boolean {
  const n = PyUnicode_GET_LENGTH(self)
  if (n === 0) return false
  const kind = PyUnicode_KIND(self)
  const data = PyUnicode_DATA(self)
  const first = PyUnicode_READ(kind, data, 0)
  if (first !== 95 && !_PyUnicode_IsXidStart(first)) return false
  for (let i = 1; i < n; i++) if (!_PyUnicode_IsXidContinue(PyUnicode_READ(kind, data, i))) return false
  return true
}

/** repr(): quotes by content, escapes for what cannot be printed. */
export function unicode_repr(self: Ref): Own {
  const n = PyUnicode_GET_LENGTH(self)
  const kind = PyUnicode_KIND(self)
  const data = PyUnicode_DATA(self)
  const ascii = PyUnicode_IS_ASCII(self)
  let size = 2
  let squote = 0
  let dquote = 0
  let max = 127
  let changed = false
  for (let i = 0; i < n; i++) {
    const ch = PyUnicode_READ(kind, data, i)
    if (ch === 39) {
      squote++
      size++
    } else if (ch === 34) {
      dquote++
      size++
    } else if (ch === 92 || ch === 9 || ch === 13 || ch === 10) {
      size += 2
      changed = true
    } else if (ch < 32 || ch === 127) {
      size += 4
      changed = true
    } else if (ch < 127) size++
    else if (_PyUnicode_IsPrintable(ch)) {
      size++
      if (ch > max) max = ch
    } else {
      size += ch < 0x100 ? 4 : ch < 0x10000 ? 6 : 10
      changed = true
    }
  }
  let quote = 39
  if (squote) {
    changed = true
    if (dquote) size += squote
    else quote = 34
  }
  const $u = PyUnicode_New(size, max)
  if ($u === NULL) return NULL
  const okind = PyUnicode_KIND($u)
  const out = PyUnicode_DATA($u)
  const view = okind === 1 ? u8 : okind === 2 ? u16 : i32
  let o = okind === 1 ? out : okind === 2 ? out >> 1 : out >> 2
  view[o] = quote
  view[o + size - 1] = quote
  o++
  if (!changed) {
    if (ascii || okind === kind) copyData(okind, out, 1, kind, data, 0, n)
    else for (let i = 0; i < n; i++) view[o++] = PyUnicode_READ(kind, data, i)
    return $u
  }
  for (let i = 0; i < n; i++) {
    const ch = PyUnicode_READ(kind, data, i)
    if (ch === quote || ch === 92) {
      view[o++] = 92
      view[o++] = ch
    } else if (ch === 9 || ch === 10 || ch === 13) {
      view[o++] = 92
      view[o++] = ch === 9 ? 116 : ch === 10 ? 110 : 114
    } else if (ch < 127 ? ch >= 32 : ch !== 127 && _PyUnicode_IsPrintable(ch)) view[o++] = ch
    else {
      const digits = ch < 0x100 ? 2 : ch < 0x10000 ? 4 : 8
      view[o++] = 92
      view[o++] = digits === 2 ? 120 : digits === 4 ? 117 : 85
      for (let d = digits - 1; d >= 0; d--) view[o++] = "0123456789abcdef".charCodeAt((ch >>> (4 * d)) & 15)
    }
  }
  return $u
}
