import { int32, ptr, setint32, setptr } from "../heap/access.ts"
import { cstackMark, cstackReset } from "../heap/cstack.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { Py_DECREF, Py_NewRef, Py_SIZE, Py_XDECREF } from "../heap/refcount.ts"
import { ID } from "../heap/statics.ts"
import { PyByteArray_Check } from "../objects/bytearrayobject.ts"
import { PyBytes_AS_STRING, PyBytes_Check, PyBytes_FromJS } from "../objects/bytesobject.ts"
import { PyObject_CallOneArg } from "../objects/call.ts"
import { defineModule, definePrivateType } from "../objects/define.ts"
import { PyDict_Check, PyDict_New, PyDict_SetItem } from "../objects/dictobject.ts"
import { PyErr_NewException, PyErr_Occurred, PyErr_SetObject, PyErr_SetString } from "../objects/errors.ts"
import { _PyArg_BadArgument, _PyArg_CheckPositional, _PyArg_UnpackKeywords, argParser } from "../objects/getargs.ts"
import { PyLong_AsInt, PyLong_AsLong, PyLong_FromLong } from "../objects/longobject.ts"
import { PyModule_AddIntConstant, PyModule_AddObject, PyModule_AddObjectRef, PyModule_AddStringConstant } from "../objects/moduleobject.ts"
import { _PyObject_LookupAttr, PyObject_IsTrue, PyObject_SetAttrString, typeName } from "../objects/object.ts"
import { METH, READONLY, T, TPFLAGS } from "../objects/slots.ts"
import { Py_None, Py_True, PyExc_TypeError, PyExc_ValueError } from "../objects/statictypes.ts"
import { PyList_New, PyList_SET_ITEM } from "../objects/listobject.ts"
import { PyType_Ready } from "../objects/typeobject.ts"
import { PyUnicode_AsJS, PyUnicode_Check, PyUnicode_Decode, PyUnicode_FromString } from "../objects/unicodeobject.ts"
import { u8 } from "../heap/views.ts"
import { calloca } from "../heap/cstack.ts"
import { PyByteArray_AS_STRING } from "../objects/bytearrayobject.ts"
import { PyImport_AddModule } from "../vm/import.ts"
import { loadState, newParser, saveState, Xml, XML_GETSET, xmlparse_clear, xmlparse_dealloc, xmlparse_traverse } from "./expat/object.ts"
import { active, copyHandlers, runParser } from "./expat/run.ts"
import { HandlerFailed, Kind, newState, Phase, record, X } from "./expat/state.ts"
import { ERRORS } from "./expat/messages.ts"
import { bufferBytes } from "./zlib/support.ts"
import { none, ownTuple } from "./support.ts"
import { staticAlloc } from "../heap/statics.ts"

// Modules/pyexpat.c, over an XML parser of our own that reports what expat 2.5.0 reports.

/** The exception class. */
const STATE = staticAlloc(8)

function message(code: number): string {
  return ERRORS[code - 1]?.[1] ?? ""
}
function setError(self: Ref, code: number): Own {
  const [line, column] = loadState(self).at
  const $text = PyUnicode_FromString(`${message(code)}: line ${line}, column ${column}`)
  if ($text === NULL) return NULL
  const $err = PyObject_CallOneArg(ptr(STATE), $text)
  Py_DECREF($text)
  if ($err === NULL) return NULL
  let ok = true
  for (const [name, n] of [
    ["code", code],
    ["offset", column],
    ["lineno", line],
  ] as const) {
    const $n = PyLong_FromLong(n)
    ok &&= $n !== NULL && PyObject_SetAttrString($err, name, $n) === 0
    Py_XDECREF($n)
  }
  if (ok) PyErr_SetObject(ptr(STATE), $err)
  Py_DECREF($err)
  return NULL
}

