import { Op, isJumpOpcode } from "../../base/opcodes.ts"
import type { ConstantValue, Located, stmt } from "../ast.ts"
import { type Const, ConstCache, PyCF } from "../code.ts"
import type { FutureFeatures } from "../future.ts"
import { _Py_Mangle } from "../mangle.ts"
import {
  _PyST_GetScope,
  Block,
  Def,
  PySymtable_Lookup,
  Scope,
  SCOPE_MASK,
  SCOPE_OFFSET,
  type Symtable,
  type SymtableEntry,
} from "../symtable.ts"
import { CompileError, ERROR_IS_SET, type Warn } from "./errors.ts"

// The compiler's state: instructions, basic blocks, one unit per code object, and the ways to add instructions to it.

export interface Instr {
  opcode: number
  oparg: number
  target: BasicBlock | null
  /** The handler block covering the instruction (set when the exception table is made). */
  except: BasicBlock | null
  lineno: number
  end_lineno: number
  col_offset: number
  end_col_offset: number
}

export class BasicBlock {
  readonly instr: Instr[] = []
  next: BasicBlock | null = null
  predecessors = 0
  startdepth = -0x80000000
  offset = 0
  nofallthrough = false
  preserve_lasti = false
  visited = false
  exit = false
  /** A RETURN_VALUE was added. */
  returns = false
  exceptstack: BasicBlock[] | null = null
}

export const enum FB {
  WHILE_LOOP,
  FOR_LOOP,
  TRY_EXCEPT,
  FINALLY_TRY,
  FINALLY_END,
  WITH,
  ASYNC_WITH,
  HANDLER_CLEANUP,
  POP_VALUE,
  EXCEPTION_HANDLER,
  EXCEPTION_GROUP_HANDLER,
  ASYNC_COMPREHENSION_GENERATOR,
}

export interface FBlock {
  type: FB
  block: BasicBlock | null
  exit: BasicBlock | null
  /** FINALLY_TRY: the finally body. WITH: the statement. HANDLER_CLEANUP: the bound name or null. */
  datum: stmt[] | stmt | string | null
}

export const enum ScopeType {
  MODULE,
  CLASS,
  FUNCTION,
  ASYNC_FUNCTION,
  LAMBDA,
  COMPREHENSION,
}

export const CO_MAXBLOCKS = 20
export const STACK_USE_GUIDELINE = 30

/** struct compiler_unit: what changes with the code object being compiled. */
export class Unit {
  qualname = ""
  /** Constants by key, and in order. */
  readonly constIndex = new Map<string, number>()
  readonly consts: Const[] = []
  readonly names = new Map<string, number>()
  varnames = new Map<string, number>()
  cellvars = new Map<string, number>()
  freevars = new Map<string, number>()
  private_: string | null = null
  argcount = 0
  posonlyargcount = 0
  kwonlyargcount = 0
  readonly blocks: BasicBlock[] = []
  curblock!: BasicBlock
  readonly fblocks: FBlock[] = []
  lineno: number
  col_offset = 0
  end_lineno: number
  end_col_offset = 0
  need_new_implicit_block = false
  constructor(
    readonly ste: SymtableEntry,
    readonly name: string,
    readonly scope_type: ScopeType,
    public firstlineno: number,
  ) {
    this.lineno = firstlineno
    this.end_lineno = firstlineno
  }
}

/** struct compiler. */
export class Compiler {
  readonly constCache = new ConstCache()
  readonly stack: Unit[] = []
  u!: Unit
  interactive = false
  nestlevel = 0
  constructor(
    readonly st: Symtable,
    readonly future: FutureFeatures,
    readonly flags: number,
    readonly optimize: number,
    readonly warn: Warn,
  ) {}
}

function compareCodePoints(a: string, b: string): number {
  const n = Math.min(a.length, b.length)
  for (let i = 0; i < n; i++) {
    let x = a.charCodeAt(i)
    let y = b.charCodeAt(i)
    if (x !== y) {
      // surrogates sort above the rest of the basic plane
      if (x >= 0xd800 && y >= 0xd800) {
        if (x <= 0xdfff) x += 0x10000
        if (y <= 0xdfff) y += 0x10000
      }
      return x - y
    }
  }
  return a.length - b.length
}

