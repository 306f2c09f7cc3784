import { ptr } from "../../heap/access.ts"
import { fn } from "../../heap/fntable.ts"
import { PyMappingMethods, PyNumberMethods, PyObject, PySequenceMethods, PyTypeObject } from "../../heap/layout.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_DECREF, Py_TYPE } from "../../heap/refcount.ts"
import { ID } from "../../heap/statics.ts"
import { i32 } from "../../heap/views.ts"
import { PyMapping_Keys, PySequence_List } from "../abstract.ts"
import { PyObject_CallNoArgs } from "../call.ts"
import { PyErr_Occurred, PyErr_SetString } from "../errors.ts"
import { PyList_Check, PyList_Sort } from "../listobject.ts"
import { type inquiry } from "../slots.ts"
import { PyExc_TypeError, Py_False, Py_None, Py_True } from "../statictypes.ts"
import { _PyObject_LookupSpecial } from "../typeobject.ts"
import { upcalls } from "../upcalls.ts"
import { PyObject_GetAttr } from "./attr.ts"
import { typeName } from "./names.ts"

// Objects/object.c. Truth, callability, dir.

const __dir__ = ID("__dir__")
const id_f_locals = ID("f_locals")

/** Truth of v: 1, 0, or -1 with the error set. */
export function PyObject_IsTrue(v: Ref): number {
  if (v === Py_True) return 1
  if (v === Py_False || v === Py_None) return 0
  const tp = i32[(v + PyObject.ob_type) >> 2]
  let m = i32[(tp + PyTypeObject.tp_as_number) >> 2]
  let f = m !== 0 ? i32[(m + PyNumberMethods.nb_bool) >> 2] : 0
  if (f === 0) {
    m = i32[(tp + PyTypeObject.tp_as_mapping) >> 2]
    f = m !== 0 ? i32[(m + PyMappingMethods.mp_length) >> 2] : 0
    if (f === 0) {
      m = i32[(tp + PyTypeObject.tp_as_sequence) >> 2]
      f = m !== 0 ? i32[(m + PySequenceMethods.sq_length) >> 2] : 0
      if (f === 0) return 1
    }
  }
  const res = fn<inquiry>(f)(v)
  return res > 0 ? 1 : res
}
export function PyObject_Not(v: Ref): number {
  const res = PyObject_IsTrue(v)
  return res < 0 ? res : res === 0 ? 1 : 0
}
export function PyCallable_Check(x: Ref): boolean {
  return x !== NULL && ptr(Py_TYPE(x) + PyTypeObject.tp_call) !== 0
}

function sortedList($list: Own): Own {
  if (PyList_Sort($list) < 0) {
    Py_DECREF($list)
    return NULL
  }
  return $list
}
function dirLocals(): Own {
  const $frame = upcalls.currentFrame()
  if ($frame === NULL) return NULL
  const $locals = PyObject_GetAttr($frame, id_f_locals)
  Py_DECREF($frame)
  if ($locals === NULL) return NULL
  const $names = PyMapping_Keys($locals)
  Py_DECREF($locals)
  if ($names === NULL) return NULL
  if (!PyList_Check($names)) {
    PyErr_SetString(PyExc_TypeError, `dir(): expected keys() of locals to be a list, not '${typeName($names).slice(0, 200)}'`)
    Py_DECREF($names)
    return NULL
  }
  return sortedList($names)
}
/** dir(obj), or the current scope's names when `obj` is NULL: a sorted list. */
export function PyObject_Dir(obj: Ref): Own {
  if (obj === NULL) return dirLocals()
  const $dirfunc = _PyObject_LookupSpecial(obj, __dir__)
  if ($dirfunc === NULL) {
    if (!PyErr_Occurred()) PyErr_SetString(PyExc_TypeError, "object does not provide __dir__")
    return NULL
  }
  const $result = PyObject_CallNoArgs($dirfunc)
  Py_DECREF($dirfunc)
  if ($result === NULL) return NULL
  const $sorted = PySequence_List($result)
  Py_DECREF($result)
  return $sorted === NULL ? NULL : sortedList($sorted)
}

export function Py_Is(a: Ref, b: Ref): boolean {
  return a === b
}
