import { memcpy, memset, ptr, setptr, setssize } from "../heap/access.ts"
import { cstackMark, cstackReset } from "../heap/cstack.ts"
import { fn } from "../heap/fntable.ts"
import { Py_buffer, PyTypeObject } from "../heap/layout.ts"
import { PyMem_Free, PyMem_Malloc } from "../heap/obmalloc.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { Py_CLEAR, Py_DECREF, Py_INCREF, Py_NewRef, Py_SIZE, Py_TYPE, Py_XSETREF } from "../heap/refcount.ts"
import { i32, u8 } from "../heap/views.ts"
import { PyObject_GC_Del, PyObject_GC_UnTrack } from "../gc/gcmodule.ts"
import { PyBuffer_Release, PyNumber_AsSsize_t, PyObject_GetBuffer } from "../objects/abstract.ts"
import { argBuffer, argOk, argSsize, bufOf, lenOf } from "../objects/bytes_methods.ts"
import { PyByteArray_AS_STRING, PyByteArray_Check } from "../objects/bytearrayobject.ts"
import {
  _PyBytes_FromSize,
  binaryJS,
  PyBytes_AS_STRING,
  PyBytes_Check,
  PyBytes_FromStringAndSize,
  PyBytes_GET_SIZE,
} from "../objects/bytesobject.ts"
import { PyObject_CallOneArg } from "../objects/call.ts"
import { defineModule, definePrivateType } from "../objects/define.ts"
import { PyDict_Clear, PyDict_GET_SIZE, PyDict_GetItemWithError, PyDict_New, PyDict_SetItem } from "../objects/dictobject.ts"
import {
  PyErr_Clear,
  PyErr_ExceptionMatches,
  PyErr_NewException,
  PyErr_NoMemory,
  PyErr_Occurred,
  PyErr_SetString,
} from "../objects/errors.ts"
import { tp_free } from "../objects/freelists.ts"
import { _PyArg_CheckPositional, _PyArg_UnpackKeywords, _PyArg_UnpackKeywordsTuple, argParser, PyArg_Parse } from "../objects/getargs.ts"
import { PyLong_Check, PyLong_FromLong } from "../objects/longobject.ts"
import { PyModule_AddObjectRef } from "../objects/moduleobject.ts"
import {
  _PyObject_SIZE,
  PyObject_GenericGetAttr,
  PyObject_GenericSetAttr,
  PyObject_SelfIter,
  tp_name_js,
  typeName,
} from "../objects/object.ts"
import { type allocfunc, METH, READONLY, T, TPFLAGS, type visitproc } from "../objects/slots.ts"
import { Py_None, PyExc_IndexError, PyExc_OverflowError, PyExc_TypeError } from "../objects/statictypes.ts"
import { PyTuple_New, PyTuple_SET_ITEM } from "../objects/tupleobject.ts"
import { PyType_GenericAlloc } from "../objects/typeobject.ts"
import { PyUnicode_AsASCIIString, PyUnicode_Check, PyUnicode_FromString } from "../objects/unicodeobject.ts"
import { PyObject_ClearWeakRefs } from "../objects/weakrefobject.ts"
import { alignOf, Fmt, packItem, sizeOf, STATE, structError, unpackItem } from "./struct/items.ts"

// Modules/_struct.c

const enum PyStructObject {
  s_size = 16,
  s_len = 24,
  s_codes = 32,
  s_format = 40,
  weakreflist = 48,
  SIZE = 56,
}
/** One run of equal items; a fmtdef of 0 ends the array. */
const enum formatcode {
  fmtdef = 0,
  offset = 8,
  size = 16,
  repeat = 24,
  SIZE = 32,
}
const ERROR = STATE
const CACHE = STATE + 8
const MAXCACHE = 100
const SSIZE_MAX = 9223372036854775807

function sizeOfStruct(self: Ref): number {
  const hi = i32[(self + PyStructObject.s_size + 4) >> 2]
  const lo = i32[(self + PyStructObject.s_size) >> 2]
  return hi === 0 && lo >= 0 ? lo : hi * 4294967296 + (lo >>> 0)
}
function lenOfStruct(self: Ref): number {
  return i32[(self + PyStructObject.s_len) >> 2]
}

