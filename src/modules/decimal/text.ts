import { rescale } from "./arith.ts"
import {
  begin,
  type Ctx,
  error,
  EXP_INF,
  finalize,
  finite,
  Flag,
  infinity,
  invalid,
  isZero,
  Kind,
  MAX_PREC,
  MIN_ETINY,
  nanPayload,
  type Num,
  raise,
  restore,
  status,
  withExp,
  withSign,
} from "./num.ts"

// libmpdec/io.c: numbers from and to text. The locale is always C.

const SSIZE_MAX = 0x7fffffffffffffffn
const SSIZE_MIN = -0x8000000000000000n
const NUMBER = /^([+-]?)(?:(\d+)\.?(\d*)|\.(\d+))(?:[eE]([+-]?\d+))?$/
const NAN = /^([+-]?)(s?)nan(\d*)$/i
const INF = /^([+-]?)inf(?:inity)?$/i

/** mpd_qset_string. */
export function fromString(s: string, c: Ctx): Num {
  const m = NUMBER.exec(s)
  if (m === null) return special(s, c)
  const fraction = m[4] ?? m[3]
  let exp = m[5] === undefined ? 0n : BigInt(m[5][0] === "+" ? m[5].slice(1) : m[5][0] === "-" ? "0" : m[5])
  if (m[5] !== undefined && m[5][0] === "-") exp = -BigInt(m[5].slice(1))
  if (exp > SSIZE_MAX) exp = SSIZE_MAX
  if (exp < SSIZE_MIN) exp = SSIZE_MIN
  exp -= BigInt(fraction.length)
  if (exp < SSIZE_MIN + 1n) exp = SSIZE_MIN + 1n
  if (exp > EXP_INF) exp = EXP_INF
  return finalize(finite(m[1] === "-" ? 1 : 0, BigInt((m[2] ?? "") + fraction), exp), c)
}
function special(s: string, c: Ctx): Num {
  let m = INF.exec(s)
  if (m !== null) return infinity(m[1] === "-" ? 1 : 0)
  m = NAN.exec(s)
  if (m === null) return error(Flag.Conversion_syntax)
  const payload = m[3].replace(/^0+/, "")
  if (BigInt(payload.length) > c.prec - BigInt(c.clamp) && payload !== "") return error(Flag.Conversion_syntax)
  return nanPayload(m[1] === "-" ? 1 : 0, m[2] ? Kind.SNAN : Kind.NAN, BigInt(payload || "0"))
}

export const enum Fmt {
  SCI = 0,
  ENG = 1,
  EXP = 2,
  FIXED = 3,
}
function mod3(n: bigint): bigint {
  return ((n % 3n) + 3n) % 3n
}
/** _mpd_to_string without sign options: `dplace` is the place of the point in exponent notation. */
export function decToString(a: Num, fmt: Fmt, capitals: boolean, dplace = 1n): string {
  const sign = a.sign ? "-" : ""
  if (a.kind === Kind.INF) return `${sign}Infinity`
  if (a.kind !== Kind.FINITE) return sign + (a.kind === Kind.SNAN ? "sNaN" : "NaN") + (a.coeff === 0n ? "" : a.coeff.toString())
  const coeff = a.coeff.toString()
  const left = a.digits + a.exp
  if (fmt !== Fmt.EXP) {
    if (fmt === Fmt.FIXED || (a.exp <= 0n && left > -6n)) dplace = left
    else if (fmt === Fmt.ENG) dplace = a.coeff === 0n ? -1n + mod3(a.exp + 2n) : dplace + mod3(left - 1n)
  }
  let body: string
  if (dplace <= 0n) body = "0." + "0".repeat(Number(-dplace)) + coeff
  else if (dplace >= a.digits) body = coeff + "0".repeat(Number(dplace - a.digits))
  else body = coeff.slice(0, Number(dplace)) + "." + coeff.slice(Number(dplace))
  if (left === dplace && fmt !== Fmt.EXP) return sign + body
  const e = left - dplace
  return sign + body + (capitals ? "E" : "e") + (e < 0n ? "-" : "+") + (e < 0n ? -e : e).toString()
}

