// The abstract syntax tree of Python 3.11 (Parser/Python.asdl), as plain JavaScript records. `kind` tells the node class.
// Positions: lines from 1, columns are UTF-8 byte offsets from 0, as in CPython.

/** A node's place in the source. */
export interface Located {
  lineno: number
  col_offset: number
  end_lineno: number
  end_col_offset: number
}

/** A constant: `t` tells the Python type. str values are JavaScript strings (UTF-16, lone surrogates kept); where two surrogates of
 *  their own stand side by side ('\ud83d\ude00' is two characters in Python), `points` says which characters are meant. */
export type ConstantValue =
  | { t: "None" }
  | { t: "True" }
  | { t: "False" }
  | { t: "Ellipsis" }
  | { t: "int"; v: bigint }
  | { t: "float"; v: number }
  | { t: "complex"; re: number; im: number }
  | { t: "str"; v: string; points?: readonly number[] }
  | { t: "bytes"; v: Uint8Array }
  | { t: "tuple"; v: ConstantValue[] }
  | { t: "frozenset"; v: ConstantValue[] }

/** Node classes. */
export const enum K {
  Module,
  Interactive,
  Expression,
  FunctionType,
  FunctionDef,
  AsyncFunctionDef,
  ClassDef,
  Return,
  Delete,
  Assign,
  AugAssign,
  AnnAssign,
  For,
  AsyncFor,
  While,
  If,
  With,
  AsyncWith,
  Match,
  Raise,
  Try,
  TryStar,
  Assert,
  Import,
  ImportFrom,
  Global,
  Nonlocal,
  Expr,
  Pass,
  Break,
  Continue,
  BoolOp,
  NamedExpr,
  BinOp,
  UnaryOp,
  Lambda,
  IfExp,
  Dict,
  Set,
  ListComp,
  SetComp,
  DictComp,
  GeneratorExp,
  Await,
  Yield,
  YieldFrom,
  Compare,
  Call,
  FormattedValue,
  JoinedStr,
  Constant,
  Attribute,
  Subscript,
  Starred,
  Name,
  List,
  Tuple,
  Slice,
  comprehension,
  ExceptHandler,
  arguments,
  arg,
  keyword,
  alias,
  withitem,
  match_case,
  MatchValue,
  MatchSingleton,
  MatchSequence,
  MatchMapping,
  MatchClass,
  MatchStar,
  MatchAs,
  MatchOr,
  TypeIgnore,
}

export const enum expr_context {
  Load,
  Store,
  Del,
}

export const enum boolop {
  And,
  Or,
}

export const enum operator {
  Add,
  Sub,
  Mult,
  MatMult,
  Div,
  Mod,
  Pow,
  LShift,
  RShift,
  BitOr,
  BitXor,
  BitAnd,
  FloorDiv,
}

export const enum unaryop {
  Invert,
  Not,
  UAdd,
  USub,
}

export const enum cmpop {
  Eq,
  NotEq,
  Lt,
  LtE,
  Gt,
  GtE,
  Is,
  IsNot,
  In,
  NotIn,
}

export interface Module {
  kind: K.Module
  body: stmt[]
  type_ignores: type_ignore[]
}

export interface Interactive {
  kind: K.Interactive
  body: stmt[]
}

export interface Expression {
  kind: K.Expression
  body: expr
}

export interface FunctionType {
  kind: K.FunctionType
  argtypes: expr[]
  returns: expr
}

export type mod = Module | Interactive | Expression | FunctionType

export interface FunctionDef extends Located {
  kind: K.FunctionDef
  name: string
  args: arguments
  body: stmt[]
  decorator_list: expr[]
  returns: expr | null
  type_comment: string | null
}

export interface AsyncFunctionDef extends Located {
  kind: K.AsyncFunctionDef
  name: string
  args: arguments
  body: stmt[]
  decorator_list: expr[]
  returns: expr | null
  type_comment: string | null
}

export interface ClassDef extends Located {
  kind: K.ClassDef
  name: string
  bases: expr[]
  keywords: keyword[]
  body: stmt[]
  decorator_list: expr[]
}

export interface Return extends Located {
  kind: K.Return
  value: expr | null
}

export interface Delete extends Located {
  kind: K.Delete
  targets: expr[]
}

export interface Assign extends Located {
  kind: K.Assign
  targets: expr[]
  value: expr
  type_comment: string | null
}

export interface AugAssign extends Located {
  kind: K.AugAssign
  target: expr
  op: operator
  value: expr
}

