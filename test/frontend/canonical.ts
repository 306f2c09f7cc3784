import { HAVE_ARGUMENT, Op, opcodeCaches, opcodeName } from "../../src/base/opcodes.ts"
import type { CodeUnit, Const } from "../../src/frontend/code.ts"
import { _PyAST_Compile, CompileError } from "../../src/frontend/compile/index.ts"
import { parseModule } from "../../src/frontend/index.ts"

// Code units in the canonical form of tools/bytecode_oracle.py, so that equal code is equal JSON.

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

/** JSON as Python's json.dumps(sort_keys=True, separators=(',', ':')) writes it. */
export function dumps(o: Json): string {
  if (o === null || typeof o === "boolean" || typeof o === "number") return String(o)
  if (typeof o === "string") {
    return JSON.stringify(o).replace(/[\u007f-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`)
  }
  if (Array.isArray(o)) return `[${o.map(dumps).join(",")}]`
  const fields = Object.keys(o)
    .sort()
    .map((k) => `${JSON.stringify(k)}:${dumps(o[k])}`)
  return `{${fields.join(",")}}`
}

function floatHex(x: number): string {
  if (Number.isNaN(x)) return "nan"
  if (!Number.isFinite(x)) return x < 0 ? "-inf" : "inf"
  const sign = x < 0 || Object.is(x, -0) ? "-" : ""
  if (x === 0) return `${sign}0x0.0p+0`
  const view = new DataView(new ArrayBuffer(8))
  view.setFloat64(0, x)
  const hi = view.getUint32(0)
  const exponent = (hi >>> 20) & 0x7ff
  const digits = (hi & 0xfffff).toString(16).padStart(5, "0") + view.getUint32(4).toString(16).padStart(8, "0")
  const e = (exponent || 1) - 1023
  return `${sign}0x${exponent ? 1 : 0}.${digits}p${e < 0 ? "" : "+"}${e}`
}

function hex(b: Uint8Array): string {
  return Buffer.from(b).toString("hex")
}

function constant(c: Const): Json {
  switch (c.t) {
    case "None":
    case "Ellipsis":
      return [c.t]
    case "True":
    case "False":
      return ["bool", c.t === "True"]
    case "int":
      return ["int", String(c.v)]
    case "float":
      return ["float", floatHex(c.v)]
    case "complex":
      return ["complex", floatHex(c.re), floatHex(c.im)]
    case "str":
      return ["str", c.v]
    case "bytes":
      return ["bytes", hex(c.v)]
    case "tuple":
      return ["tuple", c.v.map(constant)]
    case "frozenset": {
      const items = c.v.map(constant).map((item) => ({ item, key: dumps(item) }))
      items.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
      return ["frozenset", items.map((x) => x.item)]
    }
    case "code":
      return ["code", code(c)]
  }
}

function instructions(b: Uint8Array): { list: Json[]; units: number[] } {
  const list: Json[] = []
  const units: number[] = []
  let arg = 0
  for (let i = 0; i < b.length; ) {
    const op = b[i]
    arg = (arg << 8) | b[i + 1]
    if (op === Op.EXTENDED_ARG) {
      i += 2
      continue
    }
    list.push([opcodeName[op], op >= HAVE_ARGUMENT ? arg : null])
    units.push(i / 2)
    arg = 0
    i += 2 + 2 * opcodeCaches[op]
  }
  return { list, units }
}

/** One [line, end_line, column, end_column] a code unit. */
function positions(u: CodeUnit): Json[] {
  const t = u.linetable
  const out: Json[] = []
  let i = 0
  let line = u.firstlineno
  const varint = (): number => {
    for (let v = 0, shift = 0; ; shift += 6) {
      const b = t[i++]
      v |= (b & 63) << shift
      if (!(b & 64)) return v
    }
  }
  const signed = (): number => {
    const v = varint()
    return v & 1 ? -(v >>> 1) : v >>> 1
  }
  const column = (): number | null => {
    const c = varint()
    return c ? c - 1 : null
  }
  while (i < t.length) {
    const b = t[i++]
    const kind = (b >> 3) & 15
    let p: Json
    if (kind === 15) p = [null, null, null, null]
    else if (kind === 14) {
      line += signed()
      p = [line, line + varint(), column(), column()]
    } else if (kind === 13) {
      line += signed()
      p = [line, line, null, null]
    } else if (kind >= 10) {
      line += kind - 10
      p = [line, line, t[i++], t[i++]]
    } else {
      const x = t[i++]
      const c = (kind << 3) | (x >> 4)
      p = [line, line, c, c + (x & 15)]
    }
    for (let n = (b & 7) + 1; n > 0; n--) out.push(p)
  }
  return out
}

function exceptions(t: Uint8Array): Json[] {
  const out: Json[] = []
  let i = 0
  const varint = (): number => {
    let b = t[i++]
    let v = b & 63
    while (b & 64) {
      b = t[i++]
      v = (v << 6) | (b & 63)
    }
    return v
  }
  while (i < t.length) {
    const start = varint()
    const size = varint()
    const target = varint()
    const depth = varint()
    out.push([start, start + size, target, depth >> 1, depth & 1])
  }
  return out
}

function code(u: CodeUnit): { [key: string]: Json } {
  const { list, units } = instructions(u.code)
  const pos = positions(u)
  const kind = (k: number): string[] => u.localsplusnames.filter((_, i) => u.localspluskinds[i] & k)
  return {
    name: u.name,
    qualname: u.qualname,
    firstlineno: u.firstlineno,
    argcount: u.argcount,
    posonlyargcount: u.posonlyargcount,
    kwonlyargcount: u.kwonlyargcount,
    flags: u.flags,
    stacksize: u.stacksize,
    nlocals: kind(0x20).length,
    names: u.names,
    varnames: kind(0x20),
    cellvars: kind(0x40),
    freevars: kind(0x80),
    consts: u.consts.map(constant),
    code: list,
    units,
    pos: units.map((i) => pos[i]),
    exc: exceptions(u.exceptiontable),
  }
}

/** Compile and dump; the result has `code` or `error`, and `warnings`. */
export function compileSource(source: string, mode: "exec" | "eval" | "single", optimize: number): { [key: string]: Json } {
  const top: { [key: string]: Json } = { python: "3.11.7", optimize, mode }
  const warnings: Json[] = []
  const parsed = parseModule(new TextEncoder().encode(source), {
    filename: "<oracle>",
    mode,
  })
  for (const w of parsed.warnings) warnings.push([w.category, w.msg, w.lineno])
  if (parsed.error !== undefined) {
    const { type, msg, lineno, offset, end_lineno, end_offset, text } = parsed.error
    top.error = { type, msg, lineno, offset, end_lineno, end_offset, text }
  } else {
    try {
      const unit = _PyAST_Compile(parsed.ast, {
        flags: 0,
        optimize,
        recursion: { depth: 0, limit: 3000 },
        warn: (category, msg, lineno) => {
          warnings.push([category, msg, lineno])
          return 0
        },
      })
      top.code = code(unit)
    } catch (e) {
      if (!(e instanceof CompileError)) throw e
      const { type, msg, lineno, offset, end_lineno, end_offset } = e
      top.error =
        type === "SyntaxError"
          ? {
              type,
              msg,
              lineno,
              offset,
              end_lineno,
              end_offset: end_offset < 0 ? null : end_offset,
              text: null,
            }
          : { type, msg }
    }
  }
  top.warnings = warnings
  return top
}
