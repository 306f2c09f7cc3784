import { Op } from "../../base/opcodes.ts"
import {
  type AnnAssign,
  type Assert,
  type AsyncFor,
  type AugAssign,
  type expr,
  expr_context,
  type For,
  type If,
  type Import,
  type ImportFrom,
  K,
  type Return,
  type stmt,
  type While,
} from "../ast.ts"
import { CO } from "../code.ts"
import { _PyAST_GetDocString } from "../future.ts"
import { _Py_Mangle } from "../mangle.ts"
import { Block } from "../symtable.ts"
import { CompileError } from "./errors.ts"
import { ADD_YIELD_FROM, compiler_jump_if, compiler_visit_expr, compiler_visit_exprs, update_start_location_to_match_attr } from "./expr.ts"
import { compiler_class, compiler_function, compiler_visit_annexpr } from "./function.ts"
import { compiler_match } from "./match.ts"
import { ADDOP_INPLACE, compiler_nameop, forbidden_name } from "./name.ts"
import { compiler_async_with, compiler_call_exit_with_nones, compiler_try, compiler_with } from "./try.ts"
import {
  ADDOP,
  ADDOP_I,
  ADDOP_JUMP,
  ADDOP_JUMP_NOLINE,
  ADDOP_LOAD_CONST,
  ADDOP_NAME,
  type Compiler,
  compiler_add_o,
  compiler_error,
  compiler_new_block,
  compiler_pop_fblock,
  compiler_push_fblock,
  compiler_use_next_block,
  compiler_warn,
  constInt,
  constStr,
  constTuple,
  FB,
  type FBlock,
  IS_TOP_LEVEL_AWAIT,
  NONE,
  ScopeType,
  SET_LOC,
  UNSET_LOC,
} from "./unit.ts"

// compile.c: statements (try and with are in try.ts, match in match.ts).

export function compiler_visit_stmts(c: Compiler, body: stmt[]): void {
  for (const s of body) compiler_visit_stmt(c, s)
}

/** Has the block variable annotations (nested functions and classes not looked at)? */
export function find_ann(body: stmt[]): boolean {
  return body.some((st) => {
    switch (st.kind) {
      case K.AnnAssign:
        return true
      case K.For:
      case K.AsyncFor:
      case K.While:
      case K.If:
        return find_ann(st.body) || find_ann(st.orelse)
      case K.With:
      case K.AsyncWith:
        return find_ann(st.body)
      case K.Try:
      case K.TryStar:
        return st.handlers.some((h) => find_ann(h.body)) || find_ann(st.body) || find_ann(st.finalbody) || find_ann(st.orelse)
      case K.Match:
        return st.cases.some((c) => find_ann(c.body))
      default:
        return false
    }
  })
}

/** The body of a module or class: docstring and __annotations__ first. */
export function compiler_body(c: Compiler, body: stmt[]): void {
  if (c.u.scope_type === ScopeType.MODULE && body.length > 0) SET_LOC(c, body[0])
  if (find_ann(body)) ADDOP(c, Op.SETUP_ANNOTATIONS)
  if (body.length === 0) return
  let i = 0
  if (c.optimize < 2 && _PyAST_GetDocString(body) !== null) {
    i = 1
    compiler_visit_expr(c, (body[0] as stmt & { kind: K.Expr }).value)
    UNSET_LOC(c)
    compiler_nameop(c, "__doc__", expr_context.Store)
  }
  for (; i < body.length; i++) compiler_visit_stmt(c, body[i])
}

// ---- leaving blocks

