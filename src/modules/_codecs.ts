import { ptr, ssize } from "../heap/access.ts"
import { calloca, cstackMark, cstackReset } from "../heap/cstack.ts"
import { Py_buffer } from "../heap/layout.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { Py_NewRef, Py_SIZE } from "../heap/refcount.ts"
import { u8 } from "../heap/views.ts"
import { PyBuffer_FillInfo, PyBuffer_IsContiguous, PyBuffer_Release, PyObject_GetBuffer } from "../objects/abstract.ts"
import { PyBytes_AS_STRING, PyBytes_Check, PyBytes_FromStringAndSize } from "../objects/bytesobject.ts"
import {
  _PyCodec_Lookup,
  PyCodec_Decode,
  PyCodec_Encode,
  PyCodec_LookupError,
  PyCodec_Register,
  PyCodec_RegisterError,
  PyCodec_Unregister,
} from "../objects/codecs.ts"
import { defineModule, type MethodSpec } from "../objects/define.ts"
import { PyErr_Occurred, PyErr_SetString } from "../objects/errors.ts"
import { _PyArg_BadArgument, _PyArg_CheckPositional, _PyArg_UnpackKeywords, argParser } from "../objects/getargs.ts"
import { _PyLong_AsInt, PyLong_FromLong } from "../objects/longobject.ts"
import { METH } from "../objects/slots.ts"
import { Py_None, PyExc_DeprecationWarning, PyExc_ValueError } from "../objects/statictypes.ts"
import { buildTuple } from "../objects/tupleobject.ts"
import * as U from "../objects/unicodeobject.ts"
import { PyErr_WarnEx } from "../objects/_warnings.ts"

// Modules/_codecsmodule.c

function register(_m: Ref, search: Ref): Own {
  return PyCodec_Register(search) < 0 ? NULL : Py_NewRef(Py_None)
}
function unregister(_m: Ref, search: Ref): Own {
  return PyCodec_Unregister(search) < 0 ? NULL : Py_NewRef(Py_None)
}
function lookup(_m: Ref, name: Ref): Own {
  const encoding = U.cstringArg(name, "lookup", "argument")
  return encoding === null ? NULL : _PyCodec_Lookup(encoding)
}
const encodeParser = argParser("encode", ["obj", "encoding", "errors"])
const decodeParser = argParser("decode", ["obj", "encoding", "errors"])
type Coder = (obj: Ref, encoding: string, errors: string | null) => Own
function coder(a: number, name: string, f: Coder): Own {
  if (!a) return NULL
  const obj = ptr(a)
  const e = ptr(a + 8)
  const r = ptr(a + 16)
  let encoding: string | null = "utf-8"
  let errors: string | null = null
  if (e !== NULL) {
    encoding = U.cstringArg(e, name, "argument 'encoding'")
    if (encoding === null) return NULL
  }
  if (r !== NULL) {
    errors = U.cstringArg(r, name, "argument 'errors'")
    if (errors === null) return NULL
  }
  return f(obj, encoding, errors)
}
function encode(_m: Ref, args: number, nargs: number, kwnames: Ref): Own {
  return coder(_PyArg_UnpackKeywords(args, nargs, 0, kwnames, encodeParser, 1, 3, 0), "encode", PyCodec_Encode)
}
function decode(_m: Ref, args: number, nargs: number, kwnames: Ref): Own {
  return coder(_PyArg_UnpackKeywords(args, nargs, 0, kwnames, decodeParser, 1, 3, 0), "decode", PyCodec_Decode)
}

/** ($decoded, n) or NULL. */
function codec_tuple($decoded: Own, n: number): Own {
  return $decoded === NULL ? NULL : buildTuple($decoded, PyLong_FromLong(n))
}

