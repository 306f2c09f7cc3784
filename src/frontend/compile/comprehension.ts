import { Op } from "../../base/opcodes.ts"
import { type comprehension, type DictComp, type expr, type GeneratorExp, K, type ListComp, type SetComp } from "../ast.ts"
import { assemble } from "./assemble.ts"
import { ADD_YIELD_FROM, compiler_jump_if, compiler_visit_expr } from "./expr.ts"
import { compiler_make_closure } from "./function.ts"
import { ADDOP_YIELD } from "./name.ts"
import {
  ADDOP,
  ADDOP_I,
  ADDOP_JUMP,
  ADDOP_LOAD_CONST,
  type BasicBlock,
  type Compiler,
  compiler_enter_scope,
  compiler_error,
  compiler_exit_scope,
  compiler_new_block,
  compiler_pop_fblock,
  compiler_push_fblock,
  compiler_use_next_block,
  FB,
  IS_TOP_LEVEL_AWAIT,
  NONE,
  ScopeType,
  SET_LOC,
} from "./unit.ts"

// compile.c: comprehensions and generator expressions.

const enum Comp {
  GENEXP,
  LISTCOMP,
  SETCOMP,
  DICTCOMP,
}

interface Parts {
  generators: comprehension[]
  elt: expr
  val: expr | null
  type: Comp
}

function comprehension_generator(c: Compiler, p: Parts, gen_index: number, depth: number): void {
  if (p.generators[gen_index].is_async) async_comprehension_generator(c, p, gen_index, depth)
  else sync_comprehension_generator(c, p, gen_index, depth)
}

/** What the innermost loop does with an element. */
function emit_element(c: Compiler, p: Parts, depth: number): void {
  compiler_visit_expr(c, p.elt)
  switch (p.type) {
    case Comp.GENEXP:
      ADDOP_YIELD(c)
      ADDOP(c, Op.POP_TOP)
      break
    case Comp.LISTCOMP:
      ADDOP_I(c, Op.LIST_APPEND, depth + 1)
      break
    case Comp.SETCOMP:
      ADDOP_I(c, Op.SET_ADD, depth + 1)
      break
    case Comp.DICTCOMP:
      compiler_visit_expr(c, p.val as expr)
      ADDOP_I(c, Op.MAP_ADD, depth + 1)
      break
  }
}

function sync_comprehension_generator(c: Compiler, p: Parts, gen_index: number, depth: number): void {
  let start: BasicBlock | null = compiler_new_block(c)
  const if_cleanup = compiler_new_block(c)
  const anchor = compiler_new_block(c)
  const gen = p.generators[gen_index]
  if (gen_index === 0) {
    c.u.argcount = 1
    ADDOP_I(c, Op.LOAD_FAST, 0)
  } else {
    // `for y in [f(x)]` is an assignment
    const elts = gen.iter.kind === K.List || gen.iter.kind === K.Tuple ? gen.iter.elts : []
    if (elts.length === 1 && elts[0].kind !== K.Starred) {
      compiler_visit_expr(c, elts[0])
      start = null
    } else {
      compiler_visit_expr(c, gen.iter)
      ADDOP(c, Op.GET_ITER)
    }
  }
  if (start !== null) {
    depth++
    compiler_use_next_block(c, start)
    ADDOP_JUMP(c, Op.FOR_ITER, anchor)
  }
  compiler_visit_expr(c, gen.target)
  for (const e of gen.ifs) compiler_jump_if(c, e, if_cleanup, false)
  if (++gen_index < p.generators.length) comprehension_generator(c, p, gen_index, depth)
  else emit_element(c, p, depth)
  compiler_use_next_block(c, if_cleanup)
  if (start !== null) {
    ADDOP_JUMP(c, Op.JUMP, start)
    compiler_use_next_block(c, anchor)
  }
}

