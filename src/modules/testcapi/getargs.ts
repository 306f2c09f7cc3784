import { byte, double, int32, ptr, setbyte, ssize, uint32 } from "../../heap/access.ts"
import { cstackMark, cstackReset } from "../../heap/cstack.ts"
import { Py_buffer } from "../../heap/layout.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_NewRef, Py_SIZE } from "../../heap/refcount.ts"
import { PyBuffer_Release } from "../../objects/abstract.ts"
import { PyBytes_FromStringAndSize } from "../../objects/bytesobject.ts"
import { PyComplex_FromDoubles } from "../../objects/complexobject.ts"
import type { MethodSpec } from "../../objects/define.ts"
import { PyErr_SetString } from "../../objects/errors.ts"
import { PyFloat_FromDouble } from "../../objects/floatobject.ts"
import { argGiven, PyArg_ParseTuple, PyArg_ParseTupleAndKeywords } from "../../objects/getargs.ts"
import { PyList_CheckExact, PyList_GET_ITEM } from "../../objects/listobject.ts"
import { PyLong_FromBigInt, PyLong_FromLong } from "../../objects/longobject.ts"
import { cstringJS } from "../../objects/object.ts"
import { METH } from "../../objects/slots.ts"
import { PyExc_ValueError } from "../../objects/statictypes.ts"
import { PyTuple_CheckExact, PyTuple_GET_ITEM } from "../../objects/tupleobject.ts"
import { PyUnicode_AsJS, PyUnicode_Check } from "../../objects/unicodeobject.ts"
import { none, ownTuple } from "../support.ts"
import { unit } from "./support.ts"

// _testcapi: one function a format code of PyArg_ParseTuple, giving back what was parsed.

const int64Of = (at: number): bigint => (BigInt(int32(at + 4)) << 32n) | BigInt(uint32(at))

/** Codes of one slot: what the slot holds, as an object. */
const SIMPLE: Readonly<Record<string, (at: number) => Own>> = {
  b: (at) => PyLong_FromLong(byte(at)),
  B: (at) => PyLong_FromLong(byte(at)),
  h: (at) => PyLong_FromLong((int32(at) << 16) >> 16),
  H: (at) => PyLong_FromLong(int32(at) & 0xffff),
  I: (at) => PyLong_FromLong(uint32(at)),
  i: (at) => PyLong_FromLong(int32(at)),
  k: (at) => PyLong_FromBigInt(BigInt.asUintN(64, int64Of(at))),
  K: (at) => PyLong_FromBigInt(BigInt.asUintN(64, int64Of(at))),
  l: (at) => PyLong_FromBigInt(int64Of(at)),
  L: (at) => PyLong_FromBigInt(int64Of(at)),
  n: (at) => PyLong_FromBigInt(int64Of(at)),
  p: (at) => PyLong_FromLong(int32(at)),
  c: (at) => PyLong_FromLong(byte(at)),
  C: (at) => PyLong_FromLong(int32(at)),
  f: (at) => PyFloat_FromDouble(double(at)),
  d: (at) => PyFloat_FromDouble(double(at)),
  D: (at) => PyComplex_FromDoubles(double(at), double(at + 8)),
  S: (at) => Py_NewRef(ptr(at)),
  Y: (at) => Py_NewRef(ptr(at)),
  U: (at) => Py_NewRef(ptr(at)),
  s: textOf,
  z: textOf,
  y: textOf,
}
function textOf(at: number): Own {
  const p = ptr(at)
  return p === 0 ? none() : PyBytes_FromStringAndSize(p, cstringLength(p))
}
function cstringLength(p: number): number {
  let n = 0
  while (byte(p + n) !== 0) n++
  return n
}
function getargsOf(format: string, result: (at: number) => Own): MethodSpec {
  const name = `getargs_${format.replace("#", "_hash").replace("*", "_star")}`
  return [
    name,
    function getargs(_module: Ref, args: Ref): Own {
      const mark = cstackMark()
      const a = PyArg_ParseTuple(args, format)
      const $v = a === 0 ? NULL : result(a)
      cstackReset(mark)
      return $v
    },
    METH.VARARGS,
  ]
}
/** s#, z#, y#: address and length. */
function sizedText(at: number): Own {
  const p = ptr(at)
  return p === 0 ? none() : PyBytes_FromStringAndSize(p, ssize(at + 8))
}
/** s*, z*, y*: a Py_buffer. */
function bufferText(at: number): Own {
  const view = ptr(at)
  const buf = ptr(view + Py_buffer.buf)
  const $b = buf === 0 ? none() : PyBytes_FromStringAndSize(buf, ssize(view + Py_buffer.len))
  PyBuffer_Release(view)
  return $b
}
/** w*: the first and last byte are replaced. */
function writableBuffer(at: number): Own {
  const view = ptr(at)
  const buf = ptr(view + Py_buffer.buf)
  const len = ssize(view + Py_buffer.len)
  if (len >= 2) {
    setbyte(buf, 0x5b)
    setbyte(buf + len - 1, 0x5d)
  }
  return bufferText(at)
}

