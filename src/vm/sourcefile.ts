import fs from "node:fs"
import { Py_SIZE } from "../heap/refcount.ts"
import { PyList_Check, PyList_GET_ITEM } from "../objects/listobject.ts"
import { PyUnicode_AsJS, PyUnicode_Check } from "../objects/unicodeobject.ts"
import { PySys_GetObject } from "./sysmodule.ts"

// Source lines for tracebacks and syntax errors: straight from the file, without going through Python's io.

const COOKIE = /^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)/

/** The encoding that the first two lines of a source name, null if none. */
export function cookieOf(bytes: Uint8Array): string | null {
  const head = Buffer.from(bytes.subarray(0, 400))
    .toString("latin1")
    .split(/\r\n|\r|\n/, 2)
  const cookie = COOKIE.exec(head[0]) ?? (/^[ \t\f]*(?:#.*)?$/.test(head[0]) && head.length > 1 ? COOKIE.exec(head[1]) : null)
  return cookie === null ? null : cookie[1]
}
function decode(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder(cookieOf(bytes) ?? "utf-8", { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return null
  }
}

/** The file called `filename`, or the one of its last component's name on sys.path, as CPython looks for sources to show. */
function findFile(filename: string): Uint8Array | null {
  const candidates = [filename]
  const path = PySys_GetObject("path")
  if (path !== 0 && PyList_Check(path)) {
    const tail = filename.slice(filename.lastIndexOf("/") + 1)
    for (let i = 0; i < Py_SIZE(path); i++) {
      const dir = PyList_GET_ITEM(path, i)
      if (!PyUnicode_Check(dir)) continue
      const js = PyUnicode_AsJS(dir)
      candidates.push(js === "" || js.endsWith("/") ? js + tail : `${js}/${tail}`)
    }
  }
  for (const name of candidates) {
    try {
      if (name !== "" && !name.includes("\0") && fs.statSync(name).isFile()) return fs.readFileSync(name)
    } catch {
      // try the next
    }
  }
  return null
}

let lastName = ""
let lastLines: string[] = []

/** Line `lineno` (from 1) without its newline; null when there is no such file or line. */
export function sourceLine(filename: string, lineno: number): string | null {
  if (filename === "" || (filename.startsWith("<") && filename.endsWith(">"))) return null
  if (filename !== lastName) {
    const bytes = findFile(filename)
    const text = bytes === null ? null : decode(bytes)
    if (text === null) return null
    lastName = filename
    lastLines = text.split(/\r\n|\r|\n/)
    if (lastLines[lastLines.length - 1] === "") lastLines.pop()
  }
  return lastLines[lineno - 1] ?? null
}

/** Files may change between two tracebacks. */
export function forgetSources(): void {
  lastName = ""
  lastLines = []
}
