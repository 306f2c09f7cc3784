import { type excepthandler, type expr, expr_context, K, type mod, operator, type stmt } from "../../../frontend/ast.ts"
import { type AnyNode, type Class, childrenOf, type Def, descendants, dotted, loads, type Place, walk } from "./walk.ts"

// What the source alone tells. Each finding says what a run must have measured for it to be worth anything (`measure`).

export const RULES = {
  "list-to-iterate": "a list built only to be iterated: a generator needs no list",
  "str-append-in-loop": "str += in a loop copies the text again and again: collect the parts, then ''.join(parts)",
  "slice-to-read": "a slice copied only to be read: itertools.islice, or a memoryview of bytes",
  "no-slots": "a class of many instances without __slots__",
  "unbounded-cache": "a global that functions only add to: bound it (lru_cache(maxsize=...)), or weakref.WeakValueDictionary",
  "listener-keeps-owner": "a bound method handed out keeps its object alive: unsubscribe, or weakref.WeakMethod",
  "finalizer-cycle": "a cycle through an object with __del__: only the collector can free it; hold the way back with weakref",
  "kept-exception": "a kept exception keeps its frames and all their locals: keep its text, or traceback.clear_frames()",
  "file-not-closed": "a file that nobody closes stays open until its last reference goes: with open(...) as f",
  "alive-after-last-use": "not used any more, but alive until the end of the scope: del it, or move it into a function",
  "collect-in-loop": "gc.collect() in a loop examines every object each time: once after the loop is enough",
} as const
export type Rule = keyof typeof RULES

/** What to look for in a recording. */
export type Measure =
  /** Bytes that these lines had alive at the peak, or allocated in all. */
  | { kind: "peak" | "total" | "live"; lines: readonly number[] }
  | { kind: "slots"; type: string; attributes: number }
  | { kind: "collections"; lines: readonly number[] }
  | { kind: "type"; type: string }
  | { kind: "exceptions" }

export interface Finding {
  rule: Rule
  line: number
  what: string
  measure: Measure
  /** Only worth saying when a run shows that it costs something. */
  needsRun: boolean
}

/** Functions that read their argument once, front to back. */
const READERS = new Set(["sum", "any", "all", "min", "max", "set", "frozenset", "dict"])
const SUBSCRIBERS = /^(subscribe|connect|add_?listener|add_?observer|add_?callback|register|attach|on|bind|append|addHandler)$/
const UNSUBSCRIBERS =
  /^(unsubscribe|disconnect|remove_?listener|remove_?observer|remove_?callback|unregister|detach|off|unbind|remove|discard)$/
const ADDERS = new Set(["append", "add", "setdefault", "update", "extend", "insert", "appendleft"])
const REMOVERS = new Set(["pop", "popitem", "popleft", "clear", "remove", "discard"])

type Report = (rule: Rule, n: AnyNode, what: string, measure: Measure, needsRun?: boolean) => void

function lineOf(n: AnyNode): number {
  return n.lineno ?? 0
}
function lines(n: AnyNode): number[] {
  const out: number[] = []
  for (let l = lineOf(n); l <= (n.end_lineno ?? lineOf(n)); l++) out.push(l)
  return out
}
function isListOf(e: expr): boolean {
  return e.kind === K.ListComp
}
function isSlice(e: expr): boolean {
  return e.kind === K.Subscript && e.slice.kind === K.Slice && e.value.kind === K.Name
}
function methodCall(e: expr): { on: expr; name: string; args: expr[] } | null {
  return e.kind === K.Call && e.func.kind === K.Attribute ? { on: e.func.value, name: e.func.attr, args: e.args } : null
}

