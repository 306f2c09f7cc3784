import { Op } from "../../base/opcodes.ts"
import {
  type arg,
  type arguments as arguments_,
  type AsyncFunctionDef,
  type ClassDef,
  type ConstantValue,
  type expr,
  expr_context,
  type FunctionDef,
  K,
  type Lambda,
} from "../ast.ts"
import { CO, CO_FAST, type CodeUnit } from "../code.ts"
import { _PyAST_GetDocString } from "../future.ts"
import { _Py_Mangle } from "../mangle.ts"
import { _PyST_GetScope, Scope } from "../symtable.ts"
import { unparseExpr } from "../unparse.ts"
import { assemble } from "./assemble.ts"
import { compiler_call_helper } from "./call.ts"
import { CompileError } from "./errors.ts"
import { compiler_visit_expr, compiler_visit_exprs } from "./expr.ts"
import { compiler_nameop, forbidden_name } from "./name.ts"
import { compiler_body, compiler_visit_stmt } from "./stmt.ts"
import {
  ADDOP,
  ADDOP_I,
  ADDOP_LOAD_CONST,
  type Compiler,
  compiler_add_const,
  compiler_enter_scope,
  compiler_exit_scope,
  constStr,
  constTuple,
  NONE,
  ScopeType,
  SET_LOC,
  UNSET_LOC,
} from "./unit.ts"

// compile.c: functions, lambdas, classes.

function get_ref_type(c: Compiler, name: string): Scope {
  if (c.u.scope_type === ScopeType.CLASS && name === "__class__") return Scope.CELL
  const scope = _PyST_GetScope(c.u.ste, name)
  if (scope === 0) throw new CompileError("SystemError", `_PyST_GetScope(name='${name}') failed: unknown scope in unit ${c.u.name}`)
  return scope
}

/** MAKE_FUNCTION with the cells the code needs. */
export function compiler_make_closure(c: Compiler, co: CodeUnit, flags: number): void {
  let nfree = 0
  for (let i = 0; i < co.localsplusnames.length; i++) {
    if (!(co.localspluskinds[i] & CO_FAST.FREE)) continue
    const name = co.localsplusnames[i]
    const reftype = get_ref_type(c, name)
    const arg = (reftype === Scope.CELL ? c.u.cellvars : c.u.freevars).get(name)
    if (arg === undefined) {
      throw new CompileError("SystemError", `compiler_lookup_arg(name='${name}') with reftype=${reftype} failed in ${c.u.name}`)
    }
    ADDOP_I(c, Op.LOAD_CLOSURE, arg)
    nfree++
  }
  if (nfree) {
    flags |= 0x08
    ADDOP_I(c, Op.BUILD_TUPLE, nfree)
  }
  ADDOP_LOAD_CONST(c, co)
  ADDOP_I(c, Op.MAKE_FUNCTION, flags)
}

function apply_decorators(c: Compiler, decos: expr[]): void {
  if (decos.length === 0) return
  const u = c.u
  const { lineno, end_lineno, col_offset, end_col_offset } = u
  for (let i = decos.length - 1; i >= 0; i--) {
    SET_LOC(c, decos[i])
    ADDOP_I(c, Op.PRECALL, 0)
    ADDOP_I(c, Op.CALL, 0)
  }
  u.lineno = lineno
  u.end_lineno = end_lineno
  u.col_offset = col_offset
  u.end_col_offset = end_col_offset
}

function visit_kwonlydefaults(c: Compiler, args: arguments_): boolean {
  const keys: ConstantValue[] = []
  for (let i = 0; i < args.kwonlyargs.length; i++) {
    const def = args.kw_defaults[i]
    if (def === null) continue
    keys.push(constStr(_Py_Mangle(c.u.private_, args.kwonlyargs[i].arg)))
    compiler_visit_expr(c, def)
  }
  if (keys.length === 0) return false
  ADDOP_LOAD_CONST(c, constTuple(keys))
  ADDOP_I(c, Op.BUILD_CONST_KEY_MAP, keys.length)
  return true
}

/** An annotation as the string it becomes under `from __future__ import annotations`. */
export function compiler_visit_annexpr(c: Compiler, annotation: expr): void {
  ADDOP_LOAD_CONST(c, constStr(unparseExpr(annotation)))
}

/** Push name and value of one annotation; 2 or 0 items. */
function visit_argannotation(c: Compiler, id: string, annotation: expr | null): number {
  if (annotation === null) return 0
  ADDOP_LOAD_CONST(c, constStr(_Py_Mangle(c.u.private_, id)))
  if (c.future.ff_features & CO.FUTURE_ANNOTATIONS) {
    compiler_visit_annexpr(c, annotation)
  } else if (annotation.kind === K.Starred) {
    compiler_visit_expr(c, annotation.value)
    ADDOP_I(c, Op.UNPACK_SEQUENCE, 1)
  } else {
    compiler_visit_expr(c, annotation)
  }
  return 2
}

