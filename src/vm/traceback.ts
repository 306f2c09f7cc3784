import { K } from "../frontend/ast.ts"
import { parseModule } from "../frontend/index.ts"
import { int32, ptr } from "../heap/access.ts"
import { _PyInterpreterFrame as F, PyCodeObject, PyFrameObject, PyThreadState, PyTracebackObject as TB } from "../heap/layout.ts"
import { INTERP, Interp, RUNTIME, Runtime } from "../heap/map.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { Py_DECREF, Py_XDECREF } from "../heap/refcount.ts"
import { ID } from "../heap/statics.ts"
import { tstate } from "../heap/tstate.ts"
import { PyObject_CallMethodOneArg } from "../objects/call.ts"
import { locColumn, locEndColumn, locEndLine, PyCode_Addr2Location } from "../objects/codeobject.ts"
import { PyDict_Check, PyDict_GetItemWithError } from "../objects/dictobject.ts"
import { PyErr_BadInternalCall, PyErr_Clear } from "../objects/errors.ts"
import { PyFile_WriteString } from "../objects/fileobject.ts"
import { _PyInterpreterFrame_GetLine } from "../objects/frame.ts"
import { longOverflow, PyLong_AsLongAndOverflow, PyLong_Check } from "../objects/longobject.ts"
import { Py_None } from "../objects/statictypes.ts"
import { _PyTraceBack_FromFrame, PyTraceBack_Check } from "../objects/tracebackobject.ts"
import { PyUnicode_AsJS, PyUnicode_Check, PyUnicode_FromString } from "../objects/unicodeobject.ts"
import { PyEval_GetFrame } from "./ceval_api.ts"
import { PyImport_ImportModule } from "./import.ts"
import { forgetSources, sourceLine } from "./sourcefile.ts"
import { PySys_GetObject } from "./sysmodule.ts"

export { _PyTraceBack_FromFrame, PyTraceBack_Check, PyTraceBack_Here } from "../objects/tracebackobject.ts"

// Python/traceback.c: printing.

const SOURCE_INDENT = 4
const RECURSIVE_CUTOFF = 3
const LIMIT = 1000

const encoder = new TextEncoder()

/** Byte offset in UTF-8 to index in code points. */
function charOffset(line: string, byteOffset: number): number {
  let bytes = 0
  let chars = 0
  for (const c of line) {
    if (bytes >= byteOffset) break
    bytes += encoder.encode(c).length
    chars++
  }
  return chars
}

const codePoints = (s: string): string[] => [...s]

/** Where the operator of a binary operation (or the brackets of a subscript) lies in `segment`: [left, right] in bytes, or null. */
function extractAnchors(segment: string, filename: string): [number, number] | null {
  const parsed = parseModule(segment, { filename, mode: "exec" })
  if (parsed.ast === undefined || parsed.ast.kind !== K.Module || parsed.ast.body.length !== 1) return null
  const statement = parsed.ast.body[0]
  if (statement.kind !== K.Expr) return null
  const e = statement.value
  if (e.kind === K.BinOp) {
    // constant folding would have made it a constant, which has no operator
    const bytes = encoder.encode(segment)
    const space = (b: number): boolean => b === 32 || b === 9 || b === 12
    for (let i = e.left.end_col_offset; i < e.right.col_offset; i++) {
      if (space(bytes[i]) || (bytes[i] === 41 && i + 1 < e.right.col_offset)) continue
      return [i, i + 1 < e.right.col_offset && !space(bytes[i + 1]) ? i + 2 : i + 1]
    }
    return null
  }
  if (e.kind === K.Subscript) {
    // past parentheses and blanks, to the brackets themselves
    const bytes = encoder.encode(segment)
    const open = bytes.indexOf(91, e.value.end_col_offset)
    const close = bytes.indexOf(93, e.slice.end_col_offset + 1)
    return [open < 0 ? bytes.length : open, close < 0 ? bytes.length : close + 1]
  }
  return null
}