/** Names whose scope is `scope` or that have `flag`, numbered in sorted order from `offset`. */
function dictbytype(src: Map<string, number>, scope: Scope, flag: number, offset: number): Map<string, number> {
  const dest = new Map<string, number>()
  let found: string[] | null = null
  for (const [k, v] of src) {
    if (((v >> SCOPE_OFFSET) & SCOPE_MASK) === scope || v & flag) (found ??= []).push(k)
  }
  if (found !== null) for (const k of found.sort(compareCodePoints)) dest.set(k, offset + dest.size)
  return dest
}

export function compiler_new_block(c: Compiler): BasicBlock {
  const b = new BasicBlock()
  c.u.blocks.push(b)
  return b
}

export function compiler_use_next_block(c: Compiler, block: BasicBlock): void {
  c.u.curblock.next = block
  c.u.curblock = block
  c.u.need_new_implicit_block = false
}

function set_qualname(c: Compiler): void {
  const u = c.u
  let base: string | null = null
  if (c.stack.length > 1) {
    const parent = c.stack[c.stack.length - 1]
    let force_global = false
    if (u.scope_type === ScopeType.FUNCTION || u.scope_type === ScopeType.ASYNC_FUNCTION || u.scope_type === ScopeType.CLASS) {
      force_global = _PyST_GetScope(parent.ste, _Py_Mangle(parent.private_, u.name)) === Scope.GLOBAL_EXPLICIT
    }
    if (!force_global) {
      const nested =
        parent.scope_type === ScopeType.FUNCTION || parent.scope_type === ScopeType.ASYNC_FUNCTION || parent.scope_type === ScopeType.LAMBDA
      base = nested ? parent.qualname + ".<locals>" : parent.qualname
    }
  }
  u.qualname = base === null ? u.name : base + "." + u.name
}

export function compiler_enter_scope(c: Compiler, name: string, scope_type: ScopeType, key: object, lineno: number): void {
  const ste = PySymtable_Lookup(c.st, key)
  const u = new Unit(ste, name, scope_type, lineno)
  for (const v of ste.ste_varnames) if (!u.varnames.has(v)) u.varnames.set(v, u.varnames.size)
  u.cellvars = dictbytype(ste.ste_symbols, Scope.CELL, 0, 0)
  if (ste.ste_needs_class_closure) u.cellvars.set("__class__", 0)
  u.freevars = dictbytype(ste.ste_symbols, Scope.FREE, Def.FREE_CLASS, u.cellvars.size)
  if (c.u !== undefined) {
    c.stack.push(c.u)
    u.private_ = c.u.private_
  }
  c.u = u
  c.nestlevel++
  u.curblock = compiler_new_block(c)
  if (scope_type === ScopeType.MODULE) {
    u.qualname = name
    u.lineno = 0
  } else {
    set_qualname(c)
  }
  ADDOP_I(c, Op.RESUME, 0)
  if (scope_type === ScopeType.MODULE) u.lineno = -1
}

export function compiler_exit_scope(c: Compiler): void {
  c.nestlevel--
  c.u = c.stack.pop() as Unit
}

// ---- positions

export function SET_LOC(c: Compiler, x: Located): void {
  const u = c.u
  u.lineno = x.lineno
  u.col_offset = x.col_offset
  u.end_lineno = x.end_lineno
  u.end_col_offset = x.end_col_offset
}

/** What follows is artificial: it has no place in the source. */
export function UNSET_LOC(c: Compiler): void {
  const u = c.u
  u.lineno = -1
  u.col_offset = -1
  u.end_lineno = -1
  u.end_col_offset = -1
}

export function COPY_INSTR_LOC(from: Instr, to: Instr): void {
  to.lineno = from.lineno
  to.col_offset = from.col_offset
  to.end_lineno = from.end_lineno
  to.end_col_offset = from.end_col_offset
}

// ---- errors and warnings

export function compiler_error(c: Compiler, msg: string): never {
  const u = c.u
  throw new CompileError("SyntaxError", msg, "args", u.lineno, u.col_offset + 1, u.end_lineno, u.end_col_offset + 1)
}

export function compiler_warn(c: Compiler, msg: string): void {
  const r = c.warn("SyntaxWarning", msg, c.u.lineno)
  if (r === -1) compiler_error(c, msg)
  if (r < 0) throw ERROR_IS_SET
}

// ---- adding instructions

