import { double, int32, ptr, setbyte, setdouble, setint32, setptr } from "../heap/access.ts"
import { PyMem_RawFree, PyMem_RawRealloc } from "../heap/obmalloc.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { Py_XDECREF } from "../heap/refcount.ts"
import { staticAlloc } from "../heap/statics.ts"
import { u8 } from "../heap/views.ts"
import { PyBytes_FromJS } from "../objects/bytesobject.ts"
import { defineModule, definePrivateType } from "../objects/define.ts"
import { PyErr_NewException, PyErr_NoMemory, PyErr_Occurred, PyErr_SetString } from "../objects/errors.ts"
import { tp_free } from "../objects/freelists.ts"
import { _PyArg_CheckPositional, _PyArg_UnpackKeywords, _PyArg_UnpackKeywordsTuple, argParser } from "../objects/getargs.ts"
import { PyLong_AsInt, PyLong_AsSsize_t, PyLong_FromBigInt } from "../objects/longobject.ts"
import { PyModule_AddObject, PyModule_AddObjectRef, PyModule_AddType } from "../objects/moduleobject.ts"
import { METH, READONLY, T } from "../objects/slots.ts"
import { Py_None, PyExc_EOFError, PyExc_ValueError } from "../objects/statictypes.ts"
import { PyType_GenericNew } from "../objects/typeobject.ts"
import { freeDecoder, Lz, LzmaError, newDecoder } from "./lzma/decoder.ts"
import { decodeProperties, encodeProperties, parseChain, parseFilter, presetOptions, unsignedArg } from "./lzma/filters.ts"
import { pack } from "./lzma/pack.ts"
import { ended, feed, Format, startFormat, startRaw } from "./lzma/stream.ts"
import { addInts, truth } from "./support.ts"
import { bufferBytes, concat, fieldBytes, setFieldBytes } from "./zlib/support.ts"

// Modules/_lzmamodule.c over an LZMA of our own: .xz, .lzma and raw streams, with LZMA1, LZMA2 and delta filters.

/** The exception class. */
const STATE = staticAlloc(8)
const NONE = new Uint8Array(0)

function lzmaError(message: string): number {
  PyErr_SetString(ptr(STATE), message)
  return -1
}
function valueError(message: string): number {
  PyErr_SetString(PyExc_ValueError, message)
  return -1
}

