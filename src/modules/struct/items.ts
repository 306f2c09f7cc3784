import { ptr } from "../../heap/access.ts"
import { hashHi } from "../../heap/int64.ts"
import { PyBytesObject } from "../../heap/layout.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_DECREF, Py_NewRef, Py_SIZE } from "../../heap/refcount.ts"
import { staticAlloc } from "../../heap/statics.ts"
import { dv, i8, u8 } from "../../heap/views.ts"
import { _PyIndex_Check, _PyNumber_Index } from "../../objects/abstract.ts"
import { PyBool_FromLong } from "../../objects/boolobject.ts"
import { PyBytes_Check, PyBytes_FromByte } from "../../objects/bytesobject.ts"
import { PyErr_ExceptionMatches, PyErr_Occurred, PyErr_SetString } from "../../objects/errors.ts"
import {
  PyFloat_AsDouble,
  PyFloat_FromDouble,
  PyFloat_Pack2,
  PyFloat_Pack4,
  PyFloat_Pack8,
  PyFloat_Unpack2,
  PyFloat_Unpack4,
  PyFloat_Unpack8,
} from "../../objects/floatobject.ts"
import {
  _PyLong_AsByteArray,
  longWords,
  PyLong_AsLong,
  PyLong_AsLongLong,
  PyLong_AsSize_t,
  PyLong_AsSsize_t,
  PyLong_AsUnsignedLong,
  PyLong_AsUnsignedLongLong,
  PyLong_AsVoidPtr,
  PyLong_Check,
  PyLong_FromInt64,
  PyLong_FromLong,
  PyLong_FromUint64,
} from "../../objects/longobject.ts"
import { PyObject_IsTrue } from "../../objects/object.ts"
import { PyExc_OverflowError } from "../../objects/statictypes.ts"

// Modules/_struct.c: one value of each format. A format is its character with the byte order and the kind of table it comes from.

export const enum Fmt {
  CHAR = 0xff,
  /** Big-endian. */
  BIG = 0x100,
  /** Native sizes and alignment. */
  NATIVE = 0x200,
}

/** Module state: struct.error and the cache of compiled formats. */
export const STATE = staticAlloc(16)
export function structError(message: string): Own {
  return PyErr_SetString(ptr(STATE), message)
}
function fail(message: string): number {
  structError(message)
  return -1
}

const NATIVE = "xbBcsphHiIlLnNqQ?efdP"
const NATIVE_SIZE = [1, 1, 1, 1, 1, 1, 2, 2, 4, 4, 8, 8, 8, 8, 8, 8, 1, 2, 4, 8, 8]
const STANDARD = "xbBcsphHiIlLqQ?efd"
const STANDARD_SIZE = [1, 1, 1, 1, 1, 1, 2, 2, 4, 4, 4, 4, 8, 8, 1, 2, 4, 8]

/** Size of a format character; 0 with struct.error. */
export function sizeOf(c: string, native: boolean): number {
  const i = (native ? NATIVE : STANDARD).indexOf(c)
  if (i < 0) {
    structError("bad char in struct format")
    return 0
  }
  return (native ? NATIVE_SIZE : STANDARD_SIZE)[i]
}
/** Native alignment; 0: none. */
export function alignOf(c: string, native: boolean): number {
  return native && !"xbBcsp".includes(c) ? NATIVE_SIZE[NATIVE.indexOf(c)] : 0
}

export function unpackItem(p: number, fmt: number): Own {
  const le = (fmt & Fmt.BIG) === 0
  const native = (fmt & Fmt.NATIVE) !== 0
  switch (String.fromCharCode(fmt & Fmt.CHAR)) {
    case "c":
      return PyBytes_FromByte(u8[p])
    case "b":
      return PyLong_FromLong(i8[p])
    case "B":
      return PyLong_FromLong(u8[p])
    case "?":
      return PyBool_FromLong(u8[p])
    case "h":
      return PyLong_FromLong(dv.getInt16(p, le))
    case "H":
      return PyLong_FromLong(dv.getUint16(p, le))
    case "i":
      return PyLong_FromLong(dv.getInt32(p, le))
    case "I":
      return PyLong_FromLong(dv.getUint32(p, le))
    case "l":
      if (!native) return PyLong_FromLong(dv.getInt32(p, le))
      return PyLong_FromInt64(dv.getInt32(p, true), dv.getInt32(p + 4, true))
    case "L":
      if (!native) return PyLong_FromLong(dv.getUint32(p, le))
      return PyLong_FromUint64(dv.getInt32(p, true), dv.getInt32(p + 4, true))
    case "n":
    case "q":
      return PyLong_FromInt64(dv.getInt32(le ? p : p + 4, le), dv.getInt32(le ? p + 4 : p, le))
    case "N":
    case "Q":
    case "P":
      return PyLong_FromUint64(dv.getInt32(le ? p : p + 4, le), dv.getInt32(le ? p + 4 : p, le))
    case "e":
      return PyFloat_FromDouble(PyFloat_Unpack2(p, le))
    case "f":
      return PyFloat_FromDouble(PyFloat_Unpack4(p, le))
  }
  return PyFloat_FromDouble(PyFloat_Unpack8(p, le))
}