const isSpace = (c: string): boolean => c === " " || (c >= "\t" && c <= "\r")
const isDigit = (c: string): boolean => c >= "0" && c <= "9"

function fail(message: string): number {
  structError(message)
  return -1
}

/** Compile s_format: sizes, offsets, codes. */
function prepare_s(self: Ref): number {
  const format = ptr(self + PyStructObject.s_format)
  const text = binaryJS(PyBytes_AS_STRING(format), PyBytes_GET_SIZE(format))
  if (text.includes("\0")) return fail("embedded null character")
  const order = text[0] ?? ""
  const native = !"<>!=".includes(order) || order === ""
  const kind = (order === ">" || order === "!" ? Fmt.BIG : 0) | (native ? Fmt.NATIVE : 0)
  const codes: number[] = []
  let size = 0
  let len = 0
  let i = order !== "" && "<>!=@".includes(order) ? 1 : 0
  while (i < text.length) {
    let c = text[i++]
    if (isSpace(c)) continue
    let num = 1
    if (isDigit(c)) {
      num = Number(c)
      for (;;) {
        c = text[i++] ?? ""
        if (!isDigit(c)) break
        num = num * 10 + Number(c)
        if (num >= SSIZE_MAX) return fail("total struct size too long")
      }
      if (c === "") return fail("repeat count given without format specifier")
    }
    const itemsize = sizeOf(c, native)
    if (itemsize === 0) return -1
    const alignment = alignOf(c, native)
    if (alignment !== 0 && size > 0) size += alignment - 1 - ((size - 1) % alignment)
    const fmt = c.charCodeAt(0) | kind
    if (c === "s" || c === "p") {
      len++
      codes.push(fmt, size, num, 1)
    } else if (c !== "x" && num > 0) {
      len += num
      codes.push(fmt, size, itemsize, num)
    }
    size += num * itemsize
    if (size >= SSIZE_MAX) return fail("total struct size too long")
  }
  codes.push(0, size, 0, 0)
  const at = PyMem_Malloc(codes.length * 8)
  if (at === 0) {
    PyErr_NoMemory()
    return -1
  }
  codes.forEach((v, k) => setssize(at + 8 * k, v))
  i32[(self + PyStructObject.s_size) >> 2] = size
  i32[(self + PyStructObject.s_size + 4) >> 2] = Math.floor(size / 4294967296)
  setssize(self + PyStructObject.s_len, len)
  const old = ptr(self + PyStructObject.s_codes)
  if (old !== 0) PyMem_Free(old)
  setptr(self + PyStructObject.s_codes, at)
  return 0
}

function s_new(type: Ref, _args: Ref, _kwds: Ref): Own {
  const $self = fn<allocfunc>(ptr(type + PyTypeObject.tp_alloc))(type, 0)
  if ($self === NULL) return NULL
  setptr($self + PyStructObject.s_format, Py_NewRef(Py_None))
  setptr($self + PyStructObject.s_codes, 0)
  setssize($self + PyStructObject.s_size, -1)
  setssize($self + PyStructObject.s_len, -1)
  return $self
}

const initParser = argParser("Struct", ["format"])
function s_init(self: Ref, args: Ref, kwds: Ref): number {
  const a = _PyArg_UnpackKeywordsTuple(args, kwds, initParser, 1, 1, 0)
  if (a === 0) return -1
  const format = ptr(a)
  const $f = PyUnicode_Check(format) ? PyUnicode_AsASCIIString(format) : Py_NewRef(format)
  if ($f === NULL) return -1
  if (!PyBytes_Check($f)) {
    const name = typeName($f)
    Py_DECREF($f)
    PyErr_SetString(
      PyExc_TypeError,
      `Struct() argument 1 must be a str or bytes object, not ${name.slice(name.lastIndexOf(".") + 1).slice(0, 200)}`,
    )
    return -1
  }
  Py_XSETREF(self + PyStructObject.s_format, $f)
  return prepare_s(self)
}

