import { type ConstantValue, K, type ImportFrom, type mod, type stmt } from "./ast.ts"
import { CO } from "./code.ts"
import { CompileError } from "./compile/errors.ts"

// Python/future.c

export interface FutureFeatures {
  /** CO_FUTURE_* bits, later or-ed with the caller's compiler flags. */
  ff_features: number
  /** Line of the last future statement, -1 for none. */
  ff_lineno: number
}

/** Python/ast.c _PyAST_GetDocString: the string of a leading string statement, else null. */
export function _PyAST_GetDocString(body: stmt[]): ConstantValue | null {
  if (body.length === 0) return null
  const st = body[0]
  if (st.kind !== K.Expr || st.value.kind !== K.Constant || st.value.value.t !== "str") return null
  return st.value.value
}

function future_check_features(ff: FutureFeatures, s: ImportFrom): void {
  for (const { name } of s.names) {
    switch (name) {
      case "nested_scopes":
      case "generators":
      case "division":
      case "absolute_import":
      case "with_statement":
      case "print_function":
      case "unicode_literals":
      case "generator_stop":
        continue
      case "barry_as_FLUFL":
        ff.ff_features |= CO.FUTURE_BARRY_AS_BDFL
        break
      case "annotations":
        ff.ff_features |= CO.FUTURE_ANNOTATIONS
        break
      default: {
        const msg = name === "braces" ? "not a chance" : `future feature ${name.slice(0, 100)} is not defined`
        throw new CompileError("SyntaxError", msg, "ranged", s.lineno, s.col_offset + 1, s.lineno, -1)
      }
    }
  }
}

/** The future statements at the head of a module. */
export function _PyFuture_FromAST(mod: mod): FutureFeatures {
  const ff: FutureFeatures = { ff_features: 0, ff_lineno: -1 }
  if ((mod.kind !== K.Module && mod.kind !== K.Interactive) || mod.body.length === 0) return ff
  let done = false
  let prev_line = 0
  for (let i = _PyAST_GetDocString(mod.body) !== null ? 1 : 0; i < mod.body.length; i++) {
    const s = mod.body[i]
    if (done && s.lineno > prev_line) return ff
    prev_line = s.lineno
    if (s.kind !== K.ImportFrom || s.module !== "__future__") {
      done = true
      continue
    }
    if (done) {
      const msg = "from __future__ imports must occur at the beginning of the file"
      throw new CompileError("SyntaxError", msg, "ranged", s.lineno, s.col_offset, s.lineno, -1)
    }
    future_check_features(ff, s)
    ff.ff_lineno = s.lineno
  }
  return ff
}
