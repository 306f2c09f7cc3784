import { byte, int32, memcpy, ptr, setbyte, setint32, setptr } from "../../heap/access.ts"
import { calloca, cstackMark, cstackReset } from "../../heap/cstack.ts"
import { Py_buffer } from "../../heap/layout.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_CLEAR, Py_DECREF, Py_NewRef, Py_XNewRef, Py_XSETREF } from "../../heap/refcount.ts"
import { staticAlloc } from "../../heap/statics.ts"
import { PyBuffer_Release, PyObject_CheckBuffer, PyObject_GetBuffer } from "../../objects/abstract.ts"
import { argBuffer, argInt, argOk, argSsize, bufOf, lenOf } from "../../objects/bytes_methods.ts"
import { PyBytes_AS_STRING, PyBytes_FromStringAndSize, PyBytes_GET_SIZE } from "../../objects/bytesobject.ts"
import { definePrivateType } from "../../objects/define.ts"
import { PyErr_NoMemory, PyErr_SetString } from "../../objects/errors.ts"
import { tp_free } from "../../objects/freelists.ts"
import { _PyArg_CheckPositional, _PyArg_UnpackKeywords, argParser } from "../../objects/getargs.ts"
import { METH, READONLY, T, TPFLAGS } from "../../objects/slots.ts"
import { PyExc_MemoryError, PyExc_TypeError, PyExc_ValueError } from "../../objects/statictypes.ts"
import { PyType_GenericAlloc } from "../../objects/typeobject.ts"
import { finishBuffer, freeBuffer, growBuffer, type OutputBuffer, outputBuffer } from "./buffer.ts"
import { deflate, deflateCopy, deflateEnd, deflateInit2, deflateSetDictionary } from "./deflate.ts"
import { inflate, inflateCopy, inflateEnd, inflateInit2, inflateSetDictionary } from "./inflate.ts"
import { Flush, MESSAGES, R, Z } from "./zstream.ts"

// Modules/zlibmodule.c: Compress and Decompress. `zst` is the raw block of the stream, 0 when it has ended.

const enum Comp {
  zst = 16,
  unused_data = 128,
  unconsumed_tail = 136,
  eof = 144,
  zdict = 152,
  SIZE = 168,
}
/** zlib.error, owned by the module too. */
export const ERROR = staticAlloc(16)

/** zlib_error: "Error -3 while …: why". `zst` 0: the stream has ended. */
export function zlib_error(zst: number, err: number, what: string): Own {
  const plain: Readonly<Record<number, string>> = {
    [R.BUF_ERROR]: "incomplete or truncated stream",
    [R.STREAM_ERROR]: "inconsistent stream state",
    [R.DATA_ERROR]: "invalid input data",
  }
  const why = (zst > 0 && MESSAGES[int32(zst + Z.msg)]) || plain[err] || ""
  return PyErr_SetString(ptr(ERROR), why === "" ? `Error ${err} ${what}` : `Error ${err} ${what}: ${why}`)
}

/** The bytes of the stream's input. */
export function setInput(zst: number, at: number, n: number): void {
  setint32(zst + Z.next_in, at)
  setint32(zst + Z.avail_in, n)
}

function newcompobject(type: Ref): Own {
  const $self = PyType_GenericAlloc(type, 0)
  if ($self === NULL) return NULL
  setptr($self + Comp.unused_data, PyBytes_FromStringAndSize(0, 0))
  setptr($self + Comp.unconsumed_tail, PyBytes_FromStringAndSize(0, 0))
  return $self
}
function comp_free(self: Ref): void {
  Py_CLEAR(self + Comp.unused_data)
  Py_CLEAR(self + Comp.unconsumed_tail)
  Py_CLEAR(self + Comp.zdict)
  tp_free(self)
}
function compress_dealloc(self: Ref): void {
  if (ptr(self + Comp.zst)) deflateEnd(ptr(self + Comp.zst))
  comp_free(self)
}
function decompress_dealloc(self: Ref): void {
  if (ptr(self + Comp.zst)) inflateEnd(ptr(self + Comp.zst))
  comp_free(self)
}