/** The 256 characters of an encoding that expat does not know: Python's codec says. */
function encodingTable(name: string): string {
  const mark = cstackMark()
  const all = calloca(256)
  for (let i = 0; i < 256; i++) u8[all + i] = i
  const $text = PyUnicode_Decode(all, 256, name, "replace")
  cstackReset(mark)
  if ($text === NULL) throw new HandlerFailed()
  const text = PyUnicode_AsJS($text)
  Py_DECREF($text)
  if (text.length === 256) return text.replaceAll("\ufffd", "\udc80")
  PyErr_SetString(PyExc_ValueError, "multi-byte encodings are not supported")
  throw new HandlerFailed()
}

function parsed(self: Ref, code: number): Own {
  if (code < 0) return NULL
  return code > 0 ? setError(self, code) : PyLong_FromLong(1)
}
function xmlparser_Parse(self: Ref, args: number, nargs: number): Own {
  if (!_PyArg_CheckPositional("Parse", nargs, 1, 2)) return NULL
  let final = 0
  if (nargs > 1) {
    final = PyLong_AsInt(ptr(args + 8))
    if (final === -1 && PyErr_Occurred()) return NULL
  }
  const data = ptr(args)
  if (PyUnicode_Check(data)) {
    const text = PyUnicode_AsJS(data)
    return parsed(self, runParser(self, Buffer.from(text, "utf8"), final !== 0, "utf-8", encodingTable))
  }
  const bytes = bufferBytes(data)
  return bytes === null ? NULL : parsed(self, runParser(self, bytes, final !== 0, null, encodingTable))
}

const READ_SIZE = 2048
/** One read of a file; null with the error set. */
function readPiece(read: Ref): Uint8Array | null {
  const $n = PyLong_FromLong(READ_SIZE)
  const $data = $n === NULL ? NULL : PyObject_CallOneArg(read, $n)
  Py_XDECREF($n)
  if ($data === NULL) return null
  const isBytes = PyBytes_Check($data)
  let piece: Uint8Array | null = null
  if (!isBytes && !PyByteArray_Check($data))
    PyErr_SetString(PyExc_TypeError, `read() did not return a bytes object (type=${typeName($data)})`)
  else {
    const n = Py_SIZE($data)
    const at = isBytes ? PyBytes_AS_STRING($data) : PyByteArray_AS_STRING($data)
    if (n <= READ_SIZE) piece = u8.slice(at, at + n)
    else PyErr_SetString(PyExc_ValueError, `read() returned too much data: ${READ_SIZE} bytes requested, ${n} returned`)
  }
  Py_DECREF($data)
  return piece
}
function xmlparser_ParseFile(self: Ref, file: Ref): Own {
  const $read = _PyObject_LookupAttr(file, ID("read"))
  if ($read === NULL) return PyErr_Occurred() ? NULL : PyErr_SetString(PyExc_TypeError, "argument must have 'read' attribute")
  let code = loadState(self).phase === Phase.Finished ? X.FINISHED : 0
  for (let more = code === 0; more; ) {
    const piece = readPiece($read)
    code = piece === null ? -1 : runParser(self, piece, piece.length === 0, null, encodingTable)
    more = code === 0 && piece !== null && piece.length > 0
  }
  Py_DECREF($read)
  return parsed(self, code)
}

function xmlparser_SetBase(self: Ref, base: Ref): Own {
  if (!PyUnicode_Check(base)) {
    _PyArg_BadArgument("SetBase", "argument", "str", base)
    return NULL
  }
  const run = active(self)
  const s = run === null ? loadState(self) : run.parse.state
  s.base = PyUnicode_AsJS(base)
  return run === null && saveState(self, s) < 0 ? NULL : none()
}
function xmlparser_GetBase(self: Ref): Own {
  const { base } = active(self)?.parse.state ?? loadState(self)
  return base === null ? none() : PyUnicode_FromString(base)
}
function xmlparser_GetInputContext(self: Ref): Own {
  const run = active(self)
  if (run === null || int32(self + Xml.in_callback) === 0) return none()
  return PyBytes_FromJS(Buffer.from(run.parse.state.text.slice(run.parse.event), "utf8"))
}

