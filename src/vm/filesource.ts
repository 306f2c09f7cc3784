import { findCookie, utf8Error } from "../frontend/source.ts"
import { NULL, type Ref } from "../heap/ref.ts"
import { Py_DECREF, Py_XDECREF } from "../heap/refcount.ts"
import { PyBytes_AS_STRING, PyBytes_FromJS } from "../objects/bytesobject.ts"
import { _PyCodec_Lookup } from "../objects/codecs.ts"
import { PyErr_Clear, PyErr_SetString } from "../objects/errors.ts"
import { PyExc_SyntaxError } from "../objects/statictypes.ts"
import { PyUnicode_Decode } from "../objects/unicodeobject.ts"
import { setSyntaxError } from "./pythonrun_compile.ts"

// Parser/tokenizer.c reading a file: what it checks of each line that compile() does not, or says otherwise.

const PEP263 = "but no encoding declared; see https://peps.python.org/pep-0263/ for details"
const UTF8 = /^utf-?8/i

function lineOf(bytes: Uint8Array, at: number): { lineno: number; start: number } {
  let lineno = 1
  let start = 0
  for (let i = 0; i < at; i++) {
    if (bytes[i] !== 10 && !(bytes[i] === 13 && bytes[i + 1] !== 10)) continue
    lineno++
    start = i + 1
  }
  return { lineno, start }
}

function refuse(message: string): boolean {
  PyErr_SetString(PyExc_SyntaxError, message)
  return false
}

/** The text is read through the codec from behind the line that names it. */
function decodes(bytes: Uint8Array, encoding: string): boolean {
  const $bytes = PyBytes_FromJS(bytes)
  const $text = $bytes === NULL ? NULL : PyUnicode_Decode(PyBytes_AS_STRING($bytes), bytes.length, encoding, "strict")
  if ($text === NULL) PyErr_Clear()
  Py_XDECREF($bytes)
  Py_XDECREF($text)
  return $text !== NULL
}

/** False with a SyntaxError set when a file with these bytes cannot be read as source. */
export function checkFileSource(bytes: Uint8Array, filename: Ref, name: string): boolean {
  const bom = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf
  if (bom) bytes = bytes.subarray(3)
  const encoding = findCookie(bytes)
  if (encoding !== null && !UTF8.test(encoding)) {
    if (bom) return refuse(`encoding problem: ${encoding} with BOM`)
    const $codec = _PyCodec_Lookup(encoding)
    if ($codec === 0) {
      PyErr_Clear()
      return refuse(`encoding problem: ${encoding}`)
    }
    Py_DECREF($codec)
    return decodes(bytes, encoding) || refuse(`encoding problem: ${encoding}`)
  }
  const nul = bytes.indexOf(0)
  const stray = encoding === null && !bom ? utf8Error(bytes) : null
  // the check of a line ends at a NUL
  if (stray !== null && (nul < 0 || stray[0] < nul)) {
    const code = bytes[stray[0]].toString(16).padStart(2, "0")
    return refuse(`Non-UTF-8 code starting with '\\x${code}' in file ${name} on line ${lineOf(bytes, stray[0]).lineno}, ${PEP263}`)
  }
  if (nul < 0) return true
  const { lineno, start } = lineOf(bytes, nul)
  const text = new TextDecoder().decode(bytes.slice(start, nul))
  setSyntaxError(PyExc_SyntaxError, filename, {
    msg: "source code cannot contain null bytes",
    lineno,
    offset: 0,
    text,
    end_lineno: lineno,
    end_offset: -1,
  })
  return false
}
