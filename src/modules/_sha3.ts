import { ptr } from "../heap/access.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { defineModule, definePrivateType } from "../objects/define.ts"
import { _PyArg_UnpackKeywordsTuple, argParser } from "../objects/getargs.ts"
import { PyModule_AddIntConstant, PyModule_AddStringConstant, PyModule_AddType } from "../objects/moduleobject.ts"
import { TPFLAGS } from "../objects/slots.ts"
import { COMMON_METHODS, flagArg, HASH_SIZE, hash_dealloc, newHash, SHA3_GETSET, SHAKE_METHODS } from "./hash/object.ts"
import { algoNumber } from "./hash/state.ts"

// Modules/_sha3/sha3module.c

function sha3Type(name: string): Ref {
  const parser = argParser(name, ["", "usedforsecurity"])
  const algo = algoNumber(name)
  const create = (type: Ref, args: Ref, kwds: Ref): Own => {
    const at = _PyArg_UnpackKeywordsTuple(args, kwds, parser, 0, 1, 0)
    if (at === 0) return NULL
    const data = ptr(at)
    return flagArg(ptr(at + 8)) ? newHash(type, algo, data) : NULL
  }
  return definePrivateType({
    name: `_sha3.${name}`,
    basicsize: HASH_SIZE,
    flags: TPFLAGS.DEFAULT,
    doc: `${name}(data=b'', /, *, usedforsecurity=True) -> ${name.startsWith("shake") ? "SHAKE" : "SHA3"} object`,
    new: create,
    dealloc: hash_dealloc,
    methods: name.startsWith("shake") ? SHAKE_METHODS : COMMON_METHODS,
    getset: SHA3_GETSET,
  })
}
const TYPES = ["sha3_224", "sha3_256", "sha3_384", "sha3_512", "shake_128", "shake_256"].map(sha3Type)

function exec(module: Ref): number {
  for (const type of TYPES) if (PyModule_AddType(module, type) < 0) return -1
  return PyModule_AddIntConstant(module, "keccakopt", 64) < 0 ||
    PyModule_AddStringConstant(
      module,
      "implementation",
      "generic 64-bit optimized implementation (lane complementing, all rounds unrolled)",
    ) < 0
    ? -1
    : 0
}

defineModule({ name: "_sha3", exec })
