import { byte, int32, ptr, setbyte, setint32, setptr } from "../../heap/access.ts"
import { calloca, cstackMark, cstackReset } from "../../heap/cstack.ts"
import { fn } from "../../heap/fntable.ts"
import { PyTypeObject } from "../../heap/layout.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_CLEAR, Py_DECREF, Py_NewRef, Py_SIZE, Py_TYPE, Py_XDECREF, Py_XSETREF } from "../../heap/refcount.ts"
import { ID, staticType } from "../../heap/statics.ts"
import { u8 } from "../../heap/views.ts"
import { PyObject_GC_UnTrack } from "../../gc/gcmodule.ts"
import { PyObject_ClearWeakRefs } from "../../gc/weakref.ts"
import { PyBytes_AS_STRING, PyBytes_Check, PyBytes_FromStringAndSize } from "../../objects/bytesobject.ts"
import {
  PyObject_CallMethodNoArgs,
  PyObject_CallMethodOneArg,
  PyObject_CallMethodTwoArgs,
  PyObject_CallOneArg,
} from "../../objects/call.ts"
import { checkCodecNames } from "../../objects/codecs.ts"
import { defineType } from "../../objects/define.ts"
import {
  _PyErr_ChainExceptions,
  PyErr_Clear,
  PyErr_ExceptionMatches,
  PyErr_Fetch,
  PyErr_Occurred,
  PyErr_SetString,
} from "../../objects/errors.ts"
import { argGiven, parseTuple } from "../../objects/getargs.ts"
import { PyList_Append, PyList_Check, PyList_GET_ITEM, PyList_GET_SIZE, PyList_New, PyList_SET_ITEM } from "../../objects/listobject.ts"
import { PyBool_FromLong } from "../../objects/boolobject.ts"
import { PyLong_AsBigInt, PyLong_AsLong, PyLong_FromBigInt, PyLong_FromLong } from "../../objects/longobject.ts"
import {
  _PyObject_LookupAttr,
  cstringJS,
  Py_ReprEnter,
  Py_ReprLeave,
  PyObject_GenericGetDict,
  PyObject_GenericSetDict,
  PyObject_GetAttr,
  PyObject_GetAttrString,
  PyObject_IsTrue,
  reprJS,
  typeName,
} from "../../objects/object.ts"
import { type allocfunc, METH, TPFLAGS, type visitproc } from "../../objects/slots.ts"
import {
  Py_False,
  Py_None,
  Py_True,
  PyExc_AttributeError,
  PyExc_LookupError,
  PyExc_OSError,
  PyExc_RuntimeError,
  PyExc_TypeError,
  PyExc_ValueError,
} from "../../objects/statictypes.ts"
import {
  PyTuple_Check,
  PyTuple_GET_ITEM,
  PyTuple_GET_SIZE,
  PyTuple_New,
  PyTuple_Pack2,
  PyTuple_SET_ITEM,
} from "../../objects/tupleobject.ts"
import {
  PyUnicode_DATA,
  PyUnicode_AsEncodedString,
  PyUnicode_AsJS,
  PyUnicode_AsUTF8String,
  PyUnicode_Check,
  PyUnicode_Concat,
  PyUnicode_FindChar,
  PyUnicode_FromString,
  PyUnicode_GET_LENGTH,
  PyUnicode_IS_ASCII,
  PyUnicode_Join,
  PyUnicode_READ_CHAR,
  PyUnicode_Substring,
  _PyUnicode_AsASCIIString,
} from "../../objects/unicodeobject.ts"
import { upcalls } from "../../objects/upcalls.ts"
import { _PyIncrementalNewlineDecoder_decode, newNewlineDecoder, newlinesSeen, PyIncrementalNewlineDecoder_Type } from "./nldecoder.ts"
import { callIntInt, finalizeFromDealloc, freeStream, IOBase, isClosed, PyIOBase_Type, sizeFromArgs, unsupported } from "./iobase.ts"

// Modules/_io/textio.c: text over a buffered binary stream.
//   writing: encoded pieces wait in the list `pending` until `pendingCount` bytes are reached or somebody flushes.
//   reading: `decoded` is the last decoded chunk, of which `used` characters are handed out; `snapshot` is (decoder flags, the bytes) from
//   which `decoded` came, so that tell() can find the position of any character again.

const enum Text {
  buffer = 16,
  encoding = 24,
  encoder = 32,
  decoder = 40,
  readnl = 48, // str or NULL (universal)
  errors = 56,
  pending = 64,
  decoded = 72,
  snapshot = 80,
  chunk_size = 88,
  used = 92,
  pendingCount = 96,
  ok = 100, // bytes from here
  detached = 101,
  lineBuffering = 102,
  writeThrough = 103,
  readUniversal = 104,
  readTranslate = 105,
  writeTranslate = 106,
  seekable = 107,
  hasRead1 = 108,
  telling = 109,
  finalizing = 110,
  fastEncode = 111, // 0 none, 1 utf-8, 2 ascii, 3 latin-1: encoders without state
  startOfStream = 112,
  writenl = 120, // str or NULL ("\n")
  weakreflist = 176,
  dict = 184,
  SIZE = 192,
}

export const PyTextIOBase_Type = staticType()
export const PyTextIOWrapper_Type = staticType()

function bufferOf(self: Ref): Ref {
  return ptr(self + Text.buffer)
}
function checkAttached(self: Ref): boolean {
  if (byte(self + Text.ok)) return true
  PyErr_SetString(
    PyExc_ValueError,
    byte(self + Text.detached) ? "underlying buffer has been detached" : "I/O operation on uninitialized object",
  )
  return false
}
function checkOpen(self: Ref): boolean {
  if (!checkAttached(self)) return false
  const closed = Py_TYPE(self) === PyTextIOWrapper_Type ? isClosed(bufferOf(self)) : isClosed(self)
  if (closed > 0) PyErr_SetString(PyExc_ValueError, "I/O operation on closed file.")
  return closed === 0
}

// ---- construction ----

function validNewline(newline: string | null): boolean {
  if (newline === null || ["", "\n", "\r", "\r\n"].includes(newline)) return true
  PyErr_SetString(PyExc_ValueError, `illegal newline value: ${newline}`)
  return false
}
function setNewline(self: Ref, newline: string | null): void {
  Py_XSETREF(self + Text.readnl, newline === null ? NULL : PyUnicode_FromString(newline))
  setbyte(self + Text.readUniversal, newline === null || newline === "" ? 1 : 0)
  setbyte(self + Text.readTranslate, newline === null ? 1 : 0)
  setbyte(self + Text.writeTranslate, newline !== "" ? 1 : 0)
  Py_XSETREF(self + Text.writenl, newline === "\r" || newline === "\r\n" ? PyUnicode_FromString(newline) : NULL)
}

