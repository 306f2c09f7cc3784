import { ptr, setptr } from "../heap/access.ts"
import { cstackMark, cstackReset } from "../heap/cstack.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { Py_NewRef } from "../heap/refcount.ts"
import { PyBuffer_Release } from "../objects/abstract.ts"
import { argBuffer, argInt, argOk, argSsize, bufOf, lenOf } from "../objects/bytes_methods.ts"
import { defineModule } from "../objects/define.ts"
import { PyErr_NewException, PyErr_Occurred, PyErr_SetString } from "../objects/errors.ts"
import { _PyArg_CheckPositional, _PyArg_UnpackKeywords, argParser } from "../objects/getargs.ts"
import { PyLong_AsUnsignedLongMask, PyLong_FromLong } from "../objects/longobject.ts"
import { PyModule_AddObject, PyModule_AddStringConstant } from "../objects/moduleobject.ts"
import { METH } from "../objects/slots.ts"
import { PyExc_MemoryError, PyExc_ValueError } from "../objects/statictypes.ts"
import { PyType_Ready } from "../objects/typeobject.ts"
import { addInts } from "./support.ts"
import { deflateEnd, deflateInit2 } from "./zlib/deflate.ts"
import { inflateEnd, inflateInit2 } from "./zlib/inflate.ts"
import { compressOnce, compressType, decompressOnce, decompressType, ERROR, zlib_compressobj, zlib_decompressobj, zlib_error } from "./zlib/objects.ts"
import { adler32, crc32, R } from "./zlib/zstream.ts"

// Modules/zlibmodule.c: the module. The compression itself is in zlib/, in the heap, byte for byte what zlib 1.2.13 gives.

const CONSTANTS = {
  MAX_WBITS: 15,
  DEFLATED: 8,
  DEF_MEM_LEVEL: 8,
  DEF_BUF_SIZE: 16384,
  Z_BEST_COMPRESSION: 9,
  Z_BEST_SPEED: 1,
  Z_BLOCK: 5,
  Z_DEFAULT_COMPRESSION: -1,
  Z_DEFAULT_STRATEGY: 0,
  Z_FILTERED: 1,
  Z_FINISH: 4,
  Z_FIXED: 4,
  Z_FULL_FLUSH: 3,
  Z_HUFFMAN_ONLY: 2,
  Z_NO_COMPRESSION: 0,
  Z_NO_FLUSH: 0,
  Z_PARTIAL_FLUSH: 1,
  Z_RLE: 3,
  Z_SYNC_FLUSH: 2,
  Z_TREES: 6,
}