function s_clear(self: Ref): number {
  Py_CLEAR(self + PyStructObject.s_format)
  return 0
}
function s_traverse(self: Ref, visit: visitproc, arg: number): number {
  const f = ptr(self + PyStructObject.s_format)
  return f !== NULL ? visit(f, arg) : 0
}
function s_dealloc(self: Ref): void {
  PyObject_GC_UnTrack(self)
  if (ptr(self + PyStructObject.weakreflist) !== 0) PyObject_ClearWeakRefs(self)
  const codes = ptr(self + PyStructObject.s_codes)
  if (codes !== 0) PyMem_Free(codes)
  const f = ptr(self + PyStructObject.s_format)
  if (f !== NULL) Py_DECREF(f)
  tp_free(self)
}

/** Was the struct initialised? (A subclass may skip __init__.) */
function ready(self: Ref): boolean {
  if (ptr(self + PyStructObject.s_codes) !== 0) return true
  structError("Struct object is not initialized")
  return false
}

function s_unpack_internal(self: Ref, from: number): Own {
  const $t = PyTuple_New(lenOfStruct(self))
  if ($t === NULL) return NULL
  let n = 0
  for (let code = ptr(self + PyStructObject.s_codes) as number; ptr(code) !== 0; code += formatcode.SIZE) {
    const fmt = ptr(code + formatcode.fmtdef)
    const size = ptr(code + formatcode.size)
    let p = from + ptr(code + formatcode.offset)
    for (let j = ptr(code + formatcode.repeat) as number; j > 0; j--, p += size) {
      let $v: Own
      const c = fmt & Fmt.CHAR
      if (c === 115) $v = PyBytes_FromStringAndSize(p, size)
      else if (c === 112) {
        const k = size === 0 ? 0 : Math.min(u8[p], size - 1)
        $v = PyBytes_FromStringAndSize(p + 1, k)
      } else $v = unpackItem(p, fmt)
      if ($v === NULL) {
        Py_DECREF($t)
        return NULL
      }
      PyTuple_SET_ITEM($t, n++, $v)
    }
  }
  return $t
}

function s_unpack(self: Ref, buffer: Ref): Own {
  const mark = cstackMark()
  const view = argBuffer(buffer, "unpack", "argument")
  let $r: Own = NULL
  if (view !== 0) {
    if (ready(self)) $r = unpackView(self, view)
    PyBuffer_Release(view)
  }
  cstackReset(mark)
  return $r
}
function unpackView(self: Ref, view: number): Own {
  if (lenOf(view) !== sizeOfStruct(self)) return structError(`unpack requires a buffer of ${sizeOfStruct(self)} bytes`)
  return s_unpack_internal(self, bufOf(view))
}

function unpackFrom(self: Ref, buffer: Ref, offset: number, argument: string): Own {
  const mark = cstackMark()
  const view = argBuffer(buffer, "unpack_from", argument)
  let $r: Own = NULL
  if (view !== 0) {
    if (ready(self)) $r = unpackViewFrom(self, view, offset)
    PyBuffer_Release(view)
  }
  cstackReset(mark)
  return $r
}
function unpackViewFrom(self: Ref, view: number, offset: number): Own {
  const size = sizeOfStruct(self)
  const len = lenOf(view)
  if (offset < 0) {
    if (offset + size > 0) return structError(`not enough data to unpack ${size} bytes at offset ${offset}`)
    if (offset + len < 0) return structError(`offset ${offset} out of range for ${len}-byte buffer`)
    offset += len
  }
  if (len - offset < size) {
    return structError(
      `unpack_from requires a buffer of at least ${BigInt(size) + exact(offset)} bytes for unpacking ${size} bytes at offset ${exact(offset)} (actual buffer size is ${len})`,
    )
  }
  return s_unpack_internal(self, bufOf(view) + offset)
}

/** A clipped Py_ssize_t: sys.maxsize has no double of its own. */
function exact(n: number): bigint {
  return n >= 2 ** 63 ? 2n ** 63n - 1n : BigInt(n)
}

