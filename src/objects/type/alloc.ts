import { ptr, setptr } from "../../heap/access.ts"
import { fn, fnIndex } from "../../heap/fntable.ts"
import { PyGC_Head, PyMemberDef, PyObject, PyTypeObject } from "../../heap/layout.ts"
import { PyObject_Malloc } from "../../heap/obmalloc.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_CLEAR, Py_DECREF, Py_NewRef, Py_REFCNT, Py_SIZE, Py_TYPE, PyType_HasFeature } from "../../heap/refcount.ts"
import { Py_TRASHCAN_BEGIN, Py_TRASHCAN_END } from "../../heap/trashcan.ts"
import { i32 } from "../../heap/views.ts"
import { PyObject_GC_UnTrack, _PyObject_GC_Link, _PyObject_GC_TRACK, _PyObject_GC_UNTRACK } from "../../gc/gcmodule.ts"
import { _Py_CheckFunctionResult } from "../call.ts"
import { _PyObject_ClearInstanceAttributes, _PyObject_FreeInstanceAttributes, _PyObject_VisitInstanceAttributes } from "../dictobject.ts"
import { PyDict_GET_SIZE } from "../dictobject.ts"
import { PyErr_NoMemory, PyErr_SetString } from "../errors.ts"
import { PyObject_CallFinalizerFromDealloc, _PyObject_DictPointer, tp_name_js } from "../object.ts"
import {
  READONLY,
  T,
  TPFLAGS,
  type allocfunc,
  type destructor,
  type initproc,
  type inquiry,
  type newfunc,
  type traverseproc,
  type visitproc,
} from "../slots.ts"
import { PyExc_TypeError, PyType_Type } from "../statictypes.ts"
import { PyTuple_GET_ITEM } from "../tupleobject.ts"
import { PyObject_ClearWeakRefs, _PyWeakref_ClearRef } from "../weakrefobject.ts"
import { PyType_IsSubtype } from "./mro.ts"

// Objects/typeobject.c: life of instances: type(...), allocation, and what classes written in Python do on traverse, clear and dealloc.

export const SUBTYPE_DEALLOC = fnIndex(subtype_dealloc)
const SUBTYPE_TRAVERSE = fnIndex(subtype_traverse)
const SUBTYPE_CLEAR = fnIndex(subtype_clear)

/** tp_call of types: type(x), or tp_new and tp_init. */
export function type_call(type: Ref, args: Ref, kwds: Ref): Own {
  if (type === PyType_Type) {
    const nargs = Py_SIZE(args)
    if (nargs === 1 && (kwds === NULL || PyDict_GET_SIZE(kwds) === 0)) return Py_NewRef(Py_TYPE(PyTuple_GET_ITEM(args, 0)))
    if (nargs !== 3) {
      PyErr_SetString(PyExc_TypeError, "type() takes 1 or 3 arguments")
      return NULL
    }
  }
  const tp_new = i32[(type + PyTypeObject.tp_new) >> 2]
  if (tp_new === 0) {
    PyErr_SetString(PyExc_TypeError, `cannot create '${tp_name_js(type)}' instances`)
    return NULL
  }
  const $obj = _Py_CheckFunctionResult(type, fn<newfunc>(tp_new)(type, args, kwds))
  if ($obj === NULL) return NULL
  const got = Py_TYPE($obj)
  if (got !== type && !PyType_IsSubtype(got, type)) return $obj
  const init = i32[(got + PyTypeObject.tp_init) >> 2]
  if (init !== 0 && fn<initproc>(init)($obj, args, kwds) < 0) {
    Py_DECREF($obj)
    return NULL
  }
  return $obj
}

