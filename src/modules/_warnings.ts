import { int32, ptr } from "../heap/access.ts"
import { INTERP, Interp } from "../heap/map.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { Py_DECREF, Py_NewRef, Py_XDECREF } from "../heap/refcount.ts"
import { ID } from "../heap/statics.ts"
import { PyNumber_AsSsize_t } from "../objects/abstract.ts"
import { PyObject_CallMethodOneArg, PyObject_CallMethodNoArgs } from "../objects/call.ts"
import { do_warn, get_category, warn_explicit, warnings_filters_mutated } from "../objects/_warnings.ts"
import { defineModule } from "../objects/define.ts"
import { PyDict_Check, PyDict_GetItemWithError } from "../objects/dictobject.ts"
import { PyErr_Occurred, PyErr_SetString } from "../objects/errors.ts"
import { _PyArg_UnpackKeywords, argParser, parseTuple } from "../objects/getargs.ts"
import { PyList_Check, PyList_GET_ITEM, PyList_GET_SIZE } from "../objects/listobject.ts"
import { PyModule_AddObjectRef } from "../objects/moduleobject.ts"
import { _PyObject_LookupAttr, typeName } from "../objects/object.ts"
import { METH } from "../objects/slots.ts"
import { Py_None, PyExc_OverflowError, PyExc_TypeError } from "../objects/statictypes.ts"

// Python/_warnings.c: the module behind `warnings`.

const warnParser = argParser("warn", ["message", "category", "stacklevel", "source"])

function warnings_warn(_module: Ref, args: number, nargs: number, kwnames: Ref): Own {
  const at = _PyArg_UnpackKeywords(args, nargs, NULL, kwnames, warnParser, 1, 4, 0)
  if (at === 0) return NULL
  const message = ptr(at)
  const category = ptr(at + 8)
  const levelObj = ptr(at + 16)
  const source = ptr(at + 24)
  let level = 1
  if (levelObj !== 0) {
    level = PyNumber_AsSsize_t(levelObj, PyExc_OverflowError)
    if (level === -1 && PyErr_Occurred()) return NULL
  }
  const cat = get_category(message, category)
  return cat === NULL ? NULL : do_warn(message, cat, level, source)
}

// The source line a loader can give (get_source), owned; NULL without error when it cannot.
function get_source_line(globals: Ref, lineno: number): Own {
  const loader = PyDict_GetItemWithError(globals, ID("__loader__"))
  const name = loader === 0 ? NULL : PyDict_GetItemWithError(globals, ID("__name__"))
  if (loader === 0 || name === 0) return NULL
  const $has = _PyObject_LookupAttr(loader, ID("get_source"))
  if ($has === NULL) return NULL
  Py_DECREF($has)
  const $source = PyObject_CallMethodOneArg(loader, ID("get_source"), name)
  if ($source === NULL || $source === Py_None) {
    Py_XDECREF($source)
    return NULL
  }
  const $lines = PyObject_CallMethodNoArgs($source, ID("splitlines"))
  Py_DECREF($source)
  if ($lines === NULL) return NULL
  const $line =
    PyList_Check($lines) && lineno >= 1 && lineno <= PyList_GET_SIZE($lines) ? Py_NewRef(PyList_GET_ITEM($lines, lineno - 1)) : NULL
  Py_DECREF($lines)
  return $line
}

const EXPLICIT = ["message", "category", "filename", "lineno", "module", "registry", "module_globals", "source"]

function warnings_warn_explicit(_module: Ref, args: Ref, kwds: Ref): Own {
  const at = parseTuple(args, kwds, "OOUi|OOOO:warn_explicit", EXPLICIT)
  if (at === 0) return NULL
  const slot = (i: number): Ref => ptr(at + 8 * i)
  const message = slot(0)
  const category = slot(1)
  const filename = slot(2)
  const lineno = int32(at + 24)
  const module = slot(4)
  const registry = slot(5)
  const globals = slot(6)
  const source = slot(7)
  let $line: Own = NULL
  if (globals !== 0 && globals !== Py_None) {
    if (!PyDict_Check(globals)) return PyErr_SetString(PyExc_TypeError, `module_globals must be a dict, not '${typeName(globals)}'`)
    $line = get_source_line(globals, lineno)
    if ($line === NULL && PyErr_Occurred()) return NULL
  }
  const $r = warn_explicit(category, message, filename, lineno, module, registry, $line, source)
  Py_XDECREF($line)
  return $r
}

function filters_mutated(_module: Ref): Own {
  warnings_filters_mutated()
  return Py_NewRef(Py_None)
}

function exec(module: Ref): number {
  return PyModule_AddObjectRef(module, "filters", ptr(INTERP + Interp.warnings_filters)) < 0 ||
    PyModule_AddObjectRef(module, "_onceregistry", ptr(INTERP + Interp.warnings_once_registry)) < 0 ||
    PyModule_AddObjectRef(module, "_defaultaction", ptr(INTERP + Interp.warnings_default_action)) < 0
    ? -1
    : 0
}

defineModule({
  name: "_warnings",
  doc: "Basic warning filtering support.",
  methods: [
    [
      "warn",
      warnings_warn,
      METH.FASTCALL | METH.KEYWORDS,
      "($module, /, message, category=None, stacklevel=1, source=None)\n--\n\nIssue a warning.",
    ],
    ["warn_explicit", warnings_warn_explicit, METH.VARARGS | METH.KEYWORDS, "Issue a warning at a given place."],
    ["_filters_mutated", filters_mutated, METH.NOARGS],
  ],
  exec,
})
