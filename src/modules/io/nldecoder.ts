import { byte, int32, ptr, setbyte, setptr } from "../../heap/access.ts"
import { fn } from "../../heap/fntable.ts"
import { PyTypeObject } from "../../heap/layout.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_DECREF, Py_NewRef, Py_TYPE, Py_XDECREF, Py_XSETREF } from "../../heap/refcount.ts"
import { ID, staticType } from "../../heap/statics.ts"
import { PyObject_CallMethodNoArgs, PyObject_CallMethodOneArg, PyObject_CallMethodTwoArgs } from "../../objects/call.ts"
import { defineType } from "../../objects/define.ts"
import { PyErr_SetString } from "../../objects/errors.ts"
import { argGiven, parseTuple } from "../../objects/getargs.ts"
import { PyLong_AsBigInt, PyLong_FromBigInt } from "../../objects/longobject.ts"
import { typeName } from "../../objects/object.ts"
import { type freefunc, METH, TPFLAGS } from "../../objects/slots.ts"
import { Py_False, Py_None, Py_True, PyExc_TypeError, PyExc_ValueError } from "../../objects/statictypes.ts"
import { PyTuple_Check, PyTuple_GET_ITEM, PyTuple_New, PyTuple_SET_ITEM } from "../../objects/tupleobject.ts"
import { PyType_GenericNew } from "../../objects/typeobject.ts"
import {
  PyUnicode_AsJS,
  PyUnicode_Check,
  PyUnicode_FindChar,
  PyUnicode_FromString,
  PyUnicode_GET_LENGTH,
} from "../../objects/unicodeobject.ts"
import { PyBytes_FromStringAndSize } from "../../objects/bytesobject.ts"

// Modules/_io/textio.c: IncrementalNewlineDecoder. It notes which kinds of newline were seen, makes them "\n" when translating, and
// keeps a trailing "\r" back until the next character tells whether it belongs to "\r\n".

export const enum NewlineDecoder {
  decoder = 16,
  errors = 24,
  pendingcr = 32,
  translate = 33,
  seennl = 34,
  SIZE = 40,
}
const enum Seen {
  CR = 1,
  LF = 2,
  CRLF = 4,
}

export const PyIncrementalNewlineDecoder_Type = staticType()

function initialised(self: Ref): boolean {
  if (ptr(self + NewlineDecoder.errors) !== 0) return true
  PyErr_SetString(PyExc_ValueError, "IncrementalNewlineDecoder.__init__() not called")
  return false
}
function nldecoder_init(self: Ref, args: Ref, kwds: Ref): number {
  const at = parseTuple(args, kwds, "Op|O:IncrementalNewlineDecoder", ["decoder", "translate", "errors"])
  if (at === 0) return -1
  const decoder = ptr(at)
  const translate = int32(at + 8)
  const errors = ptr(at + 16)
  Py_XSETREF(self + NewlineDecoder.decoder, Py_NewRef(decoder))
  Py_XSETREF(self + NewlineDecoder.errors, errors === 0 ? PyUnicode_FromString("strict") : Py_NewRef(errors))
  setbyte(self + NewlineDecoder.translate, translate ? 1 : 0)
  setbyte(self + NewlineDecoder.seennl, 0)
  setbyte(self + NewlineDecoder.pendingcr, 0)
  return 0
}
/** A new decoder around `decoder` (or None). */
export function newNewlineDecoder(decoder: Ref, translate: boolean): Own {
  const $d = PyType_GenericNew(PyIncrementalNewlineDecoder_Type, NULL, NULL)
  if ($d === NULL) return NULL
  setptr($d + NewlineDecoder.decoder, Py_NewRef(decoder))
  setptr($d + NewlineDecoder.errors, PyUnicode_FromString("strict"))
  setbyte($d + NewlineDecoder.translate, translate ? 1 : 0)
  return $d
}
function nldecoder_dealloc(self: Ref): void {
  Py_XDECREF(ptr(self + NewlineDecoder.decoder))
  Py_XDECREF(ptr(self + NewlineDecoder.errors))
  fn<freefunc>(ptr(Py_TYPE(self) + PyTypeObject.tp_free))(self)
}

