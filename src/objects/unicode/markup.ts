import { calloca, cstackMark, cstackReset } from "../../heap/cstack.ts"
import { ptr, setptr, setssize, ssize } from "../../heap/access.ts"
import { _PyUnicodeWriter } from "../../heap/layout.ts"
import { PyObject_Free } from "../../heap/obmalloc.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_DECREF, Py_INCREF, Py_NewRef, Py_XDECREF } from "../../heap/refcount.ts"
import { PyObject_Format, PyObject_GetItem, PySequence_Check, PySequence_GetItem } from "../abstract.ts"
import { PyBool_FromLong } from "../boolobject.ts"
import { PyComplex_CheckExact } from "../complexobject.ts"
import { definePrivateType } from "../define.ts"
import { PyErr_Occurred, PyErr_SetObject, PyErr_SetString } from "../errors.ts"
import { PyFloat_CheckExact } from "../floatobject.ts"
import {
  _PyComplex_FormatAdvancedWriter,
  _PyFloat_FormatAdvancedWriter,
  _PyLong_FormatAdvancedWriter,
  _PyUnicode_FormatAdvancedWriter,
} from "../formatter_unicode.ts"
import { PyLong_CheckExact, PyLong_FromLong } from "../longobject.ts"
import {
  _PyObject_New,
  PyObject_ASCII,
  PyObject_GetAttr,
  PyObject_GenericGetAttr,
  PyObject_Repr,
  PyObject_SelfIter,
  PyObject_Str,
  typeName,
} from "../object.ts"
import { Py_None, PyExc_IndexError, PyExc_KeyError, PyExc_TypeError, PyExc_ValueError } from "../statictypes.ts"
import { PyTuple_Pack2, PyTuple_Pack4 } from "../tupleobject.ts"
import { Py_UNICODE_TODECIMAL } from "../unicodectype.ts"
import {
  PyUnicode_Check,
  PyUnicode_CheckExact,
  PyUnicode_GET_LENGTH,
  PyUnicode_READ_CHAR,
  PyUnicode_Substring,
  unicode_char,
  unicode_new_empty,
} from "./core.ts"
import {
  _PyUnicodeWriter_Dealloc,
  _PyUnicodeWriter_Finish,
  _PyUnicodeWriter_Init,
  _PyUnicodeWriter_SetMinLength,
  _PyUnicodeWriter_SetOverallocate,
  _PyUnicodeWriter_WriteStr,
  _PyUnicodeWriter_WriteSubstring,
} from "./writer.ts"

// Objects/stringlib/unicode_format.h: str.format and the two iterators of string.Formatter.

function valueError(message: string): false {
  PyErr_SetString(PyExc_ValueError, message)
  return false
}

/** Non-negative integer of str[start:end], -1 if it is none (or with ValueError set when too long). */
function get_integer(str: Ref, start: number, end: number): number {
  if (start >= end) return -1
  let n = 0
  for (let i = start; i < end; i++) {
    const d = Py_UNICODE_TODECIMAL(PyUnicode_READ_CHAR(str, i))
    if (d < 0) return -1
    if (n > (9223372036854775807 - d) / 10) {
      valueError("Too many decimal digits in format string")
      return -1
    }
    n = n * 10 + d
  }
  return n
}

const enum Numbering {
  INIT,
  AUTO,
  MANUAL,
}
class AutoNumber {
  state = Numbering.INIT
  field = 0
}

