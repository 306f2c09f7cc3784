import type { Located } from "../ast.ts"

// What the back half of the front end throws: its callers (vm/pythonrun_compile.ts) turn it into the Python error.

export type CompileErrorType = "SyntaxError" | "RecursionError" | "SystemError" | "RuntimeError" | "OverflowError"

/** Thrown for every error of the symbol table and the compiler. Not an Error: no stack is wanted. */
export class CompileError {
  constructor(
    readonly type: CompileErrorType,
    readonly msg: string,
    /** How CPython attaches the position: in `args` (compile.c) or as attributes (symtable.c, future.c). */
    readonly how: "args" | "ranged" | "none" = "none",
    readonly lineno = 0,
    readonly offset = 0,
    readonly end_lineno = 0,
    readonly end_offset = 0,
  ) {}
}

/** Thrown when a warning handler has already set the Python error. */
export const ERROR_IS_SET = { errorIsSet: true } as const

/** PyErr_RangedSyntaxLocationObject at a node. */
export function syntaxErrorAt(msg: string, at: Located): CompileError {
  return new CompileError("SyntaxError", msg, "ranged", at.lineno, at.col_offset + 1, at.end_lineno, at.end_col_offset + 1)
}

export function recursionError(): CompileError {
  return new CompileError("RecursionError", "maximum recursion depth exceeded during compilation")
}

/** Emit a warning: 0 done, -1 it became a SyntaxWarning exception (cleared), -2 another error is set. */
export type Warn = (category: "SyntaxWarning", msg: string, lineno: number) => number

/** Recursion counters as CPython keeps them: the thread's depth and limit, scaled by 3. */
export interface Recursion {
  depth: number
  limit: number
}
