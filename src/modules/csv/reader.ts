import { int32, ptr, setint32, setptr, setssize } from "../../heap/access.ts"
import { PyMem_Free, PyMem_Realloc } from "../../heap/obmalloc.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_CLEAR, Py_DECREF, Py_XSETREF } from "../../heap/refcount.ts"
import { i32 } from "../../heap/views.ts"
import { _PyObject_GC_New, PyObject_GC_Del, PyObject_GC_Track, PyObject_GC_UnTrack } from "../../gc/gcmodule.ts"
import { PyIter_Next, PyNumber_Float, PyObject_GetIter } from "../../objects/abstract.ts"
import { definePrivateType } from "../../objects/define.ts"
import { PyErr_NoMemory, PyErr_Occurred } from "../../objects/errors.ts"
import { PyArg_UnpackTuple } from "../../objects/getargs.ts"
import { PyList_Append, PyList_New } from "../../objects/listobject.ts"
import { PyObject_SelfIter, typeName } from "../../objects/object.ts"
import { READONLY, T, TPFLAGS, type visitproc } from "../../objects/slots.ts"
import {
  PyUnicode_Check,
  PyUnicode_DATA,
  PyUnicode_FromKindAndData,
  PyUnicode_GET_LENGTH,
  PyUnicode_KIND,
  PyUnicode_READ,
} from "../../objects/unicodeobject.ts"
import { visitFields } from "../support.ts"
import { _call_dialect, csvError, Dialect, flag, Quote, STATE, State } from "./dialect.ts"

// Modules/_csv.c: the reader, a state machine over characters.

const enum Reader {
  input_iter = 16,
  dialect = 24,
  fields = 32,
  state = 40,
  field = 48,
  field_size = 56,
  field_len = 64,
  numeric_field = 72,
  line_num = 80,
  SIZE = 88,
}
const FIELDS = [Reader.dialect, Reader.input_iter, Reader.fields]

const enum S {
  START_RECORD,
  START_FIELD,
  ESCAPED_CHAR,
  IN_FIELD,
  IN_QUOTED_FIELD,
  ESCAPE_IN_QUOTED_FIELD,
  QUOTE_IN_QUOTED_FIELD,
  EAT_CRNL,
  AFTER_ESCAPED_CRNL,
}
const EOL = -2
const NL = 10
const CR = 13

