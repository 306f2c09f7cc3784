import { ptr, setssize } from "../../heap/access.ts"
import { _PyUnicodeWriter } from "../../heap/layout.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_DECREF, Py_INCREF, Py_SIZE, Py_XDECREF } from "../../heap/refcount.ts"
import { i32, u8 } from "../../heap/views.ts"
import { PyBytes_AS_STRING, PyBytes_Check, PyBytes_FromJS } from "../bytesobject.ts"
import { PyObject_CallOneArg } from "../call.ts"
import { PyCodec_LookupError, PyCodec_StrictErrors } from "../codecs.ts"
import { PyErr_SetString } from "../errors.ts"
import {
  _PyUnicodeTranslateError_Create,
  PyUnicodeDecodeError_Create,
  PyUnicodeDecodeError_GetObject,
  PyUnicodeDecodeError_SetEnd,
  PyUnicodeDecodeError_SetReason,
  PyUnicodeDecodeError_SetStart,
  PyUnicodeEncodeError_Create,
  PyUnicodeEncodeError_SetEnd,
  PyUnicodeEncodeError_SetReason,
  PyUnicodeEncodeError_SetStart,
  PyUnicodeTranslateError_SetEnd,
  PyUnicodeTranslateError_SetReason,
  PyUnicodeTranslateError_SetStart,
} from "../exceptions.ts"
import { PyArg_ParseTuple } from "../getargs.ts"
import { PyExc_IndexError, PyExc_TypeError } from "../statictypes.ts"
import { PyTuple_Check, PyTuple_GET_ITEM } from "../tupleobject.ts"
import {
  PyUnicode_Check,
  PyUnicode_DATA,
  PyUnicode_GET_LENGTH,
  PyUnicode_IS_ASCII,
  PyUnicode_KIND,
  PyUnicode_MAX_CHAR_VALUE,
  PyUnicode_READ,
} from "./core.ts"
import { _PyUnicodeWriter_Prepare, _PyUnicodeWriter_WriteStr } from "./writer.ts"

// How codecs meet their error handlers. These objects exist only while one call of a codec handles an error.

export const enum Handler {
  UNKNOWN = 0,
  STRICT = 1,
  SURROGATEESCAPE = 2,
  REPLACE = 3,
  IGNORE = 4,
  BACKSLASHREPLACE = 5,
  SURROGATEPASS = 6,
  XMLCHARREFREPLACE = 7,
  OTHER = 8,
}
export function _Py_GetErrorHandler(errors: string | null): number {
  switch (errors) {
    case null:
    case "strict":
      return Handler.STRICT
    case "surrogateescape":
      return Handler.SURROGATEESCAPE
    case "replace":
      return Handler.REPLACE
    case "ignore":
      return Handler.IGNORE
    case "backslashreplace":
      return Handler.BACKSLASHREPLACE
    case "surrogatepass":
      return Handler.SURROGATEPASS
    case "xmlcharrefreplace":
      return Handler.XMLCHARREFREPLACE
    default:
      return Handler.OTHER
  }
}

/** A decoder's input, which a handler may replace, and what it needs to call one. Offsets are from `start`. */
export class DecodeErrors {
  /** The owned handler and exception, NULL until the first error. */
  $handler: Own = NULL
  $exc: Own = NULL
  /** Where to go on, an address. */
  next = 0
  constructor(
    readonly encoding: string,
    readonly errors: string | null,
    public start: number,
    public end: number,
  ) {}