/** A compressor: all its input, until flush makes the stream. */
const enum Comp {
  data = 16,
  length = 24,
  capacity = 28,
  flushed = 32,
  format = 36,
  check = 40,
  lzma2 = 44,
  lc = 48,
  lp = 52,
  pb = 56,
  dictSize = 60,
  delta = 64,
  depth = 68,
  SIZE = 72,
}
const compressorParser = argParser("LZMACompressor", ["format", "check", "preset", "filters"])
function Compressor_init(self: Ref, args: Ref, kwargs: Ref): number {
  const a = _PyArg_UnpackKeywordsTuple(args, kwargs, compressorParser, 0, 4, 0)
  if (a === 0) return -1
  const [formatArg, checkArg, presetArg, filtersArg] = [ptr(a), ptr(a + 8), ptr(a + 16), ptr(a + 24)]
  const format = formatArg === NULL ? Format.XZ : PyLong_AsInt(formatArg)
  if (format === -1 && PyErr_Occurred()) return -1
  let check = checkArg === NULL ? -1 : PyLong_AsInt(checkArg)
  if (check === -1 && PyErr_Occurred()) return -1
  const hasPreset = presetArg !== NULL && presetArg !== Py_None
  const hasFilters = filtersArg !== NULL && filtersArg !== Py_None
  if (hasPreset && hasFilters) return valueError("Cannot specify both preset and filter chain")
  const preset = hasPreset ? unsignedArg(presetArg, 32) : 6n
  if (preset === null) return -1
  if (format !== Format.XZ && check !== -1 && check !== 0) return valueError("Integrity checks are only supported by FORMAT_XZ")
  if (check === -1) check = format === Format.XZ ? 4 : 0
  if (format === Format.RAW && !hasFilters) return valueError("Must specify filters for FORMAT_RAW")
  if (format < Format.XZ || format > Format.RAW) return valueError(`Invalid container format: ${format}`)
  const chain = hasFilters ? parseChain(filtersArg, ptr(STATE)) : null
  if (hasFilters && chain === null) return -1
  const options = chain?.lzma ?? presetOptions(Number(preset))
  if (options === null) return lzmaError(format === Format.XZ ? "Invalid or unsupported options" : `Invalid compression preset: ${preset}`)
  const lzma2 = chain?.lzma2 ?? format === Format.XZ
  const delta = chain?.delta ?? 0
  if (format !== Format.RAW && (lzma2 !== (format === Format.XZ) || (format === Format.ALONE && delta > 0)))
    return format === Format.ALONE
      ? valueError("Invalid filter chain for FORMAT_ALONE - must be a single LZMA1 filter")
      : lzmaError("Invalid or unsupported options")
  if (![0, 1, 4, 10].includes(check)) return lzmaError("Unsupported integrity check")
  for (const [field, n] of [
    [Comp.format, format],
    [Comp.check, check],
    [Comp.lzma2, lzma2 ? 1 : 0],
    [Comp.lc, options.lc],
    [Comp.lp, options.lp],
    [Comp.pb, options.pb],
    [Comp.dictSize, Math.min(options.dictSize, 0x7fffffff)],
    [Comp.delta, delta],
    [Comp.depth, options.depth],
  ])
    setint32(self + field, n)
  return 0
}
function Compressor_compress(self: Ref, data: Ref): Own {
  const more = bufferBytes(data)
  if (more === null) return NULL
  if (int32(self + Comp.flushed) !== 0) return PyErr_SetString(PyExc_ValueError, "Compressor has been flushed")
  const length = int32(self + Comp.length)
  if (length + more.length > int32(self + Comp.capacity)) {
    const capacity = Math.max(length + more.length, 2 * length, 1024)
    const grown = PyMem_RawRealloc(ptr(self + Comp.data), capacity)
    if (grown === 0) return PyErr_NoMemory()
    setptr(self + Comp.data, grown)
    setint32(self + Comp.capacity, capacity)
  }
  u8.set(more, ptr(self + Comp.data) + length)
  setint32(self + Comp.length, length + more.length)
  return PyBytes_FromJS(NONE)
}
function Compressor_flush(self: Ref): Own {
  if (int32(self + Comp.flushed) !== 0) return PyErr_SetString(PyExc_ValueError, "Repeated call to flush()")
  setint32(self + Comp.flushed, 1)
  const at = ptr(self + Comp.data)
  const field = (f: Comp): number => int32(self + f)
  const out = pack(u8.slice(at, at + field(Comp.length)), {
    format: field(Comp.format),
    check: field(Comp.check),
    lzma2: field(Comp.lzma2) !== 0,
    lc: field(Comp.lc),
    lp: field(Comp.lp),
    pb: field(Comp.pb),
    dictSize: field(Comp.dictSize),
    delta: field(Comp.delta),
    depth: field(Comp.depth),
  })
  PyMem_RawFree(at)
  setptr(self + Comp.data, 0)
  return PyBytes_FromJS(out)
}
function Compressor_dealloc(self: Ref): void {
  PyMem_RawFree(ptr(self + Comp.data))
  tp_free(self)
}
const LZMACompressorType = definePrivateType({
  name: "_lzma.LZMACompressor",
  basicsize: Comp.SIZE,
  doc: "LZMACompressor(format=FORMAT_XZ, check=-1, preset=None, filters=None)\n\nA compressor for data that comes in pieces: compress() takes them, flush() ends the stream.\n",
  new: PyType_GenericNew,
  init: Compressor_init,
  dealloc: Compressor_dealloc,
  methods: [
    ["compress", Compressor_compress, METH.O, "($self, data, /)\n--\n\nTake data in; return what is compressed so far."],
    ["flush", Compressor_flush, METH.NOARGS, "($self, /)\n--\n\nReturn what is still to come. The compressor cannot be used any more."],
  ],
})