function async_comprehension_generator(c: Compiler, p: Parts, gen_index: number, depth: number): void {
  const start = compiler_new_block(c)
  const except = compiler_new_block(c)
  const if_cleanup = compiler_new_block(c)
  const gen = p.generators[gen_index]
  if (gen_index === 0) {
    c.u.argcount = 1
    ADDOP_I(c, Op.LOAD_FAST, 0)
  } else {
    compiler_visit_expr(c, gen.iter)
    ADDOP(c, Op.GET_AITER)
  }
  compiler_use_next_block(c, start)
  compiler_push_fblock(c, FB.ASYNC_COMPREHENSION_GENERATOR, start, null, null)
  ADDOP_JUMP(c, Op.SETUP_FINALLY, except)
  ADDOP(c, Op.GET_ANEXT)
  ADDOP_LOAD_CONST(c, NONE)
  ADD_YIELD_FROM(c, true)
  ADDOP(c, Op.POP_BLOCK)
  compiler_visit_expr(c, gen.target)
  for (const e of gen.ifs) compiler_jump_if(c, e, if_cleanup, false)
  depth++
  if (++gen_index < p.generators.length) comprehension_generator(c, p, gen_index, depth)
  else emit_element(c, p, depth)
  compiler_use_next_block(c, if_cleanup)
  ADDOP_JUMP(c, Op.JUMP, start)
  compiler_pop_fblock(c)
  compiler_use_next_block(c, except)
  ADDOP(c, Op.END_ASYNC_FOR)
}

function compiler_comprehension(c: Compiler, e: expr, name: string, p: Parts): void {
  const scope_type = c.u.scope_type
  const is_top_level_await = IS_TOP_LEVEL_AWAIT(c)
  const outermost = p.generators[0]
  compiler_enter_scope(c, name, ScopeType.COMPREHENSION, e, e.lineno)
  SET_LOC(c, e)
  const is_async_generator = c.u.ste.ste_coroutine
  if (
    is_async_generator &&
    p.type !== Comp.GENEXP &&
    scope_type !== ScopeType.ASYNC_FUNCTION &&
    scope_type !== ScopeType.COMPREHENSION &&
    !is_top_level_await
  ) {
    compiler_error(c, "asynchronous comprehension outside of an asynchronous function")
  }
  if (p.type !== Comp.GENEXP) {
    ADDOP_I(c, p.type === Comp.LISTCOMP ? Op.BUILD_LIST : p.type === Comp.SETCOMP ? Op.BUILD_SET : Op.BUILD_MAP, 0)
  }
  comprehension_generator(c, p, 0, 0)
  if (p.type !== Comp.GENEXP) ADDOP(c, Op.RETURN_VALUE)
  const co = assemble(c, true)
  compiler_exit_scope(c)
  if (is_top_level_await && is_async_generator) c.u.ste.ste_coroutine = true
  compiler_make_closure(c, co, 0)
  compiler_visit_expr(c, outermost.iter)
  ADDOP(c, outermost.is_async ? Op.GET_AITER : Op.GET_ITER)
  ADDOP_I(c, Op.PRECALL, 0)
  ADDOP_I(c, Op.CALL, 0)
  if (is_async_generator && p.type !== Comp.GENEXP) {
    ADDOP_I(c, Op.GET_AWAITABLE, 0)
    ADDOP_LOAD_CONST(c, NONE)
    ADD_YIELD_FROM(c, true)
  }
}

export function compiler_genexp(c: Compiler, e: GeneratorExp): void {
  compiler_comprehension(c, e, "<genexpr>", {
    generators: e.generators,
    elt: e.elt,
    val: null,
    type: Comp.GENEXP,
  })
}
export function compiler_listcomp(c: Compiler, e: ListComp): void {
  compiler_comprehension(c, e, "<listcomp>", {
    generators: e.generators,
    elt: e.elt,
    val: null,
    type: Comp.LISTCOMP,
  })
}
export function compiler_setcomp(c: Compiler, e: SetComp): void {
  compiler_comprehension(c, e, "<setcomp>", {
    generators: e.generators,
    elt: e.elt,
    val: null,
    type: Comp.SETCOMP,
  })
}
export function compiler_dictcomp(c: Compiler, e: DictComp): void {
  compiler_comprehension(c, e, "<dictcomp>", {
    generators: e.generators,
    elt: e.key,
    val: e.value,
    type: Comp.DICTCOMP,
  })
}
