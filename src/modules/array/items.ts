import { int32, int64, ptr, setint32, setptr } from "../../heap/access.ts"
import { hashHi } from "../../heap/int64.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_DECREF, Py_NewRef } from "../../heap/refcount.ts"
import { cstr, staticAlloc } from "../../heap/statics.ts"
import { attached, dv, f64, i8, i16, i32, u8, u16, u32 } from "../../heap/views.ts"
import { _PyNumber_Index } from "../../objects/abstract.ts"
import { PyErr_Occurred, PyErr_SetString } from "../../objects/errors.ts"
import { PyFloat_FromDouble } from "../../objects/floatobject.ts"
import { PyArg_Parse } from "../../objects/getargs.ts"
import {
  longWords,
  PyLong_AsUnsignedLong,
  PyLong_AsUnsignedLongLong,
  PyLong_Check,
  PyLong_FromInt64,
  PyLong_FromLong,
  PyLong_FromUint64,
} from "../../objects/longobject.ts"
import { PyExc_OverflowError, PyExc_TypeError } from "../../objects/statictypes.ts"
import { PyUnicode_FromOrdinal, PyUnicode_GET_LENGTH, PyUnicode_READ_CHAR } from "../../objects/unicodeobject.ts"

// Modules/arraymodule.c: the thirteen kinds of items.

export const enum arrayobject {
  ob_item = 24,
  allocated = 32,
  ob_descr = 40,
  weakreflist = 48,
  ob_exports = 56,
  SIZE = 64,
}
/** struct arraydescr */
export const enum descr {
  typecode = 0,
  itemsize = 4,
  formats = 8,
  SIZE = 16,
}

export const TYPECODES = "bBuhHiIlLqQfd"
const SIZES = [1, 1, 4, 2, 2, 4, 4, 8, 8, 8, 8, 4, 8]
const descriptors = staticAlloc(descr.SIZE * SIZES.length)
SIZES.forEach((size, i) => {
  const format = cstr(TYPECODES[i] === "u" ? "w" : TYPECODES[i])
  if (attached) return
  const d = descriptors + i * descr.SIZE
  setint32(d + descr.typecode, TYPECODES.charCodeAt(i))
  setint32(d + descr.itemsize, size)
  setptr(d + descr.formats, format)
})

/** The descriptor of a type code, 0 if there is none. */
export function descrOf(typecode: string): number {
  const i = TYPECODES.indexOf(typecode)
  return i < 0 || typecode === "" ? 0 : descriptors + i * descr.SIZE
}
export function typecodeOf(self: Ref): string {
  return String.fromCharCode(i32[(i32[(self + arrayobject.ob_descr) >> 2] + descr.typecode) >> 2])
}
export function itemsizeOf(self: Ref): number {
  return i32[(i32[(self + arrayobject.ob_descr) >> 2] + descr.itemsize) >> 2]
}

/** Item i, in bounds, as a new object. */
export function getitem(self: Ref, i: number): Own {
  const at = i32[(self + arrayobject.ob_item) >> 2]
  switch (i32[i32[(self + arrayobject.ob_descr) >> 2] >> 2]) {
    case 98: // b
      return PyLong_FromLong(i8[at + i])
    case 66: // B
      return PyLong_FromLong(u8[at + i])
    case 117: // u
      return PyUnicode_FromOrdinal(i32[(at >> 2) + i])
    case 104: // h
      return PyLong_FromLong(i16[(at >> 1) + i])
    case 72: // H
      return PyLong_FromLong(u16[(at >> 1) + i])
    case 105: // i
      return PyLong_FromLong(i32[(at >> 2) + i])
    case 73: // I
      return PyLong_FromLong(u32[(at >> 2) + i])
    case 108: // l
    case 113: // q
      return PyLong_FromInt64(i32[(at >> 2) + 2 * i], i32[(at >> 2) + 2 * i + 1])
    case 76: // L
    case 81: // Q
      return PyLong_FromUint64(i32[(at >> 2) + 2 * i], i32[(at >> 2) + 2 * i + 1])
    case 102: // f
      return PyFloat_FromDouble(dv.getFloat32(at + 4 * i, true))
  }
  return PyFloat_FromDouble(f64[(at >> 3) + i])
}

function overflow(message: string): number {
  PyErr_SetString(PyExc_OverflowError, message)
  return -1
}
function item(v: Ref, format: string): number {
  return PyArg_Parse(v, `${format};array item must be ${format === "f" || format === "d" ? "float" : "integer"}`)
}

let lo = 0
let hi = 0
/** An unsigned value, -1 with the error set; its bits in lo and hi. */
function unsigned(v: Ref, as: (op: Ref) => number): number {
  const $i = PyLong_Check(v) ? Py_NewRef(v) : _PyNumber_Index(v)
  if ($i === NULL) return -1
  const x = as($i)
  lo = longWords($i)
  hi = hashHi
  Py_DECREF($i)
  return x
}