/** Walks the ".name" and "[item]" parts of a field name. `next`: 0 error, 1 end, 2 a part. */
class FieldNames {
  isAttribute = false
  /** Item as a number, or -1. */
  number = -1
  start = 0
  stop = 0
  constructor(
    readonly str: Ref,
    public index: number,
    readonly end: number,
  ) {}
  next(): number {
    if (this.index >= this.end) return 1
    const c = PyUnicode_READ_CHAR(this.str, this.index++)
    this.start = this.index
    if (c === 46) {
      this.isAttribute = true
      while (this.index < this.end) {
        const d = PyUnicode_READ_CHAR(this.str, this.index)
        if (d === 91 || d === 46) break
        this.index++
      }
      this.stop = this.index
      this.number = -1
    } else if (c === 91) {
      this.isAttribute = false
      let seen = false
      while (this.index < this.end) {
        if (PyUnicode_READ_CHAR(this.str, this.index++) === 93) {
          seen = true
          break
        }
      }
      if (!seen) {
        valueError("Missing ']' in format string")
        return 0
      }
      this.stop = this.index - 1
      this.number = get_integer(this.str, this.start, this.stop)
      if (this.number === -1 && PyErr_Occurred()) return 0
    } else {
      valueError("Only '.' or '[' may follow ']' in format field specifier")
      return 0
    }
    if (this.start === this.stop) {
      valueError("Empty attribute in format string")
      return 0
    }
    return 2
  }
}

// Results of field_name_split: the first part is str[start:firstEnd], as a number firstIndex or -1.
let firstEnd = 0
let firstIndex = -1
function field_name_split(str: Ref, start: number, end: number, auto: AutoNumber | null): boolean {
  let i = start
  while (i < end) {
    const c = PyUnicode_READ_CHAR(str, i)
    if (c === 91 || c === 46) break
    i++
  }
  firstEnd = i
  firstIndex = get_integer(str, start, i)
  if (firstIndex === -1 && PyErr_Occurred()) return false
  const empty = start >= i
  const numeric = empty || firstIndex !== -1
  if (auto === null) return true
  if (auto.state === Numbering.INIT && numeric) auto.state = empty ? Numbering.AUTO : Numbering.MANUAL
  if (numeric) {
    if (auto.state === Numbering.MANUAL) {
      if (empty) return valueError("cannot switch from manual field specification to automatic field numbering")
    } else if (!empty) return valueError("cannot switch from automatic field numbering to manual field specification")
  }
  if (empty) firstIndex = auto.field++
  return true
}

/** The object a field names: owned, or NULL with an error. */
function get_field_object(str: Ref, start: number, end: number, args: Ref, kwargs: Ref, auto: AutoNumber): Own {
  if (!field_name_split(str, start, end, auto)) return NULL
  const index = firstIndex
  const rest = new FieldNames(str, firstEnd, end)
  let $obj: Own
  if (index === -1) {
    const $key = PyUnicode_Substring(str, start, firstEnd)
    if ($key === NULL) return NULL
    if (kwargs === NULL) {
      PyErr_SetObject(PyExc_KeyError, $key)
      Py_DECREF($key)
      return NULL
    }
    $obj = PyObject_GetItem(kwargs, $key)
    Py_DECREF($key)
    if ($obj === NULL) return NULL
  } else {
    if (args === NULL) {
      valueError("Format string contains positional fields")
      return NULL
    }
    $obj = PySequence_GetItem(args, index)
    if ($obj === NULL) {
      PyErr_SetString(PyExc_IndexError, `Replacement index ${index} out of range for positional args tuple`)
      return NULL
    }
  }
  for (;;) {
    const ok = rest.next()
    if (ok === 1) return $obj
    let $next: Own = NULL
    if (ok === 2) {
      if (!rest.isAttribute && rest.number !== -1) {
        if (PySequence_Check($obj)) $next = PySequence_GetItem($obj, rest.number)
        else {
          const $i = PyLong_FromLong(rest.number)
          if ($i !== NULL) {
            $next = PyObject_GetItem($obj, $i)
            Py_DECREF($i)
          }
        }
      } else {
        const $name = PyUnicode_Substring(str, rest.start, rest.stop)
        if ($name !== NULL) {
          $next = rest.isAttribute ? PyObject_GetAttr($obj, $name) : PyObject_GetItem($obj, $name)
          Py_DECREF($name)
        }
      }
    }
    Py_DECREF($obj)
    if ($next === NULL) return NULL
    $obj = $next
  }
}

