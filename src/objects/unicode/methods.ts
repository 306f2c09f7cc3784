import { ptr } from "../../heap/access.ts"
import { calloca, cstackMark, cstackReset } from "../../heap/cstack.ts"
import { _PyUnicodeWriter, PyASCIIObject, PyCompactUnicodeObject, PyUnicodeObject } from "../../heap/layout.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_DECREF } from "../../heap/refcount.ts"
import { i32 } from "../../heap/views.ts"
import { PyBool_FromLong } from "../boolobject.ts"
import { dictKey, dictValue, PyDict_CheckExact, PyDict_New, PyDict_Next, PyDict_SetItem } from "../dictobject.ts"
import type { MethodSpec } from "../define.ts"
import { PyErr_Occurred, PyErr_SetString } from "../errors.ts"
import { _PyUnicode_FormatAdvancedWriter } from "../formatter_unicode.ts"
import { _PyArg_BadArgument, _PyArg_CheckPositional, _PyArg_UnpackKeywords, argParser, PyArg_ParseTuple } from "../getargs.ts"
import { _PyLong_AsInt, PyLong_Check, PyLong_FromLong } from "../longobject.ts"
import { typeName } from "../object.ts"
import { _PyEval_SliceIndex, sliceIndex } from "../sliceobject.ts"
import { METH } from "../slots.ts"
import { ssizeArg } from "../ssizearg.ts"
import { Py_None, PyExc_TypeError, PyExc_ValueError } from "../statictypes.ts"
import { PyTuple_Check, PyTuple_GET_ITEM, PyTuple_GET_SIZE, PyTuple_New, PyTuple_SET_ITEM } from "../tupleobject.ts"
import { allAre, Case, case_operation, isLower, isTitle, isUpper, PyUnicode_IsIdentifier, Test, unicode_capitalize } from "./case.ts"
import { expandTabs, pad, PyUnicode_Join, replace } from "./concat.ts"
import {
  _PyUnicode_Copy,
  _PyUnicode_HAS_UTF8_MEMORY,
  PyUnicode_AsJS,
  PyUnicode_Check,
  PyUnicode_DATA,
  PyUnicode_GET_LENGTH,
  PyUnicode_IS_ASCII,
  PyUnicode_IS_COMPACT,
  PyUnicode_IS_COMPACT_ASCII,
  PyUnicode_KIND,
  PyUnicode_READ,
  PyUnicode_READ_CHAR,
  PyUnicode_Substring,
  PyUnicode_WRITE,
  unicode_result_unchanged,
} from "./core.ts"
import { PyUnicode_AsEncodedString } from "./encode.ts"
import { do_string_format, do_string_format_map } from "./markup.ts"
import { any_find_slice, countData, ADJUST_INDICES, adjEnd, adjStart, ensure_unicode, hasNull, tailmatch } from "./search.ts"
import {
  _PyUnicode_XStrip,
  do_strip,
  PyUnicode_Partition,
  PyUnicode_RPartition,
  PyUnicode_Splitlines,
  rsplit,
  split,
  Strip,
} from "./split.ts"
import { _PyUnicode_TranslateCharmap } from "./translate.ts"
import { _PyUnicodeWriter_Dealloc, _PyUnicodeWriter_Finish, _PyUnicodeWriter_Init } from "./writer.ts"

// The methods of str: arguments in, the other files do the work.

const SSIZE_MAX = 2147483647

function fail(exc: Ref, message: string): Own {
  PyErr_SetString(exc, message)
  return NULL
}
function bool(b: boolean): Own {
  return PyBool_FromLong(b ? 1 : 0)
}
const clip = (n: number): number => (n > SSIZE_MAX ? SSIZE_MAX : n < -SSIZE_MAX ? -SSIZE_MAX : n)

/** A `str` argument given as C string: JavaScript text, or null with the error set. */
export function cstringArg(arg: Ref, fname: string, display: string): string | null {
  if (!PyUnicode_Check(arg)) {
    _PyArg_BadArgument(fname, display, "str", arg)
    return null
  }
  if (hasNull(arg)) {
    PyErr_SetString(PyExc_ValueError, "embedded null character")
    return null
  }
  return PyUnicode_AsJS(arg)
}

// ---- find and friends: (sub[, start[, end]]) ----

