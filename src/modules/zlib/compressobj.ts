import { constants, deflateRawSync } from "node:zlib"
import { double, int32, ptr, setdouble, setint32, setptr } from "../../heap/access.ts"
import { fn } from "../../heap/fntable.ts"
import { PyTypeObject } from "../../heap/layout.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_DECREF, Py_TYPE, Py_XDECREF, Py_XNewRef } from "../../heap/refcount.ts"
import { PyBytes_FromJS } from "../../objects/bytesobject.ts"
import { definePrivateType } from "../../objects/define.ts"
import { PyErr_Occurred, PyErr_SetString } from "../../objects/errors.ts"
import { tp_free } from "../../objects/freelists.ts"
import { _PyArg_CheckPositional } from "../../objects/getargs.ts"
import { PyLong_AsInt } from "../../objects/longobject.ts"
import { type allocfunc, METH, TPFLAGS } from "../../objects/slots.ts"
import { PyExc_ValueError } from "../../objects/statictypes.ts"
import { adler32, crc32 } from "./checksum.ts"
import { bufferBytes, concat, fail, fieldBytes, setFieldBytes } from "./support.ts"

// A compressor: what came in and is not compressed yet, and the last 32 KiB that was. Each flush (and each PIECE of input) becomes one deflate
// segment with that window as its dictionary; the header and the trailer around them are ours, as are the checksums.

const enum Comp {
  level = 16,
  wbits = 20,
  strategy = 24,
  memLevel = 28,
  /** 0 nothing written, 1 header written, 2 finished. */
  stage = 32,
  check = 40,
  total = 48,
  pending = 56,
  window = 64,
  error = 72,
  dictionary = 80,
  SIZE = 88,
}
const OBJECTS = [Comp.pending, Comp.window, Comp.error, Comp.dictionary]
const PIECE = 1 << 20
const NONE = new Uint8Array(0)

export function newCompress($error: Ref, level: number, wbits: number, memLevel: number, strategy: number, zdict: Uint8Array | null): Own {
  const $self = fn<allocfunc>(ptr(CompressType + PyTypeObject.tp_alloc))(CompressType, 0)
  if ($self === NULL) return NULL
  setint32($self + Comp.level, level)
  setint32($self + Comp.wbits, wbits)
  setint32($self + Comp.strategy, strategy)
  setint32($self + Comp.memLevel, memLevel)
  setdouble($self + Comp.check, wbits > 15 ? 0 : 1)
  setptr($self + Comp.error, Py_XNewRef($error))
  if (
    zdict !== null &&
    (setFieldBytes($self + Comp.window, zdict.slice(-32768)) < 0 || setFieldBytes($self + Comp.dictionary, zdict) < 0)
  ) {
    Py_DECREF($self)
    return NULL
  }
  return $self
}

function header(self: Ref): Uint8Array {
  const wbits = int32(self + Comp.wbits)
  const level = int32(self + Comp.level)
  if (wbits < 0) return NONE
  if (wbits > 15) return Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, level === 9 ? 2 : level === 1 ? 4 : 0, 3)
  const effort = int32(self + Comp.strategy) >= 2 || (level >= 0 && level < 2) ? 0 : level >= 0 && level < 6 ? 1 : level < 7 ? 2 : 3
  const dictionary = fieldBytes(self + Comp.dictionary)
  let head = ((8 + ((Math.max(wbits, 9) - 8) << 4)) << 8) | (effort << 6) | (dictionary.length > 0 ? 32 : 0)
  head += 31 - (head % 31)
  if (dictionary.length === 0) return Uint8Array.of(head >> 8, head)
  const id = adler32(1, 0, dictionary.length, dictionary)
  return Uint8Array.of(head >> 8, head, id >>> 24, id >>> 16, id >>> 8, id)
}
function trailer(self: Ref): Uint8Array {
  const wbits = int32(self + Comp.wbits)
  const check = double(self + Comp.check)
  if (wbits < 0) return NONE
  if (wbits <= 15) return Uint8Array.of(check >>> 24, check >>> 16, check >>> 8, check)
  const total = double(self + Comp.total) % 4294967296
  return Uint8Array.of(check, check >>> 8, check >>> 16, check >>> 24, total, total >>> 8, total >>> 16, total >>> 24)
}

/** Compress `data` as one segment that ends with `flush`. */
function segment(self: Ref, data: Uint8Array, flush: number): Uint8Array {
  const window = fieldBytes(self + Comp.window)
  const wbits = int32(self + Comp.wbits)
  const out = deflateRawSync(data, {
    level: int32(self + Comp.level),
    windowBits: Math.max(9, wbits < 0 ? -wbits : wbits > 15 ? wbits - 16 : wbits),
    memLevel: int32(self + Comp.memLevel),
    strategy: int32(self + Comp.strategy),
    finishFlush: flush,
    dictionary: window.length > 0 ? window : undefined,
  })
  return Uint8Array.from(out)
}

