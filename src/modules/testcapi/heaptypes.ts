import { ptr, setbyte, setint32, setint64, setptr } from "../../heap/access.ts"
import { calloca, cstackMark, cstackReset } from "../../heap/cstack.ts"
import { fn } from "../../heap/fntable.ts"
import { PyObject, PyTypeObject } from "../../heap/layout.ts"
import { PyObject_Free } from "../../heap/obmalloc.ts"
import { NULL, type Ref } from "../../heap/ref.ts"
import { Py_DECREF, Py_REFCNT, Py_TYPE, Py_XDECREF } from "../../heap/refcount.ts"
import { staticAlloc } from "../../heap/statics.ts"
import { PyObject_GC_Del, PyObject_GC_UnTrack } from "../../gc/gcmodule.ts"
import { PyBuffer_FillInfo, PyNumber_Long } from "../../objects/abstract.ts"
import { defineHeapType } from "../../objects/define.ts"
import { PyErr_Fetch, PyErr_Occurred, PyErr_RestoreFrom } from "../../objects/errors.ts"
import { PyLong_AsLong, PyLong_FromLong } from "../../objects/longobject.ts"
import { PyModule_AddObjectRef } from "../../objects/moduleobject.ts"
import { PyObject_GenericGetDict, PyObject_GenericSetAttr, PyObject_GenericSetDict, PyObject_SetAttrString } from "../../objects/object.ts"
import { READONLY, T, TPFLAGS, type initproc, type visitproc } from "../../objects/slots.ts"
import { newHeapType } from "../../objects/typeobject.ts"
import { PyUnicode_AsJS } from "../../objects/unicodeobject.ts"
import { PyObject_ClearWeakRefs } from "../../objects/weakrefobject.ts"

// _testcapi: heap types as extension modules make them, with a dealloc, a dictionary, weak references or a buffer of their own.

const VALUE = PyObject.SIZE
const VALUE2 = PyObject.SIZE + 8
const BASETYPE = TPFLAGS.DEFAULT | TPFLAGS.BASETYPE

const HeapDocCType = defineHeapType({
  name: "_testcapi.HeapDocCType",
  doc: "HeapDocCType(arg1, arg2)\n--\n\nsomedoc",
  basicsize: PyObject.SIZE,
  flags: TPFLAGS.DEFAULT,
})
const NullTpDocType = defineHeapType({ name: "_testcapi.NullTpDocType", basicsize: PyObject.SIZE, flags: TPFLAGS.DEFAULT })

function heapctype_init(self: Ref, _args: Ref, _kwargs: Ref): number {
  setint32(self + VALUE, 10)
  return 0
}
function heapgcctype_traverse(self: Ref, visit: visitproc, arg: number): number {
  return visit(Py_TYPE(self), arg)
}
function heapgcctype_dealloc(self: Ref): void {
  const type = Py_TYPE(self)
  PyObject_GC_UnTrack(self)
  PyObject_GC_Del(self)
  Py_DECREF(type)
}
function heapctype_dealloc(self: Ref): void {
  const type = Py_TYPE(self)
  PyObject_Free(self)
  Py_DECREF(type)
}
const HeapGcCType = defineHeapType({
  name: "_testcapi.HeapGcCType",
  doc: "A heap type with GC, and with overridden dealloc.\n\nThe 'value' attribute is set to 10 in __init__.",
  basicsize: PyObject.SIZE + 8,
  flags: BASETYPE | TPFLAGS.HAVE_GC,
  init: heapctype_init,
  dealloc: heapgcctype_dealloc,
  traverse: heapgcctype_traverse,
  members: [["value", T.INT, VALUE, 0]],
})
const HeapCType = defineHeapType({
  name: "_testcapi.HeapCType",
  doc: "A heap type without GC, but with overridden dealloc.\n\nThe 'value' attribute is set to 10 in __init__.",
  basicsize: PyObject.SIZE + 8,
  flags: BASETYPE,
  init: heapctype_init,
  dealloc: heapctype_dealloc,
  members: [["value", T.INT, VALUE, 0]],
})