/** Store v as item i; i -1 only checks that it could be. 0, or -1 with the error set. */
export function setitem(self: Ref, i: number, v: Ref): number {
  const c = typecodeOf(self)
  switch (c) {
    case "b": {
      const a = item(v, "h")
      if (a === 0) return -1
      const x = int32(a)
      if (x < -128) return overflow("signed char is less than minimum")
      if (x > 127) return overflow("signed char is greater than maximum")
      if (i >= 0) u8[ptr(self + arrayobject.ob_item) + i] = x
      return 0
    }
    case "B": {
      const a = item(v, "b")
      if (a === 0) return -1
      if (i >= 0) u8[ptr(self + arrayobject.ob_item) + i] = int32(a)
      return 0
    }
    case "h": {
      const a = item(v, "h")
      if (a === 0) return -1
      if (i >= 0) i16[(ptr(self + arrayobject.ob_item) >> 1) + i] = int32(a)
      return 0
    }
    case "H": {
      const a = item(v, "i")
      if (a === 0) return -1
      const x = int32(a)
      if (x < 0) return overflow("unsigned short is less than minimum")
      if (x > 65535) return overflow("unsigned short is greater than maximum")
      if (i >= 0) u16[(ptr(self + arrayobject.ob_item) >> 1) + i] = x
      return 0
    }
    case "i": {
      const a = item(v, "i")
      if (a === 0) return -1
      if (i >= 0) i32[(ptr(self + arrayobject.ob_item) >> 2) + i] = int32(a)
      return 0
    }
    case "I": {
      const x = unsigned(v, PyLong_AsUnsignedLong)
      if (x === -1 && PyErr_Occurred()) return -1
      if (x > 4294967295) return overflow("unsigned int is greater than maximum")
      if (i >= 0) i32[(ptr(self + arrayobject.ob_item) >> 2) + i] = lo
      return 0
    }
    case "l":
    case "q": {
      // the parse checks; the exact bits come from the int itself
      const a = item(v, c === "l" ? "l" : "L")
      if (a === 0) return -1
      const x = int64(a)
      if (Number.isSafeInteger(x)) {
        lo = x | 0
        hi = Math.floor(x / 4294967296)
      } else {
        const $i = PyLong_Check(v) ? Py_NewRef(v) : _PyNumber_Index(v)
        if ($i === NULL) return -1
        lo = longWords($i)
        hi = hashHi
        Py_DECREF($i)
      }
      if (i >= 0) put64(self, i)
      return 0
    }
    case "L":
    case "Q": {
      const x = unsigned(v, c === "L" ? PyLong_AsUnsignedLong : PyLong_AsUnsignedLongLong)
      if (x === -1 && PyErr_Occurred()) return -1
      if (i >= 0) put64(self, i)
      return 0
    }
    case "f": {
      const a = item(v, "f")
      if (a === 0) return -1
      if (i >= 0) dv.setFloat32(ptr(self + arrayobject.ob_item) + 4 * i, f64[a >> 3], true)
      return 0
    }
    case "d": {
      const a = item(v, "d")
      if (a === 0) return -1
      if (i >= 0) f64[(ptr(self + arrayobject.ob_item) >> 3) + i] = f64[a >> 3]
      return 0
    }
  }
  const a = PyArg_Parse(v, "U;array item must be unicode character")
  if (a === 0) return -1
  const u = ptr(a)
  if (PyUnicode_GET_LENGTH(u) !== 1) {
    PyErr_SetString(PyExc_TypeError, "array item must be unicode character")
    return -1
  }
  if (i >= 0) i32[(ptr(self + arrayobject.ob_item) >> 2) + i] = PyUnicode_READ_CHAR(u, 0)
  return 0
}
function put64(self: Ref, i: number): void {
  const w = (ptr(self + arrayobject.ob_item) >> 2) + 2 * i
  i32[w] = lo
  i32[w + 1] = hi
}

/** First difference of two arrays of one kind over n items: negative, 0, positive. */
export function compareItems(a: Ref, b: Ref, n: number): number {
  const p = ptr(a + arrayobject.ob_item)
  const q = ptr(b + arrayobject.ob_item)
  const size = itemsizeOf(a)
  const signed = "bhilqu".includes(typecodeOf(a))
  for (let i = 0; i < n * size; i++) {
    if (u8[p + i] === u8[q + i]) continue
    const at = i - (i % size)
    // the top byte decides first, with its sign
    for (let k = size - 1; k >= 0; k--) {
      const x = signed && k === size - 1 ? i8[p + at + k] : u8[p + at + k]
      const y = signed && k === size - 1 ? i8[q + at + k] : u8[q + at + k]
      if (x !== y) return x < y ? -1 : 1
    }
  }
  return 0
}