function visit_annotations(c: Compiler, args: arguments_, returns: expr | null): boolean {
  let n = 0
  for (const a of args.args) n += visit_argannotation(c, a.arg, a.annotation)
  for (const a of args.posonlyargs) n += visit_argannotation(c, a.arg, a.annotation)
  if (args.vararg !== null) n += visit_argannotation(c, args.vararg.arg, args.vararg.annotation)
  for (const a of args.kwonlyargs) n += visit_argannotation(c, a.arg, a.annotation)
  if (args.kwarg !== null) n += visit_argannotation(c, args.kwarg.arg, args.kwarg.annotation)
  n += visit_argannotation(c, "return", returns)
  if (n === 0) return false
  ADDOP_I(c, Op.BUILD_TUPLE, n)
  return true
}

function default_arguments(c: Compiler, args: arguments_): number {
  let funcflags = 0
  if (args.defaults.length > 0) {
    compiler_visit_exprs(c, args.defaults)
    ADDOP_I(c, Op.BUILD_TUPLE, args.defaults.length)
    funcflags |= 0x01
  }
  if (visit_kwonlydefaults(c, args)) funcflags |= 0x02
  return funcflags
}

function check_debug_args(c: Compiler, args: arguments_): void {
  const check = (a: arg | null): void => {
    if (a !== null) forbidden_name(c, a.arg, expr_context.Store)
  }
  args.posonlyargs.forEach(check)
  args.args.forEach(check)
  check(args.vararg)
  args.kwonlyargs.forEach(check)
  check(args.kwarg)
}

function set_arg_counts(c: Compiler, args: arguments_): void {
  c.u.argcount = args.args.length
  c.u.posonlyargcount = args.posonlyargs.length
  c.u.kwonlyargcount = args.kwonlyargs.length
}

export function compiler_function(c: Compiler, s: FunctionDef | AsyncFunctionDef): void {
  const { args, decorator_list: decos, body } = s
  check_debug_args(c, args)
  compiler_visit_exprs(c, decos)
  const firstlineno = decos.length > 0 ? decos[0].lineno : s.lineno
  let funcflags = default_arguments(c, args)
  if (visit_annotations(c, args, s.returns)) funcflags |= 0x04
  compiler_enter_scope(c, s.name, s.kind === K.AsyncFunctionDef ? ScopeType.ASYNC_FUNCTION : ScopeType.FUNCTION, s, firstlineno)
  const docstring = c.optimize < 2 ? _PyAST_GetDocString(body) : null
  compiler_add_const(c, docstring ?? NONE)
  set_arg_counts(c, args)
  for (let i = docstring !== null ? 1 : 0; i < body.length; i++) compiler_visit_stmt(c, body[i])
  const co = assemble(c, true)
  compiler_exit_scope(c)
  compiler_make_closure(c, co, funcflags)
  apply_decorators(c, decos)
  compiler_nameop(c, s.name, expr_context.Store)
}

export function compiler_class(c: Compiler, s: ClassDef): void {
  const decos = s.decorator_list
  compiler_visit_exprs(c, decos)
  const firstlineno = decos.length > 0 ? decos[0].lineno : s.lineno
  compiler_enter_scope(c, s.name, ScopeType.CLASS, s, firstlineno)
  c.u.private_ = s.name
  compiler_nameop(c, "__name__", expr_context.Load)
  compiler_nameop(c, "__module__", expr_context.Store)
  ADDOP_LOAD_CONST(c, constStr(c.u.qualname))
  compiler_nameop(c, "__qualname__", expr_context.Store)
  compiler_body(c, s.body)
  UNSET_LOC(c)
  if (c.u.ste.ste_needs_class_closure) {
    ADDOP_I(c, Op.LOAD_CLOSURE, c.u.cellvars.get("__class__") as number)
    ADDOP_I(c, Op.COPY, 1)
    compiler_nameop(c, "__classcell__", expr_context.Store)
  } else {
    ADDOP_LOAD_CONST(c, NONE)
  }
  ADDOP(c, Op.RETURN_VALUE)
  const co = assemble(c, true)
  compiler_exit_scope(c)
  ADDOP(c, Op.PUSH_NULL)
  ADDOP(c, Op.LOAD_BUILD_CLASS)
  compiler_make_closure(c, co, 0)
  ADDOP_LOAD_CONST(c, constStr(s.name))
  compiler_call_helper(c, 2, s.bases, s.keywords)
  apply_decorators(c, decos)
  compiler_nameop(c, s.name, expr_context.Store)
}

export function compiler_lambda(c: Compiler, e: Lambda): void {
  check_debug_args(c, e.args)
  const funcflags = default_arguments(c, e.args)
  compiler_enter_scope(c, "<lambda>", ScopeType.LAMBDA, e, e.lineno)
  // None as the first constant: a lambda has no docstring
  compiler_add_const(c, NONE)
  set_arg_counts(c, e.args)
  compiler_visit_expr(c, e.body)
  let co: CodeUnit
  if (c.u.ste.ste_generator) {
    co = assemble(c, false)
  } else {
    ADDOP(c, Op.RETURN_VALUE)
    co = assemble(c, true)
  }
  compiler_exit_scope(c)
  compiler_make_closure(c, co, funcflags)
}
