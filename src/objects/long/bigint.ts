import { PyLongObject } from "../../heap/layout.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { i32 } from "../../heap/views.ts"
import { _PyLong_New, PyLong_FromLong } from "./digits.ts"

// Ints as BigInts and back. Big ones go through hexadecimal, the only linear way in: fifteen characters are two digits.

/** Characters of the numbers below 4096, three each. */
let HEX3 = new Uint8Array(0)
/** The value of a hexadecimal character. */
const HEXVALUE = hexValues()
const decoder = new TextDecoder()
let text = new Uint8Array(1024)

function hexTable(n: number, width: number): Uint8Array<ArrayBuffer> {
  const table = new Uint8Array(n * width)
  for (let i = 0; i < n * width; i++) {
    const v = (Math.floor(i / width) >> (4 * (width - 1 - (i % width)))) & 15
    table[i] = v < 10 ? 48 + v : 87 + v
  }
  return table
}
function hexValues(): Uint8Array {
  const table = new Uint8Array(128)
  for (let i = 0; i < 16; i++) table[i < 10 ? 48 + i : 87 + i] = i
  return table
}

/** The value, sign included. */
export function bigOf(op: Ref): bigint {
  const size = i32[(op + PyLongObject.ob_size) >> 2]
  const n = size < 0 ? -size : size
  const d = (op + PyLongObject.ob_digit) >> 2
  if (n === 0) return 0n
  if (n === 1) return BigInt(size < 0 ? -i32[d] : i32[d])
  if (n === 2) {
    const v = (BigInt(i32[d + 1]) << 30n) | BigInt(i32[d])
    return size < 0 ? -v : v
  }
  if (n <= 4) {
    let v = BigInt(i32[d + n - 1])
    for (let i = n - 2; i >= 0; i--) v = (v << 30n) | BigInt(i32[d + i])
    return size < 0 ? -v : v
  }
  const v = BigInt(`0x${hexOf(d, n)}`)
  return size < 0 ? -v : v
}

/** Hexadecimal digits of the n digits at word index d (may have leading zeros). */
export function hexOf(d: number, n: number): string {
  const length = ((n + 1) >> 1) * 15
  if (HEX3.length === 0) HEX3 = hexTable(4096, 3)
  if (text.length < length) text = new Uint8Array(length * 2)
  let at = length
  for (let i = 0; i < n; i += 2) {
    // two digits are five groups of twelve bits
    const lo = i32[d + i]
    const hi = i + 1 < n ? i32[d + i + 1] : 0
    group(at - 3, lo & 0xfff)
    group(at - 6, (lo >>> 12) & 0xfff)
    group(at - 9, (lo >>> 24) | ((hi & 0x3f) << 6))
    group(at - 12, (hi >>> 6) & 0xfff)
    group(at - 15, hi >>> 18)
    at -= 15
  }
  return decoder.decode(text.subarray(0, length))
}
function group(at: number, v: number): void {
  text[at] = HEX3[3 * v]
  text[at + 1] = HEX3[3 * v + 1]
  text[at + 2] = HEX3[3 * v + 2]
}

export function PyLong_AsBigInt(op: Ref): bigint {
  return bigOf(op)
}

/** An int of any size. */
export function PyLong_FromBigInt(v: bigint): Own {
  return fromBig(v, 0)
}

const TWO53 = 9007199254740992n

/** The last size_t-like value from 2^53 on that became a double, and the double: len(range(sys.maxsize)) goes through one. */
let exactValue = 0n
let exactDouble = Number.NaN

/** Remember what `op`, whose double is x, is exactly. */
export function keepExact(op: Ref, x: number): number {
  if (x < 9007199254740992 && x > -9007199254740992) return x
  exactValue = bigOf(op)
  exactDouble = x
  return x
}
/** The int of a whole double from 2^53 on: the one it came from, if it is the last that was converted. */
export function fromRounded(x: number): Own {
  return fromBig(x === exactDouble ? exactValue : BigInt(x), 0)
}

/** An int from a BigInt in a block of at least `room` digits (what C's algorithm would have allocated). */
export function fromBig(v: bigint, room: number): Own {
  if (v > -TWO53 && v < TWO53 && room <= 2) return PyLong_FromLong(Number(v))
  const negative = v < 0n
  const abs = negative ? -v : v
  if (abs < 0x400000000000000000000000n) {
    // at most 94 bits: four digits without the string
    const lo = Number(BigInt.asUintN(60, abs) & 0x3fffffffn)
    const mid = Number((abs >> 30n) & 0x3fffffffn)
    const hi = Number((abs >> 60n) & 0x3fffffffn)
    const top = Number(abs >> 90n)
    const n = top ? 4 : hi ? 3 : mid ? 2 : lo ? 1 : 0
    if (n === 0 || (n === 1 && lo <= 256 && (!negative || lo <= 5))) return PyLong_FromLong(negative ? -lo : lo)
    const $op = _PyLong_New(n > room ? n : room)
    if ($op === NULL) return NULL
    const w = ($op + PyLongObject.ob_digit) >> 2
    i32[w] = lo
    if (n > 1) i32[w + 1] = mid
    if (n > 2) i32[w + 2] = hi
    if (n > 3) i32[w + 3] = top
    i32[($op + PyLongObject.ob_size) >> 2] = negative ? -n : n
    i32[(($op + PyLongObject.ob_size) >> 2) + 1] = negative ? -1 : 0
    return $op
  }
  const s = abs.toString(16)
  const bits = (s.length - 1) * 4 + 32 - Math.clz32(parseInt(s[0], 16))
  const n = Math.ceil(bits / 30)
  const $op = _PyLong_New(n > room ? n : room)
  if ($op === NULL) return NULL
  writeHex(($op + PyLongObject.ob_digit) >> 2, n, s)
  i32[($op + PyLongObject.ob_size) >> 2] = negative ? -n : n
  i32[(($op + PyLongObject.ob_size) >> 2) + 1] = negative ? -1 : 0
  return $op
}

/** The n digits at word index d from hexadecimal text. */
function writeHex(d: number, n: number, s: string): void {
  let at = s.length
  for (let i = 0; i < n; i += 2) {
    const low = hexBits(s, at - 3) | (hexBits(s, at - 6) << 12)
    const middle = hexBits(s, at - 9)
    i32[d + i] = low | ((middle & 0x3f) << 24)
    if (i + 1 < n) i32[d + i + 1] = (middle >>> 6) | (hexBits(s, at - 12) << 6) | (hexBits(s, at - 15) << 18)
    at -= 15
  }
}
/** Twelve bits from the three characters at `at`, which may begin before the text. */
function hexBits(s: string, at: number): number {
  if (at >= 0) return (HEXVALUE[s.charCodeAt(at)] << 8) | (HEXVALUE[s.charCodeAt(at + 1)] << 4) | HEXVALUE[s.charCodeAt(at + 2)]
  if (at === -1) return (HEXVALUE[s.charCodeAt(0)] << 4) | HEXVALUE[s.charCodeAt(1)]
  return at === -2 ? HEXVALUE[s.charCodeAt(0)] : 0
}
