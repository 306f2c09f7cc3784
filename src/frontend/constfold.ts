import { hypot, pow } from "../base/libm.ts"
import { type ConstantValue, operator, pointsOfStr, strOfPoints, unaryop } from "./ast.ts"

// Arithmetic on constants as the AST optimizer does it (Python/ast_opt.c: safe_multiply and its kin). A null result means: CPython
// raises (or refuses to), so the expression stays.

const MAX_INT_SIZE = 128
const MAX_COLLECTION_SIZE = 256
const MAX_STR_SIZE = 4096
const MAX_TOTAL_ITEMS = 1024

type Folded = ConstantValue | null

export function constBool(b: boolean): ConstantValue {
  return b ? { t: "True" } : { t: "False" }
}
function int(v: bigint): ConstantValue {
  return { t: "int", v }
}
function float(v: number): ConstantValue {
  return { t: "float", v }
}
function complex(re: number, im: number): ConstantValue {
  return { t: "complex", re, im }
}

/** PyObject_IsTrue. */
export function constIsTrue(c: { t: string } & object): boolean {
  const v = c as ConstantValue
  switch (v.t) {
    case "None":
    case "False":
      return false
    case "int":
      return v.v !== 0n
    case "float":
      return v.v !== 0
    case "complex":
      return v.re !== 0 || v.im !== 0
    case "str":
    case "bytes":
    case "tuple":
    case "frozenset":
      return v.v.length > 0
    default:
      return true
  }
}

/** The int a bool or int is, else null. */
function asInt(c: ConstantValue): bigint | null {
  return c.t === "int" ? c.v : c.t === "True" ? 1n : c.t === "False" ? 0n : null
}

function abs(v: bigint): bigint {
  return v < 0n ? -v : v
}
function numBits(v: bigint): number {
  return v === 0n ? 0 : abs(v).toString(2).length
}

/** A number as double; null when it is none, or an int beyond the range. */
function asDouble(c: ConstantValue): number | null {
  if (c.t === "float") return c.v
  const i = asInt(c)
  if (i === null) return null
  const d = Number(i)
  return Number.isFinite(d) ? d : null
}

/** Length in code points. */
function strLength(s: string): number {
  let n = s.length
  for (let i = 1; i < s.length; i++) {
    if ((s.charCodeAt(i) & 0xfc00) === 0xdc00 && (s.charCodeAt(i - 1) & 0xfc00) === 0xd800) n--
  }
  return n
}

export function foldUnary(op: unaryop, c: ConstantValue): Folded {
  if (op === unaryop.Not) return constBool(!constIsTrue(c))
  const i = asInt(c)
  if (i !== null) return int(op === unaryop.Invert ? ~i : op === unaryop.USub ? -i : i)
  if (op === unaryop.Invert) return null
  if (c.t === "float") return op === unaryop.USub ? float(-c.v) : c
  if (c.t === "complex") return op === unaryop.USub ? complex(-c.re, -c.im) : c
  return null
}

function check_complexity(c: ConstantValue, limit: number): number {
  if (c.t === "tuple" || c.t === "frozenset") {
    limit -= c.v.length
    for (let i = 0; limit >= 0 && i < c.v.length; i++) limit = check_complexity(c.v[i], limit)
  }
  return limit
}

/** Has it a surrogate that could become half of a character? */
function halves(s: string): boolean {
  return /[\ud800-\udfff]/.test(s)
}
function repeatPoints(points: readonly number[], k: number): ConstantValue {
  const all: number[] = []
  for (let i = 0; i < k; i++) all.push(...points)
  return strOfPoints(all)
}

/** sq_repeat of a str, bytes or tuple; the count must fit a Py_ssize_t. */
function repeat(n: bigint, c: ConstantValue): Folded {
  if (n !== BigInt.asIntN(64, n)) return null
  const k = n < 0n ? 0 : Number(n)
  if (c.t === "str") return halves(c.v) ? repeatPoints(pointsOfStr(c), k) : { t: "str", v: c.v.repeat(c.v === "" ? 0 : k) }
  if (c.t === "bytes") {
    const v = new Uint8Array(c.v.length * (c.v.length ? k : 0))
    for (let i = 0; i < v.length; i += c.v.length) v.set(c.v, i)
    return { t: "bytes", v }
  }
  if (c.t === "tuple") {
    const v: ConstantValue[] = []
    if (c.v.length) for (let i = 0; i < k; i++) v.push(...c.v)
    return { t: "tuple", v }
  }
  return null
}

