import {
  byte,
  double,
  int32,
  ptr,
  set64,
  setbyte,
  setdouble,
  setint32,
  setint64,
  setptr,
  setuint16,
  uint16,
  uint32,
} from "../heap/access.ts"
import { hashHi } from "../heap/int64.ts"
import { PyMemberDef } from "../heap/layout.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { Py_NewRef, Py_XDECREF, Py_XNewRef } from "../heap/refcount.ts"
import { dv, i8, i16, i32 } from "../heap/views.ts"
import { PyBool_Check, PyBool_FromLong } from "./boolobject.ts"
import { PyErr_BadArgument, PyErr_Clear, PyErr_Occurred, PyErr_SetString } from "./errors.ts"
import { PyFloat_AsDouble, PyFloat_FromDouble } from "./floatobject.ts"
import {
  PyLong_AsLong,
  PyLong_AsLongLong,
  PyLong_AsSsize_t,
  PyLong_AsUnsignedLong,
  PyLong_AsUnsignedLongLong,
  PyLong_Check,
  PyLong_FromInt64,
  PyLong_FromLong,
  PyLong_FromUint64,
  longWords,
} from "./longobject.ts"
import { cstringJS, typeName } from "./object.ts"
import { READONLY, T } from "./slots.ts"
import { PyExc_AttributeError, PyExc_RuntimeWarning, PyExc_SystemError, PyExc_TypeError, Py_None, Py_True } from "./statictypes.ts"
import { PyUnicode_AsUTF8AndSize, PyUnicode_FromString, PyUnicode_FromStringAndSize, utf8Size } from "./unicodeobject.ts"
import { PyErr_WarnEx } from "./_warnings.ts"

// Python/structmember.c: fields of native structures as attributes. `l` is the address of a PyMemberDef.

/** The field's value: owned, or NULL with the error set. */
export function PyMember_GetOne(obj: number, l: number): Own {
  const addr = obj + i32[(l + PyMemberDef.offset) >> 2]
  switch (i32[(l + PyMemberDef.type) >> 2]) {
    case T.OBJECT_EX: {
      const v = ptr(addr)
      if (v === NULL) {
        const name = cstringJS(ptr(l + PyMemberDef.name))
        PyErr_SetString(PyExc_AttributeError, `'${typeName(obj as Ref).slice(0, 200)}' object has no attribute '${name}'`)
        return NULL
      }
      return Py_NewRef(v)
    }
    case T.OBJECT: {
      const v = ptr(addr)
      return Py_NewRef(v === NULL ? Py_None : v)
    }
    case T.BOOL:
      return PyBool_FromLong(byte(addr) !== 0 ? 1 : 0)
    case T.BYTE:
      return PyLong_FromLong(i8[addr])
    case T.UBYTE:
      return PyLong_FromLong(byte(addr))
    case T.SHORT:
      return PyLong_FromLong(i16[addr >> 1])
    case T.USHORT:
      return PyLong_FromLong(uint16(addr))
    case T.INT:
      return PyLong_FromLong(int32(addr))
    case T.UINT:
      return PyLong_FromLong(uint32(addr))
    case T.LONG:
    case T.LONGLONG:
    case T.PYSSIZET:
      return PyLong_FromInt64(int32(addr), int32(addr + 4))
    case T.ULONG:
    case T.ULONGLONG:
      return PyLong_FromUint64(int32(addr), int32(addr + 4))
    case T.FLOAT:
      return PyFloat_FromDouble(dv.getFloat32(addr, true))
    case T.DOUBLE:
      return PyFloat_FromDouble(double(addr))
    case T.STRING: {
      const s = ptr(addr)
      return s === NULL ? Py_NewRef(Py_None) : PyUnicode_FromString(cstringJS(s))
    }
    case T.STRING_INPLACE:
      return PyUnicode_FromString(cstringJS(addr))
    case T.CHAR:
      return PyUnicode_FromStringAndSize(addr, 1)
    case T.NONE:
      return Py_NewRef(Py_None)
    default:
      PyErr_SetString(PyExc_SystemError, "bad memberdescr type")
      return NULL
  }
}

