import type { Own, Ref } from "../heap/ref.ts"
import { Py_NewRef } from "../heap/refcount.ts"
import { defineModule } from "../objects/define.ts"
import { METH } from "../objects/slots.ts"

// Modules/_typingmodule.c

function idfunc(_m: Ref, x: Ref): Own {
  return Py_NewRef(x)
}

defineModule({
  name: "_typing",
  doc: "Accelerators for the typing module.\n",
  methods: [["_idfunc", idfunc, METH.O, "($module, x, /)\n--\n\n"]],
})
