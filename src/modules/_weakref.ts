import { PyWeakReference } from "../heap/layout.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { Py_NewRef, Py_SET_SIZE, Py_TYPE } from "../heap/refcount.ts"
import { i32 } from "../heap/views.ts"
import { defineModule } from "../objects/define.ts"
import { PyDict_Check, _PyDict_DelItemIf } from "../objects/dictobject.ts"
import { PyErr_Clear, PyErr_ExceptionMatches, PyErr_SetString } from "../objects/errors.ts"
import { _PyArg_BadArgument, _PyArg_CheckPositional } from "../objects/getargs.ts"
import { PyList_New, PyList_SET_ITEM } from "../objects/listobject.ts"
import { PyLong_FromLong } from "../objects/longobject.ts"
import { PyModule_AddObjectRef } from "../objects/moduleobject.ts"
import { METH } from "../objects/slots.ts"
import {
  PyExc_KeyError,
  PyExc_TypeError,
  Py_None,
  _PyWeakref_CallableProxyType,
  _PyWeakref_ProxyType,
  _PyWeakref_RefType,
} from "../objects/statictypes.ts"
import {
  PyObject_GET_WEAKREFS_LISTPTR,
  PyType_SUPPORTS_WEAKREFS,
  PyWeakref_Check,
  PyWeakref_GET_OBJECT,
  PyWeakref_NewProxy,
  _PyWeakref_GetWeakrefCount,
} from "../objects/weakrefobject.ts"

// Modules/_weakref.c

/** The first weak reference to `object`, NULL if it has none. */
function firstRef(object: Ref): Ref {
  return PyType_SUPPORTS_WEAKREFS(Py_TYPE(object)) ? (i32[PyObject_GET_WEAKREFS_LISTPTR(object) >> 2] as Ref) : NULL
}
function getweakrefcount(_module: Ref, object: Ref): Own {
  return PyLong_FromLong(_PyWeakref_GetWeakrefCount(firstRef(object)))
}
function getweakrefs(_module: Ref, object: Ref): Own {
  const $result = PyList_New(_PyWeakref_GetWeakrefCount(firstRef(object)))
  if ($result === NULL) return NULL
  let n = 0
  for (let wr = firstRef(object); wr !== NULL; wr = i32[(wr + PyWeakReference.wr_next) >> 2] as Ref) {
    PyList_SET_ITEM($result, n++, Py_NewRef(wr))
  }
  // the list's own allocation may have collected some of them
  Py_SET_SIZE($result, n)
  return $result
}
function is_dead_weakref(value: Ref): number {
  if (!PyWeakref_Check(value)) {
    PyErr_SetString(PyExc_TypeError, "not a weakref")
    return -1
  }
  return PyWeakref_GET_OBJECT(value) === Py_None ? 1 : 0
}
function remove_dead_weakref(_module: Ref, args: number, nargs: number): Own {
  if (!_PyArg_CheckPositional("_remove_dead_weakref", nargs, 2, 2)) return NULL
  const dct = i32[args >> 2] as Ref
  if (!PyDict_Check(dct)) {
    _PyArg_BadArgument("_remove_dead_weakref", "argument 1", "dict", dct)
    return NULL
  }
  if (_PyDict_DelItemIf(dct, i32[(args + 8) >> 2] as Ref, is_dead_weakref) < 0) {
    // the key may be gone already: another thread's collection
    if (!PyErr_ExceptionMatches(PyExc_KeyError)) return NULL
    PyErr_Clear()
  }
  return Py_NewRef(Py_None)
}
function proxy(_module: Ref, args: number, nargs: number): Own {
  if (!_PyArg_CheckPositional("proxy", nargs, 1, 2)) return NULL
  return PyWeakref_NewProxy(i32[args >> 2] as Ref, nargs > 1 ? (i32[(args + 8) >> 2] as Ref) : NULL)
}

function weakref_exec(module: Ref): number {
  if (PyModule_AddObjectRef(module, "ref", _PyWeakref_RefType) < 0) return -1
  if (PyModule_AddObjectRef(module, "ReferenceType", _PyWeakref_RefType) < 0) return -1
  if (PyModule_AddObjectRef(module, "ProxyType", _PyWeakref_ProxyType) < 0) return -1
  return PyModule_AddObjectRef(module, "CallableProxyType", _PyWeakref_CallableProxyType)
}

defineModule({
  name: "_weakref",
  doc: "Weak-reference support module.",
  methods: [
    ["getweakrefcount", getweakrefcount, METH.O, "($module, object, /)\n--\n\nCount the weak references to 'object'."],
    [
      "_remove_dead_weakref",
      remove_dead_weakref,
      METH.FASTCALL,
      "($module, dct, key, /)\n--\n\nRemove the key from the dict if its value is a dead weakref, in one step.",
    ],
    ["getweakrefs", getweakrefs, METH.O, "($module, object, /)\n--\n\nA list of the weak references to 'object'."],
    [
      "proxy",
      proxy,
      METH.FASTCALL,
      "($module, object, callback=None, /)\n--\n\nA proxy that refers weakly to 'object'; 'callback' gets the proxy when the object dies.",
    ],
  ],
  exec: weakref_exec,
})