/** The bytes of `data` given to `f`; NULL with the error set if it has none. */
function withView(data: Ref, fname: string, argument: string, f: (at: number, n: number) => Own): Own {
  const mark = cstackMark()
  const view = argBuffer(data, fname, argument)
  let $r: Own = NULL
  if (view !== 0) {
    $r = f(bufOf(view), lenOf(view))
    PyBuffer_Release(view)
  }
  cstackReset(mark)
  return $r
}
const compressParser = argParser("compress", ["", "level", "wbits"])
function zlib_compress(_m: Ref, args: number, nargs: number, kwnames: Ref): Own {
  const at = _PyArg_UnpackKeywords(args, nargs, 0, kwnames, compressParser, 1, 3, 0)
  if (at === 0) return NULL
  const [data, levelObj, wbitsObj] = [0, 8, 16].map((o) => ptr(at + o))
  const level = levelObj === NULL ? -1 : argInt(levelObj)
  if (levelObj !== NULL && !argOk) return NULL
  const wbits = wbitsObj === NULL ? 15 : argInt(wbitsObj)
  if (wbitsObj !== NULL && !argOk) return NULL
  return withView(data, "compress", "argument 1", (from, n) => {
    const zst = deflateInit2(level, 8, wbits, 8, 0)
    if (zst === 0) return PyErr_SetString(PyExc_MemoryError, "Out of memory while compressing data")
    if (zst < 0) return PyErr_SetString(ptr(ERROR), "Bad compression level")
    const $r = compressOnce(zst, from, n)
    deflateEnd(zst)
    return $r
  })
}
const decompressParser = argParser("decompress", ["", "wbits", "bufsize"])
function zlib_decompress(_m: Ref, args: number, nargs: number, kwnames: Ref): Own {
  const at = _PyArg_UnpackKeywords(args, nargs, 0, kwnames, decompressParser, 1, 3, 0)
  if (at === 0) return NULL
  const [data, wbitsObj, sizeObj] = [0, 8, 16].map((o) => ptr(at + o))
  const wbits = wbitsObj === NULL ? 15 : argInt(wbitsObj)
  if (wbitsObj !== NULL && !argOk) return NULL
  const bufsize = sizeObj === NULL ? CONSTANTS.DEF_BUF_SIZE : argSsize(sizeObj)
  if (sizeObj !== NULL && !argOk) return NULL
  return withView(data, "decompress", "argument 1", (from, n) => {
    if (bufsize < 0) return PyErr_SetString(PyExc_ValueError, "bufsize must be non-negative")
    const zst = inflateInit2(wbits)
    if (zst === 0) return PyErr_SetString(PyExc_MemoryError, "Out of memory while decompressing data")
    if (zst < 0) return zlib_error(0, R.STREAM_ERROR, "while preparing to decompress data")
    const $r = decompressOnce(zst, from, n, bufsize || 1)
    inflateEnd(zst)
    return $r
  })
}
/** An unsigned 32-bit start value; NaN with the error set. */
function startValue(args: number, nargs: number, fname: string, dflt: number): number {
  if (!_PyArg_CheckPositional(fname, nargs, 1, 2)) return Number.NaN
  if (nargs < 2) return dflt
  const v = PyLong_AsUnsignedLongMask(ptr(args + 8))
  return v === -1 && PyErr_Occurred() ? Number.NaN : v >>> 0
}
function zlib_adler32(_m: Ref, args: number, nargs: number): Own {
  const start = startValue(args, nargs, "adler32", 1)
  return Number.isNaN(start) ? NULL : withView(ptr(args), "adler32", "argument 1", (at, n) => PyLong_FromLong(adler32(start, at, n)))
}
function zlib_crc32(_m: Ref, args: number, nargs: number): Own {
  const start = startValue(args, nargs, "crc32", 0)
  return Number.isNaN(start) ? NULL : withView(ptr(args), "crc32", "argument 1", (at, n) => PyLong_FromLong(crc32(start, at, n)))
}

function exec(module: Ref): number {
  if (PyType_Ready(compressType) < 0 || PyType_Ready(decompressType) < 0) return -1
  const $error = PyErr_NewException("zlib.error", NULL, NULL)
  if ($error === NULL) return -1
  setptr(ERROR, Py_NewRef($error))
  return PyModule_AddObject(module, "error", $error) < 0 ||
    addInts(module, CONSTANTS) < 0 ||
    PyModule_AddStringConstant(module, "ZLIB_VERSION", "1.2.13") < 0 ||
    PyModule_AddStringConstant(module, "ZLIB_RUNTIME_VERSION", "1.2.13") < 0
    ? -1
    : PyModule_AddStringConstant(module, "__version__", "1.0")
}

const KEYWORDS = METH.FASTCALL | METH.KEYWORDS
defineModule({
  name: "zlib",
  doc: "Compression and decompression compatible with GNU zip.",
  exec,
  methods: [
    ["adler32", zlib_adler32, METH.FASTCALL, "($module, data, value=1, /)\n--\n\nCompute an Adler-32 checksum of data."],
    ["compress", zlib_compress, KEYWORDS, "($module, data, /, level=Z_DEFAULT_COMPRESSION, wbits=MAX_WBITS)\n--\n\nReturns a bytes object containing compressed data."],
    ["compressobj", zlib_compressobj, KEYWORDS, "($module, /, level=Z_DEFAULT_COMPRESSION, method=DEFLATED,\n            wbits=MAX_WBITS, memLevel=DEF_MEM_LEVEL,\n            strategy=Z_DEFAULT_STRATEGY, zdict=None)\n--\n\nReturn a compressor object."],
    ["crc32", zlib_crc32, METH.FASTCALL, "($module, data, value=0, /)\n--\n\nCompute a CRC-32 checksum of data."],
    ["decompress", zlib_decompress, KEYWORDS, "($module, data, /, wbits=MAX_WBITS, bufsize=DEF_BUF_SIZE)\n--\n\nReturns a bytes object containing the uncompressed data."],
    ["decompressobj", zlib_decompressobj, KEYWORDS, "($module, /, wbits=MAX_WBITS, zdict=b'')\n--\n\nReturn a decompressor object."],
  ],
})