function heapctypesubclass_init(self: Ref, args: Ref, kwargs: Ref): number {
  heapctype_init(self, args, kwargs)
  setint32(self + VALUE2, 20)
  return 0
}
const HeapCTypeSubclass = defineHeapType({
  name: "_testcapi.HeapCTypeSubclass",
  doc: "Subclass of HeapCType, without GC.\n\n__init__ sets the 'value' attribute to 10 and 'value2' to 20.",
  basicsize: PyObject.SIZE + 16,
  flags: BASETYPE,
  init: heapctypesubclass_init,
  members: [["value2", T.INT, VALUE2, 0]],
})

/** The two types of the finalizer: HeapCTypeSubclass, HeapCTypeSubclassWithFinalizer (borrowed from the module). */
const finalizerTypes = staticAlloc(16)
function heapctypesubclasswithfinalizer_init(self: Ref, args: Ref, kwargs: Ref): number {
  const base = ptr(Py_TYPE(self) + PyTypeObject.tp_base)
  fn<initproc>(ptr(base + PyTypeObject.tp_init))(self, args, kwargs)
  return 0
}
/** Change the object's class while it dies, and note both classes' counts. */
function heapctypesubclasswithfinalizer_finalize(self: Ref): void {
  const mark = cstackMark()
  const saved = calloca(24)
  PyErr_Fetch(saved)
  const newType = ptr(finalizerTypes)
  const oldType = ptr(finalizerTypes + 8)
  // the two references that the C function holds meanwhile
  if (PyObject_SetAttrString(self, "__class__", newType) === 0) {
    for (const type of [oldType, newType]) {
      const $n = PyLong_FromLong(Py_REFCNT(type) + 1)
      if ($n !== NULL && PyObject_SetAttrString(type, "refcnt_in_del", $n) === 0) Py_DECREF($n)
    }
  }
  PyErr_RestoreFrom(saved)
  cstackReset(mark)
}
const HeapCTypeSubclassWithFinalizer = defineHeapType({
  name: "_testcapi.HeapCTypeSubclassWithFinalizer",
  doc: "Subclass of HeapCType with a finalizer that reassigns __class__.\n\n__class__ is set to plain HeapCTypeSubclass during finalization.\n__init__ sets the 'value' attribute to 10 and 'value2' to 20.",
  basicsize: PyObject.SIZE + 16,
  flags: TPFLAGS.DEFAULT,
  init: heapctypesubclasswithfinalizer_init,
  finalize: heapctypesubclasswithfinalizer_finalize,
  members: [["value2", T.INT, VALUE2, 0]],
})

function heapctypewithbuffer_getbuffer(self: Ref, view: number, flags: number): number {
  for (let i = 0; i < 4; i++) setbyte(self + VALUE2 + i, 0x31 + i)
  return PyBuffer_FillInfo(view, self, self + VALUE2, 4, 1, flags)
}
function heapctypewithbuffer_releasebuffer(_self: Ref, _view: number): void {}
const HeapCTypeWithBuffer = defineHeapType({
  name: "_testcapi.HeapCTypeWithBuffer",
  doc: "Heap type with buffer support.\n\nThe buffer is set to [b'1', b'2', b'3', b'4']",
  basicsize: PyObject.SIZE + 16,
  flags: BASETYPE,
  bf_getbuffer: heapctypewithbuffer_getbuffer,
  bf_releasebuffer: heapctypewithbuffer_releasebuffer,
})

function heapctypewithdict_dealloc(self: Ref): void {
  const type = Py_TYPE(self)
  Py_XDECREF(ptr(self + VALUE))
  PyObject_Free(self)
  Py_DECREF(type)
}
const dictGetset = [["__dict__", PyObject_GenericGetDict, PyObject_GenericSetDict]] as const
const withDict = (name: string, dictoffset: number): Ref =>
  defineHeapType({
    name: `_testcapi.${name}`,
    basicsize: PyObject.SIZE + 8,
    flags: BASETYPE,
    dealloc: heapctypewithdict_dealloc,
    getset: dictGetset,
    members: [["dictobj", T.OBJECT, VALUE, 0]],
    dictoffset,
  })
