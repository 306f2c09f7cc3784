import { ptr, setptr } from "../heap/access.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { Py_DECREF, Py_INCREF, Py_NewRef } from "../heap/refcount.ts"
import { defineModule } from "../objects/define.ts"
import { PyErr_SetString } from "../objects/errors.ts"
import { _PyArg_BadArgument, _PyArg_CheckPositional } from "../objects/getargs.ts"
import {
  PyList_Append,
  PyList_Check,
  PyList_GET_ITEM,
  PyList_GET_SIZE,
  PyList_ITEMS,
  PyList_SET_ITEM,
  PyList_SetSlice,
} from "../objects/listobject.ts"
import { PyModule_AddStringConstant } from "../objects/moduleobject.ts"
import { PyObject_RichCompareBool } from "../objects/object.ts"
import { METH, Py } from "../objects/slots.ts"
import { Py_None, PyExc_IndexError, PyExc_RuntimeError } from "../objects/statictypes.ts"

// Modules/_heapqmodule.c. Comparisons may change the list: items are held while they are compared, and its size is checked after.

/** a < b of a min heap; b < a of a max heap. -1 with the error set. The first operand of the comparison is `a` of a min heap. */
function less(a: Ref, b: Ref, max: boolean): number {
  Py_INCREF(a)
  Py_INCREF(b)
  const cmp = max ? PyObject_RichCompareBool(b, a, Py.LT) : PyObject_RichCompareBool(a, b, Py.LT)
  Py_DECREF(a)
  Py_DECREF(b)
  return cmp
}
function outOfRange(): number {
  PyErr_SetString(PyExc_IndexError, "index out of range")
  return -1
}
function sizeChanged(heap: Ref, size: number): boolean {
  if (PyList_GET_SIZE(heap) === size) return false
  PyErr_SetString(PyExc_RuntimeError, "list changed size during iteration")
  return true
}
function swap(heap: Ref, i: number, j: number): void {
  const items = PyList_ITEMS(heap)
  const t = ptr(items + 8 * i)
  setptr(items + 8 * i, ptr(items + 8 * j))
  setptr(items + 8 * j, t)
}

/** The item at pos rises until its parent is not greater. 0 or -1. */
function siftdown(heap: Ref, startpos: number, pos: number, max: boolean): number {
  const size = PyList_GET_SIZE(heap)
  if (pos >= size) return outOfRange()
  while (pos > startpos) {
    const parent = (pos - 1) >> 1
    const cmp = less(PyList_GET_ITEM(heap, pos), PyList_GET_ITEM(heap, parent), max)
    if (cmp < 0 || sizeChanged(heap, size)) return -1
    if (cmp === 0) break
    swap(heap, parent, pos)
    pos = parent
  }
  return 0
}

/** The hole at pos goes down along the smaller children to a leaf; then the item there rises. */
function siftup(heap: Ref, pos: number, max: boolean): number {
  const end = PyList_GET_SIZE(heap)
  const startpos = pos
  if (pos >= end) return outOfRange()
  const limit = end >> 1
  while (pos < limit) {
    let child = 2 * pos + 1
    if (child + 1 < end) {
      const cmp = less(PyList_GET_ITEM(heap, child), PyList_GET_ITEM(heap, child + 1), max)
      if (cmp < 0) return -1
      if (cmp === 0) child++
      if (sizeChanged(heap, end)) return -1
    }
    swap(heap, child, pos)
    pos = child
  }
  return siftdown(heap, startpos, pos, max)
}

function popTop(heap: Ref, max: boolean): Own {
  const n = PyList_GET_SIZE(heap)
  if (n === 0) return PyErr_SetString(PyExc_IndexError, "index out of range")
  const $last = Py_NewRef(PyList_GET_ITEM(heap, n - 1))
  if (PyList_SetSlice(heap, n - 1, n, NULL)) {
    Py_DECREF($last)
    return NULL
  }
  if (n === 1) return $last
  return replaceTop(heap, $last, max)
}

/** Put `$item` (stolen) at the top and return what was there: owned; NULL with the error set. */
function replaceTop(heap: Ref, $item: Own, max: boolean): Own {
  const $top = PyList_GET_ITEM(heap, 0) as Own
  PyList_SET_ITEM(heap, 0, $item)
  if (siftup(heap, 0, max)) {
    Py_DECREF($top)
    return NULL
  }
  return $top
}

/** Nodes before `leftmost` have both children at hand when a subtree is finished before the next is begun. */
function heapify(heap: Ref, max: boolean): Own {
  const n = PyList_GET_SIZE(heap)
  const m = n >> 1
  if (n <= 2500) {
    for (let i = m - 1; i >= 0; i--) if (siftup(heap, i, max)) return NULL
    return Py_NewRef(Py_None)
  }
  const leftmost = (1 << (31 - Math.clz32(m + 1))) - 1
  const mhalf = m >> 1
  for (let i = leftmost - 1; i >= mhalf; i--) if (siftupPath(heap, i, max)) return NULL
  for (let i = m - 1; i >= leftmost; i--) if (siftupPath(heap, i, max)) return NULL
  return Py_NewRef(Py_None)
}
/** The node and, while it is a right-hand one, its parents. */
function siftupPath(heap: Ref, j: number, max: boolean): number {
  for (;;) {
    if (siftup(heap, j, max)) return -1
    if (!(j & 1)) return 0
    j >>= 1
  }
}

