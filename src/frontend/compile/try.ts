import { Op } from "../../base/opcodes.ts"
import { type AsyncWith, expr_context, K, type Try, type TryStar, type With } from "../ast.ts"
import { ADD_YIELD_FROM, compiler_visit_expr } from "./expr.ts"
import { compiler_nameop } from "./name.ts"
import { compiler_visit_stmts } from "./stmt.ts"
import {
  ADDOP,
  ADDOP_I,
  ADDOP_JUMP,
  ADDOP_JUMP_NOLINE,
  ADDOP_LOAD_CONST,
  ADDOP_NOLINE,
  type BasicBlock,
  type Compiler,
  compiler_error,
  compiler_new_block,
  compiler_pop_fblock,
  compiler_push_fblock,
  compiler_use_next_block,
  FB,
  IS_TOP_LEVEL_AWAIT,
  NONE,
  ScopeType,
  SET_LOC,
  UNSET_LOC,
} from "./unit.ts"

// compile.c: try, try … except*, with. Comments of the form [a, b] show the value stack, its top at the right.

function POP_EXCEPT_AND_RERAISE(c: Compiler): void {
  // [exc_info, lasti, exc]
  ADDOP_I(c, Op.COPY, 3)
  ADDOP(c, Op.POP_EXCEPT)
  ADDOP_I(c, Op.RERAISE, 1)
}

export function compiler_try(c: Compiler, s: Try | TryStar): void {
  if (s.finalbody.length > 0) try_finally(c, s)
  else try_handlers(c, s)
}

function try_handlers(c: Compiler, s: Try | TryStar): void {
  if (s.kind === K.TryStar) try_star_except(c, s)
  else try_except(c, s)
}

function try_finally(c: Compiler, s: Try | TryStar): void {
  const body = compiler_new_block(c)
  const end = compiler_new_block(c)
  const exit = compiler_new_block(c)
  const cleanup = compiler_new_block(c)
  ADDOP_JUMP(c, Op.SETUP_FINALLY, end)
  compiler_use_next_block(c, body)
  compiler_push_fblock(c, FB.FINALLY_TRY, body, end, s.finalbody)
  if (s.handlers.length > 0) try_handlers(c, s)
  else compiler_visit_stmts(c, s.body)
  ADDOP_NOLINE(c, Op.POP_BLOCK)
  compiler_pop_fblock(c)
  compiler_visit_stmts(c, s.finalbody)
  ADDOP_JUMP_NOLINE(c, Op.JUMP, exit)
  // the finally body again, for exceptions
  compiler_use_next_block(c, end)
  UNSET_LOC(c)
  ADDOP_JUMP(c, Op.SETUP_CLEANUP, cleanup)
  ADDOP(c, Op.PUSH_EXC_INFO)
  compiler_push_fblock(c, FB.FINALLY_END, end, null, null)
  compiler_visit_stmts(c, s.finalbody)
  compiler_pop_fblock(c)
  ADDOP_I(c, Op.RERAISE, 0)
  compiler_use_next_block(c, cleanup)
  POP_EXCEPT_AND_RERAISE(c)
  compiler_use_next_block(c, exit)
}

function unbind(c: Compiler, name: string): void {
  ADDOP_LOAD_CONST(c, NONE)
  compiler_nameop(c, name, expr_context.Store)
  compiler_nameop(c, name, expr_context.Del)
}

