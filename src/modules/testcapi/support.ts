import { ptr, setptr } from "../../heap/access.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { staticAlloc } from "../../heap/statics.ts"
import { PyErr_NewException, PyErr_SetString } from "../../objects/errors.ts"
import { PyModule_AddObjectRef } from "../../objects/moduleobject.ts"

// What the parts of _testcapi share: its exception, and the slots of parsed arguments.

const TestErrorSlot = staticAlloc(8)

export function initTestError(module: Ref): number {
  const $e = PyErr_NewException("_testcapi.error", NULL, NULL)
  if ($e === NULL) return -1
  setptr(TestErrorSlot, $e)
  return PyModule_AddObjectRef(module, "error", $e)
}
/** Raise _testcapi.error. */
export function testError(test: string, message: string): Own {
  return PyErr_SetString(ptr(TestErrorSlot), `${test}: ${message}`)
}
/** The i-th object of parsed arguments. */
export function unit(slots: number, i: number): Ref {
  return ptr(slots + 8 * i)
}
