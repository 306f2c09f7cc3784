import {
  PyASCIIObject,
  PyBytesObject,
  PyCompactUnicodeObject,
  PyDictKeyEntry,
  PyDictKeysObject,
  PyDictObject,
  PyDictUnicodeEntry,
  PyFloatObject,
  PyHeapTypeObject,
  PyLongObject,
  PyMemberDef,
  PyObject,
  PyTypeObject,
  PyUnicodeObject,
  PyVarObject,
} from "../heap/layout.ts"
import type { HeapBytes } from "./heapbytes.ts"

// What the bytes of an object say, by the layouts of CPython 3.11. Every function takes an address and reads nothing but the file.

/** Bits of tp_flags. */
export const enum TypeFlag {
  MANAGED_DICT = 1 << 4,
  HEAPTYPE = 1 << 9,
  LONG = 1 << 24,
  LIST = 1 << 25,
  TUPLE = 1 << 26,
  BYTES = 1 << 27,
  UNICODE = 1 << 28,
  DICT = 1 << 29,
  BASE_EXC = 1 << 30,
  TYPE = 1 << 31,
}
const T_OBJECT_EX = 16
/** Where an instance with a managed dict keeps its dict, and its inline values. */
export const MANAGED_DICT = -24
const INLINE_VALUES = -32

export function typeFlags(h: HeapBytes, op: number): number {
  return h.int32(h.pointer(op + PyObject.ob_type) + PyTypeObject.tp_flags)
}
export function isStr(h: HeapBytes, op: number): boolean {
  return (typeFlags(h, op) & TypeFlag.UNICODE) !== 0
}

/** Where a str's characters lie, how many there are, and of how many bytes each. */
export function strData(h: HeapBytes, op: number): { at: number; length: number; kind: number } {
  const state = h.int32(op + PyASCIIObject.state)
  const compact = (state & 32) !== 0
  const at = !compact
    ? h.pointer(op + PyUnicodeObject.data_any)
    : op + ((state & 64) !== 0 ? PyASCIIObject.SIZE : PyCompactUnicodeObject.SIZE)
  return { at, length: h.pointer(op + PyASCIIObject.length), kind: (state >> 2) & 7 }
}

/** A str's text, at most so many characters. */
export function strText(h: HeapBytes, op: number, limit = 1 << 20): string {
  const { at, length, kind } = strData(h, op)
  const n = Math.min(length, limit)
  let text = ""
  for (let i = 0; i < n; i++) {
    const c = kind === 1 ? h.byte(at + i) : kind === 2 ? h.int16(at + 2 * i) & 0xffff : h.int32(at + 4 * i)
    text += String.fromCodePoint(Math.min(c >>> 0, 0x10ffff))
  }
  return text
}

/** An int's value. */
export function longValue(h: HeapBytes, op: number): bigint {
  const size = h.int32(op + PyVarObject.ob_size)
  let value = 0n
  for (let i = Math.abs(size) - 1; i >= 0; i--) value = (value << 30n) | BigInt(h.int32(op + PyLongObject.ob_digit + 4 * i))
  return size < 0 ? -value : value
}

/** An object as Python would write it, as far as its own bytes say: ints, floats, strings, bytes; "" for anything else. */
export function shortText(h: HeapBytes, op: number, typeName: string, limit = 40): string {
  const flags = typeFlags(h, op)
  if (typeName === "NoneType") return "None"
  if (typeName === "bool") return h.int32(op + PyVarObject.ob_size) === 0 ? "False" : "True"
  if ((flags & TypeFlag.UNICODE) !== 0) {
    const text = strText(h, op, limit + 1)
    return JSON.stringify(text.length > limit ? `${text.slice(0, limit)}…` : text)
  }
  if ((flags & TypeFlag.LONG) !== 0) {
    const digits = Math.abs(h.int32(op + PyVarObject.ob_size))
    return digits > 8 ? `an int of ${digits} digits` : String(longValue(h, op))
  }
  if ((flags & TypeFlag.BYTES) !== 0) {
    const n = h.pointer(op + PyVarObject.ob_size)
    let text = ""
    for (let i = 0; i < Math.min(n, limit); i++) {
      const c = h.byte(op + PyBytesObject.ob_sval + i)
      text += c >= 32 && c < 127 && c !== 34 && c !== 92 ? String.fromCharCode(c) : `\\x${c.toString(16).padStart(2, "0")}`
    }
    return `b"${text}${n > limit ? "…" : ""}"`
  }
  if (typeName === "float") {
    const text = String(h.double(op + PyFloatObject.ob_fval))
    return /^-?\d+$/.test(text) ? `${text}.0` : text
  }
  return ""
}

/** Call `f(key, value)` with the addresses of a dict's entries, until it returns true. @returns whether it did. */
export function eachDictItem(h: HeapBytes, dict: number, f: (key: number, value: number) => boolean): boolean {
  return eachEntry(h, h.pointer(dict + PyDictObject.ma_keys), h.pointer(dict + PyDictObject.ma_values), f)
}
function eachEntry(h: HeapBytes, keys: number, values: number, f: (key: number, value: number) => boolean): boolean {
  if (keys === 0) return false
  const entries = keys + PyDictKeysObject.dk_indices + 2 ** h.byte(keys + PyDictKeysObject.dk_log2_index_bytes)
  const general = h.byte(keys + PyDictKeysObject.dk_kind) === 0
  const n = h.pointer(keys + PyDictKeysObject.dk_nentries)
  for (let i = 0; i < n; i++) {
    const at = entries + i * (general ? PyDictKeyEntry.SIZE : PyDictUnicodeEntry.SIZE) + (general ? PyDictKeyEntry.me_key : 0)
    const value = values !== 0 ? h.pointer(values + 8 * i) : h.pointer(at + 8)
    if (value !== 0 && f(h.pointer(at), value)) return true
  }
  return false
}

/** Call `f(name, value)` for the attributes an instance keeps without a dict, inline or in slots, until it returns true. @returns whether it did. */
export function eachAttribute(h: HeapBytes, op: number, f: (name: string, value: number) => boolean): boolean {
  const type = h.pointer(op + PyObject.ob_type)
  if ((h.int32(type + PyTypeObject.tp_flags) & TypeFlag.MANAGED_DICT) !== 0) {
    const values = h.pointer(op + INLINE_VALUES)
    const keys = h.pointer(type + PyHeapTypeObject.ht_cached_keys)
    if (values !== 0 && eachEntry(h, keys, values, (k, v) => f(strText(h, k, 200), v))) return true
  }
  for (let t = type; (h.int32(t + PyTypeObject.tp_flags) & TypeFlag.HEAPTYPE) !== 0; t = h.pointer(t + PyTypeObject.tp_base)) {
    const members = t + h.pointer(h.pointer(t + PyObject.ob_type) + PyTypeObject.tp_basicsize)
    const n = h.pointer(t + PyVarObject.ob_size)
    for (let i = 0; i < n; i++) {
      const m = members + i * PyMemberDef.SIZE
      if (h.int32(m + PyMemberDef.type) !== T_OBJECT_EX) continue
      const value = h.pointer(op + h.pointer(m + PyMemberDef.offset))
      if (value !== 0 && f(h.cstring(h.pointer(m + PyMemberDef.name)), value)) return true
    }
  }
  return false
}