function iteration(n: AnyNode, report: Report): void {
  const node = n as stmt | expr
  if (node.kind === K.For || node.kind === K.AsyncFor) {
    if (isListOf(node.iter)) report("list-to-iterate", node.iter, "for … in [ … ]", { kind: "peak", lines: lines(node.iter) })
    if (isSlice(node.iter)) report("slice-to-read", node.iter, "for … in a slice", { kind: "total", lines: [lineOf(node.iter)] })
  }
  if (node.kind !== K.Call || node.func.kind !== K.Name || node.args.length === 0) return
  const [first] = node.args
  if (READERS.has(node.func.id) && node.args.length === 1) {
    if (isListOf(first)) report("list-to-iterate", first, `${node.func.id}([ … ])`, { kind: "peak", lines: lines(first) })
    if (isSlice(first)) report("slice-to-read", first, `${node.func.id}() of a slice`, { kind: "total", lines: [lineOf(first)] })
  }
  if (node.func.id === "len" && isSlice(first))
    report("slice-to-read", first, "len() of a slice", { kind: "total", lines: [lineOf(first)] })
}

function isText(e: expr, names: Set<string>): boolean {
  if (e.kind === K.Constant) return e.value.t === "str"
  if (e.kind === K.JoinedStr) return true
  if (e.kind === K.Name) return names.has(e.id)
  if (e.kind === K.Call) return e.func.kind === K.Name && (e.func.id === "str" || e.func.id === "repr" || e.func.id === "chr")
  return e.kind === K.BinOp && (e.op === operator.Add || e.op === operator.Mod) && (isText(e.left, names) || isText(e.right, names))
}
/** Names that a scope sets to text. */
function textNames(scope: AnyNode): Set<string> {
  const names = new Set<string>()
  for (const d of descendants(scope)) {
    const s = d as stmt
    if (s.kind !== K.Assign || !isText(s.value, names)) continue
    for (const t of s.targets) if (t.kind === K.Name) names.add(t.id)
  }
  return names
}

/** Attributes that __init__ sets on self. */
function attributesOf(c: Class): Set<string> {
  const out = new Set<string>()
  for (const d of descendants(c)) {
    const e = d as expr
    if (e.kind === K.Attribute && e.ctx === expr_context.Store && e.value.kind === K.Name && e.value.id === "self") out.add(e.attr)
  }
  return out
}
function methods(c: Class): Map<string, Def> {
  const out = new Map<string, Def>()
  for (const s of c.body) if (s.kind === K.FunctionDef || s.kind === K.AsyncFunctionDef) out.set(s.name, s)
  return out
}
function classRules(c: Class, report: Report): void {
  const names = new Set(c.body.flatMap((s) => (s.kind === K.Assign ? s.targets.map((t) => (t.kind === K.Name ? t.id : "")) : [])))
  const plain = c.bases.every((b) => dotted(b) === "object") && c.keywords.length === 0 && c.decorator_list.length === 0
  const attributes = attributesOf(c)
  if (plain && !names.has("__slots__") && attributes.size > 0) {
    const slots = [...attributes].map((a) => JSON.stringify(a)).join(", ")
    report("no-slots", c, `class ${c.name}: __slots__ = (${slots})`, { kind: "slots", type: c.name, attributes: attributes.size }, true)
  }
  if (!methods(c).has("__del__")) return
  for (const d of descendants(c)) {
    const s = d as stmt
    if (s.kind !== K.Assign || s.value.kind !== K.Call || !s.value.args.some((a) => loads(a, "self"))) continue
    if (s.targets.some((t) => t.kind === K.Attribute && dotted(t).startsWith("self."))) {
      report("finalizer-cycle", s, `${c.name} has __del__ and hands itself to what it keeps`, { kind: "type", type: c.name })
    }
  }
}

