import { ptr, setptr, ssize } from "../heap/access.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { Py_DECREF, Py_NewRef } from "../heap/refcount.ts"
import { cstr } from "../heap/statics.ts"
import { _PyObject_GC_New, PyObject_GC_Del, PyObject_GC_Track, PyObject_GC_UnTrack } from "../gc/gcmodule.ts"
import { PyBool_FromLong } from "../objects/boolobject.ts"
import { defineModule, definePrivateType, type MethodSpec } from "../objects/define.ts"
import { PyErr_NoMemory, PyErr_SetString } from "../objects/errors.ts"
import { PyFloat_FromDouble } from "../objects/floatobject.ts"
import { _PyArg_BadArgument, _PyArg_CheckPositional, PyArg_Parse } from "../objects/getargs.ts"
import { PyLong_FromLong } from "../objects/longobject.ts"
import { PyModule_AddObjectRef, PyModule_AddStringConstant, PyModule_Check } from "../objects/moduleobject.ts"
import { PyObject_GenericGetAttr } from "../objects/object.ts"
import { METH, READONLY, T, TPFLAGS } from "../objects/slots.ts"
import { PyExc_KeyError, PyExc_ValueError } from "../objects/statictypes.ts"
import * as DB from "../objects/unicodedb/database.ts"
import { unicodeCode, unicodeName, unicodeSequence } from "../objects/unicodedb/ucnhash.ts"
import { _PyUnicode_ToDecimalDigit, _PyUnicode_ToDigit, _PyUnicode_ToNumeric } from "../objects/unicodectype.ts"
import {
  dataAsJS,
  PyUnicode_AsJS,
  PyUnicode_Check,
  PyUnicode_DATA,
  PyUnicode_FromString,
  PyUnicode_GET_LENGTH,
  PyUnicode_IS_ASCII,
  PyUnicode_KIND,
  PyUnicode_New,
  PyUnicode_READ,
  PyUnicode_READ_CHAR,
  PyUnicode_WRITE,
  unicode_char,
  unicode_result,
} from "../objects/unicodeobject.ts"

// Modules/unicodedata.c. The functions of the module are also the methods of UCD, whose one instance answers for Unicode 3.2.0.

function isOld(self: Ref): boolean {
  return self !== NULL && !PyModule_Check(self)
}
/** A one-character str argument; -1 with TypeError. */
function charArg(arg: Ref, name: string, display: string): number {
  if (PyUnicode_Check(arg) && PyUnicode_GET_LENGTH(arg) === 1) return PyUnicode_READ_CHAR(arg, 0)
  _PyArg_BadArgument(name, display, "a unicode character", arg)
  return -1
}
/** (chr[, default]): the value, or the default, or ValueError. */
function valued(self: Ref, args: number, nargs: number, name: string, value: (c: number, old: boolean) => Own, missing: string): Own {
  if (!_PyArg_CheckPositional(name, nargs, 1, 2)) return NULL
  const c = charArg(ptr(args), name, "argument 1")
  if (c < 0) return NULL
  const $v = value(c, isOld(self))
  if ($v !== NULL) return $v
  if (nargs > 1) return Py_NewRef(ptr(args + 8))
  PyErr_SetString(PyExc_ValueError, missing)
  return NULL
}
function decimalOf(c: number, old: boolean): Own {
  let v = _PyUnicode_ToDecimalDigit(c)
  const was = old ? DB.record(c, true)[DB.Col.DECIMAL] : undefined
  if (was !== undefined && !Number.isNaN(was)) v = was
  return v < 0 ? NULL : PyLong_FromLong(v)
}
function digitOf(c: number): Own {
  const v = _PyUnicode_ToDigit(c)
  return v < 0 ? NULL : PyLong_FromLong(v)
}
function numericOf(c: number, old: boolean): Own {
  let v = _PyUnicode_ToNumeric(c)
  const was = old ? DB.record(c, true)[DB.Col.NUMERIC] : undefined
  if (was !== undefined && !Number.isNaN(was)) v = was
  return v === -1 ? NULL : PyFloat_FromDouble(v)
}
function nameOf(c: number, old: boolean): Own {
  if (old && DB.record(c, true)[DB.Col.CATEGORY] === 0) return NULL
  const name = unicodeName(c)
  return name === null ? NULL : PyUnicode_FromString(name)
}
function decimal(self: Ref, args: number, nargs: number): Own {
  return valued(self, args, nargs, "decimal", decimalOf, "not a decimal")
}
function digit(self: Ref, args: number, nargs: number): Own {
  return valued(self, args, nargs, "digit", digitOf, "not a digit")
}
function numeric(self: Ref, args: number, nargs: number): Own {
  return valued(self, args, nargs, "numeric", numericOf, "not a numeric character")
}
function name(self: Ref, args: number, nargs: number): Own {
  return valued(self, args, nargs, "name", nameOf, "no such name")
}