/** Splits a format string into literals and fields. `next`: 0 error, 1 end, 2 a piece. */
class Markup {
  literalStart = 0
  literalEnd = 0
  present = false
  nameStart = 0
  nameEnd = 0
  /** -1: there is no format spec. */
  specStart = -1
  specEnd = -1
  conversion = 0
  expand = false
  constructor(
    readonly str: Ref,
    public at: number,
    readonly end: number,
  ) {}

  next(): number {
    this.present = false
    this.specStart = this.specEnd = -1
    this.conversion = 0
    this.expand = false
    if (this.at >= this.end) return 1
    const start = this.at
    let follows = false
    let c = 0
    while (this.at < this.end) {
      c = PyUnicode_READ_CHAR(this.str, this.at++)
      if (c === 123 || c === 125) {
        follows = true
        break
      }
    }
    const atEnd = this.at >= this.end
    let len = this.at - start
    if (c === 125 && (atEnd || PyUnicode_READ_CHAR(this.str, this.at) !== c)) {
      valueError("Single '}' encountered in format string")
      return 0
    }
    if (atEnd && c === 123) {
      valueError("Single '{' encountered in format string")
      return 0
    }
    if (!atEnd) {
      if (c === PyUnicode_READ_CHAR(this.str, this.at)) {
        this.at++
        follows = false
      } else len--
    }
    this.literalStart = start
    this.literalEnd = start + len
    if (!follows) return 2
    this.present = true
    return this.field() ? 2 : 0
  }

  private field(): boolean {
    const str = this.str
    let c = 0
    this.nameStart = this.at
    scan: while (this.at < this.end) {
      c = PyUnicode_READ_CHAR(str, this.at++)
      switch (c) {
        case 123:
          return valueError("unexpected '{' in field name")
        case 91:
          for (; this.at < this.end; this.at++) if (PyUnicode_READ_CHAR(str, this.at) === 93) break
          continue
        case 125:
        case 58:
        case 33:
          break scan
      }
    }
    this.nameEnd = this.at - 1
    if (c !== 33 && c !== 58) {
      return c === 125 ? true : valueError("expected '}' before end of string")
    }
    if (c === 33) {
      if (this.at >= this.end) return valueError("end of string while looking for conversion specifier")
      this.conversion = PyUnicode_READ_CHAR(str, this.at++)
      if (this.at < this.end) {
        c = PyUnicode_READ_CHAR(str, this.at++)
        if (c === 125) return true
        if (c !== 58) return valueError("expected ':' after conversion specifier")
      }
    }
    this.specStart = this.at
    let depth = 1
    while (this.at < this.end) {
      c = PyUnicode_READ_CHAR(str, this.at++)
      if (c === 123) {
        this.expand = true
        depth++
      } else if (c === 125 && --depth === 0) {
        this.specEnd = this.at - 1
        return true
      }
    }
    return valueError("unmatched '{' in format spec")
  }
}

function do_conversion(obj: Ref, conversion: number): Own {
  if (conversion === 114) return PyObject_Repr(obj)
  if (conversion === 115) return PyObject_Str(obj)
  if (conversion === 97) return PyObject_ASCII(obj)
  const shown = conversion > 32 && conversion < 127 ? String.fromCharCode(conversion) : `\\x${conversion.toString(16)}`
  valueError(`Unknown conversion specifier ${shown}`)
  return NULL
}

function render_field(obj: Ref, spec: Ref, start: number, end: number, w: number): boolean {
  if (PyUnicode_CheckExact(obj)) return _PyUnicode_FormatAdvancedWriter(w, obj, spec, start, end) === 0
  if (PyLong_CheckExact(obj)) return _PyLong_FormatAdvancedWriter(w, obj, spec, start, end) === 0
  if (PyFloat_CheckExact(obj)) return _PyFloat_FormatAdvancedWriter(w, obj, spec, start, end) === 0
  if (PyComplex_CheckExact(obj)) return _PyComplex_FormatAdvancedWriter(w, obj, spec, start, end) === 0
  const $spec = start === end ? unicode_new_empty() : PyUnicode_Substring(spec, start, end)
  if ($spec === NULL) return false
  const $text = PyObject_Format(obj, $spec)
  const ok = $text !== NULL && _PyUnicodeWriter_WriteStr(w, $text) === 0
  Py_DECREF($spec)
  Py_XDECREF($text)
  return ok
}