function unwind_fblock(c: Compiler, info: FBlock, preserve_tos: boolean): void {
  const keep = (): void => {
    if (preserve_tos) ADDOP_I(c, Op.SWAP, 2)
  }
  switch (info.type) {
    case FB.WHILE_LOOP:
    case FB.EXCEPTION_HANDLER:
    case FB.EXCEPTION_GROUP_HANDLER:
    case FB.ASYNC_COMPREHENSION_GENERATOR:
      return
    case FB.FOR_LOOP:
    case FB.POP_VALUE:
      keep()
      ADDOP(c, Op.POP_TOP)
      return
    case FB.TRY_EXCEPT:
      ADDOP(c, Op.POP_BLOCK)
      return
    case FB.FINALLY_TRY:
      ADDOP(c, Op.POP_BLOCK)
      if (preserve_tos) compiler_push_fblock(c, FB.POP_VALUE, null, null, null)
      compiler_visit_stmts(c, info.datum as stmt[])
      if (preserve_tos) compiler_pop_fblock(c)
      // the finally block runs after the statement that unwinds, so what follows is artificial
      UNSET_LOC(c)
      return
    case FB.FINALLY_END:
      keep()
      ADDOP(c, Op.POP_TOP)
      keep()
      ADDOP(c, Op.POP_BLOCK)
      ADDOP(c, Op.POP_EXCEPT)
      return
    case FB.WITH:
    case FB.ASYNC_WITH:
      SET_LOC(c, info.datum as stmt)
      ADDOP(c, Op.POP_BLOCK)
      keep()
      compiler_call_exit_with_nones(c)
      if (info.type === FB.ASYNC_WITH) {
        ADDOP_I(c, Op.GET_AWAITABLE, 2)
        ADDOP_LOAD_CONST(c, NONE)
        ADD_YIELD_FROM(c, true)
      }
      ADDOP(c, Op.POP_TOP)
      UNSET_LOC(c)
      return
    case FB.HANDLER_CLEANUP: {
      const name = info.datum as string | null
      if (name !== null) ADDOP(c, Op.POP_BLOCK)
      keep()
      ADDOP(c, Op.POP_BLOCK)
      ADDOP(c, Op.POP_EXCEPT)
      if (name !== null) {
        ADDOP_LOAD_CONST(c, NONE)
        compiler_nameop(c, name, expr_context.Store)
        compiler_nameop(c, name, expr_context.Del)
      }
      return
    }
  }
}

/** Unwind all blocks, or (`toLoop`) those inside the innermost loop, which is returned. */
function unwind_fblock_stack(c: Compiler, preserve_tos: boolean, toLoop: boolean): FBlock | null {
  const fblocks = c.u.fblocks
  if (fblocks.length === 0) return null
  const top = fblocks[fblocks.length - 1]
  if (top.type === FB.EXCEPTION_GROUP_HANDLER) {
    compiler_error(c, "'break', 'continue' and 'return' cannot appear in an except* block")
  }
  if (toLoop && (top.type === FB.WHILE_LOOP || top.type === FB.FOR_LOOP)) return top
  fblocks.pop()
  unwind_fblock(c, top, preserve_tos)
  const loop = unwind_fblock_stack(c, preserve_tos, toLoop)
  fblocks.push(top)
  return loop
}

function compiler_return(c: Compiler, s: Return): void {
  const preserve_tos = s.value !== null && s.value.kind !== K.Constant
  if (c.u.ste.ste_type !== Block.Function) compiler_error(c, "'return' outside function")
  if (s.value !== null && c.u.ste.ste_coroutine && c.u.ste.ste_generator) {
    compiler_error(c, "'return' with value in async generator")
  }
  if (s.value !== null) {
    if (preserve_tos) compiler_visit_expr(c, s.value)
    else {
      SET_LOC(c, s.value)
      ADDOP(c, Op.NOP)
    }
  }
  if (s.value === null || s.value.lineno !== s.lineno) {
    SET_LOC(c, s)
    ADDOP(c, Op.NOP)
  }
  unwind_fblock_stack(c, preserve_tos, false)
  if (s.value === null) ADDOP_LOAD_CONST(c, NONE)
  else if (s.value.kind === K.Constant) ADDOP_LOAD_CONST(c, s.value.value)
  ADDOP(c, Op.RETURN_VALUE)
}

function compiler_break_continue(c: Compiler, isBreak: boolean): void {
  const u = c.u
  const { lineno, end_lineno, col_offset, end_col_offset } = u
  ADDOP(c, Op.NOP)
  const loop = unwind_fblock_stack(c, false, true)
  if (loop === null) {
    SET_LOC(c, { lineno, end_lineno, col_offset, end_col_offset })
    compiler_error(c, isBreak ? "'break' outside loop" : "'continue' not properly in loop")
  }
  if (isBreak) unwind_fblock(c, loop, false)
  const to = isBreak ? loop.exit : loop.block
  if (to !== null) ADDOP_JUMP(c, Op.JUMP, to)
}

// ---- loops and conditions

