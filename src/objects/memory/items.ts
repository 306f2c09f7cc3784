import { memcpy, ptr, setint32, setptr } from "../../heap/access.ts"
import { hashHi } from "../../heap/int64.ts"
import { PyBytesObject } from "../../heap/layout.ts"
import { PyMem_Free, PyMem_Malloc } from "../../heap/obmalloc.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_DECREF, Py_INCREF, Py_SIZE } from "../../heap/refcount.ts"
import { cstr } from "../../heap/statics.ts"
import { dv, i8, u8 } from "../../heap/views.ts"
import { _PyNumber_Index } from "../abstract.ts"
import { PyBool_FromLong } from "../boolobject.ts"
import { PyBytes_Check, PyBytes_FromString, PyBytes_FromStringAndSize } from "../bytesobject.ts"
import { PyObject_CallOneArg } from "../call.ts"
import { PyErr_Clear, PyErr_ExceptionMatches, PyErr_NoMemory, PyErr_Occurred, PyErr_SetString } from "../errors.ts"
import { PyFloat_AsDouble, PyFloat_FromDouble } from "../floatobject.ts"
import {
  longWords,
  PyLong_AsLong,
  PyLong_AsLongLong,
  PyLong_AsSize_t,
  PyLong_AsSsize_t,
  PyLong_AsUnsignedLong,
  PyLong_AsUnsignedLongLong,
  PyLong_AsVoidPtr,
  PyLong_FromInt64,
  PyLong_FromLong,
  PyLong_FromUint64,
} from "../longobject.ts"
import { cstringJS, PyObject_GetAttrString, PyObject_IsTrue, PyObject_RichCompareBool } from "../object.ts"
import { Py } from "../slots.ts"
import { PyExc_NotImplementedError, PyExc_OverflowError, PyExc_RuntimeError, PyExc_TypeError, PyExc_ValueError } from "../statictypes.ts"
import { PyTuple_GET_ITEM, PyTuple_GET_SIZE } from "../tupleobject.ts"
import { upcalls } from "../upcalls.ts"
import { PyBUF } from "./buffer.ts"
import { PyMemoryView_FromMemory, released } from "./view.ts"

// Objects/memoryobject.c: reading and writing single items of native formats; others go through the struct module.

const NATIVE = "cbBhHiIlLqQnNfd?P"
const SIZES = [1, 1, 1, 2, 2, 4, 4, 8, 8, 8, 8, 8, 8, 4, 8, 1, 8]
const PLAIN: readonly number[] = [...NATIVE].map((c) => cstr(c))
const EXPLICIT: readonly number[] = [...NATIVE].map((c) => cstr(`@${c}`))

/** The character of a native one-character format (an @ before it is allowed), "" for any other. */
export function native_fmtchar(fmt: number): string {
  if (u8[fmt] === 64) fmt++
  if (u8[fmt] === 0 || u8[fmt + 1] !== 0) return ""
  const c = String.fromCharCode(u8[fmt])
  return NATIVE.includes(c) ? c : ""
}
export function nativeSize(c: string): number {
  return SIZES[NATIVE.indexOf(c)]
}
/** Address of the static text of a native format. */
export function native_fmtstr(fmt: number): number {
  const c = native_fmtchar(fmt)
  return c === "" ? 0 : (u8[fmt] === 64 ? EXPLICIT : PLAIN)[NATIVE.indexOf(c)]
}

function unsupported(fmt: string): Own {
  return PyErr_SetString(PyExc_NotImplementedError, `memoryview: format ${fmt} not supported`)
}

/** The object that the item at `p` stands for. */
export function unpack_single(self: Ref, p: number, fmt: string): Own {
  if (released(self)) return NULL
  switch (fmt) {
    case "B":
      return PyLong_FromLong(u8[p])
    case "b":
      return PyLong_FromLong(i8[p])
    case "h":
      return PyLong_FromLong(dv.getInt16(p, true))
    case "H":
      return PyLong_FromLong(dv.getUint16(p, true))
    case "i":
      return PyLong_FromLong(dv.getInt32(p, true))
    case "I":
      return PyLong_FromLong(dv.getUint32(p, true))
    case "l":
    case "q":
    case "n":
      return PyLong_FromInt64(dv.getInt32(p, true), dv.getInt32(p + 4, true))
    case "L":
    case "Q":
    case "N":
    case "P":
      return PyLong_FromUint64(dv.getInt32(p, true), dv.getInt32(p + 4, true))
    case "f":
      return PyFloat_FromDouble(dv.getFloat32(p, true))
    case "d":
      return PyFloat_FromDouble(dv.getFloat64(p, true))
    case "?":
      return PyBool_FromLong(u8[p])
    case "c":
      return PyBytes_FromStringAndSize(p, 1)
  }
  return unsupported(fmt)
}

