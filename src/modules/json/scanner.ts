import { byte, int64, ptr, setbyte, setptr } from "../../heap/access.ts"
import { fn } from "../../heap/fntable.ts"
import { PyTypeObject } from "../../heap/layout.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_CLEAR, Py_DECREF, Py_NewRef, Py_XDECREF } from "../../heap/refcount.ts"
import { PyObject_GC_UnTrack } from "../../gc/gcmodule.ts"
import { PyObject_CallOneArg } from "../../objects/call.ts"
import { definePrivateType } from "../../objects/define.ts"
import { PyDict_Clear, PyDict_New, PyDict_SetDefault, PyDict_SetItem } from "../../objects/dictobject.ts"
import { Py_EnterRecursiveCall, Py_LeaveRecursiveCall, PyErr_SetObject, PyErr_SetString } from "../../objects/errors.ts"
import { PyFloat_FromDouble } from "../../objects/floatobject.ts"
import { tp_free } from "../../objects/freelists.ts"
import { parseTuple } from "../../objects/getargs.ts"
import { PyList_Append, PyList_New } from "../../objects/listobject.ts"
import { PyLong_FromLong, PyLong_FromString } from "../../objects/longobject.ts"
import { PyObject_GetAttrString, PyObject_IsTrue, typeName } from "../../objects/object.ts"
import { type allocfunc, READONLY, T, TPFLAGS, type visitproc } from "../../objects/slots.ts"
import {
  PyExc_StopIteration,
  PyExc_TypeError,
  PyExc_ValueError,
  PyFloat_Type,
  PyLong_Type,
  Py_False,
  Py_None,
  Py_True,
} from "../../objects/statictypes.ts"
import { PyTuple_New, PyTuple_Pack2, PyTuple_SET_ITEM } from "../../objects/tupleobject.ts"
import {
  PyUnicode_Check,
  PyUnicode_DATA,
  PyUnicode_FromKindAndData,
  PyUnicode_GET_LENGTH,
  PyUnicode_InternFromString,
  PyUnicode_KIND,
  PyUnicode_READ,
} from "../../objects/unicodeobject.ts"
import { visitFields } from "../support.ts"
import { raise_errmsg, scanEnd, scanstring_unicode } from "./strings.ts"

// Modules/_json.c: the scanner.

const enum Scanner {
  strict = 16,
  object_hook = 24,
  object_pairs_hook = 32,
  parse_float = 40,
  parse_int = 48,
  parse_constant = 56,
  memo = 64,
  SIZE = 72,
}
const FIELDS = [
  Scanner.object_hook,
  Scanner.object_pairs_hook,
  Scanner.parse_float,
  Scanner.parse_int,
  Scanner.parse_constant,
  Scanner.memo,
]

/** Index behind what was read last. */
let nextIdx = -1

function raise_stop_iteration(idx: number): Own {
  const $v = PyLong_FromLong(idx)
  if ($v !== NULL) {
    PyErr_SetObject(PyExc_StopIteration, $v)
    Py_DECREF($v)
  }
  return NULL
}
function skipSpace(kind: number, data: number, idx: number, len: number): number {
  while (idx < len) {
    const c = PyUnicode_READ(kind, data, idx)
    if (c !== 32 && c !== 9 && c !== 10 && c !== 13) break
    idx++
  }
  return idx
}
function at(kind: number, data: number, idx: number, len: number): number {
  return idx < len ? PyUnicode_READ(kind, data, idx) : -1
}