let findSub: Ref = NULL
let findStart = 0
let findEnd = 0
function parseFind(name: string, args: Ref, strOnly: boolean): boolean {
  const a = PyArg_ParseTuple(args, `O|OO:${name}`)
  if (!a) return false
  const sub = ptr(a)
  const start = ptr(a + 8)
  const end = ptr(a + 16)
  let from = 0
  let to = SSIZE_MAX
  if (start !== NULL && start !== Py_None) {
    if (!_PyEval_SliceIndex(start, 0)) return false
    from = clip(sliceIndex)
  }
  if (end !== NULL && end !== Py_None) {
    if (!_PyEval_SliceIndex(end, 0)) return false
    to = clip(sliceIndex)
  }
  if (strOnly && ensure_unicode(sub) < 0) return false
  findSub = sub
  findStart = from
  findEnd = to
  return true
}
function find(self: Ref, args: Ref, name: string, direction: number, must: boolean): Own {
  if (!parseFind(name, args, true)) return NULL
  const r = any_find_slice(self, findSub, findStart, findEnd, direction)
  return must && r < 0 ? fail(PyExc_ValueError, "substring not found") : PyLong_FromLong(r)
}
function unicode_find(self: Ref, args: Ref): Own {
  return find(self, args, "find", 1, false)
}
function unicode_rfind(self: Ref, args: Ref): Own {
  return find(self, args, "rfind", -1, false)
}
function unicode_index(self: Ref, args: Ref): Own {
  return find(self, args, "index", 1, true)
}
function unicode_rindex(self: Ref, args: Ref): Own {
  return find(self, args, "rindex", -1, true)
}
function unicode_count(self: Ref, args: Ref): Own {
  if (!parseFind("count", args, true)) return NULL
  const k1 = PyUnicode_KIND(self)
  const k2 = PyUnicode_KIND(findSub)
  ADJUST_INDICES(findStart, findEnd, PyUnicode_GET_LENGTH(self))
  const n = adjEnd - adjStart
  const m = PyUnicode_GET_LENGTH(findSub)
  if (k1 < k2 || n < m) return PyLong_FromLong(0)
  return PyLong_FromLong(countData(k1, PyUnicode_DATA(self) + k1 * adjStart, n, k2, PyUnicode_DATA(findSub), m, SSIZE_MAX))
}
function tail(self: Ref, args: Ref, name: string, direction: number): Own {
  if (!parseFind(name, args, false)) return NULL
  const sub = findSub
  const start = findStart
  const end = findEnd
  if (PyTuple_Check(sub)) {
    for (let i = 0; i < PyTuple_GET_SIZE(sub); i++) {
      const item = PyTuple_GET_ITEM(sub, i)
      if (!PyUnicode_Check(item)) return fail(PyExc_TypeError, `tuple for ${name} must only contain str, not ${typeName(item)}`)
      if (tailmatch(self, item, start, end, direction)) return bool(true)
    }
    return bool(false)
  }
  if (!PyUnicode_Check(sub)) return fail(PyExc_TypeError, `${name} first arg must be str or a tuple of str, not ${typeName(sub)}`)
  return bool(tailmatch(self, sub, start, end, direction))
}
function unicode_startswith(self: Ref, args: Ref): Own {
  return tail(self, args, "startswith", -1)
}
function unicode_endswith(self: Ref, args: Ref): Own {
  return tail(self, args, "endswith", 1)
}
function unicode_removeprefix(self: Ref, prefix: Ref): Own {
  if (!PyUnicode_Check(prefix)) {
    _PyArg_BadArgument("removeprefix", "argument", "str", prefix)
    return NULL
  }
  if (tailmatch(self, prefix, 0, SSIZE_MAX, -1)) return PyUnicode_Substring(self, PyUnicode_GET_LENGTH(prefix), PyUnicode_GET_LENGTH(self))
  return unicode_result_unchanged(self)
}
function unicode_removesuffix(self: Ref, suffix: Ref): Own {
  if (!PyUnicode_Check(suffix)) {
    _PyArg_BadArgument("removesuffix", "argument", "str", suffix)
    return NULL
  }
  if (tailmatch(self, suffix, 0, SSIZE_MAX, 1))
    return PyUnicode_Substring(self, 0, PyUnicode_GET_LENGTH(self) - PyUnicode_GET_LENGTH(suffix))
  return unicode_result_unchanged(self)
}

// ---- splitting ----

const splitParser = argParser("split", ["sep", "maxsplit"])
const rsplitParser = argParser("rsplit", ["sep", "maxsplit"])
const splitlinesParser = argParser("splitlines", ["keepends"])

