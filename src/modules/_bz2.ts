import { double, int32, ptr, setbyte, setdouble, setint32 } from "../heap/access.ts"
import { fn } from "../heap/fntable.ts"
import { PyTypeObject } from "../heap/layout.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { Py_DECREF, Py_XDECREF } from "../heap/refcount.ts"
import { u8 } from "../heap/views.ts"
import { PyBytes_AS_STRING, PyBytes_FromJS, PyBytes_GET_SIZE } from "../objects/bytesobject.ts"
import { defineModule, definePrivateType } from "../objects/define.ts"
import { PyErr_Occurred, PyErr_SetString } from "../objects/errors.ts"
import { tp_free } from "../objects/freelists.ts"
import { _PyArg_CheckPositional, _PyArg_NoKeywords, _PyArg_UnpackKeywords, argParser } from "../objects/getargs.ts"
import { PyLong_AsInt, PyLong_AsSsize_t } from "../objects/longobject.ts"
import { PyModule_AddType } from "../objects/moduleobject.ts"
import { type allocfunc, METH, READONLY, T } from "../objects/slots.ts"
import { PyExc_EOFError, PyExc_OSError, PyExc_ValueError } from "../objects/statictypes.ts"
import { PyTuple_GET_ITEM, PyTuple_GET_SIZE } from "../objects/tupleobject.ts"
import { BitReader, Bz2Error, blockCrc, decodeBlock, STARVED } from "./bz2/decode.ts"
import { BitWriter, BLOCK_MARK, END_MARK, encodeBlock, shortenRuns } from "./bz2/encode.ts"
import { bufferBytes, concat, fieldBytes, setFieldBytes } from "./zlib/support.ts"

// Modules/_bz2module.c over a bzip2 of our own.

const NONE = new Uint8Array(0)
const BLOCK_UNIT = 100000
const MARGIN = 19

function rotate(crc: number): number {
  return (crc << 1) | (crc >>> 31)
}
function alloc(type: Ref): Own {
  return fn<allocfunc>(ptr(type + PyTypeObject.tp_alloc))(type, 0)
}

const enum Comp {
  /** Input that is in no block yet. */
  pending = 16,
  level = 24,
  /** 0 nothing written, 1 header written, 2 flushed. */
  stage = 28,
  crc = 32,
  partial = 36,
  partialBits = 40,
  SIZE = 48,
}
function Compressor_new(type: Ref, args: Ref, kwargs: Ref): Own {
  if (!_PyArg_NoKeywords("BZ2Compressor", kwargs) || !_PyArg_CheckPositional("BZ2Compressor", PyTuple_GET_SIZE(args), 0, 1)) return NULL
  const level = PyTuple_GET_SIZE(args) > 0 ? PyLong_AsInt(PyTuple_GET_ITEM(args, 0)) : 9
  if (level === -1 && PyErr_Occurred()) return NULL
  if (level < 1 || level > 9) return PyErr_SetString(PyExc_ValueError, "compresslevel must be between 1 and 9")
  const $self = alloc(type)
  if ($self === NULL) return NULL
  setint32($self + Comp.level, level)
  return $self
}
/** Make blocks of what has come; with `flush`, of all of it. */
function feed(self: Ref, more: Uint8Array, flush: boolean): Own {
  const limit = int32(self + Comp.level) * BLOCK_UNIT - MARGIN
  let data = concat(fieldBytes(self + Comp.pending), more)
  const w = new BitWriter(int32(self + Comp.partial), int32(self + Comp.partialBits))
  if (int32(self + Comp.stage) === 0) w.bits(0x425a6830 + int32(self + Comp.level), 32)
  let crc = int32(self + Comp.crc)
  while (data.length > 0 && (flush || data.length >= limit)) {
    const { coded, used } = shortenRuns(data, 0, limit)
    // a block that could take more waits for it, but not for ever
    if (!flush && used === data.length && used < 4 * limit) break
    crc = rotate(crc) ^ encodeBlock(w, data.subarray(0, used), coded)
    data = data.subarray(used)
  }
  setint32(self + Comp.crc, crc)
  if (flush) {
    w.bits(END_MARK, 48)
    w.bits(crc >>> 0, 32)
    if (w.partialBits > 0) w.bits(0, 8 - w.partialBits)
  }
  setint32(self + Comp.stage, flush ? 2 : 1)
  setint32(self + Comp.partial, w.partial)
  setint32(self + Comp.partialBits, w.partialBits)
  return setFieldBytes(self + Comp.pending, data) < 0 ? NULL : PyBytes_FromJS(w.take())
}
function Compressor_compress(self: Ref, data: Ref): Own {
  const more = bufferBytes(data)
  if (more === null) return NULL
  if (int32(self + Comp.stage) === 2) return PyErr_SetString(PyExc_ValueError, "Compressor has been flushed")
  return feed(self, more, false)
}
function Compressor_flush(self: Ref): Own {
  if (int32(self + Comp.stage) === 2) return PyErr_SetString(PyExc_ValueError, "Repeated call to flush()")
  return feed(self, NONE, true)
}
function Compressor_dealloc(self: Ref): void {
  Py_XDECREF(ptr(self + Comp.pending))
  tp_free(self)
}
const BZ2CompressorType = definePrivateType({
  name: "_bz2.BZ2Compressor",
  basicsize: Comp.SIZE,
  doc: "BZ2Compressor(compresslevel=9, /)\n--\n\nA compressor for data that comes in pieces: compress() takes them, flush() ends the stream.",
  new: Compressor_new,
  dealloc: Compressor_dealloc,
  methods: [
    ["compress", Compressor_compress, METH.O, "($self, data, /)\n--\n\nTake data in; return what is compressed so far."],
    ["flush", Compressor_flush, METH.NOARGS, "($self, /)\n--\n\nReturn what is still to come. The compressor cannot be used any more."],
  ],
})

