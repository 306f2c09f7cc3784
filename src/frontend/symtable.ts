import {
  K,
  type alias,
  type arg,
  type arguments as arguments_,
  type comprehension,
  type excepthandler,
  type expr,
  expr_context,
  type Located,
  type mod,
  type Name,
  type NamedExpr,
  type pattern,
  type stmt,
} from "./ast.ts"
import { CO } from "./code.ts"
import { CompileError, recursionError, type Recursion, syntaxErrorAt } from "./compile/errors.ts"
import type { FutureFeatures } from "./future.ts"
import { _Py_Mangle } from "./mangle.ts"

// Python/symtable.c: which name lives where. Pass 1 collects facts from the tree, pass 2 decides scopes.

export const enum Block {
  Function,
  Class,
  Module,
  Annotation,
}

export const enum Comprehension {
  None,
  List,
  Dict,
  Set,
  Generator,
}

export const enum Def {
  GLOBAL = 1,
  LOCAL = 2,
  PARAM = 4,
  NONLOCAL = 8,
  USE = 16,
  FREE = 32,
  FREE_CLASS = 64,
  IMPORT = 128,
  ANNOT = 256,
  COMP_ITER = 512,
  BOUND = 134,
}

export const SCOPE_OFFSET = 11
export const SCOPE_MASK = 15

export const enum Scope {
  LOCAL = 1,
  GLOBAL_EXPLICIT = 2,
  GLOBAL_IMPLICIT = 3,
  FREE = 4,
  CELL = 5,
}

/** PySTEntryObject. */
export class SymtableEntry implements Located {
  ste_symbols = new Map<string, number>()
  ste_varnames: string[] = []
  ste_children: SymtableEntry[] = []
  ste_directives: { name: string; at: Located }[] | null = null
  ste_nested = false
  ste_free = false
  ste_child_free = false
  ste_generator = false
  ste_coroutine = false
  ste_comprehension = Comprehension.None
  ste_varargs = false
  ste_varkeywords = false
  ste_returns_value = false
  ste_needs_class_closure = false
  ste_comp_iter_target = false
  ste_comp_iter_expr = 0
  constructor(
    readonly ste_name: string,
    readonly ste_type: Block,
    readonly lineno: number,
    readonly col_offset: number,
    readonly end_lineno: number,
    readonly end_col_offset: number,
  ) {}
}

/** struct symtable: `st_blocks` maps the node that opens a block to its entry. */
export class Symtable {
  readonly st_blocks = new Map<object, SymtableEntry>()
  readonly st_stack: SymtableEntry[] = []
  st_cur!: SymtableEntry
  st_top!: SymtableEntry
  st_global!: Map<string, number>
  st_private: string | null = null
  depth: number
  constructor(
    readonly st_future: FutureFeatures,
    readonly recursion: Recursion,
  ) {
    this.depth = recursion.depth
  }
}

export function _PyST_GetSymbol(ste: SymtableEntry, name: string): number {
  return ste.ste_symbols.get(name) ?? 0
}
export function _PyST_GetScope(ste: SymtableEntry, name: string): number {
  return (_PyST_GetSymbol(ste, name) >> SCOPE_OFFSET) & SCOPE_MASK
}

/** Build and analyse the table of a tree that has been optimised already. Throws CompileError. */
export function _PySymtable_Build(mod: mod, future: FutureFeatures, recursion: Recursion): Symtable {
  const st = new Symtable(future, recursion)
  enter_block(st, "top", Block.Module, mod, {
    lineno: 0,
    col_offset: 0,
    end_lineno: 0,
    end_col_offset: 0,
  })
  st.st_top = st.st_cur
  switch (mod.kind) {
    case K.Module:
    case K.Interactive:
      visit_stmts(st, mod.body)
      break
    case K.Expression:
      visit_expr(st, mod.body)
      break
    case K.FunctionType:
      throw new CompileError("RuntimeError", "this compiler does not handle FunctionTypes")
  }
  exit_block(st)
  analyze_block(st.st_top, null, new Set(), new Set())
  return st
}

