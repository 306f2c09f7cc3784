import { PyASCIIObject } from "../../heap/layout.ts"
import type { Own, Ref } from "../../heap/ref.ts"
import { Py_NewRef } from "../../heap/refcount.ts"
import { i32 } from "../../heap/views.ts"
import { PyErr_SetString } from "../errors.ts"
import { typeName } from "../object.ts"
import { Py } from "../slots.ts"
import { Py_False, Py_NotImplemented, Py_True, PyExc_TypeError } from "../statictypes.ts"
import {
  memeq,
  PyUnicode_Check,
  PyUnicode_DATA,
  PyUnicode_GET_LENGTH,
  PyUnicode_IS_ASCII,
  PyUnicode_KIND,
  PyUnicode_READ,
  State,
} from "./core.ts"

/** Same length, kind and bytes (both must be str). */
export function unicode_compare_eq(a: Ref, b: Ref): boolean {
  const n = i32[(a + PyASCIIObject.length) >> 2]
  if (i32[(b + PyASCIIObject.length) >> 2] !== n) return false
  const kind = (i32[(a + PyASCIIObject.state) >> 2] >> State.KIND_SHIFT) & 7
  if (((i32[(b + PyASCIIObject.state) >> 2] >> State.KIND_SHIFT) & 7) !== kind) return false
  return memeq(PyUnicode_DATA(a), PyUnicode_DATA(b), n * kind)
}
export function _PyUnicode_EQ(a: Ref, b: Ref): boolean {
  return a === b || unicode_compare_eq(a, b)
}
export function _PyUnicode_Equal(a: Ref, b: Ref): boolean {
  return a === b || unicode_compare_eq(a, b)
}

/** -1, 0 or 1 by code points. */
export function unicode_compare(a: Ref, b: Ref): number {
  const na = PyUnicode_GET_LENGTH(a)
  const nb = PyUnicode_GET_LENGTH(b)
  const n = na < nb ? na : nb
  const ka = PyUnicode_KIND(a)
  const kb = PyUnicode_KIND(b)
  const da = PyUnicode_DATA(a)
  const db = PyUnicode_DATA(b)
  for (let i = 0; i < n; i++) {
    const ca = PyUnicode_READ(ka, da, i)
    const cb = PyUnicode_READ(kb, db, i)
    if (ca !== cb) return ca < cb ? -1 : 1
  }
  return na === nb ? 0 : na < nb ? -1 : 1
}
/** -1, 0, 1; -1 with TypeError when one is no str. */
export function PyUnicode_Compare(left: Ref, right: Ref): number {
  if (PyUnicode_Check(left) && PyUnicode_Check(right)) return left === right ? 0 : unicode_compare(left, right)
  PyErr_SetString(PyExc_TypeError, `Can't compare ${typeName(left)} and ${typeName(right)}`)
  return -1
}
/** Compare with a JavaScript string of ASCII characters: -1, 0, 1. */
export function PyUnicode_CompareWithASCIIString(uni: Ref, s: string): number {
  const n = PyUnicode_GET_LENGTH(uni)
  const kind = PyUnicode_KIND(uni)
  const data = PyUnicode_DATA(uni)
  const m = Math.min(n, s.length)
  for (let i = 0; i < m; i++) {
    const c = PyUnicode_READ(kind, data, i)
    const d = s.charCodeAt(i)
    if (c !== d) return c < d ? -1 : 1
  }
  return n === s.length ? 0 : n < s.length ? -1 : 1
}
export function _PyUnicode_EqualToASCIIString(uni: Ref, s: string): boolean {
  return PyUnicode_GET_LENGTH(uni) === s.length && PyUnicode_IS_ASCII(uni) && PyUnicode_CompareWithASCIIString(uni, s) === 0
}
export function _PyUnicode_EqualToASCIIId(uni: Ref, id: Ref): boolean {
  return _PyUnicode_EQ(uni, id)
}

export function PyUnicode_RichCompare(left: Ref, right: Ref, op: number): Own {
  if (!PyUnicode_Check(left) || !PyUnicode_Check(right)) return Py_NewRef(Py_NotImplemented)
  let r: boolean
  if (op === Py.EQ) r = left === right || unicode_compare_eq(left, right)
  else if (op === Py.NE) r = left !== right && !unicode_compare_eq(left, right)
  else {
    const c = left === right ? 0 : unicode_compare(left, right)
    r = op === Py.LT ? c < 0 : op === Py.LE ? c <= 0 : op === Py.GT ? c > 0 : c >= 0
  }
  return Py_NewRef(r ? Py_True : Py_False)
}
/** stringlib/eq.h */
export function unicode_eq(a: Ref, b: Ref): boolean {
  return unicode_compare_eq(a, b)
}