// The codec's incremental encoder or decoder; NULL with the error set.
function incremental(encoding: Ref, errors: Ref, which: "incrementalencoder" | "incrementaldecoder"): Own {
  const $codecs = upcalls.importModule("codecs")
  if ($codecs === NULL) return NULL
  const $info = PyObject_CallMethodOneArg($codecs, ID("lookup"), encoding)
  Py_DECREF($codecs)
  if ($info === NULL) return NULL
  const $factory = PyObject_GetAttrString($info, which)
  Py_DECREF($info)
  if ($factory === NULL) return NULL
  const $r = PyObject_CallOneArg($factory, errors)
  Py_DECREF($factory)
  return $r
}
function isTextEncoding(encoding: Ref): boolean {
  const $codecs = upcalls.importModule("codecs")
  if ($codecs === NULL) return false
  const $info = PyObject_CallMethodOneArg($codecs, ID("lookup"), encoding)
  Py_DECREF($codecs)
  if ($info === NULL) return false
  const $flag = _PyObject_LookupAttr($info, ID("_is_text_encoding"))
  Py_DECREF($info)
  const isText = $flag === NULL || PyObject_IsTrue($flag) !== 0
  Py_XDECREF($flag)
  if (!isText) {
    const name = PyUnicode_AsJS(encoding)
    PyErr_SetString(PyExc_LookupError, `'${name}' is not a text encoding; use codecs.open() to handle arbitrary codecs`)
  }
  return isText
}
// True/false of an inquiry method; -1 error.
function ask(op: Ref, name: Ref): number {
  const $r = PyObject_CallMethodNoArgs(op, name)
  if ($r === NULL) return -1
  const t = PyObject_IsTrue($r)
  Py_DECREF($r)
  return t
}
function setCodecs(self: Ref): number {
  const buffer = bufferOf(self)
  const encoding = ptr(self + Text.encoding)
  const errors = ptr(self + Text.errors)
  const readable = ask(buffer, ID("readable"))
  if (readable < 0) return -1
  Py_CLEAR(self + Text.decoder)
  if (readable) {
    const $decoder = incremental(encoding, errors, "incrementaldecoder")
    if ($decoder === NULL) return -1
    if (byte(self + Text.readUniversal)) {
      const $nl = newNewlineDecoder($decoder, byte(self + Text.readTranslate) !== 0)
      Py_DECREF($decoder)
      if ($nl === NULL) return -1
      setptr(self + Text.decoder, $nl)
    } else setptr(self + Text.decoder, $decoder)
  }
  const writable = ask(buffer, ID("writable"))
  if (writable < 0) return -1
  Py_CLEAR(self + Text.encoder)
  setbyte(self + Text.fastEncode, 0)
  if (writable) {
    const $encoder = incremental(encoding, errors, "incrementalencoder")
    if ($encoder === NULL) return -1
    setptr(self + Text.encoder, $encoder)
    const name = PyUnicode_AsJS(encoding).toLowerCase().replace(/_/g, "-")
    setbyte(
      self + Text.fastEncode,
      name === "utf-8" || name === "utf8"
        ? 1
        : name === "ascii" || name === "us-ascii"
          ? 2
          : name === "latin-1" || name === "iso-8859-1"
            ? 3
            : 0,
    )
  }
  return 0
}

const INIT = ["buffer", "encoding", "errors", "newline", "line_buffering", "write_through"]

function textiowrapper_init(self: Ref, args: Ref, kwds: Ref): number {
  setbyte(self + Text.ok, 0)
  setbyte(self + Text.detached, 0)
  const at = parseTuple(args, kwds, "O|zOzpp:TextIOWrapper", INIT)
  if (at === 0) return -1
  const buffer = ptr(at)
  const given = ptr(at + 8) === 0 ? null : cstringJS(ptr(at + 8))
  const errorsArg = ptr(at + 16)
  const newline = ptr(at + 24) === 0 ? null : cstringJS(ptr(at + 24))
  const lineBuffering = int32(at + 32)
  const writeThrough = int32(at + 40)
  if (errorsArg !== 0 && errorsArg !== Py_None && !PyUnicode_Check(errorsArg)) {
    PyErr_SetString(PyExc_TypeError, `TextIOWrapper() argument 'errors' must be str or None, not ${typeName(errorsArg)}`)
    return -1
  }
  if (errorsArg !== 0 && errorsArg !== Py_None && checkCodecNames(null, PyUnicode_AsJS(errorsArg)) < 0) return -1
  if (!validNewline(newline)) return -1
  for (const f of [Text.encoder, Text.decoder, Text.pending, Text.decoded, Text.snapshot]) Py_CLEAR(self + f)
  const encoding = given === null || given === "locale" ? "utf-8" : given
  // the name as CPython's locale gives it where none was asked for
  const $encoding = PyUnicode_FromString(given === null || given === "locale" ? "UTF-8" : encoding)
  if ($encoding === NULL) return -1
  Py_XSETREF(self + Text.encoding, $encoding)
  if (given !== null && given !== "locale" && !isTextEncoding($encoding)) return -1
  Py_XSETREF(self + Text.errors, errorsArg === 0 || errorsArg === Py_None ? PyUnicode_FromString("strict") : Py_NewRef(errorsArg))
  setint32(self + Text.chunk_size, 8192)
  setbyte(self + Text.lineBuffering, lineBuffering ? 1 : 0)
  setbyte(self + Text.writeThrough, writeThrough ? 1 : 0)
  setNewline(self, newline)
  Py_XSETREF(self + Text.buffer, Py_NewRef(buffer))
  if (setCodecs(self) < 0) return -1
  setint32(self + Text.used, 0)
  setint32(self + Text.pendingCount, 0)
  const seekable = ask(buffer, ID("seekable"))
  if (seekable < 0) return -1
  setbyte(self + Text.seekable, seekable)
  setbyte(self + Text.telling, seekable)
  const $read1 = _PyObject_LookupAttr(buffer, ID("read1"))
  if ($read1 === NULL && PyErr_Occurred()) return -1
  setbyte(self + Text.hasRead1, $read1 === NULL ? 0 : 1)
  Py_XDECREF($read1)
  setbyte(self + Text.startOfStream, 1)
  if (seekable && ptr(self + Text.encoder) !== 0 && fixEncoderState(self) < 0) return -1
  setbyte(self + Text.ok, 1)
  return 0
}
// Appending to a file that has something: the encoder must not write its byte-order mark again.
function fixEncoderState(self: Ref): number {
  const $pos = PyObject_CallMethodNoArgs(bufferOf(self), ID("tell"))
  if ($pos === NULL) return -1
  const at = PyLong_AsBigInt($pos)
  Py_DECREF($pos)
  if (PyErr_Occurred()) return -1
  return at === 0n ? 0 : setEncoderState(self, false)
}
function setEncoderState(self: Ref, start: boolean): number {
  const encoder = ptr(self + Text.encoder)
  if (encoder === 0) return 0
  setbyte(self + Text.startOfStream, start ? 1 : 0)
  let $r: Own
  if (start) $r = PyObject_CallMethodNoArgs(encoder, ID("reset"))
  else {
    const $zero = PyLong_FromLong(0)
    $r = PyObject_CallMethodOneArg(encoder, ID("setstate"), $zero)
    Py_XDECREF($zero)
  }
  if ($r === NULL) return -1
  Py_DECREF($r)
  return 0
}

