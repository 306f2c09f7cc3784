import { ptr, setptr, setssize } from "../heap/access.ts"
import { calloca, cstackMark, cstackReset } from "../heap/cstack.ts"
import { PyASCIIObject, Py_buffer } from "../heap/layout.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { Py_CLEAR, Py_INCREF } from "../heap/refcount.ts"
import { u8 } from "../heap/views.ts"
import { PyBuffer_IsContiguous, PyBuffer_Release, PyObject_GetBuffer } from "../objects/abstract.ts"
import { argBuffer, argInt, argOk, bufOf, lenOf } from "../objects/bytes_methods.ts"
import { _Py_strhex_bytes_with_sep, PyBytes_FromJS } from "../objects/bytesobject.ts"
import { defineModule } from "../objects/define.ts"
import { PyErr_NewException, PyErr_Occurred, PyErr_SetString } from "../objects/errors.ts"
import { _PyArg_CheckPositional, _PyArg_UnpackKeywords, type ArgParser, argParser } from "../objects/getargs.ts"
import { _PyLong_DigitValue, PyLong_AsUnsignedLongMask, PyLong_FromLong } from "../objects/longobject.ts"
import { PyModule_AddObject, PyModule_GetState } from "../objects/moduleobject.ts"
import { typeName } from "../objects/object.ts"
import { METH, type visitproc } from "../objects/slots.ts"
import { PyExc_TypeError, PyExc_ValueError } from "../objects/statictypes.ts"
import { PyUnicode_Check, PyUnicode_GET_LENGTH, PyUnicode_IS_ASCII } from "../objects/unicodeobject.ts"
import { crc32 as zlibCrc32 } from "./zlib/checksum.ts"

// Modules/binascii.c

const enum State {
  Error = 0,
  Incomplete = 8,
  SIZE = 16,
}

const BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

function fail(module: Ref, message: string): Own {
  return PyErr_SetString(ptr(PyModule_GetState(module) + State.Error), message)
}

/** A buffer of bytes or of an ASCII str, 0 with the error set. */
function asciiBuffer(arg: Ref): number {
  const view = calloca(Py_buffer.SIZE)
  if (PyUnicode_Check(arg)) {
    if (!PyUnicode_IS_ASCII(arg)) {
      PyErr_SetString(PyExc_ValueError, "string argument should contain only ASCII characters")
      return 0
    }
    setptr(view + Py_buffer.buf, arg + PyASCIIObject.SIZE)
    setssize(view + Py_buffer.len, PyUnicode_GET_LENGTH(arg))
    setptr(view + Py_buffer.obj, 0)
    return view
  }
  if (PyObject_GetBuffer(arg, view, 0) !== 0) {
    PyErr_SetString(PyExc_TypeError, `argument should be bytes, buffer or ASCII string, not '${typeName(arg).slice(0, 100)}'`)
    return 0
  }
  if (!PyBuffer_IsContiguous(view, "C")) {
    PyErr_SetString(PyExc_TypeError, `argument should be a contiguous buffer, not '${typeName(arg).slice(0, 100)}'`)
    PyBuffer_Release(view)
    return 0
  }
  return view
}

/** A copy of the argument's bytes, null with the error set: what comes after cannot change them. */
function bytesOf(arg: Ref, ascii: boolean, fname: string, argument: string): Uint8Array | null {
  const mark = cstackMark()
  const view = ascii ? asciiBuffer(arg) : argBuffer(arg, fname, argument)
  let r: Uint8Array | null = null
  if (view !== 0) {
    r = u8.slice(bufOf(view), bufOf(view) + lenOf(view))
    if (ptr(view + Py_buffer.obj) !== 0) PyBuffer_Release(view)
  }
  cstackReset(mark)
  return r
}

let flag = false
/** `bool(accept={int})`: false in the result when an error is set. */
function toFlag(arg: Ref, dflt: boolean): boolean {
  flag = dflt
  if (arg === NULL) return true
  const v = argInt(arg)
  if (!argOk) return false
  flag = v !== 0
  return true
}

