import { setptr, setssize } from "../heap/access.ts"
import { fn } from "../heap/fntable.ts"
import { HG, Slow } from "../heap/heapglobals.ts"
import { PyTypeObject } from "../heap/layout.ts"
import { INTERP, Interp } from "../heap/map.ts"
import type { Own, Ref } from "../heap/ref.ts"
import { Py_TYPE } from "../heap/refcount.ts"
import { i32 } from "../heap/views.ts"
import { record_retire } from "../trace/recorder.ts"
import { PyBool_FromLong } from "./boolobject.ts"
import { Py, type freefunc } from "./slots.ts"

// The interpreter's free lists (offsets from INTERP + Interp.freelists): arrays of pointers with their counts, or linked lists.

export const PyList_MAXFREELIST = 80
export const PyDict_MAXFREELIST = 80
/** Tuples of 1 … 20 items are kept, at most 2000 of a size. */
export const PyTuple_MAXSAVESIZE = 20
export const PyTuple_NFREELISTS = PyTuple_MAXSAVESIZE
export const PyTuple_MAXFREELIST = 2000

export const enum FreeList {
  /** struct _Py_list_state */
  list_numfree = 0,
  list_free_list = 8, // 80 pointers
  /** struct _Py_dict_state */
  dict_numfree = 648,
  dict_free_list = 656, // 80 pointers
  keys_numfree = 1296,
  keys_free_list = 1304, // 80 pointers
  /** struct _Py_tuple_state: heads linked through ob_item[0], and their lengths */
  tuple_free_list = 1944, // 20 pointers
  tuple_numfree = 2104, // 20 int32
  slice_cache = 2184,
  /** struct _Py_float_state: linked through ob_type */
  float_numfree = 2192,
  float_free_list = 2200,
  /** struct _Py_context_state: linked through ctx_weakreflist */
  context_numfree = 2208,
  context_free_list = 2216,
  /** First free byte: private free lists of other files start here. */
  end = 2224,
}

const BASE = INTERP + Interp.freelists

/** Heap address of a free-list word. */
export function freelist(field: number): number {
  return BASE + field
}

/** Take the last object of an array free list; 0 when it is empty. */
export function freelistPop(numfree: number, list: number): Ref {
  const n = i32[(BASE + numfree) >> 2]
  if (n === 0) return 0 as Ref
  i32[(BASE + numfree) >> 2] = n - 1
  return i32[(BASE + list + 8 * (n - 1)) >> 2] as Ref
}

/** Put an object on an array free list; false when it is full. */
export function freelistPush(numfree: number, list: number, max: number, op: number): boolean {
  const n = i32[(BASE + numfree) >> 2]
  if (n >= max) return false
  if ((i32[HG.slow >> 2] & Slow.RECORD) !== 0) record_retire(op)
  setptr(BASE + list + 8 * n, op)
  setssize(BASE + numfree, n + 1)
  return true
}

/** `Py_TYPE(op)->tp_free(op)` */
export function tp_free(op: Ref): void {
  fn<freefunc>(i32[(Py_TYPE(op) + PyTypeObject.tp_free) >> 2])(op)
}

/** Py_RETURN_RICHCOMPARE for two numbers. */
export function richcompareNumbers(a: number, b: number, op: number): Own {
  let r: boolean
  switch (op) {
    case Py.EQ:
      r = a === b
      break
    case Py.NE:
      r = a !== b
      break
    case Py.LT:
      r = a < b
      break
    case Py.GT:
      r = a > b
      break
    case Py.LE:
      r = a <= b
      break
    default:
      r = a >= b
  }
  return PyBool_FromLong(r ? 1 : 0)
}
