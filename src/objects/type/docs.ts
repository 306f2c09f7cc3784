import { PyTypeObject } from "../../heap/layout.ts"
import { ptr } from "../../heap/access.ts"
import type { Own, Ref } from "../../heap/ref.ts"
import { Py_NewRef } from "../../heap/refcount.ts"
import { u8 } from "../../heap/views.ts"
import { cstringJS, tp_name_js } from "../object.ts"
import { Py_None } from "../statictypes.ts"
import { PyUnicode_FromString } from "../unicodeobject.ts"

// Docstrings of built-ins begin with "name(signature)\n--\n\n"; `doc` is the address of a C string or 0.

/** The last component of a dotted name. */
export function lastName(name: string): string {
  return name.slice(name.lastIndexOf(".") + 1)
}
/** _PyType_Name: tp_name without the module. */
export function _PyType_Name(type: Ref): string {
  return lastName(tp_name_js(type))
}

/** Index of "(" if the doc starts with the name and a signature, else -1. */
function find_signature(name: string, doc: string): number {
  const last = lastName(name)
  return doc.startsWith(`${last}(`) ? last.length : -1
}
/** Index just past the signature's end marker, -1 if it has none. */
function skip_signature(doc: string, from: number): number {
  const end = doc.indexOf(")\n--\n\n", from)
  const blank = doc.indexOf("\n\n", from)
  return end < 0 || (blank >= 0 && blank < end) ? -1 : end + 6
}

/** The docstring without its signature. */
export function _PyType_DocWithoutSignature(name: string, doc: string): string {
  const start = find_signature(name, doc)
  const end = start < 0 ? -1 : skip_signature(doc, start)
  return end < 0 ? doc : doc.slice(end)
}
/** __doc__ of a built-in: owned str or None. */
export function _PyType_GetDocFromInternalDoc(name: string, doc: number): Own {
  if (doc === 0 || u8[doc] === 0) return Py_NewRef(Py_None)
  const text = _PyType_DocWithoutSignature(name, cstringJS(doc))
  return text === "" ? Py_NewRef(Py_None) : PyUnicode_FromString(text)
}
/** __text_signature__ of a built-in: owned str or None. */
export function _PyType_GetTextSignatureFromInternalDoc(name: string, doc: number): Own {
  if (doc === 0) return Py_NewRef(Py_None)
  const text = cstringJS(doc)
  const start = find_signature(name, text)
  const end = start < 0 ? -1 : skip_signature(text, start)
  return end < 0 ? Py_NewRef(Py_None) : PyUnicode_FromString(text.slice(start, end - 5))
}
/** tp_doc of a type as JavaScript string without signature, null if it has none. */
export function typeDoc(type: Ref): string | null {
  const doc = ptr(type + PyTypeObject.tp_doc)
  return doc === 0 ? null : _PyType_DocWithoutSignature(tp_name_js(type), cstringJS(doc))
}