function output_markup(m: Markup, w: number, args: Ref, kwargs: Ref, depth: number, auto: AutoNumber): boolean {
  let $obj = get_field_object(m.str, m.nameStart, m.nameEnd, args, kwargs, auto)
  if ($obj === NULL) return false
  if (m.conversion !== 0) {
    const $converted = do_conversion($obj, m.conversion)
    Py_DECREF($obj)
    if ($converted === NULL) return false
    $obj = $converted
  }
  let ok = false
  if (m.expand) {
    const $spec = build_string(m.str, m.specStart, m.specEnd, args, kwargs, depth - 1, auto)
    if ($spec !== NULL) {
      ok = render_field($obj, $spec, 0, PyUnicode_GET_LENGTH($spec), w)
      Py_DECREF($obj)
      Py_DECREF($spec)
      return ok
    }
  } else ok = render_field($obj, m.str, m.specStart, m.specEnd, w)
  Py_DECREF($obj)
  return ok
}

function do_markup(str: Ref, start: number, end: number, args: Ref, kwargs: Ref, w: number, depth: number, auto: AutoNumber): boolean {
  const m = new Markup(str, start, end)
  for (;;) {
    const r = m.next()
    if (r !== 2) return r === 1
    if (m.literalEnd !== m.literalStart) {
      if (!m.present && m.at === m.end) _PyUnicodeWriter_SetOverallocate(w, 0)
      if (_PyUnicodeWriter_WriteSubstring(w, str, m.literalStart, m.literalEnd) < 0) return false
    }
    if (m.present) {
      if (m.at === m.end) _PyUnicodeWriter_SetOverallocate(w, 0)
      if (!output_markup(m, w, args, kwargs, depth, auto)) return false
    }
  }
}

function build_string(str: Ref, start: number, end: number, args: Ref, kwargs: Ref, depth: number, auto: AutoNumber): Own {
  if (depth <= 0) {
    valueError("Max string recursion exceeded")
    return NULL
  }
  const mark = cstackMark()
  const w = calloca(_PyUnicodeWriter.SIZE)
  _PyUnicodeWriter_Init(w)
  _PyUnicodeWriter_SetOverallocate(w, 1)
  _PyUnicodeWriter_SetMinLength(w, PyUnicode_GET_LENGTH(str) + 100)
  let $u: Own = NULL
  if (do_markup(str, start, end, args, kwargs, w, depth, auto)) $u = _PyUnicodeWriter_Finish(w)
  else _PyUnicodeWriter_Dealloc(w)
  cstackReset(mark)
  return $u
}

/** str.format; `args` NULL for format_map. */
export function do_string_format(self: Ref, args: Ref, kwargs: Ref): Own {
  return build_string(self, 0, PyUnicode_GET_LENGTH(self), args, kwargs, 2, new AutoNumber())
}
export function do_string_format_map(self: Ref, mapping: Ref): Own {
  return do_string_format(self, NULL, mapping)
}

// ---- _string's iterators: {head, str, start, end} as in C (SubString has str, start, end; FieldNameIterator adds index) ----

