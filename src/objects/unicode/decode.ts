import { ptr, setptr, ssize, strlen } from "../../heap/access.ts"
import { calloca, cstackMark, cstackReset } from "../../heap/cstack.ts"
import { Py_buffer } from "../../heap/layout.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_DECREF, Py_NewRef, Py_SIZE } from "../../heap/refcount.ts"
import { PyBuffer_FillInfo, PyBuffer_Release, PyObject_CheckBuffer, PyObject_GetBuffer } from "../abstract.ts"
import { PyBytes_AS_STRING, PyBytes_Check, PyBytes_FromObject } from "../bytesobject.ts"
import { _Py_normalize_encoding, checkCodecNames, _PyCodec_DecodeText, PyCodec_Decode } from "../codecs.ts"
import { PyErr_BadInternalCall, PyErr_SetString } from "../errors.ts"
import { PyMemoryView_FromBuffer } from "../memoryobject.ts"
import { typeName } from "../object.ts"
import { PyOS_FSPath } from "../fspath.ts"
import { PyExc_DeprecationWarning, PyExc_TypeError, PyExc_ValueError } from "../statictypes.ts"
import { PyErr_WarnEx } from "../_warnings.ts"
import { PyUnicode_Check, unicode_new_empty, unicode_result } from "./core.ts"
import { PyUnicode_EncodeFSDefault } from "./encode.ts"
import { Handler } from "./errhandler.ts"
import { hasNull } from "./search.ts"
import { PyUnicode_DecodeASCII, PyUnicode_DecodeLatin1 } from "./simplecodecs.ts"
import { PyUnicode_DecodeUTF16 } from "./utf16.ts"
import { PyUnicode_DecodeUTF32 } from "./utf32.ts"
import { PyUnicode_DecodeUTF8, unicode_decode_utf8 } from "./utf8.ts"

// Bytes to str by the name of an encoding.

const PyBUF_SIMPLE = 0
const PyBUF_FULL_RO = 0x11c

/** Decode `size` bytes at `s`; encoding null is UTF-8. NULL with an error. */
export function PyUnicode_Decode(s: number, size: number, encoding: string | null, errors: string | null): Own {
  if (checkCodecNames(encoding, errors) < 0) return NULL
  if (size === 0) return unicode_new_empty()
  if (encoding === null) return PyUnicode_DecodeUTF8(s, size, errors)
  switch (_Py_normalize_encoding(encoding)) {
    case "utf8":
    case "utf_8":
      return PyUnicode_DecodeUTF8(s, size, errors)
    case "utf16":
    case "utf_16":
      return PyUnicode_DecodeUTF16(s, size, errors, 0)
    case "utf32":
    case "utf_32":
      return PyUnicode_DecodeUTF32(s, size, errors, 0)
    case "ascii":
    case "us_ascii":
      return PyUnicode_DecodeASCII(s, size, errors)
    case "latin1":
    case "latin_1":
    case "iso_8859_1":
    case "iso8859_1":
      return PyUnicode_DecodeLatin1(s, size, errors)
  }
  const mark = cstackMark()
  const info = calloca(Py_buffer.SIZE)
  let $buffer: Own = NULL
  if (PyBuffer_FillInfo(info, NULL, s, size, 1, PyBUF_FULL_RO) >= 0) $buffer = PyMemoryView_FromBuffer(info)
  cstackReset(mark)
  if ($buffer === NULL) return NULL
  const $u = _PyCodec_DecodeText($buffer, encoding, errors)
  Py_DECREF($buffer)
  if ($u === NULL) return NULL
  if (!PyUnicode_Check($u)) {
    PyErr_SetString(
      PyExc_TypeError,
      `'${encoding}' decoder returned '${typeName($u)}' instead of 'str'; use codecs.decode() to decode to arbitrary types`,
    )
    Py_DECREF($u)
    return NULL
  }
  return unicode_result($u)
}
export function PyUnicode_AsDecodedObject(unicode: Ref, encoding: string | null, errors: string | null): Own {
  return PyCodec_Decode(unicode, encoding ?? "utf-8", errors)
}

