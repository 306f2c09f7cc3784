import { int32, ptr, setptr } from "../heap/access.ts"
import { PyMethodDef } from "../heap/layout.ts"
import { INTERP, Interp } from "../heap/map.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { Py_DECREF, Py_NewRef, Py_SIZE, Py_XDECREF } from "../heap/refcount.ts"
import { ID } from "../heap/statics.ts"
import { u8 } from "../heap/views.ts"
import { PyBytes_AS_STRING, PyBytes_FromStringAndSize } from "./bytesobject.ts"
import { PyObject_Call, PyObject_CallNoArgs, PyObject_CallOneArg, PyObject_CallTwoArgs } from "./call.ts"
import { methodDefs } from "./define.ts"
import {
  _PyDict_GetItemStringWithError,
  PyDict_Clear,
  PyDict_GetItemWithError,
  PyDict_New,
  PyDict_SetItem,
  PyDict_SetItemString,
} from "./dictobject.ts"
import { PyErr_Clear, PyErr_Occurred, PyErr_SetObject, PyErr_SetString } from "./errors.ts"
import {
  _PyErr_TrySetFromCause,
  PyExceptionInstance_Check,
  PyExceptionInstance_Class,
  PyUnicodeDecodeError_GetEncoding,
  PyUnicodeDecodeError_GetEnd,
  PyUnicodeDecodeError_GetObject,
  PyUnicodeDecodeError_GetStart,
  PyUnicodeEncodeError_GetEncoding,
  PyUnicodeEncodeError_GetEnd,
  PyUnicodeEncodeError_GetObject,
  PyUnicodeEncodeError_GetStart,
} from "./exceptions.ts"
import { PyList_Append, PyList_GET_ITEM, PyList_GET_SIZE, PyList_New, PyList_SetSlice } from "./listobject.ts"
import { PyLong_FromLong } from "./longobject.ts"
import { PyCFunction_NewEx } from "./methodobject.ts"
import { _PyObject_LookupAttr, PyCallable_Check, PyObject_GetAttrString, PyObject_IsTrue, PyObject_TypeCheck, typeName } from "./object.ts"
import { METH } from "./slots.ts"
import {
  Py_None,
  PyExc_LookupError,
  PyExc_TypeError,
  PyExc_UnicodeDecodeError,
  PyExc_UnicodeEncodeError,
  PyExc_UnicodeTranslateError,
} from "./statictypes.ts"
import { PyTuple_Check, PyTuple_CheckExact, PyTuple_GET_ITEM, PyTuple_GET_SIZE, PyTuple_New, PyTuple_SET_ITEM } from "./tupleobject.ts"
import { unicodeName } from "./unicodedb/ucnhash.ts"
import {
  escapeOf,
  PyUnicode_AsJS,
  PyUnicode_FromString,
  PyUnicode_InternInPlace,
  PyUnicode_New,
  PyUnicode_READ_CHAR,
  PyUnicode_DATA,
  unicode_char,
  unicode_fill,
  PyUnicode_KIND,
  unicode_new_empty,
} from "./unicodeobject.ts"
import { upcalls } from "./upcalls.ts"

// Python/codecs.c: the codec registry and the standard error handlers.

const SEARCH_PATH = INTERP + Interp.codec_search_path
const SEARCH_CACHE = INTERP + Interp.codec_search_cache
const ERROR_REGISTRY = INTERP + Interp.codec_error_registry

export function PyCodec_Register(search: Ref): number {
  if (ptr(SEARCH_PATH) === NULL && _PyCodecRegistry_Init() < 0) return -1
  if (!PyCallable_Check(search)) {
    PyErr_SetString(PyExc_TypeError, "argument must be callable")
    return -1
  }
  return PyList_Append(ptr(SEARCH_PATH), search)
}
export function PyCodec_Unregister(search: Ref): number {
  const path = ptr(SEARCH_PATH)
  if (path === NULL) return 0
  for (let i = 0; i < PyList_GET_SIZE(path); i++) {
    if (PyList_GET_ITEM(path, i) !== search) continue
    if (ptr(SEARCH_CACHE) !== NULL) PyDict_Clear(ptr(SEARCH_CACHE))
    return PyList_SetSlice(path, i, i + 1, NULL)
  }
  return 0
}

