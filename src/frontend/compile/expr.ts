import { Op } from "../../base/opcodes.ts"
import {
  boolop,
  type Attribute,
  cmpop,
  type Compare,
  type ConstantValue,
  type Dict,
  type expr,
  expr_context,
  K,
  type Slice,
  type Subscript,
  unaryop,
} from "../ast.ts"
import { Block } from "../symtable.ts"
import { foldFrozenset } from "../constfold.ts"
import { compiler_call, compiler_formatted_value, compiler_joined_str } from "./call.ts"
import { compiler_dictcomp, compiler_genexp, compiler_listcomp, compiler_setcomp } from "./comprehension.ts"
import { CompileError } from "./errors.ts"
import { compiler_lambda } from "./function.ts"
import { ADDOP_BINARY, ADDOP_COMPARE, ADDOP_YIELD, compiler_nameop, forbidden_name, unaryOpcode } from "./name.ts"
import {
  ADDOP,
  ADDOP_I,
  ADDOP_JUMP,
  ADDOP_JUMP_NOLINE,
  ADDOP_LOAD_CONST,
  ADDOP_NAME,
  type BasicBlock,
  type Compiler,
  compiler_error,
  compiler_new_block,
  compiler_use_next_block,
  compiler_warn,
  constTuple,
  IS_TOP_LEVEL_AWAIT,
  NONE,
  ScopeType,
  SET_LOC,
  STACK_USE_GUIDELINE,
} from "./unit.ts"

// compile.c: expressions.

export function compiler_visit_expr(c: Compiler, e: expr): void {
  const u = c.u
  const { lineno, end_lineno, col_offset, end_col_offset } = u
  SET_LOC(c, e)
  compiler_visit_expr1(c, e)
  u.lineno = lineno
  u.end_lineno = end_lineno
  u.col_offset = col_offset
  u.end_col_offset = end_col_offset
}

export function compiler_visit_exprs(c: Compiler, seq: expr[]): void {
  for (const e of seq) compiler_visit_expr(c, e)
}

export function ADD_YIELD_FROM(c: Compiler, awaiting: boolean): void {
  const start = compiler_new_block(c)
  const resume = compiler_new_block(c)
  const exit = compiler_new_block(c)
  compiler_use_next_block(c, start)
  ADDOP_JUMP(c, Op.SEND, exit)
  compiler_use_next_block(c, resume)
  ADDOP(c, Op.YIELD_VALUE)
  ADDOP_I(c, Op.RESUME, awaiting ? 3 : 2)
  ADDOP_JUMP(c, Op.JUMP_NO_INTERRUPT, start)
  compiler_use_next_block(c, exit)
}

