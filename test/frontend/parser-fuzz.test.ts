import { expect, test } from "vitest"
import { parseModule, type ParseOptions } from "../../src/frontend/index.ts"

// Soups of tokens with fixed seeds: whatever comes, the parser answers with a tree or an error, never with an exception of its own.

const TOKENS = (
  "( ) [ ] { } : , ; = == != <> := * ** -> - + ~ / // @ . ... lambda if elif else for in not is and or yield await async def class return " +
  "import from as with except try finally while del global nonlocal raise assert pass break continue match case _ None True False x y print " +
  "1 0x 0o17 1_ 1e5 1j 012 'a' \"b\" b'c' b'é' f'{x}' f'{a b}' f'{x!r:{y}}' f'{' f'{x=}' '''t\n''' ''' \" é € \u00a0 \\ # $ ? ! | & ^ << >> += |="
).split(" ")
TOKENS.push("\n", "\n  ", "\n    ", "\n\t", " ", "\\\n", "# type: int\n", "# type: ignore\n", "\f", "\r\n")

/** mulberry32 */
function random(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

const MODES: ParseOptions["mode"][] = ["exec", "eval", "single", "func_type"]

for (let seed = 1; seed <= 20; seed++) {
  test(`token soup ${seed}`, () => {
    const next = random(seed)
    for (let n = 0; n < 300; n++) {
      let source = ""
      const length = 1 + Math.floor(next() * 24)
      for (let i = 0; i < length; i++) source += TOKENS[Math.floor(next() * TOKENS.length)] + (next() < 0.7 ? " " : "")
      const r = parseModule(source, {
        filename: "<fuzz>",
        mode: MODES[Math.floor(next() * next() * 4)],
        flags: next() < 0.2 ? 0x1000 : 0,
        featureVersion: next() < 0.2 ? 4 + Math.floor(next() * 8) : 11,
      })
      if (r.error !== undefined) {
        expect(r.error.msg, source).not.toContain("undefined")
        expect(Number.isInteger(r.error.lineno) && Number.isInteger(r.error.offset), source).toBe(true)
      } else expect(r.ast.kind, source).toBeTypeOf("number")
    }
  })
}

test("random bytes", () => {
  const next = random(99)
  for (let n = 0; n < 2000; n++) {
    const source = Uint8Array.from({ length: Math.floor(next() * 40) }, () => 1 + Math.floor(next() * (next() < 0.5 ? 127 : 255)))
    const r = parseModule(source, {
      filename: "<fuzz>",
      mode: "exec",
      fromFile: next() < 0.3,
    })
    expect(r.error !== undefined || r.ast !== undefined).toBe(true)
  }
})
