import { calloca, cstackMark, cstackReset } from "../../heap/cstack.ts"
import { _PyUnicodeWriter } from "../../heap/layout.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_DECREF, Py_NewRef } from "../../heap/refcount.ts"
import { i32 } from "../../heap/views.ts"
import { _PyNumber_Index, PyMapping_Check, PyNumber_Check, PyNumber_Long, PyObject_GetItem } from "../abstract.ts"
import { PyErr_BadInternalCall, PyErr_ExceptionMatches, PyErr_Occurred, PyErr_SetString } from "../errors.ts"
import { PyFloat_AsDouble } from "../floatobject.ts"
import {
  _PyLong_AsInt,
  freshASCII,
  longOverflow,
  longToJS,
  PyLong_AsLongAndOverflow,
  PyLong_AsSsize_t,
  PyLong_Check,
  PyLong_CheckExact,
} from "../longobject.ts"
import { PyObject_ASCII, PyObject_Repr, PyObject_Str, typeName } from "../object.ts"
import { Py_DTSF_ALT, PyOS_double_to_string } from "../pystrtod.ts"
import { PyExc_OverflowError, PyExc_TypeError, PyExc_ValueError } from "../statictypes.ts"
import { PyTuple_Check, PyTuple_GET_ITEM, PyTuple_GET_SIZE } from "../tupleobject.ts"
import {
  _PyUnicode_FastCopyCharacters,
  _PyUnicode_FindMaxChar,
  MAX_UNICODE,
  PyUnicode_Check,
  PyUnicode_CheckExact,
  PyUnicode_DATA,
  PyUnicode_FromOrdinal,
  PyUnicode_GET_LENGTH,
  PyUnicode_KIND,
  PyUnicode_MAX_CHAR_VALUE,
  PyUnicode_READ,
  PyUnicode_READ_CHAR,
  PyUnicode_Substring,
  unicode_fill,
} from "./core.ts"
import { ensure_unicode } from "./search.ts"
import {
  _PyUnicodeWriter_Dealloc,
  _PyUnicodeWriter_Finish,
  _PyUnicodeWriter_Init,
  _PyUnicodeWriter_Prepare,
  _PyUnicodeWriter_SetMinLength,
  _PyUnicodeWriter_SetOverallocate,
  _PyUnicodeWriter_WriteASCIIString,
  _PyUnicodeWriter_WriteChar,
  _PyUnicodeWriter_WriteStr,
  _PyUnicodeWriter_WriteSubstring,
} from "./writer.ts"

// str % args (PyUnicode_Format).

const LJUST = 1
const SIGN = 2
const BLANK = 4
const ALT = 8
const ZERO = 16

/** Digits of an int for %d, %x …: "-"? prefix? digits, at least `prec` digits. Owned str, NULL with an error. */
export function _PyUnicode_FormatLong(val: Ref, alt: boolean, prec: number, type: string): Own {
  const s = formatLong(val, alt, prec, type)
  return s === null ? NULL : freshASCII(s)
}
function formatLong(val: Ref, alt: boolean, prec: number, type: string): string | null {
  if (prec > 2147483647 - 3) {
    PyErr_SetString(PyExc_OverflowError, "precision too large")
    return null
  }
  const base = type === "o" ? 8 : type === "x" || type === "X" ? 16 : 10
  const text = longToJS(val, base, false)
  if (text === null) return null
  const sign = text.startsWith("-") ? "-" : ""
  const digits = text.slice(sign.length).padStart(prec, "0")
  const out = sign + (alt && base !== 10 ? (base === 8 ? "0o" : "0x") : "") + digits
  return type === "X" ? out.toUpperCase() : out
}

/** The state of one % operation. */
class Formatter {
  readonly kind: number
  readonly data: number
  count: number
  pos = 0
  args: Ref
  argsOwned = false
  arglen: number
  argidx: number
  dict: Ref = NULL
  // the conversion at hand
  ch = 0
  flags = 0
  width = -1
  prec = -1
  sign = false
  /** The formatted argument when `format` returned 0, owned. */
  $str: Own = NULL

  constructor(
    readonly fmt: Ref,
    args: Ref,
    readonly w: number,
  ) {
    this.kind = PyUnicode_KIND(fmt)
    this.data = PyUnicode_DATA(fmt)
    this.count = PyUnicode_GET_LENGTH(fmt)
    this.args = args
    if (PyTuple_Check(args)) {
      this.arglen = PyTuple_GET_SIZE(args)
      this.argidx = 0
    } else {
      this.arglen = -1
      this.argidx = -2
    }
    if (PyMapping_Check(args) && !PyTuple_Check(args) && !PyUnicode_Check(args)) this.dict = args
  }

