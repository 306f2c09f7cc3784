import { ptr } from "../../heap/access.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { defineModule } from "../../objects/define.ts"
import { _PyArg_UnpackKeywords, argParser } from "../../objects/getargs.ts"
import { PyModule_AddObjectRef } from "../../objects/moduleobject.ts"
import { METH, type PyCFunction } from "../../objects/slots.ts"
import { PyType_Ready } from "../../objects/typeobject.ts"
import { flagArg, newHash } from "./object.ts"
import { algoNumber } from "./state.ts"

/** `NAME(string=b'', *, usedforsecurity=True)` for an algorithm. Load time only. */
export function hashConstructor(fname: string, algorithm: string, type: Ref): PyCFunction {
  const parser = argParser(fname, ["string", "usedforsecurity"])
  const algo = algoNumber(algorithm)
  return (_m: Ref, args: number, nargs: number, kwnames: Ref): Own => {
    const at = _PyArg_UnpackKeywords(args, nargs, 0, kwnames, parser, 0, 1, 0)
    if (at === 0) return NULL
    const data = ptr(at)
    return flagArg(ptr(at + 8)) ? newHash(type, algo, data) : NULL
  }
}

/** A module with one constructor an algorithm: [function, the type's name in the module, type]. Load time only. */
export function hashModule(name: string, table: readonly (readonly [string, string, Ref])[]): void {
  defineModule({
    name,
    methods: table.map(([fname, , type]) => [
      fname,
      hashConstructor(fname, fname, type),
      METH.FASTCALL | METH.KEYWORDS,
      `($module, /, string=b'', *, usedforsecurity=True)\n--\n\nReturn a new ${fname.toUpperCase()} hash object; optionally initialized with a string.`,
    ]),
    exec: (module: Ref): number => {
      for (const [, typeName, type] of table) if (PyType_Ready(type) < 0 || PyModule_AddObjectRef(module, typeName, type) < 0) return -1
      return 0
    },
  })
}
