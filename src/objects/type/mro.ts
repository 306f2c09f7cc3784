import { ptr, setptr } from "../../heap/access.ts"
import { PyTypeObject } from "../../heap/layout.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import {
  Py_DECREF,
  Py_IS_TYPE,
  Py_INCREF,
  Py_NewRef,
  Py_SIZE,
  Py_TYPE,
  Py_XDECREF,
  Py_XINCREF,
  PyType_HasFeature,
} from "../../heap/refcount.ts"
import { ID } from "../../heap/statics.ts"
import { i32 } from "../../heap/views.ts"
import { PySequence_List, PySequence_Tuple } from "../abstract.ts"
import { PyErr_Occurred, PyErr_SetString } from "../errors.ts"
import { PyList_Append, PyList_Check, PyList_New, PyList_SET_ITEM } from "../listobject.ts"
import { PyObject_Repr, _PyObject_LookupAttr, tp_name_js, typeName } from "../object.ts"
import { TPFLAGS } from "../slots.ts"
import { PyBaseObject_Type, PyExc_TypeError, PyType_Type } from "../statictypes.ts"
import { PyTuple_GET_ITEM, PyTuple_New, PyTuple_SET_ITEM } from "../tupleobject.ts"
import { PyUnicode_AsJS, PyUnicode_Check } from "../unicodeobject.ts"
import { PyType_Modified, type_mro_modified } from "./cache.ts"
import { PyType_Ready } from "./ready.ts"
import { call_unbound_noarg, lookupUnbound, lookup_method } from "./slots.ts"

const __name__ = ID("__name__")
const id_mro = ID("mro")

/** Is the object a type? */
export function PyType_Check(op: Ref): boolean {
  return PyType_HasFeature(Py_TYPE(op), TPFLAGS.TYPE_SUBCLASS)
}
export function PyType_CheckExact(op: Ref): boolean {
  return Py_TYPE(op) === PyType_Type
}
/** Does the type have garbage-collected instances? */
export function _PyType_IS_GC(type: Ref): boolean {
  return PyType_HasFeature(type, TPFLAGS.HAVE_GC)
}
export function PyType_IS_GC(type: Ref): boolean {
  return PyType_HasFeature(type, TPFLAGS.HAVE_GC)
}
export function _PyType_HasFeature(type: Ref, flag: number): boolean {
  return PyType_HasFeature(type, flag)
}
export function PyType_FastSubclass(type: Ref, flag: number): boolean {
  return PyType_HasFeature(type, flag)
}
export function PyType_GetFlags(type: Ref): number {
  return i32[(type + PyTypeObject.tp_flags) >> 2]
}
export function PyType_SUPPORTS_WEAKREFS(type: Ref): boolean {
  return i32[(type + PyTypeObject.tp_weaklistoffset) >> 2] > 0
}
export function _PyType_SUPPORTS_WEAKREFS(type: Ref): boolean {
  return i32[(type + PyTypeObject.tp_weaklistoffset) >> 2] > 0
}
/** Is the object's type `type` or a subtype of it? */
export function PyObject_TypeCheck(op: Ref, type: Ref): boolean {
  return Py_TYPE(op) === type || PyType_IsSubtype(Py_TYPE(op), type)
}

export function type_is_subtype_base_chain(a: Ref, b: Ref): boolean {
  for (let t = a; t !== NULL; t = ptr(t + PyTypeObject.tp_base)) if (t === b) return true
  return b === PyBaseObject_Type
}
/** Is `b` in the mro of `a`? */
export function PyType_IsSubtype(a: Ref, b: Ref): boolean {
  const mro = i32[(a + PyTypeObject.tp_mro) >> 2] as Ref
  if (mro === NULL) return type_is_subtype_base_chain(a, b)
  const n = Py_SIZE(mro)
  for (let i = 0; i < n; i++) if (PyTuple_GET_ITEM(mro, i) === b) return true
  return false
}

// ---- C3 ----