function compiler_if(c: Compiler, s: If): void {
  const end = compiler_new_block(c)
  const next = s.orelse.length > 0 ? compiler_new_block(c) : end
  compiler_jump_if(c, s.test, next, false)
  compiler_visit_stmts(c, s.body)
  if (s.orelse.length > 0) {
    ADDOP_JUMP_NOLINE(c, Op.JUMP, end)
    compiler_use_next_block(c, next)
    compiler_visit_stmts(c, s.orelse)
  }
  compiler_use_next_block(c, end)
}

function compiler_for(c: Compiler, s: For): void {
  const start = compiler_new_block(c)
  const body = compiler_new_block(c)
  const cleanup = compiler_new_block(c)
  const end = compiler_new_block(c)
  compiler_push_fblock(c, FB.FOR_LOOP, start, end, null)
  compiler_visit_expr(c, s.iter)
  ADDOP(c, Op.GET_ITER)
  compiler_use_next_block(c, start)
  ADDOP_JUMP(c, Op.FOR_ITER, cleanup)
  compiler_use_next_block(c, body)
  compiler_visit_expr(c, s.target)
  compiler_visit_stmts(c, s.body)
  UNSET_LOC(c)
  ADDOP_JUMP(c, Op.JUMP, start)
  compiler_use_next_block(c, cleanup)
  compiler_pop_fblock(c)
  compiler_visit_stmts(c, s.orelse)
  compiler_use_next_block(c, end)
}

function compiler_async_for(c: Compiler, s: AsyncFor): void {
  if (IS_TOP_LEVEL_AWAIT(c)) c.u.ste.ste_coroutine = true
  else if (c.u.scope_type !== ScopeType.ASYNC_FUNCTION) compiler_error(c, "'async for' outside async function")
  const start = compiler_new_block(c)
  const except = compiler_new_block(c)
  const end = compiler_new_block(c)
  compiler_visit_expr(c, s.iter)
  ADDOP(c, Op.GET_AITER)
  compiler_use_next_block(c, start)
  compiler_push_fblock(c, FB.FOR_LOOP, start, end, null)
  ADDOP_JUMP(c, Op.SETUP_FINALLY, except)
  ADDOP(c, Op.GET_ANEXT)
  ADDOP_LOAD_CONST(c, NONE)
  ADD_YIELD_FROM(c, true)
  ADDOP(c, Op.POP_BLOCK)
  compiler_visit_expr(c, s.target)
  compiler_visit_stmts(c, s.body)
  UNSET_LOC(c)
  ADDOP_JUMP(c, Op.JUMP, start)
  compiler_pop_fblock(c)
  compiler_use_next_block(c, except)
  SET_LOC(c, s.iter)
  ADDOP(c, Op.END_ASYNC_FOR)
  compiler_visit_stmts(c, s.orelse)
  compiler_use_next_block(c, end)
}

function compiler_while(c: Compiler, s: While): void {
  const loop = compiler_new_block(c)
  const body = compiler_new_block(c)
  const anchor = compiler_new_block(c)
  const end = compiler_new_block(c)
  compiler_use_next_block(c, loop)
  compiler_push_fblock(c, FB.WHILE_LOOP, loop, end, null)
  compiler_jump_if(c, s.test, anchor, false)
  compiler_use_next_block(c, body)
  compiler_visit_stmts(c, s.body)
  SET_LOC(c, s)
  compiler_jump_if(c, s.test, body, true)
  compiler_pop_fblock(c)
  compiler_use_next_block(c, anchor)
  compiler_visit_stmts(c, s.orelse)
  compiler_use_next_block(c, end)
}

// ---- imports

/** Bind `import a.b.c as d`. */
function import_as(c: Compiler, name: string, asname: string): void {
  const parts = name.split(".")
  for (let i = 1; i < parts.length; i++) {
    ADDOP_I(c, Op.IMPORT_FROM, compiler_add_o(c.u.names, parts[i]))
    if (i < parts.length - 1) {
      ADDOP_I(c, Op.SWAP, 2)
      ADDOP(c, Op.POP_TOP)
    }
  }
  compiler_nameop(c, asname, expr_context.Store)
  if (parts.length > 1) ADDOP(c, Op.POP_TOP)
}

function compiler_import(c: Compiler, s: Import): void {
  for (const a of s.names) {
    ADDOP_LOAD_CONST(c, constInt(0))
    ADDOP_LOAD_CONST(c, NONE)
    ADDOP_NAME(c, Op.IMPORT_NAME, a.name)
    if (a.asname !== null) import_as(c, a.name, a.asname)
    else compiler_nameop(c, a.name.split(".", 1)[0], expr_context.Store)
  }
}