function parse_save_field(self: Ref): number {
  let $field = PyUnicode_FromKindAndData(4, ptr(self + Reader.field), int32(self + Reader.field_len))
  if ($field === NULL) return -1
  setssize(self + Reader.field_len, 0)
  if (int32(self + Reader.numeric_field) !== 0) {
    setint32(self + Reader.numeric_field, 0)
    const $number = PyNumber_Float($field)
    Py_DECREF($field)
    if ($number === NULL) return -1
    $field = $number
  }
  const r = PyList_Append(ptr(self + Reader.fields), $field)
  Py_DECREF($field)
  return r
}
function parse_grow_buff(self: Ref): boolean {
  const size = int32(self + Reader.field_size)
  const grown = size ? 2 * size : 4096
  const p = PyMem_Realloc(ptr(self + Reader.field), grown * 4)
  if (p === 0) {
    PyErr_NoMemory()
    return false
  }
  setptr(self + Reader.field, p)
  setssize(self + Reader.field_size, grown)
  return true
}
function parse_add_char(self: Ref, c: number): number {
  const n = int32(self + Reader.field_len)
  const limit = int32(STATE + State.field_limit)
  if (n >= limit) {
    csvError(`field larger than field limit (${limit})`)
    return -1
  }
  if (n === int32(self + Reader.field_size) && !parse_grow_buff(self)) return -1
  i32[(ptr(self + Reader.field) + 4 * n) >> 2] = c
  setssize(self + Reader.field_len, n + 1)
  return 0
}
function isEnd(c: number): boolean {
  return c === NL || c === CR || c === EOL
}
// The line ends here: the field is complete, and the record if nothing but its line end is left.
function endRecord(self: Ref, c: number): number {
  if (parse_save_field(self) < 0) return -1
  setint32(self + Reader.state, c === EOL ? S.START_RECORD : S.EAT_CRNL)
  return 0
}
function endField(self: Ref): number {
  if (parse_save_field(self) < 0) return -1
  setint32(self + Reader.state, S.START_FIELD)
  return 0
}
function addAs(self: Ref, c: number, state: S): number {
  if (parse_add_char(self, c) < 0) return -1
  setint32(self + Reader.state, state)
  return 0
}
function startField(self: Ref, d: Ref, c: number): number {
  if (isEnd(c)) return endRecord(self, c)
  if (c === int32(d + Dialect.quotechar) && int32(d + Dialect.quoting) !== Quote.NONE) setint32(self + Reader.state, S.IN_QUOTED_FIELD)
  else if (c === int32(d + Dialect.escapechar)) setint32(self + Reader.state, S.ESCAPED_CHAR)
  else if (c === 32 && flag(d, Dialect.skipinitialspace)) return 0
  else if (c === int32(d + Dialect.delimiter)) return parse_save_field(self)
  else {
    if (int32(d + Dialect.quoting) === Quote.NONNUMERIC) setint32(self + Reader.numeric_field, 1)
    return addAs(self, c, S.IN_FIELD)
  }
  return 0
}
function inField(self: Ref, d: Ref, c: number): number {
  if (isEnd(c)) return endRecord(self, c)
  if (c === int32(d + Dialect.escapechar)) {
    setint32(self + Reader.state, S.ESCAPED_CHAR)
    return 0
  }
  return c === int32(d + Dialect.delimiter) ? endField(self) : parse_add_char(self, c)
}
function inQuotedField(self: Ref, d: Ref, c: number): number {
  if (c === EOL) return 0
  if (c === int32(d + Dialect.escapechar)) setint32(self + Reader.state, S.ESCAPE_IN_QUOTED_FIELD)
  else if (c === int32(d + Dialect.quotechar) && int32(d + Dialect.quoting) !== Quote.NONE)
    setint32(self + Reader.state, flag(d, Dialect.doublequote) ? S.QUOTE_IN_QUOTED_FIELD : S.IN_FIELD)
  else return parse_add_char(self, c)
  return 0
}
function quoteInQuotedField(self: Ref, d: Ref, c: number): number {
  if (int32(d + Dialect.quoting) !== Quote.NONE && c === int32(d + Dialect.quotechar)) return addAs(self, c, S.IN_QUOTED_FIELD)
  if (c === int32(d + Dialect.delimiter)) return endField(self)
  if (isEnd(c)) return endRecord(self, c)
  if (!flag(d, Dialect.strict)) return addAs(self, c, S.IN_FIELD)
  csvError(`'${String.fromCodePoint(int32(d + Dialect.delimiter))}' expected after '${String.fromCodePoint(int32(d + Dialect.quotechar))}'`)
  return -1
}
function parse_process_char(self: Ref, c: number): number {
  const d = ptr(self + Reader.dialect)
  switch (int32(self + Reader.state)) {
    case S.START_RECORD:
      if (c === EOL) return 0
      if (c === NL || c === CR) {
        setint32(self + Reader.state, S.EAT_CRNL)
        return 0
      }
      setint32(self + Reader.state, S.START_FIELD)
      return startField(self, d, c)
    case S.START_FIELD:
      return startField(self, d, c)
    case S.ESCAPED_CHAR:
      if (c === NL || c === CR) return addAs(self, c, S.AFTER_ESCAPED_CRNL)
      return addAs(self, c === EOL ? NL : c, S.IN_FIELD)
    case S.AFTER_ESCAPED_CRNL:
      return c === EOL ? 0 : inField(self, d, c)
    case S.IN_FIELD:
      return inField(self, d, c)
    case S.IN_QUOTED_FIELD:
      return inQuotedField(self, d, c)
    case S.ESCAPE_IN_QUOTED_FIELD:
      return addAs(self, c === EOL ? NL : c, S.IN_QUOTED_FIELD)
    case S.QUOTE_IN_QUOTED_FIELD:
      return quoteInQuotedField(self, d, c)
    default:
      if (c === EOL) setint32(self + Reader.state, S.START_RECORD)
      else if (c !== NL && c !== CR) {
        csvError("new-line character seen in unquoted field - do you need to open the file in universal-newline mode?")
        return -1
      }
      return 0
  }
}