function get_pylong(v: Ref): Own {
  if (PyLong_Check(v)) return Py_NewRef(v)
  if (_PyIndex_Check(v)) return _PyNumber_Index(v)
  return structError("required argument is not an integer")
}

let ok = true
let lo = 0
let hi = 0
/** An integer by one of the PyLong_As… functions; `ok` false with the error set; its 64 bits in lo and hi. */
function get(v: Ref, as: (op: Ref) => number): number {
  ok = false
  const $i = get_pylong(v)
  if ($i === NULL) return -1
  const x = as($i)
  lo = longWords($i)
  hi = hashHi
  Py_DECREF($i)
  if (x === -1 && PyErr_Occurred()) {
    if (PyErr_ExceptionMatches(PyExc_OverflowError)) structError("argument out of range")
    return -1
  }
  ok = true
  return x
}

/** b, B, h, H of the native and the little-endian table have messages of their own. */
function packSmall(p: number, v: Ref, name: string, min: number, max: number, size: number): number {
  const x = get(v, PyLong_AsLong)
  if (!ok) return -1
  if (x < min || x > max) return fail(`${name} format requires ${min} <= number <= ${max}`)
  if (size === 1) u8[p] = x
  else dv.setInt16(p, x, true)
  return 0
}

/** An integer of 2 or 4 bytes. */
function packRange(p: number, v: Ref, c: string, signed: boolean, size: number, le: boolean): number {
  const x = get(v, signed ? PyLong_AsLong : PyLong_AsUnsignedLong)
  if (!ok) return -1
  const max = 2 ** (signed ? size * 8 - 1 : size * 8) - 1
  if (x > max || (signed && x < -max - 1)) return fail(`'${c}' format requires ${signed ? -max - 1 : 0} <= number <= ${max}`)
  if (size === 2) dv.setInt16(p, x, le)
  else dv.setInt32(p, x, le)
  return 0
}

function pack64(p: number, v: Ref, as: (op: Ref) => number): number {
  get(v, as)
  if (!ok) return -1
  dv.setInt32(p, lo, true)
  dv.setInt32(p + 4, hi, true)
  return 0
}
function packBig64(p: number, v: Ref, signed: boolean): number {
  const $i = get_pylong(v)
  if ($i === NULL) return -1
  const r = _PyLong_AsByteArray($i, p, 8, false, signed)
  Py_DECREF($i)
  return r
}

function packDouble(p: number, v: Ref, c: string, fmt: number): number {
  const le = (fmt & Fmt.BIG) === 0
  const x = PyFloat_AsDouble(v)
  if (x === -1 && PyErr_Occurred()) return fail("required argument is not a float")
  if (c === "e") return PyFloat_Pack2(x, p, le)
  if (c === "d") return PyFloat_Pack8(x, p, le)
  if (fmt & Fmt.NATIVE) {
    // a C cast: too large becomes infinity
    dv.setFloat32(p, x, true)
    return 0
  }
  return PyFloat_Pack4(x, p, le)
}

export function packItem(p: number, v: Ref, fmt: number): number {
  const le = (fmt & Fmt.BIG) === 0
  const native = (fmt & Fmt.NATIVE) !== 0
  const c = String.fromCharCode(fmt & Fmt.CHAR)
  switch (c) {
    case "c":
      if (!PyBytes_Check(v) || Py_SIZE(v) !== 1) return fail("char format requires a bytes object of length 1")
      u8[p] = u8[v + PyBytesObject.ob_sval]
      return 0
    case "b":
      return packSmall(p, v, "byte", -128, 127, 1)
    case "B":
      return packSmall(p, v, "ubyte", 0, 255, 1)
    case "?": {
      const t = PyObject_IsTrue(v)
      if (t < 0) return -1
      u8[p] = t
      return 0
    }
    case "h":
      return le ? packSmall(p, v, "short", -32768, 32767, 2) : packRange(p, v, c, true, 2, false)
    case "H":
      return le ? packSmall(p, v, "ushort", 0, 65535, 2) : packRange(p, v, c, false, 2, false)
    case "i":
      return packRange(p, v, c, true, 4, le)
    case "I":
      return packRange(p, v, c, false, 4, le)
    case "l":
      return native ? pack64(p, v, PyLong_AsLong) : packRange(p, v, c, true, 4, le)
    case "L":
      return native ? pack64(p, v, PyLong_AsUnsignedLong) : packRange(p, v, c, false, 4, le)
    case "n":
      return pack64(p, v, PyLong_AsSsize_t)
    case "N":
      return pack64(p, v, PyLong_AsSize_t)
    case "q":
      return le ? pack64(p, v, PyLong_AsLongLong) : packBig64(p, v, true)
    case "Q":
      return le ? pack64(p, v, PyLong_AsUnsignedLongLong) : packBig64(p, v, false)
    case "P": {
      const $i = get_pylong(v)
      if ($i === NULL) return -1
      const x = PyLong_AsVoidPtr($i)
      lo = longWords($i)
      hi = hashHi
      Py_DECREF($i)
      if (x === 0 && PyErr_Occurred()) return -1
      dv.setInt32(p, lo, true)
      dv.setInt32(p + 4, hi, true)
      return 0
    }
  }
  return packDouble(p, v, c, fmt)
}