function type_error(fmt: string): number {
  PyErr_SetString(PyExc_TypeError, `memoryview: invalid type for format '${fmt}'`)
  return -1
}
function value_error(fmt: string): number {
  PyErr_SetString(PyExc_ValueError, `memoryview: invalid value for format '${fmt}'`)
  return -1
}
function fix_error(fmt: string): number {
  if (PyErr_ExceptionMatches(PyExc_TypeError)) {
    PyErr_Clear()
    return type_error(fmt)
  }
  if (PyErr_ExceptionMatches(PyExc_OverflowError) || PyErr_ExceptionMatches(PyExc_ValueError)) {
    PyErr_Clear()
    return value_error(fmt)
  }
  return -1
}

let wordLo = 0
let wordHi = 0
/** An int's value by `as`, its 64 bits in wordLo and wordHi. -1 and PyErr_Occurred() on error. */
function integer(item: Ref, as: (op: Ref) => number): number {
  const $i = _PyNumber_Index(item)
  if ($i === NULL) return -1
  const v = as($i)
  wordLo = longWords($i)
  wordHi = hashHi
  Py_DECREF($i)
  return v
}
function put64(p: number): number {
  dv.setInt32(p, wordLo, true)
  dv.setInt32(p + 4, wordHi, true)
  return 0
}

const RANGE: Readonly<Record<string, readonly [number, number]>> = {
  b: [-128, 127],
  h: [-32768, 32767],
  i: [-2147483648, 2147483647],
  B: [0, 255],
  H: [0, 65535],
  I: [0, 4294967295],
}

/** Store `item` at `p`. 0, or -1 with the error set. */
export function pack_single(self: Ref, p: number, item: Ref, fmt: string): number {
  switch (fmt) {
    case "b":
    case "h":
    case "i":
    case "B":
    case "H":
    case "I": {
      const v = integer(item, fmt >= "a" ? PyLong_AsLong : PyLong_AsUnsignedLong)
      if (v === -1 && PyErr_Occurred()) return fix_error(fmt)
      if (released(self)) return -1
      const [min, max] = RANGE[fmt]
      if (v < min || v > max) return value_error(fmt)
      if (fmt === "b" || fmt === "B") u8[p] = v
      else if (fmt === "h" || fmt === "H") dv.setInt16(p, v, true)
      else dv.setInt32(p, v, true)
      return 0
    }
    case "l":
    case "L":
    case "q":
    case "Q":
    case "n":
    case "N": {
      const as =
        fmt === "l"
          ? PyLong_AsLong
          : fmt === "L"
            ? PyLong_AsUnsignedLong
            : fmt === "q"
              ? PyLong_AsLongLong
              : fmt === "Q"
                ? PyLong_AsUnsignedLongLong
                : fmt === "n"
                  ? PyLong_AsSsize_t
                  : PyLong_AsSize_t
      const v = integer(item, as)
      if (v === -1 && PyErr_Occurred()) return fix_error(fmt)
      if (released(self)) return -1
      return put64(p)
    }
    case "f":
    case "d": {
      const x = PyFloat_AsDouble(item)
      if (x === -1 && PyErr_Occurred()) return fix_error(fmt)
      if (released(self)) return -1
      if (fmt === "f") dv.setFloat32(p, x, true)
      else dv.setFloat64(p, x, true)
      return 0
    }
    case "?": {
      const v = PyObject_IsTrue(item)
      if (v < 0) return -1
      if (released(self)) return -1
      u8[p] = v
      return 0
    }
    case "c":
      if (!PyBytes_Check(item)) return type_error(fmt)
      if (Py_SIZE(item) !== 1) return value_error(fmt)
      u8[p] = u8[item + PyBytesObject.ob_sval]
      return 0
    case "P": {
      const v = PyLong_AsVoidPtr(item)
      if (v === 0 && PyErr_Occurred()) return fix_error(fmt)
      if (released(self)) return -1
      wordLo = longWords(item)
      wordHi = hashHi
      return put64(p)
    }
  }
  unsupported(fmt)
  return -1
}