function try_except(c: Compiler, s: Try): void {
  const body = compiler_new_block(c)
  let except = compiler_new_block(c)
  const end = compiler_new_block(c)
  const cleanup = compiler_new_block(c)
  ADDOP_JUMP(c, Op.SETUP_FINALLY, except)
  compiler_use_next_block(c, body)
  compiler_push_fblock(c, FB.TRY_EXCEPT, body, null, null)
  compiler_visit_stmts(c, s.body)
  compiler_pop_fblock(c)
  ADDOP_NOLINE(c, Op.POP_BLOCK)
  compiler_visit_stmts(c, s.orelse)
  ADDOP_JUMP_NOLINE(c, Op.JUMP, end)
  compiler_use_next_block(c, except)
  UNSET_LOC(c)
  ADDOP_JUMP(c, Op.SETUP_CLEANUP, cleanup)
  ADDOP(c, Op.PUSH_EXC_INFO)
  compiler_push_fblock(c, FB.EXCEPTION_HANDLER, null, null, null)
  const n = s.handlers.length
  for (let i = 0; i < n; i++) {
    const handler = s.handlers[i]
    SET_LOC(c, handler)
    if (handler.type === null && i < n - 1) compiler_error(c, "default 'except:' must be last")
    except = compiler_new_block(c)
    if (handler.type !== null) {
      compiler_visit_expr(c, handler.type)
      ADDOP(c, Op.CHECK_EXC_MATCH)
      ADDOP_JUMP(c, Op.POP_JUMP_IF_FALSE, except)
    }
    if (handler.name !== null) {
      const cleanup_end = compiler_new_block(c)
      const cleanup_body = compiler_new_block(c)
      compiler_nameop(c, handler.name, expr_context.Store)
      ADDOP_JUMP(c, Op.SETUP_CLEANUP, cleanup_end)
      compiler_use_next_block(c, cleanup_body)
      compiler_push_fblock(c, FB.HANDLER_CLEANUP, cleanup_body, null, handler.name)
      compiler_visit_stmts(c, handler.body)
      compiler_pop_fblock(c)
      UNSET_LOC(c)
      ADDOP(c, Op.POP_BLOCK)
      ADDOP(c, Op.POP_BLOCK)
      ADDOP(c, Op.POP_EXCEPT)
      unbind(c, handler.name)
      ADDOP_JUMP(c, Op.JUMP, end)
      compiler_use_next_block(c, cleanup_end)
      UNSET_LOC(c)
      unbind(c, handler.name)
      ADDOP_I(c, Op.RERAISE, 1)
    } else {
      const cleanup_body = compiler_new_block(c)
      ADDOP(c, Op.POP_TOP)
      compiler_use_next_block(c, cleanup_body)
      compiler_push_fblock(c, FB.HANDLER_CLEANUP, cleanup_body, null, null)
      compiler_visit_stmts(c, handler.body)
      compiler_pop_fblock(c)
      UNSET_LOC(c)
      ADDOP(c, Op.POP_BLOCK)
      ADDOP(c, Op.POP_EXCEPT)
      ADDOP_JUMP(c, Op.JUMP, end)
    }
    compiler_use_next_block(c, except)
  }
  UNSET_LOC(c)
  compiler_pop_fblock(c)
  ADDOP_I(c, Op.RERAISE, 0)
  compiler_use_next_block(c, cleanup)
  POP_EXCEPT_AND_RERAISE(c)
  compiler_use_next_block(c, end)
}