/** Lower case, other characters than letters, digits and dots become one underscore between words. */
export function _Py_normalize_encoding(encoding: string): string {
  let out = ""
  let punct = false
  for (let i = 0; i < encoding.length; i++) {
    const c = encoding.charCodeAt(i)
    const upper = c >= 65 && c <= 90
    if (upper || (c >= 97 && c <= 122) || (c >= 48 && c <= 57) || c === 46) {
      if (punct && out !== "") out += "_"
      punct = false
      out += String.fromCharCode(upper ? c + 32 : c)
    } else punct = true
  }
  return out
}

/** The codec's 4-tuple (owned), or NULL with LookupError. */
export function _PyCodec_Lookup(encoding: string): Own {
  if (ptr(SEARCH_PATH) === NULL && _PyCodecRegistry_Init() < 0) return NULL
  const $str = PyUnicode_FromString(_Py_normalize_encoding(encoding))
  if ($str === NULL) return NULL
  const $v = PyUnicode_InternInPlace($str)
  const $result = lookup($v, encoding)
  Py_DECREF($v)
  return $result
}
function lookup(v: Ref, encoding: string): Own {
  const cached = PyDict_GetItemWithError(ptr(SEARCH_CACHE), v)
  if (cached !== NULL) return Py_NewRef(cached)
  if (PyErr_Occurred()) return NULL
  const path = ptr(SEARCH_PATH)
  const n = PyList_GET_SIZE(path)
  if (n === 0) {
    PyErr_SetString(PyExc_LookupError, "no codec search functions registered: can't find encoding")
    return NULL
  }
  for (let i = 0; i < n && i < PyList_GET_SIZE(path); i++) {
    const $r = PyObject_CallOneArg(PyList_GET_ITEM(path, i), v)
    if ($r === NULL) return NULL
    if ($r === Py_None) {
      Py_DECREF($r)
      continue
    }
    if (!PyTuple_Check($r) || PyTuple_GET_SIZE($r) !== 4) {
      PyErr_SetString(PyExc_TypeError, "codec search functions must return 4-tuples")
      Py_DECREF($r)
      return NULL
    }
    if (PyDict_SetItem(ptr(SEARCH_CACHE), v, $r) < 0) {
      Py_DECREF($r)
      return NULL
    }
    return $r
  }
  PyErr_SetString(PyExc_LookupError, `unknown encoding: ${encoding}`)
  return NULL
}
export function PyCodec_KnownEncoding(encoding: string): boolean {
  const $c = _PyCodec_Lookup(encoding)
  if ($c === NULL) {
    PyErr_Clear()
    return false
  }
  Py_DECREF($c)
  return true
}

