import { NULL, type Own, type Ref } from "../heap/ref.ts"
import type { mod } from "../frontend/ast.ts"
import { PyCF } from "../frontend/code.ts"
import { PyErr_SetString } from "../objects/errors.ts"
import { PyExc_SystemError } from "../objects/statictypes.ts"
import { type CompileMode, compileTree, parseSource } from "./pythonrun_compile.ts"

// What compile() needs: source or syntax tree in, code object or tree out.

/** Python's node objects; filled by modules/ast_hooks.ts. */
export const astHooks = {
  /** Is it a node? 1, 0, -1 with the error set. */
  check: (_op: Ref): number => 0,
  /** Node objects of a tree. */
  toObject: (_tree: mod): Own => PyErr_SetString(PyExc_SystemError, "no _ast module"),
  /** The tree of node objects, valid for the compiler; null with the error set. `mode` 0 exec, 1 eval, 2 single, 3 func_type. */
  fromObject: (_op: Ref, _mode: number): mod | null => null,
}

const MODES = ["exec", "eval", "single", "func_type"]

export function PyAST_Check(op: Ref): number {
  return astHooks.check(op)
}

/** Compile node objects. */
export function compileAST(op: Ref, filename: Ref, mode: CompileMode | "func_type", flags: number, optimize: number): Own {
  const tree = astHooks.fromObject(op, MODES.indexOf(mode))
  return tree === null ? NULL : compileTree(tree, filename, flags, optimize)
}

/** Compile a source, or (PyCF_ONLY_AST) parse it into node objects. */
export function Py_CompileStringObject(
  source: string | Uint8Array,
  filename: Ref,
  mode: CompileMode | "func_type",
  flags: number,
  optimize: number,
  featureVersion = 11,
  arena: Ref = NULL,
): Own {
  const tree = parseSource(source, filename, mode, flags, featureVersion)
  if (tree === null) return NULL
  return flags & PyCF.ONLY_AST ? astHooks.toObject(tree) : compileTree(tree, filename, flags, optimize, arena)
}