export function PySymtable_Lookup(st: Symtable, key: object): SymtableEntry {
  const ste = st.st_blocks.get(key)
  if (ste === undefined) throw new CompileError("SystemError", "unknown symbol table entry")
  return ste
}

// ---- pass 2: scopes

function error_at_directive(ste: SymtableEntry, name: string, msg: string): never {
  const d = ste.ste_directives?.find((x) => x.name === name)
  if (d === undefined) throw new CompileError("RuntimeError", "BUG: internal directive bookkeeping broken")
  throw syntaxErrorAt(msg, d.at)
}

type Names = Set<string>

function analyze_name(
  ste: SymtableEntry,
  scopes: Map<string, Scope>,
  name: string,
  flags: number,
  bound: Names | null,
  local: Names,
  free: Names,
  global: Names,
): void {
  if (flags & Def.GLOBAL) {
    if (flags & Def.NONLOCAL) error_at_directive(ste, name, `name '${name}' is nonlocal and global`)
    scopes.set(name, Scope.GLOBAL_EXPLICIT)
    global.add(name)
    bound?.delete(name)
  } else if (flags & Def.NONLOCAL) {
    if (bound === null) error_at_directive(ste, name, "nonlocal declaration not allowed at module level")
    if (!bound.has(name)) error_at_directive(ste, name, `no binding for nonlocal '${name}' found`)
    scopes.set(name, Scope.FREE)
    ste.ste_free = true
    free.add(name)
  } else if (flags & Def.BOUND) {
    scopes.set(name, Scope.LOCAL)
    local.add(name)
    global.delete(name)
  } else if (bound !== null && bound.has(name)) {
    scopes.set(name, Scope.FREE)
    ste.ste_free = true
    free.add(name)
  } else if (global.has(name)) {
    scopes.set(name, Scope.GLOBAL_IMPLICIT)
  } else {
    if (ste.ste_nested) ste.ste_free = true
    scopes.set(name, Scope.GLOBAL_IMPLICIT)
  }
}

/** A name that is local here and free in a child becomes a cell and leaves the free set. */
function analyze_cells(scopes: Map<string, Scope>, free: Names): void {
  for (const [name, scope] of scopes) {
    if (scope === Scope.LOCAL && free.delete(name)) scopes.set(name, Scope.CELL)
  }
}

function update_symbols(
  symbols: Map<string, number>,
  scopes: Map<string, Scope>,
  bound: Names | null,
  free: Names,
  classflag: boolean,
): void {
  for (const [name, flags] of symbols) symbols.set(name, flags | ((scopes.get(name) as number) << SCOPE_OFFSET))
  for (const name of free) {
    const v = symbols.get(name)
    if (v !== undefined) {
      // a free variable of a method with the name of something bound in the class
      if (classflag && v & (Def.BOUND | Def.GLOBAL)) symbols.set(name, v | Def.FREE_CLASS)
      continue
    }
    if (bound !== null && !bound.has(name)) continue
    symbols.set(name, Scope.FREE << SCOPE_OFFSET)
  }
}

function union(into: Names, from: Names): void {
  for (const x of from) into.add(x)
}

/** Scopes of one block and its children. `bound` is null for the module; it, `free` and `global` are this call's own. */
function analyze_block(ste: SymtableEntry, bound: Names | null, free: Names, global: Names): void {
  const local: Names = new Set()
  const scopes = new Map<string, Scope>()
  const newglobal: Names = new Set()
  const newfree: Names = new Set()
  const newbound: Names = new Set()
  // A class's names are not visible in its methods, so what they see is fixed before.
  if (ste.ste_type === Block.Class) {
    union(newglobal, global)
    if (bound !== null) union(newbound, bound)
  }
  for (const [name, flags] of ste.ste_symbols) analyze_name(ste, scopes, name, flags, bound, local, free, global)
  if (ste.ste_type !== Block.Class) {
    if (ste.ste_type === Block.Function) union(newbound, local)
    if (bound !== null) union(newbound, bound)
    union(newglobal, global)
  } else {
    newbound.add("__class__")
  }
  const allfree: Names = new Set()
  for (const entry of ste.ste_children) {
    const temp_free = new Set(newfree)
    analyze_block(entry, new Set(newbound), temp_free, new Set(newglobal))
    union(allfree, temp_free)
    if (entry.ste_free || entry.ste_child_free) ste.ste_child_free = true
  }
  union(newfree, allfree)
  if (ste.ste_type === Block.Function) analyze_cells(scopes, newfree)
  else if (ste.ste_type === Block.Class && newfree.delete("__class__")) ste.ste_needs_class_closure = true
  update_symbols(ste.ste_symbols, scopes, bound, newfree, ste.ste_type === Block.Class)
  union(free, newfree)
}