const enum Decomp {
  /** Bytes from the block at hand on. */
  pending = 16,
  /** A decoded block, and how much of it has been handed out. */
  out = 24,
  unused_data = 32,
  taken = 40,
  level = 44,
  /** In bits from the start of `pending`: the block, and how far the mark after it has been looked for. */
  at = 48,
  scanned = 56,
  crc = 64,
  eof = 68,
  needs_input = 69,
  ended = 70,
  SIZE = 72,
}
function Decompressor_new(type: Ref, args: Ref, kwargs: Ref): Own {
  if (!_PyArg_NoKeywords("BZ2Decompressor", kwargs) || !_PyArg_CheckPositional("BZ2Decompressor", PyTuple_GET_SIZE(args), 0, 0)) return NULL
  const $self = alloc(type)
  if ($self === NULL) return NULL
  setbyte($self + Decomp.needs_input, 1)
  if (setFieldBytes($self + Decomp.unused_data, NONE) === 0) return $self
  Py_DECREF($self)
  return NULL
}

/** Where a mark starts at `from` or later, in bits; -1 if there is none yet. */
function findMark(bytes: Uint8Array, from: number): number {
  let high = 0
  let low = 0
  const end = bytes.length * 8
  for (let i = from; i < end; i++) {
    high = ((high << 1) | (low >>> 23)) & 0xffffff
    low = ((low << 1) | ((bytes[i >> 3] >> (7 - (i & 7))) & 1)) & 0xffffff
    if ((high === 0x314159 && low === 0x265359) || (high === 0x177245 && low === 0x385090)) if (i - from >= 47) return i - 47
  }
  return -1
}

