import { int32, ptr, setptr, ssize, strlen } from "../../heap/access.ts"
import { PyFunctionObject } from "../../heap/layout.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_DECREF, Py_NewRef } from "../../heap/refcount.ts"
import { PyBytes_FromStringAndSize } from "../../objects/bytesobject.ts"
import { PyObject_Call } from "../../objects/call.ts"
import { PyCode_Check } from "../../objects/codeobject.ts"
import type { MethodSpec } from "../../objects/define.ts"
import { PyDict_Check } from "../../objects/dictobject.ts"
import { PyErr_SetString } from "../../objects/errors.ts"
import { PyFunction_New } from "../../objects/funcobject.ts"
import { PyArg_ParseTuple, PyArg_UnpackTuple } from "../../objects/getargs.ts"
import { PyLong_FromLong } from "../../objects/longobject.ts"
import { cstringJS } from "../../objects/object.ts"
import { METH } from "../../objects/slots.ts"
import { PyExc_TypeError } from "../../objects/statictypes.ts"
import { PyTuple_Check, PyTuple_New } from "../../objects/tupleobject.ts"
import {
  PyUnicode_AsUTF8AndSize,
  PyUnicode_DecodeUTF8,
  PyUnicode_DecodeUTF8Stateful,
  PyUnicode_FindChar,
  decodeConsumed,
  utf8Size,
} from "../../objects/unicodeobject.ts"
import { ownTuple } from "../support.ts"
import { unit } from "./support.ts"

// _testcapi: str through its C API, and running a code object with everything given by hand.

/** The UTF-8 that is kept in the str, up to its first NUL. */
function asutf8(args: Ref): Own {
  const a = PyArg_ParseTuple(args, "U")
  const p = a === 0 ? 0 : PyUnicode_AsUTF8AndSize(unit(a, 0))
  return p === 0 ? NULL : PyBytes_FromStringAndSize(p, strlen(p))
}
function unicode_asutf8(_module: Ref, args: Ref): Own {
  return asutf8(args)
}
function unicode_asutf8andsize(_module: Ref, args: Ref): Own {
  const $text = asutf8(args)
  return $text === NULL ? NULL : ownTuple($text, PyLong_FromLong(utf8Size))
}
function unicode_findchar(_module: Ref, args: Ref): Own {
  const a = PyArg_ParseTuple(args, "UInni:unicode_findchar")
  if (a === 0) return NULL
  return PyLong_FromLong(PyUnicode_FindChar(unit(a, 0), int32(a + 8), int32(a + 16), int32(a + 24), int32(a + 32)))
}
function unicode_decodeutf8(_module: Ref, args: Ref): Own {
  const a = PyArg_ParseTuple(args, "y#|z")
  if (a === 0) return NULL
  const errors = unit(a, 2)
  return PyUnicode_DecodeUTF8(unit(a, 0), ssize(a + 8), errors === 0 ? null : cstringJS(errors))
}
function unicode_decodeutf8stateful(_module: Ref, args: Ref): Own {
  const a = PyArg_ParseTuple(args, "y#|z")
  if (a === 0) return NULL
  const errors = unit(a, 2)
  const $s = PyUnicode_DecodeUTF8Stateful(unit(a, 0), ssize(a + 8), errors === 0 ? null : cstringJS(errors))
  return $s === NULL ? NULL : ownTuple($s, PyLong_FromLong(decodeConsumed))
}

/** (code, globals, locals, args, kwargs, defaults, kwdefaults, closure): PyEval_EvalCodeEx of optimised code, which has no use for `locals`. */
function eval_code_ex(_module: Ref, args: Ref): Own {
  const a = PyArg_UnpackTuple(args, "eval_code_ex", 2, 8)
  if (a === 0) return NULL
  const [code, globals, , positional, kwargs, defaults, kwdefaults, closure] = Array.from({ length: 8 }, (_, i) => ptr(a + 8 * i))
  if (!PyCode_Check(code)) return PyErr_SetString(PyExc_TypeError, "code must be a Python code object")
  if (!PyDict_Check(globals)) return PyErr_SetString(PyExc_TypeError, "globals must be a dict")
  if (positional !== NULL && !PyTuple_Check(positional)) return PyErr_SetString(PyExc_TypeError, "args must be a tuple")
  if (kwargs !== NULL && !PyDict_Check(kwargs)) return PyErr_SetString(PyExc_TypeError, "keywords must be a dict")
  if (kwdefaults !== NULL && !PyDict_Check(kwdefaults)) return PyErr_SetString(PyExc_TypeError, "kw_defaults must be a dict")
  if (closure !== NULL && !PyTuple_Check(closure)) return PyErr_SetString(PyExc_TypeError, "closure must be a tuple of cells")
  const $func = PyFunction_New(code, globals)
  if ($func === NULL) return NULL
  if (defaults !== NULL && PyTuple_Check(defaults)) setptr($func + PyFunctionObject.func_defaults, Py_NewRef(defaults))
  if (kwdefaults !== NULL) setptr($func + PyFunctionObject.func_kwdefaults, Py_NewRef(kwdefaults))
  if (closure !== NULL) setptr($func + PyFunctionObject.func_closure, Py_NewRef(closure))
  const $args = positional === NULL ? PyTuple_New(0) : Py_NewRef(positional)
  const $r = $args === NULL ? NULL : PyObject_Call($func, $args, kwargs)
  if ($args !== NULL) Py_DECREF($args)
  Py_DECREF($func)
  return $r
}

export const unicodeMethods: readonly MethodSpec[] = [
  ["unicode_asutf8", unicode_asutf8, METH.VARARGS],
  ["unicode_asutf8andsize", unicode_asutf8andsize, METH.VARARGS],
  ["unicode_findchar", unicode_findchar, METH.VARARGS],
  ["unicode_decodeutf8", unicode_decodeutf8, METH.VARARGS],
  ["unicode_decodeutf8stateful", unicode_decodeutf8stateful, METH.VARARGS],
  ["eval_code_ex", eval_code_ex, METH.VARARGS],
]
