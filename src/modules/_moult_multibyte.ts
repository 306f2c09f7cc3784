import { ptr } from "../heap/access.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { PyBytes_FromJS } from "../objects/bytesobject.ts"
import { defineModule } from "../objects/define.ts"
import { PyErr_Occurred, PyErr_SetString } from "../objects/errors.ts"
import { _PyArg_BadArgument, _PyArg_CheckPositional } from "../objects/getargs.ts"
import { PyLong_AsSsize_t, PyLong_FromLong } from "../objects/longobject.ts"
import { PyObject_IsTrue } from "../objects/object.ts"
import { METH } from "../objects/slots.ts"
import { PyExc_LookupError } from "../objects/statictypes.ts"
import { PyUnicode_AsJS, PyUnicode_Check, PyUnicode_FromString } from "../objects/unicodeobject.ts"
import { type Charset, charset, decodeText, encodeText, status, stopped } from "./multibyte/charset.ts"
import { ownTuple } from "./support.ts"
import { bufferBytes } from "./zlib/support.ts"

// What _multibytecodec (in stdlib/) stands on: one pass over text or bytes with a named character set, up to what cannot be converted.

function named(name: Ref): Charset | null {
  const found = PyUnicode_Check(name) ? charset(PyUnicode_AsJS(name)) : null
  if (found === null) PyErr_SetString(PyExc_LookupError, "no such codec is supported.")
  return found
}
/** A position argument, -1 with the error set. */
function position(arg: Ref): number {
  const n = PyLong_AsSsize_t(arg)
  return n === -1 && PyErr_Occurred() ? -1 : n
}
function decode(_m: Ref, args: number, nargs: number): Own {
  if (!_PyArg_CheckPositional("decode", nargs, 3, 3)) return NULL
  const c = named(ptr(args))
  const bytes = c === null ? null : bufferBytes(ptr(args + 8))
  const from = bytes === null ? -1 : position(ptr(args + 16))
  if (c === null || bytes === null || from < 0) return NULL
  const text = decodeText(c, bytes, from)
  return ownTuple(PyUnicode_FromString(text), PyLong_FromLong(stopped), PyLong_FromLong(status))
}
function encode(_m: Ref, args: number, nargs: number): Own {
  if (!_PyArg_CheckPositional("encode", nargs, 4, 4)) return NULL
  const c = named(ptr(args))
  if (c === null) return NULL
  if (!PyUnicode_Check(ptr(args + 8))) {
    _PyArg_BadArgument("encode", "argument 2", "str", ptr(args + 8))
    return NULL
  }
  const from = position(ptr(args + 16))
  const final = PyObject_IsTrue(ptr(args + 24))
  if (from < 0 || final < 0) return NULL
  const cps = Uint32Array.from(Array.from(PyUnicode_AsJS(ptr(args + 8)), (ch) => ch.codePointAt(0) ?? 0))
  const bytes = encodeText(c, cps, from, final !== 0)
  return ownTuple(PyBytes_FromJS(Uint8Array.from(bytes)), PyLong_FromLong(stopped), PyLong_FromLong(status))
}

defineModule({
  name: "_moult_multibyte",
  doc: "Character sets of one to four bytes.",
  methods: [
    [
      "decode",
      decode,
      METH.FASTCALL,
      "($module, name, data, start, /)\n--\n\nDecode from start: the text, where it stopped, and why (0 the end, 1 illegal, 2 incomplete).",
    ],
    [
      "encode",
      encode,
      METH.FASTCALL,
      "($module, name, text, start, final, /)\n--\n\nEncode from start: the bytes, where it stopped, and why (0 the end, 1 illegal, 2 it may combine with more).",
    ],
  ],
})
