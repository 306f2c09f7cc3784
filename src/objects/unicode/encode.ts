import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_DECREF } from "../../heap/refcount.ts"
import { PyByteArray_AS_STRING, PyByteArray_Check, PyByteArray_GET_SIZE } from "../bytearrayobject.ts"
import { PyBytes_Check, PyBytes_FromStringAndSize } from "../bytesobject.ts"
import { _Py_normalize_encoding, checkCodecNames, _PyCodec_EncodeText, PyCodec_Encode } from "../codecs.ts"
import { PyErr_BadArgument, PyErr_SetString } from "../errors.ts"
import { typeName } from "../object.ts"
import { PyExc_RuntimeWarning, PyExc_TypeError } from "../statictypes.ts"
import { PyErr_WarnEx } from "../_warnings.ts"
import { PyUnicode_Check } from "./core.ts"
import { Handler } from "./errhandler.ts"
import { _PyUnicode_AsASCIIString, _PyUnicode_AsLatin1String } from "./simplecodecs.ts"
import { _PyUnicode_EncodeUTF16 } from "./utf16.ts"
import { _PyUnicode_EncodeUTF32 } from "./utf32.ts"
import { _PyUnicode_AsUTF8String, unicode_encode_utf8 } from "./utf8.ts"

// str to bytes by the name of an encoding.

export function PyUnicode_AsEncodedString(unicode: Ref, encoding: string | null, errors: string | null): Own {
  if (!PyUnicode_Check(unicode)) {
    PyErr_BadArgument()
    return NULL
  }
  if (checkCodecNames(encoding, errors) < 0) return NULL
  if (encoding === null) return _PyUnicode_AsUTF8String(unicode, errors)
  switch (_Py_normalize_encoding(encoding)) {
    case "utf8":
    case "utf_8":
      return _PyUnicode_AsUTF8String(unicode, errors)
    case "utf16":
    case "utf_16":
      return _PyUnicode_EncodeUTF16(unicode, errors, 0)
    case "utf32":
    case "utf_32":
      return _PyUnicode_EncodeUTF32(unicode, errors, 0)
    case "ascii":
    case "us_ascii":
      return _PyUnicode_AsASCIIString(unicode, errors)
    case "latin1":
    case "latin_1":
    case "iso_8859_1":
    case "iso8859_1":
      return _PyUnicode_AsLatin1String(unicode, errors)
  }
  const $v = _PyCodec_EncodeText(unicode, encoding, errors)
  if ($v === NULL || PyBytes_Check($v)) return $v
  if (PyByteArray_Check($v)) {
    const message = `encoder ${encoding} returned bytearray instead of bytes; use codecs.encode() to encode to arbitrary types`
    let $b: Own = NULL
    if (PyErr_WarnEx(PyExc_RuntimeWarning, message, 1) === 0)
      $b = PyBytes_FromStringAndSize(PyByteArray_AS_STRING($v), PyByteArray_GET_SIZE($v))
    Py_DECREF($v)
    return $b
  }
  PyErr_SetString(
    PyExc_TypeError,
    `'${encoding}' encoder returned '${typeName($v)}' instead of 'bytes'; use codecs.encode() to encode to arbitrary types`,
  )
  Py_DECREF($v)
  return NULL
}
export function PyUnicode_AsEncodedObject(unicode: Ref, encoding: string | null, errors: string | null): Own {
  return PyCodec_Encode(unicode, encoding ?? "utf-8", errors)
}
/** A path's bytes. */
export function PyUnicode_EncodeFSDefault(unicode: Ref): Own {
  return unicode_encode_utf8(unicode, Handler.SURROGATEESCAPE, "surrogateescape")
}
export function PyUnicode_EncodeLocale(unicode: Ref, errors: string | null): Own {
  return _PyUnicode_AsUTF8String(unicode, errors)
}
