import { ptr } from "../../heap/access.ts"
import { fnIndex } from "../../heap/fntable.ts"
import { INTERP, Interp } from "../../heap/map.ts"
import { PyCFunctionObject, PyTypeObject } from "../../heap/layout.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_DECREF, Py_INCREF, Py_NewRef, Py_SIZE, Py_TYPE, Py_XDECREF, PyType_HasFeature } from "../../heap/refcount.ts"
import { ID } from "../../heap/statics.ts"
import { i32 } from "../../heap/views.ts"
import { PyObject_GetIter } from "../abstract.ts"
import { PyObject_CallMethodNoArgs, PyObject_CallMethodOneArg, PyObject_CallMethodTwoArgs, PyObject_CallNoArgs } from "../call.ts"
import {
  PyDict_Check,
  PyDict_GET_SIZE,
  PyDict_GetItemWithError,
  PyDict_New,
  PyDict_SetItem,
  PyObject_GenericGetDict,
  _PyObject_IsInstanceDictEmpty,
} from "../dictobject.ts"
import { PyErr_BadInternalCall, PyErr_Occurred, PyErr_SetString } from "../errors.ts"
import { PyList_Check, PyList_GET_ITEM } from "../listobject.ts"
import { PyLong_FromLong, _PyLong_AsInt } from "../longobject.ts"
import { PyCFunction_Check, PyCFunction_GET_FUNCTION } from "../methodobject.ts"
import { PyObject_GetAttr, _PyObject_LookupAttr, tp_name_js, typeName } from "../object.ts"
import { TPFLAGS } from "../slots.ts"
import { PyBaseObject_Type, PyExc_RuntimeError, PyExc_TypeError, PyExc_ValueError, Py_None } from "../statictypes.ts"
import { PyTuple_Check, PyTuple_GET_ITEM, PyTuple_New, PyTuple_Pack2, PyTuple_Pack3, PyTuple_SET_ITEM } from "../tupleobject.ts"
import { upcalls } from "../upcalls.ts"
import { _PyObject_LookupSpecial } from "./slots.ts"

// Objects/typeobject.c: object.__reduce_ex__, __reduce__ and __getstate__ (pickle and copy).

const id_copyreg = ID("copyreg")
const id_slotnames = ID("_slotnames")
const id_reduce_ex = ID("_reduce_ex")
const id_items = ID("items")
const __slotnames__ = ID("__slotnames__")
const __getstate__ = ID("__getstate__")
const __getnewargs_ex__ = ID("__getnewargs_ex__")
const __getnewargs__ = ID("__getnewargs__")
const __newobj__ = ID("__newobj__")
const __newobj_ex__ = ID("__newobj_ex__")
const __reduce__ = ID("__reduce__")
const GETSTATE = fnIndex(object___getstate__)

function fail(exc: Ref, message: string): Own {
  PyErr_SetString(exc, message)
  return NULL
}
function short(op: Ref): string {
  return typeName(op).slice(0, 200)
}

function import_copyreg(): Own {
  const modules = ptr(INTERP + Interp.modules)
  const copyreg = modules === NULL || !PyDict_Check(modules) ? NULL : PyDict_GetItemWithError(modules, id_copyreg)
  if (copyreg !== NULL) return Py_NewRef(copyreg)
  return PyErr_Occurred() ? NULL : upcalls.importModule("copyreg")
}
/** The slots to pickle, cached by copyreg in __slotnames__: owned list or None. */
function _PyType_GetSlotNames(cls: Ref): Own {
  const cached = PyDict_GetItemWithError(ptr(cls + PyTypeObject.tp_dict), __slotnames__)
  if (cached !== NULL) {
    if (cached === Py_None || PyList_Check(cached)) return Py_NewRef(cached)
    return fail(PyExc_TypeError, `${tp_name_js(cls).slice(0, 200)}.__slotnames__ should be a list or None, not ${short(cached)}`)
  }
  if (PyErr_Occurred()) return NULL
  const $copyreg = import_copyreg()
  if ($copyreg === NULL) return NULL
  const $names = PyObject_CallMethodOneArg($copyreg, id_slotnames, cls)
  Py_DECREF($copyreg)
  if ($names === NULL || $names === Py_None || PyList_Check($names)) return $names
  Py_DECREF($names)
  return fail(PyExc_TypeError, "copyreg._slotnames didn't return a list or None")
}

