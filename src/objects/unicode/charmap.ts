import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { memset } from "../../heap/access.ts"
import { PyObject_Free, PyObject_Malloc } from "../../heap/obmalloc.ts"
import { Py_DECREF, Py_IS_TYPE, Py_SIZE, Py_XDECREF } from "../../heap/refcount.ts"
import { i32, u8 } from "../../heap/views.ts"
import { PyObject_GetItem } from "../abstract.ts"
import { PyBytes_AS_STRING, PyBytes_Check, PyBytes_FromStringAndSize } from "../bytesobject.ts"
import { defineType } from "../define.ts"
import { PyDict_New, PyDict_SetItem } from "../dictobject.ts"
import { PyErr_BadArgument, PyErr_Clear, PyErr_ExceptionMatches, PyErr_NoMemory, PyErr_SetString } from "../errors.ts"
import { PyLong_AsLong, PyLong_Check, PyLong_FromLong } from "../longobject.ts"
import { _PyObject_Init, typeName } from "../object.ts"
import { METH } from "../slots.ts"
import { EncodingMapType, Py_None, PyExc_LookupError, PyExc_TypeError } from "../statictypes.ts"
import {
  MAX_UNICODE,
  PyUnicode_Check,
  PyUnicode_CheckExact,
  PyUnicode_DATA,
  PyUnicode_GET_LENGTH,
  PyUnicode_KIND,
  PyUnicode_READ,
  PyUnicode_READ_CHAR,
  unicode_new_empty,
} from "./core.ts"
import { _Py_GetErrorHandler, ByteSink, DecodeErrors, EncodeErrors, Handler } from "./errhandler.ts"
import { _PyUnicode_AsLatin1String, PyUnicode_DecodeLatin1, withWriter } from "./simplecodecs.ts"
import { _PyUnicodeWriter_SetOverallocate, _PyUnicodeWriter_WriteChar, _PyUnicodeWriter_WriteStr } from "./writer.ts"

// The character map codec: mapping objects, decoding strings of 256 characters, and EncodingMap.

const UNDEFINED = "character maps to <undefined>"

/** Decode through `mapping` (a str indexed by byte, or any mapping); NULL mapping is Latin-1. */
export function PyUnicode_DecodeCharmap(s: number, size: number, mapping: Ref, errors: string | null): Own {
  if (mapping === NULL) return PyUnicode_DecodeLatin1(s, size, errors)
  if (size === 0) return unicode_new_empty()
  const e = new DecodeErrors("charmap", errors, s, s + size)
  const decode = PyUnicode_CheckExact(mapping) ? decodeString : decodeMapping
  return withWriter(e, size, (e, w) => decode(e, w, mapping))
}
function decodeString(e: DecodeErrors, w: number, mapping: Ref): number {
  const n = PyUnicode_GET_LENGTH(mapping)
  const kind = PyUnicode_KIND(mapping)
  const data = PyUnicode_DATA(mapping)
  let p = e.start
  while (p < e.end) {
    const ch = u8[p]
    const x = ch < n ? PyUnicode_READ(kind, data, ch) : 0xfffe
    if (x === 0xfffe) {
      if (e.call(UNDEFINED, p - e.start, p - e.start + 1, w) < 0) return -1
      p = e.next
    } else {
      if (_PyUnicodeWriter_WriteChar(w, x) < 0) return -1
      p++
    }
  }
  return 0
}
/** 1 written, 0 undefined, -1 error. */
function decodeOne(ch: number, mapping: Ref, w: number): number {
  const $key = PyLong_FromLong(ch)
  if ($key === NULL) return -1
  const $item = PyObject_GetItem(mapping, $key)
  Py_DECREF($key)
  if ($item === NULL) {
    if (!PyErr_ExceptionMatches(PyExc_LookupError)) return -1
    PyErr_Clear()
    return 0
  }
  let r = 1
  if ($item === Py_None) r = 0
  else if (PyLong_Check($item)) {
    const value = PyLong_AsLong($item)
    if (value === 0xfffe) r = 0
    else if (value < 0 || value > MAX_UNICODE) {
      PyErr_SetString(PyExc_TypeError, "character mapping must be in range(0x110000)")
      r = -1
    } else if (_PyUnicodeWriter_WriteChar(w, value) < 0) r = -1
  } else if (PyUnicode_Check($item)) {
    if (PyUnicode_GET_LENGTH($item) === 1) {
      const value = PyUnicode_READ_CHAR($item, 0)
      if (value === 0xfffe) r = 0
      else if (_PyUnicodeWriter_WriteChar(w, value) < 0) r = -1
    } else {
      _PyUnicodeWriter_SetOverallocate(w, 1)
      if (_PyUnicodeWriter_WriteStr(w, $item) < 0) r = -1
    }
  } else {
    PyErr_SetString(PyExc_TypeError, "character mapping must return integer, None or str")
    r = -1
  }
  Py_DECREF($item)
  return r
}
function decodeMapping(e: DecodeErrors, w: number, mapping: Ref): number {
  let p = e.start
  while (p < e.end) {
    const r = decodeOne(u8[p], mapping, w)
    if (r < 0) return -1
    if (r > 0) p++
    else {
      if (e.call(UNDEFINED, p - e.start, p - e.start + 1, w) < 0) return -1
      p = e.next
    }
  }
  return 0
}