function callRules(n: AnyNode, at: Place, report: Report, unsubscribes: boolean): void {
  const call = methodCall(n as expr)
  if (call === null) {
    fileRule(n, at, report)
    return
  }
  if (call.name === "collect" && dotted(call.on) === "gc" && at.loop) {
    report("collect-in-loop", n, "gc.collect() in a loop", { kind: "collections", lines: [lineOf(n)] })
  }
  const owner = at.classes.at(-1)
  if (owner !== undefined && SUBSCRIBERS.test(call.name) && !unsubscribes) {
    const own = methods(owner)
    const bound = call.args.find((a) => a.kind === K.Attribute && a.value.kind === K.Name && a.value.id === "self" && own.has(a.attr))
    if (bound !== undefined)
      report("listener-keeps-owner", n, `${dotted(bound)} is handed to ${call.name}()`, { kind: "live", lines: [lineOf(n)] })
  }
  fileRule(n, at, report)
}
function fileRule(n: AnyNode, at: Place, report: Report): void {
  const e = n as expr
  if (e.kind !== K.Call || dotted(e.func) !== "open") return
  const parent = at.parent as stmt | expr | { kind: K.withitem } | { kind: K.keyword } | null
  if (parent?.kind === K.withitem) return
  // kept in a name: closed if the scope says so
  if (parent?.kind === K.Assign) {
    const names = parent.targets.flatMap((t) => (dotted(t) === "" ? [] : [dotted(t)]))
    if (names.some((name) => name.includes("."))) return
    for (const d of descendants(at.scope)) {
      const call = methodCall(d as expr)
      if (call !== null && call.name === "close" && names.includes(dotted(call.on))) return
      if ((d as stmt).kind === K.With || (d as stmt).kind === K.Return) {
        if ([...descendants(d)].some((x) => names.some((name) => loads(x, name)))) return
      }
    }
  } else if (parent?.kind === K.Return || parent?.kind === K.keyword) return
  report("file-not-closed", n, "open() without with", { kind: "total", lines: [lineOf(n)] })
}

function handlerRule(h: excepthandler, report: Report): void {
  const { name } = h
  if (name === null) return
  for (const d of descendants(h)) {
    const s = d as stmt | expr
    const call = methodCall(s as expr)
    const kept =
      (call !== null && ADDERS.has(call.name) && call.args.some((a) => loads(a, name))) ||
      (s.kind === K.Assign && loads(s.value, name) && s.targets.some((t) => t.kind === K.Attribute || t.kind === K.Subscript))
    if (kept) report("kept-exception", s, `the exception '${name}' is kept`, { kind: "exceptions" })
  }
}

/** Containers made empty at module level, and what functions do to them. */
function cacheRule(root: mod, report: Report): void {
  if (root.kind !== K.Module) return
  const made = new Map<string, stmt>()
  for (const s of root.body) {
    if (s.kind !== K.Assign || !isContainer(s.value)) continue
    for (const t of s.targets) if (t.kind === K.Name) made.set(t.id, s)
  }
  const added = new Map<string, number[]>()
  const removed = new Set<string>()
  walk(root, (n, at) => {
    const e = n as stmt | expr
    const call = methodCall(e as expr)
    if (call !== null && call.on.kind === K.Name) {
      if (REMOVERS.has(call.name)) removed.add(call.on.id)
      if (ADDERS.has(call.name) && at.scope.kind !== K.Module) push(added, call.on.id, lineOf(n))
    }
    if (e.kind === K.Subscript && e.value.kind === K.Name) {
      if (e.ctx === expr_context.Del) removed.add(e.value.id)
      if (e.ctx === expr_context.Store && at.scope.kind !== K.Module) push(added, e.value.id, lineOf(n))
    }
    if ((e.kind === K.FunctionDef || e.kind === K.AsyncFunctionDef) && e.decorator_list.some(isUnboundedCache)) {
      report("unbounded-cache", e, `${e.name} remembers every call`, { kind: "live", lines: lines(e) }, true)
    }
    if (e.kind === K.Global) for (const name of e.names) removed.add(name)
  })
  for (const [name, where] of added) {
    const s = made.get(name)
    if (s !== undefined && !removed.has(name)) report("unbounded-cache", s, `${name} only grows`, { kind: "live", lines: where })
  }
}
function push(map: Map<string, number[]>, name: string, line: number): void {
  const list = map.get(name)
  if (list === undefined) map.set(name, [line])
  else list.push(line)
}
function isContainer(e: expr): boolean {
  if (e.kind === K.Dict) return e.keys.length === 0
  if (e.kind === K.List) return e.elts.length === 0
  return (
    e.kind === K.Call &&
    e.args.length <= 1 &&
    ["dict", "list", "set", "OrderedDict", "defaultdict", "collections.OrderedDict", "collections.defaultdict"].includes(dotted(e.func))
  )
}
function isUnboundedCache(d: expr): boolean {
  if (["cache", "functools.cache"].includes(dotted(d))) return true
  if (d.kind !== K.Call || !["lru_cache", "functools.lru_cache"].includes(dotted(d.func))) return false
  const size = d.keywords.find((k) => k.arg === "maxsize")?.value ?? d.args[0]
  return size !== undefined && size.kind === K.Constant && size.value.t === "None"
}