function try_star_except(c: Compiler, s: TryStar): void {
  const body = compiler_new_block(c)
  let except = compiler_new_block(c)
  const orelse = compiler_new_block(c)
  const end = compiler_new_block(c)
  const cleanup = compiler_new_block(c)
  const reraise_star = compiler_new_block(c)
  ADDOP_JUMP(c, Op.SETUP_FINALLY, except)
  compiler_use_next_block(c, body)
  compiler_push_fblock(c, FB.TRY_EXCEPT, body, null, null)
  compiler_visit_stmts(c, s.body)
  compiler_pop_fblock(c)
  ADDOP_NOLINE(c, Op.POP_BLOCK)
  ADDOP_JUMP_NOLINE(c, Op.JUMP, orelse)
  compiler_use_next_block(c, except)
  UNSET_LOC(c)
  ADDOP_JUMP(c, Op.SETUP_CLEANUP, cleanup)
  ADDOP(c, Op.PUSH_EXC_INFO)
  compiler_push_fblock(c, FB.EXCEPTION_GROUP_HANDLER, null, null, null)
  const n = s.handlers.length
  for (let i = 0; i < n; i++) {
    const handler = s.handlers[i]
    SET_LOC(c, handler)
    except = compiler_new_block(c)
    const except_with_error = compiler_new_block(c)
    const no_match = compiler_new_block(c)
    if (i === 0) {
      // [exc] → [orig, results, exc]
      ADDOP_I(c, Op.COPY, 1)
      ADDOP_I(c, Op.BUILD_LIST, 0)
      ADDOP_I(c, Op.SWAP, 2)
    }
    if (handler.type !== null) {
      compiler_visit_expr(c, handler.type)
      ADDOP(c, Op.CHECK_EG_MATCH)
      ADDOP_I(c, Op.COPY, 1)
      ADDOP_JUMP(c, Op.POP_JUMP_IF_NONE, no_match)
    }
    const cleanup_end = compiler_new_block(c)
    const cleanup_body = compiler_new_block(c)
    if (handler.name !== null) compiler_nameop(c, handler.name, expr_context.Store)
    else ADDOP(c, Op.POP_TOP)
    ADDOP_JUMP(c, Op.SETUP_CLEANUP, cleanup_end)
    compiler_use_next_block(c, cleanup_body)
    compiler_push_fblock(c, FB.HANDLER_CLEANUP, cleanup_body, null, handler.name)
    compiler_visit_stmts(c, handler.body)
    compiler_pop_fblock(c)
    UNSET_LOC(c)
    ADDOP(c, Op.POP_BLOCK)
    if (handler.name !== null) unbind(c, handler.name)
    ADDOP_JUMP(c, Op.JUMP, except)
    compiler_use_next_block(c, cleanup_end)
    UNSET_LOC(c)
    if (handler.name !== null) unbind(c, handler.name)
    // collect what the body raised: [orig, results, rest, lasti, exc]
    ADDOP_I(c, Op.LIST_APPEND, 3)
    ADDOP(c, Op.POP_TOP)
    ADDOP_JUMP(c, Op.JUMP, except_with_error)
    compiler_use_next_block(c, except)
    // the NOP takes the location of the body's end
    ADDOP(c, Op.NOP)
    ADDOP_JUMP(c, Op.JUMP, except_with_error)
    compiler_use_next_block(c, no_match)
    SET_LOC(c, handler)
    ADDOP(c, Op.POP_TOP)
    UNSET_LOC(c)
    compiler_use_next_block(c, except_with_error)
    if (i === n - 1) {
      // what no handler took (or None)
      ADDOP_I(c, Op.LIST_APPEND, 1)
      ADDOP_JUMP(c, Op.JUMP, reraise_star)
    }
  }
  UNSET_LOC(c)
  compiler_pop_fblock(c)
  const reraise = compiler_new_block(c)
  compiler_use_next_block(c, reraise_star)
  ADDOP(c, Op.PREP_RERAISE_STAR)
  ADDOP_I(c, Op.COPY, 1)
  ADDOP_JUMP(c, Op.POP_JUMP_IF_NOT_NONE, reraise)
  ADDOP(c, Op.POP_TOP)
  ADDOP(c, Op.POP_BLOCK)
  ADDOP(c, Op.POP_EXCEPT)
  ADDOP_JUMP(c, Op.JUMP, end)
  compiler_use_next_block(c, reraise)
  ADDOP(c, Op.POP_BLOCK)
  ADDOP_I(c, Op.SWAP, 2)
  ADDOP(c, Op.POP_EXCEPT)
  ADDOP_I(c, Op.RERAISE, 0)
  compiler_use_next_block(c, cleanup)
  POP_EXCEPT_AND_RERAISE(c)
  compiler_use_next_block(c, orelse)
  compiler_visit_stmts(c, s.orelse)
  compiler_use_next_block(c, end)
}

// ---- with

export function compiler_call_exit_with_nones(c: Compiler): void {
  ADDOP_LOAD_CONST(c, NONE)
  ADDOP_LOAD_CONST(c, NONE)
  ADDOP_LOAD_CONST(c, NONE)
  ADDOP_I(c, Op.PRECALL, 2)
  ADDOP_I(c, Op.CALL, 2)
}

