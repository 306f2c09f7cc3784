import { byte, ptr } from "../heap/access.ts"
import { PyBaseExceptionGroupObject, PyBaseExceptionObject } from "../heap/layout.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { Py_DECREF, Py_INCREF, Py_NewRef, Py_REFCNT, Py_SIZE, Py_TYPE, Py_XDECREF, PyType_HasFeature } from "../heap/refcount.ts"
import { ID } from "../heap/statics.ts"
import { PySequence_Check, PySequence_GetItem, PySequence_Size } from "../objects/abstract.ts"
import { PyObject_CallMethodNoArgs } from "../objects/call.ts"
import { Py_EnterRecursiveCall, Py_LeaveRecursiveCall, PyErr_Clear, PyErr_Occurred } from "../objects/errors.ts"
import {
  _PyBaseExceptionGroup_Check,
  PyException_GetCause,
  PyException_GetContext,
  PyException_GetTraceback,
  PyException_SetTraceback,
  PyExceptionInstance_Check,
} from "../objects/exceptions.ts"
import { PyFile_WriteObject, PyFile_WriteString } from "../objects/fileobject.ts"
import { PyLong_AsSsize_t } from "../objects/longobject.ts"
import {
  _PyObject_LookupAttr,
  addressJS,
  PyObject_GetAttr,
  PyObject_Repr,
  PyObject_Str,
  reprJS,
  strJS,
  tp_name_js,
  typeName,
} from "../objects/object.ts"
import { TPFLAGS } from "../objects/slots.ts"
import { Py_None, PyExc_SyntaxError } from "../objects/statictypes.ts"
import { PyTuple_GET_ITEM } from "../objects/tupleobject.ts"
import { PyType_GetQualName } from "../objects/typeobject.ts"
import { PyUnicode_AsJS, PyUnicode_Check } from "../objects/unicodeobject.ts"
import { _Py_Offer_Suggestions } from "./suggestions.ts"
import { _PySys_GetAttr } from "./sysmodule.ts"
import { writeStderr } from "./sys/stdfd.ts"
import { _PyTraceBack_Print_Indented, _Py_WriteIndent, _Py_WriteIndentedMargin, PyTraceBack_Check } from "./traceback.ts"

// Python/pythonrun.c: printing an exception with its causes, groups and notes, as sys.excepthook does.

const RAW = 1
const MAX_GROUP_WIDTH = 15
const MAX_GROUP_DEPTH = 10
const CAUSE = "The above exception was the direct cause of the following exception:\n"
const CONTEXT = "During handling of the above exception, another exception occurred:\n"

interface PrintContext {
  file: Ref
  /** Addresses of exceptions on the chain already printed. They are all alive: the chain holds them. */
  seen: Set<number>
  depth: number
  needClose: boolean
}

const indentOf = (ctx: PrintContext): number => 2 * ctx.depth
const marginOf = (ctx: PrintContext): string => (ctx.depth > 0 ? "| " : "")
const writeMargin = (ctx: PrintContext): number => _Py_WriteIndentedMargin(indentOf(ctx), marginOf(ctx), ctx.file)
const put = (ctx: PrintContext, text: string): number => PyFile_WriteString(text, ctx.file)

function print_traceback(ctx: PrintContext, value: Ref): number {
  const $tb = PyException_GetTraceback(value)
  let err = 0
  if ($tb !== NULL && $tb !== Py_None) {
    const group = _PyBaseExceptionGroup_Check(value)
    const header = group ? "Exception Group Traceback (most recent call last):\n" : "Traceback (most recent call last):\n"
    const headerMargin = group && ctx.depth === 1 ? "+ " : marginOf(ctx)
    err = _PyTraceBack_Print_Indented($tb, indentOf(ctx), marginOf(ctx), headerMargin, header, ctx.file)
  }
  Py_XDECREF($tb)
  return err
}

interface SyntaxPlace {
  $message: Own
  filename: string
  lineno: number
  offset: number
  end_lineno: number
  end_offset: number
  text: string | null
}

/** An int attribute; `absent` when it is None or missing. */
function intAttr(err: Ref, name: Ref, absent: number): number {
  const $v = PyObject_GetAttr(err, name)
  if ($v === NULL) {
    PyErr_Clear()
    return absent
  }
  const n = $v === Py_None ? absent : PyLong_AsSsize_t($v)
  Py_DECREF($v)
  return n
}

