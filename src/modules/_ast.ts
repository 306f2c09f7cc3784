import type { Ref } from "../heap/ref.ts"
import { PyObject_IsInstance } from "../objects/abstract.ts"
import { defineModule } from "../objects/define.ts"
import { PyModule_AddIntConstant, PyModule_AddObjectRef } from "../objects/moduleobject.ts"
import { AST_type, classSpecs, init_types, nodeType, typesMade } from "./ast/types.ts"

// The module `_ast`: the node classes.

export { PyAST_obj2mod } from "./ast/fromobject.ts"
export { PyAST_mod2obj } from "./ast/toobject.ts"
export { _PyAST_Validate } from "./ast/validate.ts"

/** Is `op` an ast node? 1, 0, or -1 with the error set. */
export function PyAST_Check(op: Ref): number {
  // nobody can have a node before the classes are made
  return typesMade() ? PyObject_IsInstance(op, AST_type) : 0
}

function astmodule_exec(m: Ref): number {
  if (!init_types()) return -1
  if (PyModule_AddObjectRef(m, "AST", AST_type) < 0) return -1
  if (PyModule_AddIntConstant(m, "PyCF_ALLOW_TOP_LEVEL_AWAIT", 0x2000) < 0) return -1
  if (PyModule_AddIntConstant(m, "PyCF_ONLY_AST", 0x400) < 0) return -1
  if (PyModule_AddIntConstant(m, "PyCF_TYPE_COMMENTS", 0x1000) < 0) return -1
  for (const c of classSpecs()) if (PyModule_AddObjectRef(m, c.name, nodeType(c.name)) < 0) return -1
  return 0
}

defineModule({ name: "_ast", exec: astmodule_exec })
