import { readFileSync } from "node:fs"
import { describe, expect, test } from "vitest"
import { EXTENDED_ARG, opcodeCaches, opcodeDeopt, opcodeName, opmap, PY_INVALID_STACK_EFFECT, stackEffect } from "../../src/base/opcodes.ts"
import { _PyAST_Compile, CompileError } from "../../src/frontend/compile/index.ts"
import { parseModule } from "../../src/frontend/index.ts"
import { compileSource, dumps } from "./canonical.ts"

// Bytecode, constants, positions, exception tables, errors and warnings as CPython 3.11.7 gives them (recorded).

type Case = [source: string, mode: "exec" | "eval" | "single", optimize: number, result: string]
const cases = JSON.parse(readFileSync(new URL("./compile-cases.json", import.meta.url), "utf8")) as Case[]

describe("the compiler agrees with CPython", () => {
  for (const [source, mode, optimize, want] of cases) {
    test(`${mode} -O${optimize}: ${source.slice(0, 60).replaceAll("\n", "⏎")}`, () => {
      const got = compileSource(source, mode, optimize)
      expect(JSON.parse(dumps(got))).toEqual(JSON.parse(want))
      expect(dumps(got)).toBe(want)
    })
  }
})

describe("deep nesting", () => {
  function compile(source: string, limit: number): string {
    const parsed = parseModule(source, { filename: "<test>", mode: "exec" })
    if (parsed.error !== undefined) return parsed.error.type
    try {
      _PyAST_Compile(parsed.ast, {
        flags: 0,
        optimize: 0,
        recursion: { depth: 0, limit },
        warn: () => 0,
      })
    } catch (e) {
      if (e instanceof CompileError) return `${e.type}: ${e.msg}`
      throw e
    }
    return "compiled"
  }
  test("a long chain of attributes is a RecursionError", () => {
    expect(compile(`x${".a".repeat(4000)}`, 3000)).toBe("RecursionError: maximum recursion depth exceeded during compilation")
  })
  test("a shorter one compiles", () => {
    expect(compile(`x${".a".repeat(500)}`, 3000)).toBe("compiled")
  })
  test("a limit beyond the JavaScript stack is a RecursionError too", () => {
    expect(compile(`x${".a".repeat(200000)}`, 1e9)).toBe("RecursionError: maximum recursion depth exceeded during compilation")
  })
})

describe("the opcode table", () => {
  test("every opcode has a name, a family and a stack effect", () => {
    for (const [name, op] of opmap) {
      expect(opcodeName[op]).toBe(name)
      expect(opcodeDeopt[op]).toBe(op)
      if (op !== EXTENDED_ARG) expect(stackEffect(op, 1, -1)).not.toBe(PY_INVALID_STACK_EFFECT)
    }
  })
  test("specialised opcodes keep their family's caches", () => {
    for (let op = 0; op < 256; op++) {
      if (opcodeName[op].startsWith("<") || opmap.has(opcodeName[op])) continue
      const family = opcodeName[opcodeDeopt[op]]
      if (op !== 255) expect(opcodeName[op].startsWith(family) || family === "CALL" || family === "PRECALL").toBe(true)
      expect(opcodeCaches[opcodeDeopt[op]]).toBeGreaterThanOrEqual(0)
    }
  })
})