/** Values of the named slots that are set: owned dict. */
function slot_values(obj: Ref, slotnames: Ref): Own {
  const $slots = PyDict_New()
  if ($slots === NULL) return NULL
  const n = Py_SIZE(slotnames)
  for (let i = 0; i < n; i++) {
    const name = PyList_GET_ITEM(slotnames, i)
    Py_INCREF(name)
    const $value = _PyObject_LookupAttr(obj, name)
    let failed = $value === NULL && PyErr_Occurred() !== NULL
    if ($value !== NULL) {
      failed = PyDict_SetItem($slots, name, $value) < 0
      Py_DECREF($value)
    }
    Py_DECREF(name)
    if (!failed && n !== Py_SIZE(slotnames)) {
      fail(PyExc_RuntimeError, "__slotsname__ changed size during iteration")
      failed = true
    }
    if (failed) {
      Py_DECREF($slots)
      return NULL
    }
  }
  return $slots
}
/** Does the object hold state that neither its dict nor its slots show? */
function has_hidden_state(type: Ref, slotnames: Ref): boolean {
  let basicsize = i32[(PyBaseObject_Type + PyTypeObject.tp_basicsize) >> 2]
  if (i32[(type + PyTypeObject.tp_dictoffset) >> 2] !== 0 && !PyType_HasFeature(type, TPFLAGS.MANAGED_DICT)) basicsize += 8
  if (i32[(type + PyTypeObject.tp_weaklistoffset) >> 2] !== 0) basicsize += 8
  if (slotnames !== Py_None) basicsize += 8 * Py_SIZE(slotnames)
  return i32[(type + PyTypeObject.tp_basicsize) >> 2] > basicsize
}
function object_getstate_default(obj: Ref, required: boolean): Own {
  const type = Py_TYPE(obj)
  if (required && i32[(type + PyTypeObject.tp_itemsize) >> 2] !== 0) return fail(PyExc_TypeError, `cannot pickle ${short(obj)} objects`)
  const $state = _PyObject_IsInstanceDictEmpty(obj) ? Py_NewRef(Py_None) : PyObject_GenericGetDict(obj, 0)
  if ($state === NULL) return NULL
  const $slotnames = _PyType_GetSlotNames(Py_TYPE(obj))
  if ($slotnames === NULL) {
    Py_DECREF($state)
    return NULL
  }
  if (required && has_hidden_state(Py_TYPE(obj), $slotnames)) {
    Py_DECREF($slotnames)
    Py_DECREF($state)
    return fail(PyExc_TypeError, `cannot pickle '${short(obj)}' object`)
  }
  let $result = $state
  if ($slotnames !== Py_None && Py_SIZE($slotnames) > 0) {
    const $slots = slot_values(obj, $slotnames)
    if ($slots === NULL) {
      Py_DECREF($state)
      $result = NULL
    } else {
      if (PyDict_GET_SIZE($slots) > 0) {
        $result = PyTuple_Pack2($state, $slots)
        Py_DECREF($state)
      }
      Py_DECREF($slots)
    }
  }
  Py_DECREF($slotnames)
  return $result
}
function object_getstate(obj: Ref, required: boolean): Own {
  const $getstate = PyObject_GetAttr(obj, __getstate__)
  if ($getstate === NULL) return NULL
  const own =
    PyCFunction_Check($getstate) && ptr($getstate + PyCFunctionObject.m_self) === obj && PyCFunction_GET_FUNCTION($getstate) === GETSTATE
  const $state = own ? object_getstate_default(obj, required) : PyObject_CallNoArgs($getstate)
  Py_DECREF($getstate)
  return $state
}
export function _PyObject_GetState(obj: Ref): Own {
  return object_getstate(obj, false)
}
export function object___getstate__(self: Ref): Own {
  return object_getstate_default(self, false)
}