// ---- pass 1: facts

function exit_block(st: Symtable): void {
  st.st_stack.pop()
  if (st.st_stack.length > 0) st.st_cur = st.st_stack[st.st_stack.length - 1]
}

function enter_block(st: Symtable, name: string, block: Block, key: object, at: Located): void {
  const ste = new SymtableEntry(name, block, at.lineno, at.col_offset, at.end_lineno, at.end_col_offset)
  const prev: SymtableEntry | undefined = st.st_cur
  if (prev !== undefined && (prev.ste_nested || prev.ste_type === Block.Function)) ste.ste_nested = true
  st.st_blocks.set(key, ste)
  st.st_stack.push(ste)
  if (prev !== undefined) ste.ste_comp_iter_expr = prev.ste_comp_iter_expr
  st.st_cur = ste
  // Annotation blocks become strings, so they are no part of the table.
  if (block === Block.Annotation) return
  if (block === Block.Module) st.st_global = ste.ste_symbols
  if (prev !== undefined) prev.ste_children.push(ste)
}

function lookup(st: Symtable, name: string): number {
  return _PyST_GetSymbol(st.st_cur, _Py_Mangle(st.st_private, name))
}

function add_def_helper(st: Symtable, name: string, flag: number, ste: SymtableEntry, at: Located): void {
  const mangled = _Py_Mangle(st.st_private, name)
  const dict = ste.ste_symbols
  let val = dict.get(mangled) ?? 0
  if (flag & Def.PARAM && val & Def.PARAM) throw syntaxErrorAt(`duplicate argument '${name}' in function definition`, at)
  val |= flag
  if (ste.ste_comp_iter_target) {
    if (val & (Def.GLOBAL | Def.NONLOCAL)) {
      throw syntaxErrorAt(`comprehension inner loop cannot rebind assignment expression target '${name}'`, at)
    }
    val |= Def.COMP_ITER
  }
  dict.set(mangled, val)
  if (flag & Def.PARAM) ste.ste_varnames.push(mangled)
  else if (flag & Def.GLOBAL) st.st_global.set(mangled, flag | (st.st_global.get(mangled) ?? 0))
}

function add_def(st: Symtable, name: string, flag: number, at: Located): void {
  add_def_helper(st, name, flag, st.st_cur, at)
}

function record_directive(st: Symtable, name: string, at: Located): void {
  ;(st.st_cur.ste_directives ??= []).push({
    name: _Py_Mangle(st.st_private, name),
    at,
  })
}

function visit_stmts(st: Symtable, body: stmt[]): void {
  for (const s of body) visit_stmt(st, s)
}
function visit_exprs(st: Symtable, seq: readonly (expr | null)[]): void {
  for (const e of seq) if (e !== null) visit_expr(st, e)
}

function visit_directive(st: Symtable, s: Located & { names: string[] }, flag: Def.GLOBAL | Def.NONLOCAL): void {
  const word = flag === Def.GLOBAL ? "global" : "nonlocal"
  for (const name of s.names) {
    const cur = lookup(st, name)
    if (cur & (Def.PARAM | Def.LOCAL | Def.USE | Def.ANNOT)) {
      throw syntaxErrorAt(
        cur & Def.PARAM
          ? `name '${name}' is parameter and ${word}`
          : cur & Def.USE
            ? `name '${name}' is used prior to ${word} declaration`
            : cur & Def.ANNOT
              ? `annotated name '${name}' can't be ${word}`
              : `name '${name}' is assigned to before ${word} declaration`,
        s,
      )
    }
    add_def(st, name, flag, s)
    record_directive(st, name, s)
  }
}

