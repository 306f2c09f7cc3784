import { cstackInit } from "../../src/heap/cstack.ts"
import { PyThreadState } from "../../src/heap/layout.ts"
import { INTERP, MAIN_TSTATE } from "../../src/heap/map.ts"
import { PyMem_RawMalloc } from "../../src/heap/obmalloc.ts"
import { i32 } from "../../src/heap/views.ts"
import { initStaticTypes } from "../../src/objects/boot.ts"
import "../../src/modules/gcmodule.ts"

export { ptr } from "../../src/heap/access.ts"
export { Py_DECREF, Py_REFCNT } from "../../src/heap/refcount.ts"
export * from "../../src/objects/dictobject.ts"
export { PyErr_Clear, PyErr_Occurred } from "../../src/objects/errors.ts"
export { PyLong_FromBigInt, PyLong_FromLong } from "../../src/objects/longobject.ts"
export { reprJS } from "../../src/objects/object.ts"
export { PyUnicode_FromString } from "../../src/objects/unicodeobject.ts"

/** Enough of a runtime for objects without Python code: static types, a thread state, scratch memory. */
export function bootObjects(): void {
  i32[(MAIN_TSTATE + PyThreadState.recursion_remaining) >> 2] = 1000
  i32[(MAIN_TSTATE + PyThreadState.recursion_limit) >> 2] = 1000
  i32[(MAIN_TSTATE + PyThreadState.interp) >> 2] = INTERP
  cstackInit(PyMem_RawMalloc(1 << 20), 1 << 20)
  initStaticTypes()
}
