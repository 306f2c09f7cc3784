import { int32, ptr, setint32, setptr } from "../../heap/access.ts"
import { fn } from "../../heap/fntable.ts"
import { PyTypeObject } from "../../heap/layout.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_DECREF, Py_TYPE, Py_XDECREF, Py_XNewRef } from "../../heap/refcount.ts"
import { PyBytes_FromJS } from "../../objects/bytesobject.ts"
import { definePrivateType } from "../../objects/define.ts"
import { PyErr_Occurred, PyErr_SetString } from "../../objects/errors.ts"
import { tp_free } from "../../objects/freelists.ts"
import { _PyArg_CheckPositional, _PyArg_UnpackKeywords, argParser } from "../../objects/getargs.ts"
import { PyLong_AsSsize_t } from "../../objects/longobject.ts"
import { type allocfunc, METH, READONLY, T, TPFLAGS } from "../../objects/slots.ts"
import { PyExc_ValueError } from "../../objects/statictypes.ts"
import { F, type Inflate, inflate, newInflate, Phase, unused } from "./inflate.ts"
import { bufferBytes, concat, failInflate, fieldBytes, setFieldBytes } from "./support.ts"

// A decompressor: inflate's state as three bytes objects, and what Python sees of it.

const enum Decomp {
  eof = 16,
  unused_data = 24,
  unconsumed_tail = 32,
  numbers = 40,
  input = 48,
  window = 56,
  error = 64,
  SIZE = 72,
}
const OBJECTS = [Decomp.unused_data, Decomp.unconsumed_tail, Decomp.numbers, Decomp.input, Decomp.window, Decomp.error]

function save(self: Ref, s: Inflate): number {
  const numbers = new Uint8Array(s.n.buffer, s.n.byteOffset, s.n.byteLength)
  if (setFieldBytes(self + Decomp.numbers, numbers) < 0 || setFieldBytes(self + Decomp.input, s.input) < 0) return -1
  return setFieldBytes(self + Decomp.window, s.window)
}
function load(self: Ref): Inflate {
  return {
    n: new Float64Array(fieldBytes(self + Decomp.numbers).buffer, 0, F.COUNT),
    input: fieldBytes(self + Decomp.input),
    window: fieldBytes(self + Decomp.window),
  }
}

export function newDecompress($error: Ref, wbits: number, zdict: Uint8Array | null): Own {
  const $self = fn<allocfunc>(ptr(DecompressType + PyTypeObject.tp_alloc))(DecompressType, 0)
  if ($self === NULL) return NULL
  setptr($self + Decomp.error, Py_XNewRef($error))
  const none = new Uint8Array(0)
  if (
    setFieldBytes($self + Decomp.unused_data, none) < 0 ||
    setFieldBytes($self + Decomp.unconsumed_tail, none) < 0 ||
    save($self, newInflate(wbits, zdict ?? none)) < 0
  ) {
    Py_DECREF($self)
    return NULL
  }
  return $self
}

// Decode `more`, at most `limit` bytes of output (-1: all).
function feed(self: Ref, more: Uint8Array, limit: number, doing: string): Own {
  let left = more
  let out: Uint8Array = new Uint8Array(0)
  if (int32(self + Decomp.eof) === 0) {
    const s = load(self)
    try {
      out = inflate(s, more, limit)
    } catch (e) {
      return failInflate(ptr(self + Decomp.error) as Ref, e, doing)
    }
    if (save(self, s) < 0) return NULL
    left = unused
    setint32(self + Decomp.eof, s.n[F.phase] === Phase.Done ? 1 : 0)
  }
  const ended = int32(self + Decomp.eof) !== 0
  if (ended && left.length > 0 && setFieldBytes(self + Decomp.unused_data, concat(fieldBytes(self + Decomp.unused_data), left)) < 0)
    return NULL
  if (setFieldBytes(self + Decomp.unconsumed_tail, ended ? new Uint8Array(0) : left) < 0) return NULL
  return PyBytes_FromJS(out)
}

const decompressParser = argParser("decompress", ["", "max_length"])
function Decompress_decompress(self: Ref, args: number, nargs: number, kwnames: Ref): Own {
  const a = _PyArg_UnpackKeywords(args, nargs, 0, kwnames, decompressParser, 1, 2, 0)
  if (a === 0) return NULL
  const data = ptr(a) as Ref
  let limit = 0
  if (ptr(a + 8) !== NULL) {
    limit = PyLong_AsSsize_t(ptr(a + 8) as Ref)
    if (limit === -1 && PyErr_Occurred()) return NULL
  }
  if (limit < 0) return PyErr_SetString(PyExc_ValueError, "max_length must be non-negative")
  const more = bufferBytes(data)
  return more === null ? NULL : feed(self, more, limit === 0 ? -1 : limit, "decompressing data")
}
function Decompress_flush(self: Ref, args: number, nargs: number): Own {
  if (!_PyArg_CheckPositional("flush", nargs, 0, 1)) return NULL
  if (nargs > 0) {
    const length = PyLong_AsSsize_t(ptr(args) as Ref)
    if (length === -1 && PyErr_Occurred()) return NULL
    if (length <= 0) return PyErr_SetString(PyExc_ValueError, "length must be greater than zero")
  }
  return feed(self, fieldBytes(self + Decomp.unconsumed_tail), -1, "flushing")
}
function Decompress_copy(self: Ref): Own {
  const $copy = fn<allocfunc>(ptr(Py_TYPE(self) + PyTypeObject.tp_alloc))(Py_TYPE(self), 0)
  if ($copy === NULL) return NULL
  setint32($copy + Decomp.eof, int32(self + Decomp.eof))
  for (const f of OBJECTS) setptr($copy + f, Py_XNewRef(ptr(self + f) as Ref))
  return $copy
}
function Decompress_dealloc(self: Ref): void {
  for (const f of OBJECTS) Py_XDECREF(ptr(self + f) as Ref)
  tp_free(self)
}

export const DecompressType = definePrivateType({
  name: "zlib.Decompress",
  basicsize: Decomp.SIZE,
  flags: TPFLAGS.DISALLOW_INSTANTIATION,
  dealloc: Decompress_dealloc,
  methods: [
    [
      "decompress",
      Decompress_decompress,
      METH.FASTCALL | METH.KEYWORDS,
      "($self, data, /, max_length=0)\n--\n\nDecode data; with max_length, what is not decoded yet is left in unconsumed_tail.",
    ],
    ["flush", Decompress_flush, METH.FASTCALL, "($self, length=zlib.DEF_BUF_SIZE, /)\n--\n\nReturn what is left to decode."],
    ["copy", Decompress_copy, METH.NOARGS, "($self, /)\n--\n\nReturn a copy of the decompression object."],
    ["__copy__", Decompress_copy, METH.NOARGS, "($self, /)\n--\n\n"],
    ["__deepcopy__", Decompress_copy, METH.O, "($self, memo, /)\n--\n\n"],
  ],
  members: [
    ["unused_data", T.OBJECT, Decomp.unused_data, READONLY],
    ["unconsumed_tail", T.OBJECT, Decomp.unconsumed_tail, READONLY],
    ["eof", T.BOOL, Decomp.eof, READONLY],
  ],
})