function getitem($codecs: Own, index: number): Own {
  if ($codecs === NULL) return NULL
  const $v = Py_NewRef(PyTuple_GET_ITEM($codecs, index))
  Py_DECREF($codecs)
  return $v
}
export function PyCodec_Encoder(encoding: string): Own {
  return getitem(_PyCodec_Lookup(encoding), 0)
}
export function PyCodec_Decoder(encoding: string): Own {
  return getitem(_PyCodec_Lookup(encoding), 1)
}
function makeincrementalcodec(info: Ref, errors: string | null, name: string): Own {
  const $class = PyObject_GetAttrString(info, name)
  if ($class === NULL) return NULL
  let $codec: Own = NULL
  if (errors === null) $codec = PyObject_CallNoArgs($class)
  else {
    const $errors = PyUnicode_FromString(errors)
    if ($errors !== NULL) {
      $codec = PyObject_CallOneArg($class, $errors)
      Py_DECREF($errors)
    }
  }
  Py_DECREF($class)
  return $codec
}
export function _PyCodecInfo_GetIncrementalDecoder(info: Ref, errors: string | null): Own {
  return makeincrementalcodec(info, errors, "incrementaldecoder")
}
export function _PyCodecInfo_GetIncrementalEncoder(info: Ref, errors: string | null): Own {
  return makeincrementalcodec(info, errors, "incrementalencoder")
}
function incremental(encoding: string, errors: string | null, name: string): Own {
  const $info = _PyCodec_Lookup(encoding)
  if ($info === NULL) return NULL
  const $codec = makeincrementalcodec($info, errors, name)
  Py_DECREF($info)
  return $codec
}
export function PyCodec_IncrementalEncoder(encoding: string, errors: string | null): Own {
  return incremental(encoding, errors, "incrementalencoder")
}
export function PyCodec_IncrementalDecoder(encoding: string, errors: string | null): Own {
  return incremental(encoding, errors, "incrementaldecoder")
}
function streamcodec(encoding: string, stream: Ref, errors: string | null, index: number): Own {
  const $class = getitem(_PyCodec_Lookup(encoding), index)
  if ($class === NULL) return NULL
  let $codec: Own = NULL
  if (errors === null) $codec = PyObject_CallOneArg($class, stream)
  else {
    const $errors = PyUnicode_FromString(errors)
    if ($errors !== NULL) {
      $codec = PyObject_CallTwoArgs($class, stream, $errors)
      Py_DECREF($errors)
    }
  }
  Py_DECREF($class)
  return $codec
}
export function PyCodec_StreamReader(encoding: string, stream: Ref, errors: string | null): Own {
  return streamcodec(encoding, stream, errors, 2)
}
export function PyCodec_StreamWriter(encoding: string, stream: Ref, errors: string | null): Own {
  return streamcodec(encoding, stream, errors, 3)
}

/** Call a codec function with (object[, errors]) and take the first of its two results. Consumes `$f`. */
function run(object: Ref, $f: Own, encoding: string, errors: string | null, operation: string): Own {
  if ($f === NULL) return NULL
  const $args = PyTuple_New(errors === null ? 1 : 2)
  if ($args === NULL) {
    Py_DECREF($f)
    return NULL
  }
  PyTuple_SET_ITEM($args, 0, Py_NewRef(object))
  let $result: Own = NULL
  let $v: Own = NULL
  let ready = true
  if (errors !== null) {
    const $errors = PyUnicode_FromString(errors)
    PyTuple_SET_ITEM($args, 1, $errors)
    ready = $errors !== NULL
  }
  if (ready) {
    $result = PyObject_Call($f, $args, NULL)
    if ($result === NULL) _PyErr_TrySetFromCause(`${operation} with '${encoding}' codec failed`)
    else if (!PyTuple_Check($result) || PyTuple_GET_SIZE($result) !== 2) {
      const message =
        operation === "encoding" ? "encoder must return a tuple (object, integer)" : "decoder must return a tuple (object,integer)"
      PyErr_SetString(PyExc_TypeError, message)
    } else $v = Py_NewRef(PyTuple_GET_ITEM($result, 0))
  }
  Py_DECREF($args)
  Py_DECREF($f)
  Py_XDECREF($result)
  return $v
}
export function PyCodec_Encode(object: Ref, encoding: string, errors: string | null): Own {
  return run(object, PyCodec_Encoder(encoding), encoding, errors, "encoding")
}
export function PyCodec_Decode(object: Ref, encoding: string, errors: string | null): Own {
  return run(object, PyCodec_Decoder(encoding), encoding, errors, "decoding")
}
/** The codec's tuple when it is a text encoding; else LookupError that names `alternate`. */
export function _PyCodec_LookupTextEncoding(encoding: string, alternate: string): Own {
  const $codec = _PyCodec_Lookup(encoding)
  if ($codec === NULL || PyTuple_CheckExact($codec)) return $codec
  const $attr = _PyObject_LookupAttr($codec, ID("_is_text_encoding"))
  if ($attr === NULL) {
    if (!PyErr_Occurred()) return $codec
    Py_DECREF($codec)
    return NULL
  }
  const isText = PyObject_IsTrue($attr)
  Py_DECREF($attr)
  if (isText > 0) return $codec
  Py_DECREF($codec)
  if (isText === 0) PyErr_SetString(PyExc_LookupError, `'${encoding}' is not a text encoding; use ${alternate} to handle arbitrary codecs`)
  return NULL
}
export function _PyCodec_EncodeText(object: Ref, encoding: string, errors: string | null): Own {
  return run(object, getitem(_PyCodec_LookupTextEncoding(encoding, "codecs.encode()"), 0), encoding, errors, "encoding")
}
export function _PyCodec_DecodeText(object: Ref, encoding: string, errors: string | null): Own {
  return run(object, getitem(_PyCodec_LookupTextEncoding(encoding, "codecs.decode()"), 1), encoding, errors, "decoding")
}