/** int * sequence, null for operands of other kinds as well as for results that would be too large. */
function safe_repeat(n: bigint, w: ConstantValue): Folded {
  if (w.t === "tuple") {
    const size = w.v.length
    if (size) {
      if (n < 0n || n > BigInt(Math.floor(MAX_COLLECTION_SIZE / size))) return null
      if (n && check_complexity(w, Math.floor(MAX_TOTAL_ITEMS / Number(n))) < 0) return null
    }
    return repeat(n, w)
  }
  if (w.t === "str" || w.t === "bytes") {
    const size = w.t === "str" ? strLength(w.v) : w.v.length
    if (size && (n < 0n || n > BigInt(Math.floor(MAX_STR_SIZE / size)))) return null
    return repeat(n, w)
  }
  return null
}

function floorDiv(a: bigint, b: bigint): bigint {
  const q = a / b
  return a % b !== 0n && a < 0n !== b < 0n ? q - 1n : q
}

/** long_true_divide: the correctly rounded quotient; null on overflow. */
function trueDivide(a: bigint, b: bigint): number | null {
  if (abs(a) <= 9007199254740992n && abs(b) <= 9007199254740992n) {
    // like C, a negative zero for 0 / -n does not appear: the sign is the sign of the quotient of ints
    const r = Number(a) / Number(b)
    return r === 0 && a === 0n ? (b < 0n ? -0 : 0) : r
  }
  const negative = a < 0n !== b < 0n
  let n = abs(a)
  let d = abs(b)
  if (n === 0n) return negative ? -0 : 0
  // scale so that the quotient has at least 55 bits but no more than the format can hold (subnormals included), keep a sticky bit
  let shift = numBits(n) - numBits(d) - 55
  if (shift < -1074 - 2) shift = -1074 - 2
  if (shift > 0) d <<= BigInt(shift)
  else n <<= BigInt(-shift)
  let q = n / d
  if (n % d !== 0n) q |= 1n
  // round half even to 53 bits (or fewer for subnormals) with integers, then scale exactly
  const bits = numBits(q)
  const drop = Math.max(bits - 53, -1074 - shift)
  if (drop > 0) {
    const k = BigInt(drop)
    const rem = q & ((1n << k) - 1n)
    const half = 1n << (k - 1n)
    q >>= k
    if (rem > half || (rem === half && (q & 1n) === 1n)) q += 1n
    shift += drop
  }
  let r = Number(q)
  while (shift > 900) {
    r *= 2 ** 900
    shift -= 900
  }
  while (shift < -900) {
    r *= 2 ** -900
    shift += 900
  }
  r *= 2 ** shift
  if (!Number.isFinite(r)) return null
  return negative ? -r : r
}

function floatMod(v: number, w: number): number {
  let mod = v % w
  if (mod !== 0) {
    if (w < 0 !== mod < 0) mod += w
  } else mod = w < 0 ? -0 : 0
  return mod
}

function floatFloorDiv(vx: number, wx: number): number {
  let mod = vx % wx
  let div = (vx - mod) / wx
  if (mod !== 0) {
    if (wx < 0 !== mod < 0) {
      mod += wx
      div -= 1
    }
  }
  if (div !== 0) {
    let floordiv = Math.floor(div)
    if (div - floordiv > 0.5) floordiv += 1
    return floordiv
  }
  return Object.is(vx / wx, -0) || vx / wx < 0 ? -0 : 0
}

/** float_pow without a complex result: null for errors, undefined when the result is complex. */
function floatPow(iv: number, iw: number): number | null | undefined {
  if (iw === 0) return 1
  if (Number.isNaN(iv)) return iv
  if (Number.isNaN(iw)) return iv === 1 ? 1 : iw
  if (!Number.isFinite(iw)) {
    const a = Math.abs(iv)
    if (a === 1) return 1
    return iw > 0 === a > 1 ? Math.abs(iw) : 0
  }
  const odd = Math.abs(iw % 2) === 1
  if (!Number.isFinite(iv)) {
    if (iw > 0) return odd ? iv : Math.abs(iv)
    return odd ? (iv < 0 ? -0 : 0) : 0
  }
  if (iv === 0) {
    if (iw < 0) return null
    return odd ? iv : 0
  }
  let negate = false
  if (iv < 0) {
    if (iw !== Math.floor(iw)) return undefined
    iv = -iv
    negate = odd
  }
  if (iv === 1) return negate ? -1 : 1
  const ix = pow(iv, iw)
  if (!Number.isFinite(ix)) return null
  return negate ? -ix : ix
}

interface C {
  re: number
  im: number
}

function asComplex(c: ConstantValue): C | null {
  if (c.t === "complex") return c
  const d = asDouble(c)
  return d === null ? null : { re: d, im: 0 }
}