/** Int slots `n` as a tuple, -1 where nothing was given. */
function intTuple(a: number, n: number, given: (i: number) => boolean): Own {
  return ownTuple(...Array.from({ length: n }, (_, i) => PyLong_FromLong(given(i) ? int32(a + 8 * i) : -1)))
}
function getargs_tuple(_module: Ref, args: Ref): Own {
  const a = PyArg_ParseTuple(args, "i(ii)")
  return a === 0 ? NULL : intTuple(a, 3, () => true)
}
/** The unit of (ii)i|(i(ii))(iii)i that each of its ten slots belongs to. */
const UNIT_OF = [0, 0, 1, 2, 2, 2, 3, 3, 3, 4]
const fiveKeywords = ["arg1", "arg2", "arg3", "arg4", "arg5"]
function getargs_keywords(_module: Ref, args: Ref, kwargs: Ref): Own {
  const a = PyArg_ParseTupleAndKeywords(args, kwargs, "(ii)i|(i(ii))(iii)i", fiveKeywords)
  return a === 0 ? NULL : intTuple(a, 10, (i) => argGiven(UNIT_OF[i]))
}
const keywordOnly = ["required", "optional", "keyword_only"]
function getargs_keyword_only(_module: Ref, args: Ref, kwargs: Ref): Own {
  const a = PyArg_ParseTupleAndKeywords(args, kwargs, "i|i$i", keywordOnly)
  return a === 0 ? NULL : intTuple(a, 3, argGiven)
}
const positionalOnly = ["", "", "keyword"]
function getargs_positional_only_and_keywords(_module: Ref, args: Ref, kwargs: Ref): Own {
  const a = PyArg_ParseTupleAndKeywords(args, kwargs, "i|ii", positionalOnly)
  return a === 0 ? NULL : intTuple(a, 3, argGiven)
}

/** Any format with any keywords: only whether it parses counts. */
function parse_tuple_and_keywords(_module: Ref, args: Ref): Own {
  const a = PyArg_ParseTuple(args, "OOsO:parse_tuple_and_keywords")
  if (a === 0) return NULL
  const [subArgs, subKwargs, names] = [unit(a, 0), unit(a, 1), unit(a, 3)]
  const format = cstringJS(unit(a, 2))
  const item = PyList_CheckExact(names) ? PyList_GET_ITEM : PyTuple_CheckExact(names) ? PyTuple_GET_ITEM : null
  if (item === null) return PyErr_SetString(PyExc_ValueError, "parse_tuple_and_keywords: sub_keywords must be either list or tuple")
  if (Py_SIZE(names) > 8) return PyErr_SetString(PyExc_ValueError, "parse_tuple_and_keywords: too many keywords in sub_keywords")
  const keywords: string[] = []
  for (let i = 0; i < Py_SIZE(names); i++) {
    const name = item(names, i)
    const text = PyUnicode_Check(name) ? PyUnicode_AsJS(name) : "\0"
    if (text.includes("\0")) {
      return PyErr_SetString(PyExc_ValueError, `parse_tuple_and_keywords: could not convert keywords[${i}] to narrow string`)
    }
    keywords.push(text)
  }
  const mark = cstackMark()
  const parsed = PyArg_ParseTupleAndKeywords(subArgs, subKwargs, format, keywords)
  cstackReset(mark)
  return parsed === 0 ? NULL : none()
}

export const getargsMethods: readonly MethodSpec[] = [
  ...Object.entries(SIMPLE).map(([c, result]) => getargsOf(c, result)),
  ...["s#", "z#", "y#"].map((f) => getargsOf(f, sizedText)),
  ...["s*", "z*", "y*"].map((f) => getargsOf(f, bufferText)),
  getargsOf("w*", writableBuffer),
  ["getargs_tuple", getargs_tuple, METH.VARARGS],
  ["getargs_keywords", getargs_keywords, METH.VARARGS | METH.KEYWORDS],
  ["getargs_keyword_only", getargs_keyword_only, METH.VARARGS | METH.KEYWORDS],
  ["getargs_positional_only_and_keywords", getargs_positional_only_and_keywords, METH.VARARGS | METH.KEYWORDS],
  ["parse_tuple_and_keywords", parse_tuple_and_keywords, METH.VARARGS],
]