function visit_stmt(st: Symtable, s: stmt): void {
  if (++st.depth > st.recursion.limit) throw recursionError()
  switch (s.kind) {
    case K.FunctionDef:
    case K.AsyncFunctionDef:
      add_def(st, s.name, Def.LOCAL, s)
      visit_exprs(st, s.args.defaults)
      visit_exprs(st, s.args.kw_defaults)
      visit_annotations(st, s, s.args, s.returns)
      visit_exprs(st, s.decorator_list)
      enter_block(st, s.name, Block.Function, s, s)
      if (s.kind === K.AsyncFunctionDef) st.st_cur.ste_coroutine = true
      visit_arguments(st, s.args)
      visit_stmts(st, s.body)
      exit_block(st)
      break
    case K.ClassDef: {
      add_def(st, s.name, Def.LOCAL, s)
      visit_exprs(st, s.bases)
      for (const k of s.keywords) visit_expr(st, k.value)
      visit_exprs(st, s.decorator_list)
      enter_block(st, s.name, Block.Class, s, s)
      const tmp = st.st_private
      st.st_private = s.name
      visit_stmts(st, s.body)
      st.st_private = tmp
      exit_block(st)
      break
    }
    case K.Return:
      if (s.value !== null) {
        visit_expr(st, s.value)
        st.st_cur.ste_returns_value = true
      }
      break
    case K.Delete:
      visit_exprs(st, s.targets)
      break
    case K.Assign:
      visit_exprs(st, s.targets)
      visit_expr(st, s.value)
      break
    case K.AnnAssign:
      if (s.target.kind === K.Name) {
        const e = s.target
        const cur = lookup(st, e.id)
        if (cur & (Def.GLOBAL | Def.NONLOCAL) && st.st_cur.ste_symbols !== st.st_global && s.simple) {
          throw syntaxErrorAt(`annotated name '${e.id}' can't be ${cur & Def.GLOBAL ? "global" : "nonlocal"}`, s)
        }
        if (s.simple) add_def(st, e.id, Def.ANNOT | Def.LOCAL, e)
        else if (s.value !== null) add_def(st, e.id, Def.LOCAL, e)
      } else {
        visit_expr(st, s.target)
      }
      visit_annotation(st, s.annotation)
      if (s.value !== null) visit_expr(st, s.value)
      break
    case K.AugAssign:
      visit_expr(st, s.target)
      visit_expr(st, s.value)
      break
    case K.For:
    case K.AsyncFor:
      visit_expr(st, s.target)
      visit_expr(st, s.iter)
      visit_stmts(st, s.body)
      visit_stmts(st, s.orelse)
      break
    case K.While:
    case K.If:
      visit_expr(st, s.test)
      visit_stmts(st, s.body)
      visit_stmts(st, s.orelse)
      break
    case K.Match:
      visit_expr(st, s.subject)
      for (const m of s.cases) {
        visit_pattern(st, m.pattern)
        if (m.guard !== null) visit_expr(st, m.guard)
        visit_stmts(st, m.body)
      }
      break
    case K.Raise:
      if (s.exc !== null) {
        visit_expr(st, s.exc)
        if (s.cause !== null) visit_expr(st, s.cause)
      }
      break
    case K.Try:
    case K.TryStar:
      visit_stmts(st, s.body)
      visit_stmts(st, s.orelse)
      for (const h of s.handlers) visit_excepthandler(st, h)
      visit_stmts(st, s.finalbody)
      break
    case K.Assert:
      visit_expr(st, s.test)
      if (s.msg !== null) visit_expr(st, s.msg)
      break
    case K.Import:
    case K.ImportFrom:
      for (const a of s.names) visit_alias(st, a)
      break
    case K.Global:
      visit_directive(st, s, Def.GLOBAL)
      break
    case K.Nonlocal:
      visit_directive(st, s, Def.NONLOCAL)
      break
    case K.Expr:
      visit_expr(st, s.value)
      break
    case K.Pass:
    case K.Break:
    case K.Continue:
      break
    case K.With:
    case K.AsyncWith:
      for (const item of s.items) {
        visit_expr(st, item.context_expr)
        if (item.optional_vars !== null) visit_expr(st, item.optional_vars)
      }
      visit_stmts(st, s.body)
      break
  }
  st.depth--
}