/** Columns that the first `n` characters take on a terminal: East Asian wide ones take two. */
function displayWidth(chars: readonly string[], n: number): number {
  const some = chars.slice(0, Math.max(n, 0))
  if (some.every((c) => c < "\x80")) return n
  const $module = PyImport_ImportModule("unicodedata")
  let width = 0
  for (const c of some) width += $module !== NULL && isWide($module, c) ? 2 : 1
  if ($module === NULL) PyErr_Clear()
  Py_XDECREF($module)
  return width
}
function isWide(unicodedata: Ref, c: string): boolean {
  const $c = PyUnicode_FromString(c)
  const $kind = $c === NULL ? NULL : PyObject_CallMethodOneArg(unicodedata, ID("east_asian_width"), $c)
  Py_XDECREF($c)
  if ($kind === NULL) {
    PyErr_Clear()
    return false
  }
  const kind = PyUnicode_Check($kind) ? PyUnicode_AsJS($kind) : ""
  Py_DECREF($kind)
  return kind === "W" || kind === "F"
}

/** The line of ^^^^ under a source line (as written, unstripped), or null. `stripped` counts the leading blanks left out. */
function caretLine(code: Ref, lasti: number, line: string, stripped: number, filename: string): string | null {
  const startLine = PyCode_Addr2Location(code, lasti)
  const endLine = locEndLine
  const startCol = locColumn
  const endCol = locEndColumn
  if (startLine < 0 || endLine < 0 || startCol < 0 || endCol < 0) return null
  const chars = codePoints(line)
  const start = charOffset(line, startCol)
  let end = charOffset(line, endCol)
  let left = -1
  let right = -1
  if (startLine === endLine) {
    const segment = chars.slice(start, end).join("")
    const anchors = extractAnchors(segment, filename)
    if (anchors !== null) {
      left = charOffset(segment, anchors[0]) + start
      right = charOffset(segment, anchors[1]) + start
    }
  } else end = line.replace(/[ \t\f]+$/, "").length === line.length ? chars.length : codePoints(line.replace(/[ \t\f]+$/, "")).length
  const special = left !== -1 || right !== -1
  if (end - start === chars.length - stripped && !special) return null
  const from = displayWidth(chars, start)
  const to = displayWidth(chars, end)
  const leftWidth = displayWidth(chars, left)
  const rightWidth = displayWidth(chars, right)
  let out = ""
  for (let offset = stripped - SOURCE_INDENT + 1; offset <= to; offset++) {
    if (offset <= from) out += " "
    else if (special && leftWidth < offset && offset <= rightWidth) out += "^"
    else out += special ? "~" : "^"
  }
  return out
}

export function _Py_WriteIndent(indent: number, f: Ref): number {
  return indent > 0 ? PyFile_WriteString(" ".repeat(indent), f) : 0
}

export function _Py_WriteIndentedMargin(indent: number, margin: string, f: Ref): number {
  return _Py_WriteIndent(indent, f) < 0 ? -1 : margin === "" ? 0 : PyFile_WriteString(margin, f)
}

/** A source line, stripped and indented, to the file; 0 also when there is none. (warnings use it) */
export function _Py_DisplaySourceLine(f: Ref, filename: Ref, lineno: number, indent: number): number {
  const line = sourcesAreGone() ? null : sourceLine(PyUnicode_AsJS(filename), lineno)
  if (line === null) return 0
  return PyFile_WriteString(`${" ".repeat(indent)}${line.replace(/^[ \t\f]+/, "")}\n`, f)
}

/** CPython reads sources through the io module, which the end of the interpreter takes away. */
function sourcesAreGone(): boolean {
  if (int32(RUNTIME + Runtime.finalizing) === 0) return false
  const modules = ptr(INTERP + Interp.modules)
  if (modules === 0 || !PyDict_Check(modules)) return true
  const io = PyDict_GetItemWithError(modules, ID("io"))
  return io === NULL || io === Py_None
}

function displayline(tb: Ref, code: Ref, f: Ref, indent: number, margin: string): number {
  const before = " ".repeat(indent) + margin
  const filename = PyUnicode_AsJS(ptr(code + PyCodeObject.co_filename))
  const lineno = int32(tb + TB.tb_lineno)
  let text = `${before}  File "${filename}", line ${lineno}, in ${PyUnicode_AsJS(ptr(code + PyCodeObject.co_name))}\n`
  const line = sourcesAreGone() ? null : sourceLine(filename, lineno)
  if (line !== null) {
    const body = line.replace(/^[ \t\f]+/, "")
    text += `${before}${" ".repeat(SOURCE_INDENT)}${body}\n`
    const carets = caretLine(code, int32(tb + TB.tb_lasti), line, line.length - body.length, filename)
    if (carets !== null) text += `${before}${carets}\n`
  }
  return PyFile_WriteString(text, f)
}