const unpackFromParser = argParser("unpack_from", ["buffer", "offset"])
function s_unpack_from(self: Ref, args: number, nargs: number, kwnames: Ref): Own {
  const a = _PyArg_UnpackKeywords(args, nargs, 0, kwnames, unpackFromParser, 1, 2, 0)
  if (a === 0) return NULL
  const buffer = ptr(a)
  let offset = 0
  if (ptr(a + 8) !== NULL) {
    offset = argSsize(ptr(a + 8))
    if (!argOk) return NULL
  }
  return unpackFrom(self, buffer, offset, "argument 'buffer'")
}

const enum unpackiterobject {
  so = 16,
  buf = 24,
  index = 104,
  SIZE = 112,
}
function s_iter_unpack(self: Ref, buffer: Ref): Own {
  if (!ready(self)) return NULL
  const size = sizeOfStruct(self)
  if (size === 0) return structError("cannot iteratively unpack with a struct of length 0")
  const $it = PyType_GenericAlloc(unpackiter_type, 0)
  if ($it === NULL) return NULL
  const view = $it + unpackiterobject.buf
  if (PyObject_GetBuffer(buffer, view, 0) < 0) {
    Py_DECREF($it)
    return NULL
  }
  if (lenOf(view) % size !== 0) {
    structError(`iterative unpacking requires a buffer of a multiple of ${size} bytes`)
    Py_DECREF($it)
    return NULL
  }
  Py_INCREF(self)
  setptr($it + unpackiterobject.so, self)
  setssize($it + unpackiterobject.index, 0)
  return $it
}
function unpackiter_dealloc(self: Ref): void {
  PyObject_GC_UnTrack(self)
  const so = ptr(self + unpackiterobject.so)
  if (so !== NULL) Py_DECREF(so)
  PyBuffer_Release(self + unpackiterobject.buf)
  PyObject_GC_Del(self)
}
function unpackiter_traverse(self: Ref, visit: visitproc, arg: number): number {
  const so = ptr(self + unpackiterobject.so)
  if (so !== NULL) {
    const r = visit(so, arg)
    if (r) return r
  }
  const obj = ptr(self + unpackiterobject.buf + Py_buffer.obj)
  return obj !== NULL ? visit(obj, arg) : 0
}
function unpackiter_len(self: Ref): Own {
  const so = ptr(self + unpackiterobject.so)
  if (so === NULL) return PyLong_FromLong(0)
  return PyLong_FromLong(Math.floor((lenOf(self + unpackiterobject.buf) - i32[(self + unpackiterobject.index) >> 2]) / sizeOfStruct(so)))
}
function unpackiter_iternext(self: Ref): Own {
  const so = ptr(self + unpackiterobject.so)
  if (so === NULL) return NULL
  const view = self + unpackiterobject.buf
  const i = i32[(self + unpackiterobject.index) >> 2]
  if (i >= lenOf(view)) {
    Py_CLEAR(self + unpackiterobject.so)
    PyBuffer_Release(view)
    return NULL
  }
  const $r = s_unpack_internal(so, bufOf(view) + i)
  setssize(self + unpackiterobject.index, i + sizeOfStruct(so))
  return $r
}
function unpackiter_new(type: Ref): Own {
  return PyErr_SetString(PyExc_TypeError, `Cannot create '${tp_name_js(type).slice(0, 200)} objects`)
}

const unpackiter_type = definePrivateType({
  name: "_struct.unpack_iterator",
  basicsize: unpackiterobject.SIZE,
  flags: TPFLAGS.DEFAULT | TPFLAGS.HAVE_GC | TPFLAGS.IMMUTABLETYPE,
  dealloc: unpackiter_dealloc,
  getattro: PyObject_GenericGetAttr,
  traverse: unpackiter_traverse,
  iter: PyObject_SelfIter,
  iternext: unpackiter_iternext,
  new: unpackiter_new,
  methods: [["__length_hint__", unpackiter_len, METH.NOARGS]],
})