/** A named expression inside a comprehension binds in the nearest enclosing function or module. */
function extend_namedexpr_scope(st: Symtable, e: Name): void {
  const name = e.id
  for (let i = st.st_stack.length - 1; i >= 0; i--) {
    const ste = st.st_stack[i]
    if (ste.ste_comprehension !== Comprehension.None) {
      if (_PyST_GetSymbol(ste, name) & Def.COMP_ITER) {
        throw syntaxErrorAt(`assignment expression cannot rebind comprehension iteration variable '${name}'`, e)
      }
      continue
    }
    if (ste.ste_type === Block.Function) {
      add_def(st, name, _PyST_GetSymbol(ste, name) & Def.GLOBAL ? Def.GLOBAL : Def.NONLOCAL, e)
      record_directive(st, name, e)
      add_def_helper(st, name, Def.LOCAL, ste, e)
      return
    }
    if (ste.ste_type === Block.Module) {
      add_def(st, name, Def.GLOBAL, e)
      record_directive(st, name, e)
      add_def_helper(st, name, Def.GLOBAL, ste, e)
      return
    }
    if (ste.ste_type === Block.Class) {
      throw syntaxErrorAt("assignment expression within a comprehension cannot be used in a class body", e)
    }
  }
}

function handle_namedexpr(st: Symtable, e: NamedExpr): void {
  if (st.st_cur.ste_comp_iter_expr > 0) {
    throw syntaxErrorAt("assignment expression cannot be used in a comprehension iterable expression", e)
  }
  if (st.st_cur.ste_comprehension !== Comprehension.None) extend_namedexpr_scope(st, e.target as Name)
  visit_expr(st, e.value)
  visit_expr(st, e.target)
}