function compiler_visit_expr1(c: Compiler, e: expr): void {
  switch (e.kind) {
    case K.NamedExpr:
      compiler_visit_expr(c, e.value)
      ADDOP_I(c, Op.COPY, 1)
      compiler_visit_expr(c, e.target)
      break
    case K.BoolOp: {
      const jump = e.op === boolop.And ? Op.JUMP_IF_FALSE_OR_POP : Op.JUMP_IF_TRUE_OR_POP
      const end = compiler_new_block(c)
      const n = e.values.length - 1
      for (let i = 0; i < n; i++) {
        compiler_visit_expr(c, e.values[i])
        ADDOP_JUMP(c, jump, end)
        compiler_use_next_block(c, compiler_new_block(c))
      }
      compiler_visit_expr(c, e.values[n])
      compiler_use_next_block(c, end)
      break
    }
    case K.BinOp:
      compiler_visit_expr(c, e.left)
      compiler_visit_expr(c, e.right)
      ADDOP_BINARY(c, e.op)
      break
    case K.UnaryOp:
      compiler_visit_expr(c, e.operand)
      ADDOP(c, unaryOpcode(e.op))
      break
    case K.Lambda:
      compiler_lambda(c, e)
      break
    case K.IfExp: {
      const end = compiler_new_block(c)
      const next = compiler_new_block(c)
      compiler_jump_if(c, e.test, next, false)
      compiler_visit_expr(c, e.body)
      ADDOP_JUMP_NOLINE(c, Op.JUMP, end)
      compiler_use_next_block(c, next)
      compiler_visit_expr(c, e.orelse)
      compiler_use_next_block(c, end)
      break
    }
    case K.Dict:
      compiler_dict(c, e)
      break
    case K.Set:
      starunpack_helper(c, e.elts, 0, Op.BUILD_SET, Op.SET_ADD, Op.SET_UPDATE, false)
      break
    case K.GeneratorExp:
      compiler_genexp(c, e)
      break
    case K.ListComp:
      compiler_listcomp(c, e)
      break
    case K.SetComp:
      compiler_setcomp(c, e)
      break
    case K.DictComp:
      compiler_dictcomp(c, e)
      break
    case K.Yield:
      if (c.u.ste.ste_type !== Block.Function) compiler_error(c, "'yield' outside function")
      if (e.value !== null) compiler_visit_expr(c, e.value)
      else ADDOP_LOAD_CONST(c, NONE)
      ADDOP_YIELD(c)
      break
    case K.YieldFrom:
      if (c.u.ste.ste_type !== Block.Function) compiler_error(c, "'yield' outside function")
      if (c.u.scope_type === ScopeType.ASYNC_FUNCTION) compiler_error(c, "'yield from' inside async function")
      compiler_visit_expr(c, e.value)
      ADDOP(c, Op.GET_YIELD_FROM_ITER)
      ADDOP_LOAD_CONST(c, NONE)
      ADD_YIELD_FROM(c, false)
      break
    case K.Await:
      if (!IS_TOP_LEVEL_AWAIT(c)) {
        if (c.u.ste.ste_type !== Block.Function) compiler_error(c, "'await' outside function")
        if (c.u.scope_type !== ScopeType.ASYNC_FUNCTION && c.u.scope_type !== ScopeType.COMPREHENSION) {
          compiler_error(c, "'await' outside async function")
        }
      }
      compiler_visit_expr(c, e.value)
      ADDOP_I(c, Op.GET_AWAITABLE, 0)
      ADDOP_LOAD_CONST(c, NONE)
      ADD_YIELD_FROM(c, true)
      break
    case K.Compare:
      compiler_compare(c, e)
      break
    case K.Call:
      compiler_call(c, e)
      break
    case K.Constant:
      ADDOP_LOAD_CONST(c, e.value)
      break
    case K.JoinedStr:
      compiler_joined_str(c, e)
      break
    case K.FormattedValue:
      compiler_formatted_value(c, e)
      break
    case K.Attribute:
      compiler_visit_expr(c, e.value)
      update_start_location_to_match_attr(c, e)
      if (e.ctx === expr_context.Store) forbidden_name(c, e.attr, e.ctx)
      ADDOP_NAME(c, e.ctx === expr_context.Load ? Op.LOAD_ATTR : e.ctx === expr_context.Store ? Op.STORE_ATTR : Op.DELETE_ATTR, e.attr)
      break
    case K.Subscript:
      compiler_subscript(c, e)
      break
    case K.Starred:
      compiler_error(
        c,
        e.ctx === expr_context.Store ? "starred assignment target must be in a list or tuple" : "can't use starred expression here",
      )
      break
    case K.Slice:
      compiler_slice(c, e)
      break
    case K.Name:
      compiler_nameop(c, e.id, e.ctx)
      break
    case K.List:
    case K.Tuple:
      if (e.ctx === expr_context.Store) assignment_helper(c, e.elts)
      else if (e.ctx === expr_context.Load) {
        starunpack_helper(c, e.elts, 0, Op.BUILD_LIST, Op.LIST_APPEND, Op.LIST_EXTEND, e.kind === K.Tuple)
      } else compiler_visit_exprs(c, e.elts)
      break
    default:
      throw new CompileError("SystemError", `expression kind ${(e as expr).kind} should not be possible`)
  }
}

// ---- displays

function all_items_const(seq: readonly (expr | null)[], begin: number, end: number): boolean {
  for (let i = begin; i < end; i++) if (seq[i]?.kind !== K.Constant) return false
  return true
}

function constValues(seq: readonly (expr | null)[]): ConstantValue[] {
  return seq.map((e) => (e as expr & { kind: K.Constant }).value)
}