/** str(obj, encoding, errors): decode a bytes-like object. */
export function PyUnicode_FromEncodedObject(obj: Ref, encoding: string | null, errors: string | null): Own {
  if (obj === NULL) {
    PyErr_BadInternalCall()
    return NULL
  }
  if (PyBytes_Check(obj)) return PyUnicode_Decode(PyBytes_AS_STRING(obj), Py_SIZE(obj), encoding, errors)
  if (PyUnicode_Check(obj)) {
    PyErr_SetString(PyExc_TypeError, "decoding str is not supported")
    return NULL
  }
  const mark = cstackMark()
  const view = calloca(Py_buffer.SIZE)
  let $u: Own = NULL
  if (PyObject_GetBuffer(obj, view, PyBUF_SIMPLE) < 0) {
    PyErr_SetString(PyExc_TypeError, `decoding to str: need a bytes-like object, ${typeName(obj)} found`)
  } else {
    $u = PyUnicode_Decode(ptr(view + Py_buffer.buf), ssize(view + Py_buffer.len), encoding, errors)
    PyBuffer_Release(view)
  }
  cstackReset(mark)
  return $u
}
export function PyUnicode_GetDefaultEncoding(): string {
  return "utf-8"
}

// ---- names of files: UTF-8 with surrogateescape ----

export function PyUnicode_DecodeFSDefaultAndSize(s: number, size: number): Own {
  return unicode_decode_utf8(s, size, Handler.SURROGATEESCAPE, "surrogateescape", false)
}
/** The NUL-terminated name at `s`. */
export function PyUnicode_DecodeFSDefault(s: number): Own {
  return PyUnicode_DecodeFSDefaultAndSize(s, strlen(s))
}
export function PyUnicode_DecodeLocaleAndSize(s: number, size: number, errors: string | null): Own {
  return PyUnicode_DecodeUTF8(s, size, errors)
}
export function PyUnicode_DecodeLocale(s: number, errors: string | null): Own {
  return PyUnicode_DecodeUTF8(s, strlen(s), errors)
}

/** O& converter: bytes of a path (owned) go to the slot `at`; 1, or 0 with an error. */
export function PyUnicode_FSConverter(arg: Ref, at: number): number {
  const $path = PyOS_FSPath(arg)
  if ($path === NULL) return 0
  let $out = $path
  if (!PyBytes_Check($path)) {
    $out = PyUnicode_EncodeFSDefault($path)
    Py_DECREF($path)
    if ($out === NULL) return 0
  }
  if (strlen(PyBytes_AS_STRING($out)) !== Py_SIZE($out)) {
    PyErr_SetString(PyExc_ValueError, "embedded null byte")
    Py_DECREF($out)
    return 0
  }
  setptr(at, $out)
  return 1
}
/** O& converter: the str of a path (owned) goes to the slot `at`; 1, or 0 with an error. */
export function PyUnicode_FSDecoder(arg: Ref, at: number): number {
  const isBuffer = PyObject_CheckBuffer(arg)
  const $path = isBuffer ? Py_NewRef(arg) : PyOS_FSPath(arg)
  if ($path === NULL) return 0
  let $out: Own = $path
  if (!PyUnicode_Check($path)) {
    if (!PyBytes_Check($path)) {
      const message = `path should be string, bytes, or os.PathLike, not ${typeName(arg)}`
      if (!isBuffer) PyErr_SetString(PyExc_TypeError, message)
      if (!isBuffer || PyErr_WarnEx(PyExc_DeprecationWarning, message, 1) < 0) {
        Py_DECREF($path)
        return 0
      }
    }
    const $bytes = PyBytes_FromObject($path)
    Py_DECREF($path)
    if ($bytes === NULL) return 0
    $out = PyUnicode_DecodeFSDefaultAndSize(PyBytes_AS_STRING($bytes), Py_SIZE($bytes))
    Py_DECREF($bytes)
    if ($out === NULL) return 0
  }
  if (hasNull($out)) {
    PyErr_SetString(PyExc_ValueError, "embedded null character")
    Py_DECREF($out)
    return 0
  }
  setptr(at, $out)
  return 1
}