const HeapCTypeWithDict = withDict("HeapCTypeWithDict", VALUE)
const HeapCTypeWithDict2 = withDict("HeapCTypeWithDict2", VALUE)
const HeapCTypeWithNegativeDict = withDict("HeapCTypeWithNegativeDict", -8)

function heapctypewithweakref_dealloc(self: Ref): void {
  const type = Py_TYPE(self)
  if (ptr(self + VALUE) !== 0) PyObject_ClearWeakRefs(self)
  Py_XDECREF(ptr(self + VALUE))
  PyObject_Free(self)
  Py_DECREF(type)
}
const withWeakref = (name: string): Ref =>
  defineHeapType({
    name: `_testcapi.${name}`,
    basicsize: PyObject.SIZE + 8,
    flags: BASETYPE,
    dealloc: heapctypewithweakref_dealloc,
    members: [["weakreflist", T.OBJECT, VALUE, READONLY]],
    weaklistoffset: VALUE,
  })
const HeapCTypeWithWeakref = withWeakref("HeapCTypeWithWeakref")
const HeapCTypeWithWeakref2 = withWeakref("HeapCTypeWithWeakref2")

function heapctypesetattr_init(self: Ref, _args: Ref, _kwargs: Ref): number {
  setint64(self + VALUE, 10)
  return 0
}
function heapctypesetattr_setattro(self: Ref, attr: Ref, value: Ref): number {
  if (PyUnicode_AsJS(attr) !== "value") return PyObject_GenericSetAttr(self, attr, value)
  if (value === NULL) {
    setint64(self + VALUE, 0)
    return 0
  }
  const $int = PyNumber_Long(value)
  if ($int === NULL) return -1
  const v = PyLong_AsLong($int)
  Py_DECREF($int)
  if (v === -1 && PyErr_Occurred()) return -1
  setint64(self + VALUE, v)
  return 0
}
const HeapCTypeSetattr = defineHeapType({
  name: "_testcapi.HeapCTypeSetattr",
  doc: "A heap type without GC, but with overridden __setattr__.\n\nThe 'value' attribute is set to 10 in __init__ and updated via attribute setting.",
  basicsize: PyObject.SIZE + 8,
  flags: BASETYPE,
  init: heapctypesetattr_init,
  dealloc: heapctype_dealloc,
  setattro: heapctypesetattr_setattro,
  members: [["pvalue", T.LONG, VALUE, 0]],
})

function addHeapType(module: Ref, name: string, template: Ref, base: Ref): Ref {
  const $type = newHeapType(template, module, base)
  if ($type === NULL) return NULL
  const r = PyModule_AddObjectRef(module, name, $type)
  Py_DECREF($type)
  return r < 0 ? NULL : $type
}
export function addHeapTypes(module: Ref): number {
  const plain: readonly (readonly [string, Ref])[] = [
    ["HeapDocCType", HeapDocCType],
    ["NullTpDocType", NullTpDocType],
    ["HeapGcCType", HeapGcCType],
    ["HeapCTypeWithBuffer", HeapCTypeWithBuffer],
    ["HeapCTypeWithDict", HeapCTypeWithDict],
    ["HeapCTypeWithDict2", HeapCTypeWithDict2],
    ["HeapCTypeWithNegativeDict", HeapCTypeWithNegativeDict],
    ["HeapCTypeWithWeakref", HeapCTypeWithWeakref],
    ["HeapCTypeWithWeakref2", HeapCTypeWithWeakref2],
    ["HeapCTypeSetattr", HeapCTypeSetattr],
  ]
  for (const [name, template] of plain) if (addHeapType(module, name, template, NULL) === NULL) return -1
  const base = addHeapType(module, "HeapCType", HeapCType, NULL)
  if (base === NULL) return -1
  const sub = addHeapType(module, "HeapCTypeSubclass", HeapCTypeSubclass, base)
  if (sub === NULL) return -1
  const last = addHeapType(module, "HeapCTypeSubclassWithFinalizer", HeapCTypeSubclassWithFinalizer, sub)
  if (last === NULL) return -1
  setptr(finalizerTypes, sub)
  setptr(finalizerTypes + 8, last)
  return 0
}