interface Progress {
  bytes: Uint8Array
  at: number
  scanned: number
}
/** The next block's bytes; null when more input is needed or the stream has ended. */
function nextBlock(self: Ref, p: Progress): Uint8Array | null {
  if (int32(self + Decomp.level) === 0) {
    const head = p.bytes.subarray(0, 4)
    const magic = [0x42, 0x5a, 0x68]
    if (magic.some((m, i) => i < head.length && head[i] !== m) || (head.length === 4 && (head[3] < 0x31 || head[3] > 0x39)))
      throw new Bz2Error()
    if (head.length < 4) return null
    setint32(self + Decomp.level, head[3] - 0x30)
    p.at = p.scanned = 32
  }
  const r = new BitReader(p.bytes, p.at)
  if (r.left < 80) return null
  const mark = r.bits(48)
  if (mark === END_MARK) {
    if (r.bits(32) !== int32(self + Decomp.crc) >>> 0) throw new Bz2Error()
    setbyte(self + Decomp.ended, 1)
    p.at = Math.ceil(r.at / 8) * 8
    return null
  }
  if (mark !== BLOCK_MARK) throw new Bz2Error()
  for (;;) {
    // the block is all there when another mark has come
    const after = findMark(p.bytes, Math.max(p.scanned, p.at + 48))
    if (after < 0) {
      p.scanned = Math.max(p.at + 48, p.bytes.length * 8 - 47)
      return null
    }
    p.scanned = after + 1
    r.at = p.at + 48
    try {
      const out = decodeBlock(r, int32(self + Decomp.level) * BLOCK_UNIT)
      setint32(self + Decomp.crc, rotate(int32(self + Decomp.crc)) ^ blockCrc)
      p.at = r.at
      p.scanned = r.at
      return out
    } catch (e) {
      if (e !== STARVED) throw e
    }
  }
}
/** Up to `max` bytes of the block that has been decoded. */
function takeOut(self: Ref, max: number): Uint8Array {
  const out = ptr(self + Decomp.out)
  if (out === NULL) return NONE
  const from = int32(self + Decomp.taken)
  const n = Math.min(max, PyBytes_GET_SIZE(out) - from)
  setint32(self + Decomp.taken, from + n)
  const at = PyBytes_AS_STRING(out) + from
  return u8.slice(at, at + n)
}
function decompress(self: Ref, more: Uint8Array, max: number): Own {
  const p: Progress = {
    bytes: concat(fieldBytes(self + Decomp.pending), more),
    at: double(self + Decomp.at),
    scanned: double(self + Decomp.scanned),
  }
  const parts: Uint8Array[] = []
  let size = 0
  for (;;) {
    const piece = takeOut(self, max - size)
    if (piece.length > 0) parts.push(piece)
    size += piece.length
    if (size >= max || u8[self + Decomp.ended] !== 0) break
    const block = nextBlock(self, p)
    if (block === null) {
      if (u8[self + Decomp.ended] !== 0) continue
      break
    }
    if (setFieldBytes(self + Decomp.out, block) < 0) return NULL
    setint32(self + Decomp.taken, 0)
  }
  const drop = p.at >> 3
  setdouble(self + Decomp.at, p.at - 8 * drop)
  setdouble(self + Decomp.scanned, Math.max(0, p.scanned - 8 * drop))
  const out = ptr(self + Decomp.out)
  const eof = u8[self + Decomp.ended] !== 0 && (out === NULL || int32(self + Decomp.taken) === PyBytes_GET_SIZE(out))
  setbyte(self + Decomp.eof, eof ? 1 : 0)
  setbyte(self + Decomp.needs_input, eof || size >= max ? 0 : 1)
  if (setFieldBytes(self + (eof ? Decomp.unused_data : Decomp.pending), p.bytes.subarray(drop)) < 0) return NULL
  return PyBytes_FromJS(Buffer.concat(parts))
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
  if (u8[self + Decomp.eof] !== 0) return PyErr_SetString(PyExc_EOFError, "End of stream already reached")
  try {
    return decompress(self, more, max < 0 ? Number.POSITIVE_INFINITY : max)
  } catch (e) {
    if (!(e instanceof Bz2Error)) throw e
    return PyErr_SetString(PyExc_OSError, "Invalid data stream")
  }
}
function Decompressor_dealloc(self: Ref): void {
  for (const f of [Decomp.pending, Decomp.out, Decomp.unused_data]) Py_XDECREF(ptr(self + f))
  tp_free(self)
}
const BZ2DecompressorType = definePrivateType({
  name: "_bz2.BZ2Decompressor",
  basicsize: Decomp.SIZE,
  doc: "BZ2Decompressor()\n--\n\nA decompressor for one stream that comes in pieces.",
  new: Decompressor_new,
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
    ["eof", T.BOOL, Decomp.eof, READONLY, "True if the end-of-stream marker has been reached."],
    ["unused_data", T.OBJECT_EX, Decomp.unused_data, READONLY, "Data found after the end of the compressed stream."],
    ["needs_input", T.BOOL, Decomp.needs_input, READONLY, "True if more input is needed before more decompressed data can be produced."],
  ],
})

function bz2_exec(module: Ref): number {
  return PyModule_AddType(module, BZ2CompressorType) < 0 || PyModule_AddType(module, BZ2DecompressorType) < 0 ? -1 : 0
}

defineModule({ name: "_bz2", exec: bz2_exec })