let splitSep: Ref = NULL
let splitMax = -1
function parseSplit(a: number): boolean {
  if (!a) return false
  splitSep = ptr(a) || Py_None
  splitMax = -1
  const max = ptr(a + 8)
  const sep = splitSep
  if (max !== NULL) {
    const n = ssizeArg(max)
    if (n === -1 && PyErr_Occurred()) return false
    splitMax = clip(n)
    splitSep = sep
  }
  if (sep === Py_None) splitSep = NULL
  else if (!PyUnicode_Check(sep)) {
    PyErr_SetString(PyExc_TypeError, `must be str or None, not ${typeName(sep)}`)
    return false
  }
  return true
}
function unicode_split(self: Ref, args: number, nargs: number, kwnames: Ref): Own {
  return parseSplit(_PyArg_UnpackKeywords(args, nargs, 0, kwnames, splitParser, 0, 2, 0)) ? split(self, splitSep, splitMax) : NULL
}
function unicode_rsplit(self: Ref, args: number, nargs: number, kwnames: Ref): Own {
  return parseSplit(_PyArg_UnpackKeywords(args, nargs, 0, kwnames, rsplitParser, 0, 2, 0)) ? rsplit(self, splitSep, splitMax) : NULL
}
function unicode_splitlines(self: Ref, args: number, nargs: number, kwnames: Ref): Own {
  const a = _PyArg_UnpackKeywords(args, nargs, 0, kwnames, splitlinesParser, 0, 1, 0)
  if (!a) return NULL
  const arg = ptr(a)
  let keepends = 0
  if (arg !== NULL) {
    keepends = _PyLong_AsInt(arg)
    if (keepends === -1 && PyErr_Occurred()) return NULL
  }
  return PyUnicode_Splitlines(self, keepends)
}
function argstrip(self: Ref, args: number, nargs: number, name: string, type: Strip): Own {
  if (!_PyArg_CheckPositional(name, nargs, 0, 1)) return NULL
  const chars = nargs < 1 ? Py_None : ptr(args)
  if (chars === Py_None) return do_strip(self, type)
  if (PyUnicode_Check(chars)) return _PyUnicode_XStrip(self, type, chars)
  return fail(PyExc_TypeError, `${name} arg must be None or str`)
}
function unicode_strip(self: Ref, args: number, nargs: number): Own {
  return argstrip(self, args, nargs, "strip", Strip.BOTH)
}
function unicode_lstrip(self: Ref, args: number, nargs: number): Own {
  return argstrip(self, args, nargs, "lstrip", Strip.LEFT)
}
function unicode_rstrip(self: Ref, args: number, nargs: number): Own {
  return argstrip(self, args, nargs, "rstrip", Strip.RIGHT)
}

// ---- padding, replacing ----

