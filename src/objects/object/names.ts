import { ptr } from "../../heap/access.ts"
import { PyTypeObject } from "../../heap/layout.ts"
import { NULL, type Ref } from "../../heap/ref.ts"
import { Py_DECREF, Py_TYPE } from "../../heap/refcount.ts"
import { u8 } from "../../heap/views.ts"
import { PyUnicode_AsJS } from "../unicodeobject.ts"
import { PyObject_Repr, PyObject_Str } from "./text.ts"

// Objects/object.c. What messages call objects and types, as JavaScript strings.

/** A type's tp_name as a JavaScript string. */
export function tp_name_js(type: Ref): string {
  const p = ptr(type + PyTypeObject.tp_name)
  return p === 0 ? "?" : cstringJS(p)
}
/** A NUL-terminated UTF-8 string of the heap as a JavaScript string. */
export function cstringJS(p: number): string {
  let e = p
  let ascii = true
  for (; u8[e] !== 0; e++) if (u8[e] > 127) ascii = false
  if (ascii) {
    let s = ""
    for (let i = p; i < e; i++) s += String.fromCharCode(u8[i])
    return s
  }
  return new TextDecoder("utf-8").decode(u8.slice(p, e))
}
/** tp_name of the object's type. */
export function typeName(op: Ref): string {
  return tp_name_js(Py_TYPE(op))
}
/** repr(op) as a JavaScript string, or null with the error set. */
export function reprJS(op: Ref): string | null {
  const $r = PyObject_Repr(op)
  if ($r === NULL) return null
  const s = PyUnicode_AsJS($r)
  Py_DECREF($r)
  return s
}
/** str(op) as a JavaScript string, or null with the error set. */
export function strJS(op: Ref): string | null {
  const $r = PyObject_Str(op)
  if ($r === NULL) return null
  const s = PyUnicode_AsJS($r)
  Py_DECREF($r)
  return s
}
/** An address as CPython's %p prints it. */
export function addressJS(op: number): string {
  return `0x${op.toString(16)}`
}