function xmlparser_ExternalEntityParserCreate(self: Ref, args: number, nargs: number): Own {
  if (!_PyArg_CheckPositional("ExternalEntityParserCreate", nargs, 1, 2)) return NULL
  const context = ptr(args)
  if (context !== Py_None && !PyUnicode_Check(context)) {
    _PyArg_BadArgument("ExternalEntityParserCreate", "argument 1", "str or None", context)
    return NULL
  }
  if (nargs > 1 && !PyUnicode_Check(ptr(args + 8))) {
    _PyArg_BadArgument("ExternalEntityParserCreate", "argument 2", "str", ptr(args + 8))
    return NULL
  }
  const from = active(self)?.parse.state ?? loadState(self)
  const s = newState(nargs > 1 ? PyUnicode_AsJS(ptr(args + 8)) : null, from.separator)
  s.dtd = structuredClone(from.dtd)
  for (const table of ["entities", "params", "attlists"] as const) Object.setPrototypeOf(s.dtd[table], null)
  s.base = from.base
  s.triplets = from.triplets
  s.paramParsing = from.paramParsing
  s.kind = context === Py_None ? Kind.Param : Kind.General
  s.bindings = Object.assign(record<string>(), from.bindings)
  const $new = newParser(XMLParserType, s, ptr(self + Xml.intern))
  if ($new === NULL) return NULL
  for (const f of [Xml.ordered_attributes, Xml.specified_attributes, Xml.ns_prefixes, Xml.dflt]) setint32($new + f, int32(self + f))
  setptr($new + Xml.parent, Py_NewRef(self))
  copyHandlers(self, $new)
  const size = int32(self + Xml.buffer_size)
  setint32($new + Xml.buffer_size, size)
  if (ptr(self + Xml.buffer) !== 0 && PyObject_SetAttrString($new, "buffer_text", Py_True) < 0) {
    Py_DECREF($new)
    return NULL
  }
  return $new
}

function xmlparser_SetParamEntityParsing(self: Ref, flag: Ref): Own {
  const n = PyLong_AsInt(flag)
  if (n === -1 && PyErr_Occurred()) return NULL
  const s = active(self)?.parse.state ?? loadState(self)
  if (s.started) return PyLong_FromLong(0)
  s.paramParsing = n
  return saveState(self, s) < 0 ? NULL : PyLong_FromLong(1)
}
function xmlparser_UseForeignDTD(self: Ref, args: number, nargs: number): Own {
  if (!_PyArg_CheckPositional("UseForeignDTD", nargs, 0, 1)) return NULL
  const on = nargs > 0 ? PyObject_IsTrue(ptr(args)) : 1
  if (on < 0) return NULL
  const s = active(self)?.parse.state ?? loadState(self)
  if (s.started) return setError(self, X.CANT_CHANGE_FEATURE_ONCE_PARSING)
  s.foreignDtd = on !== 0
  return saveState(self, s) < 0 ? NULL : none()
}