/** Bytes of an 's' or 'p' value: address and length. */
let textAt = 0
let textLen = 0
function text(v: Ref, c: string): boolean {
  if (PyBytes_Check(v)) textAt = PyBytes_AS_STRING(v)
  else if (PyByteArray_Check(v)) textAt = PyByteArray_AS_STRING(v)
  else {
    structError(`argument for '${c}' must be a bytes object`)
    return false
  }
  textLen = Py_SIZE(v)
  return true
}

/** Pack the objects at `args` into `buf`. 0, or -1 with the error set. */
function s_pack_internal(self: Ref, args: number, buf: number): number {
  memset(buf, 0, sizeOfStruct(self))
  let i = 0
  for (let code = ptr(self + PyStructObject.s_codes) as number; ptr(code) !== 0; code += formatcode.SIZE) {
    const fmt = ptr(code + formatcode.fmtdef)
    const size = ptr(code + formatcode.size)
    let p = buf + ptr(code + formatcode.offset)
    for (let j = ptr(code + formatcode.repeat) as number; j > 0; j--, p += size) {
      const v = ptr(args + 8 * i++)
      const c = fmt & Fmt.CHAR
      if (c === 115) {
        if (!text(v, "s")) return -1
        const n = textLen > size ? size : textLen
        if (n > 0) memcpy(p, textAt, n)
      } else if (c === 112) {
        if (!text(v, "p")) return -1
        let n = textLen > size - 1 ? size - 1 : textLen
        if (n > 0) memcpy(p + 1, textAt, n)
        if (n > 255) n = 255
        if (size > 0) u8[p] = n
      } else if (packItem(p, v, fmt) < 0) {
        if (PyLong_Check(v) && PyErr_ExceptionMatches(PyExc_OverflowError)) structError("int too large to convert")
        return -1
      }
    }
  }
  return 0
}

function s_pack(self: Ref, args: number, nargs: number): Own {
  if (nargs !== lenOfStruct(self)) return structError(`pack expected ${lenOfStruct(self)} items for packing (got ${nargs})`)
  if (!ready(self)) return NULL
  const $b = _PyBytes_FromSize(sizeOfStruct(self), false)
  if ($b === NULL) return NULL
  if (sizeOfStruct(self) > 0 && s_pack_internal(self, args, PyBytes_AS_STRING($b)) !== 0) {
    Py_DECREF($b)
    return NULL
  }
  if (sizeOfStruct(self) === 1) {
    const $one = PyBytes_FromStringAndSize(PyBytes_AS_STRING($b), 1)
    Py_DECREF($b)
    return $one
  }
  return $b
}

function s_pack_into(self: Ref, args: number, nargs: number): Own {
  if (!ready(self)) return NULL
  const len = lenOfStruct(self)
  if (nargs !== len + 2) {
    if (nargs === 0) return structError("pack_into expected buffer argument")
    if (nargs === 1) return structError("pack_into expected offset argument")
    return structError(`pack_into expected ${len} items for packing (got ${nargs - 2})`)
  }
  const mark = cstackMark()
  const a = PyArg_Parse(ptr(args), "w*")
  let $r: Own = NULL
  if (a !== 0) {
    const view = ptr(a)
    $r = packInto(self, args, view)
    PyBuffer_Release(view)
  }
  cstackReset(mark)
  return $r
}
function packInto(self: Ref, args: number, view: number): Own {
  let offset = PyNumber_AsSsize_t(ptr(args + 8), PyExc_IndexError)
  if (offset === -1 && PyErr_Occurred()) return NULL
  const size = sizeOfStruct(self)
  const len = lenOf(view)
  if (offset < 0) {
    if (offset + size > 0) return structError(`no space to pack ${size} bytes at offset ${offset}`)
    if (offset + len < 0) return structError(`offset ${offset} out of range for ${len}-byte buffer`)
    offset += len
  }
  if (len - offset < size) {
    return structError(
      `pack_into requires a buffer of at least ${BigInt(size) + exact(offset)} bytes for packing ${size} bytes at offset ${exact(offset)} (actual buffer size is ${len})`,
    )
  }
  return s_pack_internal(self, args + 16, bufOf(view) + offset) !== 0 ? NULL : Py_NewRef(Py_None)
}