function isHeap(name: string, arg: Ref, which: string): boolean {
  if (PyList_Check(arg)) return true
  _PyArg_BadArgument(name, which, "list", arg)
  return false
}
function twoArgs(name: string, args: number, nargs: number): boolean {
  return _PyArg_CheckPositional(name, nargs, 2, 2) && isHeap(name, ptr(args), "argument 1")
}

function heappush(_m: Ref, args: number, nargs: number): Own {
  if (!twoArgs("heappush", args, nargs)) return NULL
  const heap = ptr(args)
  if (PyList_Append(heap, ptr(args + 8))) return NULL
  return siftdown(heap, 0, PyList_GET_SIZE(heap) - 1, false) ? NULL : Py_NewRef(Py_None)
}
function heappop(_m: Ref, heap: Ref): Own {
  return isHeap("heappop", heap, "argument") ? popTop(heap, false) : NULL
}
function _heappop_max(_m: Ref, heap: Ref): Own {
  return isHeap("_heappop_max", heap, "argument") ? popTop(heap, true) : NULL
}
function replace(heap: Ref, item: Ref, max: boolean): Own {
  if (PyList_GET_SIZE(heap) === 0) return PyErr_SetString(PyExc_IndexError, "index out of range")
  return replaceTop(heap, Py_NewRef(item), max)
}
function heapreplace(_m: Ref, args: number, nargs: number): Own {
  return twoArgs("heapreplace", args, nargs) ? replace(ptr(args), ptr(args + 8), false) : NULL
}
function _heapreplace_max(_m: Ref, args: number, nargs: number): Own {
  return twoArgs("_heapreplace_max", args, nargs) ? replace(ptr(args), ptr(args + 8), true) : NULL
}
function heappushpop(_m: Ref, args: number, nargs: number): Own {
  if (!twoArgs("heappushpop", args, nargs)) return NULL
  const heap = ptr(args)
  const item = ptr(args + 8)
  if (PyList_GET_SIZE(heap) === 0) return Py_NewRef(item)
  const $top = Py_NewRef(PyList_GET_ITEM(heap, 0))
  const cmp = PyObject_RichCompareBool($top, item, Py.LT)
  Py_DECREF($top)
  if (cmp < 0) return NULL
  return cmp === 0 ? Py_NewRef(item) : replace(heap, item, false)
}
function heapify_min(_m: Ref, heap: Ref): Own {
  return isHeap("heapify", heap, "argument") ? heapify(heap, false) : NULL
}
function _heapify_max(_m: Ref, heap: Ref): Own {
  return isHeap("_heapify_max", heap, "argument") ? heapify(heap, true) : NULL
}

const ABOUT =
  "Heaps are lists for which a[k] <= a[2*k+1] and a[k] <= a[2*k+2] for all k, counting\nfrom 0 and as far as these elements exist: a[0] is always the smallest.\n"

function heapq_exec(m: Ref): number {
  return PyModule_AddStringConstant(m, "__about__", ABOUT)
}

defineModule({
  name: "_heapq",
  doc: "Heap queue algorithm (a.k.a. priority queue).\n\nheappush(heap, item), heappop(heap), heap[0] the smallest item, heapify(list) in linear time,\nheappushpop(heap, item), heapreplace(heap, item).\n",
  methods: [
    ["heappush", heappush, METH.FASTCALL, "($module, heap, item, /)\n--\n\nPush item onto heap, maintaining the heap invariant."],
    [
      "heappushpop",
      heappushpop,
      METH.FASTCALL,
      "($module, heap, item, /)\n--\n\nPush item on the heap, then pop and return the smallest item: faster than one after the other.",
    ],
    ["heappop", heappop, METH.O, "($module, heap, /)\n--\n\nPop the smallest item off the heap, maintaining the heap invariant."],
    [
      "heapreplace",
      heapreplace,
      METH.FASTCALL,
      "($module, heap, item, /)\n--\n\nPop and return the current smallest value, and add the new item, which may be smaller.",
    ],
    ["heapify", heapify_min, METH.O, "($module, heap, /)\n--\n\nTransform list into a heap, in-place, in O(len(heap)) time."],
    ["_heappop_max", _heappop_max, METH.O, "($module, heap, /)\n--\n\nMaxheap variant of heappop."],
    ["_heapify_max", _heapify_max, METH.O, "($module, heap, /)\n--\n\nMaxheap variant of heapify."],
    ["_heapreplace_max", _heapreplace_max, METH.FASTCALL, "($module, heap, item, /)\n--\n\nMaxheap variant of heapreplace."],
  ],
  exec: heapq_exec,
})
