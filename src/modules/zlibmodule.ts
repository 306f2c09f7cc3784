import { constants, deflateRawSync, deflateSync, gzipSync } from "node:zlib"
import { ptr, setptr } from "../heap/access.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { Py_CLEAR, Py_INCREF } from "../heap/refcount.ts"
import { PyBytes_FromJS } from "../objects/bytesobject.ts"
import { defineModule } from "../objects/define.ts"
import { PyErr_NewException, PyErr_Occurred, PyErr_SetString } from "../objects/errors.ts"
import { _PyArg_CheckPositional, _PyArg_UnpackKeywords, argParser } from "../objects/getargs.ts"
import { PyLong_AsInt, PyLong_AsUnsignedLongMask, PyLong_FromLong } from "../objects/longobject.ts"
import { PyModule_AddIntConstant, PyModule_AddObject, PyModule_AddStringConstant, PyModule_GetState } from "../objects/moduleobject.ts"
import { METH, type visitproc } from "../objects/slots.ts"
import { PyExc_ValueError } from "../objects/statictypes.ts"
import { PyType_Ready } from "../objects/typeobject.ts"
import { adler32, crc32 } from "./zlib/checksum.ts"
import { CompressType, newCompress } from "./zlib/compressobj.ts"
import { DecompressType, newDecompress } from "./zlib/decompressobj.ts"
import { F, inflate, newInflate, Phase } from "./zlib/inflate.ts"
import { bufferBytes, fail, failInflate } from "./zlib/support.ts"

// Modules/zlibmodule.c. Deflate is Node's own zlib; inflate is ours, since a decompressor has to stop and go on at any byte.

const MAX_WBITS = 15
const STATE_SIZE = 8

function errorOf(module: Ref): Ref {
  return ptr(PyModule_GetState(module)) as Ref
}
/** An int argument, or `dflt` when it is missing; -1 with the error set. */
function intArg(op: Ref, dflt: number): number {
  return op === NULL ? dflt : PyLong_AsInt(op)
}
function validDeflate(level: number, wbits: number, memLevel: number, strategy: number): boolean {
  const bits = wbits < 0 ? -wbits : wbits > 15 ? wbits - 16 : wbits
  return (
    bits >= (wbits === 8 ? 8 : 9) &&
    bits <= 15 &&
    level >= -1 &&
    level <= 9 &&
    memLevel >= 1 &&
    memLevel <= 9 &&
    strategy >= 0 &&
    strategy <= 4
  )
}
function validInflate(wbits: number): boolean {
  if (wbits < 0) return wbits >= -15 && wbits <= -8
  const bits = wbits & 15
  return wbits < 48 && (bits === 0 || bits >= 8 || wbits === 16)
}

const compressParser = argParser("compress", ["", "level", "wbits"])
function compress(module: Ref, args: number, nargs: number, kwnames: Ref): Own {
  const a = _PyArg_UnpackKeywords(args, nargs, 0, kwnames, compressParser, 1, 3, 0)
  if (a === 0) return NULL
  const data = ptr(a) as Ref
  const wbitsArg = ptr(a + 16) as Ref
  const level = intArg(ptr(a + 8) as Ref, -1)
  if (level === -1 && PyErr_Occurred()) return NULL
  const wbits = intArg(wbitsArg, MAX_WBITS)
  if (wbits === -1 && PyErr_Occurred()) return NULL
  const bytes = bufferBytes(data)
  if (bytes === null) return NULL
  if (!validDeflate(level, wbits, 8, 0)) return fail(errorOf(module), "Bad compression level")
  const windowBits = Math.max(9, wbits < 0 ? -wbits : wbits > 15 ? wbits - 16 : wbits)
  const out = (wbits < 0 ? deflateRawSync : wbits > 15 ? gzipSync : deflateSync)(bytes, { level, windowBits })
  return PyBytes_FromJS(out)
}