let padWidth = 0
let padFill = 32
function parsePad(name: string, args: number, nargs: number): boolean {
  if (!_PyArg_CheckPositional(name, nargs, 1, 2)) return false
  const width = ssizeArg(ptr(args))
  if (width === -1 && PyErr_Occurred()) return false
  padFill = 32
  if (nargs === 2) {
    const c = ptr(args + 8)
    if (!PyUnicode_Check(c)) {
      PyErr_SetString(PyExc_TypeError, `The fill character must be a unicode character, not ${typeName(c)}`)
      return false
    }
    if (PyUnicode_GET_LENGTH(c) !== 1) {
      PyErr_SetString(PyExc_TypeError, "The fill character must be exactly one character long")
      return false
    }
    padFill = PyUnicode_READ_CHAR(c, 0)
  }
  padWidth = clip(width)
  return true
}
function unicode_center(self: Ref, args: number, nargs: number): Own {
  if (!parsePad("center", args, nargs)) return NULL
  const n = PyUnicode_GET_LENGTH(self)
  if (n >= padWidth) return unicode_result_unchanged(self)
  const marg = padWidth - n
  const left = (marg >> 1) + (marg & padWidth & 1)
  return pad(self, left, marg - left, padFill)
}
function unicode_ljust(self: Ref, args: number, nargs: number): Own {
  if (!parsePad("ljust", args, nargs)) return NULL
  const n = PyUnicode_GET_LENGTH(self)
  return n >= padWidth ? unicode_result_unchanged(self) : pad(self, 0, padWidth - n, padFill)
}
function unicode_rjust(self: Ref, args: number, nargs: number): Own {
  if (!parsePad("rjust", args, nargs)) return NULL
  const n = PyUnicode_GET_LENGTH(self)
  return n >= padWidth ? unicode_result_unchanged(self) : pad(self, padWidth - n, 0, padFill)
}
function unicode_zfill(self: Ref, arg: Ref): Own {
  const w = ssizeArg(arg)
  if (w === -1 && PyErr_Occurred()) return NULL
  const width = clip(w)
  const n = PyUnicode_GET_LENGTH(self)
  if (n >= width) return unicode_result_unchanged(self)
  const fill = width - n
  const $u = pad(self, fill, 0, 48)
  if ($u === NULL) return NULL
  const kind = PyUnicode_KIND($u)
  const data = PyUnicode_DATA($u)
  const ch = PyUnicode_READ(kind, data, fill)
  if (ch === 43 || ch === 45) {
    PyUnicode_WRITE(kind, data, 0, ch)
    PyUnicode_WRITE(kind, data, fill, 48)
  }
  return $u
}
function unicode_replace(self: Ref, args: number, nargs: number): Own {
  if (!_PyArg_CheckPositional("replace", nargs, 2, 3)) return NULL
  const a = ptr(args)
  const b = ptr(args + 8)
  if (!PyUnicode_Check(a)) {
    _PyArg_BadArgument("replace", "argument 1", "str", a)
    return NULL
  }
  if (!PyUnicode_Check(b)) {
    _PyArg_BadArgument("replace", "argument 2", "str", b)
    return NULL
  }
  let count = -1
  if (nargs > 2) {
    count = ssizeArg(ptr(args + 16))
    if (count === -1 && PyErr_Occurred()) return NULL
  }
  return replace(self, a, b, clip(count))
}
const expandtabsParser = argParser("expandtabs", ["tabsize"])
function unicode_expandtabs(self: Ref, args: number, nargs: number, kwnames: Ref): Own {
  const a = _PyArg_UnpackKeywords(args, nargs, 0, kwnames, expandtabsParser, 0, 1, 0)
  if (!a) return NULL
  const arg = ptr(a)
  let size = 8
  if (arg !== NULL) {
    size = _PyLong_AsInt(arg)
    if (size === -1 && PyErr_Occurred()) return NULL
  }
  return expandTabs(self, size)
}

// ---- case and tests ----

function unicode_upper(self: Ref): Own {
  return case_operation(self, Case.UPPER)
}
function unicode_lower(self: Ref): Own {
  return case_operation(self, Case.LOWER)
}
function unicode_casefold(self: Ref): Own {
  return case_operation(self, Case.FOLD)
}
function unicode_title(self: Ref): Own {
  return case_operation(self, Case.TITLE)
}
function unicode_swapcase(self: Ref): Own {
  return case_operation(self, Case.SWAP)
}
function unicode_isascii(self: Ref): Own {
  return bool(PyUnicode_IS_ASCII(self))
}
function unicode_islower(self: Ref): Own {
  return bool(isLower(self))
}
function unicode_isupper(self: Ref): Own {
  return bool(isUpper(self))
}
function unicode_istitle(self: Ref): Own {
  return bool(isTitle(self))
}
function unicode_isspace(self: Ref): Own {
  return bool(allAre(self, Test.SPACE))
}
function unicode_isalpha(self: Ref): Own {
  return bool(allAre(self, Test.ALPHA))
}
function unicode_isalnum(self: Ref): Own {
  return bool(allAre(self, Test.ALNUM))
}
function unicode_isdecimal(self: Ref): Own {
  return bool(allAre(self, Test.DECIMAL))
}
function unicode_isdigit(self: Ref): Own {
  return bool(allAre(self, Test.DIGIT))
}
function unicode_isnumeric(self: Ref): Own {
  return bool(allAre(self, Test.NUMERIC))
}
function unicode_isprintable(self: Ref): Own {
  return bool(allAre(self, Test.PRINTABLE))
}
function unicode_isidentifier(self: Ref): Own {
  return bool(PyUnicode_IsIdentifier(self))
}

// ---- the rest ----