// One `"key": value`, stored in `target`. The index behind it, -1 with the error set.
function parseMember(s: Ref, str: Ref, kind: number, data: number, len: number, idx: number, target: Ref, pairs: boolean): number {
  const $scanned = scanstring_unicode(str, idx + 1, byte(s + Scanner.strict) !== 0)
  if ($scanned === NULL) return -1
  idx = scanEnd
  const memokey = PyDict_SetDefault(ptr(s + Scanner.memo), $scanned, $scanned)
  if (memokey === NULL) {
    Py_DECREF($scanned)
    return -1
  }
  const $key = Py_NewRef(memokey)
  Py_DECREF($scanned)
  idx = skipSpace(kind, data, idx, len)
  let bad = -1
  if (at(kind, data, idx, len) !== 58) raise_errmsg("Expecting ':' delimiter", str, idx)
  else {
    const $val = scan_once_unicode(s, str, skipSpace(kind, data, idx + 1, len))
    if ($val !== NULL) {
      if (pairs) {
        const $item = PyTuple_Pack2($key, $val)
        bad = $item === NULL ? -1 : PyList_Append(target, $item)
        Py_XDECREF($item)
      } else bad = PyDict_SetItem(target, $key, $val)
      Py_DECREF($val)
    }
  }
  Py_DECREF($key)
  return bad < 0 ? -1 : nextIdx
}
function parseMembers(s: Ref, str: Ref, idx: number, target: Ref, pairs: boolean): boolean {
  const kind = PyUnicode_KIND(str)
  const data = PyUnicode_DATA(str)
  const len = PyUnicode_GET_LENGTH(str)
  idx = skipSpace(kind, data, idx, len)
  if (at(kind, data, idx, len) !== 125) {
    for (;;) {
      if (at(kind, data, idx, len) !== 34) {
        raise_errmsg("Expecting property name enclosed in double quotes", str, idx)
        return false
      }
      idx = parseMember(s, str, kind, data, len, idx, target, pairs)
      if (idx < 0) return false
      idx = skipSpace(kind, data, idx, len)
      const c = at(kind, data, idx, len)
      if (c === 125) break
      if (c !== 44) {
        raise_errmsg("Expecting ',' delimiter", str, idx)
        return false
      }
      idx = skipSpace(kind, data, idx + 1, len)
    }
  }
  nextIdx = idx + 1
  return true
}
function _parse_object_unicode(s: Ref, str: Ref, idx: number): Own {
  const pairs = ptr(s + Scanner.object_pairs_hook) !== Py_None
  const $r = pairs ? PyList_New(0) : PyDict_New()
  if ($r === NULL) return NULL
  if (!parseMembers(s, str, idx, $r, pairs)) {
    Py_DECREF($r)
    return NULL
  }
  const hook = ptr(s + (pairs ? Scanner.object_pairs_hook : Scanner.object_hook))
  if (hook === Py_None) return $r
  const end = nextIdx
  const $v = PyObject_CallOneArg(hook, $r)
  Py_DECREF($r)
  nextIdx = end
  return $v
}
function _parse_array_unicode(s: Ref, str: Ref, idx: number): Own {
  const $r = PyList_New(0)
  if ($r === NULL) return NULL
  if (parseItems(s, str, idx, $r)) return $r
  Py_DECREF($r)
  return NULL
}
function parseItems(s: Ref, str: Ref, idx: number, list: Ref): boolean {
  const kind = PyUnicode_KIND(str)
  const data = PyUnicode_DATA(str)
  const len = PyUnicode_GET_LENGTH(str)
  idx = skipSpace(kind, data, idx, len)
  if (at(kind, data, idx, len) !== 93) {
    for (;;) {
      const $val = scan_once_unicode(s, str, idx)
      if ($val === NULL) return false
      const bad = PyList_Append(list, $val)
      Py_DECREF($val)
      if (bad < 0) return false
      idx = skipSpace(kind, data, nextIdx, len)
      const c = at(kind, data, idx, len)
      if (c === 93) break
      if (c !== 44) {
        raise_errmsg("Expecting ',' delimiter", str, idx)
        return false
      }
      idx = skipSpace(kind, data, idx + 1, len)
    }
  }
  nextIdx = idx + 1
  return true
}
function _parse_constant(s: Ref, constant: string, idx: number): Own {
  const $c = PyUnicode_InternFromString(constant)
  if ($c === NULL) return NULL
  const $r = PyObject_CallOneArg(ptr(s + Scanner.parse_constant), $c)
  Py_DECREF($c)
  nextIdx = idx + constant.length
  return $r
}
function isDigit(c: number): boolean {
  return c >= 48 && c <= 57
}
function digits(kind: number, data: number, idx: number, len: number): number {
  while (idx < len && isDigit(PyUnicode_READ(kind, data, idx))) idx++
  return idx
}
function _match_number_unicode(s: Ref, str: Ref, start: number): Own {
  const kind = PyUnicode_KIND(str)
  const data = PyUnicode_DATA(str)
  const len = PyUnicode_GET_LENGTH(str)
  let idx = start
  let isFloat = false
  if (at(kind, data, idx, len) === 45) idx++
  const first = at(kind, data, idx, len)
  if (first === 48) idx++
  else if (isDigit(first)) idx = digits(kind, data, idx + 1, len)
  else return raise_stop_iteration(start)
  if (at(kind, data, idx, len) === 46 && isDigit(at(kind, data, idx + 1, len))) {
    isFloat = true
    idx = digits(kind, data, idx + 2, len)
  }
  if ((at(kind, data, idx, len) | 32) === 101) {
    let e = idx + 1
    const sign = at(kind, data, e, len)
    if (sign === 43 || sign === 45) e++
    const end = digits(kind, data, e, len)
    if (end > e) {
      isFloat = true
      idx = end
    }
  }
  const hook = ptr(s + (isFloat ? Scanner.parse_float : Scanner.parse_int))
  nextIdx = idx
  if (hook !== (isFloat ? PyFloat_Type : PyLong_Type)) {
    const $num = PyUnicode_FromKindAndData(kind, data + kind * start, idx - start)
    if ($num === NULL) return NULL
    const $r = PyObject_CallOneArg(hook, $num)
    Py_DECREF($num)
    nextIdx = idx
    return $r
  }
  if (!isFloat && idx - start < 15) {
    let n = 0
    for (let i = first === PyUnicode_READ(kind, data, start) ? start : start + 1; i < idx; i++)
      n = n * 10 + PyUnicode_READ(kind, data, i) - 48
    return PyLong_FromLong(first === PyUnicode_READ(kind, data, start) || n === 0 ? n : -n)
  }
  let text = ""
  for (let i = start; i < idx; i++) text += String.fromCharCode(PyUnicode_READ(kind, data, i))
  return isFloat ? PyFloat_FromDouble(Number(text)) : PyLong_FromString(text, 10)
}
function matches(kind: number, data: number, idx: number, len: number, word: string): boolean {
  if (idx + word.length > len) return false
  for (let i = 1; i < word.length; i++) if (PyUnicode_READ(kind, data, idx + i) !== word.charCodeAt(i)) return false
  return true
}
/** One JSON value of any kind at `idx`; where it ends is in `nextIdx`. */
function scan_once_unicode(s: Ref, str: Ref, idx: number): Own {
  const kind = PyUnicode_KIND(str)
  const data = PyUnicode_DATA(str)
  const len = PyUnicode_GET_LENGTH(str)
  if (idx < 0) return PyErr_SetString(PyExc_ValueError, "idx cannot be negative")
  if (idx >= len) return raise_stop_iteration(idx)
  switch (PyUnicode_READ(kind, data, idx)) {
    case 34: {
      const $r = scanstring_unicode(str, idx + 1, byte(s + Scanner.strict) !== 0)
      nextIdx = scanEnd
      return $r
    }
    case 123: {
      if (Py_EnterRecursiveCall(" while decoding a JSON object from a unicode string")) return NULL
      const $r = _parse_object_unicode(s, str, idx + 1)
      Py_LeaveRecursiveCall()
      return $r
    }
    case 91: {
      if (Py_EnterRecursiveCall(" while decoding a JSON array from a unicode string")) return NULL
      const $r = _parse_array_unicode(s, str, idx + 1)
      Py_LeaveRecursiveCall()
      return $r
    }
    case 110:
      if (matches(kind, data, idx, len, "null")) return constant(Py_None, idx + 4)
      break
    case 116:
      if (matches(kind, data, idx, len, "true")) return constant(Py_True, idx + 4)
      break
    case 102:
      if (matches(kind, data, idx, len, "false")) return constant(Py_False, idx + 5)
      break
    case 78:
      if (matches(kind, data, idx, len, "NaN")) return _parse_constant(s, "NaN", idx)
      break
    case 73:
      if (matches(kind, data, idx, len, "Infinity")) return _parse_constant(s, "Infinity", idx)
      break
    case 45:
      if (matches(kind, data, idx, len, "-Infinity")) return _parse_constant(s, "-Infinity", idx)
      break
  }
  return _match_number_unicode(s, str, idx)
}
function constant(v: Ref, end: number): Own {
  nextIdx = end
  return Py_NewRef(v)
}