const decompressParser = argParser("decompress", ["", "wbits", "bufsize"])
function decompress(module: Ref, args: number, nargs: number, kwnames: Ref): Own {
  const a = _PyArg_UnpackKeywords(args, nargs, 0, kwnames, decompressParser, 1, 3, 0)
  if (a === 0) return NULL
  const data = ptr(a) as Ref
  const bufsizeArg = ptr(a + 16) as Ref
  const wbits = intArg(ptr(a + 8) as Ref, MAX_WBITS)
  if (wbits === -1 && PyErr_Occurred()) return NULL
  const bufsize = intArg(bufsizeArg, 16384)
  if (bufsize === -1 && PyErr_Occurred()) return NULL
  const bytes = bufferBytes(data)
  if (bytes === null) return NULL
  if (bufsize < 0) return PyErr_SetString(PyExc_ValueError, "bufsize must be non-negative")
  if (!validInflate(wbits)) return fail(errorOf(module), "Error -2 while preparing to decompress data: inconsistent stream state")
  const s = newInflate(wbits)
  try {
    const out = inflate(s, bytes, -1)
    if (s.n[F.phase] !== Phase.Done) return fail(errorOf(module), "Error -5 while decompressing data: incomplete or truncated stream")
    return PyBytes_FromJS(out)
  } catch (e) {
    return failInflate(errorOf(module), e, "decompressing data")
  }
}

const compressobjParser = argParser("compressobj", ["level", "method", "wbits", "memLevel", "strategy", "zdict"])
function compressobj(module: Ref, args: number, nargs: number, kwnames: Ref): Own {
  const a = _PyArg_UnpackKeywords(args, nargs, 0, kwnames, compressobjParser, 0, 6, 0)
  if (a === 0) return NULL
  const defaults = [-1, 8, MAX_WBITS, 8, 0]
  const given = defaults.map((_, i) => ptr(a + 8 * i) as Ref)
  const zdictArg = ptr(a + 40) as Ref
  for (let i = 0; i < defaults.length; i++) {
    defaults[i] = intArg(given[i], defaults[i])
    if (defaults[i] === -1 && PyErr_Occurred()) return NULL
  }
  const [level, method, wbits, memLevel, strategy] = defaults
  const zdict = zdictArg === NULL ? null : bufferBytes(zdictArg)
  if (zdictArg !== NULL && zdict === null) return NULL
  if (method !== 8 || !validDeflate(level, wbits, memLevel, strategy))
    return PyErr_SetString(PyExc_ValueError, "Invalid initialization option")
  return newCompress(errorOf(module), level, wbits, memLevel, strategy, zdict)
}

const decompressobjParser = argParser("decompressobj", ["wbits", "zdict"])
function decompressobj(module: Ref, args: number, nargs: number, kwnames: Ref): Own {
  const a = _PyArg_UnpackKeywords(args, nargs, 0, kwnames, decompressobjParser, 0, 2, 0)
  if (a === 0) return NULL
  const zdictArg = ptr(a + 8) as Ref
  const wbits = intArg(ptr(a) as Ref, MAX_WBITS)
  if (wbits === -1 && PyErr_Occurred()) return NULL
  const zdict = zdictArg === NULL ? null : bufferBytes(zdictArg)
  if (zdictArg !== NULL && zdict === null) return NULL
  if (!validInflate(wbits)) return PyErr_SetString(PyExc_ValueError, "Invalid initialization option")
  return newDecompress(errorOf(module), wbits, zdict)
}

function checksum(
  fname: string,
  args: number,
  nargs: number,
  start: number,
  sum: (value: number, from: number, n: number, bytes: Uint8Array) => number,
): Own {
  if (!_PyArg_CheckPositional(fname, nargs, 1, 2)) return NULL
  let value = start
  if (nargs > 1) {
    value = PyLong_AsUnsignedLongMask(ptr(args + 8) as Ref)
    if (value === -1 && PyErr_Occurred()) return NULL
  }
  const bytes = bufferBytes(ptr(args) as Ref)
  return bytes === null ? NULL : PyLong_FromLong(sum(value, 0, bytes.length, bytes))
}
function zlib_adler32(_m: Ref, args: number, nargs: number): Own {
  return checksum("adler32", args, nargs, 1, adler32)
}
function zlib_crc32(_m: Ref, args: number, nargs: number): Own {
  return checksum("crc32", args, nargs, 0, crc32)
}

