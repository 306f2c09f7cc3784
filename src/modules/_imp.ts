import { int32, ptr, setint32 } from "../heap/access.ts"
import { calloca, cstackMark, cstackReset } from "../heap/cstack.ts"
import { hashHi } from "../heap/int64.ts"
import { Py_buffer, PyCodeObject, PyModuleObject } from "../heap/layout.ts"
import { INTERP, Interp } from "../heap/map.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { Py_DECREF, Py_NewRef, Py_SIZE, Py_XSETREF } from "../heap/refcount.ts"
import { ID, staticAlloc } from "../heap/statics.ts"
import { tstate } from "../heap/tstate.ts"
import { PyBuffer_Release, PyObject_CheckBuffer, PyObject_GetBuffer } from "../objects/abstract.ts"
import { PyBool_FromLong } from "../objects/boolobject.ts"
import { PyBytes_FromJS } from "../objects/bytesobject.ts"
import { bufOf, lenOf, simpleBuffer } from "../objects/bytes_methods.ts"
import { PyCode_Check } from "../objects/codeobject.ts"
import { defineModule } from "../objects/define.ts"
import { PyErr_Clear, PyErr_Occurred, PyErr_SetImportError, PyErr_SetString } from "../objects/errors.ts"
import { _PyArg_BadArgument, _PyArg_CheckPositional, _PyArg_UnpackKeywords, argParser } from "../objects/getargs.ts"
import { PyList_New, PyList_SET_ITEM } from "../objects/listobject.ts"
import { PyLong_AsInt, PyLong_AsUnsignedLongLongMask, PyLong_FromLong } from "../objects/longobject.ts"
import { PyModule_AddStringConstant, PyModule_Check, PyModule_ExecDef } from "../objects/moduleobject.ts"
import { PyObject_GetAttr, reprJS } from "../objects/object.ts"
import { _Py_KeyedHash } from "../objects/pyhash.ts"
import { METH } from "../objects/slots.ts"
import { Py_None, PyExc_RuntimeError, PyExc_TypeError } from "../objects/statictypes.ts"
import { buildTuple, PyTuple_GET_ITEM } from "../objects/tupleobject.ts"
import { PyUnicode_AsJS, PyUnicode_Check, PyUnicode_FromString } from "../objects/unicodeobject.ts"
import { findFrozen, frozenCode, frozenNames } from "../vm/frozen.ts"
import { create_builtin, importFrozen, is_builtin } from "../vm/import.ts"
import { PyMarshal_ReadObjectFromString } from "../vm/marshal.ts"
import { pendingHooks } from "../vm/ceval_pending.ts"

// Python/import.c: the module `_imp`. moult has no extension modules.

/** The import lock: owning thread state, and how often it took it. */
const lock = staticAlloc(16)

function lock_held(_m: Ref): Own {
  return PyBool_FromLong(int32(lock) !== 0 ? 1 : 0)
}
function acquire_lock(_m: Ref): Own {
  while (int32(lock) !== 0 && int32(lock) !== tstate) pendingHooks.yieldGil()
  setint32(lock, tstate)
  setint32(lock + 8, int32(lock + 8) + 1)
  return Py_NewRef(Py_None)
}
function release_lock(_m: Ref): Own {
  if (int32(lock) !== tstate) return PyErr_SetString(PyExc_RuntimeError, "not holding the import lock")
  const level = int32(lock + 8) - 1
  setint32(lock + 8, level)
  if (level === 0) setint32(lock, 0)
  return Py_NewRef(Py_None)
}

function extension_suffixes(_m: Ref): Own {
  const suffixes = [".cpython-311-x86_64-linux-gnu.so", ".abi3.so", ".so"]
  const $list = PyList_New(suffixes.length)
  if ($list === NULL) return NULL
  suffixes.forEach((s, i) => PyList_SET_ITEM($list, i, PyUnicode_FromString(s)))
  return $list
}