  next(): Ref {
    const i = this.argidx
    if (i < this.arglen) {
      this.argidx++
      return this.arglen < 0 ? this.args : PyTuple_GET_ITEM(this.args, i)
    }
    PyErr_SetString(PyExc_TypeError, "not enough arguments for format string")
    return NULL
  }
  private read(): void {
    this.ch = PyUnicode_READ(this.kind, this.data, this.pos++)
  }

  run(): number {
    while (--this.count >= 0) {
      if (PyUnicode_READ(this.kind, this.data, this.pos) !== 37) {
        const start = this.pos++
        while (this.count >= 0 && PyUnicode_READ(this.kind, this.data, this.pos) !== 37) {
          this.pos++
          this.count--
        }
        if (this.count < 0) {
          this.pos--
          _PyUnicodeWriter_SetOverallocate(this.w, 0)
        }
        if (_PyUnicodeWriter_WriteSubstring(this.w, this.fmt, start, this.pos) < 0) return -1
      } else {
        this.pos++
        if (this.arg() < 0) return -1
      }
    }
    if (this.argidx < this.arglen && this.dict === NULL) {
      PyErr_SetString(PyExc_TypeError, "not all arguments converted during string formatting")
      return -1
    }
    return 0
  }

  private arg(): number {
    this.ch = PyUnicode_READ(this.kind, this.data, this.pos)
    if (this.ch === 37) {
      this.pos++
      this.count--
      return _PyUnicodeWriter_WriteChar(this.w, 37)
    }
    this.flags = 0
    this.width = -1
    this.prec = -1
    this.sign = false
    if (this.parse() < 0) return -1
    this.$str = NULL
    const r = this.format()
    if (r < 0) return -1
    if (r !== 1) {
      const $s = this.$str
      this.$str = NULL
      const out = this.output($s)
      Py_DECREF($s)
      if (out < 0) return -1
    }
    if (this.dict !== NULL && this.argidx < this.arglen) {
      PyErr_SetString(PyExc_TypeError, "not all arguments converted during string formatting")
      return -1
    }
    return 0
  }

  private parse(): number {
    if (this.ch === 40) {
      if (this.dict === NULL) {
        PyErr_SetString(PyExc_TypeError, "format requires a mapping")
        return -1
      }
      this.pos++
      this.count--
      const start = this.pos
      let depth = 1
      while (depth > 0 && --this.count >= 0) {
        this.ch = PyUnicode_READ(this.kind, this.data, this.pos)
        if (this.ch === 41) depth--
        else if (this.ch === 40) depth++
        this.pos++
      }
      if (this.count < 0 || depth > 0) {
        PyErr_SetString(PyExc_ValueError, "incomplete format key")
        return -1
      }
      const $key = PyUnicode_Substring(this.fmt, start, this.pos - 1)
      if ($key === NULL) return -1
      if (this.argsOwned) {
        this.argsOwned = false
        Py_DECREF(this.args)
      }
      this.args = PyObject_GetItem(this.dict, $key)
      Py_DECREF($key)
      if (this.args === NULL) return -1
      this.argsOwned = true
      this.arglen = -1
      this.argidx = -2
    }
    while (--this.count >= 0) {
      this.read()
      if (this.ch === 45) this.flags |= LJUST
      else if (this.ch === 43) this.flags |= SIGN
      else if (this.ch === 32) this.flags |= BLANK
      else if (this.ch === 35) this.flags |= ALT
      else if (this.ch === 48) this.flags |= ZERO
      else break
    }
    if (this.ch === 42) {
      const v = this.star()
      if (v === NULL) return -1
      this.width = PyLong_AsSsize_t(v)
      if (this.width === -1 && PyErr_Occurred()) return -1
      if (this.width < 0) {
        this.flags |= LJUST
        this.width = -this.width
      }
      if (--this.count >= 0) this.read()
    } else if (this.ch >= 48 && this.ch <= 57) {
      this.width = this.digits(9223372036854775807, "width too big")
      if (this.width < 0) return -1
    }
    const dot = this.ch === 46
    if (dot) {
      this.prec = 0
      if (--this.count >= 0) this.read()
      if (this.ch === 42) {
        const v = this.star()
        if (v === NULL) return -1
        this.prec = _PyLong_AsInt(v)
        if (this.prec === -1 && PyErr_Occurred()) return -1
        if (this.prec < 0) this.prec = 0
        if (--this.count >= 0) this.read()
      } else if (this.ch >= 48 && this.ch <= 57) {
        this.prec = this.digits(2147483647, "precision too big")
        if (this.prec < 0) return -1
      }
    }
    if (this.count >= 0 && (this.ch === 104 || this.ch === 108 || this.ch === 76)) if (--this.count >= 0) this.read()
    if (this.count < 0) {
      PyErr_SetString(PyExc_ValueError, "incomplete format")
      return -1
    }
    return 0
  }
  private star(): Ref {
    const v = this.next()
    if (v !== NULL && !PyLong_Check(v)) {
      PyErr_SetString(PyExc_TypeError, "* wants int")
      return NULL
    }
    return v
  }
  private digits(limit: number, message: string): number {
    let n = this.ch - 48
    while (--this.count >= 0) {
      this.read()
      if (this.ch < 48 || this.ch > 57) break
      if (n > (limit - (this.ch - 48)) / 10) {
        PyErr_SetString(PyExc_ValueError, message)
        return -1
      }
      n = n * 10 + (this.ch - 48)
    }
    return n
  }