/** A list, set or tuple display, `pushed` items of which are on the stack already. */
export function starunpack_helper(
  c: Compiler,
  elts: expr[],
  pushed: number,
  build: number,
  append: number,
  extend: number,
  tuple: boolean,
): void {
  const n = elts.length
  if (n > 2 && all_items_const(elts, 0, n)) {
    const values = constValues(elts)
    if (tuple && !pushed) {
      ADDOP_LOAD_CONST(c, constTuple(values))
    } else {
      ADDOP_I(c, build, pushed)
      ADDOP_LOAD_CONST(c, append === Op.SET_ADD ? foldFrozenset(values) : constTuple(values))
      ADDOP_I(c, extend, 1)
      if (tuple) ADDOP(c, Op.LIST_TO_TUPLE)
    }
    return
  }
  const big = n + pushed > STACK_USE_GUIDELINE
  const seen_star = elts.some((e) => e.kind === K.Starred)
  if (!seen_star && !big) {
    compiler_visit_exprs(c, elts)
    ADDOP_I(c, tuple ? Op.BUILD_TUPLE : build, n + pushed)
    return
  }
  let built = false
  if (big) {
    ADDOP_I(c, build, pushed)
    built = true
  }
  for (let i = 0; i < n; i++) {
    const elt = elts[i]
    if (elt.kind === K.Starred) {
      if (!built) {
        ADDOP_I(c, build, i + pushed)
        built = true
      }
      compiler_visit_expr(c, elt.value)
      ADDOP_I(c, extend, 1)
    } else {
      compiler_visit_expr(c, elt)
      if (built) ADDOP_I(c, append, 1)
    }
  }
  if (tuple) ADDOP(c, Op.LIST_TO_TUPLE)
}

function assignment_helper(c: Compiler, elts: expr[]): void {
  const n = elts.length
  let seen_star = false
  for (let i = 0; i < n; i++) {
    if (elts[i].kind !== K.Starred) continue
    if (seen_star) compiler_error(c, "multiple starred expressions in assignment")
    if (i >= 1 << 8 || n - i - 1 >= 0x7fffffff >> 8) compiler_error(c, "too many expressions in star-unpacking assignment")
    ADDOP_I(c, Op.UNPACK_EX, i + ((n - i - 1) << 8))
    seen_star = true
  }
  if (!seen_star) ADDOP_I(c, Op.UNPACK_SEQUENCE, n)
  for (const elt of elts) compiler_visit_expr(c, elt.kind !== K.Starred ? elt : elt.value)
}

function compiler_subdict(c: Compiler, e: Dict, begin: number, end: number): void {
  const n = end - begin
  const big = n * 2 > STACK_USE_GUIDELINE
  if (n > 1 && !big && all_items_const(e.keys, begin, end)) {
    for (let i = begin; i < end; i++) compiler_visit_expr(c, e.values[i])
    ADDOP_LOAD_CONST(c, constTuple(constValues(e.keys.slice(begin, end))))
    ADDOP_I(c, Op.BUILD_CONST_KEY_MAP, n)
    return
  }
  if (big) ADDOP_I(c, Op.BUILD_MAP, 0)
  for (let i = begin; i < end; i++) {
    compiler_visit_expr(c, e.keys[i] as expr)
    compiler_visit_expr(c, e.values[i])
    if (big) ADDOP_I(c, Op.MAP_ADD, 1)
  }
  if (!big) ADDOP_I(c, Op.BUILD_MAP, n)
}

function compiler_dict(c: Compiler, e: Dict): void {
  const n = e.values.length
  let have_dict = false
  let elements = 0
  const flush = (begin: number, end: number): void => {
    compiler_subdict(c, e, begin, end)
    if (have_dict) ADDOP_I(c, Op.DICT_UPDATE, 1)
    have_dict = true
    elements = 0
  }
  for (let i = 0; i < n; i++) {
    if (e.keys[i] === null) {
      if (elements) flush(i - elements, i)
      if (!have_dict) {
        ADDOP_I(c, Op.BUILD_MAP, 0)
        have_dict = true
      }
      compiler_visit_expr(c, e.values[i])
      ADDOP_I(c, Op.DICT_UPDATE, 1)
    } else if (elements * 2 > STACK_USE_GUIDELINE) {
      flush(i - elements, i + 1)
    } else {
      elements++
    }
  }
  if (elements) flush(n - elements, n)
  if (!have_dict) ADDOP_I(c, Op.BUILD_MAP, 0)
}

// ---- comparisons and conditions

