import { auditHeap } from "../gc/audit.ts"
import { setFailAlloc } from "../heap/domains.ts"
import { heapUse, peakResidentBytes, residentBytes, setMaxHeap } from "../heap/memstats.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { Py_DECREF, Py_NewRef } from "../heap/refcount.ts"
import { defineModule } from "../objects/define.ts"
import { PyDict_New, PyDict_SetItemString } from "../objects/dictobject.ts"
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
    ["heap_use", heap_use, METH.NOARGS, "($module, /)\n--\n\nBytes in use by kind of memory."],
    ["fail_alloc", fail_alloc, METH.O, "($module, n, /)\n--\n\nMake the n-th allocation from now on fail, once; 0: none."],
    ["max_heap", max_heap, METH.O, "($module, bytes, /)\n--\n\nLimit the dynamic memory; 0: no limit but the heap's size."],
  ],
})