// Take `more` in and return what is ready. The object is only changed once nothing can fail any more but the heap.
function feed(self: Ref, more: Uint8Array, flush: number): Own {
  const stage = int32(self + Comp.stage)
  if (stage === 2)
    return fail(
      ptr(self + Comp.error),
      `Error -2 while ${flush === constants.Z_NO_FLUSH ? "compressing data" : "flushing"}: inconsistent stream state`,
    )
  const wbits = int32(self + Comp.wbits)
  const check = double(self + Comp.check)
  setdouble(self + Comp.check, wbits > 15 ? crc32(check, 0, more.length, more) : adler32(check, 0, more.length, more))
  setdouble(self + Comp.total, double(self + Comp.total) + more.length)
  let pending = concat(fieldBytes(self + Comp.pending), more)
  let out = stage === 0 ? header(self) : NONE
  setint32(self + Comp.stage, flush === constants.Z_FINISH ? 2 : 1)
  const mode = flush === constants.Z_NO_FLUSH && pending.length >= PIECE ? constants.Z_SYNC_FLUSH : flush
  if (mode !== constants.Z_NO_FLUSH && (pending.length > 0 || mode === constants.Z_FINISH)) {
    out = concat(out, segment(self, pending, mode))
    const window = mode === constants.Z_FULL_FLUSH ? NONE : concat(fieldBytes(self + Comp.window), pending).slice(-32768)
    if (setFieldBytes(self + Comp.window, window) < 0) return NULL
    pending = NONE
  }
  if (setFieldBytes(self + Comp.pending, pending) < 0) return NULL
  return PyBytes_FromJS(flush === constants.Z_FINISH ? concat(out, trailer(self)) : out)
}

function Compress_compress(self: Ref, data: Ref): Own {
  const more = bufferBytes(data)
  return more === null ? NULL : feed(self, more, constants.Z_NO_FLUSH)
}
function Compress_flush(self: Ref, args: number, nargs: number): Own {
  if (!_PyArg_CheckPositional("flush", nargs, 0, 1)) return NULL
  const mode = nargs > 0 ? PyLong_AsInt(ptr(args)) : constants.Z_FINISH
  if (mode === -1 && PyErr_Occurred()) return NULL
  if (mode === constants.Z_NO_FLUSH) return PyBytes_FromJS(NONE)
  if (mode < 0 || mode > constants.Z_BLOCK) return fail(ptr(self + Comp.error), "Error -2 while flushing: inconsistent stream state")
  return feed(self, NONE, mode)
}
function Compress_copy(self: Ref): Own {
  if (int32(self + Comp.stage) === 2) return PyErr_SetString(PyExc_ValueError, "Inconsistent stream state")
  const $copy = fn<allocfunc>(ptr(Py_TYPE(self) + PyTypeObject.tp_alloc))(Py_TYPE(self), 0)
  if ($copy === NULL) return NULL
  for (const f of [Comp.level, Comp.wbits, Comp.strategy, Comp.memLevel, Comp.stage]) setint32($copy + f, int32(self + f))
  for (const f of [Comp.check, Comp.total]) setdouble($copy + f, double(self + f))
  for (const f of OBJECTS) setptr($copy + f, Py_XNewRef(ptr(self + f) as Ref))
  return $copy
}
function Compress_dealloc(self: Ref): void {
  for (const f of OBJECTS) Py_XDECREF(ptr(self + f) as Ref)
  tp_free(self)
}

export const CompressType = definePrivateType({
  name: "zlib.Compress",
  basicsize: Comp.SIZE,
  flags: TPFLAGS.DISALLOW_INSTANTIATION,
  dealloc: Compress_dealloc,
  methods: [
    ["compress", Compress_compress, METH.O, "($self, data, /)\n--\n\nTake data in; return what is compressed so far."],
    ["flush", Compress_flush, METH.FASTCALL, "($self, mode=zlib.Z_FINISH, /)\n--\n\nReturn what is still to come of the data taken in."],
    ["copy", Compress_copy, METH.NOARGS, "($self, /)\n--\n\nReturn a copy of the compression object."],
    ["__copy__", Compress_copy, METH.NOARGS, "($self, /)\n--\n\n"],
    ["__deepcopy__", Compress_copy, METH.O, "($self, memo, /)\n--\n\n"],
  ],
})