  /** Bytes [from, to) could not be decoded: call the handler, append its replacement to the writer `w`, set `next`. 0, or -1 with an error. */
  call(reason: string, from: number, to: number, w: number): number {
    if (this.$handler === NULL) {
      this.$handler = PyCodec_LookupError(this.errors)
      if (this.$handler === NULL) return -1
    }
    if (this.make(reason, from, to) < 0) return -1
    const $res = PyObject_CallOneArg(this.$handler, this.$exc)
    if ($res === NULL) return -1
    const r = this.take($res, to, w)
    Py_DECREF($res)
    return r
  }
  private make(reason: string, from: number, to: number): number {
    if (this.$exc === NULL) {
      this.$exc = PyUnicodeDecodeError_Create(this.encoding, this.start, this.end - this.start, from, to, reason)
      return this.$exc === NULL ? -1 : 0
    }
    if (
      PyUnicodeDecodeError_SetStart(this.$exc, from) ||
      PyUnicodeDecodeError_SetEnd(this.$exc, to) ||
      PyUnicodeDecodeError_SetReason(this.$exc, reason)
    ) {
      const $exc = this.$exc
      this.$exc = NULL
      Py_DECREF($exc)
      return -1
    }
    return 0
  }
  private take(res: Ref, to: number, w: number): number {
    const message = "decoding error handler must return (str, int) tuple"
    if (!PyTuple_Check(res)) {
      PyErr_SetString(PyExc_TypeError, message)
      return -1
    }
    const parsed = PyArg_ParseTuple(res, `Un;${message}`)
    if (!parsed) return -1
    const rep = ptr(parsed)
    let newpos = i32[(parsed + 8) >> 2]
    const $input = PyUnicodeDecodeError_GetObject(this.$exc)
    if ($input === NULL) return -1
    const remain = this.end - this.start - to
    this.start = PyBytes_AS_STRING($input)
    const insize = Py_SIZE($input)
    this.end = this.start + insize
    Py_DECREF($input)
    if (newpos < 0) newpos += insize
    if (newpos < 0 || newpos > insize) {
      PyErr_SetString(PyExc_IndexError, `position ${newpos} from error handler out of bounds`)
      return -1
    }
    const replen = PyUnicode_GET_LENGTH(rep)
    let min = i32[(w + _PyUnicodeWriter.min_length) >> 2]
    let grow = false
    if (replen > 1) {
      min += replen - 1
      grow = true
    }
    const next = this.start + newpos
    if (this.end - next > remain) {
      min += this.end - next - remain
      grow = true
    }
    if (grow) {
      setssize(w + _PyUnicodeWriter.min_length, min)
      u8[w + _PyUnicodeWriter.overallocate] = 1
      if (_PyUnicodeWriter_Prepare(w, min - i32[(w + _PyUnicodeWriter.pos) >> 2], PyUnicode_MAX_CHAR_VALUE(rep)) < 0) return -1
    }
    if (_PyUnicodeWriter_WriteStr(w, rep) < 0) return -1
    this.next = next
    return 0
  }
  release(): void {
    Py_XDECREF(this.$handler)
    Py_XDECREF(this.$exc)
  }
}

/** An encoder's growing output. */
export class ByteSink {
  bytes = new Uint8Array(64)
  length = 0
  push(b: number): void {
    if (this.length === this.bytes.length) this.grow(1)
    this.bytes[this.length++] = b
  }
  ascii(s: string): void {
    for (let i = 0; i < s.length; i++) this.push(s.charCodeAt(i))
  }
  /** Copy `n` bytes of the heap. */
  heap(data: number, n: number): void {
    if (this.length + n > this.bytes.length) this.grow(n)
    this.bytes.set(u8.subarray(data, data + n), this.length)
    this.length += n
  }
  private grow(n: number): void {
    const b = new Uint8Array((this.length + n) * 2)
    b.set(this.bytes.subarray(0, this.length))
    this.bytes = b
  }
  toBytes(): Own {
    return PyBytes_FromJS(this.bytes.subarray(0, this.length))
  }
}

/** What an encoder needs to call its handler. */
export class EncodeErrors {
  $handler: Own = NULL
  $exc: Own = NULL
  /** Where to go on: a character index. */
  next = 0
  constructor(
    readonly encoding: string,
    readonly errors: string | null,
    readonly unicode: Ref,
  ) {}

  private make(reason: string, from: number, to: number): number {
    if (this.$exc === NULL) {
      this.$exc = PyUnicodeEncodeError_Create(this.encoding, this.unicode, from, to, reason)
      return this.$exc === NULL ? -1 : 0
    }
    if (
      PyUnicodeEncodeError_SetStart(this.$exc, from) ||
      PyUnicodeEncodeError_SetEnd(this.$exc, to) ||
      PyUnicodeEncodeError_SetReason(this.$exc, reason)
    ) {
      const $exc = this.$exc
      this.$exc = NULL
      Py_DECREF($exc)
      return -1
    }
    return 0
  }
  /** Raise the strict error. */
  raise(reason: string, from: number, to: number): -1 {
    if (this.make(reason, from, to) === 0) PyCodec_StrictErrors(this.$exc)
    return -1
  }
  /** Characters [from, to) could not be encoded: the handler's replacement (owned str or bytes), `next` set; NULL with an error. */
  call(reason: string, from: number, to: number): Own {
    if (this.$handler === NULL) {
      this.$handler = PyCodec_LookupError(this.errors)
      if (this.$handler === NULL) return NULL
    }
    if (this.make(reason, from, to) < 0) return NULL
    const $res = PyObject_CallOneArg(this.$handler, this.$exc)
    if ($res === NULL) return NULL
    const $rep = this.take($res)
    Py_DECREF($res)
    return $rep
  }
  private take(res: Ref): Own {
    const message = "encoding error handler must return (str/bytes, int) tuple"
    if (!PyTuple_Check(res)) {
      PyErr_SetString(PyExc_TypeError, message)
      return NULL
    }
    const parsed = PyArg_ParseTuple(res, `On;${message}`)
    if (!parsed) return NULL
    const rep = ptr(parsed)
    let newpos = i32[(parsed + 8) >> 2]
    if (!PyUnicode_Check(rep) && !PyBytes_Check(rep)) {
      PyErr_SetString(PyExc_TypeError, message)
      return NULL
    }
    const len = PyUnicode_GET_LENGTH(this.unicode)
    if (newpos < 0) newpos += len
    if (newpos < 0 || newpos > len) {
      PyErr_SetString(PyExc_IndexError, `position ${newpos} from error handler out of bounds`)
      return NULL
    }
    this.next = newpos
    Py_INCREF(rep)
    return rep as Own
  }
  release(): void {
    Py_XDECREF(this.$handler)
    Py_XDECREF(this.$exc)
  }
}

