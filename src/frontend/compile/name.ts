import { NB, Op } from "../../base/opcodes.ts"
import { cmpop, expr_context, operator, unaryop } from "../ast.ts"
import { _Py_Mangle } from "../mangle.ts"
import { _PyST_GetScope, Block, Scope } from "../symtable.ts"
import { ADDOP, ADDOP_I, type Compiler, compiler_add_o, compiler_error } from "./unit.ts"

// Names and operators.

export function forbidden_name(c: Compiler, name: string, ctx: expr_context): void {
  if (name !== "__debug__") return
  if (ctx === expr_context.Store) compiler_error(c, "cannot assign to __debug__")
  if (ctx === expr_context.Del) compiler_error(c, "cannot delete __debug__")
}

const LOAD_STORE_DEL = {
  fast: [Op.LOAD_FAST, Op.STORE_FAST, Op.DELETE_FAST],
  global: [Op.LOAD_GLOBAL, Op.STORE_GLOBAL, Op.DELETE_GLOBAL],
  deref: [Op.LOAD_DEREF, Op.STORE_DEREF, Op.DELETE_DEREF],
  name: [Op.LOAD_NAME, Op.STORE_NAME, Op.DELETE_NAME],
} as const

/** Load, store or delete a variable. */
export function compiler_nameop(c: Compiler, name: string, ctx: expr_context): void {
  forbidden_name(c, name, ctx)
  const u = c.u
  const mangled = _Py_Mangle(u.private_, name)
  const inFunction = u.ste.ste_type === Block.Function
  switch (_PyST_GetScope(u.ste, mangled)) {
    case Scope.FREE:
    case Scope.CELL: {
      const dict = _PyST_GetScope(u.ste, mangled) === Scope.FREE ? u.freevars : u.cellvars
      const classderef = ctx === expr_context.Load && u.ste.ste_type === Block.Class
      ADDOP_I(c, classderef ? Op.LOAD_CLASSDEREF : LOAD_STORE_DEL.deref[ctx], compiler_add_o(dict, mangled))
      return
    }
    case Scope.LOCAL:
      if (inFunction) {
        ADDOP_I(c, LOAD_STORE_DEL.fast[ctx], compiler_add_o(u.varnames, mangled))
        return
      }
      break
    case Scope.GLOBAL_IMPLICIT:
      if (inFunction) {
        global(c, mangled, ctx)
        return
      }
      break
    case Scope.GLOBAL_EXPLICIT:
      global(c, mangled, ctx)
      return
  }
  ADDOP_I(c, LOAD_STORE_DEL.name[ctx], compiler_add_o(u.names, mangled))
}

function global(c: Compiler, mangled: string, ctx: expr_context): void {
  const arg = compiler_add_o(c.u.names, mangled)
  ADDOP_I(c, LOAD_STORE_DEL.global[ctx], ctx === expr_context.Load ? arg << 1 : arg)
}

export function unaryOpcode(op: unaryop): number {
  switch (op) {
    case unaryop.Invert:
      return Op.UNARY_INVERT
    case unaryop.Not:
      return Op.UNARY_NOT
    case unaryop.UAdd:
      return Op.UNARY_POSITIVE
    case unaryop.USub:
      return Op.UNARY_NEGATIVE
  }
}

/** BINARY_OP's argument by `operator`. */
const BINARY = [
  NB.ADD,
  NB.SUBTRACT,
  NB.MULTIPLY,
  NB.MATRIX_MULTIPLY,
  NB.TRUE_DIVIDE,
  NB.REMAINDER,
  NB.POWER,
  NB.LSHIFT,
  NB.RSHIFT,
  NB.OR,
  NB.XOR,
  NB.AND,
  NB.FLOOR_DIVIDE,
]

export function ADDOP_BINARY(c: Compiler, op: operator): void {
  ADDOP_I(c, Op.BINARY_OP, BINARY[op])
}
export function ADDOP_INPLACE(c: Compiler, op: operator): void {
  ADDOP_I(c, Op.BINARY_OP, BINARY[op] + NB.INPLACE_ADD)
}

export function ADDOP_COMPARE(c: Compiler, op: cmpop): void {
  switch (op) {
    case cmpop.Lt:
      return ADDOP_I(c, Op.COMPARE_OP, 0)
    case cmpop.LtE:
      return ADDOP_I(c, Op.COMPARE_OP, 1)
    case cmpop.Eq:
      return ADDOP_I(c, Op.COMPARE_OP, 2)
    case cmpop.NotEq:
      return ADDOP_I(c, Op.COMPARE_OP, 3)
    case cmpop.Gt:
      return ADDOP_I(c, Op.COMPARE_OP, 4)
    case cmpop.GtE:
      return ADDOP_I(c, Op.COMPARE_OP, 5)
    case cmpop.Is:
      return ADDOP_I(c, Op.IS_OP, 0)
    case cmpop.IsNot:
      return ADDOP_I(c, Op.IS_OP, 1)
    case cmpop.In:
      return ADDOP_I(c, Op.CONTAINS_OP, 0)
    case cmpop.NotIn:
      return ADDOP_I(c, Op.CONTAINS_OP, 1)
  }
}

export function ADDOP_YIELD(c: Compiler): void {
  if (c.u.ste.ste_generator && c.u.ste.ste_coroutine) ADDOP(c, Op.ASYNC_GEN_WRAP)
  ADDOP(c, Op.YIELD_VALUE)
  ADDOP_I(c, Op.RESUME, 1)
}
