import { int32, ptr, setptr, setssize } from "../heap/access.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { Py_DECREF, Py_NewRef } from "../heap/refcount.ts"
import { defineModule } from "../objects/define.ts"
import { PyDict_DelItem, PyDict_Keys, PyDict_New, PyDict_SetItem } from "../objects/dictobject.ts"
import { PyErr_ExceptionMatches, PyErr_NewException, PyErr_Occurred, PyErr_SetString } from "../objects/errors.ts"
import { _PyArg_UnpackKeywords, argParser, PyArg_UnpackTuple } from "../objects/getargs.ts"
import { PyLong_AsLong, PyLong_CheckExact, PyLong_FromLong } from "../objects/longobject.ts"
import { PyModule_AddObject, PyModule_AddObjectRef, PyModule_AddStringConstant } from "../objects/moduleobject.ts"
import { METH } from "../objects/slots.ts"
import { Py_None, PyExc_KeyError, PyExc_TypeError } from "../objects/statictypes.ts"
import { PyType_Ready } from "../objects/typeobject.ts"
import { PyUnicode_Check } from "../objects/unicodeobject.ts"
import { _call_dialect, csvError, dialectType, get_dialect_from_registry, STATE, State } from "./csv/dialect.ts"
import { csv_reader, readerType } from "./csv/reader.ts"
import { csv_writer, writerType } from "./csv/writer.ts"
import { addInts } from "./support.ts"

// Modules/_csv.c: the module and its registry of dialects.

function dialects(): Ref {
  return ptr(STATE + State.dialects)
}
function csv_list_dialects(_m: Ref): Own {
  return PyDict_Keys(dialects())
}
function csv_register_dialect(_m: Ref, args: Ref, kwargs: Ref): Own {
  const at = PyArg_UnpackTuple(args, "", 1, 2)
  if (at === 0) return NULL
  const name = ptr(at)
  if (!PyUnicode_Check(name)) return PyErr_SetString(PyExc_TypeError, "dialect name must be a string")
  const $dialect = _call_dialect(ptr(at + 8), kwargs)
  if ($dialect === NULL) return NULL
  const bad = PyDict_SetItem(dialects(), name, $dialect)
  Py_DECREF($dialect)
  return bad < 0 ? NULL : Py_NewRef(Py_None)
}
const unregisterParser = argParser("unregister_dialect", ["name"])
function csv_unregister_dialect(_m: Ref, args: number, nargs: number, kwnames: Ref): Own {
  const at = _PyArg_UnpackKeywords(args, nargs, 0, kwnames, unregisterParser, 1, 1, 0)
  if (at === 0) return NULL
  if (PyDict_DelItem(dialects(), ptr(at)) < 0) return PyErr_ExceptionMatches(PyExc_KeyError) ? csvError("unknown dialect") : NULL
  return Py_NewRef(Py_None)
}
const getParser = argParser("get_dialect", ["name"])
function csv_get_dialect(_m: Ref, args: number, nargs: number, kwnames: Ref): Own {
  const at = _PyArg_UnpackKeywords(args, nargs, 0, kwnames, getParser, 1, 1, 0)
  return at === 0 ? NULL : get_dialect_from_registry(ptr(at))
}
const limitParser = argParser("field_size_limit", ["new_limit"])
function csv_field_size_limit(_m: Ref, args: number, nargs: number, kwnames: Ref): Own {
  const at = _PyArg_UnpackKeywords(args, nargs, 0, kwnames, limitParser, 0, 1, 0)
  if (at === 0) return NULL
  const limit = ptr(at)
  const old = int32(STATE + State.field_limit)
  if (limit !== NULL) {
    if (!PyLong_CheckExact(limit)) return PyErr_SetString(PyExc_TypeError, "limit must be an integer")
    const n = PyLong_AsLong(limit)
    if (n === -1 && PyErr_Occurred()) return NULL
    setssize(STATE + State.field_limit, Math.max(-0x80000000, Math.min(0x7fffffff, n)))
  }
  return PyLong_FromLong(old)
}

function exec(module: Ref): number {
  for (const [name, type] of [
    ["Dialect", dialectType],
    ["Reader", readerType],
    ["Writer", writerType],
  ] as const)
    if (PyType_Ready(type) < 0 || PyModule_AddObjectRef(module, name, type) < 0) return -1
  setssize(STATE + State.field_limit, 128 * 1024)
  const $dialects = PyDict_New()
  const $error = PyErr_NewException("_csv.Error", NULL, NULL)
  if ($dialects === NULL || $error === NULL) return -1
  setptr(STATE + State.dialects, $dialects)
  setptr(STATE + State.error, $error)
  return PyModule_AddStringConstant(module, "__version__", "1.0") < 0 ||
    PyModule_AddObjectRef(module, "_dialects", $dialects) < 0 ||
    addInts(module, { QUOTE_MINIMAL: 0, QUOTE_ALL: 1, QUOTE_NONNUMERIC: 2, QUOTE_NONE: 3 }) < 0 ||
    PyModule_AddObject(module, "Error", Py_NewRef($error)) < 0
    ? -1
    : 0
}

defineModule({
  name: "_csv",
  doc: "CSV parsing and writing.\n",
  exec,
  methods: [
    [
      "reader",
      csv_reader,
      METH.VARARGS | METH.KEYWORDS,
      "csv_reader = reader(iterable [, dialect='excel']\n                        [optional keyword args])",
    ],
    [
      "writer",
      csv_writer,
      METH.VARARGS | METH.KEYWORDS,
      "csv_writer = csv.writer(fileobj [, dialect='excel']\n                            [optional keyword args])",
    ],
    [
      "register_dialect",
      csv_register_dialect,
      METH.VARARGS | METH.KEYWORDS,
      "dialect = csv.register_dialect(name[, dialect[, **fmtparams]])",
    ],
    ["list_dialects", csv_list_dialects, METH.NOARGS, "($module, /)\n--\n\nReturn a list of all known dialect names."],
    [
      "unregister_dialect",
      csv_unregister_dialect,
      METH.FASTCALL | METH.KEYWORDS,
      "($module, /, name)\n--\n\nDelete the name/dialect mapping associated with a string name.",
    ],
    [
      "get_dialect",
      csv_get_dialect,
      METH.FASTCALL | METH.KEYWORDS,
      "($module, /, name)\n--\n\nReturn the dialect instance associated with name.",
    ],
    [
      "field_size_limit",
      csv_field_size_limit,
      METH.FASTCALL | METH.KEYWORDS,
      "($module, /, new_limit=<unrepresentable>)\n--\n\nSets an upper limit on parsed fields; the old one.",
    ],
  ],
})