// ---- error handlers ----

export function PyCodec_RegisterError(name: string, handler: Ref): number {
  if (ptr(SEARCH_PATH) === NULL && _PyCodecRegistry_Init() < 0) return -1
  if (!PyCallable_Check(handler)) {
    PyErr_SetString(PyExc_TypeError, "handler must be callable")
    return -1
  }
  return PyDict_SetItemString(ptr(ERROR_REGISTRY), name, handler)
}
/** The handler (owned); null is "strict". NULL with LookupError. */
export function PyCodec_LookupError(name: string | null): Own {
  if (ptr(SEARCH_PATH) === NULL && _PyCodecRegistry_Init() < 0) return NULL
  const handler = _PyDict_GetItemStringWithError(ptr(ERROR_REGISTRY), name ?? "strict")
  if (handler !== NULL) return Py_NewRef(handler)
  if (!PyErr_Occurred()) PyErr_SetString(PyExc_LookupError, `unknown error handler name '${name}'`)
  return NULL
}

/** unicode_check_encoding_errors: -1 with LookupError where development mode finds a name that nothing stands for. */
export function checkCodecNames(encoding: string | null, errors: string | null): number {
  if (!int32(INTERP + Interp.check_codecs) || (encoding === null && errors === null)) return 0
  const $codec = encoding === null ? Py_NewRef(Py_None) : _PyCodec_Lookup(encoding)
  const $handler = $codec === NULL || errors === null ? $codec : PyCodec_LookupError(errors)
  if ($handler !== $codec) Py_XDECREF($codec)
  Py_XDECREF($handler)
  return $handler === NULL ? -1 : 0
}

function isEncode(exc: Ref): boolean {
  return PyObject_TypeCheck(exc, PyExc_UnicodeEncodeError)
}
function isDecode(exc: Ref): boolean {
  return PyObject_TypeCheck(exc, PyExc_UnicodeDecodeError)
}
function isTranslate(exc: Ref): boolean {
  return PyObject_TypeCheck(exc, PyExc_UnicodeTranslateError)
}
function wrong_exception_type(exc: Ref): Own {
  PyErr_SetString(PyExc_TypeError, `don't know how to handle ${typeName(exc)} in error callback`)
  return NULL
}
/** ($rep, end) */
function result($rep: Own, end: number): Own {
  if ($rep === NULL) return NULL
  const $end = PyLong_FromLong(end)
  const $t = $end === NULL ? NULL : PyTuple_New(2)
  if ($t === NULL) {
    Py_DECREF($rep)
    Py_XDECREF($end)
    return NULL
  }
  PyTuple_SET_ITEM($t, 0, $rep)
  PyTuple_SET_ITEM($t, 1, $end)
  return $t
}
function again(exc: Ref): Own {
  PyErr_SetObject(PyExceptionInstance_Class(exc), exc)
  return NULL
}