function a2b_uu(module: Ref, arg: Ref): Own {
  const d = bytesOf(arg, true, "a2b_uu", "argument")
  if (d === null) return NULL
  let n = ((d.length > 0 ? d[0] : 0) - 32) & 63
  const out = new Uint8Array(n)
  let at = 1
  let o = 0
  let bits = 0
  let left = 0
  for (; n > 0; at++) {
    let c = at < d.length ? d[at] : 0
    if (c === 10 || c === 13 || at >= d.length) c = 0
    else {
      if (c < 32 || c > 96) return fail(module, "Illegal char")
      c = (c - 32) & 63
    }
    left = (left << 6) | c
    bits += 6
    if (bits >= 8) {
      bits -= 8
      out[o++] = (left >> bits) & 255
      left &= (1 << bits) - 1
      n--
    }
  }
  for (; at < d.length; at++) {
    const c = d[at]
    if (c !== 32 && c !== 96 && c !== 10 && c !== 13) return fail(module, "Trailing garbage")
  }
  return PyBytes_FromJS(out)
}

const uuParser = argParser("b2a_uu", ["", "backtick"])
function b2a_uu(module: Ref, args: number, nargs: number, kwnames: Ref): Own {
  const a = _PyArg_UnpackKeywords(args, nargs, 0, kwnames, uuParser, 1, 1, 0)
  if (a === 0) return NULL
  const data = ptr(a)
  if (!toFlag(ptr(a + 8), false)) return NULL
  const backtick = flag
  const d = bytesOf(data, false, "b2a_uu", "argument 1")
  if (d === null) return NULL
  if (d.length > 45) return fail(module, "At most 45 bytes at once")
  const zero = backtick ? 96 : 32
  const out: number[] = [d.length === 0 ? zero : 32 + d.length]
  let bits = 0
  let left = 0
  for (let i = 0; i < d.length || bits !== 0; i++) {
    left = (left << 8) | (i < d.length ? d[i] : 0)
    bits += 8
    while (bits >= 6) {
      const c = (left >> (bits - 6)) & 63
      bits -= 6
      out.push(c === 0 ? zero : c + 32)
    }
    left &= (1 << bits) - 1
  }
  out.push(10)
  return PyBytes_FromJS(Uint8Array.from(out))
}

const a2bParser = argParser("a2b_base64", ["", "strict_mode"])
function a2b_base64(module: Ref, args: number, nargs: number, kwnames: Ref): Own {
  const a = _PyArg_UnpackKeywords(args, nargs, 0, kwnames, a2bParser, 1, 1, 0)
  if (a === 0) return NULL
  const data = ptr(a)
  if (!toFlag(ptr(a + 8), false)) return NULL
  const strict = flag
  const d = bytesOf(data, true, "a2b_base64", "argument 1")
  if (d === null) return NULL
  if (strict && d.length > 0 && d[0] === 61) return fail(module, "Leading padding not allowed")
  const out = new Uint8Array(((d.length + 3) >> 2) * 3)
  let o = 0
  let quad = 0
  let left = 0
  let pads = 0
  let padding = false
  for (let i = 0; i < d.length; i++) {
    const ch = d[i]
    if (ch === 61) {
      padding = true
      if (quad >= 2 && quad + ++pads >= 4) {
        if (strict && i + 1 < d.length) return fail(module, "Excess data after padding")
        return PyBytes_FromJS(out.subarray(0, o))
      }
      continue
    }
    let c = -1
    if (ch >= 65 && ch <= 90) c = ch - 65
    else if (ch >= 97 && ch <= 122) c = ch - 71
    else if (ch >= 48 && ch <= 57) c = ch + 4
    else if (ch === 43) c = 62
    else if (ch === 47) c = 63
    if (c < 0) {
      if (strict) return fail(module, "Only base64 data is allowed")
      continue
    }
    if (strict && padding) return fail(module, "Discontinuous padding not allowed")
    pads = 0
    switch (quad) {
      case 0:
        quad = 1
        left = c
        break
      case 1:
        quad = 2
        out[o++] = (left << 2) | (c >> 4)
        left = c & 15
        break
      case 2:
        quad = 3
        out[o++] = (left << 4) | (c >> 2)
        left = c & 3
        break
      default:
        quad = 0
        out[o++] = (left << 6) | c
        left = 0
    }
  }
  if (quad === 1) {
    return fail(
      module,
      `Invalid base64-encoded string: number of data characters (${Math.floor(o / 3) * 4 + 1}) cannot be 1 more than a multiple of 4`,
    )
  }
  if (quad !== 0) return fail(module, "Incorrect padding")
  return PyBytes_FromJS(out.subarray(0, o))
}