function repeated(f: Ref, count: number): number {
  const n = count - RECURSIVE_CUTOFF
  return PyFile_WriteString(`  [Previous line repeated ${n} more time${n > 1 ? "s" : ""}]\n`, f)
}

function printEntries(first: Ref, f: Ref, limit: number, indent: number, margin: string): number {
  let depth = 0
  for (let t = first; t !== 0; t = ptr(t + TB.tb_next)) depth++
  let tb = first
  for (; tb !== 0 && depth > limit; depth--) tb = ptr(tb + TB.tb_next)
  let lastFile = 0
  let lastLine = -1
  let lastName = 0
  let count = 0
  for (; tb !== 0; tb = ptr(tb + TB.tb_next)) {
    const code = ptr(ptr(ptr(tb + TB.tb_frame) + PyFrameObject.f_frame) + F.f_code)
    const file = ptr(code + PyCodeObject.co_filename)
    const name = ptr(code + PyCodeObject.co_name)
    const line = int32(tb + TB.tb_lineno)
    if (file !== lastFile || lastLine === -1 || line !== lastLine || name !== lastName) {
      if (count > RECURSIVE_CUTOFF && repeated(f, count) < 0) return -1
      lastFile = file
      lastLine = line
      lastName = name
      count = 0
    }
    count++
    if (count <= RECURSIVE_CUTOFF && displayline(tb, code, f, indent, margin) < 0) return -1
  }
  return count > RECURSIVE_CUTOFF ? repeated(f, count) : 0
}

export function _PyTraceBack_Print_Indented(v: Ref, indent: number, margin: string, headerMargin: string, header: string, f: Ref): number {
  if (v === 0) return 0
  if (!PyTraceBack_Check(v)) {
    PyErr_BadInternalCall()
    return -1
  }
  let limit = LIMIT
  const limitv = PySys_GetObject("tracebacklimit")
  if (limitv !== 0 && PyLong_Check(limitv)) {
    limit = PyLong_AsLongAndOverflow(limitv)
    if (longOverflow > 0) limit = Infinity
    else if (limit <= 0) return 0
  }
  forgetSources()
  if (_Py_WriteIndentedMargin(indent, headerMargin, f) < 0 || PyFile_WriteString(header, f) < 0) return -1
  return printEntries(v, f, limit, indent, margin)
}

export function PyTraceBack_Print(v: Ref, f: Ref): number {
  return _PyTraceBack_Print_Indented(v, 0, "", "", "Traceback (most recent call last):\n", f)
}

/** Owned traceback of the running frame alone; NULL without error when no frame runs. */
export function tracebackFromFrame(): Own {
  const f = PyEval_GetFrame()
  return f === 0 ? NULL : _PyTraceBack_FromFrame(NULL, f)
}

function dumpFrames(ts: number): string {
  let text = ""
  let frame = ptr(ptr(ts + PyThreadState.cframe) + 8) as number
  if (frame === 0) return "  <no Python frame>\n"
  for (let depth = 0; frame !== 0; frame = ptr(frame + F.previous), depth++) {
    if (depth >= 100) return `${text}  ...\n`
    const code = ptr(frame + F.f_code)
    const name = PyUnicode_AsJS(ptr(code + PyCodeObject.co_name))
    text += `  File "${PyUnicode_AsJS(ptr(code + PyCodeObject.co_filename))}", line ${_PyInterpreterFrame_GetLine(frame)} in ${name}\n`
  }
  return text
}

/** faulthandler: the text of one thread's stack, most recent call first. */
export function _Py_DumpTraceback(ts: number = tstate): string {
  return `Stack (most recent call first):\n${dumpFrames(ts)}`
}

/** faulthandler: all threads' stacks. */
export function _Py_DumpTracebackThreads(): string {
  const parts: string[] = []
  for (let ts = ptr(INTERP + Interp.threads_head) as number; ts !== 0; ts = ptr(ts + PyThreadState.next)) {
    const id = int32(ts + PyThreadState.thread_id)
      .toString(16)
      .padStart(16, "0")
    parts.push(`${ts === tstate ? "Current thread" : "Thread"} 0x${id} (most recent call first):\n${dumpFrames(ts)}`)
  }
  return parts.join("\n")
}
export { _PyErr_Display } from "./errprint.ts"