function visit_expr(st: Symtable, e: expr): void {
  if (++st.depth > st.recursion.limit) throw recursionError()
  switch (e.kind) {
    case K.NamedExpr:
      raise_if_annotation_block(st, "named expression", e)
      handle_namedexpr(st, e)
      break
    case K.BoolOp:
      visit_exprs(st, e.values)
      break
    case K.BinOp:
      visit_expr(st, e.left)
      visit_expr(st, e.right)
      break
    case K.UnaryOp:
      visit_expr(st, e.operand)
      break
    case K.Lambda:
      visit_exprs(st, e.args.defaults)
      visit_exprs(st, e.args.kw_defaults)
      enter_block(st, "lambda", Block.Function, e, e)
      visit_arguments(st, e.args)
      visit_expr(st, e.body)
      exit_block(st)
      break
    case K.IfExp:
      visit_expr(st, e.test)
      visit_expr(st, e.body)
      visit_expr(st, e.orelse)
      break
    case K.Dict:
      visit_exprs(st, e.keys)
      visit_exprs(st, e.values)
      break
    case K.Set:
    case K.List:
    case K.Tuple:
      visit_exprs(st, e.elts)
      break
    case K.GeneratorExp:
      handle_comprehension(st, e, "genexpr", Comprehension.Generator, e.generators, e.elt, null)
      break
    case K.ListComp:
      handle_comprehension(st, e, "listcomp", Comprehension.List, e.generators, e.elt, null)
      break
    case K.SetComp:
      handle_comprehension(st, e, "setcomp", Comprehension.Set, e.generators, e.elt, null)
      break
    case K.DictComp:
      handle_comprehension(st, e, "dictcomp", Comprehension.Dict, e.generators, e.key, e.value)
      break
    case K.Yield:
    case K.YieldFrom:
      raise_if_annotation_block(st, "yield expression", e)
      if (e.value !== null) visit_expr(st, e.value)
      st.st_cur.ste_generator = true
      raise_if_comprehension_block(st, e)
      break
    case K.Await:
      raise_if_annotation_block(st, "await expression", e)
      visit_expr(st, e.value)
      st.st_cur.ste_coroutine = true
      break
    case K.Compare:
      visit_expr(st, e.left)
      visit_exprs(st, e.comparators)
      break
    case K.Call:
      visit_expr(st, e.func)
      visit_exprs(st, e.args)
      for (const k of e.keywords) visit_expr(st, k.value)
      break
    case K.FormattedValue:
      visit_expr(st, e.value)
      if (e.format_spec !== null) visit_expr(st, e.format_spec)
      break
    case K.JoinedStr:
      visit_exprs(st, e.values)
      break
    case K.Constant:
      break
    case K.Attribute:
    case K.Starred:
      visit_expr(st, e.value)
      break
    case K.Subscript:
      visit_expr(st, e.value)
      visit_expr(st, e.slice)
      break
    case K.Slice:
      if (e.lower !== null) visit_expr(st, e.lower)
      if (e.upper !== null) visit_expr(st, e.upper)
      if (e.step !== null) visit_expr(st, e.step)
      break
    case K.Name:
      add_def(st, e.id, e.ctx === expr_context.Load ? Def.USE : Def.LOCAL, e)
      // super() uses __class__
      if (e.ctx === expr_context.Load && st.st_cur.ste_type === Block.Function && e.id === "super") {
        add_def(st, "__class__", Def.USE, e)
      }
      break
  }
  st.depth--
}

function visit_pattern(st: Symtable, p: pattern): void {
  if (++st.depth > st.recursion.limit) throw recursionError()
  switch (p.kind) {
    case K.MatchValue:
      visit_expr(st, p.value)
      break
    case K.MatchSingleton:
      break
    case K.MatchSequence:
    case K.MatchOr:
      for (const x of p.patterns) visit_pattern(st, x)
      break
    case K.MatchStar:
      if (p.name !== null) add_def(st, p.name, Def.LOCAL, p)
      break
    case K.MatchMapping:
      visit_exprs(st, p.keys)
      for (const x of p.patterns) visit_pattern(st, x)
      if (p.rest !== null) add_def(st, p.rest, Def.LOCAL, p)
      break
    case K.MatchClass:
      visit_expr(st, p.cls)
      for (const x of p.patterns) visit_pattern(st, x)
      for (const x of p.kwd_patterns) visit_pattern(st, x)
      break
    case K.MatchAs:
      if (p.pattern !== null) visit_pattern(st, p.pattern)
      if (p.name !== null) add_def(st, p.name, Def.LOCAL, p)
      break
  }
  st.depth--
}

function visit_annotation(st: Symtable, annotation: expr): void {
  const future = (st.st_future.ff_features & CO.FUTURE_ANNOTATIONS) !== 0
  if (future) enter_block(st, "_annotation", Block.Annotation, annotation, annotation)
  visit_expr(st, annotation)
  if (future) exit_block(st)
}

function visit_argannotations(st: Symtable, args: arg[]): void {
  for (const a of args) if (a.annotation !== null) visit_expr(st, a.annotation)
}

function visit_annotations(st: Symtable, o: stmt, a: arguments_, returns: expr | null): void {
  const future = (st.st_future.ff_features & CO.FUTURE_ANNOTATIONS) !== 0
  // The key is the annotation block's own: in C the function's later entry replaces it in st_blocks.
  if (future) enter_block(st, "_annotation", Block.Annotation, o, o)
  visit_argannotations(st, a.posonlyargs)
  visit_argannotations(st, a.args)
  if (a.vararg !== null && a.vararg.annotation !== null) visit_expr(st, a.vararg.annotation)
  if (a.kwarg !== null && a.kwarg.annotation !== null) visit_expr(st, a.kwarg.annotation)
  visit_argannotations(st, a.kwonlyargs)
  if (future) exit_block(st)
  if (returns !== null) visit_annotation(st, returns)
}