/** (value, index), stealing the value. */
export function withIndex($v: Own, idx: number): Own {
  if ($v === NULL) return NULL
  const $t = PyTuple_New(2)
  if ($t === NULL) {
    Py_DECREF($v)
    return NULL
  }
  PyTuple_SET_ITEM($t, 0, $v)
  PyTuple_SET_ITEM($t, 1, PyLong_FromLong(idx))
  return $t
}
function scanner_call(self: Ref, args: Ref, kwds: Ref): Own {
  const a = parseTuple(args, kwds, "On:scan_once", ["string", "idx"])
  if (a === 0) return NULL
  const str = ptr(a)
  const idx = int64(a + 8)
  if (!PyUnicode_Check(str)) return PyErr_SetString(PyExc_TypeError, `first argument must be a string, not ${typeName(str).slice(0, 80)}`)
  const $r = scan_once_unicode(self, str, idx)
  const end = nextIdx
  PyDict_Clear(ptr(self + Scanner.memo))
  return withIndex($r, end)
}
function scanner_new(type: Ref, args: Ref, kwds: Ref): Own {
  const a = parseTuple(args, kwds, "O:make_scanner", ["context"])
  if (a === 0) return NULL
  const ctx = ptr(a)
  const $s = fn<allocfunc>(ptr(type + PyTypeObject.tp_alloc))(type, 0)
  if ($s === NULL) return NULL
  if (fill($s, ctx)) return $s
  Py_DECREF($s)
  return NULL
}
function fill(s: Ref, ctx: Ref): boolean {
  const $memo = PyDict_New()
  if ($memo === NULL) return false
  setptr(s + Scanner.memo, $memo)
  const $strict = PyObject_GetAttrString(ctx, "strict")
  if ($strict === NULL) return false
  const strict = PyObject_IsTrue($strict)
  Py_DECREF($strict)
  if (strict < 0) return false
  setbyte(s + Scanner.strict, strict)
  const names = ["object_hook", "object_pairs_hook", "parse_float", "parse_int", "parse_constant"]
  for (let i = 0; i < names.length; i++) {
    const $v = PyObject_GetAttrString(ctx, names[i])
    if ($v === NULL) return false
    setptr(s + FIELDS[i], $v)
  }
  return true
}
function scanner_traverse(self: Ref, visit: visitproc, arg: number): number {
  return visitFields(self, FIELDS, visit, arg)
}
function scanner_clear(self: Ref): number {
  for (const f of FIELDS) Py_CLEAR(self + f)
  return 0
}
function scanner_dealloc(self: Ref): void {
  PyObject_GC_UnTrack(self)
  scanner_clear(self)
  tp_free(self)
}

export const scannerType = definePrivateType({
  name: "_json.Scanner",
  basicsize: Scanner.SIZE,
  flags: TPFLAGS.HAVE_GC,
  doc: "JSON scanner object",
  new: scanner_new,
  call: scanner_call,
  dealloc: scanner_dealloc,
  traverse: scanner_traverse,
  clear: scanner_clear,
  members: [
    ["strict", T.BOOL, Scanner.strict, READONLY, "strict"],
    ["object_hook", T.OBJECT, Scanner.object_hook, READONLY, "object_hook"],
    ["object_pairs_hook", T.OBJECT, Scanner.object_pairs_hook, READONLY],
    ["parse_float", T.OBJECT, Scanner.parse_float, READONLY, "parse_float"],
    ["parse_int", T.OBJECT, Scanner.parse_int, READONLY, "parse_int"],
    ["parse_constant", T.OBJECT, Scanner.parse_constant, READONLY, "parse_constant"],
  ],
})