/** Is `e` no literal? (`is` with a literal deserves a warning.) */
function check_is_arg(e: expr): boolean {
  if (e.kind !== K.Constant) return true
  const t = e.value.t
  return t === "None" || t === "False" || t === "True" || t === "Ellipsis"
}

function check_compare(c: Compiler, e: Compare): void {
  let left = check_is_arg(e.left)
  for (let i = 0; i < e.ops.length; i++) {
    const op = e.ops[i]
    const right = check_is_arg(e.comparators[i])
    if ((op === cmpop.Is || op === cmpop.IsNot) && (!right || !left)) {
      compiler_warn(c, op === cmpop.Is ? '"is" with a literal. Did you mean "=="?' : '"is not" with a literal. Did you mean "!="?')
      return
    }
    left = right
  }
}

function compiler_compare(c: Compiler, e: Compare): void {
  check_compare(c, e)
  compiler_visit_expr(c, e.left)
  const n = e.ops.length - 1
  if (n === 0) {
    compiler_visit_expr(c, e.comparators[0])
    ADDOP_COMPARE(c, e.ops[0])
    return
  }
  const cleanup = compiler_new_block(c)
  for (let i = 0; i < n; i++) {
    compiler_visit_expr(c, e.comparators[i])
    ADDOP_I(c, Op.SWAP, 2)
    ADDOP_I(c, Op.COPY, 2)
    ADDOP_COMPARE(c, e.ops[i])
    ADDOP_JUMP(c, Op.JUMP_IF_FALSE_OR_POP, cleanup)
  }
  compiler_visit_expr(c, e.comparators[n])
  ADDOP_COMPARE(c, e.ops[n])
  const end = compiler_new_block(c)
  ADDOP_JUMP_NOLINE(c, Op.JUMP, end)
  compiler_use_next_block(c, cleanup)
  ADDOP_I(c, Op.SWAP, 2)
  ADDOP(c, Op.POP_TOP)
  compiler_use_next_block(c, end)
}

/** Jump to `next` when the truth of `e` is `cond`. */
export function compiler_jump_if(c: Compiler, e: expr, next: BasicBlock, cond: boolean): void {
  switch (e.kind) {
    case K.UnaryOp:
      if (e.op === unaryop.Not) return compiler_jump_if(c, e.operand, next, !cond)
      break
    case K.BoolOp: {
      const n = e.values.length - 1
      const cond2 = e.op === boolop.Or
      const next2 = cond2 !== cond ? compiler_new_block(c) : next
      for (let i = 0; i < n; i++) compiler_jump_if(c, e.values[i], next2, cond2)
      compiler_jump_if(c, e.values[n], next, cond)
      if (next2 !== next) compiler_use_next_block(c, next2)
      return
    }
    case K.IfExp: {
      const end = compiler_new_block(c)
      const next2 = compiler_new_block(c)
      compiler_jump_if(c, e.test, next2, false)
      compiler_jump_if(c, e.body, next, cond)
      ADDOP_JUMP_NOLINE(c, Op.JUMP, end)
      compiler_use_next_block(c, next2)
      compiler_jump_if(c, e.orelse, next, cond)
      compiler_use_next_block(c, end)
      return
    }
    case K.Compare: {
      SET_LOC(c, e)
      const n = e.ops.length - 1
      if (n > 0) {
        check_compare(c, e)
        const cleanup = compiler_new_block(c)
        compiler_visit_expr(c, e.left)
        for (let i = 0; i < n; i++) {
          compiler_visit_expr(c, e.comparators[i])
          ADDOP_I(c, Op.SWAP, 2)
          ADDOP_I(c, Op.COPY, 2)
          ADDOP_COMPARE(c, e.ops[i])
          ADDOP_JUMP(c, Op.POP_JUMP_IF_FALSE, cleanup)
        }
        compiler_visit_expr(c, e.comparators[n])
        ADDOP_COMPARE(c, e.ops[n])
        ADDOP_JUMP(c, cond ? Op.POP_JUMP_IF_TRUE : Op.POP_JUMP_IF_FALSE, next)
        const end = compiler_new_block(c)
        ADDOP_JUMP_NOLINE(c, Op.JUMP, end)
        compiler_use_next_block(c, cleanup)
        ADDOP(c, Op.POP_TOP)
        if (!cond) ADDOP_JUMP_NOLINE(c, Op.JUMP, next)
        compiler_use_next_block(c, end)
        return
      }
      break
    }
  }
  compiler_visit_expr(c, e)
  ADDOP_JUMP(c, cond ? Op.POP_JUMP_IF_TRUE : Op.POP_JUMP_IF_FALSE, next)
}