/** Append a handler's replacement: bytes as they are; a str must be ASCII, else the strict error. 0 or -1. Releases `$rep`. */
export function writeReplacement(
  sink: ByteSink,
  e: EncodeErrors,
  $rep: Own,
  reason: string,
  from: number,
  to: number,
  limit: number,
): number {
  let r = 0
  if (PyBytes_Check($rep)) sink.heap(PyBytes_AS_STRING($rep), Py_SIZE($rep))
  else {
    const n = PyUnicode_GET_LENGTH($rep)
    const kind = PyUnicode_KIND($rep)
    const data = PyUnicode_DATA($rep)
    if (limit === 128 ? !PyUnicode_IS_ASCII($rep) : kind !== 1) r = e.raise(reason, from, to)
    else for (let i = 0; i < n; i++) sink.push(PyUnicode_READ(kind, data, i))
  }
  Py_DECREF($rep)
  return r
}
/** \xNN, \uNNNN or \UNNNNNNNN for characters [from, to). */
export function backslashreplace(sink: ByteSink, unicode: Ref, from: number, to: number): void {
  const kind = PyUnicode_KIND(unicode)
  const data = PyUnicode_DATA(unicode)
  for (let i = from; i < to; i++) sink.ascii(escapeOf(PyUnicode_READ(kind, data, i)))
}
export function escapeOf(ch: number): string {
  const hex = ch.toString(16)
  return ch < 256 ? `\\x${hex.padStart(2, "0")}` : ch < 65536 ? `\\u${hex.padStart(4, "0")}` : `\\U${hex.padStart(8, "0")}`
}
/** &#NNN; for characters [from, to). */
export function xmlcharrefreplace(sink: ByteSink, unicode: Ref, from: number, to: number): void {
  const kind = PyUnicode_KIND(unicode)
  const data = PyUnicode_DATA(unicode)
  for (let i = from; i < to; i++) sink.ascii(`&#${PyUnicode_READ(kind, data, i)};`)
}

/** What str.translate needs to call its handler. */
export class TranslateErrors {
  $handler: Own = NULL
  $exc: Own = NULL
  next = 0
  constructor(
    readonly errors: string | null,
    readonly unicode: Ref,
  ) {}
  private make(reason: string, from: number, to: number): number {
    if (this.$exc === NULL) {
      this.$exc = _PyUnicodeTranslateError_Create(this.unicode, from, to, reason)
      return this.$exc === NULL ? -1 : 0
    }
    if (
      PyUnicodeTranslateError_SetStart(this.$exc, from) ||
      PyUnicodeTranslateError_SetEnd(this.$exc, to) ||
      PyUnicodeTranslateError_SetReason(this.$exc, reason)
    ) {
      const $exc = this.$exc
      this.$exc = NULL
      Py_DECREF($exc)
      return -1
    }
    return 0
  }
  call(reason: string, from: number, to: number): Own {
    const message = "translating error handler must return (str, int) tuple"
    if (this.$handler === NULL) {
      this.$handler = PyCodec_LookupError(this.errors)
      if (this.$handler === NULL) return NULL
    }
    if (this.make(reason, from, to) < 0) return NULL
    const $res = PyObject_CallOneArg(this.$handler, this.$exc)
    if ($res === NULL) return NULL
    let $rep: Own = NULL
    if (!PyTuple_Check($res)) PyErr_SetString(PyExc_TypeError, message)
    else {
      const parsed = PyArg_ParseTuple($res, `Un;${message}`)
      if (parsed) {
        let newpos = i32[(parsed + 8) >> 2]
        const len = PyUnicode_GET_LENGTH(this.unicode)
        if (newpos < 0) newpos += len
        if (newpos < 0 || newpos > len) PyErr_SetString(PyExc_IndexError, `position ${newpos} from error handler out of bounds`)
        else {
          this.next = newpos
          $rep = PyTuple_GET_ITEM($res, 0) as Own
          Py_INCREF($rep)
        }
      }
    }
    Py_DECREF($res)
    return $rep
  }
  release(): void {
    Py_XDECREF(this.$handler)
    Py_XDECREF(this.$exc)
  }
}