let errorsArg: string | null = null
/** Argument `i` as error handler's name or None, into `errorsArg`. */
function parseErrors(name: string, args: number, nargs: number, i: number): boolean {
  errorsArg = null
  if (nargs <= i) return true
  const arg = ptr(args + 8 * i)
  if (arg === Py_None) return true
  if (!U.PyUnicode_Check(arg)) {
    _PyArg_BadArgument(name, `argument ${i + 1}`, "str or None", arg)
    return false
  }
  errorsArg = U.cstringArg(arg, name, `argument ${i + 1}`)
  return errorsArg !== null
}
let intArg = 0
function parseInt_(args: number, nargs: number, i: number, dflt: number): boolean {
  intArg = dflt
  if (nargs <= i) return true
  intArg = _PyLong_AsInt(ptr(args + 8 * i))
  return !(intArg === -1 && PyErr_Occurred())
}
/** Fill the Py_buffer `view` from argument 1. */
function parseBuffer(name: string, args: number, view: number, acceptStr: boolean): boolean {
  const arg = ptr(args)
  if (acceptStr && U.PyUnicode_Check(arg)) {
    const p = U.PyUnicode_AsUTF8AndSize(arg)
    if (!p) return false
    PyBuffer_FillInfo(view, arg, p, U.utf8Size, 1, 0)
    return true
  }
  if (PyObject_GetBuffer(arg, view, 0) !== 0) return false
  if (PyBuffer_IsContiguous(view, "C")) return true
  _PyArg_BadArgument(name, "argument 1", "contiguous buffer", arg)
  PyBuffer_Release(view)
  return false
}

type Decode = (data: number, size: number, errors: string | null, final: boolean) => Own
/** A decoder (data, errors=None[, final]): `max` arguments; 3 means it can be stateful. */
function decoder(name: string, max: number, acceptStr: boolean, final: boolean, f: Decode): MethodSpec {
  const run = (_m: Ref, args: number, nargs: number): Own => {
    if (!_PyArg_CheckPositional(name, nargs, 1, max)) return NULL
    const mark = cstackMark()
    const view = calloca(Py_buffer.SIZE)
    let $t: Own = NULL
    if (parseBuffer(name, args, view, acceptStr)) {
      if (parseErrors(name, args, nargs, 1)) {
        const errors = errorsArg
        if (max < 3 || parseInt_(args, nargs, 2, final ? 1 : 0)) {
          const whole = max < 3 || intArg !== 0
          const n = ssize(view + Py_buffer.len)
          const $u = f(ptr(view + Py_buffer.buf), n, errors, whole)
          $t = codec_tuple($u, whole ? n : U.decodeConsumed)
        }
      }
      PyBuffer_Release(view)
    }
    cstackReset(mark)
    return $t
  }
  return [name, run, METH.FASTCALL, `($module, data, errors=None${max < 3 ? "" : final ? ", final=True" : ", final=False"}, /)\n--\n\n`]
}
type Decode16 = (data: number, size: number, errors: string | null, order: number, stateful: boolean) => Own
/** utf_16_ex_decode and utf_32_ex_decode: (data, errors=None, byteorder=0, final=False) -> (str, consumed, byteorder). */
function exDecoder(name: string, f: Decode16): MethodSpec {
  const run = (_m: Ref, args: number, nargs: number): Own => {
    if (!_PyArg_CheckPositional(name, nargs, 1, 4)) return NULL
    const mark = cstackMark()
    const view = calloca(Py_buffer.SIZE)
    let $t: Own = NULL
    if (parseBuffer(name, args, view, false)) {
      if (parseErrors(name, args, nargs, 1)) {
        const errors = errorsArg
        if (parseInt_(args, nargs, 2, 0)) {
          const order = intArg
          if (parseInt_(args, nargs, 3, 0)) {
            const final = intArg !== 0
            const n = ssize(view + Py_buffer.len)
            const $u = f(ptr(view + Py_buffer.buf), n, errors, order, !final)
            const consumed = final ? n : U.decodeConsumed
            if ($u !== NULL) $t = buildTuple($u, PyLong_FromLong(consumed), PyLong_FromLong(U.decodedByteorder))
          }
        }
      }
      PyBuffer_Release(view)
    }
    cstackReset(mark)
    return $t
  }
  return [name, run, METH.FASTCALL, "($module, data, errors=None, byteorder=0, final=False, /)\n--\n\n"]
}
function charmap_decode(_m: Ref, args: number, nargs: number): Own {
  if (!_PyArg_CheckPositional("charmap_decode", nargs, 1, 3)) return NULL
  const mark = cstackMark()
  const view = calloca(Py_buffer.SIZE)
  let $t: Own = NULL
  if (parseBuffer("charmap_decode", args, view, false)) {
    if (parseErrors("charmap_decode", args, nargs, 1)) {
      const mapping = nargs > 2 && ptr(args + 16) !== Py_None ? ptr(args + 16) : NULL
      const n = ssize(view + Py_buffer.len)
      $t = codec_tuple(U.PyUnicode_DecodeCharmap(ptr(view + Py_buffer.buf), n, mapping, errorsArg), n)
    }
    PyBuffer_Release(view)
  }
  cstackReset(mark)
  return $t
}