function complexProd(a: C, b: C): C {
  return { re: a.re * b.re - a.im * b.im, im: a.re * b.im + a.im * b.re }
}

function complexQuot(a: C, b: C): C | null {
  const abs_breal = Math.abs(b.re)
  const abs_bimag = Math.abs(b.im)
  if (abs_breal >= abs_bimag) {
    if (abs_breal === 0) return null
    const ratio = b.im / b.re
    const denom = b.re + b.im * ratio
    return {
      re: (a.re + a.im * ratio) / denom,
      im: (a.im - a.re * ratio) / denom,
    }
  }
  if (abs_bimag >= abs_breal) {
    const ratio = b.re / b.im
    const denom = b.re * ratio + b.im
    return {
      re: (a.re * ratio + a.im) / denom,
      im: (a.im * ratio - a.re) / denom,
    }
  }
  return { re: NaN, im: NaN }
}

function complexPow(a: C, b: C): C | null {
  let p: C | null
  if (b.im === 0 && b.re === Math.floor(b.re) && Math.abs(b.re) <= 100) {
    const n = b.re
    const powu = (x: C, k: number): C => {
      let r: C = { re: 1, im: 0 }
      let q = x
      for (let mask = 1; mask > 0 && k >= mask; mask *= 2) {
        if (k & mask) r = complexProd(r, q)
        q = complexProd(q, q)
      }
      return r
    }
    p = n > 0 ? powu(a, n) : complexQuot({ re: 1, im: 0 }, powu(a, -n))
  } else if (b.re === 0 && b.im === 0) {
    p = { re: 1, im: 0 }
  } else if (a.re === 0 && a.im === 0) {
    p = b.im !== 0 || b.re < 0 ? null : { re: 0, im: 0 }
  } else {
    const vabs = hypot(a.re, a.im)
    let len = pow(vabs, b.re)
    const at = Math.atan2(a.im, a.re)
    let phase = at * b.re
    if (b.im !== 0) {
      len *= Math.exp(-at * b.im)
      phase += b.im * Math.log(vabs)
    }
    // cos(inf) is a domain error
    if (Math.abs(phase) === Infinity) return null
    p = { re: len * Math.cos(phase), im: len * Math.sin(phase) }
  }
  if (p === null || Math.abs(p.re) === Infinity || Math.abs(p.im) === Infinity) return null
  return p
}

function foldInts(op: operator, a: bigint, b: bigint): Folded {
  switch (op) {
    case operator.Add:
      return int(a + b)
    case operator.Sub:
      return int(a - b)
    case operator.Mult:
      if (a && b && numBits(a) + numBits(b) > MAX_INT_SIZE) return null
      return int(a * b)
    case operator.Div: {
      if (b === 0n) return null
      const r = trueDivide(a, b)
      return r === null ? null : float(r)
    }
    case operator.FloorDiv:
      return b === 0n ? null : int(floorDiv(a, b))
    case operator.Mod:
      return b === 0n ? null : int(a - floorDiv(a, b) * b)
    case operator.Pow: {
      if (b < 0n) {
        const x = Number(a)
        const y = Number(b)
        return Number.isFinite(x) && Number.isFinite(y) ? foldFloats(op, x, y) : null
      }
      if (a && b && (b >= 1n << 64n || numBits(a) > Math.floor(MAX_INT_SIZE / Number(b)))) return null
      return int(a === 0n ? (b === 0n ? 1n : 0n) : a ** b)
    }
    case operator.LShift:
      if (b < 0n) return null
      if (a && b && (b > BigInt(MAX_INT_SIZE) || numBits(a) > MAX_INT_SIZE - Number(b))) return null
      return int(a === 0n ? 0n : a << b)
    case operator.RShift:
      if (b < 0n) return null
      return int(b > BigInt(numBits(a)) ? (a < 0n ? -1n : 0n) : a >> b)
    case operator.BitOr:
      return int(a | b)
    case operator.BitXor:
      return int(a ^ b)
    case operator.BitAnd:
      return int(a & b)
    case operator.MatMult:
      return null
  }
}

function foldFloats(op: operator, a: number, b: number): Folded {
  switch (op) {
    case operator.Add:
      return float(a + b)
    case operator.Sub:
      return float(a - b)
    case operator.Mult:
      return float(a * b)
    case operator.Div:
      return b === 0 ? null : float(a / b)
    case operator.FloorDiv:
      return b === 0 ? null : float(floatFloorDiv(a, b))
    case operator.Mod:
      return b === 0 ? null : float(floatMod(a, b))
    case operator.Pow: {
      const r = floatPow(a, b)
      if (r === undefined) return foldComplex(op, { re: a, im: 0 }, { re: b, im: 0 })
      return r === null ? null : float(r)
    }
    default:
      return null
  }
}