const enum It {
  str = 16,
  sub_str = 24,
  start = 32,
  end = 40,
  MARKUP_SIZE = 48,
  index = 48,
  FIELD_SIZE = 56,
}
function iter_dealloc(it: Ref): void {
  Py_XDECREF(ptr(it + It.str))
  PyObject_Free(it)
}
function formatteriter_next(it: Ref): Own {
  const str = ptr(it + It.str)
  const m = new Markup(str, ssize(it + It.start), ssize(it + It.end))
  const r = m.next()
  setssize(it + It.start, m.at)
  if (r !== 2) return NULL
  const $literal = PyUnicode_Substring(str, m.literalStart, m.literalEnd)
  const $name = $literal === NULL ? NULL : m.present ? PyUnicode_Substring(str, m.nameStart, m.nameEnd) : Py_NewRef(Py_None)
  const $spec =
    $name === NULL
      ? NULL
      : !m.present
        ? Py_NewRef(Py_None)
        : m.specStart < 0
          ? unicode_new_empty()
          : PyUnicode_Substring(str, m.specStart, m.specEnd)
  const $conversion = $spec === NULL ? NULL : m.conversion === 0 ? Py_NewRef(Py_None) : unicode_char(m.conversion)
  const $t = $conversion === NULL ? NULL : PyTuple_Pack4($literal, $name, $spec, $conversion)
  Py_XDECREF($literal)
  Py_XDECREF($name)
  Py_XDECREF($spec)
  Py_XDECREF($conversion)
  return $t
}
function fieldnameiter_next(it: Ref): Own {
  const str = ptr(it + It.str)
  const names = new FieldNames(str, ssize(it + It.index), ssize(it + It.end))
  const r = names.next()
  setssize(it + It.index, names.index)
  if (r !== 2) return NULL
  const $attr = PyBool_FromLong(names.isAttribute ? 1 : 0)
  const $obj = names.number !== -1 ? PyLong_FromLong(names.number) : PyUnicode_Substring(str, names.start, names.stop)
  const $t = $obj === NULL ? NULL : PyTuple_Pack2($attr, $obj)
  Py_DECREF($attr)
  Py_XDECREF($obj)
  return $t
}
function newIter(type: Ref, str: Ref): Own {
  const $it = _PyObject_New(type)
  if ($it === NULL) return NULL
  Py_INCREF(str)
  setptr($it + It.str, str)
  setptr($it + It.sub_str, str)
  setssize($it + It.start, 0)
  setssize($it + It.end, PyUnicode_GET_LENGTH(str))
  return $it
}
function checkStr(op: Ref): boolean {
  if (PyUnicode_Check(op)) return true
  PyErr_SetString(PyExc_TypeError, `expected str, got ${typeName(op)}`)
  return false
}
/** _string.formatter_parser */
export function formatter_parser(_module: Ref, str: Ref): Own {
  return checkStr(str) ? newIter(PyFormatterIter_Type, str) : NULL
}
/** _string.formatter_field_name_split */
export function formatter_field_name_split(_module: Ref, str: Ref): Own {
  if (!checkStr(str)) return NULL
  const $it = newIter(PyFieldNameIter_Type, str)
  if ($it === NULL) return NULL
  let $t: Own = NULL
  if (field_name_split(str, 0, PyUnicode_GET_LENGTH(str), null)) {
    setssize($it + It.start, firstEnd)
    setssize($it + It.index, firstEnd)
    const $first = firstIndex !== -1 ? PyLong_FromLong(firstIndex) : PyUnicode_Substring(str, 0, firstEnd)
    if ($first !== NULL) {
      $t = PyTuple_Pack2($first, $it)
      Py_DECREF($first)
    }
  }
  Py_DECREF($it)
  return $t
}

const PyFormatterIter_Type = definePrivateType({
  name: "formatteriterator",
  basicsize: It.MARKUP_SIZE,
  dealloc: iter_dealloc,
  getattro: PyObject_GenericGetAttr,
  iter: PyObject_SelfIter,
  iternext: formatteriter_next,
})
const PyFieldNameIter_Type = definePrivateType({
  name: "fieldnameiterator",
  basicsize: It.FIELD_SIZE,
  dealloc: iter_dealloc,
  getattro: PyObject_GenericGetAttr,
  iter: PyObject_SelfIter,
  iternext: fieldnameiter_next,
})