// ---- writing ----

// Hand the waiting bytes to the buffer; 0 or -1.
function writeFlush(self: Ref): number {
  const pending = ptr(self + Text.pending)
  if (pending === 0) return 0
  let $bytes: Own
  if (PyList_Check(pending)) {
    const n = PyList_GET_SIZE(pending)
    $bytes = PyBytes_FromStringAndSize(0, int32(self + Text.pendingCount))
    if ($bytes === NULL) return -1
    let at = PyBytes_AS_STRING($bytes)
    for (let i = 0; i < n; i++) {
      const b = PyList_GET_ITEM(pending, i)
      const isText = PyUnicode_Check(b)
      const start = isText ? PyUnicode_DATA(b) : PyBytes_AS_STRING(b)
      const size = isText ? PyUnicode_GET_LENGTH(b) : Py_SIZE(b)
      u8.copyWithin(at, start, start + size)
      at += size
    }
  } else if (PyUnicode_Check(pending)) {
    $bytes = PyBytes_FromStringAndSize(PyUnicode_DATA(pending), PyUnicode_GET_LENGTH(pending))
    if ($bytes === NULL) return -1
  } else $bytes = Py_NewRef(pending)
  setint32(self + Text.pendingCount, 0)
  Py_CLEAR(self + Text.pending)
  const $r = PyObject_CallMethodOneArg(bufferOf(self), ID("write"), $bytes)
  Py_DECREF($bytes)
  if ($r === NULL) return -1
  Py_DECREF($r)
  return 0
}
/** The text's bytes; the text itself when it is short ASCII, copied only when it is flushed. */
function encode(self: Ref, text: Ref): Own {
  const kind = byte(self + Text.fastEncode)
  if (kind !== 0 && PyUnicode_IS_ASCII(text)) {
    return PyUnicode_GET_LENGTH(text) <= int32(self + Text.chunk_size) ? Py_NewRef(text) : _PyUnicode_AsASCIIString(text, null)
  }
  if (kind === 1) {
    const errors = PyUnicode_AsJS(ptr(self + Text.errors))
    return errors === "strict" ? PyUnicode_AsUTF8String(text) : PyUnicode_AsEncodedString(text, "utf-8", errors)
  }
  return PyObject_CallMethodOneArg(ptr(self + Text.encoder), ID("encode"), text)
}
function textiowrapper_write(self: Ref, text: Ref): Own {
  if (!PyUnicode_Check(text)) return PyErr_SetString(PyExc_TypeError, `write() argument must be str, not ${typeName(text)}`)
  if (!checkOpen(self)) return NULL
  if (ptr(self + Text.encoder) === 0) return unsupported("not writable")
  const n = PyUnicode_GET_LENGTH(text)
  const lineBuffering = byte(self + Text.lineBuffering) !== 0
  const writenl = ptr(self + Text.writenl)
  const haslf = (lineBuffering || (byte(self + Text.writeTranslate) && writenl !== 0)) && PyUnicode_FindChar(text, 10, 0, n, 1) >= 0
  let $text = Py_NewRef(text)
  if (haslf && byte(self + Text.writeTranslate) && writenl !== 0) {
    Py_DECREF($text)
    $text = PyUnicode_FromString(PyUnicode_AsJS(text).replaceAll("\n", PyUnicode_AsJS(writenl)))
    if ($text === NULL) return NULL
  }
  const needFlush = byte(self + Text.writeThrough) !== 0
  const flushNow = lineBuffering && (haslf || PyUnicode_FindChar($text, 13, 0, PyUnicode_GET_LENGTH($text), 1) >= 0)
  const $bytes = encode(self, $text)
  const asText = $bytes === ($text as Ref)
  Py_DECREF($text)
  if ($bytes === NULL) return NULL
  if (!asText && !PyBytes_Check($bytes)) {
    PyErr_SetString(PyExc_TypeError, `encoder should return a bytes object, not '${typeName($bytes)}'`)
    Py_DECREF($bytes)
    return NULL
  }
  const size = asText ? PyUnicode_GET_LENGTH($bytes) : Py_SIZE($bytes)
  const chunk = int32(self + Text.chunk_size)
  // a big piece does not wait behind small ones
  if (int32(self + Text.pendingCount) + size > chunk && ptr(self + Text.pending) !== 0 && writeFlush(self) < 0) {
    Py_DECREF($bytes)
    return NULL
  }
  const pending = ptr(self + Text.pending)
  let bad = 0
  if (pending === 0) setptr(self + Text.pending, Py_NewRef($bytes))
  else if (PyList_Check(pending)) bad = PyList_Append(pending, $bytes)
  else {
    const $list = PyList_New(2)
    if ($list === NULL) bad = -1
    else {
      PyList_SET_ITEM($list, 0, pending as Own)
      PyList_SET_ITEM($list, 1, Py_NewRef($bytes))
      setptr(self + Text.pending, $list)
    }
  }
  Py_DECREF($bytes)
  if (bad < 0) return NULL
  setint32(self + Text.pendingCount, int32(self + Text.pendingCount) + size)
  if ((int32(self + Text.pendingCount) >= chunk || needFlush || flushNow) && writeFlush(self) < 0) return NULL
  if (flushNow) {
    const $r = PyObject_CallMethodNoArgs(bufferOf(self), ID("flush"))
    if ($r === NULL) return NULL
    Py_DECREF($r)
  }
  if (ptr(self + Text.snapshot) !== 0 || int32(self + Text.used) !== 0 || ptr(self + Text.decoded) !== 0) {
    dropDecoded(self)
    Py_CLEAR(self + Text.snapshot)
    const decoder = ptr(self + Text.decoder)
    if (decoder !== 0) {
      const $r = PyObject_CallMethodNoArgs(decoder, ID("reset"))
      if ($r === NULL) return NULL
      Py_DECREF($r)
    }
  }
  return PyLong_FromLong(n)
}
function textiowrapper_flush(self: Ref): Own {
  if (!checkOpen(self)) return NULL
  setbyte(self + Text.telling, byte(self + Text.seekable))
  if (writeFlush(self) < 0) return NULL
  return PyObject_CallMethodNoArgs(bufferOf(self), ID("flush"))
}

// ---- reading ----