type Encode = (str: Ref, errors: string | null) => Own
function encoder(name: string, f: Encode): MethodSpec {
  const run = (_m: Ref, args: number, nargs: number): Own => {
    if (!_PyArg_CheckPositional(name, nargs, 1, 2)) return NULL
    const str = ptr(args)
    if (!U.PyUnicode_Check(str)) {
      _PyArg_BadArgument(name, "argument 1", "str", str)
      return NULL
    }
    return parseErrors(name, args, nargs, 1) ? codec_tuple(f(str, errorsArg), U.PyUnicode_GET_LENGTH(str)) : NULL
  }
  return [name, run, METH.FASTCALL, "($module, str, errors=None, /)\n--\n\n"]
}
type Encode16 = (str: Ref, errors: string | null, order: number) => Own
function orderEncoder(name: string, f: Encode16): MethodSpec {
  const run = (_m: Ref, args: number, nargs: number): Own => {
    if (!_PyArg_CheckPositional(name, nargs, 1, 3)) return NULL
    const str = ptr(args)
    if (!U.PyUnicode_Check(str)) {
      _PyArg_BadArgument(name, "argument 1", "str", str)
      return NULL
    }
    if (!parseErrors(name, args, nargs, 1)) return NULL
    const errors = errorsArg
    return parseInt_(args, nargs, 2, 0) ? codec_tuple(f(str, errors, intArg), U.PyUnicode_GET_LENGTH(str)) : NULL
  }
  return [name, run, METH.FASTCALL, "($module, str, errors=None, byteorder=0, /)\n--\n\n"]
}
function charmap_encode(_m: Ref, args: number, nargs: number): Own {
  if (!_PyArg_CheckPositional("charmap_encode", nargs, 1, 3)) return NULL
  const str = ptr(args)
  if (!U.PyUnicode_Check(str)) {
    _PyArg_BadArgument("charmap_encode", "argument 1", "str", str)
    return NULL
  }
  if (!parseErrors("charmap_encode", args, nargs, 1)) return NULL
  const mapping = nargs > 2 && ptr(args + 16) !== Py_None ? ptr(args + 16) : NULL
  return codec_tuple(U._PyUnicode_EncodeCharmap(str, mapping, errorsArg), U.PyUnicode_GET_LENGTH(str))
}
function charmap_build(_m: Ref, map: Ref): Own {
  if (!U.PyUnicode_Check(map)) {
    _PyArg_BadArgument("charmap_build", "argument", "str", map)
    return NULL
  }
  return U.PyUnicode_BuildEncodingMap(map)
}
function readbuffer_encode(_m: Ref, args: number, nargs: number): Own {
  if (!_PyArg_CheckPositional("readbuffer_encode", nargs, 1, 2)) return NULL
  const mark = cstackMark()
  const view = calloca(Py_buffer.SIZE)
  let $t: Own = NULL
  if (parseBuffer("readbuffer_encode", args, view, true)) {
    const n = ssize(view + Py_buffer.len)
    if (parseErrors("readbuffer_encode", args, nargs, 1)) $t = codec_tuple(PyBytes_FromStringAndSize(ptr(view + Py_buffer.buf), n), n)
    PyBuffer_Release(view)
  }
  cstackReset(mark)
  return $t
}