function parse_reset(self: Ref): number {
  Py_XSETREF(self + Reader.fields, PyList_New(0))
  if (ptr(self + Reader.fields) === NULL) return -1
  setssize(self + Reader.field_len, 0)
  setint32(self + Reader.state, S.START_RECORD)
  setint32(self + Reader.numeric_field, 0)
  return 0
}
function reader_iternext(self: Ref): Own {
  if (parse_reset(self) < 0) return NULL
  do {
    const $line = PyIter_Next(ptr(self + Reader.input_iter))
    if ($line === NULL) {
      if (PyErr_Occurred() || (int32(self + Reader.field_len) === 0 && int32(self + Reader.state) !== S.IN_QUOTED_FIELD)) return NULL
      if (flag(ptr(self + Reader.dialect), Dialect.strict)) return csvError("unexpected end of data")
      if (parse_save_field(self) < 0) return NULL
      break
    }
    if (!PyUnicode_Check($line)) {
      csvError(`iterator should return strings, not ${typeName($line).slice(0, 200)} (the file should be opened in text mode)`)
      Py_DECREF($line)
      return NULL
    }
    setssize(self + Reader.line_num, int32(self + Reader.line_num) + 1)
    const kind = PyUnicode_KIND($line)
    const data = PyUnicode_DATA($line)
    const n = PyUnicode_GET_LENGTH($line)
    for (let i = 0; i < n; i++) {
      if (parse_process_char(self, PyUnicode_READ(kind, data, i)) < 0) {
        Py_DECREF($line)
        return NULL
      }
    }
    Py_DECREF($line)
    if (parse_process_char(self, EOL) < 0) return NULL
  } while (int32(self + Reader.state) !== S.START_RECORD)
  const $fields = ptr(self + Reader.fields) as Own
  setptr(self + Reader.fields, 0)
  return $fields
}
function reader_traverse(self: Ref, visit: visitproc, arg: number): number {
  return visitFields(self, FIELDS, visit, arg)
}
function reader_clear(self: Ref): number {
  for (const f of FIELDS) Py_CLEAR(self + f)
  return 0
}
function reader_dealloc(self: Ref): void {
  PyObject_GC_UnTrack(self)
  reader_clear(self)
  PyMem_Free(ptr(self + Reader.field))
  PyObject_GC_Del(self)
}

export function csv_reader(_m: Ref, args: Ref, kwargs: Ref): Own {
  const $self = _PyObject_GC_New(readerType)
  if ($self === NULL) return NULL
  for (let f = Reader.input_iter as number; f < Reader.SIZE; f += 8) setptr($self + f, 0)
  if (fill($self, args, kwargs)) {
    PyObject_GC_Track($self)
    return $self
  }
  Py_DECREF($self)
  return NULL
}
function fill(self: Ref, args: Ref, kwargs: Ref): boolean {
  if (parse_reset(self) < 0) return false
  const at = PyArg_UnpackTuple(args, "", 1, 2)
  if (at === 0) return false
  const iterator = ptr(at)
  const dialect = ptr(at + 8)
  setptr(self + Reader.input_iter, PyObject_GetIter(iterator))
  if (ptr(self + Reader.input_iter) === NULL) return false
  setptr(self + Reader.dialect, _call_dialect(dialect, kwargs))
  return ptr(self + Reader.dialect) !== NULL
}

export const readerType = definePrivateType({
  name: "_csv.reader",
  basicsize: Reader.SIZE,
  flags: TPFLAGS.BASETYPE | TPFLAGS.HAVE_GC | TPFLAGS.IMMUTABLETYPE,
  doc: "CSV reader\n\nAn iterator over the rows of tabular data.\n",
  dealloc: reader_dealloc,
  traverse: reader_traverse,
  clear: reader_clear,
  iter: PyObject_SelfIter,
  iternext: reader_iternext,
  members: [
    ["dialect", T.OBJECT, Reader.dialect, READONLY],
    ["line_num", T.ULONG, Reader.line_num, READONLY],
  ],
})