function dropDecoded(self: Ref): void {
  Py_CLEAR(self + Text.decoded)
  setint32(self + Text.used, 0)
}
function left(self: Ref): number {
  const d = ptr(self + Text.decoded)
  return d === 0 ? 0 : PyUnicode_GET_LENGTH(d) - int32(self + Text.used)
}
/** Up to n decoded characters (n < 0: all that is left); owned. */
function takeDecoded(self: Ref, n: number): Own {
  const d = ptr(self + Text.decoded)
  if (d === 0) return PyUnicode_FromString("")
  const used = int32(self + Text.used)
  const have = PyUnicode_GET_LENGTH(d) - used
  const take = n < 0 || n > have ? have : n
  const $s = used > 0 || take < have ? PyUnicode_Substring(d, used, used + take) : Py_NewRef(d)
  setint32(self + Text.used, used + take)
  return $s
}
function decode(decoder: Ref, input: Ref, final: boolean): Own {
  if (Py_TYPE(decoder) === PyIncrementalNewlineDecoder_Type) return _PyIncrementalNewlineDecoder_decode(decoder, input, final)
  const $r = PyObject_CallMethodTwoArgs(decoder, ID("decode"), input, final ? Py_True : Py_False)
  if ($r !== NULL && !PyUnicode_Check($r)) {
    PyErr_SetString(PyExc_TypeError, `decoder should return a string result, not '${typeName($r)}'`)
    Py_DECREF($r)
    return NULL
  }
  return $r
}
/** Read and decode one chunk: 1 more came, 0 the end, -1 error. */
function readChunk(self: Ref, hint: number): number {
  const decoder = ptr(self + Text.decoder)
  if (decoder === 0) {
    unsupported("not readable")
    return -1
  }
  let $flags: Own = NULL
  let $state: Own = NULL
  if (byte(self + Text.telling)) {
    $state = PyObject_CallMethodNoArgs(decoder, ID("getstate"))
    if ($state === NULL) return -1
    if (!PyTuple_Check($state) || PyTuple_GET_SIZE($state) !== 2) {
      Py_DECREF($state)
      PyErr_SetString(PyExc_TypeError, "illegal decoder state")
      return -1
    }
    $flags = Py_NewRef(PyTuple_GET_ITEM($state, 1))
  }
  const $n = PyLong_FromLong(Math.max(int32(self + Text.chunk_size), hint))
  const $input = PyObject_CallMethodOneArg(bufferOf(self), byte(self + Text.hasRead1) ? ID("read1") : ID("read"), $n)
  Py_XDECREF($n)
  let r = -1
  if ($input !== NULL) {
    if (!PyBytes_Check($input)) {
      PyErr_SetString(
        PyExc_TypeError,
        `underlying ${byte(self + Text.hasRead1) ? "read1" : "read"}() should have returned a bytes-like object, not '${typeName($input)}'`,
      )
    } else {
      const eof = Py_SIZE($input) === 0
      const $text = decode(decoder, $input, eof)
      if ($text !== NULL) {
        const n = PyUnicode_GET_LENGTH($text)
        dropDecoded(self)
        setptr(self + Text.decoded, $text)
        r = n > 0 || !eof ? 1 : 0
        if ($state !== NULL) {
          // what the decoder still held belongs in front of what was read
          const $next = concatBytes(PyTuple_GET_ITEM($state, 0), $input)
          const $snap = $next === NULL ? NULL : PyTuple_Pack2($flags, $next)
          Py_XDECREF($next)
          if ($snap === NULL) r = -1
          else Py_XSETREF(self + Text.snapshot, $snap)
        }
      }
    }
    Py_DECREF($input)
  }
  Py_XDECREF($flags)
  Py_XDECREF($state)
  return r
}
function concatBytes(a: Ref, b: Ref): Own {
  const n = Py_SIZE(a)
  const m = Py_SIZE(b)
  if (n === 0) return Py_NewRef(b)
  const $r = PyBytes_FromStringAndSize(0, n + m)
  if ($r !== NULL) {
    u8.copyWithin(PyBytes_AS_STRING($r), PyBytes_AS_STRING(a), PyBytes_AS_STRING(a) + n)
    u8.copyWithin(PyBytes_AS_STRING($r) + n, PyBytes_AS_STRING(b), PyBytes_AS_STRING(b) + m)
  }
  return $r
}
// Steals both.
function concat($a: Own, $b: Own): Own {
  if ($a === NULL || $b === NULL) {
    Py_XDECREF($a)
    Py_XDECREF($b)
    return NULL
  }
  if (PyUnicode_GET_LENGTH($b) === 0) {
    Py_DECREF($b)
    return $a
  }
  if (PyUnicode_GET_LENGTH($a) === 0) {
    Py_DECREF($a)
    return $b
  }
  const $r = PyUnicode_Concat($a, $b)
  Py_DECREF($a)
  Py_DECREF($b)
  return $r
}
function joinList($list: Own): Own {
  const $sep = PyUnicode_FromString("")
  const $r = PyUnicode_Join($sep, $list)
  Py_XDECREF($sep)
  Py_DECREF($list)
  return $r
}
function textiowrapper_read(self: Ref, args: Ref): Own {
  const n = sizeFromArgs(args, "read")
  if (Number.isNaN(n) || !checkOpen(self)) return NULL
  const decoder = ptr(self + Text.decoder)
  if (decoder === 0) return unsupported("not readable")
  if (writeFlush(self) < 0) return NULL
  if (n < 0) {
    const $bytes = PyObject_CallMethodNoArgs(bufferOf(self), ID("read"))
    if ($bytes === NULL) return NULL
    const $text = decode(decoder, $bytes, true)
    Py_DECREF($bytes)
    if ($text === NULL) return NULL
    const $r = concat(takeDecoded(self, -1), $text)
    dropDecoded(self)
    Py_CLEAR(self + Text.snapshot)
    return $r
  }
  const $list = PyList_New(0)
  if ($list === NULL) return NULL
  let need = n
  for (;;) {
    const $part = takeDecoded(self, need)
    const bad = $part === NULL ? -1 : PyList_Append($list, $part)
    if (bad === 0) need -= PyUnicode_GET_LENGTH($part)
    Py_XDECREF($part)
    if (bad < 0) {
      Py_DECREF($list)
      return NULL
    }
    if (need <= 0) break
    const r = readChunk(self, need)
    if (r < 0) {
      Py_DECREF($list)
      return NULL
    }
    if (r === 0) break
  }
  return joinList($list)
}
/** Where the line that starts at `start` of str `s` ends (after its newline), or -1 when it does not end there. */
function lineEnd(self: Ref, s: Ref, start: number): number {
  const n = PyUnicode_GET_LENGTH(s)
  if (byte(self + Text.readTranslate)) {
    const i = PyUnicode_FindChar(s, 10, start, n, 1)
    return i < 0 ? -1 : i + 1
  }
  if (byte(self + Text.readUniversal)) {
    const lf = PyUnicode_FindChar(s, 10, start, n, 1)
    const cr = PyUnicode_FindChar(s, 13, start, lf < 0 ? n : lf, 1)
    if (cr < 0) return lf < 0 ? -1 : lf + 1
    return lf === cr + 1 ? lf + 1 : cr + 1
  }
  const nl = PyUnicode_AsJS(ptr(self + Text.readnl))
  if (nl.length === 1) {
    const i = PyUnicode_FindChar(s, nl.charCodeAt(0), start, n, 1)
    return i < 0 ? -1 : i + 1
  }
  for (let i = start; ; i++) {
    i = PyUnicode_FindChar(s, 13, i, n, 1)
    if (i < 0 || i + 1 >= n) return -1
    if (PyUnicode_READ_CHAR(s, i + 1) === 10) return i + 2
  }
}
function readLine(self: Ref, limit: number): Own {
  if (!checkOpen(self) || writeFlush(self) < 0) return NULL
  let $line: Own = NULL
  for (;;) {
    while (left(self) === 0) {
      const r = readChunk(self, 0)
      if (r < 0) {
        Py_XDECREF($line)
        return NULL
      }
      if (r === 0) {
        dropDecoded(self)
        Py_CLEAR(self + Text.snapshot)
        return $line === NULL ? PyUnicode_FromString("") : $line
      }
    }
    // a "\r\n" may be split over two chunks: what we have of the line comes along
    const start = int32(self + Text.used)
    const d = ptr(self + Text.decoded)
    if ($line !== NULL && !byte(self + Text.readTranslate)) {
      const $joined = concat($line, PyUnicode_Substring(d, start, PyUnicode_GET_LENGTH(d)))
      if ($joined === NULL) return NULL
      const had = PyUnicode_GET_LENGTH($joined) - (PyUnicode_GET_LENGTH(d) - start)
      let end = lineEnd(self, $joined, 0)
      const total = PyUnicode_GET_LENGTH($joined)
      if (limit >= 0 && (end < 0 ? total : end) > limit) end = limit
      if (end < 0) {
        setint32(self + Text.used, PyUnicode_GET_LENGTH(d))
        $line = $joined
        continue
      }
      setint32(self + Text.used, start + Math.max(0, end - had))
      const $r = PyUnicode_Substring($joined, 0, end)
      Py_DECREF($joined)
      return $r
    }
    let end = lineEnd(self, d, start)
    const have = $line === NULL ? 0 : PyUnicode_GET_LENGTH($line)
    const stop = end < 0 ? PyUnicode_GET_LENGTH(d) : end
    if (limit >= 0 && have + (stop - start) >= limit) end = start + (limit - have)
    const done = end >= 0
    const to = done ? end : PyUnicode_GET_LENGTH(d)
    const $part = start === 0 && to === PyUnicode_GET_LENGTH(d) ? Py_NewRef(d) : PyUnicode_Substring(d, start, to)
    setint32(self + Text.used, to)
    $line = $line === NULL ? $part : concat($line, $part)
    if ($line === NULL || done) return $line
  }
}
function textiowrapper_readline(self: Ref, args: Ref): Own {
  const limit = sizeFromArgs(args, "readline")
  return Number.isNaN(limit) || !checkAttached(self) ? NULL : readLine(self, limit)
}
function textiowrapper_iternext(self: Ref): Own {
  if (!checkAttached(self)) return NULL
  setbyte(self + Text.telling, 0)
  let $line: Own
  if (Py_TYPE(self) === PyTextIOWrapper_Type) $line = readLine(self, -1)
  else {
    $line = PyObject_CallMethodNoArgs(self, ID("readline"))
    if ($line !== NULL && !PyUnicode_Check($line)) {
      PyErr_SetString(PyExc_OSError, `readline() should have returned a str object, not '${typeName($line)}'`)
      Py_DECREF($line)
      return NULL
    }
  }
  if ($line === NULL || PyUnicode_GET_LENGTH($line) > 0) return $line
  Py_DECREF($line)
  Py_CLEAR(self + Text.snapshot)
  setbyte(self + Text.telling, byte(self + Text.seekable))
  return NULL
}

