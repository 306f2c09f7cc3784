import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_DECREF, Py_XDECREF } from "../../heap/refcount.ts"
import { PyMapping_Check, PyMapping_GetItemString, PySequence_GetItem, PySequence_Size } from "../../objects/abstract.ts"
import { PyDict_New, PyDict_Next, PyDict_SetItemString, dictKey, dictValue, PyDict_Check } from "../../objects/dictobject.ts"
import { PyErr_Clear, PyErr_ExceptionMatches, PyErr_SetString } from "../../objects/errors.ts"
import { PyLong_AsBigInt, PyLong_Check, PyLong_FromBigInt } from "../../objects/longobject.ts"
import { typeName } from "../../objects/object.ts"
import { PyExc_KeyError, PyExc_OverflowError, PyExc_TypeError, PyExc_ValueError } from "../../objects/statictypes.ts"
import { PyUnicode_AsJS, PyUnicode_Check } from "../../objects/unicodeobject.ts"
import type { LzmaOptions } from "./encoder.ts"
import { dictSizeByte, propertyByte } from "./pack.ts"
import { dictSizeOf } from "./stream.ts"

// Filter specifiers: dicts with an "id" and the filter's options.

export const FILTER_LZMA1 = 0x4000000000000001n
export const FILTER_LZMA2 = 0x21n
export const FILTER_DELTA = 3n
const BCJ: readonly bigint[] = [4n, 5n, 6n, 7n, 8n, 9n]

/** One filter of a chain. `depth` is how far matches are looked for. */
export interface Filter {
  id: bigint
  lzma: LzmaOptions & { depth: number }
  /** Delta's distance or a branch filter's start. */
  value: number
}

const DICT_BITS = [18, 20, 21, 22, 22, 23, 23, 24, 25, 26]
/** A preset's options; null when there is none with this number. */
export function presetOptions(preset: number): (LzmaOptions & { depth: number }) | null {
  const level = preset % 32
  const flags = preset - level
  if (level > 9 || (flags !== 0 && flags !== 0x80000000)) return null
  return { lc: 3, lp: 0, pb: 2, dictSize: 2 ** DICT_BITS[level], depth: flags !== 0 ? 128 : 4 + 6 * level }
}

/** Set an error; null. */
function bad(exc: Ref, message: string): null {
  PyErr_SetString(exc, message)
  return null
}
/** An unsigned number of at most `bits` bits; null with the error set. */
export function unsignedArg(op: Ref, bits: number): bigint | null {
  if (!PyLong_Check(op)) return bad(PyExc_TypeError, `'${typeName(op)}' object cannot be interpreted as an integer`)
  const v = PyLong_AsBigInt(op)
  if (v < 0n) return bad(PyExc_OverflowError, "can't convert negative value to unsigned int")
  if (v >= 1n << BigInt(bits)) return bad(PyExc_OverflowError, "Python int too large for C type")
  return v
}
function entries(spec: Ref): Map<string, Ref> {
  const found = new Map<string, Ref>()
  if (!PyDict_Check(spec)) return found
  for (let pos = PyDict_Next(spec, 0); pos !== 0; pos = PyDict_Next(spec, pos))
    if (PyUnicode_Check(dictKey)) found.set(PyUnicode_AsJS(dictKey), dictValue)
  return found
}

const LZMA_KEYS = ["id", "preset", "dict_size", "lc", "lp", "pb", "mode", "nice_len", "mf", "depth"]

/** Read one specifier; null with the error set. */
export function parseFilter(spec: Ref, $error: Ref): Filter | null {
  if (!PyMapping_Check(spec)) return bad(PyExc_TypeError, "Filter specifier must be a dict or dict-like object")
  const $id = PyMapping_GetItemString(spec, "id")
  if ($id === NULL) {
    if (!PyErr_ExceptionMatches(PyExc_KeyError)) return null
    PyErr_Clear()
    return bad(PyExc_ValueError, 'Filter specifier must have an "id" entry')
  }
  const id = unsignedArg($id, 64)
  Py_DECREF($id)
  if (id === null) return null
  const given = entries(spec)
  const known = (keys: readonly string[]): boolean => [...given.keys()].every((k) => keys.includes(k))
  const number = (key: string, dflt: number): number => {
    const op = given.get(key)
    const v = op === undefined ? BigInt(dflt) : unsignedArg(op, 32)
    return v === null ? -1 : Number(v)
  }
  const f: Filter = { id, lzma: { lc: 3, lp: 0, pb: 2, dictSize: 1 << 23, depth: 40 }, value: 0 }
  if (id === FILTER_LZMA1 || id === FILTER_LZMA2) {
    const preset = number("preset", 6)
    if (preset < 0) return null
    const options = presetOptions(preset)
    if (options === null) return bad($error, `Invalid compression preset: ${preset}`)
    if (!known(LZMA_KEYS)) return bad(PyExc_ValueError, "Invalid filter specifier for LZMA filter")
    f.lzma = options
    f.lzma.dictSize = number("dict_size", options.dictSize)
    for (const key of ["lc", "lp", "pb"] as const) f.lzma[key] = number(key, options[key])
    for (const key of ["mode", "nice_len", "mf", "depth"]) if (number(key, 0) < 0) return null
    const { lc, lp, pb, dictSize } = f.lzma
    if (Math.min(lc, lp, pb, dictSize) < 0) return null
    if (lc + lp > 4 || pb > 4) return bad($error, "Invalid or unsupported options")
    return f
  }
  if (id === FILTER_DELTA) {
    if (!known(["id", "dist"])) return bad(PyExc_ValueError, "Invalid filter specifier for delta filter")
    f.value = number("dist", 1)
    return f.value < 0 ? null : f
  }
  if (!BCJ.includes(id)) return bad(PyExc_ValueError, `Invalid filter ID: ${id}`)
  if (!known(["id", "start_offset"])) return bad(PyExc_ValueError, "Invalid filter specifier for BCJ filter")
  f.value = number("start_offset", 0)
  return f.value < 0 ? null : f
}

