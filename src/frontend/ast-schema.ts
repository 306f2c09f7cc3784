// The node classes as data, in the order of K: ast.ts's interfaces for code that walks any node.

export interface FieldSpec {
  /** ASDL type: a sum or product ("expr", "arg"), or identifier, int, string, constant. */
  type: string
  /** "" exactly one, "?" optional, "*" a list. */
  quantity: string
  name: string
  /** Property of the JavaScript record. */
  prop: string
}

export interface NodeSpec {
  /** Its K. */
  kind: number
  name: string
  fields: FieldSpec[]
  /** The sum it belongs to; its own name for a product. */
  sum: string
  located: boolean
}

/** Sums and products of Parser/Python.asdl: name, "located" marker, constructors. */
const ASDL = `
mod: Module(stmt* body, type_ignore* type_ignores) | Interactive(stmt* body) | Expression(expr body) | FunctionType(expr* argtypes, expr returns)
stmt@: FunctionDef(identifier name, arguments args, stmt* body, expr* decorator_list, expr? returns, string? type_comment) | AsyncFunctionDef(identifier name, arguments args, stmt* body, expr* decorator_list, expr? returns, string? type_comment) | ClassDef(identifier name, expr* bases, keyword* keywords, stmt* body, expr* decorator_list) | Return(expr? value) | Delete(expr* targets) | Assign(expr* targets, expr value, string? type_comment) | AugAssign(expr target, operator op, expr value) | AnnAssign(expr target, expr annotation, expr? value, int simple) | For(expr target, expr iter, stmt* body, stmt* orelse, string? type_comment) | AsyncFor(expr target, expr iter, stmt* body, stmt* orelse, string? type_comment) | While(expr test, stmt* body, stmt* orelse) | If(expr test, stmt* body, stmt* orelse) | With(withitem* items, stmt* body, string? type_comment) | AsyncWith(withitem* items, stmt* body, string? type_comment) | Match(expr subject, match_case* cases) | Raise(expr? exc, expr? cause) | Try(stmt* body, excepthandler* handlers, stmt* orelse, stmt* finalbody) | TryStar(stmt* body, excepthandler* handlers, stmt* orelse, stmt* finalbody) | Assert(expr test, expr? msg) | Import(alias* names) | ImportFrom(identifier? module, alias* names, int? level) | Global(identifier* names) | Nonlocal(identifier* names) | Expr(expr value) | Pass | Break | Continue
expr@: BoolOp(boolop op, expr* values) | NamedExpr(expr target, expr value) | BinOp(expr left, operator op, expr right) | UnaryOp(unaryop op, expr operand) | Lambda(arguments args, expr body) | IfExp(expr test, expr body, expr orelse) | Dict(expr* keys, expr* values) | Set(expr* elts) | ListComp(expr elt, comprehension* generators) | SetComp(expr elt, comprehension* generators) | DictComp(expr key, expr value, comprehension* generators) | GeneratorExp(expr elt, comprehension* generators) | Await(expr value) | Yield(expr? value) | YieldFrom(expr value) | Compare(expr left, cmpop* ops, expr* comparators) | Call(expr func, expr* args, keyword* keywords) | FormattedValue(expr value, int conversion, expr? format_spec) | JoinedStr(expr* values) | Constant(constant value, string? kind) | Attribute(expr value, identifier attr, expr_context ctx) | Subscript(expr value, expr slice, expr_context ctx) | Starred(expr value, expr_context ctx) | Name(identifier id, expr_context ctx) | List(expr* elts, expr_context ctx) | Tuple(expr* elts, expr_context ctx) | Slice(expr? lower, expr? upper, expr? step)
comprehension: comprehension(expr target, expr iter, expr* ifs, int is_async)
excepthandler@: ExceptHandler(expr? type, identifier? name, stmt* body)
arguments: arguments(arg* posonlyargs, arg* args, arg? vararg, arg* kwonlyargs, expr* kw_defaults, arg? kwarg, expr* defaults)
arg@: arg(identifier arg, expr? annotation, string? type_comment)
keyword@: keyword(identifier? arg, expr value)
alias@: alias(identifier name, identifier? asname)
withitem: withitem(expr context_expr, expr? optional_vars)
match_case: match_case(pattern pattern, expr? guard, stmt* body)
pattern@: MatchValue(expr value) | MatchSingleton(constant value) | MatchSequence(pattern* patterns) | MatchMapping(expr* keys, pattern* patterns, identifier? rest) | MatchClass(expr cls, pattern* patterns, identifier* kwd_attrs, pattern* kwd_patterns) | MatchStar(identifier? name) | MatchAs(pattern? pattern, identifier? name) | MatchOr(pattern* patterns)
type_ignore: TypeIgnore(int lineno, string tag)`

/** Sums of plain names, in the order of their enums in ast.ts. */
export const SIMPLE_SUMS: Readonly<Record<string, readonly string[]>> = {
  expr_context: ["Load", "Store", "Del"],
  boolop: ["And", "Or"],
  operator: ["Add", "Sub", "Mult", "MatMult", "Div", "Mod", "Pow", "LShift", "RShift", "BitOr", "BitXor", "BitAnd", "FloorDiv"],
  unaryop: ["Invert", "Not", "UAdd", "USub"],
  cmpop: ["Eq", "NotEq", "Lt", "LtE", "Gt", "GtE", "Is", "IsNot", "In", "NotIn"],
}

let specs: NodeSpec[] | null = null

/** Specs by K. */
export function nodeSpecs(): readonly NodeSpec[] {
  if (specs === null) {
    specs = []
    for (const line of ASDL.trim().split("\n")) {
      const [, sum, at, rest] = /^(\w+)(@?): (.*)$/.exec(line) as RegExpExecArray
      for (const m of rest.matchAll(/(\w+)(?:\(([^)]*)\))?/g))
        specs.push({
          kind: specs.length,
          name: m[1],
          sum,
          located: at === "@",
          fields: (m[2] ? m[2].split(", ") : []).map((f) => {
            const [, type, quantity, name] = /^(\w+)([?*]?) (\w+)$/.exec(f) as RegExpExecArray
            return { type, quantity, name, prop: m[1] === "Constant" && name === "kind" ? "strKind" : name }
          }),
        })
    }
  }
  return specs
}