// ---- positions ----
// A cookie packs: the byte position of the snapshot, decoder flags, bytes to feed, "need eof", characters to skip.

const BITS64 = (1n << 64n) - 1n

function packCookie(start: bigint, flags: bigint, feed: bigint, needEof: bigint, skip: bigint): bigint {
  return start | (flags << 64n) | (feed << 96n) | (skip << 128n) | (needEof << 160n)
}
function decoderSetstate(self: Ref, buffer: Ref, flags: bigint): number {
  const $t = PyTuple_New(2)
  if ($t === NULL) return -1
  PyTuple_SET_ITEM($t, 0, Py_NewRef(buffer))
  PyTuple_SET_ITEM($t, 1, PyLong_FromBigInt(flags))
  const $r = PyObject_CallMethodOneArg(ptr(self + Text.decoder), ID("setstate"), $t)
  Py_DECREF($t)
  if ($r === NULL) return -1
  Py_DECREF($r)
  return 0
}
function textiowrapper_tell(self: Ref): Own {
  if (!checkOpen(self)) return NULL
  if (!byte(self + Text.seekable)) return unsupported("underlying stream is not seekable")
  if (!byte(self + Text.telling)) return PyErr_SetString(PyExc_OSError, "telling position disabled by next() call")
  if (writeFlush(self) < 0) return NULL
  const $f = PyObject_CallMethodNoArgs(self, ID("flush"))
  if ($f === NULL) return NULL
  Py_DECREF($f)
  const $pos = PyObject_CallMethodNoArgs(bufferOf(self), ID("tell"))
  const decoder = ptr(self + Text.decoder)
  const snapshot = ptr(self + Text.snapshot)
  if ($pos === NULL || decoder === 0 || snapshot === 0) return $pos
  let position = PyLong_AsBigInt($pos)
  Py_DECREF($pos)
  const flags = PyLong_AsBigInt(PyTuple_GET_ITEM(snapshot, 0))
  const next = PyTuple_GET_ITEM(snapshot, 1)
  const len = Py_SIZE(next)
  position -= BigInt(len)
  const used = int32(self + Text.used)
  if (used === 0) return PyLong_FromBigInt(packCookie(position, flags, 0n, 0n, 0n))
  const $saved = PyObject_CallMethodNoArgs(decoder, ID("getstate"))
  if ($saved === NULL) return NULL
  const $empty = PyBytes_FromStringAndSize(0, 0)
  const cookie = findCookie(self, position, flags, next, len, used, $empty)
  Py_DECREF($empty)
  const failed = cookie === null
  const mark = cstackMark()
  const at = calloca(24)
  PyErr_Fetch(at)
  const $r = PyObject_CallMethodOneArg(decoder, ID("setstate"), $saved)
  Py_DECREF($saved)
  _PyErr_ChainExceptions(at)
  cstackReset(mark)
  Py_XDECREF($r)
  return failed || $r === NULL ? NULL : PyLong_FromBigInt(cookie)
}
// Decode the snapshot byte by byte up to the wanted character, remembering the last place where the decoder held nothing back.
function findCookie(self: Ref, position: bigint, flags: bigint, next: Ref, len: number, used: number, empty: Ref): bigint | null {
  const decoder = ptr(self + Text.decoder)
  if (decoderSetstate(self, empty, flags) < 0) return null
  let start = position
  let startFlags = flags
  let feed = 0
  let decoded = 0
  let skip = used
  const base = PyBytes_AS_STRING(next)
  for (let i = 0; i < len; i++) {
    const $b = PyBytes_FromStringAndSize(base + i, 1)
    const $text = $b === NULL ? NULL : decode(decoder, $b, false)
    Py_XDECREF($b)
    if ($text === NULL) return null
    feed++
    decoded += PyUnicode_GET_LENGTH($text)
    Py_DECREF($text)
    const $state = PyObject_CallMethodNoArgs(decoder, ID("getstate"))
    if ($state === NULL) return null
    const held = Py_SIZE(PyTuple_GET_ITEM($state, 0))
    const f = PyLong_AsBigInt(PyTuple_GET_ITEM($state, 1))
    Py_DECREF($state)
    if (held === 0 && decoded <= skip) {
      start += BigInt(feed)
      skip -= decoded
      startFlags = f
      feed = 0
      decoded = 0
    }
    if (decoded >= skip) return packCookie(start, startFlags, BigInt(feed), 0n, BigInt(skip))
  }
  const $text = decode(decoder, empty, true)
  if ($text === NULL) return null
  decoded += PyUnicode_GET_LENGTH($text)
  Py_DECREF($text)
  if (decoded < skip) {
    PyErr_SetString(PyExc_OSError, "can't reconstruct logical file position")
    return null
  }
  return packCookie(start, startFlags, BigInt(feed), 1n, BigInt(skip))
}
function textiowrapper_seek(self: Ref, args: Ref): Own {
  const at = parseTuple(args, NULL, "O|i:seek", null)
  if (at === 0) return NULL
  const cookieObj = ptr(at)
  const whence = Py_SIZE(args) > 1 ? int32(at + 8) : 0
  if (!checkOpen(self)) return NULL
  if (!byte(self + Text.seekable)) return unsupported("underlying stream is not seekable")
  let cookie = PyLong_AsBigInt(cookieObj)
  if (PyErr_Occurred()) return NULL
  if (whence === 1) {
    if (cookie !== 0n) return unsupported("can't do nonzero cur-relative seeks")
    const $here = PyObject_CallMethodNoArgs(self, ID("tell"))
    if ($here === NULL) return NULL
    cookie = PyLong_AsBigInt($here)
    Py_DECREF($here)
  } else if (whence === 2) {
    if (cookie !== 0n) return unsupported("can't do nonzero end-relative seeks")
    const $f = PyObject_CallMethodNoArgs(self, ID("flush"))
    if ($f === NULL) return NULL
    Py_DECREF($f)
    dropDecoded(self)
    Py_CLEAR(self + Text.snapshot)
    if (resetDecoder(self) < 0) return NULL
    const $end = callIntInt(bufferOf(self), "seek", 0, 2)
    if ($end === NULL) return NULL
    if (setEncoderState(self, PyLong_AsBigInt($end) === 0n) < 0) {
      Py_DECREF($end)
      return NULL
    }
    return $end
  } else if (whence !== 0) return PyErr_SetString(PyExc_ValueError, `invalid whence (${whence}, should be 0, 1 or 2)`)
  if (cookie < 0n) return PyErr_SetString(PyExc_ValueError, `negative seek position ${cookie}`)
  const $f = PyObject_CallMethodNoArgs(self, ID("flush"))
  if ($f === NULL) return NULL
  Py_DECREF($f)
  const start = cookie & BITS64
  const flags = (cookie >> 64n) & 0xffffffffn
  const feed = Number((cookie >> 96n) & 0xffffffffn)
  const skip = Number((cookie >> 128n) & 0xffffffffn)
  const needEof = (cookie >> 160n) & 1n
  const $start = PyLong_FromBigInt(start)
  const $sought = PyObject_CallMethodOneArg(bufferOf(self), ID("seek"), $start)
  Py_XDECREF($start)
  if ($sought === NULL) return NULL
  Py_DECREF($sought)
  dropDecoded(self)
  Py_CLEAR(self + Text.snapshot)
  if (ptr(self + Text.decoder) !== 0) {
    const $empty = PyBytes_FromStringAndSize(0, 0)
    const bad = start === 0n && flags === 0n ? resetDecoder(self) : decoderSetstate(self, $empty, flags)
    const $snap = bad < 0 ? NULL : snapshotOf(flags, $empty)
    Py_DECREF($empty)
    if ($snap === NULL) return NULL
    Py_XSETREF(self + Text.snapshot, $snap)
    if (skip > 0) {
      const $n = PyLong_FromLong(feed)
      const $bytes = PyObject_CallMethodOneArg(bufferOf(self), ID("read"), $n)
      Py_XDECREF($n)
      if ($bytes === NULL) return NULL
      const $snap2 = snapshotOf(flags, $bytes)
      const $text = decode(ptr(self + Text.decoder), $bytes, needEof === 1n)
      Py_DECREF($bytes)
      if ($snap2 !== NULL) Py_XSETREF(self + Text.snapshot, $snap2)
      if ($text === NULL) return NULL
      if (PyUnicode_GET_LENGTH($text) < skip) {
        Py_DECREF($text)
        return PyErr_SetString(PyExc_OSError, "can't restore logical file position")
      }
      setptr(self + Text.decoded, $text)
      setint32(self + Text.used, skip)
    }
  }
  if (setEncoderState(self, start === 0n && flags === 0n) < 0) return NULL
  return PyLong_FromBigInt(cookie)
}
function snapshotOf(flags: bigint, bytes: Ref): Own {
  const $flags = PyLong_FromBigInt(flags)
  const $t = $flags === NULL ? NULL : PyTuple_Pack2($flags, bytes)
  Py_XDECREF($flags)
  return $t
}
function resetDecoder(self: Ref): number {
  const decoder = ptr(self + Text.decoder)
  if (decoder === 0) return 0
  const $r = PyObject_CallMethodNoArgs(decoder, ID("reset"))
  if ($r === NULL) return -1
  Py_DECREF($r)
  return 0
}
function textiowrapper_truncate(self: Ref, args: Ref): Own {
  const at = parseTuple(args, NULL, "|O:truncate", null)
  if (at === 0 || !checkAttached(self)) return NULL
  const pos = ptr(at) || Py_None
  const $f = PyObject_CallMethodNoArgs(self, ID("flush"))
  if ($f === NULL) return NULL
  Py_DECREF($f)
  return PyObject_CallMethodOneArg(bufferOf(self), ID("truncate"), pos)
}