const enum Decomp {
  lz = 16,
  pending = 24,
  unused_data = 32,
  memlimit = 40,
  check = 48,
  eof = 52,
  needs_input = 53,
  SIZE = 56,
}
const decompressorParser = argParser("LZMADecompressor", ["format", "memlimit", "filters"])
function Decompressor_init(self: Ref, args: Ref, kwargs: Ref): number {
  const a = _PyArg_UnpackKeywordsTuple(args, kwargs, decompressorParser, 0, 3, 0)
  if (a === 0) return -1
  const [formatArg, memArg, filtersArg] = [ptr(a), ptr(a + 8), ptr(a + 16)]
  const format = formatArg === NULL ? Format.AUTO : PyLong_AsInt(formatArg)
  if (format === -1 && PyErr_Occurred()) return -1
  let memlimit = Number.POSITIVE_INFINITY
  if (memArg !== NULL && memArg !== Py_None) {
    if (format === Format.RAW) return valueError("Cannot specify memory limit with FORMAT_RAW")
    const n = unsignedArg(memArg, 64)
    if (n === null) return -1
    memlimit = Number(n)
  }
  const hasFilters = filtersArg !== NULL && filtersArg !== Py_None
  if (format === Format.RAW && !hasFilters) return valueError("Must specify filters for FORMAT_RAW")
  if (format !== Format.RAW && hasFilters) return valueError("Cannot specify filters except with FORMAT_RAW")
  if (format < Format.AUTO || format > Format.RAW) return valueError(`Invalid container format: ${format}`)
  const chain = hasFilters ? parseChain(filtersArg, ptr(STATE)) : null
  if (hasFilters && chain === null) return -1
  freeDecoder(ptr(self + Decomp.lz))
  const lz = newDecoder()
  setptr(self + Decomp.lz, lz)
  if (lz === 0) {
    PyErr_NoMemory()
    return -1
  }
  if (chain !== null) {
    const { lc, lp, pb, dictSize } = chain.lzma
    startRaw(lz, { lzma2: chain.lzma2, dictSize: Math.min(dictSize, 0x7fffffff), properties: (pb * 5 + lp) * 9 + lc, delta: chain.delta })
  } else startFormat(lz, format)
  setdouble(self + Decomp.memlimit, memlimit)
  setint32(self + Decomp.check, int32(lz + Lz.check))
  setbyte(self + Decomp.eof, 0)
  setbyte(self + Decomp.needs_input, 1)
  return setFieldBytes(self + Decomp.unused_data, NONE) < 0 || setFieldBytes(self + Decomp.pending, NONE) < 0 ? -1 : 0
}
const decompressParser = argParser("decompress", ["data", "max_length"])
function Decompressor_decompress(self: Ref, args: number, nargs: number, kwnames: Ref): Own {
  const a = _PyArg_UnpackKeywords(args, nargs, 0, kwnames, decompressParser, 1, 2, 0)
  if (a === 0) return NULL
  const data = ptr(a)
  const max = ptr(a + 8) === NULL ? -1 : PyLong_AsSsize_t(ptr(a + 8))
  if (max === -1 && PyErr_Occurred()) return NULL
  const more = bufferBytes(data)
  if (more === null) return NULL
  if (u8[self + Decomp.eof] !== 0) return PyErr_SetString(PyExc_EOFError, "Already at end of stream")
  const lz = ptr(self + Decomp.lz)
  const input = concat(fieldBytes(self + Decomp.pending), more)
  try {
    const fed = feed(lz, input, max < 0 ? Number.POSITIVE_INFINITY : max)
    if (fed === null) return PyErr_NoMemory()
    if (int32(lz + Lz.dictSize) > double(self + Decomp.memlimit)) return PyErr_SetString(ptr(STATE), "Memory usage limit exceeded")
    setint32(self + Decomp.check, int32(lz + Lz.check))
    const rest = input.subarray(fed.used)
    const out = Buffer.concat(fed.out)
    const eof = ended(lz)
    setbyte(self + Decomp.eof, eof ? 1 : 0)
    setbyte(self + Decomp.needs_input, eof || (max >= 0 && out.length === max) ? 0 : 1)
    if (setFieldBytes(self + (eof ? Decomp.unused_data : Decomp.pending), rest) < 0) return NULL
    return PyBytes_FromJS(out)
  } catch (e) {
    if (!(e instanceof LzmaError)) throw e
    return PyErr_SetString(ptr(STATE), e.message)
  }
}
function Decompressor_dealloc(self: Ref): void {
  freeDecoder(ptr(self + Decomp.lz))
  Py_XDECREF(ptr(self + Decomp.pending))
  Py_XDECREF(ptr(self + Decomp.unused_data))
  tp_free(self)
}
const LZMADecompressorType = definePrivateType({
  name: "_lzma.LZMADecompressor",
  basicsize: Decomp.SIZE,
  doc: "LZMADecompressor(format=FORMAT_AUTO, memlimit=None, filters=None)\n\nA decompressor for one stream that comes in pieces.\n",
  new: PyType_GenericNew,
  init: Decompressor_init,
  dealloc: Decompressor_dealloc,
  methods: [
    [
      "decompress",
      Decompressor_decompress,
      METH.FASTCALL | METH.KEYWORDS,
      "($self, /, data, max_length=-1)\n--\n\nDecode data; with max_length, at most that many bytes are returned and the rest comes with later calls.",
    ],
  ],
  members: [
    ["check", T.INT, Decomp.check, READONLY, "ID of the integrity check used by the input stream."],
    ["eof", T.BOOL, Decomp.eof, READONLY, "True if the end-of-stream marker has been reached."],
    ["needs_input", T.BOOL, Decomp.needs_input, READONLY, "True if more input is needed before more decompressed data can be produced."],
    ["unused_data", T.OBJECT_EX, Decomp.unused_data, READONLY, "Data found after the end of the compressed stream."],
  ],
})