function tail_contains(tuple: Ref, whence: number, o: Ref): boolean {
  const size = Py_SIZE(tuple)
  for (let j = whence + 1; j < size; j++) if (PyTuple_GET_ITEM(tuple, j) === o) return true
  return false
}
/** cls.__name__, or its repr: owned. */
function class_name(cls: Ref): Own {
  const $name = _PyObject_LookupAttr(cls, __name__)
  if ($name === NULL && !PyErr_Occurred()) return PyObject_Repr(cls)
  return $name
}
function check_duplicates(tuple: Ref): number {
  const n = Py_SIZE(tuple)
  for (let i = 0; i < n; i++) {
    const o = PyTuple_GET_ITEM(tuple, i)
    for (let j = i + 1; j < n; j++) {
      if (PyTuple_GET_ITEM(tuple, j) !== o) continue
      const $name = class_name(o)
      if ($name !== NULL) {
        PyErr_SetString(PyExc_TypeError, PyUnicode_Check($name) ? `duplicate base class ${PyUnicode_AsJS($name)}` : "duplicate base class")
        Py_DECREF($name)
      }
      return -1
    }
  }
  return 0
}
function set_mro_error(to_merge: readonly Ref[], remain: readonly number[]): void {
  const heads: Ref[] = []
  to_merge.forEach((l, i) => {
    if (remain[i] < Py_SIZE(l)) {
      const c = PyTuple_GET_ITEM(l, remain[i])
      if (!heads.includes(c)) heads.push(c)
    }
  })
  const names: string[] = []
  for (const k of heads) {
    const $name = class_name(k)
    if ($name === NULL) return
    names.push(PyUnicode_Check($name) ? PyUnicode_AsJS($name) : "?")
    Py_DECREF($name)
  }
  PyErr_SetString(PyExc_TypeError, `Cannot create a consistent method resolution\norder (MRO) for bases ${names.join(", ")}`.slice(0, 999))
}
function pmerge(acc: Ref, to_merge: readonly Ref[]): number {
  const remain = to_merge.map(() => 0)
  for (;;) {
    let empty = 0
    let candidate: Ref = NULL
    for (let i = 0; i < to_merge.length && candidate === NULL; i++) {
      if (remain[i] >= Py_SIZE(to_merge[i])) {
        empty++
        continue
      }
      const c = PyTuple_GET_ITEM(to_merge[i], remain[i])
      if (!to_merge.some((l, j) => tail_contains(l, remain[j], c))) candidate = c
    }
    if (candidate === NULL) {
      if (empty === to_merge.length) return 0
      set_mro_error(to_merge, remain)
      return -1
    }
    if (PyList_Append(acc, candidate) < 0) return -1
    to_merge.forEach((l, j) => {
      if (remain[j] < Py_SIZE(l) && PyTuple_GET_ITEM(l, remain[j]) === candidate) remain[j]++
    })
  }
}

/** The type's C3 linearisation: an owned tuple or list. */
export function mro_implementation(type: Ref): Own {
  if (ptr(type + PyTypeObject.tp_dict) === NULL && PyType_Ready(type) < 0) return NULL
  const bases = ptr(type + PyTypeObject.tp_bases)
  const n = Py_SIZE(bases)
  for (let i = 0; i < n; i++) {
    const base = PyTuple_GET_ITEM(bases, i)
    if (ptr(base + PyTypeObject.tp_mro) === NULL) {
      PyErr_SetString(PyExc_TypeError, `Cannot extend an incomplete type '${tp_name_js(base).slice(0, 100)}'`)
      return NULL
    }
  }
  if (n === 1) {
    const mro = ptr(PyTuple_GET_ITEM(bases, 0) + PyTypeObject.tp_mro)
    const k = Py_SIZE(mro)
    const $result = PyTuple_New(k + 1)
    if ($result === NULL) return NULL
    PyTuple_SET_ITEM($result, 0, Py_NewRef(type))
    for (let i = 0; i < k; i++) PyTuple_SET_ITEM($result, i + 1, Py_NewRef(PyTuple_GET_ITEM(mro, i)))
    return $result
  }
  if (check_duplicates(bases) < 0) return NULL
  const to_merge: Ref[] = []
  for (let i = 0; i < n; i++) to_merge.push(ptr(PyTuple_GET_ITEM(bases, i) + PyTypeObject.tp_mro))
  to_merge.push(bases)
  const $list = PyList_New(1)
  if ($list === NULL) return NULL
  PyList_SET_ITEM($list, 0, Py_NewRef(type))
  if (pmerge($list, to_merge) < 0) {
    Py_DECREF($list)
    return NULL
  }
  return $list
}

/** type.mro() */
export function type_mro(self: Ref): Own {
  const $seq = mro_implementation(self)
  if ($seq === NULL || PyList_Check($seq)) return $seq
  const $list = PySequence_List($seq)
  Py_DECREF($seq)
  return $list
}

function mro_check(type: Ref, mro: Ref): number {
  const solid = solid_base(type)
  const n = Py_SIZE(mro)
  for (let i = 0; i < n; i++) {
    const obj = PyTuple_GET_ITEM(mro, i)
    if (!PyType_Check(obj)) {
      PyErr_SetString(PyExc_TypeError, `mro() returned a non-class ('${typeName(obj).slice(0, 500)}')`)
      return -1
    }
    if (!PyType_IsSubtype(solid, solid_base(obj))) {
      PyErr_SetString(PyExc_TypeError, `mro() returned base with unsuitable layout ('${tp_name_js(obj).slice(0, 500)}')`)
      return -1
    }
  }
  return 0
}
function mro_invoke(type: Ref): Own {
  const custom = !Py_IS_TYPE(type, PyType_Type)
  let $result: Own
  if (custom) {
    const $meth = lookup_method(type, id_mro)
    if ($meth === NULL) return NULL
    $result = call_unbound_noarg(lookupUnbound, $meth, type)
    Py_DECREF($meth)
  } else $result = mro_implementation(type)
  if ($result === NULL) return NULL
  const $mro = PySequence_Tuple($result)
  Py_DECREF($result)
  if ($mro === NULL) return NULL
  if (Py_SIZE($mro) === 0) {
    Py_DECREF($mro)
    PyErr_SetString(PyExc_TypeError, "type MRO must not be empty")
    return NULL
  }
  if (custom && mro_check(type, $mro) < 0) {
    Py_DECREF($mro)
    return NULL
  }
  return $mro
}

