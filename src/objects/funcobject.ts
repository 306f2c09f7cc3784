import { int32, ptr, set64, setint32, setptr, uint32 } from "../heap/access.ts"
import { fnIndex } from "../heap/fntable.ts"
import { PyCodeObject, PyFunctionObject as F } from "../heap/layout.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { Py_CLEAR, Py_DECREF, Py_IS_TYPE, Py_NewRef, Py_XNewRef, Py_XSETREF } from "../heap/refcount.ts"
import { ID } from "../heap/statics.ts"
import { INTERP, Interp } from "../heap/map.ts"
import { PyObject_ClearWeakRefs } from "../gc/weakref.ts"
import { _PyObject_GC_New, _PyObject_GC_TRACK, _PyObject_GC_UNTRACK, PyObject_GC_Del } from "../gc/gcmodule.ts"
import { _PyFunction_Vectorcall, PyVectorcall_Call } from "./call.ts"
import { PyCell_Check } from "./cellobject.ts"
import { PyMethod_New } from "./classobject.ts"
import { PyCode_Check } from "./codeobject.ts"
import { defineType } from "./define.ts"
import { PyDict_Check, PyDict_GetItemWithError, PyDict_New, PyDict_SetItem } from "./dictobject.ts"
import { PyErr_Occurred, PyErr_SetString } from "./errors.ts"
import { parseTuple } from "./getargs.ts"
import { PyObject_GenericGetDict, PyObject_GenericSetDict, typeName } from "./object.ts"
import { READONLY, T, TPFLAGS, type visitproc } from "./slots.ts"
import { EMPTY_UNICODE, Py_None, PyExc_TypeError, PyExc_ValueError, PyCode_Type, PyDict_Type, PyFunction_Type } from "./statictypes.ts"
import { PyTuple_Check, PyTuple_CheckExact, PyTuple_GET_ITEM, PyTuple_GET_SIZE } from "./tupleobject.ts"
import { PyUnicode_AsJS, PyUnicode_Check, PyUnicode_FromString } from "./unicodeobject.ts"
import { upcalls } from "./upcalls.ts"

export { PyClassMethod_New, PyStaticMethod_New } from "./methoddecorators.ts"

// Objects/funcobject.c: function. (classmethod and staticmethod: methoddecorators.ts)

export function PyFunction_Check(op: Ref): boolean {
  return Py_IS_TYPE(op, PyFunction_Type)
}
export function PyFunction_GET_CODE(func: Ref): Ref {
  return ptr(func + F.func_code)
}
export function PyFunction_GET_GLOBALS(func: Ref): Ref {
  return ptr(func + F.func_globals)
}

/** A new function of `code` in `globals`; `qualname` NULL: the code's own. All borrowed. */
export function PyFunction_NewWithQualName(code: Ref, globals: Ref, qualname: Ref): Own {
  const consts = ptr(code + PyCodeObject.co_consts)
  const first = PyTuple_GET_SIZE(consts) >= 1 ? PyTuple_GET_ITEM(consts, 0) : Py_None
  const module = PyDict_GetItemWithError(globals, ID("__name__"))
  if (module === 0 && PyErr_Occurred()) return NULL
  const $builtins = upcalls.builtinsFromGlobals(globals)
  if ($builtins === NULL) return NULL
  const $op = _PyObject_GC_New(PyFunction_Type)
  if ($op === NULL) {
    Py_DECREF($builtins)
    return NULL
  }
  setptr($op + F.func_globals, Py_NewRef(globals))
  setptr($op + F.func_builtins, $builtins)
  setptr($op + F.func_name, Py_NewRef(ptr(code + PyCodeObject.co_name)))
  setptr($op + F.func_qualname, Py_NewRef(qualname === 0 ? ptr(code + PyCodeObject.co_qualname) : qualname))
  setptr($op + F.func_code, Py_NewRef(code))
  setptr($op + F.func_defaults, 0)
  setptr($op + F.func_kwdefaults, 0)
  setptr($op + F.func_closure, 0)
  setptr($op + F.func_doc, Py_NewRef(PyUnicode_Check(first) ? first : Py_None))
  setptr($op + F.func_dict, 0)
  setptr($op + F.func_weakreflist, 0)
  setptr($op + F.func_module, Py_XNewRef(module))
  setptr($op + F.func_annotations, 0)
  setptr($op + F.vectorcall, vectorcallIndex)
  set64($op + F.func_version, 0, 0)
  _PyObject_GC_TRACK($op)
  return $op
}
const vectorcallIndex = fnIndex(_PyFunction_Vectorcall)