const encodeParser = argParser("encode", ["encoding", "errors"])
function unicode_encode(self: Ref, args: number, nargs: number, kwnames: Ref): Own {
  const a = _PyArg_UnpackKeywords(args, nargs, 0, kwnames, encodeParser, 0, 2, 0)
  if (!a) return NULL
  const e = ptr(a)
  const r = ptr(a + 8)
  let encoding: string | null = null
  let errors: string | null = null
  if (e !== NULL) {
    encoding = cstringArg(e, "encode", "argument 'encoding'")
    if (encoding === null) return NULL
  }
  if (r !== NULL) {
    errors = cstringArg(r, "encode", "argument 'errors'")
    if (errors === null) return NULL
  }
  return PyUnicode_AsEncodedString(self, encoding, errors)
}
function unicode_translate(self: Ref, table: Ref): Own {
  return _PyUnicode_TranslateCharmap(self, table, "ignore")
}
function setOrd(dict: Ref, ch: number, value: Ref): boolean {
  const $key = PyLong_FromLong(ch)
  if ($key === NULL) return false
  const r = PyDict_SetItem(dict, $key, value)
  Py_DECREF($key)
  return r >= 0
}
function maketransStrings(dict: Ref, x: Ref, y: Ref, z: Ref): boolean {
  if (!PyUnicode_Check(x)) {
    fail(PyExc_TypeError, "first maketrans argument must be a string if there is a second argument")
    return false
  }
  const n = PyUnicode_GET_LENGTH(x)
  if (n !== PyUnicode_GET_LENGTH(y)) {
    fail(PyExc_ValueError, "the first two maketrans arguments must have equal length")
    return false
  }
  for (let i = 0; i < n; i++) {
    const $value = PyLong_FromLong(PyUnicode_READ_CHAR(y, i))
    if ($value === NULL) return false
    const ok = setOrd(dict, PyUnicode_READ_CHAR(x, i), $value)
    Py_DECREF($value)
    if (!ok) return false
  }
  if (z !== NULL) for (let i = 0; i < PyUnicode_GET_LENGTH(z); i++) if (!setOrd(dict, PyUnicode_READ_CHAR(z, i), Py_None)) return false
  return true
}
function maketransDict(dict: Ref, x: Ref): boolean {
  if (!PyDict_CheckExact(x)) {
    fail(PyExc_TypeError, "if you give only one argument to maketrans it must be a dict")
    return false
  }
  for (let pos = PyDict_Next(x, 0); pos; pos = PyDict_Next(x, pos)) {
    const key = dictKey
    const value = dictValue
    if (PyUnicode_Check(key)) {
      if (PyUnicode_GET_LENGTH(key) !== 1) {
        fail(PyExc_ValueError, "string keys in translate table must be of length 1")
        return false
      }
      if (!setOrd(dict, PyUnicode_READ_CHAR(key, 0), value)) return false
    } else if (PyLong_Check(key)) {
      if (PyDict_SetItem(dict, key, value) < 0) return false
    } else {
      fail(PyExc_TypeError, "keys in translate table must be strings or integers")
      return false
    }
  }
  return true
}
function unicode_maketrans(_null: Ref, args: number, nargs: number): Own {
  if (!_PyArg_CheckPositional("maketrans", nargs, 1, 3)) return NULL
  for (let i = 1; i < nargs; i++) {
    if (!PyUnicode_Check(ptr(args + 8 * i))) {
      _PyArg_BadArgument("maketrans", `argument ${i + 1}`, "str", ptr(args + 8 * i))
      return NULL
    }
  }
  const $dict = PyDict_New()
  if ($dict === NULL) return NULL
  const x = ptr(args)
  const ok = nargs > 1 ? maketransStrings($dict, x, ptr(args + 8), nargs > 2 ? ptr(args + 16) : NULL) : maketransDict($dict, x)
  if (ok) return $dict
  Py_DECREF($dict)
  return NULL
}
function unicode___format__(self: Ref, spec: Ref): Own {
  if (!PyUnicode_Check(spec)) {
    _PyArg_BadArgument("__format__", "argument", "str", spec)
    return NULL
  }
  const mark = cstackMark()
  const w = calloca(_PyUnicodeWriter.SIZE)
  _PyUnicodeWriter_Init(w)
  let $u: Own = NULL
  if (_PyUnicode_FormatAdvancedWriter(w, self, spec, 0, PyUnicode_GET_LENGTH(spec)) < 0) _PyUnicodeWriter_Dealloc(w)
  else $u = _PyUnicodeWriter_Finish(w)
  cstackReset(mark)
  return $u
}
function unicode_sizeof(self: Ref): Own {
  const n = PyUnicode_GET_LENGTH(self)
  let size: number
  if (PyUnicode_IS_COMPACT_ASCII(self)) size = PyASCIIObject.SIZE + n + 1
  else if (PyUnicode_IS_COMPACT(self)) size = PyCompactUnicodeObject.SIZE + (n + 1) * PyUnicode_KIND(self)
  else size = PyUnicodeObject.SIZE + (ptr(self + PyUnicodeObject.data) ? (n + 1) * PyUnicode_KIND(self) : 0)
  if (_PyUnicode_HAS_UTF8_MEMORY(self)) size += i32[(self + PyCompactUnicodeObject.utf8_length) >> 2] + 1
  return PyLong_FromLong(size)
}
function unicode_getnewargs(self: Ref): Own {
  const $copy = _PyUnicode_Copy(self)
  if ($copy === NULL) return NULL
  const $t = PyTuple_New(1)
  if ($t === NULL) Py_DECREF($copy)
  else PyTuple_SET_ITEM($t, 0, $copy)
  return $t
}