function with_except_finish(c: Compiler, cleanup: BasicBlock): void {
  UNSET_LOC(c)
  const exit = compiler_new_block(c)
  ADDOP_JUMP(c, Op.POP_JUMP_IF_TRUE, exit)
  ADDOP_I(c, Op.RERAISE, 2)
  compiler_use_next_block(c, cleanup)
  POP_EXCEPT_AND_RERAISE(c)
  compiler_use_next_block(c, exit)
  ADDOP(c, Op.POP_TOP)
  ADDOP(c, Op.POP_BLOCK)
  ADDOP(c, Op.POP_EXCEPT)
  ADDOP(c, Op.POP_TOP)
  ADDOP(c, Op.POP_TOP)
}

function await_result(c: Compiler, where: number): void {
  ADDOP_I(c, Op.GET_AWAITABLE, where)
  ADDOP_LOAD_CONST(c, NONE)
  ADD_YIELD_FROM(c, true)
}

export function compiler_async_with(c: Compiler, s: AsyncWith, pos: number): void {
  const item = s.items[pos]
  if (IS_TOP_LEVEL_AWAIT(c)) c.u.ste.ste_coroutine = true
  else if (c.u.scope_type !== ScopeType.ASYNC_FUNCTION) compiler_error(c, "'async with' outside async function")
  const block = compiler_new_block(c)
  const final = compiler_new_block(c)
  const exit = compiler_new_block(c)
  const cleanup = compiler_new_block(c)
  compiler_visit_expr(c, item.context_expr)
  ADDOP(c, Op.BEFORE_ASYNC_WITH)
  await_result(c, 1)
  ADDOP_JUMP(c, Op.SETUP_WITH, final)
  compiler_use_next_block(c, block)
  compiler_push_fblock(c, FB.ASYNC_WITH, block, final, s)
  if (item.optional_vars !== null) compiler_visit_expr(c, item.optional_vars)
  else ADDOP(c, Op.POP_TOP)
  if (pos + 1 === s.items.length) compiler_visit_stmts(c, s.body)
  else compiler_async_with(c, s, pos + 1)
  compiler_pop_fblock(c)
  ADDOP(c, Op.POP_BLOCK)
  SET_LOC(c, s)
  compiler_call_exit_with_nones(c)
  await_result(c, 2)
  ADDOP(c, Op.POP_TOP)
  ADDOP_JUMP(c, Op.JUMP, exit)
  compiler_use_next_block(c, final)
  ADDOP_JUMP(c, Op.SETUP_CLEANUP, cleanup)
  ADDOP(c, Op.PUSH_EXC_INFO)
  ADDOP(c, Op.WITH_EXCEPT_START)
  await_result(c, 2)
  with_except_finish(c, cleanup)
  compiler_use_next_block(c, exit)
}

export function compiler_with(c: Compiler, s: With, pos: number): void {
  const item = s.items[pos]
  const block = compiler_new_block(c)
  const final = compiler_new_block(c)
  const exit = compiler_new_block(c)
  const cleanup = compiler_new_block(c)
  compiler_visit_expr(c, item.context_expr)
  ADDOP(c, Op.BEFORE_WITH)
  ADDOP_JUMP(c, Op.SETUP_WITH, final)
  compiler_use_next_block(c, block)
  compiler_push_fblock(c, FB.WITH, block, final, s)
  if (item.optional_vars !== null) compiler_visit_expr(c, item.optional_vars)
  else ADDOP(c, Op.POP_TOP)
  if (pos + 1 === s.items.length) compiler_visit_stmts(c, s.body)
  else compiler_with(c, s, pos + 1)
  UNSET_LOC(c)
  ADDOP(c, Op.POP_BLOCK)
  compiler_pop_fblock(c)
  SET_LOC(c, s)
  compiler_call_exit_with_nones(c)
  ADDOP(c, Op.POP_TOP)
  ADDOP_JUMP(c, Op.JUMP, exit)
  compiler_use_next_block(c, final)
  ADDOP_JUMP(c, Op.SETUP_CLEANUP, cleanup)
  ADDOP(c, Op.PUSH_EXC_INFO)
  ADDOP(c, Op.WITH_EXCEPT_START)
  with_except_finish(c, cleanup)
  compiler_use_next_block(c, exit)
}