export function PyFunction_New(code: Ref, globals: Ref): Own {
  return PyFunction_NewWithQualName(code, globals, NULL)
}

/** The function's version for inline caches, made on first use; 0 when there are none left. */
export function _PyFunction_GetVersionForCurrentState(func: Ref): number {
  const v = uint32(func + F.func_version)
  if (v !== 0) return v
  if (ptr(func + F.vectorcall) !== vectorcallIndex) return 0
  const next = int32(INTERP + Interp.func_version_next) + 1
  if (next === 0) return 0
  setint32(INTERP + Interp.func_version_next, next)
  setint32(func + F.func_version, next)
  return next
}

// Any change of code or defaults invalidates what inline caches know about the function.
function forgetVersion(op: Ref): void {
  setint32(op + F.func_version, 0)
}

/** Borrowed dict of annotations, NULL if there are none (or on error): a tuple of pairs becomes a dict here. */
function func_get_annotation_dict(op: Ref): Ref {
  const ann = ptr(op + F.func_annotations)
  if (ann === 0 || !PyTuple_CheckExact(ann)) return ann
  const $dict = PyDict_New()
  if ($dict === NULL) return NULL
  for (let i = 0; i < PyTuple_GET_SIZE(ann); i += 2) {
    if (PyDict_SetItem($dict, PyTuple_GET_ITEM(ann, i), PyTuple_GET_ITEM(ann, i + 1)) < 0) {
      Py_DECREF($dict)
      return NULL
    }
  }
  Py_XSETREF(op + F.func_annotations, $dict)
  return $dict
}

function func_get_code(op: Ref): Own {
  return Py_NewRef(ptr(op + F.func_code))
}
function func_set_code(op: Ref, value: Ref): number {
  if (value === 0 || !PyCode_Check(value)) return typeError("__code__ must be set to a code object")
  const nfree = int32(value + PyCodeObject.co_nfreevars)
  const closure = ptr(op + F.func_closure)
  const nclosure = closure === 0 ? 0 : PyTuple_GET_SIZE(closure)
  if (nclosure !== nfree) {
    PyErr_SetString(
      PyExc_ValueError,
      `${PyUnicode_AsJS(ptr(op + F.func_name))}() requires a code object with ${nclosure} free vars, not ${nfree}`,
    )
    return -1
  }
  forgetVersion(op)
  Py_XSETREF(op + F.func_code, Py_NewRef(value))
  return 0
}
function typeError(message: string): number {
  PyErr_SetString(PyExc_TypeError, message)
  return -1
}
function func_get_name(op: Ref): Own {
  return Py_NewRef(ptr(op + F.func_name))
}
function func_set_name(op: Ref, value: Ref): number {
  if (value === 0 || !PyUnicode_Check(value)) return typeError("__name__ must be set to a string object")
  Py_XSETREF(op + F.func_name, Py_NewRef(value))
  return 0
}
function func_get_qualname(op: Ref): Own {
  return Py_NewRef(ptr(op + F.func_qualname))
}
function func_set_qualname(op: Ref, value: Ref): number {
  if (value === 0 || !PyUnicode_Check(value)) return typeError("__qualname__ must be set to a string object")
  Py_XSETREF(op + F.func_qualname, Py_NewRef(value))
  return 0
}
function orNone(v: Ref): Own {
  return Py_NewRef(v === 0 ? Py_None : v)
}
function func_get_defaults(op: Ref): Own {
  return orNone(ptr(op + F.func_defaults))
}
function func_set_defaults(op: Ref, value: Ref): number {
  const v = value === Py_None ? NULL : value
  if (v !== 0 && !PyTuple_Check(v)) return typeError("__defaults__ must be set to a tuple object")
  forgetVersion(op)
  Py_XSETREF(op + F.func_defaults, Py_XNewRef(v))
  return 0
}
function func_get_kwdefaults(op: Ref): Own {
  return orNone(ptr(op + F.func_kwdefaults))
}
function func_set_kwdefaults(op: Ref, value: Ref): number {
  const v = value === Py_None ? NULL : value
  if (v !== 0 && !PyDict_Check(v)) return typeError("__kwdefaults__ must be set to a dict object")
  forgetVersion(op)
  Py_XSETREF(op + F.func_kwdefaults, Py_XNewRef(v))
  return 0
}
function func_get_annotations(op: Ref): Own {
  if (ptr(op + F.func_annotations) === 0) {
    const $d = PyDict_New()
    if ($d === NULL) return NULL
    setptr(op + F.func_annotations, $d)
  }
  return Py_XNewRef(func_get_annotation_dict(op))
}
function func_set_annotations(op: Ref, value: Ref): number {
  const v = value === Py_None ? NULL : value
  if (v !== 0 && !PyDict_Check(v)) return typeError("__annotations__ must be set to a dict object")
  forgetVersion(op)
  Py_XSETREF(op + F.func_annotations, Py_XNewRef(v))
  return 0
}

