import { int32, ptr, setint32, setptr, setssize } from "../../heap/access.ts"
import { PyMem_Free, PyMem_Realloc } from "../../heap/obmalloc.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_CLEAR, Py_DECREF, Py_NewRef } from "../../heap/refcount.ts"
import { ID } from "../../heap/statics.ts"
import { i32 } from "../../heap/views.ts"
import { _PyObject_GC_New, PyObject_GC_Del, PyObject_GC_Track, PyObject_GC_UnTrack } from "../../gc/gcmodule.ts"
import { PyIter_Next, PyNumber_Check, PyObject_GetIter } from "../../objects/abstract.ts"
import { PyObject_CallOneArg } from "../../objects/call.ts"
import { definePrivateType } from "../../objects/define.ts"
import { PyErr_ExceptionMatches, PyErr_NoMemory, PyErr_Occurred, PyErr_SetString } from "../../objects/errors.ts"
import { PyArg_UnpackTuple } from "../../objects/getargs.ts"
import { _PyObject_LookupAttr, PyCallable_Check, PyObject_Str, typeName } from "../../objects/object.ts"
import { METH, READONLY, T, TPFLAGS, type visitproc } from "../../objects/slots.ts"
import { Py_None, PyExc_TypeError } from "../../objects/statictypes.ts"
import {
  PyUnicode_Check,
  PyUnicode_DATA,
  PyUnicode_FindChar,
  PyUnicode_FromKindAndData,
  PyUnicode_GET_LENGTH,
  PyUnicode_KIND,
  PyUnicode_READ,
} from "../../objects/unicodeobject.ts"
import { visitFields } from "../support.ts"
import { _call_dialect, csvError, Dialect, flag, Quote, STATE, State } from "./dialect.ts"

// Modules/_csv.c: the writer. A record is joined in a buffer of 4-byte characters: measured first, then copied.

const enum Writer {
  write = 16,
  dialect = 24,
  rec = 32,
  rec_size = 40,
  rec_len = 48,
  num_fields = 56,
  error_obj = 64,
  SIZE = 72,
}
const FIELDS = [Writer.dialect, Writer.write, Writer.error_obj]
const NOT_SET = -1
const MEM_INCR = 32768

let quoted = false
let rec = 0
let at = 0
function add(c: number, copy: boolean): void {
  if (copy) i32[(rec + 4 * at) >> 2] = c
  at++
}
/** Append a field (kind 0: an empty one) or measure it: the record's new length, -1 with the error set. Reads and sets `quoted`. */
function join_append_data(self: Ref, kind: number, data: number, n: number, copy: boolean): number {
  const d = ptr(self + Writer.dialect)
  const delimiter = int32(d + Dialect.delimiter)
  const quotechar = int32(d + Dialect.quotechar)
  const escapechar = int32(d + Dialect.escapechar)
  const terminator = ptr(d + Dialect.lineterminator)
  const quoting = int32(d + Dialect.quoting)
  rec = ptr(self + Writer.rec)
  at = int32(self + Writer.rec_len)
  if (int32(self + Writer.num_fields) > 0) add(delimiter, copy)
  if (copy && quoted) add(quotechar, copy)
  for (let i = 0; i < n; i++) {
    const c = PyUnicode_READ(kind, data, i)
    if (
      c === delimiter ||
      c === escapechar ||
      c === quotechar ||
      PyUnicode_FindChar(terminator, c, 0, PyUnicode_GET_LENGTH(terminator), 1) >= 0
    ) {
      let escaping = false
      if (quoting === Quote.NONE) escaping = true
      else {
        if (c === quotechar) {
          if (flag(d, Dialect.doublequote)) add(quotechar, copy)
          else escaping = true
        } else if (c === escapechar) escaping = true
        if (!escaping) quoted = true
      }
      if (escaping) {
        if (escapechar === NOT_SET) {
          csvError("need to escape, but no escapechar set")
          return -1
        }
        add(escapechar, copy)
      }
    }
    add(c, copy)
  }
  if (quoted) {
    if (copy) add(quotechar, copy)
    else at += 2
  }
  return at
}
function join_check_rec_size(self: Ref, n: number): boolean {
  if (n <= int32(self + Writer.rec_size)) return true
  const size = (Math.floor(n / MEM_INCR) + 1) * MEM_INCR
  const p = PyMem_Realloc(ptr(self + Writer.rec), size * 4)
  if (p === 0) {
    PyErr_NoMemory()
    return false
  }
  setptr(self + Writer.rec, p)
  setssize(self + Writer.rec_size, size)
  return true
}
function join_append(self: Ref, field: Ref, quote: boolean): boolean {
  const kind = field === NULL ? 0 : PyUnicode_KIND(field)
  const data = field === NULL ? 0 : PyUnicode_DATA(field)
  const n = field === NULL ? 0 : PyUnicode_GET_LENGTH(field)
  quoted = quote
  const len = join_append_data(self, kind, data, n, false)
  if (len < 0 || !join_check_rec_size(self, len)) return false
  setssize(self + Writer.rec_len, join_append_data(self, kind, data, n, true))
  setint32(self + Writer.num_fields, int32(self + Writer.num_fields) + 1)
  return true
}
function join_append_lineterminator(self: Ref): boolean {
  const t = ptr(ptr(self + Writer.dialect) + Dialect.lineterminator)
  const n = PyUnicode_GET_LENGTH(t)
  const len = int32(self + Writer.rec_len)
  if (!join_check_rec_size(self, len + n)) return false
  const kind = PyUnicode_KIND(t)
  const data = PyUnicode_DATA(t)
  for (let i = 0; i < n; i++) i32[(ptr(self + Writer.rec) + 4 * (len + i)) >> 2] = PyUnicode_READ(kind, data, i)
  setssize(self + Writer.rec_len, len + n)
  return true
}

