import type { ConstantValue, mod } from "../../src/frontend/ast.ts"
import { type FieldSpec, nodeSpecs, SIMPLE_SUMS } from "../../src/frontend/ast-schema.ts"
import { floatRepr } from "../../src/frontend/unparse.ts"

// A tree as one line of text, as record_parser_cases.py writes it.

type Any = { kind: number } & Record<string, unknown>

function quoted(s: string): string {
  return JSON.stringify(s).replace(/[\u007f-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`)
}

function constant(v: ConstantValue): string {
  switch (v.t) {
    case "int":
      return `i${v.v.toString(16)}`
    case "float":
      return `f${floatRepr(v.v)}`
    case "complex":
      return `c${floatRepr(v.re)},${floatRepr(v.im)}`
    case "str":
      return quoted(v.v)
    case "bytes":
      return `b${Buffer.from(v.v).toString("hex")}`
    default:
      return v.t
  }
}

function one(f: FieldSpec, v: unknown): string {
  if (v === null) return "~"
  if (f.type === "constant") return constant(v as ConstantValue)
  if (SIMPLE_SUMS[f.type] !== undefined) return SIMPLE_SUMS[f.type][v as number]
  if (typeof v === "object") return node(v as Any)
  return typeof v === "string" ? quoted(v) : String(v)
}

function node(n: Any): string {
  const spec = nodeSpecs()[n.kind]
  const out = [spec.name]
  if (spec.located) out.push(`${n.lineno}:${n.col_offset}-${n.end_lineno}:${n.end_col_offset}`)
  for (const f of spec.fields) {
    const v = n[f.prop]
    out.push(f.quantity === "*" ? `[${(v as unknown[]).map((x) => one(f, x)).join(" ")}]` : one(f, v))
  }
  return `(${out.join(" ")})`
}

export function treeText(tree: mod): string {
  return node(tree as unknown as Any)
}