// ---- EncodingMap: a three-level trie ----

/** struct encoding_map */
const enum Map_ {
  level1 = 16, // 32 bytes
  count2 = 48,
  count3 = 52,
  level23 = 56,
  SIZE = 64,
}
/** The inverse of a decoding string: an EncodingMap, or a dict when that cannot hold it. */
export function PyUnicode_BuildEncodingMap(string: Ref): Own {
  if (!PyUnicode_Check(string) || PyUnicode_GET_LENGTH(string) === 0) {
    PyErr_BadArgument()
    return NULL
  }
  const kind = PyUnicode_KIND(string)
  const data = PyUnicode_DATA(string)
  const n = Math.min(PyUnicode_GET_LENGTH(string), 256)
  const level1 = new Uint8Array(32).fill(0xff)
  const level2 = new Uint8Array(512).fill(0xff)
  let count2 = 0
  let count3 = 0
  let needDict = PyUnicode_READ(kind, data, 0) !== 0
  for (let i = 1; i < n; i++) {
    const ch = PyUnicode_READ(kind, data, i)
    if (ch === 0 || ch > 0xffff) {
      needDict = true
      break
    }
    if (ch === 0xfffe) continue
    if (level1[ch >> 11] === 0xff) level1[ch >> 11] = count2++
    if (level2[ch >> 7] === 0xff) level2[ch >> 7] = count3++
  }
  if (needDict || count2 >= 0xff || count3 >= 0xff) return buildDict(kind, data, n)
  const op = PyObject_Malloc(Map_.SIZE + 16 * count2 + 128 * count3 - 1)
  if (op === 0) return PyErr_NoMemory() as Own
  _PyObject_Init(op as Ref, EncodingMapType)
  i32[(op + Map_.count2) >> 2] = count2
  i32[(op + Map_.count3) >> 2] = count3
  u8.set(level1, op + Map_.level1)
  const l2 = op + Map_.level23
  const l3 = l2 + 16 * count2
  memset(l2, 0xff, 16 * count2)
  memset(l3, 0, 128 * count3)
  let used = 0
  for (let i = 1; i < n; i++) {
    const ch = PyUnicode_READ(kind, data, i)
    if (ch === 0xfffe) continue
    const i2 = l2 + 16 * level1[ch >> 11] + ((ch >> 7) & 15)
    if (u8[i2] === 0xff) u8[i2] = used++
    u8[l3 + 128 * u8[i2] + (ch & 127)] = i
  }
  return op as Own
}
function buildDict(kind: number, data: number, n: number): Own {
  const $d = PyDict_New()
  if ($d === NULL) return NULL
  for (let i = 0; i < n; i++) {
    const $key = PyLong_FromLong(PyUnicode_READ(kind, data, i))
    const $value = PyLong_FromLong(i)
    const r = $key === NULL || $value === NULL ? -1 : PyDict_SetItem($d, $key, $value)
    Py_XDECREF($key)
    Py_XDECREF($value)
    if (r < 0) {
      Py_DECREF($d)
      return NULL
    }
  }
  return $d
}
function encoding_map_lookup(c: number, map: Ref): number {
  if (c > 0xffff) return -1
  if (c === 0) return 0
  const i = u8[map + Map_.level1 + (c >> 11)]
  if (i === 0xff) return -1
  const j = u8[map + Map_.level23 + 16 * i + ((c >> 7) & 15)]
  if (j === 0xff) return -1
  const r = u8[map + Map_.level23 + 16 * i32[(map + Map_.count2) >> 2] + 128 * j + (c & 127)]
  return r === 0 ? -1 : r
}
function encoding_map_dealloc(op: Ref): void {
  PyObject_Free(op)
}
function encoding_map_size(self: Ref): Own {
  return PyLong_FromLong(Map_.SIZE - 1 + 16 * i32[(self + Map_.count2) >> 2] + 128 * i32[(self + Map_.count3) >> 2])
}

