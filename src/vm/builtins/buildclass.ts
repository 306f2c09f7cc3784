import { ptr, setptr } from "../../heap/access.ts"
import { calloca, cstackMark, cstackReset } from "../../heap/cstack.ts"
import { PyCellObject } from "../../heap/layout.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_DECREF, Py_NewRef, Py_SIZE, Py_TYPE, Py_XDECREF } from "../../heap/refcount.ts"
import { ID } from "../../heap/statics.ts"
import { PyMapping_Check, PyMapping_SetItemString } from "../../objects/abstract.ts"
import { _PyStack_AsDict, PyObject_CallOneArg, PyObject_VectorcallDict } from "../../objects/call.ts"
import { PyDict_DelItem, PyDict_GetItemWithError, PyDict_New } from "../../objects/dictobject.ts"
import { PyErr_Occurred, PyErr_SetString } from "../../objects/errors.ts"
import { PyFunction_Check } from "../../objects/funcobject.ts"
import { PyList_Append, PyList_AsTuple, PyList_New, PyList_SET_ITEM, PyList_SetSlice } from "../../objects/listobject.ts"
import { _PyObject_LookupAttr, reprJS, tp_name_js, typeName } from "../../objects/object.ts"
import { PyCell_Type, PyExc_RuntimeError, PyExc_TypeError, PyType_Type } from "../../objects/statictypes.ts"
import { PyTuple_Check, PyTuple_GET_ITEM, PyTuple_New, PyTuple_SET_ITEM } from "../../objects/tupleobject.ts"
import { _PyType_CalculateMetaclass, PyType_Check } from "../../objects/typeobject.ts"
import { PyUnicode_Check } from "../../objects/unicodeobject.ts"
import { _PyEval_Vector } from "../ceval.ts"

// Python/bltinmodule.c: __build_class__.

/** Bases with __mro_entries__ replaced: `bases` itself (borrowed) when there are none, else an owned tuple; NULL with the error set. */
function update_bases(bases: Ref, args: number, nargs: number): Ref {
  let $new: Own = NULL
  let ok = true
  for (let i = 0; i < nargs && ok; i++) {
    const base = ptr(args + i * 8)
    const $meth = PyType_Check(base) ? NULL : _PyObject_LookupAttr(base, ID("__mro_entries__"))
    if ($meth === NULL) {
      if (PyErr_Occurred() !== 0) ok = false
      else if ($new !== NULL) ok = PyList_Append($new, base) === 0
      continue
    }
    const $entries = PyObject_CallOneArg($meth, bases)
    Py_DECREF($meth)
    if ($entries === NULL) {
      ok = false
      break
    }
    if (!PyTuple_Check($entries)) {
      PyErr_SetString(PyExc_TypeError, "__mro_entries__ must return a tuple")
      Py_DECREF($entries)
      ok = false
      break
    }
    if ($new === NULL) {
      $new = PyList_New(i)
      if ($new === NULL) {
        Py_DECREF($entries)
        return NULL
      }
      for (let j = 0; j < i; j++) PyList_SET_ITEM($new, j, Py_NewRef(ptr(args + j * 8)))
    }
    const n = Py_SIZE($new)
    ok = PyList_SetSlice($new, n, n, $entries) === 0
    Py_DECREF($entries)
  }
  if (ok && $new === NULL) return bases
  const $result = ok ? PyList_AsTuple($new) : NULL
  Py_XDECREF($new)
  return $result
}

interface Metaclass {
  $meta: Own
  $mkw: Own
  isclass: boolean
}

/** The metaclass and the remaining keywords; null with the error set. */
function metaclassOf(bases: Ref, args: number, nargs: number, kwnames: Ref): Metaclass | null {
  let $meta: Own = NULL
  let $mkw: Own = NULL
  let isclass = false
  let ok = true
  if (kwnames !== 0) {
    $mkw = _PyStack_AsDict(args + nargs * 8, kwnames)
    if ($mkw === NULL) return null
    const meta = PyDict_GetItemWithError($mkw, ID("metaclass"))
    if (meta !== 0) {
      $meta = Py_NewRef(meta)
      ok = PyDict_DelItem($mkw, ID("metaclass")) === 0
      isclass = PyType_Check($meta)
    } else ok = PyErr_Occurred() === 0
  }
  if (ok && $meta === NULL) {
    $meta = Py_NewRef(Py_SIZE(bases) === 0 ? PyType_Type : Py_TYPE(PyTuple_GET_ITEM(bases, 0)))
    isclass = true
  }
  if (ok && isclass) {
    const winner = _PyType_CalculateMetaclass($meta, bases)
    if (winner === 0) ok = false
    else if (winner !== $meta) {
      Py_DECREF($meta)
      $meta = Py_NewRef(winner)
    }
  }
  if (ok) return { $meta, $mkw, isclass }
  Py_XDECREF($meta)
  Py_XDECREF($mkw)
  return null
}