function parse_syntax_error(err: Ref): SyntaxPlace | null {
  const $message = PyObject_GetAttr(err, ID("msg"))
  if ($message === NULL) return null
  const $filename = PyObject_GetAttr(err, ID("filename"))
  const $text = $filename === NULL ? NULL : PyObject_GetAttr(err, ID("text"))
  if ($text === NULL) {
    Py_DECREF($message)
    Py_XDECREF($filename)
    return null
  }
  const filename = $filename === Py_None ? "<string>" : (strJS($filename) ?? "")
  const text = $text === Py_None || !PyUnicode_Check($text) ? null : PyUnicode_AsJS($text)
  Py_DECREF($filename)
  Py_DECREF($text)
  const $lineno = PyObject_GetAttr(err, ID("lineno"))
  const lineno = $lineno === NULL ? -1 : PyLong_AsSsize_t($lineno)
  Py_XDECREF($lineno)
  if (PyErr_Occurred() !== 0) {
    Py_DECREF($message)
    return null
  }
  const offset = intAttr(err, ID("offset"), -1)
  let end_lineno = lineno
  let end_offset = -1
  if (Py_TYPE(err) === PyExc_SyntaxError) {
    end_lineno = intAttr(err, ID("end_lineno"), lineno)
    end_offset = intAttr(err, ID("end_offset"), -1)
  }
  if (PyErr_Occurred() !== 0) {
    Py_DECREF($message)
    return null
  }
  return { $message, filename, lineno, offset, end_lineno, end_offset, text }
}

/** The source line of a syntax error with its carets. */
function errorText(offset: number, end_offset: number, full: string): string {
  const carets = end_offset > 0 && end_offset > offset ? end_offset - offset : 1
  offset--
  let text = full
  while (/^[ \t\f]/.test(text)) {
    text = text.slice(1)
    offset--
  }
  let len = Buffer.byteLength(text)
  if (len > 0 && text.endsWith("\n")) len--
  if (offset > len) offset = len
  for (;;) {
    const nl = text.indexOf("\n")
    if (nl < 0 || nl >= offset) break
    text = text.slice(nl + 1)
    offset -= nl + 1
  }
  const out = `    ${text}${text.endsWith("\n") ? "" : "\n"}`
  return offset < 0 ? out : `${out}    ${" ".repeat(offset)}${"^".repeat(carets)}\n`
}

/** For a SyntaxError: its place; then its message stands for it (owned). */
function print_file_and_line(ctx: PrintContext, $value: Own): Own {
  const $has = _PyObject_LookupAttr($value, ID("print_file_and_line"))
  if ($has === NULL) {
    PyErr_Clear()
    return $value
  }
  Py_DECREF($has)
  const place = parse_syntax_error($value)
  if (place === null) {
    PyErr_Clear()
    return $value
  }
  Py_DECREF($value)
  writeMargin(ctx)
  put(ctx, `  File "${place.filename}", line ${place.lineno}\n`)
  if (place.text !== null) {
    const size = Buffer.byteLength(place.text)
    let end = place.end_offset
    if (place.end_lineno > place.lineno) end = size
    if (end > size + 1) end = size + 1
    put(ctx, errorText(place.offset, end, place.text))
  }
  return place.$message
}

/** "module.Qualname", for builtins and __main__ without the module. */
function exceptionName(type: Ref): string {
  let name = ""
  const $module = PyObject_GetAttr(type, ID("__module__"))
  if ($module === NULL || !PyUnicode_Check($module)) {
    PyErr_Clear()
    name = "<unknown>."
  } else {
    const module = PyUnicode_AsJS($module)
    if (module !== "builtins" && module !== "__main__") name = `${module}.`
  }
  Py_XDECREF($module)
  const $qualname = PyType_GetQualName(type)
  if ($qualname === NULL || !PyUnicode_Check($qualname)) {
    PyErr_Clear()
    // a static type's name is there even when there is no memory for a str of it
    const known = !PyType_HasFeature(type, TPFLAGS.HEAPTYPE)
    name += known ? tp_name_js(type).slice(tp_name_js(type).lastIndexOf(".") + 1) : "<unknown>"
  } else name += PyUnicode_AsJS($qualname)
  Py_XDECREF($qualname)
  return name
}

