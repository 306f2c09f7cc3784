import type { Ref } from "../heap/ref.ts"
import { defineModule } from "../objects/define.ts"
import { PyModule_AddObjectRef } from "../objects/moduleobject.ts"
import { PyInstanceMethod_Type } from "../objects/statictypes.ts"
import { callMethods } from "./testcapi/calls.ts"
import { checkMethods } from "./testcapi/checks.ts"
import { addConstants } from "./testcapi/constants.ts"
import { docMethods } from "./testcapi/docs.ts"
import { errorMethods } from "./testcapi/errors.ts"
import { getargsMethods } from "./testcapi/getargs.ts"
import { addHeapTypes } from "./testcapi/heaptypes.ts"
import { memoryMethods } from "./testcapi/memory.ts"
import { objectMethods } from "./testcapi/objects.ts"
import { initTestError } from "./testcapi/support.ts"
import { addTypes } from "./testcapi/types.ts"
import { unicodeMethods } from "./testcapi/unicode.ts"

// Modules/_testcapimodule.c: what CPython's own tests ask of its C API. Only what can be true here: there are no subinterpreters, and no
// memory is ever touched without the lock.

function exec(module: Ref): number {
  if (initTestError(module) < 0 || addConstants(module) < 0 || addTypes(module) < 0 || addHeapTypes(module) < 0) return -1
  return PyModule_AddObjectRef(module, "instancemethod", PyInstanceMethod_Type)
}

defineModule({
  name: "_testcapi",
  methods: [
    ...memoryMethods,
    ...errorMethods,
    ...callMethods,
    ...objectMethods,
    ...docMethods,
    ...getargsMethods,
    ...checkMethods,
    ...unicodeMethods,
  ],
  exec,
})