const XMLParserType = definePrivateType({
  name: "pyexpat.xmlparser",
  basicsize: Xml.SIZE,
  flags: TPFLAGS.HAVE_GC | TPFLAGS.DISALLOW_INSTANTIATION | TPFLAGS.IMMUTABLETYPE,
  doc: "XML parser",
  dealloc: xmlparse_dealloc,
  traverse: xmlparse_traverse,
  clear: xmlparse_clear,
  methods: [
    [
      "Parse",
      xmlparser_Parse,
      METH.FASTCALL,
      "($self, data, isfinal=False, /)\n--\n\nParse a piece of a document; isfinal: it is the last.",
    ],
    ["ParseFile", xmlparser_ParseFile, METH.O, "($self, file, /)\n--\n\nParse all that a binary file has to give."],
    ["SetBase", xmlparser_SetBase, METH.O, "($self, base, /)\n--\n\nSet the base URL for the parser."],
    ["GetBase", xmlparser_GetBase, METH.NOARGS, "($self, /)\n--\n\nReturn base URL string for the parser."],
    ["GetInputContext", xmlparser_GetInputContext, METH.NOARGS, "($self, /)\n--\n\nReturn the input from the current event on."],
    [
      "ExternalEntityParserCreate",
      xmlparser_ExternalEntityParserCreate,
      METH.FASTCALL,
      "($self, context, encoding=<unrepresentable>, /)\n--\n\nCreate a parser for an external entity that this one refers to.",
    ],
    [
      "SetParamEntityParsing",
      xmlparser_SetParamEntityParsing,
      METH.O,
      "($self, flag, /)\n--\n\nChoose when parameter entities and the external subset are read; 1 if that could be set.",
    ],
    [
      "UseForeignDTD",
      xmlparser_UseForeignDTD,
      METH.FASTCALL,
      "($self, flag=True, /)\n--\n\nAsk the application for a document type where the document has none.",
    ],
  ],
  members: [["intern", T.OBJECT, Xml.intern, READONLY]],
  getset: XML_GETSET,
})

/** A str or None argument: undefined with the error set. */
function optional(op: Ref, name: string): string | null | undefined {
  if (op === NULL || op === Py_None) return null
  if (PyUnicode_Check(op)) return PyUnicode_AsJS(op)
  _PyArg_BadArgument("ParserCreate", `argument '${name}'`, "str or None", op)
  return undefined
}
const createParser = argParser("ParserCreate", ["encoding", "namespace_separator", "intern"])
function ParserCreate(_m: Ref, args: number, nargs: number, kwnames: Ref): Own {
  const a = _PyArg_UnpackKeywords(args, nargs, 0, kwnames, createParser, 0, 3, 0)
  if (a === 0) return NULL
  const encodingArg = ptr(a)
  const separatorArg = ptr(a + 8)
  const internArg = ptr(a + 16)
  const encoding = optional(encodingArg, "encoding")
  if (encoding === undefined) return NULL
  const separator = optional(separatorArg, "namespace_separator")
  if (separator === undefined) return NULL
  if (separator !== null && Buffer.byteLength(separator) > 1)
    return PyErr_SetString(PyExc_ValueError, "namespace_separator must be at most one character, omitted, or None")
  if (internArg !== NULL && internArg !== Py_None && !PyDict_Check(internArg))
    return PyErr_SetString(PyExc_TypeError, "intern must be a dictionary")
  const $intern = internArg === NULL ? PyDict_New() : internArg === Py_None ? NULL : Py_NewRef(internArg)
  if ($intern === NULL && internArg !== Py_None) return NULL
  const $parser = newParser(XMLParserType, newState(encoding, separator), $intern)
  Py_XDECREF($intern)
  return $parser
}
function ErrorString(_m: Ref, arg: Ref): Own {
  const code = PyLong_AsLong(arg)
  if (code === -1 && PyErr_Occurred()) return NULL
  const text = message(code)
  return text === "" ? none() : PyUnicode_FromString(text)
}