function is_check_supported(_m: Ref, arg: Ref): Own {
  const check = PyLong_AsInt(arg)
  return check === -1 && PyErr_Occurred() ? NULL : truth([0, 1, 4, 10].includes(check))
}
function _encode_filter_properties(_m: Ref, spec: Ref): Own {
  const f = parseFilter(spec, ptr(STATE))
  return f === null ? NULL : PyBytes_FromJS(encodeProperties(f))
}
function _decode_filter_properties(_m: Ref, args: number, nargs: number): Own {
  if (!_PyArg_CheckPositional("_decode_filter_properties", nargs, 2, 2)) return NULL
  const id = unsignedArg(ptr(args), 64)
  const bytes = id === null ? null : bufferBytes(ptr(args + 8))
  return id === null || bytes === null ? NULL : decodeProperties(id, bytes, ptr(STATE))
}

const INTS = {
  FORMAT_AUTO: 0,
  FORMAT_XZ: 1,
  FORMAT_ALONE: 2,
  FORMAT_RAW: 3,
  CHECK_NONE: 0,
  CHECK_CRC32: 1,
  CHECK_CRC64: 4,
  CHECK_SHA256: 10,
  CHECK_ID_MAX: 15,
  CHECK_UNKNOWN: 16,
  FILTER_LZMA2: 33,
  FILTER_DELTA: 3,
  FILTER_X86: 4,
  FILTER_IA64: 6,
  FILTER_ARM: 7,
  FILTER_ARMTHUMB: 8,
  FILTER_SPARC: 9,
  FILTER_POWERPC: 5,
  MF_HC3: 3,
  MF_HC4: 4,
  MF_BT2: 18,
  MF_BT3: 19,
  MF_BT4: 20,
  MODE_FAST: 1,
  MODE_NORMAL: 2,
  PRESET_DEFAULT: 6,
  PRESET_EXTREME: 0x80000000,
}
function lzma_exec(module: Ref): number {
  const $error = PyErr_NewException("_lzma.LZMAError", NULL, NULL)
  if ($error === NULL) return -1
  setptr(STATE, $error)
  return PyModule_AddObjectRef(module, "LZMAError", $error) < 0 ||
    PyModule_AddType(module, LZMACompressorType) < 0 ||
    PyModule_AddType(module, LZMADecompressorType) < 0 ||
    PyModule_AddObject(module, "FILTER_LZMA1", PyLong_FromBigInt(0x4000000000000001n)) < 0
    ? -1
    : addInts(module, INTS)
}

defineModule({
  name: "_lzma",
  exec: lzma_exec,
  methods: [
    ["is_check_supported", is_check_supported, METH.O, "($module, check_id, /)\n--\n\nCan this integrity check be computed?"],
    [
      "_encode_filter_properties",
      _encode_filter_properties,
      METH.O,
      "($module, filter, /)\n--\n\nReturn a filter's properties as a stream's header has them.",
    ],
    [
      "_decode_filter_properties",
      _decode_filter_properties,
      METH.FASTCALL,
      "($module, filter_id, encoded_props, /)\n--\n\nReturn the filter specifier for a header's properties.",
    ],
  ],
})
