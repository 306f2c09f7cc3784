import { auditHeap } from "../gc/audit.ts"
import { _PyObject_IS_GC } from "../gc/gcmodule.ts"
import { gcTraverse } from "../gc/state.ts"
import { setFailAlloc } from "../heap/domains.ts"
import { heapUse, peakResidentBytes, residentBytes, setMaxHeap } from "../heap/memstats.ts"
import { DYNAMIC_START } from "../heap/map.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { Py_DECREF, Py_NewRef, Py_REFCNT } from "../heap/refcount.ts"
import { defineModule } from "../objects/define.ts"
import {
  dictKey,
  dictValue,
  PyDict_Check,
  PyDict_CheckExact,
  PyDict_New,
  PyDict_Next,
  PyDict_SetItemString,
} from "../objects/dictobject.ts"
import { PyList_New, PyList_SET_ITEM } from "../objects/listobject.ts"
import { PyErr_Occurred } from "../objects/errors.ts"
import { PyLong_FromLong, _PyLong_AsInt } from "../objects/longobject.ts"
import { METH } from "../objects/slots.ts"
import { Py_None } from "../objects/statictypes.ts"
import { PyUnicode_FromString } from "../objects/unicodeobject.ts"

// What moult knows about its own heap, for programs and tests. CPython has no such module.

function audit(): Own {
  const findings = auditHeap()
  const $list = PyList_New(findings.length)
  for (let i = 0; $list !== NULL && i < findings.length; i++) {
    const $s = PyUnicode_FromString(findings[i])
    if ($s === NULL) {
      Py_DECREF($list)
      return NULL
    }
    PyList_SET_ITEM($list, i, $s)
  }
  return $list
}
function heap_use(_module: Ref): Own {
  const $d = PyDict_New()
  if ($d === NULL) return NULL
  for (const [name, value] of Object.entries({ ...heapUse(), resident: residentBytes(), peak: peakResidentBytes() })) {
    const $n = PyLong_FromLong(value)
    const r = $n === NULL ? -1 : PyDict_SetItemString($d, name, $n)
    if ($n !== NULL) Py_DECREF($n)
    if (r < 0) {
      Py_DECREF($d)
      return NULL
    }
  }
  return $d
}
function fail_alloc(_module: Ref, arg: Ref): Own {
  const n = _PyLong_AsInt(arg)
  if (n === -1 && PyErr_Occurred()) return NULL
  setFailAlloc(n)
  return Py_NewRef(Py_None)
}
function max_heap(_module: Ref, arg: Ref): Own {
  const n = _PyLong_AsInt(arg)
  if (n === -1 && PyErr_Occurred()) return NULL
  setMaxHeap(n)
  return Py_NewRef(Py_None)
}

// The objects found so far, their place in `found` by address, and how many references from other found ones each has.
let found: number[] = []
let place = new Map<number, number>()
let inside: number[] = []

function visitFound(op: Ref, _arg: number): number {
  if (op < DYNAMIC_START) return 0
  const i = place.get(op)
  if (i !== undefined) inside[i]++
  else {
    place.set(op, found.push(op) - 1)
    inside.push(1)
  }
  return 0
}
function visitKept(op: Ref, _arg: number): number {
  const i = place.get(op)
  if (i !== undefined && inside[i] >= 0) {
    inside[i] = -1
    pending.push(op)
  }
  return 0
}
let pending: number[] = []
/** Visit what the object holds: a dict's keys too, which tp_traverse leaves out. */
function visitHeld(op: Ref, visit: (op: Ref, arg: number) => number): void {
  if (PyDict_Check(op)) {
    for (let pos = PyDict_Next(op, 0); pos !== 0; pos = PyDict_Next(op, pos)) {
      const key = dictKey
      visit(dictValue, 0)
      visit(key, 0)
    }
    if (PyDict_CheckExact(op)) return
  }
  if (_PyObject_IS_GC(op)) gcTraverse(op, visit, 0)
}
/** Owned list of `obj` and all that only it keeps alive. The collector's way: references from outside are counts minus those inside. */
function retained(_module: Ref, obj: Ref): Own {
  found = [obj]
  place = new Map([[obj, 0]])
  inside = [0]
  for (let i = 0; i < found.length; i++) visitHeld(found[i] as Ref, visitFound)
  pending = []
  for (let i = 1; i < found.length; i++) {
    if (inside[i] >= 0 && Py_REFCNT(found[i] as Ref) > inside[i]) {
      inside[i] = -1
      pending.push(found[i])
    }
  }
  inside[0] = 0
  for (let op = pending.pop(); op !== undefined; op = pending.pop()) if (op !== obj) visitHeld(op as Ref, visitKept)
  inside[0] = 0
  const held = found.filter((_, i) => inside[i] >= 0)
  const $list = PyList_New(held.length)
  if ($list !== NULL) held.forEach((op, i) => PyList_SET_ITEM($list, i, Py_NewRef(op as Ref)))
  found = []
  place.clear()
  return $list
}

defineModule({
  name: "_moult",
  doc: "The heap, seen from inside.",
  methods: [
    [
      "audit",
      audit,
      METH.NOARGS,
      "($module, /)\n--\n\nCompare every reference count with the references in memory; a list of differences.",
    ],
    ["retained", retained, METH.O, "($module, obj, /)\n--\n\nThe objects that would be freed with obj, itself first."],
    ["heap_use", heap_use, METH.NOARGS, "($module, /)\n--\n\nBytes in use by kind of memory."],
    ["fail_alloc", fail_alloc, METH.O, "($module, n, /)\n--\n\nMake the n-th allocation from now on fail, once; 0: none."],
    ["max_heap", max_heap, METH.O, "($module, bytes, /)\n--\n\nLimit the dynamic memory; 0: no limit but the heap's size."],
  ],
})