function column(self: Ref, arg: Ref, fname: string, col: DB.Col): number {
  const c = charArg(arg, fname, "argument")
  return c < 0 ? -1 : DB.record(c, isOld(self))[col]
}
function category(self: Ref, arg: Ref): Own {
  const i = column(self, arg, "category", DB.Col.CATEGORY)
  return i < 0 ? NULL : PyUnicode_FromString(DB.CATEGORIES[i])
}
function bidirectional(self: Ref, arg: Ref): Own {
  const i = column(self, arg, "bidirectional", DB.Col.BIDIRECTIONAL)
  return i < 0 ? NULL : PyUnicode_FromString(DB.BIDIRECTIONAL[i])
}
function combining(self: Ref, arg: Ref): Own {
  const i = column(self, arg, "combining", DB.Col.COMBINING)
  return i < 0 ? NULL : PyLong_FromLong(i)
}
function mirrored(self: Ref, arg: Ref): Own {
  const i = column(self, arg, "mirrored", DB.Col.MIRRORED)
  return i < 0 ? NULL : PyLong_FromLong(i)
}
function east_asian_width(self: Ref, arg: Ref): Own {
  const i = column(self, arg, "east_asian_width", DB.Col.WIDTH)
  return i < 0 ? NULL : PyUnicode_FromString(DB.WIDTHS[i])
}
function decomposition(self: Ref, arg: Ref): Own {
  const c = charArg(arg, "decomposition", "argument")
  return c < 0 ? NULL : PyUnicode_FromString(DB.decomposition(c, isOld(self)))
}

function lookup(self: Ref, arg: Ref): Own {
  const a = PyArg_Parse(arg, "s#:lookup")
  if (!a) return NULL
  const text = dataAsJS(1, ptr(a), 0, ssize(a + 8))
  if (text.length > 256) {
    PyErr_SetString(PyExc_KeyError, "name too long")
    return NULL
  }
  // 3.2.0 knows neither aliases nor sequences
  const old = isOld(self)
  const c = unicodeCode(text, !old)
  if (c >= 0 && !(old && DB.record(c, true)[DB.Col.CATEGORY] === 0)) return unicode_char(c)
  const sequence = c >= 0 || old ? null : unicodeSequence(text)
  if (sequence !== null) return PyUnicode_FromString(sequence)
  const shown = PyUnicode_Check(arg) ? PyUnicode_AsJS(arg) : text
  PyErr_SetString(PyExc_KeyError, `undefined character name '${shown}'`)
  return NULL
}

let composed = false
let compat = false
function parseForm(args: number, nargs: number, fname: string): boolean {
  if (!_PyArg_CheckPositional(fname, nargs, 2, 2)) return false
  for (let i = 0; i < 2; i++) {
    if (PyUnicode_Check(ptr(args + 8 * i))) continue
    _PyArg_BadArgument(fname, `argument ${i + 1}`, "str", ptr(args + 8 * i))
    return false
  }
  return true
}
function knownForm(form: Ref): boolean {
  const f = PyUnicode_AsJS(form)
  composed = f === "NFC" || f === "NFKC"
  compat = f === "NFKC" || f === "NFKD"
  if (composed || compat || f === "NFD") return true
  PyErr_SetString(PyExc_ValueError, "invalid normalization form")
  return false
}
function points(op: Ref): number[] {
  const n = PyUnicode_GET_LENGTH(op)
  const kind = PyUnicode_KIND(op)
  const data = PyUnicode_DATA(op)
  const out: number[] = new Array(n)
  for (let i = 0; i < n; i++) out[i] = PyUnicode_READ(kind, data, i)
  return out
}
function fromPoints(p: readonly number[]): Own {
  let max = 0
  for (const c of p) if (c > max) max = c
  const $u = PyUnicode_New(p.length, max)
  if ($u === NULL) return PyErr_NoMemory() as Own
  const kind = PyUnicode_KIND($u)
  const data = PyUnicode_DATA($u)
  for (let i = 0; i < p.length; i++) PyUnicode_WRITE(kind, data, i, p[i])
  return unicode_result($u)
}
function is_normalized(self: Ref, args: number, nargs: number): Own {
  if (!parseForm(args, nargs, "is_normalized")) return NULL
  const input = ptr(args + 8)
  if (PyUnicode_GET_LENGTH(input) === 0) return PyBool_FromLong(1)
  if (!knownForm(ptr(args))) return NULL
  const old = isOld(self)
  if (!old && PyUnicode_IS_ASCII(input)) return PyBool_FromLong(1)
  const p = points(input)
  if (!old && DB.surelyNormalized(p, composed, compat)) return PyBool_FromLong(1)
  const q = DB.normalize(p, composed, compat, old)
  return PyBool_FromLong(q.length === p.length && q.every((c, i) => c === p[i]) ? 1 : 0)
}
function normalize(self: Ref, args: number, nargs: number): Own {
  if (!parseForm(args, nargs, "normalize")) return NULL
  const input = ptr(args + 8)
  if (PyUnicode_GET_LENGTH(input) === 0) return Py_NewRef(input)
  if (!knownForm(ptr(args))) return NULL
  const old = isOld(self)
  if (!old && PyUnicode_IS_ASCII(input)) return Py_NewRef(input)
  const p = points(input)
  if (!old && DB.surelyNormalized(p, composed, compat)) return Py_NewRef(input)
  return fromPoints(DB.normalize(p, composed, compat, old))
}