function s_get_format(self: Ref): Own {
  const f = ptr(self + PyStructObject.s_format)
  return PyUnicode_FromString(binaryJS(PyBytes_AS_STRING(f), PyBytes_GET_SIZE(f)))
}
function s_get_size(self: Ref): Own {
  return PyLong_FromLong(sizeOfStruct(self))
}
function s_sizeof(self: Ref): Own {
  let size = _PyObject_SIZE(Py_TYPE(self)) + formatcode.SIZE
  for (let code = ptr(self + PyStructObject.s_codes) as number; code !== 0 && ptr(code) !== 0; code += formatcode.SIZE)
    size += formatcode.SIZE
  return PyLong_FromLong(size)
}

const Struct_Type = definePrivateType({
  name: "_struct.Struct",
  basicsize: PyStructObject.SIZE,
  flags: TPFLAGS.DEFAULT | TPFLAGS.HAVE_GC | TPFLAGS.BASETYPE | TPFLAGS.IMMUTABLETYPE,
  doc: "Struct(fmt) --> compiled struct object\n\n",
  weaklistoffset: PyStructObject.weakreflist,
  dealloc: s_dealloc,
  getattro: PyObject_GenericGetAttr,
  setattro: PyObject_GenericSetAttr,
  traverse: s_traverse,
  clear: s_clear,
  init: s_init,
  alloc: PyType_GenericAlloc,
  new: s_new,
  free: PyObject_GC_Del,
  methods: [
    ["iter_unpack", s_iter_unpack, METH.O, "($self, buffer, /)\n--\n\nAn iterator of tuples unpacked one after the other from the bytes."],
    ["pack", s_pack, METH.FASTCALL, "S.pack(v1, v2, ...) -> bytes\n\nThe values packed according to the format."],
    [
      "pack_into",
      s_pack_into,
      METH.FASTCALL,
      "S.pack_into(buffer, offset, v1, v2, ...)\n\nPack the values into a writable buffer at the offset.",
    ],
    ["unpack", s_unpack, METH.O, "($self, buffer, /)\n--\n\nThe values in a buffer of exactly Struct.size bytes, as a tuple."],
    [
      "unpack_from",
      s_unpack_from,
      METH.FASTCALL | METH.KEYWORDS,
      "($self, /, buffer, offset=0)\n--\n\nThe values in a buffer from the offset on, as a tuple.",
    ],
    ["__sizeof__", s_sizeof, METH.NOARGS, "S.__sizeof__() -> size of S in memory, in bytes"],
  ],
  members: [["__weaklistoffset__", T.PYSSIZET, PyStructObject.weakreflist, READONLY]],
  getset: [
    ["format", s_get_format, null, "struct format string"],
    ["size", s_get_size, null, "struct size in bytes"],
  ],
})

/** The compiled struct of a format, from the cache of the last hundred. */
function cached(fmt: Ref): Own {
  if (ptr(CACHE) === NULL) {
    const $d = PyDict_New()
    if ($d === NULL) return NULL
    setptr(CACHE, $d)
  }
  const found = PyDict_GetItemWithError(ptr(CACHE), fmt)
  if (found !== NULL) return Py_NewRef(found)
  if (PyErr_Occurred()) return NULL
  const $s = PyObject_CallOneArg(Struct_Type, fmt)
  if ($s !== NULL && ptr(CACHE) !== NULL) {
    if (PyDict_GET_SIZE(ptr(CACHE)) >= MAXCACHE) PyDict_Clear(ptr(CACHE))
    if (PyDict_SetItem(ptr(CACHE), fmt, $s) === -1) PyErr_Clear()
  }
  return $s
}