export function PyCodec_StrictErrors(exc: Ref): Own {
  if (PyExceptionInstance_Check(exc)) PyErr_SetObject(PyExceptionInstance_Class(exc), exc)
  else PyErr_SetString(PyExc_TypeError, "codec must pass exception instance")
  return NULL
}
export function PyCodec_IgnoreErrors(exc: Ref): Own {
  const decode = isDecode(exc)
  if (!decode && !isEncode(exc) && !isTranslate(exc)) return wrong_exception_type(exc)
  const end = decode ? PyUnicodeDecodeError_GetEnd(exc) : PyUnicodeEncodeError_GetEnd(exc)
  if (end < 0 && PyErr_Occurred()) return NULL
  return result(unicode_new_empty(), end)
}
function repeated(ch: number, n: number): Own {
  const $u = PyUnicode_New(n, ch)
  if ($u !== NULL && n > 0) unicode_fill(PyUnicode_KIND($u), PyUnicode_DATA($u), ch, 0, n)
  return $u
}
export function PyCodec_ReplaceErrors(exc: Ref): Own {
  if (isDecode(exc)) {
    const end = PyUnicodeDecodeError_GetEnd(exc)
    if (end < 0 && PyErr_Occurred()) return NULL
    return result(unicode_char(0xfffd), end)
  }
  const encode = isEncode(exc)
  if (!encode && !isTranslate(exc)) return wrong_exception_type(exc)
  const start = PyUnicodeEncodeError_GetStart(exc)
  if (start < 0 && PyErr_Occurred()) return NULL
  const end = PyUnicodeEncodeError_GetEnd(exc)
  if (end < 0 && PyErr_Occurred()) return NULL
  return result(repeated(encode ? 63 : 0xfffd, Math.max(0, end - start)), end)
}
/** Map the characters that a UnicodeEncodeError (or TranslateError) is about to text. */
function mapped(exc: Ref, text: (ch: number) => string): Own {
  const $object = PyUnicodeEncodeError_GetObject(exc)
  if ($object === NULL) return NULL
  const start = PyUnicodeEncodeError_GetStart(exc)
  const end = PyUnicodeEncodeError_GetEnd(exc)
  let s = ""
  for (let i = start; i < end; i++) s += text(PyUnicode_READ_CHAR($object, i))
  Py_DECREF($object)
  return result(PyUnicode_FromString(s), end)
}
export function PyCodec_XMLCharRefReplaceErrors(exc: Ref): Own {
  return isEncode(exc) ? mapped(exc, (ch) => `&#${ch};`) : wrong_exception_type(exc)
}
export function PyCodec_BackslashReplaceErrors(exc: Ref): Own {
  if (isDecode(exc)) {
    const $object = PyUnicodeDecodeError_GetObject(exc)
    if ($object === NULL) return NULL
    const start = PyUnicodeDecodeError_GetStart(exc)
    const end = PyUnicodeDecodeError_GetEnd(exc)
    let s = ""
    for (let i = start; i < end; i++) s += escapeOf(u8[PyBytes_AS_STRING($object) + i])
    Py_DECREF($object)
    return result(PyUnicode_FromString(s), end)
  }
  return isEncode(exc) || isTranslate(exc) ? mapped(exc, escapeOf) : wrong_exception_type(exc)
}
export function PyCodec_NameReplaceErrors(exc: Ref): Own {
  if (!isEncode(exc)) return wrong_exception_type(exc)
  return mapped(exc, (ch) => {
    const name = unicodeName(ch)
    return name === null ? escapeOf(ch) : `\\N{${name}}`
  })
}

const enum Enc {
  UNKNOWN,
  UTF8,
  UTF16BE,
  UTF16LE,
  UTF32BE,
  UTF32LE,
}
function get_standard_encoding(encoding: string): Enc {
  if (encoding === "CP_UTF8") return Enc.UTF8
  const m = /^utf[-_]?(8|16|32)(?:[-_]?(le|be))?$/i.exec(encoding)
  if (m === null) return Enc.UNKNOWN
  const big = m[2] !== undefined && m[2].toLowerCase() === "be"
  if (m[1] === "8") return m[2] === undefined ? Enc.UTF8 : Enc.UNKNOWN
  if (m[1] === "16") return big ? Enc.UTF16BE : Enc.UTF16LE
  return big ? Enc.UTF32BE : Enc.UTF32LE
}
/** Which of the standard encodings the error is about; -1 with an error. */
function encodingOf($encoding: Own): number {
  if ($encoding === NULL) return -1
  const code = get_standard_encoding(PyUnicode_AsJS($encoding))
  Py_DECREF($encoding)
  return code
}
const isSurrogate = (ch: number): boolean => (ch & 0xfffff800) === 0xd800 && ch >= 0

