import { readFileSync } from "node:fs"
import { describe, expect, test } from "vitest"
import { parseModule, type ParseOptions } from "../../src/frontend/index.ts"
import { setUnicodeNameLookup } from "../../src/frontend/strings.ts"
import { treeText } from "./tree.ts"

// Trees and errors as CPython 3.11.7 gives them (recorded by record_parser_cases.py).

interface Options {
  flags?: number
  fv?: number
  bytes?: number
}
type Case = [source: string, mode: ParseOptions["mode"], options: Options, result: string | unknown[]]
const cases = JSON.parse(readFileSync(new URL("./parser-cases.json", import.meta.url), "utf8")) as Case[]
const NAMES: Record<string, number> = {
  "GREEK CAPITAL LETTER DELTA": 0x394,
  SPACE: 32,
  "LEFT CURLY BRACKET": 123,
  "RIGHT CURLY BRACKET": 125,
  DIGIT_ONE: 49,
  SNOWMAN: 0x2603,
}
const IGNORE_COOKIE = 0x800

function parse([source, mode, options]: Case): unknown {
  const input = options.bytes ? Uint8Array.from(source, (c) => c.charCodeAt(0)) : source
  const flags = (options.bytes ? 0 : IGNORE_COOKIE) | (options.flags ?? 0)
  const r = parseModule(input, {
    filename: "<unknown>",
    mode,
    flags,
    featureVersion: options.fv ?? 11,
  })
  if (r.error === undefined) return treeText(r.ast)
  const e = r.error
  const end = e.bare ? [null, null] : [e.end_lineno, e.end_offset]
  return [e.type, e.msg, e.lineno, e.offset, ...end, e.text]
}

setUnicodeNameLookup((name) => NAMES[name.toUpperCase()] ?? -1)

describe("the parser agrees with CPython", () => {
  for (const c of cases) {
    const what = typeof c[3] === "string" ? "tree" : String(c[3][1])
    test(`${what.slice(0, 60)}: ${JSON.stringify(c[0]).slice(0, 60)} ${JSON.stringify(c[2])}`, () => {
      expect(parse(c)).toEqual(c[3])
    })
  }
})

describe("limits", () => {
  const outcome = (source: string): string => {
    const r = parseModule(source, { filename: "<test>", mode: "exec" })
    return r.error === undefined ? "tree" : `${r.error.type} ${r.error.msg}`.trim()
  }
  test("a hundred thousand minus signs are a MemoryError", () => expect(outcome(`${"-".repeat(100000)}1`)).toBe("MemoryError"))
  test("so is a chain of conditions", () => expect(outcome(`${"1 if 1 else ".repeat(100000)}1`)).toBe("MemoryError"))
  test("attributes may go on", () => expect(outcome(`a${".b".repeat(100000)}`)).toBe("tree"))
  test("200 levels of indentation are too many", () =>
    expect(outcome(`${Array.from({ length: 200 }, (_, i) => `${" ".repeat(i)}if 1:\n`).join("")}${" ".repeat(200)}pass`)).toBe(
      "IndentationError too many levels of indentation",
    ))
  test("an int has at most 4300 digits", () => expect(outcome("1".repeat(5000))).toContain("value has 5000 digits"))
})

describe("warnings", () => {
  const warnings = (source: string): string[] =>
    parseModule(source, { filename: "<test>", mode: "exec" }).warnings.map((w) => `${w.lineno} ${w.category}: ${w.msg}`)
  test("escapes", () =>
    expect(warnings("x = 1\ny = '\\d' if 0 else b'\\477'\n")).toEqual([
      "2 DeprecationWarning: invalid escape sequence '\\d'",
      "2 DeprecationWarning: invalid octal escape sequence '\\477'",
    ]))
  test("numbers that run into keywords", () =>
    expect(warnings("\n0x1for x in y")).toEqual(["2 SyntaxWarning: invalid hexadecimal literal"]))
  test("an f-string read twice warns once", () => expect(warnings("with (f'\\d{x}') as y: pass")).toHaveLength(1))
})