export interface AnnAssign extends Located {
  kind: K.AnnAssign
  target: expr
  annotation: expr
  value: expr | null
  simple: number
}

export interface For extends Located {
  kind: K.For
  target: expr
  iter: expr
  body: stmt[]
  orelse: stmt[]
  type_comment: string | null
}

export interface AsyncFor extends Located {
  kind: K.AsyncFor
  target: expr
  iter: expr
  body: stmt[]
  orelse: stmt[]
  type_comment: string | null
}

export interface While extends Located {
  kind: K.While
  test: expr
  body: stmt[]
  orelse: stmt[]
}

export interface If extends Located {
  kind: K.If
  test: expr
  body: stmt[]
  orelse: stmt[]
}

export interface With extends Located {
  kind: K.With
  items: withitem[]
  body: stmt[]
  type_comment: string | null
}

export interface AsyncWith extends Located {
  kind: K.AsyncWith
  items: withitem[]
  body: stmt[]
  type_comment: string | null
}

export interface Match extends Located {
  kind: K.Match
  subject: expr
  cases: match_case[]
}

export interface Raise extends Located {
  kind: K.Raise
  exc: expr | null
  cause: expr | null
}

export interface Try extends Located {
  kind: K.Try
  body: stmt[]
  handlers: excepthandler[]
  orelse: stmt[]
  finalbody: stmt[]
}

export interface TryStar extends Located {
  kind: K.TryStar
  body: stmt[]
  handlers: excepthandler[]
  orelse: stmt[]
  finalbody: stmt[]
}

export interface Assert extends Located {
  kind: K.Assert
  test: expr
  msg: expr | null
}

export interface Import extends Located {
  kind: K.Import
  names: alias[]
}

export interface ImportFrom extends Located {
  kind: K.ImportFrom
  module: string | null
  names: alias[]
  level: number | null
}

export interface Global extends Located {
  kind: K.Global
  names: string[]
}

export interface Nonlocal extends Located {
  kind: K.Nonlocal
  names: string[]
}

export interface Expr extends Located {
  kind: K.Expr
  value: expr
}

export interface Pass extends Located {
  kind: K.Pass
}

export interface Break extends Located {
  kind: K.Break
}

export interface Continue extends Located {
  kind: K.Continue
}

export type stmt =
  | FunctionDef
  | AsyncFunctionDef
  | ClassDef
  | Return
  | Delete
  | Assign
  | AugAssign
  | AnnAssign
  | For
  | AsyncFor
  | While
  | If
  | With
  | AsyncWith
  | Match
  | Raise
  | Try
  | TryStar
  | Assert
  | Import
  | ImportFrom
  | Global
  | Nonlocal
  | Expr
  | Pass
  | Break
  | Continue

export interface BoolOp extends Located {
  kind: K.BoolOp
  op: boolop
  values: expr[]
}

export interface NamedExpr extends Located {
  kind: K.NamedExpr
  target: expr
  value: expr
}

export interface BinOp extends Located {
  kind: K.BinOp
  left: expr
  op: operator
  right: expr
}

export interface UnaryOp extends Located {
  kind: K.UnaryOp
  op: unaryop
  operand: expr
}

export interface Lambda extends Located {
  kind: K.Lambda
  args: arguments
  body: expr
}

export interface IfExp extends Located {
  kind: K.IfExp
  test: expr
  body: expr
  orelse: expr
}

export interface Dict extends Located {
  kind: K.Dict
  keys: (expr | null)[]
  values: expr[]
}

export interface Set extends Located {
  kind: K.Set
  elts: expr[]
}

export interface ListComp extends Located {
  kind: K.ListComp
  elt: expr
  generators: comprehension[]
}

export interface SetComp extends Located {
  kind: K.SetComp
  elt: expr
  generators: comprehension[]
}

export interface DictComp extends Located {
  kind: K.DictComp
  key: expr
  value: expr
  generators: comprehension[]
}

export interface GeneratorExp extends Located {
  kind: K.GeneratorExp
  elt: expr
  generators: comprehension[]
}

export interface Await extends Located {
  kind: K.Await
  value: expr
}

export interface Yield extends Located {
  kind: K.Yield
  value: expr | null
}

export interface YieldFrom extends Located {
  kind: K.YieldFrom
  value: expr
}

export interface Compare extends Located {
  kind: K.Compare
  left: expr
  ops: cmpop[]
  comparators: expr[]
}

export interface Call extends Located {
  kind: K.Call
  func: expr
  args: expr[]
  keywords: keyword[]
}

export interface FormattedValue extends Located {
  kind: K.FormattedValue
  value: expr
  conversion: number
  format_spec: expr | null
}

