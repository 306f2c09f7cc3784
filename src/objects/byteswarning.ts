import { int32, setint32 } from "../heap/access.ts"
import type { Ref } from "../heap/ref.ts"
import { staticAlloc } from "../heap/statics.ts"
import { PyErr_WarnEx } from "./_warnings.ts"
import { Py } from "./slots.ts"
import { PyExc_BytesWarning } from "./statictypes.ts"
import { PyLong_Check } from "./longobject.ts"
import { PyUnicode_Check } from "./unicodeobject.ts"

// -b: what bytes and bytearray warn about.

const level = staticAlloc(8)

/** How often -b was given. */
export function setBytesWarning(n: number): void {
  setint32(level, n)
}

/** BytesWarning when -b is given; true when it became an error. */
export function warnedAsBytes(message: string): boolean {
  return int32(level) !== 0 && PyErr_WarnEx(PyExc_BytesWarning, message, 1) < 0
}

/** For == and != of `name` with str, and of bytes with int; true when the warning became an error. */
export function comparisonWarned(a: Ref, b: Ref, op: number, name: string): boolean {
  if (int32(level) === 0 || (op !== Py.EQ && op !== Py.NE)) return false
  if (PyUnicode_Check(a) || PyUnicode_Check(b)) return warnedAsBytes(`Comparison between ${name} and string`)
  return name === "bytes" && (PyLong_Check(a) || PyLong_Check(b)) && warnedAsBytes("Comparison between bytes and int")
}