function compiler_from_import(c: Compiler, s: ImportFrom): void {
  ADDOP_LOAD_CONST(c, constInt(s.level ?? 0))
  if (s.lineno > c.future.ff_lineno && s.module === "__future__") {
    compiler_error(c, "from __future__ imports must occur at the beginning of the file")
  }
  ADDOP_LOAD_CONST(c, constTuple(s.names.map((a) => constStr(a.name))))
  ADDOP_NAME(c, Op.IMPORT_NAME, s.module ?? "")
  for (const [i, a] of s.names.entries()) {
    if (i === 0 && a.name[0] === "*") {
      ADDOP(c, Op.IMPORT_STAR)
      return
    }
    ADDOP_NAME(c, Op.IMPORT_FROM, a.name)
    compiler_nameop(c, a.asname ?? a.name, expr_context.Store)
  }
  ADDOP(c, Op.POP_TOP)
}

// ---- assert, assignments

function compiler_assert(c: Compiler, s: Assert): void {
  const t = s.test
  if ((t.kind === K.Tuple && t.elts.length > 0) || (t.kind === K.Constant && t.value.t === "tuple" && t.value.v.length > 0)) {
    compiler_warn(c, "assertion is always true, perhaps remove parentheses?")
  }
  if (c.optimize) return
  const end = compiler_new_block(c)
  compiler_jump_if(c, t, end, true)
  ADDOP(c, Op.LOAD_ASSERTION_ERROR)
  if (s.msg !== null) {
    compiler_visit_expr(c, s.msg)
    ADDOP_I(c, Op.PRECALL, 0)
    ADDOP_I(c, Op.CALL, 0)
  }
  ADDOP_I(c, Op.RAISE_VARARGS, 1)
  compiler_use_next_block(c, end)
}

function compiler_augassign(c: Compiler, s: AugAssign): void {
  const e = s.target
  const u = c.u
  const { lineno, end_lineno, col_offset, end_col_offset } = u
  SET_LOC(c, e)
  switch (e.kind) {
    case K.Attribute:
      compiler_visit_expr(c, e.value)
      ADDOP_I(c, Op.COPY, 1)
      update_start_location_to_match_attr(c, e)
      ADDOP_NAME(c, Op.LOAD_ATTR, e.attr)
      break
    case K.Subscript:
      compiler_visit_expr(c, e.value)
      compiler_visit_expr(c, e.slice)
      ADDOP_I(c, Op.COPY, 2)
      ADDOP_I(c, Op.COPY, 2)
      ADDOP(c, Op.BINARY_SUBSCR)
      break
    case K.Name:
      compiler_nameop(c, e.id, expr_context.Load)
      break
    default:
      throw new CompileError("SystemError", `invalid node type (${e.kind}) for augmented assignment`)
  }
  SET_LOC(c, { lineno, end_lineno, col_offset, end_col_offset })
  compiler_visit_expr(c, s.value)
  ADDOP_INPLACE(c, s.op)
  SET_LOC(c, e)
  switch (e.kind) {
    case K.Attribute:
      update_start_location_to_match_attr(c, e)
      ADDOP_I(c, Op.SWAP, 2)
      ADDOP_NAME(c, Op.STORE_ATTR, e.attr)
      break
    case K.Subscript:
      ADDOP_I(c, Op.SWAP, 3)
      ADDOP_I(c, Op.SWAP, 2)
      ADDOP(c, Op.STORE_SUBSCR)
      break
    case K.Name:
      compiler_nameop(c, e.id, expr_context.Store)
      break
  }
}

function check_ann_expr(c: Compiler, e: expr): void {
  compiler_visit_expr(c, e)
  ADDOP(c, Op.POP_TOP)
}

function check_ann_subscr(c: Compiler, e: expr): void {
  if (e.kind === K.Slice) {
    if (e.lower !== null) check_ann_expr(c, e.lower)
    if (e.upper !== null) check_ann_expr(c, e.upper)
    if (e.step !== null) check_ann_expr(c, e.step)
  } else if (e.kind === K.Tuple) {
    for (const x of e.elts) check_ann_subscr(c, x)
  } else {
    check_ann_expr(c, e)
  }
}