// ---- life ----

function textiowrapper_reconfigure(self: Ref, args: Ref, kwds: Ref): Own {
  const at = parseTuple(args, kwds, "|$OOOOO:reconfigure", ["encoding", "errors", "newline", "line_buffering", "write_through"])
  if (at === 0 || !checkAttached(self)) return NULL
  const [encoding, errors, newline, line, through] = [0, 8, 16, 24, 32].map((i) => ptr(at + i))
  const newlineGiven = argGiven(2)
  if (
    ptr(self + Text.decoded) !== 0 &&
    ((encoding !== 0 && encoding !== Py_None) || (errors !== 0 && errors !== Py_None) || newlineGiven)
  ) {
    return unsupported("It is not possible to set the encoding or newline of stream after the first read")
  }
  let nl: string | null = null
  if (newlineGiven && newline !== Py_None) {
    if (!PyUnicode_Check(newline))
      return PyErr_SetString(PyExc_TypeError, `reconfigure() argument 'newline' must be str or None, not ${typeName(newline)}`)
    nl = PyUnicode_AsJS(newline)
  }
  if (!validNewline(nl)) return NULL
  const lineBuffering = line === 0 || line === Py_None ? byte(self + Text.lineBuffering) : PyObject_IsTrue(line)
  const writeThrough = through === 0 || through === Py_None ? byte(self + Text.writeThrough) : PyObject_IsTrue(through)
  if (lineBuffering < 0 || writeThrough < 0) return NULL
  const $f = PyObject_CallMethodNoArgs(self, ID("flush"))
  if ($f === NULL) return NULL
  Py_DECREF($f)
  const newEncoding = encoding !== 0 && encoding !== Py_None
  const newErrors = errors !== 0 && errors !== Py_None
  if (newEncoding || newErrors || newlineGiven) {
    if (newEncoding && !isTextEncoding(encoding)) return NULL
    if (newEncoding) Py_XSETREF(self + Text.encoding, Py_NewRef(encoding))
    if (newErrors) Py_XSETREF(self + Text.errors, Py_NewRef(errors))
    else if (newEncoding) Py_XSETREF(self + Text.errors, PyUnicode_FromString("strict"))
    if (newlineGiven) setNewline(self, nl)
    if (setCodecs(self) < 0 || (byte(self + Text.seekable) && ptr(self + Text.encoder) !== 0 && fixEncoderState(self) < 0)) return NULL
  }
  setbyte(self + Text.lineBuffering, lineBuffering)
  setbyte(self + Text.writeThrough, writeThrough)
  return Py_NewRef(Py_None)
}
function textiowrapper_detach(self: Ref): Own {
  if (!checkAttached(self)) return NULL
  const $f = PyObject_CallMethodNoArgs(self, ID("flush"))
  if ($f === NULL) return NULL
  Py_DECREF($f)
  const $buffer = bufferOf(self) as Own
  setptr(self + Text.buffer, 0)
  setbyte(self + Text.detached, 1)
  setbyte(self + Text.ok, 0)
  return $buffer
}
function textiowrapper_close(self: Ref): Own {
  if (!checkAttached(self)) return NULL
  const closed = isClosed(self)
  if (closed !== 0) return closed < 0 ? NULL : Py_NewRef(Py_None)
  if (byte(self + Text.finalizing)) {
    const $w = PyObject_CallMethodOneArg(bufferOf(self), ID("_dealloc_warn"), self)
    if ($w === NULL) PyErr_Clear()
    else Py_DECREF($w)
  }
  const mark = cstackMark()
  const at = calloca(24)
  const $flush = PyObject_CallMethodNoArgs(self, ID("flush"))
  PyErr_Fetch(at)
  Py_XDECREF($flush)
  const $res = PyObject_CallMethodNoArgs(bufferOf(self), ID("close"))
  const failed = ptr(at) !== 0
  _PyErr_ChainExceptions(at)
  cstackReset(mark)
  if (!failed) return $res
  Py_XDECREF($res)
  return NULL
}
function textiowrapper_new(type: Ref, _args: Ref, _kwds: Ref): Own {
  return fn<allocfunc>(ptr(type + PyTypeObject.tp_alloc))(type, 0)
}
const OWNED = [
  Text.buffer,
  Text.encoding,
  Text.encoder,
  Text.decoder,
  Text.readnl,
  Text.decoded,
  Text.pending,
  Text.snapshot,
  Text.errors,
  Text.dict,
  Text.writenl,
]
function textiowrapper_clear(self: Ref): number {
  setbyte(self + Text.ok, 0)
  for (let i = 0; i < OWNED.length; i++) Py_CLEAR(self + OWNED[i])
  return 0
}
function textiowrapper_traverse(self: Ref, visit: visitproc, arg: number): number {
  for (let i = 0; i < OWNED.length; i++) {
    const v = ptr(self + OWNED[i])
    if (v !== 0) {
      const r = visit(v, arg)
      if (r) return r
    }
  }
  return 0
}
function textiowrapper_dealloc(self: Ref): void {
  setbyte(self + Text.finalizing, 1)
  if (finalizeFromDealloc(self) < 0) return
  setbyte(self + Text.ok, 0)
  PyObject_GC_UnTrack(self)
  if (ptr(self + Text.weakreflist) !== 0) PyObject_ClearWeakRefs(self)
  textiowrapper_clear(self)
  freeStream(self)
}
// The repr of an attribute, "" when there is none, null with the error set.
function attrRepr(self: Ref, name: string): string | null {
  const $v = PyObject_GetAttrString(self, name)
  if ($v === NULL) {
    if (!PyErr_ExceptionMatches(PyExc_AttributeError) && !PyErr_ExceptionMatches(PyExc_ValueError)) return null
    PyErr_Clear()
    return ""
  }
  const r = reprJS($v)
  Py_DECREF($v)
  return r === null ? null : ` ${name}=${r}`
}
function textiowrapper_repr(self: Ref): Own {
  if (!checkAttached(self)) return NULL
  const entered = Py_ReprEnter(self)
  if (entered !== 0) return entered > 0 ? PyErr_SetString(PyExc_RuntimeError, `reentrant call inside ${typeName(self)}.__repr__`) : NULL
  const name = attrRepr(self, "name")
  const mode = name === null ? null : attrRepr(self, "mode")
  const encoding = mode === null ? null : reprJS(ptr(self + Text.encoding))
  Py_ReprLeave(self)
  return encoding === null ? NULL : PyUnicode_FromString(`<_io.TextIOWrapper${name}${mode} encoding=${encoding}>`)
}