/** An int parameter that may be absent; check argOk. */
function intOr(op: Ref, dflt: number): number {
  return op === NULL ? dflt : argInt(op)
}
const compressobjParser = argParser("compressobj", ["level", "method", "wbits", "memLevel", "strategy", "zdict"])
export function zlib_compressobj(_m: Ref, args: number, nargs: number, kwnames: Ref): Own {
  const at = _PyArg_UnpackKeywords(args, nargs, 0, kwnames, compressobjParser, 0, 6, 0)
  if (at === 0) return NULL
  const objects = [0, 1, 2, 3, 4, 5].map((i) => ptr(at + 8 * i))
  const ints: number[] = []
  for (const [i, dflt] of [-1, 8, 15, 8, 0].entries()) {
    ints.push(intOr(objects[i], dflt))
    if (objects[i] !== NULL && !argOk) return NULL
  }
  const mark = cstackMark()
  const view = objects[5] === NULL ? 0 : argBuffer(objects[5], "compressobj", "argument 'zdict'")
  const $r = objects[5] !== NULL && view === 0 ? NULL : makeCompressor(ints, view)
  if (view !== 0) PyBuffer_Release(view)
  cstackReset(mark)
  return $r
}
function makeCompressor([level, method, wbits, memLevel, strategy]: number[], zdict: number): Own {
  const $self = newcompobject(compressType)
  if ($self === NULL) return NULL
  const zst = deflateInit2(level, method, wbits, memLevel, strategy)
  let message = ""
  if (zst > 0) {
    setptr($self + Comp.zst, zst)
    if (zdict === 0 || deflateSetDictionary(zst, bufOf(zdict), lenOf(zdict)) === R.OK) return $self
    message = "Invalid dictionary"
  } else if (zst === R.STREAM_ERROR) message = "Invalid initialization option"
  Py_DECREF($self)
  return message === "" ? PyErr_SetString(PyExc_MemoryError, "Can't allocate memory for compression object") : PyErr_SetString(PyExc_ValueError, message)
}

const decompressobjParser = argParser("decompressobj", ["wbits", "zdict"])
export function zlib_decompressobj(_m: Ref, args: number, nargs: number, kwnames: Ref): Own {
  const at = _PyArg_UnpackKeywords(args, nargs, 0, kwnames, decompressobjParser, 0, 2, 0)
  if (at === 0) return NULL
  const zdict = ptr(at + 8)
  const given = ptr(at)
  const wbits = intOr(given, 15)
  if (given !== NULL && !argOk) return NULL
  if (zdict !== NULL && !PyObject_CheckBuffer(zdict)) return PyErr_SetString(PyExc_TypeError, "zdict argument must support the buffer protocol")
  const $self = newcompobject(decompressType)
  if ($self === NULL) return NULL
  setptr($self + Comp.zdict, Py_XNewRef(zdict))
  const zst = inflateInit2(wbits)
  if (zst > 0) {
    setptr($self + Comp.zst, zst)
    if (zdict === NULL || wbits >= 0 || set_inflate_zdict($self)) return $self
    Py_DECREF($self)
    return NULL
  }
  Py_DECREF($self)
  return zst === 0
    ? PyErr_SetString(PyExc_MemoryError, "Can't allocate memory for decompression object")
    : PyErr_SetString(PyExc_ValueError, "Invalid initialization option")
}
function set_inflate_zdict(self: Ref): boolean {
  const mark = cstackMark()
  const view = calloca(Py_buffer.SIZE)
  let ok = false
  if (PyObject_GetBuffer(ptr(self + Comp.zdict), view, 0) === 0) {
    const err = inflateSetDictionary(ptr(self + Comp.zst), bufOf(view), lenOf(view))
    PyBuffer_Release(view)
    ok = err === R.OK
    if (!ok) zlib_error(ptr(self + Comp.zst), err, "while setting zdict")
  }
  cstackReset(mark)
  return ok
}