function PyCodec_SurrogatePassErrors(exc: Ref): Own {
  if (isEncode(exc)) {
    const $object = PyUnicodeEncodeError_GetObject(exc)
    if ($object === NULL) return NULL
    const start = PyUnicodeEncodeError_GetStart(exc)
    const end = PyUnicodeEncodeError_GetEnd(exc)
    const code = encodingOf(PyUnicodeEncodeError_GetEncoding(exc))
    if (code <= 0) {
      Py_DECREF($object)
      return code < 0 ? NULL : again(exc)
    }
    const size = code === Enc.UTF8 ? 3 : code <= Enc.UTF16LE ? 2 : 4
    const $res = PyBytes_FromStringAndSize(0, size * Math.max(0, end - start))
    if ($res === NULL) {
      Py_DECREF($object)
      return NULL
    }
    let p = PyBytes_AS_STRING($res)
    for (let i = start; i < end; i++) {
      const ch = PyUnicode_READ_CHAR($object, i)
      if (!isSurrogate(ch)) {
        Py_DECREF($res)
        Py_DECREF($object)
        return again(exc)
      }
      if (code === Enc.UTF8) {
        u8[p] = 0xe0 | (ch >> 12)
        u8[p + 1] = 0x80 | ((ch >> 6) & 0x3f)
        u8[p + 2] = 0x80 | (ch & 0x3f)
      } else {
        const little = code === Enc.UTF16LE || code === Enc.UTF32LE
        for (let k = 0; k < size; k++) u8[p + (little ? k : size - 1 - k)] = (ch >> (8 * k)) & 255
      }
      p += size
    }
    Py_DECREF($object)
    return result($res, end)
  }
  if (!isDecode(exc)) return wrong_exception_type(exc)
  const $object = PyUnicodeDecodeError_GetObject(exc)
  if ($object === NULL) return NULL
  const start = PyUnicodeDecodeError_GetStart(exc)
  const code = encodingOf(PyUnicodeDecodeError_GetEncoding(exc))
  if (code <= 0) {
    Py_DECREF($object)
    return code < 0 ? NULL : again(exc)
  }
  const size = code === Enc.UTF8 ? 3 : code <= Enc.UTF16LE ? 2 : 4
  const p = PyBytes_AS_STRING($object) + start
  let ch = 0
  if (Py_SIZE($object) - start >= size) {
    if (code === Enc.UTF8) {
      if ((u8[p] & 0xf0) === 0xe0 && (u8[p + 1] & 0xc0) === 0x80 && (u8[p + 2] & 0xc0) === 0x80) {
        ch = ((u8[p] & 15) << 12) | ((u8[p + 1] & 63) << 6) | (u8[p + 2] & 63)
      }
    } else {
      const little = code === Enc.UTF16LE || code === Enc.UTF32LE
      for (let k = 0; k < size; k++) ch |= u8[p + (little ? k : size - 1 - k)] << (8 * k)
    }
  }
  Py_DECREF($object)
  return isSurrogate(ch) ? result(unicode_char(ch), start + size) : again(exc)
}
function PyCodec_SurrogateEscapeErrors(exc: Ref): Own {
  if (isEncode(exc)) {
    const $object = PyUnicodeEncodeError_GetObject(exc)
    if ($object === NULL) return NULL
    const start = PyUnicodeEncodeError_GetStart(exc)
    const end = PyUnicodeEncodeError_GetEnd(exc)
    const $res = PyBytes_FromStringAndSize(0, Math.max(0, end - start))
    if ($res === NULL) {
      Py_DECREF($object)
      return NULL
    }
    for (let i = start; i < end; i++) {
      const ch = PyUnicode_READ_CHAR($object, i)
      if (ch < 0xdc80 || ch > 0xdcff) {
        Py_DECREF($res)
        Py_DECREF($object)
        return again(exc)
      }
      u8[PyBytes_AS_STRING($res) + i - start] = ch & 255
    }
    Py_DECREF($object)
    return result($res, end)
  }
  if (!isDecode(exc)) return wrong_exception_type(exc)
  const $object = PyUnicodeDecodeError_GetObject(exc)
  if ($object === NULL) return NULL
  const start = PyUnicodeDecodeError_GetStart(exc)
  const end = PyUnicodeDecodeError_GetEnd(exc)
  let s = ""
  while (s.length < 4 && s.length < end - start) {
    const b = u8[PyBytes_AS_STRING($object) + start + s.length]
    if (b < 128) break
    s += String.fromCharCode(0xdc00 + b)
  }
  Py_DECREF($object)
  return s === "" ? again(exc) : result(PyUnicode_FromString(s), start + s.length)
}

