import { int32, ptr, ssize } from "../../heap/access.ts"
import { calloca, cstackMark, cstackReset } from "../../heap/cstack.ts"

import { Py_buffer } from "../../heap/layout.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_NewRef } from "../../heap/refcount.ts"
import { u8, u16, u32 } from "../../heap/views.ts"
import { PyBuffer_Release, PyObject_GetBuffer } from "../../objects/abstract.ts"
import { PyBytes_CheckExact, PyBytes_FromStringAndSize } from "../../objects/bytesobject.ts"
import { PyErr_Clear, PyErr_SetString } from "../../objects/errors.ts"
import { typeName } from "../../objects/object.ts"
import { Py_None, PyExc_TypeError } from "../../objects/statictypes.ts"
import {
  PyUnicode_Check,
  PyUnicode_CheckExact,
  PyUnicode_DATA,
  PyUnicode_GET_LENGTH,
  PyUnicode_KIND,
  PyUnicode_Substring,
} from "../../objects/unicodeobject.ts"
import { setMustAdvance, setSubject } from "./engine.ts"
import { Pattern } from "./objects.ts"

// Modules/_sre/sre.c state_init: a str or bytes-like subject for the engine. A buffer stays exported while `openSubject` … `closeSubject`.

/** The subject open now. */
export let subjectIsBytes = false
export let subjectLength = 0
let address = 0
let charKind = 1
let view = 0
let mark = 0

/** Get at the characters of `string`; false with TypeError. Close it again in every case when true. */
export function openSubject(string: Ref): boolean {
  mark = cstackMark()
  view = 0
  if (PyUnicode_Check(string)) {
    subjectIsBytes = false
    subjectLength = PyUnicode_GET_LENGTH(string)
    charKind = PyUnicode_KIND(string)
    address = PyUnicode_DATA(string)
    return true
  }
  const at = calloca(Py_buffer.SIZE)
  if (PyObject_GetBuffer(string, at, 0) < 0) {
    PyErr_Clear()
    cstackReset(mark)
    PyErr_SetString(PyExc_TypeError, `expected string or bytes-like object, got '${typeName(string)}'`)
    return false
  }
  view = at
  subjectIsBytes = true
  subjectLength = ssize(at + Py_buffer.len)
  charKind = 1
  address = ptr(at + Py_buffer.buf)
  return true
}
/** Does the open subject contain the character? */
export function hasCharacter(c: number): boolean {
  const at = charKind === 1 ? address : charKind === 2 ? address >> 1 : address >> 2
  const chars = charKind === 1 ? u8 : charKind === 2 ? u16 : u32
  const i = chars.indexOf(c, at)
  return i >= 0 && i < at + subjectLength
}
export function closeSubject(): void {
  if (view !== 0) PyBuffer_Release(view)
  view = 0
  cstackReset(mark)
}

/** Open the subject for matching `pattern` between start and endpos (clipped); false with TypeError. */
export function state_init(pattern: Ref, string: Ref, start: number, endpos: number): boolean {
  if (!openSubject(string)) return false
  const isbytes = int32(pattern + Pattern.isbytes)
  if ((subjectIsBytes && isbytes === 0) || (!subjectIsBytes && isbytes > 0)) {
    closeSubject()
    const what = subjectIsBytes ? "string pattern on a bytes-like" : "bytes pattern on a string-like"
    PyErr_SetString(PyExc_TypeError, `cannot use a ${what} object`)
    return false
  }
  const from = Math.max(0, Math.min(start, subjectLength))
  const to = Math.max(0, Math.min(endpos, subjectLength))
  clippedStart = from
  clippedEnd = to
  setSubject(charKind, address, 0, from, to)
  return true
}
/** Where matching may start and must end, after clipping. */
export let clippedStart = 0
export let clippedEnd = 0

/** Set the engine to the subject again (after Python code ran), from `from` on. */
export function resumeSubject(from: number, mustAdvance: boolean): void {
  setSubject(charKind, address, 0, from, clippedEnd)
  setMustAdvance(mustAdvance)
}

/** The part of `string` from `from` to `to`, a str or bytes. */
export function getslice(string: Ref, from: number, to: number): Own {
  if (PyUnicode_Check(string)) {
    if (PyUnicode_CheckExact(string) && from === 0 && to === PyUnicode_GET_LENGTH(string)) return Py_NewRef(string)
    return PyUnicode_Substring(string, from, to)
  }
  if (PyBytes_CheckExact(string) && from === 0 && to === ssize(string + 16)) return Py_NewRef(string)
  const at = cstackMark()
  const buffer = calloca(Py_buffer.SIZE)
  let $r: Own = NULL
  if (PyObject_GetBuffer(string, buffer, 0) === 0) {
    $r = PyBytes_FromStringAndSize(ptr(buffer + Py_buffer.buf) + from, to - from)
    PyBuffer_Release(buffer)
  }
  cstackReset(at)
  return $r
}
/** The same, or `other` for a group that did not match (start -1). */
export function groupSlice(string: Ref, from: number, to: number, other: Ref): Own {
  return from < 0 || string === Py_None ? Py_NewRef(other) : getslice(string, from, to)
}