/** mpd_spec_t; `align` z is zero padding, `grouping` the lengths of groups from the right, the last repeated. */
export interface Spec {
  width: number
  prec: bigint
  type: string
  align: string
  sign: string
  fill: string
  dot: string
  sep: string
  grouping: readonly number[]
  noNegZero: boolean
}
/** mpd_parse_fmt_str; null: invalid. */
export function parseSpec(text: string, capitals: boolean): Spec | null {
  const m = /^(?:([\s\S])?([<>=^]))?([-+ ])?(z)?(0)?(\d+)?(,)?(?:\.(\d+))?([EeFfGgNn%])?$/u.exec(text)
  if (m === null) return null
  const [, fill, align, sign, z, zero, width, comma, prec, type] = m
  if ((zero && align) || (width && width[0] === "0")) return null
  if (BigInt(width ?? 0) > SSIZE_MAX || BigInt(prec ?? 0) > SSIZE_MAX) return null
  const local = type === "n" || type === "N"
  if (local && comma) return null
  return {
    width: Number(width ?? 0),
    prec: prec === undefined ? -1n : BigInt(prec),
    type: local ? (type === "N" ? "G" : "g") : (type ?? (capitals ? "G" : "g")),
    align: zero ? "z" : (align ?? ">"),
    sign: sign ?? "-",
    fill: zero ? "0" : (fill ?? " "),
    dot: comma || local ? "." : "",
    sep: comma ? "," : "",
    grouping: comma ? [3] : [],
    noNegZero: z !== undefined,
  }
}
function round(a: Num, prec: bigint, c: Ctx): Num {
  if (prec <= 0n) return invalid()
  if (a.kind !== Kind.FINITE || a.coeff === 0n) return a
  const exp = a.exp + a.digits - prec
  const r = rescale(a, exp, c, MIN_ETINY - MAX_PREC)
  return r.digits > prec ? rescale(r, exp + 1n, c, MIN_ETINY - MAX_PREC) : r
}
/** The number as the precision of a format asks. */
function rounded(a: Num, type: string, prec: bigint, c: Ctx): Num {
  if (prec < 0n) return a
  if (prec > MAX_PREC) return invalid()
  if (type === "g") {
    const n = prec === 0n ? 1n : prec
    return a.digits > n ? round(a, n, c) : a
  }
  if (type === "e") return a.coeff === 0n ? a : round(a, prec + 1n, c)
  return rescale(a, -prec, c)
}
/** mpd_qformat_spec; null when the specification exceeds the limits. */
export function format(a: Num, spec: Spec, c: Ctx): string | null {
  if (BigInt(spec.width) > MAX_PREC) return null
  const type = spec.type.toLowerCase()
  const upper = type !== spec.type
  let { fill, align } = spec
  let text: string
  if (a.kind !== Kind.FINITE) {
    if (align === "z") {
      fill = " "
      align = ">"
    }
    text = decToString(a, Fmt.SCI, upper) + (type === "%" ? "%" : "")
    text = signed(a, text, spec.sign)
  } else {
    const old = begin()
    let n = type === "%" ? withExp(a, a.exp + 2n) : a
    const dplace = type === "e" && n.coeff === 0n && spec.prec >= 0n ? 1n - spec.prec : 1n
    n = rounded(n, type, spec.prec, c)
    if ((type === "f" || type === "%") && isZero(n) && n.exp > 0n) n = rescale(n, 0n, c)
    const bad = (status & Flag.Errors) !== 0
    restore(old)
    if (bad) {
      raise(Flag.Invalid_operation)
      return null
    }
    // C rounds before it looks for a negative zero only for the lower-case types
    if (spec.noNegZero && n.sign && isZero(upper ? a : n)) n = withSign(n, 0)
    text = decToString(n, type === "g" ? Fmt.SCI : type === "e" ? Fmt.EXP : Fmt.FIXED, upper, dplace) + (type === "%" ? "%" : "")
    text = signed(n, text, spec.sign)
    if (spec.dot !== "") text = localized(text, spec)
  }
  return pad(text, spec.width, align, fill)
}
function signed(a: Num, text: string, sign: string): string {
  return a.sign || sign === "-" ? text : sign + text
}
/** _mpd_apply_lconv: the integer part in groups, with the zeros of zero padding. */
function localized(text: string, spec: Spec): string {
  const m = /^([-+ ]?)(\d+)(\.?)([\s\S]*)$/.exec(text) as RegExpExecArray
  const tail = (m[3] ? spec.dot : "") + m[4]
  if (m[3] === "" && (spec.sep === "" || spec.grouping.length === 0)) return text
  const count = (s: string): number => [...s].length
  let out = tail
  let digits = m[2]
  let left = digits.length
  let padding = false
  let g = 0
  const group = (): number => spec.grouping[g] ?? 0
  let consume = group()
  for (;;) {
    if (group() === 0 || group() === 127 || consume > left) consume = left
    left -= consume
    if (padding) out = "0".repeat(consume) + out
    else {
      out = digits.slice(left) + out
      digits = digits.slice(0, left)
    }
    if (left === 0) {
      const have = count(out) + m[1].length
      if (spec.align !== "z" || have >= spec.width) break
      left = spec.width - have
      consume = group() - consume
      padding = true
      continue
    }
    if (spec.sep !== "") {
      if (padding && left > 1) left -= 1
      out = spec.sep + out
    }
    if (g + 1 < spec.grouping.length) g++
    consume = group()
  }
  return m[1] + out
}
function pad(text: string, width: number, align: string, fill: string): string {
  const n = width - [...text].length
  if (n <= 0) return text
  if (align === "<") return text + fill.repeat(n)
  if (align === "^") return fill.repeat(n >> 1) + text + fill.repeat(n - (n >> 1))
  if (align !== ">" && "-+ ".includes(text[0])) return text[0] + fill.repeat(n) + text.slice(1)
  return fill.repeat(n) + text
}
