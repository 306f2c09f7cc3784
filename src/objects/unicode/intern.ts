import { ptr, set64, setint32, setptr, setssize } from "../../heap/access.ts"
import { hashHi, ret64 } from "../../heap/int64.ts"
import { PyASCIIObject, PyCompactUnicodeObject, PyObject } from "../../heap/layout.ts"
import { INTERP, Interp } from "../../heap/map.ts"
import { NULL, type Own, type Ref } from "../../heap/ref.ts"
import { Py_DECREF, Py_INCREF, Py_REFCNT, Py_SET_REFCNT } from "../../heap/refcount.ts"
import { IMMORTAL, setIdentifierHook, staticIdentifiers } from "../../heap/statics.ts"
import { i32, u8 } from "../../heap/views.ts"
import { dictKey, PyDict_Clear, PyDict_New, PyDict_Next, PyDict_SetDefault } from "../dictobject.ts"
import { PyErr_Clear } from "../errors.ts"
import { _Py_HashBytes } from "../pyhash.ts"
import { EMPTY_UNICODE, LATIN1_CHARACTERS, PyUnicode_Type } from "../statictypes.ts"
import { PyUnicode_CHECK_INTERNED, PyUnicode_CheckExact, PyUnicode_DATA, PyUnicode_FromString, State } from "./core.ts"

// Hashes, interning, and the static strings.

/** Low word of the hash (upper in hashHi), computed once. */
export function unicode_hash(op: Ref): number {
  const w = (op + PyASCIIObject.hash) >> 2
  const lo = i32[w]
  const hi = i32[w + 1]
  if (lo !== -1 || hi !== -1) return ret64(lo, hi)
  const kind = (i32[(op + PyASCIIObject.state) >> 2] >> State.KIND_SHIFT) & 7
  const x = _Py_HashBytes(PyUnicode_DATA(op), i32[(op + PyASCIIObject.length) >> 2] * kind)
  i32[w] = x
  i32[w + 1] = hashHi
  return x
}

/** Intern an owned str: consumes `$s`, returns the canonical one (owned). Strings that are not exactly str come back unchanged.
 *  The dict's two references to an interned string are not counted, so it dies with its last user. */
export function PyUnicode_InternInPlace($s: Own): Own {
  if ($s === NULL || !PyUnicode_CheckExact($s) || PyUnicode_CHECK_INTERNED($s)) return $s
  let interned = ptr(INTERP + Interp.interned)
  if (interned === NULL) {
    interned = PyDict_New()
    if (interned === NULL) {
      PyErr_Clear()
      return $s
    }
    setptr(INTERP + Interp.interned, interned)
  }
  const t = PyDict_SetDefault(interned, $s, $s)
  if (t === NULL) {
    PyErr_Clear()
    return $s
  }
  if (t !== $s) {
    Py_INCREF(t)
    Py_DECREF($s)
    return t as Own
  }
  Py_SET_REFCNT($s, Py_REFCNT($s) - 2)
  i32[($s + PyASCIIObject.state) >> 2] |= State.INTERNED_MORTAL
  return $s
}
/** Intern the str in the pointer field at `slot`. */
export function PyUnicode_InternSlot(slot: number): void {
  setptr(slot, PyUnicode_InternInPlace(ptr(slot) as Own))
}
/** The interned str of a JavaScript string, owned. */
export function PyUnicode_InternFromString(s: string): Own {
  const $s = PyUnicode_FromString(s)
  return $s === NULL ? NULL : PyUnicode_InternInPlace($s)
}

/** Give interned strings their uncounted references back and drop the dict (the end of the runtime). */
export function _PyUnicode_ClearInterned(): void {
  const interned = ptr(INTERP + Interp.interned)
  if (interned === NULL) return
  for (let pos = PyDict_Next(interned, 0); pos; pos = PyDict_Next(interned, pos)) {
    const s = dictKey
    const state = (s + PyASCIIObject.state) >> 2
    Py_SET_REFCNT(s, Py_REFCNT(s) + ((i32[state] & State.INTERNED_MASK) === State.INTERNED_IMMORTAL ? 1 : 2))
    i32[state] &= ~State.INTERNED_MASK
  }
  PyDict_Clear(interned)
  setptr(INTERP + Interp.interned, 0)
  Py_DECREF(interned)
}

function initStatic(op: number, length: number, ch: number): void {
  const ascii = ch < 128
  const head = ascii ? PyASCIIObject.SIZE : PyCompactUnicodeObject.SIZE
  for (let a = op; a < op + head; a += 8) set64(a, 0, 0)
  setssize(op, IMMORTAL)
  setptr(op + PyObject.ob_type, PyUnicode_Type)
  setssize(op + PyASCIIObject.length, length)
  set64(op + PyASCIIObject.hash, -1, -1)
  setint32(op + PyASCIIObject.state, (1 << State.KIND_SHIFT) | State.COMPACT | State.READY | (ascii ? State.ASCII : 0))
  u8[op + head] = ch
  u8[op + head + length] = 0
}

/** The static strings before anything uses them: "" and the latin-1 characters. Needs no other type. */
export function initUnicodeSingletons(): void {
  initStatic(EMPTY_UNICODE, 0, 0)
  for (let ch = 0; ch < 256; ch++) initStatic(LATIN1_CHARACTERS + ch * 80, 1, ch)
  for (const [, op] of staticIdentifiers()) setptr(op + PyObject.ob_type, PyUnicode_Type)
}

/** Boot: static strings, then every static identifier gets its hash and its place in the interned dict (dicts must work). */
export function initUnicode(): void {
  initUnicodeSingletons()
  for (const [, op] of staticIdentifiers()) internIdentifier(op)
  setIdentifierHook(internIdentifier)
}
function internIdentifier(op: Ref): void {
  setptr(op + PyObject.ob_type, PyUnicode_Type)
  unicode_hash(op)
  PyUnicode_InternInPlace(op as Own)
}