let $newArgs: Own = NULL
let $newKwargs: Own = NULL

/** __getnewargs_ex__ or __getnewargs__ into $newArgs and $newKwargs (owned or NULL): 0, or -1 with the error set. */
function _PyObject_GetNewArguments(obj: Ref): number {
  $newArgs = NULL
  $newKwargs = NULL
  const $ex = _PyObject_LookupSpecial(obj, __getnewargs_ex__)
  if ($ex !== NULL) {
    const $pair = PyObject_CallNoArgs($ex)
    Py_DECREF($ex)
    if ($pair === NULL) return -1
    if (!PyTuple_Check($pair)) {
      fail(PyExc_TypeError, `__getnewargs_ex__ should return a tuple, not '${short($pair)}'`)
      Py_DECREF($pair)
      return -1
    }
    if (Py_SIZE($pair) !== 2) {
      fail(PyExc_ValueError, `__getnewargs_ex__ should return a tuple of length 2, not ${Py_SIZE($pair)}`)
      Py_DECREF($pair)
      return -1
    }
    const $args = Py_NewRef(PyTuple_GET_ITEM($pair, 0))
    const $kwargs = Py_NewRef(PyTuple_GET_ITEM($pair, 1))
    Py_DECREF($pair)
    let wrong: string | null = null
    if (!PyTuple_Check($args)) wrong = `first item of the tuple returned by __getnewargs_ex__ must be a tuple, not '${short($args)}'`
    else if (!PyDict_Check($kwargs))
      wrong = `second item of the tuple returned by __getnewargs_ex__ must be a dict, not '${short($kwargs)}'`
    if (wrong !== null) {
      fail(PyExc_TypeError, wrong)
      Py_DECREF($args)
      Py_DECREF($kwargs)
      return -1
    }
    $newArgs = $args
    $newKwargs = $kwargs
    return 0
  }
  if (PyErr_Occurred()) return -1
  const $getnewargs = _PyObject_LookupSpecial(obj, __getnewargs__)
  if ($getnewargs === NULL) return PyErr_Occurred() ? -1 : 0
  const $args = PyObject_CallNoArgs($getnewargs)
  Py_DECREF($getnewargs)
  if ($args === NULL) return -1
  if (!PyTuple_Check($args)) {
    fail(PyExc_TypeError, `__getnewargs__ should return a tuple, not '${short($args)}'`)
    Py_DECREF($args)
    return -1
  }
  $newArgs = $args
  $newKwargs = NULL
  return 0
}
/** iter(obj) of a list, else None: owned. */
function list_items(obj: Ref): Own {
  return PyList_Check(obj) ? PyObject_GetIter(obj) : Py_NewRef(Py_None)
}
/** iter(obj.items()) of a dict, else None: owned. */
function dict_items(obj: Ref): Own {
  if (!PyDict_Check(obj)) return Py_NewRef(Py_None)
  const $items = PyObject_CallMethodNoArgs(obj, id_items)
  if ($items === NULL) return NULL
  const $it = PyObject_GetIter($items)
  Py_DECREF($items)
  return $it
}
let $callable: Own = NULL
/** The callable (in $callable) and its argument tuple for the new object; takes over args and kwargs. */
function newobj_args(obj: Ref, $args: Own, $kwargs: Own): Own {
  $callable = NULL
  const $copyreg = import_copyreg()
  if ($copyreg === NULL) {
    Py_XDECREF($args)
    Py_XDECREF($kwargs)
    return NULL
  }
  if ($kwargs === NULL || PyDict_GET_SIZE($kwargs) === 0) {
    Py_XDECREF($kwargs)
    const $newobj = PyObject_GetAttr($copyreg, __newobj__)
    Py_DECREF($copyreg)
    const n = $args === NULL ? 0 : Py_SIZE($args)
    const $newargs = $newobj === NULL ? NULL : PyTuple_New(n + 1)
    if ($newargs === NULL) {
      Py_XDECREF($args)
      Py_XDECREF($newobj)
      return NULL
    }
    PyTuple_SET_ITEM($newargs, 0, Py_NewRef(Py_TYPE(obj)))
    for (let i = 0; i < n; i++) PyTuple_SET_ITEM($newargs, i + 1, Py_NewRef(PyTuple_GET_ITEM($args, i)))
    Py_XDECREF($args)
    $callable = $newobj
    return $newargs
  }
  if ($args === NULL) {
    Py_DECREF($copyreg)
    Py_DECREF($kwargs)
    return PyErr_BadInternalCall()
  }
  const $newobj = PyObject_GetAttr($copyreg, __newobj_ex__)
  Py_DECREF($copyreg)
  const $newargs = $newobj === NULL ? NULL : PyTuple_Pack3(Py_TYPE(obj), $args, $kwargs)
  Py_DECREF($args)
  Py_DECREF($kwargs)
  if ($newargs === NULL) Py_XDECREF($newobj)
  else $callable = $newobj
  return $newargs
}
/** Protocol 2: (copyreg.__newobj__, (cls, *args), state, listitems, dictitems). */
function reduce_newobj(obj: Ref): Own {
  if (ptr(Py_TYPE(obj) + PyTypeObject.tp_new) === 0) return fail(PyExc_TypeError, `cannot pickle '${short(obj)}' object`)
  if (_PyObject_GetNewArguments(obj) < 0) return NULL
  const hasargs = $newArgs !== NULL
  const $newargs = newobj_args(obj, $newArgs, $newKwargs)
  if ($newargs === NULL) return NULL
  const $newobj = $callable
  const $state = object_getstate(obj, !(hasargs || PyList_Check(obj) || PyDict_Check(obj)))
  const $list = $state === NULL ? NULL : list_items(obj)
  const $dict = $list === NULL ? NULL : dict_items(obj)
  const $result = $dict === NULL ? NULL : PyTuple_New(5)
  if ($result === NULL) {
    Py_DECREF($newobj)
    Py_DECREF($newargs)
    Py_XDECREF($state)
    Py_XDECREF($list)
    Py_XDECREF($dict)
    return NULL
  }
  PyTuple_SET_ITEM($result, 0, $newobj)
  PyTuple_SET_ITEM($result, 1, $newargs)
  PyTuple_SET_ITEM($result, 2, $state)
  PyTuple_SET_ITEM($result, 3, $list)
  PyTuple_SET_ITEM($result, 4, $dict)
  return $result
}
function common_reduce(self: Ref, proto: number): Own {
  if (proto >= 2) return reduce_newobj(self)
  const $copyreg = import_copyreg()
  if ($copyreg === NULL) return NULL
  const $proto = PyLong_FromLong(proto)
  const $res = $proto === NULL ? NULL : PyObject_CallMethodTwoArgs($copyreg, id_reduce_ex, self, $proto)
  Py_XDECREF($proto)
  Py_DECREF($copyreg)
  return $res
}
export function object___reduce__(self: Ref): Own {
  return common_reduce(self, 0)
}
/** Uses an overridden __reduce__ if the class has one. */
export function object___reduce_ex__(self: Ref, protocol: Ref): Own {
  const proto = _PyLong_AsInt(protocol)
  if (proto === -1 && PyErr_Occurred()) return NULL
  const objreduce = PyDict_GetItemWithError(ptr(PyBaseObject_Type + PyTypeObject.tp_dict), __reduce__)
  if (objreduce === NULL && PyErr_Occurred()) return NULL
  const $reduce = _PyObject_LookupAttr(self, __reduce__)
  if ($reduce === NULL) return PyErr_Occurred() ? NULL : common_reduce(self, proto)
  const $clsreduce = PyObject_GetAttr(Py_TYPE(self), __reduce__)
  if ($clsreduce === NULL) {
    Py_DECREF($reduce)
    return NULL
  }
  const override = $clsreduce !== objreduce
  Py_DECREF($clsreduce)
  if (override) {
    const $res = PyObject_CallNoArgs($reduce)
    Py_DECREF($reduce)
    return $res
  }
  Py_DECREF($reduce)
  return common_reduce(self, proto)
}