  /** 0: the text is in $str; 1: already written; -1: error. */
  private format(): number {
    const w = this.w
    if (this.count === 0) _PyUnicodeWriter_SetOverallocate(w, 0)
    const v = this.next()
    if (v === NULL) return -1
    const plain = this.width === -1 && this.prec === -1
    const type = String.fromCharCode(this.ch)
    switch (type) {
      case "s":
      case "r":
      case "a":
        if (plain && PyLong_CheckExact(v)) {
          const s = longToJS(v, 10, false)
          return s === null || _PyUnicodeWriter_WriteASCIIString(w, s) < 0 ? -1 : 1
        }
        if (type === "s") this.$str = PyUnicode_CheckExact(v) ? Py_NewRef(v) : PyObject_Str(v)
        else this.$str = type === "r" ? PyObject_Repr(v) : PyObject_ASCII(v)
        break
      case "i":
      case "d":
      case "u":
      case "o":
      case "x":
      case "X": {
        const r = this.integer(v, type)
        if (r !== 0) return r
        this.sign = true
        break
      }
      case "e":
      case "E":
      case "f":
      case "F":
      case "g":
      case "G": {
        const x = PyFloat_AsDouble(v)
        if (x === -1 && PyErr_Occurred()) return -1
        const s = PyOS_double_to_string(x, type, this.prec < 0 ? 6 : this.prec, this.flags & ALT ? Py_DTSF_ALT : 0)
        if (plain && (this.flags & (SIGN | BLANK)) === 0) return _PyUnicodeWriter_WriteASCIIString(w, s) < 0 ? -1 : 1
        this.sign = true
        this.$str = freshASCII(s)
        break
      }
      case "c": {
        const ch = formatchar(v)
        if (ch < 0) return -1
        if (plain) return _PyUnicodeWriter_WriteChar(w, ch) < 0 ? -1 : 1
        this.$str = PyUnicode_FromOrdinal(ch)
        break
      }
      default: {
        const shown = this.ch >= 31 && this.ch <= 126 ? type : "?"
        PyErr_SetString(PyExc_ValueError, `unsupported format character '${shown}' (0x${this.ch.toString(16)}) at index ${this.pos - 1}`)
        return -1
      }
    }
    return this.$str === NULL ? -1 : 0
  }

  private integer(v: Ref, type: string): number {
    const hexOrOctal = type === "o" || type === "x" || type === "X"
    let $i: Own = NULL
    let wrong = !PyNumber_Check(v)
    if (!wrong) {
      if (PyLong_Check(v)) $i = Py_NewRef(v)
      else {
        $i = hexOrOctal ? _PyNumber_Index(v) : PyNumber_Long(v)
        if ($i === NULL) {
          if (!PyErr_ExceptionMatches(PyExc_TypeError)) return -1
          wrong = true
        }
      }
    }
    if (wrong) {
      const need = hexOrOctal ? "an integer" : "a real number"
      PyErr_SetString(PyExc_TypeError, `%${type} format: ${need} is required, not ${typeName(v)}`)
      return -1
    }
    const fast = PyLong_CheckExact(v) && this.width === -1 && this.prec === -1 && (this.flags & (SIGN | BLANK)) === 0
    const s = formatLong($i, (this.flags & ALT) !== 0, this.prec, type)
    Py_DECREF($i)
    if (s === null) return -1
    if (fast && type !== "X") return _PyUnicodeWriter_WriteASCIIString(this.w, s) < 0 ? -1 : 1
    this.$str = freshASCII(s)
    return this.$str === NULL ? -1 : 0
  }

