// House rules that no general linter knows: floors import only downwards, files stay small, what holds an owned reference says so in its
// name, the heap's accessors stay small enough to be inlined always, comments hold no bare TODO.
import { spawnSync } from "node:child_process"
import { readdirSync, readFileSync } from "node:fs"
import path from "node:path"

const root = path.join(import.meta.dirname, "..", "src")

/** What each floor may import besides itself. */
const BELOW = {
  base: [],
  heap: ["base"],
  trace: ["base", "heap"],
  gc: ["base", "heap", "trace"],
  objects: ["base", "heap", "trace", "gc"],
  frontend: ["base"],
  vm: ["base", "heap", "trace", "gc", "objects", "frontend"],
  jit: ["base", "heap", "trace", "gc", "objects", "frontend", "vm"],
  modules: ["base", "heap", "trace", "gc", "objects", "frontend", "vm"],
  inspect: ["base"],
  runtime: ["base", "heap", "trace", "gc", "objects", "frontend", "vm", "jit", "modules"],
  cli: ["base", "heap", "trace", "gc", "objects", "frontend", "vm", "jit", "modules", "runtime", "inspect"],
}
/** Files of a floor above that declare constants only: layouts, for who reads bytes. */
const CONSTANTS = { inspect: ["heap/layout.ts"] }
/** Longer than 1,200 lines for a reason: the interpreter's dispatch, and generated tables. */
const LONG = new Set(["vm/ceval.ts", "heap/layout.ts"])

function* walk(dir) {
  for (const e of readdirSync(dir, { withFileTypes: true })) {
    const p = path.join(dir, e.name)
    if (e.isDirectory()) yield* walk(p)
    else if (p.endsWith(".ts")) yield p
  }
}

/** Floors whose variables are named after ownership: `$x` holds a reference that must be given back. */
const OWNERSHIP = new Set(["gc", "objects", "vm", "modules", "runtime"])
/** Characters of an accessor's body: V8 inlines it wherever it is called. */
const ACCESSOR_LIMIT = 120

const RETURNS_OWN = /^(?:export )?function (\w+)\([^{]*?\): Own \{/gm
const ownReturning = new Set()
for (const file of walk(root))
  for (const m of readFileSync(file, "utf8").matchAll(RETURNS_OWN)) if (m[0].startsWith("export")) ownReturning.add(m[1])

/** Variables that take a function's owned result without a `$` in front. */
function* unmarkedOwners(text) {
  const known = new Set([...text.matchAll(RETURNS_OWN)].map((m) => m[1]))
  for (const m of text.matchAll(/import \{([^}]*)\} from/g))
    for (const name of m[1].split(",").map((n) => n.trim())) if (ownReturning.has(name)) known.add(name)
  for (const m of text.matchAll(/^\s*(?:const|let) ([A-Za-z_]\w*) = (\w+)\(/gm)) if (known.has(m[2])) yield `${m[1]} = ${m[2]}(…)`
}

const problems = []
for (const m of readFileSync(path.join(root, "heap/access.ts"), "utf8").matchAll(/^export function (\w+)\([^)]*\)[^{]*\{\n(.*?)\n\}/gms))
  if (m[2].length > ACCESSOR_LIMIT) problems.push(`heap/access.ts: ${m[1]} is too long for an accessor`)
// a link committed by accident replaces the folder of every checkout that takes it
const tracked = spawnSync("git", ["ls-files", "--full-name", ":/node_modules"], { cwd: root, encoding: "utf8" }).stdout ?? ""
if (tracked !== "") problems.push("node_modules is in the tree: git rm --cached node_modules")
for (const file of walk(root)) {
  const name = path.relative(root, file)
  const floor = name.split(path.sep)[0]
  const text = readFileSync(file, "utf8")
  const allowed = BELOW[floor]
  if (allowed === undefined) {
    problems.push(`${name}: unknown floor`)
    continue
  }
  for (const m of text.matchAll(
    /(?:^|\n)\s*(?:import|export)\s+(?:type\s+)?(?:[^"'\n;]|\n)*?from\s+"(\.[^"]+)"|(?:^|\n)import\s+"(\.[^"]+)"/g,
  )) {
    const target = path.relative(root, path.resolve(path.dirname(file), m[1] ?? m[2]))
    const to = target.split(path.sep)[0]
    if (to !== floor && !allowed.includes(to) && !CONSTANTS[floor]?.includes(target))
      problems.push(`${name}: ${floor} may not import ${target}`)
  }
  if (OWNERSHIP.has(floor)) for (const what of unmarkedOwners(text)) problems.push(`${name}: ${what} holds an owned reference: name it $…`)
  const lines = text.split("\n").length
  if (lines > 1200 && !LONG.has(name) && !/generated/i.test(text.slice(0, 400))) problems.push(`${name}: ${lines} lines (limit 1,200)`)
  if (/@ts-ignore|@ts-nocheck/.test(text)) problems.push(`${name}: @ts-ignore`)
  if (/\bTODO\b(?!\(#\d+\))/.test(text)) problems.push(`${name}: TODO without an issue's number`)
}
if (problems.length > 0) {
  console.error(problems.join("\n"))
  console.error(`${problems.length} house rules broken`)
  process.exit(1)
}
console.log("house rules hold")