function callBuffer(self: Ref, name: Ref): Own {
  return checkAttached(self) ? PyObject_CallMethodNoArgs(bufferOf(self), name) : NULL
}
function textiowrapper_fileno(self: Ref): Own {
  return callBuffer(self, ID("fileno"))
}
function textiowrapper_seekable(self: Ref): Own {
  return callBuffer(self, ID("seekable"))
}
function textiowrapper_readable(self: Ref): Own {
  return callBuffer(self, ID("readable"))
}
function textiowrapper_writable(self: Ref): Own {
  return callBuffer(self, ID("writable"))
}
function textiowrapper_isatty(self: Ref): Own {
  return callBuffer(self, ID("isatty"))
}
function get_name(self: Ref): Own {
  return checkAttached(self) ? PyObject_GetAttr(bufferOf(self), ID("name")) : NULL
}
function get_closed(self: Ref): Own {
  return checkAttached(self) ? PyObject_GetAttr(bufferOf(self), ID("closed")) : NULL
}
function get_newlines(self: Ref): Own {
  if (!checkAttached(self)) return NULL
  const decoder = ptr(self + Text.decoder)
  if (decoder === 0) return Py_NewRef(Py_None)
  if (Py_TYPE(decoder) === PyIncrementalNewlineDecoder_Type) return newlinesSeen(decoder)
  const $v = _PyObject_LookupAttr(decoder, ID("newlines"))
  return $v === NULL && !PyErr_Occurred() ? Py_NewRef(Py_None) : $v
}
function get_errors(self: Ref): Own {
  return checkAttached(self) ? Py_NewRef(ptr(self + Text.errors)) : NULL
}
function get_encoding(self: Ref): Own {
  const e = ptr(self + Text.encoding)
  return Py_NewRef(e === 0 ? Py_None : e)
}
function get_buffer(self: Ref): Own {
  const b = bufferOf(self)
  return b === 0 ? PyErr_SetString(PyExc_AttributeError, "buffer") : Py_NewRef(b)
}
function get_chunk_size(self: Ref): Own {
  return checkAttached(self) ? PyLong_FromLong(int32(self + Text.chunk_size)) : NULL
}
function set_chunk_size(self: Ref, value: Ref): number {
  if (!checkAttached(self)) return -1
  if (value === 0) {
    PyErr_SetString(PyExc_AttributeError, "cannot delete attribute")
    return -1
  }
  const n = PyLong_AsLong(value)
  if (n === -1 && PyErr_Occurred()) return -1
  if (n <= 0) {
    PyErr_SetString(PyExc_ValueError, "a strictly positive integer is required")
    return -1
  }
  setint32(self + Text.chunk_size, n)
  return 0
}
function get_line_buffering(self: Ref): Own {
  return PyBool_FromLong(byte(self + Text.lineBuffering))
}
function get_write_through(self: Ref): Own {
  return PyBool_FromLong(byte(self + Text.writeThrough))
}
function get_finalizing(self: Ref): Own {
  return PyBool_FromLong(byte(self + Text.finalizing))
}
function set_finalizing(self: Ref, value: Ref): number {
  setbyte(self + Text.finalizing, value === Py_True ? 1 : 0)
  return 0
}