function print_message(ctx: PrintContext, type: Ref, value: Ref): number {
  if (writeMargin(ctx) < 0 || put(ctx, exceptionName(type)) < 0) return -1
  if (value === Py_None) return 0
  const $s = PyObject_Str(value)
  if ($s === NULL) {
    PyErr_Clear()
    return put(ctx, ": <exception str() failed>")
  }
  let res = 0
  if (!PyUnicode_Check($s) || PyUnicode_AsJS($s) !== "") res = put(ctx, ": ")
  if (res === 0) res = PyFile_WriteObject($s, ctx.file, RAW)
  Py_DECREF($s)
  return res
}

function print_suggestions(ctx: PrintContext, value: Ref): number {
  const $s = _Py_Offer_Suggestions(value)
  if ($s === NULL) {
    PyErr_Clear()
    return 0
  }
  const res = put(ctx, `. Did you mean: '${PyUnicode_AsJS($s)}'?`)
  Py_DECREF($s)
  return res
}

function print_notes(ctx: PrintContext, value: Ref): number {
  if (!PyExceptionInstance_Check(value)) return 0
  const $notes = _PyObject_LookupAttr(value, ID("__notes__"))
  if ($notes === NULL) return PyErr_Occurred() === 0 ? 0 : -1
  let res = 0
  if (!PySequence_Check($notes)) {
    res = writeMargin(ctx)
    const $s = PyObject_Repr($notes)
    if ($s === NULL) {
      PyErr_Clear()
      res = put(ctx, "<__notes__ repr() failed>")
    } else {
      res = PyFile_WriteObject($s, ctx.file, RAW)
      Py_DECREF($s)
    }
    Py_DECREF($notes)
    return res
  }
  const n = PySequence_Size($notes)
  for (let i = 0; i < n && res === 0; i++) {
    const $note = PySequence_GetItem($notes, i)
    const $text = $note === NULL ? NULL : PyObject_Str($note)
    Py_XDECREF($note)
    if ($text === NULL) {
      PyErr_Clear()
      res = put(ctx, "<note str() failed>")
    } else {
      for (const line of PyUnicode_AsJS($text).match(
        /[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]*(?:\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029])|[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+$/g,
      ) ?? []) {
        if (writeMargin(ctx) < 0 || put(ctx, line) < 0) res = -1
      }
      Py_DECREF($text)
    }
    if (res === 0) res = put(ctx, "\n")
  }
  Py_DECREF($notes)
  return res
}

function print_exception(ctx: PrintContext, value: Ref): number {
  if (!PyExceptionInstance_Check(value)) {
    if (_Py_WriteIndent(indentOf(ctx), ctx.file) < 0) return -1
    return put(ctx, `TypeError: print_exception(): Exception expected for value, ${typeName(value)} found\n`)
  }
  let $value = Py_NewRef(value)
  const type = Py_TYPE(value)
  let res = print_traceback(ctx, value)
  if (res === 0) {
    $value = print_file_and_line(ctx, $value)
    if (print_message(ctx, type, $value) < 0 || print_suggestions(ctx, $value) < 0 || put(ctx, "\n") < 0 || print_notes(ctx, $value) < 0)
      res = -1
  }
  Py_DECREF($value)
  return res
}

function print_chained(ctx: PrintContext, value: Ref, message: string): number {
  if (Py_EnterRecursiveCall(" in print_chained") !== 0) return -1
  const needClose = ctx.needClose
  const res = print_recursive(ctx, value)
  ctx.needClose = needClose
  Py_LeaveRecursiveCall()
  if (res < 0) return -1
  for (const text of ["\n", message, "\n"]) if (writeMargin(ctx) < 0 || put(ctx, text) < 0) return -1
  return 0
}

function print_cause_and_context(ctx: PrintContext, value: Ref): number {
  ctx.seen.add(value)
  if (!PyExceptionInstance_Check(value)) return 0
  const $cause = PyException_GetCause(value)
  if ($cause !== NULL) {
    const err = ctx.seen.has($cause) ? 0 : print_chained(ctx, $cause, CAUSE)
    Py_DECREF($cause)
    return err
  }
  if (byte(value + PyBaseExceptionObject.suppress_context) !== 0) return 0
  const $context = PyException_GetContext(value)
  if ($context === NULL) return 0
  const err = ctx.seen.has($context) ? 0 : print_chained(ctx, $context, CONTEXT)
  Py_DECREF($context)
  return err
}

