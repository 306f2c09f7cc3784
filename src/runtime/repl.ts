import fs from "node:fs"
import os from "node:os"
import path from "node:path"
import tty from "node:tty"
import { ptr } from "../heap/access.ts"
import { calloca, cstackMark, cstackReset } from "../heap/cstack.ts"
import { NULL, type Own } from "../heap/ref.ts"
import { Py_DECREF, Py_XDECREF } from "../heap/refcount.ts"
import { PyObject_CallNoArgs } from "../objects/call.ts"
import { PyErr_Clear, PyErr_ExceptionMatches, PyErr_Fetch, PyErr_NormalizeException } from "../objects/errors.ts"
import { PyModule_GetDict } from "../objects/moduleobject.ts"
import { strJS } from "../objects/object.ts"
import { PyExc_SyntaxError } from "../objects/statictypes.ts"
import { PyUnicode_FromString } from "../objects/unicodeobject.ts"
import { PyImport_AddModule } from "../vm/import.ts"
import { mainCall } from "../vm/maincall.ts"
import { flush_io, PyErr_Print, runSource, stickyFlags } from "../vm/pythonrun.ts"
import { Py_CompileString } from "../vm/pythonrun_compile.ts"
import { VERSION } from "../vm/sys/version.ts"
import { writeStderr } from "../vm/sys/stdfd.ts"
import { PySys_GetObject, PySys_SetObject } from "../vm/sysmodule.ts"
import type { Config } from "./config.ts"

// Python/pythonrun.c: PyRun_InteractiveLoop. At a terminal the process's own thread edits the lines (cli/lineeditor.ts).

const DONT_IMPLY_DEDENT = 0x200
const ALLOW_INCOMPLETE_INPUT = 0x4000
const FUTURE_MASK = 0x1fe0000

/** What reading a line gave: its text without the newline, the end of the input, or Ctrl-C. */
type Line = { text: string } | "eof" | "interrupt"

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

function readPlain(promptText: string): Line {
  writeStderr(promptText)
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
    if (n === 0 && bytes.length === 0) return "eof"
    if (n === 0 || one[0] === 10) return { text: Buffer.from(bytes).toString("utf8").replace(/\r$/, "") }
    bytes.push(one[0])
  }
}

function lineReader(config: Config): (promptText: string) => Line {
  if (!tty.isatty(0) || !tty.isatty(1)) return readPlain
  const history = config.options.isolated ? null : path.join(os.homedir(), ".moult_history")
  return (promptText) => mainCall("readline", promptText, history) as Line
}

function compiles(text: string, flags: number): "yes" | "no" | "incomplete" {
  const $filename = PyUnicode_FromString("<stdin>")
  const $code: Own = Py_CompileString(text, $filename, "single", flags | DONT_IMPLY_DEDENT | ALLOW_INCOMPLETE_INPUT, -1)
  Py_DECREF($filename)
  if ($code !== NULL) {
    Py_DECREF($code)
    return "yes"
  }
  const incomplete = PyErr_ExceptionMatches(PyExc_SyntaxError) && takeMessage().includes("incomplete input")
  PyErr_Clear()
  return incomplete ? "incomplete" : "no"
}

/** Is more input wanted? As codeop: a block ends with an empty line. */
function wantsMore(text: string, flags: number): boolean {
  if (compiles(text, flags) === "yes") return false
  return compiles(`${text}\n`, flags) !== "no"
}

/** str() of the error that is set; the error is cleared. */
function takeMessage(): string {
  const mark = cstackMark()
  const at = calloca(24)
  PyErr_Fetch(at)
  PyErr_NormalizeException(at)
  const message = strJS(ptr(at + 8)) ?? ""
  for (let i = 0; i < 3; i++) Py_XDECREF(ptr(at + 8 * i))
  cstackReset(mark)
  return message
}

/** Python's greeting. */
export function writeBanner(): void {
  writeStderr(`Python ${VERSION} on linux\nType "help", "copyright", "credits" or "license" for more information.\n`)
}

/** sys.__interactivehook__, which site sets. */
function runInteractiveHook(): void {
  const hook = PySys_GetObject("__interactivehook__")
  if (hook === 0) return
  const $r = PyObject_CallNoArgs(hook)
  if ($r !== NULL) {
    Py_DECREF($r)
    return
  }
  writeStderr("Failed calling sys.__interactivehook__\n")
  PyErr_Print()
}

/** @returns the exit status. */
export function interactiveLoop(config: Config): number {
  runInteractiveHook()
  ensurePrompt("ps1", ">>> ")
  ensurePrompt("ps2", "... ")
  const m = PyImport_AddModule("__main__")
  if (m === 0) return 1
  const dict = PyModule_GetDict(m)
  const read = lineReader(config)
  let flags = 0
  for (;;) {
    let line = read(prompt("ps1"))
    if (line === "eof") {
      writeStderr("\n")
      return 0
    }
    let text = line === "interrupt" ? "" : line.text
    while (line !== "interrupt" && text.trim() !== "" && wantsMore(text, flags)) {
      line = read(prompt("ps2"))
      if (line === "eof") break
      if (line !== "interrupt") text += `\n${line.text}`
    }
    if (line === "interrupt") {
      writeStderr("\nKeyboardInterrupt\n")
      continue
    }
    if (/^[ \t]*(#|$)/.test(text)) continue
    const $v = runSource(`${text}\n`, "<stdin>", "single", dict, flags)
    if ($v === NULL) PyErr_Print()
    else Py_DECREF($v)
    flags = stickyFlags() & FUTURE_MASK
    flush_io()
  }
}