function compiler_annassign(c: Compiler, s: AnnAssign): void {
  const targ = s.target
  const future = (c.future.ff_features & CO.FUTURE_ANNOTATIONS) !== 0
  const storesAnnotations = c.u.scope_type === ScopeType.MODULE || c.u.scope_type === ScopeType.CLASS
  if (s.value !== null) {
    compiler_visit_expr(c, s.value)
    compiler_visit_expr(c, targ)
  }
  switch (targ.kind) {
    case K.Name:
      forbidden_name(c, targ.id, expr_context.Store)
      if (s.simple && storesAnnotations) {
        if (future) compiler_visit_annexpr(c, s.annotation)
        else compiler_visit_expr(c, s.annotation)
        ADDOP_NAME(c, Op.LOAD_NAME, "__annotations__")
        ADDOP_LOAD_CONST(c, constStr(_Py_Mangle(c.u.private_, targ.id)))
        ADDOP(c, Op.STORE_SUBSCR)
      }
      break
    case K.Attribute:
      forbidden_name(c, targ.attr, expr_context.Store)
      if (s.value === null) check_ann_expr(c, targ.value)
      break
    case K.Subscript:
      if (s.value === null) {
        check_ann_expr(c, targ.value)
        check_ann_subscr(c, targ.slice)
      }
      break
    default:
      throw new CompileError("SystemError", `invalid node type (${targ.kind}) for annotated assignment`)
  }
  // the annotation of a complex target is only evaluated
  if (!s.simple && !future && storesAnnotations) check_ann_expr(c, s.annotation)
}

function compiler_visit_stmt_expr(c: Compiler, value: expr): void {
  if (c.interactive && c.nestlevel <= 1) {
    compiler_visit_expr(c, value)
    ADDOP(c, Op.PRINT_EXPR)
    return
  }
  if (value.kind === K.Constant) {
    ADDOP(c, Op.NOP)
    return
  }
  compiler_visit_expr(c, value)
  UNSET_LOC(c)
  ADDOP(c, Op.POP_TOP)
}

export function compiler_visit_stmt(c: Compiler, s: stmt): void {
  SET_LOC(c, s)
  switch (s.kind) {
    case K.FunctionDef:
    case K.AsyncFunctionDef:
      compiler_function(c, s)
      break
    case K.ClassDef:
      compiler_class(c, s)
      break
    case K.Return:
      compiler_return(c, s)
      break
    case K.Delete:
      compiler_visit_exprs(c, s.targets)
      break
    case K.Assign: {
      const n = s.targets.length
      compiler_visit_expr(c, s.value)
      for (let i = 0; i < n; i++) {
        if (i < n - 1) ADDOP_I(c, Op.COPY, 1)
        compiler_visit_expr(c, s.targets[i])
      }
      break
    }
    case K.AugAssign:
      compiler_augassign(c, s)
      break
    case K.AnnAssign:
      compiler_annassign(c, s)
      break
    case K.For:
      compiler_for(c, s)
      break
    case K.AsyncFor:
      compiler_async_for(c, s)
      break
    case K.While:
      compiler_while(c, s)
      break
    case K.If:
      compiler_if(c, s)
      break
    case K.Match:
      compiler_match(c, s)
      break
    case K.Raise: {
      let n = 0
      if (s.exc !== null) {
        compiler_visit_expr(c, s.exc)
        n++
        if (s.cause !== null) {
          compiler_visit_expr(c, s.cause)
          n++
        }
      }
      ADDOP_I(c, Op.RAISE_VARARGS, n)
      break
    }
    case K.Try:
    case K.TryStar:
      compiler_try(c, s)
      break
    case K.Assert:
      compiler_assert(c, s)
      break
    case K.Import:
      compiler_import(c, s)
      break
    case K.ImportFrom:
      compiler_from_import(c, s)
      break
    case K.Global:
    case K.Nonlocal:
      break
    case K.Expr:
      compiler_visit_stmt_expr(c, s.value)
      break
    case K.Pass:
      ADDOP(c, Op.NOP)
      break
    case K.Break:
      compiler_break_continue(c, true)
      break
    case K.Continue:
      compiler_break_continue(c, false)
      break
    case K.With:
      compiler_with(c, s, 0)
      break
    case K.AsyncWith:
      compiler_async_with(c, s, 0)
      break
  }
}