export interface JoinedStr extends Located {
  kind: K.JoinedStr
  values: expr[]
}

export interface Constant extends Located {
  kind: K.Constant
  value: ConstantValue
  /** 'u' for a u-prefixed string (the field `kind` of ast.Constant). */
  strKind: string | null
}

export interface Attribute extends Located {
  kind: K.Attribute
  value: expr
  attr: string
  ctx: expr_context
}

export interface Subscript extends Located {
  kind: K.Subscript
  value: expr
  slice: expr
  ctx: expr_context
}

export interface Starred extends Located {
  kind: K.Starred
  value: expr
  ctx: expr_context
}

export interface Name extends Located {
  kind: K.Name
  id: string
  ctx: expr_context
}

export interface List extends Located {
  kind: K.List
  elts: expr[]
  ctx: expr_context
}

export interface Tuple extends Located {
  kind: K.Tuple
  elts: expr[]
  ctx: expr_context
}

export interface Slice extends Located {
  kind: K.Slice
  lower: expr | null
  upper: expr | null
  step: expr | null
}

export type expr =
  | BoolOp
  | NamedExpr
  | BinOp
  | UnaryOp
  | Lambda
  | IfExp
  | Dict
  | Set
  | ListComp
  | SetComp
  | DictComp
  | GeneratorExp
  | Await
  | Yield
  | YieldFrom
  | Compare
  | Call
  | FormattedValue
  | JoinedStr
  | Constant
  | Attribute
  | Subscript
  | Starred
  | Name
  | List
  | Tuple
  | Slice

export interface comprehension {
  kind: K.comprehension
  target: expr
  iter: expr
  ifs: expr[]
  is_async: number
}

export interface ExceptHandler extends Located {
  kind: K.ExceptHandler
  type: expr | null
  name: string | null
  body: stmt[]
}

export type excepthandler = ExceptHandler

export interface arguments {
  kind: K.arguments
  posonlyargs: arg[]
  args: arg[]
  vararg: arg | null
  kwonlyargs: arg[]
  kw_defaults: (expr | null)[]
  kwarg: arg | null
  defaults: expr[]
}

export interface arg extends Located {
  kind: K.arg
  arg: string
  annotation: expr | null
  type_comment: string | null
}

export interface keyword extends Located {
  kind: K.keyword
  arg: string | null
  value: expr
}

export interface alias extends Located {
  kind: K.alias
  name: string
  asname: string | null
}

export interface withitem {
  kind: K.withitem
  context_expr: expr
  optional_vars: expr | null
}

export interface match_case {
  kind: K.match_case
  pattern: pattern
  guard: expr | null
  body: stmt[]
}

export interface MatchValue extends Located {
  kind: K.MatchValue
  value: expr
}

export interface MatchSingleton extends Located {
  kind: K.MatchSingleton
  value: ConstantValue
}

export interface MatchSequence extends Located {
  kind: K.MatchSequence
  patterns: pattern[]
}

export interface MatchMapping extends Located {
  kind: K.MatchMapping
  keys: expr[]
  patterns: pattern[]
  rest: string | null
}

export interface MatchClass extends Located {
  kind: K.MatchClass
  cls: expr
  patterns: pattern[]
  kwd_attrs: string[]
  kwd_patterns: pattern[]
}

export interface MatchStar extends Located {
  kind: K.MatchStar
  name: string | null
}

export interface MatchAs extends Located {
  kind: K.MatchAs
  pattern: pattern | null
  name: string | null
}

export interface MatchOr extends Located {
  kind: K.MatchOr
  patterns: pattern[]
}

export type pattern = MatchValue | MatchSingleton | MatchSequence | MatchMapping | MatchClass | MatchStar | MatchAs | MatchOr

export interface TypeIgnore {
  kind: K.TypeIgnore
  lineno: number
  tag: string
}

export type type_ignore = TypeIgnore

/** The str constant of some code points. */
export function strOfPoints(points: readonly number[]): ConstantValue {
  let v = ""
  let joins = false
  for (let i = 0; i < points.length; i++) {
    v += String.fromCodePoint(points[i])
    if (i > 0 && points[i] >> 10 === 0x37 && points[i - 1] >> 10 === 0x36) joins = true
  }
  return joins ? { t: "str", v, points } : { t: "str", v }
}

/** The code points of a str constant. */
export function pointsOfStr(c: ConstantValue & { t: "str" }): readonly number[] {
  return c.points ?? Array.from(c.v, (s) => s.codePointAt(0) as number)
}