function appendField(self: Ref, $field: Own): boolean {
  const quoting = int32(ptr(self + Writer.dialect) + Dialect.quoting)
  const quote = quoting === Quote.ALL || (quoting === Quote.NONNUMERIC && !PyNumber_Check($field))
  if (PyUnicode_Check($field) || $field === Py_None) {
    const ok = join_append(self, $field === Py_None ? NULL : $field, quote)
    Py_DECREF($field)
    return ok
  }
  const $str = PyObject_Str($field)
  Py_DECREF($field)
  if ($str === NULL) return false
  const ok = join_append(self, $str, quote)
  Py_DECREF($str)
  return ok
}
function csv_writerow(self: Ref, seq: Ref): Own {
  const $iter = PyObject_GetIter(seq)
  if ($iter === NULL) {
    if (PyErr_ExceptionMatches(PyExc_TypeError))
      PyErr_SetString(ptr(self + Writer.error_obj), `iterable expected, not ${typeName(seq).slice(0, 200)}`)
    return NULL
  }
  setssize(self + Writer.rec_len, 0)
  setint32(self + Writer.num_fields, 0)
  for (;;) {
    const $field = PyIter_Next($iter)
    if ($field === NULL) break
    if (!appendField(self, $field)) {
      Py_DECREF($iter)
      return NULL
    }
  }
  Py_DECREF($iter)
  if (PyErr_Occurred()) return NULL
  const fields = int32(self + Writer.num_fields)
  if (fields > 0 && int32(self + Writer.rec_len) === 0) {
    if (int32(ptr(self + Writer.dialect) + Dialect.quoting) === Quote.NONE) return csvError("single empty field record must be quoted")
    setint32(self + Writer.num_fields, fields - 1)
    if (!join_append(self, NULL, true)) return NULL
  }
  if (!join_append_lineterminator(self)) return NULL
  const $line = PyUnicode_FromKindAndData(4, ptr(self + Writer.rec), int32(self + Writer.rec_len))
  if ($line === NULL) return NULL
  const $r = PyObject_CallOneArg(ptr(self + Writer.write), $line)
  Py_DECREF($line)
  return $r
}
function csv_writerows(self: Ref, rows: Ref): Own {
  const $iter = PyObject_GetIter(rows)
  if ($iter === NULL) return NULL
  for (;;) {
    const $row = PyIter_Next($iter)
    if ($row === NULL) break
    const $r = csv_writerow(self, $row)
    Py_DECREF($row)
    if ($r === NULL) {
      Py_DECREF($iter)
      return NULL
    }
    Py_DECREF($r)
  }
  Py_DECREF($iter)
  return PyErr_Occurred() ? NULL : Py_NewRef(Py_None)
}

function writer_traverse(self: Ref, visit: visitproc, arg: number): number {
  return visitFields(self, FIELDS, visit, arg)
}
function writer_clear(self: Ref): number {
  for (const f of FIELDS) Py_CLEAR(self + f)
  return 0
}
function writer_dealloc(self: Ref): void {
  PyObject_GC_UnTrack(self)
  writer_clear(self)
  PyMem_Free(ptr(self + Writer.rec))
  PyObject_GC_Del(self)
}

export function csv_writer(_m: Ref, args: Ref, kwargs: Ref): Own {
  const $self = _PyObject_GC_New(writerType)
  if ($self === NULL) return NULL
  for (let f = Writer.write as number; f < Writer.SIZE; f += 8) setptr($self + f, 0)
  setptr($self + Writer.error_obj, Py_NewRef(ptr(STATE + State.error)))
  if (fill($self, args, kwargs)) {
    PyObject_GC_Track($self)
    return $self
  }
  Py_DECREF($self)
  return NULL
}
function fill(self: Ref, args: Ref, kwargs: Ref): boolean {
  const a = PyArg_UnpackTuple(args, "", 1, 2)
  if (a === 0) return false
  const file = ptr(a)
  const dialect = ptr(a + 8)
  setptr(self + Writer.write, _PyObject_LookupAttr(file, ID("write")))
  const write = ptr(self + Writer.write)
  if (write === NULL && PyErr_Occurred()) return false
  if (write === NULL || !PyCallable_Check(write)) {
    PyErr_SetString(PyExc_TypeError, 'argument 1 must have a "write" method')
    return false
  }
  setptr(self + Writer.dialect, _call_dialect(dialect, kwargs))
  return ptr(self + Writer.dialect) !== NULL
}

export const writerType = definePrivateType({
  name: "_csv.writer",
  basicsize: Writer.SIZE,
  flags: TPFLAGS.BASETYPE | TPFLAGS.HAVE_GC | TPFLAGS.IMMUTABLETYPE,
  doc: "CSV writer\n\nWrites rows of fields as tabular data.\n",
  dealloc: writer_dealloc,
  traverse: writer_traverse,
  clear: writer_clear,
  methods: [
    ["writerow", csv_writerow, METH.O, "writerow(iterable)\n\nWrite one row; what is not a string is converted."],
    ["writerows", csv_writerows, METH.O, "writerows(iterable of iterables)\n\nWrite many rows."],
  ],
  members: [["dialect", T.OBJECT, Writer.dialect, READONLY]],
})