/** A zeroed instance with its header and, for gc types, its untracked GC head; room for one item more than asked for. */
export function _PyType_AllocNoTrack(type: Ref, nitems: number): Own {
  const flags = i32[(type + PyTypeObject.tp_flags) >> 2]
  const itemsize = i32[(type + PyTypeObject.tp_itemsize) >> 2]
  const size = (i32[(type + PyTypeObject.tp_basicsize) >> 2] + (nitems + 1) * itemsize + 7) & ~7
  const presize = ((flags & TPFLAGS.HAVE_GC) !== 0 ? PyGC_Head.SIZE : 0) + ((flags & TPFLAGS.MANAGED_DICT) !== 0 ? 16 : 0)
  const a = PyObject_Malloc(size + presize)
  if (a === 0) return PyErr_NoMemory()
  const obj = (a + presize) as Ref
  let w = a >> 2
  if (presize !== 0) {
    i32[w] = 0
    i32[w + 1] = 0
    i32[w + 2] = 0
    i32[w + 3] = 0
    // May run a collection; the object is not reachable for it yet.
    _PyObject_GC_Link(obj)
  }
  w = obj >> 2
  const e = w + (size >> 2)
  if (size <= 256) for (let i = w; i < e; i++) i32[i] = 0
  else i32.fill(0, w, e)
  i32[w] = 1
  i32[(obj + PyObject.ob_type) >> 2] = type
  if ((flags & TPFLAGS.HEAPTYPE) !== 0) i32[type >> 2]++
  if (itemsize !== 0) {
    i32[w + 4] = nitems
    i32[w + 5] = nitems >> 31
  }
  return obj as Own
}
export function PyType_GenericAlloc(type: Ref, nitems: number): Own {
  const $obj = _PyType_AllocNoTrack(type, nitems)
  if ($obj !== NULL && (i32[(type + PyTypeObject.tp_flags) >> 2] & TPFLAGS.HAVE_GC) !== 0) _PyObject_GC_TRACK($obj)
  return $obj
}
export function PyType_GenericNew(type: Ref, _args: Ref, _kwds: Ref): Own {
  return fn<allocfunc>(ptr(type + PyTypeObject.tp_alloc))(type, 0)
}
/** `type->tp_alloc(type, n)` */
export function tp_alloc(type: Ref, n: number): Own {
  return fn<allocfunc>(i32[(type + PyTypeObject.tp_alloc) >> 2])(type, n)
}

/** A heap type's own PyMemberDef array: behind the fields of its metatype. */
export function _PyHeapType_GET_MEMBERS(type: Ref): number {
  return type + i32[(Py_TYPE(type) + PyTypeObject.tp_basicsize) >> 2]
}

// ---- traverse and clear ----

function traverse_slots(type: Ref, self: Ref, visit: visitproc, arg: number): number {
  const n = Py_SIZE(type)
  let mp = _PyHeapType_GET_MEMBERS(type)
  for (let i = 0; i < n; i++, mp += PyMemberDef.SIZE) {
    if (i32[(mp + PyMemberDef.type) >> 2] !== T.OBJECT_EX) continue
    const obj = ptr(self + i32[(mp + PyMemberDef.offset) >> 2])
    if (obj !== NULL) {
      const err = visit(obj, arg)
      if (err) return err
    }
  }
  return 0
}
export function subtype_traverse(self: Ref, visit: visitproc, arg: number): number {
  const type = Py_TYPE(self)
  let base = type
  let basetraverse: number
  while ((basetraverse = ptr(base + PyTypeObject.tp_traverse)) === SUBTYPE_TRAVERSE) {
    if (Py_SIZE(base) !== 0) {
      const err = traverse_slots(base, self, visit, arg)
      if (err) return err
    }
    base = ptr(base + PyTypeObject.tp_base)
  }
  if (PyType_HasFeature(type, TPFLAGS.MANAGED_DICT)) {
    const err = _PyObject_VisitInstanceAttributes(self, visit, arg)
    if (err) return err
  }
  if (i32[(type + PyTypeObject.tp_dictoffset) >> 2] !== i32[(base + PyTypeObject.tp_dictoffset) >> 2]) {
    const dictptr = _PyObject_DictPointer(self)
    const dict = dictptr === 0 ? NULL : ptr(dictptr)
    if (dict !== NULL) {
      const err = visit(dict, arg)
      if (err) return err
    }
  }
  if (PyType_HasFeature(type, TPFLAGS.HEAPTYPE) && (basetraverse === 0 || !PyType_HasFeature(base, TPFLAGS.HEAPTYPE))) {
    // A heap type's own traverse visits the type; nobody else has done so.
    const err = visit(type, arg)
    if (err) return err
  }
  return basetraverse === 0 ? 0 : fn<traverseproc>(basetraverse)(self, visit, arg)
}
function clear_slots(type: Ref, self: Ref): void {
  const n = Py_SIZE(type)
  let mp = _PyHeapType_GET_MEMBERS(type)
  for (let i = 0; i < n; i++, mp += PyMemberDef.SIZE) {
    if (i32[(mp + PyMemberDef.type) >> 2] === T.OBJECT_EX && (i32[(mp + PyMemberDef.flags) >> 2] & READONLY) === 0) {
      Py_CLEAR(self + i32[(mp + PyMemberDef.offset) >> 2])
    }
  }
}
export function subtype_clear(self: Ref): number {
  const type = Py_TYPE(self)
  let base = type
  let baseclear: number
  while ((baseclear = ptr(base + PyTypeObject.tp_clear)) === SUBTYPE_CLEAR) {
    if (Py_SIZE(base) !== 0) clear_slots(base, self)
    base = ptr(base + PyTypeObject.tp_base)
  }
  if (PyType_HasFeature(type, TPFLAGS.MANAGED_DICT)) _PyObject_ClearInstanceAttributes(self)
  if (i32[(type + PyTypeObject.tp_dictoffset) >> 2] !== i32[(base + PyTypeObject.tp_dictoffset) >> 2]) {
    const dictptr = _PyObject_DictPointer(self)
    if (dictptr !== 0) Py_CLEAR(dictptr)
  }
  return baseclear === 0 ? 0 : fn<inquiry>(baseclear)(self)
}