const b2aParser = argParser("b2a_base64", ["", "newline"])
function b2a_base64(_m: Ref, args: number, nargs: number, kwnames: Ref): Own {
  const a = _PyArg_UnpackKeywords(args, nargs, 0, kwnames, b2aParser, 1, 1, 0)
  if (a === 0) return NULL
  const data = ptr(a)
  if (!toFlag(ptr(a + 8), true)) return NULL
  const newline = flag
  const d = bytesOf(data, false, "b2a_base64", "argument 1")
  if (d === null) return NULL
  const out = new Uint8Array(Math.ceil(d.length / 3) * 4 + (newline ? 1 : 0))
  let o = 0
  for (let i = 0; i < d.length; i += 3) {
    const rest = d.length - i
    const v = (d[i] << 16) | ((rest > 1 ? d[i + 1] : 0) << 8) | (rest > 2 ? d[i + 2] : 0)
    out[o++] = BASE64.charCodeAt(v >> 18)
    out[o++] = BASE64.charCodeAt((v >> 12) & 63)
    out[o++] = rest > 1 ? BASE64.charCodeAt((v >> 6) & 63) : 61
    out[o++] = rest > 2 ? BASE64.charCodeAt(v & 63) : 61
  }
  if (newline) out[o] = 10
  return PyBytes_FromJS(out)
}

function a2b_hex(module: Ref, arg: Ref): Own {
  const d = bytesOf(arg, true, "a2b_hex", "argument")
  if (d === null) return NULL
  if (d.length % 2) return fail(module, "Odd-length string")
  const out = new Uint8Array(d.length / 2)
  for (let i = 0; i < d.length; i += 2) {
    const top = _PyLong_DigitValue(d[i])
    const bot = _PyLong_DigitValue(d[i + 1])
    if (top >= 16 || bot >= 16) return fail(module, "Non-hexadecimal digit found")
    out[i / 2] = (top << 4) + bot
  }
  return PyBytes_FromJS(out)
}

function hex(args: number, nargs: number, kwnames: Ref, parser: ArgParser, fname: string): Own {
  const a = _PyArg_UnpackKeywords(args, nargs, 0, kwnames, parser, 1, 3, 0)
  if (a === 0) return NULL
  const data = ptr(a)
  const sep = ptr(a + 8)
  let group = 1
  if (ptr(a + 16) !== NULL) {
    group = argInt(ptr(a + 16))
    if (!argOk) return NULL
  }
  const mark = cstackMark()
  const view = argBuffer(data, fname, "argument 'data'")
  let $r: Own = NULL
  if (view !== 0) {
    $r = _Py_strhex_bytes_with_sep(bufOf(view), lenOf(view), sep, group)
    PyBuffer_Release(view)
  }
  cstackReset(mark)
  return $r
}
const hexParser = argParser("b2a_hex", ["data", "sep", "bytes_per_sep"])
const hexlifyParser = argParser("hexlify", ["data", "sep", "bytes_per_sep"])
function b2a_hex(_m: Ref, args: number, nargs: number, kwnames: Ref): Own {
  return hex(args, nargs, kwnames, hexParser, "b2a_hex")
}
function hexlify(_m: Ref, args: number, nargs: number, kwnames: Ref): Own {
  return hex(args, nargs, kwnames, hexlifyParser, "hexlify")
}

/** CRC of one byte shifted through CCITT's polynomial x^16 + x^12 + x^5 + 1. */
function hqxByte(v: number): number {
  v <<= 8
  for (let i = 0; i < 8; i++) v = v & 0x8000 ? ((v << 1) ^ 0x1021) & 0xffff : v << 1
  return v
}
function crc_hqx(_m: Ref, args: number, nargs: number): Own {
  if (!_PyArg_CheckPositional("crc_hqx", nargs, 2, 2)) return NULL
  let crc = PyLong_AsUnsignedLongMask(ptr(args + 8))
  if (crc === -1 && PyErr_Occurred()) return NULL
  const d = bytesOf(ptr(args), false, "crc_hqx", "argument 1")
  if (d === null) return NULL
  crc &= 0xffff
  for (const b of d) crc = ((crc << 8) & 0xff00) ^ hqxByte((crc >> 8) ^ b)
  return PyLong_FromLong(crc)
}