function strict_errors(_self: Ref, exc: Ref): Own {
  return PyCodec_StrictErrors(exc)
}
function ignore_errors(_self: Ref, exc: Ref): Own {
  return PyCodec_IgnoreErrors(exc)
}
function replace_errors(_self: Ref, exc: Ref): Own {
  return PyCodec_ReplaceErrors(exc)
}
function xmlcharrefreplace_errors(_self: Ref, exc: Ref): Own {
  return PyCodec_XMLCharRefReplaceErrors(exc)
}
function backslashreplace_errors(_self: Ref, exc: Ref): Own {
  return PyCodec_BackslashReplaceErrors(exc)
}
function namereplace_errors(_self: Ref, exc: Ref): Own {
  return PyCodec_NameReplaceErrors(exc)
}
function surrogatepass_errors(_self: Ref, exc: Ref): Own {
  return PyCodec_SurrogatePassErrors(exc)
}
function surrogateescape_errors(_self: Ref, exc: Ref): Own {
  return PyCodec_SurrogateEscapeErrors(exc)
}

const HANDLERS = ["strict", "ignore", "replace", "xmlcharrefreplace", "backslashreplace", "namereplace", "surrogatepass", "surrogateescape"]
const handlerDefs = methodDefs([
  ["strict_errors", strict_errors, METH.O, "Raises the error."],
  ["ignore_errors", ignore_errors, METH.O, "Skips what cannot be coded."],
  ["replace_errors", replace_errors, METH.O, "Puts a replacement marker in."],
  ["xmlcharrefreplace_errors", xmlcharrefreplace_errors, METH.O, "Puts an XML character reference in."],
  ["backslashreplace_errors", backslashreplace_errors, METH.O, "Puts a backslashed escape sequence in."],
  ["namereplace_errors", namereplace_errors, METH.O, "Puts a \\N{...} escape sequence in."],
  ["surrogatepass", surrogatepass_errors, METH.O],
  ["surrogateescape", surrogateescape_errors, METH.O],
])

/** The registry is made, and `encodings` imported, when it is first needed: 0 or -1. */
export function _PyCodecRegistry_Init(): number {
  if (ptr(SEARCH_PATH) !== NULL) return 0
  const $path = PyList_New(0)
  if ($path === NULL) return -1
  setptr(SEARCH_PATH, $path)
  const $cache = PyDict_New()
  if ($cache === NULL) return -1
  setptr(SEARCH_CACHE, $cache)
  const $registry = PyDict_New()
  if ($registry === NULL) return -1
  setptr(ERROR_REGISTRY, $registry)
  for (let i = 0; i < HANDLERS.length; i++) {
    const $f = PyCFunction_NewEx(handlerDefs + i * PyMethodDef.SIZE, NULL, NULL)
    if ($f === NULL) return -1
    const r = PyCodec_RegisterError(HANDLERS[i], $f)
    Py_DECREF($f)
    if (r < 0) return -1
  }
  const $mod = upcalls.importModule("encodings")
  if ($mod === NULL) return -1
  Py_DECREF($mod)
  return 0
}