const INTS: readonly (readonly [string, number])[] = [
  ["MAX_WBITS", MAX_WBITS],
  ["DEFLATED", 8],
  ["DEF_MEM_LEVEL", 8],
  ["DEF_BUF_SIZE", 16384],
  ["Z_NO_COMPRESSION", constants.Z_NO_COMPRESSION],
  ["Z_BEST_SPEED", constants.Z_BEST_SPEED],
  ["Z_BEST_COMPRESSION", constants.Z_BEST_COMPRESSION],
  ["Z_DEFAULT_COMPRESSION", constants.Z_DEFAULT_COMPRESSION],
  ["Z_FILTERED", constants.Z_FILTERED],
  ["Z_HUFFMAN_ONLY", constants.Z_HUFFMAN_ONLY],
  ["Z_RLE", constants.Z_RLE],
  ["Z_FIXED", constants.Z_FIXED],
  ["Z_DEFAULT_STRATEGY", constants.Z_DEFAULT_STRATEGY],
  ["Z_NO_FLUSH", constants.Z_NO_FLUSH],
  ["Z_PARTIAL_FLUSH", constants.Z_PARTIAL_FLUSH],
  ["Z_SYNC_FLUSH", constants.Z_SYNC_FLUSH],
  ["Z_FULL_FLUSH", constants.Z_FULL_FLUSH],
  ["Z_FINISH", constants.Z_FINISH],
  ["Z_BLOCK", constants.Z_BLOCK],
  ["Z_TREES", 6],
]

function zlib_exec(module: Ref): number {
  if (PyType_Ready(CompressType) < 0 || PyType_Ready(DecompressType) < 0) return -1
  const $error = PyErr_NewException("zlib.error", NULL, NULL)
  if ($error === NULL) return -1
  setptr(PyModule_GetState(module), $error)
  Py_INCREF($error)
  if (PyModule_AddObject(module, "error", $error) < 0) return -1
  for (const [name, value] of INTS) if (PyModule_AddIntConstant(module, name, value) < 0) return -1
  for (const name of ["ZLIB_VERSION", "ZLIB_RUNTIME_VERSION"]) if (PyModule_AddStringConstant(module, name, "1.2.13") < 0) return -1
  return PyModule_AddStringConstant(module, "__version__", "1.0")
}
function zlib_traverse(module: Ref, visit: visitproc, arg: number): number {
  const state = PyModule_GetState(module)
  return state === 0 || ptr(state) === NULL ? 0 : visit(ptr(state) as Ref, arg)
}
function zlib_clear(module: Ref): number {
  const state = PyModule_GetState(module)
  if (state !== 0) Py_CLEAR(state)
  return 0
}
function zlib_free(module: number): void {
  zlib_clear(module as Ref)
}

defineModule({
  name: "zlib",
  doc: "Compression and checksums in zlib's formats: zlib (RFC 1950), raw deflate (RFC 1951) and gzip (RFC 1952).",
  size: STATE_SIZE,
  methods: [
    [
      "adler32",
      zlib_adler32,
      METH.FASTCALL,
      "($module, data, value=1, /)\n--\n\nCompute an Adler-32 checksum of data, going on from value.",
    ],
    ["compress", compress, METH.FASTCALL | METH.KEYWORDS, "($module, data, /, level=-1, wbits=15)\n--\n\nReturn data, compressed."],
    [
      "compressobj",
      compressobj,
      METH.FASTCALL | METH.KEYWORDS,
      "($module, /, level=-1, method=8, wbits=15, memLevel=8, strategy=0, zdict=None)\n--\n\nReturn a compressor for data that comes in pieces.",
    ],
    ["crc32", zlib_crc32, METH.FASTCALL, "($module, data, value=0, /)\n--\n\nCompute a CRC-32 checksum of data, going on from value."],
    [
      "decompress",
      decompress,
      METH.FASTCALL | METH.KEYWORDS,
      "($module, data, /, wbits=15, bufsize=16384)\n--\n\nReturn data, decompressed.",
    ],
    [
      "decompressobj",
      decompressobj,
      METH.FASTCALL | METH.KEYWORDS,
      "($module, /, wbits=15, zdict=b'')\n--\n\nReturn a decompressor for data that comes in pieces.",
    ],
  ],
  exec: zlib_exec,
  traverse: zlib_traverse,
  clear: zlib_clear,
  free: zlib_free,
})
