import { Op } from "../../base/opcodes.ts"
import { type Call, type expr, expr_context, type FormattedValue, type JoinedStr, K, type keyword } from "../ast.ts"
import { _PyST_GetSymbol, Def } from "../symtable.ts"
import { CompileError } from "./errors.ts"
import { compiler_visit_expr, compiler_visit_exprs, infer_type, starunpack_helper, update_start_location_to_match_attr } from "./expr.ts"
import { forbidden_name } from "./name.ts"
import {
  ADDOP,
  ADDOP_I,
  ADDOP_I_NOLINE,
  ADDOP_LOAD_CONST,
  ADDOP_NAME,
  type Compiler,
  compiler_add_const,
  compiler_error,
  compiler_warn,
  constStr,
  constTuple,
  SET_LOC,
  STACK_USE_GUIDELINE,
} from "./unit.ts"

// compile.c: calls and f-strings.

function check_caller(c: Compiler, e: expr): void {
  switch (e.kind) {
    case K.Constant:
    case K.Tuple:
    case K.List:
    case K.ListComp:
    case K.Dict:
    case K.DictComp:
    case K.Set:
    case K.SetComp:
    case K.GeneratorExp:
    case K.JoinedStr:
    case K.FormattedValue:
      compiler_warn(c, `'${infer_type(e)}' object is not callable; perhaps you missed a comma?`)
  }
}

/** Is `e` a name that the module imports? Only the global scope is looked at. */
function is_import_originated(c: Compiler, e: expr): boolean {
  return e.kind === K.Name && (_PyST_GetSymbol(c.st.st_top, e.id) & Def.IMPORT) !== 0
}

/** `o.m(...)` with simple arguments goes through LOAD_METHOD. */
function maybe_optimize_method_call(c: Compiler, e: Call): boolean {
  const meth = e.func
  if (meth.kind !== K.Attribute || meth.ctx !== expr_context.Load) return false
  if (is_import_originated(c, meth.value)) return false
  const argsl = e.args.length
  const kwdsl = e.keywords.length
  if (argsl + kwdsl + (kwdsl !== 0 ? 1 : 0) >= STACK_USE_GUIDELINE) return false
  for (const a of e.args) if (a.kind === K.Starred) return false
  for (const k of e.keywords) if (k.arg === null) return false
  compiler_visit_expr(c, meth.value)
  SET_LOC(c, meth)
  update_start_location_to_match_attr(c, meth)
  ADDOP_NAME(c, Op.LOAD_METHOD, meth.attr)
  compiler_visit_exprs(c, e.args)
  if (kwdsl) {
    for (const k of e.keywords) compiler_visit_expr(c, k.value)
    simple_kw_helper(c, e.keywords)
  }
  SET_LOC(c, e)
  update_start_location_to_match_attr(c, meth)
  ADDOP_I(c, Op.PRECALL, argsl + kwdsl)
  ADDOP_I(c, Op.CALL, argsl + kwdsl)
  return true
}

function validate_keywords(c: Compiler, keywords: keyword[]): void {
  for (let i = 0; i < keywords.length; i++) {
    const key = keywords[i].arg
    if (key === null) continue
    forbidden_name(c, key, expr_context.Store)
    for (let j = i + 1; j < keywords.length; j++) {
      if (keywords[j].arg === key) {
        SET_LOC(c, keywords[j])
        compiler_error(c, `keyword argument repeated: ${key}`)
      }
    }
  }
}

export function compiler_call(c: Compiler, e: Call): void {
  validate_keywords(c, e.keywords)
  if (maybe_optimize_method_call(c, e)) return
  check_caller(c, e.func)
  SET_LOC(c, e.func)
  ADDOP(c, Op.PUSH_NULL)
  SET_LOC(c, e)
  compiler_visit_expr(c, e.func)
  compiler_call_helper(c, 0, e.args, e.keywords)
}

export function compiler_joined_str(c: Compiler, e: JoinedStr): void {
  const n = e.values.length
  if (n > STACK_USE_GUIDELINE) {
    ADDOP_LOAD_CONST(c, constStr(""))
    ADDOP_NAME(c, Op.LOAD_METHOD, "join")
    ADDOP_I(c, Op.BUILD_LIST, 0)
    for (const v of e.values) {
      compiler_visit_expr(c, v)
      ADDOP_I(c, Op.LIST_APPEND, 1)
    }
    ADDOP_I(c, Op.PRECALL, 1)
    ADDOP_I(c, Op.CALL, 1)
  } else {
    compiler_visit_exprs(c, e.values)
    if (n !== 1) ADDOP_I(c, Op.BUILD_STRING, n)
  }
}