/** Run deflate until the output has room left; its result, or null with MemoryError set. */
export function deflateAll(zst: number, b: OutputBuffer, flush: number): number | null {
  for (;;) {
    if (int32(zst + Z.avail_out) === 0 && !growBuffer(b, zst)) return null
    const err = deflate(zst, flush)
    if (err === R.STREAM_ERROR || int32(zst + Z.avail_out) !== 0) return err
  }
}
function compress_compress(self: Ref, data: Ref): Own {
  const mark = cstackMark()
  const view = argBuffer(data, "compress", "argument")
  let $r: Own = NULL
  if (view !== 0) {
    const zst = ptr(self + Comp.zst)
    if (zst === 0) zlib_error(0, R.STREAM_ERROR, "while compressing data")
    else {
      setInput(zst, bufOf(view), lenOf(view))
      $r = runDeflate(zst, Flush.NO, "while compressing data")
    }
    PyBuffer_Release(view)
  }
  cstackReset(mark)
  return $r
}
function runDeflate(zst: number, flush: number, what: string): Own {
  const b = outputBuffer(zst, -1, 0)
  if (b === null) return NULL
  const err = deflateAll(zst, b, flush)
  if (err === null) return NULL
  if (err === R.STREAM_ERROR) {
    freeBuffer(b)
    return zlib_error(zst, err, what)
  }
  finished = err === R.STREAM_END
  return finishBuffer(b, int32(zst + Z.avail_out))
}
/** Did the last runDeflate end the stream? */
let finished = false
function compress_flush(self: Ref, args: number, nargs: number): Own {
  if (!_PyArg_CheckPositional("flush", nargs, 0, 1)) return NULL
  const mode = nargs > 0 ? argInt(ptr(args)) : Flush.FINISH
  if (nargs > 0 && !argOk) return NULL
  if (mode === Flush.NO) return PyBytes_FromStringAndSize(0, 0)
  const zst = ptr(self + Comp.zst)
  if (zst === 0 || mode < 0 || mode > Flush.BLOCK) return zlib_error(0, R.STREAM_ERROR, "while flushing")
  setint32(zst + Z.avail_in, 0)
  const $r = runDeflate(zst, mode, "while flushing")
  if ($r !== NULL && finished && mode === Flush.FINISH) {
    deflateEnd(zst)
    setptr(self + Comp.zst, 0)
  }
  return $r
}
function copyFields(from: Ref, $to: Own): Own {
  for (const f of [Comp.unused_data, Comp.unconsumed_tail, Comp.zdict]) Py_XSETREF($to + f, Py_XNewRef(ptr(from + f)))
  setbyte($to + Comp.eof, byte(from + Comp.eof))
  return $to
}
function copyStream(self: Ref, type: Ref, copy: (s: number) => number): Own {
  const $copy = newcompobject(type)
  if ($copy === NULL) return NULL
  const zst = ptr(self + Comp.zst)
  if (zst === 0) {
    Py_DECREF($copy)
    return PyErr_SetString(PyExc_ValueError, "Inconsistent stream state")
  }
  const t = copy(zst)
  if (t === 0) {
    Py_DECREF($copy)
    return PyErr_NoMemory()
  }
  setptr($copy + Comp.zst, t)
  return copyFields(self, $copy)
}
function compress_copy(self: Ref): Own {
  return copyStream(self, compressType, deflateCopy)
}
function compress_deepcopy(self: Ref, _memo: Ref): Own {
  return compress_copy(self)
}
function decompress_copy(self: Ref): Own {
  return copyStream(self, decompressType, inflateCopy)
}
function decompress_deepcopy(self: Ref, _memo: Ref): Own {
  return decompress_copy(self)
}

