import { ptr, setint32, setptr } from "../../heap/access.ts"
import { PyASCIIObject, PyTypeObject } from "../../heap/layout.ts"
import { INTERP, Interp } from "../../heap/map.ts"
import { NULL, type Ref } from "../../heap/ref.ts"
import { Py_DECREF, Py_INCREF, Py_IS_TYPE, Py_SIZE, Py_XDECREF, PyType_HasFeature } from "../../heap/refcount.ts"
import { ID, staticAlloc } from "../../heap/statics.ts"
import { i32 } from "../../heap/views.ts"
import { PyDict_GetItemWithError, PyDict_Next, dictValue } from "../dictobject.ts"
import { PyErr_Clear, PyErr_Occurred } from "../errors.ts"
import { PyUnicode_CheckExact } from "../unicodeobject.ts"
import { TPFLAGS } from "../slots.ts"
import { PyType_Type, Py_None } from "../statictypes.ts"
import { PyTuple_GET_ITEM } from "../tupleobject.ts"
import { PyWeakref_GET_OBJECT } from "../weakrefobject.ts"
import { PyType_IsSubtype } from "./mro.ts"
import { PyType_Ready } from "./ready.ts"
import { lookup_maybe_method } from "./slots.ts"

// The type attribute cache: (version tag of a type, name) → attribute. A type's tag is given up when it or a base changes.
// An entry owns its name and borrows its value. Layout of struct type_cache_entry: version, name, value.

const SIZE_EXP = 12
const ENTRY = 24
const MAX_ATTR_SIZE = 100
const cache = staticAlloc((1 << SIZE_EXP) * ENTRY)
const id_mro = ID("mro")

/** Forget every cached attribute. @returns the last version tag given out. */
export function PyType_ClearCache(): number {
  for (let e = cache; e < cache + (1 << SIZE_EXP) * ENTRY; e += ENTRY) {
    setint32(e, 0)
    const name = ptr(e + 8)
    setptr(e + 8, 0)
    setptr(e + 16, 0)
    Py_XDECREF(name)
  }
  return i32[(INTERP + Interp.type_version_next) >> 2] - 1
}

/** The attribute as the type's mro has it: borrowed, NULL without an error if absent. */
export function _PyType_Lookup(type: Ref, name: Ref): Ref {
  const version = i32[(type + PyTypeObject.tp_version_tag) >> 2]
  const e = (cache + ((version ^ (name >> 4)) & 4095) * ENTRY) >> 2
  if (i32[e] === version && i32[e + 2] === name) return i32[e + 4] as Ref
  return lookupMiss(type, name)
}

function lookupMiss(type: Ref, name: Ref): Ref {
  const res = find_name_in_mro(type, name)
  if (findError !== 0) {
    // The type is not ready yet, or the name cannot be hashed: callers expect no error.
    if (findError === -1) PyErr_Clear()
    return NULL
  }
  if (PyUnicode_CheckExact(name) && i32[(name + PyASCIIObject.length) >> 2] <= MAX_ATTR_SIZE && assign_version_tag(type)) {
    const version = i32[(type + PyTypeObject.tp_version_tag) >> 2]
    const e = cache + ((version ^ (name >> 4)) & 4095) * ENTRY
    setint32(e, version)
    setptr(e + 16, res)
    const old = ptr(e + 8)
    Py_INCREF(name)
    setptr(e + 8, name)
    if (old !== NULL) Py_DECREF(old)
  }
  return res
}

/** After find_name_in_mro: 0 looked up, 1 the type has no mro yet, -1 an error is set. */
export let findError = 0

/** Uncached lookup along the mro: borrowed; see `findError`. */
export function find_name_in_mro(type: Ref, name: Ref): Ref {
  let mro = ptr(type + PyTypeObject.tp_mro)
  if (mro === NULL) {
    if (!PyType_HasFeature(type, TPFLAGS.READYING)) {
      if (PyType_Ready(type) < 0) {
        findError = -1
        return NULL
      }
      mro = ptr(type + PyTypeObject.tp_mro)
    }
    if (mro === NULL) {
      findError = 1
      return NULL
    }
  }
  Py_INCREF(mro)
  let res: Ref = NULL
  let error = 0
  const n = Py_SIZE(mro)
  for (let i = 0; i < n; i++) {
    res = PyDict_GetItemWithError(ptr(PyTuple_GET_ITEM(mro, i) + PyTypeObject.tp_dict), name)
    if (res !== NULL) break
    if (PyErr_Occurred()) {
      error = -1
      break
    }
  }
  Py_DECREF(mro)
  findError = error
  return res
}

/** The type or a base changed: drop its version tag and those of all subclasses. */
export function PyType_Modified(type: Ref): void {
  if (!PyType_HasFeature(type, TPFLAGS.VALID_VERSION_TAG)) return
  const subclasses = ptr(type + PyTypeObject.tp_subclasses)
  if (subclasses !== NULL) {
    for (let pos = PyDict_Next(subclasses, 0); pos !== 0; pos = PyDict_Next(subclasses, pos)) {
      const obj = PyWeakref_GET_OBJECT(dictValue)
      if (obj !== Py_None) PyType_Modified(obj)
    }
  }
  clearTag(type)
}
function clearTag(type: Ref): void {
  i32[(type + PyTypeObject.tp_flags) >> 2] &= ~TPFLAGS.VALID_VERSION_TAG
  i32[(type + PyTypeObject.tp_version_tag) >> 2] = 0
}

/** The mro or bases changed: a type with an mro() of its own, or one that names a non-base, loses its tag. */
export function type_mro_modified(type: Ref, bases: Ref): void {
  if (!Py_IS_TYPE(type, PyType_Type)) {
    const $meth = lookup_maybe_method(type, id_mro)
    if ($meth === NULL) return clearTag(type)
    const $typemeth = lookup_maybe_method(PyType_Type, id_mro)
    if ($typemeth === NULL) {
      Py_DECREF($meth)
      return clearTag(type)
    }
    const custom = $meth !== $typemeth
    Py_DECREF($meth)
    Py_DECREF($typemeth)
    if (custom) return clearTag(type)
  }
  const n = Py_SIZE(bases)
  for (let i = 0; i < n; i++) if (!PyType_IsSubtype(type, PyTuple_GET_ITEM(bases, i))) return clearTag(type)
}

/** Give the type and all its bases valid tags. False if that cannot be. */
export function assign_version_tag(type: Ref): boolean {
  if (PyType_HasFeature(type, TPFLAGS.VALID_VERSION_TAG)) return true
  if (!PyType_HasFeature(type, TPFLAGS.READY)) return false
  const w = (INTERP + Interp.type_version_next) >> 2
  const next = i32[w] || 1
  i32[w] = next + 1
  i32[(type + PyTypeObject.tp_version_tag) >> 2] = next
  const bases = ptr(type + PyTypeObject.tp_bases)
  const n = Py_SIZE(bases)
  for (let i = 0; i < n; i++) if (!assign_version_tag(PyTuple_GET_ITEM(bases, i))) return false
  i32[(type + PyTypeObject.tp_flags) >> 2] |= TPFLAGS.VALID_VERSION_TAG
  return true
}
