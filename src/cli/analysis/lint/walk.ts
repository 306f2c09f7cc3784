import { type expr, expr_context, K, type mod, type stmt } from "../../../frontend/ast.ts"
import { nodeSpecs } from "../../../frontend/ast-schema.ts"

/** Any node, as far as a walk cares. */
export interface AnyNode {
  kind: K
  lineno?: number
  end_lineno?: number
}
export type Def = Extract<stmt, { kind: K.FunctionDef | K.AsyncFunctionDef }>
export type Class = Extract<stmt, { kind: K.ClassDef }>

/** The nodes directly below. */
export function childrenOf(n: AnyNode): AnyNode[] {
  const record = n as unknown as Record<string, unknown>
  const out: AnyNode[] = []
  for (const f of nodeSpecs()[n.kind].fields) {
    const v = record[f.prop]
    if (Array.isArray(v)) for (const item of v) if (isNode(item)) out.push(item)
    if (isNode(v)) out.push(v)
  }
  return out
}
function isNode(v: unknown): v is AnyNode {
  return typeof v === "object" && v !== null && "kind" in v && typeof v.kind === "number"
}

/** Where a node is: the loops, functions and classes around it in the same file. */
export interface Place {
  /** The function's or module's body that it runs in. */
  scope: Def | mod
  /** Inside a loop of that scope (or a comprehension)? */
  loop: boolean
  classes: readonly Class[]
  parent: AnyNode | null
}

const LOOPS = new Set<K>([K.For, K.AsyncFor, K.While, K.ListComp, K.SetComp, K.DictComp, K.GeneratorExp])

/** Call `f` for every node, parents first. */
export function walk(root: mod, f: (n: AnyNode, at: Place) => void): void {
  const visit = (n: AnyNode, at: Place): void => {
    f(n, at)
    let below: Place = { ...at, parent: n }
    if (n.kind === K.FunctionDef || n.kind === K.AsyncFunctionDef) below = { ...below, scope: n as Def, loop: false }
    else if (n.kind === K.ClassDef) below = { ...below, classes: [...at.classes, n as Class] }
    else if (LOOPS.has(n.kind)) below = { ...below, loop: true }
    for (const c of childrenOf(n)) visit(c, below)
  }
  visit(root, { scope: root, loop: false, classes: [], parent: null })
}

/** Everything below a node, itself included. */
export function* descendants(n: AnyNode): Generator<AnyNode> {
  yield n
  for (const c of childrenOf(n)) yield* descendants(c)
}

/** `a.b.c` as text; "" for anything else. */
export function dotted(e: expr): string {
  if (e.kind === K.Name) return e.id
  if (e.kind !== K.Attribute) return ""
  const left = dotted(e.value)
  return left === "" ? "" : `${left}.${e.attr}`
}
export function loads(n: AnyNode, name: string): boolean {
  const e = n as expr
  return e.kind === K.Name && e.id === name && e.ctx === expr_context.Load
}