// ---- the abstract base ----

function unsupportedRead(_self: Ref, _args: Ref): Own {
  return unsupported("read")
}
function unsupportedReadline(_self: Ref, _args: Ref): Own {
  return unsupported("readline")
}
function unsupportedWrite(_self: Ref, _args: Ref): Own {
  return unsupported("write")
}
function unsupportedDetach(_self: Ref): Own {
  return unsupported("detach")
}
function noneAttribute(_self: Ref): Own {
  return Py_NewRef(Py_None)
}

defineType(PyTextIOBase_Type, {
  name: "_io._TextIOBase",
  base: PyIOBase_Type,
  basicsize: IOBase.SIZE,
  flags: TPFLAGS.BASETYPE,
  doc: "Base class for text I/O.",
  methods: [
    ["detach", unsupportedDetach, METH.NOARGS],
    ["read", unsupportedRead, METH.VARARGS],
    ["readline", unsupportedReadline, METH.VARARGS],
    ["write", unsupportedWrite, METH.VARARGS],
  ],
  getset: [
    ["encoding", noneAttribute],
    ["newlines", noneAttribute],
    ["errors", noneAttribute],
  ],
})
defineType(PyTextIOWrapper_Type, {
  name: "_io.TextIOWrapper",
  base: PyTextIOBase_Type,
  basicsize: Text.SIZE,
  flags: TPFLAGS.BASETYPE | TPFLAGS.HAVE_GC,
  doc: "TextIOWrapper(buffer, encoding=None, errors=None, newline=None, line_buffering=False, write_through=False)\n--\n\nText over a buffered binary stream.",
  dictoffset: Text.dict,
  weaklistoffset: Text.weakreflist,
  dealloc: textiowrapper_dealloc,
  repr: textiowrapper_repr,
  traverse: textiowrapper_traverse,
  clear: textiowrapper_clear,
  iternext: textiowrapper_iternext,
  init: textiowrapper_init,
  new: textiowrapper_new,
  methods: [
    ["detach", textiowrapper_detach, METH.NOARGS],
    ["reconfigure", textiowrapper_reconfigure, METH.VARARGS | METH.KEYWORDS],
    ["write", textiowrapper_write, METH.O],
    ["read", textiowrapper_read, METH.VARARGS],
    ["readline", textiowrapper_readline, METH.VARARGS],
    ["flush", textiowrapper_flush, METH.NOARGS],
    ["close", textiowrapper_close, METH.NOARGS],
    ["fileno", textiowrapper_fileno, METH.NOARGS],
    ["seekable", textiowrapper_seekable, METH.NOARGS],
    ["readable", textiowrapper_readable, METH.NOARGS],
    ["writable", textiowrapper_writable, METH.NOARGS],
    ["isatty", textiowrapper_isatty, METH.NOARGS],
    ["seek", textiowrapper_seek, METH.VARARGS],
    ["tell", textiowrapper_tell, METH.NOARGS],
    ["truncate", textiowrapper_truncate, METH.VARARGS],
  ],
  getset: [
    ["__dict__", PyObject_GenericGetDict, PyObject_GenericSetDict],
    ["name", get_name],
    ["closed", get_closed],
    ["newlines", get_newlines],
    ["errors", get_errors],
    ["encoding", get_encoding],
    ["buffer", get_buffer],
    ["line_buffering", get_line_buffering],
    ["write_through", get_write_through],
    ["_CHUNK_SIZE", get_chunk_size, set_chunk_size],
    ["_finalizing", get_finalizing, set_finalizing],
  ],
})
