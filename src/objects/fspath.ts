import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { Py_DECREF, Py_NewRef } from "../heap/refcount.ts"
import { ID } from "../heap/statics.ts"
import { PyBytes_Check } from "./bytesobject.ts"
import { PyObject_CallNoArgs } from "./call.ts"
import { PyErr_Occurred, PyErr_SetString } from "./errors.ts"
import { typeName } from "./object.ts"
import { PyExc_TypeError } from "./statictypes.ts"
import { _PyObject_LookupSpecial } from "./typeobject.ts"
import { PyUnicode_Check } from "./unicodeobject.ts"

// Modules/posixmodule.c PyOS_FSPath: what a path-like object stands for.

/** Owned str or bytes of a path-like object. */
export function PyOS_FSPath(path: Ref): Own {
  if (PyUnicode_Check(path) || PyBytes_Check(path)) return Py_NewRef(path)
  const $func = _PyObject_LookupSpecial(path, ID("__fspath__"))
  if ($func === NULL) {
    if (PyErr_Occurred()) return NULL
    return PyErr_SetString(PyExc_TypeError, `expected str, bytes or os.PathLike object, not ${typeName(path)}`)
  }
  const $r = PyObject_CallNoArgs($func)
  Py_DECREF($func)
  if ($r === NULL || PyUnicode_Check($r) || PyBytes_Check($r)) return $r
  PyErr_SetString(PyExc_TypeError, `expected ${typeName(path)}.__fspath__() to return str or bytes, not ${typeName($r)}`)
  Py_DECREF($r)
  return NULL
}