const findParser = argParser("find_frozen", ["", "withdata"])
function find_frozen(_m: Ref, args: number, nargs: number, kwnames: Ref): Own {
  const at = _PyArg_UnpackKeywords(args, nargs, 0, kwnames, findParser, 1, 1, 0)
  if (at === 0) return NULL
  const name = nameArg("find_frozen", ptr(at))
  if (name === null) return NULL
  const f = findFrozen(name)
  if (f === undefined) return Py_NewRef(Py_None)
  return buildTuple(
    Py_NewRef(Py_None),
    PyBool_FromLong(f.isPackage ? 1 : 0),
    f.origin === null ? Py_NewRef(Py_None) : PyUnicode_FromString(f.origin),
  )
}
function nameArg(fname: string, name: Ref): string | null {
  if (PyUnicode_Check(name)) return PyUnicode_AsJS(name)
  _PyArg_BadArgument(fname, "argument", "str", name)
  return null
}
function frozenError(text: string, name: Ref): Own {
  const $msg = PyUnicode_FromString(text)
  if ($msg === NULL) return NULL
  PyErr_SetImportError($msg, name, NULL)
  Py_DECREF($msg)
  return NULL
}
function noFrozen(name: Ref): Own {
  return frozenError(`No such frozen object named ${reprJS(name)}`, name)
}
function get_frozen_object(_m: Ref, args: number, nargs: number): Own {
  if (!_PyArg_CheckPositional("get_frozen_object", nargs, 1, 2)) return NULL
  const name = nameArg("get_frozen_object", ptr(args))
  if (name === null) return NULL
  if (nargs > 1 && ptr(args + 8) !== Py_None) return codeFrom(ptr(args + 8), ptr(args))
  return findFrozen(name) === undefined ? noFrozen(ptr(args)) : frozenCode(name)
}
/** unmarshal_frozen_code of what the caller gave. */
function codeFrom(data: Ref, name: Ref): Own {
  if (!PyObject_CheckBuffer(data)) {
    _PyArg_BadArgument("get_frozen_object", "argument 2", "bytes", data)
    return NULL
  }
  const mark = cstackMark()
  const view = simpleBuffer(data)
  let $code: Own = NULL
  if (view !== 0) {
    $code = lenOf(view) === 0 ? NULL : PyMarshal_ReadObjectFromString(bufOf(view), lenOf(view))
    PyBuffer_Release(view)
    if ($code === NULL) {
      PyErr_Clear()
      frozenError(`Frozen object named ${reprJS(name)} is invalid`, name)
    } else if (!PyCode_Check($code)) {
      Py_DECREF($code)
      $code = PyErr_SetString(PyExc_TypeError, `frozen object ${reprJS(name)} is not a code object`)
    }
  }
  cstackReset(mark)
  return $code
}
function is_frozen_package(_m: Ref, name: Ref): Own {
  const js = nameArg("is_frozen_package", name)
  if (js === null) return NULL
  const f = findFrozen(js)
  return f === undefined ? noFrozen(name) : PyBool_FromLong(f.isPackage ? 1 : 0)
}
function init_frozen(_m: Ref, name: Ref): Own {
  const js = nameArg("init_frozen", name)
  return js === null ? NULL : importFrozen(js)
}
function is_frozen(_m: Ref, name: Ref): Own {
  const js = nameArg("is_frozen", name)
  return js === null ? NULL : PyBool_FromLong(findFrozen(js) !== undefined ? 1 : 0)
}
function frozen_module_names(_m: Ref): Own {
  const names = frozenNames()
  const $list = PyList_New(names.length)
  if ($list !== NULL) names.forEach((n, i) => PyList_SET_ITEM($list, i, PyUnicode_FromString(n)))
  return $list
}
function override_frozen(_m: Ref, arg: Ref): Own {
  const n = PyLong_AsInt(arg)
  if (n === -1 && PyErr_Occurred() !== 0) return NULL
  setint32(INTERP + Interp.override_frozen, n)
  return Py_NewRef(Py_None)
}

function imp_is_builtin(_m: Ref, name: Ref): Own {
  if (!PyUnicode_Check(name)) {
    _PyArg_BadArgument("is_builtin", "argument", "str", name)
    return NULL
  }
  return PyLong_FromLong(is_builtin(name))
}
function imp_create_builtin(_m: Ref, spec: Ref): Own {
  const $name = PyObject_GetAttr(spec, ID("name"))
  if ($name === NULL) return NULL
  const $mod = create_builtin($name)
  Py_DECREF($name)
  return $mod
}
/** Run the exec function, once. */
function exec(mod: Ref): Own {
  if (!PyModule_Check(mod)) return PyLong_FromLong(0)
  const def = ptr(mod + PyModuleObject.md_def)
  if (def === 0 || ptr(mod + PyModuleObject.md_state) !== 0) return PyLong_FromLong(0)
  return PyModule_ExecDef(mod, def) < 0 ? NULL : PyLong_FromLong(0)
}
function exec_builtin(_m: Ref, mod: Ref): Own {
  return exec(mod)
}
function create_dynamic(_m: Ref, args: number, nargs: number): Own {
  if (!_PyArg_CheckPositional("create_dynamic", nargs, 1, 2)) return NULL
  const $name = PyObject_GetAttr(ptr(args), ID("name"))
  if ($name === NULL) return NULL
  const $origin = PyObject_GetAttr(ptr(args), ID("origin"))
  if ($origin !== NULL) {
    const $msg = PyUnicode_FromString("moult cannot load extension modules")
    PyErr_SetImportError($msg, $name, $origin)
    Py_DECREF($msg)
    Py_DECREF($origin)
  }
  Py_DECREF($name)
  return NULL
}