function clearcache(): Own {
  Py_CLEAR(CACHE)
  return Py_NewRef(Py_None)
}
function calcsize(_m: Ref, format: Ref): Own {
  const $s = cached(format)
  if ($s === NULL) return NULL
  const $r = PyLong_FromLong(sizeOfStruct($s))
  Py_DECREF($s)
  return $r
}
function pack(_m: Ref, args: number, nargs: number): Own {
  if (nargs === 0) return PyErr_SetString(PyExc_TypeError, "missing format argument")
  const $s = cached(ptr(args))
  if ($s === NULL) return NULL
  const $r = s_pack($s, args + 8, nargs - 1)
  Py_DECREF($s)
  return $r
}
function pack_into(_m: Ref, args: number, nargs: number): Own {
  if (nargs === 0) return PyErr_SetString(PyExc_TypeError, "missing format argument")
  const $s = cached(ptr(args))
  if ($s === NULL) return NULL
  const $r = s_pack_into($s, args + 8, nargs - 1)
  Py_DECREF($s)
  return $r
}
function unpack(_m: Ref, args: number, nargs: number): Own {
  if (!_PyArg_CheckPositional("unpack", nargs, 2, 2)) return NULL
  const $s = cached(ptr(args))
  if ($s === NULL) return NULL
  const mark = cstackMark()
  const view = argBuffer(ptr(args + 8), "unpack", "argument 2")
  let $r: Own = NULL
  if (view !== 0) {
    $r = unpackView($s, view)
    PyBuffer_Release(view)
  }
  cstackReset(mark)
  Py_DECREF($s)
  return $r
}
const unpack_fromParser = argParser("unpack_from", ["", "buffer", "offset"])
function unpack_from(_m: Ref, args: number, nargs: number, kwnames: Ref): Own {
  const a = _PyArg_UnpackKeywords(args, nargs, 0, kwnames, unpack_fromParser, 2, 3, 0)
  if (a === 0) return NULL
  const format = ptr(a)
  const buffer = ptr(a + 8)
  const off = ptr(a + 16)
  const $s = cached(format)
  if ($s === NULL) return NULL
  let offset = 0
  let $r: Own = NULL
  if (off !== NULL) offset = argSsize(off)
  if (off === NULL || argOk) $r = unpackFrom($s, buffer, offset, "argument 'buffer'")
  Py_DECREF($s)
  return $r
}
function iter_unpack(_m: Ref, args: number, nargs: number): Own {
  if (!_PyArg_CheckPositional("iter_unpack", nargs, 2, 2)) return NULL
  const $s = cached(ptr(args))
  if ($s === NULL) return NULL
  const $r = s_iter_unpack($s, ptr(args + 8))
  Py_DECREF($s)
  return $r
}

// Every import anew shares the types, and so the exception and the cache.
function struct_exec(m: Ref): number {
  if (PyModule_AddObjectRef(m, "Struct", Struct_Type) < 0) return -1
  if (ptr(ERROR) === NULL) {
    const $error = PyErr_NewException("struct.error", NULL, NULL)
    if ($error === NULL) return -1
    setptr(ERROR, $error)
  }
  return PyModule_AddObjectRef(m, "error", ptr(ERROR))
}

defineModule({
  name: "_struct",
  doc: "Functions to convert between Python values and C structs, held in bytes and described by format strings.\n",
  methods: [
    ["_clearcache", clearcache, METH.NOARGS, "($module, /)\n--\n\nClear the internal cache."],
    ["calcsize", calcsize, METH.O, "($module, format, /)\n--\n\nReturn size in bytes of the struct described by the format string."],
    [
      "iter_unpack",
      iter_unpack,
      METH.FASTCALL,
      "($module, format, buffer, /)\n--\n\nAn iterator of tuples unpacked one after the other from the bytes.",
    ],
    ["pack", pack, METH.FASTCALL, "pack(format, v1, v2, ...) -> bytes\n\nThe values packed according to the format."],
    [
      "pack_into",
      pack_into,
      METH.FASTCALL,
      "pack_into(format, buffer, offset, v1, v2, ...)\n\nPack the values into a writable buffer at the offset.",
    ],
    [
      "unpack",
      unpack,
      METH.FASTCALL,
      "($module, format, buffer, /)\n--\n\nThe values in a buffer of exactly calcsize(format) bytes, as a tuple.",
    ],
    [
      "unpack_from",
      unpack_from,
      METH.FASTCALL | METH.KEYWORDS,
      "($module, format, /, buffer, offset=0)\n--\n\nThe values in a buffer from the offset on, as a tuple.",
    ],
  ],
  exec: struct_exec,
})