/** struct unpacker, in the heap: unpack_from, mview, item, itemsize. */
export const enum unpacker {
  unpack_from = 0,
  mview = 8,
  item = 16,
  itemsize = 24,
  SIZE = 32,
}

export function unpacker_free(x: number): void {
  if (x === 0) return
  const f = ptr(x + unpacker.unpack_from)
  if (f !== NULL) Py_DECREF(f)
  const v = ptr(x + unpacker.mview)
  if (v !== NULL) Py_DECREF(v)
  PyMem_Free(ptr(x + unpacker.item))
  PyMem_Free(x)
}

/** An unpacker for any format of the struct module; 0 with the error set. */
export function struct_get_unpacker(fmt: number, itemsize: number): number {
  const $module = upcalls.importModule("struct")
  if ($module === NULL) return 0
  const $Struct = PyObject_GetAttrString($module, "Struct")
  Py_DECREF($module)
  if ($Struct === NULL) return 0
  const x = PyMem_Malloc(unpacker.SIZE)
  if (x === 0) {
    Py_DECREF($Struct)
    PyErr_NoMemory()
    return 0
  }
  for (let i = 0; i < unpacker.SIZE; i += 4) setint32(x + i, 0)
  let ok = false
  const $format = PyBytes_FromString(fmt)
  if ($format !== NULL) {
    const $obj = PyObject_CallOneArg($Struct, $format)
    Py_DECREF($format)
    if ($obj !== NULL) {
      const $f = PyObject_GetAttrString($obj, "unpack_from")
      Py_DECREF($obj)
      if ($f !== NULL) {
        setptr(x + unpacker.unpack_from, $f)
        const item = PyMem_Malloc(itemsize)
        if (item === 0) PyErr_NoMemory()
        else {
          setptr(x + unpacker.item, item)
          setptr(x + unpacker.itemsize, itemsize)
          const $view = PyMemoryView_FromMemory(item, itemsize, PyBUF.WRITE)
          setptr(x + unpacker.mview, $view)
          ok = $view !== NULL
        }
      }
    }
  }
  Py_DECREF($Struct)
  if (ok) return x
  unpacker_free(x)
  return 0
}

function struct_unpack_single(p: number, x: number): Own {
  memcpy(ptr(x + unpacker.item), p, ptr(x + unpacker.itemsize))
  const $v = PyObject_CallOneArg(ptr(x + unpacker.unpack_from), ptr(x + unpacker.mview))
  if ($v === NULL || PyTuple_GET_SIZE($v) !== 1) return $v
  const item = PyTuple_GET_ITEM($v, 0)
  Py_INCREF(item)
  Py_DECREF($v)
  return item as Own
}

/** Are the items at p and q equal? 1, 0, -1 with the error set. `fmt` "_": through the unpackers. */
export function unpack_cmp(p: number, q: number, fmt: string, xp: number, xq: number): number {
  switch (fmt) {
    case "f":
      return dv.getFloat32(p, true) === dv.getFloat32(q, true) ? 1 : 0
    case "d":
      return dv.getFloat64(p, true) === dv.getFloat64(q, true) ? 1 : 0
    case "_": {
      const $v = struct_unpack_single(p, xp)
      if ($v === NULL) return -1
      const $w = struct_unpack_single(q, xq)
      if ($w === NULL) {
        Py_DECREF($v)
        return -1
      }
      const r = PyObject_RichCompareBool($v, $w, Py.EQ)
      Py_DECREF($v)
      Py_DECREF($w)
      return r
    }
    case "?":
      return (u8[p] !== 0) === (u8[q] !== 0) ? 1 : 0
  }
  const n = nativeSize(fmt)
  if (n === undefined) {
    PyErr_SetString(PyExc_RuntimeError, "memoryview: internal error in richcompare")
    return -1
  }
  for (let i = 0; i < n; i++) if (u8[p + i] !== u8[q + i]) return 0
  return 1
}

/** The one-character format of a view, without @; null with NotImplementedError. */
export function adjust_fmt(format: number): string | null {
  const f = u8[format] === 64 ? format + 1 : format
  if (u8[f] !== 0 && u8[f + 1] === 0) return String.fromCharCode(u8[f])
  PyErr_SetString(PyExc_NotImplementedError, `memoryview: unsupported format ${cstringJS(format)}`)
  return null
}
