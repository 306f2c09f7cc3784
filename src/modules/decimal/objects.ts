import { byte, int32, ptr, set64, setbyte, setint32, setint64, setptr, setssize, uint32 } from "../../heap/access.ts"
import { fn } from "../../heap/fntable.ts"
import { PyTypeObject } from "../../heap/layout.ts"
import { PyMem_Free, PyMem_Malloc } from "../../heap/obmalloc.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_DECREF, Py_TYPE } from "../../heap/refcount.ts"
import { staticAlloc, staticType } from "../../heap/statics.ts"
import { PyErr_NoMemory, PyErr_SetObject, PyErr_SetString } from "../../objects/errors.ts"
import { PyList_Append, PyList_New } from "../../objects/listobject.ts"
import { _PyObject_New } from "../../objects/object.ts"
import type { allocfunc, freefunc } from "../../objects/slots.ts"
import { PyExc_KeyError } from "../../objects/statictypes.ts"
import { PyObject_TypeCheck } from "../../objects/typeobject.ts"
import { begin, type Ctx, Flag, Kind, type Num, type Round, status, TooBig } from "./num.ts"

// Modules/_decimal/_decimal.c: the objects' layouts, numbers in and out of the heap, contexts, conditions as exceptions.

/** PyDecObject: an mpd_t from `flags` on; four words of 19 digits are inside, longer coefficients in a block of their own. */
export const enum Dec {
  hash = 16,
  flags = 24,
  exp = 32,
  digits = 40,
  len = 48,
  alloc = 56,
  data = 64,
  words = 72,
  SIZE = 104,
}
const MINALLOC = 4
const enum Mpd {
  NEG = 1,
  INF = 2,
  NAN = 4,
  SNAN = 8,
  STATIC = 16,
  STATIC_DATA = 32,
}
/** PyDecContextObject. */
export const enum Cx {
  prec = 16,
  emax = 24,
  emin = 32,
  traps = 40,
  status = 44,
  newtrap = 48,
  round = 52,
  clamp = 56,
  allcr = 60,
  trapsDict = 64,
  flagsDict = 72,
  capitals = 80,
  tstate = 88,
  SIZE = 96,
}
/** What of a context is the mpd_context_t. */
export const CTX_BYTES = Cx.trapsDict - Cx.prec

export const decimalType = staticType()
export const contextType = staticType()

/** The module's globals, all owned objects. */
export const STATE = staticAlloc(256)
export const enum State {
  signals = 0, // 9
  conditions = 72, // 5
  rounds = 112, // 8
  SignalTuple = 176,
  SignalDict = 184,
  DecimalTuple = 192,
  Rational = 200,
  defaultContext = 208,
  basicContext = 216,
  extendedContext = 224,
  contextVar = 232,
  DecimalException = 240,
  /** A copy of the module's dict once it is complete. */
  names = 248,
}
export const SIGNALS: readonly (readonly [string, number])[] = [
  ["InvalidOperation", Flag.IEEE_Invalid_operation],
  ["FloatOperation", Flag.Float_operation],
  ["DivisionByZero", Flag.Division_by_zero],
  ["Overflow", Flag.Overflow],
  ["Underflow", Flag.Underflow],
  ["Subnormal", Flag.Subnormal],
  ["Inexact", Flag.Inexact],
  ["Rounded", Flag.Rounded],
  ["Clamped", Flag.Clamped],
]
export const CONDITIONS: readonly (readonly [string, number])[] = [
  ["InvalidOperation", Flag.Invalid_operation],
  ["ConversionSyntax", Flag.Conversion_syntax],
  ["DivisionImpossible", Flag.Division_impossible],
  ["DivisionUndefined", Flag.Division_undefined],
  ["InvalidContext", Flag.Invalid_context],
]
export function signalAt(i: number): Ref {
  return ptr(STATE + State.signals + 8 * i)
}

export function isDecimal(op: Ref): boolean {
  return Py_TYPE(op) === decimalType || PyObject_TypeCheck(op, decimalType)
}
export function isContext(op: Ref): boolean {
  return Py_TYPE(op) === contextType || PyObject_TypeCheck(op, contextType)
}

/** A signed 64-bit field. */
export function big64(a: number): bigint {
  const hi = int32(a + 4)
  if (hi >= -0x200000 && hi < 0x200000) return BigInt(hi * 4294967296 + uint32(a))
  return (BigInt(hi) << 32n) | BigInt(uint32(a))
}
export function setBig64(a: number, v: bigint): void {
  if (v > -0x20000000000000n && v < 0x20000000000000n) setint64(a, Number(v))
  else set64(a, Number(BigInt.asIntN(32, v)), Number(BigInt.asIntN(32, v >> 32n)))
}