  private put(ch: number): void {
    _PyUnicodeWriter_WriteChar(this.w, ch)
  }
  private fill(ch: number, n: number): void {
    const w = this.w
    const at = i32[(w + _PyUnicodeWriter.pos) >> 2]
    unicode_fill(i32[(w + _PyUnicodeWriter.kind) >> 2], i32[(w + _PyUnicodeWriter.data) >> 2], ch, at, n)
    i32[(w + _PyUnicodeWriter.pos) >> 2] = at + n
  }
  private output(str: Ref): number {
    const w = this.w
    const fill = this.sign && this.flags & ZERO ? 48 : 32
    let len = PyUnicode_GET_LENGTH(str)
    if ((this.width === -1 || this.width <= len) && (this.prec === -1 || this.prec >= len) && (this.flags & (SIGN | BLANK)) === 0) {
      return _PyUnicodeWriter_WriteStr(w, str)
    }
    const ch = this.ch
    if ((ch === 115 || ch === 114 || ch === 97) && this.prec >= 0 && len > this.prec) len = this.prec
    const kind = PyUnicode_KIND(str)
    const data = PyUnicode_DATA(str)
    let index = 0
    let signchar = 0
    let sign = this.sign
    if (sign) {
      const c = PyUnicode_READ(kind, data, 0)
      if (c === 45 || c === 43) {
        signchar = c
        len--
        index++
      } else if (this.flags & SIGN) signchar = 43
      else if (this.flags & BLANK) signchar = 32
      else sign = false
    }
    let width = Math.max(this.width, len)
    let max = i32[(w + _PyUnicodeWriter.maxchar) >> 2]
    if (!(this.flags & LJUST) && (sign ? width - 1 > len : width > len)) max = Math.max(max, fill)
    if (PyUnicode_MAX_CHAR_VALUE(str) > max) max = Math.max(max, _PyUnicode_FindMaxChar(str, 0, index + len))
    const need = width + (sign && len === width ? 1 : 0)
    if (_PyUnicodeWriter_Prepare(w, Math.min(need, 0x7fffff00), max) < 0) return -1
    if (sign) {
      if (fill !== 32) this.put(signchar)
      if (width > len) width--
    }
    const prefixed = (this.flags & ALT) !== 0 && (ch === 120 || ch === 88 || ch === 111)
    if (prefixed) {
      if (fill !== 32) {
        this.put(48)
        this.put(ch)
        index += 2
      }
      width = Math.max(0, width - 2)
      len -= 2
    }
    if (width > len && !(this.flags & LJUST)) {
      this.fill(fill, width - len)
      width = len
    }
    if (fill === 32) {
      if (sign) this.put(signchar)
      if (prefixed) {
        this.put(48)
        this.put(ch)
        index += 2
      }
    }
    if (len) {
      const at = i32[(w + _PyUnicodeWriter.pos) >> 2]
      _PyUnicode_FastCopyCharacters(i32[(w + _PyUnicodeWriter.buffer) >> 2] as Ref, at, str, index, len)
      i32[(w + _PyUnicodeWriter.pos) >> 2] = at + len
    }
    if (width > len) this.fill(32, width - len)
    return 0
  }
}

function formatchar(v: Ref): number {
  if (PyUnicode_Check(v)) {
    if (PyUnicode_GET_LENGTH(v) === 1) return PyUnicode_READ_CHAR(v, 0)
  } else {
    const x = PyLong_AsLongAndOverflow(v)
    const overflow = longOverflow
    if (x === -1 && PyErr_Occurred()) {
      if (!PyErr_ExceptionMatches(PyExc_TypeError)) return -1
    } else {
      if (overflow || x < 0 || x > MAX_UNICODE) {
        PyErr_SetString(PyExc_OverflowError, "%c arg not in range(0x110000)")
        return -1
      }
      return x
    }
  }
  PyErr_SetString(PyExc_TypeError, "%c requires int or char")
  return -1
}

/** format % args */
export function PyUnicode_Format(format: Ref, args: Ref): Own {
  if (format === NULL || args === NULL) {
    PyErr_BadInternalCall()
    return NULL
  }
  if (ensure_unicode(format) < 0) return NULL
  const mark = cstackMark()
  const w = calloca(_PyUnicodeWriter.SIZE)
  _PyUnicodeWriter_Init(w)
  const f = new Formatter(format, args, w)
  _PyUnicodeWriter_SetMinLength(w, f.count + 100)
  _PyUnicodeWriter_SetOverallocate(w, 1)
  const r = f.run()
  if (f.argsOwned) Py_DECREF(f.args)
  let $u: Own = NULL
  if (r === 0) $u = _PyUnicodeWriter_Finish(w)
  else _PyUnicodeWriter_Dealloc(w)
  cstackReset(mark)
  return $u
}