function foldComplex(op: operator, a: C, b: C): Folded {
  let r: C | null
  switch (op) {
    case operator.Add:
      return complex(a.re + b.re, a.im + b.im)
    case operator.Sub:
      return complex(a.re - b.re, a.im - b.im)
    case operator.Mult:
      r = complexProd(a, b)
      break
    case operator.Div:
      r = complexQuot(a, b)
      break
    case operator.Pow:
      r = complexPow(a, b)
      break
    default:
      return null
  }
  return r === null ? null : complex(r.re, r.im)
}

export function foldBinary(op: operator, l: ConstantValue, r: ConstantValue): Folded {
  const li = asInt(l)
  const ri = asInt(r)
  if (li !== null && ri !== null) {
    const logic = l.t !== "int" && r.t !== "int" && (op === operator.BitOr || op === operator.BitXor || op === operator.BitAnd)
    const v = foldInts(op, li, ri)
    return logic && v !== null && v.t === "int" ? constBool(v.v !== 0n) : v
  }
  if (l.t === "complex" || r.t === "complex") {
    const a = asComplex(l)
    const b = asComplex(r)
    return a === null || b === null ? null : foldComplex(op, a, b)
  }
  if (l.t === "float" || r.t === "float") {
    const a = asDouble(l)
    const b = asDouble(r)
    return a === null || b === null ? null : foldFloats(op, a, b)
  }
  if (op === operator.Add) {
    if (l.t === "str" && r.t === "str")
      return halves(l.v + r.v) ? strOfPoints([...pointsOfStr(l), ...pointsOfStr(r)]) : { t: "str", v: l.v + r.v }
    if (l.t === "bytes" && r.t === "bytes") {
      const v = new Uint8Array(l.v.length + r.v.length)
      v.set(l.v)
      v.set(r.v, l.v.length)
      return { t: "bytes", v }
    }
    if (l.t === "tuple" && r.t === "tuple") return { t: "tuple", v: [...l.v, ...r.v] }
    return null
  }
  if (op === operator.Mult) {
    if (li !== null) return safe_repeat(li, r)
    if (ri !== null) return safe_repeat(ri, l)
  }
  return null
}

/** PyObject_GetItem on constants. */
export function foldSubscript(c: ConstantValue, index: ConstantValue): Folded {
  const i = asInt(index)
  if (i === null || (c.t !== "str" && c.t !== "bytes" && c.t !== "tuple")) return null
  const items = c.t === "str" ? Array.from(pointsOfStr(c), (x) => String.fromCodePoint(x)) : c.v
  const k = i < 0n ? i + BigInt(items.length) : i
  if (k < 0n || k >= BigInt(items.length)) return null
  const item = items[Number(k)]
  return typeof item === "string" ? { t: "str", v: item } : typeof item === "number" ? int(BigInt(item)) : item
}

/** Equal constants (as Python's == sees them) give equal keys. */
function equalityKey(c: ConstantValue): string {
  switch (c.t) {
    case "int":
      return "n" + c.v
    case "True":
      return "n1"
    case "False":
      return "n0"
    case "float":
      return Number.isInteger(c.v) ? "n" + BigInt(c.v) : "f" + c.v
    case "complex":
      return c.im === 0 ? equalityKey({ t: "float", v: c.re }) : `c${c.re},${c.im}`
    case "str":
      return c.points === undefined ? "s" + c.v : "p" + c.points.join()
    case "bytes":
      return "b" + c.v.join()
    case "tuple":
      return (
        "(" +
        c.v
          .map((x) => equalityKey(x))
          .map((k) => k.length + ":" + k)
          .join("")
      )
    case "frozenset":
      return (
        "{" +
        c.v
          .map((x) => equalityKey(x))
          .sort()
          .map((k) => k.length + ":" + k)
          .join("")
      )
    default:
      return c.t
  }
}

export function constKeyEquality(c: ConstantValue): string {
  return equalityKey(c)
}

/** PyFrozenSet_New(items): the first of equal items stays; NaNs are all kept. */
export function foldFrozenset(items: ConstantValue[]): ConstantValue {
  const seen = new Set<string>()
  const v: ConstantValue[] = []
  for (const x of items) {
    if (x.t === "float" && Number.isNaN(x.v)) {
      v.push(x)
      continue
    }
    const k = equalityKey(x)
    if (!seen.has(k)) {
      seen.add(k)
      v.push(x)
    }
  }
  return { t: "frozenset", v }
}