// ---- dealloc ----

/** Call the nearest base's dealloc that is not ours, then give up the instance's reference to its type. */
function dealloc_by_base(self: Ref, base: Ref): void {
  const type = Py_TYPE(self)
  const decref = PyType_HasFeature(type, TPFLAGS.HEAPTYPE) && !PyType_HasFeature(base, TPFLAGS.HEAPTYPE)
  fn<destructor>(ptr(base + PyTypeObject.tp_dealloc))(self)
  if (decref) Py_DECREF(type)
}
function subtype_dealloc_nogc(self: Ref, type: Ref): void {
  if (ptr(type + PyTypeObject.tp_finalize) !== 0 && PyObject_CallFinalizerFromDealloc(self) < 0) return
  const del = ptr(type + PyTypeObject.tp_del)
  if (del !== 0) {
    fn<destructor>(del)(self)
    if (Py_REFCNT(self) > 0) return
  }
  let base = type
  while (ptr(base + PyTypeObject.tp_dealloc) === SUBTYPE_DEALLOC) base = ptr(base + PyTypeObject.tp_base)
  dealloc_by_base(self, base)
}
export function subtype_dealloc(self: Ref): void {
  const type = Py_TYPE(self)
  if ((i32[(type + PyTypeObject.tp_flags) >> 2] & TPFLAGS.HAVE_GC) === 0) return subtype_dealloc_nogc(self, type)
  PyObject_GC_UnTrack(self)
  if (!Py_TRASHCAN_BEGIN(self, subtype_dealloc)) return
  subtype_dealloc_body(self, type)
  Py_TRASHCAN_END()
}
function subtype_dealloc_body(self: Ref, type: Ref): void {
  let base = type
  while (ptr(base + PyTypeObject.tp_dealloc) === SUBTYPE_DEALLOC) base = ptr(base + PyTypeObject.tp_base)
  const finalize = ptr(type + PyTypeObject.tp_finalize)
  const del = ptr(type + PyTypeObject.tp_del)
  if (finalize !== 0) {
    _PyObject_GC_TRACK(self)
    if (PyObject_CallFinalizerFromDealloc(self) < 0) return
    _PyObject_GC_UNTRACK(self)
  }
  const weaklist = i32[(type + PyTypeObject.tp_weaklistoffset) >> 2]
  const ownWeaklist = weaklist !== 0 && i32[(base + PyTypeObject.tp_weaklistoffset) >> 2] === 0
  if (ownWeaklist && ptr(self + weaklist) !== NULL) PyObject_ClearWeakRefs(self)
  if (del !== 0) {
    _PyObject_GC_TRACK(self)
    fn<destructor>(del)(self)
    if (Py_REFCNT(self) > 0) return
    _PyObject_GC_UNTRACK(self)
  }
  if ((finalize !== 0 || del !== 0) && ownWeaklist) {
    // The finalizer may have made new weak references: too late for their callbacks.
    for (let ref = ptr(self + weaklist); ref !== NULL; ref = ptr(self + weaklist)) _PyWeakref_ClearRef(ref)
  }
  for (base = type; ptr(base + PyTypeObject.tp_dealloc) === SUBTYPE_DEALLOC; base = ptr(base + PyTypeObject.tp_base)) {
    if (Py_SIZE(base) !== 0) clear_slots(base, self)
  }
  if (PyType_HasFeature(type, TPFLAGS.MANAGED_DICT)) {
    const dict = ptr(self - 24)
    if (dict !== NULL) {
      Py_DECREF(dict)
      setptr(self - 24, 0)
    } else _PyObject_FreeInstanceAttributes(self)
  } else if (i32[(type + PyTypeObject.tp_dictoffset) >> 2] !== 0 && i32[(base + PyTypeObject.tp_dictoffset) >> 2] === 0) {
    const dictptr = _PyObject_DictPointer(self)
    const dict = dictptr === 0 ? NULL : ptr(dictptr)
    if (dict !== NULL) {
      Py_DECREF(dict)
      setptr(dictptr, 0)
    }
  }
  if (PyType_HasFeature(base, TPFLAGS.HAVE_GC)) _PyObject_GC_TRACK(self)
  dealloc_by_base(self, base)
}