function updateFilenames(co: Ref, oldname: string, newname: Ref): void {
  if (PyUnicode_AsJS(ptr(co + PyCodeObject.co_filename)) !== oldname) return
  Py_XSETREF(co + PyCodeObject.co_filename, Py_NewRef(newname))
  const consts = ptr(co + PyCodeObject.co_consts)
  for (let i = 0; i < Py_SIZE(consts); i++) {
    const c = PyTuple_GET_ITEM(consts, i)
    if (PyCode_Check(c)) updateFilenames(c, oldname, newname)
  }
}
function fix_co_filename(_m: Ref, args: number, nargs: number): Own {
  if (!_PyArg_CheckPositional("_fix_co_filename", nargs, 2, 2)) return NULL
  const code = ptr(args)
  const path = ptr(args + 8)
  if (!PyCode_Check(code)) return PyErr_SetString(PyExc_TypeError, "_fix_co_filename() argument 1 must be code")
  if (!PyUnicode_Check(path)) {
    _PyArg_BadArgument("_fix_co_filename", "argument 2", "str", path)
    return NULL
  }
  const old = PyUnicode_AsJS(ptr(code + PyCodeObject.co_filename))
  if (old !== PyUnicode_AsJS(path)) updateFilenames(code, old, path)
  return Py_NewRef(Py_None)
}

const hashParser = argParser("source_hash", ["key", "source"])
function source_hash(_m: Ref, args: number, nargs: number, kwnames: Ref): Own {
  const at = _PyArg_UnpackKeywords(args, nargs, 0, kwnames, hashParser, 2, 2, 0)
  if (at === 0) return NULL
  const source = ptr(at + 8)
  const lo = PyLong_AsUnsignedLongLongMask(ptr(at)) | 0
  const hi = hashHi
  if (PyErr_Occurred() !== 0) return NULL
  const mark = cstackMark()
  const view = calloca(Py_buffer.SIZE)
  if (PyObject_GetBuffer(source, view, 0) !== 0) {
    cstackReset(mark)
    return NULL
  }
  const h = _Py_KeyedHash(lo, hi, ptr(view + Py_buffer.buf), int32(view + Py_buffer.len))
  const words = Int32Array.of(h, hashHi)
  PyBuffer_Release(view)
  cstackReset(mark)
  return PyBytes_FromJS(new Uint8Array(words.buffer))
}

function imp_exec(module: Ref): number {
  return PyModule_AddStringConstant(module, "check_hash_based_pycs", "default")
}

defineModule({
  name: "_imp",
  doc: "(Extremely) low-level import machinery bits as used by importlib and imp.",
  methods: [
    [
      "extension_suffixes",
      extension_suffixes,
      METH.NOARGS,
      "($module, /)\n--\n\nReturns the list of file suffixes used to identify extension modules.",
    ],
    ["lock_held", lock_held, METH.NOARGS, "($module, /)\n--\n\nReturn True if the import lock is currently held, else False."],
    ["acquire_lock", acquire_lock, METH.NOARGS, "($module, /)\n--\n\nAcquires the interpreter's import lock for the current thread."],
    ["release_lock", release_lock, METH.NOARGS, "($module, /)\n--\n\nRelease the interpreter's import lock."],
    [
      "find_frozen",
      find_frozen,
      METH.FASTCALL | METH.KEYWORDS,
      "($module, name, /, *, withdata=False)\n--\n\nReturn info about the corresponding frozen module (if there is one) or None.",
    ],
    [
      "get_frozen_object",
      get_frozen_object,
      METH.FASTCALL,
      "($module, name, data=None, /)\n--\n\nCreate a code object for a frozen module.",
    ],
    ["is_frozen_package", is_frozen_package, METH.O, "($module, name, /)\n--\n\nReturns True if the module name is of a frozen package."],
    ["create_builtin", imp_create_builtin, METH.O, "($module, spec, /)\n--\n\nCreate an extension module."],
    ["init_frozen", init_frozen, METH.O, "($module, name, /)\n--\n\nInitializes a frozen module."],
    ["is_builtin", imp_is_builtin, METH.O, "($module, name, /)\n--\n\nReturns True if the module name corresponds to a built-in module."],
    ["is_frozen", is_frozen, METH.O, "($module, name, /)\n--\n\nReturns True if the module name corresponds to a frozen module."],
    ["_frozen_module_names", frozen_module_names, METH.NOARGS, "($module, /)\n--\n\nReturns the list of available frozen modules."],
    [
      "_override_frozen_modules_for_tests",
      override_frozen,
      METH.O,
      "($module, override, /)\n--\n\n(internal-only) Override PyConfig.use_frozen_modules.",
    ],
    ["create_dynamic", create_dynamic, METH.FASTCALL, "($module, spec, file=<unrepresentable>, /)\n--\n\nCreate an extension module."],
    ["exec_dynamic", exec_builtin, METH.O, "($module, mod, /)\n--\n\nInitialize an extension module."],
    ["exec_builtin", exec_builtin, METH.O, "($module, mod, /)\n--\n\nInitialize a built-in module."],
    [
      "_fix_co_filename",
      fix_co_filename,
      METH.FASTCALL,
      "($module, code, path, /)\n--\n\nChanges code.co_filename to specify the passed-in path.",
    ],
    ["source_hash", source_hash, METH.FASTCALL | METH.KEYWORDS, "($module, /, key, source)\n--\n\nKeyed hash of a source file."],
  ],
  exec: imp_exec,
})