function escape_encode(_m: Ref, args: number, nargs: number): Own {
  if (!_PyArg_CheckPositional("escape_encode", nargs, 1, 2)) return NULL
  const data = ptr(args)
  if (!PyBytes_Check(data)) {
    _PyArg_BadArgument("escape_encode", "argument 1", "bytes", data)
    return NULL
  }
  if (!parseErrors("escape_encode", args, nargs, 1)) return NULL
  const sink = new U.ByteSink()
  const n = Py_SIZE(data)
  for (let p = PyBytes_AS_STRING(data), e = p + n; p < e; p++) {
    const c = u8[p]
    if (c === 39 || c === 92) {
      sink.push(92)
      sink.push(c)
    } else if (c === 9 || c === 10 || c === 13) sink.ascii(c === 9 ? "\\t" : c === 10 ? "\\n" : "\\r")
    else if (c < 32 || c >= 127) sink.ascii(U.escapeOf(c))
    else sink.push(c)
  }
  return codec_tuple(sink.toBytes(), n)
}
const SIMPLE: Readonly<Record<number, number>> = { 92: 92, 39: 39, 34: 34, 98: 8, 102: 12, 116: 9, 110: 10, 114: 13, 118: 11, 97: 7 }
function octal(c: number): boolean {
  return c >= 48 && c <= 55
}
function hex(c: number): number {
  if (c >= 48 && c <= 57) return c - 48
  const l = c | 32
  return l >= 97 && l <= 102 ? l - 87 : -1
}
/** PyBytes_DecodeEscape */
function decodeEscape(start: number, n: number, errors: string | null): Own {
  const sink = new U.ByteSink()
  const end = start + n
  let invalid = 0
  let s = start
  while (s < end) {
    let c = u8[s++]
    if (c !== 92) {
      sink.push(c)
      continue
    }
    if (s === end) {
      PyErr_SetString(PyExc_ValueError, "Trailing \\ in string")
      return NULL
    }
    c = u8[s++]
    if (c === 10) continue
    if (SIMPLE[c] !== undefined) sink.push(SIMPLE[c])
    else if (octal(c)) {
      let v = c - 48
      if (s < end && octal(u8[s])) {
        v = v * 8 + u8[s++] - 48
        if (s < end && octal(u8[s])) v = v * 8 + u8[s++] - 48
      }
      if (v > 255 && !invalid) invalid = s - 3
      sink.push(v & 255)
    } else if (c === 120) {
      if (s + 1 < end && hex(u8[s]) >= 0 && hex(u8[s + 1]) >= 0) {
        sink.push(hex(u8[s]) * 16 + hex(u8[s + 1]))
        s += 2
        continue
      }
      const at = s - 2 - start
      if (s < end && hex(u8[s]) >= 0) s++
      if (errors === null || errors === "strict") {
        PyErr_SetString(PyExc_ValueError, `invalid \\x escape at position ${at}`)
        return NULL
      }
      if (errors === "replace") sink.push(63)
      else if (errors !== "ignore") {
        PyErr_SetString(PyExc_ValueError, `decoding error; unknown error handling code: ${errors}`)
        return NULL
      }
    } else {
      if (!invalid) invalid = s - 1
      sink.push(92)
      s--
    }
  }
  if (invalid) {
    const c = u8[invalid]
    const text =
      c >= 52 && c <= 55 ? `octal escape sequence '\\${U.dataAsJS(1, invalid, 0, 3)}'` : `escape sequence '\\${String.fromCharCode(c)}'`
    if (PyErr_WarnEx(PyExc_DeprecationWarning, `invalid ${text}`, 1) < 0) return NULL
  }
  return sink.toBytes()
}

function register_error(_m: Ref, args: number, nargs: number): Own {
  if (!_PyArg_CheckPositional("register_error", nargs, 2, 2)) return NULL
  const name = U.cstringArg(ptr(args), "register_error", "argument 1")
  if (name === null || PyCodec_RegisterError(name, ptr(args + 8)) < 0) return NULL
  return Py_NewRef(Py_None)
}
function lookup_error(_m: Ref, arg: Ref): Own {
  const name = U.cstringArg(arg, "lookup_error", "argument")
  return name === null ? NULL : PyCodec_LookupError(name)
}