const KEYWORDS = ["code", "globals", "name", "argdefs", "closure"]

function func_new(_type: Ref, args: Ref, kwds: Ref): Own {
  const at = parseTuple(args, kwds, "O!O!|OOO:function", KEYWORDS, { types: [PyCode_Type, PyDict_Type] })
  if (at === 0) return NULL
  const code = ptr(at)
  const globals = ptr(at + 8)
  const name = ptr(at + 16) || Py_None
  const defaults = ptr(at + 24) || Py_None
  const closure = ptr(at + 32) || Py_None
  if (name !== Py_None && !PyUnicode_Check(name)) return PyErr_SetString(PyExc_TypeError, "arg 3 (name) must be None or string")
  if (defaults !== Py_None && !PyTuple_Check(defaults)) return PyErr_SetString(PyExc_TypeError, "arg 4 (defaults) must be None or tuple")
  const nfree = int32(code + PyCodeObject.co_nfreevars)
  if (!PyTuple_Check(closure)) {
    if (nfree && closure === Py_None) return PyErr_SetString(PyExc_TypeError, "arg 5 (closure) must be tuple")
    if (closure !== Py_None) return PyErr_SetString(PyExc_TypeError, "arg 5 (closure) must be None or tuple")
  }
  const nclosure = closure === Py_None ? 0 : PyTuple_GET_SIZE(closure)
  if (nfree !== nclosure) {
    const who = PyUnicode_AsJS(ptr(code + PyCodeObject.co_name))
    return PyErr_SetString(PyExc_ValueError, `${who} requires closure of length ${nfree}, not ${nclosure}`)
  }
  for (let i = 0; i < nclosure; i++) {
    const o = PyTuple_GET_ITEM(closure, i)
    if (!PyCell_Check(o)) return PyErr_SetString(PyExc_TypeError, `arg 5 (closure) expected cell, found ${typeName(o)}`)
  }
  const $f = PyFunction_New(code, globals)
  if ($f === NULL) return NULL
  if (name !== Py_None) Py_XSETREF($f + F.func_name, Py_NewRef(name))
  if (defaults !== Py_None) setptr($f + F.func_defaults, Py_NewRef(defaults))
  if (closure !== Py_None) setptr($f + F.func_closure, Py_NewRef(closure))
  return $f
}