/** What inflate left of the `end`-terminated input goes to unused_data or unconsumed_tail; false with the error set. */
function save_unconsumed_input(self: Ref, zst: number, end: number, err: number): boolean {
  const next = ptr(zst + Z.next_in)
  if (err === R.STREAM_END && int32(zst + Z.avail_in) > 0) {
    const old = ptr(self + Comp.unused_data)
    const n = PyBytes_GET_SIZE(old)
    const $all = PyBytes_FromStringAndSize(0, n + end - next)
    if ($all === NULL) return false
    memcpy(PyBytes_AS_STRING($all), PyBytes_AS_STRING(old), n)
    memcpy(PyBytes_AS_STRING($all) + n, next, end - next)
    Py_XSETREF(self + Comp.unused_data, $all)
    setint32(zst + Z.avail_in, 0)
  }
  if (int32(zst + Z.avail_in) > 0 || PyBytes_GET_SIZE(ptr(self + Comp.unconsumed_tail))) {
    const $tail = PyBytes_FromStringAndSize(next, err === R.STREAM_END ? 0 : end - next)
    if ($tail === NULL) return false
    Py_XSETREF(self + Comp.unconsumed_tail, $tail)
  }
  return true
}

/** Run inflate until the input is used up or `max` bytes are out: its result, or null with an error set. */
function inflateAll(self: Ref, zst: number, b: OutputBuffer, flush: number): number | null {
  for (;;) {
    if (int32(zst + Z.avail_out) === 0) {
      if (b.allocated === b.max) return R.OK
      if (!growBuffer(b, zst)) return null
    }
    const err = inflate(zst, flush)
    if (err === R.NEED_DICT && ptr(self + Comp.zdict) !== NULL) {
      if (!set_inflate_zdict(self)) {
        freeBuffer(b)
        return null
      }
      continue
    }
    if ((err !== R.OK && err !== R.BUF_ERROR && err !== R.STREAM_END) || int32(zst + Z.avail_out) !== 0) return err
  }
}
const decompressParser = argParser("decompress", ["", "max_length"])
function decompress_decompress(self: Ref, args: number, nargs: number, kwnames: Ref): Own {
  const at = _PyArg_UnpackKeywords(args, nargs, 0, kwnames, decompressParser, 1, 2, 0)
  if (at === 0) return NULL
  const data = ptr(at)
  let max = ptr(at + 8) === NULL ? 0 : argSsize(ptr(at + 8))
  if (ptr(at + 8) !== NULL && !argOk) return NULL
  const mark = cstackMark()
  const view = argBuffer(data, "decompress", "argument 1")
  let $r: Own = NULL
  if (view !== 0) {
    if (max === 0) max = -1
    if (max < -1) PyErr_SetString(PyExc_ValueError, "max_length must be non-negative")
    else $r = decompressView(self, bufOf(view), lenOf(view), max)
    PyBuffer_Release(view)
  }
  cstackReset(mark)
  return $r
}
function decompressView(self: Ref, at: number, n: number, max: number): Own {
  const zst = ptr(self + Comp.zst)
  if (zst === 0) return zlib_error(0, R.STREAM_ERROR, "while decompressing data")
  setInput(zst, at, n)
  const b = outputBuffer(zst, max, 0)
  const err = b && inflateAll(self, zst, b, Flush.SYNC)
  if (b === null || err === null) return NULL
  const saved = save_unconsumed_input(self, zst, at + n, err)
  if (saved && err === R.STREAM_END) setbyte(self + Comp.eof, 1)
  else if (saved && err !== R.OK && err !== R.BUF_ERROR) zlib_error(zst, err, "while decompressing data")
  if (saved && (err === R.OK || err === R.BUF_ERROR || err === R.STREAM_END)) return finishBuffer(b, int32(zst + Z.avail_out))
  freeBuffer(b)
  return NULL
}
function decompress_flush(self: Ref, args: number, nargs: number): Own {
  if (!_PyArg_CheckPositional("flush", nargs, 0, 1)) return NULL
  const length = nargs > 0 ? argSsize(ptr(args)) : 16384
  if (nargs > 0 && !argOk) return NULL
  if (length <= 0) return PyErr_SetString(PyExc_ValueError, "length must be greater than zero")
  const zst = ptr(self + Comp.zst)
  if (zst === 0) return zlib_error(0, R.STREAM_ERROR, "while decompressing data")
  const $tail = Py_NewRef(ptr(self + Comp.unconsumed_tail))
  const $r = flushTail(self, zst, PyBytes_AS_STRING($tail), PyBytes_GET_SIZE($tail), length)
  Py_DECREF($tail)
  return $r
}
function flushTail(self: Ref, zst: number, at: number, n: number, length: number): Own {
  setInput(zst, at, n)
  const b = outputBuffer(zst, -1, length)
  const err = b && inflateAll(self, zst, b, Flush.FINISH)
  if (b === null || err === null) return NULL
  if (!save_unconsumed_input(self, zst, at + n, err)) {
    freeBuffer(b)
    return NULL
  }
  const free = int32(zst + Z.avail_out)
  if (err === R.STREAM_END) {
    setbyte(self + Comp.eof, 1)
    inflateEnd(zst)
    setptr(self + Comp.zst, 0)
  }
  return finishBuffer(b, free)
}