function print_group(ctx: PrintContext, value: Ref): number {
  if (ctx.depth > MAX_GROUP_DEPTH) {
    return writeMargin(ctx) < 0 ? -1 : put(ctx, `... (max_group_depth is ${MAX_GROUP_DEPTH})\n`)
  }
  if (ctx.depth === 0) ctx.depth++
  print_exception(ctx, value)
  const excs = ptr(value + PyBaseExceptionGroupObject.excs)
  const count = Py_SIZE(excs)
  const n = count <= MAX_GROUP_WIDTH ? count : MAX_GROUP_WIDTH + 1
  ctx.needClose = false
  for (let i = 0; i < n; i++) {
    if (i === n - 1) ctx.needClose = true
    const truncated = i >= MAX_GROUP_WIDTH
    if (_Py_WriteIndent(indentOf(ctx), ctx.file) < 0) return -1
    if (put(ctx, `${i === 0 ? "+-" : "  "}+---------------- ${truncated ? "..." : i + 1} ----------------\n`) < 0) return -1
    ctx.depth++
    if (truncated) {
      const more = count - MAX_GROUP_WIDTH
      if (writeMargin(ctx) < 0 || put(ctx, `and ${more} more exception${more > 1 ? "s" : ""}\n`) < 0) return -1
    } else {
      if (Py_EnterRecursiveCall(" in print_exception_group") !== 0) return -1
      const res = print_recursive(ctx, PyTuple_GET_ITEM(excs, i))
      Py_LeaveRecursiveCall()
      if (res < 0) return -1
    }
    if (i === n - 1 && ctx.needClose) {
      if (_Py_WriteIndent(indentOf(ctx), ctx.file) < 0 || put(ctx, "+------------------------------------\n") < 0) return -1
      ctx.needClose = false
    }
    ctx.depth--
  }
  if (ctx.depth === 1) ctx.depth--
  return 0
}

function print_recursive(ctx: PrintContext, value: Ref): number {
  if (print_cause_and_context(ctx, value) < 0) return -1
  return _PyBaseExceptionGroup_Check(value) ? print_group(ctx, value) : print_exception(ctx, value)
}

/** What can be said of an object when printing it has failed. */
function _PyObject_Dump(op: Ref): void {
  const type = Py_TYPE(op)
  writeStderr(`object address  : ${addressJS(op)}\nobject refcount : ${Py_REFCNT(op)}\n`)
  writeStderr(`object type     : ${addressJS(type)}\nobject type name: ${tp_name_js(type)}\nobject repr     : `)
  const repr = reprJS(op)
  if (repr === null) PyErr_Clear()
  writeStderr(`${repr ?? ""}\n`)
}

/** Print an exception to a file object; errors of the printing are dropped. */
export function _PyErr_Display(file: Ref, _exception: Ref, value: Ref, tb: Ref): void {
  if (PyExceptionInstance_Check(value) && tb !== 0 && PyTraceBack_Check(tb)) {
    const $current = PyException_GetTraceback(value)
    if ($current === NULL) PyException_SetTraceback(value, tb)
    else Py_DECREF($current)
  }
  const ctx: PrintContext = { file, seen: new Set(), depth: 0, needClose: false }
  if (print_recursive(ctx, value) < 0) {
    PyErr_Clear()
    _PyObject_Dump(value)
    writeStderr("lost sys.stderr\n")
  }
  const $res = PyObject_CallMethodNoArgs(file, ID("flush"))
  if ($res === NULL) PyErr_Clear()
  else Py_DECREF($res)
}

/** Print to sys.stderr. */
export function PyErr_Display(exception: Ref, value: Ref, tb: Ref): void {
  const file = _PySys_GetAttr(ID("stderr"))
  if (file === 0) {
    writeStderr("lost sys.stderr\n")
    return
  }
  if (file === Py_None) return
  Py_INCREF(file)
  _PyErr_Display(file, exception, value, tb)
  Py_DECREF(file)
}