function fail(exc: Ref, message: string): number {
  PyErr_SetString(exc, message)
  return -1
}
function warnIf(condition: boolean, message: string): number {
  return condition && PyErr_WarnEx(PyExc_RuntimeWarning, message, 1) < 0 ? -1 : 0
}
/** T_BYTE … T_INT: the value is stored truncated, with a warning if it did not fit. */
function setSmall(addr: number, v: Ref, bits: number, signed: boolean, name: string): number {
  const value = PyLong_AsLong(v)
  if (value === -1 && PyErr_Occurred()) return -1
  const low = PyLong_Check(v) ? longWords(v) : value | 0
  if (bits === 8) setbyte(addr, low)
  else if (bits === 16) setuint16(addr, low)
  else setint32(addr, low)
  const min = signed ? -(2 ** (bits - 1)) : 0
  const max = signed ? 2 ** (bits - 1) - 1 : 2 ** bits - 1
  return warnIf(value > max || value < min, `Truncation of value to ${name}`)
}
/** Store the 64 bits of an int whose conversion gave `value`. */
function set64Of(addr: number, v: Ref, value: number): void {
  if (PyLong_Check(v)) set64(addr, longWords(v), hashHi)
  else setint64(addr, value)
}
function setUnsigned(addr: number, v: Ref, bits: number): number {
  let value = PyLong_AsUnsignedLong(v)
  let negative = false
  if (value === -1 && PyErr_Occurred()) {
    PyErr_Clear()
    value = PyLong_AsLong(v)
    if (value === -1 && PyErr_Occurred()) return -1
    negative = true
  }
  if (bits === 64) {
    set64Of(addr, v, value)
    return warnIf(negative, "Writing negative value into unsigned field")
  }
  setint32(addr, PyLong_Check(v) ? longWords(v) : value | 0)
  if (warnIf(negative, "Writing negative value into unsigned field") < 0) return -1
  return warnIf(negative || value > 4294967295, "Truncation of value to unsigned int")
}

/** Assign the field, or delete it when `v` is NULL: 0, or -1 with the error set. */
export function PyMember_SetOne(obj: number, l: number, v: Ref): number {
  const addr = obj + i32[(l + PyMemberDef.offset) >> 2]
  const type = i32[(l + PyMemberDef.type) >> 2]
  if ((i32[(l + PyMemberDef.flags) >> 2] & READONLY) !== 0) return fail(PyExc_AttributeError, "readonly attribute")
  if (v === NULL) {
    if (type === T.OBJECT_EX) {
      if (ptr(addr) === NULL) return fail(PyExc_AttributeError, cstringJS(ptr(l + PyMemberDef.name)))
    } else if (type !== T.OBJECT) return fail(PyExc_TypeError, "can't delete numeric/char attribute")
  }
  switch (type) {
    case T.OBJECT:
    case T.OBJECT_EX: {
      const old = ptr(addr)
      setptr(addr, Py_XNewRef(v))
      Py_XDECREF(old)
      return 0
    }
    case T.BOOL:
      if (!PyBool_Check(v)) return fail(PyExc_TypeError, "attribute value type must be bool")
      setbyte(addr, v === Py_True ? 1 : 0)
      return 0
    case T.BYTE:
      return setSmall(addr, v, 8, true, "char")
    case T.UBYTE:
      return setSmall(addr, v, 8, false, "unsigned char")
    case T.SHORT:
      return setSmall(addr, v, 16, true, "short")
    case T.USHORT:
      return setSmall(addr, v, 16, false, "unsigned short")
    case T.INT:
      return setSmall(addr, v, 32, true, "int")
    case T.UINT:
      return setUnsigned(addr, v, 32)
    case T.ULONG:
      return setUnsigned(addr, v, 64)
    case T.LONG:
    case T.LONGLONG:
    case T.PYSSIZET: {
      const value = type === T.LONG ? PyLong_AsLong(v) : type === T.LONGLONG ? PyLong_AsLongLong(v) : PyLong_AsSsize_t(v)
      if (value === -1 && PyErr_Occurred()) return -1
      set64Of(addr, v, value)
      return 0
    }
    case T.ULONGLONG: {
      const value = PyLong_Check(v) ? PyLong_AsUnsignedLongLong(v) : PyLong_AsLong(v)
      if (value === -1 && PyErr_Occurred()) return -1
      set64Of(addr, v, value)
      return 0
    }
    case T.FLOAT:
    case T.DOUBLE: {
      const value = PyFloat_AsDouble(v)
      if (value === -1 && PyErr_Occurred()) return -1
      if (type === T.FLOAT) dv.setFloat32(addr, value, true)
      else setdouble(addr, value)
      return 0
    }
    case T.CHAR: {
      const s = PyUnicode_AsUTF8AndSize(v)
      if (s === 0 || utf8Size !== 1) {
        PyErr_BadArgument()
        return -1
      }
      setbyte(addr, byte(s))
      return 0
    }
    case T.STRING:
    case T.STRING_INPLACE:
      return fail(PyExc_TypeError, "readonly attribute")
    default:
      return fail(PyExc_SystemError, `bad memberdescr type for ${cstringJS(ptr(l + PyMemberDef.name))}`)
  }
}