/** Names of a scope that are set once and last read well before its end. */
function lastUseRule(scope: Def | mod, report: Report): void {
  if (scope.kind !== K.Module && scope.kind !== K.FunctionDef && scope.kind !== K.AsyncFunctionDef) return
  const end = Math.max(0, ...scope.body.map((s) => s.end_lineno))
  const set = new Map<string, stmt[]>()
  const last = new Map<string, number>()
  const keepTo = (e: expr, line: number): void => {
    if (e.kind === K.Name) last.set(e.id, Math.max(last.get(e.id) ?? 0, line))
  }
  const visit = (n: AnyNode, nested: boolean): void => {
    const e = n as stmt | expr
    if (e.kind === K.Assign && !nested) for (const t of e.targets) if (t.kind === K.Name) set.set(t.id, [...(set.get(t.id) ?? []), e])
    // what an inner function or a loop reads may be read later
    if (e.kind === K.Name && e.ctx !== expr_context.Store) keepTo(e, nested ? end : e.lineno)
    const inner = e.kind === K.FunctionDef || e.kind === K.AsyncFunctionDef || e.kind === K.ClassDef || e.kind === K.Lambda
    const loop = e.kind === K.For || e.kind === K.While || e.kind === K.AsyncFor
    for (const c of childrenOf(n)) {
      visit(c, nested || inner)
      if (loop) for (const d of descendants(c)) keepTo(d as expr, e.end_lineno)
    }
  }
  for (const s of scope.body) visit(s, false)
  for (const [name, where] of set) {
    const used = last.get(name) ?? 0
    if (where.length === 1 && used > 0 && end - used >= 3) {
      report(
        "alive-after-last-use",
        where[0],
        `${name} is last used at line ${used}, the scope ends at ${end}`,
        { kind: "peak", lines: lines(where[0]) },
        true,
      )
    }
  }
}

/** Everything the source shows, by line. */
export function lintTree(root: mod): Finding[] {
  const out: Finding[] = []
  const report: Report = (rule, n, what, measure, needsRun = false) => {
    out.push({ rule, line: lineOf(n), what, measure, needsRun })
  }
  const texts = new Map<AnyNode, Set<string>>()
  let unsubscribes = false
  walk(root, (n) => {
    const call = methodCall(n as expr)
    if (call !== null && UNSUBSCRIBERS.test(call.name)) unsubscribes = true
  })
  lastUseRule(root, report)
  cacheRule(root, report)
  walk(root, (n, at) => {
    const node = n as stmt | expr | excepthandler
    iteration(n, report)
    callRules(n, at, report, unsubscribes)
    if (node.kind === K.ClassDef) classRules(node, report)
    if (node.kind === K.ExceptHandler) handlerRule(node, report)
    if (node.kind === K.FunctionDef || node.kind === K.AsyncFunctionDef) lastUseRule(node, report)
    if (node.kind === K.AugAssign && node.op === operator.Add && at.loop && node.target.kind === K.Name) {
      let names = texts.get(at.scope)
      if (names === undefined) texts.set(at.scope, (names = textNames(at.scope)))
      if (names.has(node.target.id) || isText(node.value, names)) {
        report("str-append-in-loop", n, `${node.target.id} += …`, { kind: "total", lines: [lineOf(n)] })
      }
    }
  })
  return out.sort((a, b) => a.line - b.line || (a.rule < b.rule ? -1 : 1))
}