/** Opcodes that jump, real or pseudo. */
export function is_jump(opcode: number): boolean {
  return (opcode <= Op.JUMP && opcode >= Op.POP_JUMP_IF_NOT_NONE) || isJumpOpcode(opcode)
}
export function is_block_push(opcode: number): boolean {
  return opcode === Op.SETUP_FINALLY || opcode === Op.SETUP_WITH || opcode === Op.SETUP_CLEANUP
}

function add(c: Compiler, opcode: number, oparg: number, target: BasicBlock | null, line: boolean): void {
  const u = c.u
  if (u.need_new_implicit_block) compiler_use_next_block(c, compiler_new_block(c))
  const b = u.curblock
  if (opcode === Op.RETURN_VALUE) b.returns = true
  b.instr.push(
    line
      ? {
          opcode,
          oparg,
          target,
          except: null,
          lineno: u.lineno,
          end_lineno: u.end_lineno,
          col_offset: u.col_offset,
          end_col_offset: u.end_col_offset,
        }
      : {
          opcode,
          oparg,
          target,
          except: null,
          lineno: -1,
          end_lineno: 0,
          col_offset: 0,
          end_col_offset: 0,
        },
  )
  if (is_jump(opcode) || opcode === Op.RETURN_VALUE || opcode === Op.RAISE_VARARGS || opcode === Op.RERAISE) {
    u.need_new_implicit_block = true
  }
}

export function ADDOP(c: Compiler, opcode: number): void {
  add(c, opcode, 0, null, true)
}
export function ADDOP_NOLINE(c: Compiler, opcode: number): void {
  add(c, opcode, 0, null, false)
}
export function ADDOP_I(c: Compiler, opcode: number, oparg: number): void {
  add(c, opcode, oparg, null, true)
}
export function ADDOP_I_NOLINE(c: Compiler, opcode: number, oparg: number): void {
  add(c, opcode, oparg, null, false)
}
export function ADDOP_JUMP(c: Compiler, opcode: number, target: BasicBlock): void {
  add(c, opcode, 0, target, true)
}
export function ADDOP_JUMP_NOLINE(c: Compiler, opcode: number, target: BasicBlock): void {
  add(c, opcode, 0, target, false)
}

/** The index of a constant in the unit, adding it the first time. */
export function compiler_add_const(c: Compiler, o: Const): number {
  const key = c.constCache.key(o)
  const u = c.u
  let arg = u.constIndex.get(key)
  if (arg === undefined) {
    arg = u.consts.length
    u.constIndex.set(key, arg)
    u.consts.push(o)
  }
  return arg
}

export function ADDOP_LOAD_CONST(c: Compiler, o: Const): void {
  ADDOP_I(c, Op.LOAD_CONST, compiler_add_const(c, o))
}

export const NONE: ConstantValue = { t: "None" }
export function constStr(v: string): ConstantValue {
  return { t: "str", v }
}
export function constInt(n: number): ConstantValue {
  return { t: "int", v: BigInt(n) }
}
export function constTuple(v: ConstantValue[]): ConstantValue {
  return { t: "tuple", v }
}

/** compiler_add_o: the index of a name in one of the unit's dictionaries. */
export function compiler_add_o(dict: Map<string, number>, o: string): number {
  let arg = dict.get(o)
  if (arg === undefined) dict.set(o, (arg = dict.size))
  return arg
}

/** Add an instruction whose argument is an index into co_names. */
export function ADDOP_NAME(c: Compiler, opcode: number, name: string): void {
  ADDOP_I(c, opcode, compiler_add_o(c.u.names, _Py_Mangle(c.u.private_, name)))
}

// ---- frame blocks

export function compiler_push_fblock(
  c: Compiler,
  type: FB,
  block: BasicBlock | null,
  exit: BasicBlock | null,
  datum: FBlock["datum"],
): void {
  if (c.u.fblocks.length >= CO_MAXBLOCKS) compiler_error(c, "too many statically nested blocks")
  c.u.fblocks.push({ type, block, exit, datum })
}

export function compiler_pop_fblock(c: Compiler): void {
  c.u.fblocks.pop()
}

/** Is `await` allowed here because the module is compiled with PyCF_ALLOW_TOP_LEVEL_AWAIT? */
export function IS_TOP_LEVEL_AWAIT(c: Compiler): boolean {
  return (c.flags & PyCF.ALLOW_TOP_LEVEL_AWAIT) !== 0 && c.u.ste.ste_type === Block.Module
}