/** The mro that the last successful mro_internal(type, true) replaced: owned, or NULL. */
export let oldMro: Own = NULL

/** Compute and store tp_mro: 1 done, 0 somebody else did it meanwhile, -1 with the error set. `keep`: the old one goes to `oldMro`. */
export function mro_internal(type: Ref, keep: boolean): number {
  const old = ptr(type + PyTypeObject.tp_mro)
  Py_XINCREF(old)
  const $mro = mro_invoke(type)
  const reentered = ptr(type + PyTypeObject.tp_mro) !== old
  Py_XDECREF(old)
  if ($mro === NULL) return -1
  if (reentered) {
    Py_DECREF($mro)
    return 0
  }
  setptr(type + PyTypeObject.tp_mro, $mro)
  type_mro_modified(type, $mro)
  type_mro_modified(type, ptr(type + PyTypeObject.tp_bases))
  PyType_Modified(type)
  if (keep) oldMro = old as Own
  else Py_XDECREF(old)
  return 1
}

// ---- layout ----

/** The base that decides the instance layout: borrowed, or NULL with TypeError set. */
export function best_base(bases: Ref): Ref {
  let base: Ref = NULL
  let winner: Ref = NULL
  const n = Py_SIZE(bases)
  for (let i = 0; i < n; i++) {
    const base_i = PyTuple_GET_ITEM(bases, i)
    if (!PyType_Check(base_i)) {
      PyErr_SetString(PyExc_TypeError, "bases must be types")
      return NULL
    }
    if (ptr(base_i + PyTypeObject.tp_dict) === NULL && PyType_Ready(base_i) < 0) return NULL
    if (!PyType_HasFeature(base_i, TPFLAGS.BASETYPE)) {
      PyErr_SetString(PyExc_TypeError, `type '${tp_name_js(base_i).slice(0, 100)}' is not an acceptable base type`)
      return NULL
    }
    const candidate = solid_base(base_i)
    if (winner === NULL || (!PyType_IsSubtype(winner, candidate) && PyType_IsSubtype(candidate, winner))) {
      winner = candidate
      base = base_i
    } else if (!PyType_IsSubtype(winner, candidate)) {
      PyErr_SetString(PyExc_TypeError, "multiple bases have instance lay-out conflict")
      return NULL
    }
  }
  return base
}

function addedFieldAt(type: Ref, base: Ref, field: number, offset: number): boolean {
  const o = i32[(type + field) >> 2]
  return o !== 0 && i32[(base + field) >> 2] === 0 && o + 8 === offset && PyType_HasFeature(type, TPFLAGS.HEAPTYPE)
}
function extra_ivars(type: Ref, base: Ref): boolean {
  let size = i32[(type + PyTypeObject.tp_basicsize) >> 2]
  const bsize = i32[(base + PyTypeObject.tp_basicsize) >> 2]
  const titem = i32[(type + PyTypeObject.tp_itemsize) >> 2]
  const bitem = i32[(base + PyTypeObject.tp_itemsize) >> 2]
  if (titem || bitem) return size !== bsize || titem !== bitem
  if (addedFieldAt(type, base, PyTypeObject.tp_weaklistoffset, size)) size -= 8
  if (!PyType_HasFeature(type, TPFLAGS.MANAGED_DICT) && addedFieldAt(type, base, PyTypeObject.tp_dictoffset, size)) size -= 8
  if (addedFieldAt(type, base, PyTypeObject.tp_weaklistoffset, size)) size -= 8
  return size !== bsize
}
/** The nearest base that adds fields to the layout. */
export function solid_base(type: Ref): Ref {
  const b = ptr(type + PyTypeObject.tp_base)
  const base = b !== NULL ? solid_base(b) : PyBaseObject_Type
  return extra_ivars(type, base) ? type : base
}

/** The most derived metatype of `metatype` and the bases' types: borrowed, or NULL with TypeError set. */
export function _PyType_CalculateMetaclass(metatype: Ref, bases: Ref): Ref {
  let winner = metatype
  const n = Py_SIZE(bases)
  for (let i = 0; i < n; i++) {
    const t = Py_TYPE(PyTuple_GET_ITEM(bases, i))
    if (PyType_IsSubtype(winner, t)) continue
    if (PyType_IsSubtype(t, winner)) {
      winner = t
      continue
    }
    PyErr_SetString(
      PyExc_TypeError,
      "metaclass conflict: the metaclass of a derived class must be a (non-strict) subclass of the metaclasses of all its bases",
    )
    return NULL
  }
  return winner
}
/** For writers of tp_base: keeps an extra reference. */
export function setBase(type: Ref, base: Ref): void {
  Py_INCREF(base)
  setptr(type + PyTypeObject.tp_base, base)
}