// ---- subscripts and attributes

const TYPE_NAMES = {
  None: "NoneType",
  True: "bool",
  False: "bool",
  Ellipsis: "ellipsis",
  int: "int",
  float: "float",
  complex: "complex",
  str: "str",
  bytes: "bytes",
  tuple: "tuple",
  frozenset: "frozenset",
} as const

/** tp_name of the type an expression certainly has, null if unknown. */
export function infer_type(e: expr): string | null {
  switch (e.kind) {
    case K.Tuple:
      return "tuple"
    case K.List:
    case K.ListComp:
      return "list"
    case K.Dict:
    case K.DictComp:
      return "dict"
    case K.Set:
    case K.SetComp:
      return "set"
    case K.GeneratorExp:
      return "generator"
    case K.Lambda:
      return "function"
    case K.JoinedStr:
    case K.FormattedValue:
      return "str"
    case K.Constant:
      return TYPE_NAMES[e.value.t]
    default:
      return null
  }
}

function check_subscripter(c: Compiler, e: expr): void {
  switch (e.kind) {
    case K.Constant: {
      const t = e.value.t
      if (
        t !== "None" &&
        t !== "Ellipsis" &&
        t !== "True" &&
        t !== "False" &&
        t !== "int" &&
        t !== "float" &&
        t !== "complex" &&
        t !== "frozenset"
      )
        return
      break
    }
    case K.Set:
    case K.SetComp:
    case K.GeneratorExp:
    case K.Lambda:
      break
    default:
      return
  }
  compiler_warn(c, `'${infer_type(e)}' object is not subscriptable; perhaps you missed a comma?`)
}

function check_index(c: Compiler, e: expr, s: expr): void {
  const index_type = infer_type(s)
  if (index_type === null || index_type === "int" || index_type === "bool") return
  switch (e.kind) {
    case K.Constant:
      if (e.value.t !== "str" && e.value.t !== "bytes" && e.value.t !== "tuple") return
      break
    case K.Tuple:
    case K.List:
    case K.ListComp:
    case K.JoinedStr:
    case K.FormattedValue:
      break
    default:
      return
  }
  compiler_warn(c, `${infer_type(e)} indices must be integers or slices, not ${index_type}; perhaps you missed a comma?`)
}

function compiler_subscript(c: Compiler, e: Subscript): void {
  if (e.ctx === expr_context.Load) {
    check_subscripter(c, e.value)
    check_index(c, e.value, e.slice)
  }
  compiler_visit_expr(c, e.value)
  compiler_visit_expr(c, e.slice)
  ADDOP(c, e.ctx === expr_context.Load ? Op.BINARY_SUBSCR : e.ctx === expr_context.Store ? Op.STORE_SUBSCR : Op.DELETE_SUBSCR)
}

function compiler_slice(c: Compiler, s: Slice): void {
  if (s.lower !== null) compiler_visit_expr(c, s.lower)
  else ADDOP_LOAD_CONST(c, NONE)
  if (s.upper !== null) compiler_visit_expr(c, s.upper)
  else ADDOP_LOAD_CONST(c, NONE)
  if (s.step !== null) compiler_visit_expr(c, s.step)
  ADDOP_I(c, Op.BUILD_SLICE, s.step !== null ? 3 : 2)
}

/** Length in code points. */
function length(s: string): number {
  return s.length === 1 ? 1 : [...s].length
}

/** When an attribute access spans lines, let the position start at the attribute's name. */
export function update_start_location_to_match_attr(c: Compiler, attr: Attribute): void {
  const u = c.u
  if (u.lineno === attr.end_lineno) return
  u.lineno = attr.end_lineno
  const len = length(attr.attr)
  if (len <= attr.end_col_offset) {
    u.col_offset = attr.end_col_offset - len
  } else {
    u.col_offset = -1
    u.end_col_offset = -1
  }
  u.end_lineno = Math.max(u.lineno, u.end_lineno)
  if (u.lineno === u.end_lineno) u.end_col_offset = Math.max(u.col_offset, u.end_col_offset)
}
