import { ptr, setptr } from "../../heap/access.ts"
import { fnIndex } from "../../heap/fntable.ts"
import { PyTypeObject, PyDescrObject, PyWrapperDescrObject } from "../../heap/layout.ts"
import { NULL, type Ref } from "../../heap/ref.ts"
import { Py_DECREF, Py_IS_TYPE } from "../../heap/refcount.ts"
import { PyDescr_NewWrapper } from "../descrobject.ts"
import { PyDict_Contains, PyDict_Next, PyDict_SetItem, dictValue } from "../dictobject.ts"
import { PyErr_Clear } from "../errors.ts"
import { PyCFunction_GET_FUNCTION } from "../methodobject.ts"
import { PyObject_HashNotImplemented, _PyObject_NextNotImplemented } from "../object.ts"
import { PyCFunction_Type, PyWrapperDescr_Type, Py_None } from "../statictypes.ts"
import { PyWeakref_GET_OBJECT } from "../weakrefobject.ts"
import { PyType_Modified, findError, find_name_in_mro } from "./cache.ts"
import { PyType_IsSubtype } from "./mro.ts"
import { SLOTDEFS, slotdef, slotdefName, slotdefOffset, slotdefsNamed, slotptr, wrapperbase } from "./slotdefs.ts"
import { tp_new_wrapper } from "./wrappers.ts"

// Objects/typeobject.c: keeping slots and special methods in step.

const HASH_NOT_IMPLEMENTED = fnIndex(PyObject_HashNotImplemented)
const NEXT_NOT_IMPLEMENTED = fnIndex(_PyObject_NextNotImplemented)
const NEW_WRAPPER = fnIndex(tp_new_wrapper)

/** The one non-empty slot of the type that `name` stands for: its address, 0 if there are none or several. */
function resolve_slotdups(type: Ref, name: Ref): number {
  let res = 0
  for (const i of slotdefsNamed(name) ?? []) {
    const at = slotptr(type, slotdefOffset(i))
    if (at === 0 || ptr(at) === 0) continue
    if (res !== 0) return 0
    res = at
  }
  return res
}

/** Fill the slot of row `i` (the first of its slot) by what the mro has. @returns the first row of the next slot. */
function update_one_slot(type: Ref, i: number): number {
  const offset = slotdefOffset(i)
  const at = slotptr(type, offset)
  if (at === 0) {
    do i++
    while (slotdefOffset(i) === offset)
    return i
  }
  let generic = 0
  let specific = 0
  let useGeneric = false
  do {
    const row = slotdef(i)
    const name = slotdefName(i)
    const descr = find_name_in_mro(type, name)
    if (descr === NULL) {
      if (findError === -1) PyErr_Clear()
      if (offset === PyTypeObject.tp_iternext) specific = NEXT_NOT_IMPLEMENTED
      continue
    }
    const base = Py_IS_TYPE(descr, PyWrapperDescr_Type) ? ptr(descr + PyWrapperDescrObject.d_base) : 0
    if (base !== 0 && ptr(base + wrapperbase.name_strobj) === name) {
      const dup = resolve_slotdups(type, name)
      if (dup === 0 || dup === at) generic = ptr(row + wrapperbase.function)
      const wrapped = ptr(descr + PyWrapperDescrObject.d_wrapped)
      if (
        (specific === 0 || specific === wrapped) &&
        ptr(base + wrapperbase.wrapper) === ptr(row + wrapperbase.wrapper) &&
        PyType_IsSubtype(type, ptr(descr + PyDescrObject.d_type))
      ) {
        specific = wrapped
      } else useGeneric = true
    } else if (offset === PyTypeObject.tp_new && Py_IS_TYPE(descr, PyCFunction_Type) && PyCFunction_GET_FUNCTION(descr) === NEW_WRAPPER) {
      // The __new__ of a built-in base: its tp_new was inherited, which is faster and does not check the arguments twice.
      specific = ptr(type + PyTypeObject.tp_new)
    } else if (descr === Py_None && offset === PyTypeObject.tp_hash) specific = HASH_NOT_IMPLEMENTED
    else {
      useGeneric = true
      generic = ptr(row + wrapperbase.function)
    }
  } while (slotdefOffset(++i) === offset)
  setptr(at, specific !== 0 && !useGeneric ? specific : generic)
  return i
}

/** All slots of a new class. */
export function fixup_slot_dispatchers(type: Ref): void {
  for (let i = 0; i < SLOTDEFS; ) i = update_one_slot(type, i)
}

/** `name` of the type was set or deleted: update its slots here and in the subclasses that inherit it. 0, or -1 with the error set. */
export function update_slot(type: Ref, name: Ref): number {
  const named = slotdefsNamed(name)
  if (named === undefined) return 0
  const rows = named.map((i) => {
    const offset = slotdefOffset(i)
    while (i > 0 && slotdefOffset(i - 1) === offset) i--
    return i
  })
  return update_subclasses(type, name, rows)
}
function update_subclasses(type: Ref, name: Ref, rows: readonly number[]): number {
  for (const i of rows) update_one_slot(type, i)
  const subclasses = ptr(type + PyTypeObject.tp_subclasses)
  if (subclasses === NULL) return 0
  for (let pos = PyDict_Next(subclasses, 0); pos !== 0; pos = PyDict_Next(subclasses, pos)) {
    const subclass = PyWeakref_GET_OBJECT(dictValue)
    if (subclass === Py_None) continue
    const dict = ptr(subclass + PyTypeObject.tp_dict)
    if (dict !== NULL) {
      const r = PyDict_Contains(dict, name)
      if (r < 0) return -1
      if (r > 0) continue
    }
    if (update_subclasses(subclass, name, rows) < 0) return -1
  }
  return 0
}
/** The bases changed. */
export function update_all_slots(type: Ref): void {
  PyType_Modified(type)
  for (let i = 0; i < SLOTDEFS; i++) update_slot(type, slotdefName(i))
}

/** Put wrapper descriptors for the type's own slots into its dict: 0, or -1 with the error set. */
export function add_operators(type: Ref): number {
  const dict = ptr(type + PyTypeObject.tp_dict)
  for (let i = 0; i < SLOTDEFS; i++) {
    const row = slotdef(i)
    if (ptr(row + wrapperbase.wrapper) === 0) continue
    const at = slotptr(type, slotdefOffset(i))
    if (at === 0) continue
    const slot = ptr(at)
    if (slot === 0) continue
    const name = slotdefName(i)
    const r = PyDict_Contains(dict, name)
    if (r > 0) continue
    if (r < 0) return -1
    if (slot === HASH_NOT_IMPLEMENTED) {
      if (PyDict_SetItem(dict, name, Py_None) < 0) return -1
      continue
    }
    const $descr = PyDescr_NewWrapper(type, row, slot)
    if ($descr === NULL) return -1
    const err = PyDict_SetItem(dict, name, $descr)
    Py_DECREF($descr)
    if (err < 0) return -1
  }
  return 0
}