function addErrors(module: Ref): number {
  const sub = PyImport_AddModule("pyexpat.errors")
  if (sub === NULL || PyModule_AddStringConstant(sub, "__doc__", "The parser's errors: what each constant says, and its number.") < 0)
    return -1
  const $codes = PyDict_New()
  const $messages = PyDict_New()
  let ok = $codes !== NULL && $messages !== NULL
  ERRORS.forEach(([name, text], i) => {
    const $text = PyUnicode_FromString(text)
    const $code = PyLong_FromLong(i + 1)
    ok &&=
      $text !== NULL &&
      $code !== NULL &&
      PyModule_AddObjectRef(sub, name, $text) === 0 &&
      PyDict_SetItem($codes, $text, $code) === 0 &&
      PyDict_SetItem($messages, $code, $text) === 0
    Py_XDECREF($text)
    Py_XDECREF($code)
  })
  if (PyModule_AddObject(sub, "codes", $codes) < 0 || PyModule_AddObject(sub, "messages", $messages) < 0) ok = false
  return ok ? PyModule_AddObjectRef(module, "errors", sub) : -1
}
const MODEL = {
  XML_CTYPE_EMPTY: 1,
  XML_CTYPE_ANY: 2,
  XML_CTYPE_MIXED: 3,
  XML_CTYPE_NAME: 4,
  XML_CTYPE_CHOICE: 5,
  XML_CTYPE_SEQ: 6,
  XML_CQUANT_NONE: 0,
  XML_CQUANT_OPT: 1,
  XML_CQUANT_REP: 2,
  XML_CQUANT_PLUS: 3,
}
function addModel(module: Ref): number {
  const sub = PyImport_AddModule("pyexpat.model")
  if (sub === NULL || PyModule_AddStringConstant(sub, "__doc__", "The numbers in an element's content model.") < 0) return -1
  for (const [name, n] of Object.entries(MODEL)) if (PyModule_AddIntConstant(sub, name, n) < 0) return -1
  return PyModule_AddObjectRef(module, "model", sub)
}
const FEATURES: readonly (readonly [string, number])[] = [
  ["sizeof(XML_Char)", 1],
  ["sizeof(XML_LChar)", 1],
  ["XML_DTD", 0],
  ["XML_CONTEXT_BYTES", 1024],
  ["XML_NS", 0],
  ["XML_BLAP_MAX_AMP", 100],
  ["XML_BLAP_ACT_THRES", 8388608],
]
function features(): Own {
  const $list = PyList_New(FEATURES.length)
  if ($list === NULL) return NULL
  for (let i = 0; i < FEATURES.length; i++) {
    const $pair = ownTuple(PyUnicode_FromString(FEATURES[i][0]), PyLong_FromLong(FEATURES[i][1]))
    if ($pair === NULL) {
      Py_DECREF($list)
      return NULL
    }
    PyList_SET_ITEM($list, i, $pair)
  }
  return $list
}
function pyexpat_exec(module: Ref): number {
  if (PyType_Ready(XMLParserType) < 0 || PyModule_AddObjectRef(module, "XMLParserType", XMLParserType) < 0) return -1
  const $error = PyErr_NewException("xml.parsers.expat.ExpatError", NULL, NULL)
  if ($error === NULL) return -1
  setptr(STATE, $error)
  if (PyModule_AddObjectRef(module, "error", $error) < 0 || PyModule_AddObjectRef(module, "ExpatError", $error) < 0) return -1
  const $version = ownTuple(PyLong_FromLong(2), PyLong_FromLong(5), PyLong_FromLong(0))
  if (
    PyModule_AddStringConstant(module, "EXPAT_VERSION", "expat_2.5.0") < 0 ||
    PyModule_AddObject(module, "version_info", $version) < 0 ||
    PyModule_AddStringConstant(module, "native_encoding", "UTF-8") < 0 ||
    PyModule_AddObject(module, "features", features()) < 0 ||
    addErrors(module) < 0 ||
    addModel(module) < 0
  )
    return -1
  for (const [name, n] of [
    ["XML_PARAM_ENTITY_PARSING_NEVER", 0],
    ["XML_PARAM_ENTITY_PARSING_UNLESS_STANDALONE", 1],
    ["XML_PARAM_ENTITY_PARSING_ALWAYS", 2],
  ] as const)
    if (PyModule_AddIntConstant(module, name, n) < 0) return -1
  return 0
}

defineModule({
  name: "pyexpat",
  doc: "Python wrapper for Expat parser.",
  exec: pyexpat_exec,
  methods: [
    [
      "ParserCreate",
      ParserCreate,
      METH.FASTCALL | METH.KEYWORDS,
      "($module, /, encoding=None, namespace_separator=None, intern=<unrepresentable>)\n--\n\nReturn a new XML parser object.",
    ],
    ["ErrorString", ErrorString, METH.O, "($module, code, /)\n--\n\nReturn what an error number means."],
  ],
})
