import { ptr } from "../../heap/access.ts"
import { PyHeapTypeObject, PyTypeObject } from "../../heap/layout.ts"
import { NULL, type Ref } from "../../heap/ref.ts"
import { Py_SIZE, PyType_HasFeature } from "../../heap/refcount.ts"
import { i32 } from "../../heap/views.ts"
import { PyErr_SetString } from "../errors.ts"
import { PyObject_RichCompareBool, tp_name_js } from "../object.ts"
import { Py, TPFLAGS } from "../slots.ts"
import { PyExc_TypeError } from "../statictypes.ts"
import { SUBTYPE_DEALLOC } from "./alloc.ts"

// May instances of one type become instances of another (__class__, __bases__ assignment)?

function size(type: Ref, field: number): number {
  return i32[(type + field) >> 2]
}
function compatible_with_tp_base(child: Ref): boolean {
  const parent = ptr(child + PyTypeObject.tp_base)
  if (parent === NULL) return false
  for (const f of [PyTypeObject.tp_basicsize, PyTypeObject.tp_itemsize, PyTypeObject.tp_dictoffset, PyTypeObject.tp_weaklistoffset]) {
    if (size(child, f) !== size(parent, f)) return false
  }
  if (PyType_HasFeature(child, TPFLAGS.HAVE_GC) !== PyType_HasFeature(parent, TPFLAGS.HAVE_GC)) return false
  const dealloc = ptr(child + PyTypeObject.tp_dealloc)
  return dealloc === SUBTYPE_DEALLOC || dealloc === ptr(parent + PyTypeObject.tp_dealloc)
}
function same_slots_added(a: Ref, b: Ref): boolean {
  let sz = size(ptr(a + PyTypeObject.tp_base), PyTypeObject.tp_basicsize)
  if (size(a, PyTypeObject.tp_dictoffset) === sz && size(b, PyTypeObject.tp_dictoffset) === sz) sz += 8
  if (size(a, PyTypeObject.tp_weaklistoffset) === sz && size(b, PyTypeObject.tp_weaklistoffset) === sz) sz += 8
  if (!PyType_HasFeature(a, TPFLAGS.HEAPTYPE) || !PyType_HasFeature(b, TPFLAGS.HEAPTYPE)) return false
  const slots_a = ptr(a + PyHeapTypeObject.ht_slots)
  const slots_b = ptr(b + PyHeapTypeObject.ht_slots)
  if (slots_a !== NULL && slots_b !== NULL) {
    if (PyObject_RichCompareBool(slots_a, slots_b, Py.EQ) !== 1) return false
    sz += 8 * Py_SIZE(slots_a)
  }
  return sz === size(a, PyTypeObject.tp_basicsize) && sz === size(b, PyTypeObject.tp_basicsize)
}
/** True, or false with TypeError set; `attr` names what is being assigned. */
export function compatible_for_assignment(oldto: Ref, newto: Ref, attr: string): boolean {
  if (ptr(newto + PyTypeObject.tp_free) !== ptr(oldto + PyTypeObject.tp_free)) {
    PyErr_SetString(PyExc_TypeError, `${attr} assignment: '${tp_name_js(newto)}' deallocator differs from '${tp_name_js(oldto)}'`)
    return false
  }
  let newbase = newto
  let oldbase = oldto
  while (compatible_with_tp_base(newbase)) newbase = ptr(newbase + PyTypeObject.tp_base)
  while (compatible_with_tp_base(oldbase)) oldbase = ptr(oldbase + PyTypeObject.tp_base)
  const same =
    newbase === oldbase ||
    (ptr(newbase + PyTypeObject.tp_base) === ptr(oldbase + PyTypeObject.tp_base) && same_slots_added(newbase, oldbase))
  if (same && PyType_HasFeature(oldto, TPFLAGS.MANAGED_DICT) === PyType_HasFeature(newto, TPFLAGS.MANAGED_DICT)) return true
  PyErr_SetString(PyExc_TypeError, `${attr} assignment: '${tp_name_js(newto)}' object layout differs from '${tp_name_js(oldto)}'`)
  return false
}