const RADIX = 10000000000000000000n
function wordAt(a: number): bigint {
  const hi = uint32(a + 4)
  return hi < 0x200000 ? BigInt(hi * 4294967296 + uint32(a)) : (BigInt(hi) << 32n) | BigInt(uint32(a))
}
function coeffOf(data: number, len: number): bigint {
  if (len === 1) return wordAt(data)
  if (len <= MINALLOC) {
    let v = wordAt(data + 8 * (len - 1))
    for (let i = len - 2; i >= 0; i--) v = v * RADIX + wordAt(data + 8 * i)
    return v
  }
  const parts: string[] = []
  for (let i = len - 1; i >= 0; i--)
    parts.push(
      wordAt(data + 8 * i)
        .toString()
        .padStart(19, "0"),
    )
  return BigInt(parts.join(""))
}
/** The number that a Decimal holds. */
export function numOf(op: Ref): Num {
  const flags = byte(op + Dec.flags)
  const len = int32(op + Dec.len)
  return {
    sign: (flags & Mpd.NEG) as 0 | 1,
    kind: (flags & 14) === 0 ? Kind.FINITE : flags & Mpd.INF ? Kind.INF : flags & Mpd.NAN ? Kind.NAN : Kind.SNAN,
    exp: big64(op + Dec.exp),
    coeff: len === 0 ? 0n : coeffOf(ptr(op + Dec.data), len),
    digits: big64(op + Dec.digits),
  }
}
export function isSnan(op: Ref): boolean {
  return (byte(op + Dec.flags) & Mpd.SNAN) !== 0
}
export function isSpecialDec(op: Ref): boolean {
  return (byte(op + Dec.flags) & 14) !== 0
}

/** A new Decimal, or object of a subtype. */
export function newDecimal(type: Ref, n: Num): Own {
  const $op = type === decimalType ? _PyObject_New(decimalType) : fn<allocfunc>(ptr(type + PyTypeObject.tp_alloc))(type, 0)
  if ($op === NULL) return NULL
  set64($op + Dec.hash, -1, -1)
  const special = n.kind === Kind.FINITE ? 0 : n.kind === Kind.INF ? Mpd.INF : n.kind === Kind.NAN ? Mpd.NAN : Mpd.SNAN
  set64($op + Dec.flags, n.sign | special | Mpd.STATIC | Mpd.STATIC_DATA, 0)
  setBig64($op + Dec.exp, n.exp)
  setBig64($op + Dec.digits, n.digits)
  setssize($op + Dec.alloc, MINALLOC)
  setptr($op + Dec.data, $op + Dec.words)
  return storeCoeff($op, n.coeff, n.kind === Kind.FINITE)
}
function storeCoeff($op: Own, coeff: bigint, finite: boolean): Own {
  const words = $op + Dec.words
  if (coeff < RADIX) {
    setssize($op + Dec.len, finite || coeff !== 0n ? 1 : 0)
    setBig64(words, coeff)
    return $op
  }
  const digits = int32($op + Dec.digits)
  const len = Math.ceil(digits / 19)
  setssize($op + Dec.len, len)
  if (len <= MINALLOC) {
    for (let i = 0; i < len; i++) {
      setBig64(words + 8 * i, coeff % RADIX)
      coeff /= RADIX
    }
    return $op
  }
  const data = PyMem_Malloc(8 * len)
  if (data === 0) {
    Py_DECREF($op)
    return PyErr_NoMemory()
  }
  setbyte($op + Dec.flags, byte($op + Dec.flags) & ~Mpd.STATIC_DATA)
  setptr($op + Dec.data, data)
  setssize($op + Dec.alloc, len)
  const s = coeff.toString()
  for (let i = 0; i < len; i++) setBig64(data + 8 * i, BigInt(s.slice(Math.max(0, s.length - 19 * (i + 1)), s.length - 19 * i)))
  return $op
}
export function fromNum(n: Num): Own {
  return newDecimal(decimalType, n)
}
/** Bytes of the coefficient's own block. */
export function dynamicSize(op: Ref): number {
  return byte(op + Dec.flags) & Mpd.STATIC_DATA ? 0 : 8 * int32(op + Dec.alloc)
}
export function dec_dealloc(op: Ref): void {
  if ((byte(op + Dec.flags) & Mpd.STATIC_DATA) === 0) PyMem_Free(ptr(op + Dec.data))
  fn<freefunc>(ptr(Py_TYPE(op) + PyTypeObject.tp_free))(op)
}

const lastWords = new Int32Array(8)
let last: Ctx | null = null
/** The arithmetic part of a context. The same object as last time as long as nothing changed. */
export function ctxOf(context: Ref): Ctx {
  let same = last !== null
  for (let i = 0; i < 8; i++) {
    const w = int32(context + (i < 6 ? Cx.prec + 4 * i : i === 6 ? Cx.round : Cx.clamp))
    if (lastWords[i] !== w) {
      lastWords[i] = w
      same = false
    }
  }
  if (same && last !== null) return last
  return (last = {
    prec: big64(context + Cx.prec),
    emax: big64(context + Cx.emax),
    emin: big64(context + Cx.emin),
    round: int32(context + Cx.round) as Round,
    clamp: int32(context + Cx.clamp),
  })
}
export function capitals(context: Ref): boolean {
  return int32(context + Cx.capitals) !== 0
}

