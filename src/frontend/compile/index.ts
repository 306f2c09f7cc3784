import { K, type mod } from "../ast.ts"
import { _PyAST_Optimize } from "../astopt.ts"
import { Op } from "../../base/opcodes.ts"
import type { CodeUnit } from "../code.ts"
import { _PyFuture_FromAST } from "../future.ts"
import { _PySymtable_Build } from "../symtable.ts"
import { assemble } from "./assemble.ts"
import { CompileError, type Recursion, recursionError, type Warn } from "./errors.ts"
import { compiler_visit_expr } from "./expr.ts"
import { compiler_body, compiler_visit_stmts, find_ann } from "./stmt.ts"
import { ADDOP, Compiler, compiler_enter_scope, ScopeType } from "./unit.ts"

export {
  CompileError,
  ERROR_IS_SET,
  type Recursion,
  type Warn,
} from "./errors.ts"

export interface CompileOptions {
  /** PyCF_* and CO_FUTURE_* bits. */
  flags: number
  /** 0, 1 (-O) or 2 (-OO). */
  optimize: number
  warn: Warn
  /** Recursion counters already scaled (times 3). */
  recursion: Recursion
}

/** Python/compile.c _PyAST_Compile. The tree is changed (folded) on the way. Throws CompileError or ERROR_IS_SET. */
export function _PyAST_Compile(mod: mod, options: CompileOptions): CodeUnit {
  const future = _PyFuture_FromAST(mod)
  const flags = future.ff_features | options.flags
  future.ff_features = flags
  try {
    const arena = _PyAST_Optimize(mod, options.optimize, flags, options.recursion)
    const st = _PySymtable_Build(mod, future, options.recursion)
    const unit = compiler_mod(new Compiler(st, future, flags, options.optimize, options.warn), mod)
    unit.arena = arena
    return unit
  } catch (e) {
    // a recursion limit above what the JavaScript stack holds
    if (e instanceof RangeError) throw recursionError()
    throw e
  }
}

function compiler_mod(c: Compiler, mod: mod): CodeUnit {
  let addNone = true
  compiler_enter_scope(c, "<module>", ScopeType.MODULE, mod, 1)
  c.u.lineno = 1
  switch (mod.kind) {
    case K.Module:
      compiler_body(c, mod.body)
      break
    case K.Interactive:
      if (find_ann(mod.body)) ADDOP(c, Op.SETUP_ANNOTATIONS)
      c.interactive = true
      compiler_visit_stmts(c, mod.body)
      break
    case K.Expression:
      compiler_visit_expr(c, mod.body)
      addNone = false
      break
    default:
      throw new CompileError("SystemError", `module kind ${mod.kind} should not be possible`)
  }
  return assemble(c, addNone)
}
