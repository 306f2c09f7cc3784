import type { ConstantValue } from "./ast.ts"

// The compiler's product: a code object as a JavaScript record, before vm/codegen.ts puts it on the heap.

export const enum CO {
  OPTIMIZED = 0x1,
  NEWLOCALS = 0x2,
  VARARGS = 0x4,
  VARKEYWORDS = 0x8,
  NESTED = 0x10,
  GENERATOR = 0x20,
  COROUTINE = 0x80,
  ITERABLE_COROUTINE = 0x100,
  ASYNC_GENERATOR = 0x200,
  FUTURE_DIVISION = 0x20000,
  FUTURE_ABSOLUTE_IMPORT = 0x40000,
  FUTURE_WITH_STATEMENT = 0x80000,
  FUTURE_PRINT_FUNCTION = 0x100000,
  FUTURE_UNICODE_LITERALS = 0x200000,
  FUTURE_BARRY_AS_BDFL = 0x400000,
  FUTURE_GENERATOR_STOP = 0x800000,
  FUTURE_ANNOTATIONS = 0x1000000,
}

export const enum PyCF {
  /** The future features. */
  MASK = 0x1fe0000,
  MASK_OBSOLETE = 0x10,
  SOURCE_IS_UTF8 = 0x100,
  DONT_IMPLY_DEDENT = 0x200,
  ONLY_AST = 0x400,
  IGNORE_COOKIE = 0x800,
  TYPE_COMMENTS = 0x1000,
  ALLOW_TOP_LEVEL_AWAIT = 0x2000,
  ALLOW_INCOMPLETE_INPUT = 0x4000,
  /** ONLY_AST | ALLOW_TOP_LEVEL_AWAIT | TYPE_COMMENTS | DONT_IMPLY_DEDENT | ALLOW_INCOMPLETE_INPUT */
  COMPILE_MASK = 0x7600,
}

/** Kinds of co_localsplusnames entries (Include/internal/pycore_code.h), or-ed. */
export const enum CO_FAST {
  LOCAL = 0x20,
  CELL = 0x40,
  FREE = 0x80,
}

export interface CodeUnit {
  t: "code"
  name: string
  qualname: string
  flags: number
  firstlineno: number
  /** Positional parameters, positional-only ones included. */
  argcount: number
  posonlyargcount: number
  kwonlyargcount: number
  stacksize: number
  names: string[]
  consts: Const[]
  localsplusnames: string[]
  localspluskinds: Uint8Array
  code: Uint8Array
  linetable: Uint8Array
  exceptiontable: Uint8Array
  /** On a module's own unit: the constants that stand in the tree, which CPython's arena holds. */
  arena?: Set<ConstantValue>
  /** _PyCode_ConstantKey: equal units have equal keys. Set when the unit is made. */
  key: string
}

export type Const = ConstantValue | CodeUnit

const latin1 = new TextDecoder("latin1")

function latin(bytes: Uint8Array): string {
  return latin1.decode(bytes)
}

/** compile.c's c_const_cache, as keys: two constants are one object of the module iff their keys are equal. */
export class ConstCache {
  private nans = new Map<ConstantValue, number>()
  private units = new Map<string, number>()
  private compound = new Map<ConstantValue, string>()

  /** Objects/codeobject.c _PyCode_ConstantKey. */
  key(c: Const): string {
    switch (c.t) {
      case "None":
        return "N"
      case "True":
        return "T"
      case "False":
        return "F"
      case "Ellipsis":
        return "E"
      case "int":
        return "i" + c.v
      case "str":
        return c.points === undefined ? "s" + c.v : "p" + c.points.join()
      case "bytes":
        return "b" + latin(c.v)
      case "float":
        return "f" + (Number.isNaN(c.v) ? this.nan(c) : Object.is(c.v, -0) ? "-0" : c.v)
      case "complex": {
        if (Number.isNaN(c.re) || Number.isNaN(c.im)) return "c" + this.nan(c)
        return "c" + (Object.is(c.re, -0) ? "-0" : c.re) + "," + (Object.is(c.im, -0) ? "-0" : c.im)
      }
      case "tuple":
      case "frozenset": {
        let k = this.compound.get(c)
        if (k === undefined) {
          k = c.t === "tuple" ? this.tuple(c.v) : "{" + joinKeys([...new Set(c.v.map((x) => this.key(x)))].sort())
          this.compound.set(c, k)
        }
        return k
      }
      case "code":
        return c.key
    }
  }

  tuple(items: readonly Const[]): string {
    return "(" + joinKeys(items.map((x) => this.key(x)))
  }

  /** NaN equals itself only when it is the same object. */
  private nan(c: ConstantValue): string {
    let i = this.nans.get(c)
    if (i === undefined) this.nans.set(c, (i = this.nans.size))
    return "nan" + i
  }

  /** Give a fresh unit its key: what code_richcompare compares. */
  keyOfUnit(u: CodeUnit): string {
    const long = joinKeys([
      u.name,
      [u.argcount, u.posonlyargcount, u.kwonlyargcount, u.flags, u.firstlineno].join(),
      latin(u.code),
      this.tuple(u.consts),
      joinKeys(u.names),
      joinKeys(u.localsplusnames),
      latin(u.linetable),
      latin(u.exceptiontable),
    ])
    let i = this.units.get(long)
    if (i === undefined) this.units.set(long, (i = this.units.size))
    return "C" + i
  }
}

function joinKeys(keys: readonly string[]): string {
  let s = ""
  for (const k of keys) s += k.length + ":" + k
  return s
}