/** flags_as_exception: the first signal among these flags. */
function flagsAsException(flags: number): Ref {
  for (let i = 0; i < SIGNALS.length; i++) if (flags & SIGNALS[i][1]) return signalAt(i)
  return NULL
}
/** The signal's flags, 0 with KeyError set for anything else. */
export function exceptionAsFlag(ex: Ref): number {
  for (let i = 0; i < SIGNALS.length; i++) if (signalAt(i) === ex) return SIGNALS[i][1]
  PyErr_SetString(
    PyExc_KeyError,
    "valid values for signals are:\n  [InvalidOperation, FloatOperation, DivisionByZero,\n   Overflow, Underflow, Subnormal, Inexact, Rounded,\n   Clamped]",
  )
  return 0
}
function appendAll($list: Own, flags: number, map: readonly (readonly [string, number])[], at: number, from: number): boolean {
  for (let i = from; i < map.length; i++) if (flags & map[i][1] && PyList_Append($list, ptr(STATE + at + 8 * i)) < 0) return false
  return true
}
function flagsAsList(flags: number): Own {
  const $list = PyList_New(0)
  if ($list === NULL) return NULL
  if (appendAll($list, flags, CONDITIONS, State.conditions, 0) && appendAll($list, flags, SIGNALS, State.signals, 1)) return $list
  Py_DECREF($list)
  return NULL
}
export function signalsAsList(flags: number): Own {
  const $list = PyList_New(0)
  if ($list === NULL) return NULL
  if (appendAll($list, flags, SIGNALS, State.signals, 0)) return $list
  Py_DECREF($list)
  return NULL
}
/** dec_addstatus: note conditions in the context; true with the exception set when one is trapped. */
export function addStatus(context: Ref, flags: number): boolean {
  setint32(context + Cx.status, int32(context + Cx.status) | flags)
  if (flags & Flag.Malloc_error) {
    PyErr_NoMemory()
    return true
  }
  const trapped = flags & int32(context + Cx.traps)
  if (trapped === 0) return false
  const $list = flagsAsList(trapped)
  if ($list === NULL) return true
  PyErr_SetObject(flagsAsException(trapped), $list)
  Py_DECREF($list)
  return true
}

/** Too large a coefficient is a MemoryError; anything else is a bug of ours. */
export function tooBig(e: unknown, context: Ref = NULL): Own {
  if (!(e instanceof TooBig || e instanceof RangeError)) throw e
  if (context !== NULL) addStatus(context, Flag.Malloc_error)
  return PyErr_NoMemory()
}
export type Unary = (a: Num, c: Ctx) => Num
export type Binary = (a: Num, b: Num, c: Ctx) => Num
export type Ternary = (a: Num, b: Num, d: Num, c: Ctx) => Num
/** The result of an operation, unless one of its conditions is trapped. */
function finish(context: Ref, type: Ref, n: Num): Own {
  return status !== 0 && addStatus(context, status) ? NULL : newDecimal(type, n)
}
export function run1(f: Unary, a: Num, context: Ref, c: Ctx = ctxOf(context)): Own {
  begin()
  try {
    return finish(context, decimalType, f(a, c))
  } catch (e) {
    return tooBig(e, context)
  }
}
export function run2(f: Binary, a: Num, b: Num, context: Ref, c: Ctx = ctxOf(context)): Own {
  begin()
  try {
    return finish(context, decimalType, f(a, b, c))
  } catch (e) {
    return tooBig(e, context)
  }
}
export function run3(f: Ternary, a: Num, b: Num, d: Num, context: Ref): Own {
  begin()
  try {
    return finish(context, decimalType, f(a, b, d, ctxOf(context)))
  } catch (e) {
    return tooBig(e, context)
  }
}
/** Make a number of some kind and an object of it, exactly: Inexact, Rounded and Clamped become InvalidOperation. */
export function build(type: Ref, context: Ref, exact: boolean, make: () => Num): Own {
  begin()
  try {
    let n = make()
    let flags = status
    if (exact) {
      if (flags & (Flag.Inexact | Flag.Rounded | Flag.Clamped)) {
        n = { sign: 0, kind: Kind.NAN, exp: 0n, coeff: 0n, digits: 0n }
        flags |= Flag.Invalid_operation
      }
      flags &= Flag.Errors
    }
    return flags !== 0 && addStatus(context, flags) ? NULL : newDecimal(type, n)
  } catch (e) {
    return tooBig(e, context)
  }
}