function prepare(m: Metaclass, name: Ref, bases: Ref): Own {
  const $prep = _PyObject_LookupAttr(m.$meta, ID("__prepare__"))
  let $ns: Own = NULL
  if ($prep !== NULL) {
    const mark = cstackMark()
    const args = calloca(32) + 8
    setptr(args, name)
    setptr(args + 8, bases)
    $ns = PyObject_VectorcallDict($prep, args, 2, m.$mkw)
    cstackReset(mark)
    Py_DECREF($prep)
  } else if (PyErr_Occurred() === 0) $ns = PyDict_New()
  if ($ns === NULL || PyMapping_Check($ns)) return $ns
  PyErr_SetString(
    PyExc_TypeError,
    `${m.isclass ? tp_name_js(m.$meta) : "<metaclass>"}.__prepare__() must return a mapping, not ${typeName($ns)}`,
  )
  Py_DECREF($ns)
  return NULL
}

/** The class must be in the __class__ cell of its methods. */
function checkCell($cls: Own, cell: Ref, name: Ref): Own {
  if ($cls === NULL || !PyType_Check($cls) || Py_TYPE(cell) !== PyCell_Type) return $cls
  const inCell = ptr(cell + PyCellObject.ob_ref)
  if (inCell === $cls) return $cls
  if (inCell === 0) {
    PyErr_SetString(
      PyExc_RuntimeError,
      `__class__ not set defining ${reprJS(name)} as ${reprJS($cls)}. Was __classcell__ propagated to type.__new__?`,
    )
  } else PyErr_SetString(PyExc_TypeError, `__class__ set to ${reprJS(inCell)} defining ${reprJS(name)} as ${reprJS($cls)}`)
  Py_DECREF($cls)
  return NULL
}

function build(func: Ref, name: Ref, bases: Ref, orig_bases: Ref, m: Metaclass): Own {
  const $ns = prepare(m, name, bases)
  if ($ns === NULL) return NULL
  let $cls: Own = NULL
  const $cell = _PyEval_Vector(func, $ns, 0, 0, NULL)
  if ($cell !== NULL) {
    if (bases === orig_bases || PyMapping_SetItemString($ns, "__orig_bases__", orig_bases) === 0) {
      const mark = cstackMark()
      const margs = calloca(32) + 8
      setptr(margs, name)
      setptr(margs + 8, bases)
      setptr(margs + 16, $ns)
      $cls = checkCell(PyObject_VectorcallDict(m.$meta, margs, 3, m.$mkw), $cell, name)
      cstackReset(mark)
    }
    Py_DECREF($cell)
  }
  Py_DECREF($ns)
  return $cls
}

export function builtin___build_class__(_self: Ref, args: number, nargs: number, kwnames: Ref): Own {
  if (nargs < 2) return PyErr_SetString(PyExc_TypeError, "__build_class__: not enough arguments")
  const func = ptr(args)
  if (!PyFunction_Check(func)) return PyErr_SetString(PyExc_TypeError, "__build_class__: func must be a function")
  const name = ptr(args + 8)
  if (!PyUnicode_Check(name)) return PyErr_SetString(PyExc_TypeError, "__build_class__: name is not a string")
  const $orig = PyTuple_New(nargs - 2)
  if ($orig === NULL) return NULL
  for (let i = 2; i < nargs; i++) PyTuple_SET_ITEM($orig, i - 2, Py_NewRef(ptr(args + i * 8)))
  const bases = update_bases($orig, args + 16, nargs - 2)
  if (bases === NULL) {
    Py_DECREF($orig)
    return NULL
  }
  let $cls: Own = NULL
  const m = metaclassOf(bases, args, nargs, kwnames)
  if (m !== null) {
    $cls = build(func, name, bases, $orig, m)
    Py_DECREF(m.$meta)
    Py_XDECREF(m.$mkw)
  }
  if (bases !== $orig) Py_DECREF($orig)
  Py_DECREF(bases)
  return $cls
}
