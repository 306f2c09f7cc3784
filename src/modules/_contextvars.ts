import type { Own, Ref } from "../heap/ref.ts"
import { defineModule } from "../objects/define.ts"
import { PyModule_AddType } from "../objects/moduleobject.ts"
import { METH } from "../objects/slots.ts"
import { PyContext_Type, PyContextToken_Type, PyContextVar_Type } from "../objects/statictypes.ts"
import { PyContext_CopyCurrent } from "../vm/context.ts"

export { initContext } from "../vm/context.ts"

// Modules/_contextvarsmodule.c

function copy_context(_m: Ref): Own {
  return PyContext_CopyCurrent()
}

function contextvars_exec(m: Ref): number {
  for (const type of [PyContext_Type, PyContextVar_Type, PyContextToken_Type]) if (PyModule_AddType(m, type) < 0) return -1
  return 0
}

defineModule({
  name: "_contextvars",
  doc: "Context Variables",
  methods: [["copy_context", copy_context, METH.NOARGS, "($module, /)\n--\n\n"]],
  exec: contextvars_exec,
})