/** Decode `input` (bytes, or a str when there is no inner decoder). */
export function _PyIncrementalNewlineDecoder_decode(self: Ref, input: Ref, final: boolean): Own {
  if (!initialised(self)) return NULL
  const decoder = ptr(self + NewlineDecoder.decoder)
  const $out = decoder === Py_None ? Py_NewRef(input) : PyObject_CallMethodTwoArgs(decoder, ID("decode"), input, final ? Py_True : Py_False)
  if ($out === NULL) return NULL
  if (!PyUnicode_Check($out)) {
    PyErr_SetString(PyExc_TypeError, `decoder should return a string result, not '${typeName($out)}'`)
    Py_DECREF($out)
    return NULL
  }
  const n = PyUnicode_GET_LENGTH($out)
  let seen = byte(self + NewlineDecoder.seennl)
  const pending = byte(self + NewlineDecoder.pendingcr) !== 0 && (final || n > 0)
  if (!pending && (n === 0 || PyUnicode_FindChar($out, 13, 0, n, 1) < 0)) {
    if (n > 0 && !(seen & Seen.LF) && PyUnicode_FindChar($out, 10, 0, n, 1) >= 0) setbyte(self + NewlineDecoder.seennl, seen | Seen.LF)
    return $out
  }
  let text = PyUnicode_AsJS($out)
  Py_DECREF($out)
  if (pending) {
    text = `\r${text}`
    setbyte(self + NewlineDecoder.pendingcr, 0)
  }
  if (!final && text.endsWith("\r")) {
    text = text.slice(0, -1)
    setbyte(self + NewlineDecoder.pendingcr, 1)
  }
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i)
    if (c === 10) seen |= Seen.LF
    else if (c === 13) {
      if (text.charCodeAt(i + 1) === 10) {
        seen |= Seen.CRLF
        i++
      } else seen |= Seen.CR
    }
  }
  setbyte(self + NewlineDecoder.seennl, seen)
  if (byte(self + NewlineDecoder.translate)) text = text.replace(/\r\n?/g, "\n")
  return PyUnicode_FromString(text)
}
function nldecoder_decode(self: Ref, args: Ref, kwds: Ref): Own {
  const at = parseTuple(args, kwds, "O|p:decode", ["input", "final"])
  if (at === 0) return NULL
  return _PyIncrementalNewlineDecoder_decode(self, ptr(at), argGiven(1) && int32(at + 8) !== 0)
}
function nldecoder_getstate(self: Ref): Own {
  if (!initialised(self)) return NULL
  const decoder = ptr(self + NewlineDecoder.decoder)
  let $buffer: Own
  let flag = 0n
  if (decoder === Py_None) $buffer = PyBytes_FromStringAndSize(0, 0)
  else {
    const $state = PyObject_CallMethodNoArgs(decoder, ID("getstate"))
    if ($state === NULL) return NULL
    if (!PyTuple_Check($state)) {
      Py_DECREF($state)
      return PyErr_SetString(PyExc_TypeError, "illegal decoder state")
    }
    $buffer = Py_NewRef(PyTuple_GET_ITEM($state, 0))
    flag = PyLong_AsBigInt(PyTuple_GET_ITEM($state, 1))
    Py_DECREF($state)
  }
  flag = (flag << 1n) | BigInt(byte(self + NewlineDecoder.pendingcr))
  const $t = PyTuple_New(2)
  if ($t === NULL) return NULL
  PyTuple_SET_ITEM($t, 0, $buffer)
  PyTuple_SET_ITEM($t, 1, PyLong_FromBigInt(flag))
  return $t
}
function nldecoder_setstate(self: Ref, state: Ref): Own {
  if (!initialised(self)) return NULL
  if (!PyTuple_Check(state)) return PyErr_SetString(PyExc_TypeError, "state argument must be a tuple")
  const flag = PyLong_AsBigInt(PyTuple_GET_ITEM(state, 1))
  setbyte(self + NewlineDecoder.pendingcr, Number(flag & 1n))
  const decoder = ptr(self + NewlineDecoder.decoder)
  if (decoder === Py_None) return Py_NewRef(Py_None)
  const $inner = PyTuple_New(2)
  if ($inner === NULL) return NULL
  PyTuple_SET_ITEM($inner, 0, Py_NewRef(PyTuple_GET_ITEM(state, 0)))
  PyTuple_SET_ITEM($inner, 1, PyLong_FromBigInt(flag >> 1n))
  const $r = PyObject_CallMethodOneArg(decoder, ID("setstate"), $inner)
  Py_DECREF($inner)
  return $r
}
function nldecoder_reset(self: Ref): Own {
  if (!initialised(self)) return NULL
  setbyte(self + NewlineDecoder.seennl, 0)
  setbyte(self + NewlineDecoder.pendingcr, 0)
  const decoder = ptr(self + NewlineDecoder.decoder)
  return decoder === Py_None ? Py_NewRef(Py_None) : PyObject_CallMethodNoArgs(decoder, ID("reset"))
}
/** None, one str, or a tuple of the newline kinds seen. */
export function newlinesSeen(self: Ref): Own {
  const seen = byte(self + NewlineDecoder.seennl)
  const kinds: string[] = []
  if (seen & Seen.CR) kinds.push("\r")
  if (seen & Seen.LF) kinds.push("\n")
  if (seen & Seen.CRLF) kinds.push("\r\n")
  if (kinds.length === 0) return Py_NewRef(Py_None)
  if (kinds.length === 1) return PyUnicode_FromString(kinds[0])
  const $t = PyTuple_New(kinds.length)
  if ($t !== NULL) kinds.forEach((k, i) => PyTuple_SET_ITEM($t, i, PyUnicode_FromString(k)))
  return $t
}

defineType(PyIncrementalNewlineDecoder_Type, {
  name: "_io.IncrementalNewlineDecoder",
  basicsize: NewlineDecoder.SIZE,
  flags: TPFLAGS.BASETYPE,
  doc: "IncrementalNewlineDecoder(decoder, translate, errors='strict')\n--\n\nNewline translation around another decoder.",
  dealloc: nldecoder_dealloc,
  init: nldecoder_init,
  new: PyType_GenericNew,
  methods: [
    ["decode", nldecoder_decode, METH.VARARGS | METH.KEYWORDS],
    ["getstate", nldecoder_getstate, METH.NOARGS],
    ["setstate", nldecoder_setstate, METH.O],
    ["reset", nldecoder_reset, METH.NOARGS],
  ],
  getset: [["newlines", newlinesSeen]],
})