const FK = METH.FASTCALL | METH.KEYWORDS
defineModule({
  name: "_codecs",
  methods: [
    ["register", register, METH.O, "($module, search_function, /)\n--\n\nAdd a codec search function."],
    ["unregister", unregister, METH.O, "($module, search_function, /)\n--\n\nRemove a codec search function."],
    ["lookup", lookup, METH.O, "($module, encoding, /)\n--\n\nThe CodecInfo of an encoding."],
    ["encode", encode, FK, "($module, /, obj, encoding='utf-8', errors='strict')\n--\n\nEncode obj by the codec of the encoding."],
    ["decode", decode, FK, "($module, /, obj, encoding='utf-8', errors='strict')\n--\n\nDecode obj by the codec of the encoding."],
    ["escape_encode", escape_encode, METH.FASTCALL, "($module, data, errors=None, /)\n--\n\n"],
    decoder("escape_decode", 2, true, true, decodeEscape),
    encoder("utf_8_encode", (s, e) => U._PyUnicode_AsUTF8String(s, e)),
    decoder("utf_8_decode", 3, false, false, (d, n, e, final) => U.PyUnicode_DecodeUTF8Stateful(d, n, e, !final)),
    encoder("utf_7_encode", (s, e) => U._PyUnicode_EncodeUTF7(s, false, false, e)),
    decoder("utf_7_decode", 3, false, false, (d, n, e, final) => U.PyUnicode_DecodeUTF7Stateful(d, n, e, !final)),
    orderEncoder("utf_16_encode", (s, e, o) => U._PyUnicode_EncodeUTF16(s, e, o)),
    encoder("utf_16_le_encode", (s, e) => U._PyUnicode_EncodeUTF16(s, e, -1)),
    encoder("utf_16_be_encode", (s, e) => U._PyUnicode_EncodeUTF16(s, e, 1)),
    decoder("utf_16_decode", 3, false, false, (d, n, e, final) => U.PyUnicode_DecodeUTF16Stateful(d, n, e, 0, !final)),
    decoder("utf_16_le_decode", 3, false, false, (d, n, e, final) => U.PyUnicode_DecodeUTF16Stateful(d, n, e, -1, !final)),
    decoder("utf_16_be_decode", 3, false, false, (d, n, e, final) => U.PyUnicode_DecodeUTF16Stateful(d, n, e, 1, !final)),
    exDecoder("utf_16_ex_decode", (d, n, e, o, s) => U.PyUnicode_DecodeUTF16Stateful(d, n, e, o, s)),
    orderEncoder("utf_32_encode", (s, e, o) => U._PyUnicode_EncodeUTF32(s, e, o)),
    encoder("utf_32_le_encode", (s, e) => U._PyUnicode_EncodeUTF32(s, e, -1)),
    encoder("utf_32_be_encode", (s, e) => U._PyUnicode_EncodeUTF32(s, e, 1)),
    decoder("utf_32_decode", 3, false, false, (d, n, e, final) => U.PyUnicode_DecodeUTF32Stateful(d, n, e, 0, !final)),
    decoder("utf_32_le_decode", 3, false, false, (d, n, e, final) => U.PyUnicode_DecodeUTF32Stateful(d, n, e, -1, !final)),
    decoder("utf_32_be_decode", 3, false, false, (d, n, e, final) => U.PyUnicode_DecodeUTF32Stateful(d, n, e, 1, !final)),
    exDecoder("utf_32_ex_decode", (d, n, e, o, s) => U.PyUnicode_DecodeUTF32Stateful(d, n, e, o, s)),
    encoder("unicode_escape_encode", (s) => U.PyUnicode_AsUnicodeEscapeString(s)),
    decoder("unicode_escape_decode", 3, true, true, (d, n, e, final) => U._PyUnicode_DecodeUnicodeEscapeStateful(d, n, e, !final)),
    encoder("raw_unicode_escape_encode", (s) => U.PyUnicode_AsRawUnicodeEscapeString(s)),
    decoder("raw_unicode_escape_decode", 3, true, true, (d, n, e, final) => U._PyUnicode_DecodeRawUnicodeEscapeStateful(d, n, e, !final)),
    encoder("latin_1_encode", (s, e) => U._PyUnicode_AsLatin1String(s, e)),
    decoder("latin_1_decode", 2, false, true, (d, n, e) => U.PyUnicode_DecodeLatin1(d, n, e)),
    encoder("ascii_encode", (s, e) => U._PyUnicode_AsASCIIString(s, e)),
    decoder("ascii_decode", 2, false, true, (d, n, e) => U.PyUnicode_DecodeASCII(d, n, e)),
    ["charmap_encode", charmap_encode, METH.FASTCALL, "($module, str, errors=None, mapping=None, /)\n--\n\n"],
    ["charmap_decode", charmap_decode, METH.FASTCALL, "($module, data, errors=None, mapping=None, /)\n--\n\n"],
    ["charmap_build", charmap_build, METH.O, "($module, map, /)\n--\n\n"],
    ["readbuffer_encode", readbuffer_encode, METH.FASTCALL, "($module, data, errors=None, /)\n--\n\n"],
    ["register_error", register_error, METH.FASTCALL, "($module, errors, handler, /)\n--\n\nName an error handler."],
    ["lookup_error", lookup_error, METH.O, "($module, name, /)\n--\n\nThe error handler of a name."],
  ],
})