function func_clear(op: Ref): number {
  forgetVersion(op)
  Py_CLEAR(op + F.func_globals)
  Py_CLEAR(op + F.func_builtins)
  Py_CLEAR(op + F.func_module)
  Py_CLEAR(op + F.func_defaults)
  Py_CLEAR(op + F.func_kwdefaults)
  Py_CLEAR(op + F.func_doc)
  Py_CLEAR(op + F.func_dict)
  Py_CLEAR(op + F.func_closure)
  Py_CLEAR(op + F.func_annotations)
  // code, name and qualname are never NULL; the names could be str subclasses in a cycle, so plain ones replace them
  Py_XSETREF(op + F.func_name, Py_NewRef(EMPTY_UNICODE))
  Py_XSETREF(op + F.func_qualname, Py_NewRef(EMPTY_UNICODE))
  return 0
}
function func_dealloc(op: Ref): void {
  _PyObject_GC_UNTRACK(op)
  if (ptr(op + F.func_weakreflist) !== 0) PyObject_ClearWeakRefs(op)
  func_clear(op)
  Py_DECREF(ptr(op + F.func_code))
  Py_DECREF(ptr(op + F.func_name))
  Py_DECREF(ptr(op + F.func_qualname))
  PyObject_GC_Del(op)
}
const VISITED = [
  F.func_code,
  F.func_globals,
  F.func_builtins,
  F.func_module,
  F.func_defaults,
  F.func_kwdefaults,
  F.func_doc,
  F.func_name,
  F.func_dict,
  F.func_closure,
  F.func_annotations,
  F.func_qualname,
]
function func_traverse(op: Ref, visit: visitproc, arg: number): number {
  for (let i = 0; i < VISITED.length; i++) {
    const v = ptr(op + VISITED[i])
    if (v !== 0) {
      const r = visit(v, arg)
      if (r) return r
    }
  }
  return 0
}
function func_repr(op: Ref): Own {
  return PyUnicode_FromString(`<function ${PyUnicode_AsJS(ptr(op + F.func_qualname))} at 0x${op.toString(16)}>`)
}
function func_descr_get(func: Ref, obj: Ref, _type: Ref): Own {
  return obj === Py_None || obj === 0 ? Py_NewRef(func) : PyMethod_New(func, obj)
}

defineType(PyFunction_Type, {
  name: "function",
  basicsize: F.SIZE,
  flags: TPFLAGS.HAVE_GC | TPFLAGS.HAVE_VECTORCALL | TPFLAGS.METHOD_DESCRIPTOR,
  doc: "(code, globals, name=None, argdefs=None, closure=None)\n--\n\nA function object from its parts.",
  vectorcall_offset: F.vectorcall,
  weaklistoffset: F.func_weakreflist,
  dictoffset: F.func_dict,
  dealloc: func_dealloc,
  repr: func_repr,
  call: PyVectorcall_Call,
  traverse: func_traverse,
  clear: func_clear,
  descr_get: func_descr_get,
  new: func_new,
  members: [
    ["__closure__", T.OBJECT, F.func_closure, READONLY],
    ["__doc__", T.OBJECT, F.func_doc, 0],
    ["__globals__", T.OBJECT, F.func_globals, READONLY],
    ["__module__", T.OBJECT, F.func_module, 0],
    ["__builtins__", T.OBJECT, F.func_builtins, READONLY],
  ],
  getset: [
    ["__code__", func_get_code, func_set_code],
    ["__defaults__", func_get_defaults, func_set_defaults],
    ["__kwdefaults__", func_get_kwdefaults, func_set_kwdefaults],
    ["__annotations__", func_get_annotations, func_set_annotations],
    ["__dict__", PyObject_GenericGetDict, PyObject_GenericSetDict],
    ["__name__", func_get_name, func_set_name],
    ["__qualname__", func_get_qualname, func_set_qualname],
  ],
})