/** The mapping's answer for a character: int in range(256), bytes or None, owned; NULL with an error. */
function encodeLookup(c: number, mapping: Ref): Own {
  const $key = PyLong_FromLong(c)
  if ($key === NULL) return NULL
  const $x = PyObject_GetItem(mapping, $key)
  Py_DECREF($key)
  if ($x === NULL) {
    if (!PyErr_ExceptionMatches(PyExc_LookupError)) return NULL
    PyErr_Clear()
    i32[Py_None >> 2]++
    return Py_None as Own
  }
  if ($x === Py_None || PyBytes_Check($x)) return $x
  if (PyLong_Check($x)) {
    const value = PyLong_AsLong($x)
    if (value >= 0 && value <= 255) return $x
    PyErr_SetString(PyExc_TypeError, "character mapping must be in range(256)")
  } else PyErr_SetString(PyExc_TypeError, `character mapping must return integer, bytes or None, not ${typeName($x)}`)
  Py_DECREF($x)
  return NULL
}
/** 1 written, 0 undefined, -1 error. */
function encodeOne(c: number, mapping: Ref, sink: ByteSink): number {
  if (Py_IS_TYPE(mapping, EncodingMapType)) {
    const r = encoding_map_lookup(c, mapping)
    if (r < 0) return 0
    sink.push(r)
    return 1
  }
  const $rep = encodeLookup(c, mapping)
  if ($rep === NULL) return -1
  let r = 1
  if ($rep === Py_None) r = 0
  else if (PyLong_Check($rep)) sink.push(PyLong_AsLong($rep))
  else sink.heap(PyBytes_AS_STRING($rep), Py_SIZE($rep))
  Py_DECREF($rep)
  return r
}
/** Encode a replacement through the same mapping: 0, or -1 with the strict error when it has no mapping either. */
function encodeText(s: string, mapping: Ref, sink: ByteSink, e: EncodeErrors, from: number, to: number): number {
  for (const c of s) {
    const r = encodeOne(c.codePointAt(0) as number, mapping, sink)
    if (r < 0) return -1
    if (r === 0) return e.raise(UNDEFINED, from, to)
  }
  return 0
}
function encodeLoop(unicode: Ref, mapping: Ref, sink: ByteSink, e: EncodeErrors): number {
  const kind = PyUnicode_KIND(unicode)
  const data = PyUnicode_DATA(unicode)
  const n = PyUnicode_GET_LENGTH(unicode)
  let handler: number = Handler.UNKNOWN
  let pos = 0
  while (pos < n) {
    const r = encodeOne(PyUnicode_READ(kind, data, pos), mapping, sink)
    if (r < 0) return -1
    if (r > 0) {
      pos++
      continue
    }
    let to = pos + 1
    for (; to < n; to++) {
      const ch = PyUnicode_READ(kind, data, to)
      if (Py_IS_TYPE(mapping, EncodingMapType)) {
        if (encoding_map_lookup(ch, mapping) >= 0) break
        continue
      }
      const $x = encodeLookup(ch, mapping)
      if ($x === NULL) return -1
      Py_DECREF($x)
      if ($x !== Py_None) break
    }
    if (handler === Handler.UNKNOWN) handler = _Py_GetErrorHandler(e.errors)
    if (handler === Handler.STRICT) return e.raise(UNDEFINED, pos, to)
    if (handler === Handler.REPLACE) {
      for (let i = pos; i < to; i++) if (encodeText("?", mapping, sink, e, pos, to) < 0) return -1
      pos = to
    } else if (handler === Handler.IGNORE) pos = to
    else if (handler === Handler.XMLCHARREFREPLACE) {
      for (let i = pos; i < to; i++) if (encodeText(`&#${PyUnicode_READ(kind, data, i)};`, mapping, sink, e, pos, to) < 0) return -1
      pos = to
    } else {
      const $rep = e.call(UNDEFINED, pos, to)
      if ($rep === NULL) return -1
      let ok = 0
      if (PyBytes_Check($rep)) sink.heap(PyBytes_AS_STRING($rep), Py_SIZE($rep))
      else {
        for (let i = 0; i < PyUnicode_GET_LENGTH($rep) && ok === 0; i++) {
          const x = encodeOne(PyUnicode_READ_CHAR($rep, i), mapping, sink)
          if (x < 0) ok = -1
          else if (x === 0) ok = e.raise(UNDEFINED, pos, to)
        }
      }
      Py_DECREF($rep)
      if (ok < 0) return -1
      pos = e.next
    }
  }
  return 0
}
/** Encode through `mapping`; NULL is Latin-1. */
export function _PyUnicode_EncodeCharmap(unicode: Ref, mapping: Ref, errors: string | null): Own {
  if (mapping === NULL) return _PyUnicode_AsLatin1String(unicode, errors)
  if (PyUnicode_GET_LENGTH(unicode) === 0) return PyBytes_FromStringAndSize(0, 0)
  const sink = new ByteSink()
  const e = new EncodeErrors("charmap", errors, unicode)
  const r = encodeLoop(unicode, mapping, sink, e)
  e.release()
  return r < 0 ? NULL : sink.toBytes()
}
export function PyUnicode_AsCharmapString(unicode: Ref, mapping: Ref): Own {
  if (!PyUnicode_Check(unicode) || mapping === NULL) {
    PyErr_BadArgument()
    return NULL
  }
  return _PyUnicode_EncodeCharmap(unicode, mapping, null)
}

defineType(EncodingMapType, {
  name: "EncodingMap",
  basicsize: Map_.SIZE,
  dealloc: encoding_map_dealloc,
  methods: [["size", encoding_map_size, METH.NOARGS, "($self, /)\n--\n\nBytes of memory it takes."]],
})