/** inflate once over all of [at, at + n): a bytes object, or NULL with zlib.error set. */
export function decompressOnce(zst: number, at: number, n: number, bufsize: number): Own {
  setInput(zst, at, n)
  const b = outputBuffer(zst, -1, bufsize)
  if (b === null) return NULL
  let err: number
  do {
    if (int32(zst + Z.avail_out) === 0 && !growBuffer(b, zst)) return NULL
    err = inflate(zst, Flush.FINISH)
  } while ((err === R.OK || err === R.BUF_ERROR || err === R.STREAM_END) && int32(zst + Z.avail_out) === 0)
  if (err === R.STREAM_END) return finishBuffer(b, int32(zst + Z.avail_out))
  freeBuffer(b)
  return zlib_error(zst, err, "while decompressing data")
}
/** deflate once. */
export function compressOnce(zst: number, at: number, n: number): Own {
  setInput(zst, at, n)
  return runDeflate(zst, Flush.FINISH, "while compressing data")
}

export const compressType = definePrivateType({
  name: "zlib.Compress",
  basicsize: Comp.SIZE,
  flags: TPFLAGS.DISALLOW_INSTANTIATION,
  dealloc: compress_dealloc,
  methods: [
    ["compress", compress_compress, METH.O, "($self, data, /)\n--\n\nReturns a bytes object containing compressed data."],
    ["flush", compress_flush, METH.FASTCALL, "($self, mode=zlib.Z_FINISH, /)\n--\n\nReturn a bytes object containing any remaining compressed data."],
    ["copy", compress_copy, METH.NOARGS, "($self, /)\n--\n\nReturn a copy of the compression object."],
    ["__copy__", compress_copy, METH.NOARGS, "($self, /)\n--\n\n"],
    ["__deepcopy__", compress_deepcopy, METH.O, "($self, memo, /)\n--\n\n"],
  ],
})
export const decompressType = definePrivateType({
  name: "zlib.Decompress",
  basicsize: Comp.SIZE,
  flags: TPFLAGS.DISALLOW_INSTANTIATION,
  dealloc: decompress_dealloc,
  methods: [
    ["decompress", decompress_decompress, METH.FASTCALL | METH.KEYWORDS, "($self, data, /, max_length=0)\n--\n\nReturn a bytes object containing the decompressed version of the data."],
    ["flush", decompress_flush, METH.FASTCALL, "($self, length=zlib.DEF_BUF_SIZE, /)\n--\n\nReturn a bytes object containing any remaining decompressed data."],
    ["copy", decompress_copy, METH.NOARGS, "($self, /)\n--\n\nReturn a copy of the decompression object."],
    ["__copy__", decompress_copy, METH.NOARGS, "($self, /)\n--\n\n"],
    ["__deepcopy__", decompress_deepcopy, METH.O, "($self, memo, /)\n--\n\n"],
  ],
  members: [
    ["unused_data", T.OBJECT, Comp.unused_data, READONLY],
    ["unconsumed_tail", T.OBJECT, Comp.unconsumed_tail, READONLY],
    ["eof", T.BOOL, Comp.eof, READONLY],
  ],
})
