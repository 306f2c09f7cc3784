import fs from "node:fs"
import { ptr } from "../heap/access.ts"
import { PyThreadState } from "../heap/layout.ts"
import { NULL, type Own } from "../heap/ref.ts"
import { Py_DECREF } from "../heap/refcount.ts"
import { tstate } from "../heap/tstate.ts"
import { PyErr_Clear, PyErr_ExceptionMatches } from "../objects/errors.ts"
import { PyModule_GetDict } from "../objects/moduleobject.ts"
import { strJS } from "../objects/object.ts"
import { PyExc_SyntaxError } from "../objects/statictypes.ts"
import { PyUnicode_FromString } from "../objects/unicodeobject.ts"
import { PyImport_AddModule } from "../vm/import.ts"
import { flush_io, PyErr_Print, runSource, stickyFlags } from "../vm/pythonrun.ts"
import { Py_CompileString } from "../vm/pythonrun_compile.ts"
import { VERSION } from "../vm/sys/version.ts"
import { writeStderr } from "../vm/sys/stdfd.ts"
import { PySys_GetObject, PySys_SetObject } from "../vm/sysmodule.ts"
import type { Config } from "./config.ts"

// Python/pythonrun.c: PyRun_InteractiveLoop, line by line from descriptor 0.

const DONT_IMPLY_DEDENT = 0x200
const ALLOW_INCOMPLETE_INPUT = 0x4000

function prompt(name: string): string {
  const v = PySys_GetObject(name)
  if (v === 0) return ""
  const s = strJS(v)
  if (s === null) PyErr_Clear()
  return s ?? ""
}

function ensurePrompt(name: string, text: string): void {
  if (PySys_GetObject(name) !== 0) return
  const $text = PyUnicode_FromString(text)
  PySys_SetObject(name, $text)
  Py_DECREF($text)
}

/** A line with its newline, null at the end of the input. */
function readLine(): string | null {
  const bytes: number[] = []
  const one = new Uint8Array(1)
  for (;;) {
    let n = 0
    try {
      n = fs.readSync(0, one, 0, 1, null)
    } catch (e) {
      const code = (e as NodeJS.ErrnoException).code
      if (code === "EAGAIN" || code === "EINTR") continue
    }
    if (n === 0) return bytes.length === 0 ? null : Buffer.from(bytes).toString("utf8")
    bytes.push(one[0])
    if (one[0] === 10) return Buffer.from(bytes).toString("utf8")
  }
}

/** Is more input wanted before this can be compiled? */
function isIncomplete(text: string, flags: number): boolean {
  const $filename = PyUnicode_FromString("<stdin>")
  const $code: Own = Py_CompileString(text, $filename, "single", flags | DONT_IMPLY_DEDENT | ALLOW_INCOMPLETE_INPUT, -1)
  Py_DECREF($filename)
  if ($code !== NULL) {
    Py_DECREF($code)
    return false
  }
  const incomplete = PyErr_ExceptionMatches(PyExc_SyntaxError) && /incomplete input/.test(currentMessage())
  PyErr_Clear()
  return incomplete
}

function currentMessage(): string {
  const v = ptr(tstate + PyThreadState.curexc_value)
  return v === 0 ? "" : (strJS(v) ?? "")
}

/** @returns the exit status. */
export function interactiveLoop(config: Config): number {
  if (config.flags.quiet === 0) writeStderr(`Python ${VERSION} on linux\nType "help", "copyright", "credits" or "license" for more information.\n`)
  ensurePrompt("ps1", ">>> ")
  ensurePrompt("ps2", "... ")
  const m = PyImport_AddModule("__main__")
  if (m === 0) return 1
  const dict = PyModule_GetDict(m)
  let flags = 0
  for (;;) {
    writeStderr(prompt("ps1"))
    let text = readLine()
    if (text === null) {
      writeStderr("\n")
      return 0
    }
    if (text.trim() === "" || text.trim().startsWith("#")) continue
    while (isIncomplete(text, flags)) {
      writeStderr(prompt("ps2"))
      const more = readLine()
      if (more === null) break
      text += more
    }
    const $v = runSource(text, "<stdin>", "single", dict, flags)
    if ($v === NULL) PyErr_Print()
    else Py_DECREF($v)
    flags = stickyFlags() & 0x1fe0000
    flush_io()
  }
}