function crc32(_m: Ref, args: number, nargs: number): Own {
  if (!_PyArg_CheckPositional("crc32", nargs, 1, 2)) return NULL
  let crc = 0
  if (nargs > 1) {
    crc = PyLong_AsUnsignedLongMask(ptr(args + 8))
    if (crc === -1 && PyErr_Occurred()) return NULL
  }
  const d = bytesOf(ptr(args), false, "crc32", "argument 1")
  return d === null ? NULL : PyLong_FromLong(zlibCrc32(crc, 0, d.length, d))
}

function isHex(c: number): boolean {
  return _PyLong_DigitValue(c) < 16
}
const a2bqpParser = argParser("a2b_qp", ["data", "header"])
function a2b_qp(_m: Ref, args: number, nargs: number, kwnames: Ref): Own {
  const a = _PyArg_UnpackKeywords(args, nargs, 0, kwnames, a2bqpParser, 1, 2, 0)
  if (a === 0) return NULL
  const data = ptr(a)
  if (!toFlag(ptr(a + 8), false)) return NULL
  const header = flag
  const d = bytesOf(data, true, "a2b_qp", "argument 'data'")
  if (d === null) return NULL
  const n = d.length
  const out = new Uint8Array(n)
  let o = 0
  let i = 0
  while (i < n) {
    if (d[i] === 61) {
      i++
      if (i >= n) break
      if (d[i] === 10 || d[i] === 13) {
        if (d[i] !== 10) while (i < n && d[i] !== 10) i++
        if (i < n) i++
      } else if (d[i] === 61) {
        out[o++] = 61
        i++
      } else if (i + 1 < n && isHex(d[i]) && isHex(d[i + 1])) {
        out[o++] = (_PyLong_DigitValue(d[i]) << 4) | _PyLong_DigitValue(d[i + 1])
        i += 2
      } else out[o++] = 61
    } else if (header && d[i] === 95) {
      out[o++] = 32
      i++
    } else out[o++] = d[i++]
  }
  return PyBytes_FromJS(out.subarray(0, o))
}

const b2aqpParser = argParser("b2a_qp", ["data", "quotetabs", "istext", "header"])
function b2a_qp(_m: Ref, args: number, nargs: number, kwnames: Ref): Own {
  const a = _PyArg_UnpackKeywords(args, nargs, 0, kwnames, b2aqpParser, 1, 4, 0)
  if (a === 0) return NULL
  const data = ptr(a)
  const [q, t, h] = [ptr(a + 8), ptr(a + 16), ptr(a + 24)]
  if (!toFlag(q, false)) return NULL
  const quotetabs = flag
  if (!toFlag(t, true)) return NULL
  const istext = flag
  if (!toFlag(h, false)) return NULL
  const header = flag
  const d = bytesOf(data, false, "b2a_qp", "argument 'data'")
  if (d === null) return NULL
  const n = d.length
  const firstNl = d.indexOf(10)
  const crlf = firstNl > 0 && d[firstNl - 1] === 13
  const out: number[] = []
  const digits = "0123456789ABCDEF"
  let line = 0
  const soft = (): void => {
    out.push(61)
    if (crlf) out.push(13)
    out.push(10)
    line = 0
  }
  const putHex = (c: number): void => {
    out.push(digits.charCodeAt(c >> 4), digits.charCodeAt(c & 15))
  }
  let i = 0
  while (i < n) {
    const c = d[i]
    const last = i + 1 === n
    if (
      c > 126 ||
      c === 61 ||
      (header && c === 95) ||
      (c === 46 && line === 0 && (last || d[i + 1] === 10 || d[i + 1] === 13 || d[i + 1] === 0)) ||
      (!istext && (c === 13 || c === 10)) ||
      ((c === 9 || c === 32) && last) ||
      (c < 33 && c !== 13 && c !== 10 && (quotetabs || (c !== 9 && c !== 32)))
    ) {
      if (line + 3 >= 76) soft()
      out.push(61)
      putHex(c)
      i++
      line += 3
    } else if (istext && (c === 10 || (!last && c === 13 && d[i + 1] === 10))) {
      line = 0
      const prev = out[out.length - 1]
      if (out.length > 0 && (prev === 32 || prev === 9)) {
        out[out.length - 1] = 61
        putHex(prev)
      }
      if (crlf) out.push(13)
      out.push(10)
      i += c === 13 ? 2 : 1
    } else {
      if (!last && d[i + 1] !== 10 && line + 1 >= 76) soft()
      line++
      out.push(header && c === 32 ? 95 : c)
      i++
    }
  }
  return PyBytes_FromJS(Uint8Array.from(out))
}