/** What a chain comes to. */
export interface ParsedChain {
  lzma2: boolean
  lzma: LzmaOptions & { depth: number }
  delta: number
}
/** Read a sequence of specifiers; null with the error set. */
export function parseChain(filters: Ref, $error: Ref): ParsedChain | null {
  const n = PySequence_Size(filters)
  if (n === -1) return null
  if (n > 4) return bad(PyExc_ValueError, "Too many filters - liblzma supports a maximum of 4")
  const chain: Filter[] = []
  for (let i = 0; i < n; i++) {
    const $spec = PySequence_GetItem(filters, i)
    const f = $spec === NULL ? null : parseFilter($spec, $error)
    Py_XDECREF($spec)
    if (f === null) return null
    chain.push(f)
  }
  const last = chain[chain.length - 1]
  const delta = chain.length === 2 && chain[0].id === FILTER_DELTA ? chain[0].value : 0
  const supported =
    last !== undefined && (last.id === FILTER_LZMA1 || last.id === FILTER_LZMA2) && (chain.length === 1 || (delta > 0 && delta <= 256))
  return supported ? { lzma2: last.id === FILTER_LZMA2, lzma: last.lzma, delta } : bad($error, "Invalid or unsupported options")
}

/** A filter's properties as a stream's header has them. */
export function encodeProperties(f: Filter): Uint8Array {
  const word = (v: number): number[] => [v & 255, (v >>> 8) & 255, (v >>> 16) & 255, v >>> 24]
  if (f.id === FILTER_LZMA1) return Uint8Array.from([propertyByte(f.lzma), ...word(f.lzma.dictSize)])
  if (f.id === FILTER_LZMA2) return Uint8Array.of(dictSizeByte(f.lzma.dictSize))
  if (f.id === FILTER_DELTA) return Uint8Array.of(f.value - 1)
  return Uint8Array.from(f.value === 0 ? [] : word(f.value))
}
/** The specifier that has these properties. */
export function decodeProperties(id: bigint, b: Uint8Array, $error: Ref): Own {
  const word = (i: number): number => (b[i] | (b[i + 1] << 8) | (b[i + 2] << 16) | (b[i + 3] << 24)) >>> 0
  const unsupported = (): Own => PyErr_SetString($error, "Invalid or unsupported options")
  const spec: [string, bigint][] = [["id", id]]
  const add = (name: string, n: number): void => {
    spec.push([name, BigInt(n)])
  }
  if (id === FILTER_LZMA1) {
    if (b.length !== 5 || b[0] >= 225) return unsupported()
    add("dict_size", word(1))
    add("lc", b[0] % 9)
    add("lp", Math.floor(b[0] / 9) % 5)
    add("pb", Math.floor(b[0] / 45))
  } else if (id === FILTER_LZMA2) {
    if (b.length !== 1 || b[0] > 40) return unsupported()
    add("dict_size", b[0] === 40 ? 0xffffffff : dictSizeOf(b[0]))
  } else if (id === FILTER_DELTA) {
    if (b.length !== 1) return unsupported()
    add("dist", b[0] + 1)
  } else {
    if (!BCJ.includes(id) || (b.length !== 0 && b.length !== 4)) return unsupported()
    if (b.length === 4) add("start_offset", word(0))
  }
  const $dict = PyDict_New()
  for (const [name, n] of spec) {
    if ($dict === NULL) return NULL
    const $n = PyLong_FromBigInt(n)
    const ok = $n !== NULL && PyDict_SetItemString($dict, name, $n) === 0
    Py_XDECREF($n)
    if (!ok) {
      Py_DECREF($dict)
      return NULL
    }
  }
  return $dict
}