export function compiler_formatted_value(c: Compiler, e: FormattedValue): void {
  compiler_visit_expr(c, e.value)
  let oparg: number
  switch (e.conversion) {
    case 115:
      oparg = 1
      break
    case 114:
      oparg = 2
      break
    case 97:
      oparg = 3
      break
    case -1:
      oparg = 0
      break
    default:
      throw new CompileError("SystemError", `Unrecognized conversion character ${e.conversion}`)
  }
  if (e.format_spec !== null) {
    compiler_visit_expr(c, e.format_spec)
    oparg |= 4
  }
  ADDOP_I(c, Op.FORMAT_VALUE, oparg)
}

function subkwargs(c: Compiler, keywords: keyword[], begin: number, end: number): void {
  const n = end - begin
  const big = n * 2 > STACK_USE_GUIDELINE
  if (n > 1 && !big) {
    for (let i = begin; i < end; i++) compiler_visit_expr(c, keywords[i].value)
    ADDOP_LOAD_CONST(c, constTuple(keywords.slice(begin, end).map((k) => constStr(k.arg as string))))
    ADDOP_I(c, Op.BUILD_CONST_KEY_MAP, n)
    return
  }
  if (big) ADDOP_I_NOLINE(c, Op.BUILD_MAP, 0)
  for (let i = begin; i < end; i++) {
    ADDOP_LOAD_CONST(c, constStr(keywords[i].arg as string))
    compiler_visit_expr(c, keywords[i].value)
    if (big) ADDOP_I_NOLINE(c, Op.MAP_ADD, 1)
  }
  if (!big) ADDOP_I(c, Op.BUILD_MAP, n)
}

/** KW_NAMES before a call. */
function simple_kw_helper(c: Compiler, keywords: keyword[]): void {
  ADDOP_I(c, Op.KW_NAMES, compiler_add_const(c, constTuple(keywords.map((k) => constStr(k.arg as string)))))
}

/** The arguments and the call, for compiler_call and classes; `n` arguments are on the stack already. */
export function compiler_call_helper(c: Compiler, n: number, args: expr[], keywords: keyword[]): void {
  validate_keywords(c, keywords)
  const nelts = args.length
  const nkwelts = keywords.length
  const simple =
    nelts + nkwelts * 2 <= STACK_USE_GUIDELINE && !args.some((a) => a.kind === K.Starred) && !keywords.some((k) => k.arg === null)
  if (simple) {
    compiler_visit_exprs(c, args)
    if (nkwelts) {
      for (const k of keywords) compiler_visit_expr(c, k.value)
      simple_kw_helper(c, keywords)
    }
    ADDOP_I(c, Op.PRECALL, n + nelts + nkwelts)
    ADDOP_I(c, Op.CALL, n + nelts + nkwelts)
    return
  }
  if (n === 0 && nelts === 1 && args[0].kind === K.Starred) compiler_visit_expr(c, args[0].value)
  else starunpack_helper(c, args, n, Op.BUILD_LIST, Op.LIST_APPEND, Op.LIST_EXTEND, true)
  if (nkwelts) {
    let have_dict = false
    let nseen = 0
    const flush = (end: number): void => {
      subkwargs(c, keywords, end - nseen, end)
      if (have_dict) ADDOP_I(c, Op.DICT_MERGE, 1)
      have_dict = true
      nseen = 0
    }
    for (let i = 0; i < nkwelts; i++) {
      const kw = keywords[i]
      if (kw.arg !== null) {
        nseen++
        continue
      }
      if (nseen) flush(i)
      if (!have_dict) {
        ADDOP_I(c, Op.BUILD_MAP, 0)
        have_dict = true
      }
      compiler_visit_expr(c, kw.value)
      ADDOP_I(c, Op.DICT_MERGE, 1)
    }
    if (nseen) flush(nkwelts)
  }
  ADDOP_I(c, Op.CALL_FUNCTION_EX, nkwelts > 0 ? 1 : 0)
}