function visit_arguments(st: Symtable, a: arguments_): void {
  for (const p of a.posonlyargs) add_def(st, p.arg, Def.PARAM, p)
  for (const p of a.args) add_def(st, p.arg, Def.PARAM, p)
  for (const p of a.kwonlyargs) add_def(st, p.arg, Def.PARAM, p)
  if (a.vararg !== null) {
    add_def(st, a.vararg.arg, Def.PARAM, a.vararg)
    st.st_cur.ste_varargs = true
  }
  if (a.kwarg !== null) {
    add_def(st, a.kwarg.arg, Def.PARAM, a.kwarg)
    st.st_cur.ste_varkeywords = true
  }
}

function visit_excepthandler(st: Symtable, eh: excepthandler): void {
  if (eh.type !== null) visit_expr(st, eh.type)
  if (eh.name !== null) add_def(st, eh.name, Def.LOCAL, eh)
  visit_stmts(st, eh.body)
}

function visit_alias(st: Symtable, a: alias): void {
  const name = a.asname ?? a.name
  if (name === "*") {
    if (st.st_cur.ste_type !== Block.Module) throw syntaxErrorAt("import * only allowed at module level", a)
    return
  }
  const dot = name.indexOf(".")
  add_def(st, dot < 0 ? name : name.slice(0, dot), Def.IMPORT, a)
}

function visit_comprehension(st: Symtable, lc: comprehension): void {
  st.st_cur.ste_comp_iter_target = true
  visit_expr(st, lc.target)
  st.st_cur.ste_comp_iter_target = false
  st.st_cur.ste_comp_iter_expr++
  visit_expr(st, lc.iter)
  st.st_cur.ste_comp_iter_expr--
  visit_exprs(st, lc.ifs)
  if (lc.is_async) st.st_cur.ste_coroutine = true
}

function handle_comprehension(
  st: Symtable,
  e: expr,
  scope_name: string,
  kind: Comprehension,
  generators: comprehension[],
  elt: expr,
  value: expr | null,
): void {
  const is_generator = kind === Comprehension.Generator
  const outermost = generators[0]
  // the outermost iterator is evaluated in the enclosing scope
  st.st_cur.ste_comp_iter_expr++
  visit_expr(st, outermost.iter)
  st.st_cur.ste_comp_iter_expr--
  enter_block(st, scope_name, Block.Function, e, e)
  st.st_cur.ste_comprehension = kind
  if (outermost.is_async) st.st_cur.ste_coroutine = true
  add_def(st, ".0", Def.PARAM, st.st_cur)
  st.st_cur.ste_comp_iter_target = true
  visit_expr(st, outermost.target)
  st.st_cur.ste_comp_iter_target = false
  visit_exprs(st, outermost.ifs)
  for (let i = 1; i < generators.length; i++) visit_comprehension(st, generators[i])
  if (value !== null) visit_expr(st, value)
  visit_expr(st, elt)
  st.st_cur.ste_generator = is_generator
  const is_async = st.st_cur.ste_coroutine && !is_generator
  exit_block(st)
  if (is_async) st.st_cur.ste_coroutine = true
}

function raise_if_annotation_block(st: Symtable, name: string, e: expr): void {
  if (st.st_cur.ste_type === Block.Annotation) throw syntaxErrorAt(`'${name}' can not be used within an annotation`, e)
}

function raise_if_comprehension_block(st: Symtable, e: expr): void {
  const type = st.st_cur.ste_comprehension
  if (type === Comprehension.None) return
  throw syntaxErrorAt(
    type === Comprehension.List
      ? "'yield' inside list comprehension"
      : type === Comprehension.Set
        ? "'yield' inside set comprehension"
        : type === Comprehension.Dict
          ? "'yield' inside dict comprehension"
          : "'yield' inside generator expression",
    e,
  )
}
