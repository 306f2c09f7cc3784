import { int32, ptr, setint32, setptr } from "../../heap/access.ts"
import { PyBaseExceptionObject } from "../../heap/layout.ts"
import { INTERP, Interp } from "../../heap/map.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_IS_TYPE, Py_NewRef, Py_SET_REFCNT } from "../../heap/refcount.ts"
import { _PyObject_GC_TRACK, PyObject_GC_UnTrack } from "../../gc/gcmodule.ts"
import { defineType } from "../define.ts"
import { EMPTY_TUPLE, PyExc_Exception, PyExc_MemoryError } from "../statictypes.ts"
import { exceptionSpec } from "./attributes.ts"
import { BaseException_clear, BaseException_init, BaseException_new, BaseException_traverse, freeInstance } from "./base.ts"
import { Py_DECREF } from "../../heap/refcount.ts"

// Objects/exceptions.c: MemoryError keeps up to 16 dead instances, so that raising it needs no memory.
// The list is linked through `dict`.

const MEMERRORS_SAVE = 16

function MemoryError_new(type: Ref, args: Ref, kwds: Ref): Own {
  const self = ptr(INTERP + Interp.memerrors_freelist) as Own
  if (type !== PyExc_MemoryError || self === NULL) return BaseException_new(type, args, kwds)
  setptr(self + PyBaseExceptionObject.args, Py_NewRef(EMPTY_TUPLE))
  setptr(INTERP + Interp.memerrors_freelist, ptr(self + PyBaseExceptionObject.dict))
  setint32(INTERP + Interp.memerrors_numfree, int32(INTERP + Interp.memerrors_numfree) - 1)
  setptr(self + PyBaseExceptionObject.dict, 0)
  Py_SET_REFCNT(self, 1)
  _PyObject_GC_TRACK(self)
  return self
}

function MemoryError_dealloc(self: Ref): void {
  PyObject_GC_UnTrack(self)
  BaseException_clear(self)
  const n = int32(INTERP + Interp.memerrors_numfree)
  if (!Py_IS_TYPE(self, PyExc_MemoryError) || n >= MEMERRORS_SAVE) {
    freeInstance(self)
    return
  }
  setptr(self + PyBaseExceptionObject.dict, ptr(INTERP + Interp.memerrors_freelist))
  setptr(INTERP + Interp.memerrors_freelist, self)
  setint32(INTERP + Interp.memerrors_numfree, n + 1)
}

/** Boot: fill the list; 0, or -1 without memory. */
export function preallocate_memerrors(): number {
  const made: Own[] = []
  for (let i = 0; i < MEMERRORS_SAVE; i++) {
    const $e = MemoryError_new(PyExc_MemoryError, NULL, NULL)
    if ($e === NULL) return -1
    made.push($e)
  }
  for (const $e of made) Py_DECREF($e)
  return 0
}

/** The dead MemoryErrors, oldest last: the audit counts their blocks. */
export function deadMemoryErrors(): Ref[] {
  const out: Ref[] = []
  for (let p = ptr(INTERP + Interp.memerrors_freelist); p !== 0; p = ptr(p + PyBaseExceptionObject.dict)) out.push(p)
  return out
}

defineType(PyExc_MemoryError, {
  ...exceptionSpec("MemoryError", PyExc_Exception, PyBaseExceptionObject.SIZE),
  dealloc: MemoryError_dealloc,
  traverse: BaseException_traverse,
  clear: BaseException_clear,
  init: BaseException_init,
  new: MemoryError_new,
})