function binascii_exec(module: Ref): number {
  const state = PyModule_GetState(module)
  const $error = PyErr_NewException("binascii.Error", PyExc_ValueError, NULL)
  if ($error === NULL) return -1
  setptr(state + State.Error, $error)
  Py_INCREF($error)
  if (PyModule_AddObject(module, "Error", $error) < 0) return -1
  const $incomplete = PyErr_NewException("binascii.Incomplete", NULL, NULL)
  if ($incomplete === NULL) return -1
  setptr(state + State.Incomplete, $incomplete)
  Py_INCREF($incomplete)
  return PyModule_AddObject(module, "Incomplete", $incomplete)
}
function binascii_traverse(module: Ref, visit: visitproc, arg: number): number {
  const state = PyModule_GetState(module)
  if (state === 0) return 0
  for (let i = 0; i < State.SIZE; i += 8) {
    const op = ptr(state + i)
    if (op !== NULL) {
      const r = visit(op, arg)
      if (r) return r
    }
  }
  return 0
}
function binascii_clear(module: Ref): number {
  const state = PyModule_GetState(module)
  if (state !== 0) for (let i = 0; i < State.SIZE; i += 8) Py_CLEAR(state + i)
  return 0
}
function binascii_free(module: number): void {
  binascii_clear(module as Ref)
}

defineModule({
  name: "binascii",
  doc: "Conversion between binary data and ASCII",
  size: State.SIZE,
  methods: [
    ["a2b_uu", a2b_uu, METH.O, "($module, data, /)\n--\n\nDecode a line of uuencoded data."],
    ["b2a_uu", b2a_uu, METH.FASTCALL | METH.KEYWORDS, "($module, data, /, *, backtick=False)\n--\n\nUuencode line of data."],
    [
      "a2b_base64",
      a2b_base64,
      METH.FASTCALL | METH.KEYWORDS,
      "($module, data, /, *, strict_mode=False)\n--\n\nDecode a line of base64 data; strict_mode refuses all that is not base64.",
    ],
    ["b2a_base64", b2a_base64, METH.FASTCALL | METH.KEYWORDS, "($module, data, /, *, newline=True)\n--\n\nBase64-code line of data."],
    ["a2b_hex", a2b_hex, METH.O, "($module, hexstr, /)\n--\n\nBinary data of hexadecimal representation."],
    [
      "b2a_hex",
      b2a_hex,
      METH.FASTCALL | METH.KEYWORDS,
      "($module, /, data, sep=<unrepresentable>, bytes_per_sep=1)\n--\n\nHexadecimal representation of binary data, as bytes.",
    ],
    [
      "hexlify",
      hexlify,
      METH.FASTCALL | METH.KEYWORDS,
      "($module, /, data, sep=<unrepresentable>, bytes_per_sep=1)\n--\n\nHexadecimal representation of binary data, as bytes.",
    ],
    ["unhexlify", a2b_hex, METH.O, "($module, hexstr, /)\n--\n\nBinary data of hexadecimal representation."],
    ["crc_hqx", crc_hqx, METH.FASTCALL, "($module, data, crc, /)\n--\n\nCompute CRC-CCITT incrementally."],
    ["crc32", crc32, METH.FASTCALL, "($module, data, crc=0, /)\n--\n\nCompute CRC-32 incrementally."],
    ["a2b_qp", a2b_qp, METH.FASTCALL | METH.KEYWORDS, "($module, /, data, header=False)\n--\n\nDecode a string of qp-encoded data."],
    [
      "b2a_qp",
      b2a_qp,
      METH.FASTCALL | METH.KEYWORDS,
      "($module, /, data, quotetabs=False, istext=True, header=False)\n--\n\nEncode a string using quoted-printable encoding.",
    ],
  ],
  exec: binascii_exec,
  traverse: binascii_traverse,
  clear: binascii_clear,
  free: binascii_free,
})