function sig(params: string, text: string): string {
  return `(${params})\n--\n\n${text}`
}

/** tp_methods of str. */
export function unicodeMethods(): readonly MethodSpec[] {
  const FK = METH.FASTCALL | METH.KEYWORDS
  return [
    ["encode", unicode_encode, FK, sig("$self, /, encoding='utf-8', errors='strict'", "Bytes of the string in the given encoding.")],
    [
      "replace",
      unicode_replace,
      METH.FASTCALL,
      sig("$self, old, new, count=-1, /", "A copy with occurrences of old replaced by new, the first count of them if count is given."),
    ],
    ["split", unicode_split, FK, sig("$self, /, sep=None, maxsplit=-1", "The list of substrings between separators, from the left.")],
    [
      "rsplit",
      unicode_rsplit,
      FK,
      sig("$self, /, sep=None, maxsplit=-1", "The list of substrings between separators, split from the right."),
    ],
    ["join", PyUnicode_Join, METH.O, sig("$self, iterable, /", "The strings of the iterable with this string between them.")],
    [
      "capitalize",
      unicode_capitalize,
      METH.NOARGS,
      sig("$self, /", "A copy with the first character in title case and the rest in lower case."),
    ],
    ["casefold", unicode_casefold, METH.NOARGS, sig("$self, /", "A copy for comparisons that ignore case.")],
    ["title", unicode_title, METH.NOARGS, sig("$self, /", "A copy in which each word starts in title case.")],
    ["center", unicode_center, METH.FASTCALL, sig("$self, width, fillchar=' ', /", "A copy centered in the given width.")],
    [
      "count",
      unicode_count,
      METH.VARARGS,
      "S.count(sub[, start[, end]]) -> int\n\nHow often sub occurs in S[start:end], without overlaps.",
    ],
    ["expandtabs", unicode_expandtabs, FK, sig("$self, /, tabsize=8", "A copy with tabs replaced by spaces.")],
    ["find", unicode_find, METH.VARARGS, "S.find(sub[, start[, end]]) -> int\n\nThe lowest index of sub in S[start:end], or -1."],
    [
      "partition",
      PyUnicode_Partition,
      METH.O,
      sig("$self, sep, /", "What is before the first separator, the separator, and what follows."),
    ],
    [
      "index",
      unicode_index,
      METH.VARARGS,
      "S.index(sub[, start[, end]]) -> int\n\nThe lowest index of sub in S[start:end]; ValueError if there is none.",
    ],
    ["ljust", unicode_ljust, METH.FASTCALL, sig("$self, width, fillchar=' ', /", "A copy padded on the right to the given width.")],
    ["lower", unicode_lower, METH.NOARGS, sig("$self, /", "A copy in lower case.")],
    [
      "lstrip",
      unicode_lstrip,
      METH.FASTCALL,
      sig("$self, chars=None, /", "A copy without leading whitespace, or without leading characters of chars."),
    ],
    ["rfind", unicode_rfind, METH.VARARGS, "S.rfind(sub[, start[, end]]) -> int\n\nThe highest index of sub in S[start:end], or -1."],
    [
      "rindex",
      unicode_rindex,
      METH.VARARGS,
      "S.rindex(sub[, start[, end]]) -> int\n\nThe highest index of sub in S[start:end]; ValueError if there is none.",
    ],
    ["rjust", unicode_rjust, METH.FASTCALL, sig("$self, width, fillchar=' ', /", "A copy padded on the left to the given width.")],
    [
      "rstrip",
      unicode_rstrip,
      METH.FASTCALL,
      sig("$self, chars=None, /", "A copy without trailing whitespace, or without trailing characters of chars."),
    ],
    [
      "rpartition",
      PyUnicode_RPartition,
      METH.O,
      sig("$self, sep, /", "What is before the last separator, the separator, and what follows."),
    ],
    ["splitlines", unicode_splitlines, FK, sig("$self, /, keepends=False", "The list of lines.")],
    [
      "strip",
      unicode_strip,
      METH.FASTCALL,
      sig("$self, chars=None, /", "A copy without whitespace, or characters of chars, at both ends."),
    ],
    ["swapcase", unicode_swapcase, METH.NOARGS, sig("$self, /", "A copy with upper and lower case exchanged.")],
    ["translate", unicode_translate, METH.O, sig("$self, table, /", "A copy with each character mapped through table.")],
    ["upper", unicode_upper, METH.NOARGS, sig("$self, /", "A copy in upper case.")],
    [
      "startswith",
      unicode_startswith,
      METH.VARARGS,
      "S.startswith(prefix[, start[, end]]) -> bool\n\nDoes S[start:end] start with prefix, or with one of a tuple of prefixes?",
    ],
    [
      "endswith",
      unicode_endswith,
      METH.VARARGS,
      "S.endswith(suffix[, start[, end]]) -> bool\n\nDoes S[start:end] end with suffix, or with one of a tuple of suffixes?",
    ],
    ["removeprefix", unicode_removeprefix, METH.O, sig("$self, prefix, /", "A copy without the given prefix.")],
    ["removesuffix", unicode_removesuffix, METH.O, sig("$self, suffix, /", "A copy without the given suffix.")],
    ["isascii", unicode_isascii, METH.NOARGS, sig("$self, /", "Are all characters ASCII?")],
    ["islower", unicode_islower, METH.NOARGS, sig("$self, /", "Are all cased characters lower case?")],
    ["isupper", unicode_isupper, METH.NOARGS, sig("$self, /", "Are all cased characters upper case?")],
    ["istitle", unicode_istitle, METH.NOARGS, sig("$self, /", "Does each word start in title case?")],
    ["isspace", unicode_isspace, METH.NOARGS, sig("$self, /", "Is everything whitespace?")],
    ["isdecimal", unicode_isdecimal, METH.NOARGS, sig("$self, /", "Are all characters decimal digits?")],
    ["isdigit", unicode_isdigit, METH.NOARGS, sig("$self, /", "Are all characters digits?")],
    ["isnumeric", unicode_isnumeric, METH.NOARGS, sig("$self, /", "Are all characters numeric?")],
    ["isalpha", unicode_isalpha, METH.NOARGS, sig("$self, /", "Are all characters letters?")],
    ["isalnum", unicode_isalnum, METH.NOARGS, sig("$self, /", "Are all characters letters or numeric?")],
    ["isidentifier", unicode_isidentifier, METH.NOARGS, sig("$self, /", "Is it a valid identifier?")],
    ["isprintable", unicode_isprintable, METH.NOARGS, sig("$self, /", "Can every character be printed?")],
    ["zfill", unicode_zfill, METH.O, sig("$self, width, /", "A copy padded with zeros on the left, after a sign.")],
    [
      "format",
      do_string_format,
      METH.VARARGS | METH.KEYWORDS,
      "S.format(*args, **kwargs) -> str\n\nFields in braces replaced by the arguments.",
    ],
    ["format_map", do_string_format_map, METH.O, "S.format_map(mapping) -> str\n\nFields in braces replaced by values of the mapping."],
    ["__format__", unicode___format__, METH.O, sig("$self, format_spec, /", "The string formatted by the specifier.")],
    [
      "maketrans",
      unicode_maketrans,
      METH.STATIC | METH.FASTCALL,
      "(x, y=<unrepresentable>, z=<unrepresentable>, /)\n--\n\nA table for translate.",
    ],
    ["__sizeof__", unicode_sizeof, METH.NOARGS, sig("$self, /", "Bytes of memory it takes.")],
    ["__getnewargs__", unicode_getnewargs, METH.NOARGS],
  ]
}
/** For others: `op` unchanged and exact. */
export function unicode_str(op: Ref): Own {
  return unicode_result_unchanged(op)
}