const functions: readonly MethodSpec[] = [
  ["decimal", decimal, METH.FASTCALL, "($self, chr, default=<unrepresentable>, /)\n--\n\nThe decimal value of a character."],
  ["digit", digit, METH.FASTCALL, "($self, chr, default=<unrepresentable>, /)\n--\n\nThe digit value of a character."],
  ["numeric", numeric, METH.FASTCALL, "($self, chr, default=<unrepresentable>, /)\n--\n\nThe numeric value of a character."],
  ["category", category, METH.O, "($self, chr, /)\n--\n\nThe general category of a character."],
  ["bidirectional", bidirectional, METH.O, "($self, chr, /)\n--\n\nThe bidirectional class of a character, or the empty string."],
  ["combining", combining, METH.O, "($self, chr, /)\n--\n\nThe canonical combining class of a character."],
  ["mirrored", mirrored, METH.O, "($self, chr, /)\n--\n\n1 if the character is mirrored in bidirectional text, else 0."],
  ["east_asian_width", east_asian_width, METH.O, "($self, chr, /)\n--\n\nThe east asian width of a character."],
  ["decomposition", decomposition, METH.O, "($self, chr, /)\n--\n\nThe decomposition of a character, or the empty string."],
  ["name", name, METH.FASTCALL, "($self, chr, default=<unrepresentable>, /)\n--\n\nThe name of a character."],
  ["lookup", lookup, METH.O, "($self, name, /)\n--\n\nThe character of a name."],
  ["is_normalized", is_normalized, METH.FASTCALL, "($self, form, unistr, /)\n--\n\nIs the string in the normal form?"],
  ["normalize", normalize, METH.FASTCALL, "($self, form, unistr, /)\n--\n\nThe string in the normal form."],
]

/** PreviousDBVersion */
const enum UCD {
  name = 16,
  SIZE = 40,
}
function ucd_dealloc(self: Ref): void {
  PyObject_GC_UnTrack(self)
  PyObject_GC_Del(self)
}
function ucd_traverse(): number {
  return 0
}
const UCD_Type = definePrivateType({
  name: "unicodedata.UCD",
  basicsize: UCD.SIZE,
  flags: TPFLAGS.HAVE_GC | TPFLAGS.DISALLOW_INSTANTIATION | TPFLAGS.IMMUTABLETYPE,
  dealloc: ucd_dealloc,
  traverse: ucd_traverse,
  getattro: PyObject_GenericGetAttr,
  methods: functions,
  members: [["unidata_version", T.STRING, UCD.name, READONLY]],
})
const OLD_VERSION = cstr("3.2.0")

function exec(module: Ref): number {
  if (PyModule_AddStringConstant(module, "unidata_version", "14.0.0") < 0) return -1
  if (PyModule_AddObjectRef(module, "UCD", UCD_Type) < 0) return -1
  const $old = _PyObject_GC_New(UCD_Type)
  if ($old === NULL) return -1
  setptr($old + UCD.name, OLD_VERSION)
  setptr($old + UCD.name + 8, 0)
  setptr($old + UCD.name + 16, 0)
  PyObject_GC_Track($old)
  const r = PyModule_AddObjectRef(module, "ucd_3_2_0", $old)
  Py_DECREF($old)
  return r
}

defineModule({ name: "unicodedata", doc: "The Unicode Character Database, version 14.0.0.", methods: functions, exec })
