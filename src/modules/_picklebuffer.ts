import type { Ref } from "../heap/ref.ts"
import { defineModule } from "../objects/define.ts"
import { PyModule_AddType } from "../objects/moduleobject.ts"
import { PyPickleBuffer_Type } from "../objects/statictypes.ts"

// In CPython PickleBuffer is in _pickle, with the fast pickler. Pickling is done by pickle.py's own classes here, and tests take a _pickle
// for a sign of the others: the type has a module of its own, which the packed pickle.py imports it from (tools/build.mjs).

function exec(module: Ref): number {
  return PyModule_AddType(module, PyPickleBuffer_Type)
}
defineModule({ name: "_picklebuffer", exec })
