import { ptr, ssize } from "../../heap/access.ts"
import { indexOfFn } from "../../heap/fntable.ts"
import { PyBaseExceptionObject, PyTypeObject } from "../../heap/layout.ts"
import { NULL, type Ref } from "../../heap/ref.ts"
import { Py_NewRef, Py_TYPE } from "../../heap/refcount.ts"
import { PyDict_GET_SIZE } from "../dictobject.ts"
import { PyErr_GetRaisedException, PyErr_SetRaisedException, PyErr_SetString } from "../errors.ts"
import { strJS, tp_name_js } from "../object.ts"
import { PyExc_BaseException } from "../statictypes.ts"
import { PyTuple_GET_ITEM, PyTuple_GET_SIZE } from "../tupleobject.ts"
import { PyUnicode_CheckExact } from "../unicodeobject.ts"
import { BaseException_init, BaseException_new, PyException_SetCause, PyException_SetContext } from "./base.ts"

// Objects/exceptions.c _PyErr_TrySetFromCause: replace a simple error by one of its type with more to say, caused by it.

/** Leaves the current error alone unless its type and instance carry nothing beyond one message. */
export function _PyErr_TrySetFromCause(prefix: string): void {
  const $val = PyErr_GetRaisedException()
  if ($val === NULL) return
  const type = Py_TYPE($val)
  const size = ssize(type + PyTypeObject.tp_basicsize)
  const base = ssize(PyExc_BaseException + PyTypeObject.tp_basicsize)
  const plain =
    ptr(type + PyTypeObject.tp_init) === indexOfFn(BaseException_init) &&
    ptr(type + PyTypeObject.tp_new) === indexOfFn(BaseException_new) &&
    (size === base || (ssize(type + PyTypeObject.tp_weaklistoffset) > 0 && size === base + 8)) &&
    isSimple($val)
  const text = plain ? strJS($val) : null
  if (text === null) {
    PyErr_SetRaisedException($val)
    return
  }
  const name = tp_name_js(type)
  PyErr_SetString(type as Ref, `${prefix} (${name}: ${text})`)
  const $new = PyErr_GetRaisedException()
  PyException_SetCause($new, Py_NewRef($val))
  PyException_SetContext($new, $val)
  PyErr_SetRaisedException($new)
}

function isSimple(exc: Ref): boolean {
  const args = ptr(exc + PyBaseExceptionObject.args)
  const n = PyTuple_GET_SIZE(args)
  if (n > 1 || (n === 1 && !PyUnicode_CheckExact(PyTuple_GET_ITEM(args, 0)))) return false
  const dict = ptr(exc + PyBaseExceptionObject.dict)
  return dict === 0 || PyDict_GET_SIZE(dict) === 0
}
